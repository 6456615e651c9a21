/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table: the first word says what to do, the rest is for the file of that name. */
#include "lib/command.h"
#include "mpu-table/commands.h"

static const struct command commands[] = {
	{"check", "compare the region table with the image that holds it", cmd_check},
	{"decode", "say what protection registers do", cmd_decode},
	{"diff", "say who may touch what in one build and not in another", cmd_diff},
	{"emit", "write rows as C, as an object or as JSON", cmd_emit},
	{"encode", "make the protection registers for a range", cmd_encode},
	{"show", "print the region table", cmd_show},
};

static const char about[] =
	"Reads the region table of a firmware, which says what each component may touch,\n"
	"and the registers of memory protection units.\n";

int main(int argc, char **argv)
{
	return command_main(
		"mpu-table", about, commands, sizeof(commands) / sizeof(commands[0]), argc, argv);
}
