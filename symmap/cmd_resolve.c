/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap resolve: its arguments and its output; the answer is made in resolve.c. */
#include "symmap/commands.h"
#include "symmap/listing.h"
#include "symmap/resolve.h"
#include "symmap/resolve_options.h"
#include "lib/command.h"

static const char help[] =
	"usage: symmap resolve [OPTION]... CORE.wasm|OBJECT.o\n"
	"\n"
	"Says for every imported function of the core module CORE.wasm, or of those that the\n"
	"object OBJECT.o lists, which native symbol serves it, and why.\n"
	"\n" RESOLVE_OPTIONS_HELP "      --json                print JSON instead of a table\n"
	"  -h, --help                show this and end\n";

struct request {
	struct resolve_options options;
	bool json;
	bool help;
};

/* --- the command line --------------------------------------------------------------- */

static bool parse_option(struct diag *diag, int option, char **argv, struct request *request)
{
	bool good;
	if (resolve_options_take(diag, &request->options, option, &good))
		return good;
	if (option == 'j')
		request->json = true;
	else if (option == 'h')
		request->help = true;
	else
		return command_wrong_option(diag, argv, option);
	return true;
}

static bool parse_request(struct diag *diag, int argc, char **argv, struct request *request)
{
	static const struct option options[] = {RESOLVE_OPTIONS, {"json", no_argument, NULL, 'j'},
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
		return diag_error(diag, NULL,
			"resolve takes one core module or object: see symmap resolve --help");
	request->options.core = argv[optind];
	return component_options_check(diag, &request->options.components);
}

/* --- the whole ----------------------------------------------------------------------------- */

/* What the answer is not made from. */
static void say_limits(
	struct diag *diag, const struct request *request, const struct resolve_inputs *inputs)
{
	if (inputs->natives == NULL)
		diag_note(diag, request->options.core,
			"nothing to resolve against: the natives of the map are believed");
	if (inputs->is_object)
		diag_note(diag, request->options.core,
			"the list in an object says no types%s: nothing was compared with the "
			"natives; the core module says them",
			request->options.import_map == NULL ? " and no components" : "");
}

static bool list(struct diag *diag, const struct request *request,
	const struct resolve_inputs *inputs, const struct resolve_input *input)
{
	struct meld_manifest manifest = {0};
	struct resolution *resolutions = NULL;
	size_t count = 0;
	bool good = meld_manifest_read(diag, inputs->module, &manifest) &&
		    resolve_imports(diag, input, &resolutions, &count);
	if (good && !(request->json ? listing_json(stdout, input, &manifest, resolutions, count)
				    : listing_table(stdout, input, resolutions, count)))
		good = diag_no_memory(diag);
	resolution_free(resolutions, count);
	meld_manifest_free(&manifest);
	return good;
}

static bool resolve(struct diag *diag, struct request *request)
{
	struct resolve_inputs inputs;
	bool good = resolve_inputs_read(diag, &request->options, &inputs);
	if (good) {
		struct resolve_input input = {.module = inputs.module,
			.owners = &inputs.owners,
			.map = inputs.map,
			.natives = inputs.natives,
			.components = request->options.components.list,
			.component_count = request->options.components.count,
			.untyped = inputs.is_object};
		say_limits(diag, request, &inputs);
		good = list(diag, request, &inputs, &input);
	}
	resolve_inputs_free(&inputs);
	return good;
}

int cmd_resolve(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("symmap");
	struct request request = {.options.objects = true};
	int status = STATUS_USAGE;
	if (parse_request(&diag, argc, argv, &request)) {
		if (request.help)
			status = command_help(help);
		else
			status = resolve(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
	}
	resolve_options_free(&request.options);
	return status;
}
