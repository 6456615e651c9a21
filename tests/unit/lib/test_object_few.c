/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What lib/object_few.h promises: no symbol with one of the names is missed. */
#include <stdlib.h>
#include <string.h>

#include "lib/object_few.h"
#include "lib/object_edit.h"
#include "lib/object_fields.h"
#include "tests/unit/unit.h"

#define GPS "tests/fixtures/sensors/gps.o"

/* The object of FORM with COUNT symbols called s, ss, sss.... */
static struct object *make_object(struct diag *diag, struct object_form form, size_t count)
{
	char name[64];
	struct object_edit *edit = object_edit_new(diag, form.wide ? ELFCLASS64 : ELFCLASS32,
		form.big ? ELFDATA2MSB : ELFDATA2LSB, EM_ARM, 0);
	ck_assert_ptr_nonnull(edit);
	for (size_t i = 1; i <= count; i++) {
		uint32_t index;
		memset(name, 's', i);
		name[i] = '\0';
		struct object_symbol symbol = {.name = name, .binding = STB_GLOBAL};
		ck_assert(object_edit_add_symbol(edit, &symbol, &index));
	}
	struct blob file;
	ck_assert(object_edit_write(edit, &file));
	object_edit_free(edit);
	return object_parse(diag, "made.o", &file);
}

static bool is_among(const uint32_t *symbols, size_t count, uint32_t symbol)
{
	for (size_t i = 0; i < count; i++)
		if (symbols[i] == symbol)
			return true;
	return false;
}

START_TEST(a_symbol_with_the_name_is_found)
{
	enum { COUNT = 40 };
	struct diag diag = DIAG_INIT("test");
	const struct object_form form = {.wide = (_i & 1) != 0, .big = (_i & 2) != 0};
	struct object *object = make_object(&diag, form, COUNT);
	ck_assert_ptr_nonnull(object);
	for (uint32_t i = 1; i <= COUNT; i++) {
		struct name_filter filter;
		uint32_t *symbols;
		size_t count;
		ck_assert(name_filter_make(&diag, 1, &filter));
		name_filter_add(&filter, object->symbols[i].name);
		ck_assert(object_few(&diag, object, &filter, &symbols, &count));
		ck_assert(is_among(symbols, count, i));
		/* Names are told apart by their first bytes, and by where they end among these. */
		ck_assert_uint_eq(count, i < 16 ? 1 : COUNT - 16 + 1);
		free(symbols);
		name_filter_free(&filter);
	}
	object_free(object);
}
END_TEST

START_TEST(names_with_a_first_byte_are_found)
{
	struct diag diag = DIAG_INIT("test");
	struct object *object = object_read(&diag, GPS);
	struct name_filter filter;
	uint32_t *symbols;
	size_t count;
	ck_assert(name_filter_make(&diag, 0, &filter));
	ck_assert(object_few(&diag, object, &filter, &symbols, &count));
	ck_assert_uint_eq(count, 0);
	free(symbols);
	filter.first[0] = filter.first['$'] = true;
	ck_assert(object_few(&diag, object, &filter, &symbols, &count));
	for (uint32_t i = 1; i < object->symbol_count; i++)
		ck_assert_int_eq(is_among(symbols, count, i),
			object->symbols[i].name[0] == '\0' || object->symbols[i].name[0] == '$');
	ck_assert_uint_gt(count, 0);
	free(symbols);
	name_filter_free(&filter);
	object_free(object);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("object_few");
	TCase *tcase = tcase_create("finding");
	tcase_add_loop_test(tcase, a_symbol_with_the_name_is_found, 0, 4);
	tcase_add_test(tcase, names_with_a_first_byte_are_found);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
