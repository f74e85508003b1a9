// SPDX-License-Identifier: GPL-2.0
/* Tests of what needs no kernel: parsing, decoding, printing, help. */
#define _GNU_SOURCE
#include <linux/vswitch.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "gen.h"
#include "model.h"
#include "unit.h"

static int failed;
static int count;

void unit_result(bool ok, const char *what, const char *seen)
{
	count++;
	if (ok)
		return;
	failed++;
	printf("not ok - %s\n  seen: %s\n", what, seen ? seen : "");
}

/**
 * struct unit_parse - words and what they are to mean
 * @line: the words, with bars between; @ stands for a very long word
 * @expect: path and options given, or the exit status
 */
struct unit_parse {
	const char *line;
	const char *expect;
};

static const struct unit_parse parses[] = {
	/* every way of writing an option */
	{ "vswitch|add|-v|vSwitch1", "vswitch add vswitch-name=vSwitch1" },
	{ "vswitch|add|-v=vSwitch1", "vswitch add vswitch-name=vSwitch1" },
	{ "vswitch|add|-vvSwitch1", "vswitch add vswitch-name=vSwitch1" },
	{ "vswitch|add|--vswitch-name|vSwitch1",
	  "vswitch add vswitch-name=vSwitch1" },
	{ "vswitch|add|--vswitch-name=vSwitch1",
	  "vswitch add vswitch-name=vSwitch1" },
	{ "vswitch|add|-P|128|-v|a", "vswitch add vswitch-name=a ports=128" },
	{ "vswitch|add|-P=128|-va", "vswitch add vswitch-name=a ports=128" },
	{ "vswitch|add|-v|", "vswitch add vswitch-name=" },
	{ "vswitch|add|-v=", "vswitch add vswitch-name=" },
	{ "vswitch|add|--vswitch-name=", "vswitch add vswitch-name=" },
	{ "vswitch|add|-v==a", "vswitch add vswitch-name==a" },
	{ "vswitch|add|--vswitch-name=a=b", "vswitch add vswitch-name=a=b" },
	{ "vswitch|add|-v|-odd", "vswitch add vswitch-name=-odd" },
	{ "vswitch|add|-v=-P", "vswitch add vswitch-name=-P" },
	{ "vswitch|add|-v|-", "vswitch add vswitch-name=-" },
	/* esxcli's tree */
	{ "network|vswitch|standard|add|-v|a", "vswitch add vswitch-name=a" },
	{ "network|vswitch|standard|portgroup|set|-p|VM Network|-v|10",
	  "portgroup set portgroup-name=VM Network vlan-id=10" },
	{ "network|vswitch|standard|uplink|add|-u=vmnic0|-v=vSwitch0",
	  "vswitch uplink add uplink-name=vmnic0 vswitch-name=vSwitch0" },
	{ "network|ip|interface|add|--portgroup-name=a.b/c|-i=vmk1",
	  "interface add interface-name=vmk1 portgroup-name=a.b/c" },
	{ "network|ip|interface|ipv4|address|list",
	  "interface ipv4 address list" },
	{ "network|port|stats|get|-p|33554433",
	  "port stats get portid=33554433" },
	{ "network|nic|list", "nic list" },
	{ "network|diag|ping|-H|10.0.0.1|-d|-4",
	  "ping host=10.0.0.1 df=true ipv4=true" },
	/* global options, before and after */
	{ "-j|vswitch|list", "vswitch list (json)" },
	{ "vswitch|-j|list", "vswitch list (json)" },
	{ "vswitch|list|-j", "vswitch list (json)" },
	{ "vswitch|list|--formatter=json", "vswitch list (json)" },
	{ "--formatter|json|vswitch|list", "vswitch list (json)" },
	{ "--formatter=text|vswitch|list", "vswitch list" },
	{ "--formatter=xml|vswitch|list", "vswitch list (xml)" },
	{ "--formatter=yaml|vswitch|list", "2" },
	{ "--format-param=fields=Name,MTU|vswitch|list", "vswitch list" },
	{ "vswitch|list|--format-param=header=no", "2" },
	{ "vswitch|list|--formatter", "2" },
	/* values */
	{ "interface|set|-i|vmk0|-e|yes",
	  "interface set interface-name=vmk0 enabled=yes" },
	{ "interface|set|-i|vmk0|-e|OFF",
	  "interface set interface-name=vmk0 enabled=OFF" },
	{ "interface|set|-i|vmk0|-e|maybe", "2" },
	{ "interface|set|-i|vmk0|-e|", "2" },
	{ "interface|set|-i|vmk0|-m|9000",
	  "interface set interface-name=vmk0 mtu=9000" },
	{ "interface|set|-i|vmk0|-m|0x10", "2" },
	{ "interface|set|-i|vmk0|-m|-1", "2" },
	{ "interface|set|-i|vmk0|-m| 9", "2" },
	{ "interface|set|-i|vmk0|-m|9 ", "2" },
	{ "interface|set|-i|vmk0|-m|4294967296", "2" },
	{ "interface|set|-i|vmk0|-m|99999999999999999999", "2" },
	{ "interface|set|-i|vmk0", "2" },
	{ "interface|add|-p|a|-M|02:00:00:00:00:0A",
	  "interface add portgroup-name=a mac-address=02:00:00:00:00:0A" },
	{ "interface|add|-p|a|-M|02:00:00:00:00", "2" },
	{ "interface|add|-p|a|-M|02:00:00:00:00:0g", "2" },
	{ "interface|add|-p|a|-M|02:00:00:00:00:01:02", "2" },
	{ "interface|tag|add|-i|vmk0|-t|vmotion,MANAGEMENT",
	  "interface tag add interface-name=vmk0 tagname=vmotion,MANAGEMENT" },
	{ "interface|tag|add|-i|vmk0|-t|vmotion,", "2" },
	{ "interface|tag|add|-i|vmk0|-t|", "2" },
	{ "interface|tag|remove|-i|vmk0|-t|PTP|--force",
	  "interface tag remove interface-name=vmk0 tagname=PTP force=true" },
	{ "interface|remove|--force=false|-i|vmk0",
	  "interface remove interface-name=vmk0 force=false" },
	{ "vswitch|set|-v|a|-c|Both",
	  "vswitch set vswitch-name=a cdp-status=Both" },
	{ "vswitch|set|-v|a|-c|sideways", "2" },
	{ "portgroup|set|-p|a|--vlan-trunk|0,10-20,30",
	  "portgroup set portgroup-name=a vlan-trunk=0,10-20,30" },
	{ "portgroup|set|-p|a|--vlan-trunk|", "2" },
	{ "portgroup|set|-p|a|--vlan-trunk|1,", "2" },
	{ "portgroup|set|-p|a|--vlan-trunk|,1", "2" },
	{ "portgroup|set|-p|a|--vlan-trunk|1-2-3", "2" },
	{ "portgroup|set|-p|a|--vlan-trunk|1--2", "2" },
	{ "portgroup|set|-p|a|--vlan-trunk|a-b", "2" },
	{ "portgroup|set|-p|a|-v|1|--vlan-trunk|1", "2" },
	{ "interface|ipv4|set|-i|v|-t|none",
	  "interface ipv4 set interface-name=v type=none" },
	{ "interface|ipv4|set|-N=255.0.0.0|-t|none|-iv",
	  "interface ipv4 set interface-name=v type=none netmask=255.0.0.0" },
	{ "interface|ipv4|set|-i|vmk0|-t|static|-I|10.0.0|-N|255.0.0.0", "2" },
	{ "interface|ipv4|set|-i|vmk0|-t|static|-I|10.0.0.1|-N|0.0.0.0", "2" },
	{ "interface|ipv4|set|-i|vmk0|-t|static|-I|10.0.0.1|-N|24", "2" },
	{ "interface|ipv6|address|add|-i|vmk0|-I|fd00::1/64",
	  "interface ipv6 address add interface-name=vmk0 ipv6=fd00::1/64" },
	{ "interface|ipv6|address|add|-i|vmk0|-I|fd00::1", "2" },
	{ "interface|ipv6|address|add|-i|vmk0|-I|fd00::1/129", "2" },
	{ "interface|ipv6|address|add|-i|vmk0|-I|fd00::1/0", "2" },
	{ "interface|ipv6|address|add|-i|vmk0|-I|fd00::g/64", "2" },
	{ "ping|10.0.0.1", "ping host=10.0.0.1" },
	{ "ping|-I|vmk0|10.0.0.1|-c|3|-i|0.2",
	  "ping host=10.0.0.1 count=3 interface=vmk0 interval=0.2" },
	{ "ping|++netstack=vmotion|10.0.0.1",
	  "ping host=10.0.0.1 netstack=vmotion" },
	{ "ping|-d4|10.0.0.1", "ping host=10.0.0.1 df=true ipv4=true" },
	{ "ping|-46|10.0.0.1", "2" },
	{ "ping|--|-4", "ping host=-4" },
	{ "ping|a|b", "2" },
	{ "ping|-i|.|a", "2" },
	{ "ping|-i|-1|a", "2" },
	{ "ping", "2" },
	/* policies */
	{ "vswitch|policy|failover|set|-v|a|-a|x,y",
	  "vswitch policy failover set vswitch-name=a active-uplinks=x,y" },
	{ "network|vswitch|standard|policy|failover|set|-s=n0|-v=a",
	  "vswitch policy failover set vswitch-name=a standby-uplinks=n0" },
	{ "vswitch|policy|failover|set|-v|a|-a|",
	  "vswitch policy failover set vswitch-name=a active-uplinks=" },
	{ "vswitch|policy|failover|set|-v|a|--standby-uplinks=",
	  "vswitch policy failover set vswitch-name=a standby-uplinks=" },
	{ "vswitch|policy|failover|set|-v|a|-a|eth0,", "2" },
	{ "vswitch|policy|failover|set|-v|a|-a|,eth0", "2" },
	{ "vswitch|policy|failover|set|-v|a|-a|,", "2" },
	{ "vswitch|policy|failover|set|-v|a|-a|eth0,,eth1", "2" },
	{ "vswitch|policy|failover|set|-v|a|-l|mac|-b|no",
	  "vswitch policy failover set vswitch-name=a load-balancing=mac failback=no",
	},
	{ "vswitch|policy|failover|set|-v|a|-f|link|-n|0",
	  "vswitch policy failover set vswitch-name=a failure-detection=link notify-switches=0",
	},
	{ "vswitch|policy|failover|set|-v|a|-l|srcport", "2" },
	{ "vswitch|policy|failover|set|-v|a|-f|carrier", "2" },
	{ "vswitch|policy|failover|set|-v|a|-u", "2" },
	{ "vswitch|policy|failover|set|-v|a", "2" },
	{ "vswitch|policy|failover|set|-l|mac", "2" },
	{ "vswitch|policy|failover|get", "2" },
	{ "vswitch|policy|security|set|-v|a|-p|yes",
	  "vswitch policy security set vswitch-name=a allow-promiscuous=yes" },
	{ "vswitch|policy|security|set|-m|1|-v|a|-f|off",
	  "vswitch policy security set vswitch-name=a allow-mac-change=1 allow-forged-transmits=off",
	},
	{ "vswitch|policy|security|set|-v|a|-o|yes", "2" },
	{ "vswitch|policy|shaping|set|-v|a|-e|true|-t3",
	  "vswitch policy shaping set vswitch-name=a enabled=true burst-size=3",
	},
	{ "vswitch|policy|shaping|set|-v|a|-b|1|-k=2",
	  "vswitch policy shaping set vswitch-name=a avg-bandwidth=1 peak-bandwidth=2",
	},
	{ "vswitch|policy|shaping|set|-v|a|-b|-1", "2" },
	{ "network|vswitch|standard|portgroup|policy|failover|set|-p|a b|-s|n1",
	  "portgroup policy failover set portgroup-name=a b standby-uplinks=n1",
	},
	{ "portgroup|policy|security|set|-p|a|-o|yes",
	  "portgroup policy security set portgroup-name=a allow-promiscuous=yes",
	},
	{ "portgroup|policy|security|set|-p|a|-u",
	  "portgroup policy security set portgroup-name=a use-vswitch=true" },
	{ "portgroup|policy|shaping|set|--use-vswitch|-p|a|-k|9",
	  "portgroup policy shaping set portgroup-name=a peak-bandwidth=9 use-vswitch=true",
	},
	{ "portgroup|policy|shaping|set|-p|a|--use-vswitch=false", "2" },
	{ "portgroup|policy|shaping|set|-p|a", "2" },
	{ "portgroup|policy|shaping|get|-p|a",
	  "portgroup policy shaping get portgroup-name=a" },
	{ "vswitch|set|-v|a|--failback-delay|0",
	  "vswitch set vswitch-name=a failback-delay=0" },
	{ "monitor|-j|-c|3", "monitor count=3 (json)" },
	{ "monitor|-c|-3", "2" },
	{ "monitor|vswitch", "2" },
	/* wrong words */
	{ "", "2" },
	{ "vswich|add|-v|a", "2" },
	{ "vswitch|add", "2" },
	{ "vswitch|add|-v", "2" },
	{ "vswitch|add|-v|-P|1", "2" },
	{ "vswitch|add|-v|a|b", "2" },
	{ "vswitch|add|-v|a|-v|b", "2" },
	{ "vswitch|add|-v|a|--vswitch-name=b", "2" },
	{ "vswitch|add|-v|a|--vlan-id=1", "2" },
	{ "vswitch|add|-v|a|-z", "2" },
	{ "vswitch|add|-v|a|-", "2" },
	{ "vswitch|add|-v|a|--", "vswitch add vswitch-name=a" },
	{ "vswitch|add|-v|a|--=", "2" },
	{ "vswitch|add|--vswitch|a", "2" },
	{ "interface|tag|add|-i|vmk0", "2" },
	{ "network|vswitch|standard|vswitch|standard|a|b|c|d|e|f", "2" },
	{ "@|a", "2" },
	{ "vswitch|add|--@=1", "2" },
	{ "interface|tag|add|-i|vmk0|-t|@", "2" },
	{ "ping|-4@", "2" },
	{ }
};

