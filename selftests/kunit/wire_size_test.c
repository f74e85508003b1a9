// SPDX-License-Identifier: GPL-2.0
/* What a frame is charged for: its bytes on the wire. */
#include <linux/tcp.h>

#include "datapath/wire_size.h"
#include "frame.h"

#define PAYLOAD_MAX	512
#define TCPV4		SKB_GSO_TCPV4
#define TCPV6		SKB_GSO_TCPV6
#define UDP		SKB_GSO_UDP_L4

/* Where the transport header begins, behind IPv4 and behind IPv6. */
#define IPV4		34
#define IPV6		54

/**
 * struct wire_size_row - a frame
 * @desc: what is special about it
 * @len: its length, Ethernet header included
 * @vid: its VLAN
 * @gso_type: SKB_GSO_*
 * @gso_size: payload of each segment; 0 if it is none
 * @transport: where its transport header is
 * @words: length of its TCP header, in 32-bit words
 * @inner: where the inner transport header is, if it is encapsulated
 * @more: bytes that it pretends to have behind @len
 * @size: bytes it is to have on the wire
 */
struct wire_size_row {
	const char *desc;
	unsigned int len;
	u16 vid;
	int gso_type;
	u16 gso_size;
	u16 transport;
	u8 words;
	u16 inner;
	u32 more;
	u32 size;
};

static const struct wire_size_row wire_size_rows[] = {
	{ "header alone", 14, .size = 60 },
	{ "header alone, tagged", 14, 1, .size = 64 },
	{ "one short of the least", 59, .size = 60 },
	{ "the least", 60, .size = 60 },
	{ "one more", 61, .size = 61 },
	{ "one more, tagged", 61, 4094, .size = 65 },
	{ "whole segments", 254, 0, TCPV4, 100, IPV4, 5, .size = 254 + 54 },
	{ "one byte more", 255, 0, TCPV4, 100, IPV4, 5, .size = 2 * 154 + 60 },
	{ "tagged", 255, 7, TCPV4, 100, IPV4, 5, .size = 2 * 158 + 64 },
	{ "one segment", 154, 0, TCPV4, 100, IPV4, 5, .size = 154 },
	{ "one segment, tagged", 154, 7, TCPV4, 100, IPV4, 5, .size = 158 },
	{ "no payload", 54, 7, TCPV4, 100, IPV4, 5, .size = 64 },
	{ "TCP options", 336, 0, TCPV6, 100, IPV6, 8, .size = 336 + 2 * 86 },
	{ "longest TCP header", 294, 0, TCPV4, 100, IPV4, 15,
	  .size = 294 + 94 },
	{ "UDP", 342, 0, UDP, 100, IPV4, .size = 342 + 2 * 42 },
	{ "fragments", 334, 0, SKB_GSO_UDP, 100, IPV4, .size = 334 + 2 * 34 },
	{ "encapsulated", 504, 0, TCPV4, 100, IPV4, 5, 84,
	  .size = 504 + 3 * 104 },
	{ "short last segment", 355, 7, TCPV4, 300, IPV4, 5,
	  .size = 354 + 4 + 60 + 4 },
	{ "TCP header cut off", 64, 0, TCPV4, 100, 60, 15, .size = 64 },
	{ "headers beyond the end", 60, 7, UDP, 1, 500, .size = 64 },
	{ "bytes as segments", 154, 0, TCPV4, 1, IPV4, 5,
	  .size = 100 * 60 },
	{ "the most there is", 512, 4094, UDP, 1, 400, .more = 6000000,
	  .size = VSW_WIRE_SIZE_MAX },
	{ "large without segments", 512, .more = U32_MAX - 1024,
	  .size = VSW_WIRE_SIZE_MAX },
};

static void wire_size_desc(const struct wire_size_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wire_size, wire_size_rows, wire_size_desc);

static struct sk_buff *wire_size_frame(struct kunit *test,
				       const struct wire_size_row *row)
{
	u8 *payload = kunit_kzalloc(test, PAYLOAD_MAX, GFP_KERNEL);
	const struct frame frame = {
		.type = ETH_P_IP,
		.payload = payload,
		.len = row->len - ETH_HLEN,
	};
	unsigned int at = row->inner ?: row->transport;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, payload);
	skb = frame_make(test, &frame);
	if (row->words && at + sizeof(struct tcphdr) <= row->len)
		((struct tcphdr *)(skb->data + at))->doff = row->words;
	skb_set_transport_header(skb, row->transport);
	skb->encapsulation = !!row->inner;
	skb_set_inner_transport_header(skb, row->inner);
	skb_shinfo(skb)->gso_type = row->gso_type;
	skb_shinfo(skb)->gso_size = row->gso_size;
	skb->len += row->more;
	skb->data_len += row->more;
	return skb;
}

static void wire_size_of_frame(struct kunit *test)
{
	const struct wire_size_row *row = test->param_value;
	struct sk_buff *skb = wire_size_frame(test, row);

	KUNIT_EXPECT_EQ(test, vsw_wire_size(skb, row->vid), row->size);
}

/* A priority without a VLAN is a tag, too. */
static void wire_size_of_priority(struct kunit *test)
{
	static const struct wire_size_row plain = { .len = 100 };
	struct sk_buff *skb = wire_size_frame(test, &plain);

	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 5 << VLAN_PRIO_SHIFT);
	KUNIT_EXPECT_EQ(test, vsw_wire_size(skb, 0), 104);
	KUNIT_EXPECT_EQ(test, vsw_wire_size(skb, 9), 104);
}

/* SCTP: each segment is a buffer of its own behind the headers. */
static void wire_size_by_frags(struct kunit *test)
{
	static const struct wire_size_row headers = {
		.len = IPV4 + 12,
		.gso_type = SKB_GSO_SCTP,
		.gso_size = GSO_BY_FRAGS,
		.transport = IPV4,
	};
	static const unsigned int lens[] = { 100, 200, 2 };
	struct sk_buff *skb = wire_size_frame(test, &headers);
	struct sk_buff **next = &skb_shinfo(skb)->frag_list;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		*next = alloc_skb(lens[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, *next);
		skb_put_zero(*next, lens[i]);
		skb->len += lens[i];
		skb->data_len += lens[i];
		next = &(*next)->next;
	}
	KUNIT_EXPECT_EQ(test, vsw_wire_size(skb, 0), 146 + 246 + 60);
	KUNIT_EXPECT_EQ(test, vsw_wire_size(skb, 7), 150 + 250 + 64);
}

static struct kunit_case wire_size_cases[] = {
	KUNIT_CASE_PARAM(wire_size_of_frame, wire_size_gen_params),
	KUNIT_CASE(wire_size_by_frags),
	KUNIT_CASE(wire_size_of_priority),
	{}
};

static struct kunit_suite wire_size_suite = {
	.name = "vswitch_wire_size",
	.test_cases = wire_size_cases,
};

kunit_test_suite(wire_size_suite);
