/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What lib/object.h promises of every file, good or bad. */
#include <string.h>

#include "lib/object.h"
#include "lib/object_edit.h"
#include "lib/object_fields.h"
#include "tests/unit/unit.h"

#define GPS "tests/fixtures/sensors/gps.o"
#define FUSED "tests/fixtures/sensors/fused.o"

static const struct object_form arm = {.wide = false, .big = false};

/* Copies SIZE bytes, so that a sanitizer sees a read behind them. */
static struct blob copy_of(const struct blob *from, size_t size)
{
	struct blob copy = {.bytes = malloc(size == 0 ? 1 : size), .size = size};
	ck_assert_ptr_nonnull(copy.bytes);
	memcpy(copy.bytes, from->bytes, size);
	return copy;
}

static struct blob read_file(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, path, &blob));
	return blob;
}

static struct object *read_object(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, path);
	ck_assert_ptr_nonnull(object);
	return object;
}

/* Parses BLOB, which must be refused with a message that holds WORDS. */
static void expect_refused(struct blob *blob, const char *words)
{
	struct caught caught;
	caught_start(&caught);
	ck_assert_ptr_null(object_parse(&caught.diag, "bad.o", blob));
	ck_assert_msg(strstr(caught_text(&caught), words) != NULL, "'%s' is not in: %s", words,
		caught_text(&caught));
	ck_assert_uint_eq(caught.diag.errors, 1);
	caught_end(&caught);
	ck_assert_ptr_null(blob->bytes);
}

/* The header of section INDEX in the bytes of gps.o. */
static uint8_t *header_of(struct blob *blob, size_t index)
{
	return blob->bytes + FIELD_GET(arm, blob->bytes, Ehdr, e_shoff) +
	       index * sizeof(Elf32_Shdr);
}

static uint8_t *contents_of(struct blob *blob, size_t index)
{
	return blob->bytes + FIELD_GET(arm, header_of(blob, index), Shdr, sh_offset);
}

/* The sections of gps.o by number. */
enum { SHSTRTAB = 1, STRTAB = 2, SYMTAB = 3, TEXT = 4, REL_TEXT = 7, GPS_SECTIONS = 8 };

START_TEST(reads_what_the_compiler_wrote)
{
	struct object *object = read_object(FUSED);
	ck_assert_uint_eq(object->machine, EM_ARM);
	ck_assert_uint_eq(object->type, ET_REL);
	ck_assert_uint_eq(object->section_count, 9);
	ck_assert_uint_eq(object->symbol_count, 61);
	ck_assert_uint_eq(object->relocation_count, 228);
	const struct object_section *memory = object_section(object, ".synth.wasm_mem_1");
	ck_assert_ptr_nonnull(memory);
	ck_assert_uint_eq(memory->size, 65536);
	ck_assert_uint_eq(memory->align, 65536);
	const struct object_symbol *count = object_definition(object, "__synth_mem_count");
	ck_assert_ptr_nonnull(count);
	ck_assert_uint_eq(count->section, OBJECT_ABSOLUTE);
	ck_assert_uint_eq(count->value, 2);
	ck_assert_ptr_null(object_definition(object, "$2"));
	ck_assert_str_eq(object->symbols[60].name, "");
	ck_assert_uint_eq(object->symbols[60].section, SHN_UNDEF);
	object_free(object);
}
END_TEST

START_TEST(relocations_come_ordered_by_section_and_offset)
{
	struct object *object = read_object(FUSED);
	size_t first;
	ck_assert_uint_eq(object_relocations_of(object, 4, &first), 228);
	ck_assert_uint_eq(first, 0);
	ck_assert_uint_eq(object_relocations_of(object, 5, &first), 0);
	ck_assert_uint_eq(object_relocations_of(object, 3, &first), 0);
	for (size_t i = 1; i < object->relocation_count; i++)
		ck_assert_uint_lt(object->relocations[i - 1].offset, object->relocations[i].offset);
	object_free(object);
}
END_TEST

