/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The region table from a layout.  Everything in it is a constant that the
 * layout has already; this file only puts it in order:
 *
 *     header | regions | contexts | arenas | row owners | rows
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/crc32.h"
#include "mpu-table/architecture.h"
#include "mpu-table/table.h"

enum { WORD = 4 };

/* --- what the parts are ---------------------------------------------------------- */

static uint32_t arena_count(const struct layout *layout, size_t before)
{
	uint32_t count = 0;
	for (size_t i = 0; i < before; i++)
		count += layout->components[i].arena.present;
	return count;
}

static void put_target(const struct arch *arch, const struct row_target *target, uint32_t *words)
{
	if (arch->id == ARCH_RISCV) {
		words[BERTH_TARGET_GRANULARITY] = target->granularity;
		words[BERTH_TARGET_FLAGS] = (target->napot_only ? BERTH_TARGET_NAPOT_ONLY : 0u) |
					    (target->mml ? BERTH_TARGET_MML : 0u);
	} else {
		words[BERTH_TARGET_MAIR0] = target->mair[0];
		words[BERTH_TARGET_MAIR1] = target->mair[1];
	}
}

/* Offsets and counts; layout_fits has seen to it that they are small. */
static struct berth_regions_header make_header(const struct layout *layout)
{
	const struct arch *arch = arch_find(layout->arch);
	struct berth_regions_header header = {
		.magic = BERTH_REGIONS_MAGIC,
		.version = BERTH_REGIONS_VERSION,
		.arch = arch->table,
		.mpu_regions = layout->mpu_regions,
		.regions = sizeof(header),
		.region_count = (uint32_t)layout->region_count,
		.context_count = (uint32_t)layout->context_count,
		.arena_count = arena_count(layout, layout->component_count),
		.row_words = arch->words,
	};
	put_target(arch, &layout->target, header.target);
	for (size_t i = 0; i < layout->context_count; i++)
		header.row_count += (uint32_t)layout->contexts[i].row_count;
	header.contexts =
		header.regions + header.region_count * (uint32_t)sizeof(struct berth_region);
	header.arenas =
		header.contexts + header.context_count * (uint32_t)sizeof(struct berth_context);
	header.row_owners =
		header.arenas + header.arena_count * (uint32_t)sizeof(struct berth_arena);
	header.rows = header.row_owners + header.row_count * WORD;
	header.bytes = header.rows + header.row_count * header.row_words * WORD;
	return header;
}

/* --- phase 1: validate ------------------------------------------------------------ */

static bool region_fits(struct diag *diag, const struct layout_region *region)
{
	if (region->base > UINT32_MAX || region->reserved > UINT32_MAX ||
		region->size > UINT32_MAX || region->index > UINT32_MAX)
		return diag_error(diag, NULL,
			"layout: does not fit the table's 32 bits [region %s]: make it smaller",
			region->name);
	return true;
}

static bool row_fits(struct diag *diag, const struct layout *layout,
	const struct layout_context *context, size_t index)
{
	const struct layout_row *row = &context->rows[index];
	const struct layout_region *region = &layout->regions[row->region];
	/* RBAR of PMSAv6 and PMSAv7: VALID, bit 4, and REGION (DDI 0403, B3.5.8). */
	bool loads =
		!arch_find(layout->arch)->names_slot || (row->words[0] & 0x1fu) == (0x10u | index);
	if (row->slot != index || !loads)
		return diag_error(diag, NULL,
			"layout: row %zu is not in slot %zu [context %s, region %s]: "
			"make the layout anew with ldgen",
			index, index, context->name, region->name);
	/* Fewer rights only to what another has: to read the memory of who writes it. */
	bool fewer = region->kind == LAYOUT_MEMORY && (row->access & ~region->access) == 0;
	if (row->access != region->access && !fewer)
		return diag_error(diag, NULL,
			"layout: row %zu gives other rights than its region [context %s, "
			"region %s]: make the layout anew with ldgen",
			index, context->name, region->name);
	return true;
}

