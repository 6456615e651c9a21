/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/script_parts.h"

#include <string.h>

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

/* The memory region that the program goes to, into REGION. */
static void name_program(const struct layout *layout, size_t code, char region[REGION_BYTES])
{
	snprintf(region, REGION_BYTES, "%s_%s", script_is_separate(layout) ? "native" : "bank",
		layout->banks[code].name);
}

static void write_memory(
	const struct layout *layout, const struct script_places *places, FILE *stream)
{
	bool separate = script_is_separate(layout);
	fprintf(stream, "MEMORY {\n");
	for (size_t i = 0; i < layout->bank_count; i++) {
		const struct layout_bank *bank = &layout->banks[i];
		if (i == places->native || (separate && i == places->code))
			fprintf(stream, "\tnative_%s : ORIGIN = 0x%08llx, LENGTH = 0x%llx\n",
				bank->name, script_number(bank->origin),
				script_number(bank->reserve));
		if (bank->length > bank->reserve)
			fprintf(stream, "\tbank_%s : ORIGIN = 0x%08llx, LENGTH = 0x%llx\n",
				bank->name, script_number(bank->origin + bank->reserve),
				script_number(bank->length - bank->reserve));
	}
	fprintf(stream, "}\n\n");
}

const struct layout_region *script_next_section(
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

/* What is shared has its size, whether native code defines anything there or knows the address. */
static void write_regions(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = script_next_section(layout, false, 0);
	for (; region != NULL; region = script_next_section(layout, false, region->base + 1)) {
		bool shared = region->kind == LAYOUT_SHARED;
		fprintf(stream, "\t%s 0x%08llx (NOLOAD) : {\n", region->section,
			script_number(region->base));
		if (shared)
			fprintf(stream, "\t\t__berth_shared_%s = .;\n", region->name);
		fprintf(stream, "\t\tKEEP(*(%s))\n", region->section);
		if (shared)
			fprintf(stream, "\t\t. = MAX(., __berth_shared_%s + 0x%llx);\n",
				region->name, script_number(region->size));
		fprintf(stream, "\t} >bank_%s\n", layout->banks[region->bank].name);
	}
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
	const struct layout_region *region = script_next_section(layout, true, 0);
	for (; region != NULL; region = script_next_section(layout, true, region->base + 1)) {
		const char *unit = region->component == LAYOUT_NONE
					   ? "common"
					   : layout->components[region->component].name;
		fprintf(stream, "\t%s 0x%08llx : {\n\t\t__berth_code_%s = .;\n", region->section,
			script_number(region->base), unit);
		if (region->component == LAYOUT_NONE)
			write_common_inputs(places->natives, stream);
		else
			fprintf(stream,
				"\t\t*(.text.berth.unit.%1$s .text.berth.unit.%1$s.*)\n"
				"\t\t*(.rodata.berth.unit.%1$s .rodata.berth.unit.%1$s.*)\n",
				unit);
		fprintf(stream, "\t\t. = MAX(., __berth_code_%s + 0x%llx);\n\t} >bank_%s =%s\n\n",
			unit, script_number(region->size), layout->banks[region->bank].name,
			machine_of(layout)->trap);
	}
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
	script_program_asserts(layout, places, stream);
	script_table_asserts(layout, places->code, stream);
	script_code_asserts(layout, stream);
	script_region_asserts(layout, stream);
	script_mark_asserts(layout, stream);
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
	bool separate = script_is_separate(layout);
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
	script_end_assert(layout, places->native, stream);
	script_table_asserts(layout, places->code, stream);
	script_code_asserts(layout, stream);
	script_region_asserts(layout, stream);
	script_mark_asserts(layout, stream);
}
