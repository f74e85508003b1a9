// SPDX-License-Identifier: GPL-2.0
/* Teams: which uplinks a port group uses, and which of them each client. */
#include "config/team_pick.h"
#include "team.h"

/**
 * team_init() - make a switch with uplinks whose links are up
 * @test: test; its private data is the struct team
 *
 * Return: 0 or -ENOMEM.
 */
int team_init(struct kunit *test)
{
	struct team *team = kunit_kzalloc(test, sizeof(*team), GFP_KERNEL);
	u32 slot;

	if (!team)
		return -ENOMEM;
	test->priv = team;
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++) {
		team->uplinks[slot].slot = slot;
		team->uplinks[slot].slave.port.team_bit = BIT(slot);
		team->vs.slots[slot] = &team->uplinks[slot];
	}
	team->vs.links_up = U32_MAX;
	team->pg.vs = &team->vs;
	team->client.vs = &team->vs;
	team->client.pg = &team->pg;
	vsw_policy_init(&team->pg.effective);
	RCU_INIT_POINTER(team->pg.team, &team->pg.teams[0]);
	return 0;
}

/**
 * team_publish() - make a team the one in use
 * @team: switch
 * @now: team
 */
void team_publish(struct team *team, const struct vsw_team *now)
{
	team->pg.teams[0] = *now;
}

static void team_list(struct vsw_uplinks *uplinks, const char **text)
{
	uplinks->num = 0;
	for (; **text && **text != '/'; (*text)++)
		vsw_uplinks_add(uplinks, **text - '0');
}

/* Active and standby uplinks from a text "ACTIVE/STANDBY". */
static void team_lists(struct team *team, const char *text)
{
	team_list(&team->pg.effective.active, &text);
	text++;
	team_list(&team->pg.effective.standby, &text);
}

static u32 team_mask(const char *digits)
{
	u32 mask = 0;

	for (; *digits; digits++)
		mask |= BIT(*digits - '0');
	return mask;
}

/* Settles the team as the module would, publishes it, and writes it down. */
static void team_settle(struct team *team, char *digits)
{
	struct vsw_team now;
	u32 i;

	rtnl_lock();
	vsw_team_work_out(&team->pg, &now);
	rtnl_unlock();
	for (i = 0; i < now.num; i++)
		*digits++ = '0' + container_of(now.uplinks[i],
					       struct vsw_uplink,
					       slave.port)->slot;
	*digits = '\0';
	team_publish(team, &now);
}

#define PORTID		VSWITCH_LOAD_BALANCING_PORTID
#define MAC		VSWITCH_LOAD_BALANCING_MAC
#define IPHASH		VSWITCH_LOAD_BALANCING_IPHASH
#define EXPLICIT	VSWITCH_LOAD_BALANCING_EXPLICIT

/**
 * struct team_row - a port group and the state of its uplinks
 * @desc: what is special about it
 * @balance: load balancing
 * @lists: "ACTIVE/STANDBY", a digit for each uplink
 * @down: uplinks without link
 * @settling: uplinks that settle
 * @isolated: uplinks that beacons have found to be cut off
 * @want: the team, in order
 */
struct team_row {
	const char *desc;
	u32 balance;
	const char *lists;
	const char *down;
	const char *settling;
	const char *isolated;
	const char *want;
};

