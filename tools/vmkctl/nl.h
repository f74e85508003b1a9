/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_NL_H
#define VMKCTL_NL_H

#include <netlink/netlink.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * struct nlsock - a netlink socket that hears the kernel out
 * @sk: the socket, or NULL while closed
 * @family: id of the generic netlink family, or 0
 */
struct nlsock {
	struct nl_sock *sk;
	int family;
};

/**
 * struct nlerr - why a request was refused
 * @err: negative errno
 * @text: the kernel's own words, or ""
 * @offset: where in the request the attribute is that it is about, or 0
 * @has_range: the kernel told the range of the attribute
 * @min: its least value or length
 * @max: its greatest value or length
 * @is_len: the range is that of a length in bytes
 */
struct nlerr {
	int err;
	char text[256];
	uint32_t offset;
	bool has_range;
	uint64_t min;
	uint64_t max;
	bool is_len;
};

/* Takes one message of a reply; returns 0 or a negative errno. */
typedef int (*nlsock_reply_fn)(struct nlmsghdr *nlh, void *arg);

/* Forgets what came of a dump that has to be repeated. */
typedef void (*nlsock_again_fn)(void *arg);

/**
 * struct nlreply - what to do with what comes back
 * @take: called for each message, or NULL
 * @again: called before a dump is repeated
 * @arg: for both
 */
struct nlreply {
	nlsock_reply_fn take;
	nlsock_again_fn again;
	void *arg;
};

int nlsock_open(struct nlsock *nl, int protocol);
int nlsock_open_family(struct nlsock *nl, const char *family);
void nlsock_close(struct nlsock *nl);
int nlsock_talk(struct nlsock *nl, struct nl_msg *msg,
		const struct nlreply *reply, struct nlerr *e);
int nlsock_listen(struct nlsock *nl, const char *family, const char *group);
int nlsock_hear(struct nlsock *nl, const struct nlreply *reply);
int nlsock_errno(int nle);

#endif
