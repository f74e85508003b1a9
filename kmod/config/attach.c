// SPDX-License-Identifier: GPL-2.0
/* Netdevs that are taken as ports, and given back as they were. */
#include <linux/if_arp.h>
#include <net/dsa.h>

#include "addrconf.h"
#include "attach.h"
#include "datapath/input.h"
#include "port.h"

/**
 * vsw_slave_of() - the port that a netdev was taken for
 * @dev: any netdev
 *
 * Context: Process context, RTNL held.
 * Return: the port, or NULL if it is none of ours.
 */
struct vsw_slave *vsw_slave_of(const struct net_device *dev)
{
	rx_handler_func_t *handler = rtnl_dereference(dev->rx_handler);

	if (handler != vsw_vm_input && handler != vsw_uplink_input)
		return NULL;
	return vsw_port_slave(rtnl_dereference(dev->rx_handler_data));
}

static int vsw_attach_check(struct net_device *dev,
			    struct netlink_ext_ack *extack)
{
	const struct rtnl_link_ops *ops = dev->rtnl_link_ops;

	if (dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "the loopback device cannot be a port");
		return -EINVAL;
	}
	if (ops && (!strcmp(ops->kind, "vmk") ||
		    !strcmp(ops->kind, "vswitch"))) {
		NL_SET_ERR_MSG(extack,
			       "a vswitch or vmk device cannot be a port");
		return -EINVAL;
	}
	if (dev->type != ARPHRD_ETHER || dev->addr_len != ETH_ALEN ||
	    !is_valid_ether_addr(dev->dev_addr)) {
		NL_SET_ERR_MSG(extack, "not an Ethernet device");
		return -EINVAL;
	}
	if (netdev_uses_dsa(dev) || dev->priv_flags & IFF_DONT_BRIDGE) {
		NL_SET_ERR_MSG(extack, "device cannot be bridged");
		return -EOPNOTSUPP;
	}
	if (vsw_slave_of(dev)) {
		NL_SET_ERR_MSG(extack, "device already serves a vswitch");
		return -EBUSY;
	}
	if (netdev_master_upper_dev_get(dev)) {
		NL_SET_ERR_MSG(extack, "device already has a master");
		return -EBUSY;
	}
	if (netdev_is_rx_handler_busy(dev)) {
		NL_SET_ERR_MSG(extack, "device already has a receive handler");
		return -EBUSY;
	}
	return 0;
}

static int vsw_attach_mtu(struct vsw_slave *slave, unsigned int mtu,
			  struct netlink_ext_ack *extack)
{
	struct net_device *dev = slave->port.dev;
	int err;

	slave->mtu = dev->mtu;
	/* Nobody goes back to what was before it came. */
	slave->port.vs->former_mtu = 0;
	if (dev->mtu == mtu)
		return 0;
	err = dev_set_mtu(dev, mtu);
	if (err)
		NL_SET_ERR_MSG(extack,
			       "device does not take the MTU of the vswitch");
	return err;
}

static void vsw_detach_mtu(const struct vsw_slave *slave)
{
	struct net_device *dev = slave->port.dev;
	int err;

	if (dev->mtu == slave->mtu)
		return;
	if (slave->leaving)
		err = vsw_netdev_set_mtu_silently(dev, slave->mtu);
	else
		err = dev_set_mtu(dev, slave->mtu);
	if (err)
		netdev_err(dev, "cannot set the MTU back to %u\n", slave->mtu);
}

static int vsw_attach_open(struct vsw_slave *slave,
			   struct netlink_ext_ack *extack)
{
	struct net_device *dev = slave->port.dev;
	int err;

	if (dev->flags & IFF_UP)
		return 0;
	err = dev_open(dev, extack);
	if (err) {
		NL_SET_ERR_MSG(extack, "device does not come up");
		return err;
	}
	slave->opened = true;
	return 0;
}

/* Takes a netdev: it gets the switch's MTU and master, and comes up. */
static int vsw_attach_netdev(struct vsw_slave *slave,
			     rx_handler_func_t *handler,
			     struct netlink_ext_ack *extack)
{
	struct net_device *master = slave->port.vs->dev;
	struct net_device *dev = slave->port.dev;
	int err;

	err = vsw_attach_mtu(slave, master->mtu, extack);
	if (err)
		return err;
	netdev_hold(dev, &slave->tracker, GFP_KERNEL);

	err = netdev_master_upper_dev_link(dev, master, NULL, NULL, extack);
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "device is above the vswitch, or the stack of devices too high");
		goto err_put;
	}
	err = netdev_rx_handler_register(dev, handler, &slave->port);
	if (err) {
		NL_SET_ERR_MSG(extack, "device already has a receive handler");
		goto err_unlink;
	}
	/* It is no IPv6 host, whatever it says on the wire or to a VM. */
	slave->addr_gen_mode = vsw_addrconf_set(dev, IN6_ADDR_GEN_MODE_NONE);
	err = vsw_attach_open(slave, extack);
	if (err)
		goto err_addrconf;
	dev_disable_lro(dev);
	return 0;

