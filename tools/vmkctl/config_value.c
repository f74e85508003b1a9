// SPDX-License-Identifier: GPL-2.0
/* Values of a configuration, by its schema. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config_value.h"
#include "print.h"
#include "value.h"

/**
 * config_field() - the field of a key
 * @fields: fields of the mapping
 * @key: the key
 *
 * Return: the field, or NULL.
 */
const cyaml_schema_field_t *config_field(const cyaml_schema_field_t *fields,
					 const char *key)
{
	for (; fields->key; fields++)
		if (!strcmp(fields->key, key))
			return fields;
	return NULL;
}

/**
 * config_member() - where the value of a field is
 * @field: the field, whose value is a pointer
 * @base: the structure
 *
 * Return: the value, or NULL where there is none.
 */
const void *config_member(const cyaml_schema_field_t *field,
			  const void *base)
{
	const void *value;

	memcpy(&value, (const char *)base + field->data_offset,
	       sizeof(value));
	return value;
}

/**
 * config_count() - how long a list is
 * @field: the list
 * @base: the structure
 *
 * Return: its number of entries.
 */
uint32_t config_count(const cyaml_schema_field_t *field, const void *base)
{
	uint32_t count;

	memcpy(&count, (const char *)base + field->count_offset,
	       sizeof(count));
	return count;
}

/**
 * config_is_scalar() - is the value one word?
 * @field: the field
 *
 * Return: true if it is neither a mapping nor a list.
 */
bool config_is_scalar(const cyaml_schema_field_t *field)
{
	return field->value.type == CYAML_UINT ||
	       field->value.type == CYAML_ENUM ||
	       field->value.type == CYAML_STRING;
}

/**
 * config_word() - look a word up
 * @schema: a value that is one of several words
 * @text: the word
 *
 * Return: the entry, or NULL.
 */
const cyaml_strval_t *config_word(const cyaml_schema_value_t *schema,
				  const char *text)
{
	uint32_t i;

	for (i = 0; i < schema->enumeration.count; i++)
		if (!strcasecmp(schema->enumeration.strings[i].str, text))
			return &schema->enumeration.strings[i];
	return NULL;
}

static const char *config_word_of(const cyaml_schema_value_t *schema,
				  uint32_t value)
{
	uint32_t i;

	for (i = 0; i < schema->enumeration.count; i++)
		if (schema->enumeration.strings[i].val == value)
			return schema->enumeration.strings[i].str;
	return NULL;
}

/**
 * config_text() - a value as text
 * @field: its field, a scalar
 * @base: the structure
 * @out: set to it
 *
 * Return: the text, which lives as long as structure and @out, or NULL.
 */
const char *config_text(const cyaml_schema_field_t *field, const void *base,
			struct config_text *out)
{
	const void *value = config_member(field, base);

	if (!value || field->value.type == CYAML_STRING) {
		out->text = value;
	} else if (field->value.type == CYAML_ENUM) {
		out->text = config_word_of(&field->value,
					   *(const uint32_t *)value);
	} else {
		snprintf(out->room, sizeof(out->room), "%u",
			 *(const uint32_t *)value);
		out->text = out->room;
	}
	return out->text;
}

static int config_number(const cyaml_schema_value_t *schema, const char *text,
			 uint32_t *out)
{
	const cyaml_strval_t *word;

	if (schema->type == CYAML_UINT)
		return value_u32(text, out);
	word = config_word(schema, text);
	if (!word)
		return -EINVAL;
	*out = word->val;
	return 0;
}

/**
 * config_set() - give a field a value
 * @fields: fields of the mapping
 * @base: the structure
 * @key: key of a scalar
 * @text: the value; NULL takes it away
 *
 * Return: 0 or a negative errno.
 */
int config_set(const cyaml_schema_field_t *fields, void *base,
	       const char *key, const char *text)
{
	const cyaml_schema_field_t *field = config_field(fields, key);
	void *old = (void *)config_member(field, base);
	void *value = NULL;
	uint32_t num;

	if (text && field->value.type == CYAML_STRING) {
		value = strdup(text);
		if (!value)
			return -ENOMEM;
	} else if (text) {
		if (config_number(&field->value, text, &num))
			return -EINVAL;
		value = malloc(sizeof(num));
		if (!value)
			return -ENOMEM;
		memcpy(value, &num, sizeof(num));
	}
	free(old);
	memcpy((char *)base + field->data_offset, &value, sizeof(value));
	return 0;
}

