/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/script.h"

#include <string.h>

/* Bytes of main stack below which a link fails rather than a run. */
enum { MAIN_STACK_LEAST = 1024 };

/* What layout_is_name lets pass, with its end. */
enum { NAME_BYTES = 65, REGION_BYTES = NAME_BYTES + sizeof("native_") };

/*
 * The program.  %1$s: its memory region; %2$s: what fills gaps in code, which traps;
 * %3$s: the patterns of constants.
 */
static const char program[] = "\t.vectors : {\n"
			      "\t\t__berth_vectors = .;\n"
			      "\t\tKEEP(*(.vectors))\n"
			      "\t} >%1$s\n"
			      "\n"
			      "\t/* Every gap in code is an instruction that traps. */\n"
			      "\t.text : ALIGN(4) {\n"
			      "\t\t*(.text .text.*)\n"
			      "\t\t. = ALIGN(4);\n"
			      "\t} >%1$s =%2$s\n"
			      "\n"
			      "\t.rodata : ALIGN(8) {\n"
			      "\t\tKEEP(*(.rodata.berth.layout))\n"
			      "\t\t*(%3$s)\n"
			      "\t\t. = ALIGN(4);\n"
			      "\t} >%1$s\n"
			      "\n"
			      "\t.init_array : ALIGN(4) {\n"
			      "\t\t__init_array_start = .;\n"
			      "\t\tKEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*)))\n"
			      "\t\tKEEP(*(.init_array))\n"
			      "\t\t__init_array_end = .;\n"
			      "\t} >%1$s\n"
			      "\n"
			      "\t.ARM.exidx : ALIGN(4) {\n"
			      "\t\t__exidx_start = .;\n"
			      "\t\t*(.ARM.exidx .ARM.exidx.*)\n"
			      "\t\t__exidx_end = .;\n"
			      "\t} >%1$s\n"
			      "\n";

/* What the runtime reads.  %1$s: the memory region that it goes to. */
static const char table[] = "\t.berth.regions : ALIGN(8) {\n"
			    "\t\tKEEP(*(.berth.regions))\n"
			    "\t} >%1$s\n"
			    "\n"
			    "\t.berth.init : ALIGN(4) {\n"
			    "\t\t__berth_init_start = .;\n"
			    "\t\tKEEP(*(.berth.init))\n"
			    "\t\t__berth_init_end = .;\n"
			    "\t} >%1$s\n"
			    "\n";

/*
 * The native program's RAM.  %1$s: memory region of the program; %2$s: bank of the
 * reserve; %3$x: least bytes of stack; %4$s, %5$s: patterns of initialised data
 * and of data that is zero.
 */
static const char native_data[] =
	"\t.data : ALIGN(8) {\n"
	"\t\t__berth_data_start = .;\n"
	"\t\t%4$s\n"
	"\t\t. = ALIGN(8);\n"
	"\t\t__berth_data_end = .;\n"
	"\t} >native_%2$s AT>%1$s\n"
	"\t__berth_data_load = LOADADDR(.data);\n"
	"\n"
	"\t.bss (NOLOAD) : ALIGN(8) {\n"
	"\t\t__berth_bss_start = .;\n"
	"\t\t*(%5$s)\n"
	"\t\t. = ALIGN(8);\n"
	"\t\t__berth_bss_end = .;\n"
	"\t} >native_%2$s\n"
	"\t/* What keeps its value over a reset: nobody sets it to anything. */\n"
	"\t.noinit (NOLOAD) : ALIGN(8) {\n"
	"\t\t*(.noinit .noinit.*)\n"
	"\t\t. = ALIGN(8);\n"
	"\t\t__berth_native_end = .;\n"
	"\t} >native_%2$s\n"
	"\t/* Of the main stack, which grows down from the end of the region, the least: what\n"
	"\t * the linker adds to the region on its own must not take it. */\n"
	"\t.berth.stack (NOLOAD) : {\n"
	"\t\t. += 0x%3$x;\n"
	"\t} >native_%2$s\n"
	"\t__berth_stack_top = ORIGIN(native_%2$s) + LENGTH(native_%2$s);\n"
	"\n";

/* What differs between machines. */
struct machine {
	const char *trap; /* fills gaps in code */
	const char *constants;
	const char *data;
	const char *zero;
};

