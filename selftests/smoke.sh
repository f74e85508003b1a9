#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The least that must work on every kernel: the module loads, a switch is made
# with an uplink and an adapter, frames pass, all of it goes again.
#
#   namespace "host"                        namespace "peer"
#   vmk0 10.9.10.1, VLAN 10                 eth0.10 10.9.10.2
#     |                                       |
#   +-+----------+                            |
#   |  vSwitch0  +---- eth1 =========== eth0 -+
#   +------------+

ALL_TESTS="
	module_loads
	switch_and_adapter_are_made
	ip_link_shows_them
	ping_crosses_the_vlan
	counters_moved
	nothing_from_another_vlan
	all_is_removed
	module_unloads
	kernel_log_is_quiet
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

vmkctl()
{
	in_ns "$host" vmkctl "$@"
}

module_loads()
{
	cmd_ok modprobe vswitch || return
	[ -d /sys/module/vswitch ] || fail "not in /sys/module"
}

switch_and_adapter_are_made()
{
	cmd_ok vmkctl vswitch add -v vSwitch0 || return
	cmd_ok vmkctl vswitch uplink add -u eth1 -v vSwitch0 || return
	cmd_ok vmkctl portgroup add -p Management -v vSwitch0 || return
	cmd_ok vmkctl portgroup set -p Management -v 10 || return
	cmd_ok vmkctl interface add -p Management -i vmk0 || return
	cmd_fail "exist" vmkctl vswitch add -v vSwitch0
}

ip_link_shows_them()
{
	local text

	text=$(ip -n "$host" -br link show type vmk)
	grep -q '^vmk0@vSwitch0 ' <<<"$text" || fail "vmk: $text" || return
	text=$(ip -n "$host" -br link show type vswitch)
	grep -q '^vSwitch0 ' <<<"$text" || fail "vswitch: $text" || return
	text=$(ip -n "$host" link show dev eth1)
	grep -q 'master vSwitch0 ' <<<"$text" || fail "uplink: $text"
}

ping_crosses_the_vlan()
{
	ip -n "$host" addr add 10.9.10.1/24 dev vmk0
	ip -n "$peer" link add link eth0 name eth0.10 type vlan id 10
	ip -n "$peer" addr add 10.9.10.2/24 dev eth0.10
	ip -n "$peer" link set dev eth0.10 up
	busywait in_ns "$host" ping -n -c 1 -W 1 10.9.10.2 || return
	cmd_ok in_ns "$peer" ping -n -c 1 -W 5 10.9.10.1
}

counters_moved()
{
	local rx tx

	read -r rx tx < <(ip -n "$host" -s link show dev vmk0 |
		awk '/RX:/ { getline; rx = $2 } /TX:/ { getline; tx = $2 }
		     END { print rx, tx }')
	[ "$rx" -gt 0 ] || fail "nothing received" || return
	[ "$tx" -gt 0 ] || fail "nothing sent"
}

nothing_from_another_vlan()
{
	cmd_ok vmkctl portgroup set -p Management -v 11 || return
	ip -n "$host" neigh flush dev vmk0
	! in_ns "$host" ping -n -c 1 -W 1 10.9.10.2 >/dev/null ||
		fail "VLAN 11 reached VLAN 10"
}

all_is_removed()
{
	cmd_fail "client" vmkctl vswitch remove -v vSwitch0 || return
	cmd_ok vmkctl interface remove -i vmk0 || return
	cmd_ok vmkctl vswitch remove -v vSwitch0 || return
	[ -z "$(ip -n "$host" link show type vmk)" ] ||
		fail "an adapter is left" || return
	! ip -n "$host" link show dev eth1 | grep -q master ||
		fail "the uplink has a master still"
}

module_unloads()
{
	unload_module || return
	[ ! -d /sys/module/vswitch ] || fail "is in /sys/module still"
}

kernel_log_is_quiet()
{
	local text

	text=$(dmesg | sed "1,/$mark/d" |
		grep -E 'WARNING: |BUG: |Oops|KASAN|refcount_t|suspicious RCU')
	[ -z "$text" ] || fail "$text"
}

load_module
command -v vmkctl >/dev/null || skip_all "no vmkctl"
mark="smoke.sh $$"
host=vsw$$-host peer=vsw$$-peer
echo "$mark" >/dev/kmsg
make_ns "$host" "$peer"
ip -n "$host" link add eth1 type veth peer name eth0 netns "$peer"
ip -n "$host" link set dev eth1 up
ip -n "$peer" link set dev eth0 up
run_tests "$@"
