#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Requests under faults: of each, the first allocation fails, then the second,
and so on until it has all it needs; then the same with all later ones failing
too; then each call of a function that may say no. A request that is refused
leaves everything as it was, one that is accepted does all that it does
without a fault, and no change is kept from a listener.

   "sw"                                      "out"        "stack"
     pa  vmk0    pb (free)                     a, b, c, d   vmk1
      |   |      pc (free, down, MTU 1400)
   +--+---+---+
   | vSwitch0 |  up3 (free)                    w1, w2, w3
   +--+----+--+
     up1  up2
"""

import collections
import errno
import gc
import os
import socket
import struct
import types

from ctl import faults, rtnl
from ctl.ktap import Failed, Skip, check, defer, diag, equal, main
from ctl.net import IFF_ALLMULTI, IFF_PROMISC, IFF_UP, IFINFO, Netns, link_row
from ctl.nl import (NETLINK_ADD_MEMBERSHIP, NETLINK_EXT_ACK, NLM_F_DUMP,
                    SOL_NETLINK, Socket, attrs, spec)
from ctl.rtnl import RTM_GETNEIGH

SWITCH = "vSwitch0"
LONG = "A switch whose name is none here"
MAC = "02:00:00:00:07:{:02x}"
PF_BRIDGE = 7
IFLA_EXT_MASK, SKIP_STATS = 29, 8
NDA_LLADDR = 2
# The core makes EINVAL of a want of memory for a new netdev's sysctls.
ERRNOS = {errno.ENOMEM, errno.ENOBUFS, errno.EINVAL, errno.EIO}
MOST = 3000                     # faults to one request
KINDS = ("switch", "portgroup", "uplink", "port", "vmk")
AWAY = " in the stack"          # ends an operation of rtnetlink there
WIRES = {"up1": "w1", "up2": "w2", "up3": "w3", "pa": "a", "pb": "b",
         "pc": "c", "pd": "d"}
LINK = ("mtu", "address", "kind", "master", "txqlen", "group", "promiscuity",
        "allmulti", "altnames")
SHOWN = IFF_UP | IFF_PROMISC | IFF_ALLMULTI

# Every field of a policy, none as it is by default.
POLICY = {"promiscuous": 1, "mac-changes": 1, "forged-transmits": 1,
          "shaping-enabled": 1, "shaping-average": 5000,
          "shaping-peak": 6000, "shaping-burst": 700,
          "load-balancing": "explicit", "failure-detection": "beacon",
          "notify-switches": 0, "failback": 0,
          "active": {"uplink": ["up2"]}, "standby": {"uplink": ["up1"]}}
DEFAULTS = {"promiscuous": 0, "mac-changes": 0, "forged-transmits": 0,
            "shaping-enabled": 0, "shaping-average": 1000,
            "shaping-peak": 1000, "shaping-burst": 1024,
            "load-balancing": "portid", "failure-detection": "link",
            "notify-switches": 1, "failback": 1,
            "active": {"uplink": ["up1", "up2"]}, "standby": {"uplink": []}}


def wire_number(near):
    """By which its address is made."""
    return 16 + list(WIRES).index(near)


def rtnetlink():
    """A socket for this process's namespace."""
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)


class Named:
    """One of rtnl.changes(), to the interface that has a name by then."""

    def __init__(self, what, ifname, new="x"):
        self.what, self.ifname, self.new = what, ifname, new

    def find(self, ns, target):
        """The request, in that namespace; to move goes to the other."""
        with ns:
            index = socket.if_nametoindex(self.ifname)
        if self.what == "no altname":
            return rtnl.RTM_DELLINKPROP, rtnl.altname(index, "other"), 0
        return rtnl.changes(index, self.new, target.fd)[self.what]

    def __str__(self):
        return f"{self.what} of {self.ifname}"


