// SPDX-License-Identifier: GPL-2.0
/* Commands on VMkernel adapters and their tags. */
#include <errno.h>
#include <linux/vswitch.h>
#include <netlink/attr.h>
#include <string.h>
#include <unistd.h>

#include "handlers.h"
#include "ip.h"
#include "netns.h"

static int cmd_interface_put_stack(struct request *r, const char *stack,
				   int fd)
{
	if (nla_put_string(r->msg, VSWITCH_A_VMK_NETSTACK, stack) ||
	    nla_put_u32(r->msg, VSWITCH_A_VMK_NETNS_FD, fd))
		return cmd_fail_errno(r->cmd, stack, -EMSGSIZE);
	return request_talk(r, NULL);
}

/* The kernel takes its own hold of the namespace while it is asked. */
static int cmd_interface_in_stack(struct request *r, const char *stack)
{
	int err;
	int fd;

	fd = netns_open(stack);
	if (fd == -ENOENT)
		return cmd_fail(r->cmd, "--netstack '%s': no such TCP/IP stack",
				stack);
	if (fd < 0)
		return cmd_fail_errno(r->cmd, stack, fd);
	err = cmd_interface_put_stack(r, stack, fd);
	close(fd);
	return err;
}

/**
 * cmd_interface_add() - make an adapter
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_interface_add(struct cmd *c)
{
	const char *stack = opt_text(c, "netstack");
	struct request r;
	int err;

	err = request_begin(&r, c, c->def->genl, 0);
	if (err)
		return err;
	err = netns_is_default(stack) ? request_talk(&r, NULL) :
	      cmd_interface_in_stack(&r, stack);
	request_free(&r);
	return err;
}

/**
 * cmd_vmks() - the adapters that the command's options ask for
 * @c: the invocation, with the options -i and -N
 * @rows: set to an array of records in the order of their names
 *
 * Return: an exit status.
 */
int cmd_vmks(struct cmd *c, json_t **rows)
{
	const char *stack = opt_text(c, "netstack");
	size_t i = 0;
	int err;

	err = cmd_fetch(c, &model_vmk, rows);
	if (err)
		return err;
	while (stack && i < json_array_size(*rows)) {
		const char *name = model_str(json_array_get(*rows, i),
					     "netstack_instance");

		if (name && !strcmp(name, stack))
			i++;
		else
			json_array_remove(*rows, i);
	}
	model_sort(*rows, "name");
	return CMD_OK;
}

/**
 * cmd_interface_list() - print adapters
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_interface_list(struct cmd *c)
{
	json_t *rows;
	int err;

	err = cmd_vmks(c, &rows);
	return err ? err : cmd_emit(c, rows);
}

static void cmd_interface_forget(const json_t *vmk)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct dhcp dhcp;
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(*families); i++) {
		dhcp = ip_dhcp(vmk, families[i]);
		dhcp_stop(&dhcp);
	}
}

/**
 * cmd_interface_remove() - remove an adapter, and who asks for its addresses
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_interface_remove(struct cmd *c)
{
	json_t *name = print_string(opt_text(c, "interface-name"));
	json_t *vmks;
	int err;

	err = cmd_fetch_all(c, &model_vmk, &vmks);
	if (!err) {
		err = cmd_send(c);
		if (!err)
			cmd_interface_forget(model_find(vmks, "name", name));
		json_decref(vmks);
	}
	json_decref(name);
	return err;
}

/* The option itself is the mask. */
static int cmd_tag_change(struct cmd *c, uint32_t tags)
{
	struct request r;
	int err;

	err = request_begin(&r, c, c->def->genl, 0);
	if (err)
		return err;
	if (nla_put_u32(r.msg, VSWITCH_A_VMK_TAGS, tags))
		err = cmd_fail_errno(c, "request", -EMSGSIZE);
	else
		err = request_talk(&r, NULL);
	request_free(&r);
	return err;
}

/**
 * cmd_tag_add() - tag an adapter
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_tag_add(struct cmd *c)
{
	return cmd_tag_change(c, opt_get(c, "tagname")->num);
}

/**
 * cmd_tag_remove() - take tags from an adapter
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_tag_remove(struct cmd *c)
{
	return cmd_tag_change(c, 0);
}