err_addrconf:
	vsw_addrconf_set(dev, slave->addr_gen_mode);
	netdev_rx_handler_unregister(dev);
err_unlink:
	netdev_upper_dev_unlink(dev, master);
err_put:
	vsw_detach_mtu(slave);
	netdev_put(dev, &slave->tracker);
	return err;
}

/**
 * vsw_attach() - take a netdev as a port
 * @slave: zeroed port, with its netdev, its kind and, for a client, port group
 * @vs: switch
 * @handler: receive handler; may run for the port from now on
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then the netdev is as it was and nothing
 *	reaches @slave but, for a grace period, RARP's round.
 */
int vsw_attach(struct vsw_slave *slave, struct vswitch *vs,
	       rx_handler_func_t *handler, struct netlink_ext_ack *extack)
{
	struct vsw_port *p = &slave->port;
	int err;

	ASSERT_RTNL();
	err = vsw_attach_check(p->dev, extack);
	if (err)
		return err;
	err = vsw_port_init(p, vs);
	if (err)
		return err;
	err = vsw_port_link(p, extack);
	if (err)
		goto err_release;
	err = vsw_attach_netdev(slave, handler, extack);
	if (err)
		goto err_unlink;
	return 0;

err_unlink:
	vsw_port_unlink(p);
err_release:
	vsw_port_release(p);
	return err;
}

static void vsw_detach_rcu(struct rcu_head *rcu)
{
	struct vsw_slave *slave = container_of(rcu, struct vsw_slave, rcu);

	vsw_port_release(&slave->port);
	kfree(slave);
}

/**
 * vsw_detach() - give the netdev of a port back as it was
 * @slave: port; may be the first member of a larger struct, which is freed
 *
 * Frames that found the port in the address table, in its port group or as
 * their uplink hold it under RCU alone, and so for a grace period.
 *
 * Context: Process context, RTNL held.
 */
void vsw_detach(struct vsw_slave *slave)
{
	struct net_device *master = slave->port.vs->dev;
	struct net_device *dev = slave->port.dev;

	ASSERT_RTNL();
	netdev_rx_handler_unregister(dev);
	netdev_upper_dev_unlink(dev, master);
	if (slave->opened && !slave->leaving)
		dev_close(dev);
	vsw_addrconf_set(dev, slave->addr_gen_mode);
	vsw_detach_mtu(slave);
	netdev_put(dev, &slave->tracker);
	vsw_port_unlink(&slave->port);
	call_rcu(&slave->rcu, vsw_detach_rcu);
}

static void vsw_slaves_note_mtu(struct vswitch *vs)
{
	unsigned long number;
	struct vsw_port *p;

	vs->former_mtu = vs->dev->mtu;
	xa_for_each(&vs->ports, number, p)
		if (p->kind != VSWITCH_PORT_KIND_VMK)
			vsw_port_slave(p)->former_mtu = p->dev->mtu;
}

/**
 * vsw_slaves_restore_mtu() - give all netdevs on a switch the MTUs back that
 *	they had before vsw_slaves_set_mtu()
 * @vs: switch
 *
 * Context: Process context, RTNL held.
 */
void vsw_slaves_restore_mtu(struct vswitch *vs)
{
	unsigned long number;
	struct vsw_port *p;
	unsigned int mtu;

	ASSERT_RTNL();
	xa_for_each(&vs->ports, number, p) {
		if (p->kind == VSWITCH_PORT_KIND_VMK)
			continue;
		mtu = vsw_port_slave(p)->former_mtu;
		if (dev_set_mtu(p->dev, mtu))
			netdev_err(p->dev, "cannot set the MTU back to %u\n",
				   mtu);
	}
}

/**
 * vsw_slaves_set_mtu() - give all netdevs on a switch another MTU
 * @vs: switch
 * @mtu: MTU
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then all have the former one again.
 */
int vsw_slaves_set_mtu(struct vswitch *vs, unsigned int mtu)
{
	unsigned long number;
	struct vsw_port *p;
	int err;

	ASSERT_RTNL();
	vsw_slaves_note_mtu(vs);
	xa_for_each(&vs->ports, number, p) {
		if (p->kind == VSWITCH_PORT_KIND_VMK)
			continue;
		err = dev_set_mtu(p->dev, mtu);
		if (err) {
			vsw_slaves_restore_mtu(vs);
			return err;
		}
	}
	return 0;
}
