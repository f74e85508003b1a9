// SPDX-License-Identifier: GPL-2.0
/* From words on the command line to values: all of a word or nothing. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <linux/vswitch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "value.h"

const struct word words_discovery[] = { WORDS_DISCOVERY, { } };

const struct word words_port_kind[] = {
	{ "vm", VSWITCH_PORT_KIND_VM },
	{ "vmk", VSWITCH_PORT_KIND_VMK },
	{ "uplink", VSWITCH_PORT_KIND_UPLINK },
	{ }
};

const struct word words_traffic[] = { WORDS_TRAFFIC, { } };

const struct word words_ip_type[] = { WORDS_IP_TYPE, { } };

const struct word words_load[] = { WORDS_LOAD, { } };

const struct word words_load_shown[] = { WORDS_LOAD_SHOWN, { } };

const struct word words_detection[] = { WORDS_DETECTION, { } };

const struct word words_uplink_state[] = {
	{ "down", VSWITCH_UPLINK_STATE_DOWN },
	{ "settling", VSWITCH_UPLINK_STATE_SETTLING },
	{ "up", VSWITCH_UPLINK_STATE_UP },
	{ "isolated", VSWITCH_UPLINK_STATE_ISOLATED },
	{ }
};

const struct word words_port_flags[] = {
	{ "blocked", VSWITCH_PORT_FLAGS_BLOCKED },
	{ "mac_changed", VSWITCH_PORT_FLAGS_MAC_CHANGED },
	{ "promiscuous", VSWITCH_PORT_FLAGS_PROMISCUOUS },
	{ "forged_transmits", VSWITCH_PORT_FLAGS_FORGED_TRANSMITS },
	{ "shaped", VSWITCH_PORT_FLAGS_SHAPED },
	{ }
};

static const struct word words_bool[] = { WORDS_BOOL, { } };

/**
 * word_find() - look a word up, without regard to case
 * @words: the table
 * @text: the word, which need not end in a NUL
 * @len: its length
 *
 * Return: the entry, or NULL.
 */
const struct word *word_find(const struct word *words, const char *text,
			     size_t len)
{
	for (; words->name; words++)
		if (strlen(words->name) == len &&
		    !strncasecmp(words->name, text, len))
			return words;
	return NULL;
}

/**
 * word_name() - the word for a value
 * @words: the table
 * @value: the value
 *
 * Return: its word, or NULL for a value that a newer kernel may have.
 */
const char *word_name(const struct word *words, uint32_t value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return NULL;
}

/* Digits only: strtoul alone would take a sign and blanks before them. */
static const char *value_digits(const char *text, uint32_t *out)
{
	unsigned long long num;
	char *end;

	if (!isdigit((unsigned char)*text))
		return NULL;
	errno = 0;
	num = strtoull(text, &end, 10);
	if (errno || num > UINT32_MAX)
		return NULL;
	*out = num;
	return end;
}

/**
 * value_u32() - a decimal number
 * @text: the word
 * @out: the number
 *
 * Return: 0 or -EINVAL.
 */
int value_u32(const char *text, uint32_t *out)
{
	const char *end = value_digits(text, out);

	return end && !*end ? 0 : -EINVAL;
}

/**
 * value_bool() - yes or no in any spelling that scripts use
 * @text: the word
 * @out: 0 or 1
 *
 * Return: 0 or -EINVAL.
 */
int value_bool(const char *text, uint32_t *out)
{
	const struct word *w = word_find(words_bool, text, strlen(text));

	if (!w)
		return -EINVAL;
	*out = w->value;
	return 0;
}

/**
 * value_decimal() - check a number that may have a fraction, such as 0.2
 * @text: the word
 *
 * Return: 0 or -EINVAL.
 */
int value_decimal(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	size_t part = 0;

	if (!whole || whole > 9)
		return -EINVAL;
	text += whole;
	if (*text == '.') {
		part = strspn(++text, "0123456789");
		if (!part || part > 9)
			return -EINVAL;
	}
	return text[part] ? -EINVAL : 0;
}

/**
 * value_mac() - an Ethernet address, as aa:bb:cc:dd:ee:ff or aa-bb-...
 * @text: the word
 * @mac: the address
 *
 * Return: 0 or -EINVAL.
 */
int value_mac(const char *text, unsigned char mac[ETH_ALEN])
{
	char pair[3] = "";
	int i;

	for (i = 0; i < ETH_ALEN; i++, text += 2) {
		if (i && *text != ':' && *text != '-')
			return -EINVAL;
		if (i)
			text++;
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]))
			return -EINVAL;
		memcpy(pair, text, 2);
		mac[i] = strtoul(pair, NULL, 16);
	}
	return *text ? -EINVAL : 0;
}

static const char *value_range(const char *text, struct vlan_range *range)
{
	text = value_digits(text, &range->first);
	if (!text)
		return NULL;
	range->last = range->first;
	if (*text == '-')
		text = value_digits(text + 1, &range->last);
	return text;
}

