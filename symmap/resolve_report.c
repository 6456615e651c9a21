/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the resolver says when an import has no native, or not exactly one. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symmap/kebab.h"
#include "symmap/nearest.h"
#include "symmap/resolve_state.h"

/* --- parts of messages ------------------------------------------------------------------ */

/* The name that people gave the component of import INDEX, or NULL. */
static const char *component_text(const struct resolver *resolver, size_t index)
{
	const struct resolve_input *input = resolver->input;
	for (size_t i = 0; i < input->component_count; i++)
		if (input->components[i].number == resolver->resolutions[index].component)
			return input->components[i].name;
	return NULL;
}

void resolve_put_import(FILE *stream, const struct resolver *resolver, size_t index)
{
	const struct wasm_import *import = resolver_import(resolver, index);
	const char *name = component_text(resolver, index);
	uint32_t number = resolver->resolutions[index].component;
	fprintf(stream, "import %zu \"%s\" \"%s\"", index, import->module, import->field);
	if (name != NULL)
		fprintf(stream, " of component %s", name);
	else if (resolver->input->owners->component_count > 1 && number != MELD_UNKNOWN)
		fprintf(stream, " of component %" PRIu32, number);
}

bool resolve_report(const struct resolver *resolver, FILE *stream, char **text)
{
	if (fclose(stream) != 0)
		diag_no_memory(resolver->diag);
	else
		diag_error(resolver->diag, resolver->input->module->path, "%s", *text);
	free(*text);
	return false;
}

/* --- no native ------------------------------------------------------------------------------ */

/* Hints of one message, how far they are away, and how many messages get any: they take time. */
enum { HINTS = 3, FURTHEST = 3, HINTED = 50 };

struct hint {
	const struct native *native;
	size_t distance;
};

/* Keeps the nearest, nearest first; of equally near ones those that were added first. */
static void keep_hint(struct hint *hints, struct hint hint)
{
	for (size_t i = 0; i < HINTS; i++) {
		if (hints[i].native != NULL && hints[i].distance <= hint.distance)
			continue;
		struct hint pushed = hints[i];
		hints[i] = hint;
		hint = pushed;
		if (hint.native == NULL)
			return;
	}
}

/* Finds natives whose kebab-case is at most a third of the name away from it. */
static void find_hints(const struct resolver *resolver, const char *kebab, struct hint *hints)
{
	const struct natives *natives = resolver->input->natives;
	size_t most = strlen(kebab) / 3 < FURTHEST ? strlen(kebab) / 3 : FURTHEST;
	size_t count = natives == NULL ? 0 : natives_count(natives);
	if (resolver->diag->errors >= HINTED)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct native *native = natives_at(natives, i);
		char *other = kebab_case(native->name);
		if (other == NULL)
			return;
		size_t distance = nearest_distance(kebab, other, most);
		if (distance <= most)
			keep_hint(hints, (struct hint){native, distance});
		free(other);
	}
}

/* The name in C that would serve. */
static void put_wanted(FILE *stream, const char *kebab)
{
	for (; *kebab != '\0'; kebab++)
		fputc(*kebab == '-' ? '_' : *kebab, stream);
}

bool resolve_missing(const struct resolver *resolver, size_t index)
{
	const struct resolve_input *input = resolver->input;
	const char *kebab = resolver->resolutions[index].kebab;
	struct hint hints[HINTS] = {{NULL, 0}};
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return diag_no_memory(resolver->diag);
	find_hints(resolver, kebab, hints);
	fputs("no native serves ", stream);
	resolve_put_import(stream, resolver, index);
	fprintf(stream, " [%s]: ", resolver->names[index]);
	if (input->natives == NULL) {
		fputs("name it in a map, or give what defines ", stream);
		put_wanted(stream, kebab);
	} else {
		fputs("define ", stream);
		put_wanted(stream, kebab);
		fputs(" in one of the natives, or name the native in a map", stream);
	}
	if (strcmp(kebab, RESOLVE_ARENA_KEBAB) == 0) {
		const char *component = component_text(resolver, index);
		fprintf(stream, ", or let the component's arena serve it: --arena %s",
			component != NULL ? component : "NAME");
	}
	for (size_t i = 0; i < HINTS && hints[i].native != NULL; i++)
		fprintf(stream, "%s%s in %s", i == 0 ? "; near it: " : ", ", hints[i].native->name,
			hints[i].native->source);
	return resolve_report(resolver, stream, &text);
}

