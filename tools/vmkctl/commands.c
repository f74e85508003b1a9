// SPDX-License-Identifier: GPL-2.0
/*
 * The table of commands. Parsing, help, completion and the man page are all
 * made from it, so that they cannot disagree.
 */
#include <linux/vswitch.h>

#include "handlers.h"
#include "tables.h"

/* vswitch */

static const struct opt_def vswitch_add_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch, 1 to 32 bytes"),
	O('P', "ports", "NUMBER", OPT_U32, 0, 0,
	  "accepted without effect: ports are made as needed"),
	{ }
};

static const struct opt_def vswitch_set_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	O('m', "mtu", "BYTES", OPT_U32, OPT_CHANGE, VSWITCH_A_SWITCH_MTU,
	  "MTU, 1280 to 65535"),
	OW('c', "cdp-status", "STATUS", OPT_WORD, OPT_CHANGE,
	   VSWITCH_A_SWITCH_DISCOVERY, words_discovery,
	   "discovery protocol"),
	O(0, "failback-delay", "MS", OPT_U32, OPT_CHANGE,
	  VSWITCH_A_SWITCH_FAILBACK_DELAY,
	  "how long an uplink that is back waits for its clients"),
	{ }
};

static const struct opt_def vswitch_list_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, OBJ | OPT_KEY,
	  VSWITCH_A_SWITCH_NAME, "only this switch"),
	{ }
};

static const struct opt_def vswitch_remove_opts[] = {
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_SWITCH_NAME, "name of the switch"),
	{ }
};

static const struct opt_def uplink_opts[] = {
	O('u', "uplink-name", "NIC", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_UPLINK_IFNAME, "name of the interface"),
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ,
	  VSWITCH_A_UPLINK_SWITCH, "name of the switch"),
	{ }
};

static const struct opt_def uplink_add_opts[] = {
	O('u', "uplink-name", "NIC", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_UPLINK_IFNAME, "name of the interface"),
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ,
	  VSWITCH_A_UPLINK_SWITCH, "name of the switch"),
	O(0, "migrate-to", "VMK", OPT_STRING, 0, 0,
	  "move its addresses and routes to this adapter"),
	O(0, "migrate-mac", NULL, OPT_FLAG, 0, 0,
	  "with --migrate-to: the MAC address as well"),
	O('c', "confirm", "SECONDS", OPT_U32, 0, 0,
	  "with --migrate-to: go back unless confirmed in time"),
	O('H', "check", "HOST", OPT_STRING, 0, 0,
	  "with --migrate-to: go back unless it answers in time (30 s)"),
	{ }
};

static const struct column vswitch_columns[] = {
	C("Name", "name"),
	C("Class", "class"),
	C("Num Ports", "num_ports"),
	C("Used Ports", "used_ports"),
	C("Configured Ports", "configured_ports"),
	C("MTU", "mtu"),
	C("CDP Status", "cdp_status"),
	C("Beacon Enabled", "beacon_enabled"),
	C("Beacon Interval", "beacon_interval"),
	C("Beacon Threshold", "beacon_threshold"),
	C("Beacon Required By", "beacon_required_by"),
	C("Uplinks", "uplinks"),
	C("Portgroups", "portgroups"),
	C("Failback Delay", "failback_delay"),
	CJ("interface"),
	{ }
};

static const struct layout vswitch_layout = {
	SHAPE_SIMPLE, vswitch_columns, "name", NULL,
};

/* portgroup */

static const struct opt_def portgroup_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	O('v', "vswitch-name", "NAME", OPT_STRING, REQ,
	  VSWITCH_A_PORTGROUP_SWITCH, "name of its switch"),
	{ }
};

static const struct opt_def portgroup_list_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING,
	  OBJ | OPT_KEY, VSWITCH_A_PORTGROUP_NAME, "only this port group"),
	O('v', "vswitch-name", "NAME", OPT_STRING, OBJ,
	  VSWITCH_A_PORTGROUP_SWITCH, "only those of this switch"),
	{ }
};

static const struct opt_def portgroup_set_opts[] = {
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORTGROUP_NAME, "name of the port group"),
	O('v', "vlan-id", "VLAN", OPT_U32, OPT_CHANGE | OPT_EITHER,
	  VSWITCH_A_PORTGROUP_VLAN,
	  "0: untagged, 1 to 4094: this VLAN, 4095: all, tags kept"),
	O(0, "vlan-trunk", "RANGES", OPT_RANGES, OPT_CHANGE | OPT_EITHER,
	  VSWITCH_A_PORTGROUP_TRUNK,
	  "these VLANs, tags kept, such as 10-20,30"),
	{ }
};

static const struct column portgroup_columns[] = {
	C("Name", "name"),
	C("Virtual Switch", "virtual_switch"),
	CR("Active Clients", "active_clients"),
	{ "VLAN ID", "vlan_id", .alt = "vlan_trunk", .right = true },
	CJ("vlan_trunk"),
	CJ("client_kind"),
	{ }
};

static const struct layout portgroup_layout = {
	SHAPE_TABLE, portgroup_columns, NULL, NULL,
};

/* interface */

