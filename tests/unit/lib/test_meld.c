/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The fuser's records: what they say of real modules, and that they must agree. */
#include "lib/meld.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#define FUSED "tests/fixtures/sensors/fused.wasm"
#define FUSED_MAP "tests/fixtures/sensors/fused.imports.json"
#define GPS "tests/fixtures/sensors/gps.wasm"
#define GPS_MAP "tests/fixtures/sensors/gps.imports.json"
#define CORE "tests/fixtures/sensors/baro.core.wasm"

enum { BARO = 0, IMU = 2 };

/* --- help ------------------------------------------------------------------------------- */

static struct blob read_bytes(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, path, &blob));
	return blob;
}

static struct wasm_module *read_module(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = wasm_read(&diag, path);
	ck_assert_ptr_nonnull(module);
	return module;
}

/* The place of the first TEXT in BLOB. */
static uint8_t *find(const struct blob *blob, const char *text)
{
	uint8_t *at = memmem(blob->bytes, blob->size, text, strlen(text));
	ck_assert_ptr_nonnull(at);
	return at;
}

/* What meld_owners makes of the bytes, which it takes over; TEXT of the refusal goes to CAUGHT. */
static bool owners_of(
	struct caught *caught, struct blob *bytes, const char *map, struct meld_owners *owners)
{
	struct wasm_module *module = wasm_parse(&caught->diag, "m.wasm", bytes);
	ck_assert_msg(module != NULL, "%s", caught_text(caught));
	bool good = meld_owners(&caught->diag, module, map, owners);
	ck_assert(good == (caught->diag.errors == 0));
	wasm_free(module);
	return good;
}

static void bytes_refused(struct blob *bytes, const char *map, const char *expected)
{
	struct caught caught;
	struct meld_owners owners;
	caught_start(&caught);
	ck_assert_msg(!owners_of(&caught, bytes, map, &owners), "accepted; expected: %s", expected);
	ck_assert_msg(strstr(caught_text(&caught), expected) != NULL, "'%s' is not in: %s",
		expected, caught_text(&caught));
	caught_end(&caught);
}

/* Offset in the file of the provenance section's contents. */
static size_t provenance_of(const struct blob *file)
{
	return (size_t)(find(file, "SCPV") - file->bytes);
}

/* A record takes 32 bytes: 4 + 4 + 11 + 4 + 1 + 8; the digit in its name is the last of the 11. */
enum {
	AT_VERSION = 4,
	AT_COUNT = 39,
	AT_RECORDS = 43,
	RECORD_SIZE = 32,
	AT_NAME = 8,
	AT_DIGIT = 18
};

/* The record at NUMBER; the first is that of function 6. */
static uint8_t *record_of(const struct blob *file, size_t number)
{
	return file->bytes + provenance_of(file) + AT_RECORDS + number * RECORD_SIZE;
}

/* --- real modules ----------------------------------------------------------------------- */

static const char *const maps[] = {NULL, FUSED_MAP};

/* With and without the import map: then the callers of an import say whose it is. */
START_TEST(owners_of_a_fused_module_are_found)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = read_module(FUSED);
	struct meld_owners owners;
	ck_assert(meld_owners(&diag, module, maps[_i], &owners));
	ck_assert(owners.recorded);
	ck_assert_uint_eq(owners.count, module->function_count);
	ck_assert_uint_eq(owners.component_count, 2);
	ck_assert_uint_eq(owners.components[0], BARO);
	ck_assert_uint_eq(owners.components[1], IMU);
	for (size_t i = 0; i < owners.count; i++) {
		bool baro = i < 3 || i >= 30;
		ck_assert_uint_eq(owners.of_function[i], baro ? BARO : IMU);
	}
	meld_owners_free(&owners);
	wasm_free(module);
}
END_TEST

static const struct {
	const char *path;
	const char *map;
	bool recorded;
} single[] = {{GPS, NULL, true}, {GPS, GPS_MAP, true}, {CORE, NULL, false}};

