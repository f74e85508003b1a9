// SPDX-License-Identifier: GPL-2.0
/*
 * One of those that send: requests go out in batches, and each gets the
 * answers that netlink owes it, no more and no less.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nlfuzz.h"

#define BATCH		16		/* requests in one sendmsg() */
#define BATCH_BYTES	(64 * 1024)	/* beyond which none is added */
#define BATCH_MAX	(BATCH_BYTES + MESSAGE_MAX + 4096)
#define ANSWER_MAX	(256 * 1024)
#define BUFFER		(4 * 1024 * 1024)
#define ASIDE		4		/* dumps beside the others */
#define BREACHES	20		/* printed by one worker */
#define ATTRS_USUAL	8		/* of a longer request */
#define REFRESH		64		/* batches between looks at the links */

/**
 * struct request - a request that was sent
 * @index: its number
 * @data: its bytes
 * @len: how many they are
 * @set: set of the object that it is about
 * @object: that object's place, or -1
 * @cmd: its command, NULL if it is none of the family's
 * @row: where it is counted, or NULL
 * @dump: it starts a dump
 * @ack: it asks for an ack
 * @sender: it is not thrown away without having been looked at
 * @errors: acks and refusals that came
 * @done: ends of dumps that came
 * @replies: replies that came
 * @err: positive errno of the last one
 */
struct request {
	uint64_t index;
	const unsigned char *data;
	unsigned int len;
	int set;
	int object;
	const struct spec_command *cmd;
	struct row *row;
	bool dump;
	bool ack;
	bool sender;
	unsigned int errors;
	unsigned int done;
	unsigned int replies;
	int err;
};

/**
 * struct batch - requests sent at once, on one socket
 * @fd: socket
 * @link: an rtnetlink one
 * @torn: the last one's length is wrong, so that anything may follow
 * @overrun: answers were lost
 * @num: how many
 * @requests: the requests
 * @len: bytes of them all
 * @data: the bytes
 */
struct batch {
	int fd;
	bool link;
	bool torn;
	bool overrun;
	int num;
	struct request requests[BATCH];
	unsigned int len;
	unsigned char data[BATCH_MAX];
};

/**
 * struct aside - a dump that is not read to its end at once
 * @fd: its socket, or -1
 * @batch: the request
 */
struct aside {
	int fd;
	struct batch *batch;
};

static unsigned char answer[ANSWER_MAX];

/**
 * netlink_socket() - open a netlink socket
 * @protocol: NETLINK_GENERIC or another one
 * @buffer: bytes to receive, 0 for as it is
 *
 * Return: the socket; it does not return without.
 */
int netlink_socket(int protocol, unsigned int buffer)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	int one = 1, fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		perror("nlfuzz: netlink");
		exit(2);
	}
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	if (!buffer)
		return fd;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer,
		       sizeof(buffer)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	return fd;
}

/**
 * breach() - tell of something that must not be
 * @w: who has seen it
 * @index: number of the request
 * @message: bytes of the request, or of what the kernel has sent
 * @len: how many they are
 * @format: what is wrong
 */
void breach(struct worker *w, uint64_t index, const unsigned char *message,
	    unsigned int len, const char *format, ...)
{
	unsigned int i;
	va_list args;

	if (w->stats->breaches++ >= BREACHES)
		return;
	flockfile(stdout);
	printf("Breach: sender %u, message %llu: ", w->number,
	       (unsigned long long)index);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n  ");
	for (i = 0; i < len && i < 1024; i++)
		printf("%02x", message[i]);
	printf(i < len ? "... %u bytes\n" : "\n", len);
	fflush(stdout);
	funlockfile(stdout);
}

static void worker_learn_links(struct worker *w)
{
	struct if_nameindex *links = if_nameindex(), *link;
	struct world *world = &w->world;

	world->num_netdevs = 0;
	for (link = links; link && link->if_index &&
	     world->num_netdevs < NETDEVS; link++) {
		snprintf(world->netdevs[world->num_netdevs], IFNAMSIZ, "%s",
			 link->if_name);
		world->ifindexes[world->num_netdevs++] = link->if_index;
	}
	if (links)
		if_freenameindex(links);
}

/* Each key has its place, so that the same object is there but once. */
static void worker_learn(struct worker *w, int set, const unsigned char *data,
			 unsigned int len)
{
	const struct spec_set *s = &spec_sets[set];
	const struct nlattr *nla = NULL;
	struct object object;
	uint64_t hash = 0;
	int i;

	if (len > OBJECT_MAX)
		return;
	object.len = len;
	memcpy(object.data, data, len);
	for (i = 0; i < s->num && !nla; i++)
		if (s->attrs[i].key)
			nla = object_find(&object, s->attrs[i].number);
	for (i = NLA_HDRLEN; nla && i < nla->nla_len; i++) {
		hash ^= ((const unsigned char *)nla)[i];
		hash = rng_mix(&hash);
	}
	w->world.objects[set][hash % OBJECTS] = object;
}

