#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The command line: what each command does and prints, in its short form and in
# esxcli's, and that a refusal is one clear line, has its exit status and
# changes nothing.
#
#   namespace "host"                                  "far"
#   vmk0, vmk2   vmk1 (in namespace "stack")
#     |            |
#   +-+------------+--+
#   |    vSwitch0     +-- up1 ==================== w1
#   +-+---------------+
#     tap0 ======================================= vm0
#   not taken: up2, br0 with brport
#   for the policies and the monitor: vmnic0 to vmnic2 = p0 to p2, of "team"

ALL_TESTS="
	help_needs_no_module
	module_missing
	kickstart_runs_unchanged
	vswitch_list_prints
	portgroup_list_prints
	interface_list_prints
	tags
	vmports
	port_list_and_stats
	port_blocks
	ipv4_static
	ipv4_gateway
	ipv4_of_a_stack
	ipv4_fails_whole
	ipv6
	ipv6_fails_whole
	nic_list_prints
	pings
	names
	completion
	most_of_everything
	lists_while_it_changes
	policy_failover
	policy_failover_of_a_portgroup
	policy_security
	policy_shaping
	policy_beacon
	policy_iphash
	failback_delay
	monitor_text
	monitor_json
	monitor_ends
	monitor_overrun
	refused_words
	refused_vswitch
	refused_uplink
	refused_portgroup
	refused_interface
	refused_tag
	refused_ipv4
	refused_ipv6
	refused_port
	refused_policy
	refused_privilege
	reads_without_privilege
	lost_stack
	all_is_removed
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

esxcli()
{
	"$names/esxcli" "$@"
}

# matches PATTERN TEXT: a line of the text does; without a process, as there are
# many of these
matches()
{
	local line

	while IFS= read -r line; do
		[[ $line =~ $1 ]] && return
	done <<<"$2"
	return 1
}

# change COMMAND ARG ...: it succeeds and says nothing
change()
{
	local out status=0

	out=$("$@" 2>&1) || status=$?
	[ "$status" = 0 ] || fail "$*: exit $status: $out" || return
	[ -z "$out" ] || fail "$*: said: $out"
}

# prints TEXT COMMAND ARG ...: it succeeds and prints exactly that
prints()
{
	local text=$1 out status=0
	shift

	out=$("$@" 2>&1) || status=$?
	[ "$status" = 0 ] || fail "$*: exit $status: $out" || return
	[ "$out" = "$text" ] || fail "$*:"$'\n'"$out"
}

# has PATTERN COMMAND ARG ...: it succeeds and a line of it matches
has()
{
	local pattern=$1 out status=0
	shift

	out=$("$@" 2>&1) || status=$?
	[ "$status" = 0 ] || fail "$*: exit $status: $out" || return
	matches "$pattern" "$out" || fail "$*: no '$pattern' in: $out"
}

# All that can be configured, as told by the tool and by ip.
state()
{
	vmkctl -j vswitch list
	vmkctl -j portgroup list
	vmkctl -j interface list
	vmkctl -j port list
	ip -o addr
	ip route show table all
	ip -6 route
	ip -n "$stack" -o addr
}

# remember, and later unchanged: nothing is otherwise than it was then
remember()
{
	before=$(state)
}

unchanged()
{
	local now

	now=$(state)
	[ "$now" = "$before" ] ||
		fail "changed:"$'\n'"$(diff <(echo "$before") - <<<"$now")"
}

# refused STATUS PATTERN COMMAND ARG ...: the command, of vmkctl, is refused with
# that exit status and in one line, which matches
refused()
{
	local want=$1 pattern=$2 out err status=0
	shift 2

	out=$(vmkctl "$@" 2>"$err_file") || status=$?
	err=$(<"$err_file")
	[ "$status" = "$want" ] || fail "$*: exit $status, not $want: $err" ||
		return
	[ -z "$out" ] || fail "$*: on stdout: $out" || return
	[[ $err != *$'\n'* ]] || fail "$*: not one line: $err" || return
	[[ $err =~ ^vmkctl:\ .*$pattern ]] ||
		fail "$*: no '$pattern' in: $err"
}

help_needs_no_module()
{
	unload_module || return
	has '^  vswitch uplink add  ' vmkctl || return
	has '^  vswitch uplink add  ' vmkctl --help || return
	has '^  portgroup set  ' vmkctl portgroup --help || return
	has '^usage: vmkctl portgroup set -p NAME' \
		vmkctl portgroup set --help || return
	has 'vlan-trunk RANGES' vmkctl help portgroup set || return
	has '^  network vswitch standard add  ' esxcli || return
	has '^  network ip interface tag get  ' \
		esxcli network ip interface --help || return
	has '^vmkctl [0-9]' vmkctl --version || return
	has '^vswitch$' vmkctl help --complete || return
	[ ! -d /sys/module/vswitch ] || fail "help loaded the module"
}

module_missing()
{
	local conf=/run/modprobe.d/vsw$$.conf line status=0

	mkdir -p /run/modprobe.d
	echo "install vswitch /bin/false" >"$conf"
	line=$(vmkctl vswitch list 2>&1) || status=$?
	rm "$conf"
	[ "$status" = 1 ] || fail "exit $status" || return
	[ "$line" = "vmkctl: vswitch list: the vswitch module is not loaded \
(modprobe vswitch)" ] || fail "$line" || return
	# Where nothing forbids it, the kernel loads it by itself.
	prints "" vmkctl vswitch list || return
	[ -d /sys/module/vswitch ] || modprobe vswitch
}

# Every way in which scripts write options, line by line as they stand there.
kickstart_runs_unchanged()
{
	local line

	while read -r line; do
		[ -n "$line" ] || continue
		eval "change $line" || return
	done <<-'END'
	esxcli network vswitch standard add -v vSwitch0 -P 128
	esxcli network vswitch standard add --vswitch-name=vSwitch1 --ports=256
	esxcli network vswitch standard set -m=9000 -v=vSwitch0
	esxcli network vswitch standard set --cdp-status both --vswitch-name vSwitch0
	esxcli network vswitch standard uplink add --uplink-name=up1 --vswitch-name=vSwitch0
	esxcli network vswitch standard portgroup add --portgroup-name="Management Network" -v vSwitch0
	esxcli network vswitch standard portgroup add -p "VM Network" -vvSwitch0
	esxcli network vswitch standard portgroup add -pkernel -v=vSwitch0
	esxcli network vswitch standard portgroup set -p "Management Network" -v 10
	esxcli network vswitch standard portgroup set --vlan-id=20 --portgroup-name=kernel
	vmkctl portgroup set -p "VM Network" --vlan-trunk 0,10-20,30
	esxcli network ip interface add --interface-name=vmk0 --portgroup-name="Management Network" -M 02:00:00:00:01:00
	esxcli network ip interface add -p kernel -i vmk2 -m 1500 -M=02-00-00-00-01-02
	esxcli network ip interface ipv4 set --interface-name=vmk0 --ipv4=10.7.0.1 --netmask=255.255.255.0 --type=static
	esxcli network ip interface ipv4 set -i vmk2 -I 10.7.2.1 -N 255.255.255.0 -t static -P false
	esxcli network ip interface set -e false -i vmk2
	esxcli network ip interface set -e=yes -ivmk2
	esxcli network ip interface tag add -i vmk0 -t Management
	esxcli network vswitch standard remove -v vSwitch1
	END
	change vmkctl interface add -p kernel -i vmk1 -N "$stack" \
		-M 02:00:00:00:01:01
}

vswitch_list_prints()
{
	change vmkctl vswitch add -v second || return
	defer vmkctl vswitch remove -v second
	prints "vSwitch0
   Name: vSwitch0
   Class: etherswitch
   Num Ports: 4088
   Used Ports: 4
   Configured Ports: 128
   MTU: 9000
   CDP Status: both
   Beacon Enabled: false
   Beacon Interval: 1
   Beacon Threshold: 3
   Beacon Required By:
   Uplinks: up1
   Portgroups: Management Network, VM Network, kernel
   Failback Delay: 100

second
   Name: second
   Class: etherswitch
   Num Ports: 4088
   Used Ports: 0
   Configured Ports: 128
   MTU: 1500
   CDP Status: listen
   Beacon Enabled: false
   Beacon Interval: 1
   Beacon Threshold: 3
   Beacon Required By:
   Uplinks:
   Portgroups:
   Failback Delay: 100" vmkctl vswitch list || return
	prints '[
  {
    "name": "second",
    "class": "etherswitch",
    "num_ports": 4088,
    "used_ports": 0,
    "configured_ports": 128,
    "mtu": 1500,
    "cdp_status": "listen",
    "beacon_enabled": false,
    "beacon_interval": 1,
    "beacon_threshold": 3,
    "beacon_required_by": [],
    "uplinks": [],
    "portgroups": [],
    "failback_delay": 100,
    "interface": "second"
  }
]' vmkctl vswitch list -v second -j || return
	has '"second"' esxcli --formatter=json network vswitch standard list
}

