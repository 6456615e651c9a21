/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The attack matrix.  Every component tries everything, and the outcome of each
 * attempt is one character of a cell:
 *
 *     .  done, and granted            o  done, because one row opens all of the flash
 *     D  data access refused          X  execution refused       B  refused by the bus
 *     I  instruction refused (RISC-V)
 *     G  refused by the gate          S  stack pointer refused
 *     +  a hole: done, although it is not granted
 *     -  refused, although it is granted
 *     !  refused, but not as it should be: another component, address or reason
 *     #  bytes have changed that must not have, or what was read was not there
 */
#include "astray.h"
#include "attempt.h"
#include "board.h"
#include "judge.h"
#include "matrix.h"

static const char *const titles[OPERATIONS] = {"read, 8 16 32 bits", "write, 8 16 32 bits",
	"read by a function called by index, 8 16 32 bits",
	"write by a function called by index, 8 16 32 bits",
	"pointer for a gate that reads, 1 2 4 bytes", "pointer for a gate that writes, 1 2 4 bytes",
	"pointer for a gate, with lengths that leave every memory", "jump",
	"request with the stack pointer there",
	"read by the next component, called through a gate, 32 bits",
	"request by the gate of that component", "execution of what is no code"};

static struct {
	uint32_t tried;
	uint32_t granted;
	uint32_t stopped;
	uint32_t open;
	uint32_t holes;
	uint32_t wrong; /* -, ! and # */
} counts;

static void count(char cell)
{
	counts.tried++;
	if (cell == '.')
		counts.granted++;
	else if (cell == 'o')
		counts.open++;
	else if (cell == '+')
		counts.holes++;
	else if (cell == '-' || cell == '!' || cell == '#')
		counts.wrong++;
	else
		counts.stopped++;
}

/* --- the victims ----------------------------------------------------------------------------- */

static uint32_t sum_of(uint32_t sum, uint32_t address, uint32_t bytes)
{
	for (uint32_t at = 0; at < bytes; at += 4)
		sum = (sum << 1 | sum >> 31) ^ word_at(address + at);
	return sum;
}

/* What native code holds that no attempt changes, and all components but ATTACKER and, where it
 * is called, the next. */
static uint32_t sum_of_others(uint32_t attacker, enum operation operation)
{
	uint32_t called =
		operation == RELAY || operation == STOLEN ? (attacker + 1) % ATTACKERS : attacker;
	struct native_range native[NATIVE_RANGES];
	uint32_t sum = 0;
	native_ranges(native);
	for (uint32_t i = 0; i < NATIVE_RANGES; i++)
		sum = sum_of(sum, native[i].address, native[i].bytes);
	for (uint32_t i = 0; i < ATTACKERS; i++) {
		const struct berth_context *context = berth_context_at(i);
		const struct berth_region *memory = berth_region_at(context->memory);
		if (i == attacker || i == called)
			continue;
		sum = sum_of(sum, memory->base, memory->reserved);
		sum = sum_of(sum, context->data_base, context->data_size);
	}
	return sum;
}

/* --- printing ----------------------------------------------------------------------- */

static struct target targets[MOST_TARGETS];

static void print_padded(const char *text, uint32_t width)
{
	uint32_t length = 0;
	while (text[length] != '\0')
		length++;
	print(text);
	for (; length < width; length++)
		print(" ");
}

static void print_heading(uint32_t count_of_targets)
{
	for (uint32_t i = 0; i < count_of_targets; i++) {
		print("column ");
		print_decimal(i + 1);
		print(": ");
		print(targets[i].name);
		print("\n");
	}
}

static void print_numbers(enum operation operation, uint32_t count_of_targets)
{
	print("\n");
	print(titles[operation]);
	print("\n        ");
	for (uint32_t i = 0; i < count_of_targets; i++) {
		print(i < 9 ? "   " : "  ");
		print_decimal(i + 1);
	}
	print("\n");
}

/*
 * Not where the matrix could not go on with a protection left off: a frame
 * changes 32 bytes, and what is no code does anything when it is executed.
 */
static bool makes_sense(const struct target *target, enum operation operation)
{
	if (operation == MOVE_STACK)
		return target->kind == TARGET_RAM;
	if (operation == JUMP)
		return target->kind != TARGET_RUNTIME && target->kind != TARGET_TABLE;
	if (operation == JUMP_TABLE)
		return target->kind == TARGET_TABLE;
	return operation != STOLEN || target->owner != BERTH_NONE;
}

/* On RISC-V a trap stores nothing where the stack pointer is. */
static bool has_operation(enum operation operation)
{
	if (operation == JUMP_TABLE)
		return !flash_is_shared();
#ifdef __riscv
	return operation != MOVE_STACK;
#else
	(void)operation;
	return true;
#endif
}

static uint32_t address_of(const struct target *target, uint32_t size)
{
	switch (target->end) {
	case TARGET_UPTO:
		return target->address - size;
	case TARGET_BELOW:
		return target->address - 1;
	case TARGET_ABOVE:
		return target->address + 1 - size;
	default:
		return target->address;
	}
}

