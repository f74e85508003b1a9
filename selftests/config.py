#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The configuration as a file: vmkctl config save, show, diff, apply, confirm
and revert.

  namespace "sw"                              namespace "stack"
  vSwitch0: up1, up2                          vmk1 (vMotion)
    Management: vmk0    vMotion    a trunk
  second one: no uplink
  not taken: up3; up4 is a port of the bridge br0
"""

import json
import os
import re
import select
import shutil
import signal
import stat
import subprocess

from ctl.ktap import (DEADLINE, Skip, check, defer, equal, main, run,
                      wait_for)
from ctl.net import Netns, netns_path

FOLDER = "/run/vswitch-test"
SAVED = "/etc/vswitch/config.yaml"
GUARD = "/run/vswitch"
MAN_PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "../docs/man/vswitch-config.5")

STATE = """
vswitch add -v vSwitch0
vswitch set -v vSwitch0 -m 9000 -c both --failback-delay 250
vswitch uplink add -u up1 -v vSwitch0
vswitch uplink add -u up2 -v vSwitch0
vswitch policy failover set -v vSwitch0 -a up2 -s up1 -l iphash -b false
vswitch policy security set -v vSwitch0 -f true
vswitch policy shaping set -v vSwitch0 -e true -b 2000 -k 3000 -t 4000
portgroup add -p Management -v vSwitch0
portgroup add -p vMotion -v vSwitch0
portgroup set -p vMotion -v 20
portgroup policy failover set -p vMotion -a up1 -s up2 -l explicit
portgroup policy failover set -p Management -n false
portgroup policy security set -p vMotion -m true
portgroup policy shaping set -p vMotion -k 5000
portgroup add -p trünk -v vSwitch0
portgroup set -p trünk --vlan-trunk 30,10-20
portgroup policy failover set -p trünk -a= -s=
vswitch add -v second
portgroup add -p unused -v second
portgroup set -p unused -v 4095
interface add -i vmk0 -p Management -m 8000
interface tag add -i vmk0 -t Management,VMotion
interface ipv4 set -i vmk0 -t static -I 10.0.0.2 -N 255.255.255.0 -g 10.0.0.1
interface ipv6 set -i vmk0 -r false
interface ipv6 address add -i vmk0 -I fd00::2/64
interface ipv6 address add -i vmk0 -I fd00:1::2/48
interface ipv6 set -i vmk0 -g fd00::1
interface add -i vmk1 -p vMotion -N {stack} -M 02:00:00:00:00:0b
interface ipv4 set -i vmk1 -t static -I 10.0.20.2 -N 255.255.255.0
interface add -i vmk2 -p unused
interface ipv6 set -i vmk2 -e false
interface set -i vmk2 -e false
"""


class Site:
    """See the top of the file."""

    def __init__(self):
        if not shutil.which("vmkctl"):
            raise Skip("no vmkctl")
        self.sw = Netns("sw", ipv6=True)
        self.stack = Netns("stack", ipv6=True)
        self.far = Netns("far")
        self.sw.ip("\n".join(
            [f"link add up{i} type veth peer name w{i} netns {self.far.name}"
             for i in range(1, 5)] +
            [f"link set up{i} up" for i in range(1, 5)] +
            ["link add br0 type bridge", "link set up4 master br0"]))
        self.far.ip("\n".join(f"link set w{i} up" for i in range(1, 5)))
        os.makedirs(FOLDER, exist_ok=True)
        defer(shutil.rmtree, FOLDER)
        self.events = self.sw.events()
        self.nl = self.sw.client()
        self.fill()
        self.whole = self.file(self.vmkctl("config show"), "whole.yaml")

    def vmkctl(self, line):
        """A command that has to succeed; returns what it prints."""
        return self.sw.run("vmkctl", *line.split())

    def tried(self, line):
        """A command; its exit status, output and what it says."""
        done = self.sw.run("vmkctl", *line.split(), ok=False)
        return done.returncode, done.stdout, done.stderr

    def fill(self):
        """Makes the state from nothing."""
        self.empty()
        for line in STATE.strip().format(stack=self.stack.name).split("\n"):
            self.vmkctl(line)

    def refill(self):
        """Makes the state from what a case has left of it."""
        self.vmkctl(f"config apply -f {self.whole}")

    def empty(self):
        """Removes all."""
        for row in self.nl.dump("vmk-get"):
            self.nl.do("vmk-del", ifname=row["ifname"], force=True)
        for row in self.nl.dump("switch-get"):
            self.nl.do("switch-del", name=row["name"])

    def state(self):
        """All that a configuration is about, as others than it show it."""
        out = self.nl.state()
        del out["port"]
        for rows in out.values():
            for row in rows:
                for volatile in ("ifindex", "port-id", "index", "id",
                                 "switch-index", "uplink-in-use", "state",
                                 "active-clients", "link-up"):
                    row.pop(volatile, None)
            rows.sort(key=lambda row: row.get("ifname") or row["name"])
        for ns in (self.sw, self.stack):
            out[ns.name] = addresses(ns)
        return out

    def file(self, text, name="a.yaml"):
        """Writes a file; returns its path."""
        path = f"{FOLDER}/{name}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def changed(self, *changes):
        """A file that differs from the state in some places."""
        text = self.vmkctl("config show")
        for old, new in changes:
            check(old in text, f"no {old!r} in {text}")
            text = text.replace(old, new)
        return self.file(text, "changed.yaml")


def open_text(path):
    """What a file says."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def addresses(ns):
    """Static addresses and routes of adapters, and what IPv6 is told."""
    out = []
    for row in json.loads(ns.run("ip", "-j", "addr")):
        if not row["ifname"].startswith("vmk"):
            continue
        out += [(row["ifname"], a["local"], a["prefixlen"])
                for a in row["addr_info"] if a["scope"] == "global"]
        with ns:
            base = f"/proc/sys/net/ipv6/conf/{row['ifname']}"
            for name in ("disable_ipv6", "accept_ra"):
                with open(f"{base}/{name}", encoding="ascii") as file:
                    out.append((row["ifname"], name,
                                file.read().strip() != "0"))
    for family in ("-4", "-6"):
        for row in json.loads(ns.run("ip", family, "-j", "route")):
            if "gateway" in row:
                out.append((row["dst"], row["gateway"], row["dev"]))
    return sorted(out, key=str)


