// SPDX-License-Identifier: GPL-2.0
/* Forwarding to more than one: floods, copies, shared addresses. */
#include "forward.h"
#include "mcast.h"
#include "reflect.h"

/**
 * struct vsw_flood - a frame that is flooded
 * @cast: broadcast or multicast
 * @last: a taker that has not got its copy yet, so that the frame itself can
 *	be given to it; NULL where there is none
 * @filtered: a client of the VLAN has not joined the group
 * @team_refused: a client of the VLAN does not use the uplink it came by
 */
struct vsw_flood {
	enum vsw_cast cast;
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
				vsw_output_copy(flood->last, skb, vid,
						flood->cast);
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

/**
 * vsw_forward_promiscuous() - give copies of a unicast frame to the promiscuous
 *	clients of its VLAN that do not hold its destination
 * @src: port that it came from
 * @skb: frame; remains the caller's
 * @vid: its VLAN
 * @holder: who holds its destination, or NULL
 *
 * Of the uplinks that bring the same frame, the one counts that @holder uses,
 * who gets it, or where there is none, the one that the promiscuous client
 * itself uses.
 *
 * Context: BH off, RCU.
 * Return: whether there were any.
 */
bool vsw_forward_promiscuous(struct vsw_port *src, struct sk_buff *skb, u16 vid,
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
		vsw_output_copy(p, skb, vid, VSW_UNICAST);
		copied = true;
	}
	return copied;
}

/**
 * vsw_forward_holders() - forward unicast to an address that several may hold:
 *	to all of them, never back; consumes @skb
 * @addr: the first of them
 * @src: port that it came from
 * @skb: frame
 * @vid: its VLAN
 *
 * Context: BH off, RCU.
 * Return: as vsw_output_client().
 */
struct sk_buff *vsw_forward_holders(struct vsw_addr *addr, struct vsw_port *src,
				    struct sk_buff *skb, u16 vid)
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
			vsw_output_copy(last, skb, vid, VSW_UNICAST);
		last = addr->port;
	}
	if (likely(last))
		return vsw_output_client(last, skb, vid, VSW_UNICAST);
	vsw_drop(src, skb, reason);
	return NULL;
}

/**
 * vsw_forward_client_flood() - forward a broadcast or multicast frame from a
 *	client; consumes @skb
 * @p: client
 * @skb: frame
 * @vid: its VLAN
 * @cast: broadcast or multicast
 *
 * Context: BH off, RCU.
 */
void vsw_forward_client_flood(struct vsw_port *p, struct sk_buff *skb, u16 vid,
			      enum vsw_cast cast)
{
	struct vsw_flood flood = { .cast = cast };
	struct vsw_port *up;

	if (READ_ONCE(p->flags) & VSW_PORT_FORGED)
		vsw_reflect_note(p->vs, skb, vid);
	vsw_flood(&flood, p, skb, vid);
	up = vsw_team_uplink(p, skb);
	if (likely(up)) {
		if (flood.last)
			vsw_output_copy(flood.last, skb, vid, flood.cast);
		vsw_output_uplink(up, skb, vid, flood.cast);
	} else if (flood.last) {
		vsw_output_queue(vsw_output_client(flood.last, skb, vid,
						   flood.cast));
	} else {
		vsw_drop(p, skb, VSW_DROP_NO_UPLINK);
	}
}

/**
 * vsw_forward_uplink_flood() - forward a broadcast or multicast frame from an
 *	uplink; consumes @skb
 * @up: the uplink's port
 * @skb: frame
 * @vid: its VLAN
 * @cast: broadcast or multicast
 *
 * Context: BH off, RCU.
 */
void vsw_forward_uplink_flood(struct vsw_port *up, struct sk_buff *skb,
			      u16 vid, enum vsw_cast cast)
{
	struct vsw_flood flood = { .cast = cast };

	vsw_flood(&flood, up, skb, vid);
	if (flood.last)
		vsw_output_queue(vsw_output_client(flood.last, skb, vid,
						   flood.cast));
	else if (flood.team_refused)
		vsw_drop(up, skb, VSW_DROP_TEAM_INBOUND);
	else if (flood.filtered)
		consume_skb(skb);
	else
		vsw_drop(up, skb, VSW_DROP_VLAN_MISMATCH);
}
