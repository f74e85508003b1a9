// SPDX-License-Identifier: GPL-2.0
/* The rare half of tagging. */
#include "vlan.h"

/**
 * vsw_vlan_push_before() - put an 802.1Q tag on a frame that has an 802.1ad one
 * @skb: frame; skb->data is at its Ethernet header
 * @tci: tag control information
 *
 * The latter becomes the payload that it is.
 *
 * Context: Any.
 * Return: false if there was no memory for that; @skb is still the caller's.
 */
bool vsw_vlan_push_before(struct sk_buff *skb, u16 tci)
{
	skb_forward_csum(skb);
	return skb_vlan_push(skb, htons(ETH_P_8021Q), tci) == 0;
}

/**
 * vsw_vlan_announced() - the VLAN in which a port group's own frames go out,
 *	those by which it announces and probes
 * @spec: VLANs of the port group
 *
 * Of a trunk, untagged if it may be, else the lowest VLAN.
 *
 * Context: Any.
 * Return: VLAN id, 0 for untagged.
 */
u16 vsw_vlan_announced(const struct vsw_vlan_spec *spec)
{
	if (!spec->trunk)
		return spec->vid;
	return find_first_bit(spec->vids, VLAN_N_VID) % VLAN_N_VID;
}
