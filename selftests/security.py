#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The security policy: who may see what is not for him, change his address, and
send from somebody else's.

     pa   pb   pc   vmk0        pd         pt
      |    |    |    |           |          |
   +--+----+----+----+--+   +----+---+  +---+---+
   | vms     watch kernel|   | twenty |  | trunk |    port groups: VLAN 10,
   +---------+----------+   +----+---+  +---+---+    VLAN 20, VLANs 10-20
             |      vSwitch0     |          |
             +----+----------+---+----------+
                  | up1      | up2
                  w1         w2              the wire, all tagged
"""

import errno
import os
import socket
import struct

from ctl.frames import (BROADCAST, PACKET_MR_PROMISC, VNET_HDR, Tap, build,
                        mac, tag_text)
from ctl.host import Host, features, ping
from ctl.ktap import check, defer, equal, main, run, wait_for
from ctl.net import IFF_PROMISC, Netns, settings
from ctl.refuse import refused_ip
from ctl.rules import flags, override, rule, wait_flag
from ctl.site import SWITCH, Site, wire_mac
from ctl.tap import open_tap

GROUP = "01:00:5e:01:02:03"
UNKNOWN = "02:00:00:00:09:09"
NEW = "02:00:00:00:07:01"
THIRD = "02:00:00:00:07:02"
TEN = ("a", "b", "c", "vmk0")       # the clients in VLAN 10 and nowhere else
RARP = 0x8035
NEEDS_CSUM = 1
SIZE = 60


def topology():
    """See the top of the file."""
    site = Site("a b c d t", uplinks=2)
    site.portgroup("vms", vlan=10)
    site.portgroup("watch", vlan=10)
    site.portgroup("kernel", vlan=10)
    site.portgroup("twenty", vlan=20)
    site.portgroup("trunk", trunk=[{"first": 10, "last": 20}])
    for name, portgroup in (("a", "vms"), ("b", "vms"), ("c", "watch"),
                            ("d", "twenty"), ("t", "trunk")):
        site.vm(name, portgroup)
    site.vmk("vmk0", "kernel")
    return site


def dev(name):
    """The switch's interface for a VM or adapter."""
    return name if name.startswith("vmk") else f"p{name}"


def own_wire(site, name):
    """The wire that a client uses, and the other one."""
    wanted = site.port(dev(name)).get("uplink")
    ups = {r["port-id"]: r["ifname"] for r in site.nl.dump("uplink-get")}
    check(wanted in ups, f"{name} uses no uplink")
    wire = "w" + ups[wanted][2:]
    return wire, "w2" if wire == "w1" else "w1"


def expect(site, sender, dst, receivers, drops=(), **kwargs):
    """
    One frame, its receivers and its drops, one each. Receivers are names;
    the tags are those of VLAN 10, or as given by a dictionary.
    """
    vlan = kwargs.pop("vlan", 10)
    if sender in ("w1", "w2", "t"):
        kwargs.setdefault("tags", str(vlan))
    if sender in ("w1", "w2"):
        kwargs.setdefault("src", wire_mac())
    if not isinstance(receivers, dict):
        receivers = {n: str(vlan) if n in ("w1", "w2", "t") else ""
                     for n in receivers.split()}
    got = site.send(sender, dst, **kwargs)
    equal(got, (receivers, {tuple(d.split()): 1 for d in drops}),
          f"{sender} to {dst}: received by, drops")


def dies_at(site, wire, dst, reasons, **kwargs):
    """One frame from the wire that nobody gets, for one of the reasons."""
    seen, lost = site.send(wire, dst, wire_mac(), "10", **kwargs)
    equal(seen, {}, f"{wire} to {dst}: received by")
    check(sum(lost.values()) == 1 and
          set(lost) <= {(f"up{wire[1]}", r) for r in reasons},
          f"{wire} to {dst}: drops {lost}")


def promiscuity(site):
    """How many have asked each uplink for all frames."""
    return [site.sw.link(n)["promiscuity"] for n in ("up1", "up2")]


# Promiscuous mode


def promiscuous_mode_rejected(site):
    """Asking has no effect, and a VM's port is as others."""
    before = promiscuity(site)
    member = Tap(site.sw, "vmk0")
    defer(member.close)
    member.join(PACKET_MR_PROMISC)
    wire, _ = own_wire(site, "vmk0")
    for name in TEN + ("d", "t"):
        equal(flags(site, dev(name)), frozenset(), f"flags of {name}")
    expect(site, "a", "b", "b")
    expect(site, "a", UNKNOWN, own_wire(site, "a")[0])
    expect(site, wire, "b", "b")
    expect(site, wire, UNKNOWN, "", [f"up{wire[1]} unknown-unicast"])
    expect(site, "b", GROUP, f"a c t {own_wire(site, 'b')[0]}")
    equal(promiscuity(site), before, "promiscuity of the uplinks")


