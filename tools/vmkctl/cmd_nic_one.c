// SPDX-License-Identifier: GPL-2.0
/* Commands on one NIC. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "handlers.h"
#include "nic.h"

static const struct word words_wakeon[] = {
	{ "Phy", WAKE_PHY },
	{ "Unicast", WAKE_UCAST },
	{ "Multicast", WAKE_MCAST },
	{ "Broadcast", WAKE_BCAST },
	{ "ARP", WAKE_ARP },
	{ "MagicPacket(tm)", WAKE_MAGIC },
	{ "MagicPacketSecured", WAKE_MAGICSECURE },
	{ }
};

static const struct word words_connector[] = {
	{ "Twisted Pair", PORT_TP },
	{ "AUI", PORT_AUI },
	{ "MII", PORT_MII },
	{ "FIBRE", PORT_FIBRE },
	{ "BNC", PORT_BNC },
	{ "Direct Attach", PORT_DA },
	{ "None", PORT_NONE },
	{ "Other", PORT_OTHER },
	{ }
};

/* The copper of each speed has the name that ESXi gives it. */
static const struct word words_link_mode[] = {
	{ "Auto", ETHTOOL_LINK_MODE_Autoneg_BIT },
	{ "10BaseT/Half", ETHTOOL_LINK_MODE_10baseT_Half_BIT },
	{ "10BaseT/Full", ETHTOOL_LINK_MODE_10baseT_Full_BIT },
	{ "100BaseT/Half", ETHTOOL_LINK_MODE_100baseT_Half_BIT },
	{ "100BaseT/Full", ETHTOOL_LINK_MODE_100baseT_Full_BIT },
	{ "1000BaseT/Half", ETHTOOL_LINK_MODE_1000baseT_Half_BIT },
	{ "1000BaseT/Full", ETHTOOL_LINK_MODE_1000baseT_Full_BIT },
	{ "1000BaseKX/Full", ETHTOOL_LINK_MODE_1000baseKX_Full_BIT },
	{ "1000BaseX/Full", ETHTOOL_LINK_MODE_1000baseX_Full_BIT },
	{ "2500BaseT/Full", ETHTOOL_LINK_MODE_2500baseT_Full_BIT },
	{ "5000BaseT/Full", ETHTOOL_LINK_MODE_5000baseT_Full_BIT },
	{ "10000BaseT/Full", ETHTOOL_LINK_MODE_10000baseT_Full_BIT },
	{ "10000BaseKX4/Full", ETHTOOL_LINK_MODE_10000baseKX4_Full_BIT },
	{ "10000BaseKR/Full", ETHTOOL_LINK_MODE_10000baseKR_Full_BIT },
	{ "10000BaseCR/Full", ETHTOOL_LINK_MODE_10000baseCR_Full_BIT },
	{ "10000BaseSR/Full", ETHTOOL_LINK_MODE_10000baseSR_Full_BIT },
	{ "10000BaseLR/Full", ETHTOOL_LINK_MODE_10000baseLR_Full_BIT },
	{ "25000BaseCR/Full", ETHTOOL_LINK_MODE_25000baseCR_Full_BIT },
	{ "25000BaseKR/Full", ETHTOOL_LINK_MODE_25000baseKR_Full_BIT },
	{ "25000BaseSR/Full", ETHTOOL_LINK_MODE_25000baseSR_Full_BIT },
	{ "40000BaseKR4/Full", ETHTOOL_LINK_MODE_40000baseKR4_Full_BIT },
	{ "40000BaseCR4/Full", ETHTOOL_LINK_MODE_40000baseCR4_Full_BIT },
	{ "40000BaseSR4/Full", ETHTOOL_LINK_MODE_40000baseSR4_Full_BIT },
	{ "40000BaseLR4/Full", ETHTOOL_LINK_MODE_40000baseLR4_Full_BIT },
	{ "50000BaseCR2/Full", ETHTOOL_LINK_MODE_50000baseCR2_Full_BIT },
	{ "50000BaseKR2/Full", ETHTOOL_LINK_MODE_50000baseKR2_Full_BIT },
	{ "50000BaseSR2/Full", ETHTOOL_LINK_MODE_50000baseSR2_Full_BIT },
	{ "100000BaseKR4/Full", ETHTOOL_LINK_MODE_100000baseKR4_Full_BIT },
	{ "100000BaseSR4/Full", ETHTOOL_LINK_MODE_100000baseSR4_Full_BIT },
	{ "100000BaseCR4/Full", ETHTOOL_LINK_MODE_100000baseCR4_Full_BIT },
	{ "100000BaseLR4/Full",
	  ETHTOOL_LINK_MODE_100000baseLR4_ER4_Full_BIT },
	{ }
};

