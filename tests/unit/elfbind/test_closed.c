/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A021: calls out of components' code that their contexts do not open.
 *
 *     0x1000 imu.code   0x2000 gps.code   0x3000 flash.common   0x3800 native code
 */
#include "elfbind/audit.h"
#include "tests/unit/mpu-table/sample.h"

enum { TEXT = 0x1000, TEXT_BYTES = 0x3000, NATIVE = 0x3800 };

/* Two components with code of their own, and what the image has of it. */
struct bench {
	struct sample sample;
	uint8_t text[TEXT_BYTES];
	struct blob table;
	struct blob names;
	struct object_section sections[4];
	struct object_symbol symbols[9];
	struct object image;
	struct audit_report report;
	struct caught caught;
};

static void make_sample(struct sample *sample, const char *arch)
{
	const unsigned rw = LAYOUT_READ | LAYOUT_WRITE;
	const unsigned rx = LAYOUT_READ | LAYOUT_EXECUTE;
	const struct layout_region regions[] = {
		{"imu.code", LAYOUT_CODE, 0, -1, 0, 0x1000, 0x100, 0x100, rx, ".berth.code.imu", 0,
			ROW_CACHE_USUAL},
		{"imu.mem0", LAYOUT_MEMORY, 0, 0, 1, 0x20008000, 0x4000, 0x4000, rw,
			".berth.mem.imu.0", 0, ROW_CACHE_USUAL},
		{"imu.data", LAYOUT_DATA, 0, -1, 1, 0x20004800, 2024, 2048, rw, ".berth.data.imu",
			0, ROW_CACHE_USUAL},
		{"gps.code", LAYOUT_CODE, 1, -1, 0, 0x2000, 0x100, 0x100, rx, ".berth.code.gps", 0,
			ROW_CACHE_USUAL},
		{"gps.mem0", LAYOUT_MEMORY, 1, 0, 1, 0x20010000, 0x10000, 0x10000, rw,
			".berth.mem.gps.0", 0, ROW_CACHE_USUAL},
		{"gps.data", LAYOUT_DATA, 1, -1, 1, 0x20005000, 2048, 2048, rw, ".berth.data.gps",
			0, ROW_CACHE_USUAL},
		{"flash.common", LAYOUT_CODE, LAYOUT_NONE, -1, 0, 0x3000, 0x100, 0x100, rx,
			".berth.code.common", 0, ROW_CACHE_USUAL},
	};
	sample_start(sample, arch, regions, sizeof(regions) / sizeof(regions[0]));
	sample_component(sample, 0, "imu", 1, 1, 2);
	sample_component(sample, 1, "gps", 4, 4, 5);
	for (size_t context = 0; context < SAMPLE_COMPONENTS; context++) {
		for (size_t region = 0; region < 3; region++)
			sample_open(sample, context, 3 * context + region);
		sample_open(sample, context, 6);
	}
}

static void put_half(struct bench *bench, uint32_t address, uint32_t value)
{
	bench->text[address - TEXT] = (uint8_t)value;
	bench->text[address - TEXT + 1] = (uint8_t)(value >> 8);
}

/* BL or JAL at FROM to TO, within 1 MiB. */
static void call(struct bench *bench, uint32_t from, uint32_t to)
{
	uint32_t offset = to - from;
	if (bench->image.machine == EM_ARM) {
		offset -= 4;
		put_half(bench, from, 0xf000 | (offset >> 24 & 1) << 10 | (offset >> 12 & 0x3ff));
		/* J1 and J2 are 1 where the offset has its sign in I1 and I2. */
		put_half(bench, from + 2, 0xf800 | (offset >> 1 & 0x7ff));
		return;
	}
	uint32_t word = 0x6f | 1 << 7 | (offset >> 20 & 1) << 31 | (offset >> 1 & 0x3ff) << 21 |
			(offset >> 11 & 1) << 20 | (offset >> 12 & 0xff) << 12;
	put_half(bench, from, word);
	put_half(bench, from + 2, word >> 16);
}

static void name(struct bench *bench, size_t index, const char *called, uint32_t address)
{
	bench->symbols[index] = (struct object_symbol){.name = called,
		.value = address | (bench->image.machine == EM_ARM ? 1 : 0),
		.size = 0x40,
		.type = STT_FUNC,
		.binding = STB_GLOBAL,
		.section = 1};
}

