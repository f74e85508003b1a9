// SPDX-License-Identifier: GPL-2.0
/* Ways to the physical network. */
#include "attach.h"
#include "datapath/input.h"
#include "events.h"
#include "filter.h"
#include "team.h"
#include "uplink.h"

static bool vsw_uplink_usable(const struct net_device *dev)
{
	return netif_running(dev) && netif_carrier_ok(dev);
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
	up = kzalloc(sizeof(*up), GFP_KERNEL);
	if (!up)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&up->node);
	p = &up->slave.port;
	p->dev = dev;
	p->kind = VSWITCH_PORT_KIND_UPLINK;

	err = vsw_attach(&up->slave, vs, vsw_uplink_input, extack);
	if (err) {
		kfree(up);
		return ERR_PTR(err);
	}
	err = vsw_filter_attach(up);
	if (err) {
		NL_SET_ERR_MSG(extack,
			       "device does not take the receive filters");
		vsw_detach(&up->slave);
		return ERR_PTR(err);
	}

	list_add_tail(&up->node, &vs->uplinks);
	up->usable = vsw_uplink_usable(dev);
	vsw_event_port(p, VSW_EVENT_ADD);
	vsw_event_uplink(up, VSW_EVENT_ADD);
	vsw_team_spread(vs);
	return up;
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

	ASSERT_RTNL();
	vsw_event_uplink(up, VSW_EVENT_DEL);
	vsw_event_port(p, VSW_EVENT_DEL);
	list_del_init(&up->node);
	vsw_team_spread(p->vs);
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
	bool usable = vsw_uplink_usable(up->slave.port.dev);

	ASSERT_RTNL();
	/* One that is being added, or removed, speaks for itself. */
	if (list_empty(&up->node) || usable == up->usable)
		return;
	up->usable = usable;
	vsw_event_uplink(up, VSW_EVENT_CHANGE);
	vsw_team_spread(up->slave.port.vs);
}
