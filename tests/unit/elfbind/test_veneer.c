/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Which veneer an arena gets; tests/cli/veneer.bats looks at their code. */
#include <string.h>

#include "elfbind/veneer.h"
#include "tests/unit/unit.h"

static const struct object arm = {
	.class = ELFCLASS32, .data = ELFDATA2LSB, .machine = EM_ARM, .type = ET_REL};
static const struct object riscv = {
	.class = ELFCLASS32, .data = ELFDATA2LSB, .machine = EM_RISCV, .type = ET_REL};

static const struct berth_arena usual = {
	0x20008000, 0x10000, 0xf000, 0x1000, 0x20004008, BERTH_ARENA_BUMP};

/* Whether the veneer of ARENA knows its state and its end; the same on every machine. */
static bool is_short(struct berth_arena arena)
{
	const struct veneer *on_arm = veneer_for(&arm, &arena);
	const struct veneer *on_riscv = veneer_for(&riscv, &arena);
	ck_assert_ptr_nonnull(on_arm);
	ck_assert_ptr_nonnull(on_riscv);
	ck_assert((on_arm->words != 0) == (on_riscv->words != 0));
	return on_arm->words != 0;
}

START_TEST(the_short_way_is_taken_where_it_is_right)
{
	struct berth_arena arena = usual;
	ck_assert(is_short(arena));
	arena.policy = BERTH_ARENA_FREE_LIST;
	ck_assert(!is_short(arena));
	arena.policy = BERTH_ARENA_BUMP_CALL;
	ck_assert(is_short(arena));
	arena = usual;
	arena.size -= 4; /* alignment counts from the end */
	ck_assert(!is_short(arena));
	arena.memory_base += 4;
	ck_assert(is_short(arena));
	arena.offset = 0; /* offset 0 would be a failure */
	arena.size = 0x1004;
	ck_assert(!is_short(arena));
	arena = usual;
	arena.state += 2;
	ck_assert(!is_short(arena));
	arena = usual;
	arena.size = 0xffff1008; /* the end wraps */
	ck_assert(!is_short(arena));
}
END_TEST

START_TEST(the_words_are_the_state_and_the_end)
{
	uint8_t code[UNIT_CODE_VENEER];
	const struct veneer *veneer = veneer_for(&arm, &usual);
	veneer_write(veneer, &usual, code);
	static const uint8_t words[] = {0x08, 0x40, 0x00, 0x20, 0x00, 0x00, 0x01, 0x00};
	ck_assert_uint_eq(veneer->words + sizeof(words), veneer->size);
	ck_assert_mem_eq(code + veneer->words, words, sizeof(words));
	ck_assert_mem_eq(code, veneer->code, veneer->words);
}
END_TEST

START_TEST(other_machines_have_none)
{
	struct object object = arm;
	object.data = ELFDATA2MSB;
	ck_assert(!veneer_there_is(&object));
	ck_assert_ptr_null(veneer_for(&object, &usual));
	object = riscv;
	object.class = ELFCLASS64;
	ck_assert_ptr_null(veneer_for(&object, &usual));
	object = arm;
	object.machine = EM_AARCH64;
	ck_assert_ptr_null(veneer_for(&object, &usual));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("veneer");
	TCase *cases = tcase_create("arenas");
	tcase_add_test(cases, the_short_way_is_taken_where_it_is_right);
	tcase_add_test(cases, the_words_are_the_state_and_the_end);
	tcase_add_test(cases, other_machines_have_none);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