static const struct team_row team_rows[] = {
	{ "no uplink", PORTID, "/", "", "", "", "" },
	{ "one", PORTID, "0/", "", "", "", "0" },
	{ "one, down", PORTID, "0/", "0", "", "", "" },
	{ "two", PORTID, "01/", "", "", "", "01" },
	{ "order is kept", PORTID, "2013/", "", "", "", "2013" },
	{ "mac", MAC, "01/2", "", "", "", "01" },
	{ "iphash", IPHASH, "01/2", "", "", "", "01" },
	{ "first is down", PORTID, "012/", "0", "", "", "12" },
	{ "last is down", PORTID, "012/", "2", "", "", "01" },
	{ "unused is down", PORTID, "01/", "2", "", "", "01" },
	{ "standby not needed", PORTID, "01/2", "", "", "", "01" },
	{ "standby takes the place", PORTID, "01/2", "0", "", "", "21" },
	{ "standby in the middle", PORTID, "012/3", "1", "", "", "032" },
	{ "standbys in order", PORTID, "012/43", "02", "", "", "413" },
	{ "standby down too", PORTID, "01/23", "02", "", "", "31" },
	{ "too few standbys", PORTID, "012/3", "012", "", "", "3" },
	{ "standby alone", PORTID, "/3", "", "", "", "" },
	{ "all down", PORTID, "01/23", "0123", "", "", "" },
	{ "settling is not used", PORTID, "01/", "", "0", "", "1" },
	{ "standby for settling", PORTID, "01/2", "", "1", "", "02" },
	{ "settling is better than none", PORTID, "01/", "1", "0", "", "0" },
	{ "isolated is not used", PORTID, "012/", "", "", "1", "02" },
	{ "isolated is better than none", PORTID, "01/", "", "", "01", "01" },
	{ "settling and isolated", PORTID, "012/", "", "0", "1", "2" },
	{ "explicit", EXPLICIT, "01/2", "", "", "", "0" },
	{ "explicit, first down", EXPLICIT, "01/2", "0", "", "", "1" },
	{ "explicit, active down", EXPLICIT, "01/23", "01", "", "", "2" },
	{ "explicit, standby in order", EXPLICIT, "0/321", "03", "", "", "2" },
	{ "explicit, standby alone", EXPLICIT, "/21", "", "", "", "2" },
	{ "explicit, all down", EXPLICIT, "0/1", "01", "", "", "" },
	{ "explicit, settling", EXPLICIT, "01/", "", "0", "", "1" },
	{ "explicit, none", EXPLICIT, "/", "", "", "", "" },
};

static void team_desc(const struct team_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(team, team_rows, team_desc);

static void team_of_links(struct kunit *test)
{
	const struct team_row *row = test->param_value;
	char digits[VSWITCH_MAX_UPLINKS + 1];
	struct team *team = test->priv;

	team_lists(team, row->lists);
	vsw_policy_value(&team->pg.effective, LOAD_BALANCING) = row->balance;
	team->vs.links_up = ~team_mask(row->down);
	team->vs.settling = team_mask(row->settling);
	team->pg.isolated = team_mask(row->isolated);
	team_settle(team, digits);
	KUNIT_EXPECT_STREQ(test, digits, row->want);
	KUNIT_EXPECT_EQ(test, team->pg.teams[0].mask, team_mask(row->want));
	KUNIT_EXPECT_EQ(test, (u32)team->pg.teams[0].balance, row->balance);
}

static void team_of_all_uplinks(struct kunit *test)
{
	struct team *team = test->priv;
	struct vsw_team now;
	u32 slot;

	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		vsw_uplinks_add(&team->pg.effective.active,
				VSWITCH_MAX_UPLINKS - 1 - slot);
	rtnl_lock();
	vsw_team_work_out(&team->pg, &now);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, now.num, VSWITCH_MAX_UPLINKS);
	KUNIT_EXPECT_EQ(test, now.mask, U32_MAX);
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		KUNIT_EXPECT_PTR_EQ(test, now.uplinks[slot],
				    &team->uplinks[VSWITCH_MAX_UPLINKS - 1 -
						   slot].slave.port);
}

/* Links go and come, one after the other: what is down, and the team then. */
struct team_step {
	const char *down;
	const char *want;
};

struct team_story {
	const char *desc;
	bool failback;
	u32 balance;
	const char *lists;
	struct team_step steps[8];
};

