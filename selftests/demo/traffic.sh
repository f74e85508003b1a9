# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# ping and iperf3 from host 1 to host 2, each by the adapter for its traffic. To be sourced.
# What they print is kept for the verdict.

iperf_seconds=2

# ping_peer TYPE ARG ...
ping_peer()
{
	local type=$1 to
	shift

	to=$(address "$type" "$peer")
	if [ "$type" = "VM Network" ]; then
		at "$type" ping -n -I "${adapter[$type]}" "$@" "$to"
	else
		vmkctl ping -I "${adapter[$type]}" -H "$to" "$@"
	fi
}

listening()
{
	at "$1" ss -ltnH src "$2:5201" | grep -q .
}

iperf_serve()
{
	local type to

	for type in "${types[@]}"; do
		to=$(address "$type" "$HOST")
		at "$type" iperf3 -s -B "$to" --bind-dev "${adapter[$type]}" >/dev/null &
	done
	for type in "${types[@]}"; do
		within 60 listening "$type" "$(address "$type" "$HOST")"
	done
}

# iperf_peer TYPE: both directions at once
iperf_peer()
{
	at "$1" timeout 60 iperf3 -J --bidir -t "$iperf_seconds" --connect-timeout 10000 \
		-c "$(address "$1" "$peer")" -B "$(address "$1" "$HOST")" \
		--bind-dev "${adapter[$1]}"
}

# A failure here is for the verdict to tell.
exchange_traffic()
{
	local type out

	for type in "${types[@]}"; do
		out=$RESULTS/${adapter[$type]}
		say "$type: ping and iperf3 from $(address "$type" "$HOST") to" \
			"$(address "$type" "$peer") by ${adapter[$type]}"
		ping_peer "$type" -c 5 -i 0.2 -W 5 >"$out.ping" 2>&1 || true
		iperf_peer "$type" >"$out.iperf" 2>&1 || true
	done
}