def sees_all_of_its_vlan(site, name):
    """What a promiscuous client of VLAN 10, other than a and b, gets."""
    wire, other = own_wire(site, name)
    # Unicast between others, and from them to the wire.
    expect(site, "a", "b", f"b {name}")
    expect(site, "b", "a", f"a {name}")
    expect(site, "a", UNKNOWN, f"{own_wire(site, 'a')[0]} {name}")
    # From the wire to others, on the uplink that those use; to nobody, on
    # the one that it uses itself: so of two that bring a frame, one counts.
    a_wire, a_other = own_wire(site, "a")
    expect(site, a_wire, "a", f"a {name}")
    expect(site, a_other, "a", "a")
    expect(site, wire, UNKNOWN, name)
    dies_at(site, other, UNKNOWN, ("unknown-unicast", "team-inbound"))
    # What is for it comes once.
    expect(site, "a", name, name)
    expect(site, wire, name, name)
    expect(site, other, name, name)
    seen, lost = site.send("a", BROADCAST)
    equal((seen.get(name), lost), ("", {}), "broadcast")
    seen, lost = site.send("a", GROUP)
    equal((seen.get(name), lost), ("", {}), "multicast")
    # Another VLAN's is not.
    expect(site, "d", UNKNOWN, own_wire(site, "d")[0], vlan=20)
    expect(site, wire, "d", "d", vlan=20)
    expect(site, wire, "t", "t", vlan=20)
    seen, lost = site.send(wire, UNKNOWN, wire_mac(), "99")
    equal((seen, len(lost)), ({}, 1), "unicast in a VLAN of nobody")
    # A frame that is not let in is nobody's.
    expect(site, "a", "b", "", ["pa forged-transmit"], src=UNKNOWN)


def promiscuous_vm(site):
    """A VM's port always asks; the policy is that of its port group."""
    override(site, "watch", promiscuous=1)
    equal(flags(site, "pc"), frozenset({"promiscuous"}), "flags of c")
    equal(flags(site, "pa"), frozenset(), "flags of a")
    sees_all_of_its_vlan(site, "c")


def promiscuous_adapter(site):
    """An adapter asks by IFF_PROMISC."""
    wire, _ = own_wire(site, "vmk0")

    def as_others():
        wait_flag(site, "vmk0", "promiscuous", False)
        expect(site, "a", "b", "b")
        expect(site, wire, UNKNOWN, "", [f"up{wire[1]} unknown-unicast"])
        expect(site, "b", GROUP, f"a c t {own_wire(site, 'b')[0]}")

    override(site, "kernel", promiscuous=1)
    as_others()
    member = Tap(site.sw, "vmk0")
    member.join(PACKET_MR_PROMISC)
    wait_flag(site, "vmk0", "promiscuous")
    sees_all_of_its_vlan(site, "vmk0")
    member.close()
    as_others()
    site.sw.ip("link set dev vmk0 promisc on")
    defer(site.sw.ip, "link set dev vmk0 promisc off")
    wait_flag(site, "vmk0", "promiscuous")
    sees_all_of_its_vlan(site, "vmk0")
    # The policy is taken back and given again while it asks.
    site.nl.do("portgroup-set", name="kernel", policy={"promiscuous": 0})
    check(site.sw.link("vmk0")["flags"] & IFF_PROMISC, "IFF_PROMISC is gone")
    as_others()
    site.nl.do("portgroup-set", name="kernel", policy={"promiscuous": 1})
    wait_flag(site, "vmk0", "promiscuous")
    expect(site, "a", "b", "b vmk0")
    site.sw.ip("link set dev vmk0 promisc off")
    as_others()


def promiscuous_by_the_switch(site):
    """The switch's policy counts where the port group has none."""
    rule(site, promiscuous=1)
    for name in ("a", "b", "c", "d", "t"):
        equal(flags(site, dev(name)), frozenset({"promiscuous"}),
              f"flags of {name}")
    equal(flags(site, "vmk0"), frozenset(), "flags of vmk0")
    wire = own_wire(site, "a")[0]
    expect(site, "a", UNKNOWN, f"b c t {wire}")
    override(site, "watch", promiscuous=0)
    equal(flags(site, "pc"), frozenset(), "flags of c")
    expect(site, "a", UNKNOWN, f"b t {wire}")
    site.nl.do("switch-set", name=SWITCH, policy={"promiscuous": 0})
    expect(site, "a", UNKNOWN, wire)
    site.nl.do("portgroup-set", name="watch", policy={"promiscuous": 1})
    expect(site, "a", UNKNOWN, f"c {wire}")
    site.nl.do("portgroup-set", name="watch", reset_policy={"security"})
    expect(site, "a", UNKNOWN, wire)


