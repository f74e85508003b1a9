// SPDX-License-Identifier: GPL-2.0
/* Steps that change switches and port groups. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_plan.h"
#include "config_rules.h"
#include "config_value.h"

/* An uplink that goes leaves every team. */
static void plan_remove_uplink(struct config_change *ch,
			       struct config_switch *sw, const char *name)
{
	char *uplink = strdup(name);

	if (!uplink) {
		ch->plan.err = -ENOMEM;
		return;
	}
	plan_begin(&ch->plan, "vswitch uplink remove");
	plan_opt(&ch->plan, "uplink-name", uplink);
	plan_opt(&ch->plan, "vswitch-name", sw->name);
	config_drop_uplink(sw, uplink);
	free(uplink);
}

/* And one that comes joins the switch's own as an active one. */
static void plan_add_uplink(struct config_change *ch,
			    struct config_switch *sw, const char *uplink)
{
	struct config_failover *team = sw->policy->failover;

	plan_begin(&ch->plan, "vswitch uplink add");
	plan_opt(&ch->plan, "uplink-name", uplink);
	plan_opt(&ch->plan, "vswitch-name", sw->name);
	if (config_append_text(&sw->uplinks, &sw->uplinks_count, uplink) ||
	    config_append_text(&team->active, &team->active_count, uplink))
		ch->plan.err = -ENOMEM;
}

static void plan_remove_parts(struct config_change *ch,
			      struct config_switch *sw,
			      const struct config_switch *to)
{
	uint32_t i;

	for (i = 0; i < sw->portgroups_count; i++) {
		if (config_portgroup(to, sw->portgroups[i].name))
			continue;
		plan_begin(&ch->plan, "portgroup remove");
		plan_opt(&ch->plan, "portgroup-name", sw->portgroups[i].name);
		plan_opt(&ch->plan, "vswitch-name", sw->name);
	}
	for (i = sw->uplinks_count; i-- > 0 && !ch->plan.err;)
		if (!config_has(to->uplinks, to->uplinks_count,
				sw->uplinks[i]))
			plan_remove_uplink(ch, sw, sw->uplinks[i]);
}

/**
 * plan_remove_switches() - remove switches, port groups and uplinks
 * @ch: the change
 */
void plan_remove_switches(struct config_change *ch)
{
	uint32_t i;

	for (i = 0; i < ch->now->switches_count && !ch->plan.err; i++) {
		struct config_switch *sw = &ch->now->switches[i];
		const struct config_switch *to = config_switch(ch->to,
							       sw->name);

		if (to) {
			plan_remove_parts(ch, sw, to);
			continue;
		}
		plan_begin(&ch->plan, "vswitch remove");
		plan_opt(&ch->plan, "vswitch-name", sw->name);
	}
}

/* The objects that a policy is set at: a switch or a port group. */
struct plan_policy {
	struct plan *plan;
	const char *object;
	const char *option;
	const char *name;
};

static size_t plan_policy_begin(const struct plan_policy *pp,
				const char *kind)
{
	char path[64];

	snprintf(path, sizeof(path), "%s policy %s set", pp->object, kind);
	plan_begin(pp->plan, path);
	plan_opt(pp->plan, pp->option, pp->name);
	return pp->plan->err ? 0 :
	       pp->plan->steps[pp->plan->count - 1].argc;
}

/* Overrides go all at once; those that are to stay are said again. */
static void plan_reset(const struct plan_policy *pp,
		       const cyaml_schema_field_t *fields, void *now,
		       const void *to)
{
	const cyaml_schema_field_t *f;
	bool lost = false;

	for (f = fields; f->key; f++)
		lost |= config_member(f, now) && !config_member(f, to);
	if (!lost)
		return;
	plan_flag(pp->plan, "use-vswitch");
	for (f = fields; f->key; f++)
		if (config_is_scalar(f))
			config_set(fields, now, f->key, NULL);
}

static void plan_scalars(const struct plan_policy *pp,
			 const cyaml_schema_field_t *fields, void *now,
			 const void *to)
{
	for (; fields->key; fields++)
		if (config_is_scalar(fields))
			plan_field(pp->plan, fields, now, to, fields->key);
}

static void plan_policy(const struct plan_policy *pp, const char *kind,
			const cyaml_schema_field_t *fields, void *now,
			const void *to)
{
	size_t bare = plan_policy_begin(pp, kind);

	plan_reset(pp, fields, now, to);
	plan_scalars(pp, fields, now, to);
	plan_drop_bare(pp->plan, bare);
}

static bool plan_same_list(char *const *a, uint32_t na, char *const *b,
			   uint32_t nb)
{
	uint32_t i;

	if (na != nb || !a != !b)
		return false;
	for (i = 0; i < na; i++)
		if (strcmp(a[i], b[i]))
			return false;
	return true;
}

static void plan_names(struct plan *plan, const char *option,
		       char *const *list, uint32_t count)
{
	size_t size, i;
	char *text;
	FILE *out;

	out = open_memstream(&text, &size);
	for (i = 0; out && i < count; i++)
		fprintf(out, "%s%s", i ? "," : "", list[i]);
	if (!out || fclose(out)) {
		plan->err = -ENOMEM;
		return;
	}
	plan_opt(plan, option, text);
	free(text);
}

static void plan_failover(const struct plan_policy *pp,
			  struct config_failover *now,
			  const struct config_failover *to)
{
	size_t bare = plan_policy_begin(pp, "failover");
	bool reset;

	plan_reset(pp, failover_fields, now, to);
	reset = !pp->plan->err &&
		pp->plan->steps[pp->plan->count - 1].argc > bare;
	if (to->active &&
	    (reset || !plan_same_list(now->active, now->active_count,
				      to->active, to->active_count) ||
	     !plan_same_list(now->standby, now->standby_count, to->standby,
			     to->standby_count))) {
		plan_names(pp->plan, "active-uplinks", to->active,
			   to->active_count);
		plan_names(pp->plan, "standby-uplinks", to->standby,
			   to->standby_count);
	}
	plan_scalars(pp, failover_fields, now, to);
	plan_drop_bare(pp->plan, bare);
}

