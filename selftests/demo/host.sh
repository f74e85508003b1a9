#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The demo as one of its two hosts runs it, see selftests/demo/run. What it finds out is left in
# the folder $RESULTS; a step that cannot be done at all ends it.

set -euo pipefail
shopt -s inherit_errexit

here=$(dirname "$0")
# shellcheck source=topology.sh
. "$here/topology.sh"
# shellcheck source=guest.sh
. "$here/guest.sh"
# shellcheck source=network.sh
. "$here/network.sh"
# shellcheck source=capture.sh
. "$here/capture.sh"
# shellcheck source=traffic.sh
. "$here/traffic.sh"
# shellcheck source=nfs.sh
. "$here/nfs.sh"
# shellcheck source=isolation.sh
. "$here/isolation.sh"
trap 'say "demo: failed on host$HOST: $BASH_COMMAND" >&2' ERR

host1()
{
	show_network
	nfs_serve
	meet servers
	exchange_traffic
	say "NFS: host 2 mounts ${address[NFS.1]}:/ and copies a file of $nfs_mib MiB from and to it"
	meet nfs-begin
	meet nfs-end
	[ ! -s "$RESULTS/nfs.mount" ] || say "host2: $(cat "$RESULTS/nfs.mount")"
	nfs_sums
	say "Isolation: from each adapter to all of host 2's"
	try_to_cross
	capture_mark
}

host2()
{
	iperf_serve
	meet servers
	meet nfs-begin
	nfs_copy || say "host2: the NFS mount or a copy failed"
	meet nfs-end
}

build_network
meet network
for type in "${types[@]}"; do
	within 20 reach_peer "$type" || true # the verdict will tell
done
meet reached
capture_start
meet capture
"host$HOST"
meet mark
capture_stop
meet end
