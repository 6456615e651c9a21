/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Core modules and seams over all objects of a run: nothing is left over, nothing there twice. */
#include <stdlib.h>

#include "elfbind/bind_many_state.h"
#include "lib/name_table.h"
#include "symmap/map_subject.h"

/* Every module is that of one object, or its components would be missing, or there twice. */
bool many_check_cores(struct many *many)
{
	const struct bind_cores *cores = many->options->cores;
	bool good = true;
	for (size_t i = 0; i < cores->count; i++) {
		const struct unit *first = NULL;
		for (size_t k = 0; k < many->unit_count; k++) {
			const struct unit *unit = &many->units[k];
			if (unit->core != &cores->list[i])
				continue;
			if (first != NULL)
				good = diag_error(many->diag, unit->name,
					"was made from %s, and so was %s: give one of them",
					cores->list[i].path, first->name);
			first = unit;
		}
		if (first == NULL)
			good = diag_error(many->diag, cores->list[i].path,
				"is the core module of none of the objects: leave it out, or give "
				"its object");
	}
	return good;
}

bool many_check_seams(struct many *many)
{
	const struct seam *seam = many->shared->seam;
	const struct bind_cores *cores = many->options->cores;
	struct name_table *names = NULL;
	if (seam == NULL)
		return true;
	bool *used = calloc(seam->count + 1, sizeof(*used));
	bool good = used != NULL;
	for (size_t i = 0; i < cores->count; i++)
		for (size_t k = 0; k < cores->list[i].components.count && good; k++)
			good = name_table_add(&names, cores->list[i].components.list[k].name, i);
	for (size_t i = 0; i < many->unit_count && good; i++)
		if (many->units[i].core != NULL)
			many_add_flags(used, many->units[i].binding.seam_used, seam->count);
	good = good ? seam_check_used(many->diag, seam, used, names) : diag_no_memory(many->diag);
	name_table_free(&names);
	free(used);
	return good;
}

static bool names_anything(const struct many *many, const struct map_entry *entry)
{
	const struct bind_cores *cores = many->options->cores;
	for (size_t i = 0; i < cores->count; i++)
		if (map_names_import(cores->list[i].module, entry))
			return true;
	for (size_t i = 0; i < many->unit_count; i++)
		if (many->units[i].object != NULL && map_names_symbol(many->units[i].object, entry))
			return true;
	return false;
}

void many_note_idle_lines(struct many *many)
{
	const struct symbol_map *map = many->shared->map;
	for (size_t i = 0; map != NULL && many->options->cores->count > 0 && i < map->count; i++)
		if (!names_anything(many, &map->entries[i]))
			diag_note(many->diag, map->path,
				"line %zu says nothing of any of the objects, which have no such "
				"symbol or import",
				map->entries[i].line);
}
