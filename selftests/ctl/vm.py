# SPDX-License-Identifier: GPL-2.0
"""
Virtual machines within the guest, their host, and what README.md says of
them.

       the machine            vmk0 192.0.2.1
       192.0.2.3                |
          | tap                 |
   +------+-----+   +-----------+--+
   | VM Network |   |  Management  |     port groups in VLAN 20
   +------+-----+   +-----------+--+
          |      vSwitch0       |
          +---------+-----------+
                    | up1
                    w1.20  192.0.2.2     the other host

A machine boots Debian's kernel with selftests/vm/nested-init, by emulation
within emulation: until it answers it takes a minute or two.
"""

import os
import re
import socket
import time

from .ktap import DEADLINE, Failed, Skip, check, defer, equal, run, wait_for
from .site import Site
from .tools import SELFTESTS

PORTGROUP, VLAN = "VM Network", 20
VMK, OTHER, MACHINE = "192.0.2.1", "192.0.2.2", "192.0.2.3"
FORGED = "52:54:00:66:66:66"
BOOT = 40 * DEADLINE
ANSWER = 6 * DEADLINE

TOP = os.path.dirname(SELFTESTS)
NESTED = os.path.join(TOP, "build/nested")
KERNEL, INITRD = (os.path.join(NESTED, n) for n in ("vmlinux", "initramfs"))
# Without ACPI, whose interpreter takes half of the time.
CMDLINE = "console=ttyS0 quiet panic=-1 acpi=off nokaslr mitigations=off " \
    "no_timer_check tsc=reliable audit=0"


def example(language, word):
    """The block of README.md in that language that has the word."""
    path = os.path.join(TOP, "README.md")
    with open(path, encoding="utf-8") as file:
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", file.read(),
                            re.M | re.S)
    found = [b for b in blocks if word in b]
    equal(len(found), 1, f"examples in README.md with {word}")
    return found[0]


def install():
    """Installs what QEMU and libvirt need, into the guest."""
    tools = os.path.join(TOP, "tools/vm")
    if not os.path.isfile(os.path.join(tools, "vmkctl-libvirt-hook")):
        raise Skip("tools/vm is not built")
    if not os.path.isfile(KERNEL):
        raise Skip("selftests/vm/nested was not run")
    run("make", "-s", "-C", tools, "install", "PREFIX=/usr")
    for module in ("tun", "vhost_net"):
        run("modprobe", module)


class VMSite(Site):
    """See the top of the file."""

    def __init__(self):
        super().__init__()
        self.portgroup(PORTGROUP, vlan=VLAN)
        self.portgroup("Management", vlan=VLAN)
        self.vmk("vmk0", "Management")
        self.sw.ip(f"addr add {VMK}/24 dev vmk0\nlink set dev vmk0 up")
        self.out.ip(f"link add link w1 name w1.{VLAN} type vlan id {VLAN}\n"
                    f"addr add {OTHER}/24 dev w1.{VLAN}\n"
                    f"link set dev w1.{VLAN} up")

    def taps(self):
        """The ports of virtual machines, by name: port group and initial
        address."""
        return {p["ifname"]: (p["portgroup"], p["initial-mac"])
                for p in self.nl.dump("port-get")
                if p["kind"] == "vm" and p["portgroup"] != "marker"}

    def wait_taps(self, **expected):
        """Waits until these are the ports of virtual machines."""
        wait_for(lambda: self.taps() == expected, f"ports {expected}; there "
                 f"are {self.taps()}", ANSWER)


class Machine:
    """A booted virtual machine, by its serial console, a UNIX socket."""

    def __init__(self, path, address, alive):
        self.mac, self.alive = address, alive
        self.got = ""
        self.sock = socket.socket(socket.AF_UNIX)
        defer(self.sock.close)
        self.sock.settimeout(1)
        wait_for(lambda: self.connects(path), f"{path} listens", ANSWER)

    def connects(self, path):
        """Connects to the console, if it is there by now."""
        check(self.alive(), "the virtual machine has ended")
        return self.sock.connect_ex(path) == 0

    def read(self, pattern, deadline):
        """Reads until the pattern has come; returns the match."""
        end = time.monotonic() + deadline
        while True:
            match = re.search(pattern, self.got, re.M)
            if match:
                self.got = self.got[match.end():]
                return match
            if time.monotonic() > end or not self.alive():
                raise Failed(f"no {pattern!r} on the console:\n{self.got}")
            try:
                self.got += self.sock.recv(4096).decode(errors="replace")
            except socket.timeout:
                pass

    def boots(self):
        """Waits until it runs lines, and gives it its address."""
        self.read(r"^ready\r?\n", BOOT)
        self.runs(f"ifconfig eth0 {MACHINE} up")

    def run(self, line):
        """Runs a line; returns its status and output."""
        self.sock.sendall(line.encode() + b"\n")
        match = self.read(r"\A((?:.*\n)*?)status (\d+)\r?\n", ANSWER)
        return int(match[2]), match[1]

    def runs(self, line):
        """Runs a line that is to succeed."""
        status, text = self.run(line)
        check(status == 0, f"{line}: status {status}\n{text}")

    def pings(self, address):
        """Pings until there is an answer."""
        self.runs(f"ping -c 1 -W {ANSWER:g} {address}")


def reaches_both(machine):
    """A case: the machine pings the adapter and the other host."""
    machine.pings(VMK)
    machine.pings(OTHER)


def is_reached(site, machine):
    """A case: and they ping it."""
    for ns in (site.sw, site.out):
        ns.run("ping", "-n", "-c", "1", "-W", f"{ANSWER:g}", MACHINE)
    with site.out:
        neighbours = run("ip", "neigh", "show", MACHINE)
    check(f"lladdr {machine.mac} " in neighbours, neighbours)


def forged_frames_are_dropped(site, machine, tap):
    """A case: what it sends from another address arrives nowhere."""
    def forged():
        return site.drops().get((tap, "forged-transmit"), 0)

    def sees(label):
        return [f for f in site.lab.taps[label].recv()
                if bytes.fromhex(FORGED.replace(":", "")) in f]

    def set_mac(address):
        machine.runs("ifconfig eth0 down")
        machine.runs(f"ifconfig eth0 hw ether {address}")
        machine.runs(f"ifconfig eth0 {MACHINE} up")

    equal(forged(), 0, "frames dropped before")
    site.lab.flush()
    set_mac(FORGED)
    for address in (VMK, OTHER):
        before = forged()
        status, text = machine.run(f"ping -c 1 -W 1 {address}")
        check(status, f"pinged {address}:\n{text}")
        check(forged() > before, "no frame was dropped")
    # The frames of an honest machine come after them, on the same ways.
    set_mac(machine.mac)
    reaches_both(machine)
    equal([f.hex() for label in ("w1", "vmk0") for f in sees(label)], [],
          "forged frames")
