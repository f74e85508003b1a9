// SPDX-License-Identifier: GPL-2.0
/* The address table: who is found, by address and VLAN; hashes of addresses. */
#include <kunit/test.h>

#include "config/vlan_spec.h"
#include "datapath/fdb.h"
#include "datapath/mcast.h"

#define FDB_PORTS	6

/**
 * struct fdb - a switch with an address table and clients
 * @vs: switch
 * @pgs: a port group for each client
 * @ports: the clients
 */
struct fdb {
	struct vswitch vs;
	struct vsw_portgroup pgs[FDB_PORTS];
	struct vsw_port ports[FDB_PORTS];
};

/* Padded: a look-up reads two bytes more than an address has. */
static const u8 fdb_macs[][ETH_ALEN + 2] __aligned(8) = {
	{ 2, 0, 0, 0, 0, 1 },
	{ 2, 0, 0, 0, 0, 2 },
	{ 2, 0, 0, 0, 0, 3 },
	/* Padding of others is no part of them. */
	{ 2, 0, 0, 0, 0, 1, 0xff, 0xff },
	{ 2, 0, 0, 0, 0, 9 },
};

static void fdb_work(struct work_struct *work)
{
}

static int fdb_init(struct kunit *test)
{
	struct fdb *fdb = kunit_kzalloc(test, sizeof(*fdb), GFP_KERNEL);
	int err, i;

	if (!fdb)
		return -ENOMEM;
	test->priv = fdb;
	err = vsw_fdb_init(&fdb->vs);
	if (err)
		return err;
	for (i = 0; i < FDB_PORTS; i++) {
		fdb->ports[i].vs = &fdb->vs;
		fdb->ports[i].pg = &fdb->pgs[i];
		INIT_DELAYED_WORK(&fdb->ports[i].changed, fdb_work);
	}
	return 0;
}

static void fdb_exit(struct kunit *test)
{
	struct fdb *fdb = test->priv;
	u8 old[ETH_ALEN];
	int i;

	if (!fdb || !fdb->vs.fdb)
		return;
	for (i = 0; i < FDB_PORTS; i++) {
		rtnl_lock();
		vsw_fdb_withdraw(&fdb->ports[i], old);
		rtnl_unlock();
		cancel_delayed_work_sync(&fdb->ports[i].changed);
		kfree(rcu_access_pointer(fdb->pgs[i].vlan));
	}
	kvfree(fdb->vs.fdb);
}

static void fdb_set_vlans(struct kunit *test, struct fdb *fdb, int port,
			  u16 first, u16 last)
{
	struct vsw_vlan_spec *spec;

	spec = first == last ? vsw_vlan_spec_access(first) :
			       vsw_vlan_spec_trunk();
	KUNIT_ASSERT_NOT_NULL(test, spec);
	if (first != last)
		vsw_vlan_spec_allow(spec, first, last);
	RCU_INIT_POINTER(fdb->pgs[port].vlan, spec);
}

/* Gives a port an address; returns whether it had one, and that. */
static bool fdb_give(struct kunit *test, struct fdb *fdb, int port,
		     const u8 *mac, u8 *old)
{
	struct vsw_addr *addr = vsw_fdb_prepare(&fdb->ports[port], mac);
	bool had;

	KUNIT_ASSERT_NOT_NULL(test, addr);
	rtnl_lock();
	had = vsw_fdb_publish(&fdb->ports[port], addr, old);
	rtnl_unlock();
	return had;
}

/* The ports that are found, a bit for each; an error if one is found twice. */
static int fdb_find(struct fdb *fdb, const u8 *mac, u16 vid)
{
	struct vsw_addr *addr;
	int found = 0, bit;

	rcu_read_lock();
	addr = vsw_fdb_first_rcu(fdb->vs.fdb, mac, vid);
	for (; addr; addr = vsw_fdb_further_rcu(addr, vid)) {
		bit = BIT(addr->port - fdb->ports);
		found = found & bit ? -EEXIST : found | bit;
		if (found < 0)
			break;
	}
	rcu_read_unlock();
	return found;
}

static bool fdb_adopt(struct fdb *fdb, int port, const u8 *mac)
{
	bool adopted;

	rcu_read_lock_bh();
	adopted = vsw_fdb_adopt(&fdb->ports[port], mac);
	rcu_read_unlock_bh();
	return adopted;
}

