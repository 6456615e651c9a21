/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Region tables of every architecture: made, read back, checked, and wrong in
 * one place at a time; and memories that components share.
 *
 * With the name of a folder as its argument the program writes the layouts of
 * its parts there instead: tests/fixtures/mpu-table has them.
 */
#include <limits.h>

#include "lib/file.h"
#include "tests/unit/mpu-table/checking.h"

/* Each kind of part; the decoder of a row needs the target, so it must reach it. */
static const struct part {
	const char *arch;
	struct row_target target;
} parts[] = {
	{"armv6-m", {{0}, false, 0, false, false}},
	{"armv7-m", {{0}, false, 0, false, false}},
	{"armv7-r", {{0}, false, 0, false, false}},
	{"armv8-m", {{0x4404aaff, 0}, false, 0, false, false}},
	{"armv8.1-m", {{0x4404aaff, 0}, false, 0, false, false}},
	{"riscv", {{0}, false, 0, false, false}},
	{"riscv", {{0}, false, 3, false, false}},
	{"riscv", {{0}, false, 0, true, false}},
	{"riscv", {{0}, false, 0, false, true}},
};
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static void setup(void)
{
	caught_start(&caught);
}

static void teardown(void)
{
	image_free(&image);
	caught_end(&caught);
}

static void make(int part)
{
	image_free(&image);
	sample_make_for(&sample, parts[part].arch, &parts[part].target);
	ck_assert_msg(layout_check(&caught.diag, "x", &sample.layout), "%s", caught_text(&caught));
	image_make(&image, &sample, &caught.diag);
}

/* --- every architecture ------------------------------------------------------------------ */

START_TEST(a_table_of_every_part_agrees_with_its_image)
{
	make(_i);
	ck_assert_msg(check(), "%s", caught_text(&caught));
	ck_assert_uint_eq(caught.diag.errors, 0);
	struct table *table = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	ck_assert_str_eq(table->arch->name, parts[_i].arch);
	struct row_target target = table_target(table);
	ck_assert_uint_eq(target.mair[0], parts[_i].target.mair[0]);
	ck_assert_uint_eq(target.granularity, parts[_i].target.granularity);
	ck_assert_int_eq(target.napot_only, parts[_i].target.napot_only);
	ck_assert_int_eq(target.mml, parts[_i].target.mml);
	ck_assert(table_compare(&caught.diag, "x", table, &sample.layout));
	uint32_t row = 0;
	for (size_t i = 0; i < SAMPLE_COMPONENTS; i++)
		for (size_t j = 0; j < sample.contexts[i].row_count; j++, row++)
			ck_assert_mem_eq(table_row(table, row).words, sample.rows[i][j].words,
				sizeof(sample.rows[i][j].words));
	ck_assert_uint_eq(table->header.row_count, row);
	table_free(table);
}
END_TEST

/* Rows are proven by what they open: a checksum that was made anew hides nothing. */
START_TEST(every_changed_bit_of_a_row_is_found_without_the_checksum)
{
	make(_i);
	size_t first = get_word(HEADER_WORD(rows)) / 4;
	for (size_t word = first; word < image.table.size / 4; word++)
		for (unsigned bit = 0; bit < 32; bit++) {
			uint32_t was = get_word(word);
			change(word, was ^ 1u << bit);
			ck_assert_msg(!check(), "%s: word %zu of the rows, bit %u", parts[_i].arch,
				word - first, bit);
			ck_assert_ptr_null(strstr(caught_text(&caught), "R02"));
			change(word, was);
			caught_end(&caught);
			caught_start(&caught);
		}
}
END_TEST

START_TEST(every_changed_bit_is_named)
{
	make(_i);
	for (size_t bit = 0; bit < image.table.size * 8; bit++) {
		char words[64];
		image.table.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		ck_assert_msg(!check(), "bit %zu", bit);
		image.table.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		snprintf(words, sizeof(words), "one bit has changed, bit %zu", bit % 32);
		ck_assert_msg(strstr(caught_text(&caught), words) != NULL, "bit %zu: %s", bit,
			caught_text(&caught));
		caught_end(&caught);
		caught_start(&caught);
	}
}
END_TEST