static const struct opt_def interface_add_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, OBJ,
	  VSWITCH_A_VMK_IFNAME, "name, vmk0 to vmk255; else the lowest free"),
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_VMK_PORTGROUP, "port group that it is connected to"),
	O('m', "mtu", "BYTES", OPT_U32, 0, VSWITCH_A_VMK_MTU,
	  "MTU, at most the switch's, which is the default"),
	O('M', "mac-address", "MAC", OPT_MAC, 0, VSWITCH_A_VMK_MAC,
	  "address; else a random one"),
	O('N', "netstack", "NAME", OPT_STRING, 0, 0,
	  "TCP/IP stack: a network namespace of ip-netns(8)"),
	{ }
};

static const struct opt_def interface_set_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	O('m', "mtu", "BYTES", OPT_U32, OPT_CHANGE, VSWITCH_A_VMK_MTU,
	  "MTU, at most the switch's"),
	O('e', "enabled", "BOOL", OPT_BOOL, OPT_CHANGE,
	  VSWITCH_A_VMK_ENABLED, "up or down"),
	{ }
};

static const struct opt_def interface_remove_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	O(0, "force", NULL, OPT_FLAG, 0, VSWITCH_A_VMK_FORCE,
	  "even the last one with the tag Management"),
	{ }
};

/* Those of all commands that show adapters. */
static const struct opt_def interface_list_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, OBJ | OPT_KEY,
	  VSWITCH_A_VMK_IFNAME, "only this adapter"),
	O('N', "netstack", "NAME", OPT_STRING, 0, 0,
	  "only those of this TCP/IP stack"),
	{ }
};

static const struct column interface_columns[] = {
	C("Name", "name"),
	C("MAC Address", "mac_address"),
	C("Enabled", "enabled"),
	C("Portset", "portset"),
	C("Portgroup", "portgroup"),
	C("Netstack Instance", "netstack_instance"),
	C("VDS Name", "vds_name"),
	C("VDS UUID", "vds_uuid"),
	C("VDS Port", "vds_port"),
	C("VDS Connection", "vds_connection"),
	C("Opaque Network ID", "opaque_network_id"),
	C("Opaque Network Type", "opaque_network_type"),
	C("External ID", "external_id"),
	C("MTU", "mtu"),
	C("TSO MSS", "tso_mss"),
	C("RXDispQueue Size", "rxdispqueue_size"),
	C("Port ID", "port_id"),
	CJ("tags"),
	CJ("active_tags"),
	{ }
};

static const struct layout interface_layout = {
	SHAPE_SIMPLE, interface_columns, "name", NULL,
};

/* interface tag */

static const struct opt_def tag_add_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	OW('t', "tagname", "TAG", OPT_WORDS, REQ, VSWITCH_A_VMK_TAGS_MASK,
	   words_traffic, "tag, or several with commas between"),
	{ }
};

static const struct opt_def tag_remove_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	OW('t', "tagname", "TAG", OPT_WORDS, REQ, VSWITCH_A_VMK_TAGS_MASK,
	   words_traffic, "tag, or several with commas between"),
	O(0, "force", NULL, OPT_FLAG, 0, VSWITCH_A_VMK_FORCE,
	  "even the last tag Management"),
	{ }
};

static const struct opt_def tag_get_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ | OPT_KEY,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	{ }
};

static const struct column tag_columns[] = {
	CJ("name"),
	C("Tags", "tags"),
	CJ("active_tags"),
	{ }
};

static const struct layout tag_layout = {
	SHAPE_SIMPLE, tag_columns, NULL, NULL,
};

/* interface ipv4 */

static const struct opt_def ipv4_set_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ | OPT_KEY,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	OW('t', "type", "TYPE", OPT_WORD, REQ, 0, words_ip_type,
	   "where the address comes from"),
	O('I', "ipv4", "ADDRESS", OPT_IP4, 0, 0, "static address"),
	O('N', "netmask", "MASK", OPT_NETMASK, 0, 0, "its netmask"),
	O('g', "gateway", "ADDRESS", OPT_IP4, 0, 0,
	  "gateway of a default route by this adapter; 0.0.0.0: none"),
	O('P', "peer-dns", "BOOL", OPT_BOOL, 0, 0,
	  "take DNS servers from DHCP"),
	{ }
};

static const struct column ipv4_get_columns[] = {
	C("Name", "name"),
	CN("IPv4 Address", "ipv4_address", "0.0.0.0"),
	CN("IPv4 Netmask", "ipv4_netmask", "0.0.0.0"),
	CN("IPv4 Broadcast", "ipv4_broadcast", "0.0.0.0"),
	C("Address Type", "address_type"),
	CN("Gateway", "gateway", "0.0.0.0"),
	C("DHCP DNS", "dhcp_dns"),
	{ }
};

static const struct layout ipv4_get_layout = {
	SHAPE_TABLE, ipv4_get_columns, NULL, NULL,
};

static const struct column ipv4_list_columns[] = {
	C("Name", "name"),
	CN("IPv4 Address", "ipv4_address", "0.0.0.0"),
	CN("IPv4 Netmask", "ipv4_netmask", "0.0.0.0"),
	CN("IPv4 Broadcast", "ipv4_broadcast", "0.0.0.0"),
	C("Address Type", "address_type"),
	C("DHCP DNS", "dhcp_dns"),
	{ }
};

