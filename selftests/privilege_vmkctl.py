#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
What each command of vmkctl needs: to show, nothing; to change, CAP_NET_ADMIN
and not more, except where the kernel wants CAP_SYS_ADMIN to enter another
namespace. None writes a file, or starts a program other than ping, but those
on configuration files, to make stacks and for DHCP, and what the guard
watches, which is root's; names that others choose reach a terminal without
control characters.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import types
import unicodedata

from ctl.ktap import Skip, check, defer, equal, main, run, wait_for
from ctl.net import Netns, netns_path, sysctl
from ctl.nl import attr
from ctl.rtnl import IFLA_IFALIAS, IFLA_IFNAME, RTM_SETLINK, Rtnl, link
from ctl.subjects import CAP_NET_ADMIN, CAP_SYS_ADMIN, NOBODY, become, call

# Beside these, ping needs what the system's ping does.
NONE, ADMIN = frozenset(), frozenset({CAP_NET_ADMIN})
ENTER, ENTER_ADMIN = frozenset({CAP_SYS_ADMIN}), \
    frozenset({CAP_SYS_ADMIN, CAP_NET_ADMIN})

STATIC = "-t static -N 255.255.255.0 -I"

# What each command needs, in an order in which all of them succeed. {STACK}
# is a stack of its own, {PORT} a port.
COMMANDS = (
    ("vswitch add", "-v new", ADMIN),
    ("vswitch add", "-v a/b", ADMIN),           # has an alternative name
    ("vswitch remove", "-v a/b", ADMIN),
    ("vswitch set", "-v new -m 1600", ADMIN),
    ("vswitch uplink add", "-v new -u free1", ADMIN),
    ("vswitch list", "", NONE),
    ("config show", "", NONE),
    ("vswitch policy failover set", "-v new -a free1", ADMIN),
    ("vswitch policy failover get", "-v new", NONE),
    ("vswitch policy security set", "-v new -p true", ADMIN),
    ("vswitch policy security get", "-v new", NONE),
    ("vswitch policy shaping set", "-v new -e true", ADMIN),
    ("vswitch policy shaping get", "-v new", NONE),
    ("portgroup add", "-v new -p vms", ADMIN),
    ("portgroup add", "-v new -p kernel", ADMIN),
    ("portgroup set", "-p vms --vlan-trunk 1-9", ADMIN),
    ("portgroup list", "", NONE),
    ("portgroup policy failover set", "-p kernel -b false", ADMIN),
    ("portgroup policy failover get", "-p kernel", NONE),
    ("portgroup policy security set", "-p kernel -m true", ADMIN),
    ("portgroup policy security get", "-p kernel", NONE),
    ("portgroup policy shaping set", "-p kernel -b 9999 -k 9999", ADMIN),
    ("portgroup policy shaping get", "-p kernel", NONE),
    ("interface add", "-p kernel -i vmk3", ADMIN),
    ("interface add", "-p kernel -i vmk4 -N {STACK}", ADMIN),
    ("interface set", "-i vmk3 -m 1400", ADMIN),
    ("interface set", "-i vmk4 -m 1400", ADMIN),
    ("interface list", "", NONE),
    ("interface tag add", "-i vmk3 -t PTP", ADMIN),
    ("interface tag get", "-i vmk3", NONE),
    ("interface tag remove", "-i vmk3 -t PTP", ADMIN),
    ("interface ipv4 set", f"-i vmk3 {STATIC} 192.0.2.1", ADMIN),
    ("interface ipv4 set", f"-i vmk3 {STATIC} 192.0.2.2", ADMIN),
    ("interface ipv4 set", f"-i vmk4 {STATIC} 192.0.2.3", ENTER_ADMIN),
    ("netstack list", "", NONE),
    ("netstack get", "", NONE),
    ("netstack get", "-N {STACK}", ENTER),
    ("netstack set", "-N {STACK} -c reno", ENTER_ADMIN),
    ("route ipv4 add", "-n 10.9.0.0/16 -g 192.0.2.9", ADMIN),
    ("route ipv4 add", "-n 10.9.0.0/16 -g 192.0.2.9 -N {STACK}", ENTER_ADMIN),
    ("route ipv4 list", "", NONE),
    ("route ipv4 list", "-N {STACK}", ENTER),
    ("route ipv4 remove", "-n 10.9.0.0/16 -g 192.0.2.9", ADMIN),
    ("neighbor list", "", NONE),
    ("neighbor list", "-i vmk4", ENTER),
    ("neighbor remove", "-i vmk3 -a 192.0.2.9", ADMIN),
    ("interface ipv4 get", "-i vmk3", NONE),
    ("interface ipv4 get", "-i vmk4", ENTER),
    ("interface ipv4 address list", "-i vmk3", NONE),
    ("interface ipv4 address list", "", ENTER),
    ("interface ipv6 set", "-i vmk3 -e true -r true", ADMIN),
    ("interface ipv6 set", "-i vmk4 -e true -r true", ENTER_ADMIN),
    ("interface ipv6 get", "-i vmk3", NONE),
    ("interface ipv6 get", "-i vmk4", ENTER),
    ("interface ipv6 address add", "-i vmk3 -I fd00::1/64", ADMIN),
    ("interface ipv6 address add", "-i vmk4 -I fd00::2/64", ENTER_ADMIN),
    ("interface ipv6 address list", "-i vmk3", NONE),
    ("interface ipv6 address list", "-i vmk4", ENTER),
    ("route ipv6 add", "-n fd09::/64 -g fd00::9", ADMIN),
    ("route ipv6 list", "", NONE),
    ("route ipv6 remove", "-n fd09::/64 -g fd00::9", ADMIN),
    ("interface ipv6 address remove", "-i vmk3 -I fd00::1/64", ADMIN),
    ("interface ipv6 address remove", "-i vmk4 -I fd00::2/64", ENTER_ADMIN),
    ("ping", "-c 1 -H 127.0.0.1", NONE),
    ("ping", "-c 1 -H 127.0.0.1 --netstack {STACK}", ENTER),
    ("interface remove", "-i vmk3", ADMIN),
    ("interface remove", "-i vmk4", ADMIN),
    ("vmport add", "-n free2 -p vms", ADMIN),
    ("vmport set", "-n free2 -b true", ADMIN),
    ("vmport list", "", NONE),
    ("port list", "", NONE),
    ("port set", "-p {PORT} -b false", ADMIN),
    ("port stats get", "-p {PORT}", NONE),
    ("vm list", "", NONE),
    ("vm port list", "", NONE),
    ("nic list", "", NONE),
    ("nic get", "-n free1", NONE),
    ("nic stats get", "-n free1", NONE),
    ("nic down", "-n free1", ADMIN),
    ("nic up", "-n free1", ADMIN),
    ("monitor", "-c 1", NONE),
    ("vmport remove", "-n free2", ADMIN),
    ("portgroup remove", "-v new -p vms", ADMIN),
    ("vswitch uplink remove", "-v new -u free1", ADMIN),
    ("vswitch remove", "-v new", ADMIN),
)