static const struct machine *machine_of(const struct layout *layout)
{
	/* 0xdede is UDF in Thumb; zeros are the illegal instruction of RISC-V. */
	static const struct machine arm = {
		"0xdededede", ".rodata .rodata.*", "*(.data .data.*)", ".bss .bss.* COMMON"};
	/* The psABI's small data, which gp reaches from its middle. */
	static const struct machine riscv = {"0x00000000", ".rodata .rodata.* .srodata .srodata.*",
		"*(.data .data.*)\n\t\t__global_pointer$ = . + 0x800;\n\t\t*(.sdata .sdata.*)",
		".sbss .sbss.* .scommon .bss .bss.* COMMON"};
	return strcmp(layout->machine, "riscv") == 0 ? &riscv : &arm;
}

static unsigned long long number(uint64_t value)
{
	return (unsigned long long)value;
}

/* Whether components have code in regions of their own, and the program is in a reserve. */
static bool is_separate(const struct layout *layout)
{
	return layout_common_code(layout) != LAYOUT_NONE;
}

/* The memory region that the program goes to, into REGION. */
static void name_program(const struct layout *layout, size_t code, char region[REGION_BYTES])
{
	snprintf(region, REGION_BYTES, "%s_%s", is_separate(layout) ? "native" : "bank",
		layout->banks[code].name);
}

static void write_memory(
	const struct layout *layout, const struct script_places *places, FILE *stream)
{
	bool separate = is_separate(layout);
	fprintf(stream, "MEMORY {\n");
	for (size_t i = 0; i < layout->bank_count; i++) {
		const struct layout_bank *bank = &layout->banks[i];
		if (i == places->native || (separate && i == places->code))
			fprintf(stream, "\tnative_%s : ORIGIN = 0x%08llx, LENGTH = 0x%llx\n",
				bank->name, number(bank->origin), number(bank->reserve));
		if (bank->length > bank->reserve)
			fprintf(stream, "\tbank_%s : ORIGIN = 0x%08llx, LENGTH = 0x%llx\n",
				bank->name, number(bank->origin + bank->reserve),
				number(bank->length - bank->reserve));
	}
	fprintf(stream, "}\n\n");
}

/* The layout's sections, those of code or the others, by address: lld wants those of one bank in
 * ascending order. */
static const struct layout_region *next_section(
	const struct layout *layout, bool code, uint64_t from)
{
	const struct layout_region *next = NULL;
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->section != NULL && (region->kind == LAYOUT_CODE) == code &&
			region->base >= from && (next == NULL || region->base < next->base))
			next = region;
	}
	return next;
}

static void write_regions(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = next_section(layout, false, 0);
	for (; region != NULL; region = next_section(layout, false, region->base + 1))
		fprintf(stream,
			"\t%s 0x%08llx (NOLOAD) : {\n"
			"\t\tKEEP(*(%s))\n"
			"\t} >bank_%s\n",
			region->section, number(region->base), region->section,
			layout->banks[region->bank].name);
}

/* --- code of components ------------------------------------------------------------------- */

/* What a component runs without a gate: the runtime's unprivileged code, the stubs of gates, and
 * the natives that the manifest names. */
static void write_common_inputs(const struct words *natives, FILE *stream)
{
	fprintf(stream, "\t\t*(.text.berth.common .text.berth.common.* .text.berth.gate.*)\n"
			"\t\t*(.rodata.berth.common .rodata.berth.common.*)\n");
	for (size_t i = 0; i < natives->count; i++) {
		const char *native = natives->list[i].text;
		fprintf(stream, strchr(native, '(') == NULL ? "\t\t*(%s)\n" : "\t\t%s\n", native);
	}
}

/*
 * The section is as long as its region, so that nothing else comes to lie in
 * what the rows open.  It comes before .text, which would take what is in it.
 */
static void write_code(
	const struct layout *layout, const struct script_places *places, FILE *stream)
{
	const struct layout_region *region = next_section(layout, true, 0);
	for (; region != NULL; region = next_section(layout, true, region->base + 1)) {
		const char *unit = region->component == LAYOUT_NONE
					   ? "common"
					   : layout->components[region->component].name;
		fprintf(stream, "\t%s 0x%08llx : {\n\t\t__berth_code_%s = .;\n", region->section,
			number(region->base), unit);
		if (region->component == LAYOUT_NONE)
			write_common_inputs(places->natives, stream);
		else
			fprintf(stream,
				"\t\t*(.text.berth.unit.%1$s .text.berth.unit.%1$s.*)\n"
				"\t\t*(.rodata.berth.unit.%1$s .rodata.berth.unit.%1$s.*)\n",
				unit);
		fprintf(stream, "\t\t. = MAX(., __berth_code_%s + 0x%llx);\n\t} >bank_%s =%s\n\n",
			unit, number(region->size), layout->banks[region->bank].name,
			machine_of(layout)->trap);
	}
}

