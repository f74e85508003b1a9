/* SPDX-License-Identifier: GPL-2.0 */
/* A switch with uplinks, and a port group on it with a client. */
#ifndef VSW_KUNIT_TEAM_H
#define VSW_KUNIT_TEAM_H

#include <kunit/test.h>

#include "config/policy.h"

/**
 * struct team - what there is to choose from
 * @vs: switch, with all the uplinks that one can have
 * @pg: port group
 * @client: its client
 * @uplinks: the uplinks, by slot
 */
struct team {
	struct vswitch vs;
	struct vsw_portgroup pg;
	struct vsw_port client;
	struct vsw_uplink uplinks[VSWITCH_MAX_UPLINKS];
};

int team_init(struct kunit *test);
void team_publish(struct team *team, const struct vsw_team *now);

#endif
