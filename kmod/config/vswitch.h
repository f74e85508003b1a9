/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_VSWITCH_H
#define VSW_VSWITCH_H

#include "policy.h"

struct vswitch *vsw_vswitch_find(const struct net *net, const char *name);
int vsw_vswitch_check_name(const struct net *net, const char *name,
			   struct netlink_ext_ack *extack);
int vsw_vswitch_init(struct vswitch *vs);
bool vsw_vswitch_is_listed(const struct vswitch *vs);
void vsw_vswitch_exit(struct vswitch *vs);
int vsw_vswitch_check_mtu(const struct vswitch *vs, unsigned int mtu,
			  struct netlink_ext_ack *extack);
int vsw_vswitch_check_policy(const struct vswitch *vs,
			     const struct vsw_policy_change *change,
			     struct netlink_ext_ack *extack);
int vsw_vswitch_check_del(const struct vswitch *vs,
			  struct netlink_ext_ack *extack);

#endif
