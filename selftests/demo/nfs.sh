# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Host 1 exports a folder by its NFS adapter's address; host 2 mounts it, copies a file from it and
# back to it. To be sourced.

nfs_folder=/srv/demo
nfs_mount=/mnt/demo

nfs_serve()
{
	mkdir -p "$nfs_folder" /var/lib/nfs/v4recovery
	touch /var/lib/nfs/etab /var/lib/nfs/rmtab
	mount -t tmpfs tmpfs "$nfs_folder"
	head -c "${nfs_mib}M" /dev/urandom >"$nfs_folder/file"
	modprobe nfsd
	mount -t nfsd nfsd /proc/fs/nfsd
	exportfs -o rw,no_root_squash,fsid=0 "${address[NFS.2]}:$nfs_folder"
	rpc.mountd -N 2 -N 3
	rpc.nfsd -N 3 -H "${address[NFS.1]}" 2
	# There are no clients from before to wait for.
	echo Y >/proc/fs/nfsd/v4_end_grace
}

nfs_copy()
{
	mkdir -p "$nfs_mount"
	timeout 60 mount -t nfs4 "${address[NFS.1]}:/" "$nfs_mount" || return
	grep " $nfs_mount " /proc/mounts >"$RESULTS/nfs.mount"
	timeout 60 cp "$nfs_mount/file" /tmp/file || return
	timeout 60 cp /tmp/file "$nfs_mount/copy" || return
	sha256sum </tmp/file >"$RESULTS/nfs.read"
	timeout 60 umount "$nfs_mount"
}

# On host 1, after the copies
nfs_sums()
{
	sha256sum <"$nfs_folder/file" >"$RESULTS/nfs.file"
	[ ! -e "$nfs_folder/copy" ] || sha256sum <"$nfs_folder/copy" >"$RESULTS/nfs.copy"
}