class Site:
    """See the top of the file."""

    def __init__(self):
        self.sw, self.out, self.stack = (Netns(n) for n in
                                         ("sw", "out", "stack"))
        for near in WIRES:
            self.wire(near)
        self.nl = self.sw.client()
        with self.sw:
            self.sock, self.listener, self.dumper = (
                Socket(), Socket(), Socket())
            self.route, self.watch = rtnetlink(), rtnetlink()
            self.files = {"group": os.open("/proc/thread-self/net/dev_mcast",
                                           os.O_RDONLY)}
        with self.stack:
            self.far, self.away = rtnetlink(), rtnetlink()
        self.route.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        for number in self.nl.groups.values():
            self.listener.sock.setsockopt(SOL_NETLINK,
                                          NETLINK_ADD_MEMBERSHIP, number)
        self.listener.sock.setblocking(False)
        for sock in (self.sock, self.listener, self.route, self.watch,
                     self.far, self.away, self.dumper):
            defer(sock.close)
        defer(os.close, self.files["group"])
        self.known = {}
        self.requests = self.dumps()

    def wire(self, near):
        """A pair of interfaces, one of them outside."""
        far, number = WIRES[near], wire_number(near)
        self.sw.ip(f"link add {near} type veth peer name {far} address "
                   f"{MAC.format(number - 16)} netns {self.out.name}\n"
                   f"link set dev {near} address {MAC.format(number)} up")
        self.out.ip(f"link set dev {far} up")

    def clear(self):
        """Removes all switches, with what is on them."""
        for row in self.state()[0].values():
            if "discovery" in row:
                self.do("ip link", remove(row["ifname"]))
        self.sw.ip("link set dev pc mtu 1400 down")

    def configure(self):
        """Makes what is on the switch anew."""
        self.clear()
        for step in (
                ("switch-add", {"name": SWITCH}),
                ("switch-set", {"name": SWITCH, "failback-delay": 0}),
                ("uplink-add", {"switch": SWITCH, "ifname": "up1"}),
                ("uplink-add", {"switch": SWITCH, "ifname": "up2"}),
                group("vms", vlan=10), group("kernel", vlan=20),
                group("list", trunk=[{"first": 0, "last": 0},
                                     {"first": 20, "last": 22}]),
                group("spare", vlan=40),
                connect("pa"), adapter("vmk0", tags=["management", "vsan"]),
                adapter("vmk1", netns_fd=self.stack.fd, netstack="vmotion")):
            self.do(*step)

    def do(self, op, values):
        """One step, without faults."""
        if op == "wire":
            self.wire(values)
            return
        outcome, _ = self.request(op, values).attempt(faults.Nothing, 0)
        if outcome.how != "done":
            raise Failed(f"{op} {values}: {outcome}")

    def request(self, op, values, dump=False):
        """The request for a step: to the family, or to rtnetlink."""
        if op not in spec().ops:
            away = op.endswith(AWAY)
            if isinstance(values, Named):
                values = values.find(self.stack if away else self.sw,
                                     self.sw if away else self.stack)
            return faults.Request(self.away if away else self.route, *values)
        if not dump:
            return faults.generic(self.nl, self.sock, op, values)
        # A dump that did not come to its end is in the way of the next.
        self.dumper.close()
        with self.sw:
            self.dumper = Socket()
        return faults.generic(self.nl, self.dumper, op, values, True)

    def heard(self):
        """The events there are, and whether some were lost."""
        names, lost = [], False
        while True:
            try:
                msgs = self.listener.receive()
            except BlockingIOError:
                return collections.Counter(names), lost
            except OSError as err:
                check(err.errno == errno.ENOBUFS, f"listener: {err}")
                lost = True
                continue
            names += [spec().by_number[m.data[0]]["name"] for m in msgs
                      if m.type == self.nl.family]

    def dumps(self):
        """What tells of the state, as (sort, messages)."""
        out = []
        for kind in KINDS:
            out.append((kind, faults.generic(
                self.nl, self.sock, f"{kind}-get", {}, True)))
        body = IFINFO.pack(0, 0, 0, 0, 0) + \
            rtnl.number(IFLA_EXT_MASK, SKIP_STATS)
        for name, sock in (("sw", self.watch), ("stack", self.far)):
            out.append((name, faults.Request(sock, rtnl.RTM_GETLINK, body,
                                             NLM_F_DUMP)))
        out.append(("hears", faults.Request(
            self.watch, RTM_GETNEIGH, IFINFO.pack(PF_BRIDGE, 0, 0, 0, 0),
            NLM_F_DUMP)))
        return out

    def look(self):
        """What the dumps say, each as bytes."""
        out = []
        for sort, request in self.requests:
            outcome, _ = request.attempt(faults.Nothing, 0)
            check(outcome.how == "done", f"dump of {sort}: {outcome}")
            out.append((sort, tuple(m.data for m in outcome.answers)))
        with self.sw:
            for sort, fd in self.files.items():
                out.append((sort, os.pread(fd, 1 << 16, 0)))
        return tuple(out)

    def state(self):
        """
        All that a request may change, in three parts: what the family tells,
        what everybody can see of the interfaces, and the groups that these
        have joined. The last are the protocols' affair, who may do without.
        """
        seen = self.look()
        if seen not in self.known:
            with self.sw:
                self.known[seen] = decode(dict(seen))
        return self.known[seen]


