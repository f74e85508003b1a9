// SPDX-License-Identifier: GPL-2.0
/*
 * For tests alone, on any kernel that has kprobes: faults that the kernel's own
 * fault injection does not have. What is there is in
 * /sys/module/vsw_inject/parameters:
 *
 * clones	how many copies of frames that vswitch.ko asks for are to fail
 * fail		NAME N: the Nth call of a function by the task that writes this
 *		fails; when read, the same with what is left of N
 * calls	how many calls each function has had by that task since
 * vlans	VLANs in the filters of the reader's network interfaces
 *
 * And while it is loaded, the kernel's fault injection counts no allocation of
 * the kernel's own debugging, which can do without; one of each two would be.
 * Nor those for sysctls, since the kernel shows its stack when they fail; it
 * is silent about other memory that a task which wants for all does not get.
 */
#include <linux/if_vlan.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

static atomic_t vsw_inject_left = ATOMIC_INIT(0);

static bool vsw_inject_is_switch(unsigned long address)
{
	char symbol[KSYM_SYMBOL_LEN];

	sprint_symbol(symbol, address);
	return strstr(symbol, "[vswitch]");
}

static int vsw_inject_return(struct kretprobe_instance *ri,
			     struct pt_regs *regs)
{
	struct sk_buff *skb = (struct sk_buff *)regs_return_value(regs);

	if (!skb || !atomic_read(&vsw_inject_left) ||
	    !vsw_inject_is_switch(get_kretprobe_retaddr(ri)) ||
	    atomic_dec_if_positive(&vsw_inject_left) < 0)
		return 0;
	consume_skb(skb);
	regs_set_return_value(regs, 0);
	return 0;
}

NOKPROBE_SYMBOL(vsw_inject_return);

static struct kretprobe vsw_inject_clone = {
	.kp.symbol_name = "skb_clone",
	.handler = vsw_inject_return,
	.maxactive = 64,
};

static int vsw_inject_set_clones(const char *text,
				 const struct kernel_param *param)
{
	unsigned int clones;
	int err;

	err = kstrtouint(text, 0, &clones);
	if (err)
		return err;
	atomic_set(&vsw_inject_left, clones);
	return 0;
}

static int vsw_inject_get_clones(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%d\n", atomic_read(&vsw_inject_left));
}

static const struct kernel_param_ops vsw_inject_clones_ops = {
	.set = vsw_inject_set_clones,
	.get = vsw_inject_get_clones,
};

module_param_cb(clones, &vsw_inject_clones_ops, NULL, 0600);
MODULE_PARM_DESC(clones, "copies of frames that are to fail");

/* What runs in place of a function that is to fail. */
static void *vsw_inject_no_object(void)
{
	return NULL;
}

/* As an int or as an ERR_PTR(); no want of memory, to be told from that. */
static long vsw_inject_error(void)
{
	return -EIO;
}

/* The functions that a task's calls are counted of, and may be made to fail. */
static struct vsw_inject_point {
	const char *name;
	void *instead;
	unsigned int calls;
	unsigned int left;
	struct kprobe probe;
	bool probed;
} vsw_inject_points[] = {
	/* Not a function: a notification that may be answered with a veto. */
	{ "netdev_notifier", NULL },
	/* Memory per CPU, for which the kernel has no fault injection. */
	{ "__alloc_percpu", vsw_inject_no_object },
	{ "__alloc_percpu_gfp", vsw_inject_no_object },
	{ "pcpu_alloc_noprof", vsw_inject_no_object },
	/* What changes netdevs, by the names that modules have for it. */
	{ "dev_open", vsw_inject_error },
	{ "dev_set_allmulti", vsw_inject_error },
	{ "dev_set_mtu", vsw_inject_error },
	{ "dev_set_promiscuity", vsw_inject_error },
	{ "dev_uc_add", vsw_inject_error },
	{ "netdev_master_upper_dev_link", vsw_inject_error },
	{ "netdev_rx_handler_register", vsw_inject_error },
	{ "netdev_upper_dev_link", vsw_inject_error },
	{ "register_netdevice", vsw_inject_error },
	{ "rtnl_configure_link", vsw_inject_error },
	{ "rtnl_create_link", vsw_inject_error },
	{ "vlan_vid_add", vsw_inject_error },
	/* What a module registers. */
	{ "genl_register_family", vsw_inject_error },
	{ "register_netdevice_notifier", vsw_inject_error },
	{ "register_pernet_subsys", vsw_inject_error },
	{ "rtnl_link_register", vsw_inject_error },
};

/* Whose calls count. */
static struct task_struct *vsw_inject_task;

/* A probe may be an interrupt itself, so that in_task() does not tell. */
static bool vsw_inject_hit(struct vsw_inject_point *point)
{
	if (current != READ_ONCE(vsw_inject_task) || in_serving_softirq())
		return false;
	point->calls++;
	return point->left && !--point->left;
}

NOKPROBE_SYMBOL(vsw_inject_hit);

