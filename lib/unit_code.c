/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/unit_code.h"

#include <string.h>

/* What NAME has behind KIND: "" or from a dot on; NULL when it is of another kind. */
static const char *tail_of(const char *name, const char *kind)
{
	size_t length = strlen(kind);
	if (strncmp(name, kind, length) != 0 || (name[length] != '\0' && name[length] != '.'))
		return NULL;
	return name + length;
}

const char *unit_code_tail(const struct object_section *section, const char **kind)
{
	static const struct {
		const char *prefix;
		const char *kind;
	} kinds[] = {{".text", ".text"}, {".rodata", ".rodata"}, {".srodata", ".rodata"}};
	if ((section->flags & (SHF_ALLOC | SHF_WRITE)) != SHF_ALLOC)
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *tail = tail_of(section->name, kinds[i].prefix);
		*kind = kinds[i].kind;
		if (tail != NULL)
			return tail;
	}
	return NULL;
}
