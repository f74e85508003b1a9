// SPDX-License-Identifier: GPL-2.0
/* Tests of policies, as requested and as told, and of the monitor. */
#define _GNU_SOURCE
#include <linux/vswitch.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "join.h"
#include "monitor.h"
#include "request.h"
#include "unit.h"

/* A number in a request is of four bytes, and no text here is as long. */
static void unit_dump_attrs(FILE *out, struct nlattr *head, int len)
{
	struct nlattr *attr;
	int rem;

	nla_for_each_attr(attr, head, len, rem) {
		fprintf(out, "%d", nla_type(attr));
		if (attr->nla_type & NLA_F_NESTED) {
			fputc('{', out);
			unit_dump_attrs(out, nla_data(attr), nla_len(attr));
			fputc('}', out);
		} else if (nla_len(attr) == 4) {
			fprintf(out, "=%u", nla_get_u32(attr));
		} else {
			fprintf(out, "=%s", (char *)nla_data(attr));
		}
		fputc(' ', out);
	}
}

static void unit_request_one(const char *line, const char *expect)
{
	char *argv[16] = { "vmkctl" };
	char *words = strdup(line);
	char *rest = words;
	char *seen = NULL;
	struct request r;
	int argc = 1;
	struct cmd c;
	size_t size;
	FILE *out;

	while (rest && argc < 15)
		argv[argc++] = strsep(&rest, "|");
	out = open_memstream(&seen, &size);
	/* A socket that is there is not opened. */
	if (!cmd_parse(&c, argc, argv)) {
		c.nl.sk = nl_socket_alloc();
		c.nl.family = 32;
		if (!request_begin(&r, &c, c.def->genl, 0)) {
			struct genlmsghdr *ghdr = nlmsg_data(nlmsg_hdr(r.msg));

			fprintf(out, "%d: ", ghdr->cmd);
			unit_dump_attrs(out, genlmsg_attrdata(ghdr, 0),
					genlmsg_attrlen(ghdr, 0));
			request_free(&r);
		}
	}
	fclose(out);
	unit_result(!strcmp(seen, expect), line, seen);
	cmd_release(&c);
	free(seen);
	free(words);
}

/* The numbers are those of the spec, which never change. */
static void unit_request(void)
{
	unit_request_one("vswitch|policy|failover|set|-ax,xabc|-s||-vsa|-lmac",
			 "3: 2=sa 9{12{1=x 1=xabc } 13{} 8=1 } ");
	unit_request_one("vswitch|policy|security|set|-v|sa|-p|1|-m|0|-f|1",
			 "3: 2=sa 9{1=1 2=0 3=1 } ");
	unit_request_one("portgroup|policy|shaping|set|-e1|-b2|-k3|-t4|-p|pa",
			 "7: 2=pa 9{4=1 5=2 6=3 7=4 } ");
	unit_request_one("portgroup|policy|shaping|set|-u|-p|pa",
			 "7: 2=pa 11=2 ");
	unit_request_one("portgroup|policy|security|set|-p|pa|-o|on|-u",
			 "7: 2=pa 11=1 9{1=1 } ");
	unit_request_one("portgroup|policy|failover|set|-p|pa|-s|xa|-u=0",
			 "7: 2=pa 9{13{1=xa } } ");
	unit_request_one("portgroup|policy|failover|set|-p|pa|-u",
			 "7: 2=pa 11=4 ");
	unit_request_one("vswitch|set|-v|sa|--failback-delay|250",
			 "3: 2=sa 8=250 ");
}

static void unit_put_uplinks(struct nl_msg *msg, int attr, const char *name)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	if (name)
		nla_put_string(msg, VSWITCH_A_UPLINK_LIST_UPLINK, name);
	nla_nest_end_keep_empty(msg, nest);
}

