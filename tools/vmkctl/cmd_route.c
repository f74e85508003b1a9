// SPDX-License-Identifier: GPL-2.0
/* Routes of TCP/IP stacks. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <string.h>

#include "handlers.h"
#include "ip.h"

/**
 * struct route_arg - a route as the command line has it
 * @family: %AF_INET or %AF_INET6
 * @dst: where it leads to
 * @gw: its gateway
 */
struct route_arg {
	int family;
	struct nl_addr *dst;
	struct nl_addr *gw;
};

static int route_arg(const struct cmd *c, int family, struct route_arg *arg)
{
	const struct opt_val *net = opt_get(c, "network");
	const struct opt_val *gw = opt_get(c, "gateway");
	size_t size = family == AF_INET ? sizeof(net->ip4) : sizeof(net->ip6);

	arg->family = family;
	arg->dst = nl_addr_build(family, family == AF_INET ?
				 (void *)&net->ip4 : (void *)&net->ip6, size);
	arg->gw = nl_addr_build(family, family == AF_INET ?
				(void *)&gw->ip4 : (void *)&gw->ip6, size);
	if (!arg->dst || !arg->gw)
		return -ENOMEM;
	nl_addr_set_prefixlen(arg->dst, net->len);
	return 0;
}

static void route_arg_put(struct route_arg *arg)
{
	nl_addr_put(arg->dst);
	nl_addr_put(arg->gw);
}

static int route_fail(const struct cmd *c, const struct nlerr *e)
{
	const char *reason = e->text[0] ? e->text : strerror(-e->err);

	if (e->err == -EEXIST)
		reason = "there is such a route already";
	else if (e->err == -ENETUNREACH || e->err == -EHOSTUNREACH)
		reason = "no adapter reaches the gateway";
	else if (e->err == -EPERM)
		reason = "not permitted; changes need CAP_NET_ADMIN";
	return cmd_fail(c, "'%s': --gateway '%s': %s", opt_text(c, "network"),
			opt_text(c, "gateway"), reason);
}

static int route_add(const struct cmd *c, struct rtnl *rt,
		     const struct route_arg *arg)
{
	const void *gw = nl_addr_get_binary_addr(arg->gw);
	struct nlerr e = { .err = -ENOMEM };
	struct rtnl_route *route;

	route = rtnl_new_route(arg->dst, 0, gw, 0);
	if (route)
		rtnl_route_step(rt, route, true, &e);
	rtnl_route_put(route);
	return e.err ? route_fail(c, &e) : CMD_OK;
}

static bool route_is(struct rtnl_route *route, const struct route_arg *arg)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);
	struct rtnl_nexthop *nh = rtnl_route_nexthop_n(route, 0);
	struct nl_addr *gw = nh ? rtnl_route_nh_get_gateway(nh) : NULL;
	unsigned int len = dst ? nl_addr_get_prefixlen(dst) : 0;

	if (!gw || nl_addr_cmp(gw, arg->gw) ||
	    len != nl_addr_get_prefixlen(arg->dst))
		return false;
	return !len || !nl_addr_cmp(dst, arg->dst);
}

static int route_remove(const struct cmd *c, struct rtnl *rt,
			const struct route_arg *arg)
{
	struct nlerr e = { .err = -ESRCH };
	struct rtnl_routes routes;
	size_t i;
	int err;

	err = rtnl_get_routes(rt, arg->family, &routes);
	for (i = 0; !err && i < routes.count; i++) {
		if (!route_is(routes.route[i], arg))
			continue;
		rtnl_route_step(rt, routes.route[i], false, &e);
		break;
	}
	rtnl_put_routes(&routes);
	if (err)
		return cmd_fail_errno(c, "routes", err);
	if (e.err == -ESRCH)
		return cmd_fail(c, "'%s': there is no such route by '%s'",
				opt_text(c, "network"),
				opt_text(c, "gateway"));
	return e.err ? route_fail(c, &e) : CMD_OK;
}

static int route_change(struct cmd *c, int family,
			int (*change)(const struct cmd *c, struct rtnl *rt,
				      const struct route_arg *arg))
{
	struct route_arg arg;
	struct rtnl rt;
	int err;

	err = ip_enter(c, opt_text(c, "netstack"), &rt);
	if (err)
		return err;
	if (route_arg(c, family, &arg))
		err = cmd_fail_errno(c, "route", -ENOMEM);
	else
		err = change(c, &rt, &arg);
	route_arg_put(&arg);
	rtnl_close(&rt);
	return err;
}

