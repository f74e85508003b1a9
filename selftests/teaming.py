#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Teaming: which uplink a client's frames take, what is taken from which, what
happens when links go and come, and what the physical network is told.

     pa ... pf, vmk0   pt (trunk 0,10-12)   px (VLAN 20)   pk1 ... pk7
        (VLAN 0)        |                    |              (see the case)
      |                 |                    |
   +--+-----------------+--------------------+--+
   |                  vSwitch0                  |
   +-----+---------+---------+---------+--------+
         | up1     | up2     | up3     | up4
         w1        w2        w3        w4

For loops and for beacons w1, w2 and w3 are ports of a Linux bridge with the
host h, which floods every frame and knows no STP.
"""

import ipaddress
import os
import random
import struct
import time

from ctl.frames import BROADCAST, build, mac, tag_bytes, tag_text
from ctl.ktap import check, defer, diag, equal, main, wait_for
from ctl.site import SWITCH, Site, wire_mac
from ctl.team import (Links, Traffic, in_use, listen, policy, set_portgroup,
                      set_switch, states, uplink_of, wait_state)

UNKNOWN = "02:00:00:00:09:09"
GROUP = "01:00:5e:01:02:03"
VMS = "abcdef"
KINDS = ("security", "shaping", "failover")
UPS = ["up1", "up2", "up3", "up4"]
WIRES = ("w1", "w2", "w3", "w4")
ETH_ARP, ETH_RARP, ETH_IP, ETH_IPV6 = 0x0806, 0x8035, 0x0800, 0x86dd
BEACON = 0x88b5

# load balancing, active, standby, far ends that are down: uplinks in use;
# then clients and the uplink that each one's frames take. #7 is the client
# whose port's number is 7 modulo 12; the addresses of a, b, c, d end in 1,
# 2, 3, 4, the destination's in 9.
TEAMS = """
portid   1        -      -        : 1        ; #7>1 #8>1 #9>1 #0>1
portid   1,2      -      -        : 1,2      ; #7>2 #8>1 #9>2 #10>1
portid   2,1      -      -        : 2,1      ; #7>1 #8>2 #9>1 #10>2
portid   1,2,3    -      -        : 1,2,3    ; #7>2 #8>3 #9>1 #10>2 #11>3 #0>1
portid   3,1,2    -      -        : 3,1,2    ; #7>1 #8>2 #9>3
portid   1,2,3,4  -      -        : 1,2,3,4  ; #7>4 #8>1 #9>2 #10>3 #11>4 #0>1
portid   1,2,3,4  -      2        : 1,3,4    ; #7>3 #8>4 #9>1
portid   1,2,3,4  -      1,4      : 2,3      ; #7>3 #8>2
portid   1,2,3,4  -      1,2,3    : 4        ; #7>4 #8>4
portid   1,2,3,4  -      1,2,3,4  : -        ; #7>- #8>-
portid   1,2      3      -        : 1,2      ; #7>2 #8>1
portid   1,2      3      2        : 1,3      ; #7>3 #8>1
portid   1,2      3      1        : 3,2      ; #7>2 #8>3
portid   1,2      3,4    1,2      : 3,4      ; #7>4 #8>3
portid   1,2      4,3    1,2      : 4,3      ; #7>3 #8>4
portid   1,2      4,3    1        : 4,2      ; #7>2 #8>4
portid   1,2      3,4    1,3      : 4,2      ; #7>2 #8>4
portid   1,2      3,4    2,3,4    : 1        ; #7>1 #8>1
portid   1,2      3      1,3      : 2        ; #7>2 #8>2
portid   1        2,3    1        : 2        ; #7>2 #8>2
portid   1        2,3,4  1,2      : 3        ; #7>3 #8>3
portid   1        2,3,4  -        : 1        ; #7>1 #8>1
portid   1,2      -      1,2      : -        ; #7>- #8>-
portid   -        1,2    -        : -        ; #7>- #8>-
portid   -        -      -        : -        ; #7>-
portid   3        1,2,4  1,2,3,4  : -        ; #7>-
portid   1,2,3    4      2,3      : 1,4      ; #7>4 #8>1
portid   1,2,3    4      1        : 4,2,3    ; #7>2 #8>3 #9>4
portid   2,4      1,3    4        : 2,1      ; #7>1 #8>2
portid   2,4      1,3    2        : 1,4      ; #7>4 #8>1
mac      1,2      -      -        : 1,2      ; a>2 b>1 c>2
mac      1,2,3    -      -        : 1,2,3    ; a>2 b>3 c>1 d>2
mac      1,2,3,4  -      -        : 1,2,3,4  ; a>2 b>3 c>4 d>1
mac      3,2,1    -      -        : 3,2,1    ; a>2 b>1 c>3
mac      1,2,3    -      2        : 1,3      ; a>3 b>1
mac      1,2,3    4      2        : 1,4,3    ; a>4 b>3 c>1
mac      1        2      1        : 2        ; a>2 b>2
mac      1,2      -      1,2      : -        ; a>-
mac      -        3      -        : -        ; a>-
explicit 1,2,3    -      -        : 1        ; #7>1 #8>1 #9>1
explicit 3,1      2      -        : 3        ; #7>3 #8>3
explicit 1,2      3      1        : 2        ; #7>2 #8>2
explicit 1,2      3      1,2      : 3        ; #7>3 #8>3
explicit 1,2      3,4    1,2,3    : 4        ; #7>4
explicit -        4,2    -        : 4        ; #7>4
explicit 1        2      1,2      : -        ; #7>-
iphash   1,2      -      -        : 1,2      ; a>1 b>2 c>1 d>2
iphash   1,2,3    -      -        : 1,2,3    ; a>3 b>3 c>2
iphash   1,2,3,4  -      -        : 1,2,3,4  ; a>1 b>4 c>3
iphash   1,2,3    -      1        : 2,3      ; a>2 b>3
iphash   1,2      3      2        : 1,3      ; a>1 b>3
iphash   2        -      -        : 2        ; a>2 b>2
iphash   1,2      -      1,2      : -        ; a>-
"""

# iphash over w1, w2, w3: client, its tags, frame: wire, tags there
HASHED = """
a -       ip4 10.0.0.5 10.0.0.9                : 1 -
a -       ip4 10.0.0.9 10.0.0.5                : 1 -
a -       ip4 10.0.0.5 10.0.0.8                : 2 -
a -       ip4 10.0.0.5 10.0.0.7                : 3 -
a -       ip4 10.0.0.5 10.0.0.5                : 1 -
a -       ip4 172.16.3.5 192.168.200.8         : 2 -
a -       ip4 10.0.0.255 10.0.0.1              : 3 -
a -       ip4 10.0.0.255 10.0.0.0              : 1 -
a 0p5     ip4 10.0.0.5 10.0.0.9                : 1 -
a -       tcp 10.0.0.5 10.0.0.9                : 1 -
a -       options 10.0.0.5 10.0.0.8            : 2 -
a -       first-fragment 10.0.0.5 10.0.0.9     : 1 -
a -       first-fragment 10.0.0.5 10.0.0.8     : 2 -
a -       later-fragment 10.0.0.5 10.0.0.9     : 1 -
a -       later-fragment 10.0.0.5 10.0.0.8     : 2 -
a -       last-fragment 10.0.0.5 10.0.0.8      : 2 -
a -       ip6 fe80::5 fe80::9                  : 1 -
a -       ip6 2001:db8::1:205 fe80::ff08       : 2 -
a -       ip6 fe80::500 fe80::502              : 3 -
a -       fragment6 fe80::5 fe80::8            : 2 -
a -       ip4-broadcast 10.0.0.5 10.0.0.8      : 2 -
a -       arp                                  : 3 -
b -       arp                                  : 3 -
c -       arp                                  : 2 -
a -       arp-broadcast                        : 3 -
c -       arp-broadcast                        : 1 -
a -       short-ip4 10.0.0.5 10.0.0.8          : 3 -
c -       short-ip4 10.0.0.5 10.0.0.9          : 2 -
t -       ip4 10.0.0.5 10.0.0.9                : 1 -
t 10      ip4 10.0.0.5 10.0.0.9                : 1 10
t 10p3    ip4 10.0.0.5 10.0.0.8                : 2 10p3
t 11      ip6 fe80::5 fe80::8                  : 2 11
t 12      later-fragment 10.0.0.5 10.0.0.9     : 1 12
t 10      arp                                  : 3 10
t ad:100  ip4 10.0.0.5 10.0.0.9                : 1 ad:100
t ad:100  ip6 fe80::5 fe80::8                  : 2 ad:100
t ad:100  arp                                  : 3 ad:100
t 10,20   ip4 10.0.0.5 10.0.0.8                : 2 10,20
t 10,ad:9 ip4 10.0.0.5 10.0.0.9                : 1 10,ad:9
x -       ip4 10.0.0.5 10.0.0.9                : 1 20
x -       ip6 fe80::5 fe80::8                  : 2 20
x ad:7    ip4 10.0.0.5 10.0.0.8                : 2 20,ad:7
x -       arp                                  : 2 20
"""


def topology():
    """See the top of the file. Uplinks do not settle unless a case says
    so."""
    site = Site("a b c d e f t x k1 k2 k3 k4 k5 k6 k7", uplinks=4)
    site.links = Links(site.out)
    site.nl.do("switch-set", name=SWITCH, failback_delay=0)
    site.portgroup("vms")
    site.portgroup("kernel")
    site.portgroup("trunk", trunk=[{"first": 0, "last": 0},
                                   {"first": 10, "last": 12}])
    site.portgroup("tagged", vlan=20)
    site.numbers = {}
    for name in VMS:
        port = site.vm(name, "vms")
        site.numbers[f"#{(port['id'] & 0xffffff) % 12}"] = name
    equal(len(site.numbers), len(VMS), "different numbers modulo 12")
    site.vm("t", "trunk")
    site.vm("x", "tagged")
    site.vmk("vmk0", "kernel")
    site.listener = site.sw.events()
    return site


def restore(site):
    """All links up, every policy the default."""
    for wire in WIRES:
        site.links.up(wire)
    for name in ("vms", "kernel", "trunk", "tagged"):
        set_portgroup(site, name, KINDS)
    site.nl.do("switch-set", name=SWITCH, failback_delay=0,
               policy=policy(promiscuous=0, mac_changes=0,
                             forged_transmits=0, load_balancing="portid",
                             failure_detection="link", notify_switches=1,
                             failback=1, active=UPS, standby=[]))
    # After a failure one may still be settling, by a delay that is long.
    settling = [n for n, s in states(site).items() if s == "settling"]
    if settling:
        cut(site, *(n.replace("up", "w") for n in settling))
        cut(site)
    for name in UPS:
        wait_state(site, name, "up")


def cut(site, *wires):
    """Takes the link from these and gives it to the others."""
    for i, wire in enumerate(WIRES):
        site.links.set(wire, wire not in wires)
    for i, wire in enumerate(WIRES):
        wait_state(site, UPS[i], "down" if wire in wires else "up")


def port_name(client):
    """The interface of a client's port."""
    return client if client.startswith("vmk") else f"p{client}"


