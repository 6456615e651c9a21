/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Sixty-four components behind eight regions.  Each keeps a word of its own, can
 * touch nothing of its neighbour, is restarted alone, and calls the next one
 * through a gate that is its own.
 */
#include <stddef.h>

#include "berth/berth.h"
#include "board.h"
#include "every.h"

enum { MANY = 64, PLACE = 0x200, MOST_DEPTH = 4 };

#define EXTERN(name, number)                                                                       \
	extern const struct berth_entry berth_entry_##name##_read32, berth_entry_##name##_write32, \
		berth_entry_##name##_give_to_sum;
EVERY(EXTERN)

struct component {
	const struct berth_entry *read, *write, *call_next;
};

#define COMPONENT(name, number)                                                                    \
	{&berth_entry_##name##_read32, &berth_entry_##name##_write32,                              \
		&berth_entry_##name##_give_to_sum},
static const struct component components[MANY] = {EVERY(COMPONENT)};

/* Gate N belongs to component N alone; which one it leads to is filled in below. */
static struct berth_entry next[MANY];
#define GATE(name, number)                                                                         \
	{.entry = &next[number], .contexts = BERTH_CONTEXT_BIT(number), .words = 2},
const struct berth_gate berth_gates[] = {EVERY(GATE)};
const uint32_t berth_gate_count = MANY;

static uint32_t wrong;

static void check(uint32_t who, const char *what, bool good)
{
	if (good)
		return;
	wrong++;
	print_decimal(who);
	print(": ");
	print(what);
	print("\n");
}

static uint32_t memory_of(uint32_t who)
{
	return berth_region_at(berth_context_at(who)->memory)->base;
}

static enum berth_status call(const struct berth_entry *entry, uint32_t first, uint32_t second,
	uint32_t *result, struct berth_fault *fault)
{
	const uint32_t words[] = {first, second};
	return berth_call(entry, words, 2, result, fault);
}

static void keep_a_word(uint32_t who)
{
	check(who, "is another context", components[who].read->context == who);
	check(who, "cannot write",
		call(components[who].write, PLACE, 1000 + who, NULL, NULL) == BERTH_DONE);
}

static void read_it_back(uint32_t who, uint32_t expected)
{
	uint32_t word = 0;
	check(who, "cannot read", call(components[who].read, PLACE, 0, &word, NULL) == BERTH_DONE);
	check(who, "has another word", word == expected);
}

static void touch_neighbour(uint32_t who)
{
	uint32_t other = memory_of((who + 1) % MANY) + PLACE;
	uint32_t offset = other - memory_of(who);
	struct berth_fault fault = {.context = BERTH_NONE};
	check(who, "writes to its neighbour",
		call(components[who].write, offset, 7, NULL, &fault) == BERTH_FAULTED);
	check(who, "is not named", fault.context == who && fault.reason == BERTH_REASON_DATA);
	check(who, "is somewhere else", fault.address_valid && fault.address == other);
}

/* Each gives to the next, so that the chain is full at the fourth. */
static void call_next(uint32_t who)
{
	struct berth_fault fault = {.context = BERTH_NONE};
	check(who, "calls without end",
		call(components[who].call_next, 0, 0, NULL, &fault) == BERTH_FAULTED);
	check(who, "has no bound", fault.reason == BERTH_REASON_DEPTH);
	check(who, "has another bound", fault.context == (who + MOST_DEPTH - 1) % MANY);
}

/* And once in a ring of two, where the first one is found waiting. */
static void call_back(uint32_t who)
{
	struct berth_fault fault = {.context = BERTH_NONE};
	uint32_t other = (who + 1) % MANY;
	next[other] = *components[who].call_next;
	check(who, "is entered twice",
		call(components[who].call_next, 0, 0, NULL, &fault) == BERTH_FAULTED);
	check(who, "is not found waiting",
		fault.reason == BERTH_REASON_ACTIVE && fault.context == other);
	next[other] = *components[(other + 1) % MANY].call_next;
}

/* The next one adds to a sum that a chain of calls carries: it reads its own word. */
static void ask_next(uint32_t who)
{
	uint32_t word = 0;
	uint32_t other = (who + 1) % MANY;
	next[who] = *components[other].read;
	check(who, "gets no answer",
		call(components[who].call_next, PLACE, 0, &word, NULL) == BERTH_DONE);
	check(who, "gets another's answer", word == 1000 + other);
	next[who] = *components[other].call_next;
}

static void each(void (*what)(uint32_t who))
{
	for (uint32_t who = 0; who < MANY; who++)
		what(who);
}

int main(void)
{
	for (uint32_t who = 0; who < MANY; who++)
		next[who] = *components[(who + 1) % MANY].call_next;
	if (berth_boot() != BERTH_DONE)
		return 1;
	each(keep_a_word);
	for (uint32_t who = 0; who < MANY; who++)
		read_it_back(who, 1000 + who);
	each(touch_neighbour);
	for (uint32_t who = 0; who < MANY; who++)
		read_it_back(who, 1000 + who);
	each(ask_next);
	for (uint32_t who = 0; who < MANY; who += 2) {
		check(who, "cannot be restarted", berth_restart(who) == BERTH_DONE);
		read_it_back(who, 0);
		read_it_back(who + 1, 1001 + who);
	}
	each(call_next);
	each(call_back);
	print_decimal(MANY);
	print(" components, ");
	print_decimal(wrong);
	print(" wrong\n");
	return wrong == 0 ? 0 : 1;
}
