#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Everything is per network namespace; adapters on other TCP/IP stacks belong
to the namespace of their switch.

    namespace "sw"                        namespace "stack"
    a: VM, up1 ... w1                     vmk1
      |                                    |
   +--+----------+                         |
   |  vSwitch0   +-------------------------+
   +-------------+
    namespace "two": a vSwitch0 of its own
"""

import json
import socket
import struct

from ctl.ktap import DEADLINE, check, defer, equal, main, wait_for
from ctl.net import IFF_UP, Netns
from ctl.nl import NlError
from ctl.refuse import refused, refused_ip
from ctl.site import SWITCH, Site

SO_RCVMARK = 75


def topology():
    """See the top of the file."""
    site = Site("a b")
    site.portgroup("vms")
    site.portgroup("kernel")
    site.vm("a", "vms")
    site.vm("b", "vms")
    return site


def on_stack(site, ns, stack="stack", **values):
    """Makes an adapter in another namespace, for the time of the case."""
    got = site.nl.do("vmk-add", portgroup="kernel", netns_fd=ns.fd,
                     netstack=stack, **values)
    defer(forget, site, got["ifname"])
    return got


def forget(site, name):
    """Removes an adapter if it is there."""
    try:
        site.nl.do("vmk-del", ifname=name, force=True)
    except NlError:
        check(name not in [v["ifname"] for v in site.nl.dump("vmk-get")],
              f"{name} was not removed")


def same_names_in_two_namespaces(site):
    """All names, indexes and numbers are free in another namespace."""
    two = Netns("two")
    client = two.client()
    equal(client.state(), {k: [] for k in ("switch", "portgroup", "uplink",
                                           "port", "vmk")}, "nothing yet")
    got = client.do("switch-add", name=SWITCH)
    equal(got["index"], site.nl.do("switch-get", name=SWITCH)["index"],
          "index")
    client.do("portgroup-add", name="vms", switch=SWITCH, vlan=3)
    client.do("portgroup-add", name="kernel", switch=SWITCH)
    equal(client.do("vmk-add", portgroup="kernel")["ifname"], "vmk0",
          "adapter")
    equal(site.nl.do("vmk-add", portgroup="kernel")["ifname"], "vmk0",
          "adapter of the first")
    defer(forget, site, "vmk0")
    equal(site.nl.do("portgroup-get", name="vms")["vlan"], 0,
          "VLAN of the first's port group")
    client.do("vmk-del", ifname="vmk0")
    client.do("switch-del", name=SWITCH)
    equal(len(site.nl.dump("vmk-get")), 1, "adapters of the first")
    equal(site.send("a", "b"), ({"b": ""}, {}), "the first one's traffic")


def nothing_is_seen_or_reached_from_another(site):
    """Names and numbers of one namespace mean nothing in another."""
    client = Netns("two").client()
    port = site.port("pa")["id"]
    for op, values in (("switch-get", {"name": SWITCH}),
                       ("portgroup-get", {"name": "vms"}),
                       ("uplink-get", {"ifname": "up1"}),
                       ("port-get", {"ifname": "pa"}),
                       ("port-get", {"id": port}),
                       ("port-set", {"id": port, "blocked": 1}),
                       ("switch-del", {"name": SWITCH}),
                       ("uplink-add", {"switch": SWITCH, "ifname": "lo"})):
        try:
            client.do(op, **values)
        except NlError as err:
            check(err.msg, f"{op}: no message")
        else:
            check(False, f"{op} reached another namespace")
    equal(site.port("pa")["blocked"], 0, "blocked")


def adapter_on_another_stack(site):
    """It is an interface there, with the switch's namespace as its link's,
    and an object here, with that namespace's id."""
    stack = Netns("stack")
    got = on_stack(site, stack, mtu=1300)
    row = stack.link(got["ifname"])
    equal((row["ifindex"], row["mtu"], row["address"],
           row["kind"]),
          (got["ifindex"], 1300, got["mac"], "vmk"), "the interface")
    check(row["flags"] & IFF_UP, "the interface is down")
    check(row.get("link_netnsid") is not None, f"link's namespace: {row}")
    equal(row["link_index"], site.index(SWITCH), "IFLA_LINK")
    ids = json.loads(site.sw.run("ip", "-j", "netns", "list-id"))
    equal([r["nsid"] for r in ids if r.get("name") == stack.name],
          [got["netns-id"]], "namespace id, as ip has it")
    port = site.nl.do("port-get", id=got["port-id"])
    equal((port["netns-id"], port["ifindex"], port["ifname"]),
          (got["netns-id"], got["ifindex"], got["ifname"]), "its port")
    equal(site.nl.do("vmk-get", ifname=got["ifname"]), got, "get")
    # Changed from here and from there.
    site.nl.do("vmk-set", ifname=got["ifname"], mtu=1400)
    equal(stack.mtu(got["ifname"]), 1400, "MTU set here")
    stack.ip(f"link set dev {got['ifname']} mtu 1280 down")
    told = site.nl.do("vmk-get", ifname=got["ifname"])
    equal((told["mtu"], told["enabled"]), (1280, 0), "set there")
    # The namespace of the adapter has no switch.
    equal(stack.client().state()["vmk"], [], "seen there")


