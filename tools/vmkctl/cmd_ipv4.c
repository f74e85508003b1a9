// SPDX-License-Identifier: GPL-2.0
/* IPv4 of VMkernel adapters. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <stdio.h>
#include <string.h>

#include "handlers.h"
#include "ip.h"

#define IPV4_PROMOTE	"/proc/sys/net/ipv4/conf/%s/promote_secondaries"

/**
 * struct ipv4 - what an adapter is to have
 * @wanted: an address at all
 * @ip: the address
 * @mask: its netmask
 * @len: length of its prefix
 * @gw: gateway, 0.0.0.0 for none, or NULL where nothing was said of it
 */
struct ipv4 {
	bool wanted;
	struct in_addr ip;
	struct in_addr mask;
	uint8_t len;
	const struct in_addr *gw;
};

/* An address alone, a /32, has its gateway on the same wire. */
static bool ipv4_reaches(const struct ipv4 *v4, struct in_addr other)
{
	return v4->len == 32 ||
	       !((v4->ip.s_addr ^ other.s_addr) & v4->mask.s_addr);
}

static int ipv4_check_address(const struct cmd *c, const struct ipv4 *v4)
{
	uint32_t ip = ntohl(v4->ip.s_addr);
	uint32_t host = ip & ~ntohl(v4->mask.s_addr);
	const char *text = opt_text(c, "ipv4");

	if (!(ip >> 24) || ip >> 24 == IN_LOOPBACKNET || ip >> 24 >= 224)
		return cmd_fail(c,
				"'%s': --ipv4 '%s': not an address of a host",
				cmd_object(c), text);
	if (v4->len < 31 && (!host || host == ~ntohl(v4->mask.s_addr)))
		return cmd_fail(c,
				"'%s': --ipv4 '%s': the %s address of its own network",
				cmd_object(c), text,
				host ? "broadcast" : "network");
	return CMD_OK;
}

static int ipv4_check_gateway(const struct cmd *c, const struct ipv4 *v4)
{
	const char *text = opt_text(c, "gateway");

	if (!v4->gw || !v4->gw->s_addr)
		return CMD_OK;
	if (!ipv4_reaches(v4, *v4->gw))
		return cmd_fail(c,
				"'%s': --gateway '%s': not in the network of %s/%u",
				cmd_object(c), text, opt_text(c, "ipv4"),
				v4->len);
	if (v4->gw->s_addr == v4->ip.s_addr)
		return cmd_fail(c,
				"'%s': --gateway '%s': the adapter's own address",
				cmd_object(c), text);
	return CMD_OK;
}

static int ipv4_check_static(const struct cmd *c, struct ipv4 *v4)
{
	const struct opt_val *mask = opt_get(c, "netmask");
	int err;

	if (!opt_given(c, "ipv4"))
		return cmd_usage(c, "--ipv4 is required with --type static");
	if (!mask->text)
		return cmd_usage(c, "--netmask is required with --type static");
	v4->wanted = true;
	v4->ip = opt_get(c, "ipv4")->ip4;
	v4->mask = mask->ip4;
	v4->len = mask->len;
	if (opt_given(c, "gateway"))
		v4->gw = &opt_get(c, "gateway")->ip4;
	err = ipv4_check_address(c, v4);
	return err ? err : ipv4_check_gateway(c, v4);
}

static int ipv4_check(const struct cmd *c, struct ipv4 *v4)
{
	static const char *const only_static[] = {
		"ipv4", "netmask", "gateway",
	};
	uint32_t type = opt_get(c, "type")->num;
	size_t i;

	memset(v4, 0, sizeof(*v4));
	if (opt_get(c, "peer-dns")->num && type != VALUE_IP_DHCP)
		return cmd_usage(c, "--peer-dns goes with --type dhcp only");
	if (type == VALUE_IP_STATIC)
		return ipv4_check_static(c, v4);
	for (i = 0; i < sizeof(only_static) / sizeof(*only_static); i++)
		if (opt_given(c, only_static[i]))
			return cmd_usage(c, "--%s goes with --type static only",
					 only_static[i]);
	return CMD_OK;
}

static bool ipv4_is_ours(struct nl_object *obj, int ifindex)
{
	return rtnl_addr_get_ifindex((struct rtnl_addr *)obj) == ifindex;
}

static struct in_addr ipv4_of(struct nl_addr *addr)
{
	struct in_addr ip = { 0 };

	if (addr && nl_addr_get_len(addr) == sizeof(ip))
		memcpy(&ip, nl_addr_get_binary_addr(addr), sizeof(ip));
	return ip;
}

