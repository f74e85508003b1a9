// SPDX-License-Identifier: GPL-2.0
/* Policies: defaults, inheritance field by field, changes, lists of uplinks. */
#include <kunit/test.h>

#include "config/policy.h"

#define POLICY_NUMBERS	(VSWITCH_A_POLICY_ACTIVE - 1)

/* Kind and default of each field that is a number, as documented. */
struct policy_field {
	const char *desc;
	int attr;
	enum vswitch_policy_kind kind;
	u32 initial;
};

#define SECURITY	VSWITCH_POLICY_KIND_SECURITY
#define SHAPING		VSWITCH_POLICY_KIND_SHAPING
#define FAILOVER	VSWITCH_POLICY_KIND_FAILOVER

static const struct policy_field policy_fields[] = {
	{ "promiscuous", VSWITCH_A_POLICY_PROMISCUOUS, SECURITY, 0 },
	{ "mac changes", VSWITCH_A_POLICY_MAC_CHANGES, SECURITY, 0 },
	{ "forged transmits", VSWITCH_A_POLICY_FORGED_TRANSMITS, SECURITY, 0 },
	{ "shaping enabled", VSWITCH_A_POLICY_SHAPING_ENABLED, SHAPING, 0 },
	{ "average", VSWITCH_A_POLICY_SHAPING_AVERAGE, SHAPING, 1000 },
	{ "peak", VSWITCH_A_POLICY_SHAPING_PEAK, SHAPING, 1000 },
	{ "burst", VSWITCH_A_POLICY_SHAPING_BURST, SHAPING, 1024 },
	{ "load balancing", VSWITCH_A_POLICY_LOAD_BALANCING, FAILOVER,
	  VSWITCH_LOAD_BALANCING_PORTID },
	{ "failure detection", VSWITCH_A_POLICY_FAILURE_DETECTION, FAILOVER,
	  VSWITCH_FAILURE_DETECTION_LINK },
	{ "notify switches", VSWITCH_A_POLICY_NOTIFY_SWITCHES, FAILOVER, 1 },
	{ "failback", VSWITCH_A_POLICY_FAILBACK, FAILOVER, 1 },
};

static_assert(ARRAY_SIZE(policy_fields) == POLICY_NUMBERS);

