// SPDX-License-Identifier: GPL-2.0
/*
 * The decision: who gets a frame. Clients' addresses are known, so nothing is
 * learned and no unknown unicast is flooded; and no path leads from an uplink
 * to an uplink, so no loop can be made.
 */
#include "fdb.h"
#include "forward.h"
#include "mcast.h"
#include "output.h"
#include "reflect.h"
#include "stats.h"
#include "teaming.h"

/**
 * struct vsw_flood - outcome of a flood
 * @last: a taker that has not got its copy yet, so that the frame itself can
 *	be given to it; NULL where there is none
 * @filtered: a client of the VLAN has not joined the group
 * @team_refused: a client of the VLAN does not use the uplink it came by
 */
struct vsw_flood {
	struct vsw_port *last;
	bool filtered;
	bool team_refused;
};

static bool vsw_flood_takes(struct vsw_flood *flood, const struct vsw_port *src,
			    struct vsw_port *p, const struct sk_buff *skb)
{
	if (p == src)
		return false;
	if (vsw_port_is_uplink(src) && !vsw_team_takes_flooded(p, src, skb)) {
		flood->team_refused = true;
		return false;
	}
	if (!vsw_mcast_takes(p, skb->data) &&
	    !(READ_ONCE(p->flags) & VSW_PORT_PROMISCUOUS)) {
		flood->filtered = true;
		return false;
	}
	return true;
}

/*
 * Gives copies of a broadcast or multicast frame to the clients of its VLAN,
 * all but the last, which is returned in @flood.
 */
static void vsw_flood(struct vsw_flood *flood, struct vsw_port *src,
		      struct sk_buff *skb, u16 vid)
{
	struct vsw_portgroup *pg;
	struct vsw_port *p;

	list_for_each_entry_rcu(pg, &src->vs->portgroups, node,
				rcu_read_lock_bh_held()) {
		if (!vsw_vlan_admits(vsw_portgroup_vlan_rcu(pg), vid))
			continue;
		hlist_for_each_entry_rcu(p, &pg->clients, pg_node,
					 rcu_read_lock_bh_held()) {
			if (!vsw_flood_takes(flood, src, p, skb))
				continue;
			if (flood->last)
				vsw_output_copy(flood->last, skb);
			flood->last = p;
		}
	}
}

/* Whether a client's effective address is @mac. */
static bool vsw_forward_holds(const struct vsw_port *p, const u8 *mac)
{
	struct vsw_addr *addr = vsw_port_addr_rcu(p);

	return addr && ether_addr_equal(addr->mac, mac);
}

/*
 * Gives copies of a unicast frame to the promiscuous clients of its VLAN that
 * do not hold its destination. Of the uplinks that bring the same frame, the
 * one counts that @holder uses, who gets it, or where there is none, the one
 * that the promiscuous client itself uses.
 */
static noinline bool vsw_forward_promiscuous(struct vsw_port *src,
					     struct sk_buff *skb, u16 vid,
					     const struct vsw_addr *holder)
{
	const struct vsw_port *user;
	bool copied = false;
	struct vsw_port *p;

	hlist_for_each_entry_rcu(p, &src->vs->promiscuous, promiscuous_node,
				 rcu_read_lock_bh_held()) {
		user = holder ? holder->port : p;
		if (p == src || vsw_forward_holds(p, skb->data) ||
		    !vsw_vlan_admits(vsw_portgroup_vlan_rcu(p->pg), vid))
			continue;
		if (vsw_port_is_uplink(src) &&
		    !vsw_team_takes_flooded(user, src, skb))
			continue;
		vsw_output_copy(p, skb);
		copied = true;
	}
	return copied;
}

/* Unicast to an address that clients hold: to them, never back; consumes. */
static __always_inline void
vsw_forward_holders(struct vsw_addr *addr, struct vsw_port *src,
		    struct sk_buff *skb, u16 vid, struct sk_buff **direct)
{
	int reason = VSW_DROP_REFLECTED;
	struct vsw_port *last = NULL;

	for (; addr; addr = vsw_fdb_further_rcu(addr, vid)) {
		if (addr->port == src)
			continue;
		if (unlikely(!vsw_team_takes_unicast(addr->port, src))) {
			reason = VSW_DROP_TEAM_INBOUND;
			continue;
		}
		if (unlikely(last))
			vsw_output_copy(last, skb);
		last = addr->port;
	}
	if (likely(last))
		vsw_output_client(last, skb, direct);
	else
		vsw_drop(src, skb, reason);
}

