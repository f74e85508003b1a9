/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the frame fuzzer share. */
#ifndef FRAMEFUZZ_H
#define FRAMEFUZZ_H

#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX	65535
#define FRAME_MACS	64
#define FRAME_VLANS	64
#define FRAME_BATCH	64

/* From what a frame is made, before anything of it is changed. */
enum frame_template {
	TEMPLATE_RUNT,
	TEMPLATE_ARP,
	TEMPLATE_RARP,
	TEMPLATE_UDP,
	TEMPLATE_TCP,
	TEMPLATE_FRAGMENT,
	TEMPLATE_OPTIONS,
	TEMPLATE_UDP6,
	TEMPLATE_TCP6,
	TEMPLATE_EXTENSION6,
	TEMPLATE_CONTROL,
	TEMPLATE_BEACON,
	TEMPLATE_NOISE,
	TEMPLATE_REPLAY,
	TEMPLATES
};

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/**
 * struct rng - a pseudo-random number generator of one thread
 * @state: what the next number is made of
 */
struct rng {
	uint64_t state;
};

uint64_t rng_next(struct rng *rng);
uint32_t rng_below(struct rng *rng, uint32_t limit);
bool rng_percent(struct rng *rng, uint32_t percent);
void rng_fill(struct rng *rng, void *data, size_t len);

/**
 * struct known - what is in use where the frames go
 * @macs: addresses
 * @num_macs: their number
 * @vlans: VLAN ids
 * @num_vlans: their number
 * @unicast: frames are to be unicast
 */
struct known {
	uint8_t macs[FRAME_MACS][6];
	uint32_t num_macs;
	uint16_t vlans[FRAME_VLANS];
	uint32_t num_vlans;
	bool unicast;
};

/**
 * struct frame - one frame, to be sent or received
 * @template: what it was made from
 * @vnet: what is said of its offloads
 * @l3: offset of the network header
 * @l4: offset of the transport header, or 0
 * @len: length
 * @data: the frame, with room for FRAME_MAX bytes
 */
struct frame {
	enum frame_template template;
	struct virtio_net_hdr vnet;
	size_t l3;
	size_t l4;
	size_t len;
	uint8_t *data;
};

void frame_make(struct frame *frame, struct rng *rng,
		const struct known *known, const uint8_t *source,
		const struct frame *replay);

enum port_kind {
	PORT_TAP,
	PORT_NAPI,
	PORT_PACKET,
};

/**
 * struct port - a way for frames into an interface
 * @kind: how
 * @name: of the interface
 * @mac: the address that most frames come from; zero if any will do
 * @netns: path of its network namespace, or NULL
 * @fd: the tap, or a packet socket that takes vnet headers; -1 if closed
 * @tx: packet socket with a ring, or -1
 * @ring: the ring
 * @next: the ring's next place
 * @sniffer: packet socket that receives, or -1
 * @gone: the interface is no more
 * @taken: frames that the system took
 */
struct port {
	enum port_kind kind;
	char name[IFNAMSIZ];
	uint8_t mac[6];
	const char *netns;
	int fd;
	int tx;
	uint8_t *ring;
	unsigned int next;
	int sniffer;
	bool gone;
	uint64_t taken;
};

/* Highest errno that is told on its own. */
#define TALLY_ERRNOS	134

/**
 * struct tally - what became of frames
 * @taken: those that the system took
 * @sent: the same by template
 * @refused: by template, those that it did not
 * @errnos: the latter, by reason
 * @received: frames that came back
 */
struct tally {
	uint64_t taken;
	uint64_t sent[TEMPLATES];
	uint64_t refused[TEMPLATES];
	uint64_t errnos[TALLY_ERRNOS];
	uint64_t received;
};

bool mac_parse(uint8_t *mac, const char *text);
bool port_parse(struct port *port, char *text);
int port_open(struct port *port);
void port_close(struct port *port);
unsigned int port_send(struct port *port, struct frame *frames,
		       unsigned int num, struct rng *rng, struct tally *tally);
void port_drain(struct port *port, struct frame *last, struct rng *rng,
		struct tally *tally);

#endif