FIRST = f"vsw{os.getpid()}-first"

# What there must be for a command, as words for ip.
BEFORE = {"neighbor remove": "neigh replace 192.0.2.9 lladdr 02:00:00:00:09:09 "
                             "dev vmk3"}

# This one wants a NIC on a bus; see administration.py.
ELSEWHERE = ("nic alias",)

# These are root's, as they write below /run; the file of a configuration is
# its owner's. Each has a case of its own.
OF_ROOT = ("netstack add", "netstack remove", "config apply",
           "config confirm", "config revert")
OF_FILES = ("config save", "config diff")

# These write sysctls; all others open nothing to write to it.
SYSCTLS = ("interface ipv4 set", "interface ipv6 set", "netstack set")

# System calls of x86-64, by what they do.
OPEN, OPENAT = 2, 257               # with flags
MAKE_FILES = (76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 133,
              188, 189, 190, 258, 259, 260, 263, 264, 265, 266, 268, 316, 437,
              452)
MAKE_PROCESSES = (56, 57, 58, 435)
AUDIT_ARCH_X86_64 = 0xc000003e
PR_SET_SECCOMP = 22
SECCOMP_KILL, SECCOMP_ALLOW = 0x80000000, 0x7fff0000
LOAD, EQUAL, ANY_OF, RETURN = 0x20, 0x15, 0x45, 0x06


def topology():
    """A namespace with two interfaces to take, and another stack."""
    # What ip makes of the folder at first is not to be done over others.
    run("ip", "netns", "add", FIRST)
    run("ip", "netns", "delete", FIRST)
    site = types.SimpleNamespace(sw=Netns("sw"), stack=Netns("stack"))
    if not shutil.which("vmkctl"):
        raise Skip("no vmkctl")
    site.nl = site.sw.client()
    site.sw.ip("link add free1 type veth peer name far1\n"
               "link add free2 type veth peer name far2")
    for ns in (site.sw, site.stack):
        with ns:
            sysctl("net.ipv4.ping_group_range", f"0 {NOBODY}")
    return site


