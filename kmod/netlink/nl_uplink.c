// SPDX-License-Identifier: GPL-2.0
/* Netlink: uplinks. */
#include "config/attach.h"
#include "config/uplink.h"
#include "nl_uplink.h"
#include "nl_util.h"

const struct nla_policy vsw_nl_uplink_get_policy[VSWITCH_A_UPLINK_MAX + 1] = {
	[VSWITCH_A_UPLINK_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_UPLINK_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
};

const struct nla_policy vsw_nl_uplink_add_policy[VSWITCH_A_UPLINK_MAX + 1] = {
	[VSWITCH_A_UPLINK_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
	[VSWITCH_A_UPLINK_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
};

const struct nla_policy vsw_nl_uplink_del_policy[VSWITCH_A_UPLINK_MAX + 1] = {
	[VSWITCH_A_UPLINK_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
	[VSWITCH_A_UPLINK_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
};

/* @object is the uplink's port. */
static int vsw_nl_uplink_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_port *p = object;
	const struct vsw_uplink *up =
		container_of(p, struct vsw_uplink, slave.port);

	if (nla_put_u32(skb, VSWITCH_A_UPLINK_PORT_ID, p->id) ||
	    vsw_nl_put_switch(skb, p->vs, VSWITCH_A_UPLINK_SWITCH,
			      VSWITCH_A_UPLINK_SWITCH_INDEX) ||
	    vsw_nl_put_netdev(skb, p->dev, VSWITCH_A_UPLINK_IFINDEX,
			      VSWITCH_A_UPLINK_IFNAME) ||
	    nla_put(skb, VSWITCH_A_UPLINK_MAC, ETH_ALEN, p->dev->dev_addr) ||
	    nla_put_u32(skb, VSWITCH_A_UPLINK_LINK_UP, up->link_up) ||
	    nla_put_u32(skb, VSWITCH_A_UPLINK_STATE, up->state))
		return -EMSGSIZE;
	return 0;
}

/**
 * vsw_nl_uplink_notify() - tell listeners of an uplink
 * @up: uplink
 * @cmd: notification
 *
 * Context: Process context, RTNL held.
 */
void vsw_nl_uplink_notify(struct vsw_uplink *up, u8 cmd)
{
	const struct vsw_port *p = &up->slave.port;

	vsw_nl_notify(dev_net(p->vs->dev), cmd, VSW_NL_OBJECT_SIZE,
		      vsw_nl_uplink_fill, p);
}

/* The uplink that a request names, on the switch that it names, if any. */
static struct vsw_uplink *vsw_nl_uplink_find(struct genl_info *info)
{
	struct vsw_slave *slave;
	struct net_device *dev;
	int err;

	dev = vsw_nl_netdev(info, VSWITCH_A_UPLINK_IFNAME);
	if (IS_ERR(dev))
		return ERR_CAST(dev);
	slave = vsw_slave_of(dev);
	if (!slave || !vsw_port_is_uplink(&slave->port)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[VSWITCH_A_UPLINK_IFNAME],
				    "device is no uplink");
		return ERR_PTR(-ENOENT);
	}
	err = vsw_nl_check_switch(info, VSWITCH_A_UPLINK_SWITCH,
				  slave->port.vs);
	if (err)
		return ERR_PTR(err);
	return vsw_port_to_uplink(&slave->port);
}

/**
 * vsw_nl_uplink_get_doit() - get one uplink
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_uplink_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_uplink *up = vsw_nl_uplink_find(info);
	struct sk_buff *reply;

	if (IS_ERR(up))
		return PTR_ERR(up);
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply)
		return -ENOMEM;
	return vsw_nl_reply(info, reply, vsw_nl_uplink_fill, &up->slave.port);
}

/**
 * vsw_nl_uplink_get_dumpit() - go on with a dump of uplinks
 * @skb: message
 * @cb: dump
 *
 * Context: Process context. Takes RTNL.
 * Return: length of the message, 0 at the end, or a negative error.
 */
int vsw_nl_uplink_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const int refused[] = { VSWITCH_A_UPLINK_IFNAME, 0 };
	const struct vsw_nl_dump dump = {
		.skb = skb,
		.cb = cb,
		.cmd = VSWITCH_CMD_UPLINK_GET,
		.switch_attr = VSWITCH_A_UPLINK_SWITCH,
		.refused = refused,
		.fill = vsw_nl_uplink_fill,
	};

	return vsw_nl_dump_ports(&dump, vsw_port_is_uplink);
}

/**
 * vsw_nl_uplink_add_doit() - make an interface an uplink
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_uplink_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vswitch *vs = vsw_nl_switch(info, VSWITCH_A_UPLINK_SWITCH);
	struct vsw_uplink *up;
	struct net_device *dev;
	struct sk_buff *reply;

	if (IS_ERR(vs))
		return PTR_ERR(vs);
	dev = vsw_nl_netdev(info, VSWITCH_A_UPLINK_IFNAME);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply)
		return -ENOMEM;

	up = vsw_uplink_add(vs, dev, info->extack);
	if (IS_ERR(up)) {
		vsw_nl_blame(info, VSWITCH_A_UPLINK_IFNAME);
		nlmsg_free(reply);
		return PTR_ERR(up);
	}
	/* It is made, whatever becomes of the answer. */
	vsw_nl_reply(info, reply, vsw_nl_uplink_fill, &up->slave.port);
	return 0;
}

/**
 * vsw_nl_uplink_del_doit() - take an uplink from its switch
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_uplink_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_uplink *up;
	int err;

	err = vsw_nl_require(info, VSWITCH_A_UPLINK_SWITCH);
	if (err)
		return err;
	up = vsw_nl_uplink_find(info);
	if (IS_ERR(up))
		return PTR_ERR(up);
	vsw_uplink_del(up);
	return 0;
}
