# SPDX-License-Identifier: GPL-2.0
"""Machines with an IP stack of their own, and load between them."""

import json
import os
import signal
import subprocess
import time

from .ktap import DEADLINE, Failed, check, defer, wait_for
from .net import Netns, sysctl

CPUS = os.sched_getaffinity(0)      # before anybody binds the process


class Host(Netns):
    """
    A namespace whose eth0 is the far end of an interface p<name> in another
    one, by default the switch's.
    """

    def __init__(self, site, name, address, mac, near=None):
        super().__init__(name)
        self.port = f"p{name}"
        self.mac = mac
        self.address = address.split("/")[0]
        (near or site.sw).ip(
            f"link add {self.port} type veth peer name eth0 address {mac} "
            f"netns {self.name}\nlink set dev {self.port} up")
        self.ip(f"addr add {address} dev eth0\nlink set dev eth0 up")


def ping(ns, target, count=1, wait=DEADLINE):
    """Pings until that many answers are there; returns how many were, and
    the output."""
    done = ns.run("ping", "-n", "-c", str(count), "-i", "0.05", "-w",
                  f"{wait:g}", target, ok=False)
    lines = done.stdout.splitlines()
    return sum("bytes from" in line for line in lines), done.stdout


def launch(ns, *cmd):
    """Starts a command, on any processor."""
    def free():
        os.sched_setaffinity(0, CPUS)

    with ns:
        # pylint: disable-next=consider-using-with,subprocess-popen-preexec-fn
        return subprocess.Popen(cmd, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True,
                                stdin=subprocess.DEVNULL, preexec_fn=free)


def spawn(ns, *cmd):
    """Starts a command, on any processor; it ends with the case."""
    proc = launch(ns, *cmd)
    defer(end, proc)
    return proc


def end(proc):
    """Ends a command if it has not ended."""
    if proc.poll() is None:
        proc.send_signal(signal.SIGKILL)
    proc.wait()
    if proc.stdout:
        proc.stdout.close()


def listening(ns, port):
    """Does anybody listen on that TCP port?"""
    rows = []
    with ns:
        for path in filter(os.path.exists, ("/proc/net/tcp",
                                            "/proc/net/tcp6")):
            with open(path, encoding="ascii") as file:
                rows += [line.split() for line in file.readlines()[1:]]
    return any(r[1].endswith(f":{port:04X}") and r[3] == "0A" for r in rows)


class Iperf:
    """One run of iperf3 from a client to a server."""

    def __init__(self, server, address, client, port, *options):
        self.server = spawn(server, "iperf3", "-s", "-1", "-B", address,
                            "-p", str(port))
        wait_for(lambda: listening(server, port) or
                 self.server.poll() is not None, "iperf3 listens")
        self.client = spawn(client, "iperf3", "-J", "-c", address, "-p",
                            str(port), "--connect-timeout", "5000", *options)

    def runs(self):
        """Fails if it has ended."""
        if self.client.poll() is not None:
            self.result()
            raise Failed("iperf3 has ended")

    def result(self, timeout=60):
        """What the client reports, when it has ended."""
        text, _ = self.client.communicate(timeout=timeout)
        try:
            got = json.loads(text)
        except ValueError:
            got = {"error": text}
        check("error" not in got, f"iperf3: {got.get('error')}")
        return got

    def stop(self):
        """Ends it before its time."""
        end(self.client)
        end(self.server)


def received(ns, name):
    """Frames and bytes that an interface has received."""
    with ns:
        with open("/proc/net/dev", encoding="ascii") as file:
            for line in file:
                dev, _, rest = line.partition(":")
                if dev.strip() == name:
                    words = rest.split()
                    return int(words[1]), int(words[0])
    raise OSError(f"no interface {name}")


class Stalls:
    """
    How long the processors stand still, as those of a virtual machine do when
    its host is busy elsewhere: one task of the highest priority on each, which
    wakes up every few milliseconds, for so many seconds.
    """

    tick = 0.004

    def __init__(self, seconds):
        self.pipes = [self.watch(cpu, seconds) for cpu in CPUS]

    def watch(self, cpu, seconds):
        """Starts one of them."""
        here, there = os.pipe()
        pid = os.fork()
        if pid:
            os.close(there)
            return here, pid
        late = 0.0
        try:
            os.sched_setaffinity(0, {cpu})
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
            last = time.monotonic()
            end_ = last + seconds
            while last < end_:
                time.sleep(self.tick)
                now = time.monotonic()
                late += max(0.0, now - last - 2 * self.tick)
                last = now
        finally:
            os.write(there, str(late).encode())
            os._exit(0)

    def total(self):
        """Waits for them; the sum of what was seen, in seconds."""
        out = 0.0
        for pipe, pid in self.pipes:
            out += float(os.read(pipe, 100))
            os.close(pipe)
            os.waitpid(pid, 0)
        return out


def kernel_setting(name, value):
    """Sets a sysctl of the whole kernel until the end of the case."""
    with open("/proc/sys/" + name.replace(".", "/"), encoding="ascii") as file:
        before = file.read()
    sysctl(name, value)
    defer(sysctl, name, before)


def features(ns, name, off, back=None):
    """Turns features of an interface off until the end of the case."""
    ns.run("ethtool", "-K", name, *sum(([f, "off"] for f in off), []))
    defer(ns.run, "ethtool", "-K", name,
          *sum(([f, "on"] for f in back or off), []))

