// SPDX-License-Identifier: GPL-2.0
/* Netlink: ports of all kinds; those of virtual machines are made here. */
#include "config/attach.h"
#include "config/port.h"
#include "config/uplink.h"
#include "config/vmk.h"
#include "config/vmport.h"
#include "datapath/stats.h"
#include "nl_port.h"
#include "nl_util.h"

const struct nla_policy vsw_nl_port_get_policy[VSWITCH_A_PORT_MAX + 1] = {
	[VSWITCH_A_PORT_ID] = { .type = NLA_U32 },
	[VSWITCH_A_PORT_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_PORT_SWITCH] = VSW_NL_NAME(VSWITCH_SWITCH_NAME_MAX),
};

const struct nla_policy vsw_nl_port_add_policy[VSWITCH_A_PORT_MAX + 1] = {
	[VSWITCH_A_PORT_PORTGROUP] = VSW_NL_NAME(VSWITCH_PORTGROUP_NAME_MAX),
	[VSWITCH_A_PORT_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_PORT_INITIAL_MAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
};

const struct nla_policy vsw_nl_port_set_policy[VSWITCH_A_PORT_MAX + 1] = {
	[VSWITCH_A_PORT_ID] = { .type = NLA_U32 },
	[VSWITCH_A_PORT_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
	[VSWITCH_A_PORT_MAC] = NLA_POLICY_EXACT_LEN(ETH_ALEN),
	[VSWITCH_A_PORT_BLOCKED] = NLA_POLICY_MAX(NLA_U32, 1),
};

const struct nla_policy vsw_nl_port_del_policy[VSWITCH_A_PORT_MAX + 1] = {
	[VSWITCH_A_PORT_ID] = { .type = NLA_U32 },
	[VSWITCH_A_PORT_IFNAME] = VSW_NL_NAME(VSWITCH_IFNAME_MAX),
};

static int vsw_nl_port_put_stats(struct sk_buff *skb, enum vsw_dir rx,
				 const struct vsw_stats_sum *sum)
{
	enum vsw_dir tx = rx == VSW_IN ? VSW_OUT : VSW_IN;
	const u64 values[] = {
		[VSWITCH_A_PORT_STATS_RX_PACKETS] = vsw_stats_packets(sum, rx),
		[VSWITCH_A_PORT_STATS_RX_BYTES] = sum->bytes[rx],
		[VSWITCH_A_PORT_STATS_RX_UNICAST] =
			sum->packets[rx][VSW_UNICAST],
		[VSWITCH_A_PORT_STATS_RX_MULTICAST] =
			sum->packets[rx][VSW_MULTICAST],
		[VSWITCH_A_PORT_STATS_RX_BROADCAST] =
			sum->packets[rx][VSW_BROADCAST],
		[VSWITCH_A_PORT_STATS_TX_PACKETS] = vsw_stats_packets(sum, tx),
		[VSWITCH_A_PORT_STATS_TX_BYTES] = sum->bytes[tx],
		[VSWITCH_A_PORT_STATS_TX_UNICAST] =
			sum->packets[tx][VSW_UNICAST],
		[VSWITCH_A_PORT_STATS_TX_MULTICAST] =
			sum->packets[tx][VSW_MULTICAST],
		[VSWITCH_A_PORT_STATS_TX_BROADCAST] =
			sum->packets[tx][VSW_BROADCAST],
	};
	struct nlattr *nest;
	int attr;

	nest = nla_nest_start(skb, VSWITCH_A_PORT_STATS);
	if (!nest)
		return -EMSGSIZE;
	for (attr = 1; attr < ARRAY_SIZE(values); attr++)
		if (nla_put_uint(skb, attr, values[attr]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int vsw_nl_port_put_drops(struct sk_buff *skb,
				 const struct vsw_stats_sum *sum)
{
	struct nlattr *nest;
	int reason;

	nest = nla_nest_start(skb, VSWITCH_A_PORT_DROPS);
	if (!nest)
		return -EMSGSIZE;
	for (reason = 1; reason < VSW_DROP_MAX; reason++)
		if (nla_put_uint(skb, reason, sum->drops[reason]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/*
 * The counters are from the side of what is connected: what leaves the switch,
 * a client receives; an uplink's netdev receives what enters.
 */
static int vsw_nl_port_put_counters(struct sk_buff *skb,
				    const struct vsw_port *p)
{
	enum vsw_dir rx = vsw_port_is_uplink(p) ? VSW_IN : VSW_OUT;
	struct vsw_stats_sum sum;

	vsw_stats_sum(p, &sum);
	if (vsw_nl_port_put_stats(skb, rx, &sum) ||
	    vsw_nl_port_put_drops(skb, &sum))
		return -EMSGSIZE;
	return 0;
}

static int vsw_nl_port_put_macs(struct sk_buff *skb, const struct vsw_port *p)
{
	struct vsw_addr *addr;
	int err = 0;

	if (!is_zero_ether_addr(p->initial_mac))
		err = nla_put(skb, VSWITCH_A_PORT_INITIAL_MAC, ETH_ALEN,
			      p->initial_mac);
	if (err)
		return err;
	rcu_read_lock();
	addr = vsw_port_addr_rcu(p);
	if (addr)
		err = nla_put(skb, VSWITCH_A_PORT_MAC, ETH_ALEN, addr->mac);
	rcu_read_unlock();
	return err;
}

static int vsw_nl_port_put_client(struct sk_buff *skb,
				  const struct vsw_port *p)
{
	struct vsw_port *up = vsw_port_uplink_rtnl(p);

	if (nla_put_string(skb, VSWITCH_A_PORT_PORTGROUP, p->pg->name) ||
	    vsw_nl_port_put_macs(skb, p))
		return -EMSGSIZE;
	if (up && nla_put_u32(skb, VSWITCH_A_PORT_UPLINK, up->id))
		return -EMSGSIZE;
	return 0;
}

static int vsw_nl_port_fill(struct sk_buff *skb, const void *object)
{
	const struct vsw_port *p = object;

	if (nla_put_u32(skb, VSWITCH_A_PORT_ID, p->id) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_KIND, p->kind) ||
	    vsw_nl_put_switch(skb, p->vs, VSWITCH_A_PORT_SWITCH,
			      VSWITCH_A_PORT_SWITCH_INDEX) ||
	    vsw_nl_put_port_netdev(skb, p, VSWITCH_A_PORT_IFINDEX,
				   VSWITCH_A_PORT_IFNAME) ||
	    vsw_nl_put_netns(skb, p, VSWITCH_A_PORT_NETNS_ID) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_BLOCKED, p->blocked) ||
	    nla_put_u32(skb, VSWITCH_A_PORT_FLAGS, p->flags))
		return -EMSGSIZE;
	if (!vsw_port_is_uplink(p) && vsw_nl_port_put_client(skb, p))
		return -EMSGSIZE;
	return vsw_nl_port_put_counters(skb, p);
}

/**
 * vsw_nl_port_notify() - tell listeners of a port
 * @p: port
 * @cmd: notification
 *
 * Context: Process context, RTNL held.
 */
void vsw_nl_port_notify(struct vsw_port *p, u8 cmd)
{
	vsw_nl_notify(dev_net(p->vs->dev), cmd, VSW_NL_OBJECT_SIZE,
		      vsw_nl_port_fill, p);
}

static struct vsw_port *vsw_nl_port_by_ifname(struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[VSWITCH_A_PORT_IFNAME];
	struct vsw_slave *slave;
	struct net_device *dev;
	struct vsw_vmk *vmk;

	vmk = vsw_vmk_find(genl_info_net(info), nla_data(attr));
	if (vmk)
		return &vmk->port;
	dev = vsw_nl_netdev(info, VSWITCH_A_PORT_IFNAME);
	if (IS_ERR(dev))
		return ERR_CAST(dev);
	slave = vsw_slave_of(dev);
	if (slave)
		return &slave->port;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "device is no port");
	return ERR_PTR(-ENOENT);
}

/* The port that a request names, by its id or by its interface. */
static struct vsw_port *vsw_nl_port_find(struct genl_info *info)
{
	const struct nlattr *ifname = info->attrs[VSWITCH_A_PORT_IFNAME];
	const struct nlattr *id = info->attrs[VSWITCH_A_PORT_ID];
	struct vsw_port *p;

	if (!id == !ifname) {
		NL_SET_ERR_MSG(info->extack,
			       "a port is named by either its id or its interface");
		return ERR_PTR(-EINVAL);
	}
	if (ifname)
		return vsw_nl_port_by_ifname(info);
	p = vsw_port_find(genl_info_net(info), nla_get_u32(id));
	if (p)
		return p;
	NL_SET_ERR_MSG_ATTR(info->extack, id, "no such port");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_port_get_doit() - get one port
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *p = vsw_nl_port_find(info);
	struct sk_buff *reply;
	int err;

	if (IS_ERR(p))
		return PTR_ERR(p);
	err = vsw_nl_check_switch(info, VSWITCH_A_PORT_SWITCH, p->vs);
	if (err)
		return err;
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply)
		return -ENOMEM;
	return vsw_nl_reply(info, reply, vsw_nl_port_fill, p);
}

static bool vsw_nl_port_any(const struct vsw_port *p)
{
	return true;
}

/**
 * vsw_nl_port_get_dumpit() - go on with a dump of ports
 * @skb: message
 * @cb: dump
 *
 * Context: Process context. Takes RTNL.
 * Return: length of the message, 0 at the end, or a negative error.
 */
int vsw_nl_port_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const int refused[] = {
		VSWITCH_A_PORT_ID, VSWITCH_A_PORT_IFNAME, 0
	};
	const struct vsw_nl_dump dump = {
		.skb = skb,
		.cb = cb,
		.cmd = VSWITCH_CMD_PORT_GET,
		.switch_attr = VSWITCH_A_PORT_SWITCH,
		.refused = refused,
		.fill = vsw_nl_port_fill,
	};

	return vsw_nl_dump_ports(&dump, vsw_nl_port_any);
}

/**
 * vsw_nl_port_add_doit() - connect a virtual machine's interface
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_port_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	const u8 *mac = vsw_nl_mac(info, VSWITCH_A_PORT_INITIAL_MAC);
	struct vsw_portgroup *pg;
	struct vsw_slave *slave;
	struct net_device *dev;
	struct sk_buff *reply;

	if (IS_ERR(mac))
		return PTR_ERR(mac);
	pg = vsw_nl_portgroup(info, VSWITCH_A_PORT_PORTGROUP);
	if (IS_ERR(pg))
		return PTR_ERR(pg);
	dev = vsw_nl_netdev(info, VSWITCH_A_PORT_IFNAME);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	reply = vsw_nl_alloc(VSW_NL_OBJECT_SIZE);
	if (!reply)
		return -ENOMEM;

	slave = vsw_vmport_add(pg, dev, mac, info->extack);
	if (IS_ERR(slave)) {
		vsw_nl_blame(info, pg->client_kind == VSWITCH_PORT_KIND_VMK ?
				   VSWITCH_A_PORT_PORTGROUP :
				   VSWITCH_A_PORT_IFNAME);
		nlmsg_free(reply);
		return PTR_ERR(slave);
	}
	/* It is made, whatever becomes of the answer. */
	vsw_nl_reply(info, reply, vsw_nl_port_fill, &slave->port);
	return 0;
}

/**
 * vsw_nl_port_set_doit() - change a port
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_port_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *blocked = info->attrs[VSWITCH_A_PORT_BLOCKED];
	const u8 *mac = vsw_nl_mac(info, VSWITCH_A_PORT_MAC);
	struct vsw_port *p = vsw_nl_port_find(info);
	struct vsw_port_change change = {};
	int err;

	if (IS_ERR(p))
		return PTR_ERR(p);
	if (IS_ERR(mac))
		return PTR_ERR(mac);
	change.mac = mac;
	change.set_blocked = blocked;
	if (blocked)
		change.blocked = nla_get_u32(blocked);
	if (vsw_port_is_uplink(p))
		err = vsw_uplink_change(vsw_port_to_uplink(p), &change,
					info->extack);
	else
		err = vsw_port_change(p, &change, info->extack);
	if (err)
		vsw_nl_blame(info, VSWITCH_A_PORT_MAC);
	return err;
}

/**
 * vsw_nl_port_del_doit() - disconnect a virtual machine's interface
 * @skb: request
 * @info: its attributes
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_port_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vsw_port *p = vsw_nl_port_find(info);

	if (IS_ERR(p))
		return PTR_ERR(p);
	if (p->kind != VSWITCH_PORT_KIND_VM) {
		NL_SET_ERR_MSG(info->extack, "not a VM port");
		return -EINVAL;
	}
	vsw_vmport_del(vsw_port_slave(p));
	return 0;
}
