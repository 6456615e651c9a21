/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Gates: who may pass, and whether what they hand over is theirs.
 *
 * A component chooses every word.  A pointer is an offset from its base
 * register; what it names must lie in the component's own memory, all of it.
 */
#include "runtime/gate.h"

#include <stddef.h>

#include "runtime/address.h"
#include "runtime/boot.h"
#include "runtime/bytes.h"
#include "runtime/call.h"
#include "runtime/table.h"

/* --- the firmware's table of gates ------------------------------------------------------ */

/* Whether the length of word INDEX is there, and a word that means a number. */
static bool check_parameter(const struct berth_gate *gate, uint32_t index)
{
	const struct berth_parameter *parameter = &gate->parameters[index];
	if (parameter->kind == BERTH_VALUE)
		return true;
	bool has_length = parameter->length == BERTH_FIXED ||
			  (parameter->length < gate->words &&
				  gate->parameters[parameter->length].kind == BERTH_VALUE);
	return parameter->kind <= BERTH_INOUT && has_length && parameter->unit != 0 &&
	       parameter->align != 0 && (parameter->align & (parameter->align - 1)) == 0;
}

static bool check_parameters(const struct berth_gate *gate)
{
	for (uint32_t i = 0; i < gate->words; i++) {
		if (!check_parameter(gate, i))
			return false;
	}
	return true;
}

/* A pointer of the caller means nothing to another component. */
static bool check_entry(const struct berth_regions_header *table, const struct berth_gate *gate)
{
	const struct berth_context *context = berth_table_context(table, gate->entry->context);
	return gate->run == NULL && gate->parameters == NULL && context != NULL &&
	       berth_takes(context, gate->words);
}

static bool check_gate(const struct berth_regions_header *table, const struct berth_gate *gate)
{
	if (gate->words > BERTH_MOST_GATE_WORDS || gate->on_fault > BERTH_FAULT_RETURNS)
		return false;
	if (gate->entry != NULL)
		return check_entry(table, gate);
	return gate->run != NULL && (gate->parameters == NULL || check_parameters(gate));
}

bool berth_gates_check(
	const struct berth_regions_header *table, const struct berth_gate *gates, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!check_gate(table, &gates[i]))
			return false;
	}
	return count <= BERTH_MOST_GATES;
}

/* --- passing ------------------------------------------------------------------------------ */

/* In two words, because a shift of 64 bits is a call into the compiler's library. */
static bool may_use(const struct berth_gate *gate, uint32_t index)
{
	uint32_t low = (uint32_t)gate->contexts;
	uint32_t high = (uint32_t)(gate->contexts >> 32);
	if ((low & high) == UINT32_MAX) /* BERTH_ALL_CONTEXTS: also those that have no bit */
		return true;
	uint32_t half = index < 32 ? low : high;
	return index < 64 && (half >> index % 32 & 1) != 0;
}

const struct berth_gate *berth_gate_for(uint32_t number, uint32_t index)
{
	if (number >= berth_gate_count)
		return NULL;
	const struct berth_gate *gate = &berth_gates[number];
	return may_use(gate, index) ? gate : NULL;
}

/* How many words GATE takes; one that declares nothing gets the registers as they are. */
static uint32_t count_words(const struct berth_gate *gate)
{
	bool declares = gate->parameters != NULL || gate->entry != NULL;
	return declares || gate->words > BERTH_PORT_REGISTERS ? gate->words : BERTH_PORT_REGISTERS;
}

/* Fills the words from the registers in SAVED and the stack. */
static bool take_words(struct berth_passage *passage, struct berth_saved *saved)
{
	const struct berth_context *context = passage->context;
	uint32_t count = count_words(passage->gate);
	uint32_t in_registers = count < BERTH_PORT_REGISTERS ? count : BERTH_PORT_REGISTERS;
	uint32_t bytes = (count - in_registers) * (uint32_t)sizeof(uint32_t);
	for (uint32_t i = 0; i < BERTH_MOST_GATE_WORDS; i++)
		passage->words[i] = 0;
	berth_copy(passage->words, berth_port_registers(saved),
		in_registers * (uint32_t)sizeof(uint32_t));
	if (bytes == 0)
		return true;
	uint32_t address = berth_port_stack(saved);
	passage->address = address;
	if (address % sizeof(uint32_t) != 0 ||
		!berth_within(address, bytes, context->stack_base, context->stack_size))
		return false;
	berth_copy(passage->words + BERTH_PORT_REGISTERS, berth_bytes(address, bytes), bytes);
	return true;
}

static uint32_t bytes_of(const struct berth_parameter *parameter, const uint32_t *words)
{
	uint32_t count = parameter->length == BERTH_FIXED ? 1 : words[parameter->length];
	uint64_t bytes = (uint64_t)count * parameter->unit;
	/* No memory is that large, whatever a product says that would wrap. */
	return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

/* Replaces the pointers among the words. */
static bool take_pointers(struct berth_passage *passage)
{
	const struct berth_parameter *parameter = passage->gate->parameters;
	if (parameter == NULL)
		return true;
	uint32_t *word = passage->words;
	for (uint32_t count = passage->gate->words; count > 0; count--, parameter++, word++) {
		if (parameter->kind == BERTH_VALUE)
			continue;
		if (!berth_reaches(passage->context, *word, bytes_of(parameter, passage->words),
			    &passage->address) ||
			(passage->address & (parameter->align - 1u)) != 0)
			return false;
		*word = passage->address;
	}
	return true;
}

bool berth_gate_take(struct berth_passage *passage, struct berth_saved *saved)
{
	return take_words(passage, saved) && take_pointers(passage);
}
