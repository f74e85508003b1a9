// SPDX-License-Identifier: GPL-2.0
/* The running state as a configuration. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_state.h"
#include "config_value.h"
#include "netns.h"
#include "request.h"

/**
 * struct state_key - where the value of a key comes from
 * @key: the key; a table ends in an entry without one
 * @from: member of the record
 */
struct state_key {
	const char *key;
	const char *from;
};

static const struct state_key switch_keys[] = {
	{ "name", "name" },
	{ "mtu", "mtu" },
	{ "cdp-status", "cdp_status" },
	{ "failback-delay", "failback_delay" },
	{ }
};

static const struct state_key portgroup_keys[] = {
	{ "name", "name" },
	{ "vlan-id", "vlan_id" },
	{ "vlan-trunk", "vlan_trunk" },
	{ }
};

static const struct state_key security_keys[] = {
	{ "allow-promiscuous", "allow_promiscuous" },
	{ "allow-mac-change", "allow_mac_address_change" },
	{ "allow-forged-transmits", "allow_forged_transmits" },
	{ }
};

static const struct state_key shaping_keys[] = {
	{ "enabled", "shaping_enabled" },
	{ "avg-bandwidth", "average_bandwidth" },
	{ "peak-bandwidth", "peak_bandwidth" },
	{ "burst-size", "burst_size" },
	{ }
};

static const struct state_key failover_keys[] = {
	{ "load-balancing", "load_balancing" },
	{ "failure-detection", "network_failure_detection" },
	{ "notify-switches", "notify_switches" },
	{ "failback", "failback" },
	{ }
};

static const struct state_key adapter_keys[] = {
	{ "name", "name" },
	{ "portgroup", "portgroup" },
	{ "netstack", "netstack_instance" },
	{ "mac-address", "mac_address" },
	{ "mtu", "mtu" },
	{ "enabled", "enabled" },
	{ }
};

static bool state_is_override(const json_t *rec, const char *from)
{
	char name[64];

	snprintf(name, sizeof(name), "override_vswitch_%s", from);
	return json_is_true(json_object_get(rec, name));
}

/* Returns how many values were set, or a negative errno. */
static int state_set(const cyaml_schema_field_t *fields, void *base,
		     const struct state_key *keys, const json_t *rec,
		     bool overrides_only)
{
	int count = 0;
	int err;

	for (; keys->key; keys++) {
		const json_t *value = json_object_get(rec, keys->from);
		char *text;

		if (!value || (overrides_only &&
			       !state_is_override(rec, keys->from)))
			continue;
		text = print_text(value);
		if (!text)
			return -ENOMEM;
		err = config_set(fields, base, keys->key, text);
		free(text);
		if (err)
			return err;
		count++;
	}
	return count;
}

static int state_names(char ***list, uint32_t *count, const json_t *names)
{
	const json_t *name;
	int err = 0;
	size_t i;

	if (!*list)
		*list = calloc(1, sizeof(**list));
	if (!*list)
		return -ENOMEM;
	for (i = 0; !err && i < json_array_size(names); i++) {
		name = json_array_get(names, i);
		err = config_append_text(list, count, json_string_value(name));
	}
	return err;
}

/* A policy of which nothing is set is left out. */
static int state_keep(void *member, void *policy, int count)
{
	if (count > 0)
		memcpy(member, &policy, sizeof(policy));
	else
		free(policy);
	return count < 0 ? count : 0;
}

static int state_security(struct config_policy *policy, const json_t *rec,
			  bool overrides_only)
{
	struct config_security *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	return state_keep(&policy->security, s,
			  state_set(security_fields, s, security_keys, rec,
				    overrides_only));
}

static int state_shaping(struct config_policy *policy, const json_t *rec,
			 bool overrides_only)
{
	struct config_shaping *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	return state_keep(&policy->shaping, s,
			  state_set(shaping_fields, s, shaping_keys, rec,
				    overrides_only));
}

static int state_failover(struct config_policy *policy, const json_t *rec,
			  bool overrides_only)
{
	struct config_failover *f = calloc(1, sizeof(*f));
	int count, err = 0;

	if (!f)
		return -ENOMEM;
	count = state_set(failover_fields, f, failover_keys, rec,
			  overrides_only);
	if (count >= 0 && (!overrides_only ||
			   state_is_override(rec, "uplinks"))) {
		err = state_names(&f->active, &f->active_count,
				  json_object_get(rec, "active_adapters"));
		if (!err)
			err = state_names(&f->standby, &f->standby_count,
					  json_object_get(rec,
							  "standby_adapters"));
		count++;
	}
	return state_keep(&policy->failover, f, err ?: count);
}