static const struct team_story team_stories[] = {
	{ "failback: at once", true, PORTID, "01/2",
	  { { "", "01" }, { "0", "21" }, { "", "01" } } },
	{ "failback: explicit", true, EXPLICIT, "01/2",
	  { { "", "0" }, { "0", "1" }, { "01", "2" }, { "", "0" } } },
	{ "none: waits", false, PORTID, "01/2",
	  { { "", "01" }, { "0", "21" }, { "", "21" } } },
	{ "none: until another fails", false, PORTID, "01/2",
	  { { "", "01" }, { "0", "21" }, { "", "21" }, { "1", "02" } } },
	{ "none: until its substitute fails", false, PORTID, "01/2",
	  { { "", "01" }, { "0", "21" }, { "", "21" }, { "2", "01" } } },
	{ "none: explicit", false, EXPLICIT, "012/",
	  { { "", "0" }, { "0", "1" }, { "", "1" }, { "1", "0" },
	    { "", "0" } } },
	{ "none: an unused one comes and goes", false, EXPLICIT, "012/",
	  { { "", "0" }, { "2", "0" }, { "", "0" }, { "1", "0" },
	    { "", "0" } } },
	{ "none: the last link that is left", false, PORTID, "01/",
	  { { "", "01" }, { "0", "1" }, { "", "1" }, { "1", "0" },
	    { "01", "" }, { "", "01" } } },
	{ "none: down from the beginning", false, PORTID, "01/",
	  { { "0", "1" }, { "", "01" } } },
};

