// SPDX-License-Identifier: GPL-2.0
/* What the objects' netlink handlers have in common. */
#include "config/net.h"
#include "config/portgroup.h"
#include "config/vswitch.h"
#include "nl_util.h"

static const struct genl_family *vsw_nl_family;

/**
 * vsw_nl_set_family() - make the family known to the handlers
 * @family: the family
 *
 * Context: Module init, before the family is registered.
 */
void vsw_nl_set_family(const struct genl_family *family)
{
	vsw_nl_family = family;
}

/**
 * vsw_nl_blame() - point a refusal at an attribute
 * @info: request that was refused
 * @attrtype: attribute that made it be, if the request has it
 *
 * For refusals by the configuration, which knows of no attributes.
 *
 * Context: Any.
 */
void vsw_nl_blame(struct genl_info *info, int attrtype)
{
	if (info->attrs[attrtype] && !info->extack->bad_attr)
		NL_SET_BAD_ATTR(info->extack, info->attrs[attrtype]);
}

/**
 * vsw_nl_require() - whether a request has an attribute
 * @info: request
 * @attrtype: attribute
 *
 * Context: Any.
 * Return: 0, or -EINVAL, explained.
 */
int vsw_nl_require(struct genl_info *info, int attrtype)
{
	if (!GENL_REQ_ATTR_CHECK(info, attrtype))
		return 0;
	NL_SET_ERR_MSG(info->extack, "a required attribute is missing");
	return -EINVAL;
}

/**
 * vsw_nl_switch() - the switch that a request names
 * @info: request
 * @attrtype: attribute with the name
 *
 * Context: Process context, RTNL held.
 * Return: the switch or an ERR_PTR(), explained.
 */
struct vswitch *vsw_nl_switch(struct genl_info *info, int attrtype)
{
	struct vswitch *vs;
	int err;

	err = vsw_nl_require(info, attrtype);
	if (err)
		return ERR_PTR(err);
	vs = vsw_vswitch_find(genl_info_net(info),
			      nla_data(info->attrs[attrtype]));
	if (vs)
		return vs;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attrtype],
			    "no such vswitch");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_check_switch() - whether an object is on the switch that a request
 *	names, if it names one
 * @info: request
 * @attrtype: attribute with the name
 * @vs: switch that the object is on
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -ENOENT, explained.
 */
int vsw_nl_check_switch(struct genl_info *info, int attrtype,
			const struct vswitch *vs)
{
	struct vswitch *named;

	if (!info->attrs[attrtype])
		return 0;
	named = vsw_nl_switch(info, attrtype);
	if (IS_ERR(named))
		return PTR_ERR(named);
	if (named == vs)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attrtype],
			    "not on this vswitch");
	return -ENOENT;
}

/**
 * vsw_nl_portgroup() - the port group that a request names
 * @info: request
 * @attrtype: attribute with the name
 *
 * Context: Process context, RTNL held.
 * Return: the port group or an ERR_PTR(), explained.
 */
struct vsw_portgroup *vsw_nl_portgroup(struct genl_info *info, int attrtype)
{
	struct vsw_portgroup *pg;
	int err;

	err = vsw_nl_require(info, attrtype);
	if (err)
		return ERR_PTR(err);
	pg = vsw_portgroup_find(genl_info_net(info),
				nla_data(info->attrs[attrtype]));
	if (pg)
		return pg;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attrtype],
			    "no such port group");
	return ERR_PTR(-ENOENT);
}

/**
 * vsw_nl_netdev() - the netdev that a request names
 * @info: request
 * @attrtype: attribute with the name, which may be an alternative one
 *
 * Context: Process context, RTNL held.
 * Return: the netdev or an ERR_PTR(), explained.
 */
struct net_device *vsw_nl_netdev(struct genl_info *info, int attrtype)
{
	struct net_device *dev;
	int err;

	err = vsw_nl_require(info, attrtype);
	if (err)
		return ERR_PTR(err);
	dev = __dev_get_by_name(genl_info_net(info),
				nla_data(info->attrs[attrtype]));
	if (dev)
		return dev;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attrtype],
			    "no such network device");
	return ERR_PTR(-ENODEV);
}

/**
 * vsw_nl_mac() - the address that a request gives
 * @info: request
 * @attrtype: attribute with the address
 *
 * Context: Any.
 * Return: the address, NULL if there is none, or an ERR_PTR(), explained.
 */
const u8 *vsw_nl_mac(struct genl_info *info, int attrtype)
{
	const u8 *mac;

	if (!info->attrs[attrtype])
		return NULL;
	mac = nla_data(info->attrs[attrtype]);
	if (is_valid_ether_addr(mac))
		return mac;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attrtype],
			    "not a unicast Ethernet address");
	return ERR_PTR(-EADDRNOTAVAIL);
}