portgroup_list_prints()
{
	prints "\
Name                Virtual Switch  Active Clients     VLAN ID
------------------  --------------  --------------  ----------
Management Network  vSwitch0                     1          10
VM Network          vSwitch0                     0  0,10-20,30
kernel              vSwitch0                     2          20" \
		esxcli network vswitch standard portgroup list || return
	prints "\
Name    Virtual Switch  Active Clients  VLAN ID
------  --------------  --------------  -------
kernel  vSwitch0                     2       20" \
		vmkctl portgroup list -p kernel || return
	prints '[
  {
    "name": "VM Network",
    "virtual_switch": "vSwitch0",
    "active_clients": 0,
    "vlan_id": null,
    "vlan_trunk": "0,10-20,30",
    "client_kind": null
  }
]' vmkctl -j portgroup list -v vSwitch0 -p "VM Network" || return
	has '^kernel ' vmkctl portgroup list -v vSwitch0
}

interface_list_prints()
{
	local id

	id=$(vmkctl -j interface list -i vmk1 |
		sed -n 's/.*"port_id": \([0-9]*\).*/\1/p')
	prints "vmk1
   Name: vmk1
   MAC Address: 02:00:00:00:01:01
   Enabled: true
   Portset: vSwitch0
   Portgroup: kernel
   Netstack Instance: $stack
   VDS Name: N/A
   VDS UUID: N/A
   VDS Port: N/A
   VDS Connection: -1
   Opaque Network ID: N/A
   Opaque Network Type: N/A
   External ID: N/A
   MTU: 9000
   TSO MSS: 65535
   RXDispQueue Size: 1
   Port ID: $id" vmkctl interface list -N "$stack" || return
	has '^   Netstack Instance: defaultTcpipStack$' \
		esxcli network ip interface list -i vmk0 || return
	has '"mtu": 1500,' vmkctl -j interface list -i=vmk2 || return
	has '"enabled": true,' vmkctl -j interface list -i vmk2 || return
	# In the order of the numbers.
	prints "vmk0 vmk1 vmk2 " eval \
		'vmkctl interface list | grep "^vmk" | tr "\n" " "' || return
	# The lowest free name, and no output even then.
	change vmkctl interface add -p kernel || return
	has '^vmk3$' vmkctl interface list || return
	change vmkctl interface remove -i vmk3
}

tags()
{
	prints "   Tags: Management" vmkctl interface tag get -i vmk0 || return
	change vmkctl interface tag add -i vmk0 -t vmotion,PTP || return
	change esxcli network ip interface tag add -i vmk0 -t vsAn || return
	prints "   Tags: Management, VMotion, VSAN, PTP" \
		esxcli network ip interface tag get -i vmk0 || return
	change vmkctl interface tag remove -i vmk0 -t VMotion,VSAN || return
	prints "   Tags: Management, PTP" \
		vmkctl interface tag get --interface-name vmk0 || return
	prints "   Tags:" vmkctl interface tag get -i vmk2 || return
	prints '[
  {
    "name": "vmk0",
    "tags": [
      "Management",
      "PTP"
    ],
    "active_tags": [
      "Management",
      "PTP"
    ]
  }
]' vmkctl interface tag get -i vmk0 --formatter json || return
	change vmkctl interface tag remove -i vmk0 -t Management --force || return
	prints "   Tags: PTP" vmkctl interface tag get -i vmk0 || return
	change vmkctl interface tag add -i vmk0 -t Management || return
	change vmkctl interface tag remove -i vmk0 -t PTP
}

vmports()
{
	change vmkctl vmport add -n tap0 -p "VM Network" \
		-M 02:00:00:00:02:01 || return
	has '^tap0 .*VM Network  02:00:00:00:02:01  02:00:00:00:02:01  false ' \
		vmkctl vmport list || return
	change vmkctl vmport remove -n tap0 || return
	prints "[]" vmkctl -j vmport list || return
	# Not a frame comes whose source would be adopted.
	ip -n "$far" link set dev vm0 down || return
	defer ip -n "$far" link set dev vm0 up
	change vmkctl vmport add --nic-name=tap0 --portgroup-name="VM Network" ||
		return
	has '"initial_mac_address": null' vmkctl -j vmport list -n tap0 || return
	change vmkctl vmport set -n tap0 -M 02:00:00:00:02:02 || return
	has '"mac_address": "02:00:00:00:02:02"' \
		vmkctl -j vmport list -v vSwitch0 || return
	change vmkctl vmport set -n tap0 -b on || return
	has '"blocked": true' vmkctl -j vmport list || return
	change vmkctl vmport set -n tap0 --blocked=no
}

port_list_and_stats()
{
	local id line

	has '^ *[0-9]+  uplink  vSwitch0  N/A +up1 ' vmkctl port list || return
	has '  vmk +vSwitch0  kernel +vmk1 +02:00:00:00:01:01  false +up1$' \
		esxcli network port list -v vSwitch0 || return
	id=$(vmkctl -j port list | sed -n 's/.*"port_id": \([0-9]*\).*/\1/p' |
		head -n 1)
	has "^ *$id  " vmkctl port list -p "$id" || return
	has "^Packet statistics for port $id\$" \
		esxcli network port stats get -p "$id" || return
	for line in "Packets received" "Bytes sent" \
		"Broadcast packets received" "Unicast packets sent" \
		"Receive packets dropped" "Transmit packets dropped" \
		"Dropped: forged_transmit" "Dropped: malformed"; do
		has "^   $line: [0-9]+\$" vmkctl port stats get -p "$id" ||
			return
	done
	has '"dropped_no_uplink": [0-9]+,' vmkctl -j port stats get
}

port_blocks()
{
	local id

	id=$(vmkctl -j vmport list | sed -n 's/.*"port_id": \([0-9]*\).*/\1/p')
	change vmkctl port set -p "$id" -b true || return
	has '"blocked": true' vmkctl -j port list -p "$id" || return
	in_ns "$far" ping -c 1 -W 1 -I vm0 10.7.9.9 >/dev/null 2>&1
	has '^   Dropped: blocked: [1-9]' vmkctl port stats get -p "$id" ||
		return
	change vmkctl port set -p "$id" -b false
}

ipv4_static()
{
	local promote=/proc/sys/net/ipv4/conf/vmk0/promote_secondaries

	prints "\
Name  IPv4 Address  IPv4 Netmask   IPv4 Broadcast  Address Type  Gateway  DHCP DNS
----  ------------  -------------  --------------  ------------  -------  --------
vmk0  10.7.0.1      255.255.255.0  10.7.0.255      STATIC        0.0.0.0  false
vmk1  0.0.0.0       0.0.0.0        0.0.0.0         NONE          0.0.0.0  false
vmk2  10.7.2.1      255.255.255.0  10.7.2.255      STATIC        0.0.0.0  false" \
		vmkctl interface ipv4 get || return
	# In the same network: the old one goes without the new one.
	for promoted in 0 1; do
		sh -c "echo $promoted >$promote" || return
		change vmkctl interface ipv4 set -i vmk0 -t static \
			-I 10.7.0.7 -N 255.255.255.0 || return
		prints "inet 10.7.0.7/24 brd 10.7.0.255 " addresses 4 "" vmk0 ||
			return
		change vmkctl interface ipv4 set -i vmk0 -t static \
			-I 10.7.0.1 -N 255.255.255.0 || return
		prints "$promoted" cat "$promote" || return
	done
	# The same address, another network; then what it has already.
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.1 \
		-N 255.255.0.0 || return
	prints "inet 10.7.0.1/16 brd 10.7.255.255 " addresses 4 "" vmk0 ||
		return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.1 \
		-N 255.255.255.0 || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.1 \
		-N 255.255.255.0 || return
	prints "inet 10.7.0.1/24 brd 10.7.0.255 " addresses 4 "" vmk0 ||
		return
	# Several, not made by the tool.
	ip addr add 10.7.5.1/24 dev vmk0
	ip addr add 10.7.0.5/24 dev vmk0
	has '^vmk0  10.7.5.1 ' vmkctl interface ipv4 address list || return
	has '^vmk0  10.7.0.5 ' vmkctl interface ipv4 address list -i vmk0 ||
		return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.5 \
		-N 255.255.255.0 || return
	prints "inet 10.7.0.5/24 " addresses 4 "" vmk0 ||
		return
	change vmkctl interface ipv4 set -i vmk0 -t none || return
	prints "" addresses 4 "" vmk0 || return
	has '^vmk0 .* NONE ' vmkctl interface ipv4 get -i vmk0 || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.1 \
		-N 255.255.255.254 || return
	prints "inet 10.7.0.1/31 " addresses 4 "" vmk0 || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.1 \
		-N 255.255.255.0
}

# addresses FAMILY NAMESPACE DEVICE: those of global scope; "" is "host"
addresses()
{
	ip ${2:+-n "$2"} -o "-$1" addr show dev "$3" scope global |
		sed -E 's/.*(inet6? [^ ]+ (brd [^ ]+ )?).*/\1/' | tr -d '\n'
}

