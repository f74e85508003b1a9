// SPDX-License-Identifier: GPL-2.0
/*
 * Policies as values: their defaults, their inheritance field by field, their
 * changes. Knows of no switch and no port.
 */
#include "policy.h"

/**
 * struct vsw_policy_field - a field that is a number
 * @kind: policy that it is part of
 * @initial: value at a new switch
 */
struct vsw_policy_field {
	enum vswitch_policy_kind kind;
	u32 initial;
};

#define VSW_POLICY_FIELD(NAME, KIND, initial) \
	[VSWITCH_A_POLICY_##NAME] = { VSWITCH_POLICY_KIND_##KIND, initial }

static const struct vsw_policy_field
vsw_policy_fields[VSWITCH_A_POLICY_ACTIVE] = {
	VSW_POLICY_FIELD(PROMISCUOUS, SECURITY, 0),
	VSW_POLICY_FIELD(MAC_CHANGES, SECURITY, 0),
	VSW_POLICY_FIELD(FORGED_TRANSMITS, SECURITY, 0),
	VSW_POLICY_FIELD(SHAPING_ENABLED, SHAPING, 0),
	VSW_POLICY_FIELD(SHAPING_AVERAGE, SHAPING, 1000),
	VSW_POLICY_FIELD(SHAPING_PEAK, SHAPING, 1000),
	VSW_POLICY_FIELD(SHAPING_BURST, SHAPING, 1024),
	VSW_POLICY_FIELD(LOAD_BALANCING, FAILOVER,
			 VSWITCH_LOAD_BALANCING_PORTID),
	VSW_POLICY_FIELD(FAILURE_DETECTION, FAILOVER,
			 VSWITCH_FAILURE_DETECTION_LINK),
	VSW_POLICY_FIELD(NOTIFY_SWITCHES, FAILOVER, 1),
	VSW_POLICY_FIELD(FAILBACK, FAILOVER, 1),
};

/* The bits in vsw_policy.set of all fields of the kinds in a mask. */
static u32 vsw_policy_fields_of(u32 kinds)
{
	u32 fields = 0;
	int i;

	for (i = 1; i < ARRAY_SIZE(vsw_policy_fields); i++)
		if (vsw_policy_fields[i].kind & kinds)
			fields |= BIT(i);
	if (kinds & VSWITCH_POLICY_KIND_FAILOVER)
		fields |= VSW_POLICY_UPLINKS;
	return fields;
}

/**
 * vsw_uplinks_mask() - the team bits of the uplinks in a list
 * @uplinks: list
 *
 * Context: Any.
 * Return: mask of slots.
 */
u32 vsw_uplinks_mask(const struct vsw_uplinks *uplinks)
{
	u32 mask = 0;
	int i;

	for (i = 0; i < uplinks->num; i++)
		mask |= BIT(uplinks->slots[i]);
	return mask;
}

/**
 * vsw_uplinks_add() - append an uplink to a list
 * @uplinks: list
 * @slot: slot of the uplink, not in the list yet
 *
 * Context: Any.
 */
void vsw_uplinks_add(struct vsw_uplinks *uplinks, u32 slot)
{
	uplinks->slots[uplinks->num++] = slot;
}

/* Takes the uplinks of a mask out of a list. */
static void vsw_uplinks_remove(struct vsw_uplinks *uplinks, u32 mask)
{
	u8 i, num = 0;

	for (i = 0; i < uplinks->num; i++)
		if (!(mask & BIT(uplinks->slots[i])))
			uplinks->slots[num++] = uplinks->slots[i];
	uplinks->num = num;
}

static bool vsw_uplinks_equal(const struct vsw_uplinks *a,
			      const struct vsw_uplinks *b)
{
	return a->num == b->num && !memcmp(a->slots, b->slots, a->num);
}

/**
 * vsw_policy_init() - the policies of a new switch
 * @policy: where they go
 *
 * Context: Any.
 */
void vsw_policy_init(struct vsw_policy *policy)
{
	int i;

	memset(policy, 0, sizeof(*policy));
	policy->set = vsw_policy_fields_of(VSWITCH_POLICY_KIND_MASK);
	for (i = 1; i < ARRAY_SIZE(vsw_policy_fields); i++)
		policy->value[i] = vsw_policy_fields[i].initial;
}

/* Sets the fields of a mask as @from has them. */
static void vsw_policy_copy(struct vsw_policy *to,
			    const struct vsw_policy *from, u32 fields)
{
	int i;

	for (i = 1; i < ARRAY_SIZE(to->value); i++)
		if (fields & BIT(i))
			to->value[i] = from->value[i];
	if (fields & VSW_POLICY_UPLINKS) {
		to->active = from->active;
		to->standby = from->standby;
	}
	to->set |= fields;
}

/**
 * vsw_policy_resolve() - inherit
 * @effective: where all fields go as they apply
 * @own: policy of a port group
 * @parent: policy of its switch, complete
 *
 * Context: Any.
 */
void vsw_policy_resolve(struct vsw_policy *effective,
			const struct vsw_policy *own,
			const struct vsw_policy *parent)
{
	*effective = *parent;
	vsw_policy_copy(effective, own, own->set);
}

/*
 * Active and standby uplinks are one field: who sets one of the lists alone
 * takes the other as it is, less the uplinks that have moved.
 */
static void vsw_policy_change_uplinks(struct vsw_policy *policy,
				      const struct vsw_policy *current_policy,
				      const struct vsw_policy_change *change)
{
	const struct vsw_policy *to = &change->to;

	policy->active = change->set_active ? to->active :
					      current_policy->active;
	policy->standby = change->set_standby ? to->standby :
						current_policy->standby;
	if (!change->set_active)
		vsw_uplinks_remove(&policy->active,
				   vsw_uplinks_mask(&to->standby));
	if (!change->set_standby)
		vsw_uplinks_remove(&policy->standby,
				   vsw_uplinks_mask(&to->active));
	policy->set |= VSW_POLICY_UPLINKS;
}

/**
 * vsw_policy_change() - change a policy
 * @policy: policy
 * @parent: policy that it inherits from, or NULL
 * @change: change
 *
 * Context: Any.
 */
void vsw_policy_change(struct vsw_policy *policy,
		       const struct vsw_policy *parent,
		       const struct vsw_policy_change *change)
{
	struct vsw_policy effective = *policy;

	policy->set &= ~vsw_policy_fields_of(change->reset);
	if (parent)
		vsw_policy_resolve(&effective, policy, parent);
	vsw_policy_copy(policy, &change->to,
			change->to.set & ~VSW_POLICY_UPLINKS);
	if (change->to.set & VSW_POLICY_UPLINKS)
		vsw_policy_change_uplinks(policy, &effective, change);
}

static bool vsw_policy_fields_equal(const struct vsw_policy *a,
				    const struct vsw_policy *b, u32 fields)
{
	int i;

	if ((a->set ^ b->set) & fields)
		return false;
	fields &= a->set;
	for (i = 1; i < ARRAY_SIZE(a->value); i++)
		if (fields & BIT(i) && a->value[i] != b->value[i])
			return false;
	return !(fields & VSW_POLICY_UPLINKS) ||
	       (vsw_uplinks_equal(&a->active, &b->active) &&
		vsw_uplinks_equal(&a->standby, &b->standby));
}

/**
 * vsw_policy_equal() - whether two policies set the same fields to the same
 * @a: policy
 * @b: policy
 *
 * Context: Any.
 * Return: whether they do.
 */
bool vsw_policy_equal(const struct vsw_policy *a, const struct vsw_policy *b)
{
	return vsw_policy_fields_equal(a, b, ~0);
}

/**
 * vsw_policy_kind_equal() - whether two policies are the same in one kind
 * @a: policy
 * @b: policy
 * @kind: kind
 *
 * Context: Any.
 * Return: whether they are.
 */
bool vsw_policy_kind_equal(const struct vsw_policy *a,
			   const struct vsw_policy *b,
			   enum vswitch_policy_kind kind)
{
	return vsw_policy_fields_equal(a, b, vsw_policy_fields_of(kind));
}

/**
 * vsw_policy_check() - whether the fields of a policy go together
 * @effective: policy, complete
 *
 * Context: Any.
 * Return: 0, or -EINVAL: its peak bandwidth is below the average.
 */
int vsw_policy_check(const struct vsw_policy *effective)
{
	if (vsw_policy_value(effective, SHAPING_PEAK) <
	    vsw_policy_value(effective, SHAPING_AVERAGE))
		return -EINVAL;
	return 0;
}

/**
 * vsw_policy_forget_uplink() - take an uplink out of all lists
 * @policy: policy
 * @slot: slot of the uplink
 *
 * Context: Any.
 */
void vsw_policy_forget_uplink(struct vsw_policy *policy, u32 slot)
{
	vsw_uplinks_remove(&policy->active, BIT(slot));
	vsw_uplinks_remove(&policy->standby, BIT(slot));
}
