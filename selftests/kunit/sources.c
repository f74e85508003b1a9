// SPDX-License-Identifier: GPL-2.0
/*
 * The sources under test: what is pure in the module, built once more. The
 * product exports no symbols and knows of no tests.
 */
#include <linux/module.h>

#include "config/isolation.c"
#include "config/name.c"
#include "config/policy.c"
#include "config/team_pick.c"
#include "config/vlan_spec.c"
#include "datapath/fdb.c"
#include "datapath/reflect.c"
#include "datapath/teaming.c"
#include "datapath/vlan.c"
#include "datapath/wire_size.c"

MODULE_DESCRIPTION("Unit tests of the virtual switch");
MODULE_LICENSE("GPL");
