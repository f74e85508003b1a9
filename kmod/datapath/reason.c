// SPDX-License-Identifier: GPL-2.0
/*
 * The names by which the kernel's own tools, such as the drop monitor, know the
 * reasons for which frames die.
 */
#include <linux/skbuff.h>
#include <net/dropreason.h>

#include "reason.h"

static const char * const vsw_reason_names[] = {
#define VSW_REASON_NAME(name, text) \
	[VSW_DROP_##name] = "VSWITCH_DROP_" #name,
	VSW_DROP_REASONS(VSW_REASON_NAME)
#undef VSW_REASON_NAME
};

static const struct drop_reason_list vsw_reason_list = {
	.reasons = vsw_reason_names,
	.n_reasons = ARRAY_SIZE(vsw_reason_names),
};

/*
 * The kernel has numbers for its own subsystems alone. One that nobody uses is
 * borrowed while the module is loaded. Whose it is may just take it back: the
 * switch's reasons have no name then, and never a wrong one.
 */
static enum skb_drop_reason_subsys vsw_reason_subsys __read_mostly;

static bool vsw_reason_has_subsys(void)
{
	return rcu_access_pointer(drop_reasons_by_subsys[vsw_reason_subsys]) ==
	       &vsw_reason_list;
}

/**
 * vsw_reason_of_skb() - a reason as kfree_skb_reason() takes it
 * @reason: the reason
 *
 * Context: Any.
 * Return: a drop reason of the kernel's.
 */
enum skb_drop_reason vsw_reason_of_skb(enum vsw_drop_reason reason)
{
	u32 subsys = vsw_reason_subsys;

	if (!vsw_reason_has_subsys())
		return SKB_DROP_REASON_NOT_SPECIFIED;
	return (__force enum skb_drop_reason)
		(subsys << SKB_DROP_REASON_SUBSYS_SHIFT | reason);
}

/**
 * vsw_reason_register() - make the names of the reasons known
 *
 * Context: Module init.
 */
void vsw_reason_register(void)
{
	enum skb_drop_reason_subsys subsys = SKB_DROP_REASON_SUBSYS_NUM;

	while (--subsys > SKB_DROP_REASON_SUBSYS_CORE) {
		if (rcu_access_pointer(drop_reasons_by_subsys[subsys]))
			continue;
		vsw_reason_subsys = subsys;
		drop_reasons_register_subsys(subsys, &vsw_reason_list);
		return;
	}
}

/**
 * vsw_reason_unregister() - take the names back
 *
 * Context: Module exit.
 */
void vsw_reason_unregister(void)
{
	if (vsw_reason_has_subsys())
		drop_reasons_unregister_subsys(vsw_reason_subsys);
}