def leaves_by(site, client, dst=UNKNOWN, **kwargs):
    """The wires on which a client's frame leaves, with the tags there."""
    src = kwargs.pop("src", site.mac[client])
    seen = site.lab.send(client, dst, src, **kwargs)
    return {k: v for k, v in seen.items() if k in WIRES}


def digits(text, prefix):
    """1,2 as [up1, up2]"""
    return [] if text == "-" else [prefix + n for n in text.split(",")]


# Which uplink ---------------------------------------------------------------

def rows(table):
    """The rows of a table as (name, words before the colon, text after)."""
    for line in filter(None, table.splitlines()):
        what, _, result = line.partition(" : ")
        yield " ".join(what.split()), what.split(), result


def team(site, row, result):
    """One row of TEAMS."""
    balancing, active, standby, down = row
    used, _, clients = result.partition(";")
    set_portgroup(site, "vms", load_balancing=balancing,
                  active=digits(active, "up"),
                  standby=digits(standby, "up"))
    cut(site, *digits(down, "w"))
    equal(in_use(site, "vms"), digits(used.strip(), "up"), "in use")
    for client in clients.split():
        name, _, number = client.partition(">")
        name = site.numbers.get(name, name)
        wire = {} if number == "-" else {f"w{number}": ""}
        told = None if number == "-" or balancing == "iphash" else \
            f"up{number}"
        equal(uplink_of(site, f"p{name}"), told, f"uplink of {client}")
        equal(leaves_by(site, name), wire, f"frame of {client} leaves by")


def broadcast_takes_the_same_way(site):
    """By the own uplink, and by it alone."""
    defer(restore, site)
    set_portgroup(site, "vms", load_balancing="portid",
                  active=["up1", "up2"], standby=["up3"])
    cut(site)
    for name in VMS:
        wire = uplink_of(site, f"p{name}").replace("up", "w")
        for dst in (BROADCAST, GROUP):
            equal(leaves_by(site, name, dst), {wire: ""},
                  f"{name} to {dst} leaves by")


def ip4(kind, src, dst):
    """An IPv4 packet without its payload."""
    options = b"\1\1\1\0" if kind == "options" else b""
    fragment = {"first-fragment": 0x2000, "later-fragment": 0x2064,
                "last-fragment": 0x0064}.get(kind, 0)
    return struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 46,
                       7, fragment, 64, 6 if kind == "tcp" else 17, 0,
                       ipaddress.IPv4Address(src).packed,
                       ipaddress.IPv4Address(dst).packed) + options


def ip6(kind, src, dst):
    """An IPv6 packet without its payload."""
    last = 44 if kind == "fragment6" else 17
    return struct.pack("!IHBB16s16s", 6 << 28, 32, last, 64,
                       ipaddress.IPv6Address(src).packed,
                       ipaddress.IPv6Address(dst).packed) + \
        (struct.pack("!BBHI", 17, 0, 0x320, 5) if last == 44 else b"")


def frame_of(site, client, tags, what, ident):
    """A frame of HASHED that bears a mark."""
    kind = what[0]
    dst = BROADCAST if kind.endswith("-broadcast") else UNKNOWN
    ethertype, body = ETH_ARP, struct.pack("!HHBBH", 1, ETH_IP, 6, 4, 1)
    if kind in ("ip6", "fragment6"):
        ethertype, body = ETH_IPV6, ip6(*what)
    elif not kind.startswith("arp"):
        ethertype, body = ETH_IP, ip4(*what)
    if kind == "short-ip4":
        # Ends before the destination address; the mark is in the source.
        body = body[:12] + ident
        return build(dst, site.mac[client], tags, body, ethertype, 30)
    return build(dst, site.mac[client], tags, body + bytes(8) + ident,
                 ethertype, 90)


