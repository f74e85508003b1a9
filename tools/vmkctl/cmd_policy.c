// SPDX-License-Identifier: GPL-2.0
/* Commands on policies that are more than a request. */
#include "handlers.h"
#include "join.h"
#include "request.h"

/**
 * cmd_failover_get() - print a failover policy with the uplinks it leaves out
 * @c: the invocation, of a switch or a port group
 *
 * Return: an exit status.
 */
int cmd_failover_get(struct cmd *c)
{
	json_t *uplinks = NULL;
	json_t *rows = NULL;
	size_t i;
	int err;

	err = cmd_fetch(c, model_of(c->def->genl), &rows);
	if (!err)
		err = cmd_fetch_all(c, &model_uplink, &uplinks);
	for (i = 0; !err && i < json_array_size(rows); i++)
		join_failover(json_array_get(rows, i), uplinks);
	if (!err)
		err = cmd_emit(c, json_incref(rows));
	json_decref(rows);
	json_decref(uplinks);
	return err;
}