static void unit_put_policy(struct nl_msg *msg, int attr)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	nla_put_u32(msg, VSWITCH_A_POLICY_PROMISCUOUS, 1);
	nla_put_u32(msg, VSWITCH_A_POLICY_SHAPING_ENABLED, 0);
	nla_put_u32(msg, VSWITCH_A_POLICY_SHAPING_AVERAGE, 1000);
	nla_put_u32(msg, VSWITCH_A_POLICY_LOAD_BALANCING,
		    VSWITCH_LOAD_BALANCING_MAC);
	nla_put_u32(msg, VSWITCH_A_POLICY_FAILURE_DETECTION, 9);
	unit_put_uplinks(msg, VSWITCH_A_POLICY_ACTIVE, "eth1");
	unit_put_uplinks(msg, VSWITCH_A_POLICY_STANDBY, NULL);
	nla_nest_end(msg, nest);
}

static const struct command *unit_command(const char *path)
{
	const struct command *def;

	for (def = commands; def->path && strcmp(def->path, path); def++)
		;
	return def;
}

static void unit_shows(const char *path, const json_t *rows,
		       enum print_format format, const char *expect)
{
	const struct command *def = unit_command(path);
	char *seen = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&seen, &size);
	print_records(out, def->layout, format, rows);
	fclose(out);
	unit_result(!strcmp(seen, expect), path, seen);
	free(seen);
}

static json_t *unit_policy_rows(void)
{
	struct nl_msg *msg = nlmsg_alloc();
	json_t *uplinks, *rows, *rec;
	struct nlattr *nest;

	genlmsg_put(msg, 0, 0, 0, 0, 0, VSWITCH_CMD_PORTGROUP_GET, 1);
	nla_put_string(msg, VSWITCH_A_PORTGROUP_NAME, "pg");
	nla_put_u32(msg, VSWITCH_A_PORTGROUP_SWITCH_INDEX, 3);
	unit_put_policy(msg, VSWITCH_A_PORTGROUP_EFFECTIVE_POLICY);
	nest = nla_nest_start(msg, VSWITCH_A_PORTGROUP_POLICY);
	nla_put_u32(msg, VSWITCH_A_POLICY_SHAPING_ENABLED, 0);
	unit_put_uplinks(msg, VSWITCH_A_POLICY_STANDBY, NULL);
	nla_nest_end(msg, nest);
	nla_put_string(msg, VSWITCH_A_PORTGROUP_UPLINK_IN_USE, "eth1");
	nla_put_string(msg, VSWITCH_A_PORTGROUP_UPLINK_IN_USE, "eth2");
	rows = unit_decode(&model_portgroup, msg);
	nlmsg_free(msg);
	uplinks = json_pack("[{s:s, s:i}, {s:s, s:i}, {s:s, s:i}]",
			    "name", "eth1", "switch_index", 3,
			    "name", "eth2", "switch_index", 3,
			    "name", "eth3", "switch_index", 4);
	rec = json_array_get(rows, 0);
	join_failover(rec, uplinks);
	json_decref(uplinks);
	return rows;
}

/* A policy as the kernel tells it, its holes, and the uplinks left over. */
static void unit_policy(void)
{
	json_t *rows = unit_policy_rows();

	unit_shows("portgroup policy failover get", rows, PRINT_TEXT,
		   "   Load Balancing: srcmac\n"
		   "   Network Failure Detection: 9\n"
		   "   Notify Switches: N/A\n"
		   "   Failback: N/A\n"
		   "   Active Adapters: eth1\n"
		   "   Standby Adapters:\n"
		   "   Unused Adapters: eth2\n"
		   "   Override Vswitch Load Balancing: false\n"
		   "   Override Vswitch Network Failure Detection: false\n"
		   "   Override Vswitch Notify Switches: false\n"
		   "   Override Vswitch Failback: false\n"
		   "   Override Vswitch Uplinks: true\n");
	unit_shows("vswitch policy security get", rows, PRINT_TEXT,
		   "   Allow Promiscuous: true\n"
		   "   Allow MAC Address Change: N/A\n"
		   "   Allow Forged Transmits: N/A\n");
	unit_shows("portgroup policy shaping get", rows, PRINT_JSON,
		   "[\n  {\n    \"name\": \"pg\",\n"
		   "    \"enabled\": false,\n"
		   "    \"average_bandwidth\": 1000,\n"
		   "    \"peak_bandwidth\": null,\n"
		   "    \"burst_size\": null,\n"
		   "    \"override_vswitch_enabled\": true,\n"
		   "    \"override_vswitch_average_bandwidth\": false,\n"
		   "    \"override_vswitch_peak_bandwidth\": false,\n"
		   "    \"override_vswitch_burst_size\": false\n  }\n]\n");
	json_decref(rows);
}

