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
 * @vmk: its record
 * @ifindex: its number in its stack
 * @rt: rtnetlink of the stack
 * @leased: an IPv4 address is not for ever: it is of DHCP
 * @out: what is read
 */
struct state_ip {
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
	int err;

	if (!text)
		return -ENOMEM;
	if (family == AF_INET6)
		err = config_append_text(&v6->addresses, &v6->addresses_count,
					 text);
	else
		err = v4->address ? 0 :
		      config_set(ipv4_fields, v4, "address", text);
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
 * @vmk: record of the adapter
 * @adapter: where they are put
 *
 * Return: an exit status.
 */
int config_state_ip(const struct cmd *c, const json_t *vmk,
		    struct config_adapter *adapter)
{
	struct state_ip st = {
		.vmk = vmk, .ifindex = model_int(vmk, "ifindex"),
		.out = adapter,
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

static bool state_is_vmk(const json_t *vmks, const char *stack, int ifindex)
{
	size_t i;

	for (i = 0; i < json_array_size(vmks); i++) {
		const json_t *vmk = json_array_get(vmks, i);

		if (model_int(vmk, "ifindex") == ifindex &&
		    !strcmp(ip_stack_of(vmk), stack))
			return true;
	}
	return false;
}

/* Those that an administrator made, by an adapter, but its default route. */
static struct nl_addr *state_route_gateway(struct rtnl_route *route,
					   const json_t *vmks,
					   const char *stack)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);
	uint8_t protocol = rtnl_route_get_protocol(route);
	struct rtnl_nexthop *nh;

	if (!dst || !nl_addr_get_prefixlen(dst) ||
	    rtnl_route_get_table(route) != RT_TABLE_MAIN ||
	    rtnl_route_get_type(route) != RTN_UNICAST ||
	    (protocol != RTPROT_STATIC && protocol != RTPROT_BOOT) ||
	    rtnl_route_get_nnexthops(route) != 1)
		return NULL;
	nh = rtnl_route_nexthop_n(route, 0);
	return state_is_vmk(vmks, stack, rtnl_route_nh_get_ifindex(nh)) ?
	       rtnl_route_nh_get_gateway(nh) : NULL;
}

static int state_route(struct config *cfg, struct rtnl_route *route,
		       struct nl_addr *gw, const char *stack)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);
	struct config_route *r;
	char network[64];
	json_t *text;
	int err;

	text = ip_text(dst);
	snprintf(network, sizeof(network), "%s/%u", json_string_value(text),
		 nl_addr_get_prefixlen(dst));
	json_decref(text);
	r = config_append(&cfg->routes, &cfg->routes_count, sizeof(*r));
	if (!r)
		return -ENOMEM;
	text = ip_text(gw);
	err = config_set(route_fields, r, "network", network);
	if (!err)
		err = config_set(route_fields, r, "gateway",
				 json_string_value(text));
	if (!err)
		err = config_set(route_fields, r, "netstack", stack);
	json_decref(text);
	return err;
}

static int state_routes(struct config *cfg, struct rtnl *rt, int family,
			const json_t *vmks, const char *stack)
{
	struct nl_object *obj;
	struct nl_cache *cache;
	int err = 0;

	if (rtnl_route_alloc_cache(rt->nl.sk, family, 0, &cache))
		return -EIO;
	for (obj = nl_cache_get_first(cache); !err && obj;
	     obj = nl_cache_get_next(obj)) {
		struct rtnl_route *route = (struct rtnl_route *)obj;
		struct nl_addr *gw = state_route_gateway(route, vmks, stack);

		if (gw)
			err = state_route(cfg, route, gw, stack);
	}
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
 * @vmks: records of all adapters
 * @cfg: where they are put
 *
 * Return: an exit status.
 */
int config_state_routes(const struct cmd *c, const json_t *vmks,
			struct config *cfg)
{
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
		err = state_routes(cfg, &rt, AF_INET, vmks, ip_stack_of(vmk));
		if (!err)
			err = state_routes(cfg, &rt, AF_INET6, vmks,
					   ip_stack_of(vmk));
		rtnl_close(&rt);
		if (err)
			err = cmd_fail_errno(c, "routes", err);
	}
	return err;
}
