// SPDX-License-Identifier: GPL-2.0
/*
 * Sends frames of all kinds, good ones, odd ones and broken ones, into
 * interfaces, by the ways that virtual machines and networks have. What a batch
 * of frames is depends on the seed, the thread and its number, and on nothing
 * else but the answers that are sent again.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "framefuzz.h"

#define PORTS		32
#define THREADS		16
#define GONE_WAIT_US	1000

/**
 * struct sender - one thread
 * @thread: the thread
 * @seed: its seed
 * @batches: how many it has sent
 * @keeper: chooses the answers that are kept
 * @ports: its own ways into the interfaces
 * @todo: frames that are still to be taken from it
 * @tally: what became of them
 */
struct sender {
	pthread_t thread;
	uint64_t seed;
	uint64_t batches;
	struct rng keeper;
	struct port ports[PORTS];
	uint64_t todo;
	struct tally tally;
};

static struct sender senders[THREADS];
static unsigned int num_threads = 1;
static struct port ports[PORTS];
static unsigned int num_ports;
static struct known known;
static int ending;
static bool absent;

static void end(int signal)
{
	__atomic_store_n(&ending, signal, __ATOMIC_RELAXED);
}

static void sender_open(struct sender *sender)
{
	unsigned int i;
	int err;

	for (i = 0; i < num_ports; i++) {
		sender->ports[i] = ports[i];
		err = port_open(&sender->ports[i]);
		if (err && !(absent && err == -ENODEV))
			errx(1, "%s: %s", ports[i].name, strerror(-err));
	}
}

/* An interface that has gone may come back. */
static bool sender_has(struct port *port)
{
	if (port->gone)
		port_close(port);
	if (port->fd >= 0 || !port_open(port))
		return true;
	usleep(GONE_WAIT_US);
	return false;
}

static void sender_batch(struct sender *sender, struct frame *frames,
			 struct frame *last)
{
	struct rng rng = { .state = sender->seed };
	unsigned int i, num = FRAME_BATCH, done;
	struct port *port;

	rng.state = rng_next(&rng) + sender->batches++;
	rng.state = rng_next(&rng);
	port = &sender->ports[rng_below(&rng, num_ports)];
	if (sender->todo < num)
		num = sender->todo;
	if (!sender_has(port))
		return;
	for (i = 0; i < num; i++)
		frame_make(&frames[i], &rng, &known, port->mac, last);
	done = port_send(port, frames, num, &rng, &sender->tally);
	sender->todo -= done;
	port_drain(port, last, &sender->keeper, &sender->tally);
}

static void *sender_run(void *arg)
{
	struct frame frames[FRAME_BATCH + 1] = {};
	struct frame *last = &frames[FRAME_BATCH];
	struct sender *sender = arg;
	uint8_t *data;
	unsigned int i;

	data = calloc(FRAME_BATCH + 1, FRAME_MAX);
	if (!data)
		errx(1, "no memory");
	for (i = 0; i <= FRAME_BATCH; i++)
		frames[i].data = data + i * FRAME_MAX;
	sender_open(sender);
	while (sender->todo && !__atomic_load_n(&ending, __ATOMIC_RELAXED))
		sender_batch(sender, frames, last);
	free(data);
	return NULL;
}

static void report(void)
{
	static const char * const names[TEMPLATES] = {
		[TEMPLATE_RUNT] = "runt",
		[TEMPLATE_ARP] = "arp",
		[TEMPLATE_RARP] = "rarp",
		[TEMPLATE_UDP] = "udp",
		[TEMPLATE_TCP] = "tcp",
		[TEMPLATE_FRAGMENT] = "fragment",
		[TEMPLATE_OPTIONS] = "options",
		[TEMPLATE_UDP6] = "udp6",
		[TEMPLATE_TCP6] = "tcp6",
		[TEMPLATE_EXTENSION6] = "ext6",
		[TEMPLATE_CONTROL] = "control",
		[TEMPLATE_BEACON] = "beacon",
		[TEMPLATE_NOISE] = "noise",
		[TEMPLATE_REPLAY] = "replay",
	};
	uint64_t sent = 0, refused = 0, received = 0, one;
	struct tally sum = {};
	unsigned int i, t;

	for (t = 0; t < num_threads; t++) {
		for (i = 0; i < TEMPLATES; i++) {
			sum.sent[i] += senders[t].tally.sent[i];
			sum.refused[i] += senders[t].tally.refused[i];
		}
		for (i = 0; i < TALLY_ERRNOS; i++)
			sum.errnos[i] += senders[t].tally.errnos[i];
		received += senders[t].tally.received;
	}
	for (i = 0; i < TEMPLATES; i++) {
		printf("%-10s %10lu sent %10lu refused\n", names[i],
		       sum.sent[i], sum.refused[i]);
		sent += sum.sent[i];
		refused += sum.refused[i];
	}
	for (i = 0; i < num_ports; i++) {
		for (one = 0, t = 0; t < num_threads; t++)
			one += senders[t].ports[i].taken;
		printf("way        %10lu sent by %s\n", one, ports[i].name);
	}
	for (i = 0; i < TALLY_ERRNOS; i++) {
		one = sum.errnos[i];
		if (one)
			printf("refused    %10lu %s\n", one,
			       i ? strerror(i) : "for other reasons");
	}
	printf("total      %10lu sent %10lu refused %10lu received\n", sent,
	       refused, received);
}

