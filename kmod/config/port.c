// SPDX-License-Identifier: GPL-2.0
/* Logical ports: their numbers, and clients that join and leave a group. */
#include "datapath/fdb.h"
#include "datapath/shaper.h"
#include "events.h"
#include "filter.h"
#include "net.h"
#include "policy.h"
#include "port.h"
#include "team.h"

/* Whether a client's effective address is not its initial one. */
static bool vsw_port_mac_differs(const struct vsw_port *p)
{
	struct vsw_addr *addr;
	bool differs;

	rcu_read_lock();
	addr = vsw_port_addr_rcu(p);
	differs = addr && !is_zero_ether_addr(p->initial_mac) &&
		  !ether_addr_equal(addr->mac, p->initial_mac);
	rcu_read_unlock();
	return differs;
}

/* A port's flags as its policy, its addresses and its wishes make them. */
static u32 vsw_port_work_out_flags(const struct vsw_port *p)
{
	u32 flags = p->blocked ? VSW_PORT_BLOCKED : 0;
	const struct vsw_policy *policy;

	if (vsw_port_is_uplink(p))
		return flags;
	policy = &p->pg->effective;
	if (!vsw_policy_value(policy, MAC_CHANGES) && vsw_port_mac_differs(p))
		flags |= VSW_PORT_MAC_CHANGED;
	if (vsw_policy_value(policy, PROMISCUOUS) && p->asks_promiscuous)
		flags |= VSW_PORT_PROMISCUOUS;
	if (vsw_policy_value(policy, FORGED_TRANSMITS))
		flags |= VSW_PORT_FORGED;
	if (vsw_policy_value(policy, SHAPING_ENABLED))
		flags |= VSW_PORT_SHAPED;
	return flags;
}

static void vsw_port_set_promiscuous(struct vsw_port *p, bool on)
{
	struct hlist_head *list = &p->vs->promiscuous;

	if (on) {
		/* Frames that stand on it would go round again. */
		cond_synchronize_rcu_expedited(p->promiscuous_left);
		hlist_add_head_rcu(&p->promiscuous_node, list);
	} else {
		hlist_del_init_rcu(&p->promiscuous_node);
		p->promiscuous_left = get_state_synchronize_rcu();
	}
	vsw_filter_set_promiscuous(p->vs, !hlist_empty(list));
}

/* Makes @flags those that frames see. Returns whether they were others. */
static bool vsw_port_publish_flags(struct vsw_port *p, u32 flags)
{
	u32 changed = p->flags ^ flags;

	WRITE_ONCE(p->flags, flags);
	if (changed & VSW_PORT_PROMISCUOUS)
		vsw_port_set_promiscuous(p, flags & VSW_PORT_PROMISCUOUS);
	if (changed & ~flags & VSW_PORT_SHAPED)
		vsw_shaper_open(&p->shaper);
	return changed;
}

/*
 * Brings a port in line with its policy. The physical switches hear of it if it
 * has moved to another uplink, or in any case. Returns whether it has changed.
 */
static bool vsw_port_work_out(struct vsw_port *p, bool announce)
{
	u32 flags = vsw_port_work_out_flags(p);
	const struct vsw_policy *policy;
	bool changed, moved;

	announce |= p->flags & ~flags &
		    (VSW_PORT_BLOCKED | VSW_PORT_MAC_CHANGED);
	if (flags & VSW_PORT_SHAPED) {
		policy = &p->pg->effective;
		vsw_shaper_set(&p->shaper,
			       vsw_policy_value(policy, SHAPING_AVERAGE),
			       vsw_policy_value(policy, SHAPING_PEAK),
			       vsw_policy_value(policy, SHAPING_BURST));
	}
	changed = vsw_port_publish_flags(p, flags);
	if (vsw_port_is_uplink(p))
		return changed;
	moved = vsw_team_assign(p);
	vsw_team_announce(p, moved || announce);
	return changed || moved;
}

/**
 * vsw_port_apply() - bring a port in line with its policy, and tell if that
 *	has changed it
 * @p: port, connected
 *
 * Context: Process context, RTNL held.
 */
void vsw_port_apply(struct vsw_port *p)
{
	ASSERT_RTNL();
	if (vsw_port_work_out(p, false))
		vsw_event_port(p, VSW_EVENT_CHANGE);
}

/*
 * What happened to a client where RTNL could not be had. An adopted address
 * has been in the table since its first frame; here it gets known to the
 * uplinks and to listeners. RTNL is only tried, so that vsw_port_disconnect(),
 * which holds it, can wait for this to end.
 */
