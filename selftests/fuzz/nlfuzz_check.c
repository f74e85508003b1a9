// SPDX-License-Identifier: GPL-2.0
/* Whether what the kernel says is as the spec has it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "nlfuzz.h"

static char check_text[160];

static const char *check_fault(int set, const struct spec_attr *attr,
			       const char *what)
{
	snprintf(check_text, sizeof(check_text), "attribute %s of %s %s",
		 attr->name, spec_sets[set].name, what);
	return check_text;
}

static const char *check_integer(int set, const struct spec_attr *attr,
				 const unsigned char *data, unsigned int len)
{
	unsigned int width = spec_width(attr->type);
	bool any = attr->type == SPEC_UINT || attr->type == SPEC_SINT;
	uint64_t value = 0;

	if (len != width && !(any && len == 4))
		return check_fault(set, attr, "has a wrong length");
	if (spec_signed(attr->type))
		return NULL;
	if (len == 8) {
		memcpy(&value, data, 8);
	} else if (len == 4) {
		uint32_t u32;

		memcpy(&u32, data, 4);
		value = u32;
	} else if (len == 2) {
		uint16_t u16;

		memcpy(&u16, data, 2);
		value = u16;
	} else {
		value = *data;
	}
	if (attr->mask ? value & ~attr->mask :
			 value < attr->min || value > attr->max)
		return check_fault(set, attr, "is out of range");
	return NULL;
}

static const char *check_value(int set, const struct spec_attr *attr,
			       const unsigned char *data, unsigned int len)
{
	switch (attr->type) {
	case SPEC_STRING:
		if (!len || memchr(data, '\0', len) != data + len - 1)
			return check_fault(set, attr, "is no string");
		len--;
		fallthrough;
	case SPEC_BINARY:
		if (len < attr->min || (attr->max && len > attr->max))
			return check_fault(set, attr, "has a wrong length");
		return NULL;
	case SPEC_FLAG:
		return len ? check_fault(set, attr, "is no flag") : NULL;
	case SPEC_NEST:
		return check_attrs(attr->nested, NULL, data, len);
	default:
		return check_integer(set, attr, data, len);
	}
}

/**
 * check_attrs() - whether attributes are as the spec has them
 * @set: their set
 * @allowed: numbers of those that may be there, ended by 0; NULL for all
 * @data: the attributes
 * @len: bytes of them
 *
 * Return: NULL, or what is wrong.
 */
const char *check_attrs(int set, const unsigned short *allowed,
			const unsigned char *data, unsigned int len)
{
	const struct spec_attr *attr;
	const struct nlattr *nla;
	uint64_t seen = 0;
	unsigned int at = 0;
	const char *fault;
	int number;

	while (at < len) {
		nla = (const struct nlattr *)(data + at);
		if (at + NLA_HDRLEN > len || nla->nla_len < NLA_HDRLEN ||
		    at + nla->nla_len > len)
			return "attributes do not fit into the message";
		number = nla->nla_type & NLA_TYPE_MASK;
		attr = spec_attr(set, number);
		if (!attr) {
			snprintf(check_text, sizeof(check_text),
				 "%s has no attribute %d",
				 spec_sets[set].name, number);
			return check_text;
		}
		if (allowed && !spec_listed(allowed, number))
			return check_fault(set, attr, "is not for this");
		if (seen & 1ULL << number % 64 && !attr->multi)
			return check_fault(set, attr, "is there twice");
		seen |= 1ULL << number % 64;
		fault = check_value(set, attr, data + at + NLA_HDRLEN,
				    nla->nla_len - NLA_HDRLEN);
		if (fault)
			return fault;
		at += NLA_ALIGN(nla->nla_len);
	}
	return NULL;
}

/**
 * check_extack() - look at an extended ack
 * @nlh: ack, or end of a dump
 * @sent: bytes of the request
 * @told: set to whether it says why, or where
 * @text: set to what it says, or NULL
 *
 * Return: NULL, or what is wrong.
 */
const char *check_extack(const struct nlmsghdr *nlh, unsigned int sent,
			 bool *told, const char **text)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	unsigned int at = NLMSG_HDRLEN + sizeof(int);
	const struct nlattr *nla;
	uint32_t offset;

	*told = false;
	*text = NULL;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	/* An ack holds the request, or its header; the end of a dump, none. */
	if (nlh->nlmsg_type == NLMSG_ERROR)
		at = NLMSG_HDRLEN + sizeof(*err);
	if (nlh->nlmsg_type == NLMSG_ERROR &&
	    !(nlh->nlmsg_flags & NLM_F_CAPPED))
		at += NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	while (at < nlh->nlmsg_len) {
		nla = (const void *)((const unsigned char *)nlh + at);
		if (at + NLA_HDRLEN > nlh->nlmsg_len ||
		    nla->nla_len < NLA_HDRLEN ||
		    at + nla->nla_len > nlh->nlmsg_len)
			return "extended ack: attributes do not fit";
		*told = true;
		switch (nla->nla_type & NLA_TYPE_MASK) {
		case NLMSGERR_ATTR_MSG:
			if (memchr(nla + 1, '\0', nla->nla_len - NLA_HDRLEN) !=
			    (const unsigned char *)nla + nla->nla_len - 1)
				return "extended ack: no string";
			*text = (const char *)(nla + 1);
			break;
		case NLMSGERR_ATTR_OFFS:
			memcpy(&offset, nla + 1, sizeof(offset));
			if (offset < NLMSG_HDRLEN || offset >= sent)
				return "extended ack: bad offset";
			break;
		}
		at += NLA_ALIGN(nla->nla_len);
	}
	return NULL;
}