/**
 * cmd_route_ipv4_add() - add a route
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_route_ipv4_add(struct cmd *c)
{
	return route_change(c, AF_INET, route_add);
}

/**
 * cmd_route_ipv4_remove() - remove a route
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_route_ipv4_remove(struct cmd *c)
{
	return route_change(c, AF_INET, route_remove);
}

/**
 * cmd_route_ipv6_add() - add a route
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_route_ipv6_add(struct cmd *c)
{
	return route_change(c, AF_INET6, route_add);
}

/**
 * cmd_route_ipv6_remove() - remove a route
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_route_ipv6_remove(struct cmd *c)
{
	return route_change(c, AF_INET6, route_remove);
}

static const char *route_source(struct rtnl_route *route)
{
	switch (rtnl_route_get_protocol(route)) {
	case RTPROT_KERNEL:
		return "CONNECTED";
	case RTPROT_DHCP:
		return "DHCP";
	case RTPROT_RA:
		return "ROUTER-ADV";
	default:
		return "MANUAL";
	}
}

static json_t *route_network(struct rtnl_route *route, int family)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);

	if (!dst || !nl_addr_get_prefixlen(dst))
		return json_string("default");
	if (!nl_addr_get_len(dst))
		return json_string(family == AF_INET ? "0.0.0.0" : "::");
	return ip_text(dst);
}

static json_t *route_netmask(struct rtnl_route *route, int family)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);
	unsigned int len = dst ? nl_addr_get_prefixlen(dst) : 0;
	struct nl_addr *mask;
	json_t *text;
	uint32_t bits;

	if (family == AF_INET6)
		return json_integer(len);
	bits = len ? htonl(0xffffffffu << (32 - len)) : 0;
	mask = nl_addr_build(AF_INET, &bits, sizeof(bits));
	text = ip_text(mask);
	nl_addr_put(mask);
	return text;
}

static json_t *route_record(struct rtnl_route *route, int family,
			    struct rtnl_nexthop *nh, struct nl_cache *links)
{
	char name[64] = "";

	rtnl_link_i2name(links, rtnl_route_nh_get_ifindex(nh), name,
			 sizeof(name));
	return json_pack("{s:o, s:o, s:o, s:o, s:s}",
			 "network", route_network(route, family),
			 "netmask", route_netmask(route, family),
			 "gateway", ip_text(rtnl_route_nh_get_gateway(nh)),
			 "interface", print_string(name),
			 "source", route_source(route));
}

static void route_add_records(json_t *rows, struct rtnl_route *route,
			      int family, struct nl_cache *links)
{
	struct rtnl_nexthop *nh;
	int i;

	for (i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		nh = rtnl_route_nexthop_n(route, i);
		json_array_append_new(rows,
				      route_record(route, family, nh, links));
	}
}

static json_t *route_records(const struct rtnl_routes *routes, int family,
			     struct nl_cache *links)
{
	json_t *rows = json_array();
	size_t i;

	for (i = 0; i < routes->count; i++)
		if (rtnl_route_get_type(routes->route[i]) == RTN_UNICAST)
			route_add_records(rows, routes->route[i], family,
					  links);
	return rows;
}

static int route_list(struct cmd *c, int family)
{
	struct nl_cache *links = NULL;
	struct rtnl_routes routes;
	json_t *rows = NULL;
	struct rtnl rt;
	int err;

	err = ip_enter(c, opt_text(c, "netstack"), &rt);
	if (err)
		return err;
	err = rtnl_get_routes(&rt, family, &routes);
	if (!err)
		err = nlsock_errno(rtnl_link_alloc_cache(rt.nl.sk, AF_UNSPEC,
							 &links));
	if (!err) {
		rows = route_records(&routes, family, links);
		nl_cache_free(links);
	}
	rtnl_put_routes(&routes);
	rtnl_close(&rt);
	return err ? cmd_fail_errno(c, "routes", err) : cmd_emit(c, rows);
}

/**
 * cmd_route_ipv4_list() - print the routes of a stack
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_route_ipv4_list(struct cmd *c)
{
	return route_list(c, AF_INET);
}

/**
 * cmd_route_ipv6_list() - print the routes of a stack
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_route_ipv6_list(struct cmd *c)
{
	return route_list(c, AF_INET6);
}
