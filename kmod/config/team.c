// SPDX-License-Identifier: GPL-2.0
/*
 * Which uplink a client uses: settled when a client, an uplink or a link comes
 * or goes, never per frame.
 */
#include "events.h"
#include "team.h"

static unsigned int vsw_team_num_usable(const struct vswitch *vs)
{
	const struct vsw_uplink *up;
	unsigned int n = 0;

	list_for_each_entry(up, &vs->uplinks, node)
		n += up->usable;
	return n;
}

/* By originating port: its number modulo the number of usable uplinks. */
static struct vsw_port *vsw_team_select(struct vswitch *vs,
					const struct vsw_port *p)
{
	unsigned int n = vsw_team_num_usable(vs), nth;
	struct vsw_uplink *up;

	if (!n)
		return NULL;
	nth = vsw_port_number(p) % n;
	list_for_each_entry(up, &vs->uplinks, node) {
		if (!up->usable)
			continue;
		if (!nth--)
			return &up->slave.port;
	}
	return NULL;
}

/**
 * vsw_team_assign() - settle the uplink of a new client
 * @p: client
 *
 * Context: Process context, RTNL held.
 */
void vsw_team_assign(struct vsw_port *p)
{
	ASSERT_RTNL();
	rcu_assign_pointer(p->uplink, vsw_team_select(p->vs, p));
}

/**
 * vsw_team_spread() - spread a switch's clients anew over its uplinks
 * @vs: switch
 *
 * Cannot fail, and tells of each client that moved.
 *
 * Context: Process context, RTNL held.
 */
void vsw_team_spread(struct vswitch *vs)
{
	struct vsw_port *p, *up;
	unsigned long number;

	ASSERT_RTNL();
	xa_for_each(&vs->ports, number, p) {
		if (vsw_port_is_uplink(p))
			continue;
		up = vsw_team_select(vs, p);
		if (up == vsw_port_uplink_rtnl(p))
			continue;
		rcu_assign_pointer(p->uplink, up);
		vsw_event_port(p, VSW_EVENT_CHANGE);
	}
}
