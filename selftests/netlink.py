#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The netlink family: objects, refusals, privilege, dumps, limits, events.

        pa (VM port, in "vms")   vmk0 (in "kernel")   free, free2:
         |                         |                  interfaces that
     +---+-------------------------+---+              serve nothing
     |            vSwitch0             |
     +----------------+----------------+
                      | up1
"""

import errno
import os
import select
import socket

from ctl.frames import BROADCAST
from ctl.ktap import Failed, check, defer, equal, in_child, main
from ctl.net import CLONE_NEWNET, CLONE_NEWUSER, Netns, unshare
from ctl.nl import (NLMSG_ERROR, SOL_NETLINK, Client, Events, NlError, Raw,
                    spec)
from ctl.refuse import refused, refused_ip
from ctl.site import SWITCH, Site

NETLINK_NO_ENOBUFS = 5

VM_MAC = "02:00:00:00:01:01"


def topology():
    """See the top of the file."""
    site = Site("a")
    site.portgroup("vms", vlan=7)
    site.portgroup("kernel", trunk=[{"first": 1, "last": 9}])
    site.vm("a", "vms")
    site.vmk("vmk0", "kernel")
    site.sw.ip("link add free type veth peer name free2")
    return site


def temporary(site, op, **values):
    """Makes an object for the time of the case."""
    got = site.nl.do(op, **values)
    kind = op.split("-", maxsplit=1)[0]
    key = "name" if "name" in got else "ifname"
    values = {key: got[key]}
    if kind in ("portgroup", "uplink"):
        values["switch"] = got["switch"]
    defer(forget, site, f"{kind}-del", **values)
    return got


def forget(site, op, **values):
    """Removes an object, if it is still there."""
    try:
        site.nl.do(op, **values)
    except NlError as err:
        if err.errno not in (errno.ENOENT, errno.ENODEV):
            raise


# What each command refuses in each attribute ----------------------------

# op: (a request that would do something; attributes that it cannot lack)
REQUESTS = {
    "switch-get": ({"name": SWITCH}, ["name"]),
    "switch-add": ({"name": "new", "mtu": 1600, "discovery": "both"},
                   ["name"]),
    "switch-set": ({"name": SWITCH, "mtu": 1600, "discovery": "both",
                    "failback-delay": 7, "policy": {"failback": 0}},
                   ["name"]),
    "switch-del": ({"name": SWITCH}, ["name"]),
    "portgroup-get": ({"name": "vms"}, ["name"]),
    "portgroup-add": ({"name": "new", "switch": SWITCH, "vlan": 9},
                      ["name", "switch"]),
    "portgroup-set": ({"name": "vms", "vlan": 9,
                       "policy": {"failback": 0},
                       "reset-policy": ["failover"]}, ["name"]),
    "portgroup-del": ({"name": "marker", "switch": SWITCH}, ["name"]),
    "uplink-get": ({"ifname": "up1"}, ["ifname"]),
    "uplink-add": ({"switch": SWITCH, "ifname": "free"},
                   ["switch", "ifname"]),
    "uplink-del": ({"switch": SWITCH, "ifname": "up1"},
                   ["switch", "ifname"]),
    "port-get": ({"ifname": "pa"}, []),
    "port-add": ({"portgroup": "vms", "ifname": "free",
                  "initial-mac": "02:00:00:00:01:55"},
                 ["portgroup", "ifname"]),
    "port-set": ({"ifname": "pa", "blocked": 1,
                  "mac": "02:00:00:00:01:55"}, []),
    "port-del": ({"ifname": "pa"}, []),
    "vmk-get": ({"ifname": "vmk0"}, ["ifname"]),
    "vmk-add": ({"portgroup": "kernel", "ifname": "vmk3", "mtu": 1400,
                 "tags": ["vsan"], "mac": "02:00:00:00:01:55",
                 "netstack": "defaultTcpipStack"}, ["portgroup"]),
    "vmk-set": ({"ifname": "vmk0", "mtu": 1400, "enabled": 0,
                 "tags": ["vsan"], "tags-mask": ["vsan"]}, ["ifname"]),
    "vmk-del": ({"ifname": "vmk0", "force": True}, ["ifname"]),
}


def bad_values(what):
    """Values that an attribute's type, range or length does not admit."""
    kind, rules = what["type"], what.get("checks", {})
    const = spec().const
    if kind in ("u32", "s32"):
        for length in (0, 1, 2, 3, 5, 8):
            yield f"{length} bytes", Raw(b"\0" * length)
        if "min" in rules:
            yield "below its range", const(rules["min"]) - 1
        if "max" in rules:
            yield "above its range", const(rules["max"]) + 1
            yield "far above its range", 0xffffffff
        if "flags-mask" in rules:
            mask = sum(spec().flags[rules["flags-mask"]].values())
            yield "an unknown flag", mask + 1
        elif "enum" in what:
            yield "not of its enum", \
                max(spec().enums[what["enum"]].values()) + 1
    elif kind == "string":
        yield "empty payload", Raw(b"")
        yield "no end", Raw(b"abcd")
        if "max-len" in rules:
            yield "too long", "x" * (const(rules["max-len"]) + 1)
            yield "far too long", "x" * 4000
    elif kind == "binary":
        length = const(rules["exact-len"])
        for wrong in (0, 1, length - 1, length + 1, 32):
            yield f"{wrong} bytes", Raw(b"\2" * wrong)
    elif kind == "flag":
        yield "a payload", Raw(b"\0")
        yield "a value", Raw(b"\1\0\0\0")
    elif kind == "nest" and what["nested-attributes"] != "vlan-range":
        for name, inner in spec().sets[what["nested-attributes"]].items():
            for why, value in bad_values(inner):
                yield f"{name}: {why}", {name: value}
    elif kind == "nest":
        for name, inner in (("no attributes", {}), ("no last", {"first": 1}),
                            ("no first", {"last": 1}),
                            ("reversed", {"first": 2, "last": 1}),
                            ("above", {"first": 1, "last": 4095}),
                            ("short", {"first": Raw(b"\1"), "last": 1}),
                            ("unknown", {"first": 1, "last": 1,
                                         "x": Raw(b"\0" * 4, 9)})):
            yield f"a range: {name}", [inner]
        good = spec().encode("vlan-range", {"first": 1, "last": 2})
        yield "not marked as a nest", Raw(good, what["number"])
        # A good one first does not excuse a bad one.
        yield "second range reversed", [{"first": 1, "last": 2},
                                        {"first": 9, "last": 8}]


