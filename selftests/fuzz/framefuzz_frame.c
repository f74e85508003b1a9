// SPDX-License-Identifier: GPL-2.0
/*
 * What a frame looks like: made from a template, addressed to and from those
 * who are there, tagged, and then spoilt in a few places, or not at all, so
 * that some get far.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "framefuzz.h"

/* The frame's own ends of its tunnel through the switch's checks. */
#define BEACON_ETHERTYPE	0x88b5
#define BEACON_MAGIC		"vsw-beac"

/**
 * rng_next() - the next number; splitmix64
 * @rng: generator
 *
 * Return: 64 random bits.
 */
uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/**
 * rng_below() - a number below a limit
 * @rng: generator
 * @limit: limit, not 0
 *
 * Return: the number.
 */
uint32_t rng_below(struct rng *rng, uint32_t limit)
{
	return (rng_next(rng) >> 32) % limit;
}

/**
 * rng_percent() - true in so many cases of a hundred
 * @rng: generator
 * @percent: how many
 *
 * Return: whether this is such a case.
 */
bool rng_percent(struct rng *rng, uint32_t percent)
{
	return rng_below(rng, 100) < percent;
}

/**
 * rng_fill() - random bytes
 * @rng: generator
 * @data: where they go
 * @len: how many
 */
void rng_fill(struct rng *rng, void *data, size_t len)
{
	uint8_t *to = data;
	uint64_t bits;
	size_t some;

	for (; len; len -= some, to += some) {
		bits = rng_next(rng);
		some = len < sizeof(bits) ? len : sizeof(bits);
		memcpy(to, &bits, some);
	}
}

/* Bytes that nobody looks at need not be as random. */
static void frame_payload(struct frame *f, struct rng *rng, size_t len)
{
	size_t some = len < 64 ? len : 64;

	rng_fill(rng, f->data + f->len, some);
	memset(f->data + f->len + some, 0x5a, len - some);
	f->len += len;
}

static void frame_put(struct frame *f, const void *data, size_t len)
{
	memcpy(f->data + f->len, data, len);
	f->len += len;
}

static void frame_put_u16(struct frame *f, uint16_t value)
{
	value = htons(value);
	frame_put(f, &value, sizeof(value));
}

static void frame_set_u16(struct frame *f, size_t at, uint16_t value)
{
	value = htons(value);
	memcpy(f->data + at, &value, sizeof(value));
}

/* Most are small, some fill the MTU, a few are as large as they can be. */
static size_t frame_some_length(struct rng *rng)
{
	uint32_t what = rng_below(rng, 100);

	if (what < 80)
		return rng_below(rng, 200);
	if (what < 93)
		return rng_below(rng, 1500);
	if (what < 98)
		return 1400 + rng_below(rng, 200);
	return rng_below(rng, rng_percent(rng, 80) ? 9200 : FRAME_MAX - 300);
}

static void frame_some_mac(uint8_t *mac, struct rng *rng,
			   const struct known *known)
{
	uint32_t what = rng_below(rng, 100);

	if (what < 85 && known->num_macs)
		memcpy(mac, known->macs[rng_below(rng, known->num_macs)], 6);
	else if (what < 95)
		rng_fill(rng, mac, 6);
	else
		memset(mac, what < 97 ? 0 : 0xff, 6);
}

static void frame_some_group(uint8_t *mac, struct rng *rng)
{
	static const uint8_t groups[][6] = {
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		{ 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 },
		{ 0x33, 0x33, 0x00, 0x00, 0x00, 0x01 },
		{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 },
		{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e },
		{ 0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc },
	};

	memcpy(mac, groups[rng_below(rng, 7)], 6);
	if (rng_percent(rng, 10))
		mac[5] = rng_next(rng);
}

static void frame_addresses(struct frame *f, struct rng *rng,
			    const struct known *known, const uint8_t *source)
{
	static const uint8_t none[6];

	if (!known->unicast && rng_percent(rng, 20))
		frame_some_group(f->data, rng);
	else
		frame_some_mac(f->data, rng, known);
	if (memcmp(source, none, 6) && rng_percent(rng, 90))
		memcpy(f->data + 6, source, 6);
	else if (rng_percent(rng, 50))
		memcpy(f->data + 6, "\2\0\0\0\6", 6);
	else
		frame_some_mac(f->data + 6, rng, known);
	f->len = 12;
}

