// SPDX-License-Identifier: GPL-2.0
/* Interfaces of virtual machines: taps, veths and the like. */
#include "attach.h"
#include "datapath/input.h"
#include "events.h"
#include "port.h"
#include "vmport.h"

/**
 * vsw_vmport_add() - connect a virtual machine's netdev to a port group
 * @pg: port group
 * @dev: netdev
 * @mac: its initial address, or NULL to take that of its first frame
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: the port or an ERR_PTR(), then the netdev is as it was.
 */
struct vsw_slave *vsw_vmport_add(struct vsw_portgroup *pg,
				 struct net_device *dev, const u8 *mac,
				 struct netlink_ext_ack *extack)
{
	struct vsw_slave *slave;
	struct vsw_port *p;
	int err;

	ASSERT_RTNL();
	err = vsw_port_check_portgroup(pg, VSWITCH_PORT_KIND_VM, extack);
	if (err)
		return ERR_PTR(err);
	slave = kzalloc(sizeof(*slave), GFP_KERNEL_ACCOUNT);
	if (!slave)
		return ERR_PTR(-ENOMEM);
	p = &slave->port;
	p->dev = dev;
	p->kind = VSWITCH_PORT_KIND_VM;
	p->pg = pg;

	err = vsw_attach(slave, pg->vs, vsw_vm_input, extack);
	if (err) {
		kfree_rcu(slave, rcu);
		return ERR_PTR(err);
	}
	/* Whatever the machine sends, to whom it may be. */
	err = dev_set_promiscuity(dev, 1);
	if (err)
		goto err_detach;
	err = vsw_port_connect(p, mac);
	if (err)
		goto err_promiscuity;
	vsw_port_announce(p);
	return slave;

err_promiscuity:
	dev_set_promiscuity(dev, -1);
err_detach:
	vsw_detach(slave);
	return ERR_PTR(err);
}

/**
 * vsw_vmport_del() - disconnect a virtual machine's netdev
 * @slave: its port; freed a grace period later
 *
 * Context: Process context, RTNL held.
 */
void vsw_vmport_del(struct vsw_slave *slave)
{
	struct vsw_port *p = &slave->port;

	ASSERT_RTNL();
	vsw_event_port(p, VSW_EVENT_DEL);
	vsw_port_disconnect(p);
	dev_set_promiscuity(p->dev, -1);
	vsw_detach(slave);
}
