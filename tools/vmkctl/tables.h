/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_TABLES_H
#define VMKCTL_TABLES_H

#include "cmd.h"

/* Shorthand, for files that hold nothing but tables. */

#define REQ	OPT_REQUIRED
#define OBJ	OPT_OBJECT

/* An option: letter, name, value in help, type, flags, attribute, help. */
#define O(l, n, a, t, f, at, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = (t), \
	.flags = (f), .attr = (at), .help = (h) }

/* The same with a table of words. */
#define OW(l, n, a, t, f, at, w, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = (t), \
	.flags = (f), .attr = (at), .words = (w), .help = (h) }

/* A column: label, member of the record. */
#define C(l, n) { .label = (l), .name = (n) }

/* The same, its member having a longer name in the record. */
#define CF(l, n, f) { .label = (l), .name = (n), .from = (f) }

/* A number, to the right of its column in a table. */
#define CR(l, n) { .label = (l), .name = (n), .right = true }

/* The same with a text that stands for nothing. */
#define CN(l, n, t) { .label = (l), .name = (n), .none = (t) }

/* A column that only JSON has. */
#define CJ(n) { .name = (n) }

/* tables_policy.c */

#define POLICY_UPLINKS_NOTE \
	"An uplink in neither list is not used. Where one list is given,\n" \
	"the other keeps its uplinks but for those given."

extern const struct opt_def vswitch_failover_opts[];
extern const struct opt_def vswitch_security_opts[];
extern const struct opt_def vswitch_shaping_opts[];
extern const struct opt_def vswitch_policy_get_opts[];
extern const struct opt_def portgroup_failover_opts[];
extern const struct opt_def portgroup_security_opts[];
extern const struct opt_def portgroup_shaping_opts[];
extern const struct opt_def portgroup_policy_get_opts[];

extern const struct layout vswitch_failover_layout;
extern const struct layout vswitch_security_layout;
extern const struct layout vswitch_shaping_layout;
extern const struct layout portgroup_failover_layout;
extern const struct layout portgroup_security_layout;
extern const struct layout portgroup_shaping_layout;

/* tables_ip.c */
extern const struct opt_def netstack_opts[];
extern const struct opt_def netstack_get_opts[];
extern const struct opt_def netstack_set_opts[];
extern const struct opt_def route_ipv4_opts[];
extern const struct opt_def route_ipv6_opts[];
extern const struct opt_def neighbor_list_opts[];
extern const struct opt_def neighbor_remove_opts[];

extern const struct layout netstack_layout;
extern const struct layout netstack_get_layout;
extern const struct layout route_ipv4_layout;
extern const struct layout route_ipv6_layout;
extern const struct layout neighbor_layout;

/* tables_nic.c */
extern const struct opt_def nic_opts[];
extern const struct opt_def vm_port_opts[];

extern const struct layout nic_layout;
extern const struct layout nic_get_layout;
extern const struct layout nic_stats_layout;
extern const struct layout vm_layout;
extern const struct layout vm_port_layout;

#endif
