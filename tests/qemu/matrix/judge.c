/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What must come out of an attempt: judge.h. */
#include "judge.h"

#include "gates.h"

/* What the rows of layout.yaml's regions open. */
enum { MEMORY_BYTES = 4096, DATA_BYTES = 1024 };

static bool writes(enum operation operation)
{
	return operation == WRITE || operation == WRITE_BY_INDEX || operation == GATE_WRITES;
}

bool jumps(enum operation operation)
{
	return operation == JUMP || operation == JUMP_TABLE;
}

static bool by_gate(enum operation operation)
{
	return operation == GATE_READS || operation == GATE_WRITES || operation == GATE_FAR;
}

static bool within(uint32_t address, uint32_t size, uint32_t base, uint32_t whole)
{
	return address >= base && address - base <= whole && size <= whole - (address - base);
}

/* A byte of the memory or data region of who makes the access; for a gate, of its memory. */
static bool owns_byte(const struct attempt *attempt, uint32_t address)
{
	const struct berth_context *context = berth_context_at(attempt->context);
	const struct berth_region *memory = berth_region_at(context->memory);
	if (within(address, 1, memory->base, memory->size))
		return true;
	return !by_gate(attempt->operation) &&
	       (within(address, 1, memory->base, memory->reserved) ||
		       within(address, 1, context->data_base, DATA_BYTES));
}

static bool owns(const struct attempt *attempt)
{
	for (uint32_t i = 0; i < attempt->size; i++)
		if (!owns_byte(attempt, attempt->address + i))
			return false;
	return true;
}

/*
 * On RISC-V one entry must cover the whole access, unless the hart makes two of
 * it (ISA Manual, Volume II, 3.7.1): where the attacker has what lies on both
 * sides of an end, both outcomes are right.
 */
static bool may_be_refused(const struct attempt *attempt)
{
#ifdef __riscv
	const struct berth_context *context = berth_context_at(attempt->context);
	return attempt->target->kind == TARGET_RAM &&
	       !within(attempt->address, attempt->size, context->memory_base, MEMORY_BYTES) &&
	       !within(attempt->address, attempt->size, context->data_base, DATA_BYTES);
#else
	(void)attempt;
	return false;
#endif
}

/* The 32 bytes of an exception frame (DDI 0403 B1.5.6) must be in the attacker's stack. */
static bool owns_stack(const struct attempt *attempt)
{
	const struct berth_context *context = berth_context_at(attempt->attacker);
	return within(attempt->address, 32, context->stack_base, context->stack_size);
}

bool owns_some(const struct attempt *attempt)
{
	for (uint32_t i = 0; i < attempt->size; i++)
		if (owns_byte(attempt, attempt->address + i))
			return true;
	return false;
}

bool reads(enum operation operation)
{
	return operation == READ || operation == READ_BY_INDEX || operation == RELAY;
}

static bool has(const struct attempt *attempt)
{
	uint32_t grantee = attempt->target->grantee;
	return grantee == EVERYBODY || grantee == attempt->context;
}

static bool granted(const struct attempt *attempt)
{
	const struct target *target = attempt->target;
	if (target->kind == TARGET_CODE)
		return (reads(attempt->operation) || jumps(attempt->operation)) && has(attempt);
	if (jumps(attempt->operation) || attempt->operation == GATE_FAR)
		return false;
	if (attempt->operation == MOVE_STACK)
		return owns_stack(attempt);
	if (attempt->operation == STOLEN)
		return target->owner == attempt->attacker;
	if (target->kind == TARGET_DEVICE)
		return !by_gate(attempt->operation) && has(attempt);
	return target->kind == TARGET_RAM && owns(attempt);
}

bool is_flash(const struct target *target)
{
	return target->kind == TARGET_CODE || target->kind == TARGET_TABLE;
}

bool flash_is_shared(void)
{
	const struct berth_region *region;
	for (uint32_t i = 0; (region = berth_region_at(i)) != NULL; i++)
		if (region->kind == BERTH_KIND_CODE && region->component != BERTH_NONE)
			return false;
	return true;
}

static bool known_open(const struct attempt *attempt)
{
	return is_flash(attempt->target) && flash_is_shared() &&
	       (reads(attempt->operation) || jumps(attempt->operation));
}

/* Whether the record says who, where and why. */
static char judge_fault(const struct attempt *attempt, const struct berth_fault *fault)
{
	bool hit =
		fault->address_valid && within(fault->address, 1, attempt->address, attempt->size);
	if (fault->context != attempt->context)
		return '!';
	if (attempt->operation == STOLEN)
		return fault->reason == BERTH_REASON_GATE ? 'G' : '!';
	if (by_gate(attempt->operation))
		return fault->reason == BERTH_REASON_GATE && fault->address == attempt->address
			       ? 'G'
			       : '!';
	if (attempt->operation == MOVE_STACK)
		return fault->reason == BERTH_REASON_STACK ? 'S' : '!';
	if (jumps(attempt->operation))
		return fault->reason == BERTH_REASON_EXECUTE && fault->pc_valid &&
				       (fault->pc & ~1u) == attempt->address
			       ? 'X'
			       : '!';
	if (fault->reason == BERTH_REASON_DATA && hit)
		return 'D';
	return fault->reason == BERTH_REASON_BUS && hit && attempt->target->kind == TARGET_SYSTEM
		       ? 'B'
		       : '!';
}

uint32_t expected_bytes(const struct attempt *attempt, bool done, uint32_t before)
{
	if (!done || !writes(attempt->operation))
		return before;
	uint32_t value = attempt->operation == GATE_WRITES ? FILLED * 0x01010101u : attempt->value;
	return attempt->size >= 4 ? value : value & ((1u << 8 * attempt->size) - 1);
}

char judge(const struct attempt *attempt, enum berth_status status, const struct berth_fault *fault)
{
	bool good = granted(attempt);
	if (status == BERTH_DONE)
		return good ? '.' : known_open(attempt) ? 'o' : '+';
	if (status != BERTH_FAULTED)
		return '!';
	if (attempt->operation == JUMP && known_open(attempt) &&
		fault->reason != BERTH_REASON_EXECUTE)
		return 'o';
	return good && !may_be_refused(attempt) ? '-' : judge_fault(attempt, fault);
}
