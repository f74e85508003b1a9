#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Every reason for which a frame dies, provoked: the one counter that it moves,
the event of the tracepoint vswitch:vsw_drop, ethtool's line for an adapter,
and the reason that the kernel's drop monitor tells.

     pa    pb   vmk0     pc           a, b: VMs, like vmk0 in VLAN 0
      |     |     |       |           c: a VM in VLAN 10
   +--+-----+-----+-------+--+
   |        vSwitch0         |
   +--------+----------+-----+
            | up1      | up2
            w1         w2             the wire
"""

import socket
import struct

from ctl.frames import BROADCAST, MARKER, build
from ctl.ktap import (Failed, Skip, check, defer, equal, main, run,
                      wait_for)
from ctl.nl import spec
from ctl.rules import flags, override, rule
from ctl.site import SWITCH, Site, wire_mac
from ctl.trace import DropMonitor, Trace

GROUP = "01:00:5e:01:02:03"
UNKNOWN = "02:00:00:00:09:09"
SIZE = 77                       # of a frame, to tell it from others
INJECT = "/sys/module/vsw_inject/parameters/clones"
SO_SNDBUFFORCE = 32


def topology():
    """See the top of the file."""
    site = Site("a b c", uplinks=2)
    site.portgroup("vms")
    site.portgroup("kernel")
    site.portgroup("ten", vlan=10)
    site.vm("a", "vms")
    site.vm("b", "vms")
    site.vm("c", "ten")
    site.vmk("vmk0", "kernel")
    site.lab.taps["vmk0"].sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE,
                                          1 << 22)
    site.trace = Trace("vswitch/vsw_drop")
    site.monitor, site.no_monitor = None, ""
    try:
        site.monitor = DropMonitor()
    except Skip as why:
        site.no_monitor = str(why)
    site.provoked, site.monitored = set(), set()
    return site


def ethtool(site, name="vmk0"):
    """The drop counters that ethtool shows of an adapter."""
    text = site.sw.run("ethtool", "-S", name)
    rows = (line.partition(":") for line in text.splitlines()[1:])
    return {k.strip(): int(v) for k, _, v in rows
            if k.strip().startswith("drop_")}


def told(site, events, died, size):
    """Checks that there is one event for each (port, reason) that died."""
    def row(name, reason):
        return {"switch": SWITCH, "port": site.port(name)["id"],
                "ifname": name, "reason": reason.replace("-", "_"),
                "len": size}

    seen = []
    for event in events:
        for key in ("switch", "port", "ifname", "reason", "len", "protocol",
                    "skbaddr"):
            check(key in event, f"no {key} in {event}")
        seen.append({"switch": event["switch"],
                     "port": int(event["port"], 0),
                     "ifname": event["ifname"], "reason": event["reason"],
                     "len": int(event["len"], 0)})

    def key(one):
        return sorted((k, str(v)) for k, v in one.items())

    equal(sorted(seen, key=key), sorted((row(*d) for d in died), key=key),
          "events of vswitch:vsw_drop")


def dies(site, reason, at, sender, dst=UNKNOWN, **kwargs):
    """
    One frame, which dies at the port of an interface, for that reason:
    nobody gets it, one counter goes up by one, one event tells of it.
    """
    kwargs.setdefault("size", SIZE)
    if sender in ("w1", "w2"):
        kwargs.setdefault("src", wire_mac())
    before = ethtool(site)
    site.trace.events()
    number = site.lab.number + 1
    seen, lost = site.send(sender, dst, **kwargs)
    events = site.trace.events()
    equal((seen, lost), ({}, {(at, reason): 1}),
          f"{sender} to {dst} {kwargs}: received by, drops")
    told(site, events, [(at, reason)], kwargs["size"])
    # Not the network byte order's other reading.
    equal(int(events[0]["protocol"], 0), 0x88b5, "protocol told")
    after = ethtool(site)
    equal({k: v - before[k] for k, v in after.items() if v != before[k]},
          {f"drop_{reason.replace('-', '_')}": 1} if at == "vmk0" else {},
          "ethtool -S vmk0")
    if site.monitor:
        equal(site.monitor.wait_reason(struct.pack("!I", number)),
              [f"VSWITCH_DROP_{reason.replace('-', '_').upper()}"],
              "reasons in the drop monitor")
        site.monitored.add(reason)
    site.provoked.add(reason)


def block(site, name):
    """Blocks a port for the time of the case."""
    site.nl.do("port-set", ifname=name, blocked=1)
    defer(site.nl.do, "port-set", ifname=name, blocked=0)


def blocked_sender(site):
    """It met a port that is blocked, or whose interface is down."""
    for name in ("pa", "vmk0", "up1"):
        block(site, name)
    dies(site, "blocked", "pa", "a")
    dies(site, "blocked", "pa", "a", "b")
    dies(site, "blocked", "vmk0", "vmk0")
    dies(site, "blocked", "up1", "w1", "b")
    dies(site, "blocked", "vmk0", "b", "vmk0")
    dies(site, "blocked", "pa", "w2", "a")


def blocked_by_its_interface(site):
    """A client whose interface is down gets nothing."""
    site.sw.ip("link set dev pb down")
    defer(wait_for, lambda: site.sw.link("pb")["operstate"] == "UP",
          "pb is up")
    defer(site.sw.ip, "link set dev pb up")
    dies(site, "blocked", "pb", "a", "b")
    dies(site, "blocked", "pb", "w1", "b")


def vlan_mismatch(site):
    """A tag where the port group has none, or a VLAN of nobody."""
    dies(site, "vlan-mismatch", "pa", "a", "b", tags="5")
    dies(site, "vlan-mismatch", "pc", "c", tags="10")
    dies(site, "vlan-mismatch", "vmk0", "vmk0", tags="5")
    dies(site, "vlan-mismatch", "up1", "w1", BROADCAST, tags="99")
    dies(site, "vlan-mismatch", "up2", "w2", BROADCAST, tags="4095")


def forged_transmit(site):
    """Another source than the port's address."""
    dies(site, "forged-transmit", "pa", "a", "b", src=UNKNOWN)
    dies(site, "forged-transmit", "pa", "a", BROADCAST, src=site.mac["b"])
    dies(site, "forged-transmit", "vmk0", "vmk0", "b", src=UNKNOWN)


