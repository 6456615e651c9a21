/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/bind_many.h"

#include <stdlib.h>
#include <string.h>

#include "elfbind/bind_many_state.h"

/* --- messages ----------------------------------------------------------------------- */

static ssize_t catch_text(void *cookie, const char *text, size_t size)
{
	struct caught *caught = cookie;
	char *grown = realloc(caught->text, caught->size + size);
	if (grown == NULL)
		return 0;
	memcpy(grown + caught->size, text, size);
	caught->text = grown;
	caught->size += size;
	return (ssize_t)size;
}

/* Not with open_memstream, which takes 8 KiB for each that may have something to say. */
bool many_catch(struct many *many, struct diag *diag, struct caught *caught)
{
	*diag = *many->diag;
	diag->errors = 0;
	diag->stream = fopencookie(caught, "w", (cookie_io_functions_t){.write = catch_text});
	if (diag->stream == NULL)
		return diag_no_memory(many->diag);
	setvbuf(diag->stream, NULL, _IONBF, 0);
	return true;
}

/* Hands the messages caught so far on; false when there were errors among them. */
static bool tell(struct many *many, struct diag *diag, struct caught *caught)
{
	if (diag->stream == NULL)
		return true;
	if (caught->size != caught->told)
		fwrite(caught->text + caught->told, 1, caught->size - caught->told,
			many->diag->stream);
	caught->told = caught->size;
	bool good = diag->errors == 0;
	many->diag->errors += diag->errors;
	diag->errors = 0;
	return good;
}

bool many_tell_all(struct many *many)
{
	bool good = true;
	for (size_t i = 0; i < many->file_count; i++) {
		struct file *file = &many->files[i];
		good = tell(many, &file->diag, &file->caught) && file->good && good;
		for (size_t k = file->first; k < file->first + file->count; k++) {
			struct unit *unit = &many->units[k];
			good = tell(many, &unit->diag, &unit->caught) && unit->good && good;
		}
	}
	return good;
}

void many_run(
	struct many *many, size_t count, size_t workers, void (*job)(void *context, size_t index))
{
	work_run(count, workers, job, many, &many->progress);
}

/* --- parsing -------------------------------------------------------------------------- */

/* Text and tables that some put beside the objects; bytecode is no such thing. */
static bool is_passed_over(const struct unit *unit)
{
	static const char *const code[] = {ELFMAG, "BC\xc0\xde"};
	if (unit->header == NULL)
		return false;
	for (size_t i = 0; i < 2; i++)
		if (unit->bytes.size >= 4 && memcmp(unit->bytes.bytes, code[i], 4) == 0)
			return false;
	return unit->bytes.size < 4 || memcmp(unit->bytes.bytes, "\0asm", 4) != 0;
}

static void parse_unit(void *context, size_t index)
{
	struct many *many = context;
	struct unit *unit = &many->units[index];
	if (is_passed_over(unit)) {
		diag_note(&unit->diag, unit->name, "is no object, and stays as it is");
		return;
	}
	unit->object = object_parse(&unit->diag, unit->name, &unit->bytes);
	unit->good = unit->object != NULL && bind_cores_choose(&unit->diag, many->options->cores,
						     unit->object, &unit->core);
}

/* --- binding ------------------------------------------------------------------------- */

/* What one of the objects defines serves the others. */
static bool find_served(struct many *many)
{
	const struct symbol_map *map = many->shared->map;
	many->served = calloc(map == NULL ? 1 : map->count + 1, sizeof(*many->served));
	if (many->served == NULL)
		return diag_no_memory(many->diag);
	for (size_t i = 0; i < many->unit_count && map != NULL; i++) {
		const struct object *object = many->units[i].object;
		for (size_t k = 1; object != NULL && k < object->symbol_count; k++) {
			const struct map_entry *entry =
				is_global_definition(&object->symbols[k])
					? map_find_symbol(map, object->symbols[k].name)
					: NULL;
			if (entry != NULL)
				many->served[entry - map->entries] = true;
		}
	}
	return true;
}

