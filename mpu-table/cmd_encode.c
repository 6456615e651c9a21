/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table encode: the rows for a range typed by hand. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/command.h"
#include "lib/checked.h"
#include "mpu-table/commands.h"
#include "mpu-table/numbers.h"
#include "mpu-table/row_text.h"
#include "mpu-table/target_options.h"

static const char help[] =
	"usage: mpu-table encode --arch ARCH --base ADDRESS --size BYTES --access RIGHTS\n"
	"                        [OPTION]...\n"
	"\n"
	"Prints the fewest rows that open exactly this range to unprivileged code, as they\n"
	"decode.\n"
	"\n"
	"      --arch ARCH       armv6-m, armv7-m, armv7-r, armv8-m, armv8.1-m or riscv\n"
	"      --base ADDRESS    the first address\n"
	"      --size BYTES      K, M or G may follow: 20K\n"
	"      --access RIGHTS   r, rw, or, for code, rx\n"
	"      --kind KIND       memory (the default), data, shared, code or peripheral\n"
	"      --cache CACHE     none, write-through or write-back; RAM is write-back, code\n"
	"                        write-through if nothing is said\n"
	"      --slot N          the first slot; 0 is the default\n"
	"      --rows N          use at most N rows\n"
	"      --pxn             armv8.1-m: the privileged side cannot execute it\n"
	"      --granularity G   riscv: the granule is 2^(G+2) bytes; 0 is the default\n"
	"      --napot-only      riscv: the part has no TOR and no NA4\n"
	"      --mml             riscv: mseccfg.MML is set (Smepmp)\n"
	"      --mair0 N, --mair1 N   armv8-m: print memory types as these attributes say;\n"
	"                        the rows use index 0 for write-back, 1 for write-through,\n"
	"                        2 for Device, 3 for uncached memory, which MPU_MAIR0\n"
	"                        0x4404aaff defines\n"
	"      --json            print JSON\n"
	"  -h, --help            show this and end\n";

struct arguments {
	const struct architecture *architecture;
	struct row_target target;
	struct row_request request;
	bool base, size; /* they were given */
	bool json;
	bool help;
};

static bool wrong(struct diag *diag, const char *option, const char *text)
{
	return diag_error(diag, NULL, "encode: --%s cannot be '%s': see mpu-table encode --help",
		option, text);
}

/* A number of rows or a slot: there are never more than ROW_SLOTS. */
static bool parse_small(const char *text, uint64_t *value)
{
	return number_parse(text, value) && *value <= ROW_SLOTS;
}

/* Takes one option with its argument TEXT. */
static bool take(struct diag *diag, int option, const char *text, struct arguments *arguments)
{
	struct row_request *request = &arguments->request;
	uint64_t number;
	switch (option) {
	case 'a':
		arguments->architecture = architecture_find(text);
		return arguments->architecture != NULL || wrong(diag, "arch", text);
	case 'b':
		arguments->base = number_parse(text, &request->base);
		return arguments->base || wrong(diag, "base", text);
	case 's':
		arguments->size = number_parse_bytes(text, &request->size);
		return arguments->size || wrong(diag, "size", text);
	case 'r':
		return number_parse_access(text, &request->access) || wrong(diag, "access", text);
	case 'k':
		return number_parse_kind(text, &request->kind) || wrong(diag, "kind", text);
	case 'c':
		request->cache = row_cache_find(text);
		return request->cache != ROW_CACHES || wrong(diag, "cache", text);
	case 'S':
		if (!parse_small(text, &number))
			return wrong(diag, "slot", text);
		request->slot = (unsigned)number;
		return true;
	case 'n':
		if (!parse_small(text, &number) || number == 0)
			return wrong(diag, "rows", text);
		request->max = (size_t)number;
		return true;
	default:
		return target_option_take(option, text, &arguments->target) ||
		       diag_error(diag, NULL,
			       "encode: '%s' is out of range: see mpu-table encode --help", text);
	}
}

static bool check_arguments(
	struct diag *diag, int left, const char *word, const struct arguments *arguments)
{
	if (left > 0)
		return diag_error(diag, NULL,
			"encode: '%s' belongs to no option: see mpu-table encode --help", word);
	if (arguments->architecture == NULL || !arguments->base || !arguments->size ||
		arguments->request.access == 0)
		return diag_error(diag, NULL,
			"encode: --arch, --base, --size and --access are all needed: "
			"see mpu-table encode --help");
	if (arguments->request.slot >= arguments->architecture->arch->slots)
		return diag_error(diag, NULL,
			"encode: %s has slots 0 to %u: see mpu-table encode --help",
			arguments->architecture->arch->name,
			arguments->architecture->arch->slots - 1);
	return true;
}