def own_wire(site, name):
    """The wire that a client uses."""
    uplinks = {u["port-id"]: u["ifname"] for u in site.nl.dump("uplink-get")}
    return "w" + uplinks[site.port(name)["uplink"]][2:]


def mac_changed(site):
    """A client whose address is not its initial one, alone in its VLAN."""
    site.nl.do("port-set", ifname="pc", mac="02:00:00:00:07:01")
    defer(site.nl.do, "port-set", ifname="pc", mac=site.mac["c"])
    for dst in (BROADCAST, GROUP):
        dies(site, "mac-changed", "pc", own_wire(site, "pc"), dst, tags="10")
    site.nl.do("portgroup-set", name="kernel", vlan=30)
    defer(site.nl.do, "portgroup-set", name="kernel", vlan=0)
    site.nl.do("switch-set", name=SWITCH, policy={"mac-changes": 1})
    defer(site.nl.do, "switch-set", name=SWITCH, policy={"mac-changes": 0})
    defer(site.sw.ip, f"link set dev vmk0 address {site.mac['vmk0']}")
    site.sw.ip("link set dev vmk0 address 02:00:00:00:07:02")
    site.nl.do("switch-set", name=SWITCH, policy={"mac-changes": 0})
    dies(site, "mac-changed", "vmk0", own_wire(site, "vmk0"), BROADCAST,
         tags="30")


def shaped(site):
    """The shaper's queue is full; at 1 Kbit/s it remains so."""
    for sender, port, portgroup in (("a", "pa", "vms"),
                                    ("vmk0", "vmk0", "kernel")):
        override(site, portgroup, shaping_enabled=1, shaping_average=1,
                 shaping_peak=1, shaping_burst=1)
        check("shaped" in flags(site, port), f"flags of {port}")
        frame = build(UNKNOWN, site.mac[sender], ethertype=MARKER, size=1514)
        for _ in range(200):
            site.lab.taps[sender].send(frame)
            if site.port(port)["drops"]["shaped"]:
                break
        else:
            raise Failed("the queue has no bound")
        # A small frame may have found room yet.
        dies(site, "shaped", port, sender, size=1514)
        dies(site, "shaped", port, sender, BROADCAST, size=1514)
        site.nl.do("portgroup-set", name=portgroup,
                   reset_policy={"shaping"})


