// SPDX-License-Identifier: GPL-2.0
/*
 * A command that changes the adapter by which the caller is logged in is
 * watched: if the other end does not answer afterwards, it is undone.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_apply.h"
#include "config_value.h"
#include "ip.h"
#include "login.h"
#include "netns.h"
#include "run.h"

#define LOGIN_VARIABLE	"SSH_CONNECTION"
#define LOGIN_DEPTH	64
#define LOGIN_ENVIRON	131072
#define LOGIN_CHECK	30	/* s that the other end has to answer */
#define LOGIN_CONFIRM	60	/* s, where it answers no ping anyway */

/* "CLIENT PORT SERVER PORT" */
static bool login_parse(const char *text, struct login *l)
{
	char server[64], bare[64];

	if (sscanf(text, "%63s %*s %63s", l->client, server) != 2)
		return false;
	l->family = strchr(server, ':') ? AF_INET6 : AF_INET;
	server[strcspn(server, "%")] = '\0';
	strcpy(bare, l->client);
	bare[strcspn(bare, "%")] = '\0';
	memset(&l->server, 0, sizeof(l->server));
	return inet_pton(l->family, server, &l->server) == 1 &&
	       inet_pton(l->family, bare, server) == 1;
}

static bool login_read(pid_t pid, const char *file, char *text, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, text, size - 2);
	close(fd);
	if (len <= 0)
		return false;
	text[len] = '\0';
	text[len + 1] = '\0';
	return true;
}

