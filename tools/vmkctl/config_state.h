/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_STATE_H
#define VMKCTL_CONFIG_STATE_H

#include "cmd.h"
#include "config_schema.h"

int config_state(struct cmd *c, const struct config *other,
		 struct config **cfg);
int config_resolve(const struct cmd *c, struct config *cfg);
int config_state_ip(const struct cmd *c, const json_t *vmk,
		    struct config_adapter *adapter);
int config_state_routes(const struct cmd *c, const json_t *vmks,
			struct config *cfg);

#endif