def decode(seen):
    """What the dumps say, without what differs each time."""
    objects, links, groups, names = {}, {}, {}, {}
    for kind in KINDS:
        for data in seen[kind]:
            row = spec().decode(kind, data, 4)
            for key in ("stats", "drops", "ifindex"):
                row.pop(key, None)
            objects[kind, row.get("name") or row["ifname"]] = row
    for ns in ("sw", "stack"):
        for data in seen[ns]:
            row = link_row(data)
            names[ns, row["ifindex"]] = row["ifname"]
            shown = {key: row.get(key) for key in LINK}
            shown["flags"] = row["flags"] & SHOWN
            if row.get("kind") == "vswitch":
                del shown["address"]        # by chance
            links[ns, row["ifname"]] = shown
    for data in seen["hears"]:
        index = struct.unpack_from("=i", data, 4)[0]
        mac = next(value for _, number, value in attrs(data, 12)
                   if number == NDA_LLADDR)
        if not mac[0] & 1:
            links[names["sw", index], "hears", mac.hex()] = True
    for line in seen.get("VLANs", b"").decode().splitlines():
        links[line.split()[0], "VLANs"] = sorted(line.split()[1:])
    for line in seen["group"].decode().splitlines():
        words = line.split()
        groups[words[1], "group", words[4]] = words[2:4]
    return objects, links, groups


# Requests ------------------------------------------------------------------

def group(name, switch=SWITCH, **values):
    """Makes a port group."""
    return "portgroup-add", dict(values, name=name, switch=switch)


def connect(name, portgroup="vms"):
    """Connects a VM with an address."""
    return "port-add", {"portgroup": portgroup, "ifname": name,
                        "initial-mac": MAC.format(32 + ord(name[1]))}


def adapter(name, portgroup="kernel", **values):
    """Makes an adapter."""
    return "vmk-add", dict(values, portgroup=portgroup, ifname=name,
                           mac=MAC.format(64 + int(name[3:])))


def change(name, flags=0, mask=0, attributes=b""):
    """ip link set"""
    return (rtnl.RTM_SETLINK,
            rtnl.link(0, flags, mask, rtnl.text(rtnl.IFLA_IFNAME, name) +
                      attributes), 0)


def address(number):
    """Of ip link set: address."""
    return rtnl.attr(rtnl.IFLA_ADDRESS, bytes.fromhex(
        MAC.format(number).replace(":", "")))


def remove(name):
    """ip link del"""
    return (rtnl.RTM_DELLINK,
            rtnl.link(attrs=rtnl.text(rtnl.IFLA_IFNAME, name)), 0)


ANY = types.MappingProxyType({})
# It does not fail, see vsw_filter_set_promiscuity().
NO_PROMISCUITY = {"dev_set_promiscuity": 0}


class Case:
    """
    A request, how it is undone, what is to be done before it and after all
    is over. calls: how many calls of some functions may fail, those of all
    others if it is not None. What gives something back has no use for that.
    memory: how many kinds of want of memory it meets, and every: of so many
    places one. bare: there is no other switch in the namespace, so that the
    first object of an index, for which that needs memory, is made in the case.
    """

    # pylint: disable-next=too-many-arguments
    def __init__(self, values, undo=(), start=(), end=(), dump=False,
                 calls=ANY, memory=2, every=1, bare=False):
        self.values, self.dump = values, dump
        self.memory, self.every, self.bare = memory, every, bare
        self.undo, self.start, self.end = undo, start, end
        self.calls = calls


