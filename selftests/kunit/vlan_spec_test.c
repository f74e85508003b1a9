// SPDX-License-Identifier: GPL-2.0
/* VLAN settings: what ranges make of a trunk, its members, how it is walked */
#include <kunit/test.h>

#include "config/vlan_spec.h"
#include "datapath/vlan.h"

#define SPEC_RANGES	4

/**
 * struct spec_row - a VLAN setting
 * @desc: what is special about it
 * @trunk: it is a trunk of @ranges; else of the one VLAN @vid
 * @vid: VLAN id
 * @num: how many ranges there are
 * @ranges: first and last VLAN id of each
 * @announced: VLAN in which its port group speaks of itself
 */
struct spec_row {
	const char *desc;
	bool trunk;
	u16 vid;
	unsigned int num;
	u16 ranges[SPEC_RANGES][2];
	u16 announced;
};

static const struct spec_row spec_rows[] = {
	{ "EST", .vid = 0, .announced = 0 },
	{ "VST 1", .vid = 1, .announced = 1 },
	{ "VST 2", .vid = 2, .announced = 2 },
	{ "VST 4094", .vid = 4094, .announced = 4094 },
	{ "VGT", true, 0, 1, { { 0, 4094 } }, 0 },
	{ "all but untagged", true, 0, 1, { { 1, 4094 } }, 1 },
	{ "all but the last", true, 0, 1, { { 0, 4093 } }, 0 },
	{ "untagged alone", true, 0, 1, { { 0, 0 } }, 0 },
	{ "first alone", true, 0, 1, { { 1, 1 } }, 1 },
	{ "last alone", true, 0, 1, { { 4094, 4094 } }, 4094 },
	{ "one in the middle", true, 0, 1, { { 2047, 2047 } }, 2047 },
	{ "both ends", true, 0, 2, { { 0, 0 }, { 4094, 4094 } }, 0 },
	{ "end of a word", true, 0, 1, { { 62, 63 } }, 62 },
	{ "start of a word", true, 0, 1, { { 64, 65 } }, 64 },
	{ "a whole word", true, 0, 1, { { 64, 127 } }, 64 },
	{ "across words", true, 0, 1, { { 63, 128 } }, 63 },
	{ "adjacent", true, 0, 2, { { 10, 20 }, { 21, 30 } }, 10 },
	{ "a gap of one", true, 0, 2, { { 10, 20 }, { 22, 30 } }, 10 },
	{ "out of order", true, 0, 2, { { 100, 200 }, { 5, 7 } }, 5 },
	{ "overlapping", true, 0, 2, { { 10, 30 }, { 20, 40 } }, 10 },
	{ "one in another", true, 0, 2, { { 10, 40 }, { 20, 30 } }, 10 },
	{ "the same twice", true, 0, 2, { { 7, 9 }, { 7, 9 } }, 7 },
	{ "halves make VGT", true, 0, 2, { { 2048, 4094 }, { 0, 2047 } }, 0 },
	{ "four ranges", true, 0, 4,
	  { { 1, 1 }, { 3, 3 }, { 5, 6 }, { 4000, 4094 } }, 1 },
};

