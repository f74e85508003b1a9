// SPDX-License-Identifier: GPL-2.0
/* IPv6 of VMkernel adapters. */
#include <errno.h>
#include <linux/if_addr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "ip.h"

#define IPV6_CONF	"/proc/sys/net/ipv6/conf/%s/%s"

static int ipv6_read(const char *vmk, const char *name)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), IPV6_CONF, vmk, name);
	return sysctl_read(path, text, sizeof(text)) ? -1 : atoi(text);
}

static int ipv6_write(struct ip *ip, const char *option, const char *name,
		      const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), IPV6_CONF, model_str(ip->vmk, "name"),
		 name);
	ip->option = option;
	return rtnl_change_sysctl(&ip->change, path, value);
}

static int ipv6_check(const struct cmd *c)
{
	if (opt_get(c, "peer-dns")->num && !opt_get(c, "enable-dhcpv6")->num)
		return cmd_usage(c,
				 "--peer-dns goes with --enable-dhcpv6 only");
	if (opt_get(c, "enable-dhcpv6")->num && opt_given(c, "enable-ipv6") &&
	    !opt_get(c, "enable-ipv6")->num)
		return cmd_usage(c,
				 "--enable-dhcpv6 true and --enable-ipv6 false exclude each other");
	return CMD_OK;
}

static int ipv6_apply(const struct cmd *c, struct ip *ip)
{
	const struct opt_val *enable = opt_get(c, "enable-ipv6");
	const struct opt_val *adverts = opt_get(c, "enable-router-adv");
	const struct opt_val *gw = opt_get(c, "gateway");
	int err = 0;

	if (enable->text)
		err = ipv6_write(ip, "enable-ipv6", "disable_ipv6",
				 enable->num ? "0" : "1");
	/* 2, as the adapter is a host's even where the host is a router. */
	if (!err && adverts->text)
		err = ipv6_write(ip, "enable-router-adv", "accept_ra",
				 adverts->num ? "2" : "0");
	if (!err && gw->text)
		err = ip_set_gateway(ip, AF_INET6,
				     IN6_IS_ADDR_UNSPECIFIED(&gw->ip6) ?
				     NULL : &gw->ip6);
	return err;
}

/* The last step, as it cannot be undone as if nothing had been. */
static int ipv6_set_dhcp(struct cmd *c, struct ip *ip)
{
	const struct opt_val *enable = opt_get(c, "enable-dhcpv6");
	struct dhcp dhcp = ip_dhcp(ip->vmk, AF_INET6);
	bool dns = opt_get(c, "peer-dns")->num;
	const char *reason;
	bool had_dns, on;

	if (!enable->text)
		return CMD_OK;
	on = dhcp_is_on(&dhcp, &had_dns);
	if (on && (!enable->num || had_dns != dns))
		dhcp_stop(&dhcp);
	if (!enable->num || (on && had_dns == dns))
		return CMD_OK;
	reason = dhcp_start(&dhcp, dns);
	if (!reason)
		return CMD_OK;
	rtnl_change_undo(&ip->change);
	cmd_fail(c, "'%s': --enable-dhcpv6 'true': %s", cmd_object(c), reason);
	if (on)
		dhcp_start(&dhcp, had_dns);
	return CMD_FAILED;
}

/**
 * cmd_ipv6_set() - change the IPv6 configuration of an adapter
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv6_set(struct cmd *c)
{
	struct ip ip;
	int err;

	err = ipv6_check(c);
	if (!err)
		err = ip_open(c, &ip);
	if (err)
		return err;
	err = ipv6_apply(c, &ip);
	if (!err)
		err = ipv6_set_dhcp(c, &ip);
	else
		err = ip_finish(c, &ip, err);
	rtnl_change_done(&ip.change);
	ip_close(&ip);
	return err;
}

static int ipv6_change(struct cmd *c, bool add)
{
	const struct opt_val *opt = opt_get(c, "ipv6");
	struct rtnl_addr *addr;
	int err = -ENOMEM;
	struct ip ip;
	int status;

	status = ip_open(c, &ip);
	if (status)
		return status;
	ip.option = "ipv6";
	addr = rtnl_new_addr(AF_INET6, ip.ifindex, &opt->ip6, opt->len);
	if (addr)
		err = rtnl_change_addr(&ip.change, addr, add);
	rtnl_addr_put(addr);
	/* The kernel's word for it would be "permission denied". */
	if (err == -EACCES && !ipv6_is_enabled(ip.vmk)) {
		rtnl_change_done(&ip.change);
		status = cmd_fail(c, "'%s': IPv6 is off on this adapter",
				  cmd_object(c));
	} else {
		status = ip_finish(c, &ip, err);
	}
	ip_close(&ip);
	return status;
}