static void vsw_port_catch_up(struct work_struct *work)
{
	struct vsw_port *p = container_of(to_delayed_work(work),
					  struct vsw_port, changed);
	bool adopted, listed;
	struct vsw_addr *addr;

	if (!rtnl_trylock()) {
		schedule_delayed_work(&p->changed, 1);
		return;
	}
	if (p->kind == VSWITCH_PORT_KIND_VMK)
		p->asks_promiscuous = p->dev->flags & IFF_PROMISC;
	rcu_read_lock();
	addr = vsw_port_addr_rcu(p);
	adopted = addr && is_zero_ether_addr(p->initial_mac);
	if (adopted)
		ether_addr_copy(p->initial_mac, addr->mac);
	rcu_read_unlock();

	listed = addr && !p->addr_listed &&
		 !vsw_filter_add_addr(p->vs, p->initial_mac);
	p->addr_listed |= listed;
	/* Without memory for that, once more later. */
	if (addr && !p->addr_listed)
		schedule_delayed_work(&p->changed, HZ);
	if (vsw_port_work_out(p, listed) || adopted)
		vsw_event_port(p, VSW_EVENT_CHANGE);
	rtnl_unlock();
}

/**
 * vsw_port_init() - give a port its counters
 * @p: port, with its netdev, kind and, for a client, port group set
 * @vs: switch
 *
 * Context: Process context, RTNL held.
 * Return: 0 or -ENOMEM.
 */
int vsw_port_init(struct vsw_port *p, struct vswitch *vs)
{
	ASSERT_RTNL();
	p->vs = vs;
	p->asks_promiscuous = p->kind == VSWITCH_PORT_KIND_VM;
	INIT_DELAYED_WORK(&p->changed, vsw_port_catch_up);
	p->promiscuous_left = get_completed_synchronize_rcu();
	vsw_shaper_init(&p->shaper);
	p->stats = __netdev_alloc_pcpu_stats(struct vsw_stats,
					     GFP_KERNEL_ACCOUNT);
	return p->stats ? 0 : -ENOMEM;
}

/**
 * vsw_port_link() - give a port its number
 * @p: initialized port
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error; -ENOSPC if the switch has all its ports.
 */
int vsw_port_link(struct vsw_port *p, struct netlink_ext_ack *extack)
{
	struct vswitch *vs = p->vs;
	u32 number;
	int err;

	ASSERT_RTNL();
	err = xa_alloc(&vs->ports, &number, p,
		       XA_LIMIT(1, VSWITCH_MAX_PORTS), GFP_KERNEL);
	if (err == -EBUSY) {
		NL_SET_ERR_MSG(extack, "vswitch has its 4088 ports");
		return -ENOSPC;
	}
	if (err)
		return err;
	p->id = vsw_port_id(vs->index, number);
	vs->num_ports++;
	return 0;
}

/**
 * vsw_port_unlink() - take back a port's number
 * @p: port
 *
 * Context: Process context, RTNL held.
 */
void vsw_port_unlink(struct vsw_port *p)
{
	ASSERT_RTNL();
	xa_erase(&p->vs->ports, vsw_port_number(p));
	p->vs->num_ports--;
}

/**
 * vsw_port_release() - free what a port holds
 * @p: port, that no frame can reach any more
 *
 * Context: Any.
 */
void vsw_port_release(struct vsw_port *p)
{
	free_percpu(p->stats);
}

/**
 * vsw_port_check_portgroup() - whether a port group serves a kind of client
 * @pg: port group
 * @kind: kind
 * @extack: where a refusal is explained
 *
 * Its first client has fixed that for good, so that a network of host traffic
 * is never offered to a virtual machine by accident.
 *
 * Context: Process context, RTNL held.
 * Return: 0, or -EBUSY.
 */
int vsw_port_check_portgroup(const struct vsw_portgroup *pg,
			     enum vswitch_port_kind kind,
			     struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();
	if (!pg->client_kind || pg->client_kind == kind)
		return 0;
	if (kind == VSWITCH_PORT_KIND_VM)
		NL_SET_ERR_MSG(extack,
			       "port group serves vmk adapters, not VM ports");
	else
		NL_SET_ERR_MSG(extack,
			       "port group serves VM ports, not vmk adapters");
	return -EBUSY;
}

/**
 * vsw_port_connect() - let a client take part in its port group's traffic
 * @p: client, initialized, its netdev ready for frames
 * @mac: its initial address, or NULL to take that of its first frame
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_port_connect(struct vsw_port *p, const u8 *mac)
{
	struct vsw_addr *addr;
	u8 none[ETH_ALEN];
	int err;

	ASSERT_RTNL();
	addr = vsw_fdb_prepare(p, mac);
	if (!addr)
		return -ENOMEM;
	if (mac) {
		err = vsw_filter_add_addr(p->vs, mac);
		if (err)
			goto err_free_addr;
		p->addr_listed = true;
		ether_addr_copy(p->initial_mac, mac);
	}

	if (mac)
		vsw_fdb_publish(p, addr, none);
	else
		vsw_fdb_offer(p, addr);
	vsw_port_work_out(p, true);
	hlist_add_head_rcu(&p->pg_node, &p->pg->clients);
	p->pg->num_clients++;
	return 0;

err_free_addr:
	kfree(addr);
	return err;
}

/**
 * vsw_port_announce() - tell of a client whose connection is complete
 * @p: client
 *
 * The first one of a port group fixes what the group serves.
 *
 * Context: Process context, RTNL held.
 */