def promiscuous_trunk(site):
    """It sees all of its VLANs, with their tags, and no other."""
    override(site, "trunk", promiscuous=1)
    wire, _ = own_wire(site, "t")
    expect(site, "a", "b", "b t")
    expect(site, "vmk0", "a", "a t")
    expect(site, "d", UNKNOWN, f"{own_wire(site, 'd')[0]} t", vlan=20)
    expect(site, own_wire(site, "a")[0], "a", "a t")
    expect(site, wire, UNKNOWN, "t", vlan=15)
    # Neither does it see the marker's VLAN nor what has no tag.
    for tags in ("", "21", "4000"):
        seen, lost = site.send(wire, UNKNOWN, wire_mac(), tags)
        equal((seen, sum(lost.values())), ({}, 1), f"tags {tags!r}")
    seen, lost = site.send("m1", "m2")
    equal((seen, lost), ({"m2": ""}, {}), "in the marker's VLAN")


def one_copy_of_what_two_uplinks_bring(site):
    """The same frame on both uplinks: once, as for all promiscuous ports."""
    rule(site, promiscuous=1)
    site.sw.ip("link set dev vmk0 promisc on")
    defer(site.sw.ip, "link set dev vmk0 promisc off")
    wait_flag(site, "vmk0", "promiscuous")
    lab = site.lab

    def from_both(dst):
        lab.number += 1
        ident = struct.pack("!I", lab.number)
        lab.flush()
        for wire in ("w1", "w2"):
            lab.taps[wire].send(build(site.mac.get(dst, dst), wire_mac(),
                                      "10", ident))
        early = lab.pass_marker()
        return lab.collect(ident, early, lab.marks[1])

    once = {"a": "", "b": "", "c": "", "t": "10", "vmk0": ""}
    for dst in (UNKNOWN, BROADCAST, GROUP):
        equal(from_both(dst), once, f"received of what is sent to {dst}")
    # Its holder takes unicast from any uplink of the team.
    equal(from_both("b"), dict(once, b=["", ""]), "received of b's")


def never_gets_back_its_own(site):
    """Not even when it is promiscuous and sends from another address."""
    rule(site, promiscuous=1)
    site.sw.ip("link set dev vmk0 promisc on")
    defer(site.sw.ip, "link set dev vmk0 promisc off")
    wait_flag(site, "vmk0", "promiscuous")
    everybody = {"a": "", "b": "", "c": "", "t": "10", "vmk0": ""}

    def all_ways(src=None):
        for name in TEN + ("t",):
            wire = {own_wire(site, name)[0]: "10"}
            others = {n: t for n, t in everybody.items() if n != name}
            tags = "10" if name == "t" else ""
            for dst, out in (("b" if name == "a" else "a", {}),
                             (UNKNOWN, wire), (BROADCAST, wire),
                             (GROUP, wire)):
                expect(site, name, dst, {**others, **out}, tags=tags,
                       src=src)
            seen, _ = site.send(name, name, src or site.mac[name], tags)
            check(name not in seen, f"{name} got back its own: {seen}")

    all_ways()
    rule(site, forged_transmits=1)
    all_ways("02:00:00:00:08:08")


