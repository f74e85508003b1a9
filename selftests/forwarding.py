#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Who gets a frame, and what becomes of those that nobody may get.

     pa    pb    pc    pd   vmk0          a, b, c, d: VMs, far ends of pa...
      |     |     |     |    |
   +--+-----+-----+-----+----+--+
   |          vSwitch0          |         all in VLAN 0
   +--------+----------+--------+
            | up1      | up2
            w1         w2                 the wire
"""

import json
import socket

from ctl.frames import BROADCAST, ETHERTYPE, PACKET_MR_MULTICAST, Tap, build
from ctl.ktap import DEADLINE, check, defer, equal, main, wait_for
from ctl.site import SWITCH, Site, wire_mac

GROUP = "01:00:5e:01:02:03"
UNKNOWN = "02:00:00:00:09:09"
MEMBERS = ("a", "b", "c", "d", "vmk0")


def topology():
    """See the top of the file."""
    site = Site("a b c d", uplinks=2)
    # No announcements among the frames that are counted.
    site.nl.do("switch-set", name=SWITCH, policy={"notify-switches": 0})
    site.portgroup("vms")
    site.portgroup("kernel")
    for name in "abcd":
        site.vm(name, "vms")
    site.vmk("vmk0", "kernel")
    return site


def port_of(site, name):
    """The port of a VM or adapter."""
    return site.port(name if name.startswith("vmk") else f"p{name}")


def wire_of(site, name):
    """The wire that a client's port uses now: w1 or w2."""
    wanted = port_of(site, name).get("uplink")
    for row in site.nl.dump("uplink-get"):
        if row["port-id"] == wanted:
            return "w" + row["ifname"][2:]
    return None


def users(site, wire):
    """The clients that use a wire, as who gets its broadcast."""
    return {n: "" for n in MEMBERS if wire_of(site, n) == wire}


def others(*senders):
    """All clients but some, as who gets a broadcast."""
    return {n: "" for n in MEMBERS if n not in senders}


def expect(site, sender, dst, receivers, drops=(), src=None, **kwargs):
    """One frame, its receivers and its drops, one each."""
    if sender.startswith("w") and src is None:
        src = wire_mac()
    got = site.send(sender, dst, src, **kwargs)
    want = receivers if isinstance(receivers, dict) else \
        {n: "" for n in receivers.split()}
    equal(got, (want, {tuple(d.split()): 1 for d in drops}),
          f"{sender} to {dst}: received by, drops")


def unicast_between_clients(site):
    """To the holder of the address and nobody else."""
    for src in MEMBERS:
        for dst in MEMBERS:
            if src != dst:
                expect(site, src, dst, dst)


def unicast_to_others_leaves_by_the_own_uplink(site):
    """No flooding of what is unknown; one uplink only."""
    for src in MEMBERS:
        expect(site, src, UNKNOWN, wire_of(site, src))


def broadcast_and_multicast_from_clients(site):
    """To all others and the own uplink, once each, never to the sender."""
    for src in MEMBERS:
        wire = {wire_of(site, src): ""}
        expect(site, src, BROADCAST, {**others(src), **wire})
        expect(site, src, GROUP, {**others(src, "vmk0"), **wire})


def clients_are_spread_over_the_uplinks(site):
    """portid: the port's number modulo the uplinks that have carrier."""
    ups = [r["port-id"] for r in site.nl.dump("uplink-get")]
    equal(len(ups), 2, "uplinks")
    seen = {}
    for port in site.nl.dump("port-get"):
        if port["kind"] != "uplink":
            seen.setdefault(port["id"] % 2, set()).add(port["uplink"])
    equal(sorted(sum(map(list, seen.values()), [])), sorted(ups),
          "one uplink for each remainder, both used")


def unicast_from_the_wire(site):
    """Taken on any uplink, for clients only."""
    for wire in ("w1", "w2"):
        for dst in MEMBERS:
            expect(site, wire, dst, dst)
        expect(site, wire, UNKNOWN, "",
               [f"up{wire[1]} unknown-unicast"])


