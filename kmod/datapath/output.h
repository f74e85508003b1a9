/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_OUTPUT_H
#define VSW_OUTPUT_H

#include "vsw.h"

void vsw_output_uplink(struct vsw_port *up, struct sk_buff *skb);
void vsw_output_client(struct vsw_port *p, struct sk_buff *skb,
		       struct sk_buff **direct);
void vsw_output_copy(struct vsw_port *p, struct sk_buff *skb);

#endif