static bool ipv4_is_wanted(struct nl_object *obj, const struct ipv4 *v4)
{
	struct rtnl_addr *addr = (struct rtnl_addr *)obj;

	return v4->wanted && rtnl_addr_get_prefixlen(addr) == v4->len &&
	       ipv4_of(rtnl_addr_get_local(addr)).s_addr == v4->ip.s_addr;
}

static int ipv4_add(struct ip *ip, struct nl_cache *addrs,
		    const struct ipv4 *v4)
{
	struct rtnl_addr *addr;
	struct nl_object *obj;
	int err;

	for (obj = nl_cache_get_first(addrs); obj; obj = nl_cache_get_next(obj))
		if (ipv4_is_ours(obj, ip->ifindex) && ipv4_is_wanted(obj, v4))
			return 0;
	ip->option = "ipv4";
	addr = rtnl_new_addr(AF_INET, ip->ifindex, &v4->ip, v4->len);
	if (!addr)
		return -ENOMEM;
	err = rtnl_change_addr(&ip->change, addr, true);
	rtnl_addr_put(addr);
	return err;
}

static int ipv4_delete_others(struct ip *ip, struct nl_cache *addrs,
			      const struct ipv4 *v4)
{
	struct nl_object *obj;
	int err = 0;

	for (obj = nl_cache_get_first(addrs); !err && obj;
	     obj = nl_cache_get_next(obj))
		if (ipv4_is_ours(obj, ip->ifindex) && !ipv4_is_wanted(obj, v4))
			err = rtnl_change_addr(&ip->change,
					       (struct rtnl_addr *)obj, false);
	return err;
}

/*
 * A further address in the network of an old one is a secondary of it, and by
 * default goes away with it. Let it be promoted for as long as this takes: it
 * is the new one, or one that is deleted, and brought back, by itself.
 */
static int ipv4_replace(struct ip *ip, struct nl_cache *addrs,
			const struct ipv4 *v4)
{
	char path[128], old[32];
	bool promote;
	int err;

	snprintf(path, sizeof(path), IPV4_PROMOTE,
		 model_str(ip->vmk, "name"));
	err = sysctl_read(path, old, sizeof(old));
	promote = !err && strcmp(old, "1");
	if (promote)
		err = sysctl_write(path, "1");
	if (err)
		return err;
	ip->option = NULL;
	err = ipv4_delete_others(ip, addrs, v4);
	if (promote)
		sysctl_write(path, old);
	return err;
}

/* Without a word of the gateway, one that can still be reached stays. */
static int ipv4_gateway(struct ip *ip, const struct ipv4 *v4)
{
	struct rtnl_routes defaults;
	struct in_addr old;
	int err;

	ip->onlink = v4->len == 32;
	if (v4->gw || !v4->wanted)
		return ip_set_gateway(ip, AF_INET,
				      v4->gw && v4->gw->s_addr ? v4->gw :
				      NULL);
	err = rtnl_get_defaults(&ip->rt, AF_INET, &defaults);
	old = ipv4_of(ip_gateway(&defaults, ip->ifindex));
	rtnl_put_routes(&defaults);
	if (err)
		return err;
	if (!old.s_addr || ipv4_reaches(v4, old))
		return 0;
	return ip_set_gateway(ip, AF_INET, NULL);
}

static int ipv4_apply(struct ip *ip, const struct ipv4 *v4)
{
	struct nl_cache *addrs = rtnl_addresses(&ip->rt, AF_INET);
	int err = 0;

	if (!addrs)
		return -EIO;
	if (v4->wanted)
		err = ipv4_add(ip, addrs, v4);
	if (!err)
		err = ipv4_gateway(ip, v4);
	if (!err)
		err = ipv4_replace(ip, addrs, v4);
	nl_cache_free(addrs);
	return err;
}

/* The old addresses go first, so that the client's are not among them. */
static int ipv4_start_dhcp(struct cmd *c, struct ip *ip, const struct ipv4 *v4)
{
	struct dhcp dhcp = ip_dhcp(ip->vmk, AF_INET);
	bool had_dns, was_on = dhcp_is_on(&dhcp, &had_dns);
	bool dns = opt_get(c, "peer-dns")->num;
	const char *reason = NULL;
	int err;

	if (was_on && had_dns == dns)
		return CMD_OK;
	if (was_on)
		dhcp_stop(&dhcp);
	err = ipv4_apply(ip, v4);
	if (!err)
		reason = dhcp_start(&dhcp, dns);
	if (reason) {
		rtnl_change_undo(&ip->change);
		err = cmd_fail(c, "'%s': --type 'dhcp': %s", cmd_object(c),
			       reason);
	} else {
		err = ip_finish(c, ip, err);
	}
	if (err && was_on)
		dhcp_start(&dhcp, had_dns);
	return err;
}