def broadcast_from_the_wire(site):
    """Taken on the uplink that the receiver uses; never sent to another
    uplink."""
    for wire in ("w1", "w2"):
        who = users(site, wire)
        check(who, f"nobody uses {wire}")
        expect(site, wire, BROADCAST, who)
        who.pop("vmk0", 0)
        expect(site, wire, GROUP, who)


def broadcast_on_an_uplink_that_nobody_uses(site):
    """Clients that all use the other uplink: the frame dies."""
    site.portgroup("lone", vlan=44)
    defer(site.nl.do, "portgroup-del", name="lone", switch=SWITCH)
    site.add_pair("pe", "e", "02:00:00:00:01:ee")
    defer(site.sw.ip, "link del dev pe")
    defer(site.lab.close, "e")
    site.vm("e", "lone")
    used = wire_of(site, "e")
    other = "w2" if used == "w1" else "w1"
    expect(site, used, BROADCAST, {"e": ""}, tags="44")
    expect(site, other, BROADCAST, "", [f"up{other[1]} team-inbound"],
           tags="44")
    expect(site, other, "e", {"e": ""}, tags="44")


def nothing_goes_from_uplink_to_uplink(site):
    """Not even what is addressed to the other side's interfaces."""
    for here, there in (("w1", "w2"), ("w2", "w1")):
        for dst in (site.mac.get(there, f"02:00:00:00:03:0{there[1]}"),
                    f"02:00:00:00:03:0{here[1]}"):
            expect(site, here, dst, "", [f"up{here[1]} unknown-unicast"])


def reflections_from_the_wire(site):
    """A client's own source address coming back."""
    for src in MEMBERS:
        for dst in (BROADCAST, GROUP, "b", UNKNOWN):
            expect(site, "w1", dst, "", ["up1 reflected"],
                   src=site.mac[src])
    # In a VLAN where nobody has it, it is nobody's reflection.
    expect(site, "w1", BROADCAST, "", ["up1 vlan-mismatch"],
           src=site.mac["a"], tags="99")


def frames_to_oneself(site):
    """A unicast to one's own address that nobody else has."""
    expect(site, "a", "a", "", ["pa reflected"])
    expect(site, "vmk0", "vmk0", "", ["vmk0 reflected"])


def one_address_on_two_ports(site):
    """A cluster's address: each holder gets a copy."""
    mac = site.mac["c"]
    site.nl.do("port-del", ifname="pd")
    defer(site.vm, "d", "vms")
    defer(site.mac.update, d=site.mac["d"])
    site.mac["d"] = mac
    site.vm("d", "vms")
    defer(site.nl.do, "port-del", ifname="pd")
    expect(site, "a", mac, "c d")
    expect(site, "vmk0", mac, "c d")
    expect(site, "w1", mac, "c d")
    expect(site, "w2", mac, "c d")
    expect(site, "c", mac, "d", src=mac)
    expect(site, "d", mac, "c", src=mac)
    # One of them leaves, the other stays.
    site.nl.do("port-del", ifname="pc")
    expect(site, "a", mac, "d")
    site.vm("c", "vms")
    expect(site, "a", mac, "c d")


def forged_transmits(site):
    """A source that is not the port's effective address."""
    for dst in (BROADCAST, GROUP, "b", UNKNOWN):
        expect(site, "a", dst, "", ["pa forged-transmit"], src=UNKNOWN)
        expect(site, "a", dst, "", ["pa forged-transmit"],
               src=site.mac["b"])
        expect(site, "vmk0", dst, "", ["vmk0 forged-transmit"],
               src=site.mac["b"])


def sources_that_are_no_address(site):
    """A group address is nobody's source."""
    for src in (GROUP, BROADCAST):
        expect(site, "w1", "a", "", ["up1 malformed"], src=src)
        expect(site, "w1", BROADCAST, "", ["up1 malformed"], src=src)
        seen, lost = site.send("a", "b", src)
        equal(seen, {}, f"received with source {src}")
        check(set(lost) <= {("pa", "forged-transmit"), ("pa", "malformed")}
              and sum(lost.values()) == 1, f"drops {lost}")


