/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A panel that overwrites all that the three joined components share: globals,
 * stack pointers, states of two arenas.  Native code then allocates in both arenas with
 * numbers as bad; it must touch nothing else, and what it hands out must lie in the
 * memory whose arena it is.  After a restart everything works again.
 */
#include <stdbool.h>
#include <stddef.h>

#include "berth/berth.h"
#include "board.h"
#include "chain.h" /* from symmap */
#include "natives.h"
#include "regions.h" /* from ldgen */

enum { ROUNDS = 3000, ROUNDS_OF_ONE = 250, KEPT = 0x1234567, ARENAS = 2 };

const struct berth_gate berth_gates[] = {
	[GATE_ASK_TEXT] = {.entry = &berth_entry_berth_chain_text_count,
		.contexts = BERTH_CONTEXT_BIT(BERTH_CONTEXT_PANEL)},
	[GATE_ASK_VAULT] = {.entry = &berth_entry_berth_chain_vault_kept,
		.contexts = BERTH_CONTEXT_BIT(BERTH_CONTEXT_PANEL)},
};
const uint32_t berth_gate_count = GATE_COUNT;

extern const uint8_t native_start[] __asm__("__berth_data_start");
extern const uint8_t native_end[] __asm__("__berth_native_end");

static _Noreturn void fail(const char *what)
{
	print("FAIL: ");
	print(what);
	print("\n");
	board_exit(1);
}

/* --- numbers ------------------------------------------------------------------------------ */

/* xorshift, Marsaglia 2003, with a fixed seed.  On the stack: static data must not change. */
static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Numbers around what the arena's code compares with, and any other. */
static uint32_t bad(uint32_t *state, const struct berth_arena *arena)
{
	const uint32_t edges[] = {0, 1, 8, 0x80000000u, 0xffffffffu, arena->size, arena->offset,
		arena->memory_size, arena->memory_base, arena->state, 0u - arena->offset,
		0u - arena->memory_base, (uint32_t)(uintptr_t)native_start};
	uint32_t pick = next(state) % 16;
	uint32_t near = next(state) % 9 - 4;
	return pick < sizeof(edges) / sizeof(edges[0]) ? edges[pick] + near : next(state);
}

/* --- what must stay --------------------------------------------------------------------- */

static uint32_t hash(uint32_t sum, const volatile uint32_t *words, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		sum = (sum ^ words[i]) * 16777619u;
	return sum;
}

static uint32_t hash_native(void)
{
	const void *start = native_start;
	return hash(0, start, (uint32_t)(native_end - native_start) / 4);
}

/* All that components have, but what the panel may write, and the arenas are in. */
static uint32_t hash_others(void)
{
	uint32_t sum = 0;
	const struct berth_region *region;
	for (uint32_t i = 0; (region = berth_region_at(i)) != NULL; i++) {
		bool written =
			(region->access & BERTH_WRITE) != 0 || region->kind == BERTH_KIND_DATA;
		bool panels = region->component == BERTH_CONTEXT_PANEL;
		bool texts = region->kind == BERTH_KIND_MEMORY &&
			     region->component == BERTH_CONTEXT_TEXT;
		if (written && !panels && !texts)
			sum = hash(sum, berth_pointer(region->base), region->reserved / 4);
	}
	return sum;
}

/* --- attacks -------------------------------------------------------------------------------- */

static void poke(uint32_t address, uint32_t value)
{
	const struct berth_context *panel = berth_context_at(BERTH_CONTEXT_PANEL);
	uint32_t words[] = {address - berth_region_at(panel->memory)->base, value};
	if (berth_call(&berth_entry_berth_chain_panel_poke, words, 2, NULL, NULL) != BERTH_DONE)
		fail("the panel cannot write what it shares");
}

static void check_block(uint32_t context, const struct berth_arena *arena, uint32_t block,
	uint32_t length, uint32_t align)
{
	if (block == BERTH_ARENA_FAILED || length == 0)
		return;
	if (berth_memory(context, block, length) == NULL || block < arena->offset ||
		block - arena->offset > arena->size ||
		length > arena->size - (block - arena->offset) ||
		(arena->memory_base + block) % align != 0)
		fail("a block beside its arena");
}

