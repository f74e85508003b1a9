// SPDX-License-Identifier: GPL-2.0
/*
 * A change is watched by a process of its own, the guard, which brings the
 * former state back where the change is not made to its end, or not confirmed
 * in time. Here is all of it but that process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config_file.h"
#include "guard.h"

#define GUARD_DIR	"/run/vswitch"
#define GUARD_LOCK	"lock"
#define GUARD_FORMER	"former.yaml"
#define GUARD_MOVES	"moves"
#define GUARD_SOCKET	"guard"

static int guard_open_dir(struct guard *g)
{
	struct stat st;

	if (mkdir(GUARD_DIR, 0700) && errno != EEXIST)
		return -errno;
	g->dir = open(GUARD_DIR, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
		      O_CLOEXEC);
	if (g->dir < 0 || fstat(g->dir, &st))
		return -errno;
	/* Whoever else could write there could make us write elsewhere. */
	return st.st_uid == geteuid() && !(st.st_mode & 077) ? 0 : -EPERM;
}

static int guard_take_lock(struct guard *g)
{
	g->lock = openat(g->dir, GUARD_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW |
			 O_CLOEXEC, 0600);
	if (g->lock < 0)
		return -errno;
	return flock(g->lock, LOCK_EX | LOCK_NB) ? -errno : 0;
}

/**
 * guard_open() - be the one that changes something
 * @g: the guard; opened, whatever else it knows
 * @c: the invocation
 *
 * Return: an exit status; guard_close() is due only after %CMD_OK.
 */
int guard_open(struct guard *g, struct cmd *c)
{
	int err;

	g->cmd = c;
	g->dir = -1;
	g->lock = -1;
	g->line = -1;
	err = guard_open_dir(g);
	if (!err)
		err = guard_take_lock(g);
	if (!err)
		return CMD_OK;
	guard_close(g);
	if (err == -EWOULDBLOCK)
		return cmd_fail(c,
				"another change is being made, or waits to be confirmed ('config confirm' or 'config revert')");
	return cmd_fail_errno(c, GUARD_DIR, err);
}

/**
 * guard_close() - let others change something
 * @g: the guard
 *
 * A guard that still watches keeps its own hold.
 */
void guard_close(struct guard *g)
{
	if (g->line >= 0)
		close(g->line);
	if (g->lock >= 0)
		close(g->lock);
	if (g->dir >= 0)
		close(g->dir);
	g->line = -1;
	g->lock = -1;
	g->dir = -1;
}

static const struct sockaddr_un guard_address = {
	.sun_family = AF_UNIX, .sun_path = GUARD_DIR "/" GUARD_SOCKET,
};

static int guard_listen(const struct guard *g)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	unlinkat(g->dir, GUARD_SOCKET, 0);
	if (!bind(fd, (const struct sockaddr *)&guard_address,
		  sizeof(guard_address)) && !listen(fd, 8))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Nobody waits for a process whose parent has ended. */
static int guard_fork(struct guard *g, int listener, int line)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (!pid) {
		setsid();
		pid = fork();
		if (pid)
			_exit(pid < 0);
		close(g->line);
		g->line = line;
		guard_watch(g, listener);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status ? -EAGAIN : 0;
}

static int guard_launch(struct guard *g)
{
	int listener = guard_listen(g);
	int line[2], err;

	if (listener < 0)
		return listener;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line)) {
		err = -errno;
		goto out_listener;
	}
	g->line = line[0];
	err = guard_fork(g, listener, line[1]);
	close(line[1]);
out_listener:
	close(listener);
	return err;
}

static bool guard_has(const struct guard *g, const char *name)
{
	return !faccessat(g->dir, name, F_OK, AT_SYMLINK_NOFOLLOW);
}

static int guard_note_moves(const struct guard *g)
{
	int fd = openat(g->dir, GUARD_MOVES, O_WRONLY | O_CREAT | O_NOFOLLOW |
			O_CLOEXEC, 0600);

	return fd < 0 || close(fd) ? -errno : 0;
}

