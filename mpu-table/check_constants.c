/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The constants that elfbind inject puts beside a component's code and into it,
 * where the component can read them: they must say what the table says.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/text.h"
#include "lib/unit_code.h"
#include "mpu-table/check.h"

#define INJECT_AGAIN                                                                               \
	"run elfbind inject again for component %s with the layout that the table was made from, " \
	"and link what it wrote"

enum { WORD = sizeof(uint32_t), ARENA_WORDS = sizeof(struct berth_arena) / WORD };

const uint8_t *check_constant(
	const struct object *image, const struct object_symbol *symbol, uint64_t size)
{
	if (symbol->section >= image->section_count)
		return NULL;
	const struct object_section *section = &image->sections[symbol->section];
	uint64_t offset = symbol->value - section->address;
	bool good = section->bytes != NULL && (section->flags & SHF_ALLOC) != 0 &&
		    (section->flags & SHF_WRITE) == 0 && symbol->value >= section->address &&
		    checked_within(offset, size, section->size);
	return good ? section->bytes + offset : NULL;
}

/* The first word that BYTES and the table do not have in common; the table's words are host's. */
static void compare_arena(struct checker *checker, const char *symbol, const char *component,
	uint32_t arena, const uint8_t *bytes)
{
	const struct table *table = checker->table;
	uint32_t first = table->header.arenas / WORD + arena * ARENA_WORDS;
	for (size_t i = 0; i < ARENA_WORDS; i++) {
		uint32_t found = object_word(checker->image, bytes + i * WORD);
		if (found == table->words[first + i])
			continue;
		char *what = table_describe(table, first + (uint32_t)i);
		if (what == NULL)
			checker->good = diag_no_memory(checker->diag);
		else
			check_finding(checker, "R15",
				"is 0x%08x, the table says 0x%08x [%s, symbol %s]: " INJECT_AGAIN,
				found, table->words[first + i], what, symbol, component);
		free(what);
		return;
	}
}

/* The words that the veneer at SYMBOL ends with, where it takes new blocks itself. */
static void compare_veneer(struct checker *checker, const char *name, const char *component,
	const struct object_symbol *symbol, const struct berth_arena *arena)
{
	const struct object *image = checker->image;
	bool arm = image->machine == EM_ARM;
	uint64_t size = arm ? UNIT_CODE_SHORT_ARM : UNIT_CODE_SHORT_RISCV;
	struct object_symbol words = *symbol;
	if (symbol->size != size)
		return;
	words.value += size - UNIT_CODE_SHORT_WORDS - arm; /* without the Thumb bit */
	const uint8_t *bytes = check_constant(image, &words, UNIT_CODE_SHORT_WORDS);
	if (bytes == NULL || arena->policy == BERTH_ARENA_FREE_LIST ||
		object_word(image, bytes) != arena->state ||
		object_word(image, bytes + WORD) != arena->offset + arena->size)
		check_finding(checker, "R15",
			"takes blocks of another arena than the table has for its component "
			"[symbol %s]: " INJECT_AGAIN,
			name, component);
}

/* NAME is that of the constant, VENEER that of the code that reads it. */
static void check_arena_constant(struct checker *checker, const char *name, const char *veneer,
	const struct berth_context *context)
{
	const struct object *image = checker->image;
	const char *component = table_name(checker->table, context->name);
	const struct object_symbol *symbol = object_definition(image, name);
	const struct object_symbol *code = object_definition(image, veneer);
	if (code != NULL)
		compare_veneer(
			checker, veneer, component, code, &checker->table->arenas[context->arena]);
	if (symbol == NULL) {
		/* The linker drops both where nobody allocates. */
		if (code != NULL)
			check_finding(checker, "R15",
				"is not there, and %s is [symbol %s]: " INJECT_AGAIN, veneer, name,
				component);
		return;
	}
	const uint8_t *bytes = check_constant(image, symbol, sizeof(struct berth_arena));
	if (bytes == NULL || symbol->size != sizeof(struct berth_arena))
		check_finding(checker, "R15",
			"is not %zu bytes in a section that can only be read [symbol "
			"%s]: " INJECT_AGAIN,
			sizeof(struct berth_arena), name, component);
	else if (!check_may(checker, context, BERTH_READ, symbol->value) ||
		 !check_may(checker, context, BERTH_READ, symbol->value + symbol->size - 1))
		check_finding(checker, "R15",
			"lies at 0x%08llx, where its component cannot read it [symbol "
			"%s]: " INJECT_AGAIN,
			(unsigned long long)symbol->value, name, component);
	else
		compare_arena(checker, name, component, context->arena, bytes);
}

void check_arena_constants(struct checker *checker)
{
	const struct table *table = checker->table;
	for (uint32_t i = 0; i < table->header.context_count; i++) {
		const struct berth_context *context = &table->contexts[i];
		const char *component = table_name(table, context->name);
		if (context->arena == BERTH_NONE)
			continue;
		char *name = text_format("berth_arena_%s", component);
		char *veneer = text_format("%s___cabi_arena_realloc", component);
		if (name != NULL && veneer != NULL)
			check_arena_constant(checker, name, veneer, context);
		else
			checker->good = diag_no_memory(checker->diag);
		free(name);
		free(veneer);
	}
}
