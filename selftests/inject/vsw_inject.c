// SPDX-License-Identifier: GPL-2.0
/*
 * For tests alone: makes copies of frames fail that vswitch.ko asks for, as
 * they would for want of memory, on any kernel that has kretprobes. So many as
 * /sys/module/vsw_inject/parameters/clones says.
 */
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/skbuff.h>

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

static int __init vsw_inject_init(void)
{
	return register_kretprobe(&vsw_inject_clone);
}

static void __exit vsw_inject_exit(void)
{
	unregister_kretprobe(&vsw_inject_clone);
}

module_init(vsw_inject_init);
module_exit(vsw_inject_exit);

MODULE_DESCRIPTION("Fault injection for the tests of vswitch");
MODULE_LICENSE("GPL");
