// SPDX-License-Identifier: GPL-2.0
/*
 * Shaping of what a client sends. A frame passes at once if the bucket lets it;
 * else it waits in a queue, which a timer lets out.
 */
#include "bucket.h"
#include "forward.h"
#include "output.h"
#include "shaper.h"
#include "stats.h"
#include "vlan.h"
#include "wire_size.h"

#define VSW_SHAPER_LIMIT_MS	100
#define VSW_SHAPER_LIMIT_MIN	(128 * 1024)
/* Frames that leave the queue at a time. */
#define VSW_SHAPER_BATCH	64

/**
 * struct vsw_shaper_cb - what is known of a frame that waits
 * @size: its size on the wire, bytes
 * @vid: its VLAN
 */
struct vsw_shaper_cb {
	u32 size;
	u16 vid;
};

static struct vsw_shaper_cb *vsw_shaper_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct vsw_shaper_cb) > sizeof(skb->cb));
	return (struct vsw_shaper_cb *)skb->cb;
}

static struct vsw_port *vsw_shaper_port(struct vsw_shaper *shaper)
{
	return container_of(shaper, struct vsw_port, shaper);
}

/* Not in the past, so that others get their turn between two batches. */
static void vsw_shaper_arm(struct vsw_shaper *shaper)
{
	u64 next = max(vsw_bucket_next(&shaper->bucket), ktime_get_ns());

	hrtimer_start(&shaper->timer, ns_to_ktime(next), HRTIMER_MODE_ABS_SOFT);
}

/*
 * Waits until the first frame of the queue may pass; where none is left, and no
 * limit, frames need not come here any more.
 */
static void vsw_shaper_wait(struct vsw_shaper *shaper)
{
	struct vsw_port *p = vsw_shaper_port(shaper);

	lockdep_assert_held(&shaper->lock);
	if (shaper->draining)
		return;
	if (!skb_queue_empty(&shaper->queue))
		vsw_shaper_arm(shaper);
	else if (!shaper->bucket.average)
		WRITE_ONCE(p->shaped, false);
}

/*
 * The next frame that may pass now, or NULL; then the timer is armed if any
 * waits.
 */
static struct sk_buff *vsw_shaper_dequeue(struct vsw_shaper *shaper)
{
	struct sk_buff *skb = NULL;
	u32 size;
	u64 now;

	spin_lock(&shaper->lock);
	now = ktime_get_ns();
	if (vsw_bucket_next(&shaper->bucket) <= now)
		skb = __skb_dequeue(&shaper->queue);
	if (skb) {
		size = vsw_shaper_cb(skb)->size;
		shaper->queued -= size;
		shaper->memory -= skb->truesize;
		vsw_bucket_charge(&shaper->bucket, now, size);
	} else {
		shaper->draining = false;
		vsw_shaper_wait(shaper);
	}
	spin_unlock(&shaper->lock);
	return skb;
}

/* The port may have been blocked, or its VLAN changed, while a frame waited. */
static void vsw_shaper_release(struct vsw_port *p, struct sk_buff *skb)
{
	u16 vid = vsw_shaper_cb(skb)->vid;

	memset(skb->cb, 0, sizeof(struct vsw_shaper_cb));
	if (unlikely(READ_ONCE(p->flags) & VSW_PORT_BLOCKED))
		vsw_drop(p, skb, VSW_DROP_BLOCKED);
	else if (unlikely(!vsw_vlan_admits(vsw_portgroup_vlan_rcu(p->pg), vid)))
		vsw_drop(p, skb, VSW_DROP_VLAN_MISMATCH);
	else
		vsw_output_queue(vsw_forward_client(p, skb, vid,
						    vsw_cast(skb->data)));
}

static enum hrtimer_restart vsw_shaper_expired(struct hrtimer *timer)
{
	struct vsw_shaper *shaper = container_of(timer, struct vsw_shaper,
						 timer);
	struct vsw_port *p = vsw_shaper_port(shaper);
	unsigned int left = VSW_SHAPER_BATCH;
	struct sk_buff *skb;

