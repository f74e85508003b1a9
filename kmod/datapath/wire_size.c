// SPDX-License-Identifier: GPL-2.0
/* What a frame takes of a link, for shaping. */
#include <linux/tcp.h>
#include <linux/udp.h>

#include "wire_size.h"

/* Bytes of headers that each segment of a GSO frame will have. */
static u32 vsw_wire_gso_headers(const struct sk_buff *skb)
{
	u32 headers = skb_transport_offset(skb);
	const struct tcphdr *tcp;
	struct tcphdr _tcp;

	if (skb->encapsulation)
		headers = skb_inner_transport_offset(skb);
	if (skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)) {
		tcp = skb_header_pointer(skb, headers, sizeof(_tcp), &_tcp);
		return headers + (tcp ? __tcp_hdrlen(tcp) : sizeof(_tcp));
	}
	if (skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)
		return headers + sizeof(struct udphdr);
	return headers;
}

static u32 vsw_wire_frame(u32 len, u32 tag)
{
	return max_t(u32, len, ETH_ZLEN) + tag;
}

/* Of SCTP: headers, and then each segment by itself. */
static u64 vsw_wire_gso_by_frags(const struct sk_buff *skb, u32 tag)
{
	u32 headers = skb_headlen(skb);
	const struct sk_buff *frag;
	u64 size = 0;

	skb_walk_frags(skb, frag)
		size += vsw_wire_frame(headers + frag->len, tag);
	return size;
}

static u64 vsw_wire_gso(const struct sk_buff *skb, u32 tag)
{
	u32 gso_size = skb_shinfo(skb)->gso_size;
	u32 headers = min(vsw_wire_gso_headers(skb), skb->len);
	u32 payload = skb->len - headers;
	u32 whole = payload ? (payload - 1) / gso_size : 0;
	u32 rest = payload - whole * gso_size;

	if (gso_size == GSO_BY_FRAGS && skb_has_frag_list(skb))
		return vsw_wire_gso_by_frags(skb, tag);
	return (u64)whole * vsw_wire_frame(headers + gso_size, tag) +
	       vsw_wire_frame(headers + rest, tag);
}

/**
 * vsw_wire_size() - bytes that a frame has on the wire
 * @skb: frame, skb->data at the Ethernet header
 * @vid: its VLAN, 0 if it has no tag
 *
 * Padded and tagged, as each of its segments is, with headers of its own. What
 * a virtual machine says of its segments can be anything.
 *
 * Context: Any.
 * Return: bytes, without preamble and checksum, at most VSW_WIRE_SIZE_MAX.
 */
u32 vsw_wire_size(const struct sk_buff *skb, u16 vid)
{
	u32 tag = vid || skb_vlan_tag_present(skb) ? VLAN_HLEN : 0;

	if (unlikely(skb_is_gso(skb)))
		return min_t(u64, vsw_wire_gso(skb, tag), VSW_WIRE_SIZE_MAX);
	return min_t(u32, vsw_wire_frame(skb->len, tag), VSW_WIRE_SIZE_MAX);
}
