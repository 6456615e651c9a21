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
	       berth_takes(context, gate->words, BERTH_MOST_GATE_WORDS);
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
	if (gate->contexts == BERTH_ALL_CONTEXTS)
		return true;
	uint32_t half = (uint32_t)(index < 32 ? gate->contexts : gate->contexts >> 32);
	return index < 64 && (half >> index % 32 & 1) != 0;
}

const struct berth_gate *berth_gate_for(uint32_t number, uint32_t index)
{
	if (number >= berth_gate_count || !may_use(&berth_gates[number], index))
		return NULL;
	return &berth_gates[number];
}

bool berth_gate_words(const struct berth_gate *gate, const struct berth_context *context,
	struct berth_saved *saved, uint32_t *words, uint32_t *address)
{
	const uint32_t *registers = berth_port_registers(saved);
	uint32_t in_registers =
		gate->words < BERTH_PORT_REGISTERS ? gate->words : BERTH_PORT_REGISTERS;
	/* A gate that declares nothing gets the registers as they are. */
	if (gate->parameters == NULL && gate->entry == NULL)
		in_registers = BERTH_PORT_REGISTERS;
	for (uint32_t i = 0; i < BERTH_MOST_GATE_WORDS; i++)
		words[i] = i < in_registers ? registers[i] : 0;
	if (gate->words <= BERTH_PORT_REGISTERS)
		return true;
	uint32_t bytes = (gate->words - BERTH_PORT_REGISTERS) * (uint32_t)sizeof(uint32_t);
	*address = berth_port_stack(saved);
	if (*address % sizeof(uint32_t) != 0 ||
		!berth_within(*address, bytes, context->stack_base, context->stack_size))
		return false;
	const uint32_t *stack = berth_bytes(*address, bytes);
	for (uint32_t i = BERTH_PORT_REGISTERS; i < gate->words; i++)
		words[i] = stack[i - BERTH_PORT_REGISTERS];
	return true;
}

static uint32_t bytes_of(const struct berth_parameter *parameter, const uint32_t *words)
{
	uint32_t count = parameter->length == BERTH_FIXED ? 1 : words[parameter->length];
	uint64_t bytes = (uint64_t)count * parameter->unit;
	/* No memory is that large, whatever a product says that would wrap. */
	return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

bool berth_gate_pointers(const struct berth_gate *gate, const struct berth_context *context,
	uint32_t *words, uint32_t *address)
{
	for (uint32_t i = 0; gate->parameters != NULL && i < gate->words; i++) {
		const struct berth_parameter *parameter = &gate->parameters[i];
		if (parameter->kind == BERTH_VALUE)
			continue;
		if (!berth_reaches(context, words[i], bytes_of(parameter, words), address) ||
			(*address & (parameter->align - 1u)) != 0)
			return false;
		words[i] = *address;
	}
	return true;
}
