// SPDX-License-Identifier: GPL-2.0
/* Requests of the family, made of attributes that the spec has for them. */
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "nlfuzz.h"

#define VALUE_MAX	8192	/* bytes of one value, a nest aside */

#define RARE_MAX	16
#define RARE_SHARE	8	/* so much less often is a rare one chosen */

/* How often commands are chosen, by what they do. */
static const unsigned int message_weights[] = {
	[SPEC_GET] = 30 * RARE_SHARE,
	[SPEC_ADD] = 18 * RARE_SHARE,
	[SPEC_SET] = 42 * RARE_SHARE,
	[SPEC_DEL] = 10 * RARE_SHARE,
};

static const struct spec_command *message_rare[RARE_MAX];

/**
 * message_put() - put an attribute
 * @m: message
 * @type: its type, flags and all
 * @payload: its value
 * @len: bytes of it
 *
 * Return: whether there was room.
 */
bool message_put(struct message *m, int type, const void *payload,
		 unsigned int len)
{
	struct nlattr nla = { .nla_len = NLA_HDRLEN + len, .nla_type = type };

	if (m->len + NLA_HDRLEN + NLA_ALIGN(len) > MESSAGE_MAX)
		return false;
	memcpy(m->data + m->len, &nla, sizeof(nla));
	memset(m->data + m->len + NLA_HDRLEN, 0, NLA_ALIGN(len));
	memcpy(m->data + m->len + NLA_HDRLEN, payload, len);
	m->len += NLA_HDRLEN + NLA_ALIGN(len);
	return true;
}

/**
 * message_nest() - begin a nest
 * @m: message
 * @type: its type, flags and all
 *
 * Return: where it begins, for message_nest_end(); 0 if there was no room.
 */
unsigned int message_nest(struct message *m, int type)
{
	unsigned int at = m->len;

	return message_put(m, type, NULL, 0) ? at : 0;
}

/**
 * message_nest_end() - end a nest
 * @m: message
 * @at: where it begins, or 0
 */
void message_nest_end(struct message *m, unsigned int at)
{
	struct nlattr *nla = (struct nlattr *)(m->data + at);

	/* Of what does not fit into 16 bits, the kernel sees a part. */
	if (at)
		nla->nla_len = m->len - at;
}

/* Most of the nest of an object, so that what is in it fits together. */
static void message_copy_nest(struct message *m, const struct nlattr *nest)
{
	unsigned int len = nest->nla_len - NLA_HDRLEN, at = 0;
	const unsigned char *data = (const void *)(nest + 1);
	const struct nlattr *nla;

	while (at + NLA_HDRLEN <= len) {
		nla = (const struct nlattr *)(data + at);
		if (rng_percent(&m->rng, 60))
			message_put(m, nla->nla_type, nla + 1,
				    nla->nla_len - NLA_HDRLEN);
		at += NLA_ALIGN(nla->nla_len);
	}
}

static void message_put_nest(struct message *m, const struct spec_attr *attr,
			     const struct object *object, int depth)
{
	const struct spec_set *set = &spec_sets[attr->nested];
	const struct nlattr *known = object_find(object, attr->number);
	unsigned int nest = message_nest(m, attr->number | NLA_F_NESTED);
	unsigned int percent = set->num > 3 ? 15 : 85;
	int i;

	if (known && rng_percent(&m->rng, 50)) {
		message_copy_nest(m, known);
		message_nest_end(m, nest);
		return;
	}
	for (i = 0; i < set->num; i++)
		if (rng_percent(&m->rng, percent))
			message_attr(m, &set->attrs[i], NULL, false,
				     depth + 1);
	message_nest_end(m, nest);
}

static void message_put_one(struct message *m, const struct spec_attr *attr,
			    const struct object *object, bool fresh, int depth)
{
	unsigned char value[VALUE_MAX];
	unsigned int len;

	if (attr->type == SPEC_NEST) {
		message_put_nest(m, attr, object, depth);
		return;
	}
	len = value_make(m, attr, object, fresh, value);
	message_put(m, attr->number, value, len);
}

/**
 * message_attr() - put an attribute as often as it may be there
 * @m: message
 * @attr: attribute
 * @object: object of its set that the message is about, or NULL
 * @fresh: it is for something that is to be made
 * @depth: nests that it is in
 */
void message_attr(struct message *m, const struct spec_attr *attr,
		  const struct object *object, bool fresh, int depth)
{
	bool victim = m->victim && !--m->victim;
	unsigned int count = 1;

	if (victim || rng_permille(&m->rng, m->sick)) {
		mutate_attr(m, attr, object, fresh, depth);
		return;
	}
	if (attr->multi)
		count = rng_below(&m->rng, 4);
	while (count--)
		message_put_one(m, attr, object, fresh, depth);
}

