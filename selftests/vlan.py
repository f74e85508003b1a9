#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
VLAN modes: what a frame with which tag reaches whom, with which tag.

        e1 e2 ek          v1 v2 vk       x1        g           t        u
     EST (VLAN 0)        VST (10)     VST (20)   VGT     trunk 10-12  trunk
          |                  |           |        |         and 30    0,10
   +------+------------------+-----------+--------+---------+---------+---+
   |                               vSwitch0                               |
   +----------------------------------+-----------------------------------+
                                      | up1
                                      w1 (the wire)

ek and vk are VMkernel adapters, vmk0 and vmk1; the others play VMs. Frames
are broadcast unless the row says otherwise, so that a row tells of every
receiver.
"""

import time

from ctl.frames import BROADCAST, Tap
from ctl.ktap import check, defer, diag, equal, main
from ctl.site import Site, wire_mac

ABSENT = "02:00:00:00:09:09"

# sender, tags: who gets it with which tags; then the drops, as port/reason
FRAMES = """
# EST: untagged and priority-tagged pass, the latter without their tag
e1 -        : e2 - vmk0 - g - u - w1 -
e1 0        : e2 - vmk0 - g - u - w1 -
e1 0p5      : e2 - vmk0 - g - u - w1 -
e1 10       : / pe1 vlan-mismatch
e1 4095     : / pe1 vlan-mismatch
e1 4094p7   : / pe1 vlan-mismatch
e1 ad:10    : e2 ad:10 vmk0 ad:10 g ad:10 u ad:10 w1 ad:10
e1 ad:0     : e2 ad:0 vmk0 ad:0 g ad:0 u ad:0 w1 ad:0
e1 10,20    : / pe1 vlan-mismatch
e1 0,10     : / pe1 vlan-mismatch
e1 0p3,0    : / pe1 vlan-mismatch
e1 ad:5,10  : e2 ad:5,10 vmk0 ad:5,10 g ad:5,10 u ad:5,10 w1 ad:5,10
vmk0 -      : e1 - e2 - g - u - w1 -
vmk0 0p5    : e1 - e2 - g - u - w1 -
vmk0 10     : / vmk0 vlan-mismatch
vmk0 0,10   : / vmk0 vlan-mismatch
vmk0 ad:10  : e1 ad:10 e2 ad:10 g ad:10 u ad:10 w1 ad:10

# VST: the same of the client; tagged on the wire, with the priority sent
v1 -        : v2 - vmk1 - g 10 t 10 u 10 w1 10
v1 0        : v2 - vmk1 - g 10 t 10 u 10 w1 10
v1 0p5      : v2 - vmk1 - g 10p5 t 10p5 u 10p5 w1 10p5
v1 10       : / pv1 vlan-mismatch
v1 10p7     : / pv1 vlan-mismatch
v1 20       : / pv1 vlan-mismatch
v1 ad:10    : v2 ad:10 vmk1 ad:10 g 10,ad:10 t 10,ad:10 u 10,ad:10 w1 10,ad:10
v1 20,10    : / pv1 vlan-mismatch
v1 0,20     : / pv1 vlan-mismatch
x1 -        : g 20 w1 20
x1 0p1      : g 20p1 w1 20p1
x1 20       : / px1 vlan-mismatch
vmk1 -      : v1 - v2 - g 10 t 10 u 10 w1 10
vmk1 0p6    : v1 - v2 - g 10p6 t 10p6 u 10p6 w1 10p6
vmk1 10     : / vmk1 vlan-mismatch
vmk1 20     : / vmk1 vlan-mismatch
vmk1 0,20   : / vmk1 vlan-mismatch
vmk1 ad:20  : v1 ad:20 v2 ad:20 g 10,ad:20 t 10,ad:20 u 10,ad:20 w1 10,ad:20

# VGT: every VID passes, tag kept
g -         : e1 - e2 - vmk0 - u - w1 -
g 0p5       : e1 - e2 - vmk0 - u 0p5 w1 0p5
g 10        : v1 - v2 - vmk1 - t 10 u 10 w1 10
g 10p3      : v1 - v2 - vmk1 - t 10p3 u 10p3 w1 10p3
g 20        : x1 - w1 20
g 11        : t 11 w1 11
g 30p7      : t 30p7 w1 30p7
g 77        : w1 77
g 4094      : w1 4094
g 4095      : / pg vlan-mismatch
g ad:10     : e1 ad:10 e2 ad:10 vmk0 ad:10 u ad:10 w1 ad:10
g 10,ad:5   : v1 ad:5 v2 ad:5 vmk1 ad:5 t 10,ad:5 u 10,ad:5 w1 10,ad:5
# no hop through a second tag: access clients are not given it
g 10,20     : t 10,20 u 10,20 w1 10,20 / pv1 vlan-mismatch pv2 vlan-mismatch vmk1 vlan-mismatch
g 0,20      : u 0,20 w1 0,20 / pe1 vlan-mismatch pe2 vlan-mismatch vmk0 vlan-mismatch
g 77,20     : w1 77,20