/* Whether the hardware makes of the row in VIEW what ROW says of it. */
static bool view_agrees(const struct row_view *view, const struct layout_row *row)
{
	bool same = view->cover_count == row->cover_count &&
		    (view->cover_count == 0 || view->access == row->access);
	for (size_t i = 0; i < row->cover_count && same; i++)
		same = view->covers[i].base == row->covers[i].base &&
		       view->covers[i].size == row->covers[i].size;
	return same;
}

/* The registers of CONTEXT, which is all that the target gets, open what its rows are said to. */
static bool registers_agree(
	struct diag *diag, const struct layout *layout, const struct layout_context *context)
{
	const struct architecture *architecture = architecture_of(arch_find(layout->arch));
	struct row rows[ROW_SLOTS];
	struct row_view view;
	const char *why;
	for (size_t i = 0; i < context->row_count && i < ROW_SLOTS; i++) {
		const struct layout_row *row = &context->rows[i];
		why = NULL;
		memcpy(rows[i].words, row->words, sizeof(rows[i].words));
		if (!architecture->decode(&layout->target, rows, i, &view, &why) ||
			!view_agrees(&view, row))
			return diag_error(diag, NULL,
				"layout: row %zu: %s [context %s, region %s]: make the layout anew "
				"with ldgen",
				i,
				why != NULL
					? why
					: "its registers open other bytes or rights than it says",
				context->name, layout->regions[row->region].name);
	}
	return true;
}

static bool component_fits(struct diag *diag, const struct layout_component *component)
{
	const uint64_t numbers[] = {component->memory_base, component->memory_size,
		component->globals, component->stack_base, component->stack_size,
		component->window_base, component->window_size, component->arena.offset,
		component->arena.size, component->arena.state};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i] > UINT32_MAX)
			return diag_error(diag, NULL,
				"layout: an address or size does not fit 32 bits [component %s]: "
				"make the layout anew with ldgen",
				component->name);
	return true;
}

/* Whether the whole is no longer than the runtime reads; each count first, so that sums fit. */
static bool size_fits(struct diag *diag, const struct layout *layout)
{
	uint64_t bytes = sizeof(struct berth_regions_header);
	for (size_t i = 0; i < layout->context_count && bytes <= TABLE_LARGEST; i++) {
		size_t rows = layout->contexts[i].row_count;
		bytes += rows <= TABLE_LARGEST ? rows * (1 + ARCH_WORDS) * WORD : TABLE_LARGEST;
		bytes += sizeof(struct berth_context) + sizeof(struct berth_arena);
	}
	if (layout->region_count > TABLE_LARGEST || bytes > TABLE_LARGEST ||
		bytes + layout->region_count * sizeof(struct berth_region) > TABLE_LARGEST)
		return diag_error(diag, NULL,
			"layout: its region table would be longer than %u bytes: use fewer "
			"components",
			TABLE_LARGEST);
	return true;
}

static bool layout_fits(struct diag *diag, const struct layout *layout)
{
	bool fits = size_fits(diag, layout);
	if (arch_find(layout->arch) == NULL)
		fits = diag_error(diag, NULL,
			"layout: there is no region table for architecture %s: make the layout "
			"anew with ldgen",
			layout->arch);
	for (size_t i = 0; i < layout->region_count && fits; i++)
		fits = region_fits(diag, &layout->regions[i]);
	for (size_t i = 0; i < layout->component_count && fits; i++)
		fits = component_fits(diag, &layout->components[i]);
	for (size_t i = 0; i < layout->context_count && fits; i++)
		for (size_t j = 0; j < layout->contexts[i].row_count && fits; j++)
			fits = row_fits(diag, layout, &layout->contexts[i], j);
	for (size_t i = 0; i < layout->context_count && fits; i++)
		fits = registers_agree(diag, layout, &layout->contexts[i]);
	return fits;
}

/* --- phase 2: the parts as words --------------------------------------------------- */

