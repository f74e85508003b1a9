/* SPDX-License-Identifier: GPL-2.0 */
/* Frames for tests. */
#ifndef VSW_KUNIT_FRAME_H
#define VSW_KUNIT_FRAME_H

#include <kunit/test.h>

#include "vsw.h"

/* Last octets of the addresses of all frames, and what they yield, XORed. */
#define FRAME_SRC_OCTET	0x11
#define FRAME_DST_OCTET	0x25
#define FRAME_MAC_HASH	(FRAME_SRC_OCTET ^ FRAME_DST_OCTET)

/**
 * struct frame - what a frame is to be
 * @tag_type: Ethertype of the tags in its data
 * @tags: how many there are; their VLAN ids are 1, 2, ...
 * @type: Ethertype of its payload
 * @payload: its payload
 * @len: bytes of that
 * @paged: all behind the Ethernet header is in a page of its own
 */
struct frame {
	u16 tag_type;
	unsigned int tags;
	u16 type;
	const void *payload;
	unsigned int len;
	bool paged;
};

struct sk_buff *frame_make(struct kunit *test, const struct frame *frame);

#endif
