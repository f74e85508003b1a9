// SPDX-License-Identifier: GPL-2.0
/* What the IP commands of both families have in common. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ip.h"
#include "netns.h"

static const char *ip_reason(const struct nlerr *e)
{
	if (e->text[0])
		return e->text;
	switch (e->err) {
	case -EPERM:
		return "not permitted; changes need CAP_NET_ADMIN";
	case -EEXIST:
		return "the adapter has it already";
	case -EADDRNOTAVAIL:
		return "the adapter does not have it";
	default:
		return strerror(-e->err);
	}
}

/**
 * ip_stack_of() - the TCP/IP stack of an adapter
 * @vmk: record of the adapter
 *
 * Return: its name, still the record's.
 */
const char *ip_stack_of(const json_t *vmk)
{
	return model_str(vmk, "netstack_instance") ?: NETNS_DEFAULT;
}

/**
 * ip_enter() - enter a TCP/IP stack, or say why that failed
 * @c: the invocation
 * @stack: name of the stack, or NULL for the default one
 * @rt: set up; rtnl_close() is due after %CMD_OK
 *
 * Return: an exit status.
 */
int ip_enter(const struct cmd *c, const char *stack, struct rtnl *rt)
{
	int err = rtnl_open(rt, stack);

	if (!err)
		return CMD_OK;
	stack = stack ?: NETNS_DEFAULT;
	if (err == -ENOENT)
		return cmd_fail(c,
				"TCP/IP stack '%s': no namespace has that name",
				stack);
	if (err == -EPERM)
		return cmd_fail(c,
				"TCP/IP stack '%s': " NETNS_EPERM, stack);
	return cmd_fail(c, "TCP/IP stack '%s': %s", stack, strerror(-err));
}

/**
 * ip_dhcp() - an adapter, as those who ask for addresses want it
 * @vmk: its record
 * @family: %AF_INET or %AF_INET6
 *
 * Return: that.
 */
struct dhcp ip_dhcp(const json_t *vmk, int family)
{
	return (struct dhcp){
		.ifname = model_str(vmk, "name") ?: "",
		.ifindex = model_int(vmk, "ifindex"),
		.netstack = ip_stack_of(vmk), .family = family,
	};
}

static int ip_check_link(const struct cmd *c, const json_t *vmk,
			 struct rtnl *rt)
{
	const char *name = model_str(vmk, "name") ?: "";

	if (rtnl_is_link(rt, model_int(vmk, "ifindex"), name))
		return CMD_OK;
	return cmd_fail(c,
			"'%s': no adapter of that name is in the namespace that is named '%s' now",
			name, ip_stack_of(vmk));
}

/**
 * ip_enter_stack_of() - enter the TCP/IP stack of an adapter
 * @c: the invocation, for messages
 * @vmk: record of the adapter
 * @rt: opened there
 *
 * Return: an exit status; rtnl_close() is due only after %CMD_OK.
 */
int ip_enter_stack_of(const struct cmd *c, const json_t *vmk, struct rtnl *rt)
{
	int err = ip_enter(c, ip_stack_of(vmk), rt);

	if (err)
		return err;
	err = ip_check_link(c, vmk, rt);
	if (err)
		rtnl_close(rt);
	return err;
}

/**
 * ip_close() - leave the stack again
 * @ip: what ip_open() set up
 */
void ip_close(struct ip *ip)
{
	rtnl_close(&ip->rt);
	json_decref(ip->rows);
}

/**
 * ip_open() - find the adapter of a command and enter its stack
 * @c: the invocation, its option -i a key
 * @ip: set up
 *
 * Return: an exit status; ip_close() is due only after %CMD_OK.
 */
int ip_open(struct cmd *c, struct ip *ip)
{
	int err;

	memset(ip, 0, sizeof(*ip));
	err = cmd_fetch(c, &model_vmk, &ip->rows);
	if (err)
		return err;
	ip->vmk = json_array_get(ip->rows, 0);
	ip->ifindex = model_int(ip->vmk, "ifindex");
	ip->change.rt = &ip->rt;
	err = ip_enter_stack_of(c, ip->vmk, &ip->rt);
	if (err)
		json_decref(ip->rows);
	return err;
}

/**
 * ip_text() - a binary address as text
 * @addr: the address, or NULL
 *
 * Return: a JSON string; null where there is no address.
 */
json_t *ip_text(struct nl_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (!addr || !nl_addr_get_len(addr) ||
	    !inet_ntop(nl_addr_get_family(addr),
		       nl_addr_get_binary_addr(addr), text, sizeof(text)))
		return json_null();
	return json_string(text);
}

/**
 * ip_gateway() - the gateway of the default route by an adapter
 * @defaults: default routes of its stack
 * @ifindex: the adapter
 *
 * Return: the gateway, still the route's, or NULL.
 */
struct nl_addr *ip_gateway(const struct rtnl_routes *defaults, int ifindex)
{
	struct nl_addr *gw;
	size_t i;

	for (i = 0; i < defaults->count; i++) {
		gw = rtnl_route_gateway(defaults->route[i], ifindex);
		if (gw)
			return gw;
	}
	return NULL;
}

static bool ip_is_gateway(struct rtnl_route *route, int ifindex,
			  const void *gw)
{
	struct nl_addr *have = rtnl_route_gateway(route, ifindex);

	return gw && have && !memcmp(nl_addr_get_binary_addr(have), gw,
			       nl_addr_get_len(have));
}