static void unit_describe(const struct cmd *c, FILE *out)
{
	const struct opt_def *def = c->def->opts;
	size_t i;

	fputs(c->def->path, out);
	for (i = 0; def && def[i].name; i++)
		if (c->vals[i].text)
			fprintf(out, " %s=%s", def[i].name, c->vals[i].text);
	if (c->format == PRINT_JSON)
		fputs(" (json)", out);
	if (c->format == PRINT_XML)
		fputs(" (xml)", out);
}

static char *unit_expand(const char *word)
{
	const char *at = strchr(word, '@');
	char *text;

	if (!at)
		return strdup(word);
	if (asprintf(&text, "%.*s%0300d%s", (int)(at - word), word, 0,
		     at + 1) < 0)
		return NULL;
	return text;
}

static void unit_parse_one(const struct unit_parse *p)
{
	char *argv[32] = { "vmkctl" };
	char *line = strdup(p->line);
	char *seen = NULL;
	char *rest = line;
	int argc = 1;
	struct cmd c;
	size_t size;
	FILE *out;
	int err;

	while (rest && argc < 31)
		argv[argc++] = unit_expand(strsep(&rest, "|"));
	out = open_memstream(&seen, &size);
	err = cmd_parse(&c, argc, argv);
	if (err)
		fprintf(out, "%d", err);
	else if (c.def)
		unit_describe(&c, out);
	fclose(out);
	unit_result(!strcmp(seen, p->expect), p->line, seen);
	cmd_release(&c);
	while (--argc)
		free(argv[argc]);
	free(seen);
	free(line);
}