static struct row *worker_row(struct worker *w, const struct request *req,
			      bool link)
{
	struct row *rows = req->dump ? w->stats->dumps : w->stats->commands;

	if (link)
		return &rows[ROW_LINK];
	return &rows[req->cmd ? req->cmd - spec_commands : ROW_OTHER];
}

/* What the kernel will make of a message, from its bytes and the padding. */
static void request_classify(struct worker *w, struct request *req, bool link)
{
	const struct nlmsghdr *nlh = (const void *)req->data;
	const struct genlmsghdr *genlh = NLMSG_DATA(nlh);
	int i;

	req->ack = nlh->nlmsg_flags & NLM_F_ACK;
	req->sender = nlh->nlmsg_flags & NLM_F_REQUEST &&
		      nlh->nlmsg_type >= NLMSG_MIN_TYPE;
	req->dump = req->sender &&
		    (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	if (!link && req->sender && nlh->nlmsg_type == w->family &&
	    NLMSG_ALIGN(req->len) >= NLMSG_HDRLEN + GENL_HDRLEN &&
	    nlh->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN)
		for (i = 0; i < spec_num_commands; i++)
			if (spec_commands[i].number == genlh->cmd)
				req->cmd = &spec_commands[i];
	req->row = worker_row(w, req, link);
	req->row->sent++;
	w->stats->sent++;
}

/* Adds the message number @index to a batch. */
static void batch_add(struct worker *w, struct batch *b, uint64_t index,
		      bool dump, bool last)
{
	struct message m = {
		.world = &w->world,
		.data = b->data + b->len,
		.object = -1,
	};
	struct request *req = &b->requests[b->num++];
	bool whole = false;
	uint32_t n;

	rng_seed(&m.rng, w->seed, w->number, index);
	n = rng_below(&m.rng, 100);
	/* Some have one fault only, lest another hides that it is let in. */
	if (n < 20)
		m.sick = 250;
	else if (n < 35)
		m.victim = 1 + rng_below(&m.rng, ATTRS_USUAL);
	if (n >= 25 && n < 50)
		whole = true;
	if (b->link)
		link_make(&m, index + 1);
	else
		message_make(&m, w->family, index + 1, dump);
	if (whole)
		b->torn = mutate_message(&m, last);
	w->stats->sick += n < 50;

	*req = (struct request) {
		.index = index,
		.data = m.data,
		.len = m.len,
		.set = m.set,
		.object = m.object,
	};
	memset(m.data + m.len, 0, NLMSG_ALIGN(m.len) - m.len);
	request_classify(w, req, b->link);
	if (w->log.texts[0])
		log_message(&w->log, index, b->link, req->data, req->len);
	b->len += NLMSG_ALIGN(m.len);
}

static struct request *batch_find(struct batch *b, uint32_t seq)
{
	int i;

	for (i = 0; i < b->num; i++)
		if ((uint32_t)b->requests[i].index + 1 == seq)
			return &b->requests[i];
	return NULL;
}

/* What a refusal may be. The README says what each one means. */
static bool errno_is_sane(int err)
{
	switch (err) {
	case EPERM:
	case ENOENT:
	case ENOMEM:
	case EBADF:
	case EBUSY:
	case EEXIST:
	case ENODEV:
	case EINVAL:
	case ENOSPC:
	case ERANGE:
	case EOPNOTSUPP:
	case EADDRNOTAVAIL:
		return true;
	default:
		return false;
	}
}

/* Refusals by netlink itself, which says no more than the errno. */
static bool refused_by_netlink(const struct worker *w,
			       const struct request *req)
{
	if (!req->cmd || req->err == ENOMEM)
		return true;
	if (req->err == EPERM && w->rights != RIGHTS_ROOT)
		return true;
	return req->dump && (!req->cmd->has_dump || req->err == EBUSY);
}

static void answer_refused(struct worker *w, struct request *req, bool told)
{
	int err = req->err <= ERRNO_MAX ? req->err : 0;

	req->row->refused[err]++;
	if (req->cmd && !errno_is_sane(req->err))
		breach(w, req->index, req->data, req->len, "%s: errno %d",
		       req->cmd->name, req->err);
	if (!told && !refused_by_netlink(w, req)) {
		req->row->silent[err]++;
		breach(w, req->index, req->data, req->len,
		       "%s: errno %d, unexplained", req->cmd->name, req->err);
	}
	if ((req->err == ENOENT || req->err == ENODEV) && req->object >= 0)
		w->world.objects[req->set][req->object].len = 0;
}

/* rtnetlink does nothing of what ends with its header, and says so to all. */
static bool does_nothing(const struct batch *b, const struct nlmsghdr *nlh)
{
	return b->link && (nlh->nlmsg_type == RTM_GETLINK ||
			   nlh->nlmsg_len < NLMSG_HDRLEN +
					    sizeof(struct rtgenmsg));
}

/* Attributes of a request that was accepted, so each is one of the set's. */
static void count_attrs(struct row *row, int set, const unsigned char *data,
			unsigned int len)
{
	const struct spec_attr *attr;
	const struct nlattr *nla;
	unsigned int at = 0;

	while (at + NLA_HDRLEN <= len) {
		nla = (const struct nlattr *)(data + at);
		if (nla->nla_len < NLA_HDRLEN || at + nla->nla_len > len)
			return;
		attr = spec_attr(set, nla->nla_type & NLA_TYPE_MASK);
		if (attr && set < SETS && attr->number < ATTRS) {
			row->attrs[set][attr->number]++;
			if (attr->type == SPEC_NEST)
				count_attrs(row, attr->nested,
					    data + at + NLA_HDRLEN,
					    nla->nla_len - NLA_HDRLEN);
		}
		at += NLA_ALIGN(nla->nla_len);
	}
}

static void answer_accepted(struct worker *w, struct batch *b,
			    struct request *req)
{
	const struct nlmsghdr *nlh = (const void *)req->data;
	const unsigned int head = NLMSG_HDRLEN + GENL_HDRLEN;

	req->row->accepted++;
	if (req->cmd && nlh->nlmsg_len <= req->len)
		count_attrs(req->row, req->cmd->set, req->data + head,
			    nlh->nlmsg_len - head);
	if (w->rights != RIGHTS_NONE || !req->sender)
		return;
	if (req->cmd ? req->cmd->admin : b->link && !does_nothing(b, nlh))
		breach(w, req->index, req->data, req->len,
		       "done without privilege");
}

/* An ack, a refusal, or the end of a dump. */
static void answer_error(struct worker *w, struct batch *b,
			 struct request *req, const struct nlmsghdr *nlh)
{
	const char *fault, *text;
	int err = 0;
	bool told;

	if (nlh->nlmsg_len >= NLMSG_LENGTH(sizeof(err)))
		memcpy(&err, NLMSG_DATA(nlh), sizeof(err));
	fault = check_extack(nlh, req->len, &told, &text);
	if (fault)
		breach(w, req->index, req->data, req->len, "%s", fault);
	if (nlh->nlmsg_type == NLMSG_DONE)
		req->done++;
	else
		req->errors++;
	req->err = -err;
	if (err && req->cmd && text)
		count_text(w->stats, text, 1);
	if (err)
		answer_refused(w, req, told);
	else
		answer_accepted(w, b, req);
}

static void answer_object(struct worker *w, struct request *req,
			  const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genlh = NLMSG_DATA(nlh);
	const unsigned char *data = (const unsigned char *)(genlh + 1);
	unsigned int len = nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
	const char *fault;

	if (!req->cmd || genlh->cmd != req->cmd->number) {
		breach(w, req->index, req->data, req->len,
		       "answered by command %d", genlh->cmd);
		return;
	}
	fault = check_attrs(req->cmd->set, req->dump ? req->cmd->dump_reply :
						       req->cmd->reply,
			    data, len);
	if (fault)
		breach(w, req->index, (const void *)nlh, nlh->nlmsg_len,
		       "%s: %s", req->cmd->name, fault);
	else
		worker_learn(w, req->cmd->set, data, len);
	req->replies++;
	w->stats->objects++;
}

static void answer_one(struct worker *w, struct batch *b,
		       const struct nlmsghdr *nlh)
{
	struct request *req = batch_find(b, nlh->nlmsg_seq);

	if (!req) {
		if (!b->torn)
			breach(w, 0, (const void *)nlh, nlh->nlmsg_len,
			       "an answer to nothing");
		return;
	}
	w->stats->interrupted += !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
		answer_error(w, b, req, nlh);
	else if (!b->link && nlh->nlmsg_type == w->family)
		answer_object(w, req, nlh);
}

/* Reads one datagram; returns whether there was any. */
static bool batch_receive(struct worker *w, struct batch *b)
{
	struct nlmsghdr *nlh = (void *)answer;
	ssize_t len = recv(b->fd, answer, sizeof(answer),
			   MSG_DONTWAIT | MSG_TRUNC);

	if (len < 0 && errno == ENOBUFS) {
		w->stats->overruns++;
		b->overrun = true;
		return true;
	}
	if (len < 0)
		return false;
	if (len > (ssize_t)sizeof(answer)) {
		breach(w, 0, answer, 64, "a datagram of %zd bytes", len);
		return true;
	}
	for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len))
		answer_one(w, b, nlh);
	return true;
}

