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
#include "migrate.h"
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

static bool login_connection(struct login *l)
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

static bool login_is_server(const struct login *l, struct rtnl_addr *addr)
{
	struct nl_addr *local = rtnl_addr_get_local(addr);

	return local && !memcmp(nl_addr_get_binary_addr(local), &l->server,
				nl_addr_get_len(local));
}

/* The interface, of the default stack, that the connection comes by. */
static bool login_interface(struct login *l)
{
	struct nl_cache *addrs;
	struct nl_object *obj;
	struct rtnl rt;

	l->dev[0] = '\0';
	if (rtnl_open(&rt, NULL))
		return false;
	addrs = rtnl_addresses(&rt, l->family);
	for (obj = addrs ? nl_cache_get_first(addrs) : NULL; obj;
	     obj = nl_cache_get_next(obj)) {
		struct rtnl_addr *addr = (struct rtnl_addr *)obj;

		if (login_is_server(l, addr) &&
		    if_indextoname(rtnl_addr_get_ifindex(addr), l->dev))
			break;
	}
	if (addrs)
		nl_cache_free(addrs);
	rtnl_close(&rt);
	return l->dev[0];
}

/**
 * login_find() - did the caller log in by ssh?
 * @c: the invocation
 * @l: set to the connection
 *
 * The likes of sudo and su take the variable away that tells; those who
 * started them still have it. Who asks for no guard counts as not logged in.
 *
 * Return: true if so, by an interface of the default stack.
 */
bool login_find(const struct cmd *c, struct login *l)
{
	return !c->unguarded && login_connection(l) && login_interface(l);
}

/**
 * login_answers() - does a host answer a ping?
 * @host: the host
 * @by: interface by which it has to answer, or NULL for any
 *
 * Return: true if it does, within a second.
 */
bool login_answers(const char *host, const char *by)
{
	const char *words[GUARD_PING_WORDS];
	char *said;
	int status;

	guard_ping(words, host, by);
	status = run_program(words, NULL, &said);
	free(said);
	return !status;
}

/* The value of an option that the command need not know. */
static const char *login_option(const struct cmd *c, const char *option)
{
	const struct opt_def *def = c->def->opts;
	size_t i;

	for (i = 0; def[i].name; i++)
		if (!strcmp(def[i].name, option))
			return c->vals[i].text;
	return NULL;
}

static bool login_named(const struct cmd *c, const char *option,
			const char *name)
{
	const char *text = login_option(c, option);

	return text && name && !strcmp(text, name);
}

/* It may have been called by an alternative name, as of "nic alias". */
static bool login_is_uplink(const struct cmd *c, const struct login *l)
{
	const char *name = login_option(c, "uplink-name");
	unsigned int ifindex = name ? if_nametoindex(name) : 0;

	return ifindex && ifindex == if_nametoindex(l->dev);
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
	json_t *vmks, *vmk;
	size_t i;
	int err;

	*touched = false;
	if (!c->def->cuts || !login_find(c, l))
		return CMD_OK;
	*touched = login_is_uplink(c, l);
	err = cmd_fetch_all(c, &model_vmk, &vmks);
	if (err)
		return err;
	json_array_foreach(vmks, i, vmk)
		if (netns_is_default(ip_stack_of(vmk)) &&
		    !strcmp(model_str(vmk, "name"), l->dev))
			*touched |= login_is_touched(c, vmk);
	json_decref(vmks);
	return CMD_OK;
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
	if (login_answers(l->client, l->dev)) {
		g->host = l->client;
		g->by = l->dev;
		g->seconds = LOGIN_CHECK;
	} else {
		g->seconds = LOGIN_CONFIRM;
	}
}

/**
 * struct login_watched - a command that is watched
 * @g: what watches it
 * @m: what the adapter has that the caller is logged in by
 * @known: all of that is known
 */
struct login_watched {
	struct guard g;
	struct migrate m;
	bool known;
};

/* A configuration does not know all addresses and routes of an adapter. */
static int login_undo(struct guard *g)
{
	const struct login_watched *w = (struct login_watched *)g;
	int stuck;

	if (w->known)
		migrate_restore(&w->m);
	stuck = guard_undo_config(g);
	return w->known && migrate_restore(&w->m) ? CMD_FAILED : stuck;
}

static int login_make(struct guard *g, int (*run)(struct cmd *c))
{
	int err;

	err = guard_start(g);
	if (err)
		return err;
	err = run(g->cmd);
	if (!err)
		return guard_await(g);
	/* What the kernel has taken away beside is back, too. */
	if (!g->undo(g))
		guard_keep(g);
	return err;
}

static int login_watch(struct cmd *c, struct login *l,
		       int (*run)(struct cmd *c))
{
	struct login_watched w = {
		.g = { .undo = login_undo },
		.m = { .nic = l->dev, .vmk = l->dev },
	};
	struct config *former;
	const char *why;
	int err;

	err = guard_open(&w.g, c);
	if (err)
		return err;
	err = config_former(c, &former);
	if (err)
		goto out_close;
	w.known = !migrate_read(&w.m, &why);
	if (!w.known)
		cmd_warn(c, "'%s': %s: not all of its routes would come back",
			 l->dev, why ?: "not readable");
	w.g.former = former;
	w.g.tried = former;
	login_terms(l, &w.g);
	err = login_make(&w.g, run);
	config_free(former);
out_close:
	migrate_free(&w.m);
	guard_close(&w.g);
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
