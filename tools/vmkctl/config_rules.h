/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_RULES_H
#define VMKCTL_CONFIG_RULES_H

#include <netinet/in.h>

#include "config_schema.h"

/**
 * struct config_rule - what a value must be, beyond what the schema says
 * @in: fields of the mapping that has it
 * @key: its key
 * @min: least number
 * @max: greatest number
 * @canon: for text: sets @out to the one spelling of the value, to be freed;
 *	returns -EINVAL where it is none
 * @want: what it is not then
 * @preset: what it is where nothing is said, or NULL
 */
struct config_rule {
	const cyaml_schema_field_t *in;
	const char *key;
	uint32_t min;
	uint32_t max;
	int (*canon)(const char *text, char **out);
	const char *want;
	const char *preset;
};

/**
 * struct config_prefix - an address with the length of its prefix
 * @family: %AF_INET or %AF_INET6
 * @len: the length
 * @ip4: the address, if it is of IPv4
 * @ip6: the address, if it is of IPv6
 */
struct config_prefix {
	int family;
	uint8_t len;
	struct in_addr ip4;
	struct in6_addr ip6;
};

const struct config_rule *config_rule(const cyaml_schema_field_t *in,
				      const char *key);
int config_prefix(const char *text, struct config_prefix *out);
int config_complete(struct config *cfg);
int config_complete_switch(struct config_switch *sw);
int config_complete_portgroup(struct config_portgroup *pg);
int config_complete_adapter(const struct config *cfg,
			    struct config_adapter *vmk);

#endif
