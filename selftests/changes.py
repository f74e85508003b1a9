#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
A thousand random changes under traffic, and after each of them everything
that the kernel tells, against a model of its own. The model is written from
the documentation of the policies, not from the module.

     VM ports pa ... pj, adapters vmk0, vmk1, in five port groups
      |
   +--+------------------------------------------+
   |                  vSwitch0                   |
   +----+------+------+------+------+------+-----+
        | up1  | up2  | up3  | up4  | up5  | up6      some of them
        w1     w2     w3     w4     w5     w6

VSW_SEED repeats a run, VSW_CHANGES sets the number of changes.
"""

import copy
import os
import random
import time

from ctl.frames import BROADCAST, MARKER, build
from ctl.ktap import Failed, check, diag, equal, main, wait_for
from ctl.nl import NlError, spec
from ctl.site import MARKER_VLAN, SWITCH, Site, wire_mac
from ctl.team import Links, Traffic, plain, policy

SEED = int(os.environ.get("VSW_SEED", time.time_ns() % 10 ** 9))
CHANGES = int(os.environ.get("VSW_CHANGES", "1000"))
BLOCK = 100                     # changes of one case
UNKNOWN = "02:00:00:00:09:09"

VMS = "abcdefghij"
UPS = [f"up{i}" for i in range(1, 7)]
GROUPS = ("red", "green", "blue", "white")
VLANS = ({"vlan": 0}, {"vlan": 10}, {"vlan": 20}, {"vlan": 4095},
         {"trunk": [{"first": 0, "last": 9}]})
FIELDS = {
    "promiscuous": (0, 1), "mac-changes": (0, 1), "forged-transmits": (0, 1),
    "shaping-enabled": (0, 0, 1), "shaping-average": (500, 1000, 2000),
    "shaping-peak": (1000, 2000, 3000), "shaping-burst": (64, 1024),
    "load-balancing": ("portid", "portid", "mac", "iphash", "explicit"),
    "failure-detection": ("link", "link", "beacon"),
    "notify-switches": (0, 1), "failback": (0, 0, 1),
}
KINDS = {
    "security": ("promiscuous", "mac-changes", "forged-transmits"),
    "shaping": ("shaping-enabled", "shaping-average", "shaping-peak",
                "shaping-burst"),
    "failover": ("load-balancing", "failure-detection", "notify-switches",
                 "failback", "active", "standby"),
}
DEFAULTS = {
    "promiscuous": 0, "mac-changes": 0, "forged-transmits": 0,
    "shaping-enabled": 0, "shaping-average": 1000, "shaping-peak": 1000,
    "shaping-burst": 1024, "load-balancing": "portid",
    "failure-detection": "link", "notify-switches": 1, "failback": 1,
    "active": [], "standby": [],
}
LISTS = ("active", "standby")


# The model ------------------------------------------------------------------

class Refused(Exception):
    """The change is one that must be refused."""


def dealt(effective, usable):
    """The uplinks in use, of those that are usable."""
    active, standby = effective["active"], effective["standby"]
    if effective["load-balancing"] == "explicit":
        return [n for n in active + standby if n in usable][:1]
    spare = [n for n in standby if n in usable]
    out = []
    for name in active:
        if name in usable:
            out.append(name)
        elif spare:
            out.append(spare.pop(0))
    return out


class Group:
    """A port group."""

    def __init__(self, vlan):
        self.vlan = vlan
        self.own = {}
        self.used = []
        self.waiting = set()


class Model:
    """What there should be."""

    def __init__(self):
        self.switch = dict(DEFAULTS)
        self.groups = {}
        self.uplinks = {}       # name: {"id", "blocked"}, in order
        self.link = {n: True for n in UPS}
        self.ports = {}         # name: {"id", "group", "mac", ...}

    def effective(self, name):
        """A port group's policy."""
        return {**self.switch, **self.groups[name].own}

    def usable(self):
        """The uplinks by which frames could leave."""
        return {n for n, up in self.uplinks.items()
                if self.link[n] and not up["blocked"]}

    def failover(self):
        """What of each port group's policy its uplinks depend on."""
        return {n: {f: self.effective(n)[f] for f in KINDS["failover"]}
                for n in self.groups}

    def refresh(self, before=None):
        """Works out the uplinks in use; before is failover() as it was."""
        usable = self.usable()
        now = self.failover()
        for name, group in self.groups.items():
            mine = now[name]
            if mine["failback"] or before and before.get(name) != mine:
                group.waiting = set()
            if not mine["failback"]:
                failed = set(group.used) - usable
                if failed or not dealt(mine, usable - group.waiting):
                    group.waiting = group.waiting - usable | failed
            group.waiting &= set(mine["active"] + mine["standby"])
            group.used = dealt(mine, usable - group.waiting) or \
                dealt(mine, usable)

    @staticmethod
    def check_shaping(*policies):
        """Refuses a peak below the average."""
        for one in policies:
            if one["shaping-peak"] < one["shaping-average"]:
                raise Refused("peak below average")

    def merged(self, own, effective, fields):
        """What is stored once these fields are set, too."""
        given = [n for n in LISTS if n in fields]
        named = sum((fields[n] for n in given), [])
        if len(set(named)) < len(named):
            raise Refused("named twice")
        if set(named) - set(self.uplinks):
            raise Refused("no uplink")
        out = {**own, **fields}
        if len(given) == 1:
            other = LISTS[given[0] == "active"]
            out[other] = [n for n in effective[other] if n not in named]
        return out

    def set_switch(self, fields):
        """Changes the switch's policy."""
        before = self.failover()
        new = self.merged(self.switch, self.switch, fields)
        self.check_shaping(new, *({**new, **g.own}
                                  for g in self.groups.values()))
        self.switch = new
        self.refresh(before)

    def set_group(self, name, kinds, fields):
        """Changes a port group's policy."""
        before = self.failover()
        group = self.groups[name]
        gone = {f for k in kinds for f in KINDS[k]}
        own = {f: v for f, v in group.own.items() if f not in gone}
        own = self.merged(own, {**self.switch, **own}, fields)
        self.check_shaping({**self.switch, **own})
        group.own = own
        self.refresh(before)

    def add_uplink(self, name, number):
        """A new uplink joins the switch's active list."""
        self.uplinks[name] = {"id": number, "blocked": 0}
        self.switch["active"] = self.switch["active"] + [name]
        self.refresh()

    def del_uplink(self, name):
        """An uplink leaves all lists."""
        del self.uplinks[name]
        for one in [self.switch] + [g.own for g in self.groups.values()]:
            for field in LISTS:
                if field in one:
                    one[field] = [n for n in one[field] if n != name]
        self.refresh()

    def way(self, name, source, destination=UNKNOWN):
        """The uplink of a frame between these addresses."""
        port = self.ports[name]
        effective = self.effective(port["group"])
        used = self.groups[port["group"]].used
        if not used:
            return None
        last = int(source[-2:], 16)
        number = {
            "portid": port["id"] & 0xffffff, "mac": last, "explicit": 0,
            "iphash": last ^ int(destination[-2:], 16),
        }[effective["load-balancing"]]
        return used[number % len(used)]

    def own_uplink(self, name):
        """The uplink that a port is told to use."""
        port = self.ports[name]
        effective = self.effective(port["group"])
        kind = effective["load-balancing"]
        if kind == "iphash" or \
           kind == "mac" and effective["forged-transmits"]:
            return None
        return self.way(name, port["mac"])

    def flags(self, name):
        """The flags of a client's port."""
        port = self.ports[name]
        effective = self.effective(port["group"])
        out = set()
        if port["blocked"]:
            out.add("blocked")
        if port["mac"] != port["initial"] and not effective["mac-changes"]:
            out.add("mac-changed")
        if effective["promiscuous"] and port["kind"] == "vm":
            out.add("promiscuous")
        if effective["forged-transmits"]:
            out.add("forged-transmits")
        if effective["shaping-enabled"]:
            out.add("shaped")
        return out

    def state(self):
        """All of it, in the form of seen()."""
        ports = {}
        for name, up in self.uplinks.items():
            ports[up["id"]] = (
                name, "uplink", None, None, up["blocked"], None,
                {"blocked"} if up["blocked"] else set())
        for name, port in self.ports.items():
            own = self.own_uplink(name)
            ports[port["id"]] = (
                name, port["kind"], port["group"], port["mac"],
                port["blocked"], self.uplinks[own]["id"] if own else None,
                self.flags(name))
        clients = [p["group"] for p in self.ports.values()]
        return {
            "switch": (self.switch, len(ports)),
            "uplinks": {n: (up["id"], int(self.link[n]),
                            "up" if n in self.usable() else "down")
                        for n, up in self.uplinks.items()},
            "ports": ports,
            "groups": {n: (g.vlan, g.own, self.effective(n), g.used,
                           clients.count(n))
                       for n, g in self.groups.items()},
        }


