/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Placement: every region where one row can open it, and none on another. */
#include "tests/unit/unit.h"

#include <string.h>

#include "ldgen/place.h"
#include "lib/checked.h"

enum { MOST = 12, FLASH = 0, RAM = 1 };

/* A manifest made by hand, without a file. */
struct bench {
	struct manifest manifest;
	struct sizes sizes;
	size_t ram[1];
	struct manifest_bank banks[2];
	struct manifest_component components[MOST];
	struct component_sizes measured[MOST];
	char names[MOST][24];
	struct caught caught;
};

static struct number number(uint64_t value)
{
	return (struct number){.value = value, .at = {1, 1}};
}

static void bench_start(struct bench *bench, uint64_t ram_length, size_t count)
{
	memset(bench, 0, sizeof(*bench));
	caught_start(&bench->caught);
	bench->ram[0] = RAM;
	bench->banks[FLASH] = (struct manifest_bank){.named = {"flash", {1, 1}},
		.origin = number(0x08000000),
		.length = number(0x80000),
		.access = LAYOUT_READ | LAYOUT_EXECUTE};
	bench->banks[RAM] = (struct manifest_bank){.named = {"ram", {2, 2}},
		.origin = number(0x20000000),
		.length = number(ram_length),
		.reserve = number(0x2800),
		.access = LAYOUT_READ | LAYOUT_WRITE};
	bench->manifest = (struct manifest){.path = "by hand",
		.banks = bench->banks,
		.bank_count = 2,
		.components = bench->components,
		.component_count = count,
		.default_room = {.banks = bench->ram, .bank_count = 1},
		.native_bank = RAM,
		.code_bank = FLASH,
		.strategy = {.text = "pow2"}};
	bench->manifest.target.mpu_regions = number(8);
	bench->manifest.target.architecture = architecture_find("armv7-m");
	bench->manifest.target.granule = 32;
	bench->sizes = (struct sizes){.components = bench->measured, .count = count};
	for (size_t i = 0; i < count; i++) {
		snprintf(bench->names[i], sizeof(bench->names[i]), "c%zu", i);
		bench->components[i] =
			(struct manifest_component){.named = {bench->names[i], {10 + i, 3}},
				.object = {.text = "a.o"},
				.core = {.text = "a.wasm"},
				.stack = {.size = number(1024)},
				.data = {.room = bench->manifest.default_room}};
		bench->measured[i] = (struct component_sizes){.memory_size = 4096,
			.room = &bench->manifest.default_room,
			.memory_at = {10 + i, 5},
			.globals_size = 4,
			.arena_offset = 4096};
	}
}

static void bench_end(struct bench *bench)
{
	caught_end(&bench->caught);
}

static bool inside_bank(const struct layout *layout, const struct layout_region *region)
{
	const struct layout_bank *bank = &layout->banks[region->bank];
	uint64_t start = bank->origin + bank->reserve;
	return region->base >= start &&
	       region->base + region->reserved <= bank->origin + bank->length;
}

static void expect_sound(const struct layout *layout, bool by_powers)
{
	for (size_t i = 0; i < layout->region_count; i++) {
		const struct layout_region *region = &layout->regions[i];
		if (region->kind == LAYOUT_CODE)
			continue;
		ck_assert_uint_le(region->size, region->reserved);
		if (by_powers) {
			ck_assert_uint_eq(region->reserved & (region->reserved - 1), 0);
			ck_assert_uint_eq(region->base % region->reserved, 0);
		}
		ck_assert(inside_bank(layout, region));
		for (size_t k = i + 1; k < layout->region_count; k++)
			ck_assert(!checked_overlap(region->base, region->reserved,
				layout->regions[k].base, layout->regions[k].reserved));
	}
}

/* A context opens its own regions and the code, whole, and nothing else. */
static void expect_own_rows(const struct layout *layout)
{
	for (size_t i = 0; i < layout->context_count; i++) {
		const struct layout_context *context = &layout->contexts[i];
		uint64_t opened = 0;
		uint64_t wanted = 0;
		for (size_t k = 0; k < context->row_count; k++) {
			const struct layout_row *row = &context->rows[k];
			const struct layout_region *region = &layout->regions[row->region];
			ck_assert(region->component == i || region->kind == LAYOUT_CODE);
			for (size_t c = 0; c < row->cover_count; c++)
				opened += row->covers[c].size;
		}
		for (size_t k = 0; k < layout->region_count; k++)
			if (layout->regions[k].component == i ||
				layout->regions[k].kind == LAYOUT_CODE)
				wanted += layout->regions[k].reserved;
		ck_assert_uint_eq(opened, wanted);
	}
}

