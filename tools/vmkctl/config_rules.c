// SPDX-License-Identifier: GPL-2.0
/* What values of a configuration must be, and what they are if not said. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/vswitch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_rules.h"
#include "config_value.h"
#include "netns.h"
#include "value.h"

static int rule_copy(const char *text, char **out)
{
	*out = strdup(text);
	return *out ? 0 : -ENOMEM;
}

static int rule_name(const char *text, char **out)
{
	const unsigned char *p;

	for (p = (const unsigned char *)text; *p; p++)
		if (*p < ' ' || *p == 0x7f)
			return -EINVAL;
	return rule_copy(text, out);
}

/* An interface whose name had a comma could not be named in a list. */
static int rule_nic(const char *text, char **out)
{
	return strchr(text, ',') ? -EINVAL : rule_name(text, out);
}

static int rule_vmk(const char *text, char **out)
{
	char name[sizeof("vmk255")];
	uint32_t num;

	if (strncmp(text, "vmk", 3) || value_u32(text + 3, &num) ||
	    num >= VSWITCH_MAX_VMKS)
		return -EINVAL;
	snprintf(name, sizeof(name), "vmk%u", num);
	return strcmp(text, name) ? -EINVAL : rule_copy(text, out);
}

static int rule_stack(const char *text, char **out)
{
	if (strchr(text, '/') || !strcmp(text, ".") || !strcmp(text, ".."))
		return -EINVAL;
	return rule_name(text, out);
}

static int rule_mac(const char *text, char **out)
{
	unsigned char mac[ETH_ALEN];

	if (value_mac(text, mac))
		return -EINVAL;
	if (asprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		     mac[2], mac[3], mac[4], mac[5]) < 0)
		return -ENOMEM;
	return 0;
}

static int rule_write_ranges(const bool *has, char **out)
{
	uint32_t first, last;
	FILE *stream;
	size_t size;

	stream = open_memstream(out, &size);
	if (!stream)
		return -ENOMEM;
	for (first = 0; first <= VSWITCH_VLAN_ID_MAX; first = last + 1) {
		last = first;
		if (!has[first])
			continue;
		while (last < VSWITCH_VLAN_ID_MAX && has[last + 1])
			last++;
		fprintf(stream, last > first ? "%s%u-%u" : "%s%u",
			ftell(stream) ? "," : "", first, last);
	}
	return fclose(stream) ? -ENOMEM : 0;
}

static int rule_trunk(const char *text, char **out)
{
	bool has[VSWITCH_VLAN_ID_MAX + 1] = { false };
	struct vlan_range *ranges;
	size_t count, i;
	uint32_t vlan;
	int err;

	err = value_ranges(text, &ranges, &count);
	for (i = 0; !err && i < count; i++) {
		if (ranges[i].first > ranges[i].last ||
		    ranges[i].last > VSWITCH_VLAN_ID_MAX) {
			err = -EINVAL;
			free(ranges);
			return err;
		}
		for (vlan = ranges[i].first; vlan <= ranges[i].last; vlan++)
			has[vlan] = true;
	}
	if (err)
		return err;
	free(ranges);
	return rule_write_ranges(has, out);
}

static int rule_address(int family, const void *ip, int len, char **out)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, ip, text, sizeof(text)))
		return -EINVAL;
	if (len < 0)
		return rule_copy(text, out);
	return asprintf(out, "%s/%d", text, len) < 0 ? -ENOMEM : 0;
}

static int rule_ip4(const char *text, char **out)
{
	struct in_addr ip;

	if (value_ip4(text, &ip) || !ip.s_addr)
		return -EINVAL;
	return rule_address(AF_INET, &ip, -1, out);
}

static int rule_ip6(const char *text, char **out)
{
	struct in6_addr ip;

	if (value_ip6(text, &ip) || IN6_IS_ADDR_UNSPECIFIED(&ip))
		return -EINVAL;
	return rule_address(AF_INET6, &ip, -1, out);
}

static int rule_ip(const char *text, char **out)
{
	return rule_ip4(text, out) ? rule_ip6(text, out) : 0;
}

/**
 * config_prefix() - an address with the length of its prefix
 * @text: such as 10.0.0.1/8 or fd00::1/64
 * @out: the address
 *
 * Return: 0 or -EINVAL.
 */
