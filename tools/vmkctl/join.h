/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_JOIN_H
#define VMKCTL_JOIN_H

#include <jansson.h>

void join_switch(json_t *sw, const json_t *uplinks, const json_t *portgroups);
void join_failover(json_t *rec, const json_t *uplinks);
void join_port(json_t *port, const json_t *uplinks, const json_t *portgroups);

#endif