/* Who holds which address in which VLANs, and who is found by that. */
static void fdb_holders(struct kunit *test)
{
	static const struct {
		int mac;
		u16 first;
		u16 last;
		u32 flags;
	} ports[FDB_PORTS] = {
		{ 0, 0, 0 },
		{ 0, 10, 10 },
		{ 0, 10, 10 },
		{ 0, 10, 20 },
		{ 1, 0, 4094 },
		{ 2, 10, 10, VSW_PORT_MAC_CHANGED },
	};
	static const struct {
		int mac;
		u16 vid;
		int found;
	} rows[] = {
		{ 0, 0, BIT(0) },
		{ 0, 9, 0 },
		{ 0, 10, BIT(1) | BIT(2) | BIT(3) },
		{ 0, 11, BIT(3) },
		{ 0, 20, BIT(3) },
		{ 0, 21, 0 },
		{ 1, 0, BIT(4) },
		{ 1, 4094, BIT(4) },
		{ 1, 4095, 0 },
		/* What the policy rejects, nobody holds. */
		{ 2, 10, 0 },
		{ 3, 10, BIT(1) | BIT(2) | BIT(3) },
		{ 4, 10, 0 },
	};
	struct fdb *fdb = test->priv;
	u8 old[ETH_ALEN];
	int i;

	for (i = 0; i < FDB_PORTS; i++) {
		fdb_set_vlans(test, fdb, i, ports[i].first, ports[i].last);
		fdb->ports[i].flags = ports[i].flags;
		KUNIT_EXPECT_FALSE(test, fdb_give(test, fdb, i,
						  fdb_macs[ports[i].mac],
						  old));
	}
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    fdb_find(fdb, fdb_macs[rows[i].mac],
					     rows[i].vid),
				    rows[i].found, "address %d in VLAN %u",
				    rows[i].mac, rows[i].vid);
}

/* Another address takes the place of the one that there was. */
static void fdb_address_changes(struct kunit *test)
{
	struct fdb *fdb = test->priv;
	u8 old[ETH_ALEN] = {};

	fdb_set_vlans(test, fdb, 0, 0, 0);
	fdb_give(test, fdb, 0, fdb_macs[0], old);
	KUNIT_EXPECT_TRUE(test, is_zero_ether_addr(old));
	KUNIT_EXPECT_TRUE(test, fdb_give(test, fdb, 0, fdb_macs[1], old));
	KUNIT_EXPECT_TRUE(test, ether_addr_equal(old, fdb_macs[0]));
	KUNIT_EXPECT_EQ(test, fdb_find(fdb, fdb_macs[0], 0), 0);
	KUNIT_EXPECT_EQ(test, fdb_find(fdb, fdb_macs[1], 0), BIT(0));
	rtnl_lock();
	vsw_fdb_withdraw(&fdb->ports[0], old);
	rtnl_unlock();
	KUNIT_EXPECT_TRUE(test, ether_addr_equal(old, fdb_macs[1]));
	KUNIT_EXPECT_EQ(test, fdb_find(fdb, fdb_macs[1], 0), 0);
}

/* The first frame gives an address, once, and none that is held already. */
static void fdb_first_frame(struct kunit *test)
{
	struct fdb *fdb = test->priv;
	struct vsw_addr *addr;
	u8 old[ETH_ALEN];

	fdb_set_vlans(test, fdb, 0, 10, 10);
	fdb_set_vlans(test, fdb, 1, 20, 20);
	fdb_give(test, fdb, 1, fdb_macs[1], old);
	/* Without an offer there is none to take. */
	KUNIT_EXPECT_FALSE(test, fdb_adopt(fdb, 0, fdb_macs[0]));

	addr = vsw_fdb_prepare(&fdb->ports[0], NULL);
	KUNIT_ASSERT_NOT_NULL(test, addr);
	rtnl_lock();
	vsw_fdb_offer(&fdb->ports[0], addr);
	rtnl_unlock();
	KUNIT_EXPECT_EQ(test, fdb_find(fdb, fdb_macs[0], 10), 0);
	KUNIT_EXPECT_FALSE(test, fdb_adopt(fdb, 0, fdb_macs[1]));
	KUNIT_EXPECT_TRUE(test, fdb_adopt(fdb, 0, fdb_macs[0]));
	KUNIT_EXPECT_EQ(test, fdb_find(fdb, fdb_macs[0], 10), BIT(0));
	KUNIT_EXPECT_TRUE(test, fdb_adopt(fdb, 0, fdb_macs[0]));
	KUNIT_EXPECT_FALSE(test, fdb_adopt(fdb, 0, fdb_macs[2]));
	KUNIT_EXPECT_EQ(test, fdb_find(fdb, fdb_macs[2], 10), 0);
}

