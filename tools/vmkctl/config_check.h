/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_CONFIG_CHECK_H
#define VMKCTL_CONFIG_CHECK_H

#include <yaml.h>

#include "cmd.h"
#include "config_schema.h"

/**
 * struct config_source - a file that is read
 * @cmd: the invocation that reads it
 * @path: its name
 * @text: what it says
 * @len: how many bytes
 * @doc: the same as a tree, whose nodes know where they stand
 */
struct config_source {
	const struct cmd *cmd;
	const char *path;
	const char *text;
	size_t len;
	yaml_document_t doc;
};

int config_bad(const struct config_source *src, const yaml_mark_t *mark,
	       const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int config_check_form(struct config_source *src);
int config_check_sense(const struct config_source *src,
		       const struct config *cfg);
int config_keep_empty(const struct config_source *src, struct config *cfg);

#endif