def refuse_one(site, op, values, why, attr=None, mode="do", **more):
    """One request that the rules of types and presence refuse."""
    call = site.nl.dump if mode == "dump" else site.nl.do
    try:
        call(op, **values, **more)
    except NlError as err:
        check(err.errno in (errno.EINVAL, errno.ERANGE, errno.EMSGSIZE),
              f"{op}, {why}: {err}")
        check(err.msg or err.missing is not None,
              f"{op}, {why}: no message: {err}")
        if attr:
            check(err.attr == attr or err.missing == attr,
                  f"{op}, {why}: does not point at {attr}: {err}")
        return
    raise Failed(f"{op}, {why}: was not refused: {values} {more}")


def bad_input(site, op):
    """Every attribute wrong, missing and foreign, for one command."""
    values, needed = REQUESTS[op]
    space = spec().sets[spec().ops[op]["attribute-set"]]
    before = site.nl.state()
    site.silence.drain()
    for name in spec().requests(op):
        base = dict(values)
        if name == "trunk":
            base.pop("vlan")
        if name == "id":
            base.pop("ifname")
        for why, value in bad_values(space[name]):
            refuse_one(site, op, {**base, name: value}, f"{name}: {why}",
                       name)
    for name in needed:
        rest = {k: v for k, v in values.items() if k != name}
        refuse_one(site, op, rest, f"without {name}", name)
    if not needed:
        refuse_one(site, op, {k: v for k, v in values.items()
                              if k not in ("id", "ifname")},
                   "without id and ifname")
    for name, what in space.items():
        if name not in spec().requests(op) and \
           name not in spec().requests(op, "dump"):
            refuse_one(site, op, {**values,
                                  name: Raw(b"\0" * 4, what["number"])},
                       f"with {name}")
    for number in (len(space) + 1, 100, 0x3fff):
        refuse_one(site, op, {**values, "x": Raw(b"\0" * 4, number)},
                   f"with attribute {number}")
    whole = spec().encode(spec().ops[op]["attribute-set"], values)
    refuse_one(site, op, {}, "with bytes at its end", _raw=whole + b"\1\2")
    if spec().requests(op, "dump"):
        for why, value in bad_values(space["switch"]):
            refuse_one(site, op, {"switch": value}, f"dump, switch: {why}",
                       "switch", "dump")
        refuse_one(site, op, {"switch": SWITCH, "x": Raw(b"", 100)},
                   "dump with attribute 100", mode="dump")
        refuse_one(site, op, {"switch": SWITCH, **values},
                   "dump with attributes of get", mode="dump")
    equal(site.nl.state(), before, f"state after bad {op}s")
    equal(site.silence.pending(), [], f"events of bad {op}s")


def unknown_command(site):
    """Numbers that are no command, and commands that cannot dump."""
    events = ("switch-add-ntf", "vmk-del-ntf")
    for number in [spec().ops[n]["number"] for n in events] + [0, 99]:
        try:
            site.nl.sock.ask(site.nl.family, number)
        except NlError as err:
            equal(err.errno, errno.EOPNOTSUPP, f"errno of command {number}")
        else:
            raise Failed(f"command {number} exists")
    for op in ("switch-add", "portgroup-set", "vmk-del"):
        try:
            site.nl.dump(op, **REQUESTS[op][0])
        except NlError as err:
            equal(err.errno, errno.EOPNOTSUPP, f"errno of dump {op}")
        else:
            raise Failed(f"{op} dumps")


# Names --------------------------------------------------------------------

def missing_objects(site):
    """Names of nothing."""
    for op, (values, needed) in REQUESTS.items():
        for name in needed or ["ifname"]:
            if op.endswith("-add") and name in ("name",) or \
               op == "vmk-add" and name == "ifname":
                continue
            bad = {**values, name: "nothing"}
            if op == "vmk-set":
                bad = {"ifname": "nothing", "mtu": 1400}
            refused(site, op, errno.ENODEV if name == "ifname" and
                    op.endswith("-add") else None, ".", attr=name, **bad)
    for op in ("port-get", "port-set", "port-del"):
        values = {k: v for k, v in REQUESTS[op][0].items() if k != "ifname"}
        for number in (0, 5, 0xffffffff, (1 << 24) | 4000, 127 << 24 | 1):
            refused(site, op, None, ".", attr="id", id=number, **values)
    for op in ("portgroup-get", "uplink-get", "port-get", "vmk-get"):
        try:
            site.nl.dump(op, switch="nothing")
        except NlError as err:
            equal(err.errno, errno.ENOENT, f"errno of {op}: {err}")
            check("vswitch" in (err.msg or ""), f"message of {op}: {err}")
        else:
            raise Failed(f"dump {op} of an unknown switch")
    # An interface that exists but serves nothing, or something else.
    for op in ("uplink-get", "port-get", "vmk-get", "port-del", "vmk-del"):
        refused(site, op, None, ".", attr="ifname", ifname="free")
    for op in ("uplink-get", "vmk-get", "vmk-del"):
        refused(site, op, None, ".", attr="ifname", ifname="pa")
    refused(site, "uplink-del", None, ".", attr="ifname", switch=SWITCH,
            ifname="pa")
    # One that is there, but on another switch.
    temporary(site, "switch-add", name="second")
    for op, ifname in (("port-get", "pa"), ("vmk-get", "vmk0")):
        refused(site, op, None, "vswitch", attr="switch", ifname=ifname,
                switch="second")


