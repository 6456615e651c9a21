/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Rows as JSON: the registers, and what the decoder makes of them. */
#include <jansson.h>

#include "mpu-table/emit.h"

/* Appends ITEM, which it takes over; NULL for either means that memory ran out before. */
static void append(json_t **array, json_t *item)
{
	if (*array != NULL && json_array_append_new(*array, item) == 0)
		return;
	json_decref(*array);
	*array = NULL;
}

static json_t *json_name(const char *name)
{
	json_t *value = json_string(name);
	return value != NULL ? value : json_string("?"); /* not UTF-8 */
}

static json_t *json_registers(const struct arch *arch, const struct row *row)
{
	json_t *registers = json_object();
	for (uint32_t i = 0; registers != NULL && i < arch->words; i++)
		if (json_object_set_new(
			    registers, arch->registers[i], json_integer(row->words[i])) != 0) {
			json_decref(registers);
			return NULL;
		}
	return registers;
}

static json_t *json_row(
	const struct rowset *set, const struct rowset_context *context, size_t index)
{
	struct row_view view;
	const char *why;
	json_t *covers = json_array();
	if (!set->architecture->decode(&set->target, context->rows, index, &view, &why))
		view.cover_count = 0;
	for (size_t i = 0; i < view.cover_count; i++)
		append(&covers, json_pack("{s:I, s:I}", "base", (json_int_t)view.covers[i].base,
					"size", (json_int_t)view.covers[i].size));
	return json_pack("{s:i, s:o, s:s, s:o, s:o}", "slot", (int)index, "region",
		json_name(context->names[index]), "access", row_rights(view.access), "covers",
		covers, "registers",
		json_registers(set->architecture->arch, &context->rows[index]));
}

static json_t *json_context(const struct rowset *set, const struct rowset_context *context)
{
	json_t *rows = json_array();
	json_t *pmpcfg = json_array();
	for (size_t i = 0; i < context->count; i++)
		append(&rows, json_row(set, context, i));
	for (size_t i = 0; i * EMIT_ENTRIES < context->count; i++)
		append(&pmpcfg, json_integer(emit_pmpcfg(context, i)));
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
		append(&contexts, json_context(set, &set->contexts[i]));
	json_t *root = json_pack("{s:s, s:o}", "arch", arch->name, "contexts", contexts);
	if (root != NULL && (arch->id == ARCH_ARMV8M || arch->id == ARCH_ARMV81M))
		json_object_set_new(root, "mair",
			json_pack("[I, I]", (json_int_t)set->target.mair[0],
				(json_int_t)set->target.mair[1]));
	bool done =
		root != NULL && json_dumpf(root, stream, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0;
	json_decref(root);
	if (!done)
		return diag_no_memory(diag);
	fputc('\n', stream);
	return true;
}
