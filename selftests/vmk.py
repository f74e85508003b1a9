#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
VMkernel adapters as interfaces: names, addresses, MTU, what ip and ethtool
show, and real traffic through them.

    namespace "sw"                          namespace "out"
    vmk0 (VLAN 10)   vmk1 (VLAN 20)
      |                |                    w1.10, w1.20: VLAN devices,
   +--+----------------+--+                 the hosts of the physical
   |      vSwitch0        +--- up1 --- w1   network
   +----------------------+
"""

import errno
import json

from ctl.frames import BROADCAST, Tap, build
from ctl.ktap import (DEADLINE, Skip, check, defer, equal, main, run,
                      wait_for)
from ctl.net import IFF_UP, Netns
from ctl.nl import NlError
from ctl.refuse import refused, refused_ip
from ctl.site import SWITCH, Site

GATEWAY = "02:00:00:00:09:01"
# IPv4 and TCP, of as many bytes as there are.
TCP = ("0800" "4500000000010000400600000a0000010a000002"
       "03e807d000000001000000015010ffff00000000")


def topology():
    """See the top of the file."""
    site = Site(uplinks=1, ipv6=True)
    site.portgroup("ten", vlan=10)
    site.portgroup("twenty", vlan=20)
    site.portgroup("vms", vlan=10)
    return site


def add(site, portgroup="ten", **values):
    """Makes an adapter for the time of the case."""
    got = site.nl.do("vmk-add", portgroup=portgroup, **values)
    defer(gone, site, got["ifname"])
    return got


def gone(site, name):
    """Removes an adapter if it is still there."""
    try:
        site.nl.do("vmk-del", ifname=name)
    except NlError as err:
        if err.errno not in (errno.ENOENT, errno.ENODEV):
            raise


def lowest_free_name(site):
    """vmkN, N the lowest number that is free."""
    equal([add(site)["ifname"] for _ in range(3)],
          ["vmk0", "vmk1", "vmk2"], "names")
    site.nl.do("vmk-del", ifname="vmk1")
    equal(add(site)["ifname"], "vmk1", "the gap's name")
    equal(add(site)["ifname"], "vmk3", "the next name")


def name_given(site):
    """vmk0 to vmk255, and nothing else."""
    for name in ("vmk7", "vmk0", "vmk255"):
        equal(add(site, ifname=name)["ifname"], name, "name")
    equal(add(site)["ifname"], "vmk1", "lowest free beside them")
    for name in ("vmk256", "vmk01", "vmk", "vmk-1", "vmkx", "eth5", "vmk1x",
                 "VMK1", "vmk 2", "vmk99999999999"):
        refused(site, "vmk-add", errno.EINVAL, "vmk", attr="ifname",
                portgroup="ten", ifname=name)
    refused(site, "vmk-add", errno.EEXIST, "", attr="ifname",
            portgroup="ten", ifname="vmk7")


def name_taken_by_another_interface(site):
    """The lowest free number is one whose name is free too."""
    site.sw.ip("link add vmk0 type dummy")
    defer(site.sw.ip, "link del dev vmk0")
    equal(add(site)["ifname"], "vmk1", "name")
    refused(site, "vmk-add", errno.EEXIST, "", attr="ifname",
            portgroup="ten", ifname="vmk0")


def as_ip_link_shows_it(site):
    """Kind vmk, on top of the switch's netdev, up."""
    def shown(*args):
        return json.loads(site.sw.run("ip", "-d", "-j", "link", "show",
                                      *args))

    got = add(site, ifname="vmk4")
    row = shown("dev", "vmk4")[0]
    equal(row["linkinfo"]["info_kind"], "vmk", "kind")
    equal(row["link"], SWITCH, "IFLA_LINK")
    equal(row["ifindex"], got["ifindex"], "index")
    equal(row["address"], got["mac"], "address")
    equal((row["mtu"], got["mtu"]), (1500, 1500), "MTU")
    check({"UP", "BROADCAST", "MULTICAST"} <= set(row["flags"]),
          f"flags {row['flags']}")
    equal([r["ifname"] for r in shown("type", "vmk")], ["vmk4"],
          "ip link show type vmk")
    equal([r["ifname"] for r in shown("type", "vswitch")], [SWITCH],
          "ip link show type vswitch")