static uint16_t frame_some_vid(struct rng *rng, const struct known *known)
{
	uint32_t what = rng_below(rng, 100);

	if (what < 70 && known->num_vlans)
		return known->vlans[rng_below(rng, known->num_vlans)];
	if (what < 80)
		return 0;
	return what < 85 ? 4095 : rng_below(rng, 4096);
}

static void frame_tags(struct frame *f, struct rng *rng,
		       const struct known *known)
{
	static const uint16_t tpids[] = {
		ETH_P_8021Q, ETH_P_8021Q, ETH_P_8021Q, ETH_P_8021AD, 0x9100
	};
	uint32_t what = rng_below(rng, 100), count = 0;

	if (what >= 50)
		count = what < 80 ? 1 : 1 + rng_below(rng, 5);
	while (count--) {
		frame_put_u16(f, tpids[rng_below(rng, 5)]);
		frame_put_u16(f, frame_some_vid(rng, known) |
				 rng_below(rng, 16) << 12);
	}
}

static void frame_ethertype(struct frame *f, uint16_t type)
{
	frame_put_u16(f, type);
	f->l3 = f->len;
}

/* An IPv4 header without options; its total length is set at the end. */
static void frame_ipv4(struct frame *f, struct rng *rng, uint8_t proto)
{
	uint8_t head[20] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, proto };

	frame_ethertype(f, ETH_P_IP);
	rng_fill(rng, head + 4, 2);
	memcpy(head + 12, "\x0a\0\0", 3);
	memcpy(head + 16, "\x0a\0\0", 3);
	head[15] = rng_below(rng, 8);
	head[19] = rng_below(rng, 8);
	frame_put(f, head, sizeof(head));
	f->l4 = f->len;
}

static void frame_ipv6(struct frame *f, struct rng *rng, uint8_t next)
{
	uint8_t head[40] = { 0x60, 0, 0, 0, 0, 0, next, 64, 0xfd };

	frame_ethertype(f, ETH_P_IPV6);
	head[24] = rng_percent(rng, 80) ? 0xfd : 0xff;
	head[25] = head[24] == 0xff ? 2 : 0;
	head[23] = rng_below(rng, 8);
	head[39] = rng_below(rng, 8);
	frame_put(f, head, sizeof(head));
	f->l4 = f->len;
}

static uint16_t frame_ip_checksum(const uint8_t *head, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += head[i] << 8 | head[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Fills in the lengths, and IPv4's checksum. */
static void frame_ip_finish(struct frame *f)
{
	uint8_t *head = f->data + f->l3;
	size_t len = f->len - f->l3;

	if (head[0] >> 4 == 6) {
		frame_set_u16(f, f->l3 + 4, len - 40);
		return;
	}
	frame_set_u16(f, f->l3 + 2, len);
	frame_set_u16(f, f->l3 + 10, 0);
	frame_set_u16(f, f->l3 + 10,
		      frame_ip_checksum(head, (head[0] & 15) * 4));
}

static void frame_udp(struct frame *f, struct rng *rng, size_t len)
{
	f->l4 = f->len;
	frame_put_u16(f, 1 + rng_below(rng, 9000));
	frame_put_u16(f, 1 + rng_below(rng, 9000));
	frame_put_u16(f, 8 + len);
	frame_put_u16(f, 0);
	frame_payload(f, rng, len);
}

static void frame_tcp(struct frame *f, struct rng *rng, size_t len)
{
	uint8_t head[20];

	f->l4 = f->len;
	rng_fill(rng, head, sizeof(head));
	head[12] = rng_percent(rng, 90) ? 5 << 4 : head[12];
	frame_put(f, head, sizeof(head));
	frame_payload(f, rng, len);
}

/* A chain of extension headers, some of lengths that lie. */
static void frame_extensions(struct frame *f, struct rng *rng, size_t len)
{
	static const uint8_t headers[] = { 0, 43, 44, 51, 60, 135, 59, 6, 17 };
	uint32_t count = 1 + rng_below(rng, 8);
	uint8_t ext[8];

	f->data[f->l3 + 6] = headers[rng_below(rng, sizeof(headers))];
	while (count--) {
		rng_fill(rng, ext, sizeof(ext));
		ext[0] = headers[rng_below(rng, sizeof(headers))];
		ext[1] = rng_percent(rng, 80) ? 0 : ext[1];
		frame_put(f, ext, sizeof(ext));
	}
	frame_payload(f, rng, len);
}

/* IPv4 with options, a header length and a total length at random. */
static void frame_options(struct frame *f, struct rng *rng, size_t len)
{
	f->data[f->l3] = 0x40 | rng_below(rng, 16);
	frame_payload(f, rng, len);
	frame_ip_finish(f);
	if (rng_percent(rng, 50))
		frame_set_u16(f, f->l3 + 2, rng_next(rng));
}

static void frame_arp(struct frame *f, struct rng *rng, uint16_t type,
		      uint16_t op)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4 };

	frame_ethertype(f, type);
	frame_put(f, head, sizeof(head));
	frame_put_u16(f, op);
	frame_put(f, f->data + 6, 6);
	frame_payload(f, rng, 4);
	frame_put(f, f->data, 6);
	frame_payload(f, rng, 4 + 18);
}

