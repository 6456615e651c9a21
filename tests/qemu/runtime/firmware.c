/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Exercises the runtime with a table and components written by hand, and
 * prints one line for each case.  tests/qemu/runtime.bats knows what the lines
 * must say.
 */
#include <stddef.h>

#include "berth/berth.h"
#include "board.h"
#include "machine.h"
#include "places.h"
#include "runtime/arena_policy.h"
#include "runtime/table.h"

extern berth_export guest_echo, guest_registers, guest_peek, guest_poke, guest_add, guest_allocate,
	guest_spin, guest_trap, guest_svc_beyond, guest_svc_high, guest_svc_beta, guest_svc_refuses,
	guest_svc_calls, guest_svc_waits, guest_words, guest_wide, guest_six, guest_beta_words,
	guest_beta_careful, guest_beta_spoils, guest_beta_spoils_caught, guest_beta_caught_reason,
	guest_beta_back, guest_beta_back_caught, guest_beta_stack, guest_beta_stack_caught,
	guest_beta_recurses, guest_stack_svc, guest_recurse, guest_spoil, guest_back,
	guest_back_caught, guest_svc_bytes, guest_svc_halves, guest_svc_fixed;
uint32_t native_keeps(void);

/* elfbind(1) makes an entry of every export; these have none. */
enum berth_status call(uint32_t context, berth_export *function, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault)
{
	const struct berth_entry entry = {context, function};
	return berth_call(&entry, arguments, count, result, fault);
}

/* --- gates -------------------------------------------------------------------- */

extern uint32_t gate_add(uint32_t left, uint32_t right);
BERTH_GATE(gate_add, SVC_ADD);

static bool add(uint32_t context, uint32_t registers[4])
{
	registers[0] += registers[1] + 1000 * context;
	return true;
}

static bool refuse(uint32_t context, uint32_t registers[4])
{
	(void)context;
	(void)registers;
	return false;
}

static bool nest(uint32_t context, uint32_t registers[4])
{
	registers[0] = call(context, guest_echo, NULL, 0, NULL, NULL);
	return true;
}

static volatile uint32_t ticks;

/* Until an interrupt has preempted it. */
static bool wait_tick(uint32_t context, uint32_t registers[4])
{
	(void)context;
	uint32_t before = ticks;
	while (ticks == before)
		;
	registers[0] = 1;
	return true;
}

/* With pointers that the runtime has looked at. */
static bool add_bytes(uint32_t context, uint32_t words[])
{
	(void)context;
	uint32_t sum = 0;
	for (uint32_t i = 0; i < words[1]; i++)
		sum += ((const uint8_t *)berth_pointer(words[0]))[i];
	words[0] = sum;
	return true;
}

static bool add_halves(uint32_t context, uint32_t words[])
{
	(void)context;
	uint32_t sum = 0;
	for (uint32_t i = 0; i < words[1]; i++)
		sum += ((const uint16_t *)berth_pointer(words[0]))[i];
	words[0] = sum;
	return true;
}

static bool write_pair(uint32_t context, uint32_t words[])
{
	uint32_t *pair = berth_pointer(words[0]);
	pair[0] = context;
	pair[1] = 0x72697470;
	words[0] = 1;
	return true;
}

static bool add_six(uint32_t context, uint32_t words[])
{
	(void)context;
	const uint32_t *more = berth_pointer(words[4]);
	words[0] += 2 * words[1] + 3 * words[2] + 4 * words[3];
	for (uint32_t i = 0; i < words[5]; i++)
		words[0] += more[i];
	return true;
}

static const struct berth_parameter bytes_in[] = {
	{.kind = BERTH_IN, .length = 1, .align = 1, .unit = 1}, {.kind = BERTH_VALUE}};
static const struct berth_parameter halves_in[] = {
	{.kind = BERTH_IN, .length = 1, .align = 2, .unit = 2}, {.kind = BERTH_VALUE}};
static const struct berth_parameter pair_out[] = {
	{.kind = BERTH_OUT, .length = BERTH_FIXED, .align = 4, .unit = 8}};