/**
 * message_set_rare() - have a command sent less often than others
 * @name: its name
 *
 * Return: whether there is such a command, and room to note it.
 */
bool message_set_rare(const char *name)
{
	int i, place = 0;

	while (place < RARE_MAX && message_rare[place])
		place++;
	for (i = 0; place < RARE_MAX && i < spec_num_commands; i++) {
		if (strcmp(spec_commands[i].name, name))
			continue;
		message_rare[place] = &spec_commands[i];
		return true;
	}
	return false;
}

static unsigned int message_weight(const struct spec_command *cmd, bool dump)
{
	int i;

	if (dump && !cmd->has_dump)
		return 0;
	for (i = 0; i < RARE_MAX; i++)
		if (message_rare[i] == cmd)
			return message_weights[cmd->verb] / RARE_SHARE;
	return message_weights[cmd->verb];
}

static const struct spec_command *message_choose(struct message *m, bool dump)
{
	unsigned int total = 0, weight, n;
	int i;

	for (i = 0; i < spec_num_commands; i++)
		total += message_weight(&spec_commands[i], dump);
	n = rng_below(&m->rng, total);
	for (i = 0; i < spec_num_commands - 1; i++) {
		weight = message_weight(&spec_commands[i], dump);
		if (n < weight)
			break;
		n -= weight;
	}
	return &spec_commands[i];
}

/* How likely an attribute is to be in a request, in percent. */
static unsigned int message_percent(const struct spec_command *cmd,
				    const struct spec_attr *attr)
{
	if (attr->key)
		return cmd->verb == SPEC_ADD ? 60 : 100;
	if (attr->ref_set >= 0)
		return 95;
	return cmd->verb == SPEC_ADD ? 15 : 35;
}

/* Where an object has more keys than one, one of them is enough. */
static int message_key(struct message *m, const struct spec_command *cmd)
{
	const struct spec_set *set = &spec_sets[cmd->set];
	int i, keys = 0, chosen = 0;

	if (cmd->verb == SPEC_ADD || rng_percent(&m->rng, 5))
		return 0;
	for (i = 0; i < set->num; i++)
		if (set->attrs[i].key &&
		    spec_listed(cmd->request, set->attrs[i].number) &&
		    !rng_below(&m->rng, ++keys))
			chosen = set->attrs[i].number;
	return chosen;
}

static void message_attrs(struct message *m, const struct spec_command *cmd,
			  const struct object *object)
{
	int key = message_key(m, cmd);
	const unsigned short *number;
	const struct spec_attr *attr;

	for (number = cmd->request; *number; number++) {
		attr = spec_attr(cmd->set, *number);
		if (attr->key && key && *number != key)
			continue;
		if (rng_percent(&m->rng, rng_percent(&m->rng, 97) ?
					 message_percent(cmd, attr) : 50))
			message_attr(m, attr, object, cmd->verb == SPEC_ADD,
				     0);
	}
}

static void message_dump_attrs(struct message *m,
			       const struct spec_command *cmd,
			       const struct object *object)
{
	const unsigned short *number;

	for (number = cmd->dump_request; *number; number++)
		if (rng_percent(&m->rng, 50))
			message_attr(m, spec_attr(cmd->set, *number), object,
				     false, 0);
}

/**
 * message_make() - make a request of the family
 * @m: message; its rng, world, data, sick and victim are set
 * @family: number of the family
 * @seq: sequence number
 * @dump: with NLM_F_DUMP
 *
 * Return: its command.
 */
const struct spec_command *message_make(struct message *m, int family,
					uint32_t seq, bool dump)
{
	const struct spec_command *cmd = message_choose(m, dump);
	struct nlmsghdr nlh = {
		.nlmsg_type = family,
		.nlmsg_flags = NLM_F_REQUEST | (dump ? NLM_F_DUMP : 0),
		.nlmsg_seq = seq,
	};
	struct genlmsghdr genlh = {
		.cmd = cmd->number,
		.version = spec_version,
	};
	const struct object *object;

	if (rng_percent(&m->rng, 50))
		nlh.nlmsg_flags |= NLM_F_ACK;
	m->set = cmd->set;
	m->object = object_choose(m, m->set);
	object = m->object < 0 ? NULL :
				 &m->world->objects[m->set][m->object];

	memcpy(m->data + NLMSG_HDRLEN, &genlh, sizeof(genlh));
	m->len = NLMSG_HDRLEN + GENL_HDRLEN;
	if (dump)
		message_dump_attrs(m, cmd, object);
	else
		message_attrs(m, cmd, object);
	nlh.nlmsg_len = m->len;
	memcpy(m->data, &nlh, sizeof(nlh));
	return cmd;
}
