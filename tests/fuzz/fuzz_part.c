/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading an object in parts: between the two parts of the input lie 128 KiB,
 * which a section may claim as its contents and which are then left in the
 * file.  Whatever is left, what is read is the same, and an edit can be saved.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/object.h"
#include "lib/object_edit.h"
#include "tests/fuzz/fuzz.h"

enum { HOLE = 128 * 1024 };

static struct blob widen(const uint8_t *data, size_t size)
{
	struct blob head;
	struct blob tail;
	fuzz_split(data, size, &head, &tail);
	struct blob file = {.bytes = malloc(head.size + HOLE + tail.size),
		.size = head.size + HOLE + tail.size};
	fuzz_promise(file.bytes != NULL);
	if (head.size > 0)
		memcpy(file.bytes, head.bytes, head.size);
	memset(file.bytes + head.size, 0x5a, HOLE);
	if (tail.size > 0)
		memcpy(file.bytes + head.size + HOLE, tail.bytes, tail.size);
	blob_free(&head);
	blob_free(&tail);
	return file;
}

static void compare(const struct object *part, const struct object *whole)
{
	fuzz_promise(part->section_count == whole->section_count);
	fuzz_promise(part->symbol_count == whole->symbol_count);
	fuzz_promise(part->type == whole->type && part->machine == whole->machine);
	for (size_t i = 0; i < whole->section_count; i++) {
		const struct object_section *one = &part->sections[i];
		const struct object_section *two = &whole->sections[i];
		fuzz_promise(strcmp(one->name, two->name) == 0);
		fuzz_promise(one->offset == two->offset && one->size == two->size);
		if (one->bytes != NULL)
			fuzz_promise(memcmp(one->bytes, two->bytes, (size_t)two->size) == 0);
	}
	for (uint32_t i = 0; i < whole->symbol_count; i++) {
		struct object_symbol one = object_symbol(part, i);
		fuzz_promise(strcmp(one.name, whole->symbols[i].name) == 0);
		fuzz_promise(one.value == whole->symbols[i].value);
		fuzz_promise(one.section == whole->symbols[i].section);
	}
}

static void save(struct diag *diag, const struct object *object)
{
	struct object_edit *edit = object_edit_start(diag, object);
	struct output *output = edit == NULL ? NULL : output_open(diag, "/dev/null");
	if (output != NULL && object->symbol_count > 1 &&
		object_edit_rename_symbol(edit, 1, "a_new_and_longer_name") &&
		object_edit_save(edit, output))
		(void)output_commit(diag, output);
	else
		output_abandon(output);
	object_edit_free(edit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum object_part parts[] = {OBJECT_WITHOUT_DEBUG, OBJECT_TABLES, OBJECT_NAMES};
	struct diag diag = fuzz_diag();
	struct blob file = widen(data, size);
	const char *path = fuzz_file(0, file.bytes, file.size);
	struct object *whole = object_parse(&diag, "whole", &file);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct object *part = object_read_part(&diag, path, parts[i]);
		/* Names alone are read without what else may be wrong. */
		if (whole != NULL)
			fuzz_promise(part != NULL);
		else
			fuzz_promise(part == NULL || parts[i] == OBJECT_NAMES);
		if (part != NULL && whole != NULL)
			compare(part, whole);
		if (part != NULL && part->type == ET_REL)
			save(&diag, part);
		object_free(part);
	}
	object_free(whole);
	return 0;
}
