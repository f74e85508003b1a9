/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_STATS_H
#define VSW_STATS_H

#include "vsw.h"

/**
 * struct vsw_stats_sum - counters of one port, summed over the CPUs
 * @packets: frames by direction and kind of destination
 * @bytes: bytes by direction
 * @drops: dead frames by reason
 */
struct vsw_stats_sum {
	u64 packets[VSW_DIRS][VSW_CASTS];
	u64 bytes[VSW_DIRS];
	u64 drops[VSW_DROP_MAX];
};

void vsw_stats_sum(const struct vsw_port *p, struct vsw_stats_sum *sum);
u64 vsw_stats_packets(const struct vsw_stats_sum *sum, enum vsw_dir dir);
u64 vsw_stats_drops(const struct vsw_stats_sum *sum);
void vsw_count_drop(struct vsw_port *p, const struct sk_buff *skb,
		    enum vsw_drop_reason reason);
void vsw_drop(struct vsw_port *p, struct sk_buff *skb,
	      enum vsw_drop_reason reason);

static inline enum vsw_cast vsw_cast(const u8 *dest)
{
	if (likely(!is_multicast_ether_addr(dest)))
		return VSW_UNICAST;
	return is_broadcast_ether_addr(dest) ? VSW_BROADCAST : VSW_MULTICAST;
}

/* Counts a frame that crosses @p. BH off. */
static inline void vsw_count(struct vsw_port *p, const struct sk_buff *skb,
			     enum vsw_dir dir, enum vsw_cast cast)
{
	struct vsw_stats *stats = this_cpu_ptr(p->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->packets[dir][cast]);
	u64_stats_add(&stats->bytes[dir], skb->len);
	u64_stats_update_end(&stats->syncp);
}

#endif