int config_prefix(const char *text, struct config_prefix *out)
{
	const char *slash = strchr(text, '/');
	char addr[INET_ADDRSTRLEN];
	uint32_t len;

	memset(out, 0, sizeof(*out));
	out->family = AF_INET6;
	if (!value_prefix6(text, &out->ip6, &out->len))
		return 0;
	out->family = AF_INET;
	if (!slash || (size_t)(slash - text) >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, slash - text);
	addr[slash - text] = '\0';
	if (value_ip4(addr, &out->ip4) || value_u32(slash + 1, &len) ||
	    !len || len > 32)
		return -EINVAL;
	out->len = len;
	return 0;
}

static int rule_prefix(const char *text, int family, char **out)
{
	struct config_prefix p;

	if (config_prefix(text, &p) || p.family != family)
		return -EINVAL;
	return rule_address(family, family == AF_INET ? (void *)&p.ip4 :
			    (void *)&p.ip6, p.len, out);
}

static int rule_prefix4(const char *text, char **out)
{
	return rule_prefix(text, AF_INET, out);
}

static int rule_prefix6(const char *text, char **out)
{
	return rule_prefix(text, AF_INET6, out);
}

static bool rule_has_host_bits(const struct config_prefix *p)
{
	int i;

	if (p->family == AF_INET)
		return p->len < 32 && ntohl(p->ip4.s_addr) << p->len;
	for (i = p->len; i < 128; i++)
		if (p->ip6.s6_addr[i / 8] & 0x80 >> i % 8)
			return true;
	return false;
}

static int rule_network(const char *text, char **out)
{
	struct config_prefix p;

	if (!strcmp(text, "default"))
		return rule_copy(text, out);
	if (config_prefix(text, &p) || rule_has_host_bits(&p))
		return -EINVAL;
	return rule_prefix(text, p.family, out);
}

#define A_NIC		"a name of an interface"
#define A_PREFIX6	"an IPv6 address such as fd00::1/64"

static const struct config_rule config_rules[] = {
	{ config_fields, "version", .min = CONFIG_VERSION,
	  .max = CONFIG_VERSION },
	{ switch_fields, "name", .canon = rule_name,
	  .want = "a name of a switch" },
	{ switch_fields, "mtu", .min = VSWITCH_MTU_MIN,
	  .max = VSWITCH_MTU_MAX, .preset = "1500" },
	{ switch_fields, "cdp-status", .preset = "listen" },
	{ switch_fields, "failback-delay",
	  .max = VSWITCH_FAILBACK_DELAY_MAX, .preset = "100" },
	{ switch_fields, "uplinks", .canon = rule_nic, .want = A_NIC },
	{ portgroup_fields, "name", .canon = rule_name,
	  .want = "a name of a port group" },
	{ portgroup_fields, "vlan-id", .max = VSWITCH_VLAN_ALL },
	{ portgroup_fields, "vlan-trunk", .canon = rule_trunk,
	  .want = "a list of VLANs of 0 to 4094 such as 10-20,30" },
	{ security_fields, "allow-promiscuous", .preset = "false" },
	{ security_fields, "allow-mac-change", .preset = "false" },
	{ security_fields, "allow-forged-transmits", .preset = "false" },
	{ shaping_fields, "enabled", .preset = "false" },
	{ shaping_fields, "avg-bandwidth", .min = 1,
	  .max = VSWITCH_BANDWIDTH_MAX, .preset = "1000" },
	{ shaping_fields, "peak-bandwidth", .min = 1,
	  .max = VSWITCH_BANDWIDTH_MAX, .preset = "1000" },
	{ shaping_fields, "burst-size", .min = 1,
	  .max = VSWITCH_BURST_MAX, .preset = "1024" },
	{ failover_fields, "active-uplinks", .canon = rule_nic,
	  .want = A_NIC },
	{ failover_fields, "standby-uplinks", .canon = rule_nic,
	  .want = A_NIC },
	{ failover_fields, "load-balancing", .preset = "portid" },
	{ failover_fields, "failure-detection", .preset = "link" },
	{ failover_fields, "notify-switches", .preset = "true" },
	{ failover_fields, "failback", .preset = "true" },
	{ stack_fields, "name", .canon = rule_stack,
	  .want = "a name of a TCP/IP stack" },
	{ adapter_fields, "name", .canon = rule_vmk,
	  .want = "one of vmk0 to vmk255" },
	{ adapter_fields, "portgroup", .canon = rule_name,
	  .want = "a name of a port group" },
	{ adapter_fields, "netstack", .canon = rule_stack,
	  .want = "a name of a TCP/IP stack", .preset = NETNS_DEFAULT },
	{ adapter_fields, "mac-address", .canon = rule_mac,
	  .want = "a MAC address" },
	{ adapter_fields, "mtu", .min = VSWITCH_VMK_MTU_MIN,
	  .max = VSWITCH_MTU_MAX },
	{ adapter_fields, "enabled", .preset = "true" },
	{ ipv4_fields, "type", .preset = "none" },
	{ ipv4_fields, "address", .canon = rule_prefix4,
	  .want = "an IPv4 address such as 10.0.0.1/24" },
	{ ipv4_fields, "gateway", .canon = rule_ip4,
	  .want = "an IPv4 address" },
	{ ipv6_fields, "enable-dhcpv6", .preset = "false" },
	{ ipv6_fields, "addresses", .canon = rule_prefix6, .want = A_PREFIX6 },
	{ ipv6_fields, "gateway", .canon = rule_ip6,
	  .want = "an IPv6 address" },
	{ route_fields, "network", .canon = rule_network,
	  .want = "default or a network such as 10.0.0.0/8" },
	{ route_fields, "gateway", .canon = rule_ip, .want = "an IP address" },
	{ route_fields, "netstack", .canon = rule_stack,
	  .want = "a name of a TCP/IP stack", .preset = NETNS_DEFAULT },
	{ }
};

