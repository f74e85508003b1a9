# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Captures what the trunk brings to this host: the other host's capture is the proof of what this
# one sends. To be sourced.

capture=/tmp/trunk.pcap
capture_log=/tmp/tcpdump.log
end_mark=the-demo-is-over # 16 bytes

capture_start()
{
	# Frames as the trunk brings them, not bundles of them.
	ethtool -K "$uplink" gro off
	tcpdump -i "$uplink" -Q in -n -s 128 -B 32768 -Z root -w "$capture" 2>"$capture_log" &
	capture_pid=$!
	within 20 grep -q "listening on" "$capture_log"
}

# The last frame on the trunk bears a mark, in the request and in its answer.
capture_mark()
{
	ping -q -c 1 -w 20 -I "${adapter[Management]}" \
		-p "$(printf '%s' "$end_mark" | od -An -v -tx1 | tr -d ' \n')" \
		"${address[Management.$peer]}" >/dev/null
}

capture_has_mark()
{
	kill -USR2 "$capture_pid" # writes out what it holds back
	tail -c 20000 "$capture" | grep -qaF "$end_mark"
}

capture_stop()
{
	within 30 capture_has_mark
	kill -INT "$capture_pid"
	wait "$capture_pid" || true
	cp "$capture" "$RESULTS/trunk-to-host$HOST.pcap"
	cp "$capture_log" "$RESULTS/tcpdump.$HOST"
}