static const struct berth_parameter six[6] = {
	[4] = {.kind = BERTH_INOUT, .length = 5, .align = 4, .unit = 4}};

/* To the other component. */
static const struct berth_entry beta_words = {BETA, guest_words};
static const struct berth_entry beta_spoil = {BETA, guest_spoil};
static const struct berth_entry beta_back = {BETA, guest_back};
static const struct berth_entry beta_back_caught = {BETA, guest_back_caught};
static const struct berth_entry beta_stack = {BETA, guest_stack_svc};
static const struct berth_entry beta_recurse = {BETA, guest_recurse};
static const struct berth_entry alpha_echo = {ALPHA, guest_echo};
#define CAUGHT .on_fault = BERTH_FAULT_RETURNS, .fault_value = 0xfa017

const struct berth_gate berth_gates[] = {
	[SVC_BYTES] = {add_bytes, BERTH_ALL_CONTEXTS, bytes_in, .words = 2},
	[SVC_HALVES] = {add_halves, BERTH_ALL_CONTEXTS, halves_in, .words = 2},
	[SVC_FIXED] = {write_pair, BERTH_ALL_CONTEXTS, pair_out, .words = 1},
	[SVC_SIX] = {add_six, BERTH_ALL_CONTEXTS, six, .words = 6},
	[SVC_BETA_WORDS] = {.entry = &beta_words, .contexts = BERTH_CONTEXT_BIT(ALPHA), .words = 6},
	[SVC_BETA_SPOILS] = {.entry = &beta_spoil, .contexts = BERTH_CONTEXT_BIT(ALPHA)},
	[SVC_BETA_SPOILS_CAUGHT] = {.entry = &beta_spoil,
		.contexts = BERTH_CONTEXT_BIT(ALPHA),
		CAUGHT},
	[SVC_BETA_BACK] = {.entry = &beta_back, .contexts = BERTH_CONTEXT_BIT(ALPHA)},
	[SVC_BETA_BACK_CAUGHT] = {.entry = &beta_back_caught, .contexts = BERTH_CONTEXT_BIT(ALPHA)},
	[SVC_BETA_STACK] = {.entry = &beta_stack, .contexts = BERTH_CONTEXT_BIT(ALPHA), .words = 1},
	[SVC_BETA_STACK_CAUGHT] = {.entry = &beta_stack,
		.contexts = BERTH_CONTEXT_BIT(ALPHA),
		.words = 1,
		CAUGHT},
	[SVC_BETA_RECURSES] = {.entry = &beta_recurse, .contexts = BERTH_CONTEXT_BIT(ALPHA)},
	[SVC_ALPHA] = {.entry = &alpha_echo, .contexts = BERTH_CONTEXT_BIT(BETA)},
	[SVC_ALPHA_CAUGHT] = {.entry = &alpha_echo, .contexts = BERTH_CONTEXT_BIT(BETA), CAUGHT},
	[SVC_ADD] = {.run = add, .contexts = BERTH_ALL_CONTEXTS},
	[SVC_BETA_ONLY] = {.run = add, .contexts = BERTH_CONTEXT_BIT(BETA)},
	[SVC_REFUSES] = {.run = refuse, .contexts = BERTH_ALL_CONTEXTS},
	[SVC_CALLS] = {.run = nest, .contexts = BERTH_ALL_CONTEXTS},
	[SVC_WAITS] = {.run = wait_tick, .contexts = BERTH_ALL_CONTEXTS},
	[SVC_BEYOND] = {.run = add, .contexts = BERTH_ALL_CONTEXTS},
};
const uint32_t berth_gate_count = SVC_BEYOND;

/* What the veneer of alpha would pass; in flash that components may read. */
extern const struct berth_arena alpha_arena;
const struct berth_arena alpha_arena = {ALPHA_MEMORY, ALPHA_MEMORY_SIZE, ARENA_OFFSET, ARENA_SIZE,
	ALPHA_DATA + ARENA_STATE, BERTH_ARENA_BUMP};