START_TEST(unordered_relocations_are_put_in_order)
{
	struct blob blob = read_file(GPS);
	uint8_t *entries = contents_of(&blob, REL_TEXT);
	uint8_t swap[sizeof(Elf32_Rel)];
	memcpy(swap, entries, sizeof(swap));
	memcpy(entries, entries + 4 * sizeof(swap), sizeof(swap));
	memcpy(entries + 4 * sizeof(swap), swap, sizeof(swap));
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_parse(&diag, "gps.o", &blob);
	ck_assert_ptr_nonnull(object);
	ck_assert_uint_eq(object->relocations[0].offset, 0x9a);
	ck_assert_uint_eq(object->relocations[0].entry, 4);
	ck_assert_uint_eq(object->relocations[4].entry, 0);
	object_free(object);
}
END_TEST

START_TEST(every_truncation_is_refused_or_read_whole)
{
	struct blob whole = read_file(GPS);
	for (size_t size = 0; size < whole.size; size++) {
		struct caught caught;
		caught_start(&caught);
		struct blob part = copy_of(&whole, size);
		struct object *object = object_parse(&caught.diag, "part.o", &part);
		ck_assert_msg(object == NULL, "%zu bytes of %zu were taken", size, whole.size);
		ck_assert_uint_eq(caught.diag.errors, 1);
		caught_text(&caught);
		caught_end(&caught);
	}
	blob_free(&whole);
}
END_TEST

/* Every byte of the header and of the section headers, set to a few hostile values. */
START_TEST(hostile_headers_are_read_without_harm)
{
	static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	struct blob whole = read_file(GPS);
	size_t headers = FIELD_GET(arm, whole.bytes, Ehdr, e_shoff);
	FILE *nowhere = fopen("/dev/null", "w");
	ck_assert_ptr_nonnull(nowhere);
	for (size_t at = 0; at < whole.size; at++) {
		if (at == sizeof(Elf32_Ehdr))
			at = headers;
		for (size_t i = 0; i < sizeof(values); i++) {
			struct diag diag = {.tool = "test", .stream = nowhere};
			struct blob bad = copy_of(&whole, whole.size);
			bad.bytes[at] = values[i];
			struct object *object = object_parse(&diag, "bad.o", &bad);
			ck_assert_int_eq(object == NULL, diag.errors == 1);
			object_free(object);
		}
	}
	fclose(nowhere);
	blob_free(&whole);
}
END_TEST

START_TEST(what_is_no_object_is_named)
{
	static const struct {
		const char *bytes;
		const char *words;
	} files[] = {
		{"", "is not an ELF file"},
		{"int main(void)\n", "is not an ELF file"},
		{"!<arch>\nx", "is an archive"},
		{"BC\xc0\xde", "is LLVM bitcode"},
		{"\177ELF\1\1\1", "cut short"},
		{"\177ELF\1\1\1\1\1\1\1\1\1\1\1\1\1\1", "cut short"},
		{"\177ELF\3\1\1\1\1\1\1\1\1\1\1\1\1\1", "ELF class 3"},
		{"\177ELF\1\3\1\1\1\1\1\1\1\1\1\1\1\1", "ELF byte order 3"},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct blob bytes = {(uint8_t *)(uintptr_t)files[i].bytes, strlen(files[i].bytes)};
		struct blob blob = copy_of(&bytes, bytes.size);
		expect_refused(&blob, files[i].words);
	}
	struct blob wasm = read_file("tests/fixtures/sensors/gps.wasm");
	expect_refused(&wasm, "is a WebAssembly module");
}
END_TEST

#define PATCH(name, words, statement)                                                              \
	START_TEST(name)                                                                           \
	{                                                                                          \
		struct blob blob = read_file(GPS);                                                 \
		statement;                                                                         \
		expect_refused(&blob, words);                                                      \
	}                                                                                          \
	END_TEST

#define SECTION_FIELD(index, field, value)                                                         \
	FIELD_PUT(arm, header_of(&blob, index), Shdr, field, value)

PATCH(refuses_a_section_behind_the_file, "ends behind the file [section 4",
	SECTION_FIELD(TEXT, sh_size, 0xfffffff0))
PATCH(refuses_a_link_to_no_section, "links to section 8 of 8",
	SECTION_FIELD(SYMTAB, sh_link, GPS_SECTIONS))
PATCH(refuses_an_odd_alignment, "alignment 3", SECTION_FIELD(TEXT, sh_addralign, 3))
PATCH(refuses_a_section_name_outside_the_names, "its name does not end",
	SECTION_FIELD(TEXT, sh_name, 0xffff))
