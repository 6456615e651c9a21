/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Gates: what the firmware may declare, who may pass, and with which words. */
#include <string.h>

#include "runtime/boot.h"
#include "runtime/call.h"
#include "runtime/gate.h"
#include "runtime/table.h"
#include "tests/unit/runtime/sample_table.h"
#include "tests/unit/runtime/target.h"
#include "tests/unit/unit.h"

static struct sample table;

/* --- in the place of the rest of the runtime ------------------------------------------- */

/* The gates of the firmware: 0 for everyone, 1 for contexts 0, 33 and 63, 2 for nobody. */
static bool serve(uint32_t context, uint32_t words[])
{
	return context == words[0];
}

const struct berth_gate berth_gates[] = {{.run = serve, .contexts = BERTH_ALL_CONTEXTS},
	{.run = serve,
		.contexts = BERTH_CONTEXT_BIT(0) | BERTH_CONTEXT_BIT(33) | BERTH_CONTEXT_BIT(63)},
	{.run = serve}};
const uint32_t berth_gate_count = 3;

bool berth_takes(const struct berth_context *context, uint32_t count)
{
	return count <= BERTH_MOST_ARGUMENTS && context->stack_size >= 64;
}

bool berth_reaches(
	const struct berth_context *context, uint32_t offset, uint32_t size, uint32_t *address)
{
	*address = context->memory_base + offset;
	return berth_within(offset, size, 0, context->memory_size);
}

static uint32_t registers[BERTH_PORT_REGISTERS];
static uint32_t stack_pointer;

uint32_t *berth_port_registers(struct berth_saved *saved)
{
	(void)saved;
	return registers;
}

uint32_t berth_port_stack(const struct berth_saved *saved)
{
	(void)saved;
	return stack_pointer;
}

static void setup(void)
{
	table = sample_table();
	for (uint32_t i = 0; i < BERTH_PORT_REGISTERS; i++)
		registers[i] = 10 + i;
}

/* --- declarations -------------------------------------------------------------------------- */

static bool is_good(const struct berth_gate *gate)
{
	return berth_gates_check(&table.header, gate, 1);
}

START_TEST(a_gate_has_exactly_one_thing_behind_it)
{
	const struct berth_entry entry = {1, NULL};
	ck_assert(is_good(&(struct berth_gate){.run = serve}));
	ck_assert(is_good(&(struct berth_gate){.entry = &entry}));
	ck_assert(!is_good(&(struct berth_gate){.words = 1}));
	ck_assert(!is_good(&(struct berth_gate){.run = serve, .entry = &entry}));
}
END_TEST

START_TEST(the_component_behind_a_gate_exists_and_has_room_for_the_words)
{
	const struct berth_entry nobody = {2, NULL};
	const struct berth_entry entry = {1, NULL};
	ck_assert(!is_good(&(struct berth_gate){.entry = &nobody}));
	ck_assert(is_good(&(struct berth_gate){.entry = &entry, .words = BERTH_MOST_GATE_WORDS}));
	ck_assert(!is_good(
		&(struct berth_gate){.entry = &entry, .words = BERTH_MOST_GATE_WORDS + 1}));
	table.contexts[1].stack_size = 32;
	ck_assert(!is_good(&(struct berth_gate){.entry = &entry, .words = 5}));
}
END_TEST

START_TEST(a_pointer_goes_to_native_code_only)
{
	const struct berth_entry entry = {1, NULL};
	const struct berth_parameter values[2] = {{.kind = BERTH_VALUE}, {.kind = BERTH_VALUE}};
	ck_assert(
		!is_good(&(struct berth_gate){.entry = &entry, .parameters = values, .words = 2}));
}
END_TEST

START_TEST(a_pointer_has_a_length_a_unit_and_an_alignment)
{
	static const struct berth_parameter good = {BERTH_INOUT, 1, 8, 65535};
	static const struct berth_parameter bad[] = {
		{4, 1, 1, 1},			/* no such kind */
		{BERTH_IN, 2, 1, 1},		/* no such word */
		{BERTH_IN, 0, 1, 1},		/* itself */
		{BERTH_IN, 1, 0, 1},		/* no alignment */
		{BERTH_IN, 1, 3, 1},		/* none that exists */
		{BERTH_OUT, BERTH_FIXED, 1, 0}, /* nothing */
	};
	struct berth_parameter parameters[2] = {good, {.kind = BERTH_VALUE}};
	const struct berth_gate gate = {.run = serve, .parameters = parameters, .words = 2};
	ck_assert(is_good(&gate));
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parameters[0] = bad[i];
		ck_assert_msg(!is_good(&gate), "parameter %u", i);
	}
	parameters[0] = good;
	parameters[1] = (struct berth_parameter){BERTH_IN, BERTH_FIXED, 1, 1};
	ck_assert(!is_good(&gate)); /* the length of one is the pointer of the other */
}
END_TEST

