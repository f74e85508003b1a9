// SPDX-License-Identifier: GPL-2.0
/* Is each thing in a file there once, and is there what it names? */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/vswitch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_check.h"
#include "config_rules.h"
#include "config_value.h"
#include "netns.h"
#include "value.h"

#define PATH_MAX_LEN	128

static yaml_node_t *sense_child(const struct config_source *src,
				yaml_node_t *node, const char *word)
{
	yaml_document_t *doc = (yaml_document_t *)&src->doc;
	const yaml_node_pair_t *p;
	const yaml_node_t *key;

	if (node->type == YAML_SEQUENCE_NODE)
		return yaml_document_get_node(doc,
			node->data.sequence.items.start[atoi(word)]);
	if (node->type != YAML_MAPPING_NODE)
		return NULL;
	for (p = node->data.mapping.pairs.start;
	     p < node->data.mapping.pairs.top; p++) {
		key = yaml_document_get_node(doc, p->key);
		if (!strcmp((const char *)key->data.scalar.value, word))
			return yaml_document_get_node(doc, p->value);
	}
	return NULL;
}

/*
 * Follows a path of keys and numbers with blanks between, of which what has
 * not been found is left.
 */
static yaml_node_t *sense_find(const struct config_source *src, char **path)
{
	yaml_node_t *node, *next;
	char *rest = *path;
	char *word;

	next = yaml_document_get_root_node((yaml_document_t *)&src->doc);
	do {
		node = next;
		*path = rest;
		word = strsep(&rest, " ");
		next = word ? sense_child(src, node, word) : NULL;
	} while (next);
	return node;
}

/* A value that the file leaves unsaid is where the rest of its path is. */
static yaml_mark_t sense_mark(const struct config_source *src, char *path)
{
	return sense_find(src, &path)->start_mark;
}

__attribute__((format(printf, 3, 4)))
static int sense_bad(const struct config_source *src, const char *what,
		     const char *fmt, ...)
{
	char path[PATH_MAX_LEN];
	yaml_mark_t mark;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	mark = sense_mark(src, path);
	return config_bad(src, &mark, "%s", what);
}

/* The same with one word to be put into the sentence. */
#define SENSE_BAD(src, what, word, ...) ({				\
	char *__text = NULL;						\
	int __err = CMD_FAILED;						\
									\
	if (asprintf(&__text, what, word) >= 0)				\
		__err = sense_bad(src, __text, __VA_ARGS__);		\
	free(__text);							\
	__err; })

static bool sense_is_before(const struct config *cfg,
			    const struct config_switch *sw, uint32_t nth,
			    const char *portgroup)
{
	const struct config_switch *s;
	uint32_t i, count;

	for (s = cfg->switches; s <= sw; s++) {
		count = s == sw ? nth : s->portgroups_count;
		for (i = 0; i < count; i++)
			if (!strcmp(s->portgroups[i].name, portgroup))
				return true;
	}
	return false;
}

static const char *sense_user_of(const struct config *cfg,
				 const struct config_switch *sw, uint32_t nth,
				 const char *uplink)
{
	const struct config_switch *s;

	for (s = cfg->switches; s < sw; s++)
		if (config_has(s->uplinks, s->uplinks_count, uplink))
			return s->name;
	return config_has(sw->uplinks, nth, uplink) ? sw->name : NULL;
}

/**
 * struct sense_team - a failover policy
 * @src: the file it is in
 * @sw: its switch
 * @team: the policy, or NULL
 * @path: whose it is
 */
struct sense_team {
	const struct config_source *src;
	const struct config_switch *sw;
	const struct config_failover *team;
	char path[PATH_MAX_LEN / 2];
};

static int sense_team_list(const struct sense_team *t, const char *key,
			   char *const *list, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (!config_has(t->sw->uplinks, t->sw->uplinks_count, list[i]))
			return SENSE_BAD(t->src,
					 "'%s': not an uplink of the switch",
					 list[i], "%s policy failover %s %u",
					 t->path, key, i);
		if (config_has(list, i, list[i]) ||
		    (list == t->team->standby &&
		     config_has(t->team->active, t->team->active_count,
				list[i])))
			return SENSE_BAD(t->src, "'%s': listed twice", list[i],
					 "%s policy failover %s %u", t->path,
					 key, i);
	}
	return CMD_OK;
}

static int sense_team(const struct sense_team *t)
{
	int err;

	if (!t->team)
		return CMD_OK;
	err = sense_team_list(t, "active-uplinks", t->team->active,
			      t->team->active_count);
	return err ? err : sense_team_list(t, "standby-uplinks",
					   t->team->standby,
					   t->team->standby_count);
}

