// SPDX-License-Identifier: GPL-2.0
/* Commands on ports, those of virtual machines in particular. */
#include <string.h>

#include "handlers.h"
#include "request.h"

/* An uplink is known by its port's number; users know its interface. */
static void cmd_port_name_uplinks(json_t *rows, const json_t *ports)
{
	const json_t *uplink;
	json_t *rec;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		rec = json_array_get(rows, i);
		uplink = model_find(ports, "port_id",
				    json_object_get(rec, "uplink_port_id"));
		if (uplink)
			json_object_set(rec, "team_uplink",
					json_object_get(uplink, "client"));
	}
}

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

static int cmd_port_list_type(struct cmd *c, const char *type)
{
	json_t *ports = NULL;
	json_t *rows = NULL;
	int err;

	err = cmd_fetch(c, &model_port, &rows);
	if (!err)
		err = cmd_fetch_all(c, &model_port, &ports);
	if (!err) {
		if (type)
			cmd_port_keep(rows, type);
		cmd_port_name_uplinks(rows, ports);
		err = cmd_emit(c, json_incref(rows));
	}
	json_decref(rows);
	json_decref(ports);
	return err;
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
