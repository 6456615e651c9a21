/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The fuser's signature manifest: what it says of a real module, and that it must fit it. */
#include "lib/meld_manifest.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

#define FUSED "tests/fixtures/sensors/fused.wasm"
#define PLAIN "tests/fixtures/sensors/gps.core.wasm" /* without a manifest */

/* --- help ------------------------------------------------------------------------------- */

static struct wasm_module *read_module(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct wasm_module *module = wasm_read(&diag, path);
	ck_assert_ptr_nonnull(module);
	return module;
}

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

/* PLAIN with TEXT as its manifest. */
static struct wasm_module *module_with(struct caught *caught, const char *text)
{
	static const char name[] = "meld.signature-manifest";
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

/* --- real modules ----------------------------------------------------------------------- */

START_TEST(every_export_of_a_fused_module_has_its_wit_and_memory)
{
	struct caught caught;
	struct meld_manifest manifest;
	caught_start(&caught);
	struct wasm_module *module = read_module(FUSED);
	ck_assert(meld_manifest_read(&caught.diag, module, &manifest));
	ck_assert_uint_eq(manifest.count, 6);
	const struct meld_signature *describe =
		meld_manifest_find(&manifest, "berth:sensors/baro@1.0.0#describe");
	ck_assert_ptr_nonnull(describe);
	ck_assert_str_eq(describe->wit, "func(request: string) -> string");
	ck_assert_str_eq(describe->memory, "memory$0");
	ck_assert_str_eq(describe->realloc, "meld:realloc/0");
	ck_assert_str_eq(describe->post_return, "cabi_post_berth:sensors/baro@1.0.0#describe");
	const struct meld_signature *poke =
		meld_manifest_find(&manifest, "berth:sensors/imu@1.0.0#poke");
	ck_assert_ptr_nonnull(poke);
	ck_assert_str_eq(poke->wit, "func(at: u32, value: u32)");
	ck_assert_ptr_null(poke->memory);
	ck_assert_ptr_null(meld_manifest_find(&manifest, "cabi_realloc"));
	meld_manifest_free(&manifest);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

START_TEST(a_module_without_manifest_has_an_empty_one)
{
	struct caught caught;
	struct meld_manifest manifest;
	caught_start(&caught);
	struct wasm_module *module = read_module(PLAIN);
	ck_assert(meld_manifest_read(&caught.diag, module, &manifest));
	ck_assert_uint_eq(manifest.count, 0);
	ck_assert_ptr_null(meld_manifest_find(&manifest, "x"));
	meld_manifest_free(&manifest);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

/* --- manifests that do not fit ------------------------------------------------------------ */

#define PEEK "\"export\": \"berth:sensors/gps@1.0.0#peek\""
#define WIT "\"wit\": {\"params\": [[\"at\", \"u32\"]], \"result\": \"u32\"}"
#define CORE "\"core\": {\"params\": [\"i32\"], \"results\": [\"i32\"]}"
#define ONE(entry) "{\"version\": 1, \"exports\": [" entry "]}"
#define GOOD "{" PEEK ", " WIT ", " CORE "}"

START_TEST(an_entry_that_fits_is_read)
{
	struct caught caught;
	struct meld_manifest manifest;
	caught_start(&caught);
	struct wasm_module *module = module_with(&caught, ONE(GOOD));
	ck_assert(meld_manifest_read(&caught.diag, module, &manifest));
	ck_assert_uint_eq(manifest.count, 1);
	ck_assert_ptr_null(manifest.entries[0].memory);
	meld_manifest_free(&manifest);
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

static const struct {
	const char *text;
	const char *expected;
} damaged[] = {
	{"", "section meld.signature-manifest, byte"},
	{"{\"version\": 1, \"exports\": [", "section meld.signature-manifest, byte"},
	{"{\"version\": 1, \"version\": 1}", "duplicate"},
	{"[]", "no manifest of version 1"},
	{"{\"version\": 2, \"exports\": []}", "no manifest of version 1"},
	{"{\"version\": 1, \"exports\": {}}", "no manifest of version 1"},
	{ONE("7"), "entry 0 names no export"},
	{ONE("{" WIT ", " CORE "}"), "entry 0 names no export"},
	{ONE("{\"export\": \"peek\", " WIT ", " CORE "}"), "does not export"},
	{ONE("{\"export\": \"memory\", " WIT ", " CORE "}"), "does not export"},
	{ONE("{" PEEK ", " WIT "}"), "other core types"},
	{ONE("{" PEEK ", " WIT ", \"core\": {\"params\": [\"i32\"], \"results\": []}}"),
		"other core types"},
	{ONE("{" PEEK ", " WIT ", \"core\": {\"params\": [\"i64\"], \"results\": [\"i32\"]}}"),
		"other core types"},
	{ONE("{" PEEK ", " CORE "}"), "has no \"wit\""},
	{ONE("{" PEEK ", " CORE ", \"wit\": {\"params\": [[\"at\"]], \"result\": null}}"),
		"has no \"wit\""},
	{ONE("{" PEEK ", " CORE ", \"wit\": {\"params\": [], \"result\": {}}}"), "has no \"wit\""},
	{ONE("{" PEEK ", " WIT ", " CORE ", \"memory\": 0}"), "is no name"},
	{ONE(GOOD ", " GOOD), "gps@1.0.0#peek] twice"},
};

START_TEST(damaged_manifests_are_refused)
{
	struct caught caught;
	struct meld_manifest manifest;
	caught_start(&caught);
	struct wasm_module *module = module_with(&caught, damaged[_i].text);
	ck_assert(!meld_manifest_read(&caught.diag, module, &manifest));
	ck_assert_uint_eq(caught.diag.errors, 1);
	ck_assert_uint_eq(manifest.count, 0);
	ck_assert_msg(strstr(caught_text(&caught), damaged[_i].expected) != NULL,
		"'%s' is not in: %s", damaged[_i].expected, caught_text(&caught));
	wasm_free(module);
	caught_end(&caught);
}
END_TEST

START_TEST(every_cut_of_a_manifest_is_refused)
{
	static const char text[] = ONE(GOOD);
	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		struct caught caught;
		struct meld_manifest manifest;
		char cut[sizeof(text)];
		memcpy(cut, text, length);
		cut[length] = '\0';
		caught_start(&caught);
		struct wasm_module *module = module_with(&caught, cut);
		ck_assert(!meld_manifest_read(&caught.diag, module, &manifest));
		wasm_free(module);
		caught_end(&caught);
	}
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("meld manifest");
	TCase *real = tcase_create("real modules");
	tcase_add_test(real, every_export_of_a_fused_module_has_its_wit_and_memory);
	tcase_add_test(real, a_module_without_manifest_has_an_empty_one);
	suite_add_tcase(suite, real);
	TCase *hostile = tcase_create("manifests that do not fit");
	tcase_add_test(hostile, an_entry_that_fits_is_read);
	tcase_add_loop_test(hostile, damaged_manifests_are_refused, 0, COUNT(damaged));
	tcase_add_test(hostile, every_cut_of_a_manifest_is_refused);
	suite_add_tcase(suite, hostile);
	return unit_run(suite);
}