ipv4_gateway()
{
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.1 \
		-N 255.255.255.0 -g 10.7.0.254 || return
	prints "default via 10.7.0.254 dev vmk0 proto static " \
		ip route show default || return
	has '^vmk0 .* 10.7.0.254 ' vmkctl interface ipv4 get || return
	# That of another adapter comes after, for what is bound to it.
	change vmkctl interface ipv4 set -i vmk2 -t static -I 10.7.2.1 \
		-N 255.255.255.0 -g 10.7.2.254 || return
	has '^1.1.1.1 via 10.7.0.254 dev vmk0 ' \
		ip route get 1.1.1.1 || return
	has '^1.1.1.1 via 10.7.2.254 dev vmk2 ' \
		ip route get 1.1.1.1 oif vmk2 || return
	# It stays while it can be reached, and is replaced or goes.
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.2 \
		-N 255.255.255.0 || return
	has '^vmk0 .* 10.7.0.254 ' vmkctl interface ipv4 get || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.2 \
		-N 255.255.255.0 -g 10.7.0.253 || return
	has '^vmk0 .* 10.7.0.253 ' vmkctl interface ipv4 get || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.2 \
		-N 255.255.255.0 -g 0.0.0.0 || return
	has '^vmk0  10.7.0.2 .* 0.0.0.0 ' vmkctl interface ipv4 get || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.2 \
		-N 255.255.255.0 -g 10.7.0.253 || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.8.1 \
		-N 255.255.255.0 || return
	has '^vmk0  10.7.8.1 .* 0.0.0.0 ' vmkctl interface ipv4 get || return
	change vmkctl interface ipv4 set -i vmk2 -t none || return
	prints "" ip route show default || return
	change vmkctl interface ipv4 set -i vmk2 -t static -I 10.7.2.1 \
		-N 255.255.255.0 || return
	change vmkctl interface ipv4 set -i vmk0 -t static -I 10.7.0.1 \
		-N 255.255.255.0
}

ipv4_of_a_stack()
{
	change vmkctl interface ipv4 set -i vmk1 -t static -I 10.7.2.2 \
		-N 255.255.255.0 -g 10.7.2.254 || return
	prints "inet 10.7.2.2/24 brd 10.7.2.255 " addresses 4 "$stack" vmk1 ||
		return
	has '^default via 10.7.2.254 dev vmk1 ' \
		ip -n "$stack" route show default || return
	prints "" ip route show default || return
	has '^vmk1  10.7.2.2 .* STATIC +10.7.2.254 ' \
		vmkctl interface ipv4 get -N "$stack" || return
	prints '[]' vmkctl -j interface ipv4 get -N nothing
}

# A route cannot be added while the adapter is down, so all of it is undone.
ipv4_fails_whole()
{
	local status=0

	change vmkctl interface set -i vmk2 -e false || return
	remember
	refused 1 "ipv4 set: 'vmk2': --gateway '10.7.3.254': " interface ipv4 set \
		-i vmk2 -t static -I 10.7.3.1 -N 255.255.255.0 -g 10.7.3.254 ||
		status=1
	unchanged || status=1
	change vmkctl interface set -i vmk2 -e true || return
	return "$status"
}

ipv6()
{
	has '^vmk0  true +false +true +false +::$' vmkctl interface ipv6 get ||
		return
	change vmkctl interface ipv6 address add -i vmk0 -I fd07::1/64 || return
	prints "inet6 fd07::1/64 " addresses 6 "" vmk0 || return
	has '^vmk0 +fd07::1 +64  STATIC  PREFERRED$' \
		esxcli network ip interface ipv6 address list || return
	has '^vmk0 +fe80::[^ ]+ +64 ' \
		vmkctl interface ipv6 address list -i vmk0 || return
	change vmkctl interface ipv6 set -i vmk0 -r false -g fd07::fe || return
	has '^vmk0  true +false +false +false +fd07::fe$' \
		vmkctl interface ipv6 get -i vmk0 || return
	# Another adapter's does not displace it.
	change vmkctl interface ipv6 address add -i vmk2 -I fd08::1/64 || return
	change vmkctl interface ipv6 set -i vmk2 -g fd08::fe || return
	has '^vmk0 .* fd07::fe$' vmkctl interface ipv6 get || return
	has '^vmk2 .* fd08::fe$' vmkctl interface ipv6 get || return
	change vmkctl interface ipv6 set -i vmk0 -g fe80::1 -r true || return
	has '^vmk0  true +false +true +false +fe80::1$' \
		vmkctl interface ipv6 get || return
	change vmkctl interface ipv6 set -i vmk0 -g :: || return
	has '^vmk0  true +false +true +false +::$' vmkctl interface ipv6 get ||
		return
	change vmkctl interface ipv6 address remove -i vmk0 -I fd07::1/64 ||
		return
	prints "" addresses 6 "" vmk0 || return
	change vmkctl interface ipv6 set -i vmk2 -e false || return
	has '^vmk2  false ' vmkctl interface ipv6 get || return
	prints "" addresses 6 "" vmk2 || return
	change vmkctl interface ipv6 set -i vmk2 --enable-ipv6=true || return
	# In a stack of its own.
	change vmkctl interface ipv6 address add -i vmk1 -I fd07::9/64 || return
	prints "inet6 fd07::9/64 " addresses 6 "$stack" vmk1 || return
	change vmkctl interface ipv6 set -i vmk1 -e false || return
	prints 1 in_ns "$stack" cat /proc/sys/net/ipv6/conf/vmk1/disable_ipv6
}

ipv6_fails_whole()
{
	local conf=/proc/sys/net/ipv6/conf/vmk0

	remember
	refused 1 "ipv6 set: 'vmk0': --gateway 'fd77::1': " interface ipv6 set \
		-i vmk0 -r false -g fd77::1 || return
	unchanged || return
	prints 2 cat "$conf/accept_ra" || return
	prints 0 cat "$conf/disable_ipv6"
}

nic_list_prints()
{
	has '^Name +PCI Device  Driver  Admin Status  Link Status +Speed' \
		vmkctl nic list || return
	has '^up1 +N/A +N/A +Up +Up ' esxcli network nic list || return
	! vmkctl nic list | grep -qE '^(lo|vmk0|vSwitch0|up2|tap0) ' ||
		fail "lists what is none" || return
	has '"name": "up1"' vmkctl -j nic list
}

pings()
{
	# Both are in VLAN 20, one of them in a stack of its own.
	has '1 received' vmkctl ping -H 10.7.2.2 -c 1 -W 5 -I vmk2 || return
	has '^108 bytes from 10.7.2.1' \
		vmkctl ping 10.7.2.1 -c 1 -s 100 -d -4 -i 0.5 -I vmk1 || return
	has '1 received' esxcli network diag ping --host=10.7.2.1 --count=1 \
		--netstack="$stack" || return
	has '1 received' "$names/vmkping" -I vmk2 -c 1 -d \
		-s 1472 10.7.2.2 || return
	has '1 received' "$names/vmkping" \
		"++netstack=$stack" -c 1 10.7.2.1 || return
	# Of ping comes the exit status too.
	vmkctl ping -H 10.7.2.99 -c 1 -W 1 -I vmk2 >/dev/null 2>&1
	[ $? = 1 ] || fail "an unanswered ping: exit $?"
}

# What esxcli's users call things.
names()
{
	local name

	for name in "a b/c.d" "ö, 網路" "--mtu" "a'b\"c\\" "=" \
		"12345678901234567890123456789012"; do
		change vmkctl vswitch add -v="$name" || return
		prints "$name" eval \
			'vmkctl vswitch list -v="$name" | head -n 1' || return
		change vmkctl portgroup add -p="$name" -v="$name" || return
		has '^   Used Ports: 0$' vmkctl vswitch list -v="$name" ||
			return
		has '"active_clients": 0' vmkctl -j portgroup list -p="$name" ||
			return
		change vmkctl portgroup remove -p="$name" -v="$name" || return
		change vmkctl vswitch remove -v="$name" || return
	done
	# A name that is no interface's is the alternative name of one.
	change vmkctl vswitch add -v "a b/c" || return
	has 'altname a b/c' ip link show dev "a b/c" || return
	change vmkctl vswitch set -v "a b/c" -m 2000 || return
	change vmkctl vswitch remove -v "a b/c" || return
	# Where another interface has it, the switch is made all the same.
	has "^vmkctl: vswitch add: 'up2': made as vswitch0; another interface" \
		vmkctl vswitch add -v up2 || return
	has '^   Name: up2$' vmkctl vswitch list -v up2 || return
	change vmkctl vswitch remove -v up2
}

# completed WORD ...: what bash makes of the last word, in one line each
completed()
{
	COMP_WORDS=(vmkctl "$@") COMP_CWORD=$#
	_vmkctl
	printf '%s\n' "${COMPREPLY[@]}"
}

# A name is anything, and nothing of it is run.
completion()
{
	local name='$(touch '"$names"'/run)' status=0

	# shellcheck source=/dev/null
	. <(vmkctl help --completion)
	change vmkctl portgroup add -v vSwitch0 -p 'A  B' || return
	change vmkctl portgroup add -v vSwitch0 -p "$name" || return
	prints $'portgroup\nport' completed po || status=1
	prints 'vSwitch0' completed vswitch set -v vSw || status=1
	prints 'vSwitch0' completed vswitch set --vswitch-name = vSw || status=1
	prints 'A\ \ B' completed portgroup set -p A || status=1
	prints 'A\ \ B' completed portgroup set -p 'A\ ' || status=1
	prints "$(printf %q "$name")" completed portgroup set -p '$' || status=1
	prints 'vmk0' completed interface set -i vmk0 || status=1
	prints 'up2' completed vswitch uplink add -u up2 || status=1
	prints "$stack" completed interface add -N "$stack" || status=1
	prints 'iphash' completed vswitch policy failover set -l i || status=1
	prints 'true' completed interface set -e t || status=1
	prints '--vlan-trunk' completed portgroup set --vlan-t || status=1
	[ ! -e "$names/run" ] || fail "a name was run" || status=1
	change vmkctl portgroup remove -v vSwitch0 -p 'A  B' || return
	change vmkctl portgroup remove -v vSwitch0 -p "$name" || return
	return "$status"
}

