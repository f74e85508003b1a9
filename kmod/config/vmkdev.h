/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_VMKDEV_H
#define VSW_VMKDEV_H

#include "vsw.h"

struct vsw_vmk *vsw_vmkdev_of(const struct net_device *dev);
struct net_device *vsw_vmkdev_create(struct net *net, const char *name,
				     struct netlink_ext_ack *extack);
int vsw_vmkdev_register(void);
void vsw_vmkdev_unregister(void);

#endif
