/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_PORT_H
#define VSW_PORT_H

#include "vsw.h"

/**
 * struct vsw_port_change - what is to change of a port
 * @mac: new effective address, a unicast one, or NULL
 * @set_blocked: change the block flag, to @blocked
 * @blocked: new block flag
 */
struct vsw_port_change {
	const u8 *mac;
	bool set_blocked;
	bool blocked;
};

int vsw_port_init(struct vsw_port *p, struct vswitch *vs);
int vsw_port_link(struct vsw_port *p, struct netlink_ext_ack *extack);
void vsw_port_unlink(struct vsw_port *p);
void vsw_port_release(struct vsw_port *p);
int vsw_port_check_portgroup(const struct vsw_portgroup *pg,
			     enum vswitch_port_kind kind,
			     struct netlink_ext_ack *extack);
int vsw_port_connect(struct vsw_port *p, const u8 *mac);
void vsw_port_announce(struct vsw_port *p);
void vsw_port_disconnect(struct vsw_port *p);
void vsw_port_apply(struct vsw_port *p);
int vsw_port_follow_mac(struct vsw_port *p, const u8 *mac);
int vsw_port_change(struct vsw_port *p, const struct vsw_port_change *change,
		    struct netlink_ext_ack *extack);
struct vsw_port *vsw_port_find(const struct net *net, u32 id);

#endif
