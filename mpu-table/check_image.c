/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The table against the image that holds it: what the linker put where the
 * rows open, under which names, and whether the table can be written.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/text.h"
#include "mpu-table/check.h"

#define MEMORY_PREFIX ".berth.mem."
#define DATA_PREFIX ".berth.data."
#define SHARED_PREFIX ".berth.shared."
#define CODE_PREFIX ".berth.code."
#define JOINT_PREFIX ".berth.joint."
#define RELINK "link again with the script that ldgen made from the same layout"
#define ROW "[context %s, row %u, region %s]"
#define ROW_OF(place) (place).context_name, (place).slot, (place).region_name

typedef unsigned long long number;

bool table_sees_symbols(const struct object *image)
{
	return image->symbol_table != 0;
}

static bool is_loaded(const struct object_section *section)
{
	bool thread_local_zeros = section->type == SHT_NOBITS && (section->flags & SHF_TLS) != 0;
	return (section->flags & SHF_ALLOC) != 0 && section->size > 0 && !thread_local_zeros;
}

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* --- regions and sections ---------------------------------------------------------------- */

/* Whose memory it is: a component's name, or what stands before the dot of fused.mem0, which
 * components share.  *LENGTH bytes of the text. */
static const char *memory_owner(
	const struct checker *checker, const struct berth_region *region, int *length)
{
	const char *owner = region->component == BERTH_NONE
				    ? table_name(checker->table, region->name)
				    : check_context_name(checker, region->component);
	*length = (int)strcspn(owner, ".");
	return owner;
}

/* The section that the region must be, in a new string; NULL when it is of no such kind. */
static char *section_name(const struct checker *checker, const struct berth_region *region)
{
	int width = 0;
	const char *owner = memory_owner(checker, region, &width);
	if (region->kind == BERTH_KIND_MEMORY)
		return text_format(MEMORY_PREFIX "%.*s.%u", width, owner, region->index);
	if (region->kind == BERTH_KIND_DATA)
		return text_format(DATA_PREFIX "%s", owner);
	if (region->kind == BERTH_KIND_JOINT)
		return text_format(JOINT_PREFIX "%s", owner);
	if (region->kind == BERTH_KIND_SHARED)
		return text_format(SHARED_PREFIX "%s", table_name(checker->table, region->name));
	if (check_is_unit_code(checker->table, region))
		return text_format(
			CODE_PREFIX "%s", region->component == BERTH_NONE ? "common" : owner);
	return NULL;
}

static void check_section(struct checker *checker, uint32_t index)
{
	const struct berth_region *region = &checker->table->regions[index];
	const char *region_name = table_name(checker->table, region->name);
	char *name = section_name(checker, region);
	if (name == NULL)
		return;
	const struct object_section *section = object_section(checker->image, name);
	checker->sections[index] = section;
	if (section == NULL || (section->flags & SHF_ALLOC) == 0)
		check_finding(checker, "R10",
			"there is no section for it in the image [region %s, section %s]: link the "
			"component's object, and KEEP the section in the linker script",
			region_name, name);
	else if (section->address != region->base || section->size != region->size)
		check_finding(checker, "R10",
			"is %u bytes at 0x%08x, its section is %llu bytes at 0x%08llx [region %s, "
			"section %s]: " RELINK,
			region->size, region->base, (number)section->size, (number)section->address,
			region_name, name);
	free(name);
}

/* Every section that holds memory, data or code of components must be a region. */
static void check_strays(struct checker *checker)
{
	for (size_t i = 0; i < checker->image->section_count; i++) {
		const struct object_section *section = &checker->image->sections[i];
		bool known = false;
		if ((section->flags & SHF_ALLOC) == 0 ||
			(!starts_with(section->name, MEMORY_PREFIX) &&
				!starts_with(section->name, DATA_PREFIX) &&
				!starts_with(section->name, JOINT_PREFIX) &&
				!starts_with(section->name, SHARED_PREFIX) &&
				!starts_with(section->name, CODE_PREFIX)))
			continue;
		for (uint32_t r = 0; r < checker->table->header.region_count; r++)
			known = known || checker->sections[r] == section;
		if (!known)
			check_finding(checker, "R10",
				"%llu bytes at 0x%08llx are in no region of the table "
				"[section %s]: name the component in the layout and make the "
				"table anew",
				(number)section->size, (number)section->address, section->name);
	}
}

