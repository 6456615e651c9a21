/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What elfbind/bind.h promises where no compiler's object goes. */
#include <string.h>

#include "elfbind/bind.h"
#include "lib/object_edit.h"
#include "tests/unit/unit.h"

#define FIXTURES "tests/fixtures/sensors/"

enum { GPS_IMPORT_SYMBOL = 22 }; /* "", which is three imports */

struct bench {
	struct caught caught;
	struct object *object;
	struct wasm_module *module;
	struct meld_owners owners;
	struct natives *natives;
	struct bind_input input;
	struct binding binding;
};

/* gps.o with a word added that holds the address of SYMBOL. */
static struct blob with_address_of(struct diag *diag, uint32_t symbol)
{
	static const uint8_t word[4];
	struct object_section data = {.name = ".data.pointer",
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC | SHF_WRITE,
		.size = sizeof(word),
		.align = 4,
		.bytes = word};
	struct object *object = object_read(diag, FIXTURES "gps.o");
	ck_assert_ptr_nonnull(object);
	struct object_edit *edit = object_edit_start(diag, object);
	uint32_t section;
	struct blob file;
	ck_assert(object_edit_add_section(edit, &data, &section));
	ck_assert(object_edit_add_relocation(edit, section, 0, R_ARM_ABS32, symbol, 0));
	ck_assert(object_edit_write(edit, &file));
	object_edit_free(edit);
	object_free(object);
	return file;
}

static void bench_start(struct bench *bench, struct blob *object)
{
	*bench = (struct bench){0};
	caught_start(&bench->caught);
	struct diag *diag = &bench->caught.diag;
	bench->object = object_parse(diag, "object.o", object);
	bench->module = wasm_read(diag, FIXTURES "gps.wasm");
	bench->natives = natives_new(diag);
	ck_assert_ptr_nonnull(bench->object);
	ck_assert_ptr_nonnull(bench->module);
	ck_assert_ptr_nonnull(bench->natives);
	ck_assert(meld_owners(diag, bench->module, NULL, &bench->owners));
	bench->input = (struct bind_input){.object = bench->object,
		.module = bench->module,
		.owners = &bench->owners,
		.natives = bench->natives};
}

static void bench_end(struct bench *bench)
{
	bind_free(&bench->binding);
	natives_free(bench->natives);
	meld_owners_free(&bench->owners);
	wasm_free(bench->module);
	object_free(bench->object);
	caught_end(&bench->caught);
}

static void add_natives(struct bench *bench)
{
	ck_assert(natives_add(bench->natives, "cabi_arena_realloc", "tcb.o"));
	ck_assert(natives_add(bench->natives, "tick_now", "tcb.o"));
	ck_assert(natives_add(bench->natives, "read_fix", "tcb.o"));
}

START_TEST(the_address_of_a_merged_import_is_refused)
{
	struct bench bench;
	struct diag diag = DIAG_INIT("test");
	struct blob file = with_address_of(&diag, GPS_IMPORT_SYMBOL);
	bench_start(&bench, &file);
	add_natives(&bench);
	ck_assert(!bind_make(&bench.caught.diag, &bench.input, &bench.binding));
	ck_assert_ptr_nonnull(strstr(
		caught_text(&bench.caught), "[section .data.pointer, offset 0x0, symbol '']"));
	bench_end(&bench);
}
END_TEST

START_TEST(the_address_of_a_local_function_is_left_alone)
{
	struct bench bench;
	struct diag diag = DIAG_INIT("test");
	struct blob file = with_address_of(&diag, 1);
	bench_start(&bench, &file);
	add_natives(&bench);
	ck_assert_msg(bind_make(&bench.caught.diag, &bench.input, &bench.binding), "%s",
		caught_text(&bench.caught));
	struct blob bound;
	ck_assert(plan_apply(&bench.caught.diag, &bench.binding.plan, &bound));
	struct object *result = object_parse(&bench.caught.diag, "bound.o", &bound);
	ck_assert_ptr_nonnull(result);
	const struct object_relocation *last = &result->relocations[result->relocation_count - 1];
	ck_assert_str_eq(result->symbols[last->symbol].name, "func_3");
	object_free(result);
	bench_end(&bench);
}
END_TEST

/* Every symbol that stood for imports is used again before one is added. */
START_TEST(no_symbol_is_added_without_need)
{
	struct bench bench;
	struct blob file;
	struct diag diag = DIAG_INIT("test");
	ck_assert(file_read(&diag, FIXTURES "gps.o", &file));
	bench_start(&bench, &file);
	add_natives(&bench);
	ck_assert(bind_make(&bench.caught.diag, &bench.input, &bench.binding));
	ck_assert_uint_eq(bench.binding.plan.added_count, 2);
	ck_assert_str_eq(
		plan_new_name(&bench.binding.plan, GPS_IMPORT_SYMBOL), "cabi_arena_realloc");
	ck_assert_uint_eq(bench.binding.plan.move_count, 2);
	bench_end(&bench);
}
END_TEST

START_TEST(a_plan_that_cannot_be_is_not_made)
{
	struct bench bench;
	struct blob file;
	struct diag diag = DIAG_INIT("test");
	ck_assert(file_read(&diag, FIXTURES "gps.o", &file));
	bench_start(&bench, &file);
	ck_assert(natives_add(bench.natives, "tick_now", "tcb.o"));
	ck_assert(!bind_make(&bench.caught.diag, &bench.input, &bench.binding));
	/* Each import that fails is reported, not only the first. */
	const char *said = caught_text(&bench.caught);
	ck_assert_ptr_nonnull(strstr(said, "cabi-arena-realloc"));
	ck_assert_ptr_nonnull(strstr(said, "read-fix"));
	bench_end(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("bind");
	TCase *tcase = tcase_create("binding");
	tcase_add_test(tcase, the_address_of_a_merged_import_is_refused);
	tcase_add_test(tcase, the_address_of_a_local_function_is_left_alone);
	tcase_add_test(tcase, no_symbol_is_added_without_need);
	tcase_add_test(tcase, a_plan_that_cannot_be_is_not_made);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
