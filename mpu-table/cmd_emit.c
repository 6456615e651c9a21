/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table emit: the command line. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/command.h"
#include "lib/output.h"
#include "mpu-table/commands.h"
#include "mpu-table/emit.h"
#include "mpu-table/numbers.h"
#include "mpu-table/target_options.h"

static const char help[] =
	"usage: mpu-table emit [--format FORMAT] [-o FILE] FIRMWARE.elf|layout.json\n"
	"       mpu-table emit [--format FORMAT] [-o FILE] --arch ARCH [--slots N] [OPTION]...\n"
	"                      --context NAME --range RANGE... [--context NAME --range "
	"RANGE...]...\n"
	"\n"
	"Writes the protection rows of each context for firmware that loads them itself: those\n"
	"of a region table, of a layout, or of ranges given here.\n"
	"\n"
	"      --format FORMAT   c (the default), json, or object, which needs -o\n"
	"  -o, --output FILE     write to FILE instead of standard output\n"
	"      --arch ARCH       armv6-m, armv7-m, armv7-r, armv8-m, armv8.1-m or riscv\n"
	"      --slots N         the part has N slots; the architecture's most is the default\n"
	"      --context NAME    the ranges that follow are this context's\n"
	"      --range BASE,SIZE,RIGHTS[,KIND[,CACHE]]\n"
	"                        0x20008000,20K,rw or 0,512K,rx,code; KIND is memory (the\n"
	"                        default), data, shared, code or peripheral, CACHE none,\n"
	"                        write-through or write-back\n"
	"      --mair0 N, --mair1 N, --granularity G, --napot-only, --mml   as in encode --help\n"
	"  -h, --help            show this and end\n";

enum format { FORMAT_C, FORMAT_JSON, FORMAT_OBJECT };

struct arguments {
	enum format format;
	const char *output;
	const char *input; /* NULL where ranges are given */
	unsigned slots;
	struct rowset set; /* from the ranges */
	bool target_said;
	bool help;
};

static bool usage(struct diag *diag, const char *what, const char *text)
{
	return diag_error(diag, NULL, "emit: %s '%s': see mpu-table emit --help", what, text);
}

static bool parse_format(struct diag *diag, const char *text, enum format *format)
{
	static const char *const names[] = {"c", "json", "object"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], text) == 0) {
			*format = (enum format)i;
			return true;
		}
	return usage(diag, "there is no format", text);
}

/* BASE,SIZE,RIGHTS[,KIND[,CACHE]] in TEXT, which is cut into its fields; *KIND is the fourth. */
static bool parse_range(char *text, struct row_request *request, const char **kind)
{
	enum { MOST = 5 };
	char *fields[MOST];
	size_t count = 0;
	for (char *rest = text; rest != NULL;) {
		if (count == MOST)
			return false;
		fields[count++] = strsep(&rest, ",");
	}
	*kind = count > 3 ? fields[3] : "memory";
	*request = (struct row_request){.kind = LAYOUT_MEMORY};
	if (count < 3 || !number_parse(fields[0], &request->base) ||
		!number_parse_bytes(fields[1], &request->size) ||
		!number_parse_access(fields[2], &request->access) ||
		!number_parse_kind(*kind, &request->kind))
		return false;
	if (count > 4)
		request->cache = row_cache_find(fields[4]);
	return request->cache != ROW_CACHES;
}

static int take_range(struct diag *diag, const char *text, struct arguments *arguments)
{
	struct row_request request;
	const char *kind;
	int status = STATUS_USAGE;
	char *copy = strdup(text);
	if (copy == NULL) {
		diag_no_memory(diag);
	} else if (arguments->set.architecture == NULL || arguments->set.count == 0) {
		usage(diag, "--arch and --context must come before the range", text);
	} else if (!parse_range(copy, &request, &kind)) {
		usage(diag, "a range is BASE,SIZE,RIGHTS[,KIND[,CACHE]] and not", text);
	} else {
		unsigned most = arguments->set.architecture->arch->slots;
		unsigned slots = arguments->slots == 0 ? most : arguments->slots;
		bool done = rowset_add_range(diag, &arguments->set, &request, slots, kind);
		status = done ? STATUS_DONE : STATUS_REFUSED;
	}
	free(copy);
	return status;
}

/* Takes one option; anything but STATUS_DONE after a report. */
static int take(struct diag *diag, int option, const char *text, struct arguments *arguments)
{
	uint64_t number;
	bool good;
	switch (option) {
	case 'f':
		good = parse_format(diag, text, &arguments->format);
		break;
	case 'o':
		arguments->output = text;
		good = true;
		break;
	case 'a':
		arguments->set.architecture = architecture_find(text);
		good = arguments->set.architecture != NULL ||
		       usage(diag, "there is no architecture", text);
		break;
	case 's':
		good = number_parse(text, &number) && number > 0 && number <= ROW_SLOTS;
		arguments->slots = good ? (unsigned)number : 0;
		good = good || usage(diag, "no part has as many slots as", text);
		break;
	case 'c':
		good = rowset_add_context(diag, &arguments->set, text);
		break;
	case 'r':
		return take_range(diag, text, arguments);
	default:
		arguments->target_said = true;
		good = target_option_take(option, text, &arguments->set.target) ||
		       usage(diag, "out of range:", text);
	}
	return good ? STATUS_DONE : STATUS_USAGE;
}

