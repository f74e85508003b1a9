/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_SCHEMA_H
#define VMKCTL_CONFIG_SCHEMA_H

#include <cyaml/cyaml.h>
#include <stdint.h>

#define CONFIG_VERSION	1

/*
 * A configuration, as a file has it. Each value is a pointer, NULL where it is
 * not said; the keys in the file are called as vmkctl's long options are.
 */

/**
 * struct config_security - what clients may do
 * @promiscuous: see every frame in their VLANs
 * @mac_change: change their address
 * @forged: send from other addresses
 */
struct config_security {
	uint32_t *promiscuous;
	uint32_t *mac_change;
	uint32_t *forged;
};

/**
 * struct config_shaping - how fast each client may send
 * @enabled: it is shaped at all
 * @average: Kbit/s in the long run
 * @peak: Kbit/s in a burst
 * @burst: most that can be saved up, in KiB
 */
struct config_shaping {
	uint32_t *enabled;
	uint32_t *average;
	uint32_t *peak;
	uint32_t *burst;
};

/**
 * struct config_failover - which uplinks clients use
 * @active: those in use, in order; said together with @standby or not at all
 * @active_count: how many
 * @standby: those that step in
 * @standby_count: how many
 * @load: how clients are dealt out
 * @detection: how a failure is noticed
 * @notify: tell the physical switches where clients are
 * @failback: use an uplink again that is back
 */
struct config_failover {
	char **active;
	uint32_t active_count;
	char **standby;
	uint32_t standby_count;
	uint32_t *load;
	uint32_t *detection;
	uint32_t *notify;
	uint32_t *failback;
};

/**
 * struct config_policy - policies of a switch, or overrides of a port group
 * @security: what clients may do
 * @shaping: how fast they may send
 * @failover: which uplinks they use
 */
struct config_policy {
	struct config_security *security;
	struct config_shaping *shaping;
	struct config_failover *failover;
};

/**
 * struct config_portgroup - a port group
 * @name: its name, of which there is one
 * @vlan: VLAN, where it is not a trunk
 * @trunk: VLANs of a trunk
 * @policy: what it overrides
 */
struct config_portgroup {
	char *name;
	uint32_t *vlan;
	char *trunk;
	struct config_policy *policy;
};

/**
 * struct config_switch - a switch
 * @name: its name
 * @mtu: MTU
 * @discovery: discovery protocol
 * @failback_delay: in milliseconds
 * @uplinks: its uplinks
 * @uplinks_count: how many
 * @policy: all policies
 * @portgroups: its port groups
 * @portgroups_count: how many
 */
struct config_switch {
	char *name;
	uint32_t *mtu;
	uint32_t *discovery;
	uint32_t *failback_delay;
	char **uplinks;
	uint32_t uplinks_count;
	struct config_policy *policy;
	struct config_portgroup *portgroups;
	uint32_t portgroups_count;
};

/**
 * struct config_stack - a TCP/IP stack beside the default one
 * @name: its name
 */
struct config_stack {
	char *name;
};

/**
 * struct config_ipv4 - IPv4 of an adapter
 * @type: &enum value_ip
 * @address: address and length of its prefix
 * @gateway: gateway of a default route by the adapter
 * @dns: DNS servers are taken from DHCP, too
 */
struct config_ipv4 {
	uint32_t *type;
	char *address;
	char *gateway;
	uint32_t *dns;
};

/**
 * struct config_ipv6 - IPv6 of an adapter
 * @enabled: there is any
 * @adverts: router advertisements are taken
 * @dhcp: addresses are taken from DHCPv6
 * @addresses: static addresses with the lengths of their prefixes
 * @addresses_count: how many
 * @gateway: gateway of a static default route by the adapter
 */
struct config_ipv6 {
	uint32_t *enabled;
	uint32_t *adverts;
	uint32_t *dhcp;
	char **addresses;
	uint32_t addresses_count;
	char *gateway;
};

/**
 * struct config_adapter - a VMkernel adapter
 * @name: vmk0 to vmk255
 * @portgroup: its port group
 * @stack: its TCP/IP stack
 * @mac: its address
 * @mtu: its MTU
 * @enabled: it is up
 * @tags: kinds of traffic, as bits
 * @ipv4: IPv4
 * @ipv6: IPv6
 */
struct config_adapter {
	char *name;
	char *portgroup;
	char *stack;
	char *mac;
	uint32_t *mtu;
	uint32_t *enabled;
	uint32_t *tags;
	struct config_ipv4 *ipv4;
	struct config_ipv6 *ipv6;
};

/**
 * struct config_route - a static route
 * @network: default, or address and length of the prefix
 * @gateway: where to
 * @stack: in which TCP/IP stack
 */
struct config_route {
	char *network;
	char *gateway;
	char *stack;
};

/**
 * struct config - all that is configured
 * @version: %CONFIG_VERSION
 * @switches: switches
 * @switches_count: how many
 * @stacks: TCP/IP stacks beside the default one
 * @stacks_count: how many
 * @adapters: VMkernel adapters
 * @adapters_count: how many
 * @routes: static routes
 * @routes_count: how many
 */
struct config {
	uint32_t *version;
	struct config_switch *switches;
	uint32_t switches_count;
	struct config_stack *stacks;
	uint32_t stacks_count;
	struct config_adapter *adapters;
	uint32_t adapters_count;
	struct config_route *routes;
	uint32_t routes_count;
};

/* Keys of each mapping; the arrays end in a field without one. */
extern const cyaml_schema_field_t config_fields[];
extern const cyaml_schema_field_t switch_fields[];
extern const cyaml_schema_field_t portgroup_fields[];
extern const cyaml_schema_field_t policy_fields[];
extern const cyaml_schema_field_t security_fields[];
extern const cyaml_schema_field_t shaping_fields[];
extern const cyaml_schema_field_t failover_fields[];
extern const cyaml_schema_field_t stack_fields[];
extern const cyaml_schema_field_t adapter_fields[];
extern const cyaml_schema_field_t ipv4_fields[];
extern const cyaml_schema_field_t ipv6_fields[];
extern const cyaml_schema_field_t route_fields[];
extern const cyaml_strval_t config_bools[];

extern const cyaml_schema_value_t config_schema;
extern const cyaml_config_t config_cyaml;

#endif
