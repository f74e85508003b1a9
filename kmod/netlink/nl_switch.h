/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_NL_SWITCH_H
#define VSW_NL_SWITCH_H

#include "vsw.h"

extern const struct nla_policy vsw_nl_switch_get_policy[];
extern const struct nla_policy vsw_nl_switch_add_policy[];
extern const struct nla_policy vsw_nl_switch_set_policy[];
extern const struct nla_policy vsw_nl_switch_del_policy[];

int vsw_nl_switch_get_doit(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_switch_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vsw_nl_switch_add_doit(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_switch_set_doit(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_switch_del_doit(struct sk_buff *skb, struct genl_info *info);
void vsw_nl_switch_notify(struct vswitch *vs, u8 cmd);

#endif
