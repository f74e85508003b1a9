// SPDX-License-Identifier: GPL-2.0
/* What VMkernel adapters have learned of their neighbors, by ARP and NDP. */
#include <errno.h>
#include <linux/neighbour.h>
#include <netlink/route/neighbour.h>
#include <string.h>

#include "handlers.h"
#include "ip.h"
#include "netns.h"

static const struct word words_state[] = {
	{ "Incomplete", NUD_INCOMPLETE },
	{ "Reachable", NUD_REACHABLE },
	{ "Stale", NUD_STALE },
	{ "Delay", NUD_DELAY },
	{ "Probe", NUD_PROBE },
	{ "Failed", NUD_FAILED },
	{ "Permanent", NUD_PERMANENT },
	{ }
};

/* Nothing to tell: loopback, multicast. */
#define NEIGHBOR_HIDDEN	NUD_NOARP

static const char *neighbor_vmk(const json_t *vmks, int ifindex)
{
	size_t i;

	for (i = 0; i < json_array_size(vmks); i++) {
		const json_t *vmk = json_array_get(vmks, i);

		if (model_int(vmk, "ifindex") == ifindex)
			return model_str(vmk, "name");
	}
	return NULL;
}

static bool neighbor_is_asked_for(const struct cmd *c,
				  struct rtnl_neigh *neigh)
{
	uint32_t version = opt_get(c, "version")->num;
	int family = rtnl_neigh_get_family(neigh);

	if (rtnl_neigh_get_state(neigh) & NEIGHBOR_HIDDEN)
		return false;
	return !version || version == (uint32_t)family;
}

/*
 * The adapters that are asked for, all in one stack: that of the adapter named,
 * or the stack named, or the default one.
 */
static int neighbor_vmks(struct cmd *c, json_t **vmks, const char **stack)
{
	size_t i = 0;
	int err;

	err = cmd_vmks(c, vmks);
	if (err)
		return err;
	*stack = opt_text(c, "netstack") ?: NETNS_DEFAULT;
	if (opt_given(c, "interface-name") && json_array_size(*vmks))
		*stack = model_str(json_array_get(*vmks, 0),
				   "netstack_instance");
	while (i < json_array_size(*vmks)) {
		if (!strcmp(model_str(json_array_get(*vmks, i),
				      "netstack_instance"), *stack))
			i++;
		else
			json_array_remove(*vmks, i);
	}
	return CMD_OK;
}

static json_t *neighbor_record(struct rtnl_neigh *neigh, const char *vmk)
{
	struct nl_addr *lladdr = rtnl_neigh_get_lladdr(neigh);
	char mac[64] = "";

	if (lladdr)
		nl_addr2str(lladdr, mac, sizeof(mac));
	return json_pack("{s:o, s:s?, s:s, s:s?}",
			 "neighbor", ip_text(rtnl_neigh_get_dst(neigh)),
			 "mac_address", lladdr ? mac : NULL, "vmknic", vmk,
			 "state", word_name(words_state,
					    rtnl_neigh_get_state(neigh)));
}

static int neighbor_collect(struct cmd *c, const json_t *vmks,
			    const char *stack, json_t *rows)
{
	struct nl_cache *cache;
	struct nl_object *obj;
	const char *vmk;
	struct rtnl rt;
	int err;

	err = ip_enter(c, stack, &rt);
	if (err)
		return err;
	err = nlsock_errno(rtnl_neigh_alloc_cache(rt.nl.sk, &cache));
	if (err) {
		rtnl_close(&rt);
		return cmd_fail_errno(c, "neighbors", err);
	}
	for (obj = nl_cache_get_first(cache); obj;
	     obj = nl_cache_get_next(obj)) {
		struct rtnl_neigh *neigh = (struct rtnl_neigh *)obj;

		vmk = neighbor_vmk(vmks, rtnl_neigh_get_ifindex(neigh));
		if (vmk && neighbor_is_asked_for(c, neigh))
			json_array_append_new(rows,
					      neighbor_record(neigh, vmk));
	}
	nl_cache_free(cache);
	rtnl_close(&rt);
	return CMD_OK;
}

/**
 * cmd_neighbor_list() - print the neighbors of the adapters of a stack
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_neighbor_list(struct cmd *c)
{
	json_t *vmks, *rows;
	const char *stack;
	int err;

	err = neighbor_vmks(c, &vmks, &stack);
	if (err)
		return err;
	rows = json_array();
	err = neighbor_collect(c, vmks, stack, rows);
	json_decref(vmks);
	if (!err)
		return cmd_emit(c, rows);
	json_decref(rows);
	return err;
}

static int neighbor_delete(struct cmd *c, struct rtnl *rt,
			   struct rtnl_neigh *neigh, unsigned int *count)
{
	struct nl_msg *msg;
	struct nlerr e;
	int err;

	err = nlsock_errno(rtnl_neigh_build_delete_request(neigh, 0, &msg));
	if (!err) {
		err = nlsock_talk(&rt->nl, msg, NULL, &e);
		nlmsg_free(msg);
	}
	if (err == -EPERM)
		return cmd_fail(c,
				"'%s': not permitted; changes need CAP_NET_ADMIN",
				cmd_object(c));
	if (err)
		return cmd_fail_errno(c, cmd_object(c), err);
	++*count;
	return CMD_OK;
}

static int neighbor_delete_all(struct cmd *c, const json_t *vmks,
			       struct rtnl *rt, struct nl_addr *addr,
			       unsigned int *count)
{
	struct nl_cache *cache;
	struct nl_object *obj;
	int err;

	err = nlsock_errno(rtnl_neigh_alloc_cache(rt->nl.sk, &cache));
	if (err)
		return cmd_fail_errno(c, "neighbors", err);
	for (obj = nl_cache_get_first(cache); !err && obj;
	     obj = nl_cache_get_next(obj)) {
		struct rtnl_neigh *neigh = (struct rtnl_neigh *)obj;

		if (neighbor_vmk(vmks, rtnl_neigh_get_ifindex(neigh)) &&
		    neighbor_is_asked_for(c, neigh) &&
		    !nl_addr_cmp(rtnl_neigh_get_dst(neigh), addr))
			err = neighbor_delete(c, rt, neigh, count);
	}
	nl_cache_free(cache);
	return err;
}

/**
 * cmd_neighbor_remove() - have adapters forget a neighbor
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_neighbor_remove(struct cmd *c)
{
	const char *text = opt_text(c, "neighbor-addr");
	struct nl_addr *addr = NULL;
	unsigned int count = 0;
	const char *stack;
	struct rtnl rt;
	json_t *vmks;
	int err;

	if (nl_addr_parse(text, AF_INET, &addr) &&
	    nl_addr_parse(text, AF_INET6, &addr))
		return cmd_usage(c, "--neighbor-addr '%s': not an IP address",
				 text);
	err = neighbor_vmks(c, &vmks, &stack);
	if (err)
		goto out_addr;
	err = ip_enter(c, stack, &rt);
	if (err)
		goto out_vmks;
	err = neighbor_delete_all(c, vmks, &rt, addr, &count);
	if (!err && !count)
		err = cmd_fail(c, "'%s': no adapter has such a neighbor",
			       text);
	rtnl_close(&rt);
out_vmks:
	json_decref(vmks);
out_addr:
	nl_addr_put(addr);
	return err;
}
