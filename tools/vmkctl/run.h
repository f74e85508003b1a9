/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_RUN_H
#define VMKCTL_RUN_H

#include <stdbool.h>

bool run_exists(const char *program);
int run_program(const char *const args[], const char *netstack, char **said);
void run_default_signals(void);
void run_exec(const char *const args[]);

#endif
