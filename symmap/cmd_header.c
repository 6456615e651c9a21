/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap header: its arguments and its output; the text is made in header.c. */
#include "lib/command.h"
#include "lib/output.h"
#include "symmap/commands.h"
#include "symmap/export_map.h"
#include "symmap/header.h"
#include "symmap/resolve_options.h"

static const char help[] =
	"usage: symmap header [OPTION]... CORE.wasm\n"
	"\n"
	"Writes a C header with the prototypes of what the core module CORE.wasm exports, by\n"
	"the symbols that elfbind bind gives them, and of the natives that serve its imports.\n"
	"\n"
	"  -o, --output FILE         the header to write; standard output without "
	"it\n" RESOLVE_OPTIONS_HELP
	"      --export-map FILE     C identifiers of exports, as for elfbind bind\n"
	"  -h, --help                show this and end\n";

struct request {
	struct resolve_options options;
	const char *output;
	const char *export_map;
	bool help;
};

static bool parse_option(struct diag *diag, int option, char **argv, struct request *request)
{
	bool good;
	if (resolve_options_take(diag, &request->options, option, &good))
		return good;
	if (option == 'o')
		request->output = optarg;
	else if (option == 'x')
		request->export_map = optarg;
	else if (option == 'h')
		request->help = true;
	else
		return command_wrong_option(diag, argv, option);
	return true;
}

static bool parse_request(struct diag *diag, int argc, char **argv, struct request *request)
{
	static const struct option options[] = {RESOLVE_OPTIONS,
		{"output", required_argument, NULL, 'o'},
		{"export-map", required_argument, NULL, 'x'}, {"help", no_argument, NULL, 'h'},
		{0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":ho:", options, NULL)) != -1)
		if (!parse_option(diag, option, argv, request))
			return false;
	if (request->help)
		return true;
	if (argc - optind != 1)
		return diag_error(
			diag, NULL, "header takes one core module: see symmap header --help");
	request->options.core = argv[optind];
	return component_options_check(diag, &request->options.components);
}

static bool spares_inputs(struct diag *diag, const struct request *request)
{
	const struct resolve_options *options = &request->options;
	bool good = output_spares(diag, request->output, options->core) &&
		    output_spares(diag, request->output, options->import_map) &&
		    output_spares(diag, request->output, options->map) &&
		    output_spares(diag, request->output, request->export_map);
	for (size_t i = 0; i < options->against_count && good; i++)
		good = output_spares(diag, request->output, options->against[i]);
	return good;
}

static bool write_header(
	struct diag *diag, const struct request *request, const struct header_input *input)
{
	if (request->output == NULL)
		return header_write(diag, stdout, input);
	if (!spares_inputs(diag, request))
		return false;
	struct output *output = output_open(diag, request->output);
	if (output == NULL)
		return false;
	if (header_write(diag, output_stream(output), input))
		return output_commit(diag, output);
	output_abandon(output);
	return false;
}

/* What was said by hand about the names of exports, for NAMES; *EXPORTS is freed by the caller. */
static bool read_by_hand(struct diag *diag, const struct request *request,
	const struct resolve_inputs *inputs, struct symbol_map **exports,
	struct export_names *names)
{
	if (request->export_map != NULL) {
		*exports = export_map_read(diag, request->export_map);
		if (*exports == NULL ||
			!export_map_check(diag, *exports, inputs->map, inputs->module))
			return false;
	}
	names->exports = *exports;
	names->map = inputs->map;
	return true;
}

static bool header(struct diag *diag, struct request *request)
{
	const struct component_options *components = &request->options.components;
	struct resolve_inputs inputs;
	struct meld_manifest manifest = {0};
	struct export_names names = {0};
	struct symbol_map *exports = NULL;
	struct resolution *resolutions = NULL;
	size_t count = 0;
	bool good = resolve_inputs_read(diag, &request->options, &inputs) &&
		    meld_manifest_read(diag, inputs.module, &manifest) &&
		    export_names_make(diag, request->options.core, &inputs.owners, components->list,
			    components->count, &names) &&
		    read_by_hand(diag, request, &inputs, &exports, &names);
	if (good) {
		struct resolve_input input = {.module = inputs.module,
			.owners = &inputs.owners,
			.map = inputs.map,
			.natives = inputs.natives,
			.components = components->list,
			.component_count = components->count,
			.by_rule = true};
		good = resolve_imports(diag, &input, &resolutions, &count);
	}
	struct header_input input = {inputs.module, &manifest, &names, resolutions, count};
	good = good && write_header(diag, request, &input);
	resolution_free(resolutions, count);
	export_names_free(&names);
	map_free(exports);
	meld_manifest_free(&manifest);
	resolve_inputs_free(&inputs);
	return good;
}

int cmd_header(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("symmap");
	struct request request = {0};
	int status = STATUS_USAGE;
	if (parse_request(&diag, argc, argv, &request)) {
		if (request.help)
			status = command_help(help);
		else
			status = header(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
	}
	resolve_options_free(&request.options);
	return status;
}
