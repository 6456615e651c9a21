/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Collecting the changes of an edit.
 *
 * A string is never changed where it stands, because others may point into it
 * or at its tail; a new name is appended to its table.
 */
#include "lib/object_edit.h"

#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/object_edit_state.h"

/* --- buffers ------------------------------------------------------------------- */

bool buffer_append(
	struct object_edit *edit, struct buffer *buffer, const void *bytes, size_t length)
{
	uint64_t need;
	if (!checked_add(buffer->size, length, &need) || need > SIZE_MAX / 2)
		return diag_no_memory(edit->diag);
	if (buffer->bytes == NULL || need > buffer->capacity) {
		size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
		while (capacity < need)
			capacity *= 2;
		uint8_t *grown = realloc(buffer->bytes, capacity);
		if (grown == NULL)
			return diag_no_memory(edit->diag);
		buffer->bytes = grown;
		buffer->capacity = capacity;
	}
	if (length != 0 && bytes != NULL)
		memcpy(buffer->bytes + buffer->size, bytes, length);
	else
		memset(buffer->bytes + buffer->size, 0, length);
	buffer->size = (size_t)need;
	return true;
}

/* Puts the changed entries into the copy of the symbol table. */
static void fold_entries(struct object_edit *edit, struct buffer *content)
{
	const struct edit_entry *entries = (const struct edit_entry *)edit->entries.bytes;
	size_t size = FIELD_SIZE(edit->form, Sym);
	for (size_t i = 0; i < edit->entries.size / sizeof(*entries); i++)
		memcpy(content->bytes + entries[i].symbol * size, entries[i].bytes, size);
	edit->entries.size = 0;
}

struct buffer *edit_touch(struct object_edit *edit, uint32_t index)
{
	struct edit_section *touched = &edit->sections[index];
	if (touched->content.bytes != NULL)
		return &touched->content;
	const struct object_section *section = &edit->object->sections[index];
	size_t size = section->bytes == NULL ? 0 : (size_t)section->size;
	if (size != object_size_in_file(section)) {
		diag_error(edit->diag, edit->object->path,
			"has contents that were not read [section %s]: read the whole object",
			section->name);
		return NULL;
	}
	if (!buffer_append(edit, &touched->content, section->bytes, size) ||
		!buffer_append(
			edit, &touched->content, touched->strings.bytes, touched->strings.size))
		return NULL;
	touched->strings.size = 0;
	if (index == edit->object->symbol_table)
		fold_entries(edit, &touched->content);
	return &touched->content;
}

/* Reports in the name of the file that is edited. */
#define EDIT_ERROR(edit, ...) diag_error((edit)->diag, (edit)->object->path, __VA_ARGS__)

/* --- start and end --------------------------------------------------------------- */

struct span {
	uint64_t offset;
	uint64_t size;
	const char *name;
};

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left;
	const struct span *b = right;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

/*
 * No byte of an object may belong to two sections (gABI, "Sections"): where
 * one did, a change to the one would silently be a change to the other.
 */
static bool check_overlap(struct object_edit *edit)
{
	const struct object *object = edit->object;
	struct span *spans = calloc(object->section_count + 2, sizeof(*spans));
	if (spans == NULL)
		return diag_no_memory(edit->diag);
	size_t count = 0;
	spans[count++] = (struct span){0, FIELD_SIZE(edit->form, Ehdr), "ELF header"};
	spans[count++] = (struct span){edit->headers_offset,
		object->section_count * FIELD_SIZE(edit->form, Shdr), "section headers"};
	for (size_t i = 1; i < object->section_count; i++)
		if (object_size_in_file(&object->sections[i]) != 0)
			spans[count++] = (struct span){object->sections[i].offset,
				object->sections[i].size, object->sections[i].name};
	qsort(spans, count, sizeof(*spans), compare_spans);
	bool good = true;
	for (size_t i = 1; i < count && good; i++)
		if (checked_overlap(
			    spans[i - 1].offset, spans[i - 1].size, spans[i].offset, spans[i].size))
			good = diag_error(edit->diag, object->path,
				"is damaged: %s and %s share bytes: make it again",
				spans[i - 1].name, spans[i].name);
	free(spans);
	return good;
}

