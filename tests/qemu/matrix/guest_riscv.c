/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What attacker.wat does, in C, for RISC-V, where the compiler has no calls by
 * index.  The object is such as the compiler makes from the module: pointers are
 * offsets from s11, function N is the local symbol func_N, exports and imports have
 * their own names, and the function table is the first words of the memory.
 */
#include <stdint.h>

/* The export NAME of the module, which is function INTERNAL. */
#define EXPORT(name, internal, ...)                                                                \
	static uint32_t internal(__VA_ARGS__);                                                     \
	uint32_t export_##internal(__VA_ARGS__) __asm__("\"" name "\"")                            \
		__attribute__((alias(#internal)));                                                 \
	static uint32_t internal(__VA_ARGS__)

typedef uint32_t access(uint32_t, uint32_t);

access sum_bytes __asm__("\"sum-bytes\"");
access fill_bytes __asm__("\"fill-bytes\"");

register uint8_t *memory __asm__("s11");

/* One access each, whether it is aligned or not. */
typedef volatile uint16_t half;
typedef volatile uint32_t word;

static uint32_t call_indirect(uint32_t first, uint32_t second, uint32_t index)
{
	return ((access **)(void *)memory)[index](first, second);
}

EXPORT("read8", func_2, uint32_t at, uint32_t value)
{
	(void)value;
	return memory[at];
}

EXPORT("read16", func_3, uint32_t at, uint32_t value)
{
	(void)value;
	return *(half *)(memory + at);
}

EXPORT("read32", func_4, uint32_t at, uint32_t value)
{
	(void)value;
	return *(word *)(memory + at);
}

EXPORT("write8", func_5, uint32_t at, uint32_t value)
{
	memory[at] = (uint8_t)value;
	return 0;
}

EXPORT("write16", func_6, uint32_t at, uint32_t value)
{
	*(half *)(memory + at) = (uint16_t)value;
	return 0;
}

EXPORT("write32", func_7, uint32_t at, uint32_t value)
{
	*(word *)(memory + at) = value;
	return 0;
}

EXPORT("jump", func_8, uint32_t address, uint32_t value)
{
	*(word *)memory = address;
	return call_indirect(value, value, 0);
}

EXPORT("by-index", func_9, uint32_t first, uint32_t second, uint32_t index)
{
	return call_indirect(first, second, index);
}

EXPORT("give-to-sum", func_10, uint32_t pointer, uint32_t length)
{
	return sum_bytes(pointer, length);
}

EXPORT("give-to-fill", func_11, uint32_t pointer, uint32_t length)
{
	return fill_bytes(pointer, length);
}
