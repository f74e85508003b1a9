// SPDX-License-Identifier: GPL-2.0
/*
 * Requests over libnl, which by itself neither asks for extended
 * acknowledgements nor reads the error that can end a dump.
 */
#include <errno.h>
#include <limits.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>

#include "nl.h"

#define NLSOCK_MESSAGE	32768	/* the kernel's largest part of a dump */
#define NLSOCK_BUFFER	1048576	/* a reply may be a trunk of 2048 ranges */
#define NLSOCK_RETRIES	32	/* of a dump that changes keep breaking */

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

/**
 * struct nlsock_talk - state of one exchange
 * @reply: what the caller wants done
 * @error: where to tell what went wrong
 * @seq: sequence number of the request
 * @done: the last message has come
 * @broken: the dump was interrupted by a change
 */
struct nlsock_talk {
	const struct nlreply *reply;
	struct nlerr *error;
	uint32_t seq;
	bool done;
	bool broken;
};

/**
 * struct nlsock_ear - state of one message heard
 * @reply: what the caller wants done
 * @family: id of the family listened to
 * @err: what went wrong
 */
struct nlsock_ear {
	const struct nlreply *reply;
	int family;
	int err;
};

/**
 * nlsock_errno() - errno for an error of libnl's
 * @nle: negative error as libnl returns it
 *
 * Return: a negative errno.
 */
int nlsock_errno(int nle)
{
	switch (nle < 0 ? -nle : nle) {
	case NLE_SUCCESS:
		return 0;
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_NODEV:
		return -ENODEV;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_EXIST:
		return -EEXIST;
	case NLE_BUSY:
		return -EBUSY;
	case NLE_MSGSIZE:
		return -EMSGSIZE;
	case NLE_INVAL:
		return -EINVAL;
	default:
		return -EIO;
	}
}

static void nlsock_read_policy(struct nlattr *attr, struct nlerr *e)
{
	struct nlattr *tb[NL_POLICY_TYPE_ATTR_MAX + 1];

	if (nla_parse_nested(tb, NL_POLICY_TYPE_ATTR_MAX, attr, NULL))
		return;
	e->max = UINT64_MAX;
	if (tb[NL_POLICY_TYPE_ATTR_MIN_VALUE_U] &&
	    nla_len(tb[NL_POLICY_TYPE_ATTR_MIN_VALUE_U]) >= 8) {
		e->min = nla_get_u64(tb[NL_POLICY_TYPE_ATTR_MIN_VALUE_U]);
		e->has_range = true;
	}
	if (tb[NL_POLICY_TYPE_ATTR_MAX_VALUE_U] &&
	    nla_len(tb[NL_POLICY_TYPE_ATTR_MAX_VALUE_U]) >= 8) {
		e->max = nla_get_u64(tb[NL_POLICY_TYPE_ATTR_MAX_VALUE_U]);
		e->has_range = true;
	}
	if (!e->has_range && tb[NL_POLICY_TYPE_ATTR_MAX_LENGTH] &&
	    nla_len(tb[NL_POLICY_TYPE_ATTR_MAX_LENGTH]) >= 4) {
		e->max = nla_get_u32(tb[NL_POLICY_TYPE_ATTR_MAX_LENGTH]);
		e->has_range = true;
		e->is_len = true;
	}
}

static void nlsock_read_extack(struct nlerr *e, const void *head, int len)
{
	struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (len <= 0 || nla_parse(tb, NLMSGERR_ATTR_MAX, (struct nlattr *)head,
				  len, NULL))
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(e->text, tb[NLMSGERR_ATTR_MSG], sizeof(e->text));
	if (tb[NLMSGERR_ATTR_OFFS] && nla_len(tb[NLMSGERR_ATTR_OFFS]) >= 4)
		e->offset = nla_get_u32(tb[NLMSGERR_ATTR_OFFS]);
	if (tb[NLMSGERR_ATTR_POLICY])
		nlsock_read_policy(tb[NLMSGERR_ATTR_POLICY], e);
}

