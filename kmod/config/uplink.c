// SPDX-License-Identifier: GPL-2.0
/* Ways to the physical network, and the state of their links. */
#include "attach.h"
#include "datapath/input.h"
#include "events.h"
#include "filter.h"
#include "port.h"
#include "portgroup.h"
#include "uplink.h"

static bool vsw_uplink_has_link(const struct vsw_uplink *up)
{
	const struct net_device *dev = up->slave.port.dev;

	return netif_running(dev) && netif_carrier_ok(dev);
}

static enum vswitch_uplink_state
vsw_uplink_work_out_state(const struct vsw_uplink *up)
{
	const struct vswitch *vs = up->slave.port.vs;
	const struct vsw_portgroup *pg;

	if (!(vs->links_up & BIT(up->slot)))
		return VSWITCH_UPLINK_STATE_DOWN;
	list_for_each_entry(pg, &vs->portgroups, node)
		if (pg->isolated & BIT(up->slot))
			return VSWITCH_UPLINK_STATE_ISOLATED;
	if (vs->settling & BIT(up->slot))
		return VSWITCH_UPLINK_STATE_SETTLING;
	return VSWITCH_UPLINK_STATE_UP;
}

/**
 * vsw_uplink_tell_all() - tell of uplinks whose state has changed
 * @vs: switch
 *
 * Context: Process context, RTNL held.
 */
void vsw_uplink_tell_all(struct vswitch *vs)
{
	enum vswitch_uplink_state state;
	struct vsw_uplink *up;

	ASSERT_RTNL();
	list_for_each_entry(up, &vs->uplinks, node) {
		state = vsw_uplink_work_out_state(up);
		if (state == up->state && up->link_up == up->told_link_up)
			continue;
		up->state = state;
		up->told_link_up = up->link_up;
		vsw_event_uplink(up, VSW_EVENT_CHANGE);
	}
}

/* Tells of changed uplinks, and brings the switch's clients in line. */
static void vsw_uplink_refresh_all(struct vswitch *vs)
{
	vsw_uplink_tell_all(vs);
	vsw_portgroup_follow_all(vs);
}

/* The link came: a new one is used at once, one that is back settles first. */
static void vsw_uplink_came(struct vsw_uplink *up)
{
	struct vswitch *vs = up->slave.port.vs;

	vs->links_up |= BIT(up->slot);
	if (up->seen_up && vs->failback_delay) {
		vs->settling |= BIT(up->slot);
		up->settles_at = jiffies + msecs_to_jiffies(vs->failback_delay);
		mod_delayed_work(vsw_system_wq, &vs->links, 0);
	}
	up->seen_up = true;
}

static void vsw_uplink_went(struct vsw_uplink *up)
{
	struct vswitch *vs = up->slave.port.vs;

	vs->links_up &= ~BIT(up->slot);
	vs->settling &= ~BIT(up->slot);
}

/* Looks at an uplink's link. Returns whether anything about it has changed. */
static bool vsw_uplink_look(struct vsw_uplink *up)
{
	struct vswitch *vs = up->slave.port.vs;
	bool had_link = up->link_up;
	bool was_up = vs->links_up & BIT(up->slot);
	bool is_up;

	up->link_up = vsw_uplink_has_link(up);
	is_up = up->link_up && !up->slave.port.blocked;
	if (is_up && !was_up)
		vsw_uplink_came(up);
	else if (!is_up && was_up)
		vsw_uplink_went(up);
	return is_up != was_up || up->link_up != had_link;
}

/*
 * Looks for lost links, of which traffic may know before the kernel tells, and
 * ends the settling of those that have been up for long enough. Of a link that
 * has come the kernel tells when it is ready for frames, not before.
 */
static void vsw_uplink_work(struct work_struct *work)
{
	struct vswitch *vs = container_of(to_delayed_work(work),
					  struct vswitch, links);
	long left, next = LONG_MAX;
	struct vsw_uplink *up;

	if (!rtnl_trylock()) {
		schedule_delayed_work(&vs->links, 1);
		return;
	}
	WRITE_ONCE(vs->look_due, false);
	list_for_each_entry(up, &vs->uplinks, node) {
		if (!vsw_uplink_has_link(up))
			vsw_uplink_look(up);
		if (!(vs->settling & BIT(up->slot)))
			continue;
		left = up->settles_at - jiffies;
		if (left > 0)
			next = min(next, left);
		else
			vs->settling &= ~BIT(up->slot);
	}
	vsw_uplink_refresh_all(vs);
	if (vs->settling)
		schedule_delayed_work(&vs->links, next);
	rtnl_unlock();
}

static int vsw_uplink_take_slot(struct vsw_uplink *up, struct vswitch *vs,
				struct netlink_ext_ack *extack)
{
	while (up->slot < VSWITCH_MAX_UPLINKS && vs->slots[up->slot])
		up->slot++;
	if (up->slot < VSWITCH_MAX_UPLINKS)
		return 0;
	NL_SET_ERR_MSG(extack, "vswitch has its 32 uplinks");
	return -ENOSPC;
}

/* Lets a new uplink take part: it is active unless a port group says else. */
static void vsw_uplink_join(struct vsw_uplink *up)
{
	struct vswitch *vs = up->slave.port.vs;

	list_add_tail(&up->node, &vs->uplinks);
	vs->slots[up->slot] = up;
	vs->num_uplinks++;
	vsw_uplinks_add(&vs->policy.active, up->slot);
	vsw_uplink_look(up);
	up->state = vsw_uplink_work_out_state(up);
	up->told_link_up = up->link_up;
}