/**
 * config_rule() - the rule for a value
 * @in: fields of the mapping that has it
 * @key: its key
 *
 * Return: the rule, or NULL where there is none.
 */
const struct config_rule *config_rule(const cyaml_schema_field_t *in,
				      const char *key)
{
	const struct config_rule *rule;

	for (rule = config_rules; rule->in; rule++)
		if (rule->in == in && !strcmp(rule->key, key))
			return rule;
	return NULL;
}

static int config_preset(const cyaml_schema_field_t *in, void *base)
{
	const struct config_rule *rule;
	int err = 0;

	for (rule = config_rules; !err && rule->in; rule++)
		if (rule->in == in && rule->preset &&
		    !config_member(config_field(in, rule->key), base))
			err = config_set(in, base, rule->key, rule->preset);
	return err;
}

static int config_canon(const struct config_rule *rule, char **text)
{
	char *canon;
	int err = rule->canon(*text, &canon);

	if (err)
		return err;
	free(*text);
	*text = canon;
	return 0;
}

static int config_canon_all(const cyaml_schema_field_t *in, void *base);

static int config_canon_list(const cyaml_schema_field_t *field,
			     const struct config_rule *rule, void *base)
{
	const cyaml_schema_value_t *entry = field->value.sequence.entry;
	char *data = (char *)config_member(field, base);
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < config_count(field, base); i++) {
		char *at = data + i * field->value.data_size;

		if (entry->type == CYAML_MAPPING)
			err = config_canon_all(entry->mapping.fields, at);
		else if (rule)
			err = config_canon(rule, (char **)at);
	}
	return err;
}

static int config_canon_all(const cyaml_schema_field_t *in, void *base)
{
	const cyaml_schema_field_t *field;
	int err = 0;

	for (field = in; !err && field->key; field++) {
		const struct config_rule *rule = config_rule(in, field->key);
		void *member = (void *)config_member(field, base);

		if (!member)
			continue;
		if (field->value.type == CYAML_MAPPING)
			err = config_canon_all(field->value.mapping.fields,
					       member);
		else if (field->value.type == CYAML_SEQUENCE)
			err = config_canon_list(field, rule, base);
		else if (rule && rule->canon)
			err = config_canon(rule, (char **)((char *)base +
							 field->data_offset));
	}
	return err;
}

/* A mapping that is not there becomes one without anything in it. */
static void *config_map(void *member, size_t size)
{
	void *map;

	memcpy(&map, member, sizeof(map));
	if (map)
		return map;
	map = calloc(1, size);
	memcpy(member, &map, sizeof(map));
	return map;
}

/* A list that is empty is not one that was not said. */
static int config_list(char ***list)
{
	if (!*list)
		*list = calloc(1, sizeof(**list));
	return *list ? 0 : -ENOMEM;
}

static int config_complete_team(const struct config_switch *sw,
				struct config_failover *team)
{
	uint32_t i;
	int err = 0;

	if (!team->active && !team->standby)
		for (i = 0; !err && i < sw->uplinks_count; i++)
			err = config_append_text(&team->active,
						 &team->active_count,
						 sw->uplinks[i]);
	if (!err)
		err = config_list(&team->active);
	return err ? err : config_list(&team->standby);
}