static void plan_policies(const struct plan_policy *pp,
			  struct config_policy *now,
			  const struct config_policy *to)
{
	plan_policy(pp, "security", security_fields, now->security,
		    to->security);
	plan_policy(pp, "shaping", shaping_fields, now->shaping, to->shaping);
	plan_failover(pp, now->failover, to->failover);
}

static void plan_vlan(struct plan *plan, struct config_portgroup *now,
		      const struct config_portgroup *to)
{
	struct config_text vlan;

	if (to->trunk ? config_same(now->trunk, to->trunk) :
	    now->vlan && *now->vlan == *to->vlan)
		return;
	plan_begin(plan, "portgroup set");
	plan_opt(plan, "portgroup-name", to->name);
	if (to->trunk)
		plan_opt(plan, "vlan-trunk", to->trunk);
	else
		plan_opt(plan, "vlan-id",
			 config_text(config_field(portgroup_fields, "vlan-id"),
				     to, &vlan));
}

static struct config_portgroup *plan_new_portgroup(struct config_change *ch,
						   struct config_switch *sw,
						   const char *name)
{
	struct config_portgroup *pg;

	plan_begin(&ch->plan, "portgroup add");
	plan_opt(&ch->plan, "portgroup-name", name);
	plan_opt(&ch->plan, "vswitch-name", sw->name);
	pg = config_append(&sw->portgroups, &sw->portgroups_count,
			   sizeof(*pg));
	if (pg && !config_set(portgroup_fields, pg, "name", name) &&
	    !config_complete_portgroup(pg))
		return pg;
	ch->plan.err = -ENOMEM;
	return NULL;
}

static void plan_portgroup(struct config_change *ch, struct config_switch *sw,
			   const struct config_portgroup *to)
{
	struct config_portgroup *pg = config_portgroup(sw, to->name);
	const struct plan_policy pp = {
		.plan = &ch->plan, .object = "portgroup",
		.option = "portgroup-name", .name = to->name,
	};

	if (!pg)
		pg = plan_new_portgroup(ch, sw, to->name);
	if (!pg)
		return;
	plan_vlan(&ch->plan, pg, to);
	plan_policies(&pp, pg->policy, to->policy);
}

static void plan_settings(struct config_change *ch, struct config_switch *sw,
			  const struct config_switch *to)
{
	size_t bare;

	plan_begin(&ch->plan, "vswitch set");
	plan_opt(&ch->plan, "vswitch-name", sw->name);
	if (ch->plan.err)
		return;
	bare = ch->plan.steps[ch->plan.count - 1].argc;
	if (*to->mtu > *sw->mtu)
		plan_field(&ch->plan, switch_fields, sw, to, "mtu");
	plan_field(&ch->plan, switch_fields, sw, to, "cdp-status");
	plan_field(&ch->plan, switch_fields, sw, to, "failback-delay");
	plan_drop_bare(&ch->plan, bare);
}

static struct config_switch *plan_new_switch(struct config_change *ch,
					     const char *name)
{
	struct config_switch *sw;

	plan_begin(&ch->plan, "vswitch add");
	plan_opt(&ch->plan, "vswitch-name", name);
	sw = config_append(&ch->now->switches, &ch->now->switches_count,
			   sizeof(*sw));
	if (sw && !config_set(switch_fields, sw, "name", name) &&
	    !config_complete_switch(sw))
		return sw;
	ch->plan.err = -ENOMEM;
	return NULL;
}

static void plan_switch(struct config_change *ch,
			const struct config_switch *to)
{
	struct config_switch *sw = config_switch(ch->now, to->name);
	const struct plan_policy pp = {
		.plan = &ch->plan, .object = "vswitch",
		.option = "vswitch-name", .name = to->name,
	};
	uint32_t i;

	if (!sw)
		sw = plan_new_switch(ch, to->name);
	if (!sw)
		return;
	plan_settings(ch, sw, to);
	for (i = 0; i < to->uplinks_count; i++)
		if (!config_has(sw->uplinks, sw->uplinks_count,
				to->uplinks[i]))
			plan_add_uplink(ch, sw, to->uplinks[i]);
	plan_policies(&pp, sw->policy, to->policy);
	for (i = 0; i < to->portgroups_count && !ch->plan.err; i++)
		plan_portgroup(ch, sw, &to->portgroups[i]);
}

/**
 * plan_switches() - make and change switches and port groups
 * @ch: the change
 */
void plan_switches(struct config_change *ch)
{
	uint32_t i;

	for (i = 0; i < ch->to->switches_count && !ch->plan.err; i++)
		plan_switch(ch, &ch->to->switches[i]);
}

/**
 * plan_shrink_switches() - give switches smaller MTUs, after their adapters
 * @ch: the change
 */
void plan_shrink_switches(struct config_change *ch)
{
	uint32_t i;

	for (i = 0; i < ch->to->switches_count && !ch->plan.err; i++) {
		const struct config_switch *to = &ch->to->switches[i];
		struct config_switch *sw = config_switch(ch->now, to->name);

		if (*sw->mtu == *to->mtu)
			continue;
		plan_begin(&ch->plan, "vswitch set");
		plan_opt(&ch->plan, "vswitch-name", sw->name);
		plan_field(&ch->plan, switch_fields, sw, to, "mtu");
	}
}