void vsw_port_announce(struct vsw_port *p)
{
	struct vsw_portgroup *pg = p->pg;

	ASSERT_RTNL();
	if (!pg->client_kind) {
		pg->client_kind = p->kind;
		vsw_event_portgroup(pg, VSW_EVENT_CHANGE);
	}
	vsw_event_port(p, VSW_EVENT_ADD);
}

/**
 * vsw_port_disconnect() - end a client's part in its port group's traffic
 * @p: client; frames that are under way may reach it for a grace period
 *
 * Context: Process context, RTNL held.
 */
void vsw_port_disconnect(struct vsw_port *p)
{
	u8 mac[ETH_ALEN];

	ASSERT_RTNL();
	/* Still shaped: an open shaper would let its timer have what waits. */
	vsw_port_publish_flags(p, VSW_PORT_BLOCKED |
				  (p->flags & VSW_PORT_SHAPED));
	vsw_shaper_stop(&p->shaper);
	p->pg->num_clients--;
	hlist_del_init_rcu(&p->pg_node);

	/* Without a spare entry no frame starts the work that is waited for. */
	vsw_fdb_withdraw(p, mac);
	cancel_delayed_work_sync(&p->changed);
	atomic_set(&p->rarps, 0);
	RCU_INIT_POINTER(p->uplink, NULL);
	if (p->addr_listed)
		vsw_filter_del_addr(p->vs, mac);
	p->addr_listed = false;
}

/*
 * Makes a prepared entry's address, which the uplinks let in already, the
 * effective one. Where no initial one is known, it becomes that too.
 */
static void vsw_port_take_addr(struct vsw_port *p, struct vsw_addr *addr)
{
	bool was_listed = p->addr_listed;
	u8 old[ETH_ALEN] = {};
	u8 mac[ETH_ALEN];

	ether_addr_copy(mac, addr->mac);
	/* From here on no frame can make the port adopt an address. */
	if (vsw_fdb_publish(p, addr, old) &&
	    is_zero_ether_addr(p->initial_mac))
		ether_addr_copy(p->initial_mac, old);
	if (is_zero_ether_addr(p->initial_mac))
		ether_addr_copy(p->initial_mac, mac);
	p->addr_listed = true;
	if (was_listed)
		vsw_filter_del_addr(p->vs, old);
}

static int vsw_port_change_mac(struct vsw_port *p, const u8 *mac)
{
	struct vsw_addr *addr;
	int err;

	addr = vsw_fdb_prepare(p, mac);
	if (!addr)
		return -ENOMEM;
	err = vsw_filter_add_addr(p->vs, mac);
	if (err)
		goto err_free_addr;
	vsw_port_take_addr(p, addr);
	return 0;

err_free_addr:
	kfree(addr);
	return err;
}

/**
 * vsw_port_follow_mac() - make a VMkernel adapter's new address the effective
 *	one
 * @p: port of the adapter, connected, whose netdev is about to take it
 * @mac: address
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then nothing has changed.
 */
int vsw_port_follow_mac(struct vsw_port *p, const u8 *mac)
{
	int err;

	ASSERT_RTNL();
	err = vsw_port_change_mac(p, mac);
	if (err)
		return err;
	vsw_port_work_out(p, true);
	vsw_event_port(p, VSW_EVENT_CHANGE);
	return 0;
}

static bool vsw_port_has_mac(const struct vsw_port *p, const u8 *mac)
{
	struct vsw_addr *addr;
	bool has;

	rcu_read_lock();
	addr = vsw_port_addr_rcu(p);
	has = addr && ether_addr_equal(addr->mac, mac);
	rcu_read_unlock();
	return has;
}

/**
 * vsw_port_change() - change a port
 * @p: port
 * @change: what to change
 * @extack: where a refusal is explained
 *
 * A VM port whose effective address is made to differ from its initial one
 * receives nothing until they agree again, unless the policy accepts that.
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then nothing has changed.
 */
int vsw_port_change(struct vsw_port *p, const struct vsw_port_change *change,
		    struct netlink_ext_ack *extack)
{
	bool new_mac, changed;
	int err;

	ASSERT_RTNL();
	if (change->mac && p->kind != VSWITCH_PORT_KIND_VM) {
		NL_SET_ERR_MSG(extack,
			       "only a VM port's effective address can be set");
		return -EOPNOTSUPP;
	}
	new_mac = change->mac && !vsw_port_has_mac(p, change->mac);
	if (new_mac) {
		err = vsw_port_change_mac(p, change->mac);
		if (err)
			return err;
	}
	if (change->set_blocked)
		p->blocked = change->blocked;
	changed = vsw_port_work_out(p, new_mac);
	if (changed || new_mac)
		vsw_event_port(p, VSW_EVENT_CHANGE);
	return 0;
}

/**
 * vsw_port_find() - the port with an id
 * @net: namespace
 * @id: port id
 *
 * Context: Process context, RTNL held.
 * Return: the port, or NULL.
 */
struct vsw_port *vsw_port_find(const struct net *net, u32 id)
{
	struct vswitch *vs;

	ASSERT_RTNL();
	vs = xa_load(&vsw_net(net)->switches, vsw_port_id_index(id));
	return vs ? xa_load(&vs->ports, vsw_port_id_number(id)) : NULL;
}