# trunk list: as VGT for the VLANs listed, 0 being untagged
t -         : / pt vlan-mismatch
t 0p5       : / pt vlan-mismatch
t 9         : / pt vlan-mismatch
t 10        : v1 - v2 - vmk1 - g 10 u 10 w1 10
t 11p2      : g 11p2 w1 11p2
t 12        : g 12 w1 12
t 13        : / pt vlan-mismatch
t 30        : g 30 w1 30
t ad:10     : / pt vlan-mismatch
t 12,99     : g 12,99 w1 12,99
u -         : e1 - e2 - vmk0 - g - w1 -
u 0p4       : e1 - e2 - vmk0 - g 0p4 w1 0p4
u 10        : v1 - v2 - vmk1 - g 10 t 10 w1 10
u 11        : / pu vlan-mismatch

# from the wire
w1 -        : e1 - e2 - vmk0 - g - u -
w1 0        : e1 - e2 - vmk0 - g 0 u 0
w1 0p5      : e1 - e2 - vmk0 - g 0p5 u 0p5
w1 10       : v1 - v2 - vmk1 - g 10 t 10 u 10
w1 10p5     : v1 - v2 - vmk1 - g 10p5 t 10p5 u 10p5
w1 11       : g 11 t 11
w1 13       : g 13
w1 20       : x1 - g 20
w1 30       : g 30 t 30
w1 77       : g 77
w1 4094     : g 4094
w1 4095     : / up1 vlan-mismatch
w1 ad:10    : e1 ad:10 e2 ad:10 vmk0 ad:10 g ad:10 u ad:10
w1 10,20    : g 10,20 t 10,20 u 10,20 / pv1 vlan-mismatch pv2 vlan-mismatch vmk1 vlan-mismatch
w1 0,10     : g 0,10 u 0,10 / pe1 vlan-mismatch pe2 vlan-mismatch vmk0 vlan-mismatch
w1 10,ad:20 : v1 ad:20 v2 ad:20 vmk1 ad:20 g 10,ad:20 t 10,ad:20 u 10,ad:20

