// SPDX-License-Identifier: GPL-2.0
/* What each network namespace holds. */
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "net.h"

static unsigned int vsw_net_id __read_mostly;

/**
 * vsw_net() - what a network namespace holds
 * @net: namespace
 *
 * Context: Any.
 * Return: its root.
 */
struct vsw_net *vsw_net(const struct net *net)
{
	return net_generic(net, vsw_net_id);
}

static int __net_init vsw_net_init(struct net *net)
{
	struct vsw_net *vnet = vsw_net(net);

	xa_init_flags(&vnet->switches, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	xa_init_flags(&vnet->portgroups, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	xa_init_flags(&vnet->vmks, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
	hash_init(vnet->portgroup_names);
	vnet->generation = 1;
	return 0;
}

/*
 * The devices of a namespace have gone before, and with the switches' devices
 * all that they held.
 */
static void __net_exit vsw_net_exit(struct net *net)
{
	struct vsw_net *vnet = vsw_net(net);

	WARN_ON_ONCE(!xa_empty(&vnet->switches));
	WARN_ON_ONCE(!xa_empty(&vnet->portgroups));
	WARN_ON_ONCE(!xa_empty(&vnet->vmks));
}

/* A subsystem, not a device: it ends after the namespace's devices have. */
static struct pernet_operations vsw_net_ops = {
	.init = vsw_net_init,
	.exit = vsw_net_exit,
	.id = &vsw_net_id,
	.size = sizeof(struct vsw_net),
};

/**
 * vsw_net_register() - give every namespace its root
 *
 * Context: Module init.
 * Return: 0 or a negative error.
 */
int vsw_net_register(void)
{
	return register_pernet_subsys(&vsw_net_ops);
}

/**
 * vsw_net_unregister() - take the roots away; all devices have gone
 *
 * Context: Module exit.
 */
void vsw_net_unregister(void)
{
	unregister_pernet_subsys(&vsw_net_ops);
}