EMPTY = [("switch-add", {"name": "other"}),
         group("other-vms", "other", vlan=11),
         group("other-kernel", "other", vlan=12)]
OTHER = EMPTY + [("uplink-add", {"switch": "other", "ifname": "up3"})]
CLIENTS = [connect("pb", "other-vms"), adapter("vmk5", "other-kernel")]
LOUD = {"promiscuous": 1, "shaping-enabled": 1}


def again(name, vlan):
    """Makes a port group anew, which has had clients of one kind."""
    return [("portgroup-del", {"name": name}),
            group(name, "other", vlan=vlan)]


def switches():
    """Commands on switches."""
    name = {"name": SWITCH}
    return {
        "switch-get": [Case(name), Case({}, dump=True)],
        "switch-add": [
            Case({"name": "new", "mtu": 9000, "discovery": "both"},
                 [("switch-del", {"name": "new"})], bare=True),
            Case({"name": LONG}, [("switch-del", {"name": LONG})])],
        "switch-set": [
            Case(dict(name, mtu=9000, policy=POLICY, discovery="down",
                      failback_delay=20),
                 [("switch-set", dict(name, mtu=1500, policy=DEFAULTS,
                                      discovery="listen",
                                      failback_delay=0))],
                 calls=NO_PROMISCUITY)],
        "switch-del": [
            Case({"name": "other"}, OTHER, OTHER,
                 [("switch-del", {"name": "other"})], calls=None)],
    }


def portgroups():
    """Commands on port groups."""
    name = {"name": "vms"}
    lists = [{"first": 0, "last": 0}, {"first": 100, "last": 102},
             {"first": 200, "last": 200}]
    return {
        "portgroup-get": [Case(name), Case({}, dump=True)],
        "portgroup-add": [
            Case({"name": "new", "switch": "other", "vlan": 30},
                 [("portgroup-del", {"name": "new"})], EMPTY[:1], bare=True),
            Case({"name": "new", "switch": SWITCH, "trunk": lists},
                 [("portgroup-del", {"name": "new"})])],
        "portgroup-set": [
            Case(dict(name, trunk=lists, policy=POLICY, reset_policy=[
                "security", "shaping", "failover"]),
                 [("portgroup-set", dict(name, vlan=10, reset_policy=[
                     "security", "shaping", "failover"]))],
                 calls=NO_PROMISCUITY)],
        "portgroup-del": [
            Case({"name": "spare"}, [group("spare", vlan=40)],
                 calls=None)],
    }


def slaves():
    """Commands on uplinks and on ports."""
    port = {"ifname": "pa"}
    up2 = {"switch": SWITCH, "ifname": "up2"}
    up3 = {"switch": SWITCH, "ifname": "up3"}
    first = {"switch": "other", "ifname": "up3"}
    loud = [("portgroup-set", {"name": "vms", "policy": LOUD})]
    quiet = [("portgroup-set", {"name": "vms", "reset-policy": [
        "security", "shaping"]})]
    return {
        "uplink-get": [Case({"ifname": "up1"}), Case({}, dump=True)],
        "uplink-add": [
            Case(first, [("uplink-del", first)], EMPTY, bare=True),
            Case(up3, [("uplink-del", up3)]),
            Case(dict(up3, ifname="pc"),
                 [("uplink-del", dict(up3, ifname="pc"))]),
            Case(up3, [("uplink-del", up3)], loud, quiet, calls=None)],
        "uplink-del": [
            Case(up2, [("uplink-add", up2)], calls=None)],
        "port-get": [Case(port), Case({}, dump=True)],
        "port-add": [
            Case(connect("pb", "other-vms")[1],
                 [("port-del", {"ifname": "pb"}), *again("other-vms", 11)],
                 EMPTY, bare=True),
            Case(connect("pb")[1], [("port-del", {"ifname": "pb"})]),
            Case({"ifname": "pc", "portgroup": "spare"},
                 [("port-del", {"ifname": "pc"}),
                  ("portgroup-del", {"name": "spare"}),
                  group("spare", vlan=40)]),
            Case(connect("pb")[1], [("port-del", {"ifname": "pb"})],
                 loud, quiet, calls=None)],
        "port-set": [
            Case(dict(port, mac=MAC.format(9), blocked=1),
                 [("port-set", dict(port, mac=connect("pa")[1]["initial-mac"],
                                    blocked=0))]),
            Case({"ifname": "up1", "blocked": 1},
                 [("port-set", {"ifname": "up1", "blocked": 0})])],
        "port-del": [
            Case(port, [connect("pa")], calls=None)],
    }


