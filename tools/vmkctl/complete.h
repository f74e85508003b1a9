/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMKCTL_COMPLETE_H
#define VMKCTL_COMPLETE_H

#include <stdio.h>

int complete_words(FILE *out, int argc, char **argv);

#endif
