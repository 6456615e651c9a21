/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What components and contexts must fulfil before any object is opened, and what they name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ldgen/manifest.h"
#include "lib/layout.h"

enum { STACK_LEAST = 64, STACK_STEP = 8, NAME_LENGTH = 128 };

/* --- what a grant or a context names ---------------------------------------------------- */

static bool find_named(
	const struct manifest *manifest, const char *name, struct manifest_reference *reference)
{
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		if (strcmp(manifest->peripherals[i].named.name, name) == 0) {
			*reference = (struct manifest_reference){
				.to = MANIFEST_TO_PERIPHERAL, .index = i};
			return true;
		}
	for (size_t i = 0; i < manifest->shared_count; i++)
		if (strcmp(manifest->shared[i].named.name, name) == 0) {
			*reference =
				(struct manifest_reference){.to = MANIFEST_TO_SHARED, .index = i};
			return true;
		}
	return false;
}

/* Finds COMPONENT.data and COMPONENT.memN. */
static bool find_part(
	const struct manifest *manifest, const char *name, struct manifest_reference *reference)
{
	const char *dot = strchr(name, '.');
	uint64_t memory = 0;
	if (dot == NULL)
		return false;
	size_t length = (size_t)(dot - name);
	for (size_t i = 0; i < manifest->component_count; i++) {
		const char *component = manifest->components[i].named.name;
		if (strlen(component) != length || strncmp(component, name, length) != 0)
			continue;
		*reference = (struct manifest_reference){.to = MANIFEST_TO_DATA, .index = i};
		if (strcmp(dot, ".data") == 0)
			return true;
		reference->to = MANIFEST_TO_MEMORY;
		if (strncmp(dot, ".mem", 4) != 0 || !yaml_parse_size(dot + 4, false, &memory) ||
			memory >= UINT32_MAX)
			return false;
		reference->memory = (uint32_t)memory;
		return true;
	}
	return false;
}

/* Resolves REGIONS; PARTS: components' memories and data may be named, too. */
static bool resolve(struct diag *diag, const struct manifest *manifest, bool parts,
	struct manifest_regions *regions)
{
	bool good = true;
	regions->list = calloc(regions->words.count + 1, sizeof(*regions->list));
	if (regions->list == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < regions->words.count; i++) {
		const struct word *word = &regions->words.list[i];
		struct manifest_reference *found = &regions->list[i];
		if (!find_named(manifest, word->text, found) &&
			(!parts || !find_part(manifest, word->text, found)))
			good = manifest_refuse(diag, manifest, word->at,
				parts ? "'%.64s' is no region of this manifest: name a peripheral, "
					"a shared region, COMPONENT.memN or COMPONENT.data"
				      : "'%.64s' is neither a peripheral nor a shared region of "
					"this manifest: name one that is under peripherals or "
					"shared",
				word->text);
		found->at = word->at;
		for (size_t k = 0; k < i; k++)
			if (strcmp(regions->words.list[k].text, word->text) == 0)
				good = manifest_refuse(diag, manifest, word->at,
					"'%.64s' is named twice: give it once", word->text);
	}
	return good;
}

/* --- parts of a component ---------------------------------------------------------------- */

static bool check_memories(
	struct diag *diag, const struct manifest *manifest, struct manifest_component *component)
{
	bool good = true;
	for (size_t i = 0; i < component->memory_count; i++) {
		struct manifest_memory *memory = &component->memories[i];
		good = manifest_check_room(diag, manifest, &memory->room, memory->named.at) && good;
		for (size_t k = 0; k < i; k++)
			if (component->memories[k].index == memory->index)
				good = manifest_refuse(diag, manifest, memory->named.at,
					"memory %u is there twice: give it once", memory->index);
	}
	return good;
}

static bool check_index(
	struct diag *diag, const struct manifest *manifest, const struct number *memory)
{
	return memory->value < UINT32_MAX || manifest_refuse(diag, manifest, memory->at,
						     "is not a memory index: write its number");
}

static bool check_reset(
	struct diag *diag, const struct manifest *manifest, struct manifest_arena *arena)
{
	const struct word *reset = &arena->reset_word;
	if (reset->text == NULL || strcmp(reset->text, "never") == 0)
		return true;
	arena->reset = LAYOUT_RESET_CALL;
	if (strcmp(reset->text, "call") != 0)
		return manifest_refuse(diag, manifest, reset->at,
			"'%.40s' is not when arenas are emptied: write call or never", reset->text);
	return arena->policy == LAYOUT_BUMP || manifest_refuse(diag, manifest, reset->at,
						       "a free list is for what outlives calls: "
						       "leave out the policy, or the reset");
}