START_TEST(no_word_of_the_table_is_believed)
{
	static const uint32_t evil[] = {0, 1, 2, 3, 4, 6, 7, 64, 65, 0x7fffffff, 0xffffffff};
	make(_i);
	for (size_t word = 0; word < image.table.size / 4; word++) {
		uint32_t was = get_word(word);
		for (size_t i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
			change(word, evil[i]);
			check(); /* not all is wrong, but nothing may crash */
			change(word, was);
		}
	}
	ck_assert(check());
}
END_TEST

START_TEST(header_words_that_the_architecture_does_not_allow_are_refused)
{
	make(3);
	change(HEADER_WORD(row_words), 3);
	expect_finding("R01", "row_words is 3, a row of armv8-m has 2");
	change(HEADER_WORD(row_words), 2);
	change(HEADER_WORD(mpu_regions), 17);
	expect_finding("R01", "mpu_regions is 17, not 1 to 16");
	change(HEADER_WORD(mpu_regions), 16);
	change(HEADER_WORD(target), 0);
	expect_finding("R01", "mair is missing");
	change(HEADER_WORD(target), 0x4404aaff);
	change(HEADER_WORD(target) + 3, 1);
	expect_finding("R01", "which must be 0");
	change(HEADER_WORD(target) + 3, 0);
	change(HEADER_WORD(arch), BERTH_ARCH_ARMV7M);
	expect_finding("R01", "mair is for armv8-m");
	change(HEADER_WORD(arch), 7);
	expect_finding("R01", "arch is 7, which this program does not know");
	change(HEADER_WORD(arch), BERTH_ARCH_RISCV);
	expect_finding("R01", "granularity is more than 29");
	change(HEADER_WORD(target), 0);
	change(HEADER_WORD(target) + 1, 4);
	expect_finding("R01", "unknown flags 0x00000004");
}
END_TEST

/* MAIR_ATTR 0 as Device memory: what the rows say is the same, what they mean is not. */
START_TEST(attributes_that_make_another_memory_type_are_found)
{
	make(3);
	change(HEADER_WORD(target), 0x4404aa04);
	expect_finding("R07", "must be Normal [context imu, row 1, region imu.mem0]");
}
END_TEST

/* What a region asks for and what its row does, on every part that can say it. */
START_TEST(caching_that_a_region_asks_for_is_in_its_row)
{
	const struct arch *arch = arch_find(parts[_i].arch);
	for (int cache = 1; cache < ROW_CACHES; cache++) {
		enum row_cache asked = (enum row_cache)cache;
		if (arch_cache_fault(arch, asked) != NULL)
			continue;
		sample_make_cached(&sample, parts[_i].arch, &parts[_i].target, asked);
		ck_assert_msg(layout_check(&caught.diag, "x", &sample.layout), "%s",
			caught_text(&caught));
		image_make(&image, &sample, &caught.diag);
		ck_assert_msg(check(), "%s", caught_text(&caught));
		uint32_t other =
			asked == ROW_CACHE_NONE ? BERTH_CACHE_WRITE_THROUGH : BERTH_CACHE_NONE;
		change(REGION_WORD(1, cache), other);
		expect_finding("R08", "[context imu, row 1, region imu.mem0]");
		change(REGION_WORD(1, cache), 4);
		expect_finding("R09", "a cache that it cannot have [region imu.mem0]");
		change(REGION_WORD(1, cache), (uint32_t)asked);
		change(REGION_WORD(5, cache), (uint32_t)asked);
		expect_finding("R09", "a cache that it cannot have [region uart]");
		image_free(&image);
		caught_end(&caught);
		caught_start(&caught);
	}
}
END_TEST

