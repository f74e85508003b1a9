# SPDX-License-Identifier: GPL-2.0
"""The vswitch's cases, each of which sets all up in a place and returns what
goes where: (way, device, frame)."""

import struct

from ctl.team import policy

from .peers import received, sent, to_adapter
from .place import BROADCAST, DST, OTHER, SEGMENTS, SRC, TCP_COUNTED, VLAN

ANY_VLAN = 4095
MOST_PORTS, MOST_GROUPS = 4088, 512
FDB_BITS = 12                   # as in vsw.h


def switch(place, vlan, *uplinks, **team):
    """A switch with a port group pg."""
    place.nl.do("switch-add", name="vs0")
    for name in uplinks:
        place.nl.do("uplink-add", switch="vs0", ifname=name)
    if team:
        place.nl.do("switch-set", name="vs0", policy=policy(**team))
    place.nl.do("portgroup-add", name="pg", switch="vs0", vlan=vlan)


def vm(place, dev, mac, portgroup="pg"):
    """A VM port."""
    place.nl.do("port-add", portgroup=portgroup, ifname=dev, initial_mac=mac)


def vms(place, vlan, **what):
    """Two VM ports of a port group, and what the one sends to the other."""
    switch(place, vlan)
    vm(place, "in0", SRC)
    vm(place, "out0", DST)
    return received(**what)


def est(place):
    """vswitch, EST"""
    return vms(place, 0)


def est_large(place):
    """vswitch, EST"""
    return vms(place, 0, large=True)


def vst(place):
    """vswitch, VST"""
    return vms(place, VLAN)


def vgt(place):
    """vswitch, VGT"""
    return vms(place, ANY_VLAN, tag=VLAN)


def trunk(place):
    """vswitch, trunk list"""
    answer = vms(place, 0, tag=VLAN)
    place.nl.do("portgroup-set", name="pg",
                trunk=[{"first": 5, "last": 4000}])
    return answer


def override(place, *uplinks):
    """Security and failover are the port group's own."""
    place.nl.do("portgroup-set", name="pg", policy=policy(
        promiscuous=1, mac_changes=1, forged_transmits=1,
        load_balancing="mac", active=uplinks))


def override_all(place, *uplinks):
    """And shaping, too."""
    override(place, *uplinks)
    # As much as a policy can say, so that nothing waits.
    place.nl.do("portgroup-set", name="pg", policy=policy(
        shaping_enabled=1, shaping_average=1000000000,
        shaping_peak=1000000000, shaping_burst=4194304))


def with_uplink(place, how):
    """Two VM ports beside an uplink, and policies."""
    answer = vms(place, 0)
    place.nl.do("uplink-add", switch="vs0", ifname="out1")
    how(place, "out1")
    return answer


def overridden(place):
    """vswitch, EST, security and failover overridden"""
    return with_uplink(place, override)


def shaped(place):
    """vswitch, EST, all three policies overridden"""
    return with_uplink(place, override_all)


def outward(place, large=False, **team):
    """From a VM to one of two uplinks."""
    switch(place, VLAN, "out1", "out2", **team)
    vm(place, "in0", SRC)
    return received(dst=OTHER, large=large)


def out(place):
    """vswitch, VST"""
    return outward(place)


def out_large(place):
    """vswitch, VST"""
    place.comes_out = SEGMENTS
    return outward(place, large=True)


def out_mac(place):
    """vswitch, VST, source MAC hash"""
    return outward(place, load_balancing="mac")


def out_iphash(place):
    """vswitch, VST, IP hash"""
    return outward(place, load_balancing="iphash")


def out_explicit(place):
    """vswitch, VST, explicit failover order"""
    return outward(place, load_balancing="explicit", active=["out2", "out1"])


def out_shaped(place):
    """vswitch, VST, all three policies overridden"""
    answer = outward(place)
    override_all(place, "out2", "out1")
    return answer


