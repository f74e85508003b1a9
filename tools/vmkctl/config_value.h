/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_VALUE_H
#define VMKCTL_CONFIG_VALUE_H

#include <jansson.h>
#include <stdbool.h>

#include "config_schema.h"

#define CONFIG_TEXT_MAX	16

/**
 * struct config_text - a value as text
 * @text: the text, or NULL where there is no value
 * @room: what numbers are written to
 */
struct config_text {
	const char *text;
	char room[CONFIG_TEXT_MAX];
};

const cyaml_schema_field_t *config_field(const cyaml_schema_field_t *fields,
					 const char *key);
const void *config_member(const cyaml_schema_field_t *field,
			  const void *base);
uint32_t config_count(const cyaml_schema_field_t *field, const void *base);
bool config_is_scalar(const cyaml_schema_field_t *field);
const cyaml_strval_t *config_word(const cyaml_schema_value_t *schema,
				  const char *text);
const char *config_text(const cyaml_schema_field_t *field, const void *base,
			struct config_text *out);
int config_set(const cyaml_schema_field_t *fields, void *base,
	       const char *key, const char *text);
void *config_append(void *list, uint32_t *count, size_t size);
int config_forget(const cyaml_schema_field_t *field, void *base,
		  uint32_t nth);
int config_append_text(char ***list, uint32_t *count, const char *text);
bool config_has(char *const *list, uint32_t count, const char *text);
struct config_switch *config_switch(const struct config *cfg,
				    const char *name);
struct config_portgroup *config_portgroup(const struct config_switch *sw,
					  const char *name);
struct config_adapter *config_adapter(const struct config *cfg,
				      const char *name);
void config_drop_uplink(struct config_switch *sw, const char *nic);
bool config_has_uplink(const struct config *cfg, const char *nic);
struct config_switch *config_switch_of(const struct config *cfg,
				       const char *portgroup);
bool config_same(const char *a, const char *b);
json_t *config_json(const struct config *cfg);
char *config_yaml(const struct config *cfg, size_t *len);
void config_free(struct config *cfg);

#endif