/* The two streams that become the sections; their errors show when they are closed. */
struct writer {
	FILE *words; /* in host byte order */
	FILE *names;
	char *word_text;
	char *name_text;
	size_t word_size;
	size_t name_size;
};

static void put(struct writer *writer, const void *words, size_t size)
{
	fwrite(words, 1, size, writer->words);
}

/* Appends NAME to the names; its offset. */
static uint32_t put_name(struct writer *writer, const char *name)
{
	long offset = ftell(writer->names);
	fwrite(name, 1, strlen(name) + 1, writer->names);
	return offset < 0 ? BERTH_NONE : (uint32_t)offset;
}

static uint32_t kind_of(enum layout_kind kind)
{
	switch (kind) {
	case LAYOUT_MEMORY:
		return BERTH_KIND_MEMORY;
	case LAYOUT_DATA:
		return BERTH_KIND_DATA;
	case LAYOUT_CODE:
		return BERTH_KIND_CODE;
	case LAYOUT_PERIPHERAL:
		return BERTH_KIND_PERIPHERAL;
	case LAYOUT_SHARED:
		return BERTH_KIND_SHARED;
	case LAYOUT_CARVE:
		return BERTH_KIND_CARVE;
	case LAYOUT_JOINT:
		return BERTH_KIND_JOINT;
	}
	return 0;
}

/* The table has the numbers of enum row_cache. */
_Static_assert(ROW_CACHE_USUAL == (int)BERTH_CACHE_USUAL &&
		       ROW_CACHE_NONE == (int)BERTH_CACHE_NONE &&
		       ROW_CACHE_WRITE_THROUGH == (int)BERTH_CACHE_WRITE_THROUGH &&
		       ROW_CACHE_WRITE_BACK == (int)BERTH_CACHE_WRITE_BACK,
	"cache");

static void put_region(struct writer *writer, const struct layout_region *region)
{
	struct berth_region out = {
		.name = put_name(writer, region->name),
		.kind = kind_of(region->kind),
		.component =
			region->component == LAYOUT_NONE ? BERTH_NONE : (uint32_t)region->component,
		.index = region->index < 0 ? BERTH_NONE : (uint32_t)region->index,
		.base = (uint32_t)region->base,
		.size = (uint32_t)region->size,
		.reserved = (uint32_t)region->reserved,
		.access = region->access,
		.cache = (uint32_t)region->cache,
	};
	put(writer, &out, sizeof(out));
}

static void put_context(
	struct writer *writer, const struct layout *layout, size_t index, uint32_t first_row)
{
	const struct layout_context *context = &layout->contexts[index];
	const struct layout_component *component = &layout->components[context->component];
	const struct layout_region *data = &layout->regions[component->data];
	struct berth_context out = {
		.name = put_name(writer, context->name),
		.first_row = first_row,
		.row_count = (uint32_t)context->row_count,
		.memory = (uint32_t)component->memory,
		.memory_base = (uint32_t)component->memory_base,
		.memory_size = (uint32_t)component->memory_size,
		.globals = (uint32_t)component->globals,
		.stack_base = (uint32_t)component->stack_base,
		.stack_size = (uint32_t)component->stack_size,
		.arena = component->arena.present ? arena_count(layout, context->component)
						  : BERTH_NONE,
		.data_base = (uint32_t)data->base,
		.data_size = (uint32_t)data->size,
		.window_base = (uint32_t)component->window_base,
		.window_size = (uint32_t)component->window_size,
	};
	put(writer, &out, sizeof(out));
}

/* The memory that the component's arena lies in; the one it addresses where none is found. */
static const struct layout_region *arena_memory(const struct layout *layout, size_t component)
{
	const struct layout_component *owner = &layout->components[component];
	size_t memory = layout_memory_of(layout, component, owner->arena.memory);
	return &layout->regions[memory == LAYOUT_NONE ? owner->memory : memory];
}

static enum berth_arena_policy policy_of(const struct layout_arena *arena)
{
	if (arena->policy == LAYOUT_FREE_LIST)
		return BERTH_ARENA_FREE_LIST;
	return arena->reset == LAYOUT_RESET_CALL ? BERTH_ARENA_BUMP_CALL : BERTH_ARENA_BUMP;
}

