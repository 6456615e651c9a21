/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Code that is apart: what mpu-table check finds where a component could see more, or less. */
#include "lib/bind_record.h"
#include "tests/unit/mpu-table/checking.h"

enum { IMU, GPS, ENTRIES = 0x80 }; /* in the code of their objects */

static struct blob records;
static uint8_t *entries[2]; /* beside the code */

static void setup(void)
{
	caught_start(&caught);
}

static void teardown(void)
{
	image_free(&image);
	blob_free(&records);
	caught_end(&caught);
}

/* --- a sample whose objects have the records of bind ----------------------------------------- */

/* Appends the record of an object with COUNT components from FIRST on, each with an export. */
static void add_record(size_t first, uint32_t count)
{
	static struct bind_record_component components[] = {{"imu", 0, false}, {"gps", 1, false}};
	static struct bind_record_export exports[] = {
		{"imu_step", "step", 0, 7}, {"gps_step", "step", 0, 8}};
	exports[GPS].component = count - 1;
	const struct bind_record record = {.components = components + first,
		.component_count = count,
		.exports = exports + first,
		.export_count = count};
	struct blob bytes;
	ck_assert(bind_record_write(&caught.diag, &record, ELFDATA2LSB, &bytes));
	uint8_t *grown = realloc(records.bytes, records.size + bytes.size);
	ck_assert_ptr_nonnull(grown);
	memcpy(grown + records.size, bytes.bytes, bytes.size);
	records = (struct blob){grown, records.size + bytes.size};
	blob_free(&bytes);
}

/* An entry of context INDEX to the function at ADDRESS. */
static void set_entry(size_t index, uint32_t address)
{
	uint32_t function = image.machine == EM_ARM ? address | 1 : address;
	entries[index][0] = (uint8_t)index;
	for (unsigned i = 0; i < 4; i++)
		entries[index][4 + i] = (uint8_t)(function >> 8 * i);
	image_symbol(&image, index == IMU ? "imu_step" : "gps_step")->value = function;
}

static uint16_t section_number(const char *name)
{
	return (uint16_t)(image_section(&image, name) - image.sections + 1);
}

static void make(const char *arch, bool fused)
{
	sample_make_units(&sample, arch, fused);
	ck_assert_msg(layout_check(&caught.diag, "x", &sample.layout), "%s", caught_text(&caught));
	image_free(&image);
	blob_free(&records);
	image_make(&image, &sample, &caught.diag);
	add_record(0, fused ? 2 : 1);
	if (!fused)
		add_record(1, 1);
	uint16_t bind =
		image_add(&image, BIND_RECORD_SECTION, SHT_PROGBITS, 0, 0, (uint32_t)records.size);
	image.sections[bind - 1].bytes = records.bytes;
	size_t unit = fused ? IMU : GPS;
	entries[IMU] = image.code[IMU] + ENTRIES;
	entries[GPS] = image.code[unit] + ENTRIES + 8;
	image_name(&image, "berth_entry_imu_step", 0x4100 + ENTRIES, 8, STT_OBJECT,
		section_number(".berth.code.imu"));
	image_name(&image, "berth_entry_gps_step", (fused ? 0x4100 : 0x4200) + ENTRIES + 8, 8,
		STT_OBJECT, section_number(fused ? ".berth.code.imu" : ".berth.code.gps"));
	image_name(&image, "imu_step", 0, 0, STT_FUNC, section_number(".berth.code.imu"));
	image_name(&image, "gps_step", 0, 0, STT_FUNC,
		section_number(fused ? ".berth.code.imu" : ".berth.code.gps"));
	set_entry(IMU, 0x4110);
	set_entry(GPS, fused ? 0x4120 : 0x4210);
}

/* --- agreement ------------------------------------------------------------------------------- */

static const char *const architectures[] = {
	"armv6-m", "armv7-m", "armv7-r", "armv8-m", "armv8.1-m", "riscv"};

START_TEST(code_apart_agrees_with_its_image)
{
	make(architectures[_i], false);
	ck_assert_msg(check(), "%s", caught_text(&caught));
	make(architectures[_i], true);
	ck_assert_msg(check(), "%s", caught_text(&caught));
	ck_assert_uint_eq(caught.diag.errors, 0);
}
END_TEST

/* --- what is open that must not be ------------------------------------------------------------ */