static void request_owed(struct worker *w, struct batch *b,
			 struct request *req)
{
	unsigned int answers = req->errors + req->done;
	unsigned int replies;

	/* What starts a dump is answered by its end, or by a refusal. */
	if (req->dump ? answers != 1 :
			answers > 1 || (req->ack && !answers) ||
			(answers && !req->ack && !req->err) || req->done)
		breach(w, req->index, req->data, req->len,
		       "%u acks, %u ends of a dump", req->errors,
		       req->done);
	if (!req->cmd || req->dump)
		return;
	if (!answers)
		answer_accepted(w, b, req);
	replies = req->cmd->replies && !req->err;
	if (req->replies != replies)
		breach(w, req->index, req->data, req->len,
		       "%u replies, errno %d", req->replies, req->err);
}

/* Sends a batch and compares what comes with what is due. */
static void batch_exchange(struct worker *w, struct batch *b)
{
	int i, num = b->num;
	ssize_t sent;
	double took;

	took = now();
	sent = send(b->fd, b->data, b->len, 0);
	took = now() - took;
	if (took > w->stats->longest)
		w->stats->longest = took;
	if (sent < 0) {
		if (errno != ENOBUFS && errno != ENOMEM)
			breach(w, b->requests[0].index, b->data, b->len,
			       "send: %s", strerror(errno));
		return;
	}
	while (batch_receive(w, b))
		;
	/* Of a last one whose length is wrong, nothing is known. */
	if (b->torn)
		num--;
	for (i = 0; i < num && !b->overrun && !b->link; i++)
		request_owed(w, b, &b->requests[i]);
}

