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
 *
 * What is granted is decided here from the layout alone: a component's own
 * memory and data region for reading and writing, its peripheral, and its code and
 * what runs in every component for reading and executing.  The rows that the hardware
 * gets are not asked.
 */
#include "board.h"
#include "gates.h"
#include "matrix.h"
#include "regions.h"

enum operation {
	READ,
	WRITE,
	READ_BY_INDEX,
	WRITE_BY_INDEX,
	GATE_READS,
	GATE_WRITES,
	JUMP,
	MOVE_STACK,
	RELAY,
	STOLEN,
	JUMP_TABLE,
	OPERATIONS
};

static const char *const titles[OPERATIONS] = {"read, 8 16 32 bits", "write, 8 16 32 bits",
	"read by a function called by index, 8 16 32 bits",
	"write by a function called by index, 8 16 32 bits",
	"pointer for a gate that reads, 1 2 4 bytes", "pointer for a gate that writes, 1 2 4 bytes",
	"jump", "request with the stack pointer there",
	"read by the next component, called through a gate, 32 bits",
	"request by the gate of that component", "execution of what is no code"};

/* What the rows of layout.yaml's regions open. */
enum { MEMORY_BYTES = 4096, DATA_BYTES = 1024 };

/* One attempt. */
struct attempt {
	uint32_t attacker;
	uint32_t context; /* whose code makes the access, and who is to blame */
	const struct target *target;
	enum operation operation;
	uint32_t width; /* 0, 1, 2: 8, 16, 32 bits */
	uint32_t address;
	uint32_t size; /* bytes */
	uint32_t value;
};

static struct {
	uint32_t tried;
	uint32_t granted;
	uint32_t stopped;
	uint32_t open;
	uint32_t holes;
	uint32_t wrong; /* -, ! and # */
} counts;

/* --- what must come out ---------------------------------------------------------------- */

static bool writes(enum operation operation)
{
	return operation == WRITE || operation == WRITE_BY_INDEX || operation == GATE_WRITES;
}

static bool jumps(enum operation operation)
{
	return operation == JUMP || operation == JUMP_TABLE;
}

static bool by_gate(enum operation operation)
{
	return operation == GATE_READS || operation == GATE_WRITES;
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

static bool owns_some(const struct attempt *attempt)
{
	for (uint32_t i = 0; i < attempt->size; i++)
		if (owns_byte(attempt, attempt->address + i))
			return true;
	return false;
}

static bool reads(enum operation operation)
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
	if (jumps(attempt->operation))
		return false;
	if (attempt->operation == MOVE_STACK)
		return owns_stack(attempt);
	if (attempt->operation == STOLEN)
		return target->owner == attempt->attacker;
	if (target->kind == TARGET_DEVICE)
		return !by_gate(attempt->operation) && has(attempt);
	return target->kind == TARGET_RAM && owns(attempt);
}

static bool is_flash(const struct target *target)
{
	return target->kind == TARGET_CODE || target->kind == TARGET_TABLE;
}

/* Whether one row opens the whole flash to everybody, for reading and executing. */
static bool flash_is_shared(void)
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

/* --- trying it --------------------------------------------------------------------------- */

static uint32_t word_at(uint32_t address)
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

/* --- the end of those that go astray -------------------------------------------------- */

#ifdef __arm__
#define SYST_CSR (*(volatile uint32_t *)0xe000e010) /* DDI 0403 B3.3 */
#define SYST_RVR (*(volatile uint32_t *)0xe000e014)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018)

enum { MOST_TICKS = 8 };

static volatile uint32_t ticks;
void board_systick(void);

void board_systick(void)
{
	if (++ticks < MOST_TICKS)
		return;
	print("\nastray\n");
	board_exit(1);
}

/* Without a fence, who runs what lies in native memory may end up anywhere: that ends, too. */
static void watch(bool on)
{
	ticks = 0;
	SYST_RVR = 0xffffff;
	SYST_CVR = 0;
	SYST_CSR = on ? 7 : 0;
}

static bool is_first_start(void)
{
	return true;
}
#else
static void watch(bool on)
{
	(void)on;
}

/* After a reset mcause is 0 (ISA Manual, Volume II, 3.4); who ends up where the program
 * begins has come there by a trap, and would begin all of it once more. */
static bool is_first_start(void)
{
	uint32_t cause;
	__asm__ volatile("csrr %0, mcause" : "=r"(cause));
	return cause == 0;
}
#endif

/* The bit of an address that says Thumb. */
#ifdef __riscv
#define CODE_BIT 0u
#else
#define CODE_BIT 1u
#endif

static enum berth_status call_as(uint32_t attacker, berth_export *function,
	const uint32_t arguments[3], uint32_t *result, struct berth_fault *fault)
{
	struct berth_entry entry = {attacker, function};
	return berth_call(&entry, arguments, 3, result, fault);
}

