/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_WORLD_H
#define VMKCTL_WORLD_H

#include <jansson.h>

json_t *world_find_taps(void);
json_t *world_name(const char *pid);

#endif
