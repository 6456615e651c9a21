/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Symbols and sections of the object that is injected into, by name. */
#include "elfbind/inject_state.h"

#include <stdlib.h>
#include <string.h>

uint32_t inject_find_symbol(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->symbol_count; i++)
		if (strcmp(object->symbols[i].name, name) == 0)
			return (uint32_t)i;
	return NO_SYMBOL;
}

uint32_t inject_find_section(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->section_count; i++)
		if (strcmp(object->sections[i].name, name) == 0)
			return (uint32_t)i;
	return 0;
}

bool inject_define_as(
	struct injection *run, const char *name, const struct object_symbol *as, uint32_t *symbol)
{
	const struct object *object = run->input->object;
	if (name == NULL)
		return diag_no_memory(run->diag);
	*symbol = inject_find_symbol(object, name);
	if (*symbol == NO_SYMBOL) {
		struct object_symbol added = *as;
		added.name = name;
		return object_edit_add_symbol(run->edit, &added, symbol);
	}
	if (object->symbols[*symbol].section != SHN_UNDEF)
		return diag_error(run->diag, object->path,
			"defines [symbol %s] already: inject takes an object as elfbind bind wrote "
			"it, once",
			name);
	return object_edit_set_symbol(run->edit, *symbol, as);
}

bool inject_define(struct injection *run, const char *name, const struct object_symbol *as)
{
	uint32_t symbol;
	return inject_define_as(run, name, as, &symbol);
}

bool inject_define_region(struct injection *run, char *name, uint32_t section, uint64_t size)
{
	struct object_symbol symbol = {.size = size,
		.type = STT_OBJECT,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = section};
	bool done = inject_define(run, name, &symbol);
	free(name);
	return done;
}

bool inject_undefined_symbol(struct injection *run, char *name, uint32_t *symbol)
{
	bool done = false;
	if (name == NULL) {
		diag_no_memory(run->diag);
	} else {
		*symbol = inject_find_symbol(run->input->object, name);
		struct object_symbol added = {.name = name,
			.type = STT_NOTYPE,
			.binding = STB_GLOBAL,
			.visibility = STV_DEFAULT,
			.section = SHN_UNDEF};
		done = *symbol != NO_SYMBOL || object_edit_add_symbol(run->edit, &added, symbol);
	}
	free(name);
	return done;
}
