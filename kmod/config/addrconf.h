/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_ADDRCONF_H
#define VSW_ADDRCONF_H

#include <net/if_inet6.h>

#include "vsw.h"

/**
 * vsw_addrconf_set() - set how IPv6 makes up an address for a netdev that comes
 *	up
 * @dev: netdev
 * @mode: IN6_ADDR_GEN_MODE_*; with NONE it gets no link-local address, and says
 *	nothing of itself
 *
 * Context: Process context, RTNL held.
 * Return: the former mode.
 */
static inline u8 vsw_addrconf_set(struct net_device *dev, u8 mode)
{
	u8 former = IN6_ADDR_GEN_MODE_EUI64;
#if IS_ENABLED(CONFIG_IPV6)
	struct inet6_dev *idev = rtnl_dereference(dev->ip6_ptr);

	if (idev) {
		former = idev->cnf.addr_gen_mode;
		WRITE_ONCE(idev->cnf.addr_gen_mode, mode);
	}
#endif
	return former;
}

#endif