def uplinks_follow(site):
    """They take all frames while there is a promiscuous port."""
    zero = promiscuity(site)

    def raised(yes, what):
        got = promiscuity(site)
        check(all((g > z) == yes and g >= z for g, z in zip(got, zero)),
              f"{what}: promiscuity {got}, {zero} before")

    override(site, "watch", promiscuous=1)
    raised(True, "a promiscuous VM")
    rule(site, promiscuous=1)
    raised(True, "more of them")
    site.nl.do("switch-set", name=SWITCH, policy={"promiscuous": 0})
    raised(True, "less of them")
    site.nl.do("portgroup-set", name="watch", policy={"promiscuous": 0})
    equal(promiscuity(site), zero, "promiscuity after the last")

    override(site, "kernel", promiscuous=1)
    equal(promiscuity(site), zero, "promiscuity before the adapter asks")
    site.sw.ip("link set dev vmk0 promisc on")
    defer(site.sw.ip, "link set dev vmk0 promisc off")
    wait_flag(site, "vmk0", "promiscuous")
    raised(True, "a promiscuous adapter")
    site.sw.ip("link set dev vmk0 promisc off")
    wait_flag(site, "vmk0", "promiscuous", False)
    equal(promiscuity(site), zero, "promiscuity when it no longer asks")

    # The port comes and goes.
    site.nl.do("port-del", ifname="pc")
    defer(site.vm, "c", "watch")
    site.nl.do("portgroup-set", name="watch", policy={"promiscuous": 1})
    equal(promiscuity(site), zero, "promiscuity without a client")
    site.vm("c", "watch")
    defer(site.nl.do, "port-del", ifname="pc")
    raised(True, "a client that connects")

    # An uplink comes and goes, and gets back what it had.
    site.sw.ip("link add up3 type veth peer name w3 netns "
               f"{site.out.name}\nlink set dev up3 up")
    defer(site.sw.ip, "link del dev up3")
    plain = settings(site.sw)["up3"]
    site.nl.do("uplink-add", switch=SWITCH, ifname="up3")
    equal(site.sw.link("up3")["promiscuity"], promiscuity(site)[0],
          "promiscuity of a new uplink")
    site.nl.do("uplink-del", switch=SWITCH, ifname="up3")
    equal(settings(site.sw)["up3"], plain, "settings of the uplink removed")
    raised(True, "without the third")
    site.nl.do("port-del", ifname="pc")
    equal(promiscuity(site), zero, "promiscuity without the client")
    site.vm("c", "watch")


def blocked_promiscuous_port(site):
    """Accepting it opens no port that is blocked."""
    override(site, "watch", promiscuous=1)
    site.nl.do("port-set", ifname="pc", blocked=1)
    defer(site.nl.do, "port-set", ifname="pc", blocked=0)
    check("blocked" in flags(site, "pc"), f"flags {flags(site, 'pc')}")
    equal(site.send("a", "b")[0], {"b": ""}, "received while c is blocked")
    site.nl.do("port-set", ifname="pc", blocked=0)
    expect(site, "a", "b", "b c")


# Changes of the address


def filtered(site, uplink="up1"):
    """The addresses that an uplink's filter lets in."""
    return set(a for a in settings(site.sw)[uplink]["fdb"])


def wait_rarp(tap, address):
    """Waits until a wire has been told where an address is."""
    def told():
        for data in tap.recv():
            tags, at = tag_text(data)
            if data[at:at + 2] == struct.pack("!H", RARP) and \
               data[6:12] == mac(address):
                equal((data[:6], tags), (mac(BROADCAST), "10"), "RARP")
                return True
        return False

    wait_for(told, f"a RARP from {address}")


def set_address(site, address, ok=True):
    """ip link set dev vmk0 address."""
    return site.sw.run("ip", "link", "set", "dev", "vmk0", "address",
                       address, ok=ok)


def restore_address(site, address):
    """Gives vmk0 its address back, for the undoing of a case."""
    site.nl.do("switch-set", name=SWITCH, policy={"mac-changes": 1})
    set_address(site, address)
    site.nl.do("switch-set", name=SWITCH, policy={"mac-changes": 0})


def adapter_may_not_change_its_address(site):
    """Refused, with a message; the one that it has is no change."""
    refused_ip(site, f"link set dev vmk0 address {NEW}",
               "Operation not permitted|MAC", "MAC")
    equal(site.sw.link("vmk0")["address"], site.mac["vmk0"], "address")
    set_address(site, site.mac["vmk0"])
    expect(site, "a", "vmk0", "vmk0")
    # Neither where only another port group's policy accepts it.
    override(site, "vms", mac_changes=1)
    refused_ip(site, f"link set dev vmk0 address {NEW}",
               "Operation not permitted|MAC", "MAC")


def deaf(site, name, address):
    """
    Checks that a client whose changed address is rejected receives nothing.
    What is sent to that address goes as if nobody had it: it may be
    another's, that the client claims.
    """
    wire = own_wire(site, name)[0]
    for sender in ("a", wire):
        tags = "10" if sender == wire else ""
        src = wire_mac() if sender == wire else None
        seen, lost = site.send(sender, address, src, tags)
        if sender == wire:
            want = ({}, {(f"up{wire[1]}", "unknown-unicast"): 1})
        else:
            want = ({own_wire(site, "a")[0]: "10"}, {})
        equal((seen, lost), want, f"{sender} to the address")
        seen, lost = site.send(sender, BROADCAST, src, tags)
        check(name not in seen, "broadcast is received")
        equal(lost, {(dev(name), "mac-changed"): 1}, "drops of a broadcast")


