/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket that counts in time. A frame is charged with the time that it
 * takes at the average and at the peak bandwidth. It may pass while all that
 * has passed is due at the peak, and is ahead of the average by no more than
 * the burst.
 */
#ifndef VSW_BUCKET_H
#define VSW_BUCKET_H

#include "vsw.h"

/* How late a timer may be without loss of bandwidth. */
#define VSW_BUCKET_SLACK_NS	(4 * NSEC_PER_MSEC)
/* What the frames of any queue may take, bytes. */
#define VSW_BUCKET_MEMORY_MIN	(2 * 1024 * 1024)

static inline u64 vsw_bucket_ns(u64 bytes, u32 kbits)
{
	return div_u64(bytes * BITS_PER_BYTE * USEC_PER_SEC, kbits);
}

/* How far ahead of the average a burst, in KiB, lets frames pass, ns. */
static inline u64 vsw_bucket_tolerance(u32 average, u32 burst)
{
	return max_t(u64, VSW_BUCKET_SLACK_NS,
		     vsw_bucket_ns((u64)burst * 1024, average));
}

/*
 * Most that the frames which wait may take, where their sizes on the wire are
 * limited to @limit. Small ones take many times their size.
 */
static inline u64 vsw_bucket_memory(u64 limit)
{
	return max_t(u64, 4 * limit, VSW_BUCKET_MEMORY_MIN);
}

/* When the next frame may pass. */
static inline u64 vsw_bucket_next(const struct vsw_bucket *bucket)
{
	u64 average = bucket->average_due, peak = bucket->peak_due;

	if (!bucket->average)
		return 0;
	average -= min(average, bucket->tolerance);
	peak -= min_t(u64, peak, VSW_BUCKET_SLACK_NS);
	return max(average, peak);
}

static inline void vsw_bucket_charge(struct vsw_bucket *bucket, u64 now,
				     u32 size)
{
	if (!bucket->average)
		return;
	bucket->average_due = max(bucket->average_due, now) +
			      vsw_bucket_ns(size, bucket->average);
	bucket->peak_due = max(bucket->peak_due, now) +
			   vsw_bucket_ns(size, bucket->peak);
}

/*
 * Sets the limits, unless they are that already; returns whether it has. What
 * was charged at another rate counts no more.
 */
static inline bool vsw_bucket_set(struct vsw_bucket *bucket, u32 average,
				  u32 peak, u32 burst)
{
	u64 tolerance = vsw_bucket_tolerance(average, burst);

	if (bucket->average == average && bucket->peak == peak &&
	    bucket->tolerance == tolerance)
		return false;
	bucket->average = average;
	bucket->peak = peak;
	bucket->tolerance = tolerance;
	bucket->average_due = 0;
	bucket->peak_due = 0;
	return true;
}

#endif
