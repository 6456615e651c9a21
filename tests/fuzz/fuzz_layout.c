/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The reader of layout.json: what it accepts is written and read again, made
 * into a region table, and that table is read again.
 */
#include <stdlib.h>

#include "lib/layout.h"
#include "mpu-table/table.h"
#include "tests/fuzz/fuzz.h"

static void write_again(struct diag *diag, const struct layout *layout)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	fuzz_promise(stream != NULL);
	fuzz_promise(layout_write(diag, layout, stream));
	fuzz_promise(fclose(stream) == 0);
	struct layout *again = layout_read(diag, fuzz_file(1, (const uint8_t *)text, size));
	fuzz_promise(again != NULL);
	fuzz_promise(again->region_count == layout->region_count);
	layout_free(again);
	free(text);
}

static void make_table(struct diag *diag, const struct layout *layout)
{
	struct blob bytes = {0};
	struct blob names = {0};
	if (table_make(diag, layout, &bytes, &names)) {
		struct table *table = table_parse(diag, "made", &bytes, &names, false);
		fuzz_promise(table != NULL);
		fuzz_promise(table_compare(diag, "made", table, layout));
		table_free(table);
	}
	blob_free(&bytes);
	blob_free(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct layout *layout = layout_read(&diag, fuzz_file(0, data, size));
	fuzz_promise((layout == NULL) == (diag.errors > 0));
	if (layout != NULL) {
		fuzz_promise(layout_check(&diag, "input", layout));
		write_again(&diag, layout);
		make_table(&diag, layout);
	}
	layout_free(layout);
	return 0;
}
