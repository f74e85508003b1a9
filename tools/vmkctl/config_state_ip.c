// SPDX-License-Identifier: GPL-2.0
/* Addresses and routes of adapters, as a configuration has them. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_state.h"
#include "config_value.h"
#include "ip.h"
#include "netns.h"

/**
 * struct state_ip - an adapter whose addresses are read
 * @c: the invocation, for messages
 * @tell: warn of what no configuration can say
 * @vmk: its record
 * @ifindex: its number in its stack
 * @rt: rtnetlink of the stack
 * @leased: an IPv4 address is not for ever: it is of DHCP
 * @out: what is read
 */
struct state_ip {
	const struct cmd *c;
	bool tell;
	const json_t *vmk;
	int ifindex;
	struct rtnl rt;
	bool leased;
	struct config_adapter *out;
};

static char *state_addr(struct rtnl_addr *addr)
{
	json_t *ip = ip_text(rtnl_addr_get_local(addr));
	char *text = NULL;

	if (json_is_string(ip) &&
	    asprintf(&text, "%s/%d", json_string_value(ip),
		     rtnl_addr_get_prefixlen(addr)) < 0)
		text = NULL;
	json_decref(ip);
	return text;
}

/* The kernel's own link-local address is permanent, too. */
static bool state_is_static(struct rtnl_addr *addr)
{
	struct nl_addr *local = rtnl_addr_get_local(addr);

	if (!local || !(rtnl_addr_get_flags(addr) & IFA_F_PERMANENT))
		return false;
	return nl_addr_get_family(local) != AF_INET6 ||
	       !IN6_IS_ADDR_LINKLOCAL((struct in6_addr *)
				      nl_addr_get_binary_addr(local));
}

static int state_take_addr(struct state_ip *st, int family,
			   struct rtnl_addr *addr)
{
	struct config_ipv6 *v6 = st->out->ipv6;
	struct config_ipv4 *v4 = st->out->ipv4;
	char *text = state_addr(addr);
	int err = 0;

	if (!text)
		return -ENOMEM;
	if (family == AF_INET6)
		err = config_append_text(&v6->addresses, &v6->addresses_count,
					 text);
	else if (!v4->address)
		err = config_set(ipv4_fields, v4, "address", text);
	else if (st->tell)
		cmd_warn(st->c,
			 "'%s': %s: a further IPv4 address is in no configuration",
			 st->out->name, text);
	free(text);
	return err;
}

static int state_addrs(struct state_ip *st, int family)
{
	struct nl_cache *addrs = rtnl_addresses(&st->rt, family);
	bool newest_first = family == AF_INET6;
	struct nl_object *obj;
	int err = 0;

	if (!addrs)
		return -EIO;
	/* In the order in which they would have to be added. */
	for (obj = newest_first ? nl_cache_get_last(addrs) :
	     nl_cache_get_first(addrs); !err && obj;
	     obj = newest_first ? nl_cache_get_prev(obj) :
	     nl_cache_get_next(obj)) {
		struct rtnl_addr *addr = (struct rtnl_addr *)obj;

		if (rtnl_addr_get_ifindex(addr) != st->ifindex)
			continue;
		if (state_is_static(addr))
			err = state_take_addr(st, family, addr);
		else if (family == AF_INET)
			st->leased = true;
	}
	nl_cache_free(addrs);
	return err;
}

/* Those that came by advertisements or DHCP go as they came. */
static struct nl_addr *state_gateway(const struct state_ip *st,
				     const struct rtnl_routes *defaults)
{
	struct nl_addr *gw;
	size_t i;

	for (i = 0; i < defaults->count; i++) {
		struct rtnl_route *route = defaults->route[i];

		gw = rtnl_route_gateway(route, st->ifindex);
		if (gw && rtnl_route_get_protocol(route) != RTPROT_RA &&
		    rtnl_route_get_protocol(route) != RTPROT_DHCP)
			return gw;
	}
	return NULL;
}

static int state_default(struct state_ip *st, int family,
			 const cyaml_schema_field_t *fields, void *base)
{
	struct rtnl_routes defaults;
	json_t *text;
	int err;

	err = rtnl_get_defaults(&st->rt, family, &defaults);
	if (!err) {
		text = ip_text(state_gateway(st, &defaults));
		err = config_set(fields, base, "gateway",
				 json_string_value(text));
		json_decref(text);
	}
	rtnl_put_routes(&defaults);
	return err;
}

