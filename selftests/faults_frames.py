#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Frames under faults: of each frame's way through the switch the first
allocation fails, then the second, and so on. Each receiver gets its copy or
its port counts one that there was no memory for. What is written to a tap, or
sent by an adapter, goes all that way in the writer's own context.

     t0   t1   t2   vmk0           t0: taps, like vmk0 in VLAN 10
      |    |    |     |
   +--+----+----+-----+--+
   |      vSwitch0       |
   +--+-----+-----+------+
     up1   up2   up3                  in one bridge at their far ends
"""

import errno
import fcntl
import gc
import glob
import os
import socket
import struct
import time

from ctl import faults
from ctl.frames import BROADCAST, build
from ctl.ktap import Skip, check, defer, diag, equal, main, run, wait_for
from ctl.net import Netns
from ctl.site import SWITCH, vm_mac

TUNSETIFF = 0x400454ca
IFF_TAP, IFF_NO_PI = 0x2, 0x1000
ETH_P_ALL = 3
TAPS = 3
MOST = 100                      # faults to one frame
SECONDS = 4                     # of want of memory for what runs by itself


class Site:
    """See the top of the file."""

    def __init__(self):
        run("modprobe", "tun", ok=False)        # or it is built in
        self.sw, self.out = Netns("sw"), Netns("out")
        lines = ["link add hub type bridge mcast_snooping 0",
                 "link set dev hub up"]
        for i in (1, 2, 3):
            self.sw.ip(f"link add up{i} type veth peer name w{i} netns "
                       f"{self.out.name}\nlink set dev up{i} up")
            lines += [f"link set dev w{i} master hub up"]
        self.out.ip("\n".join(lines))
        self.nl = self.sw.client()
        self.nl.do("switch-add", name=SWITCH)
        for i in (1, 2, 3):
            self.nl.do("uplink-add", switch=SWITCH, ifname=f"up{i}")
        for name in ("vms", "kernel"):
            self.nl.do("portgroup-add", name=name, switch=SWITCH, vlan=10)
        self.taps = [self.tap(i) for i in range(TAPS)]
        self.nl.do("vmk-add", portgroup="kernel", ifname="vmk0",
                   mac=vm_mac(9))
        with self.sw:
            self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.raw.bind(("vmk0", ETH_P_ALL))
        defer(self.raw.close)
        # Nothing else is to be counted.
        wait_for(lambda: self.quiet(1.0), "announcements have ended")

    def tap(self, i):
        """A tap that is a VM port, as a descriptor."""
        name = f"t{i}"
        with self.sw:
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            defer(os.close, fd)
            fcntl.ioctl(fd, TUNSETIFF, struct.pack(
                "16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
        self.nl.do("port-add", portgroup="vms", ifname=name,
                   initial_mac=vm_mac(i))
        return fd

    def counters(self):
        """Of each port: frames sent, frames received, no memory."""
        return {p["ifname"]: (p["stats"]["tx-packets"],
                              p["stats"]["rx-packets"],
                              p["drops"]["no-memory"])
                for p in self.nl.dump("port-get")}

    def quiet(self, seconds):
        """Whether no frame passes for a time."""
        before = self.counters()
        time.sleep(seconds)
        return self.counters() == before

    def drain(self):
        """Takes from the taps what they have."""
        for fd in self.taps:
            try:
                while os.read(fd, 2048):
                    pass
            except BlockingIOError:
                pass


def topology():
    """See the top of the file."""
    site = Site()
    site.fault = faults.Allocations()
    site.fault.begin()
    try:
        faults.inject()
    except Skip as why:
        diag(why)
    return site


def attempt(site, n, send):
    """Sends under the nth fault; whether there was one, the error met, and
    what each port has counted."""
    site.drain()
    before, err = site.counters(), 0
    site.fault.arm(n)
    try:
        send()
    except OSError as why:
        err = why.errno
    finally:
        hit = site.fault.disarm()
    after = site.counters()
    return hit, err, {name: tuple(a - b for a, b in zip(after[name],
                                                        before[name]))
                      for name in after}


def walk(site, send, sender, copies):
    """Sends until no fault is met; each time, that many ports have got a
    copy, or miss one."""
    gc.disable()
    defer(gc.enable)
    missed = 0
    for n in range(1, MOST):
        hit, err, moved = attempt(site, n, send)
        what = f"fault {n}: errno {err}: {moved}"
        sent = sum(tx for name, (tx, _, _) in moved.items()
                   if name == sender)
        got = sum(rx for name, (_, rx, _) in moved.items()
                  if not name.startswith("up"))
        got += sum(tx for name, (tx, _, _) in moved.items()
                   if name.startswith("up"))
        lost = sum(none for _, _, none in moved.values())
        if sent:
            check(not err, what)
            # One that dies before it is copied dies for all.
            died = moved[sender][2]
            equal(got + lost, 1 if died else copies, what)
        else:
            equal((got, lost), (0, 0), what)
            check(err in (0, errno.ENOMEM, errno.ENOBUFS), what)
        missed += lost
        if not hit:
            equal(got, copies, what)
            diag(f"{n - 1} faults, {missed} copies missing")
            return missed
    raise AssertionError(f"more than {MOST} faults")


def broadcast_of_a_VM(site):
    """To the other VMs, the adapter and an uplink."""
    frame = build(BROADCAST, vm_mac(0))
    missed = walk(site, lambda: os.write(site.taps[0], frame), "t0",
                  TAPS + 1)
    check(missed, "no copy was missing")


def provider_tag_of_a_VM(site):
    """An 802.1ad tag has to make room for the port group's."""
    frame = build(BROADCAST, vm_mac(0))
    frame = frame[:12] + b"\x88\xa8\x00\x07" + frame[12:]
    missed = walk(site, lambda: os.write(site.taps[0], frame), "t0",
                  TAPS + 1)
    check(missed, "no copy was missing")


