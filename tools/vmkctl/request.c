// SPDX-License-Identifier: GPL-2.0
/*
 * A command's options become the attributes of its request, and what the
 * kernel says of an attribute is told of the option.
 */
#include <errno.h>
#include <linux/vswitch.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

#include "model.h"
#include "request.h"

/**
 * cmd_open() - open the netlink family, once
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_open(struct cmd *c)
{
	int err;

	if (c->nl.sk)
		return CMD_OK;
	err = nlsock_open_family(&c->nl, VSWITCH_FAMILY_NAME);
	if (err == -ENOENT)
		return cmd_fail(c,
				"the vswitch module is not loaded (modprobe vswitch)");
	return err ? cmd_fail_errno(c, "netlink", err) : CMD_OK;
}

static uint32_t request_offset(const struct request *r)
{
	return nlmsg_hdr(r->msg)->nlmsg_len;
}

/**
 * request_free() - let go of a request
 * @r: the request
 */
void request_free(struct request *r)
{
	nlmsg_free(r->msg);
	r->msg = NULL;
}

static int request_init(struct request *r, struct cmd *c, uint8_t genl,
			int flags)
{
	memset(r, 0, sizeof(*r));
	r->cmd = c;
	/* Room for the longest trunk list; the default is one page. */
	r->msg = nlmsg_alloc_size(REQUEST_SIZE);
	if (!r->msg)
		return -ENOMEM;
	if (!genlmsg_put(r->msg, NL_AUTO_PORT, NL_AUTO_SEQ, c->nl.family, 0,
			 NLM_F_REQUEST | flags, genl,
			 VSWITCH_FAMILY_VERSION)) {
		request_free(r);
		return -ENOMEM;
	}
	return 0;
}

static int request_put_ranges(struct nl_msg *msg, uint16_t attr,
			      const struct opt_val *val)
{
	struct nlattr *nest;
	size_t i;

	for (i = 0; i < val->count; i++) {
		nest = nla_nest_start(msg, attr);
		if (!nest ||
		    nla_put_u32(msg, VSWITCH_A_VLAN_RANGE_FIRST,
				val->ranges[i].first) ||
		    nla_put_u32(msg, VSWITCH_A_VLAN_RANGE_LAST,
				val->ranges[i].last))
			return -NLE_NOMEM;
		nla_nest_end(msg, nest);
	}
	return 0;
}

/* A list that is empty says so by an attribute with nothing in it. */
static int request_put_names(struct nl_msg *msg, uint16_t attr,
			     const char *text)
{
	struct nlattr *nest, *name;
	size_t len;

	nest = nla_nest_start(msg, attr);
	if (!nest)
		return -NLE_NOMEM;
	for (; *text; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		name = nla_reserve(msg, VSWITCH_A_UPLINK_LIST_UPLINK, len + 1);
		if (!name)
			return -NLE_NOMEM;
		memcpy(nla_data(name), text, len);
		((char *)nla_data(name))[len] = '\0';
	}
	nla_nest_end_keep_empty(msg, nest);
	return 0;
}

static int request_put_flag(struct nl_msg *msg, const struct opt_def *def,
			    bool set)
{
	if (!set)
		return 0;
	return def->bits ? nla_put_u32(msg, def->attr, def->bits) :
	       nla_put_flag(msg, def->attr);
}

static int request_put_value(struct nl_msg *msg, const struct opt_def *def,
			     const struct opt_val *val)
{
	switch (def->type) {
	case OPT_STRING:
		return nla_put_string(msg, def->attr, val->text);
	case OPT_U32:
	case OPT_BOOL:
	case OPT_WORD:
	case OPT_WORDS:
		return nla_put_u32(msg, def->attr, val->num);
	case OPT_FLAG:
		return request_put_flag(msg, def, val->num);
	case OPT_MAC:
		return nla_put(msg, def->attr, ETH_ALEN, val->mac);
	case OPT_NAMES:
		return request_put_names(msg, def->attr, val->text);
	case OPT_RANGES:
		return request_put_ranges(msg, def->attr, val);
	default:
		return -NLE_INVAL;
	}
}

