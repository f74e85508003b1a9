// SPDX-License-Identifier: GPL-2.0
/* The VLAN setting of a port group as a value: made, compared, walked. */
#include "vlan_spec.h"

/*
 * Frames read it, so it is alone on its line: what else is as small would be
 * anything of the kernel's, and may be written all the time.
 */
static struct vsw_vlan_spec *vsw_vlan_spec_alloc(size_t size)
{
	return kzalloc(max_t(size_t, size, SMP_CACHE_BYTES),
		       GFP_KERNEL_ACCOUNT);
}

/**
 * vsw_vlan_spec_access() - the VLAN setting EST or VST
 * @vid: VLAN id, 0 for untagged
 *
 * Context: Process context.
 * Return: the setting, for kfree() until a port group takes it, or NULL.
 */
struct vsw_vlan_spec *vsw_vlan_spec_access(u16 vid)
{
	struct vsw_vlan_spec *spec = vsw_vlan_spec_alloc(sizeof(*spec));

	if (spec)
		spec->vid = vid;
	return spec;
}

/**
 * vsw_vlan_spec_trunk() - a trunk without VLANs yet
 *
 * Context: Process context.
 * Return: the setting, for kfree() until a port group takes it, or NULL.
 */
struct vsw_vlan_spec *vsw_vlan_spec_trunk(void)
{
	struct vsw_vlan_spec *spec;

	spec = vsw_vlan_spec_alloc(struct_size(spec, vids,
					       BITS_TO_LONGS(VLAN_N_VID)));
	if (spec)
		spec->trunk = true;
	return spec;
}

/**
 * vsw_vlan_spec_allow() - add VLANs to a trunk that no port group has yet
 * @spec: trunk
 * @first: first VLAN id, 0 standing for untagged
 * @last: last VLAN id, not below @first
 *
 * Context: Any.
 */
void vsw_vlan_spec_allow(struct vsw_vlan_spec *spec, u16 first, u16 last)
{
	bitmap_set(spec->vids, first, last - first + 1);
}

/**
 * vsw_vlan_spec_is_all() - whether a setting is VGT, which VLAN 4095 stands for
 * @spec: setting
 *
 * Context: Any.
 * Return: whether it is a trunk of all VLANs.
 */
bool vsw_vlan_spec_is_all(const struct vsw_vlan_spec *spec)
{
	return spec->trunk &&
	       bitmap_weight(spec->vids, VSWITCH_VLAN_ALL) == VSWITCH_VLAN_ALL;
}

/**
 * vsw_vlan_spec_equal() - whether two settings admit the same, in the same way
 * @a: setting
 * @b: setting
 *
 * Context: Any.
 * Return: whether they do.
 */
bool vsw_vlan_spec_equal(const struct vsw_vlan_spec *a,
			 const struct vsw_vlan_spec *b)
{
	if (a->trunk != b->trunk)
		return false;
	return a->trunk ? bitmap_equal(a->vids, b->vids, VLAN_N_VID) :
			  a->vid == b->vid;
}

/**
 * vsw_vlan_spec_next() - the first VLAN tag from one on that clients use
 * @spec: their setting
 * @vid: where to start
 *
 * Context: Any.
 * Return: VLAN id, or 4095 if there is none.
 */
u16 vsw_vlan_spec_next(const struct vsw_vlan_spec *spec, u16 vid)
{
	vid = max_t(u16, vid, 1);
	if (spec->trunk)
		return find_next_bit(spec->vids, VSWITCH_VLAN_ALL, vid);
	return vid <= spec->vid ? spec->vid : VSWITCH_VLAN_ALL;
}
