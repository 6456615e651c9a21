/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/machine.h"

#include <elf.h>
#include <stddef.h>

static const struct machine machines[] = {
	/* AAELF32, table "Relocation codes": static relocations of class "Arm" and "Thumb32" that
	 * apply to BL, BLX and B; bit 0 of a function symbol says that it is Thumb code. */
	{.machine = EM_ARM,
		.code_bits = ~(uint64_t)1,
		.calls = {R_ARM_THM_PC22 /* THM_CALL */, R_ARM_THM_JUMP24, R_ARM_CALL, R_ARM_JUMP24,
			R_ARM_PLT32, R_ARM_PC24}},
};

const struct machine *machine_find(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i].machine == machine)
			return &machines[i];
	return NULL;
}

bool machine_is_call(const struct machine *machine, uint32_t type)
{
	for (size_t i = 0; i < MACHINE_CALLS && machine->calls[i] != 0; i++)
		if (machine->calls[i] == type)
			return true;
	return false;
}
