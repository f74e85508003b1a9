/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_FILTER_H
#define VSW_FILTER_H

#include "vsw.h"

int vsw_filter_add_addr(struct vswitch *vs, const u8 *mac);
void vsw_filter_del_addr(struct vswitch *vs, const u8 *mac);
int vsw_filter_add_vlans(struct vswitch *vs, const struct vsw_vlan_spec *spec);
void vsw_filter_del_vlans(struct vswitch *vs, const struct vsw_vlan_spec *spec);
void vsw_filter_set_promiscuous(struct vswitch *vs, bool on);
int vsw_filter_attach(struct vsw_uplink *up);
void vsw_filter_detach(struct vsw_uplink *up);

#endif
