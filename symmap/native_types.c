/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * DWARF comes from anywhere.  libdw checks what it reads against the sections;
 * what it leaves to its callers is bounded here: siblings only move forward,
 * chains of types and nested scopes have an end.
 */
#include "symmap/native_types.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>

enum {
	NESTED = 16, /* scopes in scopes, and types of types */
	WORD = 4
};

struct reader {
	const struct object *object;
	struct native_query **queries; /* by name */
	size_t count;
};

/* --- types --------------------------------------------------------------------------- */

/* An attribute of DIE, or of the declaration that it completes. */
static bool find_attribute(Dwarf_Die *die, unsigned name, Dwarf_Attribute *attribute)
{
	return dwarf_attr_integrate(die, name, attribute) != NULL;
}

static bool number_of(Dwarf_Die *die, unsigned name, Dwarf_Word *number)
{
	Dwarf_Attribute attribute;
	return find_attribute(die, name, &attribute) && dwarf_formudata(&attribute, number) == 0;
}

static bool lower_base(Dwarf_Die *die, struct native_type *type)
{
	Dwarf_Word encoding;
	Dwarf_Word size;
	if (!number_of(die, DW_AT_encoding, &encoding) || !number_of(die, DW_AT_byte_size, &size))
		return false;
	switch (encoding) {
	case DW_ATE_float:
		*type = (struct native_type){size, true};
		return size == 4 || size == 8;
	case DW_ATE_boolean:
	case DW_ATE_signed:
	case DW_ATE_signed_char:
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
	case DW_ATE_UTF:
		*type = (struct native_type){size < WORD ? WORD : size, false};
		return size > 0;
	default:
		return false;
	}
}

static bool lower_enumeration(Dwarf_Die *die, struct native_type *type)
{
	Dwarf_Word size;
	bool good = number_of(die, DW_AT_byte_size, &size) && size > 0;
	if (good)
		*type = (struct native_type){size < WORD ? WORD : size, false};
	return good;
}

/* The type that DIE has, without names and qualifiers.  False when it has one that is odd. */
static bool lower_type_of(const struct reader *reader, Dwarf_Die *die, struct native_type *type)
{
	Dwarf_Die current = *die;
	*type = (struct native_type){0};
	for (int depth = 0; depth < NESTED; depth++) {
		Dwarf_Attribute attribute;
		Dwarf_Die next;
		if (!find_attribute(&current, DW_AT_type, &attribute))
			return true; /* void */
		if (dwarf_formref_die(&attribute, &next) == NULL)
			return false;
		switch (dwarf_tag(&next)) {
		case DW_TAG_base_type:
			return lower_base(&next, type);
		case DW_TAG_enumeration_type:
			return lower_enumeration(&next, type);
		case DW_TAG_pointer_type:
		case DW_TAG_reference_type:
		case DW_TAG_rvalue_reference_type:
			type->size = reader->object->class == ELFCLASS64 ? 8 : WORD;
			return true;
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
		case DW_TAG_atomic_type:
			current = next;
			break;
		default:
			return false;
		}
	}
	return false;
}

/* The next DIE on the same level, which lies behind this one. */
static bool next_sibling(Dwarf_Die *die)
{
	Dwarf_Off before = dwarf_dieoffset(die);
	Dwarf_Die next;
	if (dwarf_siblingof(die, &next) != 0 || dwarf_dieoffset(&next) <= before)
		return false;
	*die = next;
	return true;
}

static bool lower_params(
	const struct reader *reader, Dwarf_Die *function, struct native_types *types)
{
	Dwarf_Die child;
	if (dwarf_child(function, &child) != 0)
		return true;
	do {
		int tag = dwarf_tag(&child);
		if (tag == DW_TAG_unspecified_parameters)
			return false;
		if (tag != DW_TAG_formal_parameter)
			continue;
		if (types->count == NATIVE_PARAMS ||
			!lower_type_of(reader, &child, &types->params[types->count]) ||
			types->params[types->count++].size == 0)
			return false;
	} while (next_sibling(&child));
	return true;
}

/* --- functions ------------------------------------------------------------------------- */

static int compare_queries(const void *left, const void *right)
{
	const struct native_query *a = *(struct native_query *const *)left;
	const struct native_query *b = *(struct native_query *const *)right;
	return strcmp(a->name, b->name);
}

