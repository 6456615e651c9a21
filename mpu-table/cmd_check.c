/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table check: the command line. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "mpu-table/commands.h"
#include "mpu-table/table.h"
#include "lib/command.h"

static const char help[] =
	"usage: mpu-table check [--layout FILE] FIRMWARE.elf\n"
	"\n"
	"Decodes the region table of the linked image and compares it with the image:\n"
	"sections, symbols, segments, and what the rows of every context really open.\n"
	"Findings go to standard error, one a line, each with an identifier (mpu-table(1)).\n"
	"\n"
	"      --layout FILE   compare with layout.json too\n"
	"  -h, --help          show this and end\n";

struct arguments {
	const char *image;
	const char *layout;
	bool help;
};

static bool parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"layout", required_argument, NULL, 'l'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
		case 'l':
			arguments->layout = optarg;
			break;
		case 'h':
			arguments->help = true;
			return true;
		default:
			return command_wrong_option(diag, argv, option);
		}
	}
	if (optind + 1 != argc)
		return diag_error(
			diag, NULL, "check: name one linked image: see mpu-table check --help");
	arguments->image = argv[optind];
	return true;
}

/* The last line: what was compared, and whether it agrees. */
static void print_verdict(const struct diag *diag, const struct object *image,
	const struct table *table, const struct layout *layout)
{
	diag_escape(stdout, image->path, strlen(image->path));
	if (table == NULL) {
		puts(": the table cannot be read");
		return;
	}
	printf(": %u contexts, %u rows, %u regions: ", table->header.context_count,
		table->header.row_count, table->header.region_count);
	if (diag->errors > 0)
		printf("%zu finding%s, the table and the ELF do not agree\n", diag->errors,
			diag->errors == 1 ? "" : "s");
	else if (!table_sees_symbols(image))
		puts("the table and the ELF agree, but its symbols are not visible here");
	else if (layout != NULL)
		puts("the table, the ELF and the layout agree");
	else
		puts("the table and the ELF agree");
}

static bool run(struct diag *diag, const struct arguments *arguments)
{
	struct layout *layout = NULL;
	struct table *table = NULL;
	struct object *image = object_read(diag, arguments->image);
	if (image != NULL && image->type == ET_REL) {
		diag_error(
			diag, image->path, "is not linked: check the firmware it is linked into");
		object_free(image);
		return false;
	}
	bool ready = image != NULL;
	if (ready && arguments->layout != NULL)
		ready = (layout = layout_read(diag, arguments->layout)) != NULL;
	if (ready) {
		table = table_read(diag, image);
		if (table != NULL)
			table_check(diag, image, table);
		if (table != NULL && layout != NULL)
			table_compare(diag, image->path, table, layout);
		print_verdict(diag, image, table, layout);
	}
	table_free(table);
	layout_free(layout);
	object_free(image);
	return diag->errors == 0;
}

int cmd_check(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("mpu-table");
	struct arguments arguments = {0};
	if (!parse_options(&diag, argc, argv, &arguments))
		return STATUS_USAGE;
	if (arguments.help)
		return command_help(help);
	return run(&diag, &arguments) ? STATUS_DONE : STATUS_REFUSED;
}
