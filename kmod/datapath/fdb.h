/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_FDB_H
#define VSW_FDB_H

#include <linux/hash.h>

#include "vlan.h"

int vsw_fdb_init(struct vswitch *vs);
struct vsw_addr *vsw_fdb_prepare(struct vsw_port *p, const u8 *mac);
bool vsw_fdb_publish(struct vsw_port *p, struct vsw_addr *addr, u8 *old);
void vsw_fdb_offer(struct vsw_port *p, struct vsw_addr *addr);
void vsw_fdb_withdraw(struct vsw_port *p, u8 *old);
bool vsw_fdb_adopt(struct vsw_port *p, const u8 *mac);

static inline struct hlist_head *vsw_fdb_bucket(struct vsw_fdb *fdb,
						const u8 *mac)
{
	u64 key = (u64)get_unaligned((u32 *)mac) << 16 |
		  get_unaligned((u16 *)(mac + 4));

	return &fdb->buckets[hash_64(key, VSW_FDB_BITS)];
}

/*
 * Next holder of @mac in VLAN @vid along a chain, from @node on, or NULL. A
 * port whose address the policy rejects holds none: it could claim anybody's.
 */
static inline struct vsw_addr *vsw_fdb_next_rcu(struct hlist_node *node,
						const u8 *mac, u16 vid)
{
	struct vsw_vlan_spec *spec;
	struct vsw_addr *addr;

	for (; node; node = rcu_dereference_raw(hlist_next_rcu(node))) {
		addr = hlist_entry(node, struct vsw_addr, node);
		if (!ether_addr_equal_64bits(addr->mac, mac))
			continue;
		if (unlikely(READ_ONCE(addr->port->flags) &
			     VSW_PORT_MAC_CHANGED))
			continue;
		spec = vsw_portgroup_vlan_rcu(addr->port->pg);
		if (vsw_vlan_admits(spec, vid))
			return addr;
	}
	return NULL;
}

/*
 * First holder of @mac in VLAN @vid, or NULL. Two bytes behind @mac must be
 * readable, as they are in an Ethernet header.
 */
static inline struct vsw_addr *vsw_fdb_first_rcu(struct vsw_fdb *fdb,
						 const u8 *mac, u16 vid)
{
	struct hlist_head *bucket = vsw_fdb_bucket(fdb, mac);

	return vsw_fdb_next_rcu(rcu_dereference_raw(hlist_first_rcu(bucket)),
				mac, vid);
}

/* Whether no entry behind @addr has the same address, in whatever VLAN. */
static inline bool vsw_fdb_is_last_rcu(const struct vsw_addr *addr)
{
	const struct vsw_addr *other;
	struct hlist_node *node;

	node = rcu_dereference_raw(hlist_next_rcu(&addr->node));
	while (unlikely(node)) {
		other = hlist_entry(node, struct vsw_addr, node);
		if (ether_addr_equal_64bits(other->mac, addr->mac))
			return false;
		node = rcu_dereference_raw(hlist_next_rcu(node));
	}
	return true;
}

/* The holder after @addr of the same address in the same VLAN, or NULL. */
static inline struct vsw_addr *vsw_fdb_further_rcu(struct vsw_addr *addr,
						   u16 vid)
{
	struct hlist_node *node;

	node = rcu_dereference_raw(hlist_next_rcu(&addr->node));
	return vsw_fdb_next_rcu(node, addr->mac, vid);
}

#endif
