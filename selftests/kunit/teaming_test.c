// SPDX-License-Identifier: GPL-2.0
/* The uplink of each frame: by its addresses, however it is made up. */
#include <net/ip.h>
#include <net/ipv6.h>

#include "datapath/teaming.h"
#include "frame.h"
#include "team.h"

#define MAC		VSWITCH_LOAD_BALANCING_MAC
#define IPHASH		VSWITCH_LOAD_BALANCING_IPHASH

/* Last octets of the IP addresses, and what they yield, XORed. */
#define IP_SRC_OCTET	0x0a
#define IP_DST_OCTET	0xb5
#define IP_HASH		(IP_SRC_OCTET ^ IP_DST_OCTET)

/* Room for either header, and more. */
#define PAYLOAD_LEN	60

/**
 * struct hash_row - a frame
 * @desc: what is special about it
 * @type: Ethertype of its payload
 * @tags: tags in its data
 * @tag_type: their type
 * @hwaccel: it has a tag outside of its data, too
 * @frag_off: of an IPv4 header
 * @nexthdr: of an IPv6 header
 * @len: bytes of payload
 * @want: IP_HASH or FRAME_MAC_HASH
 */
struct hash_row {
	const char *desc;
	u16 type;
	unsigned int tags;
	u16 tag_type;
	bool hwaccel;
	u16 frag_off;
	u8 nexthdr;
	unsigned int len;
	u8 want;
};

#define V4	ETH_P_IP
#define V6	ETH_P_IPV6
#define Q	ETH_P_8021Q
#define AD	ETH_P_8021AD

static const struct hash_row hash_rows[] = {
	{ "IPv4", V4, 0, 0, false, 0, 0, PAYLOAD_LEN, IP_HASH },
	{ "IPv4 first fragment", V4, 0, 0, false, IP_MF, 0, PAYLOAD_LEN,
	  IP_HASH },
	{ "IPv4 later fragment", V4, 0, 0, false, IP_MF | 185, 0, PAYLOAD_LEN,
	  IP_HASH },
	{ "IPv4 last fragment", V4, 0, 0, false, 370, 0, PAYLOAD_LEN,
	  IP_HASH },
	{ "IPv4 header and no more", V4, 0, 0, false, 0, 0,
	  sizeof(struct iphdr), IP_HASH },
	{ "IPv4 header cut short", V4, 0, 0, false, 0, 0,
	  sizeof(struct iphdr) - 1, FRAME_MAC_HASH },
	{ "IPv4 without a header", V4, 0, 0, false, 0, 0, 0, FRAME_MAC_HASH },
	{ "IPv4 tagged", V4, 0, 0, true, 0, 0, PAYLOAD_LEN, IP_HASH },
	{ "IPv4 with a tag in the data", V4, 1, Q, false, 0, 0, PAYLOAD_LEN,
	  IP_HASH },
	{ "IPv4 with two tags", V4, 1, Q, true, 0, 0, PAYLOAD_LEN, IP_HASH },
	{ "IPv4 with an 802.1ad tag", V4, 1, AD, true, 0, 0, PAYLOAD_LEN,
	  IP_HASH },
	{ "IPv4 with three tags in the data", V4, 3, Q, false, 0, 0,
	  PAYLOAD_LEN, IP_HASH },
	{ "IPv4 with as many tags as count", V4, VLAN_MAX_DEPTH, Q, false, 0,
	  0, PAYLOAD_LEN, IP_HASH },
	{ "IPv4 with a tag too many", V4, VLAN_MAX_DEPTH + 1, Q, false, 0, 0,
	  PAYLOAD_LEN, FRAME_MAC_HASH },
	{ "IPv4 behind a tag, cut short", V4, 1, Q, false, 0, 0,
	  sizeof(struct iphdr) - 1, FRAME_MAC_HASH },
	{ "a tag and no more", V4, 1, Q, false, 0, 0, 0, FRAME_MAC_HASH },
	{ "IPv6", V6, 0, 0, false, 0, IPPROTO_TCP, PAYLOAD_LEN, IP_HASH },
	{ "IPv6 fragment", V6, 0, 0, false, 0, NEXTHDR_FRAGMENT, PAYLOAD_LEN,
	  IP_HASH },
	{ "IPv6 header and no more", V6, 0, 0, false, 0, NEXTHDR_NONE,
	  sizeof(struct ipv6hdr), IP_HASH },
	{ "IPv6 header cut short", V6, 0, 0, false, 0, NEXTHDR_NONE,
	  sizeof(struct ipv6hdr) - 1, FRAME_MAC_HASH },
	{ "IPv6 with a tag in the data", V6, 1, Q, true, 0, IPPROTO_UDP,
	  PAYLOAD_LEN, IP_HASH },
	{ "ARP", ETH_P_ARP, 0, 0, false, 0, 0, 46, FRAME_MAC_HASH },
	{ "ARP behind tags", ETH_P_ARP, 2, Q, false, 0, 0, 46,
	  FRAME_MAC_HASH },
	{ "802.3 length", 46, 0, 0, false, 0, 0, 46, FRAME_MAC_HASH },
};

