/* SPDX-License-Identifier: GPL-2.0 */
/* The netlink family as tables, which gen-spec makes from the YAML spec. */
#ifndef NLFUZZ_SPEC_H
#define NLFUZZ_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Types of attributes, as the spec has them. Integers are up to SINT. */
enum spec_type {
	SPEC_U8,
	SPEC_U16,
	SPEC_U32,
	SPEC_U64,
	SPEC_UINT,
	SPEC_S8,
	SPEC_S16,
	SPEC_S32,
	SPEC_S64,
	SPEC_SINT,
	SPEC_STRING,
	SPEC_BINARY,
	SPEC_FLAG,
	SPEC_NEST,
};

/* What is to be had from the machine for an attribute. */
enum spec_role {
	SPEC_ROLE_NONE,
	SPEC_ROLE_IFNAME,
	SPEC_ROLE_IFINDEX,
	SPEC_ROLE_NETNS_FD,
	SPEC_ROLE_MAC,
};

/* What a command does, by the last word of its name. */
enum spec_verb {
	SPEC_GET,
	SPEC_ADD,
	SPEC_SET,
	SPEC_DEL,
};

/**
 * struct spec_attr - an attribute
 * @name: its name
 * @number: its type on the wire
 * @type: what it holds
 * @role: what is to be had from the machine for it
 * @multi: it may be there more than once
 * @key: it names an object of its set
 * @nested: set of the attributes in it, -1 if it has none
 * @ref_set: set with an attribute that has the same values, or -1
 * @ref_attr: that attribute's number
 * @min: least valid value, or length
 * @max: greatest valid value, or length; a length may be 0 for any
 * @mask: bits that are valid, if it is made of flags
 */
struct spec_attr {
	const char *name;
	unsigned short number;
	enum spec_type type;
	enum spec_role role;
	bool multi;
	bool key;
	int nested;
	int ref_set;
	int ref_attr;
	uint64_t min;
	uint64_t max;
	uint64_t mask;
};

/**
 * struct spec_set - an attribute set
 * @name: its name
 * @attrs: its attributes
 * @num: how many they are
 */
struct spec_set {
	const char *name;
	const struct spec_attr *attrs;
	int num;
};

/**
 * struct spec_command - a command
 * @name: its name
 * @number: its number in the generic netlink header
 * @set: set that its attributes are from
 * @verb: what it does
 * @has_do: it can be used without NLM_F_DUMP
 * @has_dump: it can be used with it
 * @admin: it needs privilege
 * @replies: what is done without NLM_F_DUMP has a reply
 * @request: attributes of the request, ended by 0
 * @reply: attributes of the reply, ended by 0
 * @dump_request: the same of a dump
 * @dump_reply: the same
 */
struct spec_command {
	const char *name;
	int number;
	int set;
	enum spec_verb verb;
	bool has_do;
	bool has_dump;
	bool admin;
	bool replies;
	const unsigned short *request;
	const unsigned short *reply;
	const unsigned short *dump_request;
	const unsigned short *dump_reply;
};

/**
 * struct spec_notification - a notification
 * @name: its name
 * @number: its number in the generic netlink header
 * @set: set that its attributes are from
 * @content: attributes that it can have, ended by 0
 */
struct spec_notification {
	const char *name;
	int number;
	int set;
	const unsigned short *content;
};

extern const struct spec_set spec_sets[];
extern const int spec_num_sets;
extern const struct spec_command spec_commands[];
extern const int spec_num_commands;
extern const struct spec_notification spec_notifications[];
extern const int spec_num_notifications;
extern const char * const spec_groups[];
extern const int spec_num_groups;
extern const char spec_family[];
extern const int spec_version;

/**
 * spec_attr() - an attribute by its number
 * @set: set that it is in
 * @number: its number
 *
 * Return: the attribute or NULL.
 */
static inline const struct spec_attr *spec_attr(int set, int number)
{
	const struct spec_set *s = &spec_sets[set];
	int i;

	for (i = 0; i < s->num; i++)
		if (s->attrs[i].number == number)
			return &s->attrs[i];
	return NULL;
}

/**
 * spec_listed() - whether an attribute is in a list
 * @list: numbers, ended by 0
 * @number: the attribute's number
 *
 * Return: whether it is.
 */
static inline bool spec_listed(const unsigned short *list, int number)
{
	for (; *list; list++)
		if (*list == number)
			return true;
	return false;
}

/**
 * spec_width() - bytes of a scalar on the wire
 * @type: its type
 *
 * Return: bytes, 0 if it is none.
 */
static inline int spec_width(enum spec_type type)
{
	switch (type) {
	case SPEC_U8:
	case SPEC_S8:
		return 1;
	case SPEC_U16:
	case SPEC_S16:
		return 2;
	case SPEC_U32:
	case SPEC_S32:
		return 4;
	case SPEC_U64:
	case SPEC_UINT:
	case SPEC_S64:
	case SPEC_SINT:
		return 8;
	default:
		return 0;
	}
}

static inline bool spec_signed(enum spec_type type)
{
	return type >= SPEC_S8 && type <= SPEC_SINT;
}

#endif
