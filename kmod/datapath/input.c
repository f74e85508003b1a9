// SPDX-License-Identifier: GPL-2.0
/* The three ways into the switch: from a VM, from an uplink, from a vmk. */
#include "beacon.h"
#include "forward.h"
#include "input.h"
#include "output.h"
#include "security.h"
#include "shaper.h"
#include "stats.h"
#include "vlan.h"

/* Cisco's discovery protocols. */
static const u8 vsw_cdp_addr[ETH_ALEN] __aligned(2) = {
	0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc
};

/*
 * Whether a client may send a frame, by block flag, addresses and VLAN. Returns
 * its VLAN, or a negated drop reason.
 */
static __always_inline int vsw_client_admit(struct vsw_port *p,
					    struct sk_buff *skb,
					    enum vsw_cast cast)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;
	u32 flags = READ_ONCE(p->flags);
	int reason;

	if (unlikely(flags & VSW_PORT_BLOCKED))
		return -VSW_DROP_BLOCKED;
	if (cast != VSW_UNICAST && is_link_local_ether_addr(eth->h_dest))
		return -VSW_DROP_LINK_LOCAL;
	if (unlikely(vsw_security_rewrites(skb)))
		return -VSW_DROP_MALFORMED;
	reason = vsw_security_source(p, flags, eth->h_source);
	if (unlikely(reason))
		return -reason;
	return vsw_vlan_ingress(vsw_portgroup_vlan_rcu(p->pg), skb);
}

/*
 * Takes a frame from a client: admitted, it is forwarded, once the shaper lets
 * it pass. Consumes @skb, whose data is at the Ethernet header. Returns as
 * vsw_output_client().
 */
static __always_inline struct sk_buff *
vsw_client_frame(struct vsw_port *p, struct sk_buff *skb, enum vsw_cast cast)
{
	int vid;

	vsw_count(p, skb, VSW_IN, cast);
	vid = vsw_client_admit(p, skb, cast);
	if (unlikely(vid < 0)) {
		vsw_drop(p, skb, -vid);
		return NULL;
	}
	if (unlikely(READ_ONCE(p->shaped)))
		return vsw_shaper_input(p, skb, vid);
	return vsw_forward_client(p, skb, vid, cast);
}

/* Apart, so that the way of unicast is free of what it does not need. */
static noinline struct sk_buff *vsw_client_multicast(struct vsw_port *p,
						     struct sk_buff *skb)
{
	return vsw_client_frame(p, skb, vsw_cast(skb->data));
}

static __always_inline struct sk_buff *vsw_client_input(struct vsw_port *p,
							struct sk_buff *skb)
{
	if (unlikely(is_multicast_ether_addr(skb->data)))
		return vsw_client_multicast(p, skb);
	return vsw_client_frame(p, skb, VSW_UNICAST);
}

/*
 * Makes a received frame that others hold, too, the switch's own. Returns NULL,
 * the frame gone, if there was no memory for that.
 */
static struct sk_buff *vsw_input_unshare(struct vsw_port *p,
					 struct sk_buff *skb)
{
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb))
		vsw_count_drop(p, NULL, VSW_DROP_NO_MEMORY);
	return skb;
}

/* Passes on a frame that was left for a VMkernel adapter, if any was. */
static rx_handler_result_t vsw_input_result(struct sk_buff **pskb,
					    struct sk_buff *direct)
{
	if (!direct)
		return RX_HANDLER_CONSUMED;
	vsw_output_direct(direct);
	*pskb = direct;
	return RX_HANDLER_ANOTHER;
}

/**
 * vsw_vm_input() - receive handler of a VM port's netdev
 * @pskb: the frame; consumed, or replaced by one for a VMkernel adapter
 *
 * Context: BH off, RCU.
 * Return: what the stack is to do with *@pskb.
 */
rx_handler_result_t vsw_vm_input(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct vsw_port *p;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;

	p = rcu_dereference(skb->dev->rx_handler_data);
	if (unlikely(skb_shared(skb))) {
		skb = vsw_input_unshare(p, skb);
		if (unlikely(!skb))
			return RX_HANDLER_CONSUMED;
	}
	__skb_push(skb, ETH_HLEN);
	return vsw_input_result(pskb, vsw_client_input(p, skb));
}

