/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The parts of table_check; nothing outside of mpu-table/ uses this.
 *
 * Findings have identifiers, which stay what they are:
 *
 *     R01  no table, or not the shape of one     R11  a context, stack or arena field
 *     R02  the checksum differs                  R12  memory open to two contexts
 *     R03  a row that is illegal or off          R13  a row opens what is something else's
 *     R04  a row not in its slot                 R14  the code is not open
 *     R05  rows do not open exactly the region   R15  a symbol disagrees
 *     R06  other rights than the region's        R16  the table can be written
 *     R07  wrong memory type                     R17  the table is not that of the layout
 *     R08  attributes not as berth writes them   R18  an entry point disagrees
 *     R09  a region field
 *     R10  region and section disagree
 */
#ifndef BERTH_CHECK_H
#define BERTH_CHECK_H

#include "lib/bind_record.h"
#include "mpu-table/table.h"

struct checker {
	struct diag *diag;
	const struct object *image;
	const struct table *table;
	struct row_view *views; /* by row; all zero where the row is illegal */
	/* By region: the one it is for, of a carve that of its memory; or NULL. */
	const struct object_section **sections;
	bool good;
};

/* A row with everything that it belongs to. */
struct row_place {
	uint32_t row;  /* in the table */
	uint32_t slot; /* its position in the context */
	uint32_t region;
	const char *context_name;
	const char *region_name;
};

/* Reports a finding: "FILE: ID: message". */
void check_finding(struct checker *checker, const char *id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Row ROW of CONTEXT, counted from its first. */
struct row_place check_row_place(
	const struct checker *checker, const struct berth_context *context, uint32_t row);

/* The name of the context, "?" when INDEX is BERTH_NONE. */
const char *check_context_name(const struct checker *checker, uint32_t index);

/* [BASE, BASE + SIZE) in [WHOLE, WHOLE + WHOLE_SIZE). */
bool check_inside(uint64_t base, uint64_t size, uint64_t whole, uint64_t whole_size);

/* The memory that components share in which carve REGION lies, or BERTH_NONE. */
uint32_t check_memory_around(const struct table *table, const struct berth_region *region);

/*
 * The joint region of context INDEX: where its globals begin; or BERTH_NONE.
 * Contexts that have the same one are joined: they may open each other's memories.
 */
uint32_t check_joint_of(const struct table *table, uint32_t index);
bool check_are_joined(const struct table *table, uint32_t a, uint32_t b);

/* "rwx", with - for what is not there; static text. */
const char *check_rights(unsigned access);

/* Kinds, rights, ranges and owners of the regions; check_fields.c. */
void check_region_fields(struct checker *checker);

/* Contexts, stacks and arenas against the regions; check_fields.c. */
void check_contexts(struct checker *checker);

/*
 * The bits of row ROW, for REGION, that say how it gives rights and what
 * memory it is, as berth writes them: for each register which bits those are,
 * and what they must be.  Written from the manuals, not from the encoder;
 * check_attributes.c.
 */
struct row_bits {
	struct row mask;
	struct row bits;
};
struct row_bits check_attribute_bits(
	const struct table *table, uint32_t row, const struct berth_region *region);

/* Decodes every row and compares it with its region; check_rows.c. */
void check_rows(struct checker *checker);

/* Whether REGION is the code of one unit, or what all components run beside such. */
bool check_is_unit_code(const struct table *table, const struct berth_region *region);

/* Whether a row of CONTEXT gives it RIGHT at ADDRESS; check_code.c. */
bool check_may(const struct checker *checker, const struct berth_context *context,
	enum berth_access right, uint64_t address);

/* Whether each context opens the code of its object and the common one; check_code.c. */
void check_code(struct checker *checker);

/* Sections, symbols and segments of the image against regions and rows; check_image.c. */
void check_image(struct checker *checker);

/* What is loaded in RANGE, which the row at PLACE opens, to run elsewhere; check_loads.c. */
void check_opened_loads(
	struct checker *checker, const struct row_place *place, const struct layout_range *range);

/*
 * The SIZE bytes at SYMBOL, which is defined; NULL where they are not all in a
 * section that can only be read.
 */
const uint8_t *check_constant(
	const struct object *image, const struct object_symbol *symbol, uint64_t size);

/* What components read of their arenas against the table; check_constants.c. */
void check_arena_constants(struct checker *checker);

/* Entry points against contexts and exports; check_entries.c. */
void check_entries(struct checker *checker);

#endif