static const struct word words_port[] = {
	{ "TP", ETHTOOL_LINK_MODE_TP_BIT },
	{ "AUI", ETHTOOL_LINK_MODE_AUI_BIT },
	{ "MII", ETHTOOL_LINK_MODE_MII_BIT },
	{ "FIBRE", ETHTOOL_LINK_MODE_FIBRE_BIT },
	{ "BNC", ETHTOOL_LINK_MODE_BNC_BIT },
	{ "Backplane", ETHTOOL_LINK_MODE_Backplane_BIT },
	{ }
};

/**
 * struct nic - the NIC of a command
 * @rt: rtnetlink
 * @link: the NIC
 */
struct nic {
	struct rtnl rt;
	struct rtnl_link *link;
};

static int nic_open(const struct cmd *c, struct nic *nic)
{
	const char *name = opt_text(c, "nic-name");
	int err;

	err = rtnl_open(&nic->rt, NULL);
	if (err)
		return cmd_fail_errno(c, "netlink", err);
	err = rtnl_link_get_kernel(nic->rt.nl.sk, 0, name, &nic->link);
	if (!err)
		return CMD_OK;
	rtnl_close(&nic->rt);
	return cmd_fail(c, "'%s': no such network interface", name);
}

static void nic_close(struct nic *nic)
{
	rtnl_link_put(nic->link);
	rtnl_close(&nic->rt);
}

static int nic_ethtool(int fd, const char *ifname, void *data)
{
	struct ifreq ifr = { .ifr_data = data };

	strncpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name) - 1);
	return ioctl(fd, SIOCETHTOOL, &ifr) ? -errno : 0;
}

static void nic_add_driver(json_t *rec, int fd, const char *ifname)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (nic_ethtool(fd, ifname, &info))
		return;
	json_object_set_new(rec, "bus_info", nic_text(info.bus_info));
	json_object_set_new(rec, "driver", nic_text(info.driver));
	json_object_set_new(rec, "firmware_version",
			    nic_text(info.fw_version));
	json_object_set_new(rec, "version", nic_text(info.version));
}

static bool nic_has_mode(const __u32 *mask, int words, uint32_t bit)
{
	return (int)(bit / 32) < words && mask[bit / 32] & 1u << bit % 32;
}

static void nic_add_bit(json_t *rec, const char *name, const __u32 *mask,
			uint32_t bit)
{
	/* These are all in the first word. */
	bool set = nic_has_mode(mask, 1, bit);

	json_object_set_new(rec, name, json_boolean(set));
}

static json_t *nic_modes(const struct word *w, const __u32 *mask, int words)
{
	json_t *list = json_array();

	for (; w->name; w++)
		if (nic_has_mode(mask, words, w->value))
			json_array_append_new(list, json_string(w->name));
	return list;
}

/* The masks: what it supports, what it advertises, what the other end does. */
static void nic_add_modes(json_t *rec, const __u32 *masks, int words)
{
	const __u32 *advertised = masks + words;

	nic_add_bit(rec, "supports_auto_negotiation", masks,
		    ETHTOOL_LINK_MODE_Autoneg_BIT);
	nic_add_bit(rec, "supports_pause", masks, ETHTOOL_LINK_MODE_Pause_BIT);
	nic_add_bit(rec, "advertised_auto_negotiation", advertised,
		    ETHTOOL_LINK_MODE_Autoneg_BIT);
	json_object_set_new(rec, "supported_ports",
			    nic_modes(words_port, masks, words));
	json_object_set_new(rec, "advertised_link_modes",
			    nic_modes(words_link_mode, advertised, words));
}