static uint32_t sense_number(const uint32_t *own, const uint32_t *other,
			     uint32_t preset)
{
	return own ? *own : other ? *other : preset;
}

static int sense_shaping(const struct config_source *src,
			 const struct config_policy *own,
			 const struct config_policy *other, const char *path)
{
	static const struct config_shaping none;
	const struct config_shaping *a, *b;

	a = own && own->shaping ? own->shaping : &none;
	b = other && other->shaping ? other->shaping : &none;
	if (!a->average && !a->peak)
		return CMD_OK;
	if (sense_number(a->peak, b->peak, 1000) >=
	    sense_number(a->average, b->average, 1000))
		return CMD_OK;
	return sense_bad(src, "peak-bandwidth is below avg-bandwidth",
			 "%s policy shaping %s", path,
			 a->peak ? "peak-bandwidth" : "avg-bandwidth");
}

static int sense_portgroup(const struct config_source *src,
			   const struct config *cfg, uint32_t s, uint32_t p)
{
	const struct config_switch *sw = &cfg->switches[s];
	const struct config_portgroup *pg = &sw->portgroups[p];
	struct sense_team t = {
		.src = src, .sw = sw,
		.team = pg->policy ? pg->policy->failover : NULL,
	};
	int err;

	if (sense_is_before(cfg, sw, p, pg->name))
		return SENSE_BAD(src, "'%s': a port group has that name",
				 pg->name, "switches %u portgroups %u name",
				 s, p);
	if (pg->vlan && pg->trunk)
		return sense_bad(src,
				 "vlan-id and vlan-trunk exclude each other",
				 "switches %u portgroups %u vlan-trunk", s, p);
	snprintf(t.path, sizeof(t.path), "switches %u portgroups %u", s, p);
	err = sense_team(&t);
	return err ? err : sense_shaping(src, pg->policy, sw->policy, t.path);
}

static int sense_switch(const struct config_source *src,
			const struct config *cfg, uint32_t s)
{
	const struct config_switch *sw = &cfg->switches[s];
	struct sense_team t = {
		.src = src, .sw = sw,
		.team = sw->policy ? sw->policy->failover : NULL,
	};
	const char *user;
	uint32_t i;
	int err;

	for (i = 0; i < s; i++)
		if (!strcmp(cfg->switches[i].name, sw->name))
			return SENSE_BAD(src, "'%s': a switch has that name",
					 sw->name, "switches %u name", s);
	for (i = 0; i < sw->uplinks_count; i++) {
		user = sense_user_of(cfg, sw, i, sw->uplinks[i]);
		if (user)
			return SENSE_BAD(src, "already an uplink of '%s'",
					 user, "switches %u uplinks %u", s, i);
	}
	snprintf(t.path, sizeof(t.path), "switches %u", s);
	err = sense_team(&t);
	if (!err)
		err = sense_shaping(src, sw->policy, NULL, t.path);
	for (i = 0; !err && i < sw->portgroups_count; i++)
		err = sense_portgroup(src, cfg, s, i);
	return err;
}

static bool sense_is_stack(const struct config *cfg, uint32_t count,
			   const char *name)
{
	uint32_t i;

	if (netns_is_default(name))
		return true;
	for (i = 0; i < count; i++)
		if (!strcmp(cfg->stacks[i].name, name))
			return true;
	return false;
}

static int sense_stack(const struct config_source *src,
		       const struct config *cfg, uint32_t nth)
{
	if (!sense_is_stack(cfg, nth, cfg->stacks[nth].name))
		return CMD_OK;
	return SENSE_BAD(src, "'%s': a TCP/IP stack has that name",
			 cfg->stacks[nth].name, "netstacks %u name", nth);
}

static int sense_mtu(const struct config_source *src,
		     const struct config *cfg, uint32_t nth)
{
	const struct config_adapter *vmk = &cfg->adapters[nth];
	const struct config_switch *sw = config_switch_of(cfg, vmk->portgroup);
	uint32_t limit = 1500;

	if (!sw)
		return SENSE_BAD(src, "'%s': no such port group",
				 vmk->portgroup, "adapters %u portgroup", nth);
	if (sw->mtu)
		limit = *sw->mtu;
	if (!vmk->mtu || *vmk->mtu <= limit)
		return CMD_OK;
	return SENSE_BAD(src, "above the MTU of '%s'", sw->name,
			 "adapters %u mtu", nth);
}

