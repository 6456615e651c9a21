/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The profile is found behind any other attribute, and no damaged section is read beyond. */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/arm_attributes.h"

static bool ask(const uint8_t *bytes, size_t size, uint16_t machine)
{
	struct object_section sections[] = {
		{.name = ""}, {.name = ".ARM.attributes", .size = size, .bytes = bytes}};
	struct object object = {.data = ELFDATA2LSB,
		.machine = machine,
		.sections = sections,
		.section_count = size == 0 ? 1 : 2};
	return arm_is_microcontroller(&object);
}

/* A raw name, a name, the architecture, compatibility, a number above 127, the profile. */
static const uint8_t sample[] = "A\x2b\0\0\0"
				"aeabi\0"
				"\x01\x21\0\0\0"
				"\x04\x4dx\0"
				"\x05\x4d\x07\x4d\0"
				"\x06\x0a"
				"\x20\x01gnu\0"
				"\x43\x4d\x07\0"
				"\x44\x83\x01"
				"\x07M"
				"\x09\x02";

START_TEST(the_profile_is_found_behind_other_attributes)
{
	size_t size = sizeof(sample) - 1;
	ck_assert_uint_eq(size, 1 + 0x2b);
	ck_assert(ask(sample, size, EM_ARM));
	ck_assert(!ask(sample, size, EM_RISCV));
	ck_assert(!ask(sample, 0, EM_ARM));
}
END_TEST

START_TEST(another_profile_and_another_vendor_are_not_the_m_profile)
{
	uint8_t bytes[sizeof(sample)];
	memcpy(bytes, sample, sizeof(sample));
	uint8_t *profile = memchr(bytes, 'M', sizeof(bytes));
	while (profile[-1] != 7 || profile[1] != 9)
		profile = (uint8_t *)memchr(profile + 1, 'M', 40);
	*profile = 'R';
	ck_assert(!ask(bytes, sizeof(sample) - 1, EM_ARM));
	memcpy(bytes, sample, sizeof(sample));
	bytes[5] = 'b';
	ck_assert(!ask(bytes, sizeof(sample) - 1, EM_ARM));
}
END_TEST

START_TEST(cut_and_damaged_sections_say_nothing_or_the_same)
{
	for (size_t size = 1; size < sizeof(sample) - 1; size++) {
		uint8_t *cut = malloc(size);
		ck_assert_ptr_nonnull(cut);
		memcpy(cut, sample, size);
		ck_assert(!ask(cut, size, EM_ARM));
		free(cut);
	}
	for (size_t i = 0; i < sizeof(sample) - 1; i++) {
		uint8_t *bytes = malloc(sizeof(sample) - 1);
		ck_assert_ptr_nonnull(bytes);
		memcpy(bytes, sample, sizeof(sample) - 1);
		bytes[i] ^= 0x80;
		(void)ask(bytes, sizeof(sample) - 1, EM_ARM); /* for the sanitizers */
		free(bytes);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arm_attributes");
	TCase *tests = tcase_create("profile");
	tcase_add_test(tests, the_profile_is_found_behind_other_attributes);
	tcase_add_test(tests, another_profile_and_another_vendor_are_not_the_m_profile);
	tcase_add_test(tests, cut_and_damaged_sections_say_nothing_or_the_same);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