static pid_t login_parent(pid_t pid)
{
	char text[512];
	const char *end;
	int parent = 0;

	if (!login_read(pid, "stat", text, sizeof(text)))
		return 0;
	/* The name, in parentheses, may hold anything. */
	end = strrchr(text, ')');
	return end && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

static bool login_of(pid_t pid, char *room, struct login *l)
{
	const size_t len = strlen(LOGIN_VARIABLE);
	const char *var;

	if (!login_read(pid, "environ", room, LOGIN_ENVIRON))
		return false;
	for (var = room; *var; var += strlen(var) + 1)
		if (!strncmp(var, LOGIN_VARIABLE, len) && var[len] == '=')
			return login_parse(var + len + 1, l);
	return false;
}

/**
 * login_find() - did the caller log in by ssh?
 * @l: set to the connection
 *
 * The likes of sudo and su take the variable away that tells; those who
 * started them still have it.
 *
 * Return: true if so.
 */
bool login_find(struct login *l)
{
	char *room = malloc(LOGIN_ENVIRON);
	pid_t pid = getpid();
	bool found = false;
	int i;

	for (i = 0; room && !found && pid > 1 && i < LOGIN_DEPTH; i++) {
		found = login_of(pid, room, l);
		pid = login_parent(pid);
	}
	free(room);
	return found;
}

/**
 * login_answers() - does a host answer a ping?
 * @host: the host
 *
 * Return: true if it does, within a second.
 */
bool login_answers(const char *host)
{
	const char *const args[] = GUARD_PING(host);
	char *said;
	int status;

	status = run_program(args, NULL, &said);
	free(said);
	return !status;
}

static bool login_is_here(struct nl_object *obj, const struct login *l,
			  int ifindex)
{
	struct rtnl_addr *addr = (struct rtnl_addr *)obj;
	struct nl_addr *local = rtnl_addr_get_local(addr);

	return rtnl_addr_get_ifindex(addr) == ifindex && local &&
	       !memcmp(nl_addr_get_binary_addr(local), &l->server,
		       nl_addr_get_len(local));
}

static bool login_is_by(const struct login *l, struct nl_cache *addrs,
			const json_t *vmk)
{
	struct nl_object *obj;

	if (!netns_is_default(ip_stack_of(vmk)))
		return false;
	for (obj = nl_cache_get_first(addrs); obj; obj = nl_cache_get_next(obj))
		if (login_is_here(obj, l, model_int(vmk, "ifindex")))
			return true;
	return false;
}

static bool login_named(const struct cmd *c, const char *option,
			const char *name)
{
	const struct opt_def *def = c->def->opts;
	size_t i;

	for (i = 0; def[i].name; i++)
		if (!strcmp(def[i].name, option))
			return c->vals[i].text && name &&
			       !strcmp(c->vals[i].text, name);
	return false;
}

static bool login_is_touched(const struct cmd *c, const json_t *vmk)
{
	return c->def->cuts & CUTS_ANY ||
	       login_named(c, "interface-name", model_str(vmk, "name")) ||
	       login_named(c, "portgroup-name", model_str(vmk, "portgroup")) ||
	       login_named(c, "vswitch-name", model_str(vmk, "portset"));
}

/**
 * login_touched() - is the caller logged in by what a command changes?
 * @c: the invocation
 * @l: set to the connection
 * @touched: set to true if so
 *
 * Return: an exit status.
 */
int login_touched(struct cmd *c, struct login *l, bool *touched)
{
	struct nl_cache *addrs;
	struct rtnl rt;
	json_t *vmks;
	size_t i;
	int err;

	*touched = false;
	if (!c->def->cuts || c->unguarded || !login_find(l))
		return CMD_OK;
	err = cmd_fetch_all(c, &model_vmk, &vmks);
	if (err)
		return err;
	err = ip_enter(c, NULL, &rt);
	if (err)
		goto out_vmks;
	addrs = rtnl_addresses(&rt, l->family);
	for (i = 0; addrs && i < json_array_size(vmks); i++)
		if (login_is_by(l, addrs, json_array_get(vmks, i)))
			*touched |= login_is_touched(c, json_array_get(vmks,
								       i));
	if (addrs)
		nl_cache_free(addrs);
	rtnl_close(&rt);
out_vmks:
	json_decref(vmks);
	return err;
}

/**
 * login_terms() - have the caller's host tell whether a change is kept
 * @l: the caller's connection
 * @g: the change, its seconds and its host are set; the host is @l's
 *
 * Where that host answers no ping as things are, the caller has to confirm.
 */
void login_terms(struct login *l, struct guard *g)
{
	if (login_answers(l->client)) {
		g->host = l->client;
		g->seconds = LOGIN_CHECK;
	} else {
		g->seconds = LOGIN_CONFIRM;
	}
}

/* The command is whole or nothing, so that its failure leaves nothing. */
static int login_make(struct guard *g, int (*run)(struct cmd *c))
{
	int err;

	err = guard_start(g);
	if (err)
		return err;
	err = run(g->cmd);
	if (!err)
		return guard_await(g);
	guard_keep(g);
	return err;
}

static int login_watch(struct cmd *c, struct login *l,
		       int (*run)(struct cmd *c))
{
	struct guard g = { .undo = guard_undo_config };
	struct config *former;
	int err;

	err = guard_open(&g, c);
	if (err)
		return err;
	err = config_former(c, &former);
	if (err)
		goto out_close;
	g.former = former;
	g.tried = former;
	login_terms(l, &g);
	err = login_make(&g, run);
	config_free(former);
out_close:
	guard_close(&g);
	return err;
}

/**
 * login_run() - do something, watched where it may cut the caller off
 * @c: the invocation
 * @run: does it; returns an exit status
 *
 * Return: an exit status.
 */
int login_run(struct cmd *c, int (*run)(struct cmd *c))
{
	struct login l;
	bool touched;
	int err;

	err = login_touched(c, &l, &touched);
	if (err)
		return err;
	if (touched && geteuid()) {
		cmd_warn(c,
			 "not watched, as that takes root, though you are logged in by what this changes");
		touched = false;
	}
	return touched ? login_watch(c, &l, run) : run(c);
}

/**
 * login_guard() - run a command, watched where it may cut its caller off
 * @c: the invocation
 *
 * Return: an exit status.
 */
int login_guard(struct cmd *c)
{
	return c->def->cuts & CUTS_SELF ? c->def->run(c) :
	       login_run(c, c->def->run);
}
