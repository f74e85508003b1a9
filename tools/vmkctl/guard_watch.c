// SPDX-License-Identifier: GPL-2.0
/*
 * The process that watches a change. It has a session of its own and nothing
 * of its caller's, so that it outlives shell, connection and caller. Whatever
 * is decided is decided here, by one process, in one loop: a confirmation that
 * comes too late finds that it does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"
#include "run.h"

#define WATCH_TICK	200	/* ms between looks at ping and at signals */
#define WATCH_PATIENCE	2	/* s that a client may take to say a word */

/**
 * struct watch - what the guard knows
 * @g: the change
 * @listener: where a confirmation comes in
 * @ended: where the word comes in that the guard is to end
 * @made: the change is made
 * @alive: who makes it is alive, or has not been told of an end
 * @deadline: in ms of the monotonic clock, once the change is made
 * @ping: process that pings, or 0
 */
struct watch {
	struct guard *g;
	int listener;
	int ended;
	bool made;
	bool alive;
	long long deadline;
	pid_t ping;
};

static long long watch_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ll + ts.tv_nsec / 1000000;
}

static bool watch_is_ours(const struct watch *w, int fd)
{
	return fd == w->g->dir || fd == w->g->lock || fd == w->g->line ||
	       fd == w->listener;
}

static void watch_detach(const struct watch *w)
{
	int null = open("/dev/null", O_RDWR);
	int last = 3;
	int fd;

	for (fd = 0; fd < 3; fd++)
		dup2(null, fd);
	for (fd = 3; fd < 1024; fd++)
		if (watch_is_ours(w, fd))
			last = fd + 1;
	for (fd = 3; fd < last; fd++)
		if (!watch_is_ours(w, fd))
			close(fd);
	close_range(last, ~0u, 0);
	/* The socket itself has gone with the rest. */
	w->g->cmd->nl = (struct nlsock){ .sk = NULL };
	umask(077);
	if (chdir("/"))
		syslog(LOG_WARNING, "chdir: %m");
}

/* To be told to end is no answer: the change is not confirmed. */
static void watch_signals(struct watch *w)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE,
				       SIGTSTP, SIGTTIN, SIGTTOU };
	sigset_t term;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_SETMASK, &term, NULL);
	w->ended = signalfd(-1, &term, SFD_CLOEXEC);
}

static void watch_say(int fd, char word)
{
	/* Who is gone need not be told. */
	if (send(fd, &word, 1, MSG_NOSIGNAL) != 1)
		syslog(LOG_DEBUG, "nobody hears '%c'", word);
}

static void watch_stop_ping(struct watch *w)
{
	if (!w->ping)
		return;
	kill(w->ping, SIGKILL);
	waitpid(w->ping, NULL, 0);
	w->ping = 0;
}

__attribute__((noreturn))
static void watch_end(struct watch *w, char verdict, int client)
{
	watch_stop_ping(w);
	if (verdict != GUARD_STUCK)
		guard_forget(w->g);
	/* Whoever hears of it may make the next change. */
	close(w->g->lock);
	if (client >= 0)
		watch_say(client, verdict);
	watch_say(w->g->line, verdict);
	_exit(0);
}

static char watch_go_back(struct watch *w, const char *why)
{
	watch_stop_ping(w);
	if (w->g->undo(w->g)) {
		syslog(LOG_ERR, "%s; the former state is not wholly back",
		       why);
		return GUARD_STUCK;
	}
	syslog(LOG_WARNING, "%s; the former state is back", why);
	return GUARD_RETURNED;
}

static void watch_undo(struct watch *w, const char *why)
{
	watch_end(w, watch_go_back(w, why), -1);
}

static void watch_line(struct watch *w)
{
	char word;

	if (recv(w->g->line, &word, 1, 0) == 1) {
		if (word == GUARD_KEEP)
			watch_end(w, GUARD_KEPT, -1);
		w->made = true;
		w->deadline = watch_now() + w->g->seconds * 1000ll;
		watch_say(w->g->line, GUARD_WAIT);
		return;
	}
	if (!w->made)
		watch_undo(w, "a change has not come to its end");
	w->alive = false;
}

static void watch_client(struct watch *w, int fd)
{
	const struct timeval patience = { .tv_sec = WATCH_PATIENCE };
	char word;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (recv(fd, &word, 1, 0) != 1)
		return;
	if (!w->made)
		watch_say(fd, GUARD_BUSY);
	else if (word == GUARD_KEEP)
		watch_end(w, GUARD_KEPT, fd);
	else if (word == GUARD_BACK)
		watch_end(w, watch_go_back(w, "a change was revoked"), fd);
}

static void watch_listener(struct watch *w)
{
	int fd = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	watch_client(w, fd);
	close(fd);
}

static void watch_start_ping(struct watch *w)
{
	const char *words[GUARD_PING_WORDS];

	guard_ping(words, w->g->host, w->g->by);
	w->ping = fork();
	if (w->ping < 0)
		w->ping = 0;
	if (w->ping)
		return;
	run_default_signals();
	run_exec(words);
	_exit(127);
}

/* One after the other, until one is answered. */
static void watch_host(struct watch *w)
{
	int status;

	if (!w->ping) {
		watch_start_ping(w);
		return;
	}
	if (waitpid(w->ping, &status, WNOHANG) != w->ping)
		return;
	w->ping = 0;
	if (!status)
		watch_end(w, GUARD_KEPT, -1);
}

static void watch_poll(struct watch *w)
{
	struct pollfd fds[] = {
		{ .fd = w->listener, .events = POLLIN },
		{ .fd = w->alive ? w->g->line : -1, .events = POLLIN },
		{ .fd = w->made ? w->ended : -1, .events = POLLIN },
	};

	if (poll(fds, sizeof(fds) / sizeof(*fds), WATCH_TICK) <= 0)
		return;
	if (fds[2].revents)
		watch_undo(w, "the guard was told to end");
	if (fds[1].revents)
		watch_line(w);
	if (fds[0].revents)
		watch_listener(w);
}

/**
 * guard_watch() - watch a change, and end with what becomes of it
 * @g: the change, with the guard's end of the line
 * @listener: where a confirmation comes in
 */
void guard_watch(struct guard *g, int listener)
{
	struct watch w = { .g = g, .listener = listener, .alive = true };

	/* Who ends all of vmkctl is not to end this with it. */
	prctl(PR_SET_NAME, "vswitch-guard");
	watch_detach(&w);
	watch_signals(&w);
	openlog("vmkctl", LOG_PID, LOG_DAEMON);
	for (;;) {
		if (w.made && watch_now() >= w.deadline)
			watch_undo(&w, "a change was not confirmed in time");
		if (w.made && w.g->host)
			watch_host(&w);
		watch_poll(&w);
	}
}