def unchanged(site, before, what):
    """Nothing is otherwise than before."""
    equal(site.state(), before, f"state after {what}")


def waiting():
    """Does a guard wait?"""
    return os.path.exists(f"{GUARD}/guard")


def comes_back(site, before, deadline=DEADLINE):
    """Waits until the guard has ended, and for the state before."""
    wait_for(lambda: not waiting(), "the guard has ended", deadline)
    unchanged(site, before, "the guard's end")


def saved_and_applied_on_an_empty_host(site):
    """The same comes back, from YAML and from JSON."""
    before = site.state()
    site.vmkctl("config save")
    defer(shutil.rmtree, os.path.dirname(SAVED))
    text = open_text(SAVED)
    equal(text, site.vmkctl("config show"), "saved and shown")
    as_json = site.file(site.vmkctl("-j config show"), "a.json")
    for words in ("config apply", f"config apply -f {as_json}"):
        site.empty()
        equal(site.vmkctl("config show"), "version: 1\n", "of nothing")
        site.vmkctl(words)
        unchanged(site, before, words)
        equal(site.vmkctl("config show"), text, f"shown after {words}")


def nothing_is_said_or_done_where_nothing_differs(site):
    """Neither a line nor an event."""
    path = site.changed()
    site.events.drain()
    site.sw.ip("link property add dev up1 altname vmnic7")
    defer(site.sw.ip, "link property del dev up1 altname vmnic7")
    other = site.file(open_text(path).replace('"up1"', '"vmnic7"'))
    for words in (f"config diff -f {path}", f"config apply -f {path}",
                  f"config diff -f {other}",
                  f"config apply -f {path} --confirm 100"):
        equal(site.tried(words), (0, "", ""), words)
    equal(site.events.pending(), [], "events")
    check(not waiting(), "a guard waits for nothing")


