/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The probe on Armv7-M and Armv8-M: LDRBT and STRBT touch a byte with the
 * rights of unprivileged code, while the program itself is privileged and runs
 * on the default map, so that every slot is free for what is tried.  Output and
 * the end go through semihosting, which every board has.
 */
#include "probe.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

enum {
	SHCSR = 0xe000ed24,
	CFSR = 0xe000ed28,
	MMFAR = 0xe000ed34,
	MPU_TYPE = 0xe000ed90,
	MPU_CTRL = 0xe000ed94,
	MPU_RNR = 0xe000ed98,
	MPU_RBAR = 0xe000ed9c,
	MPU_RASR = 0xe000eda0, /* RLAR on Armv8-M */
	MPU_MAIR0 = 0xe000edc0,
	MEMFAULTENA = 1 << 16,
	CTRL_ENABLE = 1,
	CTRL_PRIVDEFENA = 4,
	IACCVIOL = 0x01,
	DACCVIOL = 0x82, /* and MMFAR is valid */
	SYS_WRITE0 = 4,
	SYS_EXIT = 0x18,
	ADP_STOPPED = 0x20026,
	ADP_ERROR = 0x20024,
};

/* Set by the fault handler: CFSR and MMFAR. */
static volatile uint32_t fault_status;
static volatile uint32_t fault_address;

static uint32_t semihost(uint32_t operation, uintptr_t argument)
{
	register uint32_t r0 __asm__("r0") = operation;
	register uintptr_t r1 __asm__("r1") = argument;
	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

void probe_print(const char *text)
{
	semihost(SYS_WRITE0, (uintptr_t)text);
}

void probe_exit(bool good)
{
	for (;;)
		semihost(SYS_EXIT, good ? ADP_STOPPED : ADP_ERROR);
}

uint32_t probe_slots(void)
{
	return REGISTER(MPU_TYPE) >> 8 & 0xff;
}

static void barrier(void)
{
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

void probe_load(const struct probe_row *rows, uint32_t count)
{
	REGISTER(MPU_CTRL) = 0;
	barrier();
	for (uint32_t slot = 0; slot < probe_slots(); slot++) {
		REGISTER(MPU_RNR) = slot;
		REGISTER(MPU_RASR) = 0;
		if (slot >= count)
			continue;
		REGISTER(MPU_RBAR) = rows[slot].words[0];
		REGISTER(MPU_RASR) = rows[slot].words[1];
	}
	REGISTER(MPU_CTRL) = CTRL_ENABLE | CTRL_PRIVDEFENA;
	barrier();
}

/*
 * QEMU 7.2 keeps a page's answer from an address in a subregion that is off,
 * where a lower slot decided, for addresses of that page in subregions that are
 * on.  A write of MPU_CTRL makes it ask the rows for every touch.
 */
static void forget(void)
{
	REGISTER(MPU_CTRL) = CTRL_ENABLE | CTRL_PRIVDEFENA;
	barrier();
}

/* Whether the access before passed. */
static bool passed(uint32_t address)
{
	uint32_t status = fault_status;
	fault_status = 0;
	if (status == 0)
		return true;
	if ((status == DACCVIOL || status == IACCVIOL) && fault_address == address)
		return false;
	probe_print("a fault that is none of the MPU's, or at another address\n");
	probe_exit(false);
}

bool probe_read(uint32_t address)
{
	uint32_t byte;
	forget();
	__asm__ volatile("ldrbt %0, [%1]" : "=r"(byte) : "r"(address) : "memory");
	return passed(address);
}

bool probe_write(uint32_t address)
{
	forget();
	__asm__ volatile("strbt %0, [%1]" ::"r"(probe_byte(address)), "r"(address) : "memory");
	return passed(address);
}

bool probe_privileged_read(uint32_t address)
{
	uint32_t byte;
	forget();
	__asm__ volatile("ldrb.w %0, [%1]" : "=r"(byte) : "r"(address) : "memory");
	return passed(address);
}

bool probe_privileged_write(uint32_t address)
{
	forget();
	__asm__ volatile("strb.w %0, [%1]" ::"r"(probe_byte(address)), "r"(address) : "memory");
	return passed(address);
}

/* XN counts for both sides; only the privileged one can come back to this program. */
bool probe_execute(uint32_t address)
{
	forget();
	__asm__ volatile("blx %0" ::"r"(address | 1) : "lr", "memory");
	return passed(address);
}

/* Notes what happened and goes on behind the instruction, which is four bytes long, or, where
 * it could not be fetched, where it was called from. */
void probe_note(uint32_t *frame);

void probe_note(uint32_t *frame)
{
	fault_status = REGISTER(CFSR);
	REGISTER(CFSR) = fault_status;
	if (fault_status == IACCVIOL) {
		fault_address = frame[6];
		frame[6] = frame[5] & ~1u;
	} else {
		fault_address = REGISTER(MMFAR);
		frame[6] += 4;
	}
}

static void probe_fault(void) __attribute__((naked));

static void probe_fault(void)
{
	__asm__ volatile("mov r0, sp\n\t"
			 "push {r4, lr}\n\t"
			 "bl probe_note\n\t"
			 "pop {r4, pc}");
}

static void probe_dead(void)
{
	probe_print("a fault that the MPU does not cause\n");
	probe_exit(false);
}

void probe_main(void);
void probe_reset(void);
extern uint32_t probe_stack_top[], probe_bss[], probe_bss_end[];

void probe_reset(void)
{
	for (uint32_t *at = probe_bss; at < probe_bss_end; at++)
		*at = 0;
	REGISTER(SHCSR) |= MEMFAULTENA;
#ifdef PROBE_MAIR0
	REGISTER(MPU_MAIR0) = PROBE_MAIR0;
	REGISTER(MPU_MAIR0 + 4) = 0;
#endif
	probe_main();
}

typedef void vector(void);

const struct {
	uint32_t *stack;
	vector *vectors[15];
} probe_vectors __attribute__((section(".vectors"), used)) = {probe_stack_top,
	{probe_reset, probe_dead, probe_dead, probe_fault, probe_dead, probe_dead}};
