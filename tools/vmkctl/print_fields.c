// SPDX-License-Identifier: GPL-2.0
/* Of the columns that a command has, only those that were asked for. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

/* "MTU Size", "MTUSize" and "mtu_size" are the same. */
static bool fields_same(const char *name, const char *text, size_t len)
{
	const char *end = text + len;

	for (;;) {
		while (*name && !isalnum((unsigned char)*name))
			name++;
		while (text < end && !isalnum((unsigned char)*text))
			text++;
		if (!*name || text == end)
			return !*name && text == end;
		if (tolower((unsigned char)*name++) !=
		    tolower((unsigned char)*text++))
			return false;
	}
}

static const struct column *fields_find(const struct column *col,
					const char *text, size_t len)
{
	for (; col->name; col++)
		if ((col->label && fields_same(col->label, text, len)) ||
		    fields_same(col->name, text, len))
			return col;
	return NULL;
}

/**
 * print_fields() - choose from the columns of a layout
 * @layout: the layout; its columns are replaced, to be freed by the caller
 * @fields: names of the columns, in order, with commas between
 *
 * Return: 0; -ENOENT where there is no such column; -ENOMEM.
 */
int print_fields(struct layout *layout, const char *fields)
{
	const struct column *col;
	struct column *chosen;
	size_t count = 2;
	const char *p;
	size_t len;

	for (p = fields; *p; p++)
		count += *p == ',';
	chosen = calloc(count, sizeof(*chosen));
	if (!chosen)
		return -ENOMEM;
	for (count = 0;; fields += len + 1) {
		len = strcspn(fields, ",");
		col = fields_find(layout->columns, fields, len);
		if (!col) {
			free(chosen);
			return -ENOENT;
		}
		chosen[count++] = *col;
		if (!fields[len])
			break;
	}
	layout->columns = chosen;
	return 0;
}
