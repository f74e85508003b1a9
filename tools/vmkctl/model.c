// SPDX-License-Identifier: GPL-2.0
/* From netlink attributes to records. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/vswitch.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "print.h"
#include "value.h"

#define MODEL_ATTRS_MAX	32

/**
 * enum model_type - what an attribute holds
 * @FIELD_STRING: text
 * @FIELD_UINT: a number of 32 or 64 bits
 * @FIELD_BOOL: a number that is 0 or 1
 * @FIELD_MAC: an Ethernet address
 * @FIELD_WORD: a number that has a word
 * @FIELD_WORDS: bits that have words
 * @FIELD_PRESENT: nothing that matters; it is true because it is there
 * @FIELD_LIST: text, the attribute coming once for each of a list
 * @FIELD_UPLINKS: a list of uplinks
 * @FIELD_TRUNK: VLAN ranges, the attribute coming once for each
 * @FIELD_NEST: attributes of their own, whose fields join the record
 */
enum model_type {
	FIELD_STRING,
	FIELD_UINT,
	FIELD_BOOL,
	FIELD_MAC,
	FIELD_WORD,
	FIELD_WORDS,
	FIELD_PRESENT,
	FIELD_LIST,
	FIELD_UPLINKS,
	FIELD_TRUNK,
	FIELD_NEST,
};

/**
 * struct model_field - a member of a record
 * @name: its name; a table ends in an entry without one
 * @attr: the attribute
 * @type: what it holds
 * @words: for words
 * @nest: for %FIELD_NEST
 */
struct model_field {
	const char *name;
	int attr;
	enum model_type type;
	const struct word *words;
	const struct model_field *nest;
};

/* A field: name, attribute, type; with words; with attributes of its own. */
#define F(n, a, t) { .name = (n), .attr = (a), .type = (t) }
#define FW(n, a, t, w) { \
	.name = (n), .attr = (a), .type = (t), .words = (w) }
#define FN(n, a, f) { \
	.name = (n), .attr = (a), .type = FIELD_NEST, .nest = (f) }

static const struct model_field policy_fields[] = {
	F("allow_promiscuous", VSWITCH_A_POLICY_PROMISCUOUS, FIELD_BOOL),
	F("allow_mac_address_change", VSWITCH_A_POLICY_MAC_CHANGES,
	  FIELD_BOOL),
	F("allow_forged_transmits", VSWITCH_A_POLICY_FORGED_TRANSMITS,
	  FIELD_BOOL),
	F("shaping_enabled", VSWITCH_A_POLICY_SHAPING_ENABLED, FIELD_BOOL),
	F("average_bandwidth", VSWITCH_A_POLICY_SHAPING_AVERAGE, FIELD_UINT),
	F("peak_bandwidth", VSWITCH_A_POLICY_SHAPING_PEAK, FIELD_UINT),
	F("burst_size", VSWITCH_A_POLICY_SHAPING_BURST, FIELD_UINT),
	FW("load_balancing", VSWITCH_A_POLICY_LOAD_BALANCING, FIELD_WORD,
	   words_load_shown),
	FW("network_failure_detection", VSWITCH_A_POLICY_FAILURE_DETECTION,
	   FIELD_WORD, words_detection),
	F("notify_switches", VSWITCH_A_POLICY_NOTIFY_SWITCHES, FIELD_BOOL),
	F("failback", VSWITCH_A_POLICY_FAILBACK, FIELD_BOOL),
	F("active_adapters", VSWITCH_A_POLICY_ACTIVE, FIELD_UPLINKS),
	F("standby_adapters", VSWITCH_A_POLICY_STANDBY, FIELD_UPLINKS),
	{ }
};