most_of_everything()
{
	local trunk i

	trunk=$(seq -s, 0 2 4094)
	change vmkctl vswitch add -v big || return
	defer vmkctl vswitch remove -v big
	for ((i = 1; i <= 20; i++)); do
		vmkctl portgroup add -v big \
			-p "$(printf 'group %02d %070d' "$i" 0)" || return
	done
	change vmkctl portgroup set -p "$(printf 'group %02d %070d' 1 0)" \
		--vlan-trunk "$trunk" || return
	has "\"vlan_trunk\": \"$trunk\"" vmkctl -j portgroup list \
		-p "$(printf 'group %02d %070d' 1 0)" || return
	prints 20 eval 'vmkctl portgroup list -v big | grep -c "^group"'
}

lists_while_it_changes()
{
	local pid i status=0

	change vmkctl vswitch add -v busy || return
	defer vmkctl vswitch remove -v busy
	for ((i = 0; i < 20; i++)); do
		vmkctl portgroup add -p "steady $i" -v busy || return
	done
	while :; do
		vmkctl portgroup add -p changing -v busy
		vmkctl portgroup remove -p changing -v busy
	done 2>/dev/null &
	pid=$!
	for ((i = 0; i < 6 && status == 0; i++)); do
		prints 20 eval \
			'vmkctl portgroup list -v busy | grep -c "^steady"' ||
			status=1
	done
	kill "$pid"
	wait "$pid" 2>/dev/null
	vmkctl portgroup remove -p changing -v busy 2>/dev/null
	return "$status"
}

# A switch with three uplinks and a port group, for the scope.
make_team()
{
	local nic

	change vmkctl vswitch add -v team || return
	defer vmkctl vswitch remove -v team
	for nic in vmnic0 vmnic1 vmnic2; do
		change vmkctl vswitch uplink add -u "$nic" -v team || return
	done
	change vmkctl portgroup add -p web -v team
}

# failover LOAD ACTIVE STANDBY UNUSED [OVERRIDDEN]: what "get" prints of a team,
# or of a port group that overrides these, as the letters of "set"
failover()
{
	local line

	printf '   %s:%s\n' "Load Balancing" " $1" \
		"Network Failure Detection" " link" "Notify Switches" " true" \
		Failback " true" "Active Adapters" "${2:+ $2}" \
		"Standby Adapters" "${3:+ $3}" "Unused Adapters" "${4:+ $4}"
	[ $# -gt 4 ] || return 0
	overrides "$5" "l:Load Balancing" "f:Network Failure Detection" \
		"n:Notify Switches" b:Failback a:Uplinks
}

# overrides LETTERS LETTER:LABEL ...
overrides()
{
	local letters=$1 label
	shift

	for label; do
		case $letters in
		*"${label%%:*}"*) echo "   Override Vswitch ${label#*:}: true" ;;
		*) echo "   Override Vswitch ${label#*:}: false" ;;
		esac
	done
}

policy_failover()
{
	local get="vmkctl vswitch policy failover get -v team" how

	make_team || return
	# shellcheck disable=SC2086  # words
	{
	prints "$(failover srcport "vmnic0, vmnic1, vmnic2")" $get || return
	change esxcli network vswitch standard policy failover set -a vmnic0 \
		-s vmnic1 -v team || return
	prints "$(failover srcport vmnic0 vmnic1 vmnic2)" \
		esxcli network vswitch standard policy failover get -v team ||
		return
	# The other list loses what is named.
	change vmkctl vswitch policy failover set -v team -a vmnic1,vmnic2 ||
		return
	prints "$(failover srcport "vmnic1, vmnic2" "" vmnic0)" $get || return
	change vmkctl vswitch policy failover set -v team \
		--standby-uplinks=vmnic0 || return
	prints "$(failover srcport "vmnic1, vmnic2" vmnic0)" $get || return
	# An empty list is one.
	change vmkctl vswitch policy failover set -v team -a "" || return
	prints "$(failover srcport "" vmnic0 "vmnic1, vmnic2")" $get || return
	change esxcli network vswitch standard policy failover set -v=team \
		--active-uplinks=vmnic2,vmnic0 --standby-uplinks= || return
	prints "$(failover srcport "vmnic2, vmnic0" "" vmnic1)" $get || return
	for how in portid:srcport mac:srcmac iphash:iphash explicit:explicit; do
		change vmkctl vswitch policy failover set -v team \
			-l "${how%:*}" || return
		has "^   Load Balancing: ${how#*:}\$" $get || return
	done
	change vmkctl vswitch policy failover set -v team -f beacon -n off \
		-b 0 || return
	has '^   Network Failure Detection: beacon$' $get || return
	has '^   Notify Switches: false$' $get || return
	has '^   Failback: false$' $get || return
	prints '[
  {
    "name": "team",
    "load_balancing": "explicit",
    "network_failure_detection": "beacon",
    "notify_switches": false,
    "failback": false,
    "active_adapters": [
      "vmnic2",
      "vmnic0"
    ],
    "standby_adapters": [],
    "unused_adapters": [
      "vmnic1"
    ]
  }
]' $get -j || return
	# An alternative name will do; one that goes leaves the lists.
	ip link property add dev vmnic1 altname first
	change vmkctl vswitch policy failover set -v team -s first || return
	has '^   Standby Adapters: vmnic1$' $get || return
	change vmkctl vswitch uplink remove -u vmnic1 -v team || return
	has '^   Standby Adapters:$' $get
	}
}

policy_failover_of_a_portgroup()
{
	local get="vmkctl portgroup policy failover get -p web" all
	local set="vmkctl portgroup policy failover set -p web"

	make_team || return
	all="vmnic0, vmnic1, vmnic2"
	# shellcheck disable=SC2086  # words
	{
	prints "$(failover srcport "$all" "" "" "")" $get || return
	change esxcli network vswitch standard portgroup policy failover set \
		--active-uplinks=vmnic1 -s=vmnic0 --portgroup-name web || return
	prints "$(failover srcport vmnic1 vmnic0 vmnic2 a)" \
		esxcli network vswitch standard portgroup policy failover get \
		-p web || return
	prints "$(failover srcport "$all")" \
		vmkctl vswitch policy failover get -v team || return
	change $set -l explicit || return
	prints "$(failover explicit vmnic1 vmnic0 vmnic2 al)" $get || return
	has '"uplinks_in_use": \[$' $get -j || return
	has '"override_vswitch_uplinks": true,' $get -j || return
	# What is not overridden follows the switch, what is does not.
	change vmkctl vswitch policy failover set -v team -l mac -b no ||
		return
	has '^   Load Balancing: explicit$' $get || return
	has '^   Failback: false$' $get || return
	change vmkctl vswitch policy failover set -v team -l portid -b yes ||
		return
	change $set -f link -n true -b true || return
	prints "$(failover explicit vmnic1 vmnic0 vmnic2 alfnb)" $get || return
	# Back to the switch's, all or all but what is given.
	change $set --use-vswitch || return
	prints "$(failover srcport "$all" "" "" "")" $get || return
	change $set -l mac -n true || return
	change esxcli network vswitch standard portgroup policy failover set \
		-p web -u -a vmnic2 || return
	prints "$(failover srcport vmnic2 "" "vmnic0, vmnic1" a)" $get || return
	change $set -u || return
	# One list only: the other is the switch's, less what is named.
	change $set -s vmnic0 || return
	prints "$(failover srcport "vmnic1, vmnic2" vmnic0 "" a)" $get
	}
}

policy_security()
{
	local get="vmkctl vswitch policy security get -v team"
	local pget="vmkctl portgroup policy security get -p web"
	local three="   Allow Promiscuous: %s
   Allow MAC Address Change: %s
   Allow Forged Transmits: %s"
	local labels=("o:Allow Promiscuous" "m:Allow MAC Address Change"
		"f:Allow Forged Transmits")

	make_team || return
	# shellcheck disable=SC2059,SC2086  # formats, words
	{
	prints "$(printf "$three" false false false)" $get || return
	change esxcli network vswitch standard policy security set -p true \
		-m=yes -f 1 --vswitch-name=team || return
	prints "$(printf "$three" true true true)" \
		esxcli network vswitch standard policy security get -v team ||
		return
	change vmkctl vswitch policy security set -v team \
		--allow-mac-change=off || return
	prints "$(printf "$three" true false true)" $get || return
	prints "$(printf "$three\n" true false true; overrides "" "${labels[@]}")" \
		$pget || return
	change esxcli network vswitch standard portgroup policy security set \
		-p web -o false --allow-forged-transmits no || return
	prints "$(printf "$three\n" false false false; overrides of "${labels[@]}")" \
		esxcli network vswitch standard portgroup policy security get \
		--portgroup-name=web || return
	has '"override_vswitch_allow_promiscuous": true,' $pget -j || return
	has '"allow_promiscuous": false,' $pget -j || return
	change vmkctl portgroup policy security set -p web -u -m on || return
	prints "$(printf "$three\n" true true true; overrides m "${labels[@]}")" \
		$pget || return
	change vmkctl portgroup policy security set -p web --use-vswitch ||
		return
	prints "$(printf "$three\n" true false true; overrides "" "${labels[@]}")" \
		$pget
	}
}