/* What the options say together. */
static bool check_arguments(struct diag *diag, const struct arguments *arguments, int left)
{
	const struct rowset *set = &arguments->set;
	bool ranges = set->architecture != NULL || set->count > 0 || arguments->slots != 0 ||
		      arguments->target_said;
	if (left != (ranges ? 0 : 1))
		return diag_error(diag, NULL,
			"emit: name one image or layout, or give --arch with contexts and ranges: "
			"see mpu-table emit --help");
	if (ranges && set->count == 0)
		return diag_error(
			diag, NULL, "emit: there is no --context: see mpu-table emit --help");
	if (arguments->slots != 0 && arguments->slots > set->architecture->arch->slots)
		return diag_error(diag, NULL, "emit: %s has at most %u slots: lower --slots",
			set->architecture->arch->name, set->architecture->arch->slots);
	for (size_t i = 0; i < set->count; i++)
		if (arguments->slots != 0 && set->contexts[i].count > arguments->slots)
			return diag_error(diag, NULL,
				"emit: takes %zu rows, the part has %u slots [context %s]: open "
				"less",
				set->contexts[i].count, arguments->slots, set->contexts[i].name);
	if (arguments->format == FORMAT_OBJECT && arguments->output == NULL)
		return diag_error(
			diag, NULL, "emit: an object is not for a terminal: give -o FILE");
	return true;
}

static int parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'},
		{"output", required_argument, NULL, 'o'}, {"arch", required_argument, NULL, 'a'},
		{"slots", required_argument, NULL, 's'}, {"context", required_argument, NULL, 'c'},
		{"range", required_argument, NULL, 'r'}, TARGET_OPTIONS,
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":ho:", options, NULL)) != -1) {
		int status = STATUS_DONE;
		if (option == 'h') {
			arguments->help = true;
			return STATUS_DONE;
		}
		if (option == ':' || option == '?') {
			command_wrong_option(diag, argv, option);
			return STATUS_USAGE;
		}
		status = take(diag, option, optarg, arguments);
		if (status != STATUS_DONE)
			return status;
	}
	if (!check_arguments(diag, arguments, argc - optind))
		return STATUS_USAGE;
	arguments->input = argv[optind];
	return STATUS_DONE;
}

/* Every context must have a row: C has no empty arrays. */
static bool check_set(struct diag *diag, const struct rowset *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->contexts[i].count == 0)
			return diag_error(diag, NULL,
				"emit: opens nothing [context %s]: give it a range, or leave it "
				"out",
				set->contexts[i].name);
	return true;
}

static bool write_set(struct diag *diag, const struct arguments *arguments,
	const struct rowset *set, FILE *stream)
{
	struct blob object = {0};
	switch (arguments->format) {
	case FORMAT_C:
		emit_c(set, stream);
		return true;
	case FORMAT_JSON:
		return emit_json(diag, set, stream);
	case FORMAT_OBJECT:
		break;
	}
	bool done = emit_object(diag, set, &object);
	if (done)
		fwrite(object.bytes, 1, object.size, stream); /* an error shows at commit */
	blob_free(&object);
	return done;
}

static bool write_output(
	struct diag *diag, const struct arguments *arguments, const struct rowset *set)
{
	if (arguments->output == NULL)
		return write_set(diag, arguments, set, stdout);
	if (!output_spares(diag, arguments->output, arguments->input))
		return false;
	struct output *output = output_open(diag, arguments->output);
	if (output == NULL)
		return false;
	if (write_set(diag, arguments, set, output_stream(output)))
		return output_commit(diag, output);
	output_abandon(output);
	return false;
}

static bool run(struct diag *diag, const struct arguments *arguments)
{
	if (arguments->input == NULL)
		return check_set(diag, &arguments->set) &&
		       write_output(diag, arguments, &arguments->set);
	struct rowset set = {0};
	struct table *table = table_load_whole(diag, arguments->input);
	bool done = table != NULL && rowset_of_table(diag, arguments->input, table, &set) &&
		    check_set(diag, &set) && write_output(diag, arguments, &set);
	rowset_free(&set);
	table_free(table);
	return done;
}

int cmd_emit(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("mpu-table");
	struct arguments arguments = {.set = {.target = architecture_plain_target()}};
	int status = parse_options(&diag, argc, argv, &arguments);
	if (status == STATUS_DONE && arguments.help)
		status = command_help(help);
	else if (status == STATUS_DONE)
		status = run(&diag, &arguments) ? STATUS_DONE : STATUS_REFUSED;
	rowset_free(&arguments.set);
	return status;
}
