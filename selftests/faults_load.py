#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The module is loaded under faults: each step of its start fails, and each
allocation of it. It is in the kernel then with all that it is, or not at all
and leaves nothing.
"""

import ctypes
import gc
import os

from ctl import faults
from ctl.ktap import (MODULE, Skip, check, defer, diag, equal, load, loaded,
                      main, run, unload)
from ctl.net import Netns
from ctl.nl import Client, NlError

SYS_FINIT_MODULE, SYS_DELETE_MODULE = 313, 176
STEPS = ("register_pernet_subsys", "register_netdevice_notifier",
         "rtnl_link_register", "genl_register_family")
EARLIER = 50                    # allocations before its start to try, too
MANY = 1000000
MOST = 2000

_libc = ctypes.CDLL(None, use_errno=True)


class Site:
    """The module's file, and a namespace for it to be in."""

    def __init__(self):
        unload()
        defer(load)             # as the others find it
        path = run("modinfo", "-n", MODULE).strip()
        self.fd = os.open(path, os.O_RDONLY)
        defer(os.close, self.fd)
        self.sw = Netns("sw")
        faults.inject()

    def insert(self, fault, n):
        """Loads it under the nth fault: the errno, 0 for none, and whether
        there was a fault."""
        fault.arm(n)
        try:
            failed = _libc.syscall(SYS_FINIT_MODULE, self.fd, b"", 0)
        finally:
            hit = fault.disarm()
        return ctypes.get_errno() if failed else 0, hit

    def attempt(self, fault, n):
        """The same; it is there, or not, and is removed."""
        err, hit = self.insert(fault, n)
        what = f"{fault.name} {n}: errno {err}"
        check(hit or not err, what)
        equal(loaded(), not err, what)
        if not err:
            self.works(what)
            equal(_libc.syscall(SYS_DELETE_MODULE, MODULE.encode(),
                                os.O_NONBLOCK), 0, f"unloading, {what}")
        return err, hit

    def works(self, what):
        """The family answers."""
        with self.sw:
            client = Client()
        try:
            equal(client.dump("switch-get"), [], what)
        except NlError as err:
            raise AssertionError(f"{what}: {err}") from None
        finally:
            client.close()


def each_step(site):
    """A function that the module registers with says no."""
    err, _ = site.insert(faults.Counting, 0)
    equal(err, 0, "errno")
    counts = faults.calls()
    equal(_libc.syscall(SYS_DELETE_MODULE, MODULE.encode(), os.O_NONBLOCK),
          0, "unloading")
    for name in STEPS:
        check(counts.get(name), f"no call of {name}")
        for n in range(1, counts[name] + 1):
            err, hit = site.attempt(faults.Calls(name), n)
            check(hit and err, f"{name} {n}: errno {err}")


def start(site, fault):
    """Which allocation is the first of the module's own start."""
    class Both:
        """The first step fails, and allocations are counted."""
        name = "counting"
        step = faults.Calls(STEPS[0])

        def arm(self, _n):
            """From now on."""
            self.step.arm(1)
            fault.arm(MANY)

        def disarm(self):
            """Until now."""
            self.count = MANY - fault.left()
            fault.disarm()
            return self.step.disarm()

    both = Both()
    site.attempt(both, 0)
    return both.count


def each_allocation(site, onward):
    """From a little before the module's own start."""
    gc.disable()
    defer(gc.enable)
    fault = faults.Allocations(onward)
    fault.begin()
    first = max(1, start(site, fault) - EARLIER)
    refused = 0
    for n in range(first, first + MOST):
        err, hit = site.attempt(fault, n)
        refused += bool(err)
        if not hit:
            check(refused, "nothing was refused")
            diag(f"allocations {first} to {n - 1}, {refused} refused")
            return
    raise AssertionError(f"more than {MOST} allocations")


if __name__ == "__main__":
    main([each_step,
          (each_allocation, "each allocation", (False,)),
          (each_allocation, "each allocation and all later ones", (True,))],
         Site)
