/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What mpu-table check finds in an image with one thing wrong at a time. */
#include "lib/unit_code.h"
#include "tests/unit/mpu-table/checking.h"

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

/* The numbers are right, but what it does with them is the other policy's. */
START_TEST(a_veneer_that_takes_blocks_where_there_is_a_free_list_is_found)
{
	static uint8_t text[0x100];
	image_free(&image);
	sample.components[0].arena.policy = LAYOUT_FREE_LIST;
	image_make(&image, &sample, &caught.diag);
	ck_assert(check());
	const struct berth_arena *arena = &image.arenas[0];
	const uint32_t words[] = {arena->state, arena->offset + arena->size};
	memcpy(text + 0x40 + UNIT_CODE_SHORT_ARM - UNIT_CODE_SHORT_WORDS, words, sizeof(words));
	image_section(&image, ".text")->bytes = text;
	image_symbol(&image, "imu___cabi_arena_realloc")->size = UNIT_CODE_SHORT_ARM;
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

int main(void)
{
	Suite *suite = suite_create("findings");
	TCase *cases = tcase_create("findings");
	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, setup_plain, teardown_plain);
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
	tcase_add_test(cases, a_veneer_that_takes_blocks_where_there_is_a_free_list_is_found);
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
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
