// SPDX-License-Identifier: GPL-2.0
/* What sysfs tells of network interfaces. */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nic.h"
#include "print.h"

#define NIC_SYSFS	"/sys/class/net/%s/%s"

/**
 * nic_read() - read a file of an interface in sysfs
 * @ifname: the interface
 * @file: the file
 * @text: set to its content, without the end of the line
 * @size: room there
 *
 * Return: 0 or a negative errno.
 */
int nic_read(const char *ifname, const char *file, char *text, size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), NIC_SYSFS, ifname, file);
	return sysctl_read(path, text, size);
}

/**
 * nic_in_sysfs() - is that interface the one which sysfs has by its name?
 * @link: the interface
 *
 * Return: true if so; the sysfs mounted may be that of another network
 * namespace.
 */
bool nic_in_sysfs(struct rtnl_link *link)
{
	char text[32];

	return !nic_read(rtnl_link_get_name(link), "ifindex", text,
			 sizeof(text)) &&
	       atoi(text) == rtnl_link_get_ifindex(link);
}

/**
 * nic_resolve() - where a link of an interface in sysfs leads to
 * @ifname: the interface
 * @file: the link
 *
 * Return: the path, to be freed, or NULL.
 */
char *nic_resolve(const char *ifname, const char *file)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), NIC_SYSFS, ifname, file);
	return realpath(path, NULL);
}

/**
 * nic_text() - a text that may be missing
 * @text: the text, or NULL
 *
 * Return: a JSON string; null where there is no text.
 */
json_t *nic_text(const char *text)
{
	return text && *text ? print_string(text) : json_null();
}

static bool nic_is_pci(const char *part, size_t len)
{
	unsigned int domain, bus, dev, fn;
	int used = 0;

	return sscanf(part, "%x:%x:%x.%x%n", &domain, &bus, &dev, &fn,
		      &used) == 4 && (size_t)used == len;
}

/**
 * nic_pci() - the PCI address of a device
 * @device: its path in sysfs, or NULL
 *
 * A virtio NIC is below its PCI device, so it is the last one of the path.
 *
 * Return: a JSON string; null where it is no PCI device.
 */
json_t *nic_pci(const char *device)
{
	const char *part, *pci = NULL;
	size_t len, pci_len = 0;

	for (part = device; part && *part; part += len + (part[len] == '/')) {
		len = strcspn(part, "/");
		if (nic_is_pci(part, len)) {
			pci = part;
			pci_len = len;
		}
	}
	return pci ? json_stringn(pci, pci_len) : json_null();
}

/**
 * nic_has_device() - is an interface that of a device?
 * @link: the interface
 *
 * Return: true if so.
 */
bool nic_has_device(struct rtnl_link *link)
{
	char *device;

	if (!nic_in_sysfs(link))
		return false;
	device = nic_resolve(rtnl_link_get_name(link), "device");
	free(device);
	return device;
}
