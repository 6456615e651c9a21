/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What lib/object_edit.h promises: the input, but for what was asked. */
#include <string.h>

#include "lib/object.h"
#include "lib/object_edit.h"
#include "lib/object_fields.h"
#include "tests/unit/unit.h"

#define GPS "tests/fixtures/sensors/gps.o"
#define FUSED "tests/fixtures/sensors/fused.o"

static const struct object_form arm = {.wide = false, .big = false};

/* An object, an edit of it, and what came out. */
struct bench {
	struct diag diag;
	struct object *object;
	struct object_edit *edit;
	struct object *result;
};

static struct bench bench_start(const char *path)
{
	struct bench bench = {.diag = DIAG_INIT("test")};
	bench.object = object_read(&bench.diag, path);
	ck_assert_ptr_nonnull(bench.object);
	bench.edit = object_edit_start(&bench.diag, bench.object);
	ck_assert_ptr_nonnull(bench.edit);
	return bench;
}

/* Writes the edit and reads it back. */
static void bench_write(struct bench *bench)
{
	struct blob file;
	ck_assert(object_edit_write(bench->edit, &file));
	bench->result = object_parse(&bench->diag, "result.o", &file);
	ck_assert_ptr_nonnull(bench->result);
}

static void bench_end(struct bench *bench)
{
	object_free(bench->result);
	object_edit_free(bench->edit);
	object_free(bench->object);
}

static void assert_same_bytes(const struct object *a, const struct object *b)
{
	ck_assert_uint_eq(a->file.size, b->file.size);
	ck_assert_mem_eq(a->file.bytes, b->file.bytes, a->file.size);
}

/* How many of the first bytes, those of the input, differ. */
static size_t count_changed(const struct bench *bench)
{
	size_t changed = 0;
	ck_assert_uint_ge(bench->result->file.size, bench->object->file.size);
	for (size_t i = 0; i < bench->object->file.size; i++)
		changed += bench->object->file.bytes[i] != bench->result->file.bytes[i];
	return changed;
}

/* Everything that an edit must not change: sections but SKIP keep offset and bytes. */
static void assert_untouched_but(const struct bench *bench, const uint32_t *skip, size_t skipped)
{
	for (uint32_t i = 1; i < bench->object->section_count; i++) {
		bool listed = false;
		for (size_t k = 0; k < skipped; k++)
			listed = listed || skip[k] == i;
		const struct object_section *before = &bench->object->sections[i];
		const struct object_section *after = &bench->result->sections[i];
		ck_assert_uint_eq(before->type, after->type);
		ck_assert_uint_eq(before->flags, after->flags);
		ck_assert_uint_eq(before->align, after->align);
		if (listed)
			continue;
		ck_assert_uint_eq(before->offset, after->offset);
		ck_assert_uint_eq(before->size, after->size);
		ck_assert_uint_eq(before->info, after->info);
		if (before->size != 0 && before->bytes != NULL)
			ck_assert_mem_eq(before->bytes, after->bytes, before->size);
	}
}

/* --- no-ops --------------------------------------------------------------------- */

static void assert_identity(const struct object *object)
{
	struct diag diag = DIAG_INIT("test");
	struct object_edit *edit = object_edit_start(&diag, object);
	ck_assert_ptr_nonnull(edit);
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		ck_assert(object_edit_rename_symbol(edit, i, object->symbols[i].name));
		ck_assert(object_edit_set_symbol(edit, i, &object->symbols[i]));
	}
	for (uint32_t i = 1; i < object->section_count; i++)
		ck_assert(object_edit_rename_section(edit, i, object->sections[i].name));
	for (size_t i = 0; i < object->relocation_count; i++)
		ck_assert(object_edit_retarget(
			edit, &object->relocations[i], object->relocations[i].symbol));
	ck_assert(!object_edit_changed(edit));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	ck_assert_uint_eq(file.size, object->file.size);
	ck_assert_mem_eq(file.bytes, object->file.bytes, file.size);
	blob_free(&file);
	object_edit_free(edit);
}

