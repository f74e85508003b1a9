// SPDX-License-Identifier: GPL-2.0
/* Netlink: port groups. */
#include "config/name.h"
#include "config/net.h"
#include "config/portgroup.h"
#include "config/vlan_spec.h"
#include "nl_policy.h"
#include "nl_portgroup.h"
#include "nl_util.h"

static const struct nla_policy
vsw_nl_vlan_range_policy[VSWITCH_A_VLAN_RANGE_MAX + 1] = {
	[VSWITCH_A_VLAN_RANGE_FIRST] =
		NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_ID_MAX),
	[VSWITCH_A_VLAN_RANGE_LAST] =
		NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_ID_MAX),
};

const struct nla_policy
vsw_nl_portgroup_get_policy[VSWITCH_A_PORTGROUP_MAX + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = VSW_NL_NAME(VSWITCH_PORTGROUP_NAME_MAX),
	[VSWITCH_A_PORTGROUP_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
};

const struct nla_policy
vsw_nl_portgroup_add_policy[VSWITCH_A_PORTGROUP_MAX + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = VSW_NL_NAME(VSWITCH_PORTGROUP_NAME_MAX),
	[VSWITCH_A_PORTGROUP_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
	[VSWITCH_A_PORTGROUP_VLAN] = NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_ALL),
	[VSWITCH_A_PORTGROUP_TRUNK] =
		NLA_POLICY_NESTED(vsw_nl_vlan_range_policy),
};

const struct nla_policy
vsw_nl_portgroup_set_policy[VSWITCH_A_PORTGROUP_MAX + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = VSW_NL_NAME(VSWITCH_PORTGROUP_NAME_MAX),
	[VSWITCH_A_PORTGROUP_VLAN] = NLA_POLICY_MAX(NLA_U32, VSWITCH_VLAN_ALL),
	[VSWITCH_A_PORTGROUP_TRUNK] =
		NLA_POLICY_NESTED(vsw_nl_vlan_range_policy),
	[VSWITCH_A_PORTGROUP_POLICY] = NLA_POLICY_NESTED(vsw_nl_policy_policy),
	[VSWITCH_A_PORTGROUP_RESET_POLICY] =
		NLA_POLICY_MASK(NLA_U32, VSWITCH_POLICY_KIND_MASK),
};

const struct nla_policy
vsw_nl_portgroup_del_policy[VSWITCH_A_PORTGROUP_MAX + 1] = {
	[VSWITCH_A_PORTGROUP_NAME] = VSW_NL_NAME(VSWITCH_PORTGROUP_NAME_MAX),
	[VSWITCH_A_PORTGROUP_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
};

static bool vsw_nl_vlan_is_list(const struct vsw_vlan_spec *spec)
{
	return spec->trunk && !vsw_vlan_spec_is_all(spec);
}

/* Room for the attributes of a port group on @vs with @spec. */
static size_t vsw_nl_portgroup_size(const struct vswitch *vs,
				    const struct vsw_vlan_spec *spec)
{
	size_t range_size = nla_total_size(2 * nla_total_size(sizeof(u32)));
	size_t size = VSW_NL_OBJECT_SIZE;
	unsigned int first, end;

	/* Own and effective policy, uplinks in use. */
	size += 2 * vsw_nl_policy_size(vs) +
		vs->num_uplinks * nla_total_size(IFNAMSIZ);
	if (!vsw_nl_vlan_is_list(spec))
		return size;
	for_each_set_bitrange(first, end, spec->vids, VLAN_N_VID)
		size += range_size;
	return size;
}

static int vsw_nl_vlan_range_put(struct sk_buff *skb, u32 first, u32 last)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, VSWITCH_A_PORTGROUP_TRUNK);
	if (!nest ||
	    nla_put_u32(skb, VSWITCH_A_VLAN_RANGE_FIRST, first) ||
	    nla_put_u32(skb, VSWITCH_A_VLAN_RANGE_LAST, last))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int vsw_nl_vlan_put(struct sk_buff *skb,
			   const struct vsw_vlan_spec *spec)
{
	unsigned int first, end;
	int err;

	if (!vsw_nl_vlan_is_list(spec))
		return nla_put_u32(skb, VSWITCH_A_PORTGROUP_VLAN,
				   spec->trunk ? VSWITCH_VLAN_ALL : spec->vid);
	for_each_set_bitrange(first, end, spec->vids, VLAN_N_VID) {
		err = vsw_nl_vlan_range_put(skb, first, end - 1);
		if (err)
			return err;
	}
	return 0;
}

static int vsw_nl_portgroup_put_team(struct sk_buff *skb,
				     const struct vsw_team *team)
{
	u32 i;

	for (i = 0; i < team->num; i++)
		if (nla_put_string(skb, VSWITCH_A_PORTGROUP_UPLINK_IN_USE,
				   team->uplinks[i]->dev->name))
			return -EMSGSIZE;
	return 0;
}

static int vsw_nl_portgroup_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_portgroup *pg = object;

	if (nla_put_u32(skb, VSWITCH_A_PORTGROUP_ID, pg->id) ||
	    nla_put_string(skb, VSWITCH_A_PORTGROUP_NAME, pg->name) ||
	    vsw_nl_put_switch(skb, pg->vs, VSWITCH_A_PORTGROUP_SWITCH,
			      VSWITCH_A_PORTGROUP_SWITCH_INDEX) ||
	    vsw_nl_vlan_put(skb, vsw_portgroup_vlan_rtnl(pg)) ||
	    nla_put_u32(skb, VSWITCH_A_PORTGROUP_ACTIVE_CLIENTS,
			pg->num_clients))
		return -EMSGSIZE;
	if (pg->client_kind &&
	    nla_put_u32(skb, VSWITCH_A_PORTGROUP_CLIENT_KIND,
			pg->client_kind))
		return -EMSGSIZE;
	if (vsw_nl_policy_put(skb, VSWITCH_A_PORTGROUP_POLICY, pg->vs,
			      &pg->policy) ||
	    vsw_nl_policy_put(skb, VSWITCH_A_PORTGROUP_EFFECTIVE_POLICY,
			      pg->vs, &pg->effective))
		return -EMSGSIZE;
	return vsw_nl_portgroup_put_team(skb, vsw_portgroup_team_rtnl(pg));
}