/**
 * vsw_nl_alloc() - allocate a message
 * @size: room for attributes
 *
 * Before a change is made, so that its answer cannot fail.
 *
 * Context: Process context.
 * Return: the message, for nlmsg_free() until it is sent, or NULL.
 */
struct sk_buff *vsw_nl_alloc(size_t size)
{
	return genlmsg_new(size, GFP_KERNEL);
}

static int vsw_nl_put_object(struct sk_buff *skb, void *hdr,
			     int (*fill)(struct sk_buff *skb,
					 const void *object),
			     const void *object)
{
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = fill(skb, object);
	if (err) {
		genlmsg_cancel(skb, hdr);
		return err;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * vsw_nl_reply() - answer a request with an object
 * @info: request
 * @skb: message from vsw_nl_alloc(); consumed
 * @fill: puts the object's attributes
 * @object: the object
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_nl_reply(struct genl_info *info, struct sk_buff *skb,
		 int (*fill)(struct sk_buff *skb, const void *object),
		 const void *object)
{
	void *hdr;
	int err;

	hdr = genlmsg_put_reply(skb, info, vsw_nl_family, 0,
				info->genlhdr->cmd);
	err = vsw_nl_put_object(skb, hdr, fill, object);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, info);
}

/**
 * vsw_nl_notify() - tell listeners of an object
 * @net: namespace
 * @cmd: notification
 * @size: room for the object's attributes
 * @fill: puts them
 * @object: the object
 *
 * Where a notification cannot be built, listeners are told that they have
 * missed one.
 *
 * Context: Process context, RTNL held.
 */
void vsw_nl_notify(struct net *net, u8 cmd, size_t size,
		   int (*fill)(struct sk_buff *skb, const void *object),
		   const void *object)
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	if (!genl_has_listeners(vsw_nl_family, net, 0))
		return;
	skb = vsw_nl_alloc(size);
	if (!skb) {
		err = -ENOBUFS;
		goto err_tell;
	}
	hdr = genlmsg_put(skb, 0, 0, vsw_nl_family, 0, cmd);
	err = vsw_nl_put_object(skb, hdr, fill, object);
	if (err)
		goto err_free;
	genlmsg_multicast_netns(vsw_nl_family, net, skb, 0, 0, GFP_KERNEL);
	return;

err_free:
	nlmsg_free(skb);
err_tell:
	genl_set_err(vsw_nl_family, net, 0, 0, err);
}

/* Looks at the request, once. */
static int vsw_nl_dump_begin(const struct vsw_nl_dump *dump)
{
	struct vsw_nl_cursor *cursor = vsw_nl_cursor(dump->cb);
	struct nlattr **attrs = vsw_dump_attrs(dump->cb);
	struct netlink_ext_ack *extack = dump->cb->extack;
	const struct nlattr *name;
	struct vswitch *vs;
	const int *refused;

	if (cursor->begun)
		return 0;
	for (refused = dump->refused; *refused; refused++) {
		if (!attrs[*refused])
			continue;
		NL_SET_ERR_MSG(extack,
			       "a dump takes no name or id of an object");
		return -EINVAL;
	}
	name = attrs[dump->switch_attr];
	if (name) {
		vs = vsw_vswitch_find(sock_net(dump->skb->sk), nla_data(name));
		if (!vs) {
			NL_SET_ERR_MSG(extack, "no such vswitch");
			return -ENOENT;
		}
		cursor->index = vs->index;
	}
	cursor->begun = true;
	return 0;
}

/**
 * vsw_nl_dump_enter() - begin, or go on with, a dump
 * @dump: dump
 *
 * Context: Process context. Takes RTNL, unless it fails.
 * Return: 0 or a negative error, explained.
 */
int vsw_nl_dump_enter(const struct vsw_nl_dump *dump)
{
	int err;

	rtnl_lock();
	dump->cb->seq = vsw_net(sock_net(dump->skb->sk))->generation;
	err = vsw_nl_dump_begin(dump);
	if (err)
		rtnl_unlock();
	return err;
}

/**
 * vsw_nl_dump_leave() - end one message of a dump
 * @dump: dump
 * @err: what stopped it: -EMSGSIZE, or 0 at the end
 *
 * Context: Process context, RTNL held, which is released.
 * Return: what the dump is to return.
 */
int vsw_nl_dump_leave(const struct vsw_nl_dump *dump, int err)
{
	rtnl_unlock();
	return dump->skb->len ? : err;
}

/**
 * vsw_nl_dump_put() - put one object of a dump into its message
 * @dump: dump
 * @object: the object
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EMSGSIZE if the message is full.
 */