/* --- what rows open --------------------------------------------------------------------- */

/* The address of SYMBOL without the Thumb bit of functions (AAELF32, 5.5.3). */
static uint64_t symbol_address(const struct object *image, const struct object_symbol *symbol)
{
	bool thumb = image->machine == EM_ARM && symbol->type == STT_FUNC;
	return thumb ? symbol->value & ~UINT64_C(1) : symbol->value;
}

static bool is_thing(const struct object_symbol *symbol)
{
	return symbol->section != SHN_UNDEF && symbol->size > 0 &&
	       (symbol->type == STT_OBJECT || symbol->type == STT_FUNC);
}

/* The first symbol that lies in SECTION and in RANGE, or NULL. */
static const struct object_symbol *symbol_in(const struct object *image,
	const struct object_section *section, const struct layout_range *range)
{
	uint32_t index = (uint32_t)(section - image->sections);
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct object_symbol *symbol = &image->symbols[i];
		uint64_t address = symbol_address(image, symbol);
		if (is_thing(symbol) && symbol->section == index &&
			address <= UINT64_MAX - symbol->size &&
			checked_overlap(address, symbol->size, range->base, range->size))
			return symbol;
	}
	return NULL;
}

/* Whether REGION is the code of a whole bank, in which each section that is not written may lie. */
static bool is_bank_code(const struct checker *checker, uint32_t region)
{
	const struct table *table = checker->table;
	return table->regions[region].kind == BERTH_KIND_CODE && !table_has_units(table);
}

/* Whether a row for REGION may open bytes of SECTION. */
static bool may_open(
	const struct checker *checker, uint32_t region, const struct object_section *section)
{
	if (is_bank_code(checker, region))
		return (section->flags & SHF_WRITE) == 0;
	return checker->sections[region] == section;
}

static void check_opened_sections(
	struct checker *checker, const struct row_place *place, const struct layout_range *range)
{
	const struct object *image = checker->image;
	for (size_t i = 0; i < image->section_count; i++) {
		const struct object_section *section = &image->sections[i];
		if (!is_loaded(section) || section->address > UINT64_MAX - section->size ||
			may_open(checker, place->region, section) ||
			!checked_overlap(section->address, section->size, range->base, range->size))
			continue;
		const struct object_symbol *symbol = symbol_in(image, section, range);
		check_finding(checker, "R13",
			"opens bytes of section %s, 0x%08llx to 0x%08llx%s%s " ROW ": " RELINK,
			section->name, (number)section->address,
			(number)(section->address + section->size - 1),
			symbol == NULL ? "" : ", among them symbol ",
			symbol == NULL ? "" : symbol->name, ROW_OF(*place));
	}
}

/* Symbols that are in no section, or reach out of theirs, into what the row opens. */
static void check_opened_symbols(
	struct checker *checker, const struct row_place *place, const struct layout_range *range)
{
	const struct object *image = checker->image;
	if (is_bank_code(checker, place->region))
		return;
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct object_symbol *symbol = &image->symbols[i];
		uint64_t address = symbol_address(image, symbol);
		if (!is_thing(symbol) || address > UINT64_MAX - symbol->size ||
			!checked_overlap(address, symbol->size, range->base, range->size))
			continue;
		const struct object_section *home = symbol->section < image->section_count
							    ? &image->sections[symbol->section]
							    : NULL;
		/* In its own section it is the component's; in another it has been told. */
		if (home != NULL && (home == checker->sections[place->region] ||
					    (home->address <= UINT64_MAX - home->size &&
						    checked_overlap(home->address, home->size,
							    range->base, range->size))))
			continue;
		check_finding(checker, "R13",
			"opens bytes of symbol %s, %llu bytes at 0x%08llx " ROW ": " RELINK,
			symbol->name, (number)symbol->size, (number)address, ROW_OF(*place));
	}
}

