/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/json_text.h"

#include <stdlib.h>
#include <string.h>

#include "lib/diag.h"
#include "lib/utf8.h"

static bool is_utf8(const char *text)
{
	size_t left = strlen(text);
	uint32_t code;
	while (left > 0) {
		size_t step = utf8_next(text, left, &code);
		if (step == 0)
			return false;
		text += step;
		left -= step;
	}
	return true;
}

json_t *json_text(const char *text)
{
	if (is_utf8(text))
		return json_string(text);
	char *escaped = diag_escaped(text, strlen(text));
	json_t *string = escaped == NULL ? NULL : json_string(escaped);
	free(escaped);
	return string;
}

bool json_append(json_t *array, json_t *value)
{
	return json_array_append_new(array, value) == 0;
}

json_t *json_whole(json_t *value, bool good)
{
	if (good)
		return value;
	json_decref(value);
	return NULL;
}