START_TEST(changing_nothing_gives_the_same_file)
{
	const char *const paths[] = {GPS, FUSED};
	struct bench bench = bench_start(paths[_i]);
	bench_write(&bench);
	assert_same_bytes(bench.object, bench.result);
	assert_identity(bench.object);
	bench_end(&bench);
}
END_TEST

/* --- names ----------------------------------------------------------------------- */

START_TEST(renaming_a_symbol_appends_the_name_and_moves_nothing_else)
{
	struct bench bench = bench_start(GPS);
	ck_assert(object_edit_rename_symbol(bench.edit, 22, "tick_now"));
	ck_assert(object_edit_changed(bench.edit));
	bench_write(&bench);
	ck_assert_str_eq(bench.result->symbols[22].name, "tick_now");
	ck_assert_uint_eq(bench.result->symbol_count, 23);
	for (size_t i = 0; i < 22; i++)
		ck_assert_str_eq(bench.result->symbols[i].name, bench.object->symbols[i].name);
	/* .strtab grew and moved; .symtab has one other name offset. */
	assert_untouched_but(&bench, (const uint32_t[]){2, 3}, 2);
	ck_assert_uint_eq(bench.result->sections[3].offset, bench.object->sections[3].offset);
	ck_assert_uint_ge(bench.result->sections[2].offset, bench.object->file.size);
	ck_assert_uint_le(count_changed(&bench), 4 + 4 + 4);
	bench_end(&bench);
}
END_TEST

START_TEST(a_name_that_fits_takes_the_place_of_the_old_one)
{
	static const char *const names[] = {"FUNC_13", "f"};
	struct bench bench = bench_start(GPS);
	ck_assert_str_eq(bench.object->symbols[11].name, "func_13");
	ck_assert(object_edit_rename_symbol(bench.edit, 11, names[_i]));
	ck_assert(object_edit_changed(bench.edit));
	bench_write(&bench);
	for (size_t i = 0; i < 23; i++)
		ck_assert_str_eq(bench.result->symbols[i].name,
			i == 11 ? names[_i] : bench.object->symbols[i].name);
	/* Nothing but bytes of the name. */
	ck_assert_uint_eq(bench.result->file.size, bench.object->file.size);
	assert_untouched_but(&bench, (const uint32_t[]){2}, 1);
	ck_assert_uint_eq(bench.result->sections[2].offset, bench.object->sections[2].offset);
	ck_assert_uint_eq(bench.result->sections[2].size, bench.object->sections[2].size);
	ck_assert_uint_eq(count_changed(&bench), _i == 0 ? 4 : 6);
	bench_end(&bench);
}
END_TEST

START_TEST(a_symbol_may_get_several_names_after_each_other)
{
	struct bench bench = bench_start(GPS);
	ck_assert(object_edit_rename_symbol(bench.edit, 11, "first"));
	ck_assert(object_edit_rename_symbol(bench.edit, 11, "second!"));
	ck_assert(object_edit_rename_symbol(bench.edit, 11, "func_13"));
	ck_assert(!object_edit_changed(bench.edit));
	ck_assert(object_edit_rename_symbol(bench.edit, 11, "a_longer_name"));
	ck_assert(object_edit_rename_symbol(bench.edit, 11, "func_13"));
	ck_assert(object_edit_rename_symbol(bench.edit, 12, "one"));
	ck_assert(object_edit_rename_symbol(bench.edit, 12, "another_longer_name"));
	ck_assert(object_edit_rename_symbol(bench.edit, 10, "FUNC_12"));
	ck_assert(object_edit_set_symbol(bench.edit, 10, &bench.object->symbols[10]));
	bench_write(&bench);
	ck_assert_str_eq(bench.result->symbols[10].name, "FUNC_12");
	ck_assert_str_eq(bench.result->symbols[11].name, "func_13");
	ck_assert_str_eq(bench.result->symbols[12].name, "another_longer_name");
	bench_end(&bench);
}
END_TEST

