# SPDX-License-Identifier: GPL-2.0
"""
Faults on order: the nth allocation of a request fails, or that and all later
ones (the kernel's fault injection), or the nth call of a function does (the
module vsw_inject of these tests). And requests of which the faults are seen
by the kernel's part alone.
"""

import os

from .ktap import Skip, check, defer, run
from .nl import (EXTACK_MSG, GENL, HDR, NLM_F_ACK, NLM_F_DUMP,
                 NLM_F_REQUEST, NLMSG_DONE, Message)

DEBUG = "/sys/kernel/debug"
INJECT = "/sys/module/vsw_inject/parameters"

# Of the kernel's fault injection: every kind of allocation counts, of those
# tasks alone that ask for it, and the log remains quiet. The probability is the
# last to be set, and so the first to be put back: until then any task's
# allocations could fail.
SETTINGS = {"interval": 1, "times": -1, "space": 0, "verbose": 0,
            "task-filter": "Y", "ignore-gfp-wait": "N", "probability": 100}
FAILSLAB = {"cache-filter": "N", **SETTINGS}
FAIL_PAGE_ALLOC = {"min-order": 0, **SETTINGS}


def _open(path, flags=os.O_RDWR):
    fd = os.open(path, flags)
    defer(os.close, fd)
    return fd


def _put(path, value):
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))


def _get(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def _missing(what):
    """Skips, but on a kernel that was built to find faults, where all of
    this is there or something is wrong."""
    check(not os.path.exists(f"{DEBUG}/gcov"), what)
    raise Skip(what)


class Allocations:
    """
    The nth allocation of this thread fails, and all later ones too where
    onward is set: then nothing can be undone that needs memory.
    """

    def __init__(self, onward=False):
        if not os.path.exists("/proc/thread-self/fail-nth"):
            _missing("a kernel without fault injection")
        for name, settings in (("failslab", FAILSLAB),
                               ("fail_page_alloc", FAIL_PAGE_ALLOC)):
            for key, value in settings.items():
                path = f"{DEBUG}/{name}/{key}"
                before = _get(path)
                _put(path, value)
                defer(_put, path, before)
        self.name = "allocation and all later ones" if onward \
            else "allocation"
        self.onward = onward
        self.nth = _open("/proc/thread-self/fail-nth")
        self.all = _open("/proc/thread-self/make-it-fail")

    def begin(self):
        """Before a series."""
        # A slab that needs a page is no other failure than its own.
        _put(f"{DEBUG}/fail_page_alloc/min-order", 0 if self.onward else 10)

    def arm(self, n):
        """From now on."""
        os.pwrite(self.nth, b"%d" % n, 0)
        if self.onward:
            os.pwrite(self.all, b"1", 0)

    def left(self):
        """What is left of n."""
        return int(os.pread(self.nth, 20, 0))

    def disarm(self):
        """Until now; whether there was a fault."""
        if self.onward:
            os.pwrite(self.all, b"0", 0)
        left = self.left()
        os.pwrite(self.nth, b"0", 0)
        return left == 0


def inject():
    """Loads the module vsw_inject until the end of the case; returns a
    descriptor for the VLANs in the filters of the interfaces here."""
    if run("modinfo", "-n", "vsw_inject", ok=False).returncode:
        _missing("no module vsw_inject, which is in selftests/inject")
    run("modprobe", "vsw_inject")
    defer(run, "modprobe", "-r", "vsw_inject")
    return _open(f"{INJECT}/vlans", os.O_RDONLY)


class Calls:
    """The nth call of a function by this thread fails."""

    def __init__(self, function):
        self.name = f"call of {function}"
        self.function = function

    def arm(self, n):
        """From now on."""
        _put(f"{INJECT}/fail", f"{self.function} {n}")

    def disarm(self):
        """Until now; whether there was a fault."""
        missed = _get(f"{INJECT}/fail")
        _put(f"{INJECT}/fail", f"{self.function} 0")
        return not missed


class Counting:
    """No fault; counts the calls of functions, see calls()."""

    @staticmethod
    def arm(_n):
        """From now on."""
        if os.path.exists(INJECT):
            _put(f"{INJECT}/fail", "netdev_notifier 0")

    @staticmethod
    def disarm():
        """Until now."""
        return False


class Nothing:
    """No fault."""

    @staticmethod
    def arm(_n):
        """From now on."""

    @staticmethod
    def disarm():
        """Until now."""
        return False


def calls():
    """Of each function how often this thread has called it since then."""
    rows = (line.split() for line in _get(f"{INJECT}/calls").splitlines())
    return {name: int(count) for name, count in rows if int(count)}


class Outcome:
    """
    What became of a request: "done", "refused" with an errno and the text
    in the extended acknowledgement, or "lost", where the answer was.
    """

    def __init__(self, how, err=0, text=None, answers=()):
        self.how, self.err, self.text = how, err, text
        self.answers = answers

    def __str__(self):
        if self.how != "refused":
            return self.how
        return f"refused: {os.strerror(self.err)}: {self.text}"


class Request:
    """A request, ready to be sent on a netlink socket of its own."""

    def __init__(self, sock, kind, body, flags=0):
        self.sock = sock
        self.sock.setblocking(False)
        self.dump = flags & NLM_F_DUMP == NLM_F_DUMP
        self.data = HDR.pack(16 + len(body), kind,
                             NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0) + body
        self.buffer = bytearray(1 << 14)

    def attempt(self, fault, n):
        """Sends it under the nth fault; the outcome, and whether the fault
        came to pass."""
        errors, parts = [], []
        fault.arm(n)
        try:
            self.sock.send(self.data)
            if self.dump:
                self.receive(parts, errors)
        except OSError as err:
            errors.append(err)
        finally:
            hit = fault.disarm()
        if not errors:
            self.receive(parts, errors)
        return self.outcome(parts, errors), hit

    def receive(self, parts, errors):
        """What is there; an answer is there when the request was sent."""
        while True:
            try:
                size = self.sock.recv_into(self.buffer)
            except BlockingIOError:
                return
            except OSError as err:
                errors.append(err)
                continue
            parts.append(bytes(self.buffer[:size]))

    def outcome(self, parts, errors):
        """What it amounts to."""
        answers = []
        for data in parts:
            offset = 0
            while offset + 16 <= len(data):
                msg = Message(data, offset)
                offset += (HDR.unpack_from(data, offset)[0] + 3) & ~3
                err = msg.error()
                if err is None:
                    answers.append(msg)
                elif err:
                    text = msg.extack().get(EXTACK_MSG)
                    return Outcome("refused", err,
                                   text and text.rstrip(b"\0").decode())
                elif not self.dump or msg.type == NLMSG_DONE:
                    return Outcome("done", answers=answers)
        check(errors, "no answer")
        return Outcome("lost", errors[0].errno)


def generic(client, sock, op, values, dump=False):
    """A request to the family, as client would make it."""
    what = client.spec.ops[op]
    values = {k.replace("_", "-"): v for k, v in values.items()}
    body = GENL.pack(what["number"], 1, 0) + \
        client.spec.encode(what["attribute-set"], values)
    return Request(sock.sock, client.family, body,
                   NLM_F_DUMP if dump else 0)
