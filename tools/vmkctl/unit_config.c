// SPDX-License-Identifier: GPL-2.0
/* Tests of configurations: what is refused, what is planned. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "config_file.h"
#include "config_plan.h"
#include "config_schema.h"
#include "config_value.h"
#include "unit.h"
#include "value.h"

#define HEAD	"version: 1\n"
#define SWITCH	HEAD "switches:\n- name: s\n"

/**
 * struct unit_bad - a file and what is wrong with it
 * @text: the file
 * @expect: what is said, with the place
 */
struct unit_bad {
	const char *text;
	const char *expect;
};

static const struct unit_bad bads[] = {
	/* the form */
	{ "", "1:1: empty" },
	{ "{", "2:1: did not find expected node content" },
	{ "a: b: c\n", "1:5: mapping values are not allowed in this context" },
	{ "a\n",
	  "1:1: keys with values are wanted here, such as 'version: ...'" },
	{ "switches: []\n", "1:1: key 'version' is missing" },
	{ "version: 2\n", "1:10: '2': not 1" },
	{ HEAD "version: 1\n", "2:1: key 'version' is given twice" },
	{ HEAD "swiches: []\n",
	  "2:1: unknown key 'swiches'; the nearest is 'switches'" },
	{ HEAD "? [a]\n: b\n", "2:3: not a key" },
	{ HEAD "---\n" HEAD, "2:1: a second document; one is enough" },
	{ HEAD "switches: &a []\nroutes: *a\n",
	  "3:9: an alias; there are none here" },
	{ HEAD "switches: 1\n", "2:11: a list is wanted here" },
	{ HEAD "switches:\n- 1\n",
	  "3:3: keys with values are wanted here, such as 'name: ...'" },
	{ HEAD "switches:\n- mtu: 1500\n", "3:3: key 'name' is missing" },
	{ HEAD "switches:\n- name: [a]\n",
	  "3:9: a single value is wanted here" },
	{ HEAD "switches:\n- name: ''\n", "3:9: '': empty" },
	{ HEAD "switches:\n- name: 012345678901234567890123456789012\n",
	  "3:9: '012345678901234567890123456789012': longer than 32 bytes" },
	{ HEAD "switches:\n- name: \"a\\tb\"\n",
	  "3:9: 'a?b': not a name of a switch" },
	{ HEAD "switches:\n- name: \"a\\0b\"\n", "3:9: not text" },
	{ SWITCH "  mtu: 1500x\n",
	  "4:8: '1500x': not a number of 1280 to 65535" },
	{ SWITCH "  mtu: 01500\n",
	  "4:8: '01500': not a number of 1280 to 65535" },
	{ SWITCH "  mtu: 1279\n",
	  "4:8: '1279': not a number of 1280 to 65535" },
	{ SWITCH "  cdp-status: lisen\n",
	  "4:15: 'lisen': unknown; the nearest is 'listen'" },
	{ SWITCH "  uplinks: ['a,b']\n",
	  "4:13: 'a,b': not a name of an interface" },
	{ SWITCH "  policy: {security: {allow-promiscuous: maybe}}\n",
	  "4:42: 'maybe': not true or false" },
	{ SWITCH "  policy: {shaping: {burst-size: 0}}\n",
	  "4:34: '0': not a number of 1 to 4194304" },
	{ SWITCH "  portgroups: [{name: p, vlan-id: 4096}]\n",
	  "4:35: '4096': not a number of 0 to 4095" },
	{ SWITCH "  portgroups: [{name: p, vlan-trunk: 20-10}]\n",
	  "4:38: '20-10': not a list of VLANs of 0 to 4094 such as 10-20,30" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk01, portgroup: p}\n",
	  "6:10: 'vmk01': not one of vmk0 to vmk255" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, tags: [Vmotin]}\n",
	  "6:37: 'Vmotin': unknown; the nearest is 'VMotion'" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, ipv4: {address: 10.0.0.1}}\n",
	  "6:46: '10.0.0.1': not an IPv4 address such as 10.0.0.1/24" },
	{ HEAD "routes:\n- {network: 10.0.0.1/8, gateway: 10.0.0.1}\n",
	  "3:13: '10.0.0.1/8': not default or a network such as 10.0.0.0/8" },
	/* the sense */
	{ SWITCH "- name: s\n", "4:9: 's': a switch has that name" },
	{ SWITCH "  portgroups: [{name: p}, {name: p}]\n",
	  "4:34: 'p': a port group has that name" },
	{ SWITCH "  portgroups: [{name: p}]\n- name: t\n"
	  "  portgroups: [{name: p}]\n",
	  "6:23: 'p': a port group has that name" },
	{ SWITCH "  uplinks: [a, a]\n", "4:16: already an uplink of 's'" },
	{ SWITCH "  uplinks: [a]\n- {name: t, uplinks: [a]}\n",
	  "5:23: already an uplink of 's'" },
	{ SWITCH "  policy: {failover: {active-uplinks: [a]}}\n",
	  "4:40: 'a': not an uplink of the switch" },
	{ SWITCH "  uplinks: [a]\n  policy: {failover: "
	  "{active-uplinks: [a], standby-uplinks: [a]}}\n",
	  "5:62: 'a': listed twice" },
	{ SWITCH "  policy: {shaping: {avg-bandwidth: 2000}}\n",
	  "4:37: peak-bandwidth is below avg-bandwidth" },
	{ SWITCH "  portgroups: [{name: p, vlan-id: 1, vlan-trunk: '2'}]\n",
	  "4:50: vlan-id and vlan-trunk exclude each other" },
	{ HEAD "netstacks: [{name: a}, {name: a}]\n",
	  "2:31: 'a': a TCP/IP stack has that name" },
	{ HEAD "adapters: [{name: vmk0, portgroup: p}]\n",
	  "2:36: 'p': no such port group" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p}\n- {name: vmk0, portgroup: p}\n",
	  "7:10: 'vmk0': an adapter has that name" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, netstack: x}\n",
	  "6:40: 'x': not one of the netstacks" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, mtu: 1501}\n",
	  "6:35: above the MTU of 's'" },
	{ SWITCH "  portgroups: [{name: p}]\nnetstacks: [{name: x}]\n"
	  "adapters:\n"
	  "- {name: vmk0, portgroup: p, netstack: x, tags: [PTP]}\n",
	  "7:49: tags are for adapters of the default stack" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, ipv4: {type: static}}\n",
	  "6:36: a static address is wanted" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, ipv4: {type: none, gateway: 10.0.0.1}}\n",
	  "6:58: goes with type static only" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, ipv4: {address: 10.0.0.2/24,\n"
	  "    peer-dns: true}}\n",
	  "7:15: goes with type dhcp only" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, ipv4: {address: 10.0.0.2/24,\n"
	  "    gateway: 10.0.1.1}}\n",
	  "7:14: not in the network of 10.0.0.2/24" },
	{ SWITCH "  portgroups: [{name: p}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, enabled: false,\n"
	  "   ipv4: {address: 10.0.0.2/24, gateway: 10.0.0.1}}\n",
	  "7:42: a gateway of an adapter that is not enabled" },
	{ HEAD "routes:\n- {network: 10.0.0.0/8, gateway: 'fd00::1'}\n",
	  "3:34: 'fd00::1': not of the network's family" },
	{ HEAD "routes:\n- {network: 10.0.0.0/8, gateway: 10.0.0.1, "
	  "netstack: x}\n", "3:54: 'x': not one of the netstacks" },
	{ HEAD "routes:\n- {network: 10.0.0.0/8, gateway: 10.0.0.1}\n"
	  "- {network: 10.0.0.0/8, gateway: 10.0.0.2}\n",
	  "4:13: '10.0.0.0/8': there is a route already" },
	{ HEAD "routes:\n- {network: 'fd01::/16', gateway: 'fe80::1'}\n",
	  "3:35: 'fe80::1': a link-local one is an adapter's" },
	{ }
};

