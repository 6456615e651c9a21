/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/code_call.h"

#include <stdlib.h>

bool code_calls_add(struct code_calls *calls, struct code_call call)
{
	if (calls->count == calls->capacity) {
		size_t capacity = calls->capacity == 0 ? 256 : calls->capacity * 2;
		struct code_call *list = reallocarray(calls->list, capacity, sizeof(*calls->list));
		if (list == NULL)
			return false;
		calls->list = list;
		calls->capacity = capacity;
	}
	calls->list[calls->count++] = call;
	return true;
}
