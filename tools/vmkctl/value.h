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
