#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
The way out: what is taken is given back, whatever ends it, frames passing
or not.

     pa   pb   vmk0   vmk1 (on the stack "stack", in another namespace)
      |    |    |      |
   +--+----+----+------+--+
   |       vSwitch0       |
   +----+------------+----+
        | up1        | up2
"""

import errno
import fcntl
import itertools
import os
import signal
import time

from ctl.frames import BROADCAST, ETHERTYPE, Tap, build
from ctl.ktap import (Failed, Skip, check, defer, equal, load, main, run,
                      unload, wait_for)
from ctl.net import IFF_UP, Netns, settings
from ctl.nl import NlError
from ctl.site import SWITCH, Site
from ctl.tap import open_tap
from ctl.team import policy

TUNSETLINK, ARPHRD_LOOPBACK = 0x400454cd, 772

GROUP = "01:00:5e:01:02:03"


def topology():
    """See the top of the file. Made anew for each case."""
    site = Site("a b", uplinks=2)
    site.stack = Netns("stack")
    configure(site)
    return site


def configure(site):
    """All but what Site makes."""
    site.portgroup("vms", vlan=10)
    site.portgroup("kernel", vlan=10)
    site.vm("a", "vms")
    site.vm("b", "vms")
    site.nl.do("vmk-add", portgroup="kernel", ifname="vmk0",
               tags=["management", "vsan"])
    site.nl.do("vmk-add", portgroup="kernel", ifname="vmk1",
               netns_fd=site.stack.fd, netstack="stack")


def works(site):
    """Frames pass as they should."""
    seen, lost = site.send("a", "b")
    equal((seen, lost), ({"b": ""}, {}), "from a to b: received by, drops")


# Interfaces are given back -------------------------------------------------

# What is done to an interface before a switch takes it.
BEFORE = {
    "as it is": "",
    "down": "link set dev {0} down",
    "small": "link set dev {0} mtu 1300",
    "down and big": "link set dev {0} down\nlink set dev {0} mtu 9000",
    "promiscuous": "link set dev {0} promisc on",
    "allmulti": "link set dev {0} allmulticast on",
    "with a VLAN device": "link add link {0} name {0}.7 type vlan id 7",
    # The last one: ip ends with it.
    "with addresses": "link set dev {0} mtu 2000\n"
                      "maddr add 33:33:00:00:00:77 dev {0}",
}


def leave_by_command(site, names, uplink):
    """uplink-del or port-del"""
    for name in names:
        if uplink:
            site.nl.do("uplink-del", switch="gives", ifname=name)
        else:
            site.nl.do("port-del", ifname=name)


def leave_by_nomaster(site, names, _uplink):
    """ip link set nomaster"""
    site.sw.ip("\n".join(f"link set dev {n} nomaster" for n in names))


def leave_with_the_switch(site, _names, _uplink):
    """ip link del of the switch"""
    site.sw.ip("link del dev gives")


def leave_with_the_module(site, _names, _uplink):
    """rmmod"""
    unload()
    load()
    site.nl = site.sw.client()


LEAVE = (leave_by_command, leave_by_nomaster, leave_with_the_switch,
         leave_with_the_module)


def given_back(uplink, leave):
    """An interface in every state is taken and given back."""
    site = Site(uplinks=0)
    names, batch = {}, []
    for i, (what, lines) in enumerate(BEFORE.items()):
        names[f"if{i}"] = what
        batch += [f"link add if{i} type veth peer name pe{i}",
                  f"link set dev pe{i} up", f"link set dev if{i} up",
                  lines.format(f"if{i}")]
    site.sw.ip("\n".join(batch))
    before = settings(site.sw)
    site.nl.do("switch-add", name="gives", mtu=4000)
    site.portgroup("gives-vms", "gives", vlan=12)
    site.portgroup("gives-k", "gives", vlan=13)
    site.nl.do("vmk-add", portgroup="gives-k", ifname="vmk7")
    for i, name in enumerate(names):
        if uplink:
            site.nl.do("uplink-add", switch="gives", ifname=name)
        else:
            site.nl.do("port-add", portgroup="gives-vms", ifname=name,
                       initial_mac=f"02:00:00:00:07:{i:02x}")
        row = site.sw.link(name)
        equal((row["mtu"], row["master"]), (4000, "gives"),
              f"{name} while it serves")
        check(row["flags"] & IFF_UP, f"{name} is down while it serves")
    site.portgroup("gives-later", "gives", vlan=14)
    site.nl.do("vmk-add", portgroup="gives-later", ifname="vmk8")
    site.nl.do("switch-set", name="gives", mtu=5000)
    leave(site, names, uplink)
    after = settings(site.sw)
    for name, what in names.items():
        equal(after[name], before[name], f"settings of {name} ({what})")
    if leave in (leave_by_command, leave_by_nomaster):
        site.sw.ip("link del dev gives")


def refused_attach_changes_nothing():
    """An interface that cannot be taken is as it was."""
    site = Site(uplinks=0)
    site.sw.ip("link add low type dummy\nlink set dev low mtu 1500\n"
               "link add link low name vl type vlan id 5")
    site.nl.do("switch-add", name="big", mtu=9000)
    site.portgroup("big-vms", "big")
    before = settings(site.sw)["vl"]
    for op, values in (("uplink-add", {"switch": "big"}),
                       ("port-add", {"portgroup": "big-vms"})):
        try:
            site.nl.do(op, ifname="vl", **values)
        except NlError as err:
            check("MTU" in (err.msg or ""), f"{op}: {err}")
        else:
            raise Failed(f"{op} was not refused")
        equal(settings(site.sw)["vl"], before, f"settings after {op}")
    equal(site.nl.do("switch-get", name="big")["ports"], 0, "ports")


def moved_to_another_namespace():
    """A slave that leaves for another namespace is given back there."""
    site = topology()
    # So that there is something to give back: see the MTU below.
    site.nl.do("switch-set", name=SWITCH, mtu=9000)
    listener = site.sw.events()
    for name in ("up1", "pa"):
        site.sw.ip(f"link set dev {name} netns {site.stack.name}")
    heard = listener.expect(3)
    gone = sorted((n, o["ifname"]) for n, o in heard if "-del-" in n)
    equal(gone, [("port-del-ntf", "pa"), ("port-del-ntf", "up1"),
                 ("uplink-del-ntf", "up1")], "events")
    for name in ("up1", "pa"):
        # Down in between, it drops what is left of its filters when up.
        site.stack.ip(f"link set dev {name} up")
        row = site.stack.link(name)
        equal((row["mtu"], row["promiscuity"], row["allmulti"],
               row.get("master")), (1500, 0, 0, None), f"{name} there")
        # Its IP configuration is whole.
        site.stack.ip(f"addr add 192.0.2.1/24 dev {name}\n"
                      f"addr del 192.0.2.1/24 dev {name}")
    site.stack.ip(f"link set dev pa netns {site.sw.name}\n"
                  f"link set dev up1 netns {site.sw.name}")
    site.sw.ip("link set dev pa up")
    site.vm("a", "vms")
    site.uplink("up1")
    works(site)


def unregistered():
    """A slave that is deleted leaves no trace on the switch."""
    site = topology()
    before = site.nl.state()
    listener = site.sw.events()
    site.sw.ip("link del dev pa\nlink del dev up2\nlink del dev vmk0")
    site.stack.ip("link del dev vmk1")
    wait_for(lambda: not site.nl.dump("vmk-get"), "adapters are gone")
    heard = listener.expect(7)
    gone = sorted((n, o["ifname"]) for n, o in heard if "-del-" in n)
    equal(gone, sorted([("port-del-ntf", n) for n in
                        ("pa", "up2", "vmk0", "vmk1")] +
                       [("uplink-del-ntf", "up2"), ("vmk-del-ntf", "vmk0"),
                        ("vmk-del-ntf", "vmk1")]), "events")
    after = site.nl.state()
    equal(after["switch"][0]["ports"], before["switch"][0]["ports"] - 4,
          "ports in use")
    equal(after["uplink"], before["uplink"][:1], "uplinks")
    equal([p["active-clients"] for p in after["portgroup"]], [2, 1, 0],
          "clients")


# With everything configured -------------------------------------------------

def unload_with_everything():
    """rmmod with switches, slaves, adapters here and elsewhere, and a
    listener."""
    site = topology()
    site.sw.events()
    for _ in range(2):
        unload()
        equal(site.sw.links("vmk"), [], "adapters left")
        equal(site.sw.link(SWITCH, ok=False), None, "switch left")
        equal(site.stack.link("vmk1", ok=False), None, "adapter left")
        row = site.sw.link("up1")
        equal((row.get("master"), row["promiscuity"], row["mtu"]),
              (None, 0, 1500), "uplink")
        load()
        site.nl = site.sw.client()
        equal(site.nl.dump("switch-get"), [], "switches after loading")
        site.nl.do("switch-add", name=SWITCH)
        for name in ("up1", "up2"):
            site.uplink(name)
        site.portgroup("marker", vlan=4000)
        site.vm("m1", "marker")
        site.vm("m2", "marker")
        configure(site)
        works(site)


def namespace_with_everything():
    """A namespace is deleted with all that is in it; what is elsewhere goes
    too, and nothing else."""
    site = topology()
    other = Netns("other")
    second = other.client()
    second.do("switch-add", name=SWITCH)
    second.do("portgroup-add", name="kernel", switch=SWITCH)
    second.do("vmk-add", portgroup="kernel", netns_fd=site.stack.fd,
              netstack="shared", ifname="vmk9")
    site.nl.close()
    site.silence.close()
    site.sw.delete()
    site.stack.wait_gone("vmk1")
    site.out.wait_gone("w1")
    equal(site.stack.link("vmk9")["kind"], "vmk",
          "the other's adapter")
    equal([v["ifname"] for v in second.dump("vmk-get")], ["vmk9"],
          "the other's adapters")
    second.do("vmk-del", ifname="vmk9")


def namespace_of_a_stack():
    """A stack's namespace is deleted: its adapter and its port go."""
    site = topology()
    clients = site.nl.do("portgroup-get", name="kernel")["active-clients"]
    site.stack.delete()
    wait_for(lambda: len(site.nl.dump("vmk-get")) == 1, "the adapter goes")
    equal(site.nl.do("portgroup-get", name="kernel")["active-clients"],
          clients - 1, "clients")
    works(site)
    again = Netns("stack2")
    equal(site.nl.do("vmk-add", portgroup="kernel", netns_fd=again.fd,
                     netstack="stack")["ifname"], "vmk1", "name")


