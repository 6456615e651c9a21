/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Whose code it is, said in the names of sections: names of files are not for
 * linker scripts to rely on.
 *
 *     .text        -> .text.berth.unit.UNIT            what the compiler made
 *     .rodata.str1 -> .rodata.berth.unit.UNIT.str1
 *                     .rodata.berth.unit.UNIT.COMPONENT    what inject adds
 *
 * UNIT is the first component of the object in the order of the layout: those
 * that were fused share their code.  Sections that linkers know by other names,
 * as .ARM.exidx, keep them: no component reads those.
 */
#include <stdlib.h>
#include <string.h>

#include "elfbind/inject_state.h"
#include "lib/text.h"
#include "lib/unit_code.h"

static const char *unit_name(const struct injection *run)
{
	size_t first = run->components[0].layout;
	for (size_t i = 1; i < run->component_count; i++)
		if (run->components[i].layout < first)
			first = run->components[i].layout;
	return run->input->layout->components[first].name;
}

char *inject_unit_section(const struct injection *run, const char *kind, const char *component)
{
	return text_format("%s.berth.unit.%s.%s", kind, unit_name(run), component);
}

/* Gives SECTION the NAME that follows PREFIX; NAME may be NULL. */
static bool rename_section(
	struct injection *run, uint32_t section, const char *prefix, const char *name)
{
	char *whole = name == NULL ? NULL : text_format("%s%s", prefix, name);
	if (whole == NULL)
		return diag_no_memory(run->diag);
	bool done = object_edit_rename_section(run->edit, section, whole);
	free(whole);
	return done;
}

/* The prefix of the names of relocations in TABLE; NULL where it is none. */
static const char *relocations(const struct object_section *table)
{
	return table->type == SHT_RELA ? ".rela" : table->type == SHT_REL ? ".rel" : NULL;
}

/* Renames SECTION, or the relocations of code, which follow by convention only: what they relocate
 * is a number. */
static bool rename_to_unit(struct injection *run, uint32_t section)
{
	const struct object *object = run->input->object;
	const char *prefix = relocations(&object->sections[section]);
	uint32_t code = prefix == NULL ? section : object->sections[section].info;
	const char *kind;
	const char *tail = code == 0 || code >= object->section_count
				   ? NULL
				   : unit_code_tail(&object->sections[code], &kind);
	if (tail == NULL)
		return true;
	char *name = text_format("%s.berth.unit.%s%s", kind, unit_name(run), tail);
	bool done = rename_section(run, section, prefix == NULL ? "" : prefix, name);
	free(name);
	return done;
}

bool inject_rename_unit(struct injection *run)
{
	const struct object *object = run->input->object;
	for (uint32_t i = 1; i < object->section_count; i++)
		if (!rename_to_unit(run, i))
			return false;
	return true;
}
