// SPDX-License-Identifier: GPL-2.0
/* NICs: the interfaces that lead, or could lead, to the physical network. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/vswitch.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "nic.h"
#include "request.h"
#include "rtnl.h"

static void nic_add_device(json_t *rec, const char *ifname)
{
	char *device = nic_resolve(ifname, "device");
	char *driver = nic_resolve(ifname, "device/driver");
	const char *base = driver ? strrchr(driver, '/') : NULL;

	json_object_set_new(rec, "pci_device", nic_pci(device));
	json_object_set_new(rec, "driver", nic_text(base ? base + 1 : NULL));
	free(device);
	free(driver);
}

static json_t *nic_description(struct rtnl_link *link)
{
	const char *ifname = rtnl_link_get_name(link);
	char vendor[32], device[32];

	if (rtnl_link_get_ifalias(link))
		return nic_text(rtnl_link_get_ifalias(link));
	if (!nic_read(ifname, "device/vendor", vendor, sizeof(vendor)) &&
	    !nic_read(ifname, "device/device", device, sizeof(device)))
		return json_sprintf("vendor %s device %s", vendor, device);
	return nic_text(rtnl_link_get_type(link));
}

static void nic_add_speed(json_t *rec, const char *ifname)
{
	char text[32];
	int speed = 0;

	if (!nic_read(ifname, "speed", text, sizeof(text)))
		speed = atoi(text);
	json_object_set_new(rec, "speed",
			    json_integer(speed > 0 ? speed : 0));
	if (!nic_read(ifname, "duplex", text, sizeof(text)) &&
	    (!strcmp(text, "full") || !strcmp(text, "half")))
		json_object_set_new(rec, "duplex",
				    json_string(*text == 'f' ? "Full" :
						"Half"));
}

static json_t *nic_up(bool up)
{
	return json_string(up ? "Up" : "Down");
}

static json_t *nic_record(struct rtnl_link *link)
{
	const char *ifname = rtnl_link_get_name(link);
	struct nl_addr *addr = rtnl_link_get_addr(link);
	unsigned int flags = rtnl_link_get_flags(link);
	json_t *rec = json_object();
	char mac[64];

	json_object_set_new(rec, "name", print_string(ifname));
	json_object_set_new(rec, "admin_status", nic_up(flags & IFF_UP));
	json_object_set_new(rec, "link_status", nic_up(flags & IFF_RUNNING));
	json_object_set_new(rec, "mtu",
			    json_integer(rtnl_link_get_mtu(link)));
	json_object_set_new(rec, "description", nic_description(link));
	if (addr)
		json_object_set_new(rec, "mac_address",
				    json_string(nl_addr2str(addr, mac,
							    sizeof(mac))));
	if (nic_in_sysfs(link)) {
		nic_add_device(rec, ifname);
		nic_add_speed(rec, ifname);
	}
	return rec;
}

static bool nic_is_listed(struct rtnl_link *link, const json_t *uplinks)
{
	const char *ifname = rtnl_link_get_name(link);
	json_t *name;
	bool used;

	if (!ifname || rtnl_link_get_arptype(link) != ARPHRD_ETHER)
		return false;
	name = print_string(ifname);
	used = model_find(uplinks, "name", name);
	json_decref(name);
	return used || nic_has_device(link);
}

static json_t *nic_records(struct rtnl *rt, const json_t *uplinks)
{
	struct nl_object *obj;
	struct nl_cache *cache;
	json_t *rows;

	if (rtnl_link_alloc_cache(rt->nl.sk, AF_UNSPEC, &cache))
		return NULL;
	rows = json_array();
	for (obj = nl_cache_get_first(cache); obj;
	     obj = nl_cache_get_next(obj))
		if (nic_is_listed((struct rtnl_link *)obj, uplinks))
			json_array_append_new(rows,
					      nic_record((struct rtnl_link *)
							 obj));
	nl_cache_free(cache);
	model_sort(rows, "name");
	return rows;
}

/**
 * cmd_nic_list() - print NICs
 * @c: the invocation
 *
 * The machine's NICs are there without the module as well.
 *
 * Return: an exit status.
 */
int cmd_nic_list(struct cmd *c)
{
	json_t *uplinks = NULL;
	struct rtnl rt;
	json_t *rows;
	int err;

	err = nlsock_open_family(&c->nl, VSWITCH_FAMILY_NAME);
	if (!err && cmd_fetch_all(c, &model_uplink, &uplinks))
		return CMD_FAILED;
	err = rtnl_open(&rt, NULL);
	if (err) {
		json_decref(uplinks);
		return cmd_fail_errno(c, "netlink", err);
	}
	rows = nic_records(&rt, uplinks);
	rtnl_close(&rt);
	json_decref(uplinks);
	return rows ? cmd_emit(c, rows) :
	       cmd_fail_errno(c, "netlink", -EIO);
}