/* The row is as it should be, but the attribute that it uses is another. */
START_TEST(an_attribute_that_caches_otherwise_is_found)
{
	sample_make_cached(&sample, "armv8-m", &parts[3].target, ROW_CACHE_NONE);
	image_make(&image, &sample, &caught.diag);
	change(HEADER_WORD(target), 0xff04aaff);
	expect_finding("R07",
		"Normal, write-back, shared, its region asks for cache none [context imu, row 1");
}
END_TEST

START_TEST(caching_that_the_architecture_has_not_is_refused)
{
	make(5);
	sample.regions[1].cache = ROW_CACHE_WRITE_BACK;
	ck_assert(!layout_check(&caught.diag, "x", &sample.layout));
	ck_assert_ptr_nonnull(
		strstr(caught_text(&caught), "riscv: PMP says nothing about caches, the part's "
					     "memory map does [region imu.mem0]"));
	image_free(&image);
	make(1);
	sample.regions[5].cache = ROW_CACHE_NONE;
	ck_assert(!layout_check(&caught.diag, "x", &sample.layout));
	ck_assert_ptr_nonnull(
		strstr(caught_text(&caught), "a peripheral has no cache [region uart]"));
}
END_TEST

START_TEST(an_entry_that_is_off_and_no_base_is_found)
{
	make(5);
	/* Row 1 of imu is flash's, row 2 holds the base of imu.mem0, row 3 is its TOR entry. */
	size_t first = get_word(HEADER_WORD(rows)) / 4;
	size_t row = sample.rows[0][1].region == 0 ? 2 : 1;
	ck_assert_uint_eq(get_word(first + 2 * row + 1), 0);
	change(first + 2 * row + 3, 0x18 | 3);
	expect_finding("R03", "pmpcfg.A is off: it opens nothing [context imu");
}
END_TEST

START_TEST(a_locked_entry_is_found)
{
	make(5);
	size_t last = image.table.size / 4 - 1;
	change(last, get_word(last) | 0x80);
	expect_finding("R08", "the attribute bits of pmpcfg are 0x00000083, a row for this region "
			      "has 0x00000003");
}
END_TEST

/* --- memories that components share ----------------------------------------------------- */

static void make_shared(int part)
{
	image_free(&image);
	sample_make_shared(&sample, parts[part].arch);
	ck_assert_msg(layout_check(&caught.diag, "x", &sample.layout), "%s", caught_text(&caught));
	image_make(&image, &sample, &caught.diag);
}

START_TEST(carves_of_a_shared_memory_agree_with_the_image)
{
	make_shared(_i);
	ck_assert_msg(check(), "%s", caught_text(&caught));
	struct table *table = table_parse(&caught.diag, "x", &image.table, &image.names, false);
	ck_assert_uint_eq(table->regions[1].component, BERTH_NONE);
	ck_assert_uint_eq(table->regions[5].kind, BERTH_KIND_CARVE);
	ck_assert_uint_eq(table->regions[6].kind, BERTH_KIND_SHARED);
	ck_assert_uint_eq(table->contexts[1].memory, 1);
	ck_assert_uint_eq(table->contexts[1].window_base, 0x20018000);
	ck_assert_uint_eq(table->contexts[1].window_size, 0x8000);
	ck_assert_uint_eq(table->arenas[1].memory_base, 0x20010000);
	ck_assert_uint_eq(table->arenas[1].offset, 0x9000);
	table_free(table);
}
END_TEST

