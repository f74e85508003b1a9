// SPDX-License-Identifier: GPL-2.0
/* Changes of addresses, routes and sysctls: all of their steps, or none. */
#include <errno.h>
#include <fcntl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtnl.h"

/**
 * enum rtnl_kind - what a step of a change is about
 * @STEP_ADDR: an address
 * @STEP_ROUTE: a route
 * @STEP_ONLY_ROUTE: the one route to a network, unless it is a default route
 * @STEP_SYSCTL: a value below /proc/sys
 */
enum rtnl_kind {
	STEP_ADDR,
	STEP_ROUTE,
	STEP_ONLY_ROUTE,
	STEP_SYSCTL,
};

/**
 * struct rtnl_step - a step that has been done
 * @kind: what it was about
 * @add: the object was added, else deleted
 * @obj: address or route, a reference held
 * @path: of the sysctl
 * @old: its former value
 */
struct rtnl_step {
	enum rtnl_kind kind;
	bool add;
	struct nl_object *obj;
	char *path;
	char old[32];
};

/*
 * Another default route of the same metric stays the one that is taken;
 * traffic bound to this interface takes this interface's.
 */
static int rtnl_route_flags(struct rtnl_route *route, enum rtnl_kind kind)
{
	struct nl_addr *dst = rtnl_route_get_dst(route);

	if (kind == STEP_ONLY_ROUTE && dst && nl_addr_get_prefixlen(dst))
		return NLM_F_CREATE | NLM_F_EXCL;
	return NLM_F_CREATE | NLM_F_APPEND;
}

static int rtnl_build(struct nl_object *obj, enum rtnl_kind kind, bool add,
		      struct nl_msg **msg)
{
	struct rtnl_route *route = (struct rtnl_route *)obj;

	if (kind == STEP_ADDR) {
		struct rtnl_addr *addr = (struct rtnl_addr *)obj;

		return add ? rtnl_addr_build_add_request(addr, NLM_F_CREATE |
							 NLM_F_EXCL, msg) :
		       rtnl_addr_build_delete_request(addr, 0, msg);
	}
	return add ? rtnl_route_build_add_request(route,
						  rtnl_route_flags(route, kind),
						  msg) :
	       rtnl_route_build_del_request(route, 0, msg);
}

static int rtnl_step(struct rtnl *rt, struct nl_object *obj,
		     enum rtnl_kind kind, bool add, struct nlerr *e)
{
	struct nl_msg *msg;
	int err;

	memset(e, 0, sizeof(*e));
	err = nlsock_errno(rtnl_build(obj, kind, add, &msg));
	if (err) {
		e->err = err;
		return err;
	}
	err = nlsock_talk(&rt->nl, msg, NULL, e);
	nlmsg_free(msg);
	return err;
}

static struct rtnl_step *rtnl_change_room(struct rtnl_change *ch)
{
	struct rtnl_step *steps;

	steps = reallocarray(ch->steps, ch->count + 1, sizeof(*steps));
	if (!steps) {
		ch->e = (struct nlerr){ .err = -ENOMEM };
		return NULL;
	}
	ch->steps = steps;
	steps += ch->count;
	memset(steps, 0, sizeof(*steps));
	return steps;
}

static int rtnl_change_object(struct rtnl_change *ch, struct nl_object *obj,
			      enum rtnl_kind kind, bool add)
{
	struct rtnl_step *step = rtnl_change_room(ch);
	int err;

	if (!step)
		return -ENOMEM;
	err = rtnl_step(ch->rt, obj, kind, add, &ch->e);
	if (err)
		return err;
	nl_object_get(obj);
	step->kind = kind;
	step->add = add;
	step->obj = obj;
	ch->count++;
	return 0;
}

/**
 * rtnl_route_step() - add or delete a route that is a change of its own
 * @rt: where
 * @route: the route
 * @add: add it, else delete it
 * @e: set to what went wrong
 *
 * Return: 0 or a negative errno.
 */
int rtnl_route_step(struct rtnl *rt, struct rtnl_route *route, bool add,
		    struct nlerr *e)
{
	return rtnl_step(rt, OBJ_CAST(route), STEP_ONLY_ROUTE, add, e);
}

/**
 * rtnl_change_addr() - add or delete an address
 * @ch: the change that this is a step of
 * @addr: the address
 * @add: add it, else delete it
 *
 * Return: 0 or a negative errno.
 */
int rtnl_change_addr(struct rtnl_change *ch, struct rtnl_addr *addr, bool add)
{
	return rtnl_change_object(ch, OBJ_CAST(addr), STEP_ADDR, add);
}

/**
 * rtnl_change_route() - add or delete a route
 * @ch: the change that this is a step of
 * @route: the route
 * @add: add it, else delete it
 *
 * Return: 0 or a negative errno.
 */
int rtnl_change_route(struct rtnl_change *ch, struct rtnl_route *route,
		      bool add)
{
	return rtnl_change_object(ch, OBJ_CAST(route), STEP_ROUTE, add);
}

/**
 * rtnl_change_sysctl() - write a sysctl of the stack
 * @ch: the change that this is a step of
 * @path: the file
 * @value: what to write
 *
 * Return: 0 or a negative errno.
 */
int rtnl_change_sysctl(struct rtnl_change *ch, const char *path,
		       const char *value)
{
	struct rtnl_step *step = rtnl_change_room(ch);
	int err;

	if (!step)
		return -ENOMEM;
	step->kind = STEP_SYSCTL;
	err = sysctl_read(path, step->old, sizeof(step->old));
	if (!err && !strcmp(step->old, value))
		return 0;
	step->path = strdup(path);
	if (!err)
		err = step->path ? sysctl_write(path, value) : -ENOMEM;
	if (!err) {
		ch->count++;
		return 0;
	}
	free(step->path);
	/* Files say "access denied" where netlink says "not permitted". */
	if (err == -EACCES)
		err = -EPERM;
	ch->e = (struct nlerr){ .err = err };
	return err;
}

/**
 * rtnl_change_undo() - undo the steps of a change that failed
 * @ch: the change
 *
 * Keeps the reason of the failure.
 */
void rtnl_change_undo(struct rtnl_change *ch)
{
	struct nlerr e;
	size_t i;

	for (i = ch->count; i > 0; i--) {
		struct rtnl_step *step = &ch->steps[i - 1];

		if (step->kind == STEP_SYSCTL)
			sysctl_write(step->path, step->old);
		else
			rtnl_step(ch->rt, step->obj, step->kind, !step->add,
				  &e);
	}
	rtnl_change_done(ch);
}

/**
 * rtnl_change_done() - forget the steps of a change
 * @ch: the change
 */
void rtnl_change_done(struct rtnl_change *ch)
{
	size_t i;

	for (i = 0; i < ch->count; i++) {
		nl_object_put(ch->steps[i].obj);
		free(ch->steps[i].path);
	}
	free(ch->steps);
	ch->steps = NULL;
	ch->count = 0;
}

/**
 * sysctl_read() - read a sysctl
 * @path: the file
 * @value: set to its content, without the end of the line
 * @size: room there
 *
 * Return: 0 or a negative errno.
 */
int sysctl_read(const char *path, char *value, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, value, size - 1);
	if (len < 0)
		len = -errno;
	close(fd);
	if (len < 0)
		return len;
	value[len] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}

/**
 * sysctl_write() - write a sysctl
 * @path: the file
 * @value: what to write
 *
 * Return: 0 or a negative errno.
 */
int sysctl_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}