static enum berth_status call(
	const struct attempt *attempt, uint32_t *result, struct berth_fault *fault)
{
	const struct attacker *attacker = &attackers[attempt->attacker];
	uint32_t offset = attempt->address - berth_context_at(attempt->attacker)->memory_base;
	uint32_t arguments[3] = {offset, attempt->value, 0};
	berth_export *function = NULL;
	switch (attempt->operation) {
	case READ:
		function = attacker->read[attempt->width];
		break;
	case WRITE:
		function = attacker->write[attempt->width];
		break;
	case READ_BY_INDEX:
	case WRITE_BY_INDEX:
		function = attacker->by_index;
		/* The function table of attacker.wat: 1 to 3 read, 4 to 6 write. */
		arguments[2] = attempt->width + (attempt->operation == READ_BY_INDEX ? 1 : 4);
		break;
	case GATE_READS:
		function = attacker->give_to_sum;
		arguments[1] = attempt->size;
		break;
	case GATE_WRITES:
		function = attacker->give_to_fill;
		arguments[1] = attempt->size;
		break;
	case JUMP:
	case JUMP_TABLE:
		function = attacker->jump;
		arguments[0] = attempt->address | CODE_BIT;
		arguments[1] = 0; /* what code of a component then reads is its own */
		break;
#ifndef __riscv
	case MOVE_STACK:
		function = attacker->jump;
		arguments[0] = (uint32_t)(uintptr_t)matrix_stack;
		arguments[1] = attempt->address + 32;
		break;
#endif
	case RELAY:
		function = attacker->jump;
		arguments[0] = (uint32_t)(uintptr_t)relays[attempt->attacker];
		arguments[1] = attempt->address - berth_context_at(attempt->context)->memory_base;
		break;
	default:
		function = attacker->jump;
		arguments[0] = (uint32_t)(uintptr_t)relays[attempt->target->owner];
		arguments[1] = 0;
		break;
	}
	watch(jumps(attempt->operation));
	enum berth_status status = call_as(attempt->attacker, function, arguments, result, fault);
	watch(false);
	return status;
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

/* What the bytes must be when everything went as it should; DONE: the access was made. */
static uint32_t expected_bytes(const struct attempt *attempt, bool done, uint32_t before)
{
	if (!done || !writes(attempt->operation))
		return before;
	uint32_t value = attempt->operation == GATE_WRITES ? FILLED * 0x01010101u : attempt->value;
	return attempt->size >= 4 ? value : value & ((1u << 8 * attempt->size) - 1);
}

static char judge(
	const struct attempt *attempt, enum berth_status status, const struct berth_fault *fault)
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

/* Whether memory is as it must be after the attempt, and what was read is what was there. */
static bool looks_right(
	const struct attempt *attempt, bool done, const struct kept *before, uint32_t result)
{
	struct kept now = keep(attempt);
	/* An exception writes what is the attacker's own, and a jump writes the table. */
	if (attempt->operation == MOVE_STACK ? owns_some(attempt) : attempt->operation >= JUMP)
		return true;
	for (uint32_t i = 4; i < attempt->size; i++)
		if (now.bytes[i] != before->bytes[i])
			return false;
	if (done && (attempt->operation == READ || attempt->operation == READ_BY_INDEX) &&
		result != first_of(attempt, before))
		return false;
	return first_of(attempt, &now) == expected_bytes(attempt, done, first_of(attempt, before));
}

static char try(struct attempt *attempt)
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
	if (ram && !looks_right(attempt, status == BERTH_DONE, &before, result))
		cell = '#';
	if (ram)
		put_back(attempt, &before);
	if (status != BERTH_DONE && (berth_restart(attempt->attacker) != BERTH_DONE ||
					    berth_restart(attempt->context) != BERTH_DONE))
		cell = '!';
	count(cell);
	return cell;
}

/* --- the victims ----------------------------------------------------------------------------- */

/* What all components hold but ATTACKER and, where it is called, the next. */
static uint32_t sum_of_others(uint32_t attacker, enum operation operation)
{
	uint32_t called =
		operation == RELAY || operation == STOLEN ? (attacker + 1) % ATTACKERS : attacker;
	uint32_t sum = 0;
	for (uint32_t i = 0; i < ATTACKERS; i++) {
		const struct berth_context *context = berth_context_at(i);
		const struct berth_region *memory = berth_region_at(context->memory);
		if (i == attacker || i == called)
			continue;
		for (uint32_t at = 0; at < memory->reserved; at += 4)
			sum = (sum << 1 | sum >> 31) ^ word_at(memory->base + at);
		for (uint32_t at = 0; at < context->data_size; at += 4)
			sum = (sum << 1 | sum >> 31) ^ word_at(context->data_base + at);
	}
	return sum;
}

/* --- printing ----------------------------------------------------------------------------------
 */

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

static void attack_target(uint32_t attacker, const struct target *target, enum operation operation)
{
	char cell[] = "    ";
	bool once = operation >= JUMP;
	if (!makes_sense(target, operation)) {
		print("    ");
		return;
	}
	static const uint32_t sizes[] = {2, 32, 4, 4, 2}; /* from JUMP on */
	uint32_t widths = once ? 1 : 3;
	for (uint32_t width = 0; width < widths; width++) {
		struct attempt attempt = {.attacker = attacker,
			.context = operation == RELAY ? (attacker + 1) % ATTACKERS : attacker,
			.target = target,
			.operation = operation,
			.width = width,
			.size = once ? sizes[operation - JUMP] : 1u << width};
		attempt.address = address_of(target, attempt.size);
		/* A jump goes to an even address, a frame lies at a multiple of 8. */
		if (operation == JUMP || operation == MOVE_STACK)
			attempt.address &= operation == JUMP ? ~1u : ~7u;
		/* The address to go to is in the first word of the memory (attacker.wat). */
		if (operation == JUMP && attempt.address == berth_context_at(attacker)->memory_base)
			attempt.address += 32; /* behind the function table */
		cell[1 + width] = try(&attempt);
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
