/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_NETLINK_H
#define VSW_NETLINK_H

int vsw_netlink_register(void);
void vsw_netlink_unregister(void);

#endif
