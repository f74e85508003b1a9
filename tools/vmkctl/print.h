/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_PRINT_H
#define VMKCTL_PRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/**
 * enum print_format - how records are printed
 * @PRINT_TEXT: as the command's shape says
 * @PRINT_JSON: an array of objects
 * @PRINT_CSV: a line of names, then one for each record (RFC 4180)
 * @PRINT_XML: esxcli's elements
 * @PRINT_KEYVALUE: a line for each member, such as [0].mtu.integer=1500
 */
enum print_format {
	PRINT_TEXT,
	PRINT_JSON,
	PRINT_CSV,
	PRINT_XML,
	PRINT_KEYVALUE,
};

/**
 * enum print_shape - how a command prints its records as text
 * @SHAPE_NONE: it prints none
 * @SHAPE_TABLE: a header, dashes, a row for each
 * @SHAPE_SIMPLE: a heading for each, then a line for each column
 */
enum print_shape {
	SHAPE_NONE,
	SHAPE_TABLE,
	SHAPE_SIMPLE,
};

/**
 * struct column - one thing that a command tells about an object
 * @label: what text calls it; NULL in a column that only JSON has
 * @name: what the record and JSON call it
 * @from: what the record calls it, where JSON has a shorter name, or NULL
 * @alt: what text shows where the record has nothing by @name, or NULL
 * @none: what text shows where there is nothing at all; "N/A" if NULL
 * @right: a table aligns it to the right
 *
 * A table of columns ends in an entry without a name.
 */
struct column {
	const char *label;
	const char *name;
	const char *from;
	const char *alt;
	const char *none;
	bool right;
};

/**
 * struct layout - how a command prints
 * @shape: shape of the text
 * @columns: the columns, in order
 * @heading: column that heads a record in the simple shape, or NULL
 * @heading_text: what stands before it, or NULL
 */
struct layout {
	enum print_shape shape;
	const struct column *columns;
	const char *heading;
	const char *heading_text;
};

int print_records(FILE *out, const struct layout *layout,
		  enum print_format format, const json_t *records);
int print_fields(struct layout *layout, const char *fields);
int print_line(FILE *out, const char *text);
int print_flush(FILE *out);
char *print_text(const json_t *value);
json_t *print_string(const char *text);
void print_clean(char *text);
bool print_is_c1(const char *text);

/* print_machine.c */
int print_machine(FILE *out, const struct layout *layout,
		  enum print_format format, const json_t *records);
int print_object(FILE *out, const json_t *obj);
int print_document(FILE *out, const json_t *json);

#endif
