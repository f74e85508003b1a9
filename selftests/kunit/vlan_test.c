// SPDX-License-Identifier: GPL-2.0
/* VLAN gates: what a frame is in the switch, and what a client gets of it. */
#include <kunit/test.h>

#include "config/vlan_spec.h"
#include "datapath/vlan.h"
#include "frame.h"

/* Instead of a VLAN id: the setting is a trunk of VLANs 0, 5-9 and 4094. */
#define TRUNK		0xffff
#define NO_TAG		0xffffffff
#define MISMATCH	(-VSW_DROP_VLAN_MISMATCH)
#define PCP(n)		((n) << VLAN_PRIO_SHIFT)

static struct vsw_vlan_spec *vlan_spec_make(struct kunit *test, u16 vid)
{
	struct vsw_vlan_spec *spec;

	spec = vid == TRUNK ? vsw_vlan_spec_trunk() : vsw_vlan_spec_access(vid);
	KUNIT_ASSERT_NOT_NULL(test, spec);
	if (vid == TRUNK) {
		vsw_vlan_spec_allow(spec, 0, 0);
		vsw_vlan_spec_allow(spec, 5, 9);
		vsw_vlan_spec_allow(spec, 4094, 4094);
	}
	return spec;
}

/**
 * struct vlan_row - a frame that crosses a gate
 * @desc: what is special about it
 * @vid: the client's VLAN, or TRUNK
 * @proto: type of the tag outside of the frame's data, 0 for none
 * @tci: that tag
 * @inner: type of a tag in the data, 0 for none
 * @result: what the gate returns
 * @after: tag that the frame has then, or NO_TAG; of frames that pass. On the
 *	way in: that it has if it leaves by an uplink
 * @priority: priority of the frame then
 */
struct vlan_row {
	const char *desc;
	u16 vid;
	u16 proto;
	u16 tci;
	u16 inner;
	int result;
	u32 after;
	u32 priority;
};

#define Q	ETH_P_8021Q
#define AD	ETH_P_8021AD

static const struct vlan_row vlan_ingress_rows[] = {
	{ "EST untagged", 0, 0, 0, 0, 0, NO_TAG },
	{ "EST priority tag", 0, Q, PCP(5), 0, 0, NO_TAG },
	{ "EST tag 1", 0, Q, 1, 0, MISMATCH },
	{ "EST tag 4094", 0, Q, 4094, 0, MISMATCH },
	{ "EST tag 4095", 0, Q, 4095, 0, MISMATCH },
	{ "EST tag 1 with PCP", 0, Q, PCP(7) | 1, 0, MISMATCH },
	{ "EST tag in the data", 0, 0, 0, Q, MISMATCH },
	{ "EST tag behind a priority tag", 0, Q, 0, Q, MISMATCH },
	{ "EST 802.1ad tag", 0, AD, 10, 0, 0, 10 },
	{ "EST 802.1ad tag in the data", 0, 0, 0, AD, 0, NO_TAG },
	{ "VST 1 untagged", 1, 0, 0, 0, 1, 1 },
	{ "VST 1 priority tag", 1, Q, PCP(7), 0, 1, PCP(7) | 1 },
	{ "VST 1 with DEI alone", 1, Q, VLAN_CFI_MASK, 0, 1, 1 },
	{ "VST 1 its own tag", 1, Q, 1, 0, MISMATCH },
	{ "VST 1 another tag", 1, Q, 2, 0, MISMATCH },
	{ "VST 1 tag in the data", 1, 0, 0, Q, MISMATCH },
	{ "VST 1 tag behind a priority tag", 1, Q, PCP(3), Q, MISMATCH },
	{ "VST 4094 untagged", 4094, 0, 0, 0, 4094, 4094 },
	{ "VST 4094 priority tag", 4094, Q, PCP(1), 0, 4094, PCP(1) | 4094 },
	{ "VST 4094 its own tag", 4094, Q, 4094, 0, MISMATCH },
	{ "VST 7 802.1ad tag", 7, AD, 10, 0, 7, 7 },
	{ "VST 7 802.1ad tag in the data", 7, 0, 0, AD, 7, 7 },
	{ "trunk untagged", TRUNK, 0, 0, 0, 0, NO_TAG },
	{ "trunk priority tag", TRUNK, Q, PCP(2), 0, 0, PCP(2) },
	{ "trunk below a range", TRUNK, Q, 4, 0, MISMATCH },
	{ "trunk start of a range", TRUNK, Q, 5, 0, 5, 5 },
	{ "trunk end of a range", TRUNK, Q, 9, 0, 9, 9 },
	{ "trunk above a range", TRUNK, Q, 10, 0, MISMATCH },
	{ "trunk 4093", TRUNK, Q, 4093, 0, MISMATCH },
	{ "trunk 4094 with PCP", TRUNK, Q, PCP(6) | 4094, 0, 4094,
	  PCP(6) | 4094 },
	{ "trunk 4095", TRUNK, Q, 4095, 0, MISMATCH },
	{ "trunk two tags", TRUNK, Q, 5, Q, 5, 5 },
	{ "trunk 802.1ad tag", TRUNK, AD, 10, 0, 0, 10 },
};

