/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/script.h"

#include <string.h>

/* Bytes of main stack below which a link fails rather than a run. */
enum { MAIN_STACK_LEAST = 1024 };

/* What layout_is_name lets pass, with its end. */
enum { NAME_BYTES = 65 };

/*
 * The program.  %1$s: its bank; %2$s: what fills gaps in code, which traps;
 * %3$s: the patterns of constants.
 */
static const char program[] = "\t.vectors : {\n"
			      "\t\t__berth_vectors = .;\n"
			      "\t\tKEEP(*(.vectors))\n"
			      "\t} >bank_%1$s\n"
			      "\n"
			      "\t/* Every gap in code is an instruction that traps. */\n"
			      "\t.text : ALIGN(4) {\n"
			      "\t\t*(.text .text.*)\n"
			      "\t\t. = ALIGN(4);\n"
			      "\t} >bank_%1$s =%2$s\n"
			      "\n"
			      "\t.rodata : ALIGN(8) {\n"
			      "\t\tKEEP(*(.rodata.berth.layout))\n"
			      "\t\t*(%3$s)\n"
			      "\t\t. = ALIGN(4);\n"
			      "\t} >bank_%1$s\n"
			      "\n"
			      "\t.init_array : ALIGN(4) {\n"
			      "\t\t__init_array_start = .;\n"
			      "\t\tKEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*)))\n"
			      "\t\tKEEP(*(.init_array))\n"
			      "\t\t__init_array_end = .;\n"
			      "\t} >bank_%1$s\n"
			      "\n"
			      "\t.ARM.exidx : ALIGN(4) {\n"
			      "\t\t__exidx_start = .;\n"
			      "\t\t*(.ARM.exidx .ARM.exidx.*)\n"
			      "\t\t__exidx_end = .;\n"
			      "\t} >bank_%1$s\n"
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
 * The native program's RAM.  %1$s: bank of the program; %2$s: bank of the
 * reserve; %3$x: least bytes of stack; %4$s, %5$s: patterns of initialised data
 * and of data that is zero.
 */
static const char native_data[] =
	"\t.data : ALIGN(8) {\n"
	"\t\t__berth_data_start = .;\n"
	"\t\t%4$s\n"
	"\t\t. = ALIGN(8);\n"
	"\t\t__berth_data_end = .;\n"
	"\t} >native_%2$s AT>bank_%1$s\n"
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

static void write_memory(const struct layout *layout, size_t native, FILE *stream)
{
	fprintf(stream, "MEMORY {\n");
	for (size_t i = 0; i < layout->bank_count; i++) {
		const struct layout_bank *bank = &layout->banks[i];
		if (i == native)
			fprintf(stream, "\tnative_%s : ORIGIN = 0x%08llx, LENGTH = 0x%llx\n",
				bank->name, number(bank->origin), number(bank->reserve));
		if (bank->length > bank->reserve)
			fprintf(stream, "\tbank_%s : ORIGIN = 0x%08llx, LENGTH = 0x%llx\n",
				bank->name, number(bank->origin + bank->reserve),
				number(bank->length - bank->reserve));
	}
	fprintf(stream, "}\n\n");
}

/* The layout's sections by address: lld wants those of one bank in ascending order. */
static const struct layout_region *next_section(const struct layout *layout, uint64_t from)
{
	const struct layout_region *next = NULL;
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->section != NULL && region->base >= from &&
			(next == NULL || region->base < next->base))
			next = region;
	}
	return next;
}

static void write_regions(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = next_section(layout, 0);
	for (; region != NULL; region = next_section(layout, region->base + 1))
		fprintf(stream,
			"\t%s 0x%08llx (NOLOAD) : {\n"
			"\t\tKEEP(*(%s))\n"
			"\t} >bank_%s\n",
			region->section, number(region->base), region->section,
			layout->banks[region->bank].name);
}

static void write_region_asserts(const struct layout *layout, FILE *stream)
{
	const struct layout_region *region = next_section(layout, 0);
	for (; region != NULL; region = next_section(layout, region->base + 1)) {
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

/* The region table and the initial data lie where every component may read them. */
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
		"region table or the initial data is outside of bank %s\")\n",
		number(bank->origin), number(bank->origin + bank->length), bank->name);
}

