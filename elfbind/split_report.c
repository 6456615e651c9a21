/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What is shown when the calls of an object and of a module differ. */
#include <inttypes.h>
#include <stdlib.h>

#include "elfbind/split_state.h"

static void show_expected(const struct alignment *at, FILE *stream)
{
	for (size_t i = 0; i < at->expected_count; i++) {
		uint32_t callee = at->expected[i].callee;
		fputs(i == 0 ? "" : ", ", stream);
		if (callee < at->module->imported_function_count)
			fprintf(stream, "import %u '%s' '%s'", callee,
				split_import_of(at->module, callee)->module,
				split_import_of(at->module, callee)->field);
		else
			fprintf(stream, "func_%u", callee);
	}
}

static void show_found(const struct alignment *at, FILE *stream)
{
	for (size_t i = 0; i < at->found_count; i++) {
		const struct object_relocation *relocation = &at->object->relocations[at->found[i]];
		fprintf(stream, "%s'%s' at 0x%" PRIx64, i == 0 ? "" : ", ",
			at->object->symbols[relocation->symbol].name, relocation->offset);
	}
}

static void show(const struct alignment *at, const char *whose,
	void (*list)(const struct alignment *at, FILE *stream), const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return;
	list(at, stream);
	if (fclose(stream) == 0)
		diag_note(at->diag, path, "%s calls: %s", whose, size == 0 ? "nothing" : text);
	free(text);
}

bool split_report_difference(const struct alignment *at, uint32_t index, size_t call)
{
	diag_error(at->diag, at->object->path,
		"call %zu of [symbol func_%u] is not that of function %u in %s: give the core "
		"module that this object was compiled from",
		call + 1, index, index, at->module->path);
	show(at, "the module", show_expected, at->module->path);
	show(at, "the object", show_found, at->object->path);
	return false;
}

bool split_report_ambiguity(const struct alignment *at, uint32_t index, size_t call)
{
	diag_error(at->diag, at->object->path,
		"leaves out calls of function %u in %s, so that call %zu of [symbol func_%u] could "
		"be one of two imports: give these imports fields of their own, or take the code "
		"that is never reached out of the module",
		index, at->module->path, call + 1, index);
	show(at, "the module", show_expected, at->module->path);
	show(at, "the object", show_found, at->object->path);
	return false;
}
