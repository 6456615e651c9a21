/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Rows as JSON: the registers, and what the decoder makes of them. */
#include "lib/json_text.h"
#include "mpu-table/emit.h"
#include "mpu-table/json_parts.h"

static json_t *json_row(
	const struct rowset *set, const struct rowset_context *context, size_t index)
{
	struct row_view view;
	const char *why;
	if (!set->architecture->decode(&set->target, context->rows, index, &view, &why))
		view.cover_count = 0;
	return json_pack("{s:i, s:o, s:s, s:o, s:o}", "slot", (int)index, "region",
		json_text(context->names[index]), "access", row_rights(view.access), "covers",
		json_covers(&view), "registers",
		json_registers(set->architecture->arch, &context->rows[index]));
}

static json_t *json_context(const struct rowset *set, const struct rowset_context *context)
{
	json_t *rows = json_array();
	json_t *pmpcfg = json_array();
	for (size_t i = 0; i < context->count; i++)
		json_collect(&rows, json_row(set, context, i));
	for (size_t i = 0; i * EMIT_ENTRIES < context->count; i++)
		json_collect(&pmpcfg, json_integer(emit_pmpcfg(context, i)));
	json_t *json = json_pack("{s:s, s:o}", "name", context->name, "rows", rows);
	if (json != NULL && set->architecture->arch->id == ARCH_RISCV &&
		json_object_set(json, "pmpcfg", pmpcfg) != 0) {
		json_decref(json);
		json = NULL;
	}
	json_decref(pmpcfg);
	return json;
}

bool emit_json(struct diag *diag, const struct rowset *set, FILE *stream)
{
	const struct arch *arch = set->architecture->arch;
	json_t *contexts = json_array();
	for (size_t i = 0; i < set->count; i++)
		json_collect(&contexts, json_context(set, &set->contexts[i]));
	json_t *root = json_pack("{s:s, s:o}", "arch", arch->name, "contexts", contexts);
	if (root != NULL && (arch->id == ARCH_ARMV8M || arch->id == ARCH_ARMV81M))
		json_object_set_new(root, "mair",
			json_pack("[I, I]", (json_int_t)set->target.mair[0],
				(json_int_t)set->target.mair[1]));
	return json_print(diag, root, stream);
}
