/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The demo: three components answer a question, then each of them attacks
 * everything that is not its own, then all three answer again.
 *
 * The last line is the verdict; the exit status says the same.
 */
#include <stdbool.h>
#include <stddef.h>

#include "berth/berth.h"
#include "board.h"
/* From symmap: the exports of baro and imu, and of gps. */
#ifdef BARO_AND_IMU_APART
#include "baro.h"
#include "level.h"
#else
#include "fused.h"
#endif
#include "gps.h"
#include "natives.h"
#include "regions.h" /* from ldgen: which context is whose */

/* --- the components ---------------------------------------------------------------- */

/* Entry points know the context that they enter. */
struct component {
	const char *name;
	const struct berth_entry *describe; /* func(request: string) -> string */
	const struct berth_entry *post_describe;
	const struct berth_entry *peek; /* func(at: u32) -> u32 */
	const struct berth_entry *poke; /* func(at: u32, value: u32) */
};

enum { COMPONENTS = 3 };

static const struct component components[COMPONENTS] = {
	{"baro", &berth_entry_berth_sensors_baro_describe,
		&berth_entry_cabi_post_berth_sensors_baro_describe,
		&berth_entry_berth_sensors_baro_peek, &berth_entry_berth_sensors_baro_poke},
	{"imu", &berth_entry_berth_sensors_imu_describe,
		&berth_entry_cabi_post_berth_sensors_imu_describe,
		&berth_entry_berth_sensors_imu_peek, &berth_entry_berth_sensors_imu_poke},
	{"gps", &berth_entry_berth_sensors_gps_describe,
		&berth_entry_cabi_post_berth_sensors_gps_describe,
		&berth_entry_berth_sensors_gps_peek, &berth_entry_berth_sensors_gps_poke},
};

static uint32_t context_of(const struct component *component)
{
	return component->describe->context;
}

/* A sensor is for the component that imports it, even if another finds the stub. */
const struct berth_gate berth_gates[] = {
	[GATE_TICK_NOW] = {.run = serve_tick_now, .contexts = BERTH_ALL_CONTEXTS},
	[GATE_READ_PRESSURE] = {.run = serve_read_pressure,
		.contexts = BERTH_CONTEXT_BIT(BERTH_CONTEXT_BARO)},
	[GATE_READ_RATE] = {.run = serve_read_rate,
		.contexts = BERTH_CONTEXT_BIT(BERTH_CONTEXT_IMU)},
	[GATE_READ_FIX] = {.run = serve_read_fix, .contexts = BERTH_CONTEXT_BIT(BERTH_CONTEXT_GPS)},
};
const uint32_t berth_gate_count = sizeof(berth_gates) / sizeof(berth_gates[0]);

static uint32_t answers;  /* good ones */
static uint32_t attempts; /* attacks */
static uint32_t stopped;  /* attacks that faulted as they should */
static uint32_t changes;  /* attacks after which somebody else's bytes were not as before */

/* --- the region table ----------------------------------------------------------- */

static void print_range(const char *what, uint32_t base, uint32_t size)
{
	print(what);
	print_hex(base);
	print(" + ");
	print_decimal(size);
}

static void print_table(void)
{
	for (unsigned i = 0; i < COMPONENTS; i++) {
		const struct berth_context *context = berth_context_at(context_of(&components[i]));
		const struct berth_region *memory = berth_region_at(context->memory);
		print("  ");
		print(components[i].name);
		print_range(": memory ", memory->base, memory->size);
		print_range(", data ", context->data_base, context->data_size);
		print(", rows ");
		print_decimal(context->row_count);
		print("\n");
	}
}

static void print_fault(const struct berth_fault *fault)
{
	print(berth_reason_text(fault->reason));
	if (fault->address_valid) {
		print(" at ");
		print_hex(fault->address);
	}
	if (fault->pc_valid) {
		print(", pc ");
		print_hex(fault->pc);
	}
}

/* --- questions and answers ------------------------------------------------------- */

static uint32_t text_length(const char *text)
{
	uint32_t length = 0;
	while (text[length] != '\0')
		length++;
	return length;
}

/* Whether LENGTH bytes at TEXT hold PART somewhere. */
static bool contains(const char *text, uint32_t length, const char *part)
{
	uint32_t size = text_length(part);
	for (uint32_t start = 0; start + size <= length; start++) {
		uint32_t same = 0;
		while (same < size && text[start + same] == part[same])
			same++;
		if (same == size)
			return true;
	}
	return false;
}

