// SPDX-License-Identifier: GPL-2.0
/* VMkernel adapters: made, changed, removed, and the rules of their tags. */
#include "events.h"
#include "net.h"
#include "policy.h"
#include "port.h"
#include "vmk.h"
#include "vmkdev.h"

/**
 * struct vsw_vmk_own_stack - traffic that has a TCP/IP stack of its own
 * @netstack: name of the stack
 * @tag: the traffic
 */
struct vsw_vmk_own_stack {
	const char *netstack;
	u32 tag;
};

static const struct vsw_vmk_own_stack vsw_vmk_own_stacks[] = {
	{ "vmotion", VSWITCH_TRAFFIC_VMOTION },
	{ "vSphereProvisioning", VSWITCH_TRAFFIC_PROVISIONING },
};

static struct vsw_net *vsw_vmk_net(const struct vsw_vmk *vmk)
{
	return vsw_net(dev_net(vmk->port.vs->dev));
}

/* Traffic that an adapter carries by the fact that it is on @netstack. */
static u32 vsw_vmk_stack_tags(const char *netstack)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vsw_vmk_own_stacks); i++)
		if (!strcmp(vsw_vmk_own_stacks[i].netstack, netstack))
			return vsw_vmk_own_stacks[i].tag;
	return 0;
}

static bool vsw_vmk_on_default_stack(const struct vsw_vmk *vmk)
{
	return !strcmp(vmk->netstack, VSW_DEFAULT_NETSTACK);
}

/* Traffic that adapters on stacks of their own have taken over. */
static u32 vsw_vmk_taken_tags(struct vsw_net *vnet)
{
	struct vsw_vmk *vmk;
	unsigned long n;
	u32 tags = 0;

	xa_for_each(&vnet->vmks, n, vmk)
		tags |= vsw_vmk_stack_tags(vmk->netstack);
	return tags;
}

/**
 * vsw_vmk_active_tags() - traffic that an adapter carries
 * @vmk: adapter
 *
 * Context: Process context, RTNL held.
 * Return: enum vswitch_traffic, a mask.
 */
u32 vsw_vmk_active_tags(const struct vsw_vmk *vmk)
{
	ASSERT_RTNL();
	if (!vsw_vmk_on_default_stack(vmk))
		return vsw_vmk_stack_tags(vmk->netstack);
	return vmk->tags & ~vsw_vmk_taken_tags(vsw_vmk_net(vmk));
}

/* Tells of the adapters whose tags @tags have become active or inactive. */
static void vsw_vmk_tell_tagged(struct vsw_net *vnet, u32 tags)
{
	struct vsw_vmk *vmk;
	unsigned long n;

	if (!tags)
		return;
	xa_for_each(&vnet->vmks, n, vmk)
		if (vmk->tags & tags)
			vsw_event_vmk(vmk, VSW_EVENT_CHANGE);
}

static bool vsw_vmk_other_has_tag(struct vsw_net *vnet,
				  const struct vsw_vmk *self, u32 tag)
{
	struct vsw_vmk *vmk;
	unsigned long n;

	xa_for_each(&vnet->vmks, n, vmk)
		if (vmk != self && vmk->tags & tag)
			return true;
	return false;
}

static int vsw_vmk_check_tags_added(struct vsw_net *vnet,
				    const struct vsw_vmk *self,
				    const char *netstack, u32 added,
				    struct netlink_ext_ack *extack)
{
	if (!added)
		return 0;
	if (strcmp(netstack, VSW_DEFAULT_NETSTACK)) {
		NL_SET_ERR_MSG(extack,
			       "only adapters on the default TCP/IP stack can be tagged");
		return -EOPNOTSUPP;
	}
	if (added & VSWITCH_TRAFFIC_FT_LOGGING &&
	    vsw_vmk_other_has_tag(vnet, self, VSWITCH_TRAFFIC_FT_LOGGING)) {
		NL_SET_ERR_MSG(extack,
			       "another adapter is tagged faultToleranceLogging");
		return -EBUSY;
	}
	return 0;
}

