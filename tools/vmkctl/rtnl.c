// SPDX-License-Identifier: GPL-2.0
/* Addresses, routes and names of interfaces, through libnl-route. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/route/link.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"
#include "rtnl.h"

/**
 * rtnl_open() - enter a TCP/IP stack and open rtnetlink there
 * @rt: what to open
 * @netstack: name of the stack
 *
 * Return: 0 or a negative errno, with the process where it was.
 */
int rtnl_open(struct rtnl *rt, const char *netstack)
{
	int err;

	memset(rt, 0, sizeof(*rt));
	err = netns_enter(netstack, &rt->home);
	if (err)
		return err;
	err = nlsock_open(&rt->nl, NETLINK_ROUTE);
	if (err)
		netns_leave(rt->home);
	return err;
}

/**
 * rtnl_close() - close rtnetlink and leave the stack
 * @rt: what rtnl_open() opened
 */
void rtnl_close(struct rtnl *rt)
{
	nlsock_close(&rt->nl);
	netns_leave(rt->home);
}

/**
 * rtnl_is_link() - is there an interface of that number and name?
 * @rt: where
 * @ifindex: the number
 * @name: the name
 *
 * Return: true if so. A stack's name may have been given to another
 * namespace since an adapter was put there.
 */
int rtnl_is_link(struct rtnl *rt, int ifindex, const char *name)
{
	struct rtnl_link *link;
	const char *have;
	bool same;

	if (rtnl_link_get_kernel(rt->nl.sk, ifindex, NULL, &link))
		return false;
	have = rtnl_link_get_name(link);
	same = have && !strcmp(have, name);
	rtnl_link_put(link);
	return same;
}

/**
 * rtnl_add_altname() - give an interface another name
 * @rt: where
 * @ifindex: the interface
 * @name: the name
 * @e: set to what went wrong
 *
 * Return: 0 or a negative errno.
 */
int rtnl_add_altname(struct rtnl *rt, int ifindex, const char *name,
		     struct nlerr *e)
{
	struct ifinfomsg ifi = { .ifi_index = ifindex };
	struct nlattr *list;
	struct nl_msg *msg;
	int err = -ENOMEM;

	memset(e, 0, sizeof(*e));
	msg = nlmsg_alloc_simple(RTM_NEWLINKPROP, NLM_F_REQUEST |
				 NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND);
	if (!msg || nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO))
		goto out;
	list = nla_nest_start(msg, IFLA_PROP_LIST);
	if (!list || nla_put_string(msg, IFLA_ALT_IFNAME, name))
		goto out;
	nla_nest_end(msg, list);
	err = nlsock_talk(&rt->nl, msg, NULL, e);
out:
	nlmsg_free(msg);
	if (err)
		e->err = err;
	return err;
}

/**
 * struct rtnl_altnames - who is told of alternative names
 * @tell: called with each
 * @arg: and with this
 */
struct rtnl_altnames {
	void (*tell)(const char *name, void *arg);
	void *arg;
};

static int rtnl_take_altnames(struct nlmsghdr *nlh, void *arg)
{
	const struct rtnl_altnames *names = arg;
	struct nlattr *list, *name;
	int rem;

	list = nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_PROP_LIST);
	if (!list)
		return 0;
	nla_for_each_nested(name, list, rem)
		if (nla_type(name) == IFLA_ALT_IFNAME)
			names->tell(nla_get_string(name), names->arg);
	return 0;
}

/**
 * rtnl_each_altname() - tell of the alternative names of all interfaces
 * @rt: where
 * @tell: called with each, in no order, perhaps twice
 * @arg: and with this
 *
 * Return: 0 or a negative errno.
 */
int rtnl_each_altname(struct rtnl *rt, void (*tell)(const char *, void *),
		      void *arg)
{
	struct rtnl_altnames names = { .tell = tell, .arg = arg };
	const struct nlreply reply = {
		.take = rtnl_take_altnames, .arg = &names,
	};
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	struct nl_msg *msg;
	int err = -ENOMEM;
	struct nlerr e;

	msg = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
	if (msg && !nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO))
		err = nlsock_talk(&rt->nl, msg, &reply, &e);
	nlmsg_free(msg);
	return err;
}

/**
 * rtnl_announce() - give an interface the address that it has
 * @rt: where
 * @ifindex: the interface
 * @mac: its address
 *
 * That is no change, but where arp_notify and ndisc_notify are set, the kernel
 * tells all neighbors of it.
 *
 * Return: 0 or a negative errno.
 */
int rtnl_announce(struct rtnl *rt, int ifindex, const unsigned char *mac)
{
	struct ifinfomsg ifi = { .ifi_index = ifindex };
	struct nl_msg *msg;
	int err = -ENOMEM;
	struct nlerr e;

	msg = nlmsg_alloc_simple(RTM_SETLINK, NLM_F_REQUEST);
	if (msg && !nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO) &&
	    !nla_put(msg, IFLA_ADDRESS, ETH_ALEN, mac))
		err = nlsock_talk(&rt->nl, msg, NULL, &e);
	nlmsg_free(msg);
	return err;
}

