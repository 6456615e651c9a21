/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elfbind bind: its arguments, its inputs, its output. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elfbind/bind.h"
#include "elfbind/commands.h"
#include "lib/output.h"
#include "symmap/component_options.h"

static const char help[] =
	"usage: elfbind bind [OPTION]... -o OUT IN\n"
	"\n"
	"Gives every call of an import in the object IN the symbol of the native that\n"
	"serves it, and writes the object OUT.\n"
	"\n"
	"  -o, --output OUT          the object to write\n"
	"      --core FILE.wasm      the core module that IN was compiled from\n"
	"      --import-map FILE     the fuser's import map of that module (JSON)\n"
	"      --map FILE            names given by hand, see berth-map(5)\n"
	"      --against NATIVE      an object, archive or image that defines natives;\n"
	"                            may be given again\n"
	"      --component [N=]NAME  the name of component N of a fused module, or of the\n"
	"                            only one; may be given again\n"
	"      --arena NAME          elfbind inject will give component NAME an arena;\n"
	"                            may be given again\n"
	"      --explain             print what each call was found to be\n"
	"      --help                print this\n";

enum {
	OPTION_CORE = 256,
	OPTION_IMPORT_MAP,
	OPTION_MAP,
	OPTION_AGAINST,
	OPTION_COMPONENT,
	OPTION_ARENA,
	OPTION_EXPLAIN,
	OPTION_HELP
};

static const struct option options[] = {
	{"output", required_argument, NULL, 'o'},
	{"core", required_argument, NULL, OPTION_CORE},
	{"import-map", required_argument, NULL, OPTION_IMPORT_MAP},
	{"map", required_argument, NULL, OPTION_MAP},
	{"against", required_argument, NULL, OPTION_AGAINST},
	{"component", required_argument, NULL, OPTION_COMPONENT},
	{"arena", required_argument, NULL, OPTION_ARENA},
	{"explain", no_argument, NULL, OPTION_EXPLAIN},
	{"help", no_argument, NULL, OPTION_HELP},
	{0},
};

/* What the command line asks for; strings are borrowed from argv. */
struct request {
	const char *in;
	const char *out;
	const char *core;
	const char *import_map;
	const char *map;
	const char **against;
	size_t against_count;
	struct component_options components;
	bool explain;
	bool help;
};

/* What was read. */
struct inputs {
	struct object *object;
	struct wasm_module *module;
	struct meld_owners owners;
	struct symbol_map *map;
	struct natives *natives;
};

/* --- the command line ------------------------------------------------------------ */

static bool parse_option(struct diag *diag, struct request *request, int option)
{
	switch (option) {
	case 'o':
		request->out = optarg;
		return true;
	case OPTION_CORE:
		request->core = optarg;
		return true;
	case OPTION_IMPORT_MAP:
		request->import_map = optarg;
		return true;
	case OPTION_MAP:
		request->map = optarg;
		return true;
	case OPTION_AGAINST:
		request->against[request->against_count++] = optarg;
		return true;
	case OPTION_COMPONENT:
		return component_options_add(diag, &request->components, optarg);
	case OPTION_ARENA:
		return component_options_add_arena(diag, &request->components, optarg);
	case OPTION_EXPLAIN:
		request->explain = true;
		return true;
	case OPTION_HELP:
		request->help = true;
		return true;
	default: /* getopt has said what is wrong */
		diag->errors++;
		return false;
	}
}

static bool check_request(struct diag *diag, struct request *request, int operands)
{
	if (operands != 1)
		return diag_error(diag, NULL,
			"bind takes one object, not %d: see elfbind bind --help", operands);
	if (request->out == NULL)
		return diag_error(diag, NULL, "bind needs -o OUT: see elfbind bind --help");
	if (request->core == NULL &&
		(request->import_map != NULL || request->components.count != 0 ||
			request->components.arena_count != 0 || request->explain))
		return diag_error(diag, NULL,
			"--import-map, --component, --arena and --explain need --core: give the "
			"core "
			"module that %s was compiled from",
			request->in);
	if (request->core == NULL && request->map == NULL)
		return diag_error(diag, NULL,
			"bind needs --core or --map, which say what to bind: see elfbind bind "
			"--help");
	return component_options_check(diag, &request->components);
}

