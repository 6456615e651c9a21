/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A unit's code: which sections of an object it is made of, and what elfbind
 * inject adds to them, which ldgen must know before inject has run.  A unit is
 * the components of one object, named for the first of them in the layout.
 */
#ifndef BERTH_UNIT_CODE_H
#define BERTH_UNIT_CODE_H

#include "lib/object.h"

enum {
	UNIT_CODE_ENTRY = 8,   /* bytes of a struct berth_entry: one for each export */
	UNIT_CODE_VENEER = 96, /* bytes that the arena's veneer has at most, on any machine */
	UNIT_CODE_ALIGN = 4,   /* of what inject adds */
	/* Bytes of the veneer that takes new blocks itself.  It ends with two words: the address of
	 * the arena's state, and the offset of the arena's end in the memory. */
	UNIT_CODE_SHORT_ARM = 72,
	UNIT_CODE_SHORT_RISCV = 96,
	UNIT_CODE_SHORT_WORDS = 8, /* bytes of the two */
};

/*
 * What the name of SECTION has behind the kind that it is of, "" or from a dot
 * on; *KIND becomes ".text" or ".rodata".  NULL where it is neither code nor
 * constants that the code reads.
 */
const char *unit_code_tail(const struct object_section *section, const char **kind);

#endif