START_TEST(what_is_wrong_about_a_carve_is_found)
{
	make_shared(1);
	change(CONTEXT_WORD(1, window_base), 0x20017fe0);
	expect_finding("R11", "must be its memory, or lie in its carve [context gps]");
	change(CONTEXT_WORD(1, window_base), 0x20018000);
	change(ARENA_WORD(1, offset), 0x1000);
	expect_finding("R11", "leave the component's window [arena of gps]");
	change(ARENA_WORD(1, offset), 0x9000);
	change(ARENA_WORD(1, policy), 3);
	expect_finding("R11", "there is no policy 3 [arena of gps]");
	change(ARENA_WORD(1, policy), BERTH_ARENA_FREE_LIST);
	/* The component was injected with that policy, too. */
	image.arenas[1].policy = BERTH_ARENA_FREE_LIST;
	sample.components[1].arena.policy = LAYOUT_FREE_LIST;
	image_symbol(&image, "gps_layout")->value =
		layout_mark(1, sample.regions[sample.components[1].memory].base,
			sample.components[1].globals, &sample.components[1].arena);
	ck_assert_msg(check(), "%s", caught_text(&caught));
	change(REGION_WORD(5, index), 1);
	expect_finding("R09", "lies in no memory 1 that components share [region gps.carve0]");
	change(REGION_WORD(5, index), 0);
	change(REGION_WORD(5, component), BERTH_NONE);
	expect_finding("R09", "component or index does not go with the kind [region gps.carve0]");
}
END_TEST

START_TEST(a_row_for_the_whole_of_a_shared_memory_is_found)
{
	make_shared(1);
	size_t owners = get_word(HEADER_WORD(row_owners)) / 4;
	change(owners + 1, 1);
	expect_finding("R12", "components share it, each opens its carve only");
	expect_finding("R05", "no row of its context opens it [context imu, region imu.carve0]");
}
END_TEST

START_TEST(a_row_into_the_carve_of_another_is_found)
{
	make_shared(1);
	/* imu's row for its carve, over 64 KiB: bit 1 of RASR.SIZE. */
	size_t rows = get_word(HEADER_WORD(rows)) / 4;
	change(rows + 3, get_word(rows + 3) + 2);
	expect_finding("R12", "opens 0x20018000, which context imu opens too");
	expect_finding("R05", "opens 0x20010000 to 0x2001ffff");
}
END_TEST

START_TEST(a_shared_region_needs_its_section)
{
	make_shared(1);
	image_section(&image, ".berth.shared.mailbox")->size = 512;
	expect_finding("R10", "[region mailbox, section .berth.shared.mailbox]");
	memcpy(image_section(&image, ".berth.shared.mailbox")->name, ".berth.shared.mailboy", 22);
	expect_finding("R10", "are in no region of the table [section .berth.shared.mailboy]");
}
END_TEST

/* --- layouts ------------------------------------------------------------------------------ */

/* The layout must be refused, with these words. */
static void expect_refusal(const char *words)
{
	ck_assert_msg(!layout_check(&caught.diag, "x", &sample.layout), "accepted: %s", words);
	ck_assert_msg(strstr(caught_text(&caught), words) != NULL, "no '%s' in:\n%s", words,
		caught_text(&caught));
}

START_TEST(an_inconsistent_shared_layout_is_refused)
{
	make_shared(1);
	sample.components[1].window_base -= 32;
	expect_refusal("its window is neither its memory nor in its carve of one [component gps]");
	sample.components[1].window_base += 32;
	sample.components[1].arena.offset = 0x1000;
	expect_refusal("its arena leaves memory 0 [component gps]");
	sample.components[1].arena.offset = 0x9000;
	sample.components[1].arena.policy = LAYOUT_FREE_LIST;
	sample.components[1].arena.reset = LAYOUT_RESET_CALL;
	expect_refusal("its arena is emptied by calls, and has a free list [component gps]");
	sample.components[1].arena.policy = LAYOUT_BUMP;
	sample.components[1].arena.reset = LAYOUT_RESET_NEVER;
	sample.regions[5].name = "gps.carve1";
	expect_refusal("must be called gps.carve0");
	sample.regions[5].name = "gps.carve0";
	sample.regions[6].section = NULL;
	expect_refusal("its section must be '.berth.shared.mailbox'");
	sample.regions[6].section = ".berth.shared.mailbox";
	sample.regions[3].reserved = sample.regions[3].size = 0x8020;
	expect_refusal("overlaps region imu.carve0 [region gps.carve0]");
	sample.regions[3].reserved = sample.regions[3].size = 0x8000;
	sample.regions[1].base += 0x10000;
	expect_refusal("lies in no memory 0 that components share [region imu.carve0]");
	sample.regions[1].base -= 0x10000;
	sample.contexts[0].rows[1].region = 1;
	expect_refusal("row 1 opens unit.mem0, which components share [context imu]");
}
END_TEST

