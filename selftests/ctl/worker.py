# SPDX-License-Identifier: GPL-2.0
"""Processes that do random things, each from its own seed, until told."""

import errno
import json
import mmap
import os
import random
import select
import signal
import struct
import time
import traceback

from .host import CPUS
from .ktap import Failed, defer
from .nl import NlError
from .rtnl import Rtnl, changes, new_link

# What is shared with such a process: whether it is to end, and how often it
# has done what.
END, COUNTS = 0, 8
COUNT = struct.Struct("=Q")

# What a request may be answered while others change what it is about.
REFUSALS = {errno.EINVAL, errno.ENOENT, errno.ENODEV, errno.EEXIST,
            errno.EBUSY, errno.EOPNOTSUPP, errno.EPERM,
            errno.EPROTONOSUPPORT}


class Worker:
    """
    Does one of its actions after the other, at random. An action is a method
    named in `actions`; it may be refused, as others change the same things.
    An action listed n times is done so many times as often. `pause` is the
    mean of the time between two, in seconds. `notes` are what else is counted.
    """

    actions = ()
    notes = ()
    pause = 0.05

    def __init__(self, site, seed):
        self.site = site
        self.rng = random.Random(f"{seed} {type(self).__name__}")
        self.client = self.route = None
        self.slots = sorted({*self.actions, *self.notes})
        self.shared = mmap.mmap(-1, mmap.PAGESIZE)
        self.refused, self.seen = {}, {}
        self.pid = self.pipe = None

    # What the process does ---------------------------------------------------

    def family(self):
        """A client, when the module is there."""
        while self.client is None:
            try:
                self.client = self.site.sw.client()
            except NlError:
                if self.shared[END]:
                    raise
                time.sleep(0.1)
        return self.client

    def do(self, op, **values):
        """A request to the switch, whose module may just have gone."""
        try:
            return self.family().do(op, **values)
        except NlError as err:
            if not self.gone(err) and not err.msg and err.missing is None:
                raise Failed(f"no message: {err}") from None
            raise

    def gone(self, err):
        """Whether a refusal is that of the kernel, for want of the module.
        It may be back by another number."""
        if err.msg or err.errno not in (errno.ENOENT, errno.EPROTONOSUPPORT):
            return False
        if self.client:
            self.client.close()
            self.client = None
        return True

    def rows(self, op):
        """A dump; as do()."""
        try:
            return self.family().dump(op)
        except NlError as err:
            self.gone(err)
            raise

    def present(self, op, **want):
        """One of the objects that are there and have these values, each a
        value or a set of them."""
        rows = [row for row in self.rows(op)
                if all(row.get(k.replace("_", "-")) in v
                       if isinstance(v, set) else
                       row.get(k.replace("_", "-")) == v
                       for k, v in want.items())]
        if not rows:
            raise OSError(errno.ENOENT, f"none of {op}")
        return self.rng.choice(rows)

    def link(self, what, name, netns_fd=0):
        """Something done to an interface of the switch's namespace; see
        rtnl.changes()."""
        if self.route is None:
            with self.site.sw:
                self.route = Rtnl()
        index = self.site.index(name)
        self.route.ask(*changes(index, name, netns_fd)[what])

    def new_link(self, kind, name):
        """A new interface there."""
        if self.route is None:
            with self.site.sw:
                self.route = Rtnl()
        self.route.ask(*new_link(kind, name))

    def begin(self):
        """What is to be done before all actions."""

    def step(self):
        """One action."""
        name = self.rng.choice(self.actions)
        try:
            getattr(self, name)()
            self.count(name)
        except OSError as err:
            if err.errno not in REFUSALS:
                raise
            key = f"{name}: {errno.errorcode[err.errno]}"
            self.refused[key] = self.refused.get(key, 0) + 1

    def count(self, name):
        """One more of what was done."""
        at = COUNTS + COUNT.size * self.slots.index(name)
        COUNT.pack_into(self.shared, at,
                        COUNT.unpack_from(self.shared, at)[0] + 1)

    def process(self):
        """All actions; what is to be reported."""
        os.sched_setaffinity(0, CPUS)
        error = ""
        try:
            self.begin()
            while not self.shared[END]:
                self.step()
                time.sleep(self.rng.expovariate(1 / self.pause))
        except BaseException:  # pylint: disable=broad-except
            error = traceback.format_exc()
        return {"refused": self.refused, "seen": self.seen, "error": error}

    # What the program does ---------------------------------------------------

    def start(self):
        """Starts the process."""
        self.pipe, there = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            try:
                os.close(self.pipe)
                os.write(there, json.dumps(self.process()).encode())
            finally:
                os._exit(0)
        os.close(there)
        defer(self.kill)

    def done(self):
        """How often it has done what."""
        return {name: COUNT.unpack_from(self.shared,
                                        COUNTS + COUNT.size * i)[0]
                for i, name in enumerate(self.slots)}

    def total(self):
        """How many actions that were, without what else is counted."""
        done = self.done()
        return sum(done[name] for name in set(self.actions))

    def runs(self):
        """Whether it has not ended by itself, which is a failure."""
        return not select.select([self.pipe], [], [], 0)[0]

    def end(self):
        """Tells it to end."""
        self.shared[END] = 1

    def kill(self):
        """Ends the process if it has not ended."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self.pipe)
            self.pid = None

    def ended(self, timeout):
        """Waits for its end; what it reports, or None if it hangs."""
        text = b""
        while select.select([self.pipe], [], [], timeout)[0]:
            more = os.read(self.pipe, 1 << 16)
            if not more:
                self.kill()
                return json.loads(text or b'{"error": "it has died"}')
            text += more
        return None
