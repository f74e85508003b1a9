#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Everything at once, on all processors: frames of all kinds in all directions,
while switches, port groups, ports, uplinks, adapters, policies, namespaces
and the module itself come and go, and everything is read.

  namespace "sw": switches s0 s1 s2, and of their ports, as they come,
      VM ports p0 ... p3 (far ends e0 ... in "out"), taps t0 t1,
      uplinks u0 ... u3 (far ends w0 ... in "out"), vmk0 ... vmk5;
      and the switch live, on which there is always a port of each kind
  namespace "out": the far ends, where the fuzzer sends
  namespaces "stack", and others that come and go: TCP/IP stacks, and
      switches with uplinks x0, x1, whose far ends y0, y1 are in "out"

VSW_SOAK says for how many seconds, VSW_SEED chooses what is done.
"""

import errno
import os
import socket
import sys
import threading
import time

from ctl.churn import some_failover, some_security, some_shaping, some_vlan
from ctl.framefuzz import FrameFuzz, way
from ctl.host import Host, kernel_setting
from ctl.ktap import (check, diag, equal, load, main, run,
                      wait_for)
from ctl.net import Netns
from ctl.nl import NlError
from ctl.site import Site
from ctl.tap import make_tap
from ctl.team import policy
from ctl.worker import Worker

SECONDS = int(os.environ.get("VSW_SOAK", "60"))
SEED = int(os.environ.get("VSW_SEED", "1"))
LONGEST = min(10 * SECONDS, SECONDS + 1800)     # until everything was done
PATIENCE = 120                  # seconds by which what is told to end has

SWITCHES = ["s0", "s1", "s2"]
EVERY_VLAN = 0.01               # of the port groups admit every VLAN
GROUPS = ["vms", "more", "kernel", "storage"]
VM_GROUPS = {f"{s}-{g}" for s in SWITCHES for g in GROUPS[:2]}
VMK_GROUPS = {f"{s}-{g}" for s in SWITCHES for g in GROUPS[2:]}
VETHS = {f"p{i}": (f"e{i}", f"02:00:00:00:01:{i:02x}") for i in range(4)}
TAPS = {f"t{i}": f"02:00:00:00:04:{i:02x}" for i in range(2)}
UPLINKS = {f"u{i}": (f"w{i}", f"02:00:00:00:03:{i:02x}") for i in range(4)}
VMKS = {f"vmk{i}": f"02:00:00:00:06:{i:02x}" for i in range(6)}
PASSING = {f"x{i}": f"y{i}" for i in range(2)}
MACS = {name: mac for name, (_, mac) in VETHS.items()} | TAPS
# What is always on a switch of its own: a VM, a tap, an adapter, an uplink. The
# tap alone takes frames in fragments, since tun (6.1) frees the one that is
# being made of them when the interface is deleted.
LIVE_VM, LIVE_TAP, LIVE_VMK, LIVE_UPLINK = "lv", "lt", "vmk9", "lu"
LIVE = {name: f"02:00:00:00:07:{i:02x}" for i, name in
        enumerate((LIVE_VM, LIVE_TAP, LIVE_VMK, LIVE_UPLINK))}
HOSTS_VLAN = 77                 # not the fuzzer's, for what it says is believed
LIVE_FAR = {LIVE_VM: "le", LIVE_UPLINK: "lw"}
KINDS = ("vm", "vmk", "uplink")
WAYS = ("tx-packets", "rx-packets")
MANY = 100                      # of a port's frames


class Place:
    """The namespaces that stay, and what is in them at first."""

    def __init__(self):
        for name in ("tun", "veth"):
            run("modprobe", name)
        # Who asks for an interface that has just gone would load one.
        kernel_setting("kernel.modprobe", "\n")
        self.sw, self.out = Netns("sw"), Netns("out")
        self.stack = Netns("stack")
        for name, (far, mac) in (VETHS | UPLINKS).items():
            self.pair(name, far, mac)
        for name, far in LIVE_FAR.items():
            self.pair(name, far, LIVE[name])
        with self.sw:
            for name in [*TAPS, LIVE_TAP]:
                make_tap(name)
        self.sw.ip(f"link set dev {LIVE_TAP} up")
        self.hosts = [Host(self, f"h{i}", f"10.0.0.{i}/24",
                           f"02:00:00:00:05:{i:02x}") for i in (1, 2)]

    def pair(self, name, far, mac):
        """A pair of interfaces, one end outside."""
        self.sw.ip(f"link add {name} type veth peer name {far} address {mac} "
                   f"mtu 9216 netns {self.out.name}\nlink set dev {name} up")
        self.out.ip(f"link set dev {far} up")

    def index(self, name):
        """An interface's index."""
        with self.sw:
            try:
                return socket.if_nametoindex(name)
            except OSError as err:
                raise OSError(errno.ENODEV, name) from err


