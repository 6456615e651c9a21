/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/resolve_options.h"

#include <stdlib.h>
#include <string.h>

#include "lib/import_table.h"

static bool add_against(struct diag *diag, struct resolve_options *options, const char *path)
{
	const char **against =
		reallocarray(options->against, options->against_count + 1, sizeof(const char *));
	if (against == NULL)
		return diag_no_memory(diag);
	options->against = against;
	options->against[options->against_count++] = path;
	return true;
}

bool resolve_options_take(
	struct diag *diag, struct resolve_options *options, int option, bool *good)
{
	*good = true;
	switch (option) {
	case 'i':
		options->import_map = optarg;
		return true;
	case 'm':
		options->map = optarg;
		return true;
	case 'a':
		*good = add_against(diag, options, optarg);
		return true;
	case 'c':
		*good = component_options_add(diag, &options->components, optarg);
		return true;
	case 'r':
		*good = component_options_add_arena(diag, &options->components, optarg);
		return true;
	default:
		return false;
	}
}

void resolve_options_free(struct resolve_options *options)
{
	free(options->against);
	component_options_free(&options->components);
	*options = (struct resolve_options){0};
}

static bool read_natives(
	struct diag *diag, const struct resolve_options *options, struct resolve_inputs *inputs)
{
	if (options->against_count == 0)
		return true;
	inputs->natives = natives_new(diag);
	bool good = inputs->natives != NULL;
	for (size_t i = 0; good && i < options->against_count; i++)
		good = natives_add_file(inputs->natives, options->against[i]);
	return good;
}

static bool is_elf(const struct blob *file)
{
	return file->size >= SELFMAG && memcmp(file->bytes, ELFMAG, SELFMAG) == 0;
}

/* The imports that the object in FILE, which is taken over, lists. */
static struct wasm_module *read_object(struct diag *diag, const char *path, struct blob *file)
{
	struct object *object = object_parse(diag, path, file);
	struct wasm_module *module = object == NULL ? NULL : import_table_read(diag, object);
	object_free(object);
	return module;
}

static bool read_module(
	struct diag *diag, const struct resolve_options *options, struct resolve_inputs *inputs)
{
	struct blob file;
	if (!file_read(diag, options->core, &file))
		return false;
	inputs->is_object = options->objects && is_elf(&file);
	if (!inputs->is_object) {
		inputs->module = wasm_parse(diag, options->core, &file);
		return inputs->module != NULL &&
		       meld_owners(diag, inputs->module, options->import_map, &inputs->owners);
	}
	inputs->module = read_object(diag, options->core, &file);
	return inputs->module != NULL &&
	       meld_import_owners(diag, inputs->module, options->import_map, &inputs->owners);
}

bool resolve_inputs_read(
	struct diag *diag, struct resolve_options *options, struct resolve_inputs *inputs)
{
	*inputs = (struct resolve_inputs){0};
	if (!read_module(diag, options, inputs))
		return false;
	if (inputs->is_object && options->components.count > 0 && options->import_map == NULL)
		return diag_error(diag, options->core,
			"does not say which component an import is of: give --import-map, or the "
			"core module, for --component");
	if (!component_options_number(diag, &options->components, options->core, &inputs->owners))
		return false;
	if (options->map != NULL && (inputs->map = map_read(diag, options->map)) == NULL)
		return false;
	return read_natives(diag, options, inputs);
}

void resolve_inputs_free(struct resolve_inputs *inputs)
{
	meld_owners_free(&inputs->owners);
	wasm_free(inputs->module);
	map_free(inputs->map);
	natives_free(inputs->natives);
	*inputs = (struct resolve_inputs){0};
}