static int vsw_vmk_check_tags_removed(const struct vsw_vmk *vmk, u32 removed,
				      bool force,
				      struct netlink_ext_ack *extack)
{
	if (force || !(vmk->tags & removed & VSWITCH_TRAFFIC_MANAGEMENT))
		return 0;
	if (vsw_vmk_other_has_tag(vsw_vmk_net(vmk), vmk,
				  VSWITCH_TRAFFIC_MANAGEMENT))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "the last adapter tagged Management goes only by force");
	return -EBUSY;
}

/**
 * vsw_vmk_parse_name() - the number of an adapter by its first name
 * @name: interface name
 *
 * Context: Any.
 * Return: the N of a name vmkN as the kernel would write it, or -EINVAL.
 */
int vsw_vmk_parse_name(const char *name)
{
	char canonical[IFNAMSIZ];
	unsigned int n;

	if (sscanf(name, "vmk%u", &n) != 1 || n >= VSWITCH_MAX_VMKS)
		return -EINVAL;
	snprintf(canonical, sizeof(canonical), "vmk%u", n);
	return strcmp(name, canonical) ? -EINVAL : n;
}

/**
 * vsw_vmk_find() - the adapter with an interface name
 * @net: namespace of the switch; the adapter may be on any stack
 * @ifname: interface name; on another stack than the default, whose owner may
 *	have renamed it, the name it was made with
 *
 * Context: Process context, RTNL held.
 * Return: the adapter, or NULL.
 */
struct vsw_vmk *vsw_vmk_find(struct net *net, const char *ifname)
{
	struct net_device *dev = __dev_get_by_name(net, ifname);
	struct vsw_vmk *vmk;
	int n;

	ASSERT_RTNL();
	if (dev) {
		vmk = vsw_vmkdev_of(dev);
		return vmk && !vmk->port.foreign_net ? vmk : NULL;
	}
	n = vsw_vmk_parse_name(ifname);
	if (n < 0)
		return NULL;
	vmk = xa_load(&vsw_net(net)->vmks, n);
	return vmk && vmk->port.foreign_net ? vmk : NULL;
}

/* A stack is one namespace, and a namespace one stack. */
static int vsw_vmk_check_netstack(struct vsw_net *vnet,
				  const struct vsw_vmk_request *req,
				  struct netlink_ext_ack *extack)
{
	struct vsw_vmk *vmk;
	unsigned long n;
	bool name, net;

	xa_for_each(&vnet->vmks, n, vmk) {
		name = !strcmp(vmk->netstack, req->netstack);
		net = net_eq(dev_net(vmk->port.dev), req->net);
		if (name == net)
			continue;
		if (name)
			NL_SET_ERR_MSG(extack,
				       "the TCP/IP stack of this name is another network namespace");
		else
			NL_SET_ERR_MSG(extack,
				       "the network namespace is a TCP/IP stack of another name");
		return -EINVAL;
	}
	return 0;
}

static int vsw_vmk_check_add(struct vsw_net *vnet,
			     const struct vsw_vmk_request *req,
			     struct netlink_ext_ack *extack)
{
	struct vswitch *vs = req->pg->vs;
	int err;

	err = vsw_port_check_portgroup(req->pg, VSWITCH_PORT_KIND_VMK, extack);
	if (err)
		return err;
	if (req->mtu > vs->dev->mtu) {
		NL_SET_ERR_MSG(extack, "MTU is above that of the vswitch");
		return -EINVAL;
	}
	err = vsw_vmk_check_netstack(vnet, req, extack);
	if (err)
		return err;
	return vsw_vmk_check_tags_added(vnet, NULL, req->netstack, req->tags,
					extack);
}

