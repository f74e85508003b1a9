// SPDX-License-Identifier: GPL-2.0
/* The netdev of a VMkernel adapter, of rtnl kind "vmk". */
#include <linux/ethtool.h>

#include "datapath/input.h"
#include "datapath/mcast.h"
#include "datapath/stats.h"
#include "events.h"
#include "port.h"
#include "vmkdev.h"

#define VSW_VMKDEV_OFFLOADS \
	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | NETIF_F_HW_CSUM | \
	 NETIF_F_GSO_SOFTWARE)
#define VSW_VMKDEV_FEATURES \
	(VSW_VMKDEV_OFFLOADS | NETIF_F_GRO | NETIF_F_HW_VLAN_CTAG_TX)

static int vsw_vmkdev_init(struct net_device *dev)
{
	struct vsw_vmk *vmk = netdev_priv(dev);
	struct vswitch *vs = vmk->port.vs;
	int err;

	err = vsw_port_init(&vmk->port, vs);
	if (err)
		return err;
	netdev_hold(vs->dev, &vmk->tracker, GFP_KERNEL);
	return 0;
}

static void vsw_vmkdev_free(struct net_device *dev)
{
	struct vsw_vmk *vmk = netdev_priv(dev);

	vsw_port_release(&vmk->port);
	netdev_put(vmk->port.vs->dev, &vmk->tracker);
}

static netdev_tx_t vsw_vmkdev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vsw_vmk *vmk = netdev_priv(dev);

	return vsw_vmk_xmit(&vmk->port, skb);
}

static void vsw_vmkdev_set_rx_mode(struct net_device *dev)
{
	struct vsw_vmk *vmk = netdev_priv(dev);
	DECLARE_BITMAP(filter, VSW_MCAST_SIZE);
	struct netdev_hw_addr *ha;

	if (dev->flags & IFF_ALLMULTI) {
		bitmap_fill(filter, VSW_MCAST_SIZE);
	} else {
		bitmap_zero(filter, VSW_MCAST_SIZE);
		netdev_for_each_mc_addr(ha, dev)
			__set_bit(vsw_mcast_hash(ha->addr), filter);
	}
	bitmap_copy(vmk->mc_filter, filter, VSW_MCAST_SIZE);
}

/* Whether its port takes part: not at the beginning, nor while it is going. */
static bool vsw_vmkdev_is_connected(const struct vsw_vmk *vmk)
{
	return !hlist_unhashed(&vmk->port.pg_node);
}

/*
 * Somebody asks to see all frames, or does no more. The core may hold an
 * address lock.
 */
static void vsw_vmkdev_change_rx_flags(struct net_device *dev, int flags)
{
	struct vsw_vmk *vmk = netdev_priv(dev);

	if (vsw_vmkdev_is_connected(vmk))
		schedule_delayed_work(&vmk->port.changed, 0);
}

/* The policy has been asked before, by a notification. */
static int vsw_vmkdev_set_mac_address(struct net_device *dev, void *address)
{
	struct vsw_vmk *vmk = netdev_priv(dev);
	const struct sockaddr *sa = address;
	int err;

	err = eth_prepare_mac_addr_change(dev, address);
	/* Setting the address that it has already is no change. */
	if (err || ether_addr_equal(dev->dev_addr, sa->sa_data))
		return err;
	if (!vsw_vmkdev_is_connected(vmk)) {
		eth_commit_mac_addr_change(dev, address);
		return 0;
	}
	err = vsw_port_follow_mac(&vmk->port, sa->sa_data);
	if (err)
		return err;
	eth_commit_mac_addr_change(dev, address);
	vsw_event_vmk(vmk, VSW_EVENT_CHANGE);
	return 0;
}

static void vsw_vmkdev_get_stats64(struct net_device *dev,
				   struct rtnl_link_stats64 *stats)
{
	struct vsw_vmk *vmk = netdev_priv(dev);
	struct vsw_stats_sum sum;

