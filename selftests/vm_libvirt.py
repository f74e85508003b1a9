#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
libvirt's hook: the taps of domains whose metadata names port groups join
them, and a machine that boots reaches the network by one; see ctl/vm.py. The
other cases run while it boots, with machines that stand still.
"""

import os
import pwd
import re
import shutil
import tempfile

from ctl.host import end, launch
from ctl.ktap import Failed, Skip, check, defer, equal, main, run, wait_for
from ctl.vm import (ANSWER, CMDLINE, INITRD, KERNEL, PORTGROUP, Machine,
                    VMSite, example, forged_frames_are_dropped, install,
                    is_reached, reaches_both)

HOOK = "/etc/libvirt/hooks/qemu.d/vswitch"
PROGRAM = "/usr/sbin/vmkctl-libvirt-hook"
URI = "urn:vswitch:ports:1"
# As README.md has it.
README_MAC = "52:54:00:12:34:56"
MAC, MAC2 = "52:54:00:00:00:ab", "52:54:00:00:00:cd"

# The daemon without systemd, D-Bus, polkit and cgroups. The user that Debian
# has for QEMU is only asked to be there, which is why it is made.
USER = "libvirt-qemu"
DAEMON = """\
auth_unix_rw = "none"
log_outputs = "3:stderr"
"""
QEMU = """\
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
remember_owner = 0
stdio_handler = "file"
"""

DOMAIN = """\
<domain type="qemu">
  <name>{name}</name>
  <memory unit="MiB">128</memory>
  <os><type arch="x86_64" machine="pc">hvm</type>{boot}</os>
  {rest}
</domain>
"""
DEVICES = """\
  <controller type="usb" model="none"/>
  <memballoon model="none"/>