/* The attributes of the options that go into @nest, or into none if 0. */
static int request_put_level(struct request *r, uint16_t nest)
{
	const struct opt_def *def = r->cmd->def->opts;
	size_t i;

	for (i = 0; def && def[i].name; i++) {
		const struct opt_val *val = &r->cmd->vals[i];
		struct request_mark *mark = &r->marks[r->nmarks];

		if (!def[i].attr || !val->text || def[i].nest != nest)
			continue;
		mark->start = request_offset(r);
		if (request_put_value(r->msg, &def[i], val))
			return -EMSGSIZE;
		mark->end = request_offset(r);
		mark->def = &def[i];
		mark->text = val->text;
		r->nmarks++;
	}
	return 0;
}

/* No command has options for more than one nest. */
static uint16_t request_nest(const struct cmd *c)
{
	const struct opt_def *def = c->def->opts;
	size_t i;

	for (i = 0; def && def[i].name; i++)
		if (def[i].nest && c->vals[i].text)
			return def[i].nest;
	return 0;
}

static int request_put_options(struct request *r)
{
	uint16_t type = request_nest(r->cmd);
	struct nlattr *nest;
	int err;

	err = request_put_level(r, 0);
	if (err || !type)
		return err;
	nest = nla_nest_start(r->msg, type);
	if (!nest)
		return -EMSGSIZE;
	err = request_put_level(r, type);
	nla_nest_end(r->msg, nest);
	return err;
}

static const struct request_mark *request_mark(const struct request *r,
					       uint32_t offset)
{
	size_t i;

	for (i = 0; i < r->nmarks; i++)
		if (offset >= r->marks[i].start && offset < r->marks[i].end)
			return &r->marks[i];
	return NULL;
}

/* Of a list, the one name that the kernel points at, if it points at one. */
static const char *request_mark_text(const struct request *r,
				     const struct request_mark *mark,
				     uint32_t offset)
{
	const struct nlattr *attr;

	if (mark->def->type != OPT_NAMES || offset == mark->start)
		return mark->text;
	attr = (const struct nlattr *)((char *)nlmsg_hdr(r->msg) + offset);
	return nla_data(attr);
}

static const char *request_reason(const struct nlerr *e)
{
	if (e->has_range && e->is_len)
		return "too long";
	if (e->text[0])
		return e->text;
	if (e->err == -EPERM)
		return "not permitted; changes need CAP_NET_ADMIN";
	if (e->err == -ENOENT)
		return "not found";
	if (e->err == -EAGAIN)
		return "changed all the time while being read";
	return strerror(-e->err);
}

static void request_range(const struct nlerr *e, char *text, size_t size)
{
	*text = '\0';
	if (!e->has_range)
		return;
	if (e->is_len)
		snprintf(text, size, " (at most %llu bytes)",
			 (unsigned long long)e->max);
	else
		snprintf(text, size, " (%llu to %llu)",
			 (unsigned long long)e->min,
			 (unsigned long long)e->max);
}

/**
 * request_fail() - say why a request was refused
 * @r: the request
 * @e: what the kernel said
 *
 * Names the object of the command, and the option that is to blame where
 * that is another one.
 *
 * Return: the exit status of a failure.
 */
int request_fail(const struct request *r, const struct nlerr *e)
{
	const struct request_mark *mark = request_mark(r, e->offset);
	const char *object = cmd_object(r->cmd);
	const char *reason = request_reason(e);
	const struct cmd *c = r->cmd;
	const char *text = NULL;
	char range[64];

	request_range(e, range, sizeof(range));
	if (mark && object && mark->text == object)
		mark = NULL;
	if (mark)
		text = request_mark_text(r, mark, e->offset);
	if (mark && object)
		return cmd_fail(c, "'%s': --%s '%s': %s%s", object,
				mark->def->name, text, reason, range);
	if (mark)
		return cmd_fail(c, "--%s '%s': %s%s", mark->def->name,
				text, reason, range);
	if (object)
		return cmd_fail(c, "'%s': %s%s", object, reason, range);
	return cmd_fail(c, "%s%s", reason, range);
}