/* What every entry of the table must be like. */
static void unit_table(void)
{
	const struct opt_def *a, *b;
	const struct command *def;

	for (def = commands; def->path; def++) {
		unit_result(def->run && def->help, def->path, "incomplete");
		for (a = def->opts; a && a->name; a++) {
			unit_result(a - def->opts < CMD_OPTS_MAX &&
				    strlen(a->name) < 60, def->path, a->name);
			unit_result(a->arg || a->type == OPT_FLAG, def->path,
				    a->name);
			for (b = def->opts; b < a; b++)
				unit_result(strcmp(a->name, b->name) &&
					    (!a->letter ||
					     a->letter != b->letter),
					    def->path, a->name);
		}
	}
}

static void unit_help(void)
{
	const struct command *def;
	char *seen = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&seen, &size);
	for (def = commands; def->path; def++) {
		gen_command(out, "vmkctl", def, false);
		gen_command(out, "vmkctl", def, true);
	}
	gen_level(out, "vmkctl", "");
	gen_level(out, "esxcli", "");
	fclose(out);
	unit_result(size > 1000, "help", seen);
	free(seen);
}

static const struct column unit_columns[] = {
	{ .label = "Name", .name = "name" },
	{ .label = "Number", .name = "number", .right = true },
	{ .label = "Gone", .name = "gone" },
	{ .label = "Empty", .name = "gone", .none = "" },
	{ .label = "List", .name = "list" },
	{ .name = "hidden" },
	{ }
};

