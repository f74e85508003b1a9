// SPDX-License-Identifier: GPL-2.0
/* Steps that change adapters. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/vswitch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_plan.h"
#include "config_rules.h"
#include "config_value.h"
#include "netns.h"
#include "value.h"

#define MANAGEMENT	VSWITCH_TRAFFIC_MANAGEMENT

/**
 * plan_is_remade() - does an adapter have to go, for good or to come back?
 * @ch: the change
 * @vmk: the adapter as it is now
 *
 * Return: true if it does.
 */
bool plan_is_remade(const struct config_change *ch,
		    const struct config_adapter *vmk)
{
	const struct config_adapter *to = config_adapter(ch->to, vmk->name);
	const struct config_switch *a, *b;

	if (!to || strcmp(vmk->portgroup, to->portgroup) ||
	    strcmp(vmk->stack, to->stack) ||
	    (to->mac && !config_same(vmk->mac, to->mac)))
		return true;
	a = config_switch_of(ch->now, vmk->portgroup);
	b = config_switch_of(ch->to, to->portgroup);
	return !a || !b || strcmp(a->name, b->name);
}

static void plan_tag_names(struct plan *plan, uint32_t tags)
{
	const struct word *word;
	char text[256] = "";

	for (word = words_traffic; word->name; word++) {
		if (!(tags & word->value))
			continue;
		if (*text)
			strcat(text, ",");
		strcat(text, word->name);
	}
	plan_opt(plan, "tagname", text);
}

static void plan_tag(struct config_change *ch, struct config_adapter *vmk,
		     uint32_t tags, bool add)
{
	if (!tags)
		return;
	plan_begin(&ch->plan, add ? "interface tag add" :
		   "interface tag remove");
	plan_opt(&ch->plan, "interface-name", vmk->name);
	plan_tag_names(&ch->plan, tags);
	*vmk->tags = add ? *vmk->tags | tags : *vmk->tags & ~tags;
}

/**
 * plan_early_tags() - let an adapter that stays be for management
 * @ch: the change
 *
 * Before others are not any more, so that there is always one.
 */
void plan_early_tags(struct config_change *ch)
{
	uint32_t i;

	for (i = 0; i < ch->now->adapters_count; i++) {
		struct config_adapter *vmk = &ch->now->adapters[i];
		const struct config_adapter *to;

		if (plan_is_remade(ch, vmk))
			continue;
		to = config_adapter(ch->to, vmk->name);
		plan_tag(ch, vmk, *to->tags & ~*vmk->tags & MANAGEMENT, true);
	}
}

static bool plan_is_last_management(const struct config *now,
				    const struct config_adapter *vmk)
{
	uint32_t i;

	if (!(*vmk->tags & MANAGEMENT))
		return false;
	for (i = 0; i < now->adapters_count; i++)
		if (&now->adapters[i] != vmk &&
		    *now->adapters[i].tags & MANAGEMENT)
			return false;
	return true;
}

/**
 * plan_remove_adapters() - remove adapters
 * @ch: the change
 */
void plan_remove_adapters(struct config_change *ch)
{
	uint32_t i = ch->now->adapters_count;

	while (i-- > 0 && !ch->plan.err) {
		struct config_adapter *vmk = &ch->now->adapters[i];

		if (!plan_is_remade(ch, vmk))
			continue;
		plan_begin(&ch->plan, "interface remove");
		plan_opt(&ch->plan, "interface-name", vmk->name);
		if (plan_is_last_management(ch->now, vmk))
			plan_flag(&ch->plan, "force");
		plan_forget(ch, "adapters", i);
	}
}

static int plan_fill_adapter(struct config *now, struct config_adapter *vmk,
			     const struct config_adapter *to)
{
	struct config_text mtu;
	int err;

	err = config_set(adapter_fields, vmk, "name", to->name);
	if (!err)
		err = config_set(adapter_fields, vmk, "portgroup",
				 to->portgroup);
	if (!err)
		err = config_set(adapter_fields, vmk, "netstack", to->stack);
	if (!err)
		err = config_set(adapter_fields, vmk, "mtu",
				 config_text(config_field(adapter_fields,
							  "mtu"), to, &mtu));
	return err ? err : config_complete_adapter(now, vmk);
}

