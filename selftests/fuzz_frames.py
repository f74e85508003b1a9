#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Frames of all kinds, the most of them broken, by all ways into a switch that
is being changed meanwhile. See fuzz/framefuzz.c for the frames.

   est: pa te pe   vst: pb tv   vgt: pc tg   trunk: pd tt    ph: a host
        |  |  |         |  |         |  |           |  |      |
   +----+--+--+---------+--+---------+--+-----------+--+------+---+
   |                          vSwitch0                            |
   +--+-----+-----+-----+-------------------+-------+-------+-----+
      |up1  |up2  |up3  |tu                vmk0    vmk1    vmk2 (VLAN 10,
      w1    w2    w3    a tap                     (VLAN 10)  another stack)

VSW_SEED chooses the frames and the changes, VSW_FUZZ_FRAMES says how many
frames.
"""

import os
import sys
import time

from ctl.churn import Churn
from ctl.framefuzz import FrameFuzz, way
from ctl.host import Host, ping
from ctl.ktap import check, defer, diag, equal, main, run, wait_for
from ctl.net import Netns
from ctl.site import SWITCH, Site
from ctl.tap import make_tap
from ctl.team import policy

SEED = int(os.environ.get("VSW_SEED", "1"))
FRAMES = int(os.environ.get("VSW_FUZZ_FRAMES", "50000"))
UNICAST = 10000
PACE = 0.1 if FRAMES < 1000000 else 0.5     # seconds between two changes
ENOUGH = 100                # changes, for frames to die of everything
SLOWEST = 100               # frames a second, by which to lose patience
SHAPED = 500                # frames a second that are too many for a shaper

VLANS = {"est": {"vlan": 0}, "vst": {"vlan": 10}, "vgt": {"vlan": 4095},
         "trunk": {"trunk": [{"first": 0, "last": 0},
                             {"first": 5, "last": 20},
                             {"first": 100, "last": 200}]}}
TAPS = {"te": ("tap", "est"), "tv": ("napi", "vst"), "tg": ("tap", "vgt"),
        "tt": ("napi", "trunk")}
VMS = {"pa": "est", "pb": "vst", "pc": "vgt", "pd": "trunk", "pe": "est"}
UPLINKS = ["up1", "up2", "up3", "tu"]


def topology():
    """See the top of the file."""
    run("modprobe", "tun")
    site = Site("a b c d e", uplinks=3)
    for name, vlan in VLANS.items():
        site.portgroup(name, **vlan)
    site.portgroup("hosts")
    for i, (name, (_, portgroup)) in enumerate(TAPS.items()):
        add_tap(site, name)
        site.mac[name] = f"02:00:00:00:04:{i:02x}"
        site.nl.do("port-add", portgroup=portgroup, ifname=name,
                   initial_mac=site.mac[name])
    for name, portgroup in VMS.items():
        site.vm(name[1:], portgroup)
    add_tap(site, "tu")
    site.nl.do("uplink-add", switch=SWITCH, ifname="tu")
    site.stack = Netns("stack")
    for name, vlan, more in (("vmk0", 0, {}), ("vmk1", 10, {}),
                             ("vmk2", 10, {"netns_fd": site.stack.fd,
                                           "netstack": "stack"})):
        site.portgroup(f"for-{name}", vlan=vlan)
        got = site.nl.do("vmk-add", portgroup=f"for-{name}", ifname=name,
                         **more)
        site.mac[name] = got["mac"]
    site.sw.ip("addr add 10.0.0.1/24 dev vmk0\n"
               "addr add 10.0.1.1/24 dev vmk1")
    site.stack.ip("addr add 10.0.1.2/24 dev vmk2")
    site.host = Host(site, "h", "10.0.0.5/24", "02:00:00:00:05:05")
    site.nl.do("port-add", portgroup="hosts", ifname="ph",
               initial_mac=site.host.mac)
    # Packet sockets send what fits the MTU.
    site.out.ip("\n".join(f"link set dev {n} mtu 9216"
                          for n in "a b c d e w1 w2 w3".split()))
    site.churn = Churn(site, SEED, list(VLANS), list(VMS) + list(TAPS),
                       UPLINKS, "a b c d w1 w2 w3".split())
    return site


def add_tap(site, name):
    """Makes a tap that stays."""
    with site.sw:
        make_tap(name)
    site.sw.ip(f"link set dev {name} up")


def fuzz(site, ends, **options):
    """Starts the fuzzer on all but the host and the vmks, or on all."""
    ways = [way(kind, site.sw, name, site.mac[name])
            for name, (kind, _) in TAPS.items()]
    ways += [way("tap", site.sw, "tu")]
    ways += [way("packet", site.out, name, site.mac.get(name))
             for name in "a b c d e w1 w2 w3".split()]
    ways += [way("packet", site.sw, name, site.mac[name]) for name in ends]
    macs = list(site.mac.values()) + [site.host.mac]
    return FrameFuzz(site.sw, ways, macs, [0, 5, 10, 20, 150, 4000, 4094],
                     SEED, **options)


class Sums:
    """The counters of all ports, summed."""

    def __init__(self, site):
        self.into, self.out, self.drops = 0, 0, {}
        for port in site.nl.dump("port-get"):
            stats = port["stats"]
            ways = [stats["tx-packets"], stats["rx-packets"]]
            if port["kind"] == "uplink":
                ways.reverse()
            self.into += ways[0]
            self.out += ways[1]
            for reason, count in port["drops"].items():
                self.drops[reason] = self.drops.get(reason, 0) + count

    def died(self):
        """All drops."""
        return sum(self.drops.values())

    def all(self):
        """Everything, to be compared."""
        return self.into, self.out, self.died()


def still(site, seconds=0.0):
    """Waits until no frame passes, for some time."""
    def unchanged():
        before = Sums(site).all()
        time.sleep(seconds)
        return Sums(site).all() == before

    wait_for(unchanged, "nothing passes any more", 60)


def frames_of_all_kinds(site):
    """While policies, VLANs, links, addresses and MTU change."""
    start = time.monotonic()
    proc = fuzz(site, ["vmk0", "vmk1"], frames=FRAMES)
    told = start
    while proc.runs():
        site.churn.step()
        time.sleep(PACE)
        if time.monotonic() > told + 30:
            told = time.monotonic()
            diag(f"{told - start:.0f} s: {Sums(site).into} frames have "
                 f"entered, {sum(site.churn.done.values())} changes")
            sys.stdout.flush()
        check(told < start + 60 + FRAMES / SLOWEST, "too slow")
    sent, refused, received = proc.ended(60)
    took = time.monotonic() - start
    sums = Sums(site)
    diag(proc.text)
    diag(f"seed {SEED}: {sent} frames sent, {refused} refused by the system, "
         f"{sums.into} entered the switch, {sums.out} left it, "
         f"{received} received, {took:.0f} s")
    diag(f"drops: {sums.drops}")
    diag(f"changes: {site.churn.done}")
    ways, templates = proc.sent()
    for name, count in (ways | templates).items():
        check(count > FRAMES / 500, f"hardly any frame of or by {name}")
    never = {reason for reason, count in sums.drops.items() if not count}
    may_be = {"no-memory"} | ({"shaped"} if sent < took * SHAPED else set())
    if sum(site.churn.done.values()) >= ENOUGH:
        equal(never - may_be, set(), "reasons for which no frame died")
    check(sums.into > sent * 0.5, "hardly any frame has entered")
    check(sums.out > sums.into * 0.1, "hardly any frame has left")


def settle(site):
    """All as it was at the beginning."""
    site.churn.settle()
    for name, vlan in VLANS.items():
        site.nl.do("portgroup-set", name=name, **vlan)
    for name in ("up1", "up2", "up3"):
        site.wait_link(name)


def traffic_passes_as_before(site):
    """Between two VMs, and from a host to a vmk and back."""
    settle(site)
    still(site, 1.2)        # RARPs repeat for a second
    seen, lost = site.send("a", "e")
    equal((seen, lost), ({"e": ""}, {}), "from a to e: received by, drops")
    answers, text = ping(site.host, "10.0.0.1", 3)
    equal(answers, 3, f"answers\n{text}")
    answers, text = ping(site.stack, "10.0.1.1", 3)
    equal(answers, 3, f"answers from the other stack\n{text}")


def every_frame_is_accounted_for(site):
    """Unicast, no copies: each frame that enters leaves once, or dies
    once."""
    settle(site)
    site.nl.do("switch-set", name=SWITCH, policy=policy(notify_switches=0))
    defer(site.nl.do, "switch-set", name=SWITCH,
          policy=policy(notify_switches=1))
    # What answers would send broadcasts, too.
    for name in ("vmk0", "vmk1", "vmk2"):
        site.nl.do("vmk-set", ifname=name, enabled=0)
        defer(site.nl.do, "vmk-set", ifname=name, enabled=1)
    site.host.ip("link set dev eth0 down")
    defer(site.host.ip, "link set dev eth0 up")
    still(site, 1.2)
    before = Sums(site)
    proc = fuzz(site, [], frames=UNICAST, unicast=True)
    sent, _, _ = proc.ended(60 + UNICAST / SLOWEST)
    still(site)
    after = Sums(site)
    entered = after.into - before.into
    check(entered > sent * 0.5, f"{entered} of {sent} frames have entered")
    equal(after.out - before.out + after.died() - before.died(), entered,
          f"frames that left or died, of {sent} sent")


def everything_can_be_deleted(site):
    """By command, all of it."""
    for vmk in site.nl.dump("vmk-get"):
        site.nl.do("vmk-del", ifname=vmk["ifname"], force=True)
    for port in site.nl.dump("port-get"):
        if port["kind"] == "vm":
            site.nl.do("port-del", ifname=port["ifname"])
    for uplink in site.nl.dump("uplink-get"):
        site.nl.do("uplink-del", switch=SWITCH, ifname=uplink["ifname"])
    for portgroup in site.nl.dump("portgroup-get"):
        site.nl.do("portgroup-del", name=portgroup["name"], switch=SWITCH)
    site.nl.do("switch-del", name=SWITCH)
    equal(site.nl.state(), {k: [] for k in ("switch", "portgroup", "uplink",
                                            "port", "vmk")}, "what is left")


if __name__ == "__main__":
    main([frames_of_all_kinds, traffic_passes_as_before,
          every_frame_is_accounted_for, everything_can_be_deleted], topology)