def uplinks(worker, switch):
    """The names of those that a switch has."""
    return [u["ifname"] for u in worker.rows("uplink-get")
            if u["switch"] == switch]


class Switches(Worker):
    """Switches come and go, with what they have."""

    pause = 0.5
    actions = ("add",) * 6 + ("add_link", "remove", "delete", "change",
                              "policy", "failover")

    def some(self):
        """One that is there."""
        return self.present("switch-get", name=set(SWITCHES))["name"]

    def add(self):
        """By netlink."""
        self.do("switch-add", name=self.rng.choice(SWITCHES),
                mtu=self.rng.choice((1500, 1600, 9000)))

    def add_link(self):
        """ip link add"""
        self.new_link("vswitch", self.rng.choice(SWITCHES))

    def remove(self):
        """By netlink, if nobody is on it."""
        self.do("switch-del", name=self.some())

    def delete(self):
        """ip link del, with all that is on it."""
        self.link("delete", self.some())

    def change(self):
        """Its MTU and delay."""
        self.do("switch-set", name=self.some(),
                mtu=self.rng.choice((1500, 1600, 9000)),
                failback_delay=self.rng.choice((0, 10, 100)))

    def policy(self):
        """Its policies."""
        self.do("switch-set", name=self.some(),
                policy=self.rng.choice((some_security, some_shaping))
                (self.rng))

    def failover(self):
        """Its team, which port groups without one of their own have."""
        switch = self.some()
        self.do("switch-set", name=switch,
                policy=some_failover(self.rng, uplinks(self, switch)))


class Portgroups(Worker):
    """Port groups come and go, and change."""

    actions = ("add", "add", "add", "add", "add", "remove", "vlan", "vlan",
               "security", "shaping", "failover", "inherit")

    def some(self):
        """One that is there."""
        return self.present("portgroup-get", switch=set(SWITCHES))

    def add(self):
        """With a VLAN."""
        switch = self.present("switch-get", name=set(SWITCHES))["name"]
        self.do("portgroup-add", name=f"{switch}-{self.rng.choice(GROUPS)}",
                switch=switch, **some_vlan(self.rng, EVERY_VLAN))

    def remove(self):
        """If nobody is in it."""
        group = self.some()
        self.do("portgroup-del", name=group["name"], switch=group["switch"])

    def vlan(self):
        """Another VLAN."""
        self.do("portgroup-set", name=self.some()["name"],
                **some_vlan(self.rng, EVERY_VLAN))

    def security(self):
        """A policy of its own."""
        self.do("portgroup-set", name=self.some()["name"],
                policy=some_security(self.rng))

    def shaping(self):
        """The same."""
        self.do("portgroup-set", name=self.some()["name"],
                policy=some_shaping(self.rng))

    def failover(self):
        """The same, with uplinks that the switch has."""
        group = self.some()
        self.do("portgroup-set", name=group["name"], policy=some_failover(
            self.rng, uplinks(self, group["switch"])))

    def inherit(self):
        """None of its own any more."""
        self.do("portgroup-set", name=self.some()["name"],
                reset_policy={"security", "shaping", "failover"})


