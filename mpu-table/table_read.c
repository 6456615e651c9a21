/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The region table out of an image.
 *
 * A table has one shape: the parts of berth/regions.h in their order, without
 * gaps.  Anything else is refused here, so that whoever works on a struct
 * table can follow every offset and index in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/crc32.h"
#include "lib/text.h"
#include "mpu-table/table.h"

enum { WORD = 4, CRC_WORD = offsetof(struct berth_regions_header, crc32) / WORD };

#define REMEDY "link the region table of elfbind inject --table again, unchanged"

/* --- words and checksum ------------------------------------------------------------ */

static uint32_t load_word(const uint8_t *at, bool big)
{
	uint32_t word = 0;
	for (unsigned i = 0; i < WORD; i++)
		word |= (uint32_t)at[i] << 8 * (big ? WORD - 1 - i : i);
	return word;
}

static uint32_t checksum_of(const struct blob *bytes)
{
	static const uint8_t zero[WORD] = {0};
	size_t before = offsetof(struct berth_regions_header, crc32);
	size_t behind = before + WORD;
	uint32_t crc = crc32_more(CRC32_START, bytes->bytes, before);
	crc = crc32_more(crc, zero, WORD);
	return crc32_more(crc, bytes->bytes + behind, bytes->size - behind);
}

/* Finds the one changed bit that explains a checksum that differs, if there is one. */
static void locate_change(struct table *table, const struct blob *bytes, bool big)
{
	uint32_t difference = table->words[CRC_WORD] ^ table->checksum;
	table->changed_word = TABLE_NO_BIT;
	if (difference == 0)
		return;
	if ((difference & (difference - 1)) == 0) {
		table->changed_word = CRC_WORD;
		table->changed_bit = (unsigned)__builtin_ctz(difference);
		return;
	}
	size_t bit = crc32_locate(difference, bytes->size);
	if (bit == SIZE_MAX || bit / 8 / WORD == CRC_WORD)
		return;
	unsigned byte = (unsigned)(bit / 8 % WORD);
	table->changed_word = (uint32_t)(bit / 8 / WORD);
	table->changed_bit = 8 * (big ? WORD - 1 - byte : byte) + (unsigned)(bit % 8);
}

/* --- the shape ----------------------------------------------------------------------- */

/* A part of the table: where the header says it is, and where it must be. */
struct part {
	const char *name;
	uint32_t offset;
	uint32_t count;
	uint32_t entry; /* bytes */
};

/*
 * Every function of this kind returns true when what it looks at is right, and
 * else false with the reason in *WHY (owned by the caller; NULL: no memory).
 */
static bool check_start(const struct berth_regions_header *header, size_t size, char **why)
{
	if (header->magic != BERTH_REGIONS_MAGIC)
		*why = text_format(
			"header: magic is 0x%08x, not 0x%08x", header->magic, BERTH_REGIONS_MAGIC);
	else if (header->version != BERTH_REGIONS_VERSION)
		*why = text_format("header: version is %u, this program knows %u", header->version,
			BERTH_REGIONS_VERSION);
	else if (header->bytes != size)
		*why = text_format("header: bytes is %u, the section has %zu", header->bytes, size);
	else
		return true;
	return false;
}

/* The words of target that must be zero: what the architecture does not say about its parts. */
static bool check_target_words(const struct table *table, char **why)
{
	const struct berth_regions_header *header = &table->header;
	const struct row_target target = table_target(table);
	const char *fault = arch_target_fault(table->arch, &target);
	bool riscv = table->arch->id == ARCH_RISCV;
	uint32_t flags = BERTH_TARGET_NAPOT_ONLY | BERTH_TARGET_MML;
	if (header->target[2] != 0 || header->target[3] != 0)
		*why = text_format("header: target has words 0x%08x and 0x%08x, which must be 0",
			header->target[2], header->target[3]);
	else if (riscv && (header->target[BERTH_TARGET_FLAGS] & ~flags) != 0)
		*why = text_format("header: target has unknown flags 0x%08x",
			header->target[BERTH_TARGET_FLAGS]);
	else if (fault != NULL)
		*why = text_format("header: target: %s", fault);
	else
		return true;
	return false;
}