/* --- inputs ------------------------------------------------------------------------- */

/* A definition in the object that is bound never serves its imports. */
static bool is_input(const struct request *request, const char *native)
{
	struct stat in;
	struct stat other;
	return stat(request->in, &in) == 0 && stat(native, &other) == 0 &&
	       in.st_dev == other.st_dev && in.st_ino == other.st_ino;
}

static bool read_natives(struct diag *diag, const struct request *request, struct inputs *inputs)
{
	if (request->against_count == 0) {
		diag_note(diag, request->in,
			"nothing to bind against: the natives of the map are believed");
		return true;
	}
	inputs->natives = natives_new(diag);
	if (inputs->natives == NULL)
		return false;
	for (size_t i = 0; i < request->against_count; i++) {
		if (is_input(request, request->against[i]))
			return diag_error(diag, request->against[i],
				"is the object that is bound, whose definitions serve no import of "
				"its own: give the natives");
		if (!natives_add_file(inputs->natives, request->against[i]))
			return false;
	}
	return true;
}

static bool read_inputs(struct diag *diag, struct request *request, struct inputs *inputs)
{
	inputs->object = object_read(diag, request->in);
	if (inputs->object == NULL)
		return false;
	if (request->core != NULL) {
		inputs->module = wasm_read(diag, request->core);
		if (inputs->module == NULL ||
			!meld_owners(diag, inputs->module, request->import_map, &inputs->owners) ||
			!component_options_number(
				diag, &request->components, request->core, &inputs->owners))
			return false;
	}
	if (request->map != NULL) {
		inputs->map = map_read(diag, request->map);
		if (inputs->map == NULL)
			return false;
	}
	return read_natives(diag, request, inputs);
}

static void inputs_free(struct inputs *inputs)
{
	object_free(inputs->object);
	meld_owners_free(&inputs->owners);
	wasm_free(inputs->module);
	map_free(inputs->map);
	natives_free(inputs->natives);
}

/* --- output -------------------------------------------------------------------------- */

static bool write_object(struct diag *diag, const struct request *request,
	const struct object *object, const struct blob *file)
{
	/* Bound in place without a change: the file stays as it is, with its times. */
	if (is_input(request, request->out) && file->size == object->file.size &&
		memcmp(file->bytes, object->file.bytes, file->size) == 0)
		return true;
	struct output *output = output_open(diag, request->out);
	if (output == NULL)
		return false;
	/* A short write shows at commit. */
	(void)!fwrite(file->bytes, 1, file->size, output_stream(output));
	return output_commit(diag, output);
}

static bool bind(struct diag *diag, struct request *request)
{
	struct inputs inputs = {0};
	struct binding binding = {0};
	struct blob file = {0};
	bool good = read_inputs(diag, request, &inputs);
	struct bind_input input = {.object = inputs.object,
		.module = inputs.module,
		.owners = &inputs.owners,
		.map = inputs.map,
		.natives = inputs.natives,
		.components = request->components.list,
		.component_count = request->components.count};
	good = good && bind_make(diag, &input, &binding);
	good = good && plan_apply(diag, &binding.plan, &file);
	good = good && write_object(diag, request, inputs.object, &file);
	if (good && request->explain)
		bind_explain(&binding, stdout);
	blob_free(&file);
	bind_free(&binding);
	inputs_free(&inputs);
	return good;
}

int cmd_bind(int argc, char **argv)
{
	static char name[] = "elfbind bind"; /* what getopt's messages begin with */
	struct diag diag = DIAG_INIT("elfbind");
	struct request request = {0};
	int status = STATUS_USAGE;
	int option;
	request.against = calloc((size_t)argc + 1, sizeof(const char *));
	bool good = request.against != NULL || diag_no_memory(&diag);
	argv[0] = name;
	while (good && (option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
		good = parse_option(&diag, &request, option);
	if (good && request.help) {
		fputs(help, stdout);
		status = STATUS_DONE;
	} else if (good) {
		request.in = argv[optind];
		if (check_request(&diag, &request, argc - optind))
			status = bind(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
	}
	free(request.against);
	component_options_free(&request.components);
	return status;
}
