// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses from DHCP, by whichever client the system has. For each adapter a
 * file below /run says which client serves it, and whether for DNS, too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dhcp.h"
#include "run.h"

#define DHCP_DIR	"/run/vmkctl"
#define DHCP_ARGS_MAX	24
#define DHCP_PATIENCE	5000	/* ms */
#define DHCP_NO_CLIENT	\
	"there is no DHCP client: install dhcpcd, dhclient or udhcpc"
#define DHCP_NO_CLIENT6	\
	"there is no DHCPv6 client: install dhcpcd or dhclient"

/**
 * struct dhcp_client - a program
 * @name: its name
 * @ipv6: it knows DHCPv6, too
 * @start: its arguments; @ stands for the adapter, % for 4 or 6, # for the
 *	common part of its files' names; it returns at once, and goes on asking
 * @no_dns: more of them where DNS servers are not wanted
 * @no_dns_conf: what is in #.conf then, for IPv4 and for IPv6, or NULL
 * @stop: arguments that have it give its lease back and end; NULL where it does
 *	so by SIGTERM
 * @pid_file: where it writes its process's number
 */
struct dhcp_client {
	const char *name;
	bool ipv6;
	const char *start[DHCP_ARGS_MAX];
	const char *no_dns[DHCP_ARGS_MAX];
	const char *no_dns_conf[2];
	const char *stop[DHCP_ARGS_MAX];
	const char *pid_file;
};

static const struct dhcp_client dhcp_clients[] = {
	{
		.name = "dhcpcd", .ipv6 = true,
		.start = { "-%", "-b", "-q", "@" },
		.no_dns = { "-C", "resolv.conf" },
		.stop = { "-%", "-k", "@" },
		.pid_file = "/run/dhcpcd/@-%.pid",
	}, {
		.name = "dhclient", .ipv6 = true,
		.start = {
			"-%", "-nw", "-q", "-pf", "#.pid", "-lf", "#.leases",
			"@"
		},
		.no_dns = { "-cf", "#.conf" },
		.no_dns_conf = {
			"request subnet-mask, broadcast-address, routers;\n",
			"request dhcp6.fqdn;\n",
		},
		.stop = {
			"-%", "-r", "-q", "-pf", "#.pid", "-lf", "#.leases", "@"
		},
		.pid_file = "#.pid",
	}, {
		.name = "udhcpc",
		.start = { "-b", "-R", "-p", "#.pid", "-i", "@" },
		.no_dns = { "-o", "-O", "subnet", "-O", "broadcast", "-O",
			    "router" },
		.pid_file = "#.pid",
	},
};

static const size_t dhcp_clients_num = sizeof(dhcp_clients) /
				       sizeof(*dhcp_clients);

static void dhcp_path(const struct dhcp *dhcp, const char *suffix, char *path,
		      size_t size)
{
	snprintf(path, size, DHCP_DIR "/%s-%c%s", dhcp->ifname,
		 dhcp->family == AF_INET ? '4' : '6', suffix);
}

/* Fills in what the characters @, % and # stand for. */
static void dhcp_expand(const struct dhcp *dhcp, const char *pattern,
			char *text, size_t size)
{
	char common[64];
	size_t len = 0;

	dhcp_path(dhcp, "", common, sizeof(common));
	for (; *pattern && len + 1 < size; pattern++) {
		const char *part = "";

		if (*pattern == '@')
			part = dhcp->ifname;
		else if (*pattern == '%')
			part = dhcp->family == AF_INET ? "4" : "6";
		else if (*pattern == '#')
			part = common;
		else
			text[len++] = *pattern;
		while (*part && len + 1 < size)
			text[len++] = *part++;
	}
	text[len] = '\0';
}

static size_t dhcp_add(const struct dhcp *dhcp, const char *const *patterns,
		       const char **args, char (*texts)[96], size_t n)
{
	for (; *patterns && n + 2 < DHCP_ARGS_MAX; patterns++, n++) {
		dhcp_expand(dhcp, *patterns, texts[n], sizeof(texts[n]));
		args[n] = texts[n];
	}
	return n;
}

/* Returns NULL, or why that failed, in a buffer of its own. */
static const char *dhcp_run(const struct dhcp *dhcp,
			    const struct dhcp_client *client,
			    const char *const *first,
			    const char *const *second)
{
	static char reason[256];

	const char *args[DHCP_ARGS_MAX] = { client->name };
	char texts[DHCP_ARGS_MAX][96];
	size_t n = 1;
	char *said;
	int status;

	n = dhcp_add(dhcp, first, args, texts, n);
	if (second)
		n = dhcp_add(dhcp, second, args, texts, n);
	args[n] = NULL;
	status = run_program(args, dhcp->netstack, &said);
	snprintf(reason, sizeof(reason), "%s: %s", client->name,
		 said && *said ? said : "failed");
	free(said);
	return status ? reason : NULL;
}

static int dhcp_write_file(const struct dhcp *dhcp, const char *suffix,
			   const char *text)
{
	size_t len = strlen(text);
	char path[64];
	ssize_t done;
	int err = 0;
	int fd;

	dhcp_path(dhcp, suffix, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0644);
	if (fd < 0)
		return -errno;
	done = write(fd, text, len);
	if (done != (ssize_t)len)
		err = done < 0 ? -errno : -ENOSPC;
	close(fd);
	return err;
}

