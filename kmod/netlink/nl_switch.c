// SPDX-License-Identifier: GPL-2.0
/* Netlink: switches. */
#include "config/net.h"
#include "config/vswdev.h"
#include "config/vswitch.h"
#include "nl_policy.h"
#include "nl_switch.h"
#include "nl_util.h"

static struct netlink_range_validation vsw_nl_switch_mtu = {
	.min = VSWITCH_MTU_MIN,
	.max = VSWITCH_MTU_MAX,
};

static struct netlink_range_validation vsw_nl_switch_failback_delay = {
	.max = VSWITCH_FAILBACK_DELAY_MAX,
};

const struct nla_policy vsw_nl_switch_get_policy[VSWITCH_A_SWITCH_MAX + 1] = {
	[VSWITCH_A_SWITCH_NAME] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
};

const struct nla_policy vsw_nl_switch_add_policy[VSWITCH_A_SWITCH_MAX + 1] = {
	[VSWITCH_A_SWITCH_NAME] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
	[VSWITCH_A_SWITCH_MTU] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_switch_mtu),
	[VSWITCH_A_SWITCH_DISCOVERY] =
		NLA_POLICY_MAX(NLA_U32, VSWITCH_DISCOVERY_BOTH),
};

const struct nla_policy vsw_nl_switch_set_policy[VSWITCH_A_SWITCH_MAX + 1] = {
	[VSWITCH_A_SWITCH_NAME] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
	[VSWITCH_A_SWITCH_MTU] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_switch_mtu),
	[VSWITCH_A_SWITCH_DISCOVERY] =
		NLA_POLICY_MAX(NLA_U32, VSWITCH_DISCOVERY_BOTH),
	[VSWITCH_A_SWITCH_FAILBACK_DELAY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_switch_failback_delay),
	[VSWITCH_A_SWITCH_POLICY] = NLA_POLICY_NESTED(vsw_nl_policy_policy),
};

const struct nla_policy vsw_nl_switch_del_policy[VSWITCH_A_SWITCH_MAX + 1] = {
	[VSWITCH_A_SWITCH_NAME] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
};

static int vsw_nl_switch_fill(struct sk_buff *skb, const void *object)
{
	const struct vswitch *vs = object;

	if (vsw_nl_put_switch(skb, vs, VSWITCH_A_SWITCH_NAME,
			      VSWITCH_A_SWITCH_INDEX) ||
	    vsw_nl_put_netdev(skb, vs->dev, VSWITCH_A_SWITCH_IFINDEX,
			      VSWITCH_A_SWITCH_IFNAME) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_MTU, vs->dev->mtu) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_DISCOVERY, vs->discovery) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_PORTS, vs->num_ports) ||
	    nla_put_u32(skb, VSWITCH_A_SWITCH_FAILBACK_DELAY,
			vs->failback_delay))
		return -EMSGSIZE;
	return vsw_nl_policy_put(skb, VSWITCH_A_SWITCH_POLICY, vs,
				 &vs->policy);
}

/**
 * vsw_nl_switch_notify() - tell listeners of a switch
 * @vs: switch
 * @cmd: notification
 *
 * Context: Process context, RTNL held.
 */
void vsw_nl_switch_notify(struct vswitch *vs, u8 cmd)
{
	vsw_nl_notify(dev_net(vs->dev), cmd, VSW_NL_OBJECT_SIZE,
		      vsw_nl_switch_fill, vs);
}

/**
 * vsw_nl_switch_get_doit() - get one switch
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_switch_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vswitch *vs = vsw_nl_switch(info, VSWITCH_A_SWITCH_NAME);
	struct sk_buff *reply;

	if (IS_ERR(vs))
		return PTR_ERR(vs);
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply)
		return -ENOMEM;
	return vsw_nl_reply(info, reply, vsw_nl_switch_fill, vs);
}

/**
 * vsw_nl_switch_get_dumpit() - go on with a dump of the switches
 * @skb: message
 * @cb: dump
 *
 * Context: Process context. Takes RTNL.
 * Return: length of the message, 0 at the end, or a negative error.
 */
