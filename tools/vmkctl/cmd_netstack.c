// SPDX-License-Identifier: GPL-2.0
/*
 * TCP/IP stacks: network namespaces, made, named and removed by ip-netns(8), so
 * that all other programs see them, too.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <linux/vswitch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handlers.h"
#include "ip.h"
#include "netns.h"
#include "request.h"
#include "run.h"

#define NETSTACK_CONGESTION	"/proc/sys/net/ipv4/tcp_congestion_control"
#define NETSTACK_NO_IPV6	"/proc/sys/net/ipv6/conf/all/disable_ipv6"

/* As ESXi has it for a stack that works. */
#define NETSTACK_STATE		4660

/* esxcli's words for what Linux calls otherwise. */
static const char *const netstack_algorithms[][2] = {
	{ "newreno", "reno" },
};

static int netstack_ip(const struct cmd *c, const char *const args[],
		       const char *name)
{
	char *said;
	int status;

	status = run_program(args, NULL, &said);
	if (status == 127 || status < 0)
		status = cmd_fail(c, "'%s': ip(8) could not be run", name);
	else if (status)
		status = cmd_fail(c, "'%s': %s", name, said ?: "ip failed");
	free(said);
	return status;
}

static int netstack_check_name(const struct cmd *c, const char *name)
{
	if (netns_is_default(name))
		return cmd_fail(c, "'%s': this stack is always there", name);
	if (!*name || *name == '-' || strchr(name, '/') ||
	    !strcmp(name, ".") || !strcmp(name, ".."))
		return cmd_fail(c, "'%s': not a name for a network namespace",
				name);
	return CMD_OK;
}

static bool netstack_is_there(const char *name)
{
	int fd = netns_open(name);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/**
 * cmd_netstack_add() - make a TCP/IP stack
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_netstack_add(struct cmd *c)
{
	const char *name = opt_text(c, "netstack");
	const char *const add[] = { "ip", "netns", "add", name, NULL };
	const char *const del[] = { "ip", "netns", "delete", name, NULL };
	const char *const up[] = {
		"ip", "-n", name, "link", "set", "dev", "lo", "up", NULL
	};
	int err;

	err = netstack_check_name(c, name);
	if (err)
		return err;
	if (netstack_is_there(name))
		return cmd_fail(c, "'%s': there is such a stack already", name);
	err = netstack_ip(c, add, name);
	if (err)
		return err;
	err = netstack_ip(c, up, name);
	if (err)
		netstack_ip(c, del, name);
	return err;
}

static int netstack_check_empty(struct cmd *c, const char *name)
{
	json_t *stack = print_string(name);
	json_t *vmks, *names;
	char *text;
	int err;

	/* Without the module, there are no adapters. */
	err = nlsock_open_family(&c->nl, VSWITCH_FAMILY_NAME);
	if (err == -ENOENT) {
		json_decref(stack);
		return CMD_OK;
	}
	err = cmd_fetch_all(c, &model_vmk, &vmks);
	if (err) {
		json_decref(stack);
		return err;
	}
	names = model_names(vmks, "netstack_instance", stack, "name");
	if (json_array_size(names)) {
		text = print_text(names);
		err = cmd_fail(c, "'%s': adapters are in it: %s", name, text);
		free(text);
	}
	json_decref(names);
	json_decref(vmks);
	json_decref(stack);
	return err;
}

/**
 * cmd_netstack_remove() - remove a TCP/IP stack that no adapter is in
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_netstack_remove(struct cmd *c)
{
	const char *name = opt_text(c, "netstack");
	const char *const del[] = { "ip", "netns", "delete", name, NULL };
	int err;

	err = netstack_check_name(c, name);
	if (err)
		return err;
	if (!netstack_is_there(name))
		return cmd_fail(c, "'%s': no such TCP/IP stack", name);
	err = netstack_check_empty(c, name);
	return err ? err : netstack_ip(c, del, name);
}

static json_t *netstack_key(const char *name)
{
	return json_pack("{s:o, s:o, s:i}", "key", print_string(name),
			 "name", print_string(name), "state", NETSTACK_STATE);
}

/**
 * cmd_netstack_list() - print the TCP/IP stacks
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_netstack_list(struct cmd *c)
{
	json_t *rows = json_array();
	DIR *dir = opendir(NETNS_DIR);
	struct dirent *entry;

	json_array_append_new(rows, netstack_key(NETNS_DEFAULT));
	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			json_array_append_new(rows,
					      netstack_key(entry->d_name));
	if (dir)
		closedir(dir);
	return cmd_emit(c, rows);
}

static json_t *netstack_algorithm(void)
{
	char text[32];
	size_t i;

	if (sysctl_read(NETSTACK_CONGESTION, text, sizeof(text)))
		return json_null();
	for (i = 0; i < sizeof(netstack_algorithms) /
		    sizeof(*netstack_algorithms); i++)
		if (!strcmp(text, netstack_algorithms[i][1]))
			return json_string(netstack_algorithms[i][0]);
	return json_string(text);
}

/**
 * cmd_netstack_get() - print the configuration of a TCP/IP stack
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_netstack_get(struct cmd *c)
{
	const char *name = opt_text(c, "netstack") ?: NETNS_DEFAULT;
	struct rtnl rt;
	char text[32];
	bool ipv6;
	json_t *rec;
	int err;

	err = ip_enter(c, name, &rt);
	if (err)
		return err;
	ipv6 = !sysctl_read(NETSTACK_NO_IPV6, text, sizeof(text)) &&
	       !strcmp(text, "0");
	rec = netstack_key(name);
	json_object_set_new(rec, "enabled", json_true());
	json_object_set_new(rec, "congestion_control_algorithm",
			    netstack_algorithm());
	json_object_set_new(rec, "ipv6_enabled", json_boolean(ipv6));
	rtnl_close(&rt);
	return cmd_emit(c, json_pack("[o]", rec));
}

static const char *netstack_linux_algorithm(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(netstack_algorithms) /
		    sizeof(*netstack_algorithms); i++)
		if (!strcmp(name, netstack_algorithms[i][0]))
			return netstack_algorithms[i][1];
	return name;
}

static int netstack_write(const struct cmd *c, struct rtnl_change *change)
{
	const char *algorithm = opt_text(c, "ccalgo");
	const struct opt_val *ipv6 = opt_get(c, "ipv6enabled");
	int err = 0;

	if (algorithm)
		err = rtnl_change_sysctl(change, NETSTACK_CONGESTION,
					 netstack_linux_algorithm(algorithm));
	if (err == -ENOENT)
		return cmd_fail(c,
				"'%s': --ccalgo '%s': the kernel has no such algorithm",
				cmd_object(c), algorithm);
	if (!err && ipv6->text)
		err = rtnl_change_sysctl(change, NETSTACK_NO_IPV6,
					 ipv6->num ? "0" : "1");
	if (err == -EPERM)
		return cmd_fail(c,
				"'%s': not permitted; changes need CAP_NET_ADMIN",
				cmd_object(c));
	return err ? cmd_fail_errno(c, cmd_object(c), err) : CMD_OK;
}

/**
 * cmd_netstack_set() - change the configuration of a TCP/IP stack
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_netstack_set(struct cmd *c)
{
	struct rtnl_change change = { .rt = NULL };
	struct rtnl rt;
	int err;

	err = ip_enter(c, opt_text(c, "netstack"), &rt);
	if (err)
		return err;
	change.rt = &rt;
	err = netstack_write(c, &change);
	if (err)
		rtnl_change_undo(&change);
	else
		rtnl_change_done(&change);
	rtnl_close(&rt);
	return err;
}
