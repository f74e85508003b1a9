// SPDX-License-Identifier: GPL-2.0
/*
 * Notify switches: RARP broadcasts with a client's address as source tell the
 * physical network by which uplink the client is reached.
 */
#include <linux/if_arp.h>
#include <net/arp.h>

#include "output.h"
#include "rarp.h"
#include "vlan.h"

#define VSW_RARP_COUNT		5
#define VSW_RARP_INTERVAL	msecs_to_jiffies(250)

/* Sends one announcement of a client by the uplink that it uses now, if any. */
static void vsw_rarp_send(struct vsw_port *p)
{
	struct vsw_addr *addr = vsw_port_addr_rcu(p);
	struct vsw_port *up = vsw_port_uplink_rcu(p);
	struct sk_buff *skb;

	if (!addr || !up)
		return;
	skb = arp_create(ARPOP_RREQUEST, ETH_P_RARP, 0, up->dev, 0, NULL,
			 addr->mac, addr->mac);
	if (!skb)
		return;
	skb->protocol = htons(ETH_P_RARP);
	skb_reset_mac_header(skb);
	vsw_output_uplink(up, skb,
			  vsw_vlan_announced(vsw_portgroup_vlan_rcu(p->pg)),
			  VSW_BROADCAST);
}

static void vsw_rarp_work(struct work_struct *work)
{
	struct vswitch *vs = container_of(to_delayed_work(work),
					  struct vswitch, rarp);
	unsigned long number;
	struct vsw_port *p;
	bool more = false;

	rcu_read_lock();
	xa_for_each(&vs->ports, number, p) {
		if (atomic_dec_if_positive(&p->rarps) < 0)
			continue;
		/* For one at a time: there may be thousands. */
		local_bh_disable();
		vsw_rarp_send(p);
		local_bh_enable();
		more |= atomic_read(&p->rarps);
	}
	rcu_read_unlock();
	if (more)
		schedule_delayed_work(&vs->rarp, VSW_RARP_INTERVAL);
}

/**
 * vsw_rarp_start() - announce a client, and repeat that
 * @p: client with an address and an uplink of its own
 *
 * Context: Process context, RTNL held.
 */
void vsw_rarp_start(struct vsw_port *p)
{
	ASSERT_RTNL();
	atomic_set(&p->rarps, VSW_RARP_COUNT - 1);
	rcu_read_lock_bh();
	vsw_rarp_send(p);
	rcu_read_unlock_bh();
	schedule_delayed_work(&p->vs->rarp, VSW_RARP_INTERVAL);
}

/**
 * vsw_rarp_init() - make ready to announce a switch's clients
 * @vs: new switch
 *
 * Context: Process context.
 */
void vsw_rarp_init(struct vswitch *vs)
{
	INIT_DELAYED_WORK(&vs->rarp, vsw_rarp_work);
}

/**
 * vsw_rarp_exit() - end all announcements
 * @vs: switch without clients
 *
 * Context: Process context.
 */
void vsw_rarp_exit(struct vswitch *vs)
{
	cancel_delayed_work_sync(&vs->rarp);
}
