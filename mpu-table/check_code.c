/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Code that is apart: each unit's, which only the components of its object
 * open, and the common code.  Which components are of one object is in the
 * records of bind, which the image still has (lib/bind_record.h): the table
 * only has the first of them.
 */
#include "mpu-table/check.h"

#define REMEDY "make the table anew from the layout"

bool check_is_unit_code(const struct table *table, const struct berth_region *region)
{
	return region->kind == BERTH_KIND_CODE && table_has_units(table);
}

/* The code region of component OWNER, or the common one; BERTH_NONE without. */
static uint32_t code_of(const struct table *table, uint32_t owner)
{
	for (uint32_t i = 0; i < table->header.region_count; i++)
		if (table->regions[i].kind == BERTH_KIND_CODE &&
			table->regions[i].component == owner)
			return i;
	return BERTH_NONE;
}

/* --- which components are of one object -------------------------------------------------- */

/* Whether the components of contexts A and B were bound as one object. */
static bool are_of_one_object(
	const struct checker *checker, const struct bind_records *records, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < records->count; i++)
		if (bind_record_has(&records->list[i], check_context_name(checker, a)) &&
			bind_record_has(&records->list[i], check_context_name(checker, b)))
			return true;
	return false;
}

/* --- what each context opens ------------------------------------------------------------- */

/* Whether a row of CONTEXT opens REGION for execution. */
static bool executes_region(
	const struct checker *checker, const struct berth_context *context, uint32_t region)
{
	for (uint32_t i = 0; i < context->row_count; i++) {
		struct row_place place = check_row_place(checker, context, i);
		if (place.region == region &&
			(checker->views[place.row].access & BERTH_EXECUTE) != 0)
			return true;
	}
	return false;
}

bool check_may(const struct checker *checker, const struct berth_context *context,
	enum berth_access right, uint64_t address)
{
	for (uint32_t i = 0; i < context->row_count; i++) {
		const struct row_view *view = &checker->views[context->first_row + i];
		if ((view->access & right) != 0 && row_view_opens(view, address))
			return true;
	}
	return false;
}

/* The unit's code that context INDEX executes must be of its own object; whether there is any. */
static bool check_own(struct checker *checker, const struct bind_records *records, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	bool found = false;
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		if (region->kind != BERTH_KIND_CODE || region->component == BERTH_NONE ||
			!table_opens(table, context, i))
			continue;
		bool own = region->component == index ||
			   (code_of(table, index) == BERTH_NONE &&
				   are_of_one_object(checker, records, index, region->component));
		if (!own)
			check_finding(checker, "R12",
				"is the code of %s, which is of another object, but a row opens it "
				"[context %s, region %s]: %s",
				check_context_name(checker, region->component),
				table_name(table, context->name), table_region_name(table, i),
				REMEDY);
		found = found || (own && executes_region(checker, context, i));
	}
	return found;
}

static void check_context(
	struct checker *checker, const struct bind_records *records, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	uint32_t common = code_of(table, BERTH_NONE);
	const char *name = table_name(table, context->name);
	if (!check_own(checker, records, index))
		check_finding(checker, "R14",
			"no row opens the code of its object for execution [context %s]: %s", name,
			REMEDY);
	if (common != BERTH_NONE && !executes_region(checker, context, common))
		check_finding(checker, "R14",
			"no row opens the code that all components run for execution [context %s, "
			"region %s]: %s",
			name, table_region_name(table, common), REMEDY);
}

/* One region of common code, one at the most for each component. */
static void check_regions(struct checker *checker)
{
	const struct table *table = checker->table;
	if (code_of(table, BERTH_NONE) == BERTH_NONE)
		check_finding(checker, "R09",
			"there is no region for the code that all components run [section %s]: %s",
			TABLE_SECTION, REMEDY);
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		uint32_t first = code_of(table, region->component);
		if (region->kind == BERTH_KIND_CODE && first != i)
			check_finding(checker, "R09",
				"is code of whom region %s is, too [region %s]: %s",
				table_region_name(table, first), table_region_name(table, i),
				REMEDY);
	}
}

void check_code(struct checker *checker)
{
	struct bind_records records;
	if (!table_has_units(checker->table))
		return;
	check_regions(checker);
	/* A damaged record is told with the entry points. */
	if (!bind_records_read(checker->diag, checker->image, &records))
		checker->good = false;
	for (uint32_t i = 0; i < checker->table->header.context_count; i++)
		check_context(checker, &records, i);
	bind_records_free(&records);
}
