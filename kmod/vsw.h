/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_H
#define VSW_H

#include <linux/etherdevice.h>
#include <linux/hashtable.h>
#include <linux/hrtimer.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <linux/vswitch.h>

#include "compat.h"

/**
 * DOC: Locking
 *
 * ==================  =============================  ========================
 * lock                protects                       taken
 * ==================  =============================  ========================
 * RTNL                the whole configuration:       by every change; by dumps
 *                     every member below that is     for one message at a time
 *                     not said to be otherwise
 * vswitch.fdb_lock    writes to the address table    inside RTNL by changes;
 *                     and to vsw_port.addr           by the data path, with BH
 *                                                    off, once in the life of a
 *                                                    port that adopts its
 *                                                    first frame's source
 * vsw_shaper.lock     a shaper's queue and state     inside RTNL by changes;
 *                                                    by the data path and the
 *                                                    shaper's timer, BH off;
 *                                                    innermost
 * RCU (BH)            readers: every frame           never blocks
 * ==================  =============================  ========================
 *
 * The data path holds rcu_read_lock() (its callers do: rx handlers,
 * ndo_start_xmit, the shapers' timers) and runs with BH off. What it reaches is
 * published with rcu_assign_pointer(), a list's RCU variant or WRITE_ONCE(),
 * and is freed a grace period after it was unpublished. Members that a frame
 * reads are said to be "data path" below.
 *
 * Delayed work that needs RTNL only tries to take it, and comes again if that
 * fails, so that who holds RTNL can wait for the work's end.
 */

#define VSW_FDB_BITS		12
#define VSW_DEFAULT_NETSTACK	"defaultTcpipStack"

/* Port ids: the switch's index in the top byte, the port's number below. */
#define VSW_PORT_NUMBER_BITS	24
#define VSW_PORT_NUMBER_MASK	GENMASK(VSW_PORT_NUMBER_BITS - 1, 0)

/*
 * Reasons for which a frame dies. The netlink attributes number them, so that
 * a reason, its counter and its attribute cannot differ.
 */
#define VSW_DROP_REASONS(fn)			\
	fn(BLOCKED, "blocked")			\
	fn(VLAN_MISMATCH, "vlan_mismatch")	\
	fn(FORGED_TRANSMIT, "forged_transmit")	\
	fn(MAC_CHANGED, "mac_changed")		\
	fn(SHAPED, "shaped")			\
	fn(NO_UPLINK, "no_uplink")		\
	fn(UNKNOWN_UNICAST, "unknown_unicast")	\
	fn(REFLECTED, "reflected")		\
	fn(TEAM_INBOUND, "team_inbound")	\
	fn(LINK_LOCAL, "link_local")		\
	fn(TOO_BIG, "too_big")			\
	fn(NO_MEMORY, "no_memory")		\
	fn(MALFORMED, "malformed")

/**
 * enum vsw_drop_reason - why a frame died
 * @VSW_DROP_MAX: one past the last reason; reasons start at 1
 */
enum vsw_drop_reason {
	/* private: one for each of VSW_DROP_REASONS */
#define VSW_DROP_ENUM(name, text) VSW_DROP_##name = VSWITCH_A_DROPS_##name,
	VSW_DROP_REASONS(VSW_DROP_ENUM)
#undef VSW_DROP_ENUM
	/* public: */
	VSW_DROP_MAX
};

static_assert((int)VSW_DROP_MAX == (int)__VSWITCH_A_DROPS_MAX);

/**
 * enum vsw_dir - which way a frame crosses a port, seen from the switch
 * @VSW_IN: into the switch
 * @VSW_OUT: out of the switch
 * @VSW_DIRS: number of directions
 */
enum vsw_dir {
	VSW_IN,
	VSW_OUT,
	VSW_DIRS
};

/**
 * enum vsw_cast - kind of destination address
 * @VSW_UNICAST: unicast
 * @VSW_MULTICAST: multicast, not broadcast
 * @VSW_BROADCAST: broadcast
 * @VSW_CASTS: number of kinds
 */