def both_namespaces_at_once():
    """Switch and stack die in the same clean-up."""
    for order in (1, -1):
        site = topology()
        site.nl.close()
        site.silence.close()
        for ns in (site.sw, site.stack)[::order]:
            ns.delete()
        site.out.wait_gone("w1")
        site.lab.close()
        site.out.delete()


def slaves_of_a_switch_in_a_bond():
    """The bond gives the switch its MTU back when that goes, before the
    switch gives back what it has taken."""
    run("modprobe", "bonding", "max_bonds=0", ok=False)
    # Who came first hears it first.
    unload()
    load()
    ns = Netns("bonded")
    if ns.run("ip", "link", "add", "bond7", "type", "bond", "mode",
              "active-backup", ok=False).returncode:
        raise Skip("no bonding")
    nl = ns.client()
    nl.do("switch-add", name="low")
    ns.ip("link set dev bond7 mtu 9000\nlink set dev low down\n"
          "link set dev low master bond7\nlink add nic type dummy\n"
          "addr add 192.0.2.1/24 dev nic\nlink set dev nic up")
    before = ns.run("ip", "-o", "addr", "show", "dev", "nic")
    nl.do("uplink-add", switch="low", ifname="nic")
    equal(ns.link("nic")["mtu"], 9000, "MTU while it serves")
    ns.ip("link del dev low")
    equal(ns.link("nic")["mtu"], 1500, "MTU")
    equal(ns.run("ip", "-o", "addr", "show", "dev", "nic"), before,
          "addresses")


