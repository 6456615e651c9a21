/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Components that call each other directly.  The panel is asked, and runs code of
 * the scale and of the text in its own context; then it reaches for what it was not
 * granted.  The native side calls the others, too: what the panel has
 * changed in them, they know of.
 */
#include <stdbool.h>
#include <stddef.h>

#include "berth/berth.h"
#include "board.h"
#include "chain.h" /* from symmap */
#include "natives.h"
#include "regions.h" /* from ldgen */

enum { REFUSED = 999 };

/*
 * Exports of others, behind gates.  The text runs code in the panel's context already, and both
 * have one state: while the panel is in a call, that gate is closed.
 */
const struct berth_gate berth_gates[] = {
	[GATE_ASK_TEXT] = {.entry = &berth_entry_berth_chain_text_count,
		.contexts = BERTH_CONTEXT_BIT(BERTH_CONTEXT_PANEL),
		.on_fault = BERTH_FAULT_RETURNS,
		.fault_value = REFUSED},
	[GATE_ASK_VAULT] = {.entry = &berth_entry_berth_chain_vault_kept,
		.contexts = BERTH_CONTEXT_BIT(BERTH_CONTEXT_PANEL),
		.on_fault = BERTH_FAULT_RETURNS,
		.fault_value = REFUSED},
};
const uint32_t berth_gate_count = GATE_COUNT;

static const char name[] = "outside";

enum { NAME_LENGTH = sizeof(name) - 1, KEPT = 0x1234567 };

static _Noreturn void fail(const char *what)
{
	print("FAIL: ");
	print(what);
	print("\n");
	board_exit(1);
}

/* --- calls ---------------------------------------------------------------------------------- */

static uint32_t call(const struct berth_entry *entry, const uint32_t *words, uint32_t count)
{
	uint32_t result = 0;
	struct berth_fault fault;
	enum berth_status status = berth_call(entry, words, count, &result, &fault);
	if (status == BERTH_FAULTED)
		fail(berth_reason_text(fault.reason));
	if (status != BERTH_DONE)
		fail("the call was refused");
	return result;
}

/* Asks the component of ENTRY, func(name: string, …) -> string, and prints what it says. */
static void ask(const struct berth_entry *entry, const struct berth_entry *post, uint32_t raw)
{
	const struct berth_arena *arena = berth_arena_of(entry->context);
	uint32_t offset = berth_arena_try(arena, 0, 0, 1, NAME_LENGTH);
	char *to = berth_memory(entry->context, offset, NAME_LENGTH);
	for (uint32_t i = 0; to != NULL && i < NAME_LENGTH; i++)
		to[i] = name[i];
	uint32_t result = call(entry, (const uint32_t[]){offset, NAME_LENGTH, raw}, 3);
	const uint32_t *pair = berth_memory(entry->context, result, 8);
	const char *text = pair == NULL ? NULL : berth_memory(entry->context, pair[0], pair[1]);
	if (text == NULL)
		fail("the answer is not in the component's memory");
	print("  ");
	print_bytes(text, pair[1]);
	print("\n");
	call(post, &result, 1);
}

static void show(uint32_t raw)
{
	print("panel shows");
	ask(&berth_entry_berth_chain_panel_show, &berth_entry_cabi_post_berth_chain_panel_show,
		raw);
	/* The text's part of the work lies in its own arena. */
	berth_arena_reset(berth_arena_of(BERTH_CONTEXT_PANEL));
	berth_arena_reset(berth_arena_of(BERTH_CONTEXT_TEXT));
}

static void count(void)
{
	print("text has made ");
	print_decimal(call(&berth_entry_berth_chain_text_count, NULL, 0));
	print(" lines, the vault has ");
	print_hex(call(&berth_entry_berth_chain_vault_kept, NULL, 0));
	print("\n");
}

static void ask_through_gate(const char *whom, uint32_t gate)
{
	uint32_t answer = call(&berth_entry_berth_chain_panel_ask, &gate, 1);
	print("panel asks ");
	print(whom);
	print(" through a gate: ");
	if (answer == REFUSED)
		print("refused");
	else
		print_hex(answer);
	print("\n");
}

/* --- attacks ------------------------------------------------------------------------ */

/* Where ADDRESS is to code that adds the start of the panel's memory to all it is given. */
static uint32_t from_panel(uint32_t address)
{
	return address - berth_region_at(berth_context_at(BERTH_CONTEXT_PANEL)->memory)->base;
}

static void reach(const char *what, uint32_t address, bool write)
{
	struct berth_fault fault;
	uint32_t words[] = {from_panel(address), *(volatile uint32_t *)(uintptr_t)address};
	uint32_t result;
	enum berth_status status = berth_call(
		write ? &berth_entry_berth_chain_panel_poke : &berth_entry_berth_chain_panel_peek,
		words, write ? 2 : 1, &result, &fault);
	print(write ? "panel writes " : "panel reads ");
	print(what);
	print(status == BERTH_DONE	  ? ": done"
		: status != BERTH_FAULTED ? ": the call was refused"
					  : ": ");
	if (status == BERTH_FAULTED)
		print(berth_reason_text(fault.reason));
	if (status == BERTH_FAULTED && (!fault.address_valid || fault.address != address))
		print(" elsewhere");
	print("\n");
}

static uint32_t memory_of(uint32_t context)
{
	return berth_region_at(berth_context_at(context)->memory)->base;
}

static void reach_for_others(void)
{
	reach("scale's memory", memory_of(BERTH_CONTEXT_SCALE) + 1024, false);
	reach("scale's memory", memory_of(BERTH_CONTEXT_SCALE) + 1024, true);
	reach("text's memory", memory_of(BERTH_CONTEXT_TEXT) + 4096, true);
	reach("text's stack", berth_context_at(BERTH_CONTEXT_TEXT)->stack_base, false);
	reach("vault's memory", memory_of(BERTH_CONTEXT_VAULT), false);
	reach("vault's memory", memory_of(BERTH_CONTEXT_VAULT), true);
	reach("vault's globals", berth_context_at(BERTH_CONTEXT_VAULT)->globals, true);
	reach("native data", 0x20000000, false);
}

int main(void)
{
	if (berth_boot() != BERTH_DONE)
		fail("the boot");
	call(&berth_entry_berth_chain_vault_keep, (const uint32_t[]){KEPT}, 1);
	for (uint32_t raw = 6; raw < 9; raw++)
		show(raw);
	count();
	print("text itself");
	ask(&berth_entry_berth_chain_text_label, &berth_entry_cabi_post_berth_chain_text_label, 0);
	show(1);
	ask_through_gate("the vault", GATE_ASK_VAULT);
	ask_through_gate("the text", GATE_ASK_TEXT);
	reach_for_others();
	/* The panel and those whose code it runs have one state, and begin again together. */
	if (berth_restart(BERTH_CONTEXT_PANEL) != BERTH_DONE)
		fail("the restart");
	count();
	show(2);
	return 0;
}