static void write_asserts(const struct layout *layout, size_t code, size_t native, FILE *stream)
{
	const char *bank = layout->banks[code].name;
	const char *reserve = layout->banks[native].name;
	fprintf(stream,
		"ASSERT(SIZEOF(.vectors) > 0, \"no vector table: link a native object with "
		"a section .vectors\")\n"
		"ASSERT(ADDR(.vectors) == 0x%08llx, \"the vector table is not at the start of "
		"bank %s\")\n"
		"ASSERT(__berth_data_load + (__berth_data_end - __berth_data_start) <= 0x%llx, "
		"\"the program does not fit bank %s: compile the native side with -Os and "
		"-ffunction-sections, link with --gc-sections, or give the bank in the manifest "
		"all that the part has\")\n"
		"ASSERT(__berth_native_end + 0x%x <= __berth_stack_top, \"native data leaves "
		"less than %d bytes of main stack: raise the reserve of bank %s\")\n",
		number(layout->banks[code].origin), bank,
		number(layout->banks[code].origin + layout->banks[code].length), bank,
		(unsigned)MAIN_STACK_LEAST, MAIN_STACK_LEAST, reserve);
}

static void write_names(FILE *stream)
{
	fprintf(stream, "\n\t.berth.names 0 : {\n\t\tKEEP(*(.berth.names))\n\t}\n");
}

void script_write(const struct layout *layout, size_t code, size_t native, FILE *stream)
{
	const char *bank = layout->banks[code].name;
	const struct machine *machine = machine_of(layout);
	char region[NAME_BYTES + sizeof("bank_")];
	snprintf(region, sizeof(region), "bank_%s", bank);
	fprintf(stream, "/* Made by ldgen: change the manifest, not this file. */\n\n");
	write_memory(layout, native, stream);
	/* The hardware starts from the vector table; the linkers want a symbol. */
	fprintf(stream, "ENTRY(__berth_vectors)\n\nSECTIONS {\n");
	fprintf(stream, program, bank, machine->trap, machine->constants);
	fprintf(stream, table, region);
	fprintf(stream, native_data, bank, layout->banks[native].name, (unsigned)MAIN_STACK_LEAST,
		machine->data, machine->zero);
	write_regions(layout, stream);
	write_names(stream);
	fprintf(stream, "}\n\n");
	write_asserts(layout, code, native, stream);
	write_table_asserts(layout, code, stream);
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

static void write_usage(const struct layout *layout, size_t code, size_t native, FILE *stream)
{
	fprintf(stream,
		"/*\n"
		" * Made by ldgen: change the manifest, not this file.\n"
		" *\n"
		" * To be included in SECTIONS, behind the native program's own sections, by a\n"
		" * script that names its memory regions and says where native data ends:\n"
		" *\n");
	for (size_t i = 0; i < layout->bank_count; i++)
		if (i == code || is_used(layout, i))
			fprintf(stream, " *     REGION_ALIAS(\"bank_%s\", ...)\n",
				layout->banks[i].name);
	fprintf(stream,
		" *     __berth_native_end = .;    behind what lies last in the reserve of %s\n"
		" */\n",
		layout->banks[native].name);
}

void script_write_fragment(const struct layout *layout, size_t code, size_t native, FILE *stream)
{
	const struct layout_bank *reserve = &layout->banks[native];
	char region[NAME_BYTES + sizeof("bank_")];
	snprintf(region, sizeof(region), "bank_%s", layout->banks[code].name);
	write_usage(layout, code, native, stream);
	fprintf(stream, table, region);
	write_regions(layout, stream);
	write_names(stream);
	fprintf(stream,
		"\nASSERT(DEFINED(__berth_native_end) ? __berth_native_end <= 0x%08llx : 0, "
		"\"native data ends beyond the reserve of bank %s, or __berth_native_end does "
		"not say where it ends: raise the reserve, or define the symbol before the "
		"INCLUDE\")\n",
		number(reserve->origin + reserve->reserve), reserve->name);
	write_table_asserts(layout, code, stream);
	write_region_asserts(layout, stream);
	write_mark_asserts(layout, stream);
}
