// SPDX-License-Identifier: GPL-2.0
/*
 * From one configuration to another: what to do, in which order. While the
 * plan is made, the configuration now is changed as each step will change it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config_plan.h"
#include "config_rules.h"
#include "config_value.h"

/**
 * plan_field() - give the last command an option where a value changes
 * @plan: the plan
 * @fields: fields of the mapping
 * @now: the structure, which gets the value
 * @to: the structure that has it; what it leaves unsaid stays
 * @key: key of the value and name of the option
 */
void plan_field(struct plan *plan, const cyaml_schema_field_t *fields,
		void *now, const void *to, const char *key)
{
	const cyaml_schema_field_t *field = config_field(fields, key);
	struct config_text have, want;

	if (!config_text(field, to, &want) ||
	    config_same(config_text(field, now, &have), want.text))
		return;
	plan_opt(plan, key, want.text);
	if (!plan->err)
		plan->err = config_set(fields, now, key, want.text);
}

/**
 * plan_forget() - an object is no more
 * @ch: the change
 * @list: key of the list that had it
 * @nth: which of the list
 */
void plan_forget(struct config_change *ch, const char *list, uint32_t nth)
{
	int err = config_forget(config_field(config_fields, list), ch->now,
				nth);

	if (err)
		ch->plan.err = err;
}

static bool plan_has_stack(const struct config *cfg, const char *name)
{
	uint32_t i;

	for (i = 0; i < cfg->stacks_count; i++)
		if (!strcmp(cfg->stacks[i].name, name))
			return true;
	return false;
}

/**
 * config_keep_stacks() - let a plan remove no TCP/IP stack
 * @now: the configuration it starts from
 * @to: the one that it leads to
 *
 * A stack is a namespace that may be there for others, too.
 */
void config_keep_stacks(struct config *now, const struct config *to)
{
	uint32_t i = now->stacks_count;

	while (i-- > 0)
		if (!plan_has_stack(to, now->stacks[i].name))
			config_forget(config_field(config_fields, "netstacks"),
				      now, i);
}

static void plan_stacks(struct plan *plan, const char *path,
			const struct config *these, const struct config *but)
{
	uint32_t i;

	for (i = 0; i < these->stacks_count; i++) {
		if (plan_has_stack(but, these->stacks[i].name))
			continue;
		plan_begin(plan, path);
		plan_opt(plan, "netstack", these->stacks[i].name);
	}
}

/**
 * config_plan() - what leads from one configuration to another
 * @now: the one there is; changed
 * @to: the one wanted, complete
 * @plan: set to the steps, to be freed in any case
 *
 * Return: 0 or a negative errno.
 */
int config_plan(struct config *now, const struct config *to,
		struct plan *plan)
{
	struct config_change ch = { .now = now, .to = to };

	ch.plan.err = config_complete(now);
	if (!ch.plan.err) {
		plan_remove_routes(&ch);
		plan_early_tags(&ch);
		plan_remove_adapters(&ch);
		plan_stacks(&ch.plan, "netstack remove", now, to);
		plan_remove_switches(&ch);
		plan_switches(&ch);
		plan_stacks(&ch.plan, "netstack add", to, now);
		plan_adapters(&ch);
		plan_routes(&ch);
		plan_late_tags(&ch);
		plan_shrink_switches(&ch);
	}
	*plan = ch.plan;
	return plan->err;
}
