/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A021: calls into closed code.
 *
 * Where each component sees its own code only, the region table has regions of
 * kind code that belong to components, and perhaps one that belongs to none, for
 * what all of them run.  The linker knows nothing of it: a call out of them
 * links, and faults when it is first run.  So every call in such a region must
 * go to what each context that opens the region opens for execution; and so must
 * the way back, which is an address that the runtime loads.  And nothing native
 * may call into a component's region: the linker serves a native call by an export
 * of a component where that has the name.
 */
#include <inttypes.h>

#include "elfbind/audit.h"
#include "elfbind/image_code.h"
#include "mpu-table/table.h"

struct closed {
	struct audit *audit;
	const struct table *table;
	const struct image_code *code;
	size_t calls; /* that leave a region */
};

/* --- the table --------------------------------------------------------------------------- */

static bool is_code_region(const struct table *table, uint32_t index)
{
	return table->regions[index].kind == BERTH_KIND_CODE;
}

static bool lies_in(const struct berth_region *region, uint64_t address)
{
	return address >= region->base && address - region->base < region->reserved;
}

/* Whether a row of CONTEXT lets it execute what is at ADDRESS. */
static bool may_execute(const struct table *table, uint32_t context, uint64_t address)
{
	const struct berth_context *of = &table->contexts[context];
	for (uint32_t i = of->first_row; i < of->first_row + of->row_count; i++) {
		struct row_view view;
		const char *why;
		if (table_decode(table, i, &view, &why) && view.enabled &&
			(view.access & LAYOUT_EXECUTE) != 0 && row_view_opens(&view, address))
			return true;
	}
	return false;
}

/* --- calls --------------------------------------------------------------------------------- */

static const char *function_at(const struct closed *closed, uint64_t address)
{
	const struct object_symbol *function = image_code_around(closed->code, address);
	return function == NULL ? "?" : function->name;
}

static void report_call(const struct closed *closed, uint32_t context, const struct code_call *call)
{
	audit_found(closed->audit, AUDIT_CLOSED);
	diag_error(closed->audit->diag, closed->audit->input->image->path,
		"A021: the call at 0x%08" PRIx64 " goes to %s at 0x%08" PRIx32
		", which no row of its context opens for execution, so that it faults [context %s, "
		"symbol %s]: name the section of what is called under natives: in the manifest, or "
		"put a gate in front of it",
		call->address, function_at(closed, call->target), call->target,
		table_name(closed->table, closed->table->contexts[context].name),
		function_at(closed, call->address));
}

/* Reports CALL, which leaves region INDEX, for the first context that it fails in. */
static void check_call(struct closed *closed, uint32_t index, const struct code_call *call)
{
	const struct table *table = closed->table;
	closed->calls++;
	/* A003 says what is missing. */
	if (closed->code->image->machine == EM_ARM && image_code_goes_nowhere(closed->code, call))
		return;
	for (uint32_t i = 0; i < table->header.context_count; i++)
		if (table_opens(table, &table->contexts[i], index) &&
			!may_execute(table, i, call->target)) {
			report_call(closed, i, call);
			return;
		}
}

static void check_region(struct closed *closed, uint32_t index)
{
	const struct berth_region *region = &closed->table->regions[index];
	size_t first;
	size_t count = image_code_calls(closed->code, region->base, region->reserved, &first);
	for (size_t i = first; i < first + count; i++)
		if (!lies_in(region, closed->code->calls[i].target))
			check_call(closed, index, &closed->code->calls[i]);
}

/* The code region that ADDRESS lies in, or BERTH_NONE. */
static uint32_t region_at(const struct table *table, uint64_t address)
{
	for (uint32_t i = 0; i < table->header.region_count; i++)
		if (is_code_region(table, i) && lies_in(&table->regions[i], address))
			return i;
	return BERTH_NONE;
}

/* Native code enters a component by berth_call only: a function of a component that has the name
 * of a native one would run with native rights. */
