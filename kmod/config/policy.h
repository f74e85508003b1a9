/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_POLICY_H
#define VSW_POLICY_H

#include "vsw.h"

/**
 * struct vsw_policy_change - what is to change of a policy
 * @reset: enum vswitch_policy_kind, a mask: kinds whose fields are all to be
 *	the parent's, before the rest applies
 * @to: the fields to set; with VSW_POLICY_UPLINKS the lists below are valid
 * @set_active: set the list of active uplinks
 * @set_standby: set the list of standby uplinks
 */
struct vsw_policy_change {
	u32 reset;
	struct vsw_policy to;
	bool set_active;
	bool set_standby;
};

void vsw_policy_init(struct vsw_policy *policy);
void vsw_policy_resolve(struct vsw_policy *effective,
			const struct vsw_policy *own,
			const struct vsw_policy *parent);
void vsw_policy_change(struct vsw_policy *policy,
		       const struct vsw_policy *parent,
		       const struct vsw_policy_change *change);
bool vsw_policy_equal(const struct vsw_policy *a, const struct vsw_policy *b);
bool vsw_policy_kind_equal(const struct vsw_policy *a,
			   const struct vsw_policy *b,
			   enum vswitch_policy_kind kind);
int vsw_policy_check(const struct vsw_policy *effective);
void vsw_policy_forget_uplink(struct vsw_policy *policy, u32 slot);
void vsw_uplinks_add(struct vsw_uplinks *uplinks, u32 slot);
u32 vsw_uplinks_mask(const struct vsw_uplinks *uplinks);

/* The value of a field that is a number, by the last part of its name. */
#define vsw_policy_value(policy, FIELD) \
	((policy)->value[VSWITCH_A_POLICY_##FIELD])

#endif
