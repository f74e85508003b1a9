# SPDX-License-Identifier: GPL-2.0
"""Namespaces, interfaces, and what the kernel shows of them."""

import ctypes
import fcntl
import json
import os
import socket
import struct

from .ktap import Failed, defer, run, wait_for
from .nl import (NLMSG_DONE, NLMSG_ERROR, Client, Events,
                 Message, attr, attrs, scalar)

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000

MS_BIND = 4096
MNT_DETACH = 2
SIOCSIFFLAGS = 0x8914

RTM_GETLINK = 18
IFINFO = struct.Struct("=BxHiII")
IFF_UP, IFF_PROMISC, IFF_ALLMULTI = 0x1, 0x100, 0x200
OPERSTATES = ("UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING",
              "DORMANT", "UP")

_libc = ctypes.CDLL(None, use_errno=True)


def setns(fd):
    """Moves this process to the network namespace of fd."""
    if _libc.setns(fd, CLONE_NEWNET):
        err = ctypes.get_errno()
        raise OSError(err, f"setns: {os.strerror(err)}")


def unshare(flags):
    """Gives this process new namespaces."""
    if _libc.unshare(flags):
        err = ctypes.get_errno()
        raise OSError(err, f"unshare: {os.strerror(err)}")


def netns_path(name):
    """Where ip keeps the namespace of that name."""
    return f"/run/netns/{name}"


def add_netns(name):
    """Does what `ip netns add` does, for less; returns a descriptor."""
    os.makedirs("/run/netns", exist_ok=True)
    path = netns_path(name)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o444))
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    unshare(CLONE_NEWNET)
    try:
        if _libc.mount(b"/proc/self/ns/net", path.encode(), b"none", MS_BIND,
                       None):
            err = ctypes.get_errno()
            raise OSError(err, f"mount {path}: {os.strerror(err)}")
        return os.open(path, os.O_RDONLY)
    finally:
        setns(here)
        os.close(here)


