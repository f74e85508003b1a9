/* SPDX-License-Identifier: GPL-2.0 */
/* Which uplink a frame takes, and which may bring one. */
#ifndef VSW_TEAMING_H
#define VSW_TEAMING_H

#include "vsw.h"

struct vsw_port *vsw_team_hashed(const struct vsw_port *p,
				 const struct sk_buff *skb);
bool vsw_team_hashes_to(const struct vsw_port *p, const struct vsw_port *up,
			const struct sk_buff *skb);

/*
 * The uplink that a frame from client @p takes, or NULL. skb->data is at the
 * Ethernet header.
 */
static inline struct vsw_port *vsw_team_uplink(const struct vsw_port *p,
					       const struct sk_buff *skb)
{
	struct vsw_port *up = vsw_port_uplink_rcu(p);

	return likely(up) ? up : vsw_team_hashed(p, skb);
}

/* Whether client @p takes a unicast frame from @src, a client or an uplink. */
static inline bool vsw_team_takes_unicast(const struct vsw_port *p,
					  const struct vsw_port *src)
{
	return likely(!(src->team_bit & ~READ_ONCE(p->pg->inbound)));
}

/*
 * Whether client @p takes a frame from @up that several uplinks bring: a
 * broadcast, multicast, or unicast to somebody else. One of them alone does.
 */
static inline bool vsw_team_takes_flooded(const struct vsw_port *p,
					  const struct vsw_port *up,
					  const struct sk_buff *skb)
{
	struct vsw_port *own = rcu_access_pointer(p->uplink);

	return likely(own) ? own == up : vsw_team_hashes_to(p, up, skb);
}

#endif
