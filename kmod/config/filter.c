// SPDX-License-Identifier: GPL-2.0
/*
 * What the uplinks' receive filters let in: the addresses of the clients, the
 * VLANs of the port groups, and all multicast. The NICs need not be promiscuous
 * for it, but while a client is.
 */
#include "filter.h"
#include "vlan_spec.h"

static struct net_device *vsw_filter_dev(const struct vsw_uplink *up)
{
	return up->slave.port.dev;
}

/**
 * vsw_filter_del_addr() - a client's address is no longer wanted
 * @vs: switch
 * @mac: address
 *
 * Context: Process context, RTNL held.
 */
void vsw_filter_del_addr(struct vswitch *vs, const u8 *mac)
{
	struct vsw_uplink *up;

	ASSERT_RTNL();
	list_for_each_entry(up, &vs->uplinks, node)
		dev_uc_del(vsw_filter_dev(up), mac);
}

/**
 * vsw_filter_add_addr() - let frames to a client's address in
 * @vs: switch
 * @mac: address; one that several clients hold is counted
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_filter_add_addr(struct vswitch *vs, const u8 *mac)
{
	struct vsw_uplink *up;
	int err;

	ASSERT_RTNL();
	list_for_each_entry(up, &vs->uplinks, node) {
		err = dev_uc_add(vsw_filter_dev(up), mac);
		if (err)
			goto err_del;
	}
	return 0;

err_del:
	list_for_each_entry_continue_reverse(up, &vs->uplinks, node)
		dev_uc_del(vsw_filter_dev(up), mac);
	return err;
}

/* The address of a port that the uplinks are to let in, if there is one. */
static bool vsw_filter_addr(const struct vsw_port *p, u8 *mac)
{
	if (!p->addr_listed)
		return false;
	rcu_read_lock();
	ether_addr_copy(mac, vsw_port_addr_rcu(p)->mac);
	rcu_read_unlock();
	return true;
}

/* Takes from an uplink the addresses of ports below @end. */
static void vsw_filter_detach_addrs(struct vsw_uplink *up, unsigned long end)
{
	struct vswitch *vs = up->slave.port.vs;
	unsigned long number;
	struct vsw_port *p;
	u8 mac[ETH_ALEN];

	xa_for_each_range(&vs->ports, number, p, 0, end - 1)
		if (vsw_filter_addr(p, mac))
			dev_uc_del(vsw_filter_dev(up), mac);
}

static int vsw_filter_attach_addrs(struct vsw_uplink *up)
{
	struct vswitch *vs = up->slave.port.vs;
	unsigned long number;
	struct vsw_port *p;
	u8 mac[ETH_ALEN];
	int err;

	xa_for_each(&vs->ports, number, p) {
		if (!vsw_filter_addr(p, mac))
			continue;
		err = dev_uc_add(vsw_filter_dev(up), mac);
		if (err)
			goto err_detach;
	}
	return 0;

err_detach:
	vsw_filter_detach_addrs(up, number);
	return err;
}

static void vsw_filter_del_vid(struct net_device *dev, u16 vid)
{
	vlan_vid_del(dev, htons(ETH_P_8021Q), vid);
}

static int vsw_filter_add_vid(struct vswitch *vs, u16 vid)
{
	struct vsw_uplink *up;
	int err;

	list_for_each_entry(up, &vs->uplinks, node) {
		err = vlan_vid_add(vsw_filter_dev(up), htons(ETH_P_8021Q), vid);
		if (err)
			goto err_del;
	}
	return 0;

err_del:
	list_for_each_entry_continue_reverse(up, &vs->uplinks, node)
		vsw_filter_del_vid(vsw_filter_dev(up), vid);
	return err;
}

/* One port group less uses the VLANs of @spec that are below @end. */
static void vsw_filter_del_below(struct vswitch *vs,
				 const struct vsw_vlan_spec *spec, u16 end)
{
	u16 vid = vsw_vlan_spec_next(spec, 0);
	struct vsw_uplink *up;

	for (; vid < end; vid = vsw_vlan_spec_next(spec, vid + 1)) {
		if (--vs->vid_users[vid])
			continue;
		list_for_each_entry(up, &vs->uplinks, node)
			vsw_filter_del_vid(vsw_filter_dev(up), vid);
	}
}