/* What switches say to each other: STP, LLDP, slow protocols, CDP. */
static void frame_control(struct frame *f, struct rng *rng)
{
	static const uint16_t types[] = { 0x0026, 0x88cc, 0x8809, 0x0100 };
	uint32_t what = rng_below(rng, 4);

	frame_ethertype(f, types[what]);
	if (what == 0)
		frame_put(f, "\x42\x42\x03\0\0\0\0", 7);
	frame_payload(f, rng, 46 + rng_below(rng, 60));
}

/* The switch's own probe, of a switch of a random number. */
static void frame_beacon(struct frame *f, struct rng *rng)
{
	uint32_t portgroup = htonl(rng_below(rng, 16));
	uint8_t slot = rng_below(rng, 40);

	memset(f->data, 0xff, 6);
	frame_ethertype(f, BEACON_ETHERTYPE);
	frame_put(f, BEACON_MAGIC, 8);
	frame_payload(f, rng, 8);
	frame_put(f, &portgroup, sizeof(portgroup));
	frame_put(f, &slot, 1);
	frame_payload(f, rng, rng_below(rng, 30));
}

static void frame_body(struct frame *f, struct rng *rng)
{
	size_t len = frame_some_length(rng);

	switch (f->template) {
	case TEMPLATE_ARP:
		frame_arp(f, rng, ETH_P_ARP, 1 + rng_below(rng, 2));
		break;
	case TEMPLATE_RARP:
		frame_arp(f, rng, ETH_P_RARP, 3 + rng_below(rng, 2));
		break;
	case TEMPLATE_UDP:
		frame_ipv4(f, rng, IPPROTO_UDP);
		frame_udp(f, rng, len);
		frame_ip_finish(f);
		break;
	case TEMPLATE_TCP:
		frame_ipv4(f, rng, IPPROTO_TCP);
		frame_tcp(f, rng, len);
		frame_ip_finish(f);
		break;
	case TEMPLATE_FRAGMENT:
		frame_ipv4(f, rng, rng_percent(rng, 50) ? 17 : 6);
		frame_set_u16(f, f->l3 + 6, rng_next(rng));
		frame_payload(f, rng, len);
		frame_ip_finish(f);
		break;
	case TEMPLATE_OPTIONS:
		frame_ipv4(f, rng, rng_next(rng));
		frame_options(f, rng, len);
		break;
	case TEMPLATE_UDP6:
		frame_ipv6(f, rng, IPPROTO_UDP);
		frame_udp(f, rng, len);
		frame_ip_finish(f);
		break;
	case TEMPLATE_TCP6:
		frame_ipv6(f, rng, IPPROTO_TCP);
		frame_tcp(f, rng, len);
		frame_ip_finish(f);
		break;
	case TEMPLATE_EXTENSION6:
		frame_ipv6(f, rng, 0);
		frame_extensions(f, rng, len);
		frame_ip_finish(f);
		break;
	case TEMPLATE_CONTROL:
		frame_control(f, rng);
		break;
	case TEMPLATE_BEACON:
		frame_beacon(f, rng);
		break;
	case TEMPLATE_RUNT:
		frame_payload(f, rng, rng_below(rng, 8));
		break;
	default:
		frame_ethertype(f, rng_next(rng));
		frame_payload(f, rng, len);
		break;
	}
}

