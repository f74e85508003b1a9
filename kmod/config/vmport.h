/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_VMPORT_H
#define VSW_VMPORT_H

#include "vsw.h"

struct vsw_slave *vsw_vmport_add(struct vsw_portgroup *pg,
				 struct net_device *dev, const u8 *mac,
				 struct netlink_ext_ack *extack);
void vsw_vmport_del(struct vsw_slave *slave);

#endif
