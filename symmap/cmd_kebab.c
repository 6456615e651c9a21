/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap kebab: what a name is in kebab-case. */
#include <stdlib.h>
#include <string.h>

#include "symmap/commands.h"
#include "symmap/kebab.h"
#include "lib/command.h"

static const char help[] = "usage: symmap kebab [--] NAME...\n"
			   "\n"
			   "Prints the kebab-case of each NAME on a line of its own.\n"
			   "\n"
			   "  -h, --help  show this and end\n";

static bool print_kebab(struct diag *diag, const char *name)
{
	char *kebab = kebab_case(name);
	if (kebab == NULL)
		return diag_no_memory(diag);
	diag_escape(stdout, kebab, strlen(kebab));
	putchar('\n');
	free(kebab);
	return true;
}

int cmd_kebab(int argc, char **argv)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
	struct diag diag = DIAG_INIT("symmap");
	optind = 1;
	opterr = 0;
	int option = getopt_long(argc, argv, ":h", options, NULL);
	if (option == 'h')
		return command_help(help);
	if (option != -1) {
		command_wrong_option(&diag, argv, option);
		return STATUS_USAGE;
	}
	if (optind == argc) {
		diag_error(&diag, NULL, "kebab: no name is given: see symmap kebab --help");
		return STATUS_USAGE;
	}
	for (; optind < argc; optind++)
		if (!print_kebab(&diag, argv[optind]))
			return STATUS_REFUSED;
	return STATUS_DONE;
}
