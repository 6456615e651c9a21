/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap reach: its arguments; the answer is made in lib/reach.c. */
#include "lib/command.h"
#include "lib/reach.h"
#include "symmap/commands.h"
#include "symmap/component_options.h"
#include "symmap/reach_listing.h"

static const char help[] =
	"usage: symmap reach [OPTION]... CORE.wasm\n"
	"\n"
	"Says for every export of the core module which memories the code that it reaches reads\n"
	"and writes, and which imports it calls; and for every component what its context needs.\n"
	"\n"
	"      --import-map FILE     the fuser's import map of that module (JSON)\n"
	"      --component [N=]NAME  the name of component N of a fused module, or of the\n"
	"                            only one; may be given again\n"
	"      --json                print JSON\n"
	"  -h, --help                show this and end\n";

struct request {
	const char *core;
	const char *import_map;
	struct component_options components;
	bool json;
	bool help;
};

static bool parse_option(struct diag *diag, int option, char **argv, struct request *request)
{
	switch (option) {
	case 'i':
		request->import_map = optarg;
		return true;
	case 'c':
		return component_options_add(diag, &request->components, optarg);
	case 'j':
		request->json = true;
		return true;
	case 'h':
		request->help = true;
		return true;
	default:
		return command_wrong_option(diag, argv, option);
	}
}

static bool parse_request(struct diag *diag, int argc, char **argv, struct request *request)
{
	static const struct option options[] = {{"import-map", required_argument, NULL, 'i'},
		{"component", required_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'},
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
			diag, NULL, "reach takes one core module: see symmap reach --help");
	request->core = argv[optind];
	return component_options_check(diag, &request->components);
}

static bool list(struct diag *diag, struct request *request, const struct wasm_module *module)
{
	struct meld_owners owners = {0};
	struct reach reach = {0};
	bool good = meld_owners(diag, module, request->import_map, &owners) &&
		    component_options_number(diag, &request->components, request->core, &owners) &&
		    reach_make(diag, module, &reach);
	if (good) {
		struct reach_listing listing = {.diag = diag,
			.reach = &reach,
			.owners = &owners,
			.components = request->components.list,
			.component_count = request->components.count};
		good = request->json ? reach_listing_json(stdout, &listing)
				     : reach_listing_table(stdout, &listing);
	}
	reach_free(&reach);
	meld_owners_free(&owners);
	return good;
}

int cmd_reach(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("symmap");
	struct request request = {0};
	int status = STATUS_USAGE;
	if (parse_request(&diag, argc, argv, &request)) {
		if (request.help) {
			status = command_help(help);
		} else {
			struct wasm_module *module = wasm_read(&diag, request.core);
			status = module != NULL && list(&diag, &request, module) ? STATUS_DONE
										 : STATUS_REFUSED;
			wasm_free(module);
		}
	}
	component_options_free(&request.components);
	return status;
}
