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

/**
 * vsw_wire_size() - bytes that a frame has on the wire
 * @skb: frame, skb->data at the Ethernet header
 * @vid: its VLAN, 0 if it has no tag
 *
 * Padded, tagged, and with headers for each of its segments. What a virtual
 * machine says of its segments can be anything.
 *
 * Context: Any.
 * Return: bytes, without preamble and checksum, at most VSW_WIRE_SIZE_MAX.
 */
u32 vsw_wire_size(const struct sk_buff *skb, u16 vid)
{
	u32 tag = vid || skb_vlan_tag_present(skb) ? VLAN_HLEN : 0;
	u32 headers;
	u64 size, segments;

	if (likely(!skb_is_gso(skb)))
		return min_t(u32, max_t(u32, skb->len, ETH_ZLEN) + tag,
			     VSW_WIRE_SIZE_MAX);
	headers = min_t(u32, vsw_wire_gso_headers(skb), skb->len);
	segments = DIV_ROUND_UP(skb->len - headers, skb_shinfo(skb)->gso_size);
	segments = max_t(u64, segments, 1);
	size = skb->len + tag * segments + headers * (segments - 1);
	return min_t(u64, size, VSW_WIRE_SIZE_MAX);
}
