/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table diff: the command line. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mpu-table/commands.h"
#include "mpu-table/diff.h"
#include "mpu-table/json_parts.h"
#include "lib/command.h"
#include "lib/json_text.h"

static const char help[] =
	"usage: mpu-table diff [--json] BEFORE NOW\n"
	"\n"
	"Says which bytes each component may touch in the second build and not in the first:\n"
	"lines with +, and the other way around: lines with -.  A build is a linked image or\n"
	"the layout.json it was made from.\n"
	"\n"
	"      --json    print JSON\n"
	"  -h, --help    show this and end\n"
	"\n"
	"Status 1 when something was opened, 0 when nothing was.\n";

struct arguments {
	const char *paths[2];
	bool json;
	bool help;
};

static bool parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
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
	if (argc - optind != 2)
		return diag_error(diag, NULL, "diff: name two builds: see mpu-table diff --help");
	arguments->paths[0] = argv[optind];
	arguments->paths[1] = argv[optind + 1];
	return true;
}

/* --- text ------------------------------------------------------------------------------ */

static int widest(const struct diff *diff, bool regions)
{
	size_t width = 0;
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_range *range = &diff->ranges[i];
		size_t length = strnlen(regions ? range->region : range->context, 64);
		width = length > width ? length : width;
	}
	return (int)width;
}

static void put_name(const char *name, int width)
{
	diag_escape(stdout, name, strlen(name));
	for (int i = (int)strnlen(name, 64); i < width; i++)
		fputc(' ', stdout);
}

/* Whoever gains one right and loses another is told with +. */
static void print_range(const struct diff_range *range, int contexts, int regions)
{
	fputs(diff_opened(range) != 0 ? "+ " : "- ", stdout);
	put_name(range->context, contexts);
	printf("  0x%08" PRIx64 "  0x%08" PRIx64 "  %10" PRIu64 "  ", range->base,
		range->base + range->size - 1, range->size);
	put_name(range->region, regions);
	printf("  %s, was %s\n", row_rights(range->now), row_rights(range->before));
}

static void print_text(const struct diff *diff)
{
	uint64_t opened = diff_opened_bytes(diff);
	uint64_t closed = diff_closed_bytes(diff);
	int contexts = widest(diff, false);
	int regions = widest(diff, true);
	for (size_t i = 0; i < diff->count; i++)
		print_range(&diff->ranges[i], contexts, regions);
	if (opened == 0)
		fputs("nothing was opened", stdout);
	else
		printf("opened: %" PRIu64 " bytes", opened);
	if (closed == 0)
		puts(", nothing was closed");
	else
		printf(", closed: %" PRIu64 " bytes\n", closed);
}

/* --- JSON ------------------------------------------------------------------------------- */

static json_t *json_range(const struct diff_range *range)
{
	return json_pack("{s:o, s:I, s:I, s:o, s:s, s:s, s:b}", "context",
		json_text(range->context), "base", (json_int_t)range->base, "size",
		(json_int_t)range->size, "region", json_text(range->region), "before",
		row_rights(range->before), "now", row_rights(range->now), "opened",
		diff_opened(range) != 0);
}

static bool print_json(struct diag *diag, const struct diff *diff)
{
	json_t *ranges = json_array();
	for (size_t i = 0; i < diff->count; i++)
		json_collect(&ranges, json_range(&diff->ranges[i]));
	json_t *root =
		json_pack("{s:I, s:I, s:o}", "opened_bytes", (json_int_t)diff_opened_bytes(diff),
			"closed_bytes", (json_int_t)diff_closed_bytes(diff), "changes", ranges);
	return json_print(diag, root, stdout);
}

/* --- all -------------------------------------------------------------------------------- */

/* False when something was opened, or after a report. */
static bool run(struct diag *diag, const struct arguments *arguments)
{
	struct diff diff = {0};
	struct table *before = table_load_whole(diag, arguments->paths[0]);
	struct table *now = before == NULL ? NULL : table_load_whole(diag, arguments->paths[1]);
	bool good = now != NULL && diff_tables(diag, arguments->paths, before, now, &diff);
	if (good && arguments->json)
		good = print_json(diag, &diff);
	else if (good)
		print_text(&diff);
	good = good && diff_opened_bytes(&diff) == 0;
	diff_free(&diff);
	table_free(now);
	table_free(before);
	return good;
}

int cmd_diff(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("mpu-table");
	struct arguments arguments = {0};
	if (!parse_options(&diag, argc, argv, &arguments))
		return STATUS_USAGE;
	if (arguments.help)
		return command_help(help);
	return run(&diag, &arguments) ? STATUS_DONE : STATUS_REFUSED;
}