static int sense_tags(const struct config_source *src,
		      const struct config *cfg, uint32_t nth)
{
	const struct config_adapter *vmk = &cfg->adapters[nth];
	uint32_t i;

	if (!vmk->tags || !*vmk->tags)
		return CMD_OK;
	if (!netns_is_default(vmk->stack))
		return sense_bad(src,
				 "tags are for adapters of the default stack",
				 "adapters %u tags", nth);
	if (!(*vmk->tags & VSWITCH_TRAFFIC_FT_LOGGING))
		return CMD_OK;
	for (i = 0; i < nth; i++)
		if (cfg->adapters[i].tags &&
		    *cfg->adapters[i].tags & VSWITCH_TRAFFIC_FT_LOGGING)
			return SENSE_BAD(src,
					 "faultToleranceLogging: '%s' has it, and one adapter can",
					 cfg->adapters[i].name,
					 "adapters %u tags", nth);
	return CMD_OK;
}

static int sense_gateway4(const struct config_source *src,
			  const struct config_ipv4 *v4, uint32_t nth)
{
	struct config_prefix p;
	struct in_addr gw;
	uint32_t mask;

	if (!v4->gateway || config_prefix(v4->address, &p) ||
	    value_ip4(v4->gateway, &gw))
		return CMD_OK;
	mask = 0xffffffffull << (32 - p.len);
	/* An address alone has its gateway on the same wire. */
	if (p.len < 32 && (ntohl(gw.s_addr) ^ ntohl(p.ip4.s_addr)) & mask)
		return SENSE_BAD(src, "not in the network of %s", v4->address,
				 "adapters %u ipv4 gateway", nth);
	return CMD_OK;
}

static int sense_ipv4(const struct config_source *src,
		      const struct config_ipv4 *v4, uint32_t nth)
{
	uint32_t type;

	if (!v4)
		return CMD_OK;
	type = v4->type ? *v4->type :
	       v4->address ? VALUE_IP_STATIC : VALUE_IP_NONE;
	if (type != VALUE_IP_DHCP && v4->dns && *v4->dns)
		return sense_bad(src, "goes with type dhcp only",
				 "adapters %u ipv4 peer-dns", nth);
	if (type == VALUE_IP_STATIC && !v4->address)
		return sense_bad(src, "a static address is wanted",
				 "adapters %u ipv4", nth);
	if (type == VALUE_IP_STATIC)
		return sense_gateway4(src, v4, nth);
	if (v4->address || v4->gateway)
		return sense_bad(src, "goes with type static only",
				 "adapters %u ipv4 %s", nth,
				 v4->address ? "address" : "gateway");
	return CMD_OK;
}

static int sense_ipv6(const struct config_source *src,
		      const struct config_ipv6 *v6, uint32_t nth)
{
	bool off = v6 && v6->enabled && !*v6->enabled;
	uint32_t i;

	if (!v6)
		return CMD_OK;
	if (off && (v6->addresses_count || v6->gateway))
		return sense_bad(src, "IPv6 is off on this adapter",
				 "adapters %u ipv6 %s", nth,
				 v6->gateway ? "gateway" : "addresses 0");
	for (i = 0; i < v6->addresses_count; i++)
		if (config_has(v6->addresses, i, v6->addresses[i]))
			return SENSE_BAD(src, "'%s': listed twice",
					 v6->addresses[i],
					 "adapters %u ipv6 addresses %u", nth,
					 i);
	return CMD_OK;
}

/* The kernel has no route by an interface that is down. */
static int sense_down(const struct config_source *src,
		      const struct config_adapter *vmk, uint32_t nth)
{
	bool v4 = vmk->ipv4 && vmk->ipv4->gateway;
	bool v6 = vmk->ipv6 && vmk->ipv6->gateway;

	if (!vmk->enabled || *vmk->enabled || (!v4 && !v6))
		return CMD_OK;
	return sense_bad(src, "a gateway of an adapter that is not enabled",
			 "adapters %u %s gateway", nth, v4 ? "ipv4" : "ipv6");
}

