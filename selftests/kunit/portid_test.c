// SPDX-License-Identifier: GPL-2.0
/* Port ids: composed and taken apart. */
#include <kunit/test.h>

#include "vsw.h"

struct portid_row {
	u32 index;
	u32 number;
	u32 id;
};

static const struct portid_row portid_rows[] = {
	{ 1, 1, 0x01000001 },
	{ 1, 2, 0x01000002 },
	{ 1, VSWITCH_MAX_PORTS, 0x01000ff8 },
	{ 2, 1, 0x02000001 },
	{ 16, 255, 0x100000ff },
	{ 16, 256, 0x10000100 },
	{ VSWITCH_MAX_SWITCHES, 1, 0x7f000001 },
	{ VSWITCH_MAX_SWITCHES, VSWITCH_MAX_PORTS, 0x7f000ff8 },
	/* Where a dump of ports goes on: behind a switch, behind the last. */
	{ 2, 0, 0x02000000 },
	{ VSWITCH_MAX_SWITCHES + 1, 0, 0x80000000 },
	/* No port, but an id that a request may name. */
	{ 0, 0, 0 },
	{ 255, 0xffffff, 0xffffffff },
};

static void portid_desc(const struct portid_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "switch %u port %u", row->index,
		 row->number);
}

KUNIT_ARRAY_PARAM(portid, portid_rows, portid_desc);

static void portid_both_ways(struct kunit *test)
{
	const struct portid_row *row = test->param_value;
	struct vsw_port p = { .id = row->id };

	KUNIT_EXPECT_EQ(test, vsw_port_id(row->index, row->number), row->id);
	KUNIT_EXPECT_EQ(test, vsw_port_id_index(row->id), row->index);
	KUNIT_EXPECT_EQ(test, vsw_port_id_number(row->id), row->number);
	KUNIT_EXPECT_EQ(test, vsw_port_number(&p), row->number);
}

/* A dump goes through the ports by switch and number: so must their ids. */
static void portid_order(struct kunit *test)
{
	u32 index, last = 0;

	for (index = 1; index <= VSWITCH_MAX_SWITCHES; index++) {
		KUNIT_EXPECT_GT(test, vsw_port_id(index, 0), last);
		KUNIT_EXPECT_GT(test, vsw_port_id(index, 1),
				vsw_port_id(index, 0));
		last = vsw_port_id(index, VSWITCH_MAX_PORTS);
	}
}

static struct kunit_case portid_cases[] = {
	KUNIT_CASE_PARAM(portid_both_ways, portid_gen_params),
	KUNIT_CASE(portid_order),
	{}
};

static struct kunit_suite portid_suite = {
	.name = "vswitch_portid",
	.test_cases = portid_cases,
};

kunit_test_suite(portid_suite);
