# SPDX-License-Identifier: GPL-2.0
"""Policies for the time of a case, and what becomes of them."""

from .ktap import defer, wait_for
from .site import SWITCH

KINDS = {"promiscuous": "security", "mac-changes": "security",
         "forged-transmits": "security"}


def kind_of(field):
    """The policy that a field is part of."""
    if field.startswith("shaping-"):
        return "shaping"
    return KINDS.get(field, "failover")


def spelled(fields):
    """Fields by the names that the spec has for them."""
    return {k.replace("_", "-"): v for k, v in fields.items()}


def override(site, portgroup, **fields):
    """Overrides fields in a port group until the end of the case."""
    fields = spelled(fields)
    kinds = {kind_of(f) for f in fields}
    site.nl.do("portgroup-set", name=portgroup, policy=fields)
    defer(site.nl.do, "portgroup-set", name=portgroup, reset_policy=kinds)


def rule(site, switch=SWITCH, **fields):
    """Sets fields of a switch until the end of the case."""
    fields = spelled(fields)
    before = site.nl.do("switch-get", name=switch)["policy"]
    site.nl.do("switch-set", name=switch, policy=fields)
    defer(site.nl.do, "switch-set", name=switch,
          policy={f: before[f] for f in fields})


def flags(site, name):
    """The flags of a port."""
    return site.port(name).get("flags", frozenset())


def wait_flag(site, name, flag, there=True):
    """Waits until a port has a flag, or has it no more."""
    wait_for(lambda: (flag in flags(site, name)) == there,
             f"{name} has {'' if there else 'no '}flag {flag}")
