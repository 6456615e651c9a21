/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Reading native definitions from ELF files and from ar archives of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/object.h"
#include "symmap/archive.h"
#include "symmap/native_types.h"
#include "symmap/natives_set.h"

/* --- one ELF file ---------------------------------------------------------------------- */

static bool is_native(const struct object_symbol *symbol)
{
	if (symbol->section == SHN_UNDEF || symbol->section == OBJECT_COMMON ||
		symbol->section == OBJECT_OTHER || symbol->name[0] == '\0')
		return false;
	if (symbol->binding != STB_GLOBAL && symbol->binding != STB_WEAK)
		return false;
	if (symbol->visibility != STV_DEFAULT && symbol->visibility != STV_PROTECTED)
		return false;
	return symbol->type == STT_FUNC || symbol->type == STT_NOTYPE ||
	       symbol->type == STT_GNU_IFUNC;
}

/* Bytecode without code carries this one symbol and no other (GCC). */
static bool is_bytecode(const struct object *object)
{
	for (size_t i = 0; i < object->symbol_count; i++)
		if (strcmp(object->symbols[i].name, "__gnu_lto_slim") == 0)
			return true;
	return false;
}

/* All natives end up in one firmware. */
static bool check_machine(struct natives *natives, const struct object *object)
{
	if (natives->machine_source == NULL) {
		natives->machine = object->machine;
		natives->machine_source = strdup(object->path);
		return natives->machine_source != NULL || diag_no_memory(natives->diag);
	}
	return object->machine == natives->machine ||
	       diag_error(natives->diag, object->path,
		       "is for %s, but %s is for %s: give the natives of one firmware",
		       object_machine_name(object->machine), natives->machine_source,
		       object_machine_name(natives->machine));
}

static bool add_symbol(struct natives *natives, const struct object *object,
	const struct object *dwarf, const struct object_symbol *symbol)
{
	bool thumb = object->machine == EM_ARM && symbol->type == STT_FUNC;
	struct native native = {.name = (char *)symbol->name,
		.source = object->path,
		.weak = symbol->binding == STB_WEAK,
		.dwarf = dwarf,
		.address = thumb ? symbol->value & ~(uint64_t)1 : symbol->value};
	return natives_put(natives, &native);
}

static bool add_object(struct natives *natives, const struct object *object)
{
	if (is_bytecode(object))
		return diag_error(natives->diag, object->path,
			"holds bytecode and no code [symbol __gnu_lto_slim]: compile it without "
			"-flto or with -ffat-lto-objects");
	if (object->symbol_table == 0)
		return diag_error(natives->diag, object->path,
			"has no symbol table: give the file before it was stripped");
	if (!check_machine(natives, object))
		return false;
	const struct object *dwarf = native_types_present(object) ? object : NULL;
	for (size_t i = 0; i < object->symbol_count; i++)
		if (is_native(&object->symbols[i]) &&
			!add_symbol(natives, object, dwarf, &object->symbols[i]))
			return false;
	return true;
}

/* Keeps OBJECT, which natives refer to for their types. */
static bool keep_described(struct natives *natives, struct object *object)
{
	struct object **described = reallocarray(
		natives->described, natives->described_count + 1, sizeof(struct object *));
	if (described == NULL)
		return diag_no_memory(natives->diag);
	natives->described = described;
	natives->described[natives->described_count++] = object;
	return true;
}

/* Reads the ELF file in FILE, which is taken over. */
static bool add_elf(struct natives *natives, const char *path, struct blob *file)
{
	struct object *object = object_parse(natives->diag, path, file);
	if (object == NULL)
		return false;
	if (native_types_present(object)) {
		if (!keep_described(natives, object)) {
			object_free(object);
			return false;
		}
		return add_object(natives, object);
	}
	bool good = add_object(natives, object);
	object_free(object);
	return good;
}

/* --- archives ---------------------------------------------------------------------------- */

/* "libtcb.a(uart.o)" in a new string; NULL when memory ran out. */
static char *member_path(const char *archive, const char *member)
{
	char *path;
	return asprintf(&path, "%s(%s)", archive, member) < 0 ? NULL : path;
}

/* Reads a copy of the member, because members are aligned to two bytes only. */
static bool add_member(
	struct natives *natives, const char *archive, const struct archive_member *member)
{
	struct blob copy = {.bytes = malloc(member->size + 1), .size = member->size};
	char *path = member_path(archive, member->name);
	bool good = copy.bytes != NULL && path != NULL;
	if (!good) {
		diag_no_memory(natives->diag);
		blob_free(&copy);
	} else {
		memcpy(copy.bytes, member->bytes, member->size);
		good = add_elf(natives, path, &copy);
	}
	free(path);
	return good;
}

static bool add_archive(struct natives *natives, const char *path, const struct blob *file)
{
	struct archive archive;
	struct archive_member member;
	bool good = archive_start(natives->diag, path, file, &archive);
	while (good && archive_next(&archive, &member, &good)) {
		good = add_member(natives, path, &member);
		free(member.name);
	}
	return good;
}

bool natives_add_file(struct natives *natives, const char *path)
{
	struct blob file;
	if (!file_read(natives->diag, path, &file))
		return false;
	if (!archive_is(&file))
		return add_elf(natives, path, &file);
	bool good = add_archive(natives, path, &file);
	blob_free(&file);
	return good;
}