#define PORTGROUP	SWITCH "  uplinks: [a, b]\n  portgroups:\n  - name: p\n"
#define ADAPTER		PORTGROUP "adapters:\n- name: vmk0\n  portgroup: p\n"

/**
 * struct unit_plan - two configurations and what leads from one to the other
 * @from: what there is
 * @to: what is wanted
 * @expect: the commands, each ending its line
 */
struct unit_plan {
	const char *from;
	const char *to;
	const char *expect;
};

static const struct unit_plan plans[] = {
	{ HEAD, HEAD, "" },
	{ ADAPTER, ADAPTER, "" },
	/* JSON is YAML */
	{ HEAD, "{\"version\": 1, \"switches\": [{\"name\": \"s\","
	  " \"mtu\": 9000}]}",
	  "vswitch add --vswitch-name=s\n"
	  "vswitch set --vswitch-name=s --mtu=9000\n" },
	/* all ways of saying the same */
	{ SWITCH "  portgroups:\n  - {name: p, vlan-trunk: '1-3,5'}\n",
	  SWITCH "  portgroups:\n  - {name: p, vlan-trunk: '5,2,1-3'}\n", "" },
	{ SWITCH "  policy: {security: {allow-promiscuous: true}}\n",
	  SWITCH "  policy: {security: {allow-promiscuous: 'Yes'}}\n", "" },
	{ ADAPTER "  mac-address: 02:00:00:00:00:0a\n"
	  "  ipv6: {addresses: ['fd00:0::1/64']}\n",
	  ADAPTER "  mac-address: 02-00-00-00-00-0A\n"
	  "  ipv6: {addresses: ['fd00::1/64']}\n", "" },
	/* what nothing is said of is as on a new one */
	{ SWITCH "  mtu: 9000\n  cdp-status: both\n", SWITCH,
	  "vswitch set --vswitch-name=s --cdp-status=listen\n"
	  "vswitch set --vswitch-name=s --mtu=1500\n" },
	/* but an address, and what the kernel chooses of IPv6 */
	{ ADAPTER "  mac-address: 02:00:00:00:00:0a\n"
	  "  ipv6: {enable-router-adv: false}\n", ADAPTER, "" },
	{ HEAD, PORTGROUP,
	  "vswitch add --vswitch-name=s\n"
	  "vswitch uplink add --uplink-name=a --vswitch-name=s\n"
	  "vswitch uplink add --uplink-name=b --vswitch-name=s\n"
	  "portgroup add --portgroup-name=p --vswitch-name=s\n" },
	{ PORTGROUP, HEAD, "vswitch remove --vswitch-name=s\n" },
	{ ADAPTER "  tags: [Management]\n", HEAD,
	  "interface remove --interface-name=vmk0 --force\n"
	  "vswitch remove --vswitch-name=s\n" },
	/* an uplink moves, and is in no team then */
	{ SWITCH "  uplinks: [a, b]\n- name: t\n",
	  SWITCH "  uplinks: [b]\n- {name: t, uplinks: [a]}\n",
	  "vswitch uplink remove --uplink-name=a --vswitch-name=s\n"
	  "vswitch uplink add --uplink-name=a --vswitch-name=t\n" },
	{ SWITCH "  uplinks: [a, b]\n", SWITCH "  uplinks: [a, b]\n"
	  "  policy: {failover: {active-uplinks: [], "
	  "standby-uplinks: [b, a]}}\n",
	  "vswitch policy failover set --vswitch-name=s "
	  "--active-uplinks='' --standby-uplinks=b,a\n" },
	/* overrides go, and come */
	{ PORTGROUP "    policy: {security: {allow-mac-change: true,"
	  " allow-promiscuous: true}}\n",
	  PORTGROUP "    policy: {security: {allow-mac-change: true}}\n",
	  "portgroup policy security set --portgroup-name=p --use-vswitch"
	  " --allow-mac-change=true\n" },
	{ PORTGROUP "    policy: {failover: {active-uplinks: [a],"
	  " load-balancing: mac}}\n",
	  PORTGROUP "    policy: {failover: {active-uplinks: [a]}}\n",
	  "portgroup policy failover set --portgroup-name=p --use-vswitch"
	  " --active-uplinks=a --standby-uplinks=''\n" },
	{ PORTGROUP "    policy: {failover: {active-uplinks: []}}\n",
	  PORTGROUP,
	  "portgroup policy failover set --portgroup-name=p --use-vswitch\n" },
	{ PORTGROUP "    vlan-trunk: 1-9\n", PORTGROUP "    vlan-id: 7\n",
	  "portgroup set --portgroup-name=p --vlan-id=7\n" },
	/* switches grow before their adapters and shrink after them */
	{ ADAPTER, HEAD "switches:\n- {name: s, mtu: 9000, uplinks: [a, b], "
	  "portgroups: [{name: p}]}\nadapters:\n"
	  "- {name: vmk0, portgroup: p}\n",
	  "vswitch set --vswitch-name=s --mtu=9000\n"
	  "interface set --interface-name=vmk0 --mtu=9000\n" },
	{ HEAD "switches:\n- {name: s, mtu: 9000, uplinks: [a, b], "
	  "portgroups: [{name: p}]}\nadapters:\n"
	  "- {name: vmk0, portgroup: p}\n", ADAPTER,
	  "interface set --interface-name=vmk0 --mtu=1500\n"
	  "vswitch set --vswitch-name=s --mtu=1500\n" },
	/* an adapter is made anew */
	{ ADAPTER "  mac-address: 02:00:00:00:00:0a\n",
	  ADAPTER "  mac-address: 02:00:00:00:00:0b\n  tags: [VMotion]\n",
	  "interface remove --interface-name=vmk0\n"
	  "interface add --interface-name=vmk0 --portgroup-name=p"
	  " --mac-address=02:00:00:00:00:0b\n"
	  "interface tag add --interface-name=vmk0 --tagname=VMotion\n" },
	{ ADAPTER, HEAD "switches:\n- {name: s, uplinks: [a, b]}\n"
	  "- {name: t, portgroups: [{name: p}]}\n"
	  "netstacks: [{name: x}]\nadapters:\n"
	  "- {name: vmk0, portgroup: p, netstack: x, mtu: 1400}\n",
	  "interface remove --interface-name=vmk0\n"
	  "portgroup remove --portgroup-name=p --vswitch-name=s\n"
	  "vswitch add --vswitch-name=t\n"
	  "portgroup add --portgroup-name=p --vswitch-name=t\n"
	  "netstack add --netstack=x\n"
	  "interface add --interface-name=vmk0 --portgroup-name=p"
	  " --netstack=x --mtu=1400\n" },
	/* there is always one for management, and never two for FT */
	{ ADAPTER "  tags: [Management, faultToleranceLogging]\n"
	  "- {name: vmk1, portgroup: p}\n",
	  ADAPTER "- {name: vmk1, portgroup: p,"
	  " tags: [faultToleranceLogging, Management]}\n",
	  "interface tag add --interface-name=vmk1 --tagname=Management\n"
	  "interface tag remove --interface-name=vmk0"
	  " --tagname=faultToleranceLogging\n"
	  "interface tag add --interface-name=vmk1"
	  " --tagname=faultToleranceLogging\n"
	  "interface tag remove --interface-name=vmk0 --tagname=Management\n" },
	{ ADAPTER "  tags: [Management]\n", ADAPTER,
	  "interface tag remove --interface-name=vmk0 --tagname=Management"
	  " --force\n" },
	/* addresses */
	{ ADAPTER "  ipv4: {address: 10.0.0.2/24, gateway: 10.0.0.1}\n",
	  ADAPTER "  ipv4: {address: 10.0.0.2/24}\n",
	  "interface ipv4 set --interface-name=vmk0 --type=static"
	  " --ipv4=10.0.0.2 --netmask=255.255.255.0 --gateway=0.0.0.0\n" },
	{ ADAPTER "  ipv4: {address: 10.0.0.2/24}\n", ADAPTER,
	  "interface ipv4 set --interface-name=vmk0 --type=none\n" },
	{ ADAPTER, ADAPTER "  ipv4: {type: dhcp}\n",
	  "interface ipv4 set --interface-name=vmk0 --type=dhcp\n" },
	{ ADAPTER "  ipv6: {addresses: ['fd00::1/64'], gateway: 'fd00::9'}\n",
	  ADAPTER "  ipv6: {addresses: ['fd00::2/64']}\n",
	  "interface ipv6 address add --interface-name=vmk0"
	  " --ipv6=fd00::2/64\n"
	  "interface ipv6 address remove --interface-name=vmk0"
	  " --ipv6=fd00::1/64\n"
	  "interface ipv6 set --interface-name=vmk0 --gateway=::\n" },
	/* set down, an adapter loses what the kernel takes from it */
	{ ADAPTER "  ipv6: {addresses: ['fd00::1/64'], gateway: 'fd00::9'}\n"
	  "  ipv4: {address: 10.0.0.2/24, gateway: 10.0.0.1}\n",
	  ADAPTER "  enabled: false\n  ipv4: {address: 10.0.0.2/24}\n",
	  "interface set --interface-name=vmk0 --enabled=false\n" },
	/* a route goes with the address that its gateway is reached by */
	{ ADAPTER "  ipv4: {address: 10.0.0.2/24}\n"
	  "routes: [{network: 10.1.0.0/16, gateway: 10.0.0.1}]\n",
	  ADAPTER "  ipv4: {address: 10.0.0.3/24}\n"
	  "routes: [{network: 10.1.0.0/16, gateway: 10.0.0.1}]\n",
	  "route ipv4 remove --network=10.1.0.0/16 --gateway=10.0.0.1"
	  " --netstack=defaultTcpipStack\n"
	  "interface ipv4 set --interface-name=vmk0 --type=static"
	  " --ipv4=10.0.0.3 --netmask=255.255.255.0\n"
	  "route ipv4 add --network=10.1.0.0/16 --gateway=10.0.0.1"
	  " --netstack=defaultTcpipStack\n" },
	{ HEAD, HEAD "routes: [{network: 'fd01::/16', gateway: 'fd00::9'}]\n",
	  "route ipv6 add --network=fd01::/16 --gateway=fd00::9"
	  " --netstack=defaultTcpipStack\n" },
	/* and waits for one that others tell */
	{ ADAPTER "  ipv4: {type: dhcp}\n", ADAPTER "  ipv4: {type: dhcp}\n"
	  "routes: [{network: 10.1.0.0/16, gateway: 10.0.0.1}]\n",
	  "route ipv4 add --network=10.1.0.0/16 --gateway=10.0.0.1"
	  " --netstack=defaultTcpipStack # waits\n" },
	{ ADAPTER, ADAPTER
	  "routes: [{network: 10.1.0.0/16, gateway: 10.0.0.1}]\n",
	  "route ipv4 add --network=10.1.0.0/16 --gateway=10.0.0.1"
	  " --netstack=defaultTcpipStack\n" },
	{ ADAPTER, ADAPTER
	  "routes: [{network: 'fd01::/16', gateway: 'fd00::9'}]\n",
	  "route ipv6 add --network=fd01::/16 --gateway=fd00::9"
	  " --netstack=defaultTcpipStack # waits\n" },
	{ ADAPTER "  ipv6: {addresses: ['fd00::1/64']}\n",
	  ADAPTER "  ipv6: {addresses: ['fd00::1/64']}\n"
	  "routes: [{network: 'fd01::/16', gateway: 'fd00::9'}]\n",
	  "route ipv6 add --network=fd01::/16 --gateway=fd00::9"
	  " --netstack=defaultTcpipStack\n" },
	/* names as they may be */
	{ SWITCH, SWITCH "  portgroups: [{name: \" of  many   words so that"
	  " it is   longer than what is   written  of YAML \"}]\n",
	  "portgroup add --portgroup-name=' of  many   words so that it is "
	  "  longer than what is   written  of YAML '"
	  " --vswitch-name=s\n" },
	{ SWITCH, SWITCH "  portgroups: [{name: \"\\u2028\\xf6 ~ #: |\"}]\n",
	  "portgroup add --portgroup-name='\u2028ö ~ #: |'"
	  " --vswitch-name=s\n" },
	{ HEAD, HEAD "switches: [{name: \"it's -v $x\"}]\n",
	  "vswitch add --vswitch-name='it'\\''s -v $x'\n" },
	{ }
};