def no_uplink(site):
    """It had to leave the switch, and no uplink is usable."""
    def heal():
        site.out.ip("link set dev w1 up\nlink set dev w2 up")
        site.wait_link("up1")
        site.wait_link("up2")
        # Both must be candidates again, not one of them settling.
        wait_for(lambda: {u["state"] for u in site.nl.dump("uplink-get")} ==
                 {"up"}, "the uplinks are settled")

    defer(heal)
    site.out.ip("link set dev w1 down\nlink set dev w2 down")
    site.wait_link("up1", 0)
    site.wait_link("up2", 0)
    dies(site, "no-uplink", "pa", "a")
    dies(site, "no-uplink", "vmk0", "vmk0")
    # Nobody else is in c's VLAN.
    dies(site, "no-uplink", "pc", "c", BROADCAST)


def unknown_unicast(site):
    """From an uplink, to nobody's address."""
    dies(site, "unknown-unicast", "up1", "w1")
    dies(site, "unknown-unicast", "up2", "w2")
    dies(site, "unknown-unicast", "up1", "w1", "a", tags="10")


def reflected(site):
    """Back to where it came from."""
    dies(site, "reflected", "up1", "w1", "b", src=site.mac["a"])
    dies(site, "reflected", "up2", "w2", BROADCAST, src=site.mac["vmk0"])
    dies(site, "reflected", "pa", "a", "a")
    dies(site, "reflected", "vmk0", "vmk0", "vmk0")


def team_inbound(site):
    """By an uplink that its receivers do not use."""
    rule(site, active={"uplink": ["up1"]}, standby={"uplink": []})
    dies(site, "team-inbound", "up2", "w2", BROADCAST)
    dies(site, "team-inbound", "up2", "w2", GROUP)
    dies(site, "team-inbound", "up2", "w2", "a")
    dies(site, "team-inbound", "up2", "w2", "vmk0")
    dies(site, "team-inbound", "up2", "w2", "c", tags="10")
    # Unicast is taken from a standby uplink, broadcast is not.
    rule(site, standby={"uplink": ["up2"]})
    equal(site.send("w2", "a", wire_mac()), ({"a": ""}, {}), "by a standby")
    dies(site, "team-inbound", "up2", "w2", BROADCAST)


def link_local(site):
    """A client sent it to an IEEE link-local address."""
    for dst in ("01:80:c2:00:00:00", "01:80:c2:00:00:0f"):
        dies(site, "link-local", "pa", "a", dst)
        dies(site, "link-local", "vmk0", "vmk0", dst)


def too_big(site):
    """Larger than the MTU where it has to leave."""
    names = ("a", "w1", "w2")
    site.out.ip("\n".join(f"link set dev {n} mtu 3000" for n in names))
    defer(site.out.ip, "\n".join(f"link set dev {n} mtu 1500"
                                 for n in names))
    dies(site, "too-big", "pb", "a", "b", size=1515)
    dies(site, "too-big", f"up{own_wire(site, 'pa')[1]}", "a", size=1515)
    dies(site, "too-big", "pb", "w1", "b", size=1518)
    site.nl.do("vmk-set", ifname="vmk0", mtu=1300)
    defer(site.nl.do, "vmk-set", ifname="vmk0", mtu=1500)
    dies(site, "too-big", "vmk0", "a", "vmk0", size=1315)


def malformed(site):
    """No valid Ethernet frame: a group is no source, half a tag is none."""
    for accepted in (0, 1):
        rule(site, forged_transmits=accepted)
        dies(site, "malformed", "up1", "w1", "a", src=GROUP)
        dies(site, "malformed", "up2", "w2", BROADCAST, src=BROADCAST)
        dies(site, "malformed", "pa", "a", "b", src=GROUP)
        dies(site, "malformed", "vmk0", "vmk0", "b", src=BROADCAST)


def malformed_tag(site):
    """
    A raw socket's frame that ends within its tag. It has no room for a mark.
    From a VM or the wire such a frame does not reach the switch.
    """
    before = site.drops()
    site.trace.events()
    frame = build(UNKNOWN, site.mac["vmk0"], "5")[:16]
    site.lab.taps["vmk0"].send(frame)
    after = site.drops()
    equal({k: v - before.get(k, 0) for k, v in after.items()
           if v != before.get(k, 0)}, {("vmk0", "malformed"): 1}, "drops")
    equal([e["reason"] for e in site.trace.events()], ["malformed"],
          "events")


def fail_a_copy():
    """The module vsw_inject, of these tests, fails the next one that the
    switch asks for."""
    if run("modprobe", "vsw_inject", ok=False).returncode:
        raise Skip("no module vsw_inject, which is in selftests/inject")
    defer(run, "modprobe", "-r", "vsw_inject")
    with open(INJECT, "w", encoding="ascii") as file:
        file.write("1")