policy_shaping()
{
	local get="vmkctl vswitch policy shaping get -v team"
	local pget="vmkctl portgroup policy shaping get -p web"
	local four="   Enabled: %s
   Average Bandwidth: %s
   Peak Bandwidth: %s
   Burst Size: %s"
	local labels=(e:Enabled "b:Average Bandwidth" "k:Peak Bandwidth"
		"t:Burst Size")

	make_team || return
	# shellcheck disable=SC2059,SC2086  # formats, words
	{
	prints "$(printf "$four" false 1000 1000 1024)" $get || return
	change esxcli network vswitch standard policy shaping set -e true \
		-b 102400 -k 204800 -t 2048 -v team || return
	prints "$(printf "$four" true 102400 204800 2048)" \
		esxcli network vswitch standard policy shaping get -v team ||
		return
	change vmkctl vswitch policy shaping set -v team \
		--avg-bandwidth=4000000 --peak-bandwidth=4000000 \
		--enabled=false || return
	prints "$(printf "$four\n" false 4000000 4000000 2048
		overrides "" "${labels[@]}")" $pget || return
	change esxcli network vswitch standard portgroup policy shaping set \
		-p web -e on --burst-size 64 || return
	prints "$(printf "$four\n" true 4000000 4000000 64
		overrides et "${labels[@]}")" \
		esxcli network vswitch standard portgroup policy shaping get \
		-p web || return
	prints '[
  {
    "name": "web",
    "enabled": true,
    "average_bandwidth": 4000000,
    "peak_bandwidth": 4000000,
    "burst_size": 64,
    "override_vswitch_enabled": true,
    "override_vswitch_average_bandwidth": false,
    "override_vswitch_peak_bandwidth": false,
    "override_vswitch_burst_size": true
  }
]' $pget -j || return
	change vmkctl portgroup policy shaping set -p web -u -k 5000000 ||
		return
	prints "$(printf "$four\n" false 4000000 5000000 2048
		overrides k "${labels[@]}")" $pget || return
	change vmkctl portgroup policy shaping set -p web -u || return
	prints "$(printf "$four\n" false 4000000 4000000 2048
		overrides "" "${labels[@]}")" $pget
	}
}

policy_beacon()
{
	make_team || return
	change vmkctl portgroup add -p db -v team || return
	change vmkctl portgroup policy failover set -p web -f beacon || return
	has '^   Beacon Enabled: true$' vmkctl vswitch list -v team || return
	has '^   Beacon Interval: 1$' vmkctl vswitch list -v team || return
	has '^   Beacon Threshold: 3$' vmkctl vswitch list -v team || return
	has '^   Beacon Required By: web$' vmkctl vswitch list -v team || return
	has '^   Beacon Enabled: false$' vmkctl vswitch list -v vSwitch0 ||
		return
	change vmkctl vswitch policy failover set -v team -f beacon || return
	has '^   Beacon Required By: web, db$' vmkctl vswitch list -v team ||
		return
	change vmkctl portgroup policy failover set -p web -f link || return
	has '^   Beacon Required By: db$' vmkctl vswitch list -v team || return
	change vmkctl portgroup remove -p db -v team || return
	has '^   Beacon Enabled: true$' vmkctl vswitch list -v team || return
	has '"beacon_required_by": \[\],' vmkctl -j vswitch list -v team
}

# Where an uplink is chosen for each frame, there are so many to choose from.
policy_iphash()
{
	make_team || return
	change vmkctl interface add -p web -i vmk9 || return
	defer vmkctl interface remove -i vmk9
	has ' vmk9 .* false +vmnic[012]$' vmkctl port list -v team || return
	change vmkctl portgroup policy failover set -p web -l iphash || return
	has ' vmk9 .* false +all\(3\)$' vmkctl port list -v team || return
	change vmkctl portgroup policy failover set -p web -a vmnic0,vmnic1 ||
		return
	has ' vmk9 .* false +all\(2\)$' vmkctl port list -v team || return
	change vmkctl portgroup policy failover set -p web -a "" || return
	has ' vmk9 .* false +N/A$' vmkctl port list -v team || return
	change vmkctl portgroup policy failover set -p web -l explicit \
		-a vmnic2 || return
	has ' vmk9 .* false +vmnic2$' vmkctl port list -v team
}

failback_delay()
{
	make_team || return
	change vmkctl vswitch set -v team --failback-delay 2500 || return
	has '^   Failback Delay: 2500$' vmkctl vswitch list -v team || return
	change vmkctl vswitch set -v team --failback-delay=0 || return
	has '"failback_delay": 0,' vmkctl -j vswitch list -v team || return
	refused 1 "'team': --failback-delay '600001': .*\(0 to 600000\)" \
		vswitch set -v team --failback-delay 600001 || return
	has '^   Failback Delay: 0$' vmkctl vswitch list -v team
}

# watch ARG ...: a monitor in the background, at work, for the scope
watch()
{
	: >"$names/said"
	vmkctl monitor "$@" >"$names/said" 2>&1 &
	watcher=$!
	defer eval "{ kill -KILL $watcher; wait $watcher; } 2>/dev/null; :"
	busywait watch_hears || return
	# What it has heard may be but the end of that.
	watch_hears
}

watch_hears()
{
	vmkctl vswitch add -v hello
	vmkctl vswitch remove -v hello
	[ -s "$names/said" ]
}

# watch_ends STATUS: it does, with that exit status
watch_ends()
{
	local status=0

	busywait eval "! kill -0 $watcher" || return
	wait "$watcher" || status=$?
	[ "$status" = "$1" ] || fail "exit $status"
}

# said PATTERN: a line of the monitor matches, now or soon
said()
{
	busywait grep -qE -- "$1" "$names/said" ||
		fail "no '$1' in: $(<"$names/said")"
}

monitor_text()
{
	make_team || return
	change vmkctl vswitch policy failover set -v team -l explicit || return
	watch || return
	said '^vswitch hello: added$' || return
	said '^vswitch hello: removed$' || return
	change vmkctl vswitch set -v team -m 1600 || return
	said '^vswitch team: mtu 1500 -> 1600$' || return
	change vmkctl portgroup add -p new -v team || return
	said '^portgroup new of team: added$' || return
	change vmkctl portgroup set -p new -v 7 || return
	said '^portgroup new of team: vlan_id 0 -> 7$' || return
	change vmkctl portgroup policy security set -p new -o yes || return
	said '^portgroup new of team: .*allow_promiscuous false -> true' ||
		return
	change vmkctl portgroup remove -p new -v team || return
	said '^portgroup new of team: removed$' || return
	change vmkctl interface add -p web -i vmk9 || return
	defer vmkctl interface remove -i vmk9
	said '^port [0-9]+ \(vmk9\) of team: added$' || return
	said '^interface vmk9 of team: added$' || return
	ip -n "$far" link set dev p0 down
	said '^uplink vmnic0 of team: down$' || return
	said '^port [0-9]+ \(vmk9\) of team: moved from vmnic0 to vmnic1$' ||
		return
	ip -n "$far" link set dev p0 up
	said '^uplink vmnic0 of team: settling$' || return
	said '^uplink vmnic0 of team: up$' || return
	said '^port [0-9]+ \(vmk9\) of team: moved from vmnic1 to vmnic0$' ||
		return
	change vmkctl vswitch uplink remove -u vmnic0 -v team || return
	said '^uplink vmnic0 of team: removed$' || return
	change vmkctl vswitch policy failover set -v team -l iphash || return
	said '^port [0-9]+ \(vmk9\) of team: left vmnic1$' || return
	change vmkctl vswitch policy failover set -v team -l portid || return
	said '^port [0-9]+ \(vmk9\) of team: uses vmnic[12]$' || return
	change vmkctl vswitch uplink add -u vmnic0 -v team || return
	said '^uplink vmnic0 of team: added, up$' || return
	! grep -vE '^(vswitch|portgroup|uplink|port|interface) [^:]+: [^:]+$' \
		"$names/said" || fail "other lines" || return
	kill -TERM "$watcher"
	watch_ends 0
}

monitor_json()
{
	local time='\{"time": "[0-9]{4}-[0-9-]+T[0-9:]+\.[0-9]{3}Z", '

	make_team || return
	watch -j || return
	said "^$time\"event\": \"add\", \"object\": \"vswitch\", .*\"name\": \"hello\", " ||
		return
	said "^$time\"event\": \"remove\", \"object\": \"vswitch\", .*\"hello\"" ||
		return
	change vmkctl vswitch set -v team -m 1600 || return
	said '"change", .* "mtu": 1600, .*"was": \{"mtu": 1500\}\}$' || return
	ip -n "$far" link set dev p0 down
	defer ip -n "$far" link set dev p0 up
	said '"change", "object": "uplink", .*"state": "down".*"was": .*"state": "up"' ||
		return
	kill -INT "$watcher"
	watch_ends 0 || return
	grep -q . "$names/said" || fail "said nothing" || return
	cmd_ok jq . "$names/said" || return
	# So many and no more; with the time, if asked for.
	watch --count=3 --timestamp || return
	watch_hears
	watch_ends 0 || return
	prints 3 grep -cE '^[0-9]{4}-[0-9-]+T[0-9:.]+Z vswitch hello: ' \
		"$names/said"
}