def can_confine():
    """Does confine() work here?"""
    return os.path.isdir("/proc/sys/kernel/seccomp") and \
        os.uname().machine == "x86_64"


def confine(sysctls):
    """
    This process, and what it becomes, dies when it tries to make or change a
    file or to start another process; or to open any file to write to it, but
    for sysctls, which must not be reached by a link.
    """
    writes = os.O_CREAT | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)
    if not sysctls:
        writes |= os.O_ACCMODE
    end = (RETURN, 0, 0, SECCOMP_KILL), (RETURN, 0, 0, SECCOMP_ALLOW)
    code = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, AUDIT_ARCH_X86_64),
            (RETURN, 0, 0, SECCOMP_KILL), (LOAD, 0, 0, 0)]
    for number in MAKE_FILES + MAKE_PROCESSES:
        code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, SECCOMP_KILL)]
    for number, argument in ((OPEN, 1), (OPENAT, 2)):
        code += [(EQUAL, 0, 6, number), (LOAD, 0, 0, 16 + 8 * argument),
                 (ANY_OF, 2, 0, writes), (ANY_OF, 0, 2, os.O_ACCMODE),
                 (ANY_OF, 1, 0, os.O_NOFOLLOW), *end]
    code.append((RETURN, 0, 0, SECCOMP_ALLOW))
    program = b"".join(struct.pack("=HBBI", *one) for one in code)
    buf = ctypes.create_string_buffer(program)
    call("prctl", PR_SET_SECCOMP, 2,
         struct.pack("@HP", len(code), ctypes.addressof(buf)), 0, 0)


def start(site, words, caps, sysctls=False, env=None):
    """Starts a program as an ordinary user with these capabilities."""
    def prepare():
        if can_confine():
            confine(sysctls)
        # The file of the system's ping may grant it what it needs.
        become(NOBODY, caps, bounded="ping" not in words)

    with site.sw:
        # pylint: disable-next=consider-using-with,subprocess-popen-preexec-fn
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, env=env,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, preexec_fn=prepare)


def command(site, path, args):
    """The words of a command."""
    port = ([p["id"] for p in site.nl.dump("port-get")] or [0])[0]
    return ["vmkctl"] + path.split() + args.format(
        STACK=site.stack.name, PORT=port).split()


def ended(site, proc):
    """Status and output of a program; what monitor waits for happens."""
    def over():
        if "monitor" in proc.args:
            site.nl.do("switch-set", name="new",
                       discovery=over.count % 2)
            over.count += 1
        return proc.poll() is not None

    over.count = 0
    if "monitor" in proc.args:
        wait_for(over, "monitor ends")
    out, err = proc.communicate(timeout=60)
    return proc.returncode, out.decode(), err.decode()


def all_commands_have_an_expectation(_site):
    """The table and --help name the same ones."""
    told = re.findall(r"^  (\S+(?: \S+)*)  +\S", run("vmkctl", "--help"),
                      re.MULTILINE)
    check(len(told) > 40, f"only {told}")
    equal(sorted({path for path, _, _ in COMMANDS} | set(ELSEWHERE) |
                 set(OF_ROOT) | set(OF_FILES)),
          sorted(told), "commands")


def privileges(site):
    """Each command of the table with what it needs, and with less."""
    defer(site.sw.run, "ip", "link", "del", "dev", "new", ok=False)
    for path, args, need in COMMANDS:
        words, sysctls = command(site, path, args), path in SYSCTLS
        if path in BEFORE:
            site.sw.ip(BEFORE[path])
        for less in need:
            before = site.nl.state()
            status, out, err = ended(site, start(site, words, need - {less},
                                                 sysctls))
            what = f"{words} with {set(need - {less})}: {status}: {err}"
            check(status == 1 and not out, what)
            check(err.count("\n") == 1 and "not permitted" in err, what)
            if less == CAP_SYS_ADMIN:
                check("CAP_SYS_ADMIN" in err, what)
            equal(site.nl.state(), before, f"state after {what}")
        status, out, err = ended(site, start(site, words, need, sysctls))
        what = f"{words} with {set(need)}: {status}: {err}"
        check(not status and not err, what)
        shows = need <= ENTER
        check(bool(out) == shows, f"{what}: said {out!r}")