static uint64_t parse_number(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end || end == text)
		errx(1, "not a number: %s", text);
	return value;
}

static void add_mac(const char *text)
{
	if (known.num_macs == FRAME_MACS)
		errx(1, "more than %d addresses", FRAME_MACS);
	if (!mac_parse(known.macs[known.num_macs++], text))
		errx(1, "not a MAC address: %s", text);
}

static void add_vlan(const char *text)
{
	if (known.num_vlans == FRAME_VLANS)
		errx(1, "more than %d VLANs", FRAME_VLANS);
	known.vlans[known.num_vlans++] = parse_number(text);
}

static void add_port(char *text)
{
	if (num_ports == PORTS)
		errx(1, "more than %d ports", PORTS);
	if (!port_parse(&ports[num_ports++], text))
		errx(1, "not a port: %s", text);
}

static int help(int status)
{
	fputs("usage: framefuzz [OPTION ...] PORT ...\n"
	      "\n"
	      "PORT is tap:NAME, napi:NAME (a tap that takes fragments; both have\n"
	      "several queues) or packet:NAME, each with ,MAC if most frames are\n"
	      "to come from there, and @FILE if it is in that network namespace.\n"
	      "\n"
	      "  --seed N     what the frames are made of (1)\n"
	      "  --frames N   end when N frames were taken, not on SIGTERM\n"
	      "  --threads N  from so many threads (1)\n"
	      "  --mac MAC    an address in use there; any number of them\n"
	      "  --vlan VID   a VLAN in use there; the same\n"
	      "  --unicast    send unicast only\n"
	      "  --absent     ports need not be there from the beginning\n",
	      status ? stderr : stdout);
	return status;
}

static const struct option options[] = {
	{ "seed", required_argument, NULL, 's' },
	{ "frames", required_argument, NULL, 'f' },
	{ "threads", required_argument, NULL, 'j' },
	{ "mac", required_argument, NULL, 'm' },
	{ "vlan", required_argument, NULL, 'v' },
	{ "unicast", no_argument, NULL, 'u' },
	{ "absent", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{}
};

int main(int argc, char **argv)
{
	uint64_t seed = 1, frames = UINT64_MAX;
	unsigned int i;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 's':
			seed = parse_number(optarg);
			break;
		case 'f':
			frames = parse_number(optarg);
			break;
		case 'j':
			num_threads = parse_number(optarg);
			break;
		case 'm':
			add_mac(optarg);
			break;
		case 'v':
			add_vlan(optarg);
			break;
		case 'u':
			known.unicast = true;
			break;
		case 'a':
			absent = true;
			break;
		case 'h':
			return help(0);
		default:
			return help(1);
		}
	}
	if (!num_threads || num_threads > THREADS)
		errx(1, "1 to %d threads", THREADS);
	for (; optind < argc; optind++)
		add_port(argv[optind]);
	if (!num_ports)
		return help(1);

	signal(SIGTERM, end);
	for (i = 0; i < num_threads; i++) {
		senders[i].seed = seed * THREADS + i;
		senders[i].todo = frames / num_threads;
		if (pthread_create(&senders[i].thread, NULL, sender_run,
				   &senders[i]))
			errx(1, "no thread");
	}
	for (i = 0; i < num_threads; i++)
		pthread_join(senders[i].thread, NULL);
	report();
	return 0;
}