/* Calls FUNCTION with two words; says what went wrong, and false. */
static bool call(const struct component *component, const struct berth_entry *entry, uint32_t first,
	uint32_t second, uint32_t *result)
{
	struct berth_fault fault;
	uint32_t arguments[] = {first, second};
	enum berth_status status = berth_call(entry, arguments, 2, result, &fault);
	if (status == BERTH_DONE)
		return true;
	print(component->name);
	print(": the call failed: ");
	if (status == BERTH_FAULTED)
		print_fault(&fault);
	else
		print_decimal(status);
	print("\n");
	return false;
}

/* The component's string return: an offset to {pointer, length}, none of it to be believed. */
static const char *returned_string(
	const struct component *component, uint32_t result, uint32_t *length)
{
	const uint32_t *pair = berth_memory(context_of(component), result, 8);
	if (pair == NULL || result % 4 != 0)
		return NULL;
	*length = pair[1];
	return berth_memory(context_of(component), pair[0], pair[1]);
}

/* Puts REQUEST into the component's own arena, asks, and prints what comes back. */
static void ask(const struct component *component, const char *request)
{
	const struct berth_arena *arena = berth_arena_of(context_of(component));
	uint32_t length = text_length(request);
	berth_arena_reset(arena);
	uint32_t offset = berth_arena_try(arena, 0, 0, 1, length);
	char *to = berth_memory(context_of(component), offset, length);
	if (offset == BERTH_ARENA_FAILED || to == NULL) {
		print("the arena is full\n");
		return;
	}
	for (uint32_t i = 0; i < length; i++)
		to[i] = request[i];

	uint32_t result = 0;
	if (!call(component, component->describe, offset, length, &result))
		return;
	const char *answer = returned_string(component, result, &length);
	if (answer == NULL) {
		print("the answer does not lie in the component's memory\n");
		return;
	}
	print("  ");
	print_bytes(answer, length);
	print("\n");
	bool good = contains(answer, length, request) && contains(answer, length, component->name);
	if (call(component, component->post_describe, result, 0, NULL) && good)
		answers++;
}

static void ask_all(const char *request)
{
	for (unsigned i = 0; i < COMPONENTS; i++)
		ask(&components[i], request);
}

/* --- attacks --------------------------------------------------------------------- */

static uint32_t native_secret = 0x5ec2e700;

/* FNV-1a over words: enough to see that something changed. */
static uint32_t checksum(uint32_t hash, uint32_t base, uint32_t size)
{
	const uint32_t *words = (const uint32_t *)(uintptr_t)base;
	for (uint32_t i = 0; i < size / 4; i++)
		hash = (hash ^ words[i]) * 16777619u;
	return hash;
}

/* Of all that does not belong to ATTACKER. */
static uint32_t state_of_others(const struct component *attacker)
{
	uint32_t hash = 2166136261u ^ native_secret;
	for (unsigned i = 0; i < COMPONENTS; i++) {
		const struct berth_context *context = berth_context_at(context_of(&components[i]));
		if (&components[i] == attacker)
			continue;
		const struct berth_region *memory = berth_region_at(context->memory);
		hash = checksum(hash, memory->base, memory->size);
		hash = checksum(hash, context->data_base, context->data_size);
	}
	extern const struct berth_regions_header berth_regions;
	return checksum(hash, (uint32_t)(uintptr_t)&berth_regions, berth_regions.bytes);
}

static bool is_stopped(enum berth_status status, const struct berth_fault *fault,
	const struct component *attacker, uint32_t address)
{
	return status == BERTH_FAULTED && fault->context == context_of(attacker) &&
	       (fault->reason == BERTH_REASON_DATA || fault->reason == BERTH_REASON_BUS) &&
	       fault->address_valid && fault->address == address;
}

/* One read or write of ADDRESS by the component's own export: its code adds its memory's base. */
static void attack(const struct component *attacker, bool writes, const char *owner,
	const char *what, uint32_t address)
{
	const struct berth_context *context = berth_context_at(context_of(attacker));
	uint32_t arguments[] = {address - berth_region_at(context->memory)->base, 0x41414141};
	uint32_t before = state_of_others(attacker);
	struct berth_fault fault;
	enum berth_status status = berth_call(
		writes ? attacker->poke : attacker->peek, arguments, writes ? 2 : 1, NULL, &fault);
	bool good = is_stopped(status, &fault, attacker, address);
	bool changed = state_of_others(attacker) != before;
	attempts++;
	stopped += good;
	changes += changed;

	print("  ");
	print(attacker->name);
	print(writes ? " writes " : " reads ");
	print(owner);
	print(what);
	print(": ");
	if (status == BERTH_FAULTED)
		print_fault(&fault);
	print(status == BERTH_FAULTED ? "" : "NOT STOPPED");
	print(good || status != BERTH_FAULTED ? "" : ", NOT AS IT SHOULD BE");
	print(changed ? ", CHANGED SOMETHING\n" : "\n");
	/* It was stopped in the middle of a function: nothing in it can be relied on. */
	if (status == BERTH_FAULTED)
		berth_restart(context_of(attacker));
}

