// SPDX-License-Identifier: GPL-2.0
/*
 * Printers over one record model: a record is a JSON object whose members
 * are named by the columns of the command that prints it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "print.h"

#define PRINT_MISSING	"N/A"
#define PRINT_GAP	2

/**
 * print_string() - a JSON string from bytes of any kind
 * @text: the bytes
 *
 * Names of interfaces need not be UTF-8, JSON must be: bytes beyond ASCII
 * become question marks where the whole is not valid.
 *
 * Return: the string, or NULL without memory.
 */
json_t *print_string(const char *text)
{
	json_t *str = json_string(text);
	char *copy, *p;

	if (str)
		return str;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (p = copy; *p; p++)
		if (*p & 0x80)
			*p = '?';
	str = json_string(copy);
	free(copy);
	return str;
}

/* Do these bytes begin a control character beyond ASCII, U+0080 to U+009F? */
static bool print_is_c1(const char *text)
{
	return (unsigned char)text[0] == 0xc2 &&
	       ((unsigned char)text[1] & 0xe0) == 0x80;
}

/**
 * print_clean() - make text fit for one line of a terminal
 * @text: the text, changed in place
 */
void print_clean(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f) {
			*text = '?';
		} else if (print_is_c1(text)) {
			*text++ = '?';
			*text = '?';
		}
	}
}

/* JSON may have the other control characters as they are, a terminal not. */
static void print_json_text(FILE *out, const char *text)
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

/* Columns of the terminal, in the UTF-8 locale that print_table() chose. */
static size_t print_width(const char *text)
{
	mbstate_t state = { 0 };
	size_t left = strlen(text);
	size_t width = 0;
	wchar_t wc;

	while (left) {
		size_t n = mbrtowc(&wc, text, left, &state);

		if (n == (size_t)-1 || n == (size_t)-2)
			return width + left;
		width += wcwidth(wc) > 0 ? wcwidth(wc) : 0;
		text += n;
		left -= n;
	}
	return width;
}

static char *print_list(const json_t *list)
{
	const char *item;
	size_t i, len = 1;
	char *text, *end;

	for (i = 0; i < json_array_size(list); i++) {
		item = json_string_value(json_array_get(list, i));
		len += strlen(item ? item : "") + 2;
	}
	text = calloc(1, len);
	if (!text)
		return NULL;
	end = text;
	for (i = 0; i < json_array_size(list); i++) {
		item = json_string_value(json_array_get(list, i));
		if (i)
			end = stpcpy(end, ", ");
		end = stpcpy(end, item ? item : "");
	}
	return text;
}

/**
 * print_text() - what text shows of a value
 * @value: the value, not NULL
 *
 * Return: the text, to be freed by the caller, or NULL without memory.
 */
char *print_text(const json_t *value)
{
	char *text = NULL;

	switch (json_typeof(value)) {
	case JSON_TRUE:
		return strdup("true");
	case JSON_FALSE:
		return strdup("false");
	case JSON_STRING:
		return strdup(json_string_value(value));
	case JSON_INTEGER:
		if (asprintf(&text, "%" JSON_INTEGER_FORMAT,
			     json_integer_value(value)) < 0)
			return NULL;
		return text;
	case JSON_ARRAY:
		return print_list(value);
	default:
		return strdup("");
	}
}

static char *print_cell(const struct column *col, const json_t *rec)
{
	const json_t *value = json_object_get(rec, col->from ?: col->name);
	char *text;

	if ((!value || json_is_null(value)) && col->alt)
		value = json_object_get(rec, col->alt);
	if (!value || json_is_null(value))
		text = strdup(col->none ? col->none : PRINT_MISSING);
	else
		text = print_text(value);
	if (text)
		print_clean(text);
	return text;
}

static int print_json(FILE *out, const struct layout *layout,
		      const json_t *records)
{
	const struct column *col;
	json_t *array, *obj, *value;
	int err = 0;
	char *text;
	size_t i;

	array = json_array();
	for (i = 0; i < json_array_size(records); i++) {
		obj = json_object();
		for (col = layout->columns; col->name; col++) {
			value = json_object_get(json_array_get(records, i),
						col->from ?: col->name);
			err |= value ?
			       json_object_set(obj, col->name, value) :
			       json_object_set_new(obj, col->name, json_null());
		}
		err |= json_array_append_new(array, obj);
	}
	text = err ? NULL : json_dumps(array, JSON_INDENT(2));
	json_decref(array);
	if (!text)
		return -ENOMEM;
	print_json_text(out, text);
	free(text);
	return 0;
}

static void print_padded(FILE *out, const char *text, size_t width,
			 bool right, bool last)
{
	size_t have = print_width(text);
	int pad = width > have ? width - have : 0;

	if (right)
		fprintf(out, "%*s%s", pad, "", text);
	else
		fprintf(out, "%s%*s", text, last ? 0 : pad, "");
	fprintf(out, "%*s", last ? 0 : PRINT_GAP, "");
}

