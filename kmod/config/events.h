/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_EVENTS_H
#define VSW_EVENTS_H

#include "vsw.h"

/**
 * enum vsw_event - what happened to an object
 * @VSW_EVENT_ADD: it was made
 * @VSW_EVENT_CHANGE: it was changed
 * @VSW_EVENT_DEL: it is being removed, and whole still
 */
enum vsw_event {
	VSW_EVENT_ADD,
	VSW_EVENT_CHANGE,
	VSW_EVENT_DEL
};

/**
 * struct vsw_event_ops - who is told of events; called under RTNL
 * @vswitch: of a switch
 * @portgroup: of a port group
 * @port: of a port of any kind
 * @uplink: of an uplink
 * @vmk: of a VMkernel adapter
 */
struct vsw_event_ops {
	void (*vswitch)(struct vswitch *vs, enum vsw_event event);
	void (*portgroup)(struct vsw_portgroup *pg, enum vsw_event event);
	void (*port)(struct vsw_port *p, enum vsw_event event);
	void (*uplink)(struct vsw_uplink *up, enum vsw_event event);
	void (*vmk)(struct vsw_vmk *vmk, enum vsw_event event);
};

void vsw_events_set_ops(const struct vsw_event_ops *ops);
void vsw_event_vswitch(struct vswitch *vs, enum vsw_event event);
void vsw_event_portgroup(struct vsw_portgroup *pg, enum vsw_event event);
void vsw_event_port(struct vsw_port *p, enum vsw_event event);
void vsw_event_uplink(struct vsw_uplink *up, enum vsw_event event);
void vsw_event_vmk(struct vsw_vmk *vmk, enum vsw_event event);

#endif
