/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/image_code.h"

#include <stdlib.h>

#include "elfbind/rv32.h"
#include "elfbind/thumb.h"

/* BL and B.W reach 16 MiB in both directions: bits 24 to 0 (DDI 0403, A7.7.18). */
#define REACH_MASK 0x1ffffffu

uint64_t image_code_start(const struct object_symbol *function)
{
	return function->value & ~UINT64_C(1);
}

static int by_address(const void *a, const void *b)
{
	const struct code_call *one = a;
	const struct code_call *two = b;
	return one->address < two->address ? -1 : one->address > two->address;
}

static int by_start(const void *a, const void *b)
{
	const struct object_symbol *one = *(const struct object_symbol *const *)a;
	const struct object_symbol *two = *(const struct object_symbol *const *)b;
	uint64_t first = image_code_start(one);
	uint64_t second = image_code_start(two);
	if (first != second)
		return first < second ? -1 : 1;
	return one < two ? -1 : one > two;
}

bool image_code_make(struct diag *diag, const struct object *image, struct image_code *code)
{
	*code = (struct image_code){.image = image};
	struct code_calls calls = {0};
	bool done = image->machine == EM_RISCV ? rv32_calls(diag, image, &calls)
					       : thumb_calls(diag, image, &calls);
	code->calls = calls.list;
	code->call_count = calls.count;
	if (!done)
		return false;
	if (code->call_count > 0)
		qsort(code->calls, code->call_count, sizeof(*code->calls), by_address);
	code->functions = calloc(image->symbol_count + 1, sizeof(struct object_symbol *));
	if (code->functions == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < image->symbol_count; i++)
		if (image->symbols[i].type == STT_FUNC && image->symbols[i].section != SHN_UNDEF)
			code->functions[code->function_count++] = &image->symbols[i];
	qsort(code->functions, code->function_count, sizeof(struct object_symbol *), by_start);
	return true;
}

void image_code_free(struct image_code *code)
{
	free(code->calls);
	free(code->functions);
	*code = (struct image_code){0};
}

/* How many calls are at lower addresses. */
static size_t calls_before(const struct image_code *code, uint64_t address)
{
	size_t low = 0;
	size_t high = code->call_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (code->calls[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t image_code_calls(const struct image_code *code, uint64_t start, uint64_t size, size_t *first)
{
	uint64_t end = size > UINT64_MAX - start ? UINT64_MAX : start + size;
	*first = calls_before(code, start);
	return calls_before(code, end) - *first;
}

/* How many functions start at lower addresses. */
static size_t functions_before(const struct image_code *code, uint64_t address)
{
	size_t low = 0;
	size_t high = code->function_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (image_code_start(code->functions[middle]) < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t image_code_functions(const struct image_code *code, uint64_t address, size_t *first)
{
	*first = functions_before(code, address);
	size_t end = *first;
	while (end < code->function_count && image_code_start(code->functions[end]) == address)
		end++;
	return end - *first;
}

/* Whether FUNCTION has the byte at ADDRESS, which is not in front of it. */
static bool covers(const struct object_symbol *function, uint64_t address)
{
	return address - image_code_start(function) < function->size;
}

const struct object_symbol *image_code_around(const struct image_code *code, uint64_t address)
{
	enum { LABELS = 32 };
	const struct object_symbol *found = NULL;
	size_t first;
	size_t end = image_code_functions(code, address, &first) + first;
	for (size_t i = end; i > 0 && end - i < LABELS; i--) {
		const struct object_symbol *function = code->functions[i - 1];
		if (found != NULL && image_code_start(found) != image_code_start(function))
			break;
		if (covers(function, address) && (found == NULL || function->binding == STB_LOCAL))
			found = function;
	}
	return found;
}

/* Whether a function starts at ADDRESS. */
static bool starts_function(const struct image_code *code, uint64_t address)
{
	size_t first;
	return image_code_functions(code, address, &first) > 0;
}

bool image_code_goes_nowhere(const struct image_code *code, const struct code_call *call)
{
	bool to_zero = (call->target & REACH_MASK) == 0;
	bool to_next = call->links && call->target == call->address + 4;
	return (to_zero || to_next) && !starts_function(code, call->target);
}
