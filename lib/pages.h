/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Memory that is going to be written all over. */
#ifndef BERTH_PAGES_H
#define BERTH_PAGES_H

#include <stddef.h>

/*
 * Takes the pages of the SIZE bytes at BYTES from the system in one call and,
 * where they are whole within them, as large ones.  One by one, as they are
 * written to, they cost more than what is done with them.  What the memory holds
 * does not change, and it is no matter when the system cannot do this.
 */
void pages_take(void *bytes, size_t size);

/*
 * As malloc, in fresh pages, so that what is not written to takes no memory,
 * and where large pages can begin.
 */
void *pages_alloc(size_t size);

/* As calloc, with pages_take; NULL when memory ran out. */
void *pages_calloc(size_t count, size_t size);

#endif
