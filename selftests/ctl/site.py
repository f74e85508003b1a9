# SPDX-License-Identifier: GPL-2.0
"""
The usual test site: a switch in one namespace; in another the far ends of
its interfaces, where packet sockets play the virtual machines and the wire.

  namespace "sw"                             namespace "out"
  +--------------------------------------+   +-----------------------+
  |  vSwitch0                            |   |                       |
  |    uplink up1 -----------------------|---|-- w1   the wire       |
  |    uplink up2 -----------------------|---|-- w2                  |
  |    VM port pa -----------------------|---|-- a    a VM           |
  |    VM port pb -----------------------|---|-- b    another        |
  |    vmk0 (its socket is in "sw")      |   |                       |
  |    VM ports pm1, pm2 ----------------|---|-- m1, m2  the marker  |
  +--------------------------------------+   +-----------------------+

The marker's ports have VLAN 4000 to themselves.
"""

import socket

from .frames import BROADCAST, Lab
from .ktap import defer, wait_for
from .net import Netns

SWITCH = "vSwitch0"
MARKER_VLAN = 4000


def vm_mac(number):
    """The address of the VM with that number."""
    return f"02:00:00:00:01:{number:02x}"


def wire_mac(number=1):
    """An address that only the wire has."""
    return f"02:00:00:00:02:{number:02x}"


class Site:
    """See the top of the file."""

    def __init__(self, vms="", uplinks=1, ipv6=False):
        self.sw = Netns("sw", ipv6)
        self.out = Netns("out", ipv6)
        self.lab = Lab()
        defer(self.lab.close)
        self.mac, self.wires = {}, {}
        self.nl = self.sw.client()
        self.silence = self.sw.events()     # see refused()
        # If both ends of a pair have one index, the kernel takes up to a
        # second to tell of a carrier.
        lines = [f"link add shift netns {self.out.name} type veth peer name "
                 f"shift2 netns {self.out.name}"]
        for i, name in enumerate(vms.split() + ["m1", "m2"], 1):
            self.mac[name] = vm_mac(i)
            lines += self.pair(f"p{name}", name, self.mac[name])
        for i in range(1, uplinks + 1):
            lines += self.pair(f"up{i}", f"w{i}", f"02:00:00:00:03:{i:02x}")
        self.sw.ip("\n".join(lines))
        names = vms.split() + ["m1", "m2"] + \
            [f"w{i}" for i in range(1, uplinks + 1)]
        self.out.ip("\n".join(f"link set dev {n} up" for n in names))
        for name in names:
            self.lab.tap(name, self.out, name)
        self.nl.do("switch-add", name=SWITCH)
        for i in range(1, uplinks + 1):
            self.uplink(f"up{i}")
        self.portgroup("marker", vlan=MARKER_VLAN)
        self.vm("m1", "marker")
        self.vm("m2", "marker")
        self.lab.marker("m1", "m2", self.mac["m2"], self.mac["m1"])

    def pair(self, name, peer, address):
        """The lines that make a pair of interfaces."""
        return [f"link add {name} type veth peer name {peer} address "
                f"{address} netns {self.out.name}",
                f"link set dev {name} up"]

    def add_pair(self, name, peer, address):
        """Makes one more pair, with a socket on the far end."""
        self.sw.ip("\n".join(self.pair(name, peer, address)))
        self.out.ip(f"link set dev {peer} up")
        self.mac[peer] = address
        self.lab.tap(peer, self.out, peer)

    def uplink(self, name, switch=SWITCH):
        """Makes an interface an uplink and waits until it is usable."""
        got = self.nl.do("uplink-add", switch=switch, ifname=name)
        self.wait_link(name)
        return got

    def wait_link(self, name, up=1):
        """Waits until an uplink is known to the switch as down, or as up
        and settled."""
        state = "up" if up else "down"
        wait_for(lambda: self.nl.do("uplink-get",
                                    ifname=name)["state"] == state,
                 f"uplink {name} is {state}")

    def portgroup(self, name, switch=SWITCH, **values):
        """Makes a port group."""
        return self.nl.do("portgroup-add", name=name, switch=switch,
                          **values)

    def vm(self, name, portgroup, initial=True):
        """Connects a VM."""
        values = {"initial_mac": self.mac[name]} if initial else {}
        return self.nl.do("port-add", portgroup=portgroup,
                          ifname=f"p{name}", **values)

    def vmk(self, name, portgroup, **values):
        """Makes an adapter, with a socket on it."""
        got = self.nl.do("vmk-add", portgroup=portgroup, ifname=name,
                         **values)
        self.mac[name] = got["mac"]
        self.lab.tap(name, self.sw, name)
        return got

    def port(self, name):
        """A port by the name of what is connected."""
        return self.nl.do("port-get", ifname=name)

    def drops(self):
        """All drop counters that are not zero, by (interface, reason)."""
        return {(p.get("ifname"), reason): count
                for p in self.nl.dump("port-get")
                for reason, count in p["drops"].items() if count}

    def send(self, label, dst=BROADCAST, src=None, tags="", **kwargs):
        """
        Sends a frame; dst and src may be names. Returns who received it and
        the drops it was counted as.
        """
        dst = self.mac.get(dst, dst)
        src = self.mac.get(src or label, src)
        before = self.drops()
        seen = self.lab.send(label, dst, src or wire_mac(), tags, **kwargs)
        after = self.drops()
        return seen, {k: v - before.get(k, 0) for k, v in after.items()
                      if v != before.get(k, 0)}

    def index(self, name, ns=None):
        """An interface's index."""
        with ns or self.sw:
            return socket.if_nametoindex(name)