static void attack_target(uint32_t attacker, const struct target *target, enum operation operation)
{
	char cell[] = "    ";
	bool once = operation >= JUMP;
	if (!makes_sense(target, operation)) {
		print("    ");
		return;
	}
	static const uint32_t sizes[] = {2, 32, 4, 4, 2}; /* from JUMP on */
	static const uint32_t far[] = {0x2000, 0x80000000, 0xffffffff};
	uint32_t widths = once ? 1 : 3;
	for (uint32_t width = 0; width < widths; width++) {
		struct attempt attempt = {.attacker = attacker,
			.context = operation == RELAY ? (attacker + 1) % ATTACKERS : attacker,
			.target = target,
			.operation = operation,
			.width = width,
			.size = once ? sizes[operation - JUMP] : 1u << width};
		attempt.address = address_of(target, attempt.size);
		attempt.length = operation == GATE_FAR ? far[width] : attempt.size;
		/* A jump goes to an even address, a frame lies at a multiple of 8. */
		if (operation == JUMP || operation == MOVE_STACK)
			attempt.address &= operation == JUMP ? ~1u : ~7u;
		/* The address to go to is in the first word of the memory (attacker.wat). */
		if (operation == JUMP && attempt.address == berth_context_at(attacker)->memory_base)
			attempt.address += 32; /* behind the function table */
		cell[1 + width] = try(&attempt);
		count(cell[1 + width]);
	}
	print(cell);
}

static uint32_t attack(uint32_t attacker, enum operation operation, uint32_t native_stack)
{
	uint32_t count_of_targets = targets_of(attacker, native_stack, targets);
	uint32_t before = sum_of_others(attacker, operation);
	print_padded(attacker_names[attacker], 8);
	for (uint32_t i = 0; i < count_of_targets; i++)
		attack_target(attacker, &targets[i], operation);
	print("\n");
	return sum_of_others(attacker, operation) != before;
}

#ifdef __riscv
extern berth_export matrix_register_0, matrix_register_1, matrix_register_2, matrix_register_3;

/* The PMP's registers have no addresses: the instructions must be refused. */
static void attack_registers(uint32_t attacker)
{
	static berth_export *const instructions[] = {
		matrix_register_0, matrix_register_1, matrix_register_2, matrix_register_3};
	char cells[] = "    ";
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t arguments[3] = {(uint32_t)(uintptr_t)instructions[i]};
		struct berth_fault fault;
		enum berth_status status =
			call_as(attacker, attackers[attacker].jump, arguments, NULL, &fault);
		bool named = status == BERTH_FAULTED && fault.context == attacker &&
			     fault.reason == BERTH_REASON_INSTRUCTION && fault.pc == arguments[0];
		cells[i] = status == BERTH_DONE ? '+' : named ? 'I' : '!';
		count(cells[i]);
		berth_restart(attacker);
	}
	print_padded(attacker_names[attacker], 9);
	print(cells);
	print("\n");
}

static void attack_all_registers(void)
{
	print("\nread and write pmpcfg0, read and write pmpaddr0\n");
	for (uint32_t i = 0; i < ATTACKERS; i++)
		attack_registers(i);
}
#else
static void attack_all_registers(void)
{
}
#endif

/* A secret that ATTACKER leaves behind and then faults: nobody finds it after the restart. */
static bool leaves_something(uint32_t attacker)
{
	const struct berth_context *context = berth_context_at(attacker);
	struct berth_fault fault;
	uint32_t at[] = {0x800, context->data_base - context->memory_base};
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t arguments[3] = {at[i], 0x5ec4e7};
		call_as(attacker, attackers[attacker].write[2], arguments, NULL, &fault);
	}
	uint32_t nowhere[3] = {0x60000000u - context->memory_base};
	call_as(attacker, attackers[attacker].read[2], nowhere, NULL, &fault);
	berth_restart(attacker);
	return word_at(context->memory_base + at[0]) != 0 ||
	       word_at(context->memory_base + at[1]) != 0;
}

_Noreturn void berth_fatal(const struct berth_fault *fault)
{
	print("fatal: ");
	print(berth_reason_text(fault->reason));
	print("\n");
	board_exit(1);
}

static void say(const char *what, uint32_t value)
{
	print(what);
	print_decimal(value);
	print("\n");
}

/* One table; returns after how many of its rows a victim had changed. */
static uint32_t attack_by(
	enum operation operation, uint32_t count_of_targets, const uint32_t *native_stack)
{
	uint32_t changed = 0;
	if (!has_operation(operation))
		return 0;
	print_numbers(operation, count_of_targets);
	for (uint32_t i = 0; i < ATTACKERS; i++)
		changed += attack(i, operation, (uint32_t)(uintptr_t)native_stack);
	return changed;
}

int main(void)
{
	uint32_t native_stack[16] = {0};
	uint32_t changed = 0;
	uint32_t leftovers = 0;
	if (!is_first_start()) {
		print("\nastray: at the start\n");
		return 1;
	}
	if (berth_boot() != BERTH_DONE) {
		print("boot: refused\n");
		return 1;
	}
	uint32_t count_of_targets = targets_of(0, (uint32_t)(uintptr_t)native_stack, targets);
	print_heading(count_of_targets);
	for (enum operation operation = READ; operation < JUMP_TABLE; operation++)
		changed += attack_by(operation, count_of_targets, native_stack);
	attack_all_registers();
	/* Last, because it may end anywhere where it is open. */
	changed += attack_by(JUMP_TABLE, count_of_targets, native_stack);
	for (uint32_t i = 0; i < ATTACKERS; i++)
		leftovers += leaves_something(i);
	print("\n");
	say("attempts: ", counts.tried);
	say("granted, and done: ", counts.granted);
	say("forbidden, and stopped with the right record: ", counts.stopped);
	say("open, because one row opens the flash: ", counts.open);
	say("holes: ", counts.holes);
	say("other faults: ", counts.wrong);
	say("rows after which a victim had changed: ", changed);
	say("components with leftovers after a restart: ", leftovers);
	bool good = counts.holes + counts.wrong + changed + leftovers == 0;
	print(good ? "verdict: PASS\n" : "verdict: FAIL\n");
	return good ? 0 : 1;
}