/**
 * vsw_nl_portgroup_notify() - tell listeners of a port group
 * @pg: port group
 * @cmd: notification
 *
 * Context: Process context, RTNL held.
 */
void vsw_nl_portgroup_notify(struct vsw_portgroup *pg, u8 cmd)
{
	vsw_nl_notify(dev_net(pg->vs->dev), cmd,
		      vsw_nl_portgroup_size(pg->vs,
					    vsw_portgroup_vlan_rtnl(pg)),
		      vsw_nl_portgroup_fill, pg);
}

/* The port group that a request names, on the switch that it names, if any. */
static struct vsw_portgroup *vsw_nl_portgroup_find(struct genl_info *info)
{
	struct vsw_portgroup *pg;
	int err;

	pg = vsw_nl_portgroup(info, VSWITCH_A_PORTGROUP_NAME);
	if (IS_ERR(pg))
		return pg;
	err = vsw_nl_check_switch(info, VSWITCH_A_PORTGROUP_SWITCH, pg->vs);
	return err ? ERR_PTR(err) : pg;
}

/**
 * vsw_nl_portgroup_get_doit() - get one port group
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_portgroup_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_portgroup *pg = vsw_nl_portgroup_find(info);
	struct sk_buff *reply;
	size_t size;

	if (IS_ERR(pg))
		return PTR_ERR(pg);
	size = vsw_nl_portgroup_size(pg->vs, vsw_portgroup_vlan_rtnl(pg));
	reply = vsw_nl_alloc(size);
	if (!reply)
		return -ENOMEM;
	return vsw_nl_reply(info, reply, vsw_nl_portgroup_fill, pg);
}

/**
 * vsw_nl_portgroup_get_start() - make the messages of a dump of port groups
 *	large enough for the longest trunk list and the largest team
 * @cb: dump
 *
 * Context: Process context.
 * Return: 0.
 */