static void plan_add_adapter(struct config_change *ch,
			     const struct config_adapter *to)
{
	const struct config_switch *sw = config_switch_of(ch->to,
							  to->portgroup);
	struct config_adapter *vmk;
	struct config_text mtu;

	plan_begin(&ch->plan, "interface add");
	plan_opt(&ch->plan, "interface-name", to->name);
	plan_opt(&ch->plan, "portgroup-name", to->portgroup);
	if (!netns_is_default(to->stack))
		plan_opt(&ch->plan, "netstack", to->stack);
	if (to->mac)
		plan_opt(&ch->plan, "mac-address", to->mac);
	if (*to->mtu != *config_switch(ch->now, sw->name)->mtu)
		plan_opt(&ch->plan, "mtu",
			 config_text(config_field(adapter_fields, "mtu"), to,
				     &mtu));
	vmk = config_append(&ch->now->adapters, &ch->now->adapters_count,
			    sizeof(*vmk));
	if (!vmk || plan_fill_adapter(ch->now, vmk, to))
		ch->plan.err = -ENOMEM;
}

static void plan_forget_ipv6(struct config_ipv6 *v6)
{
	while (v6->addresses_count)
		free(v6->addresses[--v6->addresses_count]);
	config_set(ipv6_fields, v6, "gateway", NULL);
}

static void plan_settings(struct config_change *ch,
			  struct config_adapter *vmk,
			  const struct config_adapter *to)
{
	bool was_enabled = *vmk->enabled;
	size_t bare;

	plan_begin(&ch->plan, "interface set");
	plan_opt(&ch->plan, "interface-name", vmk->name);
	if (ch->plan.err)
		return;
	bare = ch->plan.steps[ch->plan.count - 1].argc;
	plan_field(&ch->plan, adapter_fields, vmk, to, "mtu");
	plan_field(&ch->plan, adapter_fields, vmk, to, "enabled");
	plan_drop_bare(&ch->plan, bare);
	if (!was_enabled || *vmk->enabled)
		return;
	/* The kernel lets these go when an interface is set down. */
	plan_forget_ipv6(vmk->ipv6);
	config_set(ipv4_fields, vmk->ipv4, "gateway", NULL);
}

static void plan_ipv4_static(struct plan *plan,
			     const struct config_ipv4 *now,
			     const struct config_ipv4 *to)
{
	char ip[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];
	struct config_prefix p;
	uint32_t bits;

	config_prefix(to->address, &p);
	bits = htonl((uint32_t)(0xffffffffull << (32 - p.len)));
	inet_ntop(AF_INET, &p.ip4, ip, sizeof(ip));
	inet_ntop(AF_INET, &bits, mask, sizeof(mask));
	plan_opt(plan, "ipv4", ip);
	plan_opt(plan, "netmask", mask);
	if (to->gateway || now->gateway)
		plan_opt(plan, "gateway", to->gateway ?: "0.0.0.0");
}

static void plan_ipv4(struct config_change *ch,
		      const struct config_adapter *vmk,
		      const struct config_adapter *to)
{
	if (!plan_is_readdressed(ch, vmk))
		return;
	plan_begin(&ch->plan, "interface ipv4 set");
	plan_opt(&ch->plan, "interface-name", vmk->name);
	plan_opt(&ch->plan, "type", word_name(words_ip_type, *to->ipv4->type));
	if (*to->ipv4->type == VALUE_IP_STATIC)
		plan_ipv4_static(&ch->plan, vmk->ipv4, to->ipv4);
	else if (*to->ipv4->type == VALUE_IP_DHCP && to->ipv4->dns)
		plan_opt(&ch->plan, "peer-dns",
			 *to->ipv4->dns ? "true" : "false");
}

/**
 * plan_is_readdressed() - does IPv4 of an adapter change?
 * @ch: the change
 * @vmk: the adapter as it is now, which stays
 *
 * Return: true if it does.
 */
bool plan_is_readdressed(const struct config_change *ch,
			 const struct config_adapter *vmk)
{
	const struct config_ipv4 *to;
	const struct config_ipv4 *now = vmk->ipv4;

	to = config_adapter(ch->to, vmk->name)->ipv4;
	return *now->type != *to->type ||
	       (to->dns && now->dns && *now->dns != *to->dns) ||
	       !config_same(now->address, to->address) ||
	       !config_same(now->gateway, to->gateway);
}

