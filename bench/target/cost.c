/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the runtime costs, in instructions: run with -icount shift=0, where one
 * instruction takes one nanosecond of the board's time, and SysTick counts 40 of
 * them.  Everything is done many times over and divided, less the loop around
 * it; the numbers are the same in every run.
 *
 * "Enter and leave" is from the first instruction of berth_call to its return,
 * without the one instruction of the export.
 */
#include <stddef.h>
#include <stdint.h>

#include "berth/berth.h"
#include "berth/memory.h"
#include "board.h"
#include "gates.h"
#include "regions.h" /* from ldgen */
#include "runtime/arena_policy.h"
#include "runtime/bytes.h"
#include "runtime/call.h"

extern const struct berth_regions_header berth_regions;
extern berth_export guest_return, guest_gates, guest_pointers, guest_calls;

/* What elfbind inject adds to an object for its bump arena, and the arena. */
typedef uint32_t arena_import(
	uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length);
arena_import ledger___cabi_arena_realloc;
extern const struct berth_arena berth_arena_ledger;

/* From newlib, to compare with. */
void *malloc(size_t size);
void free(void *block);
void *newlib_memcpy(void *to, const void *from, size_t size);
void *_sbrk(ptrdiff_t more);

/* A TLSF of others, where there is one (bench/target/tlsf). */
__attribute__((weak)) void *lv_tlsf_create_with_pool(void *memory, size_t size);
__attribute__((weak)) void *lv_tlsf_malloc(void *heap, size_t size);
__attribute__((weak)) size_t lv_tlsf_free(void *heap, const void *block);

void *_sbrk(ptrdiff_t more)
{
	static uint8_t heap[24576];
	static size_t used;
	uint8_t *block = heap + used;
	used += (size_t)more;
	return block;
}

/* --- gates ------------------------------------------------------------------------------ */

static bool nothing(uint32_t context, uint32_t words[])
{
	(void)context;
	(void)words;
	return true;
}

static const struct berth_parameter bytes_in[] = {
	{.kind = BERTH_IN, .length = 1, .align = 1, .unit = 1}, {.kind = BERTH_VALUE}};
static const struct berth_entry other = {BERTH_CONTEXT_BETA, guest_return};
const struct berth_gate berth_gates[] = {
	[SVC_NOTHING] = {.run = nothing, .contexts = BERTH_ALL_CONTEXTS},
	[SVC_POINTER] = {nothing, BERTH_ALL_CONTEXTS, bytes_in, .words = 2},
	[SVC_OTHER] = {.entry = &other, .contexts = BERTH_ALL_CONTEXTS},
};
const uint32_t berth_gate_count = sizeof(berth_gates) / sizeof(berth_gates[0]);

/* --- counting ------------------------------------------------------------------------------ */

#define SYST_CSR (*(volatile uint32_t *)0xe000e010) /* DDI 0403 B3.3 */
#define SYST_RVR (*(volatile uint32_t *)0xe000e014)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018)

enum { TIMES = 1000, INSTRUCTIONS_A_TICK = 40 };

static uint32_t start;

static void begin(void)
{
	start = SYST_CVR;
}

/* Instructions since begin. */
static uint32_t end(void)
{
	return ((start - SYST_CVR) & 0xffffffu) * INSTRUCTIONS_A_TICK;
}

/* TOTAL over TIMES, to a tenth. */
static void say(const char *what, uint32_t total, uint32_t times)
{
	uint32_t tenths = (total * 10 + times / 2) / times;
	print(what);
	print(": ");
	print_decimal(tenths / 10);
	print(".");
	print_decimal(tenths % 10);
	print("\n");
}

/* A loop that does nothing, to be taken off. */
static __attribute__((noinline)) uint32_t loop(uint32_t times)
{
	begin();
	for (uint32_t i = 0; i < times; i++)
		__asm__ volatile("" ::: "memory");
	return end();
}

/* --- entering and leaving -------------------------------------------------------------------- */

