/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/seam.h"

#include <stdlib.h>
#include <string.h>

#include "elfbind/bind.h"
#include "lib/name_table.h"
#include "lib/file.h"
#include "symmap/map_words.h"

/* --- the file ------------------------------------------------------------------------- */

static bool fault(
	struct diag *diag, const struct seam *seam, const struct map_line *line, const char *what)
{
	return diag_error_at(
		diag, seam->path, line->number, line->words[line->count - 1].column, "%s", what);
}

static char *take_word(struct map_word *word)
{
	char *text = word->text;
	word->text = NULL;
	return text;
}

/* Understands "COMPONENT:" and takes the colon away. */
static bool is_component(struct map_word *word)
{
	size_t length = strlen(word->text);
	if (word->quoted || length < 2 || word->text[length - 1] != ':')
		return false;
	word->text[length - 1] = '\0';
	return true;
}

static bool take_line(struct diag *diag, void *into, struct map_line *line)
{
	struct seam *seam = into;
	struct map_word *native = &line->words[line->count - 1];
	if (line->count > 2 || (line->count == 2 && !is_component(&line->words[0])))
		return fault(diag, seam, line, "more than one word: write NATIVE or NAME: NATIVE");
	if (native->text[0] == '\0' || (!native->quoted && is_component(native)))
		return fault(
			diag, seam, line, "the native is missing: write NATIVE or NAME: NATIVE");
	struct seam_entry *grown =
		reallocarray(seam->entries, seam->count + 1, sizeof(*seam->entries));
	if (grown == NULL)
		return diag_no_memory(diag);
	seam->entries = grown;
	seam->entries[seam->count++] = (struct seam_entry){.native = take_word(native),
		.component = line->count == 2 ? take_word(&line->words[0]) : NULL,
		.line = line->number,
		.column = line->words[0].column};
	return true;
}

struct seam *seam_read(struct diag *diag, const char *path)
{
	struct blob file = {0};
	struct seam *seam = calloc(1, sizeof(*seam));
	if (seam != NULL)
		seam->path = strdup(path);
	bool good = (seam != NULL && seam->path != NULL) || diag_no_memory(diag);
	good = good && file_read(diag, path, &file) &&
	       map_lines(diag, seam->path, &file, take_line, seam);
	blob_free(&file);
	if (good)
		return seam;
	seam_free(seam);
	return NULL;
}

void seam_free(struct seam *seam)
{
	if (seam == NULL)
		return;
	for (size_t i = 0; i < seam->count; i++) {
		free(seam->entries[i].component);
		free(seam->entries[i].native);
	}
	free(seam->entries);
	free(seam->path);
	free(seam);
}

/* --- the comparison ------------------------------------------------------------------- */

/* What belongs to one component, or, in the last one of several, to none. */
struct side {
	const char *component;	   /* NULL where it has no name */
	struct name_table *has;	   /* names of natives */
	struct name_table *listed; /* names -> entries of the seam */
};

#define SIDE_ELSEWHERE SIZE_MAX

struct comparison {
	struct diag *diag;
	const struct seam *seam;
	struct binding *binding;
	struct side *sides;
	size_t side_count;
	struct name_table *imports; /* natives of all imports -> side */
};

static bool is_only(const struct comparison *at)
{
	return at->side_count == 1;
}

/* Whose an import is: components by their place, and behind them what belongs to none. */
static size_t side_of(const struct comparison *at, uint32_t number)
{
	const struct bind_input *input = at->binding->input;
	if (is_only(at))
		return 0;
	size_t i = 0;
	while (i < input->component_count && input->components[i].number != number)
		i++;
	return i;
}

static bool add(struct comparison *at, size_t side, const char *native)
{
	return name_table_add(&at->sides[side].has, native, 0) || diag_no_memory(at->diag);
}