START_TEST(random_sizes_are_placed_soundly_and_packing_uses_no_more)
{
	uint32_t state = 12345;
	size_t placed = 0;
	for (int round = 0; round < 400; round++) {
		struct bench bench;
		size_t count = 1 + (state >> 8) % MOST;
		bench_start(&bench, 0x40000, count);
		for (size_t i = 0; i < count; i++) {
			state = state * 1664525 + 1013904223;
			bench.measured[i].memory_size = 1 + (state >> 8) % (1u << (state >> 28));
			bench.measured[i].arena_offset = bench.measured[i].memory_size;
			bench.components[i].stack.size = number(64 + (state >> 4 & 0x7f8));
		}
		struct layout *layout = place(&bench.caught.diag, &bench.manifest, &bench.sizes);
		bench.manifest.strategy.text = NULL;
		struct layout *packed = place(&bench.caught.diag, &bench.manifest, &bench.sizes);
		ck_assert(layout == NULL || packed != NULL);
		if (packed != NULL) {
			expect_sound(packed, false);
			expect_own_rows(packed);
			ck_assert_uint_le(packed->lower_bound, packed->used);
			ck_assert(!packed->optimal || packed->lower_bound == packed->used);
		}
		if (layout != NULL) {
			expect_sound(layout, true);
			expect_own_rows(layout);
			ck_assert_uint_le(packed->used, layout->used);
			placed++;
		} else {
			ck_assert_ptr_nonnull(strstr(caught_text(&bench.caught), "bytes lack"));
		}
		layout_free(packed);
		layout_free(layout);
		bench_end(&bench);
	}
	ck_assert_uint_gt(placed, 300);
}
END_TEST

START_TEST(one_byte_over_a_power_of_two_doubles_what_is_set_aside)
{
	struct bench bench;
	bench_start(&bench, 0x40000, 1);
	bench.measured[0].memory_size = 4097;
	bench.measured[0].arena_offset = 4097;
	struct layout *layout = place(&bench.caught.diag, &bench.manifest, &bench.sizes);
	ck_assert_ptr_nonnull(layout);
	const struct layout_region *memory = &layout->regions[layout->components[0].memory];
	ck_assert_uint_eq(memory->size, 4097);
	ck_assert_uint_eq(memory->reserved, 8192);
	layout_free(layout);
	bench_end(&bench);
}
END_TEST

START_TEST(data_region_holds_stack_state_globals_and_table_apart)
{
	struct bench bench;
	bench_start(&bench, 0x40000, 1);
	bench.measured[0].memory = 1;
	bench.measured[0].globals_size = 12;
	bench.measured[0].table_offset = 8;
	bench.measured[0].table_count = 3;
	bench.measured[0].has_arena = true;
	bench.measured[0].arena_offset = 3072;
	bench.measured[0].arena_size = 1024;
	struct layout *layout = place(&bench.caught.diag, &bench.manifest, &bench.sizes);
	ck_assert_ptr_nonnull(layout);
	const struct layout_component *component = &layout->components[0];
	const struct layout_region *data = &layout->regions[component->data];
	ck_assert_uint_eq(component->stack_base, data->base);
	ck_assert_uint_ge(component->arena.state, component->stack_base + component->stack_size);
	ck_assert_uint_ge(component->globals, component->arena.state + 16);
	ck_assert_uint_ge(component->table, component->globals + 12);
	ck_assert_uint_le(component->table + 12, data->base + data->size);
	ck_assert_uint_eq((component->arena.state | component->globals | component->table) % 8, 0);
	/* The base register leads to the table, and to nothing else. */
	ck_assert_uint_eq(component->memory_base + 8, component->table);
	layout_free(layout);
	bench_end(&bench);
}
END_TEST

START_TEST(table_of_memory_0_lies_over_its_words)
{
	struct bench bench;
	bench_start(&bench, 0x40000, 1);
	bench.measured[0].table_offset = 16;
	bench.measured[0].table_count = 2;
	struct layout *layout = place(&bench.caught.diag, &bench.manifest, &bench.sizes);
	ck_assert_ptr_nonnull(layout);
	const struct layout_component *component = &layout->components[0];
	uint64_t memory = layout->regions[component->memory].base;
	ck_assert_uint_eq(component->memory_base, memory);
	ck_assert_uint_eq(component->table, memory + 16);
	layout_free(layout);
	bench_end(&bench);
}
END_TEST

START_TEST(bank_too_small_is_refused_with_what_lacks)
{
	struct bench bench;
	bench_start(&bench, 0x4000, 1);
	bench.measured[0].memory_size = 8192;
	bench.measured[0].arena_offset = 8192;
	ck_assert_ptr_null(place(&bench.caught.diag, &bench.manifest, &bench.sizes));
	const char *said = caught_text(&bench.caught);
	ck_assert_ptr_nonnull(strstr(said, "by hand:10:5:"));
	ck_assert_ptr_nonnull(strstr(said, "bank ram has no room for c0.mem0"));
	bench_end(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("place");
	TCase *tests = tcase_create("place");
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, random_sizes_are_placed_soundly_and_packing_uses_no_more);
	tcase_add_test(tests, one_byte_over_a_power_of_two_doubles_what_is_set_aside);
	tcase_add_test(tests, data_region_holds_stack_state_globals_and_table_apart);
	tcase_add_test(tests, table_of_memory_0_lies_over_its_words);
	tcase_add_test(tests, bank_too_small_is_refused_with_what_lacks);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
