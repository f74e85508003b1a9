/* SPDX-License-Identifier: GPL-2.0 */
/* The last step of a frame: out of the switch, to a client or to an uplink. */
#ifndef VSW_OUTPUT_H
#define VSW_OUTPUT_H

#include "stats.h"
#include "vlan.h"

void vsw_output_look(struct vswitch *vs);
void vsw_output_direct(struct sk_buff *skb);
void vsw_output_queue(struct sk_buff *skb);
void vsw_output_copy(struct vsw_port *p, struct sk_buff *skb);

/* Whether @dev takes a frame of this size. A GSO frame it takes whole. */
static inline bool vsw_output_fits(const struct net_device *dev,
				   const struct sk_buff *skb)
{
	unsigned int len = skb->len - ETH_HLEN;
	unsigned int mtu = READ_ONCE(dev->mtu);

	if (likely(len <= mtu) || skb_is_gso(skb))
		return true;
	return eth_type_vlan(eth_hdr(skb)->h_proto) && len <= mtu + VLAN_HLEN;
}

/* Hands a frame to the netdev of a port; consumes @skb. */
static inline void vsw_output_transmit(struct net_device *dev,
				       struct sk_buff *skb)
{
	skb->dev = dev;
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	dev_queue_xmit(skb);
}

/**
 * vsw_output_uplink() - send a frame to the physical network; consumes @skb
 * @up: the uplink's port
 * @skb: frame in wire form, skb->data at its Ethernet header
 *
 * Context: BH off, RCU.
 */
static __always_inline void vsw_output_uplink(struct vsw_port *up,
					      struct sk_buff *skb)
{
	if (unlikely(READ_ONCE(up->flags) & VSW_PORT_BLOCKED)) {
		vsw_drop(up, skb, VSW_DROP_BLOCKED);
		return;
	}
	if (unlikely(!netif_carrier_ok(up->dev))) {
		vsw_output_look(up->vs);
		vsw_drop(up, skb, VSW_DROP_NO_UPLINK);
		return;
	}
	if (unlikely(!vsw_output_fits(up->dev, skb))) {
		vsw_drop(up, skb, VSW_DROP_TOO_BIG);
		return;
	}
	vsw_count(up, skb, VSW_OUT);
	vsw_output_transmit(up->dev, skb);
}

/* Why a client may not get a frame; 0 where it may. */
static inline int vsw_output_refusal(const struct vsw_port *p,
				     const struct sk_buff *skb)
{
	u32 flags = READ_ONCE(p->flags);

	if (unlikely(flags & (VSW_PORT_BLOCKED | VSW_PORT_MAC_CHANGED)))
		return flags & VSW_PORT_BLOCKED ? VSW_DROP_BLOCKED :
						  VSW_DROP_MAC_CHANGED;
	if (unlikely(!(READ_ONCE(p->dev->flags) & IFF_UP)))
		return VSW_DROP_BLOCKED;
	if (unlikely(!vsw_output_fits(p->dev, skb)))
		return VSW_DROP_TOO_BIG;
	return 0;
}

/**
 * vsw_output_client() - deliver a frame to a client; consumes @skb
 * @p: client
 * @skb: frame in wire form, of a VLAN that the client is in; skb->data at its
 *	Ethernet header
 *
 * Context: BH off, RCU.
 * Return: NULL; or the frame, if it is for a VMkernel adapter's stack. Then the
 *	caller passes it on: a receive handler at once, after
 *	vsw_output_direct(), all others with vsw_output_queue().
 */
static __always_inline struct sk_buff *
vsw_output_client(struct vsw_port *p, struct sk_buff *skb)
{
	int reason = vsw_output_refusal(p, skb);

	if (unlikely(reason)) {
		vsw_drop(p, skb, reason);
		return NULL;
	}
	if (unlikely(!vsw_vlan_egress(vsw_portgroup_vlan_rcu(p->pg), skb))) {
		vsw_drop(p, skb, VSW_DROP_VLAN_MISMATCH);
		return NULL;
	}
	vsw_count(p, skb, VSW_OUT);
	if (p->kind == VSWITCH_PORT_KIND_VMK) {
		skb->dev = p->dev;
		return skb;
	}
	vsw_output_transmit(p->dev, skb);
	return NULL;
}

#endif
