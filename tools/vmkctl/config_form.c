// SPDX-License-Identifier: GPL-2.0
/*
 * Has a file the form that the schema wants?
 *
 * libcyaml tells where a value is wrong only by the way to it, takes "12x" for
 * a number and any word for true, so the schema is held against libyaml's own
 * tree first, whose nodes know line and column.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_check.h"
#include "config_rules.h"
#include "config_value.h"

/**
 * config_bad() - say what is wrong in a file, and where
 * @src: the file
 * @mark: the place
 * @fmt: as of printf
 *
 * Return: the exit status of a failure.
 */
int config_bad(const struct config_source *src, const yaml_mark_t *mark,
	       const char *fmt, ...)
{
	char *text;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		return cmd_fail_errno(src->cmd, src->path, -ENOMEM);
	cmd_fail(src->cmd, "%s:%zu:%zu: %s", src->path, mark->line + 1,
		 mark->column + 1, text);
	free(text);
	return CMD_FAILED;
}

static const char *form_text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static int form_unknown(const struct config_source *src,
			const yaml_node_t *key,
			const cyaml_schema_field_t *fields)
{
	const char *best = fields->key;
	unsigned int least = 1000;

	for (; fields->key; fields++) {
		unsigned int d = value_distance(form_text(key), fields->key);

		if (d < least) {
			least = d;
			best = fields->key;
		}
	}
	return config_bad(src, &key->start_mark,
			  "unknown key '%s'; the nearest is '%s'",
			  form_text(key), best);
}

static int form_word(const struct config_source *src, const yaml_node_t *node,
		     const cyaml_schema_value_t *schema)
{
	const char *best = schema->enumeration.strings[0].str;
	unsigned int least = 1000;
	uint32_t i;

	if (config_word(schema, form_text(node)))
		return CMD_OK;
	if (schema->enumeration.strings == config_bools)
		return config_bad(src, &node->start_mark,
				  "'%s': not true or false", form_text(node));
	for (i = 0; i < schema->enumeration.count; i++) {
		const char *word = schema->enumeration.strings[i].str;
		unsigned int d = value_distance(form_text(node), word);

		if (d < least) {
			least = d;
			best = word;
		}
	}
	return config_bad(src, &node->start_mark,
			  "'%s': unknown; the nearest is '%s'",
			  form_text(node), best);
}

static int form_number(const struct config_source *src,
		       const yaml_node_t *node, const struct config_rule *rule)
{
	const char *text = form_text(node);
	uint32_t num;

	if (!value_u32(text, &num) && num >= rule->min && num <= rule->max &&
	    (text[0] != '0' || !text[1]))
		return CMD_OK;
	if (rule->min == rule->max)
		return config_bad(src, &node->start_mark, "'%s': not %u",
				  text, rule->min);
	return config_bad(src, &node->start_mark,
			  "'%s': not a number of %u to %u", text, rule->min,
			  rule->max);
}

static int form_string(const struct config_source *src,
		       const yaml_node_t *node,
		       const cyaml_schema_value_t *schema,
		       const struct config_rule *rule)
{
	const char *text = form_text(node);
	size_t len = node->data.scalar.length;
	char *canon;
	int err;

	if (len < schema->string.min)
		return config_bad(src, &node->start_mark, "'': empty");
	if (len > schema->string.max)
		return config_bad(src, &node->start_mark,
				  "'%s': longer than %u bytes", text,
				  schema->string.max);
	err = rule->canon(text, &canon);
	if (!err)
		free(canon);
	if (err == -EINVAL)
		return config_bad(src, &node->start_mark, "'%s': not %s", text,
				  rule->want);
	return err ? cmd_fail_errno(src->cmd, src->path, err) : CMD_OK;
}

static int form_scalar(const struct config_source *src,
		       const yaml_node_t *node,
		       const cyaml_schema_value_t *schema,
		       const struct config_rule *rule)
{
	if (node->type != YAML_SCALAR_NODE)
		return config_bad(src, &node->start_mark,
				  "a single value is wanted here");
	if (strlen(form_text(node)) != node->data.scalar.length)
		return config_bad(src, &node->start_mark, "not text");
	if (schema->type == CYAML_UINT)
		return form_number(src, node, rule);
	if (schema->type == CYAML_STRING)
		return form_string(src, node, schema, rule);
	return form_word(src, node, schema);
}

static int form_map(struct config_source *src, const yaml_node_t *node,
		    const cyaml_schema_field_t *fields);

static int form_list(struct config_source *src, const yaml_node_t *node,
		     const cyaml_schema_value_t *entry,
		     const struct config_rule *rule)
{
	yaml_node_item_t *item;
	yaml_node_t *value;
	int err = CMD_OK;

	if (node->type != YAML_SEQUENCE_NODE)
		return config_bad(src, &node->start_mark,
				  "a list is wanted here");
	for (item = node->data.sequence.items.start;
	     !err && item < node->data.sequence.items.top; item++) {
		value = yaml_document_get_node(&src->doc, *item);
		err = entry->type == CYAML_MAPPING ?
		      form_map(src, value, entry->mapping.fields) :
		      form_scalar(src, value, entry, rule);
	}
	return err;
}