def as_netlink_shows_it(site):
    """The object, field by field."""
    got = add(site, ifname="vmk5", mac="02:aa:bb:cc:dd:05", mtu=1400,
              tags=["management", "vmotion"])
    switch = site.nl.do("switch-get", name=SWITCH)
    want = {"port-id": got["port-id"], "switch": SWITCH,
            "switch-index": switch["index"], "portgroup": "ten",
            "ifindex": site.index("vmk5"), "ifname": "vmk5",
            "netstack": "defaultTcpipStack", "mac": "02:aa:bb:cc:dd:05",
            "mtu": 1400, "enabled": 1,
            "tags": frozenset(["management", "vmotion"]),
            "active-tags": frozenset(["management", "vmotion"])}
    equal(got, want, "reply of add")
    equal(site.nl.do("vmk-get", ifname="vmk5"), want, "get")
    equal(list(site.nl.dump("vmk-get")), [want], "dump")
    equal(list(site.nl.dump("vmk-get", switch=SWITCH)), [want],
          "dump of the switch")
    port = site.port("vmk5")
    equal({k: port.get(k) for k in
           ("id", "kind", "switch", "portgroup", "ifname", "initial-mac",
            "mac", "blocked")},
          {"id": want["port-id"], "kind": "vmk", "switch": SWITCH,
           "portgroup": "ten", "ifname": "vmk5",
           "initial-mac": want["mac"], "mac": want["mac"], "blocked": 0},
          "its port")
    equal(want["port-id"] >> 24, switch["index"], "top byte of the port")
    site.nl.do("vmk-set", ifname="vmk5", force=True, tags=[],
               tags_mask=["management"])


def default_addresses(site):
    """Random, local, unicast, and different."""
    macs = [add(site)["mac"] for _ in range(4)]
    equal(len(set(macs)), 4, "different addresses")
    for mac in macs:
        equal(int(mac[:2], 16) & 3, 2, f"local unicast bits of {mac}")


def bad_addresses(site):
    """Group and zero addresses are nobody's."""
    for mac in ("01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff",
                "00:00:00:00:00:00"):
        refused(site, "vmk-add", errno.EADDRNOTAVAIL, "address", attr="mac",
                portgroup="ten", mac=mac)


def address_is_fixed(site):
    """MAC changes are rejected by default."""
    mac = add(site, ifname="vmk0")["mac"]
    refused_ip(site, "link set dev vmk0 address 02:00:00:00:00:99",
               "Operation not permitted|MAC", "MAC")
    equal(site.sw.link("vmk0")["address"], mac, "address")
    # The same address is no change.
    site.sw.ip(f"link set dev vmk0 address {mac}")


def mtu(site):
    """Up to the switch's; the switch's does not fall below an adapter's."""
    defer(site.nl.do, "switch-set", name=SWITCH, mtu=1500)
    add(site, ifname="vmk0")
    site.nl.do("vmk-set", ifname="vmk0", mtu=1280)
    equal(site.sw.mtu("vmk0"), 1280, "MTU")
    site.sw.ip("link set dev vmk0 mtu 1400")
    equal(site.nl.do("vmk-get", ifname="vmk0")["mtu"], 1400, "MTU")
    refused(site, "switch-set", errno.EBUSY, "MTU", name=SWITCH, mtu=1300)
    refused(site, "vmk-set", errno.EINVAL, "MTU", attr="mtu", ifname="vmk0",
            mtu=1501)
    refused(site, "vmk-add", errno.EINVAL, "MTU", attr="mtu",
            portgroup="ten", mtu=1501)
    refused_ip(site, "link set dev vmk0 mtu 1501", "", "")
    site.nl.do("switch-set", name=SWITCH, mtu=9000)
    equal(site.sw.mtu("up1"), 9000, "MTU of the uplink")
    equal(site.sw.mtu(SWITCH), 9000, "MTU of the switch's netdev")
    equal(site.sw.mtu("vmk0"), 1400, "MTU of the adapter")
    site.nl.do("vmk-set", ifname="vmk0", mtu=9000)
    equal(add(site)["mtu"], 9000, "MTU of a new adapter")


