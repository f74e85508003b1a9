// SPDX-License-Identifier: GPL-2.0
/* What a configuration file may say. */
#include <linux/vswitch.h>

#include "config_schema.h"
#include "value.h"

#define COUNT(array)	(sizeof(array) / sizeof(*(array)))

#define NEEDED	CYAML_FLAG_POINTER
#define MAYBE	(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
/* Words only, and those in any case, as on the command line. */
#define WORDS	(MAYBE | CYAML_FLAG_STRICT | CYAML_FLAG_CASE_INSENSITIVE)
/* A name may look like a number or a bool. */
#define QUOTED	CYAML_FLAG_SCALAR_QUOTE_DOUBLE

#define TEXT_MAX	127

/* A key: text, a name, a number, true or false, a word, a mapping, a list. */
#define TEXT(k, f, s, m) CYAML_FIELD_STRING_PTR(k, f, s, m, 1, TEXT_MAX)
#define NAME(k, f, s, m, max) \
	CYAML_FIELD_STRING_PTR(k, (f) | QUOTED, s, m, 1, max)
#define NUMBER(k, s, m) CYAML_FIELD_UINT_PTR(k, MAYBE, s, m)
#define BOOL(k, s, m) \
	CYAML_FIELD_ENUM_PTR(k, WORDS, s, m, config_bools, COUNT(config_bools))
#define WORD(k, s, m, w, n) CYAML_FIELD_ENUM_PTR(k, WORDS, s, m, w, n)
#define MAP(k, s, m, fields) CYAML_FIELD_MAPPING_PTR(k, MAYBE, s, m, fields)
#define LIST(k, s, m, entry) \
	CYAML_FIELD_SEQUENCE(k, MAYBE, s, m, entry, 0, CYAML_UNLIMITED)

/* Written by the first word of a value, read by all. */
const cyaml_strval_t config_bools[] = { WORDS_BOOL };
static const cyaml_strval_t discovery_words[] = { WORDS_DISCOVERY };
static const cyaml_strval_t load_words[] = { WORDS_LOAD, WORDS_LOAD_SHOWN };
static const cyaml_strval_t detection_words[] = { WORDS_DETECTION };
static const cyaml_strval_t ip_words[] = { WORDS_IP_TYPE };
static const cyaml_strval_t traffic_words[] = { WORDS_TRAFFIC };

static const cyaml_schema_value_t name_entry = {
	CYAML_VALUE_STRING(NEEDED | QUOTED, char, 1, VSWITCH_IFNAME_MAX),
};

static const cyaml_schema_value_t text_entry = {
	CYAML_VALUE_STRING(NEEDED, char, 1, TEXT_MAX),
};

const cyaml_schema_field_t security_fields[] = {
	BOOL("allow-promiscuous", struct config_security, promiscuous),
	BOOL("allow-mac-change", struct config_security, mac_change),
	BOOL("allow-forged-transmits", struct config_security, forged),
	CYAML_FIELD_END
};

const cyaml_schema_field_t shaping_fields[] = {
	BOOL("enabled", struct config_shaping, enabled),
	NUMBER("avg-bandwidth", struct config_shaping, average),
	NUMBER("peak-bandwidth", struct config_shaping, peak),
	NUMBER("burst-size", struct config_shaping, burst),
	CYAML_FIELD_END
};

const cyaml_schema_field_t failover_fields[] = {
	LIST("active-uplinks", struct config_failover, active, &name_entry),
	LIST("standby-uplinks", struct config_failover, standby, &name_entry),
	WORD("load-balancing", struct config_failover, load, load_words,
	     COUNT(load_words)),
	WORD("failure-detection", struct config_failover, detection,
	     detection_words, COUNT(detection_words)),
	BOOL("notify-switches", struct config_failover, notify),
	BOOL("failback", struct config_failover, failback),
	CYAML_FIELD_END
};

const cyaml_schema_field_t policy_fields[] = {
	MAP("security", struct config_policy, security, security_fields),
	MAP("shaping", struct config_policy, shaping, shaping_fields),
	MAP("failover", struct config_policy, failover, failover_fields),
	CYAML_FIELD_END
};