static int vsw_inject_enter(struct kprobe *probe, struct pt_regs *regs)
{
	struct vsw_inject_point *point =
		container_of(probe, struct vsw_inject_point, probe);

	if (!vsw_inject_hit(point))
		return 0;
	instruction_pointer_set(regs, (unsigned long)point->instead);
	return 1;
}

NOKPROBE_SYMBOL(vsw_inject_enter);

/* With one, the probe is not optimized, and may say where to go on. */
static void vsw_inject_entered(struct kprobe *probe, struct pt_regs *regs,
			       unsigned long flags)
{
}

NOKPROBE_SYMBOL(vsw_inject_entered);

/* Whether netdev's core heeds the answer to an event. */
static bool vsw_inject_is_question(unsigned long event, void *info)
{
	const struct netdev_notifier_changeupper_info *upper = info;

	switch (event) {
	case NETDEV_POST_INIT:
	case NETDEV_REGISTER:
	case NETDEV_PRE_UP:
	case NETDEV_PRECHANGEMTU:
	case NETDEV_CHANGEMTU:
	case NETDEV_PRE_CHANGEADDR:
	case NETDEV_CHANGENAME:
		return true;
	case NETDEV_PRECHANGEUPPER:
	case NETDEV_CHANGEUPPER:
		return upper->linking;
	}
	return false;
}

static int vsw_inject_answer(struct notifier_block *nb, unsigned long event,
			     void *info)
{
	if (!vsw_inject_is_question(event, info) ||
	    !vsw_inject_hit(&vsw_inject_points[0]))
		return NOTIFY_DONE;
	return notifier_from_errno(-EIO);
}

static struct notifier_block vsw_inject_notifier = {
	.notifier_call = vsw_inject_answer,
};

static int vsw_inject_set_fail(const char *text,
			       const struct kernel_param *param)
{
	struct vsw_inject_point *point, *wanted = NULL;
	unsigned int n, i;
	char name[64];

	if (sscanf(text, "%63s %u", name, &n) != 2)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(vsw_inject_points); i++)
		if (!strcmp(vsw_inject_points[i].name, name))
			wanted = &vsw_inject_points[i];
	if (!wanted)
		return -ENOENT;
	WRITE_ONCE(vsw_inject_task, NULL);
	for (i = 0; i < ARRAY_SIZE(vsw_inject_points); i++) {
		point = &vsw_inject_points[i];
		point->calls = 0;
		point->left = point == wanted ? n : 0;
	}
	WRITE_ONCE(vsw_inject_task, current);
	return 0;
}

static int vsw_inject_get_fail(char *text, const struct kernel_param *param)
{
	int at = 0, i;

	for (i = 0; i < ARRAY_SIZE(vsw_inject_points); i++)
		if (vsw_inject_points[i].left)
			at += sysfs_emit_at(text, at, "%s %u\n",
					    vsw_inject_points[i].name,
					    vsw_inject_points[i].left);
	return at;
}

static const struct kernel_param_ops vsw_inject_fail_ops = {
	.set = vsw_inject_set_fail,
	.get = vsw_inject_get_fail,
};

module_param_cb(fail, &vsw_inject_fail_ops, NULL, 0600);
MODULE_PARM_DESC(fail, "function, and which of this task's calls of it fails");

static int vsw_inject_get_calls(char *text, const struct kernel_param *param)
{
	int at = 0, i;

	for (i = 0; i < ARRAY_SIZE(vsw_inject_points); i++)
		at += sysfs_emit_at(text, at, "%s %u\n",
				    vsw_inject_points[i].name,
				    vsw_inject_points[i].calls);
	return at;
}

static const struct kernel_param_ops vsw_inject_calls_ops = {
	.get = vsw_inject_get_calls,
};

module_param_cb(calls, &vsw_inject_calls_ops, NULL, 0400);
MODULE_PARM_DESC(calls, "calls of each function since then");

/**
 * struct vsw_inject_text - text that is being made
 * @text: page
 * @at: where it goes on
 */
struct vsw_inject_text {
	char *text;
	int at;
};

static int vsw_inject_put_vlan(struct net_device *dev, int vid, void *arg)
{
	struct vsw_inject_text *out = arg;

	out->at += sysfs_emit_at(out->text, out->at, " %d", vid);
	return 0;
}

static int vsw_inject_get_vlans(char *text, const struct kernel_param *param)
{
	struct vsw_inject_text out = { .text = text };
	struct net_device *dev;

	rtnl_lock();
	for_each_netdev(current->nsproxy->net_ns, dev) {
		out.at += sysfs_emit_at(text, out.at, "%s", dev->name);
		vlan_for_each(dev, vsw_inject_put_vlan, &out);
		out.at += sysfs_emit_at(text, out.at, "\n");
	}
	rtnl_unlock();
	return out.at;
}

static const struct kernel_param_ops vsw_inject_vlans_ops = {
	.get = vsw_inject_get_vlans,
};

module_param_cb(vlans, &vsw_inject_vlans_ops, NULL, 0400);
MODULE_PARM_DESC(vlans, "VLANs in the filters of interfaces");

