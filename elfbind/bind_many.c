/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/bind_many.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elfbind/archive_write.h"
#include "lib/name_table.h"
#include "elfbind/work.h"
#include "lib/output.h"
#include "symmap/archive.h"

/* Writing waits for the disk, and not for a core. */
enum { WRITERS = 16 };

/* Messages of one job, to be told when their turn comes. */
struct caught {
	char *text;
	size_t size;
	size_t told;
};

/* An object to be bound: a file of its own, or a member. */
struct unit {
	struct diag diag; /* its messages are caught */
	struct caught caught;
	char *name;	       /* for messages: FILE or ARCHIVE(MEMBER) */
	const uint8_t *header; /* of a member */
	struct blob bytes;     /* until it is parsed, or for good when it is no object */
	struct object *object; /* NULL for a member that is none */
	struct bind_input input;
	struct binding binding;
	struct blob made;
	bool good;
};

struct file {
	const struct bind_many_file *of;
	struct diag diag;
	struct caught caught;
	struct blob blob; /* of an archive */
	bool is_archive;
	const uint8_t *names; /* the archive's long names */
	size_t names_size;
	size_t first; /* in units */
	size_t count;
	struct output *output;
	bool good;
};

struct many {
	struct diag *diag;
	const struct bind_input *shared;
	struct file *files;
	size_t file_count;
	struct unit *units;
	size_t unit_count;
	size_t unit_capacity;
	bool *served; /* by entry of the map: one of the objects defines its old name */
	pthread_mutex_t opening;
	struct progress progress;
};

/* --- messages ----------------------------------------------------------------------- */

static bool catch_messages(struct many *many, struct diag *diag, struct caught *caught)
{
	*diag = *many->diag;
	diag->errors = 0;
	diag->stream = open_memstream(&caught->text, &caught->size);
	return diag->stream != NULL || diag_no_memory(many->diag);
}

/* Hands the messages caught so far on; false when there were errors among them. */
static bool tell(struct many *many, struct diag *diag, struct caught *caught)
{
	if (diag->stream == NULL)
		return true;
	fflush(diag->stream);
	fwrite(caught->text + caught->told, 1, caught->size - caught->told, many->diag->stream);
	caught->told = caught->size;
	bool good = diag->errors == 0;
	many->diag->errors += diag->errors;
	diag->errors = 0;
	return good;
}

/* Tells what all jobs of a phase had to say, in the order of the inputs. */
static bool tell_all(struct many *many)
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

static void run(
	struct many *many, size_t count, size_t workers, void (*job)(void *context, size_t index))
{
	work_run(count, workers, job, many, &many->progress);
}

/* --- inputs ------------------------------------------------------------------------- */

static struct unit *new_unit(struct many *many)
{
	if (many->unit_count == many->unit_capacity) {
		size_t wanted = many->unit_capacity == 0 ? 64 : many->unit_capacity * 2;
		struct unit *grown = reallocarray(many->units, wanted, sizeof(*grown));
		if (grown == NULL)
			return NULL;
		many->units = grown;
		many->unit_capacity = wanted;
	}
	struct unit *unit = &many->units[many->unit_count++];
	*unit = (struct unit){.good = true};
	return unit;
}

static bool add_object(struct many *many, struct file *file, struct blob *blob)
{
	struct unit *unit = new_unit(many);
	if (unit == NULL)
		return diag_no_memory(many->diag);
	file->count++;
	unit->bytes = *blob;
	*blob = (struct blob){0};
	unit->name = strdup(file->of->in);
	return unit->name != NULL || diag_no_memory(many->diag);
}

static bool add_member(struct many *many, struct file *file, const struct archive_member *member)
{
	struct unit *unit = new_unit(many);
	if (unit == NULL)
		return diag_no_memory(many->diag);
	file->count++;
	unit->header = member->header;
	unit->bytes = (struct blob){.bytes = malloc(member->size + 1), .size = member->size};
	if (asprintf(&unit->name, "%s(%s)", file->of->in, member->name) < 0)
		unit->name = NULL;
	if (unit->name == NULL || unit->bytes.bytes == NULL)
		return diag_no_memory(many->diag);
	memcpy(unit->bytes.bytes, member->bytes, member->size);
	return true;
}

static bool add_members(struct many *many, struct file *file)
{
	struct archive archive;
	struct archive_member member;
	bool good;
	if (!archive_start(many->diag, file->of->in, &file->blob, &archive))
		return false;
	while (archive_next(&archive, &member, &good)) {
		good = add_member(many, file, &member);
		archive_member_free(&member);
		if (!good)
			return false;
	}
	file->names = archive.names;
	file->names_size = archive.names_size;
	return good;
}

