// SPDX-License-Identifier: GPL-2.0
/*
 * What the uplinks' receive filters let in: the addresses of the clients, which
 * the unicast list of the switch's netdev gathers, the VLANs of the port
 * groups, and all multicast. The NICs need not be promiscuous for it, but while
 * a client is.
 */
#include "filter.h"
#include "vlan_spec.h"

static struct net_device *vsw_filter_dev(const struct vsw_uplink *up)
{
	return up->slave.port.dev;
}

static int vsw_filter_sync(struct vswitch *vs, struct vsw_uplink *up)
{
	int err;

	netif_addr_lock_bh(vs->dev);
	err = dev_uc_sync_multiple(vsw_filter_dev(up), vs->dev);
	netif_addr_unlock_bh(vs->dev);
	return err;
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
	dev_uc_del(vs->dev, mac);
	list_for_each_entry(up, &vs->uplinks, node)
		vsw_filter_sync(vs, up);
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
	err = dev_uc_add(vs->dev, mac);
	if (err)
		return err;
	list_for_each_entry(up, &vs->uplinks, node) {
		err = vsw_filter_sync(vs, up);
		if (err)
			goto err_del;
	}
	return 0;

err_del:
	vsw_filter_del_addr(vs, mac);
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
	err = vsw_filter_sync(vs, up);
	if (err)
		goto err_unsync;
	vsw_filter_set_promiscuity(up, !hlist_empty(&vs->promiscuous));
	return 0;

err_unsync:
	dev_uc_unsync(dev, vs->dev);
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
	struct vswitch *vs = up->slave.port.vs;

	ASSERT_RTNL();
	vsw_filter_set_promiscuity(up, false);
	dev_uc_unsync(dev, vs->dev);
	vsw_filter_detach_vids(up, VSWITCH_VLAN_ALL);
	dev_set_allmulti(dev, -1);
}