/**
 * guard_start() - have a change watched from now on
 * @g: the guard, which knows the change
 *
 * Return: an exit status.
 */
int guard_start(struct guard *g)
{
	int err;

	if (guard_is_left(g))
		return cmd_fail(g->cmd,
				"an earlier change was neither confirmed nor undone; 'config revert' or 'config confirm' first");
	guard_forget(g);
	err = g->moves ? guard_note_moves(g) : 0;
	if (!err)
		err = config_save_at(g->dir, GUARD_FORMER, g->former);
	if (err)
		return cmd_fail_errno(g->cmd, GUARD_DIR "/" GUARD_FORMER, err);
	err = guard_launch(g);
	if (!err)
		return CMD_OK;
	guard_forget(g);
	return cmd_fail_errno(g->cmd, "guard", err);
}

static bool guard_say(int fd, char word)
{
	return send(fd, &word, 1, MSG_NOSIGNAL) == 1;
}

static bool guard_hear(int fd, char *word)
{
	ssize_t n;

	do {
		n = recv(fd, word, 1, 0);
	} while (n < 0 && errno == EINTR);
	return n == 1;
}

/**
 * guard_keep() - tell the guard to end, and wait until it has
 * @g: the guard
 */
void guard_keep(struct guard *g)
{
	char word;

	if (guard_say(g->line, GUARD_KEEP))
		guard_hear(g->line, &word);
}

/**
 * guard_wait() - tell the guard that the change is made
 * @g: the guard
 * @verdict: set to what has become of it; NULL not to wait for that
 *
 * Return: an exit status.
 */
int guard_wait(struct guard *g, char *verdict)
{
	char word;

	/* From here on the guard alone has it. */
	close(g->lock);
	g->lock = -1;
	if (!guard_say(g->line, GUARD_WAIT) || !guard_hear(g->line, &word) ||
	    (verdict && !guard_hear(g->line, verdict)))
		return cmd_fail(g->cmd,
				"the guard has died; the change is made and nobody waits for a confirmation");
	return CMD_OK;
}

/**
 * guard_ask() - tell the guard of a change what is to become of it
 * @what: %GUARD_KEEP or %GUARD_BACK
 * @answer: set to what has become of it
 *
 * Return: 0 or a negative errno, -ENOENT where no guard waits.
 */
int guard_ask(enum guard_word what, char *answer)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&guard_address,
		    sizeof(guard_address)))
		err = errno == ECONNREFUSED ? -ENOENT : -errno;
	else if (!guard_say(fd, what) || !guard_hear(fd, answer))
		err = -ENOENT;
	close(fd);
	return err;
}

/**
 * guard_is_left() - has a guard gone without a verdict?
 * @g: another guard; its folder is open
 *
 * Return: true if so.
 */
bool guard_is_left(const struct guard *g)
{
	return guard_has(g, GUARD_FORMER);
}

/**
 * guard_is_lost() - has what a guard was to bring back gone with it?
 * @g: another guard; its folder is open
 *
 * Return: true if so.
 */
bool guard_is_lost(const struct guard *g)
{
	return guard_has(g, GUARD_MOVES);
}

/**
 * guard_load_former() - the state that a guard was to bring back
 * @g: the guard
 * @former: set to the state
 *
 * Return: an exit status.
 */
int guard_load_former(const struct guard *g, struct config **former)
{
	if (!guard_is_left(g))
		return cmd_fail(g->cmd, "no change waits to be confirmed");
	return config_load(g->cmd, GUARD_DIR "/" GUARD_FORMER, true,
			   former);
}

/**
 * guard_forget() - there is nothing to return to any more
 * @g: the guard
 */
void guard_forget(const struct guard *g)
{
	unlinkat(g->dir, GUARD_FORMER, 0);
	unlinkat(g->dir, GUARD_MOVES, 0);
	unlinkat(g->dir, GUARD_SOCKET, 0);
}