def change_address(site, old, listener):
    """Moves vmk0 to NEW and checks who reaches it where."""
    tap = site.lab.taps[own_wire(site, "vmk0")[0]]
    tap.recv()
    listener.drain()
    set_address(site, NEW)
    port = site.port("vmk0")
    equal((port["mac"], port["initial-mac"]), (NEW, old), "addresses")
    equal(site.nl.do("vmk-get", ifname="vmk0")["mac"], NEW, "vmk's address")
    told = listener.expect(2)
    equal(sorted((n, o["mac"]) for n, o in told),
          [("port-change-ntf", NEW), ("vmk-change-ntf", NEW)], "events")
    wait_rarp(tap, NEW)


def adapter_changes_its_address(site):
    """Accepted: what is for the new address comes, for the old it does
    not."""
    old = site.mac["vmk0"]
    wires = own_wire(site, "vmk0")
    check(old in filtered(site) and NEW not in filtered(site), "filter")
    rule(site, mac_changes=1)
    defer(restore_address, site, old)
    change_address(site, old, site.sw.events())
    equal(flags(site, "vmk0"), frozenset(), "flags")
    for uplink in ("up1", "up2"):
        check(NEW in filtered(site, uplink), f"{uplink} is deaf to the new")
        check(old not in filtered(site, uplink), f"{uplink} hears the old")
    a_wire = own_wire(site, "a")[0]
    expect(site, "a", NEW, "vmk0")
    expect(site, "a", old, a_wire)
    for wire in wires:
        expect(site, wire, NEW, "vmk0")
        expect(site, wire, old, "", [f"up{wire[1]} unknown-unicast"])
    expect(site, "a", BROADCAST, f"b c t vmk0 {a_wire}")
    expect(site, "vmk0", "a", "a", src=NEW)
    expect(site, "vmk0", "a", "", ["vmk0 forged-transmit"], src=old)
    # On to a third, and back.
    set_address(site, THIRD)
    expect(site, "a", THIRD, "vmk0")
    expect(site, "a", NEW, a_wire)
    set_address(site, old)
    expect(site, "a", old, "vmk0")
    expect(site, "a", THIRD, a_wire)
    check(old in filtered(site) and NEW not in filtered(site), "filter")


def adapter_changed_and_then_rejected(site):
    """It receives nothing until it has its initial address again, which it
    may have."""
    old = site.mac["vmk0"]
    override(site, "kernel", mac_changes=1)
    defer(restore_address, site, old)
    change_address(site, old, site.sw.events())
    listener = site.sw.events()
    site.nl.do("portgroup-set", name="kernel", policy={"mac-changes": 0})
    equal(flags(site, "vmk0"), frozenset({"mac-changed"}), "flags")
    equal(sorted(n for n, _ in listener.expect(2)),
          ["port-change-ntf", "portgroup-change-ntf"], "events")
    equal(site.sw.link("vmk0")["address"], NEW, "address")
    deaf(site, "vmk0", NEW)
    # It may send, from the address that it has.
    expect(site, "vmk0", "a", "a", src=NEW)
    expect(site, "vmk0", "a", "", ["vmk0 forged-transmit"], src=old)
    refused_ip(site, f"link set dev vmk0 address {THIRD}",
               "Operation not permitted|MAC", "MAC")
    set_address(site, NEW)
    equal(flags(site, "vmk0"), frozenset({"mac-changed"}), "flags")
    set_address(site, old)
    equal(flags(site, "vmk0"), frozenset(), "flags")
    equal(site.port("vmk0")["mac"], old, "address")
    expect(site, "a", old, "vmk0")
    expect(site, "w1", old, "vmk0")
    expect(site, "w2", old, "vmk0")
    refused_ip(site, f"link set dev vmk0 address {NEW}",
               "Operation not permitted|MAC", "MAC")


def vm_changes_its_address(site):
    """By port-set; the policy decides whether it receives, at once."""
    old = site.mac["b"]
    a_wire = own_wire(site, "a")[0]
    tap = site.lab.taps[own_wire(site, "b")[0]]
    site.nl.do("port-set", ifname="pb", mac=NEW)
    defer(site.nl.do, "port-set", ifname="pb", mac=old)
    equal(flags(site, "pb"), frozenset({"mac-changed"}), "flags")
    deaf(site, "b", NEW)
    expect(site, "b", "a", "a", src=NEW)
    for where in ("switch", "port group"):
        if where == "switch":
            rule(site, mac_changes=1)
        else:
            site.nl.do("switch-set", name=SWITCH, policy={"mac-changes": 0})
            override(site, "vms", mac_changes=1)
        equal(flags(site, "pb"), frozenset(), f"flags, {where}")
        expect(site, "a", NEW, "b")
        expect(site, "w1", NEW, "b")
        expect(site, "w2", NEW, "b")
        expect(site, "a", old, a_wire)
        check(NEW in filtered(site) and old not in filtered(site), "filter")
        expect(site, "b", "a", "", ["pb forged-transmit"], src=old)
    tap.recv()
    site.nl.do("port-set", ifname="pb", mac=THIRD)
    wait_rarp(tap, THIRD)
    expect(site, "a", THIRD, "b")
    expect(site, "a", NEW, a_wire)
    site.nl.do("portgroup-set", name="vms", policy={"mac-changes": 0})
    equal(flags(site, "pb"), frozenset({"mac-changed"}), "flags")
    deaf(site, "b", THIRD)
    site.nl.do("port-set", ifname="pb", mac=old)
    equal(flags(site, "pb"), frozenset(), "flags")
    expect(site, "a", "b", "b")


