// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family "vswitch". Its ABI is described in
 * uapi/vswitch.yaml; the policies and handlers of each object are in a file of
 * their own.
 */
#include "config/events.h"
#include "netlink.h"
#include "nl_port.h"
#include "nl_portgroup.h"
#include "nl_switch.h"
#include "nl_uplink.h"
#include "nl_util.h"
#include "nl_vmk.h"

static int (*const vsw_netlink_handlers[])(struct sk_buff *skb,
					   struct genl_info *info) = {
	[VSWITCH_CMD_SWITCH_GET] = vsw_nl_switch_get_doit,
	[VSWITCH_CMD_SWITCH_ADD] = vsw_nl_switch_add_doit,
	[VSWITCH_CMD_SWITCH_SET] = vsw_nl_switch_set_doit,
	[VSWITCH_CMD_SWITCH_DEL] = vsw_nl_switch_del_doit,
	[VSWITCH_CMD_PORTGROUP_GET] = vsw_nl_portgroup_get_doit,
	[VSWITCH_CMD_PORTGROUP_ADD] = vsw_nl_portgroup_add_doit,
	[VSWITCH_CMD_PORTGROUP_SET] = vsw_nl_portgroup_set_doit,
	[VSWITCH_CMD_PORTGROUP_DEL] = vsw_nl_portgroup_del_doit,
	[VSWITCH_CMD_UPLINK_GET] = vsw_nl_uplink_get_doit,
	[VSWITCH_CMD_UPLINK_ADD] = vsw_nl_uplink_add_doit,
	[VSWITCH_CMD_UPLINK_DEL] = vsw_nl_uplink_del_doit,
	[VSWITCH_CMD_PORT_GET] = vsw_nl_port_get_doit,
	[VSWITCH_CMD_PORT_ADD] = vsw_nl_port_add_doit,
	[VSWITCH_CMD_PORT_SET] = vsw_nl_port_set_doit,
	[VSWITCH_CMD_PORT_DEL] = vsw_nl_port_del_doit,
	[VSWITCH_CMD_VMK_GET] = vsw_nl_vmk_get_doit,
	[VSWITCH_CMD_VMK_ADD] = vsw_nl_vmk_add_doit,
	[VSWITCH_CMD_VMK_SET] = vsw_nl_vmk_set_doit,
	[VSWITCH_CMD_VMK_DEL] = vsw_nl_vmk_del_doit,
};

/* No attribute is to blame for these, whatever was done when it failed. */
static void vsw_netlink_explain(struct netlink_ext_ack *extack, int err)
{
	if (err == -ENOMEM)
		NL_SET_ERR_MSG_ATTR(extack, NULL, "out of memory");
	else if (err && !extack->_msg)
		NL_SET_ERR_MSG_ATTR(extack, NULL,
				    "refused by another part of the kernel");
}

static int vsw_netlink_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	rtnl_lock();
	err = vsw_netlink_handlers[info->genlhdr->cmd](skb, info);
	rtnl_unlock();
	vsw_netlink_explain(info->extack, err);
	return err;
}

#define VSW_NETLINK_GET(OBJECT, object, ...)				\
	{								\
		.cmd = VSWITCH_CMD_##OBJECT##_GET,			\
		.doit = vsw_netlink_doit,				\
		.dumpit = vsw_nl_##object##_get_dumpit,			\
		.policy = vsw_nl_##object##_get_policy,			\
		.maxattr = VSWITCH_A_##OBJECT##_MAX,			\
		__VA_ARGS__						\
	}

#define VSW_NETLINK_CHANGE(OBJECT, object, VERB, verb)			\
	{								\
		.cmd = VSWITCH_CMD_##OBJECT##_##VERB,			\
		.doit = vsw_netlink_doit,				\
		.policy = vsw_nl_##object##_##verb##_policy,		\
		.maxattr = VSWITCH_A_##OBJECT##_MAX,			\
		.flags = GENL_UNS_ADMIN_PERM,				\
	}