monitor_ends()
{
	local status

	# When nobody reads it: at once, without waiting for something to say.
	timeout 20 vmkctl monitor | true
	status=${PIPESTATUS[0]}
	[ "$status" = 0 ] || fail "unread: exit $status" || return
	timeout 20 vmkctl monitor >&-
	status=$?
	[ "$status" = 0 ] || fail "closed: exit $status" || return
	refused 2 "monitor: --count '0': not a positive number" monitor -c 0 ||
		return
	status=0
	line=$(timeout 20 vmkctl monitor 2>&1 >/dev/full &
		busywait eval 'vmkctl vswitch add -v hello
			vmkctl vswitch remove -v hello; ! kill -0 $!'
		wait $!) || status=$?
	[ "$status" = 1 ] || fail "full: exit $status" || return
	[ "$line" = "vmkctl: monitor: output: No space left on device" ] ||
		fail "$line"
}

# of_the_kernel OPTION ... SETTING[=VALUE]: sysctl, of what other namespaces may
# but read
of_the_kernel()
{
	nsenter --net=/proc/1/ns/net -- sysctl "$@"
}

# It says so, and knows all again: what the change was from, in particular.
monitor_overrun()
{
	local i max

	make_team || return
	change vmkctl interface add -p web -i vmk9 || return
	defer vmkctl interface remove -i vmk9
	# As much as it wants would hold all of it, where that is allowed.
	max=$(of_the_kernel -n net.core.rmem_max) || return
	of_the_kernel -qw net.core.rmem_max=212992 || return
	defer of_the_kernel -qw net.core.rmem_max="$max"
	watch || return
	kill -STOP "$watcher"
	for ((i = 0; i < 1500; i++)); do
		echo "link set dev vmk9 mtu $((1300 + i % 7))"
	done | ip -batch -
	ip link set dev vmk9 mtu 1280
	kill -CONT "$watcher"
	said '^overrun: .*lost$' || return
	prints 1 grep -c '^overrun' "$names/said" || return
	busywait watch_idle || return
	ip link set dev vmk9 mtu 1281
	said '^interface vmk9 of team: mtu 1280 -> 1281$'
}

# It sleeps, in poll.
watch_idle()
{
	grep -q poll "/proc/$watcher/wchan"
}

refused_words()
{
	remember
	refused 2 "unknown command 'vswich add'; .* 'vswitch add'" \
		vswich add -v x || return
	refused 2 "unknown command 'uplink add'; .* 'vswitch uplink add'" \
		uplink add -u up2 || return
	refused 2 "unknown option '--vswitch'; .* '--vswitch-name'" \
		vswitch add --vswitch=x || return
	refused 2 "unknown option '-z'; there are -v, -P," vswitch add -z ||
		return
	refused 2 "vswitch add: --vswitch-name is required" vswitch add ||
		return
	refused 2 "portgroup add: --vswitch-name is required" \
		portgroup add -p x || return
	refused 2 "-v needs a value" vswitch add -v || return
	refused 2 "-v needs a value, and '-P' is an option" vswitch add -v -P 1 || return
	refused 2 "-v is given twice" vswitch remove -v second -v vSwitch0 ||
		return
	refused 2 "unexpected word 'b'" vswitch add -v a b || return
	refused 2 "-m 'x': not a number" vswitch set -v vSwitch0 -m x || return
	refused 2 "-m '-1': not a number" vswitch set -v vSwitch0 -m -1 ||
		return
	refused 2 "-m '': not a number" vswitch set -v vSwitch0 -m "" || return
	refused 2 "-m '4294968796': not a number" \
		vswitch set -v vSwitch0 -m 4294968796 || return
	refused 2 "nothing to change; give one of --mtu, --cdp-status" \
		vswitch set -v vSwitch0 || return
	refused 2 "-c 'lisen': unknown; the nearest is 'listen'" \
		vswitch set -v vSwitch0 -c lisen || return
	refused 2 "--vlan-id and --vlan-trunk exclude each other" \
		portgroup set -p kernel -v 1 --vlan-trunk 2 || return
	refused 2 "--vlan-trunk '1-': not a list" \
		portgroup set -p kernel --vlan-trunk 1- || return
	refused 2 "-e 'maybe': not true or false" \
		interface set -i vmk0 -e maybe || return
	refused 2 "-M '02:00': not a MAC address" \
		interface add -p kernel -M 02:00 || return
	refused 2 "-t 'vmoton': unknown; the nearest is 'VMotion'" \
		interface tag add -i vmk0 -t vmoton || return
	refused 2 "--formatter 'cvs': unknown; the nearest is 'csv'" \
		--formatter=cvs vswitch list || return
	unchanged
}

refused_vswitch()
{
	remember
	refused 1 "vswitch add: 'vSwitch0': .*exists" vswitch add -v vSwitch0 ||
		return
	refused 1 "vswitch add: '': .*empty" vswitch add -v "" || return
	refused 1 "vswitch add: '.*': too long \(at most 32 bytes\)" \
		vswitch add -v 123456789012345678901234567890123 || return
	refused 1 "vswitch add: 'a\\?b': .*control" vswitch add -v $'a\nb' ||
		return
	refused 1 "vswitch add: '.*': .*UTF-8" vswitch add -v $'\xff' || return
	refused 1 "set: 'nope': no such vswitch" vswitch set -v nope -m 1500 ||
		return
	refused 1 "set: 'vSwitch0': --mtu '1279': .*\(1280 to 65535\)" \
		vswitch set -v vSwitch0 -m 1279 || return
	refused 1 "set: 'vSwitch0': --mtu '65536': .*\(1280 to 65535\)" \
		vswitch set -v vSwitch0 -m 65536 -c down || return
	refused 1 "set: 'vSwitch0': .*larger MTU" \
		vswitch set -v vSwitch0 -m 2000 -c down || return
	refused 1 "list: 'nope': no such vswitch" vswitch list -v nope || return
	refused 1 "remove: 'nope': no such vswitch" vswitch remove -v nope ||
		return
	refused 1 "remove: 'vSwitch0': .*connected clients" \
		vswitch remove -v vSwitch0 ||
		return
	unchanged
}

refused_uplink()
{
	remember
	refused 1 "add: 'nope': no such network device" \
		vswitch uplink add -u nope -v vSwitch0 || return
	refused 1 "add: 'up2': --vswitch-name 'nope': no such vswitch" \
		vswitch uplink add -u up2 -v nope || return
	refused 1 "add: 'up1': .*already" vswitch uplink add -u up1 -v vSwitch0 ||
		return
	refused 1 "add: 'brport': .*master" \
		vswitch uplink add -u brport -v vSwitch0 || return
	refused 1 "add: 'lo': .*loopback" vswitch uplink add -u lo -v vSwitch0 ||
		return
	refused 1 "add: 'vmk0': .*vmk" vswitch uplink add -u vmk0 -v vSwitch0 ||
		return
	refused 1 "add: 'vSwitch0': .*vswitch" \
		vswitch uplink add -u vSwitch0 -v vSwitch0 || return
	refused 1 "add: '': " vswitch uplink add -u "" -v vSwitch0 || return
	refused 1 "remove: 'up2': .*no uplink" \
		vswitch uplink remove -u up2 -v vSwitch0 || return
	refused 1 "remove: 'tap0': .*no uplink" \
		vswitch uplink remove -u tap0 -v vSwitch0 || return
	refused 1 "remove: 'up1': --vswitch-name 'nope': no such vswitch" \
		vswitch uplink remove -u up1 -v nope ||
		return
	unchanged
}

refused_portgroup()
{
	local long

	remember
	long=$(printf '%081d' 0)
	refused 1 "add: 'kernel': .*exists" portgroup add -p kernel -v vSwitch0 ||
		return
	refused 1 "add: 'x': --vswitch-name 'nope': no such vswitch" \
		portgroup add -p x -v nope || return
	refused 1 "add: '': .*empty" portgroup add -p "" -v vSwitch0 || return
	refused 1 "add: '0+': too long \(at most 80 bytes\)" \
		portgroup add -p "$long" -v vSwitch0 || return
	refused 1 "add: 'a\\?': .*control" portgroup add -p $'a\t' -v vSwitch0 ||
		return
	refused 1 "add: '.*': .*UTF-8" portgroup add -p $'a\xc3' -v vSwitch0 ||
		return
	refused 1 "set: 'nope': no such port group" \
		portgroup set -p nope -v 1 || return
	refused 1 "set: 'kernel': --vlan-id '4096': .*\(0 to 4095\)" \
		portgroup set -p kernel -v 4096 || return
	refused 1 "set: 'kernel': --vlan-trunk '4095': .*\(0 to 4094\)" \
		portgroup set -p kernel --vlan-trunk 4095 || return
	refused 1 "set: 'kernel': --vlan-trunk '1,20-10': .*ends before" \
		portgroup set -p kernel --vlan-trunk 1,20-10 || return
	refused 1 "list: 'nope': no such port group" portgroup list -p nope ||
		return
	refused 1 "list: 'nope': (no such vswitch|not found)" \
		portgroup list -v nope || return
	refused 1 "remove: 'nope': no such port group" \
		portgroup remove -p nope -v vSwitch0 || return
	refused 1 "remove: 'kernel': --vswitch-name 'nope': no such vswitch" \
		portgroup remove -p kernel -v nope || return
	refused 1 "remove: 'kernel': .*connected clients" \
		portgroup remove -p kernel -v vSwitch0 ||
		return
	unchanged
}

