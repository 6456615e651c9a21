/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* ldgen(1): places what a manifest describes and writes the linker's side of it. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/generate.h"
#include "lib/diag.h"
#include "lib/version.h"

static const char help[] =
	"usage: ldgen [-C FOLDER] MANIFEST [-o FILE] [--json FILE] [--header FILE] [--svg FILE]\n"
	"             [--html FILE] [--report FILE] [-MD] [-MF FILE] [--fragment] [--keep-same]\n"
	"\n"
	"Places the memories of WebAssembly components so that an MPU can fence them.\n"
	"\n"
	"  -o, --output FILE   write the linker script, for GNU ld and ld.lld\n"
	"      --fragment      write the script as a part that another script includes\n"
	"      --json FILE     write the layout, which the other tools read\n"
	"      --header FILE   write the layout as C macros\n"
	"      --svg FILE      write a memory map as a picture\n"
	"      --html FILE     write a memory map as a page, also for paper\n"
	"      --report FILE   write what is used and how far that is from the best\n"
	"      -MD             write what all these depend on, for make, to the script's name\n"
	"                      with .d for its suffix\n"
	"      -MF FILE        with -MD, write it to FILE\n"
	"      --keep-same     leave files alone that would not change\n"
	"  -C, --objects FOLDER\n"
	"                      look objects and core modules up in FOLDER, not in the\n"
	"                      manifest's folder\n"
	"  -h, --help          print this\n"
	"      --version       print the version\n"
	"\n"
	"Exit status: 0 done, 1 refused, 2 wrong usage. See ldgen(1), berth-layout(5).\n";

enum {
	OPTION_JSON = 256,
	OPTION_HEADER,
	OPTION_SVG,
	OPTION_HTML,
	OPTION_REPORT,
	OPTION_FRAGMENT,
	OPTION_KEEP,
	OPTION_VERSION
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"objects", required_argument, NULL, 'C'},
	{"json", required_argument, NULL, OPTION_JSON},
	{"header", required_argument, NULL, OPTION_HEADER},
	{"svg", required_argument, NULL, OPTION_SVG},
	{"html", required_argument, NULL, OPTION_HTML},
	{"report", required_argument, NULL, OPTION_REPORT},
	{"fragment", no_argument, NULL, OPTION_FRAGMENT},
	{"keep-same", no_argument, NULL, OPTION_KEEP},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

/* What the command line says, before it is judged as a whole. */
struct command {
	struct generate_options options;
	bool wants_depfile; /* -MD */
	bool wants_help;
	bool wants_version;
};

static bool usage(const char *format, const char *word)
{
	fputs("ldgen: ", stderr);
	fprintf(stderr, "%s", format);
	if (word != NULL) {
		fputs(" '", stderr);
		diag_escape(stderr, word, strlen(word));
		fputc('\'', stderr);
	}
	fputs(": see ldgen --help\n", stderr);
	return false;
}

/* -MD and -MF FILE are written as compilers have them; getopt sees -M with an argument. */
static bool take_make_option(struct command *command, int argc, char **argv)
{
	if (strcmp(optarg, "D") == 0) {
		command->wants_depfile = true;
		return true;
	}
	if (optarg[0] != 'F')
		return usage("unknown option -M with", optarg);
	if (optarg[1] != '\0')
		command->options.depfile = optarg + 1;
	else if (optind < argc)
		command->options.depfile = argv[optind++];
	else
		return usage("-MF wants a file", NULL);
	return true;
}

static bool take_option(struct command *command, int option, int argc, char **argv)
{
	struct generate_options *options = &command->options;
	switch (option) {
	case 'o':
		options->script = optarg;
		return true;
	case 'C':
		options->folder = optarg;
		return true;
	case 'M':
		return take_make_option(command, argc, argv);
	case OPTION_JSON:
		options->json = optarg;
		return true;
	case OPTION_HEADER:
		options->header = optarg;
		return true;
	case OPTION_SVG:
		options->svg = optarg;
		return true;
	case OPTION_HTML:
		options->html = optarg;
		return true;
	case OPTION_REPORT:
		options->report = optarg;
		return true;
	case OPTION_FRAGMENT:
		options->fragment = true;
		return true;
	case OPTION_KEEP:
		options->keep = true;
		return true;
	case 'h':
		command->wants_help = true;
		return true;
	case OPTION_VERSION:
		command->wants_version = true;
		return true;
	default:
		/* getopt has said what is wrong. */
		fputs("ldgen: see ldgen --help\n", stderr);
		return false;
	}
}

/* The depfile's name where -MF does not give it, as a new string; NULL when memory ran out. */
static char *default_depfile(const char *script)
{
	const char *slash = strrchr(script, '/');
	const char *dot = strrchr(script, '.');
	size_t stem = strlen(script);
	char *name = NULL;
	if (dot != NULL && dot != script && (slash == NULL || dot > slash + 1))
		stem = (size_t)(dot - script);
	return asprintf(&name, "%.*s.d", (int)stem, script) < 0 ? NULL : name;
}

static bool parse(struct command *command, int argc, char **argv)
{
	int option = 0;
	while ((option = getopt_long(argc, argv, "ho:C:M:", long_options, NULL)) != -1)
		if (!take_option(command, option, argc, argv))
			return false;
	if (command->wants_help || command->wants_version)
		return true;
	if (optind == argc)
		return usage("no manifest given", NULL);
	if (optind + 1 < argc)
		return usage("one manifest at a time, not also", argv[optind + 1]);
	command->options.manifest = argv[optind];
	const struct generate_options *options = &command->options;
	if (options->depfile != NULL && !command->wants_depfile)
		return usage("-MF says where to, -MD must say that", NULL);
	if (command->wants_depfile && options->script == NULL)
		return usage("-MD goes with -o FILE", NULL);
	if (options->fragment && options->script == NULL)
		return usage("--fragment goes with -o FILE", NULL);
	return true;
}

/* Two outputs in one file would leave the last one only. */
static bool outputs_differ(const struct generate_options *options)
{
	const char *const files[] = {options->script, options->json, options->header, options->svg,
		options->html, options->report, options->depfile, options->manifest};
	for (size_t a = 0; a < sizeof(files) / sizeof(files[0]); a++)
		for (size_t b = a + 1; b < sizeof(files) / sizeof(files[0]); b++)
			if (files[a] != NULL && files[b] != NULL &&
				strcmp(files[a], files[b]) == 0 &&
				strcmp(files[a], "/dev/stdout") != 0)
				return usage("two files would be", files[a]);
	return true;
}

int main(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("ldgen");
	struct command command = {0};
	if (!parse(&command, argc, argv))
		return STATUS_USAGE;
	if (command.wants_help || command.wants_version) {
		fputs(command.wants_help ? help : "ldgen (berth) " BERTH_VERSION "\n", stdout);
		if (fflush(stdout) == 0 && ferror(stdout) == 0)
			return STATUS_DONE;
		perror("ldgen: standard output");
		return STATUS_REFUSED;
	}
	char *depfile = NULL;
	if (command.wants_depfile && command.options.depfile == NULL) {
		depfile = default_depfile(command.options.script);
		if (depfile == NULL) {
			diag_no_memory(&diag);
			return STATUS_REFUSED;
		}
		command.options.depfile = depfile;
	}
	int status = STATUS_USAGE;
	if (outputs_differ(&command.options))
		status = generate(&diag, &command.options) ? STATUS_DONE : STATUS_REFUSED;
	free(depfile);
	return status;
}