static bool check_arena(
	struct diag *diag, const struct manifest *manifest, struct manifest_arena *arena)
{
	const struct word *policy = &arena->policy_word;
	bool good = true;
	if (!arena->present)
		return true;
	if (arena->size.value == 0 || arena->size.value % STACK_STEP != 0)
		good = manifest_refuse(diag, manifest, arena->size.at,
			"an arena has a multiple of %d bytes, at least %d: round it up", STACK_STEP,
			STACK_STEP);
	arena->policy = policy->text != NULL && strcmp(policy->text, "free-list") == 0
				? LAYOUT_FREE_LIST
				: LAYOUT_BUMP;
	if (policy->text != NULL && arena->policy == LAYOUT_BUMP &&
		strcmp(policy->text, "bump") != 0)
		good = manifest_refuse(diag, manifest, policy->at,
			"'%.40s' is not a policy of arenas: write bump or free-list", policy->text);
	good = check_reset(diag, manifest, arena) && good;
	return check_index(diag, manifest, &arena->memory) && good;
}

static bool check_carve(
	struct diag *diag, const struct manifest *manifest, const struct manifest_carve *carve)
{
	if (!carve->present)
		return true;
	if (carve->offset.at.line == 0 && carve->size.at.line == 0)
		return check_index(diag, manifest, &carve->memory);
	if (carve->offset.at.line == 0 || carve->size.at.line == 0)
		return manifest_refuse(diag, manifest, carve->at,
			"has one of offset and size: give both, or none where the fuser's "
			"attestation says them");
	if (carve->size.value == 0)
		return manifest_refuse(diag, manifest, carve->size.at,
			"is empty: give the component a part of the memory, or take carve out");
	if (carve->offset.value + carve->size.value > LAYOUT_ADDRESSES)
		return manifest_refuse(diag, manifest, carve->size.at,
			"ends beyond the largest memory: make it smaller");
	return check_index(diag, manifest, &carve->memory);
}

static bool check_stack(
	struct diag *diag, const struct manifest *manifest, const struct manifest_stack *stack)
{
	bool good = true;
	if (stack->size.value < STACK_LEAST || stack->size.value % STACK_STEP != 0)
		good = manifest_refuse(diag, manifest, stack->size.at,
			"a stack has a multiple of %d bytes, at least %d: round it up", STACK_STEP,
			STACK_LEAST);
	if (stack->guard.at.line != 0 && stack->guard.value == 0)
		good = manifest_refuse(diag, manifest, stack->guard.at,
			"guards nothing: write the bytes below the stack that shall fault, or take "
			"the key out");
	return good;
}

/* --- with object and core, or by sizes -------------------------------------------------- */

/* A component that is only planned has one memory, whose size stands in the manifest. */
static bool check_planned(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component)
{
	const char *name = component->named.name;
	if (component->grants_auto.line != 0)
		return manifest_refuse(diag, manifest, component->grants_auto,
			"component %s has no core module that its grants could be derived from: "
			"name object and core, or list the grants",
			name);
	if (component->fused.at.line != 0)
		return manifest_refuse(diag, manifest, component->fused.at,
			"component %s has no core module that it could be fused into: name object "
			"and core, or take the key out",
			name);
	if (component->memory_count != 1)
		return manifest_refuse(diag, manifest, component->named.at,
			"component %s has neither object and core nor the size of its one memory: "
			"name the files, or plan it by memories: {0: {size: SIZE}}",
			name);
	if (component->carve.present && component->carve.size.at.line == 0 &&
		component->carve.offset.at.line == 0)
		return manifest_refuse(diag, manifest, component->carve.at,
			"there is no module whose attestation says the carve: give offset and "
			"size");
	const struct manifest_memory *memory = &component->memories[0];
	if (memory->trim.at.line != 0)
		return manifest_refuse(diag, manifest, memory->trim.at,
			"there is no module whose memory could be trimmed: write size alone");
	if (memory->size.at.line == 0 || memory->size.value == 0)
		return manifest_refuse(diag, manifest,
			memory->size.at.line == 0 ? memory->named.at : memory->size.at,
			"memory %u has no size: give the bytes that are planned for it by 'size:'",
			memory->index);
	return true;
}

static bool check_files(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component)
{
	bool has_object = component->object.text != NULL;
	if (!has_object && component->core.text == NULL)
		return check_planned(diag, manifest, component);
	return (has_object && component->core.text != NULL) ||
	       manifest_refuse(diag, manifest, component->named.at,
		       "component %s has no %s: name object and core both, or neither where it is "
		       "only planned",
		       component->named.name, has_object ? "core" : "object");
}

/* A region of that name could never be granted. */
static bool check_auto(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component)
{
	struct manifest_reference found;
	return component->grants_auto.line == 0 || !find_named(manifest, "auto", &found) ||
	       manifest_refuse(diag, manifest, component->grants_auto,
		       "auto is the word for derived grants and the name of a region: give the "
		       "region another name");
}

