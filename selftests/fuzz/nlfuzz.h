/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the netlink fuzzer know of each other. */
#ifndef NLFUZZ_H
#define NLFUZZ_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "nlfuzz_random.h"
#include "nlfuzz_spec.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define fallthrough		__attribute__((__fallthrough__))

#define SENDERS		32
#define LISTENER	SENDERS		/* its place among the statistics */
#define GROUPS		8
#define MESSAGE_MAX	(66 * 1024)	/* of one request */
#define OBJECTS		24		/* remembered of each set */
#define OBJECT_MAX	2048		/* bytes of one */
#define NETDEVS		96		/* interfaces known */
#define NETNS_MAX	8		/* namespaces to put adapters into */
#define TEXTS		128		/* different reasons of refusals */
#define TEXT_MAX	104		/* bytes of one */
#define COMMANDS	64		/* rows of the statistics */
#define SETS		16		/* of attributes */
#define ATTRS		32		/* of one set */
#define ERRNO_MAX	133		/* EHWPOISON, the highest there is */

/* Rows of the statistics that are no commands of the family. */
#define ROW_OTHER	(COMMANDS - 1)	/* no command of the family's */
#define ROW_LINK	(COMMANDS - 2)	/* rtnetlink */

/**
 * struct object - an object that the kernel has told of
 * @len: bytes of attributes, 0 for an empty place
 * @data: the attributes
 */
struct object {
	unsigned int len;
	unsigned char data[OBJECT_MAX];
};

/**
 * struct world - what a worker knows of the machine
 * @objects: for each set, objects of which the kernel has told
 * @netdevs: names of interfaces
 * @ifindexes: their indexes
 * @num_netdevs: how many they are
 * @netns: descriptors of namespaces
 * @num_netns: how many they are
 */
struct world {
	struct object (*objects)[OBJECTS];
	char netdevs[NETDEVS][16];
	int ifindexes[NETDEVS];
	int num_netdevs;
	int netns[NETNS_MAX];
	int num_netns;
};

/**
 * struct message - a request
 * @rng: what it is made of
 * @world: what its values are from
 * @data: its bytes
 * @len: how many they are
 * @set: set of the object that it is about
 * @object: that object's place, -1 if it is none that is known
 * @sick: chance, in thousandths, of each attribute to be made wrong
 * @victim: which of the attributes to come is made wrong, from 1; 0 for none
 */
struct message {
	struct rng rng;
	const struct world *world;
	unsigned char *data;
	unsigned int len;
	int set;
	int object;
	unsigned int sick;
	unsigned int victim;
};

/**
 * struct row - how requests of one kind fared
 * @sent: sent
 * @accepted: accepted
 * @attrs: attributes in these, by their set
 * @refused: refused, by errno; what is none is at 0
 * @silent: of these, without a word in the extended ack
 */
struct row {
	uint64_t sent;
	uint64_t accepted;
	uint64_t attrs[SETS][ATTRS];
	uint64_t refused[ERRNO_MAX + 1];
	uint64_t silent[ERRNO_MAX + 1];
};

/**
 * struct text - a reason that the kernel has given
 * @text: the text of the extended ack
 * @count: how often
 */
struct text {
	char text[TEXT_MAX];
	uint64_t count;
};

/**
 * struct stats - what one worker has seen
 * @commands: requests by command
 * @dumps: the same with NLM_F_DUMP
 * @sent: requests
 * @sick: of these, those made wrong on purpose
 * @objects: replies and parts of dumps
 * @notifications: by their row in the spec
 * @texts: reasons of refusals
 * @overruns: receive buffers that were too small
 * @interrupted: dumps that a change has interrupted
 * @closed: dumps whose socket was closed midway
 * @longest: the longest time that a batch took, in seconds
 * @breaches: things that must not be
 */
struct stats {
	struct row commands[COMMANDS];
	struct row dumps[COMMANDS];
	uint64_t sent;
	uint64_t sick;
	uint64_t objects;
	uint64_t notifications[COMMANDS];
	struct text texts[TEXTS];
	uint64_t overruns;
	uint64_t interrupted;
	uint64_t closed;
	double longest;
	uint64_t breaches;
};