def hashed(site, row, result):
    """One row of HASHED."""
    set_switch(site, load_balancing="iphash", active=UPS[:3],
               notify_switches=0)
    client, tags, *what = row
    wire, there = result.split()
    site.lab.number += 1
    ident = struct.pack("!I", site.lab.number)
    site.lab.flush()
    site.lab.taps[client].send(frame_of(site, client, tags.strip("-"), what,
                                        ident))
    site.lab.pass_marker()
    seen = [(w, tag_text(f)[0]) for w in WIRES
            for f in site.lab.taps[w].recv() if ident in f]
    equal(seen, [(f"w{wire}", there.strip("-"))], "leaves by")


def no_uplink_of_its_own_with_iphash(site):
    """The uplink is chosen for each frame, so none is told."""
    defer(restore, site)
    set_switch(site, load_balancing="iphash", active=UPS[:3],
               notify_switches=0)
    for name in ("a", "t", "x", "vmk0"):
        equal(uplink_of(site, port_name(name)), None, f"uplink of {name}")
        check("uplink" not in site.port(port_name(name)), "it is told")
    equal(in_use(site, "tagged"), UPS[:3], "in use")


def mac_of_many_sources(site):
    """Where forged transmits are accepted, each source goes its own way."""
    defer(restore, site)
    set_portgroup(site, "vms", load_balancing="mac", forged_transmits=1,
                  active=UPS[:3])
    for name in VMS:
        equal(uplink_of(site, f"p{name}"), None, f"uplink of {name}")
    for client in ("a", "f"):
        for last, wire in (("00", "w1"), ("01", "w2"), ("02", "w3"),
                           ("03", "w1"), ("fe", "w3"), ("ff", "w1")):
            for dst in (UNKNOWN, BROADCAST):
                equal(leaves_by(site, client, dst,
                                src=f"02:00:00:00:0a:{last}"),
                      {wire: ""}, f"{client} from {last} to {dst}")
    set_portgroup(site, "vms", forged_transmits=0)
    equal([uplink_of(site, f"p{n}") for n in "abcd"],
          ["up2", "up3", "up1", "up2"], "uplinks where it is rejected")
    # Whose address is not known has none; that of k1 ends in 9.
    site.vm("k1", "vms", initial=False)
    defer(site.nl.do, "port-del", ifname="pk1")
    equal(uplink_of(site, "pk1"), None, "uplink without an address")
    equal(leaves_by(site, "k1"), {"w1": ""}, "first frame leaves by")
    wait_for(lambda: uplink_of(site, "pk1") == "up1", "k1 has an uplink")


# From the wire --------------------------------------------------------------

CLIENTS = ("a", "b", "c", "d", "e", "f", "vmk0", "t")


def expect(site, sender, dst, receivers, *drops, src=None, **kwargs):
    """One frame, its receivers and its drops."""
    got = site.send(sender, dst, src or wire_mac(), **kwargs)
    if not isinstance(receivers, dict):
        receivers = {n: "" for n in receivers}
    equal(got, (receivers, {tuple(d.split()): 1 for d in drops}),
          f"{sender} to {dst}: received by, drops")


def users(site, wire):
    """The clients of VLAN 0 that use a wire."""
    return {n for n in CLIENTS
            if uplink_of(site, port_name(n)) == wire.replace("w", "up")}


def inbound(site):
    """Broadcast on the own uplink; unicast on active and standby ones."""
    defer(restore, site)
    set_switch(site, active=["up1", "up2"], standby=["up3"])
    both = users(site, "w1") | users(site, "w2")
    equal(both, set(CLIENTS), "clients of w1 and w2")
    for wire in ("w1", "w2"):
        check(users(site, wire), f"nobody uses {wire}")
        expect(site, wire, BROADCAST, users(site, wire))
        expect(site, wire, GROUP, users(site, wire) - {"vmk0"})
    for wire in ("w3", "w4"):
        expect(site, wire, BROADCAST, (), f"up{wire[1]} team-inbound")
        expect(site, wire, GROUP, (), f"up{wire[1]} team-inbound")
    for dst in ("a", "b", "vmk0", "t"):
        for wire in ("w1", "w2", "w3"):
            expect(site, wire, dst, [dst])
        expect(site, "w4", dst, (), "up4 team-inbound")
    for wire in ("w1", "w2", "w3"):
        expect(site, wire, UNKNOWN, (), f"up{wire[1]} unknown-unicast")
        for dst in (BROADCAST, "b", UNKNOWN):
            expect(site, wire, dst, (), f"up{wire[1]} reflected",
                   src=site.mac["a"])
    # The standby one steps in.
    cut(site, "w1")
    equal(users(site, "w3") | users(site, "w2"), set(CLIENTS),
          "clients of w3 and w2")
    for wire in ("w2", "w3"):
        expect(site, wire, BROADCAST, users(site, wire))


def inbound_of_different_orders(site):
    """Port groups of one VLAN, each with uplinks of its own."""
    defer(restore, site)
    set_switch(site, active=["up1", "up2"], standby=["up3"])
    set_portgroup(site, "kernel", active=["up4"], standby=[])
    set_portgroup(site, "trunk", active=["up3"], standby=["up1"])
    expect(site, "w4", BROADCAST, ["vmk0"])
    expect(site, "w3", BROADCAST, ["t"])
    expect(site, "w1", BROADCAST, users(site, "w1"))
    check("t" not in users(site, "w1") | users(site, "w2"), "t's uplink")
    expect(site, "w4", "vmk0", ["vmk0"])
    expect(site, "w1", "vmk0", (), "up1 team-inbound")
    expect(site, "w4", "a", (), "up4 team-inbound")
    expect(site, "w3", "a", ["a"])
    expect(site, "w1", "t", ["t"])
    expect(site, "w2", "t", (), "up2 team-inbound")
    expect(site, "w4", BROADCAST, (), "up4 vlan-mismatch", tags="77")


def inbound_with_one_uplink_in_use(site):
    """explicit: the others bring unicast only."""
    defer(restore, site)
    set_switch(site, load_balancing="explicit", active=["up2", "up1"],
               standby=["up3"])
    expect(site, "w2", BROADCAST, CLIENTS)
    for wire in ("w1", "w3", "w4"):
        expect(site, wire, BROADCAST, (), f"up{wire[1]} team-inbound")
    for wire in ("w1", "w2", "w3"):
        expect(site, wire, "a", "a")
    expect(site, "w4", "a", (), "up4 team-inbound")


def inbound_with_iphash(site):
    """Any uplink in use brings everything."""
    defer(restore, site)
    set_switch(site, load_balancing="iphash", active=["up1", "up2"],
               standby=["up3"])
    for wire in ("w1", "w2"):
        expect(site, wire, BROADCAST, CLIENTS)
        expect(site, wire, GROUP, set(CLIENTS) - {"vmk0"})
        expect(site, wire, BROADCAST, (), f"up{wire[1]} reflected",
               src=site.mac["b"])
    for wire in ("w3", "w4"):
        expect(site, wire, BROADCAST, (), f"up{wire[1]} team-inbound")
    expect(site, "w3", "a", "a")
    expect(site, "w4", "a", (), "up4 team-inbound")
    cut(site, "w2")
    expect(site, "w3", BROADCAST, CLIENTS)
    expect(site, "w1", BROADCAST, CLIENTS)