PATCH(refuses_section_names_without_end, "its name does not end",
	SECTION_FIELD(SHSTRTAB, sh_size, 0x4d))
PATCH(refuses_section_names_in_no_string_table, "no string table",
	FIELD_PUT(arm, blob.bytes, Ehdr, e_shstrndx, TEXT))
PATCH(refuses_symbol_names_in_no_string_table, "no string table",
	SECTION_FIELD(SYMTAB, sh_link, TEXT))
PATCH(refuses_a_symbol_name_outside_the_names, "the name of symbol 1 does not end",
	FIELD_PUT(arm, contents_of(&blob, SYMTAB) + sizeof(Elf32_Sym), Sym, st_name, 0x7fffffff))
PATCH(refuses_a_symbol_in_no_section, "symbol 1 is in section 200 of 8",
	FIELD_PUT(arm, contents_of(&blob, SYMTAB) + sizeof(Elf32_Sym), Sym, st_shndx, 200))
PATCH(refuses_an_extended_index_without_table, "symbol 1 is in section 65535 of 8",
	FIELD_PUT(arm, contents_of(&blob, SYMTAB) + sizeof(Elf32_Sym), Sym, st_shndx, SHN_XINDEX))
PATCH(refuses_a_second_symbol_table, "a second symbol table",
	SECTION_FIELD(REL_TEXT, sh_type, SHT_SYMTAB))
PATCH(refuses_symbols_of_another_size, "a table of entries of 17 bytes",
	SECTION_FIELD(SYMTAB, sh_entsize, 17))
PATCH(refuses_half_a_symbol, "has size 367", SECTION_FIELD(SYMTAB, sh_size, 0x16f))
PATCH(refuses_more_locals_than_symbols, "24 of 23 symbols are local",
	SECTION_FIELD(SYMTAB, sh_info, 24))
PATCH(refuses_locals_among_globals, "symbol 16 is local among the global ones",
	SECTION_FIELD(SYMTAB, sh_info, 16))
PATCH(refuses_globals_among_locals, "symbol 17 is not local among the local ones",
	SECTION_FIELD(SYMTAB, sh_info, 18))
PATCH(refuses_a_relocation_of_no_section, "it relocates section 99 of 8",
	SECTION_FIELD(REL_TEXT, sh_info, 99))
PATCH(refuses_a_relocation_without_target, "without symbols or target",
	SECTION_FIELD(REL_TEXT, sh_info, 0))
PATCH(refuses_a_relocation_with_other_symbols, "without symbols or target",
	SECTION_FIELD(REL_TEXT, sh_link, STRTAB))
PATCH(refuses_a_relocation_behind_its_section, "entry 0 lies behind the section",
	FIELD_PUT(arm, contents_of(&blob, REL_TEXT), Rel, r_offset, 0xa69))
PATCH(refuses_a_relocation_to_no_symbol, "entry 0 names symbol 23 of 23",
	FIELD_PUT(arm, contents_of(&blob, REL_TEXT), Rel, r_info, ELF32_R_INFO(23, 10)))
PATCH(refuses_relocation_tables_on_one_another, "too many relocations", {
	for (size_t i = SHSTRTAB; i < GPS_SECTIONS; i++)
		if (i != SYMTAB && i != SHSTRTAB && i != STRTAB) {
			memcpy(header_of(&blob, i), header_of(&blob, REL_TEXT), sizeof(Elf32_Shdr));
			SECTION_FIELD(i, sh_info, SHSTRTAB);
			SECTION_FIELD(i, sh_offset, 0);
			SECTION_FIELD(i, sh_size, 4040);
		}
})
PATCH(refuses_another_version, "ELF version 9", FIELD_PUT(arm, blob.bytes, Ehdr, e_version, 9))
PATCH(refuses_headers_of_another_size, "section headers of 39 bytes",
	FIELD_PUT(arm, blob.bytes, Ehdr, e_shentsize, 39))
PATCH(refuses_names_in_no_section, "the table of section names does not exist",
	FIELD_PUT(arm, blob.bytes, Ehdr, e_shstrndx, 77))