/* Takes a number, if the name that follows from it is free on the stack, too */
static int vsw_vmk_reserve_number(struct vsw_net *vnet, struct net *net, u32 n)
{
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "vmk%u", n);
	if (__dev_get_by_name(net, name))
		return -EBUSY;
	return xa_insert(&vnet->vmks, n, NULL, GFP_KERNEL);
}

static int vsw_vmk_reserve_lowest(struct vsw_net *vnet, struct net *net,
				  u32 *number, struct netlink_ext_ack *extack)
{
	int err;

	for (*number = 0; *number < VSWITCH_MAX_VMKS; (*number)++) {
		err = vsw_vmk_reserve_number(vnet, net, *number);
		if (err != -EBUSY)
			return err;
	}
	NL_SET_ERR_MSG(extack, "there are 256 vmk adapters already");
	return -ENOSPC;
}

/* Takes the number asked for, or the lowest free. */
static int vsw_vmk_reserve(struct vsw_net *vnet,
			   const struct vsw_vmk_request *req, u32 *number,
			   struct netlink_ext_ack *extack)
{
	int err;

	if (req->number == VSW_VMK_ANY_NUMBER)
		return vsw_vmk_reserve_lowest(vnet, req->net, number, extack);
	*number = req->number;
	err = vsw_vmk_reserve_number(vnet, req->net, *number);
	if (err == -EBUSY) {
		NL_SET_ERR_MSG(extack,
			       "an interface of this name exists already");
		return -EEXIST;
	}
	return err;
}

static int vsw_vmk_register(struct vsw_vmk *vmk,
			    const struct vsw_vmk_request *req)
{
	struct net_device *dev = vmk->port.dev;
	struct vswitch *vs = req->pg->vs;

	vmk->port.vs = vs;
	vmk->port.pg = req->pg;
	vmk->port.foreign_net = !net_eq(req->net, dev_net(vs->dev));
	vmk->tags = req->tags;
	strscpy(vmk->netstack, req->netstack, sizeof(vmk->netstack));
	dev->mtu = req->mtu ? : vs->dev->mtu;
	dev->max_mtu = vs->dev->mtu;
	if (req->mac)
		eth_hw_addr_set(dev, req->mac);
	else
		eth_hw_addr_random(dev);
	/* Nobody is to change what the switch was told. */
	dev->addr_assign_type = NET_ADDR_SET;
	netif_carrier_off(dev);
	return register_netdevice(dev);
}

/**
 * vsw_vmk_add() - make an adapter, and bring it up
 * @req: what it is to be
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: the adapter or an ERR_PTR().
 */
struct vsw_vmk *vsw_vmk_add(const struct vsw_vmk_request *req,
			    struct netlink_ext_ack *extack)
{
	struct vswitch *vs = req->pg->vs;
	struct net_device *dev;
	char name[IFNAMSIZ];
	struct vsw_net *vnet;
	struct vsw_vmk *vmk;
	u32 number, taken;
	int err;

	ASSERT_RTNL();
	vnet = vsw_net(dev_net(vs->dev));
	err = vsw_vmk_check_add(vnet, req, extack);
	if (err)
		return ERR_PTR(err);
	err = vsw_vmk_reserve(vnet, req, &number, extack);
	if (err)
		return ERR_PTR(err);

	snprintf(name, sizeof(name), "vmk%u", number);
	dev = vsw_vmkdev_create(req->net, name, extack);
	if (IS_ERR(dev)) {
		err = PTR_ERR(dev);
		goto err_release;
	}
	vmk = netdev_priv(dev);
	vmk->number = number;
	err = vsw_vmk_register(vmk, req);
	if (err)
		goto err_free;
	err = netdev_upper_dev_link(vs->dev, dev, extack);
	if (err) {
		NL_SET_ERR_MSG(extack, "the stack of devices is too high");
		goto err_unregister;
	}
	err = vsw_port_link(&vmk->port, extack);
	if (err)
		goto err_upper_unlink;
	err = vsw_port_connect(&vmk->port, dev->dev_addr);
	if (err)
		goto err_unlink;
	err = rtnl_configure_link(dev, NULL, 0, NULL);
	if (err)
		goto err_disconnect;
	err = dev_open(dev, extack);
	if (err) {
		NL_SET_ERR_MSG(extack, "adapter does not come up");
		goto err_disconnect;
	}
	netif_carrier_on(dev);