static void policy_field_desc(const struct policy_field *field, char *desc)
{
	strscpy(desc, field->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(policy_field, policy_fields, policy_field_desc);

/* A list from a text with a digit for each uplink. */
static void policy_list(struct vsw_uplinks *uplinks, const char *digits)
{
	uplinks->num = 0;
	for (; *digits; digits++)
		vsw_uplinks_add(uplinks, *digits - '0');
}

static void policy_expect_list(struct kunit *test,
			       const struct vsw_uplinks *uplinks,
			       const char *digits)
{
	char text[VSWITCH_MAX_UPLINKS + 1] = {};
	int i;

	for (i = 0; i < uplinks->num; i++)
		text[i] = '0' + uplinks->slots[i];
	KUNIT_EXPECT_STREQ(test, text, digits);
}

/* All fields, with values that tell whose they are. */
static void policy_fill(struct vsw_policy *policy, u32 base,
			const char *active, const char *standby)
{
	int i;

	vsw_policy_init(policy);
	for (i = 1; i <= POLICY_NUMBERS; i++)
		policy->value[i] = base + i;
	policy_list(&policy->active, active);
	policy_list(&policy->standby, standby);
}

static void policy_defaults(struct kunit *test)
{
	struct vsw_policy policy;
	int i;

	memset(&policy, 0xff, sizeof(policy));
	vsw_policy_init(&policy);
	for (i = 0; i < POLICY_NUMBERS; i++)
		KUNIT_EXPECT_EQ_MSG(test, policy.value[policy_fields[i].attr],
				    policy_fields[i].initial, "%s",
				    policy_fields[i].desc);
	KUNIT_EXPECT_EQ(test, policy.set, GENMASK(VSWITCH_A_POLICY_ACTIVE, 1));
	policy_expect_list(test, &policy.active, "");
	policy_expect_list(test, &policy.standby, "");
	KUNIT_EXPECT_EQ(test, vsw_policy_check(&policy), 0);
}

/* One field alone is overridden, and inherited when it no longer is. */
static void policy_one_field(struct kunit *test)
{
	const struct policy_field *field = test->param_value;
	struct vsw_policy parent, own = {}, effective;
	struct vsw_policy_change change = {};
	int i;

	policy_fill(&parent, 100, "01", "2");
	change.to.set = BIT(field->attr);
	change.to.value[field->attr] = 7;
	vsw_policy_change(&own, &parent, &change);
	KUNIT_EXPECT_EQ(test, own.set, BIT(field->attr));
	vsw_policy_resolve(&effective, &own, &parent);
	for (i = 1; i <= POLICY_NUMBERS; i++)
		KUNIT_EXPECT_EQ_MSG(test, effective.value[i],
				    i == field->attr ? 7 : 100 + i,
				    "field %d", i);
	policy_expect_list(test, &effective.active, "01");
	policy_expect_list(test, &effective.standby, "2");

	/* The switch changes, what was overridden remains. */
	policy_fill(&parent, 200, "1", "");
	vsw_policy_resolve(&effective, &own, &parent);
	KUNIT_EXPECT_EQ(test, effective.value[field->attr], 7);

	/* A reset of other kinds leaves it, that of its own does not. */
	memset(&change, 0, sizeof(change));
	change.reset = VSWITCH_POLICY_KIND_MASK & ~field->kind;
	vsw_policy_change(&own, &parent, &change);
	KUNIT_EXPECT_EQ(test, own.set, BIT(field->attr));
	change.reset = field->kind;
	vsw_policy_change(&own, &parent, &change);
	KUNIT_EXPECT_EQ(test, own.set, 0);
	vsw_policy_resolve(&effective, &own, &parent);
	KUNIT_EXPECT_TRUE(test, vsw_policy_equal(&effective, &parent));
}

/* Every set of fields that a port group can override. */
static void policy_every_set_of_fields(struct kunit *test)
{
	struct vsw_policy parent, own, effective;
	u32 set, wrong = 0;
	int i;

	policy_fill(&parent, 100, "01", "2");
	policy_fill(&own, 200, "2", "10");
	for (set = 0; set < BIT(VSWITCH_A_POLICY_ACTIVE + 1); set += 2) {
		own.set = set;
		vsw_policy_resolve(&effective, &own, &parent);
		for (i = 1; i <= POLICY_NUMBERS; i++)
			wrong += effective.value[i] !=
				 (set & BIT(i) ? 200 : 100) + i;
		wrong += effective.active.num !=
			 (set & VSW_POLICY_UPLINKS ? 1 : 2);
		wrong += effective.standby.num !=
			 (set & VSW_POLICY_UPLINKS ? 2 : 1);
		wrong += effective.set != parent.set;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/**
 * struct policy_reset_row - a reset together with fields to set
 * @desc: what is special about it
 * @reset: kinds
 * @set: fields to set
 * @left: fields that are set then, where all were before
 */
struct policy_reset_row {
	const char *desc;
	u32 reset;
	u32 set;
	u32 left;
};

#define FIELD(NAME)	BIT(VSWITCH_A_POLICY_##NAME)
#define SECURITY_BITS	(FIELD(PROMISCUOUS) | FIELD(MAC_CHANGES) | \
			 FIELD(FORGED_TRANSMITS))
#define SHAPING_BITS	(FIELD(SHAPING_ENABLED) | FIELD(SHAPING_AVERAGE) | \
			 FIELD(SHAPING_PEAK) | FIELD(SHAPING_BURST))
#define FAILOVER_BITS	(FIELD(LOAD_BALANCING) | FIELD(FAILURE_DETECTION) | \
			 FIELD(NOTIFY_SWITCHES) | FIELD(FAILBACK) | \
			 VSW_POLICY_UPLINKS)

static const struct policy_reset_row policy_reset_rows[] = {
	{ "nothing", 0, 0, SECURITY_BITS | SHAPING_BITS | FAILOVER_BITS },
	{ "security", SECURITY, 0, SHAPING_BITS | FAILOVER_BITS },
	{ "shaping", SHAPING, 0, SECURITY_BITS | FAILOVER_BITS },
	{ "failover", FAILOVER, 0, SECURITY_BITS | SHAPING_BITS },
	{ "two kinds", SECURITY | FAILOVER, 0, SHAPING_BITS },
	{ "all kinds", SECURITY | SHAPING | FAILOVER, 0, 0 },
	{ "a field of the kind after it", SHAPING, FIELD(SHAPING_PEAK),
	  SECURITY_BITS | FAILOVER_BITS | FIELD(SHAPING_PEAK) },
	{ "a field of another kind with it", SHAPING, FIELD(FAILBACK),
	  SECURITY_BITS | FAILOVER_BITS },
	{ "the uplinks after it", FAILOVER, VSW_POLICY_UPLINKS,
	  SECURITY_BITS | SHAPING_BITS | VSW_POLICY_UPLINKS },
};

static void policy_reset_desc(const struct policy_reset_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(policy_reset, policy_reset_rows, policy_reset_desc);

static void policy_reset(struct kunit *test)
{
	const struct policy_reset_row *row = test->param_value;
	struct vsw_policy_change change = { .reset = row->reset };
	struct vsw_policy own, parent;
	int i;

	policy_fill(&parent, 100, "01", "2");
	policy_fill(&own, 200, "2", "");
	policy_fill(&change.to, 300, "0", "");
	change.to.set = row->set;
	change.set_active = row->set & VSW_POLICY_UPLINKS;
	vsw_policy_change(&own, &parent, &change);
	KUNIT_EXPECT_EQ(test, own.set, row->left);
	for (i = 1; i <= POLICY_NUMBERS; i++)
		if (own.set & BIT(i))
			KUNIT_EXPECT_EQ_MSG(test, own.value[i],
					    (row->set & BIT(i) ? 300 : 200) + i,
					    "field %d", i);
}

/**
 * struct policy_list_row - a change of active and standby uplinks
 * @desc: what is special about it
 * @own: the port group's lists, "ACTIVE/STANDBY"; NULL if it inherits
 * @reset: reset the kind first
 * @active: list to set, or NULL
 * @standby: list to set, or NULL
 * @result: the port group's lists then; the switch's are "012/3"
 */
struct policy_list_row {
	const char *desc;
	const char *own;
	bool reset;
	const char *active;
	const char *standby;
	const char *result;
};

static const struct policy_list_row policy_list_rows[] = {
	{ "both", "0/1", false, "32", "10", "32/10" },
	{ "both empty", "0/1", false, "", "", "/" },
	{ "order is kept", "0/", false, "2103", "", "2103/" },
	{ "active alone", "0/1", false, "2", NULL, "2/1" },
	{ "standby alone", "0/1", false, NULL, "3", "0/3" },
	{ "from standby to active", "0/123", false, "02", NULL, "02/13" },
	{ "from active to standby", "012/", false, NULL, "1", "02/1" },
	{ "all to standby", "012/3", false, NULL, "012", "/012" },
	{ "the lists swapped", "01/23", false, "23", "01", "23/01" },
	{ "active emptied", "01/23", false, "", NULL, "/23" },
	{ "standby emptied", "01/23", false, NULL, "", "01/" },
	{ "inherited, active alone", NULL, false, "3", NULL, "3/" },
	{ "inherited, some active", NULL, false, "20", NULL, "20/3" },
	{ "inherited, standby alone", NULL, false, NULL, "1", "02/1" },
	{ "inherited, both", NULL, false, "3", "2", "3/2" },
	{ "own ones forgotten first", "3/0", true, "2", NULL, "2/3" },
	{ "own ones forgotten, standby", "3/0", true, NULL, "0", "12/0" },
};

static void policy_list_desc(const struct policy_list_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(policy_list, policy_list_rows, policy_list_desc);

/* Sets both lists from a text "ACTIVE/STANDBY". */
static void policy_lists(struct vsw_policy *policy, const char *text)
{
	char *slash, digits[2 * VSWITCH_MAX_UPLINKS];

	strscpy(digits, text, sizeof(digits));
	slash = strchr(digits, '/');
	*slash = '\0';
	policy_list(&policy->active, digits);
	policy_list(&policy->standby, slash + 1);
	policy->set |= VSW_POLICY_UPLINKS;
}

static void policy_change_lists(struct kunit *test)
{
	const struct policy_list_row *row = test->param_value;
	struct vsw_policy own = {}, parent, want = {};
	struct vsw_policy_change change = {};

	policy_fill(&parent, 100, "012", "3");
	if (row->own)
		policy_lists(&own, row->own);
	policy_lists(&want, row->result);
	change.reset = row->reset ? FAILOVER : 0;
	change.to.set = VSW_POLICY_UPLINKS;
	change.set_active = row->active;
	change.set_standby = row->standby;
	if (row->active)
		policy_list(&change.to.active, row->active);
	if (row->standby)
		policy_list(&change.to.standby, row->standby);
	vsw_policy_change(&own, &parent, &change);
	KUNIT_EXPECT_TRUE(test, vsw_policy_equal(&own, &want));

	/* At a switch there is nothing to inherit from. */
	if (!row->own || row->reset)
		return;
	memset(&own, 0, sizeof(own));
	policy_lists(&own, row->own);
	vsw_policy_change(&own, NULL, &change);
	KUNIT_EXPECT_TRUE(test, vsw_policy_equal(&own, &want));
}

/* The whole list moves, all slots of it. */
static void policy_all_uplinks(struct kunit *test)
{
	struct vsw_policy_change change = {};
	struct vsw_policy policy = {};
	u32 slot;

	change.to.set = VSW_POLICY_UPLINKS;
	change.set_standby = true;
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++) {
		vsw_uplinks_add(&policy.active, slot);
		vsw_uplinks_add(&change.to.standby, slot);
	}
	KUNIT_EXPECT_EQ(test, vsw_uplinks_mask(&policy.active), U32_MAX);
	vsw_policy_change(&policy, NULL, &change);
	KUNIT_EXPECT_EQ(test, policy.active.num, 0);
	KUNIT_EXPECT_EQ(test, vsw_uplinks_mask(&policy.standby), U32_MAX);
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		vsw_policy_forget_uplink(&policy, slot);
	KUNIT_EXPECT_EQ(test, policy.standby.num, 0);
}

static void policy_forget(struct kunit *test)
{
	static const struct {
		const char *lists;
		u32 slot;
		const char *left;
	} rows[] = {
		{ "012/345", 0, "12/345" },
		{ "012/345", 1, "02/345" },
		{ "012/345", 2, "01/345" },
		{ "012/345", 3, "012/45" },
		{ "012/345", 5, "012/34" },
		{ "012/345", 6, "012/345" },
		{ "7/", 7, "/" },
		{ "/7", 7, "/" },
		{ "/", 31, "/" },
	};
	struct vsw_policy policy, want;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(&policy, 0, sizeof(policy));
		memset(&want, 0, sizeof(want));
		policy_lists(&policy, rows[i].lists);
		policy_lists(&want, rows[i].left);
		vsw_policy_forget_uplink(&policy, rows[i].slot);
		KUNIT_EXPECT_TRUE_MSG(test, vsw_policy_equal(&policy, &want),
				      "%u of %s", rows[i].slot, rows[i].lists);
	}
}

/* A policy differs in a field's kind, and in no other. */
static void policy_differences(struct kunit *test)
{
	const struct policy_field *field = test->param_value;
	static const u32 kinds[] = { SECURITY, SHAPING, FAILOVER };
	struct vsw_policy a, b;
	int i, round;

	policy_fill(&a, 100, "01", "2");
	for (round = 0; round < 2; round++) {
		b = a;
		/* Another value, or none at all. */
		if (round)
			b.set &= ~BIT(field->attr);
		else
			b.value[field->attr]++;
		KUNIT_EXPECT_FALSE(test, vsw_policy_equal(&a, &b));
		for (i = 0; i < ARRAY_SIZE(kinds); i++)
			KUNIT_EXPECT_EQ(test,
					vsw_policy_kind_equal(&a, &b, kinds[i]),
					kinds[i] != field->kind);
	}
	/* What neither sets does not count. */
	a.set = b.set;
	b.value[field->attr] = 1;
	KUNIT_EXPECT_TRUE(test, vsw_policy_equal(&a, &b));
}

static void policy_differences_of_lists(struct kunit *test)
{
	static const char * const others[] = {
		"10/2", "0/2", "012/", "01/", "01/3", "01/23", "02/1"
	};
	struct vsw_policy a = {}, b;
	int i;

	policy_lists(&a, "01/2");
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		memset(&b, 0, sizeof(b));
		policy_lists(&b, others[i]);
		KUNIT_EXPECT_FALSE_MSG(test, vsw_policy_equal(&a, &b), "%s",
				       others[i]);
		KUNIT_EXPECT_FALSE_MSG(test,
				       vsw_policy_kind_equal(&a, &b, FAILOVER),
				       "%s", others[i]);
		KUNIT_EXPECT_TRUE_MSG(test,
				      vsw_policy_kind_equal(&a, &b, SHAPING),
				      "%s", others[i]);
	}
}