static bool read_file(struct many *many, struct file *file)
{
	file->first = many->unit_count;
	if (!file_read(many->diag, file->of->in, &file->blob))
		return false;
	file->is_archive = archive_is(&file->blob);
	return file->is_archive ? add_members(many, file) : add_object(many, file, &file->blob);
}

/* Every file is tried, so that all that cannot be read are told. */
static bool read_files(struct many *many)
{
	bool good = true;
	for (size_t i = 0; i < many->file_count; i++)
		good = read_file(many, &many->files[i]) && good;
	/* Only now do the units stay where they are. */
	for (size_t i = 0; i < many->file_count && good; i++)
		good = catch_messages(many, &many->files[i].diag, &many->files[i].caught);
	for (size_t i = 0; i < many->unit_count && good; i++)
		good = catch_messages(many, &many->units[i].diag, &many->units[i].caught);
	return good;
}

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
	unit->good = unit->object != NULL;
}

/* --- binding ------------------------------------------------------------------------- */

static bool is_global_definition(const struct object_symbol *symbol)
{
	return symbol->section != SHN_UNDEF && symbol->binding != STB_LOCAL;
}

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
	unit->good = bind_make(&unit->diag, &unit->input, &unit->binding) &&
		     plan_apply(&unit->diag, &unit->binding.plan, &unit->made);
}

/* Adds up what was found in which object. */
static void add_flags(bool *sum, const bool *flags, size_t count)
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
		add_flags(exported, binding->export_used, exports);
		add_flags(use.kept, binding->keep_use.kept, shared->keep->kept_count);
		add_flags(
			use.localized, binding->keep_use.localized, shared->keep->localized_count);
	}
	good = good && bind_check_used(many->diag, shared, exported, &use,
			       many->file_count == 1 ? many->files[0].of->in : "the set");
	keep_use_free(&use);
	free(exported);
	return good;
}

/* --- what one object says of another ---------------------------------------------------- */

/* The names that change hands: new names of definitions, and those that become local. */
struct crossing {
	struct name_table *renamed; /* new name -> unit */
	struct name_table *hidden;  /* name of a definition made local -> unit */
	struct name_table *shown;   /* names that some unit defines for all */
};

static bool enter_crossings(struct many *many, struct crossing *crossing)
{
	for (size_t i = 0; i < many->unit_count; i++) {
		const struct plan *plan = &many->units[i].binding.plan;
		for (uint32_t k = 1; plan->object != NULL && k < plan->object->symbol_count; k++) {
			const char *name = plan_name(plan, k);
			if (!is_global_definition(&plan->object->symbols[k]))
				continue;
			struct name_table **table =
				plan->localized[k] ? &crossing->hidden : &crossing->shown;
			if (!name_table_add(table, name, i))
				return diag_no_memory(many->diag);
			if (plan_new_name(plan, k) != NULL && !plan->localized[k] &&
				!name_table_add(&crossing->renamed, name, i))
				return diag_no_memory(many->diag);
		}
	}
	return true;
}

static bool check_symbol(
	struct many *many, const struct crossing *crossing, size_t unit, uint32_t symbol)
{
	const struct plan *plan = &many->units[unit].binding.plan;
	const struct object_symbol *of = &plan->object->symbols[symbol];
	const char *name = plan_name(plan, symbol);
	bool undefined = of->section == SHN_UNDEF && symbol != 0;
	size_t renamed = name_table_find(crossing->renamed, name);
	if (is_global_definition(of) && !plan->localized[symbol] &&
		plan_new_name(plan, symbol) == NULL && renamed != NAME_NONE && renamed != unit)
		return diag_error(many->diag, many->units[renamed].name,
			"would define [symbol %s], which %s defines already: give it another name",
			name, many->units[unit].name);
	size_t hidden = name_table_find(crossing->hidden, name);
	if (undefined && hidden != NAME_NONE && name_table_find(crossing->shown, name) == NAME_NONE)
		return diag_error(many->diag, many->units[hidden].name,
			"would make [symbol %s] local, which %s refers to: keep it, or join the "
			"two "
			"with ld -r first",
			name, many->units[unit].name);
	return true;
}

static bool check_crossings(struct many *many)
{
	struct crossing crossing = {0};
	bool good = enter_crossings(many, &crossing);
	for (size_t i = 0; i < many->unit_count && good; i++) {
		const struct object *object = many->units[i].object;
		for (uint32_t k = 1; object != NULL && k < object->symbol_count && good; k++)
			good = check_symbol(many, &crossing, i, k);
	}
	name_table_free(&crossing.renamed);
	name_table_free(&crossing.hidden);
	name_table_free(&crossing.shown);
	return good;
}

/* --- outputs ------------------------------------------------------------------------------ */

static bool is_changed(const struct unit *unit)
{
	return unit->object != NULL &&
	       (unit->made.size != unit->object->file.size ||
		       memcmp(unit->made.bytes, unit->object->file.bytes, unit->made.size) != 0);
}

