/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The entry points (elfbind inject) against the table: each must pair the
 * function of its export with the context of the component that it was bound
 * with, which the record of bind still says (lib/bind_record.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bind_record.h"
#include "lib/definitions.h"
#include "mpu-table/check.h"

#define RELINK "link what elfbind inject wrote from the layout that the table was made from"

enum { ENTRY_BYTES = 8 };

struct entries {
	struct checker *checker;
	struct name_table *symbols; /* name -> index of its definition */
};

static const struct object_symbol *definition(const struct entries *entries, const char *name)
{
	return definitions_of(entries->checker->image, entries->symbols, name);
}

static void check_context(
	struct entries *entries, const char *component, uint32_t context, const char *symbol)
{
	const char *found = check_context_name(entries->checker, context);
	if (component[0] != '\0' && strcmp(found, component) != 0)
		check_finding(entries->checker, "R18",
			"enters context %u, %s, with an export of component %s [symbol "
			"%s]: " RELINK,
			context, found, component, symbol);
	else if (context >= entries->checker->table->header.context_count)
		check_finding(entries->checker, "R18",
			"enters context %u, which is not there [symbol %s]: " RELINK, context,
			symbol);
}

static void check_function(struct entries *entries, const struct bind_record_export *export,
	uint32_t function, const char *symbol)
{
	const struct object_symbol *wanted = definition(entries, export->symbol);
	if (wanted != NULL && wanted->value != function)
		check_finding(entries->checker, "R18",
			"calls 0x%08x, and its export %s is at 0x%08llx [symbol %s]: " RELINK,
			function, export->symbol, (unsigned long long)wanted->value, symbol);
}

/* The function must be where its context executes: in its object's code, where that is apart. */
static void check_reach(
	struct entries *entries, uint32_t context, uint32_t function, const char *symbol)
{
	struct checker *checker = entries->checker;
	bool thumb = checker->image->machine == EM_ARM;
	uint32_t address = thumb ? function & ~UINT32_C(1) : function;
	if (context < checker->table->header.context_count &&
		!check_may(checker, &checker->table->contexts[context], BERTH_EXECUTE, address))
		check_finding(checker, "R18",
			"calls 0x%08x, which no row of context %s opens for execution [symbol "
			"%s]: " RELINK,
			function, check_context_name(checker, context), symbol);
}

/* Where code is apart, the entry must be where its context reads: it stands with the constants of
 * its object, which nothing else shows where they are. */
static void check_home(
	struct entries *entries, uint32_t context, const struct object_symbol *symbol)
{
	struct checker *checker = entries->checker;
	if (context < checker->table->header.context_count && table_has_units(checker->table) &&
		!check_may(checker, &checker->table->contexts[context], BERTH_READ, symbol->value))
		check_finding(checker, "R18",
			"lies at 0x%08llx, where context %s cannot read it, and so may constants "
			"of its code [symbol %s]: place the components' code before .text and "
			".rodata take it, as the script that ldgen made does",
			(unsigned long long)symbol->value, check_context_name(checker, context),
			symbol->name);
}

/* NAME is that of the entry; one that the linker dropped is nobody's. */
static void check_entry(struct entries *entries, const struct bind_record *record,
	const struct bind_record_export *export, const char *name)
{
	const struct object *image = entries->checker->image;
	const struct object_symbol *symbol = definition(entries, name);
	if (symbol == NULL)
		return;
	const uint8_t *bytes = check_constant(image, symbol, ENTRY_BYTES);
	if (bytes == NULL) {
		check_finding(entries->checker, "R18",
			"is not in a section that can only be read [symbol %s]: " RELINK, name);
		return;
	}
	check_context(entries, record->components[export->component].name,
		object_word(image, bytes), name);
	check_function(entries, export, object_word(image, bytes + 4), name);
	check_reach(entries, object_word(image, bytes), object_word(image, bytes + 4), name);
	check_home(entries, object_word(image, bytes), symbol);
}

static bool check_record(struct entries *entries, const struct bind_record *record)
{
	for (size_t i = 0; i < record->export_count; i++) {
		char *name;
		if (record->exports[i].component == BIND_RECORD_NONE)
			continue;
		if (asprintf(&name, "berth_entry_%s", record->exports[i].symbol) < 0)
			return false;
		check_entry(entries, record, &record->exports[i], name);
		free(name);
	}
	return true;
}

void check_entries(struct checker *checker)
{
	struct entries entries = {.checker = checker};
	struct bind_records records;
	bool read = bind_records_read(checker->diag, checker->image, &records);
	if (records.damaged)
		check_finding(checker, "R18",
			"is damaged, so that entry points cannot be checked [section "
			"%s]: " RELINK,
			BIND_RECORD_SECTION);
	bool good = records.count == 0 || definitions_find(checker->image, &entries.symbols);
	for (size_t i = 0; i < records.count && good; i++)
		good = check_record(&entries, &records.list[i]);
	if (!good)
		diag_no_memory(checker->diag);
	checker->good = checker->good && read && good;
	name_table_free(&entries.symbols);
	bind_records_free(&records);
}
