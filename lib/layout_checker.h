/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the files of layout_check hand each other; whoever has a layout to check
 * calls that (layout.h).
 */
#ifndef BERTH_LAYOUT_CHECKER_H
#define BERTH_LAYOUT_CHECKER_H

#include "lib/checked.h"
#include "lib/layout.h"

/* What a check reports to; every fault found is told, not only the first. */
struct layout_checker {
	struct diag *diag;
	const char *path;
	const struct layout *layout;
	bool good;
};

/* Reports that the NAME of kind WHAT breaks a rule, and how. */
void layout_fault(struct layout_checker *checker, const char *what, const char *name,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

static inline bool range_fits(uint64_t base, uint64_t size)
{
	return checked_within(base, size, LAYOUT_ADDRESSES);
}

/* Whether [BASE, BASE + SIZE) lies in [WHOLE, WHOLE + WHOLE_SIZE). */
static inline bool inside(uint64_t base, uint64_t size, uint64_t whole, uint64_t whole_size)
{
	return base >= whole && checked_within(base - whole, size, whole_size);
}

static inline bool in_region(const struct layout_region *region, uint64_t base, uint64_t size)
{
	return inside(base, size, region->base, region->size);
}

/*
 * Checks each bank and each region by itself, and then where they must not meet and what
 * regions there must be together.  What comes after computes with their ranges, so it does
 * not look at a layout in which this finds a fault.
 */
void layout_check_places(struct layout_checker *checker);

#endif
