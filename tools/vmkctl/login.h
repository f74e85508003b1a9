/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_LOGIN_H
#define VMKCTL_LOGIN_H

#include <net/if.h>
#include <netinet/in.h>

#include "guard.h"

/**
 * struct login - the ssh connection that an invocation came by
 * @family: %AF_INET or %AF_INET6
 * @client: where from, as text
 * @server: this host's address, binary
 * @dev: interface that has it
 */
struct login {
	int family;
	char client[64];
	struct in6_addr server;
	char dev[IF_NAMESIZE];
};

bool login_find(const struct cmd *c, struct login *l);
bool login_answers(const char *host, const char *by);
int login_touched(struct cmd *c, struct login *l, bool *touched);
void login_terms(struct login *l, struct guard *g);
int login_run(struct cmd *c, int (*run)(struct cmd *c));
int login_guard(struct cmd *c);

#endif
