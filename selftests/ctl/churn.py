# SPDX-License-Identifier: GPL-2.0
"""Random changes of a switch, from a seed, as long as somebody wants."""

import random

from .net import links
from .site import SWITCH
from .team import Links, policy

VLANS = (0, 0, 0, 10, 10, 20, 4094)
BALANCING = ("portid", "mac", "iphash", "explicit")
BANDWIDTHS = (1, 10, 1000, 10000000)


def some_vlan(rng, every=0.1):
    """What a port group admits, in each mode; with that probability every
    VLAN, which takes the kernel long to make known to an uplink."""
    mode = rng.random()
    if mode < every:
        return {"vlan": 4095}
    if mode < 0.7:
        return {"vlan": rng.choice(VLANS)}
    first = rng.randrange(40, 4000)
    return {"trunk": [{"first": 0, "last": rng.randrange(30)},
                      {"first": first, "last": first + rng.randrange(90)}]}


def some_security(rng):
    """Who may see and send what."""
    return policy(promiscuous=rng.randrange(2), mac_changes=rng.randrange(2),
                  forged_transmits=rng.randrange(2))


def some_shaping(rng):
    """From no limit to one that lets hardly anything pass."""
    average = rng.choice(BANDWIDTHS)
    return policy(shaping_enabled=int(rng.random() < 0.6),
                  shaping_average=average,
                  shaping_peak=average * rng.choice((1, 2)),
                  shaping_burst=rng.choice((1, 10, 100000)))


def some_failover(rng, uplinks):
    """A team of some of the uplinks, in some order."""
    order = rng.sample(uplinks, rng.randrange(len(uplinks) + 1))
    cut = rng.randrange(len(order) + 1)
    return policy(load_balancing=rng.choice(BALANCING),
                  failure_detection=rng.choice(("link", "beacon")),
                  notify_switches=rng.randrange(2),
                  failback=rng.randrange(2),
                  active=order[:cut], standby=order[cut:])


class Churn:
    """
    Changes settings of a site's switch: of its port groups, of its clients
    and uplinks (interfaces of the site's namespace "sw"), and the links of
    far ends (of its namespace "out"). What it changes is there all the time.
    """

    def __init__(self, site, seed, portgroups, clients, uplinks, far):
        self.site, self.nl = site, site.nl
        self.rng = random.Random(seed)
        self.portgroups, self.clients = portgroups, clients
        self.uplinks, self.far = uplinks, far
        self.near_links, self.far_links = Links(site.sw), Links(site.out)
        self.actions = (self.vlan, self.security, self.shaping,
                        self.failover, self.inherit, self.switch_policy,
                        self.block, self.address, self.mtu, self.near_link,
                        self.far_link, self.delay, self.look)
        self.done = {action.__name__: 0 for action in self.actions}

    def step(self):
        """One change."""
        action = self.rng.choice(self.actions)
        action()
        self.done[action.__name__] += 1

    def vlan(self):
        """Another VLAN setting of a port group."""
        self.nl.do("portgroup-set", name=self.rng.choice(self.portgroups),
                   **some_vlan(self.rng))

    def override(self, fields):
        """A port group has a policy of its own."""
        self.nl.do("portgroup-set", name=self.rng.choice(self.portgroups),
                   policy=fields)

    def security(self):
        """A security policy."""
        self.override(some_security(self.rng))

    def shaping(self):
        """A shaping policy."""
        self.override(some_shaping(self.rng))

    def failover(self):
        """A failover policy."""
        self.override(some_failover(self.rng, self.uplinks))

    def inherit(self):
        """A port group follows the switch again."""
        self.nl.do("portgroup-set", name=self.rng.choice(self.portgroups),
                   reset_policy={self.rng.choice(("security", "shaping",
                                                  "failover"))})

    def switch_policy(self):
        """A policy of the switch."""
        fields = self.rng.choice((some_security(self.rng),
                                  some_shaping(self.rng),
                                  some_failover(self.rng, self.uplinks)))
        self.nl.do("switch-set", name=SWITCH, policy=fields)

    def block(self):
        """A port is blocked, or no more."""
        self.nl.do("port-set", blocked=int(self.rng.random() < 0.05),
                   ifname=self.rng.choice(self.clients + self.uplinks))

    def address(self):
        """A VM's effective address moves, perhaps to where another is."""
        name = self.rng.choice(self.clients)
        mac = self.nl.do("port-get", ifname=name)["initial-mac"]
        if self.rng.random() < 0.3:
            mac = self.rng.choice(list(self.site.mac.values()) +
                                  ["02:00:00:00:09:09"])
        self.nl.do("port-set", ifname=name, mac=mac)

    def mtu(self):
        """The MTU of the switch."""
        self.nl.do("switch-set", name=SWITCH,
                   mtu=self.rng.choice((1500, 1501, 2000, 9000)))

    def near_link(self):
        """An interface of the switch goes down, or up."""
        self.near_links.set(self.rng.choice(self.clients + self.uplinks),
                            self.rng.random() < 0.95)

    def far_link(self):
        """The far end of one does."""
        self.far_links.set(self.rng.choice(self.far),
                           self.rng.random() < 0.95)

    def delay(self):
        """The failback delay."""
        self.nl.do("switch-set", name=SWITCH,
                   failback_delay=self.rng.choice((0, 1, 100, 1000)))

    def look(self):
        """Everything is read."""
        self.nl.state()
        with self.site.sw:
            links()

    def settle(self):
        """Puts back to their defaults what was changed, but for the VLANs
        and the port groups' own policies."""
        for name in self.clients + self.uplinks:
            self.near_links.up(name)
            self.nl.do("port-set", ifname=name, blocked=0)
        for name in self.far:
            self.far_links.up(name)
        for name in self.clients:
            self.nl.do("port-set", ifname=name,
                       mac=self.nl.do("port-get", ifname=name)["initial-mac"])
        for name in self.portgroups:
            self.nl.do("portgroup-set", name=name,
                       reset_policy={"security", "shaping", "failover"})
        self.nl.do("switch-set", name=SWITCH, mtu=1500, failback_delay=100,
                   policy=policy(promiscuous=0, mac_changes=0,
                                 forged_transmits=0, shaping_enabled=0,
                                 load_balancing="portid",
                                 failure_detection="link",
                                 notify_switches=1, failback=1,
                                 active=self.uplinks, standby=[]))