START_TEST(code_of_another_object_is_found)
{
	make("armv7-m", false);
	/* The row of gps for its code is said to be, and is, that of imu. */
	size_t row = HEADER_WORD(rows);
	size_t first = get_word(row) / 4;
	change(OWNER_WORD(5), 5);
	put_word(first + 10, get_word(first + 2));
	change(first + 11, get_word(first + 3));
	expect_finding("R12",
		"is the code of imu, which is of another object, but a row opens it [context gps, "
		"region imu.code]");
	expect_finding("R05", "no row of its context opens it [context gps, region gps.code]");
	expect_finding("R14", "no row opens the code of its object for execution [context gps]");
	expect_finding("R18", "which no row of context gps opens for execution [symbol "
			      "berth_entry_gps_step]");
}
END_TEST

START_TEST(components_share_code_only_when_they_were_bound_as_one_object)
{
	make("armv7-m", true);
	records.size = 0;
	add_record(0, 1);
	add_record(1, 1);
	image_section(&image, BIND_RECORD_SECTION)->bytes = records.bytes;
	image_section(&image, BIND_RECORD_SECTION)->size = (uint32_t)records.size;
	expect_finding("R12", "[context gps, region imu.code]");
	/* Without records nothing says that they are. */
	make("armv7-m", true);
	image_section(&image, BIND_RECORD_SECTION)->name[1] = 'x';
	expect_finding("R12", "[context gps, region imu.code]");
}
END_TEST

/* Its own region shows that the components are of two objects, whatever a record says. */
START_TEST(who_has_code_of_its_own_opens_no_others)
{
	make("armv7-m", false);
	records.size = 0;
	add_record(0, 2);
	image_section(&image, BIND_RECORD_SECTION)->bytes = records.bytes;
	image_section(&image, BIND_RECORD_SECTION)->size = (uint32_t)records.size;
	change(OWNER_WORD(5), 5);
	expect_finding("R12", "[context gps, region imu.code]");
}
END_TEST

START_TEST(native_code_in_what_a_code_row_opens_is_found)
{
	make("armv7-m", false);
	uint16_t text = image_add(
		&image, ".text.natives", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0x41e0, 0x20);
	image_name(&image, "secret", 0x41f1, 4, STT_FUNC, text);
	expect_finding("R13", "opens bytes of section .text.natives, 0x000041e0 to 0x000041ff, "
			      "among them symbol secret [context imu, row 1, region imu.code]");
}
END_TEST

START_TEST(a_code_row_that_reaches_into_the_code_of_another_is_found)
{
	make("armv7-m", false);
	/* The common row of imu over 1024 bytes: bits 1 and 2 of RASR.SIZE. */
	size_t row = get_word(HEADER_WORD(rows)) / 4 + 1;
	change(row, get_word(row) + 4);
	expect_finding("R05", "opens 0x00004000 to 0x000043ff, which is not in 0x00004000 to "
			      "0x000040ff [context imu, row 0, region flash.common]");
	expect_finding("R13", "opens bytes of section .berth.code.gps");
}
END_TEST

START_TEST(initial_data_that_a_code_row_opens_is_found)
{
	make("armv7-m", false);
	image.segment_load = 0x42fc;
	expect_finding("R13", "opens bytes of what is loaded at 0x000042fc to 0x000052fb for "
			      "0x00000000 [context gps, row 1, region gps.code]");
	image.segment_load = 0x3000;
	ck_assert_msg(check(), "%s", caught_text(&caught));
}
END_TEST

/* --- what is not open that must be ------------------------------------------------------------ */

START_TEST(a_context_without_common_code_is_found)
{
	make("armv7-m", false);
	change(OWNER_WORD(4), 6);
	expect_finding("R14", "no row opens the code that all components run for execution "
			      "[context gps, region flash.common]");
}
END_TEST

START_TEST(code_that_is_not_executable_is_found)
{
	make("armv7-m", false);
	/* RASR.XN of imu's row for its code. */
	size_t row = get_word(HEADER_WORD(rows)) / 4 + 3;
	change(row, get_word(row) | 1u << 28);
	expect_finding("R06", "gives unprivileged code r--, the region is r-x [context imu, row "
			      "1, region imu.code]");
	expect_finding("R14", "no row opens the code of its object for execution [context imu]");
	expect_finding("R18", "calls 0x00004111, which no row of context imu opens for execution");
}
END_TEST

