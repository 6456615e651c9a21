/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct output {
	char *path;	 /* as given; for messages */
	char *target;	 /* behind symbolic links */
	char *temporary; /* NULL when the target is written directly */
	bool renamed;
	FILE *stream;
	char *buffer; /* what a direct target gets */
	size_t buffer_size;
	char collected[65536]; /* the buffer of the stream, whose own would be 4 KiB */
};

/* The file that PATH means: itself, or what its symbolic links lead to. */
static char *resolve_target(const char *path)
{
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

/* Owner before mode: chown may clear the set-id bits that the mode then sets. */
static void take_over(int fd, const char *target)
{
	struct stat old;
	if (stat(target, &old) != 0) {
		mode_t mask = umask(0);
		umask(mask);
		(void)fchmod(fd, 0666 & ~mask);
		return;
	}
	if (fchown(fd, old.st_uid, old.st_gid) == 0)
		(void)fchmod(fd, old.st_mode & 07777);
	else
		(void)fchmod(fd, old.st_mode & 0777);
}

static bool open_temporary(struct output *output)
{
	char *folder_of = strdup(output->target);
	if (folder_of == NULL)
		return false;
	int length = asprintf(&output->temporary, "%s/.berth-XXXXXX", dirname(folder_of));
	free(folder_of);
	if (length < 0) {
		output->temporary = NULL;
		return false;
	}
	int fd = mkostemp(output->temporary, O_CLOEXEC);
	if (fd < 0) {
		int why = errno;
		free(output->temporary);
		output->temporary = NULL;
		errno = why;
		return false;
	}
	take_over(fd, output->target);
	output->stream = fdopen(fd, "w");
	if (output->stream == NULL)
		close(fd);
	else
		(void)setvbuf(output->stream, output->collected, _IOFBF, sizeof(output->collected));
	return output->stream != NULL;
}

struct output *output_open(struct diag *diag, const char *path)
{
	struct output *output = calloc(1, sizeof(*output));
	if (output == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	struct stat status;
	bool direct = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
	output->path = strdup(path);
	output->target = resolve_target(path);
	bool folder = direct && S_ISDIR(status.st_mode);
	bool opened = false;
	if (output->path != NULL && output->target != NULL && !folder) {
		if (direct)
			output->stream = open_memstream(&output->buffer, &output->buffer_size);
		opened = direct ? output->stream != NULL : open_temporary(output);
	}
	if (!opened) {
		diag_error(diag, path, "cannot be written: %s",
			folder ? "it is a folder" : strerror(errno));
		output_abandon(output);
		return NULL;
	}
	return output;
}

bool output_spares(struct diag *diag, const char *path, const char *input)
{
	struct stat out;
	struct stat in;
	if (input == NULL || stat(path, &out) != 0 || stat(input, &in) != 0 ||
		!S_ISREG(out.st_mode) || out.st_dev != in.st_dev || out.st_ino != in.st_ino)
		return true;
	return diag_error(diag, path,
		"is read in this run, too, and would be lost: give the output another name");
}

FILE *output_stream(struct output *output)
{
	return output->stream;
}

/* In pieces, through this process. */
static bool copy_through(struct output *output, struct diag *diag, const char *path,
	const struct source *source, uint64_t offset, uint64_t size)
{
	enum { PIECE = 262144 };
	uint8_t *piece = malloc(PIECE);
	bool good = piece != NULL || diag_no_memory(diag);
	while (good && size != 0) {
		size_t step = size < PIECE ? (size_t)size : PIECE;
		good = source_read(diag, path, source, offset, step, piece);
		if (good)
			(void)!fwrite(piece, 1, step, output->stream);
		offset += step;
		size -= step;
	}
	free(piece);
	return good;
}

bool output_copy(struct output *output, struct diag *diag, const char *path,
	const struct source *source, uint64_t offset, uint64_t size)
{
	off_t from = (off_t)offset;
	/* Where it fails, be it for a full disk, what is left goes the other way and shows why. */
	while (size != 0 && output->temporary != NULL && fflush(output->stream) == 0) {
		ssize_t done = copy_file_range(
			source->fd, &from, fileno(output->stream), NULL, (size_t)size, 0);
		if (done <= 0)
			break;
		size -= (uint64_t)done;
	}
	return copy_through(output, diag, path, source, (uint64_t)from, size);
}

/* Writes the whole buffer to a target that cannot be renamed over. */
static bool write_direct(const struct output *output)
{
	int fd = open(output->target, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	size_t done = 0;
	while (done < output->buffer_size) {
		ssize_t wrote = write(fd, output->buffer + done, output->buffer_size - done);
		if (wrote < 0 && errno != EINTR)
			break;
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	bool whole = done == output->buffer_size;
	return close(fd) == 0 && whole;
}

/* Makes the temporary file complete on disk. */
static bool finish(struct output *output)
{
	bool good = fflush(output->stream) == 0 && !ferror(output->stream);
	if (good && output->temporary != NULL)
		good = fsync(fileno(output->stream)) == 0;
	int why = errno;
	if (fclose(output->stream) != 0 && good) {
		good = false;
		why = errno;
	}
	output->stream = NULL;
	errno = why;
	return good;
}

static bool appear(struct output *output)
{
	if (output->temporary == NULL)
		return write_direct(output);
	if (rename(output->temporary, output->target) != 0)
		return false;
	output->renamed = true;
	return true;
}

static bool cannot_write(struct diag *diag, const struct output *output)
{
	return diag_error(diag, output->path, "cannot be written: %s", strerror(errno));
}

bool output_commit_all(struct diag *diag, struct output **outputs, size_t count)
{
	bool good = true;
	for (size_t i = 0; i < count && good; i++)
		if (outputs[i] != NULL && !finish(outputs[i]))
			good = cannot_write(diag, outputs[i]);
	for (size_t i = 0; i < count && good; i++)
		if (outputs[i] != NULL && !appear(outputs[i]))
			good = cannot_write(diag, outputs[i]);
	for (size_t i = 0; i < count; i++) {
		output_abandon(outputs[i]);
		outputs[i] = NULL;
	}
	return good;
}

bool output_commit(struct diag *diag, struct output *output)
{
	return output_commit_all(diag, &output, 1);
}

void output_abandon(struct output *output)
{
	if (output == NULL)
		return;
	if (output->stream != NULL)
		fclose(output->stream);
	if (output->temporary != NULL && !output->renamed)
		unlink(output->temporary);
	free(output->buffer);
	free(output->temporary);
	free(output->target);
	free(output->path);
	free(output);
}