def inbound_by_source(site):
    """mac with forged transmits: broadcast on the uplink that its source
    address would leave by."""
    defer(restore, site)
    set_switch(site, load_balancing="mac", forged_transmits=1,
               active=["up1", "up2"], standby=["up3"])
    for last, own, other in ((2, "w1", "w2"), (3, "w2", "w1"),
                             (254, "w1", "w2")):
        src = wire_mac(last)
        expect(site, own, BROADCAST, CLIENTS, src=src)
        expect(site, other, BROADCAST, (), f"up{other[1]} team-inbound",
               src=src)
        expect(site, other, "a", "a", src=src)
        expect(site, "w3", BROADCAST, (), "up3 team-inbound", src=src)
    expect(site, "w4", "a", (), "up4 team-inbound")


# All uplinks in one hub -----------------------------------------------------

def hub(site):
    """Puts w1, w2, w3 and the host h into a bridge that floods."""
    lines = ["link add br0 type bridge stp_state 0 ageing_time 0 "
             "mcast_snooping 0 forward_delay 0", "link set dev br0 up",
             "link add host type veth peer name hport", "link set dev host up",
             "link set dev hport up"]
    for name in ("hport", "w1", "w2", "w3"):
        lines.append(f"link set dev {name} master br0")
        lines.append(f"link set dev {name} type bridge_slave learning off")
    site.out.ip("\n".join(lines))
    defer(site.out.ip, "link del dev br0\nlink del dev host")
    site.lab.tap("h", site.out, "host")
    defer(site.lab.close, "h")
    wait_for(lambda: site.out.run("bridge", "link", "show").count(
        "state forwarding") == 4, "the bridge forwards")


def rest(site):
    """Waits until frames that go through the bridge have come to rest."""
    for _ in range(3):
        site.lab.pass_marker()


def hub_send(site, label, dst, src, size=60):
    """Who receives how many copies of a frame: {"a": 1}."""
    site.lab.number += 1
    ident = struct.pack("!I", site.lab.number)
    site.lab.flush()
    site.lab.taps[label].send(build(dst, src, payload=ident, size=size))
    rest(site)
    seen = {}
    for name, tap in site.lab.taps.items():
        count = sum(ident in f for f in tap.recv())
        if count:
            seen[name] = count
    return seen


def watch_uplinks(site):
    """Sockets on the uplinks themselves, which see what the bridge sends."""
    for name in UPS[:3]:
        site.lab.tap(name, site.sw, name)
        defer(site.lab.close, name)


def from_client(site, name, dst, src, who):
    """A client's frame: once to each of who and to the host, by one wire;
    it comes back by the other two, and dies there."""
    for _ in range(3):
        start = time.monotonic()
        seen = hub_send(site, name, dst, src)
        took = time.monotonic() - start
        wires = [w for w in WIRES if w in seen]
        back = [f"up{n}" for n in "123" if f"w{n}" not in wires]
        want = {n: 1 for n in [*who, "h", *wires, *back]}
        # With a forged source it is known again for a tenth of a second.
        if seen == want or src == site.mac[name] or took < 0.1:
            break
    equal(len(wires), 1, f"wires of {name} to {dst}: {seen}")
    equal(seen, want, f"copies of {name} to {dst}")


def no_loops(site, balancing, fields):
    """Each frame once, to the host and to every client; none circles."""
    defer(restore, site)
    hub(site)
    watch_uplinks(site)
    set_switch(site, load_balancing=balancing, notify_switches=0,
               **{"active": UPS[:3], "standby": [], **fields})
    members = set(CLIENTS)
    forged = ["02:00:00:00:0a:05"] if fields.get("forged_transmits") else []
    for name in CLIENTS[:7]:
        for src in [site.mac[name]] + forged:
            from_client(site, name, BROADCAST, src, members - {name})
            from_client(site, name, GROUP, src, members - {name, "vmk0"})
            from_client(site, name, UNKNOWN, src, [])
    for last in range(1, 5):
        for dst, who in ((BROADCAST, members), (GROUP, members - {"vmk0"}),
                         (UNKNOWN, [])):
            equal(hub_send(site, "h", dst, wire_mac(last)),
                  {n: 1 for n in [*who, *UPS[:3]]}, f"copies of h to {dst}")
    # A hub brings a unicast thrice; still it is nobody else's.
    equal(set(hub_send(site, "h", site.mac["a"], wire_mac())),
          {"a", *UPS[:3]}, "receivers of h to a")


def no_storm_with_iphash(site):
    """Though a hub is the wrong switch for it, nothing circles."""
    defer(restore, site)
    hub(site)
    watch_uplinks(site)
    set_switch(site, load_balancing="iphash", notify_switches=0,
               active=UPS[:3])
    for name in CLIENTS[:7]:
        for dst, who in ((BROADCAST, set(CLIENTS) - {name}),
                         (GROUP, set(CLIENTS) - {name, "vmk0"}),
                         (UNKNOWN, [])):
            from_client(site, name, dst, site.mac[name], who)


# Links that go and come -----------------------------------------------------

def told_states(events, name):
    """The states of an uplink that events tell of."""
    return [o["state"] for n, o in events
            if n == "uplink-change-ntf" and o["ifname"] == name]


def delay(site, value):
    """Sets the failback delay, in ms."""
    site.nl.do("switch-set", name=SWITCH, failback_delay=value)


def states_and_their_events(site):
    """Carrier, the administrative state and a blocked port."""
    defer(restore, site)
    defer(site.nl.do, "port-set", ifname="up1", blocked=0)
    equal(states(site), {n: "up" for n in UPS}, "states")
    delay(site, 200)
    for lose, regain in (
            (lambda: site.links.down("w1"), lambda: site.links.up("w1")),
            (lambda: site.sw.ip("link set dev up1 down"),
             lambda: site.sw.ip("link set dev up1 up")),
            (lambda: site.nl.do("port-set", ifname="up1", blocked=1),
             lambda: site.nl.do("port-set", ifname="up1", blocked=0))):
        movers = [n for n in VMS if uplink_of(site, f"p{n}") == "up1"]
        check(movers, "nobody uses up1")
        site.listener.drain()
        lose()
        wait_state(site, "up1", "down")
        heard = site.listener.pending()
        equal(told_states(heard, "up1"), ["down"], "events")
        equal([n for n, o in heard if o.get("ifname") != "up1" or
               n == "uplink-change-ntf"][0], "uplink-change-ntf",
              "the first event")
        equal([o["uplink-in-use"] for n, o in heard
               if n == "portgroup-change-ntf" and o["name"] == "vms"],
              [["up2", "up3", "up4"]], "uplinks in use as told")
        told = {o["ifname"] for n, o in heard if n == "port-change-ntf"}
        equal(set(movers) - {n[1:] for n in told}, set(),
              f"movers that were not told of, {told}")
        equal(in_use(site, "vms"), ["up2", "up3", "up4"], "in use")
        for name in movers:
            check(uplink_of(site, f"p{name}") != "up1", f"{name} stays")
        regain()
        wait_state(site, "up1", "up")
        heard = site.listener.pending()
        equal(told_states(heard, "up1"), ["settling", "up"], "events")
        equal(in_use(site, "vms"), UPS, "in use")
        equal([n for n in VMS if uplink_of(site, f"p{n}") == "up1"],
              movers, "clients of up1")
        for name in UPS[1:]:
            equal(told_states(heard, name), [], f"events of {name}")
    # Without a delay nothing settles.
    delay(site, 0)
    site.listener.drain()
    cut(site, "w1")
    cut(site)
    equal(told_states(site.listener.pending(), "up1"), ["down", "up"],
          "events without a delay")