/**
 * struct ip_stack - what a TCP/IP stack has, read once for all its adapters
 * @name: its name, or NULL while none is open
 * @rt: rtnetlink there, with the process in it
 * @addrs: its addresses
 * @defaults: its default routes
 */
struct ip_stack {
	const char *name;
	struct rtnl rt;
	struct nl_cache *addrs;
	struct rtnl_routes defaults;
};

static void ip_stack_close(struct ip_stack *st)
{
	if (!st->name)
		return;
	rtnl_put_routes(&st->defaults);
	nl_cache_free(st->addrs);
	rtnl_close(&st->rt);
	st->name = NULL;
}

static int ip_stack_open(struct cmd *c, struct ip_stack *st, const char *name,
			 int family)
{
	int err;

	if (st->name && !strcmp(st->name, name))
		return CMD_OK;
	ip_stack_close(st);
	err = ip_enter(c, name, &st->rt);
	if (err)
		return err;
	st->name = name;
	st->addrs = rtnl_addresses(&st->rt, family);
	err = rtnl_get_defaults(&st->rt, family, &st->defaults);
	if (!err && !st->addrs)
		err = -EIO;
	return err ? cmd_fail_errno(c, name, err) : CMD_OK;
}

static int ip_show_one(struct cmd *c, struct ip_stack *st, const json_t *vmk,
		       int family, ip_show_fn show, json_t *out)
{
	struct nl_addr *gw;
	int err;

	err = ip_stack_open(c, st, ip_stack_of(vmk), family);
	if (!err)
		err = ip_check_link(c, vmk, &st->rt);
	if (err)
		return err;
	gw = ip_gateway(&st->defaults, model_int(vmk, "ifindex"));
	err = show(vmk, st->addrs, gw, out);
	return err ? cmd_fail_errno(c, model_str(vmk, "name"), err) : CMD_OK;
}

/**
 * ip_show() - print something of the addresses of adapters
 * @c: the invocation, with the options -i and -N
 * @family: %AF_INET or %AF_INET6
 * @show: adds the records of one adapter
 *
 * Return: an exit status.
 */
int ip_show(struct cmd *c, int family, ip_show_fn show)
{
	struct ip_stack st = { .name = NULL };
	json_t *vmks, *out;
	size_t i;
	int err;

	err = cmd_vmks(c, &vmks);
	if (err)
		return err;
	out = json_array();
	for (i = 0; !err && i < json_array_size(vmks); i++)
		err = ip_show_one(c, &st, json_array_get(vmks, i), family,
				  show, out);
	ip_stack_close(&st);
	json_decref(vmks);
	if (!err)
		return cmd_emit(c, out);
	json_decref(out);
	return err;
}

static int ip_add_gateway(struct ip *ip, int family, const void *gw)
{
	uint32_t metric = family == AF_INET6 ? IP6_METRIC + ip->ifindex : 0;
	struct rtnl_route *route;
	int err;

	route = rtnl_new_default(family, ip->ifindex, gw, metric);
	if (!route)
		return -ENOMEM;
	if (ip->onlink)
		rtnl_route_nh_set_flags(rtnl_route_nexthop_n(route, 0),
					RTNH_F_ONLINK);
	err = rtnl_change_route(&ip->change, route, true);
	rtnl_route_put(route);
	return err;
}

static int ip_replace_gateway(struct ip *ip, int family, const void *gw,
			      const struct rtnl_routes *defaults)
{
	bool have = false;
	int err = 0;
	size_t i;

	for (i = 0; i < defaults->count; i++)
		have |= ip_is_gateway(defaults->route[i], ip->ifindex, gw);
	if (gw && !have)
		err = ip_add_gateway(ip, family, gw);
	for (i = 0; !err && i < defaults->count; i++) {
		struct rtnl_route *route = defaults->route[i];

		if (rtnl_route_gateway(route, ip->ifindex) &&
		    !ip_is_gateway(route, ip->ifindex, gw))
			err = rtnl_change_route(&ip->change, route, false);
	}
	return err;
}

/**
 * ip_set_gateway() - replace the default routes by an adapter
 * @ip: the adapter
 * @family: %AF_INET or %AF_INET6
 * @gw: the new gateway, or NULL for none
 *
 * The new route is added before the old ones go. All steps are part of the
 * adapter's change.
 *
 * Return: 0 or a negative errno.
 */
int ip_set_gateway(struct ip *ip, int family, const void *gw)
{
	struct rtnl_routes defaults;
	int err;

	ip->option = "gateway";
	err = rtnl_get_defaults(&ip->rt, family, &defaults);
	if (!err)
		err = ip_replace_gateway(ip, family, gw, &defaults);
	rtnl_put_routes(&defaults);
	return err;
}

/**
 * ip_finish() - end a change, undoing it where a step failed
 * @c: the invocation
 * @ip: the adapter
 * @err: of the last step
 *
 * Return: an exit status.
 */
int ip_finish(const struct cmd *c, struct ip *ip, int err)
{
	if (!err) {
		rtnl_change_done(&ip->change);
		return CMD_OK;
	}
	if (!ip->change.e.err)
		ip->change.e.err = err;
	rtnl_change_undo(&ip->change);
	if (ip->option && opt_given(c, ip->option))
		return cmd_fail(c, "'%s': --%s '%s': %s", cmd_object(c),
				ip->option, opt_text(c, ip->option),
				ip_reason(&ip->change.e));
	return cmd_fail(c, "'%s': %s", cmd_object(c),
			ip_reason(&ip->change.e));
}
