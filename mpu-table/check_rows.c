/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the hardware makes of the rows, against the regions that they are for. */
#include <stdio.h>

#include "lib/checked.h"
#include "mpu-table/check.h"

/* Room for "row NN, " of as many slots as there can be. */
enum { ROWS_TEXT = 8 * ROW_SLOTS + 1 };

#define REMEDY "make the table anew from the layout"
#define ROW "[context %s, row %u, region %s]"
#define ROW_OF(place) (place).context_name, (place).slot, (place).region_name

/* --- one row -------------------------------------------------------------------------- */

static void check_slot(
	struct checker *checker, const struct row_place *place, const struct row_view *view)
{
	if (!checker->table->arch->names_slot)
		return;
	if (!view->slot_valid)
		check_finding(checker, "R04",
			"RBAR.VALID is clear, so that it loads into whatever slot is selected " ROW
			": %s",
			ROW_OF(*place), REMEDY);
	else if (view->slot != place->slot)
		check_finding(checker, "R04", "RBAR.REGION loads it into slot %u " ROW ": %s",
			view->slot, ROW_OF(*place), REMEDY);
}

/* What the row must give: what its region has, or less of a memory of joined components. */
static uint32_t rights_of(
	const struct checker *checker, const struct row_place *place, const struct row_view *view)
{
	const struct table *table = checker->table;
	const struct berth_region *region = &table->regions[place->region];
	bool joined =
		region->kind == BERTH_KIND_MEMORY &&
		region->component < table->header.context_count &&
		check_are_joined(table, table_row_context(table, place->row), region->component);
	return joined && view->access == BERTH_READ ? region->access & BERTH_READ : region->access;
}

/* Bits that say the same in another way are found here, too. */
static void check_bits(
	struct checker *checker, const struct row_place *place, const struct row_view *view)
{
	const struct table *table = checker->table;
	struct berth_region region = table->regions[place->region];
	region.access = rights_of(checker, place, view);
	const struct row_bits expected = check_attribute_bits(table, place->row, &region);
	const struct row row = table_row(table, place->row);
	for (uint32_t i = 0; i < table->header.row_words; i++)
		if ((row.words[i] & expected.mask.words[i]) != expected.bits.words[i])
			check_finding(checker, "R08",
				"the attribute bits of %s are 0x%08x, a row for this region has "
				"0x%08x " ROW ": %s",
				table->arch->registers[i], row.words[i] & expected.mask.words[i],
				expected.bits.words[i], ROW_OF(*place), REMEDY);
}

static void check_attributes(
	struct checker *checker, const struct row_place *place, const struct row_view *view)
{
	const struct berth_region *region = &checker->table->regions[place->region];
	bool device = region->kind == BERTH_KIND_PERIPHERAL;
	uint32_t rights = rights_of(checker, place, view);
	if (view->access != rights)
		check_finding(checker, "R06",
			"gives unprivileged code %s, the region is %s " ROW ": %s",
			check_rights(view->access), check_rights(rights), ROW_OF(*place), REMEDY);
	if (view->memory != ROW_MEMORY_NOT_SAID &&
		(device ? view->memory != ROW_DEVICE : !row_is_normal(view)))
		check_finding(checker, "R07",
			"makes it memory that is %s, which must be %s " ROW ": %s",
			row_memory_text(view), device ? "Device" : "Normal", ROW_OF(*place),
			REMEDY);
}

/* What was asked for must come out: on Armv8-M it depends on the attributes in the header. */
static void check_cache(
	struct checker *checker, const struct row_place *place, const struct row_view *view)
{
	uint32_t asked = checker->table->regions[place->region].cache;
	if (asked != BERTH_CACHE_USUAL && asked < (uint32_t)ROW_CACHES && row_is_normal(view) &&
		(uint32_t)view->cache != asked)
		check_finding(checker, "R07",
			"makes it memory that is %s, its region asks for cache %s " ROW ": %s",
			row_memory_text(view), row_cache_name((enum row_cache)asked),
			ROW_OF(*place), REMEDY);
}

/* Whether the row only holds the base of the next one, which must be for the same region. */
static bool holds_base(const struct checker *checker, const struct row_place *place)
{
	const struct table *table = checker->table;
	uint32_t next = place->row + 1;
	struct row_view view;
	const char *why;
	return next < table->header.row_count && table->row_owners[next] == place->region &&
	       table_row_context(table, next) == table_row_context(table, place->row) &&
	       table_decode(table, next, &view, &why) && view.start_before;
}

