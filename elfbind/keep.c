/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/keep.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

bool keep_use_make(struct diag *diag, const struct keep *keep, struct keep_use *use)
{
	use->kept = calloc(keep->kept_count + 1, sizeof(*use->kept));
	use->localized = calloc(keep->localized_count + 1, sizeof(*use->localized));
	return (use->kept != NULL && use->localized != NULL) || diag_no_memory(diag);
}

void keep_use_free(struct keep_use *use)
{
	free(use->kept);
	free(use->localized);
	*use = (struct keep_use){0};
}

static bool is_called(const struct plan *plan, uint32_t symbol, const char *name)
{
	return strcmp(object_symbol(plan->object, symbol).name, name) == 0 ||
	       strcmp(plan_name(plan, symbol), name) == 0;
}

static bool matches(const struct plan *plan, uint32_t symbol, const char *pattern)
{
	return is_called(plan, symbol, pattern) ||
	       fnmatch(pattern, object_symbol(plan->object, symbol).name, 0) == 0 ||
	       fnmatch(pattern, plan_name(plan, symbol), 0) == 0;
}

/* Every pattern is tried, so that USE is complete. */
static bool is_kept(
	const struct keep *keep, const struct plan *plan, uint32_t symbol, struct keep_use *use)
{
	bool kept = keep->kept_count == 0;
	for (size_t i = 0; i < keep->kept_count; i++)
		if (matches(plan, symbol, keep->kept[i]))
			kept = use->kept[i] = true;
	return kept;
}

static bool is_localized(
	const struct keep *keep, const struct plan *plan, uint32_t symbol, struct keep_use *use)
{
	bool localized = false;
	for (size_t i = 0; i < keep->localized_count; i++)
		if (is_called(plan, symbol, keep->localized[i]))
			localized = use->localized[i] = true;
	return localized;
}

static bool check_contradiction(
	struct diag *diag, const struct keep *keep, const struct plan *plan, uint32_t symbol)
{
	for (size_t i = 0; i < keep->kept_count; i++)
		if (is_called(plan, symbol, keep->kept[i]))
			return diag_error(diag, plan->object->path,
				"shall keep [symbol %s] and make it local: say one of them",
				keep->kept[i]);
	return true;
}

bool keep_plan(struct diag *diag, const struct keep *keep, struct plan *plan, struct keep_use *use)
{
	const struct object *object = plan->object;
	if (keep->kept_count == 0 && keep->localized_count == 0)
		return true;
	for (uint32_t i = 1; i < object->symbol_count; i++) {
		if (object_symbol(object, i).section == SHN_UNDEF ||
			object_symbol(object, i).binding == STB_LOCAL)
			continue;
		bool kept = is_kept(keep, plan, i, use);
		bool localized = is_localized(keep, plan, i, use);
		if (localized && !check_contradiction(diag, keep, plan, i))
			return false;
		plan->localized[i] = !kept || localized;
		plan->localizes = plan->localizes || plan->localized[i];
	}
	return true;
}

bool keep_check(
	struct diag *diag, const struct keep *keep, const struct keep_use *use, const char *where)
{
	bool good = true;
	for (size_t i = 0; i < keep->kept_count; i++)
		if (!use->kept[i])
			good = diag_error(diag, where,
				"has no global definition that --keep %s stands for: give the name "
				"of one",
				keep->kept[i]);
	for (size_t i = 0; i < keep->localized_count; i++)
		if (!use->localized[i])
			good = diag_error(diag, where,
				"has no global definition that --localize %s stands for: give the "
				"name of one",
				keep->localized[i]);
	return good;
}
