/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_UPLINK_H
#define VSW_UPLINK_H

#include "vsw.h"

struct vsw_uplink *vsw_uplink_add(struct vswitch *vs, struct net_device *dev,
				  struct netlink_ext_ack *extack);
void vsw_uplink_del(struct vsw_uplink *up);
void vsw_uplink_link_changed(struct vsw_uplink *up);

#endif