static const struct layout ipv4_list_layout = {
	SHAPE_TABLE, ipv4_list_columns, NULL, NULL,
};

/* interface ipv6 */

static const struct opt_def ipv6_set_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ | OPT_KEY,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	O('e', "enable-ipv6", "BOOL", OPT_BOOL, OPT_CHANGE, 0,
	  "IPv6 on this adapter"),
	O('d', "enable-dhcpv6", "BOOL", OPT_BOOL, OPT_CHANGE, 0,
	  "address from DHCPv6"),
	O('r', "enable-router-adv", "BOOL", OPT_BOOL, OPT_CHANGE, 0,
	  "addresses and gateway from router advertisements"),
	O('g', "gateway", "ADDRESS", OPT_IP6, OPT_CHANGE, 0,
	  "gateway of a default route by this adapter; :: for none"),
	O('P', "peer-dns", "BOOL", OPT_BOOL, OPT_CHANGE, 0,
	  "take DNS servers from DHCPv6"),
	{ }
};

static const struct opt_def ipv6_address_opts[] = {
	O('i', "interface-name", "VMK", OPT_STRING, REQ | OBJ | OPT_KEY,
	  VSWITCH_A_VMK_IFNAME, "name of the adapter"),
	O('I', "ipv6", "ADDRESS/LEN", OPT_PREFIX6, REQ, 0,
	  "address and length of its prefix"),
	{ }
};

static const struct column ipv6_get_columns[] = {
	C("Name", "name"),
	C("IPv6 Enabled", "ipv6_enabled"),
	C("DHCPv6 Enabled", "dhcpv6_enabled"),
	C("Router Adv Enabled", "router_adv_enabled"),
	C("DHCP DNS", "dhcp_dns"),
	CN("Gateway", "gateway", "::"),
	{ }
};

static const struct layout ipv6_get_layout = {
	SHAPE_TABLE, ipv6_get_columns, NULL, NULL,
};

static const struct column ipv6_list_columns[] = {
	C("Interface", "interface"),
	C("Address", "address"),
	CR("Netmask", "netmask"),
	C("Type", "type"),
	C("Status", "status"),
	{ }
};

static const struct layout ipv6_list_layout = {
	SHAPE_TABLE, ipv6_list_columns, NULL, NULL,
};

/* port */

static const struct opt_def port_list_opts[] = {
	O('p', "portid", "ID", OPT_U32, OBJ | OPT_KEY | OPT_EITHER,
	  VSWITCH_A_PORT_ID, "only this port"),
	O('v', "vswitch-name", "NAME", OPT_STRING, OBJ | OPT_EITHER,
	  VSWITCH_A_PORT_SWITCH, "only those of this switch"),
	{ }
};

static const struct opt_def port_set_opts[] = {
	O('p', "portid", "ID", OPT_U32, REQ | OBJ, VSWITCH_A_PORT_ID,
	  "number of the port"),
	O('b', "blocked", "BOOL", OPT_BOOL, OPT_CHANGE,
	  VSWITCH_A_PORT_BLOCKED, "let nothing pass"),
	{ }
};

static const struct column port_columns[] = {
	CR("Port ID", "port_id"),
	C("Type", "type"),
	C("Switch", "virtual_switch"),
	C("Portgroup", "portgroup"),
	C("Client", "client"),
	C("MAC Address", "mac_address"),
	C("Blocked", "blocked"),
	C("Team Uplink", "team_uplink"),
	CJ("flags"),
	{ }
};

static const struct layout port_layout = {
	SHAPE_TABLE, port_columns, NULL, NULL,
};

static const struct column stats_columns[] = {
	CJ("port_id"),
	C("Packets received", "packets_received"),
	C("Packets sent", "packets_sent"),
	C("Bytes received", "bytes_received"),
	C("Bytes sent", "bytes_sent"),
	C("Broadcast packets received", "broadcast_packets_received"),
	C("Broadcast packets sent", "broadcast_packets_sent"),
	C("Multicast packets received", "multicast_packets_received"),
	C("Multicast packets sent", "multicast_packets_sent"),
	C("Unicast packets received", "unicast_packets_received"),
	C("Unicast packets sent", "unicast_packets_sent"),
	C("Receive packets dropped", "receive_packets_dropped"),
	C("Transmit packets dropped", "transmit_packets_dropped"),
	C("Dropped: blocked", "dropped_blocked"),
	C("Dropped: vlan_mismatch", "dropped_vlan_mismatch"),
	C("Dropped: forged_transmit", "dropped_forged_transmit"),
	C("Dropped: mac_changed", "dropped_mac_changed"),
	C("Dropped: shaped", "dropped_shaped"),
	C("Dropped: no_uplink", "dropped_no_uplink"),
	C("Dropped: unknown_unicast", "dropped_unknown_unicast"),
	C("Dropped: reflected", "dropped_reflected"),
	C("Dropped: team_inbound", "dropped_team_inbound"),
	C("Dropped: link_local", "dropped_link_local"),
	C("Dropped: too_big", "dropped_too_big"),
	C("Dropped: no_memory", "dropped_no_memory"),
	C("Dropped: malformed", "dropped_malformed"),
	{ }
};