def blocked_uplink(site):
    """Nobody uses it; what comes by it is dropped; it is down, not gone."""
    defer(restore, site)
    defer(site.nl.do, "port-set", ifname="up1", blocked=0)
    set_portgroup(site, "vms", active=["up1"], standby=["up2"])
    site.nl.do("port-set", ifname="up1", blocked=1)
    wait_state(site, "up1", "down")
    equal(site.nl.do("uplink-get", ifname="up1")["link-up"], 1,
          "its link")
    equal((in_use(site, "vms"), uplink_of(site, "pa")), (["up2"], "up2"),
          "in use")
    equal(leaves_by(site, "a"), {"w2": ""}, "frame leaves by")
    expect(site, "w1", "a", (), "up1 blocked")
    # Blocked without a link, unblocked without, and then up.
    site.links.down("w1")
    wait_for(lambda: not site.nl.do("uplink-get", ifname="up1")["link-up"],
             "up1 has no link")
    site.nl.do("port-set", ifname="up1", blocked=0)
    equal((states(site)["up1"], in_use(site, "vms")), ("down", ["up2"]),
          "unblocked without a link")
    site.links.up("w1")
    wait_state(site, "up1", "up")
    equal(in_use(site, "vms"), ["up1"], "in use")


def failback_after_its_delay(site):
    """Not before, and not long after; again from the start if the link goes
    in between."""
    defer(restore, site)
    set_portgroup(site, "vms", active=["up1"], standby=["up2"])

    def measure():
        start = time.monotonic()
        site.links.up("w1")
        wait_for(lambda: uplink_of(site, "pa") == "up1", "failback")
        return time.monotonic() - start

    for value in (400, 100):
        delay(site, value)
        site.links.down("w1")
        wait_for(lambda: uplink_of(site, "pa") == "up2", "failover")
        took = measure()
        check(value / 1000 <= took < value / 1000 + 3,
              f"failback after {took:.3f} s, not {value} ms")
    delay(site, 400)
    site.links.down("w1")
    wait_state(site, "up1", "down")
    for _ in range(3):
        site.links.up("w1")
        wait_state(site, "up1", "settling")
        site.links.down("w1")
        wait_state(site, "up1", "down")
    site.listener.drain()
    took = measure()
    check(0.4 <= took < 3.4, f"failback after {took:.3f} s, not 400 ms")
    heard = site.listener.pending()
    equal(told_states(heard, "up1"), ["settling", "up"], "events")
    moves = [o["uplink"] for n, o in heard
             if n == "port-change-ntf" and o["ifname"] == "pa"]
    equal(len(moves), 1, "moves of a")


def settling_uplinks(site):
    """They are not used, unless there is no other."""
    defer(restore, site)
    delay(site, 600000)
    set_portgroup(site, "vms", active=["up1"], standby=["up2"])
    for name in ("kernel", "trunk"):
        set_portgroup(site, name, active=["up1"], standby=[])
    site.links.down("w1")
    wait_state(site, "up1", "down")
    equal((in_use(site, "vms"), in_use(site, "kernel")), (["up2"], []),
          "in use without w1")
    site.links.up("w1")
    wait_state(site, "up1", "settling")
    equal((in_use(site, "vms"), in_use(site, "kernel")),
          (["up2"], ["up1"]), "in use while up1 settles")
    equal(leaves_by(site, "a"), {"w2": ""}, "frame of a leaves by")
    equal(leaves_by(site, "vmk0"), {"w1": ""}, "frame of vmk0 leaves by")
    expect(site, "w1", BROADCAST, ["vmk0", "t"])
    expect(site, "w1", "a", "a")
    # The one in use fails: better one that settles than none.
    site.links.down("w2")
    wait_state(site, "up2", "down")
    equal(in_use(site, "vms"), ["up1"], "in use without w2")
    site.links.up("w2")
    wait_state(site, "up2", "settling")
    equal(in_use(site, "vms"), ["up1"], "in use while both settle")
    # New ones do not settle.
    site.nl.do("uplink-del", switch=SWITCH, ifname="up4")
    site.uplink("up4")
    equal(states(site), {"up1": "settling", "up2": "settling", "up3": "up",
                         "up4": "up"}, "states")
    # The way out of settling by the shortest delay.
    site.links.down("w1")
    site.links.down("w2")
    wait_state(site, "up1", "down")
    wait_state(site, "up2", "down")
    delay(site, 0)
    cut(site)
    equal(in_use(site, "vms"), ["up1"], "in use at last")


def without_failback(site):
    """What has come back waits until one in use fails."""
    defer(restore, site)
    set_portgroup(site, "vms", failback=0, active=["up1", "up2"],
                  standby=["up3"])
    set_portgroup(site, "kernel", active=["up1", "up2"], standby=["up3"])

    def step(wires, used, other):
        cut(site, *wires)
        equal(in_use(site, "vms"), used, f"in use, {wires} cut")
        equal(in_use(site, "kernel"), other,
              f"in use with failback, {wires} cut")
        for client in "ab":
            equal(leaves_by(site, client),
                  {uplink_of(site, f"p{client}").replace("up", "w"): ""},
                  f"frame of {client}, {wires} cut, leaves by")

    step((), ["up1", "up2"], ["up1", "up2"])
    step(("w1",), ["up3", "up2"], ["up3", "up2"])
    step((), ["up3", "up2"], ["up1", "up2"])
    step(("w2",), ["up1", "up3"], ["up1", "up3"])
    step((), ["up1", "up3"], ["up1", "up2"])
    step(("w3",), ["up1", "up2"], ["up1", "up2"])
    step((), ["up1", "up2"], ["up1", "up2"])
    # One that is not in use makes nothing wait, and releases nothing.
    step(("w1",), ["up3", "up2"], ["up3", "up2"])
    step((), ["up3", "up2"], ["up1", "up2"])
    step(("w4",), ["up3", "up2"], ["up1", "up2"])
    step(("w1", "w4"), ["up3", "up2"], ["up3", "up2"])
    step((), ["up3", "up2"], ["up1", "up2"])
    # All but those that wait have gone.
    step(("w2", "w3"), ["up1"], ["up1"])
    step((), ["up1"], ["up1", "up2"])


