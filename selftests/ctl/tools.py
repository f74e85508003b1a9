# SPDX-License-Identifier: GPL-2.0
"""The tests' C programs, which `make -C selftests/fuzz O=...` builds."""

import os

from .ktap import Skip

SELFTESTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def path(name):
    """Where a program is: in $VSW_TOOLS, in the build folder of this
    repository, or beside its sources. Skips the case if it is not built."""
    places = [os.path.join(SELFTESTS, "../build/fuzz"),
              os.path.join(SELFTESTS, "fuzz")]
    if "VSW_TOOLS" in os.environ:
        places.insert(0, os.environ["VSW_TOOLS"])
    for place in places:
        program = os.path.normpath(os.path.join(place, name))
        if os.path.isfile(program) and os.access(program, os.X_OK):
            return program
    raise Skip(f"{name} is not built")