/**
 * config_complete_portgroup() - say what a port group leaves unsaid
 * @pg: the port group; what it does not override stays unsaid
 *
 * Return: 0 or a negative errno.
 */
int config_complete_portgroup(struct config_portgroup *pg)
{
	struct config_policy *policy;
	struct config_failover *team;
	int err = 0;

	policy = config_map(&pg->policy, sizeof(*policy));
	if (!policy || !config_map(&policy->security,
				   sizeof(*policy->security)) ||
	    !config_map(&policy->shaping, sizeof(*policy->shaping)) ||
	    !config_map(&policy->failover, sizeof(*policy->failover)))
		return -ENOMEM;
	team = policy->failover;
	if (team->active || team->standby) {
		err = config_list(&team->active);
		if (!err)
			err = config_list(&team->standby);
	}
	if (!err && !pg->vlan && !pg->trunk)
		err = config_set(portgroup_fields, pg, "vlan-id", "0");
	return err;
}

/**
 * config_complete_switch() - say what a switch leaves unsaid
 * @sw: the switch
 *
 * Return: 0 or a negative errno.
 */
int config_complete_switch(struct config_switch *sw)
{
	struct config_policy *policy;
	uint32_t i;
	int err;

	policy = config_map(&sw->policy, sizeof(*policy));
	if (!policy || !config_map(&policy->security,
				   sizeof(*policy->security)) ||
	    !config_map(&policy->shaping, sizeof(*policy->shaping)) ||
	    !config_map(&policy->failover, sizeof(*policy->failover)))
		return -ENOMEM;
	err = config_list(&sw->uplinks);
	if (!err)
		err = config_preset(switch_fields, sw);
	if (!err)
		err = config_preset(security_fields, policy->security);
	if (!err)
		err = config_preset(shaping_fields, policy->shaping);
	if (!err)
		err = config_preset(failover_fields, policy->failover);
	if (!err)
		err = config_complete_team(sw, policy->failover);
	for (i = 0; !err && i < sw->portgroups_count; i++)
		err = config_complete_portgroup(&sw->portgroups[i]);
	return err;
}

static int config_complete_ip(struct config_adapter *vmk)
{
	struct config_ipv4 *v4 = config_map(&vmk->ipv4, sizeof(*v4));
	struct config_ipv6 *v6 = config_map(&vmk->ipv6, sizeof(*v6));
	int err = 0;

	if (!v4 || !v6)
		return -ENOMEM;
	if (!v4->type && v4->address)
		err = config_set(ipv4_fields, v4, "type", "static");
	if (!err)
		err = config_preset(ipv4_fields, v4);
	if (!err)
		err = config_preset(ipv6_fields, v6);
	return err ? err : config_list(&v6->addresses);
}

/**
 * config_complete_adapter() - say what an adapter leaves unsaid
 * @cfg: where its switch is
 * @vmk: the adapter; its address, and whether it has IPv6 and takes
 *	advertisements, stay unsaid
 *
 * Return: 0 or a negative errno.
 */
int config_complete_adapter(const struct config *cfg,
			    struct config_adapter *vmk)
{
	const struct config_switch *sw = config_switch_of(cfg, vmk->portgroup);
	struct config_text mtu;
	int err = 0;

	if (!vmk->mtu && sw)
		err = config_set(adapter_fields, vmk, "mtu",
				 config_text(config_field(switch_fields, "mtu"),
					     sw, &mtu));
	if (!vmk->tags) {
		vmk->tags = calloc(1, sizeof(*vmk->tags));
		if (!vmk->tags)
			return -ENOMEM;
	}
	if (!err)
		err = config_preset(adapter_fields, vmk);
	return err ? err : config_complete_ip(vmk);
}

/**
 * config_complete() - say all that a configuration leaves unsaid
 * @cfg: the configuration, whose values are as they must be
 *
 * Values get their one spelling, and presets where there are none.
 *
 * Return: 0 or a negative errno.
 */
int config_complete(struct config *cfg)
{
	uint32_t i;
	int err;

	err = config_canon_all(config_fields, cfg);
	for (i = 0; !err && i < cfg->switches_count; i++)
		err = config_complete_switch(&cfg->switches[i]);
	for (i = 0; !err && i < cfg->adapters_count; i++)
		err = config_complete_adapter(cfg, &cfg->adapters[i]);
	for (i = 0; !err && i < cfg->routes_count; i++)
		err = config_preset(route_fields, &cfg->routes[i]);
	return err;
}
