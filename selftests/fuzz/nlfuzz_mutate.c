// SPDX-License-Identifier: GPL-2.0
/*
 * What a well-behaved client would not send: attributes made wrong while a
 * message is put together, and messages made wrong when they are whole.
 */
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "nlfuzz.h"

#define WRONG_MAX	8192	/* bytes of a wrong value */

/* An attribute's type with the flag that its kind of payload asks for. */
static int mutate_type(const struct spec_attr *attr)
{
	return attr->number | (attr->type == SPEC_NEST ? NLA_F_NESTED : 0);
}

static void mutate_value(struct message *m, const struct spec_attr *attr,
			 const struct object *object, bool fresh, int depth)
{
	unsigned char value[WRONG_MAX];
	unsigned int len = value_wrong(m, attr, value);

	message_put(m, mutate_type(attr), value, len);
}

/* A valid value under another attribute's number, or with odd flags. */
static void mutate_number(struct message *m, const struct spec_attr *attr,
			  const struct object *object, bool fresh, int depth)
{
	static const int types[] = {
		0, 1, NLA_F_NESTED, NLA_F_NET_BYTEORDER,
		NLA_F_NESTED | NLA_F_NET_BYTEORDER, 0x3fff, 0xffff,
	};
	unsigned char value[WRONG_MAX];
	unsigned int len = value_make(m, attr, object, fresh, value);
	int type = types[rng_below(&m->rng, ARRAY_SIZE(types))];

	switch (rng_below(&m->rng, 3)) {
	case 0:
		type = rng_below(&m->rng, spec_sets[m->set].num + 4);
		break;
	case 1:
		type ^= mutate_type(attr);
		break;
	}
	message_put(m, type, value, len);
}

static void mutate_twice(struct message *m, const struct spec_attr *attr,
			 const struct object *object, bool fresh, int depth)
{
	unsigned int times = 2 + rng_below(&m->rng, 3);

	while (times--)
		message_attr(m, attr, object, fresh, depth);
}

/* An attribute of another set. */
static void mutate_foreign(struct message *m, const struct spec_attr *attr,
			   const struct object *object, bool fresh, int depth)
{
	const struct spec_set *set =
		&spec_sets[rng_below(&m->rng, spec_num_sets)];

	if (depth < 8)
		message_attr(m, &set->attrs[rng_below(&m->rng, set->num)],
			     NULL, fresh, depth + 1);
}

/* A nest as if it were a value, or a value as if it were a nest. */
static void mutate_nesting(struct message *m, const struct spec_attr *attr,
			   const struct object *object, bool fresh, int depth)
{
	bool flagged = rng_percent(&m->rng, 50);
	unsigned int nest;

	nest = message_nest(m, attr->number | (flagged ? NLA_F_NESTED : 0));
	if (attr->type == SPEC_NEST)
		mutate_value(m, attr, object, fresh, depth);
	else
		mutate_number(m, attr, object, fresh, depth);
	message_nest_end(m, nest);
}

/* A nest in a nest in a nest; of a type that nests, or of this one. */
static void mutate_deep(struct message *m, const struct spec_attr *attr,
			const struct object *object, bool fresh, int depth)
{
	uint32_t levels = 1 + rng_below(&m->rng, 4000) % (1 + rng_below(&m->rng,
									4000));
	unsigned int at, first = m->len;

	for (; levels; levels--)
		if (!message_nest(m, attr->number | NLA_F_NESTED))
			break;
	for (at = first; at < m->len; at += NLA_HDRLEN)
		message_nest_end(m, at);
}

/* More of the same than anybody would send. */
static void mutate_many(struct message *m, const struct spec_attr *attr,
			const struct object *object, bool fresh, int depth)
{
	unsigned int count = rng_below(&m->rng, 1 << rng_below(&m->rng, 13));
	unsigned int sick = m->sick;

	/* Most of them are all right, lest the first one ends it. */
	m->sick = 0;
	while (count-- && m->len < MESSAGE_MAX * 7 / 8)
		message_attr(m, attr, object, fresh, depth);
	m->sick = sick;
}

/* A length that is not that of what follows. */
static void mutate_length(struct message *m, const struct spec_attr *attr,
			  const struct object *object, bool fresh, int depth)
{
	const int lengths[] = {
		0, 1, 2, 3, 4, 5, 7, 8, 0x7fff, 0xfffc, 0xffff,
		rng_below(&m->rng, 64), rng_below(&m->rng, 0xffff),
	};
	unsigned int at = m->len;
	struct nlattr *nla = (struct nlattr *)(m->data + at);

	message_attr(m, attr, object, fresh, depth);
	if (m->len != at)
		nla->nla_len = lengths[rng_below(&m->rng,
						 ARRAY_SIZE(lengths))];
}

