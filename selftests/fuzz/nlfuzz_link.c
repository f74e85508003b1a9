// SPDX-License-Identifier: GPL-2.0
/*
 * rtnetlink: links of the module's kinds, and of those that can be its ports,
 * are made, changed and deleted under it.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nlfuzz.h"

#define LINK_NAMES	6	/* of each kind */
#define LINK_MATERIAL	4	/* of each kind, to begin with */

static const char * const link_kinds[] = { "dummy", "veth", "vswitch", "vmk" };

/* What can be said of a link, and how often it is, in thousandths. */
static const struct {
	int type;
	enum { LINK_U8, LINK_U32, LINK_MAC, LINK_INDEX, LINK_NETNS } value;
	unsigned int permille;
} link_attrs[] = {
	{ IFLA_MTU, LINK_U32, 150 },
	{ IFLA_ADDRESS, LINK_MAC, 100 },
	{ IFLA_TXQLEN, LINK_U32, 30 },
	{ IFLA_LINK, LINK_INDEX, 30 },
	{ IFLA_MASTER, LINK_INDEX, 150 },
	{ IFLA_GROUP, LINK_U8, 20 },
	{ IFLA_CARRIER, LINK_U8, 30 },
	{ IFLA_LINKMODE, LINK_U8, 20 },
	{ IFLA_OPERSTATE, LINK_U8, 20 },
	{ IFLA_GSO_MAX_SIZE, LINK_U32, 20 },
	{ IFLA_NUM_TX_QUEUES, LINK_U8, 20 },
	{ IFLA_PROTO_DOWN, LINK_U8, 20 },
	{ IFLA_BROADCAST, LINK_MAC, 20 },
	{ IFLA_NET_NS_FD, LINK_NETNS, 5 },
};

static void link_put_u32(struct message *m, int type, uint32_t value)
{
	message_put(m, type, &value, sizeof(value));
}

static void link_put_string(struct message *m, int type, const char *text)
{
	message_put(m, type, text, strlen(text) + 1);
}

static void link_put_value(struct message *m, int n)
{
	unsigned char mac[6] = { 2, 0, 0, 0, 0, rng_below(&m->rng, 16) };
	const struct world *world = m->world;
	uint32_t at = rng_below(&m->rng, NETDEVS);
	uint8_t u8 = rng_below(&m->rng, 8);

	switch (link_attrs[n].value) {
	case LINK_U8:
		message_put(m, link_attrs[n].type, &u8, 1);
		break;
	case LINK_U32:
		link_put_u32(m, link_attrs[n].type, rng_percent(&m->rng, 80) ?
			     rng_below(&m->rng, 9001) : rng_sized(&m->rng));
		break;
	case LINK_MAC:
		mac[0] |= rng_percent(&m->rng, 5);
		message_put(m, link_attrs[n].type, mac, sizeof(mac));
		break;
	case LINK_INDEX:
		/* Half of the time, none. */
		link_put_u32(m, link_attrs[n].type,
			     at < NETDEVS / 2 && world->num_netdevs ?
			     world->ifindexes[at % world->num_netdevs] : 0);
		break;
	case LINK_NETNS:
		if (world->num_netns)
			link_put_u32(m, link_attrs[n].type,
				     world->netns[at % world->num_netns]);
		break;
	}
}

static void link_put_attrs(struct message *m)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(link_attrs); i++)
		if (rng_permille(&m->rng, link_attrs[i].permille))
			link_put_value(m, i);
}

static struct ifinfomsg *link_begin(struct message *m, int type, int flags)
{
	struct nlmsghdr *nlh = (void *)m->data;
	struct ifinfomsg *info = NLMSG_DATA(nlh);

	m->len = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(*info));
	memset(m->data, 0, m->len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	return info;
}

static void link_put_kind(struct message *m, const char *kind,
			  const char *peer)
{
	unsigned int info, data, at;

	info = message_nest(m, IFLA_LINKINFO | NLA_F_NESTED);
	link_put_string(m, IFLA_INFO_KIND, kind);
	if (peer) {
		struct ifinfomsg none = {};

		data = message_nest(m, IFLA_INFO_DATA | NLA_F_NESTED);
		at = message_nest(m, VETH_INFO_PEER | NLA_F_NESTED);
		memcpy(m->data + m->len, &none, sizeof(none));
		m->len += NLMSG_ALIGN(sizeof(none));
		link_put_string(m, IFLA_IFNAME, peer);
		message_nest_end(m, at);
		message_nest_end(m, data);
	} else if (rng_percent(&m->rng, 10)) {
		data = message_nest(m, IFLA_INFO_DATA | NLA_F_NESTED);
		link_put_u32(m, rng_below(&m->rng, 20), rng_next(&m->rng));
		message_nest_end(m, data);
	}
	message_nest_end(m, info);
}