/**
 * config_append() - make a list longer by an entry of nothing
 * @list: where the pointer to the list is
 * @count: its length
 * @size: size of an entry
 *
 * Return: the entry, or NULL.
 */
void *config_append(void *list, uint32_t *count, size_t size)
{
	char *array;

	memcpy(&array, list, sizeof(array));
	array = reallocarray(array, *count + 1, size);
	if (!array)
		return NULL;
	memcpy(list, &array, sizeof(array));
	memset(array + *count * size, 0, size);
	return array + (*count)++ * size;
}

static void config_free_map(const cyaml_schema_field_t *fields, void *base)
{
	const cyaml_schema_value_t schema = {
		CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, char, fields),
	};

	cyaml_free(&config_cyaml, &schema, base, 0);
}

/**
 * config_forget() - take an entry out of a list of mappings
 * @field: the list
 * @base: the structure that has it
 * @nth: which entry
 *
 * Return: 0 or -ENOMEM.
 */
int config_forget(const cyaml_schema_field_t *field, void *base,
		  uint32_t nth)
{
	size_t size = field->value.data_size;
	uint32_t last = config_count(field, base) - 1;
	char *data = (char *)config_member(field, base);
	void *gone = malloc(size);

	/* What is freed as a mapping has to be one on its own. */
	if (!gone)
		return -ENOMEM;
	memcpy(gone, data + nth * size, size);
	memmove(data + nth * size, data + (nth + 1) * size,
		(last - nth) * size);
	memset(data + last * size, 0, size);
	memcpy((char *)base + field->count_offset, &last, sizeof(last));
	config_free_map(field->value.sequence.entry->mapping.fields, gone);
	return 0;
}

/**
 * config_append_text() - make a list of texts longer
 * @list: the list
 * @count: its length
 * @text: the text
 *
 * Return: 0 or -ENOMEM.
 */
int config_append_text(char ***list, uint32_t *count, const char *text)
{
	char *copy = strdup(text);
	char **entry;

	if (!copy)
		return -ENOMEM;
	entry = config_append(list, count, sizeof(*entry));
	if (!entry) {
		free(copy);
		return -ENOMEM;
	}
	*entry = copy;
	return 0;
}

/**
 * config_has() - is a text in a list?
 * @list: the list
 * @count: its length
 * @text: the text
 *
 * Return: true if it is.
 */
bool config_has(char *const *list, uint32_t count, const char *text)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(list[i], text))
			return true;
	return false;
}

/**
 * config_switch() - the switch of a name
 * @cfg: the configuration
 * @name: the name
 *
 * Return: the switch, or NULL.
 */
struct config_switch *config_switch(const struct config *cfg,
				    const char *name)
{
	uint32_t i;

	for (i = 0; i < cfg->switches_count; i++)
		if (!strcmp(cfg->switches[i].name, name))
			return &cfg->switches[i];
	return NULL;
}

/**
 * config_portgroup() - the port group of a name
 * @sw: its switch
 * @name: the name
 *
 * Return: the port group, or NULL.
 */
struct config_portgroup *config_portgroup(const struct config_switch *sw,
					  const char *name)
{
	uint32_t i;

	for (i = 0; i < sw->portgroups_count; i++)
		if (!strcmp(sw->portgroups[i].name, name))
			return &sw->portgroups[i];
	return NULL;
}

/**
 * config_adapter() - the adapter of a name
 * @cfg: the configuration
 * @name: the name
 *
 * Return: the adapter, or NULL.
 */
struct config_adapter *config_adapter(const struct config *cfg,
				      const char *name)
{
	uint32_t i;

	for (i = 0; i < cfg->adapters_count; i++)
		if (!strcmp(cfg->adapters[i].name, name))
			return &cfg->adapters[i];
	return NULL;
}

/**
 * config_has_uplink() - is an interface the uplink of any switch?
 * @cfg: configuration
 * @nic: the interface
 *
 * Return: true if so.
 */
bool config_has_uplink(const struct config *cfg, const char *nic)
{
	uint32_t i, k;

	for (i = 0; i < cfg->switches_count; i++)
		for (k = 0; k < cfg->switches[i].uplinks_count; k++)
			if (!strcmp(cfg->switches[i].uplinks[k], nic))
				return true;
	return false;
}

/**
 * config_switch_of() - the switch that has a port group
 * @cfg: the configuration
 * @portgroup: name of the port group
 *
 * Return: the switch, or NULL.
 */