def duplicates(site):
    """Names are unique, those of port groups over all switches."""
    temporary(site, "switch-add", name="second")
    refused(site, "switch-add", errno.EEXIST, "exist", attr="name",
            name=SWITCH)
    for switch in (SWITCH, "second"):
        refused(site, "portgroup-add", errno.EEXIST, "exist", attr="name",
                name="vms", switch=switch)
    # Case matters, and a port group may be named as a switch is.
    temporary(site, "switch-add", name=SWITCH.upper())
    temporary(site, "portgroup-add", name="VMS", switch="second")
    temporary(site, "portgroup-add", name=SWITCH, switch="second")


def switch_names(site):
    """1 to 32 bytes; also the netdev's where it can be."""
    for name, ifname in (("x" * 32, None), ("x" * 16, None),
                         ("y" * 15, "y" * 15), ("a", "a"),
                         ("with space", None), ("a/b", None), (".", None),
                         ("..", None), ("Netz-Süd", "Netz-Süd"),
                         ("c:d", None), ("free", None), ("all", None)):
        got = temporary(site, "switch-add", name=name)
        equal(got["name"], name, "name")
        if name == "all":
            continue
        if ifname:
            equal(got["ifname"], ifname, f"ifname of {name!r}")
        else:
            check(got["ifname"].startswith("vswitch"),
                  f"ifname of {name!r}: {got['ifname']}")
        row = site.sw.link(got["ifname"])
        equal(row["ifindex"], got["ifindex"], "ifindex")
        equal(site.nl.do("switch-get", name=name)["index"], got["index"],
              "get by the full name")
    for name in ("", "new\nline", "tab\t", "\x7f", "\x01", "bell\a"):
        refused(site, "switch-add", errno.EINVAL, "name", attr="name",
                name=name)


def portgroup_names(site):
    """1 to 80 bytes of UTF-8 without control characters."""
    for name in ("x" * 80, "é" * 40, "日本語 ネットワーク", "a/b, c:d%20",
                 " ", "VM Network", "🔌" * 20, "-", "x\u00a0y"):
        got = temporary(site, "portgroup-add", name=name, switch=SWITCH)
        equal(got["name"], name, "name")
        equal(site.nl.do("portgroup-get", name=name)["id"], got["id"],
              "get by name")
        check(name in [p["name"] for p in site.nl.dump("portgroup-get")],
              "not dumped")
    for name in ("", "a\nb", "\t", "x\x7f", "\x1b[31m", "next\u0085line",
                 b"\xff", b"\xc3", b"a\x80", b"\xc0\x80", b"\xc1\xbf",
                 b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\x80",
                 b"\xf8\x88\x80\x80\x80", b"ok\xe2\x82"):
        refused(site, "portgroup-add", errno.EINVAL, "name|UTF|control",
                attr="name", name=name, switch=SWITCH)
    refused(site, "portgroup-add", None, "", attr="name",
            name="é" * 40 + "x", switch=SWITCH)


def alternative_interface_names(site):
    """Interfaces are found by their altnames too, and told by name."""
    site.sw.ip("link property add dev free altname vmnic7-with-a-long-name")
    defer(site.sw.ip,
          "link property del dev free altname vmnic7-with-a-long-name")
    got = temporary(site, "uplink-add", switch=SWITCH,
                    ifname="vmnic7-with-a-long-name")
    equal(got["ifname"], "free", "name told")
    equal(site.nl.do("uplink-get",
                     ifname="vmnic7-with-a-long-name")["port-id"],
          got["port-id"], "get by altname")
    site.nl.do("uplink-del", switch=SWITCH,
               ifname="vmnic7-with-a-long-name")


# Objects ------------------------------------------------------------------

def switches(site):
    """A switch, its defaults, a change, field by field."""
    got = temporary(site, "switch-add", name="one")
    want = {"index": got["index"], "name": "one",
            "ifindex": site.index("one"), "ifname": "one", "mtu": 1500,
            "discovery": "listen", "ports": 0, "failback-delay": 100,
            "policy": got["policy"]}
    equal(got, want, "reply of add")
    check(1 <= got["index"] <= 127, f"index {got['index']}")
    equal(site.nl.do("switch-get", name="one"), want, "get")
    equal([s for s in site.nl.dump("switch-get") if s["name"] == "one"],
          [want], "dump")
    row = site.sw.link("one")
    equal((row["mtu"], row["kind"]), (1500, "vswitch"),
          "its netdev")
    equal(site.nl.do("switch-set", name="one", mtu=9000), None, "set")
    equal(site.nl.do("switch-get", name="one"), {**want, "mtu": 9000},
          "after one field")
    site.nl.do("switch-set", name="one", discovery="advertise", mtu=1280)
    equal(site.nl.do("switch-get", name="one"),
          {**want, "mtu": 1280, "discovery": "advertise"}, "after two")
    equal(temporary(site, "switch-add", name="two", mtu=65535,
                    discovery="down")["mtu"], 65535, "given MTU")
    equal(site.nl.do("switch-get", name="two")["discovery"], "down",
          "given discovery")
    site.nl.do("switch-del", name="one")
    equal(site.sw.link("one", ok=False), None, "its netdev after removal")
    # The number is free again.
    equal(temporary(site, "switch-add", name="three")["index"],
          want["index"], "index")
    equal(site.nl.do("switch-get", name=SWITCH)["ports"],
          len(site.nl.dump("port-get", switch=SWITCH)), "ports in use")


