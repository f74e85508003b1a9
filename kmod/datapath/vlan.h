/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside the switch a frame goes with the id of its VLAN, 0 for untagged: that
 * is the 802.1Q tag that it bears on the physical network. What comes from an
 * access port (EST, VST) has no tag yet, what comes from others has it in
 * skb->vlan_tci; each way out of the switch puts it on or takes it off. An
 * 802.1ad tag is payload.
 */
#ifndef VSW_VLAN_H
#define VSW_VLAN_H

#include "vsw.h"

/* Whether @skb bears an 802.1Q tag, outside of the packet's data. */
static inline bool vsw_vlan_tagged(const struct sk_buff *skb)
{
	return skb_vlan_tag_present(skb) &&
	       skb->vlan_proto == htons(ETH_P_8021Q);
}

/* The VLAN of a frame that bears its tag; 0 where it is untagged. */
static inline u16 vsw_vlan_of(const struct sk_buff *skb)
{
	return vsw_vlan_tagged(skb) ? skb_vlan_tag_get_id(skb) : 0;
}

/*
 * Whether the packet's data, which start with the Ethernet header, have a
 * further 802.1Q tag. An access client must neither send nor get one: stripped
 * of the first tag, which may be a mere priority tag, the frame would hop to
 * another VLAN.
 */
static inline bool vsw_vlan_inner_tagged(const struct sk_buff *skb)
{
	const struct ethhdr *eth = (struct ethhdr *)skb->data;

	return !skb_vlan_tag_present(skb) &&
	       eth->h_proto == htons(ETH_P_8021Q);
}

/* Whether clients with @spec are in VLAN @vid. */
static inline bool vsw_vlan_admits(const struct vsw_vlan_spec *spec, u16 vid)
{
	if (likely(!spec->trunk))
		return spec->vid == vid;
	return test_bit(vid, spec->vids);
}

int vsw_vlan_ingress_tagged(const struct vsw_vlan_spec *spec,
			    struct sk_buff *skb);
u16 vsw_vlan_announced(const struct vsw_vlan_spec *spec);

/* Puts the tag of a frame in VLAN @vid on, unless it has it. */
static inline void vsw_vlan_tag(struct sk_buff *skb, u16 vid)
{
	if (vid && !skb_vlan_tag_present(skb))
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), vid);
}

/*
 * The VLAN of a frame from a client with @spec, or a negated drop reason.
 * skb->data is at the Ethernet header.
 */
static __always_inline int vsw_vlan_ingress(const struct vsw_vlan_spec *spec,
					    struct sk_buff *skb)
{
	u16 vid = spec->vid;

	if (unlikely(spec->trunk)) {
		vid = vsw_vlan_of(skb);
		return vsw_vlan_admits(spec, vid) ? vid :
						    -VSW_DROP_VLAN_MISMATCH;
	}
	if (unlikely(skb_vlan_tag_present(skb)))
		return vsw_vlan_ingress_tagged(spec, skb);
	if (unlikely(vsw_vlan_inner_tagged(skb)))
		return -VSW_DROP_VLAN_MISMATCH;
	return vid;
}

/*
 * Brings a frame of VLAN @vid, which @spec admits, into the form that the
 * client gets. Returns false if there is none.
 */
static inline bool vsw_vlan_egress(const struct vsw_vlan_spec *spec,
				   struct sk_buff *skb, u16 vid)
{
	if (unlikely(spec->trunk)) {
		vsw_vlan_tag(skb, vid);
		return true;
	}
	if (vsw_vlan_tagged(skb)) {
		skb->priority = skb_vlan_tag_get_prio(skb);
		__vlan_hwaccel_clear_tag(skb);
	}
	return likely(!vsw_vlan_inner_tagged(skb));
}

#endif