	vsw_stats_sum(&vmk->port, &sum);
	stats->rx_packets = vsw_stats_packets(&sum, VSW_OUT);
	stats->rx_bytes = sum.bytes[VSW_OUT];
	stats->multicast = sum.packets[VSW_OUT][VSW_MULTICAST];
	stats->tx_packets = vsw_stats_packets(&sum, VSW_IN);
	stats->tx_bytes = sum.bytes[VSW_IN];
	stats->tx_dropped = vsw_stats_drops(&sum);
}

static int vsw_vmkdev_get_iflink(const struct net_device *dev)
{
	const struct vsw_vmk *vmk = netdev_priv(dev);

	return READ_ONCE(vmk->port.vs->dev->ifindex);
}

static const struct net_device_ops vsw_vmkdev_netdev_ops = {
	.ndo_init = vsw_vmkdev_init,
	.ndo_start_xmit = vsw_vmkdev_xmit,
	.ndo_set_rx_mode = vsw_vmkdev_set_rx_mode,
	.ndo_change_rx_flags = vsw_vmkdev_change_rx_flags,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = vsw_vmkdev_set_mac_address,
	.ndo_get_stats64 = vsw_vmkdev_get_stats64,
	.ndo_get_iflink = vsw_vmkdev_get_iflink,
};

/*
 * Names and values of ethtool -S, from the adapter's side: what leaves the
 * switch, it receives.
 */
static const struct {
	char name[ETH_GSTRING_LEN];
	enum vsw_dir dir;
	enum vsw_cast cast;
} vsw_vmkdev_counters[] = {
	{ "rx_unicast", VSW_OUT, VSW_UNICAST },
	{ "rx_multicast", VSW_OUT, VSW_MULTICAST },
	{ "rx_broadcast", VSW_OUT, VSW_BROADCAST },
	{ "tx_unicast", VSW_IN, VSW_UNICAST },
	{ "tx_multicast", VSW_IN, VSW_MULTICAST },
	{ "tx_broadcast", VSW_IN, VSW_BROADCAST },
};

static const char vsw_vmkdev_drops[][ETH_GSTRING_LEN] = {
#define VSW_DROP_STRING(name, text) "drop_" text,
	VSW_DROP_REASONS(VSW_DROP_STRING)
#undef VSW_DROP_STRING
};

static int vsw_vmkdev_get_sset_count(struct net_device *dev, int sset)
{
	if (sset != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return ARRAY_SIZE(vsw_vmkdev_counters) + ARRAY_SIZE(vsw_vmkdev_drops);
}

static void vsw_vmkdev_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	unsigned int i;

	if (sset != ETH_SS_STATS)
		return;
	for (i = 0; i < ARRAY_SIZE(vsw_vmkdev_counters); i++) {
		memcpy(data, vsw_vmkdev_counters[i].name, ETH_GSTRING_LEN);
		data += ETH_GSTRING_LEN;
	}
	memcpy(data, vsw_vmkdev_drops, sizeof(vsw_vmkdev_drops));
}

static void vsw_vmkdev_get_ethtool_stats(struct net_device *dev,
					 struct ethtool_stats *stats, u64 *data)
{
	struct vsw_vmk *vmk = netdev_priv(dev);
	struct vsw_stats_sum sum;
	unsigned int i;

	vsw_stats_sum(&vmk->port, &sum);
	for (i = 0; i < ARRAY_SIZE(vsw_vmkdev_counters); i++)
		*data++ = sum.packets[vsw_vmkdev_counters[i].dir]
				     [vsw_vmkdev_counters[i].cast];
	/* Reasons start at 1. */
	memcpy(data, sum.drops + 1,
	       ARRAY_SIZE(vsw_vmkdev_drops) * sizeof(*data));
}