enum vsw_cast {
	VSW_UNICAST,
	VSW_MULTICAST,
	VSW_BROADCAST,
	VSW_CASTS
};

/**
 * struct vsw_stats - counters of one port on one CPU
 * @packets: frames by direction and kind of destination
 * @bytes: bytes by direction, Ethernet header included
 * @drops: dead frames by reason
 * @syncp: for readers on 32-bit machines
 */
struct vsw_stats {
	u64_stats_t packets[VSW_DIRS][VSW_CASTS];
	u64_stats_t bytes[VSW_DIRS];
	u64_stats_t drops[VSW_DROP_MAX];
	struct u64_stats_sync syncp;
};

/**
 * struct vsw_vlan_spec - what VLANs a port group admits; immutable
 * @trunk: true: the VLANs of @vids, tags kept (VGT, trunk list);
 *	false: VLAN @vid alone, untagged at the client (EST, VST)
 * @vid: VLAN id of the clients, 0 for untagged on the wire
 * @rcu: for freeing
 * @vids: VLAN ids admitted, 0 standing for untagged; only with @trunk
 */
struct vsw_vlan_spec {
	bool trunk;
	u16 vid;
	struct rcu_head rcu;
	unsigned long vids[];
};

/**
 * struct vsw_addr - a client's effective address in the address table;
 *	immutable once hashed
 * @node: in a chain of vsw_fdb.buckets
 * @port: the client
 * @mac: the address, padded for 64-bit comparisons
 * @rcu: for freeing
 */
struct vsw_addr {
	struct hlist_node node;
	struct vsw_port *port;
	u8 mac[ETH_ALEN + 2] __aligned(8);
	struct rcu_head rcu;
};

/**
 * struct vsw_fdb - who holds which address: clients only, never learned
 * @buckets: hashed by address alone; the VLAN is the port group's to tell
 */
struct vsw_fdb {
	struct hlist_head buckets[1 << VSW_FDB_BITS];
};

/* vsw_port.flags */
#define VSW_PORT_BLOCKED	VSWITCH_PORT_FLAGS_BLOCKED
#define VSW_PORT_MAC_CHANGED	VSWITCH_PORT_FLAGS_MAC_CHANGED
#define VSW_PORT_PROMISCUOUS	VSWITCH_PORT_FLAGS_PROMISCUOUS
#define VSW_PORT_FORGED		VSWITCH_PORT_FLAGS_FORGED_TRANSMITS
#define VSW_PORT_SHAPED		VSWITCH_PORT_FLAGS_SHAPED

/**
 * struct vsw_uplinks - uplinks of one switch, in order
 * @num: how many
 * @slots: their slots
 */
struct vsw_uplinks {
	u8 num;
	u8 slots[VSWITCH_MAX_UPLINKS];
};

/* In vsw_policy.set: active and standby uplinks are one field. */
#define VSW_POLICY_UPLINKS	BIT(VSWITCH_A_POLICY_ACTIVE)

/**
 * struct vsw_policy - all policies of a switch or a port group
 * @set: mask of fields that are set here; a field's bit is the number of its
 *	netlink attribute. The others are the parent's to tell
 * @value: fields that are numbers, by their netlink attribute
 * @active: active uplinks
 * @standby: standby uplinks
 */
struct vsw_policy {
	u32 set;
	u32 value[VSWITCH_A_POLICY_ACTIVE];
	struct vsw_uplinks active;
	struct vsw_uplinks standby;
};

/**
 * struct vsw_team - which uplinks the clients of a port group use now;
 *	immutable while it is published
 * @balance: how they are dealt out
 * @num: length of @uplinks
 * @mask: team bits of @uplinks
 * @uplinks: ports of the uplinks in use, in the order they are dealt out
 */
