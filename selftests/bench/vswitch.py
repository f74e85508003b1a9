# SPDX-License-Identifier: GPL-2.0
"""The vswitch's cases, each of which sets all up in a place and returns what
goes where: (way, device, frame)."""

from ctl.team import policy

from .peers import received, sent, to_adapter
from .place import BROADCAST, DST, OTHER, SRC, VLAN

ANY_VLAN = 4095
MOST_PORTS, MOST_GROUPS = 4088, 512


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


def overridden(place):
    """vswitch, EST, security and failover overridden"""
    answer = vms(place, 0)
    place.nl.do("uplink-add", switch="vs0", ifname="out1")
    place.nl.do("portgroup-set", name="pg", policy=policy(
        promiscuous=1, mac_changes=1, forged_transmits=1,
        load_balancing="mac", active=["out1"]))
    return answer


def shaped(place):
    """vswitch, EST, all three policies overridden"""
    answer = overridden(place)
    # As much as a policy can say, so that nothing waits.
    place.nl.do("portgroup-set", name="pg", policy=policy(
        shaping_enabled=1, shaping_average=1000000000,
        shaping_peak=1000000000, shaping_burst=4194304))
    return answer


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


def inward(place, **team):
    """From one of two uplinks to a VM."""
    switch(place, VLAN, "in0", "out1", **team)
    vm(place, "out0", DST)
    return received(src=OTHER, tag=VLAN)


def into(place):
    """vswitch, VST"""
    return inward(place)


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


def vmk_vst_in(place):
    """vmk, VST"""
    return to_adapter(place, adapter(place, "in0", VLAN), VLAN)


def vmk_out(place):
    """vmk, EST"""
    return sent(place, adapter(place, "out0", 0))


def vmk_vst_out(place):
    """vmk, VST"""
    return sent(place, adapter(place, "out0", VLAN))


def broadcast(place):
    """vswitch, VST"""
    switch(place, VLAN)
    vm(place, "in0", SRC)
    for i, dev in enumerate(place.outs):
        vm(place, dev, f"02:00:00:00:01:{i:02x}")
    return received(dst=BROADCAST)


def full(place, groups):
    """Two VM ports and others beside them, in so many port groups in all."""
    answer = vst(place)
    for i in range(1, groups):
        place.nl.do("portgroup-add", name=f"pg{i}", switch="vs0",
                    vlan=VLAN + i)
    for i, name in enumerate(place.others):
        vm(place, name, f"02:00:00:01:{i >> 8:02x}:{i & 255:02x}",
           f"pg{i % groups}" if i % groups else "pg")
    return answer