static void start(struct bench *bench, const char *arch)
{
	memset(bench, 0, sizeof(*bench));
	make_sample(&bench->sample, arch);
	caught_start(&bench->caught);
	ck_assert(table_make(
		&bench->caught.diag, &bench->sample.layout, &bench->table, &bench->names));
	bench->sections[1] = (struct object_section){.name = ".text",
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_EXECINSTR,
		.address = TEXT,
		.size = TEXT_BYTES,
		.bytes = bench->text};
	bench->sections[2] = (struct object_section){.name = TABLE_SECTION,
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.address = 0x400,
		.size = bench->table.size,
		.bytes = bench->table.bytes};
	bench->sections[3] = (struct object_section){.name = TABLE_NAMES_SECTION,
		.type = SHT_PROGBITS,
		.size = bench->names.size,
		.bytes = bench->names.bytes};
	bench->sections[0].name = "";
	bench->symbols[0].name = "";
	bench->image = (struct object){.path = (char *)"firmware.elf",
		.type = ET_EXEC,
		.machine = arch_find(arch)->elf,
		.class = ELFCLASS32,
		.data = ELFDATA2LSB,
		.sections = bench->sections,
		.section_count = 4,
		.symbols = bench->symbols,
		.symbol_count = sizeof(bench->symbols) / sizeof(bench->symbols[0])};
	name(bench, 1, "imu_run", 0x1000);
	name(bench, 2, "imu_help", 0x1040);
	name(bench, 3, "gps_run", 0x2000);
	name(bench, 4, "berth_return", 0x3000);
	name(bench, 5, "berth_port_enter", 0x3040);
	name(bench, 6, "step", 0x3080);
	name(bench, 7, "native", NATIVE);
	name(bench, 8, "other", NATIVE + 0x40);
}

/* Audits what was made; what was reported. */
static const char *audit(struct bench *bench)
{
	const struct audit_input input = {.image = &bench->image};
	struct audit run = {.diag = &bench->caught.diag, .input = &input, .report = &bench->report};
	audit_closed(&run);
	return caught_text(&bench->caught);
}

static void expect(const struct bench *bench, enum audit_verdict verdict, const char *text)
{
	ck_assert_str_eq(bench->report.subjects[AUDIT_CLOSED].text, text);
	ck_assert_int_eq(bench->report.subjects[AUDIT_CLOSED].verdict, verdict);
}

static void end(struct bench *bench)
{
	blob_free(&bench->table);
	blob_free(&bench->names);
	caught_end(&bench->caught);
}

static const char *const archs[] = {"armv7-m", "armv8-m", "riscv"};

START_TEST(calls_of_ones_own_and_of_common_code_are_fine)
{
	struct bench bench;
	start(&bench, archs[_i]);
	call(&bench, 0x1004, 0x1040);
	call(&bench, 0x1008, 0x3080);
	call(&bench, 0x2000, 0x3080);
	call(&bench, 0x3084, 0x3000);
	call(&bench, NATIVE, 0x3080);
	call(&bench, NATIVE + 4, NATIVE + 0x40);
	ck_assert_str_eq(audit(&bench), "");
	expect(&bench, AUDIT_NONE, "2 calls out of components' code");
	end(&bench);
}
END_TEST

START_TEST(a_call_of_native_code_is_found)
{
	struct bench bench;
	start(&bench, archs[_i]);
	call(&bench, 0x1044, NATIVE);
	ck_assert_str_eq(audit(&bench),
		"test: firmware.elf: A021: the call at 0x00001044 goes to native at 0x00003800, "
		"which no row of its context opens for execution, so that it faults [context imu, "
		"symbol imu_help]: name the section of what is called under natives: in the "
		"manifest, or put a gate in front of it\n");
	expect(&bench, AUDIT_PRESENT, "1 calls out of components' code");
	end(&bench);
}
END_TEST

START_TEST(a_call_of_a_component_by_native_code_is_found)
{
	struct bench bench;
	start(&bench, archs[_i]);
	call(&bench, NATIVE + 0x44, 0x1040);
	ck_assert_str_eq(audit(&bench),
		"test: firmware.elf: A021: native code at 0x00003844 calls imu_help at 0x00001040, "
		"which is a component's and would run with the rights of native code [region "
		"imu.code, symbol other]: call it by berth_call, or rename the export that has "
		"taken the name of a native function\n");
	expect(&bench, AUDIT_PRESENT, "0 calls out of components' code");
	end(&bench);
}
END_TEST

