/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A guest for the allocator: everything that it is given and gives back was
 * allocated, and is freed when the canonical ABI says so.
 *
 * With GUEST_HEAP the allocator is the guest's own, so that the same code runs
 * where there is no arena: what it answers there is what it must answer here.
 */
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

#ifdef GUEST_HEAP
static uint8_t heap[32768];
static uint32_t heap_used;

/* Never gives anything back: a run is short. */
static void *allocate(void *old, size_t old_size, size_t align, size_t new_size)
{
	if (new_size == 0)
		return (void *)align;
	heap_used = (heap_used + align - 1) & ~(align - 1);
	if (new_size > sizeof(heap) - heap_used)
		abort();
	uint8_t *block = heap + heap_used;
	heap_used += new_size;
	memcpy(block, old, old_size < new_size ? old_size : new_size);
	return block;
}
#else
static void *allocate(void *old, size_t old_size, size_t align, size_t new_size)
{
	return (void *)(uintptr_t)ledger_cabi_arena_realloc(
		(uint32_t)(uintptr_t)old, old_size, align, new_size);
}
#endif

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(
	void *old, size_t old_size, size_t align, size_t new_size)
{
	return allocate(old, old_size, align, new_size);
}

/* --- what the bindings call ------------------------------------------------------------ */

void *realloc(void *old, size_t size)
{
	(void)old;
	(void)size;
	abort();
}

/* The arena knows how long a block is; a length of 1 says that there is one. */
void free(void *old)
{
#ifdef GUEST_HEAP
	(void)old;
#else
	allocate(old, 1, 1, 0);
#endif
}

void abort(void)
{
	__builtin_trap();
}

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
	uint8_t *out = to;
	const uint8_t *in = from;
	while (length-- > 0)
		*out++ = *in++;
	return to;
}

size_t strlen(const char *text)
{
	size_t length = 0;
	while (text[length] != '\0')
		length++;
	return length;
}

/* --- exports ----------------------------------------------------------------------------- */

static void copy_string(ledger_string_t *to, const ledger_string_t *from, size_t more)
{
	to->len = from->len + more;
	to->ptr = NULL;
	if (to->len == 0)
		return;
	/* In two steps: a block that grows. */
	to->ptr = cabi_realloc(NULL, 0, 1, from->len == 0 ? 1 : from->len);
	memcpy(to->ptr, from->ptr, from->len);
	if (more > 0)
		to->ptr = cabi_realloc(to->ptr, from->len == 0 ? 1 : from->len, 1, to->len);
	for (size_t i = from->len; i < to->len; i++)
		to->ptr[i] = '.';
}

void exports_berth_ledger_books_summarize(ledger_string_t *title,
	exports_berth_ledger_books_list_entry_t *entries, exports_berth_ledger_books_summary_t *ret)
{
	copy_string(&ret->title, title, 1);
	ret->total = 0;
	ret->widest.is_some = false;
	ret->names.len = entries->len;
	ret->names.ptr = entries->len == 0
				 ? NULL
				 : cabi_realloc(NULL, 0, 4, entries->len * sizeof(ledger_string_t));
	for (size_t i = 0; i < entries->len; i++) {
		exports_berth_ledger_books_entry_t *entry = &entries->ptr[i];
		for (size_t k = 0; k < entry->amounts.len; k++)
			ret->total = (int32_t)((uint32_t)ret->total +
					       (uint32_t)entry->amounts.ptr[k] * entry->weight);
		copy_string(&ret->names.ptr[entries->len - 1 - i], &entry->name, 0);
		if (!ret->widest.is_some || entry->weight > ret->widest.val) {
			ret->widest.is_some = true;
			ret->widest.val = entry->weight;
		}
	}
	exports_berth_ledger_books_list_entry_free(entries);
	ledger_string_free(title);
}

void exports_berth_ledger_books_sort(ledger_list_u32_t *values, ledger_list_u32_t *ret)
{
	ret->len = values->len;
	ret->ptr = values->len == 0 ? NULL : cabi_realloc(NULL, 0, 4, values->len * 4);
	for (size_t i = 0; i < values->len; i++) {
		size_t at = i;
		for (; at > 0 && ret->ptr[at - 1] > values->ptr[i]; at--)
			ret->ptr[at] = ret->ptr[at - 1];
		ret->ptr[at] = values->ptr[i];
	}
	ledger_list_u32_free(values);
}

void exports_berth_ledger_books_repeat(
	ledger_string_t *text, uint8_t times, ledger_list_string_t *ret)
{
	ret->len = times;
	ret->ptr = times == 0 ? NULL : cabi_realloc(NULL, 0, 4, times * sizeof(ledger_string_t));
	for (size_t i = 0; i < times; i++)
		copy_string(&ret->ptr[i], text, i);
	ledger_string_free(text);
}

uint64_t exports_berth_ledger_books_mix(
	uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e, uint16_t f)
{
	return (uint64_t)(a + 2 * b + 3 * c) << 32 | (d + 5 * e + 6u * f);
}
