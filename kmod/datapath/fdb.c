// SPDX-License-Identifier: GPL-2.0
/*
 * Who holds which address. Entries come and go with clients; frames only read,
 * but for the one that gives a port without an address its own.
 */
#include "fdb.h"

/**
 * vsw_fdb_init() - give a switch an empty table
 * @vs: new switch
 *
 * Context: Process context.
 * Return: 0, with vs->fdb to be freed with kvfree(), or -ENOMEM.
 */
int vsw_fdb_init(struct vswitch *vs)
{
	spin_lock_init(&vs->fdb_lock);
	vs->fdb = kvzalloc(sizeof(*vs->fdb), GFP_KERNEL_ACCOUNT);
	return vs->fdb ? 0 : -ENOMEM;
}

/**
 * vsw_fdb_prepare() - make an entry for an address a port is to hold
 * @p: client
 * @mac: the address, or NULL where the first frame will tell
 *
 * Context: Process context.
 * Return: the entry, for vsw_fdb_publish() or kfree(), or NULL.
 */
struct vsw_addr *vsw_fdb_prepare(struct vsw_port *p, const u8 *mac)
{
	struct vsw_addr *addr = kzalloc(sizeof(*addr), GFP_KERNEL_ACCOUNT);

	if (!addr)
		return NULL;
	addr->port = p;
	if (mac)
		ether_addr_copy(addr->mac, mac);
	return addr;
}

static void vsw_fdb_unhash(struct vsw_addr *addr)
{
	hlist_del_rcu(&addr->node);
	kfree_rcu(addr, rcu);
}

static void vsw_fdb_hash(struct vsw_fdb *fdb, struct vsw_port *p,
			 struct vsw_addr *addr)
{
	hlist_add_head_rcu(&addr->node, vsw_fdb_bucket(fdb, addr->mac));
	rcu_assign_pointer(p->addr, addr);
}

/* Ends what the port had: an address, or an entry that awaited one. */
static bool vsw_fdb_replace(struct vsw_port *p, struct vsw_addr *addr, u8 *mac)
{
	struct vswitch *vs = p->vs;
	struct vsw_addr *old;

	ASSERT_RTNL();
	spin_lock_bh(&vs->fdb_lock);
	old = rcu_dereference_protected(p->addr,
					lockdep_is_held(&vs->fdb_lock));
	if (addr)
		vsw_fdb_hash(vs->fdb, p, addr);
	else
		RCU_INIT_POINTER(p->addr, NULL);
	if (old) {
		ether_addr_copy(mac, old->mac);
		vsw_fdb_unhash(old);
	}
	kfree(p->spare);
	/* Pairs with vsw_fdb_adopt(). */
	smp_store_release(&p->spare, NULL);
	spin_unlock_bh(&vs->fdb_lock);
	return old;
}

/**
 * vsw_fdb_publish() - make an address a port's effective one
 * @p: client
 * @addr: prepared entry, with its address; the table's from now on
 * @old: where the address that it had goes, if it had one
 *
 * At no moment is a port that has an address without one.
 *
 * Context: Process context, RTNL held. Takes vswitch.fdb_lock.
 * Return: whether the port had an address.
 */
bool vsw_fdb_publish(struct vsw_port *p, struct vsw_addr *addr, u8 *old)
{
	return vsw_fdb_replace(p, addr, old);
}

/**
 * vsw_fdb_offer() - prepare a port to adopt the source of its first frame
 * @p: client without an address
 * @addr: prepared entry, without an address
 *
 * Context: Process context, RTNL held. Takes vswitch.fdb_lock.
 */
void vsw_fdb_offer(struct vsw_port *p, struct vsw_addr *addr)
{
	struct vswitch *vs = p->vs;

	ASSERT_RTNL();
	spin_lock_bh(&vs->fdb_lock);
	WRITE_ONCE(p->spare, addr);
	spin_unlock_bh(&vs->fdb_lock);
}

/**
 * vsw_fdb_withdraw() - take a port out of the table, for good
 * @p: client
 * @old: where the address that it had goes, if it had one
 *
 * Context: Process context, RTNL held. Takes vswitch.fdb_lock.
 */
void vsw_fdb_withdraw(struct vsw_port *p, u8 *old)
{
	vsw_fdb_replace(p, NULL, old);
}

/* The client that holds @mac, in whatever VLAN, or NULL. */
static struct vsw_port *vsw_fdb_holder_rcu(struct vsw_fdb *fdb, const u8 *mac)
{
	struct vsw_addr *addr;

	hlist_for_each_entry_rcu(addr, vsw_fdb_bucket(fdb, mac), node,
				 rcu_read_lock_bh_held())
		if (ether_addr_equal(addr->mac, mac))
			return addr->port;
	return NULL;
}

/* Adopts @mac, unless somebody was faster. Returns as vsw_fdb_adopt(). */
static bool vsw_fdb_take(struct vsw_port *p, const u8 *mac)
{
	struct vswitch *vs = p->vs;
	struct vsw_addr *addr;
	bool own;

	spin_lock(&vs->fdb_lock);
	addr = rcu_dereference_protected(p->addr,
					 lockdep_is_held(&vs->fdb_lock));
	if (!addr && p->spare && !vsw_fdb_holder_rcu(vs->fdb, mac)) {
		addr = p->spare;
		ether_addr_copy(addr->mac, mac);
		vsw_fdb_hash(vs->fdb, p, addr);
		/* Pairs with vsw_fdb_adopt(). */
		smp_store_release(&p->spare, NULL);
		/* Under the lock: who takes the port out cancels this. */
		schedule_delayed_work(&p->changed, 0);
	}
	own = addr && ether_addr_equal(addr->mac, mac);
	spin_unlock(&vs->fdb_lock);
	return own;
}

/**
 * vsw_fdb_adopt() - give a port without an address that of its first frame
 * @p: client
 * @mac: source of the frame
 *
 * Happens once in the life of a port, and at once, so that the answer to its
 * first frame finds it; the configuration hears of it later. An address that
 * another client holds is not adopted: a frame that goes round, as between the
 * ends of a veth pair that are both ports, would take it there. That may happen
 * for ever, so such an address is looked for without the lock.
 *
 * Context: BH off, RCU. Takes vswitch.fdb_lock if nobody holds @mac.
 * Return: whether @mac is the port's address now.
 */
bool vsw_fdb_adopt(struct vsw_port *p, const u8 *mac)
{
	struct vsw_port *holder;
	struct vsw_addr *addr;

	/* Pairs with those that end it, and have set an address before. */
	if (smp_load_acquire(&p->spare)) {
		holder = vsw_fdb_holder_rcu(p->vs->fdb, mac);
		return holder ? holder == p : vsw_fdb_take(p, mac);
	}
	addr = vsw_port_addr_rcu(p);
	return addr && ether_addr_equal(addr->mac, mac);
}