def enabled(site):
    """Up and down over netlink and over ip, with one event for each."""
    add(site, ifname="vmk0")
    listener = site.sw.events()

    def told(value):
        got = [(n, o["enabled"]) for n, o in listener.expect(1)]
        equal(got, [("vmk-change-ntf", value)], "events")
        equal(site.nl.do("vmk-get", ifname="vmk0")["enabled"], value,
              "enabled")
        equal(site.sw.link("vmk0")["flags"] & IFF_UP, value, "flag UP")

    site.nl.do("vmk-set", ifname="vmk0", enabled=0)
    told(0)
    site.nl.do("vmk-set", ifname="vmk0", enabled=1)
    told(1)
    site.sw.ip("link set dev vmk0 down")
    told(0)
    site.sw.ip("link set dev vmk0 up")
    told(1)
    site.nl.do("vmk-set", ifname="vmk0", enabled=1)
    equal(listener.pending(), [], "events of no change")


def a_disabled_adapter_gets_nothing(site):
    """Down: neither frames in nor out."""
    site.vmk("vmk0", "ten")
    defer(gone, site, "vmk0")
    defer(site.lab.close, "vmk0")
    site.add_pair("pa", "a", "02:00:00:00:01:0a")
    defer(site.sw.ip, "link del dev pa")
    defer(site.lab.close, "a")
    site.vm("a", "vms")
    equal(site.send("a", "vmk0")[0], {"vmk0": ""}, "enabled")
    site.nl.do("vmk-set", ifname="vmk0", enabled=0)
    equal(site.send("a", "vmk0")[0], {}, "disabled")
    site.nl.do("vmk-set", ifname="vmk0", enabled=1)
    site.lab.close("vmk0")
    site.lab.tap("vmk0", site.sw, "vmk0")
    equal(site.send("a", "vmk0")[0], {"vmk0": ""}, "enabled again")


def rtnl_refusals(site):
    """What ip link must not do to an adapter."""
    add(site, ifname="vmk0")
    other = Netns("other")
    refused_ip(site, "link add vmk9 type vmk", "", "vmkctl|netlink|vmk-add")
    refused_ip(site, f"link add link {SWITCH} name vmk9 type vmk", "",
               "vmkctl|netlink|vmk-add")
    refused_ip(site, f"link set dev vmk0 netns {other.name}", "", "")
    equal(site.nl.do("vmk-get", ifname="vmk0")["enabled"], 1, "still there")


def deleted_by_ip_link(site):
    """ip link del removes the adapter and frees its port and name."""
    ports = len(site.nl.dump("port-get"))
    add(site, ifname="vmk0")
    listener = site.sw.events()
    site.sw.ip("link del dev vmk0")
    equal(sorted(n for n, _ in listener.expect(2)),
          ["port-del-ntf", "vmk-del-ntf"], "events")
    equal(list(site.nl.dump("vmk-get")), [], "adapters")
    equal(len(site.nl.dump("port-get")), ports, "ports")
    equal(site.nl.do("portgroup-get", name="ten")["active-clients"], 0,
          "clients")
    equal(add(site)["ifname"], "vmk0", "the name is free")


def ethtool(site):
    """-i, -S and -k answer; -S agrees with the port's counters."""
    mac = add(site, ifname="vmk0")["mac"]
    text = site.sw.run("ethtool", "-i", "vmk0")
    check("driver: vswitch" in text or "driver: vmk" in text, text)
    text = site.sw.run("ethtool", "-k", "vmk0")
    on = [line.split(":")[0].strip() for line in text.splitlines()
          if line.split(":")[1].strip().startswith("on")]
    for feature in ("tx-checksumming", "scatter-gather",
                    "tcp-segmentation-offload",
                    "generic-segmentation-offload"):
        check(feature in on, f"{feature} is off")

    tap = Tap(site.sw, "vmk0")
    defer(tap.close)
    for source, count in ((mac, 3), ("02:00:00:00:09:09", 2)):
        for _ in range(count):
            tap.send(build(BROADCAST, source))
    text, port, before = "", site.port("vmk0"), None
    while before != port:       # the adapter's own stack may send, too
        before = port
        text = site.sw.run("ethtool", "-S", "vmk0")
        port = site.port("vmk0")
    seen = {k.strip().replace("_", "-"): int(v) for k, _, v in
            (line.partition(":") for line in text.splitlines()[1:])}
    check(port["stats"]["tx-broadcast"] >= 5, f"counters {port['stats']}")
    equal(port["drops"]["forged-transmit"], 2, "forged transmits")
    for side in ("rx", "tx"):
        for cast in ("unicast", "multicast", "broadcast"):
            name = f"{side}-{cast}"
            equal(seen.pop(name), port["stats"][name], name)
    equal(seen, {f"drop-{k}": v for k, v in port["drops"].items()}, "drops")


