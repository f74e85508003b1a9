// SPDX-License-Identifier: GPL-2.0
/*
 * Logs of what was sent, and sending it again. A line is the number of a
 * message, the protocol, and the bytes in hexadecimal digits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nlfuzz.h"

#define LINE_MAX	(2 * MESSAGE_MAX + 64)
#define LOG_BUFFER	(256 * 1024)	/* as each write may go to a host */

static FILE *log_create(const struct worker *w, const char *folder,
			const char *suffix)
{
	char path[4096];
	FILE *log;

	snprintf(path, sizeof(path), "%s/sender-%u%s", folder, w->number,
		 suffix);
	log = fopen(path, "we");
	if (!log || setvbuf(log, NULL, _IOFBF, LOG_BUFFER))
		die(path);
	return log;
}

static void log_begin(struct worker *w)
{
	fprintf(w->log, "family %d\n", w->family);
	w->logged = 0;
}

/**
 * log_open() - begin the log of a worker
 * @w: worker
 * @run: where to put it, and how much to keep
 */
void log_open(struct worker *w, const struct run *run)
{
	w->tail = run->tail;
	w->log = log_create(w, run->log, "");
	if (w->tail)
		w->other_log = log_create(w, run->log, "-other");
	log_begin(w);
}

/* What the other file holds is old enough to be forgotten. */
static void log_turn(struct worker *w)
{
	FILE *full = w->log;

	w->log = w->other_log;
	w->other_log = full;
	rewind(w->log);
	if (ftruncate(fileno(w->log), 0))
		die("log");
	log_begin(w);
}

/**
 * log_message() - log a message
 * @w: worker
 * @index: the message's number
 * @link: it is one of rtnetlink
 * @data: its bytes
 * @len: how many they are
 */
void log_message(struct worker *w, uint64_t index, bool link,
		 const unsigned char *data, unsigned int len)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int i;

	if (w->tail && w->logged == w->tail)
		log_turn(w);
	w->logged++;
	fprintf(w->log, "%llu %d ", (unsigned long long)index,
		link ? NETLINK_ROUTE : NETLINK_GENERIC);
	for (i = 0; i < len; i++) {
		putc_unlocked(digits[data[i] >> 4], w->log);
		putc_unlocked(digits[data[i] & 15], w->log);
	}
	putc_unlocked('\n', w->log);
}

/**
 * log_flush() - have in the log's file what was logged, before it is sent
 * @w: worker
 */
void log_flush(struct worker *w)
{
	if (w->log)
		fflush(w->log);
}

static unsigned int replay_parse(const char *hex, unsigned char *data)
{
	unsigned int len, byte;

	for (len = 0; len < MESSAGE_MAX &&
	     sscanf(hex + 2 * len, "%2x", &byte) == 1; len++)
		data[len] = byte;
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

/**
 * replay() - send the messages of a log again, one by one
 * @run: number of the family
 * @path: the log
 *
 * What comes back is printed.
 *
 * Return: 0.
 */
int replay(const struct run *run, const char *path)
{
	static unsigned char data[MESSAGE_MAX];
	static char line[LINE_MAX];
	int genl = netlink_socket(NETLINK_GENERIC, 0);
	int link = netlink_socket(NETLINK_ROUTE, 0);
	struct nlmsghdr *nlh = (void *)data;
	FILE *file = fopen(path, "re");
	int protocol, at, fd, family;
	unsigned long long index;
	unsigned int len;

	if (!file)
		die(path);
	if (fscanf(file, "family %d\n", &family) != 1)
		die("no log");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llu %d %n", &index, &protocol, &at) != 2)
			continue;
		len = replay_parse(line + at, data);
		if (protocol == NETLINK_GENERIC && nlh->nlmsg_type == family)
			nlh->nlmsg_type = run->family;
		fd = protocol == NETLINK_GENERIC ? genl : link;
		if (send(fd, data, len, 0) < 0)
			printf("%llu: send: %s\n", index, strerror(errno));
		replay_answers(fd, index);
	}
	fclose(file);
	return 0;
}
