# SPDX-License-Identifier: GPL-2.0
"""Refusals: one clear error, and everything as it was."""

import re

from .ktap import Failed, check, equal
from .nl import NlError


def refused(site, op, errno, text, attr=None, nl=None, silent=False,
            **values):
    """
    A request that must be refused with errno (any, if None) and an extack
    that matches text and, where attr is given, points at that attribute.
    Nothing may have changed and nothing may have been told.
    """
    site.silence.drain()
    before = site.nl.state()
    try:
        (nl or site.nl).do(op, **values)
    except NlError as err:
        why = str(err)
        if errno is not None:
            equal(err.errno, errno, f"errno of {why}")
        if not silent:
            check(err.msg or err.missing, f"no message: {why}")
            check(re.search(text, err.msg or "", re.IGNORECASE),
                  f"message without {text!r}: {why}")
            check(not (err.msg or "").endswith((".", "\n")),
                  f"message ends in a full stop: {why}")
        if attr:
            equal(err.attr, attr, f"attribute named by: {why}")
    else:
        raise Failed(f"{op} {values} was not refused")
    equal(site.nl.state(), before, f"state after {op} {values}")
    equal(site.silence.pending(), [], f"events of {op} {values}")


def refused_ip(site, line, text, message):
    """The same of a line of ip: its stderr matches both expressions."""
    site.silence.drain()
    before = site.nl.state()
    done = site.sw.run("ip", *line.split(), ok=False)
    check(done.returncode, f"ip {line} was not refused")
    for one in (text, message):
        check(re.search(one, done.stderr, re.IGNORECASE),
              f"ip {line}: no {one!r} in {done.stderr!r}")
    equal(site.nl.state(), before, f"state after ip {line}")
    equal(site.silence.pending(), [], f"events of ip {line}")