/* A frame that gets here is of a VLAN that the setting admits. */
static const struct vlan_row vlan_egress_rows[] = {
	{ "EST untagged", 0, 0, 0, 0, true, NO_TAG },
	{ "EST priority tag", 0, Q, PCP(5), 0, true, NO_TAG, 5 },
	{ "EST tag in the data", 0, 0, 0, Q, false, NO_TAG },
	{ "EST tag behind a priority tag", 0, Q, 0, Q, false, NO_TAG },
	{ "EST 802.1ad tag", 0, AD, 10, 0, true, 10 },
	{ "VST 1", 1, Q, 1, 0, true, NO_TAG },
	{ "VST 1 with PCP", 1, Q, PCP(7) | 1, 0, true, NO_TAG, 7 },
	{ "VST 1 a second tag", 1, Q, 1, Q, false, NO_TAG },
	{ "VST 1 an 802.1ad tag behind", 1, Q, 1, AD, true, NO_TAG },
	{ "VST 4094", 4094, Q, PCP(1) | 4094, 0, true, NO_TAG, 1 },
	{ "trunk untagged", TRUNK, 0, 0, 0, true, NO_TAG },
	{ "trunk tagged", TRUNK, Q, PCP(3) | 5, 0, true, PCP(3) | 5 },
	{ "trunk two tags", TRUNK, Q, 5, Q, true, 5 },
	{ "trunk 802.1ad tag", TRUNK, AD, 10, 0, true, 10 },
};

static void vlan_desc(const struct vlan_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vlan_ingress, vlan_ingress_rows, vlan_desc);
KUNIT_ARRAY_PARAM(vlan_egress, vlan_egress_rows, vlan_desc);

static struct sk_buff *vlan_frame(struct kunit *test,
				  const struct vlan_row *row)
{
	const u8 payload[46] = {};
	const struct frame frame = {
		.tag_type = row->inner,
		.tags = row->inner ? 1 : 0,
		.type = ETH_P_ARP,
		.payload = payload,
		.len = sizeof(payload),
	};
	struct sk_buff *skb = frame_make(test, &frame);

	if (row->proto)
		__vlan_hwaccel_put_tag(skb, htons(row->proto), row->tci);
	return skb;
}

static u32 vlan_tag(const struct sk_buff *skb)
{
	return skb_vlan_tag_present(skb) ? skb_vlan_tag_get(skb) : NO_TAG;
}

static void vlan_gate_in(struct kunit *test)
{
	const struct vlan_row *row = test->param_value;
	struct vsw_vlan_spec *spec = vlan_spec_make(test, row->vid);
	struct sk_buff *skb = vlan_frame(test, row);

	int vid = vsw_vlan_ingress(spec, skb);

	KUNIT_EXPECT_EQ(test, vid, row->result);
	if (vid >= 0) {
		vsw_vlan_tag(skb, vid);
		KUNIT_EXPECT_EQ(test, vlan_tag(skb), row->after);
		KUNIT_EXPECT_EQ(test, vsw_vlan_of(skb), row->result);
	}
	kfree(spec);
}

/* What an access port puts behind the tag of its own is payload, and whole. */
static void vlan_8021ad_becomes_payload(struct kunit *test)
{
	const struct vlan_row row = { .vid = 7, .proto = AD, .tci = 10 };
	struct vsw_vlan_spec *spec = vlan_spec_make(test, row.vid);
	struct sk_buff *skb = vlan_frame(test, &row);
	unsigned int len = skb->len;
	struct vlan_ethhdr *eth;

	KUNIT_EXPECT_EQ(test, vsw_vlan_ingress(spec, skb), 7);
	KUNIT_EXPECT_EQ(test, skb->len, len + VLAN_HLEN);
	eth = (struct vlan_ethhdr *)skb->data;
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_vlan_proto), ETH_P_8021AD);
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_vlan_TCI), 10);
	KUNIT_EXPECT_EQ(test, ntohs(eth->h_vlan_encapsulated_proto), ETH_P_ARP);
	kfree(spec);
}

static void vlan_gate_out(struct kunit *test)
{
	const struct vlan_row *row = test->param_value;
	struct vsw_vlan_spec *spec = vlan_spec_make(test, row->vid);
	struct sk_buff *skb = vlan_frame(test, row);

	KUNIT_EXPECT_EQ(test,
			(int)vsw_vlan_egress(spec, skb, vsw_vlan_of(skb)),
			row->result);
	KUNIT_EXPECT_EQ(test, vlan_tag(skb), row->after);
	KUNIT_EXPECT_EQ(test, skb->priority, row->priority);
	kfree(spec);
}

/* From an access port, without the tag of its VLAN. */
static void vlan_gate_out_untagged(struct kunit *test)
{
	const struct vlan_row row = {};
	static const u16 vids[] = { 9, TRUNK };
	struct vsw_vlan_spec *spec;
	struct sk_buff *skb;
	int i;

	for (i = 0; i < ARRAY_SIZE(vids); i++) {
		spec = vlan_spec_make(test, vids[i]);
		skb = vlan_frame(test, &row);
		KUNIT_EXPECT_TRUE(test, vsw_vlan_egress(spec, skb, 9));
		KUNIT_EXPECT_EQ(test, vlan_tag(skb),
				vids[i] == TRUNK ? 9 : NO_TAG);
		kfree(spec);
	}
}

static struct kunit_case vlan_cases[] = {
	KUNIT_CASE_PARAM(vlan_gate_in, vlan_ingress_gen_params),
	KUNIT_CASE(vlan_8021ad_becomes_payload),
	KUNIT_CASE_PARAM(vlan_gate_out, vlan_egress_gen_params),
	KUNIT_CASE(vlan_gate_out_untagged),
	{}
};

static struct kunit_suite vlan_suite = {
	.name = "vswitch_vlan",
	.test_cases = vlan_cases,
};

kunit_test_suite(vlan_suite);
