// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and routes move from an interface to another. They are on both for
 * a moment, so that no connection is without.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ip.h"
#include "migrate.h"

#define MIGRATE_NOTIFY4	"/proc/sys/net/ipv4/conf/%s/arp_notify"
#define MIGRATE_NOTIFY6	"/proc/sys/net/ipv6/conf/%s/ndisc_notify"

static const int migrate_families[] = { AF_INET, AF_INET6 };

static bool migrate_is_link_local(struct nl_addr *addr)
{
	return addr && nl_addr_get_family(addr) == AF_INET6 &&
	       nl_addr_get_len(addr) == sizeof(struct in6_addr) &&
	       IN6_IS_ADDR_LINKLOCAL((struct in6_addr *)
				     nl_addr_get_binary_addr(addr));
}

static void migrate_drop_addresses(const struct migrate *m,
				   struct nl_cache *addrs)
{
	struct nl_object *obj, *next;

	for (obj = nl_cache_get_first(addrs); obj; obj = next) {
		struct rtnl_addr *addr = (struct rtnl_addr *)obj;

		next = nl_cache_get_next(obj);
		if (rtnl_addr_get_ifindex(addr) != m->ifindex ||
		    migrate_is_link_local(rtnl_addr_get_local(addr)))
			nl_cache_remove(obj);
	}
}

static bool migrate_is_by(struct rtnl_route *route, int ifindex)
{
	int i;

	for (i = 0; i < rtnl_route_get_nnexthops(route); i++)
		if (rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(route, i)) ==
		    ifindex)
			return true;
	return false;
}

/* Those that lead to other hosts by a gateway come after those that do not. */
static int migrate_order(const void *a, const void *b)
{
	struct rtnl_route *const *x = a, *const *y = b;

	return !!rtnl_route_nh_get_gateway(rtnl_route_nexthop_n(*x, 0)) -
	       !!rtnl_route_nh_get_gateway(rtnl_route_nexthop_n(*y, 0));
}

static int migrate_drop_routes(const struct migrate *m,
			       struct rtnl_routes *routes, const char **why)
{
	size_t i, kept = 0;

	for (i = 0; i < routes->count; i++) {
		struct rtnl_route *route = routes->route[i];

		if (!migrate_is_by(route, m->ifindex) ||
		    migrate_is_link_local(rtnl_route_get_dst(route))) {
			rtnl_route_put(route);
			continue;
		}
		routes->route[kept++] = route;
		if (rtnl_route_get_nnexthops(route) != 1)
			*why = "a route has other next hops beside it";
	}
	routes->count = kept;
	if (kept && !*why)
		qsort(routes->route, kept, sizeof(struct rtnl_route *),
		      migrate_order);
	return *why ? -EINVAL : 0;
}

static int migrate_mac(struct rtnl_link *link, unsigned char *mac)
{
	struct nl_addr *addr = rtnl_link_get_addr(link);

	if (!addr || nl_addr_get_len(addr) != ETH_ALEN)
		return -EOPNOTSUPP;
	memcpy(mac, nl_addr_get_binary_addr(addr), ETH_ALEN);
	return 0;
}

static int migrate_read_link(struct migrate *m, const struct rtnl *rt)
{
	struct rtnl_link *link;
	int err;

	err = nlsock_errno(rtnl_link_get_kernel(rt->nl.sk, m->ifindex, NULL,
						&link));
	if (err)
		return err;
	m->mtu = rtnl_link_get_mtu(link);
	m->up = rtnl_link_get_flags(link) & IFF_UP;
	err = migrate_mac(link, m->mac);
	rtnl_link_put(link);
	return err;
}

static int migrate_read_family(struct migrate *m, struct rtnl *rt, size_t i,
			       const char **why)
{
	int err;

	m->addrs[i] = rtnl_addresses(rt, migrate_families[i]);
	if (!m->addrs[i])
		return -EIO;
	migrate_drop_addresses(m, m->addrs[i]);
	err = rtnl_get_routes(rt, migrate_families[i], &m->routes[i]);
	return err ? err : migrate_drop_routes(m, &m->routes[i], why);
}

/**
 * migrate_read() - find out what is to be moved
 * @m: its names are known, the rest is set up
 * @why: set to the reason of a refusal, where there is one
 *
 * Return: 0 or a negative errno; migrate_free() is due in any case.
 */
int migrate_read(struct migrate *m, const char **why)
{
	struct rtnl rt;
	size_t i;
	int err;

	*why = NULL;
	m->ifindex = if_nametoindex(m->nic);
	if (!m->ifindex)
		return -ENODEV;
	err = rtnl_open(&rt, NULL);
	if (err)
		return err;
	err = migrate_read_link(m, &rt);
	for (i = 0; !err && i < 2; i++)
		err = migrate_read_family(m, &rt, i, why);
	rtnl_close(&rt);
	if (!err && nl_cache_is_empty(m->addrs[0]) &&
	    nl_cache_is_empty(m->addrs[1])) {
		*why = "it has no address that could be moved";
		err = -EADDRNOTAVAIL;
	}
	return err;
}

