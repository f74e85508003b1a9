/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_DHCP_H
#define VMKCTL_DHCP_H

#include <stdbool.h>

/**
 * struct dhcp - an adapter's addresses from DHCP
 * @ifname: the adapter
 * @ifindex: its number
 * @netstack: TCP/IP stack that it is in
 * @family: %AF_INET or %AF_INET6
 */
struct dhcp {
	const char *ifname;
	int ifindex;
	const char *netstack;
	int family;
};

bool dhcp_is_on(const struct dhcp *dhcp, bool *dns);
const char *dhcp_start(const struct dhcp *dhcp, bool dns);
void dhcp_stop(const struct dhcp *dhcp);

#endif
