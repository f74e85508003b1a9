#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Policies: what a switch and its port groups store, what is inherited, what is
refused and what is told.

     pa (VM port, in "vms")   pb (in "more")   vmk0 (in "kernel")
      |                        |                |
   +--+------------------------+----------------+--+
   |                   vSwitch0                    |
   +-------+---------------+---------------+-------+
           | up1           | up2           | up3

"other" is a second switch with the uplink far1; free serves nothing.
"""

import errno
import re

from ctl.ktap import Failed, check, defer, equal, main, wait_for
from ctl.net import Netns
from ctl.nl import NlError, Raw, spec
from ctl.refuse import refused
from ctl.site import SWITCH, Site
from ctl.team import (effective, events_of, in_use, plain, policy,
                      set_portgroup, set_switch, stored, switch_policy,
                      uplink_of, wait_state)

# name: (kind, default, another value)
FIELDS = {
    "promiscuous": ("security", 0, 1),
    "mac-changes": ("security", 0, 1),
    "forged-transmits": ("security", 0, 1),
    "shaping-enabled": ("shaping", 0, 1),
    "shaping-average": ("shaping", 1000, 500),
    "shaping-peak": ("shaping", 1000, 2000),
    "shaping-burst": ("shaping", 1024, 64),
    "load-balancing": ("failover", "portid", "mac"),
    "failure-detection": ("failover", "link", "beacon"),
    "notify-switches": ("failover", 1, 0),
    "failback": ("failover", 1, 0),
}
DEFAULTS = {name: row[1] for name, row in FIELDS.items()}
OTHERS = {name: row[2] for name, row in FIELDS.items()}
KINDS = ("security", "shaping", "failover")
GROUPS = ("marker", "vms", "more", "kernel")
UPS = ["up1", "up2", "up3"]
TWICE = "an uplink is named twice"
FOREIGN = "device is no uplink of the vswitch"
BELOW = "peak bandwidth is below the average"
BELOW_THERE = "peak bandwidth of a port group would be below its average"


def topology():
    """See the top of the file."""
    site = Site("a b", uplinks=3)
    site.portgroup("vms", vlan=10)
    site.portgroup("more", vlan=10)
    site.portgroup("kernel", vlan=10)
    site.vm("a", "vms")
    site.vm("b", "more")
    site.vmk("vmk0", "kernel")
    site.sw.ip("link add free type veth peer name free2\n"
               "link add far1 type veth peer name far2\n"
               "link set dev far1 up\nlink set dev far2 up\n"
               "link set dev free2 up")
    site.nl.do("switch-add", name="other")
    site.portgroup("elsewhere", "other")
    site.uplink("far1", "other")
    site.listener = site.sw.events()
    equal(switch_policy(site), WHOLE, "policy of the switch")
    return site


WHOLE = {**DEFAULTS, "active": UPS, "standby": []}


def change_told(*names):
    """The events of a change of these port groups."""
    return [("portgroup-change-ntf", n) for n in names]


def restore(site):
    """Puts every policy back to the default."""
    for name in GROUPS:
        set_portgroup(site, name, KINDS)
    set_switch(site, **WHOLE)


def unchanged(site, *others):
    """Every policy but those of the others is the default."""
    if "switch" not in others:
        equal(switch_policy(site), WHOLE, "policy of the switch")
    for name in GROUPS:
        if name not in others:
            equal((stored(site, name), effective(site, name)), ({}, WHOLE),
                  f"policy of {name}")
    equal(plain(site.nl.do("switch-get", name="other")["policy"]),
          {**DEFAULTS, "active": ["far1"], "standby": []},
          "policy of the other switch")


# What is stored -------------------------------------------------------------

def defaults(site):
    """A new switch, a new port group, in reply, get, dump and event."""
    site.listener.drain()
    made = site.nl.do("switch-add", name="new")
    defer(site.nl.do, "switch-del", name="new")
    want = {**DEFAULTS, "active": [], "standby": []}
    equal(plain(made["policy"]), want, "reply of switch-add")
    equal(made["failback-delay"], 100, "failback delay")
    equal(site.nl.do("switch-get", name="new"), made, "get")
    equal([s for s in site.nl.dump("switch-get") if s["name"] == "new"],
          [made], "dump")
    equal(site.listener.expect(1), [("switch-add-ntf", made)], "event")
    made = site.nl.do("portgroup-add", name="new-vms", switch="new")
    equal(plain(made.get("policy")), {}, "what a port group overrides")
    equal(plain(made["effective-policy"]), want, "effective policy")
    equal(made.get("uplink-in-use", []), [], "uplinks in use")
    equal(site.nl.do("portgroup-get", name="new-vms"), made, "get")
    equal(site.listener.expect(1), [("portgroup-add-ntf", made)], "event")
    unchanged(site)


def at_the_switch(site, field):
    """One field: stored, inherited by all, told once."""
    defer(restore, site)
    value = OTHERS[field]
    events_of(site, site.listener,
              lambda: set_switch(site, **{field: value}),
              ("switch-change-ntf", SWITCH), *change_told(*GROUPS))
    want = {**WHOLE, field: value}
    equal(switch_policy(site), want, "policy of the switch")
    for name in GROUPS:
        equal((stored(site, name), effective(site, name)), ({}, want),
              f"policy of {name}")
    unchanged(site, "switch", *GROUPS)
    events_of(site, site.listener,
              lambda: set_switch(site, **{field: value}))
    # Where it is overridden with the same value, nothing changes by it.
    set_portgroup(site, "vms", **{field: value})
    events_of(site, site.listener,
              lambda: set_switch(site, **{field: DEFAULTS[field]}),
              ("switch-change-ntf", SWITCH),
              *change_told("marker", "more", "kernel"))
    equal((stored(site, "vms"), effective(site, "vms")),
          ({field: value}, want), "policy of vms")
    unchanged(site, "vms")


def at_a_portgroup(site, field):
    """One field: stored there alone, told once; the rest is inherited."""
    defer(restore, site)
    value = OTHERS[field]
    events_of(site, site.listener,
              lambda: set_portgroup(site, "vms", **{field: value}),
              *change_told("vms"))
    equal((stored(site, "vms"), effective(site, "vms")),
          ({field: value}, {**WHOLE, field: value}), "policy of vms")
    unchanged(site, "vms")
    events_of(site, site.listener,
              lambda: set_portgroup(site, "vms", **{field: value}))
    # An override by what would be inherited is an override.
    events_of(site, site.listener,
              lambda: set_portgroup(site, "more",
                                    **{field: DEFAULTS[field]}),
              *change_told("more"))
    equal((stored(site, "more"), effective(site, "more")),
          ({field: DEFAULTS[field]}, WHOLE), "policy of more")
    events_of(site, site.listener,
              lambda: set_switch(site, **{field: value}),
              ("switch-change-ntf", SWITCH),
              *change_told("marker", "kernel"))
    equal((stored(site, "more"), effective(site, "more")),
          ({field: DEFAULTS[field]}, WHOLE), "policy of more")
    # Given up, it is inherited again.
    kind = FIELDS[field][0]
    events_of(site, site.listener,
              lambda: set_portgroup(site, "more", [kind]),
              *change_told("more"))
    equal((stored(site, "more"), effective(site, "more")),
          ({}, {**WHOLE, field: value}), "policy of more")
    # What was overridden by the same value is given up without effect.
    events_of(site, site.listener,
              lambda: set_portgroup(site, "vms", [kind]),
              *change_told("vms"))
    equal(stored(site, "vms"), {}, "policy of vms")


def flags_of_ports(site):
    """What the policies make of ports."""
    defer(restore, site)

    def flags():
        return {p["ifname"]: set(p["flags"])
                for p in site.nl.dump("port-get")}

    none = {n: set() for n in flags()}
    equal(flags(), none, "flags of all ports")
    set_portgroup(site, "vms", promiscuous=1, forged_transmits=1,
                  shaping_enabled=1)
    equal(flags(), {**none, "pa": {"promiscuous", "forged-transmits",
                                   "shaped"}}, "flags")
    set_switch(site, forged_transmits=1)
    clients = ("pa", "pb", "vmk0", "pm1", "pm2")
    set_portgroup(site, "vms", KINDS)
    equal(flags(), {**none, **{n: {"forged-transmits"} for n in clients}},
          "flags, by inheritance")
    set_switch(site, forged_transmits=0)
    site.nl.do("port-set", ifname="pb", blocked=1,
               mac="02:00:00:00:01:77")
    defer(site.nl.do, "port-set", ifname="pb", blocked=0,
          mac=site.mac["b"])
    equal(flags(), {**none, "pb": {"blocked", "mac-changed"}}, "flags")
    set_portgroup(site, "more", mac_changes=1)
    equal(flags(), {**none, "pb": {"blocked"}}, "flags")


def many_fields_at_once(site):
    """A request with everything is one change."""
    defer(restore, site)
    defer(site.nl.do, "switch-set", name=SWITCH, mtu=1500,
          discovery="listen", failback_delay=100)
    defer(site.nl.do, "portgroup-set", name="vms", vlan=10)
    fields = {**OTHERS, "active": ["up3", "up1"], "standby": ["up2"]}
    events_of(site, site.listener,
              lambda: site.nl.do("switch-set", name=SWITCH, mtu=1600,
                                 discovery="both", failback_delay=7,
                                 policy=policy(**fields)),
              ("switch-change-ntf", SWITCH), *change_told(*GROUPS))
    equal(switch_policy(site), fields, "policy of the switch")
    got = site.nl.do("switch-get", name=SWITCH)
    equal((got["mtu"], got["discovery"], got["failback-delay"]),
          (1600, "both", 7), "the rest")
    events_of(site, site.listener,
              lambda: site.nl.do("portgroup-set", name="vms", vlan=11,
                                 reset_policy=["shaping"],
                                 policy=policy(**WHOLE)),
              *change_told("vms"))
    equal((stored(site, "vms"), effective(site, "vms")), (WHOLE, WHOLE),
          "policy of vms")
    equal(site.nl.do("portgroup-get", name="vms")["vlan"], 11, "VLAN")
    equal(effective(site, "more"), fields, "policy of more")


def edges_of_ranges(site):
    """The least and the most of each number."""
    defer(restore, site)
    for fields in ({"shaping_average": 1, "shaping_peak": 1,
                    "shaping_burst": 1},
                   {"shaping_average": 10 ** 9, "shaping_peak": 10 ** 9,
                    "shaping_burst": 4194304}):
        want = {k.replace("_", "-"): v for k, v in fields.items()}
        set_switch(site, **fields)
        equal(switch_policy(site), {**WHOLE, **want}, "of the switch")
        set_portgroup(site, "vms", **fields)
        equal(stored(site, "vms"), want, "of a port group")
        set_portgroup(site, "vms", KINDS)
    for name in ("portid", "mac", "iphash", "explicit"):
        set_portgroup(site, "vms", load_balancing=name)
        equal(stored(site, "vms"), {"load-balancing": name}, name)


# Reset ----------------------------------------------------------------------

def of_kind(*kinds):
    """The fields of some kinds, with what vms is given in resets()."""
    out = {n: v for n, v in OTHERS.items() if FIELDS[n][0] in kinds}
    if "failover" in kinds:
        out.update(active=["up2"], standby=["up3"])
    return out


def resets(site):
    """Each kind, several, all; then the same again."""
    defer(restore, site)
    for kinds in (["security"], ["shaping"], ["failover"],
                  ["security", "failover"], KINDS, []):
        set_portgroup(site, "vms", **of_kind(*KINDS))
        equal(stored(site, "vms"), of_kind(*KINDS), "all overridden")
        set_portgroup(site, "more", **of_kind(*KINDS))
        left = of_kind(*(set(KINDS) - set(kinds)))
        events_of(site, site.listener,
                  lambda k=kinds: set_portgroup(site, "vms", k),
                  *(change_told("vms") if kinds else ()))
        equal((stored(site, "vms"), effective(site, "vms")),
              (left, {**WHOLE, **left}), f"after reset of {kinds}")
        equal(stored(site, "more"), of_kind(*KINDS), "another port group")
        events_of(site, site.listener,
                  lambda k=kinds: set_portgroup(site, "vms", k))


def reset_together_with_fields(site):
    """First all overrides of the kinds go, then what is given is set."""
    defer(restore, site)
    for kinds, fields in (
            (["failover"], {"failback": 0}),
            (["failover"], {"promiscuous": 0}),
            (["security"], {"mac-changes": 0, "shaping-burst": 99}),
            (["shaping"], {"shaping-peak": 1500}),
            (["failover"], {"active": ["up1"], "standby": []}),
            (KINDS, {"load-balancing": "explicit", "standby": ["up1"],
                     "active": ["up3", "up2"]}),
            (KINDS, of_kind("security", "failover"))):
        set_portgroup(site, "vms", KINDS, **of_kind(*KINDS))
        events_of(site, site.listener,
                  lambda k=kinds, f=fields: set_portgroup(site, "vms", k,
                                                          **f),
                  *change_told("vms"))
        want = {**of_kind(*(set(KINDS) - set(kinds))), **fields}
        equal((stored(site, "vms"), effective(site, "vms")),
              (want, {**WHOLE, **want}), f"{kinds} and {fields}")
    # What is put back by the same request has not changed.
    set_portgroup(site, "vms", KINDS, **of_kind("security"))
    events_of(site, site.listener,
              lambda: set_portgroup(site, "vms", KINDS,
                                    **of_kind("security")))
    # One list alone, after a reset: the other one is the inherited.
    set_portgroup(site, "vms", active=["up3"], standby=["up2"])
    set_portgroup(site, "vms", ["failover"], standby=["up1"])
    equal({k: stored(site, "vms").get(k) for k in ("active", "standby")},
          {"active": ["up2", "up3"], "standby": ["up1"]}, "lists")


def refused_reset_changes_nothing(site):
    """What is refused has reset nothing either."""
    defer(restore, site)
    set_portgroup(site, "vms", **of_kind(*KINDS))
    set_portgroup(site, "vms", shaping_average=5000, shaping_peak=6000)
    for fields, err, text in (
            ({"shaping-average": 2000}, errno.EINVAL, BELOW),
            ({"active": ["up1", "up1"]}, errno.EINVAL, TWICE),
            ({"active": ["far1"]}, errno.EINVAL, FOREIGN),
            ({"standby": ["nothing"]}, errno.ENODEV,
             "no such network device")):
        for kinds in (KINDS, ["shaping"]):
            refused(site, "portgroup-set", err, f"^{text}$", attr="policy",
                    name="vms", vlan=12, reset_policy=kinds,
                    policy=policy(promiscuous=0, **fields))
    refused(site, "portgroup-set", None, ".", attr="reset-policy",
            name="vms", reset_policy=8)
    # The reset alone would leave a peak below the average.
    set_portgroup(site, "more", shaping_average=800)
    set_switch(site, shaping_average=5000, shaping_peak=5000)
    set_portgroup(site, "kernel", shaping_average=7000, shaping_peak=8000)
    refused(site, "portgroup-set", errno.EINVAL, f"^{BELOW}$",
            name="kernel", reset_policy=["shaping"],
            policy=policy(shaping_peak=4000))


# Refusals -------------------------------------------------------------------

def targets(fields):
    """The same change of the switch and of a port group."""
    for op, name in (("switch-set", SWITCH), ("portgroup-set", "vms")):
        yield op, {"name": name, "policy": fields}


def refused_all(site, requests, err=None, text=".", attr="policy"):
    """As refused() of each, compared with the state before at the end."""
    site.listener.drain()
    before = site.nl.state()
    for op, request in requests:
        try:
            site.nl.do(op, **request)
        except NlError as why:
            check(why.errno == err or not err, f"errno of {why}")
            check(re.search(text, why.msg or ""), f"message of {why}")
            check(why.attr == attr or not attr, f"attribute of {why}")
        else:
            raise Failed(f"{op} {request} was not refused")
    equal(site.nl.state(), before, "state after what was refused")
    equal(site.listener.pending(), [], "events of what was refused")


def bad_numbers(site):
    """Out of range, of the wrong length, not of the enum."""
    defer(restore, site)
    requests = []
    for name, what in spec().sets["policy"].items():
        if what["type"] == "nest":
            continue
        rules = what.get("checks", {})
        values = [Raw(b""), Raw(b"\0\0"), Raw(b"\0" * 8), 0xffffffff]
        if "max" in rules:
            values.append(spec().const(rules["max"]) + 1)
        if "min" in rules:
            values.append(rules["min"] - 1)
        if "enum" in what:
            values.append(len(spec().enums[what["enum"]]))
        for value in values:
            requests += targets({"mac-changes": 1, name: value})
    refused_all(site, requests)
    unchanged(site)


def bad_nests(site):
    """Nests that are none, or hold what they must not."""
    defer(restore, site)
    good = spec().encode("policy", {"promiscuous": 1})
    number = spec().sets["switch"]["policy"]["number"]
    refused(site, "switch-set", None, ".", attr="policy", name=SWITCH,
            policy=Raw(good, number))
    requests = []
    for fields in ({"x": Raw(b"\0" * 4, 99)}, {"x": Raw(b"\0" * 4, 0)},
                   {"active": {"x": Raw(b"up1\0", 2)}},
                   {"active": {"x": Raw(b"up1\0", 99)}},
                   {"active": {"uplink": [Raw(b"")]}},
                   {"active": {"uplink": [Raw(b"up1")]}},
                   {"active": {"uplink": ["x" * 128]}},
                   {"active": {"uplink": ["x" * 5000]}}):
        requests += targets({"mac-changes": 1, **fields})
    for op in ("switch-add", "portgroup-add"):
        values = {"name": "new", "policy": policy(promiscuous=1)}
        if op == "portgroup-add":
            values["switch"] = SWITCH
        requests.append((op, values))
    refused_all(site, requests, attr=None)
    unchanged(site)


def bad_lists(site):
    """An uplink twice, of another switch, or none at all."""
    defer(restore, site)
    site.sw.ip("link property add dev up1 altname up1-by-another-name")
    defer(site.sw.ip,
          "link property del dev up1 altname up1-by-another-name")
    for lists, err, text in (
            ({"active": ["up1", "up2", "up1"]}, errno.EINVAL, TWICE),
            ({"standby": ["up1", "up1"]}, errno.EINVAL, TWICE),
            ({"active": ["up1", "up2"], "standby": ["up3", "up2"]},
             errno.EINVAL, TWICE),
            ({"active": ["up2"], "standby": ["up2"]}, errno.EINVAL, TWICE),
            ({"active": ["up1", "up1-by-another-name"]}, errno.EINVAL,
             TWICE),
            ({"active": ["up1"] * 40}, errno.EINVAL, TWICE),
            ({"active": ["far1"]}, errno.EINVAL, FOREIGN),
            ({"active": UPS, "standby": ["far1"]}, errno.EINVAL, FOREIGN),
            ({"standby": ["free"]}, errno.EINVAL, FOREIGN),
            ({"active": ["up1", "pa"]}, errno.EINVAL, FOREIGN),
            ({"active": ["vmk0"]}, errno.EINVAL, FOREIGN),
            ({"active": [SWITCH]}, errno.EINVAL, FOREIGN),
            ({"active": ["lo"]}, errno.EINVAL, FOREIGN),
            ({"active": ["up1", "nothing"]}, errno.ENODEV,
             "no such network device"),
            ({"standby": [""]}, errno.ENODEV, "no such network device")):
        refused_all(site, targets(policy(promiscuous=1, failback=0,
                                         **lists)), err, f"^{text}$")
    unchanged(site)


def peak_below_average(site):
    """Compared as they will be, whoever gives them."""
    defer(restore, site)
    for fields in ({"shaping-average": 1001}, {"shaping-peak": 999},
                   {"shaping-average": 3000, "shaping-peak": 2999},
                   {"shaping-average": 2000, "shaping-enabled": 1}):
        refused_all(site, targets({"promiscuous": 1, **fields}),
                    errno.EINVAL, f"^{BELOW}$")
    # The switch's own pair is good, but not with what a port group has.
    set_portgroup(site, "vms", shaping_average=900)
    refused(site, "switch-set", errno.EINVAL, f"^{BELOW_THERE}$",
            attr="policy", name=SWITCH, mtu=1600,
            policy=policy(promiscuous=1, shaping_average=500,
                          shaping_peak=800))
    set_portgroup(site, "vms", ["shaping"], shaping_peak=1500)
    refused(site, "switch-set", errno.EINVAL, f"^{BELOW_THERE}$",
            attr="policy", name=SWITCH, mtu=1600,
            policy=policy(shaping_average=1501, shaping_peak=3000))
    # Not where the port group has both.
    set_portgroup(site, "vms", shaping_average=1200)
    set_switch(site, shaping_average=1501, shaping_peak=3000)
    equal((stored(site, "vms"), effective(site, "more")),
          ({"shaping-average": 1200, "shaping-peak": 1500},
           {**WHOLE, "shaping-average": 1501, "shaping-peak": 3000}),
          "policies")
    # In one request, in whatever order they come.
    set_switch(site, shaping_peak=10, shaping_average=10)
    set_switch(site, shaping_average=20, shaping_peak=20)
    refused(site, "switch-set", errno.EINVAL, f"^{BELOW}$", name=SWITCH,
            policy=policy(shaping_average=21))
    refused(site, "portgroup-set", errno.EINVAL, f"^{BELOW}$", name="vms",
            policy=policy(shaping_peak=1199))


def failback_delay(site):
    """An attribute of the switch, 0 to 600000 ms."""
    defer(site.nl.do, "switch-set", name=SWITCH, failback_delay=100)

    def delay(value):
        site.nl.do("switch-set", name=SWITCH, failback_delay=value)

    equal(site.nl.do("switch-get", name=SWITCH)["failback-delay"], 100,
          "by default")
    for value in (0, 400, 600000):
        events_of(site, site.listener, lambda v=value: delay(v),
                  ("switch-change-ntf", SWITCH))
        equal(site.nl.do("switch-get", name=SWITCH)["failback-delay"],
              value, "after the change")
        events_of(site, site.listener, lambda v=value: delay(v))
    for value in (600001, 0xffffffff, Raw(b"\0"), Raw(b"\0" * 8)):
        refused(site, "switch-set", None, ".", attr="failback-delay",
                name=SWITCH, mtu=1600, failback_delay=value)
    unchanged(site)


# The two lists --------------------------------------------------------------

# what is set, and the lists after it, one row after the other
LISTS = (
    ({"standby": ["up2"]}, ["up1", "up3"], ["up2"]),
    ({"active": ["up2"]}, ["up2"], []),
    ({"standby": ["up3", "up1"]}, ["up2"], ["up3", "up1"]),
    ({"active": ["up1", "up2"]}, ["up1", "up2"], ["up3"]),
    ({"active": ["up2", "up1"]}, ["up2", "up1"], ["up3"]),
    ({"standby": ["up1", "up3"]}, ["up2"], ["up1", "up3"]),
    ({"active": []}, [], ["up1", "up3"]),
    ({"standby": []}, [], []),
    ({"standby": ["up2"]}, [], ["up2"]),
    ({"active": ["up3"], "standby": ["up1"]}, ["up3"], ["up1"]),
    ({"standby": ["up3", "up2", "up1"]}, [], ["up3", "up2", "up1"]),
    ({"active": ["up1"], "standby": []}, ["up1"], []),
    ({"active": ["up1", "up2", "up3"]}, ["up1", "up2", "up3"], []),
)


def lists_are_one_field(site, where):
    """If one list is set, the other keeps what it has but these."""
    defer(restore, site)

    def change(fields):
        if where == "switch":
            set_switch(site, **fields)
        else:
            set_portgroup(site, where, **fields)

    def want(fields):
        told = change_told(*(GROUPS if where == "switch" else [where]))
        if where == "switch":
            told.append(("switch-change-ntf", SWITCH))
        events_of(site, site.listener, lambda: change(fields), *told)

    for fields, active, standby in LISTS:
        want(fields)
        lists = {"active": active, "standby": standby}
        if where == "switch":
            equal(switch_policy(site), {**WHOLE, **lists}, f"{fields}")
            equal(effective(site, "vms"), {**WHOLE, **lists}, "inherited")
            unchanged(site, "switch", *GROUPS)
        else:
            equal((stored(site, where), effective(site, where)),
                  (lists, {**WHOLE, **lists}), f"{fields}")
            unchanged(site, where)
        events_of(site, site.listener, lambda f=fields: change(f))
        events_of(site, site.listener, lambda w=lists: change(w))


def lists_of_a_portgroup_stay(site):
    """An order of its own does not follow the switch's; what is missing in
    the first change comes from the switch."""
    defer(restore, site)
    set_switch(site, active=["up3", "up2"], standby=["up1"])
    set_portgroup(site, "vms", standby=["up2"])
    want = {"active": ["up3"], "standby": ["up2"]}
    equal(stored(site, "vms"), want, "override")
    set_portgroup(site, "more", active=["up1"])
    equal(stored(site, "more"), {"active": ["up1"], "standby": []},
          "override")
    set_switch(site, active=["up1", "up2", "up3"], standby=[])
    equal(effective(site, "vms"), {**WHOLE, **want}, "effective")
    equal(effective(site, "kernel"), WHOLE, "inherited")
    events_of(site, site.listener,
              lambda: set_portgroup(site, "vms", ["failover"]),
              *change_told("vms"))
    equal((stored(site, "vms"), effective(site, "vms")), ({}, WHOLE),
          "given up")


def no_active_uplink(site):
    """An empty active list is legal, and nothing is used then."""
    defer(restore, site)
    set_portgroup(site, "vms", active=[])
    equal((stored(site, "vms"), in_use(site, "vms")),
          ({"active": [], "standby": []}, []), "lists, in use")
    check("uplink" not in site.port("pa"), "a client has an uplink")
    seen, lost = site.send("a", "02:00:00:00:09:09")
    equal((seen, lost), ({}, {("pa", "no-uplink"): 1}), "frame, drops")
    seen, lost = site.send("a", "b")
    equal((seen, lost), ({"b": ""}, {}), "frame to a client, drops")
    for i in range(1, 4):
        seen, lost = site.send(f"w{i}", site.mac["a"], tags="10",
                               src="02:00:00:00:02:01")
        equal((seen, lost), ({}, {(f"up{i}", "team-inbound"): 1}),
              f"frame from w{i}, drops")


# Uplinks come and go --------------------------------------------------------

def all_lists(site):
    """All lists by switch or port group: (active, standby)."""
    out = {SWITCH: switch_policy(site)}
    out.update({n: effective(site, n) for n in GROUPS})
    return {n: (p["active"], p["standby"]) for n, p in out.items()}


def new_and_removed_uplinks(site):
    """A new one joins the switch's active list and no override; one that
    goes leaves every list."""
    defer(restore, site)
    set_switch(site, active=["up3", "up1"], standby=["up2"])
    set_portgroup(site, "vms", active=["up2"], standby=["up1", "up3"])
    set_portgroup(site, "more", active=["up3"], standby=[])
    site.uplink("free")
    defer(forget, site, "free")
    here = (["up3", "up1", "free"], ["up2"])
    want = {SWITCH: here, "marker": here, "kernel": here,
            "vms": (["up2"], ["up1", "up3"]), "more": (["up3"], [])}
    equal(all_lists(site), want, "with a new uplink")
    equal(in_use(site, "kernel"), ["up3", "up1", "free"], "in use")
    set_portgroup(site, "more", active=["free"], standby=["up3"])
    set_portgroup(site, "vms", standby=["up1", "free", "up3"])

    site.nl.do("uplink-del", switch=SWITCH, ifname="up3")
    defer(site.uplink, "up3")
    here = (["up1", "free"], ["up2"])
    want = {SWITCH: here, "marker": here, "kernel": here,
            "vms": (["up2"], ["up1", "free"]), "more": (["free"], [])}
    equal(all_lists(site), want, "without up3")
    equal(in_use(site, "kernel"), ["up1", "free"], "in use")
    # One that is deleted is removed, too.
    site.sw.ip("link add late type veth peer name late2\n"
               "link set dev late2 up")
    site.uplink("late")
    set_portgroup(site, "vms", active=["late", "up2"])
    equal(all_lists(site)["kernel"], (["up1", "free", "late"], ["up2"]),
          "with one more")
    site.sw.ip("link del dev late")
    equal(all_lists(site), want, "without it")
    site.nl.do("uplink-del", switch=SWITCH, ifname="free")
    here = (["up1"], ["up2"])
    want = {SWITCH: here, "marker": here, "kernel": here,
            "vms": (["up2"], ["up1"]), "more": ([], [])}
    equal(all_lists(site), want, "without free")
    equal(stored(site, "more"), {"active": [], "standby": []},
          "what is left of an override")
    # Added again, it is a new one.
    site.uplink("up3")
    site.nl.do("uplink-del", switch=SWITCH, ifname="up2")
    site.uplink("up2")
    here = (["up1", "up3", "up2"], [])
    equal(all_lists(site), {**want, SWITCH: here, "marker": here,
                        "kernel": here, "vms": ([], ["up1"])},
          "with both again")
    site.nl.do("uplink-del", switch=SWITCH, ifname="up3")


def forget(site, name):
    """Removes an uplink, if it is still one."""
    if name in [u["ifname"] for u in site.nl.dump("uplink-get")]:
        site.nl.do("uplink-del", switch=SWITCH, ifname=name)


def events_of_uplinks(site):
    """Coming and going are told, with the lists as they are then; of a port
    group with lists of its own there is nothing to tell."""
    defer(restore, site)
    defer(forget, site, "free")
    set_portgroup(site, "vms", active=["up1"])
    lists_of = {"switch-change-ntf": "policy",
                "portgroup-change-ntf": "effective-policy"}

    def told(change, how, active):
        before = used()
        site.listener.drain()
        change()
        after = used()
        moved = [n for n in after if after[n] != before.get(n)
                 and n != "free"]
        want = [(f"{how}-ntf", "free") for how in
                (f"port-{how}", f"uplink-{how}")] + \
            [("switch-change-ntf", SWITCH)] + \
            change_told("marker", "more", "kernel") + \
            [("port-change-ntf", n) for n in moved]
        heard = site.listener.expect(len(want))
        equal(sorted((n, o.get("name") or o.get("ifname"))
                     for n, o in heard), sorted(want), f"events of {how}")
        for name, one in heard:
            if name in lists_of:
                equal(plain(one[lists_of[name]])["active"], active,
                      f"lists in {name}")

    def used():
        return {p["ifname"]: p.get("uplink")
                for p in site.nl.dump("port-get")}

    site.sw.ip("link set dev free up")
    told(lambda: site.nl.do("uplink-add", switch=SWITCH, ifname="free"),
         "add", UPS + ["free"])
    told(lambda: site.nl.do("uplink-del", switch=SWITCH, ifname="free"),
         "del", UPS)


def renamed_uplink(site):
    """A new name is shown wherever the uplink is, and that is all."""
    defer(restore, site)
    set_switch(site, active=["up2", "up1"], standby=["up3"])
    set_portgroup(site, "vms", active=["up3"], standby=["up1"])
    before = all_lists(site)
    number = site.nl.do("uplink-get", ifname="up1")["port-id"]
    users = {n: uplink_of(site, n) for n in ("pa", "pb", "vmk0")}

    def back():
        site.sw.ip("link set dev eth-new down\n"
                   "link set dev eth-new name up1\nlink set dev up1 up")
        wait_state(site, "up1", "up")

    site.sw.ip("link set dev up1 down")
    wait_state(site, "up1", "down")
    site.listener.drain()
    site.sw.ip("link set dev up1 name eth-new")
    defer(back)
    told = [o for n, o in site.listener.expect(1)
            if n == "uplink-change-ntf"]
    equal([(o["ifname"], o["port-id"]) for o in told],
          [("eth-new", number)], "event of the new name")
    site.sw.ip("link set dev eth-new up")
    wait_state(site, "eth-new", "up")

    def renamed(names):
        return ["eth-new" if n == "up1" else n for n in names]

    equal(all_lists(site), {k: (renamed(a), renamed(s))
                        for k, (a, s) in before.items()}, "lists")
    equal(in_use(site, "kernel"), ["up2", "eth-new"], "in use")
    equal({n: uplink_of(site, n) for n in users},
          {n: renamed([u])[0] for n, u in users.items()}, "of the clients")
    refused(site, "switch-set", errno.ENODEV, "no such network device",
            name=SWITCH, policy=policy(active=["up1"]))
    events_of(site, site.listener,
              lambda: set_portgroup(site, "vms", standby=["eth-new"]))


def alternative_names(site):
    """Altnames are taken in both lists; the names are told."""
    defer(restore, site)
    alt = "vmnic7-with-a-name-of-more-than-fifteen-characters"
    site.sw.ip(f"link property add dev up2 altname {alt}")
    defer(site.sw.ip, f"link property del dev up2 altname {alt}")
    set_switch(site, active=["up1", alt], standby=["up3"])
    equal(all_lists(site)[SWITCH], (["up1", "up2"], ["up3"]), "lists")
    events_of(site, site.listener,
              lambda: set_switch(site, active=["up1", "up2"]))
    set_portgroup(site, "vms", standby=[alt])
    equal(stored(site, "vms"), {"active": ["up1"], "standby": ["up2"]},
          "override")


# Many -----------------------------------------------------------------------

def many_uplinks(_site):
    """32 on a switch and not one more; everything is told, in dumps of many
    parts and in events."""
    ns = Netns("many")
    client = ns.client()
    nics = [f"nic-of-name-{i:03}" for i in range(33)]
    ns.ip("\n".join(f"link add {n} type dummy" for n in nics))
    client.do("switch-add", name="wide")
    for name in nics[:32]:
        client.do("uplink-add", switch="wide", ifname=name)
    wait_for(lambda: {u["state"] for u in client.dump("uplink-get")} ==
             {"up"}, "all uplinks are up")
    before = client.state()
    listener = ns.events()

    class Here:
        """What refused() wants."""
        nl, silence = client, listener

    refused(Here, "uplink-add", errno.ENOSPC, "^vswitch has its 32 uplinks$",
            switch="wide", ifname=nics[32])
    check("master" not in ns.link(nics[32]), "it is attached")
    equal(client.state(), before, "state")
    equal(plain(client.do("switch-get", name="wide")["policy"])["active"],
          nics[:32], "active uplinks, in order")

    groups = [f"port group {i:02} {'x' * 60}" for i in range(40)]
    want = {}
    for i, name in enumerate(groups):
        client.do("portgroup-add", name=name, switch="wide", vlan=i)
        if i % 2:
            order = nics[i % 32:32] + nics[:i % 32]
            lists_ = {"active": order[:i % 30], "standby": order[i % 30:]}
            client.do("portgroup-set", name=name,
                      policy=policy(**OTHERS, **lists_))
            want[name] = {**OTHERS, **lists_}
    listener.drain()
    client.do("portgroup-set", name=groups[0],
              policy=policy(active=nics[31::-1]))
    want[groups[0]] = {"active": nics[31::-1], "standby": []}
    got = client.do("portgroup-get", name=groups[0])
    equal(got["uplink-in-use"], nics[31::-1], "in use")
    equal(listener.expect(1), [("portgroup-change-ntf", got)], "event")
    rows = client.dump("portgroup-get")
    equal([r["name"] for r in rows], groups, "dump")
    equal({r["name"]: plain(r["policy"]) for r in rows
           if plain(r.get("policy"))}, want, "overrides")
    equal([plain(r["effective-policy"]) for r in rows],
          [{**DEFAULTS, "active": nics[:32], "standby": [],
            **want.get(n, {})} for n in groups], "effective policies")
    slow = ns.client().dump_slowly("portgroup-get", lambda: None)
    check(slow.datagrams > 2, f"{slow.datagrams} datagrams")
    equal((list(slow), slow.interrupted), (list(rows), False), "in parts")
    equal([client.do("portgroup-get", name=n) for n in groups], list(rows),
          "one by one")
    for change in (lambda: client.do("switch-set", name="wide",
                                     policy=policy(failback=0)),
                   lambda: client.do("portgroup-set", name=groups[-1],
                                     policy=policy(active=[]))):
        slow = ns.client().dump_slowly("portgroup-get", change)
        check(slow.interrupted, "a change of policy was not told of")
        equal(len(slow), len(groups), "port groups")
    # A place that is free is taken, at the end of the list.
    client.do("uplink-del", switch="wide", ifname=nics[5])
    client.do("uplink-add", switch="wide", ifname=nics[32])
    equal(plain(client.do("switch-get", name="wide")["policy"])["active"],
          nics[:5] + nics[6:], "active uplinks")
    check(not [r for r in client.dump("portgroup-get")
               if re.search(nics[5], str(r))], "the old one is still there")


if __name__ == "__main__":
    main([defaults] +
         [(at_the_switch, f"{f} at the switch", (f,)) for f in FIELDS] +
         [(at_a_portgroup, f"{f} at a port group", (f,)) for f in FIELDS] +
         [flags_of_ports, many_fields_at_once, edges_of_ranges, resets,
          reset_together_with_fields, refused_reset_changes_nothing,
          bad_numbers, bad_nests, bad_lists, peak_below_average,
          failback_delay,
          (lists_are_one_field, "lists are one field of the switch",
           ("switch",)),
          (lists_are_one_field, "lists are one field of a port group",
           ("vms",)),
          lists_of_a_portgroup_stay, no_active_uplink,
          new_and_removed_uplinks, events_of_uplinks, renamed_uplink,
          alternative_names, many_uplinks], topology)
