/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/depfile.h"

#include <string.h>

/*
 * Writes PATH as make reads it back: "$$" for a dollar, a backslash before what
 * is in SPECIALS, and the backslashes before those doubled.  What make reads as
 * a command, a variable or a rule's end however it is written is refused.
 */
static bool write_path(struct diag *diag, const char *path, const char *specials, FILE *stream)
{
	if (strpbrk(path, "\r\n") != NULL)
		return diag_error(diag, path,
			"a path with a line break cannot be in a makefile: rename the file");
	const char *lost = strpbrk(path, ";=|");
	if (lost != NULL)
		return diag_error(diag, path,
			"a path with '%c' cannot be in a makefile: rename the file", *lost);
	for (const char *at = path; *at != '\0'; at++) {
		size_t backslashes = strspn(at, "\\");
		char special = at[backslashes];
		bool is_special = special != '\0' && strchr(specials, special) != NULL;
		for (size_t i = 0; i < backslashes; i++)
			fputs(is_special ? "\\\\" : "\\", stream);
		at += backslashes;
		if (*at == '\0')
			break;
		if (is_special)
			fputc('\\', stream);
		else if (*at == '$')
			fputc('$', stream);
		fputc(*at, stream);
	}
	return true;
}

/* Wildcards work in both, and '%' makes a pattern of a target only. */
static const char target_specials[] = " \t#:*?[]%";
static const char input_specials[] = " \t#:*?[]";

bool depfile_write(struct diag *diag, const char *const *targets, size_t target_count,
	const char *manifest, char *const *inputs, size_t input_count, FILE *stream)
{
	bool good = true;
	bool first = true;
	for (size_t i = 0; i < target_count; i++) {
		if (targets[i] == NULL)
			continue;
		fputs(first ? "" : " ", stream);
		good = write_path(diag, targets[i], target_specials, stream) && good;
		first = false;
	}
	fputs(": ", stream);
	good = write_path(diag, manifest, input_specials, stream) && good;
	for (size_t i = 0; i < input_count; i++) {
		fputs(" \\\n ", stream);
		good = write_path(diag, inputs[i], input_specials, stream) && good;
	}
	fputc('\n', stream);
	return good;
}
