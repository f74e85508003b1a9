// SPDX-License-Identifier: GPL-2.0
/*
 * Beacons: broadcasts by which the uplinks of a team probe the physical network
 * between them. They are sent in the VLAN of the port group that asks for them,
 * so that a VLAN missing from one physical port is noticed too.
 */
#include "beacon.h"
#include "output.h"
#include "vlan.h"

/* For local experiments, IEEE 802; told from others' use by the magic. */
#define VSW_BEACON_ETHERTYPE	0x88b5
#define VSW_BEACON_MAGIC	0x7673772d62656163ULL

/**
 * struct vsw_beacon_frame - a beacon; all numbers big endian
 * @eth: broadcast, from the uplink's own address
 * @magic: VSW_BEACON_MAGIC
 * @id: the switch that has sent it: a random number
 * @portgroup: number of the port group
 * @slot: the uplink that it left by
 */
struct vsw_beacon_frame {
	struct ethhdr eth;
	__be64 magic;
	__be64 id;
	__be32 portgroup;
	u8 slot;
} __packed;

/**
 * vsw_beacon_send() - send one beacon
 * @pg: port group that asks for it
 * @up: uplink of its team
 *
 * Context: Process context, RTNL held.
 */
void vsw_beacon_send(const struct vsw_portgroup *pg, struct vsw_uplink *up)
{
	u16 vid = vsw_vlan_announced(vsw_portgroup_vlan_rtnl(pg));
	struct net_device *dev = up->slave.port.dev;
	struct vsw_beacon_frame *frame;
	struct sk_buff *skb;

	skb = netdev_alloc_skb(dev, LL_RESERVED_SPACE(dev) + ETH_ZLEN +
			       dev->needed_tailroom);
	if (!skb)
		return;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	frame = skb_put_zero(skb, ETH_ZLEN);
	eth_broadcast_addr(frame->eth.h_dest);
	ether_addr_copy(frame->eth.h_source, dev->dev_addr);
	frame->eth.h_proto = htons(VSW_BEACON_ETHERTYPE);
	frame->magic = cpu_to_be64(VSW_BEACON_MAGIC);
	frame->id = cpu_to_be64(pg->vs->beacon_id);
	frame->portgroup = cpu_to_be32(pg->id);
	frame->slot = up->slot;
	skb->protocol = htons(VSW_BEACON_ETHERTYPE);

	rcu_read_lock_bh();
	vsw_output_uplink(&up->slave.port, skb, vid, VSW_BROADCAST);
	rcu_read_unlock_bh();
}

static void vsw_beacon_hear(struct vsw_port *up,
			    const struct vsw_beacon_frame *frame)
{
	unsigned int hearer = ilog2(up->team_bit);
	struct vsw_portgroup *pg;

	if (frame->slot >= VSWITCH_MAX_UPLINKS || frame->slot == hearer)
		return;
	list_for_each_entry_rcu(pg, &up->vs->portgroups, node,
				rcu_read_lock_bh_held()) {
		if (pg->id != be32_to_cpu(frame->portgroup))
			continue;
		set_bit(frame->slot, &pg->beacons.heard[hearer]);
		return;
	}
}

/**
 * vsw_beacon_take() - look whether a broadcast from an uplink is a beacon
 * @up: the uplink's port
 * @skb: frame, skb->data at its Ethernet header; remains the caller's
 *
 * A beacon of this switch is noted. One of another is a beacon all the same:
 * clients have no use for any.
 *
 * Context: BH off, RCU.
 * Return: whether it is one.
 */
bool vsw_beacon_take(struct vsw_port *up, const struct sk_buff *skb)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;
	const struct vsw_beacon_frame *frame;
	struct vsw_beacon_frame _frame;

	if (likely(eth->h_proto != htons(VSW_BEACON_ETHERTYPE)))
		return false;
	frame = skb_header_pointer(skb, 0, sizeof(_frame), &_frame);
	if (!frame || frame->magic != cpu_to_be64(VSW_BEACON_MAGIC))
		return false;
	if (frame->id == cpu_to_be64(up->vs->beacon_id))
		vsw_beacon_hear(up, frame);
	return true;
}