# What the kernel tells ------------------------------------------------------

def light_spec():
    """The spec without the counters, which take long to read."""
    light = copy.copy(spec())
    light.sets = dict(light.sets)
    light.sets["port"] = {n: a for n, a in light.sets["port"].items()
                          if n not in ("stats", "drops")}
    return light


def seen_port(row):
    """A port as in Model.state()."""
    return (row["ifname"], row["kind"], row.get("portgroup"),
            row.get("mac"), row["blocked"], row.get("uplink"),
            set(row["flags"]))


def seen(site):
    """The same as Model.state(), told by the kernel."""
    switch = site.nl.do("switch-get", name=SWITCH)
    return {
        "switch": (plain(switch["policy"]), switch["ports"]),
        "uplinks": {u["ifname"]: (u["port-id"], u["link-up"], u["state"])
                    for u in site.nl.dump("uplink-get")},
        "ports": {p["id"]: seen_port(p) for p in site.nl.dump("port-get")},
        "groups": {g["name"]: (
            {k: g[k] for k in ("vlan", "trunk") if k in g},
            plain(g.get("policy")), plain(g["effective-policy"]),
            g.get("uplink-in-use", []), g["active-clients"])
                   for g in site.nl.dump("portgroup-get")},
    }


def differences(expected, told):
    """The entries in which two states differ."""
    out = []
    for kind, want in expected.items():
        got = told[kind]
        if kind == "switch":
            want, got = {SWITCH: want}, {SWITCH: got}
        for key in sorted(set(want) | set(got), key=str):
            if want.get(key) != got.get(key):
                out.append(f"{kind} {key}:\n  expected {want.get(key)}\n"
                           f"  seen     {got.get(key)}")
    return out