static void check_native(struct closed *closed, const struct code_call *call)
{
	const struct table *table = closed->table;
	uint32_t index = region_at(table, call->target);
	if (index == BERTH_NONE || table->regions[index].component == BERTH_NONE ||
		region_at(table, call->address) != BERTH_NONE)
		return;
	audit_found(closed->audit, AUDIT_CLOSED);
	diag_error(closed->audit->diag, closed->audit->input->image->path,
		"A021: native code at 0x%08" PRIx64 " calls %s at 0x%08" PRIx32
		", which is a component's and would run with the rights of native code [region "
		"%s, symbol %s]: call it by berth_call, or rename the export that has taken the "
		"name of a native function",
		call->address, function_at(closed, call->target), call->target,
		table_region_name(table, index), function_at(closed, call->address));
}

/* --- in and out ------------------------------------------------------------------------------ */

/* FUNCTION runs in every component, from its first instruction or at its end. */
static void check_way(struct closed *closed, const struct object_symbol *function)
{
	const struct table *table = closed->table;
	uint64_t start = image_code_start(function);
	uint64_t last = start + (function->size > 2 ? function->size - 2 : 0);
	for (uint32_t i = 0; i < table->header.context_count; i++) {
		if (may_execute(table, i, start) && may_execute(table, i, last))
			continue;
		audit_found(closed->audit, AUDIT_CLOSED);
		diag_error(closed->audit->diag, closed->audit->input->image->path,
			"A021: no row opens for execution what every call of a component runs "
			"through, at 0x%08" PRIx64 " [context %s, symbol %s]: link the runtime's "
			"sections .text.berth.common.* into the common code region",
			start, table_name(table, table->contexts[i].name), function->name);
	}
}

/* On RISC-V privilege is dropped with the jump, on Cortex-M before the end of berth_port_enter.
 * Whether all that there must be were found. */
static bool check_ways(struct closed *closed)
{
	static const char *const ways[] = {"berth_return", "berth_port_enter"};
	const struct object *image = closed->audit->input->image;
	bool found = true;
	for (size_t i = 0; i < (image->machine == EM_ARM ? 2 : 1); i++) {
		const struct object_symbol *function = object_global(image, ways[i]);
		if (function != NULL)
			check_way(closed, function);
		else
			found = false;
	}
	return found;
}

/* --- the subject -------------------------------------------------------------------- */

static bool is_known_code(const struct object *image)
{
	return image->data == ELFDATA2LSB && image->class == ELFCLASS32 &&
	       (image->machine == EM_ARM || image->machine == EM_RISCV);
}

static void check_all(struct audit *audit, const struct table *table)
{
	struct image_code code;
	struct closed closed = {.audit = audit, .table = table, .code = &code};
	if (image_code_make(audit->diag, audit->input->image, &code)) {
		if (code.function_count == 0) {
			audit_blind(audit, AUDIT_CLOSED, "no symbol says where code is");
		} else {
			for (uint32_t i = 0; i < table->header.region_count; i++)
				if (is_code_region(table, i))
					check_region(&closed, i);
			for (size_t i = 0; i < code.call_count; i++)
				check_native(&closed, &code.calls[i]);
			if (check_ways(&closed))
				audit_looked(audit, AUDIT_CLOSED,
					"%zu calls out of components' code", closed.calls);
			else
				audit_blind(audit, AUDIT_CLOSED,
					"no symbol says where calls of components come back");
		}
	}
	image_code_free(&code);
}

void audit_closed(struct audit *audit)
{
	const struct object *image = audit->input->image;
	struct diag quiet = diag_quiet();
	if (image->type == ET_REL) {
		audit_blind(audit, AUDIT_CLOSED, "the object is not linked");
		return;
	}
	struct table *table = table_read(&quiet, image);
	if (table == NULL)
		audit_blind(audit, AUDIT_CLOSED, "the region table cannot be read");
	else if (!table_has_units(table))
		audit_looked(audit, AUDIT_CLOSED, "every component may execute all code");
	else if (!is_known_code(image))
		audit_blind(
			audit, AUDIT_CLOSED, "only little-endian Thumb and RV32 code is looked at");
	else
		check_all(audit, table);
	table_free(table);
}
