/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_NETNS_H
#define VMKCTL_NETNS_H

#include <stdbool.h>

#define NETNS_DIR	"/run/netns/"
#define NETNS_DEFAULT	"defaultTcpipStack"
#define NETNS_EPERM	"not permitted; entering it needs CAP_SYS_ADMIN"

bool netns_is_default(const char *name);
int netns_open(const char *name);
int netns_enter(const char *name, int *home);
void netns_leave(int home);

#endif
