// SPDX-License-Identifier: GPL-2.0
/* ping, by vmkping's options, from the TCP/IP stack of the adapter. */
#include <errno.h>
#include <linux/vswitch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handlers.h"
#include "netns.h"
#include "ping.h"
#include "request.h"

#define PING_ARGS_MAX	32

/**
 * struct ping_option - how an option of ours is one of ping's
 * @name: ours
 * @flag: ping's
 * @value: value that it always has, or NULL for the one given
 */
struct ping_option {
	const char *name;
	const char *flag;
	const char *value;
};

static const struct ping_option ping_options[] = {
	{ "count", "-c", NULL },
	{ "size", "-s", NULL },
	{ "interval", "-i", NULL },
	{ "wait", "-W", NULL },
	{ "ttl", "-t", NULL },
	{ "interface", "-I", NULL },
	{ "df", "-M", "do" },
	{ "ipv4", "-4", "" },
	{ "ipv6", "-6", "" },
};

/* An adapter's stack follows from its name, which ESXi wants told. */
static const char *ping_stack_of(struct cmd *c, const char *ifname,
				 json_t **rows)
{
	json_t *name = print_string(ifname);
	json_t *vmk = NULL;

	if (!nlsock_open_family(&c->nl, VSWITCH_FAMILY_NAME) &&
	    !cmd_fetch_all(c, &model_vmk, rows))
		vmk = model_find(*rows, "name", name);
	json_decref(name);
	return vmk ? model_str(vmk, "netstack_instance") : NULL;
}

static int ping_enter(struct cmd *c)
{
	const char *ifname = opt_text(c, "interface");
	const char *stack = opt_text(c, "netstack");
	json_t *rows = NULL;
	int home;
	int err;

	if (!stack && ifname)
		stack = ping_stack_of(c, ifname, &rows);
	/* There is no way back: what follows is another program. */
	err = netns_enter(stack, &home);
	if (err == -ENOENT)
		err = cmd_fail(c, "--netstack '%s': no such TCP/IP stack",
			       stack);
	else if (err == -EPERM)
		err = cmd_fail(c, "TCP/IP stack '%s': " NETNS_EPERM, stack);
	else if (err)
		err = cmd_fail_errno(c, stack, err);
	json_decref(rows);
	return err;
}

static void ping_arguments(struct cmd *c, const char *args[PING_ARGS_MAX])
{
	const struct ping_option *o = ping_options;
	size_t left = sizeof(ping_options) / sizeof(*ping_options);
	size_t n = 0;

	args[n++] = "ping";
	for (; left; left--, o++) {
		const struct opt_val *val = opt_get(c, o->name);

		if (!val->text || (o->value && !val->num))
			continue;
		args[n++] = o->flag;
		if (!o->value)
			args[n++] = val->text;
		else if (*o->value)
			args[n++] = o->value;
	}
	args[n++] = "--";
	args[n++] = opt_text(c, "host");
	args[n] = NULL;
}

/**
 * cmd_ping() - become the system's ping
 * @c: the invocation
 *
 * Return: an exit status, where ping could not be run.
 */
int cmd_ping(struct cmd *c)
{
	const char *args[PING_ARGS_MAX];
	int err;

	err = ping_enter(c);
	if (err)
		return err;
	ping_arguments(c, args);
	fflush(stdout);
	if (setenv("PATH", PING_PATH, 1))
		return cmd_fail_errno(c, args[0], -errno);
	execvp(args[0], (char *const *)args);
	return cmd_fail_errno(c, args[0], -errno);
}
