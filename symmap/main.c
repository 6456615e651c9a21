/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap: the first word says what to do, the rest is for the file of that name. */
#include "lib/command.h"
#include "symmap/commands.h"

static const struct command commands[] = {
	{"resolve", "say which native serves each import, and why", cmd_resolve},
	{"reach", "say which memories each export may touch", cmd_reach},
	{"header", "write C prototypes of exports and imports", cmd_header},
	{"check", "validate a map", cmd_check},
	{"apply", "print a map as objcopy reads it", cmd_apply},
	{"kebab", "print the kebab-case of names", cmd_kebab},
};

static const char about[] =
	"Finds the native symbols that serve the imports of a WebAssembly module.\n";

int main(int argc, char **argv)
{
	return command_main(
		"symmap", about, commands, sizeof(commands) / sizeof(commands[0]), argc, argv);
}
