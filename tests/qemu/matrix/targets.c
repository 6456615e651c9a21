/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Who attacks, and what: the columns of the matrix. */
#include "board.h"
#include "matrix.h"
#include "regions.h"
#include "runtime/boot.h"

/* --- who ----------------------------------------------------------------------------- */

const char *const attacker_names[ATTACKERS] = {
	"alpha", "bravo", "charlie", "delta", "echo", "foxtrot"};

#define EXPORTS(name)                                                                              \
	extern berth_export name##_read8, name##_read16, name##_read32, name##_write8,             \
		name##_write16, name##_write32, name##_jump, name##_by_index, name##_give_to_sum,  \
		name##_give_to_fill
EXPORTS(alpha);
EXPORTS(bravo);
EXPORTS(charlie);
EXPORTS(delta);
EXPORTS(echo);
EXPORTS(foxtrot);

#define ATTACKER(name)                                                                             \
	{                                                                                          \
		{name##_read8, name##_read16, name##_read32},                                      \
			{name##_write8, name##_write16, name##_write32}, name##_jump,              \
			name##_by_index, name##_give_to_sum, name##_give_to_fill                   \
	}
const struct attacker attackers[ATTACKERS] = {ATTACKER(alpha), ATTACKER(bravo), ATTACKER(charlie),
	ATTACKER(delta), ATTACKER(echo), ATTACKER(foxtrot)};

/* --- what ------------------------------------------------------------------------------ */

#ifdef __riscv
/* QEMU 7.2, docs/system/riscv/virt: the machine timer and the interrupt controller. */
#define SYSTEM TARGET_DEVICE
#define SYSTEM_1 "mtimecmp", 0x02004000u
#define SYSTEM_2 "msip", 0x02000000u
#define SYSTEM_3 "interrupt priorities", 0x0c000004u
#else
/* System registers: DDI 0403 B3.2.2, B3.3.2, B3.5.6. */
#define SYSTEM TARGET_SYSTEM
#define SYSTEM_1 "MPU_CTRL", 0xe000ed94u
#define SYSTEM_2 "VTOR", 0xe000ed08u
#define SYSTEM_3 "SysTick", 0xe000e010u
#endif

static uint32_t native_data[16] = {0x6e617476};
/* Of the program's own .rodata; what is executed there returns. */
static const uint32_t native_constant[4] = {RETURNS, RETURNS, RETURNS, RETURNS};
extern const struct berth_regions_header berth_regions;
extern const uint8_t init_start[] __asm__("__berth_init_start");
extern const uint8_t init_end[] __asm__("__berth_init_end");
/* Where every component returns to. */
extern berth_export berth_return;

/* A function of the native program that no component calls. */
berth_export matrix_native;

void matrix_native(void)
{
}

static struct native_range range(const void *start, uint32_t bytes)
{
	return (struct native_range){(uint32_t)(uintptr_t)start, bytes};
}

void native_ranges(struct native_range ranges[NATIVE_RANGES])
{
	ranges[0] = range(native_data, sizeof(native_data));
	ranges[1] = range(native_constant, sizeof(native_constant));
	ranges[2] = range(&berth_regions, berth_regions.bytes);
	ranges[3] = range(init_start, (uint32_t)((uintptr_t)init_end - (uintptr_t)init_start));
}

struct list {
	struct target *targets;
	uint32_t count;
};

static struct target *add(struct list *list, const char *who, const char *what, uint32_t address,
	enum target_kind kind)
{
	struct target *target = &list->targets[list->count++];
	uint32_t length = 0;
	for (; *who != '\0' && length + 1 < sizeof(target->name); who++)
		target->name[length++] = *who;
	for (; *what != '\0' && length + 1 < sizeof(target->name); what++)
		target->name[length++] = *what;
	target->name[length] = '\0';
	target->address = address;
	target->kind = kind;
	target->end = TARGET_AT;
	target->grantee = BERTH_NONE;
	target->owner = BERTH_NONE;
	return target;
}

static const struct berth_region *memory_of(uint32_t component)
{
	return berth_region_at(berth_context_at(component)->memory);
}

static uint32_t data_end(const struct berth_context *context)
{
	return context->data_base + context->data_size;
}

static void add_own(struct list *list, uint32_t attacker)
{
	const struct berth_context *context = berth_context_at(attacker);
	const struct berth_region *memory = memory_of(attacker);
	add(list, "", "own memory, first bytes", memory->base, TARGET_RAM);
	add(list, "", "own memory, last bytes", memory->base + memory->size, TARGET_RAM)->end =
		TARGET_UPTO;
	add(list, "", "own stack, last bytes", context->data_base, TARGET_RAM);
	add(list, "", "one byte below own memory", memory->base, TARGET_RAM)->end = TARGET_BELOW;
	add(list, "", "one byte above own memory", memory->base + memory->reserved, TARGET_RAM)
		->end = TARGET_ABOVE;
	add(list, "", "one byte below own data", context->data_base, TARGET_RAM)->end =
		TARGET_BELOW;
	add(list, "", "one byte above own data", data_end(context), TARGET_RAM)->end = TARGET_ABOVE;
}

static void add_component(struct list *list, uint32_t component)
{
	const char *name = attacker_names[component];
	const struct berth_context *context = berth_context_at(component);
	const struct berth_region *memory = memory_of(component);
	const struct berth_arena *arena = berth_arena_of(component);
	add(list, name, "'s memory", memory->base + 0x40, TARGET_RAM)->owner = component;
	add(list, name, "'s arena", arena->memory_base + arena->offset, TARGET_RAM);
	add(list, name, "'s stack", context->data_base, TARGET_RAM);
}

static void add_native(struct list *list, uint32_t native_stack)
{
	add(list, "", "native data", (uint32_t)(uintptr_t)native_data, TARGET_RAM);
	add(list, "", "native stack", native_stack, TARGET_RAM);
	add(list, "", "the runtime's state", (uint32_t)(uintptr_t)&berth_booted, TARGET_RUNTIME);
}

static void add_code(struct list *list, const char *who, const char *what, berth_export *function,
	uint32_t grantee)
{
	uint32_t address = (uint32_t)(uintptr_t)function & ~1u; /* the Thumb bit */
	add(list, who, what, address, TARGET_CODE)->grantee = grantee;
}

static void add_flash(struct list *list)
{
	add(list, "", "region table", (uint32_t)(uintptr_t)&berth_regions, TARGET_TABLE);
	add(list, "", "vector table", BERTH_BANK_FLASH_ORIGIN, TARGET_TABLE);
	add(list, "", "initial data", (uint32_t)(uintptr_t)init_start, TARGET_TABLE);
	add(list, "", "native constant", (uint32_t)(uintptr_t)native_constant, TARGET_CODE);
	add_code(list, "", "native code", matrix_native, BERTH_NONE);
	add_code(list, "", "common code", berth_return, EVERYBODY);
	for (uint32_t i = 0; i < ATTACKERS; i++)
		add_code(list, attacker_names[i], "'s code", attackers[i].read[2], i);
}

static void add_registers(struct list *list)
{
	add(list, "", "timer 0, alpha's", BERTH_PERIPHERAL_TIMER0_BASE, TARGET_DEVICE)->grantee =
		BERTH_CONTEXT_ALPHA;
	add(list, "", "timer 1, bravo's", BERTH_PERIPHERAL_TIMER1_BASE, TARGET_DEVICE)->grantee =
		BERTH_CONTEXT_BRAVO;
	add(list, "", "UART 0, nobody's", BOARD_UART0 + 4, TARGET_DEVICE);
	add(list, "", SYSTEM_1, SYSTEM);
	add(list, "", SYSTEM_2, SYSTEM);
	add(list, "", SYSTEM_3, SYSTEM);
}

uint32_t targets_of(uint32_t attacker, uint32_t native_stack, struct target targets[MOST_TARGETS])
{
	struct list list = {targets, 0};
	add_own(&list, attacker);
	for (uint32_t i = 0; i < ATTACKERS; i++)
		add_component(&list, i);
	add_native(&list, native_stack);
	add_flash(&list);
	add_registers(&list);
	return list.count;
}
