/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_NL_POLICY_H
#define VSW_NL_POLICY_H

#include <net/genetlink.h>

#include "config/policy.h"

extern const struct nla_policy
vsw_nl_policy_policy[VSWITCH_A_POLICY_MAX + 1];

size_t vsw_nl_policy_size(const struct vswitch *vs);
int vsw_nl_policy_put(struct sk_buff *skb, int attrtype,
		      const struct vswitch *vs,
		      const struct vsw_policy *policy);
int vsw_nl_policy_parse(struct genl_info *info, int attrtype,
			const struct vswitch *vs,
			struct vsw_policy_change *change);

#endif