/* --- an interrupt --------------------------------------------------------------- */

static volatile bool refused_busy; /* a call was tried while a component ran */
static volatile bool refused_mode; /* and while none ran */
void tick(void)
{
	ticks++;
	enum berth_status status = call(ALPHA, guest_echo, NULL, 0, NULL, NULL);
	refused_busy |= status == BERTH_ERROR_BUSY;
	refused_mode |= status == BERTH_ERROR_MODE;
	uint32_t *count = berth_memory(ALPHA, 0x300, 4);
	*count = ticks;
}

/* --- printing outcomes ------------------------------------------------------------ */

const char *status_text(enum berth_status status)
{
	static const char *const texts[] = {"done", "faulted", "error: table", "error: hardware",
		"error: init", "error: context", "error: arguments", "error: mode", "error: busy",
		"error: gates"};
	return (uint32_t)status < sizeof(texts) / sizeof(texts[0]) ? texts[status] : "?";
}

static void print_fault(const struct berth_fault *fault, uint32_t function)
{
	print(berth_reason_text(fault->reason));
	if (fault->context != BERTH_NONE) {
		print(", context ");
		print_decimal(fault->context);
	}
	if (fault->address_valid) {
		print(", at ");
		print_hex(fault->address);
	}
	if (fault->pc_valid) {
		print(", pc ");
		uint32_t offset = fault->pc - (function & ~1u);
		if (offset < 64) {
			print("function+");
			print_decimal(offset);
		} else {
			print_hex(fault->pc);
		}
	}
}

void attempt2(
	const char *name, uint32_t context, berth_export *function, uint32_t first, uint32_t second)
{
	struct berth_fault fault;
	uint32_t result = 0xdead;
	uint32_t arguments[] = {first, second};
	enum berth_status status = call(context, function, arguments, 2, &result, &fault);
	print(name);
	print(": ");
	print(status_text(status));
	if (status == BERTH_FAULTED) {
		print(": ");
		print_fault(&fault, (uint32_t)(uintptr_t)function);
	} else if (status == BERTH_DONE) {
		print(" ");
		print_hex(result);
	}
	print("\n");
	if (status == BERTH_FAULTED && berth_restart(context) != BERTH_DONE)
		print("restart failed\n");
}

void attempt(const char *name, uint32_t context, berth_export *function, uint32_t argument)
{
	attempt2(name, context, function, argument, 0);
}

void say(const char *name, uint32_t value)
{
	print(name);
	print(": ");
	print_hex(value);
	print("\n");
}

/* --- cases ------------------------------------------------------------------------ */

static void good_cases(void)
{
	static const uint32_t arguments[] = {1, 10, 100, 1000, 10000};
	uint32_t result = 0;
	call(BETA, guest_echo, arguments, 4, &result, NULL);
	say("four arguments", result);
	say("none of them is left over", call(BETA, guest_echo, NULL, 0, &result, NULL) + result);
	say("native registers kept", native_keeps());
	attempt2("gate, alpha", ALPHA, guest_add, 40, 2);
	attempt2("gate, beta", BETA, guest_add, 40, 2);
	attempt("gate of beta, beta", BETA, guest_svc_beta, 5);
	attempt("initial data, alpha", ALPHA, guest_peek, 0x20);
	attempt("initial data, beta", BETA, guest_peek, 0x20);
	attempt("initial data, end of beta", BETA, guest_peek, BETA_MEMORY_SIZE - 4);
	attempt("initial global, alpha", ALPHA, guest_peek, ALPHA_DATA + GLOBALS - ALPHA_MEMORY);
	attempt("arena", ALPHA, guest_allocate, 100);
	attempt("arena again", ALPHA, guest_allocate, 100);
	say("arena from outside", berth_arena_try(berth_arena_of(ALPHA), 0, 0, 16, 32));
	attempt("arena exhausted", ALPHA, guest_allocate, ARENA_SIZE);
	attempt("arena after a restart", ALPHA, guest_allocate, 100);
}