struct vsw_team {
	enum vswitch_load_balancing balance;
	u32 num;
	u32 mask;
	struct vsw_port *uplinks[VSWITCH_MAX_UPLINKS];
};

/**
 * struct vsw_bucket - how much may pass, and when: a token bucket
 * @average: bytes are charged at this rate, Kbit/s; 0: no limit
 * @peak: and at this one
 * @tolerance: how far ahead of @average_due a frame may pass, ns
 * @average_due: when all that has passed would have at the average, ns
 * @peak_due: the same at the peak
 */
struct vsw_bucket {
	u32 average;
	u32 peak;
	u64 tolerance;
	u64 average_due;
	u64 peak_due;
};

/**
 * struct vsw_shaper - delays what a port sends above its bandwidth
 * @lock: protects the rest
 * @queue: frames that wait
 * @queued: their size on the wire, bytes
 * @limit: most that may wait, bytes
 * @memory: what they take, bytes
 * @bucket: what may pass
 * @draining: frames are leaving @queue; later ones must go behind them
 * @stopped: the port is going; no frame may wait any more
 * @timer: lets frames out
 */
struct vsw_shaper {
	spinlock_t lock; /* see DOC: Locking */
	struct sk_buff_head queue;
	u32 queued;
	u32 limit;
	u64 memory;
	struct vsw_bucket bucket;
	bool draining;
	bool stopped;
	struct hrtimer timer;
};

/**
 * struct vsw_port - a logical port of a switch
 *
 * The first part is read for every frame and written by configuration alone.
 * The counters, which every frame writes, are per CPU.
 *
 * @dev: data path; the netdev connected
 * @vs: data path; its switch
 * @pg: data path; its port group; NULL for an uplink
 * @stats: data path; counters
 * @addr: data path; effective address; NULL until one is known, and for an
 *	uplink. Writers hold vswitch.fdb_lock
 * @uplink: data path; the uplink's port that this client uses now; NULL where
 *	it has none, or the team tells for each frame
 * @flags: data path; VSW_PORT_*
 * @team_bit: data path; an uplink's bit in masks of uplinks; 0 for a client
 * @shaped: data path; frames pass @shaper; under its lock
 * @kind: data path; what is connected, an enum vswitch_port_kind
 * @foreign_net: data path; its netdev is not in the switch's namespace
 * @mc_filter: data path; for a vmk, hashes of the multicast groups it joined
 * @pg_node: data path; in vsw_portgroup.clients
 * @promiscuous_node: data path; in vswitch.promiscuous while it is that
 * @promiscuous_left: the RCU state at which it left that list
 * @id: port id
 * @blocked: it is to be blocked
 * @asks_promiscuous: it asks for all frames, as a VM port always does; as its
 *	work has seen it last, for whoever tells that a netdev's flags change
 *	may hold its lock, under which no uplink can be made promiscuous
 * @initial_mac: initial address; zero until one is known
 * @spare: entry that an adopted address will take; under vswitch.fdb_lock
 * @addr_listed: the uplinks let the effective address in
 * @changed: brings a client in line after an address was adopted, or somebody
 *	has asked a VMkernel adapter for all frames
 * @rarps: RARP announcements still to be sent
 * @rarp_due: not before then, in jiffies, but for the first of them; the
 *	switch's work alone reads and writes it
 * @shaper: data path, of ports that are shaped alone, whose frames write there
 */
struct vsw_port {
	struct net_device *dev;
	struct vswitch *vs;
	struct vsw_portgroup *pg;
	struct vsw_stats __percpu *stats;
	struct vsw_addr __rcu *addr;
	struct vsw_port __rcu *uplink;
	u32 flags;
	u32 team_bit;
	bool shaped;
	u8 kind;
	bool foreign_net;
	/* Up to here for unicast. */
	unsigned long *mc_filter;
	struct hlist_node pg_node;
	struct hlist_node promiscuous_node;