static const struct layout stats_layout = {
	SHAPE_SIMPLE, stats_columns, "port_id", "Packet statistics for port ",
};

/* vmport */

static const struct opt_def vmport_add_opts[] = {
	O('n', "nic-name", "NIC", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORT_IFNAME, "interface of the virtual machine"),
	O('p', "portgroup-name", "NAME", OPT_STRING, REQ,
	  VSWITCH_A_PORT_PORTGROUP, "port group that it is connected to"),
	O('M', "mac-address", "MAC", OPT_MAC, 0, VSWITCH_A_PORT_INITIAL_MAC,
	  "initial address; else that of the first frame"),
	{ }
};

static const struct opt_def vmport_set_opts[] = {
	O('n', "nic-name", "NIC", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORT_IFNAME, "interface of the virtual machine"),
	O('M', "mac-address", "MAC", OPT_MAC, OPT_CHANGE, VSWITCH_A_PORT_MAC,
	  "effective address"),
	O('b', "blocked", "BOOL", OPT_BOOL, OPT_CHANGE,
	  VSWITCH_A_PORT_BLOCKED, "let nothing pass"),
	{ }
};

static const struct opt_def vmport_remove_opts[] = {
	O('n', "nic-name", "NIC", OPT_STRING, REQ | OBJ,
	  VSWITCH_A_PORT_IFNAME, "interface of the virtual machine"),
	{ }
};

static const struct opt_def vmport_list_opts[] = {
	O('n', "nic-name", "NIC", OPT_STRING, OBJ | OPT_KEY | OPT_EITHER,
	  VSWITCH_A_PORT_IFNAME, "only this interface"),
	O('v', "vswitch-name", "NAME", OPT_STRING, OBJ | OPT_EITHER,
	  VSWITCH_A_PORT_SWITCH, "only those of this switch"),
	{ }
};

static const struct column vmport_columns[] = {
	C("Name", "client"),
	CR("Port ID", "port_id"),
	C("Switch", "virtual_switch"),
	C("Portgroup", "portgroup"),
	C("Initial MAC", "initial_mac_address"),
	C("MAC Address", "mac_address"),
	C("Blocked", "blocked"),
	C("Team Uplink", "team_uplink"),
	CJ("flags"),
	{ }
};

static const struct layout vmport_layout = {
	SHAPE_TABLE, vmport_columns, NULL, NULL,
};

/* ping */

static const struct opt_def ping_opts[] = {
	O('H', "host", "HOST", OPT_STRING, REQ | OBJ | OPT_BARE, 0,
	  "name or address"),
	O('c', "count", "NUMBER", OPT_U32, 0, 0, "requests to send"),
	O('s', "size", "BYTES", OPT_U32, 0, 0, "payload of a request"),
	O('d', "df", NULL, OPT_FLAG, 0, 0, "do not fragment"),
	O('I', "interface", "VMK", OPT_STRING, 0, 0,
	  "adapter to send from, in its own TCP/IP stack"),
	O('S', "netstack", "NAME", OPT_STRING, 0, 0,
	  "TCP/IP stack to send from"),
	O('i', "interval", "SECONDS", OPT_DECIMAL, 0, 0,
	  "time between requests"),
	O('W', "wait", "SECONDS", OPT_DECIMAL, 0, 0,
	  "time to wait for an answer"),
	O('t', "ttl", "NUMBER", OPT_U32, 0, 0, "hops that a request lives"),
	O('4', "ipv4", NULL, OPT_FLAG, OPT_EITHER, 0, "IPv4 only"),
	O('6', "ipv6", NULL, OPT_FLAG, OPT_EITHER, 0, "IPv6 only"),
	{ }
};

/* config */

static const struct opt_def config_file_opts[] = {
	O('f', "file", "FILE", OPT_STRING, OBJ, 0,
	  "the file; else /etc/vswitch/config.yaml"),
	{ }
};

static const struct opt_def config_apply_opts[] = {
	O('f', "file", "FILE", OPT_STRING, OBJ, 0,
	  "the file; else /etc/vswitch/config.yaml"),
	O('c', "confirm", "SECONDS", OPT_U32, 0, 0,
	  "go back unless the change is confirmed in time"),
	O('H', "check", "HOST", OPT_STRING, 0, 0,
	  "go back unless the host answers in time (30 s)"),
	O('n', "dry-run", NULL, OPT_FLAG, 0, 0,
	  "print what would be done, and do nothing"),
	O('l', "lenient", NULL, OPT_FLAG, 0, 0,
	  "leave out what cannot be, with a warning, as at boot"),
	{ }
};

/* monitor */

static const struct opt_def monitor_opts[] = {
	O('c', "count", "NUMBER", OPT_U32, 0, 0, "end after so many events"),
	O('t', "timestamp", NULL, OPT_FLAG, 0, 0,
	  "begin each line of text with the time; JSON has it anyway"),
	{ }
};

#define STANDARD	"network vswitch standard "
#define INTERFACE	"network ip interface "
#define ROUTE		"network ip route "