def only_the_difference_is_made(site):
    """Printed as commands that could be pasted, and no more events."""
    path = site.changed(("vlan-id: 20", "vlan-id: 21"),
                        ('"unused"', '"now used"'))
    want = (
        "vmkctl interface remove --interface-name=vmk2\n"
        "vmkctl portgroup remove --portgroup-name=unused "
        "--vswitch-name=second\n"
        "vmkctl portgroup set --portgroup-name=vMotion --vlan-id=21\n"
        "vmkctl portgroup add --portgroup-name='now used' "
        "--vswitch-name=second\n"
        "vmkctl portgroup set --portgroup-name='now used' --vlan-id=4095\n"
        "vmkctl interface add --interface-name=vmk2 "
        "--portgroup-name='now used' --mac-address=MAC\n"
        "vmkctl interface set --interface-name=vmk2 --enabled=false\n"
        "vmkctl interface ipv6 set --interface-name=vmk2 "
        "--enable-ipv6=false --enable-router-adv=true\n")
    mac = site.nl.do("vmk-get", ifname="vmk2")["mac"]
    want = want.replace("MAC", mac)
    before = site.state()
    equal(site.tried(f"config diff -f {path}"), (1, want, ""), "diff")
    equal(site.tried(f"config apply -n -f {path}"), (0, want, ""), "dry run")
    unchanged(site, before, "looking")
    site.events.drain()
    equal(site.tried(f"config apply -f {path}"), (0, want, ""), "apply")
    names = {row.get("ifname") or row.get("name")
             for _, row in site.events.pending()}
    equal(names - {"vmk2", "unused", "vMotion", "now used", "second"},
          set(), "others that events tell of")
    equal(site.tried(f"config diff -f {path}"), (0, "", ""), "diff after it")
    site.refill()


def pasted_into_a_shell(site):
    """What diff prints does what apply does."""
    site.vmkctl("config save")
    defer(shutil.rmtree, os.path.dirname(SAVED))
    before = site.state()
    site.empty()
    lines = site.tried("config diff")[1]
    site.sw.run("sh", "-e", text=lines)
    unchanged(site, before, "the shell")


BAD = (
    ("version: 1\nswitches: {\n", r"3:1: "),
    ("version: 1\nswiches: []\n", r"2:1: unknown key 'swiches'; the nearest"),
    ("version: 1\nversion: 1\n", r"2:1: key 'version' is given twice"),
    ("version: 1\nswitches:\n- {name: a, mtu: 12}\n", r"3:18: '12': not a"),
    ("version: 1\nswitches:\n- {name: a, mtu: many}\n", r"3:18: 'many': not"),
    ("version: 1\nadapters:\n- {name: vmk0, portgroup: x}\n",
     r"3:27: 'x': no such port group"),
    ('{"version": 1,\n "switches": [{"name": 5,\n  "mtu": null}]}',
     r"3:10: 'null': not"),
)


ROUTES = """
route ipv4 add -n 10.9.0.0/16 -g 10.0.0.9
route ipv6 add -n fd00:9::/64 -g fd00::9
route ipv4 add -n 10.9.0.0/16 -g 10.0.20.9 -N {stack}
interface add -i vmk3 -p unused
interface ipv4 set -i vmk3 -t static -I 10.7.0.1 -N 255.255.255.255 -g 10.6.0.1
"""


def routes_come_back(site):
    """Static ones, also by the gateway of an address that is alone."""
    path = f"{FOLDER}/routes.yaml"
    for line in ROUTES.strip().format(stack=site.stack.name).split("\n"):
        site.vmkctl(line)
    defer(site.refill)
    got, _, err = site.tried("route ipv4 add -n 10.9.0.0/16 -g 10.0.0.8")
    equal(got, 1, "another route to a network")
    check("there is such a route already" in err, err)
    before = site.state()
    equal(site.tried(f"config save -f {path}"), (0, "", ""), "save")
    site.empty()
    site.vmkctl(f"config apply -f {path}")
    unchanged(site, before, "apply")
    equal(site.tried(f"config diff -f {path}"), (0, "", ""), "diff")


def what_no_configuration_says(site):
    """It is told of, and what is saved can be applied."""
    path = f"{FOLDER}/by-hand.yaml"
    defer(site.refill)
    defer(site.empty)
    site.vmkctl("route ipv4 add -n 10.9.0.0/16 -g 10.0.0.9")
    for line, warning in (
            ("addr add 10.0.5.2/24 dev vmk0",
             "'vmk0': 10.0.5.2/24: a further IPv4 address"),
            ("route add 10.9.0.0/16 via 10.0.0.8 metric 5",
             "'10.9.0.0/16': a route beside another one"),
            ("route add 10.8.0.0/16 dev vmk0",
             "'10.8.0.0/16': a route without a gateway"),
            ("route add fd00:8::/64 via fe80::1 dev vmk0",
             "'fd00:8::/64': a route by a link-local gateway"),
            ("route add fd00:7::/64 nexthop via fd00::8 nexthop via fd00::9",
             "'fd00:7::/64': a route with several next hops")):
        site.sw.ip(line)
        got, out, err = site.tried(f"config save -f {path}")
        equal((got, out), (0, ""), line)
        check(f"config save: {warning} is in no configuration\n" in err, err)
    equal(site.tried(f"config diff -f {path}"), (0, "", ""), "diff")

    site.sw.ip("route replace default via 10.1.1.1 dev vmk0 onlink")
    saved = open_text(path)
    got, out, err = site.tried(f"config save -f {path}")
    equal((got, out), (1, ""), "a state that could not be applied")
    check("the running state cannot be saved:" in err and
          "not in the network of 10.0.0.2/24" in err, err)
    equal(open_text(path), saved, "the file")
    # It can be left, though.
    site.vmkctl(f"config apply -f {path}")
    equal(site.tried(f"config diff -f {path}"), (0, "", ""), "diff")