static void unit_print_one(enum print_shape shape, enum print_format format,
			   const char *expect)
{
	const struct layout layout = {
		shape, unit_columns, "name", "thing ",
	};
	char *seen = NULL;
	json_t *rows;
	size_t size;
	FILE *out;
	int err;

	rows = json_pack("[{s:s, s:I, s:b, s:[s,s]}, {s:s, s:n, s:[]}]",
			 "name", "\xe7\xbd\x91\xe7\xbb\x9c \xc3\xa9", "number",
			 (json_int_t)12345678901, "hidden", 1, "list", "a",
			 "b c", "name", "x\n\xc2\x9b\x7fy", "number", "list");
	out = open_memstream(&seen, &size);
	err = print_records(out, &layout, format, rows);
	fclose(out);
	unit_result(!err && !strcmp(seen, expect), "print", seen);
	json_decref(rows);
	free(seen);
}

static void unit_print_xml(void)
{
	static const struct column columns[] = {
		{ .label = "Name", .name = "name" },
		{ .name = "list" }, { .name = "none" }, { }
	};
	const struct layout layout = { .columns = columns };
	json_t *rows = json_pack("[{s:s, s:[s,s]}]", "name", "<a> & \"b\"",
				 "list", "one", "2");
	char *seen = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&seen, &size);
	print_records(out, &layout, PRINT_XML, rows);
	fclose(out);
	unit_result(!strcmp(seen,
			    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			    "<output>\n  <list type=\"structure\">\n"
			    "    <structure>\n"
			    "      <field name=\"name\"><string>&lt;a&gt; &amp; \"b\"</string></field>\n"
			    "      <field name=\"list\"><list type=\"string\"><string>one</string><string>2</string></list></field>\n"
			    "      <field name=\"none\"></field>\n"
			    "    </structure>\n  </list>\n</output>\n"),
		    "xml", seen);
	json_decref(rows);
	free(seen);
}

