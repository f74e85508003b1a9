// SPDX-License-Identifier: GPL-2.0
/* What is shown of an object and is in the records of others. */
#include <stdbool.h>
#include <string.h>

#include "join.h"
#include "model.h"

static bool join_is_beacon(const json_t *rec)
{
	const char *how = model_str(rec, "network_failure_detection");

	return how && !strcmp(how, "beacon");
}

/* Which port groups need beacons, if only because their switch has them. */
static void join_beacon(json_t *sw, const json_t *portgroups)
{
	const json_t *index = json_object_get(sw, "index");
	json_t *names = json_array();
	const json_t *pg;
	size_t i;

	for (i = 0; i < json_array_size(portgroups); i++) {
		pg = json_array_get(portgroups, i);
		if (join_is_beacon(pg) &&
		    json_equal(json_object_get(pg, "switch_index"), index))
			json_array_append(names, json_object_get(pg, "name"));
	}
	json_object_set_new(sw, "beacon_enabled",
			    json_boolean(json_array_size(names) ||
					 join_is_beacon(sw)));
	json_object_set_new(sw, "beacon_required_by", names);
}

/**
 * join_switch() - what belongs to a switch
 * @sw: record of the switch
 * @uplinks: records of all uplinks
 * @portgroups: records of all port groups
 */
void join_switch(json_t *sw, const json_t *uplinks, const json_t *portgroups)
{
	const json_t *index = json_object_get(sw, "index");

	json_object_set_new(sw, "uplinks",
			    model_names(uplinks, "switch_index", index,
					"name"));
	json_object_set_new(sw, "portgroups",
			    model_names(portgroups, "switch_index", index,
					"name"));
	join_beacon(sw, portgroups);
}

static bool join_has(const json_t *list, const json_t *value)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), value))
			return true;
	return false;
}

/**
 * join_failover() - the uplinks that are neither active nor standby
 * @rec: record of a switch or a port group
 * @uplinks: records of all uplinks
 */
void join_failover(json_t *rec, const json_t *uplinks)
{
	const json_t *index = json_object_get(rec, "switch_index") ?:
			      json_object_get(rec, "index");
	const json_t *active = json_object_get(rec, "active_adapters");
	const json_t *standby = json_object_get(rec, "standby_adapters");
	json_t *list = model_names(uplinks, "switch_index", index, "name");
	size_t i = 0;

	while (i < json_array_size(list)) {
		const json_t *name = json_array_get(list, i);

		if (join_has(active, name) || join_has(standby, name))
			json_array_remove(list, i);
		else
			i++;
	}
	json_object_set_new(rec, "unused_adapters", list);
}

/* By source address too, where a client may send from many. */
static bool join_is_per_frame(const json_t *pg)
{
	const char *load = model_str(pg, "load_balancing");

	if (!load)
		return false;
	return !strcmp(load, "iphash") ||
	       (!strcmp(load, "srcmac") &&
		json_is_true(json_object_get(pg, "allow_forged_transmits")));
}

/**
 * join_port() - the name of the uplink that a port uses
 * @port: record of the port
 * @uplinks: records of all uplinks
 * @portgroups: records of all port groups
 *
 * Where one is chosen for each frame, esxtop shows how many there are to choose
 * from, as all(2).
 */
void join_port(json_t *port, const json_t *uplinks, const json_t *portgroups)
{
	const json_t *uplink, *pg;
	size_t n;

	uplink = model_find(uplinks, "port_id",
			    json_object_get(port, "uplink_port_id"));
	pg = model_find(portgroups, "name",
			json_object_get(port, "portgroup"));
	n = json_array_size(json_object_get(pg, "uplinks_in_use"));
	if (uplink)
		json_object_set(port, "team_uplink",
				json_object_get(uplink, "name"));
	else if (n && join_is_per_frame(pg))
		json_object_set_new(port, "team_uplink",
				    json_sprintf("all(%zu)", n));
}