refused_interface()
{
	remember
	refused 1 "add: 'vmk0': .*exists" interface add -p kernel -i vmk0 ||
		return
	refused 1 "add: 'vmk5': --portgroup-name 'nope': no such port group" \
		interface add -p nope -i vmk5 || return
	refused 1 "add: 'eth9': .*vmk0 to vmk255" \
		interface add -p kernel -i eth9 || return
	refused 1 "add: 'vmk256': .*vmk0 to vmk255" \
		interface add -p kernel -i vmk256 || return
	refused 1 "add: 'vmk007': .*vmk0 to vmk255" \
		interface add -p kernel -i vmk007 || return
	refused 1 "add: 'VM Network': .*VM ports, not vmk" \
		interface add -p "VM Network" || return
	refused 1 "add: 'kernel': --mtu '67': .*\(68 to 65535\)" \
		interface add -p kernel -m 67 || return
	refused 1 "add: 'kernel': .*MTU.*above" interface add -p kernel -m 9001 ||
		return
	refused 1 "add: 'kernel': --mac-address '01:.*': .*unicast" \
		interface add -p kernel -M 01:00:00:00:00:01 || return
	refused 1 "add: 'kernel': --mac-address '00:.*': .*unicast" \
		interface add -p kernel -M 00:00:00:00:00:00 || return
	refused 1 "add: --netstack 'nope': no such TCP/IP stack" \
		interface add -p kernel -N nope || return
	refused 1 "add: --netstack '../netns/$stack': no such TCP/IP stack" \
		interface add -p kernel -N "../netns/$stack" || return
	refused 1 "set: 'vmk9': no such vmk" interface set -i vmk9 -m 1500 ||
		return
	refused 1 "set: 'tap0': " interface set -i tap0 -m 1500 || return
	refused 1 "set: 'vmk0': .*MTU.*above" \
		interface set -i vmk0 -m 9001 -e false || return
	refused 1 "set: 'vmk0': --mtu '1': .*\(68 to 65535\)" \
		interface set -i vmk0 -m 1 || return
	refused 1 "list: 'vmk9': no such vmk" interface list -i vmk9 || return
	refused 1 "remove: 'vmk9': no such vmk" interface remove -i vmk9 ||
		return
	refused 1 "remove: 'up1': " interface remove -i up1 || return
	refused 1 "remove: 'vmk0': .*force" interface remove -i vmk0 ||
		return
	unchanged
}

refused_tag()
{
	# faultToleranceLogging is for one adapter of a host.
	change vmkctl interface tag add -i vmk0 -t faultToleranceLogging ||
		return
	remember
	refused 1 "tag add: 'vmk2': .*faultToleranceLogging" interface tag add \
		-i vmk2 -t PTP,faultToleranceLogging || return
	refused 1 "tag add: 'vmk9': no such vmk" \
		interface tag add -i vmk9 -t PTP || return
	refused 1 "tag add: 'vmk1': .*default TCP/IP stack" \
		interface tag add -i vmk1 -t PTP || return
	refused 1 "tag get: 'vmk9': no such vmk" interface tag get -i vmk9 ||
		return
	refused 1 "tag remove: 'vmk0': .*force" \
		interface tag remove -i vmk0 -t Management || return
	unchanged || return
	change vmkctl interface tag remove -i vmk0 -t faultToleranceLogging
}

refused_ipv4()
{
	local set="interface ipv4 set -i vmk0 -t static"

	remember
	# shellcheck disable=SC2086  # words
	{
	refused 2 "--ipv4 is required" $set || return
	refused 2 "--netmask is required" $set -I 10.7.0.9 || return
	refused 2 "-I '10.7.0': not an IPv4 address" \
		$set -I 10.7.0 -N 255.255.255.0 || return
	refused 2 "-N '255.0.255.0': not an IPv4 netmask" \
		$set -I 10.7.0.9 -N 255.0.255.0 || return
	refused 2 "-g 'fd07::1': not an IPv4 address" \
		$set -I 10.7.0.9 -N 255.0.0.0 -g fd07::1 || return
	refused 1 "'vmk0': --ipv4 '224.0.0.1': not an address of a host" \
		$set -I 224.0.0.1 -N 255.255.255.0 || return
	refused 1 "'vmk0': --ipv4 '127.0.0.2': not an address of a host" \
		$set -I 127.0.0.2 -N 255.255.255.0 || return
	refused 1 "'vmk0': --ipv4 '10.7.0.0': the network address" \
		$set -I 10.7.0.0 -N 255.255.255.0 || return
	refused 1 "'vmk0': --ipv4 '10.7.0.255': the broadcast address" \
		$set -I 10.7.0.255 -N 255.255.255.0 || return
	refused 1 "'vmk0': --gateway '10.7.1.1': not in the network" \
		$set -I 10.7.0.9 -N 255.255.255.0 -g 10.7.1.1 || return
	refused 1 "'vmk0': --gateway '10.7.0.9': the adapter's own" \
		$set -I 10.7.0.9 -N 255.255.255.0 -g 10.7.0.9 || return
	}
	refused 2 "--type is required" interface ipv4 set -i vmk0 || return
	refused 2 "-t 'statc': unknown; the nearest is 'static'" \
		interface ipv4 set -i vmk0 -t statc || return
	refused 2 "--gateway goes with --type static only" \
		interface ipv4 set -i vmk0 -t none -g 10.7.0.254 || return
	refused 2 "--peer-dns goes with --type dhcp only" \
		interface ipv4 set -i vmk0 -t none -P true || return
	refused 1 "'vmk9': no such vmk" interface ipv4 set -i vmk9 -t none ||
		return
	refused 1 "'up1': " interface ipv4 set -i up1 -t none || return
	refused 1 "'vmk9': no such vmk" interface ipv4 get -i vmk9 || return
	refused 1 "'vmk9': no such vmk" interface ipv4 address list -i vmk9 ||
		return
	unchanged
}

refused_ipv6()
{
	change vmkctl interface ipv6 address add -i vmk0 -I fd07::2/64 || return
	remember
	refused 2 "-I 'fd07::1': not an IPv6 address such as" \
		interface ipv6 address add -i vmk0 -I fd07::1 || return
	refused 2 "-I 'fd07::1/129': not an IPv6 address" \
		interface ipv6 address add -i vmk0 -I fd07::1/129 || return
	refused 2 "nothing to change" interface ipv6 set -i vmk0 || return
	refused 2 "-g '10.7.0.1': not an IPv6 address" \
		interface ipv6 set -i vmk0 -g 10.7.0.1 || return
	refused 2 "--peer-dns goes with" interface ipv6 set -i vmk0 -P true ||
		return
	refused 2 "--enable-dhcpv6 true and --enable-ipv6 false exclude each" \
		interface ipv6 set -i vmk0 -d true -e false || return
	refused 1 "'vmk0': --ipv6 'fd07::2/64': .*already" \
		interface ipv6 address add -i vmk0 -I fd07::2/64 || return
	refused 1 "'vmk0': --ipv6 'fd07::3/64': .*not (have|found)" \
		interface ipv6 address remove -i vmk0 -I fd07::3/64 || return
	refused 1 "'vmk0': --ipv6 'ff02::9/64': " \
		interface ipv6 address add -i vmk0 -I ff02::9/64 || return
	refused 1 "'vmk1': IPv6 is off on this adapter" \
		interface ipv6 address add -i vmk1 -I fd07::4/64 || return
	refused 1 "'vmk9': no such vmk" interface ipv6 set -i vmk9 -e true ||
		return
	refused 1 "'vmk9': no such vmk" interface ipv6 get -i vmk9 || return
	refused 1 "'vmk9': no such vmk" \
		interface ipv6 address add -i vmk9 -I fd07::4/64 || return
	unchanged || return
	change vmkctl interface ipv6 address remove -i vmk0 -I fd07::2/64
}

refused_port()
{
	remember
	refused 1 "vmport add: 'nope': no such network device" \
		vmport add -n nope -p "VM Network" || return
	refused 1 "vmport add: 'up2': --portgroup-name 'nope': no such port" \
		vmport add -n up2 -p nope || return
	refused 1 "vmport add: 'tap0': .*already" \
		vmport add -n tap0 -p "VM Network" || return
	refused 1 "vmport add: 'brport': .*master" \
		vmport add -n brport -p "VM Network" || return
	refused 1 "vmport add: 'up2': .*vmk adapters, not VM" \
		vmport add -n up2 -p kernel || return
	refused 1 "vmport add: 'up2': --mac-address '03:.*': .*unicast" \
		vmport add -n up2 -p "VM Network" -M 03:00:00:00:00:01 || return
	refused 1 "vmport set: 'up2': .*no port" \
		vmport set -n up2 -b true || return
	refused 1 "vmport set: 'vmk0': .*only a VM port" \
		vmport set -n vmk0 -M 02:00:00:00:02:09 || return
	refused 1 "vmport set: 'tap0': --mac-address 'ff:.*': .*unicast" \
		vmport set -n tap0 -M ff:ff:ff:ff:ff:ff || return
	refused 1 "vmport remove: 'vmk0': .*not a VM port" \
		vmport remove -n vmk0 || return
	refused 1 "vmport remove: 'up1': .*not a VM port" \
		vmport remove -n up1 || return
	refused 1 "vmport remove: 'up2': " vmport remove -n up2 || return
	refused 1 "vmport list: 'nope': " vmport list -n nope || return
	refused 1 "port list: '1': no such port" port list -p 1 || return
	refused 1 "port list: 'nope': (no such vswitch|not found)" \
		port list -v nope || return
	refused 2 "exclude each other" port list -p 1 -v vSwitch0 || return
	refused 1 "port stats get: '1': no such port" port stats get -p 1 ||
		return
	refused 1 "port set: '4294967295': no such port" \
		port set -p 4294967295 -b true ||
		return
	unchanged
}