int vsw_nl_portgroup_get_start(struct netlink_callback *cb)
{
	struct vsw_net *vnet = vsw_net(sock_net(cb->skb->sk));
	struct vsw_portgroup *pg;
	unsigned long id;
	size_t size;

	rtnl_lock();
	xa_for_each(&vnet->portgroups, id, pg) {
		size = vsw_nl_portgroup_size(pg->vs,
					     vsw_portgroup_vlan_rtnl(pg));
		if (size > cb->min_dump_alloc)
			cb->min_dump_alloc = size;
	}
	rtnl_unlock();
	return 0;
}

/**
 * vsw_nl_portgroup_get_dumpit() - go on with a dump of port groups
 * @skb: message
 * @cb: dump
 *
 * Context: Process context. Takes RTNL.
 * Return: length of the message, 0 at the end, or a negative error.
 */
int vsw_nl_portgroup_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	static const int refused[] = { VSWITCH_A_PORTGROUP_NAME, 0 };
	const struct vsw_nl_dump dump = {
		.skb = skb,
		.cb = cb,
		.cmd = VSWITCH_CMD_PORTGROUP_GET,
		.switch_attr = VSWITCH_A_PORTGROUP_SWITCH,
		.refused = refused,
		.fill = vsw_nl_portgroup_fill,
	};
	struct vsw_nl_cursor *cursor = vsw_nl_cursor(cb);
	struct vsw_net *vnet = vsw_net(sock_net(skb->sk));
	struct vsw_portgroup *pg;
	unsigned long id;
	int err;

	err = vsw_nl_dump_enter(&dump);
	if (err)
		return err;
	xa_for_each_start(&vnet->portgroups, id, pg, cursor->next) {
		if (cursor->index && cursor->index != pg->vs->index)
			continue;
		err = vsw_nl_dump_put(&dump, pg);
		if (err)
			break;
		cursor->next = id + 1;
	}
	return vsw_nl_dump_leave(&dump, err);
}

static struct vsw_vlan_spec *vsw_nl_vlan_parse_id(const struct nlattr *attr)
{
	u32 vlan = attr ? nla_get_u32(attr) : 0;
	struct vsw_vlan_spec *spec;

	if (vlan != VSWITCH_VLAN_ALL)
		return vsw_vlan_spec_access(vlan);
	spec = vsw_vlan_spec_trunk();
	if (spec)
		vsw_vlan_spec_allow(spec, 0, VSWITCH_VLAN_ID_MAX);
	return spec;
}

static int vsw_nl_vlan_parse_range(struct vsw_vlan_spec *spec,
				   const struct nlattr *range,
				   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[VSWITCH_A_VLAN_RANGE_MAX + 1];
	u32 first, last;
	int err;

	err = nla_parse_nested(tb, VSWITCH_A_VLAN_RANGE_MAX, range,
			       vsw_nl_vlan_range_policy, extack);
	if (err)
		return err;
	if (!tb[VSWITCH_A_VLAN_RANGE_FIRST] || !tb[VSWITCH_A_VLAN_RANGE_LAST]) {
		NL_SET_ERR_MSG_ATTR(extack, range,
				    "a VLAN range needs its first and its last VLAN");
		return -EINVAL;
	}
	first = nla_get_u32(tb[VSWITCH_A_VLAN_RANGE_FIRST]);
	last = nla_get_u32(tb[VSWITCH_A_VLAN_RANGE_LAST]);
	if (first > last) {
		NL_SET_ERR_MSG_ATTR(extack, range,
				    "VLAN range ends before it starts");
		return -EINVAL;
	}
	vsw_vlan_spec_allow(spec, first, last);
	return 0;
}

static struct vsw_vlan_spec *vsw_nl_vlan_parse_trunk(struct genl_info *info)
{
	struct vsw_vlan_spec *spec = vsw_vlan_spec_trunk();
	const struct nlattr *attr;
	int rem, err;

	if (!spec)
		return NULL;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VSWITCH_A_PORTGROUP_TRUNK)
			continue;
		err = vsw_nl_vlan_parse_range(spec, attr, info->extack);
		if (err)
			goto err_free;
	}
	return spec;

err_free:
	kfree(spec);
	return ERR_PTR(err);
}