/* --- components ------------------------------------------------------------------------- */

static bool check_component(
	struct diag *diag, const struct manifest *manifest, struct manifest_component *component)
{
	bool good = check_memories(diag, manifest, component);
	good = manifest_check_room(diag, manifest, &component->data.room, component->named.at) &&
	       good;
	good = resolve(diag, manifest, false, &component->grants) && good;
	good = check_auto(diag, manifest, component) && good;
	good = check_arena(diag, manifest, &component->arena) && good;
	good = check_carve(diag, manifest, &component->carve) && good;
	good = check_stack(diag, manifest, &component->stack) && good;
	good = check_files(diag, manifest, component) && good;
	if (component->fused.value >= UINT32_MAX)
		good = manifest_refuse(diag, manifest, component->fused.at,
			"is not the number of a fused component: write a smaller one");
	return good;
}

bool manifest_check_components(struct diag *diag, struct manifest *manifest)
{
	bool good = true;
	for (size_t i = 0; i < manifest->component_count; i++)
		good = check_component(diag, manifest, &manifest->components[i]) && good;
	return good;
}

/* --- contexts --------------------------------------------------------------------------- */

static bool opens(const struct manifest_context *context, enum manifest_refers to, size_t index)
{
	for (size_t i = 0; i < context->regions.words.count; i++)
		if (context->regions.list[i].to == to && context->regions.list[i].index == index)
			return true;
	return false;
}

/* What the component has must be in its context: a grant without effect is a mistake. */
static bool check_opens_own(struct diag *diag, const struct manifest *manifest,
	const struct manifest_context *context, size_t index)
{
	const struct manifest_component *component = &manifest->components[index];
	bool good = true;
	if (!opens(context, MANIFEST_TO_MEMORY, index))
		good = manifest_refuse(diag, manifest, context->named.at,
			"context %s lacks the memory of its component, without which it cannot "
			"run: add %s.mem0 or what its number is",
			context->named.name, component->named.name);
	for (size_t i = 0; i < component->grants.words.count; i++) {
		const struct manifest_reference *grant = &component->grants.list[i];
		if (!opens(context, grant->to, grant->index))
			good = manifest_refuse(diag, manifest, grant->at,
				"%s is granted, but context %s (line %zu) does not list it: add it "
				"there or take the grant out",
				component->grants.words.list[i].text, context->named.name,
				context->named.at.line);
	}
	return good;
}

static bool same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Whether the two are fused into one module, so that their code may call each other's. */
static bool are_fused(const struct manifest_component *a, const struct manifest_component *b)
{
	return same_text(a->object.text, b->object.text) && same_text(a->core.text, b->core.text) &&
	       !a->carve.present && !b->carve.present;
}

/*
 * What another component has for itself, only code that is called directly can
 * need: its memory, where it is fused into the same module.
 */
static bool check_opens_no_other(struct diag *diag, const struct manifest *manifest,
	const struct manifest_context *context, size_t index)
{
	bool good = true;
	for (size_t i = 0; i < context->regions.words.count; i++) {
		const struct manifest_reference *opened = &context->regions.list[i];
		bool part = opened->to == MANIFEST_TO_MEMORY || opened->to == MANIFEST_TO_DATA;
		if (part && opened->index != index &&
			!(opened->to == MANIFEST_TO_MEMORY &&
				are_fused(&manifest->components[index],
					&manifest->components[opened->index])))
			good = manifest_refuse(diag, manifest, opened->at,
				"%s is component %s's alone: put what both may touch under "
				"'shared:' and grant it to both",
				context->regions.words.list[i].text,
				manifest->components[opened->index].named.name);
	}
	return good;
}

static bool check_context(
	struct diag *diag, struct manifest *manifest, struct manifest_context *context)
{
	size_t index = 0;
	if (!resolve(diag, manifest, true, &context->regions))
		return false;
	while (index < manifest->component_count &&
		strcmp(manifest->components[index].named.name, context->named.name) != 0)
		index++;
	if (index == manifest->component_count)
		return manifest_refuse(diag, manifest, context->named.at,
			"there is no component %.64s: contexts are named for the components that "
			"run in them",
			context->named.name);
	manifest->components[index].context = context;
	return check_opens_own(diag, manifest, context, index) &&
	       check_opens_no_other(diag, manifest, context, index);
}

bool manifest_check_contexts(struct diag *diag, struct manifest *manifest)
{
	bool good = true;
	for (size_t i = 0; i < manifest->context_count; i++)
		good = check_context(diag, manifest, &manifest->contexts[i]) && good;
	return good;
}
