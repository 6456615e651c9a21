/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Entry points: for each export a constant that pairs its function with the
 * context that it runs in, so that no program has to.
 *
 *     berth_entry_EXPORT in .rodata.berth.unit.UNIT.COMPONENT:
 *         u32 context     index in the region table
 *         u32 function    address, relocated
 *
 * The runtime's header calls it struct berth_entry.
 */
#include <stdio.h>
#include <stdlib.h>

#include "elfbind/inject_state.h"
#include "elfbind/machine.h"
#include "lib/unit_code.h"

enum { ENTRY_BYTES = UNIT_CODE_ENTRY, FUNCTION_OFFSET = 4 };

struct entries {
	struct injection *run;
	const struct inject_component *component;
	size_t count;
	uint32_t section;
};

static bool is_here(const struct entries *entries, const struct bind_record_export *export)
{
	return export->component == entries->component->recorded;
}

/* All contexts; the functions' words stay zero for their relocations. */
static bool add_section(struct entries *entries, const char *name)
{
	struct injection *run = entries->run;
	uint8_t *bytes = calloc(entries->count, ENTRY_BYTES);
	if (bytes == NULL)
		return diag_no_memory(run->diag);
	for (size_t i = 0; i < entries->count; i++)
		init_records_put_word(run->records.data, bytes + i * ENTRY_BYTES,
			(uint32_t)entries->component->layout);
	struct object_section section = {.name = name,
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.size = entries->count * ENTRY_BYTES,
		.align = 4,
		.bytes = bytes};
	bool done = object_edit_add_section(run->edit, &section, &entries->section);
	free(bytes);
	return done;
}

static bool add_entry(
	struct entries *entries, const struct bind_record_export *export, uint64_t offset)
{
	struct injection *run = entries->run;
	const struct object *object = run->input->object;
	uint32_t function = inject_find_symbol(object, export->symbol);
	if (function == 0 || object->symbols[function].section == SHN_UNDEF)
		return diag_error(run->diag, object->path,
			"does not define [symbol %s], the export of its record: give the object "
			"as elfbind bind wrote it",
			export->symbol);
	struct object_symbol symbol = {.value = offset,
		.size = ENTRY_BYTES,
		.type = STT_OBJECT,
		.binding = STB_GLOBAL,
		.visibility = STV_DEFAULT,
		.section = entries->section};
	char *name = NULL;
	if (asprintf(&name, "berth_entry_%s", export->symbol) < 0)
		return diag_no_memory(run->diag);
	bool done =
		inject_define(run, name, &symbol) &&
		object_edit_add_relocation(run->edit, entries->section, offset + FUNCTION_OFFSET,
			machine_find(object->machine)->address, function, 0);
	free(name);
	return done;
}

static bool add_entries(struct entries *entries)
{
	const struct bind_record *bound = entries->run->bound;
	uint64_t offset = 0;
	for (size_t i = 0; i < bound->export_count; i++) {
		if (!is_here(entries, &bound->exports[i]))
			continue;
		if (!add_entry(entries, &bound->exports[i], offset))
			return false;
		offset += ENTRY_BYTES;
	}
	return true;
}

bool inject_entries(struct injection *run, const struct inject_component *component)
{
	struct entries entries = {.run = run, .component = component};
	for (size_t i = 0; i < run->bound->export_count; i++)
		entries.count += is_here(&entries, &run->bound->exports[i]);
	if (entries.count == 0)
		return true;
	char *name = inject_unit_section(
		run, ".rodata", run->input->layout->components[component->layout].name);
	if (name == NULL)
		return diag_no_memory(run->diag);
	bool done = add_section(&entries, name) && add_entries(&entries);
	free(name);
	return done;
}