static bool make_archive(struct many *many, struct file *file, struct blob *made)
{
	struct archive_entry *entries = calloc(file->count + 1, sizeof(*entries));
	if (entries == NULL)
		return diag_no_memory(&file->diag);
	for (size_t i = 0; i < file->count; i++) {
		const struct unit *unit = &many->units[file->first + i];
		const struct blob *bytes = unit->object == NULL ? &unit->bytes : &unit->made;
		entries[i] = (struct archive_entry){.header = unit->header,
			.bytes = bytes->bytes,
			.size = bytes->size,
			.plan = unit->object == NULL ? NULL : &unit->binding.plan};
	}
	bool good = archive_write(&file->diag, file->of->in, entries, file->count, file->names,
		file->names_size, made);
	free(entries);
	return good;
}

static bool any_changed(const struct many *many, const struct file *file)
{
	for (size_t i = 0; i < file->count; i++)
		if (is_changed(&many->units[file->first + i]))
			return true;
	return false;
}

/* What the output of FILE is to hold; MADE is freed by the caller and may stay empty. */
static const struct blob *make_content(struct many *many, struct file *file, struct blob *made)
{
	if (!file->is_archive)
		return &many->units[file->first].made;
	if (!any_changed(many, file))
		return &file->blob;
	return make_archive(many, file, made) ? made : NULL;
}

/* Bound in place without a change: the file stays as it is, with its times. */
static bool stays(const struct many *many, const struct file *file)
{
	struct stat in;
	struct stat out;
	return file->of->out == NULL || (!any_changed(many, file) && stat(file->of->in, &in) == 0 &&
						stat(file->of->out, &out) == 0 &&
						in.st_dev == out.st_dev && in.st_ino == out.st_ino);
}

static void write_file(void *context, size_t index)
{
	struct many *many = context;
	struct file *file = &many->files[index];
	struct blob made = {0};
	const struct blob *content = make_content(many, file, &made);
	file->good = false;
	if (content != NULL && stays(many, file)) {
		file->good = true;
	} else if (content != NULL) {
		/* Opening asks for the process's mask of modes by setting it. */
		pthread_mutex_lock(&many->opening);
		file->output = output_open(&file->diag, file->of->out);
		pthread_mutex_unlock(&many->opening);
		/* A short write shows when the file is finished. */
		if (file->output != NULL)
			(void)!fwrite(
				content->bytes, 1, content->size, output_stream(file->output));
		file->good = file->output != NULL && output_finish(&file->diag, file->output);
	}
	blob_free(&made);
}

static bool commit(struct many *many)
{
	struct output **outputs = calloc(many->file_count + 1, sizeof(struct output *));
	if (outputs == NULL)
		return diag_no_memory(many->diag);
	for (size_t i = 0; i < many->file_count; i++) {
		outputs[i] = many->files[i].output;
		many->files[i].output = NULL;
	}
	bool good = output_commit_all(many->diag, outputs, many->file_count);
	free(outputs);
	return good;
}

static void print_plans(const struct many *many)
{
	for (size_t i = 0; i < many->unit_count; i++)
		if (many->units[i].object != NULL)
			plan_print(&many->units[i].binding.plan, stdout);
}

/* --- the whole ----------------------------------------------------------------------------- */

static bool bind_all(struct many *many, bool dry_run)
{
	if (!read_files(many))
		return false;
	run(many, many->unit_count, work_cores(), parse_unit);
	if (!tell_all(many) || !find_served(many))
		return false;
	run(many, many->unit_count, work_cores(), bind_unit);
	if (!tell_all(many) || !check_used(many) || !check_crossings(many))
		return false;
	run(many, many->file_count, WRITERS, write_file);
	if (!tell_all(many))
		return false;
	if (dry_run)
		print_plans(many);
	return commit(many);
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
	const struct bind_many_file *files, size_t count, bool dry_run)
{
	struct many many = {
		.diag = diag, .shared = shared, .progress = progress_on(stderr, "elfbind")};
	many.files = calloc(count + 1, sizeof(*many.files));
	if (many.files == NULL)
		return diag_no_memory(diag);
	many.file_count = count;
	for (size_t i = 0; i < count; i++)
		many.files[i] = (struct file){.of = &files[i], .good = true};
	pthread_mutex_init(&many.opening, NULL);
	bool good = bind_all(&many, dry_run);
	pthread_mutex_destroy(&many.opening);
	for (size_t i = 0; i < many.unit_count; i++)
		unit_free(&many.units[i]);
	for (size_t i = 0; i < count; i++)
		file_free(&many.files[i]);
	free(many.units);
	free(many.files);
	free(many.served);
	return good;
}
