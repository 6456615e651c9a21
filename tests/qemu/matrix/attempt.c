/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* One attempt: attempt.h. */
#include "attempt.h"

#include "astray.h"
#include "judge.h"

uint32_t word_at(uint32_t address)
{
	return *(volatile uint32_t *)(uintptr_t)address;
}

static uint32_t read_bytes(uint32_t address, uint32_t size)
{
	uint32_t value = 0;
	for (uint32_t i = 0; i < size; i++)
		value |= (uint32_t) * (volatile uint8_t *)(uintptr_t)(address + i) << 8 * i;
	return value;
}

static void write_bytes(uint32_t address, uint32_t size, uint32_t value)
{
	for (uint32_t i = 0; i < size; i++)
		*(volatile uint8_t *)(uintptr_t)(address + i) = (uint8_t)(value >> 8 * i);
}

/* The bit of an address that says Thumb. */
#ifdef __riscv
#define CODE_BIT 0u
#else
#define CODE_BIT 1u
#endif

enum berth_status call_as(uint32_t attacker, berth_export *function, const uint32_t arguments[3],
	uint32_t *result, struct berth_fault *fault)
{
	struct berth_entry entry = {attacker, function};
	return berth_call(&entry, arguments, 3, result, fault);
}

/* The export that makes the access of ATTEMPT, by load, store, index or gate, and its ARGUMENTS. */
static berth_export *access_of(const struct attempt *attempt, uint32_t arguments[3])
{
	const struct attacker *attacker = &attackers[attempt->attacker];
	arguments[0] = attempt->address - berth_context_at(attempt->attacker)->memory_base;
	arguments[1] = attempt->value;
	arguments[2] = 0;
	switch (attempt->operation) {
	case READ:
		return attacker->read[attempt->width];
	case WRITE:
		return attacker->write[attempt->width];
	case READ_BY_INDEX:
	case WRITE_BY_INDEX:
		/* The function table of attacker.wat: 1 to 3 read, 4 to 6 write. */
		arguments[2] = attempt->width + (attempt->operation == READ_BY_INDEX ? 1 : 4);
		return attacker->by_index;
	case GATE_READS:
		arguments[1] = attempt->length;
		return attacker->give_to_sum;
	default: /* GATE_WRITES, GATE_FAR */
		arguments[1] = attempt->length;
		return attacker->give_to_fill;
	}
}

/* The export that jumps, for what begins with a jump, and its ARGUMENTS. */
static berth_export *jump_of(const struct attempt *attempt, uint32_t arguments[3])
{
	arguments[1] = 0;
	arguments[2] = 0;
	switch (attempt->operation) {
	case JUMP:
	case JUMP_TABLE:
		/* What code of a component then reads is its own. */
		arguments[0] = attempt->address | CODE_BIT;
		break;
#ifndef __riscv
	case MOVE_STACK:
		arguments[0] = (uint32_t)(uintptr_t)matrix_stack;
		arguments[1] = attempt->address + 32;
		break;
#endif
	case RELAY:
		arguments[0] = (uint32_t)(uintptr_t)relays[attempt->attacker];
		arguments[1] = attempt->address - berth_context_at(attempt->context)->memory_base;
		break;
	default: /* STOLEN */
		arguments[0] = (uint32_t)(uintptr_t)relays[attempt->target->owner];
		break;
	}
	return attackers[attempt->attacker].jump;
}

static enum berth_status call(
	const struct attempt *attempt, uint32_t *result, struct berth_fault *fault)
{
	uint32_t arguments[3];
	berth_export *function = attempt->operation < JUMP ? access_of(attempt, arguments)
							   : jump_of(attempt, arguments);
	watch(jumps(attempt->operation));
	enum berth_status status = call_as(attempt->attacker, function, arguments, result, fault);
	watch(false);
	return status;
}

enum { MOST_BYTES = 32 };

/* What lies at ADDRESS; kept by the matrix and put back after each attempt. */
struct kept {
	uint8_t bytes[MOST_BYTES];
};

static struct kept keep(const struct attempt *attempt)
{
	struct kept kept;
	for (uint32_t i = 0; i < attempt->size; i++)
		kept.bytes[i] = (uint8_t)read_bytes(attempt->address + i, 1);
	return kept;
}

static void put_back(const struct attempt *attempt, const struct kept *kept)
{
	for (uint32_t i = 0; i < attempt->size; i++)
		write_bytes(attempt->address + i, 1, kept->bytes[i]);
}

/* The first word of it. */
static uint32_t first_of(const struct attempt *attempt, const struct kept *kept)
{
	uint32_t word = 0;
	for (uint32_t i = 0; i < attempt->size && i < 4; i++)
		word |= (uint32_t)kept->bytes[i] << 8 * i;
	return word;
}

/* Whether what a component says to have read at ADDRESS is there. */
static bool has_read(const struct attempt *attempt, uint32_t result)
{
	return !reads(attempt->operation) ||
	       result == read_bytes(attempt->address, attempt->size < 4 ? attempt->size : 4);
}

/* Whether memory is as it must be after the attempt. */
static bool looks_right(const struct attempt *attempt, bool done, const struct kept *before)
{
	struct kept now = keep(attempt);
	/* An exception writes what is the attacker's own, and a jump writes the table. */
	if (attempt->operation == MOVE_STACK ? owns_some(attempt) : attempt->operation >= JUMP)
		return true;
	for (uint32_t i = 4; i < attempt->size; i++)
		if (now.bytes[i] != before->bytes[i])
			return false;
	return first_of(attempt, &now) == expected_bytes(attempt, done, first_of(attempt, before));
}

/* Those whom the attempt may have stopped in the middle. */
static bool restart(const struct attempt *attempt)
{
	if (attempt->context != attempt->attacker && berth_restart(attempt->context) != BERTH_DONE)
		return false;
	return berth_restart(attempt->attacker) == BERTH_DONE;
}

char try(struct attempt *attempt)
{
	bool plain = attempt->target->kind == TARGET_RAM;
	bool ram = plain || attempt->target->kind == TARGET_RUNTIME;
	struct kept before = {{0}};
	struct berth_fault fault;
	uint32_t result = 0;
	if (ram)
		before = keep(attempt);
	/* What is written differs in RAM, and changes nothing elsewhere. */
	if (plain)
		attempt->value = first_of(attempt, &before) ^ 0x5a5a5a5au;
	else
		attempt->value = is_flash(attempt->target)
					 ? read_bytes(attempt->address, attempt->size)
					 : word_at(attempt->address & ~3u);
	if (attempt->operation == JUMP && plain)
		write_bytes(attempt->address, attempt->size, RETURNS);
	enum berth_status status = call(attempt, &result, &fault);
	char cell = judge(attempt, status, &fault);
	if (ram && !looks_right(attempt, status == BERTH_DONE, &before))
		cell = '#';
	if (status == BERTH_DONE && (ram || is_flash(attempt->target)) &&
		!has_read(attempt, result))
		cell = '#';
	if (ram)
		put_back(attempt, &before);
	if (status != BERTH_DONE && !restart(attempt))
		cell = '!';
	return cell;
}