def switch_whose_bond_goes():
    """The bond gives the switch its MTU back as one that was refused, which
    is no way back for what has come since."""
    run("modprobe", "bonding", "max_bonds=0", ok=False)
    ns = Netns("bonded")
    nl = ns.client()
    nl.do("switch-add", name="low")
    ns.ip("link add nic type dummy")
    for number, mtu in enumerate((9000, 1500)):
        if ns.run("ip", "link", "add", "bond7", "type", "bond", "mode",
                  "active-backup", ok=False).returncode:
            raise Skip("no bonding")
        ns.ip("link set dev bond7 mtu 9000\nlink set dev low down\n"
              "link set dev low master bond7")
        nl.do("uplink-add", switch="low", ifname="nic")
        nl.do("portgroup-add", switch="low", name="kernel")
        nl.do("vmk-add", portgroup="kernel", ifname=f"vmk{number}", mtu=mtu)
        ns.ip("link del dev bond7")
        equal({n: ns.link(n)["mtu"] for n in ("low", "nic", f"vmk{number}")},
              {"low": mtu, "nic": mtu, f"vmk{number}": mtu}, "MTUs")
        nl.do("vmk-del", ifname=f"vmk{number}")
        nl.do("uplink-del", switch="low", ifname="nic")
        nl.do("portgroup-del", switch="low", name="kernel")
        ns.ip("link set dev low mtu 1500")
        equal(ns.link("nic")["mtu"], 1500, "MTU afterwards")