def portgroups(site):
    """A port group and its VLANs."""
    got = temporary(site, "portgroup-add", name="pg", switch=SWITCH)
    switch = site.nl.do("switch-get", name=SWITCH)
    want = {"id": got["id"], "name": "pg", "switch": SWITCH,
            "switch-index": switch["index"], "vlan": 0, "active-clients": 0,
            "policy": {}, "effective-policy": switch["policy"],
            "uplink-in-use": ["up1"]}
    equal(got, want, "reply of add")
    for vlan in (1, 4094, 4095, 0):
        site.nl.do("portgroup-set", name="pg", vlan=vlan)
        equal(site.nl.do("portgroup-get", name="pg"), {**want, "vlan": vlan},
              f"VLAN {vlan}")
    want.pop("vlan")
    for trunk, seen in (
            ([(5, 5)], None), ([(0, 4093)], None), ([(1, 4094)], None),
            ([(1, 2), (4, 5), (4094, 4094)], None),
            ([(9, 9), (1, 2)], [(1, 2), (9, 9)]),
            ([(1, 5), (3, 9), (10, 12)], [(1, 12)])):
        site.nl.do("portgroup-set", name="pg",
                   trunk=[{"first": a, "last": b} for a, b in trunk])
        told = site.nl.do("portgroup-get", name="pg")
        ranges = [(r["first"], r["last"]) for r in told.pop("trunk")]
        equal(ranges, seen or trunk, f"trunk {trunk}")
        equal(told, want, f"trunk {trunk}")
    # All of them are the same as 4095.
    site.nl.do("portgroup-set", name="pg", trunk=[{"first": 0,
                                                   "last": 4094}])
    equal(site.nl.do("portgroup-get", name="pg"), {**want, "vlan": 4095},
          "a trunk of all")
    # As many ranges as there can be.
    most = [{"first": v, "last": v} for v in range(0, 4095, 2)]
    site.nl.do("portgroup-set", name="pg", trunk=most)
    equal(site.nl.do("portgroup-get", name="pg")["trunk"], most,
          "most ranges")
    equal([p["trunk"] for p in site.nl.dump("portgroup-get")
           if p["name"] == "pg"], [most], "dump of most ranges")
    site.nl.do("portgroup-set", name="pg", vlan=3)
    equal(site.nl.do("portgroup-get", name="pg"), {**want, "vlan": 3},
          "after a trunk")
    refused(site, "portgroup-set", errno.EINVAL, "vlan|trunk", name="pg",
            vlan=1, trunk=[{"first": 1, "last": 2}])
    refused(site, "portgroup-add", errno.EINVAL, "vlan|trunk", name="pg2",
            switch=SWITCH, vlan=1, trunk=[{"first": 1, "last": 2}])
    equal(site.nl.do("portgroup-get", name="vms")["active-clients"], 1,
          "clients")


def uplinks_and_ports(site):
    """Both sides of an uplink, and a VM's port, field by field."""
    got = temporary(site, "uplink-add", switch=SWITCH, ifname="free")
    switch = site.nl.do("switch-get", name=SWITCH)
    row = site.sw.link("free")
    want = {"port-id": got["port-id"], "switch": SWITCH,
            "switch-index": switch["index"], "ifindex": row["ifindex"],
            "ifname": "free", "mac": row["address"],
            "link-up": got["link-up"], "state": got["state"]}
    equal(got, want, "reply of uplink-add")
    equal(row["master"], SWITCH, "master")
    port = site.port("free")
    port.pop("stats")
    equal(set(port.pop("drops").values()) | {0}, {0}, "drops")
    equal(port, {"id": got["port-id"], "kind": "uplink", "switch": SWITCH,
                 "switch-index": switch["index"], "ifindex": row["ifindex"],
                 "ifname": "free", "blocked": 0, "flags": frozenset()},
          "its port")
    equal(got["port-id"] >> 24, switch["index"], "top byte")
    site.nl.do("uplink-del", switch=SWITCH, ifname="free")

    got = temporary(site, "port-add", portgroup="vms", ifname="free",
                    initial_mac="02:00:00:00:01:44")
    seen = {k: v for k, v in got.items() if k not in ("stats", "drops")}
    uplink = site.nl.do("uplink-get", ifname="up1")["port-id"]
    equal(seen, {"id": got["id"], "kind": "vm", "switch": SWITCH,
                 "switch-index": switch["index"], "portgroup": "vms",
                 "ifindex": row["ifindex"], "ifname": "free",
                 "initial-mac": "02:00:00:00:01:44",
                 "mac": "02:00:00:00:01:44", "blocked": 0,
                 "flags": frozenset(),
                 "uplink": uplink}, "reply of port-add")
    equal(set(got["drops"]), set(spec().sets["drops"]), "drop counters")
    equal(set(got["stats"]), set(spec().sets["port-stats"]), "counters")
    equal(site.nl.do("port-get", id=got["id"])["ifname"], "free",
          "get by id")
    site.nl.do("port-set", id=got["id"], blocked=1)
    equal(site.port("free")["blocked"], 1, "blocked")
    site.nl.do("port-del", id=got["id"])
    equal(site.sw.link("free").get("master"), None, "master after removal")


def id_and_ifname_together(site):
    """Both may be given where they mean the same port."""
    port = site.port("pa")
    for op in ("port-get", "port-set"):
        values = {"blocked": 1} if op == "port-set" else {}
        refused(site, op, errno.EINVAL, ".", id=port["id"] + 1, ifname="pa",
                **values)
        refused(site, op, errno.EINVAL, ".", id=port["id"], ifname="pm1",
                **values)


# Refusals by meaning --------------------------------------------------------

def removals_refused_while_in_use(site):
    """What has clients stays."""
    refused(site, "switch-del", errno.EBUSY, "client", attr="name",
            name=SWITCH)
    for name in ("vms", "kernel"):
        refused(site, "portgroup-del", errno.EBUSY, "client", name=name,
                switch=SWITCH)
    temporary(site, "switch-add", name="second")
    temporary(site, "portgroup-add", name="elsewhere", switch="second")
    refused(site, "portgroup-del", None, "vswitch", name="elsewhere",
            switch=SWITCH)
    refused(site, "uplink-del", None, "vswitch", ifname="up1",
            switch="second")
    # Uplinks and empty port groups go with their switch.
    site.nl.do("uplink-add", switch="second", ifname="free")
    site.nl.do("switch-del", name="second")
    equal(site.sw.link("free").get("master"), None, "master")
    refused(site, "portgroup-get", errno.ENOENT, "", name="elsewhere")


