/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap resolve: its arguments and its inputs; the answer is made in resolve.c. */
#include <stdlib.h>

#include "lib/meld.h"
#include "lib/wasm.h"
#include "symmap/commands.h"
#include "symmap/component_options.h"
#include "symmap/listing.h"
#include "symmap/resolve.h"

static const char help[] =
	"usage: symmap resolve [OPTION]... CORE.wasm\n"
	"\n"
	"Says for every imported function of the core module CORE.wasm which native symbol\n"
	"serves it, and why.\n"
	"\n"
	"      --import-map FILE     the fuser's import map of that module (JSON)\n"
	"      --map FILE            names given by hand, see berth-map(5)\n"
	"      --against NATIVE      an object, archive or image that defines natives;\n"
	"                            may be given again\n"
	"      --component [N=]NAME  the name of component N of a fused module, or of the\n"
	"                            only one; may be given again\n"
	"      --arena NAME          elfbind inject will give component NAME an arena;\n"
	"                            may be given again\n"
	"      --json                print JSON instead of a table\n"
	"  -h, --help                show this and end\n";

/* What the command line asks for; strings are borrowed from argv. */
struct request {
	const char *core;
	const char *import_map;
	const char *map;
	const char **against;
	size_t against_count;
	struct component_options components;
	bool json;
	bool help;
};

/* What was read. */
struct inputs {
	struct wasm_module *module;
	struct meld_owners owners;
	struct symbol_map *map;
	struct natives *natives;
};

/* --- the command line --------------------------------------------------------------- */

static bool parse_option(struct diag *diag, int option, char **argv, struct request *request)
{
	switch (option) {
	case 'i':
		request->import_map = optarg;
		return true;
	case 'm':
		request->map = optarg;
		return true;
	case 'a':
		request->against[request->against_count++] = optarg;
		return true;
	case 'c':
		return component_options_add(diag, &request->components, optarg);
	case 'r':
		return component_options_add_arena(diag, &request->components, optarg);
	case 'j':
		request->json = true;
		return true;
	case 'h':
		request->help = true;
		return true;
	default:
		return command_bad_option(diag, option, argv);
	}
}

static bool parse_request(struct diag *diag, int argc, char **argv, struct request *request)
{
	static const struct option options[] = {{"import-map", required_argument, NULL, 'i'},
		{"map", required_argument, NULL, 'm'}, {"against", required_argument, NULL, 'a'},
		{"component", required_argument, NULL, 'c'},
		{"arena", required_argument, NULL, 'r'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'}, {0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1)
		if (!parse_option(diag, option, argv, request))
			return false;
	if (request->help)
		return true;
	if (argc - optind != 1)
		return diag_error(
			diag, NULL, "resolve takes one core module: see symmap resolve --help");
	request->core = argv[optind];
	return component_options_check(diag, &request->components);
}

/* --- inputs ------------------------------------------------------------------------------ */

static bool read_natives(struct diag *diag, const struct request *request, struct inputs *inputs)
{
	if (request->against_count == 0) {
		diag_note(diag, request->core,
			"nothing to resolve against: the natives of the map are believed");
		return true;
	}
	inputs->natives = natives_new(diag);
	bool good = inputs->natives != NULL;
	for (size_t i = 0; good && i < request->against_count; i++)
		good = natives_add_file(inputs->natives, request->against[i]);
	return good;
}

static bool read_inputs(struct diag *diag, struct request *request, struct inputs *inputs)
{
	inputs->module = wasm_read(diag, request->core);
	if (inputs->module == NULL ||
		!meld_owners(diag, inputs->module, request->import_map, &inputs->owners) ||
		!component_options_number(
			diag, &request->components, request->core, &inputs->owners))
		return false;
	if (request->map != NULL && (inputs->map = map_read(diag, request->map)) == NULL)
		return false;
	return read_natives(diag, request, inputs);
}

static void inputs_free(struct inputs *inputs)
{
	meld_owners_free(&inputs->owners);
	wasm_free(inputs->module);
	map_free(inputs->map);
	natives_free(inputs->natives);
}

/* --- the whole ----------------------------------------------------------------------------- */

static bool resolve(struct diag *diag, struct request *request)
{
	struct inputs inputs = {0};
	struct resolution *resolutions = NULL;
	size_t count = 0;
	bool good = read_inputs(diag, request, &inputs);
	if (good) {
		struct resolve_input input = {.module = inputs.module,
			.owners = &inputs.owners,
			.map = inputs.map,
			.natives = inputs.natives,
			.components = request->components.list,
			.component_count = request->components.count};
		good = resolve_imports(diag, &input, &resolutions, &count);
		if (good && !(request->json ? listing_json : listing_table)(
				    stdout, &input, resolutions, count))
			good = diag_no_memory(diag);
	}
	resolution_free(resolutions, count);
	inputs_free(&inputs);
	return good;
}

int cmd_resolve(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("symmap");
	struct request request = {0};
	int status = STATUS_USAGE;
	request.against = calloc((size_t)argc + 1, sizeof(const char *));
	if (request.against == NULL) {
		diag_no_memory(&diag);
		status = STATUS_REFUSED;
	} else if (parse_request(&diag, argc, argv, &request)) {
		if (request.help)
			status = fputs(help, stdout) < 0 ? STATUS_REFUSED : STATUS_DONE;
		else
			status = resolve(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
	}
	free(request.against);
	component_options_free(&request.components);
	return status;
}
