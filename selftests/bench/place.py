# SPDX-License-Identifier: GPL-2.0
"""Where a frame's cost is measured, and how."""

import functools

from ctl.ktap import defer
from ctl.net import Netns

LOAD = "/sys/module/vsw_load/parameters/"
BATCH = 64
SRC, DST, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:99"
BROADCAST = "ff:ff:ff:ff:ff:ff"
VLAN = 10
UDP = ("0800" "4500002e00010000401166bb0a0000010a000002"
       "03e807d0001a0000" + "00" * 18)
# A GSO frame of 45 segments.
TCP_BYTES, TCP_SEGMENT = 14 + 40 + 45 * 1448, 1448
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
    undo()."""

    def __init__(self, name, outs=3, others=0):
        self.ns = Netns(name)
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

    def cost(self, frames, way, dev, what):
        """
        What a frame costs that comes in by a device (way "receive") or is
        sent out of it ("transmit"), in ns.
        """
        for name, value in what.items():
            self.put(name, value)
        for count in (10 * BATCH, frames):
            self.put(way, f"{dev} {count}")
        with open(LOAD + "nanoseconds", encoding="ascii") as file:
            return float(file.read().split()[1])