def first_frame_gives_the_address(site):
    """A VM port without an initial address adopts one, once."""
    listener = site.sw.events()
    site.nl.do("port-del", ifname="pd")
    defer(site.vm, "d", "vms")
    port = site.vm("d", "vms", initial=False)
    defer(site.nl.do, "port-del", ifname="pd")
    check("mac" not in port and "initial-mac" not in port,
          f"has an address: {port}")
    listener.expect(2)

    seen, _ = site.send("a", BROADCAST)
    equal(seen.get("d"), "", "broadcast to a port without address")
    expect(site, "a", "d", {wire_of(site, "a"): ""})
    # A group address is not adopted.
    seen, lost = site.send("d", BROADCAST, GROUP)
    equal((seen, sum(lost.values())), ({}, 1), f"group source {lost}")
    check("mac" not in site.port("pd"), "adopted a group address")
    # Nor is another client's, however often it comes.
    for name in ("a", "a", "vmk0"):
        expect(site, "d", "b", "", ["pd forged-transmit"],
               src=site.mac[name])
    check("mac" not in site.port("pd"), "adopted another client's address")
    equal(listener.pending(), [], "events until now")

    expect(site, "d", "a", "a")
    got = wait_for(lambda: [p for p in [site.port("pd")] if "mac" in p],
                   "the address is adopted")[0]
    equal((got["mac"], got["initial-mac"]), (site.mac["d"],) * 2,
          "adopted addresses")
    told = listener.expect(1)
    equal([(n, o["mac"]) for n, o in told],
          [("port-change-ntf", site.mac["d"])], "events")
    expect(site, "a", "d", "d")
    expect(site, "w1", "d", "d")
    expect(site, "d", "a", "", ["pd forged-transmit"], src=UNKNOWN)
    equal(site.port("pd")["mac"], site.mac["d"], "address after a forgery")


def changed_address_receives_nothing(site):
    """MAC changes rejected: a VM port whose effective address is another
    than its initial one."""
    new = "02:00:00:00:01:77"
    site.nl.do("port-set", ifname="pb", mac=new)
    defer(site.nl.do, "port-set", ifname="pb", mac=site.mac["b"])
    got = site.port("pb")
    equal((got["mac"], got["initial-mac"]), (new, site.mac["b"]),
          "addresses")
    # It could be anybody's, so nothing is kept from its owner.
    expect(site, "a", new, {wire_of(site, "a"): ""})
    expect(site, "w1", new, "", ["up1 unknown-unicast"])
    expect(site, "w1", "a", "a", src=new)
    expect(site, "a", "b", {wire_of(site, "a"): ""})
    expect(site, "c", BROADCAST,
           {**others("b", "c"), wire_of(site, "c"): ""}, ["pb mac-changed"])
    # Blocking and unblocking is another matter.
    site.nl.do("port-set", ifname="pb", blocked=1)
    site.nl.do("port-set", ifname="pb", blocked=0)
    expect(site, "c", BROADCAST,
           {**others("b", "c"), wire_of(site, "c"): ""}, ["pb mac-changed"])
    # What it sends bears the effective address, or is forged.
    expect(site, "b", "a", "", ["pb forged-transmit"])
    expect(site, "b", "a", "a", src=new)
    site.nl.do("port-set", ifname="pb", mac=site.mac["b"])
    expect(site, "a", "b", "b")
    expect(site, "b", "a", "a")


