// SPDX-License-Identifier: GPL-2.0
/* Netlink: VMkernel adapters. */
#include <net/net_namespace.h>

#include "config/name.h"
#include "config/net.h"
#include "config/vmk.h"
#include "nl_util.h"
#include "nl_vmk.h"

static struct netlink_range_validation vsw_nl_vmk_mtu = {
	.min = VSWITCH_VMK_MTU_MIN,
	.max = VSWITCH_MTU_MAX,
};

const struct nla_policy vsw_nl_vmk_get_policy[VSWITCH_A_VMK_MAX + 1] = {
	[VSWITCH_A_VMK_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_VMK_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
};

const struct nla_policy vsw_nl_vmk_add_policy[VSWITCH_A_VMK_MAX + 1] = {
	[VSWITCH_A_VMK_PORTGROUP] = VSW_NL_NAME(VSWITCH_PORTGROUP_NAME_MAX),
	[VSWITCH_A_VMK_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_VMK_NETNS_FD] = { .type = NLA_U32 },
	[VSWITCH_A_VMK_NETSTACK] = VSW_NL_NAME(VSWITCH_NETSTACK_NAME_MAX),
	[VSWITCH_A_VMK_MAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[VSWITCH_A_VMK_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_vmk_mtu),
	[VSWITCH_A_VMK_TAGS] = NLA_POLICY_MASK(NLA_U32, VSWITCH_TRAFFIC_MASK),
};

const struct nla_policy vsw_nl_vmk_set_policy[VSWITCH_A_VMK_MAX + 1] = {
	[VSWITCH_A_VMK_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_VMK_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &vsw_nl_vmk_mtu),
	[VSWITCH_A_VMK_ENABLED] = NLA_POLICY_MAX(NLA_U32, 1),
	[VSWITCH_A_VMK_TAGS] = NLA_POLICY_MASK(NLA_U32, VSWITCH_TRAFFIC_MASK),
	[VSWITCH_A_VMK_TAGS_MASK] =
		NLA_POLICY_MASK(NLA_U32, VSWITCH_TRAFFIC_MASK),
	[VSWITCH_A_VMK_FORCE] = { .type = NLA_FLAG },
};

const struct nla_policy vsw_nl_vmk_del_policy[VSWITCH_A_VMK_MAX + 1] = {
	[VSWITCH_A_VMK_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_VMK_FORCE] = { .type = NLA_FLAG },
};

static int vsw_nl_vmk_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_vmk *vmk = object;
	const struct vsw_port *p = &vmk->port;
	u32 enabled = !!(p->dev->flags & IFF_UP);

	if (nla_put_u32(skb, VSWITCH_A_VMK_PORT_ID, p->id) ||
	    vsw_nl_put_switch(skb, p->vs, VSWITCH_A_VMK_SWITCH,
			      VSWITCH_A_VMK_SWITCH_INDEX) ||
	    nla_put_string(skb, VSWITCH_A_VMK_PORTGROUP, p->pg->name) ||
	    vsw_nl_put_port_netdev(skb, p, VSWITCH_A_VMK_IFINDEX,
				   VSWITCH_A_VMK_IFNAME) ||
	    vsw_nl_put_netns(skb, p, VSWITCH_A_VMK_NETNS_ID) ||
	    nla_put_string(skb, VSWITCH_A_VMK_NETSTACK, vmk->netstack) ||
	    nla_put(skb, VSWITCH_A_VMK_MAC, ETH_ALEN, p->dev->dev_addr) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_MTU, p->dev->mtu) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_ENABLED, enabled) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_TAGS, vmk->tags) ||
	    nla_put_u32(skb, VSWITCH_A_VMK_ACTIVE_TAGS,
			vsw_vmk_active_tags(vmk)))
		return -EMSGSIZE;
	return 0;
}

/**
 * vsw_nl_vmk_notify() - tell listeners of an adapter
 * @vmk: adapter
 * @cmd: notification
 *
 * Context: Process context, RTNL held.
 */
void vsw_nl_vmk_notify(struct vsw_vmk *vmk, u8 cmd)
{
	vsw_nl_notify(dev_net(vmk->port.vs->dev), cmd, VSW_NL_OBJECT_SIZE,
		      vsw_nl_vmk_fill, vmk);
}

static struct vsw_vmk *vsw_nl_vmk_find(struct genl_info *info)
{
	struct vsw_vmk *vmk;
	int err;