def as_somebody(site, words, uid, caps, env=None):
    """Status and what a program says that may write files and start others,
    as that user with these capabilities."""
    with site.sw:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, check=False, timeout=60,
                              env=env, preexec_fn=lambda: become(uid, caps))
    return done.returncode, done.stdout, done.stderr


def stacks_are_made_by_root(site):
    """By `ip netns`, in a folder of root's."""
    name = f"vsw{os.getpid()}-made"
    for what, need in (("add", ENTER_ADMIN), ("remove", ENTER)):
        words = ["vmkctl", "netstack", what, "-N", name]
        lesser = [(0, need - {less}) for less in need]
        # To remove one, ip begins with what takes a capability alone.
        if what == "add":
            lesser.append((NOBODY, need))
        for uid, caps in lesser:
            status, out, err = as_somebody(site, words, uid, caps)
            check(status == 1 and err and not out,
                  f"{words} by {uid} with {set(caps)}: {status}: {out}{err}")
            equal(os.path.exists(netns_path(name)), what == "remove",
                  f"{words} by {uid} with {set(caps)}: it is there")
        equal(as_somebody(site, words, 0, need), (0, "", ""), str(words))
        equal(os.path.exists(netns_path(name)), what == "add", "it is there")


def configurations_of_anybody(site):
    """To save and to compare one takes access to its file."""
    folder = f"/tmp/vsw{os.getpid()}"
    os.mkdir(folder)
    defer(shutil.rmtree, folder)
    os.chown(folder, NOBODY, NOBODY)
    file = f"{folder}/config.yaml"
    for words in (["config", "save", "-f", file],
                  ["config", "diff", "-f", file]):
        status, out, err = as_somebody(site, ["vmkctl", *words], NOBODY, NONE)
        equal((status, out, err), (0, "", ""), str(words))
    site.nl.do("switch-add", name="more")
    defer(site.nl.do, "switch-del", name="more")
    words = ["vmkctl", "config", "diff", "-f", file]
    status, out, err = as_somebody(site, words, NOBODY, NONE)
    check(status == 1 and "vswitch remove" in out and not err,
          f"{words}: {status}: {out}{err}")
    os.chmod(file, 0)
    status, out, err = as_somebody(site, words, NOBODY, NONE)
    check(status == 2 and "Permission denied" in err and not out,
          f"{words}: {status}: {out}{err}")
    before = site.nl.state()
    os.chmod(file, 0o644)
    words = ["vmkctl", "config", "apply", "-f", file]
    status, out, err = as_somebody(site, words, NOBODY, ENTER_ADMIN)
    check(status == 1 and "/run/vswitch" in err and not out,
          f"{words}: {status}: {out}{err}")
    equal(site.nl.state(), before, f"state after {words}")


def who_is_not_root_is_not_watched(site):
    """Who is logged in by what a command changes is told so."""
    nl = site.nl
    nl.do("switch-add", name="own")
    defer(nl.do, "switch-del", name="own")
    nl.do("portgroup-add", name="own", switch="own")
    nl.do("vmk-add", portgroup="own", ifname="vmk7")
    defer(nl.do, "vmk-del", ifname="vmk7")
    site.sw.ip("addr add 192.0.2.7/24 dev vmk7")
    env = dict(os.environ, SSH_CONNECTION="192.0.2.9 5000 192.0.2.7 22")
    words = "vmkctl interface set -i vmk7 -m 1400".split()
    status, out, err = ended(site, start(site, words, ADMIN, env=env))
    check(not status and not out and err.count("\n") == 1 and
          "not watched" in err, f"{words}: {status}: {out}{err}")
    equal(nl.do("vmk-get", ifname="vmk7")["mtu"], 1400, "MTU")


def the_filter_filters(site):
    """What privileges() relies on for files and processes."""
    if not can_confine():
        raise Skip("no seccomp, or the system calls are not those of x86-64")
    place = "/tmp/vsw-privilege"
    for sysctls in (False, True):
        for script in (f": >{place}", f"exec mkdir {place}",
                       f"exec ln -s x {place}", f"exec cp /etc/fstab {place}",
                       "/bin/true & wait", "exec chmod 777 /tmp"):
            proc = start(site, ["/bin/sh", "-c", script], NONE, sysctls)
            proc.communicate()
            equal(proc.returncode, -signal.SIGSYS, f"status of {script}")
    proc = start(site, ["/bin/sh", "-c", ": >>/dev/null"], NONE, False)
    proc.communicate()
    equal(proc.returncode, -signal.SIGSYS, "status of a write")
    for option, status in (("", -signal.SIGSYS), ("oflag=nofollow", 0)):
        proc = start(site, ["/bin/sh", "-c", "exec dd status=none if=/dev/null "
                            f"of=/dev/null conv=nocreat,notrunc {option}"],
                     NONE, True)
        proc.communicate()
        equal(proc.returncode, status, f"status of a write {option}")
    check(not os.path.exists(place), "a file was made")


