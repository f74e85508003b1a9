# SPDX-License-Identifier: GPL-2.0
"""
A generic netlink client that takes what it knows from the YAML spec.

It is not meant to be convenient only: it sends what a well-behaved client
would not (see Raw), shows each message as it came, and tells of dumps that
were interrupted, all of which the tests need.
"""

import errno
import os
import select
import socket
import struct
import sys
import time

import yaml

from .ktap import DEADLINE

NETLINK_GENERIC = 16
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11
NETLINK_GET_STRICT_CHK = 12

NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST = 1
NLM_F_ACK = 4
NLM_F_DUMP_INTR = 0x10
NLM_F_DUMP = 0x300
NLM_F_CAPPED = 0x100
NLM_F_ACK_TLVS = 0x200
NLA_F_NESTED = 0x8000
NLA_TYPE_MASK = 0x3fff

EXTACK_MSG = 1
EXTACK_OFFS = 2
EXTACK_MISS_TYPE = 5

GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
CTRL_CMD_GETPOLICY = 10
CTRL_ATTR_FAMILY_ID = 1
CTRL_ATTR_FAMILY_NAME = 2

HDR = struct.Struct("=IHHII")
GENL = struct.Struct("=BBH")
ATTR = struct.Struct("=HH")


def find_spec():
    """The spec: of this repository, of a kernel tree, or $VSWITCH_SPEC."""
    place = os.path.dirname(os.path.realpath(__file__))
    while place != "/":
        for path in ("uapi/vswitch.yaml",
                     "Documentation/netlink/specs/vswitch.yaml"):
            if os.path.exists(os.path.join(place, path)):
                return os.path.join(place, path)
        place = os.path.dirname(place)
    return "vswitch.yaml"


SPEC = os.environ.get("VSWITCH_SPEC") or find_spec()


class NlError(OSError):
    """A refusal: errno, the extack's text, attribute and missing one."""

    def __init__(self, err, msg=None, attr=None, missing=None):
        super().__init__(err, os.strerror(err))
        self.msg = msg
        self.attr = attr
        self.missing = missing
        self.request = ""

    def __str__(self):
        return (f"{self.request}: {os.strerror(self.errno)}: "
                + (self.msg or "(no message)")
                + (f" [attribute {self.attr}]" if self.attr else "")
                + (f" [missing {self.missing}]" if self.missing else ""))


class Raw:
    """An attribute's type and payload, to be sent as they are."""

    def __init__(self, payload, number=None):
        self.payload = payload
        self.number = number


def attr(number, payload):
    """One netlink attribute."""
    pad = b"\0" * (-len(payload) % 4)
    return ATTR.pack(len(payload) + 4, number) + payload + pad


def attrs(data, offset=0):
    """The attributes in data as (offset, type, payload)."""
    while offset + 4 <= len(data):
        length, number = ATTR.unpack_from(data, offset)
        yield offset, number & NLA_TYPE_MASK, data[offset + 4:offset + length]
        offset += (length + 3) & ~3


def scalar(data):
    """An unsigned scalar of any length."""
    return int.from_bytes(data, sys.byteorder)


class Message:
    """One netlink message."""

    def __init__(self, data, offset):
        (length, self.type, self.flags, self.seq,
         self.portid) = HDR.unpack_from(data, offset)
        self.data = data[offset + 16:offset + length]

    def error(self):
        """The errno in an ERROR or a DONE, else None."""
        if self.type not in (NLMSG_ERROR, NLMSG_DONE):
            return None
        if len(self.data) < 4:
            return 0
        return -struct.unpack_from("=i", self.data)[0]

    def extack(self):
        """The extack's attributes by number."""
        if not self.flags & NLM_F_ACK_TLVS:
            return {}
        offset = 4
        if self.type == NLMSG_ERROR:
            offset = 20
            if not self.flags & NLM_F_CAPPED:
                length = HDR.unpack_from(self.data, 4)[0]
                offset = 4 + ((length + 3) & ~3)
        return {n: data for _, n, data in attrs(self.data, offset)}


