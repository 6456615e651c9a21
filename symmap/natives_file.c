/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading native definitions from ELF files and from ar archives of them.
 *
 *   "!<arch>\n"  header (60 bytes) member, header member, …   read by libelf
 *   "!<thin>\n"  names of files only: refused
 */
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/object.h"
#include "symmap/natives_set.h"

static const char magic_archive[] = "!<arch>\n";
static const char magic_thin[] = "!<thin>\n";

enum { MAGIC_SIZE = 8 };

static bool starts_with(const struct blob *file, const char *magic)
{
	return file->size >= MAGIC_SIZE && memcmp(file->bytes, magic, MAGIC_SIZE) == 0;
}

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
	if (natives->machine == 0) {
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
	for (size_t i = 0; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		if (is_native(symbol) && !natives_add_definition(natives, symbol->name,
						 object->path, symbol->binding == STB_WEAK))
			return false;
	}
	return true;
}

/* Reads the ELF file in FILE, which is taken over. */
static bool add_elf(struct natives *natives, const char *path, struct blob *file)
{
	struct object *object = object_parse(natives->diag, path, file);
	bool good = object != NULL && add_object(natives, object);
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

static bool copy_bytes(const char *bytes, size_t size, struct blob *copy)
{
	copy->bytes = malloc(size + 1);
	if (copy->bytes == NULL)
		return false;
	memcpy(copy->bytes, bytes, size);
	copy->size = size;
	return true;
}

static bool add_member(struct natives *natives, const char *archive, Elf *member)
{
	const Elf_Arhdr *header = elf_getarhdr(member);
	size_t size;
	struct blob copy = {0};
	if (header == NULL)
		return diag_error(natives->diag, archive,
			"is a damaged archive (%s): make it again", elf_errmsg(-1));
	/* The archive's own tables: "/", "/SYM64/" and "//". */
	if (header->ar_name == NULL || header->ar_name[0] == '/')
		return true;
	const char *bytes = elf_rawfile(member, &size);
	char *path = member_path(archive, header->ar_name);
	bool good = path != NULL &&
		    copy_bytes(bytes == NULL ? "" : bytes, bytes == NULL ? 0 : size, &copy);
	if (!good)
		diag_no_memory(natives->diag);
	/* A copy, because members are aligned to two bytes only. */
	good = good && add_elf(natives, path, &copy);
	free(path);
	return good;
}

static bool add_members(struct natives *natives, const char *path, Elf *archive)
{
	bool good = true;
	Elf_Cmd command = ELF_C_READ;
	Elf *member = NULL;
	(void)elf_errno();
	while (good && command != ELF_C_NULL &&
		(member = elf_begin(-1, command, archive)) != NULL) {
		good = add_member(natives, path, member);
		command = elf_next(member);
		elf_end(member);
	}
	int error = good ? elf_errno() : 0;
	if (error != 0)
		good = diag_error(natives->diag, path, "is a damaged archive (%s): make it again",
			elf_errmsg(error));
	return good;
}

static bool add_archive(struct natives *natives, const char *path, struct blob *file)
{
	if (elf_version(EV_CURRENT) == EV_NONE)
		return diag_error(natives->diag, path,
			"cannot be read: this libelf is too old: install a newer one");
	Elf *archive = elf_memory((char *)file->bytes, file->size);
	if (archive == NULL || elf_kind(archive) != ELF_K_AR) {
		elf_end(archive);
		return diag_error(natives->diag, path, "is a damaged archive: make it again");
	}
	bool good = add_members(natives, path, archive);
	elf_end(archive);
	return good;
}

bool natives_add_file(struct natives *natives, const char *path)
{
	struct blob file;
	if (!file_read(natives->diag, path, &file))
		return false;
	if (starts_with(&file, magic_thin)) {
		blob_free(&file);
		return diag_error(natives->diag, path,
			"is a thin archive, which holds no code: make it without --thin");
	}
	if (!starts_with(&file, magic_archive))
		return add_elf(natives, path, &file);
	bool good = add_archive(natives, path, &file);
	blob_free(&file);
	return good;
}
