// SPDX-License-Identifier: GPL-2.0
/*
 * Ways into interfaces: as a virtual machine's backend writes to a tap, with
 * and without fragments, and as packet sockets send, from buffers and from a
 * ring whose frames have only their first bytes in one piece.
 *
 * Each has a socket that listens to a part of what passes, so that the switch
 * meets frames that others hold, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "framefuzz.h"

#define RING_FRAME	2048
#define RING_FRAMES	(2 * FRAME_BATCH)
#define RING_DATA	TPACKET_ALIGN(sizeof(struct tpacket2_hdr))
#define RING_MAX	(RING_FRAME - RING_DATA - sizeof(struct virtio_net_hdr))

#define NAPI_FRAGS	16
#define NAPI_FRAG_MAX	4096

#define DRAIN_MAX	256
#define DRAIN_BATCH	32
#define DRAIN_SIZE	2048

/* One in eight of what passes is listened to. */
static const struct sock_filter port_sample[] = {
	{ BPF_LD | BPF_W | BPF_ABS, 0, 0, SKF_AD_OFF + SKF_AD_RANDOM },
	{ BPF_JMP | BPF_JGE | BPF_K, 1, 0, 0x20000000 },
	{ BPF_RET | BPF_K, 0, 0, 0xffff },
	{ BPF_RET | BPF_K, 0, 0, 0 },
};

/**
 * mac_parse() - read an address
 * @mac: where it goes
 * @text: the address
 *
 * Return: whether it is one.
 */
bool mac_parse(uint8_t *mac, const char *text)
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1,
		      mac + 2, mac + 3, mac + 4, mac + 5) == 6;
}

/**
 * port_parse() - read what the command line says of a port
 * @port: port
 * @text: KIND:NAME[,MAC][@NETNS]; remains in use
 *
 * Return: whether it is one.
 */
bool port_parse(struct port *port, char *text)
{
	static const char * const kinds[] = { "tap:", "napi:", "packet:" };
	unsigned int kind;
	char *at, *comma;

	memset(port, 0, sizeof(*port));
	port->fd = -1;
	port->tx = -1;
	port->sniffer = -1;
	at = strchr(text, '@');
	if (at) {
		*at = '\0';
		port->netns = at + 1;
	}
	comma = strchr(text, ',');
	if (comma) {
		*comma = '\0';
		if (!mac_parse(port->mac, comma + 1))
			return false;
	}
	for (kind = PORT_TAP; kind <= PORT_PACKET; kind++) {
		if (strncmp(text, kinds[kind], strlen(kinds[kind])))
			continue;
		port->kind = kind;
		text += strlen(kinds[kind]);
		if (!*text || strlen(text) >= IFNAMSIZ)
			return false;
		memcpy(port->name, text, strlen(text) + 1);
		return true;
	}
	return false;
}

static int port_enter(const struct port *port)
{
	int fd, err;

	if (!port->netns)
		return 0;
	fd = open(port->netns, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = setns(fd, CLONE_NEWNET) ? -errno : 0;
	close(fd);
	return err;
}

/* A packet socket; with a protocol, it receives. Returns it, or -errno. */
static int port_socket(const struct port *port, uint16_t protocol)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = if_nametoindex(port->name),
	};
	int err, fd;

	if (!ll.sll_ifindex)
		return -ENODEV;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&ll, sizeof(ll))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static int port_set(int fd, int option, int value)
{
	return setsockopt(fd, SOL_PACKET, option, &value, sizeof(value));
}

static int port_open_sniffer(struct port *port)
{
	struct sock_fprog prog = {
		.len = ARRAY_SIZE(port_sample),
		.filter = (struct sock_filter *)port_sample,
	};

	port->sniffer = port_socket(port, ETH_P_ALL);
	if (port->sniffer < 0)
		return port->sniffer;
	return setsockopt(port->sniffer, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
			  sizeof(prog)) ? -errno : 0;
}