def ping(ns, target, *options):
    """Pings until there is an answer; is there one?"""
    done = ns.run("ping", "-n", "-c", "1", "-w", f"{DEADLINE:g}", *options,
                  target, ok=False)
    return not done.returncode


def wire_hosts(site):
    """Hosts on VLANs 10 and 20 of the wire."""
    site.out.ip("\n".join(
        f"link add link w1 name w1.{v} type vlan id {v}\n"
        f"addr add 10.0.{v}.9/24 dev w1.{v}\n"
        f"addr add fd00:{v}::9/64 dev w1.{v} nodad\n"
        f"link set dev w1.{v} up" for v in (10, 20)))
    defer(site.out.ip, "link del dev w1.10\nlink del dev w1.20")


def counters_of_more_than_32_bits(site):
    """4 GiB in frames that still are to be segmented, from vsw_load, which
    is the benchmarks' module; that they die in the switch does not matter."""
    if run("modprobe", "vsw_load", ok=False).returncode:
        raise Skip("no module vsw_load, which is in selftests/bench/load")
    defer(run, "modprobe", "-r", "vsw_load")
    row = add(site, ifname="vmk0")
    site.nl.do("port-set", ifname="vmk0", blocked=1)
    before = site.port("vmk0")["stats"]["tx-bytes"]
    values = {"frame": (GATEWAY + row["mac"]).replace(":", "") + TCP,
              "tag": 0, "bytes": 14 + 40 + 45 * 1448, "segment": 1448}
    # Not at once, which would be one long work of the kernel's.
    for name, value in [*values.items()] + 33 * [("transmit", "vmk0 2048")]:
        with site.sw, open(f"/sys/module/vsw_load/parameters/{name}", "w",
                           encoding="ascii") as file:
            file.write(str(value))
    want = before + 33 * 2048 * values["bytes"]
    check(want > 1 << 32, "it is no more")
    told = site.port("vmk0")["stats"]["tx-bytes"]
    shown = json.loads(site.sw.run("ip", "-s", "-j", "link", "show", "dev",
                                   "vmk0"))[0]["stats64"]["tx"]["bytes"]
    # The stack itself may have sent something, too.
    for seen in (told, shown):
        check(want <= seen < want + 10000, f"{seen} bytes, not {want}")


def traffic_in_vlans(site):
    """Two adapters, two VLANs, IPv4 and IPv6; the wrong VLAN is out of
    reach; the counters of ip -s link move."""
    wire_hosts(site)
    for name, portgroup, vlan in (("vmk0", "ten", 10),
                                  ("vmk1", "twenty", 20)):
        add(site, portgroup, ifname=name)
        site.sw.ip(f"addr add 10.0.{vlan}.1/24 dev {name}\n"
                   f"addr add fd00:{vlan}::1/64 dev {name} nodad")
    for vlan, name in ((10, "vmk0"), (20, "vmk1")):
        check(ping(site.sw, f"10.0.{vlan}.9", "-I", name), f"{name} IPv4")
        check(ping(site.sw, f"fd00:{vlan}::9", "-I", name), f"{name} IPv6")
        check(ping(site.out, f"10.0.{vlan}.1"), f"to {name} IPv4")
        row = site.sw.run("ip", "-s", "-j", "link", "show", "dev", name)
        check('"packets":0' not in row.replace(" ", ""), row)
    # VLAN 20's host asked by way of VLAN 10: nobody answers.
    site.sw.ip("route add 10.0.20.9/32 dev vmk0")
    site.out.ip("addr add 10.0.10.1/32 dev lo")
    defer(site.out.ip, "addr del 10.0.10.1/32 dev lo")
    done = site.sw.run("ping", "-n", "-c", "1", "-W", "1", "-I", "vmk0",
                       "10.0.20.9", ok=False)
    check(done.returncode, "a VLAN was left")