static void mutate_nothing(struct message *m, const struct spec_attr *attr,
			   const struct object *object, bool fresh, int depth)
{
}

static void (*const mutations[])(struct message *m,
				 const struct spec_attr *attr,
				 const struct object *object, bool fresh,
				 int depth) = {
	mutate_value,
	mutate_value,
	mutate_value,
	mutate_value,
	mutate_value,
	mutate_number,
	mutate_twice,
	mutate_foreign,
	mutate_nesting,
	mutate_deep,
	mutate_many,
	mutate_length,
	mutate_nothing,
};

/**
 * mutate_attr() - put an attribute in a wrong way
 * @m: message
 * @attr: attribute
 * @object: object of its set that the message is about, or NULL
 * @fresh: it is for something that is to be made
 * @depth: nests that it is in
 */
void mutate_attr(struct message *m, const struct spec_attr *attr,
		 const struct object *object, bool fresh, int depth)
{
	uint32_t n = rng_below(&m->rng, ARRAY_SIZE(mutations));
	unsigned int sick = m->sick;

	/* One thing at a time, or nearly so. */
	m->sick = sick / 4;
	mutations[n](m, attr, object, fresh, depth);
	m->sick = sick;
}

static void mutate_bits(struct message *m)
{
	unsigned int count = 1 + rng_below(&m->rng, 4);

	while (count--)
		m->data[NLMSG_HDRLEN + rng_below(&m->rng,
						 m->len - NLMSG_HDRLEN)] ^=
			1 << rng_below(&m->rng, 8);
}

/* Whole, but shorter than what is in it has it. */
static void mutate_truncate(struct message *m)
{
	m->len = NLMSG_HDRLEN + rng_below(&m->rng, m->len - NLMSG_HDRLEN + 1);
}

static void mutate_append(struct message *m)
{
	unsigned int len = 1 + rng_below(&m->rng, 64);

	while (len-- && m->len < MESSAGE_MAX)
		m->data[m->len++] = rng_next(&m->rng) >> 56;
}

static void mutate_genl_header(struct message *m)
{
	struct genlmsghdr *genlh = (void *)(m->data + NLMSG_HDRLEN);

	switch (rng_below(&m->rng, 4)) {
	case 0:
		genlh->cmd = rng_below(&m->rng, 64);
		break;
	case 1:
		genlh->cmd = rng_next(&m->rng);
		break;
	case 2:
		genlh->version = rng_next(&m->rng);
		break;
	default:
		genlh->reserved = rng_next(&m->rng);
		break;
	}
}

static void mutate_flags(struct message *m)
{
	static const int flags[] = {
		NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_ECHO,
		NLM_F_DUMP_INTR, NLM_F_DUMP_FILTERED, NLM_F_ROOT, NLM_F_MATCH,
		NLM_F_ATOMIC, NLM_F_DUMP, NLM_F_CREATE | NLM_F_EXCL, 0xffff,
	};
	struct nlmsghdr *nlh = (void *)m->data;

	nlh->nlmsg_flags ^= flags[rng_below(&m->rng, ARRAY_SIZE(flags))];
}

static void mutate_header(struct message *m)
{
	static const int types[] = {
		0, NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN,
		NLMSG_MIN_TYPE - 1, NLMSG_MIN_TYPE, 0xffff,
	};
	struct nlmsghdr *nlh = (void *)m->data;

	if (rng_percent(&m->rng, 50))
		nlh->nlmsg_pid = rng_next(&m->rng);
	else
		nlh->nlmsg_type = types[rng_below(&m->rng,
						  ARRAY_SIZE(types))];
}

static void (*const mutations_whole[])(struct message *m) = {
	mutate_bits,
	mutate_truncate,
	mutate_append,
	mutate_genl_header,
	mutate_flags,
	mutate_header,
};

/**
 * mutate_message() - make a whole message wrong
 * @m: message
 * @last: nothing follows it, so that its own length may be wrong, too
 *
 * Return: whether its length is wrong.
 */
bool mutate_message(struct message *m, bool last)
{
	struct nlmsghdr *nlh = (void *)m->data;
	uint32_t n = rng_below(&m->rng, ARRAY_SIZE(mutations_whole));

	mutations_whole[n](m);
	nlh->nlmsg_len = m->len;
	if (!last || !rng_percent(&m->rng, 10))
		return false;
	nlh->nlmsg_len = rng_percent(&m->rng, 50) ?
			 rng_below(&m->rng, m->len + 64) :
			 (uint32_t)rng_sized(&m->rng);
	return true;
}
