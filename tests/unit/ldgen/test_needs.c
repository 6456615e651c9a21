/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a component's context must hold, and what it cannot. */
#include <string.h>

#include "ldgen/needs.h"
#include "tests/unit/unit.h"

/*
 * Memories 0 and 1; f0 reads memory 0 and is an export; f1 reads memory 0, calls f2 and is one;
 * f2 writes memory 1; f3 writes memory 0 and is no export.
 */
static const uint8_t bytes[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 5, 4, 0, 0, 0,
	0, 5, 5, 2, 0, 1, 0, 1, 7, 9, 2, 1, 'a', 0, 0, 1, 'b', 0, 1, 10, 42, 4, 8, 0, 0x41, 0, 0x28,
	2, 0, 0x1a, 0x0b, 10, 0, 0x41, 0, 0x28, 2, 0, 0x1a, 0x10, 2, 0x0b, 10, 0, 0x41, 0, 0x41, 0,
	0x36, 0x42, 1, 0, 0x0b, 9, 0, 0x41, 0, 0x41, 0, 0x36, 2, 0, 0x0b};

static struct caught caught;
static struct unit unit;
static struct manifest manifest = {.path = (char *)"layout.yaml"};
static struct manifest_component component = {
	.named = {.name = (char *)"one", .at = {7, 3}}, .grants_auto = {9, 13}};
static struct component_sizes sizes;

/* With the functions' components as said: 4 or 7. */
static void setup_owners(const uint32_t owners[4])
{
	static const uint32_t numbers[] = {4, 7};
	struct blob file = {malloc(sizeof(bytes)), sizeof(bytes)};
	memcpy(file.bytes, bytes, sizeof(bytes));
	unit = (struct unit){.core_path = (char *)"m.wasm"};
	unit.module = wasm_parse(&caught.diag, "m.wasm", &file);
	ck_assert_msg(unit.module != NULL, "%s", caught_text(&caught));
	unit.owners = (struct meld_owners){.of_function = (uint32_t *)owners,
		.count = 4,
		.components = (uint32_t *)numbers,
		.component_count = 2};
	unit.uses = calloc(2, sizeof(*unit.uses));
	for (unsigned i = 0; i < 2; i++)
		ck_assert(meld_use(
			&caught.diag, unit.module, &unit.owners, numbers[i], &unit.uses[i]));
	ck_assert(reach_make(&caught.diag, unit.module, &unit.reach));
	sizes = (struct component_sizes){.fused = 4};
}

static void setup(void)
{
	caught_start(&caught);
}

static void teardown(void)
{
	meld_use_free(&unit.uses[0]);
	meld_use_free(&unit.uses[1]);
	free(unit.uses);
	reach_free(&unit.reach);
	wasm_free(unit.module);
	caught_end(&caught);
}

static bool find(void)
{
	return needs_find(&caught.diag, &manifest, &component, &unit, &sizes);
}

START_TEST(a_memory_that_is_only_read_gets_no_right_to_write)
{
	static const uint32_t owners[] = {4, 7, 7, 4};
	setup_owners(owners);
	ck_assert(find());
	ck_assert(sizes.read_only);
}
END_TEST

START_TEST(an_arena_is_written)
{
	static const uint32_t owners[] = {4, 7, 7, 4};
	setup_owners(owners);
	sizes.has_arena = true;
	ck_assert(find());
	ck_assert(!sizes.read_only);
}
END_TEST

START_TEST(without_auto_the_rights_stay)
{
	static const uint32_t owners[] = {4, 7, 7, 4};
	setup_owners(owners);
	component.grants_auto = (struct position){0};
	ck_assert(find());
	ck_assert(!sizes.read_only);
}
END_TEST

START_TEST(a_direct_call_into_another_component_is_refused)
{
	static const uint32_t owners[] = {4, 4, 7, 7};
	setup_owners(owners);
	component.grants_auto = (struct position){0};
	ck_assert(!find());
	ck_assert_ptr_nonnull(strstr(caught_text(&caught),
		"layout.yaml:7:3: the exports of component one call code that touches memory 1 of "
		"m.wasm, which belongs to component 7"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("needs");
	TCase *cases = tcase_create("needs");
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, a_memory_that_is_only_read_gets_no_right_to_write);
	tcase_add_test(cases, an_arena_is_written);
	tcase_add_test(cases, without_auto_the_rights_stay);
	tcase_add_test(cases, a_direct_call_into_another_component_is_refused);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
