/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What elfbind/sequence.h promises, held against every alignment that there is. */
#include <string.h>

#include "elfbind/sequence.h"
#include "tests/unit/unit.h"

enum { MOST = 9, CLASSES = 3 };

/* All ways to align, found by trying every position of every call. */
struct all {
	const struct sequence_call *expected;
	size_t expected_count;
	const uint32_t *found;
	size_t found_count;
	size_t ways;
	uint32_t callee[MOST]; /* of the first way */
	bool differ[MOST];     /* another way has another callee */
};

static void try_all(struct all *all, size_t call, size_t from, uint32_t *callees)
{
	if (call == all->found_count) {
		for (size_t i = 0; i < call; i++) {
			if (all->ways == 0)
				all->callee[i] = callees[i];
			all->differ[i] = all->differ[i] || all->callee[i] != callees[i];
		}
		all->ways++;
		return;
	}
	for (size_t at = from; at < all->expected_count; at++)
		if (all->expected[at].class == all->found[call]) {
			callees[call] = all->expected[at].callee;
			try_all(all, call + 1, at + 1, callees);
		}
}

static void assert_as_tried(struct sequence *sequence, const struct sequence_call *expected,
	size_t expected_count, const uint32_t *found, size_t found_count)
{
	struct all all = {.expected = expected,
		.expected_count = expected_count,
		.found = found,
		.found_count = found_count};
	uint32_t callees[MOST];
	size_t place[MOST + 1];
	size_t where;
	try_all(&all, 0, 0, callees);
	enum sequence_result result = sequence_align(
		sequence, expected, expected_count, found, found_count, false, place, &where);
	size_t first = 0;
	while (first < found_count && !all.differ[first])
		first++;
	if (all.ways == 0) {
		ck_assert_int_eq(result, SEQUENCE_DIFFERENT);
	} else if (first < found_count) {
		ck_assert_int_eq(result, SEQUENCE_AMBIGUOUS);
		ck_assert_uint_eq(where, first);
	} else {
		ck_assert_int_eq(result, SEQUENCE_ALIGNED);
		for (size_t i = 0; i < found_count; i++)
			ck_assert_uint_eq(expected[place[i]].callee, all.callee[i]);
	}
}

START_TEST(aligns_exactly_when_every_alignment_has_the_same_callees)
{
	struct sequence sequence;
	uint32_t random = 12345;
	ck_assert(sequence_make(&sequence, CLASSES));
	for (size_t round = 0; round < 100000; round++) {
		struct sequence_call expected[MOST];
		uint32_t found[MOST];
		size_t expected_count = (random = random * 1664525 + 1013904223) >> 16;
		expected_count %= MOST + 1;
		size_t found_count = 0;
		for (size_t i = 0; i < expected_count; i++) {
			uint32_t callee = (random = random * 1664525 + 1013904223) >> 16;
			/* Classes 0 and 1 have two callees each, class 2 one. */
			callee %= 5;
			expected[i] = (struct sequence_call){.callee = callee, .class = callee / 2};
			random = random * 1664525 + 1013904223;
			if ((random >> 16) % 3 != 0)
				found[found_count++] = callee / 2;
		}
		if (round % 7 == 0 && found_count != 0)
			found[found_count - 1] = (found[found_count - 1] + 1) % CLASSES;
		assert_as_tried(&sequence, expected, expected_count, found, found_count);
	}
	sequence_free(&sequence);
}
END_TEST

START_TEST(a_whole_sequence_may_leave_nothing_out)
{
	static const struct sequence_call expected[] = {{0, 0}, {2, 1}, {0, 0}};
	static const uint32_t found[] = {0, 1, 0};
	struct sequence sequence;
	size_t place[3];
	size_t where;
	ck_assert(sequence_make(&sequence, CLASSES));
	ck_assert_int_eq(sequence_align(&sequence, expected, 3, found, 3, true, place, &where),
		SEQUENCE_ALIGNED);
	ck_assert_int_eq(sequence_align(&sequence, expected, 3, found, 2, true, place, &where),
		SEQUENCE_DIFFERENT);
	ck_assert_uint_eq(where, 2);
	ck_assert_int_eq(sequence_align(&sequence, expected, 3, found, 2, false, place, &where),
		SEQUENCE_ALIGNED);
	ck_assert_int_eq(sequence_align(&sequence, expected, 2, found, 3, false, place, &where),
		SEQUENCE_DIFFERENT);
	ck_assert_int_eq(sequence_align(&sequence, expected, 0, found, 0, true, place, &where),
		SEQUENCE_ALIGNED);
	sequence_free(&sequence);
}
END_TEST

START_TEST(a_call_of_no_class_is_a_difference)
{
	static const struct sequence_call expected[] = {{0, 0}, {2, 1}};
	static const uint32_t found[] = {0, SEQUENCE_NO_CLASS};
	struct sequence sequence;
	size_t place[2];
	size_t where;
	ck_assert(sequence_make(&sequence, CLASSES));
	ck_assert_int_eq(sequence_align(&sequence, expected, 2, found, 2, false, place, &where),
		SEQUENCE_DIFFERENT);
	ck_assert_uint_eq(where, 1);
	sequence_free(&sequence);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sequence");
	TCase *tcase = tcase_create("alignment");
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, aligns_exactly_when_every_alignment_has_the_same_callees);
	tcase_add_test(tcase, a_whole_sequence_may_leave_nothing_out);
	tcase_add_test(tcase, a_call_of_no_class_is_a_difference);
	suite_add_tcase(suite, tcase);
	return unit_run(suite);
}
