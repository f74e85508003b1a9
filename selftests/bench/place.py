# SPDX-License-Identifier: GPL-2.0
"""Where a frame's cost is measured, and how."""

import functools
import json

from ctl.ktap import check, defer
from ctl.net import Netns

LOAD = "/sys/module/vsw_load/parameters/"
BATCH = 64
SRC, DST, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:99"
BROADCAST = "ff:ff:ff:ff:ff:ff"
VLAN = 10
UDP = ("0800" "4500002e00010000401166bb0a0000010a000002"
       "03e807d0001a0000" + "00" * 18)
# A GSO frame of 45 segments.
SEGMENTS = 45
TCP_BYTES, TCP_SEGMENT = 14 + 40 + SEGMENTS * 1448, 1448
TCP_COUNTED = SEGMENTS + 1      # by tc, which divides with the headers
TCP = ("0800" "4500000000010000400600000a0000010a000002"
       "03e807d000000001000000015010ffff00000000")


def frame(dst=DST, src=SRC, tag=None, large=False):
    """A frame of 60 bytes of UDP, or one of 64 KiB of TCP that still is to
    be segmented; with an accelerated tag."""
    return {"frame": (dst + src).replace(":", "") + (TCP if large else UDP),
            "tag": 0 if tag is None else tag + 1,
            "bytes": TCP_BYTES if large else 60,
            "segment": TCP_SEGMENT if large else 0}


class Place:
    """A namespace with the dummies in0, out0, out1, ..., d0, d1, ...; until
    undo(). Of a frame, so many are to come out: sent by out0, out1, ..., or
    dropped by tc."""

    def __init__(self, name, outs=3, others=0):
        self.ns, self.ends, self.comes_out = Netns(name), [], 1
        self.ip = self.ns.ip
        self.outs = [f"out{i}" for i in range(outs)]
        self.others = [f"d{i}" for i in range(others)]
        self.ip("\n".join(f"link add {n} type dummy\nlink set dev {n} up"
                          for n in ["in0"] + self.outs + self.others))

    def tc(self, *words):
        """tc WORDS"""
        self.ns.run("tc", *words)

    def on_ingress(self, dev, *action):
        """What becomes of all that a device receives."""
        self.tc("qdisc", "add", "dev", dev, "clsact")
        self.tc("filter", "add", "dev", dev, "ingress", "matchall", "action",
                *action)
        if action == ("drop",):
            self.ends.append(dev)

    def mac(self, dev):
        """A device's address."""
        return self.ns.link(dev)["address"]

    def handler(self, what, dev="in0"):
        """The receive handler of a device (vsw_load)."""
        self.put("handler", f"{dev} {what}")
        defer(self.put, "handler", f"{dev} none")

    def put(self, name, value):
        """Writes a parameter of vsw_load, from the namespace."""
        with self.ns, open(LOAD + name, "w", encoding="ascii") as file:
            file.write(str(value))

    @functools.cached_property
    def nl(self):
        """A client of the family."""
        return self.ns.client()

    def out(self):
        """How many frames have come out until now."""
        with self.ns, open("/proc/thread-self/net/dev",
                           encoding="ascii") as file:
            rows = (line.replace(":", " ").split() for line in file)
            sent = sum(int(r[10]) for r in rows if r[0] in self.outs)
        for dev in self.ends:
            told, = json.loads(self.ns.run("tc", "-s", "-j", "filter", "show",
                                           "dev", dev, "ingress"))[-1:]
            action, = told["options"]["actions"]
            sent += action["stats"]["packets"]
        return sent

    def cost(self, frames, way, dev, what):
        """
        What a frame costs that comes in by a device (way "receive") or is
        sent out of it ("transmit"), in ns. Fails unless all have come out: to
        drop them is cheaper.
        """
        for name, value in what.items():
            self.put(name, value)
        self.put(way, f"{dev} {10 * BATCH}")
        before = self.out()
        self.put(way, f"{dev} {frames}")
        out, want = self.out() - before, frames * self.comes_out
        # Among them may be announcements, and frames of before that waited.
        check(want <= out < want + BATCH * (self.comes_out or 1),
              f"{frames} frames in by {dev}, {want} to come out, {out} did")
        with open(LOAD + "nanoseconds", encoding="ascii") as file:
            return float(file.read().split()[1])