#ifdef CONFIG_FAULT_INJECTION
/**
 * struct vsw_inject_faults - which faults a task is to meet
 * @nth: task_struct.fail_nth
 * @all: task_struct.make_it_fail
 */
struct vsw_inject_faults {
	unsigned int nth;
	unsigned int all;
};

static int vsw_inject_spare(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vsw_inject_faults *faults = (void *)ri->data;

	faults->nth = current->fail_nth;
	faults->all = current->make_it_fail;
	if (in_serving_softirq() || (!faults->nth && !faults->all))
		return 1;
	current->fail_nth = 0;
	current->make_it_fail = 0;
	return 0;
}

NOKPROBE_SYMBOL(vsw_inject_spare);

static int vsw_inject_spared(struct kretprobe_instance *ri,
			     struct pt_regs *regs)
{
	struct vsw_inject_faults *faults = (void *)ri->data;

	current->fail_nth = faults->nth;
	current->make_it_fail = faults->all;
	return 0;
}

NOKPROBE_SYMBOL(vsw_inject_spared);

#define VSW_INJECT_SPARE(function)				\
	{							\
		.kp.symbol_name = function,			\
		.entry_handler = vsw_inject_spare,		\
		.handler = vsw_inject_spared,			\
		.data_size = sizeof(struct vsw_inject_faults),	\
		.maxactive = 64,				\
	}

/* kmemleak, debugobjects, stackdepot, sysctl; those that there are. */
static struct kretprobe vsw_inject_spares[] = {
	VSW_INJECT_SPARE("__create_object"),
	VSW_INJECT_SPARE("debug_objects_fill_pool"),
	VSW_INJECT_SPARE("fill_pool"),
	VSW_INJECT_SPARE("__stack_depot_save"),
	VSW_INJECT_SPARE("__register_sysctl_table"),
};

static void vsw_inject_no_warning(void)
{
}

static int vsw_inject_warn(struct kprobe *probe, struct pt_regs *regs)
{
	if (!current->make_it_fail)
		return 0;
	instruction_pointer_set(regs, (unsigned long)vsw_inject_no_warning);
	return 1;
}

NOKPROBE_SYMBOL(vsw_inject_warn);

static struct kprobe vsw_inject_warning = {
	.symbol_name = "warn_alloc",
	.pre_handler = vsw_inject_warn,
	.post_handler = vsw_inject_entered,
};

static void vsw_inject_register_spares(void)
{
	int i;

	if (register_kprobe(&vsw_inject_warning))
		vsw_inject_warning.addr = NULL;
	for (i = 0; i < ARRAY_SIZE(vsw_inject_spares); i++)
		if (register_kretprobe(&vsw_inject_spares[i]))
			vsw_inject_spares[i].kp.addr = NULL;
}

static void vsw_inject_unregister_spares(void)
{
	int i;

	if (vsw_inject_warning.addr)
		unregister_kprobe(&vsw_inject_warning);
	for (i = 0; i < ARRAY_SIZE(vsw_inject_spares); i++)
		if (vsw_inject_spares[i].kp.addr)
			unregister_kretprobe(&vsw_inject_spares[i]);
}
#else
static void vsw_inject_register_spares(void)
{
}

static void vsw_inject_unregister_spares(void)
{
}
#endif

static int vsw_inject_probe(struct vsw_inject_point *point)
{
	int err;

	if (!point->instead)
		return 0;
	point->probe.symbol_name = point->name;
	point->probe.pre_handler = vsw_inject_enter;
	point->probe.post_handler = vsw_inject_entered;
	err = register_kprobe(&point->probe);
	point->probed = !err;
	/* Not every kernel has all of them. */
	return err == -ENOENT ? 0 : err;
}

static void vsw_inject_unprobe_all(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(vsw_inject_points); i++)
		if (vsw_inject_points[i].probed)
			unregister_kprobe(&vsw_inject_points[i].probe);
}

static int __init vsw_inject_init(void)
{
	int i, err;

	err = register_kretprobe(&vsw_inject_clone);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(vsw_inject_points); i++) {
		err = vsw_inject_probe(&vsw_inject_points[i]);
		if (err)
			goto err_unprobe;
	}
	err = register_netdevice_notifier(&vsw_inject_notifier);
	if (err)
		goto err_unprobe;
	vsw_inject_register_spares();
	return 0;

err_unprobe:
	vsw_inject_unprobe_all();
	unregister_kretprobe(&vsw_inject_clone);
	return err;
}

static void __exit vsw_inject_exit(void)
{
	vsw_inject_unregister_spares();
	unregister_netdevice_notifier(&vsw_inject_notifier);
	vsw_inject_unprobe_all();
	unregister_kretprobe(&vsw_inject_clone);
}

module_init(vsw_inject_init);
module_exit(vsw_inject_exit);

MODULE_DESCRIPTION("Fault injection for the tests of vswitch");
MODULE_LICENSE("GPL");
