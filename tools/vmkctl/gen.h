/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_GEN_H
#define VMKCTL_GEN_H

#include <stdbool.h>
#include <stdio.h>

struct command;

bool gen_below(const char *path, const char *level);
void gen_level(FILE *out, const char *prog, const char *level);
void gen_command(FILE *out, const char *prog, const struct command *def,
		 bool esxcli);
int gen_main(int argc, char **argv);

#endif
