#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The running kernel against uapi/vswitch.yaml: family, commands, and for each
command the attributes it takes with their types, ranges, lengths and masks,
as the kernel tells of them (CTRL_CMD_GETPOLICY). Then the kernel's own
client, ynl, uses the spec.
"""

import glob
import json
import os
import re
import runpy
import sys
import tempfile
import traceback

from ctl.ktap import Skip, check, defer, equal, main, wait_for
from ctl.net import Netns
from ctl.nl import (CTRL_ATTR_FAMILY_ID, CTRL_CMD_GETFAMILY,
                    CTRL_CMD_GETPOLICY, GENL_ID_CTRL, NLM_F_ACK, NLM_F_DUMP,
                    NLMSG_DONE, SPEC, NlError, attr, attrs, scalar, spec)

CTRL_ATTR_POLICY = 8
CTRL_ATTR_OP_POLICY = 9
CTRL_ATTR_OP = 10

CAP_DO = 0x02
CAP_DUMP = 0x04
CAP_HASPOL = 0x08
UNS_ADMIN_PERM = 0x10

# enum netlink_attribute_type
TYPES = {1: "flag", 4: "u32", 8: "s32", 10: "binary", 11: "string",
         12: "nul-string", 13: "nest", 17: "uint"}

# enum netlink_policy_type_attr
(TYPE, MIN_S, MAX_S, MIN_U, MAX_U, MIN_LEN, MAX_LEN, POLICY_IDX, MAXTYPE,
 BITFIELD, _PAD, MASK) = range(1, 13)

HERE = os.path.dirname(os.path.abspath(__file__))


def topology():
    """A namespace with something of everything."""
    ns = Netns("sw")
    client = ns.client()
    client.do("switch-add", name="vSwitch0")
    client.do("portgroup-add", name="vms", switch="vSwitch0", vlan=10)
    client.do("portgroup-add", name="kernel", switch="vSwitch0",
              trunk=[{"first": 1, "last": 9}, {"first": 20, "last": 30}])
    ns.ip("link add eth1 type veth peer name eth2\n"
          "link add tap0 type veth peer name tap1")
    client.do("uplink-add", switch="vSwitch0", ifname="eth1")
    client.do("port-add", portgroup="vms", ifname="tap0",
              initial_mac="02:00:00:00:00:10")
    client.do("vmk-add", portgroup="kernel", tags=["management"])
    ns.ip("link set dev eth2 up")
    wait_for(lambda: client.do("uplink-get", ifname="eth1")["link-up"],
             "the uplink is up")
    ns.nl = client
    return ns


def family_attributes(ns):
    """What nlctrl tells of the family."""
    msg = ns.nl.sock.ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                         attr(CTRL_ATTR_FAMILY_ID,
                              ns.nl.family.to_bytes(2, sys.byteorder)))[0]
    return {n: data for _, n, data in attrs(msg.data, 4)}


def family(ns):
    """Name, version, multicast groups."""
    got = family_attributes(ns)
    equal(got[2].rstrip(b"\0").decode(), spec().name, "name")
    equal(scalar(got[3]), 1, "version")
    equal(scalar(got[4]), 0, "size of a user header")
    equal(sorted(ns.nl.groups), sorted(spec().groups), "multicast groups")


def commands(ns):
    """Exactly those of the spec, with do, dump and privilege as it says."""
    seen = {}
    for _, _, entry in attrs(family_attributes(ns)[6]):
        parts = {n: data for _, n, data in attrs(entry)}
        seen[scalar(parts[1])] = scalar(parts[2])
    want = {}
    for op in spec().ops.values():
        if "notify" in op:
            continue
        flags = CAP_HASPOL
        if "do" in op:
            flags |= CAP_DO
        if "dump" in op:
            flags |= CAP_DUMP
        if "admin-perm" in op.get("flags", []):
            # In the user namespace that owns the network namespace, as the
            # spec's text says; the flag of its language names no namespace.
            flags |= UNS_ADMIN_PERM
        want[op["number"]] = flags
    names = {o["number"]: o["name"] for o in spec().ops.values()}
    equal({names.get(k, k): v for k, v in seen.items()},
          {names[k]: v for k, v in want.items()}, "flags of the commands")


def policies(ns, op):
    """The policies of a command: {"do": policy, "dump": policy}, where a
    policy is {number: rules} and nested ones are in the rules."""
    ask = attr(CTRL_ATTR_FAMILY_ID, ns.nl.family.to_bytes(2, sys.byteorder))
    ask += attr(CTRL_ATTR_OP,
                spec().ops[op]["number"].to_bytes(4, sys.byteorder))
    which, tables = {}, {}
    for msg in ns.nl.sock.ask(GENL_ID_CTRL, CTRL_CMD_GETPOLICY, ask,
                              NLM_F_ACK | NLM_F_DUMP):
        if msg.type == NLMSG_DONE:
            continue
        for _, number, data in attrs(msg.data, 4):
            if number == CTRL_ATTR_OP_POLICY:
                for _, _, entry in attrs(data):
                    which.update((n, scalar(d)) for _, n, d in attrs(entry))
            elif number == CTRL_ATTR_POLICY:
                for _, index, entry in attrs(data):
                    for _, at, rules in attrs(entry):
                        tables.setdefault(index, {})[at] = {
                            n: scalar(d) for _, n, d in attrs(rules)
                            if n != _PAD}

    def whole(index):
        out = {}
        for at, rules in tables.get(index, {}).items():
            rules = dict(rules)
            if POLICY_IDX in rules:
                rules["nested"] = whole(rules.pop(POLICY_IDX))
            out[at] = rules
        return out

    return {{1: "do", 2: "dump"}[n]: whole(i) for n, i in which.items()}


def expected(what):
    """What the kernel should tell of an attribute of the spec."""
    kind, rules, const = what["type"], what.get("checks", {}), spec().const
    out = {TYPE: {v: k for k, v in TYPES.items()}[
        "nul-string" if kind == "string" else kind]}
    if kind == "u32":
        if "flags-mask" in rules:
            out[MASK] = sum(spec().flags[rules["flags-mask"]].values())
            return out
        out[MIN_U] = const(rules.get("min", 0))
        out[MAX_U] = const(rules.get("max", 0xffffffff))
        if "enum" in what:
            values = spec().enums[what["enum"]].values()
            out[MIN_U], out[MAX_U] = min(values), max(values)
    elif kind == "string":
        out[MAX_LEN] = const(rules["max-len"])
    elif kind == "binary":
        out[MIN_LEN] = out[MAX_LEN] = const(rules["exact-len"])
    elif kind == "nest":
        inner = spec().sets[what["nested-attributes"]]
        out["nested"] = {a["number"]: expected(a) for a in inner.values()}
        out[MAXTYPE] = max(out["nested"])
    return out


def policy(ns, op):
    """One command."""
    seen = policies(ns, op)
    space = spec().sets[spec().ops[op]["attribute-set"]]
    modes = [m for m in ("do", "dump") if m in spec().ops[op]]
    equal(sorted(seen), sorted(modes), "ways to call it")
    # An operation of struct genl_ops has one policy for both ways.
    names = set()
    for mode in modes:
        names.update(spec().requests(op, mode))
    want = {space[n]["number"]: expected(space[n]) for n in names}
    for mode in modes:
        equal(seen[mode], want, f"policy of {mode} {op}")


def dumps_take_their_own(ns):
    """Where one policy serves get and dump, a dump refuses what names one
    object."""
    for op, one in (("switch-get", {"name": "vSwitch0"}),
                    ("portgroup-get", {"name": "vms"}),
                    ("uplink-get", {"ifname": "eth1"}),
                    ("port-get", {"ifname": "tap0"}),
                    ("port-get", {"id": 1 << 24 | 1}),
                    ("vmk-get", {"ifname": "vmk0"})):
        try:
            ns.nl.dump(op, **one)
        except NlError as err:
            check(err.msg, f"{op}: no message: {err}")
        else:
            check(False, f"{op}: not refused: {one}")


def every_attribute_is_in_the_spec(ns):
    """Replies bear what their part of the spec lists, and nothing else."""
    ns.nl.do("port-set", ifname="tap0", blocked=1)
    for kind in ("switch", "portgroup", "uplink", "port", "vmk"):
        op = f"{kind}-get"
        listed = set(spec().ops[op]["do"]["reply"]["attributes"])
        rows = ns.nl.dump(op)
        check(rows, f"{op}: nothing")
        seen = set().union(*rows)
        equal(sorted(seen - listed), [], f"{op}: not in the spec")
        # Some are for adapters on other stacks alone.
        equal(sorted(listed - seen - {"netns-id"}), [], f"{op}: never seen")


def constants(_ns):
    """The header's numbers are the spec's."""
    path = os.path.join(os.path.dirname(SPEC), "linux", "vswitch.h")
    if not os.path.exists(path):
        raise Skip(f"no {path}")
    with open(path, encoding="ascii") as file:
        text = file.read()
    for name, value in spec().consts.items():
        define = "VSWITCH_" + name.upper().replace("-", "_")
        check(re.search(rf"#define\s+{define}\s+{value}\b", text),
              f"{define} is not {value}")


# ynl ----------------------------------------------------------------------

def ynl_program():
    """ynl's own program: $YNL, that of the kernel tree this is in, or that
    of one beside it."""
    places = [os.environ.get("YNL", "")]
    for folder in ("ynl", "ynl/pyynl"):
        places += glob.glob(f"{HERE}/../build/*/tools/net/{folder}/cli.py")
        for up in ("../../../..", "../../../../.."):
            places.append(f"{HERE}/{up}/tools/net/{folder}/cli.py")
    for place in places:
        if os.path.exists(place):
            return os.path.realpath(place)
    raise Skip("no ynl: neither $YNL nor in a kernel tree")


def ynl_run(ns, *args):
    """
    Calls ynl in a child of this process, which has what it needs loaded: to
    start python anew for each call takes seconds under emulation. Returns
    its exit status and what it printed.
    """
    program = ynl_program()
    folder = os.path.dirname(program)
    if folder not in sys.path:
        sys.path.insert(0, folder)
        __import__("lib")
    with tempfile.TemporaryFile("w+") as out:
        pid = os.fork()
        if not pid:
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(out.fileno(), 2)
                sys.argv = [program, "--spec", os.path.realpath(SPEC),
                            "--no-schema", *args]
                with ns:
                    runpy.run_path(program, run_name="__main__")
                sys.stdout.flush()
                os._exit(0)
            except BaseException:  # pylint: disable=broad-except
                traceback.print_exc()
                sys.stdout.flush()
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        out.seek(0)
        return status, out.read()


def ynl(ns, *args):
    """Calls ynl; returns what it printed, as JSON."""
    status, text = ynl_run(ns, *args, "--output-json")
    check(not status, f"ynl {args}: {text}")
    return json.loads(text)


def ynl_dumps_every_object(ns):
    """The kernel's client understands every object."""
    for kind in ("switch", "portgroup", "uplink", "port", "vmk"):
        mine = ns.nl.dump(f"{kind}-get")
        theirs = ynl(ns, "--dump", f"{kind}-get")
        equal(len(theirs), len(mine), f"number of {kind} objects")
        for a, b in zip(theirs, mine):
            equal(sorted(a), sorted(b), f"attributes of a {kind}")
            for key, value in b.items():
                if isinstance(value, frozenset):
                    equal(sorted(a[key]), sorted(value), key)
                elif key not in ("stats", "drops"):
                    equal(a[key], value, key)


