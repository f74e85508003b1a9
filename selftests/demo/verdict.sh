# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# What the hosts have left in $results, judged: verdict() prints it and succeeds if all is well.
# To be sourced.

declare -A frames bytes wrong crossing attempts echoes nfs_bytes
stray=0

# complain TEXT ...: a line that says why a verdict is FAIL
complain()
{
	complaints+=("$*")
	verdict=FAIL
}

# frames_to HOST: what frames.awk has to say of that host's capture
frames_to()
{
	local from=$((3 - $1)) type mac

	for host in "$1" "$from"; do
		while IFS='|' read -r type mac; do
			echo "$host|$type|${vlan[$type]}|$mac"
		done <"$results/adapters.$host"
	done >"$results/adapters"
	tcpdump -tt -nn -e -r "$results/trunk-to-host$1.pcap" 2>/dev/null |
		awk -v receiver="$1" -f "$top/selftests/demo/frames.awk" "$results/adapters" -
}

read_frames()
{
	local what host a b c

	while IFS='|' read -r what host a b c; do
		case $what in
		frames) frames[$a.$host]=$b bytes[$a.$host]=$c ;;
		wrong)
			[ -n "${wrong[$a]:-}" ] || complaints+=("to host $host, $a: $b")
			wrong[$a]=$((${wrong[$a]:-0} + 1))
			;;
		stray)
			[ $stray != 0 ] || complaints+=("to host $host, from elsewhere: $a")
			stray=$((stray + 1))
			;;
		crossing) crossing[$host.$a.$b.$c]=1 ;;
		echo) echoes[$a.$host]=$b ;;
		nfs) nfs_bytes[$host]=$a ;;
		esac
	done
}

read_attempts()
{
	local from to how answer

	[ -r "$results/attempts" ] || return 0
	while IFS='|' read -r from to how answer; do
		attempts[$from.$to.$how]=$answer
	done <"$results/attempts"
}

# judge_ping TYPE: the answers came, and the trunk shows that no request went without one
judge_ping()
{
	local sent seen asked=${echoes[$1.2]:-0} answered=${echoes[$1.1]:-0}

	read -r sent seen < <(sed -n \
		's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 \2/p' \
		"$results/${adapter[$1]}.ping" 2>/dev/null) || true
	ping_text="${seen:-0} of $pings"
	[ "${seen:-0}" = "$pings" ] || complain "$1: ping: $ping_text answered"
	[ "$asked" -ge "${sent:-1}" ] ||
		complain "$1: ping: $sent requests, of them on the trunk: $asked"
	[ "$answered" -ge "$asked" ] ||
		complain "$1: ping: $asked requests on the trunk, $answered answers"
}

# iperf_figure TYPE NAME FIELD
iperf_figure()
{
	jq -r ".end.$2.$3 // 0 | floor" "$results/${adapter[$1]}.iperf" 2>/dev/null || echo 0
}

# judge_direction TYPE RECEIVER NAME: what iperf3 got across was seen on the trunk; rate in Mbit/s
judge_direction()
{
	local rate carried seen=${bytes[$1.$2]:-0}

	rate=$(iperf_figure "$1" "$3" bits_per_second)
	carried=$(iperf_figure "$1" "$3" bytes)
	[ "${carried:-0}" -gt 0 ] || complain "$1: iperf3 carried nothing to host $2"
	# A capture on a busy machine may lose a few.
	[ "$seen" -ge $((${carried:-0} * 9 / 10)) ] ||
		complain "$1: iperf3 carried $carried bytes to host $2, the trunk $seen"
	iperf_text+=$(printf '%7.1f' "$((${rate:-0} / 100000))e-1")
}

# judge_wire TYPE: both directions bore the tag
judge_wire()
{
	local tag="VLAN ${vlan[$1]}" out=${frames[$1.2]:-0} back=${frames[$1.1]:-0}

	[ "${vlan[$1]}" != 0 ] || tag="no tag"
	if [ -n "${wrong[$1]:-}" ]; then
		complain "$1: frames with a wrong tag or address: ${wrong[$1]}"
		tag="not ${wrong[$1]}"
	fi
	[ "$out" -gt 0 ] || complain "$1: no frame to host 2 on the trunk"
	[ "$back" -gt 0 ] || complain "$1: no frame to host 1 on the trunk"
	wire_text=$(printf '%7d %7d %8s' "$out" "$back" "$tag")
}

# expect TYPE TO HOW ANSWER: what came of that attempt
expect()
{
	local answer=${attempts[$1.$2.$3]:-not tried}

	asked=$((asked + 1))
	if [ "$answer" = "$4" ]; then
		came=$((came + 1))
	else
		complain "$1: $3 to $2: $answer"
	fi
}