PATCH(refuses_a_group_of_no_symbol, "the signature of the group does not exist", {
	SECTION_FIELD(5, sh_type, SHT_GROUP);
	SECTION_FIELD(5, sh_link, SYMTAB);
	SECTION_FIELD(5, sh_info, 23);
})
PATCH(refuses_a_group_of_no_section, "a member of the group does not exist", {
	SECTION_FIELD(5, sh_type, SHT_GROUP);
	SECTION_FIELD(5, sh_link, SYMTAB);
	SECTION_FIELD(5, sh_info, 1);
	SECTION_FIELD(5, sh_size, 60);
})

START_TEST(unnamed_tables_are_read)
{
	struct blob blob = read_file(GPS);
	SECTION_FIELD(SYMTAB, sh_name, 0);
	SECTION_FIELD(STRTAB, sh_name, 0);
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_parse(&diag, "gps.o", &blob);
	ck_assert_ptr_nonnull(object);
	ck_assert_str_eq(object->sections[SYMTAB].name, "");
	ck_assert_str_eq(object->symbols[1].name, "func_3");
	object_free(object);
}
END_TEST

START_TEST(an_object_without_section_names_is_read)
{
	struct blob blob = read_file(GPS);
	FIELD_PUT(arm, blob.bytes, Ehdr, e_shstrndx, SHN_UNDEF);
	for (size_t i = 1; i < GPS_SECTIONS; i++)
		SECTION_FIELD(i, sh_name, 0);
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_parse(&diag, "gps.o", &blob);
	ck_assert_ptr_nonnull(object);
	ck_assert_str_eq(object->sections[TEXT].name, "");
	object_free(object);
}
END_TEST

/* Both classes and byte orders, made by the editor and read back. */
START_TEST(every_class_and_byte_order_is_read)
{
	uint8_t class = (_i & 1) != 0 ? ELFCLASS64 : ELFCLASS32;
	uint8_t order = (_i & 2) != 0 ? ELFDATA2MSB : ELFDATA2LSB;
	struct diag diag = DIAG_INIT("test");
	struct object_edit *edit = object_edit_new(&diag, class, order, EM_PPC64, 0);
	ck_assert_ptr_nonnull(edit);
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct object_section text = {.name = ".text",
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_EXECINSTR,
		.size = sizeof(bytes),
		.align = 4,
		.bytes = bytes};
	uint32_t section;
	uint32_t symbol;
	ck_assert(object_edit_add_section(edit, &text, &section));
	struct object_symbol entry = {
		.name = "entry", .value = 4, .size = 4, .type = STT_FUNC, .binding = STB_GLOBAL};
	entry.section = section;
	ck_assert(object_edit_add_symbol(edit, &entry, &symbol));
	ck_assert(object_edit_add_relocation(edit, section, 4, 10, symbol, -4));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	object_edit_free(edit);

	struct object *object = object_parse(&diag, "made.o", &file);
	ck_assert_ptr_nonnull(object);
	ck_assert_uint_eq(object->class, class);
	ck_assert_uint_eq(object->data, order);
	ck_assert_uint_eq(object->machine, EM_PPC64);
	const struct object_symbol *read = object_definition(object, "entry");
	ck_assert_ptr_nonnull(read);
	ck_assert_uint_eq(read->value, 4);
	ck_assert_str_eq(object->sections[read->section].name, ".text");
	ck_assert_uint_eq(object->relocation_count, 1);
	ck_assert_int_eq(object->relocations[0].addend, -4);
	ck_assert_uint_eq(object->relocations[0].type, 10);
	ck_assert_uint_eq(object->relocations[0].symbol, symbol);
	ck_assert_uint_eq(object_word(object, object->sections[read->section].bytes),
		order == ELFDATA2LSB ? 0x04030201 : 0x01020304);
	object_free(object);
}
END_TEST

