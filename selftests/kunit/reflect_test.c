// SPDX-License-Identifier: GPL-2.0
/* Frames that come back: which are known again, and for how long. */
#include "datapath/reflect.h"
#include "frame.h"

/* Bytes of a frame that are looked at, its Ethernet header among them. */
#define REFLECT_LEN	64
#define PAYLOAD_LEN	200

static int reflect_init(struct kunit *test)
{
	struct vswitch *vs = kunit_kzalloc(test, sizeof(*vs), GFP_KERNEL);

	if (!vs)
		return -ENOMEM;
	vs->flooded_until = jiffies - 1;
	test->priv = vs;
	return 0;
}

static struct sk_buff *reflect_frame(struct kunit *test, unsigned int len,
				     bool paged)
{
	u8 payload[PAYLOAD_LEN];
	const struct frame frame = {
		.type = ETH_P_IP,
		.payload = payload,
		.len = len,
		.paged = paged,
	};

	memset(payload, 0x5a, sizeof(payload));
	return frame_make(test, &frame);
}

static void reflect_same_frame(struct kunit *test)
{
	static const unsigned int lens[] = { 0, 1, 46, 49, 50, 51, 200 };
	struct vswitch *other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	struct vswitch *vs = test->priv;
	struct sk_buff *sent, *back;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, other);
	other->flooded_until = jiffies + HZ;
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		sent = reflect_frame(test, lens[i], false);
		back = reflect_frame(test, lens[i], true);
		KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(vs, back, 10 + i));
		vsw_reflect_note(vs, sent, 10 + i);
		KUNIT_EXPECT_TRUE_MSG(test, vsw_reflect_seen(vs, back, 10 + i),
				      "%u bytes", lens[i]);
		KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(vs, back, 9));
		KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(vs, back, 0));
		KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(other, back, 10 + i));
	}
}

/* A short frame gets longer on its way, by zeros. */
static void reflect_padded(struct kunit *test)
{
	struct sk_buff *skb = reflect_frame(test, 20, false);
	struct vswitch *vs = test->priv;

	vsw_reflect_note(vs, skb, 0);
	skb_put_zero(skb, ETH_ZLEN - skb->len);
	KUNIT_EXPECT_TRUE(test, vsw_reflect_seen(vs, skb, 0));
	skb->data[ETH_ZLEN - 1] = 1;
	KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(vs, skb, 0));
}

static void reflect_every_byte(struct kunit *test)
{
	struct sk_buff *skb = reflect_frame(test, PAYLOAD_LEN, false);
	struct vswitch *vs = test->priv;
	unsigned int i;

	vsw_reflect_note(vs, skb, 7);
	for (i = 0; i < skb->len; i++) {
		skb->data[i] ^= 1;
		KUNIT_EXPECT_EQ_MSG(test, vsw_reflect_seen(vs, skb, 7),
				    i >= REFLECT_LEN, "byte %u", i);
		skb->data[i] ^= 1;
	}
	KUNIT_EXPECT_TRUE(test, vsw_reflect_seen(vs, skb, 7));
}

static void reflect_forgotten(struct kunit *test)
{
	struct sk_buff *skb = reflect_frame(test, PAYLOAD_LEN, false);
	struct vswitch *vs = test->priv;
	unsigned int i, alive = 0;

	vsw_reflect_note(vs, skb, 7);
	for (i = 0; i < ARRAY_SIZE(vs->flooded); i++)
		alive += vs->flooded[i].hash &&
			 time_after(vs->flooded[i].until, jiffies);
	KUNIT_EXPECT_EQ(test, alive, 1);
	/* Others are remembered, this one no more. */
	for (i = 0; i < ARRAY_SIZE(vs->flooded); i++)
		vs->flooded[i].until = jiffies - 1;
	vs->flooded_until = jiffies + HZ;
	KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(vs, skb, 7));
	vsw_reflect_note(vs, skb, 7);
	vs->flooded_until = jiffies - 1;
	KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(vs, skb, 7));
}

/* It comes back with the checksum that the NIC has put in. */
static void reflect_partial_checksum(struct kunit *test)
{
	struct sk_buff *skb = reflect_frame(test, 40, false);
	struct vswitch *vs = test->priv;

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + ETH_HLEN + 20;
	skb->csum_offset = 16;
	vsw_reflect_note(vs, skb, 0);
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_NONE);
	KUNIT_EXPECT_TRUE(test, vsw_reflect_seen(vs, skb, 0));
}

/* One that the NIC cuts in pieces does not come back as it is. */
static void reflect_gso(struct kunit *test)
{
	struct sk_buff *skb = reflect_frame(test, PAYLOAD_LEN, false);
	struct vswitch *vs = test->priv;

	skb_shinfo(skb)->gso_size = 50;
	vsw_reflect_note(vs, skb, 0);
	KUNIT_EXPECT_FALSE(test, vsw_reflect_seen(vs, skb, 0));
}

static struct kunit_case reflect_cases[] = {
	KUNIT_CASE(reflect_same_frame),
	KUNIT_CASE(reflect_padded),
	KUNIT_CASE(reflect_every_byte),
	KUNIT_CASE(reflect_forgotten),
	KUNIT_CASE(reflect_partial_checksum),
	KUNIT_CASE(reflect_gso),
	{}
};

static struct kunit_suite reflect_suite = {
	.name = "vswitch_reflect",
	.init = reflect_init,
	.test_cases = reflect_cases,
};

kunit_test_suite(reflect_suite);
