/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_BEACON_H
#define VSW_BEACON_H

#include "vsw.h"

void vsw_beacon_send(const struct vsw_portgroup *pg, struct vsw_uplink *up);
bool vsw_beacon_take(struct vsw_port *up, const struct sk_buff *skb);

#endif
