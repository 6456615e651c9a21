/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Packing with subregions: every region where one row opens it, in the best order there is. */
#include "tests/unit/unit.h"

#include <string.h>

#include "ldgen/pack.h"
#include "mpu-table/armv7m_encode.h"

enum { MOST = 256 };

static uint32_t state;

static uint32_t draw(void)
{
	state = state * 1664525 + 1013904223;
	return state >> 8;
}

/* Whether one row opens exactly the range, as the encoder, which packing does not use, has it. */
static bool is_one_row(uint64_t base, uint64_t size)
{
	const struct row_request request = {
		base, size, LAYOUT_READ | LAYOUT_WRITE, LAYOUT_MEMORY, 0, 1, ROW_CACHE_USUAL};
	struct row row;
	return armv7m_encode(&request, &row) == 1;
}

/* The least end of SIZE bytes from FROM on, by trying all ranges of 32 bytes' multiples. */
static uint64_t slow_fit(uint64_t from, uint64_t size)
{
	for (uint64_t end = (from + size + 31) / 32 * 32;; end += 32)
		for (uint64_t base = (from + 31) / 32 * 32; base + size <= end; base += 32)
			if (is_one_row(base, end - base))
				return end;
}

START_TEST(a_fit_ends_as_low_as_any_row_can)
{
	state = 1;
	for (int round = 0; round < 3000; round++) {
		uint64_t from = draw() % 5000;
		uint64_t size = 1 + draw() % (1u << (4 + draw() % 8));
		uint64_t base = 0;
		uint64_t reserved = 0;
		bool good = pack_fit(from, size, &base, &reserved) && base >= from &&
			    reserved >= size && is_one_row(base, reserved) &&
			    base + reserved == slow_fit(from, size);
		if (!good)
			ck_abort_msg("%u bytes from %u", (unsigned)size, (unsigned)from);
	}
}
END_TEST

/* The least end over all orders, by trying them. */
static uint64_t slow_pack(const uint64_t *sizes, size_t count, unsigned left, uint64_t from)
{
	uint64_t best = UINT64_MAX;
	if (left == 0)
		return from;
	for (size_t i = 0; i < count; i++) {
		uint64_t base = 0;
		uint64_t reserved = 0;
		if ((left >> i & 1) == 0)
			continue;
		ck_assert(pack_fit(from, sizes[i], &base, &reserved));
		uint64_t end = slow_pack(sizes, count, left & ~(1u << i), base + reserved);
		best = end < best ? end : best;
	}
	return best;
}

/* Checks what pack_all gave: each open by one row, none on another, and the end is the last one's.
 */
static void expect_sound(const struct pack_item *items, size_t count, uint64_t start, uint64_t end)
{
	uint64_t highest = start;
	for (size_t i = 0; i < count; i++) {
		uint64_t last = items[i].base + items[i].reserved;
		bool good = items[i].base >= start && items[i].reserved >= items[i].size &&
			    is_one_row(items[i].base, items[i].reserved);
		for (size_t k = 0; good && k < i; k++)
			good = last <= items[k].base ||
			       items[k].base + items[k].reserved <= items[i].base;
		if (!good)
			ck_abort_msg("item %zu", i);
		highest = last > highest ? last : highest;
	}
	ck_assert_uint_eq(end, highest);
}

START_TEST(up_to_six_regions_are_packed_as_well_as_can_be)
{
	state = 2;
	for (int round = 0; round < 2000; round++) {
		struct pack_item items[6];
		uint64_t sizes[6];
		size_t count = 1 + draw() % 6;
		uint64_t start = 0x20000000 + draw() % 8192 / 32 * 32;
		uint64_t end = 0;
		bool optimal = false;
		for (size_t i = 0; i < count; i++)
			items[i] = (struct pack_item){
				.size = sizes[i] = 1 + draw() % (1u << (6 + draw() % 12))};
		ck_assert(pack_all(items, count, start, &end, &optimal));
		expect_sound(items, count, start, end);
		ck_assert(optimal);
		if (end != slow_pack(sizes, count, (1u << count) - 1, start))
			ck_abort_msg("round %d", round);
	}
}
END_TEST

/* Parts that people use, what is taken at the start of their RAM, and what lies behind it at best.
 */
static const struct {
	uint64_t start;
	uint64_t sizes[6];
	size_t count;
	uint64_t used;
} parts[] = {
	{0x20000000 + 1536, {1536, 1100, 768, 600, 300}, 5, 4608},
	{0x20000000 + 10 * 1024, {20 << 10, 12 << 10, 9 << 10, 5 << 10, 3 << 10}, 5, 53248},
	{0x20000000 + 10 * 1024, {64 << 10, 4 << 10, 2 << 10}, 3, 71680},
	{0x20000000 + 24 * 1024, {64 << 10, 40 << 10, 24 << 10, 20 << 10, 9000}, 5, 163840},
	{0x20240000 + 400 * 1024, {64 << 10, 128 << 10, 96 << 10, 192 << 10, 40 << 10}, 5, 540672},
};

START_TEST(real_parts_are_packed_as_tightly_as_is_known)
{
	struct pack_item items[6];
	uint64_t end = 0;
	bool optimal = false;
	for (size_t i = 0; i < parts[_i].count; i++)
		items[i] = (struct pack_item){.size = parts[_i].sizes[i]};
	ck_assert(pack_all(items, parts[_i].count, parts[_i].start, &end, &optimal));
	expect_sound(items, parts[_i].count, parts[_i].start, end);
	ck_assert_uint_le(end - parts[_i].start, parts[_i].used);
}
END_TEST

START_TEST(many_regions_stay_near_the_lower_bound)
{
	static struct pack_item items[MOST];
	state = 3;
	for (int round = 0; round < 4; round++) {
		uint64_t end = 0;
		uint64_t least = 0;
		bool optimal = false;
		size_t count = round == 3 ? MOST : 64;
		for (size_t i = 0; i < count; i++) {
			items[i] =
				(struct pack_item){.size = 1 + draw() % (1u << (8 + draw() % 9))};
			least += pack_least(items[i].size);
		}
		ck_assert(pack_all(items, count, 0x20000000, &end, &optimal));
		expect_sound(items, count, 0x20000000, end);
		ck_assert_uint_ge(end - 0x20000000, least);
		ck_assert_uint_le((end - 0x20000000) * 100, least * 102);
	}
}
END_TEST

START_TEST(what_does_not_fit_the_address_space_is_told)
{
	struct pack_item items[2] = {
		{.size = UINT64_C(0x80000000)}, {.size = UINT64_C(0xc0000000)}};
	uint64_t end = 0;
	bool optimal = false;
	ck_assert(!pack_all(items, 2, 0, &end, &optimal));
	items[0].size = UINT64_MAX;
	ck_assert(!pack_all(items, 1, 0, &end, &optimal));
	ck_assert(pack_all(items, 0, 64, &end, &optimal));
	ck_assert_uint_eq(end, 64);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pack");
	TCase *tests = tcase_create("pack");
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, a_fit_ends_as_low_as_any_row_can);
	tcase_add_test(tests, up_to_six_regions_are_packed_as_well_as_can_be);
	tcase_add_loop_test(tests, real_parts_are_packed_as_tightly_as_is_known, 0,
		(int)(sizeof(parts) / sizeof(parts[0])));
	tcase_add_test(tests, many_regions_stay_near_the_lower_bound);
	tcase_add_test(tests, what_does_not_fit_the_address_space_is_told);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