static void nic_add_settings(json_t *rec, int fd, const char *ifname)
{
	struct {
		struct ethtool_link_settings set;
		__u32 masks[3 * 127];
	} ask = { .set.cmd = ETHTOOL_GLINKSETTINGS };

	/* The first answer is how many words a mask has, less than none. */
	if (nic_ethtool(fd, ifname, &ask) ||
	    ask.set.link_mode_masks_nwords >= 0)
		return;
	ask.set.link_mode_masks_nwords = -ask.set.link_mode_masks_nwords;
	if (nic_ethtool(fd, ifname, &ask))
		return;
	nic_add_modes(rec, ask.masks, ask.set.link_mode_masks_nwords);
	json_object_set_new(rec, "auto_negotiation",
			    json_boolean(ask.set.autoneg));
	json_object_set_new(rec, "cable_type",
			    nic_text(word_name(words_connector,
					       ask.set.port)));
	json_object_set_new(rec, "phyaddress",
			    json_integer(ask.set.phy_address));
	json_object_set_new(rec, "transceiver",
			    json_string(ask.set.transceiver ? "external" :
					"internal"));
}

static void nic_add_pause(json_t *rec, int fd, const char *ifname)
{
	struct ethtool_pauseparam pause = { .cmd = ETHTOOL_GPAUSEPARAM };

	if (nic_ethtool(fd, ifname, &pause))
		return;
	json_object_set_new(rec, "pause_autonegotiate",
			    json_boolean(pause.autoneg));
	json_object_set_new(rec, "pause_rx", json_boolean(pause.rx_pause));
	json_object_set_new(rec, "pause_tx", json_boolean(pause.tx_pause));
}

static json_t *nic_wakeon(uint32_t bits)
{
	const struct word *w = words_wakeon;
	json_t *list = json_array();

	for (; w->name; w++)
		if (bits & w->value)
			json_array_append_new(list, json_string(w->name));
	return list;
}

static void nic_add_wakeon(json_t *rec, int fd, const char *ifname)
{
	struct ethtool_wolinfo wol = { .cmd = ETHTOOL_GWOL };

	if (nic_ethtool(fd, ifname, &wol))
		return;
	json_object_set_new(rec, "supports_wakeon",
			    json_boolean(wol.supported));
	json_object_set_new(rec, "wakeon", nic_wakeon(wol.wolopts));
}

static void nic_add_values(json_t *rec, int fd, const char *ifname)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GMSGLVL };

	if (!nic_ethtool(fd, ifname, &value))
		json_object_set_new(rec, "current_message_level",
				    json_integer(value.data));
	value.cmd = ETHTOOL_GLINK;
	if (!nic_ethtool(fd, ifname, &value))
		json_object_set_new(rec, "link_detected",
				    json_boolean(value.data));
}

/**
 * cmd_nic_get() - print what a NIC is and can do
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_nic_get(struct cmd *c)
{
	unsigned int flags;
	const char *ifname;
	struct nic nic;
	json_t *rec;
	int err;
	int fd;

	err = nic_open(c, &nic);
	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ifname = rtnl_link_get_name(nic.link);
	flags = rtnl_link_get_flags(nic.link);
	rec = json_pack("{s:o, s:s}", "name", print_string(ifname),
			"link_status", flags & IFF_RUNNING ? "Up" : "Down");
	nic_add_driver(rec, fd, ifname);
	nic_add_settings(rec, fd, ifname);
	nic_add_pause(rec, fd, ifname);
	nic_add_wakeon(rec, fd, ifname);
	nic_add_values(rec, fd, ifname);
	close(fd);
	nic_close(&nic);
	return cmd_emit(c, json_pack("[o]", rec));
}

/**
 * struct nic_counter - a counter of a NIC
 * @name: member of the record
 * @stat: which it is
 */
struct nic_counter {
	const char *name;
	rtnl_link_stat_id_t stat;
};