START_TEST(rows_that_do_not_open_their_region_are_refused)
{
	make(1);
	struct layout_row *rows = sample.contexts[0].rows;
	ck_assert_uint_eq(rows[1].region, rows[2].region);
	rows[2].covers[0].size -= 32;
	expect_refusal("its rows open 20960 of the 20992 bytes that region imu.mem0 reserves");
	rows[2].covers[0].size += 32;
	rows[2].covers[0].base -= 32;
	expect_refusal("rows 1 and 2 open the same bytes of region imu.mem0");
}
END_TEST

START_TEST(a_target_that_the_architecture_has_not_is_refused)
{
	make(1);
	sample.layout.target.granularity = 1;
	expect_refusal("granularity, napot_only and mml are for riscv");
	make(3);
	sample.layout.target.mair[0] = 0;
	expect_refusal("mair is missing");
	make(6);
	sample.layout.granule = 4;
	expect_refusal("granule is not 32");
	sample.layout.mpu_regions = 65;
	expect_refusal("mpu_regions is not 1 to 64");
	sample.layout.machine = "arm";
	expect_refusal("little-endian arm is not riscv");
}
END_TEST

/* What is written is read back the same, whatever the architecture. */
START_TEST(a_layout_of_every_part_survives_its_file)
{
	char path[] = "/tmp/berth-layout-XXXXXX";
	uint32_t before = 0;
	uint32_t after = 0;
	if (_i < PARTS)
		make(_i);
	else
		make_shared(_i - PARTS);
	sample.components[0].arena.policy = LAYOUT_FREE_LIST;
	sample.components[1].arena.reset = LAYOUT_RESET_CALL;
	bool cached = arch_find(sample.layout.arch)->id != ARCH_RISCV;
	sample.regions[2].cache = cached ? ROW_CACHE_WRITE_THROUGH : ROW_CACHE_USUAL;
	sample.components[1].object = NULL;
	sample.components[1].core = NULL;
	int file = mkstemp(path);
	ck_assert_int_ge(file, 0);
	FILE *stream = fdopen(file, "w");
	ck_assert(layout_write(&caught.diag, &sample.layout, stream));
	fclose(stream);
	struct layout *read = layout_read(&caught.diag, path);
	remove(path);
	ck_assert_msg(read != NULL, "%s", caught_text(&caught));
	ck_assert(layout_fingerprint(&caught.diag, &sample.layout, &before));
	ck_assert(layout_fingerprint(&caught.diag, read, &after));
	ck_assert_uint_eq(before, after);
	ck_assert_mem_eq(read->contexts[1].rows[1].words, sample.rows[1][1].words,
		sizeof(read->contexts[1].rows[1].words));
	ck_assert_int_eq(read->components[0].arena.policy, LAYOUT_FREE_LIST);
	ck_assert_int_eq(read->components[0].arena.reset, LAYOUT_RESET_NEVER);
	ck_assert_int_eq(read->components[1].arena.reset, LAYOUT_RESET_CALL);
	ck_assert_ptr_null(read->components[1].object);
	ck_assert_int_eq(read->regions[2].cache, sample.regions[2].cache);
	layout_free(read);
}
END_TEST

/* --- the fixtures ------------------------------------------------------------------------ */

static const char *const fixtures[PARTS + 1] = {"armv6-m", NULL, "armv7-r", "armv8-m", "armv8.1-m",
	"riscv", "riscv-coarse", "riscv-napot", "riscv-mml", "shared"};