static bool copy_headers(struct object_edit *edit)
{
	const struct object *object = edit->object;
	edit->section_count = object->section_count;
	edit->section_capacity = object->section_count;
	edit->sections = calloc(edit->section_capacity, sizeof(*edit->sections));
	if (edit->sections == NULL)
		return diag_no_memory(edit->diag);
	return buffer_append(edit, &edit->headers, object->file.bytes + edit->headers_offset,
		object->section_count * FIELD_SIZE(edit->form, Shdr));
}

static bool start(struct object_edit *edit)
{
	const struct object *object = edit->object;
	if (object->type != ET_REL)
		return diag_error(edit->diag, object->path,
			"is not a relocatable object: give what the compiler wrote, before "
			"linking");
	if (object->section_count == 0)
		return diag_error(
			edit->diag, object->path, "has no sections: give what the compiler wrote");
	edit->headers_offset = FIELD_GET(edit->form, object->file.bytes, Ehdr, e_shoff);
	edit->symbol_count = object->symbol_count;
	edit->local_count =
		object->symbol_table == 0 ? 0 : object->sections[object->symbol_table].info;
	for (uint32_t i = 1; i < object->section_count; i++)
		if (object->sections[i].type == SHT_SYMTAB_SHNDX &&
			object->sections[i].link == object->symbol_table)
			edit->extension = i;
	return check_overlap(edit) && copy_headers(edit);
}

struct object_edit *object_edit_start(struct diag *diag, const struct object *object)
{
	struct object_edit *edit = calloc(1, sizeof(*edit));
	if (edit == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	edit->diag = diag;
	edit->object = object;
	edit->form.wide = object->class == ELFCLASS64;
	edit->form.big = object->data == ELFDATA2MSB;
	if (start(edit))
		return edit;
	object_edit_free(edit);
	return NULL;
}

static void edit_section_free(struct edit_section *section)
{
	free(section->content.bytes);
	free(section->strings.bytes);
}

void object_edit_free(struct object_edit *edit)
{
	if (edit == NULL)
		return;
	if (edit->sections != NULL)
		for (size_t i = 0; i < edit->section_count; i++)
			edit_section_free(&edit->sections[i]);
	free(edit->sections);
	free(edit->headers.bytes);
	free(edit->entries.bytes);
	object_free(edit->skeleton);
	free(edit);
}

/* --- from nothing ------------------------------------------------------------------ */

enum { SYMBOLS = 1, SYMBOL_NAMES = 2, SECTION_NAMES = 3, SKELETON_SECTIONS = 4 };

static const char skeleton_names[] = "\0.symtab\0.strtab\0.shstrtab";

static void put_skeleton_header(struct object_form form, uint8_t *file, size_t shdrs,
	uint32_t index, const uint64_t fields[static 6])
{
	uint8_t *header = file + shdrs + index * FIELD_SIZE(form, Shdr);
	FIELD_PUT(form, header, Shdr, sh_name, fields[0]);
	FIELD_PUT(form, header, Shdr, sh_type, fields[1]);
	FIELD_PUT(form, header, Shdr, sh_offset, fields[2]);
	FIELD_PUT(form, header, Shdr, sh_size, fields[3]);
	FIELD_PUT(form, header, Shdr, sh_addralign, fields[4]);
	FIELD_PUT(form, header, Shdr, sh_entsize, fields[5]);
}

/* The smallest object there is: a symbol table with its null entry, and the names. */
static void fill_skeleton(
	struct object_form form, uint16_t machine, uint32_t flags, size_t shdrs, uint8_t *file)
{
	file[EI_MAG0] = ELFMAG0;
	file[EI_MAG1] = ELFMAG1;
	file[EI_MAG2] = ELFMAG2;
	file[EI_MAG3] = ELFMAG3;
	file[EI_CLASS] = form.wide ? ELFCLASS64 : ELFCLASS32;
	file[EI_DATA] = form.big ? ELFDATA2MSB : ELFDATA2LSB;
	file[EI_VERSION] = EV_CURRENT;
	FIELD_PUT(form, file, Ehdr, e_type, ET_REL);
	FIELD_PUT(form, file, Ehdr, e_machine, machine);
	FIELD_PUT(form, file, Ehdr, e_version, EV_CURRENT);
	FIELD_PUT(form, file, Ehdr, e_shoff, shdrs);
	FIELD_PUT(form, file, Ehdr, e_flags, flags);
	FIELD_PUT(form, file, Ehdr, e_ehsize, FIELD_SIZE(form, Ehdr));
	FIELD_PUT(form, file, Ehdr, e_shentsize, FIELD_SIZE(form, Shdr));
	FIELD_PUT(form, file, Ehdr, e_shnum, SKELETON_SECTIONS);
	FIELD_PUT(form, file, Ehdr, e_shstrndx, SECTION_NAMES);

