# SPDX-License-Identifier: GPL-2.0
"""Policies, uplinks and their links, as the tests write and read them."""

import fcntl
import os
import select
import signal
import socket
import struct
import time

from .frames import Tap
from .ktap import defer, equal, wait_for
from .net import IFF_UP, SIOCSIFFLAGS
from .site import SWITCH

SIOCGIFFLAGS = 0x8913

LISTS = ("active", "standby")


def policy(**fields):
    """A policy as a request has it: lists of uplinks are lists of names."""
    out = {}
    for name, value in fields.items():
        name = name.replace("_", "-")
        out[name] = {"uplink": list(value)} if name in LISTS else value
    return out


def plain(told):
    """A policy that was told, lists of uplinks as lists of names."""
    out = dict(told or {})
    for name in LISTS:
        if name in out:
            out[name] = out[name].get("uplink", [])
    return out


def set_switch(site, **fields):
    """Changes the policy of the switch."""
    site.nl.do("switch-set", name=SWITCH, policy=policy(**fields))


def set_portgroup(site, name, reset=None, **fields):
    """Changes the policy of a port group, after a reset of some kinds."""
    more = {} if reset is None else {"reset_policy": reset}
    if fields:
        more["policy"] = policy(**fields)
    site.nl.do("portgroup-set", name=name, **more)


def switch_policy(site):
    """The policy of the switch."""
    return plain(site.nl.do("switch-get", name=SWITCH)["policy"])


def stored(site, name):
    """What a port group overrides."""
    return plain(site.nl.do("portgroup-get", name=name).get("policy"))


def effective(site, name):
    """The policy by which a port group goes."""
    return plain(site.nl.do("portgroup-get", name=name)["effective-policy"])


def in_use(site, name):
    """The uplinks that a port group uses now."""
    return site.nl.do("portgroup-get", name=name).get("uplink-in-use", [])


def states(site):
    """The uplinks' states by name."""
    return {u["ifname"]: u["state"] for u in site.nl.dump("uplink-get")}


def wait_state(site, name, state):
    """Waits until an uplink is in a state."""
    wait_for(lambda: site.nl.do("uplink-get", ifname=name)["state"] == state,
             f"uplink {name} is {state}")


def uplink_of(site, ifname):
    """The name of the uplink that a client uses, None for none."""
    number = site.nl.do("port-get", ifname=ifname).get("uplink")
    if number is None:
        return None
    return site.nl.do("port-get", id=number)["ifname"]


class Links:
    """Sets interfaces of a namespace up and down, without a process."""

    def __init__(self, ns):
        with ns:
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        defer(self.sock.close)

    def set(self, name, up):
        """Sets one up or down."""
        ask = struct.pack("16sH14x", name.encode(), 0)
        flags = struct.unpack_from(
            "16sH", fcntl.ioctl(self.sock, SIOCGIFFLAGS, ask))[1]
        flags = flags | IFF_UP if up else flags & ~IFF_UP
        fcntl.ioctl(self.sock, SIOCSIFFLAGS,
                    struct.pack("16sH14x", name.encode(), flags))

    def up(self, name):
        """Sets one up."""
        self.set(name, True)

    def down(self, name):
        """Sets one down."""
        self.set(name, False)


def listen(taps, seconds, enough=None):
    """
    Receives from sockets, {label: Tap}, for some time, or until enough(list)
    holds of what came, as (time, label, frame).
    """
    out, end = [], time.monotonic() + seconds
    socks = [t.sock for t in taps.values()]
    while not (enough and enough(out)):
        left = end - time.monotonic()
        if left <= 0:
            break
        select.select(socks, [], [], min(left, 0.1))
        now = time.monotonic()
        for label, tap in taps.items():
            out += [(now, label, frame) for frame in tap.recv()]
    return out


def events_of(site, listener, change, *want):
    """
    Makes a change and checks that exactly these events tell of it, each a
    (name of the event, name of the object): those in want, and one for each
    port whose uplink or flags are others now; and that they tell of the
    objects as they are.
    """
    def ports():
        return {p["ifname"]: (p.get("uplink"), p["flags"])
                for p in site.nl.dump("port-get")}

    before = ports()
    listener.drain()
    change()
    after = ports()
    moved = [("port-change-ntf", n) for n in after if after[n] != before[n]]
    want = sorted(list(want) + moved)
    got = listener.expect(len(want))
    equal(sorted((n, o.get("name") or o.get("ifname")) for n, o in got),
          want, "events")
    for event, told in got:
        kind = event.split("-", maxsplit=1)[0]
        key = "name" if "name" in told else "ifname"
        now = site.nl.do(f"{kind}-get", **{key: told[key]})
        for counters in ("stats", "drops"):
            told.pop(counters, None)
            now.pop(counters, None)
        equal(told, now, f"what {event} tells")


class Traffic:
    """
    Sends frames from interfaces of a namespace, over and over, in a process
    of its own on all processors, until the end of the case. The frames are
    pairs of an interface's name and bytes.
    """

    def __init__(self, ns, frames, pause=0.002):
        tester = os.getpid()
        self.pid = os.fork()
        if not self.pid:
            self.send(ns, frames, pause, tester)
        defer(self.stop)

    @staticmethod
    def send(ns, frames, pause, tester):
        """The process."""
        try:
            os.sched_setaffinity(0, range(os.cpu_count()))
            taps = {n: Tap(ns, n) for n in {name for name, _ in frames}}
            for name, tap in taps.items():
                # They only send.
                tap.sock.bind((name, 0))
            while os.getppid() == tester:
                for name, frame in frames:
                    try:
                        taps[name].send(frame)
                    except OSError:     # it is down
                        pass
                time.sleep(pause)
        finally:
            os._exit(0)

    def runs(self):
        """Checks that it has not ended by itself."""
        equal(os.waitpid(self.pid, os.WNOHANG), (0, 0), "the sender's end")

    def stop(self):
        """Ends it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
