/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* elfbind bind: its inputs, its output. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elfbind/bind.h"
#include "elfbind/bind_many.h"
#include "elfbind/bind_request.h"
#include "elfbind/commands.h"
#include "symmap/export_map.h"
#include "lib/command.h"
#include "lib/output.h"
#include "symmap/archive.h"
#include "symmap/map_subject.h"

/* What was read. */
struct inputs {
	struct object *object;
	struct symbol_map *map;
	struct symbol_map *exports;
	struct seam *seam;
	struct natives *natives;
};

/* --- inputs ------------------------------------------------------------------------- */

/* A definition in the object that is bound never serves its imports. */
static bool is_input(const struct bind_request *request, const char *native)
{
	struct stat in;
	struct stat other;
	if (stat(native, &other) != 0)
		return false;
	for (size_t i = 0; i < request->in_count; i++)
		if (stat(request->in[i], &in) == 0 && in.st_dev == other.st_dev &&
			in.st_ino == other.st_ino)
			return true;
	return false;
}

static bool read_natives(
	struct diag *diag, const struct bind_request *request, struct inputs *inputs)
{
	if (request->against_count == 0) {
		if (bind_request_has_core(request) || request->map != NULL)
			diag_note(diag, request->in[0],
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

static bool read_object(
	struct diag *diag, const struct bind_request *request, struct inputs *inputs)
{
	/* Without the core module nothing but names is looked at, and most files are all names. */
	enum object_part part = bind_request_has_core(request) ? OBJECT_TABLES : OBJECT_NAMES;
	inputs->object = object_read_part(diag, request->in[0], part);
	return inputs->object != NULL;
}

/* What says names, for one object or for many. */
static bool read_names(struct diag *diag, const struct bind_request *request, struct inputs *inputs)
{
	if (request->map != NULL) {
		inputs->map = map_read(diag, request->map);
		if (inputs->map == NULL)
			return false;
	}
	if (request->export_map != NULL) {
		inputs->exports = export_map_read(diag, request->export_map);
		if (inputs->exports == NULL)
			return false;
	}
	if (request->seam != NULL) {
		inputs->seam = seam_read(diag, request->seam);
		if (inputs->seam == NULL)
			return false;
	}
	return read_natives(diag, request, inputs);
}

static void inputs_free(struct inputs *inputs)
{
	object_free(inputs->object);
	map_free(inputs->map);
	map_free(inputs->exports);
	seam_free(inputs->seam);
	natives_free(inputs->natives);
}

/* One map may serve several objects, so that a line for nothing in this one is no error. */
static void note_idle_lines(
	struct diag *diag, const struct inputs *inputs, const struct wasm_module *module)
{
	const struct symbol_map *map = module == NULL ? NULL : inputs->map;
	for (size_t i = 0; map != NULL && i < map->count; i++) {
		const struct map_entry *entry = &map->entries[i];
		if (!map_names_import(module, entry) && !map_names_symbol(inputs->object, entry))
			diag_note(diag, map->path,
				"line %zu says nothing of %s, which has no such symbol or import",
				entry->line, inputs->object->path);
	}
}

/* --- output -------------------------------------------------------------------------- */

static bool save_object(
	struct diag *diag, const struct bind_request *request, const struct plan *plan)
{
	struct object_edit *edit = plan_edit(diag, plan);
	if (edit == NULL)
		return false;
	/* Bound in place without a change: the file stays as it is, with its times. */
	bool done = is_input(request, request->out) && !object_edit_changed(edit);
	struct output *output = done ? NULL : output_open(diag, request->out);
	if (output != NULL && object_edit_save(edit, output))
		done = output_commit(diag, output);
	else
		output_abandon(output);
	object_edit_free(edit);
	return done;
}

/* An object may be bound in place; everything else is only read. */
static bool spares_inputs(struct diag *diag, const struct bind_request *request, const char *out)
{
	const char *const inputs[] = {request->map, request->export_map, request->seam};
	bool good = true;
	for (size_t i = 0; good && i < request->cores.count; i++)
		good = output_spares(diag, out, request->cores.list[i].path) &&
		       output_spares(diag, out, request->cores.list[i].import_map);
	for (size_t i = 0; good && i < sizeof(inputs) / sizeof(inputs[0]); i++)
		good = output_spares(diag, out, inputs[i]);
	for (size_t i = 0; good && i < request->against_count; i++)
		good = output_spares(diag, out, request->against[i]);
	return good;
}

/* --- one object ---------------------------------------------------------------------- */

static bool bind_one(struct diag *diag, struct bind_request *request, struct inputs *inputs,
	struct bind_input *input)
{
	struct binding binding = {0};
	struct blob file = {0};
	bool good = read_object(diag, request, inputs);
	/* With one module a difference is shown; which of several it is must be found out. */
	const struct bind_core *core =
		bind_request_has_core(request) ? &request->cores.list[0] : NULL;
	if (good && request->cores.count > 1)
		good = bind_cores_choose(diag, &request->cores, inputs->object, &core);
	input->object = inputs->object;
	bind_use_core(input, core);
	good = good && bind_make(diag, input, &binding);
	good = good &&
	       bind_check_used(diag, input, binding.export_used, &binding.keep_use, request->in[0]);
	if (good)
		note_idle_lines(diag, inputs, input->module);
	if (good && request->dry_run) {
		/* The file is made all the same, to refuse what the real run would. */
		good = plan_apply(diag, &binding.plan, &file);
		if (good)
			plan_print(&binding.plan, stdout);
	} else {
		good = good && save_object(diag, request, &binding.plan);
	}
	if (good && request->explain)
		bind_explain(&binding, stdout);
	blob_free(&file);
	bind_free(&binding);
	return good;
}

/* --- several, and archives ------------------------------------------------------------- */

/* OUT or FOLDER/name, in a new string. */
static char *output_path(const struct bind_request *request, size_t index)
{
	char *path = NULL;
	const char *slash = strrchr(request->in[index], '/');
	if (request->out != NULL)
		return strdup(request->out);
	if (asprintf(&path, "%s/%s", request->folder,
		    slash == NULL ? request->in[index] : slash + 1) < 0)
		return NULL;
	return path;
}

static bool bind_several(
	struct diag *diag, const struct bind_request *request, struct bind_input *input)
{
	input->among_others = true;
	size_t count = request->in_count;
	struct bind_many_file *files = calloc(count, sizeof(*files));
	char **outputs = calloc(count, sizeof(*outputs));
	bool good = (files != NULL && outputs != NULL) || diag_no_memory(diag);
	for (size_t i = 0; i < count && good; i++) {
		files[i].in = request->in[i];
		if (request->dry_run)
			continue;
		outputs[i] = output_path(request, i);
		files[i].out = outputs[i];
		good = outputs[i] != NULL ? spares_inputs(diag, request, outputs[i])
					  : diag_no_memory(diag);
	}
	const struct bind_many_options options = {
		.cores = &request->cores, .dry_run = request->dry_run, .explain = request->explain};
	good = good && bind_many(diag, input, files, count, &options);
	for (size_t i = 0; i < count && outputs != NULL; i++)
		free(outputs[i]);
	free(outputs);
	free(files);
	return good;
}

/* Whether the first input is an archive; what it is else, its reader says. */
static bool is_archive(const char *path)
{
	char magic[8] = "";
	struct stat status;
	/* A pipe can be read once only. */
	FILE *stream =
		stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "re") : NULL;
	if (stream == NULL)
		return false;
	size_t size = fread(magic, 1, sizeof(magic), stream);
	fclose(stream);
	return archive_is(&(struct blob){.bytes = (uint8_t *)magic, .size = size});
}

/* --- the whole ------------------------------------------------------------------------- */

static bool bind(struct diag *diag, struct bind_request *request)
{
	struct inputs inputs = {0};
	bool several =
		request->folder != NULL || request->in_count > 1 || is_archive(request->in[0]);
	if (several && request->seam != NULL && !bind_request_has_core(request))
		return diag_error(diag, request->in[0],
			"is one of several objects, whose seam is by component: give their core "
			"modules with --core");
	if (!bind_request_has_core(request))
		request->cores.count = 0;
	bool good = request->out == NULL || spares_inputs(diag, request, request->out);
	good = good && bind_cores_read(diag, &request->cores);
	good = good && read_names(diag, request, &inputs);
	struct bind_input input = {.map = inputs.map,
		.exports = inputs.exports,
		.seam = inputs.seam,
		.keep = &request->keep,
		.natives = inputs.natives};
	if (several)
		good = good && bind_several(diag, request, &input);
	else
		good = good && bind_one(diag, request, &inputs, &input);
	inputs_free(&inputs);
	return good;
}

int cmd_bind(int argc, char **argv)
{
	struct diag diag = DIAG_INIT("elfbind");
	struct bind_request request;
	int status = STATUS_USAGE;
	if (bind_request_parse(&diag, &request, argc, argv)) {
		if (request.help)
			status = command_help(bind_help);
		else
			status = bind(&diag, &request) ? STATUS_DONE : STATUS_REFUSED;
	}
	bind_request_free(&request);
	return status;
}