def left_out_at_boot(site):
    """A NIC that has died does not take the others with it."""
    gone = site.changed(
        ('\n  uplinks:\n  - "up1"\n', '\n  uplinks:\n  - "gone"\n  - "up1"\n'),
        ('active-uplinks:\n      - "up2"\n',
         'active-uplinks:\n      - "up2"\n      - "gone"\n'))
    before = site.state()
    site.empty()
    got, _, err = site.tried(f"config apply -f {gone}")
    equal(got, 1, "not lenient")
    check("'gone': no such network device" in err, err)
    equal(site.vmkctl("config show"), "version: 1\n", "not lenient")
    got, _, err = site.tried(f"config apply --lenient -f {gone}")
    equal((got, err), (0, "vmkctl: config apply: 'vSwitch0': uplink 'gone' "
                       "left out: no such interface\n"), "lenient")
    unchanged(site, before, "a lenient apply")
    site.sw.ip("link add gone type dummy")
    defer(site.sw.ip, "link del gone")
    site.vmkctl(f"config apply --lenient -f {gone}")
    equal(site.tried(f"config diff -f {gone}"), (0, "", ""), "it is back")
    site.refill()


def bad_files(site):
    """One line with the place, and nothing changed."""
    before = site.state()
    for text, want in BAD:
        path = site.file(text)
        for words, status in (("apply", 1), ("diff", 2)):
            got, out, err = site.tried(f"config {words} -f {path}")
            equal((got, out), (status, ""), f"{words} of {text!r}")
            check(re.fullmatch(f"vmkctl: config {words}: {path}:{want}.*\n",
                               err), f"{text!r}: {err!r}")
    for path in (FOLDER, f"{FOLDER}/nowhere"):
        got, out, err = site.tried(f"config apply -f {path}")
        equal((got, out, err.count("\n")), (1, "", 1), f"apply of {path}")
    unchanged(site, before, "bad files")


def fails_half_way(site):
    """What the kernel refuses only when its turn has come."""
    before = site.state()
    for nic, why in (("nowhere", "no such network device"),
                     ("up4", "already has a master")):
        path = site.changed(
            ("vlan-id: 20", "vlan-id: 21"), ("mtu: 9000", "mtu: 9001"),
            ("10.0.0.2/24", "10.0.0.3/24"), (r'"tr\xFCnk"', '"renamed"'),
            ("  failback-delay: 100\n  uplinks: []",
             f"  failback-delay: 100\n  uplinks: [{nic}]"))
        got, out, err = site.tried(f"config apply -f {path}")
        equal(got, 1, "status")
        check(out.count("\n") > 5, f"steps: {out}")
        check(re.fullmatch(f"vmkctl: config apply: vswitch uplink add: "
                           f"'{nic}': .*{why}.*; the former state is back\n",
                           err), err)
        unchanged(site, before, f"failing at {nic}")
    check(not waiting(), "a guard waits")


def many(site, count):
    """A file with many port groups more."""
    text = site.vmkctl("config show")
    more = "".join(f'  - name: "pg{i}"\n    vlan-id: {i + 100}\n'
                   for i in range(count))
    # the last port group of the state is the second switch's
    at = text.index("adapters:") if "netstacks:" not in text \
        else text.index("netstacks:")
    return site.file(text[:at] + more + text[at:], "many.yaml")


