/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The proof that table and image agree.  Nothing here uses the encoder: what
 * a row does is what the decoder reads off its registers, and what it should
 * do is what the region and the image say.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/checked.h"
#include "mpu-table/check.h"

void check_finding(struct checker *checker, const char *id, const char *format, ...)
{
	/* The identifier goes in front of the format, which a sink wants to see. */
	char *whole = NULL;
	va_list arguments;
	checker->good = false;
	if (asprintf(&whole, "%s: %s", id, format) < 0) {
		diag_no_memory(checker->diag);
		return;
	}
	va_start(arguments, format);
	diag_error_list(checker->diag, checker->image->path, whole, arguments);
	va_end(arguments);
	free(whole);
}

struct row_place check_row_place(
	const struct checker *checker, const struct berth_context *context, uint32_t row)
{
	const struct table *table = checker->table;
	uint32_t index = context->first_row + row;
	return (struct row_place){
		.row = index,
		.slot = row,
		.region = table->row_owners[index],
		.context_name = table_name(table, context->name),
		.region_name = table_region_name(table, table->row_owners[index]),
	};
}

const char *check_context_name(const struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	return index < table->header.context_count ? table_name(table, table->contexts[index].name)
						   : "?";
}

bool check_inside(uint64_t base, uint64_t size, uint64_t whole, uint64_t whole_size)
{
	return base >= whole && checked_within(base - whole, size, whole_size);
}

const char *check_rights(unsigned access)
{
	static const char *const names[8] = {
		"---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"};
	return names[access & 7];
}

static void check_checksum(struct checker *checker)
{
	const struct table *table = checker->table;
	const char *remedy = "link the region table of elfbind inject --table again, unchanged";
	if (table->header.crc32 == table->checksum)
		return;
	if (table->changed_word == TABLE_NO_BIT) {
		check_finding(checker, "R02",
			"the checksum is 0x%08x, the table's is 0x%08x: more than one bit has "
			"changed [section %s]: %s",
			table->header.crc32, table->checksum, TABLE_SECTION, remedy);
		return;
	}
	uint32_t word = table->words[table->changed_word];
	check_finding(checker, "R02",
		"the checksum says that one bit has changed, bit %u, from 0x%08x to 0x%08x [%s]: "
		"%s",
		table->changed_bit, word ^ 1u << table->changed_bit, word,
		table->changed_where == NULL ? "?" : table->changed_where, remedy);
}

bool table_check(struct diag *diag, const struct object *image, const struct table *table)
{
	struct checker checker = {.diag = diag, .image = image, .table = table, .good = true};
	/* One more than needed, so that an empty table is not taken for missing memory. */
	checker.views = calloc((size_t)table->header.row_count + 1, sizeof(*checker.views));
	checker.sections =
		calloc((size_t)table->header.region_count + 1, sizeof(struct object_section *));
	if (checker.views == NULL || checker.sections == NULL) {
		checker.good = diag_no_memory(diag);
	} else {
		check_checksum(&checker);
		check_region_fields(&checker);
		check_contexts(&checker);
		check_rows(&checker);
		check_code(&checker);
		check_image(&checker);
		check_entries(&checker);
	}
	free(checker.views);
	free(checker.sections);
	return checker.good;
}