typedef enum berth_status call(const struct berth_entry *entry, const uint32_t *arguments,
	uint32_t count, uint32_t *result, struct berth_fault *fault);

/* As often as TIMES says, with the loop and what a caller needs to call at all. */
static __attribute__((noinline)) uint32_t many(call *callee, berth_export *function, uint32_t count)
{
	const struct berth_entry entry = {BERTH_CONTEXT_ALPHA, function};
	const uint32_t words[4] = {1, 2, 3, TIMES};
	begin();
	for (uint32_t i = 0; i < TIMES; i++)
		callee(&entry, words, count, NULL, NULL);
	return end();
}

/* Less the same with the export in the place of berth_call, whose one instruction is then taken
 * off, too. */
static uint32_t calls(berth_export *function, uint32_t count)
{
	return many(berth_call, function, count) - many((call *)function, function, count);
}

/* FUNCTION does something as often as its argument says. */
static uint32_t within(berth_export *function)
{
	const struct berth_entry entry = {BERTH_CONTEXT_ALPHA, function};
	const uint32_t times = TIMES;
	const uint32_t none = 0;
	begin();
	berth_call(&entry, &none, 1, NULL, NULL);
	uint32_t once = end();
	begin();
	berth_call(&entry, &times, 1, NULL, NULL);
	return end() - once - loop(TIMES);
}

/* From one context's rows to the other's, which is part of each of the others. */
static uint32_t switches(void)
{
	const struct berth_context *context = berth_context_at(BERTH_CONTEXT_ALPHA);
	begin();
	for (uint32_t i = 0; i < TIMES; i++)
		berth_protect(&context[i % 2]);
	return end() - loop(TIMES);
}

static void cross(void)
{
	say("context switch, four rows", switches(), TIMES);
	say("enter and leave, no arguments", calls(guest_return, 0), TIMES);
	say("enter and leave, four arguments", calls(guest_return, 4), TIMES);
	say("a gate to a native", within(guest_gates), TIMES);
	say("a gate that looks at a pointer", within(guest_pointers), TIMES);
	say("a call of another component, there and back", within(guest_calls), TIMES);
}

/* --- allocating --------------------------------------------------------------------- */

enum { BLOCKS = 64, STEPS = 1000 };

static uint32_t state;