def blocked_ports(site):
    """Nothing passes a blocked port, either way."""
    def block(name, value):
        site.nl.do("port-set", ifname=name, blocked=value)
        equal(site.port(name)["blocked"], value, f"blocked of {name}")

    for who, port in (("b", "pb"), ("vmk0", "vmk0")):
        block(port, 1)
        defer(block, port, 0)
        expect(site, "a", who, "", [f"{port} blocked"])
        expect(site, "w1", who, "", [f"{port} blocked"])
        expect(site, who, "a", "", [f"{port} blocked"])
        expect(site, who, BROADCAST, "", [f"{port} blocked"])
        expect(site, "a", BROADCAST,
               {**others("a", who), wire_of(site, "a"): ""},
               [f"{port} blocked"])
        block(port, 0)
        expect(site, "a", who, who)
        expect(site, who, "a", "a")
    block("up1", 1)
    defer(block, "up1", 0)
    expect(site, "w1", "a", "", ["up1 blocked"])
    expect(site, "w1", BROADCAST, "", ["up1 blocked"])
    expect(site, "w2", "a", "a")
    block("up1", 0)
    expect(site, "w1", "a", "a")


def own_stack(site, name):
    """A socket that gets only what is left to the interface's stack."""
    tap = Tap(site.sw, name)
    tap.sock.bind((name, ETHERTYPE))
    defer(tap.close)
    tap.recv()
    return tap


def link_local_destinations(site):
    """01:80:c2:00:00:00-0f: not from clients; from an uplink for its own
    stack alone, as is CDP."""
    stack = own_stack(site, "up1")
    for last in (0x00, 0x02, 0x03, 0x0e, 0x0f):
        dst = f"01:80:c2:00:00:{last:02x}"
        expect(site, "a", dst, "", ["pa link-local"])
        expect(site, "vmk0", dst, "", ["vmk0 link-local"])
        expect(site, "w1", dst, "")
        equal(len(stack.recv()), 1, f"left to the uplink's stack: {dst}")
    expect(site, "w1", "01:00:0c:cc:cc:cc", "")
    equal(len(stack.recv()), 1, "CDP left to the uplink's stack")
    # The next address is a multicast like others.
    who = users(site, "w1")
    who.pop("vmk0", 0)
    expect(site, "w1", "01:80:c2:00:00:10", who)
    expect(site, "a", "01:80:c2:00:00:10",
           {**others("a", "vmk0"), wire_of(site, "a"): ""})
    expect(site, "w1", "a", "a")
    equal(stack.recv(), [], "other frames left to the uplink's stack")


def looped_multicast_of_the_host(site):
    """What the host sends by a slave's own address, and hears itself, has
    come from no wire and no VM."""
    for name, peer in (("up1", "w1"), ("pa", "a")):
        site.sw.ip(f"addr add 192.0.2.9/24 dev {name}")
        with site.sw:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        defer(sock.close)
        sock.settimeout(DEADLINE)
        sock.bind(("239.1.1.1", 9999))
        place = socket.inet_aton("239.1.1.1") + socket.inet_aton("192.0.2.9")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, place)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                        socket.inet_aton("192.0.2.9"))
        site.lab.flush()
        sock.sendto(b"heard by the host", ("239.1.1.1", 9999))
        equal(sock.recv(64), b"heard by the host", "what the host hears")
        site.lab.pass_marker()
        equal([n for n, tap in site.lab.taps.items()
               if any(b"heard by the host" in f for f in tap.recv())],
              [peer], f"received of what was sent by {name}")
        sock.close()
        site.sw.ip(f"addr del 192.0.2.9/24 dev {name}")


def slaves_own_stack_gets_nothing(site):
    """What comes from a VM is the switch's, not the host's."""
    stack = own_stack(site, "pa")
    expect(site, "a", "b", "b")
    expect(site, "a", BROADCAST, {**others("a"), wire_of(site, "a"): ""})
    equal(stack.recv(), [], "frames in the stack of the VM's interface")