def adapters(site):
    """Commands on adapters."""
    vmk0 = {"ifname": "vmk0"}
    stack = {"netns-fd": site.stack.fd, "netstack": "vmotion"}
    loud = [("portgroup-set", {"name": "kernel", "policy": LOUD})]
    quiet = [("portgroup-set", {"name": "kernel", "reset-policy": [
        "security", "shaping"]})]
    return {
        "vmk-get": [Case({"ifname": "vmk1"}), Case({}, dump=True)],
        "vmk-add": [
            Case(adapter("vmk5", "other-kernel", mtu=1300,
                         tags=["vmotion", "ptp"])[1],
                 [("vmk-del", {"ifname": "vmk5"}),
                  *again("other-kernel", 12)], EMPTY, bare=True),
            Case(adapter("vmk5", **stack)[1],
                 [("vmk-del", {"ifname": "vmk5"})], loud, quiet)],
        "vmk-set": [
            Case(dict(vmk0, mtu=1300, enabled=0, tags=["ptp"],
                      tags_mask=["ptp", "management"], force=True),
                 [("vmk-set", dict(vmk0, mtu=1500, enabled=1,
                                   tags=["management"],
                                   tags_mask=["ptp", "management"]))]),
            Case(dict(vmk0, mtu=1300, enabled=1),
                 [("vmk-set", dict(vmk0, mtu=1500, enabled=0))],
                 [("vmk-set", dict(vmk0, enabled=0))],
                 [("vmk-set", dict(vmk0, enabled=1))])],
        "vmk-del": [
            Case({"ifname": "vmk1"}, [adapter("vmk1", **stack)],
                 calls=None)],
    }


def commands(site):
    """Of each command of the family its cases."""
    out = {}
    for some in (switches(), portgroups(), slaves(), adapters(site)):
        out.update(some)
    return out


# To which the changes of rtnetlink are done.
TARGETS = {"a switch": SWITCH, "an adapter": "vmk0", "an uplink": "up2",
           "a VM port": "pa"}
MADE = {"an adapter": adapter("vmk0", tags=["management", "vsan"]),
        "an uplink": ("uplink-add", {"switch": SWITCH, "ifname": "up2"}),
        "a VM port": connect("pa")}

# What of rtnl.changes() is not tried under faults, with the reason, and what
# is refused to begin with.
LEFT_OUT = {
    **{(what, sort): "the module hears nothing of it"
       for what in ("alias", "ip address") for sort in TARGETS},
    ("delete", "a switch"): "it is undone as a whole, see others()",
    ("large mtu", "an uplink"): "the same as mtu",
    ("large mtu", "a VM port"): "the same as mtu",
    ("nomaster", "a switch"): "it has none",
    ("nomaster", "an adapter"): "it has none",
}
REFUSED = {
    ("mtu", "a switch"): errno.EBUSY,           # an adapter has a larger one
    ("large mtu", "an adapter"): errno.EINVAL,
    ("address", "a switch"): errno.EOPNOTSUPP,
    ("address", "an adapter"): errno.EPERM,     # but see others()
    ("move", "a switch"): errno.EINVAL,
    ("move", "an adapter"): errno.EINVAL,
}

# What takes more than it gives back meets both kinds of want of memory. But to
# rename, where device_rename() leaves a link by the new name in sysfs, none.
MEMORY = {"rename": 0, "up": 2, "mtu": 2, "large mtu": 2}
# To make an interface anew takes seconds on the debug kernel.
EVERY = {"move": 8, "delete": 8}