static void refused_calls(void)
{
	static const uint32_t arguments[BERTH_MOST_ARGUMENTS + 1];
	print("no such context: ");
	print(status_text(call(2, guest_echo, NULL, 0, NULL, NULL)));
	print("\ntoo many arguments: ");
	print(status_text(
		call(ALPHA, guest_echo, arguments, BERTH_MOST_ARGUMENTS + 1, NULL, NULL)));
	print("\n");
	machine_masks();
	say("memory: last byte", berth_memory(BETA, BETA_MEMORY_SIZE - 1, 1) != NULL);
	say("memory: one beyond", berth_memory(BETA, BETA_MEMORY_SIZE - 1, 2) != NULL);
	say("memory: wrapping", berth_memory(BETA, 16, 0xfffffff8u) != NULL);
	say("memory: no context", berth_memory(7, 0, 1) != NULL);
}

/* Gates that there are not, or not for everybody. */
static void refused_gates(void)
{
	attempt("gate beyond the last", ALPHA, guest_svc_beyond, 0);
	attempt("gate 254", ALPHA, guest_svc_high, 0);
	attempt("gate of beta, alpha", ALPHA, guest_svc_beta, 0);
	attempt("gate that refuses", ALPHA, guest_svc_refuses, 0);
	attempt("call from a gate", ALPHA, guest_svc_calls, 0);
}

/* --- more words, other components, pointers ---------------------------------------- */