START_TEST(an_export_outside_of_its_objects_code_is_found)
{
	make("armv7-m", false);
	set_entry(GPS, 0x4110);
	expect_finding("R18", "calls 0x00004111, which no row of context gps opens for execution "
			      "[symbol berth_entry_gps_step]");
	/* What is common is every context's. */
	set_entry(GPS, 0x4010);
	ck_assert_msg(check(), "%s", caught_text(&caught));
	make("riscv", false);
	set_entry(IMU, 0x4200);
	expect_finding("R18", "calls 0x00004200, which no row of context imu opens");
}
END_TEST

/* As a script that takes .rodata.* before the code of components makes it. */
START_TEST(constants_of_an_object_outside_of_its_code_are_found)
{
	static uint8_t native[8] = {GPS, 0, 0, 0, 0x11, 0x42};
	make("armv7-m", false);
	uint16_t rodata =
		image_add(&image, ".rodata", SHT_PROGBITS, SHF_ALLOC, 0x300, sizeof(native));
	image.sections[rodata - 1].bytes = native;
	image_symbol(&image, "berth_entry_gps_step")->section = rodata;
	image_symbol(&image, "berth_entry_gps_step")->value = 0x300;
	expect_finding("R18", "lies at 0x00000300, where context gps cannot read it, and so may "
			      "constants of its code [symbol berth_entry_gps_step]");
}
END_TEST

START_TEST(an_arena_that_its_component_cannot_read_is_found)
{
	make("armv7-m", false);
	struct image_symbol *symbol = image_symbol(&image, "berth_arena_gps");
	/* The same words in the code of imu. */
	memcpy(image.code[IMU] + 64, &image.arenas[GPS], sizeof(struct berth_arena));
	symbol->value = 0x4100 + 64;
	symbol->section = section_number(".berth.code.imu");
	expect_finding("R15", "lies at 0x00004140, where its component cannot read it [symbol "
			      "berth_arena_gps]");
}
END_TEST

/* --- regions and sections ----------------------------------------------------------- */

START_TEST(regions_of_code_that_do_not_go_together_are_found)
{
	make("armv7-m", false);
	change(REGION_WORD(6, component), IMU);
	expect_finding("R09", "is code of whom region imu.code is, too [region gps.code]");
	change(REGION_WORD(6, component), BERTH_NONE);
	expect_finding("R09", "is code of whom region flash.common is, too [region gps.code]");
	change(REGION_WORD(6, component), GPS);
	change(REGION_WORD(6, index), 0);
	expect_finding("R09", "code has no index [region gps.code]");
	change(REGION_WORD(6, index), BERTH_NONE);
	change(REGION_WORD(0, kind), BERTH_KIND_SHARED);
	expect_finding("R09", "there is no region for the code that all components run");
}
END_TEST

START_TEST(a_section_of_code_is_its_region)
{
	make("armv7-m", false);
	image_section(&image, ".berth.code.gps")->size = 0x80;
	expect_finding("R10", "is 256 bytes at 0x00004200, its section is 128 bytes at 0x00004200 "
			      "[region gps.code, section .berth.code.gps]");
	make("armv7-m", false);
	memcpy(image_section(&image, ".berth.code.common")->name, ".berth.code.commom", 19);
	expect_finding("R10", "there is no section for it in the image [region flash.common, "
			      "section .berth.code.common]");
	expect_finding("R10", "are in no region of the table [section .berth.code.commom]");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("code apart");
	TCase *tests = tcase_create("check");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, code_apart_agrees_with_its_image, 0,
		(int)(sizeof(architectures) / sizeof(architectures[0])));
	tcase_add_test(tests, code_of_another_object_is_found);
	tcase_add_test(tests, components_share_code_only_when_they_were_bound_as_one_object);
	tcase_add_test(tests, who_has_code_of_its_own_opens_no_others);
	tcase_add_test(tests, native_code_in_what_a_code_row_opens_is_found);
	tcase_add_test(tests, a_code_row_that_reaches_into_the_code_of_another_is_found);
	tcase_add_test(tests, initial_data_that_a_code_row_opens_is_found);
	tcase_add_test(tests, a_context_without_common_code_is_found);
	tcase_add_test(tests, code_that_is_not_executable_is_found);
	tcase_add_test(tests, an_export_outside_of_its_objects_code_is_found);
	tcase_add_test(tests, constants_of_an_object_outside_of_its_code_are_found);
	tcase_add_test(tests, an_arena_that_its_component_cannot_read_is_found);
	tcase_add_test(tests, regions_of_code_that_do_not_go_together_are_found);
	tcase_add_test(tests, a_section_of_code_is_its_region);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