static void hash_desc(const struct hash_row *row, char *desc)
{
	strscpy(desc, row->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(hash, hash_rows, hash_desc);

/* An IP header with the addresses above, all their other octets different. */
static void hash_payload(const struct hash_row *row, u8 *payload)
{
	struct ipv6hdr *ip6 = (struct ipv6hdr *)payload;
	struct iphdr *ip4 = (struct iphdr *)payload;

	memset(payload, 0x5a, PAYLOAD_LEN);
	if (row->type == ETH_P_IP) {
		ip4->frag_off = htons(row->frag_off);
		ip4->saddr = htonl(0xc0000200 | IP_SRC_OCTET);
		ip4->daddr = htonl(0xcb007100 | IP_DST_OCTET);
	} else if (row->type == ETH_P_IPV6) {
		ip6->nexthdr = row->nexthdr;
		memset(&ip6->daddr, 0xa5, sizeof(ip6->daddr));
		ip6->saddr.s6_addr[15] = IP_SRC_OCTET;
		ip6->daddr.s6_addr[15] = IP_DST_OCTET;
	}
}

static struct sk_buff *hash_frame(struct kunit *test,
				  const struct hash_row *row, bool paged)
{
	u8 payload[PAYLOAD_LEN];
	const struct frame frame = {
		.tag_type = row->tag_type,
		.tags = row->tags,
		.type = row->type,
		.payload = payload,
		.len = row->len,
		.paged = paged,
	};
	struct sk_buff *skb;

	hash_payload(row, payload);
	skb = frame_make(test, &frame);
	if (row->hwaccel)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 100);
	return skb;
}

static void hash_team(struct team *team, u32 balance, u32 num)
{
	struct vsw_team now = { .balance = balance, .num = num };
	u32 slot;

	for (slot = 0; slot < num; slot++) {
		now.uplinks[slot] = &team->uplinks[slot].slave.port;
		now.mask |= BIT(slot);
	}
	team_publish(team, &now);
}

/* The slot of the uplink that a frame from the client takes; -1 for none. */
static int hash_slot(struct team *team, const struct sk_buff *skb)
{
	struct vsw_port *up;

	rcu_read_lock();
	up = vsw_team_uplink(&team->client, skb);
	rcu_read_unlock();
	return up ? (int)vsw_port_to_uplink(up)->slot : -1;
}

static const u32 hash_sizes[] = { 1, 2, 3, 7, 32 };

static void hash_by_ip(struct kunit *test)
{
	const struct hash_row *row = test->param_value;
	struct team *team = test->priv;
	struct sk_buff *skb;
	int i, paged;

	for (paged = 0; paged < 2; paged++) {
		skb = hash_frame(test, row, paged);
		for (i = 0; i < ARRAY_SIZE(hash_sizes); i++) {
			hash_team(team, IPHASH, hash_sizes[i]);
			KUNIT_EXPECT_EQ_MSG(test, hash_slot(team, skb),
					    row->want % hash_sizes[i],
					    "%u uplinks%s", hash_sizes[i],
					    paged ? ", paged" : "");
		}
	}
}

/* Of all frames, and the same both ways: source and destination count alike. */
static void hash_spreads(struct kunit *test)
{
	const struct hash_row row = { .type = V4, .len = PAYLOAD_LEN };
	u32 used[VSWITCH_MAX_UPLINKS] = {};
	struct team *team = test->priv;
	struct sk_buff *skb;
	struct iphdr *ip4;
	u32 octet, slot, wrong = 0;
	int there;

	skb = hash_frame(test, &row, false);
	ip4 = (struct iphdr *)(skb->data + ETH_HLEN);
	hash_team(team, IPHASH, VSWITCH_MAX_UPLINKS);
	for (octet = 0; octet < 256; octet++) {
		ip4->saddr = htonl(0x0a000000 | octet);
		there = hash_slot(team, skb);
		swap(ip4->saddr, ip4->daddr);
		wrong += hash_slot(team, skb) != there;
		swap(ip4->saddr, ip4->daddr);
		if (there >= 0)
			used[there]++;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		KUNIT_EXPECT_EQ(test, used[slot], 256 / VSWITCH_MAX_UPLINKS);
}

static void hash_by_source(struct kunit *test)
{
	const struct hash_row row = { .type = V4, .len = PAYLOAD_LEN };
	struct team *team = test->priv;
	struct sk_buff *skb = hash_frame(test, &row, false);
	struct ethhdr *eth = (struct ethhdr *)skb->data;
	u32 octet, wrong = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(hash_sizes); i++) {
		hash_team(team, MAC, hash_sizes[i]);
		for (octet = 0; octet < 256; octet++) {
			eth->h_source[ETH_ALEN - 1] = octet;
			wrong += hash_slot(team, skb) != octet % hash_sizes[i];
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void hash_no_uplink(struct kunit *test)
{
	const struct hash_row row = { .type = V4, .len = PAYLOAD_LEN };
	struct team *team = test->priv;
	struct sk_buff *skb = hash_frame(test, &row, false);
	u32 balance;

	for (balance = 0; balance <= VSWITCH_LOAD_BALANCING_EXPLICIT;
	     balance++) {
		hash_team(team, balance, 0);
		KUNIT_EXPECT_EQ(test, hash_slot(team, skb), -1);
	}
	/* Its own goes before any hash. */
	hash_team(team, IPHASH, 2);
	RCU_INIT_POINTER(team->client.uplink, &team->uplinks[9].slave.port);
	KUNIT_EXPECT_EQ(test, hash_slot(team, skb), 9);
}

static bool hash_takes_flooded(struct team *team, u32 slot,
			       const struct sk_buff *skb)
{
	bool takes;

	rcu_read_lock();
	takes = vsw_team_takes_flooded(&team->client,
				       &team->uplinks[slot].slave.port, skb);
	rcu_read_unlock();
	return takes;
}

/* Of what several uplinks bring, one copy gets through. */
static void hash_flooded(struct kunit *test)
{
	const struct hash_row row = { .type = V4, .len = PAYLOAD_LEN };
	struct team *team = test->priv;
	struct sk_buff *skb = hash_frame(test, &row, false);
	u32 slot;

	for (slot = 0; slot < 4; slot++) {
		hash_team(team, MAC, 3);
		KUNIT_EXPECT_EQ_MSG(test, hash_takes_flooded(team, slot, skb),
				    slot == FRAME_SRC_OCTET % 3, "mac %u",
				    slot);
		hash_team(team, IPHASH, 3);
		KUNIT_EXPECT_EQ_MSG(test, hash_takes_flooded(team, slot, skb),
				    slot < 3, "iphash %u", slot);
		hash_team(team, MAC, 0);
		KUNIT_EXPECT_FALSE(test, hash_takes_flooded(team, slot, skb));
	}
	RCU_INIT_POINTER(team->client.uplink, &team->uplinks[1].slave.port);
	for (slot = 0; slot < 4; slot++)
		KUNIT_EXPECT_EQ(test, hash_takes_flooded(team, slot, skb),
				slot == 1);
}

/* Unicast is taken from active and standby uplinks, and from any client. */
static void hash_unicast(struct kunit *test)
{
	struct team *team = test->priv;
	struct vsw_port other = {};
	u32 slot;

	team->pg.inbound = BIT(0) | BIT(3) | BIT(31);
	for (slot = 0; slot < VSWITCH_MAX_UPLINKS; slot++)
		KUNIT_EXPECT_EQ(test,
				vsw_team_takes_unicast(&team->client,
						       &team->uplinks[slot]
						       .slave.port),
				slot == 0 || slot == 3 || slot == 31);
	team->pg.inbound = 0;
	KUNIT_EXPECT_TRUE(test, vsw_team_takes_unicast(&team->client, &other));
}

static struct kunit_case hash_cases[] = {
	KUNIT_CASE_PARAM(hash_by_ip, hash_gen_params),
	KUNIT_CASE(hash_spreads),
	KUNIT_CASE(hash_by_source),
	KUNIT_CASE(hash_no_uplink),
	KUNIT_CASE(hash_flooded),
	KUNIT_CASE(hash_unicast),
	{}
};

static struct kunit_suite hash_suite = {
	.name = "vswitch_teaming",
	.init = team_init,
	.test_cases = hash_cases,
};

kunit_test_suite(hash_suite);