def ynl_makes_and_deletes_a_switch(ns):
    """And of a switch, a port group and an adapter the life."""
    got = ynl(ns, "--do", "switch-add", "--json",
              json.dumps({"name": "fromYnl", "mtu": 9000,
                          "discovery": "both"}))
    equal(got, ns.nl.do("switch-get", name="fromYnl"), "reply")
    defer(lambda: "fromYnl" in [s["name"] for s in ns.nl.dump("switch-get")]
          and ns.nl.do("switch-del", name="fromYnl"))
    ynl(ns, "--do", "portgroup-add", "--json",
        json.dumps({"name": "ynl pg", "switch": "fromYnl",
                    "trunk": [{"first": 5, "last": 6}]}))
    equal(ns.nl.do("portgroup-get", name="ynl pg")["trunk"],
          [{"first": 5, "last": 6}], "trunk")
    status, text = ynl_run(ns, "--do", "switch-add", "--json",
                           json.dumps({"name": "fromYnl"}))
    check(status and "exist" in text, f"a duplicate: {text}")
    ynl(ns, "--do", "switch-del", "--json", json.dumps({"name": "fromYnl"}))
    equal([s["name"] for s in ns.nl.dump("switch-get")], ["vSwitch0"],
          "switches")


if __name__ == "__main__":
    OPS = [n for n, o in spec().ops.items() if "notify" not in o]
    main([family, commands] +
         [(policy, f"policy of {op}", (op,)) for op in OPS] +
         [dumps_take_their_own, every_attribute_is_in_the_spec, constants,
          ynl_dumps_every_object, ynl_makes_and_deletes_a_switch], topology)