/* A broadcast or multicast frame from a client; consumes @skb. */
static noinline void vsw_forward_client_flood(struct vsw_port *p,
					      struct sk_buff *skb, u16 vid)
{
	struct vsw_flood flood = {};
	struct vsw_port *up;

	if (READ_ONCE(p->flags) & VSW_PORT_FORGED)
		vsw_reflect_note(p->vs, skb, vid);
	vsw_flood(&flood, p, skb, vid);
	up = vsw_team_uplink(p, skb);
	if (likely(up)) {
		if (flood.last)
			vsw_output_copy(flood.last, skb);
		vsw_output_uplink(up, skb);
	} else if (flood.last) {
		vsw_output_client(flood.last, skb, NULL);
	} else {
		vsw_drop(p, skb, VSW_DROP_NO_UPLINK);
	}
}

/**
 * vsw_forward_client() - forward a frame that a client sent; consumes @skb
 * @p: client
 * @skb: frame in wire form, skb->data at its Ethernet header
 * @vid: its VLAN
 * @direct: as for vsw_output_client()
 *
 * Context: BH off, RCU.
 */
void vsw_forward_client(struct vsw_port *p, struct sk_buff *skb, u16 vid,
			struct sk_buff **direct)
{
	struct vsw_addr *addr;
	struct vsw_port *up;
	bool copied = false;

	if (unlikely(is_multicast_ether_addr(skb->data))) {
		vsw_forward_client_flood(p, skb, vid);
		return;
	}
	addr = vsw_fdb_first_rcu(p->vs->fdb, skb->data, vid);
	if (unlikely(!hlist_empty(&p->vs->promiscuous)))
		copied = vsw_forward_promiscuous(p, skb, vid, addr);
	if (addr) {
		vsw_forward_holders(addr, p, skb, vid, direct);
		return;
	}
	up = vsw_team_uplink(p, skb);
	if (likely(up))
		vsw_output_uplink(up, skb);
	else if (copied)
		consume_skb(skb);
	else
		vsw_drop(p, skb, VSW_DROP_NO_UPLINK);
}

/* A broadcast or multicast frame from an uplink; consumes @skb. */
static noinline void vsw_forward_uplink_flood(struct vsw_port *up,
					      struct sk_buff *skb, u16 vid)
{
	struct vsw_flood flood = {};

	vsw_flood(&flood, up, skb, vid);
	if (flood.last)
		vsw_output_client(flood.last, skb, NULL);
	else if (flood.team_refused)
		vsw_drop(up, skb, VSW_DROP_TEAM_INBOUND);
	else if (flood.filtered)
		consume_skb(skb);
	else
		vsw_drop(up, skb, VSW_DROP_VLAN_MISMATCH);
}

/**
 * vsw_forward_uplink() - forward a frame from the physical network; consumes
 *	@skb
 * @up: the uplink's port
 * @skb: frame in wire form, skb->data at its Ethernet header
 * @vid: its VLAN
 * @direct: as for vsw_output_client()
 *
 * A frame whose source is a client's own address in that VLAN is one that the
 * physical network has sent back; so is one that a client has just flooded.
 *
 * Context: BH off, RCU.
 */
void vsw_forward_uplink(struct vsw_port *up, struct sk_buff *skb, u16 vid,
			struct sk_buff **direct)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;
	struct vsw_fdb *fdb = up->vs->fdb;
	struct vsw_addr *addr;
	bool copied = false;

	if (unlikely(vsw_fdb_first_rcu(fdb, eth->h_source, vid))) {
		vsw_drop(up, skb, VSW_DROP_REFLECTED);
		return;
	}
	if (is_multicast_ether_addr(eth->h_dest)) {
		if (unlikely(vsw_reflect_seen(up->vs, skb, vid))) {
			vsw_drop(up, skb, VSW_DROP_REFLECTED);
			return;
		}
		vsw_forward_uplink_flood(up, skb, vid);
		return;
	}
	addr = vsw_fdb_first_rcu(fdb, eth->h_dest, vid);
	if (unlikely(!hlist_empty(&up->vs->promiscuous)))
		copied = vsw_forward_promiscuous(up, skb, vid, addr);
	if (likely(addr))
		vsw_forward_holders(addr, up, skb, vid, direct);
	else if (copied)
		consume_skb(skb);
	else
		vsw_drop(up, skb, VSW_DROP_UNKNOWN_UNICAST);
}
