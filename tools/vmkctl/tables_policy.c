// SPDX-License-Identifier: GPL-2.0
/* The policies' part of the table of commands, for switches and port groups. */
#include <linux/vswitch.h>

#include "tables.h"

/* Options whose attributes are in the attribute policy of the request. */
#define OS(l, n, a, t, at, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = (t), \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_POLICY_##at, \
	.nest = VSWITCH_A_SWITCH_POLICY, .help = (h) }

#define OSW(l, n, a, at, w, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = OPT_WORD, \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_POLICY_##at, \
	.nest = VSWITCH_A_SWITCH_POLICY, .words = (w), .help = (h) }

#define OP(l, n, a, t, at, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = (t), \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_POLICY_##at, \
	.nest = VSWITCH_A_PORTGROUP_POLICY, .help = (h) }

#define OPW(l, n, a, at, w, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = OPT_WORD, \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_POLICY_##at, \
	.nest = VSWITCH_A_PORTGROUP_POLICY, .words = (w), .help = (h) }

/* What clears the overrides of a kind. */
#define OU(k) { \
	.letter = 'u', .name = "use-vswitch", .type = OPT_FLAG, \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_PORTGROUP_RESET_POLICY, \
	.bits = VSWITCH_POLICY_KIND_##k, \
	.help = "use the switch's, but for what else is given" }

/* vswitch */

const struct opt_def vswitch_failover_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	OS('a', "active-uplinks", "NICS", OPT_NAMES, ACTIVE,
	   "uplinks to use, in order, with commas between; may be empty"),
	OS('s', "standby-uplinks", "NICS", OPT_NAMES, STANDBY,
	   "uplinks to use when active ones fail; may be empty"),
	OSW('l', "load-balancing", "HOW", LOAD_BALANCING, words_load,
	    "how clients are dealt out to uplinks"),
	OSW('f', "failure-detection", "HOW", FAILURE_DETECTION,
	    words_detection, "how the failure of an uplink is noticed"),
	OS('n', "notify-switches", "BOOL", OPT_BOOL, NOTIFY_SWITCHES,
	   "tell the physical switches where clients are"),
	OS('b', "failback", "BOOL", OPT_BOOL, FAILBACK,
	   "use an active uplink again when it is back"),
	{ }
};

const struct opt_def vswitch_security_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	OS('p', "allow-promiscuous", "BOOL", OPT_BOOL, PROMISCUOUS,
	   "let clients see every frame in their VLANs"),
	OS('m', "allow-mac-change", "BOOL", OPT_BOOL, MAC_CHANGES,
	   "let clients change their address"),
	OS('f', "allow-forged-transmits", "BOOL", OPT_BOOL,
	   FORGED_TRANSMITS, "let clients send from other addresses"),
	{ }
};

const struct opt_def vswitch_shaping_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	OS('e', "enabled", "BOOL", OPT_BOOL, SHAPING_ENABLED,
	   "shape what each client sends"),
	OS('b', "avg-bandwidth", "KBPS", OPT_U32, SHAPING_AVERAGE,
	   "bandwidth in the long run, in Kbit/s of 1000 bits"),
	OS('k', "peak-bandwidth", "KBPS", OPT_U32, SHAPING_PEAK,
	   "bandwidth while a burst lasts, in Kbit/s"),
	OS('t', "burst-size", "KIB", OPT_U32, SHAPING_BURST,
	   "most that a client can save up for a burst, in KiB"),
	{ }
};

const struct opt_def vswitch_policy_get_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ | OPT_KEY,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	{ }
};

/* portgroup */

const struct opt_def portgroup_failover_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	OP('a', "active-uplinks", "NICS", OPT_NAMES, ACTIVE,
	   "uplinks to use, in order, with commas between; may be empty"),
	OP('s', "standby-uplinks", "NICS", OPT_NAMES, STANDBY,
	   "uplinks to use when active ones fail; may be empty"),
	OPW('l', "load-balancing", "HOW", LOAD_BALANCING, words_load,
	    "how clients are dealt out to uplinks"),
	OPW('f', "failure-detection", "HOW", FAILURE_DETECTION,
	    words_detection, "how the failure of an uplink is noticed"),
	OP('n', "notify-switches", "BOOL", OPT_BOOL, NOTIFY_SWITCHES,
	   "tell the physical switches where clients are"),
	OP('b', "failback", "BOOL", OPT_BOOL, FAILBACK,
	   "use an active uplink again when it is back"),
	OU(FAILOVER),
	{ }
};

const struct opt_def portgroup_security_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	OP('o', "allow-promiscuous", "BOOL", OPT_BOOL, PROMISCUOUS,
	   "let clients see every frame in their VLANs"),
	OP('m', "allow-mac-change", "BOOL", OPT_BOOL, MAC_CHANGES,
	   "let clients change their address"),
	OP('f', "allow-forged-transmits", "BOOL", OPT_BOOL,
	   FORGED_TRANSMITS, "let clients send from other addresses"),
	OU(SECURITY),
	{ }
};

