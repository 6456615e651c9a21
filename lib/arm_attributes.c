/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/arm_attributes.h"

#include <string.h>

enum {
	TAG_FILE = 1,
	TAG_CPU_RAW_NAME = 4,
	TAG_CPU_NAME = 5,
	TAG_CPU_ARCH_PROFILE = 7,
	TAG_COMPATIBILITY = 32, /* a number and a text */
};

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

/* The next number; its upper bits are dropped, and at the end it is 0. */
static uint32_t take_number(struct cursor *cursor)
{
	uint32_t value = 0;
	for (unsigned shift = 0; cursor->at < cursor->end; shift += 7) {
		uint8_t byte = *cursor->at++;
		if (shift < 32)
			value |= (uint32_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			break;
	}
	return value;
}

static void skip_text(struct cursor *cursor)
{
	const uint8_t *nul = memchr(cursor->at, 0, (size_t)(cursor->end - cursor->at));
	cursor->at = nul == NULL ? cursor->end : nul + 1;
}

/* Above 32 odd tags have texts and even ones numbers (3.2 of the Addenda). */
static bool has_text(uint32_t tag)
{
	return tag == TAG_CPU_RAW_NAME || tag == TAG_CPU_NAME || (tag > 32 && tag % 2 == 1);
}

/* The value of Tag_CPU_arch_profile, or 0. */
static uint32_t find_profile(struct cursor cursor)
{
	while (cursor.at < cursor.end) {
		uint32_t tag = take_number(&cursor);
		if (tag == TAG_CPU_ARCH_PROFILE)
			return take_number(&cursor);
		if (tag == TAG_COMPATIBILITY)
			take_number(&cursor);
		if (has_text(tag) || tag == TAG_COMPATIBILITY)
			skip_text(&cursor);
		else
			take_number(&cursor);
	}
	return 0;
}

/* Narrows CURSOR to what a size at its start, of HEAD bytes before and itself, covers. */
static bool enter(const struct object *object, struct cursor *cursor, size_t head)
{
	if ((size_t)(cursor->end - cursor->at) < head + 4)
		return false;
	uint32_t size = object_word(object, cursor->at + head);
	if (size < head + 4 || size > (size_t)(cursor->end - cursor->at))
		return false;
	cursor->end = cursor->at + size;
	cursor->at += head + 4;
	return true;
}

bool arm_is_microcontroller(const struct object *object)
{
	const struct object_section *section = object_section(object, ".ARM.attributes");
	if (object->machine != EM_ARM || section == NULL || section->bytes == NULL ||
		section->bytes[0] != 'A')
		return false;
	struct cursor all = {section->bytes + 1, section->bytes + section->size};
	while (all.at < all.end) {
		struct cursor vendor = all;
		if (!enter(object, &vendor, 0))
			return false;
		all.at = vendor.end;
		bool ours =
			strnlen((const char *)vendor.at, (size_t)(vendor.end - vendor.at)) == 5 &&
			memcmp(vendor.at, "aeabi", 5) == 0;
		skip_text(&vendor);
		if (ours && vendor.at < vendor.end && *vendor.at == TAG_FILE &&
			enter(object, &vendor, 1) && find_profile(vendor) == 'M')
			return true;
	}
	return false;
}
