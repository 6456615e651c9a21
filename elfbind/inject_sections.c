/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Whether all that an object loads is its components'.  What a linker places by
 * other names it gives to the native program: constants and data that no component
 * can touch, or, where it is .vectors or .init_array, code of a component that the
 * native program runs with its own rights.
 */
#include <string.h>

#include "elfbind/compiler_data.h"
#include "elfbind/inject_state.h"
#include "lib/unit_code.h"

static bool is_kind(const char *name, const char *kind)
{
	size_t length = strlen(kind);
	return strncmp(name, kind, length) == 0 && (name[length] == '\0' || name[length] == '.');
}

/* Tables for unwinding, and notes: by their names, for a linker goes by these. */
static bool is_for_tools(const struct object_section *section)
{
	static const char *const kinds[] = {".ARM.exidx", ".ARM.extab", ".eh_frame", ".note"};
	bool found = false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		found = found || is_kind(section->name, kinds[i]);
	return found && (section->flags & (SHF_WRITE | SHF_EXECINSTR)) == 0;
}

/* Whether it is the memory of a component of the object, or one that components share. */
static bool is_memory(const struct injection *run, const struct object_section *section)
{
	const struct layout *layout = run->input->layout;
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		bool own = region->component == LAYOUT_NONE;
		for (size_t c = 0; c < run->component_count; c++)
			own = own || region->component == run->components[c].layout;
		if (own && region->kind == LAYOUT_MEMORY && region->section != NULL &&
			strcmp(region->section, section->name) == 0)
			return true;
	}
	return false;
}

static bool starts_with_one(const char *name, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/*
 * What an object does not load a script loads all the same, where it has the name: GNU ld and
 * ld.lld go by names, and not by SHF_ALLOC.  So it must be what tools put beside a program.
 */
static bool is_beside(const struct object_section *section)
{
	static const char *const names[] = {".debug", ".zdebug", ".comment", ".note", ".stab",
		".symtab", ".strtab", ".shstrtab", ".ARM.attributes", ".riscv.attributes",
		".gnu_debug", ".gnu.attributes", ".gnu.build", ".llvm", ".GCC", ".meld", ".synth",
		BIND_RECORD_SECTION};
	return section->type == SHT_REL || section->type == SHT_RELA ||
	       section->type == SHT_GROUP ||
	       starts_with_one(section->name, names, sizeof(names) / sizeof(names[0]));
}

static bool has_place(const struct injection *run, uint32_t index)
{
	const struct object *object = run->input->object;
	const struct object_section *section = &object->sections[index];
	const char *kind;
	if (section->size == 0 || section->type == SHT_NULL)
		return true;
	if ((section->flags & SHF_ALLOC) == 0)
		return is_beside(section);
	return unit_code_tail(section, &kind) != NULL || is_for_tools(section) ||
	       is_memory(run, section) ||
	       (object->machine == EM_RISCV && compiler_data_is(object, index));
}

bool inject_check_sections(struct injection *run)
{
	const struct object *object = run->input->object;
	bool good = true;
	for (uint32_t i = 1; i < object->section_count; i++)
		if (!has_place(run, i))
			good = diag_error(run->diag, object->path,
				"has [section %s], which is neither code, nor constants, nor "
				"memory of its components, so that a linker gives it to the native "
				"program: compile the component without it",
				object->sections[i].name);
	for (uint32_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].section == OBJECT_COMMON)
			good = diag_error(run->diag, object->path,
				"has data that belongs to no component and cannot be placed "
				"[symbol %s]: compile the component without it",
				object->symbols[i].name);
	return good;
}