/**
 * cmd_ipv6_add() - give an adapter an IPv6 address
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv6_add(struct cmd *c)
{
	return ipv6_change(c, true);
}

/**
 * cmd_ipv6_remove() - take an IPv6 address from an adapter
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv6_remove(struct cmd *c)
{
	return ipv6_change(c, false);
}

/**
 * ipv6_is_enabled() - has an adapter IPv6?
 * @vmk: the adapter, whose stack the process is in
 *
 * Return: 1 or 0; negative where the kernel itself has none.
 */
int ipv6_is_enabled(const json_t *vmk)
{
	int disabled = ipv6_read(model_str(vmk, "name"), "disable_ipv6");

	return disabled < 0 ? -1 : !disabled;
}

/**
 * ipv6_takes_adverts() - does an adapter take router advertisements?
 * @vmk: the adapter, whose stack the process is in
 *
 * Return: true if it does.
 */
bool ipv6_takes_adverts(const char *vmk)
{
	int accept = ipv6_read(vmk, "accept_ra");

	return accept == 2 || (accept == 1 && !ipv6_read(vmk, "forwarding"));
}

static int ipv6_show_get(const json_t *vmk, struct nl_cache *addrs,
			 struct nl_addr *gw, json_t *out)
{
	const char *name = model_str(vmk, "name");
	struct dhcp dhcp = ip_dhcp(vmk, AF_INET6);
	json_t *rec = json_object();
	bool dns, on;

	(void)addrs;
	on = dhcp_is_on(&dhcp, &dns);
	json_object_set(rec, "name", json_object_get(vmk, "name"));
	json_object_set_new(rec, "ipv6_enabled",
			    json_boolean(!ipv6_read(name, "disable_ipv6")));
	json_object_set_new(rec, "dhcpv6_enabled", json_boolean(on));
	json_object_set_new(rec, "router_adv_enabled",
			    json_boolean(ipv6_takes_adverts(name)));
	json_object_set_new(rec, "dhcp_dns", json_boolean(on && dns));
	json_object_set_new(rec, "gateway", ip_text(gw));
	return json_array_append_new(out, rec) ? -ENOMEM : 0;
}

/**
 * cmd_ipv6_get() - print the IPv6 configuration of adapters
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv6_get(struct cmd *c)
{
	return ip_show(c, AF_INET6, ipv6_show_get);
}

static const char *ipv6_status(unsigned int flags)
{
	if (flags & IFA_F_DADFAILED)
		return "DUPLICATE";
	if (flags & IFA_F_TENTATIVE)
		return "TENTATIVE";
	if (flags & IFA_F_DEPRECATED)
		return "DEPRECATED";
	return "PREFERRED";
}

static int ipv6_show_list(const json_t *vmk, struct nl_cache *addrs,
			  struct nl_addr *gw, json_t *out)
{
	struct nl_object *obj;
	json_t *rec;

	(void)gw;
	for (obj = nl_cache_get_first(addrs); obj;
	     obj = nl_cache_get_next(obj)) {
		struct rtnl_addr *addr = (struct rtnl_addr *)obj;
		unsigned int flags = rtnl_addr_get_flags(addr);
		int len = rtnl_addr_get_prefixlen(addr);
		const char *type;

		if (rtnl_addr_get_ifindex(addr) != model_int(vmk, "ifindex"))
			continue;
		type = flags & IFA_F_PERMANENT ? "STATIC" : "AUTO";
		rec = json_object();
		json_object_set(rec, "interface", json_object_get(vmk, "name"));
		json_object_set_new(rec, "address",
				    ip_text(rtnl_addr_get_local(addr)));
		json_object_set_new(rec, "netmask",
				    json_integer(len));
		json_object_set_new(rec, "type", json_string(type));
		json_object_set_new(rec, "status",
				    json_string(ipv6_status(flags)));
		if (json_array_append_new(out, rec))
			return -ENOMEM;
	}
	return 0;
}

/**
 * cmd_ipv6_list() - print all IPv6 addresses of adapters
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv6_list(struct cmd *c)
{
	return ip_show(c, AF_INET6, ipv6_show_list);
}
