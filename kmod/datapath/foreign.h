/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Foreign sources: addresses that clients whose policy accepts forged transmits
 * have sent from lately, such as those of the machines behind a nested bridge.
 * For forwarding they are not learned. But a frame from one of them that an
 * uplink brings so soon is one that the physical network has sent back.
 */
#ifndef VSW_FOREIGN_H
#define VSW_FOREIGN_H

#include <linux/hash.h>

#include "vsw.h"

/* Longer than a physical network takes, shorter than a machine to move. */
#define VSW_FOREIGN_WINDOW	(HZ / 10 + 1)

static inline u64 vsw_foreign_key(const u8 *mac, u16 vid)
{
	return ether_addr_to_u64(mac) << 16 | vid;
}

static inline struct vsw_foreign *vsw_foreign_slot(struct vswitch *vs, u64 key)
{
	return &vs->foreign[hash_64(key, VSW_FOREIGN_BITS)];
}

/* Notes that a client has sent from @mac in VLAN @vid. */
static inline void vsw_foreign_note(struct vswitch *vs, const u8 *mac, u16 vid)
{
	u64 key = vsw_foreign_key(mac, vid);
	struct vsw_foreign *slot = vsw_foreign_slot(vs, key);
	unsigned long until = jiffies + VSW_FOREIGN_WINDOW;

	if (READ_ONCE(slot->until) != until)
		WRITE_ONCE(slot->until, until);
	if (READ_ONCE(slot->key) != key)
		WRITE_ONCE(slot->key, key);
	if (READ_ONCE(vs->foreign_until) != until)
		WRITE_ONCE(vs->foreign_until, until);
}

/* Whether a client has sent from @mac in VLAN @vid lately. */
static inline bool vsw_foreign_seen(struct vswitch *vs, const u8 *mac, u16 vid)
{
	struct vsw_foreign *slot;
	u64 key;

	if (likely(time_after(jiffies, READ_ONCE(vs->foreign_until))))
		return false;
	key = vsw_foreign_key(mac, vid);
	slot = vsw_foreign_slot(vs, key);
	return READ_ONCE(slot->key) == key &&
	       time_before_eq(jiffies, READ_ONCE(slot->until));
}

#endif
