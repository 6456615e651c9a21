/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Collecting rows: from a table, and encoded one range after the other. */
#include "mpu-table/rowset.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"

static struct rowset_context *last_context(const struct rowset *set)
{
	return &set->contexts[set->count - 1];
}

static bool add_row(
	struct diag *diag, struct rowset_context *context, const struct row *row, const char *name)
{
	context->rows[context->count] = *row;
	context->names[context->count] = strdup(name);
	if (context->names[context->count] == NULL)
		return diag_no_memory(diag);
	context->count++;
	return true;
}

bool rowset_add_context(struct diag *diag, struct rowset *set, const char *name)
{
	if (!layout_is_name(name))
		return diag_error(
			diag, NULL, "emit: '%s' cannot be a name in C: rename the context", name);
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->contexts[i].name, name) == 0)
			return diag_error(diag, NULL,
				"emit: there are two contexts '%s': rename one of them", name);
	struct rowset_context *contexts =
		realloc(set->contexts, (set->count + 1) * sizeof(*contexts));
	if (contexts == NULL)
		return diag_no_memory(diag);
	set->contexts = contexts;
	contexts[set->count] = (struct rowset_context){.name = strdup(name)};
	return contexts[set->count++].name != NULL || diag_no_memory(diag);
}

/* Whether the row opens nothing but what REGION has, with no more rights. */
static bool is_of_region(const struct row_view *view, const struct berth_region *region)
{
	for (size_t i = 0; i < view->cover_count; i++)
		if ((view->access & ~region->access) != 0 ||
			!checked_within(view->covers[i].base - region->base, view->covers[i].size,
				region->reserved) ||
			view->covers[i].base < region->base)
			return false;
	return true;
}

bool rowset_of_table(
	struct diag *diag, const char *path, const struct table *table, struct rowset *set)
{
	*set = (struct rowset){
		.architecture = architecture_of(table->arch), .target = table_target(table)};
	for (uint32_t i = 0; i < table->header.context_count; i++) {
		const struct berth_context *from = &table->contexts[i];
		if (!rowset_add_context(diag, set, table_name(table, from->name)))
			return false;
		for (uint32_t j = from->first_row; j < from->first_row + from->row_count; j++) {
			const struct row row = table_row(table, j);
			struct row_view view;
			const char *why = NULL;
			if (!table_decode(table, j, &view, &why) ||
				!is_of_region(&view, &table->regions[table->row_owners[j]]))
				return diag_error(diag, path,
					"%s [context %s, row %u]: mend what mpu-table check finds "
					"first",
					why != NULL ? why : "opens more than its region",
					table_name(table, from->name), j - from->first_row);
			if (!add_row(diag, last_context(set), &row,
				    table_region_name(table, table->row_owners[j])))
				return false;
		}
	}
	return true;
}

/* Says why no rows were made for REQUEST. */
static bool refuse(struct diag *diag, const struct rowset *set, const struct row_request *request,
	const char *name)
{
	const struct arch *arch = set->architecture->arch;
	uint64_t granule = arch_granule(arch, &set->target);
	const char *cache = arch_cache_fault(arch, request->cache);
	uint64_t end;
	if (request->size == 0 || !checked_add(request->base, request->size, &end) ||
		end > LAYOUT_ADDRESSES)
		return diag_error(diag, NULL,
			"emit: no bytes, or bytes beyond 0xffffffff [range %s]: give a base and a "
			"size in 4 GiB",
			name);
	if (request->base % granule != 0 || request->size % granule != 0)
		return diag_error(diag, NULL,
			"emit: %s opens multiples of %" PRIu64
			" bytes only [range %s]: set aside 0x%08" PRIx64 " to 0x%08" PRIx64,
			arch->name, granule, name, request->base / granule * granule,
			(end + granule - 1) / granule * granule - 1);
	if (cache != NULL)
		return diag_error(
			diag, NULL, "emit: %s [range %s]: leave its cache out", cache, name);
	struct row_request all = *request;
	struct row rows[ROW_SLOTS];
	all.slot = request->slot == 0 ? 0 : 1;
	all.max = arch->slots - all.slot;
	size_t needed = set->architecture->encode(&set->target, &all, rows);
	if (needed == 0)
		return diag_error(diag, NULL,
			"emit: no row of %s gives %s to such a range [range %s]: r and rw are for "
			"RAM and peripherals, r and rx for code",
			arch->name, row_rights(request->access), name);
	return diag_error(diag, NULL,
		"emit: takes %zu rows, %zu are left [context %s, range %s]: choose a base that is "
		"a multiple of a larger power of two, or open less",
		needed, request->max, last_context(set)->name, name);
}

/* Whether the COUNT rows that were added last open nothing that others of their context open. */
static bool are_apart(struct diag *diag, const struct rowset *set, size_t count, const char *name)
{
	const struct rowset_context *context = last_context(set);
	size_t first = context->count - count;
	struct row_view views[ROW_SLOTS];
	const char *why;
	for (size_t i = 0; i < context->count; i++)
		(void)set->architecture->decode(&set->target, context->rows, i, &views[i], &why);
	for (size_t i = 0; i < first; i++)
		for (size_t j = first; j < context->count; j++) {
			uint64_t where;
			if (row_views_meet(&views[i], &views[j], &where))
				return diag_error(diag, NULL,
					"emit: opens 0x%08" PRIx64 ", which %s opens too [context "
					"%s, range %s]: let ranges of "
					"a context not overlap",
					where, context->names[i], context->name, name);
		}
	return true;
}

bool rowset_add_range(struct diag *diag, struct rowset *set, const struct row_request *request,
	unsigned slots, const char *name)
{
	struct rowset_context *context = last_context(set);
	struct row_request from = *request;
	struct row rows[ROW_SLOTS];
	from.slot = (unsigned)context->count;
	from.max = slots - context->count;
	size_t count = from.max == 0 ? 0 : set->architecture->encode(&set->target, &from, rows);
	if (count == 0)
		return refuse(diag, set, &from, name);
	for (size_t i = 0; i < count; i++)
		if (!add_row(diag, context, &rows[i], name))
			return false;
	return are_apart(diag, set, count, name);
}

void rowset_free(struct rowset *set)
{
	for (size_t i = 0; i < set->count; i++) {
		for (size_t j = 0; j < set->contexts[i].count; j++)
			free(set->contexts[i].names[j]);
		free(set->contexts[i].name);
	}
	free(set->contexts);
	*set = (struct rowset){0};
}