static int nlsock_on_error(struct sockaddr_nl *who, struct nlmsgerr *err,
			   void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)err - 1;
	struct nlsock_talk *talk = arg;
	size_t skip = sizeof(*err);
	size_t len = nlh->nlmsg_len - NLMSG_HDRLEN;

	(void)who;
	if (nlh->nlmsg_seq != talk->seq)
		return NL_SKIP;
	talk->error->err = err->error;
	talk->done = true;
	/* Without a cap the payload of the request precedes the attributes. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) &&
	    err->msg.nlmsg_len > NLMSG_HDRLEN)
		skip += NLMSG_ALIGN(err->msg.nlmsg_len - NLMSG_HDRLEN);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && len > skip)
		nlsock_read_extack(talk->error, (const char *)err + skip,
				   len - skip);
	return NL_SKIP;
}

static int nlsock_on_ack(struct nl_msg *msg, void *arg)
{
	struct nlsock_talk *talk = arg;

	(void)msg;
	talk->done = true;
	return NL_OK;
}

/* The end of a dump carries its error as a number, then the attributes. */
static int nlsock_on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nlsock_talk *talk = arg;
	int len = nlmsg_datalen(nlh);
	int err = 0;

	talk->done = true;
	if (len >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(nlh), sizeof(err));
	if (err >= 0)
		return NL_OK;
	talk->error->err = err;
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		nlsock_read_extack(talk->error,
				   (char *)nlmsg_data(nlh) + sizeof(err),
				   len - (int)sizeof(err));
	return NL_OK;
}

static int nlsock_on_valid(struct nl_msg *msg, void *arg)
{
	struct nlsock_talk *talk = arg;
	int err;

	if (!talk->reply || !talk->reply->take || talk->error->err)
		return NL_OK;
	err = talk->reply->take(nlmsg_hdr(msg), talk->reply->arg);
	if (err)
		talk->error->err = err;
	return NL_OK;
}

static int nlsock_on_broken(struct nl_msg *msg, void *arg)
{
	struct nlsock_talk *talk = arg;

	(void)msg;
	talk->broken = true;
	return NL_OK;
}

/* What is left of an exchange given up is not for this one. */
static int nlsock_on_seq(struct nl_msg *msg, void *arg)
{
	const struct nlsock_talk *talk = arg;

	return nlmsg_hdr(msg)->nlmsg_seq == talk->seq ? NL_OK : NL_SKIP;
}

static struct nl_cb *nlsock_callbacks(struct nlsock_talk *talk)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_CUSTOM);

	if (!cb)
		return NULL;
	nl_cb_err(cb, NL_CB_CUSTOM, nlsock_on_error, talk);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, nlsock_on_ack, talk);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, nlsock_on_finish, talk);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, nlsock_on_valid, talk);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, nlsock_on_broken, talk);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, nlsock_on_seq, talk);
	return cb;
}

static int nlsock_talk_once(struct nlsock *nl, struct nl_msg *msg,
			    struct nlsock_talk *talk)
{
	struct nl_cb *cb = nlsock_callbacks(talk);
	int err;

	if (!cb)
		return -ENOMEM;
	nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
	err = nl_send_auto(nl->sk, msg);
	talk->seq = nlmsg_hdr(msg)->nlmsg_seq;
	while (err >= 0 && !talk->done)
		err = nl_recvmsgs(nl->sk, cb);
	nl_cb_put(cb);
	return err < 0 && !talk->done ? nlsock_errno(err) : 0;
}

/**
 * nlsock_talk() - send a request and take all of what comes back
 * @nl: the socket
 * @msg: the request; flags %NLM_F_DUMP make it a dump
 * @reply: what to do with the reply, or NULL
 * @e: set to what went wrong
 *
 * A dump that was interrupted by a change is repeated from the start.
 *
 * Return: 0 or a negative errno, which is @e->err.
 */
int nlsock_talk(struct nlsock *nl, struct nl_msg *msg,
		const struct nlreply *reply, struct nlerr *e)
{
	struct nlsock_talk talk;
	int tries = 0;
	int err;

	do {
		if (tries && reply && reply->again)
			reply->again(reply->arg);
		memset(e, 0, sizeof(*e));
		talk = (struct nlsock_talk){ .reply = reply, .error = e };
		err = nlsock_talk_once(nl, msg, &talk);
		if (err)
			e->err = err;
	} while (!e->err && talk.broken && ++tries < NLSOCK_RETRIES);
	if (!e->err && talk.broken)
		e->err = -EAGAIN;
	return e->err;
}

/**
 * nlsock_open() - open a socket in the namespace that the process is in
 * @nl: the socket
 * @protocol: such as %NETLINK_ROUTE
 *
 * Return: 0 or a negative errno.
 */
