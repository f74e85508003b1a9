# SPDX-License-Identifier: GPL-2.0
"""What the tests of the vswitch module share."""
