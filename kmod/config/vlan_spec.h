/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_VLAN_SPEC_H
#define VSW_VLAN_SPEC_H

#include "vsw.h"

struct vsw_vlan_spec *vsw_vlan_spec_access(u16 vid);
struct vsw_vlan_spec *vsw_vlan_spec_trunk(void);
void vsw_vlan_spec_allow(struct vsw_vlan_spec *spec, u16 first, u16 last);
bool vsw_vlan_spec_is_all(const struct vsw_vlan_spec *spec);
bool vsw_vlan_spec_equal(const struct vsw_vlan_spec *a,
			 const struct vsw_vlan_spec *b);
u16 vsw_vlan_spec_next(const struct vsw_vlan_spec *spec, u16 vid);

#endif