static void policy_peak_and_average(struct kunit *test)
{
	static const struct {
		u32 average;
		u32 peak;
		int err;
	} rows[] = {
		{ 1, 1, 0 },
		{ 2, 1, -EINVAL },
		{ 1000, 999, -EINVAL },
		{ 1000, 1000, 0 },
		{ 1000, 1001, 0 },
		{ 1, VSWITCH_BANDWIDTH_MAX, 0 },
		{ VSWITCH_BANDWIDTH_MAX, VSWITCH_BANDWIDTH_MAX, 0 },
		{ VSWITCH_BANDWIDTH_MAX, VSWITCH_BANDWIDTH_MAX - 1, -EINVAL },
	};
	struct vsw_policy policy;
	int i;

	vsw_policy_init(&policy);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		vsw_policy_value(&policy, SHAPING_AVERAGE) = rows[i].average;
		vsw_policy_value(&policy, SHAPING_PEAK) = rows[i].peak;
		KUNIT_EXPECT_EQ_MSG(test, vsw_policy_check(&policy),
				    rows[i].err, "%u %u", rows[i].average,
				    rows[i].peak);
	}
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(policy_defaults),
	KUNIT_CASE_PARAM(policy_one_field, policy_field_gen_params),
	KUNIT_CASE(policy_every_set_of_fields),
	KUNIT_CASE_PARAM(policy_reset, policy_reset_gen_params),
	KUNIT_CASE_PARAM(policy_change_lists, policy_list_gen_params),
	KUNIT_CASE(policy_all_uplinks),
	KUNIT_CASE(policy_forget),
	KUNIT_CASE_PARAM(policy_differences, policy_field_gen_params),
	KUNIT_CASE(policy_differences_of_lists),
	KUNIT_CASE(policy_peak_and_average),
	{}
};

static struct kunit_suite policy_suite = {
	.name = "vswitch_policy",
	.test_cases = policy_cases,
};

kunit_test_suite(policy_suite);