static int form_value(struct config_source *src, const yaml_node_t *node,
		      const cyaml_schema_field_t *fields,
		      const cyaml_schema_field_t *field)
{
	const struct config_rule *rule = config_rule(fields, field->key);
	const cyaml_schema_value_t *schema = &field->value;
	cyaml_schema_value_t flag;

	switch (schema->type) {
	case CYAML_MAPPING:
		return form_map(src, node, schema->mapping.fields);
	case CYAML_SEQUENCE:
		return form_list(src, node, schema->sequence.entry, rule);
	case CYAML_FLAGS:
		flag = *schema;
		flag.type = CYAML_ENUM;
		return form_list(src, node, &flag, NULL);
	default:
		return form_scalar(src, node, schema, rule);
	}
}

static bool form_is_repeated(struct config_source *src,
			     const yaml_node_t *node,
			     const yaml_node_pair_t *pair,
			     const yaml_node_t *key)
{
	const yaml_node_pair_t *p = node->data.mapping.pairs.start;

	for (; p < pair; p++)
		if (!strcmp(form_text(yaml_document_get_node(&src->doc,
							     p->key)),
			    form_text(key)))
			return true;
	return false;
}

static int form_pair(struct config_source *src, const yaml_node_t *node,
		     const yaml_node_pair_t *pair,
		     const cyaml_schema_field_t *fields)
{
	yaml_node_t *key = yaml_document_get_node(&src->doc, pair->key);
	const cyaml_schema_field_t *field;

	if (key->type != YAML_SCALAR_NODE)
		return config_bad(src, &key->start_mark, "not a key");
	field = config_field(fields, form_text(key));
	if (!field)
		return form_unknown(src, key, fields);
	if (form_is_repeated(src, node, pair, key))
		return config_bad(src, &key->start_mark,
				  "key '%s' is given twice", form_text(key));
	return form_value(src, yaml_document_get_node(&src->doc, pair->value),
			  fields, field);
}

static bool form_has(struct config_source *src, const yaml_node_t *node,
		     const char *key)
{
	const yaml_node_pair_t *p = node->data.mapping.pairs.start;

	for (; p < node->data.mapping.pairs.top; p++)
		if (!strcmp(form_text(yaml_document_get_node(&src->doc,
							     p->key)), key))
			return true;
	return false;
}

static int form_map(struct config_source *src, const yaml_node_t *node,
		    const cyaml_schema_field_t *fields)
{
	const yaml_node_pair_t *pair;
	int err = CMD_OK;

	if (node->type != YAML_MAPPING_NODE)
		return config_bad(src, &node->start_mark,
				  "keys with values are wanted here, such as '%s: ...'",
				  fields->key);
	for (pair = node->data.mapping.pairs.start;
	     !err && pair < node->data.mapping.pairs.top; pair++)
		err = form_pair(src, node, pair, fields);
	for (; !err && fields->key; fields++)
		if (!(fields->value.flags & CYAML_FLAG_OPTIONAL) &&
		    !form_has(src, node, fields->key))
			err = config_bad(src, &node->start_mark,
					 "key '%s' is missing", fields->key);
	return err;
}

static int form_syntax(struct config_source *src, const yaml_parser_t *parser)
{
	const yaml_mark_t *mark = &parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		return cmd_fail_errno(src->cmd, src->path, -ENOMEM);
	/* Of bytes that are no text only the offset is known. */
	if (parser->error == YAML_READER_ERROR)
		mark = &parser->mark;
	return config_bad(src, mark, "%s", parser->problem ?: "not YAML");
}

static int form_scan_events(struct config_source *src, yaml_parser_t *parser)
{
	yaml_event_type_t type = YAML_NO_EVENT;
	yaml_event_t event;
	int documents = 0;
	int err = CMD_OK;

	while (!err && type != YAML_STREAM_END_EVENT) {
		if (!yaml_parser_parse(parser, &event))
			return form_syntax(src, parser);
		type = event.type;
		if (type == YAML_ALIAS_EVENT)
			err = config_bad(src, &event.start_mark,
					 "an alias; there are none here");
		if (type == YAML_DOCUMENT_START_EVENT && documents++)
			err = config_bad(src, &event.start_mark,
					 "a second document; one is enough");
		yaml_event_delete(&event);
	}
	return err;
}

static int form_begin(struct config_source *src, yaml_parser_t *parser)
{
	if (!yaml_parser_initialize(parser))
		return cmd_fail_errno(src->cmd, src->path, -ENOMEM);
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(parser,
				     (const unsigned char *)src->text,
				     src->len);
	return CMD_OK;
}

static int form_scan(struct config_source *src)
{
	yaml_parser_t parser;
	int err;

	err = form_begin(src, &parser);
	if (err)
		return err;
	err = form_scan_events(src, &parser);
	yaml_parser_delete(&parser);
	return err;
}

static int form_load(struct config_source *src)
{
	yaml_parser_t parser;
	int err;

	err = form_begin(src, &parser);
	if (err)
		return err;
	if (!yaml_parser_load(&parser, &src->doc))
		err = form_syntax(src, &parser);
	yaml_parser_delete(&parser);
	return err;
}

/**
 * config_check_form() - does a file have the form that the schema wants?
 * @src: the file; its tree is set, and to be deleted after %CMD_OK
 *
 * Return: an exit status.
 */
int config_check_form(struct config_source *src)
{
	yaml_mark_t start = { 0 };
	yaml_node_t *root;
	int err;

	err = form_scan(src);
	if (!err)
		err = form_load(src);
	if (err)
		return err;
	root = yaml_document_get_root_node(&src->doc);
	err = root ? form_map(src, root, config_fields) :
	      config_bad(src, &start, "empty");
	if (err)
		yaml_document_delete(&src->doc);
	return err;
}
