/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_PING_H
#define VMKCTL_PING_H

/*
 * Not the caller's: who may run this as root, by sudo, is not to run another
 * program of that name.
 */
#define PING_PATH	"/usr/bin:/bin:/usr/sbin:/sbin"

#endif
