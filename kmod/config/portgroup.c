// SPDX-License-Identifier: GPL-2.0
/* Port groups, their VLANs, and how their policies reach their clients. */
#include "events.h"
#include "filter.h"
#include "net.h"
#include "policy.h"
#include "port.h"
#include "portgroup.h"
#include "team.h"
#include "vlan_spec.h"

static u32 vsw_portgroup_hash(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

/**
 * vsw_portgroup_find() - the port group with a name
 * @net: namespace
 * @name: name
 *
 * Context: Process context, RTNL held.
 * Return: the port group, or NULL.
 */
struct vsw_portgroup *vsw_portgroup_find(const struct net *net,
					 const char *name)
{
	struct vsw_net *vnet = vsw_net(net);
	struct vsw_portgroup *pg;

	ASSERT_RTNL();
	hash_for_each_possible(vnet->portgroup_names, pg, name_node,
			       vsw_portgroup_hash(name))
		if (!strcmp(pg->name, name))
			return pg;
	return NULL;
}

static int vsw_portgroup_check_add(const struct vswitch *vs, const char *name,
				   struct netlink_ext_ack *extack)
{
	if (vsw_portgroup_find(dev_net(vs->dev), name)) {
		NL_SET_ERR_MSG(extack,
			       "a port group of this name exists already");
		return -EEXIST;
	}
	if (vs->num_portgroups >= VSWITCH_MAX_PORTGROUPS) {
		NL_SET_ERR_MSG(extack, "vswitch has its 512 port groups");
		return -ENOSPC;
	}
	return 0;
}

/* Starts what beacons need, or forgets what they have told. */
static void vsw_portgroup_probe(struct vsw_portgroup *pg)
{
	bool probe = vsw_policy_value(&pg->effective, FAILURE_DETECTION) ==
		     VSWITCH_FAILURE_DETECTION_BEACON;

	if (!probe)
		memset(&pg->beacons, 0, sizeof(pg->beacons));
	/* Then too the uplinks have a new state to tell of. */
	if (probe || pg->isolated)
		schedule_delayed_work(&pg->vs->probe, 0);
	if (!probe)
		pg->isolated = 0;
}

/**
 * vsw_portgroup_add() - make a port group
 * @vs: switch
 * @name: name, valid as one
 * @vlan: its VLANs; the port group's if this succeeds
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: the port group or an ERR_PTR().
 */
struct vsw_portgroup *vsw_portgroup_add(struct vswitch *vs, const char *name,
					struct vsw_vlan_spec *vlan,
					struct netlink_ext_ack *extack)
{
	struct vsw_net *vnet = vsw_net(dev_net(vs->dev));
	struct vsw_portgroup *pg;
	int err;

	ASSERT_RTNL();
	err = vsw_portgroup_check_add(vs, name, extack);
	if (err)
		return ERR_PTR(err);
	pg = kzalloc(sizeof(*pg), GFP_KERNEL_ACCOUNT);
	if (!pg)
		return ERR_PTR(-ENOMEM);
	pg->vs = vs;
	strscpy(pg->name, name, sizeof(pg->name));
	INIT_HLIST_HEAD(&pg->clients);
	RCU_INIT_POINTER(pg->vlan, vlan);
	pg->effective = vs->policy;
	vsw_team_init(pg);
	vsw_team_update(pg);

	err = xa_alloc(&vnet->portgroups, &pg->id, pg, xa_limit_31b,
		       GFP_KERNEL);
	if (err)
		goto err_free;
	err = vsw_filter_add_vlans(vs, vlan);
	if (err) {
		NL_SET_ERR_MSG(extack, "an uplink does not take the VLANs");
		goto err_erase;
	}

	hash_add(vnet->portgroup_names, &pg->name_node,
		 vsw_portgroup_hash(name));
	list_add_tail_rcu(&pg->node, &vs->portgroups);
	vs->num_portgroups++;
	vsw_portgroup_probe(pg);
	vsw_event_portgroup(pg, VSW_EVENT_ADD);
	return pg;

err_erase:
	xa_erase(&vnet->portgroups, pg->id);
err_free:
	kfree(pg);
	return ERR_PTR(err);
}

/*
 * Changes the VLANs: all its clients change at the same moment. The physical
 * switches hear of them in their new VLAN.
 */
static int vsw_portgroup_set_vlan(struct vsw_portgroup *pg,
				  struct vsw_vlan_spec *vlan,
				  struct netlink_ext_ack *extack)
{
	struct vsw_vlan_spec *old = vsw_portgroup_vlan_rtnl(pg);
	struct vsw_port *p;
	int err;

	err = vsw_filter_add_vlans(pg->vs, vlan);
	if (err) {
		NL_SET_ERR_MSG(extack, "an uplink does not take the VLANs");
		return err;
	}
	rcu_assign_pointer(pg->vlan, vlan);
	vsw_filter_del_vlans(pg->vs, old);
	kfree_rcu(old, rcu);
	hlist_for_each_entry(p, &pg->clients, pg_node)
		vsw_team_announce(p, true);
	return 0;
}

/*
 * Works out a port group's policy and team anew. Its policy changes by command,
 * or because uplinks come and go. Returns whether its effective policy, or the
 * uplinks in use, have changed.
 */
static bool vsw_portgroup_inherit(struct vsw_portgroup *pg, bool by_command)
{
	struct vsw_policy effective;

	vsw_policy_resolve(&effective, &pg->policy, &pg->vs->policy);
	if (vsw_policy_equal(&effective, &pg->effective))
		return vsw_team_update(pg);
	if (by_command &&
	    !vsw_policy_kind_equal(&effective, &pg->effective,
				   VSWITCH_POLICY_KIND_FAILOVER))
		pg->waiting = 0;
	pg->effective = effective;
	vsw_portgroup_probe(pg);
	vsw_team_update(pg);
	return true;
}

/* Brings a port group's clients in line with its policy and team. */
static void vsw_portgroup_apply(struct vsw_portgroup *pg)
{
	struct vsw_port *p;

	hlist_for_each_entry(p, &pg->clients, pg_node)
		vsw_port_apply(p);
}

static void vsw_portgroup_update_all(struct vswitch *vs, bool by_command)
{
	struct vsw_portgroup *pg;

	list_for_each_entry(pg, &vs->portgroups, node) {
		if (vsw_portgroup_inherit(pg, by_command))
			vsw_event_portgroup(pg, VSW_EVENT_CHANGE);
		vsw_portgroup_apply(pg);
	}
}

/**
 * vsw_portgroup_inherit_all() - bring all port groups of a switch in line with
 *	its policy, which was changed by command, and tell of those that change
 * @vs: switch
 *
 * Cannot fail.
 *
 * Context: Process context, RTNL held.
 */
void vsw_portgroup_inherit_all(struct vswitch *vs)
{
	ASSERT_RTNL();
	vsw_portgroup_update_all(vs, true);
}

/**
 * vsw_portgroup_follow_all() - bring all port groups of a switch in line with
 *	its uplinks and their links, and tell of those that change
 * @vs: switch
 *
 * Cannot fail.
 *
 * Context: Process context, RTNL held.
 */
void vsw_portgroup_follow_all(struct vswitch *vs)
{
	ASSERT_RTNL();
	vsw_portgroup_update_all(vs, false);
}

/**
 * vsw_portgroup_check_policy() - whether a port group's policy may be changed
 * @pg: port group
 * @change: change of it
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EINVAL.
 */
int vsw_portgroup_check_policy(const struct vsw_portgroup *pg,
			       const struct vsw_policy_change *change,
			       struct netlink_ext_ack *extack)
{
	struct vsw_policy policy = pg->policy, effective;
	int err;

	ASSERT_RTNL();
	vsw_policy_change(&policy, &pg->vs->policy, change);
	vsw_policy_resolve(&effective, &policy, &pg->vs->policy);
	err = vsw_policy_check(&effective);
	if (err)
		NL_SET_ERR_MSG(extack, "peak bandwidth is below the average");
	return err;
}

/**
 * vsw_portgroup_change() - change a port group
 * @pg: port group
 * @vlan: new VLANs, the port group's if this succeeds; NULL for no change
 * @change: change of its policy, which vsw_portgroup_check_policy() has
 *	accepted
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then nothing has changed.
 */
int vsw_portgroup_change(struct vsw_portgroup *pg, struct vsw_vlan_spec *vlan,
			 const struct vsw_policy_change *change,
			 struct netlink_ext_ack *extack)
{
	struct vsw_policy policy = pg->policy;
	bool new_vlan = false, new_policy;
	int err;

	ASSERT_RTNL();
	vsw_policy_change(&policy, &pg->vs->policy, change);
	new_policy = !vsw_policy_equal(&policy, &pg->policy);
	if (vlan) {
		new_vlan = !vsw_vlan_spec_equal(vsw_portgroup_vlan_rtnl(pg),
						vlan);
		if (new_vlan) {
			err = vsw_portgroup_set_vlan(pg, vlan, extack);
			if (err)
				return err;
		} else {
			kfree(vlan);
		}
	}
	if (new_policy) {
		pg->policy = policy;
		vsw_portgroup_inherit(pg, true);
	}
	if (new_vlan || new_policy)
		vsw_event_portgroup(pg, VSW_EVENT_CHANGE);
	vsw_portgroup_apply(pg);
	return 0;
}

/**
 * vsw_portgroup_check_del() - whether a port group may be removed
 * @pg: port group
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EBUSY.
 */
int vsw_portgroup_check_del(const struct vsw_portgroup *pg,
			    struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();
	if (!pg->num_clients)
		return 0;
	NL_SET_ERR_MSG(extack, "port group has connected clients");
	return -EBUSY;
}

/**
 * vsw_portgroup_del() - remove a port group
 * @pg: port group without clients; freed a grace period later
 *
 * Context: Process context, RTNL held.
 */
void vsw_portgroup_del(struct vsw_portgroup *pg)
{
	struct vsw_vlan_spec *vlan = vsw_portgroup_vlan_rtnl(pg);
	struct vswitch *vs = pg->vs;

	ASSERT_RTNL();
	vsw_event_portgroup(pg, VSW_EVENT_DEL);
	vs->num_portgroups--;
	list_del_rcu(&pg->node);
	hash_del(&pg->name_node);
	vsw_filter_del_vlans(vs, vlan);
	xa_erase(&vsw_net(dev_net(vs->dev))->portgroups, pg->id);
	kfree_rcu(vlan, rcu);
	kfree_rcu(pg, rcu);
}
