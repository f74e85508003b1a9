// SPDX-License-Identifier: GPL-2.0
/*
 * Beacon probing: each second the uplinks of a team send beacons, and are
 * judged by those that they have heard of each other. One that hears no other
 * and is heard by it, while others are, is cut off, though its link is up. Two
 * cannot tell which of them is the one: it takes three.
 */
#include "datapath/beacon.h"
#include "policy.h"
#include "portgroup.h"
#include "probe.h"
#include "team_pick.h"
#include "uplink.h"

#define VSW_PROBE_INTERVAL	HZ
#define VSW_PROBE_TEAM_MIN	3

static bool vsw_probe_wanted(const struct vsw_portgroup *pg)
{
	return vsw_policy_value(&pg->effective, FAILURE_DETECTION) ==
	       VSWITCH_FAILURE_DETECTION_BEACON;
}

static void vsw_probe_send(const struct vsw_portgroup *pg, u32 members)
{
	struct vsw_uplink *up;

	list_for_each_entry(up, &pg->vs->uplinks, node)
		if (members & BIT(up->slot))
			vsw_beacon_send(pg, up);
}

/* What @slot has heard of late: since the last look, and before. */
static u32 vsw_probe_recent(const struct vsw_beacons *beacons, u32 slot)
{
	u32 look, heard = 0;

	for (look = 0; look < VSW_BEACON_MISSES; look++)
		heard |= beacons->past[look][slot];
	return heard;
}

/* Notes what the members of a team have heard since the last look. */
static void vsw_probe_note(struct vsw_beacons *beacons, u32 members)
{
	u32 slot;

	memmove(beacons->past[1], beacons->past[0],
		sizeof(beacons->past) - sizeof(beacons->past[0]));
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++) {
		beacons->past[0][slot] = xchg(&beacons->heard[slot], 0);
		if (members & BIT(slot))
			beacons->age[slot] = min(beacons->age[slot] + 1,
						 VSW_BEACON_MISSES + 1);
		else
			beacons->age[slot] = 0;
	}
}

/* The members that hear, and are heard by, the same other member. */
static u32 vsw_probe_connected(const struct vsw_beacons *beacons, u32 members)
{
	u32 slot, other, connected = 0;

	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		for (other = 0; other < slot; other++)
			if (members & BIT(slot) && members & BIT(other) &&
			    vsw_probe_recent(beacons, slot) & BIT(other) &&
			    vsw_probe_recent(beacons, other) & BIT(slot))
				connected |= BIT(slot) | BIT(other);
	return connected;
}

/* Which members of a team are cut off. */
static u32 vsw_probe_judge(const struct vsw_portgroup *pg, u32 team,
			   u32 members)
{
	u32 connected = vsw_probe_connected(&pg->beacons, members);
	u32 slot, isolated = 0;

	if (hweight32(team) < VSW_PROBE_TEAM_MIN)
		return 0;
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++) {
		/* It has not had the time to hear: as it was. */
		if (pg->beacons.age[slot] <= VSW_BEACON_MISSES)
			isolated |= pg->isolated & team & BIT(slot);
		else if (connected)
			isolated |= BIT(slot);
	}
	return isolated & ~connected;
}

/* One round of a port group. Returns whether the verdict has changed. */
static bool vsw_probe_round(struct vsw_portgroup *pg)
{
	u32 team = vsw_team_members(pg);
	u32 members = team & pg->vs->links_up;
	u32 isolated;
	bool changed;

	vsw_probe_note(&pg->beacons, members);
	isolated = vsw_probe_judge(pg, team, members);
	changed = isolated != pg->isolated;
	pg->isolated = isolated;
	vsw_probe_send(pg, members);
	return changed;
}

static void vsw_probe_work(struct work_struct *work)
{
	struct vswitch *vs = container_of(to_delayed_work(work),
					  struct vswitch, probe);
	bool wanted = false, changed = false;
	struct vsw_portgroup *pg;

	if (!rtnl_trylock()) {
		schedule_delayed_work(&vs->probe, 1);
		return;
	}
	list_for_each_entry(pg, &vs->portgroups, node) {
		if (!vsw_probe_wanted(pg))
			continue;
		wanted = true;
		changed |= vsw_probe_round(pg);
	}
	vsw_uplink_tell_all(vs);
	if (changed)
		vsw_portgroup_follow_all(vs);
	if (wanted)
		schedule_delayed_work(&vs->probe, VSW_PROBE_INTERVAL);
	rtnl_unlock();
}

/**
 * vsw_probe_init() - make a new switch ready to probe
 * @vs: switch
 *
 * Context: Process context.
 */
void vsw_probe_init(struct vswitch *vs)
{
	INIT_DELAYED_WORK(&vs->probe, vsw_probe_work);
	vs->beacon_id = get_random_u64();
}

/**
 * vsw_probe_exit() - end all probing
 * @vs: switch without port groups
 *
 * Context: Process context.
 */
void vsw_probe_exit(struct vswitch *vs)
{
	cancel_delayed_work_sync(&vs->probe);
}