/* Flips bits, mostly of headers, or cuts the frame off. */
static void frame_spoil(struct frame *f, struct rng *rng)
{
	uint32_t flips = rng_percent(rng, 30) ? 1 + rng_below(rng, 8) : 0;
	size_t span = f->len < 80 ? f->len : 80;

	while (flips-- && span)
		f->data[rng_below(rng, span)] ^= 1 << rng_below(rng, 8);
	if (rng_percent(rng, 5))
		f->len = rng_below(rng, f->len + 1);
}

/* Offloads as a driver would ask for them. */
static void frame_sane_offload(struct frame *f, struct rng *rng)
{
	struct virtio_net_hdr *v = &f->vnet;
	bool tcp = f->data[f->l3] >> 4 == 6 ? f->data[f->l3 + 6] == IPPROTO_TCP
					    : f->data[f->l3 + 9] == IPPROTO_TCP;

	v->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	v->csum_start = f->l4;
	v->csum_offset = tcp ? 16 : 6;
	v->hdr_len = f->l4 + (tcp ? 20 : 8);
	if (rng_percent(rng, 30))
		return;
	/* Not so small that the segments of one frame take all the time. */
	v->gso_size = 1 + f->len / 50 + rng_below(rng, 1460);
	if (!tcp)
		v->gso_type = VIRTIO_NET_HDR_GSO_UDP;
	else if (f->data[f->l3] >> 4 == 6)
		v->gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
	else
		v->gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	if (rng_percent(rng, 10))
		v->gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	if (rng_percent(rng, 10))
		v->flags = 0;
}

static uint16_t frame_odd_number(struct rng *rng, size_t len)
{
	switch (rng_below(rng, 6)) {
	case 0:
		return rng_below(rng, 4);
	case 1:
		return rng_next(rng);
	case 2:
		return 0xffff - rng_below(rng, 3);
	default:
		return rng_below(rng, len + 2);
	}
}

/* Some fields of what a guest says of its offloads are not what they seem. */
static void frame_odd_offload(struct frame *f, struct rng *rng)
{
	struct virtio_net_hdr *v = &f->vnet;
	uint32_t what = rng_next(rng);

	if (what & 1)
		v->flags = rng_below(rng, 8);
	if (what & 2)
		v->gso_type = rng_percent(rng, 80) ? rng_below(rng, 6) :
						     rng_next(rng);
	if (what & 4)
		v->hdr_len = frame_odd_number(rng, f->len);
	if (what & 8)
		v->gso_size = frame_odd_number(rng, f->len);
	if (what & 16)
		v->csum_start = frame_odd_number(rng, f->len);
	if (what & 32)
		v->csum_offset = frame_odd_number(rng, 64);
}

static void frame_offload(struct frame *f, struct rng *rng)
{
	memset(&f->vnet, 0, sizeof(f->vnet));
	if (f->l4 && rng_percent(rng, 40))
		frame_sane_offload(f, rng);
	else if (rng_percent(rng, 30))
		f->vnet.hdr_len = rng_below(rng, f->len + 1);
	if (rng_percent(rng, 10))
		frame_odd_offload(f, rng);
}

/**
 * frame_make() - make the next frame
 * @f: where it goes
 * @rng: generator
 * @known: what is in use where it goes
 * @source: the sender's address, or zero
 * @replay: a frame that has come back, its length 0 if none has yet
 */
void frame_make(struct frame *f, struct rng *rng, const struct known *known,
		const uint8_t *source, const struct frame *replay)
{
	f->template = rng_below(rng, TEMPLATES);
	f->l3 = 0;
	f->l4 = 0;
	if (f->template == TEMPLATE_REPLAY && replay->len) {
		memcpy(f->data, replay->data, replay->len);
		f->len = replay->len;
	} else {
		frame_addresses(f, rng, known, source);
		frame_tags(f, rng, known);
		frame_body(f, rng);
	}
	frame_offload(f, rng);
	frame_spoil(f, rng);
	if (known->unicast)
		f->data[0] &= ~1;
}