def changed_policy_ends_the_waiting(site):
    """A new failover policy of the port group begins anew."""
    defer(restore, site)
    for fields in ({"notify_switches": 0}, {"load_balancing": "mac"},
                   {"active": ["up1", "up3"], "standby": ["up2"]}):
        set_portgroup(site, "vms", KINDS, failback=0,
                      active=["up1"], standby=["up2"])
        cut(site, "w1")
        cut(site)
        equal(in_use(site, "vms"), ["up2"], "in use")
        set_portgroup(site, "vms", forged_transmits=1)
        equal(in_use(site, "vms"), ["up2"], "in use, security changed")
        set_portgroup(site, "vms", **fields)
        equal(in_use(site, "vms"), fields.get("active", ["up1"]),
              f"in use after {fields}")
    # Failback itself, and the switch's policy.
    set_portgroup(site, "vms", KINDS)
    set_switch(site, failback=0, active=["up1"], standby=["up2"])
    cut(site, "w1")
    cut(site)
    equal(in_use(site, "vms"), ["up2"], "in use")
    set_switch(site, failback=1)
    equal(in_use(site, "vms"), ["up1"], "in use with failback")


# What the physical network is told ------------------------------------------

def type_of(frame):
    """The ethertype after all tags."""
    at = tag_text(frame)[1]
    return int.from_bytes(frame[at:at + 2], "big")


def rarp_of(address, tags=""):
    """The frame that tells where an address is."""
    who = mac(address)
    return (b"\xff\xff\xff\xff\xff\xff" + who + tag_bytes(tags) +
            b"\x80\x35" b"\x00\x01" b"\x08\x00" b"\x06" b"\x04" b"\x00\x03" +
            who + b"\0\0\0\0" + who + b"\0\0\0\0")


def rarps(site, change, want, seconds=5):
    """
    Makes a change and checks that exactly the RARPs wanted tell of it: want
    is {address: (wire, tags)}; each five times, 250 ms apart.
    """
    taps = {w: site.lab.taps[w] for w in WIRES}
    site.lab.flush()
    start = time.monotonic()
    change()
    busy = time.monotonic() - start
    got = {}

    def enough(heard):
        return sum(type_of(f) == ETH_RARP for _, _, f in heard) >= \
            5 * len(want)

    heard = listen(taps, seconds, enough)
    # A sixth would come by now.
    heard += listen(taps, 0.4)
    for when, wire, frame in heard:
        if type_of(frame) == ETH_RARP:
            got.setdefault(frame[6:12], []).append((when, wire, frame))
    names = {mac(a): a for a in want}
    equal({names.get(a, a.hex(":")) for a in got}, set(want),
          "addresses told")
    for address, (wire, tags) in want.items():
        told = got[mac(address)]
        bare = rarp_of(address, tags)
        for _, where, frame in told:
            equal(where, wire, f"{address} told on")
            equal((frame[:len(bare)].hex(" "), frame[len(bare):].strip(b"\0")),
                  (bare.hex(" "), b""), f"frame for {address}")
        times = [f"{when - start:.3f}" for when, _, _ in told]
        check(len(told) == 5, f"{address} was told on {wire} after {times}")
        span = told[4][0] - told[0][0]
        # Those that came while the change was made are seen late.
        check(0.85 - busy < span < 3,
              f"five RARPs of {address} in {span:.3f} s")
        check(told[0][0] - start < busy + 1, f"the first of {address} "
              f"{told[0][0] - start:.3f} s after the change began")


def told_when_connected(site):
    """In the VLAN of the port's frames, by its own uplink."""
    groups = {
        "k1": ({"vlan": 0}, {}, ""),
        "k2": ({"vlan": 33}, {}, "33"),
        "k3": ({"vlan": 4095}, {}, ""),
        "k4": ({"trunk": [{"first": 30, "last": 31},
                          {"first": 40, "last": 40}]}, {}, "30"),
        "k5": ({"trunk": [{"first": 0, "last": 5}]}, {}, ""),
        "k6": ({"vlan": 34}, {"notify_switches": 0}, None),
        "k7": ({"vlan": 35}, {"load_balancing": "iphash"}, None),
    }
    quiet(site)
    site.portgroup("of-vmk1", vlan=36)
    defer(site.nl.do, "portgroup-del", name="of-vmk1", switch=SWITCH)
    for name, (vlan, fields, _) in groups.items():
        site.portgroup(f"of-{name}", **vlan)
        defer(site.nl.do, "portgroup-del", name=f"of-{name}", switch=SWITCH)
        if fields:
            set_portgroup(site, f"of-{name}", **fields)
    want = {}

    def connect():
        for name in groups:
            site.vm(name, f"of-{name}")
            defer(site.nl.do, "port-del", ifname=f"p{name}")
        site.vmk("vmk1", "of-vmk1")
        defer(site.nl.do, "vmk-del", ifname="vmk1")
        defer(site.lab.close, "vmk1")
        for name, (_, _, tags) in groups.items():
            if tags is not None:
                uplink = uplink_of(site, f"p{name}")
                want[site.mac[name]] = (uplink.replace("up", "w"), tags)
        want[site.mac["vmk1"]] = (uplink_of(site, "vmk1").replace("up",
                                                                  "w"), "36")

    rarps(site, connect, want)
    check(len({w for w, _ in want.values()}) > 1, f"one wire only: {want}")


def quiet(site):
    """Waits until earlier changes have been told of."""
    taps = {w: site.lab.taps[w] for w in WIRES}
    end = time.monotonic() + 10
    while any(type_of(f) == ETH_RARP for _, _, f in listen(taps, 1)):
        check(time.monotonic() < end, "RARPs do not end")


def told_of_addresses(site):
    """An adopted one; a new one of a VM's port and of an adapter; an old one
    in a new VLAN."""
    site.portgroup("of-k", vlan=33)
    defer(site.nl.do, "portgroup-del", name="of-k", switch=SWITCH)
    set_portgroup(site, "of-k", mac_changes=1)
    site.vm("k1", "of-k", initial=False)
    defer(site.nl.do, "port-del", ifname="pk1")
    site.vm("k2", "of-k")
    defer(site.nl.do, "port-del", ifname="pk2")
    site.portgroup("of-k3", vlan=34)
    defer(site.nl.do, "portgroup-del", name="of-k3", switch=SWITCH)
    site.vm("k3", "of-k3")
    defer(site.nl.do, "port-del", ifname="pk3")
    set_portgroup(site, "kernel", mac_changes=1)
    defer(set_portgroup, site, "kernel", KINDS)
    old = site.mac["vmk0"]
    quiet(site)
    check("mac" not in site.port("pk1"), "an address without a frame")

    def change():
        site.lab.taps["k1"].send(build(BROADCAST, site.mac["k1"]))
        site.nl.do("port-set", ifname="pk2", mac="02:00:00:00:01:71")
        site.nl.do("portgroup-set", name="of-k3", vlan=35)
        site.sw.ip("link set dev vmk0 address 02:00:00:00:01:72")

    def wire(name):
        return uplink_of(site, name).replace("up", "w")

    defer(site.sw.ip, f"link set dev vmk0 address {old}")
    rarps(site, change, {site.mac["k1"]: (wire("pk1"), "33"),
                         site.mac["k3"]: (wire("pk3"), "35"),
                         "02:00:00:00:01:71": (wire("pk2"), "33"),
                         "02:00:00:00:01:72": (wire("vmk0"), "")})


