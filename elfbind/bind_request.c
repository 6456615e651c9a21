/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/bind_request.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/name_table.h"

const char bind_help[] =
	"usage: elfbind bind [OPTION]... -o OUT IN\n"
	"       elfbind bind [OPTION]... -d FOLDER IN...\n"
	"\n"
	"Gives every call of an import in the object IN the symbol of the native that\n"
	"serves it, and writes the object OUT.\n"
	"\n"
	"IN is an object, or an archive of objects.  With several core modules, what stands\n"
	"behind a --core is of that one, and each object finds its own.\n"
	"\n"
	"  -o, --output OUT          the object to write\n"
	"  -d, --directory FOLDER    where to write the outputs, under the names of the inputs\n"
	"      --core FILE.wasm      the core module that IN was compiled from; may be given\n"
	"                            again\n"
	"      --import-map FILE     the fuser's import map of that module (JSON)\n"
	"      --map FILE            names given by hand, see berth-map(5)\n"
	"      --against NATIVE      an object, archive or image that defines natives;\n"
	"                            may be given again\n"
	"      --component [N=]NAME  the name of component N of a fused module, or of the\n"
	"                            only one; may be given again\n"
	"      --arena NAME          elfbind inject will give component NAME an arena;\n"
	"                            may be given again\n"
	"      --export-map FILE     C identifiers of exports, OLD NEW as in berth-map(5)\n"
	"      --keep NAME|PATTERN   keep this definition global and make all others local;\n"
	"                            may be given again\n"
	"      --localize NAME       make this definition local; may be given again\n"
	"      --seam FILE           the exact set of natives that may be imported, one a\n"
	"                            line, NATIVE or COMPONENT: NATIVE\n"
	"      --dry-run             print what would be changed and write nothing\n"
	"      --explain             print what each call was found to be\n"
	"  -h, --help                print this\n";

enum {
	OPTION_CORE = 256,
	OPTION_IMPORT_MAP,
	OPTION_MAP,
	OPTION_AGAINST,
	OPTION_COMPONENT,
	OPTION_ARENA,
	OPTION_EXPORT_MAP,
	OPTION_KEEP,
	OPTION_LOCALIZE,
	OPTION_SEAM,
	OPTION_DRY_RUN,
	OPTION_EXPLAIN
};

static const struct option options[] = {
	{"output", required_argument, NULL, 'o'},
	{"directory", required_argument, NULL, 'd'},
	{"core", required_argument, NULL, OPTION_CORE},
	{"import-map", required_argument, NULL, OPTION_IMPORT_MAP},
	{"map", required_argument, NULL, OPTION_MAP},
	{"against", required_argument, NULL, OPTION_AGAINST},
	{"component", required_argument, NULL, OPTION_COMPONENT},
	{"arena", required_argument, NULL, OPTION_ARENA},
	{"export-map", required_argument, NULL, OPTION_EXPORT_MAP},
	{"keep", required_argument, NULL, OPTION_KEEP},
	{"localize", required_argument, NULL, OPTION_LOCALIZE},
	{"seam", required_argument, NULL, OPTION_SEAM},
	{"dry-run", no_argument, NULL, OPTION_DRY_RUN},
	{"explain", no_argument, NULL, OPTION_EXPLAIN},
	{"help", no_argument, NULL, 'h'},
	{0},
};

/* The core module that is spoken of: the last one named, or the one that will be. */
static struct bind_core *last_core(struct bind_request *request)
{
	return &request->cores.list[request->cores.count - 1];
}

static bool add_core(struct bind_request *request)
{
	if (last_core(request)->path != NULL)
		request->cores.count++;
	last_core(request)->path = optarg;
	return true;
}

static bool parse_option(struct diag *diag, struct bind_request *request, int option)
{
	switch (option) {
	case 'o':
		request->out = optarg;
		return true;
	case 'd':
		request->folder = optarg;
		return true;
	case OPTION_CORE:
		return add_core(request);
	case OPTION_IMPORT_MAP:
		last_core(request)->import_map = optarg;
		return true;
	case OPTION_MAP:
		request->map = optarg;
		return true;
	case OPTION_AGAINST:
		request->against[request->against_count++] = optarg;
		return true;
	case OPTION_COMPONENT:
		return component_options_add(diag, &last_core(request)->components, optarg);
	case OPTION_ARENA:
		return component_options_add_arena(diag, &last_core(request)->components, optarg);
	case OPTION_EXPORT_MAP:
		request->export_map = optarg;
		return true;
	case OPTION_SEAM:
		request->seam = optarg;
		return true;
	case OPTION_KEEP:
		request->kept[request->keep.kept_count++] = optarg;
		return true;
	case OPTION_LOCALIZE:
		request->localized[request->keep.localized_count++] = optarg;
		return true;
	case OPTION_DRY_RUN:
		request->dry_run = true;
		return true;
	case OPTION_EXPLAIN:
		request->explain = true;
		return true;
	case 'h':
		request->help = true;
		return true;
	default: /* getopt has said what is wrong */
		diag->errors++;
		return false;
	}
}

