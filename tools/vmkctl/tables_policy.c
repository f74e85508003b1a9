// SPDX-License-Identifier: GPL-2.0
/* The policies' part of the table of commands, for switches and port groups. */
#include <linux/vswitch.h>

#include "tables.h"

/* An option whose attribute is in the attribute policy of the request. */
#define OP(l, n, a, t, at, nt, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = (t), \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_POLICY_##at, \
	.nest = (nt), .help = (h) }

#define OPW(l, n, a, at, nt, w, h) { \
	.letter = (l), .name = (n), .arg = (a), .type = OPT_WORD, \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_POLICY_##at, \
	.nest = (nt), .words = (w), .help = (h) }

/* What clears the overrides of a kind. */
#define OU(k) { \
	.letter = 'u', .name = "use-vswitch", .type = OPT_FLAG, \
	.flags = OPT_CHANGE, .attr = VSWITCH_A_PORTGROUP_RESET_POLICY, \
	.bits = VSWITCH_POLICY_KIND_##k, \
	.help = "use the switch's, but for what else is given" }

/* What a switch and a port group have alike: options, then columns. */

#define FAILOVER_OPTS(nest) \
	OP('a', "active-uplinks", "NICS", OPT_NAMES, ACTIVE, nest, \
	   "uplinks to use, in order, with commas between; may be empty"), \
	OP('s', "standby-uplinks", "NICS", OPT_NAMES, STANDBY, nest, \
	   "uplinks to use when active ones fail; may be empty"), \
	OPW('l', "load-balancing", "HOW", LOAD_BALANCING, nest, words_load, \
	    "how clients are dealt out to uplinks"), \
	OPW('f', "failure-detection", "HOW", FAILURE_DETECTION, nest, \
	    words_detection, "how the failure of an uplink is noticed"), \
	OP('n', "notify-switches", "BOOL", OPT_BOOL, NOTIFY_SWITCHES, nest, \
	   "tell the physical switches where clients are"), \
	OP('b', "failback", "BOOL", OPT_BOOL, FAILBACK, nest, \
	   "use an active uplink again when it is back")

/* esxcli has two letters for the same. */
#define SECURITY_OPTS(promiscuous, nest) \
	OP(promiscuous, "allow-promiscuous", "BOOL", OPT_BOOL, PROMISCUOUS, \
	   nest, "let clients see every frame in their VLANs"), \
	OP('m', "allow-mac-change", "BOOL", OPT_BOOL, MAC_CHANGES, nest, \
	   "let clients change their address"), \
	OP('f', "allow-forged-transmits", "BOOL", OPT_BOOL, \
	   FORGED_TRANSMITS, nest, "let clients send from other addresses")

#define SHAPING_OPTS(nest) \
	OP('e', "enabled", "BOOL", OPT_BOOL, SHAPING_ENABLED, nest, \
	   "shape what each client sends"), \
	OP('b', "avg-bandwidth", "KBPS", OPT_U32, SHAPING_AVERAGE, nest, \
	   "bandwidth in the long run, in Kbit/s of 1000 bits"), \
	OP('k', "peak-bandwidth", "KBPS", OPT_U32, SHAPING_PEAK, nest, \
	   "bandwidth while a burst lasts, in Kbit/s"), \
	OP('t', "burst-size", "KIB", OPT_U32, SHAPING_BURST, nest, \
	   "most that a client can save up for a burst, in KiB")

#define FAILOVER_COLUMNS \
	CJ("name"), \
	C("Load Balancing", "load_balancing"), \
	C("Network Failure Detection", "network_failure_detection"), \
	C("Notify Switches", "notify_switches"), \
	C("Failback", "failback"), \
	C("Active Adapters", "active_adapters"), \
	C("Standby Adapters", "standby_adapters"), \
	C("Unused Adapters", "unused_adapters")

#define SECURITY_COLUMNS \
	CJ("name"), \
	C("Allow Promiscuous", "allow_promiscuous"), \
	C("Allow MAC Address Change", "allow_mac_address_change"), \
	C("Allow Forged Transmits", "allow_forged_transmits")

#define SHAPING_COLUMNS \
	CJ("name"), \
	CF("Enabled", "enabled", "shaping_enabled"), \
	C("Average Bandwidth", "average_bandwidth"), \
	C("Peak Bandwidth", "peak_bandwidth"), \
	C("Burst Size", "burst_size")

/* vswitch */

const struct opt_def vswitch_failover_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	FAILOVER_OPTS(VSWITCH_A_SWITCH_POLICY),
	{ }
};

const struct opt_def vswitch_security_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	SECURITY_OPTS('p', VSWITCH_A_SWITCH_POLICY),
	{ }
};

const struct opt_def vswitch_shaping_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	SHAPING_OPTS(VSWITCH_A_SWITCH_POLICY),
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
	FAILOVER_OPTS(VSWITCH_A_PORTGROUP_POLICY),
	OU(FAILOVER),
	{ }
};

const struct opt_def portgroup_security_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	SECURITY_OPTS('o', VSWITCH_A_PORTGROUP_POLICY),
	OU(SECURITY),
	{ }
};

const struct opt_def portgroup_shaping_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	SHAPING_OPTS(VSWITCH_A_PORTGROUP_POLICY),
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
	FAILOVER_COLUMNS,
	{ }
};

const struct layout vswitch_failover_layout = {
	SHAPE_SIMPLE, vswitch_failover_columns, NULL, NULL,
};

static const struct column vswitch_security_columns[] = {
	SECURITY_COLUMNS,
	{ }
};

const struct layout vswitch_security_layout = {
	SHAPE_SIMPLE, vswitch_security_columns, NULL, NULL,
};

static const struct column vswitch_shaping_columns[] = {
	SHAPING_COLUMNS,
	{ }
};

const struct layout vswitch_shaping_layout = {
	SHAPE_SIMPLE, vswitch_shaping_columns, NULL, NULL,
};

static const struct column portgroup_failover_columns[] = {
	FAILOVER_COLUMNS,
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
	SECURITY_COLUMNS,
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
	SHAPING_COLUMNS,
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
