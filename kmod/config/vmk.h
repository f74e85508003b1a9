/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_VMK_H
#define VSW_VMK_H

#include "vsw.h"

#define VSW_VMK_ANY_NUMBER	(-1)

/**
 * struct vsw_vmk_request - what a new adapter is to be
 * @pg: its port group
 * @number: the N of its name vmkN, or VSW_VMK_ANY_NUMBER for the lowest free
 * @net: namespace that is its TCP/IP stack
 * @netstack: name of that stack
 * @mac: its address, or NULL for a random one
 * @mtu: its MTU; 0 for the switch's
 * @tags: what it is tagged with
 */
struct vsw_vmk_request {
	struct vsw_portgroup *pg;
	int number;
	struct net *net;
	const char *netstack;
	const u8 *mac;
	unsigned int mtu;
	u32 tags;
};

/**
 * struct vsw_vmk_change - what an adapter is to become
 * @mtu: MTU; 0 for no change
 * @set_enabled: bring it up or down, as @enabled says
 * @enabled: whether it is to be up
 * @tags_mask: which tags to change
 * @tags: their new value
 * @force: the last Management tag may go
 */
struct vsw_vmk_change {
	unsigned int mtu;
	bool set_enabled;
	bool enabled;
	u32 tags_mask;
	u32 tags;
	bool force;
};

int vsw_vmk_parse_name(const char *name);
struct vsw_vmk *vsw_vmk_find(struct net *net, const char *ifname);
u32 vsw_vmk_active_tags(const struct vsw_vmk *vmk);
struct vsw_vmk *vsw_vmk_add(const struct vsw_vmk_request *req,
			    struct netlink_ext_ack *extack);
int vsw_vmk_change(struct vsw_vmk *vmk, const struct vsw_vmk_change *change,
		   struct netlink_ext_ack *extack);
int vsw_vmk_del(struct vsw_vmk *vmk, bool force,
		struct netlink_ext_ack *extack);
void vsw_vmk_changed(struct vsw_vmk *vmk);
int vsw_vmk_check_mac(const struct vsw_vmk *vmk, const u8 *mac,
		      struct netlink_ext_ack *extack);
void vsw_vmk_unregister(struct vsw_vmk *vmk);
void vsw_vmk_unregister_all(struct vswitch *vs);

#endif
