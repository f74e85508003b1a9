/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_APPLY_H
#define VMKCTL_CONFIG_APPLY_H

#include "cmd.h"
#include "config_schema.h"
#include "plan.h"

int config_run(const struct cmd *c, const struct plan *plan, bool lenient,
	       char **why);
int config_former(struct cmd *c, struct config **former);
int config_go_back(struct cmd *c, const struct config *former,
		   const struct config *tried);

#endif