struct config_switch *config_switch_of(const struct config *cfg,
				       const char *portgroup)
{
	uint32_t i;

	for (i = 0; i < cfg->switches_count; i++)
		if (config_portgroup(&cfg->switches[i], portgroup))
			return &cfg->switches[i];
	return NULL;
}

static void config_drop_text(char **list, uint32_t *count, const char *text)
{
	uint32_t i, kept = 0;

	for (i = 0; i < *count; i++) {
		if (strcmp(list[i], text))
			list[kept++] = list[i];
		else
			free(list[i]);
	}
	*count = kept;
}

static void config_drop_in_team(const struct config_policy *policy,
				const char *nic)
{
	struct config_failover *team = policy->failover;

	config_drop_text(team->active, &team->active_count, nic);
	config_drop_text(team->standby, &team->standby_count, nic);
}

/**
 * config_drop_uplink() - take an uplink from a switch and all its teams
 * @sw: the switch, complete
 * @nic: name of the uplink, which is not the list's
 */
void config_drop_uplink(struct config_switch *sw, const char *nic)
{
	uint32_t i;

	config_drop_text(sw->uplinks, &sw->uplinks_count, nic);
	config_drop_in_team(sw->policy, nic);
	for (i = 0; i < sw->portgroups_count; i++)
		config_drop_in_team(sw->portgroups[i].policy, nic);
}

/**
 * config_same() - are two values that may not be there the same?
 * @a: one, or NULL
 * @b: the other, or NULL
 *
 * Return: true if they are.
 */
bool config_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static json_t *config_json_map(const cyaml_schema_field_t *fields,
			       const void *base);

static json_t *config_json_flags(const cyaml_schema_value_t *schema,
				 uint32_t bits)
{
	const cyaml_strval_t *word = schema->enumeration.strings;
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < schema->enumeration.count; i++, word++)
		if (bits & word->val)
			json_array_append_new(list, json_string(word->str));
	return list;
}

static json_t *config_json_list(const cyaml_schema_field_t *field,
				const void *base)
{
	const cyaml_schema_value_t *entry = field->value.sequence.entry;
	const char *data = config_member(field, base);
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < config_count(field, base); i++) {
		const char *at = data + i * field->value.data_size;

		json_t *item = entry->type == CYAML_MAPPING ?
			       config_json_map(entry->mapping.fields, at) :
			       print_string(*(char *const *)at);

		json_array_append_new(list, item);
	}
	return list;
}

static json_t *config_json_scalar(const cyaml_schema_field_t *field,
				  const void *base)
{
	const void *value = config_member(field, base);
	struct config_text text;

	if (field->value.type == CYAML_UINT)
		return json_integer(*(const uint32_t *)value);
	if (field->value.type == CYAML_ENUM &&
	    field->value.enumeration.strings == config_bools)
		return json_boolean(*(const uint32_t *)value);
	return print_string(config_text(field, base, &text));
}

static json_t *config_json_map(const cyaml_schema_field_t *fields,
			       const void *base)
{
	json_t *map = json_object();
	json_t *value;

	for (; fields->key; fields++) {
		const void *member = config_member(fields, base);

		if (!member)
			continue;
		if (fields->value.type == CYAML_MAPPING)
			value = config_json_map(fields->value.mapping.fields,
						member);
		else if (fields->value.type == CYAML_SEQUENCE)
			value = config_json_list(fields, base);
		else if (fields->value.type == CYAML_FLAGS)
			value = config_json_flags(&fields->value,
						  *(const uint32_t *)member);
		else
			value = config_json_scalar(fields, base);
		json_object_set_new(map, fields->key, value);
	}
	return map;
}

/**
 * config_json() - a configuration as JSON
 * @cfg: the configuration
 *
 * Return: an object, the caller's.
 */
json_t *config_json(const struct config *cfg)
{
	return config_json_map(config_fields, cfg);
}

/**
 * config_yaml() - a configuration as YAML
 * @cfg: the configuration
 * @len: set to the length of the text
 *
 * Return: the text without an end, to be freed, or NULL.
 */
char *config_yaml(const struct config *cfg, size_t *len)
{
	char *text;

	if (cyaml_save_data(&text, len, &config_cyaml, &config_schema, cfg, 0))
		return NULL;
	return text;
}

/**
 * config_free() - let go of a configuration
 * @cfg: the configuration, or NULL
 */
void config_free(struct config *cfg)
{
	cyaml_free(&config_cyaml, &config_schema, cfg, 0);
}
