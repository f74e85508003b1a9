// SPDX-License-Identifier: GPL-2.0
/* The model's switch: its place in the namespace, its limits. */
#include "datapath/fdb.h"
#include "name.h"
#include "net.h"
#include "policy.h"
#include "vswitch.h"

#define VSW_FAILBACK_DELAY_MS	100

/**
 * vsw_vswitch_find() - the switch with a name
 * @net: namespace
 * @name: name
 *
 * Context: Process context, RTNL held.
 * Return: the switch, or NULL.
 */
struct vswitch *vsw_vswitch_find(const struct net *net, const char *name)
{
	struct vswitch *vs;
	unsigned long index;

	ASSERT_RTNL();
	xa_for_each(&vsw_net(net)->switches, index, vs)
		if (!strcmp(vs->name, name))
			return vs;
	return NULL;
}

/**
 * vsw_vswitch_check_name() - whether a new switch may have a name
 * @net: namespace
 * @name: name, 32 bytes at most
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_vswitch_check_name(const struct net *net, const char *name,
			   struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	err = vsw_name_check(name, extack);
	if (err)
		return err;
	if (vsw_vswitch_find(net, name)) {
		NL_SET_ERR_MSG(extack,
			       "a vswitch of this name exists already");
		return -EEXIST;
	}
	return 0;
}

/**
 * vsw_vswitch_init() - give a new switch its place in the namespace
 * @vs: switch, with its netdev and name
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error; -ENOSPC if there are 127 already.
 */
int vsw_vswitch_init(struct vswitch *vs)
{
	int err;

	ASSERT_RTNL();
	INIT_LIST_HEAD(&vs->portgroups);
	INIT_LIST_HEAD(&vs->uplinks);
	INIT_HLIST_HEAD(&vs->promiscuous);
	vsw_policy_init(&vs->policy);
	vs->failback_delay = VSW_FAILBACK_DELAY_MS;
	vs->flooded_until = jiffies - 1;
	xa_init_flags(&vs->ports, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	err = vsw_fdb_init(vs);
	if (err)
		return err;
	err = xa_alloc(&vsw_net(dev_net(vs->dev))->switches, &vs->index, vs,
		       XA_LIMIT(1, VSWITCH_MAX_SWITCHES), GFP_KERNEL);
	if (err)
		goto err_free_fdb;
	return 0;

err_free_fdb:
	kvfree(vs->fdb);
	vs->fdb = NULL;
	return err == -EBUSY ? -ENOSPC : err;
}

/**
 * vsw_vswitch_is_listed() - whether a switch has its place in the namespace
 * @vs: switch
 *
 * Context: Process context, RTNL held.
 * Return: whether it is between vsw_vswitch_init() and vsw_vswitch_exit().
 */
bool vsw_vswitch_is_listed(const struct vswitch *vs)
{
	ASSERT_RTNL();
	return xa_load(&vsw_net(dev_net(vs->dev))->switches, vs->index) == vs;
}

/**
 * vsw_vswitch_exit() - take a switch's place in the namespace back
 * @vs: switch without ports and port groups; its address table is to be freed
 *	a grace period later
 *
 * Context: Process context, RTNL held.
 */
void vsw_vswitch_exit(struct vswitch *vs)
{
	ASSERT_RTNL();
	WARN_ON_ONCE(!xa_empty(&vs->ports));
	xa_erase(&vsw_net(dev_net(vs->dev))->switches, vs->index);
}

/**
 * vsw_vswitch_check_mtu() - whether a switch may have an MTU
 * @vs: switch
 * @mtu: MTU
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EBUSY if an adapter on it has a larger one.
 */
int vsw_vswitch_check_mtu(const struct vswitch *vs, unsigned int mtu,
			  struct netlink_ext_ack *extack)
{
	unsigned long number;
	struct vsw_port *p;

	ASSERT_RTNL();
	xa_for_each((struct xarray *)&vs->ports, number, p) {
		if (p->kind != VSWITCH_PORT_KIND_VMK || p->dev->mtu <= mtu)
			continue;
		NL_SET_ERR_MSG(extack,
			       "a vmk adapter of the vswitch has a larger MTU");
		return -EBUSY;
	}
	return 0;
}

/**
 * vsw_vswitch_check_policy() - whether a switch's policy may be changed
 * @vs: switch
 * @change: change of it
 * @extack: where a refusal is explained
 *
 * Its port groups inherit it, and what they get must go together too.
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EINVAL.
 */
int vsw_vswitch_check_policy(const struct vswitch *vs,
			     const struct vsw_policy_change *change,
			     struct netlink_ext_ack *extack)
{
	struct vsw_policy policy = vs->policy, effective;
	const struct vsw_portgroup *pg;
	int err;

	ASSERT_RTNL();
	vsw_policy_change(&policy, NULL, change);
	err = vsw_policy_check(&policy);
	if (err) {
		NL_SET_ERR_MSG(extack, "peak bandwidth is below the average");
		return err;
	}
	list_for_each_entry(pg, &vs->portgroups, node) {
		vsw_policy_resolve(&effective, &pg->policy, &policy);
		err = vsw_policy_check(&effective);
		if (!err)
			continue;
		NL_SET_ERR_MSG(extack,
			       "peak bandwidth of a port group would be below its average");
		return err;
	}
	return 0;
}

/**
 * vsw_vswitch_check_del() - whether a switch may be removed by command
 * @vs: switch
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EBUSY.
 */
int vsw_vswitch_check_del(const struct vswitch *vs,
			  struct netlink_ext_ack *extack)
{
	const struct vsw_portgroup *pg;

	ASSERT_RTNL();
	list_for_each_entry(pg, &vs->portgroups, node) {
		if (!pg->num_clients)
			continue;
		NL_SET_ERR_MSG(extack, "vswitch has connected clients");
		return -EBUSY;
	}
	return 0;
}