def killed_half_way(site):
    """vmkctl itself is gone before it has made the change."""
    before = site.state()
    path = many(site, 250)
    site.events.drain()
    with site.sw:
        # pylint: disable-next=consider-using-with
        proc = subprocess.Popen(["vmkctl", "config", "apply", "-f", path],
                                stdout=subprocess.DEVNULL)
    # The first of them: to take all that come, one would wait for the last.
    seen, _, _ = select.select([site.events.listen.sock], [], [], DEADLINE)
    proc.send_signal(signal.SIGKILL)
    check(seen, "the change has not begun")
    proc.wait()
    count = sum(row["name"].startswith("pg")
                for row in site.nl.dump("portgroup-get"))
    check(count < 250, "it was done before it was killed")
    comes_back(site, before, DEADLINE * 3)


def the_guard():
    """The process that waits, by its place in /proc."""
    mine = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if words[:3] == [b"vmkctl", b"config", b"apply"]:
            mine.append(int(pid))
    return mine


def not_confirmed(site):
    """The shell and all that it has started is killed, the state returns."""
    before = site.state()
    path = site.changed(("10.0.0.2/24", "10.0.0.3/24"))
    wait = 2 * DEADLINE     # for a machine that stands still now and then
    with site.sw:
        # pylint: disable-next=consider-using-with
        shell = subprocess.Popen(
            ["sh", "-c", f"vmkctl config apply -f {path} --confirm {wait:.0f}; "
             "exec sleep 100"], stdout=subprocess.PIPE, text=True,
            start_new_session=True)
    lines = [shell.stdout.readline() for _ in range(2)]
    check("--ipv4=10.0.0.3 " in lines[0], lines[0])
    check(lines[1].startswith("vmkctl config confirm "), lines[1])
    os.killpg(shell.pid, signal.SIGKILL)
    shell.wait()
    shell.stdout.close()
    wait_for(lambda: len(the_guard()) == 1, "only the guard is left")
    guards = the_guard()
    equal(os.getsid(guards[0]), os.getpgid(guards[0]), "its session")
    check(os.getsid(guards[0]) != shell.pid, "it is of the shell's session")
    fds = f"/proc/{guards[0]}/fd"
    equal([os.readlink(f"{fds}/{i}") for i in range(3)], ["/dev/null"] * 3,
          "its standard streams")
    check("10.0.0.3" in site.vmkctl("config show"), "no change")
    comes_back(site, before, 2 * wait)


def confirmed(site):
    """It stays, and one change at a time waits."""
    before = site.state()
    path = site.changed(("10.0.0.2/24", "10.0.0.3/24"))
    site.vmkctl(f"config apply -f {path} --confirm 100")
    got, out, err = site.tried(f"config apply -f {path} --confirm 5")
    equal((got, out), (1, ""), "a second change")
    check(re.search("another change .* waits to be confirmed", err), err)
    equal(site.tried("config confirm"), (0, "", ""), "confirm")
    got, out, err = site.tried("config confirm")
    equal((got, out), (1, ""), "confirm again")
    check("no change waits to be confirmed" in err, err)
    equal(the_guard(), [], "guards")
    equal(os.listdir(GUARD), ["lock"], f"files in {GUARD}")
    equal(site.tried(f"config diff -f {path}"), (0, "", ""), "diff")
    check(site.state() != before, "the change is not there")
    site.refill()


def revoked(site):
    """Also when the guard has been killed."""
    before = site.state()
    path = site.changed(("10.0.0.2/24", "10.0.0.3/24"))
    site.vmkctl(f"config apply -f {path} --confirm 100")
    equal(site.tried("config revert"), (0, "", ""), "revert")
    unchanged(site, before, "revert")
    got, out, err = site.tried("config revert")
    equal((got, out), (1, ""), "revert again")
    check("no change waits" in err, err)

    site.vmkctl(f"config apply -f {path} --confirm 100")
    former = f"{GUARD}/former.yaml"
    equal([stat.S_IMODE(os.stat(p).st_mode) for p in (GUARD, former)],
          [0o700, 0o600], "modes")
    for pid in the_guard():
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not the_guard(), "the guard is dead")
    check(site.state() != before, "the change is not there")
    got, out, err = site.tried(f"config apply -f {site.whole}")
    equal((got, err.count("\n")), (1, 1), "another change meanwhile")
    check("earlier change was neither confirmed nor undone" in err, err)
    site.vmkctl("config revert")
    unchanged(site, before, "revert without a guard")

    site.vmkctl(f"config apply -f {path} --confirm 100")
    for pid in the_guard():
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not the_guard(), "the guard is dead")
    equal(site.tried("config confirm"), (0, "", ""), "without a guard")
    check(site.state() != before, "the change is not there")
    equal(os.listdir(GUARD), ["lock"], f"files in {GUARD}")
    site.refill()

    site.vmkctl(f"config apply -f {path} --confirm 100")
    for pid in the_guard():
        os.kill(pid, signal.SIGTERM)
    comes_back(site, before)


