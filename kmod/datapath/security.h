/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a client may send what it sends. */
#ifndef VSW_SECURITY_H
#define VSW_SECURITY_H

#include "fdb.h"

/*
 * Whether a client with @flags may send from @source: from its effective
 * address, or from any if its policy accepts that. A client whose address is
 * not known yet takes that of its first frame. Returns 0 or a drop reason.
 */
static inline int vsw_security_source(struct vsw_port *p, u32 flags,
				      const u8 *source)
{
	struct vsw_addr *addr = vsw_port_addr_rcu(p);

	if (likely(addr && ether_addr_equal_64bits(addr->mac, source)))
		return 0;
	if (!is_valid_ether_addr(source))
		return VSW_DROP_MALFORMED;
	if (!addr && vsw_fdb_adopt(p, source))
		return 0;
	return flags & VSW_PORT_FORGED ? 0 : VSW_DROP_FORGED_TRANSMIT;
}

/*
 * Whether the checksum that is to be completed on the way out would be written
 * into what has been looked at before: a virtual machine says where it goes.
 */
static inline bool vsw_security_rewrites(const struct sk_buff *skb)
{
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       unlikely(skb_checksum_start_offset(skb) < ETH_HLEN);
}

#endif
