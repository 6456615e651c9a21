/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/joint_tables.h"

#include "ldgen/measure.h"

/* Some entries of a module's tables, which the compiler takes for one after the other. */
struct span {
	uint64_t first;
	uint64_t end;
};

static bool is_empty(const struct span *span)
{
	return span->first == span->end;
}

static void widen(struct span *span, const struct span *by)
{
	if (is_empty(by))
		return;
	if (is_empty(span)) {
		*span = *by;
		return;
	}
	span->first = by->first < span->first ? by->first : span->first;
	span->end = by->end > span->end ? by->end : span->end;
}

/* Those of all code that component INDEX runs, and those that its sizes have already. */
static struct span span_of(const struct needs *needs, const struct meld_use *uses, size_t index)
{
	const struct component_sizes *sizes = &needs->sizes->components[index];
	struct span span = {sizes->table_offset / TABLE_ENTRY,
		sizes->table_offset / TABLE_ENTRY + sizes->table_count};
	struct span all;
	meld_table_span(needs_unit(needs, index)->module, &uses[index], &all.first, &all.end);
	all.end += all.first;
	widen(&span, &all);
	return span;
}

static void set_span(struct component_sizes *sizes, const struct span *span)
{
	sizes->table_offset = span->first * TABLE_ENTRY;
	sizes->table_count = span->end - span->first;
}

/* The component whose memory is memory 0 of INDEX's unit; SIZE_MAX when there is none. */
static size_t owner_of_zero(const struct needs *needs, size_t index)
{
	for (size_t i = 0; i < needs->sizes->count; i++)
		if (needs_unit(needs, i) == needs_unit(needs, index) &&
			needs->sizes->components[i].memory == 0)
			return i;
	return SIZE_MAX;
}

/* The tables over memory 0 of component OWNER: those of all code that uses it. */
static bool lay_over(const struct needs *needs, const struct meld_use *uses, size_t owner)
{
	struct component_sizes *list = needs->sizes->components;
	struct span span = span_of(needs, uses, owner);
	for (size_t i = 0; i < needs->sizes->count; i++)
		if (list[i].borrows && list[i].base == owner) {
			struct span theirs = span_of(needs, uses, i);
			widen(&span, &theirs);
		}
	set_span(&list[owner], &span);
	for (size_t i = 0; i < needs->sizes->count; i++)
		if (list[i].borrows && list[i].base == owner)
			set_span(&list[i], &span);
	struct measured at = {.diag = needs->diag,
		.manifest = needs->manifest,
		.component = &needs->manifest->components[owner],
		.unit = needs_unit(needs, owner),
		.use = &needs_unit(needs, owner)
				->uses[unit_find(needs_unit(needs, owner), list[owner].fused)],
		.sizes = &list[owner]};
	return measure_check_room(&at);
}

bool joint_tables(const struct needs *needs, const struct meld_use *uses)
{
	struct component_sizes *list = needs->sizes->components;
	const struct manifest_component *components = needs->manifest->components;
	size_t count = needs->sizes->count;
	for (size_t i = 0; i < count; i++) {
		if (needs_unit(needs, i) == NULL || !components[i].joined || list[i].memory == 0)
			continue;
		list[i].base = owner_of_zero(needs, i);
		/* Then its context opens that, or it was refused. */
		list[i].borrows = list[i].base != SIZE_MAX && uses[i].memory[0];
		if (!list[i].borrows) {
			struct span span = span_of(needs, uses, i);
			set_span(&list[i], &span);
		}
	}
	for (size_t i = 0; i < count; i++)
		if (needs_unit(needs, i) != NULL && components[i].joined && list[i].memory == 0 &&
			!lay_over(needs, uses, i))
			return false;
	return true;
}
