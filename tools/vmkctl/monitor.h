/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_MONITOR_H
#define VMKCTL_MONITOR_H

#include "model.h"

char *monitor_text(const struct model *model, enum model_event event,
		   const json_t *rec, const json_t *old);
json_t *monitor_json(const struct model *model, enum model_event event,
		     const json_t *rec, const json_t *old);

#endif
