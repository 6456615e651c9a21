/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The ELF reader, and the editor on what it read: an edit without a change
 * gives the same bytes, and one with changes gives a file that is read again.
 */
#include <string.h>

#include "lib/object.h"
#include "lib/object_edit.h"
#include "tests/fuzz/fuzz.h"

static uint8_t sum; /* what was read must be read in fact */

/* Looks at everything that the header says may be looked at unchecked. */
static void use(const struct object *object)
{
	for (size_t i = 0; i < object->section_count; i++) {
		const struct object_section *section = &object->sections[i];
		size_t first = 0;
		size_t count = object_relocations_of(object, (uint32_t)i, &first);
		fuzz_promise(first + count <= object->relocation_count);
		if (section->bytes != NULL)
			sum ^= section->bytes[0] ^ section->bytes[section->size - 1];
		fuzz_promise(i == 0 || object_section(object, section->name) != NULL);
	}
	for (size_t i = 0; i < object->symbol_count; i++) {
		const struct object_symbol *symbol = &object->symbols[i];
		sum ^= (uint8_t)strlen(symbol->name);
		fuzz_promise(symbol->section < object->section_count ||
			     symbol->section == OBJECT_ABSOLUTE ||
			     symbol->section == OBJECT_COMMON || symbol->section == OBJECT_OTHER);
		(void)object_definition(object, symbol->name);
	}
	for (size_t i = 0; i < object->relocation_count; i++)
		fuzz_promise(object->relocations[i].table < object->section_count &&
			     (object->relocations[i].symbol == 0 ||
				     object->relocations[i].symbol < object->symbol_count));
	sum ^= (uint8_t)object_machine_name(object->machine)[0];
}

static void change_nothing(struct diag *diag, const struct object *object)
{
	struct object_edit *edit = object_edit_start(diag, object);
	struct blob same = {0};
	if (edit != NULL && object_edit_write(edit, &same)) {
		fuzz_promise(!object_edit_changed(edit));
		fuzz_promise(same.size == object->file.size);
		fuzz_promise(memcmp(same.bytes, object->file.bytes, same.size) == 0);
	}
	blob_free(&same);
	object_edit_free(edit);
}

/* Changes of every kind; the first that is refused ends it. */
static bool change(struct object_edit *edit, const struct object *object)
{
	const struct object_section section = {.name = ".berth.fuzz",
		.type = SHT_PROGBITS,
		.flags = SHF_ALLOC,
		.size = 4,
		.align = 4,
		.bytes = (const uint8_t *)"\1\2\3"};
	uint32_t added = 0;
	uint32_t symbol = 0;
	if (object->symbol_count > 1 && !object_edit_rename_symbol(edit, 1, "berth_fuzz_renamed"))
		return false;
	if (object->section_count > 1 && !object_edit_rename_section(edit, 1, ".renamed"))
		return false;
	if (object->relocation_count > 0 && object->symbol_count > 1 &&
		!object_edit_retarget(edit, &object->relocations[0], 1))
		return false;
	if (!object_edit_add_section(edit, &section, &added))
		return false;
	const struct object_symbol global = {.name = "berth_fuzz_added",
		.binding = STB_GLOBAL,
		.type = STT_OBJECT,
		.section = added};
	if (!object_edit_add_symbol(edit, &global, &symbol))
		return false;
	return object->class != ELFCLASS32 ||
	       object_edit_add_relocation(edit, added, 0, 2, symbol, 0);
}

static void change_much(struct diag *diag, const struct object *object)
{
	struct object_edit *edit = object_edit_start(diag, object);
	struct blob file = {0};
	if (edit != NULL && change(edit, object) && object_edit_write(edit, &file)) {
		struct object *again = object_parse(diag, "written", &file);
		fuzz_promise(again != NULL);
		fuzz_promise(again->section_count >= object->section_count);
		fuzz_promise(object_definition(again, "berth_fuzz_added") != NULL);
		object_free(again);
	}
	object_edit_free(edit);
}

/* New names, some of which fit in the place of the old ones, change no other name. */
static void change_names(struct diag *diag, const struct object *object)
{
	static const char *const names[] = {"q", "seven_7", "an_altogether_other_name"};
	struct object_edit *edit = object_edit_start(diag, object);
	struct blob file = {0};
	bool good = edit != NULL;
	for (uint32_t i = 1; i < object->symbol_count && good; i += 2)
		good = object_edit_rename_symbol(edit, i, names[i / 2 % 3]);
	if (good && object_edit_write(edit, &file)) {
		struct object *again = object_parse(diag, "written", &file);
		fuzz_promise(again != NULL && again->symbol_count == object->symbol_count);
		for (uint32_t i = 1; i < object->symbol_count; i++)
			fuzz_promise(strcmp(again->symbols[i].name,
					     i % 2 == 1 ? names[i / 2 % 3]
							: object->symbols[i].name) == 0);
		for (size_t i = 0; i < object->section_count; i++)
			fuzz_promise(
				strcmp(again->sections[i].name, object->sections[i].name) == 0);
		object_free(again);
	}
	object_edit_free(edit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct blob file = fuzz_blob(data, size);
	struct object *object = object_parse(&diag, "input", &file);
	fuzz_promise((object == NULL) == (diag.errors > 0));
	if (object != NULL) {
		use(object);
		if (object->type == ET_REL) {
			change_nothing(&diag, object);
			change_much(&diag, object);
			change_names(&diag, object);
		}
	}
	object_free(object);
	return 0;
}
