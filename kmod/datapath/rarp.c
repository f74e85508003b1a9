// SPDX-License-Identifier: GPL-2.0
/*
 * Notify switches: RARP broadcasts with a client's address as source tell the
 * physical network by which uplink the client is reached.
 */
#include <linux/if_arp.h>
#include <net/arp.h>

#include "output.h"
#include "rarp.h"
#include "vlan.h"

#define VSW_RARP_COUNT		5
#define VSW_RARP_INTERVAL	msecs_to_jiffies(250)

/*
 * A switch sends so many at a time, and goes on after a jiffy, which takes a
 * timer two: 16,000 a second. So an uplink has announced thousands of clients
 * in a quarter of a second, the time until the first is due again, and other
 * frames have processor and link in between.
 */
#define VSW_RARP_BATCH		DIV_ROUND_UP(32000, HZ)

/* Sends one announcement of a client by the uplink that it uses now, if any. */
static void vsw_rarp_send(struct vsw_port *p)
{
	struct vsw_addr *addr = vsw_port_addr_rcu(p);
	struct vsw_port *up = vsw_port_uplink_rcu(p);
	struct sk_buff *skb;

	if (!addr || !up)
		return;
	skb = arp_create(ARPOP_RREQUEST, ETH_P_RARP, 0, up->dev, 0, NULL,
			 addr->mac, addr->mac);
	if (!skb)
		return;
	skb->protocol = htons(ETH_P_RARP);
	skb_reset_mac_header(skb);
	vsw_output_uplink(up, skb,
			  vsw_vlan_announced(vsw_portgroup_vlan_rcu(p->pg)),
			  VSW_BROADCAST);
}

/* Whether an announcement of a client is due; notes when the next one is. */
static bool vsw_rarp_is_due(struct vsw_rarp *rarp, const struct vsw_port *p,
			    unsigned long now)
{
	int left = atomic_read(&p->rarps);

	if (!left)
		return false;
	if (left == VSW_RARP_COUNT || time_after_eq(now, p->rarp_due))
		return true;
	rarp->left = true;
	if (time_before(p->rarp_due, rarp->due))
		rarp->due = p->rarp_due;
	return false;
}

/* Sends one announcement of a client, unless they have just been cancelled. */
static void vsw_rarp_announce(struct vsw_rarp *rarp, struct vsw_port *p,
			      unsigned long now)
{
	/* Pairs with vsw_rarp_start(): the uplink that it knew, or later */
	int left = atomic_dec_if_positive(&p->rarps);

	if (left < 0)
		return;
	rarp->left |= left;
	p->rarp_due = now + VSW_RARP_INTERVAL;
	/* For one at a time: they take longer than others should wait. */
	local_bh_disable();
	vsw_rarp_send(p);
	local_bh_enable();
}

/* Goes on with a round, as far as a batch leads; whether that is its end. */
static bool vsw_rarp_round(struct vswitch *vs, unsigned long now)
{
	struct vsw_rarp *rarp = &vs->rarp;
	unsigned int batch = VSW_RARP_BATCH;
	struct vsw_port *p;

	XA_STATE(xas, &vs->ports, rarp->next);

	if (!rarp->next) {
		rarp->left = false;
		rarp->due = now + VSW_RARP_INTERVAL;
	}
	rcu_read_lock();
	/* Looks at thousands to find a few; xa_for_each() starts at the root */
	xas_for_each(&xas, p, ULONG_MAX) {
		if (xas_retry(&xas, p) || !vsw_rarp_is_due(rarp, p, now))
			continue;
		if (!batch--)
			break;
		vsw_rarp_announce(rarp, p, now);
	}
	rcu_read_unlock();
	rarp->next = p ? xas.xa_index : 0;
	return !p;
}

static void vsw_rarp_work(struct work_struct *work)
{
	struct vswitch *vs = container_of(to_delayed_work(work),
					  struct vswitch, rarp.work);
	struct vsw_rarp *rarp = &vs->rarp;
	unsigned long now = jiffies;
	unsigned long delay = 1;

	if (rarp->tick != now) {
		rarp->tick = now;
		if (atomic_xchg(&rarp->restart, 0))
			rarp->next = 0;
		if (vsw_rarp_round(vs, now)) {
			if (!rarp->left)
				return;
			now = jiffies;
			if (time_after(rarp->due, now))
				delay = rarp->due - now;
		}
	}
	schedule_delayed_work(&rarp->work, delay);
}

/**
 * vsw_rarp_start() - announce a client, soon, and repeat that
 * @p: client with an address and an uplink of its own
 *
 * Context: Process context, RTNL held.
 */
void vsw_rarp_start(struct vsw_port *p)
{
	struct vsw_rarp *rarp = &p->vs->rarp;

	ASSERT_RTNL();
	atomic_set_release(&p->rarps, VSW_RARP_COUNT);
	/* If it is set, the work is on its way, and will see this client. */
	if (!atomic_xchg(&rarp->restart, 1))
		mod_delayed_work(vsw_system_wq, &rarp->work, 0);
}

/**
 * vsw_rarp_init() - make ready to announce a switch's clients
 * @vs: new switch
 *
 * Context: Process context.
 */
void vsw_rarp_init(struct vswitch *vs)
{
	vs->rarp.tick = jiffies - 1;
	INIT_DELAYED_WORK(&vs->rarp.work, vsw_rarp_work);
}

/**
 * vsw_rarp_exit() - end all announcements
 * @vs: switch without clients
 *
 * Context: Process context.
 */
void vsw_rarp_exit(struct vswitch *vs)
{
	cancel_delayed_work_sync(&vs->rarp.work);
}
