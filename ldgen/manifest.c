/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The manifest's keys.  A manifest is
 *
 *     berth: 1
 *     target: {cpu: cortex-m3, mpu_regions: 8}    # riscv: granularity, napot_only, mml
 *     banks:
 *       flash: {origin: 0x0, length: 512K, access: rx}
 *       ram:   {origin: 0x20000000, length: 96K, access: rw, reserve: 10K, cache: write-through,
 *               holes: [{origin: 0x20004000, length: 1K}]}
 *     peripherals:
 *       uart0: {origin: 0x40004000, length: 0x1000}
 *     shared:
 *       mailbox: {size: 1K, bank: ram, rows: 1, at: 0x20008000, cache: none}
 *     code: {bank: flash, common: 2K, natives: ['.text.step'], rows: 1}
 *     components:
 *       sensor:
 *         object: sensor.o
 *         core: sensor.wasm
 *         fused: 2
 *         code: 6K
 *         memories: {0: {bank: [ram, slow], size: 64K, trim: 20K, rows: 2, at: 0x2000c000,
 *                        cache: none}}
 *         arena: {memory: 0, size: 4K, policy: free-list}
 *         carve: {memory: 0, offset: 0, size: 8K}
 *         stack: {size: 2K, guard: 32}            # or 2K
 *         data: {bank: ram, rows: 1, at: 0x20002800, cache: none}
 *         grants: [uart0, mailbox]
 *     contexts:
 *       sensor: [sensor.mem0, uart0, mailbox]
 *     strategy: packed
 *
 * share/berth-layout.schema.json says the same for editors.
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

KEYS(hole_keys, "a hole", NEEDED("origin", struct manifest_hole, origin, yaml_size),
	NEEDED("length", struct manifest_hole, length, yaml_size));

static bool read_hole(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_hole *hole = member;
	hole->at = yaml_position(node);
	return yaml_mapping(reader, node, &hole_keys, hole);
}

static bool read_holes(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_bank *bank = member;
	return yaml_list(reader, node, sizeof(struct manifest_hole), read_hole, &bank->holes,
		&bank->hole_count);
}

KEYS(bank_keys, "a bank", NEEDED("origin", struct manifest_bank, origin, yaml_size),
	NEEDED("length", struct manifest_bank, length, yaml_size),
	NEEDED("access", struct manifest_bank, rights, yaml_word),
	MAY("reserve", struct manifest_bank, reserve, yaml_size),
	MAY("holes", struct manifest_bank, named, read_holes),
	MAY("cache", struct manifest_bank, cache.word, yaml_word));

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

/* Where a region may go, for each struct that has a room. */
#define ROOM(structure)                                                                            \
	MAY("bank", structure, room.bank_names, yaml_words),                                       \
		MAY("rows", structure, room.rows, yaml_number),                                    \
		MAY("at", structure, room.at, yaml_size),                                          \
		MAY("cache", structure, room.cache.word, yaml_word)

KEYS(shared_keys, "a shared region", NEEDED("size", struct manifest_shared, size, yaml_size),
	ROOM(struct manifest_shared));

static bool read_shared_region(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	return yaml_mapping(reader, node, &shared_keys, member);
}

static bool read_shared(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest *manifest = member;
	return yaml_named(reader, node, sizeof(struct manifest_shared), read_shared_region,
		&manifest->shared, &manifest->shared_count);
}

KEYS(code_keys, "code", MAY("bank", struct manifest_code, bank_name, yaml_word),
	NEEDED("common", struct manifest_code, common, yaml_size),
	MAY("natives", struct manifest_code, natives, yaml_words),
	MAY("rows", struct manifest_code, rows, yaml_number));

static bool read_code(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_code *code = member;
	code->present = true;
	code->at = yaml_position(node);
	return yaml_mapping(reader, node, &code_keys, code);
}

KEYS(memory_keys, "a memory", MAY("size", struct manifest_memory, size, yaml_size),
	MAY("trim", struct manifest_memory, trim, yaml_size), ROOM(struct manifest_memory));

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
	NEEDED("size", struct manifest_arena, size, yaml_size),
	MAY("policy", struct manifest_arena, policy_word, yaml_word),
	MAY("reset", struct manifest_arena, reset_word, yaml_word));

static bool read_arena(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_arena *arena = member;
	arena->present = true;
	arena->at = yaml_position(node);
	return yaml_mapping(reader, node, &arena_keys, arena);
}

KEYS(carve_keys, "a carve", MAY("memory", struct manifest_carve, memory, yaml_number),
	MAY("offset", struct manifest_carve, offset, yaml_size),
	MAY("size", struct manifest_carve, size, yaml_size));

static bool read_carve(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_carve *carve = member;
	carve->present = true;
	carve->at = yaml_position(node);
	return yaml_mapping(reader, node, &carve_keys, carve);
}

KEYS(stack_keys, "a stack", NEEDED("size", struct manifest_stack, size, yaml_size),
	MAY("guard", struct manifest_stack, guard, yaml_size));

/* The size alone, or a mapping. */
static bool read_stack(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_stack *stack = member;
	stack->at = yaml_position(node);
	if (node->type == YAML_SCALAR_NODE)
		return yaml_size(reader, node, &stack->size);
	return yaml_mapping(reader, node, &stack_keys, stack);
}

KEYS(data_keys, "data", ROOM(struct manifest_data));