static void write_code_asserts(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = next_section(layout, true, 0);
	for (; region != NULL; region = next_section(layout, true, region->base + 1)) {
		fprintf(stream, "ASSERT(SIZEOF(%s) <= 0x%llx, \"%s: more than %llu bytes of ",
			region->section, number(region->size), region->section,
			number(region->size));
		if (region->component == LAYOUT_NONE)
			fprintf(stream, "common code: raise 'common:' under 'code:'");
		else
			fprintf(stream, "code: write a larger 'code:' for component %s",
				layout->components[region->component].name);
		fprintf(stream,
			" in the manifest, and run ldgen and elfbind inject again\")\n"
			"ASSERT(ADDR(%s) == 0x%08llx, \"%s: the section is not at its address: an "
			"input section wants more alignment than its region has\")\n",
			region->section, number(region->base), region->section);
	}
}

static void write_region_asserts(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = next_section(layout, false, 0);
	for (; region != NULL; region = next_section(layout, false, region->base + 1)) {
		const char *section = region->section;
		fprintf(stream,
			"ASSERT(SIZEOF(%s) == 0x%llx, \"%s: the section has another size "
			"than in layout.json: an input section wants more alignment than its "
			"region has, or run ldgen and elfbind inject again, and link what inject "
			"wrote\")\n",
			section, number(region->size), section);
		fprintf(stream,
			"ASSERT(ADDR(%s) == 0x%08llx, \"%s: the section is not at its "
			"address: an input section wants more alignment than its region "
			"has\")\n",
			section, number(region->base), section);
	}
}

/* The records in .berth.init have addresses in them, which no linker changes. */
static void write_mark_asserts(const struct layout *layout, FILE *stream)
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
	return bank->origin + (is_separate(layout) ? bank->reserve : bank->length);
}

/* The region table and the initial data lie with the program: in flash, and, where components have
 * code of their own, where none of them may read. */
static void write_table_asserts(const struct layout *layout, size_t code, FILE *stream)
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
		number(bank->origin), number(program_end(layout, code)),
		is_separate(layout) ? "the reserve of " : "", bank->name);
}

/* What to do when the program does not fit. */
static void write_program_assert(const struct layout *layout, size_t code, FILE *stream)
{
	const char *bank = layout->banks[code].name;
	fprintf(stream,
		"ASSERT(__berth_data_load + (__berth_data_end - __berth_data_start) <= 0x%llx, "
		"\"the program does not fit %sbank %s: compile the native side with -Os and "
		"-ffunction-sections, link with --gc-sections, or ",
		number(program_end(layout, code)), is_separate(layout) ? "the reserve of " : "",
		bank);
	if (is_separate(layout))
		fprintf(stream, "raise the reserve of bank %s in the manifest\")\n", bank);
	else
		fprintf(stream, "give the bank in the manifest all that the part has\")\n");
}

static void write_asserts(
	const struct layout *layout, const struct script_places *places, FILE *stream)
{
	const char *bank = layout->banks[places->code].name;
	const char *reserve = layout->banks[places->native].name;
	fprintf(stream,
		"ASSERT(SIZEOF(.vectors) > 0, \"no vector table: link a native object with "
		"a section .vectors\")\n"
		"ASSERT(ADDR(.vectors) == 0x%08llx, \"the vector table is not at the start of "
		"bank %s\")\n",
		number(layout->banks[places->code].origin), bank);
	write_program_assert(layout, places->code, stream);
	fprintf(stream,
		"ASSERT(__berth_native_end + 0x%x <= __berth_stack_top, \"native data leaves "
		"less than %d bytes of main stack: raise the reserve of bank %s\")\n",
		(unsigned)MAIN_STACK_LEAST, MAIN_STACK_LEAST, reserve);
}