static int state_ipv4(struct state_ip *st)
{
	struct config_ipv4 *v4 = calloc(1, sizeof(*v4));
	struct dhcp dhcp = ip_dhcp(st->vmk, AF_INET);
	bool dns;
	int err;

	st->out->ipv4 = v4;
	if (!v4)
		return -ENOMEM;
	if (dhcp_is_on(&dhcp, &dns)) {
		err = config_set(ipv4_fields, v4, "peer-dns",
				 dns ? "true" : "false");
		return err ? err : config_set(ipv4_fields, v4, "type", "dhcp");
	}
	err = state_addrs(st, AF_INET);
	if (!err)
		err = config_set(ipv4_fields, v4, "type",
				 v4->address ? "static" :
				 st->leased ? "dhcp" : "none");
	if (!err && v4->address)
		err = state_default(st, AF_INET, ipv4_fields, v4);
	return err;
}

static int state_ipv6(struct state_ip *st)
{
	struct config_ipv6 *v6 = calloc(1, sizeof(*v6));
	const char *vmk = model_str(st->vmk, "name");
	struct dhcp dhcp = ip_dhcp(st->vmk, AF_INET6);
	int enabled = ipv6_is_enabled(st->vmk);
	bool dns;
	int err;

	st->out->ipv6 = v6;
	if (!v6)
		return -ENOMEM;
	if (enabled < 0)
		return 0;
	err = config_set(ipv6_fields, v6, "enable-ipv6",
			 enabled ? "true" : "false");
	if (!err)
		err = config_set(ipv6_fields, v6, "enable-router-adv",
				 ipv6_takes_adverts(vmk) ? "true" : "false");
	if (!err)
		err = config_set(ipv6_fields, v6, "enable-dhcpv6",
				 dhcp_is_on(&dhcp, &dns) ? "true" : "false");
	if (err || !enabled)
		return err;
	err = state_addrs(st, AF_INET6);
	return err ? err : state_default(st, AF_INET6, ipv6_fields, v6);
}

/**
 * config_state_ip() - the addresses of an adapter
 * @c: the invocation, for messages
 * @tell: warn of what no configuration can say
 * @vmk: record of the adapter
 * @adapter: where they are put
 *
 * Return: an exit status.
 */
int config_state_ip(const struct cmd *c, bool tell, const json_t *vmk,
		    struct config_adapter *adapter)
{
	struct state_ip st = {
		.c = c, .tell = tell, .vmk = vmk, .out = adapter,
		.ifindex = model_int(vmk, "ifindex"),
	};
	int err;

	err = ip_enter_stack_of(c, vmk, &st.rt);
	if (err)
		return err;
	err = state_ipv4(&st);
	if (!err)
		err = state_ipv6(&st);
	rtnl_close(&st.rt);
	return err ? cmd_fail_errno(c, adapter->name, err) : CMD_OK;
}

/**
 * struct state_routes - a TCP/IP stack whose routes are read
 * @c: the invocation, for messages
 * @tell: warn of what no configuration can say
 * @vmks: records of all adapters
 * @stack: name of the stack
 * @cfg: where the routes are put
 */
struct state_routes {
	const struct cmd *c;
	bool tell;
	const json_t *vmks;
	const char *stack;
	struct config *cfg;
};

static const json_t *state_vmk(const struct state_routes *st, int ifindex)
{
	size_t i;

	for (i = 0; i < json_array_size(st->vmks); i++) {
		const json_t *vmk = json_array_get(st->vmks, i);

		if (model_int(vmk, "ifindex") == ifindex &&
		    !strcmp(ip_stack_of(vmk), st->stack))
			return vmk;
	}
	return NULL;
}

/* A DHCP client's programs do not always say that a route is of a lease. */
static bool state_is_made(struct rtnl_route *route, const json_t *vmk)
{
	struct dhcp dhcp = ip_dhcp(vmk, rtnl_route_get_family(route));
	uint8_t protocol = rtnl_route_get_protocol(route);
	bool dns;

	return protocol == RTPROT_STATIC ||
	       (protocol == RTPROT_BOOT && !dhcp_is_on(&dhcp, &dns));
}

/* Those that an administrator made, by an adapter, but its default route. */
static struct rtnl_nexthop *state_hop(const struct state_routes *st,
				      struct rtnl_route *route)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(route, 0);
	const json_t *vmk;

	if (!dst || !nl_addr_get_prefixlen(dst) || !hop ||
	    rtnl_route_get_table(route) != RT_TABLE_MAIN ||
	    rtnl_route_get_type(route) != RTN_UNICAST)
		return NULL;
	vmk = state_vmk(st, rtnl_route_nh_get_ifindex(hop));
	return vmk && state_is_made(route, vmk) ? hop : NULL;
}

