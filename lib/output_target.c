/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/output_target.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *target_resolve(const char *path)
{
	struct stat status;
	/* Nearly always it is no link, and need not be looked for folder by folder. */
	bool is_there = lstat(path, &status) == 0;
	if (is_there ? !S_ISLNK(status.st_mode) : errno == ENOENT)
		return strdup(path);
	char *real = realpath(path, NULL);
	if (real != NULL || errno != ENOENT)
		return real;
	/* Not there yet: the folder must be, the last link may dangle. */
	char link[4096];
	ssize_t length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return strdup(path);
	link[length] = '\0';
	if (link[0] == '/')
		return strdup(link);
	char *copy = strdup(path);
	char *joined = NULL;
	if (copy != NULL && asprintf(&joined, "%s/%s", dirname(copy), link) < 0)
		joined = NULL;
	free(copy);
	return joined;
}

int target_descriptor(const char *path)
{
	static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t length = strlen(folders[i]);
		if (strncmp(path, folders[i], length) != 0 || path[length] < '0' ||
			path[length] > '9')
			continue;
		char *end;
		unsigned long number = strtoul(path + length, &end, 10);
		if (*end == '\0' && number <= INT_MAX)
			return (int)number;
	}
	return -1;
}

bool target_is_one_file(const char *a, const char *b)
{
	struct stat first;
	struct stat second;
	bool is_there = stat(a, &first) == 0;
	if (is_there != (stat(b, &second) == 0))
		return false;
	if (is_there)
		return S_ISREG(first.st_mode) && first.st_dev == second.st_dev &&
		       first.st_ino == second.st_ino;
	char *copies[2] = {strdup(a), strdup(b)};
	bool same = copies[0] != NULL && copies[1] != NULL &&
		    strcmp(basename(copies[0]), basename(copies[1])) == 0 &&
		    stat(dirname(copies[0]), &first) == 0 &&
		    stat(dirname(copies[1]), &second) == 0 && first.st_dev == second.st_dev &&
		    first.st_ino == second.st_ino;
	free(copies[0]);
	free(copies[1]);
	return same;
}

int place_compare(const void *left, const void *right)
{
	const struct place *a = left;
	const struct place *b = right;
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	int order = strcmp(a->name, b->name);
	return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

bool place_is_one(const struct place *a, const struct place *b)
{
	return a->device == b->device && a->file == b->file && strcmp(a->name, b->name) == 0;
}

bool place_find(
	const char *target, const char *folder, const struct place *before, struct place *place)
{
	struct stat status;
	const char *slash = strrchr(target, '/');
	bool is_there = stat(target, &status) == 0;
	place->folder = is_there ? NULL : folder;
	place->name = is_there ? "" : slash == NULL ? target : slash + 1;
	/* Many files are in one folder. */
	if (!is_there && before != NULL && before->folder != NULL &&
		strcmp(before->folder, folder) == 0) {
		place->device = before->device;
		place->file = before->file;
		return true;
	}
	if (!is_there && stat(folder, &status) != 0)
		return false;
	place->device = status.st_dev;
	place->file = status.st_ino;
	return true;
}
