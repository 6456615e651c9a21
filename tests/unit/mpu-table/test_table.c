/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Making the region table, reading it back, and proving that it agrees with its image. */
#include "lib/unit_code.h"
#include "tests/unit/mpu-table/checking.h"

static void setup(void)
{
	caught_start(&caught);
	sample_make(&sample);
	image_make(&image, &sample, &caught.diag);
}

static void teardown(void)
{
	image_free(&image);
	caught_end(&caught);
}

#define WORDS(type) (sizeof(type) / 4)
#define ROW_WORD(row, field)                                                                       \
	(get_word(HEADER_WORD(rows)) / 4 + 2 * (row) + offsetof(struct berth_row, field) / 4)

/* --- the checksum --------------------------------------------------------------------- */

START_TEST(the_checksum_is_that_of_ieee_802_3)
{
	ck_assert_uint_eq(crc32_more(CRC32_START, (const uint8_t *)"123456789", 9), 0xcbf43926);
	uint32_t half = crc32_more(CRC32_START, (const uint8_t *)"1234", 4);
	ck_assert_uint_eq(crc32_more(half, (const uint8_t *)"56789", 5), 0xcbf43926);
}
END_TEST

START_TEST(one_changed_bit_is_located_from_two_checksums)
{
	uint8_t bytes[200];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37);
	uint32_t crc = crc32_more(CRC32_START, bytes, sizeof(bytes));
	for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		uint32_t other = crc32_more(CRC32_START, bytes, sizeof(bytes));
		ck_assert_uint_eq(crc32_locate(crc ^ other, sizeof(bytes)), bit);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	ck_assert_uint_eq(crc32_locate(0, sizeof(bytes)), SIZE_MAX);
}
END_TEST

/* --- making and reading ----------------------------------------------------------------- */

START_TEST(a_table_reads_back_as_the_layout_says)
{
	struct table *table = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	ck_assert_msg(table != NULL, "%s", caught_text(&caught));
	ck_assert_uint_eq(table->header.region_count, 6);
	ck_assert_uint_eq(table->header.context_count, 2);
	ck_assert_uint_eq(table->header.arena_count, 2);
	ck_assert_uint_eq(table->header.row_count, 8);
	ck_assert_uint_eq(table->header.crc32, table->checksum);
	for (uint32_t i = 0; i < 6; i++) {
		ck_assert_str_eq(table_region_name(table, i), sample.regions[i].name);
		ck_assert_uint_eq(table->regions[i].base, sample.regions[i].base);
		ck_assert_uint_eq(table->regions[i].size, sample.regions[i].size);
		ck_assert_uint_eq(table->regions[i].reserved, sample.regions[i].reserved);
		ck_assert_uint_eq(table->regions[i].access, sample.regions[i].access);
	}
	ck_assert_uint_eq(table->regions[0].component, BERTH_NONE);
	ck_assert_uint_eq(table->regions[3].component, 1);
	ck_assert_uint_eq(table->regions[3].index, 0);
	ck_assert_uint_eq(table->regions[4].index, BERTH_NONE);
	const struct berth_context *gps = &table->contexts[1];
	ck_assert_str_eq(table_name(table, gps->name), "gps");
	ck_assert_uint_eq(gps->first_row, 4);
	ck_assert_uint_eq(gps->row_count, 4);
	ck_assert_uint_eq(gps->memory, 3);
	ck_assert_uint_eq(gps->data_base, 0x20005000);
	ck_assert_uint_eq(gps->arena, 1);
	ck_assert_uint_eq(table->arenas[1].state, 0x20005400);
	ck_assert_uint_eq(table_row(table, 7).words[0], 0x40004013);
	ck_assert_uint_eq(gps->window_base, 0x20010000);
	ck_assert_uint_eq(gps->window_size, 0x10000);
	ck_assert_uint_eq(table->row_owners[7], 5);
	const struct berth_arena arena = table_arena(&sample.layout, 1);
	ck_assert_mem_eq(&table->arenas[1], &arena, sizeof(arena));
	table_free(table);
}
END_TEST

