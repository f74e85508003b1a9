// SPDX-License-Identifier: GPL-2.0
/* ESXi's names for the machine's NICs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "nic.h"

#define ALIAS_FORMAT	"vmnic%u"
#define ALIASES		256

/**
 * struct alias_nic - a NIC that is to have such a name
 * @pci: its PCI address
 * @ifname: its name
 * @ifindex: its number
 */
struct alias_nic {
	char *pci;
	char *ifname;
	int ifindex;
};

/**
 * struct alias - who has which name
 * @rt: rtnetlink
 * @nics: the NICs, in the order of their PCI addresses
 * @count: how many
 * @holders: number of the interface that has each name, or 0
 */
struct alias {
	struct rtnl rt;
	struct alias_nic *nics;
	size_t count;
	int holders[ALIASES];
};

static int alias_compare(const void *a, const void *b)
{
	const struct alias_nic *one = a, *other = b;
	int order = strcmp(one->pci, other->pci);

	/* Ports of one function: in the order in which they came up. */
	return order ? order : one->ifindex - other->ifindex;
}

static int alias_add_nic(struct alias *alias, struct rtnl_link *link)
{
	const char *ifname = rtnl_link_get_name(link);
	struct alias_nic *nics, *nic;
	char *device;
	json_t *pci;
	int err = 0;

	if (!ifname || !nic_has_device(link))
		return 0;
	device = nic_resolve(ifname, "device");
	pci = nic_pci(device);
	free(device);
	if (json_is_null(pci))
		goto out;
	err = -ENOMEM;
	nics = reallocarray(alias->nics, alias->count + 1, sizeof(*nics));
	if (!nics)
		goto out;
	alias->nics = nics;
	nic = &nics[alias->count];
	nic->pci = strdup(json_string_value(pci));
	nic->ifname = strdup(ifname);
	nic->ifindex = rtnl_link_get_ifindex(link);
	alias->count++;
	if (nic->pci && nic->ifname)
		err = 0;
out:
	json_decref(pci);
	return err;
}

static int alias_find_nics(struct alias *alias)
{
	struct nl_cache *cache;
	struct nl_object *obj;
	int err;

	err = nlsock_errno(rtnl_link_alloc_cache(alias->rt.nl.sk, AF_UNSPEC,
						 &cache));
	if (err)
		return err;
	for (obj = nl_cache_get_first(cache); !err && obj;
	     obj = nl_cache_get_next(obj))
		err = alias_add_nic(alias, (struct rtnl_link *)obj);
	nl_cache_free(cache);
	if (!err && alias->count)
		qsort(alias->nics, alias->count, sizeof(*alias->nics),
		      alias_compare);
	return err;
}

static void alias_find_holders(struct alias *alias)
{
	struct rtnl_link *link;
	char name[16];
	unsigned int i;

	for (i = 0; i < ALIASES; i++) {
		snprintf(name, sizeof(name), ALIAS_FORMAT, i);
		if (rtnl_link_get_kernel(alias->rt.nl.sk, 0, name, &link))
			continue;
		alias->holders[i] = rtnl_link_get_ifindex(link);
		rtnl_link_put(link);
	}
}

static bool alias_has(const struct alias *alias, const struct alias_nic *nic)
{
	unsigned int i;

	for (i = 0; i < ALIASES; i++)
		if (alias->holders[i] == nic->ifindex)
			return true;
	return false;
}

static int alias_give_one(struct cmd *c, struct alias *alias,
			  const struct alias_nic *nic, unsigned int number)
{
	const char *reason;
	struct nlerr e;
	char name[16];

	snprintf(name, sizeof(name), ALIAS_FORMAT, number);
	if (!rtnl_add_altname(&alias->rt, nic->ifindex, name, &e)) {
		alias->holders[number] = nic->ifindex;
		return CMD_OK;
	}
	reason = e.text[0] ? e.text : strerror(-e.err);
	if (e.err == -EPERM)
		reason = "not permitted; changes need CAP_NET_ADMIN";
	return cmd_fail(c, "'%s': %s: %s", nic->ifname, name, reason);
}

/* The names that are free are given in order; what has one keeps it. */
static int alias_give(struct cmd *c, struct alias *alias)
{
	unsigned int next = 0;
	int err = CMD_OK;
	size_t i;

	for (i = 0; !err && i < alias->count; i++) {
		const struct alias_nic *nic = &alias->nics[i];

		if (alias_has(alias, nic))
			continue;
		while (next < ALIASES && alias->holders[next])
			next++;
		if (next == ALIASES)
			return cmd_fail(c, "'%s': all names are taken",
					nic->ifname);
		err = alias_give_one(c, alias, nic, next);
	}
	return err;
}

/**
 * cmd_nic_alias() - name the machine's NICs vmnic0, vmnic1, ...
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_nic_alias(struct cmd *c)
{
	struct alias alias = { .nics = NULL };
	size_t i;
	int err;

	err = rtnl_open(&alias.rt, NULL);
	if (err)
		return cmd_fail_errno(c, "netlink", err);
	err = alias_find_nics(&alias);
	if (err) {
		err = cmd_fail_errno(c, "netlink", err);
	} else {
		alias_find_holders(&alias);
		err = alias_give(c, &alias);
	}
	for (i = 0; i < alias.count; i++) {
		free(alias.nics[i].pci);
		free(alias.nics[i].ifname);
	}
	free(alias.nics);
	rtnl_close(&alias.rt);
	return err;
}
