# SPDX-License-Identifier: GPL-2.0
"""The frame fuzzer, fuzz/framefuzz.c, and what it reports."""

import re
import signal
import subprocess

from .host import spawn
from .ktap import check, equal
from .net import netns_path
from .tools import path

WAY = re.compile(r"^way +(\d+) sent by (\S+)$", re.MULTILINE)
TEMPLATE = re.compile(r"^(\S+) +(\d+) sent +\d+ refused$", re.MULTILINE)
TOTAL = re.compile(r"^total +(\d+) sent +(\d+) refused +(\d+) received$",
                   re.MULTILINE)


def way(kind, ns, name, mac=None):
    """An interface as framefuzz takes it: a tap, a tap that takes fragments
    (napi), or a packet socket (packet); and its own address."""
    mac = f",{mac}" if mac else ""
    return f"{kind}:{name}{mac}@{netns_path(ns.name)}"


class FrameFuzz:
    """One run of it, from two threads, until the end of the case."""

    def __init__(self, ns, ways, macs, vlans, seed, **options):
        cmd = [path("framefuzz"), "--threads", "2", "--seed", str(seed)]
        for mac in macs:
            cmd += ["--mac", mac]
        for vlan in vlans:
            cmd += ["--vlan", str(vlan)]
        for name, value in options.items():
            cmd += [f"--{name}"] + ([] if value is True else [str(value)])
        self.proc = spawn(ns, *cmd, *ways)
        self.text = ""

    def runs(self):
        """Whether it has not ended yet."""
        return self.proc.poll() is None

    def ended(self, timeout, end=False):
        """Waits for its end, or ends it; what it reports, as (sent, refused,
        received)."""
        if end:
            self.proc.send_signal(signal.SIGTERM)
        try:
            self.text, _ = self.proc.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            check(False, f"framefuzz has not ended after {timeout} s")
        equal(self.proc.returncode, 0, f"framefuzz: {self.text}")
        found = TOTAL.search(self.text)
        check(found, f"framefuzz has told nothing: {self.text}")
        return tuple(int(n) for n in found.groups())

    def sent(self):
        """How many frames were taken: by way, by template."""
        return ({name: int(n) for n, name in WAY.findall(self.text)},
                {name: int(n) for name, n in TEMPLATE.findall(self.text)})