static bool has_work_without_core(const struct bind_request *request)
{
	return request->map != NULL || request->export_map != NULL || request->seam != NULL ||
	       request->keep.kept_count != 0 || request->keep.localized_count != 0;
}

/* The last part of the path. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

/* Each input gets an output of its own. */
static bool check_names(struct diag *diag, const struct bind_request *request)
{
	struct name_table *names = NULL;
	bool good = true;
	for (size_t i = 0; i < request->in_count && good; i++) {
		const char *name = base_name(request->in[i]);
		size_t other = name_table_find(names, name);
		if (other != NAME_NONE)
			good = diag_error(diag, NULL,
				"%s and %s would both be written to %s/%s: bind them one after the "
				"other",
				request->in[other], request->in[i], request->folder, name);
		else
			good = name_table_add(&names, name, i) || diag_no_memory(diag);
	}
	name_table_free(&names);
	return good;
}

static bool check_operands(struct diag *diag, const struct bind_request *request)
{
	if (request->in_count == 0)
		return diag_error(diag, NULL, "bind needs an object: see elfbind bind --help");
	if (request->folder != NULL && request->out != NULL)
		return diag_error(diag, NULL, "-o is for one output, and -d for several: give one");
	if (request->folder == NULL && request->in_count > 1 && !request->dry_run)
		return diag_error(diag, NULL,
			"bind writes one object with -o, not %zu: give -d FOLDER",
			request->in_count);
	if (request->out == NULL && request->folder == NULL && !request->dry_run)
		return diag_error(
			diag, NULL, "bind needs -o OUT or -d FOLDER: see elfbind bind --help");
	return request->folder == NULL || check_names(diag, request);
}

bool bind_request_has_core(const struct bind_request *request)
{
	return request->cores.list[0].path != NULL;
}

static bool check_request(struct diag *diag, struct bind_request *request)
{
	const struct bind_core *first = &request->cores.list[0];
	bool good = check_operands(diag, request);
	if (!good)
		return false;
	if (!bind_request_has_core(request) &&
		(first->import_map != NULL || first->components.count != 0 ||
			first->components.arena_count != 0 || request->explain))
		return diag_error(diag, NULL,
			"--import-map, --component, --arena and --explain need --core: give the "
			"core module that %s was compiled from",
			request->in[0]);
	if (!bind_request_has_core(request) && !has_work_without_core(request))
		return diag_error(diag, NULL,
			"bind needs to be told what to do, by --core, --map, --export-map, --keep, "
			"--localize or --seam: see elfbind bind --help");
	if (request->in_count > 1 && request->seam != NULL && !bind_request_has_core(request))
		return diag_error(diag, NULL,
			"--seam is by component, and of several objects their core modules say "
			"whose each is: give them with --core");
	for (size_t i = 0; i < request->cores.count && good; i++)
		good = component_options_check(diag, &request->cores.list[i].components);
	return good;
}

/* Room for as many of each as there are arguments. */
static bool make_room(struct diag *diag, struct bind_request *request, int argc)
{
	size_t most = (size_t)argc + 1;
	request->against = calloc(most, sizeof(*request->against));
	request->keep.kept = request->kept = calloc(most, sizeof(*request->kept));
	request->keep.localized = request->localized = calloc(most, sizeof(*request->localized));
	request->cores.list = calloc(most, sizeof(*request->cores.list));
	request->cores.count = request->cores.list == NULL ? 0 : 1;
	return (request->against != NULL && request->kept != NULL && request->localized != NULL &&
		       request->cores.list != NULL) ||
	       diag_no_memory(diag);
}

bool bind_request_parse(struct diag *diag, struct bind_request *request, int argc, char **argv)
{
	static char name[] = "elfbind bind"; /* what getopt's messages begin with */
	int option;
	*request = (struct bind_request){0};
	if (!make_room(diag, request, argc))
		return false;
	argv[0] = name;
	while ((option = getopt_long(argc, argv, "hd:o:", options, NULL)) != -1)
		if (!parse_option(diag, request, option))
			return false;
	request->in = (const char *const *)&argv[optind];
	request->in_count = (size_t)(argc - optind);
	return request->help || check_request(diag, request);
}

void bind_request_free(struct bind_request *request)
{
	free(request->against);
	bind_cores_free(&request->cores);
	free(request->kept);
	free(request->localized);
}