/**
 * rtnl_raise() - have an interface up
 * @rt: where
 * @ifindex: the interface
 *
 * Return: 0 or a negative errno.
 */
int rtnl_raise(struct rtnl *rt, int ifindex)
{
	struct ifinfomsg ifi = {
		.ifi_index = ifindex,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nl_msg *msg;
	int err = -ENOMEM;
	struct nlerr e;

	msg = nlmsg_alloc_simple(RTM_SETLINK, NLM_F_REQUEST);
	if (msg && !nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO))
		err = nlsock_talk(&rt->nl, msg, NULL, &e);
	nlmsg_free(msg);
	return err;
}

/**
 * rtnl_addresses() - all addresses of a stack
 * @rt: the stack
 * @family: %AF_INET or %AF_INET6
 *
 * Return: a cache of them, to be freed, or NULL.
 */
struct nl_cache *rtnl_addresses(struct rtnl *rt, int family)
{
	struct nl_cache *cache;
	struct nl_object *obj, *next;

	if (rtnl_addr_alloc_cache(rt->nl.sk, &cache))
		return NULL;
	for (obj = nl_cache_get_first(cache); obj; obj = next) {
		next = nl_cache_get_next(obj);
		if (rtnl_addr_get_family((struct rtnl_addr *)obj) != family)
			nl_cache_remove(obj);
	}
	return cache;
}

/*
 * What an address brings along; a kernel without CONFIG_IPV6_MULTIPLE_TABLES
 * has that in the main table, too.
 */
static bool rtnl_is_of_address(const struct rtmsg *rtm)
{
	return rtm->rtm_protocol == RTPROT_KERNEL &&
	       (rtm->rtm_type == RTN_LOCAL || rtm->rtm_type == RTN_ANYCAST ||
		rtm->rtm_type == RTN_MULTICAST);
}

static int rtnl_take_route(struct nlmsghdr *nlh, void *arg)
{
	struct rtnl_route **array, *route;
	struct rtmsg *rtm = nlmsg_data(nlh);
	struct rtnl_routes *routes = arg;

	if (nlh->nlmsg_type != RTM_NEWROUTE ||
	    !nlmsg_valid_hdr(nlh, sizeof(*rtm)) ||
	    (routes->defaults && rtm->rtm_dst_len) ||
	    rtm->rtm_table != RT_TABLE_MAIN || rtm->rtm_flags & RTM_F_CLONED ||
	    rtnl_is_of_address(rtm) || rtnl_route_parse(nlh, &route))
		return 0;
	array = reallocarray(routes->route, routes->count + 1, sizeof(*array));
	if (!array) {
		rtnl_route_put(route);
		return -ENOMEM;
	}
	array[routes->count++] = route;
	routes->route = array;
	return 0;
}

static void rtnl_again_routes(void *arg)
{
	rtnl_put_routes(arg);
}

static int rtnl_dump_routes(struct rtnl *rt, int family,
			    struct rtnl_routes *routes)
{
	const struct nlreply reply = {
		.take = rtnl_take_route, .again = rtnl_again_routes,
		.arg = routes,
	};
	struct rtmsg rtm = { .rtm_family = family };
	struct nl_msg *msg;
	int err = -ENOMEM;
	struct nlerr e;

	msg = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP);
	if (msg && !nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO))
		err = nlsock_talk(&rt->nl, msg, &reply, &e);
	nlmsg_free(msg);
	return err;
}

/**
 * rtnl_get_routes() - the routes of a stack
 * @rt: the stack
 * @family: %AF_INET or %AF_INET6
 * @routes: set to what there is in the main table
 *
 * Not by a cache of libnl's: in that, routes of one metric by different
 * interfaces are one.
 *
 * Return: 0 or a negative errno; rtnl_put_routes() is due in any case.
 */
int rtnl_get_routes(struct rtnl *rt, int family, struct rtnl_routes *routes)
{
	memset(routes, 0, sizeof(*routes));
	return rtnl_dump_routes(rt, family, routes);
}

/**
 * rtnl_get_defaults() - the default routes of a stack
 * @rt: the stack
 * @family: %AF_INET or %AF_INET6
 * @defaults: set to what there is in the main table
 *
 * Return: 0 or a negative errno; rtnl_put_routes() is due in any case.
 */
int rtnl_get_defaults(struct rtnl *rt, int family,
		      struct rtnl_routes *defaults)
{
	memset(defaults, 0, sizeof(*defaults));
	defaults->defaults = true;
	return rtnl_dump_routes(rt, family, defaults);
}

/**
 * rtnl_put_routes() - let go of routes
 * @routes: the routes
 */
void rtnl_put_routes(struct rtnl_routes *routes)
{
	while (routes->count)
		rtnl_route_put(routes->route[--routes->count]);
	free(routes->route);
	routes->route = NULL;
}

/**
 * rtnl_route_gateway() - the gateway of a default route by an interface
 * @route: any route
 * @ifindex: the interface
 *
 * Return: the gateway, still the route's; NULL where the route is none, or
 * is not in the main table, or is by another interface.
 */