/* A link of a kind, by its number among them. Pairs are pairN and peerN. */
static void link_new(struct message *m, const char *kind, uint32_t number)
{
	bool pair = !strcmp(kind, "veth");
	char name[32], peer[32];

	sprintf(name, "%s%u", pair ? "pair" : kind, number);
	sprintf(peer, "peer%u", number);
	link_put_string(m, IFLA_IFNAME, name);
	link_put_kind(m, kind, pair ? peer : NULL);
}

static void link_make_new(struct message *m)
{
	uint32_t kind = rng_below(&m->rng, ARRAY_SIZE(link_kinds));
	struct ifinfomsg *info;

	info = link_begin(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	info->ifi_flags = rng_percent(&m->rng, 80) ? IFF_UP : 0;
	info->ifi_change = info->ifi_flags;
	link_put_attrs(m);
	link_new(m, link_kinds[kind], rng_below(&m->rng, LINK_NAMES));
}

static void link_make_change(struct message *m, int index)
{
	struct ifinfomsg *info = link_begin(m, rng_percent(&m->rng, 50) ?
					    RTM_SETLINK : RTM_NEWLINK, 0);
	char name[32];

	info->ifi_index = index;
	if (rng_percent(&m->rng, 40)) {
		info->ifi_change = IFF_UP;
		info->ifi_flags = rng_percent(&m->rng, 75) ? IFF_UP : 0;
	}
	if (rng_percent(&m->rng, 10)) {
		info->ifi_change |= IFF_PROMISC | IFF_ALLMULTI;
		info->ifi_flags |= rng_next(&m->rng) &
				   (IFF_PROMISC | IFF_ALLMULTI);
	}
	link_put_attrs(m);
	if (rng_percent(&m->rng, 3)) {
		sprintf(name, "%s%u", link_kinds[rng_below(&m->rng, 3)],
			rng_below(&m->rng, LINK_NAMES));
		link_put_string(m, IFLA_IFNAME, name);
	}
}

static void link_make_altname(struct message *m, int index)
{
	struct ifinfomsg *info = link_begin(m, rng_percent(&m->rng, 50) ?
					    RTM_NEWLINKPROP : RTM_DELLINKPROP,
					    0);
	char name[64];
	unsigned int nest;

	info->ifi_index = index;
	sprintf(name, "a-longer-name-%u", rng_below(&m->rng, LINK_NAMES));
	nest = message_nest(m, IFLA_PROP_LIST | NLA_F_NESTED);
	link_put_string(m, IFLA_ALT_IFNAME, name);
	message_nest_end(m, nest);
}

/**
 * link_make() - make a request about links
 * @m: message; its rng, world and data are set
 * @seq: sequence number
 */
void link_make(struct message *m, uint32_t seq)
{
	const struct world *world = m->world;
	uint32_t n = rng_below(&m->rng, 100);
	struct nlmsghdr *nlh = (void *)m->data;
	int index = 0;

	if (world->num_netdevs)
		index = world->ifindexes[rng_below(&m->rng,
						   world->num_netdevs)];
	if (n < 15)
		link_make_new(m);
	else if (n < 25)
		link_begin(m, RTM_DELLINK, 0)->ifi_index = index;
	else if (n < 35)
		link_begin(m, RTM_GETLINK, 0)->ifi_index = index;
	else if (n < 45)
		link_make_altname(m, index);
	else
		link_make_change(m, index);
	nlh->nlmsg_flags |= NLM_F_ACK;
	nlh->nlmsg_seq = seq;
	nlh->nlmsg_len = m->len;
}

static int link_send(int fd, struct message *m)
{
	struct nlmsghdr *nlh = (void *)m->data;
	unsigned char answer[1024];
	ssize_t len;

	nlh->nlmsg_len = m->len;
	if (send(fd, m->data, m->len, 0) < 0)
		return -errno;
	len = recv(fd, answer, sizeof(answer), 0);
	if (len < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)))
		return len < 0 ? -errno : -EPROTO;
	return ((struct nlmsgerr *)NLMSG_DATA((void *)answer))->error;
}

/**
 * link_material() - make interfaces that can be ports, in this namespace
 *
 * Return: 0 or a negative error.
 */
int link_material(void)
{
	unsigned char data[4096];
	struct message m = { .data = data };
	int fd = netlink_socket(NETLINK_ROUTE, 0);
	uint32_t i;
	int err = 0;

	rng_seed(&m.rng, 0, 0, 0);
	for (i = 0; !err && i < 2 * LINK_MATERIAL; i++) {
		link_begin(&m, RTM_NEWLINK,
			   NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK);
		link_new(&m, link_kinds[i % 2], i / 2);
		err = link_send(fd, &m);
		if (err == -EEXIST)
			err = 0;
	}
	close(fd);
	return err;
}