def ping_is_the_systems(site):
    """Not the first of that name on the caller's path, for who is allowed to
    run vmkctl by sudo must not be allowed everything."""
    folder = f"/run/vsw{os.getpid()}"
    os.mkdir(folder)
    defer(shutil.rmtree, folder)
    with open(f"{folder}/ping", "w", encoding="ascii") as file:
        file.write("#!/bin/sh\necho mine\n")
    os.chmod(f"{folder}/ping", 0o755)
    env = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}")
    proc = start(site, [shutil.which("vmkctl"), "ping", "-c", "1",
                        "127.0.0.1"], NONE, env=env)
    status, out, err = ended(site, proc)
    check(not status and "bytes from" in out, f"{status}: {out} {err}")


# Escape in one byte and as its own character, delete, and a line's end.
NASTY = "x\x1b[2J\u009b2J\x7f\r\ny"


def fit(text, what):
    """Nothing in a text controls a terminal."""
    bad = [c for c in text if unicodedata.category(c) == "Cc" and c != "\n"]
    equal(bad, [], f"control characters in {what}: {text!r}")


def names_of_others_are_cleaned(site):
    """Those of interfaces and their aliases, in every command's output."""
    site.nl.do("switch-add", name="nasty")
    defer(site.nl.do, "switch-del", name="nasty")
    name = "\u009bx\x1b[m\x7f".encode()
    index = site.sw.link("free1")["ifindex"]
    with site.sw:
        rtnl = Rtnl()
        rtnl.ask(RTM_SETLINK, link(index, 0, 1))
        rtnl.ask(RTM_SETLINK, link(index, attrs=attr(
            IFLA_IFALIAS, NASTY.encode() + b"\0")))
        rtnl.ask(RTM_SETLINK, link(index, attrs=attr(
            IFLA_IFNAME, name + b"\0")))
        defer(rtnl.ask, RTM_SETLINK, link(index, attrs=attr(
            IFLA_IFNAME, b"free1\0")))
        defer(rtnl.ask, RTM_SETLINK, link(index, 0, 1))
    proc = start(site, ["vmkctl", "monitor", "-c", "3"], NONE)
    jproc = start(site, ["vmkctl", "-j", "monitor", "-c", "3"], NONE)

    def told():
        site.nl.do("uplink-add", switch="nasty", ifname=name.decode())
        site.nl.do("uplink-del", switch="nasty", ifname=name.decode())
        return proc.poll() is not None and jproc.poll() is not None

    wait_for(told, "monitor tells")
    fit(proc.communicate()[0].decode(), "monitor")
    lines = jproc.communicate()[0].decode()
    fit(lines, "monitor -j")
    check(name.decode() in [json.loads(line).get("name")
                            for line in lines.splitlines()],
          f"monitor -j: the name is another: {lines}")
    site.nl.do("uplink-add", switch="nasty", ifname=name.decode())
    for path, _, need in COMMANDS:
        if need or not path.endswith(("list", "get")):
            continue
        if "interface" in path or "portgroup" in path:
            continue
        args = ["-v", "nasty"] if "policy" in path else \
            ["-n", name.decode()] if path.startswith("nic") and path != "nic list" \
            else []
        for option in ([], ["-j"]):
            words = ["vmkctl"] + option + path.split() + args
            status, out, err = ended(site, start(site, words, NONE))
            check(not status, f"{words}: {err}")
            fit(out, str(words))
            if option:
                json.loads(out)
    words = ["vmkctl", "vswitch", "uplink", "add", "-v", "nasty", "-u",
             name.decode()]
    status, _, err = ended(site, start(site, words, ADMIN))
    equal(status, 1, "status")
    fit(err, str(words))


if __name__ == "__main__":
    main([all_commands_have_an_expectation, the_filter_filters, privileges,
          stacks_are_made_by_root, configurations_of_anybody,
          who_is_not_root_is_not_watched, ping_is_the_systems,
          names_of_others_are_cleaned], topology)
