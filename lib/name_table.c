/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * A table with open addressing, and in front of it a filter: one bit for each
 * hash, eight for each slot.  Nearly all symbols of an object are asked for and
 * are not there; the filter says so of nine in ten or more, and 5,000 names fit
 * into 16 KiB of it, which stay in the processor's nearest cache.
 */

#include "lib/name_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	const char *name;
	size_t value;
};

struct slot {
	uint32_t hash;
	uint32_t entry; /* counts from 1; 0: the slot is free */
};

struct name_table {
	struct entry *entries;
	uint32_t count;
	struct slot *slots;
	uint32_t slot_count; /* a power of two, at least twice the entries */
	uint8_t *filter;     /* slot_count bytes */
};

enum { FIRST_SLOTS = 64 };

/* Eight bytes at a time, because every name of an object is asked for. */
static uint32_t hash_name(const char *name)
{
	const uint64_t multiplier = UINT64_C(0x9e3779b97f4a7c15);
	size_t length = strlen(name);
	uint64_t hash = length * multiplier;
	uint64_t word = 0;
	if (length < sizeof(word)) {
		memcpy(&word, name, length);
		return (uint32_t)((hash ^ word) * multiplier >> 32);
	}
	for (size_t at = 0; at + sizeof(word) < length; at += sizeof(word)) {
		memcpy(&word, name + at, sizeof(word));
		hash = (hash ^ word) * multiplier;
		hash ^= hash >> 32;
	}
	/* The last eight, some of them again. */
	memcpy(&word, name + length - sizeof(word), sizeof(word));
	return (uint32_t)((hash ^ word) * multiplier >> 32);
}

/* The slot of NAME, or the free one where it would be. */
static struct slot *find_slot(const struct name_table *table, const char *name, uint32_t hash)
{
	uint32_t mask = table->slot_count - 1;
	for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
		struct slot *slot = &table->slots[at];
		if (slot->entry == 0 ||
			(slot->hash == hash &&
				strcmp(table->entries[slot->entry - 1].name, name) == 0))
			return slot;
	}
}

static uint8_t *filter_byte(uint8_t *filter, uint32_t slot_count, uint32_t hash)
{
	return &filter[hash & (slot_count - 1)];
}

/* From the highest bits of the hash; the lowest choose the byte. */
static uint8_t filter_bit(uint32_t hash)
{
	return (uint8_t)(1u << (hash >> 29));
}

/* Makes the slots twice as many, and room for half as many entries. */
static bool grow(struct name_table *table)
{
	uint32_t old_count = table->slot_count;
	uint32_t new_count = old_count == 0 ? FIRST_SLOTS : old_count * 2;
	if (new_count == 0)
		return false;
	struct slot *slots = calloc(new_count, sizeof(*slots));
	uint8_t *filter = calloc(new_count, sizeof(*filter));
	struct entry *entries =
		reallocarray(table->entries, new_count / 2, sizeof(*table->entries));
	if (entries != NULL)
		table->entries = entries;
	if (entries == NULL || slots == NULL || filter == NULL) {
		free(slots);
		free(filter);
		return false;
	}
	for (uint32_t i = 0; i < old_count; i++) {
		uint32_t at = table->slots[i].hash & (new_count - 1);
		if (table->slots[i].entry == 0)
			continue;
		while (slots[at].entry != 0)
			at = (at + 1) & (new_count - 1);
		slots[at] = table->slots[i];
		*filter_byte(filter, new_count, slots[at].hash) |= filter_bit(slots[at].hash);
	}
	free(table->slots);
	free(table->filter);
	table->slots = slots;
	table->filter = filter;
	table->slot_count = new_count;
	return true;
}

bool name_table_add(struct name_table **table, const char *name, size_t value)
{
	if (*table == NULL && (*table = calloc(1, sizeof(**table))) == NULL)
		return false;
	struct name_table *to = *table;
	if (to->count >= to->slot_count / 2 && !grow(to))
		return false;
	uint32_t hash = hash_name(name);
	struct slot *slot = find_slot(to, name, hash);
	if (slot->entry != 0)
		return true;
	to->entries[to->count++] = (struct entry){.name = name, .value = value};
	*slot = (struct slot){.hash = hash, .entry = to->count};
	*filter_byte(to->filter, to->slot_count, hash) |= filter_bit(hash);
	return true;
}

size_t name_table_find(const struct name_table *table, const char *name)
{
	if (table == NULL || table->count == 0)
		return NAME_NONE;
	uint32_t hash = hash_name(name);
	if ((*filter_byte(table->filter, table->slot_count, hash) & filter_bit(hash)) == 0)
		return NAME_NONE;
	const struct slot *slot = find_slot(table, name, hash);
	return slot->entry == 0 ? NAME_NONE : table->entries[slot->entry - 1].value;
}

void name_table_free(struct name_table **table)
{
	if (*table == NULL)
		return;
	free((*table)->entries);
	free((*table)->slots);
	free((*table)->filter);
	free(*table);
	*table = NULL;
}