/* --- several natives ---------------------------------------------------------------- */

bool resolve_ambiguous(const struct resolver *resolver, size_t index,
	const struct component_name *component, const struct native *const *list, size_t count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return diag_no_memory(resolver->diag);
	resolve_put_import(stream, resolver, index);
	fprintf(stream, " has %zu candidates [%s]: ", count + (component != NULL),
		resolver->names[index]);
	if (component != NULL)
		fprintf(stream, "the arena of %s, ", component->name);
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "%s%s in %s%s", i == 0 ? "" : ", ", list[i]->name, list[i]->source,
			list[i]->weak ? " (weak)" : "");
	fputs(component != NULL ? ": take the definition out, or do without the arena"
				: ": take all but one out, or name one of several names in a map",
		stream);
	return resolve_report(resolver, stream, &text);
}

/* --- one native for several imports ------------------------------------------------- */

static bool same_types(const uint8_t *a, size_t a_count, const uint8_t *b, size_t b_count)
{
	return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count) == 0);
}

static bool same_signature(
	const struct resolver *resolver, const struct wasm_import *a, const struct wasm_import *b)
{
	const struct wasm_signature *one = &resolver->input->module->signatures[a->signature];
	const struct wasm_signature *two = &resolver->input->module->signatures[b->signature];
	return same_types(one->params, one->param_count, two->params, two->param_count) &&
	       same_types(one->results, one->result_count, two->results, two->result_count);
}

/* World-level imports have no module of their own, by whatever name the fuser left them. */
static const char *module_of(const struct wasm_import *import)
{
	bool world = import_is_world(import) || strcmp(import->module, "$root") == 0;
	return world ? "" : import->module;
}

/* BY_HAND: all imports that the native serves are in the map. */
static bool check_pair(const struct resolver *resolver, size_t one, size_t two, bool by_hand)
{
	const struct wasm_import *a = resolver_import(resolver, one);
	const struct wasm_import *b = resolver_import(resolver, two);
	bool same = strcmp(module_of(a), module_of(b)) == 0 &&
		    strcmp(resolver->names[one], resolver->names[two]) == 0;
	bool fits = same_signature(resolver, a, b);
	if (fits && (same || by_hand))
		return true;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return diag_no_memory(resolver->diag);
	resolve_put_import(stream, resolver, one);
	fputs(" and ", stream);
	resolve_put_import(stream, resolver, two);
	fprintf(stream, " %s, but %s would serve both: name a native for each in a map",
		fits ? "are not the same function" : "differ in parameters or results",
		resolver->resolutions[one].native);
	return resolve_report(resolver, stream, &text);
}

/* A native and one of the imports that it serves. */
struct service {
	const char *native;
	size_t index;
};

static int compare_services(const void *left, const void *right)
{
	const struct service *a = left;
	const struct service *b = right;
	int order = strcmp(a->native, b->native);
	return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

/* Checks the COUNT imports of one native; being the same is transitive. */
static bool check_group(
	const struct resolver *resolver, const struct service *services, size_t count)
{
	bool by_hand = true;
	bool good = true;
	for (size_t i = 0; i < count; i++)
		by_hand = by_hand &&
			  resolver->resolutions[services[i].index].reason == RESOLVE_BY_MAP;
	for (size_t i = 1; i < count; i++)
		good = check_pair(resolver, services[0].index, services[i].index, by_hand) && good;
	return good;
}

bool resolve_check_shared(const struct resolver *resolver)
{
	bool good = true;
	struct service *services = calloc(resolver->count + 1, sizeof(*services));
	if (services == NULL)
		return diag_no_memory(resolver->diag);
	for (size_t i = 0; i < resolver->count; i++)
		services[i] = (struct service){resolver->resolutions[i].native, i};
	qsort(services, resolver->count, sizeof(*services), compare_services);
	size_t end;
	for (size_t start = 0; start < resolver->count; start = end) {
		end = start + 1;
		while (end < resolver->count &&
			strcmp(services[start].native, services[end].native) == 0)
			end++;
		good = check_group(resolver, services + start, end - start) && good;
	}
	free(services);
	return good;
}
