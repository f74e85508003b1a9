// SPDX-License-Identifier: GPL-2.0
/* The family in the running kernel: its numbers, and what it tells of. */
#include <errno.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nlfuzz.h"

static int stopped;

static const struct nlattr *attr_find(const void *data, unsigned int len,
				      int type)
{
	const struct nlattr *nla;
	unsigned int at;

	for (at = 0; at + NLA_HDRLEN <= len; at += NLA_ALIGN(nla->nla_len)) {
		nla = (const void *)((const char *)data + at);
		if (nla->nla_len < NLA_HDRLEN)
			break;
		if ((nla->nla_type & NLA_TYPE_MASK) == type)
			return nla;
	}
	return NULL;
}

static void resolve_groups(struct run *run, const struct nlattr *groups)
{
	const struct nlattr *entry, *id;
	unsigned int at = 0, len;

	len = groups ? groups->nla_len - NLA_HDRLEN : 0;
	while (at + NLA_HDRLEN <= len && run->num_groups < GROUPS) {
		entry = (const void *)((const char *)(groups + 1) + at);
		id = attr_find(entry + 1, entry->nla_len - NLA_HDRLEN,
			       CTRL_ATTR_MCAST_GRP_ID);
		if (id)
			memcpy(&run->groups[run->num_groups++], id + 1, 4);
		at += NLA_ALIGN(entry->nla_len);
	}
}

/**
 * family_resolve() - ask for the numbers of the family and its groups
 * @run: where to put them; it does not return without
 */
void family_resolve(struct run *run)
{
	unsigned char data[16384];
	struct message m = { .data = data, .len = NLMSG_HDRLEN + GENL_HDRLEN };
	struct nlmsghdr *nlh = (void *)data;
	struct genlmsghdr *genlh = NLMSG_DATA(nlh);
	int fd = netlink_socket(NETLINK_GENERIC, 0);
	const struct nlattr *nla;
	uint16_t id;
	ssize_t len;

	memset(data, 0, m.len);
	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	genlh->cmd = CTRL_CMD_GETFAMILY;
	genlh->version = 1;
	message_put(&m, CTRL_ATTR_FAMILY_NAME, spec_family,
		    strlen(spec_family) + 1);
	nlh->nlmsg_len = m.len;
	if (send(fd, data, m.len, 0) < 0)
		die("nlctrl");
	len = recv(fd, data, sizeof(data), 0);
	close(fd);
	if (len < 0)
		die("nlctrl");
	nla = attr_find(genlh + 1, len - NLMSG_HDRLEN - GENL_HDRLEN,
			CTRL_ATTR_FAMILY_ID);
	if (nlh->nlmsg_type == NLMSG_ERROR || !nla) {
		fprintf(stderr, "nlfuzz: no family %s\n", spec_family);
		exit(2);
	}
	memcpy(&id, nla + 1, sizeof(id));
	run->family = id;
	resolve_groups(run, attr_find(genlh + 1,
				      len - NLMSG_HDRLEN - GENL_HDRLEN,
				      CTRL_ATTR_MCAST_GROUPS));
}

static void stop(int signal)
{
	__atomic_store_n(&stopped, 1, __ATOMIC_RELAXED);
}

static void listen_one(struct worker *w, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genlh = NLMSG_DATA(nlh);
	const struct spec_notification *told = NULL;
	const char *fault;
	int i;

	for (i = 0; i < spec_num_notifications; i++)
		if (spec_notifications[i].number == genlh->cmd)
			told = &spec_notifications[i];
	if (!told || nlh->nlmsg_type != w->family) {
		breach(w, 0, (const void *)nlh, nlh->nlmsg_len,
		       "no notification: command %d", genlh->cmd);
		return;
	}
	w->stats->notifications[told - spec_notifications]++;
	fault = check_attrs(told->set, told->content,
			    (const unsigned char *)(genlh + 1),
			    nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	if (fault)
		breach(w, 0, (const void *)nlh, nlh->nlmsg_len, "%s: %s",
		       told->name, fault);
}

/* Listens to all that the family tells, until it is stopped. */
static void listen_run(struct run *run, int fd)
{
	static unsigned char data[256 * 1024];
	struct worker w = {
		.number = LISTENER,
		.family = run->family,
		.stats = &run->stats[LISTENER],
	};
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	struct nlmsghdr *nlh;
	ssize_t len;
	int last;

	for (;;) {
		last = __atomic_load_n(&stopped, __ATOMIC_RELAXED);
		if (!poll(&pollfd, 1, last ? 0 : 100) && last)
			return;
		len = recv(fd, data, sizeof(data), MSG_DONTWAIT);
		if (len < 0) {
			w.stats->overruns += errno == ENOBUFS;
			continue;
		}
		nlh = (void *)data;
		for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len))
			listen_one(&w, nlh);
	}
}

/**
 * family_listen() - start a process that listens to all groups of the family
 * @run: numbers, and where to count
 *
 * Return: the process; SIGTERM ends it.
 */
pid_t family_listen(struct run *run)
{
	int fd = netlink_socket(NETLINK_GENERIC, 16 * 1024 * 1024), i;
	pid_t pid;

	for (i = 0; i < run->num_groups; i++)
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			       &run->groups[i], sizeof(run->groups[i])))
			die("multicast group");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		signal(SIGTERM, stop);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		listen_run(run, fd);
		exit(0);
	}
	close(fd);
	return pid;
}
