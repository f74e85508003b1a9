// SPDX-License-Identifier: GPL-2.0
/*
 * Beacon probing: each second the uplinks of a team send beacons, and are
 * judged by those that they have heard of each other.
 */
#include "datapath/beacon.h"
#include "isolation.h"
#include "policy.h"
#include "portgroup.h"
#include "probe.h"
#include "team_pick.h"
#include "uplink.h"

#define VSW_PROBE_INTERVAL	HZ

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

/* One round of a port group. Returns whether the verdict has changed. */
static bool vsw_probe_round(struct vsw_portgroup *pg)
{
	u32 team = vsw_team_members(pg);
	u32 members = team & pg->vs->links_up;
	u32 isolated;
	bool changed;

	vsw_isolation_note(&pg->beacons, members);
	isolated = vsw_isolation_judge(&pg->beacons, team, members,
				       pg->isolated);
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
