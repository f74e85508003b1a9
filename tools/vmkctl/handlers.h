/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_HANDLERS_H
#define VMKCTL_HANDLERS_H

#include "cmd.h"

/* What the table of commands runs. Each returns the exit status. */
int cmd_vswitch_add(struct cmd *c);
int cmd_vswitch_list(struct cmd *c);
int cmd_uplink_add(struct cmd *c);
int cmd_failover_get(struct cmd *c);
int cmd_interface_add(struct cmd *c);
int cmd_interface_list(struct cmd *c);
int cmd_interface_remove(struct cmd *c);
int cmd_tag_add(struct cmd *c);
int cmd_tag_remove(struct cmd *c);
int cmd_ipv4_set(struct cmd *c);
int cmd_ipv4_get(struct cmd *c);
int cmd_ipv4_list(struct cmd *c);
int cmd_ipv6_set(struct cmd *c);
int cmd_ipv6_get(struct cmd *c);
int cmd_ipv6_add(struct cmd *c);
int cmd_ipv6_remove(struct cmd *c);
int cmd_ipv6_list(struct cmd *c);
int cmd_port_list(struct cmd *c);
int cmd_vmport_list(struct cmd *c);
int cmd_nic_list(struct cmd *c);
int cmd_nic_get(struct cmd *c);
int cmd_nic_stats(struct cmd *c);
int cmd_nic_up(struct cmd *c);
int cmd_nic_down(struct cmd *c);
int cmd_nic_alias(struct cmd *c);
int cmd_netstack_add(struct cmd *c);
int cmd_netstack_get(struct cmd *c);
int cmd_netstack_list(struct cmd *c);
int cmd_netstack_remove(struct cmd *c);
int cmd_netstack_set(struct cmd *c);
int cmd_route_ipv4_add(struct cmd *c);
int cmd_route_ipv4_list(struct cmd *c);
int cmd_route_ipv4_remove(struct cmd *c);
int cmd_route_ipv6_add(struct cmd *c);
int cmd_route_ipv6_list(struct cmd *c);
int cmd_route_ipv6_remove(struct cmd *c);
int cmd_neighbor_list(struct cmd *c);
int cmd_neighbor_remove(struct cmd *c);
int cmd_vm_list(struct cmd *c);
int cmd_vm_port_list(struct cmd *c);
int cmd_ping(struct cmd *c);
int cmd_config_show(struct cmd *c);
int cmd_config_save(struct cmd *c);
int cmd_config_diff(struct cmd *c);
int cmd_config_apply(struct cmd *c);
int cmd_config_confirm(struct cmd *c);
int cmd_config_revert(struct cmd *c);
int cmd_monitor(struct cmd *c);

#endif