/* A small generator, the same numbers every time. */
static uint32_t next_number(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* An object whose symbols and some sections have names anywhere in one string table. */
static struct object *make_entangled(struct diag *diag, uint32_t *state)
{
	struct blob blob;
	ck_assert(file_read(diag, GPS, &blob));
	struct object *plain = object_read(diag, GPS);
	ck_assert_ptr_nonnull(plain);
	uint32_t size = (uint32_t)plain->sections[2].size;
	uint8_t *names = blob.bytes + plain->sections[2].offset;
	/* More names than the fixture has, some of them empty. */
	for (uint32_t i = 1; i < size - 1; i++)
		if (next_number(state) % 6 == 0)
			names[i] = '\0';
	uint8_t *symbols = blob.bytes + plain->sections[3].offset;
	for (size_t i = 1; i < plain->symbol_count; i++)
		if (next_number(state) % 2 == 0)
			FIELD_PUT(arm, symbols + i * sizeof(Elf32_Sym), Sym, st_name,
				next_number(state) % size);
	uint8_t *headers = blob.bytes + FIELD_GET(arm, blob.bytes, Ehdr, e_shoff);
	if (next_number(state) % 2 == 0) {
		FIELD_PUT(arm, blob.bytes, Ehdr, e_shstrndx, 2);
		FIELD_PUT(arm, headers, Shdr, sh_name, UINT32_MAX); /* of no section */
		for (size_t i = 1; i < plain->section_count; i++)
			FIELD_PUT(arm, headers + i * sizeof(Elf32_Shdr), Shdr, sh_name,
				next_number(state) % size);
	}
	object_free(plain);
	return object_parse(diag, "entangled.o", &blob);
}

START_TEST(no_name_changes_but_those_that_are_given)
{
	enum { SYMBOLS = 23, RENAMES = 12, LONGEST = 12 };
	uint32_t state = (uint32_t)_i + 1;
	struct diag diag = DIAG_INIT("test");
	struct object *object = make_entangled(&diag, &state);
	ck_assert_ptr_nonnull(object);
	ck_assert_uint_eq(object->symbol_count, SYMBOLS);
	struct object_edit *edit = object_edit_start(&diag, object);
	char expected[SYMBOLS][256];
	for (size_t i = 0; i < SYMBOLS; i++)
		snprintf(expected[i], sizeof(expected[i]), "%s", object->symbols[i].name);
	for (int k = 0; k < RENAMES; k++) {
		uint32_t symbol = 1 + next_number(&state) % (SYMBOLS - 1);
		uint32_t length = next_number(&state) % LONGEST;
		memset(expected[symbol], 'A' + k, length);
		expected[symbol][length] = '\0';
		ck_assert(object_edit_rename_symbol(edit, symbol, expected[symbol]));
	}
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	struct object *result = object_parse(&diag, "result.o", &file);
	ck_assert_ptr_nonnull(result);
	for (size_t i = 0; i < SYMBOLS; i++)
		ck_assert_str_eq(result->symbols[i].name, expected[i]);
	for (size_t i = 0; i < object->section_count; i++)
		ck_assert_str_eq(result->sections[i].name, object->sections[i].name);
	object_free(result);
	object_edit_free(edit);
	object_free(object);
}
END_TEST

START_TEST(names_that_a_third_table_may_use_are_not_replaced)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, GPS, &blob));
	uint64_t headers = FIELD_GET(arm, blob.bytes, Ehdr, e_shoff);
	FIELD_PUT(arm, blob.bytes + headers + 4 * sizeof(Elf32_Shdr), Shdr, sh_link, 2);
	struct object *object = object_parse(&diag, "linked.o", &blob);
	ck_assert_ptr_nonnull(object);
	struct object_edit *edit = object_edit_start(&diag, object);
	ck_assert(object_edit_rename_symbol(edit, 11, "FUNC_13"));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	struct object *result = object_parse(&diag, "result.o", &file);
	ck_assert_str_eq(result->symbols[11].name, "FUNC_13");
	const struct object_section *before = &object->sections[2];
	ck_assert_uint_gt(result->sections[2].size, before->size);
	ck_assert_mem_eq(result->sections[2].bytes, before->bytes, before->size);
	object_free(result);
	object_edit_free(edit);
	object_free(object);
}
END_TEST

