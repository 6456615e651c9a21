/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What DWARF says of natives: every function of the object is asked for. */
#include <stdlib.h>

#include "symmap/native_types.h"
#include "tests/fuzz/fuzz.h"

enum { QUERIES = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct blob file = fuzz_blob(data, size);
	struct object *object = object_parse(&diag, "input", &file);
	if (object == NULL || !native_types_present(object)) {
		object_free(object);
		return 0;
	}
	static struct native_query queries[QUERIES];
	size_t count = 0;
	for (size_t i = 0; i < object->symbol_count && count < QUERIES; i++)
		queries[count++] = (struct native_query){.name = object->symbols[i].name,
			.address = object->symbols[i].value & ~(uint64_t)1};
	fuzz_promise(native_types_read(&diag, object, queries, count));
	for (size_t i = 0; i < count; i++)
		fuzz_promise(queries[i].types.count <= NATIVE_PARAMS);
	object_free(object);
	return 0;
}
