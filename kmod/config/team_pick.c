// SPDX-License-Identifier: GPL-2.0
/*
 * Which uplinks a port group should use, and which of them each client: worked
 * out from its policy and the links, made known by others.
 */
#include "policy.h"
#include "team_pick.h"

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

/**
 * vsw_team_work_out() - settle the team that a port group should have
 * @pg: port group
 * @team: where it goes
 *
 * Any link that is up is better than none.
 *
 * Context: Process context, RTNL held.
 */
void vsw_team_work_out(struct vsw_portgroup *pg, struct vsw_team *team)
{
	const struct vswitch *vs = pg->vs;
	u32 usable = vs->links_up & ~vs->settling & ~pg->isolated;

	ASSERT_RTNL();
	vsw_team_judge_waiting(pg, usable);
	if (!vsw_team_pick(team, pg, usable & ~pg->waiting))
		vsw_team_pick(team, pg, vs->links_up);
}

/**
 * vsw_team_select() - the uplink of a client
 * @p: client, its flags as they apply
 *
 * Context: Process context, RTNL held.
 * Return: the uplink's port, or NULL where there is none, or the team tells for
 *	each frame.
 */
struct vsw_port *vsw_team_select(const struct vsw_port *p)
{
	const struct vsw_team *team = vsw_portgroup_team_rtnl(p->pg);
	struct vsw_port *up = NULL;
	struct vsw_addr *addr;

	ASSERT_RTNL();
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
