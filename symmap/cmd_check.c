/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap check: whether a map says what can be done. */
#include "lib/command.h"
#include "lib/object.h"
#include "lib/wasm.h"
#include "symmap/commands.h"
#include "symmap/map_subject.h"

static const char help[] =
	"usage: symmap check MAP [--core FILE.wasm [--object FILE.o]]\n"
	"\n"
	"Validates the map file MAP, see berth-map(5).\n"
	"\n"
	"      --core FILE.wasm  the module that it is for: what a line names must be imported\n"
	"                        or exported there\n"
	"      --object FILE.o   the object made from it: a plain line may name its symbols\n"
	"  -h, --help            show this and end\n";

struct request {
	const char *map;
	const char *core;
	const char *object;
	bool help;
};

static bool parse_request(struct diag *diag, int argc, char **argv, struct request *request)
{
	static const struct option options[] = {{"core", required_argument, NULL, 'c'},
		{"object", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'c')
			request->core = optarg;
		else if (option == 'o')
			request->object = optarg;
		else if (option == 'h')
			request->help = true;
		else
			return command_wrong_option(diag, argv, option);
	}
	if (request->help)
		return true;
	if (argc - optind != 1)
		return diag_error(diag, NULL, "check takes one map: see symmap check --help");
	request->map = argv[optind];
	if (request->object != NULL && request->core == NULL)
		return diag_error(diag, NULL,
			"check: --object is for a module: give it with --core: see symmap check "
			"--help");
	return true;
}

/* OBJECT is NULL without one. */
static bool check_entry(struct diag *diag, const struct symbol_map *map,
	const struct map_entry *entry, const struct wasm_module *module,
	const struct object *object)
{
	if (map_names_import(module, entry) || map_names_export(module, entry) ||
		(object != NULL && map_names_symbol(object, entry)))
		return true;
	if (entry->is_import)
		return diag_error_at(diag, map->path, entry->line, entry->column,
			"%s imports no function \"%s\" \"%s\": correct the pair, or take "
			"the line out",
			module->path, entry->module, entry->field);
	return diag_error_at(diag, map->path, entry->line, entry->column,
		"[symbol '%s'] is no import and no export of %s%s%s: correct the name%s",
		entry->old, module->path, object == NULL ? "" : " and no symbol of ",
		object == NULL ? "" : object->path,
		object == NULL ? ", or give the object that has it with --object"
			       : ", or take the line out");
}

static bool check_entries(
	struct diag *diag, const struct symbol_map *map, const struct request *request)
{
	struct object *object = NULL;
	struct wasm_module *module = wasm_read(diag, request->core);
	bool good = module != NULL;
	if (good && request->object != NULL)
		good = (object = object_read_part(diag, request->object, OBJECT_TABLES)) != NULL;
	bool read = good;
	for (size_t i = 0; read && i < map->count; i++)
		good = check_entry(diag, map, &map->entries[i], module, object) && good;
	object_free(object);
	wasm_free(module);
	return good;
}

static bool check_map(struct diag *diag, const struct request *request)
{
	bool good = true;
	struct symbol_map *map = map_read(diag, request->map);
	if (map == NULL)
		return false;
	if (request->core != NULL) {
		good = check_entries(diag, map, request);
	} else if (map->count > 0) {
		diag_note(diag, request->map,
			"its names were not compared with a module: give it with --core");
	}
	if (good)
		printf("%zu symbols, %zu imports\n", map->symbol_count,
			map->count - map->symbol_count);
	map_free(map);
	return good;
}

int cmd_check(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("symmap");
	struct request request = {0};
	if (!parse_request(&diag, argc, argv, &request))
		return STATUS_USAGE;
	if (request.help)
		return command_help(help);
	return check_map(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
}