def names_on_a_shared_stack(site):
    """Two switches' namespaces put adapters into one namespace."""
    stack, two = Netns("stack"), Netns("two")
    client = two.client()
    client.do("switch-add", name=SWITCH)
    client.do("portgroup-add", name="kernel", switch=SWITCH)
    equal(on_stack(site, stack)["ifname"], "vmk0", "name")
    try:
        client.do("vmk-add", portgroup="kernel", netns_fd=stack.fd,
                  netstack="stack", ifname="vmk0")
    except NlError as err:
        check(err.msg, f"no message: {err}")
    else:
        check(False, "a name was given twice")
    equal(list(client.dump("vmk-get")), [], "adapters after the refusal")
    equal(client.do("vmk-add", portgroup="kernel", netns_fd=stack.fd,
                    netstack="stack")["ifname"], "vmk1", "lowest free there")
    client.do("vmk-del", ifname="vmk1")


def a_stack_is_one_namespace(site):
    """One name, one namespace, while there are adapters on it."""
    one, two = Netns("one"), Netns("two")
    on_stack(site, one, "stack")
    refused(site, "vmk-add", None, "stack", portgroup="kernel",
            netns_fd=two.fd, netstack="stack")
    refused(site, "vmk-add", None, "stack", portgroup="kernel",
            netns_fd=one.fd, netstack="other")
    refused(site, "vmk-add", None, "stack", portgroup="kernel",
            netns_fd=two.fd, netstack="defaultTcpipStack")
    on_stack(site, one, "stack")
    forget(site, "vmk0")
    forget(site, "vmk1")
    equal(on_stack(site, two, "stack")["netstack"], "stack",
          "free again when it is empty")


def events_of_other_stacks(site):
    """They are told where the switch is."""
    stack = Netns("stack")
    there, here = stack.events(), site.sw.events()
    got = on_stack(site, stack)
    site.nl.do("vmk-set", ifname=got["ifname"], mtu=1400)
    site.nl.do("vmk-del", ifname=got["ifname"])
    heard = [n for n, _ in here.expect(5)]
    for name in ("vmk-add-ntf", "vmk-change-ntf", "vmk-del-ntf"):
        equal(heard.count(name), 1, f"number of {name}")
    equal(there.pending(0.1), [], "events there")


def switches_and_adapters_do_not_move(site):
    """ip link set netns is refused for both."""
    other = Netns("other")
    on_stack(site, other)
    site.nl.do("vmk-add", portgroup="kernel", ifname="vmk5")
    defer(forget, site, "vmk5")
    refused_ip(site, f"link set dev {SWITCH} netns {other.name}", "", "")
    refused_ip(site, f"link set dev vmk5 netns {other.name}", "", "")
    done = other.run("ip", "link", "set", "dev", "vmk0", "netns",
                     site.sw.name, ok=False)
    check(done.returncode, "an adapter left its stack")