static void make_fixture(int part)
{
	if (part == PARTS)
		sample_make_shared(&sample, "armv7-m");
	else
		sample_make_cached(&sample, parts[part].arch, &parts[part].target,
			arch_find(parts[part].arch)->id == ARCH_ARMV8M ? ROW_CACHE_NONE
								       : ROW_CACHE_USUAL);
}

static const char *write_to; /* the folder, when they are to be written */

START_TEST(the_fixtures_are_what_the_samples_say)
{
	const char *root = getenv("BERTH_ROOT");
	char path[PATH_MAX];
	char *text = NULL;
	size_t size = 0;
	struct blob file;
	if (fixtures[_i] == NULL)
		return;
	make_fixture(_i);
	FILE *stream = open_memstream(&text, &size);
	ck_assert(layout_write(&caught.diag, &sample.layout, stream));
	fclose(stream);
	snprintf(path, sizeof(path), "%s%s/%s.json",
		write_to != NULL ? ""
		: root == NULL	 ? "."
				 : root,
		write_to != NULL ? write_to : "/tests/fixtures/mpu-table", fixtures[_i]);
	if (write_to != NULL) {
		stream = fopen(path, "w");
		ck_assert_ptr_nonnull(stream);
		ck_assert_uint_eq(fwrite(text, 1, size, stream), size);
		fclose(stream);
	}
	ck_assert_msg(file_read(&caught.diag, path, &file), "%s", caught_text(&caught));
	ck_assert_uint_eq(file.size, size);
	ck_assert_mem_eq(file.bytes, text, size);
	blob_free(&file);
	free(text);
}
END_TEST

int main(int argc, char **argv)
{
	write_to = argc == 2 ? argv[1] : NULL;
	Suite *suite = suite_create("table of every architecture");
	TCase *cases = tcase_create("parts");
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_loop_test(cases, the_fixtures_are_what_the_samples_say, 0, PARTS + 1);
	if (write_to != NULL) {
		suite_add_tcase(suite, cases);
		return unit_run(suite);
	}
	tcase_add_loop_test(cases, a_table_of_every_part_agrees_with_its_image, 0, PARTS);
	tcase_add_loop_test(
		cases, every_changed_bit_of_a_row_is_found_without_the_checksum, 0, PARTS);
	tcase_add_loop_test(cases, every_changed_bit_is_named, 0, PARTS);
	tcase_add_loop_test(cases, no_word_of_the_table_is_believed, 0, PARTS);
	tcase_add_test(cases, header_words_that_the_architecture_does_not_allow_are_refused);
	tcase_add_test(cases, attributes_that_make_another_memory_type_are_found);
	tcase_add_loop_test(cases, caching_that_a_region_asks_for_is_in_its_row, 0, PARTS);
	tcase_add_test(cases, an_attribute_that_caches_otherwise_is_found);
	tcase_add_test(cases, caching_that_the_architecture_has_not_is_refused);
	tcase_add_test(cases, an_entry_that_is_off_and_no_base_is_found);
	tcase_add_test(cases, a_locked_entry_is_found);
	tcase_add_loop_test(cases, carves_of_a_shared_memory_agree_with_the_image, 0, 6);
	tcase_add_test(cases, what_is_wrong_about_a_carve_is_found);
	tcase_add_test(cases, a_row_for_the_whole_of_a_shared_memory_is_found);
	tcase_add_test(cases, a_row_into_the_carve_of_another_is_found);
	tcase_add_test(cases, a_shared_region_needs_its_section);
	tcase_add_test(cases, an_inconsistent_shared_layout_is_refused);
	tcase_add_test(cases, rows_that_do_not_open_their_region_are_refused);
	tcase_add_test(cases, a_target_that_the_architecture_has_not_is_refused);
	tcase_add_loop_test(cases, a_layout_of_every_part_survives_its_file, 0, PARTS + 6);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