# unicast: to the holder of the address in the frame's VLAN and nobody else
e1 -      > e2   : e2 -
e1 -      > v1   : w1 -
e1 -      > g    : g -
v1 -      > v2   : v2 -
v1 -      > vmk1 : vmk1 -
v1 0p4    > v2   : v2 -
v1 -      > x1   : w1 10
v1 -      > vmk0 : w1 10
v1 0p4    > g    : g 10p4
v1 -      > t    : t 10
x1 -      > t    : w1 20
vmk1 -    > v1   : v1 -
vmk1 -    > vmk0 : w1 10
vmk0 -    > vmk1 : w1 -
g 10      > v1   : v1 -
g -       > v1   : w1 -
g 20      > v1   : w1 20
g 10,20   > v1   : / pv1 vlan-mismatch
g 10      > vmk1 : vmk1 -
t 10      > vmk1 : vmk1 -
t 11      > v1   : w1 11
t 11      > g    : g 11
v1 -      > wire : w1 10
e1 -      > wire : w1 -
g 4094p7  > wire : w1 4094p7
vmk1 0p2  > wire : w1 10p2
w1 -      > e1   : e1 -
w1 10     > v1   : v1 -
w1 10p6   > vmk1 : vmk1 -
w1 -      > v1   : / up1 unknown-unicast
w1 20     > v1   : / up1 unknown-unicast
w1 10     > e1   : / up1 unknown-unicast
w1 10     > vmk0 : / up1 unknown-unicast
w1 77     > g    : g 77
w1 11     > t    : t 11
w1 13     > t    : / up1 unknown-unicast
w1 10     > u    : u 10
w1 11     > u    : / up1 unknown-unicast
w1 10,20  > v1   : / pv1 vlan-mismatch
w1 10     > absent : / up1 unknown-unicast
"""


def topology():
    """See the top of the file."""
    site = Site("e1 e2 v1 v2 x1 g t u")
    site.mac.update(wire=wire_mac(), absent=ABSENT)
    site.portgroup("est")
    site.portgroup("est-k", vlan=0)
    site.portgroup("vst", vlan=10)
    site.portgroup("vst-k", vlan=10)
    site.portgroup("other", vlan=20)
    site.portgroup("vgt", vlan=4095)
    site.portgroup("trunk", trunk=[{"first": 10, "last": 12},
                                   {"first": 30, "last": 30}])
    site.portgroup("trunk0", trunk=[{"first": 0, "last": 0},
                                    {"first": 10, "last": 10}])
    for name, portgroup in (("e1", "est"), ("e2", "est"), ("v1", "vst"),
                            ("v2", "vst"), ("x1", "other"), ("g", "vgt"),
                            ("t", "trunk"), ("u", "trunk0")):
        site.vm(name, portgroup)
    site.vmk("vmk0", "est-k")
    site.vmk("vmk1", "vst-k")
    return site


def pairs(words):
    """a b c d as {a: b, c: d}"""
    return dict(zip(words[::2], words[1::2]))


def rows(table):
    """The rows of a table as (name, sender, tags, to, receivers, drops)."""
    for line in table.splitlines():
        if not line or line[0] == "#":
            continue
        what, _, result = line.partition(": ")
        name = " ".join(what.split())
        words = what.split()
        to = words[3] if ">" in words else None
        seen, _, lost = result.partition("/")
        yield (name, words[0], words[1].strip("-"), to,
               {k: v.strip("-") for k, v in pairs(seen.split()).items()},
               {k: 1 for k in pairs(lost.split()).items()})


def frame(site, sender, tags, to, receivers, drops):
    """One row of the table."""
    seen, lost = site.send(sender, to or BROADCAST, tags=tags,
                           src=None if sender != "w1" else wire_mac())
    equal(seen, receivers, "received by")
    equal(lost, drops, "drops")


def nic_without_vlan_offload(site):
    """The rows of the wire, with tags in the packets' data."""
    for side, name in ((site.out, "w1"), (site.sw, "up1")):
        side.run("ethtool", "-K", name, "txvlan", "off")
        defer(side.run, "ethtool", "-K", name, "txvlan", "on")
    for name, sender, *row in rows(FRAMES):
        if sender == "w1" or "w1" in row[2]:
            try:
                frame(site, sender, *row)
            except Exception as err:
                raise AssertionError(name) from err


def vlan_of_no_client(site):
    """Broadcast from the wire into a VLAN without clients."""
    site.nl.do("portgroup-add", name="nobody", switch="vSwitch0", vlan=55)
    defer(site.nl.do, "portgroup-del", name="nobody", switch="vSwitch0")
    site.nl.do("port-del", ifname="pg")
    defer(site.vm, "g", "vgt")
    for tags in ("55", "77", "4094p1"):
        seen, lost = site.send("w1", tags=tags, src=wire_mac())
        equal((seen, lost), ({}, {("up1", "vlan-mismatch"): 1}), tags)


def change_of_vlan(site):
    """A port group's new VLAN takes effect on its clients at once."""
    def expect(vlan_or_trunk, sent, wire):
        site.nl.do("portgroup-set", name="other", **vlan_or_trunk)
        seen, lost = site.send("x1", site.mac["wire"], tags=sent)
        equal((seen, lost), ({"w1": wire}, {}), f"{vlan_or_trunk}")

    defer(site.nl.do, "portgroup-set", name="other", vlan=20)
    expect({"vlan": 21}, "", "21")
    expect({"vlan": 0}, "", "")
    expect({"vlan": 4095}, "22p1", "22p1")
    expect({"trunk": [{"first": 23, "last": 24}]}, "24", "24")
    expect({"vlan": 10}, "", "10")
    seen, lost = site.send("x1", site.mac["v1"])
    equal((seen, lost), ({"v1": ""}, {}), "to its new VLAN's client")
    seen, lost = site.send("w1", site.mac["x1"], tags="20", src=wire_mac())
    equal((seen, lost), ({}, {("up1", "unknown-unicast"): 1}),
          "from its old VLAN")