static void unit_print(void)
{
	unit_print_one(SHAPE_TABLE, PRINT_TEXT,
		       "Name         Number  Gone  Empty  List\n"
		       "------  -----------  ----  -----  ------\n"
		       "\xe7\xbd\x91\xe7\xbb\x9c \xc3\xa9  12345678901  N/A          a, b c\n"
		       "x????y          N/A  N/A         \x20\n");
	unit_print_one(SHAPE_SIMPLE, PRINT_TEXT,
		       "thing \xe7\xbd\x91\xe7\xbb\x9c \xc3\xa9\n"
		       "   Name: \xe7\xbd\x91\xe7\xbb\x9c \xc3\xa9\n"
		       "   Number: 12345678901\n   Gone: N/A\n   Empty:\n"
		       "   List: a, b c\n\n"
		       "thing x????y\n   Name: x????y\n   Number: N/A\n"
		       "   Gone: N/A\n   Empty:\n   List:\n");
	unit_print_one(SHAPE_TABLE, PRINT_JSON,
		       "[\n  {\n    \"name\": \"\xe7\xbd\x91\xe7\xbb\x9c \xc3\xa9\",\n"
		       "    \"number\": 12345678901,\n    \"gone\": null,\n"
		       "    \"list\": [\n      \"a\",\n      \"b c\"\n    ],\n"
		       "    \"hidden\": true\n  },\n"
		       "  {\n    \"name\": \"x\\n\\u009b\\u007fy\",\n    \"number\": null,\n"
		       "    \"gone\": null,\n    \"list\": [],\n"
		       "    \"hidden\": null\n  }\n]\n");
	unit_print_one(SHAPE_TABLE, PRINT_CSV,
		       "name,number,gone,gone,list,hidden\n"
		       "\xe7\xbd\x91\xe7\xbb\x9c \xc3\xa9,12345678901,,,\"a, b c\",true\n"
		       "x????y,,,,,\n");
	unit_print_one(SHAPE_SIMPLE, PRINT_KEYVALUE,
		       "[0].name.string=\xe7\xbd\x91\xe7\xbb\x9c \xc3\xa9\n"
		       "[0].number.integer=12345678901\n[0].gone.string=\n"
		       "[0].gone.string=\n"
		       "[0].list.string[]=a, b c\n[0].hidden.boolean=true\n"
		       "[1].name.string=x????y\n[1].number.string=\n"
		       "[1].gone.string=\n[1].gone.string=\n[1].list.string[]=\n"
		       "[1].hidden.string=\n");
	unit_print_xml();
}

json_t *unit_decode(const struct model *model, struct nl_msg *msg)
{
	struct model_take take = { .model = model, .rows = json_array() };

	unit_result(!model_take(nlmsg_hdr(msg), &take), "decode", "error");
	return take.rows;
}