/* More sections than 16 bits can number: the count, the link and the symbols are extended. */
START_TEST(more_sections_than_16_bits_can_number)
{
	enum { SECTIONS = 66000 };
	struct diag diag = DIAG_INIT("test");
	struct object_edit *edit =
		object_edit_new(&diag, ELFCLASS32, ELFDATA2LSB, EM_ARM, 0x5000000);
	ck_assert_ptr_nonnull(edit);
	uint32_t section = 0;
	for (unsigned i = 0; i < SECTIONS; i++) {
		struct object_section data = {.name = ".bss", .type = SHT_NOBITS, .size = i};
		ck_assert(object_edit_add_section(edit, &data, &section));
	}
	uint32_t symbol;
	struct object_symbol last = {.name = "last", .binding = STB_GLOBAL, .section = section};
	ck_assert(object_edit_add_symbol(edit, &last, &symbol));
	struct object_symbol none = {.name = "none", .binding = STB_GLOBAL};
	ck_assert(object_edit_add_symbol(edit, &none, &symbol));
	struct object_symbol third = {.name = "first", .binding = STB_GLOBAL, .section = 4};
	ck_assert(object_edit_add_symbol(edit, &third, &symbol));
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	object_edit_free(edit);

	struct object *object = object_parse(&diag, "many.o", &file);
	ck_assert_ptr_nonnull(object);
	ck_assert_uint_gt(object->section_count, SECTIONS);
	ck_assert_uint_eq(object_definition(object, "last")->section, section);
	ck_assert_uint_eq(object->sections[section].size, SECTIONS - 1);
	ck_assert_uint_eq(object_definition(object, "first")->section, 4);
	ck_assert_ptr_null(object_definition(object, "none"));
	object_free(object);
}
END_TEST

START_TEST(machines_have_names)
{
	ck_assert_str_eq(object_machine_name(EM_ARM), "ARM");
	ck_assert_str_eq(object_machine_name(EM_RISCV), "RISC-V");
	ck_assert_str_eq(object_machine_name(0xfeed), "unknown machine");
}
END_TEST

static TCase *refusals(void)
{
	TCase *tcase = tcase_create("refusals");
	tcase_add_test(tcase, refuses_a_section_behind_the_file);
	tcase_add_test(tcase, refuses_a_link_to_no_section);
	tcase_add_test(tcase, refuses_an_odd_alignment);
	tcase_add_test(tcase, refuses_a_section_name_outside_the_names);
	tcase_add_test(tcase, refuses_section_names_without_end);
	tcase_add_test(tcase, refuses_section_names_in_no_string_table);
	tcase_add_test(tcase, refuses_symbol_names_in_no_string_table);
	tcase_add_test(tcase, refuses_a_symbol_name_outside_the_names);
	tcase_add_test(tcase, refuses_a_symbol_in_no_section);
	tcase_add_test(tcase, refuses_an_extended_index_without_table);
	tcase_add_test(tcase, refuses_a_second_symbol_table);
	tcase_add_test(tcase, refuses_symbols_of_another_size);
	tcase_add_test(tcase, refuses_half_a_symbol);
	tcase_add_test(tcase, refuses_more_locals_than_symbols);
	tcase_add_test(tcase, refuses_locals_among_globals);
	tcase_add_test(tcase, refuses_globals_among_locals);
	tcase_add_test(tcase, refuses_a_relocation_of_no_section);
	tcase_add_test(tcase, refuses_a_relocation_without_target);
	tcase_add_test(tcase, refuses_a_relocation_with_other_symbols);
	tcase_add_test(tcase, refuses_a_relocation_behind_its_section);
	tcase_add_test(tcase, refuses_a_relocation_to_no_symbol);
	tcase_add_test(tcase, refuses_relocation_tables_on_one_another);
	tcase_add_test(tcase, refuses_another_version);
	tcase_add_test(tcase, refuses_headers_of_another_size);
	tcase_add_test(tcase, refuses_names_in_no_section);
	tcase_add_test(tcase, refuses_a_group_of_no_symbol);
	tcase_add_test(tcase, refuses_a_group_of_no_section);
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("object");
	TCase *tcase = tcase_create("reading");
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, reads_what_the_compiler_wrote);
	tcase_add_test(tcase, relocations_come_ordered_by_section_and_offset);
	tcase_add_test(tcase, unordered_relocations_are_put_in_order);
	tcase_add_test(tcase, every_truncation_is_refused_or_read_whole);
	tcase_add_test(tcase, hostile_headers_are_read_without_harm);
	tcase_add_test(tcase, what_is_no_object_is_named);
	tcase_add_test(tcase, unnamed_tables_are_read);
	tcase_add_test(tcase, an_object_without_section_names_is_read);
	tcase_add_loop_test(tcase, every_class_and_byte_order_is_read, 0, 4);
	tcase_add_test(tcase, more_sections_than_16_bits_can_number);
	tcase_add_test(tcase, machines_have_names);
	suite_add_tcase(suite, tcase);
	suite_add_tcase(suite, refusals());
	return unit_run(suite);
}