static int state_policy(struct config_policy **out, const json_t *rec,
			bool overrides_only)
{
	struct config_policy *policy = calloc(1, sizeof(*policy));
	int err;

	if (!policy)
		return -ENOMEM;
	err = state_security(policy, rec, overrides_only);
	if (!err)
		err = state_shaping(policy, rec, overrides_only);
	if (!err)
		err = state_failover(policy, rec, overrides_only);
	if (policy->security || policy->shaping || policy->failover)
		*out = policy;
	else
		free(policy);
	return err;
}

static int state_portgroup(struct config_switch *sw, const json_t *rec)
{
	struct config_portgroup *pg;
	int err;

	pg = config_append(&sw->portgroups, &sw->portgroups_count,
			   sizeof(*pg));
	if (!pg)
		return -ENOMEM;
	err = state_set(portgroup_fields, pg, portgroup_keys, rec, false);
	return err < 0 ? err : state_policy(&pg->policy, rec, true);
}

static int state_portgroups(struct config_switch *sw, const json_t *rec,
			    const json_t *portgroups)
{
	const json_t *index = json_object_get(rec, "index");
	int err = 0;
	size_t i;

	for (i = 0; !err && i < json_array_size(portgroups); i++) {
		const json_t *pg = json_array_get(portgroups, i);

		if (json_equal(json_object_get(pg, "switch_index"), index))
			err = state_portgroup(sw, pg);
	}
	return err;
}

static int state_switch(struct config *cfg, const json_t *rec,
			const json_t *uplinks, const json_t *portgroups)
{
	struct config_switch *sw;
	json_t *names;
	int err;

	sw = config_append(&cfg->switches, &cfg->switches_count, sizeof(*sw));
	if (!sw)
		return -ENOMEM;
	err = state_set(switch_fields, sw, switch_keys, rec, false);
	if (err < 0)
		return err;
	names = model_names(uplinks, "switch_index",
			    json_object_get(rec, "index"), "name");
	err = state_names(&sw->uplinks, &sw->uplinks_count, names);
	json_decref(names);
	if (!err)
		err = state_policy(&sw->policy, rec, false);
	return err ? err : state_portgroups(sw, rec, portgroups);
}

static int state_switches(struct cmd *c, struct config *cfg)
{
	json_t *switches = NULL, *uplinks = NULL, *portgroups = NULL;
	int err, status;
	size_t i;

	status = cmd_fetch_all(c, &model_switch, &switches);
	if (!status)
		status = cmd_fetch_all(c, &model_uplink, &uplinks);
	if (!status)
		status = cmd_fetch_all(c, &model_portgroup, &portgroups);
	for (i = 0; !status && i < json_array_size(switches); i++) {
		err = state_switch(cfg, json_array_get(switches, i), uplinks,
				   portgroups);
		if (err)
			status = cmd_fail_errno(c, "vswitch", err);
	}
	json_decref(switches);
	json_decref(uplinks);
	json_decref(portgroups);
	return status;
}

static bool state_has_stack(const struct config *cfg, const char *name)
{
	uint32_t i;

	for (i = 0; i < cfg->stacks_count; i++)
		if (!strcmp(cfg->stacks[i].name, name))
			return true;
	return false;
}

static int state_add_stack(struct config *cfg, const char *name)
{
	struct config_stack *stack;

	if (netns_is_default(name) || state_has_stack(cfg, name))
		return 0;
	stack = config_append(&cfg->stacks, &cfg->stacks_count,
			      sizeof(*stack));
	return stack ? config_set(stack_fields, stack, "name", name) : -ENOMEM;
}

static int state_tags(struct config_adapter *vmk, const json_t *rec)
{
	const json_t *tags = json_object_get(rec, "tags");
	size_t i;

	vmk->tags = calloc(1, sizeof(*vmk->tags));
	if (!vmk->tags)
		return -ENOMEM;
	for (i = 0; i < json_array_size(tags); i++) {
		const char *tag = json_string_value(json_array_get(tags, i));
		const struct word *word = word_find(words_traffic, tag,
						    strlen(tag));

		if (word)
			*vmk->tags |= word->value;
	}
	return 0;
}

static int state_adapter(const struct cmd *c, bool tell, struct config *cfg,
			 const json_t *rec)
{
	struct config_adapter *vmk;
	int err;

	vmk = config_append(&cfg->adapters, &cfg->adapters_count,
			    sizeof(*vmk));
	if (!vmk)
		return cmd_fail_errno(c, "interface", -ENOMEM);
	err = state_set(adapter_fields, vmk, adapter_keys, rec, false);
	if (err >= 0)
		err = state_tags(vmk, rec);
	if (!err)
		err = state_add_stack(cfg, vmk->stack);
	if (err)
		return cmd_fail_errno(c, "interface", err);
	return config_state_ip(c, tell, rec, vmk);
}