def busy_and_unfit_interfaces(site):
    """One switch only, and no interface that something else holds."""
    temporary(site, "switch-add", name="second")
    temporary(site, "portgroup-add", name="second-vms", switch="second")
    site.sw.ip("""
        link set dev free up
        link add br0 type bridge
        link add inbr type veth peer name inbr2
        link set dev inbr master br0
        link add low type veth peer name low2
        link add mv0 link low type macvlan mode bridge
        link add ipip9 type ipip local 127.0.0.1 remote 127.0.0.2
        link add vlan5 link free type vlan id 5
        """)
    defer(site.sw.ip, "link del dev ipip9\nlink del dev mv0\n"
          "link del dev low\nlink del dev inbr\nlink del dev br0\n"
          "link del dev vlan5")
    cases = (("lo", errno.EINVAL, "loopback"),
             ("ipip9", errno.EINVAL, "ethernet"),
             ("inbr", errno.EBUSY, "master"),
             ("low", errno.EBUSY, "receive handler"),
             (SWITCH, errno.EINVAL, "vswitch"),
             ("second", errno.EINVAL, "vswitch"),
             ("vmk0", errno.EINVAL, "vmk"),
             ("up1", errno.EBUSY, "vswitch|uplink"),
             ("pa", errno.EBUSY, "vswitch|port"))
    for name, err, text in cases:
        for switch in ("second", SWITCH):
            refused(site, "uplink-add", err, text, attr="ifname",
                    switch=switch, ifname=name)
        for portgroup in ("second-vms", "vms"):
            refused(site, "port-add", err, text, attr="ifname",
                    portgroup=portgroup, ifname=name)
    # A VLAN device is an Ethernet device like others.
    temporary(site, "uplink-add", switch="second", ifname="vlan5")
    site.nl.do("uplink-del", switch="second", ifname="vlan5")


def addresses_of_vm_ports(site):
    """Initial and effective address are unicast addresses."""
    for mac in ("01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff",
                "00:00:00:00:00:00"):
        refused(site, "port-add", errno.EADDRNOTAVAIL, "address",
                attr="initial-mac", portgroup="vms", ifname="free",
                initial_mac=mac)
        refused(site, "port-set", errno.EADDRNOTAVAIL, "address",
                attr="mac", ifname="pa", mac=mac, blocked=1)
    equal(site.port("pa")["mac"], VM_MAC, "address")
    check(not site.sw.link("free").get("master"), "attached")


def slaves_mtu(site):
    """An MTU that an interface on the switch does not take."""
    site.sw.ip("link add small type dummy")
    defer(site.sw.ip, "link del dev small")
    temporary(site, "switch-add", name="second", mtu=9000)
    equal(temporary(site, "uplink-add", switch="second",
                    ifname="small")["ifname"], "small", "uplink")
    equal(site.sw.mtu("small"), 9000, "MTU of the uplink")
    site.nl.do("switch-set", name="second", mtu=2000)
    equal(site.sw.mtu("small"), 2000, "MTU of the uplink")
    site.sw.ip("link set dev second mtu 3000")
    equal(site.sw.mtu("small"), 3000, "MTU of the uplink")
    equal(site.nl.do("switch-get", name="second")["mtu"], 3000, "MTU")
    # A bridge's port stops at what its lower interfaces take: veth does not.
    site.sw.ip("link add vl link small type vlan id 5")
    defer(site.sw.ip, "link del dev vl")
    site.nl.do("uplink-add", switch=SWITCH, ifname="vl")
    defer(site.nl.do, "uplink-del", switch=SWITCH, ifname="vl")
    refused(site, "switch-set", None, "MTU", name=SWITCH, mtu=4000)
    for name in ("up1", "pa", "vl", SWITCH):
        equal(site.sw.mtu(name), 1500, f"MTU of {name}")


def rtnl_doors(site):
    """What ip link may and may not do to a switch."""
    refused_ip(site, f"link set dev free master {SWITCH}", "Error",
               "uplink|port group|vmkctl")
    site.silence.drain()
    site.sw.ip("link add vSwitch7 type vswitch")
    defer(site.nl.do, "switch-del", name="vSwitch7")
    got = site.nl.do("switch-get", name="vSwitch7")
    equal((got["ifname"], got["mtu"]), ("vSwitch7", 1500), "made by ip")
    equal([(n, o["name"]) for n, o in site.silence.expect(1)],
          [("switch-add-ntf", "vSwitch7")], "event")
    refused_ip(site, "link add vSwitch7 type vswitch", "exists", "")
    refused_ip(site, "link add a\x01b type vswitch", "control character", "")
    site.nl.do("uplink-add", switch="vSwitch7", ifname="free")
    site.sw.ip("link set dev free nomaster")
    equal([u for u in site.nl.dump("uplink-get") if u["ifname"] == "free"],
          [], "uplinks after nomaster")
    site.nl.do("port-add", portgroup="vms", ifname="free")
    site.sw.ip("link set dev free nomaster")
    refused(site, "port-get", None, "", ifname="free")


def switch_without_a_name(site):
    """ip link add, where the kernel chooses the name."""
    site.sw.ip("link add type vswitch\nlink add type vswitch")
    for name in ("vswitch0", "vswitch1"):
        defer(site.nl.do, "switch-del", name=name)
        equal(site.nl.do("switch-get", name=name)["ifname"], name, "name")


def made_though_nobody_reads(site):
    """What was made is not said to be refused, even if its maker's socket is
    too full of events for the answer."""
    with site.sw:
        maker = Events()
    defer(maker.close)
    sock, answers = maker.listen, {}
    sock.sock.setsockopt(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1)
    sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    for i in range(40):
        name = f"unread{i}"
        defer(remove_if_there, site, name)
        sock.send(maker.family, maker.spec.ops["portgroup-add"]["number"],
                  maker.spec.encode("portgroup", {"name": name,
                                                  "switch": SWITCH}))
        answers[sock.seq] = name
        if i % 3 == 2:
            take_answers(sock, site, answers)
    take_answers(sock, site, answers)