static void write_names(FILE *stream)
{
	fprintf(stream, "\n\t.berth.names 0 : {\n\t\tKEEP(*(.berth.names))\n\t}\n");
}

void script_write(const struct layout *layout, const struct script_places *places, FILE *stream)
{
	const struct machine *machine = machine_of(layout);
	char region[REGION_BYTES];
	name_program(layout, places->code, region);
	fprintf(stream, "/* Made by ldgen: change the manifest, not this file. */\n\n");
	write_memory(layout, places, stream);
	/* The hardware starts from the vector table; the linkers want a symbol. */
	fprintf(stream, "ENTRY(__berth_vectors)\n\nSECTIONS {\n");
	write_code(layout, places, stream);
	fprintf(stream, program, region, machine->trap, machine->constants);
	fprintf(stream, table, region);
	fprintf(stream, native_data, region, layout->banks[places->native].name,
		(unsigned)MAIN_STACK_LEAST, machine->data, machine->zero);
	write_regions(layout, stream);
	write_names(stream);
	fprintf(stream, "}\n\n");
	write_asserts(layout, places, stream);
	write_table_asserts(layout, places->code, stream);
	write_code_asserts(layout, stream);
	write_region_asserts(layout, stream);
	write_mark_asserts(layout, stream);
}

/* --- for a script that somebody else wrote ------------------------------------------------- */

/* The banks that the fragment places something in. */
static bool is_used(const struct layout *layout, size_t bank)
{
	for (size_t i = 0; i < layout->region_count; i++)
		if (layout->regions[i].bank == bank && layout->regions[i].section != NULL)
			return true;
	return false;
}

/* Where the fragment goes: the .text before it would take the code of components. */
static void write_usage(const struct layout *layout, const struct script_places *places,
	const char *region, FILE *stream)
{
	bool separate = is_separate(layout);
	fprintf(stream, "/*\n"
			" * Made by ldgen: change the manifest, not this file.\n"
			" *\n");
	if (separate)
		fprintf(stream,
			" * To be included in SECTIONS, behind .vectors and before .text, by a "
			"script\n"
			" * that says where native data ends and names its memory regions, of "
			"which\n"
			" * those of the native program end where the reserves do:\n"
			" *\n"
			" *     REGION_ALIAS(\"%s\", ...)\n",
			region);
	else
		fprintf(stream,
			" * To be included in SECTIONS, behind the native program's own sections, "
			"by a\n"
			" * script that names its memory regions and says where native data ends:\n"
			" *\n");
	for (size_t i = 0; i < layout->bank_count; i++)
		if ((i == places->code && !separate) || is_used(layout, i))
			fprintf(stream, " *     REGION_ALIAS(\"bank_%s\", ...)\n",
				layout->banks[i].name);
	fprintf(stream,
		" *     __berth_native_end = .;    behind what lies last in the reserve of %s\n"
		" */\n",
		layout->banks[places->native].name);
}

/* A symbol that is defined further down is none to DEFINED; without it, linkers miss it then. */
static void write_end_assert(const struct layout *layout, size_t native, FILE *stream)
{
	const struct layout_bank *reserve = &layout->banks[native];
	unsigned long long end = number(reserve->origin + reserve->reserve);
	if (is_separate(layout))
		fprintf(stream,
			"\nASSERT(__berth_native_end <= 0x%08llx, \"native data ends beyond the "
			"reserve of bank %s: raise the reserve\")\n",
			end, reserve->name);
	else
		fprintf(stream,
			"\nASSERT(DEFINED(__berth_native_end) ? __berth_native_end <= 0x%08llx : "
			"0, "
			"\"native data ends beyond the reserve of bank %s, or __berth_native_end "
			"does not say where it ends: raise the reserve, or define the symbol "
			"before "
			"the INCLUDE\")\n",
			end, reserve->name);
}

void script_write_fragment(
	const struct layout *layout, const struct script_places *places, FILE *stream)
{
	char region[REGION_BYTES];
	name_program(layout, places->code, region);
	write_usage(layout, places, region, stream);
	write_code(layout, places, stream);
	fprintf(stream, table, region);
	write_regions(layout, stream);
	write_names(stream);
	write_end_assert(layout, places->native, stream);
	write_table_asserts(layout, places->code, stream);
	write_code_asserts(layout, stream);
	write_region_asserts(layout, stream);
	write_mark_asserts(layout, stream);
}
