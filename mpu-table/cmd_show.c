/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table show: the command line. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mpu-table/commands.h"
#include "mpu-table/numbers.h"
#include "mpu-table/show.h"
#include "lib/command.h"

static const char help[] = "usage: mpu-table show [--json | --width N] FIRMWARE.elf|layout.json\n"
			   "\n"
			   "Prints the region table of an image, or the one that a layout makes:\n"
			   "for each context the rows, decoded from their registers, and for each\n"
			   "region who may touch it.\n"
			   "\n"
			   "      --json          print JSON\n"
			   "      --width N       leave out columns that do not fit N; 0 is any\n"
			   "                      width, and the default where no terminal is\n"
			   "      --layout FILE   the same as FILE alone, which must be a layout\n"
			   "  -h, --help          show this and end\n";

struct arguments {
	const char *image;
	const char *layout;
	size_t width;
	bool json;
	bool help;
};

enum { WIDEST = 65535 };

/* Columns of the terminal that standard output is; 0 where it is none or does not say. */
static size_t terminal_width(void)
{
	struct winsize size = {0};
	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return 0;
	return size.ws_col;
}

static bool parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"layout", required_argument, NULL, 'l'},
		{"width", required_argument, NULL, 'w'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	uint64_t number;
	int option;
	arguments->width = terminal_width();
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
		case 'l':
			arguments->layout = optarg;
			break;
		case 'w':
			if (!number_parse(optarg, &number) || number > WIDEST)
				return diag_error(diag, NULL,
					"show: '%s' is no width: see mpu-table show --help",
					optarg);
			arguments->width = (size_t)number;
			break;
		case 'j':
			arguments->json = true;
			break;
		case 'h':
			arguments->help = true;
			return true;
		default:
			return command_wrong_option(diag, argv, option);
		}
	}
	if (argc - optind != (arguments->layout == NULL ? 1 : 0))
		return diag_error(diag, NULL,
			"show: name one image or one layout: see mpu-table show --help");
	arguments->image = argv[optind];
	return true;
}

static bool run(struct diag *diag, const struct arguments *arguments)
{
	const char *path = arguments->layout == NULL ? arguments->image : arguments->layout;
	struct table *table =
		arguments->layout == NULL ? table_load(diag, path) : table_of_layout(diag, path);
	if (table == NULL)
		return false;
	if (arguments->json)
		show_json(diag, table, stdout);
	else
		show_text(diag, table, path, arguments->width, stdout);
	if (table->header.crc32 != table->checksum)
		diag_error(diag, path,
			"R02: the checksum differs: mpu-table check says what has changed");
	table_free(table);
	return diag->errors == 0;
}

int cmd_show(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("mpu-table");
	struct arguments arguments = {0};
	if (!parse_options(&diag, argc, argv, &arguments))
		return STATUS_USAGE;
	if (arguments.help)
		return command_help(help);
	return run(&diag, &arguments) ? STATUS_DONE : STATUS_REFUSED;
}