static bool check_arch(struct table *table, char **why)
{
	const struct berth_regions_header *header = &table->header;
	table->arch = arch_of_table(header->arch);
	if (table->arch == NULL)
		*why = text_format(
			"header: arch is %u, which this program does not know", header->arch);
	else if (header->row_words != table->arch->words)
		*why = text_format("header: row_words is %u, a row of %s has %u", header->row_words,
			table->arch->name, table->arch->words);
	else if (header->mpu_regions == 0 || header->mpu_regions > table->arch->slots)
		*why = text_format("header: mpu_regions is %u, not 1 to %u", header->mpu_regions,
			table->arch->slots);
	else
		return check_target_words(table, why);
	return false;
}

static bool check_parts(const struct berth_regions_header *header, char **why)
{
	const struct part parts[] = {
		{"regions", header->regions, header->region_count, sizeof(struct berth_region)},
		{"contexts", header->contexts, header->context_count, sizeof(struct berth_context)},
		{"arenas", header->arenas, header->arena_count, sizeof(struct berth_arena)},
		{"row_owners", header->row_owners, header->row_count, WORD},
		{"rows", header->rows, header->row_count, header->row_words * WORD},
	};
	uint64_t at = sizeof(*header);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].offset != at) {
			*why = text_format(
				"header: %s is at %u, not at %llu behind the part before it",
				parts[i].name, parts[i].offset, (unsigned long long)at);
			return false;
		}
		/* 32-bit count times a small entry: fits 64 bits. */
		at += (uint64_t)parts[i].count * parts[i].entry;
		if (at > header->bytes) {
			*why = text_format("header: %u entries of %s leave the table",
				parts[i].count, parts[i].name);
			return false;
		}
	}
	if (at != header->bytes)
		*why = text_format("header: the counts make %llu bytes of the table's %u",
			(unsigned long long)at, header->bytes);
	return at == header->bytes;
}

static bool check_context(const struct table *table, uint32_t index, uint32_t next_row, char **why)
{
	const struct berth_regions_header *header = &table->header;
	const struct berth_context *context = &table->contexts[index];
	const char *name = table_name(table, context->name);
	if (context->first_row != next_row)
		*why = text_format("context %s: first_row is %u, the context before it ends at %u",
			name, context->first_row, next_row);
	else if (!checked_within(context->first_row, context->row_count, header->row_count))
		*why = text_format("context %s: rows %u and the %u behind it are not in the table",
			name, context->first_row, context->row_count);
	else if (context->row_count > header->mpu_regions)
		*why = text_format("context %s: row_count is %u, the MPU has %u slots", name,
			context->row_count, header->mpu_regions);
	else if (context->memory >= header->region_count)
		*why = text_format("context %s: memory is region %u of %u", name, context->memory,
			header->region_count);
	else if (context->arena != BERTH_NONE && context->arena >= header->arena_count)
		*why = text_format(
			"context %s: arena is %u of %u", name, context->arena, header->arena_count);
	else
		return true;
	return false;
}

static bool check_indices(const struct table *table, char **why)
{
	const struct berth_regions_header *header = &table->header;
	for (uint32_t i = 0; i < header->region_count; i++)
		if (table->regions[i].component != BERTH_NONE &&
			table->regions[i].component >= header->context_count) {
			*why = text_format("region %s: component is %u of %u",
				table_region_name(table, i), table->regions[i].component,
				header->context_count);
			return false;
		}
	uint32_t next_row = 0;
	for (uint32_t i = 0; i < header->context_count; i++) {
		if (!check_context(table, i, next_row, why))
			return false;
		next_row += table->contexts[i].row_count;
	}
	if (next_row != header->row_count) {
		*why = text_format("header: row_count is %u, the contexts have %u",
			header->row_count, next_row);
		return false;
	}
	for (uint32_t i = 0; i < header->row_count; i++)
		if (table->row_owners[i] >= header->region_count) {
			*why = text_format("owner of row %u: region %u of %u", i,
				table->row_owners[i], header->region_count);
			return false;
		}
	return true;
}

/* --- reading ------------------------------------------------------------------------- */

/* Points the parts at their words; the shape has been checked. */
static void find_parts(struct table *table)
{
	const struct berth_regions_header *header = &table->header;
	table->regions = (struct berth_region *)(table->words + header->regions / WORD);
	table->contexts = (struct berth_context *)(table->words + header->contexts / WORD);
	table->arenas = (struct berth_arena *)(table->words + header->arenas / WORD);
	table->row_owners = table->words + header->row_owners / WORD;
	table->rows = table->words + header->rows / WORD;
}

static bool check_shape(struct table *table, size_t size, char **why)
{
	memcpy(&table->header, table->words, sizeof(table->header));
	if (!check_start(&table->header, size, why) || !check_arch(table, why) ||
		!check_parts(&table->header, why))
		return false;
	find_parts(table);
	return check_indices(table, why);
}

