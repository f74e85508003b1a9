// SPDX-License-Identifier: GPL-2.0
/*
 * A TCP/IP stack is a network namespace. The one named defaultTcpipStack is
 * that of the caller; others have the names that ip-netns(8) gives them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

/**
 * netns_is_default() - is that the stack of the caller's own namespace?
 * @name: name of the stack, or NULL where none was said
 *
 * Return: true if it is.
 */
bool netns_is_default(const char *name)
{
	return !name || !strcmp(name, NETNS_DEFAULT);
}

/**
 * netns_open() - open the namespace of a stack
 * @name: name of the stack, not the default one
 *
 * Return: a file descriptor, or a negative errno.
 */
int netns_open(const char *name)
{
	char path[256];
	int fd;

	/* Nothing outside of the directory, and not the directory itself. */
	if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return -ENOENT;
	if (snprintf(path, sizeof(path), NETNS_DIR "%s", name) >=
	    (int)sizeof(path))
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/**
 * netns_enter() - move the process into a stack
 * @name: name of the stack
 * @home: set to what netns_leave() wants
 *
 * Return: 0 or a negative errno.
 */
int netns_enter(const char *name, int *home)
{
	int err = 0;
	int fd;

	*home = -1;
	if (netns_is_default(name))
		return 0;
	fd = netns_open(name);
	if (fd < 0)
		return fd;
	*home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*home < 0 || setns(fd, CLONE_NEWNET)) {
		err = -errno;
		if (*home >= 0)
			close(*home);
		*home = -1;
	}
	close(fd);
	return err;
}

/**
 * netns_leave() - move the process back
 * @home: from netns_enter()
 */
void netns_leave(int home)
{
	if (home < 0)
		return;
	/* It was there a moment ago and may go back there. */
	if (setns(home, CLONE_NEWNET))
		perror("setns");
	close(home);
}
