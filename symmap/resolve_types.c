/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Whether natives take and return what the imports do that they serve. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "symmap/native_types.h"
#include "symmap/resolve_state.h"

static const struct wasm_signature *signature_of(const struct resolver *resolver, size_t index)
{
	return &resolver->input->module->signatures[resolver_import(resolver, index)->signature];
}

/* --- comparison ------------------------------------------------------------------------- */

/* False for types that no C type stands for. */
static bool lower_wasm(uint8_t wasm, struct native_type *type)
{
	bool wide = wasm == WASM_I64 || wasm == WASM_F64;
	*type = (struct native_type){wide ? 8 : 4, wasm == WASM_F32 || wasm == WASM_F64};
	return wasm == WASM_I32 || wasm == WASM_F32 || wide;
}

static bool same_type(struct native_type native, uint8_t wasm)
{
	struct native_type type;
	return lower_wasm(wasm, &type) && native.size == type.size &&
	       native.floating == type.floating;
}

static bool fits(const struct native_types *native, const struct wasm_signature *wasm)
{
	if (native->count != wasm->param_count || (native->result.size != 0) != wasm->result_count)
		return false;
	for (size_t i = 0; i < native->count; i++)
		if (!same_type(native->params[i], wasm->params[i]))
			return false;
	return wasm->result_count == 0 || same_type(native->result, wasm->results[0]);
}

/* --- the message -------------------------------------------------------------------------- */

static void put_type(FILE *stream, struct native_type type)
{
	if (type.size == 4 || type.size == 8)
		fprintf(stream, "%c%d", type.floating ? 'f' : 'i', type.size == 4 ? 32 : 64);
	else
		fprintf(stream, "%" PRIu64 " bytes", type.size);
}

static void put_native(FILE *stream, const struct native_types *types)
{
	fputc('(', stream);
	for (size_t i = 0; i < types->count; i++) {
		fputs(i == 0 ? "" : ", ", stream);
		put_type(stream, types->params[i]);
	}
	fputc(')', stream);
	if (types->result.size != 0) {
		fputs(" -> ", stream);
		put_type(stream, types->result);
	}
}

static void put_list(FILE *stream, const uint8_t *types, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct native_type type;
		fputs(i == 0 ? "" : ", ", stream);
		if (lower_wasm(types[i], &type))
			put_type(stream, type);
		else
			fputs(types[i] == WASM_V128 ? "v128" : "a reference", stream);
	}
}

static void put_wasm(FILE *stream, const struct wasm_signature *signature)
{
	fputc('(', stream);
	put_list(stream, signature->params, signature->param_count);
	fputs(signature->result_count == 0 ? ")" : ") -> ", stream);
	put_list(stream, signature->results, signature->result_count);
}

static bool report_mismatch(
	const struct resolver *resolver, size_t index, const struct native_types *types)
{
	const struct resolution *resolution = &resolver->resolutions[index];
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return diag_no_memory(resolver->diag);
	resolve_put_import(stream, resolver, index);
	fputs(" is ", stream);
	put_wasm(stream, signature_of(resolver, index));
	fprintf(stream, ", but by its DWARF %s in %s is ", resolution->native,
		resolution->definition->source);
	put_native(stream, types);
	fputs(": correct the native, or name another in a map", stream);
	return resolve_report(resolver, stream, &text);
}

/* --- all of them --------------------------------------------------------------------------- */

/* An import, and the question what the native that serves it takes and returns. */
struct question {
	const struct object *dwarf;
	size_t index;
};

/* By object, so that each is read once. */
static int compare_questions(const void *left, const void *right)
{
	uintptr_t a = (uintptr_t)((const struct question *)left)->dwarf;
	uintptr_t b = (uintptr_t)((const struct question *)right)->dwarf;
	return (a > b) - (a < b);
}

/* Answers the COUNT questions at LIST, which are about one object; TYPES are by import. */
static bool ask_object(struct resolver *resolver, const struct question *list, size_t count,
	struct native_types *types)
{
	struct native_query *queries = calloc(count, sizeof(*queries));
	if (queries == NULL)
		return diag_no_memory(resolver->diag);
	for (size_t i = 0; i < count; i++) {
		const struct native *native = resolver->resolutions[list[i].index].definition;
		queries[i].name = native->name;
		queries[i].address = native->address;
	}
	bool good = native_types_read(resolver->diag, list[0].dwarf, queries, count);
	for (size_t i = 0; good && i < count; i++)
		types[list[i].index] = queries[i].types;
	free(queries);
	return good;
}

static bool ask_objects(
	struct resolver *resolver, struct question *list, size_t count, struct native_types *types)
{
	bool good = true;
	qsort(list, count, sizeof(*list), compare_questions);
	for (size_t start = 0, end; good && start < count; start = end) {
		end = start + 1;
		while (end < count && list[end].dwarf == list[start].dwarf)
			end++;
		good = ask_object(resolver, list + start, end - start, types);
	}
	return good;
}

/* In the order of the imports. */
static bool compare_all(struct resolver *resolver, const struct native_types *types)
{
	bool good = true;
	for (size_t i = 0; i < resolver->count; i++) {
		resolver->resolutions[i].checked = types[i].known;
		if (types[i].known && !fits(&types[i], signature_of(resolver, i)))
			good = report_mismatch(resolver, i, &types[i]);
	}
	return good;
}

bool resolve_check_types(struct resolver *resolver)
{
	struct question *list = calloc(resolver->count + 1, sizeof(*list));
	struct native_types *types = calloc(resolver->count + 1, sizeof(*types));
	bool good = (list != NULL && types != NULL) || diag_no_memory(resolver->diag);
	size_t count = 0;
	for (size_t i = 0; good && i < resolver->count; i++) {
		const struct native *native = resolver->resolutions[i].definition;
		if (native != NULL && native->dwarf != NULL)
			list[count++] = (struct question){native->dwarf, i};
	}
	good = good && ask_objects(resolver, list, count, types) && compare_all(resolver, types);
	free(list);
	free(types);
	return good;
}