/* Decodes the row; it opens nothing in what follows when it is illegal. */
static void check_row(struct checker *checker, const struct row_place *place)
{
	static const char *const enables[ARCH_COUNT] = {"RASR.ENABLE is clear",
		"RASR.ENABLE is clear", "DRSR.EN is clear", "RLAR.EN is clear", "RLAR.EN is clear",
		"pmpcfg.A is off"};
	struct row_view *view = &checker->views[place->row];
	const char *why = NULL;
	if (!table_decode(checker->table, place->row, view, &why)) {
		check_finding(checker, "R03", "%s " ROW ": %s", why, ROW_OF(*place), REMEDY);
		*view = (struct row_view){0};
		return;
	}
	check_slot(checker, place, view);
	check_bits(checker, place, view);
	if (view->enabled) {
		check_attributes(checker, place, view);
		check_cache(checker, place, view);
	}
	if (view->cover_count == 0 && (view->enabled || !holds_base(checker, place)))
		check_finding(checker, "R03", "%s: it opens nothing " ROW ": %s",
			view->enabled ? "its range is empty" : enables[checker->table->arch->id],
			ROW_OF(*place), REMEDY);
}

/* --- the rows of one region --------------------------------------------------------------- */

/* Rows of one context for one region, while they are added up. */
struct cover_sum {
	uint64_t opened; /* bytes */
	bool outside;	 /* some of them are not the region's, which has been told */
	char rows[ROWS_TEXT];
	size_t rows_length;
};

static void add_covers(
	struct checker *checker, const struct row_place *place, struct cover_sum *sum)
{
	const struct berth_region *region = &checker->table->regions[place->region];
	const struct row_view *view = &checker->views[place->row];
	int length = snprintf(sum->rows + sum->rows_length, sizeof(sum->rows) - sum->rows_length,
		"row %u, ", place->slot);
	sum->rows_length += length < 0 ? 0 : (size_t)length;
	for (size_t i = 0; i < view->cover_count; i++) {
		const struct layout_range *cover = &view->covers[i];
		sum->opened += cover->size;
		if (check_inside(cover->base, cover->size, region->base, region->reserved))
			continue;
		sum->outside = true;
		check_finding(checker, "R05",
			"opens 0x%08llx to 0x%08llx, which is not in 0x%08x to 0x%08llx " ROW
			": %s",
			(unsigned long long)cover->base,
			(unsigned long long)(cover->base + cover->size - 1), region->base,
			(unsigned long long)region->base + region->reserved - 1, ROW_OF(*place),
			REMEDY);
	}
}

/*
 * The rows of CONTEXT for the region of row FIRST, the first of them, must open
 * all that the region has reserved and nothing beside it.  That no two of them
 * open the same byte is checked elsewhere, so the sum is enough.
 */
static void check_cover(
	struct checker *checker, const struct berth_context *context, uint32_t first)
{
	struct row_place place = check_row_place(checker, context, first);
	const struct berth_region *region = &checker->table->regions[place.region];
	struct cover_sum sum = {0};
	for (uint32_t i = first; i < context->row_count; i++) {
		struct row_place other = check_row_place(checker, context, i);
		if (other.region == place.region)
			add_covers(checker, &other, &sum);
	}
	if (!sum.outside && sum.opened != region->reserved)
		check_finding(checker, "R05",
			"opens %llu bytes of the %u reserved [context %s, %sregion %s]: %s",
			(unsigned long long)sum.opened, region->reserved, place.context_name,
			sum.rows, place.region_name, REMEDY);
}

static bool opened_before(const struct checker *checker, const struct berth_context *context,
	uint32_t row, uint32_t region)
{
	for (uint32_t i = 0; i < row; i++)
		if (checker->table->row_owners[context->first_row + i] == region)
			return true;
	return false;
}

/* --- rows against each other ------------------------------------------------------------- */

/* Within a context the higher slot would win; berth writes no rows that meet. */
static void check_own_overlaps(
	struct checker *checker, const struct berth_context *context, uint32_t row)
{
	struct row_place place = check_row_place(checker, context, row);
	for (uint32_t i = 0; i < row; i++) {
		struct row_place other = check_row_place(checker, context, i);
		uint64_t where;
		if (row_views_meet(&checker->views[place.row], &checker->views[other.row], &where))
			check_finding(checker, "R12",
				"opens 0x%08llx, which row %u (region %s) opens too " ROW ": %s",
				(unsigned long long)where, other.slot, other.region_name,
				ROW_OF(place), REMEDY);
	}
}

