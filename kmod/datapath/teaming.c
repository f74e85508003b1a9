// SPDX-License-Identifier: GPL-2.0
/*
 * The choice of an uplink for each frame: by source address, where a client may
 * send from any, and by IP addresses. All other choices are made beforehand.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "teaming.h"

/* The last octets of source and destination, XORed. */
static u8 vsw_team_xor(const u8 *source, const u8 *dest, unsigned int len)
{
	return source[len - 1] ^ dest[len - 1];
}

/* The type of a frame's payload behind any VLAN tags, and where that starts. */
static __be16 vsw_team_payload(const struct sk_buff *skb, unsigned int *offset)
{
	__be16 proto = ((struct ethhdr *)skb->data)->h_proto;
	unsigned int tags = VLAN_MAX_DEPTH;
	const struct vlan_hdr *tag;
	struct vlan_hdr _tag;

	*offset = ETH_HLEN;
	while (eth_type_vlan(proto) && tags--) {
		tag = skb_header_pointer(skb, *offset, sizeof(_tag), &_tag);
		if (!tag)
			return 0;
		proto = tag->h_vlan_encapsulated_proto;
		*offset += VLAN_HLEN;
	}
	return proto;
}

/* Of the IP addresses, which every fragment has; of a frame without, its own */
static u8 vsw_team_ip_hash(const struct sk_buff *skb)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;
	const struct ipv6hdr *ip6;
	const struct iphdr *ip4;
	struct ipv6hdr _ip6;
	unsigned int offset;
	struct iphdr _ip4;

	switch (vsw_team_payload(skb, &offset)) {
	case htons(ETH_P_IP):
		ip4 = skb_header_pointer(skb, offset, sizeof(_ip4), &_ip4);
		if (ip4)
			return vsw_team_xor((u8 *)&ip4->saddr,
					    (u8 *)&ip4->daddr,
					    sizeof(ip4->saddr));
		break;
	case htons(ETH_P_IPV6):
		ip6 = skb_header_pointer(skb, offset, sizeof(_ip6), &_ip6);
		if (ip6)
			return vsw_team_xor((u8 *)&ip6->saddr,
					    (u8 *)&ip6->daddr,
					    sizeof(ip6->saddr));
		break;
	}
	return vsw_team_xor(eth->h_source, eth->h_dest, ETH_ALEN);
}

static struct vsw_port *vsw_team_by_source(const struct vsw_team *team,
					   const struct sk_buff *skb)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;

	return team->uplinks[eth->h_source[ETH_ALEN - 1] % team->num];
}

/**
 * vsw_team_hashed() - choose the uplink of one frame
 * @p: client that sends it, which has no uplink of its own
 * @skb: frame, skb->data at its Ethernet header
 *
 * Context: BH off, RCU.
 * Return: the uplink's port, or NULL if there is none.
 */
struct vsw_port *vsw_team_hashed(const struct vsw_port *p,
				 const struct sk_buff *skb)
{
	const struct vsw_team *team = vsw_portgroup_team_rcu(p->pg);

	if (!team->num)
		return NULL;
	switch (team->balance) {
	case VSWITCH_LOAD_BALANCING_MAC:
		return vsw_team_by_source(team, skb);
	case VSWITCH_LOAD_BALANCING_IPHASH:
		return team->uplinks[vsw_team_ip_hash(skb) % team->num];
	default:
		return team->uplinks[0];
	}
}

/**
 * vsw_team_hashes_to() - whether a client without an uplink of its own takes a
 *	frame that several uplinks bring from one of them
 * @p: client
 * @up: the uplink's port
 * @skb: frame, skb->data at its Ethernet header
 *
 * With IP hash the physical network sees one link, and sends one frame. By
 * source address it is the uplink by which a frame from that source would have
 * left: what the client itself has sent cannot come back on any other.
 *
 * Context: BH off, RCU.
 * Return: whether it does.
 */
bool vsw_team_hashes_to(const struct vsw_port *p, const struct vsw_port *up,
			const struct sk_buff *skb)
{
	const struct vsw_team *team = vsw_portgroup_team_rcu(p->pg);

	switch (team->balance) {
	case VSWITCH_LOAD_BALANCING_MAC:
		return team->num && vsw_team_by_source(team, skb) == up;
	case VSWITCH_LOAD_BALANCING_IPHASH:
		return team->mask & up->team_bit;
	default:
		return false;
	}
}
