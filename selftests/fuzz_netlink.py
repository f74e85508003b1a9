#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Netlink requests, valid ones and ones made wrong, from several senders at
once, with and without privilege: see fuzz/nlfuzz.c, which makes them from
the spec. Then the kernel must still work.

$VSW_FUZZ_MESSAGES says how many, $VSW_SEED what they are made of.

     senders 0-3 (root), 4 (nobody),        5 (nobody, root of its own
     a listener                                namespaces)
   +---------------------------------+      +---------------+
   | fuzz                            |      | unnamed       |
   |   dummyN, pairN--peerN, tapN    |      |   the same    |
   +---------------------------------+      +---------------+
   +----------+ +----------+
   | stack1   | | stack2   |  TCP/IP stacks for adapters
   +----------+ +----------+
"""

import os
import re
import shutil
import subprocess
import tempfile

from ctl import tools
from ctl.host import kernel_setting
from ctl.ktap import (KernelLog, check, defer, diag, equal, main, run,
                      wait_for)
from ctl.net import Netns
from ctl.nl import Client, NlError, spec
from ctl.site import Site

MESSAGES = int(os.environ.get("VSW_FUZZ_MESSAGES", "20000"))
SEED = int(os.environ.get("VSW_SEED", "1"), 0)
SWITCHES = 64       # more must not pile up
ENOUGH = 20000      # messages, for each command to be accepted at least once
PLENTY = 2000000    # the same, with each of its attributes

# What the family says where nothing better was said.
VAGUE = "refused by another part of the kernel"

# To make or unmake an interface takes as long as a hundred other requests, on
# a debug kernel several hundred; so does an uplink of a switch with all VLANs.
SLOW = ["switch-add", "switch-del"]
LINKS = 10
LONG = MESSAGES > 100000
LARGE, SMALL = 4 << 20, 700000      # bytes of a log
if LONG:
    SLOW += ["vmk-add", "vmk-del", "uplink-add", "uplink-del"]
    LINKS = 3
# A message takes 0.5 ms, and a hundred times as long on a debug kernel that
# shares its processors.
DEADLINE = 300 + MESSAGES * 0.05


def topology():
    """See the top of the file."""
    for module in ("dummy", "veth", "tun"):
        run("modprobe", module, ok=False)
    # Each change of an interface's mode is worth a line, which takes longer
    # to print than the change.
    kernel_setting("kernel.printk", "5 4 1 7")
    kernel_setting("net.core.rmem_max", str(8 << 20))
    ns = Netns("fuzz", ipv6=True)
    ns.ip("\n".join(f"tuntap add tap{i} mode tap\nlink set dev tap{i} up"
                    for i in range(4)))
    ns.stacks = [Netns("stack1"), Netns("stack2")]
    return ns


def nlfuzz(ns, *args):
    """Runs the fuzzer; returns what it prints. The kernel's log is read
    meanwhile, lest what it tells first is lost."""
    program = tools.path("nlfuzz")
    log, reports = KernelLog(), []
    with tempfile.TemporaryFile("w+") as out:
        with ns:
            # pylint: disable-next=consider-using-with
            proc = subprocess.Popen([program, *args], stdout=out,
                                    stderr=subprocess.STDOUT)
        defer(proc.kill)

        def ended():
            reports.extend(log.reports())
            return proc.poll() is not None

        wait_for(ended, "nlfuzz ends", DEADLINE)
        out.seek(0)
        text = out.read()
    check(not reports, "\n".join(reports[:40]) + "\n" + text)
    equal(proc.returncode, 0, f"exit status of nlfuzz:\n{text}")
    return text


def log_of(path, sender=0):
    """What the fuzzer has logged of a sender, the older part first."""
    with open(path, "rb") as file:
        data = file.read()
    senders = int(data.split(b",", 1)[0].split()[-1])
    size = len(data) // senders // 2
    texts = []
    for at in range(2 * sender * size, 2 * (sender + 1) * size, size):
        texts.append(data[at:at + size].split(b"\0", 1)[0].decode("ascii"))
    return sorted(filter(None, texts),
                  key=lambda t: int(re.search(r"part (\d+),", t)[1]))


def repeatable(_ns):
    """One seed, one stream of messages, where nothing is to be learned; and
    what was logged last can be sent again."""
    logs = []
    for seed, count, size in ((SEED, 500, LARGE), (SEED, 500, LARGE),
                              (SEED + 1, 3000, SMALL)):
        path = f"/run/nlfuzz-{os.getpid()}"
        with open(path, "wb") as file:
            file.truncate(size)
        ns = Netns(f"again{len(logs)}")
        nlfuzz(ns, "--seed", str(seed), "--messages", str(count),
               "--threads", "0", "--unprivileged", "1", "--log", path)
        logs.append(log_of(path))
        if len(logs) == 3:
            text = nlfuzz(ns, "--replay", path)
            check(f"{count}: " in text or f"{count - 1}: " in text,
                  f"replay: {text}")
            check("\n0: " not in text, "what is old was not forgotten")
        ns.delete()
        os.unlink(path)
    equal(logs[0][0].count("\n"), 501, "lines of the log")
    check(logs[0] == logs[1], "two runs with one seed differ")
    check(logs[0][0].split("\n")[1:] != logs[2][0].split("\n")[1:],
          "two runs with different seeds do not differ")
    equal(len(logs[2]), 2, "texts of a log that was full")
    check(int(re.search(r"part (\d+),", logs[2][1])[1]) > 1,
          "it was full once only")


def replayed(_ns):
    """What somebody with all rights has sent does the same when it is sent
    again in another namespace."""
    path, states = f"/run/nlfuzz-{os.getpid()}", []
    for what in (["--seed", str(SEED), "--messages", "4000", "--threads", "1",
                  "--unprivileged", "0", "--log"], ["--replay"]):
        ns, stack = (Netns(f"{n}{len(states)}") for n in ("again", "other"))
        nlfuzz(ns, *what, path, "--netns", f"/run/netns/{stack.name}")
        with ns:
            client = Client()
        states.append({kind: sorted(row.get("name") or row["ifname"]
                                    for row in rows)
                       for kind, rows in client.state().items()})
        client.close()
        ns.delete()
        stack.delete()
    os.unlink(path)
    check(states[0]["switch"], "nothing was made")
    diag(states[0])
    equal(states[1], states[0], "objects")


def attributes(line):
    """Of what nlfuzz says was accepted of a command, how often each of its
    attributes was in that; those in nests by their path."""
    path, name, out = [], None, {}
    for word in line.split():
        if word == "(":
            path.append(name)
        elif word == ")":
            path.pop()
        elif word.isdigit():
            out["/".join([*path, name])] = int(word)
        else:
            name = word
    return out


def all_get_through(text):
    """Each command is accepted at times, and each event told."""
    counts = re.findall(r"^(\S+ +do|\S+-get +dump) +\d+ +(\d+)", text,
                        re.MULTILINE)
    counts += re.findall(r"^(\S+-ntf) +(\d+)$", text, re.MULTILINE)
    names = {name.split()[0] for name, _ in counts}
    equal(set(spec().ops) - names, set(), "nothing is told of")
    equal([name for name, count in counts if count == "0"], [],
          "never accepted or told")


def all_attributes_get_through(text):
    """Each command is accepted at times with each of its attributes."""
    lines = re.findall(r"^accepted (.*?): (.*)", text, re.MULTILINE)
    equal({what.split()[0] for what, _ in lines},
          {name for name, op in spec().ops.items() if "notify" not in op},
          "commands that are told of")
    equal([f"{what}: {name}" for what, line in lines
           for name, count in attributes(line).items() if not count], [],
          "attributes never accepted")


def log():
    """What was sent last is kept where it outlives the machine."""
    recorder = os.environ.get("RECORDER")
    return ["--log", recorder] if recorder else []


def messages(ns):
    """What comes back is what netlink and the spec promise."""
    stacks = []
    for stack in ns.stacks:
        stacks += ["--netns", f"/run/netns/{stack.name}"]
    rare = [word for name in SLOW for word in ("--rare", name)]
    text = nlfuzz(ns, "--seed", str(SEED), "--messages",
                  str(MESSAGES), "--links", str(LINKS), *rare, *stacks,
                  *log())
    diag(text)
    check(VAGUE not in text, "a refusal without a reason of its own")
    if MESSAGES >= ENOUGH:
        all_get_through(text)
    if MESSAGES >= PLENTY:
        all_attributes_get_through(text)
    with ns:
        client = Client()
    defer(client.close)
    switches = len(client.dump("switch-get"))
    check(switches <= SWITCHES, f"{switches} switches are left")


def undone(ns):
    """What is left can be deleted by command."""
    with ns:
        client = Client()
    defer(client.close)
    for row in client.dump("vmk-get"):
        client.do("vmk-del", ifname=row["ifname"], force=True)
    for row in client.dump("port-get"):
        if row["kind"] == "vm":
            client.do("port-del", id=row["id"])
    for row in client.dump("uplink-get"):
        client.do("uplink-del", ifname=row["ifname"], switch=row["switch"])
    for row in client.dump("portgroup-get"):
        client.do("portgroup-del", name=row["name"])
    for row in client.dump("switch-get"):
        client.do("switch-del", name=row["name"])
    left = {kind: rows for kind, rows in client.state().items() if rows}
    equal(left, {}, "left")
    try:
        client.do("switch-get", name="vSwitch0")
    except NlError as err:
        check(err.msg, "a refusal without a reason")


def frames(_ns):
    """A fresh switch passes frames."""
    site = Site("a b")
    site.portgroup("vms", vlan=10)
    site.vm("a", "vms")
    site.vm("b", "vms")
    equal(site.send("a", "b"), ({"b": ""}, {}), "received by, drops")
    equal(site.send("a", "ff:ff:ff:ff:ff:ff"),
          ({"b": "", "w1": "10"}, {}), "broadcast: received by, drops")


main([repeatable, replayed, messages, undone, frames], setup=topology)
