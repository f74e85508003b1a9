/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSW_NAME_H
#define VSW_NAME_H

#include "vsw.h"

int vsw_name_check(const char *name, struct netlink_ext_ack *extack);

#endif
