// SPDX-License-Identifier: GPL-2.0
/*
 * The netdev that stands for a switch, of rtnl kind "vswitch". It carries no
 * frames of its own.
 */
#include "addrconf.h"
#include "attach.h"
#include "datapath/rarp.h"
#include "events.h"
#include "portgroup.h"
#include "probe.h"
#include "uplink.h"
#include "vmport.h"
#include "vswdev.h"
#include "vswitch.h"

static struct rtnl_link_ops vsw_vswdev_link_ops;

static int vsw_vswdev_init(struct net_device *dev)
{
	struct vswitch *vs = netdev_priv(dev);

	vsw_rarp_init(vs);
	vsw_probe_init(vs);
	vsw_uplink_init(vs);
	return vsw_vswitch_init(vs);
}

static void vsw_vswdev_uninit(struct net_device *dev)
{
	vsw_vswitch_exit(netdev_priv(dev));
}

static void vsw_vswdev_free(struct net_device *dev)
{
	struct vswitch *vs = netdev_priv(dev);

	/* The first two send, which may start the last. */
	vsw_probe_exit(vs);
	vsw_rarp_exit(vs);
	vsw_uplink_exit(vs);
	kvfree(vs->fdb);
}

static netdev_tx_t vsw_vswdev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static int vsw_vswdev_change_slaves(struct vswitch *vs, unsigned int mtu)
{
	int err;

	err = vsw_vswitch_check_mtu(vs, mtu, NULL);
	if (err)
		return err;
	/* Somebody has refused it after us: the core goes back. */
	if (mtu == vs->former_mtu) {
		vsw_slaves_restore_mtu(vs);
		return 0;
	}
	return vsw_slaves_set_mtu(vs, mtu);
}

static int vsw_vswdev_change_mtu(struct net_device *dev, int mtu)
{
	struct vswitch *vs = netdev_priv(dev);
	unsigned long number;
	struct vsw_port *p;
	int err;

	err = vsw_vswdev_change_slaves(vs, mtu);
	if (err)
		return err;
	WRITE_ONCE(dev->mtu, mtu);
	xa_for_each(&vs->ports, number, p)
		if (p->kind == VSWITCH_PORT_KIND_VMK)
			p->dev->max_mtu = mtu;
	return 0;
}

/*
 * Master and slave say who is in the switch, not as what: for that, a port
 * group or the part of an uplink is needed.
 */
static int vsw_vswdev_add_slave(struct net_device *dev,
				struct net_device *slave_dev,
				struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack,
		       "a port of a vswitch needs a port group or the role of uplink: use vmkctl");
	return -EOPNOTSUPP;
}

static void vsw_vswdev_detach(struct vsw_slave *slave)
{
	struct vsw_port *p = &slave->port;

	if (vsw_port_is_uplink(p))
		vsw_uplink_del(vsw_port_to_uplink(p));
	else
		vsw_vmport_del(slave);
}

static int vsw_vswdev_del_slave(struct net_device *dev,
				struct net_device *slave_dev)
{
	vsw_vswdev_detach(vsw_slave_of(slave_dev));
	return 0;
}

static const struct net_device_ops vsw_vswdev_netdev_ops = {
	.ndo_init = vsw_vswdev_init,
	.ndo_uninit = vsw_vswdev_uninit,
	.ndo_start_xmit = vsw_vswdev_xmit,
	.ndo_change_mtu = vsw_vswdev_change_mtu,
	.ndo_add_slave = vsw_vswdev_add_slave,
	.ndo_del_slave = vsw_vswdev_del_slave,
};

static void vsw_vswdev_setup(struct net_device *dev)
{
	struct vswitch *vs = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &vsw_vswdev_netdev_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = vsw_vswdev_free;
	dev->flags |= IFF_NOARP;
	dev->flags &= ~IFF_MULTICAST;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_UNICAST_FLT;
	dev->min_mtu = VSWITCH_MTU_MIN;
	dev->max_mtu = VSWITCH_MTU_MAX;
	vsw_netdev_set_lltx(dev);
	vsw_netdev_set_immutable_netns(dev);
	eth_hw_addr_random(dev);
	dev->addr_assign_type = NET_ADDR_SET;

	vs->dev = dev;
	vs->discovery = VSWITCH_DISCOVERY_LISTEN;
}

