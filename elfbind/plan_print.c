/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The plan in words: one line for each change, and nothing done. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "elfbind/plan.h"

/* Writes "FILE: change", made safe for a terminal. */
static void print_line(const struct plan *plan, FILE *stream, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void print_line(const struct plan *plan, FILE *stream, const char *format, ...)
{
	char *text = NULL;
	size_t size = 0;
	FILE *line = open_memstream(&text, &size);
	va_list arguments;
	if (line == NULL)
		return;
	fprintf(line, "%s: ", plan->object->path);
	va_start(arguments, format);
	vfprintf(line, format, arguments);
	va_end(arguments);
	if (fclose(line) == 0) {
		diag_escape(stream, text, size);
		fputc('\n', stream);
	}
	free(text);
}

static size_t print_names(const struct plan *plan, FILE *stream)
{
	const struct object *object = plan->object;
	size_t count = 0;
	for (size_t i = 1; i < object->section_count; i++)
		if (plan->sections[i] != NULL) {
			print_line(plan, stream, "rename section %zu '%s' to '%s'", i,
				object->sections[i].name, plan->sections[i]);
			count++;
		}
	for (size_t i = 1; i < object->symbol_count; i++)
		if (plan_new_name(plan, i) != NULL) {
			print_line(plan, stream, "rename %s symbol %zu '%s' to '%s'",
				object_symbol(object, i).section == SHN_UNDEF ? "undefined"
									      : "defined",
				i, object_symbol(object, i).name, plan_new_name(plan, i));
			count++;
		}
	return count;
}

static size_t print_calls(const struct plan *plan, FILE *stream)
{
	const struct object *object = plan->object;
	for (size_t i = 0; i < plan->added_count; i++)
		print_line(plan, stream, "add undefined symbol '%s'", plan->added[i].name);
	for (size_t i = 0; i < plan->move_count; i++) {
		const struct object_relocation *from =
			&object->relocations[plan->moves[i].relocation];
		print_line(plan, stream, "let %s+0x%" PRIx64 " refer to '%s' instead of '%s'",
			object->sections[object->sections[from->table].info].name, from->offset,
			plan_name(plan, plan->moves[i].symbol),
			object_symbol(object, from->symbol).name);
	}
	return plan->added_count + plan->move_count;
}

static size_t print_localized(const struct plan *plan, FILE *stream)
{
	size_t count = 0;
	for (size_t i = 1; i < plan->object->symbol_count; i++)
		if (plan->localized[i]) {
			print_line(plan, stream, "make symbol %zu '%s' local", i,
				plan_name(plan, (uint32_t)i));
			count++;
		}
	return count;
}

void plan_print(const struct plan *plan, FILE *stream)
{
	size_t count = print_names(plan, stream);
	count += print_calls(plan, stream);
	count += print_localized(plan, stream);
	if (count == 0)
		print_line(plan, stream, "nothing to change");
}
