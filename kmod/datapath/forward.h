/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_FORWARD_H
#define VSW_FORWARD_H

#include "vsw.h"

void vsw_forward_client(struct vsw_port *p, struct sk_buff *skb, u16 vid,
			struct sk_buff **direct);
void vsw_forward_uplink(struct vsw_port *up, struct sk_buff *skb, u16 vid,
			struct sk_buff **direct);

#endif
