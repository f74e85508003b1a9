# SPDX-License-Identifier: GPL-2.0
"""Taps, as the backend of a virtual machine has them, with vnet headers."""

import fcntl
import os
import struct

TUNSETIFF, TUNSETPERSIST = 0x400454ca, 0x400454cb
# IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, IFF_MULTI_QUEUE
FLAGS = 0x2 | 0x1000 | 0x4000 | 0x100


def open_tap(name):
    """A descriptor of a tap, which is made if it is not there, in the
    namespace this process is in."""
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                               FLAGS))
    except OSError:
        os.close(fd)
        raise
    return fd


def make_tap(name):
    """Makes a tap that stays when nobody has it open."""
    fd = open_tap(name)
    try:
        fcntl.ioctl(fd, TUNSETPERSIST, 1)
    finally:
        os.close(fd)
