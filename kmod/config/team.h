/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_TEAM_H
#define VSW_TEAM_H

#include "vsw.h"

void vsw_team_init(struct vsw_portgroup *pg);
bool vsw_team_update(struct vsw_portgroup *pg);
void vsw_team_announce(struct vsw_port *p, bool anew);
bool vsw_team_assign(struct vsw_port *p);

#endif