START_TEST(a_big_endian_table_is_the_same_table)
{
	struct blob big = {0};
	struct blob names = {0};
	sample.layout.endian = "big";
	ck_assert(table_make(&caught.diag, &sample.layout, &big, &names));
	struct table *little = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	struct table *read = table_parse(&caught.diag, "x", &big, &names, true);
	ck_assert_ptr_nonnull(read);
	ck_assert_uint_eq(read->header.crc32, read->checksum);
	for (uint32_t i = 0; i < read->header.bytes / 4; i++)
		if (i != 4)
			ck_assert_uint_eq(read->words[i], little->words[i]);
	big.bytes[100] ^= 0x10;
	struct table *damaged = table_parse(&caught.diag, "x", &big, &names, true);
	ck_assert_ptr_nonnull(damaged);
	ck_assert_uint_eq(damaged->changed_word, 25);
	ck_assert_uint_eq(damaged->changed_bit, 28);
	table_free(damaged);
	table_free(read);
	table_free(little);
	blob_free(&big);
	blob_free(&names);
}
END_TEST

START_TEST(a_layout_that_does_not_fit_the_table_is_refused)
{
	struct blob table;
	struct blob names;
	sample.contexts[1].rows[2].slot = 3;
	ck_assert(!table_make(&caught.diag, &sample.layout, &table, &names));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "row 2 is not in slot 2 [context gps"));
	ck_assert_ptr_null(table.bytes);
	sample.contexts[1].rows[2].slot = 2;
	sample.regions[3].reserved = UINT64_C(0x100000000);
	ck_assert(!table_make(&caught.diag, &sample.layout, &table, &names));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "32 bits [region gps.mem0]"));
	sample.regions[3].reserved = 0x10000;
	sample.layout.arch = "z80";
	ck_assert(!table_make(&caught.diag, &sample.layout, &table, &names));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "architecture z80"));
}
END_TEST

START_TEST(every_truncation_is_refused)
{
	for (size_t size = 0; size < image.table.size; size++) {
		struct blob part = {image.table.bytes, size};
		ck_assert_ptr_null(table_parse(&caught.diag, "x", &part, &image.names, false));
	}
	ck_assert_uint_ge(caught.diag.errors, image.table.size);
}
END_TEST

