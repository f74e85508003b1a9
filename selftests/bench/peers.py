# SPDX-License-Identifier: GPL-2.0
"""What else Linux has for the job, each of which sets all up in a place and
returns what goes where: (way, device, frame)."""

from .place import BROADCAST, DST, OTHER, SEGMENTS, SRC, TCP_COUNTED, VLAN, \
    frame

ACCESS, TRUNK = ("pvid", "untagged"), ()


def received(**what):
    """A frame that in0 receives."""
    return "receive", "in0", frame(**what)


def sent(place, dev, **what):
    """A frame that a device sends."""
    return "transmit", dev, frame(src=place.mac(dev), dst=OTHER, **what)


# The zero points.


def free(place, **what):
    """a receive handler that frees"""
    place.comes_out = 0
    place.handler("free")
    return received(**what)


def free_large(place):
    """a receive handler that frees"""
    return free(place, large=True)


def drop(place, **what):
    """tc drops at the ingress"""
    place.on_ingress("in0", "drop")
    return received(**what)


def drop_large(place):
    """tc drops at the ingress"""
    place.comes_out = TCP_COUNTED
    return drop(place, large=True)


def send(place, **what):
    """a dummy sends"""
    return sent(place, "out0", **what)


def send_large(place):
    """a dummy sends"""
    return send(place, large=True)


# The floor, and tc.


def wire(place, **what):
    """a receive handler that transmits"""
    place.handler("out0")
    return received(**what)


def wire_large(place):
    """a receive handler that transmits"""
    return wire(place, large=True)


def mirred(place):
    """tc: matchall, mirred redirect"""
    place.on_ingress("in0", "mirred", "egress", "redirect", "dev", "out0")
    return received()


# The bridge.


def bridge_of(place, *ports):
    """A bridge with these ports."""
    place.ip("link add br0 type bridge\nlink set dev br0 up\n" +
             "\n".join(f"link set dev {p} master br0" for p in ports))


def knows(place, dst, dev, *words):
    """The bridge has learned an address."""
    place.ns.run("bridge", "fdb", "add", dst, "dev", dev, "master", "static",
                 *words)


def bridge_vlan_of(place, **ports):
    """One that filters VLANs; by port, what it is in VLAN."""
    bridge_of(place, *(p for p in ports if p != "br0"))
    place.ip("link set dev br0 type bridge vlan_filtering 1")
    for dev, words in ports.items():
        place.ns.run("bridge", "vlan", "add", "dev", dev, "vid", str(VLAN),
                     *words, *(("self",) if dev == "br0" else ()))


def bridge(place, **what):
    """bridge"""
    bridge_of(place, "in0", "out0")
    knows(place, DST, "out0")
    return received(**what)


def bridge_large(place):
    """bridge"""
    return bridge(place, large=True)


def bridge_vlan(place, into, out, **what):
    """A bridge between in0 and out0."""
    bridge_vlan_of(place, in0=into, out0=out)
    knows(place, DST, "out0", "vlan", str(VLAN))
    return received(**what)


def bridge_access(place):
    """bridge, VLANs: access to access"""
    return bridge_vlan(place, ACCESS, ACCESS)


def bridge_out(place):
    """bridge, VLANs: access to trunk"""
    return bridge_vlan(place, ACCESS, TRUNK)


def bridge_out_large(place):
    """bridge, VLANs: access to trunk"""
    place.comes_out = SEGMENTS
    return bridge_vlan(place, ACCESS, TRUNK, large=True)


def bridge_in(place):
    """bridge, VLANs: trunk to access"""
    return bridge_vlan(place, TRUNK, ACCESS, tag=VLAN)


def bridge_in_large(place):
    """bridge, VLANs: trunk to access"""
    return bridge_vlan(place, TRUNK, ACCESS, tag=VLAN, large=True)


def bridge_trunk(place):
    """bridge, VLANs: trunk to trunk"""
    return bridge_vlan(place, TRUNK, TRUNK, tag=VLAN)


def bridge_broadcast(place):
    """bridge"""
    place.comes_out = len(place.outs)
    bridge_of(place, "in0", *place.outs)
    return received(dst=BROADCAST)


# Open vSwitch.


