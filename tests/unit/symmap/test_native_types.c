/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What DWARF says of functions, and that no DWARF breaks the reader. */
#include "symmap/native_types.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

/* Each defines wide, (byte *, enum, float) -> long long, and none, () -> (). */
static const char *const objects[] = {"tests/fuzz/corpus/dwarf/arm-5",
	"tests/fuzz/corpus/dwarf/arm-2", "tests/fuzz/corpus/dwarf/riscv",
	"tests/fuzz/corpus/dwarf/image"};

static struct blob read_bytes(const char *path)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, path, &blob));
	return blob;
}

static struct native_query query(const struct object *object, const char *name)
{
	const struct object_symbol *symbol = object_definition(object, name);
	return (struct native_query){
		.name = name, .address = symbol == NULL ? 0 : symbol->value & ~(uint64_t)1};
}

START_TEST(types_of_a_definition_are_those_of_its_source)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, objects[_i]);
	ck_assert_ptr_nonnull(object);
	ck_assert(native_types_present(object));
	/* One native may serve several imports, and one may be unknown. */
	struct native_query queries[] = {query(object, "wide"), query(object, "none"),
		query(object, "nowhere"), query(object, "wide")};
	ck_assert(native_types_read(&diag, object, queries, 4));
	for (size_t i = 0; i < 4; i += 3) {
		const struct native_types *wide = &queries[i].types;
		ck_assert(wide->known);
		ck_assert_uint_eq(wide->count, 3);
		ck_assert_uint_eq(wide->params[0].size, 4);
		ck_assert(!wide->params[1].floating);
		ck_assert_uint_eq(wide->params[2].size, 4);
		ck_assert(wide->params[2].floating);
		ck_assert_uint_eq(wide->result.size, 8);
	}
	ck_assert(queries[1].types.known);
	ck_assert_uint_eq(queries[1].types.count, 0);
	ck_assert_uint_eq(queries[1].types.result.size, 0);
	ck_assert(!queries[2].types.known);
	object_free(object);
}
END_TEST

START_TEST(an_image_describes_a_function_by_its_address_too)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, "tests/fuzz/corpus/dwarf/image");
	ck_assert_ptr_nonnull(object);
	struct native_query elsewhere = query(object, "wide");
	elsewhere.address += 4;
	ck_assert(native_types_read(&diag, object, &elsewhere, 1));
	ck_assert(!elsewhere.types.known);
	object_free(object);
}
END_TEST

/* Reads what became of OBJECT's bytes, which are taken over. */
static void survive(struct blob *bytes)
{
	struct caught caught;
	caught_start(&caught);
	struct object *object = object_parse(&caught.diag, "m.o", bytes);
	if (object != NULL && native_types_present(object)) {
		struct native_query queries[] = {query(object, "wide"), query(object, "none")};
		ck_assert(native_types_read(&caught.diag, object, queries, 2));
		ck_assert_uint_le(queries[0].types.count, NATIVE_PARAMS);
	}
	object_free(object);
	caught_end(&caught);
}

START_TEST(every_changed_byte_of_dwarf_is_survived)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, objects[_i]);
	ck_assert_ptr_nonnull(object);
	static const char *const names[] = {".debug_info", ".debug_abbrev"};
	static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
	for (size_t k = 0; k < 2; k++) {
		const struct object_section *section = object_section(object, names[k]);
		ck_assert_ptr_nonnull(section);
		for (size_t at = 0; at < section->size; at++)
			for (size_t v = 0; v < sizeof(values); v++) {
				struct blob copy = read_bytes(objects[_i]);
				copy.bytes[section->offset + at] = values[v];
				survive(&copy);
			}
	}
	object_free(object);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("native types");
	TCase *tests = tcase_create("DWARF");
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(
		tests, types_of_a_definition_are_those_of_its_source, 0, COUNT(objects));
	tcase_add_test(tests, an_image_describes_a_function_by_its_address_too);
	tcase_add_loop_test(tests, every_changed_byte_of_dwarf_is_survived, 0, COUNT(objects));
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