static uint32_t below(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

/* What the ways of allocating have in common: SIZE bytes, or the block back. */
struct allocator {
	const char *name;
	uintptr_t (*take)(uint32_t size);
	void (*give)(uintptr_t block);
};

/* What the object of a region table does that has a free list: the linker takes it. */
__attribute__((used)) static uint32_t (*const wanted)(
	const struct berth_arena *arena, uint32_t align, uint32_t length) = berth_list_allocate;

static uint8_t room[16384] __attribute__((aligned(8)));
static struct berth_arena_state arena_state;
static struct berth_arena arena;

static void arena_start(void)
{
	arena.memory_base = (uint32_t)(uintptr_t)room;
	arena.memory_size = sizeof(room);
	arena.offset = 16;
	arena.size = sizeof(room) - 16;
	arena.state = (uint32_t)(uintptr_t)&arena_state;
	arena.policy = BERTH_ARENA_FREE_LIST;
	berth_arena_reset(&arena);
}

static uintptr_t take_arena(uint32_t size)
{
	return berth_arena_try(&arena, 0, 0, 8, size);
}

static void give_arena(uintptr_t block)
{
	berth_arena_free(&arena, (uint32_t)block);
}

static uintptr_t take_malloc(uint32_t size)
{
	return (uintptr_t)malloc(size);
}

static void give_malloc(uintptr_t block)
{
	free((void *)block);
}

static void *tlsf;

static uintptr_t take_tlsf(uint32_t size)
{
	return (uintptr_t)lv_tlsf_malloc(tlsf, size);
}

static void give_tlsf(uintptr_t block)
{
	lv_tlsf_free(tlsf, (const void *)block);
}

static uintptr_t take_nothing(uint32_t size)
{
	return size;
}

static void give_nothing(uintptr_t block)
{
	(void)block;
}

static uintptr_t blocks[BLOCKS];

/* Gives all back.  One that was not there had cost less than it should. */
static void give_all(const struct allocator *allocator)
{
	for (uint32_t i = 0; i < BLOCKS; i++) {
		if (blocks[i] == 0 || blocks[i] == BERTH_ARENA_FAILED)
			print("no room: the next figure is too small\n");
		allocator->give(blocks[i]);
	}
}

/* BLOCKS requests of one size, one after the other. */
static uint32_t in_a_row(const struct allocator *allocator, uint32_t size)
{
	begin();
	for (uint32_t i = 0; i < BLOCKS; i++)
		blocks[i] = allocator->take(size);
	uint32_t total = end();
	give_all(allocator);
	return total;
}

/* Random sizes, random order: a block is given back and another is taken in its place. */
static uint32_t mixed(const struct allocator *allocator)
{
	state = 0x2545f491;
	for (uint32_t i = 0; i < BLOCKS; i++)
		blocks[i] = allocator->take(1 + below(256));
	begin();
	for (uint32_t i = 0; i < STEPS; i++) {
		uint32_t at = below(BLOCKS);
		allocator->give(blocks[at]);
		blocks[at] = allocator->take(1 + below(256));
	}
	uint32_t total = end();
	give_all(allocator);
	return total;
}

/* --- whole calls ----------------------------------------------------------------------- */

enum { FEW = 64, MANY = 500 };

static uintptr_t taken[MANY];

/* An import with as many arguments, and a malloc, that do nothing. */
static __attribute__((noinline)) uint32_t import_nothing(
	uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length)
{
	(void)old_length, (void)align, (void)new_length;
	return old;
}

static __attribute__((noinline)) void *malloc_nothing(size_t size)
{
	return (void *)(uintptr_t)size;
}

/* Blocks as a guest asks for them: what sets up the arguments is counted. */
static __attribute__((noinline)) uint32_t imports(arena_import *import)
{
	begin();
	for (uint32_t i = 0; i < MANY; i++)
		taken[i] = import(0, 0, 8, 24);
	return end();
}

static __attribute__((noinline)) uint32_t mallocs(void *take(size_t size), uint32_t count)
{
	begin();
	for (uint32_t i = 0; i < count; i++)
		taken[i] = (uintptr_t)take(24);
	return end();
}

/* The same loop without a call. */
static __attribute__((noinline)) uint32_t no_calls(void)
{
	begin();
	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t block;
		__asm__ volatile("" : "=r"(block));
		taken[i] = block;
	}
	return end();
}

static uint32_t try_ledger(uint32_t old, uint32_t old_length, uint32_t align, uint32_t new_length)
{
	return berth_arena_try(&berth_arena_ledger, old, old_length, align, new_length);
}

static void allocate_bump(void)
{
	uint32_t none = no_calls();
	uint32_t empty = imports(import_nothing);
	berth_arena_reset(&berth_arena_ledger);
	uint32_t bump = imports(ledger___cabi_arena_realloc);
	berth_arena_reset(&berth_arena_ledger);
	uint32_t native = imports(try_ledger);
	say("arena, bump, a block of 24 bytes, with call and arguments", bump - none, MANY);
	say("arena, bump, the same without what an empty call costs", bump - empty, MANY);
	say("arena, bump, the same from native code", native - empty, MANY);
}

/* What there is to do once after blocks were given back counts for less, the more there are. */
static void allocate_libc(uint32_t count)
{
	uint32_t none = no_calls() * count / MANY;
	uint32_t empty = mallocs(malloc_nothing, count);
	mallocs(malloc, count);
	for (uint32_t i = 0; i < count; i++)
		free((void *)taken[i]);
	uint32_t libc = mallocs(malloc, count);
	for (uint32_t i = 0; i < count; i++)
		free((void *)taken[i]);
	print_decimal(count);
	say(" blocks of 24 bytes by newlib malloc, each with call and argument", libc - none,
		count);
	print_decimal(count);
	say(" blocks of 24 bytes by newlib malloc, without what an empty call costs", libc - empty,
		count);
}

