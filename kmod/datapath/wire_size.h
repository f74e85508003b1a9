/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_WIRE_SIZE_H
#define VSW_WIRE_SIZE_H

#include "vsw.h"

/* Two of them can be added. */
#define VSW_WIRE_SIZE_MAX	(U32_MAX / 2)

u32 vsw_wire_size(const struct sk_buff *skb, u16 vid);

#endif