def mac_changed_gets_no_promiscuous_copies(site):
    """Receiving nothing is stronger."""
    rule(site, promiscuous=1)
    site.nl.do("port-set", ifname="pc", mac=NEW)
    defer(site.nl.do, "port-set", ifname="pc", mac=site.mac["c"])
    check("mac-changed" in flags(site, "pc"), "flags")
    seen, _ = site.send("a", "b")
    equal(seen, {"b": "", "t": "10"}, "received by")


# Other addresses than one's own


def forged_transmits(site):
    """Dropped, or not looked at, as the port group or the switch says."""
    a_wire = own_wire(site, "a")[0]
    vmk_wire = own_wire(site, "vmk0")[0]
    for src in (UNKNOWN, site.mac["c"]):
        expect(site, "a", "b", "", ["pa forged-transmit"], src=src)
        expect(site, "vmk0", "b", "", ["vmk0 forged-transmit"], src=src)
    override(site, "vms", forged_transmits=1)
    equal(flags(site, "pa"), frozenset({"forged-transmits"}), "flags")
    equal(flags(site, "vmk0"), frozenset(), "flags")
    for src in (UNKNOWN, site.mac["c"]):
        expect(site, "a", "b", "b", src=src)
        expect(site, "a", NEW, a_wire, src=src)
        expect(site, "a", BROADCAST, f"b c t vmk0 {a_wire}", src=src)
        expect(site, "vmk0", "b", "", ["vmk0 forged-transmit"], src=src)
    rule(site, forged_transmits=1)
    equal(flags(site, "vmk0"), frozenset({"forged-transmits"}), "flags")
    expect(site, "vmk0", "b", "b", src=UNKNOWN)
    expect(site, "vmk0", NEW, vmk_wire, src=UNKNOWN)
    # It is not learned from them where anybody is.
    expect(site, "b", UNKNOWN, own_wire(site, "b")[0])
    equal(site.port("pa")["mac"], site.mac["a"], "address of a")
    override(site, "kernel", forged_transmits=0)
    expect(site, "vmk0", "b", "", ["vmk0 forged-transmit"], src=UNKNOWN)
    site.nl.do("switch-set", name=SWITCH, policy={"forged-transmits": 0})
    expect(site, "a", "b", "b", src=UNKNOWN)
    site.nl.do("portgroup-set", name="vms", reset_policy={"security"})
    expect(site, "a", "b", "", ["pa forged-transmit"], src=UNKNOWN)


def sources_that_are_no_address(site):
    """A group address is nobody's, whatever is accepted."""
    for accepted in (0, 1):
        rule(site, forged_transmits=accepted)
        for src in (GROUP, BROADCAST):
            for dst in ("b", BROADCAST, UNKNOWN):
                expect(site, "a", dst, "", ["pa malformed"], src=src)
                expect(site, "vmk0", dst, "", ["vmk0 malformed"], src=src)


def tap_vm(site, name, portgroup):
    """A VM that writes to a tap; what sends its frames."""
    run("modprobe", "tun")
    with site.sw:
        fd = open_tap(name)
    defer(os.close, fd)
    site.mac[name] = "02:00:00:00:08:01"
    site.nl.do("port-add", portgroup=portgroup, ifname=name,
               initial_mac=site.mac[name])
    return lambda frame, vnet: os.write(fd, vnet + frame)