static const struct nic_counter nic_counters[] = {
	{ "packets_received", RTNL_LINK_RX_PACKETS },
	{ "packets_sent", RTNL_LINK_TX_PACKETS },
	{ "bytes_received", RTNL_LINK_RX_BYTES },
	{ "bytes_sent", RTNL_LINK_TX_BYTES },
	{ "receive_packets_dropped", RTNL_LINK_RX_DROPPED },
	{ "transmit_packets_dropped", RTNL_LINK_TX_DROPPED },
	{ "multicast_packets_received", RTNL_LINK_MULTICAST },
	{ "total_receive_errors", RTNL_LINK_RX_ERRORS },
	{ "receive_length_errors", RTNL_LINK_RX_LEN_ERR },
	{ "receive_over_errors", RTNL_LINK_RX_OVER_ERR },
	{ "receive_crc_errors", RTNL_LINK_RX_CRC_ERR },
	{ "receive_frame_errors", RTNL_LINK_RX_FRAME_ERR },
	{ "receive_fifo_errors", RTNL_LINK_RX_FIFO_ERR },
	{ "receive_missed_errors", RTNL_LINK_RX_MISSED_ERR },
	{ "total_transmit_errors", RTNL_LINK_TX_ERRORS },
	{ "transmit_aborted_errors", RTNL_LINK_TX_ABORT_ERR },
	{ "transmit_carrier_errors", RTNL_LINK_TX_CARRIER_ERR },
	{ "transmit_fifo_errors", RTNL_LINK_TX_FIFO_ERR },
	{ "transmit_heartbeat_errors", RTNL_LINK_TX_HBEAT_ERR },
	{ "transmit_window_errors", RTNL_LINK_TX_WIN_ERR },
	{ }
};

/**
 * cmd_nic_stats() - print the counters of a NIC
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_nic_stats(struct cmd *c)
{
	const struct nic_counter *counter = nic_counters;
	uint64_t count;
	struct nic nic;
	json_t *rec;
	int err;

	err = nic_open(c, &nic);
	if (err)
		return err;
	rec = json_pack("{s:o}", "name",
			print_string(rtnl_link_get_name(nic.link)));
	for (; counter->name; counter++) {
		count = rtnl_link_get_stat(nic.link, counter->stat);
		json_object_set_new(rec, counter->name, json_integer(count));
	}
	nic_close(&nic);
	return cmd_emit(c, json_pack("[o]", rec));
}

static int nic_change(struct nic *nic, bool up, struct nlerr *e)
{
	struct rtnl_link *change = rtnl_link_alloc();
	struct nl_msg *msg = NULL;
	int err = -ENOMEM;

	memset(e, 0, sizeof(*e));
	if (!change)
		goto out;
	if (up)
		rtnl_link_set_flags(change, IFF_UP);
	else
		rtnl_link_unset_flags(change, IFF_UP);
	err = nlsock_errno(rtnl_link_build_change_request(nic->link, change, 0,
							  &msg));
	if (!err)
		err = nlsock_talk(&nic->rt.nl, msg, NULL, e);
	nlmsg_free(msg);
	rtnl_link_put(change);
out:
	e->err = err;
	return err;
}

static int nic_set(struct cmd *c, bool up)
{
	struct nlerr e;
	struct nic nic;
	int err;

	err = nic_open(c, &nic);
	if (err)
		return err;
	if (nic_change(&nic, up, &e))
		err = cmd_fail(c, "'%s': %s", cmd_object(c),
			       e.err == -EPERM ?
			       "not permitted; changes need CAP_NET_ADMIN" :
			       e.text[0] ? e.text : strerror(-e.err));
	nic_close(&nic);
	return err;
}

/**
 * cmd_nic_up() - set a NIC up
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_nic_up(struct cmd *c)
{
	return nic_set(c, true);
}

/**
 * cmd_nic_down() - set a NIC down
 * @c: the invocation
 *
 * Return: an exit status.
 */
int cmd_nic_down(struct cmd *c)
{
	return nic_set(c, false);
}