	u32 id;
	bool blocked;
	bool asks_promiscuous;
	u8 initial_mac[ETH_ALEN];
	bool addr_listed;
	struct vsw_addr *spare;
	unsigned long promiscuous_left;
	struct delayed_work changed;
	atomic_t rarps;
	unsigned long rarp_due;

	struct vsw_shaper shaper;
};

/* What is read for a unicast frame is on one line. */
static_assert(offsetofend(struct vsw_port, foreign_net) <= 64);

/**
 * struct vsw_slave - the port of a netdev that was taken: a VM's or an uplink's
 * @port: the port
 * @tracker: of the reference to the netdev
 * @mtu: MTU that the netdev had
 * @former_mtu: MTU that it had before that of the switch was changed
 * @opened: the netdev was down
 * @leaving: the netdev is leaving the namespace, or for good: protocols have
 *	left it, and are not to hear of what it gets back
 * @addr_gen_mode: how IPv6 made up an address for it
 * @rcu: for freeing
 */
struct vsw_slave {
	struct vsw_port port;
	netdevice_tracker tracker;
	unsigned int mtu;
	unsigned int former_mtu;
	bool opened;
	bool leaving;
	u8 addr_gen_mode;
	struct rcu_head rcu;
};

/**
 * struct vsw_uplink - a way to the physical network
 * @slave: its port and netdev
 * @node: in vswitch.uplinks
 * @slot: its place in vswitch.slots, and the number of its team bit
 * @state: as listeners know it
 * @told_link_up: @link_up as listeners know it
 * @link_up: its netdev is up and has carrier
 * @seen_up: its link has been up
 * @promiscuous: the switch has made its netdev promiscuous
 * @settles_at: when it has been up for long enough, in jiffies
 */
struct vsw_uplink {
	struct vsw_slave slave;
	struct list_head node;
	u32 slot;
	enum vswitch_uplink_state state;
	bool told_link_up;
	bool link_up;
	bool seen_up;
	bool promiscuous;
	unsigned long settles_at;
};

/* Looks, a second apart, at which an uplink must have heard nothing. */
#define VSW_BEACON_MISSES	3

/**
 * struct vsw_beacons - what the uplinks of a team have heard of each other
 * @heard: data path; by slot, mask of the slots heard since the last look
 * @past: the same of the looks before, by look and slot, the latest first
 * @age: by slot, looks since it has been in the team with its link up
 */
struct vsw_beacons {
	unsigned long heard[VSWITCH_MAX_UPLINKS];
	u32 past[VSW_BEACON_MISSES][VSWITCH_MAX_UPLINKS];
	u8 age[VSWITCH_MAX_UPLINKS];
};

/**
 * struct vsw_portgroup - a named group of clients with one VLAN setting
 * @vs: its switch
 * @vlan: data path; VLANs admitted
 * @team: data path; uplinks in use: one of @teams
 * @inbound: data path; team bits of the uplinks that unicast is taken from
 * @clients: data path; ports connected
 * @node: data path; in vswitch.portgroups
 * @id: data path; number, unique in the namespace
 * @num_clients: length of @clients
 * @client_kind: what it serves, fixed by its first client; 0 until then
 * @policy: fields that override the switch's
 * @effective: all fields as they apply
 * @waiting: team bits of uplinks that have failed in use, and without failback
 *	wait for another to fail
 * @isolated: team bits of uplinks that beacons have found to be cut off
 * @beacons: what beacons have told; the data path writes there
 * @teams: the published team, and the one to be published next
 * @team_retired: the RCU state at which the latter was published no longer
 * @name_node: in vsw_net.portgroup_names
 * @rcu: for freeing
 * @name: name
 */
struct vsw_portgroup {
	struct vswitch *vs;
	struct vsw_vlan_spec __rcu *vlan;
	struct vsw_team __rcu *team;
	u32 inbound;
	u32 id;
	struct hlist_head clients;
	struct list_head node;