static void team_story_desc(const struct team_story *story, char *desc)
{
	strscpy(desc, story->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(team_story, team_stories, team_story_desc);

static void team_of_changing_links(struct kunit *test)
{
	const struct team_story *story = test->param_value;
	char digits[VSWITCH_MAX_UPLINKS + 1];
	const struct team_step *step;
	struct team *team = test->priv;

	team_lists(team, story->lists);
	vsw_policy_value(&team->pg.effective, LOAD_BALANCING) = story->balance;
	vsw_policy_value(&team->pg.effective, FAILBACK) = story->failback;
	for (step = story->steps; step->want; step++) {
		team->vs.links_up = ~team_mask(step->down);
		team_settle(team, digits);
		KUNIT_EXPECT_STREQ_MSG(test, digits, step->want, "step %d",
				       (int)(step - story->steps));
	}
}

/* A slot that is no longer the port group's may be another uplink's one day. */
static void team_waiting_is_forgotten(struct kunit *test)
{
	char digits[VSWITCH_MAX_UPLINKS + 1];
	struct team *team = test->priv;

	vsw_policy_value(&team->pg.effective, FAILBACK) = 0;
	team_lists(team, "01/");
	team_settle(team, digits);
	team->vs.links_up = ~(u32)BIT(0);
	team_settle(team, digits);
	KUNIT_EXPECT_EQ(test, team->pg.waiting, BIT(0));
	team_lists(team, "1/");
	team_settle(team, digits);
	KUNIT_EXPECT_EQ(test, team->pg.waiting, 0);
	team->vs.links_up = U32_MAX;
	team_lists(team, "01/");
	team_settle(team, digits);
	KUNIT_EXPECT_STREQ(test, digits, "01");
}

static void team_members(struct kunit *test)
{
	struct team *team = test->priv;
	u32 members;

	team_lists(team, "05/3");
	team->vs.links_up = 0;
	rtnl_lock();
	members = vsw_team_members(&team->pg);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, members, BIT(0) | BIT(3) | BIT(5));
}

static const u32 team_sizes[] = { 1, 2, 3, 31, 32 };

static void team_size_desc(const u32 *size, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u uplinks", *size);
}

KUNIT_ARRAY_PARAM(team_size, team_sizes, team_size_desc);

/* A team of the first @num uplinks. */
static void team_of(struct team *team, u32 balance, u32 num)
{
	struct vsw_team now = { .balance = balance, .num = num };
	u32 slot;

	for (slot = 0; slot < num; slot++) {
		now.uplinks[slot] = &team->uplinks[slot].slave.port;
		now.mask |= BIT(slot);
	}
	team_publish(team, &now);
}

static struct vsw_port *team_select(const struct team *team)
{
	struct vsw_port *up;

	rtnl_lock();
	up = vsw_team_select(&team->client);
	rtnl_unlock();
	return up;
}

/* By the number of its port alone, whichever switch that is on. */
static void team_by_port(struct kunit *test)
{
	const u32 *size = test->param_value;
	u32 used[VSWITCH_MAX_UPLINKS] = {};
	struct team *team = test->priv;
	u32 number, slot, wrong = 0;
	struct vsw_port *up;

	team_of(team, PORTID, *size);
	for (number = 1; number <= VSWITCH_MAX_PORTS; number++) {
		team->client.id = vsw_port_id(1 + number % 127, number);
		up = team_select(team);
		slot = number % *size;
		wrong += up != &team->uplinks[slot].slave.port;
		used[slot]++;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	for (slot = 0; slot < *size; slot++)
		KUNIT_EXPECT_GE(test, used[slot], VSWITCH_MAX_PORTS / *size);
}

/* By the last octet of the effective address, and no other. */
static void team_by_address(struct kunit *test)
{
	struct vsw_addr addr = { .mac = { 2, 0xff, 0xff, 0xff, 0xff, 0 } };
	const u32 *size = test->param_value;
	struct team *team = test->priv;
	u32 octet, wrong = 0;

	team_of(team, MAC, *size);
	RCU_INIT_POINTER(team->client.addr, &addr);
	for (octet = 0; octet < 256; octet++) {
		addr.mac[ETH_ALEN - 1] = octet;
		wrong += team_select(team) !=
			 &team->uplinks[octet % *size].slave.port;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void team_first(struct kunit *test)
{
	const u32 *size = test->param_value;
	struct team *team = test->priv;
	u32 number;

	team_of(team, EXPLICIT, *size);
	for (number = 1; number <= 64; number++) {
		team->client.id = vsw_port_id(1, number);
		KUNIT_EXPECT_PTR_EQ(test, team_select(team),
				    &team->uplinks[0].slave.port);
	}
}

/* Where each frame is to tell, or there is none, a client has no uplink. */
static void team_no_uplink_of_its_own(struct kunit *test)
{
	struct vsw_addr addr = { .mac = { 2, 0, 0, 0, 0, 1 } };
	struct team *team = test->priv;
	u32 balance;

	team->client.id = vsw_port_id(1, 1);
	team_of(team, IPHASH, 2);
	KUNIT_EXPECT_NULL(test, team_select(team));
	/* An address is not known yet, or any may be used. */
	team_of(team, MAC, 2);
	KUNIT_EXPECT_NULL(test, team_select(team));
	RCU_INIT_POINTER(team->client.addr, &addr);
	KUNIT_EXPECT_NOT_NULL(test, team_select(team));
	team->client.flags = VSW_PORT_FORGED;
	KUNIT_EXPECT_NULL(test, team_select(team));
	for (balance = PORTID; balance <= EXPLICIT; balance++) {
		team_of(team, balance, 0);
		KUNIT_EXPECT_NULL(test, team_select(team));
	}
}

static struct kunit_case team_cases[] = {
	KUNIT_CASE_PARAM(team_of_links, team_gen_params),
	KUNIT_CASE(team_of_all_uplinks),
	KUNIT_CASE_PARAM(team_of_changing_links, team_story_gen_params),
	KUNIT_CASE(team_waiting_is_forgotten),
	KUNIT_CASE(team_members),
	KUNIT_CASE_PARAM(team_by_port, team_size_gen_params),
	KUNIT_CASE_PARAM(team_by_address, team_size_gen_params),
	KUNIT_CASE_PARAM(team_first, team_size_gen_params),
	KUNIT_CASE(team_no_uplink_of_its_own),
	{}
};

static struct kunit_suite team_suite = {
	.name = "vswitch_team",
	.init = team_init,
	.test_cases = team_cases,
};

kunit_test_suite(team_suite);