static void attack_both(
	const struct component *attacker, const char *owner, const char *what, uint32_t address)
{
	attack(attacker, false, owner, what, address);
	attack(attacker, true, owner, what, address);
}

/* The address of a word in the function: rounded down it could be the end of another's code. */
static uint32_t word_in(uintptr_t function)
{
	return ((uint32_t)function + 3) & ~3u;
}

static uint32_t code_of(const struct component *component)
{
	return word_in((uintptr_t)component->describe->function);
}

/* Components of one object share its code: one region has both addresses. */
static bool share_code(const struct component *a, const struct component *b)
{
	const struct berth_region *region;
	for (uint32_t i = 0; (region = berth_region_at(i)) != NULL; i++)
		if (code_of(a) - region->base < region->reserved &&
			code_of(b) - region->base < region->reserved)
			return true;
	return false;
}

static void attack_component(const struct component *attacker, const struct component *victim)
{
	const struct berth_context *context = berth_context_at(context_of(victim));
	const struct berth_region *memory = berth_region_at(context->memory);
	attack_both(attacker, victim->name, "'s memory, first word", memory->base);
	attack_both(
		attacker, victim->name, "'s memory, last word", memory->base + memory->size - 4);
	attack_both(
		attacker, victim->name, "'s stack", context->stack_base + context->stack_size - 4);
	attack_both(attacker, victim->name, "'s globals", context->globals);
	if (!share_code(attacker, victim))
		attack_both(attacker, victim->name, "'s code", code_of(victim));
}

/* The first address behind the memory of COMPONENT that is not its own. */
static uint32_t behind_memory(const struct component *component)
{
	uint32_t context = context_of(component);
	const struct berth_region *memory = berth_region_at(berth_context_at(context)->memory);
	uint32_t end = memory->base + memory->reserved;
	const struct berth_region *region;
	for (uint32_t i = 0; (region = berth_region_at(i)) != NULL; i++) {
		if (region->component == context && region->base == end)
			end += region->reserved;
	}
	return end;
}

static void attack_native(const struct component *attacker)
{
	uint32_t local = 0;
	extern const struct berth_regions_header berth_regions;
	attack_both(attacker, "behind", " its own memory", behind_memory(attacker));
	attack_both(attacker, "native", " data", (uint32_t)(uintptr_t)&native_secret);
	attack_both(attacker, "native", " stack", (uint32_t)(uintptr_t)&local);
	attack_both(attacker, "the", BOARD_SYSTEM_NAME, BOARD_SYSTEM);
	attack_both(attacker, "the", " UART", BOARD_UART0);
	attack_both(attacker, "the", " region table", (uint32_t)(uintptr_t)&berth_regions);
	attack_both(attacker, "native", " code", word_in((uintptr_t)berth_boot));
}

static void attack_all(void)
{
	for (unsigned i = 0; i < COMPONENTS; i++) {
		for (unsigned k = 0; k < COMPONENTS; k++) {
			if (k != i)
				attack_component(&components[i], &components[k]);
		}
		attack_native(&components[i]);
	}
}

/* --- the run --------------------------------------------------------------------- */

_Noreturn void berth_fatal(const struct berth_fault *fault)
{
	print("native code faulted: ");
	print_fault(fault);
	print("\nverdict: FAIL\n");
	board_exit(1);
}

static bool verdict(void)
{
	bool good =
		answers == 2 * COMPONENTS && attempts > 0 && stopped == attempts && changes == 0;
	print(good ? "verdict: PASS: " : "verdict: FAIL: ");
	print_decimal(answers);
	print(" of ");
	print_decimal(2 * COMPONENTS);
	print(" answers, ");
	print_decimal(stopped);
	print(" of ");
	print_decimal(attempts);
	print(" attacks stopped, ");
	print_decimal(changes);
	print(" changed anything\n");
	return good;
}

int main(void)
{
	enum berth_status status = berth_boot();
	if (status != BERTH_DONE) {
		print("the region table is refused: status ");
		print_decimal(status);
		print("\nverdict: FAIL\n");
		return 1;
	}
	print("boot: the region table is good\n");
	print_table();
	print("three components answer:\n");
	ask_all("how is it?");
	print("each attacks what is not its own:\n");
	attack_all();
	print("all of them, each restarted after its attacks, still answer:\n");
	ask_all("and now?");
	return verdict() ? 0 : 1;
}