# What the VM tagged was sent, and ended at its port.
judge_drops()
{
	local dropped

	dropped=$(jq -s '.[0][] as $vm | .[1][] | select(.port_id == $vm.port_id) |
		.dropped_vlan_mismatch' "$results/vmports" "$results/stats" 2>/dev/null) || true
	[ "${dropped:-0}" -ge $((${#types[@]} - 1)) ] ||
		complain "VM Network: of the frames that it tagged, its port dropped ${dropped:-none}"
}

# judge_isolation TYPE: its own kind answers, the others do not, though they were asked
judge_isolation()
{
	local to how asked=0 came=0

	for how in arp ping; do
		expect "$1" "$1" "$how" answer
	done
	asked=0 came=0
	for to in "${types[@]}"; do
		[ "$1" != "$to" ] || continue
		for how in arp ping; do
			expect "$1" "$to" "$how" silence
			[ -n "${crossing[2.$1.$to.$how]:-}" ] ||
				complain "$1: $how to $to did not reach the trunk"
			[ -z "${crossing[1.$to.$1.$how]:-}" ] ||
				complain "$1: $how to $to was answered on the trunk"
		done
		[ "$1" != "VM Network" ] || expect "$1" "$to" tagged silence
	done
	[ "$1" != "VM Network" ] || judge_drops
	isolation_text="$came of $asked silent"
}

judge_type()
{
	local type=$1 verdict=PASS ping_text iperf_text="" wire_text isolation_text
	local adapter_text=${adapter[$type]}

	[ "$type" != "VM Network" ] || adapter_text="VM $adapter_text"
	judge_ping "$type"
	judge_direction "$type" 2 sum_received
	judge_direction "$type" 1 sum_received_bidir_reverse
	judge_wire "$type"
	judge_isolation "$type"
	[ "$type" != NFS ] || judge_nfs
	printf '%-10s  %-7s  %-6s  %s  %s  %-15s  %s\n' "$type" "$adapter_text" \
		"$ping_text" "$iperf_text" "$wire_text" "$isolation_text" "$verdict"
	[ "$verdict" = PASS ] || failed=1
}

# The file as it was, as host 2 read it, and as host 2 wrote it back
judge_nfs()
{
	local sums size=$((nfs_mib << 20)) host

	sums=$(cat "$results"/nfs.{file,read,copy} 2>/dev/null | sort | uniq -c |
		awk '{ print $1 }') || true
	[ "$sums" = 3 ] || complain "NFS: the file was not copied, or came out different"
	for host in 1 2; do
		[ "${nfs_bytes[$host]:-0}" -ge $((size * 9 / 10)) ] ||
			complain "NFS: of the file, the trunk brought host $host" \
				"${nfs_bytes[$host]:-0} bytes"
	done
	[ "$verdict" = FAIL ] ||
		nfs_text="NFS: $nfs_mib MiB read and written back, sha256 $(cut -c 1-16 \
			"$results/nfs.file")... each time"
}

# lost: the frames that the captures missed
lost()
{
	cat "$results"/tcpdump.? 2>/dev/null |
		awk '/dropped by kernel/ { n += $1 } END { print n + 0 }' || true
}

verdict()
{
	local type host failed=0 complaints=() nfs_text="" total

	for host in 1 2; do
		[ ! -r "$results/trunk-to-host$host.pcap" ] || frames_to "$host"
	done >"$results/frames"
	read_frames <"$results/frames"
	read_attempts

	printf '%-10s  %-7s  %-6s  %14s  %24s  %-15s\n' \
		"" "" "" "iperf3 Mbit/s" "frames on the trunk" "to other VLANs"
	printf '%-10s  %-7s  %-6s  %7s%7s  %7s %7s %8s  %-15s  %s\n' Traffic Adapter Ping \
		out back out back tagged "ARP, ping" Verdict
	printf '%-10s  %-7s  %-6s  %14s  %24s  %-15s  %s\n' ---------- ------- ------ \
		-------------- ------------------------ --------------- -------
	for type in "${types[@]}"; do
		judge_type "$type"
	done
	echo
	total=0
	for type in "${!frames[@]}"; do
		total=$((total + frames[$type]))
	done
	[ $stray = 0 ] || failed=1
	[ -z "$nfs_text" ] || echo "$nfs_text"
	echo "Trunk: $total frames captured ($(lost) lost), $stray from elsewhere"
	[ ${#complaints[@]} = 0 ] || printf 'FAIL: %s\n' "${complaints[@]:0:20}"
	[ ${#complaints[@]} -le 20 ] || echo "FAIL: and $((${#complaints[@]} - 20)) more"
	return $failed
}
