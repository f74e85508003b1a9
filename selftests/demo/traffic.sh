# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# ping and iperf3 from host 1 to host 2, each by the adapter for its traffic. To be sourced.
# What they print is kept for the verdict.

iperf_seconds=2

# reach_peer TYPE
reach_peer()
{
	local to=${address[$1.$peer]}

	if [ "$1" = "VM Network" ]; then
		at "$1" ping -n -c 1 -W 5 "$to"
	else
		vmkctl ping -I "${adapter[$1]}" -H "$to" -c 1 -W 5
	fi
}

# ping_peer TYPE: until the answers are there; vmkctl's has no deadline for late ones
ping_peer()
{
	at "$1" ping -n -q -I "${adapter[$1]}" -c "$pings" -i 0.2 -w 20 "${address[$1.$peer]}"
}

listening()
{
	at "$1" ss -ltnH src "$2:5201" | grep -q .
}

iperf_serve()
{
	local type to

	for type in "${types[@]}"; do
		to=${address[$type.$HOST]}
		at "$type" iperf3 -s -B "$to" --bind-dev "${adapter[$type]}" >/dev/null &
	done
	for type in "${types[@]}"; do
		within 60 listening "$type" "${address[$type.$HOST]}"
	done
}

# iperf_peer TYPE: both directions at once
iperf_peer()
{
	at "$1" timeout 60 iperf3 -J --bidir -t "$iperf_seconds" --connect-timeout 10000 \
		-c "${address[$1.$peer]}" -B "${address[$1.$HOST]}" \
		--bind-dev "${adapter[$1]}"
}

# A failure here is for the verdict to tell.
exchange_traffic()
{
	local type out

	for type in "${types[@]}"; do
		out=$RESULTS/${adapter[$type]}
		say "$type: ping and iperf3 from ${address[$type.$HOST]} to" \
			"${address[$type.$peer]} by ${adapter[$type]}"
		ping_peer "$type" >"$out.ping" 2>&1 || true
		iperf_peer "$type" >"$out.iperf" 2>&1 || true
	done
}