def adapters_on_stacks_of_their_own(site):
    """Two adapters of one switch, in two other namespaces: they talk, and
    are listed by the switch with the stack's name."""
    one, two = Netns("one"), Netns("two")
    for ns, last in ((one, 1), (two, 2)):
        got = add(site, netns_fd=ns.fd, netstack=f"stack{last}")
        equal((got["netstack"], got["ifname"]), (f"stack{last}",
                                                 f"vmk{last - 1}"),
              "stack and name")
        check("netns-id" in got, f"no namespace id: {got}")
        equal(ns.link(got["ifname"])["ifindex"], got["ifindex"], "index")
        equal(site.sw.link(got["ifname"], ok=False), None,
              "the adapter in the switch's namespace")
        ns.ip(f"addr add 10.1.1.{last}/24 dev {got['ifname']}")
    check(ping(one, "10.1.1.2"), "from one to two")
    check(ping(two, "10.1.1.1"), "from two to one")
    equal([v["netstack"] for v in site.nl.dump("vmk-get")],
          ["stack1", "stack2"], "stacks listed")
    # In its own namespace there is no switch to be seen.
    equal(list(one.client().dump("vmk-get")), [], "adapters seen there")
    # Removing works by the name the switch knows.
    site.nl.do("vmk-del", ifname="vmk0")
    equal(one.link("vmk0", ok=False), None, "after its removal")
    two.ip("link del dev vmk1")
    wait_for(lambda: not site.nl.dump("vmk-get"), "the other's removal")


def stacks_must_be_whole(site):
    """A stack is a name and a namespace, both or none."""
    one = Netns("one")
    refused(site, "vmk-add", errno.EINVAL, "", portgroup="ten",
            netstack="lonely")
    refused(site, "vmk-add", errno.EINVAL, "", portgroup="ten",
            netns_fd=one.fd)
    refused(site, "vmk-add", None, "", attr="netns-fd", portgroup="ten",
            netstack="s", netns_fd=9999)
    null = open("/dev/null", encoding="ascii")
    defer(null.close)
    refused(site, "vmk-add", None, "", attr="netns-fd", portgroup="ten",
            netstack="s", netns_fd=null.fileno())
    refused(site, "vmk-add", errno.EINVAL, "", attr="netstack",
            portgroup="ten", netstack="", netns_fd=one.fd)
    # Named in full, the default stack is the default.
    equal(add(site, netstack="defaultTcpipStack")["netstack"],
          "defaultTcpipStack", "default stack")


def port_groups_serve_one_kind(site):
    """VM ports or adapters, fixed by the first client for good."""
    site.portgroup("one-kind")
    defer(site.nl.do, "portgroup-del", name="one-kind", switch=SWITCH)
    check("client-kind" not in site.nl.do("portgroup-get", name="one-kind"),
          "has a kind without clients")
    site.add_pair("pa", "a", "02:00:00:00:01:0a")
    defer(site.sw.ip, "link del dev pa")
    defer(site.lab.close, "a")
    site.vm("a", "one-kind")
    equal(site.nl.do("portgroup-get", name="one-kind")["client-kind"], "vm",
          "kind")
    refused(site, "vmk-add", None, "VM|virtual machine", attr="portgroup",
            portgroup="one-kind")
    site.nl.do("port-del", ifname="pa")
    refused(site, "vmk-add", None, "VM|virtual machine", attr="portgroup",
            portgroup="one-kind")
    add(site, "ten")
    equal(site.nl.do("portgroup-get", name="ten")["client-kind"], "vmk",
          "kind")
    refused(site, "port-add", None, "VMkernel|vmk", attr="portgroup",
            portgroup="ten", ifname="pa")


def port_commands_leave_adapters_alone(site):
    """A vmk's port is removed with the adapter, not by port-del; its
    address is not set over its port."""
    add(site, ifname="vmk0")
    refused(site, "port-del", None, "", ifname="vmk0")
    refused(site, "port-set", None, "", ifname="vmk0",
            mac="02:00:00:00:00:98")
    refused(site, "port-del", None, "", ifname="up1")
    refused(site, "port-set", None, "", ifname="up1",
            mac="02:00:00:00:00:98")


if __name__ == "__main__":
    main([lowest_free_name, name_given, name_taken_by_another_interface,
          as_ip_link_shows_it, as_netlink_shows_it, default_addresses,
          bad_addresses, address_is_fixed, mtu, enabled,
          a_disabled_adapter_gets_nothing, rtnl_refusals,
          deleted_by_ip_link, ethtool, counters_of_more_than_32_bits,
          traffic_in_vlans,
          adapters_on_stacks_of_their_own, stacks_must_be_whole,
          port_groups_serve_one_kind, port_commands_leave_adapters_alone],
         topology)