START_TEST(what_a_fault_does_is_one_of_two)
{
	ck_assert(is_good(&(struct berth_gate){.run = serve, .on_fault = BERTH_FAULT_RETURNS}));
	ck_assert(!is_good(&(struct berth_gate){.run = serve, .on_fault = 2}));
}
END_TEST

START_TEST(there_is_no_gate_with_the_number_of_the_return)
{
	static struct berth_gate gates[BERTH_MOST_GATES + 1];
	for (uint32_t i = 0; i <= BERTH_MOST_GATES; i++)
		gates[i].run = serve;
	ck_assert(berth_gates_check(&table.header, gates, BERTH_MOST_GATES));
	ck_assert(!berth_gates_check(&table.header, gates, BERTH_MOST_GATES + 1));
}
END_TEST

/* --- passing -------------------------------------------------------------------------------- */

START_TEST(sixty_four_contexts_can_be_told_apart)
{
	for (uint32_t i = 0; i < 200; i++) {
		bool named = i == 0 || i == 33 || i == 63;
		ck_assert_ptr_eq(berth_gate_for(0, i), &berth_gates[0]);
		ck_assert_ptr_eq(berth_gate_for(1, i), named ? &berth_gates[1] : NULL);
		ck_assert_ptr_null(berth_gate_for(2, i));
	}
	ck_assert_ptr_null(berth_gate_for(3, 0));
	ck_assert_ptr_null(berth_gate_for(UINT32_MAX, 0));
}
END_TEST

START_TEST(words_beyond_the_registers_come_from_its_own_stack)
{
	const struct berth_context *context = &table.contexts[0];
	const struct berth_gate gate = {
		.run = serve, .parameters = (const struct berth_parameter[6]){{0}}, .words = 6};
	struct berth_saved saved = {0};
	struct berth_passage passage = {.gate = &gate, .context = context};
	const uint32_t *words = passage.words;
	uint32_t *stack = (uint32_t *)(void *)target_add(DATA_0, 0x400);
	stack[0] = 77;
	stack[0x3fc / 4] = 99;
	static const struct {
		uint32_t at;
		bool good;
	} cases[] = {{DATA_0, true}, {DATA_0 + 0x3f8, true}, {DATA_0 + 0x3fc, false},
		{DATA_0 - 4, false}, {DATA_0 + 2, false}, {0xfffffffc, false}, {0, false}};
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		stack_pointer = cases[i].at;
		ck_assert(berth_gate_take(&passage, &saved) == cases[i].good);
		ck_assert_uint_eq(passage.address, cases[i].at);
		if (cases[i].good) {
			ck_assert_uint_eq(words[3], 13);
			ck_assert_uint_eq(words[4], i == 0 ? 77 : 0);
			ck_assert_uint_eq(words[5], i == 0 ? 0 : 99);
			ck_assert_uint_eq(words[6], 0);
		}
	}
}
END_TEST

START_TEST(a_gate_gets_the_words_that_it_declares_and_zeros)
{
	const struct berth_entry entry = {1, NULL};
	const struct berth_gate declared = {.entry = &entry, .words = 1};
	const struct berth_gate undeclared = {.run = serve};
	struct berth_saved saved = {0};
	struct berth_passage passage = {.gate = &declared, .context = &table.contexts[0]};
	memset(passage.words, 0xaa, sizeof(passage.words));
	ck_assert(berth_gate_take(&passage, &saved));
	for (uint32_t i = 0; i < BERTH_MOST_GATE_WORDS; i++)
		ck_assert_uint_eq(passage.words[i], i == 0 ? 10 : 0);
	passage.gate = &undeclared;
	memset(passage.words, 0xaa, sizeof(passage.words));
	ck_assert(berth_gate_take(&passage, &saved));
	for (uint32_t i = 0; i < BERTH_MOST_GATE_WORDS; i++)
		ck_assert_uint_eq(passage.words[i], i < BERTH_PORT_REGISTERS ? 10 + i : 0);
}
END_TEST