static void vsw_vmkdev_get_drvinfo(struct net_device *dev,
				   struct ethtool_drvinfo *info)
{
	const struct vsw_vmk *vmk = netdev_priv(dev);

	strscpy(info->driver, "vswitch", sizeof(info->driver));
	/* Another stack may be a container: it learns nothing of the host. */
	if (!vmk->port.foreign_net)
		strscpy(info->bus_info, vmk->port.vs->name,
			sizeof(info->bus_info));
}

static const struct ethtool_ops vsw_vmkdev_ethtool_ops = {
	.get_drvinfo = vsw_vmkdev_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = vsw_vmkdev_get_sset_count,
	.get_strings = vsw_vmkdev_get_strings,
	.get_ethtool_stats = vsw_vmkdev_get_ethtool_stats,
};

static void vsw_vmkdev_setup(struct net_device *dev)
{
	struct vsw_vmk *vmk = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &vsw_vmkdev_netdev_ops;
	dev->ethtool_ops = &vsw_vmkdev_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = vsw_vmkdev_free;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_UNICAST_FLT |
			   IFF_LIVE_ADDR_CHANGE | IFF_DISABLE_NETPOLL;
	dev->features |= VSW_VMKDEV_FEATURES;
	dev->hw_features |= VSW_VMKDEV_FEATURES;
	dev->vlan_features |= VSW_VMKDEV_OFFLOADS;
	dev->min_mtu = VSWITCH_VMK_MTU_MIN;
	vsw_netdev_set_lltx(dev);
	vsw_netdev_set_immutable_netns(dev);

	vmk->port.dev = dev;
	vmk->port.kind = VSWITCH_PORT_KIND_VMK;
	vmk->port.mc_filter = vmk->mc_filter;
}

static int vsw_vmkdev_newlink(VSW_NEWLINK_ARGS)
{
	NL_SET_ERR_MSG(extack,
		       "a vmk adapter needs a port group: use vmkctl interface add");
	return -EOPNOTSUPP;
}

static struct net *vsw_vmkdev_get_link_net(const struct net_device *dev)
{
	const struct vsw_vmk *vmk = netdev_priv(dev);

	return dev_net(vmk->port.vs->dev);
}

static struct rtnl_link_ops vsw_vmkdev_link_ops = {
	.kind = "vmk",
	.priv_size = sizeof(struct vsw_vmk),
	.setup = vsw_vmkdev_setup,
	.newlink = vsw_vmkdev_newlink,
	.get_link_net = vsw_vmkdev_get_link_net,
};

/**
 * vsw_vmkdev_of() - the adapter that a netdev is
 * @dev: any netdev
 *
 * Context: Any.
 * Return: the adapter, or NULL if the netdev is none.
 */
struct vsw_vmk *vsw_vmkdev_of(const struct net_device *dev)
{
	if (dev->netdev_ops != &vsw_vmkdev_netdev_ops)
		return NULL;
	return netdev_priv(dev);
}

/**
 * vsw_vmkdev_create() - make the netdev of an adapter, not registered yet
 * @net: namespace that is its TCP/IP stack
 * @name: interface name
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: the netdev, for free_netdev() until it is registered, or an ERR_PTR()
 */
struct net_device *vsw_vmkdev_create(struct net *net, const char *name,
				     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};

	ASSERT_RTNL();
	return rtnl_create_link(net, name, NET_NAME_USER, &vsw_vmkdev_link_ops,
				tb, extack);
}

/**
 * vsw_vmkdev_register() - register the kind "vmk"
 *
 * Context: Module init.
 * Return: 0 or a negative error.
 */
int vsw_vmkdev_register(void)
{
	return rtnl_link_register(&vsw_vmkdev_link_ops);
}

/**
 * vsw_vmkdev_unregister() - remove all adapters, and the kind
 *
 * Context: Module exit.
 */
void vsw_vmkdev_unregister(void)
{
	rtnl_link_unregister(&vsw_vmkdev_link_ops);
}