/* What is wrong is told on standard error. */
static struct config *unit_config(const char *text, char **said)
{
	struct cmd c = { .prog = "vmkctl" };
	struct config *cfg = NULL;
	FILE *real = stderr;
	size_t size;

	stderr = open_memstream(said, &size);
	config_parse(&c, "f", text, strlen(text), &cfg);
	fclose(stderr);
	stderr = real;
	return cfg;
}

static void unit_bad_one(const struct unit_bad *bad)
{
	struct config *cfg;
	char *want = NULL;
	char *said;

	cfg = unit_config(bad->text, &said);
	if (asprintf(&want, "vmkctl: f:%s\n", bad->expect) >= 0)
		unit_result(!cfg && !strcmp(said, want), bad->text, said);
	config_free(cfg);
	free(want);
	free(said);
}

static char *unit_plan_text(const struct unit_plan *up)
{
	struct config *from, *to;
	char *said, *why, *text;
	struct plan plan = { 0 };
	size_t size, i;
	FILE *out;

	from = unit_config(up->from, &said);
	to = unit_config(up->to, &why);
	out = open_memstream(&text, &size);
	fprintf(out, "%s%s", said, why);
	if (from && to && config_plan(from, to, &plan))
		fprintf(out, "error %d\n", plan.err);
	for (i = 0; i < plan.count; i++) {
		char *line = plan_line("", &plan.steps[i]);

		fprintf(out, "%s%s\n", line + 1,
			plan.steps[i].waits ? " # waits" : "");
		free(line);
	}
	fclose(out);
	plan_free(&plan);
	config_free(from);
	config_free(to);
	free(said);
	free(why);
	return text;
}

