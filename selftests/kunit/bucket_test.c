// SPDX-License-Identifier: GPL-2.0
/* The token bucket: its arithmetic, and what a sender gets that never rests. */
#include <kunit/test.h>

#include "datapath/bucket.h"

#define BUCKET_FRAMES	512
#define MAX_KBITS	VSWITCH_BANDWIDTH_MAX
#define MAX_BURST	VSWITCH_BURST_MAX
#define YEAR		(365ULL * 24 * 3600 * NSEC_PER_SEC)

static void bucket_time_of_bytes(struct kunit *test)
{
	static const struct {
		u64 bytes;
		u32 kbits;
		u64 ns;
	} rows[] = {
		{ 0, 1, 0 },
		{ 125, 1, NSEC_PER_SEC },
		{ 1, 1, 8000000 },
		{ 60, 1000, 480000 },
		{ 1514, 1000, 12112000 },
		{ 1514, 10000000, 1211 },
		{ 60, 10000000, 48 },
		{ 1, 8000000, 1 },
		{ 1, 8000001, 0 },
		{ 1514, MAX_KBITS, 12 },
		{ U32_MAX / 2, 1, 17179869176000000ULL },
		{ U32_MAX / 2, U32_MAX, 3999999 },
		{ (u64)MAX_BURST * 1024, 1, 34359738368000000ULL },
		{ (u64)MAX_BURST * 1024, MAX_KBITS, 34359738 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    vsw_bucket_ns(rows[i].bytes, rows[i].kbits),
				    rows[i].ns, "%llu bytes at %u Kbit/s",
				    rows[i].bytes, rows[i].kbits);
}

static void bucket_time_of_burst(struct kunit *test)
{
	static const struct {
		u32 average;
		u32 burst;
		u64 ns;
	} rows[] = {
		{ 1, 1, 8192000000ULL },
		{ 1000, 1, 8192000 },
		{ 2047, 1, 4001954 },
		{ 2048, 1, 4000000 },
		/* Less than a timer can be late. */
		{ 2049, 1, VSW_BUCKET_SLACK_NS },
		{ MAX_KBITS, 1, VSW_BUCKET_SLACK_NS },
		{ 1000, 1024, 8388608000ULL },
		{ 1, MAX_BURST, 34359738368000000ULL },
		{ MAX_KBITS, MAX_BURST, 34359738 },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    vsw_bucket_tolerance(rows[i].average,
							 rows[i].burst),
				    rows[i].ns, "%u KiB at %u Kbit/s",
				    rows[i].burst, rows[i].average);
}

/**
 * struct bucket_row - a shaper and frames that never stop
 * @desc: what is special about it
 * @average: Kbit/s
 * @peak: Kbit/s
 * @burst: KiB
 * @size: of each frame, bytes on the wire
 */
struct bucket_row {
	const char *desc;
	u32 average;
	u32 peak;
	u32 burst;
	u32 size;
};

static const struct bucket_row bucket_rows[] = {
	{ "slowest", 1, 1, 1, 60 },
	{ "slowest, large frames", 1, 1, 1, 65549 },
	{ "slowest, largest burst", 1, MAX_KBITS, MAX_BURST, 1514 },
	{ "peak as the average", 1000, 1000, 1024, 1514 },
	{ "peak just above", 1000, 1001, 1024, 1514 },
	{ "burst below a frame", 1000, 2000, 1, 9018 },
	{ "burst of one frame", 1000, 100000, 1, 1024 },
	{ "usual", 100000, 200000, 10240, 1514 },
	{ "usual, small frames", 100000, 200000, 10240, 64 },
	{ "usual, GSO", 100000, 200000, 10240, 68000 },
	{ "10 Gbit/s", 10000000, 10000000, 1, 60 },
	{ "100 Gbit/s", 100000000, 100000000, 1, 9018 },
	{ "fastest", MAX_KBITS, MAX_KBITS, MAX_BURST, 1514 },
	{ "fastest, least burst", MAX_KBITS, MAX_KBITS, 1, 60 },
	{ "largest charge", 1000, 1000, 1024, U32_MAX / 2 },
	{ "largest of all", U32_MAX, U32_MAX, MAX_BURST, U32_MAX / 2 },
};

static void bucket_desc(const struct bucket_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bucket, bucket_rows, bucket_desc);

/*
 * A sender that has a frame ready at any time from @start on: when each of them
 * passes, counted from @start.
 */
static void bucket_send(struct vsw_bucket *bucket, u64 start, u32 size,
			u64 *passed)
{
	u64 now = start;
	int i;

	for (i = 0; i < BUCKET_FRAMES; i++) {
		now = max(now, vsw_bucket_next(bucket));
		vsw_bucket_charge(bucket, now, size);
		passed[i] = now - start;
	}
}

static u64 *bucket_times(struct kunit *test)
{
	u64 *passed = kunit_kcalloc(test, BUCKET_FRAMES, sizeof(*passed),
				    GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, passed);
	return passed;
}

/*
 * Never more than the burst and what the average yields, and never faster than
 * the peak; one frame more at most, as one passes when it is due, whole. Never
 * less than the average either.
 */
static void bucket_bounds(struct kunit *test)
{
	const struct bucket_row *row = test->param_value;
	u64 *passed = bucket_times(test);
	struct vsw_bucket bucket = {};
	u64 tolerance, average, peak;
	int i, over = 0, fast = 0, less = 0;

	tolerance = vsw_bucket_tolerance(row->average, row->burst);
	vsw_bucket_set(&bucket, row->average, row->peak, row->burst);
	bucket_send(&bucket, NSEC_PER_SEC, row->size, passed);
	KUNIT_EXPECT_EQ(test, passed[0], 0);
	for (i = 1; i < BUCKET_FRAMES; i++) {
		/* What those before it take, exactly; each lost below 1 ns. */
		average = div_u64((u64)i * row->size * 8000, row->average);
		peak = div_u64((u64)i * row->size * 8000, row->peak);
		over += average > div_u64(passed[i] + tolerance + i, 1000) + 1;
		fast += peak > div_u64(passed[i] + VSW_BUCKET_SLACK_NS + i,
				       1000) + 1;
		less += div_u64((u64)(i + 1) * row->size * 8000,
				row->average) + 1 < div_u64(passed[i], 1000);
	}
	KUNIT_EXPECT_EQ(test, over, 0);
	KUNIT_EXPECT_EQ(test, fast, 0);
	KUNIT_EXPECT_EQ(test, less, 0);
}

/* However long it was idle and whatever the clock shows, it is as if new. */
static void bucket_idle(struct kunit *test)
{
	const struct bucket_row *row = test->param_value;
	static const u64 starts[] = {
		0, 1, NSEC_PER_SEC, 400 * YEAR, S64_MAX, S64_MAX + 1ULL
	};
	u64 *fresh = bucket_times(test), *passed = bucket_times(test);
	struct vsw_bucket bucket = {};
	int i;

	vsw_bucket_set(&bucket, row->average, row->peak, row->burst);
	bucket_send(&bucket, 100 * YEAR, row->size, fresh);
	/* All that was charged by then is long due. */
	bucket_send(&bucket, max(bucket.average_due, bucket.peak_due),
		    row->size, passed);
	KUNIT_EXPECT_EQ(test, memcmp(fresh, passed,
				     BUCKET_FRAMES * sizeof(*fresh)), 0);
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		memset(&bucket, 0, sizeof(bucket));
		vsw_bucket_set(&bucket, row->average, row->peak, row->burst);
		bucket_send(&bucket, starts[i], row->size, passed);
		KUNIT_EXPECT_EQ_MSG(test,
				    memcmp(fresh, passed,
					   BUCKET_FRAMES * sizeof(*fresh)), 0,
				    "from %llu", starts[i]);
	}
}