class Socket:
    """A generic netlink socket of the namespace it is made in."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  NETLINK_GENERIC)
        for opt in (NETLINK_CAP_ACK, NETLINK_EXT_ACK,
                    NETLINK_GET_STRICT_CHK):
            self.sock.setsockopt(SOL_NETLINK, opt, 1)
        self.sock.bind((0, 0))
        self.sock.settimeout(30)
        self.seq = 0

    def close(self):
        """Closes the socket."""
        self.sock.close()

    def send(self, family, cmd, payload=b"", flags=NLM_F_ACK, version=1):
        """Sends one request; returns its bytes."""
        self.seq += 1
        body = GENL.pack(cmd, version, 0) + payload
        msg = HDR.pack(16 + len(body), family, NLM_F_REQUEST | flags,
                       self.seq, 0) + body
        self.sock.send(msg)
        return msg

    def receive(self, size=1 << 17):
        """One datagram as a list of messages."""
        data = self.sock.recv(size)
        out, offset = [], 0
        while offset + 16 <= len(data):
            out.append(Message(data, offset))
            offset += (HDR.unpack_from(data, offset)[0] + 3) & ~3
        return out

    def answer(self, request):
        """The answers to a request; raises NlError where it is refused."""
        out = []
        while True:
            for msg in self.receive():
                if msg.seq != self.seq:
                    continue
                err = msg.error()
                if err is None:
                    out.append(msg)
                elif err:
                    raise self.refusal(err, msg, request)
                else:
                    if msg.type == NLMSG_DONE:
                        out.append(msg)
                    return out

    @staticmethod
    def refusal(err, msg, request):
        """The exception for an error message."""
        ext = msg.extack()
        text = number = None
        if EXTACK_MSG in ext:
            text = ext[EXTACK_MSG].rstrip(b"\0").decode()
        if EXTACK_OFFS in ext and request:
            offset = scalar(ext[EXTACK_OFFS])
            number = attr_at(request, 20, offset)
        missing = ext.get(EXTACK_MISS_TYPE)
        return NlError(err, text, number,
                       None if missing is None else scalar(missing))

    def ask(self, family, cmd, payload=b"", flags=NLM_F_ACK, version=1):
        """Sends a request and returns the answers."""
        return self.answer(self.send(family, cmd, payload, flags, version))


def attr_at(request, start, target):
    """The path of numbers to the attribute at an offset of a request."""
    for offset, number, data in attrs(request, start):
        if offset == target:
            return (number,)
        if offset < target < offset + 4 + len(data):
            below = attr_at(request[:offset + 4 + len(data)], offset + 4,
                            target)
            return (number,) + below if below else (number,)
    return None


class Spec:
    """The YAML spec: numbers, types and enums by name."""

    def __init__(self, path=SPEC):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        with open(path, encoding="utf-8") as file:
            self.yaml = yaml.load(file, loader)
        self.name = self.yaml["name"]
        self.consts, self.enums, self.flags = {}, {}, {}
        for item in self.yaml["definitions"]:
            if item["type"] == "const":
                self.consts[item["name"]] = item["value"]
                continue
            names = [e if isinstance(e, str) else e["name"]
                     for e in item["entries"]]
            if item["type"] == "flags":
                self.flags[item["name"]] = {n: 1 << i
                                            for i, n in enumerate(names)}
            else:
                first = item.get("value-start", 0)
                self.enums[item["name"]] = {n: i + first
                                            for i, n in enumerate(names)}
        self.sets = {}
        for item in self.yaml["attribute-sets"]:
            self.sets[item["name"]] = {
                a["name"]: dict(a, number=i)
                for i, a in enumerate(item["attributes"], 1)}
        self.ops = {}
        for number, item in enumerate(self.yaml["operations"]["list"], 1):
            item = dict(item, number=number)
            if "notify" in item:
                item["attribute-set"] = \
                    self.ops[item["notify"]]["attribute-set"]
            self.ops[item["name"]] = item
        self.by_number = {o["number"]: o for o in self.ops.values()}
        self.groups = [g["name"] for g in
                       self.yaml.get("mcast-groups", {}).get("list", [])]

    def const(self, value):
        """A number, or the constant of that name."""
        return self.consts[value] if isinstance(value, str) else value

    def requests(self, op, mode="do"):
        """The attributes that a request may carry."""
        part = self.ops[op].get(mode) or {}
        return (part.get("request") or {}).get("attributes", [])

    def encode(self, space, values):
        """The attributes for a dictionary."""
        out = b""
        for name, value in values.items():
            if isinstance(value, Raw) and value.number is not None:
                out += attr(value.number, value.payload)
                continue
            what = self.sets[space][name]
            many = value if isinstance(value, list) and \
                what.get("multi-attr") else [value]
            for one in many:
                number = what["number"]
                if what["type"] == "nest":
                    number |= NLA_F_NESTED
                out += attr(number, self.encode_one(what, one))
        return out

    def encode_one(self, what, value):
        """The payload of one attribute."""
        if isinstance(value, Raw):
            return value.payload
        kind = what["type"]
        if kind == "nest":
            return self.encode(what["nested-attributes"], value)
        if kind == "string":
            if isinstance(value, str):
                value = value.encode()
            return value + b"\0"
        if kind == "binary":
            if isinstance(value, str):
                value = bytes.fromhex(value.replace(":", ""))
            return value
        if kind == "flag":
            return b""
        if isinstance(value, str):
            value = [value] if what["enum"] in self.flags else value
        if isinstance(value, (list, tuple, set, frozenset)):
            value = sum(self.flags[what["enum"]][v] for v in value)
        elif isinstance(value, str):
            value = self.enums[what["enum"]][value]
        return struct.pack("=i" if kind == "s32" else "=I", value)

    def decode(self, space, data, offset=0):
        """A dictionary of the attributes in data."""
        out = {}
        by_number = {a["number"]: a for a in self.sets[space].values()}
        for _, number, payload in attrs(data, offset):
            what = by_number.get(number)
            if not what:
                out[f"unknown-{number}"] = payload
                continue
            value = self.decode_one(what, payload)
            if what.get("multi-attr"):
                out.setdefault(what["name"], []).append(value)
            elif what["name"] in out:
                out[f"twice-{what['name']}"] = value
            else:
                out[what["name"]] = value
        return out

    def decode_one(self, what, data):
        """The value of one attribute."""
        kind = what["type"]
        if kind == "nest":
            return self.decode(what["nested-attributes"], data)
        if kind == "string":
            return data.split(b"\0")[0].decode()
        if kind == "binary":
            mac = what.get("display-hint") == "mac"
            return ":".join(f"{b:02x}" for b in data) if mac else data
        if kind == "flag":
            return True
        if kind == "s32":
            return struct.unpack("=i", data)[0]
        value = scalar(data)
        names = self.enums.get(what.get("enum"))
        if names:
            return next((n for n, v in names.items() if v == value), value)
        names = self.flags.get(what.get("enum"))
        if names:
            return frozenset(n for n, v in names.items() if v & value)
        return value


_spec = []


def spec():
    """The spec, read once."""
    if not _spec:
        _spec.append(Spec())
    return _spec[0]


class Dump(list):
    """The objects of a dump, and whether a change interrupted it."""

    interrupted = False
    datagrams = 0


class Client:
    """Speaks the family of the spec in the namespace it is made in."""

    def __init__(self):
        self.spec = spec()
        self.sock = Socket()
        self.family, self.groups = self.resolve()

    def resolve(self):
        """The number of the family and those of its multicast groups; on a
        socket of its own, as the kernel notes how much a reader takes."""
        name = self.spec.name.encode() + b"\0"
        sock = Socket()
        msg = sock.ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                       attr(CTRL_ATTR_FAMILY_NAME, name))[0]
        sock.close()
        got = {n: data for _, n, data in attrs(msg.data, 4)}
        groups = {}
        for _, _, entry in attrs(got.get(7, b"")):
            parts = {n: data for _, n, data in attrs(entry)}
            groups[parts[1].rstrip(b"\0").decode()] = scalar(parts[2])
        return scalar(got[CTRL_ATTR_FAMILY_ID]), groups

    def close(self):
        """Closes the socket."""
        self.sock.close()

    def named(self, op, err):
        """Gives an NlError the names of its attributes."""
        names = {a["number"]: n for n, a in
                 self.spec.sets[self.spec.ops[op]["attribute-set"]].items()}
        if err.attr:
            err.attr = names.get(err.attr[0], err.attr[0])
        if err.missing is not None:
            err.missing = names.get(err.missing, err.missing)
        return err

    def _request(self, op, values, flags):
        what = self.spec.ops[op]
        values = {k.replace("_", "-"): v for k, v in values.items()}
        return self.sock.send(self.family, what["number"],
                              self.spec.encode(what["attribute-set"],
                                               values), flags)

    def _decode(self, op, msg):
        return self.spec.decode(self.spec.ops[op]["attribute-set"],
                                msg.data, 4)

    def do(self, op, _raw=b"", **values):
        """One request; returns the reply as a dictionary, or None."""
        try:
            if _raw:
                sent = self.sock.send(self.family,
                                      self.spec.ops[op]["number"], _raw)
            else:
                sent = self._request(op, values, NLM_F_ACK)
            got = self.sock.answer(sent)
        except NlError as err:
            err.request = f"{op} {values}"
            raise self.named(op, err) from None
        if len(got) > 1:
            raise AssertionError(f"{len(got)} replies to {op}")
        return self._decode(op, got[0]) if got else None

    def dump(self, op, **values):
        """All the objects; see Dump."""
        try:
            got = self.sock.answer(self._request(op, values,
                                                 NLM_F_ACK | NLM_F_DUMP))
        except NlError as err:
            raise self.named(op, err) from None
        out = Dump()
        out.interrupted = any(m.flags & NLM_F_DUMP_INTR for m in got)
        out += [self._decode(op, m) for m in got if m.type != NLMSG_DONE]
        return out

    def dump_slowly(self, op, between, **values):
        """
        As dump() on a client that has not been used before, calling between()
        after the first datagram. The kernel is one datagram ahead then, not
        more; and they are as small as it makes them, a page.
        """
        self._request(op, values, NLM_F_ACK | NLM_F_DUMP)
        out = Dump()
        while True:
            got = self.sock.receive(1 << 12)
            out.datagrams += 1
            for msg in got:
                out.interrupted |= bool(msg.flags & NLM_F_DUMP_INTR)
                if msg.type == NLMSG_DONE:
                    return out
                out.append(self._decode(op, msg))
            if out.datagrams == 1:
                between()

    def state(self):
        """All that can be configured, without counters."""
        out = {}
        for kind in ("switch", "portgroup", "uplink", "port", "vmk"):
            rows = self.dump(f"{kind}-get")
            for row in rows:
                row.pop("stats", None)
                row.pop("drops", None)
            out[kind] = list(rows)
        return out


class Events(Client):
    """Listens to the family's events."""

    def __init__(self):
        super().__init__()
        self.listen = Socket()
        for number in self.groups.values():
            self.listen.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                                        number)

    def close(self):
        super().close()
        self.listen.close()

    def pending(self, timeout=0.0):
        """The events that are there, as (name, object), oldest first."""
        out = []
        while select.select([self.listen.sock], [], [], timeout)[0]:
            timeout = 0.0
            for msg in self.listen.receive():
                if msg.type != self.family:
                    continue
                op = self.spec.by_number[msg.data[0]]
                out.append((op["name"], self._decode(op["name"], msg)))
        return out

    def drain(self):
        """Forgets what came until now, even where it was too much."""
        while True:
            try:
                self.pending()
                return
            except OSError as err:
                if err.errno != errno.ENOBUFS:
                    raise

    def expect(self, count, deadline=DEADLINE):
        """Waits for that many events, and takes what more there is."""
        out, end = [], time.monotonic() + deadline
        while len(out) < count and time.monotonic() < end:
            out += self.pending(0.05)
        return out + self.pending()