/* Whether rows for this region are one component's alone, or of those that it is joined with. */
static bool is_private(const struct checker *checker, uint32_t region)
{
	uint32_t kind = checker->table->regions[region].kind;
	return kind == BERTH_KIND_MEMORY || kind == BERTH_KIND_DATA || kind == BERTH_KIND_CARVE ||
	       kind == BERTH_KIND_JOINT;
}

/* Whether context INDEX may open REGION of another because the two are joined. */
static bool may_join(const struct checker *checker, uint32_t index, uint32_t region)
{
	const struct table *table = checker->table;
	const struct berth_region *found = &table->regions[region];
	if (found->kind == BERTH_KIND_JOINT)
		return check_joint_of(table, index) == region;
	return found->kind == BERTH_KIND_MEMORY && found->component < table->header.context_count &&
	       check_are_joined(table, index, found->component);
}

/*
 * What a context may write in memory and data no other may open.  Peripherals
 * and shared regions can be granted to several, and code is every context's.
 */
static void check_foreign_overlaps(
	struct checker *checker, const struct row_place *place, const struct berth_context *other)
{
	const struct table *table = checker->table;
	for (uint32_t i = 0; i < other->row_count; i++) {
		struct row_place theirs = check_row_place(checker, other, i);
		const struct row_view *mine_view = &checker->views[place->row];
		const struct row_view *their_view = &checker->views[theirs.row];
		uint64_t where;
		bool written = ((mine_view->access | their_view->access) & BERTH_WRITE) != 0;
		if ((!is_private(checker, place->region) && !is_private(checker, theirs.region)) ||
			!written || !row_views_meet(mine_view, their_view, &where))
			continue;
		if (theirs.region == place->region &&
			may_join(checker, table_row_context(table, place->row), place->region) &&
			may_join(checker, table_row_context(table, theirs.row), place->region))
			continue;
		check_finding(checker, "R12",
			"opens 0x%08llx, which context %s opens too, in row %u (region %s) " ROW
			": %s",
			(unsigned long long)where, theirs.context_name, theirs.slot,
			theirs.region_name, ROW_OF(*place), REMEDY);
	}
}

/* --- all ------------------------------------------------------------------------------------ */

/* A context opens what belongs to it, and nothing that belongs to another. */
static void check_ownership(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	for (uint32_t i = 0; i < table->header.region_count; i++) {
		const struct berth_region *region = &table->regions[i];
		bool opened = table_opens(table, context, i);
		bool own = is_private(checker, i) || check_is_unit_code(table, region);
		const char *name = table_name(table, region->name);
		bool mine = region->component == index ||
			    (region->kind == BERTH_KIND_JOINT && may_join(checker, index, i));
		if (mine && own && !opened)
			check_finding(checker, "R05",
				"no row of its context opens it [context %s, region %s]: %s",
				table_name(table, context->name), name, REMEDY);
		/* Code may be that of several: check_code.c. */
		if (region->component != BERTH_NONE && region->component != index && opened &&
			region->kind != BERTH_KIND_CODE && !may_join(checker, index, i))
			check_finding(checker, "R12",
				"belongs to %s, but a row opens it [context %s, region %s]: %s",
				check_context_name(checker, region->component),
				table_name(table, context->name), name, REMEDY);
		if (region->component == BERTH_NONE && region->kind == BERTH_KIND_MEMORY && opened)
			check_finding(checker, "R12",
				"components share it, each opens its carve only, but a row opens "
				"it [context %s, region %s]: %s",
				table_name(table, context->name), name, REMEDY);
	}
}

static void check_context_rows(struct checker *checker, uint32_t index)
{
	const struct table *table = checker->table;
	const struct berth_context *context = &table->contexts[index];
	for (uint32_t i = 0; i < context->row_count; i++) {
		struct row_place place = check_row_place(checker, context, i);
		if (!opened_before(checker, context, i, place.region))
			check_cover(checker, context, i);
		check_own_overlaps(checker, context, i);
		for (uint32_t other = 0; other < index; other++)
			check_foreign_overlaps(checker, &place, &table->contexts[other]);
	}
	check_ownership(checker, index);
}

void check_rows(struct checker *checker)
{
	const struct table *table = checker->table;
	for (uint32_t i = 0; i < table->header.context_count; i++)
		for (uint32_t j = 0; j < table->contexts[i].row_count; j++) {
			struct row_place place = check_row_place(checker, &table->contexts[i], j);
			check_row(checker, &place);
		}
	for (uint32_t i = 0; i < table->header.context_count; i++)
		check_context_rows(checker, i);
}
