/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/generate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ldgen/depfile.h"
#include "ldgen/header.h"
#include "ldgen/html.h"
#include "ldgen/manifest.h"
#include "ldgen/place.h"
#include "ldgen/report.h"
#include "ldgen/script.h"
#include "ldgen/sizes.h"
#include "ldgen/svg.h"
#include "lib/layout.h"
#include "lib/output.h"

enum file {
	FILE_SCRIPT,
	FILE_JSON,
	FILE_HEADER,
	FILE_SVG,
	FILE_HTML,
	FILE_REPORT,
	FILE_DEPFILE,
	FILE_COUNT
};

/* Everything between reading and writing. */
struct generation {
	struct diag *diag;
	const struct generate_options *options;
	struct manifest *manifest;
	struct sizes sizes;
	struct layout *layout;
	struct output *outputs[FILE_COUNT];
};

/* The folder of PATH as a new string; "." when it names none. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static bool read_inputs(struct generation *run)
{
	run->manifest = manifest_read(run->diag, run->options->manifest);
	if (run->manifest == NULL)
		return false;
	char *folder = run->options->folder != NULL ? strdup(run->options->folder)
						    : folder_of(run->options->manifest);
	if (folder == NULL)
		return diag_no_memory(run->diag);
	bool good = sizes_read(run->diag, run->manifest, folder, &run->sizes);
	free(folder);
	return good;
}

static void list_targets(const struct generate_options *options, const char **targets)
{
	targets[FILE_SCRIPT] = options->script;
	targets[FILE_JSON] = options->json;
	targets[FILE_HEADER] = options->header;
	targets[FILE_SVG] = options->svg;
	targets[FILE_HTML] = options->html;
	targets[FILE_REPORT] = options->report;
	targets[FILE_DEPFILE] = options->depfile;
}

static bool write_text(
	struct generation *run, enum file file, const char *const *targets, FILE *stream)
{
	const struct manifest *manifest = run->manifest;
	const struct script_places places = {.code = manifest->code_bank,
		.native = manifest->native_bank,
		.natives = &manifest->code.natives};
	switch (file) {
	case FILE_SCRIPT:
		(run->options->fragment ? script_write_fragment : script_write)(
			run->layout, &places, stream);
		return true;
	case FILE_JSON:
		return layout_write(run->diag, run->layout, stream);
	case FILE_HEADER:
		return header_write(run->diag, run->layout, stream);
	case FILE_SVG:
		return svg_write(run->diag, run->layout, stream);
	case FILE_HTML:
		return html_write(run->diag, run->layout, stream);
	case FILE_REPORT:
		report_write(run->layout, stream);
		return true;
	default:
		return depfile_write(run->diag, targets, FILE_DEPFILE, run->options->manifest,
			run->sizes.inputs, run->sizes.input_count, stream);
	}
}

/* Whether the file at PATH is a plain one with these SIZE bytes. */
static bool has_bytes(const char *path, const char *text, size_t size)
{
	struct stat status;
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) ||
		(uint64_t)status.st_size != size)
		return false;
	FILE *file = fopen(path, "re");
	bool same = file != NULL;
	for (size_t i = 0; same && i < size; i++)
		same = getc(file) == (unsigned char)text[i];
	if (file != NULL)
		fclose(file);
	return same;
}

/* Makes the text of FILE, and the output for it where it is to be written. */
static bool write_one(struct generation *run, enum file file, const char *const *targets)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return diag_no_memory(run->diag);
	bool good = write_text(run, file, targets, stream);
	good = (fclose(stream) == 0 || diag_no_memory(run->diag)) && good;
	/* What make reads is also the sign that ldgen has run. */
	bool is_kept = run->options->keep && file != FILE_DEPFILE;
	if (good && (!is_kept || !has_bytes(targets[file], text, size))) {
		run->outputs[file] = output_open(run->diag, targets[file]);
		good = run->outputs[file] != NULL;
		if (good)
			fwrite(text, 1, size, output_stream(run->outputs[file]));
	}
	free(text);
	return good;
}

static bool spares_inputs(struct generation *run, const char *target)
{
	bool good = output_spares(run->diag, target, run->options->manifest);
	for (size_t i = 0; i < run->sizes.input_count && good; i++)
		good = output_spares(run->diag, target, run->sizes.inputs[i]);
	return good;
}

/* What is only planned has no object whose sections a script could place. */
static bool refuse_planned(const struct generation *run)
{
	bool good = true;
	for (size_t i = 0; i < run->manifest->component_count; i++) {
		const struct manifest_component *component = &run->manifest->components[i];
		if (component->object.text == NULL)
			good = manifest_refuse(run->diag, run->manifest, component->named.at,
				"component %s is only planned, and a linker script cannot place "
				"it: name its object and core, or ask for the other files without "
				"-o",
				component->named.name);
	}
	return good;
}

static bool write_outputs(struct generation *run)
{
	const char *targets[FILE_COUNT];
	list_targets(run->options, targets);
	if (targets[FILE_SCRIPT] != NULL && !refuse_planned(run))
		return false;
	for (size_t i = 0; i < FILE_COUNT; i++) {
		if (targets[i] == NULL)
			continue;
		if (!spares_inputs(run, targets[i]) || !write_one(run, (enum file)i, targets))
			return false;
	}
	return output_commit_all(run->diag, run->outputs, FILE_COUNT);
}

/* A fence stands behind a trimmed memory only where its component may touch nothing. */
static void note_trimmed(const struct generation *run)
{
	const struct layout *layout = run->layout;
	size_t context;
	size_t met;
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout_trimmed_meets(layout, i, &context, &met))
			diag_note(run->diag, run->options->manifest,
				"beyond the %llu bytes that %s is trimmed to, an access of %s "
				"meets %s, which it may touch: place one of them elsewhere, with "
				"'bank:' or 'at:'",
				(unsigned long long)layout->regions[i].size,
				layout->regions[i].name, layout->contexts[context].name,
				layout->regions[met].name);
}

/* Who asks for nothing wants to know whether it fits, and how well. */
static bool print_report(const struct generation *run)
{
	diag_note(run->diag, run->options->manifest,
		"the manifest can be laid out; nothing was asked to be written: see ldgen "
		"--help for -o and the others");
	report_write(run->layout, stdout);
	return (fflush(stdout) == 0 && ferror(stdout) == 0) ||
	       diag_error(run->diag, NULL, "standard output: %s", strerror(errno));
}

bool generate(struct diag *diag, const struct generate_options *options)
{
	struct generation run = {.diag = diag, .options = options};
	bool good = read_inputs(&run);
	if (good)
		run.layout = place(diag, run.manifest, &run.sizes);
	if (run.layout != NULL)
		note_trimmed(&run);
	good = run.layout != NULL && write_outputs(&run);
	if (good && options->script == NULL && options->json == NULL && options->header == NULL &&
		options->svg == NULL && options->html == NULL && options->report == NULL)
		good = print_report(&run);
	for (size_t i = 0; i < FILE_COUNT; i++)
		output_abandon(run.outputs[i]);
	layout_free(run.layout);
	sizes_free(&run.sizes);
	manifest_free(run.manifest);
	return good;
}