static void allocate(void)
{
	static const struct allocator none = {"", take_nothing, give_nothing};
	static const struct allocator list = {"free list", take_arena, give_arena};
	static const struct allocator libc = {"newlib malloc", take_malloc, give_malloc};
	uint32_t nothing_row = in_a_row(&none, 24);
	uint32_t nothing_mixed = mixed(&none);
	allocate_bump();
	allocate_libc(FEW);
	allocate_libc(MANY);
	arena_start();
	in_a_row(&list, 24);
	say("arena, free list, allocate 24 bytes", in_a_row(&list, 24) - nothing_row, BLOCKS);
	say("arena, free list, free and allocate at random", mixed(&list) - nothing_mixed, STEPS);
	say("newlib, free and malloc at random", mixed(&libc) - nothing_mixed, STEPS);
	if (lv_tlsf_create_with_pool == NULL)
		return;
	static const struct allocator others = {"TLSF", take_tlsf, give_tlsf};
	tlsf = lv_tlsf_create_with_pool(room, sizeof(room));
	in_a_row(&others, 24);
	say("TLSF of others, allocate 24 bytes", in_a_row(&others, 24) - nothing_row, BLOCKS);
	say("TLSF of others, free and allocate at random", mixed(&others) - nothing_mixed, STEPS);
}

/* --- copying ---------------------------------------------------------------------------------- */

static void copy(void)
{
	static const uint32_t sizes[] = {16, 64, 256, 4096};
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		print("copy of ");
		print_decimal(sizes[i]);
		begin();
		for (uint32_t k = 0; k < 100; k++)
			berth_copy(room, room + 8192, sizes[i]);
		say(" bytes", end() - loop(100), 100);
		print("memcpy of ");
		print_decimal(sizes[i]);
		begin();
		for (uint32_t k = 0; k < 100; k++)
			newlib_memcpy(room, room + 8192, sizes[i]);
		say(" bytes", end() - loop(100), 100);
	}
	uint32_t alpha = berth_memory_region(BERTH_CONTEXT_ALPHA, 0);
	uint32_t beta = berth_memory_region(BERTH_CONTEXT_BETA, 0);
	begin();
	for (uint32_t k = 0; k < 100; k++)
		berth_memory_copy(alpha, 0, beta, 1024, 256);
	say("copy of 256 bytes from memory to memory", end() - loop(100), 100);
	begin();
	for (uint32_t k = 0; k < 100; k++)
		berth_memory_fill(alpha, 0, 0, 256);
	say("fill of 256 bytes of a memory", end() - loop(100), 100);
}

/* --- room --------------------------------------------------------------------------- */

static void say_bytes(const char *what, uint32_t bytes)
{
	print(what);
	print_decimal(bytes);
}

/* What each component takes of the RAM, all of it its own; the runtime has nothing for each. */
static void room_of_components(void)
{
	const struct berth_context *context;
	for (uint32_t i = 0; (context = berth_context_at(i)) != NULL; i++) {
		say_bytes("RAM of component ", i);
		say_bytes(", in bytes: memory ", berth_region_at(context->memory)->reserved);
		say_bytes(", data region ", context->data_size);
		say_bytes(", in it the stack ", context->stack_size);
		print("\n");
	}
	say_bytes("flash for the region table, in bytes: ", berth_regions.bytes);
	print("\n");
}

int main(void)
{
	SYST_RVR = 0xffffff;
	SYST_CVR = 0;
	SYST_CSR = 5; /* the processor's clock, no interrupt */
	begin();
	enum berth_status status = berth_boot();
	say("boot", end(), 1);
	if (status != BERTH_DONE)
		return 1;
	cross();
	allocate();
	copy();
	room_of_components();
	return 0;
}
