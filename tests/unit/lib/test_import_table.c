/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The list of imports in an object: that of the core module, and nothing else is taken for one. */
#include "lib/import_table.h"

#include <string.h>

#include "tests/unit/unit.h"

#define OBJECT "tests/fixtures/sensors/fused.o"
#define CORE "tests/fixtures/sensors/fused.wasm"

START_TEST(the_list_of_an_object_is_that_of_its_core_module)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, OBJECT);
	struct wasm_module *core = wasm_read(&diag, CORE);
	ck_assert_ptr_nonnull(object);
	ck_assert_ptr_nonnull(core);
	struct wasm_module *listed = import_table_read(&diag, object);
	ck_assert_ptr_nonnull(listed);
	ck_assert_uint_eq(listed->imported_function_count, core->imported_function_count);
	ck_assert_uint_eq(listed->function_count, listed->imported_function_count);
	for (size_t i = 0; i < listed->import_count; i++) {
		const struct wasm_import *import = &core->imports[core->functions[i].import];
		ck_assert_str_eq(listed->imports[i].module, import->module);
		ck_assert_str_eq(listed->imports[i].field, import->field);
	}
	wasm_free(listed);
	wasm_free(core);
	object_free(object);
}
END_TEST

/* The object is changed in memory. */
START_TEST(every_cut_and_changed_list_is_refused_or_read)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, OBJECT);
	ck_assert_ptr_nonnull(object);
	struct object_section *section =
		(struct object_section *)object_section(object, ".meld_import_table");
	ck_assert_ptr_nonnull(section);
	uint8_t *bytes = object->file.bytes + section->offset;
	uint64_t whole = section->size;
	for (uint64_t at = 0; at < whole; at++) {
		struct caught caught;
		caught_start(&caught);
		section->size = at;
		ck_assert_ptr_null(import_table_read(&caught.diag, object));
		ck_assert_uint_eq(caught.diag.errors, 1);
		section->size = whole;
		for (int value = 0; value < 256; value++) {
			uint8_t kept = bytes[at];
			bytes[at] = (uint8_t)value;
			wasm_free(import_table_read(&caught.diag, object));
			bytes[at] = kept;
		}
		caught_end(&caught);
	}
	object_free(object);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("import table");
	TCase *tests = tcase_create("lists");
	tcase_set_timeout(tests, 30);
	tcase_add_test(tests, the_list_of_an_object_is_that_of_its_core_module);
	tcase_add_test(tests, every_cut_and_changed_list_is_refused_or_read);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