	u32 num_clients;
	enum vswitch_port_kind client_kind;
	struct vsw_policy policy;
	struct vsw_policy effective;
	u32 waiting;
	u32 isolated;
	struct vsw_beacons beacons;
	struct vsw_team teams[2];
	unsigned long team_retired;
	struct hlist_node name_node;
	struct rcu_head rcu;
	char name[VSWITCH_PORTGROUP_NAME_MAX + 1];
};

#define VSW_FLOODED_BITS	8

/**
 * struct vsw_flooded - a frame that was sent from an address that is no port's
 * @hash: of its beginning and its VLAN
 * @until: to when it is remembered, in jiffies
 */
struct vsw_flooded {
	u64 hash;
	unsigned long until;
};

/**
 * struct vsw_rarp - the announcements of a switch's clients, a few at a time
 * @work: sends those that are due; all but @restart is its own
 * @restart: a client is to be announced anew
 * @left: a client that the round has come by has more to be sent
 * @tick: when it has sent last, in jiffies
 * @due: when the next round begins, in jiffies
 * @next: number of the port at which the round goes on; 0: a round begins
 */
struct vsw_rarp {
	struct delayed_work work;
	atomic_t restart;
	bool left;
	unsigned long tick;
	unsigned long due;
	unsigned long next;
};

/**
 * struct vswitch - a standard switch; private part of a netdev of kind vswitch
 *
 * The first members are read for every frame, so what frames write is far from
 * them.
 *
 * @dev: the netdev that stands for it
 * @fdb: data path; addresses of its clients
 * @portgroups: data path; its port groups
 * @promiscuous: data path; clients that get a copy of everything
 * @beacon_id: data path; tells its beacons from others'
 * @ports: its ports by number; read by @rarp under RCU
 * @uplinks: its uplinks, in the order they were added
 * @slots: its uplinks by slot
 * @num_uplinks: length of @uplinks
 * @links_up: team bits of the uplinks whose link is up
 * @settling: team bits of those that have come back and are to stay up first
 * @failback_delay: for how long, ms
 * @former_mtu: MTU that it may be told to go back to, as it had it before, and
 *	all that is on it now was there; else 0
 * @policy: its policies, complete
 * @index: number of the switch in the namespace
 * @num_portgroups: length of @portgroups
 * @num_ports: entries of @ports
 * @discovery: discovery protocol status
 * @announced: listeners know it
 * @changing: a change is under way, which will tell of itself when it is done
 * @rarp: announces clients by RARP
 * @probe: sends beacons and judges by those that were heard
 * @links: ends the settling of uplinks, and looks for lost links; the data
 *	path starts it when it meets a lost carrier
 * @fdb_lock: serializes writers of @fdb
 * @look_due: data path; @links has been started, and has not looked yet
 * @flooded_until: data path, which writes there; when the last of @flooded
 *	ceases to count, in jiffies
 * @flooded: data path, which writes there; frames that may come back, by hash
 * @vid_users: port groups that use a VLAN, by VLAN ID
 * @name: name of the switch, which need not be the netdev's
 */
struct vswitch {
	struct net_device *dev;
	struct vsw_fdb *fdb;
	struct list_head portgroups;
	struct hlist_head promiscuous;
	u64 beacon_id;
	struct xarray ports;

	struct list_head uplinks;
	struct vsw_uplink *slots[VSWITCH_MAX_UPLINKS];
	u32 num_uplinks;
	u32 links_up;
	u32 settling;
	u32 failback_delay;
	unsigned int former_mtu;
	struct vsw_policy policy;
	u32 index;
	u32 num_portgroups;
	u32 num_ports;
	enum vswitch_discovery discovery;
	bool announced;
	bool changing;
	struct vsw_rarp rarp;
	struct delayed_work probe;
	struct delayed_work links;
	spinlock_t fdb_lock; /* see DOC: Locking */
	bool look_due;
	unsigned long flooded_until;
	struct vsw_flooded flooded[1 << VSW_FLOODED_BITS];
	u16 vid_users[VLAN_N_VID];
	char name[VSWITCH_SWITCH_NAME_MAX + 1];
};

