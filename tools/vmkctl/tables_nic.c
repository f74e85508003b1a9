// SPDX-License-Identifier: GPL-2.0
/* Options and columns of the commands on NICs and on virtual machines. */
#include "tables.h"

const struct opt_def nic_opts[] = {
	O('n', "nic-name", "NIC", OPT_STRING, REQ | OBJ, 0,
	  "name of the NIC, an alternative one too"),
	{ }
};

const struct opt_def vm_port_opts[] = {
	O('w', "world-id", "NUMBER", OPT_U32, OBJ, 0,
	  "only those of this virtual machine"),
	{ }
};

static const struct column nic_columns[] = {
	C("Name", "name"),
	C("PCI Device", "pci_device"),
	C("Driver", "driver"),
	C("Admin Status", "admin_status"),
	C("Link Status", "link_status"),
	CR("Speed", "speed"),
	C("Duplex", "duplex"),
	C("MAC Address", "mac_address"),
	CR("MTU", "mtu"),
	C("Description", "description"),
	{ }
};

const struct layout nic_layout = {
	SHAPE_TABLE, nic_columns, NULL, NULL,
};

static const struct column nic_get_columns[] = {
	C("Advertised Auto Negotiation", "advertised_auto_negotiation"),
	C("Advertised Link Modes", "advertised_link_modes"),
	C("Auto Negotiation", "auto_negotiation"),
	C("Cable Type", "cable_type"),
	C("Current Message Level", "current_message_level"),
	C("Bus Info", "bus_info"),
	C("Driver", "driver"),
	C("Firmware Version", "firmware_version"),
	C("Version", "version"),
	C("Link Detected", "link_detected"),
	C("Link Status", "link_status"),
	C("Name", "name"),
	C("PHYAddress", "phyaddress"),
	C("Pause Autonegotiate", "pause_autonegotiate"),
	C("Pause RX", "pause_rx"),
	C("Pause TX", "pause_tx"),
	C("Supported Ports", "supported_ports"),
	C("Supports Auto Negotiation", "supports_auto_negotiation"),
	C("Supports Pause", "supports_pause"),
	C("Supports Wakeon", "supports_wakeon"),
	C("Transceiver", "transceiver"),
	C("Wakeon", "wakeon"),
	{ }
};

const struct layout nic_get_layout = {
	SHAPE_SIMPLE, nic_get_columns, "name", NULL,
};

static const struct column nic_stats_columns[] = {
	CJ("name"),
	C("Packets received", "packets_received"),
	C("Packets sent", "packets_sent"),
	C("Bytes received", "bytes_received"),
	C("Bytes sent", "bytes_sent"),
	C("Receive packets dropped", "receive_packets_dropped"),
	C("Transmit packets dropped", "transmit_packets_dropped"),
	C("Multicast packets received", "multicast_packets_received"),
	C("Total receive errors", "total_receive_errors"),
	C("Receive length errors", "receive_length_errors"),
	C("Receive over errors", "receive_over_errors"),
	C("Receive CRC errors", "receive_crc_errors"),
	C("Receive frame errors", "receive_frame_errors"),
	C("Receive FIFO errors", "receive_fifo_errors"),
	C("Receive missed errors", "receive_missed_errors"),
	C("Total transmit errors", "total_transmit_errors"),
	C("Transmit aborted errors", "transmit_aborted_errors"),
	C("Transmit carrier errors", "transmit_carrier_errors"),
	C("Transmit FIFO errors", "transmit_fifo_errors"),
	C("Transmit heartbeat errors", "transmit_heartbeat_errors"),
	C("Transmit window errors", "transmit_window_errors"),
	{ }
};

const struct layout nic_stats_layout = {
	SHAPE_SIMPLE, nic_stats_columns, "name", "NIC statistics for ",
};

static const struct column vm_columns[] = {
	CR("World ID", "world_id"),
	C("Name", "name"),
	CR("Num Ports", "num_ports"),
	C("Networks", "networks"),
	{ }
};

const struct layout vm_layout = {
	SHAPE_TABLE, vm_columns, NULL, NULL,
};

static const struct column vm_port_columns[] = {
	C("Port ID", "port_id"),
	C("vSwitch", "virtual_switch"),
	C("Portgroup", "portgroup"),
	C("DVPort ID", "dvport_id"),
	C("MAC Address", "mac_address"),
	C("IP Address", "ip_address"),
	C("Team Uplink", "team_uplink"),
	C("Uplink Port ID", "uplink_port_id"),
	C("Active Filters", "active_filters"),
	CJ("client"),
	CJ("world_id"),
	{ }
};

const struct layout vm_port_layout = {
	SHAPE_SIMPLE, vm_port_columns, "port_id", NULL,
};