static bool state_has_route(const struct state_routes *st, const char *network)
{
	uint32_t i;

	for (i = 0; i < st->cfg->routes_count; i++)
		if (!strcmp(st->cfg->routes[i].network, network) &&
		    !strcmp(st->cfg->routes[i].stack, st->stack))
			return true;
	return false;
}

static const char *state_route_unsaid(const struct state_routes *st,
				      struct rtnl_route *route,
				      struct nl_addr *gw, const char *network)
{
	if (rtnl_route_get_nnexthops(route) != 1)
		return "with several next hops";
	if (!gw)
		return "without a gateway";
	if (nl_addr_get_family(gw) == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL((struct in6_addr *)
				  nl_addr_get_binary_addr(gw)))
		return "by a link-local gateway";
	return state_has_route(st, network) ? "beside another one" : NULL;
}

static int state_add_route(struct config *cfg, const char *network,
			   const char *gateway, const char *stack)
{
	struct config_route *r;
	int err;

	r = config_append(&cfg->routes, &cfg->routes_count, sizeof(*r));
	if (!r)
		return -ENOMEM;
	err = config_set(route_fields, r, "network", network);
	if (!err)
		err = config_set(route_fields, r, "gateway", gateway);
	return err ? err : config_set(route_fields, r, "netstack", stack);
}

static int state_route(const struct state_routes *st, struct rtnl_route *route)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);
	struct rtnl_nexthop *hop = state_hop(st, route);
	struct nl_addr *gw;
	char network[64];
	const char *why;
	json_t *text;
	int err = 0;

	if (!hop)
		return 0;
	text = ip_text(dst);
	snprintf(network, sizeof(network), "%s/%u", json_string_value(text),
		 nl_addr_get_prefixlen(dst));
	json_decref(text);
	gw = rtnl_route_nh_get_gateway(hop);
	why = state_route_unsaid(st, route, gw, network);
	if (!why) {
		text = ip_text(gw);
		err = state_add_route(st->cfg, network,
				      json_string_value(text), st->stack);
		json_decref(text);
	} else if (st->tell) {
		cmd_warn(st->c, "'%s': a route %s is in no configuration",
			 network, why);
	}
	return err;
}

static int state_routes(const struct state_routes *st, struct rtnl *rt,
			int family)
{
	struct nl_object *obj;
	struct nl_cache *cache;
	int err = 0;

	if (rtnl_route_alloc_cache(rt->nl.sk, family, 0, &cache))
		return -EIO;
	for (obj = nl_cache_get_first(cache); !err && obj;
	     obj = nl_cache_get_next(obj))
		err = state_route(st, (struct rtnl_route *)obj);
	nl_cache_free(cache);
	return err;
}

static bool state_is_first_of_stack(const json_t *vmks, size_t nth)
{
	const char *stack = ip_stack_of(json_array_get(vmks, nth));

	while (nth--)
		if (!strcmp(ip_stack_of(json_array_get(vmks, nth)), stack))
			return false;
	return true;
}

/**
 * config_state_routes() - the static routes by adapters
 * @c: the invocation, for messages
 * @tell: warn of what no configuration can say
 * @vmks: records of all adapters
 * @cfg: where they are put
 *
 * Return: an exit status.
 */
int config_state_routes(const struct cmd *c, bool tell, const json_t *vmks,
			struct config *cfg)
{
	struct state_routes st = {
		.c = c, .tell = tell, .vmks = vmks, .cfg = cfg,
	};
	int err = CMD_OK;
	struct rtnl rt;
	size_t i;

	for (i = 0; !err && i < json_array_size(vmks); i++) {
		const json_t *vmk = json_array_get(vmks, i);

		if (!state_is_first_of_stack(vmks, i))
			continue;
		err = ip_enter_stack_of(c, vmk, &rt);
		if (err)
			return err;
		st.stack = ip_stack_of(vmk);
		err = state_routes(&st, &rt, AF_INET);
		if (!err)
			err = state_routes(&st, &rt, AF_INET6);
		rtnl_close(&rt);
		if (err)
			err = cmd_fail_errno(c, "routes", err);
	}
	return err;
}