static const char *unit_team(const char *load, bool forged, int uplink)
{
	static char team[32];
	json_t *portgroups = json_pack("[{s:s, s:s, s:b, s:[s, s]}]",
				       "name", "pg", "load_balancing", load,
				       "allow_forged_transmits", forged,
				       "uplinks_in_use", "eth1", "eth2");
	json_t *port = json_pack("{s:s, s:i}", "portgroup", "pg",
				 "uplink_port_id", uplink);
	json_t *uplinks = json_pack("[{s:s, s:i}]", "name", "eth1",
				    "port_id", 1);

	join_port(port, uplinks, portgroups);
	snprintf(team, sizeof(team), "%s",
		 model_str(port, "team_uplink") ?: "");
	json_decref(portgroups);
	json_decref(uplinks);
	json_decref(port);
	return team;
}

static void unit_teams(void)
{
	unit_result(!strcmp(unit_team("srcport", true, 1), "eth1"), "team",
		    unit_team("srcport", true, 1));
	unit_result(!strcmp(unit_team("srcport", true, 2), ""), "team",
		    unit_team("srcport", true, 2));
	unit_result(!strcmp(unit_team("iphash", false, 2), "all(2)"), "team",
		    unit_team("iphash", false, 2));
	unit_result(!strcmp(unit_team("srcmac", false, 2), ""), "team",
		    unit_team("srcmac", false, 2));
	unit_result(!strcmp(unit_team("srcmac", true, 2), "all(2)"), "team",
		    unit_team("srcmac", true, 2));
}

/**
 * struct unit_event - an event and what the monitor says of it
 * @model: kind of the object
 * @event: what became of it
 * @rec: its record, single quotes standing for double ones
 * @old: its record before, or NULL
 * @text: the text
 * @was: the member "was", or NULL
 */
struct unit_event {
	const struct model *model;
	enum model_event event;
	const char *rec;
	const char *old;
	const char *text;
	const char *was;
};

