/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/audit_request.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/command.h"

const char audit_help[] =
	"usage: elfbind audit [OPTION]... FILE...\n"
	"\n"
	"Looks for what must not be in a firmware: imports left unbound, WebAssembly names,\n"
	"memory growth, a region table that does not agree with the image.  A FILE is a linked\n"
	"image, an object, or an archive of objects.  Findings go to standard error, one a line,\n"
	"each with an identifier (elfbind(1)); the summary says what was looked at and what\n"
	"could not be seen.\n"
	"\n"
	"      --core FILE     a core module that is in the files; repeat it\n"
	"      --layout FILE   compare with layout.json too\n"
	"      --format FORMAT text, json or sarif, on standard output; text if not given\n"
	"      --baseline FILE accept the findings that FILE lists\n"
	"      --write-baseline FILE\n"
	"                      accept all that is found now, and list it in FILE\n"
	"      --seam FILE     the natives that each component may call, and no others\n"
	"      --component [N=]NAME\n"
	"                      with --seam: the name of component N of the core module before it\n"
	"  -h, --help          show this and end\n";

static bool wrong(struct diag *diag, const char *what, const char *word)
{
	return diag_error(diag, NULL, "audit: %s%s: see elfbind audit --help", what, word);
}

static bool parse_format(struct diag *diag, const char *word, enum audit_format *format)
{
	static const char *const words[] = {"text", "json", "sarif"};
	for (int i = 0; i < 3; i++)
		if (strcmp(word, words[i]) == 0) {
			*format = (enum audit_format)i;
			return true;
		}
	return wrong(diag, "--format is text, json or sarif, not ", word);
}

static bool parse_option(struct diag *diag, int option, char **argv, struct audit_request *request)
{
	switch (option) {
	case 'c':
		request->cores[request->core_count++] = optarg;
		return true;
	case 'l':
		request->layout = optarg;
		return true;
	case 's':
		request->seam = optarg;
		return true;
	case 'n':
		if (request->core_count == 0)
			return wrong(diag, "--component stands behind its --core: ", optarg);
		return component_options_add(
			diag, &request->components[request->core_count - 1], optarg);
	case 'b':
		request->baseline = optarg;
		return true;
	case 'w':
		request->new_baseline = optarg;
		return true;
	case 'f':
		return parse_format(diag, optarg, &request->format);
	case 'h':
		request->help = true;
		return true;
	default:
		return command_wrong_option(diag, argv, option);
	}
}

static bool check_options(struct diag *diag, struct audit_request *request)
{
	if (request->seam != NULL && request->core_count == 0)
		return wrong(diag, "--seam needs the core modules of the image", "");
	if (request->seam != NULL && request->file_count != 1)
		return wrong(diag, "--seam is for one image", "");
	for (size_t i = 0; i < request->core_count; i++) {
		if (request->seam == NULL && request->components[i].count > 0)
			return wrong(diag, "--component is for --seam", "");
		if (!component_options_check(diag, &request->components[i]))
			return false;
	}
	return true;
}

/* What there is of it is freed also where the rest is missing. */
static bool make_room(struct diag *diag, struct audit_request *request, size_t words)
{
	request->cores = calloc(words, sizeof(*request->cores));
	request->components = calloc(words, sizeof(*request->components));
	return (request->cores != NULL && request->components != NULL) || diag_no_memory(diag);
}

bool audit_request_parse(struct diag *diag, struct audit_request *request, int argc, char **argv)
{
	static const struct option options[] = {{"core", required_argument, NULL, 'c'},
		{"layout", required_argument, NULL, 'l'}, {"format", required_argument, NULL, 'f'},
		{"seam", required_argument, NULL, 's'}, {"component", required_argument, NULL, 'n'},
		{"baseline", required_argument, NULL, 'b'},
		{"write-baseline", required_argument, NULL, 'w'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	int option;
	*request = (struct audit_request){0};
	if (!make_room(diag, request, (size_t)argc))
		return false;
	optind = 1;
	opterr = 0;
	while (!request->help && (option = getopt_long(argc, argv, ":h", options, NULL)) != -1)
		if (!parse_option(diag, option, argv, request))
			return false;
	if (!request->help && optind == argc)
		return wrong(diag, "name a file to look at", "");
	request->files = argv + optind;
	request->file_count = (size_t)(argc - optind);
	return request->help || check_options(diag, request);
}

void audit_request_free(struct audit_request *request)
{
	for (size_t i = 0; i < request->core_count; i++)
		component_options_free(&request->components[i]);
	free(request->components);
	free(request->cores);
	*request = (struct audit_request){0};
}
