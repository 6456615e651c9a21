/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elfbind: the first word says what to do, the rest is for the file of that name. */
#include "elfbind/commands.h"
#include "lib/command.h"

static const struct command commands[] = {
	{"bind", "give every call of an import the native that serves it", cmd_bind},
	{"inject", "add memories, initial data, arenas and the region table", cmd_inject},
	{"audit", "read the linked image back and say what is wrong with it", cmd_audit},
};

static const char about[] = "Works on ELF objects that a WebAssembly compiler made.\n";

int main(int argc, char **argv)
{
	return command_main(
		"elfbind", about, commands, sizeof(commands) / sizeof(commands[0]), argc, argv);
}