/**
 * vsw_filter_add_vlans() - let the VLANs of a port group in
 * @vs: switch
 * @spec: VLANs; those that several port groups use are counted
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_filter_add_vlans(struct vswitch *vs, const struct vsw_vlan_spec *spec)
{
	u16 vid = vsw_vlan_spec_next(spec, 0);
	int err;

	ASSERT_RTNL();
	for (; vid < VSWITCH_VLAN_ALL;
	     vid = vsw_vlan_spec_next(spec, vid + 1)) {
		if (!vs->vid_users[vid]) {
			err = vsw_filter_add_vid(vs, vid);
			if (err)
				goto err_del;
		}
		vs->vid_users[vid]++;
	}
	return 0;

err_del:
	vsw_filter_del_below(vs, spec, vid);
	return err;
}

/**
 * vsw_filter_del_vlans() - the VLANs of a port group are no longer wanted
 * @vs: switch
 * @spec: VLANs
 *
 * Context: Process context, RTNL held.
 */
void vsw_filter_del_vlans(struct vswitch *vs, const struct vsw_vlan_spec *spec)
{
	ASSERT_RTNL();
	vsw_filter_del_below(vs, spec, VSWITCH_VLAN_ALL);
}

/* Takes from an uplink the VLANs of the switch that are below @end. */
static void vsw_filter_detach_vids(struct vsw_uplink *up, u16 end)
{
	struct vswitch *vs = up->slave.port.vs;
	u16 vid;

	for (vid = 0; vid < end; vid++)
		if (vs->vid_users[vid])
			vsw_filter_del_vid(vsw_filter_dev(up), vid);
}

static int vsw_filter_attach_vids(struct vsw_uplink *up)
{
	struct vswitch *vs = up->slave.port.vs;
	u16 vid;
	int err;

	for (vid = 0; vid < VSWITCH_VLAN_ALL; vid++) {
		if (!vs->vid_users[vid])
			continue;
		err = vlan_vid_add(vsw_filter_dev(up), htons(ETH_P_8021Q), vid);
		if (err)
			goto err_detach;
	}
	return 0;

err_detach:
	vsw_filter_detach_vids(up, vid);
	return err;
}

static void vsw_filter_set_promiscuity(struct vsw_uplink *up, bool on)
{
	struct net_device *dev = vsw_filter_dev(up);

	if (up->promiscuous == on)
		return;
	/* It fails only where a netdev has been asked for it 2^32 times. */
	if (!dev_set_promiscuity(dev, on ? 1 : -1))
		up->promiscuous = on;
}

/**
 * vsw_filter_set_promiscuous() - let everything in, or no more
 * @vs: switch
 * @on: whether to
 *
 * Context: Process context, RTNL held.
 */
void vsw_filter_set_promiscuous(struct vswitch *vs, bool on)
{
	struct vsw_uplink *up;

	ASSERT_RTNL();
	list_for_each_entry(up, &vs->uplinks, node)
		vsw_filter_set_promiscuity(up, on);
}

/**
 * vsw_filter_attach() - open a new uplink's filters for what the switch wants
 * @up: uplink, not in the switch's list yet
 *
 * Context: Process context, RTNL held.
 * Return: 0 or a negative error.
 */
int vsw_filter_attach(struct vsw_uplink *up)
{
	struct net_device *dev = vsw_filter_dev(up);
	struct vswitch *vs = up->slave.port.vs;
	int err;

	ASSERT_RTNL();
	err = dev_set_allmulti(dev, 1);
	if (err)
		return err;
	err = vsw_filter_attach_vids(up);
	if (err)
		goto err_allmulti;
	err = vsw_filter_attach_addrs(up);
	if (err)
		goto err_vids;
	vsw_filter_set_promiscuity(up, !hlist_empty(&vs->promiscuous));
	return 0;

err_vids:
	vsw_filter_detach_vids(up, VSWITCH_VLAN_ALL);
err_allmulti:
	dev_set_allmulti(dev, -1);
	return err;
}

/**
 * vsw_filter_detach() - take from an uplink's filters what the switch put there
 * @up: uplink, no longer in the switch's list
 *
 * Context: Process context, RTNL held.
 */
void vsw_filter_detach(struct vsw_uplink *up)
{
	struct net_device *dev = vsw_filter_dev(up);

	ASSERT_RTNL();
	vsw_filter_set_promiscuity(up, false);
	vsw_filter_detach_addrs(up, VSWITCH_MAX_PORTS + 1);
	vsw_filter_detach_vids(up, VSWITCH_VLAN_ALL);
	dev_set_allmulti(dev, -1);
}