def remains_ethernet():
    """A VM port is no other kind of device until it is given back."""
    site = topology()
    run("modprobe", "tun", ok=False)
    with site.sw:
        fd = open_tap("t")
    defer(os.close, fd)
    site.nl.do("port-add", portgroup="vms", ifname="t")
    site.sw.ip("link set dev t down")
    try:
        fcntl.ioctl(fd, TUNSETLINK, ARPHRD_LOOPBACK)
    except OSError as err:
        equal(err.errno, errno.EPERM, "errno")
    else:
        raise Failed("a port became another kind of device")
    site.nl.do("port-del", ifname="t")
    site.sw.ip("link set dev t down")
    fcntl.ioctl(fd, TUNSETLINK, ARPHRD_LOOPBACK)


def no_half_made_adapter():
    """A name that is taken where the adapter would go."""
    site = topology()
    site.stack.ip("link add vmk5 type dummy")
    before = site.nl.state()
    try:
        site.nl.do("vmk-add", portgroup="kernel", ifname="vmk5",
                   netns_fd=site.stack.fd, netstack="stack")
    except NlError as err:
        check(err.msg, f"no message: {err}")
    else:
        raise Failed("an adapter's name was given twice")
    equal(site.nl.state(), before, "state")


# Under traffic --------------------------------------------------------------

def no_ipv6_of_their_own():
    """What is taken says nothing of itself as an IPv6 host while it is a
    port, and does so again afterwards."""
    ns = Netns("six", ipv6=True)
    ns.ip("\n".join(f"link add {n} type veth peer name far-{n}\n"
                    f"link set dev far-{n} up" for n in ("nic", "tap")))
    nl = ns.client()
    nl.do("switch-add", name="six")
    defer(nl.do, "switch-del", name="six")
    nl.do("portgroup-add", name="six", switch="six")
    defer(nl.do, "portgroup-del", name="six")

    def addresses(name):
        return ns.run("ip", "-6", "-o", "addr", "show", "dev", name)

    for name, op, take in (
            ("nic", "uplink", {"switch": "six"}),
            ("tap", "port", {"portgroup": "six"})):
        nl.do(f"{op}-add", ifname=name, **take)
        wait_for(lambda name=name: ns.link(name)["flags"] & IFF_UP, f"{name} is up")
        equal(addresses(name), "", f"IPv6 addresses of {name}")
        ns.ip(f"link set dev {name} down\nlink set dev {name} up")
        equal(addresses(name), "", f"IPv6 addresses of {name}, up again")
        ns.ip(f"link set dev {name} nomaster")
        ns.ip(f"link set dev {name} down\nlink set dev {name} up")
        check("fe80::" in addresses(name), f"{name} has no address again")


def adapter_in_a_bond_goes_after_its_switch():
    """
    In one batch, the switch first: the bond gives the adapter its address
    back when the adapter's port group is no more. There are so many that RCU
    frees them at once.
    """
    run("modprobe", "bonding", "max_bonds=0", ok=False)
    ns = Netns("batch")
    lines = "\n".join(f"link add n{i} type veth peer name f{i}"
                      for i in range(4))
    if ns.run("ip", "link", "add", "bond7", "type", "bond",
              ok=False).returncode:
        raise Skip("no bonding")
    ns.ip(lines)
    nl = ns.client()
    nl.do("switch-add", name="goes")
    nl.do("switch-set", name="goes", policy=policy(mac_changes=1))
    for i in range(512):
        nl.do("portgroup-add", name=f"g{i}", switch="goes")
    for i in range(4):
        nl.do("uplink-add", switch="goes", ifname=f"n{i}")
    nl.do("vmk-add", portgroup="g0", ifname="vmk7")
    ns.ip("link set dev vmk7 down\nlink set dev vmk7 master bond7\n"
          "link set dev goes group 7\nlink set dev vmk7 group 7\n"
          "link del group 7")
    equal(nl.dump("vmk-get") + nl.dump("switch-get"), [], "what is left")


