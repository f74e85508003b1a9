/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_SHAPER_H
#define VSW_SHAPER_H

#include "vsw.h"

void vsw_shaper_init(struct vsw_shaper *shaper);
void vsw_shaper_set(struct vsw_shaper *shaper, u32 average, u32 peak,
		    u32 burst);
void vsw_shaper_open(struct vsw_shaper *shaper);
void vsw_shaper_stop(struct vsw_shaper *shaper);
struct sk_buff *vsw_shaper_input(struct vsw_port *p, struct sk_buff *skb,
				 u16 vid);

#endif