START_TEST(a_call_of_what_begins_where_the_region_ends_is_found)
{
	struct bench bench;
	start(&bench, archs[_i]);
	call(&bench, 0x2004, 0x2100);
	ck_assert_ptr_nonnull(strstr(audit(&bench), "goes to ? at 0x00002100"));
	/* For the context that runs it, which is not the first. */
	ck_assert_ptr_nonnull(strstr(caught_text(&bench.caught), "[context gps, "));
	ck_assert_uint_eq(bench.caught.diag.errors, 1);
	end(&bench);
}
END_TEST

START_TEST(where_all_code_is_open_nothing_is_closed)
{
	struct bench bench;
	start(&bench, archs[_i]);
	blob_free(&bench.table);
	blob_free(&bench.names);
	/* The region that is left is the whole bank's. */
	for (size_t region = 0; region <= 3; region += 3)
		bench.sample.regions[region] =
			(struct layout_region){.name = region == 0 ? "one" : "two",
				.kind = LAYOUT_SHARED,
				.component = LAYOUT_NONE,
				.index = -1,
				.base = 0x20000000 + 0x100 * region,
				.size = 0x100,
				.reserved = 0x100,
				.access = LAYOUT_READ};
	for (size_t i = 0; i < SAMPLE_COMPONENTS; i++) {
		bench.sample.contexts[i].row_count = 0;
		sample_open(&bench.sample, i, 3 * i + 1);
		sample_open(&bench.sample, i, 6);
	}
	ck_assert(table_make(&bench.caught.diag, &bench.sample.layout, &bench.table, &bench.names));
	bench.sections[2].bytes = bench.table.bytes;
	bench.sections[2].size = bench.table.size;
	bench.sections[3].bytes = bench.names.bytes;
	bench.sections[3].size = bench.names.size;
	call(&bench, 0x3084, NATIVE);
	ck_assert_str_eq(audit(&bench), "");
	expect(&bench, AUDIT_NONE, "every component may execute all code");
	end(&bench);
}
END_TEST

/* The linker has made it of one whose target is missing, which A003 tells. */
START_TEST(a_call_that_goes_nowhere_is_not_told_twice)
{
	struct bench bench;
	start(&bench, "armv7-m");
	call(&bench, 0x1044, 0);
	ck_assert_str_eq(audit(&bench), "");
	end(&bench);
	/* Of RISC-V code A003 says nothing. */
	start(&bench, "riscv");
	call(&bench, 0x1044, 0);
	ck_assert_ptr_nonnull(strstr(audit(&bench), "goes to ? at 0x00000000"));
	end(&bench);
}
END_TEST

START_TEST(a_call_of_another_components_code_is_found)
{
	struct bench bench;
	start(&bench, archs[_i]);
	call(&bench, 0x2004, 0x1040);
	ck_assert_ptr_nonnull(strstr(audit(&bench), "the call at 0x00002004 goes to imu_help at "));
	ck_assert_ptr_nonnull(strstr(audit(&bench), "[context gps, symbol gps_run]"));
	end(&bench);
}
END_TEST

/* It runs in every component: told for the first, once. */
START_TEST(a_call_out_of_common_code_is_found)
{
	struct bench bench;
	start(&bench, archs[_i]);
	call(&bench, 0x3084, NATIVE + 0x40);
	const char *text = audit(&bench);
	ck_assert_ptr_nonnull(strstr(text, "goes to other at 0x00003840"));
	ck_assert_ptr_nonnull(strstr(text, "[context imu, symbol step]"));
	ck_assert_uint_eq(bench.caught.diag.errors, 1);
	end(&bench);
}
END_TEST

START_TEST(a_return_that_no_context_opens_is_found)
{
	struct bench bench;
	start(&bench, archs[_i]);
	name(&bench, 4, "berth_return", NATIVE);
	const char *text = audit(&bench);
	ck_assert_ptr_nonnull(strstr(text, "at 0x00003800 [context imu, symbol berth_return]"));
	ck_assert_ptr_nonnull(strstr(text, "at 0x00003800 [context gps, symbol berth_return]"));
	ck_assert_uint_eq(bench.caught.diag.errors, 2);
	/* Its end alone is not enough. */
	end(&bench);
	start(&bench, archs[_i]);
	name(&bench, 4, "berth_return", 0x2fe0);
	ck_assert_ptr_nonnull(strstr(audit(&bench), "at 0x00002fe0 [context imu, symbol"));
	end(&bench);
}
END_TEST

