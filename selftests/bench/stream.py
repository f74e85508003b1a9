# SPDX-License-Identifier: GPL-2.0
"""TCP between a host's own interface and a machine on the wire (qperf)."""

from ctl.host import end, listening, spawn
from ctl.ktap import check, wait_for
from ctl.net import Netns

from .peers import (bridge_device, bridge_vlan_device, macvlan_of, over_vlan)
from .place import VLAN
from .vswitch import adapter

PORT = 19765                    # qperf's own
UPLINK = "up0"
PIECE = 64 * 1024


def bare(_place, uplink):
    """veth alone"""
    return uplink


def bare_vlan(place, uplink):
    """VLAN device on veth"""
    return over_vlan(place, uplink)


def macvlan(place, uplink):
    """macvlan"""
    return macvlan_of(place, uplink)


def macvlan_vlan(place, uplink):
    """macvlan on a VLAN device"""
    return macvlan_of(place, over_vlan(place, uplink))


def bridge(place, uplink):
    """bridge device"""
    return bridge_device(place, uplink)


def bridge_vlan(place, uplink):
    """VLAN device on a bridge with VLANs"""
    return bridge_vlan_device(place, uplink)


def vmk(place, uplink):
    """vmk, EST"""
    return adapter(place, uplink, 0)


def vmk_vst(place, uplink):
    """vmk, VST"""
    return adapter(place, uplink, VLAN)


def value(text, name):
    """A number of qperf's report."""
    for line in text.splitlines():
        words = line.split()
        if words[:2] == [name, "="]:
            return float(words[2].replace(",", ""))
    check(False, f"qperf: {text}")
    return None


def cost(place, setup, tagged):
    """What it takes, in ns: to send 64 KiB, and a message and its answer."""
    far = Netns(f"{place.ns.name}-far")
    place.ip(f"link add {UPLINK} type veth peer name eth0 netns {far.name}\n"
             f"link set dev {UPLINK} up")
    far.ip("link set dev eth0 up")
    near, dev = setup(place, UPLINK), "eth0"
    if tagged:
        far.ip(f"link add link eth0 name v0 type vlan id {VLAN}\n"
               "link set dev v0 up")
        dev = "v0"
    place.ip(f"addr add 10.0.0.1/24 dev {near}\nlink set dev {near} up")
    far.ip(f"addr add 10.0.0.2/24 dev {dev}")
    server = spawn(far, "qperf")
    wait_for(lambda: listening(far, PORT), "qperf listens")
    text = place.ns.run("qperf", "-uu", "-e", "9", "-t", "1", "10.0.0.2",
                        "tcp_bw", "tcp_lat")
    end(server)
    return PIECE * 1e9 / value(text, "bw"), 2 * value(text, "latency")
