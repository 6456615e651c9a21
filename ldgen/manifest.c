/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The manifest's keys.  A manifest is
 *
 *     berth: 1
 *     target: {cpu: cortex-m3, mpu_regions: 8}
 *     banks:
 *       flash: {origin: 0x0, length: 512K, access: rx}
 *       ram:   {origin: 0x20000000, length: 96K, access: rw, reserve: 10K}
 *     peripherals:
 *       uart0: {origin: 0x40004000, length: 0x1000}
 *     components:
 *       sensor:
 *         object: sensor.o
 *         core: sensor.wasm
 *         fused: 2
 *         memories: {0: {bank: ram, size: 64K, trim: 20K}}
 *         arena: {memory: 0, size: 4K}
 *         stack: 2K
 *         data: {bank: ram}
 *         grants: [uart0]
 *     strategy: packed
 */
#include "ldgen/manifest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS(name, text, ...)                                                                      \
	static const struct yaml_key name##_list[] = {__VA_ARGS__};                                \
	static const struct yaml_keys name = {                                                     \
		text, name##_list, sizeof(name##_list) / sizeof(name##_list[0])}
#define NEEDED(name, structure, member, read)                                                      \
	{                                                                                          \
		name, true, offsetof(structure, member), read                                      \
	}
#define MAY(name, structure, member, read)                                                         \
	{                                                                                          \
		name, false, offsetof(structure, member), read                                     \
	}

/* --- keys, from the leaves to the root ----------------------------------------------- */

KEYS(bank_keys, "a bank", NEEDED("origin", struct manifest_bank, origin, yaml_size),
	NEEDED("length", struct manifest_bank, length, yaml_size),
	NEEDED("access", struct manifest_bank, rights, yaml_word),
	MAY("reserve", struct manifest_bank, reserve, yaml_size));

static bool read_bank(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	return yaml_mapping(reader, node, &bank_keys, member);
}

static bool read_banks(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest *manifest = member;
	return yaml_named(reader, node, sizeof(struct manifest_bank), read_bank, &manifest->banks,
		&manifest->bank_count);
}

KEYS(peripheral_keys, "a peripheral",
	NEEDED("origin", struct manifest_peripheral, origin, yaml_size),
	NEEDED("length", struct manifest_peripheral, length, yaml_size));

static bool read_peripheral(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	return yaml_mapping(reader, node, &peripheral_keys, member);
}

static bool read_peripherals(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest *manifest = member;
	return yaml_named(reader, node, sizeof(struct manifest_peripheral), read_peripheral,
		&manifest->peripherals, &manifest->peripheral_count);
}

KEYS(memory_keys, "a memory", MAY("bank", struct manifest_memory, bank_name, yaml_word),
	MAY("size", struct manifest_memory, size, yaml_size),
	MAY("trim", struct manifest_memory, trim, yaml_size));

static bool read_memory(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_memory *memory = member;
	uint64_t index = 0;
	if (!yaml_parse_size(memory->named.name, false, &index) || index >= UINT32_MAX)
		return yaml_refuse(reader, memory->named.at,
			"'%.40s' is not a memory index: write the number that it has in the core "
			"module",
			memory->named.name);
	memory->index = (uint32_t)index;
	return yaml_mapping(reader, node, &memory_keys, memory);
}

static bool read_memories(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_component *component = member;
	return yaml_named(reader, node, sizeof(struct manifest_memory), read_memory,
		&component->memories, &component->memory_count);
}

KEYS(arena_keys, "an arena", MAY("memory", struct manifest_arena, memory, yaml_number),
	NEEDED("size", struct manifest_arena, size, yaml_size));

static bool read_arena(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_arena *arena = member;
	arena->present = true;
	arena->at = yaml_position(node);
	return yaml_mapping(reader, node, &arena_keys, arena);
}

KEYS(data_keys, "data", NEEDED("bank", struct manifest_data, bank_name, yaml_word));

static bool read_data(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	return yaml_mapping(reader, node, &data_keys, member);
}

static bool read_grants(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_component *component = member;
	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_refuse(reader, yaml_position(node),
			"is not a list: write the peripherals as [uart0, ...]");
	const yaml_node_item_t *first = node->data.sequence.items.start;
	size_t count = (size_t)(node->data.sequence.items.top - first);
	component->grants = calloc(count + 1, sizeof(*component->grants));
	if (component->grants == NULL)
		return diag_no_memory(reader->diag);
	component->grant_count = count;
	bool good = true;
	for (size_t i = 0; i < count; i++)
		good = yaml_word(reader, yaml_document_get_node(reader->document, first[i]),
			       &component->grants[i]) &&
		       good;
	return good;
}

KEYS(component_keys, "a component", NEEDED("object", struct manifest_component, object, yaml_word),
	NEEDED("core", struct manifest_component, core, yaml_word),
	MAY("fused", struct manifest_component, fused, yaml_number),
	MAY("memories", struct manifest_component, named, read_memories),
	MAY("arena", struct manifest_component, arena, read_arena),
	NEEDED("stack", struct manifest_component, stack, yaml_size),
	MAY("data", struct manifest_component, data, read_data),
	MAY("grants", struct manifest_component, named, read_grants));

static bool read_component(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	return yaml_mapping(reader, node, &component_keys, member);
}

static bool read_components(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest *manifest = member;
	return yaml_named(reader, node, sizeof(struct manifest_component), read_component,
		&manifest->components, &manifest->component_count);
}

KEYS(target_keys, "a target", MAY("cpu", struct manifest, target.cpu, yaml_word),
	MAY("arch", struct manifest, target.arch, yaml_word),
	MAY("mpu_regions", struct manifest, target.mpu_regions, yaml_number));

static bool read_target(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest *manifest = member;
	manifest->target.at = yaml_position(node);
	return yaml_mapping(reader, node, &target_keys, manifest);
}

/* Readers of several members take the whole manifest: offset 0. */
KEYS(manifest_keys, "a manifest", NEEDED("berth", struct manifest, version, yaml_number),
	NEEDED("target", struct manifest, path, read_target),
	NEEDED("banks", struct manifest, path, read_banks),
	MAY("peripherals", struct manifest, path, read_peripherals),
	NEEDED("components", struct manifest, path, read_components),
	MAY("strategy", struct manifest, strategy, yaml_word));

/* --- the whole ------------------------------------------------------------------------ */

bool manifest_refuse(struct diag *diag, const struct manifest *manifest, struct position at,
	const char *format, ...)
{
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return diag_error_at(diag, manifest->path, at.line, at.column, "%s", text);
}

struct manifest *manifest_read(struct diag *diag, const char *path)
{
	struct manifest *manifest = calloc(1, sizeof(*manifest));
	if (manifest == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	manifest->path = strdup(path);
	bool good = manifest->path != NULL || diag_no_memory(diag);
	good = good && yaml_read_file(diag, path, &manifest_keys, manifest) &&
	       manifest_check(diag, manifest);
	if (good)
		return manifest;
	manifest_free(manifest);
	return NULL;
}

static void component_free(struct manifest_component *component)
{
	for (size_t i = 0; i < component->memory_count; i++) {
		free(component->memories[i].named.name);
		free(component->memories[i].bank_name.text);
	}
	for (size_t i = 0; i < component->grant_count; i++)
		free(component->grants[i].text);
	free(component->memories);
	free(component->grants);
	free(component->granted);
	free(component->named.name);
	free(component->object.text);
	free(component->core.text);
	free(component->data.bank_name.text);
}

void manifest_free(struct manifest *manifest)
{
	if (manifest == NULL)
		return;
	for (size_t i = 0; i < manifest->bank_count; i++) {
		free(manifest->banks[i].named.name);
		free(manifest->banks[i].rights.text);
	}
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		free(manifest->peripherals[i].named.name);
	for (size_t i = 0; i < manifest->component_count; i++)
		component_free(&manifest->components[i]);
	free(manifest->banks);
	free(manifest->peripherals);
	free(manifest->components);
	free(manifest->target.cpu.text);
	free(manifest->target.arch.text);
	free(manifest->strategy.text);
	free(manifest->path);
	free(manifest);
}
