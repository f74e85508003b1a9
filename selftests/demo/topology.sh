# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# What both hosts build, and what the verdict expects of them. To be sourced.
#
#   host 1                                                host 2
#   vmk0  Management  10.0.10.1 -+                      +- vmk0  Management  10.0.10.2
#   vmk1  vMotion     10.0.20.1 -+                      +- vmk1  vMotion     10.0.20.2
#   vmk2  NFS         10.0.30.1 -+- vSwitch0  vSwitch0 -+- vmk2  NFS         10.0.30.2
#   vmk3  iSCSI       10.0.40.1 -+     |          |     +- vmk3  iSCSI       10.0.40.2
#   a VM  VM Network  10.0.0.1  -+   eth1 ===== eth1    +- a VM  VM Network  10.0.0.2
#                                         trunk

switch=vSwitch0
uplink=eth1

# The kinds of traffic; each has the port group of its name.
types=(Management vMotion NFS iSCSI "VM Network")
declare -A vlan=([Management]=10 [vMotion]=20 [NFS]=30 [iSCSI]=40 ["VM Network"]=0)

# The VM is a network namespace "vm", and eth0 is its end of a veth pair.
declare -A adapter=([Management]=vmk0 [vMotion]=vmk1 [NFS]=vmk2 [iSCSI]=vmk3 ["VM Network"]=eth0)

# NFS and iSCSI need no tag: there the routing table and the port binding decide.
declare -A tag=([Management]=Management [vMotion]=VMotion)

# address[TYPE.HOST]
declare -A address
for type in "${types[@]}"; do
	for host in 1 2; do
		address[$type.$host]=10.0.${vlan[$type]}.$host
	done
done

pings=5   # answers wanted of each ping
nfs_mib=8 # size of the file
