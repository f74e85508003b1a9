// SPDX-License-Identifier: GPL-2.0
/*
 * Formats for programs. All print the same records: those of JSON, whose
 * members are named by the columns of the command.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

static json_t *machine_record(const struct layout *layout, const json_t *rec)
{
	json_t *obj = json_object();
	const struct column *col;
	json_t *value;
	int err = 0;

	for (col = layout->columns; col->name; col++) {
		value = json_object_get(rec, col->from ?: col->name);
		err |= value ? json_object_set(obj, col->name, value) :
		       json_object_set_new(obj, col->name, json_null());
	}
	if (!err)
		return obj;
	json_decref(obj);
	return NULL;
}

static json_t *machine_records(const struct layout *layout,
			       const json_t *records)
{
	json_t *array = json_array();
	int err = array ? 0 : -ENOMEM;
	const json_t *rec;
	size_t i;

	for (i = 0; !err && i < json_array_size(records); i++) {
		rec = json_array_get(records, i);
		err = json_array_append_new(array, machine_record(layout, rec));
	}
	if (!err)
		return array;
	json_decref(array);
	return NULL;
}

/* JSON may have the other control characters as they are, a terminal not. */
static void json_put(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == 0x7f)
			fputs("\\u007f", out);
		else if (print_is_c1(text))
			fprintf(out, "\\u%04x", (unsigned char)*++text);
		else
			fputc(*text, out);
	}
	fputc('\n', out);
}

static int json_print(FILE *out, const json_t *value, size_t flags)
{
	char *text = json_dumps(value, flags);

	if (!text)
		return -ENOMEM;
	json_put(out, text);
	free(text);
	return 0;
}

/* The text of a member, "" for one that is not there; to be freed. */
static char *machine_text(const json_t *value)
{
	char *text = print_text(value);

	if (text)
		print_clean(text);
	return text;
}

static int csv_field(FILE *out, const json_t *value)
{
	char *text = machine_text(value);
	const char *p;

	if (!text)
		return -ENOMEM;
	if (!strpbrk(text, ",\"")) {
		fputs(text, out);
	} else {
		fputc('"', out);
		for (p = text; *p; p++)
			fprintf(out, *p == '"' ? "\"\"" : "%c", *p);
		fputc('"', out);
	}
	free(text);
	return 0;
}

static int csv_print(FILE *out, const struct layout *layout,
		     const json_t *array)
{
	const struct column *col;
	const json_t *rec;
	int err = 0;
	size_t i;

	for (col = layout->columns; col->name; col++)
		fprintf(out, "%s%s", col == layout->columns ? "" : ",",
			col->name);
	fputc('\n', out);
	for (i = 0; i < json_array_size(array); i++) {
		rec = json_array_get(array, i);
		for (col = layout->columns; !err && col->name; col++) {
			if (col != layout->columns)
				fputc(',', out);
			err = csv_field(out, json_object_get(rec, col->name));
		}
		fputc('\n', out);
	}
	return err;
}

static const char *machine_type(const json_t *value)
{
	if (json_is_boolean(value))
		return "boolean";
	return json_is_integer(value) ? "integer" : "string";
}

static int xml_value(FILE *out, const json_t *value)
{
	const char *type = machine_type(value);
	char *text = machine_text(value);
	const char *p;

	if (!text)
		return -ENOMEM;
	fprintf(out, "<%s>", type);
	for (p = text; *p; p++) {
		if (*p == '&')
			fputs("&amp;", out);
		else if (*p == '<')
			fputs("&lt;", out);
		else if (*p == '>')
			fputs("&gt;", out);
		else
			fputc(*p, out);
	}
	fprintf(out, "</%s>", type);
	free(text);
	return 0;
}

static int xml_field(FILE *out, const char *name, const json_t *value)
{
	int err = 0;
	size_t i;

	fprintf(out, "      <field name=\"%s\">", name);
	if (json_is_array(value)) {
		fputs("<list type=\"string\">", out);
		for (i = 0; !err && i < json_array_size(value); i++)
			err = xml_value(out, json_array_get(value, i));
		fputs("</list>", out);
	} else if (!json_is_null(value)) {
		err = xml_value(out, value);
	}
	fputs("</field>\n", out);
	return err;
}

static int xml_print(FILE *out, const struct layout *layout,
		     const json_t *array)
{
	const struct column *col;
	const json_t *rec;
	int err = 0;
	size_t i;

	fputs("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	      "<output>\n  <list type=\"structure\">\n", out);
	for (i = 0; i < json_array_size(array); i++) {
		rec = json_array_get(array, i);
		fputs("    <structure>\n", out);
		for (col = layout->columns; !err && col->name; col++)
			err = xml_field(out, col->name,
					json_object_get(rec, col->name));
		fputs("    </structure>\n", out);
	}
	fputs("  </list>\n</output>\n", out);
	return err;
}

static int keyvalue_field(FILE *out, size_t number, const char *name,
			  const json_t *value)
{
	char *text = machine_text(value);

	if (!text)
		return -ENOMEM;
	fprintf(out, "[%zu].%s.%s%s=%s\n", number, name, machine_type(value),
		json_is_array(value) ? "[]" : "", text);
	free(text);
	return 0;
}

static int keyvalue_print(FILE *out, const struct layout *layout,
			  const json_t *array)
{
	const struct column *col;
	const json_t *rec;
	int err = 0;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		rec = json_array_get(array, i);
		for (col = layout->columns; !err && col->name; col++)
			err = keyvalue_field(out, i, col->name,
					     json_object_get(rec, col->name));
	}
	return err;
}

/**
 * print_machine() - print what a command found, for programs
 * @out: where to
 * @layout: its columns
 * @format: any but %PRINT_TEXT
 * @records: an array of objects
 *
 * Return: 0 or a negative errno.
 */
int print_machine(FILE *out, const struct layout *layout,
		  enum print_format format, const json_t *records)
{
	json_t *array = machine_records(layout, records);
	int err;

	if (!array)
		return -ENOMEM;
	if (format == PRINT_CSV)
		err = csv_print(out, layout, array);
	else if (format == PRINT_XML)
		err = xml_print(out, layout, array);
	else if (format == PRINT_KEYVALUE)
		err = keyvalue_print(out, layout, array);
	else
		err = json_print(out, array, JSON_INDENT(2));
	json_decref(array);
	return err;
}

/**
 * print_object() - print a record as a line of JSON, at once
 * @out: where to
 * @obj: the record
 *
 * Return: 0 or a negative errno, also of the stream.
 */
int print_object(FILE *out, const json_t *obj)
{
	int err = json_print(out, obj, 0);

	return err ? err : print_flush(out);
}

/**
 * print_document() - print JSON over several lines
 * @out: where to
 * @json: what to print, NULL meaning that memory ran out
 *
 * Return: 0 or a negative errno, also of the stream.
 */
int print_document(FILE *out, const json_t *json)
{
	int err = json ? json_print(out, json, JSON_INDENT(2)) : -ENOMEM;

	return err ? err : print_flush(out);
}