static struct table *new_table(const struct blob *bytes, const struct blob *names, bool big)
{
	struct table *table = calloc(1, sizeof(*table));
	if (table == NULL)
		return NULL;
	table->words = malloc(bytes->size);
	table->names = calloc(names->size + 1, 1);
	if (table->words == NULL || table->names == NULL) {
		table_free(table);
		return NULL;
	}
	for (size_t i = 0; i < bytes->size; i += WORD)
		table->words[i / WORD] = load_word(bytes->bytes + i, big);
	if (names->size > 0)
		memcpy(table->names, names->bytes, names->size);
	table->names_size = names->size;
	table->checksum = checksum_of(bytes);
	locate_change(table, bytes, big);
	return table;
}

/* Finds words for the changed bit's place: those that hold with the bit as it was. */
static void describe_change(struct table *table, size_t size)
{
	char *ignored = NULL;
	if (table->changed_word == TABLE_NO_BIT)
		return;
	table->words[table->changed_word] ^= 1u << table->changed_bit;
	if (check_shape(table, size, &ignored))
		table->changed_where = table_describe(table, table->changed_word);
	table->words[table->changed_word] ^= 1u << table->changed_bit;
	free(ignored);
}

static void report_shape(
	struct diag *diag, const char *path, const struct table *table, const char *why)
{
	diag_error(diag, path, "R01: %s [section %s]: %s", why, TABLE_SECTION, REMEDY);
	if (table->changed_where != NULL)
		diag_error(diag, path,
			"R02: the checksum says that one bit has changed, bit %u of word %u "
			"[%s]: %s",
			table->changed_bit, table->changed_word, table->changed_where, REMEDY);
}

struct table *table_parse(struct diag *diag, const char *path, const struct blob *bytes,
	const struct blob *names, bool big)
{
	char *why = NULL;
	if (bytes->size < sizeof(struct berth_regions_header) || bytes->size % WORD != 0 ||
		bytes->size > TABLE_LARGEST) {
		diag_error(diag, path, "R01: a region table is not %zu bytes long [section %s]: %s",
			bytes->size, TABLE_SECTION, REMEDY);
		return NULL;
	}
	struct table *table = new_table(bytes, names, big);
	if (table == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	describe_change(table, bytes->size);
	if (check_shape(table, bytes->size, &why))
		return table;
	if (why == NULL)
		diag_no_memory(diag);
	else
		report_shape(diag, path, table, why);
	free(why);
	table_free(table);
	return NULL;
}

/* Code bytes in one order and data in the other: nothing here reads such an image. */
static bool is_be8(const struct object *image)
{
	GElf_Ehdr header;
	return image->machine == EM_ARM && gelf_getehdr(image->elf, &header) != NULL &&
	       (header.e_flags & EF_ARM_BE8) != 0;
}

struct table *table_read(struct diag *diag, const struct object *image)
{
	const struct object_section *section = object_section(image, TABLE_SECTION);
	const struct object_section *names = object_section(image, TABLE_NAMES_SECTION);
	if (section == NULL || section->bytes == NULL) {
		diag_error(diag, image->path,
			"R01: has no region table [section %s]: link the object that elfbind "
			"inject --table makes, and KEEP its section in the linker script",
			TABLE_SECTION);
		return NULL;
	}
	if (image->class != ELFCLASS32) {
		diag_error(diag, image->path,
			"R01: is a 64-bit file, a region table is for 32-bit targets "
			"[section %s]: name the firmware",
			TABLE_SECTION);
		return NULL;
	}
	if (is_be8(image)) {
		diag_error(diag, image->path,
			"R01: is linked with --be8, which turns the bytes of its code round "
			"[section %s]: link it without",
			TABLE_SECTION);
		return NULL;
	}
	/* Borrowed views; table_parse copies. */
	const struct blob bytes = {(uint8_t *)section->bytes, section->size};
	struct blob text_bytes = {0};
	if (names != NULL && names->bytes != NULL)
		text_bytes = (struct blob){(uint8_t *)names->bytes, names->size};
	struct table *table =
		table_parse(diag, image->path, &bytes, &text_bytes, image->data == ELFDATA2MSB);
	if (table != NULL)
		table->address = section->address;
	return table;
}

void table_free(struct table *table)
{
	if (table == NULL)
		return;
	free(table->changed_where);
	free(table->words);
	free(table->names);
	free(table);
}