/**
 * migrate_free() - let go of what migrate_read() set up
 * @m: the migration
 */
void migrate_free(struct migrate *m)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		if (m->addrs[i])
			nl_cache_free(m->addrs[i]);
		rtnl_put_routes(&m->routes[i]);
	}
}

/**
 * migrate_gateway() - a gateway that the interface has
 * @m: the migration
 * @nth: which one, from 0
 *
 * Return: its address, still the route's, or NULL where there is none.
 */
struct nl_addr *migrate_gateway(const struct migrate *m, size_t nth)
{
	struct nl_addr *gw;
	size_t i, k;

	for (i = 0; i < 2; i++)
		for (k = 0; k < m->routes[i].count; k++) {
			gw = rtnl_route_gateway(m->routes[i].route[k],
						m->ifindex);
			if (gw && !migrate_is_link_local(gw) && !nth--)
				return gw;
		}
	return NULL;
}

/*
 * As the adapter is to have it, or as the interface had it. It is the host's
 * address, so that nobody else need be asked whether it is free.
 */
static struct rtnl_addr *migrate_addr(const struct migrate *m,
				      struct nl_object *obj, int ifindex)
{
	struct rtnl_addr *addr = (struct rtnl_addr *)nl_object_clone(obj);

	if (!addr)
		return NULL;
	if (rtnl_addr_get_family(addr) == AF_INET6)
		rtnl_addr_set_flags(addr, IFA_F_NODAD);
	if (ifindex == m->ifindex)
		return addr;
	rtnl_addr_set_ifindex(addr, ifindex);
	rtnl_addr_unset_flags(addr, ~(unsigned int)(IFA_F_NOPREFIXROUTE |
						    IFA_F_NODAD));
	if (rtnl_addr_get_family(addr) == AF_INET)
		rtnl_addr_set_label(addr, m->vmk);
	return addr;
}

static struct rtnl_route *migrate_route(struct rtnl_route *of, int ifindex)
{
	const unsigned int state = RTNH_F_DEAD | RTNH_F_LINKDOWN;
	struct rtnl_route *route;
	struct rtnl_nexthop *hop;

	route = (struct rtnl_route *)nl_object_clone(OBJ_CAST(of));
	if (!route)
		return NULL;
	/* As told of an unplugged cable, and not to be asked for. */
	rtnl_route_unset_flags(route, state);
	hop = rtnl_route_nexthop_n(route, 0);
	rtnl_route_nh_unset_flags(hop, state);
	rtnl_route_nh_set_ifindex(hop, ifindex);
	return route;
}

/* Where the adapter is told by routers, it will be of these, too. */
static bool migrate_is_told(const struct migrate *m, struct rtnl_route *route,
			    int ifindex)
{
	return ifindex != m->ifindex &&
	       rtnl_route_get_protocol(route) == RTPROT_RA &&
	       ipv6_takes_adverts(m->vmk);
}

/* The kernel tells those of IPv6 from the last on. */
static struct nl_object *migrate_first(const struct migrate *m, size_t family)
{
	return family ? nl_cache_get_last(m->addrs[family]) :
			nl_cache_get_first(m->addrs[family]);
}

static struct nl_object *migrate_next(struct nl_object *obj, size_t family)
{
	return family ? nl_cache_get_prev(obj) : nl_cache_get_next(obj);
}

/* All that can be added is, whatever cannot; the first failure is told. */
static int migrate_add_addresses(const struct migrate *m,
				 struct rtnl_change *ch, size_t family,
				 int ifindex)
{
	struct nl_object *obj;
	int first = 0, err;

	for (obj = migrate_first(m, family); obj;
	     obj = migrate_next(obj, family)) {
		struct rtnl_addr *addr = migrate_addr(m, obj, ifindex);

		err = addr ? rtnl_change_addr(ch, addr, true) : -ENOMEM;
		rtnl_addr_put(addr);
		if (err != -EEXIST)
			first = first ?: err;
	}
	return first;
}

static int migrate_add_routes(const struct migrate *m, struct rtnl_change *ch,
			      size_t family, int ifindex)
{
	const struct rtnl_routes *routes = &m->routes[family];
	int first = 0, err;
	size_t i;

	for (i = 0; i < routes->count; i++) {
		struct rtnl_route *route;

		if (migrate_is_told(m, routes->route[i], ifindex))
			continue;
		route = migrate_route(routes->route[i], ifindex);
		err = route ? rtnl_change_route(ch, route, true) : -ENOMEM;
		rtnl_route_put(route);
		/* An address brings a route along. */
		if (err != -EEXIST)
			first = first ?: err;
	}
	return first;
}