static void many_words(void)
{
	static const uint32_t words[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
	const struct berth_entry wide = {ALPHA, guest_wide};
	uint64_t result = 0;
	uint32_t low = 0;
	call(ALPHA, guest_words, words, 8, &low, NULL);
	say("eight words", low);
	machine_words();
	say("64 bits", berth_call_wide(&wide, words, 2, &result, NULL));
	say("  lower half", (uint32_t)result);
	say("  upper half", (uint32_t)(result >> 32));
	const struct berth_entry trap = {ALPHA, guest_trap};
	say("64 bits of a trap", berth_call_wide(&trap, words, 2, &result, NULL));
	say("  result", (uint32_t)(result | result >> 32));
	say("the last fault is remembered", berth_last_fault()->reason == BERTH_REASON_TRAP);
	berth_restart(ALPHA);
}

static void say_beta(void)
{
	say("  memory of beta", *(const uint32_t *)berth_memory(BETA, 0x20, 4));
}

static void other_components(void)
{
	static const uint32_t words[] = {1, 10, 100, 1000};
	uint32_t result = 0;
	say("six words to beta", call(ALPHA, guest_beta_words, words, 4, &result, NULL));
	say("  result", result);
	attempt2("beta leaves alpha's registers", ALPHA, guest_beta_careful, 1, 10);
	attempt("not for beta", BETA, guest_beta_words, 0);
	attempt("a fault of beta ends alpha's call", ALPHA, guest_beta_spoils, 0);
	say_beta();
	attempt("a fault of beta is an answer", ALPHA, guest_beta_spoils_caught, 0);
	attempt("  with the reason", ALPHA, guest_beta_caught_reason, 0);
	say_beta();
	say("  the record is kept", berth_last_fault()->context == BETA);
	attempt("beta calls alpha, who waits", ALPHA, guest_beta_back, 0);
	attempt("beta hears that alpha waits", ALPHA, guest_beta_back_caught, 0);
	attempt("beta with its stack in alpha's", ALPHA, guest_beta_stack, ALPHA_DATA + 0x200);
	attempt("beta with its stack in its memory", ALPHA, guest_beta_stack, BETA_MEMORY + 0x800);
	attempt("beta with its stack in native data, as an answer", ALPHA, guest_beta_stack_caught,
		NATIVE_MEMORY + 0x8000);
	attempt("beta recurses", ALPHA, guest_beta_recurses, 0);
	attempt2("and alpha goes on", ALPHA, guest_echo, 1, 2);
}

static void pointers(void)
{
	attempt2("bytes", ALPHA, guest_svc_bytes, 0x20, 4);
	attempt2("bytes up to the end", BETA, guest_svc_bytes, BETA_MEMORY_SIZE - 3, 3);
	attempt2("no bytes", ALPHA, guest_svc_bytes, 0, 0);
	attempt2("bytes, one beyond", BETA, guest_svc_bytes, BETA_MEMORY_SIZE - 3, 4);
	attempt2("bytes before", ALPHA, guest_svc_bytes, 0xffffffff, 1);
	attempt2("bytes of beta", ALPHA, guest_svc_bytes, BETA_MEMORY - ALPHA_MEMORY, 4);
	attempt2("bytes, wrapping", ALPHA, guest_svc_bytes, 0x10, 0xffffffff);
	attempt2("halves", ALPHA, guest_svc_halves, 0x20, 2);
	attempt2("halves, not aligned", ALPHA, guest_svc_halves, 0x21, 2);
	attempt2("halves, wrapping", ALPHA, guest_svc_halves, 0x20, 0x80000001);
	attempt2("halves, one beyond", ALPHA, guest_svc_halves, ALPHA_MEMORY_SIZE - 4, 3);
	attempt("a pair", ALPHA, guest_svc_fixed, 0x40);
	attempt("  written", ALPHA, guest_peek, 0x44);
	attempt("a pair, not aligned", ALPHA, guest_svc_fixed, 0x42);
	attempt("a pair, half beyond", ALPHA, guest_svc_fixed, ALPHA_MEMORY_SIZE - 4);
	uint32_t words[] = {1, 10, 0x20, 1};
	uint32_t result = 0;
	say("six words", call(ALPHA, guest_six, words, 4, &result, NULL));
	say("  result", result);
	machine_gate_words();
}

/* What the object of a table does that has an arena for one call: the linker takes it. */
__attribute__((used)) static void (*const wanted)(
	const struct berth_context *context) = berth_arena_call_ended;

static uint32_t put(uint32_t context, uint32_t length)
{
	return berth_arena_try(berth_arena_of(context), 0, 0, 8, length);
}

static void arenas_of_one_call(void)
{
	struct berth_arena_statistics statistics;
	berth_restart(BETA);
	uint32_t offset = put(BETA, 16);
	say("for one call", offset);
	*(uint32_t *)berth_memory(BETA, offset, 4) = 0x70757421;
	say("  more for the same", put(BETA, 8));
	call(3, guest_echo, NULL, 0, NULL, NULL);
	say("  none was made yet", put(BETA, 8));
	attempt("  the call", BETA, guest_peek, offset);
	berth_arena_statistics(berth_arena_of(BETA), &statistics);
	say("  used behind it", statistics.used);
	say("  at most", statistics.high_water);
	say("  still to be read", *(const uint32_t *)berth_memory(BETA, offset, 4));
	say("  to be given back", berth_arena_try(berth_arena_of(BETA), offset, 16, 8, 0));
	say("  not to grow", berth_arena_try(berth_arena_of(BETA), offset, 16, 8, 20));
	say("for the next", put(BETA, 16));
	attempt("  alpha calls beta", ALPHA, guest_beta_careful, 1);
	say("for the next", put(BETA, 16));
	attempt("  which faults", BETA, guest_trap, 0);
	say("for the next", put(BETA, 16));
	*(uint32_t *)berth_memory(BETA, offset, 4) = 0x6b657074;
	call(BETA, guest_trap, NULL, 0, NULL, NULL);
	say("  which faults and is not restarted", put(BETA, 16));
	say("  but keeps what it had", *(const uint32_t *)berth_memory(BETA, offset, 4));
	const struct berth_entry wide = {BETA, guest_wide};
	uint64_t result;
	berth_call_wide(&wide, NULL, 0, &result, NULL);
	say("for the next, which has a result of 64 bits", put(BETA, 16));
	attempt("  beta faults when alpha calls it", ALPHA, guest_beta_spoils_caught, 0);
	say("for the next", put(BETA, 16));
	offset = put(ALPHA, 16);
	attempt("alpha's stays", ALPHA, guest_peek, offset);
	say("  behind it", put(ALPHA, 16) - offset);
	berth_restart(ALPHA);
	berth_restart(BETA);
}

static volatile uint32_t native_word = 0x6e617476;

void attack(const char *name, uint32_t context, uint32_t base, uint32_t address)
{
	print("read ");
	attempt(name, context, guest_peek, address - base);
	print("write ");
	attempt2(name, context, guest_poke, address - base, 0x41414141);
}

static void attacks(void)
{
	attack("alpha, memory of beta", ALPHA, ALPHA_MEMORY, BETA_MEMORY + 0x20);
	attack("beta, memory of alpha", BETA, BETA_MEMORY, ALPHA_MEMORY + 0x20);
	attack("alpha, data of beta", ALPHA, ALPHA_MEMORY, BETA_DATA + GLOBALS);
	attack("beta, data of alpha", BETA, BETA_MEMORY, ALPHA_DATA + GLOBALS);
	attack("alpha, behind its memory", ALPHA, ALPHA_MEMORY, ALPHA_MEMORY + ALPHA_MEMORY_SIZE);
	attack("alpha, before its memory", ALPHA, ALPHA_MEMORY, ALPHA_MEMORY - 4);
	attack("beta, behind its memory", BETA, BETA_MEMORY, BETA_MEMORY + BETA_MEMORY_SIZE);
	attack("alpha, behind its data", ALPHA, ALPHA_MEMORY, ALPHA_DATA + DATA_SIZE);
	attack("alpha, region table", ALPHA, ALPHA_MEMORY, TABLE);
	machine_attacks();
	attempt2("write alpha, code", ALPHA, guest_poke, CODE + 0x100u - ALPHA_MEMORY, 0x41414141);
	uint32_t address = (uint32_t)(uintptr_t)&native_word;
	attack("alpha, native data", ALPHA, ALPHA_MEMORY, address);
	say("native data", native_word);
	say("memory of beta", *(const uint32_t *)berth_memory(BETA, 0x20, 4));
	say("memory of alpha", *(const uint32_t *)berth_memory(ALPHA, 0x20, 4));
}

static void interrupts(void)
{
	machine_timer(true);
	attempt("interrupted", ALPHA, guest_spin, 0x300);
	say("call in an interrupt of a component: busy", refused_busy);
	machine_interrupts();
	attempt("interrupted in a gate", ALPHA, guest_svc_waits, 0);
	uint32_t before = ticks;
	while (ticks == before)
		;
	say("interrupts go on", ticks != before);
	say("call in an interrupt of native code: mode", refused_mode);
	machine_timer(false);
}

_Noreturn void berth_fatal(const struct berth_fault *fault)
{
	print("fatal: ");
	print_fault(fault, 0x40000000);
	print("\n");
	board_exit(1);
}

int main(void)
{
	print("before the boot: ");
	print(status_text(call(ALPHA, guest_echo, NULL, 0, NULL, NULL)));
	print("\n");
	machine_refuses();
	enum berth_status status = berth_boot();
	print("boot: ");
	print(status_text(status));
	print("\n");
	if (status == BERTH_ERROR_TABLE) {
		extern const struct berth_regions_header berth_regions;
		say("checksum by the runtime",
			berth_table_crc(&berth_regions, berth_regions.bytes));
	}
	if (status != BERTH_DONE)
		return 1;
	good_cases();
	attempt2("registers", ALPHA, guest_registers, 0x11, 0x22);
	machine_registers();
	refused_calls();
	attacks();
#ifdef PROTECTION_OFF /* what follows would not come back */
	print("the attacks ran\n");
	return 0;
#endif
	many_words();
	other_components();
	pointers();
	arenas_of_one_call();
	machine_traps();
	refused_gates();
	machine_privilege();
	interrupts();
	good_cases();
	print("all cases ran\n");
#ifdef NATIVE_FAULT
	machine_native_fault();
#endif
	return 0;
}
