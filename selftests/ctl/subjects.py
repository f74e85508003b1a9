# SPDX-License-Identifier: GPL-2.0
"""
Who asks: users, capabilities, and user namespaces with what they own. All
that changes a process is for a child of its own, see in_child().
"""

import ctypes
import os

from .ktap import Skip, check, defer
from .net import CLONE_NEWNET, CLONE_NEWUSER, unshare

NOBODY = 65534

CAP_NET_ADMIN, CAP_NET_RAW = 12, 13
CAP_SYS_ADMIN = 21

CLONE_NEWNS, CLONE_NEWUTS = 0x00020000, 0x04000000
CLONE_NEWIPC, CLONE_NEWPID = 0x08000000, 0x20000000

# Of each namespace the name in /proc, in the order in which to enter them.
NAMES = {CLONE_NEWUSER: "user", CLONE_NEWNS: "mnt", CLONE_NEWNET: "net",
         CLONE_NEWUTS: "uts", CLONE_NEWIPC: "ipc",
         CLONE_NEWPID: "pid_for_children"}
CONTAINER = (CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
             CLONE_NEWPID)

PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_CAP_AMBIENT = 8, 24, 47
CAP_AMBIENT_RAISE = 2
CAP_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
    """Calls a function of the C library; an error is an OSError."""
    if getattr(_libc, name)(*args) < 0:
        err = ctypes.get_errno()
        raise OSError(err, f"{name}{args}: {os.strerror(err)}")


def all_caps():
    """All capabilities of the running kernel."""
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as file:
        return set(range(int(file.read()) + 1))


def set_caps(caps):
    """This process has these capabilities, to use and to pass on."""
    mask = sum(1 << c for c in caps)
    low, high = mask & 0xffffffff, mask >> 32
    call("capset", (ctypes.c_uint32 * 2)(CAP_VERSION_3, 0),
         (ctypes.c_uint32 * 6)(low, low, low, high, high, high))


def become(uid, caps=(), bounded=True):
    """
    This process is that user's for good, with these capabilities, which the
    programs it runs have too; if bounded, whatever their files grant.
    """
    if bounded:
        for cap in all_caps() - set(caps):
            call("prctl", PR_CAPBSET_DROP, cap, 0, 0, 0)
    call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    if uid:
        os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    set_caps(caps)
    for cap in caps:
        call("prctl", PR_CAP_AMBIENT, CAP_AMBIENT_RAISE, cap, 0, 0)


class Box:
    """
    A user namespace that an ordinary user has made, and the namespaces made
    with it, which are its own. Lives until the end of the case.
    """

    def __init__(self, flags=0):
        self.fds = {}
        ready, told = os.pipe()
        self.alive, leave = os.pipe()
        self.leave = leave
        pid = os.fork()
        if not pid:
            self.hold(flags, told)
        defer(os.waitpid, pid, 0)
        defer(os.close, leave)
        os.close(self.alive)
        os.close(told)
        with os.fdopen(ready, "rb") as file:
            said = file.read().decode()
        if said != "ready":
            raise Skip(f"no user namespace: {said}")
        for name, text in (("uid_map", f"0 {NOBODY} 1"),
                           ("setgroups", "deny"),
                           ("gid_map", f"0 {NOBODY} 1")):
            with open(f"/proc/{pid}/{name}", "w", encoding="ascii") as file:
                file.write(text)
        for flag, name in NAMES.items():
            if flag & (flags | CLONE_NEWUSER):
                self.fds[flag] = os.open(f"/proc/{pid}/ns/{name}",
                                         os.O_RDONLY)
                defer(os.close, self.fds[flag])

    def hold(self, flags, told):
        """The child: makes the namespaces and waits until they are no longer
        wanted."""
        try:
            os.close(self.leave)
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            unshare(CLONE_NEWUSER | flags)
            # The first one in a namespace of processes must live on.
            if flags & CLONE_NEWPID:
                os.fork()
            os.write(told, b"ready" if os.getpid() != 1 else b"")
        except OSError as why:
            os.write(told, str(why).encode())
        os.close(told)
        os.read(self.alive, 1)
        os._exit(0)

    @property
    def net(self):
        """Descriptor of its network namespace."""
        return self.fds[CLONE_NEWNET]

    def enter(self):
        """This process is its root, as one who has never been another's."""
        os.setgroups([])
        for flag, fd in self.fds.items():
            call("setns", fd, flag)
        if CLONE_NEWPID in self.fds:
            pid = os.fork()
            if pid:
                os._exit(bool(os.waitpid(pid, 0)[1]))
            check(os.getpid() != 1, "the first process is another")
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
