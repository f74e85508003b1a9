/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_RTNL_H
#define VMKCTL_RTNL_H

#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/route.h>
#include <stdint.h>

#include "nl.h"

/**
 * struct rtnl - rtnetlink of a TCP/IP stack, with the process in it
 * @nl: the socket
 * @home: the namespace to return to, or -1
 */
struct rtnl {
	struct nlsock nl;
	int home;
};

/**
 * struct rtnl_routes - routes of a stack
 * @route: array of them
 * @count: how many
 * @defaults: only those to everywhere are wanted
 */
struct rtnl_routes {
	struct rtnl_route **route;
	size_t count;
	bool defaults;
};

struct rtnl_step;

/**
 * struct rtnl_change - a change of several steps, all done or none
 * @rt: where
 * @e: why the last step failed
 * @steps: what has been done, to be undone from the end
 * @count: how many
 */
struct rtnl_change {
	struct rtnl *rt;
	struct nlerr e;
	struct rtnl_step *steps;
	size_t count;
};

int rtnl_open(struct rtnl *rt, const char *netstack);
void rtnl_close(struct rtnl *rt);
int rtnl_is_link(struct rtnl *rt, int ifindex, const char *name);
int rtnl_add_altname(struct rtnl *rt, int ifindex, const char *name,
		     struct nlerr *e);
int rtnl_each_altname(struct rtnl *rt, void (*tell)(const char *, void *),
		      void *arg);
int rtnl_announce(struct rtnl *rt, int ifindex, const unsigned char *mac);
int rtnl_raise(struct rtnl *rt, int ifindex);
struct nl_cache *rtnl_addresses(struct rtnl *rt, int family);
int rtnl_get_routes(struct rtnl *rt, int family, struct rtnl_routes *routes);
int rtnl_get_defaults(struct rtnl *rt, int family,
		      struct rtnl_routes *defaults);
void rtnl_put_routes(struct rtnl_routes *routes);
struct nl_addr *rtnl_route_gateway(struct rtnl_route *route, int ifindex);
struct rtnl_addr *rtnl_new_addr(int family, int ifindex, const void *ip,
				uint8_t len);
struct rtnl_route *rtnl_new_route(struct nl_addr *dst, int ifindex,
				  const void *gw, uint32_t priority);
struct rtnl_route *rtnl_new_default(int family, int ifindex, const void *gw,
				    uint32_t priority);

int rtnl_change_addr(struct rtnl_change *ch, struct rtnl_addr *addr,
		     bool add);
int rtnl_route_step(struct rtnl *rt, struct rtnl_route *route, bool add,
		    struct nlerr *e);
int rtnl_change_route(struct rtnl_change *ch, struct rtnl_route *route,
		      bool add);
int rtnl_change_sysctl(struct rtnl_change *ch, const char *path,
		       const char *value);
void rtnl_change_undo(struct rtnl_change *ch);
void rtnl_change_done(struct rtnl_change *ch);

int sysctl_read(const char *path, char *value, size_t size);
int sysctl_write(const char *path, const char *value);

#endif