class Slaves(Worker):
    """What VM ports and uplinks have in common: interfaces."""

    names = {}

    def some(self):
        """An interface, which may be a port."""
        return self.rng.choice(list(self.names))

    def port(self):
        """One that is a port, if need be from now on."""
        if not any(row["ifname"] in self.names
                   for row in self.rows("port-get")):
            self.add()
        return self.present("port-get", ifname=set(self.names))["ifname"]

    def leave(self):
        """ip link set nomaster"""
        self.link("nomaster", self.port())

    def up(self):
        """ip link set up"""
        self.link("up", self.some())

    def down(self):
        """ip link set down"""
        name = self.some()
        self.link("down", name)
        self.link("up", name)

    def block(self):
        """A blocked port, and its end."""
        name = self.port()
        self.do("port-set", ifname=name, blocked=1)
        self.do("port-set", ifname=name, blocked=0)

    def again(self):
        """The interface is deleted, and made anew."""
        name = self.port()
        self.link("delete", name)
        self.make(name)

    def away(self):
        """The interface goes to another namespace, and ends there."""
        name = self.port()
        self.link("move", name, self.site.stack.fd)
        self.site.stack.ip(f"link del dev {name}")
        self.make(name)

    def make(self, name):
        """Makes an interface."""
        if name in TAPS:
            with self.site.sw:
                make_tap(name)
            self.link("up", name)
        else:
            self.site.pair(name, *(VETHS | UPLINKS)[name])


class Vms(Slaves):
    """VM ports come and go."""

    names = MACS
    actions = ("add",) * 8 + ("adopt", "adopt", "remove", "leave", "up",
                              "down", "block", "address", "again", "away")

    def group(self):
        """A port group for VMs."""
        return self.present("portgroup-get", name=VM_GROUPS)["name"]

    def add(self):
        """With an address."""
        name = self.some()
        self.do("port-add", portgroup=self.group(), ifname=name,
                initial_mac=MACS[name])

    def adopt(self):
        """With that of its first frame."""
        self.do("port-add", portgroup=self.group(), ifname=self.some())

    def remove(self):
        """By netlink."""
        self.do("port-del", ifname=self.port())

    def address(self):
        """Another effective address."""
        self.do("port-set", ifname=self.port(),
                mac=self.rng.choice(list(MACS.values())))


class Uplinks(Slaves):
    """Uplinks come and go, and their links."""

    names = UPLINKS
    actions = ("add",) * 8 + ("remove", "leave", "up", "down", "block",
                              "far", "again", "away")

    def add(self):
        """To any switch."""
        switch = self.present("switch-get", name=set(SWITCHES))["name"]
        self.do("uplink-add", switch=switch, ifname=self.some())

    def remove(self):
        """By netlink."""
        uplink = self.present("uplink-get", ifname={self.port()})
        self.do("uplink-del", switch=uplink["switch"],
                ifname=uplink["ifname"])

    def far(self):
        """The carrier goes, and comes."""
        far = UPLINKS[self.port()][0]
        self.site.out.ip(f"link set dev {far} down\nlink set dev {far} up")