def ways(sort):
    """To changes of rtnl.changes(): what is done before, what undoes it,
    what is done in the end, and the calls that may fail."""
    name = TARGETS[sort]
    up, down = (("ip link", change(name, flags, IFF_UP))
                for flags in (IFF_UP, 0))
    mtu = "ip link", change(name, attributes=rtnl.number(rtnl.IFLA_MTU,
                                                         1500))
    quiet = "ip link", change(name, 0, IFF_PROMISC)
    out = {
        "down": ((), [up], (), None),
        "up": ([down], [down], [up], ANY),
        "rename": ([down], [("ip link", Named("rename", "x", name))], [up],
                   ANY),
        "mtu": ((), [mtu], (), ANY),
        "large mtu": ((), [mtu], (), ANY),
        "promiscuous": ((), [quiet], (), ANY),
        "altname": ((), [("ip link", Named("no altname", name))], (), ANY),
        "delete": ((), [MADE.get(sort)], (), None),
    }
    if name in WIRES:
        taken = MADE[sort]
        own = "ip link", change(name, attributes=address(wire_number(name)))
        back = "ip link in the stack", Named("move", name)
        out.update({
            "address": ((), [own], (), ANY),
            "nomaster": ((), [taken], (), None),
            "move": ((), [back, up, taken], (), None),
            "delete": ((), [("wire", name), taken], (), None),
        })
    return {what: way for what, way in out.items()
            if (what, sort) not in {*LEFT_OUT, *REFUSED}}


def asked_of(sort):
    """All changes of one sort of interface, as cases."""
    out = []
    for what, (start, undo, end, calls) in ways(sort).items():
        out.append(Case(Named(what, TARGETS[sort]), undo, start, end,
                        calls=calls, memory=MEMORY.get(what, 1),
                        every=EVERY.get(what, 1)))
    return out


def others():
    """What rtnetlink is asked and the module has its part in."""
    mtu = rtnl.IFLA_MTU
    odd = "ip link", change("up1", attributes=rtnl.number(mtu, 1400))
    out = {
        "ip link add type vswitch": [
            Case(rtnl.new_link("vswitch", "new"),
                 [("ip link", remove("new"))], bare=True)],
        "ip link del of a switch": [
            Case(remove("other"), OTHER + CLIENTS, OTHER + CLIENTS,
                 [("ip link", remove("other"))], calls=None)],
    }
    for sort in TARGETS:
        out[f"ip link set of {sort}"] = asked_of(sort)
    out["ip link set of a switch"].append(
        # An uplink has another MTU than the switch.
        Case(change(SWITCH, attributes=rtnl.number(mtu, 3000)),
             [("ip link", change(SWITCH, attributes=rtnl.number(mtu, 1500))),
              odd], [odd],
             [("ip link", change("up1", attributes=rtnl.number(mtu, 1500)))]))
    out["ip link set of an adapter"].append(
        Case(change("vmk0", attributes=address(8)),
             [("ip link", change("vmk0", attributes=address(64)))],
             [("portgroup-set", {"name": "kernel",
                                 "policy": {"mac-changes": 1}})],
             [("portgroup-set", {"name": "kernel",
                                 "reset-policy": ["security"]})]))
    return out


# Faults --------------------------------------------------------------------

def same(seen, expected, what, parts=3):
    """Fails unless two states are the same, or so many parts of them."""
    if seen[:parts] == expected[:parts]:
        return
    seen, expected = ({k: v for part in state[:parts]
                       for k, v in part.items()}
                      for state in (seen, expected))
    rows = [f"{key}:\n  expected {expected.get(key)}\n  seen     "
            f"{seen.get(key)}" for key in sorted(set(seen) | set(expected),
                                                 key=str)
            if seen.get(key) != expected.get(key)]
    raise Failed(f"{what}:\n" + "\n".join(rows))