def checksums_write_no_addresses(site):
    """
    Of a frame whose checksum is still to be completed, the sender says where
    it goes: not where an address is that has been looked at before.
    """
    features(site.sw, "pb", ("tx",), ("tx", "tso"))
    adapter = Tap(site.sw, "vmk0", vnet=True)
    defer(adapter.close)
    for name, send in (("tap", tap_vm(site, "tap", "vms")),
                       ("vmk0", adapter.send)):
        frame = build(site.mac["b"], site.mac[name], size=SIZE)
        for start, offset in ((0, 4), (6, 0), (13, 1), (14, 2), (34, 6)):
            site.lab.flush()
            before = site.drops()
            try:
                send(frame,
                     VNET_HDR.pack(NEEDS_CSUM, 0, SIZE, 0, start, offset))
            except OSError as why:
                # Newer kernels take none that begins before an IP header
                # ends.
                check(why.errno == errno.EINVAL and start < 34, why)
                continue
            site.lab.pass_marker()
            got = [f[:12] for f in site.lab.taps["b"].recv()]
            lost = {k: v - before.get(k, 0) for k, v in site.drops().items()
                    if v != before.get(k, 0)}
            want = ([frame[:12]], {}) if start >= 14 else \
                ([], {(name, "malformed"): 1})
            equal((got, lost), want, f"addresses of {name}'s frame, its "
                  f"checksum from {start} on: received by b, drops")


def forged_transmits_and_the_first_frame(site):
    """A VM without an address takes that of its first frame, once."""
    rule(site, forged_transmits=1)
    site.nl.do("port-del", ifname="pb")
    defer(site.vm, "b", "vms")
    site.vm("b", "vms", initial=False)
    defer(site.nl.do, "port-del", ifname="pb")
    expect(site, "b", "a", "a")
    wait_for(lambda: site.port("pb").get("mac") == site.mac["b"],
             "the address is adopted")
    expect(site, "b", "a", "a", src=UNKNOWN)
    equal(site.port("pb")["mac"], site.mac["b"], "address")
    expect(site, "a", "b", "b")


# A hypervisor in a VM


class Nested:
    """
    A VM that is itself a host of two:

      h1, h2 -- nbr (bridge) -- n === pn, on "nest" (VLAN 10)
      v (VM) ================== pv, on "vms"
      vmk0                          on "kernel"
      the wire: w1, w2 -- pbr (bridge), its VLAN 10 has an address
    """

    hosts = {"h1": "10.0.10.11", "h2": "10.0.10.12"}
    others = {"the VM": "10.0.10.3", "vmk0": "10.0.10.1",
              "the wire": "10.0.10.9"}

    def __init__(self, site):
        self.site = site
        site.portgroup("nest", vlan=10)
        defer(site.nl.do, "portgroup-del", name="nest", switch=SWITCH)
        self.nest = Netns("nest")
        site.sw.ip("link add pn type veth peer name n address "
                   f"02:00:00:00:05:01 netns {self.nest.name}\n"
                   "link set dev pn up")
        self.nest.ip("link add nbr type bridge\nlink set dev nbr up\n"
                     "link set dev n master nbr up")
        site.nl.do("port-add", portgroup="nest", ifname="pn",
                   initial_mac="02:00:00:00:05:01")
        defer(site.nl.do, "port-del", ifname="pn")
        self.ns = {}
        for i, (name, address) in enumerate(self.hosts.items(), 1):
            self.ns[name] = Host(site, name, f"{address}/24",
                                 f"02:00:00:00:06:0{i}", self.nest)
            self.nest.ip(f"link set dev p{name} master nbr")
        vm = Host(site, "v", f"{self.others['the VM']}/24",
                  "02:00:00:00:05:03")
        site.nl.do("port-add", portgroup="vms", ifname="pv",
                   initial_mac=vm.mac)
        defer(site.nl.do, "port-del", ifname="pv")
        self.ns["the VM"] = vm
        self.ns["vmk0"] = site.sw
        self.ns["the wire"] = site.out
        self.wire_up(site)

    def wire_up(self, site):
        """An address for vmk0, and a host on the wire."""
        site.sw.ip(f"addr add {self.others['vmk0']}/24 dev vmk0")
        defer(site.sw.ip, f"addr del {self.others['vmk0']}/24 dev vmk0")
        site.out.ip("link add pbr type bridge\nlink set dev pbr up\n"
                    "link set dev w1 master pbr\n"
                    "link set dev w2 master pbr\n"
                    "link add link pbr name pbr.10 type vlan id 10\n"
                    f"addr add {self.others['the wire']}/24 dev pbr.10\n"
                    "link set dev pbr.10 up")
        defer(site.out.ip, "link del dev pbr")

    def address(self, name):
        """An address by its owner's name."""
        return {**self.hosts, **self.others}[name]

    def pings(self, src, dst, count=3):
        """Pings; each answer once."""
        got, text = ping(self.ns[src], self.address(dst), count)
        check(got == count and "DUP" not in text, f"{src} to {dst}: {text}")

    def forget(self):
        """Empties the neighbour tables of the hosts outside."""
        for name in self.others:
            self.ns[name].run("ip", "neigh", "flush", "all")

    def ask(self, src, dst, tap, wanted):
        """
        One ARP request from a nested host; returns whether the host asked
        has received it, and whether its answer came back. It waits for what
        is wanted; what is not has passed when three markers have.
        """
        near, far = Tap(self.ns[src], "eth0"), Tap(*tap)
        defer(near.close)
        defer(far.close)
        ask = struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1,
                          mac(self.ns[src].mac),
                          socket.inet_aton(self.address(src)), b"\0" * 6,
                          socket.inet_aton(self.address(dst)))
        near.send(build(BROADCAST, self.ns[src].mac, payload=ask,
                        ethertype=0x806))

        def has(one, oper, sender):
            return any(d[tag_text(d)[1]:][:2] == b"\x08\x06" and
                       d[tag_text(d)[1] + 8:][:2] == bytes((0, oper)) and
                       d[tag_text(d)[1] + 16:][:4] ==
                       socket.inet_aton(self.address(sender))
                       for d in one.recv())

        ways = ((far, 1, src), (near, 2, dst))
        for way, want in zip(ways, wanted):
            if want:
                wait_for(lambda way=way: has(*way), f"{src} asks {dst}: "
                         f"{'answer' if way[0] is near else 'question'}")
        for _ in range(3):
            self.site.lab.pass_marker()
        return tuple(want or has(*way) for way, want in zip(ways, wanted))


