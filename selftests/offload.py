#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Segmentation and checksum offload across the switch, and jumbo frames.

     pa    pb (VLAN 10)    vmk0 (VLAN 10)
      |     |                |
   +--+-----+----------------+--+
   |          vSwitch0          +--- up1 --- w1, and w1.10 on it
   +----------------------------+
"""

import select
import socket
import struct
import time

from ctl.frames import VNET_HDR, Tap, mac, tag_text
from ctl.ktap import check, defer, equal, main
from ctl.site import SWITCH, Site

GSO_TCPV4 = 1
NEEDS_CSUM = 1
UDP_SEGMENT = 103


def topology():
    """See the top of the file."""
    site = Site("a b")
    site.portgroup("vms", vlan=10)
    site.portgroup("kernel", vlan=10)
    site.vm("a", "vms")
    site.vm("b", "vms")
    site.vmk("vmk0", "kernel")
    site.sw.ip("addr add 10.0.10.1/24 dev vmk0")
    site.out.ip("link add link w1 name w1.10 type vlan id 10\n"
                "addr add 10.0.10.9/24 dev w1.10\n"
                "link set dev w1.10 up")
    return site


def checksum(data):
    """The Internet checksum."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def l4_sum(packet, proto):
    """The checksum over the payload of an IPv4 packet: 0 if it is right."""
    size = (packet[0] & 15) * 4
    total = struct.unpack_from("!H", packet, 2)[0]
    body = packet[size:total]
    return checksum(packet[12:20] + struct.pack("!BBH", 0, proto,
                                                len(body)) + body)


