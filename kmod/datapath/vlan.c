// SPDX-License-Identifier: GPL-2.0
/* The rare half of tagging. */
#include "vlan.h"

/**
 * vsw_vlan_ingress_tagged() - the VLAN of a tagged frame from an access client
 * @spec: its VLAN
 * @skb: frame; skb->data is at its Ethernet header
 *
 * All it may have is a priority tag, whose priority goes on in the tag of its
 * VLAN. An 802.1ad tag becomes the payload that it is.
 *
 * Context: Any.
 * Return: VLAN id, or a negated drop reason.
 */
int vsw_vlan_ingress_tagged(const struct vsw_vlan_spec *spec,
			    struct sk_buff *skb)
{
	u16 priority = 0;

	if (vsw_vlan_of(skb))
		return -VSW_DROP_VLAN_MISMATCH;
	if (vsw_vlan_tagged(skb)) {
		priority = skb_vlan_tag_get(skb) & VLAN_PRIO_MASK;
		__vlan_hwaccel_clear_tag(skb);
		if (vsw_vlan_inner_tagged(skb))
			return -VSW_DROP_VLAN_MISMATCH;
	}
	if (!spec->vid)
		return 0;
	skb_forward_csum(skb);
	if (unlikely(skb_vlan_push(skb, htons(ETH_P_8021Q),
				   spec->vid | priority)))
		return -VSW_DROP_NO_MEMORY;
	return spec->vid;
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