static bool add_imports(struct comparison *at)
{
	const struct binding *binding = at->binding;
	for (size_t i = 0; i < binding->resolution_count; i++) {
		const struct resolution *resolution = &binding->resolutions[i];
		size_t side = side_of(at, resolution->component);
		if (!name_table_add(&at->imports, resolution->native, side))
			return diag_no_memory(at->diag);
		if (binding->import_used[i] && !add(at, side, resolution->native))
			return false;
	}
	return true;
}

/* Whether a call stands behind NATIVE, so that it is entered already. */
static bool is_entered(const struct comparison *at, const char *native)
{
	for (size_t i = 0; i < at->side_count; i++)
		if (name_table_find(at->sides[i].has, native) != NAME_NONE)
			return true;
	return false;
}

/* Enters every undefined symbol that the object will have, also those that nothing calls. */
static bool add_undefined(struct comparison *at)
{
	const struct plan *plan = &at->binding->plan;
	for (size_t i = 1; i < plan->object->symbol_count; i++) {
		if (object_symbol(plan->object, i).section != SHN_UNDEF ||
			object_symbol(plan->object, i).binding == STB_LOCAL)
			continue;
		const char *name = plan_name(plan, (uint32_t)i);
		size_t side = name_table_find(at->imports, name);
		if (!is_entered(at, name) &&
			!add(at, side == NAME_NONE ? at->side_count - 1 : side, name))
			return false;
	}
	return true;
}

static bool no_component(struct diag *diag, const struct seam *seam, const struct seam_entry *entry)
{
	return diag_error_at(diag, seam->path, entry->line, entry->column,
		"no component is called %s: give the names of --component", entry->component);
}

/* The side that ENTRY is for; SIDE_ELSEWHERE when it is for a component of another object. */
static bool find_side(struct comparison *at, const struct seam_entry *entry, size_t *side)
{
	*side = at->side_count - 1;
	if (entry->component == NULL)
		return true;
	for (size_t i = 0; i < at->side_count; i++)
		if (at->sides[i].component != NULL &&
			strcmp(at->sides[i].component, entry->component) == 0) {
			*side = i;
			return true;
		}
	*side = SIDE_ELSEWHERE;
	return at->binding->input->among_others || no_component(at->diag, at->seam, entry);
}

static bool add_entries(struct comparison *at)
{
	bool good = true;
	for (size_t i = 0; i < at->seam->count; i++) {
		const struct seam_entry *entry = &at->seam->entries[i];
		size_t side;
		if (!find_side(at, entry, &side)) {
			good = false;
		} else if (side == SIDE_ELSEWHERE) {
			continue;
		} else if (name_table_find(at->sides[side].listed, entry->native) != NAME_NONE) {
			good = diag_error_at(at->diag, at->seam->path, entry->line, entry->column,
				"[symbol %s] is listed twice: take one out", entry->native);
		} else if (!name_table_add(&at->sides[side].listed, entry->native, i)) {
			return diag_no_memory(at->diag);
		}
	}
	return good;
}

/* One fewer: what the seam lists and WHO does not import. */
static bool report_fewer(
	struct diag *diag, const struct seam *seam, const struct seam_entry *entry, const char *who)
{
	return diag_error_at(diag, seam->path, entry->line, entry->column,
		"%s does not import [symbol %s]: take the line out, or give the object that does",
		entry->component == NULL ? who : entry->component, entry->native);
}

static bool report_missing(struct comparison *at)
{
	const struct bind_input *input = at->binding->input;
	bool good = true;
	for (size_t i = 0; i < at->seam->count; i++) {
		const struct seam_entry *entry = &at->seam->entries[i];
		size_t side;
		if (!find_side(at, entry, &side) || side == SIDE_ELSEWHERE)
			continue;
		at->binding->seam_used[i] =
			name_table_find(at->sides[side].has, entry->native) != NAME_NONE;
		/* Another object may import what is no component's. */
		if (!at->binding->seam_used[i] &&
			(entry->component != NULL || !input->among_others))
			good = report_fewer(at->diag, at->seam, entry, input->object->path);
	}
	return good;
}

