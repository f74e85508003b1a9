// SPDX-License-Identifier: GPL-2.0
/* What is a name. */
#include "name.h"

/* Length of the UTF-8 sequence that @lead starts; 0 where it starts none. */
static unsigned int vsw_name_utf8_len(u8 lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if ((lead & 0xf0) == 0xe0)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* Code point of the @len bytes at @s, -1 where they are not UTF-8. */
static int vsw_name_decode(const u8 *s, unsigned int len)
{
	static const int lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int i;
	int c;

	if (len == 1)
		return s[0];
	c = s[0] & (0x7f >> len);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < lowest[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return -1;
	return c;
}

/**
 * vsw_name_check() - whether a text is a name: not empty, UTF-8, no control
 *	characters
 * @name: text
 * @extack: where a refusal is explained
 *
 * Context: Any.
 * Return: 0, or -EINVAL.
 */
int vsw_name_check(const char *name, struct netlink_ext_ack *extack)
{
	const u8 *s = (const u8 *)name;
	unsigned int len;
	int c;

	if (!*s) {
		NL_SET_ERR_MSG(extack, "name is empty");
		return -EINVAL;
	}
	for (; *s; s += len) {
		len = vsw_name_utf8_len(*s);
		c = len ? vsw_name_decode(s, len) : -1;
		if (c < 0) {
			NL_SET_ERR_MSG(extack, "name is not UTF-8");
			return -EINVAL;
		}
		if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
			NL_SET_ERR_MSG(extack,
				       "name contains a control character");
			return -EINVAL;
		}
	}
	return 0;
}
