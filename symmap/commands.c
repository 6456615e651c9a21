/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/commands.h"

bool command_bad_option(struct diag *diag, int option, char **argv)
{
	const char *what = option == ':' ? "needs an argument" : "is not an option";
	/* A cluster of short options is not behind us yet, so its letter is all there is to show.
	 */
	if (optopt > 0 && optopt < 256 && argv[optind - 1][1] != '-')
		return diag_error(diag, NULL, "%s: -%c %s: see symmap %s --help", argv[0], optopt,
			what, argv[0]);
	return diag_error(diag, NULL, "%s: %s %s: see symmap %s --help", argv[0], argv[optind - 1],
		what, argv[0]);
}
