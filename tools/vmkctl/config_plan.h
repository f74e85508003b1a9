/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_PLAN_H
#define VMKCTL_CONFIG_PLAN_H

#include "config_schema.h"
#include "plan.h"

/**
 * struct config_change - a way from one configuration to another
 * @now: what there is after the steps so far; complete
 * @to: what is wanted; complete
 * @plan: the steps
 */
struct config_change {
	struct config *now;
	const struct config *to;
	struct plan plan;
};

void config_keep_stacks(struct config *now, const struct config *to);
int config_plan(struct config *now, const struct config *to,
		struct plan *plan);

void plan_field(struct plan *plan, const cyaml_schema_field_t *fields,
		void *now, const void *to, const char *key);
void plan_forget(struct config_change *ch, const char *list, uint32_t nth);

/* config_plan_switch.c */
void plan_remove_switches(struct config_change *ch);
void plan_switches(struct config_change *ch);
void plan_shrink_switches(struct config_change *ch);

/* config_plan_adapter.c */
void plan_early_tags(struct config_change *ch);
void plan_remove_adapters(struct config_change *ch);
void plan_adapters(struct config_change *ch);
void plan_late_tags(struct config_change *ch);

/* config_plan_route.c */
void plan_remove_routes(struct config_change *ch);
void plan_routes(struct config_change *ch);
bool plan_is_remade(const struct config_change *ch,
		    const struct config_adapter *vmk);
bool plan_is_readdressed(const struct config_change *ch,
			 const struct config_adapter *vmk);

#endif