int nlsock_open(struct nlsock *nl, int protocol)
{
	int one = 1;
	int err;

	nl->family = 0;
	nl->sk = nl_socket_alloc();
	if (!nl->sk)
		return -ENOMEM;
	err = nl_connect(nl->sk, protocol);
	if (!err)
		err = nl_socket_set_msg_buf_size(nl->sk, NLSOCK_MESSAGE);
	if (!err)
		err = nl_socket_set_buffer_size(nl->sk, NLSOCK_BUFFER,
						NLSOCK_BUFFER);
	if (err) {
		nlsock_close(nl);
		return nlsock_errno(err);
	}
	nl_socket_enable_msg_peek(nl->sk);
	/* Refusals are worth less without their words, but not worthless. */
	setsockopt(nl_socket_get_fd(nl->sk), SOL_NETLINK, NETLINK_EXT_ACK,
		   &one, sizeof(one));
	setsockopt(nl_socket_get_fd(nl->sk), SOL_NETLINK, NETLINK_CAP_ACK,
		   &one, sizeof(one));
	return 0;
}

/**
 * nlsock_open_family() - open a socket for a generic netlink family
 * @nl: the socket
 * @family: name of the family
 *
 * Return: 0, -ENOENT where the kernel has no such family, or a negative
 * errno.
 */
int nlsock_open_family(struct nlsock *nl, const char *family)
{
	int err = nlsock_open(nl, NETLINK_GENERIC);

	if (err)
		return err;
	err = genl_ctrl_resolve(nl->sk, family);
	if (err < 0) {
		nlsock_close(nl);
		return nlsock_errno(err);
	}
	nl->family = err;
	return 0;
}

/**
 * nlsock_listen() - open a socket that hears what a family tells all
 * @nl: the socket
 * @family: name of the family
 * @group: name of its multicast group
 *
 * Return: 0, -ENOENT where the kernel has no such family or group, or a
 * negative errno.
 */
int nlsock_listen(struct nlsock *nl, const char *family, const char *group)
{
	int err = nlsock_open_family(nl, family);

	if (err)
		return err;
	err = genl_ctrl_resolve_grp(nl->sk, family, group);
	if (err >= 0)
		err = nl_socket_add_membership(nl->sk, err);
	/* The group of this number tells which families come and go. */
	if (!err)
		err = nl_socket_add_membership(nl->sk, GENL_ID_CTRL);
	if (!err)
		err = nl_socket_set_nonblocking(nl->sk);
	if (err)
		nlsock_close(nl);
	return nlsock_errno(err);
}

static bool nlsock_is_gone(struct nlmsghdr *nlh, int family)
{
	struct nlattr *tb[CTRL_ATTR_MAX + 1];

	return genlmsg_valid_hdr(nlh, 0) &&
	       genlmsg_hdr(nlh)->cmd == CTRL_CMD_DELFAMILY &&
	       !genlmsg_parse(nlh, 0, tb, CTRL_ATTR_MAX, NULL) &&
	       tb[CTRL_ATTR_FAMILY_ID] &&
	       nla_len(tb[CTRL_ATTR_FAMILY_ID]) >= 2 &&
	       nla_get_u16(tb[CTRL_ATTR_FAMILY_ID]) == family;
}

static int nlsock_on_heard(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nlsock_ear *ear = arg;

	if (ear->err)
		return NL_OK;
	if (nlh->nlmsg_type == ear->family)
		ear->err = ear->reply->take(nlh, ear->reply->arg);
	else if (nlh->nlmsg_type == GENL_ID_CTRL &&
		 nlsock_is_gone(nlh, ear->family))
		ear->err = -ENODEV;
	return NL_OK;
}

static int nlsock_on_any_seq(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

/**
 * nlsock_hear() - take a message that the family told all
 * @nl: the socket, from nlsock_listen()
 * @reply: what to do with it
 *
 * Return: 0; -EAGAIN where there is none now; -ENOBUFS where some were lost,
 * those still there being older; -ENODEV when the family is gone; or a
 * negative errno, which may be the caller's.
 */
int nlsock_hear(struct nlsock *nl, const struct nlreply *reply)
{
	struct nlsock_ear ear = { .reply = reply, .family = nl->family };
	struct nl_cb *cb = nl_cb_alloc(NL_CB_CUSTOM);
	int err;

	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, nlsock_on_heard, &ear);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, nlsock_on_any_seq, NULL);
	err = nl_recvmsgs(nl->sk, cb);
	nl_cb_put(cb);
	switch (err < 0 ? -err : 0) {
	case NLE_AGAIN:
		return -EAGAIN;
	case NLE_NOMEM:
		return -ENOBUFS;	/* libnl has no error of its own */
	default:
		return err < 0 ? nlsock_errno(err) : ear.err;
	}
}

/**
 * nlsock_close() - close a socket, if it is open
 * @nl: the socket
 */
void nlsock_close(struct nlsock *nl)
{
	if (nl->sk)
		nl_socket_free(nl->sk);
	nl->sk = NULL;
}