static void batch_begin(struct batch *b)
{
	b->torn = false;
	b->overrun = false;
	b->num = 0;
	b->len = 0;
}

static void aside_close(struct aside *aside)
{
	close(aside->fd);
	aside->fd = -1;
}

/* Starts a dump; or reads a part of one, ends it, or starts a second one. */
static uint64_t aside_step(struct worker *w, struct aside *aside,
			   struct rng *rng, uint64_t index)
{
	struct batch *b = aside->batch;
	uint32_t n = rng_below(rng, 100);

	if (aside->fd >= 0 && n < 30) {
		w->stats->closed += !b->requests[0].done;
		aside_close(aside);
		return 0;
	}
	if (aside->fd >= 0 && n < 90) {
		do {
			if (!batch_receive(w, b))
				aside_close(aside);
		} while (n >= 70 && aside->fd >= 0);
		return 0;
	}
	if (aside->fd < 0) {
		aside->fd = netlink_socket(NETLINK_GENERIC, 0);
		b->fd = aside->fd;
		batch_begin(b);
	}
	if (b->num == BATCH || b->len > BATCH_BYTES)
		return 0;
	batch_add(w, b, index, true, false);
	if (send(b->fd, b->requests[b->num - 1].data,
		 b->requests[b->num - 1].len, 0) < 0)
		aside_close(aside);
	return 1;
}

static struct batch *batch_new(int fd, bool link)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (!b) {
		perror("nlfuzz");
		exit(2);
	}
	b->fd = fd;
	b->link = link;
	return b;
}

/* Fills a batch with messages from @index on, and sends it. */
static uint64_t worker_batch(struct worker *w, struct batch *b,
			     struct rng *rng, uint64_t index)
{
	uint32_t n = 1 + rng_below(rng, BATCH);

	batch_begin(b);
	if (n > w->messages - index)
		n = w->messages - index;
	while (b->num < (int)n && b->len < BATCH_BYTES && !b->torn)
		batch_add(w, b, index + b->num, rng_percent(rng, 3),
			  b->num == (int)n - 1);
	batch_exchange(w, b);
	return b->num;
}

/**
 * worker_run() - send what is to be sent
 * @w: worker
 */
void worker_run(struct worker *w)
{
	struct batch *genl = batch_new(netlink_socket(NETLINK_GENERIC, BUFFER),
				       false);
	struct batch *link = batch_new(netlink_socket(NETLINK_ROUTE, BUFFER),
				       true);
	struct aside aside[ASIDE];
	uint64_t index = 0, batches;
	struct rng rng;
	uint32_t n;
	int i;

	for (i = 0; i < ASIDE; i++)
		aside[i] = (struct aside) { -1, batch_new(-1, false) };
	w->world.objects = calloc(spec_num_sets, sizeof(*w->world.objects));
	for (batches = 0; index < w->messages; batches++) {
		if (batches % REFRESH == 0)
			worker_learn_links(w);
		rng_seed(&rng, w->seed, ~(uint64_t)w->number, batches);
		n = rng_below(&rng, 1000);
		if (n < 100)
			index += aside_step(w, &aside[rng_below(&rng, ASIDE)],
					    &rng, index);
		else
			index += worker_batch(w, n < 100 + w->links ?
					      link : genl, &rng, index);
	}
}