/* An override, by the attribute that is there because of it. */
#define OVERRIDE(n, a) \
	F("override_vswitch_" n, VSWITCH_A_POLICY_##a, FIELD_PRESENT)

static const struct model_field override_fields[] = {
	OVERRIDE("allow_promiscuous", PROMISCUOUS),
	OVERRIDE("allow_mac_address_change", MAC_CHANGES),
	OVERRIDE("allow_forged_transmits", FORGED_TRANSMITS),
	OVERRIDE("shaping_enabled", SHAPING_ENABLED),
	OVERRIDE("average_bandwidth", SHAPING_AVERAGE),
	OVERRIDE("peak_bandwidth", SHAPING_PEAK),
	OVERRIDE("burst_size", SHAPING_BURST),
	OVERRIDE("load_balancing", LOAD_BALANCING),
	OVERRIDE("network_failure_detection", FAILURE_DETECTION),
	OVERRIDE("notify_switches", NOTIFY_SWITCHES),
	OVERRIDE("failback", FAILBACK),
	OVERRIDE("uplinks", ACTIVE),
	OVERRIDE("uplinks", STANDBY),
	{ }
};

static void model_switch_finish(json_t *rec)
{
	/* What esxcli tells of every standard switch. */
	json_object_set_new(rec, "class", json_string("etherswitch"));
	json_object_set_new(rec, "num_ports",
			    json_integer(VSWITCH_MAX_PORTS));
	json_object_set_new(rec, "configured_ports", json_integer(128));
	/* A probe each second; three seconds without one are too many. */
	json_object_set_new(rec, "beacon_interval", json_integer(1));
	json_object_set_new(rec, "beacon_threshold", json_integer(3));
}

static const struct model_field switch_fields[] = {
	F("index", VSWITCH_A_SWITCH_INDEX, FIELD_UINT),
	F("name", VSWITCH_A_SWITCH_NAME, FIELD_STRING),
	F("ifindex", VSWITCH_A_SWITCH_IFINDEX, FIELD_UINT),
	F("interface", VSWITCH_A_SWITCH_IFNAME, FIELD_STRING),
	F("mtu", VSWITCH_A_SWITCH_MTU, FIELD_UINT),
	FW("cdp_status", VSWITCH_A_SWITCH_DISCOVERY, FIELD_WORD,
	   words_discovery),
	F("used_ports", VSWITCH_A_SWITCH_PORTS, FIELD_UINT),
	F("failback_delay", VSWITCH_A_SWITCH_FAILBACK_DELAY, FIELD_UINT),
	FN("policy", VSWITCH_A_SWITCH_POLICY, policy_fields),
	{ }
};

const struct model model_switch = {
	.object = "vswitch",
	.key = "index",
	.get = VSWITCH_CMD_SWITCH_GET,
	.add = VSWITCH_CMD_SWITCH_ADD,
	.ntf = VSWITCH_CMD_SWITCH_ADD_NTF,
	.fields = switch_fields,
	.max = VSWITCH_A_SWITCH_MAX,
	.finish = model_switch_finish,
};

static void model_portgroup_finish(json_t *rec)
{
	const struct model_field *f;

	for (f = override_fields; f->name; f++)
		if (!json_object_get(rec, f->name))
			json_object_set_new(rec, f->name, json_false());
	if (!json_object_get(rec, "uplinks_in_use"))
		json_object_set_new(rec, "uplinks_in_use", json_array());
}

static const struct model_field portgroup_fields[] = {
	F("id", VSWITCH_A_PORTGROUP_ID, FIELD_UINT),
	F("name", VSWITCH_A_PORTGROUP_NAME, FIELD_STRING),
	F("virtual_switch", VSWITCH_A_PORTGROUP_SWITCH, FIELD_STRING),
	F("switch_index", VSWITCH_A_PORTGROUP_SWITCH_INDEX, FIELD_UINT),
	F("vlan_id", VSWITCH_A_PORTGROUP_VLAN, FIELD_UINT),
	F("vlan_trunk", VSWITCH_A_PORTGROUP_TRUNK, FIELD_TRUNK),
	FW("client_kind", VSWITCH_A_PORTGROUP_CLIENT_KIND, FIELD_WORD,
	   words_port_kind),
	F("active_clients", VSWITCH_A_PORTGROUP_ACTIVE_CLIENTS, FIELD_UINT),
	FN("policy", VSWITCH_A_PORTGROUP_POLICY, override_fields),
	FN("effective_policy", VSWITCH_A_PORTGROUP_EFFECTIVE_POLICY,
	   policy_fields),
	F("uplinks_in_use", VSWITCH_A_PORTGROUP_UPLINK_IN_USE, FIELD_LIST),
	{ }
};

const struct model model_portgroup = {
	.object = "portgroup",
	.key = "id",
	.get = VSWITCH_CMD_PORTGROUP_GET,
	.add = VSWITCH_CMD_PORTGROUP_ADD,
	.ntf = VSWITCH_CMD_PORTGROUP_ADD_NTF,
	.fields = portgroup_fields,
	.max = VSWITCH_A_PORTGROUP_MAX,
	.finish = model_portgroup_finish,
};

static const struct model_field uplink_fields[] = {
	F("port_id", VSWITCH_A_UPLINK_PORT_ID, FIELD_UINT),
	F("virtual_switch", VSWITCH_A_UPLINK_SWITCH, FIELD_STRING),
	F("switch_index", VSWITCH_A_UPLINK_SWITCH_INDEX, FIELD_UINT),
	F("ifindex", VSWITCH_A_UPLINK_IFINDEX, FIELD_UINT),
	F("name", VSWITCH_A_UPLINK_IFNAME, FIELD_STRING),
	F("mac_address", VSWITCH_A_UPLINK_MAC, FIELD_MAC),
	F("link_up", VSWITCH_A_UPLINK_LINK_UP, FIELD_BOOL),
	FW("state", VSWITCH_A_UPLINK_STATE, FIELD_WORD, words_uplink_state),
	{ }
};

const struct model model_uplink = {
	.object = "uplink",
	.key = "port_id",
	.get = VSWITCH_CMD_UPLINK_GET,
	.add = VSWITCH_CMD_UPLINK_ADD,
	.ntf = VSWITCH_CMD_UPLINK_ADD_NTF,
	.fields = uplink_fields,
	.max = VSWITCH_A_UPLINK_MAX,
};

/* Received and sent are from the side of what is connected, as rx and tx. */
static const struct model_field stats_fields[] = {
	F("packets_received", VSWITCH_A_PORT_STATS_RX_PACKETS, FIELD_UINT),
	F("bytes_received", VSWITCH_A_PORT_STATS_RX_BYTES, FIELD_UINT),
	F("unicast_packets_received", VSWITCH_A_PORT_STATS_RX_UNICAST,
	  FIELD_UINT),
	F("multicast_packets_received", VSWITCH_A_PORT_STATS_RX_MULTICAST,
	  FIELD_UINT),
	F("broadcast_packets_received", VSWITCH_A_PORT_STATS_RX_BROADCAST,
	  FIELD_UINT),
	F("packets_sent", VSWITCH_A_PORT_STATS_TX_PACKETS, FIELD_UINT),
	F("bytes_sent", VSWITCH_A_PORT_STATS_TX_BYTES, FIELD_UINT),
	F("unicast_packets_sent", VSWITCH_A_PORT_STATS_TX_UNICAST, FIELD_UINT),
	F("multicast_packets_sent", VSWITCH_A_PORT_STATS_TX_MULTICAST,
	  FIELD_UINT),
	F("broadcast_packets_sent", VSWITCH_A_PORT_STATS_TX_BROADCAST,
	  FIELD_UINT),
	{ }
};

static const struct model_field drops_fields[] = {
	F("dropped_blocked", VSWITCH_A_DROPS_BLOCKED, FIELD_UINT),
	F("dropped_vlan_mismatch", VSWITCH_A_DROPS_VLAN_MISMATCH, FIELD_UINT),
	F("dropped_forged_transmit", VSWITCH_A_DROPS_FORGED_TRANSMIT,
	  FIELD_UINT),
	F("dropped_mac_changed", VSWITCH_A_DROPS_MAC_CHANGED, FIELD_UINT),
	F("dropped_shaped", VSWITCH_A_DROPS_SHAPED, FIELD_UINT),
	F("dropped_no_uplink", VSWITCH_A_DROPS_NO_UPLINK, FIELD_UINT),
	F("dropped_unknown_unicast", VSWITCH_A_DROPS_UNKNOWN_UNICAST,
	  FIELD_UINT),
	F("dropped_reflected", VSWITCH_A_DROPS_REFLECTED, FIELD_UINT),
	F("dropped_team_inbound", VSWITCH_A_DROPS_TEAM_INBOUND, FIELD_UINT),
	F("dropped_link_local", VSWITCH_A_DROPS_LINK_LOCAL, FIELD_UINT),
	F("dropped_too_big", VSWITCH_A_DROPS_TOO_BIG, FIELD_UINT),
	F("dropped_no_memory", VSWITCH_A_DROPS_NO_MEMORY, FIELD_UINT),
	F("dropped_malformed", VSWITCH_A_DROPS_MALFORMED, FIELD_UINT),
	{ }
};

/*
 * Frames that died on their way to what is connected; all others died on
 * their way from it.
 */
static const char *const model_drops_rx[] = {
	"dropped_mac_changed", "dropped_too_big", "dropped_no_memory",
};

static void model_port_finish(json_t *rec)
{
	const struct model_field *f;
	json_int_t rx = 0, all = 0;
	size_t i;

	for (f = drops_fields; f->name; f++)
		all += model_int(rec, f->name);
	for (i = 0; i < sizeof(model_drops_rx) / sizeof(*model_drops_rx); i++)
		rx += model_int(rec, model_drops_rx[i]);
	json_object_set_new(rec, "receive_packets_dropped", json_integer(rx));
	json_object_set_new(rec, "transmit_packets_dropped",
			    json_integer(all - rx));
}

static const struct model_field port_fields[] = {
	F("port_id", VSWITCH_A_PORT_ID, FIELD_UINT),
	FW("type", VSWITCH_A_PORT_KIND, FIELD_WORD, words_port_kind),
	F("virtual_switch", VSWITCH_A_PORT_SWITCH, FIELD_STRING),
	F("switch_index", VSWITCH_A_PORT_SWITCH_INDEX, FIELD_UINT),
	F("portgroup", VSWITCH_A_PORT_PORTGROUP, FIELD_STRING),
	F("ifindex", VSWITCH_A_PORT_IFINDEX, FIELD_UINT),
	F("client", VSWITCH_A_PORT_IFNAME, FIELD_STRING),
	F("initial_mac_address", VSWITCH_A_PORT_INITIAL_MAC, FIELD_MAC),
	F("mac_address", VSWITCH_A_PORT_MAC, FIELD_MAC),
	F("blocked", VSWITCH_A_PORT_BLOCKED, FIELD_BOOL),
	F("uplink_port_id", VSWITCH_A_PORT_UPLINK, FIELD_UINT),
	FN("stats", VSWITCH_A_PORT_STATS, stats_fields),
	FN("drops", VSWITCH_A_PORT_DROPS, drops_fields),
	FW("flags", VSWITCH_A_PORT_FLAGS, FIELD_WORDS, words_port_flags),
	{ }
};

const struct model model_port = {
	.object = "port",
	.key = "port_id",
	.get = VSWITCH_CMD_PORT_GET,
	.add = VSWITCH_CMD_PORT_ADD,
	.ntf = VSWITCH_CMD_PORT_ADD_NTF,
	.fields = port_fields,
	.max = VSWITCH_A_PORT_MAX,
	.finish = model_port_finish,
};

static void model_vmk_finish(json_t *rec)
{
	/* Things of ESXi that every adapter of a standard switch tells. */
	json_object_set_new(rec, "vds_connection", json_integer(-1));
	json_object_set_new(rec, "tso_mss", json_integer(65535));
	json_object_set_new(rec, "rxdispqueue_size", json_integer(1));
}

static const struct model_field vmk_fields[] = {
	F("port_id", VSWITCH_A_VMK_PORT_ID, FIELD_UINT),
	F("portset", VSWITCH_A_VMK_SWITCH, FIELD_STRING),
	F("switch_index", VSWITCH_A_VMK_SWITCH_INDEX, FIELD_UINT),
	F("portgroup", VSWITCH_A_VMK_PORTGROUP, FIELD_STRING),
	F("ifindex", VSWITCH_A_VMK_IFINDEX, FIELD_UINT),
	F("name", VSWITCH_A_VMK_IFNAME, FIELD_STRING),
	F("netstack_instance", VSWITCH_A_VMK_NETSTACK, FIELD_STRING),
	F("mac_address", VSWITCH_A_VMK_MAC, FIELD_MAC),
	F("mtu", VSWITCH_A_VMK_MTU, FIELD_UINT),
	F("enabled", VSWITCH_A_VMK_ENABLED, FIELD_BOOL),
	FW("tags", VSWITCH_A_VMK_TAGS, FIELD_WORDS, words_traffic),
	FW("active_tags", VSWITCH_A_VMK_ACTIVE_TAGS, FIELD_WORDS,
	   words_traffic),
	{ }
};

const struct model model_vmk = {
	.object = "interface",
	.key = "port_id",
	.get = VSWITCH_CMD_VMK_GET,
	.add = VSWITCH_CMD_VMK_ADD,
	.ntf = VSWITCH_CMD_VMK_ADD_NTF,
	.fields = vmk_fields,
	.max = VSWITCH_A_VMK_MAX,
	.finish = model_vmk_finish,
};

const struct model *const models[] = {
	&model_switch, &model_uplink, &model_portgroup, &model_port,
	&model_vmk, NULL
};

/**
 * model_of() - the model for a command of the family
 * @genl: the command
 *
 * Return: the model of the objects that it gets or makes, or NULL.
 */
const struct model *model_of(uint8_t genl)
{
	size_t i;

	for (i = 0; models[i]; i++)
		if (models[i]->get == genl || models[i]->add == genl)
			return models[i];
	return NULL;
}

/**
 * model_of_event() - the model for a notification of the family
 * @genl: the notification
 * @event: set to what it tells
 *
 * Return: the model of the object, or NULL where it is none that is known.
 */
const struct model *model_of_event(uint8_t genl, enum model_event *event)
{
	size_t i;

	for (i = 0; models[i]; i++) {
		if (genl < models[i]->ntf ||
		    genl > models[i]->ntf + MODEL_REMOVE)
			continue;
		*event = (enum model_event)(genl - models[i]->ntf);
		return models[i];
	}
	return NULL;
}

static json_t *model_uint(struct nlattr *attr)
{
	/* An attribute of type uint is as short as its value allows. */
	if (nla_len(attr) >= (int)sizeof(uint64_t))
		return json_integer(nla_get_u64(attr));
	if (nla_len(attr) >= (int)sizeof(uint32_t))
		return json_integer(nla_get_u32(attr));
	return NULL;
}

static json_t *model_text(struct nlattr *attr)
{
	char *text = strndup(nla_data(attr), nla_len(attr));
	json_t *str;

	if (!text)
		return NULL;
	str = print_string(text);
	free(text);
	return str;
}

static json_t *model_mac(struct nlattr *attr)
{
	const unsigned char *mac = nla_data(attr);
	char text[18];

	if (nla_len(attr) < ETH_ALEN)
		return NULL;
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return json_string(text);
}

static json_t *model_word(const struct word *words, uint32_t value)
{
	const char *name = word_name(words, value);

	return name ? json_string(name) : json_sprintf("%u", value);
}

static json_t *model_words(const struct word *words, uint32_t bits)
{
	json_t *list = json_array();

	for (; words->name; words++)
		if (bits & words->value)
			json_array_append_new(list, json_string(words->name));
	return list;
}

static json_t *model_range(struct nlattr *attr)
{
	struct nlattr *tb[VSWITCH_A_VLAN_RANGE_MAX + 1];
	uint32_t first, last;

	if (nla_parse_nested(tb, VSWITCH_A_VLAN_RANGE_MAX, attr, NULL) ||
	    !tb[VSWITCH_A_VLAN_RANGE_FIRST] ||
	    nla_len(tb[VSWITCH_A_VLAN_RANGE_FIRST]) < 4)
		return NULL;
	first = nla_get_u32(tb[VSWITCH_A_VLAN_RANGE_FIRST]);
	last = first;
	if (tb[VSWITCH_A_VLAN_RANGE_LAST] &&
	    nla_len(tb[VSWITCH_A_VLAN_RANGE_LAST]) >= 4)
		last = nla_get_u32(tb[VSWITCH_A_VLAN_RANGE_LAST]);
	if (first == last)
		return json_sprintf("%u", first);
	return json_sprintf("%u-%u", first, last);
}

/* One text, fit to be given to --vlan-trunk; the attribute may repeat. */
static void model_add_range(json_t *rec, const char *name,
			    struct nlattr *attr)
{
	const char *have = model_str(rec, name);
	json_t *range = model_range(attr);

	if (range && have)
		json_object_set_new(rec, name,
				    json_sprintf("%s,%s", have,
						 json_string_value(range)));
	else if (range)
		json_object_set(rec, name, range);
	json_decref(range);
}

static void model_add_text(json_t *rec, const char *name,
			   struct nlattr *attr)
{
	json_t *list = json_object_get(rec, name);

	if (!list) {
		list = json_array();
		json_object_set_new(rec, name, list);
	}
	json_array_append_new(list, model_text(attr));
}

static json_t *model_uplinks(struct nlattr *nest)
{
	json_t *list = json_array();
	struct nlattr *attr;
	int rem;

	nla_for_each_nested(attr, nest, rem)
		if (nla_type(attr) == VSWITCH_A_UPLINK_LIST_UPLINK)
			json_array_append_new(list, model_text(attr));
	return list;
}

static json_t *model_value(const struct model_field *f, struct nlattr *attr)
{
	bool is_u32 = nla_len(attr) >= (int)sizeof(uint32_t);

	switch (f->type) {
	case FIELD_STRING:
		return model_text(attr);
	case FIELD_UINT:
		return model_uint(attr);
	case FIELD_BOOL:
		return is_u32 ? json_boolean(nla_get_u32(attr)) : NULL;
	case FIELD_MAC:
		return model_mac(attr);
	case FIELD_WORD:
		return is_u32 ? model_word(f->words, nla_get_u32(attr)) : NULL;
	case FIELD_WORDS:
		return is_u32 ? model_words(f->words, nla_get_u32(attr)) :
		       NULL;
	case FIELD_PRESENT:
		return json_true();
	case FIELD_UPLINKS:
		return model_uplinks(attr);
	default:
		return NULL;
	}
}

static void model_fields(json_t *rec, const struct model_field *fields,
			 struct nlattr *head, int len)
{
	const struct model_field *f;
	struct nlattr *attr;
	json_t *value;
	int rem;

	nla_for_each_attr(attr, head, len, rem) {
		for (f = fields; f->name && f->attr != nla_type(attr); f++)
			;
		if (!f->name)
			continue;
		if (f->type == FIELD_NEST) {
			model_fields(rec, f->nest, nla_data(attr),
				     nla_len(attr));
		} else if (f->type == FIELD_TRUNK) {
			model_add_range(rec, f->name, attr);
		} else if (f->type == FIELD_LIST) {
			model_add_text(rec, f->name, attr);
		} else {
			value = model_value(f, attr);
			if (value)
				json_object_set_new(rec, f->name, value);
		}
	}
}

/**
 * model_take() - decode a message and keep its record
 * @nlh: the message
 * @arg: struct model_take
 *
 * Return: 0 or -ENOMEM.
 */
int model_take(struct nlmsghdr *nlh, void *arg)
{
	struct model_take *take = arg;
	struct genlmsghdr *ghdr;
	json_t *rec;

	if (!genlmsg_valid_hdr(nlh, 0))
		return 0;
	ghdr = nlmsg_data(nlh);
	rec = json_object();
	model_fields(rec, take->model->fields, genlmsg_attrdata(ghdr, 0),
		     genlmsg_attrlen(ghdr, 0));
	if (take->model->finish)
		take->model->finish(rec);
	return json_array_append_new(take->rows, rec) ? -ENOMEM : 0;
}

/**
 * model_again() - forget what has come in so far
 * @arg: struct model_take
 */
void model_again(void *arg)
{
	struct model_take *take = arg;

	json_array_clear(take->rows);
}

/**
 * model_strip_counters() - leave only what a port is, not what it has seen
 * @rec: record of any kind
 */
void model_strip_counters(json_t *rec)
{
	const struct model_field *f;

	for (f = stats_fields; f->name; f++)
		json_object_del(rec, f->name);
	for (f = drops_fields; f->name; f++)
		json_object_del(rec, f->name);
	json_object_del(rec, "receive_packets_dropped");
	json_object_del(rec, "transmit_packets_dropped");
}

/**
 * model_find() - the first record with a value
 * @rows: array of records
 * @name: the member
 * @value: its value
 *
 * Return: the record, still the array's, or NULL.
 */
json_t *model_find(const json_t *rows, const char *name, const json_t *value)
{
	size_t i;

	for (i = 0; value && i < json_array_size(rows); i++) {
		json_t *rec = json_array_get(rows, i);

		if (json_equal(json_object_get(rec, name), value))
			return rec;
	}
	return NULL;
}

/**
 * model_names() - one member of all records that have a value
 * @rows: array of records
 * @name: the member that has to have it
 * @value: the value
 * @want: the member wanted
 *
 * Return: an array, the caller's.
 */
json_t *model_names(const json_t *rows, const char *name, const json_t *value,
		    const char *want)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		json_t *rec = json_array_get(rows, i);

		if (value && json_equal(json_object_get(rec, name), value) &&
		    json_object_get(rec, want))
			json_array_append(list, json_object_get(rec, want));
	}
	return list;
}