class Walk:
    """The faults that one request meets."""

    def __init__(self, site, op, case):
        self.site, self.op, self.case = site, op, case
        self.explains = False   # it has
        for step in case.start:
            site.do(*step)
        self.before = site.state()
        site.heard()
        outcome, _ = self.request().attempt(faults.Counting, 0)
        check(outcome.how == "done", f"{op}: {outcome}")
        self.calls = {}
        if case.calls is not None and os.path.exists(faults.INJECT):
            self.calls = dict(faults.calls(), **case.calls)
        self.events, _ = site.heard()
        self.after = site.state()
        self.go_back("no fault")

    def request(self):
        """The request."""
        return self.site.request(self.op, self.case.values, self.case.dump)

    def go_back(self, what):
        """Undoes the request."""
        for step in self.case.undo:
            self.site.do(*step)
        if self.case.undo:
            same(self.site.state(), self.before, f"{what}: when undone", 2)

    def step(self, fault, n):
        """One attempt; whether it met its fault."""
        self.site.heard()
        outcome, hit = self.request().attempt(fault, n)
        what = f"{self.case.values}: {fault.name} {n}: {outcome}"
        events, lost = self.site.heard()
        state = self.site.state()
        check(hit or outcome.how == "done", f"{what}, without a fault")
        if outcome.how == "refused":
            self.explained(outcome, what)
            same(state, self.before, what)
            self.told(events, what)
            return hit
        if outcome.how == "lost" and state == self.before:
            return hit
        self.explains = True
        same(state, self.after, what, 2)
        if not lost:
            equal(events, self.events, f"{what}: events")
        self.go_back(what)
        return hit

    def told(self, events, what):
        """
        A refusal is told to nobody; but where the core takes back what it
        has done, it may be told what came and what went.
        """
        if self.op in spec().ops:
            equal(events, {}, f"{what}: events")
        for kind in KINDS:
            equal(events[f"{kind}-add-ntf"], events[f"{kind}-del-ntf"],
                  f"{what}: {kind} made and removed")

    def explained(self, outcome, what):
        """A refusal has a proper errno; the family tells the reason."""
        check(outcome.err in ERRNOS, f"{what}: errno")
        self.explains |= bool(outcome.text)
        if self.op in spec().ops and not self.case.dump:
            # Before the module has a say the core needs memory.
            check(outcome.text or not self.explains and
                  outcome.err == errno.ENOMEM, f"{what}: no text")

    def all_of(self, fault):
        """Attempts with the first fault of a kind, the second, and so on."""
        self.explains = False
        fault.begin()
        for n in range(1, MOST, self.case.every):
            if not self.step(fault, n):
                return (n - 1) // self.case.every
        raise Failed(f"{self.op}: more than {MOST} faults")

    def all(self, kinds):
        """Attempts with every fault of these kinds, and with every call;
        how many there were."""
        count = []
        for fault in kinds:
            count.append(self.all_of(fault))
        for name, calls in self.calls.items():
            for n in range(1, calls + 1):
                check(self.step(faults.Calls(name), n), f"no {name} {n}")
            count.append(calls)
        for step in self.case.end:
            self.site.do(*step)
        return count


def under_faults(site, op):
    """One request, in its variants."""
    gc.disable()
    defer(gc.enable)
    kinds = site.faults
    for case in dict(commands(site), **others())[op]:
        if case.bare:
            site.clear()
        else:
            site.configure()
        count = Walk(site, op, case).all(kinds[:case.memory])
        # What is new about the others of a command are its places.
        if op in spec().ops:
            kinds = kinds[:1]
        diag(f"{count} faults: {case.values or 'dump'}")
        check(not site.faults or count[0], "no allocation has failed")


def topology():
    """See the top of the file."""
    made = Site()
    try:
        made.files["VLANs"] = faults.inject()
    except Skip as why:
        diag(why)
    made.faults = []
    try:
        made.faults = [faults.Allocations(), faults.Allocations(True)]
    except Skip as why:
        diag(why)
    check(made.faults or os.path.exists(faults.INJECT), "no faults at all")
    return made


def every_command_was_tried(site):
    """The commands of the spec, with nothing left out."""
    equal(set(commands(site)), {name for name, op in spec().ops.items()
                                if "notify" not in op}, "commands")


def every_change_was_tried(site):
    """Those of rtnl.changes(), but for what the tables leave out."""
    site.configure()
    for sort in TARGETS:
        left = [what for what, of in (*LEFT_OUT, *REFUSED) if of == sort]
        equal(sorted([*ways(sort), *left]), sorted(rtnl.changes(0, "x", 0)),
              f"changes of {sort}")
    for (what, sort), err in REFUSED.items():
        outcome, _ = site.request(
            "ip link", Named(what, TARGETS[sort])).attempt(faults.Nothing, 0)
        equal((outcome.how, outcome.err), ("refused", err),
              f"{what} of {sort}")


if __name__ == "__main__":
    main([every_command_was_tried, every_change_was_tried] +
         [(under_faults, f"{name} under faults", (name,)) for name in
          [n for n, o in spec().ops.items() if "notify" not in o] +
          list(others())], topology)
