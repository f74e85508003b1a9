/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside the switch every frame is in its wire form: with the 802.1Q tag, if
 * any, that it bears on the physical network, held in skb->vlan_tci. Access
 * ports (EST, VST) put that tag on and take it off; trunk ports (VGT, trunk
 * list) and uplinks leave frames as they are. An 802.1ad tag is payload.
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

/* The VLAN of a frame in wire form; 0 where it is untagged. */
static inline u16 vsw_vlan_of(const struct sk_buff *skb)
{
	return vsw_vlan_tagged(skb) ? skb_vlan_tag_get_id(skb) : 0;
}

/*
 * Whether the packet's data starts with a further 802.1Q tag. An access client
 * must neither send nor get one: stripped of the first tag, which may be a mere
 * priority tag, the frame would hop to another VLAN.
 */
static inline bool vsw_vlan_inner_tagged(const struct sk_buff *skb)
{
	return !skb_vlan_tag_present(skb) &&
	       eth_hdr(skb)->h_proto == htons(ETH_P_8021Q);
}

/* Whether clients with @spec may send frames with tag @vid; 0 for none. */
static inline bool vsw_vlan_admits_tag(const struct vsw_vlan_spec *spec,
				       u16 vid)
{
	return likely(!spec->trunk) ? !vid : test_bit(vid, spec->vids);
}

/* Whether clients with @spec are in VLAN @vid. */
static inline bool vsw_vlan_admits(const struct vsw_vlan_spec *spec, u16 vid)
{
	if (likely(!spec->trunk))
		return spec->vid == vid;
	return test_bit(vid, spec->vids);
}

bool vsw_vlan_push_before(struct sk_buff *skb, u16 tci);
u16 vsw_vlan_announced(const struct vsw_vlan_spec *spec);

/*
 * Puts an 802.1Q tag on a frame, outside of the data. Returns false if there
 * was no memory for that; @skb is still the caller's.
 */
static inline bool vsw_vlan_push(struct sk_buff *skb, u16 tci)
{
	if (unlikely(skb_vlan_tag_present(skb)))
		return vsw_vlan_push_before(skb, tci);
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), tci);
	return true;
}

/*
 * Brings a frame from a client into its wire form. skb->data is at the Ethernet
 * header. Returns its VLAN, or a negated drop reason.
 */
static __always_inline int vsw_vlan_ingress(const struct vsw_vlan_spec *spec,
					    struct sk_buff *skb)
{
	u16 vid = vsw_vlan_of(skb);
	u16 priority = 0;

	if (unlikely(!vsw_vlan_admits_tag(spec, vid)))
		return -VSW_DROP_VLAN_MISMATCH;
	if (unlikely(spec->trunk))
		return vid;
	if (unlikely(vsw_vlan_tagged(skb))) {
		priority = skb_vlan_tag_get(skb) & VLAN_PRIO_MASK;
		__vlan_hwaccel_clear_tag(skb);
	}
	if (unlikely(vsw_vlan_inner_tagged(skb)))
		return -VSW_DROP_VLAN_MISMATCH;
	if (spec->vid && unlikely(!vsw_vlan_push(skb, spec->vid | priority)))
		return -VSW_DROP_NO_MEMORY;
	return spec->vid;
}

/*
 * Brings a frame in wire form, of a VLAN that @spec admits, into the form that
 * the client gets. Returns false if there is none.
 */
static inline bool vsw_vlan_egress(const struct vsw_vlan_spec *spec,
				   struct sk_buff *skb)
{
	if (unlikely(spec->trunk))
		return true;

	if (vsw_vlan_tagged(skb)) {
		skb->priority = skb_vlan_tag_get_prio(skb);
		__vlan_hwaccel_clear_tag(skb);
	}
	return likely(!vsw_vlan_inner_tagged(skb));
}

#endif