static void check_opened(struct checker *checker, const struct berth_context *context)
{
	for (uint32_t i = 0; i < context->row_count; i++) {
		struct row_place place = check_row_place(checker, context, i);
		const struct row_view *view = &checker->views[place.row];
		for (size_t c = 0; c < view->cover_count; c++) {
			check_opened_sections(checker, &place, &view->covers[c]);
			check_opened_symbols(checker, &place, &view->covers[c]);
			if (!is_bank_code(checker, place.region))
				check_opened_loads(checker, &place, &view->covers[c]);
		}
	}
}

/* Some code region, open to the context, must hold all of .text, where code is not apart. */
static void check_text(struct checker *checker, const struct berth_context *context)
{
	const struct table *table = checker->table;
	const struct object_section *code = object_section(checker->image, ".text");
	const char *name = table_name(table, context->name);
	for (uint32_t i = 0; code != NULL && i < context->row_count; i++) {
		const struct berth_region *region =
			&table->regions[table->row_owners[context->first_row + i]];
		if (region->kind == BERTH_KIND_CODE && (region->access & BERTH_EXECUTE) != 0 &&
			check_inside(code->address, code->size, region->base, region->reserved))
			return;
	}
	if (code == NULL)
		check_finding(checker, "R14",
			"the image has no section .text [context %s]: link with the script that "
			"ldgen made",
			name);
	else
		check_finding(checker, "R14",
			"no row opens section .text, 0x%08llx to 0x%08llx, for execution "
			"[context %s]: add the bank that holds it to the layout",
			(number)code->address, (number)(code->address + code->size - 1), name);
}

/* --- symbols ----------------------------------------------------------------------------- */

/* Takes over NAME, the symbol that must stand at ADDRESS with SIZE bytes; NULL: no memory. */
static void check_symbol(struct checker *checker, char *name, uint64_t address, uint64_t size)
{
	const struct object_symbol *symbol =
		name == NULL ? NULL : object_definition(checker->image, name);
	if (name == NULL) {
		checker->good = diag_no_memory(checker->diag);
	} else if (symbol == NULL) {
		check_finding(checker, "R15",
			"is not there, it should be at 0x%08llx [symbol %s]: link what elfbind "
			"inject wrote",
			(number)address, name);
	} else if (symbol->value != address || symbol->size != size) {
		check_finding(checker, "R15",
			"is %llu bytes at 0x%08llx, the table says %llu bytes at 0x%08llx "
			"[symbol %s]: link what elfbind inject wrote from the same layout",
			(number)symbol->size, (number)symbol->value, (number)size, (number)address,
			name);
	}
	free(name);
}

static void check_region_symbol(struct checker *checker, const struct berth_region *region)
{
	char *name = NULL;
	int width = 0;
	const char *owner = memory_owner(checker, region, &width);
	if (region->kind == BERTH_KIND_MEMORY)
		name = text_format("%.*s_mem_%u", width, owner, region->index);
	else if (region->kind == BERTH_KIND_DATA)
		name = text_format("%s_data", owner);
	else if (region->kind == BERTH_KIND_JOINT)
		name = text_format("%s_joint", owner);
	else
		return;
	check_symbol(checker, name, region->base, region->size);
}

/* What the layout said of the context's arena, as far as its mark goes. */
static struct layout_arena arena_of(const struct table *table, const struct berth_context *context)
{
	if (context->arena == BERTH_NONE)
		return (struct layout_arena){.present = false};
	const struct berth_arena *arena = &table->arenas[context->arena];
	return (struct layout_arena){.present = true,
		.offset = arena->offset,
		.size = arena->size,
		.state = arena->state,
		.policy = arena->policy == BERTH_ARENA_FREE_LIST ? LAYOUT_FREE_LIST : LAYOUT_BUMP,
		.reset = arena->policy == BERTH_ARENA_BUMP_CALL ? LAYOUT_RESET_CALL
								: LAYOUT_RESET_NEVER};
}

