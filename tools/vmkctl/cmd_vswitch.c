// SPDX-License-Identifier: GPL-2.0
/* Commands on switches that are more than a request. */
#include <errno.h>
#include <string.h>

#include "handlers.h"
#include "join.h"
#include "request.h"
#include "rtnl.h"

static int cmd_vswitch_altname(const char *name, int ifindex)
{
	struct rtnl rt;
	struct nlerr e;
	int err;

	err = rtnl_open(&rt, NULL);
	if (err)
		return err;
	err = rtnl_add_altname(&rt, ifindex, name, &e);
	rtnl_close(&rt);
	return err;
}

/*
 * A name that is no interface's becomes an alternative name of the netdev,
 * for the likes of "ip link show". The switch itself does not need it, so
 * where another interface has the name, that is no failure.
 */
static void cmd_vswitch_name(struct cmd *c, const char *name,
			     const char *ifname, int ifindex)
{
	int err = cmd_vswitch_altname(name, ifindex);

	if (err == -EEXIST)
		cmd_warn(c, "'%s': made as %s; another interface has the name",
			 name, ifname);
	else if (err)
		cmd_warn(c, "'%s': made as %s without an alternative name: %s",
			 name, ifname, strerror(-err));
}

/**
 * cmd_vswitch_add() - make a switch
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_vswitch_add(struct cmd *c)
{
	const char *name = opt_text(c, "vswitch-name");
	json_t *rows, *made;
	const char *ifname;
	int err;

	err = cmd_make(c, &rows);
	if (err)
		return err;
	made = json_array_get(rows, 0);
	ifname = model_str(made, "interface");
	if (ifname && strcmp(ifname, name))
		cmd_vswitch_name(c, name, ifname, model_int(made, "ifindex"));
	json_decref(rows);
	return CMD_OK;
}

/**
 * cmd_vswitch_list() - print switches with what belongs to them
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_vswitch_list(struct cmd *c)
{
	json_t *portgroups = NULL;
	json_t *uplinks = NULL;
	json_t *rows = NULL;
	size_t i;
	int err;

	err = cmd_fetch(c, &model_switch, &rows);
	if (!err)
		err = cmd_fetch_all(c, &model_uplink, &uplinks);
	if (!err)
		err = cmd_fetch_all(c, &model_portgroup, &portgroups);
	for (i = 0; !err && i < json_array_size(rows); i++)
		join_switch(json_array_get(rows, i), uplinks, portgroups);
	if (!err)
		err = cmd_emit(c, json_incref(rows));
	json_decref(rows);
	json_decref(uplinks);
	json_decref(portgroups);
	return err;
}