def take_answers(sock, site, answers):
    """Reads what is there; who was refused does not exist."""
    while select.select([sock.sock], [], [], 0)[0]:
        for msg in sock.receive():
            if msg.type == NLMSG_ERROR and msg.error() and \
                    msg.seq in answers:
                refused(site, "portgroup-get", None, "",
                        name=answers[msg.seq])


def remove_if_there(site, name):
    """Deletes a port group, if it is there."""
    try:
        site.nl.do("portgroup-del", name=name, switch=SWITCH)
    except NlError:
        pass


# Privilege ------------------------------------------------------------------

CHANGES = [op for op in REQUESTS if not op.endswith("-get")]


def refuse_changes(client):
    """Every change is refused, every read is not."""
    for op in CHANGES:
        try:
            client.do(op, **REQUESTS[op][0])
        except NlError as err:
            equal(err.errno, errno.EPERM, f"{op}: {err}")
        else:
            raise Failed(f"{op} was not refused")
    for op in REQUESTS:
        if op.endswith("-get"):
            client.do(op, **REQUESTS[op][0])
            check(client.dump(op), f"dump {op} is empty")


def changes_without_privilege(site):
    """An ordinary user reads, and changes nothing."""
    before = site.nl.state()

    def child():
        with site.sw:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            refuse_changes(Client())
            os._exit(0)

    in_child(child)
    equal(site.nl.state(), before, "state")


def root_of_another_user_namespace(site):
    """Full rights there are none here; and none to another's stack."""
    before = site.nl.state()

    def child():
        with site.sw:
            client = Client()
        unshare(CLONE_NEWUSER | CLONE_NEWNET)
        refuse_changes(client)
        own = Client()
        equal(own.state()["switch"], [], "switches of the new namespace")
        own.do("switch-add", name=SWITCH)
        own.do("portgroup-add", name="kernel", switch=SWITCH, vlan=5)
        own.do("vmk-add", portgroup="kernel", tags=["management"])
        equal(own.dump("vmk-get")[0]["ifname"], "vmk0", "adapter")
        try:
            own.do("vmk-add", portgroup="kernel", netns_fd=site.out.fd,
                   netstack="stolen")
        except NlError as err:
            equal((err.errno, err.attr), (errno.EPERM, "netns-fd"), str(err))
        else:
            raise Failed("an adapter was put into another's namespace")
        own.do("vmk-del", ifname="vmk0", force=True)
        own.do("switch-del", name=SWITCH)

    in_child(child)
    equal(site.nl.state(), before, "state")


# Dumps ----------------------------------------------------------------------

def many_portgroups(site):
    """A namespace with two switches of 300 port groups each; they are made
    large so that a dump takes several messages."""
    ns = Netns("many")
    client = ns.client()
    for switch in ("left", "right"):
        client.do("switch-add", name=switch)
        for i in range(300):
            client.do("portgroup-add", name=long_name(switch, i),
                      switch=switch, trunk=[{"first": v, "last": v}
                                            for v in range(1, 40, 2)])
    site.many = ns, client
    return ns, client


def long_name(switch, number):
    """The name of a port group of many_portgroups()."""
    return f"{switch} {number:074}"


def long_dumps(site):
    """More than fits into one message: everything, once, in order."""
    ns, client = many_portgroups(site)
    names = [long_name(s, i) for s in ("left", "right") for i in range(300)]
    equal([p["name"] for p in client.dump("portgroup-get")], names, "names")
    slow = ns.client().dump_slowly("portgroup-get", lambda: None)
    check(slow.datagrams > 4, f"{slow.datagrams} datagrams")
    equal([p["name"] for p in slow], names, "names, in parts")
    check(not slow.interrupted, "interrupted though nothing changed")
    for switch in ("left", "right"):
        got = client.dump("portgroup-get", switch=switch)
        equal([p["name"] for p in got],
              [n for n in names if n.startswith(switch)], "filtered")
        slow = ns.client().dump_slowly("portgroup-get", lambda: None,
                                       switch=switch)
        equal(slow, got, "filtered, in parts")

    # A change of what has been told, or will be, marks the dump.
    def change():
        client.do("portgroup-set", name=names[-1], vlan=4000)

    slow = ns.client().dump_slowly("portgroup-get", change)
    check(slow.interrupted, "a change was not told of")
    equal(slow[-1].get("vlan"), 4000, "the later part is as it is now")

    def remove():
        for name in names[:100] + names[400:450]:
            client.do("portgroup-del", name=name,
                      switch=name.split(maxsplit=1)[0])

    slow = ns.client().dump_slowly("portgroup-get", remove)
    check(slow.interrupted, "removals were not told of")
    told = [p["name"] for p in slow]
    equal(len(set(told)), len(told), "none is told of twice")
    equal([n for n in names[100:400] + names[450:] if n not in told], [],
          "none of those that stayed is missed")

    def refused_change():
        try:
            client.do("portgroup-del", name=names[0], switch="left")
        except NlError:
            site.nl.do("portgroup-set", name="vms", vlan=8)

    slow = ns.client().dump_slowly("portgroup-get", refused_change)
    check(not slow.interrupted, "interrupted by a refusal, or by a change "
          "in another namespace")
    site.nl.do("portgroup-set", name="vms", vlan=7)


def dumps_by_switch(site):
    """The filter of each kind."""
    temporary(site, "switch-add", name="second")
    temporary(site, "portgroup-add", name="second-vms", switch="second")
    temporary(site, "portgroup-add", name="second-kernel", switch="second")
    temporary(site, "uplink-add", switch="second", ifname="free")
    temporary(site, "vmk-add", portgroup="second-kernel", ifname="vmk9")
    for kind, count in (("portgroup", 2), ("uplink", 1), ("port", 2),
                        ("vmk", 1)):
        got = site.nl.dump(f"{kind}-get", switch="second")
        equal({o["switch"] for o in got}, {"second"}, f"{kind}: switches")
        equal(len(got), count, f"{kind}: number")
        rest = site.nl.dump(f"{kind}-get", switch=SWITCH)
        equal(len(site.nl.dump(f"{kind}-get")), len(rest) + len(got),
              f"{kind}: of both")
    temporary(site, "switch-add", name="empty")
    for kind in ("portgroup", "uplink", "port", "vmk"):
        equal(list(site.nl.dump(f"{kind}-get", switch="empty")), [],
              f"{kind}: of an empty switch")


