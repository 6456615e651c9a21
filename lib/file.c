/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 65536 };

/* Makes room for at least one more byte, keeping a spare one behind. */
static bool grow(struct blob *blob, size_t *capacity)
{
	if (blob->size < *capacity)
		return true;
	if (*capacity > SIZE_MAX / 2)
		return false;
	uint8_t *bytes = realloc(blob->bytes, *capacity * 2);
	if (bytes == NULL)
		return false;
	blob->bytes = bytes;
	*capacity *= 2;
	return true;
}

/* Reads until end of file; the size that stat gave, if any, is only a first guess. */
static bool read_all(struct diag *diag, const char *path, int fd, size_t guess, struct blob *blob)
{
	size_t capacity = guess == 0 ? FIRST_CAPACITY : guess;
	blob->bytes = malloc(capacity);
	if (blob->bytes == NULL)
		return diag_no_memory(diag);
	for (;;) {
		if (!grow(blob, &capacity))
			return diag_no_memory(diag);
		ssize_t got = read(fd, blob->bytes + blob->size, capacity - blob->size);
		if (got == 0)
			return true;
		if (got > 0)
			blob->size += (size_t)got;
		else if (errno != EINTR)
			return diag_error(diag, path, "cannot be read: %s", strerror(errno));
	}
}

bool file_read(struct diag *diag, const char *path, struct blob *blob)
{
	*blob = (struct blob){0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return diag_error(diag, path, "cannot be opened: %s", strerror(errno));
	struct stat status;
	bool done = false;
	if (fstat(fd, &status) != 0)
		diag_error(diag, path, "cannot be examined: %s", strerror(errno));
	else if (S_ISDIR(status.st_mode))
		diag_error(diag, path, "is a folder: give a file");
	else
		done = read_all(
			diag, path, fd, status.st_size > 0 ? (size_t)status.st_size + 1 : 0, blob);
	close(fd);
	if (!done)
		blob_free(blob);
	return done;
}

void blob_free(struct blob *blob)
{
	if (blob == NULL)
		return;
	free(blob->bytes);
	*blob = (struct blob){0};
}