def unicast_between_VMs(site):
    """No copy is made."""
    frame = build(vm_mac(1), vm_mac(0))
    walk(site, lambda: os.write(site.taps[0], frame), "t0", 1)


def broadcast_of_an_adapter(site):
    """From its stack."""
    frame = build(BROADCAST, vm_mac(9))
    missed = walk(site, lambda: site.raw.send(frame), "vmk0", TAPS + 1)
    check(missed, "no copy was missing")


def kernel_threads(value):
    """Whether the kernel's workers are to meet faults."""
    for path in glob.glob("/proc/[0-9]*/comm"):
        try:
            with open(path, encoding="ascii") as file:
                if not file.read().startswith("kworker"):
                    continue
            with open(path.replace("comm", "make-it-fail"), "w",
                      encoding="ascii") as file:
                file.write(value)
        except OSError:
            pass            # it has ended


def workers_without_memory(percent):
    """So many of the allocations of the kernel's workers fail from now on, at
    most until the end of the case."""
    with open("/sys/kernel/debug/failslab/probability", "w",
              encoding="ascii") as file:
        file.write(str(percent))
    defer(kernel_threads, "0")
    kernel_threads("1")


def adopted_address(site):
    """
    The address that a VM's port takes from its first frame becomes known to
    the uplinks when there is memory for that, at the latest.
    """
    def known():
        return vm_mac(77) in site.sw.run("bridge", "fdb", "show", "dev",
                                         "up1")

    site.nl.do("port-del", ifname="t2")
    site.nl.do("port-add", portgroup="vms", ifname="t2")
    workers_without_memory(100)
    os.write(site.taps[2], build(BROADCAST, vm_mac(77)))
    wait_for(lambda: site.nl.do("port-get", ifname="t2").get("initial-mac"),
             "the address is adopted")
    check(not known(), "there was memory")
    kernel_threads("0")
    wait_for(known, "the uplink knows the address")


def what_runs_by_itself(site):
    """
    Beacons and announcements that cannot be made are not sent, and that is
    all: with half of the workers' allocations failing.
    """
    site.nl.do("switch-set", name=SWITCH,
               policy={"failure-detection": "beacon"})
    workers_without_memory(50)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for blocked in (1, 0):
            site.nl.do("port-set", ifname="up1", blocked=blocked)
        time.sleep(0.3)
    kernel_threads("0")
    wait_for(lambda: {u["state"] for u in site.nl.dump("uplink-get")} ==
             {"up"}, "all uplinks are up")
    site.nl.do("switch-set", name=SWITCH,
               policy={"failure-detection": "link"})
    wait_for(lambda: site.quiet(1.0), "announcements have ended")
    unicast_between_VMs(site)


if __name__ == "__main__":
    main([broadcast_of_a_VM, provider_tag_of_a_VM, unicast_between_VMs,
          broadcast_of_an_adapter, adopted_address, what_runs_by_itself],
         topology)