# Limits ---------------------------------------------------------------------

def limit(client, what, count, make):
    """The number of objects there can be; one more is refused."""
    for i in range(count):
        make(i)
    try:
        make(count)
    except NlError as err:
        check(err.errno in (errno.ENOSPC, errno.EBUSY, errno.EMFILE),
              f"{what}: {err}")
        check(err.msg, f"{what}: no message: {err}")
    else:
        raise Failed(f"more than {count} {what}")
    return client


def number_of_switches(_site):
    """127 in a namespace; another has its own."""
    ns = Netns("limit")
    client = ns.client()
    limit(client, "switches", 127,
          lambda i: client.do("switch-add", name=f"s{i}"))
    got = client.dump("switch-get")
    equal(sorted(s["index"] for s in got), list(range(1, 128)), "indexes")
    slow = ns.client().dump_slowly("switch-get", lambda: None)
    check(slow.datagrams > 4, f"{slow.datagrams} datagrams")
    equal(slow, got, "in parts")
    client.do("switch-del", name="s63")
    equal(client.do("switch-add", name="again")["index"], 64, "index")


def number_of_portgroups(_site):
    """512 on one switch; another has its own."""
    ns = Netns("limit")
    client = ns.client()
    client.do("switch-add", name="s")
    limit(client, "port groups", 512,
          lambda i: client.do("portgroup-add", name=f"p{i}", switch="s"))
    equal(len(client.dump("portgroup-get")), 512, "port groups")
    client.do("switch-add", name="t")
    client.do("portgroup-add", name="t", switch="t")
    client.do("switch-del", name="s")
    equal([p["name"] for p in client.dump("portgroup-get")], ["t"],
          "port groups left")


def number_of_adapters(_site):
    """256 in a namespace."""
    ns = Netns("limit")
    client = ns.client()
    client.do("switch-add", name="s")
    client.do("portgroup-add", name="k", switch="s")
    limit(client, "adapters", 256,
          lambda i: client.do("vmk-add", portgroup="k"))
    got = client.dump("vmk-get")
    equal(sorted(int(v["ifname"][3:]) for v in got), list(range(256)),
          "names")
    for kind in ("vmk", "port"):
        slow = ns.client().dump_slowly(f"{kind}-get", lambda: None)
        check(slow.datagrams > 2, f"{slow.datagrams} datagrams")
        equal((len(slow), slow.interrupted), (256, False),
              f"{kind}s, in parts")


# Events ---------------------------------------------------------------------

