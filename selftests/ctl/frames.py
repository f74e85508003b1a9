# SPDX-License-Identifier: GPL-2.0
"""
Exact frames in and out of interfaces.

A frame is written as its tags and addresses; what was received is written
in the same way, wherever the kernel kept the tag. Tags are a text: "" for
none, "10" for 802.1Q VID 10, "10p5" with priority 5, "0p5" priority-tagged,
"ad:10" for 802.1ad, "10,20" for two, outermost first.

All frames go through the backlog of one processor, to which the process is
bound, in the order in which they were sent. So a marker sent after a frame
and seen to arrive tells that the frame's copies have arrived too, those that
came at all.
"""

import errno
import os
import select
import socket
import struct
import time

from .ktap import DEADLINE, Failed

SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP = 1
PACKET_AUXDATA = 8
PACKET_VNET_HDR = 15
PACKET_MR_MULTICAST = 0
PACKET_MR_PROMISC = 1
PACKET_OUTGOING = 4
ETH_P_ALL = 3
SO_RCVBUFFORCE = 33
TP_STATUS_VLAN_VALID = 0x10
TP_STATUS_VLAN_TPID_VALID = 0x40

TPIDS = {"": 0x8100, "ad": 0x88a8}
ETHERTYPE = 0x88b5              # for local experiments, IEEE 802
MARKER = 0x88b6                 # the second of them
BROADCAST = "ff:ff:ff:ff:ff:ff"

VNET_HDR = struct.Struct("=BBHHHH")
AUXDATA = struct.Struct("=IIIHHHH")


def mac(text):
    """An address as bytes."""
    return bytes.fromhex(text.replace(":", ""))


def tag_bytes(text):
    """The bytes of tags."""
    out = b""
    for one in filter(None, text.split(",")):
        kind, _, rest = one.rpartition(":")
        vid, _, prio = rest.partition("p")
        out += struct.pack("!HH", TPIDS[kind],
                           int(vid) | int(prio or 0) << 13)
    return out


def tag_text(data):
    """(tags, offset of the ethertype) of a frame."""
    out, offset = [], 12
    while offset + 4 <= len(data):
        tpid, tci = struct.unpack_from("!HH", data, offset)
        kind = {v: k for k, v in TPIDS.items()}.get(tpid)
        if kind is None:
            break
        text = f"{kind}:" if kind else ""
        text += str(tci & 0xfff)
        if tci >> 13:
            text += f"p{tci >> 13}"
        out.append(text)
        offset += 4
    return ",".join(out), offset


def build(dst, src, tags="", payload=b"", ethertype=ETHERTYPE, size=60):
    """A frame, padded to size (without its tags)."""
    body = struct.pack("!H", ethertype) + payload
    body += b"\0" * (size - 12 - len(body))
    return mac(dst) + mac(src) + tag_bytes(tags) + body


class Tap:
    """A packet socket on one interface."""

    def __init__(self, ns, name, vnet=False):
        self.ns, self.name, self.vnet = ns, name, vnet
        with ns:
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                      socket.htons(ETH_P_ALL))
            self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            if vnet:
                self.sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
            self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)
            self.sock.bind((name, ETH_P_ALL))
        self.sock.setblocking(False)
        self.recv()

    def close(self):
        """Closes the socket."""
        self.sock.close()

    def join(self, kind, address="00:00:00:00:00:00"):
        """Asks the interface for a multicast address or for all frames."""
        with self.ns:
            index = socket.if_nametoindex(self.name)
        self.sock.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP,
                             struct.pack("=iHH8s", index, kind, 6,
                                         mac(address)))

    def send(self, frame, vnet=None):
        """Sends a frame out of the interface."""
        if self.vnet:
            frame = (vnet or VNET_HDR.pack(0, 0, 0, 0, 0, 0)) + frame
        self.sock.send(frame)

    def recv(self):
        """The frames received until now, tags put back, as bytes; with a
        vnet header, pairs of header and frame."""
        out = []
        while True:
            try:
                data, anc, _, addr = self.sock.recvmsg(1 << 17, 256)
            except BlockingIOError:
                return out
            except OSError as err:
                # That it went down is told once, before what came until then.
                if err.errno == errno.ENETDOWN:
                    continue
                return out
            if addr[2] == PACKET_OUTGOING:
                continue
            head = b""
            if self.vnet:
                head, data = data[:VNET_HDR.size], data[VNET_HDR.size:]
            for level, kind, value in anc:
                if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
                    continue
                status, _, _, _, _, tci, tpid = AUXDATA.unpack(value)
                if status & TP_STATUS_VLAN_VALID:
                    if not status & TP_STATUS_VLAN_TPID_VALID:
                        tpid = 0x8100
                    data = data[:12] + struct.pack("!HH", tpid, tci) + \
                        data[12:]
            out.append((head, data) if self.vnet else data)


class Lab:
    """Packet sockets by the names of what they stand for."""

    def __init__(self):
        # All on one processor: see the top.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        self.taps = {}
        self.marks = None
        self.number = int.from_bytes(os.urandom(2), "big") << 16

    def tap(self, label, ns, name):
        """Opens a socket on an interface under a label."""
        self.taps[label] = Tap(ns, name)
        return self.taps[label]

    def close(self, label=None):
        """Closes one socket, or all."""
        for name in [label] if label else list(self.taps):
            self.taps.pop(name).close()

    def marker(self, src, dst, address, source):
        """Names the way of the marker: a frame from the socket src to the
        address, with that source, arrives at the socket dst."""
        self.marks = (src, dst, address, source)

    def pass_marker(self, deadline=DEADLINE):
        """Sends a marker and waits until it has arrived; returns the frames
        that its socket received before it."""
        src, dst, address, source = self.marks
        self.number += 1
        ident = struct.pack("!I", self.number)
        frame = build(address, source, payload=ident, ethertype=MARKER)
        self.taps[src].send(frame)
        early, end = [], time.monotonic() + deadline
        while time.monotonic() < end:
            select.select([self.taps[dst].sock], [], [], 0.2)
            for got in self.taps[dst].recv():
                if got[tag_text(got)[1]:][2:6] == ident:
                    return early
                early.append(got)
        raise Failed("the marker did not arrive")

    def flush(self):
        """Throws away what was received."""
        for tap in self.taps.values():
            tap.recv()

    def collect(self, ident, early, marker_dst):
        """What each socket received of the frame with that mark."""
        seen = {}
        for label, tap in self.taps.items():
            got = tap.recv()
            if label == marker_dst:
                got = early + got
            for data in got:
                tags, at = tag_text(data)
                if data[at + 2:at + 6] == ident:
                    seen.setdefault(label, []).append(tags)
        return {k: v[0] if len(v) == 1 else v for k, v in seen.items()}

    def send(self, label, dst, src, tags="", size=60, ethertype=ETHERTYPE):
        """
        Sends one frame from the socket of that label and returns who has
        received it, and with which tags: {"a": "10"}; a list of tags where
        there were several copies.
        """
        self.number += 1
        ident = struct.pack("!I", self.number)
        self.flush()
        self.taps[label].send(build(dst, src, tags, ident, ethertype, size))
        early = self.pass_marker()
        return self.collect(ident, early, self.marks[1])
