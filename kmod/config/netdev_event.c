// SPDX-License-Identifier: GPL-2.0
/* What happens to netdevs from outside: links, names, MTUs, and their end. */
#include <linux/notifier.h>

#include "attach.h"
#include "events.h"
#include "netdev_event.h"
#include "uplink.h"
#include "vmk.h"
#include "vmkdev.h"
#include "vmport.h"
#include "vswdev.h"

static void vsw_netdev_vswitch_event(struct vswitch *vs, unsigned long event)
{
	switch (event) {
	case NETDEV_PRECHANGEMTU:
		/* What is announced is no way back. */
		vs->former_mtu = 0;
		break;
	case NETDEV_CHANGEMTU:
	case NETDEV_CHANGENAME:
		vsw_vswdev_changed(vs);
		break;
	case NETDEV_UNREGISTER:
		vsw_vmk_unregister_all(vs);
		vsw_vswdev_unregister(vs);
		break;
	}
}

static int vsw_netdev_vmk_event(struct vsw_vmk *vmk, unsigned long event,
				void *info)
{
	const struct netdev_notifier_pre_changeaddr_info *addr = info;

	switch (event) {
	case NETDEV_PRE_CHANGEADDR:
		return vsw_vmk_check_mac(vmk, addr->dev_addr,
					 addr->info.extack);
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGEMTU:
	case NETDEV_CHANGENAME:
		vsw_vmk_changed(vmk);
		break;
	case NETDEV_UNREGISTER:
		vsw_vmk_unregister(vmk);
		break;
	}
	return 0;
}

static void vsw_netdev_uplink_event(struct vsw_uplink *up, unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		vsw_uplink_link_changed(up);
		break;
	case NETDEV_CHANGENAME:
		vsw_event_uplink(up, VSW_EVENT_CHANGE);
		break;
	case NETDEV_UNREGISTER:
		vsw_uplink_del(up);
		break;
	}
}

static void vsw_netdev_slave_event(struct vsw_slave *slave,
				   unsigned long event)
{
	struct vsw_port *p = &slave->port;

	if (event == NETDEV_UNREGISTER)
		slave->leaving = true;
	if (vsw_port_is_uplink(p))
		vsw_netdev_uplink_event(vsw_port_to_uplink(p), event);
	else if (event == NETDEV_CHANGENAME)
		vsw_event_port(p, VSW_EVENT_CHANGE);
	else if (event == NETDEV_UNREGISTER)
		vsw_vmport_del(slave);
}

static int vsw_netdev_event(struct notifier_block *nb, unsigned long event,
			    void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct vsw_slave *slave = vsw_slave_of(dev);
	struct vsw_vmk *vmk = vsw_vmkdev_of(dev);

	/* A port is an Ethernet device and remains one. */
	if (slave && event == NETDEV_PRE_TYPE_CHANGE)
		return NOTIFY_BAD;
	if (slave)
		vsw_netdev_slave_event(slave, event);
	else if (vmk)
		return notifier_from_errno(vsw_netdev_vmk_event(vmk, event,
								info));
	else if (vsw_vswdev_is(dev))
		vsw_netdev_vswitch_event(netdev_priv(dev), event);
	return NOTIFY_DONE;
}

static struct notifier_block vsw_netdev_notifier = {
	.notifier_call = vsw_netdev_event,
};

/**
 * vsw_netdev_event_register() - start to hear of netdevs
 *
 * Context: Module init.
 * Return: 0 or a negative error.
 */
int vsw_netdev_event_register(void)
{
	return register_netdevice_notifier(&vsw_netdev_notifier);
}

/**
 * vsw_netdev_event_unregister() - stop to hear of netdevs
 *
 * Context: Module exit, no object left.
 */
void vsw_netdev_event_unregister(void)
{
	unregister_netdevice_notifier(&vsw_netdev_notifier);
}