def asked(nested, heard, answered):
    """Each host outside is asked by a nested one: whether it hears that,
    and the nested one the answer."""
    site = nested.site
    seen = {name: nested.ask("h1", name, tap, (heard, answered))
            for name, tap in {"the VM": (nested.ns["the VM"], "eth0"),
                              "vmk0": (site.sw, "vmk0"),
                              "the wire": (site.out, "pbr.10")}.items()}
    equal(seen, {n: (heard, answered) for n in nested.others},
          "ARP heard, answered")


def both_accepted(nested):
    """Nested hosts reach everybody, and are reached."""
    site = nested.site
    equal(flags(site, "pn"), frozenset({"promiscuous", "forged-transmits"}),
          "flags")
    for other in nested.others:
        nested.pings("h1", other)
    nested.forget()
    for other in nested.others:
        nested.pings(other, "h2")
    nested.pings("h1", "h2")
    nested.pings("h2", "h1")
    asked(nested, True, True)
    # Nothing of theirs came back, or the bridge had them at the wrong port.
    text = nested.nest.run("bridge", "fdb", "show", "br", "nbr")
    for name in ("h1", "h2"):
        check(f"{nested.ns[name].mac} dev p{name} " in text, text)
    equal(site.port("pn")["drops"]["forged-transmit"], 0,
          "forged transmits")


def promiscuous_rejected(nested):
    """Nested hosts are heard, but do not hear the answers."""
    asked(nested, True, False)
    nested.pings("h1", "h2")
    got, text = ping(nested.ns["h1"], nested.others["the VM"], wait=1)
    equal(got, 0, f"answers: {text}")


def forged_rejected(nested):
    """Nested hosts are not heard."""
    port = nested.site.port
    before = port("pn")["drops"]["forged-transmit"]
    asked(nested, False, False)
    check(port("pn")["drops"]["forged-transmit"] >= before + 3,
          "forged transmits are not counted")
    nested.pings("h2", "h1")
    got, text = ping(nested.ns["the VM"], nested.hosts["h1"], wait=1)
    equal(got, 0, f"answers: {text}")


def nested_hypervisor(site):
    """Hosts behind a bridge in a VM: it takes both policies."""
    nested = Nested(site)
    override(site, "nest", promiscuous=1, forged_transmits=1)
    both_accepted(nested)
    for stage, promiscuous, forged in ((promiscuous_rejected, 0, 1),
                                       (forged_rejected, 1, 0)):
        site.nl.do("portgroup-set", name="nest", policy={
            "promiscuous": promiscuous, "forged-transmits": forged})
        stage(nested)


if __name__ == "__main__":
    main([promiscuous_mode_rejected, promiscuous_vm, promiscuous_adapter,
          promiscuous_by_the_switch, promiscuous_trunk,
          one_copy_of_what_two_uplinks_bring, never_gets_back_its_own,
          uplinks_follow, blocked_promiscuous_port,
          adapter_may_not_change_its_address, adapter_changes_its_address,
          adapter_changed_and_then_rejected, vm_changes_its_address,
          mac_changed_gets_no_promiscuous_copies, forged_transmits,
          sources_that_are_no_address, checksums_write_no_addresses,
          forged_transmits_and_the_first_frame, nested_hypervisor], topology)