def widest_trunks(site):
    """Trunk lists at the ends of the range of VLAN ids."""
    defer(site.nl.do, "portgroup-set", name="other", vlan=20)
    for first, last, inside, outside in ((0, 4094, "4094", None),
                                         (1, 1, "1", "2"),
                                         (4094, 4094, "4094", "4093")):
        site.nl.do("portgroup-set", name="other",
                   trunk=[{"first": first, "last": last}])
        seen, _ = site.send("x1", site.mac["wire"], tags=inside)
        equal(seen, {"w1": inside}, f"VID {inside} of {first}-{last}")
        if outside:
            seen, lost = site.send("x1", site.mac["wire"], tags=outside)
            equal((seen, lost), ({}, {("px1", "vlan-mismatch"): 1}),
                  f"VID {outside} of {first}-{last}")


def priority_reaches_the_client(site):
    """VST: the tag goes, its PCP stays in skb->priority: a prio qdisc on
    the client's interface sorts the frame by it."""
    bands = " ".join(["1"] * 5 + ["2"] + ["1"] * 10)
    done = site.sw.run("tc", "qdisc", "add", "dev", "pv1", "root", "handle",
                       "1:", "prio", "bands", "3", "priomap", *bands.split(),
                       ok=False)
    check(not done.returncode, done.stderr)
    defer(site.sw.run, "tc", "qdisc", "del", "dev", "pv1", "root")

    def band():
        lines = site.sw.run("tc", "-s", "class", "show", "dev",
                            "pv1").splitlines()
        at = [i for i, line in enumerate(lines) if "prio 1:3" in line][0]
        return int(lines[at + 1].split()[3])

    for sender, tags, sorted_out in (("w1", "10p5", 1), ("w1", "10", 0),
                                     ("w1", "10p4", 0), ("g", "10p5", 1)):
        before = band()
        src = wire_mac() if sender == "w1" else None
        seen, _ = site.send(sender, site.mac["v1"], src, tags)
        equal(seen, {"v1": ""}, f"{sender} {tags}")
        equal(band() - before, sorted_out, f"{sender} {tags} in the band")


def vlan_interface_on_a_vgt_adapter(site):
    """A VLAN device on top of a vmk in VGT mode: tags made by the stack."""
    site.portgroup("vgt-k", vlan=4095)
    site.vmk("vmk2", "vgt-k")
    defer(site.nl.do, "portgroup-del", name="vgt-k", switch="vSwitch0")
    defer(site.nl.do, "vmk-del", ifname="vmk2")
    defer(site.lab.close, "vmk2")
    site.sw.ip("link add link vmk2 name vmk2.33 type vlan id 33\n"
               "link set dev vmk2.33 up")
    site.lab.taps["vlan"] = Tap(site.sw, "vmk2.33")
    defer(site.lab.close, "vlan")
    seen, lost = site.send("vlan", site.mac["wire"], site.mac["vmk2"])
    equal((seen, lost), ({"w1": "33"}, {}), "from the VLAN device")
    seen, lost = site.send("w1", site.mac["vmk2"], wire_mac(), "33p2")
    equal(lost, {}, "drops to the VLAN device")
    equal((seen.get("vlan"), seen.get("vmk2")), ("", "33p2"),
          "to the VLAN device and the adapter")


def vlans_of_many_port_groups(site):
    """An uplink is told of a VLAN once, however many port groups have it."""
    def seconds():
        """That it takes to add and remove an uplink, at best."""
        best = 1e9
        for _ in range(3):
            start = time.monotonic()
            site.nl.do("uplink-add", switch="many", ifname="nic")
            site.nl.do("uplink-del", switch="many", ifname="nic")
            best = min(best, time.monotonic() - start)
        return best

    site.sw.ip("link add nic type dummy")
    defer(site.sw.ip, "link del dev nic")
    site.nl.do("switch-add", name="many")
    defer(site.sw.ip, "link del dev many")
    site.nl.do("portgroup-add", name="all0", switch="many", vlan=4095)
    one = seconds()
    for i in range(1, 64):
        site.nl.do("portgroup-add", name=f"all{i}", switch="many", vlan=4095)
    many = seconds()
    diag(f"one port group: {one:.3f} s, 64: {many:.3f} s")
    check(many < 4 * one, "an uplink takes the longer, the more have a VLAN")


if __name__ == "__main__":
    main([(frame, row[0], row[1:]) for row in rows(FRAMES)] +
         [nic_without_vlan_offload, vlan_of_no_client, change_of_vlan,
          widest_trunks, priority_reaches_the_client,
          vlan_interface_on_a_vgt_adapter, vlans_of_many_port_groups], topology)