def inward(place, large=False, **team):
    """From one of two uplinks to a VM."""
    switch(place, VLAN, "in0", "out1", **team)
    vm(place, "out0", DST)
    return received(src=OTHER, tag=VLAN, large=large)


def into(place):
    """vswitch, VST"""
    return inward(place)


def into_large(place):
    """vswitch, VST"""
    return inward(place, large=True)


def into_mac(place):
    """vswitch, VST, source MAC hash"""
    return inward(place, load_balancing="mac")


def into_explicit(place):
    """vswitch, VST, explicit failover order"""
    return inward(place, load_balancing="explicit", active=["in0", "out1"])


def into_shaped(place):
    """vswitch, VST, all three policies overridden"""
    answer = inward(place)
    override_all(place, "in0", "out1")
    return answer


def into_iphash(place):
    """vswitch, VST, IP hash"""
    return inward(place, load_balancing="iphash")


def adapter(place, uplink, vlan):
    """A VMkernel adapter, by name."""
    switch(place, vlan, uplink)
    return place.nl.do("vmk-add", portgroup="pg")["ifname"]


def vmk_in(place):
    """vmk, EST"""
    return to_adapter(place, adapter(place, "in0", 0))


def vmk_in_large(place):
    """vmk, EST"""
    place.comes_out = TCP_COUNTED
    return to_adapter(place, adapter(place, "in0", 0), large=True)


def vmk_vst_in(place):
    """vmk, VST"""
    return to_adapter(place, adapter(place, "in0", VLAN), VLAN)


def vmk_out(place):
    """vmk, EST"""
    return sent(place, adapter(place, "out0", 0))


def vmk_out_large(place):
    """vmk, EST"""
    return sent(place, adapter(place, "out0", 0), large=True)


def vmk_vst_out(place):
    """vmk, VST"""
    return sent(place, adapter(place, "out0", VLAN))


def vmk_out_shaped(place):
    """vmk, EST, all three policies overridden"""
    answer = vmk_out(place)
    override_all(place, "out0")
    return answer


def broadcast(place):
    """vswitch, VST"""
    place.comes_out = len(place.outs)
    switch(place, VLAN)
    vm(place, "in0", SRC)
    for i, dev in enumerate(place.outs):
        vm(place, dev, f"02:00:00:00:01:{i:02x}")
    return received(dst=BROADCAST)


def broadcast_shaped(place):
    """vswitch, VST, all three policies overridden"""
    answer = broadcast(place)
    place.nl.do("uplink-add", switch="vs0", ifname=place.others[0])
    override_all(place, place.others[0])
    return answer


def chain(mac):
    """The chain of the table that an address is in, as vsw_fdb_bucket() has
    it on a machine of little endian."""
    high, low = struct.unpack("<IH", bytes.fromhex(mac.replace(":", "")))
    key = high << 16 | low
    return (key * 0x61c8864680b583eb & 2 ** 64 - 1) >> 64 - FDB_BITS


def full(place, groups, behind):
    """
    Two VM ports and others beside them, in so many port groups in all; so many
    others are in the receiver's chain behind it, and as many before it.
    """
    addresses = (f"02:00:00:{i >> 16:02x}:{i >> 8 & 255:02x}:{i & 255:02x}"
                 for i in range(1 << 16, 1 << 24))
    spread = (a for a in addresses if chain(a) != chain(DST))
    same = (a for a in addresses if chain(a) == chain(DST))
    switch(place, VLAN)
    for i in range(1, groups):
        place.nl.do("portgroup-add", name=f"pg{i}", switch="vs0",
                    vlan=VLAN + i)
    vm(place, "in0", SRC)
    # An entry goes to its chain's head.
    for i, name in enumerate(place.others):
        if i == behind:
            vm(place, "out0", DST)
        vm(place, name, next(same if i < 2 * behind else spread),
           f"pg{i % groups}" if i % groups else "pg")
    if len(place.others) <= behind:
        vm(place, "out0", DST)
    return received()