static const struct unit_event events[] = {
	{ &model_switch, MODEL_ADD, "{'name':'vSwitch0'}", NULL,
	  "vswitch vSwitch0: added", NULL },
	{ &model_portgroup, MODEL_REMOVE,
	  "{'name':'VM Network','virtual_switch':'vSwitch0'}", NULL,
	  "portgroup VM Network of vSwitch0: removed", NULL },
	{ &model_vmk, MODEL_ADD, "{'name':'vmk0','portset':'vSwitch0'}", NULL,
	  "interface vmk0 of vSwitch0: added", NULL },
	{ &model_switch, MODEL_CHANGE, "{'name':'a','mtu':9000,'used_ports':4}",
	  "{'name':'a','mtu':1500,'used_ports':3}",
	  "vswitch a: mtu 1500 -> 9000", "{\"mtu\": 1500}" },
	{ &model_switch, MODEL_CHANGE, "{'name':'a'}", NULL,
	  "vswitch a: changed", NULL },
	{ &model_switch, MODEL_CHANGE, "{'name':'a'}", "{'name':'a'}",
	  "vswitch a: changed", "{}" },
	{ &model_portgroup, MODEL_CHANGE,
	  "{'name':'pg','virtual_switch':'a','vlan_trunk':'1-2','l':['x','y']}",
	  "{'name':'pg','virtual_switch':'a','vlan_id':7,'l':[]}",
	  "portgroup pg of a: vlan_trunk none -> 1-2; l none -> x, y; vlan_id 7 -> none",
	  "{\"vlan_id\": 7, \"l\": [], \"vlan_trunk\": null}" },
	{ &model_uplink, MODEL_ADD,
	  "{'name':'eth1','virtual_switch':'a','state':'up'}", NULL,
	  "uplink eth1 of a: added, up", NULL },
	{ &model_uplink, MODEL_CHANGE,
	  "{'name':'eth1','virtual_switch':'a','state':'down','link_up':false}",
	  "{'name':'eth1','virtual_switch':'a','state':'up','link_up':true}",
	  "uplink eth1 of a: down",
	  "{\"state\": \"up\", \"link_up\": true}" },
	{ &model_uplink, MODEL_CHANGE,
	  "{'name':'eth1','virtual_switch':'a','state':'settling'}", NULL,
	  "uplink eth1 of a: settling", NULL },
	{ &model_port, MODEL_CHANGE,
	  "{'port_id':16777220,'client':'vmk0','virtual_switch':'a','uplink_port_id':2,'team_uplink':'eth2'}",
	  "{'port_id':16777220,'client':'vmk0','virtual_switch':'a','uplink_port_id':1,'team_uplink':'eth1'}",
	  "port 16777220 (vmk0) of a: moved from eth1 to eth2",
	  "{\"uplink_port_id\": 1, \"team_uplink\": \"eth1\"}" },
	{ &model_port, MODEL_CHANGE,
	  "{'port_id':3,'virtual_switch':'a','blocked':true}",
	  "{'port_id':3,'virtual_switch':'a','blocked':false,'uplink_port_id':1}",
	  "port 3 of a: left port 1; blocked false -> true",
	  "{\"blocked\": false, \"uplink_port_id\": 1}" },
	{ &model_port, MODEL_CHANGE,
	  "{'port_id':3,'virtual_switch':'a','uplink_port_id':1,'team_uplink':'x'}",
	  "{'port_id':3,'virtual_switch':'a'}", "port 3 of a: uses x",
	  "{\"uplink_port_id\": null, \"team_uplink\": null}" },
	{ }
};

static json_t *unit_json(const char *text)
{
	json_t *value = NULL;
	char *copy, *p;

	if (!text)
		return NULL;
	copy = strdup(text);
	for (p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	value = json_loads(copy, 0, NULL);
	free(copy);
	return value;
}

static void unit_monitor(void)
{
	const struct unit_event *e;
	json_t *rec, *old, *obj;
	enum model_event event;
	char *text, *was;

	for (e = events; e->model; e++) {
		rec = unit_json(e->rec);
		old = unit_json(e->old);
		text = monitor_text(e->model, e->event, rec, old);
		unit_result(!strcmp(text, e->text), e->text, text);
		obj = monitor_json(e->model, e->event, rec, old);
		was = json_dumps(json_object_get(obj, "was"), 0);
		unit_result(was && e->was ? !strcmp(was, e->was) :
			    was == e->was, e->text, was);
		free(was);
		free(text);
		json_decref(obj);
		json_decref(old);
		json_decref(rec);
	}
	unit_result(model_of_event(VSWITCH_CMD_UPLINK_DEL_NTF, &event) ==
		    &model_uplink && event == MODEL_REMOVE, "event", "");
	unit_result(model_of_event(VSWITCH_CMD_SWITCH_ADD_NTF, &event) ==
		    &model_switch && event == MODEL_ADD, "event", "");
	unit_result(!model_of_event(VSWITCH_CMD_VMK_DEL_NTF + 1, &event) &&
		    !model_of_event(VSWITCH_CMD_SWITCH_GET, &event), "event",
		    "");
}

/**
 * unit_policies() - all tests of this file
 */
void unit_policies(void)
{
	unit_request();
	unit_policy();
	unit_teams();
	unit_monitor();
}
