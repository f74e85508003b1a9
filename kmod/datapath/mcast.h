/* SPDX-License-Identifier: GPL-2.0 */
/* What multicast a VMkernel adapter takes: a filter of hashes, as a NIC has. */
#ifndef VSW_MCAST_H
#define VSW_MCAST_H

#include <linux/jhash.h>

#include "vsw.h"

static inline u32 vsw_mcast_hash(const u8 *mac)
{
	return jhash(mac, ETH_ALEN, 0) & (VSW_MCAST_SIZE - 1);
}

/* Whether a client takes a multicast frame; only a vmk is choosy. */
static inline bool vsw_mcast_takes(const struct vsw_port *p, const u8 *dest)
{
	return p->kind != VSWITCH_PORT_KIND_VMK ||
	       is_broadcast_ether_addr(dest) ||
	       test_bit(vsw_mcast_hash(dest), p->mc_filter);
}

#endif
