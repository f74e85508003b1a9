#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
QEMU's script= and downscript=: the taps that QEMU makes join port groups and
leave them, and a machine that boots reaches the network by one; see
ctl/vm.py. The other cases run while it boots, with machines that stand still.
"""

import os
import shlex
import shutil
import socket
import tempfile

from ctl.host import spawn
from ctl.ktap import Skip, check, defer, equal, main, wait_for
from ctl.net import IFF_UP
from ctl.tap import make_tap
from ctl.vm import (ANSWER, CMDLINE, INITRD, KERNEL, PORTGROUP, Machine,
                    VMSite, example, forged_frames_are_dropped, install,
                    is_reached, reaches_both)

SCRIPTS = "script=/usr/lib/vmkctl/qemu-ifup," \
    "downscript=/usr/lib/vmkctl/qemu-ifdown"
COMMON = ("-accel", "tcg", "-nodefaults", "-display", "none", "-no-reboot")
MAC, MAC2 = "52:54:00:00:00:01", "52:54:00:00:00:02"
# As README.md has them.
TAP, TAP_MAC = "web0", "52:54:00:12:34:56"


def topology():
    """Starts the machine as README.md does."""
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("no qemu-system-x86_64")
    install()
    site = VMSite()
    site.folder = tempfile.mkdtemp()
    defer(shutil.rmtree, site.folder)
    console = os.path.join(site.folder, "console")
    rest = COMMON + (
        "-m", "128", "-kernel", KERNEL, "-initrd", INITRD,
        "-append", CMDLINE, "-serial", "chardev:console",
        "-chardev", f"socket,id=console,path={console},server=on,wait=off")
    # No shell is to stand between.
    text = example("sh", "qemu-ifup").replace("qemu-system", "exec qemu-sy"
                                              "stem")
    proc = spawn(site.sw, "bash", "-c",
                 text.rstrip() + " " + shlex.join(rest))
    site.machine = Machine(console, TAP_MAC, lambda: proc.poll() is None)
    return site


class Paused:
    """A machine that stands still, by its monitor."""

    def __init__(self, site, settings, args):
        path = os.path.join(site.folder, "monitor")
        self.proc = spawn(
            site.sw, "env", *settings, "qemu-system-x86_64", *COMMON, "-S",
            "-qmp", f"unix:{path},server=on,wait=off", *args)
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER)
        wait_for(lambda: self.connects(path), "QEMU's monitor", ANSWER)
        # It speaks when all has been made.
        check("QMP" in self.sock.recv(4096).decode(), "no greeting")

    def connects(self, path):
        """Connects to the monitor, if it is there by now."""
        check(self.proc.poll() is None, "QEMU has ended")
        return self.sock.connect_ex(path) == 0

    def quit(self):
        """Ends it, in the way in which it runs its downscripts."""
        for command in ("qmp_capabilities", "quit"):
            self.sock.sendall(b'{"execute": "%s"}' % command.encode())
        text, _ = self.proc.communicate(timeout=ANSWER)
        equal((self.proc.returncode, text), (0, ""), "status and output")
        self.sock.close()


def refused(site, settings, *says, tap="tap0"):
    """QEMU does not start, and the script says why in one line."""
    done = site.sw.run("env", *settings, "qemu-system-x86_64", *COMMON, "-S",
                       "-netdev", f"tap,id=n0,ifname={tap},{SCRIPTS}",
                       ok=False)
    check(done.returncode, "QEMU runs")
    lines = [line for line in done.stderr.splitlines()
             if not line.startswith("qemu-system-x86_64: ")]
    equal(len(lines), 1, f"lines of {done.stderr}")
    for text in says:
        check(text in lines[0], f"no {text!r} in {lines[0]!r}")


def others(site):
    """The ports but for that of the machine that boots."""
    return {k: v for k, v in site.taps().items() if k != TAP}


def joins(site, settings, taps, expected):
    """A machine with these taps has these ports while it is there."""
    args = []
    for i, tap in enumerate(taps):
        args += ["-netdev", f"tap,id=n{i},ifname={tap},{SCRIPTS}",
                 "-device", f"virtio-net-pci,netdev=n{i},mq=on,romfile="]
    machine = Paused(site, settings, args)
    equal(others(site), expected, "ports")
    for tap in expected:
        check(site.sw.link(tap)["flags"] & IFF_UP, f"{tap} is down")
    machine.quit()
    equal(others(site), {}, "ports afterwards")


def a_tap_joins_and_leaves(site):
    """One tap, made by QEMU."""
    joins(site, [f"VSWITCH_PORTGROUP={PORTGROUP}", f"VSWITCH_MAC={MAC}"],
          ["tap0"], {"tap0": (PORTGROUP, MAC)})


def a_tap_that_stays_leaves(site):
    """The tap is there before and after; the port is not."""
    with site.sw:
        make_tap("stays")
    defer(site.sw.ip, "link del stays")
    joins(site, [f"VSWITCH_PORTGROUP={PORTGROUP}", f"VSWITCH_MAC={MAC}"],
          ["stays,queues=2"],
          {"stays": (PORTGROUP, MAC)})
    check("master" not in site.sw.link("stays"), "it has a master")


def two_taps_have_settings_of_their_own(site):
    """What names a tap goes before what does not."""
    site.portgroup("-m, DMZ")
    defer(site.nl.do, "portgroup-del", name="-m, DMZ")
    joins(site, [f"VSWITCH_PORTGROUP={PORTGROUP}", f"VSWITCH_MAC_tap0={MAC}",
                 f"VSWITCH_MAC_tap_1={MAC2}",
                 "VSWITCH_PORTGROUP_tap_1=-m, DMZ"],
          ["tap0", "tap.1"],
          {"tap0": (PORTGROUP, MAC), "tap.1": ("-m, DMZ", MAC2)})


def several_queues_and_vhost(site):
    """A tap with several queues is served by the kernel, and has one port."""
    joins(site, [f"VSWITCH_PORTGROUP={PORTGROUP}", f"VSWITCH_MAC={MAC}"],
          ["tap0,queues=2,vhost=on"],
          {"tap0": (PORTGROUP, MAC)})


def a_refusal_keeps_qemu_from_starting(site):
    """One line says why, and no port is left."""
    before = site.taps()
    mac = f"VSWITCH_MAC={MAC}"
    refused(site, [mac, "VSWITCH_PORTGROUP=no such"], "no such")
    refused(site, [mac, "VSWITCH_PORTGROUP=Management"], "Management")
    refused(site, [mac], "VSWITCH_PORTGROUP", "tap0")
    refused(site, [f"VSWITCH_PORTGROUP={PORTGROUP}"], "VSWITCH_MAC", "tap0")
    refused(site, [f"VSWITCH_PORTGROUP={PORTGROUP}",
                   "VSWITCH_MAC=01:00:5e:00:00:01"], "01:00:5e:00:00:01")
    equal(site.taps(), before, "ports")
    check(not site.sw.link("tap0", ok=False), "the tap is left")


def the_machine_boots_on_its_port(site):
    """As README.md starts it."""
    site.machine.boots()
    site.wait_taps(**{TAP: (PORTGROUP, TAP_MAC)})


def it_pings_the_adapter_and_the_other_host(site):
    """Both in the VLAN of its port group."""
    reaches_both(site.machine)


def they_ping_it(site):
    """At its own address."""
    is_reached(site, site.machine)


def its_forged_frames_are_dropped(site):
    """They are counted, and nobody gets them."""
    forged_frames_are_dropped(site, site.machine, TAP)


if __name__ == "__main__":
    main([a_tap_joins_and_leaves, a_tap_that_stays_leaves,
          two_taps_have_settings_of_their_own, several_queues_and_vhost,
          a_refusal_keeps_qemu_from_starting, the_machine_boots_on_its_port,
          it_pings_the_adapter_and_the_other_host, they_ping_it,
          its_forged_frames_are_dropped], topology)
