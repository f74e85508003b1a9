// SPDX-License-Identifier: GPL-2.0
/* vmkctl: virtual switches and VMkernel adapters, by esxcli's words. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "gen.h"

int main(int argc, char **argv)
{
	if (argc < 1)
		return CMD_USAGE;
	if (argc > 1 && (!strcmp(argv[1], "--version") ||
			 !strcmp(argv[1], "-V"))) {
		puts("vmkctl " VMKCTL_VERSION);
		return CMD_OK;
	}
	if (argc > 1 && !strcmp(argv[1], "help"))
		return gen_main(argc, argv);
	return cmd_main(argc, argv);
}
