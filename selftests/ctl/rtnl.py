# SPDX-License-Identifier: GPL-2.0
"""
What anybody may ask of rtnetlink, without a program between: ip gives up its
capabilities unless root calls it.
"""

import os
import socket
import struct

from .net import IFF_PROMISC, IFF_UP, IFINFO
from .nl import HDR, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, Message, attr

RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK = 16, 17, 18, 19
RTM_GETADDR, RTM_GETROUTE, RTM_GETNEIGH, RTM_NEWADDR = 22, 26, 30, 20
RTM_GETNSID, RTM_GETSTATS = 90, 94
RTM_NEWLINKPROP, RTM_DELLINKPROP = 108, 109
CREATE = 0x600                      # NLM_F_CREATE | NLM_F_EXCL

IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO = 1, 3, 4, 18
IFLA_MASTER, IFLA_IFALIAS, IFLA_NET_NS_FD = 10, 20, 28
IFLA_TARGET_NETNSID, IFLA_PROP_LIST, IFLA_ALT_IFNAME = 46, 52, 53


class Rtnl:
    """rtnetlink of the namespace this process is in."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.sock.bind((0, 0))
        self.sock.settimeout(30)

    def close(self):
        """Closes the socket."""
        self.sock.close()

    def ask(self, kind, body, flags=0):
        """One request; returns what came back, as bytes. A refusal is an
        OSError."""
        self.sock.send(HDR.pack(16 + len(body), kind,
                                NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0)
                       + body)
        out = b""
        while True:
            data, offset = self.sock.recv(1 << 17), 0
            while offset + 16 <= len(data):
                msg = Message(data, offset)
                err = msg.error()
                if err:
                    raise OSError(err, os.strerror(err))
                if err == 0:
                    return out
                out += msg.data
                offset += (len(msg.data) + 16 + 3) & ~3

    def dump(self, kind):
        """All that a kind of request has to tell."""
        return self.ask(kind, IFINFO.pack(0, 0, 0, 0, 0), NLM_F_DUMP)


def number(kind, value):
    """An attribute of 32 bits."""
    return attr(kind, struct.pack("=I", value))


def text(kind, value):
    """An attribute of text."""
    return attr(kind, value.encode() + b"\0")


def link(index=0, flags=0, change=0, attrs=b""):
    """The body of a request about an interface."""
    return IFINFO.pack(0, 0, index, flags, change) + attrs


def new_link(kind, name):
    """As ip link add NAME type KIND."""
    return (RTM_NEWLINK, link(attrs=text(IFLA_IFNAME, name)
                              + attr(IFLA_LINKINFO, text(1, kind))), CREATE)


def altname(index, name):
    """The body of a request about another name of an interface."""
    return link(index, attrs=attr(IFLA_PROP_LIST | 0x8000,
                                  text(IFLA_ALT_IFNAME, name)))


def changes(index, name, netns_fd):
    """Of an interface, all that one may want to do to it: name of the
    request, and the request; the last one removes it."""
    return {
        "down": (RTM_SETLINK, link(index, 0, IFF_UP)),
        "rename": (RTM_SETLINK, link(index, attrs=text(IFLA_IFNAME, name))),
        "up": (RTM_SETLINK, link(index, IFF_UP, IFF_UP)),
        "mtu": (RTM_SETLINK, link(index, attrs=number(IFLA_MTU, 1290))),
        "large mtu": (RTM_SETLINK, link(index,
                                        attrs=number(IFLA_MTU, 60000))),
        "address": (RTM_SETLINK, link(index, attrs=attr(
            IFLA_ADDRESS, bytes.fromhex("020000000099")))),
        "promiscuous": (RTM_SETLINK, link(index, IFF_PROMISC, IFF_PROMISC)),
        "alias": (RTM_SETLINK, link(index, attrs=text(IFLA_IFALIAS, "x"))),
        "altname": (RTM_NEWLINKPROP, altname(index, "other"), CREATE),
        "nomaster": (RTM_SETLINK, link(index, attrs=number(IFLA_MASTER, 0))),
        "ip address": (RTM_NEWADDR, struct.pack("=BBBBI", 2, 24, 0, 0, index)
                       + attr(2, bytes([192, 0, 2, 1])), CREATE),
        "move": (RTM_SETLINK, link(index, attrs=number(IFLA_NET_NS_FD,
                                                       netns_fd))),
        "delete": (RTM_DELLINK, link(index)),
    }
