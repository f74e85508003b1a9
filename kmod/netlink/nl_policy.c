// SPDX-License-Identifier: GPL-2.0
/* Netlink: policies, at a switch and at a port group alike. */
#include "config/attach.h"
#include "nl_policy.h"
#include "nl_util.h"

static struct netlink_range_validation vsw_nl_policy_bandwidth = {
	.min = 1,
	.max = VSWITCH_BANDWIDTH_MAX,
};

static struct netlink_range_validation vsw_nl_policy_burst = {
	.min = 1,
	.max = VSWITCH_BURST_MAX,
};

static const struct nla_policy
vsw_nl_uplink_list_policy[VSWITCH_A_UPLINK_LIST_MAX + 1] = {
	[VSWITCH_A_UPLINK_LIST_UPLINK] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
};

const struct nla_policy vsw_nl_policy_policy[VSWITCH_A_POLICY_MAX + 1] = {
	[VSWITCH_A_POLICY_PROMISCUOUS] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_MAC_CHANGES] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_FORGED_TRANSMITS] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_SHAPING_ENABLED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_SHAPING_AVERAGE] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_policy_bandwidth),
	[VSWITCH_A_POLICY_SHAPING_PEAK] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_policy_bandwidth),
	[VSWITCH_A_POLICY_SHAPING_BURST] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_policy_burst),
	[VSWITCH_A_POLICY_LOAD_BALANCING] =
		NLA_POLICY_MAX(NLA_U32, VSWITCH_LOAD_BALANCING_EXPLICIT),
	[VSWITCH_A_POLICY_FAILURE_DETECTION] =
		NLA_POLICY_MAX(NLA_U32, VSWITCH_FAILURE_DETECTION_BEACON),
	[VSWITCH_A_POLICY_NOTIFY_SWITCHES] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_FAILBACK] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_POLICY_ACTIVE] =
		NLA_POLICY_NESTED(vsw_nl_uplink_list_policy),
	[VSWITCH_A_POLICY_STANDBY] =
		NLA_POLICY_NESTED(vsw_nl_uplink_list_policy),
};

/**
 * vsw_nl_policy_size() - room for one policy
 * @vs: switch that it is about
 *
 * Context: Process context, RTNL held.
 * Return: bytes.
 */
size_t vsw_nl_policy_size(const struct vswitch *vs)
{
	return nla_total_size(VSWITCH_A_POLICY_MAX * nla_total_size(4)) +
	       vs->num_uplinks * nla_total_size(IFNAMSIZ);
}

static int vsw_nl_policy_put_uplinks(struct sk_buff *skb, int attrtype,
				     const struct vswitch *vs,
				     const struct vsw_uplinks *uplinks)
{
	const struct net_device *dev;
	struct nlattr *nest;
	int i;

	nest = nla_nest_start(skb, attrtype);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < uplinks->num; i++) {
		dev = vs->slots[uplinks->slots[i]]->slave.port.dev;
		if (nla_put_string(skb, VSWITCH_A_UPLINK_LIST_UPLINK,
				   dev->name))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vsw_nl_policy_put() - put the fields that a policy sets
 * @skb: message
 * @attrtype: attribute for the policy
 * @vs: switch that it is about
 * @policy: policy
 *
 * Context: Process context, RTNL held.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_policy_put(struct sk_buff *skb, int attrtype,
		      const struct vswitch *vs, const struct vsw_policy *policy)
{
	struct nlattr *nest;
	int attr;

	nest = nla_nest_start(skb, attrtype);
	if (!nest)
		return -EMSGSIZE;
	for (attr = 1; attr < ARRAY_SIZE(policy->value); attr++)
		if (policy->set & BIT(attr) &&
		    nla_put_u32(skb, attr, policy->value[attr]))
			return -EMSGSIZE;
	if (policy->set & VSW_POLICY_UPLINKS &&
	    (vsw_nl_policy_put_uplinks(skb, VSWITCH_A_POLICY_ACTIVE, vs,
				       &policy->active) ||
	     vsw_nl_policy_put_uplinks(skb, VSWITCH_A_POLICY_STANDBY, vs,
				       &policy->standby)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The uplink of @vs that an attribute names, whose bit is not in @named. */
static struct vsw_uplink *vsw_nl_policy_uplink(struct genl_info *info,
					       const struct vswitch *vs,
					       const struct nlattr *attr,
					       u32 named)
{
	struct vsw_slave *slave;
	struct vsw_uplink *up;
	struct net_device *dev;

	dev = __dev_get_by_name(genl_info_net(info), nla_data(attr));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "no such network device");
		return ERR_PTR(-ENODEV);
	}
	slave = vsw_slave_of(dev);
	if (!slave || slave->port.vs != vs ||
	    !vsw_port_is_uplink(&slave->port)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "device is no uplink of the vswitch");
		return ERR_PTR(-EINVAL);
	}
	up = vsw_port_to_uplink(&slave->port);
	if (named & BIT(up->slot)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "an uplink is named twice");
		return ERR_PTR(-EINVAL);
	}
	return up;
}

static int vsw_nl_policy_parse_uplinks(struct genl_info *info,
				       const struct vswitch *vs,
				       const struct nlattr *list,
				       struct vsw_uplinks *uplinks, u32 *named)
{
	const struct nlattr *attr;
	struct vsw_uplink *up;
	int rem;

	nla_for_each_nested(attr, list, rem) {
		up = vsw_nl_policy_uplink(info, vs, attr, *named);
		if (IS_ERR(up))
			return PTR_ERR(up);
		vsw_uplinks_add(uplinks, up->slot);
		*named |= BIT(up->slot);
	}
	return 0;
}

/**
 * vsw_nl_policy_parse() - the change of a policy that a request asks for
 * @info: request
 * @attrtype: attribute with the policy, if the request has it
 * @vs: switch that it is about
 * @change: where the fields to set go; zero before
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error, explained.
 */
int vsw_nl_policy_parse(struct genl_info *info, int attrtype,
			const struct vswitch *vs,
			struct vsw_policy_change *change)
{
	const struct nlattr *active, *standby;
	struct nlattr *tb[VSWITCH_A_POLICY_MAX + 1];
	struct vsw_policy *to = &change->to;
	u32 named = 0;
	int attr, err;

	if (!info->attrs[attrtype])
		return 0;
	err = nla_parse_nested(tb, VSWITCH_A_POLICY_MAX, info->attrs[attrtype],
			       vsw_nl_policy_policy, info->extack);
	if (err)
		return err;
	for (attr = 1; attr < ARRAY_SIZE(to->value); attr++) {
		if (!tb[attr])
			continue;
		to->value[attr] = nla_get_u32(tb[attr]);
		to->set |= BIT(attr);
	}
	active = tb[VSWITCH_A_POLICY_ACTIVE];
	standby = tb[VSWITCH_A_POLICY_STANDBY];
	change->set_active = active;
	change->set_standby = standby;
	if (active || standby)
		to->set |= VSW_POLICY_UPLINKS;
	if (active)
		err = vsw_nl_policy_parse_uplinks(info, vs, active,
						  &to->active, &named);
	if (!err && standby)
		err = vsw_nl_policy_parse_uplinks(info, vs, standby,
						  &to->standby, &named);
	return err;
}
