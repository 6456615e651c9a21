/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/meld_placement.h"

#include <jansson.h>

static const char section_name[] = "wsc.transformation.attestation";

static bool refuse(struct diag *diag, const struct wasm_module *module, const char *what)
{
	return diag_error(diag, module->path,
		"%s [section %s]: write the carve's offset and size by hand, or fuse again with "
		"meld 0.65 --memory shared",
		what, section_name);
}

/* A number of bytes that lies in 32-bit addresses. */
static bool take_bytes(const json_t *entry, const char *key, uint64_t *value)
{
	const json_t *number = json_object_get(entry, key);
	json_int_t bytes = json_integer_value(number);
	*value = (uint64_t)bytes;
	return json_is_integer(number) && bytes >= 0 && bytes <= UINT32_MAX;
}

static bool take_placements(struct diag *diag, const struct wasm_module *module, const json_t *list,
	uint32_t component, struct meld_placement *placement)
{
	bool found = false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *entry = json_array_get(list, i);
		uint64_t number = 0;
		if (!take_bytes(entry, "component", &number))
			return refuse(diag, module, "has a placement of no component");
		if (number != component)
			continue;
		if (found)
			return refuse(diag, module, "places one component more than once");
		found = take_bytes(entry, "base", &placement->base) &&
			take_bytes(entry, "reserved", &placement->size) && placement->size > 0;
		if (!found)
			return refuse(diag, module, "has a placement without base or reserved");
	}
	return found || refuse(diag, module, "does not say where the component was placed");
}

bool meld_placement_find(struct diag *diag, const struct wasm_module *module, uint32_t component,
	struct meld_placement *placement)
{
	const struct wasm_custom *section = wasm_custom(module, section_name);
	json_error_t error;
	if (section == NULL)
		return refuse(diag, module, "has no attestation");
	json_t *root = json_loadb(
		(const char *)section->bytes, section->size, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return refuse(diag, module, "has an attestation that is not JSON");
	const json_t *list = json_object_get(json_object_get(root, "metadata"), "placements");
	bool good = json_is_array(list)
			    ? take_placements(diag, module, list, component, placement)
			    : refuse(diag, module, "has an attestation without placements");
	json_decref(root);
	return good;
}