struct nl_addr *rtnl_route_gateway(struct rtnl_route *route, int ifindex)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);
	struct rtnl_nexthop *nh;

	if ((dst && nl_addr_get_prefixlen(dst)) ||
	    rtnl_route_get_table(route) != RT_TABLE_MAIN ||
	    rtnl_route_get_type(route) != RTN_UNICAST ||
	    rtnl_route_get_nnexthops(route) != 1)
		return NULL;
	nh = rtnl_route_nexthop_n(route, 0);
	if (!nh || rtnl_route_nh_get_ifindex(nh) != ifindex)
		return NULL;
	return rtnl_route_nh_get_gateway(nh);
}

static size_t rtnl_addr_size(int family)
{
	return family == AF_INET ? sizeof(struct in_addr) :
	       sizeof(struct in6_addr);
}

static int rtnl_set_broadcast(struct rtnl_addr *addr, const void *ip,
			      uint8_t len)
{
	struct nl_addr *bcast;
	uint32_t bits;
	int err;

	memcpy(&bits, ip, sizeof(bits));
	bits |= htonl(0xffffffffu >> len);
	bcast = nl_addr_build(AF_INET, &bits, sizeof(bits));
	if (!bcast)
		return -ENOMEM;
	err = rtnl_addr_set_broadcast(addr, bcast);
	nl_addr_put(bcast);
	return err;
}

/**
 * rtnl_new_addr() - an address to be added to an interface
 * @family: %AF_INET or %AF_INET6
 * @ifindex: the interface
 * @ip: the address
 * @len: length of its prefix
 *
 * Return: the address, or NULL.
 */
struct rtnl_addr *rtnl_new_addr(int family, int ifindex, const void *ip,
				uint8_t len)
{
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *local;
	int err = -ENOMEM;

	local = nl_addr_build(family, ip, rtnl_addr_size(family));
	if (addr && local) {
		nl_addr_set_prefixlen(local, len);
		rtnl_addr_set_ifindex(addr, ifindex);
		err = rtnl_addr_set_local(addr, local);
		/* Two hosts of a /31 or /32 have no broadcast address. */
		if (!err && family == AF_INET && len < 31)
			err = rtnl_set_broadcast(addr, ip, len);
	}
	nl_addr_put(local);
	if (!err)
		return addr;
	rtnl_addr_put(addr);
	return NULL;
}

static int rtnl_set_gateway(struct rtnl_route *route, int family, int ifindex,
			    const void *gw)
{
	struct rtnl_nexthop *nh = rtnl_route_nh_alloc();
	struct nl_addr *via;

	via = nl_addr_build(family, gw, rtnl_addr_size(family));
	if (!nh || !via) {
		if (nh)
			rtnl_route_nh_free(nh);
		nl_addr_put(via);
		return -ENOMEM;
	}
	rtnl_route_nh_set_ifindex(nh, ifindex);
	rtnl_route_nh_set_gateway(nh, via);
	rtnl_route_add_nexthop(route, nh);
	nl_addr_put(via);
	return 0;
}

/**
 * rtnl_new_route() - a route to be added
 * @dst: where it leads to, with the length of its prefix
 * @ifindex: the interface it is by; 0 if the gateway tells
 * @gw: the gateway
 * @priority: its metric
 *
 * Return: the route, or NULL.
 */
struct rtnl_route *rtnl_new_route(struct nl_addr *dst, int ifindex,
				  const void *gw, uint32_t priority)
{
	struct rtnl_route *route = rtnl_route_alloc();
	int family = nl_addr_get_family(dst);

	if (!route)
		return NULL;
	rtnl_route_set_family(route, family);
	rtnl_route_set_table(route, RT_TABLE_MAIN);
	rtnl_route_set_scope(route, RT_SCOPE_UNIVERSE);
	rtnl_route_set_type(route, RTN_UNICAST);
	rtnl_route_set_protocol(route, RTPROT_STATIC);
	rtnl_route_set_priority(route, priority);
	if (!rtnl_route_set_dst(route, dst) &&
	    !rtnl_set_gateway(route, family, ifindex, gw))
		return route;
	rtnl_route_put(route);
	return NULL;
}

/**
 * rtnl_new_default() - a default route to be added
 * @family: %AF_INET or %AF_INET6
 * @ifindex: the interface it is by
 * @gw: the gateway
 * @priority: its metric
 *
 * Return: the route, or NULL.
 */
struct rtnl_route *rtnl_new_default(int family, int ifindex, const void *gw,
				    uint32_t priority)
{
	static const unsigned char any[sizeof(struct in6_addr)];
	struct rtnl_route *route = NULL;
	struct nl_addr *dst;

	dst = nl_addr_build(family, any, rtnl_addr_size(family));
	if (dst) {
		nl_addr_set_prefixlen(dst, 0);
		route = rtnl_new_route(dst, ifindex, gw, priority);
	}
	nl_addr_put(dst);
	return route;
}
