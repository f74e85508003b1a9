# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Builds the host's network. To be sourced.

add_switch()
{
	# Without IPv6 of the host's own on it, all that is on the trunk comes through the switch.
	admin sysctl -q -w "net.ipv6.conf.$uplink.disable_ipv6=1"
	admin modprobe vswitch
	admin vmkctl vswitch add -v "$switch"
	admin vmkctl vswitch uplink add -u "$uplink" -v "$switch"
}

# add_portgroup TYPE
add_portgroup()
{
	admin vmkctl portgroup add -p "$1" -v "$switch"
	[ "${vlan[$1]}" = 0 ] || admin vmkctl portgroup set -p "$1" -v "${vlan[$1]}"
}

# add_vmk TYPE
add_vmk()
{
	local vmk=${adapter[$1]}

	admin vmkctl interface add -p "$1" -i "$vmk"
	[ -z "${tag[$1]:-}" ] || admin vmkctl interface tag add -i "$vmk" -t "${tag[$1]}"
	admin vmkctl interface ipv4 set -i "$vmk" -t static -I "${address[$1.$HOST]}" \
		-N 255.255.255.0
}

# A virtual machine to be: what a hypervisor would make is a tap instead of the veth pair.
add_vm()
{
	local nic=${adapter["VM Network"]}

	ip netns add vm
	ip link add vnet0 type veth peer name "$nic" netns vm
	ip link set dev vnet0 up
	ip -n vm link set dev lo up
	ip -n vm link set dev "$nic" up
	ip -n vm address add "${address[VM Network.$HOST]}/24" dev "$nic"
	admin vmkctl vmport add -n vnet0 -p "VM Network" \
		-M "$(ip -n vm -j link show dev "$nic" | jq -r '.[].address')"
}

build_network()
{
	local type

	# Linux answers on each adapter for the addresses of all. Where an adapter answers for its
	# own only, any answer to a question from another VLAN is the switch's fault.
	sysctl -q -w net.ipv4.conf.all.arp_ignore=1
	add_switch
	for type in "${types[@]}"; do
		add_portgroup "$type"
		[ "$type" = "VM Network" ] || add_vmk "$type"
	done
	add_vm
	for type in "${types[@]}"; do
		say "$type|$(at "$type" ip -j link show dev "${adapter[$type]}" |
			jq -r '.[].address')"
	done >"$RESULTS/adapters.$HOST"
}

show_network()
{
	local type

	say
	admin vmkctl vswitch list
	say
	admin vmkctl interface list
	say
	for type in "${!tag[@]}"; do
		say "${adapter[$type]}"
	done | sort | while read -r vmk; do
		admin vmkctl interface tag get -i "$vmk"
	done
	say
	admin vmkctl portgroup list
	say
	admin vmkctl port list
	say
	admin ip -br -d link show type vmk
	say
}
