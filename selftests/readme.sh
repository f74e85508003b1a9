#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The README's quick start does what it says: its lines, as printed, in a host
# with unused eth1 to eth3. Building and loading have been done before.

ALL_TESTS="
	quick_start_runs_as_printed
	the_adapter_is_there
	frames_carry_the_vlan
	policies_run_as_printed
	configuration_runs_as_printed
	configuration_is_as_printed
	guarded_changes_run_as_printed
	inspection_commands_run
	undo_gives_all_back
"

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
readme=$(dirname "$0")/../README.md

# block N: the lines of the README's N-th sh block
block()
{
	awk -v n="$1" '/^```sh$/ { inside = ++count == n; next }
		/^```/ { inside = 0 } inside' "$readme"
}

quick_start_runs_as_printed()
{
	local line count=0

	while read -r line; do
		case $line in
		"" | make* | insmod* | export*) continue ;;
		esac
		cmd_ok ip netns exec "$host" bash -c "$line" || return
		count=$((count + 1))
	done < <(block 1)
	[ "$count" -ge 7 ] || fail "only $count lines were found"
}

the_adapter_is_there()
{
	local text

	text=$(ip -n "$host" -br addr show dev vmk1)
	[[ $text == *10.0.20.1/24* ]] || fail "$text" || return
	text=$(in_ns "$host" vmkctl interface tag get -i vmk1)
	[[ $text == *VMotion* ]] || fail "$text"
}

frames_carry_the_vlan()
{
	ip -n "$peer" link add link eth0 name eth0.20 type vlan id 20
	ip -n "$peer" addr add 10.0.20.2/24 dev eth0.20
	ip -n "$peer" link set dev eth0.20 up
	busywait in_ns "$host" ping -n -c 1 -W 1 10.0.20.2
}

policies_run_as_printed()
{
	local line count=0 text

	while read -r line; do
		case $line in
		"vmkctl monitor"*) line="timeout 1 vmkctl monitor; [ \$? = 124 ]" ;;
		*" get "*) text=$(in_ns "$host" bash -c "$line") ;;
		esac
		cmd_ok in_ns "$host" bash -c "$line" || return
		count=$((count + 1))
	done < <(block 2)
	[ "$count" = 9 ] || fail "$count lines were found" || return
	[[ $text == *"Active Adapters: eth2"*"Override Vswitch Uplinks: true"* ]] || fail "$text"
}

# What diff prints stands behind it as a comment.
configuration_runs_as_printed()
{
	local line count=0 text

	while read -r line; do
		if [[ $line == *" diff "* ]]; then
			text=$(in_ns "$host" bash -c "$line")
			[ "$text" = "${line#*# }" ] || fail "$text" || return
		else
			cmd_ok in_ns "$host" bash -c "$line" || return
		fi
		count=$((count + 1))
	done < <(block 3)
	[ "$count" = 4 ] || fail "$count lines were found"
}

configuration_is_as_printed()
{
	local file text

	file=$(mktemp)
	defer rm "$file"
	awk '/^```yaml$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$readme" >"$file"
	cmd_ok in_ns "$host" vmkctl config apply -f "$file" || return
	text=$(in_ns "$host" vmkctl config diff -f "$file")
	[ -z "$text" ] || fail "$text" || return
	text=$(ip -n "$host" -br addr show dev vmk0)
	[[ $text == *10.0.10.1/24* ]] || fail "$text"
}

# The last finds nothing to do.
guarded_changes_run_as_printed()
{
	local line count=0

	while read -r line; do
		cmd_ok in_ns "$host" bash -c "$line" || return
		count=$((count + 1))
	done < <(block 4)
	[ "$count" = 3 ] || fail "$count lines were found" || return
	[ -z "$(in_ns "$host" vmkctl config diff)" ] || fail "it was not kept"
}

inspection_commands_run()
{
	local line count=0

	while read -r line; do
		[ -n "$line" ] || continue
		# The README's adapter is vmk1 here.
		cmd_ok in_ns "$host" bash -c "${line/vmk0/vmk1}" || return
		count=$((count + 1))
	done < <(block 5)
	[ "$count" = 3 ] || fail "$count lines were found"
}

undo_gives_all_back()
{
	cmd_ok ip -n "$host" link set eth1 nomaster || return
	cmd_ok ip -n "$host" link del vSwitch0 || return
	[ -z "$(ip -n "$host" link show type vmk)" ] || fail "an adapter is left"
}

[ -f "$readme" ] || skip_all "no README.md"
command -v vmkctl >/dev/null || skip_all "no vmkctl"
load_module
host=vsw$$-host peer=vsw$$-peer
make_ns "$host" "$peer"
ip -n "$host" link add eth1 type veth peer name eth0 netns "$peer"
ip -n "$peer" link set dev eth0 up
ip -n "$host" link add eth2 type veth peer name eth2 netns "$peer"
ip -n "$host" link add eth3 type veth peer name eth3 netns "$peer"
run_tests "$@"
