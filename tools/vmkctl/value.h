/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_VALUE_H
#define VMKCTL_VALUE_H

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct word - one spelling of a number
 * @name: the word, printed as spelled here and matched without case
 * @value: what it stands for; tables end in an entry without a name
 */
struct word {
	const char *name;
	uint32_t value;
};

/**
 * struct vlan_range - VLAN ids in a row
 * @first: first id
 * @last: last id, as typed: the kernel says so when it is below the first
 */
struct vlan_range {
	uint32_t first;
	uint32_t last;
};

/**
 * enum value_ip - where an adapter has its IPv4 address from
 * @VALUE_IP_NONE: it has none
 * @VALUE_IP_STATIC: from the administrator
 * @VALUE_IP_DHCP: from a DHCP server
 */
enum value_ip {
	VALUE_IP_NONE,
	VALUE_IP_STATIC,
	VALUE_IP_DHCP,
};

/*
 * Words with their values, for tables of struct word and for those of
 * configuration files.
 */
#define WORDS_BOOL							\
	{ "true", 1 }, { "false", 0 },					\
	{ "yes", 1 }, { "no", 0 },					\
	{ "on", 1 }, { "off", 0 },					\
	{ "1", 1 }, { "0", 0 }

#define WORDS_DISCOVERY							\
	{ "down", VSWITCH_DISCOVERY_DOWN },				\
	{ "listen", VSWITCH_DISCOVERY_LISTEN },				\
	{ "advertise", VSWITCH_DISCOVERY_ADVERTISE },			\
	{ "both", VSWITCH_DISCOVERY_BOTH }

/* Spelled as ESXi does, in the order that it lists them. */
#define WORDS_TRAFFIC							\
	{ "Management", VSWITCH_TRAFFIC_MANAGEMENT },			\
	{ "VMotion", VSWITCH_TRAFFIC_VMOTION },				\
	{ "faultToleranceLogging", VSWITCH_TRAFFIC_FT_LOGGING },	\
	{ "vSphereReplication", VSWITCH_TRAFFIC_REPLICATION },		\
	{ "vSphereReplicationNFC", VSWITCH_TRAFFIC_REPLICATION_NFC },	\
	{ "vSphereProvisioning", VSWITCH_TRAFFIC_PROVISIONING },	\
	{ "VSAN", VSWITCH_TRAFFIC_VSAN },				\
	{ "VSANWitness", VSWITCH_TRAFFIC_VSAN_WITNESS },		\
	{ "vSphereBackupNFC", VSWITCH_TRAFFIC_BACKUP_NFC },		\
	{ "NVMeTCP", VSWITCH_TRAFFIC_NVME_TCP },			\
	{ "NVMeRDMA", VSWITCH_TRAFFIC_NVME_RDMA },			\
	{ "PTP", VSWITCH_TRAFFIC_PTP }

#define WORDS_IP_TYPE							\
	{ "none", VALUE_IP_NONE },					\
	{ "static", VALUE_IP_STATIC },					\
	{ "dhcp", VALUE_IP_DHCP }

/* esxcli shows two of them by other words than it takes. */
#define WORDS_LOAD							\
	{ "portid", VSWITCH_LOAD_BALANCING_PORTID },			\
	{ "mac", VSWITCH_LOAD_BALANCING_MAC },				\
	{ "iphash", VSWITCH_LOAD_BALANCING_IPHASH },			\
	{ "explicit", VSWITCH_LOAD_BALANCING_EXPLICIT }

#define WORDS_LOAD_SHOWN						\
	{ "srcport", VSWITCH_LOAD_BALANCING_PORTID },			\
	{ "srcmac", VSWITCH_LOAD_BALANCING_MAC },			\
	{ "iphash", VSWITCH_LOAD_BALANCING_IPHASH },			\
	{ "explicit", VSWITCH_LOAD_BALANCING_EXPLICIT }

#define WORDS_DETECTION							\
	{ "link", VSWITCH_FAILURE_DETECTION_LINK },			\
	{ "beacon", VSWITCH_FAILURE_DETECTION_BEACON }

extern const struct word words_discovery[];
extern const struct word words_port_kind[];
extern const struct word words_traffic[];
extern const struct word words_ip_type[];
extern const struct word words_load[];
extern const struct word words_load_shown[];
extern const struct word words_detection[];
extern const struct word words_uplink_state[];
extern const struct word words_port_flags[];

int value_u32(const char *text, uint32_t *out);
int value_bool(const char *text, uint32_t *out);
int value_decimal(const char *text);
int value_mac(const char *text, unsigned char mac[ETH_ALEN]);
int value_ranges(const char *text, struct vlan_range **out, size_t *count);
int value_names(const char *text);
int value_ip4(const char *text, struct in_addr *ip);
int value_netmask(const char *text, struct in_addr *mask, uint8_t *len);
int value_ip6(const char *text, struct in6_addr *ip);
int value_prefix6(const char *text, struct in6_addr *ip, uint8_t *len);
int value_network(int family, const char *text, void *net, uint8_t *len);
const struct word *word_find(const struct word *words, const char *text,
			     size_t len);
const char *word_name(const struct word *words, uint32_t value);
unsigned int value_distance(const char *a, const char *b);

#endif