/* Whether a multicast is for the uplink's own stack: LACP, LLDP, CDP. */
static bool vsw_uplink_keeps(const u8 *dest)
{
	return is_link_local_ether_addr(dest) ||
	       ether_addr_equal(dest, vsw_cdp_addr);
}

/* Takes a frame from an uplink; consumes @skb. As vsw_output_client(). */
static __always_inline struct sk_buff *
vsw_uplink_frame(struct vsw_port *up, struct sk_buff *skb, enum vsw_cast cast)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;
	u16 vid = vsw_vlan_of(skb);

	vsw_count(up, skb, VSW_IN, cast);
	if (unlikely(READ_ONCE(up->flags) & VSW_PORT_BLOCKED))
		vsw_drop(up, skb, VSW_DROP_BLOCKED);
	else if (unlikely(is_multicast_ether_addr(eth->h_source)))
		vsw_drop(up, skb, VSW_DROP_MALFORMED);
	else if (cast == VSW_BROADCAST && vsw_beacon_take(up, skb))
		consume_skb(skb);
	else
		return vsw_forward_uplink(up, skb, vid, cast);
	return NULL;
}

/* As vsw_client_multicast(). */
static noinline struct sk_buff *vsw_uplink_multicast(struct vsw_port *up,
						     struct sk_buff *skb)
{
	return vsw_uplink_frame(up, skb, vsw_cast(skb->data));
}

/**
 * vsw_uplink_input() - receive handler of an uplink's netdev
 * @pskb: the frame; consumed, left to the uplink's own stack, or replaced by
 *	one for a VMkernel adapter
 *
 * Context: BH off, RCU.
 * Return: what the stack is to do with *@pskb.
 */
rx_handler_result_t vsw_uplink_input(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	const u8 *dest = skb->data - ETH_HLEN;
	struct vsw_port *up;
	bool multicast;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	multicast = is_multicast_ether_addr(dest);
	if (unlikely(multicast) && vsw_uplink_keeps(dest))
		return RX_HANDLER_PASS;

	up = rcu_dereference(skb->dev->rx_handler_data);
	if (unlikely(skb_shared(skb))) {
		skb = vsw_input_unshare(up, skb);
		if (unlikely(!skb))
			return RX_HANDLER_CONSUMED;
	}
	__skb_push(skb, ETH_HLEN);
	skb = unlikely(multicast) ? vsw_uplink_multicast(up, skb) :
				    vsw_uplink_frame(up, skb, VSW_UNICAST);
	return vsw_input_result(pskb, skb);
}

/* Of a tagged frame: the tag, and what must follow it. */
#define VSW_VMK_TAGGED_MIN	(ETH_HLEN + VLAN_HLEN + 2)

/*
 * Moves a tag that the sender left in the packet's data, as raw sockets do, to
 * where the switch looks for it. Returns NULL, the frame gone, if that fails.
 */
static struct sk_buff *vsw_vmk_untag(struct vsw_port *p, struct sk_buff *skb)
{
	if (unlikely(!pskb_may_pull(skb, VSW_VMK_TAGGED_MIN))) {
		vsw_drop(p, skb, VSW_DROP_MALFORMED);
		return NULL;
	}
	skb->protocol = eth_hdr(skb)->h_proto;
	__skb_pull(skb, ETH_HLEN);
	skb = skb_vlan_untag(skb);
	if (likely(skb))
		__skb_push(skb, ETH_HLEN);
	else
		vsw_count_drop(p, NULL, VSW_DROP_NO_MEMORY);
	return skb;
}

/**
 * vsw_vmk_xmit() - take a frame that a VMkernel adapter's stack sends
 * @p: the adapter's port
 * @skb: frame; consumed
 *
 * Context: BH off, RCU.
 * Return: NETDEV_TX_OK.
 */
netdev_tx_t vsw_vmk_xmit(struct vsw_port *p, struct sk_buff *skb)
{
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		vsw_drop(p, skb, VSW_DROP_MALFORMED);
		return NETDEV_TX_OK;
	}
	if (unlikely(p->foreign_net))
		skb_scrub_packet(skb, true);
	skb_reset_mac_header(skb);
	if (unlikely(vsw_vlan_inner_tagged(skb))) {
		skb = vsw_vmk_untag(p, skb);
		if (unlikely(!skb))
			return NETDEV_TX_OK;
	}
	vsw_output_queue(vsw_client_input(p, skb));
	return NETDEV_TX_OK;
}