/* The VLANs that a request gives, 0 by default. Never NULL. */
static struct vsw_vlan_spec *vsw_nl_vlan_parse(struct genl_info *info)
{
	const struct nlattr *trunk = info->attrs[VSWITCH_A_PORTGROUP_TRUNK];
	const struct nlattr *vlan = info->attrs[VSWITCH_A_PORTGROUP_VLAN];
	struct vsw_vlan_spec *spec;

	if (trunk && vlan) {
		NL_SET_ERR_MSG_ATTR(info->extack, trunk,
				    "a port group has either a VLAN or a trunk list");
		return ERR_PTR(-EINVAL);
	}
	if (trunk)
		spec = vsw_nl_vlan_parse_trunk(info);
	else
		spec = vsw_nl_vlan_parse_id(vlan);
	return spec ? : ERR_PTR(-ENOMEM);
}

/**
 * vsw_nl_portgroup_add_doit() - make a port group
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_portgroup_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vswitch *vs = vsw_nl_switch(info, VSWITCH_A_PORTGROUP_SWITCH);
	struct vsw_portgroup *pg;
	struct vsw_vlan_spec *vlan;
	struct sk_buff *reply;
	const char *name;
	int err;

	if (IS_ERR(vs))
		return PTR_ERR(vs);
	err = vsw_nl_require(info, VSWITCH_A_PORTGROUP_NAME);
	if (err)
		return err;
	name = nla_data(info->attrs[VSWITCH_A_PORTGROUP_NAME]);
	err = vsw_name_check(name, info->extack);
	if (err) {
		vsw_nl_blame(info, VSWITCH_A_PORTGROUP_NAME);
		return err;
	}
	vlan = vsw_nl_vlan_parse(info);
	if (IS_ERR(vlan))
		return PTR_ERR(vlan);
	reply = vsw_nl_alloc(vsw_nl_portgroup_size(vs, vlan));
	if (!reply) {
		err = -ENOMEM;
		goto err_free_vlan;
	}

	pg = vsw_portgroup_add(vs, name, vlan, info->extack);
	if (IS_ERR(pg)) {
		err = PTR_ERR(pg);
		vsw_nl_blame(info, VSWITCH_A_PORTGROUP_NAME);
		goto err_free_reply;
	}
	/* It is made, whatever becomes of the answer. */
	vsw_nl_reply(info, reply, vsw_nl_portgroup_fill, pg);
	return 0;

err_free_reply:
	nlmsg_free(reply);
err_free_vlan:
	kfree(vlan);
	return err;
}

/**
 * vsw_nl_portgroup_set_doit() - change a port group
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_portgroup_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *reset =
		info->attrs[VSWITCH_A_PORTGROUP_RESET_POLICY];
	struct vsw_portgroup *pg = vsw_nl_portgroup_find(info);
	struct vsw_policy_change change = {};
	struct vsw_vlan_spec *vlan = NULL;
	int err;

	if (IS_ERR(pg))
		return PTR_ERR(pg);
	if (reset)
		change.reset = nla_get_u32(reset);
	err = vsw_nl_policy_parse(info, VSWITCH_A_PORTGROUP_POLICY, pg->vs,
				  &change);
	if (err)
		return err;
	err = vsw_portgroup_check_policy(pg, &change, info->extack);
	if (err) {
		vsw_nl_blame(info, VSWITCH_A_PORTGROUP_POLICY);
		return err;
	}
	if (info->attrs[VSWITCH_A_PORTGROUP_VLAN] ||
	    info->attrs[VSWITCH_A_PORTGROUP_TRUNK]) {
		vlan = vsw_nl_vlan_parse(info);
		if (IS_ERR(vlan))
			return PTR_ERR(vlan);
	}
	err = vsw_portgroup_change(pg, vlan, &change, info->extack);
	if (err)
		kfree(vlan);
	return err;
}

/**
 * vsw_nl_portgroup_del_doit() - remove a port group
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_portgroup_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_portgroup *pg = vsw_nl_portgroup_find(info);
	int err;

	if (IS_ERR(pg))
		return PTR_ERR(pg);
	err = vsw_portgroup_check_del(pg, info->extack);
	if (err) {
		vsw_nl_blame(info, VSWITCH_A_PORTGROUP_NAME);
		return err;
	}
	vsw_portgroup_del(pg);
	return 0;
}