/*
 * From the last on: secondary addresses go with the first of their network,
 * and routes by gateways with those to the gateways. What has gone by itself
 * is no failure.
 */
static void migrate_delete(const struct migrate *m, struct rtnl_change *ch,
			   size_t family, int ifindex)
{
	const struct rtnl_routes *routes = &m->routes[family];
	struct rtnl_route *route;
	struct rtnl_addr *addr;
	struct nl_object *obj;
	size_t i;

	for (i = routes->count; i > 0; i--) {
		route = migrate_route(routes->route[i - 1], ifindex);
		if (route)
			rtnl_change_route(ch, route, false);
		rtnl_route_put(route);
	}
	for (obj = nl_cache_get_last(m->addrs[family]); obj;
	     obj = nl_cache_get_prev(obj)) {
		addr = migrate_addr(m, obj, ifindex);
		if (addr)
			rtnl_change_addr(ch, addr, false);
		rtnl_addr_put(addr);
	}
}

static int migrate_add(const struct migrate *m, struct rtnl_change *ch,
		       int ifindex)
{
	int first = 0, err;
	size_t i;

	for (i = 0; i < 2; i++) {
		err = m->addrs[i] ? migrate_add_addresses(m, ch, i, ifindex) :
				    0;
		first = first ?: err;
	}
	for (i = 0; i < 2; i++) {
		err = migrate_add_routes(m, ch, i, ifindex);
		first = first ?: err;
	}
	return first;
}

/* Tells the neighbors of the addresses that an interface has. */
static void migrate_announce(struct rtnl *rt, const char *name, int ifindex)
{
	static const char *const paths[] = { MIGRATE_NOTIFY4, MIGRATE_NOTIFY6 };
	struct rtnl_change ch = { .rt = rt };
	unsigned char mac[ETH_ALEN];
	struct rtnl_link *link;
	char path[128];
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), paths[i], name);
		rtnl_change_sysctl(&ch, path, "1");
	}
	if (!rtnl_link_get_kernel(rt->nl.sk, ifindex, NULL, &link)) {
		if (!migrate_mac(link, mac))
			rtnl_announce(rt, ifindex, mac);
		rtnl_link_put(link);
	}
	rtnl_change_undo(&ch);
}

/**
 * migrate_move() - move addresses and routes, and tell the neighbors
 * @m: the migration
 * @why: set to the reason of a failure, good until the next call
 *
 * Both interfaces are up.
 *
 * Return: 0 or a negative errno, part of it done.
 */
int migrate_move(const struct migrate *m, const char **why)
{
	static char reason[sizeof(((struct nlerr *)0)->text)];
	int ifindex = if_nametoindex(m->vmk);
	struct rtnl_change ch = { .rt = NULL };
	struct rtnl rt;
	size_t i;
	int err;

	*why = NULL;
	err = ifindex ? rtnl_open(&rt, NULL) : -ENODEV;
	if (err)
		return err;
	ch.rt = &rt;
	err = migrate_add(m, &ch, ifindex);
	for (i = 0; !err && i < 2; i++)
		migrate_delete(m, &ch, i, m->ifindex);
	if (!err)
		migrate_announce(&rt, m->vmk, ifindex);
	if (err && ch.e.text[0]) {
		snprintf(reason, sizeof(reason), "%s", ch.e.text);
		*why = reason;
	}
	rtnl_change_done(&ch);
	rtnl_close(&rt);
	return err;
}

/**
 * migrate_take_back() - take from the adapter what it may have by now
 * @m: the migration
 */
void migrate_take_back(const struct migrate *m)
{
	struct rtnl_change ch = { .rt = NULL };
	int ifindex = if_nametoindex(m->vmk);
	struct rtnl rt;
	size_t i;

	if (!ifindex || rtnl_open(&rt, NULL))
		return;
	ch.rt = &rt;
	for (i = 0; i < 2; i++)
		migrate_delete(m, &ch, i, ifindex);
	rtnl_change_done(&ch);
	rtnl_close(&rt);
}

/**
 * migrate_restore() - give the interface back what it had, and tell neighbors
 * @m: the migration
 *
 * It may be another one of the same name.
 *
 * Return: 0 or a negative errno.
 */
int migrate_restore(const struct migrate *m)
{
	struct rtnl_change ch = { .rt = NULL };
	int ifindex = if_nametoindex(m->nic);
	struct rtnl rt;
	int err;

	err = ifindex ? rtnl_open(&rt, NULL) : -ENODEV;
	if (err)
		return err;
	ch.rt = &rt;
	err = m->up ? rtnl_raise(&rt, ifindex) : 0;
	if (!err)
		err = migrate_add(m, &ch, ifindex);
	if (!err)
		migrate_announce(&rt, m->nic, ifindex);
	rtnl_change_done(&ch);
	rtnl_close(&rt);
	return err;
}