	rcu_read_lock();
	spin_lock(&shaper->lock);
	shaper->draining = true;
	spin_unlock(&shaper->lock);
	while (left--) {
		skb = vsw_shaper_dequeue(shaper);
		if (!skb)
			goto out;
		vsw_shaper_release(p, skb);
	}
	spin_lock(&shaper->lock);
	vsw_shaper_arm(shaper);
	spin_unlock(&shaper->lock);
out:
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

/**
 * vsw_shaper_init() - make a shaper, without a limit yet
 * @shaper: shaper of a new port
 *
 * Context: Process context.
 */
void vsw_shaper_init(struct vsw_shaper *shaper)
{
	spin_lock_init(&shaper->lock);
	__skb_queue_head_init(&shaper->queue);
	vsw_hrtimer_setup(&shaper->timer, vsw_shaper_expired, CLOCK_MONOTONIC,
			  HRTIMER_MODE_ABS_SOFT);
}

/**
 * vsw_shaper_set() - set a shaper's limits
 * @shaper: shaper
 * @average: bandwidth in the long run, Kbit/s, not 0
 * @peak: bandwidth while a burst lasts, Kbit/s, not below @average
 * @burst: most that can be saved up, KiB
 *
 * Context: Process context, RTNL held. Takes vsw_shaper.lock.
 */
void vsw_shaper_set(struct vsw_shaper *shaper, u32 average, u32 peak,
		    u32 burst)
{
	/* Kbit/s are bits per ms. */
	u64 limit = (u64)average * VSW_SHAPER_LIMIT_MS / BITS_PER_BYTE;

	ASSERT_RTNL();
	spin_lock_bh(&shaper->lock);
	if (!vsw_bucket_set(&shaper->bucket, average, peak, burst))
		goto out;
	shaper->limit = clamp_t(u64, limit, VSW_SHAPER_LIMIT_MIN,
				VSW_WIRE_SIZE_MAX);
	WRITE_ONCE(vsw_shaper_port(shaper)->shaped, true);
	vsw_shaper_wait(shaper);
out:
	spin_unlock_bh(&shaper->lock);
}

/**
 * vsw_shaper_open() - let pass all that waits
 * @shaper: shaper of a port that is shaped no more
 *
 * Later frames go behind what waits, until nothing does.
 *
 * Context: Process context, RTNL held. Takes vsw_shaper.lock.
 */
void vsw_shaper_open(struct vsw_shaper *shaper)
{
	ASSERT_RTNL();
	spin_lock_bh(&shaper->lock);
	shaper->bucket.average = 0;
	vsw_shaper_wait(shaper);
	spin_unlock_bh(&shaper->lock);
}

/**
 * vsw_shaper_stop() - end what waits, and the timer, for good
 * @shaper: shaper of a port that is going
 *
 * Frames that are under way may still come; none waits any more.
 *
 * Context: Process context, RTNL held. Takes vsw_shaper.lock.
 */
void vsw_shaper_stop(struct vsw_shaper *shaper)
{
	struct vsw_port *p = vsw_shaper_port(shaper);
	struct sk_buff *skb;
	unsigned int left;

	ASSERT_RTNL();
	spin_lock_bh(&shaper->lock);
	shaper->stopped = true;
	spin_unlock_bh(&shaper->lock);
	hrtimer_cancel(&shaper->timer);

	while (!skb_queue_empty(&shaper->queue)) {
		local_bh_disable();
		for (left = VSW_SHAPER_BATCH; left; left--) {
			skb = __skb_dequeue(&shaper->queue);
			if (!skb)
				break;
			vsw_drop(p, skb, VSW_DROP_BLOCKED);
		}
		local_bh_enable();
		cond_resched();
	}
}

/*
 * Whether the queue has room for a frame. An open one has it for what comes
 * until the timer has emptied it, too.
 */
static bool vsw_shaper_has_room(const struct vsw_shaper *shaper,
				const struct sk_buff *skb, u32 size)
{
	u64 limit = (u64)shaper->limit << !shaper->bucket.average;

	return shaper->queued + (u64)size <= limit &&
	       shaper->memory + skb->truesize <= vsw_bucket_memory(limit);
}

/* Whether a frame may pass at once; else it waits, or there is a reason. */
static int vsw_shaper_admit(struct vsw_shaper *shaper, struct sk_buff *skb,
			    u16 vid, bool *pass)
{
	u32 size = vsw_wire_size(skb, vid);
	bool empty;
	u64 now;

	lockdep_assert_held(&shaper->lock);
	now = ktime_get_ns();
	empty = skb_queue_empty(&shaper->queue);
	*pass = empty && !shaper->draining &&
		vsw_bucket_next(&shaper->bucket) <= now;
	if (*pass) {
		vsw_bucket_charge(&shaper->bucket, now, size);
		return 0;
	}
	if (unlikely(shaper->stopped))
		return VSW_DROP_BLOCKED;
	if (!vsw_shaper_has_room(shaper, skb, size))
		return VSW_DROP_SHAPED;

	vsw_shaper_cb(skb)->size = size;
	vsw_shaper_cb(skb)->vid = vid;
	shaper->queued += size;
	shaper->memory += skb->truesize;
	__skb_queue_tail(&shaper->queue, skb);
	if (empty && !shaper->draining)
		vsw_shaper_arm(shaper);
	return 0;
}

/**
 * vsw_shaper_input() - forward a frame from a client that is shaped when its
 *	time has come; consumes @skb
 * @p: client
 * @skb: frame, skb->data at its Ethernet header
 * @vid: its VLAN
 *
 * Context: BH off, RCU. Takes vsw_shaper.lock.
 * Return: as vsw_output_client().
 */
struct sk_buff *vsw_shaper_input(struct vsw_port *p, struct sk_buff *skb,
				 u16 vid)
{
	struct vsw_shaper *shaper = &p->shaper;
	bool pass;
	int reason;

	spin_lock(&shaper->lock);
	reason = vsw_shaper_admit(shaper, skb, vid, &pass);
	spin_unlock(&shaper->lock);
	if (likely(pass))
		return vsw_forward_client(p, skb, vid, vsw_cast(skb->data));
	if (unlikely(reason))
		vsw_drop(p, skb, reason);
	return NULL;
}
