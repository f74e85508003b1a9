/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_TEAM_PICK_H
#define VSW_TEAM_PICK_H

#include "vsw.h"

u32 vsw_team_members(const struct vsw_portgroup *pg);
void vsw_team_work_out(struct vsw_portgroup *pg, struct vsw_team *team);
struct vsw_port *vsw_team_select(const struct vsw_port *p);

#endif