static const struct genl_ops vsw_netlink_ops[] = {
	VSW_NETLINK_GET(SWITCH, switch),
	VSW_NETLINK_CHANGE(SWITCH, switch, ADD, add),
	VSW_NETLINK_CHANGE(SWITCH, switch, SET, set),
	VSW_NETLINK_CHANGE(SWITCH, switch, DEL, del),
	VSW_NETLINK_GET(PORTGROUP, portgroup,
			.start = vsw_nl_portgroup_get_start),
	VSW_NETLINK_CHANGE(PORTGROUP, portgroup, ADD, add),
	VSW_NETLINK_CHANGE(PORTGROUP, portgroup, SET, set),
	VSW_NETLINK_CHANGE(PORTGROUP, portgroup, DEL, del),
	VSW_NETLINK_GET(UPLINK, uplink),
	VSW_NETLINK_CHANGE(UPLINK, uplink, ADD, add),
	VSW_NETLINK_CHANGE(UPLINK, uplink, DEL, del),
	VSW_NETLINK_GET(PORT, port),
	VSW_NETLINK_CHANGE(PORT, port, ADD, add),
	VSW_NETLINK_CHANGE(PORT, port, SET, set),
	VSW_NETLINK_CHANGE(PORT, port, DEL, del),
	VSW_NETLINK_GET(VMK, vmk),
	VSW_NETLINK_CHANGE(VMK, vmk, ADD, add),
	VSW_NETLINK_CHANGE(VMK, vmk, SET, set),
	VSW_NETLINK_CHANGE(VMK, vmk, DEL, del),
};

static const struct genl_multicast_group vsw_netlink_mcgrps[] = {
	{ .name = VSWITCH_MCGRP_EVENTS },
};

static struct genl_family vsw_netlink_family __ro_after_init = {
	.name = VSWITCH_FAMILY_NAME,
	.version = VSWITCH_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = vsw_netlink_ops,
	.n_ops = ARRAY_SIZE(vsw_netlink_ops),
	.mcgrps = vsw_netlink_mcgrps,
	.n_mcgrps = ARRAY_SIZE(vsw_netlink_mcgrps),
};

/* The notification of an object's event follows from the order in the spec. */
static u8 vsw_netlink_cmd(u8 add_ntf, enum vsw_event event)
{
	BUILD_BUG_ON(VSWITCH_CMD_SWITCH_CHANGE_NTF !=
		     VSWITCH_CMD_SWITCH_ADD_NTF + VSW_EVENT_CHANGE);
	BUILD_BUG_ON(VSWITCH_CMD_SWITCH_DEL_NTF !=
		     VSWITCH_CMD_SWITCH_ADD_NTF + VSW_EVENT_DEL);
	return add_ntf + event;
}

static void vsw_netlink_vswitch(struct vswitch *vs, enum vsw_event event)
{
	vsw_nl_switch_notify(vs, vsw_netlink_cmd(VSWITCH_CMD_SWITCH_ADD_NTF,
						 event));
}

static void vsw_netlink_portgroup(struct vsw_portgroup *pg,
				  enum vsw_event event)
{
	vsw_nl_portgroup_notify(pg,
				vsw_netlink_cmd(VSWITCH_CMD_PORTGROUP_ADD_NTF,
						event));
}

static void vsw_netlink_port(struct vsw_port *p, enum vsw_event event)
{
	vsw_nl_port_notify(p, vsw_netlink_cmd(VSWITCH_CMD_PORT_ADD_NTF,
					      event));
}

static void vsw_netlink_uplink(struct vsw_uplink *up, enum vsw_event event)
{
	vsw_nl_uplink_notify(up, vsw_netlink_cmd(VSWITCH_CMD_UPLINK_ADD_NTF,
						 event));
}

static void vsw_netlink_vmk(struct vsw_vmk *vmk, enum vsw_event event)
{
	vsw_nl_vmk_notify(vmk, vsw_netlink_cmd(VSWITCH_CMD_VMK_ADD_NTF,
					       event));
}

static const struct vsw_event_ops vsw_netlink_event_ops = {
	.vswitch = vsw_netlink_vswitch,
	.portgroup = vsw_netlink_portgroup,
	.port = vsw_netlink_port,
	.uplink = vsw_netlink_uplink,
	.vmk = vsw_netlink_vmk,
};

/**
 * vsw_netlink_register() - register the family, and listen to events
 *
 * Context: Module init.
 * Return: 0 or a negative error.
 */
int vsw_netlink_register(void)
{
	int err;

	vsw_nl_set_family(&vsw_netlink_family);
	err = genl_register_family(&vsw_netlink_family);
	if (err)
		return err;
	vsw_events_set_ops(&vsw_netlink_event_ops);
	return 0;
}

/**
 * vsw_netlink_unregister() - unregister the family
 *
 * No request is under way when this returns.
 *
 * Context: Module exit.
 */
void vsw_netlink_unregister(void)
{
	vsw_events_set_ops(NULL);
	genl_unregister_family(&vsw_netlink_family);
}