/* What copies between the memories of components that call each other is of none of them. */
START_TEST(adapters_belong_to_no_component)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = read_module("tests/fixtures/chain/chain.wasm");
	struct meld_owners owners;
	size_t adapters = 0;
	ck_assert(meld_owners(&diag, module, "tests/fixtures/chain/chain.imports.json", &owners));
	ck_assert_uint_eq(owners.component_count, 4);
	for (size_t i = 0; i < owners.count; i++)
		adapters += owners.of_function[i] == MELD_UNKNOWN;
	ck_assert_uint_eq(adapters, 4);
	meld_owners_free(&owners);
	wasm_free(module);
}
END_TEST

START_TEST(a_module_of_one_component_is_component_0)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = read_module(single[_i].path);
	struct meld_owners owners;
	ck_assert(meld_owners(&diag, module, single[_i].map, &owners));
	ck_assert(owners.recorded == single[_i].recorded);
	ck_assert_uint_eq(owners.component_count, 1);
	ck_assert_uint_eq(owners.components[0], 0);
	for (size_t i = 0; i < owners.count; i++)
		ck_assert_uint_eq(owners.of_function[i], 0);
	meld_owners_free(&owners);
	wasm_free(module);
}
END_TEST

START_TEST(use_of_each_component_is_its_own)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = read_module(FUSED);
	struct meld_owners owners;
	ck_assert(meld_owners(&diag, module, FUSED_MAP, &owners));
	for (uint32_t number = BARO; number <= IMU; number += IMU) {
		struct meld_use use;
		ck_assert(meld_use(&diag, module, &owners, number, &use));
		/* baro has memory 1 and global 1; imu has memory 0, global 0 and calls by table. */
		for (size_t k = 0; k < 2; k++) {
			ck_assert(use.memory[k] == (k == (number == BARO)));
			ck_assert(use.global[k] == (k == (number == BARO)));
		}
		ck_assert(use.table[0] == (number == IMU));
		ck_assert(!use.table[1]);
		meld_use_free(&use);
	}
	meld_owners_free(&owners);
	wasm_free(module);
}
END_TEST

/* --- a provenance section that cannot be right --------------------------------------------- */

/* Changes the byte at OFFSET of the section and expects the refusal. */
static const struct {
	size_t offset;
	uint8_t byte;
	const char *message;
} changed[] = {
	{0, 'X', "does not begin with SCPV"},
	{AT_VERSION, 2, "is of version 2 and not 3"},
	{AT_COUNT, 0, "goes on behind its last record"},
	{AT_COUNT, 45, "ends too early"},
	{AT_COUNT + 3, 0x7f, "announces more records than it holds"},
	{AT_RECORDS, 0, "a record for a function that is not defined"},
	{AT_RECORDS, 200, "a record for a function that is not defined"},
	{AT_RECORDS, 7, "does not fit the code, which changed after fusion"},
	{AT_RECORDS + 7, 0x7f, "ends too early"},
	{AT_RECORDS + 8, 'C', "\"Component-2\" and not \"component-N\""},
	{AT_RECORDS + 18, 'x', "\"component-x\" and not \"component-N\""},
	{AT_RECORDS + 23, 2, "a flag that is neither 0 nor 1"},
	{AT_RECORDS + 24, 0, "does not fit the code"},
	{AT_RECORDS + 28, 0, "does not fit the code"},
};

START_TEST(damaged_provenance_is_refused)
{
	struct blob file = read_bytes(FUSED);
	file.bytes[provenance_of(&file) + changed[_i].offset] = changed[_i].byte;
	bytes_refused(&file, NULL, changed[_i].message);
}
END_TEST

START_TEST(second_record_of_a_function_is_refused)
{
	struct blob file = read_bytes(FUSED);
	memcpy(record_of(&file, 1), record_of(&file, 0), RECORD_SIZE);
	bytes_refused(&file, NULL, "has two records for one function");
}
END_TEST

START_TEST(component_by_its_own_name_asks_for_reproducible_fusion)
{
	struct blob file = read_bytes(FUSED);
	memcpy(record_of(&file, 0) + AT_NAME, "imu\033[2J-app", 11);
	bytes_refused(&file, NULL, "fuse the module with --reproducible");
}
END_TEST

