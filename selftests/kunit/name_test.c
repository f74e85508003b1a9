// SPDX-License-Identifier: GPL-2.0
/* What is a name: UTF-8 without control characters. */
#include <kunit/test.h>

#include "config/name.h"

struct name_row {
	const char *desc;
	const char *name;
	const char *why;
};

#define EMPTY	"name is empty"
#define UTF8	"name is not UTF-8"
#define CONTROL	"name contains a control character"

static const struct name_row name_rows[] = {
	{ "one character", "a" },
	{ "spaces and signs", "VM Network (2) ~" },
	{ "U+0080's neighbours, first printable", "\xc2\xa0" },
	{ "last of two bytes U+07FF", "\xdf\xbf" },
	{ "first of three bytes U+0800", "\xe0\xa0\x80" },
	{ "last before surrogates U+D7FF", "\xed\x9f\xbf" },
	{ "first after surrogates U+E000", "\xee\x80\x80" },
	{ "last of three bytes U+FFFF", "\xef\xbf\xbf" },
	{ "first of four bytes U+10000", "\xf0\x90\x80\x80" },
	{ "last of all U+10FFFF", "\xf4\x8f\xbf\xbf" },
	{ "empty", "", EMPTY },
	{ "control U+0001", "a\x01", CONTROL },
	{ "control U+001F", "\x1f", CONTROL },
	{ "delete U+007F", "a\x7f!", CONTROL },
	{ "control U+0080", "\xc2\x80", CONTROL },
	{ "control U+009F", "\xc2\x9f", CONTROL },
	{ "lone continuation", "\x80", UTF8 },
	{ "too long form of /", "\xc0\xaf", UTF8 },
	{ "too long form of DEL", "\xc1\xbf", UTF8 },
	{ "too long form of U+07FF", "\xe0\x9f\xbf", UTF8 },
	{ "too long form of U+FFFF", "\xf0\x8f\xbf\xbf", UTF8 },
	{ "first surrogate U+D800", "\xed\xa0\x80", UTF8 },
	{ "last surrogate U+DFFF", "\xed\xbf\xbf", UTF8 },
	{ "above U+10FFFF", "\xf4\x90\x80\x80", UTF8 },
	{ "lead byte F5", "\xf5\x80\x80\x80", UTF8 },
	{ "lead byte FF", "\xff", UTF8 },
	{ "two bytes cut short", "ab\xc3", UTF8 },
	{ "three bytes cut short", "\xe2\x82", UTF8 },
	{ "four bytes cut short", "\xf0\x9f\x98", UTF8 },
	{ "no continuation", "\xc3!", UTF8 },
	{ "Latin-1", "M\xe4rz", UTF8 },
};

static void name_desc(const struct name_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(name, name_rows, name_desc);

static void name_is_one(struct kunit *test)
{
	const struct name_row *row = test->param_value;
	struct netlink_ext_ack extack = {};
	int err = vsw_name_check(row->name, &extack);

	KUNIT_EXPECT_EQ(test, err, row->why ? -EINVAL : 0);
	KUNIT_EXPECT_STREQ(test, extack._msg ? : "", row->why ? : "");
}

static struct kunit_case name_cases[] = {
	KUNIT_CASE_PARAM(name_is_one, name_gen_params),
	{}
};

static struct kunit_suite name_suite = {
	.name = "vswitch_name",
	.test_cases = name_cases,
};

kunit_test_suite(name_suite);
