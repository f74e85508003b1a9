// SPDX-License-Identifier: GPL-2.0
/* Virtual switch with port groups, uplinks, VM ports and VMkernel adapters. */
#include <linux/module.h>

#include "config/net.h"
#include "config/netdev_event.h"
#include "config/vmkdev.h"
#include "config/vswdev.h"
#include "datapath/reason.h"
#include "netlink/netlink.h"

static int __init vsw_init(void)
{
	int err;

	vsw_reason_register();
	err = vsw_net_register();
	if (err)
		goto err_reason;
	err = vsw_netdev_event_register();
	if (err)
		goto err_net;
	err = vsw_vswdev_register();
	if (err)
		goto err_netdev_event;
	err = vsw_vmkdev_register();
	if (err)
		goto err_vswdev;
	err = vsw_netlink_register();
	if (err)
		goto err_vmkdev;
	return 0;

err_vmkdev:
	vsw_vmkdev_unregister();
err_vswdev:
	vsw_vswdev_unregister_kind();
err_netdev_event:
	vsw_netdev_event_unregister();
err_net:
	vsw_net_unregister();
err_reason:
	vsw_reason_unregister();
	return err;
}

static void __exit vsw_exit(void)
{
	/* First of all, so that nobody makes what is being removed. */
	vsw_netlink_unregister();
	vsw_vmkdev_unregister();
	vsw_vswdev_unregister_kind();
	vsw_netdev_event_unregister();
	vsw_net_unregister();
	vsw_reason_unregister();
	rcu_barrier();
}

module_init(vsw_init);
module_exit(vsw_exit);

MODULE_DESCRIPTION("Virtual switch with VMkernel adapters");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY("vswitch");
MODULE_ALIAS_RTNL_LINK("vswitch");
MODULE_ALIAS_RTNL_LINK("vmk");
