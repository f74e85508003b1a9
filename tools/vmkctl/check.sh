#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check.sh PROGRAM: what PROGRAM says, and its exit status, where no module is needed.

program=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
ln -s "$program" "$dir/vmkctl"
ln -s "$program" "$dir/esxcli"
ln -s "$program" "$dir/vmkping"
ln -s /bin/sh "$dir/sh"
passed=0
failed=0

# expect STATUS STDOUT STDERR WORD ... : both texts are patterns of the shell; an error is one line
expect()
{
	local status=$1 out=$2 err=$3
	shift 3

	"$dir/$1" "${@:2}" >"$dir/out" 2>"$dir/err"
	got=$?
	# shellcheck disable=SC2053
	if [ "$got" = "$status" ] && [[ $(<"$dir/out") == $out ]] && [[ $(<"$dir/err") == $err ]] &&
		[ "$(wc -l <"$dir/err")" -le 1 ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "not ok - $* (status $got)"
	sed 's/^/  /' "$dir/out" "$dir/err"
}

expect 0 'usage: vmkctl *COMMAND*vswitch add*ping*' '' vmkctl
expect 0 'usage: vmkctl *vswitch add*' '' vmkctl --help
expect 0 'usage: vmkctl *vswitch add*' '' vmkctl help
expect 0 'usage: esxcli *network vswitch standard add*' '' esxcli
expect 0 'usage: vmkctl *vswitch uplink add*' '' vmkctl vswitch --help
expect 0 'usage: vmkctl *vswitch uplink add*' '' vmkctl help vswitch
expect 0 'usage: * network ip interface tag add -i VMK*' '' \
	vmkctl network ip interface tag add --help
expect 0 'usage: * network vswitch standard *' '' esxcli network vswitch --help
expect 0 'usage: vmkctl vswitch add -v NAME*(required)*' '' vmkctl vswitch add --help
expect 0 'usage: vmkctl vswitch add -v NAME*' '' vmkctl vswitch add -v x --help
expect 0 'usage: vmkctl vswitch add -v NAME*' '' vmkctl help vswitch add
expect 0 'usage: vmkping ping*' '' vmkping --help
expect 0 'vmkctl [0-9]*' '' vmkctl --version
expect 0 '*.TH VMKCTL 8*' '' vmkctl help --man
expect 0 '*complete -o default -F*' '' vmkctl help --completion
expect 0 '*vswitch*network*' '' vmkctl help --complete
expect 0 '*add*uplink*' '' vmkctl help --complete vswitch
expect 0 '*standard*' '' vmkctl help --complete network vswitch
expect 0 '*--vswitch-name*--help*' '' vmkctl help --complete vswitch add -v x

expect 2 'usage: *vswitch uplink add*' "vmkctl: 'vswitch' is not a whole command" vmkctl vswitch
expect 2 '' "vmkctl: unknown command 'vswich list'; the nearest is 'vswitch list'" \
	vmkctl vswich list
expect 2 '' "vmkctl: unknown command 'vswitch ad'; the nearest is 'vswitch add'" vmkctl vswitch ad
expect 2 '' "vmkctl: unknown command 'uplink add'; the nearest is 'vswitch uplink add'" \
	vmkctl uplink add -u x
expect 2 '' "*the nearest is 'network ip interface list'" esxcli network ip interfac list
expect 2 '' "vmkctl: vswitch add: unknown option '--vswitch'; the nearest is '--vswitch-name'" \
	vmkctl vswitch add --vswitch=x
expect 2 '' "vmkctl: vswitch add: unknown option '-z'; there are -v, -P, -j and --help" \
	vmkctl vswitch add -z
expect 2 '' 'vmkctl: vswitch add: --vswitch-name is required' vmkctl vswitch add
expect 2 '' 'esxcli: network vswitch standard add: --vswitch-name is required' \
	esxcli network vswitch standard add
expect 2 '' 'vmkctl: vswitch add: -v needs a value' vmkctl vswitch add -v
expect 2 '' 'vmkctl: vswitch add: -v is given twice' vmkctl vswitch add -v a -v b
expect 2 '' "vmkctl: vswitch add: unexpected word 'b'" vmkctl vswitch add -v a b
expect 2 '' 'vmkctl: vswitch set: nothing to change; give one of --mtu, --cdp-status, *' \
	vmkctl vswitch set -v a
expect 2 '' "vmkctl: vswitch set: -m 'x': not a number of 0 to 4294967295" \
	vmkctl vswitch set -v a -m x
expect 2 '' "vmkctl: vswitch set: -c 'lisen': unknown; the nearest is 'listen'" \
	vmkctl vswitch set -v a -c lisen
expect 2 '' "vmkctl: --formatter 'cvs': unknown; the nearest is 'csv'" \
	vmkctl --formatter=cvs nic list
expect 2 '' 'vmkctl: vswitch policy security set: nothing to change; give one of --allow-prom*' \
	vmkctl vswitch policy security set -v a
expect 2 '' 'esxcli: network vswitch standard portgroup policy failover set: nothing to change; *--use-v*' \
	esxcli network vswitch standard portgroup policy failover set -p a
expect 2 '' '*nothing to change; *' vmkctl portgroup policy shaping set -p a --use-vswitch=no
expect 2 '' "*-l 'ip-hash': unknown; the nearest is 'iphash'" \
	vmkctl vswitch policy failover set -v a -l ip-hash
expect 2 '' "*-a 'eth0,,eth1': not a list such as eth0,eth1" \
	vmkctl vswitch policy failover set -v a -a eth0,,eth1
expect 2 '' "*unknown option '-u'; there are -v, -p, -m, -f, *" \
	vmkctl vswitch policy security set -v a -u
expect 2 '' "*unknown command 'vswitch policy failovr get'; the nearest is *failover get'" \
	vmkctl vswitch policy failovr get
expect 2 'usage: *vswitch policy failover set*' "*'vswitch policy' is not a whole command" vmkctl vswitch policy
expect 2 '' "*monitor: --count '0': not a positive number" vmkctl monitor -c 0
expect 0 '' '' sh -c "exec '$dir/vmkctl' monitor >&-"
expect 2 '' "*-t 'Vmtion': unknown; the nearest is 'VMotion'" \
	vmkctl interface tag add -i vmk0 -t Vmtion
expect 2 '' '*--ipv4 is required with --type static' vmkctl interface ipv4 set -i vmk0 -t static
expect 2 '' '*--gateway goes with --type static only' \
	vmkctl interface ipv4 set -i vmk0 -t none -g 10.0.0.1
expect 2 '' '*--peer-dns goes with --type dhcp only' \
	vmkctl interface ipv4 set -i vmk0 -t none -P true
expect 1 '' '*not in the network of 10.0.0.2/24' \
	vmkctl interface ipv4 set -i vmk0 -t static -I 10.0.0.2 -N 255.255.255.0 -g 10.0.1.1
expect 1 '' '*the broadcast address of its own network' \
	vmkctl interface ipv4 set -i vmk0 -t static -I 10.0.0.255 -N 255.255.255.0
expect 1 '' '*not an address of a host' \
	vmkctl interface ipv4 set -i vmk0 -t static -I 224.0.0.1 -N 255.255.255.0
expect 1 '' "vmkping: ping: --netstack 'nowhere.such': no such TCP/IP stack" \
	vmkping ++netstack=nowhere.such 127.0.0.1
expect 1 '' "vmkping: ping: --netstack 'nowhere.such': no such TCP/IP stack" \
	vmkping -dSnowhere.such 127.0.0.1
expect 1 '' "vmkping: ping: --netstack '../../tmp': no such TCP/IP stack" \
	vmkping -S ../../tmp 127.0.0.1
expect 2 '' "*config apply: --confirm '0': not 1 to 86400 seconds" vmkctl config apply --confirm 0
expect 2 '' "*config apply: --check '': not a host" vmkctl config apply --check=
expect 2 '' "*config diff: $dir/none: No such file or directory" vmkctl config diff -f "$dir/none"
printf 'version: 1\nswitches:\n- name: a\n  mut: 1500\n' >"$dir/bad.yaml"
expect 2 '' "*config diff: $dir/bad.yaml:4:3: unknown key 'mut'; the nearest is 'mtu'" \
	vmkctl config diff -f "$dir/bad.yaml"
expect 1 '' '*config confirm: no change waits to be confirmed' vmkctl config confirm
expect 0 'Name*PCI Device*Driver*' '' vmkctl nic list
expect 0 '\[*\]' '' vmkctl -j nic list
expect 1 '' 'vmkctl: nic list: output: No space left on device' \
	sh -c "exec '$dir/vmkctl' nic list >/dev/full"
expect 0 '*.SH PRIVILEGES*CAP_NET_ADMIN*' '' vmkctl help --man
if [ ! -e /sys/module/vswitch ]; then
	expect 1 '' 'vmkctl: vswitch list: the vswitch module is not loaded (modprobe vswitch)' \
		vmkctl vswitch list
	expect 1 '' 'esxcli: network vswitch standard add: the vswitch module is not loaded*' \
		esxcli network vswitch standard add -v x
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