/* Wherever an address lies, it is the same, and others are elsewhere. */
static void fdb_hash_of_addresses(struct kunit *test)
{
	static const u8 vendors[][3] = {
		{ 0x00, 0x50, 0x56 }, { 0x52, 0x54, 0x00 }, { 0x02, 0, 0 },
	};
	struct fdb *fdb = test->priv;
	struct hlist_head *first;
	u8 room[ETH_ALEN + 8];
	u32 i, v, offset, longest;
	u16 *used;

	used = kunit_kcalloc(test, 1 << VSW_FDB_BITS, sizeof(*used),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, used);
	for (v = 0; v < ARRAY_SIZE(vendors); v++) {
		memset(used, 0, sizeof(*used) << VSW_FDB_BITS);
		longest = 0;
		/* As many as a switch can have, numbered as they come. */
		for (i = 0; i < VSWITCH_MAX_PORTS; i++) {
			memcpy(room, vendors[v], 3);
			room[3] = i >> 16;
			room[4] = i >> 8;
			room[5] = i;
			first = vsw_fdb_bucket(fdb->vs.fdb, room);
			longest = max_t(u32, longest,
					++used[first - fdb->vs.fdb->buckets]);
		}
		KUNIT_EXPECT_LE_MSG(test, longest, 8, "vendor %u", v);
	}
	for (offset = 0; offset < 8; offset++) {
		memset(room, offset, sizeof(room));
		memcpy(room + offset, fdb_macs[0], ETH_ALEN);
		KUNIT_EXPECT_PTR_EQ(test,
				    vsw_fdb_bucket(fdb->vs.fdb, room + offset),
				    vsw_fdb_bucket(fdb->vs.fdb, fdb_macs[0]));
	}
}

static void fdb_multicast_filter(struct kunit *test)
{
	static const u8 broadcast[ETH_ALEN] __aligned(2) = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	u8 group[ETH_ALEN] __aligned(2) = { 0x33, 0x33, 0, 0, 0, 0 };
	DECLARE_BITMAP(filter, VSW_MCAST_SIZE) = {};
	struct fdb *fdb = test->priv;
	struct vsw_port *p = &fdb->ports[0];
	u32 i, taken = 0, beyond = 0;

	p->mc_filter = filter;
	p->kind = VSWITCH_PORT_KIND_VMK;
	KUNIT_EXPECT_TRUE(test, vsw_mcast_takes(p, broadcast));
	KUNIT_EXPECT_FALSE(test, vsw_mcast_takes(p, group));
	__set_bit(vsw_mcast_hash(group), filter);
	for (i = 0; i < 4096; i++) {
		group[4] = i >> 8;
		group[5] = i;
		beyond += vsw_mcast_hash(group) >= VSW_MCAST_SIZE;
		taken += vsw_mcast_takes(p, group);
	}
	KUNIT_EXPECT_EQ(test, beyond, 0);
	/* One of 256, give or take. */
	KUNIT_EXPECT_GE(test, taken, 1);
	KUNIT_EXPECT_LE(test, taken, 4 * 4096 / VSW_MCAST_SIZE);
	p->kind = VSWITCH_PORT_KIND_VM;
	KUNIT_EXPECT_TRUE(test, vsw_mcast_takes(p, group));
}

static struct kunit_case fdb_cases[] = {
	KUNIT_CASE(fdb_holders),
	KUNIT_CASE(fdb_address_changes),
	KUNIT_CASE(fdb_first_frame),
	KUNIT_CASE(fdb_hash_of_addresses),
	KUNIT_CASE(fdb_multicast_filter),
	{}
};

static struct kunit_suite fdb_suite = {
	.name = "vswitch_fdb",
	.init = fdb_init,
	.exit = fdb_exit,
	.test_cases = fdb_cases,
};

kunit_test_suite(fdb_suite);
