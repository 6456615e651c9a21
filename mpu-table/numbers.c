/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Numbers, rights and kinds as a person types them. */
#include "mpu-table/numbers.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"

/* The digits at TEXT; *END is what follows them. */
static bool parse_digits(const char *text, uint64_t *value, char **end)
{
	bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hexadecimal ? text + 2 : text;
	if (!isxdigit((unsigned char)digits[0]) ||
		(!hexadecimal && digits[0] == '0' && isdigit((unsigned char)digits[1])))
		return false;
	errno = 0;
	*value = strtoull(digits, end, hexadecimal ? 16 : 10);
	return errno == 0 && *end != digits;
}

bool number_parse(const char *text, uint64_t *value)
{
	char *end;
	return parse_digits(text, value, &end) && *end == '\0';
}

bool number_parse_bytes(const char *text, uint64_t *value)
{
	static const char suffixes[] = "KMG";
	char *end;
	if (!parse_digits(text, value, &end))
		return false;
	if (*end == '\0')
		return true;
	const char *suffix = strchr(suffixes, *end);
	return suffix != NULL && end[1] == '\0' &&
	       checked_mul(*value, UINT64_C(1024) << 10 * (suffix - suffixes), value);
}

bool number_parse_access(const char *text, unsigned *access)
{
	*access = 0;
	for (; *text != '\0'; text++) {
		unsigned bit = *text == 'r'   ? LAYOUT_READ
			       : *text == 'w' ? LAYOUT_WRITE
			       : *text == 'x' ? LAYOUT_EXECUTE
					      : 0;
		if (bit == 0 || (*access & bit) != 0)
			return false;
		*access |= bit;
	}
	return *access != 0;
}

bool number_parse_kind(const char *text, enum layout_kind *kind)
{
	static const struct {
		const char *name;
		enum layout_kind kind;
	} kinds[] = {{"memory", LAYOUT_MEMORY}, {"data", LAYOUT_DATA}, {"code", LAYOUT_CODE},
		{"peripheral", LAYOUT_PERIPHERAL}, {"shared", LAYOUT_SHARED}};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, text) == 0) {
			*kind = kinds[i].kind;
			return true;
		}
	return false;
}