/* The first query for a function called NAME, or one behind the last. */
static size_t first_query(const struct reader *reader, const char *name)
{
	size_t low = 0;
	size_t high = reader->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(reader->queries[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const char *linkage_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	if (find_attribute(die, DW_AT_linkage_name, &attribute) ||
		find_attribute(die, DW_AT_MIPS_linkage_name, &attribute))
		return dwarf_formstring(&attribute);
	return find_attribute(die, DW_AT_name, &attribute) ? dwarf_formstring(&attribute) : NULL;
}

/* A definition with code that other objects see. */
static bool is_definition(Dwarf_Die *die, Dwarf_Addr *address)
{
	Dwarf_Attribute attribute;
	bool external;
	return find_attribute(die, DW_AT_external, &attribute) &&
	       dwarf_formflag(&attribute, &external) == 0 && external &&
	       dwarf_entrypc(die, address) == 0;
}

static void answer(
	const struct reader *reader, Dwarf_Die *die, Dwarf_Addr address, struct native_query *query)
{
	struct native_types *types = &query->types;
	/* An image also describes functions that the linker left out, at other addresses. */
	if (types->known || (reader->object->type != ET_REL && address != query->address))
		return;
	*types = (struct native_types){0};
	types->known =
		lower_params(reader, die, types) && lower_type_of(reader, die, &types->result);
}

static void take_function(const struct reader *reader, Dwarf_Die *die)
{
	Dwarf_Addr address;
	const char *name;
	if (!is_definition(die, &address) || (name = linkage_name(die)) == NULL)
		return;
	for (size_t i = first_query(reader, name);
		i < reader->count && strcmp(reader->queries[i]->name, name) == 0; i++)
		answer(reader, die, address, reader->queries[i]);
}

static void take_scope(const struct reader *reader, Dwarf_Die *scope, int depth)
{
	Dwarf_Die child;
	if (dwarf_child(scope, &child) != 0)
		return;
	do {
		int tag = dwarf_tag(&child);
		if (tag == DW_TAG_subprogram)
			take_function(reader, &child);
		else if ((tag == DW_TAG_namespace || tag == DW_TAG_module) && depth < NESTED)
			take_scope(reader, &child, depth + 1);
	} while (next_sibling(&child));
}

/* The assembler describes its functions too, but not what they take. */
static bool is_assembly(Dwarf_Die *unit)
{
	return dwarf_srclang(unit) == DW_LANG_Mips_Assembler;
}

static void take_units(const struct reader *reader, Dwarf *dwarf)
{
	Dwarf_Off offset = 0;
	Dwarf_Off next;
	size_t header;
	while (dwarf_nextcu(dwarf, offset, &next, &header, NULL, NULL, NULL) == 0 &&
		next > offset) {
		Dwarf_Die unit;
		if (dwarf_offdie(dwarf, offset + header, &unit) != NULL && !is_assembly(&unit))
			take_scope(reader, &unit, 0);
		offset = next;
	}
}

/* --- the file ---------------------------------------------------------------------------- */

/* DWARF in other files is not looked for. */
static int find_nothing(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
	const char *file, const char *link, GElf_Word crc, char **found)
{
	(void)module;
	(void)data;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)found;
	return -1;
}

/* libdwfl applies the relocations of an ET_REL file to BYTES, which is a copy. */
static void read_bytes(const struct reader *reader, char *bytes, size_t size)
{
	static const Dwfl_Callbacks callbacks = {
		.find_debuginfo = find_nothing, .section_address = dwfl_offline_section_address};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	if (dwfl == NULL)
		return;
	dwfl_report_begin(dwfl);
	Dwfl_Module *module = dwfl_report_offline_memory(dwfl, "native", "native", bytes, size);
	if (dwfl_report_end(dwfl, NULL, NULL) == 0 && module != NULL) {
		Dwarf_Addr bias;
		Dwarf *dwarf = dwfl_module_getdwarf(module, &bias);
		if (dwarf != NULL)
			take_units(reader, dwarf);
	}
	dwfl_end(dwfl);
}

bool native_types_present(const struct object *object)
{
	const struct object_section *section = object_section(object, ".debug_info");
	/* A second file with the rest of it would have to be opened. */
	return section != NULL && section->size > 0 &&
	       object_section(object, ".gnu_debugaltlink") == NULL;
}

bool native_types_read(
	struct diag *diag, const struct object *object, struct native_query *queries, size_t count)
{
	struct reader reader = {.object = object,
		.queries = calloc(count + 1, sizeof(struct native_query *)),
		.count = count};
	char *bytes = malloc(object->file.size + 1);
	bool good = reader.queries != NULL && bytes != NULL;
	if (good) {
		for (size_t i = 0; i < count; i++) {
			queries[i].types.known = false;
			reader.queries[i] = &queries[i];
		}
		qsort(reader.queries, count, sizeof(struct native_query *), compare_queries);
		memcpy(bytes, object->file.bytes, object->file.size);
		read_bytes(&reader, bytes, object->file.size);
	}
	free(bytes);
	free(reader.queries);
	return good || diag_no_memory(diag);
}
