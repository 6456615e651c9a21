/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a linker is to check of its own output: where a section lies, and that it fits. */
#include "ldgen/script_parts.h"

#include <string.h>

void script_code_asserts(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = script_next_section(layout, true, 0);
	for (; region != NULL; region = script_next_section(layout, true, region->base + 1)) {
		fprintf(stream, "ASSERT(SIZEOF(%s) <= 0x%llx, \"%s: more than %llu bytes of ",
			region->section, script_number(region->size), region->section,
			script_number(region->size));
		if (region->component == LAYOUT_NONE)
			fprintf(stream, "common code: raise 'common:' under 'code:'");
		else
			fprintf(stream, "code: write a larger 'code:' for component %s",
				layout->components[region->component].name);
		fprintf(stream,
			" in the manifest, and run ldgen and elfbind inject again\")\n"
			"ASSERT(ADDR(%s) == 0x%08llx, \"%s: the section is not at its address: an "
			"input section wants more alignment than its region has\")\n",
			region->section, script_number(region->base), region->section);
	}
}

static void assert_size(const struct layout_region *region, FILE *stream)
{
	fprintf(stream, "ASSERT(SIZEOF(%s) == 0x%llx, \"%s: the section has another size than in ",
		region->section, script_number(region->size), region->section);
	if (region->kind == LAYOUT_SHARED)
		fprintf(stream, "layout.json: native code defines more there: raise its size under "
				"'shared:' in the manifest, and run ldgen and elfbind inject "
				"again\")\n");
	else
		fprintf(stream,
			"layout.json: an input section wants more alignment than its region has, "
			"or run ldgen and elfbind inject again, and link what inject wrote\")\n");
}

void script_region_asserts(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = script_next_section(layout, false, 0);
	for (; region != NULL; region = script_next_section(layout, false, region->base + 1)) {
		const char *section = region->section;
		assert_size(region, stream);
		fprintf(stream,
			"ASSERT(ADDR(%s) == 0x%08llx, \"%s: the section is not at its "
			"address: an input section wants more alignment than its region "
			"has\")\n",
			section, script_number(region->base), section);
	}
}

/* The records in .berth.init have addresses in them, which no linker changes. */
void script_mark_asserts(const struct layout *layout, FILE *stream)
{
	for (size_t i = 0; i < layout->component_count; i++) {
		const struct layout_component *component = &layout->components[i];
		fprintf(stream,
			"ASSERT(DEFINED(%s_layout) ? %s_layout == 0x%08x : 0, \"component %s: its "
			"object was injected with another layout.json, or not at all: run elfbind "
			"inject again, and link what it wrote\")\n",
			component->name, component->name,
			layout_mark(i, layout->regions[component->memory].base, component->globals,
				&component->arena),
			component->name);
	}
}

/* The first address behind what the program may take of its bank. */
static uint64_t program_end(const struct layout *layout, size_t code)
{
	const struct layout_bank *bank = &layout->banks[code];
	return bank->origin + (script_is_separate(layout) ? bank->reserve : bank->length);
}

/* The runtime for the architecture of the layout; NULL where there is none yet. */
static const char *runtime_of(const struct layout *layout)
{
	static const char *const names[ARCH_COUNT] = {[ARCH_ARMV7M] = "armv7m",
		[ARCH_ARMV8M] = "armv8m",
		[ARCH_ARMV81M] = "armv8m",
		[ARCH_RISCV] = "rv32"};
	for (size_t i = 0; i < ARCH_COUNT; i++)
		if (strcmp(arch_list[i].name, layout->arch) == 0)
			return names[i];
	return NULL;
}

/* Another library would link, and refuse the table when it boots. */
static void assert_runtime(const struct layout *layout, FILE *stream)
{
	const char *name = runtime_of(layout);
	if (name != NULL)
		fprintf(stream,
			"ASSERT(!DEFINED(berth_boot) || DEFINED(berth_is_%s), \"the runtime is "
			"that "
			"of another architecture: link libberth-%s.a\")\n",
			name, name);
}

/* The region table and the initial data lie with the program: in flash, and, where components have
 * code of their own, where none of them may read. */
void script_table_asserts(const struct layout *layout, size_t code, FILE *stream)
{
	const struct layout_bank *bank = &layout->banks[code];
	fprintf(stream,
		"ASSERT(SIZEOF(.berth.regions) > 0, \"no region table: link the object that "
		"elfbind inject --table wrote\")\n"
		"ASSERT((ADDR(.berth.regions) & 3) == 0, \"the region table is not aligned to "
		"4\")\n"
		"ASSERT((__berth_init_start & 3) == 0, \"the initial data is not aligned to "
		"4\")\n"
		"ASSERT(ADDR(.berth.regions) >= 0x%08llx && __berth_init_end <= 0x%llx, \"the "
		"region table or the initial data is outside of %sbank %s\")\n",
		script_number(bank->origin), script_number(program_end(layout, code)),
		script_is_separate(layout) ? "the reserve of " : "", bank->name);
	assert_runtime(layout, stream);
}

/* What to do when the program does not fit. */
static void write_program_assert(const struct layout *layout, size_t code, FILE *stream)
{
	const char *bank = layout->banks[code].name;
	fprintf(stream,
		"ASSERT(__berth_data_load + (__berth_data_end - __berth_data_start) <= 0x%llx, "
		"\"the program does not fit %sbank %s: compile the native side with -Os and "
		"-ffunction-sections, link with --gc-sections, or ",
		script_number(program_end(layout, code)),
		script_is_separate(layout) ? "the reserve of " : "", bank);
	if (script_is_separate(layout))
		fprintf(stream, "raise the reserve of bank %s in the manifest\")\n", bank);
	else
		fprintf(stream, "give the bank in the manifest all that the part has\")\n");
}

void script_program_asserts(
	const struct layout *layout, const struct script_places *places, FILE *stream)
{
	const char *bank = layout->banks[places->code].name;
	const char *reserve = layout->banks[places->native].name;
	fprintf(stream,
		"ASSERT(SIZEOF(.vectors) > 0, \"no vector table: link a native object with "
		"a section .vectors\")\n"
		"ASSERT(ADDR(.vectors) == 0x%08llx, \"the vector table is not at the start of "
		"bank %s\")\n",
		script_number(layout->banks[places->code].origin), bank);
	write_program_assert(layout, places->code, stream);
	fprintf(stream,
		"ASSERT(__berth_native_end + 0x%x <= __berth_stack_top, \"native data leaves "
		"less than %d bytes of main stack: raise the reserve of bank %s\")\n",
		(unsigned)MAIN_STACK_LEAST, MAIN_STACK_LEAST, reserve);
}

/* A symbol that is defined further down is none to DEFINED; without it, linkers miss it then. */
void script_end_assert(const struct layout *layout, size_t native, FILE *stream)
{
	const struct layout_bank *reserve = &layout->banks[native];
	unsigned long long end = script_number(reserve->origin + reserve->reserve);
	if (script_is_separate(layout))
		fprintf(stream,
			"\nASSERT(__berth_native_end <= 0x%08llx, \"native data ends beyond the "
			"reserve of bank %s: raise the reserve\")\n",
			end, reserve->name);
	else
		fprintf(stream,
			"\nASSERT(DEFINED(__berth_native_end) ? __berth_native_end <= 0x%08llx : "
			"0, \"native data ends beyond the reserve of bank %s, or "
			"__berth_native_end "
			"does not say where it ends: raise the reserve, or define the symbol "
			"before the INCLUDE\")\n",
			end, reserve->name);
}