/* The file: the adapter's number, the client, and "dns" if that is wanted. */
static int dhcp_write(const struct dhcp *dhcp,
		      const struct dhcp_client *client, bool dns)
{
	const char *conf = client->no_dns_conf[dhcp->family != AF_INET];
	char text[64];
	int err;

	if (mkdir(DHCP_DIR, 0755) && errno != EEXIST)
		return -errno;
	snprintf(text, sizeof(text), "%d %s%s\n", dhcp->ifindex, client->name,
		 dns ? " dns" : "");
	err = dhcp_write_file(dhcp, "", text);
	if (!err && !dns && conf)
		err = dhcp_write_file(dhcp, ".conf", conf);
	return err;
}

static const struct dhcp_client *dhcp_read(const struct dhcp *dhcp,
					   int *ifindex, bool *dns)
{
	char path[64], name[32] = "", word[8] = "";
	FILE *file;
	size_t i;

	dhcp_path(dhcp, "", path, sizeof(path));
	file = fopen(path, "re");
	if (!file)
		return NULL;
	if (fscanf(file, "%d %31s %7s", ifindex, name, word) < 2)
		*name = '\0';
	fclose(file);
	*dns = !strcmp(word, "dns");
	for (i = 0; i < dhcp_clients_num; i++)
		if (!strcmp(dhcp_clients[i].name, name))
			return &dhcp_clients[i];
	return NULL;
}

static void dhcp_forget(const struct dhcp *dhcp)
{
	static const char *const suffixes[] = {
		"", ".pid", ".leases", ".conf"
	};
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		dhcp_path(dhcp, suffixes[i], path, sizeof(path));
		unlink(path);
	}
}

/**
 * dhcp_is_on() - has an adapter its addresses from DHCP?
 * @dhcp: the adapter
 * @dns: set to whether the DNS servers, too
 *
 * Return: true if so.
 */
bool dhcp_is_on(const struct dhcp *dhcp, bool *dns)
{
	int ifindex = 0;

	*dns = false;
	/* What another adapter of that name has left behind does not count. */
	return dhcp_read(dhcp, &ifindex, dns) && ifindex == dhcp->ifindex;
}

static pid_t dhcp_pid(const struct dhcp *dhcp,
		      const struct dhcp_client *client)
{
	char path[96], comm[32] = "";
	int pid = 0;
	FILE *file;

	dhcp_expand(dhcp, client->pid_file, path, sizeof(path));
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &pid) != 1)
		pid = 0;
	fclose(file);
	/* The number may be another process's by now. */
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = pid > 1 ? fopen(path, "re") : NULL;
	if (!file)
		return 0;
	if (fscanf(file, "%31s", comm) != 1)
		*comm = '\0';
	fclose(file);
	return !strncmp(comm, client->name, strlen(client->name)) ? pid : 0;
}

/* It takes its address away before it ends, and must not do so later. */
static void dhcp_end(pid_t pid)
{
	struct pollfd pollfd = { .events = POLLIN };

	pollfd.fd = pidfd_open(pid, 0);
	if (pollfd.fd < 0)
		return;
	if (!pidfd_send_signal(pollfd.fd, SIGTERM, NULL, 0) &&
	    poll(&pollfd, 1, DHCP_PATIENCE) == 0)
		pidfd_send_signal(pollfd.fd, SIGKILL, NULL, 0);
	close(pollfd.fd);
}

/**
 * dhcp_stop() - have an adapter no longer ask for addresses
 * @dhcp: the adapter, which may have gone
 *
 * The client gives its lease back where it can, and takes its address away.
 */
void dhcp_stop(const struct dhcp *dhcp)
{
	const struct dhcp_client *client;
	int ifindex;
	pid_t pid;
	bool dns;

	client = dhcp_read(dhcp, &ifindex, &dns);
	if (!client)
		return;
	if (*client->stop)
		dhcp_run(dhcp, client, client->stop, NULL);
	pid = dhcp_pid(dhcp, client);
	if (pid)
		dhcp_end(pid);
	dhcp_forget(dhcp);
}

/**
 * dhcp_start() - have an adapter ask for addresses, now and from then on
 * @dhcp: the adapter, up
 * @dns: take the DNS servers as well
 *
 * Return: NULL, or why that failed.
 */
const char *dhcp_start(const struct dhcp *dhcp, bool dns)
{
	const struct dhcp_client *client = dhcp_clients;
	size_t left = dhcp_clients_num;
	const char *reason;
	int err;

	for (; left; left--, client++)
		if ((client->ipv6 || dhcp->family == AF_INET) &&
		    run_exists(client->name))
			break;
	if (!left)
		return dhcp->family == AF_INET ? DHCP_NO_CLIENT :
		       DHCP_NO_CLIENT6;
	dhcp_stop(dhcp);
	dhcp_forget(dhcp);
	err = dhcp_write(dhcp, client, dns);
	if (err) {
		dhcp_forget(dhcp);
		return strerror(-err);
	}
	reason = dhcp_run(dhcp, client, client->start,
			  dns ? NULL : client->no_dns);
	if (reason)
		dhcp_forget(dhcp);
	return reason;
}
