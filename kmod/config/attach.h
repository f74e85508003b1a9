/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_ATTACH_H
#define VSW_ATTACH_H

#include "vsw.h"

int vsw_attach(struct vsw_slave *slave, struct vswitch *vs,
	       rx_handler_func_t *handler, struct netlink_ext_ack *extack);
void vsw_detach(struct vsw_slave *slave);
struct vsw_slave *vsw_slave_of(const struct net_device *dev);
void vsw_slaves_restore_mtu(struct vswitch *vs);
int vsw_slaves_set_mtu(struct vswitch *vs, unsigned int mtu);

#endif
