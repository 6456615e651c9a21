/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elfbind audit: the command line. */
#include <getopt.h>
#include <stdlib.h>

#include "elfbind/audit.h"
#include "elfbind/commands.h"

static const char help[] =
	"usage: elfbind audit [--core FILE.wasm]... [--layout FILE] FILE.elf\n"
	"\n"
	"Looks for what must not be in a firmware: imports left unbound, WebAssembly names,\n"
	"memory growth, a region table that does not agree with the image.  Findings go to\n"
	"standard error, one a line, each with an identifier (elfbind(1)); the summary says\n"
	"what was looked at and what could not be seen.\n"
	"\n"
	"      --core FILE     a core module that is in the image; repeat it\n"
	"      --layout FILE   compare with layout.json too\n"
	"  -h, --help          show this and end\n";

struct arguments {
	const char *image;
	const char *layout;
	const char **cores; /* borrowed words, owned array */
	size_t core_count;
	bool help;
};

static bool parse_options(struct diag *diag, int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {{"core", required_argument, NULL, 'c'},
		{"layout", required_argument, NULL, 'l'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	int option;
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			arguments->cores[arguments->core_count++] = optarg;
			break;
		case 'l':
			arguments->layout = optarg;
			break;
		case 'h':
			arguments->help = true;
			return true;
		case ':':
			return diag_error(diag, NULL,
				"audit: %s needs an argument: see elfbind audit --help",
				argv[optind - 1]);
		default:
			return diag_error(diag, NULL,
				"audit: there is no option %s: see elfbind audit --help",
				argv[optind - 1]);
		}
	}
	if (optind + 1 != argc)
		return diag_error(diag, NULL, "audit: name one ELF file: see elfbind audit --help");
	arguments->image = argv[optind];
	return true;
}

static bool read_cores(
	struct diag *diag, const struct arguments *arguments, struct wasm_module **cores)
{
	for (size_t i = 0; i < arguments->core_count; i++)
		if ((cores[i] = wasm_read(diag, arguments->cores[i])) == NULL)
			return false;
	return true;
}

static bool run(struct diag *diag, const struct arguments *arguments)
{
	struct layout *layout = NULL;
	struct object *image = NULL;
	/* One more, so that none is not taken for missing memory. */
	struct wasm_module **cores =
		calloc(arguments->core_count + 1, sizeof(struct wasm_module *));
	bool ready = cores != NULL || diag_no_memory(diag);
	ready = ready && (image = object_read(diag, arguments->image)) != NULL &&
		read_cores(diag, arguments, cores);
	if (ready && arguments->layout != NULL)
		ready = (layout = layout_read(diag, arguments->layout)) != NULL;
	if (ready) {
		struct audit_input input = {.image = image,
			.cores = cores,
			.core_count = arguments->core_count,
			.layout = layout};
		ready = audit_image(diag, &input, stdout);
	}
	for (size_t i = 0; cores != NULL && i < arguments->core_count; i++)
		wasm_free(cores[i]);
	free(cores);
	layout_free(layout);
	object_free(image);
	return ready;
}

int cmd_audit(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("elfbind");
	struct arguments arguments = {0};
	arguments.cores = calloc((size_t)argc, sizeof(*arguments.cores));
	int status = STATUS_USAGE;
	if (arguments.cores == NULL)
		diag_no_memory(&diag);
	else if (parse_options(&diag, argc, argv, &arguments)) {
		if (arguments.help)
			status = fputs(help, stdout) < 0 ? STATUS_REFUSED : STATUS_DONE;
		else
			status = run(&diag, &arguments) ? STATUS_DONE : STATUS_REFUSED;
	}
	free(arguments.cores);
	return status;
}