static int state_adapters(struct cmd *c, bool tell, struct config *cfg)
{
	json_t *vmks;
	int status;
	size_t i;

	status = cmd_fetch_all(c, &model_vmk, &vmks);
	if (status)
		return status;
	model_sort(vmks, "name");
	for (i = 0; !status && i < json_array_size(vmks); i++)
		status = state_adapter(c, tell, cfg, json_array_get(vmks, i));
	if (!status)
		status = config_state_routes(c, tell, vmks, cfg);
	json_decref(vmks);
	return status;
}

/*
 * A namespace may be there for something else, so only those count that have
 * an adapter, or that are asked for.
 */
static int state_stacks(const struct cmd *c, const struct config *other,
			struct config *cfg)
{
	int err = 0;
	uint32_t i;

	for (i = 0; !err && other && i < other->stacks_count; i++) {
		int fd = netns_open(other->stacks[i].name);

		if (fd < 0)
			continue;
		close(fd);
		err = state_add_stack(cfg, other->stacks[i].name);
	}
	return err ? cmd_fail_errno(c, "netstack", err) : CMD_OK;
}

/**
 * config_state() - the running state
 * @c: the invocation
 * @other: a configuration it is to be compared with, or NULL
 * @tell: warn of what no configuration can say
 * @cfg: set to the state, the caller's
 *
 * Return: an exit status.
 */
int config_state(struct cmd *c, const struct config *other, bool tell,
		 struct config **cfg)
{
	int status;

	*cfg = calloc(1, sizeof(**cfg));
	if (!*cfg || config_set(config_fields, *cfg, "version", "1")) {
		free(*cfg);
		return cmd_fail_errno(c, "state", -ENOMEM);
	}
	status = state_switches(c, *cfg);
	if (!status)
		status = state_adapters(c, tell, *cfg);
	if (!status)
		status = state_stacks(c, other, *cfg);
	if (!status)
		return CMD_OK;
	config_free(*cfg);
	*cfg = NULL;
	return status;
}

static int state_resolve_list(char **list, uint32_t count)
{
	char name[IF_NAMESIZE];
	unsigned int index;
	uint32_t i;
	char *copy;

	for (i = 0; i < count; i++) {
		index = if_nametoindex(list[i]);
		if (!index || !if_indextoname(index, name) ||
		    !strcmp(list[i], name))
			continue;
		copy = strdup(name);
		if (!copy)
			return -ENOMEM;
		free(list[i]);
		list[i] = copy;
	}
	return 0;
}

static int state_resolve_team(const struct config_policy *policy)
{
	struct config_failover *team = policy->failover;
	int err;

	err = state_resolve_list(team->active, team->active_count);
	return err ? err : state_resolve_list(team->standby,
					      team->standby_count);
}

static int state_resolve_switch(struct config_switch *sw)
{
	uint32_t i;
	int err;

	err = state_resolve_list(sw->uplinks, sw->uplinks_count);
	if (!err)
		err = state_resolve_team(sw->policy);
	for (i = 0; !err && i < sw->portgroups_count; i++)
		err = state_resolve_team(sw->portgroups[i].policy);
	return err;
}

/**
 * config_resolve() - name uplinks as the running state does
 * @c: the invocation, for messages
 * @cfg: a complete configuration, where they may have alternative names
 *
 * Return: an exit status.
 */
int config_resolve(const struct cmd *c, struct config *cfg)
{
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < cfg->switches_count; i++)
		err = state_resolve_switch(&cfg->switches[i]);
	return err ? cmd_fail_errno(c, "uplinks", err) : CMD_OK;
}

static void state_drop_absent(const struct cmd *c, struct config_switch *sw)
{
	char name[IF_NAMESIZE];
	uint32_t i = sw->uplinks_count;

	while (i-- > 0) {
		if (if_nametoindex(sw->uplinks[i]))
			continue;
		snprintf(name, sizeof(name), "%s", sw->uplinks[i]);
		cmd_warn(c, "'%s': uplink '%s' left out: no such interface",
			 sw->name, name);
		config_drop_uplink(sw, name);
	}
}

/**
 * config_drop_absent() - leave out uplinks that are not there
 * @c: the invocation, for warnings
 * @cfg: a complete configuration
 */
void config_drop_absent(const struct cmd *c, struct config *cfg)
{
	uint32_t i;

	for (i = 0; i < cfg->switches_count; i++)
		state_drop_absent(c, &cfg->switches[i]);
}
