/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_UPLINK_H
#define VSW_UPLINK_H

#include "port.h"

struct vsw_uplink *vsw_uplink_add(struct vswitch *vs, struct net_device *dev,
				  struct netlink_ext_ack *extack);
void vsw_uplink_del(struct vsw_uplink *up);
void vsw_uplink_link_changed(struct vsw_uplink *up);
void vsw_uplink_tell_all(struct vswitch *vs);
bool vsw_uplink_set_failback_delay(struct vswitch *vs, u32 delay);
int vsw_uplink_change(struct vsw_uplink *up,
		      const struct vsw_port_change *change,
		      struct netlink_ext_ack *extack);
void vsw_uplink_init(struct vswitch *vs);
void vsw_uplink_exit(struct vswitch *vs);

#endif