def loopback_up():
    """Sets the loopback interface of this process's namespace up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def link_row(data):
    """One interface, by the names that ip has for its attributes."""
    _, _, index, flags, _ = IFINFO.unpack_from(data)
    got = {n: value for _, n, value in attrs(data, IFINFO.size)}
    row = {"ifindex": index, "flags": flags}
    for number, name in ((4, "mtu"), (5, "link_index"), (10, "master"),
                         (13, "txqlen"), (27, "group"), (30, "promiscuity"),
                         (31, "num_tx_queues"), (37, "link_netnsid"),
                         (41, "gso_max_size"), (61, "allmulti")):
        if number in got:
            row[name] = scalar(got[number])
    row["ifname"] = got[3].rstrip(b"\0").decode()
    row["operstate"] = OPERSTATES[got[16][0]]
    row["address"] = ":".join(f"{b:02x}" for b in got.get(1, b""))
    for _, number, value in attrs(got.get(18, b"")):
        if number == 1:
            row["kind"] = value.rstrip(b"\0").decode()
    row["altnames"] = [value.rstrip(b"\0").decode() for _, number, value in
                       attrs(got.get(52, b"")) if number == 53]
    if "master" in row:
        row["master"] = socket.if_indextoname(row["master"])
    return row


def links(name=None):
    """The interfaces of this process's namespace, or one of them; without
    the price of a process for it."""
    body, flags = IFINFO.pack(0, 0, 0, 0, 0), 0x301
    if name:
        flags = 0x5
        body += attr(3 if len(name) < 16 else 53, name.encode() + b"\0")
    out = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.bind((0, 0))
        sock.settimeout(30)
        sock.send(struct.pack("=IHHII", 16 + len(body), RTM_GETLINK, flags,
                              1, 0) + body)
        while True:
            data, offset = sock.recv(1 << 17), 0
            while offset + 16 <= len(data):
                msg = Message(data, offset)
                if msg.type in (NLMSG_DONE, NLMSG_ERROR):
                    return out
                out.append(link_row(msg.data))
                offset += (len(msg.data) + 16 + 3) & ~3


class Netns:
    """
    A network namespace, without IPv6 on what is made in it, so that no frame
    passes but those of the test. As a context, the process is in it.
    """

    def __init__(self, name, ipv6=False):
        self.name = f"vsw{os.getpid()}-{name}"
        self.fd = add_netns(self.name)
        self.back = []
        self.alive = True
        defer(self.delete)
        with self:
            if not ipv6:
                sysctl("net.ipv6.conf.all.disable_ipv6", 1)
                sysctl("net.ipv6.conf.default.disable_ipv6", 1)
            else:
                sysctl("net.ipv6.conf.default.accept_dad", 0)
                sysctl("net.ipv6.conf.all.accept_dad", 0)
                # A netdev that goes just when it solicits a router is held
                # for up to 16 s: addrconf_rs_timer() starts its timer again.
                sysctl("net.ipv6.conf.default.router_solicitations", 0)
            loopback_up()

    def __enter__(self):
        self.back.append(os.open("/proc/self/ns/net", os.O_RDONLY))
        setns(self.fd)
        return self

    def __exit__(self, *exc):
        fd = self.back.pop()
        setns(fd)
        os.close(fd)

    def delete(self):
        """Deletes the namespace; nothing of the test may hold it then."""
        if self.alive:
            self.alive = False
            os.close(self.fd)
            _libc.umount2(netns_path(self.name).encode(), MNT_DETACH)
            os.unlink(netns_path(self.name))

    def run(self, *cmd, text=None, ok=True):
        """Runs a command in it."""
        with self:
            return run(*cmd, text=text, ok=ok)

    def ip(self, lines, ok=True):
        """Runs lines of ip commands, all in one process."""
        return self.run("ip", "-batch", "-", text=lines, ok=ok)

    def client(self):
        """A netlink client in it, closed at the end of the case."""
        with self:
            made = Client()
        defer(made.close)
        return made

    def events(self):
        """A listener in it, closed at the end of the case."""
        with self:
            made = Events()
        defer(made.close)
        return made

    def link(self, name, ok=True):
        """What the kernel tells of an interface; None if it is not there and
        that is allowed."""
        with self:
            rows = links(name)
        if not rows and ok:
            raise Failed(f"no interface {name} in {self.name}")
        return rows[0] if rows else None

    def links(self, kind=None):
        """What it tells of all, or of those of one kind."""
        with self:
            rows = links()
        return [r for r in rows if kind in (None, r.get("kind"))]

    def wait_gone(self, name):
        """Waits until an interface is no more."""
        wait_for(lambda: not self.link(name, ok=False), f"{name} is gone")

    def mtu(self, name):
        """An interface's MTU."""
        return self.link(name)["mtu"]


def sysctl(name, value):
    """Sets a sysctl of the namespace the process is in."""
    path = "/proc/sys/" + name.replace(".", "/")
    if os.path.exists(path):
        with open(path, "w", encoding="ascii") as file:
            file.write(str(value))


def settings(ns):
    """What of each interface a switch changes and must give back."""
    out, fdb, maddr = {}, {}, {}
    for row in json.loads(ns.run("bridge", "-j", "fdb", "show") or "[]"):
        fdb.setdefault(row.get("ifname"), []).append(row["mac"])
    with ns:
        with open("/proc/net/dev_mcast", encoding="ascii") as file:
            for line in file:
                words = line.split()
                maddr.setdefault(words[1], []).append(words[2:])
    for row in ns.links():
        name = row["ifname"]
        keep = dict(row, fdb=sorted(fdb.get(name, [])),
                    maddr=sorted(maddr.get(name, [])))
        # These follow from the other end, or from nothing.
        for key in ("operstate", "ifindex"):
            keep.pop(key)
        keep["flags"] = row["flags"] & (IFF_UP | IFF_PROMISC | IFF_ALLMULTI)
        out[name] = keep
    return out