def told_of_moves(site):
    """Failover, failback and the first uplink after none, by the new uplink
    only; not with iphash, and not where it is switched off."""
    defer(restore, site)
    set_switch(site, active=["up1"], standby=["up2"])
    set_portgroup(site, "trunk", load_balancing="iphash")
    set_portgroup(site, "kernel", notify_switches=0)
    quiet(site)

    def movers(wire):
        want = {site.mac[n]: (wire, "") for n in VMS}
        want[site.mac["x"]] = (wire, "20")
        for name in ("m1", "m2"):
            want[site.mac[name]] = (wire, "4000")
        return want

    rarps(site, lambda: site.links.down("w1"), movers("w2"))
    equal((uplink_of(site, "vmk0"), in_use(site, "trunk")),
          ("up2", ["up2"]), "of those that are not told of")
    rarps(site, lambda: site.links.up("w1"), movers("w1"))
    cut(site, "w1", "w2")
    equal(uplink_of(site, "pa"), None, "uplink where all are down")
    rarps(site, lambda: site.links.up("w2"), movers("w2"))
    # Moved on before all has been told: no more by the uplink in between.
    set_switch(site, active=["up4"])
    set_switch(site, active=["up3"])
    taps = {w: site.lab.taps[w] for w in WIRES}
    site.lab.flush()
    equal({w for _, w, f in listen(taps, 1)
           if type_of(f) == ETH_RARP}, {"w3"},
          "wires on which was told of the last move")


def told_no_more(site):
    """Of a client that is blocked, or where telling is switched off: what has
    not been told by then is not told later."""
    defer(restore, site)
    set_switch(site, active=["up1"], standby=["up2"])
    set_portgroup(site, "kernel", notify_switches=0)
    taps = {"w1": site.lab.taps["w1"]}

    def blocked(value):
        site.nl.do("port-set", ifname="pa", blocked=value)

    def told(heard):
        return [f for _, _, f in heard
                if type_of(f) == ETH_RARP and f[6:12] == mac(site.mac["a"])]

    group = site.port("pa")["portgroup"]
    ways = ((blocked, 1, 0),
            (lambda on: set_portgroup(site, group, notify_switches=on), 0, 1))
    for change, off, on in ways:
        quiet(site)
        site.lab.flush()
        blocked(1)
        blocked(0)
        check(told(listen(taps, 5, told)), "not told at once")
        change(off)
        # One may have been on its way.
        listen(taps, 0.1)
        equal(told(listen(taps, 0.8)), [], "told afterwards")
        change(on)
    blocked(0)


# Beacons --------------------------------------------------------------------

def is_beacon(site, frame):
    """Is it a beacon of one of the uplinks?"""
    return type_of(frame) == BEACON and frame[6:12] in site.beacon_macs


def beacons(site):
    """Who sends them, in which VLAN; who must not see them; what comes of
    it when one uplink is cut off, or all, or when they hear but are not
    heard."""
    defer(restore, site)
    hub(site)
    set_switch(site, active=["up1", "up2"], standby=["up3"],
               notify_switches=0)
    tagged = [{"first": 30, "last": 31}]
    for name, vlan, fields in (
            ("three", {"vlan": 33}, {"failure_detection": "beacon"}),
            ("two", {"vlan": 34}, {"failure_detection": "beacon",
                                   "standby": []}),
            ("first", {"trunk": tagged}, {
                "failure_detection": "beacon", "standby": [],
                "active": ["up1", "up2", "up3"]}),
            ("stays", {"vlan": 37}, {"failure_detection": "beacon",
                                     "failback": 0}),
            ("link", {"vlan": 35}, {}),
            ("all", {"vlan": 4095}, {"promiscuous": 1})):
        site.portgroup(name, **vlan)
        defer(site.nl.do, "portgroup-del", name=name, switch=SWITCH)
        if fields:
            set_portgroup(site, name, **fields)
    for name, group in (("k1", "three"), ("k2", "two"), ("k3", "first"),
                        ("k4", "link"), ("k5", "all")):
        site.vm(name, group)
        defer(site.nl.do, "port-del", ifname=f"p{name}")
    site.portgroup("promiscuous", vlan=33)
    defer(site.nl.do, "portgroup-del", name="promiscuous", switch=SWITCH)
    set_portgroup(site, "promiscuous", promiscuous=1)
    site.vmk("vmk1", "promiscuous")
    defer(site.nl.do, "vmk-del", ifname="vmk1")
    defer(site.lab.close, "vmk1")
    site.sw.ip("link set dev vmk1 promisc on")
    equal((set(site.port("pk5")["flags"]), set(site.port("vmk1")["flags"])),
          ({"promiscuous"}, {"promiscuous"}), "flags")
    ups = {u["ifname"]: u["mac"] for u in site.nl.dump("uplink-get")}
    site.beacon_macs = {mac(m) for m in ups.values()}
    site.lab.flush()

    def seen_by_none():
        rest(site)
        for name, tap in site.lab.taps.items():
            got = [f for f in tap.recv() if is_beacon(site, f)]
            if name == "h":
                check(got, "the host on the bridge has seen no beacon")
            elif name not in WIRES:
                equal(len(got), 0, f"beacons received by {name}")

    def wait_in_use(**want):
        wait_for(lambda: {n: in_use(site, n) for n in want} == want,
                 f"in use: {want}", 3)

    # Who sends what.
    taps = {w: site.lab.taps[w] for w in WIRES}
    heard = [(when, wire, frame) for when, wire, frame in listen(taps, 3.3)
             if is_beacon(site, frame)]
    seen = {}
    for _, wire, frame in heard:
        equal(frame[:6], mac(BROADCAST), "destination")
        equal(frame[6:12], mac(ups[wire.replace("w", "up")]), "source")
        key = wire, tag_text(frame)[0]
        seen[key] = seen.get(key, 0) + 1
    equal(set(seen), {("w1", "33"), ("w2", "33"), ("w3", "33"),
                      ("w1", "34"), ("w2", "34"),
                      ("w1", "37"), ("w2", "37"), ("w3", "37"),
                      ("w1", "30"), ("w2", "30"), ("w3", "30")},
          "wires and VLANs of beacons")
    check(all(2 <= n <= 5 for n in seen.values()),
          f"one each second, in 3.3 s: {seen}")
    equal(states(site), {n: "up" for n in UPS}, "states")

    # One is cut off, but has its link.
    site.listener.drain()
    begin = time.monotonic()
    site.out.ip("link set dev w1 nomaster")
    wait_state(site, "up1", "isolated")
    took = time.monotonic() - begin
    check(1.5 < took < 7, f"found isolated after {took:.1f} s")
    equal(site.nl.do("uplink-get", ifname="up1")["link-up"], 1, "its link")
    wait_in_use(three=["up3", "up2"], two=["up1", "up2"],
                first=["up2", "up3"], link=["up1", "up2"],
                stays=["up3", "up2"])
    heard = site.listener.pending()
    equal(told_states(heard, "up1"), ["isolated"], "events")
    for name in ("k1", "k3"):
        check(uplink_of(site, f"p{name}") != "up1", f"{name} uses up1")
    seen_by_none()
    wire = uplink_of(site, "pk1").replace("up", "w")
    equal(leaves_by(site, "k1"), {wire: "33"}, "frame of k1 leaves by")
    # It is back.
    site.out.ip("link set dev w1 master br0\n"
                "link set dev w1 type bridge_slave learning off")
    wait_state(site, "up1", "up")
    used = {"three": ["up1", "up2"], "two": ["up1", "up2"],
            "first": ["up1", "up2", "up3"], "link": ["up1", "up2"],
            "stays": ["up3", "up2"]}
    wait_in_use(**used)

    # In VLAN 30 all are cut off, and in 33 up1 hears the others, but neither
    # hears it nor each other: that tells nothing.
    site.listener.drain()
    site.out.run("bridge", "-batch", "-", text="\n".join(
        f"vlan add dev {n} vid {v}" for n in ("w1", "w2", "w3", "hport")
        for v in (33, 37)))
    # For all at once, whatever is on its way.
    site.out.ip("link set dev br0 down\n"
                "link set dev br0 type bridge vlan_filtering 1\n"
                "link set dev w2 type bridge_slave bcast_flood off\n"
                "link set dev w3 type bridge_slave bcast_flood off\n"
                "link set dev br0 up")
    listen(taps, 5.5)
    equal([(n, o.get("ifname")) for n, o in site.listener.pending()
           if n == "uplink-change-ntf"], [], "events without a verdict")
    equal((states(site), {n: in_use(site, n) for n in used}),
          ({n: "up" for n in UPS}, used), "states, in use")
    site.out.ip("link set dev br0 type bridge vlan_filtering 0\n"
                "link set dev w2 type bridge_slave bcast_flood on\n"
                "link set dev w3 type bridge_slave bcast_flood on")

    seen_by_none()
    # What is no beacon passes, whatever its type.
    equal(hub_send(site, "h", BROADCAST, wire_mac()).get("a"), 1,
          "another frame of the beacons' type")
    # Switched off, they end.
    for name in ("three", "two", "first", "stays"):
        set_portgroup(site, name, failure_detection="link")
    site.lab.flush()
    equal([w for _, w, f in listen(taps, 1.5) if is_beacon(site, f)], [],
          "beacons after they were switched off")