START_TEST(no_word_of_the_table_is_believed)
{
	static const uint32_t evil[] = {0, 1, 4, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
	for (size_t word = 0; word < image.table.size / 4; word++) {
		uint32_t was = get_word(word);
		for (size_t i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
			put_word(word, evil[i]);
			ck_assert_msg(!check() || evil[i] == was, "word %zu = %x", word, evil[i]);
			/* With a checksum that holds not all is to be found, but
			 * nothing may crash. */
			seal();
			check();
			change(word, was);
		}
	}
}
END_TEST

/* --- agreement --------------------------------------------------------------------------- */

START_TEST(a_table_and_its_image_agree)
{
	ck_assert_msg(check(), "%s", caught_text(&caught));
	ck_assert_uint_eq(caught.diag.errors, 0);
}
END_TEST

START_TEST(symbols_of_a_stripped_image_are_not_missed)
{
	image.stripped = true;
	ck_assert_msg(check(), "%s", caught_text(&caught));
	struct object *object = image_object(&image, &caught.diag);
	ck_assert(!table_sees_symbols(object));
	object_free(object);
}
END_TEST

/* Every bit, the checksum as it was: each is told, rows by context, row and region. */
START_TEST(every_changed_bit_is_named)
{
	for (size_t bit = 0; bit < image.table.size * 8; bit++) {
		image.table.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		ck_assert_msg(!check(), "bit %zu", bit);
		image.table.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		char words[96];
		uint32_t row = ((uint32_t)(bit / 32) - (uint32_t)ROW_WORD(0, rbar)) / 2;
		snprintf(words, sizeof(words), "one bit has changed, bit %zu", bit % 32);
		ck_assert_msg(strstr(caught_text(&caught), words) != NULL, "bit %zu: %s", bit,
			caught_text(&caught));
		if (bit / 32 >= ROW_WORD(0, rbar)) {
			const struct layout_context *context = &sample.contexts[row / 4];
			snprintf(words, sizeof(words), "[context %s, row %u, region %s: %s]",
				context->name, row % 4,
				sample.regions[context->rows[row % 4].region].name,
				bit / 32 % 2 == ROW_WORD(0, rbar) % 2 ? "rbar" : "rasr");
			ck_assert_msg(strstr(caught_text(&caught), words) != NULL, "%s: %s", words,
				caught_text(&caught));
		}
		caught_end(&caught);
		caught_start(&caught);
	}
}
END_TEST

/* Whether some line of TEXT has both. */
static bool line_with(const char *text, const char *one, const char *two)
{
	for (const char *at = strstr(text, one); at != NULL; at = strstr(at + 1, one)) {
		const char *found = strstr(at, two);
		if (found != NULL && found < strchr(at, '\n'))
			return true;
	}
	return false;
}

/* Rows are proven by what they open: a checksum that was made anew hides nothing. */
START_TEST(every_changed_bit_of_a_row_is_named_without_the_checksum)
{
	for (uint32_t row = 0; row < 8; row++)
		for (unsigned bit = 0; bit < 64; bit++) {
			size_t word = ROW_WORD(row, rbar) + bit / 32;
			char name[16];
			snprintf(name, sizeof(name), "row %u, ", row % 4);
			change(word, get_word(word) ^ 1u << bit % 32);
			ck_assert_msg(!check(), "row %u bit %u", row, bit);
			const char *text = caught_text(&caught);
			ck_assert_msg(line_with(text, row < 4 ? "[context imu, " : "[context gps, ",
					      name),
				"row %u bit %u: %s", row, bit, text);
			ck_assert_ptr_null(strstr(text, "R02"));
			change(word, get_word(word) ^ 1u << bit % 32);
			caught_end(&caught);
			caught_start(&caught);
		}
}
END_TEST

START_TEST(two_changed_bits_are_told_as_more_than_one)
{
	put_word(ROW_WORD(2, rasr), get_word(ROW_WORD(2, rasr)) ^ 0x01000000);
	put_word(REGION_WORD(4, size), get_word(REGION_WORD(4, size)) ^ 0x40);
	expect_finding("R02", "more than one bit");
	/* It still says what is wrong. */
	expect_finding("R06", "[context imu, row 2, region imu.mem0]");
	expect_finding("R10", "[region gps.data, section .berth.data.gps]");
}
END_TEST

START_TEST(a_damaged_header_is_named_with_the_bit_that_explains_it)
{
	put_word(14, get_word(14) ^ 2);
	expect_finding("R01", "header: ");
	expect_finding("R02", "bit 1 of word 14 [header: row_count]");
}
END_TEST

/* --- one thing wrong at a time --------------------------------------------------------------- */

START_TEST(rows_that_do_what_they_should_not_are_found)
{
	/* Row 3 of gps, the peripheral: as Normal memory, then with fetches allowed. */
	change(ROW_WORD(7, rasr), 0x130b0017);
	expect_finding("R07", "must be Device [context gps, row 3, region uart]");
	change(ROW_WORD(7, rasr), 0x03050017);
	expect_finding("R06", "gives unprivileged code rwx, the region is rw-");
	/* Shareable, which is not cached on a Cortex-M7: same rights, same type. */
	change(ROW_WORD(7, rasr), 0x13050017);
	change(ROW_WORD(1, rasr), get_word(ROW_WORD(1, rasr)) | 1u << 18);
	expect_finding("R08", "[context imu, row 1, region imu.mem0]");
}
END_TEST

START_TEST(rows_that_are_illegal_or_off_are_found)
{
	change(ROW_WORD(7, rasr), get_word(ROW_WORD(7, rasr)) ^ 1);
	expect_finding(
		"R03", "RASR.ENABLE is clear: it opens nothing [context gps, row 3, region uart]");
	change(ROW_WORD(7, rasr), 0x14050017);
	expect_finding("R03", "RASR.AP is 0b100, which is reserved");
}
END_TEST

START_TEST(a_memory_that_is_executable_in_region_and_row_is_found)
{
	change(REGION_WORD(3, access), 7);
	change(ROW_WORD(5, rasr), get_word(ROW_WORD(5, rasr)) & ~(1u << 28));
	expect_finding("R09", "must not be executable [region gps.mem0]");
	expect_finding("R08", "[context gps, row 1, region gps.mem0]");
}
END_TEST

START_TEST(code_that_is_writable_is_found)
{
	change(REGION_WORD(0, access), 7);
	expect_finding("R09", "must not be writable [region flash]");
}
END_TEST

START_TEST(rows_in_each_others_slots_are_found)
{
	change(ROW_WORD(4, rbar), get_word(ROW_WORD(4, rbar)) ^ 1);
	expect_finding("R04", "into slot 1 [context gps, row 0, region flash]");
}
END_TEST

START_TEST(a_region_without_a_row_is_found)
{
	change(OWNER_WORD(6), 3);
	expect_finding("R05", "no row of its context opens it [context gps, region gps.data]");
}
END_TEST

START_TEST(a_region_of_another_component_is_found)
{
	change(REGION_WORD(4, component), 0);
	expect_finding("R12", "belongs to imu, but a row opens it [context gps, region gps.data]");
}
END_TEST

START_TEST(memory_open_to_two_contexts_is_found)
{
	/* The peripheral's window of gps moves over imu's data. */
	change(REGION_WORD(5, base), 0x20004000);
	change(ROW_WORD(7, rbar), 0x20004013);
	expect_finding("R12", "opens 0x20004800, which context imu opens too, in row 3");
	expect_finding("R13", "opens bytes of section .berth.data.imu");
}
END_TEST

START_TEST(rows_of_one_context_that_meet_are_found)
{
	change(REGION_WORD(5, base), 0x20010000);
	change(ROW_WORD(7, rbar), 0x20010013);
	expect_finding("R12", "opens 0x20010000, which row 1 (region gps.mem0) opens too");
}
END_TEST

START_TEST(stacks_and_arenas_out_of_place_are_found)
{
	change(CONTEXT_WORD(0, stack_base), 0x20004000);
	expect_finding(
		"R11", "stack_base and stack_size must be a range in its data [context imu]");
	change(CONTEXT_WORD(0, stack_base), 0x20004804);
	expect_finding("R11", "a multiple of 8 [context imu]");
	change(CONTEXT_WORD(0, stack_base), 0x20004800);
	change(ARENA_WORD(1, state), 0x20010000);
	expect_finding("R11", "is not in the component's data [arena of gps]");
	change(ARENA_WORD(1, state), 0x20005000);
	expect_finding("R11", "lies in the stack or the globals [arena of gps]");
	change(ARENA_WORD(1, state), 0x20005400);
	change(ARENA_WORD(0, size), 0x5000);
	expect_finding("R11", "20480 bytes at offset 4096 are not in its memory of 20864");
	change(CONTEXT_WORD(1, arena), 0);
	expect_finding("R11", "another context has that arena [context gps]");
	change(CONTEXT_WORD(1, memory_size), 0x10001);
	expect_finding("R11", "memory_base and memory_size must be a range");
	change(CONTEXT_WORD(1, memory), 1);
	expect_finding("R11", "that region is no memory of its own [context gps]");
}
END_TEST

START_TEST(fields_that_name_no_region_of_the_component_are_found)
{
	change(CONTEXT_WORD(0, data_size), 2016);
	expect_finding(
		"R11", "data_size 2016 are those of no data region of its own [context imu]");
	change(CONTEXT_WORD(0, data_size), 2024);
	change(CONTEXT_WORD(1, globals), 0x20005802);
	expect_finding("R11", "the globals must be in its data, at a multiple of 4 [context gps]");
	change(CONTEXT_WORD(1, globals), 0x20005008);
	expect_finding("R11", "the stack lies over them [context gps]");
	change(ARENA_WORD(0, memory_base), 0x20010000);
	expect_finding("R11", "are no memory of the component's [arena of imu]");
	change(CONTEXT_WORD(1, arena), BERTH_NONE);
	expect_finding("R11", "1 contexts use the table's 2 arenas");
}
END_TEST

START_TEST(a_region_that_is_there_twice_is_found)
{
	change(REGION_WORD(5, name), get_word(REGION_WORD(0, name)));
	expect_finding("R09", "is there twice, as number 0 and 5 [region flash]");
}
END_TEST

START_TEST(a_section_of_another_size_or_place_is_found)
{
	image_section(&image, ".berth.mem.gps.0")->size = 0x8000;
	expect_finding("R10", "its section is 32768 bytes at 0x20010000 [region gps.mem0");
	image_section(&image, ".berth.mem.gps.0")->size = 0x10000;
	image_section(&image, ".berth.data.imu")->address += 8;
	expect_finding("R10", "[region imu.data, section .berth.data.imu]");
}
END_TEST

START_TEST(a_missing_and_an_unknown_section_are_found)
{
	memcpy(image_section(&image, ".berth.mem.gps.0")->name, ".berth.mem.gsp.0", 17);
	expect_finding("R10", "no section for it in the image [region gps.mem0");
	expect_finding("R10", "are in no region of the table [section .berth.mem.gsp.0]");
}
END_TEST

START_TEST(what_the_linker_put_into_an_opened_range_is_found)
{
	/* In the 128 bytes of slack behind imu's memory. */
	uint16_t index =
		image_add(&image, ".secrets", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 0x2000d1c0, 32);
	image_name(&image, "key", 0x2000d1c8, 8, STT_OBJECT, index);
	expect_finding("R13", "section .secrets, 0x2000d1c0 to 0x2000d1df, among them symbol key "
			      "[context imu, row 2, region imu.mem0]");
	image.section_count--;
	image_symbol(&image, "key")->section = SHN_ABS;
	expect_finding("R13", "opens bytes of symbol key, 8 bytes at 0x2000d1c8");
}
END_TEST

START_TEST(writable_data_in_a_code_region_is_found)
{
	image_section(&image, ".data")->address = 0x800;
	image_symbol(&image, "native_state")->value = 0x810;
	expect_finding("R13", "section .data, 0x00000800 to 0x0000083f, among them symbol "
			      "native_state [context imu, row 0, region flash]");
}
END_TEST

START_TEST(code_outside_of_every_code_region_is_found)
{
	image_section(&image, ".text")->address = 0x10000;
	expect_finding("R14", "no row opens section .text, 0x00010000 to 0x000100ff");
	memcpy(image_section(&image, ".text")->name, ".code", 6);
	expect_finding("R14", "the image has no section .text [context gps]");
}
END_TEST

START_TEST(symbols_that_disagree_are_found)
{
	image_symbol(&image, "gps_mem_0")->value += 4;
	image_symbol(&image, "berth_regions")->name = "berth_region";
	expect_finding("R15", "[symbol gps_mem_0]");
	expect_finding("R15", "is not there, it should be at 0x00000400 [symbol berth_regions]");
}
END_TEST

START_TEST(an_arena_that_the_component_reads_and_the_table_has_not_is_found)
{
	image.arenas[0].offset += 8;
	expect_finding("R15",
		"is 0x00001008, the table says 0x00001000 [arena of imu: offset, symbol "
		"berth_arena_imu]: run elfbind inject again for component imu");
	image_symbol(&image, "berth_arena_imu")->size = 16;
	expect_finding("R15", "is not 24 bytes in a section that can only be read [symbol "
			      "berth_arena_imu]");
	image_section(&image, ".rodata.gps")->flags |= SHF_WRITE;
	expect_finding("R15", "[symbol berth_arena_gps]");
	image_symbol(&image, "berth_arena_imu")->name = "berth_arena_ium";
	expect_finding("R15", "is not there, and imu___cabi_arena_realloc is [symbol "
			      "berth_arena_imu]");
}
END_TEST

START_TEST(a_veneer_that_takes_blocks_of_another_arena_is_found)
{
	static uint8_t text[0x100];
	const struct berth_arena *arena = &image.arenas[0];
	const uint32_t words[] = {arena->state, arena->offset + arena->size};
	uint8_t *at = text + 0x40 + UNIT_CODE_SHORT_ARM - UNIT_CODE_SHORT_WORDS;
	image_symbol(&image, "imu___cabi_arena_realloc")->size = UNIT_CODE_SHORT_ARM;
	expect_finding("R15", "takes blocks of another arena than the table has for its component "
			      "[symbol imu___cabi_arena_realloc]: run elfbind inject again");
	image_section(&image, ".text")->bytes = text;
	memcpy(at, words, sizeof(words));
	ck_assert(check());
	at[4] ^= 8;
	expect_finding("R15", "[symbol imu___cabi_arena_realloc]");
	at[4] ^= 8;
	at[0] ^= 8;
	expect_finding("R15", "[symbol imu___cabi_arena_realloc]");
}
END_TEST

START_TEST(an_arena_that_lasts_one_call_is_one)
{
	image_free(&image);
	sample.components[1].arena.reset = LAYOUT_RESET_CALL;
	image_make(&image, &sample, &caught.diag);
	ck_assert_uint_eq(image.arenas[1].policy, BERTH_ARENA_BUMP_CALL);
	ck_assert(check());
	image.arenas[1].policy = BERTH_ARENA_BUMP;
	expect_finding("R15", "[arena of gps: policy, symbol berth_arena_gps]");
	image_symbol(&image, "gps_layout")->value =
		layout_mark(1, sample.regions[sample.components[1].memory].base,
			sample.components[1].globals, &sample.components[0].arena);
	expect_finding("R15", "[symbol gps_layout]");
}
END_TEST

START_TEST(a_component_that_allocates_nothing_needs_no_arena_constant)
{
	image_symbol(&image, "berth_arena_imu")->name = "berth_arena_ium";
	image_symbol(&image, "imu___cabi_arena_realloc")->name = "imu_realloc";
	ck_assert(check());
}
END_TEST

START_TEST(an_object_that_was_injected_with_another_arena_is_found)
{
	sample.components[0].arena.size -= 8;
	image_symbol(&image, "imu_layout")->value =
		layout_mark(0, sample.regions[sample.components[0].memory].base,
			sample.components[0].globals, &sample.components[0].arena);
	expect_finding("R15", "[symbol imu_layout]");
}
END_TEST

START_TEST(a_component_that_was_injected_with_another_layout_is_found)
{
	image_symbol(&image, "gps_layout")->value ^= 1;
	image_symbol(&image, "imu_layout")->name = "imu_layouts";
	expect_finding("R15", "the component's initial data is for another layout "
			      "[symbol gps_layout]: run elfbind inject again for component gps");
	expect_finding("R15", "[symbol imu_layout]: link what elfbind inject wrote");
}
END_TEST

START_TEST(a_table_that_can_be_written_is_found)
{
	image.segment_flags = PF_R | PF_W;
	expect_finding("R16", "its segment is writable");
	image_section(&image, TABLE_SECTION)->flags |= SHF_WRITE;
	expect_finding("R16", "is not an allocated, read-only section");
	image_section(&image, TABLE_SECTION)->address = 0x30000000;
	expect_finding("R16", "no loaded segment holds it");
}
END_TEST

START_TEST(a_table_without_names_is_told)
{
	memcpy(image_section(&image, TABLE_NAMES_SECTION)->name, ".berth.other", 13);
	expect_finding("R09", "region 0 has no name in section .berth.names");
	expect_finding("R11", "context 1 has no name");
}
END_TEST

START_TEST(a_table_of_another_version_is_told)
{
	change(1, 77);
	expect_finding("R01", "header: version is 77, this program knows");
}
END_TEST

START_TEST(a_table_that_cannot_be_decoded_is_told)
{
	change(0, 0x12345678);
	expect_finding("R01", "header: magic is 0x12345678");
	image.table.size -= 4;
	image_section(&image, TABLE_SECTION)->size -= 4;
	expect_finding("R01", "[section .berth.regions]");
}
END_TEST

/* Half of gps's memory: the same base, one power of two less. */
START_TEST(a_memory_that_is_not_fully_opened_is_found)
{
	change(ROW_WORD(5, rasr), get_word(ROW_WORD(5, rasr)) - 2);
	expect_finding("R05", "opens 32768 bytes of the 65536 reserved [context gps, row 1, region "
			      "gps.mem0]");
	/* A subregion that is off leaves a hole. */
	change(ROW_WORD(5, rasr), (get_word(ROW_WORD(5, rasr)) + 2) | 1u << 11);
	expect_finding("R05", "opens 57344 bytes of the 65536 reserved [context gps, row 1, region "
			      "gps.mem0]");
}
END_TEST

START_TEST(a_row_that_is_writable_and_executable_is_found)
{
	change(ROW_WORD(5, rasr), get_word(ROW_WORD(5, rasr)) & ~(1u << 28));
	expect_finding("R06", "gives unprivileged code rwx, the region is rw- [context gps, row 1, "
			      "region gps.mem0]");
	/* The same where the region says so too. */
	change(REGION_WORD(3, access), 7);
	expect_finding("R09", "memory and data must not be executable [region gps.mem0]");
}
END_TEST

START_TEST(an_arena_outside_of_its_memory_is_found)
{
	uint32_t offset = get_word(ARENA_WORD(1, offset));
	change(ARENA_WORD(1, offset), 0x10000);
	expect_finding(
		"R11", "bytes at offset 65536 are not in its memory of 65536 [arena of gps]");
	change(ARENA_WORD(1, offset), 0xfffffff0);
	expect_finding("R11", "bytes at offset 4294967280 are not in its memory");
	change(ARENA_WORD(1, offset), offset);
	change(ARENA_WORD(1, memory_base), get_word(REGION_WORD(1, base)));
	expect_finding("R11", "are no memory of the component's [arena of gps]");
}
END_TEST

START_TEST(no_table_is_told)
{
	memcpy(image_section(&image, TABLE_SECTION)->name, ".berth.other", 13);
	expect_finding("R01", "has no region table [section .berth.regions]");
}
END_TEST

/* --- the layout ----------------------------------------------------------------------------- */

static bool compare(void)
{
	struct table *table = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	ck_assert_ptr_nonnull(table);
	bool same = table_compare(&caught.diag, "firmware.elf", table, &sample.layout);
	table_free(table);
	return same;
}

START_TEST(a_table_is_compared_with_its_layout_word_by_word)
{
	ck_assert_msg(compare(), "%s", caught_text(&caught));
	sample.regions[3].size = 0xf000;
	sample.components[0].stack_size = 512;
	sample.regions[5].name = "uart1";
	ck_assert(!compare());
	const char *text = caught_text(&caught);
	ck_assert_ptr_nonnull(strstr(text, "R17: is 0x00010000, the layout makes it 0x0000f000 "
					   "[region gps.mem0: size]"));
	ck_assert_ptr_nonnull(strstr(text, "[context imu: stack_size]"));
	ck_assert_ptr_nonnull(strstr(text, "R17: is called uart in the image [uart1]"));
	sample.contexts[1].row_count--;
	ck_assert(!compare());
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "has 8 rows, the layout has 7"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("table");
	TCase *cases = tcase_create("table");
	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, the_checksum_is_that_of_ieee_802_3);
	tcase_add_test(cases, one_changed_bit_is_located_from_two_checksums);
	tcase_add_test(cases, a_table_reads_back_as_the_layout_says);
	tcase_add_test(cases, a_big_endian_table_is_the_same_table);
	tcase_add_test(cases, a_layout_that_does_not_fit_the_table_is_refused);
	tcase_add_test(cases, every_truncation_is_refused);
	tcase_add_test(cases, no_word_of_the_table_is_believed);
	tcase_add_test(cases, a_table_and_its_image_agree);
	tcase_add_test(cases, symbols_of_a_stripped_image_are_not_missed);
	tcase_add_test(cases, every_changed_bit_is_named);
	tcase_add_test(cases, every_changed_bit_of_a_row_is_named_without_the_checksum);
	tcase_add_test(cases, two_changed_bits_are_told_as_more_than_one);
	tcase_add_test(cases, a_damaged_header_is_named_with_the_bit_that_explains_it);
	tcase_add_test(cases, rows_that_do_what_they_should_not_are_found);
	tcase_add_test(cases, rows_that_are_illegal_or_off_are_found);
	tcase_add_test(cases, a_memory_that_is_executable_in_region_and_row_is_found);
	tcase_add_test(cases, code_that_is_writable_is_found);
	tcase_add_test(cases, rows_in_each_others_slots_are_found);
	tcase_add_test(cases, a_region_without_a_row_is_found);
	tcase_add_test(cases, a_region_of_another_component_is_found);
	tcase_add_test(cases, memory_open_to_two_contexts_is_found);
	tcase_add_test(cases, rows_of_one_context_that_meet_are_found);
	tcase_add_test(cases, stacks_and_arenas_out_of_place_are_found);
	tcase_add_test(cases, fields_that_name_no_region_of_the_component_are_found);
	tcase_add_test(cases, a_region_that_is_there_twice_is_found);
	tcase_add_test(cases, a_section_of_another_size_or_place_is_found);
	tcase_add_test(cases, a_missing_and_an_unknown_section_are_found);
	tcase_add_test(cases, what_the_linker_put_into_an_opened_range_is_found);
	tcase_add_test(cases, writable_data_in_a_code_region_is_found);
	tcase_add_test(cases, code_outside_of_every_code_region_is_found);
	tcase_add_test(cases, symbols_that_disagree_are_found);
	tcase_add_test(cases, an_arena_that_the_component_reads_and_the_table_has_not_is_found);
	tcase_add_test(cases, a_veneer_that_takes_blocks_of_another_arena_is_found);
	tcase_add_test(cases, an_arena_that_lasts_one_call_is_one);
	tcase_add_test(cases, a_component_that_allocates_nothing_needs_no_arena_constant);
	tcase_add_test(cases, an_object_that_was_injected_with_another_arena_is_found);
	tcase_add_test(cases, a_component_that_was_injected_with_another_layout_is_found);
	tcase_add_test(cases, a_table_that_can_be_written_is_found);
	tcase_add_test(cases, a_table_without_names_is_told);
	tcase_add_test(cases, no_table_is_told);
	tcase_add_test(cases, a_table_of_another_version_is_told);
	tcase_add_test(cases, a_table_that_cannot_be_decoded_is_told);
	tcase_add_test(cases, a_memory_that_is_not_fully_opened_is_found);
	tcase_add_test(cases, a_row_that_is_writable_and_executable_is_found);
	tcase_add_test(cases, an_arena_outside_of_its_memory_is_found);
	tcase_add_test(cases, a_table_is_compared_with_its_layout_word_by_word);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