static int vsw_vswdev_register_netdev(struct vswitch *vs, const char *name,
				      struct netlink_ext_ack *extack)
{
	struct net_device *dev = vs->dev;
	int err;

	strscpy(vs->name, name, sizeof(vs->name));
	netif_carrier_off(dev);
	err = register_netdevice(dev);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack, "there are 127 vswitches already");
	if (err)
		return err;
	netif_carrier_on(dev);
	/* The switch is no IPv6 host. */
	vsw_addrconf_set(dev, IN6_ADDR_GEN_MODE_NONE);
	return 0;
}

static void vsw_vswdev_announce(struct vswitch *vs)
{
	vs->announced = true;
	vsw_event_vswitch(vs, VSW_EVENT_ADD);
}

/* ip link add NAME type vswitch */
static int vsw_vswdev_newlink(VSW_NEWLINK_ARGS)
{
	char name[IFNAMSIZ];
	int err;

	if (strchr(dev->name, '%')) {
		err = dev_alloc_name(dev, dev->name);
		if (err < 0)
			return err;
	}
	strscpy(name, dev->name, sizeof(name));
	err = vsw_vswitch_check_name(dev_net(dev), name, extack);
	if (err)
		return err;
	err = vsw_vswdev_register_netdev(netdev_priv(dev), name, extack);
	if (err)
		return err;
	vsw_vswdev_announce(netdev_priv(dev));
	return 0;
}

static struct rtnl_link_ops vsw_vswdev_link_ops = {
	.kind = "vswitch",
	.priv_size = sizeof(struct vswitch),
	.setup = vsw_vswdev_setup,
	.newlink = vsw_vswdev_newlink,
};

/**
 * vsw_vswdev_is() - whether a netdev stands for a switch
 * @dev: any netdev
 *
 * Context: Any.
 * Return: whether it does.
 */
bool vsw_vswdev_is(const struct net_device *dev)
{
	return dev->netdev_ops == &vsw_vswdev_netdev_ops;
}

/* IPv4 and IPv6 refuse the names of their sysctls for all devices. */
static bool vsw_vswdev_name_is_free(struct net *net, const char *name)
{
	return dev_valid_name(name) && !strchr(name, '%') &&
	       strcmp(name, "all") && strcmp(name, "default") &&
	       !__dev_get_by_name(net, name);
}

/**
 * vsw_vswdev_add() - make a switch
 * @net: namespace
 * @name: name, 32 bytes at most
 * @change: what it is to be
 * @extack: where a refusal is explained
 *
 * Its netdev is named as the switch where that is a valid and free interface
 * name, and is up.
 *
 * Context: Process context, RTNL held.
 * Return: the switch or an ERR_PTR().
 */
struct vswitch *vsw_vswdev_add(struct net *net, const char *name,
			       const struct vsw_vswitch_change *change,
			       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};
	unsigned char assign_type = NET_NAME_ENUM;
	const char *ifname = "vswitch%d";
	struct net_device *dev;
	struct vswitch *vs;
	int err;

	ASSERT_RTNL();
	err = vsw_vswitch_check_name(net, name, extack);
	if (err)
		return ERR_PTR(err);
	if (vsw_vswdev_name_is_free(net, name)) {
		ifname = name;
		assign_type = NET_NAME_USER;
	}

	dev = rtnl_create_link(net, ifname, assign_type, &vsw_vswdev_link_ops,
			       tb, extack);
	if (IS_ERR(dev))
		return ERR_CAST(dev);
	vs = netdev_priv(dev);
	if (change->mtu)
		dev->mtu = change->mtu;
	if (change->set_discovery)
		vs->discovery = change->discovery;

	err = vsw_vswdev_register_netdev(vs, name, extack);
	if (err)
		goto err_free;
	err = rtnl_configure_link(dev, NULL, 0, NULL);
	if (err)
		goto err_unregister;
	err = dev_open(dev, extack);
	if (err) {
		NL_SET_ERR_MSG(extack, "the vswitch's device does not come up");
		goto err_unregister;
	}
	vsw_vswdev_announce(vs);
	return vs;

err_unregister:
	unregister_netdevice(dev);
	return ERR_PTR(err);
