// SPDX-License-Identifier: GPL-2.0
/* Options and columns of the commands on stacks, routes and neighbors. */
#include <linux/rtnetlink.h>
#include <linux/vswitch.h>
#include <sys/socket.h>

#include "tables.h"

#define STACK_OPTION \
	O('N', "netstack", "NAME", OPT_STRING, 0, 0, \
	  "TCP/IP stack, the default one without it")

#define STACK_OBJECT \
	O('N', "netstack", "NAME", OPT_STRING, REQ | OBJ, 0, \
	  "name of the stack")

static const struct word words_version[] = {
	{ "all", 0 },
	{ "4", AF_INET },
	{ "6", AF_INET6 },
	{ }
};

const struct opt_def netstack_opts[] = {
	STACK_OBJECT,
	{ }
};

const struct opt_def netstack_get_opts[] = {
	STACK_OPTION,
	{ }
};

const struct opt_def netstack_set_opts[] = {
	STACK_OBJECT,
	O('c', "ccalgo", "NAME", OPT_STRING, OPT_CHANGE, 0,
	  "congestion control of TCP: newreno, cubic, ..."),
	O('i', "ipv6enabled", "BOOL", OPT_BOOL, OPT_CHANGE, 0,
	  "IPv6 on all adapters of the stack"),
	{ }
};

const struct opt_def route_ipv4_opts[] = {
	O('n', "network", "NETWORK", OPT_NET4, REQ | OBJ, 0,
	  "network such as 10.1.0.0/16, or default"),
	O('g', "gateway", "ADDRESS", OPT_IP4, REQ, 0,
	  "gateway to it, in an adapter's network"),
	STACK_OPTION,
	{ }
};

const struct opt_def route_ipv6_opts[] = {
	O('n', "network", "NETWORK", OPT_NET6, REQ | OBJ, 0,
	  "network such as fd00:1::/64, or default"),
	O('g', "gateway", "ADDRESS", OPT_IP6, REQ, 0,
	  "gateway to it, in an adapter's network"),
	STACK_OPTION,
	{ }
};

const struct opt_def neighbor_list_opts[] = {
	STACK_OPTION,
	O('i', "interface-name", "VMK", OPT_STRING, OBJ | OPT_KEY,
	  VSWITCH_A_VMK_IFNAME, "only those of this adapter"),
	OW('v', "version", "VERSION", OPT_WORD, 0, 0, words_version,
	   "IP version"),
	{ }
};

const struct opt_def neighbor_remove_opts[] = {
	O('a', "neighbor-addr", "ADDRESS", OPT_STRING, REQ | OBJ, 0,
	  "IP address of the neighbor"),
	STACK_OPTION,
	O('i', "interface-name", "VMK", OPT_STRING, OPT_KEY,
	  VSWITCH_A_VMK_IFNAME, "only at this adapter"),
	OW('v', "version", "VERSION", OPT_WORD, 0, 0, words_version,
	   "IP version"),
	{ }
};

static const struct column netstack_columns[] = {
	C("Key", "key"),
	C("Name", "name"),
	C("State", "state"),
	{ }
};

const struct layout netstack_layout = {
	SHAPE_SIMPLE, netstack_columns, "key", NULL,
};

static const struct column netstack_get_columns[] = {
	C("Key", "key"),
	C("Name", "name"),
	C("Enabled", "enabled"),
	C("Congestion Control Algorithm", "congestion_control_algorithm"),
	C("IPv6 Enabled", "ipv6_enabled"),
	C("State", "state"),
	{ }
};

const struct layout netstack_get_layout = {
	SHAPE_SIMPLE, netstack_get_columns, "key", NULL,
};

static const struct column route_ipv4_columns[] = {
	C("Network", "network"),
	C("Netmask", "netmask"),
	CN("Gateway", "gateway", "0.0.0.0"),
	C("Interface", "interface"),
	C("Source", "source"),
	{ }
};

const struct layout route_ipv4_layout = {
	SHAPE_TABLE, route_ipv4_columns, NULL, NULL,
};

static const struct column route_ipv6_columns[] = {
	C("Network", "network"),
	CR("Netmask", "netmask"),
	CN("Gateway", "gateway", "::"),
	C("Interface", "interface"),
	C("Source", "source"),
	{ }
};

const struct layout route_ipv6_layout = {
	SHAPE_TABLE, route_ipv6_columns, NULL, NULL,
};

static const struct column neighbor_columns[] = {
	C("Neighbor", "neighbor"),
	C("Mac Address", "mac_address"),
	C("Vmknic", "vmknic"),
	C("Expiry", "expiry"),
	C("State", "state"),
	{ }
};

const struct layout neighbor_layout = {
	SHAPE_TABLE, neighbor_columns, NULL, NULL,
};
