/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What object_edit_localize promises: other numbers, the same symbols. */
#include <stdlib.h>
#include <string.h>

#include "lib/object.h"
#include "lib/object_edit.h"
#include "tests/unit/unit.h"

#define FUSED "tests/fixtures/sensors/fused.o"

/* Whether two symbols say the same but for the binding that MAY_BE_LOCAL. */
static void assert_same_symbol(
	const struct object_symbol *a, const struct object_symbol *b, bool localized)
{
	ck_assert_str_eq(a->name, b->name);
	ck_assert_uint_eq(a->value, b->value);
	ck_assert_uint_eq(a->size, b->size);
	ck_assert_uint_eq(a->type, b->type);
	ck_assert_uint_eq(a->section, b->section);
	ck_assert_uint_eq(localized ? STB_LOCAL : a->binding, b->binding);
}

static struct object *localize(struct diag *diag, const struct object *object, const bool *which)
{
	struct blob file;
	struct object_edit *edit = object_edit_start(diag, object);
	ck_assert_ptr_nonnull(edit);
	ck_assert(object_edit_localize(edit, which));
	ck_assert(object_edit_write(edit, &file));
	object_edit_free(edit);
	/* The reader refuses a table whose local symbols are not first. */
	struct object *result = object_parse(diag, "result.o", &file);
	ck_assert_ptr_nonnull(result);
	return result;
}

/* Every second global definition becomes local; every relocation means what it meant. */
START_TEST(relocations_mean_the_same_symbols)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, FUSED);
	ck_assert_ptr_nonnull(object);
	bool *which = calloc(object->symbol_count, sizeof(*which));
	ck_assert_ptr_nonnull(which);
	size_t globals = 0;
	for (size_t i = 1; i < object->symbol_count; i++)
		if (object->symbols[i].binding != STB_LOCAL && object->symbols[i].section != 0)
			which[i] = globals++ % 2 == 0;
	ck_assert_uint_gt(globals, 4);
	struct object *result = localize(&diag, object, which);
	ck_assert_uint_eq(object->relocation_count, result->relocation_count);
	for (size_t i = 0; i < object->relocation_count; i++) {
		const struct object_relocation *before = &object->relocations[i];
		const struct object_relocation *after = &result->relocations[i];
		ck_assert_uint_eq(before->offset, after->offset);
		ck_assert_uint_eq(before->type, after->type);
		assert_same_symbol(&object->symbols[before->symbol],
			&result->symbols[after->symbol], which[before->symbol]);
	}
	size_t count = 0;
	for (size_t i = 1; i < object->symbol_count; i++)
		count += which[i];
	ck_assert_uint_eq(result->sections[result->symbol_table].info,
		object->sections[object->symbol_table].info + count);
	ck_assert_uint_eq(object->file.size, result->file.size);
	object_free(result);
	object_free(object);
	free(which);
}
END_TEST

/* Symbols in sections whose numbers need SHT_SYMTAB_SHNDX keep their sections. */
START_TEST(extended_section_numbers_follow_their_symbols)
{
	enum { SECTIONS = SHN_LORESERVE + 20 };
	struct diag diag = DIAG_INIT("test");
	struct object_edit *edit = object_edit_new(&diag, ELFCLASS64, ELFDATA2MSB, EM_AARCH64, 0);
	ck_assert_ptr_nonnull(edit);
	uint32_t section = 0;
	struct object_section added = {.name = ".data", .type = SHT_NOBITS, .size = 4, .align = 4};
	for (size_t i = 0; i < SECTIONS; i++)
		ck_assert(object_edit_add_section(edit, &added, &section));
	static const char *const names[] = {"a", "b", "c", "d"};
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t index;
		struct object_symbol symbol = {.name = names[i],
			.binding = STB_GLOBAL,
			.type = STT_OBJECT,
			.section = i % 2 == 0 ? section - i : 4 + i};
		ck_assert(object_edit_add_symbol(edit, &symbol, &index));
	}
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	object_edit_free(edit);
	struct object *object = object_parse(&diag, "many.o", &file);
	ck_assert_ptr_nonnull(object);
	struct object *result =
		localize(&diag, object, (const bool[]){false, false, false, true, true});
	static const size_t order[] = {0, 3, 4, 1, 2};
	for (size_t i = 1; i < 5; i++)
		assert_same_symbol(&object->symbols[order[i]], &result->symbols[i], i < 3);
	object_free(result);
	object_free(object);
}
END_TEST

START_TEST(nothing_to_localize_changes_nothing)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, FUSED);
	ck_assert_ptr_nonnull(object);
	bool *which = calloc(object->symbol_count, sizeof(*which));
	ck_assert_ptr_nonnull(which);
	struct object *result = localize(&diag, object, which);
	ck_assert_uint_eq(object->file.size, result->file.size);
	ck_assert_mem_eq(object->file.bytes, result->file.bytes, object->file.size);
	object_free(result);
	object_free(object);
	free(which);
}
END_TEST

/* Adds to FUSED a section of TYPE with BYTES that belongs to the symbol table. */
static struct object *with_section(struct diag *diag, uint32_t type, uint8_t byte)
{
	struct blob file;
	uint32_t section;
	struct object *object = object_read(diag, FUSED);
	ck_assert_ptr_nonnull(object);
	struct object_edit *edit = object_edit_start(diag, object);
	struct object_section added = {
		.name = ".list", .type = type, .size = 1, .align = 1, .bytes = &byte};
	ck_assert_ptr_nonnull(edit);
	ck_assert(object_edit_add_section(edit, &added, &section));
	ck_assert(object_edit_write(edit, &file));
	bool big = object->data == ELFDATA2MSB;
	Elf32_Ehdr header;
	memcpy(&header, file.bytes, sizeof(header));
	uint8_t *link = file.bytes + header.e_shoff + section * sizeof(Elf32_Shdr) +
			offsetof(Elf32_Shdr, sh_link);
	link[big ? 3 : 0] = (uint8_t)object->symbol_table;
	object_edit_free(edit);
	object_free(object);
	object = object_parse(diag, "list.o", &file);
	ck_assert_ptr_nonnull(object);
	return object;
}

static void assert_refused(uint32_t type, uint8_t byte, const char *words)
{
	struct caught caught;
	caught_start(&caught);
	struct object *object = with_section(&caught.diag, type, byte);
	bool *which = calloc(object->symbol_count, sizeof(*which));
	ck_assert_ptr_nonnull(which);
	which[object->symbol_count - 1] = true;
	struct object_edit *edit = object_edit_start(&caught.diag, object);
	ck_assert_ptr_nonnull(edit);
	ck_assert(!object_edit_localize(edit, which));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), words));
	object_edit_free(edit);
	object_free(object);
	free(which);
	caught_end(&caught);
}

START_TEST(lists_that_cannot_be_renumbered_are_refused)
{
	assert_refused(0x6fff4c03, 0x80, "is damaged: its list of symbols whose address counts");
	assert_refused(0x6fff4c03, 0x7f, "is damaged: its list of symbols whose address counts");
	assert_refused(0x6fff4cff, 0, "may name symbols by number");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("object_reorder");
	TCase *tcase = tcase_create("localizing");
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, relocations_mean_the_same_symbols);
	tcase_add_test(tcase, extended_section_numbers_follow_their_symbols);
	tcase_add_test(tcase, nothing_to_localize_changes_nothing);
	tcase_add_test(tcase, lists_that_cannot_be_renumbered_are_refused);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
