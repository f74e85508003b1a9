// SPDX-License-Identifier: GPL-2.0
/*
 * Teaming: the uplinks in use, made known to frames and to the physical
 * switches. Settled when policy, links or clients change, never per frame.
 */
#include "datapath/rarp.h"
#include "policy.h"
#include "team.h"
#include "team_pick.h"

/**
 * vsw_team_init() - give a new port group an empty team
 * @pg: port group
 *
 * Context: Process context, RTNL held.
 */
void vsw_team_init(struct vsw_portgroup *pg)
{
	ASSERT_RTNL();
	pg->team_retired = get_completed_synchronize_rcu();
	RCU_INIT_POINTER(pg->team, &pg->teams[0]);
}

/* Makes @team the one that frames see; cannot fail. */
static void vsw_team_publish(struct vsw_portgroup *pg,
			     const struct vsw_team *team)
{
	struct vsw_team *old = vsw_portgroup_team_rtnl(pg);
	struct vsw_team *next = &pg->teams[old == &pg->teams[0]];

	/* Frames that still see it from the time when it was published */
	cond_synchronize_rcu_expedited(pg->team_retired);
	*next = *team;
	rcu_assign_pointer(pg->team, next);
	pg->team_retired = get_state_synchronize_rcu();
}

/**
 * vsw_team_update() - settle which uplinks a port group uses
 * @pg: port group; vsw_team_assign() is due for its clients
 *
 * Context: Process context, RTNL held. May wait for a grace period.
 * Return: whether the uplinks in use have changed.
 */
bool vsw_team_update(struct vsw_portgroup *pg)
{
	struct vsw_team *old = vsw_portgroup_team_rtnl(pg);
	struct vsw_team team;
	bool changed;

	ASSERT_RTNL();
	WRITE_ONCE(pg->inbound, vsw_team_members(pg));
	vsw_team_work_out(pg, &team);
	changed = team.num != old->num ||
		  memcmp(team.uplinks, old->uplinks, sizeof(team.uplinks));
	if (changed || team.balance != old->balance)
		vsw_team_publish(pg, &team);
	return changed;
}

/* Not with IP hash, where the physical network sees one link. */
static bool vsw_team_may_announce(const struct vsw_port *p)
{
	return vsw_port_uplink_rtnl(p) && rcu_access_pointer(p->addr) &&
	       !(p->flags & (VSW_PORT_BLOCKED | VSW_PORT_MAC_CHANGED)) &&
	       vsw_policy_value(&p->pg->effective, NOTIFY_SWITCHES);
}

/**
 * vsw_team_announce() - tell the physical switches where a client is, if that
 *	is the policy
 * @p: client, its flags as they apply
 * @anew: there is something new to tell
 *
 * A client that would not get what would come is not announced, or no more.
 *
 * Context: Process context, RTNL held.
 */
void vsw_team_announce(struct vsw_port *p, bool anew)
{
	ASSERT_RTNL();
	if (!vsw_team_may_announce(p))
		atomic_set(&p->rarps, 0);
	else if (anew)
		vsw_rarp_start(p);
}

/**
 * vsw_team_assign() - settle the uplink of a client
 * @p: client, its flags as they apply
 *
 * Context: Process context, RTNL held.
 * Return: whether it has changed.
 */
bool vsw_team_assign(struct vsw_port *p)
{
	struct vsw_port *up = vsw_team_select(p);

	ASSERT_RTNL();
	if (up == vsw_port_uplink_rtnl(p))
		return false;
	rcu_assign_pointer(p->uplink, up);
	return true;
}