/* As in an image where the symbol has become local. */
START_TEST(a_return_that_is_not_there_is_not_believed)
{
	struct bench bench;
	start(&bench, archs[_i]);
	bench.symbols[4].binding = STB_LOCAL;
	ck_assert_str_eq(audit(&bench), "");
	expect(&bench, AUDIT_NOT_VISIBLE, "no symbol says where calls of components come back");
	end(&bench);
}
END_TEST

/* On RISC-V all of it is privileged. */
START_TEST(the_end_of_entering_must_be_open_on_arm)
{
	struct bench bench;
	start(&bench, archs[_i]);
	bool arm = bench.image.machine == EM_ARM;
	name(&bench, 5, "berth_port_enter", 0x30e0);
	const char *text = audit(&bench);
	ck_assert_int_eq(strstr(text, "[context gps, symbol berth_port_enter]") != NULL, arm);
	expect(&bench, arm ? AUDIT_PRESENT : AUDIT_NONE, "0 calls out of components' code");
	end(&bench);
}
END_TEST

START_TEST(a_row_that_only_reads_opens_no_code)
{
	struct bench bench;
	start(&bench, archs[_i]);
	blob_free(&bench.table);
	blob_free(&bench.names);
	/* The common code, for reading. */
	bench.sample.regions[6].access = LAYOUT_READ;
	for (size_t i = 0; i < SAMPLE_COMPONENTS; i++) {
		bench.sample.contexts[i].row_count = 0;
		for (size_t region = 0; region < 3; region++)
			sample_open(&bench.sample, i, 3 * i + region);
		sample_open(&bench.sample, i, 6);
	}
	ck_assert(table_make(&bench.caught.diag, &bench.sample.layout, &bench.table, &bench.names));
	bench.sections[2].bytes = bench.table.bytes;
	bench.sections[3].bytes = bench.names.bytes;
	call(&bench, 0x1000, 0x3080);
	ck_assert_ptr_nonnull(strstr(audit(&bench), "goes to step at 0x00003080"));
	end(&bench);
}
END_TEST

START_TEST(what_cannot_be_seen_is_said)
{
	struct bench bench;
	start(&bench, "armv7-m");
	bench.image.symbol_count = 1;
	audit(&bench);
	expect(&bench, AUDIT_NOT_VISIBLE, "no symbol says where code is");
	bench.image.type = ET_REL;
	audit(&bench);
	expect(&bench, AUDIT_NOT_VISIBLE, "the object is not linked");
	bench.image.type = ET_EXEC;
	bench.image.machine = EM_AARCH64;
	audit(&bench);
	expect(&bench, AUDIT_NOT_VISIBLE, "only little-endian Thumb and RV32 code is looked at");
	bench.image.section_count = 2;
	audit(&bench);
	expect(&bench, AUDIT_NOT_VISIBLE, "the region table cannot be read");
	ck_assert_str_eq(caught_text(&bench.caught), "");
	end(&bench);
}
END_TEST

int main(void)
{
	const int count = sizeof(archs) / sizeof(archs[0]);
	Suite *suite = suite_create("closed");
	TCase *cases = tcase_create("closed");
	tcase_add_loop_test(cases, calls_of_ones_own_and_of_common_code_are_fine, 0, count);
	tcase_add_loop_test(cases, a_call_of_native_code_is_found, 0, count);
	tcase_add_loop_test(cases, a_call_of_a_component_by_native_code_is_found, 0, count);
	tcase_add_loop_test(cases, a_call_of_another_components_code_is_found, 0, count);
	tcase_add_loop_test(cases, a_call_out_of_common_code_is_found, 0, count);
	tcase_add_loop_test(cases, a_call_of_what_begins_where_the_region_ends_is_found, 0, count);
	tcase_add_loop_test(cases, where_all_code_is_open_nothing_is_closed, 0, count);
	tcase_add_loop_test(cases, a_return_that_no_context_opens_is_found, 0, count);
	tcase_add_loop_test(cases, a_return_that_is_not_there_is_not_believed, 0, count);
	tcase_add_loop_test(cases, the_end_of_entering_must_be_open_on_arm, 0, count);
	tcase_add_loop_test(cases, a_row_that_only_reads_opens_no_code, 0, count);
	tcase_add_test(cases, a_call_that_goes_nowhere_is_not_told_twice);
	tcase_add_test(cases, what_cannot_be_seen_is_said);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
