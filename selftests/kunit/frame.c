// SPDX-License-Identifier: GPL-2.0
/* Frames for tests, as the switch has them: skb->data at the Ethernet header */
#include "frame.h"

#define FRAME_HEADROOM	64

static const u8 frame_src[ETH_ALEN] = { 2, 0, 0, 0, 1, FRAME_SRC_OCTET };
static const u8 frame_dst[ETH_ALEN] = { 2, 0, 0, 0, 2, FRAME_DST_OCTET };

static int frame_init(struct kunit_resource *res, void *size)
{
	res->data = alloc_skb(FRAME_HEADROOM + *(unsigned int *)size,
			      GFP_KERNEL);
	return res->data ? 0 : -ENOMEM;
}

static void frame_free(struct kunit_resource *res)
{
	kfree_skb(res->data);
}

static void frame_add_paged(struct kunit *test, struct sk_buff *skb,
			    const void *data, unsigned int len)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	memcpy(page_address(page), data, len);
	skb_add_rx_frag(skb, 0, page, 0, len, PAGE_SIZE);
}

/**
 * frame_make() - make a frame
 * @test: test, at whose end it is freed
 * @frame: what it is to be
 *
 * Return: the frame.
 */
struct sk_buff *frame_make(struct kunit *test, const struct frame *frame)
{
	unsigned int size = frame->tags * VLAN_HLEN + frame->len;
	struct vlan_hdr *tag;
	struct sk_buff *skb;
	struct ethhdr *eth;
	unsigned int i;
	u8 *data;
	u16 type;

	data = kunit_kzalloc(test, size + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, data);
	tag = (struct vlan_hdr *)data;
	for (i = 0; i < frame->tags; i++) {
		type = i + 1 < frame->tags ? frame->tag_type : frame->type;
		tag[i].h_vlan_TCI = htons(i + 1);
		tag[i].h_vlan_encapsulated_proto = htons(type);
	}
	if (frame->len)
		memcpy(tag + frame->tags, frame->payload, frame->len);

	size += ETH_HLEN;
	skb = kunit_alloc_resource(test, frame_init, frame_free, GFP_KERNEL,
				   &size);
	size -= ETH_HLEN;
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, FRAME_HEADROOM);
	skb_reset_mac_header(skb);
	eth = skb_put_zero(skb, ETH_HLEN);
	ether_addr_copy(eth->h_source, frame_src);
	ether_addr_copy(eth->h_dest, frame_dst);
	eth->h_proto = htons(frame->tags ? frame->tag_type : frame->type);
	skb->protocol = eth->h_proto;
	if (frame->paged)
		frame_add_paged(test, skb, data, size);
	else
		skb_put_data(skb, data, size);
	return skb;
}