START_TEST(a_name_that_is_the_tail_of_another_is_not_edited_in_place)
{
	/* Let symbol 1 (func_3) be named by the tail of func_13, as linkers merge them. */
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, GPS, &blob));
	struct object *plain = object_read(&diag, GPS);
	ck_assert_ptr_nonnull(plain);
	uint8_t *symbols = blob.bytes + plain->sections[3].offset;
	uint64_t name = FIELD_GET(arm, symbols + 11 * sizeof(Elf32_Sym), Sym, st_name);
	FIELD_PUT(arm, symbols + sizeof(Elf32_Sym), Sym, st_name, name + 5);
	object_free(plain);
	struct object *object = object_parse(&diag, "merged.o", &blob);
	ck_assert_ptr_nonnull(object);
	ck_assert_str_eq(object->symbols[11].name, "func_13");
	ck_assert_str_eq(object->symbols[1].name, "13");

	struct object_edit *edit = object_edit_start(&diag, object);
	ck_assert(object_edit_rename_symbol(edit, 1, "99"));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	struct object *result = object_parse(&diag, "result.o", &file);
	ck_assert_ptr_nonnull(result);
	ck_assert_str_eq(result->symbols[11].name, "func_13");
	ck_assert_str_eq(result->symbols[1].name, "99");
	object_free(result);
	object_edit_free(edit);
	object_free(object);
}
END_TEST

START_TEST(one_string_table_may_serve_symbols_and_sections)
{
	/* Point the section names at .strtab: every name there becomes some name of a symbol. */
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, GPS, &blob));
	uint64_t headers = FIELD_GET(arm, blob.bytes, Ehdr, e_shoff);
	FIELD_PUT(arm, blob.bytes, Ehdr, e_shstrndx, 2);
	for (size_t i = 1; i < 8; i++)
		FIELD_PUT(arm, blob.bytes + headers + i * sizeof(Elf32_Shdr), Shdr, sh_name, 1);
	struct object *object = object_parse(&diag, "shared.o", &blob);
	ck_assert_ptr_nonnull(object);
	struct object_edit *edit = object_edit_start(&diag, object);
	ck_assert(object_edit_rename_symbol(edit, 22, "tick_now"));
	ck_assert(object_edit_rename_section(edit, 4, ".text.gps"));
	ck_assert(object_edit_rename_symbol(edit, 21, "gps_cabi_realloc"));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	struct object *result = object_parse(&diag, "result.o", &file);
	ck_assert_ptr_nonnull(result);
	ck_assert_str_eq(result->symbols[22].name, "tick_now");
	ck_assert_str_eq(result->symbols[21].name, "gps_cabi_realloc");
	ck_assert_str_eq(result->sections[4].name, ".text.gps");
	ck_assert_str_eq(result->sections[5].name, object->sections[5].name);
	object_free(result);
	object_edit_free(edit);
	object_free(object);
}
END_TEST

START_TEST(renaming_a_section_leaves_the_others)
{
	struct bench bench = bench_start(FUSED);
	ck_assert(object_edit_rename_section(bench.edit, 5, ".berth.mem.baro.1"));
	bench_write(&bench);
	ck_assert_str_eq(bench.result->sections[5].name, ".berth.mem.baro.1");
	ck_assert_str_eq(bench.result->sections[6].name, bench.object->sections[6].name);
	assert_untouched_but(&bench, (const uint32_t[]){1}, 1);
	bench_end(&bench);
}
END_TEST

/* --- growing ------------------------------------------------------------------------ */

START_TEST(added_symbols_take_calls_over)
{
	struct bench bench = bench_start(GPS);
	const struct object_relocation *call = &bench.object->relocations[5];
	ck_assert_uint_eq(call->symbol, 22);
	struct object_symbol like = bench.object->symbols[22];
	like.name = "read_fix";
	uint32_t symbol;
	ck_assert(object_edit_add_symbol(bench.edit, &like, &symbol));
	ck_assert_uint_eq(symbol, 23);
	ck_assert(object_edit_retarget(bench.edit, call, symbol));
	bench_write(&bench);
	ck_assert_uint_eq(bench.result->symbol_count, 24);
	ck_assert_str_eq(bench.result->symbols[23].name, "read_fix");
	ck_assert_uint_eq(bench.result->symbols[23].binding, STB_GLOBAL);
	for (size_t i = 0; i < bench.object->relocation_count; i++) {
		const struct object_relocation *before = &bench.object->relocations[i];
		const struct object_relocation *after = &bench.result->relocations[i];
		ck_assert_uint_eq(after->offset, before->offset);
		ck_assert_uint_eq(after->type, before->type);
		ck_assert_uint_eq(after->symbol, i == 5 ? 23 : before->symbol);
	}
	assert_untouched_but(&bench, (const uint32_t[]){2, 3, 7}, 3);
	ck_assert_uint_eq(bench.result->sections[7].offset, bench.object->sections[7].offset);
	bench_end(&bench);
}
END_TEST

