/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_ISOLATION_H
#define VSW_ISOLATION_H

#include "vsw.h"

void vsw_isolation_note(struct vsw_beacons *beacons, u32 members);
u32 vsw_isolation_judge(const struct vsw_beacons *beacons, u32 team,
			u32 members, u32 before);

#endif
