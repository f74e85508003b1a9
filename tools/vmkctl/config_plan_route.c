// SPDX-License-Identifier: GPL-2.0
/* Steps that change static routes. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "config_plan.h"
#include "config_rules.h"
#include "config_value.h"
#include "value.h"

static bool plan_has_route(const struct config *cfg,
			   const struct config_route *route)
{
	uint32_t i;

	for (i = 0; i < cfg->routes_count; i++)
		if (!strcmp(cfg->routes[i].network, route->network) &&
		    !strcmp(cfg->routes[i].gateway, route->gateway) &&
		    !strcmp(cfg->routes[i].stack, route->stack))
			return true;
	return false;
}

static bool plan_reaches4(const char *address, const char *gateway)
{
	struct config_prefix p;
	struct in_addr gw;
	uint32_t mask;

	if (!address || config_prefix(address, &p) ||
	    inet_pton(AF_INET, gateway, &gw) != 1)
		return false;
	mask = 0xffffffffull << (32 - p.len);
	return !((ntohl(gw.s_addr) ^ ntohl(p.ip4.s_addr)) & mask);
}

static bool plan_reaches6(const char *address, const char *gateway)
{
	struct config_prefix p;
	struct in6_addr gw;
	int i;

	if (config_prefix(address, &p) || p.family != AF_INET6 ||
	    inet_pton(AF_INET6, gateway, &gw) != 1)
		return false;
	for (i = 0; i < p.len; i++)
		if ((p.ip6.s6_addr[i / 8] ^ gw.s6_addr[i / 8]) &
		    0x80 >> i % 8)
			return false;
	return true;
}

static bool plan_reaches(const struct config_adapter *vmk,
			 const struct config_route *route)
{
	uint32_t i;

	if (strcmp(vmk->stack, route->stack))
		return false;
	for (i = 0; i < vmk->ipv6->addresses_count; i++)
		if (plan_reaches6(vmk->ipv6->addresses[i], route->gateway))
			return true;
	return plan_reaches4(vmk->ipv4->address, route->gateway);
}

static bool plan_keeps6(const struct config_adapter *vmk,
			const struct config_adapter *to)
{
	uint32_t i;

	for (i = 0; i < vmk->ipv6->addresses_count; i++)
		if (!config_has(to->ipv6->addresses,
				to->ipv6->addresses_count,
				vmk->ipv6->addresses[i]))
			return false;
	return true;
}

/* A route goes with what its gateway is reached by. */
static bool plan_is_cut(const struct config_change *ch,
			const struct config_route *route)
{
	uint32_t i;

	for (i = 0; i < ch->now->adapters_count; i++) {
		const struct config_adapter *vmk = &ch->now->adapters[i];
		const struct config_adapter *to;

		if (!plan_reaches(vmk, route))
			continue;
		to = config_adapter(ch->to, vmk->name);
		if (plan_is_remade(ch, vmk) || *vmk->enabled != *to->enabled ||
		    plan_is_readdressed(ch, vmk) || !plan_keeps6(vmk, to))
			return true;
	}
	return false;
}

/* By an address that a server or a router will tell, not a configuration. */
static bool plan_waits(const struct config_change *ch,
		       const struct config_route *route)
{
	bool is6 = strchr(route->gateway, ':');
	bool told = false;
	uint32_t i;

	for (i = 0; i < ch->to->adapters_count; i++) {
		const struct config_adapter *vmk = &ch->to->adapters[i];

		if (plan_reaches(vmk, route))
			return false;
		if (strcmp(vmk->stack, route->stack))
			continue;
		if (!is6)
			told |= *vmk->ipv4->type == VALUE_IP_DHCP;
		else
			told |= !vmk->ipv6->adverts || *vmk->ipv6->adverts ||
				(vmk->ipv6->dhcp && *vmk->ipv6->dhcp);
	}
	return told;
}

static void plan_route(struct plan *plan, const struct config_route *route,
		       const char *verb)
{
	plan_begin(plan, strchr(route->gateway, ':') ? "route ipv6" :
		   "route ipv4");
	plan_words(plan, verb);
	plan_opt(plan, "network", route->network);
	plan_opt(plan, "gateway", route->gateway);
	plan_opt(plan, "netstack", route->stack);
}

static void plan_add_route(struct config_change *ch,
			   const struct config_route *route)
{
	if (plan_has_route(ch->now, route))
		return;
	plan_route(&ch->plan, route, "add");
	if (!ch->plan.err)
		ch->plan.steps[ch->plan.count - 1].waits = plan_waits(ch,
								      route);
}

/**
 * plan_remove_routes() - remove static routes
 * @ch: the change
 */
void plan_remove_routes(struct config_change *ch)
{
	uint32_t i = 0;

	while (i < ch->now->routes_count && !ch->plan.err) {
		struct config_route *route = &ch->now->routes[i];

		if (plan_has_route(ch->to, route) && !plan_is_cut(ch, route)) {
			i++;
			continue;
		}
		plan_route(&ch->plan, route, "remove");
		plan_forget(ch, "routes", i);
	}
}

/**
 * plan_routes() - add static routes
 * @ch: the change
 */
void plan_routes(struct config_change *ch)
{
	uint32_t i;

	for (i = 0; i < ch->to->routes_count; i++)
		plan_add_route(ch, &ch->to->routes[i]);
}