	err = vsw_nl_require(info, VSWITCH_A_VMK_IFNAME);
	if (err)
		return ERR_PTR(err);
	vmk = vsw_vmk_find(genl_info_net(info),
			   nla_data(info->attrs[VSWITCH_A_VMK_IFNAME]));
	if (vmk)
		return vmk;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSWITCH_A_VMK_IFNAME],
			    "no such vmk adapter");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_vmk_get_doit() - get one adapter
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_vmk_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_vmk *vmk = vsw_nl_vmk_find(info);
	struct sk_buff *reply;
	int err;

	if (IS_ERR(vmk))
		return PTR_ERR(vmk);
	err = vsw_nl_check_switch(info, VSWITCH_A_VMK_SWITCH,
				  vmk->port.vs);
	if (err)
		return err;
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply)
		return -ENOMEM;
	return vsw_nl_reply(info, reply, vsw_nl_vmk_fill, vmk);
}

/**
 * vsw_nl_vmk_get_dumpit() - go on with a dump of adapters
 * @skb: message
 * @cb: dump
 *
 * Context: Process context. Takes RTNL.
 * Return: length of the message, 0 at the end, or a negative error.
 */
int vsw_nl_vmk_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const int refused[] = { VSWITCH_A_VMK_IFNAME, 0 };
	const struct vsw_nl_dump dump = {
		.skb = skb,
		.cb = cb,
		.cmd = VSWITCH_CMD_VMK_GET,
		.switch_attr = VSWITCH_A_VMK_SWITCH,
		.refused = refused,
		.fill = vsw_nl_vmk_fill,
	};
	struct vsw_nl_cursor *cursor = vsw_nl_cursor(cb);
	struct vsw_net *vnet = vsw_net(sock_net(skb->sk));
	struct vsw_vmk *vmk;
	unsigned long number;
	int err;

	err = vsw_nl_dump_enter(&dump);
	if (err)
		return err;
	xa_for_each_start(&vnet->vmks, number, vmk, cursor->next) {
		if (cursor->index && cursor->index != vmk->port.vs->index)
			continue;
		err = vsw_nl_dump_put(&dump, vmk);
		if (err)
			break;
		cursor->next = number + 1;
	}
	return vsw_nl_dump_leave(&dump, err);
}

static int vsw_nl_vmk_parse_number(struct genl_info *info, int *number)
{
	const struct nlattr *attr = info->attrs[VSWITCH_A_VMK_IFNAME];

	*number = VSW_VMK_ANY_NUMBER;
	if (!attr)
		return 0;
	*number = vsw_vmk_parse_name(nla_data(attr));
	if (*number >= 0)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "a vmk adapter is named vmk0 to vmk255");
	return -EINVAL;
}

/*
 * The namespace that is the TCP/IP stack asked for, held. Another one than the
 * switch's needs the right to manage it, too.
 */
static struct net *vsw_nl_vmk_get_net(struct sk_buff *skb,
				      struct genl_info *info,
				      const char *netstack)
{
	const struct nlattr *fd = info->attrs[VSWITCH_A_VMK_NETNS_FD];
	struct net *own = genl_info_net(info), *net;

	if (!strcmp(netstack, VSW_DEFAULT_NETSTACK)) {
		if (!fd)
			return get_net(own);
		NL_SET_ERR_MSG_ATTR(info->extack, fd,
				    "the default TCP/IP stack is the vswitch's own namespace");
		return ERR_PTR(-EINVAL);
	}
	if (!fd) {
		NL_SET_ERR_MSG(info->extack,
			       "a TCP/IP stack other than the default needs its network namespace");
		return ERR_PTR(-EINVAL);
	}
	net = get_net_ns_by_fd(nla_get_u32(fd));
	if (IS_ERR(net)) {
		NL_SET_ERR_MSG_ATTR(info->extack, fd,
				    "not a network namespace");
		return net;
	}
	if (net_eq(net, own)) {
		NL_SET_ERR_MSG_ATTR(info->extack, fd,
				    "this namespace is the default TCP/IP stack");
		put_net(net);
		return ERR_PTR(-EINVAL);
	}
	if (!netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(info->extack, fd,
				    "no right to manage this network namespace");
		put_net(net);
		return ERR_PTR(-EPERM);
	}
	return net;
}

static int vsw_nl_vmk_parse_add(struct genl_info *info,
				struct vsw_vmk_request *req)
{
	const struct nlattr *tags = info->attrs[VSWITCH_A_VMK_TAGS];
	const struct nlattr *mtu = info->attrs[VSWITCH_A_VMK_MTU];

