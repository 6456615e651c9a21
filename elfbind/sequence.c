/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/sequence.h"

#include <stdlib.h>

#define NOWHERE SIZE_MAX

bool sequence_make(struct sequence *sequence, uint32_t class_count)
{
	*sequence = (struct sequence){.class_count = class_count};
	sequence->last = calloc((size_t)class_count + 1, sizeof(*sequence->last));
	if (sequence->last == NULL)
		return false;
	for (size_t i = 0; i < class_count; i++)
		sequence->last[i] = NOWHERE;
	return true;
}

void sequence_free(struct sequence *sequence)
{
	free(sequence->last);
	free(sequence->other);
	free(sequence->latest);
	*sequence = (struct sequence){0};
}

static bool make_room(struct sequence *sequence, size_t count)
{
	if (count <= sequence->room)
		return true;
	free(sequence->other);
	free(sequence->latest);
	sequence->other = calloc(count, sizeof(*sequence->other));
	sequence->latest = calloc(count, sizeof(*sequence->latest));
	sequence->room = sequence->other == NULL || sequence->latest == NULL ? 0 : count;
	return sequence->room != 0;
}

/* Each call as early as can be; the count of those that found a place. */
static size_t place_early(const struct sequence_call *expected, size_t expected_count,
	const uint32_t *found, size_t found_count, size_t *place)
{
	size_t at = 0;
	for (size_t i = 0; i < found_count; i++, at++) {
		while (at < expected_count && expected[at].class != found[i])
			at++;
		if (at == expected_count)
			return i;
		place[i] = at;
	}
	return found_count;
}

/* Each call as late as can be; it is known that all have a place. */
static void place_late(const struct sequence_call *expected, size_t expected_count,
	const uint32_t *found, size_t found_count, size_t *latest)
{
	size_t at = expected_count;
	for (size_t i = found_count; i-- > 0;) {
		do
			at--;
		while (expected[at].class != found[i]);
		latest[i] = at;
	}
}

/* For each position the next one of the same class that is another callee. */
static void find_others(
	struct sequence *sequence, const struct sequence_call *expected, size_t count)
{
	for (size_t i = count; i-- > 0;) {
		size_t *last = &sequence->last[expected[i].class];
		if (*last == NOWHERE)
			sequence->other[i] = NOWHERE;
		else if (expected[*last].callee != expected[i].callee)
			sequence->other[i] = *last;
		else
			sequence->other[i] = sequence->other[*last];
		*last = i;
	}
	for (size_t i = 0; i < count; i++)
		sequence->last[expected[i].class] = NOWHERE;
}

/*
 * Call I can be at every position of its class from its earliest one to the
 * latest one of call I + 1: what is before can be as early, and what is behind
 * as late as possible.
 */
static bool is_only(const struct sequence *sequence, size_t expected_count, size_t found_count,
	const size_t *place, size_t i)
{
	size_t end = i + 1 < found_count ? sequence->latest[i + 1] : expected_count;
	size_t other = sequence->other[place[i]];
	return other == NOWHERE || other >= end;
}

enum sequence_result sequence_align(struct sequence *sequence, const struct sequence_call *expected,
	size_t expected_count, const uint32_t *found, size_t found_count, bool whole, size_t *place,
	size_t *where)
{
	*where = place_early(expected, expected_count, found, found_count, place);
	if (*where < found_count)
		return SEQUENCE_DIFFERENT;
	if (found_count == expected_count)
		return SEQUENCE_ALIGNED;
	if (whole) {
		for (*where = 0; *where < found_count && place[*where] == *where;)
			(*where)++;
		return SEQUENCE_DIFFERENT;
	}
	if (!make_room(sequence, expected_count))
		return SEQUENCE_NO_MEMORY;
	place_late(expected, expected_count, found, found_count, sequence->latest);
	find_others(sequence, expected, expected_count);
	for (*where = 0; *where < found_count; (*where)++)
		if (!is_only(sequence, expected_count, found_count, place, *where))
			return SEQUENCE_AMBIGUOUS;
	return SEQUENCE_ALIGNED;
}