const cyaml_schema_field_t portgroup_fields[] = {
	NAME("name", NEEDED, struct config_portgroup, name,
	     VSWITCH_PORTGROUP_NAME_MAX),
	NUMBER("vlan-id", struct config_portgroup, vlan),
	CYAML_FIELD_STRING_PTR("vlan-trunk", MAYBE | QUOTED,
			       struct config_portgroup, trunk, 1,
			       CYAML_UNLIMITED),
	MAP("policy", struct config_portgroup, policy, policy_fields),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t portgroup_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_portgroup,
			    portgroup_fields),
};

const cyaml_schema_field_t switch_fields[] = {
	NAME("name", NEEDED, struct config_switch, name,
	     VSWITCH_SWITCH_NAME_MAX),
	NUMBER("mtu", struct config_switch, mtu),
	WORD("cdp-status", struct config_switch, discovery, discovery_words,
	     COUNT(discovery_words)),
	NUMBER("failback-delay", struct config_switch, failback_delay),
	LIST("uplinks", struct config_switch, uplinks, &name_entry),
	MAP("policy", struct config_switch, policy, policy_fields),
	LIST("portgroups", struct config_switch, portgroups, &portgroup_entry),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t switch_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_switch,
			    switch_fields),
};

const cyaml_schema_field_t stack_fields[] = {
	NAME("name", NEEDED, struct config_stack, name,
	     VSWITCH_NETSTACK_NAME_MAX),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t stack_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_stack,
			    stack_fields),
};

const cyaml_schema_field_t ipv4_fields[] = {
	WORD("type", struct config_ipv4, type, ip_words, COUNT(ip_words)),
	TEXT("address", MAYBE, struct config_ipv4, address),
	TEXT("gateway", MAYBE, struct config_ipv4, gateway),
	BOOL("peer-dns", struct config_ipv4, dns),
	CYAML_FIELD_END
};

const cyaml_schema_field_t ipv6_fields[] = {
	BOOL("enable-ipv6", struct config_ipv6, enabled),
	BOOL("enable-router-adv", struct config_ipv6, adverts),
	BOOL("enable-dhcpv6", struct config_ipv6, dhcp),
	LIST("addresses", struct config_ipv6, addresses, &text_entry),
	TEXT("gateway", MAYBE, struct config_ipv6, gateway),
	CYAML_FIELD_END
};

const cyaml_schema_field_t adapter_fields[] = {
	NAME("name", NEEDED, struct config_adapter, name, VSWITCH_IFNAME_MAX),
	NAME("portgroup", NEEDED, struct config_adapter, portgroup,
	     VSWITCH_PORTGROUP_NAME_MAX),
	NAME("netstack", MAYBE, struct config_adapter, stack,
	     VSWITCH_NETSTACK_NAME_MAX),
	NAME("mac-address", MAYBE, struct config_adapter, mac, TEXT_MAX),
	NUMBER("mtu", struct config_adapter, mtu),
	BOOL("enabled", struct config_adapter, enabled),
	CYAML_FIELD_FLAGS_PTR("tags", WORDS, struct config_adapter, tags,
			      traffic_words, COUNT(traffic_words)),
	MAP("ipv4", struct config_adapter, ipv4, ipv4_fields),
	MAP("ipv6", struct config_adapter, ipv6, ipv6_fields),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t adapter_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_adapter,
			    adapter_fields),
};

const cyaml_schema_field_t route_fields[] = {
	TEXT("network", NEEDED, struct config_route, network),
	TEXT("gateway", NEEDED, struct config_route, gateway),
	NAME("netstack", MAYBE, struct config_route, stack,
	     VSWITCH_NETSTACK_NAME_MAX),
	CYAML_FIELD_END
};

static const cyaml_schema_value_t route_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_route,
			    route_fields),
};

const cyaml_schema_field_t config_fields[] = {
	CYAML_FIELD_UINT_PTR("version", NEEDED, struct config, version),
	LIST("switches", struct config, switches, &switch_entry),
	LIST("netstacks", struct config, stacks, &stack_entry),
	LIST("adapters", struct config, adapters, &adapter_entry),
	LIST("routes", struct config, routes, &route_entry),
	CYAML_FIELD_END
};

const cyaml_schema_value_t config_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config, config_fields),
};

const cyaml_config_t config_cyaml = {
	.mem_fn = cyaml_mem,
	/* An alias of aliases can stand for more than memory holds. */
	.flags = CYAML_CFG_STYLE_BLOCK | CYAML_CFG_NO_ALIAS,
};