static void spec_desc(const struct spec_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(spec, spec_rows, spec_desc);

static struct vsw_vlan_spec *spec_make(struct kunit *test,
				       const struct spec_row *row)
{
	struct vsw_vlan_spec *spec;
	unsigned int i;

	spec = row->trunk ? vsw_vlan_spec_trunk() :
			    vsw_vlan_spec_access(row->vid);
	KUNIT_ASSERT_NOT_NULL(test, spec);
	for (i = 0; i < row->num; i++)
		vsw_vlan_spec_allow(spec, row->ranges[i][0], row->ranges[i][1]);
	return spec;
}

/* The same, worked out the long way. */
static bool spec_has(const struct spec_row *row, u16 vid)
{
	unsigned int i;

	if (!row->trunk)
		return vid == row->vid;
	for (i = 0; i < row->num; i++)
		if (vid >= row->ranges[i][0] && vid <= row->ranges[i][1])
			return true;
	return false;
}

/* The first tag from @vid on. */
static u16 spec_tag_from(const struct spec_row *row, u16 vid)
{
	for (vid = max_t(u16, vid, 1); vid < VSWITCH_VLAN_ALL; vid++)
		if (spec_has(row, vid))
			return vid;
	return VSWITCH_VLAN_ALL;
}

/* What is wrong is counted: thousands of lines would not be read, or kept. */
static void spec_members(struct kunit *test)
{
	const struct spec_row *row = test->param_value;
	struct vsw_vlan_spec *spec = spec_make(test, row);
	struct sk_buff *skb = alloc_skb(ETH_ZLEN, GFP_KERNEL);
	u32 clients = 0, frames = 0;
	bool has, sends;
	u16 vid;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, ETH_ZLEN);
	for (vid = 0; vid < VLAN_N_VID; vid++) {
		has = spec_has(row, vid);
		clients += vsw_vlan_admits(spec, vid) != has;
		/* Of one VLAN alone, the client is untagged. */
		sends = row->trunk ? has : !vid;
		if (vid)
			__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), vid);
		frames += vsw_vlan_ingress(spec, skb) !=
			  (!sends ? -VSW_DROP_VLAN_MISMATCH :
				    row->trunk ? vid : row->vid);
	}
	KUNIT_EXPECT_EQ(test, clients, 0);
	KUNIT_EXPECT_EQ(test, frames, 0);
	kfree_skb(skb);
	kfree(spec);
}

static void spec_walk(struct kunit *test)
{
	const struct spec_row *row = test->param_value;
	struct vsw_vlan_spec *spec = spec_make(test, row);
	u32 wrong = 0;
	u16 vid;

	for (vid = 0; vid < VLAN_N_VID; vid++)
		wrong += vsw_vlan_spec_next(spec, vid) !=
			 spec_tag_from(row, vid);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, vsw_vlan_announced(spec), row->announced);
	kfree(spec);
}

/* Each setting equals those with the same members, and itself above all. */
static void spec_compare(struct kunit *test)
{
	const struct spec_row *row = test->param_value;
	struct vsw_vlan_spec *spec = spec_make(test, row);
	struct vsw_vlan_spec *other;
	bool all = row->trunk, same;
	unsigned int i;
	u16 vid;

	for (vid = 0; vid < VSWITCH_VLAN_ALL; vid++)
		all &= spec_has(row, vid);
	KUNIT_EXPECT_EQ(test, vsw_vlan_spec_is_all(spec), all);

	for (i = 0; i < ARRAY_SIZE(spec_rows); i++) {
		other = spec_make(test, &spec_rows[i]);
		same = row->trunk == spec_rows[i].trunk;
		for (vid = 0; vid < VLAN_N_VID; vid++)
			same &= spec_has(row, vid) ==
				spec_has(&spec_rows[i], vid);
		KUNIT_EXPECT_EQ_MSG(test, vsw_vlan_spec_equal(spec, other),
				    same, "%s", spec_rows[i].desc);
		kfree(other);
	}
	kfree(spec);
}

/* No request can ask for it, but a trunk starts as that. */
static void spec_empty_trunk(struct kunit *test)
{
	struct vsw_vlan_spec *spec = vsw_vlan_spec_trunk();
	u32 members = 0;
	u16 vid;

	KUNIT_ASSERT_NOT_NULL(test, spec);
	for (vid = 0; vid < VLAN_N_VID; vid++)
		members += vsw_vlan_admits(spec, vid);
	KUNIT_EXPECT_EQ(test, members, 0);
	KUNIT_EXPECT_EQ(test, vsw_vlan_spec_next(spec, 0), VSWITCH_VLAN_ALL);
	KUNIT_EXPECT_EQ(test, vsw_vlan_announced(spec), 0);
	KUNIT_EXPECT_FALSE(test, vsw_vlan_spec_is_all(spec));
	kfree(spec);
}

static struct kunit_case spec_cases[] = {
	KUNIT_CASE_PARAM(spec_members, spec_gen_params),
	KUNIT_CASE_PARAM(spec_walk, spec_gen_params),
	KUNIT_CASE_PARAM(spec_compare, spec_gen_params),
	KUNIT_CASE(spec_empty_trunk),
	{}
};

static struct kunit_suite spec_suite = {
	.name = "vswitch_vlan_spec",
	.test_cases = spec_cases,
};

kunit_test_suite(spec_suite);