static bool parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"arch", required_argument, NULL, 'a'},
		TARGET_OPTIONS, {"pxn", no_argument, NULL, TARGET_PXN},
		{"base", required_argument, NULL, 'b'}, {"size", required_argument, NULL, 's'},
		{"access", required_argument, NULL, 'r'}, {"kind", required_argument, NULL, 'k'},
		{"cache", required_argument, NULL, 'c'}, {"slot", required_argument, NULL, 'S'},
		{"rows", required_argument, NULL, 'n'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'h') {
			arguments->help = true;
			return true;
		}
		if (option == ':' || option == '?')
			return command_wrong_option(diag, argv, option);
		if (option == 'j')
			arguments->json = true;
		else if (!take(diag, option, optarg, arguments))
			return false;
	}
	return check_arguments(diag, argc - optind, argv[optind], arguments);
}

/* --- why not ----------------------------------------------------------------------------- */

/* The range is not one of whole granules: says which is, around it. */
static bool refuse_granule(struct diag *diag, const struct arguments *arguments, uint64_t end)
{
	const struct architecture *architecture = arguments->architecture;
	const struct row_request *request = &arguments->request;
	uint64_t granule = arch_granule(architecture->arch, &arguments->target);
	uint64_t base = request->base / granule * granule;
	uint64_t behind = (end + granule - 1) / granule * granule;
	return diag_error(diag, NULL,
		"encode: %s opens multiples of %" PRIu64 " bytes only: set aside 0x%08" PRIx64
		" to 0x%08" PRIx64 ", --base 0x%" PRIx64 " --size %" PRIu64,
		architecture->arch->name, granule, base, behind - 1, base, behind - base);
}

/* How many rows the request would take if there were enough; 0 when no number of rows will do. */
static size_t rows_needed(const struct arguments *arguments)
{
	struct row rows[ROW_SLOTS];
	struct row_request request = arguments->request;
	/* Slot 0 is special on RISC-V: a row there may need no other for its base. */
	request.slot = request.slot == 0 ? 0 : 1;
	request.max = arguments->architecture->arch->slots;
	return arguments->architecture->encode(&arguments->target, &request, rows);
}

static bool refuse(struct diag *diag, const struct arguments *arguments)
{
	const struct architecture *architecture = arguments->architecture;
	const struct row_request *request = &arguments->request;
	uint64_t granule = arch_granule(architecture->arch, &arguments->target);
	uint64_t end;
	if (request->size == 0)
		return diag_error(diag, NULL,
			"encode: a range of 0 bytes needs no row: give --size at least %" PRIu64,
			granule);
	if (!checked_add(request->base, request->size, &end) || end > LAYOUT_ADDRESSES)
		return diag_error(diag, NULL,
			"encode: the range goes beyond 0xffffffff: lower --base or --size");
	if (request->base % granule != 0 || request->size % granule != 0)
		return refuse_granule(diag, arguments, end);
	const char *why = arch_cache_fault(architecture->arch, request->cache);
	if (why != NULL)
		return diag_error(diag, NULL, "encode: %s: leave --cache out", why);
	if (request->kind == LAYOUT_PERIPHERAL && request->cache != ROW_CACHE_USUAL)
		return diag_error(diag, NULL,
			"encode: a peripheral is Device memory, which has no cache: leave --cache "
			"out");
	size_t needed = rows_needed(arguments);
	if (needed == 0)
		return diag_error(diag, NULL,
			"encode: no row of %s gives %s to such a range: r and rw are for memory, "
			"data and peripherals, r and rx for code",
			architecture->arch->name, row_rights(request->access));
	return diag_error(diag, NULL,
		"encode: takes %zu rows, %zu are allowed from slot %u: raise --rows, or choose a "
		"base that is a multiple of a larger power of two",
		needed, request->max, request->slot);
}

/* --- all ------------------------------------------------------------------------------------ */

static bool run(struct diag *diag, const struct arguments *arguments)
{
	struct row rows[ROW_SLOTS] = {0};
	struct context_map map;
	size_t count =
		arguments->architecture->encode(&arguments->target, &arguments->request, rows);
	if (count == 0)
		return refuse(diag, arguments);
	if (!context_map_make(diag, arguments->architecture, &arguments->target, rows, count, &map))
		return false;
	bool good = true;
	if (arguments->json)
		good = row_text_json(diag, arguments->architecture, rows, &map, stdout);
	else
		row_text_table(
			arguments->architecture, rows, &map, arguments->request.slot, stdout);
	context_map_free(&map);
	return good;
}

int cmd_encode(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("mpu-table");
	struct arguments arguments = {
		.target = architecture_plain_target(), .request = {.kind = LAYOUT_MEMORY}};
	if (!parse_options(&diag, argc, argv, &arguments))
		return STATUS_USAGE;
	if (arguments.help)
		return command_help(help);
	struct row_request *request = &arguments.request;
	size_t room = arguments.architecture->arch->slots - request->slot;
	if (request->max == 0 || request->max > room)
		request->max = room;
	return run(&diag, &arguments) ? STATUS_DONE : STATUS_REFUSED;
}
