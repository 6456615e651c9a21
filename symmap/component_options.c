/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/component_options.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- one argument ------------------------------------------------------------------- */

static bool is_identifier(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char later[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	return strspn(name, first) > 0 && name[strspn(name, later)] == '\0';
}

/* Reads the number before the = at EQUALS. */
static bool parse_number(const char *text, const char *equals, uint32_t *number)
{
	uint64_t value = 0;
	if (text == equals)
		return false;
	for (; text < equals; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value >= MELD_UNKNOWN)
			return false;
	}
	*number = (uint32_t)value;
	return true;
}

bool component_options_add(
	struct diag *diag, struct component_options *options, const char *argument)
{
	struct component_name component = {.name = argument};
	const char *equals = strchr(argument, '=');
	if (equals != NULL) {
		if (!parse_number(argument, equals, &component.number))
			return diag_error(diag, NULL,
				"--component %s: what stands before = is no number: write N=NAME",
				argument);
		component.name = equals + 1;
	}
	if (!is_identifier(component.name))
		return diag_error(diag, NULL,
			"--component %s: the name is no C identifier: use letters, digits and _",
			argument);
	struct component_name *list =
		reallocarray(options->list, options->count + 1, sizeof(*list));
	if (list == NULL)
		return diag_no_memory(diag);
	options->list = list;
	options->list[options->count++] = component;
	options->plain_count += equals == NULL;
	return true;
}

bool component_options_add_arena(
	struct diag *diag, struct component_options *options, const char *name)
{
	const char **arenas =
		reallocarray(options->arenas, options->arena_count + 1, sizeof(const char *));
	if (arenas == NULL)
		return diag_no_memory(diag);
	options->arenas = arenas;
	options->arenas[options->arena_count++] = name;
	return true;
}

void component_options_free(struct component_options *options)
{
	free(options->list);
	free(options->arenas);
	*options = (struct component_options){0};
}

/* --- all of them -------------------------------------------------------------------- */

static bool check_twice(struct diag *diag, const struct component_options *options)
{
	for (size_t i = 0; i < options->count; i++)
		for (size_t k = 0; k < i; k++)
			if (options->list[k].number == options->list[i].number ||
				strcmp(options->list[k].name, options->list[i].name) == 0)
				return diag_error(diag, NULL,
					"--component %" PRIu32 "=%s: the number or the name was "
					"given before: give each once",
					options->list[i].number, options->list[i].name);
	return true;
}

static bool match_arenas(struct diag *diag, struct component_options *options)
{
	for (size_t i = 0; i < options->arena_count; i++) {
		bool found = false;
		for (size_t k = 0; k < options->count; k++)
			if (strcmp(options->list[k].name, options->arenas[i]) == 0)
				found = options->list[k].arena = true;
		if (!found)
			return diag_error(diag, NULL,
				"--arena %s: no --component has that name: give one",
				options->arenas[i]);
	}
	return true;
}

bool component_options_check(struct diag *diag, struct component_options *options)
{
	if (options->plain_count > 0 && options->count > 1)
		return diag_error(diag, NULL,
			"--component: with several components each needs its number: write "
			"N=NAME");
	return check_twice(diag, options) && match_arenas(diag, options);
}

/* --- with the module ------------------------------------------------------------------ */

static bool has_component(const struct meld_owners *owners, uint32_t number)
{
	for (size_t i = 0; i < owners->component_count; i++)
		if (owners->components[i] == number)
			return true;
	return false;
}

bool component_options_number(struct diag *diag, struct component_options *options,
	const char *core, const struct meld_owners *owners)
{
	char list[MELD_LIST_SIZE];
	meld_list(owners, list, sizeof(list));
	if (options->plain_count > 0 && owners->component_count > 1)
		return diag_error(diag, core,
			"has %zu components: say which one of %s is %s with --component N=%s",
			owners->component_count, list, options->list[0].name,
			options->list[0].name);
	if (options->plain_count > 0 && owners->component_count == 1)
		options->list[0].number = owners->components[0];
	for (size_t i = 0; i < options->count; i++)
		if (!has_component(owners, options->list[i].number))
			return diag_error(diag, core,
				"has no component %" PRIu32 " [%s]: it is fused from %s",
				options->list[i].number, options->list[i].name, list);
	return true;
}
