// SPDX-License-Identifier: GPL-2.0
/* Counters, and the one way in which a frame dies. */
#include "reason.h"
#include "stats.h"
#include "trace.h"

/*
 * Reads one CPU's counters at one moment.
 */
static void vsw_stats_read(const struct vsw_stats *stats,
			   struct vsw_stats_sum *out)
{
	unsigned int start, i;
	enum vsw_dir dir;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		for (dir = VSW_IN; dir < VSW_DIRS; dir++) {
			for (i = 0; i < VSW_CASTS; i++)
				out->packets[dir][i] =
					u64_stats_read(&stats->packets[dir][i]);
			out->bytes[dir] = u64_stats_read(&stats->bytes[dir]);
		}
		for (i = 0; i < VSW_DROP_MAX; i++)
			out->drops[i] = u64_stats_read(&stats->drops[i]);
	} while (u64_stats_fetch_retry(&stats->syncp, start));
}

/**
 * vsw_stats_sum() - sum a port's counters over all CPUs
 * @p: port
 * @sum: where the sums go
 *
 * Context: Any.
 */
void vsw_stats_sum(const struct vsw_port *p, struct vsw_stats_sum *sum)
{
	struct vsw_stats_sum one;
	enum vsw_dir dir;
	unsigned int i;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		vsw_stats_read(per_cpu_ptr(p->stats, cpu), &one);
		for (dir = VSW_IN; dir < VSW_DIRS; dir++) {
			for (i = 0; i < VSW_CASTS; i++)
				sum->packets[dir][i] += one.packets[dir][i];
			sum->bytes[dir] += one.bytes[dir];
		}
		for (i = 0; i < VSW_DROP_MAX; i++)
			sum->drops[i] += one.drops[i];
	}
}

/**
 * vsw_stats_packets() - all frames that crossed a port in one direction
 * @sum: the port's counters
 * @dir: direction
 *
 * Return: number of frames.
 */
u64 vsw_stats_packets(const struct vsw_stats_sum *sum, enum vsw_dir dir)
{
	return sum->packets[dir][VSW_UNICAST] +
	       sum->packets[dir][VSW_MULTICAST] +
	       sum->packets[dir][VSW_BROADCAST];
}

/**
 * vsw_stats_drops() - all frames that died at a port
 * @sum: the port's counters
 *
 * Return: number of frames.
 */
u64 vsw_stats_drops(const struct vsw_stats_sum *sum)
{
	u64 drops = 0;
	unsigned int i;

	for (i = 0; i < VSW_DROP_MAX; i++)
		drops += sum->drops[i];
	return drops;
}

/**
 * vsw_count_drop() - count a frame, or the copy of one, that died at a port
 * @p: port
 * @skb: what there is of the frame, or NULL; remains the caller's
 * @reason: why
 *
 * Context: BH off.
 */
void vsw_count_drop(struct vsw_port *p, const struct sk_buff *skb,
		    enum vsw_drop_reason reason)
{
	struct vsw_stats *stats = this_cpu_ptr(p->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->drops[reason]);
	u64_stats_update_end(&stats->syncp);
	trace_vsw_drop(p, skb, reason);
}

/**
 * vsw_drop() - end a frame's life at a port; consumes @skb
 * @p: port
 * @skb: frame
 * @reason: why
 *
 * Context: BH off.
 */
void vsw_drop(struct vsw_port *p, struct sk_buff *skb,
	      enum vsw_drop_reason reason)
{
	vsw_count_drop(p, skb, reason);
	kfree_skb_reason(skb, vsw_reason_of_skb(reason));
}
