/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_RARP_H
#define VSW_RARP_H

#include "vsw.h"

void vsw_rarp_init(struct vswitch *vs);
void vsw_rarp_exit(struct vswitch *vs);
void vsw_rarp_start(struct vsw_port *p);

#endif
