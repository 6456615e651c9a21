/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/definitions.h"

static bool enter(const struct object *object, struct name_table **table, bool local)
{
	for (size_t i = 1; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		if (symbol->section != SHN_UNDEF && (symbol->binding == STB_LOCAL) == local &&
			!name_table_add(table, symbol->name, i))
			return false;
	}
	return true;
}

bool definitions_find(const struct object *object, struct name_table **table)
{
	return enter(object, table, false) && enter(object, table, true);
}

const struct object_symbol *definitions_of(
	const struct object *object, const struct name_table *table, const char *name)
{
	size_t index = name_table_find(table, name);
	return index == NAME_NONE ? NULL : &object->symbols[index];
}