static int ipv4_stop_dhcp(struct cmd *c, struct ip *ip, const struct ipv4 *v4)
{
	struct dhcp dhcp = ip_dhcp(ip->vmk, AF_INET);
	bool dns, was_on = dhcp_is_on(&dhcp, &dns);
	int err;

	if (was_on)
		dhcp_stop(&dhcp);
	err = ip_finish(c, ip, ipv4_apply(ip, v4));
	if (err && was_on)
		dhcp_start(&dhcp, dns);
	return err;
}

/**
 * cmd_ipv4_set() - give an adapter its IPv4 address, or none
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv4_set(struct cmd *c)
{
	struct ipv4 v4;
	struct ip ip;
	int err;

	err = ipv4_check(c, &v4);
	if (!err)
		err = ip_open(c, &ip);
	if (err)
		return err;
	if (opt_get(c, "type")->num == VALUE_IP_DHCP)
		err = ipv4_start_dhcp(c, &ip, &v4);
	else
		err = ipv4_stop_dhcp(c, &ip, &v4);
	ip_close(&ip);
	return err;
}

static json_t *ipv4_record(const json_t *vmk, struct rtnl_addr *addr,
			   struct nl_addr *gw)
{
	json_t *rec = json_object();
	struct dhcp dhcp = ip_dhcp(vmk, AF_INET);
	struct nl_addr *mask;
	const char *type;
	uint32_t bits;
	bool dns, on;

	json_object_set(rec, "name", json_object_get(vmk, "name"));
	on = dhcp_is_on(&dhcp, &dns);
	json_object_set_new(rec, "dhcp_dns", json_boolean(on && dns));
	json_object_set_new(rec, "gateway", ip_text(gw));
	if (!addr) {
		json_object_set_new(rec, "address_type",
				    json_string(on ? "DHCP" : "NONE"));
		return rec;
	}
	bits = htonl((uint32_t)(0xffffffffull <<
				(32 - rtnl_addr_get_prefixlen(addr))));
	mask = nl_addr_build(AF_INET, &bits, sizeof(bits));
	type = !on && rtnl_addr_get_flags(addr) & IFA_F_PERMANENT ? "STATIC" :
	       "DHCP";
	json_object_set_new(rec, "ipv4_address",
			    ip_text(rtnl_addr_get_local(addr)));
	json_object_set_new(rec, "ipv4_netmask", ip_text(mask));
	json_object_set_new(rec, "ipv4_broadcast",
			    ip_text(rtnl_addr_get_broadcast(addr)));
	json_object_set_new(rec, "address_type", json_string(type));
	nl_addr_put(mask);
	return rec;
}

static int ipv4_show(const json_t *vmk, struct nl_cache *addrs,
		     struct nl_addr *gw, json_t *out, bool first_only)
{
	int ifindex = model_int(vmk, "ifindex");
	struct nl_object *obj;
	bool any = false;

	for (obj = nl_cache_get_first(addrs); obj && !(any && first_only);
	     obj = nl_cache_get_next(obj)) {
		if (!ipv4_is_ours(obj, ifindex))
			continue;
		any = true;
		json_array_append_new(out, ipv4_record(vmk,
						       (struct rtnl_addr *)obj,
						       gw));
	}
	if (!any && first_only)
		json_array_append_new(out, ipv4_record(vmk, NULL, gw));
	return 0;
}

static int ipv4_show_get(const json_t *vmk, struct nl_cache *addrs,
			 struct nl_addr *gw, json_t *out)
{
	return ipv4_show(vmk, addrs, gw, out, true);
}

static int ipv4_show_list(const json_t *vmk, struct nl_cache *addrs,
			  struct nl_addr *gw, json_t *out)
{
	return ipv4_show(vmk, addrs, gw, out, false);
}

/**
 * cmd_ipv4_get() - print the IPv4 configuration of adapters
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv4_get(struct cmd *c)
{
	return ip_show(c, AF_INET, ipv4_show_get);
}

/**
 * cmd_ipv4_list() - print all IPv4 addresses of adapters
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_ipv4_list(struct cmd *c)
{
	return ip_show(c, AF_INET, ipv4_show_list);
}
