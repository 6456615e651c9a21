/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A016, A017, A018: what the contexts of the layout open, compared with what the
 * code that is reachable from their components' exports touches (lib/reach.h).
 *
 * A component and its core module are joined by the file name that the layout
 * has: the folder may be another where the audit runs.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elfbind/audit.h"
#include "lib/reach.h"

/* One component of the layout while its context is compared. */
struct grants {
	struct audit *audit;
	const struct layout *layout;
	const struct layout_context *context;
	size_t component;
	const struct wasm_module *module;
	const uint8_t *touched; /* by memory of the module */
	bool *opened;		/* by memory: a row of the context opens it */
};

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

/* The one core module given that has the component's file name, or NULL. */
static const struct wasm_module *core_of(
	const struct audit *audit, const struct layout_component *component)
{
	const struct wasm_module *found = NULL;
	for (size_t i = 0; component->core != NULL && i < audit->input->core_count; i++) {
		const struct wasm_module *module = audit->input->cores[i].module;
		if (strcmp(file_name(module->path), file_name(component->core)) != 0 ||
			!audit_is_core_of(audit->input, module))
			continue;
		if (found != NULL)
			return NULL;
		found = module;
	}
	return found;
}

/* --- one context ----------------------------------------------------------------------- */

/* How the component touches REGION, a memory; nothing where that is of another module. */
static unsigned touched_region(const struct grants *grants, const struct layout_region *region)
{
	const struct layout *layout = grants->layout;
	if (region->index < 0 || (uint64_t)region->index >= grants->module->memory_count)
		return 0;
	if (region->component != LAYOUT_NONE &&
		core_of(grants->audit, &layout->components[region->component]) != grants->module)
		return 0;
	grants->opened[region->index] = true;
	return grants->touched[region->index];
}

static void check_opened(const struct grants *grants, const struct layout_row *row)
{
	const struct layout_region *region = &grants->layout->regions[row->region];
	const char *path = grants->audit->input->image->path;
	if (region->kind != LAYOUT_MEMORY && region->kind != LAYOUT_CARVE)
		return;
	unsigned touched = touched_region(grants, region);
	bool least = region->component == grants->component && (row->access & LAYOUT_WRITE) == 0;
	if ((touched & (REACH_READ | REACH_WRITE | REACH_NATIVE)) == 0) {
		if (least) /* Its own is always open. */
			return;
		audit_found(grants->audit, AUDIT_GRANTS);
		diag_error(grants->audit->diag, path,
			"A016: opens a memory that no code of its component's exports touches "
			"[context %s, region %s]: leave it out of the context, or write grants: "
			"auto",
			grants->context->name, region->name);
	} else if ((row->access & LAYOUT_WRITE) != 0 &&
		   (touched & (REACH_WRITE | REACH_NATIVE)) == 0) {
		audit_found(grants->audit, AUDIT_GRANTS);
		diag_error(grants->audit->diag, path,
			"A017: opens a memory for writing that is only read [context %s, region "
			"%s]: a row that only reads is enough; write grants: auto",
			grants->context->name, region->name);
	} else if ((row->access & LAYOUT_WRITE) == 0 && (touched & REACH_WRITE) != 0) {
		audit_found(grants->audit, AUDIT_GRANTS);
		diag_error(grants->audit->diag, path,
			"A018: opens a memory for reading that code of its component's exports "
			"writes, which faults [context %s, region %s]: write grants: auto",
			grants->context->name, region->name);
	}
}

static void check_missing(const struct grants *grants)
{
	for (size_t i = 0; i < grants->module->memory_count; i++)
		if (!grants->opened[i] && (grants->touched[i] & (REACH_READ | REACH_WRITE)) != 0) {
			audit_found(grants->audit, AUDIT_GRANTS);
			diag_error(grants->audit->diag, grants->audit->input->image->path,
				"A018: does not open a memory that code of its component's "
				"exports touches, which faults [context %s, memory %zu]: write "
				"grants: auto",
				grants->context->name, i);
		}
}

/* Compares the context with TOUCHED; false when memory ran out. */
static bool compare(struct audit *audit, const struct layout_context *context,
	const struct wasm_module *module, const uint8_t *touched)
{
	struct grants grants = {.audit = audit,
		.layout = audit->input->layout,
		.context = context,
		.component = context->component,
		.module = module,
		.touched = touched,
		.opened = calloc(module->memory_count + 1, sizeof(bool))};
	if (grants.opened == NULL)
		return diag_no_memory(audit->diag);
	const struct layout_row *last = NULL;
	for (size_t i = 0; i < context->row_count; i++) {
		/* Several rows may be for one region; they stand beside each other. */
		const struct layout_row *row = &context->rows[i];
		if (last == NULL || row->region != last->region || row->access != last->access)
			check_opened(&grants, row);
		last = row;
	}
	check_missing(&grants);
	free(grants.opened);
	return true;
}

/* --- all of them ------------------------------------------------------------------------- */

static bool has_component(const struct meld_owners *owners, uint32_t number)
{
	for (size_t i = 0; i < owners->component_count; i++)
		if (owners->components[i] == number)
			return true;
	return false;
}

/* Compares every context whose component is of MODULE, and counts them. */
static bool compare_module(struct audit *audit, const struct wasm_module *module, size_t *compared)
{
	const struct layout *layout = audit->input->layout;
	struct meld_owners owners = {0};
	struct reach reach = {0};
	uint8_t *touched = calloc(module->memory_count + 1, 1);
	bool good = (touched != NULL || diag_no_memory(audit->diag)) &&
		    meld_owners(audit->diag, module, NULL, &owners) &&
		    reach_make(audit->diag, module, &reach);
	for (size_t i = 0; good && i < layout->context_count; i++) {
		const struct layout_context *context = &layout->contexts[i];
		const struct layout_component *component = &layout->components[context->component];
		if (core_of(audit, component) != module ||
			!has_component(&owners, component->fused))
			continue;
		good = reach_component(audit->diag, &reach, &owners, component->fused, touched) &&
		       compare(audit, context, module, touched);
		(*compared)++;
	}
	reach_free(&reach);
	meld_owners_free(&owners);
	free(touched);
	return good;
}

void audit_grants(struct audit *audit)
{
	const struct audit_input *input = audit->input;
	size_t compared = 0;
	if (input->layout == NULL || input->core_count == 0) {
		audit_blind(audit, AUDIT_GRANTS,
			input->layout == NULL ? "no layout given (--layout)"
					      : "no core module given (--core)");
		return;
	}
	for (size_t i = 0; i < input->core_count; i++)
		if (!compare_module(audit, input->cores[i].module, &compared)) {
			audit_blind(audit, AUDIT_GRANTS, "a core module cannot be followed");
			return;
		}
	if (compared < input->layout->context_count)
		audit_blind(audit, AUDIT_GRANTS,
			"not every component's core module is given under its file name");
	else
		audit_looked(audit, AUDIT_GRANTS, "%zu contexts, and what is reachable", compared);
}
