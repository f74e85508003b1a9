/* SPDX-License-Identifier: GPL-2.0 */
/* The last step of a frame: out of the switch, to a client or to an uplink. */
#ifndef VSW_OUTPUT_H
#define VSW_OUTPUT_H

#include "stats.h"
#include "vlan.h"

void vsw_output_look(struct vswitch *vs);
void vsw_output_queue(struct sk_buff *skb);
void vsw_output_copy(struct vsw_port *p, struct sk_buff *skb, u16 vid,
		     enum vsw_cast cast);

/* Whether @dev takes a frame of this size. A GSO frame it takes whole. */
static inline bool vsw_output_fits(const struct net_device *dev,
				   const struct sk_buff *skb)
{
	unsigned int len = skb->len - ETH_HLEN;
	unsigned int mtu = READ_ONCE(dev->mtu);

	if (likely(len <= mtu) || skb_is_gso(skb))
		return true;
	return eth_type_vlan(((struct ethhdr *)skb->data)->h_proto) &&
	       len <= mtu + VLAN_HLEN;
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
 * @skb: frame, skb->data at its Ethernet header
 * @vid: its VLAN
 * @cast: kind of its destination
 *
 * Context: BH off, RCU.
 */
static __always_inline void vsw_output_uplink(struct vsw_port *up,
					      struct sk_buff *skb, u16 vid,
					      enum vsw_cast cast)
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
	vsw_count(up, skb, VSW_OUT, cast);
	vsw_vlan_tag(skb, vid);
	vsw_output_transmit(up->dev, skb);
}

/**
 * vsw_output_client() - deliver a frame to a client; consumes @skb
 * @p: client
 * @skb: frame, skb->data at its Ethernet header
 * @vid: its VLAN, in which the client is
 * @cast: kind of its destination
 *
 * Context: BH off, RCU.
 * Return: NULL; or the frame, if it is for a VMkernel adapter's stack. Then the
 *	caller passes it on: a receive handler at once, after
 *	vsw_output_direct(), all others with vsw_output_queue().
 */
static __always_inline struct sk_buff *
vsw_output_client(struct vsw_port *p, struct sk_buff *skb, u16 vid,
		  enum vsw_cast cast)
{
	u32 flags = READ_ONCE(p->flags);
	int reason;

	if (unlikely(flags & (VSW_PORT_BLOCKED | VSW_PORT_MAC_CHANGED))) {
		reason = flags & VSW_PORT_BLOCKED ? VSW_DROP_BLOCKED :
						    VSW_DROP_MAC_CHANGED;
		goto drop;
	}
	if (unlikely(!(READ_ONCE(p->dev->flags) & IFF_UP))) {
		reason = VSW_DROP_BLOCKED;
		goto drop;
	}
	if (unlikely(!vsw_output_fits(p->dev, skb))) {
		reason = VSW_DROP_TOO_BIG;
		goto drop;
	}
	if (unlikely(!vsw_vlan_egress(vsw_portgroup_vlan_rcu(p->pg), skb,
				      vid))) {
		reason = VSW_DROP_VLAN_MISMATCH;
		goto drop;
	}
	vsw_count(p, skb, VSW_OUT, cast);
	if (p->kind == VSWITCH_PORT_KIND_VMK) {
		skb->dev = p->dev;
		return skb;
	}
	vsw_output_transmit(p->dev, skb);
	return NULL;

drop:
	vsw_drop(p, skb, reason);
	return NULL;
}

/* The port of a frame that vsw_output_client() has returned. */
static inline struct vsw_port *vsw_output_vmk(const struct sk_buff *skb)
{
	return &((struct vsw_vmk *)netdev_priv(skb->dev))->port;
}

/**
 * vsw_output_direct() - make a frame one that its VMkernel adapter has received
 * @skb: frame that vsw_output_client() has returned
 *
 * For receive handlers, which pass it on at once.
 *
 * Context: BH off, RCU.
 */
static inline void vsw_output_direct(struct sk_buff *skb)
{
	if (unlikely(vsw_output_vmk(skb)->foreign_net))
		skb_scrub_packet(skb, true);
	__skb_pull(skb, ETH_HLEN);
	skb->pkt_type = PACKET_HOST;
}

#endif