	taken = vsw_vmk_stack_tags(vmk->netstack) & ~vsw_vmk_taken_tags(vnet);
	/* Cannot fail: the place is reserved. */
	xa_store(&vnet->vmks, number, vmk, GFP_KERNEL);
	vsw_port_announce(&vmk->port);
	vsw_event_vmk(vmk, VSW_EVENT_ADD);
	vsw_vmk_tell_tagged(vnet, taken);
	return vmk;

err_disconnect:
	vsw_port_disconnect(&vmk->port);
err_unlink:
	vsw_port_unlink(&vmk->port);
err_upper_unlink:
	netdev_upper_dev_unlink(vs->dev, dev);
err_unregister:
	unregister_netdevice(dev);
	xa_release(&vnet->vmks, number);
	return ERR_PTR(err);
err_free:
	free_netdev(dev);
err_release:
	xa_release(&vnet->vmks, number);
	return ERR_PTR(err);
}

/* Whether vsw_vmk_add() has completed, and the adapter is not going. */
static bool vsw_vmk_is_whole(const struct vsw_vmk *vmk)
{
	return xa_load(&vsw_vmk_net(vmk)->vmks, vmk->number) == vmk;
}

/**
 * vsw_vmk_changed() - tell that an adapter's netdev was changed
 * @vmk: adapter
 *
 * Context: Process context, RTNL held.
 */
void vsw_vmk_changed(struct vsw_vmk *vmk)
{
	ASSERT_RTNL();
	if (vsw_vmk_is_whole(vmk) && !vmk->changing &&
	    !vmk->port.dev->dismantle)
		vsw_event_vmk(vmk, VSW_EVENT_CHANGE);
}

/**
 * vsw_vmk_check_mac() - whether an adapter's netdev may get another address
 * @vmk: adapter
 * @mac: address
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EPERM if the policy rejects it.
 */
int vsw_vmk_check_mac(const struct vsw_vmk *vmk, const u8 *mac,
		      struct netlink_ext_ack *extack)
{
	const struct vsw_port *p = &vmk->port;

	ASSERT_RTNL();
	/* One that is going, whose port group may have gone before it. */
	if (hlist_unhashed(&p->pg_node))
		return 0;
	if (vsw_policy_value(&p->pg->effective, MAC_CHANGES) ||
	    ether_addr_equal(mac, p->initial_mac) ||
	    ether_addr_equal(mac, p->dev->dev_addr))
		return 0;
	NL_SET_ERR_MSG(extack, "MAC address changes are rejected by policy");
	return -EPERM;
}

static int vsw_vmk_change_mtu(struct vsw_vmk *vmk, unsigned int mtu,
			      struct netlink_ext_ack *extack)
{
	struct net_device *dev = vmk->port.dev;
	int err;

	if (!mtu || mtu == dev->mtu)
		return 0;
	if (mtu > vmk->port.vs->dev->mtu) {
		NL_SET_ERR_MSG(extack, "MTU is above that of the vswitch");
		return -EINVAL;
	}
	err = dev_set_mtu(dev, mtu);
	if (err)
		NL_SET_ERR_MSG(extack, "adapter does not take this MTU");
	return err;
}

static int vsw_vmk_change_enabled(struct vsw_vmk *vmk,
				  const struct vsw_vmk_change *change,
				  struct netlink_ext_ack *extack)
{
	int err = 0;

	if (!change->set_enabled)
		return 0;
	if (change->enabled)
		err = dev_open(vmk->port.dev, extack);
	else
		dev_close(vmk->port.dev);
	if (err)
		NL_SET_ERR_MSG(extack, "adapter does not come up");
	return err;
}

