/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What script.c, which writes sections, and script_asserts.c have in common.
 * Whoever wants a script calls script_write (script.h).
 */
#ifndef BERTH_LDGEN_SCRIPT_PARTS_H
#define BERTH_LDGEN_SCRIPT_PARTS_H

#include "ldgen/script.h"

/* Bytes of main stack below which a link fails rather than a run. */
enum { MAIN_STACK_LEAST = 1024 };

/* For %llx and %llu. */
static inline unsigned long long script_number(uint64_t value)
{
	return (unsigned long long)value;
}

/* Whether components have code in regions of their own, and the program is in a reserve. */
static inline bool script_is_separate(const struct layout *layout)
{
	return layout_common_code(layout) != LAYOUT_NONE;
}

/*
 * The first region from address FROM on that has a section, of those of code or of the
 * others; NULL behind the last.  lld wants the sections of one bank in ascending order.
 */
const struct layout_region *script_next_section(
	const struct layout *layout, bool code, uint64_t from);

/* Each writes to STREAM: */

/* that vectors, program and native data fit, where script_write has placed them; */
void script_program_asserts(
	const struct layout *layout, const struct script_places *places, FILE *stream);

/* that native data ends in the reserve of bank NATIVE, where a script by hand places it; */
void script_end_assert(const struct layout *layout, size_t native, FILE *stream);

/* that region table, initial data and the right runtime are there, the first two in bank CODE; */
void script_table_asserts(const struct layout *layout, size_t code, FILE *stream);

/* that code and the other regions have their addresses and sizes; */
void script_code_asserts(const struct layout *layout, FILE *stream);
void script_region_asserts(const struct layout *layout, FILE *stream);

/* that each component's object was injected with this layout. */
void script_mark_asserts(const struct layout *layout, FILE *stream);

#endif