/* Frames that pass at one moment. */
static u32 bucket_at_once(struct vsw_bucket *bucket, u64 now, u32 size)
{
	u32 frames = 0;

	while (vsw_bucket_next(bucket) <= now && frames < 100000) {
		vsw_bucket_charge(bucket, now, size);
		frames++;
	}
	return frames;
}

/* What is saved up grows at the average, up to the burst and no further. */
static void bucket_saves_up(struct kunit *test)
{
	static const struct {
		unsigned int idle_ms;
		u32 frames;
	} rows[] = {
		/* 8000 Kbit/s are 1000 bytes a ms; 1000 KiB, 1024 frames. */
		{ 0, 0 },
		{ 1, 1 },
		{ 10, 10 },
		{ 512, 512 },
		{ 1023, 1023 },
		{ 1024, 1024 },
		{ 1025, 1025 },
		{ 2000, 1025 },
		{ 100000, 1025 },
	};
	struct vsw_bucket bucket = {};
	u64 now = YEAR;
	int i;

	/* The peak is none to speak of. */
	vsw_bucket_set(&bucket, 8000, U32_MAX, 1000);
	KUNIT_EXPECT_EQ(test, bucket_at_once(&bucket, now, 1000), 1025);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		now += (u64)rows[i].idle_ms * NSEC_PER_MSEC;
		KUNIT_EXPECT_EQ_MSG(test, bucket_at_once(&bucket, now, 1000),
				    rows[i].frames, "after %u ms",
				    rows[i].idle_ms);
	}
}

