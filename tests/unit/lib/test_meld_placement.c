/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Where the fuser put components in a memory that they share: what it says, and what it may not. */
#include "lib/meld_placement.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

#define SHARED "tests/fixtures/shared/shared.wasm"
#define PLAIN "tests/fixtures/sensors/gps.core.wasm" /* without an attestation */

static size_t put_leb(uint8_t *to, size_t value)
{
	size_t size = 0;
	do {
		uint8_t more = value >= 0x80 ? 0x80 : 0;
		to[size++] = (uint8_t)((value & 0x7f) | more);
		value >>= 7;
	} while (value != 0);
	return size;
}

/* PLAIN with TEXT as its attestation. */
static struct wasm_module *module_with(struct caught *caught, const char *text)
{
	static const char name[] = "wsc.transformation.attestation";
	struct diag diag = DIAG_INIT("test");
	struct blob file;
	ck_assert(file_read(&diag, PLAIN, &file));
	size_t length = strlen(text);
	uint8_t *bytes = realloc(file.bytes, file.size + length + 64);
	ck_assert_ptr_nonnull(bytes);
	file.bytes = bytes;
	bytes[file.size++] = 0;
	file.size += put_leb(bytes + file.size, 1 + sizeof(name) - 1 + length);
	file.size += put_leb(bytes + file.size, sizeof(name) - 1);
	memcpy(bytes + file.size, name, sizeof(name) - 1);
	memcpy(bytes + file.size + sizeof(name) - 1, text, length);
	file.size += sizeof(name) - 1 + length;
	struct wasm_module *module = wasm_parse(&caught->diag, "m.wasm", &file);
	ck_assert_msg(module != NULL, "%s", caught_text(caught));
	return module;
}

START_TEST(real_attestation_places_both_components)
{
	struct caught caught;
	struct meld_placement placement;
	caught_start(&caught);
	struct wasm_module *module = wasm_read(&caught.diag, SHARED);
	ck_assert_ptr_nonnull(module);
	ck_assert(meld_placement_find(&caught.diag, module, 0, &placement));
	ck_assert_uint_eq(placement.base, 0);
	ck_assert_uint_eq(placement.size, 5200);
	ck_assert(meld_placement_find(&caught.diag, module, 2, &placement));
	ck_assert_uint_eq(placement.base, 5200);
	ck_assert_uint_eq(placement.size, 9312);
	ck_assert(!meld_placement_find(&caught.diag, module, 1, &placement));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "does not say where"));
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

#define PLACED(list) "{\"metadata\":{\"placements\":" list "}}"

/* What is refused of the placement of component 0, and the words that say so. */
static const struct {
	const char *text;
	const char *words;
} bad[] = {
	{"{", "is not JSON"},
	{"[]", "without placements"},
	{"{}", "without placements"},
	{"{\"metadata\":[]}", "without placements"},
	{PLACED("{}"), "without placements"},
	{PLACED("[]"), "does not say where"},
	{PLACED("[7]"), "of no component"},
	{PLACED("[{\"component\":\"0\"}]"), "of no component"},
	{PLACED("[{\"component\":-1}]"), "of no component"},
	{PLACED("[{\"component\":0}]"), "without base or reserved"},
	{PLACED("[{\"component\":0,\"base\":0}]"), "without base or reserved"},
	{PLACED("[{\"component\":0,\"base\":0,\"reserved\":0}]"), "without base or reserved"},
	{PLACED("[{\"component\":0,\"base\":-1,\"reserved\":8}]"), "without base or reserved"},
	{PLACED("[{\"component\":0,\"base\":4294967296,\"reserved\":8}]"),
		"without base or reserved"},
	{PLACED("[{\"component\":0,\"base\":0.5,\"reserved\":8}]"), "without base or reserved"},
	{PLACED("[{\"component\":0,\"base\":0,\"reserved\":8},"
		"{\"component\":0,\"base\":8,\"reserved\":8}]"),
		"more than once"},
};

START_TEST(malformed_attestations_are_refused)
{
	struct caught caught;
	struct meld_placement placement;
	caught_start(&caught);
	struct wasm_module *module = module_with(&caught, bad[_i].text);
	ck_assert(!meld_placement_find(&caught.diag, module, 0, &placement));
	ck_assert_msg(strstr(caught_text(&caught), bad[_i].words) != NULL, "%s: %s", bad[_i].text,
		caught_text(&caught));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "by hand"));
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

START_TEST(module_without_attestation_is_refused)
{
	struct caught caught;
	struct meld_placement placement;
	caught_start(&caught);
	struct wasm_module *module = wasm_read(&caught.diag, PLAIN);
	ck_assert_ptr_nonnull(module);
	ck_assert(!meld_placement_find(&caught.diag, module, 0, &placement));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "has no attestation"));
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("meld_placement");
	TCase *tests = tcase_create("meld_placement");
	tcase_add_test(tests, real_attestation_places_both_components);
	tcase_add_loop_test(
		tests, malformed_attestations_are_refused, 0, (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_test(tests, module_without_attestation_is_refused);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