def no_memory(site):
    """A copy that cannot be made."""
    frame = build(BROADCAST, site.mac["vmk0"], size=SIZE)
    before, shown = site.drops(), ethtool(site)
    site.trace.events()
    fail_a_copy()
    site.lab.taps["vmk0"].send(frame)
    lost = {k: v - before.get(k, 0) for k, v in site.drops().items()
            if v != before.get(k, 0)}
    equal([(k[1], v) for k, v in lost.items()], [("no-memory", 1)], "drops")
    told(site, site.trace.events(), list(lost), SIZE)
    equal(ethtool(site), shown, "ethtool -S vmk0, the sender")
    site.provoked.add("no-memory")


def pktgen(ns, name, *lines):
    """Has an interface receive frames from the kernel's packet generator,
    which holds each of them until it has returned."""
    run("modprobe", "pktgen")
    defer(run, "modprobe", "-r", "pktgen")

    def put(file, *lines):
        for line in lines:
            with open(f"/proc/net/pktgen/{file}", "w",
                      encoding="ascii") as out:
                out.write(line + "\n")

    with ns:
        put("kpktgend_0", f"add_device {name}")
        put(name, "xmit_mode netif_receive", "delay 0", *lines)
        put("pgctrl", "start")
        put("kpktgend_0", "rem_device_all")


def no_memory_for_its_own(site, name, src):
    """Of three frames that somebody else holds, one cannot be made the
    switch's own."""
    site.lab.flush()
    before, got = site.drops(), []

    def arrived():
        got.extend(f for f in site.lab.taps["b"].recv()
                   if f[12:14] == b"\x08\x00")
        return len(got) >= 2

    fail_a_copy()
    pktgen(site.sw, name, "count 3", f"src_mac {site.mac.get(src, src)}",
           f"dst_mac {site.mac['b']}")
    wait_for(arrived, "two frames are there")
    site.lab.pass_marker()
    arrived()
    equal(len(got), 2, "frames received")
    equal({k: v - before.get(k, 0) for k, v in site.drops().items()
           if v != before.get(k, 0)}, {(name, "no-memory"): 1}, "drops")


def each_copy_that_dies_is_told(site):
    """A broadcast, two of whose receivers are blocked: two drops."""
    block(site, "pb")
    block(site, "vmk0")
    died = [("pb", "blocked"), ("vmk0", "blocked")]
    site.trace.events()
    seen, lost = site.send("a", BROADCAST, size=SIZE)
    events = site.trace.events()
    check(set(seen) <= {"w1", "w2"} and len(seen) == 1, f"received {seen}")
    equal(lost, {d: 1 for d in died}, "drops")
    told(site, events, died, SIZE)


def what_lives_is_not_told(site):
    """No event for a frame that arrives, or that nobody wanted."""
    site.trace.events()
    equal(site.send("a", "b"), ({"b": ""}, {}), "received by, drops")
    seen, lost = site.send("a", GROUP)
    check("vmk0" not in seen and not lost, f"{seen} {lost}")
    equal(site.trace.events(), [], "events")


def format_of_the_event(site):
    """The fields that a program finds in it."""
    want = {"skbaddr", "port", "ifname", "reason", "len", "protocol"}
    check(want <= site.trace.fields,
          f"fields {site.trace.fields} without {want - site.trace.fields}")


def every_reason_was_provoked(site):
    """The list of the spec, with nothing left out."""
    equal(site.provoked, set(spec().sets["drops"]), "reasons")


def the_drop_monitor_told_them_too(site):
    """It listened all the time, where the kernel has reasons of modules."""
    if not site.monitor:
        raise Skip(site.no_monitor)
    # A copy that was never made is no frame that was freed.
    equal(site.monitored, site.provoked - {"no-memory"}, "reasons")


if __name__ == "__main__":
    main([format_of_the_event, blocked_sender, blocked_by_its_interface,
          vlan_mismatch, forged_transmit, mac_changed, shaped, no_uplink,
          unknown_unicast, reflected, team_inbound, link_local, too_big,
          malformed, malformed_tag, no_memory,
          (no_memory_for_its_own, "no memory for a VM's frame that is shared",
           ("pa", "a")),
          (no_memory_for_its_own, "no memory for the wire's that is shared",
           ("up1", wire_mac())),
          each_copy_that_dies_is_told,
          what_lives_is_not_told, every_reason_was_provoked,
          the_drop_monitor_told_them_too], topology)
