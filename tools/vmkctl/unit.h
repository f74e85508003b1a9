/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_UNIT_H
#define VMKCTL_UNIT_H

#include <netlink/msg.h>

#include "model.h"

void unit_result(bool ok, const char *what, const char *seen);
json_t *unit_decode(const struct model *model, struct nl_msg *msg);
void unit_policies(void);
void unit_configs(void);

#endif
