/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_NL_UTIL_H
#define VSW_NL_UTIL_H

#include <net/sock.h>

#include "vsw.h"

/* Room for one object of any kind but a port group with a long trunk list. */
#define VSW_NL_OBJECT_SIZE	2048

/* Policy of a text of @max bytes at most. */
#define VSW_NL_NAME(max)	{ .type = NLA_NUL_STRING, .len = (max) }

/**
 * struct vsw_nl_cursor - where a dump goes on
 * @next: lowest id that has not been dumped
 * @index: list that switch alone; 0 for all
 * @begun: the request has been looked at
 */
struct vsw_nl_cursor {
	u32 next;
	u32 index;
	bool begun;
};

/**
 * struct vsw_nl_dump - a dump under way, for one message
 * @skb: the message
 * @cb: the dump
 * @cmd: command that each object bears
 * @switch_attr: attribute with the name of the switch to list alone, if any
 * @refused: attributes that are for single requests, ended by 0
 * @fill: puts the attributes of one object
 */
struct vsw_nl_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	u8 cmd;
	int switch_attr;
	const int *refused;
	int (*fill)(struct sk_buff *skb, const void *object);
};

static inline struct vsw_nl_cursor *vsw_nl_cursor(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct vsw_nl_cursor) > sizeof(cb->ctx));
	return (struct vsw_nl_cursor *)cb->ctx;
}

void vsw_nl_set_family(const struct genl_family *family);
void vsw_nl_blame(struct genl_info *info, int attrtype);
int vsw_nl_require(struct genl_info *info, int attrtype);
struct vswitch *vsw_nl_switch(struct genl_info *info, int attrtype);
int vsw_nl_check_switch(struct genl_info *info, int attrtype,
			const struct vswitch *vs);
struct vsw_portgroup *vsw_nl_portgroup(struct genl_info *info, int attrtype);
struct net_device *vsw_nl_netdev(struct genl_info *info, int attrtype);
const u8 *vsw_nl_mac(struct genl_info *info, int attrtype);
struct sk_buff *vsw_nl_alloc(size_t size);
int vsw_nl_reply(struct genl_info *info, struct sk_buff *skb,
		 int (*fill)(struct sk_buff *skb, const void *object),
		 const void *object);
void vsw_nl_notify(struct net *net, u8 cmd, size_t size,
		   int (*fill)(struct sk_buff *skb, const void *object),
		   const void *object);
int vsw_nl_dump_enter(const struct vsw_nl_dump *dump);
int vsw_nl_dump_leave(const struct vsw_nl_dump *dump, int err);
int vsw_nl_dump_put(const struct vsw_nl_dump *dump, const void *object);
int vsw_nl_dump_ports(const struct vsw_nl_dump *dump,
		      bool (*wanted)(const struct vsw_port *p));
int vsw_nl_put_switch(struct sk_buff *skb, const struct vswitch *vs,
		      int name_attr, int index_attr);
int vsw_nl_put_netdev(struct sk_buff *skb, const struct net_device *dev,
		      int index_attr, int name_attr);
int vsw_nl_put_port_netdev(struct sk_buff *skb, const struct vsw_port *p,
			   int index_attr, int name_attr);
int vsw_nl_put_netns(struct sk_buff *skb, const struct vsw_port *p,
		     int attrtype);

#endif