struct berth_arena table_arena(const struct layout *layout, size_t component)
{
	const struct layout_arena *arena = &layout->components[component].arena;
	const struct layout_region *memory = arena_memory(layout, component);
	return (struct berth_arena){
		.memory_base = (uint32_t)memory->base,
		.memory_size = (uint32_t)memory->size,
		.offset = (uint32_t)arena->offset,
		.size = (uint32_t)arena->size,
		.state = (uint32_t)arena->state,
		.policy = policy_of(arena),
	};
}

static void put_arena(struct writer *writer, const struct layout *layout, size_t component)
{
	struct berth_arena out = table_arena(layout, component);
	put(writer, &out, sizeof(out));
}

static void put_rows(struct writer *writer, const struct layout *layout)
{
	size_t words = arch_find(layout->arch)->words;
	for (size_t i = 0; i < layout->context_count; i++)
		for (size_t j = 0; j < layout->contexts[i].row_count; j++) {
			uint32_t owner = (uint32_t)layout->contexts[i].rows[j].region;
			put(writer, &owner, sizeof(owner));
		}
	for (size_t i = 0; i < layout->context_count; i++)
		for (size_t j = 0; j < layout->contexts[i].row_count; j++) {
			const struct layout_row *row = &layout->contexts[i].rows[j];
			put(writer, row->words, words * WORD);
		}
}

static void put_all(struct writer *writer, const struct layout *layout)
{
	struct berth_regions_header header = make_header(layout);
	uint32_t first_row = 0;
	put(writer, &header, sizeof(header));
	for (size_t i = 0; i < layout->region_count; i++)
		put_region(writer, &layout->regions[i]);
	for (size_t i = 0; i < layout->context_count; i++) {
		put_context(writer, layout, i, first_row);
		first_row += (uint32_t)layout->contexts[i].row_count;
	}
	for (size_t i = 0; i < layout->component_count; i++)
		if (layout->components[i].arena.present)
			put_arena(writer, layout, i);
	put_rows(writer, layout);
}

/* --- phase 3: the target's bytes ---------------------------------------------------- */

static void store_word(uint8_t *at, uint32_t word, bool big)
{
	for (unsigned i = 0; i < WORD; i++)
		at[i] = (uint8_t)(word >> 8 * (big ? WORD - 1 - i : i));
}

/* Turns the words at BYTES into the target's and fills in the checksum, whose word is zero. */
static void finish(uint8_t *bytes, size_t size, bool big)
{
	for (size_t i = 0; i < size; i += WORD) {
		uint32_t word;
		memcpy(&word, bytes + i, sizeof(word));
		store_word(bytes + i, word, big);
	}
	store_word(bytes + offsetof(struct berth_regions_header, crc32),
		crc32_more(CRC32_START, bytes, size), big);
}

bool table_make(
	struct diag *diag, const struct layout *layout, struct blob *table, struct blob *names)
{
	struct writer writer = {0};
	*table = (struct blob){0};
	*names = (struct blob){0};
	if (!layout_fits(diag, layout))
		return false;

	writer.words = open_memstream(&writer.word_text, &writer.word_size);
	writer.names = open_memstream(&writer.name_text, &writer.name_size);
	bool done = writer.words != NULL && writer.names != NULL;
	if (done)
		put_all(&writer, layout);
	done = (writer.words == NULL || fclose(writer.words) == 0) && done;
	done = (writer.names == NULL || fclose(writer.names) == 0) && done;
	if (!done) {
		free(writer.word_text);
		free(writer.name_text);
		return diag_no_memory(diag);
	}
	finish((uint8_t *)writer.word_text, writer.word_size, strcmp(layout->endian, "big") == 0);
	*table = (struct blob){.bytes = (uint8_t *)writer.word_text, .size = writer.word_size};
	*names = (struct blob){.bytes = (uint8_t *)writer.name_text, .size = writer.name_size};
	return true;
}