err_free:
	free_netdev(dev);
	return ERR_PTR(err);
}

static int vsw_vswdev_set_mtu(struct vswitch *vs, unsigned int mtu,
			      struct netlink_ext_ack *extack)
{
	int err;

	if (!mtu || mtu == vs->dev->mtu)
		return 0;
	err = vsw_vswitch_check_mtu(vs, mtu, extack);
	if (err)
		return err;
	vs->changing = true;
	err = dev_set_mtu(vs->dev, mtu);
	vs->changing = false;
	if (err)
		NL_SET_ERR_MSG(extack,
			       "an interface of the vswitch does not take this MTU");
	return err;
}

/**
 * vsw_vswdev_change() - change a switch
 * @vs: switch
 * @change: what it is to become; vsw_vswitch_check_policy() has accepted its
 *	policy
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then nothing has changed.
 */
int vsw_vswdev_change(struct vswitch *vs,
		      const struct vsw_vswitch_change *change,
		      struct netlink_ext_ack *extack)
{
	struct vsw_policy policy = vs->policy;
	unsigned int old_mtu = vs->dev->mtu;
	u32 delay = change->failback_delay;
	bool changed, new_policy;
	int err;

	ASSERT_RTNL();
	err = vsw_vswdev_set_mtu(vs, change->mtu, extack);
	if (err)
		return err;
	vsw_policy_change(&policy, NULL, &change->policy);
	new_policy = !vsw_policy_equal(&policy, &vs->policy);
	changed = vs->dev->mtu != old_mtu || new_policy;
	vs->policy = policy;
	if (change->set_discovery) {
		changed |= vs->discovery != change->discovery;
		vs->discovery = change->discovery;
	}
	if (change->set_failback_delay)
		changed |= vsw_uplink_set_failback_delay(vs, delay);
	if (changed)
		vsw_event_vswitch(vs, VSW_EVENT_CHANGE);
	if (new_policy)
		vsw_portgroup_inherit_all(vs);
	return 0;
}

/**
 * vsw_vswdev_changed() - tell that the netdev of a switch was changed
 * @vs: switch
 *
 * Context: Process context, RTNL held.
 */
void vsw_vswdev_changed(struct vswitch *vs)
{
	ASSERT_RTNL();
	if (!vs->changing)
		vsw_event_vswitch(vs, VSW_EVENT_CHANGE);
}

/**
 * vsw_vswdev_del() - remove a switch by command
 * @vs: switch
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EBUSY if clients are connected.
 */
int vsw_vswdev_del(struct vswitch *vs, struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	err = vsw_vswitch_check_del(vs, extack);
	if (err)
		return err;
	unregister_netdevice(vs->dev);
	return 0;
}

/**
 * vsw_vswdev_unregister() - give back all that a switch that is going holds
 * @vs: switch, its VMkernel adapters gone before
 *
 * Context: Process context, RTNL held.
 */
void vsw_vswdev_unregister(struct vswitch *vs)
{
	struct vsw_portgroup *pg, *next;
	unsigned long number;
	struct vsw_port *p;

	ASSERT_RTNL();
	/* Said again and again while somebody holds the netdev. */
	if (!vsw_vswitch_is_listed(vs))
		return;
	vs->changing = true;
	xa_for_each(&vs->ports, number, p)
		if (!vsw_port_is_uplink(p))
			vsw_vswdev_detach(vsw_port_slave(p));
	list_for_each_entry_safe(pg, next, &vs->portgroups, node)
		vsw_portgroup_del(pg);
	xa_for_each(&vs->ports, number, p)
		vsw_vswdev_detach(vsw_port_slave(p));
	if (vs->announced)
		vsw_event_vswitch(vs, VSW_EVENT_DEL);
}

/**
 * vsw_vswdev_register() - register the kind "vswitch"
 *
 * Context: Module init.
 * Return: 0 or a negative error.
 */
int vsw_vswdev_register(void)
{
	return rtnl_link_register(&vsw_vswdev_link_ops);
}

/**
 * vsw_vswdev_unregister_kind() - remove all switches, and the kind
 *
 * Context: Module exit.
 */
void vsw_vswdev_unregister_kind(void)
{
	rtnl_link_unregister(&vsw_vswdev_link_ops);
}
