// SPDX-License-Identifier: GPL-2.0
/* The rarer ways out of the switch. */
#include "output.h"

/**
 * vsw_output_look() - have the links looked at, once
 * @vs: switch
 *
 * The kernel may take a second to tell of a carrier that is lost.
 *
 * Context: BH off, RCU.
 */
void vsw_output_look(struct vswitch *vs)
{
	if (READ_ONCE(vs->look_due))
		return;
	WRITE_ONCE(vs->look_due, true);
	mod_delayed_work(vsw_system_wq, &vs->links, 0);
}

/**
 * vsw_output_queue() - queue a frame for its VMkernel adapter's stack; consumes
 *	@skb
 * @skb: what vsw_output_client() has returned: a frame, or NULL
 *
 * Context: BH off, RCU.
 */
void vsw_output_queue(struct sk_buff *skb)
{
	struct vsw_port *p;
	u32 priority;

	if (!skb)
		return;
	p = vsw_output_vmk(skb);
	priority = skb->priority;
	if (unlikely(p->foreign_net))
		skb_scrub_packet(skb, true);
	skb_forward_csum(skb);
	if (unlikely(__dev_forward_skb(p->dev, skb) != NET_RX_SUCCESS)) {
		vsw_count_drop(p, NULL, VSW_DROP_NO_MEMORY);
		return;
	}
	/* It holds the PCP, which has just been cleared on another stack. */
	skb->priority = priority;
	netif_rx(skb);
}

/**
 * vsw_output_copy() - deliver a copy of a frame to a client
 * @p: client
 * @skb: frame as for vsw_output_client(); remains the caller's
 * @vid: its VLAN
 * @cast: kind of its destination
 *
 * Context: BH off, RCU.
 */
void vsw_output_copy(struct vsw_port *p, struct sk_buff *skb, u16 vid,
		     enum vsw_cast cast)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (unlikely(!copy)) {
		vsw_count_drop(p, skb, VSW_DROP_NO_MEMORY);
		return;
	}
	vsw_output_queue(vsw_output_client(p, copy, vid, cast));
}
