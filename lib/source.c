/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool source_open(const char *path, struct source *source)
{
	struct stat status;
	*source = SOURCE_NONE;
	/* Not by opening it: a pipe can be opened and read only once. */
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return false;
	}
	*source = (struct source){
		.fd = fd, .size = (uint64_t)status.st_size, .modified = status.st_mtim};
	return true;
}

void source_close(struct source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	*source = SOURCE_NONE;
}

static bool changed(struct diag *diag, const char *path)
{
	return diag_error(diag, path, "was changed while it was read: run this again");
}

bool source_read(struct diag *diag, const char *path, const struct source *source, uint64_t offset,
	uint64_t size, uint8_t *bytes)
{
	while (size != 0) {
		ssize_t got = pread(source->fd, bytes, size, (off_t)offset);
		if (got == 0)
			return changed(diag, path);
		if (got < 0 && errno != EINTR)
			return diag_error(diag, path, "cannot be read: %s", strerror(errno));
		if (got < 0)
			continue;
		bytes += got;
		offset += (uint64_t)got;
		size -= (uint64_t)got;
	}
	return true;
}

bool source_unchanged(struct diag *diag, const char *path, const struct source *source)
{
	struct stat status;
	if (fstat(source->fd, &status) != 0)
		return diag_error(diag, path, "cannot be examined: %s", strerror(errno));
	if ((uint64_t)status.st_size != source->size ||
		status.st_mtim.tv_sec != source->modified.tv_sec ||
		status.st_mtim.tv_nsec != source->modified.tv_nsec)
		return changed(diag, path);
	return true;
}

bool source_begins(const char *path, const void *magic, size_t size)
{
	struct source source;
	uint8_t beginning[64];
	if (size > sizeof(beginning) || !source_open(path, &source))
		return false;
	ssize_t got = pread(source.fd, beginning, size, 0);
	source_close(&source);
	return got == (ssize_t)size && memcmp(beginning, magic, size) == 0;
}