START_TEST(code_of_another_component_calling_an_import_is_a_contradiction)
{
	struct blob file = read_bytes(FUSED);
	uint8_t *record = record_of(&file, 18);
	/* Function 24, imu's wrapper of read-rate, now of baro. */
	ck_assert_uint_eq(*record, 24);
	record[AT_DIGIT] = '0';
	bytes_refused(&file, FUSED_MAP, "import 5 is recorded for component 2, but component 0");
}
END_TEST

static bool find_call(const struct wasm_instruction *instruction, void *context)
{
	size_t *offset = context;
	if (instruction->opcode == WASM_OP_CALL)
		*offset = instruction->offset;
	return *offset == 0;
}

/* Makes the first call of FUNCTION, which is of import FROM, one of import TO; where it is. */
static size_t redirect_call(struct caught *caught, const struct blob *file,
	const struct wasm_module *module, uint32_t function, uint8_t from, uint8_t to)
{
	size_t call = 0;
	ck_assert(!wasm_scan(&caught->diag, module, function, find_call, &call));
	ck_assert_uint_eq(file->bytes[call + 1], from);
	file->bytes[call + 1] = to;
	return call;
}

START_TEST(import_that_two_components_call_stays_unknown)
{
	struct caught caught;
	struct meld_owners owners;
	caught_start(&caught);
	struct blob file = read_bytes(FUSED);
	struct wasm_module *module = read_module(FUSED);
	/* baro's wrapper of tick-now, function 32, calls imu's, import 4, instead of import 1. */
	redirect_call(&caught, &file, module, 32, 1, 4);
	ck_assert(owners_of(&caught, &file, NULL, &owners));
	ck_assert_uint_eq(owners.of_function[1], MELD_UNKNOWN);
	ck_assert_uint_eq(owners.of_function[4], MELD_UNKNOWN);
	ck_assert_uint_eq(owners.of_function[5], IMU);
	meld_owners_free(&owners);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

/*
 * Nobody calls import 5 of imu directly, for its wrapper, function 24, calls import 4; but the
 * table through which imu calls holds it. With import 0, baro's, in there, nobody knows whose
 * that is. Nor whose import 5 is where its wrapper takes a reference to it, which may go into any
 * table.
 */
START_TEST(import_in_a_table_is_of_who_calls_through_the_table)
{
	enum { REF_FUNC = 0xd2 };
	static const uint8_t entries[] = {17, 19, 20};
	struct caught caught;
	struct meld_owners owners;
	caught_start(&caught);
	struct blob file = read_bytes(FUSED);
	struct wasm_module *module = read_module(FUSED);
	size_t call = redirect_call(&caught, &file, module, 24, 5, 4);
	uint8_t *entry = memmem(file.bytes, file.size, entries, sizeof(entries));
	ck_assert_ptr_nonnull(entry);
	entry[0] = 5;
	entry[1] = 0;
	struct blob again = {malloc(file.size), file.size};
	ck_assert_ptr_nonnull(again.bytes);
	memcpy(again.bytes, file.bytes, file.size);
	ck_assert(owners_of(&caught, &file, NULL, &owners));
	ck_assert_uint_eq(owners.of_function[5], IMU);
	ck_assert_uint_eq(owners.of_function[4], IMU);
	ck_assert_uint_eq(owners.of_function[0], MELD_UNKNOWN);
	ck_assert_uint_eq(owners.of_function[1], BARO);
	meld_owners_free(&owners);
	file = again;
	file.bytes[call] = REF_FUNC;
	file.bytes[call + 1] = 5;
	ck_assert(owners_of(&caught, &file, NULL, &owners));
	ck_assert_uint_eq(owners.of_function[5], MELD_UNKNOWN);
	meld_owners_free(&owners);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

START_TEST(fused_module_without_provenance_is_refused)
{
	struct blob file = read_bytes(FUSED);
	memcpy(find(&file, "component-provenance"), "component-provenancX", 20);
	bytes_refused(&file, NULL, "fuse it again without --no-component-provenance");
}
END_TEST

START_TEST(every_cut_of_the_section_is_refused)
{
	struct blob whole = read_bytes(FUSED);
	struct wasm_module *module = read_module(FUSED);
	const struct wasm_custom *section = wasm_custom(module, "component-provenance");
	/* The module sees a shorter section, whose bytes end exactly there. */
	struct wasm_custom *writable = &module->customs[section - module->customs];
	size_t size = section->size;
	for (size_t cut = 0; cut < size; cut++) {
		struct caught caught;
		struct meld_owners owners;
		uint8_t *copy = malloc(cut == 0 ? 1 : cut);
		ck_assert_ptr_nonnull(copy);
		memcpy(copy, whole.bytes + provenance_of(&whole), cut);
		writable->bytes = copy;
		writable->size = cut;
		caught_start(&caught);
		ck_assert(!meld_owners(&caught.diag, module, NULL, &owners));
		ck_assert_uint_eq(caught.diag.errors, 1);
		caught_end(&caught);
		free(copy);
	}
	wasm_free(module);
	blob_free(&whole);
}
END_TEST

enum { MUTATIONS = 3000 };

START_TEST(mutated_sections_are_refused_or_read)
{
	struct wasm_module *module = read_module(FUSED);
	struct wasm_custom *section = NULL;
	for (size_t i = 0; i < module->custom_count; i++)
		if (strcmp(module->customs[i].name, "component-provenance") == 0)
			section = &module->customs[i];
	ck_assert_ptr_nonnull(section);
	uint8_t *copy = malloc(section->size);
	uint64_t state = 0xbe47;
	ck_assert_ptr_nonnull(copy);
	memcpy(copy, section->bytes, section->size);
	section->bytes = copy;
	for (int i = 0; i < MUTATIONS; i++) {
		struct caught caught;
		struct meld_owners owners;
		state = state * 6364136223846793005u + 1442695040888963407u;
		size_t place = (size_t)(state >> 33) % section->size;
		uint8_t kept = copy[place];
		copy[place] = (uint8_t)(state >> 24);
		caught_start(&caught);
		bool good = meld_owners(&caught.diag, module, NULL, &owners);
		ck_assert(good == (caught.diag.errors == 0));
		if (good)
			meld_owners_free(&owners);
		caught_end(&caught);
		copy[place] = kept;
	}
	free(copy);
	wasm_free(module);
}
END_TEST

/* --- an import map that cannot be right ------------------------------------------------------ */

/* Writes TEXT to a file of its own and gives its path, which stays until the next call. */
static const char *write_map(const char *text)
{
	static char path[32];
	snprintf(path, sizeof(path), "/tmp/berth-meld-XXXXXX");
	FILE *file = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(file);
	ck_assert(fputs(text, file) >= 0);
	ck_assert_int_eq(fclose(file), 0);
	return path;
}

#define ENTRY(index, module, name, component)                                                      \
	"{\"index\": " index ", \"module\": \"" module "\", \"name\": \"" name                     \
	"\", \"component\": " component "}"
#define MAP(version, entries) "{\"version\": " version ", \"imports\": [" entries "]}"
#define ARENA ENTRY("0", "cabi-arena-realloc", "", "0")
#define TICK ENTRY("1", "tick-now", "", "0")
#define FIX ENTRY("2", "read-fix", "", "0")

static const struct {
	const char *text;
	const char *message;
} bad_maps[] = {
	{"", ":1:"},
	{"{\n \"version\": 2,\n }", ":3:"},
	{"{\"version\": 2, \"version\": 2, \"imports\": []}", "duplicate object key"},
	{"[]", "is no import map of version 2"},
	{MAP("1", ARENA), "is no import map of version 2"},
	{"{\"version\": 2, \"imports\": 3}", "has no list \"imports\""},
	{MAP("2", ARENA ", " TICK), "lists 2 of the module's 3 imported functions"},
	{MAP("2", ARENA ", " TICK ", " TICK), "entry 2: the import is listed twice"},
	{MAP("2", ARENA ", " TICK ", " ENTRY("3", "read-fix", "", "0")), "entry 2: \"index\""},
	{MAP("2", ENTRY("-1", "a", "", "0")), "entry 0: \"index\""},
	{MAP("2", ENTRY("0.5", "a", "", "0")), "entry 0: \"index\""},
	{MAP("2", "7"), "entry 0: \"index\""},
	{MAP("2", ENTRY("0", "tick-now", "", "0")), "entry 0: \"module\" and \"name\""},
	{MAP("2", ENTRY("0", "cabi-arena-realloc", "$2", "0")), "entry 0: \"module\" and \"name\""},
	{MAP("2", ENTRY("0", "cabi-arena-realloc", "", "\"0\"")), "entry 0: \"component\""},
	{MAP("2", ENTRY("0", "cabi-arena-realloc", "", "4294967295")), "entry 0: \"component\""},
	{MAP("2", ARENA ", " ENTRY("1", "tick-now", "", "2") ", " FIX),
		"import 1 is recorded for component 2, but component 0"},
};

START_TEST(damaged_import_maps_are_refused)
{
	const char *path = write_map(bad_maps[_i].text);
	struct blob file = read_bytes(GPS);
	bytes_refused(&file, path, bad_maps[_i].message);
	remove(path);
}
END_TEST

START_TEST(import_without_component_takes_that_of_its_callers)
{
	struct caught caught;
	struct meld_owners owners;
	caught_start(&caught);
	const char *path =
		write_map(MAP("2", ARENA ", " ENTRY("1", "tick-now", "", "null") ", " FIX));
	struct blob file = read_bytes(GPS);
	ck_assert_msg(owners_of(&caught, &file, path, &owners), "%s", caught_text(&caught));
	ck_assert_uint_eq(owners.of_function[1], 0);
	meld_owners_free(&owners);
	remove(path);
	caught_end(&caught);
}
END_TEST

START_TEST(map_of_components_for_an_unfused_module_is_refused)
{
	struct blob file = read_bytes(CORE);
	struct wasm_module *module = read_module(CORE);
	char text[1024] = "";
	size_t at = (size_t)snprintf(text, sizeof(text), "{\"version\": 2, \"imports\": [");
	for (size_t i = 0; i < module->imported_function_count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
			"%s{\"index\": %zu, \"module\": \"%s\", \"name\": \"%s\", \"component\": "
			"3}",
			i == 0 ? "" : ", ", i, module->imports[i].module, module->imports[i].field);
	snprintf(text + at, sizeof(text) - at, "]}");
	wasm_free(module);
	const char *path = write_map(text);
	bytes_refused(&file, path, "gives import 0 to component 3");
	remove(path);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("meld");
	TCase *real = tcase_create("real modules");
	tcase_add_loop_test(real, owners_of_a_fused_module_are_found, 0, COUNT(maps));
	tcase_add_test(real, adapters_belong_to_no_component);
	tcase_add_loop_test(real, a_module_of_one_component_is_component_0, 0, COUNT(single));
	tcase_add_test(real, use_of_each_component_is_its_own);
	suite_add_tcase(suite, real);
	TCase *provenance = tcase_create("provenance");
	tcase_set_timeout(provenance, 60);
	tcase_add_loop_test(provenance, damaged_provenance_is_refused, 0, COUNT(changed));
	tcase_add_test(provenance, second_record_of_a_function_is_refused);
	tcase_add_test(provenance, component_by_its_own_name_asks_for_reproducible_fusion);
	tcase_add_test(provenance, code_of_another_component_calling_an_import_is_a_contradiction);
	tcase_add_test(provenance, import_that_two_components_call_stays_unknown);
	tcase_add_test(provenance, import_in_a_table_is_of_who_calls_through_the_table);
	tcase_add_test(provenance, fused_module_without_provenance_is_refused);
	tcase_add_test(provenance, every_cut_of_the_section_is_refused);
	tcase_add_test(provenance, mutated_sections_are_refused_or_read);
	suite_add_tcase(suite, provenance);
	TCase *map = tcase_create("import map");
	tcase_add_loop_test(map, damaged_import_maps_are_refused, 0, COUNT(bad_maps));
	tcase_add_test(map, import_without_component_takes_that_of_its_callers);
	tcase_add_test(map, map_of_components_for_an_unfused_module_is_refused);
	suite_add_tcase(suite, map);
	return unit_run(suite);
}
