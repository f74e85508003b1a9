/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_NL_VMK_H
#define VSW_NL_VMK_H

#include "vsw.h"

extern const struct nla_policy vsw_nl_vmk_get_policy[];
extern const struct nla_policy vsw_nl_vmk_add_policy[];
extern const struct nla_policy vsw_nl_vmk_set_policy[];
extern const struct nla_policy vsw_nl_vmk_del_policy[];

int vsw_nl_vmk_get_doit(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_vmk_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vsw_nl_vmk_add_doit(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_vmk_set_doit(struct sk_buff *skb, struct genl_info *info);
int vsw_nl_vmk_del_doit(struct sk_buff *skb, struct genl_info *info);
void vsw_nl_vmk_notify(struct vsw_vmk *vmk, u8 cmd);

#endif