static void bind_unit(void *context, size_t index)
{
	struct many *many = context;
	struct unit *unit = &many->units[index];
	if (unit->object == NULL)
		return;
	unit->input = *many->shared;
	unit->input.object = unit->object;
	unit->input.served = many->served;
	bind_use_core(&unit->input, unit->core);
	unit->good = bind_make(&unit->diag, &unit->input, &unit->binding) &&
		     plan_apply(&unit->diag, &unit->binding.plan, &unit->made);
}

void many_add_flags(bool *sum, const bool *flags, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sum[i] = sum[i] || flags[i];
}

static bool check_used(struct many *many)
{
	const struct bind_input *shared = many->shared;
	size_t exports = shared->exports == NULL ? 0 : shared->exports->count;
	bool *exported = calloc(exports + 1, sizeof(*exported));
	struct keep_use use = {0};
	bool good = exported != NULL ? keep_use_make(many->diag, shared->keep, &use)
				     : diag_no_memory(many->diag);
	for (size_t i = 0; i < many->unit_count && good; i++) {
		const struct binding *binding = &many->units[i].binding;
		if (many->units[i].object == NULL)
			continue;
		many_add_flags(exported, binding->export_used, exports);
		many_add_flags(use.kept, binding->keep_use.kept, shared->keep->kept_count);
		many_add_flags(
			use.localized, binding->keep_use.localized, shared->keep->localized_count);
	}
	good = good && bind_check_used(many->diag, shared, exported, &use,
			       many->file_count == 1 ? many->files[0].of->in : "the set");
	keep_use_free(&use);
	free(exported);
	return good;
}

static void print_plans(const struct many *many)
{
	for (size_t i = 0; i < many->unit_count; i++)
		if (many->units[i].object != NULL)
			plan_print(&many->units[i].binding.plan, stdout);
}

/* --- the whole ----------------------------------------------------------------------------- */

static void explain(const struct many *many)
{
	for (size_t i = 0; i < many->unit_count; i++)
		if (many->units[i].core != NULL)
			bind_explain(&many->units[i].binding, stdout);
}

static bool bind_all(struct many *many)
{
	if (!many_read(many))
		return false;
	many_run(many, many->unit_count, work_cores(), parse_unit);
	if (!many_tell_all(many) || !many_check_cores(many) || !find_served(many))
		return false;
	many_run(many, many->unit_count, work_cores(), bind_unit);
	if (!many_tell_all(many) || !many_check_seams(many) || !check_used(many) ||
		!many_check_crossings(many))
		return false;
	many_note_idle_lines(many);
	if (!many_write(many))
		return false;
	if (many->options->dry_run)
		print_plans(many);
	if (!many_commit(many))
		return false;
	if (many->options->explain)
		explain(many);
	return true;
}

static void unit_free(struct unit *unit)
{
	if (unit->diag.stream != NULL)
		fclose(unit->diag.stream);
	free(unit->caught.text);
	bind_free(&unit->binding);
	blob_free(&unit->made);
	object_free(unit->object);
	blob_free(&unit->bytes);
	free(unit->name);
}

static void file_free(struct file *file)
{
	if (file->diag.stream != NULL)
		fclose(file->diag.stream);
	free(file->caught.text);
	output_abandon(file->output);
	blob_free(&file->blob);
}

bool bind_many(struct diag *diag, const struct bind_input *shared,
	const struct bind_many_file *files, size_t count, const struct bind_many_options *options)
{
	struct many many = {.diag = diag,
		.shared = shared,
		.options = options,
		.progress = progress_on(stderr, "elfbind")};
	many.files = calloc(count + 1, sizeof(*many.files));
	if (many.files == NULL)
		return diag_no_memory(diag);
	many.file_count = count;
	for (size_t i = 0; i < count; i++)
		many.files[i] = (struct file){.of = &files[i], .good = true};
	bool good = bind_all(&many);
	for (size_t i = 0; i < many.unit_count; i++)
		unit_free(&many.units[i]);
	for (size_t i = 0; i < count; i++)
		file_free(&many.files[i]);
	free(many.units);
	free(many.files);
	free(many.served);
	return good;
}