def ipv4(proto, body):
    """An IPv4 packet between two addresses that nobody has."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 64,
                       proto, 0, bytes((10, 9, 9, 1)), bytes((10, 9, 9, 2)))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body


def tcp_frame(dst, src, size):
    """A TCP frame of that many bytes of data, the checksum left to be
    completed, and its vnet header as GSO with segments of 1448 bytes."""
    body = struct.pack("!HHIIBBHHH", 1000, 2000, 1, 1, 5 << 4, 0x10, 100, 0,
                       0) + bytes(i & 0xff for i in range(size))
    packet = ipv4(6, body)
    pseudo = ~checksum(packet[12:20] + struct.pack("!BBH", 0, 6,
                                                   len(body))) & 0xffff
    packet = packet[:36] + struct.pack("!H", pseudo) + packet[38:]
    vnet = VNET_HDR.pack(NEEDS_CSUM, GSO_TCPV4, 54, 1448, 34, 16)
    return mac(dst) + mac(src) + b"\x08\x00" + packet, vnet


def vnet_tap(ns, name):
    """A socket that tells of offloads."""
    tap = Tap(ns, name, vnet=True)
    defer(tap.close)
    return tap


def gso_received(site, tap, count=1):
    """TCP frames that a socket received: (tags, vnet header, packet)."""
    out, end = [], time.monotonic() + 5
    while len(out) < count and time.monotonic() < end:
        site.lab.pass_marker()
        for head, data in tap.recv():
            tags, at = tag_text(data)
            if data[at:at + 2] == b"\x08\x00" and data[at + 11] == 6 and \
               data[at + 2 + 12:at + 2 + 14] == bytes((10, 9)):
                out.append((tags, VNET_HDR.unpack(head), data[at + 2:]))
    return out


def gso_frames_cross_whole(site):
    """From a VM to a VM, to an adapter, to the wire, and from there."""
    taps = {"a": vnet_tap(site.out, "a"),
            "b": vnet_tap(site.out, "b"),
            "vmk0": vnet_tap(site.sw, "vmk0"),
            "w1": vnet_tap(site.out, "w1")}
    wire = "02:00:00:00:02:01"
    for src, dst, tags, seen_tags in (("a", "b", "", ""),
                                      ("a", "vmk0", "", ""),
                                      ("a", "w1", "", "10"),
                                      ("vmk0", "b", "", ""),
                                      ("vmk0", "w1", "", "10"),
                                      ("w1", "a", "10", ""),
                                      ("w1", "vmk0", "10", "")):
        what = f"{src} to {dst}"
        for tap in taps.values():
            tap.recv()
        frame, vnet = tcp_frame(site.mac.get(dst, wire),
                                site.mac.get(src, wire), 20000)
        if tags:
            # The tag is in the packet: the offsets are 4 bytes on.
            frame = frame[:12] + struct.pack("!HH", 0x8100, 10) + frame[12:]
            vnet = VNET_HDR.pack(NEEDS_CSUM, GSO_TCPV4, 58, 1448, 38, 16)
        before = site.drops()
        taps[src].send(frame, vnet)
        got = gso_received(site, taps[dst])
        equal(site.drops(), before, f"{what}: drops")
        equal([g[0] for g in got], [seen_tags], f"{what}: tags")
        flags, kind, _, size, _, _ = got[0][1]
        equal((flags & NEEDS_CSUM, kind & 0x7f, size),
              (NEEDS_CSUM, GSO_TCPV4, 1448), f"{what}: offloads")
        equal(got[0][2][40:], bytes(i & 0xff for i in range(20000)),
              f"{what}: data")


def gso_frame_counts_once(site):
    """One frame, with all of its bytes."""
    tap = vnet_tap(site.out, "a")
    frame, vnet = tcp_frame(site.mac["b"], site.mac["a"], 30000)

    def stats():
        tx, rx = site.port("pa")["stats"], site.port("pb")["stats"]
        return (tx["tx-packets"], tx["tx-bytes"], rx["rx-packets"],
                rx["rx-bytes"])

    before = stats()
    tap.send(frame, vnet)
    site.lab.pass_marker()
    equal([a - b for a, b in zip(stats(), before)],
          [1, len(frame), 1, len(frame)], "packets and bytes, tx and rx")


def segmented_where_the_nic_cannot(site):
    """A port without offloads gets segments, with their checksums."""
    for name, who, ns in (("pb", "b", site.out), ("up1", "w1", site.out)):
        features = ("tso", "off", "gso", "off", "tx", "off", "sg", "off")
        site.sw.run("ethtool", "-K", name, *features)
        defer(site.sw.run, "ethtool", "-K", name, "tx", "on", "sg", "on",
              "tso", "on", "gso", "on")
        source = vnet_tap(site.out, "a")
        sink = vnet_tap(ns, who)
        dst = site.mac.get(who, "02:00:00:00:02:01")
        frame, vnet = tcp_frame(dst, site.mac["a"], 14480)
        source.send(frame, vnet)
        got = gso_received(site, sink, 10)
        equal(len(got), 10, f"segments at {who}")
        for tags, head, packet in got:
            equal(tags, "" if who == "b" else "10", "tags")
            equal(head[1], 0, "GSO type")
            equal(len(packet), 1488, "length of a segment")
            equal((checksum(packet[:20]), l4_sum(packet, 6)), (0, 0),
                  "checksums")
        equal(b"".join(p[40:] for _, _, p in got),
              bytes(i & 0xff for i in range(14480)), "data")


def partial_checksums(site):
    """A checksum left to be completed is completed where it has to be."""
    body = struct.pack("!HHHH", 1000, 2000, 8 + 100, 0) + b"x" * 100
    packet = ipv4(17, body)
    pseudo = ~checksum(packet[12:20] + struct.pack("!BBH", 0, 17,
                                                   len(body))) & 0xffff
    packet = packet[:26] + struct.pack("!H", pseudo) + packet[28:]
    frame = mac(site.mac["b"]) + mac(site.mac["a"]) + b"\x08\x00" + packet
    vnet = VNET_HDR.pack(NEEDS_CSUM, 0, 0, 0, 34, 6)
    source = vnet_tap(site.out, "a")
    sink = vnet_tap(site.out, "b")

    def pass_one():
        source.send(frame, vnet)
        site.lab.pass_marker()
        got = [(VNET_HDR.unpack(h)[0] & NEEDS_CSUM, d[14:])
               for h, d in sink.recv() if d[12:14] == b"\x08\x00"]
        equal(len(got), 1, "packets")
        return got[0]

    partial, got = pass_one()
    equal((partial, got), (NEEDS_CSUM, packet), "left as it is")
    site.sw.run("ethtool", "-K", "pb", "tx", "off")
    defer(site.sw.run, "ethtool", "-K", "pb", "tx", "on", "tso", "on")
    partial, got = pass_one()
    equal((partial, l4_sum(got, 17)), (0, 0), "completed")


def transfer(server_ns, client_ns, address, count):
    """Moves count bytes over TCP from a client to a server."""
    with server_ns:
        listener = socket.create_server((address, 0))
    with client_ns:
        out = socket.create_connection(listener.getsockname()[:2], 10)
    into, _ = listener.accept()
    listener.close()
    out.setblocking(False)
    into.setblocking(False)
    block = bytes(range(256)) * 256
    sent, received, good = 0, 0, True
    end = time.monotonic() + 60
    while received < count and time.monotonic() < end:
        select.select([into], [out] if sent < count else [], [], 1)
        try:
            if sent < count:
                at = sent % 256
                sent += out.send(block[at:at + min(len(block) - at,
                                                   count - sent)])
        except BlockingIOError:
            pass
        try:
            data = into.recv(1 << 18)
            at = received % 256
            whole = block * (len(data) // len(block) + 2)
            good = good and data == whole[at:at + len(data)]
            received += len(data)
        except BlockingIOError:
            pass
    mss = out.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
    out.close()
    into.close()
    check(good, "the data differ")
    equal(received, count, "bytes received")
    return mss


def tcp_through_an_adapter(site):
    """Both ways, over the VLAN of the wire, in few and large frames."""
    count = 3 << 20

    def stats():
        got = site.port("vmk0")["stats"]
        return got["tx-packets"], got["rx-packets"]

    before = stats()
    transfer(site.out, site.sw, "10.0.10.9", count)
    sent = stats()[0] - before[0]
    check(sent < count / 1448 / 2, f"{sent} frames sent for {count} bytes")
    before = stats()
    transfer(site.sw, site.out, "10.0.10.1", count)
    received = stats()[1] - before[1]
    check(received < count / 1448 / 2,
          f"{received} frames received for {count} bytes")


def udp_segmentation(site):
    """UDP GSO through an adapter: each datagram arrives."""
    with site.out:
        sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sink.bind(("10.0.10.9", 0))
        sink.settimeout(5)
    with site.sw:
        source = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        source.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 1000)
        source.sendto(bytes(i // 1000 for i in range(20000)),
                      sink.getsockname())
    defer(sink.close)
    defer(source.close)
    for i in range(20):
        equal(sink.recv(9000), bytes([i]) * 1000, f"datagram {i}")


def jumbo_frames(site):
    """9000 bytes from end to end, without fragments."""
    site.nl.do("switch-set", name=SWITCH, mtu=9000)
    site.nl.do("vmk-set", ifname="vmk0", mtu=9000)
    site.out.ip("link set dev w1 mtu 9000\nlink set dev a mtu 9100\n"
                "link set dev b mtu 9000\nlink set dev w1.10 mtu 9000")
    for name in ("up1", "pa", "pb"):
        equal(site.sw.mtu(name), 9000, f"MTU of {name}")
    done = site.sw.run("ping", "-n", "-c", "1", "-W", "5", "-M", "do", "-s",
                       "8972", "10.0.10.9", ok=False)
    check(not done.returncode, f"jumbo ping: {done.stdout}")
    seen, lost = site.send("a", "b", size=9014)
    equal((seen, lost), ({"b": ""}, {}), "9014 bytes from a to b")
    seen, lost = site.send("a", "b", size=9015)
    equal((seen, lost), ({}, {("pb", "too-big"): 1}), "9015 bytes")
    seen, lost = site.send("w1", "vmk0", "02:00:00:00:02:01", "10",
                           size=9014)
    equal((seen, lost), ({"vmk0": ""}, {}), "9014 bytes and a tag")
    mss = transfer(site.out, site.sw, "10.0.10.9", 1 << 20)
    check(mss > 8900, f"MSS {mss}")


def features_stay_on(site):
    """Attaching takes no offload from an interface but LRO."""
    site.sw.ip("link add plain type veth peer name plain2")
    defer(site.sw.ip, "link del dev plain")

    def features():
        text = site.sw.run("ethtool", "-k", "plain")
        return [line for line in text.splitlines()
                if "large-receive-offload" not in line]

    before = features()
    site.nl.do("uplink-add", switch=SWITCH, ifname="plain")
    equal(features(), before, "features of an uplink")
    site.nl.do("uplink-del", switch=SWITCH, ifname="plain")
    equal(features(), before, "features afterwards")


if __name__ == "__main__":
    main([gso_frames_cross_whole, gso_frame_counts_once,
          segmented_where_the_nic_cannot, partial_checksums,
          tcp_through_an_adapter, udp_segmentation, features_stay_on,
          jumbo_frames], topology)