static int port_open_ring(struct port *port)
{
	struct tpacket_req req = {
		.tp_block_size = 2 * RING_FRAME,
		.tp_block_nr = RING_FRAMES / 2,
		.tp_frame_size = RING_FRAME,
		.tp_frame_nr = RING_FRAMES,
	};

	port->tx = port_socket(port, 0);
	if (port->tx < 0)
		return port->tx;
	if (port_set(port->tx, PACKET_VERSION, TPACKET_V2) ||
	    port_set(port->tx, PACKET_VNET_HDR, 1) ||
	    port_set(port->tx, PACKET_QDISC_BYPASS, 1) ||
	    setsockopt(port->tx, SOL_PACKET, PACKET_TX_RING, &req, sizeof(req)))
		return -errno;
	port->ring = mmap(NULL, RING_FRAME * RING_FRAMES,
			  PROT_READ | PROT_WRITE, MAP_SHARED, port->tx, 0);
	if (port->ring == MAP_FAILED) {
		port->ring = NULL;
		return -errno;
	}
	port->next = 0;
	return 0;
}

static int port_open_packet(struct port *port)
{
	port->fd = port_socket(port, 0);
	if (port->fd < 0)
		return port->fd;
	if (port_set(port->fd, PACKET_VNET_HDR, 1))
		return -errno;
	return port_open_ring(port);
}

static int port_open_tap(struct port *port)
{
	struct ifreq ifr = {
		.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR |
			     IFF_MULTI_QUEUE,
	};

	/* It would be made, and be no port of any switch. */
	if (!if_nametoindex(port->name))
		return -ENODEV;
	if (port->kind == PORT_NAPI)
		ifr.ifr_flags |= IFF_NAPI | IFF_NAPI_FRAGS;
	memcpy(ifr.ifr_name, port->name, IFNAMSIZ);
	port->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (port->fd < 0 || ioctl(port->fd, TUNSETIFF, &ifr))
		return -errno;
	/* What it does not take, the kernel has to segment on the way out. */
	if (port->kind == PORT_TAP &&
	    ioctl(port->fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 |
					   TUN_F_TSO6))
		return -errno;
	return 0;
}

/**
 * port_open() - open a port
 * @port: port; nothing of it is open
 *
 * The thread is in the port's namespace afterwards.
 *
 * Return: 0, or a negative error, then nothing of it is open.
 */
int port_open(struct port *port)
{
	int err = port_enter(port);

	if (err)
		return err;
	err = port->kind == PORT_PACKET ? port_open_packet(port) :
					  port_open_tap(port);
	if (!err)
		err = port_open_sniffer(port);
	if (err)
		port_close(port);
	return err;
}

/**
 * port_close() - close what is open of a port
 * @port: port
 */
void port_close(struct port *port)
{
	if (port->ring)
		munmap(port->ring, RING_FRAME * RING_FRAMES);
	if (port->tx >= 0)
		close(port->tx);
	if (port->fd >= 0)
		close(port->fd);
	if (port->sniffer >= 0)
		close(port->sniffer);
	port->ring = NULL;
	port->tx = -1;
	port->fd = -1;
	port->sniffer = -1;
	port->gone = false;
}

/* Counts a frame. An interface that is no more has nothing to be left open. */
static void port_count(struct port *port, const struct frame *f, int err,
		       struct tally *tally)
{
	if (!err) {
		tally->sent[f->template]++;
		tally->taken++;
		port->taken++;
		return;
	}
	tally->refused[f->template]++;
	tally->errnos[err < TALLY_ERRNOS ? err : 0]++;
	if (err == ENXIO || err == ENODEV || err == EBADFD)
		port->gone = true;
}