const struct opt_def portgroup_shaping_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	OP('e', "enabled", "BOOL", OPT_BOOL, SHAPING_ENABLED,
	   "shape what each client sends"),
	OP('b', "avg-bandwidth", "KBPS", OPT_U32, SHAPING_AVERAGE,
	   "bandwidth in the long run, in Kbit/s of 1000 bits"),
	OP('k', "peak-bandwidth", "KBPS", OPT_U32, SHAPING_PEAK,
	   "bandwidth while a burst lasts, in Kbit/s"),
	OP('t', "burst-size", "KIB", OPT_U32, SHAPING_BURST,
	   "most that a client can save up for a burst, in KiB"),
	OU(SHAPING),
	{ }
};

const struct opt_def portgroup_policy_get_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ | OPT_KEY,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	{ }
};

/* what is printed */

static const struct column vswitch_failover_columns[] = {
	CJ("name"),
	C("Load Balancing", "load_balancing"),
	C("Network Failure Detection", "network_failure_detection"),
	C("Notify Switches", "notify_switches"),
	C("Failback", "failback"),
	C("Active Adapters", "active_adapters"),
	C("Standby Adapters", "standby_adapters"),
	C("Unused Adapters", "unused_adapters"),
	{ }
};

const struct layout vswitch_failover_layout = {
	SHAPE_SIMPLE, vswitch_failover_columns, NULL, NULL,
};

static const struct column vswitch_security_columns[] = {
	CJ("name"),
	C("Allow Promiscuous", "allow_promiscuous"),
	C("Allow MAC Address Change", "allow_mac_address_change"),
	C("Allow Forged Transmits", "allow_forged_transmits"),
	{ }
};

const struct layout vswitch_security_layout = {
	SHAPE_SIMPLE, vswitch_security_columns, NULL, NULL,
};

static const struct column vswitch_shaping_columns[] = {
	CJ("name"),
	CF("Enabled", "enabled", "shaping_enabled"),
	C("Average Bandwidth", "average_bandwidth"),
	C("Peak Bandwidth", "peak_bandwidth"),
	C("Burst Size", "burst_size"),
	{ }
};

const struct layout vswitch_shaping_layout = {
	SHAPE_SIMPLE, vswitch_shaping_columns, NULL, NULL,
};

static const struct column portgroup_failover_columns[] = {
	CJ("name"),
	C("Load Balancing", "load_balancing"),
	C("Network Failure Detection", "network_failure_detection"),
	C("Notify Switches", "notify_switches"),
	C("Failback", "failback"),
	C("Active Adapters", "active_adapters"),
	C("Standby Adapters", "standby_adapters"),
	C("Unused Adapters", "unused_adapters"),
	C("Override Vswitch Load Balancing", "override_vswitch_load_balancing"),
	C("Override Vswitch Network Failure Detection",
	  "override_vswitch_network_failure_detection"),
	C("Override Vswitch Notify Switches",
	  "override_vswitch_notify_switches"),
	C("Override Vswitch Failback", "override_vswitch_failback"),
	C("Override Vswitch Uplinks", "override_vswitch_uplinks"),
	CJ("uplinks_in_use"),
	{ }
};

const struct layout portgroup_failover_layout = {
	SHAPE_SIMPLE, portgroup_failover_columns, NULL, NULL,
};

static const struct column portgroup_security_columns[] = {
	CJ("name"),
	C("Allow Promiscuous", "allow_promiscuous"),
	C("Allow MAC Address Change", "allow_mac_address_change"),
	C("Allow Forged Transmits", "allow_forged_transmits"),
	C("Override Vswitch Allow Promiscuous",
	  "override_vswitch_allow_promiscuous"),
	C("Override Vswitch Allow MAC Address Change",
	  "override_vswitch_allow_mac_address_change"),
	C("Override Vswitch Allow Forged Transmits",
	  "override_vswitch_allow_forged_transmits"),
	{ }
};

const struct layout portgroup_security_layout = {
	SHAPE_SIMPLE, portgroup_security_columns, NULL, NULL,
};

static const struct column portgroup_shaping_columns[] = {
	CJ("name"),
	CF("Enabled", "enabled", "shaping_enabled"),
	C("Average Bandwidth", "average_bandwidth"),
	C("Peak Bandwidth", "peak_bandwidth"),
	C("Burst Size", "burst_size"),
	CF("Override Vswitch Enabled", "override_vswitch_enabled",
	   "override_vswitch_shaping_enabled"),
	C("Override Vswitch Average Bandwidth",
	  "override_vswitch_average_bandwidth"),
	C("Override Vswitch Peak Bandwidth", "override_vswitch_peak_bandwidth"),
	C("Override Vswitch Burst Size", "override_vswitch_burst_size"),
	{ }
};

const struct layout portgroup_shaping_layout = {
	SHAPE_SIMPLE, portgroup_shaping_columns, NULL, NULL,
};