START_TEST(a_local_symbol_behind_globals_is_refused)
{
	struct caught caught;
	caught_start(&caught);
	struct object *object = object_read(&caught.diag, GPS);
	ck_assert_ptr_nonnull(object);
	struct object_edit *edit = object_edit_start(&caught.diag, object);
	struct object_symbol local = {.name = "here", .binding = STB_LOCAL, .section = 4};
	uint32_t symbol;
	ck_assert(!object_edit_add_symbol(edit, &local, &symbol));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "add a global one"));
	object_edit_free(edit);
	object_free(object);
	caught_end(&caught);
}
END_TEST

START_TEST(added_sections_lie_behind_the_input)
{
	struct bench bench = bench_start(GPS);
	static const uint8_t words[8] = {0xfe, 0xff, 0xff, 0xff};
	struct object_section code = {.name = ".text.berth.gps",
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_EXECINSTR,
		.size = sizeof(words),
		.align = 65536,
		.bytes = words};
	struct object_section memory = {.name = ".berth.mem.gps.0",
		.type = SHT_NOBITS,
		.flags = SHF_ALLOC | SHF_WRITE,
		.size = 65536,
		.align = 32};
	uint32_t code_index;
	uint32_t memory_index;
	ck_assert(object_edit_add_section(bench.edit, &code, &code_index));
	ck_assert(object_edit_add_section(bench.edit, &memory, &memory_index));
	ck_assert(object_edit_add_relocation(bench.edit, code_index, 4, 2, 20, 0));
	ck_assert(object_edit_add_relocation(bench.edit, code_index, 0, 10, 22, 0));
	bench_write(&bench);
	ck_assert_uint_eq(bench.result->section_count, 8 + 3);
	const struct object_section *added = &bench.result->sections[code_index];
	ck_assert_str_eq(added->name, ".text.berth.gps");
	ck_assert_uint_eq(added->align, 65536);
	ck_assert_uint_ge(added->offset, bench.object->file.size);
	ck_assert_uint_lt(added->offset, bench.object->file.size + 512);
	ck_assert_mem_eq(added->bytes, words, sizeof(words));
	ck_assert_uint_eq(bench.result->sections[memory_index].size, 65536);
	size_t first;
	ck_assert_uint_eq(object_relocations_of(bench.result, code_index, &first), 2);
	ck_assert_uint_eq(bench.result->relocations[first].symbol, 22);
	ck_assert_uint_eq(bench.result->relocations[first + 1].type, 2);
	const struct object_section *entries =
		&bench.result->sections[bench.result->relocations[first].table];
	ck_assert_str_eq(entries->name, ".rel.text.berth.gps");
	ck_assert_uint_eq(entries->type, SHT_REL);
	assert_untouched_but(&bench, (const uint32_t[]){1}, 1);
	/* e_shoff and e_shnum; the old section headers stay, unused. */
	ck_assert_uint_le(count_changed(&bench), 4 + 2);
	bench_end(&bench);
}
END_TEST

