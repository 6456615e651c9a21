/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The ledger guest, called with random strings, lists and records.  This file
 * lowers and lifts them as the canonical ABI says; examples/ledger/expect.py
 * asks the same questions of another runtime, which does it by itself, and the
 * answers must be the same.
 */
#include <stdbool.h>
#include <stddef.h>

#include "berth/berth.h"
#include "board.h"
#include "ledger.h"  /* from symmap */
#include "regions.h" /* from ldgen */

enum { ROUNDS = 60, LEDGER = BERTH_CONTEXT_LEDGER };

struct exported {
	const struct berth_entry *call;
	const struct berth_entry *post; /* gives back what the result was made of */
};

static const struct exported sort = {
	&berth_entry_berth_ledger_books_sort, &berth_entry_cabi_post_berth_ledger_books_sort};
static const struct exported repeat = {
	&berth_entry_berth_ledger_books_repeat, &berth_entry_cabi_post_berth_ledger_books_repeat};
static const struct exported summarize = {&berth_entry_berth_ledger_books_summarize,
	&berth_entry_cabi_post_berth_ledger_books_summarize};

/* The guest imports nothing but its allocator. */
const struct berth_gate berth_gates[] = {{.words = 0}};
const uint32_t berth_gate_count = 0;

/* --- numbers -------------------------------------------------------------------------- */

/* xorshift, Marsaglia 2003, with a fixed seed. */
static uint32_t state = 0x2545f491;

static uint32_t below(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

/* --- the guest's memory ------------------------------------------------------------------ */

static _Noreturn void fail(const char *what)
{
	print("FAIL: ");
	print(what);
	print("\n");
	board_exit(1);
}

/* The SIZE bytes at OFFSET, which came from the guest. */
static void *memory(uint32_t offset, uint32_t size)
{
	void *bytes = berth_memory(LEDGER, offset, size);
	if (bytes == NULL)
		fail("an offset that is not in the memory");
	return bytes;
}

static uint32_t allocate(uint32_t align, uint32_t size)
{
	uint32_t offset = berth_arena_try(berth_arena_of(LEDGER), 0, 0, align, size);
	if (offset == BERTH_ARENA_FAILED)
		fail("the arena is full");
	return offset;
}

static void store(uint32_t offset, uint32_t value)
{
	*(uint32_t *)memory(offset, 4) = value;
}

static uint32_t load(uint32_t offset)
{
	return *(const uint32_t *)memory(offset, 4);
}

static uint32_t lower_text(uint32_t most, uint32_t *length)
{
	*length = below(most);
	uint32_t offset = allocate(1, *length);
	char *bytes = *length == 0 ? NULL : memory(offset, *length);
	for (uint32_t i = 0; i < *length; i++)
		bytes[i] = (char)('a' + below(26));
	return offset;
}

static void print_string(uint32_t pair)
{
	uint32_t length = load(pair + 4);
	print(" ");
	print_bytes(memory(length == 0 ? 0 : load(pair), length), length);
}

static void print_number(int32_t value)
{
	print(value < 0 ? " -" : " ");
	print_decimal(value < 0 ? 0u - (uint32_t)value : (uint32_t)value);
}

/* --- calls ---------------------------------------------------------------------------------- */

static uint32_t call(const struct berth_entry *entry, const uint32_t *words, uint32_t count)
{
	uint32_t result;
	struct berth_fault fault;
	enum berth_status status = berth_call(entry, words, count, &result, &fault);
	if (status == BERTH_FAULTED)
		fail(berth_reason_text(fault.reason));
	if (status != BERTH_DONE)
		fail("the call was refused");
	return result;
}

/* The guest has given back its arguments and its result. */
static void end_call(const struct exported *exported, uint32_t result)
{
	call(exported->post, &result, 1);
	struct berth_arena_statistics statistics;
	berth_arena_statistics(berth_arena_of(LEDGER), &statistics);
	if (berth_arena_of(LEDGER)->policy == BERTH_ARENA_FREE_LIST && statistics.used != 0)
		fail("something was not given back");
	if (berth_arena_of(LEDGER)->policy == BERTH_ARENA_BUMP)
		berth_arena_reset(berth_arena_of(LEDGER));
}

static void ask_sort(void)
{
	uint32_t count = below(12);
	uint32_t list = allocate(4, 4 * count);
	for (uint32_t i = 0; i < count; i++)
		store(list + 4 * i, below(1000000));
	uint32_t result = call(sort.call, (const uint32_t[]){list, count}, 2);
	print("sort:");
	for (uint32_t i = 0; i < load(result + 4); i++)
		print_number((int32_t)load(load(result) + 4 * i));
	print("\n");
	end_call(&sort, result);
}

static void ask_repeat(void)
{
	uint32_t length;
	uint32_t text = lower_text(12, &length);
	uint32_t result = call(repeat.call, (const uint32_t[]){text, length, below(5)}, 3);
	print("repeat:");
	for (uint32_t i = 0; i < load(result + 4); i++)
		print_string(load(result) + 8 * i);
	print("\n");
	end_call(&repeat, result);
}

static void ask_mix(void)
{
	uint32_t words[6];
	for (uint32_t i = 0; i < 6; i++)
		words[i] = below(0x10000);
	uint64_t result;
	if (berth_call_wide(&berth_entry_berth_ledger_books_mix, words, 6, &result, NULL) !=
		BERTH_DONE)
		fail("mix");
	print("mix: ");
	print_hex((uint32_t)(result >> 32));
	print(" ");
	print_hex((uint32_t)result);
	print("\n");
}

/* record entry: name at 0 and 4, amounts at 8 and 12, weight at 16; 20 bytes. */
static void lower_entry(uint32_t entry)
{
	uint32_t length;
	store(entry, lower_text(9, &length));
	store(entry + 4, length);
	uint32_t count = below(6);
	uint32_t amounts = allocate(4, 4 * count);
	for (uint32_t i = 0; i < count; i++)
		store(amounts + 4 * i, below(2000) - 1000);
	store(entry + 8, amounts);
	store(entry + 12, count);
	*(uint16_t *)memory(entry + 16, 2) = (uint16_t)below(0x10000);
}

/* record summary: title at 0 and 4, total at 8, names at 12 and 16, widest at 20 and 22. */
static void print_summary(uint32_t summary)
{
	print("summarize:");
	print_string(summary);
	print_number((int32_t)load(summary + 8));
	if (*(const uint8_t *)memory(summary + 20, 1) != 0)
		print_number(*(const uint16_t *)memory(summary + 22, 2));
	else
		print(" none");
	for (uint32_t i = 0; i < load(summary + 16); i++)
		print_string(load(summary + 12) + 8 * i);
	print("\n");
}

static void ask_summarize(void)
{
	uint32_t length;
	uint32_t title = lower_text(20, &length);
	uint32_t count = below(5);
	uint32_t entries = allocate(4, 20 * count);
	for (uint32_t i = 0; i < count; i++)
		lower_entry(entries + 20 * i);
	uint32_t result =
		call(summarize.call, (const uint32_t[]){title, length, entries, count}, 4);
	print_summary(result);
	end_call(&summarize, result);
}

int main(void)
{
	if (berth_boot() != BERTH_DONE)
		fail("the boot");
	for (uint32_t i = 0; i < ROUNDS; i++) {
		ask_sort();
		ask_repeat();
		ask_mix();
		ask_summarize();
	}
	return 0;
}