def events(site):
    """Every change yields its notification, once; no change yields none."""
    listener = site.sw.events()
    nl = site.nl

    def told(what, *want, same=None):
        got = listener.expect(len(want))
        equal([(n, o.get("name") or o.get("ifname")) for n, o in got],
              list(want), f"events of {what}")
        if same:
            equal(got[-1][1], same, f"content of the event of {what}")

    def quiet(what):
        equal(listener.pending(), [], f"events of {what}")

    nl.do("switch-get", name=SWITCH)
    site.nl.state()
    quiet("reading")

    got = nl.do("switch-add", name="ev")
    told("switch-add", ("switch-add-ntf", "ev"), same=got)
    nl.do("switch-set", name="ev", mtu=1600, discovery="both")
    told("switch-set", ("switch-change-ntf", "ev"),
         same=nl.do("switch-get", name="ev"))
    nl.do("switch-set", name="ev", mtu=1600, discovery="both")
    quiet("the same values")
    site.sw.ip("link set dev ev mtu 1700")
    told("ip link set mtu", ("switch-change-ntf", "ev"),
         same=nl.do("switch-get", name="ev"))

    site.sw.ip("link set dev ev down\nlink set dev ev name eventful")
    told("a new name of the switch's interface", ("switch-change-ntf", "ev"),
         same=nl.do("switch-get", name="ev"))
    site.sw.ip("link set dev eventful name ev\nlink set dev ev up")
    told("its old name", ("switch-change-ntf", "ev"))

    got = nl.do("portgroup-add", name="ev-vms", switch="ev", vlan=1)
    told("portgroup-add", ("portgroup-add-ntf", "ev-vms"), same=got)
    nl.do("portgroup-set", name="ev-vms", vlan=2)
    told("portgroup-set", ("portgroup-change-ntf", "ev-vms"),
         same=nl.do("portgroup-get", name="ev-vms"))
    nl.do("portgroup-set", name="ev-vms", vlan=2)
    quiet("the same VLAN")
    nl.do("portgroup-set", name="ev-vms", trunk=[{"first": 2, "last": 3}])
    told("a trunk", ("portgroup-change-ntf", "ev-vms"))
    nl.do("portgroup-set", name="ev-vms", trunk=[{"first": 2, "last": 2},
                                                 {"first": 3, "last": 3}])
    quiet("the same trunk, written otherwise")
    nl.do("portgroup-add", name="ev-k", switch="ev")
    told("portgroup-add", ("portgroup-add-ntf", "ev-k"))

    got = nl.do("uplink-add", switch="ev", ifname="free")
    told("uplink-add", ("port-add-ntf", "free"), ("uplink-add-ntf", "free"),
         ("switch-change-ntf", "ev"), ("portgroup-change-ntf", "ev-vms"),
         ("portgroup-change-ntf", "ev-k"))
    got = nl.do("vmk-add", portgroup="ev-k", ifname="vmk9")
    heard = listener.expect(3)
    equal(sorted(n for n, _ in heard),
          ["port-add-ntf", "portgroup-change-ntf", "vmk-add-ntf"],
          "events of vmk-add, the first client")
    equal([o for n, o in heard if n == "vmk-add-ntf"], [got],
          "content of the event of vmk-add")
    nl.do("vmk-set", ifname="vmk9", mtu=1300, tags=["ptp", "vsan"],
          tags_mask=["ptp", "vsan"], enabled=0)
    told("vmk-set of three fields", ("vmk-change-ntf", "vmk9"),
         same=nl.do("vmk-get", ifname="vmk9"))
    nl.do("vmk-set", ifname="vmk9", mtu=1300, tags=["ptp", "vsan"],
          tags_mask=["ptp", "vsan"], enabled=0)
    quiet("the same values")
    site.sw.ip("link set dev vmk9 mtu 1400")
    told("ip link set mtu", ("vmk-change-ntf", "vmk9"),
         same=nl.do("vmk-get", ifname="vmk9"))
    site.sw.ip("link set dev vmk9 name novem")
    told("a new name of an adapter", ("vmk-change-ntf", "novem"),
         same=nl.do("vmk-get", ifname="novem"))
    site.sw.ip("link set dev novem name vmk9")
    told("its old name", ("vmk-change-ntf", "vmk9"))
    nl.do("vmk-del", ifname="vmk9")
    equal(sorted(n for n, _ in listener.expect(2)),
          ["port-del-ntf", "vmk-del-ntf"], "events of vmk-del")

    nl.do("uplink-del", switch="ev", ifname="free")
    told("uplink-del", ("uplink-del-ntf", "free"), ("port-del-ntf", "free"),
         ("switch-change-ntf", "ev"), ("portgroup-change-ntf", "ev-vms"),
         ("portgroup-change-ntf", "ev-k"))
    got = nl.do("port-add", portgroup="ev-vms", ifname="free",
                initial_mac="02:00:00:00:01:66")
    heard = listener.expect(2)
    equal(sorted(n for n, _ in heard),
          ["port-add-ntf", "portgroup-change-ntf"],
          "events of port-add, the first client")
    for values in ({"blocked": 1}, {"mac": "02:00:00:00:01:67"},
                   {"blocked": 0, "mac": "02:00:00:00:01:66"}):
        nl.do("port-set", ifname="free", **values)
        told(f"port-set {values}", ("port-change-ntf", "free"))
        nl.do("port-set", ifname="free", **values)
        quiet(f"port-set {values} again")
    site.sw.ip("link set dev free down\nlink set dev free name liber")
    defer(site.sw.ip, "link set dev liber down\n"
          "link set dev liber name free")
    told("a new name", ("port-change-ntf", "liber"))
    site.sw.ip("link set dev liber nomaster")
    told("nomaster", ("port-del-ntf", "liber"))
    nl.do("port-add", portgroup="ev-vms", ifname="liber")
    told("port-add, a later client", ("port-add-ntf", "liber"))
    nl.do("port-del", ifname="liber")
    told("port-del", ("port-del-ntf", "liber"))

    nl.do("uplink-add", switch="ev", ifname="liber")
    listener.expect(5)
    nl.do("portgroup-del", name="ev-k", switch="ev")
    told("portgroup-del", ("portgroup-del-ntf", "ev-k"))
    nl.do("switch-del", name="ev")
    heard = listener.expect(4)
    equal(sorted((n, o.get("name") or o.get("ifname")) for n, o in heard),
          [("port-del-ntf", "liber"), ("portgroup-del-ntf", "ev-vms"),
           ("switch-del-ntf", "ev"), ("uplink-del-ntf", "liber")],
          "events of switch-del")
    equal(heard[-1][0], "switch-del-ntf", "the last one")


def events_of_a_strong_removal(site):
    """ip link del of a switch with clients tells of all that went."""
    nl = site.nl
    nl.do("switch-add", name="ev")
    nl.do("portgroup-add", name="ev-k", switch="ev")
    nl.do("portgroup-add", name="ev-vms", switch="ev")
    nl.do("vmk-add", portgroup="ev-k", ifname="vmk9")
    nl.do("port-add", portgroup="ev-vms", ifname="free")
    nl.do("uplink-add", switch="ev", ifname="free2")
    listener = site.sw.events()
    site.sw.ip("link del dev ev")
    heard = [(n, o.get("name") or o.get("ifname"))
             for n, o in listener.expect(8)]
    gone = [e for e in heard if "-del-" in e[0]]
    equal(sorted(gone),
          sorted([("switch-del-ntf", "ev"), ("portgroup-del-ntf", "ev-k"),
                  ("portgroup-del-ntf", "ev-vms"), ("vmk-del-ntf", "vmk9"),
                  ("port-del-ntf", "vmk9"), ("port-del-ntf", "free"),
                  ("port-del-ntf", "free2"), ("uplink-del-ntf", "free2")]),
          "removals told")
    equal(gone[-1][0], "switch-del-ntf", "the last one")


def events_stay_in_their_namespace(site):
    """Another namespace hears nothing of it."""
    other = Netns("deaf").events()
    got = temporary(site, "switch-add", name="heard")
    check(got, "no reply")
    equal(other.pending(0.2), [], "events elsewhere")


def counters_are_read_while_frames_pass(site):
    """Dumps and frames at once: nothing is lost of either."""
    before = site.port("pa")["stats"]["tx-packets"]
    for _ in range(50):
        site.lab.send("a", BROADCAST, site.mac["a"])
        site.nl.dump("port-get")
    equal(site.port("pa")["stats"]["tx-packets"] - before, 50, "frames")


if __name__ == "__main__":
    main([(bad_input, f"bad input to {op}", (op,)) for op in REQUESTS] +
         [unknown_command, missing_objects, duplicates, switch_names,
          portgroup_names, alternative_interface_names, switches,
          portgroups, uplinks_and_ports, id_and_ifname_together,
          removals_refused_while_in_use, busy_and_unfit_interfaces,
          addresses_of_vm_ports, slaves_mtu, rtnl_doors, switch_without_a_name,
          made_though_nobody_reads,
          changes_without_privilege, root_of_another_user_namespace,
          long_dumps, dumps_by_switch, number_of_switches,
          number_of_portgroups, number_of_adapters, events,
          events_of_a_strong_removal, events_stay_in_their_namespace,
          counters_are_read_while_frames_pass], topology)