class Vmks(Worker):
    """Adapters come and go, here and on other stacks."""

    actions = ("add",) * 4 + ("add_elsewhere",) * 2 + (
        "remove", "delete", "change", "address", "promiscuous", "stack_goes")

    def some(self):
        """One that is there, if need be from now on."""
        if not any(row["ifname"] in VMKS for row in self.rows("vmk-get")):
            self.add()
        return self.present("vmk-get", ifname=set(VMKS), netns_id=None)

    def add(self, **more):
        """Where the switch is."""
        name = self.rng.choice(list(VMKS))
        group = self.present("portgroup-get", name=VMK_GROUPS)["name"]
        self.do("vmk-add", portgroup=group, ifname=name, mac=VMKS[name],
                **more)

    def add_elsewhere(self):
        """On a stack that stays."""
        self.add(netns_fd=self.site.stack.fd, netstack="stack")

    def remove(self):
        """By netlink."""
        vmk = self.present("vmk-get", ifname=set(VMKS))
        self.do("vmk-del", ifname=vmk["ifname"], force=True)

    def delete(self):
        """ip link del"""
        self.link("delete", self.some()["ifname"])

    def change(self):
        """Down and up, its MTU, its tags."""
        name = self.some()["ifname"]
        self.do("vmk-set", ifname=name, enabled=0, force=True,
                tags_mask=["vsan"], tags=self.rng.choice(([], ["vsan"])))
        self.do("vmk-set", ifname=name, enabled=1,
                mtu=self.rng.choice((1280, 1500)))

    def address(self):
        """Another address, which the policy is to accept."""
        vmk = self.some()
        self.do("portgroup-set", name=vmk["portgroup"],
                policy=policy(mac_changes=1))
        self.link("address", vmk["ifname"])

    def promiscuous(self):
        """It asks for all frames."""
        self.link("promiscuous", self.some()["ifname"])

    def stack_goes(self):
        """A stack is deleted with an adapter on it."""
        stack = Netns("dying")
        try:
            self.add(netns_fd=stack.fd, netstack="dying")
        finally:
            stack.delete()


class Namespaces(Worker):
    """Namespaces with a switch and everything on it come and go."""

    pause = 0.5
    actions = ("whole",)

    def whole(self):
        """One of them, deleted while frames arrive."""
        # The last one may still be going.
        for far in PASSING.values():
            wait_for(lambda far=far: not self.site.out.link(far, ok=False),
                     f"{far} is gone", PATIENCE)
        place = Netns("passing")
        try:
            for name, far in PASSING.items():
                place.ip(f"link add {name} type veth peer name {far} "
                         f"netns {self.site.out.name}\n"
                         f"link set dev {name} up")
                self.site.out.ip(f"link set dev {far} up")
            self.fill(place)
            time.sleep(self.rng.random())
        finally:
            place.delete()

    def fill(self, place):
        """A switch with an uplink, a VM and an adapter."""
        client = place.client()
        try:
            client.do("switch-add", name="s0")
            client.do("portgroup-add", name="vms", switch="s0",
                      **some_vlan(self.rng, EVERY_VLAN))
            client.do("portgroup-add", name="kernel", switch="s0",
                      vlan=self.rng.choice((0, 10)))
            client.do("uplink-add", switch="s0", ifname="x0")
            client.do("port-add", portgroup="vms", ifname="x1")
            client.do("vmk-add", portgroup="kernel",
                      **self.rng.choice((
                          {}, {"netns_fd": self.site.stack.fd,
                               "netstack": "other"})))
        finally:
            client.close()