static bool read_data(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_data *data = member;
	data->at = yaml_position(node);
	return yaml_mapping(reader, node, &data_keys, data);
}

/* The word auto grants no region: it says that the memories are derived. */
static void take_auto(struct manifest_component *component)
{
	struct words *words = &component->grants.words;
	size_t kept = 0;
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->list[i].text, "auto") != 0) {
			words->list[kept++] = words->list[i];
			continue;
		}
		component->grants_auto = words->list[i].at;
		free(words->list[i].text);
	}
	words->count = kept;
}

static bool read_grants(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_component *component = member;
	bool is_auto = node->type == YAML_SCALAR_NODE && node->data.scalar.length == 4 &&
		       memcmp(node->data.scalar.value, "auto", 4) == 0;
	if (node->type != YAML_SEQUENCE_NODE && !is_auto)
		return yaml_refuse(reader, yaml_position(node),
			"is not a list: write what the component may access as [uart0, ...], or "
			"auto");
	bool good = yaml_words(reader, node, &component->grants.words);
	if (good)
		take_auto(component);
	return good;
}

KEYS(component_keys, "a component", MAY("object", struct manifest_component, object, yaml_word),
	MAY("core", struct manifest_component, core, yaml_word),
	MAY("fused", struct manifest_component, fused, yaml_number),
	MAY("code", struct manifest_component, code, yaml_size),
	MAY("memories", struct manifest_component, named, read_memories),
	MAY("arena", struct manifest_component, arena, read_arena),
	MAY("carve", struct manifest_component, carve, read_carve),
	NEEDED("stack", struct manifest_component, stack, read_stack),
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

static bool read_context(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_context *context = member;
	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_refuse(reader, yaml_position(node),
			"is not a list: write the regions that the context opens as [%.40s.mem0, "
			"...]",
			context->named.name);
	return yaml_words(reader, node, &context->regions.words);
}

static bool read_contexts(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest *manifest = member;
	return yaml_named(reader, node, sizeof(struct manifest_context), read_context,
		&manifest->contexts, &manifest->context_count);
}

KEYS(target_keys, "a target", MAY("cpu", struct manifest_target, cpu, yaml_word),
	MAY("arch", struct manifest_target, arch, yaml_word),
	MAY("mpu_regions", struct manifest_target, mpu_regions, yaml_number),
	MAY("granularity", struct manifest_target, granularity, yaml_number),
	MAY("napot_only", struct manifest_target, napot_only, yaml_flag),
	MAY("mml", struct manifest_target, mml, yaml_flag));

static bool read_target(struct yaml_reader *reader, yaml_node_t *node, void *member)
{
	struct manifest_target *target = member;
	target->at = yaml_position(node);
	return yaml_mapping(reader, node, &target_keys, target);
}

/* Readers of several members take the whole manifest: offset 0. */
KEYS(manifest_keys, "a manifest", NEEDED("berth", struct manifest, version, yaml_number),
	NEEDED("target", struct manifest, target, read_target),
	NEEDED("banks", struct manifest, path, read_banks),
	MAY("peripherals", struct manifest, path, read_peripherals),
	MAY("shared", struct manifest, path, read_shared),
	MAY("code", struct manifest, code, read_code),
	NEEDED("components", struct manifest, path, read_components),
	MAY("contexts", struct manifest, path, read_contexts),
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

static void room_free(struct manifest_room *room)
{
	words_free(&room->bank_names);
	free(room->banks);
	free(room->cache.word.text);
}

static void regions_free(struct manifest_regions *regions)
{
	words_free(&regions->words);
	free(regions->list);
}

static void bank_free(struct manifest_bank *bank)
{
	free(bank->named.name);
	free(bank->rights.text);
	free(bank->holes);
	free(bank->cache.word.text);
}

static void component_free(struct manifest_component *component)
{
	for (size_t i = 0; i < component->memory_count; i++) {
		free(component->memories[i].named.name);
		room_free(&component->memories[i].room);
	}
	free(component->memories);
	regions_free(&component->grants);
	room_free(&component->data.room);
	free(component->arena.policy_word.text);
	free(component->arena.reset_word.text);
	free(component->named.name);
	free(component->object.text);
	free(component->core.text);
	free(component->opens);
}

void manifest_free(struct manifest *manifest)
{
	if (manifest == NULL)
		return;
	for (size_t i = 0; i < manifest->bank_count; i++)
		bank_free(&manifest->banks[i]);
	for (size_t i = 0; i < manifest->peripheral_count; i++)
		free(manifest->peripherals[i].named.name);
	for (size_t i = 0; i < manifest->shared_count; i++) {
		free(manifest->shared[i].named.name);
		room_free(&manifest->shared[i].room);
	}
	for (size_t i = 0; i < manifest->component_count; i++)
		component_free(&manifest->components[i]);
	for (size_t i = 0; i < manifest->context_count; i++) {
		free(manifest->contexts[i].named.name);
		regions_free(&manifest->contexts[i].regions);
	}
	free(manifest->code.bank_name.text);
	words_free(&manifest->code.natives);
	room_free(&manifest->code.room);
	free(manifest->banks);
	free(manifest->peripherals);
	free(manifest->shared);
	free(manifest->components);
	free(manifest->contexts);
	room_free(&manifest->default_room);
	free(manifest->target.cpu.text);
	free(manifest->target.arch.text);
	free(manifest->strategy.text);
	free(manifest->path);
	free(manifest);
}