START_TEST(an_addend_where_the_abi_has_none_is_refused)
{
	struct caught caught;
	caught_start(&caught);
	struct object *object = object_read(&caught.diag, GPS);
	struct object_edit *edit = object_edit_start(&caught.diag, object);
	static const uint8_t word[4];
	struct object_section data = {
		.name = ".data", .type = SHT_PROGBITS, .size = 4, .align = 4, .bytes = word};
	uint32_t index;
	ck_assert(object_edit_add_section(edit, &data, &index));
	ck_assert(!object_edit_add_relocation(edit, index, 0, 2, 20, 4));
	ck_assert(!object_edit_add_relocation(edit, index, 4, 2, 20, 0));
	ck_assert(!object_edit_add_relocation(edit, index, 0, 2, 23, 0));
	ck_assert(!object_edit_add_relocation(edit, 4, 0, 2, 20, 0));
	ck_assert_uint_eq(caught.diag.errors, 4);
	object_edit_free(edit);
	object_free(object);
	caught_end(&caught);
}
END_TEST

START_TEST(a_memory_made_nobits_leaves_its_bytes_in_the_file)
{
	struct bench bench = bench_start(FUSED);
	ck_assert(object_edit_make_nobits(bench.edit, 5, 40960, 32));
	bench_write(&bench);
	ck_assert_uint_eq(bench.result->sections[5].type, SHT_NOBITS);
	ck_assert_uint_eq(bench.result->sections[5].size, 40960);
	ck_assert_uint_eq(bench.result->sections[5].align, 32);
	ck_assert_uint_eq(bench.result->file.size, bench.object->file.size);
	ck_assert_uint_eq(bench.result->sections[6].offset, bench.object->sections[6].offset);
	bench_end(&bench);
}
END_TEST

START_TEST(code_with_relocations_cannot_become_nobits)
{
	struct caught caught;
	caught_start(&caught);
	struct object *object = object_read(&caught.diag, GPS);
	struct object_edit *edit = object_edit_start(&caught.diag, object);
	ck_assert(!object_edit_make_nobits(edit, 4, 16, 4));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "section .text"));
	object_edit_free(edit);
	object_free(object);
	caught_end(&caught);
}
END_TEST

START_TEST(a_changed_symbol_keeps_the_bits_of_its_abi)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, GPS, &blob));
	struct object *plain = object_read(&diag, GPS);
	uint64_t entry = plain->sections[3].offset + 20 * sizeof(Elf32_Sym);
	object_free(plain);
	FIELD_PUT(arm, blob.bytes + entry, Sym, st_other, 0x80);
	struct object *object = object_parse(&diag, "other.o", &blob);
	ck_assert_ptr_nonnull(object);
	struct object_edit *edit = object_edit_start(&diag, object);
	struct object_symbol to = object->symbols[20];
	to.visibility = STV_HIDDEN;
	to.size = 7;
	ck_assert(object_edit_set_symbol(edit, 20, &to));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	ck_assert_uint_eq(FIELD_GET(arm, file.bytes + entry, Sym, st_other), 0x80 | STV_HIDDEN);
	ck_assert_uint_eq(FIELD_GET(arm, file.bytes + entry, Sym, st_size), 7);
	blob_free(&file);
	object_edit_free(edit);
	object_free(object);
}
END_TEST

/* --- refusals --------------------------------------------------------------------------- */

START_TEST(sections_that_share_bytes_are_refused)
{
	struct caught caught;
	caught_start(&caught);
	struct blob blob;
	ck_assert(file_read(&caught.diag, GPS, &blob));
	uint64_t headers = FIELD_GET(arm, blob.bytes, Ehdr, e_shoff);
	FIELD_PUT(arm, blob.bytes + headers + 5 * sizeof(Elf32_Shdr), Shdr, sh_offset, 0xc4c);
	struct object *object = object_parse(&caught.diag, "bad.o", &blob);
	ck_assert_ptr_nonnull(object);
	ck_assert_ptr_null(object_edit_start(&caught.diag, object));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "share bytes"));
	object_free(object);
	caught_end(&caught);
}
END_TEST

START_TEST(a_linked_image_is_not_edited)
{
	struct caught caught;
	caught_start(&caught);
	struct blob blob;
	ck_assert(file_read(&caught.diag, GPS, &blob));
	FIELD_PUT(arm, blob.bytes, Ehdr, e_type, ET_EXEC);
	struct object *object = object_parse(&caught.diag, "image.elf", &blob);
	ck_assert_ptr_nonnull(object);
	ck_assert_ptr_null(object_edit_start(&caught.diag, object));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "not a relocatable object"));
	object_free(object);
	caught_end(&caught);
}
END_TEST