def openvswitch(place, actions="2", **what):
    """Open vSwitch, kernel datapath"""
    place.ns.run("ovs-dpctl", "add-dp", "dp0")
    for dev in ["in0"] + place.outs:
        place.ns.run("ovs-dpctl", "add-if", "dp0", dev)
    dst = what.get("dst", DST)
    tag = f"eth_type(0x8100),vlan(vid={VLAN},pcp=0),encap(" \
        if "tag" in what else ""
    place.ns.run("ovs-dpctl", "add-flow", "dp0",
                 f"in_port(1),eth(src={SRC},dst={dst}),{tag}"
                 f"eth_type(0x0800),ipv4(frag=no)" + ")" * bool(tag), actions)
    return received(**what)


def openvswitch_large(place):
    """Open vSwitch, kernel datapath"""
    return openvswitch(place, large=True)


def openvswitch_out(place):
    """Open vSwitch, push_vlan"""
    return openvswitch(place, f"push_vlan(vid={VLAN},pcp=0),2")


def openvswitch_in(place):
    """Open vSwitch, pop_vlan"""
    return openvswitch(place, "pop_vlan,2", tag=VLAN)


def openvswitch_broadcast(place):
    """Open vSwitch, kernel datapath"""
    place.comes_out = len(place.outs)
    ports = ",".join(str(i + 2) for i in range(len(place.outs)))
    return openvswitch(place, ports, dst=BROADCAST)


# Adapters of the host.


def to_adapter(place, dev, tag=None, **what):
    """What a device receives whose address a frame has, until tc drops it."""
    place.on_ingress(dev, "drop")
    return received(dst=place.mac(dev), src=OTHER, tag=tag, **what)


def over_vlan(place, dev):
    """A VLAN upper, by name."""
    place.ip(f"link add link {dev} name v0 type vlan id {VLAN}\n"
             "link set dev v0 up")
    return "v0"


def macvlan_of(place, lower):
    """A macvlan in bridge mode, by name."""
    place.ip(f"link add link {lower} name mv0 type macvlan mode bridge\n"
             "link set dev mv0 up")
    return "mv0"


def bridge_device(place, port):
    """A bridge with one port, as an interface; by name."""
    bridge_of(place, port)
    return "br0"


def bridge_vlan_device(place, port):
    """A VLAN upper of a bridge that filters, with a trunk; by name."""
    bridge_vlan_of(place, **{port: TRUNK, "br0": TRUNK})
    return over_vlan(place, "br0")


def macvlan_in(place):
    """macvlan"""
    return to_adapter(place, macvlan_of(place, "in0"))


def macvlan_in_large(place):
    """macvlan"""
    place.comes_out = TCP_COUNTED
    return to_adapter(place, macvlan_of(place, "in0"), large=True)


def bridge_device_in_large(place):
    """bridge device"""
    place.comes_out = TCP_COUNTED
    return to_adapter(place, bridge_device(place, "in0"), large=True)


def macvlan_vlan_in(place):
    """macvlan on a VLAN device"""
    return to_adapter(place, macvlan_of(place, over_vlan(place, "in0")), VLAN)


def bridge_device_in(place):
    """bridge device"""
    return to_adapter(place, bridge_device(place, "in0"))


def bridge_vlan_device_in(place):
    """VLAN device on a bridge with VLANs"""
    return to_adapter(place, bridge_vlan_device(place, "in0"), VLAN)


def macvlan_out(place):
    """macvlan"""
    return sent(place, macvlan_of(place, "out0"))


def macvlan_out_large(place):
    """macvlan"""
    return sent(place, macvlan_of(place, "out0"), large=True)


def macvlan_vlan_out(place):
    """macvlan on a VLAN device"""
    return sent(place, macvlan_of(place, over_vlan(place, "out0")))


def bridge_device_out(place, **what):
    """bridge device"""
    dev = bridge_device(place, "out0")
    knows(place, OTHER, "out0")
    return sent(place, dev, **what)


def bridge_device_out_large(place):
    """bridge device"""
    return bridge_device_out(place, large=True)


def bridge_vlan_device_out(place):
    """VLAN device on a bridge with VLANs"""
    dev = bridge_vlan_device(place, "out0")
    knows(place, OTHER, "out0", "vlan", str(VLAN))
    return sent(place, dev)