/* The component's object must have been injected with the layout that the table was made from. */
static void check_mark(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	if (context->memory >= table->header.region_count)
		return; /* R11 */
	char *name = text_format("%s_layout", table_name(table, context->name));
	if (name == NULL) {
		checker->good = diag_no_memory(checker->diag);
		return;
	}
	const struct object_symbol *symbol = object_definition(checker->image, name);
	const struct layout_arena arena = arena_of(table, context);
	uint32_t mark =
		layout_mark(index, table->regions[context->memory].base, context->globals, &arena);
	if (symbol == NULL)
		check_finding(checker, "R15",
			"is not there, it should be 0x%08x [symbol %s]: link what elfbind inject "
			"wrote",
			mark, name);
	else if (symbol->value != mark)
		check_finding(checker, "R15",
			"is 0x%08llx, the table makes it 0x%08x: the component's initial data is "
			"for another layout [symbol %s]: run elfbind inject again for component %s "
			"with the layout that the table was made from, and link what it wrote",
			(number)symbol->value, mark, name, table_name(table, context->name));
	free(name);
}

static void check_symbols(struct checker *checker)
{
	const struct table *table = checker->table;
	check_symbol(checker, strdup("berth_regions"), table->address, table->header.bytes);
	for (uint32_t i = 0; i < table->header.region_count; i++)
		check_region_symbol(checker, &table->regions[i]);
	check_arena_constants(checker);
	for (uint32_t i = 0; i < table->header.context_count; i++)
		check_mark(checker, i);
}

/* --- where the table lies ------------------------------------------------------------------ */

/* The flags of the loaded segment that holds the table's bytes; false when there is none. */
static bool segment_flags(const struct checker *checker, uint32_t *flags)
{
	size_t count = 0;
	if (elf_getphdrnum(checker->image->elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count && i <= INT32_MAX; i++) {
		GElf_Phdr segment;
		if (gelf_getphdr(checker->image->elf, (int)i, &segment) == NULL ||
			segment.p_type != PT_LOAD ||
			!check_inside(checker->table->address, checker->table->header.bytes,
				segment.p_vaddr, segment.p_filesz))
			continue;
		*flags = segment.p_flags;
		return true;
	}
	return false;
}

static void check_place(struct checker *checker)
{
	const struct object_section *section = object_section(checker->image, TABLE_SECTION);
	const char *remedy = "place it in flash, with the script that ldgen made";
	uint32_t flags = 0;
	if (section == NULL || (section->flags & SHF_ALLOC) == 0 ||
		(section->flags & SHF_WRITE) != 0)
		check_finding(checker, "R16",
			"is not an allocated, read-only section [section %s]: %s", TABLE_SECTION,
			remedy);
	if (!segment_flags(checker, &flags))
		check_finding(checker, "R16", "no loaded segment holds it [section %s]: %s",
			TABLE_SECTION, remedy);
	else if ((flags & PF_W) != 0 || (flags & PF_R) == 0)
		check_finding(checker, "R16",
			"its segment is %s, it must be read-only [section %s]: %s",
			(flags & PF_W) != 0 ? "writable" : "not readable", TABLE_SECTION, remedy);
}

/* A carve has no section of its own: its rows open bytes of its memory's. */
static void find_carves(struct checker *checker)
{
	const struct table *table = checker->table;
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		uint32_t memory = table->regions[i].kind == BERTH_KIND_CARVE
					  ? check_memory_around(table, &table->regions[i])
					  : BERTH_NONE;
		if (memory != BERTH_NONE)
			checker->sections[i] = checker->sections[memory];
	}
}

void check_image(struct checker *checker)
{
	const struct table *table = checker->table;
	for (uint32_t i = 0; i < table->header.region_count; i++)
		check_section(checker, i);
	find_carves(checker);
	check_strays(checker);
	for (uint32_t i = 0; i < table->header.context_count; i++) {
		check_opened(checker, &table->contexts[i]);
		if (!table_has_units(table))
			check_text(checker, &table->contexts[i]);
	}
	if (table_sees_symbols(checker->image))
		check_symbols(checker);
	check_place(checker);
}