def isolated_no_more(site):
    """One that is cut off is so no longer when nobody probes, or when it is
    another one in its place."""
    defer(restore, site)
    hub(site)

    def cut_off():
        set_switch(site, failure_detection="beacon")
        wait_state(site, "up1", "isolated")
        site.listener.drain()

    site.out.ip("link set dev w1 nomaster")
    cut_off()
    set_switch(site, failure_detection="link")
    heard = []

    def told():
        heard.extend(site.listener.pending())
        return told_states(heard, "up1")

    wait_for(told, "its state is told when nobody probes")
    equal(told(), ["up"], "states told")
    equal(states(site), {n: "up" for n in UPS}, "states")
    cut_off()
    site.nl.do("uplink-del", switch=SWITCH, ifname="up1")
    got = site.nl.do("uplink-add", switch=SWITCH, ifname="up1")
    check(got["state"] != "isolated", "a new one is isolated")
    set_switch(site, failure_detection="link")


# Under traffic --------------------------------------------------------------

def new_up4(site):
    """Deletes up4 and makes it anew."""
    site.sw.ip("link del dev up4")
    site.lab.close("w4")
    site.add_pair("up4", "w4", "02:00:00:00:03:04")
    site.uplink("up4")


def churn_under_traffic(site):
    """Uplinks that come, go, get new names, lose their link or are deleted
    while frames pass; at the end all is as if nothing had been."""
    seed = int(os.environ.get("VSW_SEED", time.time_ns() % 10 ** 9))
    diag(f"VSW_SEED={seed}")
    dice = random.Random(seed)
    def unblock():
        for name in UPS[:3]:
            site.nl.do("port-set", ifname=name, blocked=0)

    defer(restore, site)
    defer(unblock)
    delay(site, 20)
    frames = [(name, build(dst, site.mac.get(name, wire_mac(9))))
              for name in ("a", "b", "t", "x", "w1", "w2", "w3")
              for dst in (BROADCAST, UNKNOWN, site.mac["c"])]
    sender = Traffic(site.out, frames, 0.03)
    before = site.port("pa")["stats"]["tx-packets"]
    promiscuity = [site.sw.link(n)["promiscuity"] for n in UPS]

    def rename():
        site.sw.ip("link set dev up2 down\nlink set dev up2 name eth-new\n"
                   "link set dev eth-new up")
        site.sw.ip("link set dev eth-new down\n"
                   "link set dev eth-new name up2\nlink set dev up2 up")

    def replace():
        site.nl.do("uplink-del", switch=SWITCH, ifname="up3")
        site.nl.do("uplink-add", switch=SWITCH, ifname="up3")

    def reorder():
        order = dice.sample(UPS, 4)
        number = dice.randint(0, 4)
        set_switch(site, active=order[:number], standby=order[number:],
                   load_balancing=dice.choice(("portid", "mac", "iphash",
                                               "explicit")),
                   failback=dice.randint(0, 1),
                   failure_detection=dice.choice(("link", "beacon")))

    def links():
        site.links.set(dice.choice(WIRES), dice.randint(0, 1))

    def block():
        site.nl.do("port-set", ifname=dice.choice(UPS[:3]),
                   blocked=dice.randint(0, 1))

    steps = [rename] * 3 + [replace] * 8 + [lambda: new_up4(site)] * 3 + \
        [reorder] * 40 + [links] * 80 + [block] * 20
    dice.shuffle(steps)
    for step in steps:
        step()
    wait_for(lambda: site.port("pa")["stats"]["tx-packets"] > before + 100,
             "frames have passed")
    sender.runs()
    unblock()
    restore(site)
    equal((in_use(site, "vms"), states(site)),
          (UPS, {n: "up" for n in UPS}), "uplinks")
    for number, up in (("#7", "up4"), ("#8", "up1"), ("#9", "up2"),
                       ("#10", "up3"), ("#11", "up4"), ("#0", "up1")):
        name = site.numbers[number]
        equal(uplink_of(site, f"p{name}"), up, f"uplink of {name}")
        equal(leaves_by(site, name), {up.replace("up", "w"): ""},
              f"frame of {name} leaves by")
    equal([site.sw.link(n)["promiscuity"] for n in UPS], promiscuity,
          "promiscuity of the uplinks")


if __name__ == "__main__":
    main([(team, name, row) for name, *row in rows(TEAMS)] +
         [broadcast_takes_the_same_way] +
         [(hashed, f"iphash: {name}", row)
          for name, *row in rows(HASHED)] +
         [no_uplink_of_its_own_with_iphash, mac_of_many_sources, inbound,
          inbound_of_different_orders, inbound_with_one_uplink_in_use,
          inbound_with_iphash, inbound_by_source] +
         [(no_loops, "no loops with portid", ("portid", {})),
          (no_loops, "no loops with a standby uplink",
           ("portid", {"active": ["up3", "up1"], "standby": ["up2"]})),
          (no_loops, "no loops with mac", ("mac", {})),
          (no_loops, "no loops with mac and forged transmits",
           ("mac", {"forged_transmits": 1})),
          (no_loops, "no loops with portid and forged transmits",
           ("portid", {"forged_transmits": 1})),
          (no_loops, "no loops with explicit", ("explicit", {}))] +
         [no_storm_with_iphash, states_and_their_events, blocked_uplink,
          failback_after_its_delay, settling_uplinks, without_failback,
          changed_policy_ends_the_waiting, told_when_connected,
          told_of_addresses, told_of_moves, told_no_more, beacons, isolated_no_more,
          churn_under_traffic],
         topology)
