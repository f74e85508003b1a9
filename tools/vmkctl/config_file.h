/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_FILE_H
#define VMKCTL_CONFIG_FILE_H

#include "cmd.h"
#include "config_schema.h"

#define CONFIG_DIR	"/etc/vswitch"
#define CONFIG_FILE	CONFIG_DIR "/config.yaml"

int config_load(const struct cmd *c, const char *path, bool own,
		struct config **cfg);
int config_parse(const struct cmd *c, const char *name, const char *text,
		 size_t len, struct config **cfg);
int config_copy(const struct cmd *c, const char *name,
		const struct config *cfg, struct config **copy);
int config_check(const struct cmd *c, const char *name,
		 const struct config *cfg);
int config_save_at(int dir, const char *name, const struct config *cfg);
int config_save(const char *path, const struct config *cfg);

#endif
