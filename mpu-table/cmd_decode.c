/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* mpu-table decode: registers typed by hand, read off a debugger. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "mpu-table/commands.h"
#include "mpu-table/numbers.h"
#include "mpu-table/row_text.h"
#include "mpu-table/target_options.h"
#include "lib/command.h"

static const char help[] =
	"usage: mpu-table decode --arch ARCH [OPTION]... REGISTER...\n"
	"\n"
	"Says what the hardware makes of the registers: as many numbers a row as the\n"
	"architecture has registers, the rows in the order of their slots.\n"
	"\n"
	"      --arch ARCH        armv6-m, armv7-m: RBAR RASR\n"
	"                         armv7-r: DRBAR DRSR DRACR\n"
	"                         armv8-m, armv8.1-m: RBAR RLAR\n"
	"                         riscv: pmpaddr, and its byte of pmpcfg, from entry 0 on\n"
	"      --mair0 N          armv8-m: MPU_MAIR0, 0x4404aaff if not given\n"
	"      --mair1 N          armv8-m: MPU_MAIR1, 0 if not given\n"
	"      --granularity G    riscv: the granule is 2^(G+2) bytes; 0 if not given\n"
	"      --napot-only       riscv: the part has no TOR and no NA4\n"
	"      --mml              riscv: mseccfg.MML is set (Smepmp)\n"
	"      --json             print JSON\n"
	"  -h, --help             show this and end\n"
	"\n"
	"Status 1 when a row is illegal or unpredictable, or overlaps where that faults.\n";

struct arguments {
	const struct architecture *architecture;
	struct row_target target;
	bool json;
	bool help;
	char **numbers;
	size_t count;
};

static bool parse_arch(struct diag *diag, const char *name, struct arguments *arguments)
{
	arguments->architecture = architecture_find(name);
	if (arguments->architecture != NULL)
		return true;
	return diag_error(diag, NULL,
		"decode: there is no architecture '%s': see mpu-table decode --help", name);
}

/* What is left after the options must be whole rows. */
static bool check_count(struct diag *diag, const struct arguments *arguments)
{
	const struct architecture *architecture = arguments->architecture;
	if (architecture == NULL)
		return diag_error(
			diag, NULL, "decode: --arch is missing: see mpu-table decode --help");
	if (arguments->count == 0 || arguments->count % architecture->arch->words != 0)
		return diag_error(diag, NULL,
			"decode: a row of %s is %u numbers, %zu are there: "
			"see mpu-table decode --help",
			architecture->arch->name, architecture->arch->words, arguments->count);
	if (arguments->count / architecture->arch->words > architecture->arch->slots)
		return diag_error(diag, NULL,
			"decode: %s has at most %u rows, %zu are there: "
			"see mpu-table decode --help",
			architecture->arch->name, architecture->arch->slots,
			arguments->count / architecture->arch->words);
	return true;
}

static bool parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"arch", required_argument, NULL, 'a'},
		TARGET_OPTIONS, {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
		case 'a':
			if (!parse_arch(diag, optarg, arguments))
				return false;
			break;
		case 'j':
			arguments->json = true;
			break;
		case 'h':
			arguments->help = true;
			return true;
		case ':':
		case '?':
			return command_wrong_option(diag, argv, option);
		default:
			if (!target_option_take(option, optarg, &arguments->target))
				return diag_error(diag, NULL,
					"decode: '%s' is out of range: see mpu-table decode --help",
					optarg);
		}
	}
	arguments->numbers = argv + optind;
	arguments->count = (size_t)(argc - optind);
	return check_count(diag, arguments);
}

/* Fills ROWS from the words of the command line. */
static bool read_rows(struct diag *diag, const struct arguments *arguments, struct row *rows)
{
	size_t words = arguments->architecture->arch->words;
	for (size_t i = 0; i < arguments->count; i++) {
		uint64_t value;
		if (!number_parse(arguments->numbers[i], &value) || value > UINT32_MAX)
			return diag_error(diag, NULL,
				"decode: '%s' is no 32-bit number, such as 0x20010011 or 17: "
				"see mpu-table decode --help",
				arguments->numbers[i]);
		rows[i / words].words[i % words] = (uint32_t)value;
	}
	return true;
}

static bool print(struct diag *diag, const struct arguments *arguments, const struct row *rows,
	const struct context_map *map)
{
	if (arguments->json)
		return row_text_json(diag, arguments->architecture, rows, map, stdout);
	row_text_blocks(arguments->architecture, rows, map, stdout);
	if (map->row_count > 1)
		row_text_map(map, stdout);
	return true;
}

/* Whether every row is legal and no two of them clash. */
static bool is_sound(const struct context_map *map)
{
	for (size_t i = 0; i < map->row_count; i++)
		if (map->whys[i] != NULL)
			return false;
	for (size_t i = 0; i < map->range_count; i++)
		if (map->ranges[i].clash != SIZE_MAX)
			return false;
	return true;
}

int cmd_decode(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("mpu-table");
	struct arguments arguments = {.target = architecture_plain_target()};
	struct row rows[ROW_SLOTS] = {0};
	struct context_map map;
	if (!parse_options(&diag, argc, argv, &arguments))
		return STATUS_USAGE;
	if (arguments.help)
		return command_help(help);
	if (!read_rows(&diag, &arguments, rows))
		return STATUS_USAGE;
	if (!context_map_make(&diag, arguments.architecture, &arguments.target, rows,
		    arguments.count / arguments.architecture->arch->words, &map))
		return STATUS_REFUSED;
	bool good = print(&diag, &arguments, rows, &map) && is_sound(&map);
	context_map_free(&map);
	return good ? STATUS_DONE : STATUS_REFUSED;
}
