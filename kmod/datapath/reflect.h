/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_REFLECT_H
#define VSW_REFLECT_H

#include "vsw.h"

void vsw_reflect_note(struct vswitch *vs, struct sk_buff *skb, u16 vid);
bool vsw_reflect_known(struct vswitch *vs, const struct sk_buff *skb, u16 vid);

/* Whether an uplink brings a frame that a client has flooded just before. */
static inline bool vsw_reflect_seen(struct vswitch *vs,
				    const struct sk_buff *skb, u16 vid)
{
	if (likely(time_after(jiffies, READ_ONCE(vs->flooded_until))))
		return false;
	return vsw_reflect_known(vs, skb, vid);
}

#endif