/**
 * model_str() - a member that is text
 * @rec: the record
 * @name: the member
 *
 * Return: the text, still the record's, or NULL.
 */
const char *model_str(const json_t *rec, const char *name)
{
	return json_string_value(json_object_get(rec, name));
}

/**
 * model_int() - a member that is a number
 * @rec: the record
 * @name: the member
 *
 * Return: the number, 0 where there is none.
 */
long long model_int(const json_t *rec, const char *name)
{
	return json_integer_value(json_object_get(rec, name));
}

static const char *model_key;

static int model_compare(const void *a, const void *b)
{
	const char *x = model_str(*(json_t *const *)a, model_key) ?: "";
	const char *y = model_str(*(json_t *const *)b, model_key) ?: "";

	return strverscmp(x, y);
}

/**
 * model_sort() - put records in the order of a name, vmk2 before vmk10
 * @rows: array of records
 * @name: the member that is the name
 */
void model_sort(json_t *rows, const char *name)
{
	size_t n = json_array_size(rows);
	json_t **all;
	size_t i;

	all = calloc(n + 1, sizeof(*all));
	if (!all)
		return;
	for (i = 0; i < n; i++)
		all[i] = json_incref(json_array_get(rows, i));
	model_key = name;
	qsort(all, n, sizeof(*all), model_compare);
	json_array_clear(rows);
	for (i = 0; i < n; i++)
		json_array_append_new(rows, all[i]);
	free(all);
}
