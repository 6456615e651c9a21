/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What a manifest may say and no placement does yet.  Refused here, so that no
 * key is taken and then ignored; each check goes when place.c and rows.c do what
 * it stands for.
 */
#include <string.h>

#include "ldgen/manifest.h"

static bool waits(
	struct diag *diag, const struct manifest *manifest, const char *what, struct position at)
{
	return at.line == 0 || manifest_refuse(diag, manifest, at,
				       "%s is not supported yet by placement: take it out", what);
}

static bool check_room(
	struct diag *diag, const struct manifest *manifest, const struct manifest_room *room)
{
	bool good = waits(diag, manifest, "a most of rows", room->rows.at);
	good = waits(diag, manifest, "a fixed address", room->at.at) && good;
	good = waits(diag, manifest, "a choice of caching", room->cache.word.at) && good;
	if (room->bank_names.count > 1)
		good = waits(diag, manifest, "a choice among banks", room->bank_names.at) && good;
	return good;
}

static bool check_bank(
	struct diag *diag, const struct manifest *manifest, const struct manifest_bank *bank)
{
	bool good = waits(diag, manifest, "a choice of caching", bank->cache.word.at);
	return (bank->hole_count == 0 || waits(diag, manifest, "a hole", bank->holes[0].at)) &&
	       good;
}

static bool check_component(struct diag *diag, const struct manifest *manifest,
	const struct manifest_component *component)
{
	bool good = waits(diag, manifest, "a guard", component->stack.guard.at);
	good = waits(diag, manifest, "a carve", component->carve.at) && good;
	good = check_room(diag, manifest, &component->data.room) && good;
	for (size_t i = 0; i < component->memory_count; i++)
		good = check_room(diag, manifest, &component->memories[i].room) && good;
	return good;
}

bool manifest_check_placeable(struct diag *diag, const struct manifest *manifest)
{
	const struct manifest_target *target = &manifest->target;
	bool good = true;
	if (strcmp(target->architecture->arch->name, "armv7-m") != 0)
		good = waits(diag, manifest, target->architecture->arch->name, target->at);
	if (manifest->shared_count > 0)
		good = waits(diag, manifest, "a shared region", manifest->shared[0].named.at) &&
		       good;
	if (manifest->context_count > 0)
		good = waits(diag, manifest, "an explicit context",
			       manifest->contexts[0].named.at) &&
		       good;
	for (size_t i = 0; i < manifest->bank_count; i++)
		good = check_bank(diag, manifest, &manifest->banks[i]) && good;
	for (size_t i = 0; i < manifest->component_count; i++)
		good = check_component(diag, manifest, &manifest->components[i]) && good;
	return good;
}