class Reader(Worker):
    """Everything is read, and listened to."""

    actions = ("dump", "dump", "ports", "ports", "ports", "events",
               "interfaces", "ethtool")
    notes = tuple(f"many {kind} {count}" for kind in KINDS for count in WAYS)
    kinds = {"switch": "index", "portgroup": "id", "uplink": "port-id",
             "port": "id", "vmk": "port-id"}
    listener = None

    def well_formed(self, kind, rows):
        """Each attribute known, each object once and complete."""
        for row in rows:
            odd = [k for k in row if k.startswith(("unknown-", "twice-"))]
            check(not odd and self.kinds[kind] in row, f"{kind} {row}")
        keys = [row[self.kinds[kind]] for row in rows]
        check(rows.interrupted or len(keys) == len(set(keys)),
              f"dump of {kind}, not interrupted, with doubles: {keys}")

    def dump(self):
        """All objects of a kind."""
        kind = self.rng.choice(list(self.kinds))
        self.well_formed(kind, self.rows(f"{kind}-get"))

    def ports(self):
        """All ports, and what passes them."""
        rows = self.rows("port-get")
        self.well_formed("port", rows)
        for row in rows:
            self.see(row["kind"], row["stats"])
            self.see("any", row["drops"])

    def see(self, kind, counts):
        """The most that a port of a kind has counted."""
        for name, count in counts.items():
            key = f"{kind} {name}"
            if count and not name.endswith("bytes"):
                self.seen[key] = max(count, self.seen.get(key, 0))
            if count > MANY and f"many {key}" in self.notes:
                self.count(f"many {key}")

    def events(self):
        """What listeners are told."""
        if self.listener is None:
            self.listener = self.site.sw.events()
        try:
            for _, told in self.listener.pending(0.05):
                check(told, "an event without content")
        except OSError as err:
            if err.errno != errno.ENOBUFS:
                raise
        if self.rng.random() < 0.1:
            self.listener.close()
            self.listener = None

    def interfaces(self):
        """What ip shows."""
        self.links(self.site.sw)
        self.links(self.site.stack)

    @staticmethod
    def links(ns, kind=None):
        """The same of one namespace; a master may go in between."""
        try:
            return ns.links(kind)
        except OSError as err:
            raise OSError(errno.ENODEV, "gone") from err

    def ethtool(self):
        """Counters of adapters."""
        for row in self.links(self.site.sw, "vmk"):
            self.site.sw.run("ethtool", "-S", row["ifname"], ok=False)


class Module(Worker):
    """The module goes, with everything, and comes back."""

    pause = 15
    actions = ("again",)

    def again(self):
        """While everybody is at it; a dump under way holds it."""
        for _ in range(20):
            if not run("rmmod", "vswitch", ok=False).returncode:
                run("modprobe", "vswitch")
                return
        raise OSError(errno.EBUSY, "in use")


class Live(Worker):
    """A switch that is always there, but for the time without the module,
    with a client of each kind and two hosts."""

    actions = ("ensure",)

    def ensure(self):
        """All of it."""
        for op, values in [
                ("switch-add", {"name": "live"}),
                ("portgroup-add", {"name": "live", "switch": "live"}),
                ("portgroup-add", {"name": "hosts", "switch": "live",
                                   "vlan": HOSTS_VLAN}),
                ("uplink-add", {"switch": "live", "ifname": LIVE_UPLINK}),
                ("vmk-add", {"portgroup": "live", "ifname": LIVE_VMK,
                             "mac": LIVE[LIVE_VMK]})] + [
                ("port-add", {"portgroup": "live", "ifname": name,
                              "initial_mac": LIVE[name]})
                for name in (LIVE_TAP, LIVE_VM)] + [
                ("port-add", {"portgroup": "hosts", "ifname": host.port,
                              "initial_mac": host.mac})
                for host in self.site.hosts]:
            try:
                self.do(op, **values)
            except NlError as err:
                if err.errno not in (errno.EEXIST, errno.EBUSY):
                    raise
        self.link("up", LIVE_VMK)


class Streams(Worker):
    """TCP between the two hosts of the switch that is always there."""

    actions = ("connect",)
    received = 0

    def begin(self):
        with self.site.hosts[1]:
            self.server = socket.create_server(("10.0.0.2", 5001))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        """Takes what comes."""
        while True:
            sock, _ = self.server.accept()
            with sock:
                sock.settimeout(5)
                try:
                    while True:
                        more = len(sock.recv(1 << 20))
                        if not more:
                            break
                        self.received += more
                except OSError:
                    pass

    def connect(self):
        """As much as passes in a while."""
        before = self.received
        end = time.monotonic() + 2
        with self.site.hosts[0]:
            sock = socket.socket()
        with sock:
            sock.settimeout(2)
            try:
                sock.connect(("10.0.0.2", 5001))
                while time.monotonic() < end:
                    sock.send(bytes(1 << 16))
            except OSError as err:
                raise OSError(errno.EBUSY, "no way") from err
        if self.received == before:
            raise OSError(errno.EBUSY, "nothing")


