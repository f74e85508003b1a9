/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_NIC_H
#define VMKCTL_NIC_H

#include <jansson.h>
#include <netlink/route/link.h>
#include <stdbool.h>
#include <stddef.h>

#include "rtnl.h"

int nic_read(const char *ifname, const char *file, char *text, size_t size);
char *nic_resolve(const char *ifname, const char *file);
bool nic_in_sysfs(struct rtnl_link *link);
bool nic_has_device(struct rtnl_link *link);
json_t *nic_pci(const char *device);
json_t *nic_text(const char *text);

#endif