/* Hash buckets of a VMkernel adapter's multicast filter. */
#define VSW_MCAST_BITS	8
#define VSW_MCAST_SIZE	BIT(VSW_MCAST_BITS)

/**
 * struct vsw_vmk - a VMkernel adapter; private part of a netdev of kind vmk
 * @port: its port
 * @tracker: of the reference to the switch's netdev
 * @number: its number, the N of vmkN, whatever its netdev is called by now
 * @tags: enum vswitch_traffic, a mask: what it is tagged with
 * @changing: a change is under way, which will tell of itself when it is done
 * @mc_filter: see vsw_port
 * @netstack: name of its TCP/IP stack
 */
struct vsw_vmk {
	struct vsw_port port;
	netdevice_tracker tracker;
	u32 number;
	u32 tags;
	bool changing;
	DECLARE_BITMAP(mc_filter, VSW_MCAST_SIZE);
	char netstack[VSWITCH_NETSTACK_NAME_MAX + 1];
};

#define VSW_PORTGROUP_NAME_BITS	8

/**
 * struct vsw_net - what one network namespace holds
 * @switches: switches by index
 * @portgroups: port groups by id
 * @portgroup_names: the same by name
 * @vmks: VMkernel adapters by number, those on other stacks among them
 * @generation: raised by every change, for consistent dumps
 */
struct vsw_net {
	struct xarray switches;
	struct xarray portgroups;
	DECLARE_HASHTABLE(portgroup_names, VSW_PORTGROUP_NAME_BITS);
	struct xarray vmks;
	u32 generation;
};

static inline struct vsw_vlan_spec *
vsw_portgroup_vlan_rcu(const struct vsw_portgroup *pg)
{
	return rcu_dereference_bh_check(pg->vlan, rcu_read_lock_held());
}

static inline struct vsw_vlan_spec *
vsw_portgroup_vlan_rtnl(const struct vsw_portgroup *pg)
{
	return rtnl_dereference(pg->vlan);
}

static inline struct vsw_team *
vsw_portgroup_team_rcu(const struct vsw_portgroup *pg)
{
	return rcu_dereference_bh_check(pg->team, rcu_read_lock_held());
}

static inline struct vsw_team *
vsw_portgroup_team_rtnl(const struct vsw_portgroup *pg)
{
	return rtnl_dereference(pg->team);
}

static inline struct vsw_port *vsw_port_uplink_rcu(const struct vsw_port *p)
{
	return rcu_dereference_bh_check(p->uplink, rcu_read_lock_held());
}

static inline struct vsw_port *vsw_port_uplink_rtnl(const struct vsw_port *p)
{
	return rtnl_dereference(p->uplink);
}

static inline struct vsw_addr *vsw_port_addr_rcu(const struct vsw_port *p)
{
	return rcu_dereference_bh_check(p->addr, rcu_read_lock_held());
}

static inline bool vsw_port_is_uplink(const struct vsw_port *p)
{
	return p->kind == VSWITCH_PORT_KIND_UPLINK;
}

static inline struct vsw_slave *vsw_port_slave(struct vsw_port *p)
{
	return container_of(p, struct vsw_slave, port);
}

static inline struct vsw_uplink *vsw_port_to_uplink(struct vsw_port *p)
{
	return container_of(p, struct vsw_uplink, slave.port);
}

static inline u32 vsw_port_id(u32 index, u32 number)
{
	return index << VSW_PORT_NUMBER_BITS | number;
}

static inline u32 vsw_port_id_index(u32 id)
{
	return id >> VSW_PORT_NUMBER_BITS;
}

static inline u32 vsw_port_id_number(u32 id)
{
	return id & VSW_PORT_NUMBER_MASK;
}

static inline u32 vsw_port_number(const struct vsw_port *p)
{
	return vsw_port_id_number(p->id);
}

#endif