"""


class Libvirt:
    """The daemon, beside the switch."""

    def __init__(self, site):
        self.site = site
        self.proc = None
        self.folder = tempfile.mkdtemp()
        defer(shutil.rmtree, self.folder)
        os.makedirs("/etc/libvirt", exist_ok=True)
        for name, text in (("libvirtd", DAEMON), ("qemu", QEMU)):
            with open(f"/etc/libvirt/{name}.conf", "w",
                      encoding="ascii") as file:
                file.write(text)
        try:
            pwd.getpwnam(USER)
        except KeyError:
            run("useradd", "--system", "--user-group", USER)
        defer(self.destroy_all)
        self.start()

    def start(self):
        """Starts the daemon, with the sysfs of its namespace."""
        self.proc = launch(self.site.sw, "ip", "netns", "exec",
                           self.site.sw.name, "libvirtd")
        wait_for(self.answers, "libvirtd answers", ANSWER)

    def answers(self):
        """Does the daemon?"""
        if self.proc.poll() is not None:
            raise Failed(f"libvirtd has ended:\n{self.proc.stdout.read()}")
        return not self.virsh("uri", ok=False).returncode

    def restart(self):
        """Ends the daemon, but no machine, and starts it again. A query waits
        until it has found the machine again, and its hook has run."""
        self.proc.terminate()
        self.proc.wait(timeout=ANSWER)
        end(self.proc)
        self.start()
        for name in self.names():
            self.virsh("dommemstat", name, ok=False)

    def virsh(self, *words, ok=True):
        """Runs a command of virsh."""
        return run("virsh", "-q", "-c", "qemu:///system", *words, ok=ok)

    def names(self):
        """Of the machines that run."""
        return self.virsh("list", "--name").split()

    def destroy(self, name):
        """Ends a machine."""
        self.virsh("destroy", name)

    def destroy_all(self):
        """Ends all, and the daemon."""
        if self.proc.poll() is None:
            for name in self.names():
                self.destroy(name)
            end(self.proc)

    def write(self, name, rest, boot=""):
        """Writes a domain; returns its file."""
        path = os.path.join(self.folder, name)
        rest = rest.replace("</devices>", DEVICES + "</devices>")
        # The NIC's boot ROM takes half a minute.
        rest = rest.replace("</interface>", '<rom enabled="no"/></interface>')
        with open(path, "w", encoding="utf-8") as file:
            file.write(DOMAIN.format(name=name, boot=boot, rest=rest))
        return path

    def pause(self, name, rest):
        """Starts a machine that stands still, until the case ends."""
        self.virsh("create", "--paused", self.write(name, rest))
        defer(lambda: name in self.names() and self.destroy(name))

    def refuses(self, name, rest, word):
        """A machine does not start, and the reason is told in one line."""
        before, ports = self.names(), self.site.taps()
        done = self.virsh("create", "--paused", self.write(name, rest),
                          ok=False)
        check(done.returncode, f"{name} runs")
        lines = [line for line in done.stderr.splitlines()
                 if "vmkctl" in line or "vswitch: " in line]
        equal(len(lines), 1, f"lines with the reason in {done.stderr}")
        check(word in lines[0], f"no {word!r} in {lines[0]!r}")
        equal((self.names(), self.site.taps()), (before, ports),
              "machines and ports afterwards")


def interface(mac, target=""):
    """An interface of a domain."""
    return f'<interface type="ethernet"><mac address="{mac}"/>{target}' \
        '<model type="virtio"/></interface>'


def managed(tap):
    """The target of an interface whose tap was there before."""
    return f'<target dev="{tap}" managed="no"/>'


def domain(ports, *interfaces):
    """Metadata with pairs of address and port group, and interfaces."""
    rows = "".join(f'<v:port mac="{mac}" portgroup="{name}"/>'
                   for mac, name in ports)
    return f'<metadata><v:ports xmlns:v="{URI}">{rows}</v:ports>' \
        f'</metadata><devices>{"".join(interfaces)}</devices>'


def topology():
    """Starts the daemon and the machine that README.md has."""
    if not shutil.which("libvirtd"):
        raise Skip("no libvirtd")
    install()
    site = VMSite()
    site.libvirt = Libvirt(site)
    console = os.path.join(site.libvirt.folder, "console")
    rest = example("xml", "vswitch:ports").replace(
        "</devices>", '<serial type="unix"><source mode="bind" '
        f'path="{console}"/></serial></devices>')
    boot = f"<kernel>{KERNEL}</kernel><initrd>{INITRD}</initrd>" \
        f"<cmdline>{CMDLINE}</cmdline>"
    site.libvirt.virsh("create", site.libvirt.write("web", rest, boot))
    site.machine = Machine(console, README_MAC,
                           lambda: "web" in site.libvirt.names())
    return site


def tap_of(site, name):
    """The first tap of a machine."""
    return re.split(r"\s+", site.libvirt.virsh("domiflist", name).strip())[0]


def others(site):
    """The ports but for that of the machine that boots."""
    return {k: v for k, v in site.taps().items() if v[1] != README_MAC}


def stays(site, name):
    """A tap that is there before the machine and after it."""
    site.sw.ip(f"tuntap add dev {name} mode tap vnet_hdr")
    defer(site.sw.ip, f"link del {name}")


def hook(site, rest):
    """Runs the hook as libvirt does before a machine starts."""
    return site.sw.run(HOOK, "bad", "start", "begin", "-", text=DOMAIN.format(
        name="bad", boot="", rest=rest), ok=False)


def says(done, *words):
    """It refuses the start, in one line that has these words."""
    check(done.returncode, "the hook succeeds")
    equal(len(done.stderr.splitlines()), 1, f"lines of {done.stderr}")
    for word in words:
        check(word in done.stderr, f"no {word!r} in {done.stderr!r}")


def libvirt_is_new_enough(site):
    """The version that this is about."""
    text = site.libvirt.virsh("version", "--daemon")
    version = re.search(r"daemon: (\d+)\.", text)
    check(version and int(version[1]) >= 9, text)


def its_tap_joins(site):
    """The machine that README.md has."""
    equal(site.taps(), {tap_of(site, "web"): (PORTGROUP, README_MAC)},
          "ports")


def a_missing_port_group_refuses_the_start(site):
    """With the reason in what libvirt says."""
    site.libvirt.refuses("bad", domain([(MAC, "no such")], interface(MAC)),
                         "'no such'")


def one_refused_port_refuses_all(site):
    """The first one leaves again, its tap having been there before."""
    stays(site, "stays")
    site.libvirt.refuses("bad", domain(
        [(MAC, PORTGROUP), (MAC2, "no such")],
        interface(MAC, managed("stays")), interface(MAC2)), "'no such'")
    check("master" not in site.sw.link("stays"), "it has a master")


def metadata_that_fits_nothing_refuses_the_start(site):
    """A port without an interface, without a tap, or that lacks something;
    and what libvirt would never say."""
    tap = interface(MAC, managed("stays"))
    good = domain([(MAC, PORTGROUP)], tap)
    says(hook(site, domain([(MAC2, PORTGROUP)], tap)), "interface", MAC2)
    says(hook(site, domain([(MAC, PORTGROUP)], interface(MAC))), "tap", MAC)
    says(hook(site, good.replace("ethernet", "bridge")), "ethernet", MAC)
    says(hook(site, good.replace("portgroup=", "portgrop=")), "portgroup")
    says(hook(site, good.replace(" mac=", " address=")), "mac")
    says(hook(site, good.replace("</devices>", "")), "'bad'", "XML")


def ports_come_and_go_with_the_machine(site):
    """Taps that libvirt makes, of several queues too, and one that stays."""
    stays(site, "stays")
    queues = interface(MAC2).replace(
        "</interface>", '<driver name="vhost" queues="2"/></interface>')
    site.libvirt.pause("two", domain(
        [(MAC.upper(), PORTGROUP), (MAC2, PORTGROUP)],
        interface(MAC, managed("stays")), queues))
    equal(sorted(others(site).values()), [(PORTGROUP, MAC),
                                          (PORTGROUP, MAC2)], "ports")
    equal(others(site)["stays"], (PORTGROUP, MAC), "port of the tap")
    site.libvirt.destroy("two")
    equal(others(site), {}, "ports afterwards")
    check("master" not in site.sw.link("stays"), "it has a master")


def metadata_by_virsh(site):
    """As README.md says that it is put there."""
    text = "<ports><port .../></ports>"
    command = f"virsh metadata web {URI} --key vswitch --set '{text}'"
    with open(os.path.join(os.path.dirname(os.path.realpath(__file__)),
                           "../README.md"), encoding="utf-8") as file:
        check(command in file.read(), f"README.md has no {command!r}")
    virsh = site.libvirt.virsh
    virsh("define", site.libvirt.write(
        "later", f"<devices>{interface(MAC)}</devices>"))
    defer(virsh, "undefine", "later")
    virsh("metadata", "later", URI, "--key", "vswitch", "--set",
          text.replace("...", f'mac="{MAC}" portgroup="{PORTGROUP}"'))
    virsh("start", "--paused", "later")
    defer(site.libvirt.destroy, "later")
    equal(list(others(site).values()), [(PORTGROUP, MAC)], "ports")


def other_domains_are_left_alone(site):
    """Even where the hook's program is gone, without which those that want
    it do not start."""
    os.rename(PROGRAM, PROGRAM + ".away")
    defer(os.rename, PROGRAM + ".away", PROGRAM)
    says(hook(site, domain([(MAC, PORTGROUP)], interface(MAC))),
         "vmkctl-libvirt-hook: not found")
    site.libvirt.pause("other", f"<devices>{interface(MAC)}</devices>")
    equal(others(site), {}, "ports")


def the_machine_boots(site):
    """The one that was started first."""
    site.machine.boots()


def it_pings_the_adapter_and_the_other_host(site):
    """Both in the VLAN of its port group."""
    reaches_both(site.machine)


def they_ping_it(site):
    """At its own address."""
    is_reached(site, site.machine)


def its_forged_frames_are_dropped(site):
    """They are counted, and nobody gets them."""
    forged_frames_are_dropped(site, site.machine, tap_of(site, "web"))


def the_daemon_restarts(site):
    """The port stays; one that was lost joins again, and if it cannot, the
    machine runs on."""
    tap = tap_of(site, "web")
    port = site.port(tap)["id"]
    site.libvirt.restart()
    equal(site.port(tap)["id"], port, "port")
    reaches_both(site.machine)
    site.sw.run("vmkctl", "vmport", "remove", "-n", tap)
    site.libvirt.restart()
    site.wait_taps(**{tap: (PORTGROUP, README_MAC)})
    reaches_both(site.machine)

    site.sw.run("vmkctl", "vmport", "remove", "-n", tap)
    site.sw.run("vmkctl", "portgroup", "remove", "-p", PORTGROUP, "-v",
                "vSwitch0")
    defer(site.portgroup, PORTGROUP, vlan=20)
    site.libvirt.restart()
    equal((site.libvirt.names(), site.taps()), (["web"], {}),
          "machines and ports")


def it_goes_with_its_port(site):
    """The machine is ended."""
    tap = tap_of(site, "web")
    site.sw.run("vmkctl", "vmport", "add", "-n", tap, "-p", PORTGROUP, "-M",
                README_MAC)
    site.libvirt.destroy("web")
    equal((site.taps(), site.sw.link(tap, ok=False)), ({}, None),
          "ports and tap")


if __name__ == "__main__":
    main([libvirt_is_new_enough, its_tap_joins,
          a_missing_port_group_refuses_the_start,
          one_refused_port_refuses_all,
          metadata_that_fits_nothing_refuses_the_start,
          ports_come_and_go_with_the_machine, metadata_by_virsh,
          other_domains_are_left_alone, the_machine_boots,
          it_pings_the_adapter_and_the_other_host, they_ping_it,
          its_forged_frames_are_dropped, the_daemon_restarts,
          it_goes_with_its_port], topology)