/**
 * request_talk() - send a request, and say it if it is refused
 * @r: the request
 * @reply: what to do with what comes back, or NULL
 *
 * Return: an exit status.
 */
int request_talk(struct request *r, const struct nlreply *reply)
{
	struct nlerr e;

	if (nlsock_talk(&r->cmd->nl, r->msg, reply, &e))
		return request_fail(r, &e);
	return CMD_OK;
}

/**
 * request_begin() - begin a request with the command's options in it
 * @r: the request
 * @c: the invocation that makes it
 * @genl: command of the family
 * @flags: netlink flags, such as %NLM_F_DUMP
 *
 * Opens the socket, and says it if anything fails.
 *
 * Return: an exit status; there is nothing to free unless it is %CMD_OK.
 */
int request_begin(struct request *r, struct cmd *c, uint8_t genl, int flags)
{
	int err = cmd_open(c);

	if (err)
		return err;
	err = request_init(r, c, genl, flags);
	if (err)
		return cmd_fail_errno(c, "netlink", err);
	err = request_put_options(r);
	if (err) {
		request_free(r);
		return cmd_fail_errno(c, cmd_object(c) ?: "request", err);
	}
	return CMD_OK;
}

/**
 * cmd_send() - commands that are a request made of their options
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_send(struct cmd *c)
{
	struct request r;
	int err;

	err = request_begin(&r, c, c->def->genl, 0);
	if (err)
		return err;
	err = request_talk(&r, NULL);
	request_free(&r);
	return err;
}

static bool cmd_has_key(const struct cmd *c)
{
	const struct opt_def *def = c->def->opts;
	size_t i;

	for (i = 0; def && def[i].name; i++)
		if (def[i].flags & OPT_KEY && c->vals[i].text)
			return true;
	return false;
}

static int cmd_collect(struct request *r, const struct model *model,
		       json_t **rows)
{
	struct model_take take = { .model = model, .rows = json_array() };
	const struct nlreply reply = {
		.take = model_take, .again = model_again, .arg = &take,
	};
	int err;

	err = request_talk(r, &reply);
	if (err)
		json_decref(take.rows);
	else
		*rows = take.rows;
	request_free(r);
	return err;
}

/**
 * cmd_fetch() - the objects that the command's options ask for
 * @c: the invocation
 * @model: kind of the objects
 * @rows: set to an array of records, the caller's, on success
 *
 * One object where an option that is a key was given, else a dump.
 *
 * Return: an exit status.
 */
int cmd_fetch(struct cmd *c, const struct model *model, json_t **rows)
{
	struct request r;
	int err;

	err = request_begin(&r, c, model->get,
			    cmd_has_key(c) ? 0 : NLM_F_DUMP);
	return err ? err : cmd_collect(&r, model, rows);
}

/**
 * cmd_fetch_all() - all objects of a kind, whatever the options
 * @c: the invocation
 * @model: kind of the objects
 * @rows: set to an array of records, the caller's, on success
 *
 * Return: an exit status.
 */
int cmd_fetch_all(struct cmd *c, const struct model *model, json_t **rows)
{
	struct request r;
	int err = cmd_open(c);

	if (err)
		return err;
	if (request_init(&r, c, model->get, NLM_F_DUMP))
		return cmd_fail_errno(c, "netlink", -ENOMEM);
	return cmd_collect(&r, model, rows);
}

/**
 * cmd_make() - send a request that makes an object, and get its record
 * @c: the invocation
 * @rows: set to an array of the one record, the caller's, on success
 *
 * Return: an exit status.
 */
int cmd_make(struct cmd *c, json_t **rows)
{
	struct request r;
	int err;

	err = request_begin(&r, c, c->def->genl, 0);
	return err ? err : cmd_collect(&r, model_of(c->def->genl), rows);
}

/**
 * cmd_list() - commands that print what they fetch
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_list(struct cmd *c)
{
	json_t *rows;
	int err;

	err = cmd_fetch(c, model_of(c->def->genl), &rows);
	return err ? err : cmd_emit(c, rows);
}
