/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_STATE_H
#define VMKCTL_CONFIG_STATE_H

#include "cmd.h"
#include "config_schema.h"

int config_state(struct cmd *c, const struct config *other, bool tell,
		 struct config **cfg);
int config_resolve(const struct cmd *c, struct config *cfg);
void config_drop_absent(const struct cmd *c, struct config *cfg);
int config_state_ip(const struct cmd *c, bool tell, const json_t *vmk,
		    struct config_adapter *adapter);
int config_state_routes(const struct cmd *c, bool tell, const json_t *vmks,
			struct config *cfg);

#endif
