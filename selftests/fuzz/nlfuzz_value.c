// SPDX-License-Identifier: GPL-2.0
/*
 * Values of attributes: valid ones, from the limits in the spec and from what
 * the kernel has told of, and wrong ones.
 */
#include <stdio.h>
#include <string.h>

#include "nlfuzz.h"

#define FRESH_NAMES	8	/* for each kind of thing to make */
#define MACS		16
#define WRONG_MAX	4096	/* bytes of a wrong value */

/* Texts that are valid by their length, and special somewhere. */
static const char * const value_odd[] = {
	"", "%d", "%s%n%n", "a/b", ".", "..", "all", "default", "lo", " ",
	"-", "0", "4294967296", "a b", "\xc3\xa4\xe2\x82\xac", "\xff\xfe",
	"\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x01\x1f", "\x7f", "\n",
	"\xc2\x85",
};

/**
 * object_find() - an attribute of an object
 * @object: object, or NULL
 * @number: the attribute's number
 *
 * Return: the attribute, or NULL.
 */
const struct nlattr *object_find(const struct object *object, int number)
{
	const struct nlattr *nla;
	unsigned int at = 0;

	while (object && at + NLA_HDRLEN <= object->len) {
		nla = (const struct nlattr *)(object->data + at);
		if (nla->nla_len < NLA_HDRLEN ||
		    at + nla->nla_len > object->len)
			return NULL;
		if ((nla->nla_type & NLA_TYPE_MASK) == number)
			return nla;
		at += NLA_ALIGN(nla->nla_len);
	}
	return NULL;
}

/**
 * object_choose() - choose one of the objects that are known of
 * @m: message that it is for
 * @set: set of the object
 *
 * Return: its place, or -1.
 */
int object_choose(struct message *m, int set)
{
	uint32_t first = rng_below(&m->rng, OBJECTS);
	int i, at;

	for (i = 0; i < OBJECTS; i++) {
		at = (first + i) % OBJECTS;
		if (m->world->objects[set][at].len)
			return at;
	}
	return -1;
}

static unsigned int value_copy(const struct object *object, int number,
			       unsigned char *to)
{
	const struct nlattr *nla = object_find(object, number);
	unsigned int len;

	if (!nla)
		return 0;
	len = nla->nla_len - NLA_HDRLEN;
	memcpy(to, nla + 1, len);
	return len;
}

/* A value that an object of another set has. */
static unsigned int value_referred(struct message *m,
				   const struct spec_attr *attr,
				   unsigned char *to)
{
	int at;

	if (attr->ref_set < 0)
		return 0;
	at = object_choose(m, attr->ref_set);
	if (at < 0)
		return 0;
	return value_copy(&m->world->objects[attr->ref_set][at],
			  attr->ref_attr, to);
}

static unsigned int value_text(const char *text, unsigned char *to)
{
	unsigned int len = strlen(text) + 1;

	memcpy(to, text, len);
	return len;
}

static unsigned int value_netdev(struct message *m, unsigned char *to)
{
	const struct world *world = m->world;

	if (!world->num_netdevs)
		return value_text("none", to);
	return value_text(world->netdevs[rng_below(&m->rng,
						   world->num_netdevs)], to);
}

/* The same text with another number at its end. */
static unsigned int value_renumber(struct message *m, unsigned char *to,
				   unsigned int len)
{
	char text[300];
	size_t stem;

	if (!len || len >= sizeof(text))
		return len;
	memcpy(text, to, len);
	text[len] = '\0';
	stem = strlen(text);
	while (stem && text[stem - 1] >= '0' && text[stem - 1] <= '9')
		stem--;
	return 1 + sprintf((char *)to, "%.*s%u", (int)stem, text,
			   rng_below(&m->rng, FRESH_NAMES));
}

