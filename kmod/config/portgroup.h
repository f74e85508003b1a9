/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_PORTGROUP_H
#define VSW_PORTGROUP_H

#include "policy.h"

struct vsw_portgroup *vsw_portgroup_find(const struct net *net,
					 const char *name);
struct vsw_portgroup *vsw_portgroup_add(struct vswitch *vs, const char *name,
					struct vsw_vlan_spec *vlan,
					struct netlink_ext_ack *extack);
int vsw_portgroup_check_policy(const struct vsw_portgroup *pg,
			       const struct vsw_policy_change *change,
			       struct netlink_ext_ack *extack);
int vsw_portgroup_change(struct vsw_portgroup *pg, struct vsw_vlan_spec *vlan,
			 const struct vsw_policy_change *change,
			 struct netlink_ext_ack *extack);
void vsw_portgroup_inherit_all(struct vswitch *vs);
void vsw_portgroup_follow_all(struct vswitch *vs);
int vsw_portgroup_check_del(const struct vsw_portgroup *pg,
			    struct netlink_ext_ack *extack);
void vsw_portgroup_del(struct vsw_portgroup *pg);

#endif
