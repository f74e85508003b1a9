// SPDX-License-Identifier: GPL-2.0
/*
 * Logs of what was sent, and sending it again. A log is a file of which each
 * sender has a part of the same size, with two texts that it writes in turn. A
 * text has a first line, which says what it is, and a line for each message:
 * its number, the protocol, and its bytes in hexadecimal digits.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nlfuzz.h"

#define LINE_MAX	(2 * MESSAGE_MAX + 64)
#define LOG_SIZE	(64 * 1024 * 1024)	/* of a file that is empty */

static char *log_map(const char *path, bool fresh, size_t *size)
{
	int fd = open(path, O_CLOEXEC | (fresh ? O_RDWR | O_CREAT : O_RDONLY),
		      0600);
	struct stat st;
	char *data;

	if (fd < 0 || fstat(fd, &st) ||
	    (fresh && !st.st_size &&
	     (ftruncate(fd, LOG_SIZE) || fstat(fd, &st))))
		die(path);
	data = mmap(NULL, st.st_size, PROT_READ | (fresh ? PROT_WRITE : 0),
		    MAP_SHARED, fd, 0);
	if (data == MAP_FAILED)
		die(path);
	close(fd);
	*size = st.st_size;
	return data;
}

/* Gives a sender its part of a log. */
static void log_split(struct log *log, char *data, size_t size)
{
	log->size = size / log->senders / 2;
	log->texts[0] = data + 2 * log->sender * log->size;
	log->texts[1] = log->texts[0] + log->size;
	if (log->size < 2 * LINE_MAX) {
		errno = ENOSPC;
		die("log");
	}
}

static char *log_text(const struct log *log)
{
	return log->texts[log->part % 2];
}

static void log_begin(struct log *log)
{
	log->used = snprintf(log_text(log), LINE_MAX,
			     "sender %u of %u, part %u, family %d\n",
			     log->sender, log->senders, log->part,
			     log->family);
}

/**
 * log_open() - begin the log of a worker
 * @w: worker
 * @run: where to put it
 */
void log_open(struct worker *w, const struct run *run)
{
	struct log *log = &w->log;
	size_t size;
	char *data = log_map(run->log, true, &size);

	log->sender = w->number;
	log->senders = run->threads + run->unprivileged;
	log->family = w->family;
	log_split(log, data, size);
	log->texts[1][0] = '\0';
	log_begin(log);
}

/**
 * log_message() - log a message, before it is sent
 * @log: the sender's
 * @index: the message's number
 * @link: it is one of rtnetlink
 * @data: its bytes
 * @len: how many they are
 */
void log_message(struct log *log, uint64_t index, bool link,
		 const unsigned char *data, unsigned int len)
{
	static const char digits[] = "0123456789abcdef";
	char head[32];
	unsigned int i;
	size_t used;
	char *to;

	if (log->used + LINE_MAX > log->size) {
		log->part++;
		log_begin(log);
	}
	to = log_text(log) + log->used;
	used = log->used + 2 * len + 1 +
	       snprintf(head, sizeof(head), "%llu %d ",
			(unsigned long long)index,
			link ? NETLINK_ROUTE : NETLINK_GENERIC);
	/* The new end first, lest half a line revives what was behind it. */
	log_text(log)[used] = '\0';
	to = stpcpy(to, head);
	for (i = 0; i < len; i++) {
		*to++ = digits[data[i] >> 4];
		*to++ = digits[data[i] & 15];
	}
	*to = '\n';
	log->used = used;
}

/* What the first line of a text says; false if there is none. */
static bool log_parse(struct log *log, const char *text)
{
	return sscanf(text, "sender %u of %u, part %u, family %d\n",
		      &log->sender, &log->senders, &log->part,
		      &log->family) == 4;
}

static unsigned int digit_value(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

static unsigned int replay_parse(const char *hex, unsigned char *data)
{
	unsigned int len;

	for (len = 0; len < MESSAGE_MAX && hex[0] > ' ' && hex[1] > ' ';
	     len++, hex += 2)
		data[len] = digit_value(hex[0]) << 4 | digit_value(hex[1]);
	return len;
}

static void replay_answers(int fd, unsigned long long index)
{
	static unsigned char data[MESSAGE_MAX];
	struct nlmsghdr *nlh;
	ssize_t len;
	int err;

	for (;;) {
		len = recv(fd, data, sizeof(data), MSG_DONTWAIT);
		if (len < 0)
			return;
		nlh = (void *)data;
		for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type != NLMSG_ERROR)
				continue;
			memcpy(&err, NLMSG_DATA(nlh), sizeof(err));
			printf("%llu: %s\n", index, strerror(-err));
		}
	}
}

/* Sends the messages of a text. */
static void replay_text(const struct run *run, int genl, int link,
			const char *text)
{
	static unsigned char data[MESSAGE_MAX];
	struct nlmsghdr *nlh = (void *)data;
	unsigned long long index;
	struct log log;
	unsigned int len;
	int protocol, fd;
	char *next;

	if (!log_parse(&log, text))
		return;
	while ((text = strchr(text, '\n')) && *++text) {
		index = strtoull(text, &next, 10);
		protocol = strtol(next, &next, 10);
		len = replay_parse(next + 1, data);
		if (protocol == NETLINK_GENERIC &&
		    nlh->nlmsg_type == log.family)
			nlh->nlmsg_type = run->family;
		fd = protocol == NETLINK_GENERIC ? genl : link;
		if (send(fd, data, len, 0) < 0)
			printf("%llu: send: %s\n", index, strerror(errno));
		replay_answers(fd, index);
	}
}

/**
 * replay() - send the messages of a log again, one by one
 * @run: number of the family
 * @path: the log
 * @sender: whose messages
 *
 * With all rights, and the descriptors of namespaces that they may name. What
 * comes back is printed.
 *
 * Return: 0.
 */
int replay(const struct run *run, const char *path, unsigned int sender)
{
	int genl = netlink_socket(NETLINK_GENERIC, 0);
	int link = netlink_socket(NETLINK_ROUTE, 0);
	struct log log = {}, other = {};
	size_t size;
	char *data = log_map(path, false, &size);
	int first;

	if (!log_parse(&log, data) || sender >= log.senders) {
		errno = ENOENT;
		die("log of that sender");
	}
	log.sender = sender;
	log_split(&log, data, size);
	/* The older one first. */
	first = log_parse(&log, log.texts[0]) &&
		log_parse(&other, log.texts[1]) && other.part < log.part;
	replay_text(run, genl, link, log.texts[first]);
	replay_text(run, genl, link, log.texts[!first]);
	return 0;
}