static unsigned int value_odd_text(struct message *m,
				   const struct spec_attr *attr,
				   unsigned char *to)
{
	uint32_t n = rng_below(&m->rng, ARRAY_SIZE(value_odd) + 2);
	unsigned int len;

	if (n >= 2)
		return value_text(value_odd[n - 2], to);
	/* As long as it may be, or one byte longer. */
	len = attr->max + n;
	memset(to, 'x', len);
	to[len] = '\0';
	return len + 1;
}

static unsigned int value_string(struct message *m,
				 const struct spec_attr *attr,
				 const struct object *object, bool fresh,
				 unsigned char *to)
{
	const char *stem = attr->key ? spec_sets[m->set].name : attr->name;
	uint32_t number = rng_below(&m->rng, FRESH_NAMES);
	unsigned int len = 0;

	if (rng_percent(&m->rng, 2))
		return value_odd_text(m, attr, to);
	if (!fresh && rng_percent(&m->rng, 85))
		len = value_copy(object, attr->number, to);
	if (!len && rng_percent(&m->rng, 95))
		len = value_referred(m, attr, to);
	if (len)
		return len;
	if (attr->role == SPEC_ROLE_IFNAME) {
		/* Like that of another one, or any. */
		if (fresh && rng_percent(&m->rng, 40))
			len = value_copy(object, attr->number, to);
		if (len)
			return value_renumber(m, to, len);
		return value_netdev(m, to);
	}
	return 1 + sprintf((char *)to, "%s%u", stem, number);
}

/*
 * The extremes of the valid values are much more likely than any other one;
 * but not all that likely, as they tend to be what takes longest.
 */
static uint64_t value_in_range(struct message *m, const struct spec_attr *attr)
{
	uint64_t size = attr->max - attr->min;

	switch (rng_below(&m->rng, 16)) {
	case 0:
		return attr->min;
	case 1:
		return attr->max;
	case 2:
	case 3:
		return attr->min + (size + 1 ? rng_next(&m->rng) % (size + 1) :
					       rng_next(&m->rng));
	default:
		return attr->min + (size + 1 ? rng_sized(&m->rng) % (size + 1) :
					       rng_sized(&m->rng));
	}
}

static unsigned int value_put_integer(const struct spec_attr *attr,
				      uint64_t value, unsigned char *to)
{
	unsigned int width = spec_width(attr->type);

	/* The low bytes, in the order of this machine. */
	if (width == 8) {
		memcpy(to, &value, 8);
	} else if (width == 4) {
		uint32_t u32 = value;

		memcpy(to, &u32, 4);
	} else if (width == 2) {
		uint16_t u16 = value;

		memcpy(to, &u16, 2);
	} else {
		*to = value;
	}
	return width;
}

static unsigned int value_integer(struct message *m,
				  const struct spec_attr *attr,
				  const struct object *object, bool fresh,
				  unsigned char *to)
{
	const struct world *world = m->world;
	uint64_t value = value_in_range(m, attr);
	unsigned int len = 0;

	if (!fresh && rng_percent(&m->rng, attr->key ? 90 : 15))
		len = value_copy(object, attr->number, to);
	if (!len && rng_percent(&m->rng, 90))
		len = value_referred(m, attr, to);
	if (len)
		return len;
	if (attr->mask)
		value = attr->mask & rng_next(&m->rng) & rng_next(&m->rng);
	if (attr->role == SPEC_ROLE_IFINDEX && world->num_netdevs)
		value = world->ifindexes[rng_below(&m->rng,
						   world->num_netdevs)];
	if (attr->role == SPEC_ROLE_NETNS_FD && world->num_netns &&
	    rng_percent(&m->rng, 90))
		value = world->netns[rng_below(&m->rng, world->num_netns)];
	return value_put_integer(attr, value, to);
}

static unsigned int value_random(struct message *m, unsigned int len,
				 unsigned char *to)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		to[i] = rng_next(&m->rng) >> 56;
	return len;
}