const struct command commands[] = {
	{
		.path = "vswitch add", .alias = STANDARD "add",
		.help = "Make a switch",
		.note =
			"A name that is not a valid and free name of an\n"
			"interface becomes an alternative name of the switch's\n"
			"interface. Where another interface has that name,\n"
			"there is a warning, and the switch works without.",
		.opts = vswitch_add_opts, .genl = VSWITCH_CMD_SWITCH_ADD,
		.run = cmd_vswitch_add,
	}, {
		.path = "vswitch set", .alias = STANDARD "set",
		.help = "Change a switch",
		.opts = vswitch_set_opts, .genl = VSWITCH_CMD_SWITCH_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "vswitch list", .alias = STANDARD "list",
		.help = "Show switches",
		.opts = vswitch_list_opts, .layout = &vswitch_layout,
		.genl = VSWITCH_CMD_SWITCH_GET, .run = cmd_vswitch_list,
	}, {
		.path = "vswitch remove", .alias = STANDARD "remove",
		.help = "Remove a switch to which no client is connected",
		.note = "Its uplinks and port groups go with it.",
		.opts = vswitch_remove_opts, .genl = VSWITCH_CMD_SWITCH_DEL,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "vswitch uplink add", .alias = STANDARD "uplink add",
		.help = "Make an interface an uplink of a switch",
		.note =
			"With --migrate-to the host moves, in one step, from the\n"
			"interface to an adapter of the switch, in the default\n"
			"TCP/IP stack. Connections survive. The change is kept\n"
			"once --check HOST answers, or \"config confirm\" is run;\n"
			"else the former state comes back by itself, even if\n"
			"the connection or vmkctl has died. By default, who has\n"
			"to answer is the host that the caller is logged in\n"
			"from, or else a gateway of the interface.",
		.opts = uplink_add_opts, .genl = VSWITCH_CMD_UPLINK_ADD,
		.cuts = CUTS_NAMED | CUTS_SELF, .run = cmd_uplink_add,
	}, {
		.path = "vswitch uplink remove",
		.alias = STANDARD "uplink remove",
		.help = "Take an uplink from its switch",
		.opts = uplink_opts, .genl = VSWITCH_CMD_UPLINK_DEL,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "vswitch policy failover set",
		.alias = STANDARD "policy failover set",
		.help = "Change which uplinks the clients of a switch use",
		.note = POLICY_UPLINKS_NOTE,
		.opts = vswitch_failover_opts,
		.genl = VSWITCH_CMD_SWITCH_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "vswitch policy failover get",
		.alias = STANDARD "policy failover get",
		.help = "Show which uplinks the clients of a switch use",
		.opts = vswitch_policy_get_opts,
		.layout = &vswitch_failover_layout,
		.genl = VSWITCH_CMD_SWITCH_GET, .run = cmd_failover_get,
	}, {
		.path = "vswitch policy security set",
		.alias = STANDARD "policy security set",
		.help = "Change what the clients of a switch may do",
		.opts = vswitch_security_opts,
		.genl = VSWITCH_CMD_SWITCH_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "vswitch policy security get",
		.alias = STANDARD "policy security get",
		.help = "Show what the clients of a switch may do",
		.opts = vswitch_policy_get_opts,
		.layout = &vswitch_security_layout,
		.genl = VSWITCH_CMD_SWITCH_GET, .run = cmd_list,
	}, {
		.path = "vswitch policy shaping set",
		.alias = STANDARD "policy shaping set",
		.help = "Change how fast each client of a switch may send",
		.opts = vswitch_shaping_opts,
		.genl = VSWITCH_CMD_SWITCH_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "vswitch policy shaping get",
		.alias = STANDARD "policy shaping get",
		.help = "Show how fast each client of a switch may send",
		.opts = vswitch_policy_get_opts,
		.layout = &vswitch_shaping_layout,
		.genl = VSWITCH_CMD_SWITCH_GET, .run = cmd_list,
	}, {
		.path = "portgroup add", .alias = STANDARD "portgroup add",
		.help = "Make a port group, untagged at first",
		.opts = portgroup_opts, .genl = VSWITCH_CMD_PORTGROUP_ADD,
		.run = cmd_send,
	}, {
		.path = "portgroup set", .alias = STANDARD "portgroup set",
		.help = "Change the VLANs of a port group",
		.opts = portgroup_set_opts, .genl = VSWITCH_CMD_PORTGROUP_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "portgroup list", .alias = STANDARD "portgroup list",
		.help = "Show port groups",
		.opts = portgroup_list_opts, .layout = &portgroup_layout,
		.genl = VSWITCH_CMD_PORTGROUP_GET, .run = cmd_list,
	}, {
		.path = "portgroup remove",
		.alias = STANDARD "portgroup remove",
		.help = "Remove a port group to which no client is connected",
		.opts = portgroup_opts, .genl = VSWITCH_CMD_PORTGROUP_DEL,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "portgroup policy failover set",
		.alias = STANDARD "portgroup policy failover set",
		.help = "Change which uplinks the clients of a port group use",
		.note = POLICY_UPLINKS_NOTE,
		.opts = portgroup_failover_opts,
		.genl = VSWITCH_CMD_PORTGROUP_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "portgroup policy failover get",
		.alias = STANDARD "portgroup policy failover get",
		.help = "Show which uplinks the clients of a port group use",
		.opts = portgroup_policy_get_opts,
		.layout = &portgroup_failover_layout,
		.genl = VSWITCH_CMD_PORTGROUP_GET, .run = cmd_failover_get,
	}, {
		.path = "portgroup policy security set",
		.alias = STANDARD "portgroup policy security set",
		.help = "Change what the clients of a port group may do",
		.opts = portgroup_security_opts,
		.genl = VSWITCH_CMD_PORTGROUP_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "portgroup policy security get",
		.alias = STANDARD "portgroup policy security get",
		.help = "Show what the clients of a port group may do",
		.opts = portgroup_policy_get_opts,
		.layout = &portgroup_security_layout,
		.genl = VSWITCH_CMD_PORTGROUP_GET, .run = cmd_list,
	}, {
		.path = "portgroup policy shaping set",
		.alias = STANDARD "portgroup policy shaping set",
		.help = "Change how fast each client of a port group may send",
		.opts = portgroup_shaping_opts,
		.genl = VSWITCH_CMD_PORTGROUP_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "portgroup policy shaping get",
		.alias = STANDARD "portgroup policy shaping get",
		.help = "Show how fast each client of a port group may send",
		.opts = portgroup_policy_get_opts,
		.layout = &portgroup_shaping_layout,
		.genl = VSWITCH_CMD_PORTGROUP_GET, .run = cmd_list,
	}, {
		.path = "interface add", .alias = INTERFACE "add",
		.help = "Make a VMkernel adapter",
		.note =
			"The stack defaultTcpipStack is that of the switch.\n"
			"An adapter stays in its stack.",
		.opts = interface_add_opts, .genl = VSWITCH_CMD_VMK_ADD,
		.run = cmd_interface_add,
	}, {
		.path = "interface set", .alias = INTERFACE "set",
		.help = "Change a VMkernel adapter",
		.opts = interface_set_opts, .genl = VSWITCH_CMD_VMK_SET,
		.cuts = CUTS_NAMED, .run = cmd_send,
	}, {
		.path = "interface list", .alias = INTERFACE "list",
		.help = "Show VMkernel adapters",
		.opts = interface_list_opts, .layout = &interface_layout,
		.genl = VSWITCH_CMD_VMK_GET, .run = cmd_interface_list,
	}, {
		.path = "interface remove", .alias = INTERFACE "remove",
		.help = "Remove a VMkernel adapter",
		.opts = interface_remove_opts, .genl = VSWITCH_CMD_VMK_DEL,
		.cuts = CUTS_NAMED, .run = cmd_interface_remove,
	}, {
		.path = "interface tag add", .alias = INTERFACE "tag add",
		.help = "Tag an adapter with a kind of traffic",
		.opts = tag_add_opts, .genl = VSWITCH_CMD_VMK_SET,
		.run = cmd_tag_add,
	}, {
		.path = "interface tag remove",
		.alias = INTERFACE "tag remove",
		.help = "Take a tag from an adapter",
		.opts = tag_remove_opts, .genl = VSWITCH_CMD_VMK_SET,
		.run = cmd_tag_remove,
	}, {
		.path = "interface tag get", .alias = INTERFACE "tag get",
		.help = "Show the tags of an adapter",
		.opts = tag_get_opts, .layout = &tag_layout,
		.genl = VSWITCH_CMD_VMK_GET, .run = cmd_list,
	}, {
		.path = "interface ipv4 set", .alias = INTERFACE "ipv4 set",
		.help = "Give an adapter an IPv4 address, or none",
		.note =
			"A static address replaces those that the adapter has.\n"
			"The default route does not displace that of another\n"
			"interface: it serves what is bound to this adapter,\n"
			"and all the rest where there is no other.",
		.opts = ipv4_set_opts, .cuts = CUTS_NAMED, .run = cmd_ipv4_set,
	}, {
		.path = "interface ipv4 get", .alias = INTERFACE "ipv4 get",
		.help = "Show the IPv4 configuration of adapters",
		.opts = interface_list_opts, .layout = &ipv4_get_layout,
		.run = cmd_ipv4_get,
	}, {
		.path = "interface ipv4 address list",
		.alias = INTERFACE "ipv4 address list",
		.help = "Show the IPv4 addresses of adapters",
		.opts = interface_list_opts, .layout = &ipv4_list_layout,
		.run = cmd_ipv4_list,
	}, {
		.path = "interface ipv6 set", .alias = INTERFACE "ipv6 set",
		.help = "Change the IPv6 configuration of an adapter",
		.opts = ipv6_set_opts, .cuts = CUTS_NAMED, .run = cmd_ipv6_set,
	}, {
		.path = "interface ipv6 get", .alias = INTERFACE "ipv6 get",
		.help = "Show the IPv6 configuration of adapters",
		.opts = interface_list_opts, .layout = &ipv6_get_layout,
		.run = cmd_ipv6_get,
	}, {
		.path = "interface ipv6 address add",
		.alias = INTERFACE "ipv6 address add",
		.help = "Give an adapter an IPv6 address",
		.opts = ipv6_address_opts,
		.cuts = CUTS_NAMED, .run = cmd_ipv6_add,
	}, {
		.path = "interface ipv6 address list",
		.alias = INTERFACE "ipv6 address list",
		.help = "Show the IPv6 addresses of adapters",
		.opts = interface_list_opts, .layout = &ipv6_list_layout,
		.run = cmd_ipv6_list,
	}, {
		.path = "interface ipv6 address remove",
		.alias = INTERFACE "ipv6 address remove",
		.help = "Take an IPv6 address from an adapter",
		.opts = ipv6_address_opts,
		.cuts = CUTS_NAMED, .run = cmd_ipv6_remove,
	}, {
		.path = "netstack add", .alias = "network ip netstack add",
		.help = "Make a TCP/IP stack",
		.note =
			"A TCP/IP stack is a network namespace of ip-netns(8).",
		.opts = netstack_opts, .run = cmd_netstack_add,
	}, {
		.path = "netstack get", .alias = "network ip netstack get",
		.help = "Show the configuration of a TCP/IP stack",
		.opts = netstack_get_opts, .layout = &netstack_get_layout,
		.run = cmd_netstack_get,
	}, {
		.path = "netstack list", .alias = "network ip netstack list",
		.help = "Show TCP/IP stacks",
		.layout = &netstack_layout, .run = cmd_netstack_list,
	}, {
		.path = "netstack remove",
		.alias = "network ip netstack remove",
		.help = "Remove a TCP/IP stack that no adapter is in",
		.opts = netstack_opts, .run = cmd_netstack_remove,
	}, {
		.path = "netstack set", .alias = "network ip netstack set",
		.help = "Change the configuration of a TCP/IP stack",
		.opts = netstack_set_opts, .run = cmd_netstack_set,
	}, {
		.path = "route ipv4 add", .alias = ROUTE "ipv4 add",
		.help = "Add an IPv4 route to a TCP/IP stack",
		.opts = route_ipv4_opts,
		.cuts = CUTS_ANY, .run = cmd_route_ipv4_add,
	}, {
		.path = "route ipv4 list", .alias = ROUTE "ipv4 list",
		.help = "Show the IPv4 routes of a TCP/IP stack",
		.opts = netstack_get_opts, .layout = &route_ipv4_layout,
		.run = cmd_route_ipv4_list,
	}, {
		.path = "route ipv4 remove", .alias = ROUTE "ipv4 remove",
		.help = "Remove an IPv4 route from a TCP/IP stack",
		.opts = route_ipv4_opts,
		.cuts = CUTS_ANY, .run = cmd_route_ipv4_remove,
	}, {
		.path = "route ipv6 add", .alias = ROUTE "ipv6 add",
		.help = "Add an IPv6 route to a TCP/IP stack",
		.opts = route_ipv6_opts,
		.cuts = CUTS_ANY, .run = cmd_route_ipv6_add,
	}, {
		.path = "route ipv6 list", .alias = ROUTE "ipv6 list",
		.help = "Show the IPv6 routes of a TCP/IP stack",
		.opts = netstack_get_opts, .layout = &route_ipv6_layout,
		.run = cmd_route_ipv6_list,
	}, {
		.path = "route ipv6 remove", .alias = ROUTE "ipv6 remove",
		.help = "Remove an IPv6 route from a TCP/IP stack",
		.opts = route_ipv6_opts,
		.cuts = CUTS_ANY, .run = cmd_route_ipv6_remove,
	}, {
		.path = "neighbor list", .alias = "network ip neighbor list",
		.help = "Show what adapters know of their neighbors",
		.opts = neighbor_list_opts, .layout = &neighbor_layout,
		.genl = VSWITCH_CMD_VMK_GET, .run = cmd_neighbor_list,
	}, {
		.path = "neighbor remove",
		.alias = "network ip neighbor remove",
		.help = "Have adapters forget a neighbor",
		.opts = neighbor_remove_opts,
		.genl = VSWITCH_CMD_VMK_GET, .run = cmd_neighbor_remove,
	}, {
		.path = "port list", .alias = "network port list",
		.help = "Show ports",
		.opts = port_list_opts, .layout = &port_layout,
		.genl = VSWITCH_CMD_PORT_GET, .run = cmd_port_list,
	}, {
		.path = "port set", .alias = "network port set",
		.help = "Block or unblock a port",
		.opts = port_set_opts, .genl = VSWITCH_CMD_PORT_SET,
		.run = cmd_send,
	}, {
		.path = "port stats get", .alias = "network port stats get",
		.help = "Show what passed ports and what was dropped there",
		.note =
			"Received and sent are from the side of what is\n"
			"connected to the port.",
		.opts = port_list_opts, .layout = &stats_layout,
		.genl = VSWITCH_CMD_PORT_GET, .run = cmd_list,
	}, {
		.path = "vmport add",
		.help = "Connect an interface of a virtual machine",
		.opts = vmport_add_opts, .genl = VSWITCH_CMD_PORT_ADD,
		.run = cmd_send,
	}, {
		.path = "vmport set",
		.help = "Change the port of a virtual machine",
		.opts = vmport_set_opts, .genl = VSWITCH_CMD_PORT_SET,
		.run = cmd_send,
	}, {
		.path = "vmport list",
		.help = "Show the ports of virtual machines",
		.opts = vmport_list_opts, .layout = &vmport_layout,
		.genl = VSWITCH_CMD_PORT_GET, .run = cmd_vmport_list,
	}, {
		.path = "vmport remove",
		.help = "Disconnect an interface of a virtual machine",
		.opts = vmport_remove_opts, .genl = VSWITCH_CMD_PORT_DEL,
		.run = cmd_send,
	}, {
		.path = "nic list", .alias = "network nic list",
		.help = "Show NICs",
		.note =
			"NICs are Ethernet interfaces that have a device of\n"
			"their own or are uplinks.",
		.layout = &nic_layout, .run = cmd_nic_list,
	}, {
		.path = "nic get", .alias = "network nic get",
		.help = "Show what a NIC is and can do",
		.opts = nic_opts, .layout = &nic_get_layout,
		.run = cmd_nic_get,
	}, {
		.path = "nic stats get", .alias = "network nic stats get",
		.help = "Show the counters of a NIC",
		.opts = nic_opts, .layout = &nic_stats_layout,
		.run = cmd_nic_stats,
	}, {
		.path = "nic up", .alias = "network nic up",
		.help = "Set a NIC up",
		.opts = nic_opts, .run = cmd_nic_up,
	}, {
		.path = "nic down", .alias = "network nic down",
		.help = "Set a NIC down",
		.opts = nic_opts, .run = cmd_nic_down,
	}, {
		.path = "nic alias",
		.help = "Name the machine's NICs vmnic0, vmnic1, ...",
		.note =
			"As alternative names, for NICs on a PCI bus, in the\n"
			"order of their addresses there. A NIC that has such\n"
			"a name keeps it.",
		.run = cmd_nic_alias,
	}, {
		.path = "vm list", .alias = "network vm list",
		.help = "Show virtual machines that have ports",
		.note =
			"The world of a virtual machine is the process that\n"
			"holds its tap open; that of another user's is known\n"
			"to root only. Ports without one are not shown.",
		.layout = &vm_layout, .run = cmd_vm_list,
		.genl = VSWITCH_CMD_PORT_GET,
	}, {
		.path = "vm port list", .alias = "network vm port list",
		.help = "Show the ports of virtual machines, as ESXi does",
		.opts = vm_port_opts, .layout = &vm_port_layout,
		.genl = VSWITCH_CMD_PORT_GET, .run = cmd_vm_port_list,
	}, {
		.path = "ping", .alias = "network diag ping",
		.help = "Send echo requests with the system's ping",
		.opts = ping_opts, .run = cmd_ping,
	}, {
		.path = "config show",
		.help = "Show the running state as a configuration",
		.note =
			"In YAML, by -j in JSON; both can be applied. The\n"
			"interfaces of virtual machines are not part of it.",
		.run = cmd_config_show,
	}, {
		.path = "config save",
		.help = "Write the running state to a file",
		.note =
			"The file is replaced as a whole or not at all, and is\n"
			"its owner's alone.",
		.opts = config_file_opts, .run = cmd_config_save,
	}, {
		.path = "config diff",
		.help = "Show the commands that would make a file the state",
		.note =
			"As with diff(1), the exit status is 0 where there are\n"
			"none, 1 where there are some, 2 where it fails.",
		.opts = config_file_opts, .run = cmd_config_diff,
	}, {
		.path = "config apply",
		.help = "Make a file the running state",
		.note =
			"Prints the commands that lead there and runs them;\n"
			"what is as the file says is not touched. If one fails,\n"
			"or vmkctl dies, the former state comes back. With\n"
			"--confirm it also comes back unless 'config confirm'\n"
			"is run in time, with --check unless the host answers\n"
			"a ping, whatever has become of shell and connection.\n"
			"What the file leaves out is removed, but no TCP/IP\n"
			"stack; what it leaves unsaid is as on a new object.\n"
			"A route by an address of DHCP or of a router waits\n"
			"for it, 30 seconds at most. With --lenient uplinks\n"
			"that are not there and routes that have waited in\n"
			"vain are left out, and all else is made.",
		.opts = config_apply_opts, .cuts = CUTS_ANY | CUTS_SELF,
		.run = cmd_config_apply,
	}, {
		.path = "config confirm",
		.help = "Keep the change that waits to be confirmed",
		.run = cmd_config_confirm,
	}, {
		.path = "config revert",
		.help = "Go back before the change that waits at once",
		.run = cmd_config_revert,
	}, {
		.path = "monitor",
		.help = "Show changes as they happen, a line for each",
		.note =
			"Goes on until it is interrupted. By -j each line is\n"
			"a JSON object: its time, the event (add, change,\n"
			"remove), the kind of object (vswitch, portgroup,\n"
			"uplink, port, interface), the object's values and, of\n"
			"those that were others before, what they were. The\n"
			"event overrun says that some were lost.",
		.opts = monitor_opts, .run = cmd_monitor,
	},
	{ }
};
