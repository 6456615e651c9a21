/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elfbind inject: the command line. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/commands.h"
#include "elfbind/inject.h"
#include "lib/command.h"
#include "lib/output.h"

static const char help[] =
	"usage: elfbind inject OBJECT -o OUT --layout FILE --core FILE [OPTION]...\n"
	"       elfbind inject --table -o OUT --layout FILE\n"
	"\n"
	"Adds to OBJECT, which elfbind bind wrote, what the compiler leaves to the embedder:\n"
	"memories, initial data, globals, function table, arena and entry points of its "
	"components.\n"
	"With --table, makes the object that holds the region table of the firmware.\n"
	"\n"
	"  -o, --output FILE      where the object goes\n"
	"      --layout FILE      layout.json, from ldgen\n"
	"      --core FILE        the core module that OBJECT was compiled from\n"
	"      --import-map FILE  the fuser's import map of that module\n"
	"      --component NAME   a component that OBJECT must have been bound with, and no\n"
	"                         other; repeat it\n"
	"      --table            make the region table\n"
	"  -h, --help             show this and end\n";

struct arguments {
	const char *object;
	const char *output;
	const char *layout;
	const char *core;
	const char *import_map;
	const char **names; /* borrowed words, owned array */
	size_t name_count;
	bool table;
	bool help;
};

static bool usage(struct diag *diag, const char *what)
{
	return diag_error(diag, NULL, "inject: %s: see elfbind inject --help", what);
}

static bool parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"output", required_argument, NULL, 'o'},
		{"layout", required_argument, NULL, 'l'}, {"core", required_argument, NULL, 'c'},
		{"import-map", required_argument, NULL, 'i'},
		{"component", required_argument, NULL, 'n'}, {"table", no_argument, NULL, 't'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":ho:", options, NULL)) != -1) {
		switch (option) {
		case 'o':
			arguments->output = optarg;
			break;
		case 'l':
			arguments->layout = optarg;
			break;
		case 'c':
			arguments->core = optarg;
			break;
		case 'i':
			arguments->import_map = optarg;
			break;
		case 'n':
			arguments->names[arguments->name_count++] = optarg;
			break;
		case 't':
			arguments->table = true;
			break;
		case 'h':
			arguments->help = true;
			return true;
		default:
			return command_wrong_option(diag, argv, option);
		}
	}
	if (optind < argc)
		arguments->object = argv[optind++];
	return optind == argc || usage(diag, "one object at a time");
}

static bool check_arguments(struct diag *diag, const struct arguments *arguments)
{
	if (arguments->output == NULL)
		return usage(diag, "-o is missing");
	if (arguments->layout == NULL)
		return usage(diag, "--layout is missing");
	bool for_object = arguments->object != NULL || arguments->core != NULL ||
			  arguments->import_map != NULL || arguments->name_count > 0;
	if (arguments->table)
		return !for_object || usage(diag, "--table takes only -o and --layout");
	if (arguments->object == NULL)
		return usage(diag, "the object is missing");
	return arguments->core != NULL || usage(diag, "--core is missing");
}

static bool make_components(struct diag *diag, const struct arguments *arguments,
	const struct layout *layout, struct blob *output)
{
	struct meld_owners owners = {0};
	struct wasm_module *module = NULL;
	struct object *object = object_read(diag, arguments->object);
	bool done = object != NULL && (module = wasm_read(diag, arguments->core)) != NULL &&
		    meld_owners(diag, module, arguments->import_map, &owners);
	if (done) {
		struct inject_input input = {.object = object,
			.layout = layout,
			.module = module,
			.owners = &owners,
			.names = arguments->names,
			.name_count = arguments->name_count};
		done = inject_components(diag, &input, output);
	}
	meld_owners_free(&owners);
	wasm_free(module);
	object_free(object);
	return done;
}

static bool write_output(struct diag *diag, const char *path, const struct blob *bytes)
{
	struct output *output = output_open(diag, path);
	if (output == NULL)
		return false;
	/* A short write shows as an error of the stream at commit. */
	(void)fwrite(bytes->bytes, 1, bytes->size, output_stream(output));
	return output_commit(diag, output);
}

static bool run(struct diag *diag, const struct arguments *arguments)
{
	struct blob output = {0};
	if (!output_spares(diag, arguments->output, arguments->layout) ||
		!output_spares(diag, arguments->output, arguments->core) ||
		!output_spares(diag, arguments->output, arguments->import_map))
		return false;
	struct layout *layout = layout_read(diag, arguments->layout);
	bool done = layout != NULL;
	if (done && arguments->table)
		done = inject_table(diag, layout, &output);
	else if (done)
		done = make_components(diag, arguments, layout, &output);
	done = done && write_output(diag, arguments->output, &output);
	blob_free(&output);
	layout_free(layout);
	return done;
}

int cmd_inject(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("elfbind");
	struct arguments arguments = {0};
	arguments.names = calloc((size_t)argc, sizeof(*arguments.names));
	int status = STATUS_USAGE;
	if (arguments.names == NULL)
		diag_no_memory(&diag);
	else if (parse_options(&diag, argc, argv, &arguments) &&
		 (arguments.help || check_arguments(&diag, &arguments))) {
		if (arguments.help)
			status = command_help(help);
		else
			status = run(&diag, &arguments) ? STATUS_DONE : STATUS_REFUSED;
	}
	free(arguments.names);
	return status;
}
