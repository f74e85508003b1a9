/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_IP_H
#define VMKCTL_IP_H

#include "cmd.h"
#include "dhcp.h"
#include "request.h"
#include "rtnl.h"

/* Default routes of one metric would be merged; each adapter has its own. */
#define IP6_METRIC	1024

/**
 * struct ip - an adapter whose addresses are changed
 * @rows: array of its record
 * @vmk: the record
 * @ifindex: its number in its stack
 * @rt: rtnetlink of the stack, with the process in it
 * @change: the steps done
 * @option: the option that the last step is for, or NULL
 * @onlink: a gateway is on the adapter's wire, whatever its address
 */
struct ip {
	json_t *rows;
	json_t *vmk;
	int ifindex;
	struct rtnl rt;
	struct rtnl_change change;
	const char *option;
	bool onlink;
};

/* Adds the records of one adapter, whose gateway is @gw or NULL, to @out. */
typedef int (*ip_show_fn)(const json_t *vmk, struct nl_cache *addrs,
			  struct nl_addr *gw, json_t *out);

int ip_enter(const struct cmd *c, const char *stack, struct rtnl *rt);
const char *ip_stack_of(const json_t *vmk);
int ip_enter_stack_of(const struct cmd *c, const json_t *vmk, struct rtnl *rt);
int ip_open(struct cmd *c, struct ip *ip);
void ip_close(struct ip *ip);
json_t *ip_text(struct nl_addr *addr);
struct nl_addr *ip_gateway(const struct rtnl_routes *defaults,
			   int ifindex);
int ip_show(struct cmd *c, int family, ip_show_fn show);
int ip_set_gateway(struct ip *ip, int family, const void *gw);
struct dhcp ip_dhcp(const json_t *vmk, int family);
int ip_finish(const struct cmd *c, struct ip *ip, int err);

/* cmd_ipv6.c */
int ipv6_is_enabled(const json_t *vmk);
bool ipv6_takes_adverts(const char *vmk);

#endif
