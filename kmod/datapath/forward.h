/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decision: who gets a frame. Clients' addresses are known, so nothing is
 * learned and no unknown unicast is flooded; and no path leads from an uplink
 * to an uplink, so no loop can be made.
 */
#ifndef VSW_FORWARD_H
#define VSW_FORWARD_H

#include "fdb.h"
#include "output.h"
#include "reflect.h"
#include "teaming.h"

bool vsw_forward_promiscuous(struct vsw_port *src, struct sk_buff *skb, u16 vid,
			     const struct vsw_addr *holder);
struct sk_buff *vsw_forward_holders(struct vsw_addr *addr, struct vsw_port *src,
				    struct sk_buff *skb, u16 vid);
void vsw_forward_client_flood(struct vsw_port *p, struct sk_buff *skb, u16 vid,
			      enum vsw_cast cast);
void vsw_forward_uplink_flood(struct vsw_port *up, struct sk_buff *skb,
			      u16 vid, enum vsw_cast cast);

/**
 * vsw_forward_client() - forward a frame that a client sent; consumes @skb
 * @p: client
 * @skb: frame, skb->data at its Ethernet header
 * @vid: its VLAN
 * @cast: kind of its destination
 *
 * Context: BH off, RCU.
 * Return: as vsw_output_client().
 */
static __always_inline struct sk_buff *
vsw_forward_client(struct vsw_port *p, struct sk_buff *skb, u16 vid,
		   enum vsw_cast cast)
{
	struct vsw_addr *addr;
	struct vsw_port *up;
	bool copied = false;

	if (cast != VSW_UNICAST) {
		vsw_forward_client_flood(p, skb, vid, cast);
		return NULL;
	}
	addr = vsw_fdb_first_rcu(p->vs->fdb, skb->data, vid);
	if (unlikely(!hlist_empty(&p->vs->promiscuous)))
		copied = vsw_forward_promiscuous(p, skb, vid, addr);
	if (addr) {
		if (likely(addr->port != p && vsw_fdb_is_last_rcu(addr)))
			return vsw_output_client(addr->port, skb, vid,
						 VSW_UNICAST);
		return vsw_forward_holders(addr, p, skb, vid);
	}
	up = vsw_team_uplink(p, skb);
	if (likely(up))
		vsw_output_uplink(up, skb, vid, VSW_UNICAST);
	else if (copied)
		consume_skb(skb);
	else
		vsw_drop(p, skb, VSW_DROP_NO_UPLINK);
	return NULL;
}

/**
 * vsw_forward_uplink() - forward a frame from the physical network; consumes
 *	@skb
 * @up: the uplink's port
 * @skb: frame, skb->data at its Ethernet header
 * @vid: its VLAN
 * @cast: kind of its destination
 *
 * A frame whose source is a client's own address in that VLAN is one that the
 * physical network has sent back; so is one that a client has just flooded.
 *
 * Context: BH off, RCU.
 * Return: as vsw_output_client().
 */
static __always_inline struct sk_buff *
vsw_forward_uplink(struct vsw_port *up, struct sk_buff *skb, u16 vid,
		   enum vsw_cast cast)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;
	struct vswitch *vs = up->vs;
	struct vsw_addr *addr;
	bool copied = false;

	if (unlikely(vsw_fdb_first_rcu(vs->fdb, eth->h_source, vid))) {
		vsw_drop(up, skb, VSW_DROP_REFLECTED);
		return NULL;
	}
	if (cast != VSW_UNICAST) {
		if (unlikely(vsw_reflect_seen(vs, skb, vid))) {
			vsw_drop(up, skb, VSW_DROP_REFLECTED);
			return NULL;
		}
		vsw_forward_uplink_flood(up, skb, vid, cast);
		return NULL;
	}
	addr = vsw_fdb_first_rcu(vs->fdb, eth->h_dest, vid);
	if (unlikely(!hlist_empty(&vs->promiscuous)))
		copied = vsw_forward_promiscuous(up, skb, vid, addr);
	if (likely(addr)) {
		if (likely(vsw_team_takes_unicast(addr->port, up) &&
			   vsw_fdb_is_last_rcu(addr)))
			return vsw_output_client(addr->port, skb, vid,
						 VSW_UNICAST);
		return vsw_forward_holders(addr, up, skb, vid);
	}
	if (copied)
		consume_skb(skb);
	else if (vid > VSWITCH_VLAN_ID_MAX)
		vsw_drop(up, skb, VSW_DROP_VLAN_MISMATCH);
	else
		vsw_drop(up, skb, VSW_DROP_UNKNOWN_UNICAST);
	return NULL;
}

#endif
