/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap check: whether a map says what can be done. */
#include <string.h>

#include "lib/wasm.h"
#include "symmap/commands.h"
#include "symmap/map.h"

static const char help[] =
	"usage: symmap check MAP [--core FILE.wasm]\n"
	"\n"
	"Validates the map file MAP, see berth-map(5).\n"
	"\n"
	"      --core FILE.wasm  the module whose imports it names: each pair must be there\n"
	"  -h, --help            show this and end\n";

struct request {
	const char *map;
	const char *core;
	bool help;
};

static bool parse_request(struct diag *diag, int argc, char **argv, struct request *request)
{
	static const struct option options[] = {
		{"core", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'c')
			request->core = optarg;
		else if (option == 'h')
			request->help = true;
		else
			return command_bad_option(diag, option, argv);
	}
	if (request->help)
		return true;
	if (argc - optind != 1)
		return diag_error(diag, NULL, "check takes one map: see symmap check --help");
	request->map = argv[optind];
	return true;
}

static bool is_imported(const struct wasm_module *module, const struct map_entry *entry)
{
	for (size_t i = 0; i < module->import_count; i++)
		if (module->imports[i].kind == WASM_FUNCTION &&
			strcmp(module->imports[i].module, entry->module) == 0 &&
			strcmp(module->imports[i].field, entry->field) == 0)
			return true;
	return false;
}

static bool check_imports(
	struct diag *diag, const struct symbol_map *map, const struct wasm_module *module)
{
	bool good = true;
	for (size_t i = 0; i < map->count; i++) {
		const struct map_entry *entry = &map->entries[i];
		if (entry->is_import && !is_imported(module, entry))
			good = diag_error_at(diag, map->path, entry->line, entry->column,
				"%s imports no function \"%s\" \"%s\": correct the pair, or take "
				"the line out",
				module->path, entry->module, entry->field);
	}
	return good;
}

static bool check_map(struct diag *diag, const struct request *request)
{
	bool good = true;
	struct symbol_map *map = map_read(diag, request->map);
	if (map == NULL)
		return false;
	if (request->core != NULL) {
		struct wasm_module *module = wasm_read(diag, request->core);
		good = module != NULL && check_imports(diag, map, module);
		wasm_free(module);
	} else if (map->symbol_count < map->count) {
		diag_note(diag, request->map,
			"its imports were not compared with a module: give it with --core");
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
	if (request.help) {
		fputs(help, stdout);
		return STATUS_DONE;
	}
	return check_map(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
}
