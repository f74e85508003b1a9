# SPDX-License-Identifier: GPL-2.0
"""What the kernel tells of frames that die: tracepoint and drop monitor."""

import os
import platform
import re
import struct

from .ktap import Skip, check, defer, run, wait_for
from .nl import (CTRL_CMD_GETFAMILY, GENL_ID_CTRL, NETLINK_ADD_MEMBERSHIP,
                 NLM_F_ACK, SOL_NETLINK, Socket, attr, attrs, scalar)

TRACEFS = "/sys/kernel/tracing"

# The event's part of a line of the trace, after its name; see its format.
FIELD = re.compile(r"(\w+)=(\S+)")


def kernel():
    """The running kernel's version, as a pair."""
    return tuple(int(n) for n in platform.release().split(".")[:2])


class Trace:
    """The events of one tracepoint, in an instance of its own."""

    def __init__(self, event):
        if not os.path.isdir(f"{TRACEFS}/events"):
            run("mount", "-t", "tracefs", "tracefs", TRACEFS)
        self.event = event
        self.place = f"{TRACEFS}/instances/vsw{os.getpid()}"
        os.mkdir(self.place)
        defer(os.rmdir, self.place)
        source = f"{self.place}/events/{event}"
        check(os.path.isdir(source), f"no tracepoint {event}")
        with open(f"{source}/format", encoding="ascii") as file:
            self.fields = set(re.findall(r"field:.*?(\w+)(?:\[\d*\])?;",
                                         file.read()))
        self.put(f"events/{event}/enable", 1)
        defer(self.put, f"events/{event}/enable", 0)
        self.pipe = os.open(f"{self.place}/trace_pipe",
                            os.O_RDONLY | os.O_NONBLOCK)
        defer(os.close, self.pipe)

    def put(self, name, value):
        """Writes one of the instance's files."""
        with open(f"{self.place}/{name}", "w", encoding="ascii") as file:
            file.write(str(value))

    def lines(self):
        """The lines until now, each of one event."""
        out = b""
        while True:
            try:
                out += os.read(self.pipe, 1 << 16)
            except BlockingIOError:
                break
        name = self.event.rpartition("/")[2] + ":"
        return [line.partition(name)[2].strip()
                for line in out.decode().splitlines() if name in line]

    def events(self):
        """The events until now, as dictionaries of text."""
        return [dict(FIELD.findall(line)) for line in self.lines()]


# The generic netlink family NET_DM, see linux/net_dropmon.h.
CMD_CONFIG, CMD_START, CMD_STOP, CMD_PACKET_ALERT = 2, 3, 4, 5
ATTR_ALERT_MODE, ATTR_PAYLOAD = 1, 7
ATTR_SW_DROPS, ATTR_REASON = 20, 23
MODE_PACKET = 1


class DropMonitor:
    """Frames that the kernel has dropped, as (reason, start of the frame).
    All namespaces' are told, in the first namespace."""

    def __init__(self):
        if kernel() < (6, 4):
            raise Skip("this kernel's drop monitor knows the core's reasons "
                       "only")
        if run("modprobe", "drop_monitor", ok=False).returncode:
            raise Skip("no drop_monitor in this kernel")
        self.ask, self.listen = Socket(), Socket()
        defer(self.ask.close)
        defer(self.listen.close)
        msg = self.ask.ask(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                           attr(2, b"NET_DM\0"))[0]
        got = {n: data for _, n, data in attrs(msg.data, 4)}
        self.family = scalar(got[1])
        for _, _, entry in attrs(got[7]):
            parts = {n: data for _, n, data in attrs(entry)}
            self.listen.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                                        scalar(parts[2]))
        self.listen.sock.setblocking(False)
        self.tell(CMD_CONFIG, attr(ATTR_ALERT_MODE,
                                   struct.pack("B", MODE_PACKET)))
        self.tell(CMD_START, attr(ATTR_SW_DROPS, b""))
        defer(self.stop)

    def tell(self, cmd, payload):
        """One request."""
        self.ask.ask(self.family, cmd, payload, NLM_F_ACK, version=2)

    def stop(self):
        """Ends the monitoring."""
        self.tell(CMD_STOP, attr(ATTR_SW_DROPS, b""))

    def drops(self):
        """What has come."""
        out = []
        while True:
            try:
                msgs = self.listen.receive()
            except BlockingIOError:
                return out
            for msg in msgs:
                if msg.type != self.family or \
                   msg.data[0] != CMD_PACKET_ALERT:
                    continue
                got = {n: data for _, n, data in attrs(msg.data, 4)}
                out.append((got.get(ATTR_REASON, b"").rstrip(b"\0").decode(),
                            got.get(ATTR_PAYLOAD, b"")))

    def wait_reason(self, ident):
        """Waits for the drop of the frame that bears ident; the reason."""
        found = []

        def came():
            found.extend(r for r, data in self.drops() if ident in data)
            return found

        wait_for(came, "the drop monitor tells of the frame")
        return found
