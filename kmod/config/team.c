// SPDX-License-Identifier: GPL-2.0
/*
 * Teaming: which uplinks a port group uses, and which of them each client.
 * Settled when policy, links or clients change, never per frame.
 */
#include "datapath/rarp.h"
#include "policy.h"
#include "team.h"

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

/**
 * vsw_team_members() - the active and standby uplinks of a port group
 * @pg: port group
 *
 * Context: Process context, RTNL held.
 * Return: mask of team bits.
 */
u32 vsw_team_members(const struct vsw_portgroup *pg)
{
	ASSERT_RTNL();
	return vsw_uplinks_mask(&pg->effective.active) |
	       vsw_uplinks_mask(&pg->effective.standby);
}

static void vsw_team_add(struct vsw_team *team, const struct vswitch *vs,
			 u32 slot)
{
	team->uplinks[team->num++] = &vs->slots[slot]->slave.port;
	team->mask |= BIT(slot);
}

/* The first uplink of a list from @i on that is usable, or the list's end. */
static u32 vsw_team_next(const struct vsw_uplinks *uplinks, u32 i, u32 usable)
{
	while (i < uplinks->num && !(usable & BIT(uplinks->slots[i])))
		i++;
	return i;
}

/* All use the first usable one, of the active ones or else of the standby. */
static void vsw_team_pick_first(struct vsw_team *team,
				const struct vsw_portgroup *pg, u32 usable)
{
	const struct vsw_uplinks *list = &pg->effective.active;
	u32 i = vsw_team_next(list, 0, usable);

	if (i == list->num) {
		list = &pg->effective.standby;
		i = vsw_team_next(list, 0, usable);
	}
	if (i < list->num)
		vsw_team_add(team, pg->vs, list->slots[i]);
}

/* The active ones, in place of each that is not usable the next standby. */
static void vsw_team_pick_all(struct vsw_team *team,
			      const struct vsw_portgroup *pg, u32 usable)
{
	const struct vsw_uplinks *standby = &pg->effective.standby;
	const struct vsw_uplinks *active = &pg->effective.active;
	u32 i, substitute = 0;

	for (i = 0; i < active->num; i++) {
		if (usable & BIT(active->slots[i])) {
			vsw_team_add(team, pg->vs, active->slots[i]);
			continue;
		}
		substitute = vsw_team_next(standby, substitute, usable);
		if (substitute < standby->num)
			vsw_team_add(team, pg->vs,
				     standby->slots[substitute++]);
	}
}

static bool vsw_team_pick(struct vsw_team *team, const struct vsw_portgroup *pg,
			  u32 usable)
{
	memset(team, 0, sizeof(*team));
	team->balance = vsw_policy_value(&pg->effective, LOAD_BALANCING);
	if (team->balance == VSWITCH_LOAD_BALANCING_EXPLICIT)
		vsw_team_pick_first(team, pg, usable);
	else
		vsw_team_pick_all(team, pg, usable);
	return team->num;
}

/*
 * Without failback, an uplink that has failed in use waits, back or not, until
 * one in use fails; then all are looked at anew.
 */
static void vsw_team_judge_waiting(struct vsw_portgroup *pg, u32 usable)
{
	u32 failed = vsw_portgroup_team_rtnl(pg)->mask & ~usable;
	struct vsw_team team;

	if (vsw_policy_value(&pg->effective, FAILBACK))
		pg->waiting = 0;
	else if (failed || !vsw_team_pick(&team, pg, usable & ~pg->waiting))
		pg->waiting = (pg->waiting & ~usable) | failed;
	/* A slot may be another uplink's one day. */
	pg->waiting &= vsw_team_members(pg);
}

/* The team as it should be. Any link that is up is better than none. */
static void vsw_team_work_out(struct vsw_portgroup *pg, struct vsw_team *team)
{
	const struct vswitch *vs = pg->vs;
	u32 usable = vs->links_up & ~vs->settling & ~pg->isolated;

	vsw_team_judge_waiting(pg, usable);
	if (!vsw_team_pick(team, pg, usable & ~pg->waiting))
		vsw_team_pick(team, pg, vs->links_up);
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

/* The uplink of a client, or NULL where the team tells for each frame. */
static struct vsw_port *vsw_team_select(const struct vsw_port *p)
{
	const struct vsw_team *team = vsw_portgroup_team_rtnl(p->pg);
	struct vsw_port *up = NULL;
	struct vsw_addr *addr;

	if (!team->num)
		return NULL;
	switch (team->balance) {
	case VSWITCH_LOAD_BALANCING_PORTID:
		return team->uplinks[vsw_port_number(p) % team->num];
	case VSWITCH_LOAD_BALANCING_EXPLICIT:
		return team->uplinks[0];
	case VSWITCH_LOAD_BALANCING_MAC:
		rcu_read_lock();
		addr = vsw_port_addr_rcu(p);
		if (addr && !(p->flags & VSW_PORT_FORGED))
			up = team->uplinks[addr->mac[ETH_ALEN - 1] % team->num];
		rcu_read_unlock();
		return up;
	default:
		return NULL;
	}
}

/**
 * vsw_team_announce() - tell the physical switches where a client is, if that
 *	is the policy
 * @p: client
 *
 * Not with IP hash, where the physical network sees one link; nor a client that
 * would not get what would come.
 *
 * Context: Process context, RTNL held.
 */
void vsw_team_announce(struct vsw_port *p)
{
	ASSERT_RTNL();
	if (vsw_port_uplink_rtnl(p) && rcu_access_pointer(p->addr) &&
	    !(p->flags & (VSW_PORT_BLOCKED | VSW_PORT_MAC_CHANGED)) &&
	    vsw_policy_value(&p->pg->effective, NOTIFY_SWITCHES))
		vsw_rarp_start(p);
	else
		atomic_set(&p->rarps, 0);
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
