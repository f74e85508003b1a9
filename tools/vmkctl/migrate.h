/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_MIGRATE_H
#define VMKCTL_MIGRATE_H

#include <linux/if_ether.h>

#include "rtnl.h"

/**
 * struct migrate - addresses and routes of an interface, to be moved
 * @nic: name of the interface
 * @vmk: name of the adapter that they move to
 * @ifindex: the interface's number
 * @mac: its address
 * @mtu: its MTU
 * @up: it is up
 * @addrs: addresses of IPv4 and of IPv6, but those of the link
 * @routes: routes of both by the interface, in the main table
 */
struct migrate {
	const char *nic;
	const char *vmk;
	int ifindex;
	unsigned char mac[ETH_ALEN];
	unsigned int mtu;
	bool up;
	struct nl_cache *addrs[2];
	struct rtnl_routes routes[2];
};

int migrate_read(struct migrate *m, const char **why);
int migrate_move(const struct migrate *m, const char **why);
void migrate_take_back(const struct migrate *m);
int migrate_restore(const struct migrate *m);
void migrate_free(struct migrate *m);
struct nl_addr *migrate_gateway(const struct migrate *m, size_t nth);

#endif
