/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Reading native definitions from ELF files and from ar archives of them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* "64-bit big-endian" and the like. */
static const char *shape(uint8_t class, uint8_t data)
{
	if (class == ELFCLASS64)
		return data == ELFDATA2MSB ? "64-bit big-endian" : "64-bit little-endian";
	return data == ELFDATA2MSB ? "32-bit big-endian" : "32-bit little-endian";
}

bool natives_fit(struct diag *diag, const struct natives *natives, const struct object *object)
{
	const struct target *target = &natives->target;
	if (natives->target_source == NULL ||
		(object->machine == target->machine && object->class == target->class &&
			object->data == target->data))
		return true;
	return diag_error(diag, object->path,
		"is for %s %s, but %s is for %s %s: give the natives of one firmware",
		shape(object->class, object->data), object_machine_name(object->machine),
		natives->target_source, shape(target->class, target->data),
		object_machine_name(target->machine));
}

/* All natives end up in one firmware. */
static bool check_target(struct natives *natives, const struct object *object)
{
	if (natives->target_source != NULL)
		return natives_fit(natives->diag, natives, object);
	natives->target = (struct target){object->machine, object->class, object->data};
	natives->target_source = strdup(object->path);
	return natives->target_source != NULL || diag_no_memory(natives->diag);
}

/*
 * The name that a reference must have.  Linkers join a plain reference with the
 * default version, name@@version; name@version is joined by its whole name only.
 */
static char *reference_name(const char *symbol, bool *versioned)
{
	const char *at = strchr(symbol, '@');
	bool is_default = at != NULL && at != symbol && at[1] == '@';
	*versioned = at != NULL && at != symbol && !is_default;
	return is_default ? strndup(symbol, (size_t)(at - symbol)) : strdup(symbol);
}

static bool add_symbol(struct natives *natives, const struct object *object,
	const struct object *dwarf, const struct object_symbol *symbol)
{
	bool thumb = object->machine == EM_ARM && symbol->type == STT_FUNC;
	struct native native = {.source = object->path,
		.weak = symbol->binding == STB_WEAK,
		.dwarf = dwarf,
		.address = thumb ? symbol->value & ~(uint64_t)1 : symbol->value,
		.arm_state = thumb && symbol->value % 2 == 0};
	native.name = reference_name(symbol->name, &native.versioned);
	bool good =
		native.name != NULL ? natives_put(natives, &native) : diag_no_memory(natives->diag);
	free(native.name);
	return good;
}

/* Whether PATH is what member_path makes. */
static bool is_member(const char *path)
{
	size_t length = strlen(path);
	return length > 0 && path[length - 1] == ')';
}

static bool add_object(struct natives *natives, const struct object *object)
{
	if (is_bytecode(object))
		return diag_error(natives->diag, object->path,
			"holds bytecode and no code [symbol __gnu_lto_slim]: compile it without "
			"-flto or with -ffat-lto-objects");
	/* Of a member without symbols no linker takes anything either: glibc has an empty one. */
	if (object->symbol_table == 0 && object->type == ET_REL && is_member(object->path))
		return true;
	if (object->symbol_table == 0)
		return diag_error(natives->diag, object->path,
			"has no symbol table: give the file before it was stripped");
	if (!check_target(natives, object))
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

/*
 * Reads the file of a thin archive's member.  It must be a plain file: the
 * archive may name anything.
 */
static bool read_member_file(struct diag *diag, const char *archive,
	const struct archive_member *member, struct blob *file)
{
	struct stat status;
	if (stat(member->path, &status) != 0)
		return diag_error(diag, archive,
			"is a thin archive, and its member %s is not there [%s]: make both again, "
			"or the archive without --thin",
			member->path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return diag_error(diag, archive,
			"is a thin archive, and its member %s is no file: make it again",
			member->path);
	return file_read(diag, member->path, file);
}

/* Reads a copy of the member, because members are aligned to two bytes only. */
static bool read_member(struct diag *diag, const char *archive, const struct archive_member *member,
	struct blob *file)
{
	if (member->path != NULL)
		return read_member_file(diag, archive, member, file);
	*file = (struct blob){.bytes = malloc(member->size + 1), .size = member->size};
	if (file->bytes == NULL)
		return diag_no_memory(diag);
	memcpy(file->bytes, member->bytes, member->size);
	return true;
}

static bool add_member(
	struct natives *natives, const char *archive, const struct archive_member *member)
{
	struct blob file = {0};
	char *path = member_path(archive, member->name);
	if (path == NULL)
		return diag_no_memory(natives->diag);
	bool good = read_member(natives->diag, archive, member, &file);
	if (good && archive_is(&file)) {
		good = diag_error(natives->diag, path,
			"is an archive in an archive, which linkers pass over: give it itself");
		blob_free(&file);
	} else if (good) {
		good = add_elf(natives, path, &file);
	}
	free(path);
	return good;
}

static bool add_archive(struct natives *natives, const char *path, const struct blob *file)
{
	struct archive archive;
	struct archive_member member;
	bool good;
	archive_start_thin(natives->diag, path, file, &archive);
	while (archive_next(&archive, &member, &good)) {
		good = add_member(natives, path, &member);
		archive_member_free(&member);
		if (!good)
			break;
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
