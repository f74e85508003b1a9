/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences between the kernels the module builds for: 6.1 to 7.3. The only
 * file that knows of them; the rest reads as if written for the newest.
 */
#ifndef VSW_COMPAT_H
#define VSW_COMPAT_H

#include <linux/ethtool.h>
#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

/* Reasons of subsystems, for which frames die; before 6.4 there is none. */
#ifndef SKB_DROP_REASON_SUBSYS_SHIFT
#define SKB_DROP_REASON_SUBSYS_SHIFT	16

enum skb_drop_reason_subsys {
	SKB_DROP_REASON_SUBSYS_CORE,
	SKB_DROP_REASON_SUBSYS_NUM,
};

struct drop_reason_list {
	const char * const *reasons;
	size_t n_reasons;
};

static const struct drop_reason_list __rcu * const
drop_reasons_by_subsys[SKB_DROP_REASON_SUBSYS_NUM] __maybe_unused;

static inline void
drop_reasons_register_subsys(enum skb_drop_reason_subsys subsys,
			     const struct drop_reason_list *list)
{
}

static inline void
drop_reasons_unregister_subsys(enum skb_drop_reason_subsys subsys)
{
}
#endif

/* A driver's methods under the device's own lock; since 6.15. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#include <net/netdev_lock.h>
#else
static inline void netdev_lock_ops(struct net_device *dev) { }
static inline void netdev_unlock_ops(struct net_device *dev) { }
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
static inline struct nlattr **vsw_dump_attrs(struct netlink_callback *cb)
{
	return genl_info_dump(cb)->attrs;
}
#else
static inline struct nlattr **vsw_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline int nla_put_uint(struct sk_buff *skb, int attrtype, u64 value)
{
	u32 value32 = value;

	if (value32 == value)
		return nla_put_u32(skb, attrtype, value32);
	return nla_put(skb, attrtype, sizeof(value), &value);
}
#endif

/* The device may not change its network namespace. */
static inline void vsw_netdev_set_immutable_netns(struct net_device *dev)
{
#ifdef NETIF_F_NETNS_LOCAL
	dev->features |= NETIF_F_NETNS_LOCAL;
#else
	dev->netns_immutable = true;
#endif
}

/*
 * Changes an MTU without a word to anybody, for a device that protocols have
 * left; __dev_set_mtu(), which newer kernels do not export.
 */
static inline int vsw_netdev_set_mtu_silently(struct net_device *dev, int mtu)
{
	int err = 0;

	netdev_lock_ops(dev);
	if (dev->netdev_ops->ndo_change_mtu)
		err = dev->netdev_ops->ndo_change_mtu(dev, mtu);
	else
		WRITE_ONCE(dev->mtu, mtu);
	netdev_unlock_ops(dev);
	return err;
}

/* The device transmits without a queue lock. */
static inline void vsw_netdev_set_lltx(struct net_device *dev)
{
#ifdef NETIF_F_LLTX
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

/* Sets a timer up; in two steps until 6.13. */
static inline void vsw_hrtimer_setup(struct hrtimer *timer,
				     enum hrtimer_restart (*function)
						(struct hrtimer *timer),
				     clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

/* The workqueue that schedule_delayed_work() uses. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define vsw_system_wq system_percpu_wq
#else
#define vsw_system_wq system_wq
#endif

/* Arguments of rtnl_link_ops.newlink: one struct since 6.15. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define VSW_NEWLINK_ARGS \
	struct net_device *dev, struct rtnl_newlink_params *params, \
	struct netlink_ext_ack *extack
#else
#define VSW_NEWLINK_ARGS \
	struct net *src_net, struct net_device *dev, struct nlattr *tb[], \
	struct nlattr *data[], struct netlink_ext_ack *extack
#endif

#endif
