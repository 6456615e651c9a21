/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The binder: part 1 is the object, part 2 the core module, without one where
 * it is empty.  An object that is written is one that is read again, and the
 * audit reads it too.
 */
#include <stdlib.h>

#include "elfbind/audit.h"
#include "elfbind/audit_output.h"
#include "elfbind/bind.h"
#include "elfbind/rv32.h"
#include "tests/fuzz/fuzz.h"

enum { NAMED = 3 };

/* The audit does so for a firmware with regions of code only, which no input here has. */
static void list_calls(struct diag *diag, const struct object *image)
{
	struct code_calls calls = {0};
	rv32_calls(diag, image, &calls);
	for (size_t i = 0; i < calls.count; i++)
		fuzz_promise(calls.list[i].address % 2 == 0);
	free(calls.list);
}

/* With the module taken from BORROWED for the time of the call. */
static void audit(struct diag *diag, const struct object *image, struct wasm_module *borrowed)
{
	struct audit_core core = {.module = borrowed};
	struct bind_records records;
	const struct audit_input input = {.image = image,
		.records = &records,
		.cores = &core,
		.core_count = borrowed == NULL ? 0 : 1,
		.alone = true};
	static char path[] = "input";
	struct audit_report report = {.path = path};
	if (bind_records_read(diag, image, &records)) {
		audit_image(diag, &input, &report);
		audit_write_text(fuzz_nowhere(), &report);
	}
	bind_records_free(&records);
	list_calls(diag, image);
}

/* What bind leaves in an object is read again. */
static void promise_record(
	struct diag *diag, const struct binding *binding, const struct object *again)
{
	const struct wasm_module *module = binding->input->module;
	struct bind_records records;
	if (module == NULL || object_section(again, BIND_RECORD_SECTION) == NULL)
		return;
	fuzz_promise(bind_records_read(diag, again, &records));
	fuzz_promise(!records.damaged && records.count == 1);
	fuzz_promise(bind_record_is_of(&records.list[0], module));
	bind_records_free(&records);
}

static void write_bound(struct diag *diag, const struct binding *binding)
{
	struct blob file = {0};
	if (plan_apply(diag, &binding->plan, &file)) {
		struct object *again = object_parse(diag, "bound", &file);
		fuzz_promise(again != NULL);
		fuzz_promise(again->symbol_count >= binding->input->object->symbol_count);
		promise_record(diag, binding, again);
		audit(diag, again, NULL);
		object_free(again);
	}
	blob_free(&file);
}

/* Binds with names for the first components; without natives the imports take a map's word. */
static void bind(struct diag *diag, const struct object *object, const struct wasm_module *module,
	const struct meld_owners *owners, const struct symbol_map *map)
{
	static const char *const names[NAMED] = {"baro", "imu", "gps"};
	struct component_name components[NAMED];
	size_t count = 0;
	for (; module != NULL && count < owners->component_count && count < NAMED; count++)
		components[count] = (struct component_name){
			.number = owners->components[count], .name = names[count], .arena = true};
	const struct bind_input input = {.object = object,
		.module = module,
		.owners = owners,
		.map = map,
		.components = components,
		.component_count = count};
	struct binding binding = {0};
	if (bind_make(diag, &input, &binding)) {
		write_bound(diag, &binding);
		bind_explain(&binding, fuzz_nowhere());
	}
	bind_free(&binding);
}

/* A native for each import of the example's guests, so that binding gets to its end. */
static struct symbol_map *example_map(struct diag *diag)
{
	static char text[] = "read-pressure read_pressure\ntick-now tick_now\n"
			     "read-rate read_rate\nread-fix read_fix\n";
	const struct blob file = {.bytes = (uint8_t *)text, .size = sizeof(text) - 1};
	struct symbol_map *map = map_parse(diag, "map", &file);
	fuzz_promise(map != NULL);
	return map;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = fuzz_diag();
	struct blob object_file;
	struct blob module_file;
	struct meld_owners owners = {0};
	fuzz_split(data, size, &object_file, &module_file);
	bool with_module = module_file.size > 0;
	struct symbol_map *map = example_map(&diag);
	struct object *object = object_parse(&diag, "object", &object_file);
	struct wasm_module *module = with_module ? wasm_parse(&diag, "module", &module_file) : NULL;
	if (!with_module)
		blob_free(&module_file);
	bool good = object != NULL && (!with_module || module != NULL);
	if (good && (!with_module || meld_owners(&diag, module, NULL, &owners)))
		bind(&diag, object, module, &owners, map);
	if (good)
		audit(&diag, object, module);
	meld_owners_free(&owners);
	wasm_free(module);
	object_free(object);
	map_free(map);
	return 0;
}