def multicast_to_an_adapter(site):
    """Filtered by the adapter's own list; never for VM ports."""
    wire = {wire_of(site, "a"): ""}
    expect(site, "a", GROUP, {**others("a", "vmk0"), **wire})
    member = Tap(site.sw, "vmk0")
    member.join(PACKET_MR_MULTICAST, GROUP)
    expect(site, "a", GROUP, {**others("a"), **wire})
    expect(site, wire_of(site, "vmk0"), GROUP,
           users(site, wire_of(site, "vmk0")))
    expect(site, "a", "01:00:5e:01:02:04", {**others("a", "vmk0"), **wire})
    member.close()
    expect(site, "a", GROUP, {**others("a", "vmk0"), **wire})
    site.sw.ip("link set dev vmk0 allmulticast on")
    defer(site.sw.ip, "link set dev vmk0 allmulticast off")
    expect(site, "a", GROUP, {**others("a"), **wire})


def promiscuous_mode_is_rejected(site):
    """Asking for it has no effect."""
    site.sw.ip("link set dev vmk0 promisc on")
    defer(site.sw.ip, "link set dev vmk0 promisc off")
    expect(site, "a", "b", "b")
    expect(site, "a", UNKNOWN, wire_of(site, "a"))
    expect(site, "w1", UNKNOWN, "", ["up1 unknown-unicast"])


def too_big_frames(site):
    """Larger than the MTU of where it has to leave, and not GSO."""
    site.out.ip("link set dev a mtu 3000\nlink set dev w1 mtu 3000")
    defer(site.out.ip, "link set dev a mtu 1500\nlink set dev w1 mtu 1500")
    # An interface itself takes up to four bytes more, for a tag.
    expect(site, "a", "b", "b", size=1514)
    expect(site, "a", "b", "", ["pb too-big"], size=1515)
    expect(site, "a", UNKNOWN, wire_of(site, "a"), size=1514)
    expect(site, "a", UNKNOWN, "",
           [f"up{wire_of(site, 'a')[1]} too-big"], size=1515)
    expect(site, "w1", "a", "a", size=1514)
    expect(site, "w1", "b", "", ["pb too-big"], size=1518)
    site.nl.do("vmk-set", ifname="vmk0", mtu=1300)
    defer(site.nl.do, "vmk-set", ifname="vmk0", mtu=1500)
    expect(site, "a", "vmk0", "vmk0", size=1314)
    expect(site, "a", "vmk0", "", ["vmk0 too-big"], size=1315)


def counters(site):
    """Each frame once, from the side of what is connected."""
    def stats():
        return {p["ifname"]: p["stats"] for p in site.nl.dump("port-get")}

    wire = wire_of(site, "a")
    other = "up2" if wire == "w1" else "up1"
    before = stats()
    site.send("a", "b", size=100)
    site.send("a", "b", size=60)
    site.send("a", UNKNOWN, size=60)
    site.send("a", GROUP, size=64)
    site.send("a", BROADCAST, size=70)
    site.send(wire, "a", wire_mac(), size=80)
    site.send("a", "b", UNKNOWN, size=61)       # forged: sent all the same
    after = stats()

    def delta(name):
        return {k: v - before[name][k] for k, v in after[name].items()
                if v != before[name][k]}

    equal(delta("pa"), {
        "tx-packets": 6, "tx-bytes": 100 + 60 + 60 + 64 + 70 + 61,
        "tx-unicast": 4, "tx-multicast": 1, "tx-broadcast": 1,
        "rx-packets": 1, "rx-bytes": 80, "rx-unicast": 1}, "of the sender")
    equal(delta("pb"), {
        "rx-packets": 4, "rx-bytes": 100 + 60 + 64 + 70, "rx-unicast": 2,
        "rx-multicast": 1, "rx-broadcast": 1}, "of the receiver")
    equal(delta("pc"), {
        "rx-packets": 2, "rx-bytes": 64 + 70, "rx-multicast": 1,
        "rx-broadcast": 1}, "of a bystander")
    equal(delta("vmk0"), {
        "rx-packets": 1, "rx-bytes": 70, "rx-broadcast": 1},
        "of the adapter")
    equal(delta("u" + wire.replace("w", "p")), {
        "tx-packets": 3, "tx-bytes": 60 + 64 + 70, "tx-unicast": 1,
        "tx-multicast": 1, "tx-broadcast": 1,
        "rx-packets": 1, "rx-bytes": 80, "rx-unicast": 1}, "of the uplink")
    equal(delta(other), {}, "of the uplink not used")
    for name in after:
        for side in ("rx", "tx"):
            row = after[name]
            equal(row[f"{side}-packets"],
                  sum(row[f"{side}-{c}"] for c in
                      ("unicast", "multicast", "broadcast")),
                  f"{side} sum of {name}")