	req->pg = vsw_nl_portgroup(info, VSWITCH_A_VMK_PORTGROUP);
	if (IS_ERR(req->pg))
		return PTR_ERR(req->pg);
	req->mac = vsw_nl_mac(info, VSWITCH_A_VMK_MAC);
	if (IS_ERR(req->mac))
		return PTR_ERR(req->mac);
	if (mtu)
		req->mtu = nla_get_u32(mtu);
	if (tags)
		req->tags = nla_get_u32(tags);
	return vsw_nl_vmk_parse_number(info, &req->number);
}

/* The attribute that made a request for an adapter be refused with @err. */
static int vsw_nl_vmk_culprit(const struct vsw_vmk_request *req, int err)
{
	if (req->pg->client_kind == VSWITCH_PORT_KIND_VM)
		return VSWITCH_A_VMK_PORTGROUP;
	if (req->mtu > req->pg->vs->dev->mtu)
		return VSWITCH_A_VMK_MTU;
	if (err == -EEXIST)
		return VSWITCH_A_VMK_IFNAME;
	if (err == -EBUSY || err == -EOPNOTSUPP)
		return VSWITCH_A_VMK_TAGS;
	return VSWITCH_A_VMK_NETSTACK;
}

/**
 * vsw_nl_vmk_add_doit() - make an adapter
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_vmk_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *netstack = info->attrs[VSWITCH_A_VMK_NETSTACK];
	struct vsw_vmk_request req = {
		.netstack = netstack ? nla_data(netstack) :
				       VSW_DEFAULT_NETSTACK,
	};
	struct sk_buff *reply;
	struct vsw_vmk *vmk;
	int err;

	err = vsw_nl_vmk_parse_add(info, &req);
	if (err)
		return err;
	err = vsw_name_check(req.netstack, info->extack);
	if (err) {
		vsw_nl_blame(info, VSWITCH_A_VMK_NETSTACK);
		return err;
	}
	req.net = vsw_nl_vmk_get_net(skb, info, req.netstack);
	if (IS_ERR(req.net))
		return PTR_ERR(req.net);
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply) {
		err = -ENOMEM;
		goto put_net;
	}

	vmk = vsw_vmk_add(&req, info->extack);
	if (IS_ERR(vmk)) {
		err = PTR_ERR(vmk);
		vsw_nl_blame(info, vsw_nl_vmk_culprit(&req, err));
		nlmsg_free(reply);
		goto put_net;
	}
	/* It is made, whatever becomes of the answer. */
	vsw_nl_reply(info, reply, vsw_nl_vmk_fill, vmk);
put_net:
	put_net(req.net);
	return err;
}

/**
 * vsw_nl_vmk_set_doit() - change an adapter
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_vmk_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *enabled = info->attrs[VSWITCH_A_VMK_ENABLED];
	const struct nlattr *mask = info->attrs[VSWITCH_A_VMK_TAGS_MASK];
	const struct nlattr *tags = info->attrs[VSWITCH_A_VMK_TAGS];
	const struct nlattr *mtu = info->attrs[VSWITCH_A_VMK_MTU];
	struct vsw_vmk *vmk = vsw_nl_vmk_find(info);
	struct vsw_vmk_change change = {};
	int err;

	if (IS_ERR(vmk))
		return PTR_ERR(vmk);
	if (!tags != !mask) {
		NL_SET_ERR_MSG(info->extack,
			       "tags are changed by a mask and their new value");
		return -EINVAL;
	}
	if (tags) {
		change.tags = nla_get_u32(tags);
		change.tags_mask = nla_get_u32(mask);
	}
	if (mtu)
		change.mtu = nla_get_u32(mtu);
	change.set_enabled = enabled;
	if (enabled)
		change.enabled = nla_get_u32(enabled);
	change.force = nla_get_flag(info->attrs[VSWITCH_A_VMK_FORCE]);
	err = vsw_vmk_change(vmk, &change, info->extack);
	if (err)
		vsw_nl_blame(info, change.mtu > vmk->port.vs->dev->mtu ?
				   VSWITCH_A_VMK_MTU : VSWITCH_A_VMK_TAGS);
	return err;
}

/**
 * vsw_nl_vmk_del_doit() - remove an adapter
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_vmk_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool force = nla_get_flag(info->attrs[VSWITCH_A_VMK_FORCE]);
	struct vsw_vmk *vmk = vsw_nl_vmk_find(info);
	int err;

	if (IS_ERR(vmk))
		return PTR_ERR(vmk);
	err = vsw_vmk_del(vmk, force, info->extack);
	if (err)
		vsw_nl_blame(info, VSWITCH_A_VMK_IFNAME);
	return err;
}
