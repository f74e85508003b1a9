/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_INPUT_H
#define VSW_INPUT_H

#include "vsw.h"

rx_handler_result_t vsw_vm_input(struct sk_buff **pskb);
rx_handler_result_t vsw_uplink_input(struct sk_buff **pskb);
netdev_tx_t vsw_vmk_xmit(struct vsw_port *p, struct sk_buff *skb);

#endif