def uplinks_without_carrier(site):
    """Clients move to those that have it, and back."""
    def heal():
        site.out.ip("link set dev w1 up\nlink set dev w2 up")
        site.wait_link("up1")
        site.wait_link("up2")

    def used():
        return {p["ifname"]: p.get("uplink")
                for p in site.nl.dump("port-get") if p["kind"] != "uplink"}

    listener = site.sw.events()
    defer(heal)
    before = used()
    ups = {r["ifname"]: r["port-id"] for r in site.nl.dump("uplink-get")}
    movers = [n for n, up in before.items() if up == ups["up1"]]
    site.out.ip("link set dev w1 down")
    site.wait_link("up1", 0)
    equal(set(used().values()), {ups["up2"]}, "uplinks used")
    groups = [r["name"] for r in site.nl.dump("portgroup-get")]
    told = listener.expect(1 + len(movers) + len(groups))
    equal(sorted((n, o.get("ifname") or o["name"]) for n, o in told),
          sorted([("uplink-change-ntf", "up1")] +
                 [("port-change-ntf", n) for n in movers] +
                 [("portgroup-change-ntf", n) for n in groups]), "events")
    for src in MEMBERS:
        expect(site, src, UNKNOWN, "w2")
    expect(site, "w2", BROADCAST, others())

    site.out.ip("link set dev w2 down")
    site.wait_link("up2", 0)
    equal(set(used().values()), {None}, "uplinks used")
    for src in MEMBERS:
        port = src if src == "vmk0" else f"p{src}"
        expect(site, src, UNKNOWN, "", [f"{port} no-uplink"])
        expect(site, src, BROADCAST, others(src))
    expect(site, "a", "b", "b")

    heal()
    equal(used(), before, "uplinks used")


def uplink_set_down(site):
    """An uplink that is administratively down is not used either."""
    site.sw.ip("link set dev up2 down")
    defer(site.sw.ip, "link set dev up2 up")
    site.wait_link("up2", 0)
    for src in MEMBERS:
        expect(site, src, UNKNOWN, "w1")
    site.sw.ip("link set dev up2 up")
    site.wait_link("up2")
    clients_are_spread_over_the_uplinks(site)


def internal_switch(site):
    """No uplink at all: clients reach each other and nothing else."""
    for name in ("up1", "up2"):
        site.nl.do("uplink-del", switch=SWITCH, ifname=name)
        defer(site.uplink, name)
    expect(site, "a", "b", "b")
    expect(site, "a", BROADCAST, others("a"))
    expect(site, "a", UNKNOWN, "", ["pa no-uplink"])
    site.portgroup("alone", vlan=45)
    defer(site.nl.do, "portgroup-del", name="alone", switch=SWITCH)
    site.nl.do("port-del", ifname="pd")
    defer(site.vm, "d", "vms")
    site.vm("d", "alone")
    defer(site.nl.do, "port-del", ifname="pd")
    expect(site, "d", BROADCAST, "", ["pd no-uplink"])
    expect(site, "d", "a", "", ["pd no-uplink"])


def address_lists(site, name):
    """(promiscuity, unicast addresses) of an interface."""
    text = site.sw.run("bridge", "fdb", "show", "dev", name)
    return (site.sw.link(name)["promiscuity"],
            {line.split()[0] for line in text.splitlines()
             if not line.startswith(("01:", "33:"))})