static void use(uint32_t context, uint32_t *state)
{
	const struct berth_arena *arena = berth_arena_of(context);
	struct berth_arena_statistics statistics;
	uint32_t length = bad(state, arena);
	uint32_t old_length = next(state) % 2 == 0 ? 0 : bad(state, arena);
	uint32_t align = next(state) % 4 == 0 ? bad(state, arena) : 1u << next(state) % 12;
	uint32_t block = berth_arena_try(arena, bad(state, arena), old_length, align, length);
	check_block(context, arena, block, length, align);
	berth_arena_statistics(arena, &statistics);
	berth_arena_free(arena, bad(state, arena));
	if (next(state) % 4 == 0)
		berth_arena_reset(arena);
}

static void attack(uint32_t *state)
{
	static const uint32_t contexts[ARENAS] = {BERTH_CONTEXT_PANEL, BERTH_CONTEXT_TEXT};
	uint32_t joint = berth_context_at(BERTH_CONTEXT_PANEL)->globals;
	const struct berth_arena *arena = berth_arena_of(contexts[next(state) % ARENAS]);
	/* One round in four writes all of it, the globals too. */
	if (next(state) % 4 == 0)
		for (uint32_t at = joint; at < arena->state; at += 4)
			poke(at, bad(state, arena));
	for (uint32_t i = 0; i < 3; i++)
		poke(arena->state + 4 * i, bad(state, arena));
	uint32_t before = hash_native();
	for (uint32_t i = 0; i < ARENAS; i++)
		use(contexts[i], state);
	if (hash_native() != before)
		fail("native data has changed");
}

/* Code of all three, with stack pointers that cannot be: it faults or ends, and the vault lives. */
static void run_with_bad_globals(uint32_t *state)
{
	static const struct berth_entry *const entries[] = {&berth_entry_berth_chain_panel_show,
		&berth_entry_berth_chain_text_label, &berth_entry_berth_chain_scale_convert,
		&berth_entry_berth_chain_panel_show};
	const struct berth_context *panel = berth_context_at(BERTH_CONTEXT_PANEL);
	const struct berth_arena *arena = berth_arena_of(BERTH_CONTEXT_PANEL);
	uint32_t kept = 0;
	for (uint32_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		const uint32_t words[] = {bad(state, arena), next(state) % 64, bad(state, arena)};
		for (uint32_t at = 0; at < arena->state - panel->globals; at += 4)
			poke(panel->globals + at, bad(state, arena));
		if (berth_call(entries[i], words, 3, NULL, NULL) > BERTH_FAULTED)
			fail("a call was refused");
		if (berth_restart(BERTH_CONTEXT_SCALE) != BERTH_DONE)
			fail("the restart");
	}
	if (berth_call(&berth_entry_berth_chain_vault_kept, NULL, 0, &kept, NULL) != BERTH_DONE ||
		kept != KEPT)
		fail("the vault has lost what it kept");
}

static void begin_again(void)
{
	uint32_t answer = 1;
	if (berth_restart(BERTH_CONTEXT_TEXT) != BERTH_DONE)
		fail("the restart");
	if (berth_call(&berth_entry_berth_chain_text_count, NULL, 0, &answer, NULL) != BERTH_DONE ||
		answer != 0)
		fail("the text has a state after its restart");
	if (berth_arena_try(berth_arena_of(BERTH_CONTEXT_PANEL), 0, 0, 8, 16) !=
		berth_arena_of(BERTH_CONTEXT_PANEL)->offset)
		fail("the panel's arena is not empty after the restart of the text");
}

int main(void)
{
	uint32_t state = 0x2545f491;
	if (berth_boot() != BERTH_DONE ||
		berth_call(&berth_entry_berth_chain_vault_keep, (const uint32_t[]){KEPT}, 1, NULL,
			NULL) != BERTH_DONE)
		fail("the boot");
	uint32_t others = hash_others();
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		attack(&state);
		if (i % ROUNDS_OF_ONE != 0)
			continue;
		if (hash_others() != others)
			fail("what the panel cannot write has changed");
		run_with_bad_globals(&state);
		begin_again();
		others = hash_others();
	}
	print("PASS\n");
	return 0;
}
