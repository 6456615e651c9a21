/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/machine.h"

#include <elf.h>
#include <stddef.h>

/*
 * R_X86_64_PC32 also stands at data accesses relative to the instruction.  The
 * byte before the 32 bits tells: E8 call, E9 jump, 80 to 8F behind 0F
 * conditional jump (Intel SDM, volume 2, appendix A); before a data access it is
 * a ModRM byte with mod 0 and r/m 5, at most 3D.
 */
static bool is_x86_branch(const struct object *object, const struct object_relocation *relocation)
{
	const struct object_section *section =
		&object->sections[object->sections[relocation->table].info];
	uint64_t at = relocation->offset;
	if (section->bytes == NULL || at == 0 || at > section->size)
		return false;
	uint8_t opcode = section->bytes[at - 1];
	bool conditional = at > 1 && section->bytes[at - 2] == 0x0f && (opcode & 0xf0) == 0x80;
	return opcode == 0xe8 || opcode == 0xe9 || conditional;
}

static const struct machine machines[] = {
	/* AAELF32, table "Relocation codes": static relocations of class "Arm" and "Thumb32" that
	 * apply to BL, BLX and B; bit 0 of a function symbol says that it is Thumb code. */
	{.machine = EM_ARM,
		.code_bits = ~(uint64_t)1,
		.calls = {R_ARM_THM_PC22 /* THM_CALL */, R_ARM_THM_JUMP24, R_ARM_CALL, R_ARM_JUMP24,
			R_ARM_PLT32, R_ARM_PC24},
		.address = R_ARM_ABS32,
		.whole = true},
	/* RISC-V ELF psABI, table "Relocation types": pairs of AUIPC and JALR, JAL and C.J. */
	{.machine = EM_RISCV,
		.code_bits = ~(uint64_t)0,
		.calls = {R_RISCV_CALL, R_RISCV_CALL_PLT, R_RISCV_JAL, R_RISCV_RVC_JUMP},
		.address = R_RISCV_32},
	/* AAELF64, "Static AArch64 relocations", control flow: BL and B. */
	{.machine = EM_AARCH64,
		.code_bits = ~(uint64_t)0,
		.calls = {R_AARCH64_CALL26, R_AARCH64_JUMP26},
		.address = R_AARCH64_ABS32},
	/* x86-64 psABI, table "Relocation types"; the place is that of the last four bytes of
	 * the instruction, and the branch counts from its end. */
	{.machine = EM_X86_64,
		.code_bits = ~(uint64_t)0,
		.calls = {R_X86_64_PLT32, R_X86_64_PC32},
		.address = R_X86_64_32,
		.addend = -4,
		.is_branch = is_x86_branch},
};

const struct machine *machine_find(uint16_t machine)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++)
		if (machines[i].machine == machine)
			return &machines[i];
	return NULL;
}

bool machine_is_call(const struct machine *machine, const struct object *object,
	const struct object_relocation *relocation)
{
	for (size_t i = 0; i < MACHINE_CALLS && machine->calls[i] != 0; i++)
		if (machine->calls[i] == relocation->type)
			return machine->is_branch == NULL || machine->is_branch(object, relocation);
	return false;
}

uint64_t machine_call_target(const struct machine *machine, const struct object *object,
	const struct object_relocation *relocation)
{
	uint64_t value = object->symbols[relocation->symbol].value & machine->code_bits;
	/* The addend of a REL object is in the instruction; compilers leave it that of a call. */
	if (object->sections[relocation->table].type != SHT_RELA)
		return value;
	return value + (uint64_t)relocation->addend - (uint64_t)machine->addend;
}