int vsw_nl_switch_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const int refused[] = { VSWITCH_A_SWITCH_NAME, 0 };
	const struct vsw_nl_dump dump = {
		.skb = skb,
		.cb = cb,
		.cmd = VSWITCH_CMD_SWITCH_GET,
		.refused = refused,
		.fill = vsw_nl_switch_fill,
	};
	struct vsw_nl_cursor *cursor = vsw_nl_cursor(cb);
	struct vsw_net *vnet = vsw_net(sock_net(skb->sk));
	struct vswitch *vs;
	unsigned long index;
	int err;

	err = vsw_nl_dump_enter(&dump);
	if (err)
		return err;
	xa_for_each_start(&vnet->switches, index, vs, cursor->next) {
		err = vsw_nl_dump_put(&dump, vs);
		if (err)
			break;
		cursor->next = index + 1;
	}
	return vsw_nl_dump_leave(&dump, err);
}

static void vsw_nl_switch_parse(const struct genl_info *info,
				struct vsw_vswitch_change *change)
{
	const struct nlattr *mtu = info->attrs[VSWITCH_A_SWITCH_MTU];
	const struct nlattr *discovery =
		info->attrs[VSWITCH_A_SWITCH_DISCOVERY];
	const struct nlattr *failback_delay =
		info->attrs[VSWITCH_A_SWITCH_FAILBACK_DELAY];

	if (mtu)
		change->mtu = nla_get_u32(mtu);
	if (discovery) {
		change->set_discovery = true;
		change->discovery = nla_get_u32(discovery);
	}
	if (failback_delay) {
		change->set_failback_delay = true;
		change->failback_delay = nla_get_u32(failback_delay);
	}
}

/**
 * vsw_nl_switch_add_doit() - make a switch
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_switch_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_vswitch_change change = {};
	struct sk_buff *reply;
	struct vswitch *vs;
	int err;

	err = vsw_nl_require(info, VSWITCH_A_SWITCH_NAME);
	if (err)
		return err;
	vsw_nl_switch_parse(info, &change);
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply)
		return -ENOMEM;

	vs = vsw_vswdev_add(genl_info_net(info),
			    nla_data(info->attrs[VSWITCH_A_SWITCH_NAME]),
			    &change, info->extack);
	if (IS_ERR(vs)) {
		vsw_nl_blame(info, VSWITCH_A_SWITCH_NAME);
		nlmsg_free(reply);
		return PTR_ERR(vs);
	}
	/* It is made, whatever becomes of the answer. */
	vsw_nl_reply(info, reply, vsw_nl_switch_fill, vs);
	return 0;
}

/**
 * vsw_nl_switch_set_doit() - change a switch
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_switch_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vswitch *vs = vsw_nl_switch(info, VSWITCH_A_SWITCH_NAME);
	struct vsw_vswitch_change change = {};
	int err;

	if (IS_ERR(vs))
		return PTR_ERR(vs);
	vsw_nl_switch_parse(info, &change);
	err = vsw_nl_policy_parse(info, VSWITCH_A_SWITCH_POLICY, vs,
				  &change.policy);
	if (err)
		return err;
	err = vsw_vswitch_check_policy(vs, &change.policy, info->extack);
	if (err) {
		vsw_nl_blame(info, VSWITCH_A_SWITCH_POLICY);
		return err;
	}
	err = vsw_vswdev_change(vs, &change, info->extack);
	if (err)
		vsw_nl_blame(info, VSWITCH_A_SWITCH_MTU);
	return err;
}

/**
 * vsw_nl_switch_del_doit() - remove a switch
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_switch_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vswitch *vs = vsw_nl_switch(info, VSWITCH_A_SWITCH_NAME);
	int err;

	if (IS_ERR(vs))
		return PTR_ERR(vs);
	err = vsw_vswdev_del(vs, info->extack);
	if (err)
		vsw_nl_blame(info, VSWITCH_A_SWITCH_NAME);
	return err;
}