/* One frame to a tap: in one piece, or the first bytes and some fragments. */
static int port_write(struct port *port, struct frame *f, struct rng *rng)
{
	struct iovec iov[NAPI_FRAGS + 2] = {
		{ &f->vnet, sizeof(f->vnet) },
	};
	int num = 1, last = port->kind == PORT_NAPI ? NAPI_FRAGS + 1 : 1;
	size_t at = 0, len;

	while (at < f->len && num <= last) {
		len = f->len - at;
		if (num < last && rng_percent(rng, 70))
			len = 1 + rng_below(rng, len < 100 ? len : 100);
		if (num > 1 && len > NAPI_FRAG_MAX)
			len = NAPI_FRAG_MAX;
		iov[num].iov_base = f->data + at;
		iov[num++].iov_len = len;
		at += len;
	}
	return writev(port->fd, iov, num) < 0 ? errno : 0;
}

static void port_write_all(struct port *port, struct frame *frames,
			   unsigned int num, struct rng *rng,
			   struct tally *tally)
{
	unsigned int i;

	for (i = 0; i < num; i++)
		port_count(port, &frames[i],
			   port_write(port, &frames[i], rng), tally);
}

/* Sends from buffers; frames with much data get pages for it. */
static void port_sendmmsg(struct port *port, struct frame *frames,
			  unsigned int num, struct tally *tally)
{
	struct mmsghdr msgs[FRAME_BATCH] = {};
	struct iovec iov[FRAME_BATCH][2];
	unsigned int i;
	int done;

	for (i = 0; i < num; i++) {
		iov[i][0].iov_base = &frames[i].vnet;
		iov[i][0].iov_len = sizeof(frames[i].vnet);
		iov[i][1].iov_base = frames[i].data;
		iov[i][1].iov_len = frames[i].len;
		msgs[i].msg_hdr.msg_iov = iov[i];
		msgs[i].msg_hdr.msg_iovlen = 2;
	}
	for (i = 0; i < num;) {
		done = sendmmsg(port->fd, msgs + i, num - i, 0);
		if (done < 0)
			port_count(port, &frames[i++], errno, tally);
		for (; done > 0; done--)
			port_count(port, &frames[i++], 0, tally);
	}
}

static struct tpacket2_hdr *port_place(const struct port *port, unsigned int i)
{
	return (void *)(port->ring + (port->next + i) % RING_FRAMES *
				     RING_FRAME);
}

static uint32_t port_status(struct tpacket2_hdr *place)
{
	return __atomic_load_n(&place->tp_status, __ATOMIC_ACQUIRE);
}

static void port_put(struct tpacket2_hdr *place,
		     const struct virtio_net_hdr *vnet, size_t len)
{
	memcpy((uint8_t *)place + RING_DATA, vnet, sizeof(*vnet));
	place->tp_len = sizeof(*vnet) + len;
	__atomic_store_n(&place->tp_status, TP_STATUS_SEND_REQUEST,
			 __ATOMIC_RELEASE);
}

/* Puts frames into the ring while there is room. Returns how many. */
static unsigned int port_fill(struct port *port, struct frame *frames,
			      unsigned int num)
{
	struct tpacket2_hdr *place;
	unsigned int i;

	for (i = 0; i < num; i++) {
		place = port_place(port, i);
		if (port_status(place) != TP_STATUS_AVAILABLE)
			break;
		if (frames[i].len > RING_MAX)
			frames[i].len = RING_MAX;
		memcpy((uint8_t *)place + RING_DATA + sizeof(frames[i].vnet),
		       frames[i].data, frames[i].len);
		port_put(place, &frames[i].vnet, frames[i].len);
	}
	return i;
}

/*
 * Sends from the ring. The kernel stops at a frame that it does not take; to
 * get on, that one is made a good one. Returns how many frames are through.
 */