static void unit_put_range(struct nl_msg *msg, uint32_t first, uint32_t last)
{
	struct nlattr *nest = nla_nest_start(msg, VSWITCH_A_PORTGROUP_TRUNK);

	nla_put_u32(msg, VSWITCH_A_VLAN_RANGE_FIRST, first);
	nla_put_u32(msg, VSWITCH_A_VLAN_RANGE_LAST, last);
	nla_nest_end(msg, nest);
}

static void unit_model_portgroup(void)
{
	struct nl_msg *msg = nlmsg_alloc();
	json_t *rows, *rec;

	genlmsg_put(msg, 0, 0, 0, 0, 0, VSWITCH_CMD_PORTGROUP_GET, 1);
	nla_put_string(msg, VSWITCH_A_PORTGROUP_NAME, "\xff odd");
	nla_put_u64(msg, VSWITCH_A_PORTGROUP_ID, 1ull << 40);
	nla_put_u32(msg, VSWITCH_A_PORTGROUP_CLIENT_KIND, 77);
	unit_put_range(msg, 10, 20);
	unit_put_range(msg, 30, 30);
	rows = unit_decode(&model_portgroup, msg);
	rec = json_array_get(rows, 0);
	unit_result(!strcmp(model_str(rec, "name"), "? odd"), "name",
		    model_str(rec, "name"));
	unit_result(!strcmp(model_str(rec, "vlan_trunk"), "10-20,30"),
		    "trunk", model_str(rec, "vlan_trunk"));
	unit_result(model_int(rec, "id") == 1ll << 40, "id", "");
	unit_result(!strcmp(model_str(rec, "client_kind"), "77"), "kind",
		    model_str(rec, "client_kind"));
	unit_result(!json_object_get(rec, "vlan_id"), "vlan", "");
	json_decref(rows);
	nlmsg_free(msg);
}

/* Whatever the bytes, nothing is read beyond them. */
static void unit_model_noise(void)
{
	size_t round, i;

	srandom(1);
	for (round = 0; round < 20000; round++) {
		size_t len = sizeof(struct nlmsghdr) + random() % 96;
		unsigned char *bytes = malloc(len);
		struct nlmsghdr *nlh = (struct nlmsghdr *)bytes;
		struct model_take take = {
			.model = models[round % 5], .rows = json_array(),
		};

		for (i = 0; i < len; i++)
			bytes[i] = random() % (i % 4 ? 3 : 40);
		nlh->nlmsg_len = len;
		model_take(nlh, &take);
		json_decref(take.rows);
		free(bytes);
	}
}

static void unit_values(void)
{
	unsigned char mac[ETH_ALEN];
	struct vlan_range *ranges;
	struct in_addr ip;
	uint32_t num;
	uint8_t len;
	size_t n;

	unit_result(!value_u32("4294967295", &num) && num == UINT32_MAX,
		    "u32", "");
	unit_result(value_u32("", &num) && value_u32("+1", &num), "u32", "");
	unit_result(!value_mac("aa-bb-cc-dd-ee-0f", mac) && mac[5] == 15,
		    "mac", "");
	unit_result(!value_netmask("255.255.252.0", &ip, &len) && len == 22,
		    "netmask", "");
	unit_result(!value_netmask("255.255.255.255", &ip, &len) && len == 32,
		    "netmask", "");
	unit_result(!value_netmask("128.0.0.0", &ip, &len) && len == 1,
		    "netmask", "");
	unit_result(value_netmask("255.255.0.255", &ip, &len), "netmask", "");
	unit_result(!value_ranges("1,2-9,4095", &ranges, &n) && n == 3 &&
		    ranges[1].last == 9 && ranges[2].first == 4095, "ranges",
		    "");
	free(ranges);
	unit_result(value_distance("ab", "ba") == 1 &&
		    value_distance("", "abc") == 3 &&
		    value_distance("kitten", "sitting") == 3, "distance", "");
}

/* The lines of the refusals are not what is looked at here. */
static void unit_parses(void)
{
	const struct unit_parse *p;
	FILE *real = stderr;
	char *said = NULL;
	size_t size;

	stderr = open_memstream(&said, &size);
	for (p = parses; p->line; p++)
		unit_parse_one(p);
	fclose(stderr);
	stderr = real;
	free(said);
}

int main(void)
{
	unit_parses();
	unit_table();
	unit_help();
	unit_print();
	unit_values();
	unit_model_portgroup();
	unit_model_noise();
	unit_policies();
	unit_configs();
	printf("%d passed, %d failed\n", count - failed, failed);
	return failed ? 1 : 0;
}