/* A burst lasts as long as it takes to spend it at the peak. */
static void bucket_burst_at_the_peak(struct kunit *test)
{
	u64 *passed = bucket_times(test);
	struct vsw_bucket bucket = {};
	int i, early = 0, late = 0;

	/*
	 * 1000 bytes take 1 ms at the average, 0.5 ms at the peak: 250 KiB last
	 * for 512 frames, of which the average yields half.
	 */
	vsw_bucket_set(&bucket, 8000, 16000, 250);
	bucket_send(&bucket, YEAR, 1000, passed);
	for (i = 0; i < BUCKET_FRAMES; i++) {
		early += passed[i] + VSW_BUCKET_SLACK_NS < i * 500000ULL;
		late += passed[i] > i * 500000ULL;
	}
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_EQ(test, late, 0);
	bucket_send(&bucket, YEAR + passed[BUCKET_FRAMES - 1], 1000, passed);
	for (i = 16; i < BUCKET_FRAMES; i++) {
		early += passed[i] - passed[i - 1] < 1000000;
		late += passed[i] - passed[i - 1] > 1000000;
	}
	KUNIT_EXPECT_EQ(test, early, 0);
	KUNIT_EXPECT_EQ(test, late, 0);
}

static void bucket_set_again(struct kunit *test)
{
	static const u32 rows[][3] = {
		{ 1001, 2000, 64 }, { 1000, 2001, 64 }, { 1000, 2000, 65 },
	};
	struct vsw_bucket bucket = {};
	u64 due;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		vsw_bucket_set(&bucket, 1000, 2000, 64);
		vsw_bucket_charge(&bucket, YEAR, 1514);
		due = bucket.average_due;
		KUNIT_EXPECT_FALSE(test,
				   vsw_bucket_set(&bucket, 1000, 2000, 64));
		KUNIT_EXPECT_EQ(test, bucket.average_due, due);
		KUNIT_EXPECT_TRUE(test, vsw_bucket_set(&bucket, rows[i][0],
						       rows[i][1],
						       rows[i][2]));
		KUNIT_EXPECT_EQ(test, bucket.average_due, 0);
		KUNIT_EXPECT_EQ(test, bucket.peak_due, 0);
	}
}

/* An average of 0: no limit, and nothing is charged. */
static void bucket_without_limit(struct kunit *test)
{
	struct vsw_bucket bucket = {};

	vsw_bucket_set(&bucket, 1000, 2000, 64);
	vsw_bucket_charge(&bucket, YEAR, U32_MAX / 2);
	bucket.average = 0;
	KUNIT_EXPECT_EQ(test, vsw_bucket_next(&bucket), 0);
	vsw_bucket_charge(&bucket, YEAR, U32_MAX / 2);
	KUNIT_EXPECT_EQ(test, vsw_bucket_next(&bucket), 0);
}

/* Room for 60 bytes that take 900 where few may wait, less where many may. */
static void bucket_memory(struct kunit *test)
{
	static const u64 rows[][2] = {
		{ 128 * 1024, 2 << 20 },
		{ 256 * 1024, 2 << 20 },
		{ 512 * 1024, 2 << 20 },
		{ 512 * 1024 + 1, (2 << 20) + 4 },
		{ 12500000, 50000000 },
		{ U32_MAX, 4ULL * U32_MAX },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ(test, vsw_bucket_memory(rows[i][0]),
				rows[i][1]);
}

static struct kunit_case bucket_cases[] = {
	KUNIT_CASE(bucket_time_of_bytes),
	KUNIT_CASE(bucket_time_of_burst),
	KUNIT_CASE_PARAM(bucket_bounds, bucket_gen_params),
	KUNIT_CASE_PARAM(bucket_idle, bucket_gen_params),
	KUNIT_CASE(bucket_saves_up),
	KUNIT_CASE(bucket_burst_at_the_peak),
	KUNIT_CASE(bucket_set_again),
	KUNIT_CASE(bucket_without_limit),
	KUNIT_CASE(bucket_memory),
	{}
};

static struct kunit_suite bucket_suite = {
	.name = "vswitch_bucket",
	.test_cases = bucket_cases,
};

kunit_test_suite(bucket_suite);