def deleted_stack(site):
    """The adapter goes with its namespace; the switch is told."""
    stack = Netns("stack")
    on_stack(site, stack)
    listener = site.sw.events()
    stack.delete()
    equal(sorted((n, o["ifname"]) for n, o in listener.expect(2)),
          [("port-del-ntf", "vmk0"), ("vmk-del-ntf", "vmk0")], "events")
    equal(list(site.nl.dump("vmk-get")), [], "adapters")
    equal(site.send("a", "b"), ({"b": ""}, {}), "the others' traffic")


def deleted_namespace_of_the_switch(site):
    """The adapters on other stacks go with the switch."""
    stack, two = Netns("stack"), Netns("two")
    client = two.client()
    client.do("switch-add", name=SWITCH)
    client.do("portgroup-add", name="kernel", switch=SWITCH)
    client.do("vmk-add", portgroup="kernel", netns_fd=stack.fd,
              netstack="stack")
    equal(on_stack(site, stack)["ifname"], "vmk1", "adapter of the first")
    client.close()
    two.delete()
    stack.wait_gone("vmk0")
    equal(stack.link("vmk1")["kind"], "vmk",
          "the first's adapter")


def frames_do_not_cross(site):
    """Same VLAN, same addresses, another namespace: another network."""
    two = Netns("two")
    client = two.client()
    client.do("switch-add", name=SWITCH)
    client.do("portgroup-add", name="vms", switch=SWITCH)
    two.ip(f"link add px type veth peer name x netns {site.out.name}")
    site.out.ip("link set dev x up")
    client.do("port-add", portgroup="vms", ifname="px",
              initial_mac=site.mac["b"])
    site.lab.tap("x", site.out, "x")
    defer(site.lab.close, "x")
    equal(site.send("a", "b")[0], {"b": ""}, "unicast")
    check("x" not in site.send("a")[0], "broadcast crossed")
    equal(site.send("x", "a", site.mac["b"])[0], {}, "from the other")
    wait_for(lambda: [p for p in client.dump("port-get")
                      if p["drops"]["no-uplink"]], "the other's drop")


def mark_of(put, ns, address):
    """The mark that a datagram has where it arrives."""
    with ns:
        get = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with get:
        get.settimeout(DEADLINE)
        get.setsockopt(socket.SOL_SOCKET, SO_RCVMARK, 1)
        get.bind((address, 2049))
        put.sendto(b"marked", (address, 2049))
        return [struct.unpack("=I", data)[0]
                for level, kind, data in get.recvmsg(64, 64)[1]
                if (level, kind) == (socket.SOL_SOCKET, socket.SO_MARK)]


def marks_do_not_cross(site):
    """What a stack has noted of a frame stays there."""
    there = Netns("there")
    site.nl.do("vmk-add", portgroup="kernel", ifname="vmk0")
    defer(forget, site, "vmk0")
    name = on_stack(site, there)["ifname"]
    site.sw.ip("addr add 192.0.2.1/24 dev vmk0\nlink set dev vmk0 up")
    there.ip(f"addr add 192.0.2.2/24 dev {name}\nlink set dev {name} up\n"
             "link set dev lo up")
    addresses = {"the switch's": (site.sw, "192.0.2.1"),
                 "the other": (there, "192.0.2.2")}
    for source, (ns, _) in addresses.items():
        with ns:
            put = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        defer(put.close)
        put.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 7)
        for target, to in addresses.items():
            equal(mark_of(put, *to), [7 if target == source else 0],
                  f"mark from {source} stack in {target}")


if __name__ == "__main__":
    main([same_names_in_two_namespaces,
          nothing_is_seen_or_reached_from_another, adapter_on_another_stack,
          names_on_a_shared_stack, a_stack_is_one_namespace,
          events_of_other_stacks, switches_and_adapters_do_not_move,
          deleted_stack, deleted_namespace_of_the_switch,
          frames_do_not_cross, marks_do_not_cross], topology)
