/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_PLAN_H
#define VMKCTL_PLAN_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct plan_step - a command of vmkctl
 * @argv: its words after the program's name; the last is NULL
 * @argc: how many
 * @waits: what it needs may take its time to come, as an address from DHCP
 */
struct plan_step {
	char **argv;
	size_t argc;
	bool waits;
};

/**
 * struct plan - commands, one after the other
 * @steps: the commands
 * @count: how many
 * @err: 0, or a negative errno if the plan is not whole
 */
struct plan {
	struct plan_step *steps;
	size_t count;
	int err;
};

void plan_begin(struct plan *plan, const char *path);
void plan_words(struct plan *plan, const char *words);
void plan_opt(struct plan *plan, const char *name, const char *value);
void plan_flag(struct plan *plan, const char *name);
void plan_drop_bare(struct plan *plan, size_t argc);
char *plan_line(const char *prog, const struct plan_step *step);
void plan_free(struct plan *plan);

#endif
