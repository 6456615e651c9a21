/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * symmap apply: a map in the dialect of objcopy --redefine-syms.
 *
 * A line of that dialect is OLD, a space, NEW. GNU objcopy and llvm-objcopy agree
 * on no more than that: there are no quotes, a # anywhere begins a comment, also
 * inside a word, where GNU objcopy takes the part before it for the new name; only
 * GNU objcopy takes a tab for a separator.
 */
#include <string.h>

#include "symmap/commands.h"
#include "symmap/map.h"
#include "lib/command.h"

static const char help[] =
	"usage: symmap apply MAP\n"
	"\n"
	"Prints the map file MAP, see berth-map(5), as objcopy --redefine-syms reads it. A map\n"
	"that cannot be said so is refused.\n"
	"\n"
	"  -h, --help  show this and end\n";

struct request {
	const char *map;
	bool help;
};

static bool parse_request(struct diag *diag, int argc, char **argv, struct request *request)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option != 'h')
			return command_wrong_option(diag, argv, option);
		request->help = true;
	}
	if (request->help)
		return true;
	if (argc - optind != 1)
		return diag_error(diag, NULL, "apply takes one map: see symmap apply --help");
	request->map = argv[optind];
	return true;
}

/* Why objcopy cannot read NAME; NULL when it can. */
static const char *obstacle(const char *name)
{
	if (*name == '\0')
		return "is empty";
	for (const char *at = name; *at != '\0'; at++) {
		if (*at == '#')
			return "holds a #, which begins a comment there";
		if (strchr(" \t\n\v\f\r", *at) != NULL)
			return "holds a blank or a line's end";
	}
	return NULL;
}

static bool check_name(struct diag *diag, const struct symbol_map *map, size_t line, size_t column,
	const char *name)
{
	const char *why = obstacle(name);
	return why == NULL ||
	       diag_error_at(diag, map->path, line, column,
		       "objcopy cannot be told the name \"%s\", which %s: use elfbind bind --map",
		       name, why);
}

static bool check_entry(
	struct diag *diag, const struct symbol_map *map, const struct map_entry *entry)
{
	if (entry->is_import)
		return diag_error_at(diag, map->path, entry->line, entry->column,
			"objcopy knows no imports, only symbols [\"%s\" \"%s\"]: use elfbind bind "
			"--map with the core module",
			entry->module, entry->field);
	bool good = check_name(diag, map, entry->line, entry->column, entry->old);
	return check_name(diag, map, entry->line, entry->new_column, entry->new) && good;
}

static bool apply(struct diag *diag, const struct request *request)
{
	struct symbol_map *map = map_read(diag, request->map);
	if (map == NULL)
		return false;
	bool good = true;
	for (size_t i = 0; i < map->count; i++)
		good = check_entry(diag, map, &map->entries[i]) && good;
	for (size_t i = 0; good && i < map->count; i++)
		printf("%s %s\n", map->entries[i].old, map->entries[i].new);
	map_free(map);
	return good;
}

int cmd_apply(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("symmap");
	struct request request = {0};
	if (!parse_request(&diag, argc, argv, &request))
		return STATUS_USAGE;
	if (request.help)
		return command_help(help);
	return apply(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
}