WORKERS = (Switches, Portgroups, Vms, Uplinks, Vmks, Namespaces, Reader,
           Module, Live, Streams)


def traffic(place):
    """The fuzzer, on everything that is there or may come."""
    ways = [way("packet", place.out, far, mac)
            for far, mac in VETHS.values()]
    ways += [way("packet", place.out, far) for far, _ in UPLINKS.values()]
    ways += [way("packet", place.out, far) for far in PASSING.values()]
    ways += [way("packet", place.out, LIVE_FAR[LIVE_VM], LIVE[LIVE_VM]),
             way("packet", place.out, LIVE_FAR[LIVE_UPLINK]),
             way("napi", place.sw, LIVE_TAP, LIVE[LIVE_TAP]),
             way("packet", place.sw, LIVE_VMK, LIVE[LIVE_VMK])]
    ways += [way("tap", place.sw, name, mac) for name, mac in TAPS.items()]
    ways += [way("packet", place.sw, name, mac)
             for name, mac in VMKS.items()]
    return FrameFuzz(place.sw, ways,
                     [*MACS.values(), *VMKS.values(), *LIVE.values()],
                     [0, 5, 10, 20, 4094], SEED, absent=True)


def everything_at_once():
    """For as long as is asked for, and until everything was done."""
    place = Place()
    fuzzer = traffic(place)
    workers = [kind(place, SEED) for kind in WORKERS]
    for worker in workers:
        worker.start()
    start = told = time.monotonic()

    def enough():
        nonlocal told
        now = time.monotonic()
        done = {f"{type(w).__name__}.{action}": count
                for w in workers for action, count in w.done().items()}
        missing = [action for action, count in done.items() if not count]
        if now >= told + 10:
            told = now
            diag(f"{now - start:.0f} s: {sum(w.total() for w in workers)} "
                 "changes"
                 + (f", not yet {missing}" if len(missing) < 5 else ""))
            sys.stdout.flush()
        return not fuzzer.runs() or not all(w.runs() for w in workers) or \
            now >= start + SECONDS and not missing

    try:
        wait_for(enough, "everything was done once", LONGEST)
    finally:
        for worker in workers:
            worker.end()
        judge(fuzzer, workers, start)
        load()


def judge(fuzzer, workers, start):
    """What has been done, that nobody hangs, and that nothing is wrong."""
    errors, total, seen = [], 0, {}
    for worker in workers:
        name = type(worker).__name__
        got = worker.ended(PATIENCE)
        done = worker.done()
        if got is None:
            with open("/proc/sysrq-trigger", "w", encoding="ascii") as file:
                file.write("w")
            errors.append(f"{name} hangs")
        elif got["error"]:
            errors.append(f"{name}: {got['error']}")
        else:
            diag(f"{name}: done {done}, refused {got['refused']}"
                 + (f", most seen {got['seen']}" if got["seen"] else ""))
            seen |= got["seen"]
        total += worker.total()
    took = time.monotonic() - start
    sent, refused, received = fuzzer.ended(PATIENCE, end=True)
    diag(f"seed {SEED}, {took:.0f} s: {total} changes; {sent} frames sent, "
         f"{refused} refused by the system, {received} received")
    check(not errors, "\n".join(errors))
    for key in (f"{kind} {count}" for kind in KINDS for count in WAYS):
        check(seen.get(key, 0) > MANY, f"no port has many of {key}: {seen}")


def a_new_switch_works():
    """After all that."""
    site = Site("a b")
    site.portgroup("vms", vlan=10)
    site.vm("a", "vms")
    site.vm("b", "vms")
    equal(site.send("a", "b"), ({"b": ""}, {}), "from a to b: received by, "
          "drops")
    seen, lost = site.send("w1", "a", tags="10")
    equal((seen, lost), ({"a": ""}, {}), "from the wire: received by, drops")


if __name__ == "__main__":
    main([everything_at_once, a_new_switch_works])