int vsw_nl_dump_put(const struct vsw_nl_dump *dump, const void *object)
{
	struct netlink_callback *cb = dump->cb;
	void *hdr;

	hdr = genlmsg_put(dump->skb, NETLINK_CB(cb->skb).portid,
			  cb->nlh->nlmsg_seq, vsw_nl_family, NLM_F_MULTI,
			  dump->cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return vsw_nl_put_object(dump->skb, hdr, dump->fill, object);
}

/* The ports of one switch from the cursor on. */
static int vsw_nl_dump_switch_ports(const struct vsw_nl_dump *dump,
				    struct vswitch *vs,
				    bool (*wanted)(const struct vsw_port *p))
{
	struct vsw_nl_cursor *cursor = vsw_nl_cursor(dump->cb);
	unsigned long number, start = 0;
	struct vsw_port *p;
	int err;

	if (vsw_port_id_index(cursor->next) == vs->index)
		start = vsw_port_id_number(cursor->next);
	xa_for_each_start(&vs->ports, number, p, start) {
		if (!wanted(p))
			continue;
		cursor->next = p->id;
		err = vsw_nl_dump_put(dump, p);
		if (err)
			return err;
	}
	cursor->next = vsw_port_id(vs->index + 1, 0);
	return 0;
}

/**
 * vsw_nl_dump_ports() - go on with a dump of ports
 * @dump: dump
 * @wanted: which ports to list
 *
 * Context: Process context. Takes RTNL.
 * Return: length of the message, 0 at the end, or a negative error.
 */
int vsw_nl_dump_ports(const struct vsw_nl_dump *dump,
		      bool (*wanted)(const struct vsw_port *p))
{
	struct vsw_net *vnet = vsw_net(sock_net(dump->skb->sk));
	struct vsw_nl_cursor *cursor = vsw_nl_cursor(dump->cb);
	struct vswitch *vs;
	unsigned long index;
	int err;

	err = vsw_nl_dump_enter(dump);
	if (err)
		return err;
	xa_for_each_start(&vnet->switches, index, vs,
			  vsw_port_id_index(cursor->next)) {
		if (cursor->index && cursor->index != index)
			continue;
		err = vsw_nl_dump_switch_ports(dump, vs, wanted);
		if (err)
			break;
	}
	return vsw_nl_dump_leave(dump, err);
}

/**
 * vsw_nl_put_switch() - put the name and the number of an object's switch
 * @skb: message
 * @vs: switch
 * @name_attr: attribute for the name
 * @index_attr: attribute for the number
 *
 * Context: Process context, RTNL held.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_switch(struct sk_buff *skb, const struct vswitch *vs,
		      int name_attr, int index_attr)
{
	if (nla_put_string(skb, name_attr, vs->name) ||
	    nla_put_u32(skb, index_attr, vs->index))
		return -EMSGSIZE;
	return 0;
}

/**
 * vsw_nl_put_netdev() - put the index and the name of an object's netdev
 * @skb: message
 * @dev: netdev
 * @index_attr: attribute for the index
 * @name_attr: attribute for the name
 *
 * Context: Process context, RTNL held.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_netdev(struct sk_buff *skb, const struct net_device *dev,
		      int index_attr, int name_attr)
{
	if (nla_put_u32(skb, index_attr, dev->ifindex) ||
	    nla_put_string(skb, name_attr, dev->name))
		return -EMSGSIZE;
	return 0;
}

/**
 * vsw_nl_put_port_netdev() - put the index and the name of a port's netdev
 * @skb: message
 * @p: port
 * @index_attr: attribute for the index
 * @name_attr: attribute for the name
 *
 * Who owns another TCP/IP stack may rename an adapter there, to the name of one
 * of the switch's own namespace too. It is told by the name that commands know
 * it by.
 *
 * Context: Process context, RTNL held.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_port_netdev(struct sk_buff *skb, const struct vsw_port *p,
			   int index_attr, int name_attr)
{
	const struct vsw_vmk *vmk = container_of(p, struct vsw_vmk, port);
	char name[IFNAMSIZ];

	if (!p->foreign_net)
		return vsw_nl_put_netdev(skb, p->dev, index_attr, name_attr);
	snprintf(name, sizeof(name), "vmk%u", vmk->number);
	if (nla_put_u32(skb, index_attr, p->dev->ifindex) ||
	    nla_put_string(skb, name_attr, name))
		return -EMSGSIZE;
	return 0;
}

/**
 * vsw_nl_put_netns() - put the namespace of a port's netdev if it is not the
 *	switch's
 * @skb: message
 * @p: port
 * @attrtype: attribute for the id
 *
 * Context: Process context, RTNL held.
 * Return: 0 or -EMSGSIZE.
 */
int vsw_nl_put_netns(struct sk_buff *skb, const struct vsw_port *p,
		     int attrtype)
{
	struct net *own = dev_net(p->vs->dev);
	struct net *net = dev_net(p->dev);

	if (net_eq(own, net))
		return 0;
	return nla_put_s32(skb, attrtype,
			   peernet2id_alloc(own, net, GFP_KERNEL));
}
