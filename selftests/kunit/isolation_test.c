// SPDX-License-Identifier: GPL-2.0
/* The verdict on beacons: which uplinks are cut off, and from when on. */
#include <kunit/test.h>

#include "config/isolation.h"

/* Looks until a new uplink is judged, and until a silent one is. */
#define ISOLATION_NEW		(VSW_BEACON_MISSES + 1)
#define ISOLATION_SILENT	VSW_BEACON_MISSES
#define ISOLATION_MORE		5

#define NETWORKS		2
#define ALL			U32_MAX
#define LAST			((u32)BIT(VSWITCH_MAX_UPLINKS - 1))

/**
 * struct isolation_row - uplinks, and who can hear whom
 * @desc: what is special about it
 * @team: team bits
 * @link: those with link
 * @networks: those that hear each other; others hear none
 * @deaf: those that hear nothing, but are heard
 * @isolated: those to be found cut off
 */
struct isolation_row {
	const char *desc;
	u32 team;
	u32 link;
	u32 networks[NETWORKS];
	u32 deaf;
	u32 isolated;
};

static const struct isolation_row isolation_rows[] = {
	{ "together", 0x7, 0x7, { 0x7 }, 0, 0 },
	{ "one apart", 0x7, 0x7, { 0x3 }, 0, 0x4 },
	{ "the first apart", 0x7, 0x7, { 0x6 }, 0, 0x1 },
	{ "one deaf", 0x7, 0x7, { 0x7 }, 0x2, 0x2 },
	{ "only one not deaf", 0x7, 0x7, { 0x7 }, 0x6, 0 },
	{ "each alone", 0x7, 0x7, {}, 0, 0 },
	{ "two pairs", 0xf, 0xf, { 0x3, 0xc }, 0, 0 },
	{ "a pair and two alone", 0xf, 0xf, { 0x5 }, 0, 0xa },
	{ "two cannot tell", 0x3, 0x3, {}, 0, 0 },
	{ "two of three have link", 0x7, 0x3, { 0x7 }, 0, 0 },
	{ "two of three have link, apart", 0x7, 0x3, {}, 0, 0 },
	{ "three of four have link, one apart", 0xf, 0x7, { 0x3 }, 0, 0x4 },
	{ "hears some of another team", 0x7, 0x3f, { 0x3, 0x3c }, 0, 0x4 },
	{ "none", 0, 0, {}, 0, 0 },
	{ "all slots, the last apart", ALL, ALL, { ~LAST }, 0, LAST },
	{ "all slots, two together", ALL, ALL, { LAST | 1 }, 0, ~(LAST | 1) },
};

static void isolation_desc(const struct isolation_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(isolation, isolation_rows, isolation_desc);

static int isolation_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct vsw_beacons),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

/* A second passes, in which all send and hear; then comes a look. */
static u32 isolation_look(struct kunit *test, const struct isolation_row *row,
			  u32 before)
{
	struct vsw_beacons *beacons = test->priv;
	u32 slot, i, members = row->team & row->link;

	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		for (i = 0; i < NETWORKS; i++)
			if (row->networks[i] & ~row->deaf & BIT(slot))
				beacons->heard[slot] |= row->networks[i] &
							row->link & ~BIT(slot);
	vsw_isolation_note(beacons, members);
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		KUNIT_EXPECT_EQ(test, beacons->heard[slot], 0);
	return vsw_isolation_judge(beacons, row->team, members, before);
}

/* So many looks, at each of which that is to be the verdict. */
static void isolation_expect(struct kunit *test,
			     const struct isolation_row *row, int looks,
			     u32 before, u32 isolated)
{
	u32 verdict = before;
	int i;

	for (i = 1; i <= looks; i++) {
		verdict = isolation_look(test, row, verdict);
		KUNIT_EXPECT_EQ_MSG(test, verdict, isolated, "look %d", i);
	}
}

/* Nobody is cut off before he has had the time to hear. */
static void isolation_verdict(struct kunit *test)
{
	const struct isolation_row *row = test->param_value;

	isolation_expect(test, row, ISOLATION_NEW - 1, 0, 0);
	isolation_expect(test, row, ISOLATION_MORE, 0, row->isolated);
}

static const struct isolation_row together = {
	.team = 0x7, .link = 0x7, .networks = { 0x7 },
};

static const struct isolation_row one_apart = {
	.team = 0x7, .link = 0x7, .networks = { 0x3 },
};

/* Three missed are too many, two are not; one heard is enough. */
static void isolation_silence(struct kunit *test)
{
	isolation_expect(test, &together, ISOLATION_NEW, 0, 0);
	isolation_expect(test, &one_apart, ISOLATION_SILENT - 1, 0, 0);
	isolation_expect(test, &together, 1, 0, 0);
	isolation_expect(test, &one_apart, ISOLATION_SILENT - 1, 0, 0);
	isolation_expect(test, &one_apart, 1, 0, 0x4);
	isolation_expect(test, &together, ISOLATION_SILENT, 0x4, 0);
}

/* What was found lasts until the uplink has had the time to hear again. */
static void isolation_link_comes_back(struct kunit *test)
{
	static const struct isolation_row down = {
		.team = 0x7, .link = 0x3, .networks = { 0x3 },
	};

	isolation_expect(test, &one_apart, ISOLATION_NEW - 1, 0, 0);
	isolation_expect(test, &one_apart, 1, 0, 0x4);
	isolation_expect(test, &down, ISOLATION_MORE, 0x4, 0x4);
	isolation_expect(test, &one_apart, ISOLATION_MORE, 0x4, 0x4);
	isolation_expect(test, &down, 1, 0x4, 0x4);
	isolation_expect(test, &together, 1, 0x4, 0);
}

/* Out of the team, or of a team too small to tell, nobody is cut off. */
static void isolation_team_shrinks(struct kunit *test)
{
	static const struct isolation_row without = {
		.team = 0xb, .link = 0xf, .networks = { 0xb },
	};
	static const struct isolation_row two = {
		.team = 0x6, .link = 0x7, .networks = { 0x3 },
	};

	isolation_expect(test, &one_apart, ISOLATION_NEW - 1, 0, 0);
	isolation_expect(test, &one_apart, 1, 0, 0x4);
	isolation_expect(test, &without, ISOLATION_MORE, 0x4, 0);
	isolation_expect(test, &two, 1, 0x4, 0);
}

static struct kunit_case isolation_cases[] = {
	KUNIT_CASE_PARAM(isolation_verdict, isolation_gen_params),
	KUNIT_CASE(isolation_silence),
	KUNIT_CASE(isolation_link_comes_back),
	KUNIT_CASE(isolation_team_shrinks),
	{}
};

static struct kunit_suite isolation_suite = {
	.name = "vswitch_isolation",
	.init = isolation_init,
	.test_cases = isolation_cases,
};

kunit_test_suite(isolation_suite);
