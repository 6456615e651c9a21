/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* symmap resolve: its arguments and its inputs; the answer is made in resolve.c. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/meld.h"
#include "lib/wasm.h"
#include "symmap/commands.h"
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
	struct component_name *components;
	size_t component_count;
	size_t plain_count; /* components given without a number */
	const char **arenas;
	size_t arena_count;
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

static bool is_identifier(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char later[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	return strspn(name, first) > 0 && name[strspn(name, later)] == '\0';
}

/* Reads the number before the = at EQUALS. */
static bool parse_number(const char *text, const char *equals, uint32_t *number)
{
	uint64_t value = 0;
	if (text == equals)
		return false;
	for (; text < equals; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value >= MELD_UNKNOWN)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

/* Understands [N=]NAME. */
static bool parse_component(struct diag *diag, struct request *request, const char *argument)
{
	struct component_name component = {.name = argument};
	const char *equals = strchr(argument, '=');
	if (equals != NULL) {
		if (!parse_number(argument, equals, &component.number))
			return diag_error(diag, NULL,
				"--component %s: what stands before = is no number: write N=NAME",
				argument);
		component.name = equals + 1;
	}
	if (!is_identifier(component.name))
		return diag_error(diag, NULL,
			"--component %s: the name is no C identifier: use letters, digits and _",
			argument);
	request->plain_count += equals == NULL;
	request->components[request->component_count++] = component;
	return true;
}

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
		return parse_component(diag, request, optarg);
	case 'r':
		request->arenas[request->arena_count++] = optarg;
		return true;
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

/* No number and no name is given twice. */
static bool check_components(struct diag *diag, const struct request *request)
{
	if (request->plain_count > 0 && request->component_count > 1)
		return diag_error(diag, NULL,
			"--component: with several components each needs its number: write "
			"N=NAME");
	for (size_t i = 0; i < request->component_count; i++)
		for (size_t k = 0; k < i; k++)
			if (request->components[k].number == request->components[i].number ||
				strcmp(request->components[k].name, request->components[i].name) ==
					0)
				return diag_error(diag, NULL,
					"--component %" PRIu32 "=%s: the number or the name was "
					"given before: give each once",
					request->components[i].number, request->components[i].name);
	return true;
}

/* Marks the components that have an arena. */
static bool match_arenas(struct diag *diag, struct request *request)
{
	for (size_t i = 0; i < request->arena_count; i++) {
		bool found = false;
		for (size_t k = 0; k < request->component_count; k++)
			if (strcmp(request->components[k].name, request->arenas[i]) == 0)
				found = request->components[k].arena = true;
		if (!found)
			return diag_error(diag, NULL,
				"--arena %s: no --component has that name: give one",
				request->arenas[i]);
	}
	return true;
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
	return check_components(diag, request) && match_arenas(diag, request);
}

/* Room for as many of each as there are arguments. */
static bool make_room(struct diag *diag, struct request *request, int argc)
{
	size_t most = (size_t)argc + 1;
	request->against = calloc(most, sizeof(const char *));
	request->components = calloc(most, sizeof(*request->components));
	request->arenas = calloc(most, sizeof(const char *));
	return (request->against != NULL && request->components != NULL &&
		       request->arenas != NULL) ||
	       diag_no_memory(diag);
}

static void request_free(struct request *request)
{
	free(request->against);
	free(request->components);
	free(request->arenas);
}

/* --- inputs ------------------------------------------------------------------------------ */

static bool has_component(const struct meld_owners *owners, uint32_t number)
{
	for (size_t i = 0; i < owners->component_count; i++)
		if (owners->components[i] == number)
			return true;
	return false;
}

/* Gives the only component its number, and refuses numbers that the module does not have. */
static bool number_components(
	struct diag *diag, struct request *request, const struct meld_owners *owners)
{
	if (request->plain_count > 0 && owners->component_count > 1)
		return diag_error(diag, request->core,
			"has %zu components: say which one is %s with --component N=%s",
			owners->component_count, request->components[0].name,
			request->components[0].name);
	if (request->plain_count > 0)
		request->components[0].number = owners->components[0];
	for (size_t i = 0; i < request->component_count; i++)
		if (!has_component(owners, request->components[i].number))
			return diag_error(diag, request->core,
				"has no component %" PRIu32
				" [%s]: take the number from meld's import map",
				request->components[i].number, request->components[i].name);
	return true;
}

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
		!number_components(diag, request, &inputs->owners))
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
			.components = request->components,
			.component_count = request->component_count};
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
	if (!make_room(&diag, &request, argc)) {
		status = STATUS_REFUSED;
	} else if (parse_request(&diag, argc, argv, &request)) {
		if (request.help)
			status = fputs(help, stdout) < 0 ? STATUS_REFUSED : STATUS_DONE;
		else
			status = resolve(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
	}
	request_free(&request);
	return status;
}
