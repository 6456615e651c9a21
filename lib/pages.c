/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Below that, one more call of the system costs more than it saves. */
enum { WORTH_A_CALL = 65536 };

static const uintptr_t large = (uintptr_t)1 << 21;

void pages_take(void *bytes, size_t size)
{
#if defined(MADV_POPULATE_WRITE) && defined(MADV_HUGEPAGE)
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t first = ((uintptr_t)bytes + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)bytes + size) & ~(page - 1);
	uintptr_t first_large = (first + large - 1) & ~(large - 1);
	uintptr_t end_large = end & ~(large - 1);
	if (end_large > first_large)
		(void)madvise((void *)first_large, end_large - first_large, MADV_HUGEPAGE);
	if (end > first && end - first >= WORTH_A_CALL)
		(void)madvise((void *)first, end - first, MADV_POPULATE_WRITE);
#else
	(void)bytes;
	(void)size;
#endif
}

void *pages_alloc(size_t size)
{
	if (size < large || size > SIZE_MAX - large)
		return malloc(size);
	return aligned_alloc(large, (size + large - 1) & ~(large - 1));
}

void *pages_calloc(size_t count, size_t size)
{
	void *bytes = calloc(count, size);
	if (bytes != NULL)
		pages_take(bytes, count * size);
	return bytes;
}
