/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_CONFIG_NET_H
#define VSW_CONFIG_NET_H

#include "vsw.h"

struct vsw_net *vsw_net(const struct net *net);
int vsw_net_register(void);
void vsw_net_unregister(void);

#endif