static unsigned int value_binary(struct message *m,
				 const struct spec_attr *attr,
				 const struct object *object, unsigned char *to)
{
	unsigned int max = attr->max ? attr->max : 64;
	unsigned int len = attr->min + rng_below(&m->rng, max - attr->min + 1);

	if (rng_percent(&m->rng, 30)) {
		unsigned int copied = value_copy(object, attr->number, to);

		if (copied)
			return copied;
	}
	value_random(m, len, to);
	if (attr->role != SPEC_ROLE_MAC || len != 6)
		return len;
	/* A unicast address; most of the time one that others may have. */
	to[0] &= 0xfe;
	if (rng_percent(&m->rng, 80)) {
		memcpy(to, "\x02\0\0\0\0", 5);
		to[5] = rng_below(&m->rng, MACS);
	}
	return len;
}

/**
 * value_make() - make a valid value
 * @m: message that it is for
 * @attr: its attribute, not a nest
 * @object: object of the attribute's set that the message is about, or NULL
 * @fresh: the value is for something that is to be made
 * @to: where to put it
 *
 * Return: its length.
 */
unsigned int value_make(struct message *m, const struct spec_attr *attr,
			const struct object *object, bool fresh,
			unsigned char *to)
{
	switch (attr->type) {
	case SPEC_STRING:
		return value_string(m, attr, object, fresh, to);
	case SPEC_BINARY:
		return value_binary(m, attr, object, to);
	case SPEC_FLAG:
	case SPEC_NEST:
		return 0;
	default:
		return value_integer(m, attr, object, fresh, to);
	}
}

static unsigned int value_wrong_string(struct message *m,
				       const struct spec_attr *attr,
				       unsigned char *to)
{
	unsigned int len = attr->max + rng_below(&m->rng, 8);

	switch (rng_below(&m->rng, 5)) {
	case 0:
		len = rng_below(&m->rng, WRONG_MAX);
		fallthrough;
	case 1:
		/* Too long, maybe without an end. */
		memset(to, 'y', len + 1);
		to[len] = '\0';
		return len + rng_below(&m->rng, 2);
	case 2:
		return value_random(m, rng_below(&m->rng, attr->max + 2), to);
	case 3:
		/* An end in the middle. */
		memset(to, 'z', len + 1);
		to[rng_below(&m->rng, len + 1)] = '\0';
		return len + 1;
	default:
		/* No end. */
		len = value_string(m, attr, NULL, false, to);
		return len - 1;
	}
}

static unsigned int value_wrong_integer(struct message *m,
					const struct spec_attr *attr,
					unsigned char *to)
{
	const uint64_t extremes[] = {
		0, 1, attr->min - 1, attr->min, attr->max, attr->max + 1,
		~0ULL, 1ULL << 31, (1ULL << 31) - 1, 1ULL << 63, 0xffff,
		rng_next(&m->rng),
	};
	uint64_t value = extremes[rng_below(&m->rng,
						     ARRAY_SIZE(extremes))];
	unsigned int len;

	memcpy(to, &value, sizeof(value));
	len = value_put_integer(attr, value, to);
	if (rng_percent(&m->rng, 30))
		return rng_below(&m->rng, sizeof(value) + 1);
	return len;
}

static unsigned int value_wrong_binary(struct message *m,
				       const struct spec_attr *attr,
				       unsigned char *to)
{
	static const unsigned char fill[] = { 0x00, 0x01, 0xff };

	if (rng_percent(&m->rng, 50))
		return value_random(m, rng_below(&m->rng, 64), to);
	memset(to, fill[rng_below(&m->rng, ARRAY_SIZE(fill))], attr->max);
	return attr->max;
}

/**
 * value_wrong() - make a value that may be invalid
 * @m: message that it is for
 * @attr: its attribute
 * @to: where to put it
 *
 * Return: its length.
 */
unsigned int value_wrong(struct message *m, const struct spec_attr *attr,
			 unsigned char *to)
{
	if (attr->type == SPEC_STRING)
		return value_wrong_string(m, attr, to);
	if (spec_width(attr->type))
		return value_wrong_integer(m, attr, to);
	return value_wrong_binary(m, attr, to);
}