/**
 * vsw_vmk_change() - change an adapter
 * @vmk: adapter
 * @change: what it is to become
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then nothing has changed.
 */
int vsw_vmk_change(struct vsw_vmk *vmk, const struct vsw_vmk_change *change,
		   struct netlink_ext_ack *extack)
{
	u32 tags = (vmk->tags & ~change->tags_mask) |
		   (change->tags & change->tags_mask);
	struct net_device *dev = vmk->port.dev;
	unsigned int old_flags = dev->flags;
	unsigned int old_mtu = dev->mtu;
	u32 old_tags = vmk->tags;
	int err;

	ASSERT_RTNL();
	err = vsw_vmk_check_tags_added(vsw_vmk_net(vmk), vmk, vmk->netstack,
				       tags & ~vmk->tags, extack);
	if (err)
		return err;
	err = vsw_vmk_check_tags_removed(vmk, vmk->tags & ~tags, change->force,
					 extack);
	if (err)
		return err;
	vmk->changing = true;
	err = vsw_vmk_change_mtu(vmk, change->mtu, extack);
	if (err)
		goto out;
	err = vsw_vmk_change_enabled(vmk, change, extack);
	if (err) {
		dev_set_mtu(dev, old_mtu);
		goto out;
	}
	vmk->tags = tags;
out:
	vmk->changing = false;
	if (vmk->tags != old_tags || dev->mtu != old_mtu ||
	    (dev->flags ^ old_flags) & IFF_UP)
		vsw_event_vmk(vmk, VSW_EVENT_CHANGE);
	return err;
}

/**
 * vsw_vmk_del() - remove an adapter by command
 * @vmk: adapter
 * @force: even the last one tagged Management
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EBUSY.
 */
int vsw_vmk_del(struct vsw_vmk *vmk, bool force,
		struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	err = vsw_vmk_check_tags_removed(vmk, vmk->tags, force, extack);
	if (err)
		return err;
	unregister_netdevice(vmk->port.dev);
	return 0;
}

/**
 * vsw_vmk_unregister() - an adapter's netdev is being unregistered
 * @vmk: adapter; one that vsw_vmk_add() did not complete is ignored
 *
 * Context: Process context, RTNL held.
 */
void vsw_vmk_unregister(struct vsw_vmk *vmk)
{
	struct vsw_net *vnet = vsw_vmk_net(vmk);
	u32 given_back;

	ASSERT_RTNL();
	if (!vsw_vmk_is_whole(vmk))
		return;
	vsw_event_vmk(vmk, VSW_EVENT_DEL);
	vsw_event_port(&vmk->port, VSW_EVENT_DEL);
	xa_erase(&vnet->vmks, vmk->number);
	vsw_port_disconnect(&vmk->port);
	vsw_port_unlink(&vmk->port);
	netdev_upper_dev_unlink(vmk->port.vs->dev, vmk->port.dev);

	given_back = vsw_vmk_stack_tags(vmk->netstack) &
		     ~vsw_vmk_taken_tags(vnet);
	vsw_vmk_tell_tagged(vnet, given_back);
}

/**
 * vsw_vmk_unregister_all() - remove the adapters of a switch that is going
 * @vs: switch
 *
 * One that is going in the same batch, and has not had its turn, has it now.
 *
 * Context: Process context, RTNL held.
 */
void vsw_vmk_unregister_all(struct vswitch *vs)
{
	struct vsw_vmk *vmk;
	unsigned long n;
	LIST_HEAD(kill);

	ASSERT_RTNL();
	xa_for_each(&vsw_net(dev_net(vs->dev))->vmks, n, vmk) {
		if (vmk->port.vs != vs)
			continue;
		if (vmk->port.dev->reg_state == NETREG_REGISTERED)
			unregister_netdevice_queue(vmk->port.dev, &kill);
		else
			vsw_vmk_unregister(vmk);
	}
	unregister_netdevice_many(&kill);
}