class Flood:
    """Processes that send without end, from several ends at once."""

    def __init__(self, site, *senders):
        self.pids = []
        for who in senders:
            ns, name, mac, tags = who
            pid = os.fork()
            if pid:
                self.pids.append(pid)
                continue
            try:
                self.send(site, ns, name, mac, tags)
            finally:
                os._exit(0)
        defer(self.stop)

    @staticmethod
    def send(site, ns, name, mac, tags):
        """Sends frames of all kinds, over and over."""
        os.sched_setaffinity(0, range(os.cpu_count()))
        # What was inherited would keep namespaces alive.
        os.closerange(3, ns.fd)
        os.closerange(ns.fd + 1, 1000)
        frames = [build(dst, mac, tags, b"flood", ETHERTYPE, 200)
                  for dst in (BROADCAST, GROUP, site.mac["a"],
                              site.mac["b"], "02:00:00:00:09:09")]
        tap = None
        for number, frame in enumerate(itertools.cycle(frames)):
            # Under emulation, the rest of the kernel needs its turn, too.
            if not number % 50:
                time.sleep(0.002)
            try:
                if tap is None:
                    tap = Tap(ns, name)
                tap.send(frame)
            except OSError:
                if tap:
                    tap.close()
                tap = None

    def stop(self):
        """Ends them."""
        while self.pids:
            pid = self.pids.pop()
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def flooded():
    """The topology with traffic from a VM, an adapter and the wire."""
    site = topology()
    vmk0 = site.nl.do("vmk-get", ifname="vmk0")["mac"]
    Flood(site, (site.out, "a", site.mac["a"], ""),
          (site.sw, "vmk0", vmk0, ""),
          (site.out, "w1", "02:00:00:00:02:01", "10"))
    wait_for(lambda: site.port("pb")["stats"]["rx-packets"] > 100,
             "the flood arrives")
    return site


def slaves_come_and_go_under_traffic():
    """VM ports and uplinks leave in every way and come back."""
    site = flooded()
    for i in range(4):
        site.nl.do("port-del", ifname="pa")
        site.vm("a", "vms")
        site.sw.ip("link set dev pa nomaster\nlink set dev up1 nomaster")
        site.vm("a", "vms", initial=bool(i % 2))
        site.nl.do("uplink-add", switch=SWITCH, ifname="up1")
        site.nl.do("uplink-del", switch=SWITCH, ifname="up1")
        site.nl.do("uplink-add", switch=SWITCH, ifname="up1")


def slaves_are_deleted_under_traffic():
    """Both ends vanish and are made anew."""
    site = flooded()
    for _ in range(3):
        site.sw.ip("link del dev pa\nlink del dev up1")
        site.sw.ip("\n".join(
            site.pair("pa", "a", site.mac["a"]) +
            site.pair("up1", "w1", "02:00:00:00:03:01")))
        site.out.ip("link set dev a up\nlink set dev w1 up")
        site.vm("a", "vms")
        site.nl.do("uplink-add", switch=SWITCH, ifname="up1")


def rtnl_held(site):
    """RTNL is held nearly all the time: many change with one request."""
    site.sw.ip("\n".join(f"link add dev held{n} group 7 type dummy"
                         for n in range(200)))
    batch = "link set group 7 mtu 1400\nlink set group 7 mtu 1500\n" * 200
    pid = os.fork()
    if not pid:
        try:
            while True:
                site.sw.ip(batch)
        finally:
            os._exit(1)

    def end():
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    defer(end)


def ports_go_with_their_first_frame():
    """What the first frame has started cannot get RTNL before the port goes."""
    site = flooded()
    rtnl_held(site)
    for _ in range(60):
        site.nl.do("port-del", ifname="pa")
        site.vm("a", "vms", initial=False)
    wait_for(lambda: site.port("pa")["stats"]["tx-packets"] > 0,
             "its frames are taken")


def adapters_are_deleted_under_traffic():
    """By netlink and by ip link, here and on another stack."""
    site = flooded()
    for i in range(4):
        site.nl.do("vmk-del", ifname="vmk1")
        if i % 2:
            site.sw.ip("link del dev vmk0")
        else:
            site.nl.do("vmk-del", ifname="vmk0", force=True)
        for name, more in (("vmk0", {}),
                           ("vmk1", {"netns_fd": site.stack.fd,
                                     "netstack": "stack"})):
            site.nl.do("vmk-add", portgroup="kernel", ifname=name, **more)


