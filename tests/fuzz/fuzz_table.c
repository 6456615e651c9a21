/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The region table: read out of an image and checked against it; or, where the
 * input is no ELF file, part 1 as the table's section and part 2 as its names.
 */
#include <stdlib.h>
#include <string.h>

#include "mpu-table/diff.h"
#include "mpu-table/emit.h"
#include "mpu-table/show.h"
#include "mpu-table/table.h"
#include "tests/fuzz/fuzz.h"

static uint8_t sum; /* what was read must be read in fact */

static void use(const struct table *table)
{
	const struct berth_regions_header *header = &table->header;
	for (uint32_t i = 0; i < header->region_count; i++)
		sum ^= (uint8_t)strlen(table_region_name(table, i));
	for (uint32_t i = 0; i < header->context_count; i++)
		sum ^= (uint8_t)strlen(table_name(table, table->contexts[i].name));
	for (uint32_t i = 0; i < header->row_count; i++) {
		uint32_t context = table_row_context(table, i);
		fuzz_promise(context == BERTH_NONE || context < header->context_count);
		struct row_view view;
		const char *why = NULL;
		bool legal = table_decode(table, i, &view, &why);
		fuzz_promise(legal == (why == NULL) && view.cover_count <= ROW_COVERS);
	}
	for (uint32_t i = 0; i < header->bytes / 4; i++) {
		char *text = table_describe(table, i);
		fuzz_promise(text != NULL);
		free(text);
	}
}

/* A damaged table can have two contexts of one name, of which diff sees the first. */
static bool names_a_context_twice(const struct table *table)
{
	for (uint32_t i = 0; i < table->header.context_count; i++)
		for (uint32_t j = 0; j < i; j++)
			if (strcmp(table_name(table, table->contexts[i].name),
				    table_name(table, table->contexts[j].name)) == 0)
				return true;
	return false;
}

/* Everything that prints a table, and what it says of itself: nothing that opens differs. */
static void print(struct diag *diag, const struct table *table)
{
	static const char *const paths[2] = {"input", "input"};
	char *text = NULL;
	size_t size = 0;
	struct diff diff = {0};
	struct rowset set = {0};
	FILE *stream = open_memstream(&text, &size);
	fuzz_promise(stream != NULL);
	(void)show_text(diag, table, "input", 80, stream);
	(void)show_json(diag, table, stream);
	if (diff_tables(diag, paths, table, table, &diff))
		fuzz_promise(names_a_context_twice(table) || diff.count == 0);
	if (rowset_of_table(diag, "input", table, &set)) {
		struct blob object = {0};
		emit_c(&set, stream);
		(void)emit_json(diag, &set, stream);
		(void)emit_object(diag, &set, &object);
		blob_free(&object);
	}
	fclose(stream);
	for (size_t i = 0; i < size; i++)
		sum ^= (uint8_t)text[i];
	free(text);
	diff_free(&diff);
	rowset_free(&set);
}

static void read_image(struct diag *diag, const uint8_t *data, size_t size)
{
	struct blob file = fuzz_blob(data, size);
	struct object *image = object_parse(diag, "input", &file);
	struct table *table = image == NULL ? NULL : table_read(diag, image);
	if (table != NULL) {
		use(table);
		(void)table_check(diag, image, table);
		(void)table_sees_symbols(image);
		print(diag, table);
	}
	table_free(table);
	object_free(image);
}

static void read_sections(struct diag *diag, const uint8_t *data, size_t size)
{
	struct blob bytes;
	struct blob names;
	fuzz_split(data, size, &bytes, &names);
	for (int big = 0; big < 2; big++) {
		struct table *table = table_parse(diag, "input", &bytes, &names, big == 1);
		if (table != NULL) {
			use(table);
			print(diag, table);
		}
		table_free(table);
	}
	blob_free(&bytes);
	blob_free(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	if (size >= SELFMAG && memcmp(data, ELFMAG, SELFMAG) == 0)
		read_image(&diag, data, size);
	else
		read_sections(&diag, data, size);
	return 0;
}
