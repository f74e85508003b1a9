// SPDX-License-Identifier: GPL-2.0
/* Commands on ports, those of virtual machines in particular. */
#include <string.h>

#include "handlers.h"
#include "join.h"
#include "request.h"

static void cmd_port_keep(json_t *rows, const char *type)
{
	size_t i = 0;

	while (i < json_array_size(rows)) {
		const char *have = model_str(json_array_get(rows, i), "type");

		if (have && !strcmp(have, type))
			i++;
		else
			json_array_remove(rows, i);
	}
}

/**
 * cmd_ports() - the ports that the command's options ask for, joined with what
 *	belongs to them
 * @c: the invocation
 * @type: only those of this type, or NULL
 * @rows: set to an array of records, the caller's, on success
 *
 * Return: an exit status.
 */
int cmd_ports(struct cmd *c, const char *type, json_t **rows)
{
	json_t *portgroups = NULL;
	json_t *uplinks = NULL;
	size_t i;
	int err;

	*rows = NULL;
	err = cmd_fetch(c, &model_port, rows);
	if (!err)
		err = cmd_fetch_all(c, &model_uplink, &uplinks);
	if (!err)
		err = cmd_fetch_all(c, &model_portgroup, &portgroups);
	if (!err && type)
		cmd_port_keep(*rows, type);
	for (i = 0; !err && i < json_array_size(*rows); i++)
		join_port(json_array_get(*rows, i), uplinks, portgroups);
	json_decref(uplinks);
	json_decref(portgroups);
	if (err)
		json_decref(*rows);
	return err;
}

static int cmd_port_list_type(struct cmd *c, const char *type)
{
	json_t *rows;
	int err;

	err = cmd_ports(c, type, &rows);
	return err ? err : cmd_emit(c, rows);
}

/**
 * cmd_port_list() - print ports
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_port_list(struct cmd *c)
{
	return cmd_port_list_type(c, NULL);
}

/**
 * cmd_vmport_list() - print the ports of virtual machines
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_vmport_list(struct cmd *c)
{
	return cmd_port_list_type(c, "vm");
}
