/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_PROBE_H
#define VSW_PROBE_H

#include "vsw.h"

void vsw_probe_init(struct vswitch *vs);
void vsw_probe_exit(struct vswitch *vs);

#endif
