/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The region table: read out of an image and checked against it; or, where the
 * input is no ELF file, part 1 as the table's section and part 2 as its names.
 */
#include <stdlib.h>
#include <string.h>

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

static void read_image(struct diag *diag, const uint8_t *data, size_t size)
{
	struct blob file = fuzz_blob(data, size);
	struct object *image = object_parse(diag, "input", &file);
	struct table *table = image == NULL ? NULL : table_read(diag, image);
	if (table != NULL) {
		use(table);
		(void)table_check(diag, image, table);
		(void)table_sees_symbols(image);
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
		if (table != NULL)
			use(table);
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