static void plan_ipv6_addresses(struct plan *plan, const char *path,
				const char *vmk,
				const struct config_ipv6 *these,
				const struct config_ipv6 *but)
{
	uint32_t i;

	for (i = 0; i < these->addresses_count; i++) {
		if (config_has(but->addresses, but->addresses_count,
			       these->addresses[i]))
			continue;
		plan_begin(plan, path);
		plan_opt(plan, "interface-name", vmk);
		plan_opt(plan, "ipv6", these->addresses[i]);
	}
}

static void plan_ipv6_switches(struct config_change *ch, const char *vmk,
			       struct config_ipv6 *now,
			       const struct config_ipv6 *to)
{
	bool was_enabled = !now->enabled || *now->enabled;
	size_t bare;

	plan_begin(&ch->plan, "interface ipv6 set");
	plan_opt(&ch->plan, "interface-name", vmk);
	if (ch->plan.err)
		return;
	bare = ch->plan.steps[ch->plan.count - 1].argc;
	plan_field(&ch->plan, ipv6_fields, now, to, "enable-ipv6");
	plan_field(&ch->plan, ipv6_fields, now, to, "enable-router-adv");
	plan_field(&ch->plan, ipv6_fields, now, to, "enable-dhcpv6");
	plan_drop_bare(&ch->plan, bare);
	if (was_enabled && now->enabled && !*now->enabled)
		plan_forget_ipv6(now);
}

/* A gateway has to be in reach: it comes after the addresses. */
static void plan_ipv6(struct config_change *ch, const char *vmk,
		      struct config_ipv6 *now, const struct config_ipv6 *to)
{
	plan_ipv6_switches(ch, vmk, now, to);
	plan_ipv6_addresses(&ch->plan, "interface ipv6 address add", vmk, to,
			    now);
	plan_ipv6_addresses(&ch->plan, "interface ipv6 address remove", vmk,
			    now, to);
	if (config_same(now->gateway, to->gateway))
		return;
	plan_begin(&ch->plan, "interface ipv6 set");
	plan_opt(&ch->plan, "interface-name", vmk);
	plan_opt(&ch->plan, "gateway", to->gateway ?: "::");
}

static void plan_adapter(struct config_change *ch,
			 const struct config_adapter *to)
{
	struct config_adapter *vmk = config_adapter(ch->now, to->name);

	if (!vmk)
		plan_add_adapter(ch, to);
	vmk = config_adapter(ch->now, to->name);
	if (ch->plan.err || !vmk)
		return;
	plan_settings(ch, vmk, to);
	plan_ipv4(ch, vmk, to);
	plan_ipv6(ch, vmk->name, vmk->ipv6, to->ipv6);
}

/* A tag that one adapter only may have goes from one before it comes. */
static void plan_tags(struct config_change *ch, bool add, uint32_t which)
{
	uint32_t i;

	for (i = 0; i < ch->to->adapters_count && !ch->plan.err; i++) {
		const struct config_adapter *to = &ch->to->adapters[i];
		struct config_adapter *vmk = config_adapter(ch->now, to->name);
		uint32_t tags = add ? *to->tags & ~*vmk->tags :
				*vmk->tags & ~*to->tags;
		bool last = !add && plan_is_last_management(ch->now, vmk);

		tags &= which;
		plan_tag(ch, vmk, tags, add);
		if (tags & MANAGEMENT && last)
			plan_flag(&ch->plan, "force");
	}
}

/**
 * plan_adapters() - make and change adapters
 * @ch: the change
 */
void plan_adapters(struct config_change *ch)
{
	uint32_t i;

	for (i = 0; i < ch->to->adapters_count && !ch->plan.err; i++)
		plan_adapter(ch, &ch->to->adapters[i]);
	plan_tags(ch, false, ~MANAGEMENT);
	plan_tags(ch, true, ~0u);
}

/**
 * plan_late_tags() - let adapters be for management no more
 * @ch: the change
 */
void plan_late_tags(struct config_change *ch)
{
	plan_tags(ch, false, MANAGEMENT);
}