static unsigned int port_send_ring(struct port *port, struct frame *frames,
				   unsigned int num, struct tally *tally)
{
	static const struct virtio_net_hdr plain;
	unsigned int i, filled = port_fill(port, frames, num);
	struct tpacket2_hdr *place;
	bool stopped = true;
	uint32_t status;
	int err = 0;

	for (i = 0; i < filled; i++) {
		if (stopped)
			err = send(port->tx, NULL, 0, MSG_DONTWAIT) < 0 ?
			      errno : 0;
		place = port_place(port, i);
		status = port_status(place);
		if (status == TP_STATUS_SEND_REQUEST)
			break;
		stopped = status == TP_STATUS_WRONG_FORMAT;
		port_count(port, &frames[i], stopped ? err : 0, tally);
		if (stopped)
			port_put(place, &plain, ETH_ZLEN);
	}
	port->next = (port->next + i) % RING_FRAMES;
	for (num = 0; num < filled - i; num++)
		__atomic_store_n(&port_place(port, num)->tp_status,
				 TP_STATUS_AVAILABLE, __ATOMIC_RELEASE);
	return i;
}

/**
 * port_send() - send frames
 * @port: open port
 * @frames: frames
 * @num: how many, FRAME_BATCH at most
 * @rng: generator
 * @tally: where it is counted what becomes of them
 *
 * Return: how many were taken.
 */
unsigned int port_send(struct port *port, struct frame *frames,
		       unsigned int num, struct rng *rng, struct tally *tally)
{
	uint64_t before = tally->taken;
	unsigned int done = 0;

	if (port->kind != PORT_PACKET) {
		port_write_all(port, frames, num, rng, tally);
	} else {
		if (rng_percent(rng, 50))
			done = port_send_ring(port, frames, num, tally);
		port_sendmmsg(port, frames + done, num - done, tally);
	}
	return tally->taken - before;
}

/* Keeps a frame that has come back, now and then. */
static void port_keep(struct frame *last, const void *data, size_t len,
		      struct rng *rng)
{
	if (!rng_percent(rng, 10))
		return;
	memcpy(last->data, data, len);
	last->len = len;
}

static void port_drain_tap(struct port *port, struct frame *last,
			   struct rng *rng, struct tally *tally)
{
	unsigned int left = DRAIN_MAX;
	uint8_t buf[DRAIN_SIZE];
	ssize_t len;

	while (left--) {
		len = read(port->fd, buf, sizeof(buf));
		if (len < 0)
			return;
		tally->received++;
		if (len > (ssize_t)sizeof(struct virtio_net_hdr))
			port_keep(last, buf + sizeof(struct virtio_net_hdr),
				  len - sizeof(struct virtio_net_hdr), rng);
	}
}

static void port_drain_sniffer(struct port *port, struct frame *last,
			       struct rng *rng, struct tally *tally)
{
	static __thread uint8_t bufs[DRAIN_BATCH][DRAIN_SIZE];
	struct sockaddr_ll from[DRAIN_BATCH];
	struct mmsghdr msgs[DRAIN_BATCH] = {};
	struct iovec iov[DRAIN_BATCH];
	int i, num;

	for (i = 0; i < DRAIN_BATCH; i++) {
		iov[i].iov_base = bufs[i];
		iov[i].iov_len = DRAIN_SIZE;
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
		msgs[i].msg_hdr.msg_name = &from[i];
		msgs[i].msg_hdr.msg_namelen = sizeof(from[i]);
	}
	do {
		num = recvmmsg(port->sniffer, msgs, DRAIN_BATCH, MSG_DONTWAIT,
			       NULL);
		for (i = 0; i < num; i++) {
			/* It hears what it sends, too. */
			if (from[i].sll_pkttype == PACKET_OUTGOING)
				continue;
			port_keep(last, bufs[i], msgs[i].msg_len, rng);
			tally->received++;
		}
	} while (num == DRAIN_BATCH);
}

/**
 * port_drain() - receive what has come to a port
 * @port: open port
 * @last: a frame that has come, if any, to be sent again
 * @rng: generator
 * @tally: where it is counted
 */
void port_drain(struct port *port, struct frame *last, struct rng *rng,
		struct tally *tally)
{
	if (port->kind != PORT_PACKET)
		port_drain_tap(port, last, rng, tally);
	port_drain_sniffer(port, last, rng, tally);
}
