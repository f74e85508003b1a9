/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_NETDEV_EVENT_H
#define VSW_NETDEV_EVENT_H

int vsw_netdev_event_register(void);
void vsw_netdev_event_unregister(void);

#endif