START_TEST(what_does_not_fit_32_bits_is_refused)
{
	struct caught caught;
	caught_start(&caught);
	struct object_edit *edit =
		object_edit_new(&caught.diag, ELFCLASS32, ELFDATA2LSB, EM_ARM, 0x5000000);
	struct object_section huge = {
		.name = ".bss", .type = SHT_NOBITS, .size = (uint64_t)1 << 32, .align = 1};
	uint32_t index;
	ck_assert(!object_edit_add_section(edit, &huge, &index));
	huge.size = 16;
	huge.align = 3;
	ck_assert(!object_edit_add_section(edit, &huge, &index));
	struct object_symbol far = {.name = "far",
		.binding = STB_GLOBAL,
		.value = UINT64_MAX,
		.section = OBJECT_ABSOLUTE};
	ck_assert(!object_edit_add_symbol(edit, &far, &index));
	far.value = 0;
	far.section = 77;
	ck_assert(!object_edit_add_symbol(edit, &far, &index));
	ck_assert_uint_eq(caught.diag.errors, 4);
	object_edit_free(edit);
	caught_end(&caught);
}
END_TEST

START_TEST(an_object_from_nothing_carries_no_leftovers)
{
	struct diag diag = DIAG_INIT("test");
	struct object_edit *edit =
		object_edit_new(&diag, ELFCLASS32, ELFDATA2LSB, EM_ARM, 0x5000000);
	struct object_symbol local = {.name = "$d", .binding = STB_LOCAL, .section = 0};
	uint32_t index;
	ck_assert(object_edit_add_symbol(edit, &local, &index));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	ck_assert_uint_eq(FIELD_GET(arm, file.bytes, Ehdr, e_flags), 0x5000000);
	struct object *object = object_parse(&diag, "made.o", &file);
	ck_assert_ptr_nonnull(object);
	uint64_t used = sizeof(Elf32_Ehdr) + 4 * sizeof(Elf32_Shdr);
	for (size_t i = 1; i < object->section_count; i++)
		used += object->sections[i].size;
	ck_assert_uint_le(object->file.size - used, 3 + 3);
	ck_assert_uint_eq(object->sections[1].info, 2);
	object_free(object);
	object_edit_free(edit);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("object_edit");
	TCase *tcase = tcase_create("editing");
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, changing_nothing_gives_the_same_file, 0, 2);
	tcase_add_test(tcase, renaming_a_symbol_appends_the_name_and_moves_nothing_else);
	tcase_add_loop_test(tcase, a_name_that_fits_takes_the_place_of_the_old_one, 0, 2);
	tcase_add_test(tcase, a_symbol_may_get_several_names_after_each_other);
	tcase_add_loop_test(tcase, no_name_changes_but_those_that_are_given, 0, 400);
	tcase_add_test(tcase, names_that_a_third_table_may_use_are_not_replaced);
	tcase_add_test(tcase, a_name_that_is_the_tail_of_another_is_not_edited_in_place);
	tcase_add_test(tcase, one_string_table_may_serve_symbols_and_sections);
	tcase_add_test(tcase, renaming_a_section_leaves_the_others);
	tcase_add_test(tcase, added_symbols_take_calls_over);
	tcase_add_test(tcase, a_local_symbol_behind_globals_is_refused);
	tcase_add_test(tcase, added_sections_lie_behind_the_input);
	tcase_add_test(tcase, an_addend_where_the_abi_has_none_is_refused);
	tcase_add_test(tcase, a_memory_made_nobits_leaves_its_bytes_in_the_file);
	tcase_add_test(tcase, code_with_relocations_cannot_become_nobits);
	tcase_add_test(tcase, a_changed_symbol_keeps_the_bits_of_its_abi);
	tcase_add_test(tcase, sections_that_share_bytes_are_refused);
	tcase_add_test(tcase, a_linked_image_is_not_edited);
	tcase_add_test(tcase, what_does_not_fit_32_bits_is_refused);
	tcase_add_test(tcase, an_object_from_nothing_carries_no_leftovers);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
