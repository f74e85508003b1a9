// SPDX-License-Identifier: GPL-2.0
/* Worlds: the processes that hold the taps of virtual machines open. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "print.h"
#include "world.h"

#define WORLD_TUN	"/dev/net/tun"
#define WORLD_IFF	"\niff:\t"
#define WORLD_ARGS_MAX	65536

static ssize_t world_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -1;
	while (len + 1 < size && (n = read(fd, text + len, size - 1 - len)) > 0)
		len += n;
	close(fd);
	text[len] = '\0';
	return n < 0 ? -1 : (ssize_t)len;
}

static bool world_is_tap(const char *pid, const char *fd)
{
	char path[64], target[32];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%.16s/fd/%.16s", pid, fd);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	return !strcmp(target, WORLD_TUN);
}

static void world_add_tap(json_t *taps, const char *pid, const char *fd)
{
	char path[64], text[1024];
	char *name;

	if (!world_is_tap(pid, fd))
		return;
	snprintf(path, sizeof(path), "/proc/%.16s/fdinfo/%.16s", pid, fd);
	if (world_read(path, text, sizeof(text)) < 0)
		return;
	name = strstr(text, WORLD_IFF);
	if (!name)
		return;
	name += strlen(WORLD_IFF);
	name[strcspn(name, "\n")] = '\0';
	json_object_set_new_nocheck(taps, name, json_integer(atoi(pid)));
}

static void world_add_process(json_t *taps, const char *pid)
{
	struct dirent *entry;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)*entry->d_name))
			world_add_tap(taps, pid, entry->d_name);
	if (dir)
		closedir(dir);
}

/**
 * world_find_taps() - who holds which tap
 *
 * Other users' processes show that to root only.
 *
 * Return: a JSON object, the process's number by the tap's name.
 */
json_t *world_find_taps(void)
{
	DIR *dir = opendir("/proc");
	json_t *taps = json_object();
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)*entry->d_name))
			world_add_process(taps, entry->d_name);
	if (dir)
		closedir(dir);
	return taps;
}

/* Of QEMU's "-name guest=web,debug-threads=on" or "-name web", the name. */
static char *world_qemu_name(const char *args, size_t len)
{
	const char *end = args + len, *arg, *next;

	for (arg = args; arg < end; arg = next) {
		next = arg + strlen(arg) + 1;
		if (strcmp(arg, "-name") || next >= end)
			continue;
		if (!strncmp(next, "guest=", 6))
			next += 6;
		return strndup(next, strcspn(next, ","));
	}
	return NULL;
}

/**
 * world_name() - the name of a virtual machine
 * @pid: number of its process
 *
 * Return: the name that QEMU was given, or that of the program; null where
 * the process has gone.
 */
json_t *world_name(const char *pid)
{
	char path[64], comm[32];
	char *args = malloc(WORLD_ARGS_MAX);
	char *name = NULL;
	ssize_t len = -1;
	json_t *text;

	snprintf(path, sizeof(path), "/proc/%.16s/cmdline", pid);
	if (args)
		len = world_read(path, args, WORLD_ARGS_MAX);
	if (len > 0)
		name = world_qemu_name(args, len);
	free(args);
	if (!name) {
		snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
		if (world_read(path, comm, sizeof(comm)) < 0)
			return json_null();
		comm[strcspn(comm, "\n")] = '\0';
		return print_string(comm);
	}
	text = print_string(name);
	free(name);
	return text;
}