static void print_dashes(FILE *out, size_t width, bool last)
{
	while (width--)
		fputc('-', out);
	fprintf(out, "%*s", last ? 0 : PRINT_GAP, "");
}

static void print_grid(FILE *out, const struct column **cols, size_t ncols,
		       char **cells, size_t nrows, const size_t *width)
{
	size_t r, c;

	for (c = 0; c < ncols; c++)
		print_padded(out, cols[c]->label, width[c], cols[c]->right,
			     c + 1 == ncols);
	fputc('\n', out);
	for (c = 0; c < ncols; c++)
		print_dashes(out, width[c], c + 1 == ncols);
	fputc('\n', out);
	for (r = 0; r < nrows; r++) {
		for (c = 0; c < ncols; c++)
			print_padded(out, cells[r * ncols + c], width[c],
				     cols[c]->right, c + 1 == ncols);
		fputc('\n', out);
	}
}

static int print_fill(const struct column **cols, size_t ncols, char **cells,
		      const json_t *records, size_t *width)
{
	size_t r, c, w;
	char *cell;

	for (c = 0; c < ncols; c++)
		width[c] = print_width(cols[c]->label);
	for (r = 0; r < json_array_size(records); r++) {
		for (c = 0; c < ncols; c++) {
			cell = print_cell(cols[c], json_array_get(records, r));
			if (!cell)
				return -ENOMEM;
			cells[r * ncols + c] = cell;
			w = print_width(cell);
			if (w > width[c])
				width[c] = w;
		}
	}
	return 0;
}

static int print_table(FILE *out, const struct layout *layout,
		       const json_t *records)
{
	size_t nrows = json_array_size(records);
	const struct column **cols, *col;
	size_t ncols = 0, i;
	int err = -ENOMEM;
	size_t *width;
	char **cells;

	/* Names are UTF-8 whatever the locale; tables align by that. */
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "");
	for (col = layout->columns; col->name; col++)
		ncols++;
	cols = calloc(ncols, sizeof(*cols));
	width = calloc(ncols, sizeof(*width));
	cells = calloc(ncols * nrows + 1, sizeof(*cells));
	if (cols && width && cells) {
		ncols = 0;
		for (col = layout->columns; col->name; col++)
			if (col->label)
				cols[ncols++] = col;
		err = print_fill(cols, ncols, cells, records, width);
		if (!err)
			print_grid(out, cols, ncols, cells, nrows, width);
	}
	for (i = 0; cells && i < ncols * nrows; i++)
		free(cells[i]);
	free(cells);
	free(width);
	free(cols);
	return err;
}

static int print_heading(FILE *out, const struct layout *layout,
			 const json_t *rec)
{
	const struct column head = { .name = layout->heading };
	char *cell;

	if (!layout->heading)
		return 0;
	cell = print_cell(&head, rec);
	if (!cell)
		return -ENOMEM;
	fprintf(out, "%s%s\n", layout->heading_text ?: "", cell);
	free(cell);
	return 0;
}

static int print_simple(FILE *out, const struct layout *layout,
			const json_t *records)
{
	const struct column *col;
	const json_t *rec;
	char *cell;
	size_t i;

	for (i = 0; i < json_array_size(records); i++) {
		rec = json_array_get(records, i);
		if (i)
			fputc('\n', out);
		if (print_heading(out, layout, rec))
			return -ENOMEM;
		for (col = layout->columns; col->name; col++) {
			if (!col->label)
				continue;
			cell = print_cell(col, rec);
			if (!cell)
				return -ENOMEM;
			fprintf(out, "   %s:%s%s\n", col->label,
				*cell ? " " : "", cell);
			free(cell);
		}
	}
	return 0;
}

static int print_flush(FILE *out)
{
	errno = 0;
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}

/**
 * print_records() - print what a command found
 * @out: where to
 * @layout: shape and columns
 * @format: text or JSON
 * @records: an array of objects
 *
 * Return: 0 or a negative errno, also of the stream.
 */
int print_records(FILE *out, const struct layout *layout,
		  enum print_format format, const json_t *records)
{
	int err;

	if (format == PRINT_JSON)
		err = print_json(out, layout, records);
	else if (layout->shape == SHAPE_TABLE)
		err = print_table(out, layout, records);
	else
		err = print_simple(out, layout, records);
	return err ? err : print_flush(out);
}

/**
 * print_line() - print a line of text, at once
 * @out: where to
 * @text: the line, made fit for one
 *
 * Return: 0 or a negative errno of the stream.
 */
int print_line(FILE *out, const char *text)
{
	char *line = strdup(text);

	if (!line)
		return -ENOMEM;
	print_clean(line);
	fprintf(out, "%s\n", line);
	free(line);
	return print_flush(out);
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
	char *text = json_dumps(obj, 0);

	if (!text)
		return -ENOMEM;
	print_json_text(out, text);
	free(text);
	return print_flush(out);
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
	char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;

	if (!text)
		return -ENOMEM;
	print_json_text(out, text);
	free(text);
	return print_flush(out);
}
