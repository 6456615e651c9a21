/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Ten thousand random copies and fills between two memories of 64 KiB, done by
 * runtime/move.c.  Prints a line for each, which compare.py does again in
 * wasmtime and compares:
 *
 *     copy 0 1 4294967288 17 3 trap
 *     fill 1 65530 255 6 done 2f1a0c55 10c2e1ab
 *
 * The words behind every eighth outcome are the checksums of both memories.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/crc32.h"
#include "runtime/address.h"
#include "runtime/move.h"

enum { SIZE = 65536, OPERATIONS = 10000, EVERY = 8, BASE_0 = 0x20000000, BASE_1 = 0x20010000 };

static uint8_t bytes[2][SIZE];

void *berth_host_bytes(uint32_t address, uint32_t size)
{
	uint32_t memory = address >= BASE_1;
	uint32_t offset = address - (memory == 1 ? BASE_1 : BASE_0);
	if (offset > SIZE || size > SIZE - offset)
		abort();
	return bytes[memory] + offset;
}

static const struct {
	struct berth_regions_header header;
	struct berth_region regions[2];
} table = {
	.header = {.regions = sizeof(struct berth_regions_header), .region_count = 2},
	.regions = {{.kind = BERTH_KIND_MEMORY, .base = BASE_0, .size = SIZE},
		{.kind = BERTH_KIND_MEMORY, .base = BASE_1, .size = SIZE}},
};

/* Marsaglia's xorshift (2003) with a fixed seed: the same operations each time. */
static uint32_t state = 0x2545f491;

static uint32_t below(uint32_t limit)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % limit;
}

static uint32_t draw_offset(void)
{
	switch (below(8)) {
	case 0:
		return SIZE - 8 + below(16);
	case 1:
		return 0u - below(SIZE);
	default:
		return below(SIZE);
	}
}

static uint32_t draw_size(uint32_t offset)
{
	switch (below(8)) {
	case 0:
		return 0;
	case 1:
		return SIZE - offset - 2 + below(5); /* to about the end */
	case 2:
		return 0u - below(SIZE);
	case 3:
		return below(SIZE);
	default:
		return below(300);
	}
}

static bool copy(void)
{
	uint32_t to_memory = below(2);
	uint32_t from_memory = below(2);
	uint32_t to = draw_offset();
	/* Ranges that overlap are what goes wrong. */
	uint32_t from = below(3) == 0 ? to - 64 + below(128) : draw_offset();
	uint32_t size = draw_size(below(2) == 0 ? to : from);
	printf("copy %u %u %u %u %u", to_memory, from_memory, to, from, size);
	return berth_table_copy(&table.header, to_memory, to, from_memory, from, size);
}

static bool fill(void)
{
	uint32_t memory = below(2);
	uint32_t at = draw_offset();
	uint32_t value = below(256);
	uint32_t size = draw_size(at);
	printf("fill %u %u %u %u", memory, at, value, size);
	return berth_table_fill(&table.header, memory, at, (uint8_t)value, size);
}

int main(void)
{
	for (unsigned i = 0; i < OPERATIONS; i++) {
		bool done = below(2) == 0 ? copy() : fill();
		printf(" %s", done ? "done" : "trap");
		if (i % EVERY == EVERY - 1)
			printf(" %08x %08x", crc32_more(CRC32_START, bytes[0], SIZE),
				crc32_more(CRC32_START, bytes[1], SIZE));
		putchar('\n');
	}
	return ferror(stdout) != 0 || fflush(stdout) != 0;
}
