/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_VSWDEV_H
#define VSW_VSWDEV_H

#include "policy.h"

/**
 * struct vsw_vswitch_change - what a switch is to be, or to become
 * @mtu: MTU; 0 for the default, or no change
 * @set_discovery: set the discovery protocol status, to @discovery
 * @discovery: discovery protocol status
 * @set_failback_delay: set the failback delay, to @failback_delay
 * @failback_delay: failback delay, ms
 * @policy: change of its policy; not of a new switch
 */
struct vsw_vswitch_change {
	unsigned int mtu;
	bool set_discovery;
	enum vswitch_discovery discovery;
	bool set_failback_delay;
	u32 failback_delay;
	struct vsw_policy_change policy;
};

bool vsw_vswdev_is(const struct net_device *dev);
struct vswitch *vsw_vswdev_add(struct net *net, const char *name,
			       const struct vsw_vswitch_change *change,
			       struct netlink_ext_ack *extack);
int vsw_vswdev_change(struct vswitch *vs,
		      const struct vsw_vswitch_change *change,
		      struct netlink_ext_ack *extack);
void vsw_vswdev_changed(struct vswitch *vs);
int vsw_vswdev_del(struct vswitch *vs, struct netlink_ext_ack *extack);
void vsw_vswdev_unregister(struct vswitch *vs);
int vsw_vswdev_register(void);
void vsw_vswdev_unregister_kind(void);

#endif