def uplink_filters(site):
    """An uplink with a unicast filter is told the clients' addresses and
    is not promiscuous."""
    done = site.sw.ip("link add bond9 type bond mode active-backup\n"
                      "link add pbond type veth peer name wb netns " +
                      site.out.name + "\nlink set dev pbond master bond9\n"
                      "link set dev bond9 up\nlink set dev pbond up",
                      ok=False)
    check(not done.returncode, f"bonding: {done.stderr}")
    defer(site.sw.ip, "link del dev bond9\nlink del dev pbond")
    site.out.ip("link set dev wb up")
    site.lab.tap("wb", site.out, "wb")
    defer(site.lab.close, "wb")
    site.nl.do("switch-add", name="vSwitch9")
    defer(site.nl.do, "switch-del", name="vSwitch9")
    site.uplink("bond9", "vSwitch9")
    defer(site.nl.do, "uplink-del", switch="vSwitch9", ifname="bond9")
    site.portgroup("behind-bond", "vSwitch9", vlan=9)
    equal(address_lists(site, "bond9"), (0, set()), "without clients")
    site.nl.do("port-del", ifname="pd")
    defer(site.vm, "d", "vms")
    site.vm("d", "behind-bond")
    equal(address_lists(site, "bond9"), (0, {site.mac["d"]}),
          "with a client")
    expect(site, "wb", "d", "d", tags="9")
    expect(site, "d", UNKNOWN, {"wb": "9"})
    site.nl.do("port-set", ifname="pd", mac="02:00:00:00:01:78")
    equal(address_lists(site, "bond9"), (0, {"02:00:00:00:01:78"}),
          "with the client's new address")
    site.nl.do("port-del", ifname="pd")
    equal(address_lists(site, "bond9"), (0, set()), "without clients again")


def short_and_odd_frames(site):
    """Frames at the edges of what a frame is do not hurt."""
    tap = site.lab.taps["a"]
    for size in (14, 15, 16, 18, 59):
        tap.send(build(site.mac["b"], site.mac["a"], "", b"")[:size])
        for tags in ("0", "10", "0,0", "10,10", "ad:1"):
            frame = build(site.mac["b"], site.mac["a"], tags, b"")
            try:
                tap.send(frame[:size])
            except OSError:     # too short for the tag it begins
                pass
    site.lab.pass_marker()
    expect(site, "a", "b", "b")


def frames_to_the_switch_itself(site):
    """Its interface leads nowhere: they die, and that is counted."""
    def dropped():
        rows = site.sw.run("ip", "-s", "-j", "link", "show", "dev", SWITCH)
        return json.loads(rows)[0]["stats64"]["tx"]["dropped"]

    site.sw.ip(f"link set dev {SWITCH} up")
    defer(site.sw.ip, f"link set dev {SWITCH} down")
    before = dropped()
    tap = Tap(site.sw, SWITCH)
    defer(tap.close)
    site.lab.flush()
    tap.send(build(BROADCAST, site.mac["a"]))
    equal(site.lab.pass_marker(), [], "received")
    equal(dropped() - before, 1, "dropped")


if __name__ == "__main__":
    main([unicast_between_clients,
          unicast_to_others_leaves_by_the_own_uplink,
          broadcast_and_multicast_from_clients,
          clients_are_spread_over_the_uplinks, unicast_from_the_wire,
          broadcast_from_the_wire, broadcast_on_an_uplink_that_nobody_uses,
          nothing_goes_from_uplink_to_uplink, reflections_from_the_wire,
          frames_to_oneself, one_address_on_two_ports, forged_transmits,
          sources_that_are_no_address, first_frame_gives_the_address,
          changed_address_receives_nothing, blocked_ports,
          link_local_destinations, looped_multicast_of_the_host,
          slaves_own_stack_gets_nothing, multicast_to_an_adapter,
          promiscuous_mode_is_rejected, too_big_frames, counters,
          uplinks_without_carrier,
          uplink_set_down, internal_switch, frames_to_the_switch_itself,
          uplink_filters,
          short_and_odd_frames], topology)