	uint64_t at = FIELD_SIZE(form, Ehdr);
	uint64_t symbol = FIELD_SIZE(form, Sym);
	put_skeleton_header(form, file, shdrs, SYMBOLS,
		(const uint64_t[]){1, SHT_SYMTAB, at, symbol, form.wide ? 8 : 4, symbol});
	at += symbol;
	put_skeleton_header(
		form, file, shdrs, SYMBOL_NAMES, (const uint64_t[]){9, SHT_STRTAB, at, 1, 1, 0});
	at += 1;
	put_skeleton_header(form, file, shdrs, SECTION_NAMES,
		(const uint64_t[]){17, SHT_STRTAB, at, sizeof(skeleton_names), 1, 0});
	memcpy(file + at, skeleton_names, sizeof(skeleton_names));
	uint8_t *symbols = file + shdrs + SYMBOLS * FIELD_SIZE(form, Shdr);
	FIELD_PUT(form, symbols, Shdr, sh_link, SYMBOL_NAMES);
	FIELD_PUT(form, symbols, Shdr, sh_info, 1);
}

struct object_edit *object_edit_new(
	struct diag *diag, uint8_t class, uint8_t data, uint16_t machine, uint32_t flags)
{
	struct object_form form = {.wide = class == ELFCLASS64, .big = data == ELFDATA2MSB};
	size_t shdrs = FIELD_SIZE(form, Ehdr) + FIELD_SIZE(form, Sym) + 1 + sizeof(skeleton_names);
	shdrs = (shdrs + 7) & ~(size_t)7;
	struct blob file = {.size = shdrs + SKELETON_SECTIONS * FIELD_SIZE(form, Shdr)};
	file.bytes = calloc(1, file.size);
	if (file.bytes == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	fill_skeleton(form, machine, flags, shdrs, file.bytes);
	struct object *skeleton = object_parse(diag, "new object", &file);
	if (skeleton == NULL)
		return NULL;
	struct object_edit *edit = object_edit_start(diag, skeleton);
	if (edit == NULL)
		object_free(skeleton);
	else
		edit->skeleton = skeleton;
	return edit;
}

/* --- names --------------------------------------------------------------------------- */

/* How many bytes of the input a string table has in front of what is added to it. */
static size_t input_strings(const struct object_edit *edit, uint32_t table)
{
	const struct object_section *section = &edit->object->sections[table];
	if (edit->sections[table].content.bytes != NULL || section->bytes == NULL)
		return 0;
	return (size_t)section->size;
}

/* Appends NAME to string table TABLE; the empty name is at 0 by definition. */
static bool add_string(struct object_edit *edit, uint32_t table, const char *name, uint32_t *offset)
{
	*offset = 0;
	if (name[0] == '\0')
		return true;
	struct edit_section *section = &edit->sections[table];
	struct buffer *strings =
		section->content.bytes != NULL ? &section->content : &section->strings;
	size_t before = input_strings(edit, table);
	if (before + strings->size == 0 && !buffer_append(edit, strings, "", 1))
		return false;
	size_t length = strlen(name) + 1;
	if (before + strings->size > UINT32_MAX - length)
		return EDIT_ERROR(edit, "has more than 4 GiB of names: split the module");
	*offset = (uint32_t)(before + strings->size);
	return buffer_append(edit, strings, name, length);
}

static uint32_t symbol_names(const struct object_edit *edit)
{
	return edit->object->sections[edit->object->symbol_table].link;
}

/* The current name of a symbol or section: where the edit put it, or where the input has it. */
static const char *current_name(const struct object_edit *edit, uint32_t table, uint64_t offset)
{
	const struct edit_section *section = &edit->sections[table];
	size_t before = input_strings(edit, table);
	if (offset < before)
		return (const char *)edit->object->sections[table].bytes + offset;
	const struct buffer *strings =
		section->content.bytes != NULL ? &section->content : &section->strings;
	return strings->bytes == NULL ? "" : (const char *)strings->bytes + (offset - before);
}

/* --- sections -------------------------------------------------------------------------- */

/* A size or address that the class of the file can hold. */
static bool fits(const struct object_edit *edit, uint64_t value)
{
	return edit->form.wide || value <= UINT32_MAX;
}

static bool has_section_names(struct object_edit *edit)
{
	if (edit->object->name_table != 0)
		return true;
	return EDIT_ERROR(edit, "has no table of section names: pass it through ld -r first");
}

bool object_edit_rename_section(struct object_edit *edit, uint32_t section, const char *name)
{
	uint32_t offset;
	uint32_t table = edit->object->name_table;
	if (!has_section_names(edit))
		return false;
	uint64_t old = FIELD_GET(edit->form, edit_header(edit, section), Shdr, sh_name);
	if (strcmp(current_name(edit, table, old), name) == 0)
		return true;
	if (!add_string(edit, table, name, &offset))
		return false;
	FIELD_PUT(edit->form, edit_header(edit, section), Shdr, sh_name, offset);
	return true;
}

bool object_edit_make_nobits(
	struct object_edit *edit, uint32_t section, uint64_t size, uint64_t align)
{
	size_t first;
	if (!fits(edit, size) || !fits(edit, align) || (align & (align - 1)) != 0)
		return EDIT_ERROR(edit,
			"cannot hold a section of 0x%jx bytes aligned to 0x%jx [section %u]: give "
			"a "
			"smaller one",
			(uintmax_t)size, (uintmax_t)align, section);
	if (section < edit->object->section_count &&
		object_relocations_of(edit->object, section, &first) != 0)
		return EDIT_ERROR(edit,
			"has relocations for what shall hold no bytes [section %s]: put pointers "
			"elsewhere",
			edit->object->sections[section].name);
	uint8_t *header = edit_header(edit, section);
	FIELD_PUT(edit->form, header, Shdr, sh_type, SHT_NOBITS);
	FIELD_PUT(edit->form, header, Shdr, sh_size, size);
	FIELD_PUT(edit->form, header, Shdr, sh_addralign, align);
	return true;
}

/* Makes room for one more section and its header; nothing else of the edit changes. */
static bool grow_sections(struct object_edit *edit)
{
	if (edit->section_count >= OBJECT_ABSOLUTE - 1)
		return EDIT_ERROR(edit, "has too many sections: split the module");
	if (edit->section_count == edit->section_capacity) {
		size_t capacity = edit->section_capacity * 2;
		struct edit_section *grown =
			realloc(edit->sections, capacity * sizeof(*edit->sections));
		if (grown == NULL)
			return diag_no_memory(edit->diag);
		edit->sections = grown;
		edit->section_capacity = capacity;
	}
	if (!buffer_append(edit, &edit->headers, NULL, FIELD_SIZE(edit->form, Shdr)))
		return false;
	edit->sections[edit->section_count++] = (struct edit_section){0};
	return true;
}

bool object_edit_add_section(
	struct object_edit *edit, const struct object_section *section, uint32_t *index)
{
	uint32_t name;
	if (!fits(edit, section->size) || !fits(edit, section->align) ||
		(section->align & (section->align - 1)) != 0)
		return EDIT_ERROR(edit,
			"cannot hold a section of 0x%jx bytes aligned to 0x%jx [section %s]: give "
			"a "
			"smaller one",
			(uintmax_t)section->size, (uintmax_t)section->align, section->name);
	if (!has_section_names(edit) ||
		!add_string(edit, edit->object->name_table, section->name, &name) ||
		!grow_sections(edit))
		return false;
	*index = (uint32_t)(edit->section_count - 1);
	uint8_t *header = edit_header(edit, *index);
	FIELD_PUT(edit->form, header, Shdr, sh_name, name);
	FIELD_PUT(edit->form, header, Shdr, sh_type, section->type);
	FIELD_PUT(edit->form, header, Shdr, sh_flags, section->flags);
	FIELD_PUT(edit->form, header, Shdr, sh_size, section->size);
	FIELD_PUT(edit->form, header, Shdr, sh_addralign, section->align);
	size_t kept = section->type == SHT_NOBITS ? 0 : (size_t)section->size;
	return buffer_append(edit, &edit->sections[*index].content, section->bytes, kept);
}

/* --- symbols ----------------------------------------------------------------------------- */

/*
 * The entry of SYMBOL, changed without a copy of the table.  NULL unless the
 * symbols are changed in their order, as renaming does it: the others pay for
 * the copy.
 */
static uint8_t *touch_entry(struct object_edit *edit, uint32_t symbol)
{
	size_t size = FIELD_SIZE(edit->form, Sym);
	struct edit_entry *last = NULL;
	if (edit->entries.size != 0)
		last = (struct edit_entry *)(edit->entries.bytes + edit->entries.size) - 1;
	if (last != NULL && last->symbol == symbol)
		return last->bytes;
	if (last != NULL && last->symbol > symbol)
		return NULL;
	struct edit_entry entry = {.symbol = symbol};
	const struct object_section *table = &edit->object->sections[edit->object->symbol_table];
	memcpy(entry.bytes, table->bytes + symbol * size, size);
	if (!buffer_append(edit, &edit->entries, &entry, sizeof(entry)))
		return NULL;
	return ((struct edit_entry *)(edit->entries.bytes + edit->entries.size) - 1)->bytes;
}

/* The entry of SYMBOL for changing; NULL after a report. */
static uint8_t *touch_symbol(struct object_edit *edit, uint32_t symbol)
{
	if (symbol == 0 || symbol >= edit->symbol_count) {
		EDIT_ERROR(edit, "has no symbol %u: give one that exists", symbol);
		return NULL;
	}
	struct buffer *copy = &edit->sections[edit->object->symbol_table].content;
	if (copy->bytes == NULL) {
		uint8_t *entry = touch_entry(edit, symbol);
		if (entry != NULL)
			return entry;
		copy = edit_touch(edit, edit->object->symbol_table);
	}
	return copy == NULL ? NULL : copy->bytes + symbol * FIELD_SIZE(edit->form, Sym);
}

bool object_edit_rename_symbol(struct object_edit *edit, uint32_t symbol, const char *name)
{
	uint32_t offset;
	uint8_t *entry = touch_symbol(edit, symbol);
	if (entry == NULL)
		return false;
	uint64_t old = FIELD_GET(edit->form, entry, Sym, st_name);
	if (strcmp(current_name(edit, symbol_names(edit), old), name) == 0)
		return true;
	if (!add_string(edit, symbol_names(edit), name, &offset))
		return false;
	FIELD_PUT(edit->form, entry, Sym, st_name, offset);
	return true;
}

/* Makes the table of section numbers that do not fit into 16 bits. */
static bool add_extension(struct object_edit *edit)
{
	struct object_section section = {
		.name = ".symtab_shndx", .type = SHT_SYMTAB_SHNDX, .align = sizeof(Elf32_Word)};
	if (!object_edit_add_section(edit, &section, &edit->extension))
		return false;
	uint8_t *header = edit_header(edit, edit->extension);
	FIELD_PUT(edit->form, header, Shdr, sh_link, edit->object->symbol_table);
	FIELD_PUT(edit->form, header, Shdr, sh_entsize, sizeof(Elf32_Word));
	return buffer_append(edit, &edit->sections[edit->extension].content, NULL,
		edit->symbol_count * sizeof(Elf32_Word));
}

/* Stores the section of SYMBOL, in two places where its number is large. */
static bool put_section(struct object_edit *edit, uint32_t symbol, uint32_t section)
{
	uint32_t index = section;
	uint32_t extended = 0;
	if (section == OBJECT_ABSOLUTE)
		index = SHN_ABS;
	else if (section == OBJECT_COMMON)
		index = SHN_COMMON;
	else if (section >= edit->section_count)
		return EDIT_ERROR(edit, "has no section %u: give one that exists", section);
	else if (section >= SHN_LORESERVE) {
		index = SHN_XINDEX;
		extended = section;
	}
	if (extended != 0 && edit->extension == 0 && !add_extension(edit))
		return false;
	if (edit->extension != 0) {
		struct buffer *words = edit_touch(edit, edit->extension);
		if (words == NULL)
			return false;
		field_put(edit->form, words->bytes + (size_t)symbol * sizeof(Elf32_Word),
			sizeof(Elf32_Word), extended);
	}
	uint8_t *entry = touch_symbol(edit, symbol);
	if (entry != NULL)
		FIELD_PUT(edit->form, entry, Sym, st_shndx, index);
	return entry != NULL;
}

bool object_edit_set_symbol(
	struct object_edit *edit, uint32_t symbol, const struct object_symbol *to)
{
	uint8_t *entry = touch_symbol(edit, symbol);
	if (entry == NULL)
		return false;
	if (!fits(edit, to->value) || !fits(edit, to->size))
		return EDIT_ERROR(edit,
			"cannot hold value 0x%jx and size 0x%jx [symbol %u]: give smaller ones",
			(uintmax_t)to->value, (uintmax_t)to->size, symbol);
	if ((to->binding == STB_LOCAL) != (symbol < edit->local_count))
		return EDIT_ERROR(
			edit, "has its local symbols first [symbol %u]: keep its binding", symbol);
	/* The other bits of st_other mean something to the machine's ABI. */
	uint64_t other = FIELD_GET(edit->form, entry, Sym, st_other);
	FIELD_PUT(edit->form, entry, Sym, st_value, to->value);
	FIELD_PUT(edit->form, entry, Sym, st_size, to->size);
	FIELD_PUT(edit->form, entry, Sym, st_info, (uint64_t)ELF64_ST_INFO(to->binding, to->type));
	FIELD_PUT(edit->form, entry, Sym, st_other,
		(other & ~(uint64_t)3) | ELF64_ST_VISIBILITY(to->visibility));
	bool untouched = to->section == OBJECT_OTHER && symbol < edit->object->symbol_count &&
			 edit->object->symbols[symbol].section == OBJECT_OTHER;
	return untouched || put_section(edit, symbol, to->section);
}

/* Appends an entry of zeros to the symbol table and what goes with it. */
static bool grow_symbols(struct object_edit *edit, bool local)
{
	uint32_t table = edit->object->symbol_table;
	if (table == 0)
		return EDIT_ERROR(
			edit, "has no symbol table: give an object that was not stripped");
	if (edit->symbol_count >= INT32_MAX)
		return EDIT_ERROR(edit, "has too many symbols: split the module");
	if (local && edit->local_count != edit->symbol_count)
		return EDIT_ERROR(edit, "has global symbols already, which local ones must "
					"precede: add a global one");
	struct buffer *symbols = edit_touch(edit, table);
	if (symbols == NULL || !buffer_append(edit, symbols, NULL, FIELD_SIZE(edit->form, Sym)))
		return false;
	struct buffer *words = edit->extension == 0 ? NULL : edit_touch(edit, edit->extension);
	if (edit->extension != 0 &&
		(words == NULL || !buffer_append(edit, words, NULL, sizeof(Elf32_Word))))
		return false;
	edit->symbol_count++;
	edit->local_count += local;
	FIELD_PUT(edit->form, edit_header(edit, table), Shdr, sh_info, edit->local_count);
	return true;
}

bool object_edit_add_symbol(
	struct object_edit *edit, const struct object_symbol *symbol, uint32_t *index)
{
	if (!grow_symbols(edit, symbol->binding == STB_LOCAL))
		return false;
	*index = (uint32_t)(edit->symbol_count - 1);
	return object_edit_rename_symbol(edit, *index, symbol->name) &&
	       object_edit_set_symbol(edit, *index, symbol);
}

/* --- relocations ----------------------------------------------------------------------------- */

/* Puts symbol and type together as the class of the file wants it. */
static bool make_info(struct object_edit *edit, uint32_t symbol, uint32_t type, uint64_t *info)
{
	*info = edit->form.wide ? ELF64_R_INFO((uint64_t)symbol, type)
				: ELF32_R_INFO((uint64_t)symbol, type);
	if (symbol >= edit->symbol_count)
		return EDIT_ERROR(edit, "has no symbol %u: give one that exists", symbol);
	if (!edit->form.wide && (symbol > 0xffffff || type > 0xff))
		return EDIT_ERROR(edit,
			"cannot name symbol %u in a relocation of type %u: split the module",
			symbol, type);
	return true;
}

bool object_edit_retarget(
	struct object_edit *edit, const struct object_relocation *relocation, uint32_t symbol)
{
	uint64_t info;
	if (!make_info(edit, symbol, relocation->type, &info))
		return false;
	struct buffer *entries = edit_touch(edit, relocation->table);
	if (entries == NULL)
		return false;
	bool rela = edit->object->sections[relocation->table].type == SHT_RELA;
	size_t size = rela ? FIELD_SIZE(edit->form, Rela) : FIELD_SIZE(edit->form, Rel);
	uint8_t *entry = entries->bytes + relocation->entry * size;
	FIELD_PUT(edit->form, entry, Rel, r_info, info); /* same place in Rel and Rela */
	return true;
}

/* Whether the machine's ABI keeps addends in the section's bytes. */
static bool uses_rel(const struct object *object)
{
	return object->machine == EM_ARM || object->machine == EM_386 ||
	       (object->machine == EM_MIPS && object->class == ELFCLASS32);
}

static bool add_relocation_section(struct object_edit *edit, uint32_t section)
{
	bool rel = uses_rel(edit->object);
	uint64_t old = FIELD_GET(edit->form, edit_header(edit, section), Shdr, sh_name);
	char *name = NULL;
	if (asprintf(&name, "%s%s", rel ? ".rel" : ".rela",
		    current_name(edit, edit->object->name_table, old)) < 0)
		return diag_no_memory(edit->diag);
	struct object_section added = {.name = name,
		.type = rel ? SHT_REL : SHT_RELA,
		.flags = SHF_INFO_LINK,
		.align = edit->form.wide ? 8 : 4};
	uint32_t index = 0;
	bool good = object_edit_add_section(edit, &added, &index);
	free(name);
	if (!good)
		return false;
	uint8_t *header = edit_header(edit, index);
	FIELD_PUT(edit->form, header, Shdr, sh_link, edit->object->symbol_table);
	FIELD_PUT(edit->form, header, Shdr, sh_info, section);
	FIELD_PUT(edit->form, header, Shdr, sh_entsize,
		rel ? FIELD_SIZE(edit->form, Rel) : FIELD_SIZE(edit->form, Rela));
	edit->sections[section].relocations = index;
	return true;
}

bool object_edit_add_relocation(struct object_edit *edit, uint32_t section, uint64_t offset,
	uint32_t type, uint32_t symbol, int64_t addend)
{
	uint64_t info;
	if (section < edit->object->section_count || section >= edit->section_count)
		return EDIT_ERROR(
			edit, "has no added section %u: give one that was added", section);
	if (offset >= edit->sections[section].content.size)
		return EDIT_ERROR(edit,
			"has no byte 0x%jx to relocate [section %u]: give one that exists",
			(uintmax_t)offset, section);
	if (uses_rel(edit->object) && addend != 0)
		return EDIT_ERROR(edit,
			"keeps addends in the section's bytes [section %u]: put it there", section);
	if (!make_info(edit, symbol, type, &info))
		return false;
	if (edit->sections[section].relocations == 0 && !add_relocation_section(edit, section))
		return false;
	uint8_t entry[sizeof(Elf64_Rela)] = {0};
	FIELD_PUT(edit->form, entry, Rela, r_offset, offset);
	FIELD_PUT(edit->form, entry, Rela, r_info, info);
	FIELD_PUT(edit->form, entry, Rela, r_addend, (uint64_t)addend);
	size_t size =
		uses_rel(edit->object) ? FIELD_SIZE(edit->form, Rel) : FIELD_SIZE(edit->form, Rela);
	struct buffer *entries = &edit->sections[edit->sections[section].relocations].content;
	return buffer_append(edit, entries, entry, size);
}
