// SPDX-License-Identifier: GPL-2.0
/*
 * Reflections of what clients send from addresses that are no port's, such as
 * those of machines behind a nested bridge. The physical network sends their
 * broadcasts back by the other uplinks, whose clients have got them already.
 * The source does not tell, and must not: it may be anybody's. So the frame
 * itself is remembered, for a moment.
 */
#include <linux/siphash.h>

#include "reflect.h"

/* Longer than a physical network takes. */
#define VSW_REFLECT_WINDOW	(HZ / 10 + 1)
/* Bytes that tell frames apart; a shorter one is padded on its way. */
#define VSW_REFLECT_LEN		64

static siphash_aligned_key_t vsw_reflect_key __read_mostly;

static u64 vsw_reflect_hash(const struct sk_buff *skb, u16 vid)
{
	u8 buf[VSW_REFLECT_LEN] __aligned(SIPHASH_ALIGNMENT) = {};

	net_get_random_once(&vsw_reflect_key, sizeof(vsw_reflect_key));
	skb_copy_bits(skb, 0, buf, min_t(u32, skb->len, sizeof(buf)));
	return siphash(buf, sizeof(buf), &vsw_reflect_key) ^ vid;
}

static struct vsw_flooded *vsw_reflect_slot(struct vswitch *vs, u64 hash)
{
	return &vs->flooded[hash >> (64 - VSW_FLOODED_BITS)];
}

/**
 * vsw_reflect_note() - remember a frame that a client floods
 * @vs: switch
 * @skb: frame, skb->data at its Ethernet header; remains the
 *	caller's. Its checksum is completed, as it will be when it comes back
 * @vid: its VLAN
 *
 * Context: BH off, RCU.
 */
void vsw_reflect_note(struct vswitch *vs, struct sk_buff *skb, u16 vid)
{
	unsigned long until = jiffies + VSW_REFLECT_WINDOW;
	struct vsw_flooded *slot;
	u64 hash;

	if (skb_is_gso(skb) || skb_csum_is_sctp(skb) ||
	    (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb)))
		return;
	hash = vsw_reflect_hash(skb, vid);
	slot = vsw_reflect_slot(vs, hash);
	WRITE_ONCE(slot->until, until);
	WRITE_ONCE(slot->hash, hash);
	WRITE_ONCE(vs->flooded_until, until);
}

/**
 * vsw_reflect_known() - whether a frame is one that was flooded just before
 * @vs: switch
 * @skb: frame from an uplink, skb->data at its Ethernet header
 * @vid: its VLAN
 *
 * Context: BH off, RCU.
 * Return: whether it is.
 */
bool vsw_reflect_known(struct vswitch *vs, const struct sk_buff *skb, u16 vid)
{
	u64 hash = vsw_reflect_hash(skb, vid);
	struct vsw_flooded *slot = vsw_reflect_slot(vs, hash);

	return READ_ONCE(slot->hash) == hash &&
	       time_before_eq(jiffies, READ_ONCE(slot->until));
}