def settings_change_under_traffic():
    """VLANs, MTU, blocking, addresses, links: all while frames pass."""
    site = flooded()
    for i in range(3):
        for values in ({"vlan": 4095}, {"vlan": 0}, {"vlan": 11 + i},
                       {"trunk": [{"first": 1, "last": 50}]}, {"vlan": 10}):
            site.nl.do("portgroup-set", name="vms", **values)
        site.nl.do("switch-set", name=SWITCH, mtu=1600 + i)
        for value in (1, 0):
            site.nl.do("port-set", ifname="pb", blocked=value)
        for mac in ("02:00:00:00:01:99", site.mac["b"]):
            site.nl.do("port-set", ifname="pb", mac=mac)
        site.sw.ip("link set dev vmk0 down\nlink set dev vmk0 up\n"
                   "link set dev up2 down\nlink set dev up2 up")
        site.out.ip("link set dev w1 down\nlink set dev w1 up")
        site.nl.dump("port-get")


def switch_is_deleted_under_traffic():
    """ip link del of a switch with everything on it."""
    site = flooded()
    for _ in range(3):
        site.sw.ip(f"link del dev {SWITCH}")
        equal(site.stack.link("vmk1", ok=False), None, "adapter left")
        site.nl.do("switch-add", name=SWITCH)
        configure(site)
        for name in ("up1", "up2"):
            site.nl.do("uplink-add", switch=SWITCH, ifname=name)


def module_is_unloaded_under_traffic():
    """rmmod while frames pass."""
    site = flooded()
    for _ in range(2):
        unload()
        load()
        site.nl = site.sw.client()
        site.nl.do("switch-add", name=SWITCH)
        configure(site)
        for name in ("up1", "up2"):
            site.nl.do("uplink-add", switch=SWITCH, ifname=name)


def namespace_is_deleted_under_traffic():
    """The switch's namespace goes while frames arrive."""
    site = topology()
    Flood(site, (site.out, "a", site.mac["a"], ""),
          (site.out, "w1", "02:00:00:00:02:01", "10"))
    wait_for(lambda: site.port("pb")["stats"]["rx-packets"] > 100,
             "the flood arrives")
    site.nl.close()
    site.silence.close()
    site.sw.delete()
    site.out.wait_gone("w1")
    site.stack.wait_gone("vmk1")


def two_at_once():
    """Changes of the same objects from two processes."""
    site = topology()

    def churn(number):
        nl = site.sw.client()
        for i in range(60):
            for op, values in (
                    ("portgroup-add", {"name": f"c{i % 3}",
                                       "switch": SWITCH}),
                    ("vmk-add", {"portgroup": f"c{i % 3}",
                                 "ifname": f"vmk{40 + i % 2}"}),
                    ("port-set", {"ifname": "pa", "blocked": i % 2}),
                    ("vmk-del", {"ifname": f"vmk{40 + (i + number) % 2}"}),
                    ("portgroup-del", {"name": f"c{(i + number) % 3}",
                                       "switch": SWITCH})):
                try:
                    nl.do(op, **values)
                except NlError:
                    pass
            nl.dump("port-get")

    pids = []
    for number in range(2):
        pid = os.fork()
        if not pid:
            try:
                churn(number)
                os._exit(0)
            finally:
                os._exit(1)
        pids.append(pid)
    for pid in pids:
        equal(os.waitpid(pid, 0)[1], 0, "exit status of a process")
    site.nl.do("port-set", ifname="pa", blocked=0)
    works(site)


if __name__ == "__main__":
    main([(given_back,
           f"{'uplinks' if up else 'VM ports'} given back on "
           f"{leave.__doc__}", (up, leave))
          for up in (True, False) for leave in LEAVE] +
         [refused_attach_changes_nothing, moved_to_another_namespace,
          unregistered, unload_with_everything, namespace_with_everything,
          namespace_of_a_stack, both_namespaces_at_once,
          no_ipv6_of_their_own, adapter_in_a_bond_goes_after_its_switch,
          slaves_of_a_switch_in_a_bond, switch_whose_bond_goes,
          remains_ethernet,
          no_half_made_adapter, slaves_come_and_go_under_traffic,
          slaves_are_deleted_under_traffic, ports_go_with_their_first_frame,
          adapters_are_deleted_under_traffic,
          settings_change_under_traffic, switch_is_deleted_under_traffic,
          module_is_unloaded_under_traffic,
          namespace_is_deleted_under_traffic, two_at_once])
