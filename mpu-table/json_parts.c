/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "mpu-table/json_parts.h"

void json_collect(json_t **array, json_t *item)
{
	if (*array != NULL && json_array_append_new(*array, item) == 0)
		return;
	json_decref(*array);
	*array = NULL;
}

json_t *json_registers(const struct arch *arch, const struct row *row)
{
	json_t *registers = json_object();
	for (size_t i = 0; registers != NULL && i < arch->words; i++)
		if (json_object_set_new(
			    registers, arch->registers[i], json_integer(row->words[i])) != 0) {
			json_decref(registers);
			return NULL;
		}
	return registers;
}

json_t *json_covers(const struct row_view *view)
{
	json_t *covers = json_array();
	for (size_t i = 0; i < view->cover_count; i++)
		json_collect(
			&covers, json_pack("{s:I, s:I}", "base", (json_int_t)view->covers[i].base,
					 "size", (json_int_t)view->covers[i].size));
	return covers;
}

bool json_print(struct diag *diag, json_t *root, FILE *stream)
{
	bool done =
		root != NULL && json_dumpf(root, stream, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0;
	json_decref(root);
	if (!done)
		return diag_no_memory(diag);
	fputc('\n', stream);
	return true;
}
