// SPDX-License-Identifier: GPL-2.0
/*
 * "Object X changed", told upwards: the configuration knows no netlink. Every
 * event also makes a dump that is under way inconsistent.
 */
#include "events.h"
#include "net.h"

/* Under RTNL; NULL while the module loads and unloads. */
static const struct vsw_event_ops *vsw_event_ops;

/**
 * vsw_events_set_ops() - set who is told of events
 * @ops: who, or NULL for nobody
 *
 * Context: Process context. Takes RTNL.
 */
void vsw_events_set_ops(const struct vsw_event_ops *ops)
{
	rtnl_lock();
	vsw_event_ops = ops;
	rtnl_unlock();
}

static void vsw_events_count(const struct vswitch *vs)
{
	ASSERT_RTNL();
	vsw_net(dev_net(vs->dev))->generation++;
}

/**
 * vsw_event_vswitch() - tell of a switch
 * @vs: switch
 * @event: what happened to it
 *
 * Context: Process context, RTNL held.
 */
void vsw_event_vswitch(struct vswitch *vs, enum vsw_event event)
{
	vsw_events_count(vs);
	if (vsw_event_ops)
		vsw_event_ops->vswitch(vs, event);
}

/**
 * vsw_event_portgroup() - tell of a port group
 * @pg: port group
 * @event: what happened to it
 *
 * Context: Process context, RTNL held.
 */
void vsw_event_portgroup(struct vsw_portgroup *pg, enum vsw_event event)
{
	vsw_events_count(pg->vs);
	if (vsw_event_ops)
		vsw_event_ops->portgroup(pg, event);
}

/**
 * vsw_event_port() - tell of a port
 * @p: port
 * @event: what happened to it
 *
 * Context: Process context, RTNL held.
 */
void vsw_event_port(struct vsw_port *p, enum vsw_event event)
{
	vsw_events_count(p->vs);
	if (vsw_event_ops)
		vsw_event_ops->port(p, event);
}

/**
 * vsw_event_uplink() - tell of an uplink
 * @up: uplink
 * @event: what happened to it
 *
 * Context: Process context, RTNL held.
 */
void vsw_event_uplink(struct vsw_uplink *up, enum vsw_event event)
{
	vsw_events_count(up->slave.port.vs);
	if (vsw_event_ops)
		vsw_event_ops->uplink(up, event);
}

/**
 * vsw_event_vmk() - tell of a VMkernel adapter
 * @vmk: adapter
 * @event: what happened to it
 *
 * Context: Process context, RTNL held.
 */
void vsw_event_vmk(struct vsw_vmk *vmk, enum vsw_event event)
{
	vsw_events_count(vmk->port.vs);
	if (vsw_event_ops)
		vsw_event_ops->vmk(vmk, event);
}