bool seam_check_used(struct diag *diag, const struct seam *seam, const bool *used,
	const struct name_table *names)
{
	bool good = true;
	for (size_t i = 0; i < seam->count; i++) {
		const struct seam_entry *entry = &seam->entries[i];
		if (entry->component != NULL &&
			name_table_find(names, entry->component) == NAME_NONE)
			good = no_component(diag, seam, entry);
		else if (!used[i])
			good = report_fewer(diag, seam, entry, "any object");
	}
	return good;
}

/* One more: what the object imports and the seam does not list. */
static bool report_extra(struct comparison *at, const struct side *side, const char *name)
{
	if (name_table_find(side->has, name) == NAME_NONE ||
		name_table_find(side->listed, name) != NAME_NONE)
		return true;
	return diag_error(at->diag, at->binding->input->object->path,
		"imports what %s does not list [%s%s%ssymbol %s]: list it there, or take the call "
		"out",
		at->seam->path, side->component == NULL ? "" : "component ",
		side->component == NULL ? "" : side->component, side->component == NULL ? "" : ", ",
		name);
}

/* By number: the symbols, and behind them the natives, which may lie in a table only. */
static const char *name_at(const struct binding *binding, size_t symbols, size_t number)
{
	return number < symbols ? plan_name(&binding->plan, (uint32_t)number)
				: binding->resolutions[number - symbols].native;
}

/* All names, in their order, each once for each side. */
static bool report_all_extra(struct comparison *at, struct side *side)
{
	const struct plan *plan = &at->binding->plan;
	size_t symbols = plan->object->symbol_count + plan->added_count;
	size_t count = symbols + at->binding->resolution_count;
	struct name_table *seen = NULL;
	bool good = true;
	bool room = true;
	for (size_t i = 1; i < count && room; i++) {
		const char *name = name_at(at->binding, symbols, i);
		if (name_table_find(seen, name) != NAME_NONE)
			continue;
		room = name_table_add(&seen, name, i);
		good = report_extra(at, side, name) && good;
	}
	name_table_free(&seen);
	return room ? good : diag_no_memory(at->diag);
}

/* An object that imports nothing would pass whatever went wrong before. */
static bool report_empty(struct comparison *at)
{
	bool good = true;
	size_t components = is_only(at) ? 1 : at->side_count - 1;
	for (size_t i = 0; i < components; i++)
		if (at->sides[i].has != NULL)
			return true;
	for (size_t i = 0; i < components; i++)
		good = diag_error(at->diag, at->binding->input->object->path,
			"imports nothing%s%s%s, so that its seam proves nothing: give the "
			"object as the compiler wrote it",
			at->sides[i].component == NULL ? "" : " [component ",
			at->sides[i].component == NULL ? "" : at->sides[i].component,
			at->sides[i].component == NULL ? "" : "]");
	return good;
}

static bool compare(struct comparison *at)
{
	if (!add_imports(at) || !add_undefined(at) || !add_entries(at))
		return false;
	bool good = report_empty(at);
	good = report_missing(at) && good;
	for (size_t i = 0; i < at->side_count; i++)
		good = report_all_extra(at, &at->sides[i]) && good;
	return good;
}

bool seam_check(struct diag *diag, const struct seam *seam, struct binding *binding)
{
	const struct bind_input *input = binding->input;
	struct comparison at = {.diag = diag, .seam = seam, .binding = binding};
	at.side_count = input->component_count > 1 ? input->component_count + 1 : 1;
	at.sides = calloc(at.side_count, sizeof(*at.sides));
	if (at.sides == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < input->component_count; i++)
		at.sides[i].component = input->components[i].name;
	bool good = compare(&at);
	for (size_t i = 0; i < at.side_count; i++) {
		name_table_free(&at.sides[i].has);
		name_table_free(&at.sides[i].listed);
	}
	name_table_free(&at.imports);
	free(at.sides);
	return good;
}
