/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/function_name.h"

#include <stddef.h>
#include <string.h>

bool function_name_number(const char *name, uint32_t *number)
{
	static const char before[] = "func_";
	if (strncmp(name, before, sizeof before - 1) != 0)
		return false;
	const char *digits = name + sizeof before - 1;
	uint64_t value = 0;
	if (digits[0] == '\0' || (digits[0] == '0' && digits[1] != '\0'))
		return false;
	for (; *digits != '\0'; digits++) {
		if (*digits < '0' || *digits > '9' || value > UINT32_MAX)
			return false;
		value = value * 10 + (uint64_t)(*digits - '0');
	}
	*number = (uint32_t)value;
	return value < UINT32_MAX;
}
