# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Tries to reach each adapter of host 2 from each of host 1's, at once: by asking for its address,
# and by pings to its address and MAC as if the answer had been known. Between adapters of one
# VLAN both must succeed, so that silence elsewhere means something. To be sourced.

attempts=/tmp/attempts
patience=6

# attempt FROM TO HOW COMMAND ARG ...: notes whether there was an answer
attempt()
{
	local from=$1 to=$2 how=$3 status=0 answer
	shift 3

	at "$from" "$@" >/dev/null 2>&1 || status=$?
	case $status in
	0) answer=answer ;;
	1) answer=silence ;;
	*) answer="error $status" ;;
	esac
	say "$from|$to|$how|$answer" >>"$attempts"
}

# A VM that tags frames itself: its port group is not one that would take them.
add_hops()
{
	local type id

	for type in "${types[@]}"; do
		id=${vlan[$type]}
		[ "$id" != 0 ] || continue
		echo "link add link ${adapter["VM Network"]} name hop$id type vlan id $id"
		echo "address add 10.0.$id.99/24 dev hop$id"
		echo "link set dev hop$id up"
	done | at "VM Network" ip -batch -
}

# add_neighbours FROM: host 2's adapters as if they could be reached from that one
add_neighbours()
{
	local to mac

	while IFS='|' read -r to mac; do
		[ "$to" = "$1" ] || echo "neighbour replace ${address[$to.$peer]} lladdr $mac" \
			"dev ${adapter[$1]} nud permanent"
	done <"$RESULTS/adapters.$peer" | at "$1" ip -batch -
}

try_to_cross()
{
	local from to dev target pids=()

	add_hops
	for from in "${types[@]}"; do
		add_neighbours "$from"
	done
	for from in "${types[@]}"; do
		dev=${adapter[$from]}
		for to in "${types[@]}"; do
			target=${address[$to.$peer]}
			attempt "$from" "$to" arp \
				arping -q -f -w "$patience" -I "$dev" -s "${address[$from.$HOST]}" \
				"$target" &
			pids+=($!)
			attempt "$from" "$to" ping \
				ping -n -q -c 1 -w "$patience" -I "$dev" "$target" &
			pids+=($!)
			if [ "$from" != "VM Network" ] || [ "$to" = "VM Network" ]; then
				continue
			fi
			attempt "$from" "$to" tagged \
				arping -q -f -w "$patience" -I "hop${vlan[$to]}" "$target" &
			pids+=($!)
		done
	done
	wait "${pids[@]}"
	cp "$attempts" "$RESULTS/attempts"
	vmkctl -j vmport list >"$RESULTS/vmports"
	vmkctl -j port stats get >"$RESULTS/stats"
}