refused_policy()
{
	local before now set

	make_team || return
	change vmkctl vswitch policy shaping set -v team -k 4000 || return
	change vmkctl portgroup policy shaping set -p web -b 3000 || return
	before=$(policies)
	set="vswitch policy failover set -v team"
	# shellcheck disable=SC2086  # words
	{
	refused 1 "failover set: 'team': --active-uplinks 'up2': device is no uplink of the vswitch" \
		$set -a vmnic0,up2 -l mac || return
	refused 1 "'team': --standby-uplinks 'up1': device is no uplink of the vswitch" \
		$set -s up1 || return
	refused 1 "'team': --active-uplinks 'nope': no such network device" \
		$set -a nope || return
	refused 1 "'team': .*an uplink is named twice" $set -a vmnic0,vmnic0 ||
		return
	refused 1 "'team': .*an uplink is named twice" \
		$set -a vmnic0,vmnic1 -s vmnic1 || return
	refused 1 "'nope': no such vswitch" \
		vswitch policy failover set -v nope -l mac || return
	refused 2 "-a 'vmnic0,': not a list such as" $set -a vmnic0, || return
	refused 2 "-l 'srcport': unknown; the nearest is 'portid'" \
		$set -l srcport || return
	refused 2 "unknown option '-u'" $set -u || return
	refused 2 "nothing to change; give one of --active-uplinks, " $set ||
		return
	refused 1 "'nope': no such vswitch" \
		vswitch policy failover get -v nope || return
	refused 2 "--vswitch-name is required" vswitch policy failover get ||
		return
	set="portgroup policy failover set -p web"
	refused 1 "'web': --active-uplinks 'up1': device is no uplink of the vswitch" \
		$set -u -a up1 || return
	refused 1 "'nope': no such port group" \
		portgroup policy failover set -p nope -u || return
	refused 2 "nothing to change; .*--use-vswitch$" $set || return
	set="vswitch policy shaping set -v team"
	refused 1 "'team': .*peak bandwidth is below the average" \
		$set -b 5000 -t 4 || return
	refused 1 "'team': .*peak bandwidth of a port group would be below its average" \
		$set -k 2000 || return
	refused 1 "'team': --avg-bandwidth '0': .*\(1 to 1000000000\)" \
		$set -b 0 || return
	refused 1 "'team': --peak-bandwidth '1000000001': .*\(1 to 1000000000\)" \
		$set -e true -k 1000000001 || return
	refused 1 "'team': --burst-size '4194305': .*\(1 to 4194304\)" \
		$set -t 4194305 || return
	refused 1 "'web': .*peak bandwidth is below the average" \
		portgroup policy shaping set -p web -k 2999 -e true || return
	refused 2 "-e 'maybe': not true or false" $set -e maybe || return
	}
	refused 2 "unknown option '-o'" \
		vswitch policy security set -v team -o true || return
	refused 2 "nothing to change; give one of --allow-promiscuous, " \
		portgroup policy security set -p web || return
	now=$(policies)
	[ "$now" = "$before" ] ||
		fail "changed:"$'\n'"$(diff <(echo "$before") - <<<"$now")"
}

policies()
{
	local kind

	for kind in failover security shaping; do
		vmkctl vswitch policy "$kind" get -v team
		vmkctl portgroup policy "$kind" get -p web
	done
}

# as_nobody COMMAND ARG ...: in the namespace, without any right
as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
}

# refused_nobody COMMAND ARG ...
refused_nobody()
{
	local status=0 err

	err=$(as_nobody vmkctl "$@" 2>&1) || status=$?
	[ "$status" = 1 ] || fail "$*: exit $status: $err" || return
	[[ $err == "vmkctl: "*"not permitted"* ]] || fail "$*: $err" || return
	[[ $err != *$'\n'* ]] || fail "$*: $err"
}

refused_privilege()
{
	local id line

	id=$(vmkctl -j vmport list | sed -n 's/.*"port_id": \([0-9]*\).*/\1/p')
	remember
	while read -r line; do
		[ -n "$line" ] || continue
		eval "refused_nobody $line" || return
	done <<-END
	vswitch add -v new
	vswitch set -v vSwitch0 -m 1500
	vswitch remove -v vSwitch0
	vswitch policy failover set -v vSwitch0 -a up1
	vswitch policy security set -v vSwitch0 -p true
	vswitch policy shaping set -v vSwitch0 -e true
	vswitch uplink add -u up2 -v vSwitch0
	vswitch uplink remove -u up1 -v vSwitch0
	portgroup add -p new -v vSwitch0
	portgroup set -p kernel -v 9
	portgroup policy failover set -p kernel -u
	portgroup policy security set -p kernel -o true
	portgroup policy shaping set -p kernel -e true
	portgroup remove -p kernel -v vSwitch0
	interface add -p kernel
	interface set -i vmk0 -e false
	interface remove -i vmk0
	interface tag add -i vmk0 -t PTP
	interface tag remove -i vmk0 -t PTP
	interface ipv4 set -i vmk0 -t none
	interface ipv4 set -i vmk0 -t static -I 10.7.0.3 -N 255.255.255.0
	interface ipv4 set -i vmk1 -t none
	interface ipv4 get -i vmk1
	interface ipv6 set -i vmk0 -e false
	interface ipv6 address add -i vmk0 -I fd07::1/64
	port set -p $id -b true
	vmport add -n up2 -p "VM Network"
	vmport set -n tap0 -b true
	vmport remove -n tap0
	END
	unchanged
}

reads_without_privilege()
{
	local line

	for line in "vswitch list" "portgroup list" "interface list" \
		"vswitch policy failover get -v vSwitch0" \
		"portgroup policy shaping get -p kernel" \
		"interface tag get -i vmk0" "port list" "vmport list" \
		"interface ipv4 get -i vmk0" "interface ipv6 get -i vmk0" \
		"interface ipv4 address list -N defaultTcpipStack"; do
		# shellcheck disable=SC2086  # words
		prints "$(vmkctl $line)" as_nobody vmkctl $line || return
	done
}

# The adapter is where it is, though the name is another namespace's now.
lost_stack()
{
	local dir=/run/netns out status=0

	touch "$dir/$stack.gone"
	mount --bind "$dir/$stack" "$dir/$stack.gone" || return
	umount "$dir/$stack"
	out=$(vmkctl interface ipv4 set -i vmk1 -t none 2>&1) && status=1
	mount --bind "$dir/$far" "$dir/$stack"
	out+=$(vmkctl interface ipv4 set -i vmk1 -t none 2>&1) && status=1
	umount "$dir/$stack"
	mount --bind "$dir/$stack.gone" "$dir/$stack"
	umount "$dir/$stack.gone"
	rm "$dir/$stack.gone"
	[ "$status" = 0 ] || fail "not refused: $out" || return
	grep -q "'$stack' now" <<<"$out" || fail "$out" || return
	prints "inet 10.7.2.2/24 brd 10.7.2.255 " addresses 4 "$stack" vmk1
}

all_is_removed()
{
	change vmkctl vmport remove -n tap0 || return
	change vmkctl interface remove -i vmk2 || return
	change vmkctl interface remove -i vmk1 || return
	change vmkctl interface remove -i vmk0 --force || return
	change vmkctl portgroup remove -p kernel -v vSwitch0 || return
	change vmkctl vswitch uplink remove -u up1 -v vSwitch0 || return
	change esxcli network vswitch standard remove --vswitch-name=vSwitch0 ||
		return
	prints "" vmkctl vswitch list || return
	prints '[]' vmkctl -j port list || return
	! ip link show dev up1 | grep -q master ||
		fail "up1 has a master still" || return
	watch || return
	unload_module || return
	said ': the vswitch module was unloaded$' || return
	watch_ends 1
}

load_module
vmkctl=$(type -P vmkctl) || skip_all "no vmkctl"
# All is done in "host", so that no command needs another to enter it.
[ -n "${VSW_CLI_HOST:-}" ] ||
	VSW_CLI_HOST=1 exec unshare --net -- "$0" "$@"
far=vsw$$-far stack=vsw$$-stack
names=$(mktemp -d) || exit
err_file=$names/err
defer rm -rf "$names"
ln -s "$vmkctl" "$names/esxcli"
ln -s "$vmkctl" "$names/vmkping"
make_ns "$far" "$stack"
ip link set dev lo up
for ns in /proc/self/ns/net "/run/netns/$stack"; do
	nsenter --net="$ns" -- sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
		echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad'
done
ip -batch - <<END
link add up1 type veth peer name w1 netns $far
link add tap0 type veth peer name vm0 netns $far
link add up2 type veth peer name w2 netns $far
link add br0 type bridge
link add brport type dummy
link add vmnic0 type veth peer name p0 netns $far
link add vmnic1 type veth peer name p1 netns $far
link add vmnic2 type veth peer name p2 netns $far
link set dev brport master br0
link set dev up1 up
link set dev tap0 up
link set dev vmnic0 up
link set dev vmnic1 up
link set dev vmnic2 up
END
ip -n "$far" -batch - <<END
link set dev w1 up
link set dev p0 up
link set dev p1 up
link set dev p2 up
addr add 10.7.9.1/24 dev vm0
link set dev vm0 up
END
run_tests "$@"
