/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_TEAM_H
#define VSW_TEAM_H

#include "vsw.h"

void vsw_team_assign(struct vsw_port *p);
void vsw_team_spread(struct vswitch *vs);

#endif