static int sense_adapter(const struct config_source *src,
			 const struct config *cfg, uint32_t nth)
{
	const struct config_adapter *vmk = &cfg->adapters[nth];
	uint32_t i;
	int err;

	for (i = 0; i < nth; i++)
		if (!strcmp(cfg->adapters[i].name, vmk->name))
			return SENSE_BAD(src, "'%s': an adapter has that name",
					 vmk->name, "adapters %u name", nth);
	if (!sense_is_stack(cfg, cfg->stacks_count, vmk->stack))
		return SENSE_BAD(src, "'%s': not one of the netstacks",
				 vmk->stack, "adapters %u netstack", nth);
	err = sense_mtu(src, cfg, nth);
	if (!err)
		err = sense_tags(src, cfg, nth);
	if (!err)
		err = sense_ipv4(src, vmk->ipv4, nth);
	if (!err)
		err = sense_ipv6(src, vmk->ipv6, nth);
	return err ? err : sense_down(src, vmk, nth);
}

static int sense_route(const struct config_source *src,
		       const struct config *cfg, uint32_t nth)
{
	const struct config_route *route = &cfg->routes[nth], *r;
	bool is6 = strchr(route->gateway, ':');
	struct in6_addr gw;

	if (strcmp(route->network, "default") &&
	    is6 != !!strchr(route->network, ':'))
		return SENSE_BAD(src, "'%s': not of the network's family",
				 route->gateway, "routes %u gateway", nth);
	if (is6 && !value_ip6(route->gateway, &gw) &&
	    IN6_IS_ADDR_LINKLOCAL(&gw))
		return SENSE_BAD(src, "'%s': a link-local one is an adapter's",
				 route->gateway, "routes %u gateway", nth);
	if (!sense_is_stack(cfg, cfg->stacks_count, route->stack))
		return SENSE_BAD(src, "'%s': not one of the netstacks",
				 route->stack, "routes %u netstack", nth);
	for (r = cfg->routes; r < route; r++)
		if (!strcmp(r->network, route->network) &&
		    !strcmp(r->stack ?: NETNS_DEFAULT,
			    route->stack ?: NETNS_DEFAULT) &&
		    is6 == !!strchr(r->gateway, ':'))
			return SENSE_BAD(src,
					 "'%s': there is a route already",
					 route->network, "routes %u network",
					 nth);
	return CMD_OK;
}

/**
 * config_check_sense() - does what a file says make sense?
 * @src: the file
 * @cfg: what it says
 *
 * Return: an exit status.
 */
int config_check_sense(const struct config_source *src,
		       const struct config *cfg)
{
	int err = CMD_OK;
	uint32_t i;

	for (i = 0; !err && i < cfg->switches_count; i++)
		err = sense_switch(src, cfg, i);
	for (i = 0; !err && i < cfg->stacks_count; i++)
		err = sense_stack(src, cfg, i);
	for (i = 0; !err && i < cfg->adapters_count; i++)
		err = sense_adapter(src, cfg, i);
	for (i = 0; !err && i < cfg->routes_count; i++)
		err = sense_route(src, cfg, i);
	return err;
}

static int sense_keep_list(const struct config_source *src, const char *where,
			   const char *key, char ***list)
{
	char path[PATH_MAX_LEN];
	char *rest = path;

	snprintf(path, sizeof(path), "%s policy failover %s", where, key);
	sense_find(src, &rest);
	if (!rest && !*list)
		*list = calloc(1, sizeof(**list));
	return rest || *list ? CMD_OK :
	       cmd_fail_errno(src->cmd, src->path, -ENOMEM);
}

static int sense_keep_team(const struct config_source *src, const char *where,
			   struct config_policy *policy)
{
	struct config_failover *team = policy ? policy->failover : NULL;
	int err;

	if (!team)
		return CMD_OK;
	err = sense_keep_list(src, where, "active-uplinks", &team->active);
	return err ? err : sense_keep_list(src, where, "standby-uplinks",
					   &team->standby);
}

/**
 * config_keep_empty() - tell lists of uplinks that are empty from none
 * @src: the file
 * @cfg: what it says; an empty list is not NULL afterwards
 *
 * libcyaml leaves both NULL.
 *
 * Return: an exit status.
 */
int config_keep_empty(const struct config_source *src, struct config *cfg)
{
	char where[PATH_MAX_LEN / 2];
	int err = CMD_OK;
	uint32_t s, p;

	for (s = 0; !err && s < cfg->switches_count; s++) {
		struct config_switch *sw = &cfg->switches[s];

		snprintf(where, sizeof(where), "switches %u", s);
		err = sense_keep_team(src, where, sw->policy);
		for (p = 0; !err && p < sw->portgroups_count; p++) {
			snprintf(where, sizeof(where),
				 "switches %u portgroups %u", s, p);
			err = sense_keep_team(src, where,
					      sw->portgroups[p].policy);
		}
	}
	return err;
}