/**
 * value_ranges() - VLAN ids and ranges of them, as 10-20,30
 * @text: the word
 * @out: the ranges, to be freed by the caller
 * @count: how many
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int value_ranges(const char *text, struct vlan_range **out, size_t *count)
{
	struct vlan_range *ranges;
	size_t n = 1, i;
	const char *p;

	for (p = text; *p; p++)
		n += *p == ',';
	ranges = calloc(n, sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		text = value_range(text, &ranges[i]);
		if (!text || *text != (i + 1 < n ? ',' : '\0')) {
			free(ranges);
			return -EINVAL;
		}
		text++;
	}
	*out = ranges;
	*count = n;
	return 0;
}

/**
 * value_names() - check a list of names with commas between
 * @text: the word; where it is empty, so is the list
 *
 * Return: 0 or -EINVAL.
 */
int value_names(const char *text)
{
	size_t len;

	if (!*text)
		return 0;
	for (;;) {
		len = strcspn(text, ",");
		if (!len)
			return -EINVAL;
		if (!text[len])
			return 0;
		text += len + 1;
	}
}

/**
 * value_ip4() - an IPv4 address in dotted form
 * @text: the word
 * @ip: the address
 *
 * Return: 0 or -EINVAL.
 */
int value_ip4(const char *text, struct in_addr *ip)
{
	return inet_pton(AF_INET, text, ip) == 1 ? 0 : -EINVAL;
}

/**
 * value_netmask() - an IPv4 netmask in dotted form, ones before zeros
 * @text: the word
 * @mask: the mask
 * @len: how many ones, 1 to 32
 *
 * Return: 0 or -EINVAL.
 */
int value_netmask(const char *text, struct in_addr *mask, uint8_t *len)
{
	uint32_t bits;

	if (value_ip4(text, mask))
		return -EINVAL;
	bits = ntohl(mask->s_addr);
	if (!bits || (~bits & (~bits + 1)))
		return -EINVAL;
	*len = __builtin_popcount(bits);
	return 0;
}

/**
 * value_ip6() - an IPv6 address
 * @text: the word
 * @ip: the address
 *
 * Return: 0 or -EINVAL.
 */
int value_ip6(const char *text, struct in6_addr *ip)
{
	return inet_pton(AF_INET6, text, ip) == 1 ? 0 : -EINVAL;
}

/**
 * value_prefix6() - an IPv6 address with the length of its prefix
 * @text: the word, such as 2001:db8::1/64
 * @ip: the address
 * @len: the length, 1 to 128
 *
 * Return: 0 or -EINVAL.
 */
int value_prefix6(const char *text, struct in6_addr *ip, uint8_t *len)
{
	const char *slash = strchr(text, '/');
	char addr[INET6_ADDRSTRLEN];
	uint32_t num;

	if (!slash || (size_t)(slash - text) >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, slash - text);
	addr[slash - text] = '\0';
	if (value_ip6(addr, ip) || value_u32(slash + 1, &num) ||
	    !num || num > 128)
		return -EINVAL;
	*len = num;
	return 0;
}

/* Is any bit behind the prefix set? */
static bool value_has_host(const unsigned char *net, unsigned int len,
			   unsigned int most)
{
	for (; len < most; len++)
		if (net[len / 8] & 0x80 >> len % 8)
			return true;
	return false;
}

/**
 * value_network() - an IP network, or all of them
 * @family: %AF_INET or %AF_INET6
 * @text: the word, such as 10.1.0.0/16 or "default"
 * @net: the address, of the family's size
 * @len: length of the prefix
 *
 * Return: 0 or -EINVAL.
 */
int value_network(int family, const char *text, void *net, uint8_t *len)
{
	uint32_t most = family == AF_INET ? 32 : 128;
	char addr[INET6_ADDRSTRLEN];
	const char *slash;
	uint32_t num;

	if (!strcmp(text, "default"))
		text = family == AF_INET ? "0.0.0.0/0" : "::/0";
	slash = strchr(text, '/');
	if (!slash || (size_t)(slash - text) >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, slash - text);
	addr[slash - text] = '\0';
	if (inet_pton(family, addr, net) != 1 || value_u32(slash + 1, &num) ||
	    num > most || value_has_host(net, num, most))
		return -EINVAL;
	*len = num;
	return 0;
}

#define DISTANCE_MAX 63

static unsigned int value_min3(unsigned int a, unsigned int b, unsigned int c)
{
	if (a > b)
		a = b;
	return a < c ? a : c;
}

/**
 * value_distance() - how far apart two words are
 * @a: one word
 * @b: the other
 *
 * Letters put in, left out, changed, or two neighbours swapped each count
 * one. Only the first 63 letters are looked at.
 *
 * Return: the number of such changes.
 */
unsigned int value_distance(const char *a, const char *b)
{
	unsigned int d[DISTANCE_MAX + 1][DISTANCE_MAX + 1];
	size_t la = strnlen(a, DISTANCE_MAX);
	size_t lb = strnlen(b, DISTANCE_MAX);
	size_t i, j;

	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			d[i][j] = value_min3(d[i - 1][j] + 1,
					     d[i][j - 1] + 1,
					     d[i - 1][j - 1] +
					     (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[la][lb];
}