# The changes ----------------------------------------------------------------

class Run:
    """The switch, its model, and the dice."""

    def __init__(self):
        self.site = site = Site(" ".join(VMS), uplinks=len(UPS))
        self.dice = random.Random(SEED)
        self.model = model = Model()
        self.history = []
        self.refusals = self.number = self.waits = self.left = 0
        self.broken = False
        self.links = Links(site.out)
        self.light(site.nl)
        # Of the traffic the sockets are to receive nothing.
        for name, tap in site.lab.taps.items():
            tap.sock.bind((name, MARKER))
            tap.recv()
        site.nl.do("switch-set", name=SWITCH, failback_delay=0)
        for row in site.nl.dump("uplink-get"):
            model.add_uplink(row["ifname"], row["port-id"])
        model.groups["marker"] = Group({"vlan": MARKER_VLAN})
        for name in GROUPS + ("kernel",):
            site.portgroup(name)
            model.groups[name] = Group({"vlan": 0})
        for name in ("m1", "m2"):
            self.joined(site.port(f"p{name}"))
        self.ask("switch-set", model.set_switch, {"failback": 0},
                 name=SWITCH, policy=policy(failback=0))
        for name in VMS[:6]:
            self.vm_add(name)
        self.mirror = {p["id"]: seen_port(p)
                       for p in site.nl.dump("port-get")}
        self.events = site.sw.events()
        self.light(self.events)

    @staticmethod
    def light(client):
        """Makes a client read no counters."""
        client.spec = light_spec()

    def joined(self, port):
        """A client's port is there."""
        self.model.ports[port["ifname"]] = {
            "id": port["id"], "kind": port["kind"],
            "group": port["portgroup"], "mac": port["mac"],
            "initial": port["initial-mac"], "blocked": 0}

    # Each does one change, in the model first, and tells what it was.

    def ask(self, op, change, *args, **values):
        """A request that the model refuses is to be refused."""
        self.history.append(f"{op} {values}")
        try:
            change(*args)
        except Refused as why:
            self.history[-1] += f" (refused: {why})"
            self.refusals += 1
            try:
                self.site.nl.do(op, **values)
            except NlError:
                return
            raise Failed(f"it was not refused: {why}") from None
        self.site.nl.do(op, **values)

    def some_fields(self):
        """Fields of a policy to set."""
        dice = self.dice
        out = {n: dice.choice(FIELDS[n])
               for n in dice.sample(sorted(FIELDS), dice.choice((0, 1, 1,
                                                                 2)))}
        if not out or dice.random() < 0.4:
            ups = list(self.model.uplinks)
            if dice.random() < 0.1:
                ups = UPS               # some may be no uplinks now
            ups = dice.sample(ups, dice.randint(0, len(ups)))
            cut = dice.randint(0, len(ups))
            if ups and dice.random() < 0.05:
                ups.append(ups[0])
            kind = dice.choice(("both", "both", "active", "standby"))
            if kind != "standby":
                out["active"] = ups[:cut]
            if kind != "active":
                out["standby"] = ups[cut:]
        return out

    def switch_policy(self):
        """A policy of the switch."""
        fields = self.some_fields()
        self.ask("switch-set", self.model.set_switch, fields, name=SWITCH,
                 policy=policy(**fields))

    def group_policy(self):
        """A policy of a port group."""
        name = self.dice.choice(GROUPS + ("kernel",))
        fields = self.some_fields()
        self.ask("portgroup-set", self.model.set_group, name, (), fields,
                 name=name, policy=policy(**fields))

    def group_reset(self):
        """Overrides of a port group go, and some come."""
        name = self.dice.choice(GROUPS + ("kernel",))
        kinds = self.dice.sample(sorted(KINDS), self.dice.randint(1, 3))
        fields = self.some_fields() if self.dice.random() < 0.5 else {}
        self.ask("portgroup-set", self.model.set_group, name, kinds, fields,
                 name=name, reset_policy=kinds, policy=policy(**fields))

    def group_vlan(self):
        """A port group's VLAN."""
        name = self.dice.choice(GROUPS + ("kernel",))
        vlan = self.dice.choice(VLANS)
        self.ask("portgroup-set", setattr, self.model.groups[name], "vlan",
                 vlan, name=name, **vlan)

    def toggle_link(self):
        """The far end of an uplink, or of one that may become one."""
        name = self.dice.choice(UPS)
        up = not self.model.link[name]
        self.history.append(f"link of {name} {'up' if up else 'down'}")
        self.model.link[name] = up
        self.model.refresh()
        self.links.set(name.replace("up", "w"), up)
        if name in self.model.uplinks:
            want = "up" if name in self.model.usable() else "down"
            wait_for(lambda: self.states_of(name) == (up, want),
                     f"{name} is {want}")

    def states_of(self, name):
        """An uplink's link and state."""
        row = self.site.nl.do("uplink-get", ifname=name)
        return bool(row["link-up"]), row["state"]

    def block_uplink(self):
        """Blocks or unblocks an uplink."""
        if not self.model.uplinks:
            return self.uplink_comes_or_goes()
        name = self.dice.choice(list(self.model.uplinks))
        row = self.model.uplinks[name]
        row["blocked"] = 1 - row["blocked"]
        return self.ask("port-set", self.model.refresh, ifname=name,
                        blocked=row["blocked"])

    def uplink_comes_or_goes(self):
        """Adds or removes an uplink."""
        name = self.dice.choice(UPS)
        if name in self.model.uplinks:
            return self.ask("uplink-del", self.model.del_uplink, name,
                            switch=SWITCH, ifname=name)
        self.history.append(f"uplink-add {name}")
        got = self.site.nl.do("uplink-add", switch=SWITCH, ifname=name)
        return self.model.add_uplink(name, got["port-id"])

    def vm_add(self, name):
        """Connects a VM."""
        group = self.dice.choice(GROUPS)
        self.history.append(f"port-add {name} to {group}")
        self.joined(self.site.vm(name, group))

    def port_comes_or_goes(self):
        """Adds or removes a VM's port or an adapter."""
        name = self.dice.choice(VMS + "01")
        if name in "01":
            name = f"vmk{name}"
            if name in self.model.ports:
                self.ask("vmk-del", self.model.ports.pop, name, ifname=name)
                return
            self.history.append(f"vmk-add {name}")
            self.site.nl.do("vmk-add", portgroup="kernel", ifname=name)
            port = self.site.port(name)
            self.joined({"initial-mac": port["mac"], **port})
        elif f"p{name}" in self.model.ports:
            self.ask("port-del", self.model.ports.pop, f"p{name}",
                     ifname=f"p{name}")
        else:
            self.vm_add(name)

    def block_port(self):
        """Blocks or unblocks a client's port."""
        name = self.dice.choice([n for n in self.model.ports
                                 if not n.startswith("pm")] or ["pm1"])
        port = self.model.ports[name]
        value = 1 - port["blocked"] if name != "pm1" else 0
        self.ask("port-set", port.update, {"blocked": value}, ifname=name,
                 blocked=value)

    def port_address(self):
        """Sets the effective address of a VM's port."""
        names = [n for n, p in self.model.ports.items()
                 if p["kind"] == "vm" and not n.startswith("pm")]
        if not names:
            return self.port_comes_or_goes()
        port = self.model.ports[name := self.dice.choice(names)]
        new = f"02:00:00:00:0b:{self.dice.randrange(256):02x}"
        if port["mac"] != port["initial"] and self.dice.random() < 0.6:
            new = port["initial"]
        return self.ask("port-set", port.update, {"mac": new}, ifname=name,
                        mac=new)

    # Each with its weight; then the weight while policies stay, which is
    # what shows who waits for whom.
    STEPS = (
        (switch_policy, 14, 0), (group_policy, 22, 0), (group_reset, 8, 0),
        (group_vlan, 4, 0), (toggle_link, 20, 20), (block_uplink, 5, 4),
        (uplink_comes_or_goes, 7, 0), (port_comes_or_goes, 8, 1),
        (block_port, 3, 0), (port_address, 3, 0))
    PHASE = 20                  # changes

    def step(self):
        """One change, and then all that is told."""
        done = len(self.history)
        phase = self.number // self.PHASE % 2 + 1
        self.number += 1
        what = self.dice.choices([s[0] for s in self.STEPS],
                                 [s[phase] for s in self.STEPS])[0]
        what(self)
        self.history[done] = f"{self.number}: {self.history[done]}"
        usable = self.model.usable()
        self.waits += any(g.waiting & usable
                          for g in self.model.groups.values())
        self.compare()

    def compare(self):
        """The kernel against the model, and its events against it."""
        told = seen(self.site)
        wrong = differences(self.model.state(), told)
        check(not wrong, "\n".join(wrong))
        for name, row in self.events.pending():
            if name in ("port-add-ntf", "port-change-ntf"):
                self.mirror[row["id"]] = seen_port(row)
            elif name == "port-del-ntf":
                del self.mirror[row["id"]]
        wrong = differences({"ports": told["ports"]},
                            {"ports": self.mirror})
        check(not wrong, "by the events:\n" + "\n".join(wrong))

    def frames(self):
        """A frame of each client that may send leaves as the model says."""
        model = self.model
        for name in VMS:
            port = model.ports.get(f"p{name}")
            if not port or port["blocked"] or \
               "shaped" in model.flags(f"p{name}"):
                continue
            way = model.way(f"p{name}", port["mac"])
            got = self.site.lab.send(name, UNKNOWN, port["mac"],
                                     ethertype=MARKER)
            equal({k.replace("w", "up") for k in got if k[0] == "w"},
                  {way} if way else set(), f"frame of {name} leaves by")

    def explain(self, why):
        """What was done before a failure."""
        self.broken = True
        diag(f"VSW_SEED={SEED}, change {self.number}; the last ones:")
        for line in self.history[-15:]:
            diag(f"  {line}")
        for name, group in self.model.groups.items():
            diag(f"  {name}: in use {group.used}, waiting "
                 f"{sorted(group.waiting)}, own {group.own}")
        diag(f"  usable {sorted(self.model.usable())}, "
             f"of {list(self.model.uplinks)}; switch {self.model.switch}")
        raise Failed(f"change {self.number}: {why}") from why


