// SPDX-License-Identifier: GPL-2.0
/* Other programs of the system. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netns.h"
#include "run.h"

/*
 * Not the caller's: who may run this as root, by sudo, is not to run another
 * program of that name.
 */
#define RUN_PATH	"/usr/sbin:/usr/bin:/sbin:/bin"

#define RUN_SAID_MAX	4096

/**
 * run_exists() - is there a program of that name?
 * @program: the name
 *
 * Return: true if it can be run.
 */
bool run_exists(const char *program)
{
	const char *dir = RUN_PATH;
	char path[128];
	int len;

	for (; *dir; dir += len + (dir[len] == ':')) {
		len = strcspn(dir, ":");
		snprintf(path, sizeof(path), "%.*s/%s", len, dir, program);
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

/**
 * run_exec() - become another program
 * @args: its name and its arguments, then NULL
 *
 * Returns only where that failed, with errno set.
 */
void run_exec(const char *const args[])
{
	if (!setenv("PATH", RUN_PATH, 1))
		execvp(args[0], (char *const *)args);
}

/**
 * run_default_signals() - take signals as a program expects it to be
 *
 * For a child of a process that blocks or ignores some.
 */
void run_default_signals(void)
{
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void run_child(const char *const args[], const char *netstack, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int home;

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(127);
	/* There is no way back: what follows is another program. */
	if (netns_enter(netstack, &home))
		_exit(127);
	if (home >= 0)
		close(home);
	run_default_signals();
	umask(022);
	run_exec(args);
	_exit(127);
}

static char *run_last_line(char *text)
{
	size_t len = strlen(text);
	char *line;

	while (len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	line = strrchr(text, '\n');
	return strdup(line ? line + 1 : text);
}

/* The last of what was written to a file. */
static char *run_said(int fd)
{
	char text[RUN_SAID_MAX] = "";
	struct stat st;
	off_t from = 0;
	ssize_t len;

	if (!fstat(fd, &st) && st.st_size > RUN_SAID_MAX - 1)
		from = st.st_size - (RUN_SAID_MAX - 1);
	len = pread(fd, text, RUN_SAID_MAX - 1, from);
	text[len > 0 ? len : 0] = '\0';
	return run_last_line(text);
}

/**
 * run_program() - run another program to its end
 * @args: its name and its arguments, then NULL
 * @netstack: TCP/IP stack to run it in, or NULL for the default one
 * @said: set to the last line that it wrote, to be freed by the caller; may
 *	become NULL
 *
 * What it leaves behind, as a daemon, may go on to write.
 *
 * Return: its exit status, 127 where it could not be run, or a negative errno.
 */
int run_program(const char *const args[], const char *netstack, char **said)
{
	int out, status, err = 0;
	pid_t pid;

	*said = NULL;
	/* Not a pipe: by its end, a daemon's scripts would die later. */
	out = memfd_create("said", MFD_CLOEXEC);
	if (out < 0)
		return -errno;
	pid = fork();
	if (!pid)
		run_child(args, netstack, out);
	if (pid < 0) {
		err = -errno;
		goto out_close;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	*said = run_said(out);
	err = WIFEXITED(status) ? WEXITSTATUS(status) : 127;
out_close:
	close(out);
	return err;
}