/* Whose rights a worker has. */
enum rights {
	RIGHTS_ROOT,		/* all */
	RIGHTS_NONE,		/* none at all */
	RIGHTS_OWN,		/* in namespaces of its own only */
};

/**
 * struct log - where a sender writes what it sends: two texts in turn
 * @texts: both, terminated by NUL, in memory that may outlive the machine
 * @size: bytes that one can have
 * @used: bytes of the one that is being written
 * @part: number of that, the first is 0
 * @sender: number of the sender
 * @senders: how many there are
 * @family: number of the family
 */
struct log {
	char *texts[2];
	size_t size;
	size_t used;
	unsigned int part;
	unsigned int sender;
	unsigned int senders;
	int family;
};

/**
 * struct worker - one of those that send
 * @seed: seed of the run
 * @number: its number
 * @messages: how many to send
 * @rights: what it may do
 * @links: share of the batches that are of rtnetlink, in thousandths
 * @family: number of the family
 * @world: what it knows of the machine
 * @stats: where to count
 * @log: where to write what is sent; its texts may be NULL
 */
struct worker {
	uint64_t seed;
	unsigned int number;
	uint64_t messages;
	enum rights rights;
	unsigned int links;
	int family;
	struct world world;
	struct stats *stats;
	struct log log;
};

/**
 * struct run - what to do
 * @seed: seed
 * @messages: how many to send
 * @threads: senders with privilege
 * @unprivileged: senders without
 * @links: batches of rtnetlink among 1000
 * @log: file for what is sent, or NULL
 * @family: number of the family
 * @groups: numbers of its multicast groups
 * @num_groups: how many they are
 * @world: namespaces to put things into
 * @stats: of all senders, and of the listener
 */
struct run {
	uint64_t seed;
	uint64_t messages;
	unsigned int threads;
	unsigned int unprivileged;
	unsigned int links;
	const char *log;
	int family;
	int groups[GROUPS];
	int num_groups;
	struct world world;
	struct stats *stats;
};

/* nlfuzz_value.c */
const struct nlattr *object_find(const struct object *object, int number);
int object_choose(struct message *m, int set);
unsigned int value_make(struct message *m, const struct spec_attr *attr,
			const struct object *object, bool fresh,
			unsigned char *to);
unsigned int value_wrong(struct message *m, const struct spec_attr *attr,
			 unsigned char *to);

/* nlfuzz_message.c */
bool message_put(struct message *m, int type, const void *payload,
		 unsigned int len);
unsigned int message_nest(struct message *m, int type);
void message_nest_end(struct message *m, unsigned int at);
void message_attr(struct message *m, const struct spec_attr *attr,
		  const struct object *object, bool fresh, int depth);
bool message_set_rare(const char *name);
const struct spec_command *message_make(struct message *m, int family,
					uint32_t seq, bool dump);

/* nlfuzz_mutate.c */
void mutate_attr(struct message *m, const struct spec_attr *attr,
		 const struct object *object, bool fresh, int depth);
bool mutate_message(struct message *m, bool last);

/* nlfuzz_link.c */
void link_make(struct message *m, uint32_t seq);
int link_material(void);

/* nlfuzz_check.c */
const char *check_attrs(int set, const unsigned short *allowed,
			const unsigned char *data, unsigned int len);
const char *check_extack(const struct nlmsghdr *nlh, unsigned int sent,
			 bool *told, const char **text);

/* nlfuzz_family.c */
void family_resolve(struct run *run);
pid_t family_listen(struct run *run);

/* nlfuzz_replay.c */
void log_open(struct worker *w, const struct run *run);
void log_message(struct log *log, uint64_t index, bool link,
		 const unsigned char *data, unsigned int len);
int replay(const struct run *run, const char *path, unsigned int sender);

/* nlfuzz_summary.c */
void count_text(struct stats *stats, const char *text, uint64_t count);
uint64_t summary(const struct run *run, double took);

/* nlfuzz.c */
void die(const char *what) __attribute__((noreturn));
double now(void);

/* nlfuzz_worker.c */
int netlink_socket(int protocol, unsigned int buffer);
void breach(struct worker *w, uint64_t index, const unsigned char *message,
	    unsigned int len, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void worker_run(struct worker *w);

#endif