def topology():
    """See the top of the file."""
    diag(f"VSW_SEED={SEED}")
    run = Run()
    site = run.site
    frames = [(name, build(dst, site.mac[name]))
              for name in VMS for dst in (BROADCAST, UNKNOWN,
                                          site.mac["a"])]
    frames += [(name.replace("up", "w"), build(dst, wire_mac(5), tags))
               for name in UPS for dst in (BROADCAST, site.mac["b"])
               for tags in ("", "10")]
    run.traffic = Traffic(site.out, frames, 0.02)
    return run


def changes(run, count):
    """So many changes."""
    check(not run.broken, "the model was wrong before")
    before = left(run)
    try:
        for _ in range(count):
            run.step()
        run.frames()
    except Exception as why:    # pylint: disable=broad-except
        run.explain(why)
    run.traffic.runs()
    run.left += left(run) - before


def left(run):
    """The number of frames that have left the switch."""
    with run.site.out, open("/proc/net/dev", encoding="ascii") as file:
        rows = [line.split() for line in file if line.strip()[0] == "w"]
    equal(len(rows), len(UPS), "wires")
    return sum(int(row[2]) for row in rows)


def what_was_done(run):
    """The run has seen refusals, changes and all kinds of each."""
    done = " ".join(run.history)
    for word in ("switch-set", "portgroup-set", "reset_policy", "link of",
                 "uplink-add", "uplink-del", "port-add", "port-del",
                 "vmk-add", "blocked", "mac"):
        check(word in done or CHANGES < 1000, f"no {word}")
    check(run.refusals or CHANGES < 1000, "nothing was refused")
    check(run.waits or CHANGES < 1000, "no uplink has waited")
    check(run.left, "no frame has left the switch")
    diag(f"{run.number} changes, {run.refusals} of them refused; after "
         f"{run.waits} an uplink waited")


if __name__ == "__main__":
    main([(changes, f"changes {first + 1} to {min(first + BLOCK, CHANGES)}",
           (min(BLOCK, CHANGES - first),))
          for first in range(0, CHANGES, BLOCK)] + [what_was_done],
         topology)