def checked(site):
    """The host answers, or it does not."""
    before = site.state()
    path = site.changed(("10.0.0.2/24", "10.0.0.3/24"))
    got, out, err = site.tried(f"config apply -f {path} --check 10.0.0.4 "
                               "--confirm 2")
    equal(got, 1, "status without an answer")
    check("--ipv4=10.0.0.3 " in out, out)
    check(re.fullmatch("vmkctl: config apply: --check '10.0.0.4': .*; the "
                       "former state is back\n", err), err)
    unchanged(site, before, "no answer")
    site.vmkctl(f"config apply -f {path} --check 10.0.0.3")
    check(not waiting(), "a guard waits")
    equal(site.tried(f"config diff -f {path}"), (0, "", ""), "diff")
    site.refill()
    for words in ("--confirm 0", "--confirm 86401", "--confirm x",
                  "--check="):
        got, out, err = site.tried(f"config apply -f {path} {words}")
        equal((got, out, err.count("\n")), (2, "", 1), words)


def a_stack_is_made_and_kept(site):
    """apply removes no namespace."""
    text = site.vmkctl("config show")
    at = text.index('- name: "vmk1"')
    text = text[:at] + text[text.index('- name: "vmk2"'):]
    stacks = f'netstacks:\n- name: "{site.stack.name}"\n'
    check(stacks in text, text)
    path = site.file(text.replace(stacks, ""))
    site.vmkctl(f"config apply -f {path}")
    check(os.path.exists(netns_path(site.stack.name)), "the stack is gone")
    equal(site.tried(f"config diff -f {path}"), (0, "", ""), "diff")
    site.refill()


def files_are_whole_and_private(site):
    """Mode 0600, by renaming, in the place of a file only."""
    path = f"{FOLDER}/saved.yaml"
    old = os.umask(0)
    defer(os.umask, old)
    site.vmkctl(f"config save -f {path}")
    first = os.stat(path)
    equal(stat.S_IMODE(first.st_mode), 0o600, "mode")
    site.vmkctl(f"config save -f {path}")
    check(os.stat(path).st_ino != first.st_ino, "it was written in place")
    os.symlink(path, f"{FOLDER}/link")
    for target, why in ((f"{FOLDER}/link", "File exists"),
                        ("/dev/full", "File exists"),
                        (f"{FOLDER}/nowhere/a", "No such file"),
                        (FOLDER, "Is a directory")):
        got, out, err = site.tried(f"config save -f {target}")
        equal((got, out, err), (1, "", f"vmkctl: config save: {target}: "
                                f"{err.split(': ')[-1]}"), "refusal")
        check(why in err, err)
    equal([n for n in os.listdir(FOLDER) if n.startswith(".")], [],
          "temporary files")
    run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", "/mnt")
    defer(run, "umount", "/mnt")
    run("sh", "-c", "echo old >/mnt/a.yaml")
    got, out, err = site.tried("config save -f /mnt/a.yaml")
    equal((got, out), (1, ""), "save on a full disk")
    check("No space left" in err, err)
    equal((os.listdir("/mnt"), run("cat", "/mnt/a.yaml")),
          (["a.yaml"], "old\n"), "the old file")


def example_of_the_man_page(site):
    """It works as it stands there, on other NICs."""
    with open(MAN_PAGE, encoding="utf-8") as file:
        text = file.read().split(".EX\n")[1].split(".EE\n")[0]
    site.vmkctl("config apply -f " + site.file(text.replace("eth1", "up1")))
    equal(site.nl.do("portgroup-get", name="Management")["vlan"], 10, "VLAN")
    check("10.0.10.1/24" in site.sw.run("ip", "addr", "show", "dev", "vmk0"),
          "no address")
    site.refill()


CASES = [
    saved_and_applied_on_an_empty_host,
    nothing_is_said_or_done_where_nothing_differs,
    only_the_difference_is_made,
    pasted_into_a_shell,
    routes_come_back,
    what_no_configuration_says,
    left_out_at_boot,
    bad_files,
    fails_half_way,
    killed_half_way,
    not_confirmed,
    confirmed,
    revoked,
    checked,
    a_stack_is_made_and_kept,
    files_are_whole_and_private,
    example_of_the_man_page,
]

if __name__ == "__main__":
    main(CASES, Site)