static void unit_plan_one(const struct unit_plan *up)
{
	char *text = unit_plan_text(up);

	unit_result(!strcmp(text, up->expect), up->to, text);
	free(text);
}

/* A file that was written says what the one that it was read from says. */
static void unit_config_again(const char *text)
{
	struct config *first, *again = NULL;
	struct cmd c = { .prog = "vmkctl" };
	json_t *a, *b;
	char *said;

	first = unit_config(text, &said);
	if (first)
		config_copy(&c, "copy", first, &again);
	if (first && again) {
		a = config_json(first);
		b = config_json(again);
		unit_result(json_equal(a, b), "read again", text);
		json_decref(a);
		json_decref(b);
	} else {
		unit_result(false, text, said);
	}
	config_free(first);
	config_free(again);
	free(said);
}

static void unit_words_of(const cyaml_schema_field_t *fields, const char *key,
			  const struct word *words)
{
	const cyaml_schema_value_t *value = &config_field(fields, key)->value;

	for (; words->name; words++) {
		const cyaml_strval_t *word = config_word(value, words->name);

		unit_result(word && word->val == words->value, key,
			    words->name);
	}
}

void unit_configs(void)
{
	const struct unit_plan *up;
	const struct unit_bad *bad;

	for (bad = bads; bad->text; bad++)
		unit_bad_one(bad);
	for (up = plans; up->from; up++) {
		unit_plan_one(up);
		unit_config_again(up->to);
	}
	unit_words_of(switch_fields, "cdp-status", words_discovery);
	unit_words_of(failover_fields, "load-balancing", words_load);
	unit_words_of(failover_fields, "load-balancing", words_load_shown);
	unit_words_of(failover_fields, "failure-detection", words_detection);
	unit_words_of(adapter_fields, "tags", words_traffic);
	unit_words_of(ipv4_fields, "type", words_ip_type);
}