/* Takes an uplink out of all lists. */
static void vsw_uplink_leave(struct vsw_uplink *up)
{
	struct vswitch *vs = up->slave.port.vs;
	struct vsw_portgroup *pg;

	vsw_uplink_went(up);
	list_del_init(&up->node);
	vs->slots[up->slot] = NULL;
	vs->num_uplinks--;
	vsw_policy_forget_uplink(&vs->policy, up->slot);
	list_for_each_entry(pg, &vs->portgroups, node) {
		vsw_policy_forget_uplink(&pg->policy, up->slot);
		pg->isolated &= ~BIT(up->slot);
	}
}

/**
 * vsw_uplink_add() - make a netdev an uplink
 * @vs: switch
 * @dev: netdev
 * @extack: where a refusal is explained
 *
 * Context: Process context, RTNL held.
 * Return: the uplink or an ERR_PTR(), then the netdev is as it was.
 */
struct vsw_uplink *vsw_uplink_add(struct vswitch *vs, struct net_device *dev,
				  struct netlink_ext_ack *extack)
{
	struct vsw_uplink *up;
	struct vsw_port *p;
	int err;

	ASSERT_RTNL();
	BUILD_BUG_ON(offsetof(struct vsw_uplink, slave));
	up = kzalloc(sizeof(*up), GFP_KERNEL_ACCOUNT);
	if (!up)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&up->node);
	err = vsw_uplink_take_slot(up, vs, extack);
	if (err)
		goto err_free;
	p = &up->slave.port;
	p->dev = dev;
	p->kind = VSWITCH_PORT_KIND_UPLINK;
	p->team_bit = BIT(up->slot);

	err = vsw_attach(&up->slave, vs, vsw_uplink_input, extack);
	if (err)
		goto err_free;
	err = vsw_filter_attach(up);
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "device does not take the receive filters");
		vsw_detach(&up->slave);
		return ERR_PTR(err);
	}

	vsw_uplink_join(up);
	vsw_event_port(p, VSW_EVENT_ADD);
	vsw_event_uplink(up, VSW_EVENT_ADD);
	vsw_event_vswitch(vs, VSW_EVENT_CHANGE);
	vsw_portgroup_follow_all(vs);
	return up;

err_free:
	kfree_rcu(up, slave.rcu);
	return ERR_PTR(err);
}

/**
 * vsw_uplink_del() - take an uplink from its switch
 * @up: uplink; freed a grace period later
 *
 * Its clients have moved to other uplinks before its netdev is given back.
 *
 * Context: Process context, RTNL held.
 */
void vsw_uplink_del(struct vsw_uplink *up)
{
	struct vsw_port *p = &up->slave.port;
	struct vswitch *vs = p->vs;

	ASSERT_RTNL();
	vsw_event_uplink(up, VSW_EVENT_DEL);
	vsw_event_port(p, VSW_EVENT_DEL);
	vsw_uplink_leave(up);
	if (!vs->changing)
		vsw_event_vswitch(vs, VSW_EVENT_CHANGE);
	vsw_portgroup_follow_all(vs);
	vsw_filter_detach(up);
	vsw_detach(&up->slave);
}

/**
 * vsw_uplink_link_changed() - look at the state of an uplink's netdev again
 * @up: uplink
 *
 * Context: Process context, RTNL held.
 */
void vsw_uplink_link_changed(struct vsw_uplink *up)
{
	ASSERT_RTNL();
	/* One that is being added, or removed, speaks for itself. */
	if (list_empty(&up->node) || !vsw_uplink_look(up))
		return;
	vsw_uplink_refresh_all(up->slave.port.vs);
}

/**
 * vsw_uplink_change() - change an uplink's port
 * @up: uplink
 * @change: what to change
 * @extack: where a refusal is explained
 *
 * Clients do not use one that is blocked.
 *
 * Context: Process context, RTNL held.
 * Return: 0, or a negative error, then nothing has changed.
 */
int vsw_uplink_change(struct vsw_uplink *up,
		      const struct vsw_port_change *change,
		      struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	err = vsw_port_change(&up->slave.port, change, extack);
	if (err)
		return err;
	vsw_uplink_link_changed(up);
	return 0;
}

/**
 * vsw_uplink_set_failback_delay() - change how long uplinks settle, those that
 *	do so now too
 * @vs: switch
 * @delay: ms
 *
 * Context: Process context, RTNL held.
 * Return: whether it has changed.
 */
bool vsw_uplink_set_failback_delay(struct vswitch *vs, u32 delay)
{
	unsigned long latest = jiffies + msecs_to_jiffies(delay);
	struct vsw_uplink *up;

	ASSERT_RTNL();
	if (vs->failback_delay == delay)
		return false;
	vs->failback_delay = delay;
	list_for_each_entry(up, &vs->uplinks, node)
		if (time_after(up->settles_at, latest))
			up->settles_at = latest;
	mod_delayed_work(vsw_system_wq, &vs->links, 0);
	return true;
}

/**
 * vsw_uplink_init() - make a new switch ready for uplinks
 * @vs: switch
 *
 * Context: Process context.
 */
void vsw_uplink_init(struct vswitch *vs)
{
	INIT_DELAYED_WORK(&vs->links, vsw_uplink_work);
}

/**
 * vsw_uplink_exit() - end what goes on by itself with a switch's uplinks
 * @vs: switch without uplinks, that no frame can reach any more
 *
 * Context: Process context.
 */
void vsw_uplink_exit(struct vswitch *vs)
{
	cancel_delayed_work_sync(&vs->links);
}
