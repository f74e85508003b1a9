/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a client may send what it sends. */
#ifndef VSW_SECURITY_H
#define VSW_SECURITY_H

#include "fdb.h"

/*
 * Whether @source is the client's effective address. A client whose address is
 * not known yet takes that of its first frame. Returns 0 or a drop reason.
 */
static inline int vsw_security_source(struct vsw_port *p, const u8 *source)
{
	struct vsw_addr *addr = vsw_port_addr_rcu(p);

	if (likely(addr))
		return likely(ether_addr_equal_64bits(addr->mac, source)) ?
		       0 : VSW_DROP_FORGED_TRANSMIT;
	if (!is_valid_ether_addr(source))
		return VSW_DROP_MALFORMED;
	return vsw_fdb_adopt(p, source) ? 0 : VSW_DROP_FORGED_TRANSMIT;
}

#endif
