/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Injection: part 1 is an object as elfbind bind wrote it, part 2 layout.json.
 * The core module is that of the example's gps, for the record in the object
 * must be of it.  An object that is written is read again, has the memory and
 * the entry points, and is not taken a second time.
 */
#include <stdlib.h>
#include <string.h>

#include "elfbind/inject.h"
#include "tests/fuzz/fuzz.h"

#define MODULE "tests/fixtures/sensors/gps.wasm"

static void look_at(struct diag *diag, const struct inject_input *input, struct blob *output)
{
	struct object *again = object_parse(diag, "injected", output);
	fuzz_promise(again != NULL);
	fuzz_promise(again->section_count > input->object->section_count);
	fuzz_promise(object_section(again, ".berth.bind") != NULL);
	struct inject_input second = *input;
	second.object = again;
	struct blob twice;
	fuzz_promise(!inject_components(diag, &second, &twice));
	object_free(again);
}

static void inject(struct diag *diag, const struct object *object, const struct layout *layout,
	const struct wasm_module *module, const struct meld_owners *owners)
{
	static const char *const names[] = {"gps"};
	for (size_t typed = 0; typed < 2; typed++) {
		const struct inject_input input = {.object = object,
			.layout = layout,
			.module = module,
			.owners = owners,
			.names = names,
			.name_count = typed};
		struct blob output;
		size_t errors = diag->errors;
		if (inject_components(diag, &input, &output))
			look_at(diag, &input, &output);
		else
			fuzz_promise(diag->errors > errors);
		blob_free(&output);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wasm_module *module;
	static struct meld_owners owners;
	struct diag diag = fuzz_diag();
	struct blob object_file;
	struct blob layout_file;
	if (module == NULL) {
		module = wasm_read(&diag, MODULE);
		fuzz_promise(module != NULL && meld_owners(&diag, module, NULL, &owners));
	}
	fuzz_split(data, size, &object_file, &layout_file);
	struct object *object = object_parse(&diag, "object", &object_file);
	struct layout *layout =
		layout_read(&diag, fuzz_file(0, layout_file.bytes, layout_file.size));
	if (object != NULL && layout != NULL)
		inject(&diag, object, layout, module, &owners);
	layout_free(layout);
	object_free(object);
	blob_free(&layout_file);
	return 0;
}