/* Whether a pointer OFFSET to COUNT units passes; the address it becomes, or would have been. */
static bool passes(uint8_t align, uint16_t unit, uint32_t offset, uint32_t count, uint32_t *address)
{
	const struct berth_parameter parameters[] = {
		{BERTH_VALUE, 0, 0, 0}, {BERTH_IN, 2, align, unit}, {BERTH_VALUE, 0, 0, 0}};
	const struct berth_gate gate = {.run = serve, .parameters = parameters, .words = 3};
	struct berth_passage passage = {.gate = &gate, .context = &table.contexts[0]};
	struct berth_saved saved = {0};
	registers[0] = 5;
	registers[1] = offset;
	registers[2] = count;
	bool good = berth_gate_take(&passage, &saved);
	*address = passage.address;
	ck_assert_uint_eq(passage.words[0], 5);
	ck_assert_uint_eq(passage.words[2], count);
	ck_assert_uint_eq(passage.words[3], 0);
	if (good)
		ck_assert_uint_eq(passage.words[1], passage.address);
	return good;
}

START_TEST(a_pointer_reaches_its_own_memory_and_no_byte_more)
{
	uint32_t address;
	ck_assert(passes(1, 1, 0, MEMORY_SIZE, &address));
	ck_assert_uint_eq(address, MEMORY_0);
	ck_assert(passes(1, 1, MEMORY_SIZE - 1, 1, &address));
	ck_assert(passes(1, 1, MEMORY_SIZE, 0, &address));
	ck_assert(!passes(1, 1, 0, MEMORY_SIZE + 1, &address));
	ck_assert(!passes(1, 1, 1, MEMORY_SIZE, &address));
	ck_assert(!passes(1, 1, MEMORY_SIZE, 1, &address));
	ck_assert(!passes(1, 1, 0xffffffff, 1, &address));
	ck_assert_uint_eq(address, MEMORY_0 - 1);
	ck_assert(!passes(1, 1, 16, 0xffffffff, &address));
}
END_TEST

START_TEST(a_number_of_units_cannot_wrap)
{
	uint32_t address;
	ck_assert(passes(4, 4, 0, MEMORY_SIZE / 4, &address));
	ck_assert(!passes(4, 4, 0, MEMORY_SIZE / 4 + 1, &address));
	ck_assert(!passes(4, 4, 0, 0x40000000, &address));
	ck_assert(!passes(4, 4, 0, 0x40000001, &address));
	ck_assert(!passes(1, 65535, 0, 65537 + 65536, &address));
}
END_TEST

START_TEST(the_address_is_aligned_as_declared)
{
	uint32_t address;
	static const uint8_t aligns[] = {1, 2, 4, 8};
	for (uint32_t offset = 0; offset < 16; offset++) {
		for (unsigned i = 0; i < 4; i++)
			ck_assert(passes(aligns[i], 1, offset, 1, &address) ==
				  (offset % aligns[i] == 0));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("gate");
	TCase *tests = tcase_create("gates");
	tcase_add_checked_fixture(tests, setup, target_clear);
	tcase_add_test(tests, a_gate_has_exactly_one_thing_behind_it);
	tcase_add_test(tests, the_component_behind_a_gate_exists_and_has_room_for_the_words);
	tcase_add_test(tests, a_pointer_goes_to_native_code_only);
	tcase_add_test(tests, a_pointer_has_a_length_a_unit_and_an_alignment);
	tcase_add_test(tests, what_a_fault_does_is_one_of_two);
	tcase_add_test(tests, there_is_no_gate_with_the_number_of_the_return);
	tcase_add_test(tests, sixty_four_contexts_can_be_told_apart);
	tcase_add_test(tests, words_beyond_the_registers_come_from_its_own_stack);
	tcase_add_test(tests, a_gate_gets_the_words_that_it_declares_and_zeros);
	tcase_add_test(tests, a_pointer_reaches_its_own_memory_and_no_byte_more);
	tcase_add_test(tests, a_number_of_units_cannot_wrap);
	tcase_add_test(tests, the_address_is_aligned_as_declared);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
