/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/output_target.h"

struct output {
	char *path;	 /* as given; for messages */
	char *target;	 /* behind symbolic links */
	bool direct;	 /* written at commit, not replaced */
	int descriptor;	 /* that a direct target means, or -1 */
	char *folder;	 /* of the target; NULL when it is direct */
	char *temporary; /* name of the new file beside the target, while NAMED */
	bool named;
	int fd;	     /* of the new file; -1: it is direct, or closed */
	int failure; /* errno of a write without the stream, or 0 */
	FILE *stream;
	bool streamed;	  /* it was asked for */
	uint64_t written; /* bytes */
	uint64_t started; /* so many of them are on their way to the disk */
	char *collected;  /* the buffer of the stream, whose own would be 4 KiB */
	char *buffer;	  /* what a direct target gets */
	size_t buffer_size;
};

enum { COLLECTED = 65536, AHEAD = 4 << 20 };

/* --- once for all outputs, which threads may open at the same time ---------------------- */

static pthread_once_t prepared = PTHREAD_ONCE_INIT;
static mode_t new_mode;	   /* of a file that is not there yet */
static bool can_link_open; /* an open file can be given a name */

static void prepare(void)
{
	mode_t mask = umask(0); /* there is no other way to ask for it */
	umask(mask);
	new_mode = 0666 & ~mask;
	can_link_open = access("/proc/self/fd", X_OK) == 0;
	(void)signal(SIGXFSZ, SIG_IGN); /* the write then fails with EFBIG */
}

/* --- opening ----------------------------------------------------------------------------- */

/* Owner before mode: chown may clear the set-id bits that the mode then sets.  OLD: the file that
 * is replaced, or NULL. */
static void take_over(int fd, const struct stat *old)
{
	if (old == NULL)
		(void)fchmod(fd, new_mode);
	else if (fchown(fd, old->st_uid, old->st_gid) == 0)
		(void)fchmod(fd, old->st_mode & 07777);
	else
		(void)fchmod(fd, old->st_mode & 0777);
}

/* A file that a crash leaves nothing of, where the file system has such; or one with a name. */
static int open_unseen(struct output *output)
{
	int fd = can_link_open ? open(output->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
	if (fd >= 0)
		return fd;
	if (asprintf(&output->temporary, "%s/.berth-XXXXXX", output->folder) < 0) {
		output->temporary = NULL;
		return -1;
	}
	fd = mkostemp(output->temporary, O_CLOEXEC);
	output->named = fd >= 0;
	return fd;
}

/* A file in the place of a closed standard stream would get what is printed there. */
static int move_above_streams(int fd)
{
	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int why = errno;
	close(fd);
	errno = why;
	return moved;
}

static bool open_temporary(struct output *output, const struct stat *old)
{
	char *copy = strdup(output->target);
	output->folder = copy == NULL ? NULL : strdup(dirname(copy));
	free(copy);
	output->fd = output->folder == NULL ? -1 : move_above_streams(open_unseen(output));
	if (output->fd < 0)
		return false;
	take_over(output->fd, old);
	output->stream = fdopen(output->fd, "w");
	return output->stream != NULL;
}

struct output *output_open(struct diag *diag, const char *path)
{
	struct output *output = calloc(1, sizeof(*output));
	if (output == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	pthread_once(&prepared, prepare);
	output->fd = -1;
	struct stat status;
	bool is_there = stat(path, &status) == 0;
	bool special = is_there && !S_ISREG(status.st_mode);
	bool folder = special && S_ISDIR(status.st_mode);
	output->descriptor = target_descriptor(path);
	bool direct = output->direct = special || output->descriptor >= 0;
	output->path = strdup(path);
	output->target = direct ? strdup(path) : target_resolve(path);
	bool opened = false;
	if (output->path != NULL && output->target != NULL && !folder) {
		if (direct)
			output->stream = open_memstream(&output->buffer, &output->buffer_size);
		opened = direct ? output->stream != NULL
				: open_temporary(output, is_there ? &status : NULL);
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
	struct stat status;
	if (input == NULL || stat(path, &status) != 0 || !target_is_one_file(path, input))
		return true;
	return diag_error(diag, path,
		"is read in this run, too, and would be lost: give the output another name");
}

/* --- writing ------------------------------------------------------------------------------ */

FILE *output_stream(struct output *output)
{
	if (!output->streamed && !output->direct)
		output->collected = malloc(COLLECTED);
	if (!output->streamed && output->collected != NULL)
		(void)setvbuf(output->stream, output->collected, _IOFBF, COLLECTED);
	output->streamed = true;
	return output->stream;
}

/* Writes all of it, but for an error, which errno then tells. */
static bool write_all(int fd, const char *bytes, size_t size)
{
	while (size != 0) {
		ssize_t wrote = write(fd, bytes, size);
		if (wrote < 0 && errno != EINTR)
			return false;
		bytes += wrote > 0 ? wrote : 0;
		size -= wrote > 0 ? (size_t)wrote : 0;
	}
	return true;
}

/*
 * Lets the disk begin with what was written while the rest is made; fsync, which
 * also tells what went wrong, then waits for the end only.
 */
static void count_written(struct output *output, uint64_t size)
{
	output->written += size;
	if (output->direct || output->written - output->started < AHEAD)
		return;
	(void)sync_file_range(output->fd, (off_t)output->started, 0, SYNC_FILE_RANGE_WRITE);
	output->started = output->written;
}

void output_put(struct output *output, const void *bytes, size_t size)
{
	if (output->direct || output->streamed)
		(void)!fwrite(bytes, 1, size, output->stream);
	else if (output->failure == 0 && !write_all(output->fd, bytes, size))
		output->failure = errno;
	count_written(output, size);
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
			output_put(output, piece, step);
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
	while (size != 0 && !output->direct && fflush(output->stream) == 0) {
		ssize_t done =
			copy_file_range(source->fd, &from, output->fd, NULL, (size_t)size, 0);
		if (done <= 0)
			break;
		size -= (uint64_t)done;
	}
	return copy_through(output, diag, path, source, (uint64_t)from, size);
}

/* Writes the whole buffer to a target that cannot be renamed over. */
static bool write_direct(const struct output *output)
{
	int fd = output->descriptor >= 0 ? fcntl(output->descriptor, F_DUPFD_CLOEXEC, 0)
					 : open(output->target, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool whole = write_all(fd, output->buffer, output->buffer_size);
	return close(fd) == 0 && whole;
}

/* --- making it appear ---------------------------------------------------------------------- */

/* Writes everything down, on disk for a file that is renamed later. */
static bool flush(struct output *output)
{
	if (output->stream != NULL && (fflush(output->stream) != 0 || ferror(output->stream)))
		return false;
	errno = output->failure;
	return output->failure == 0 && (output->fd < 0 || fsync(output->fd) == 0);
}

enum { NAME_TRIES = 1000 };

/* Gives the file its name beside the target, one that nobody has. */
static bool give_name(struct output *output)
{
	static atomic_uint next; /* so that many outputs do not try each other's names */
	char from[64];
	snprintf(from, sizeof(from), "/proc/self/fd/%d", output->fd);
	for (int i = 0; i < NAME_TRIES && !output->named; i++) {
		free(output->temporary);
		if (asprintf(&output->temporary, "%s/.berth-%ld-%u", output->folder, (long)getpid(),
			    atomic_fetch_add(&next, 1)) < 0) {
			output->temporary = NULL;
			return false;
		}
		output->named =
			linkat(AT_FDCWD, from, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW) == 0;
		if (!output->named && errno != EEXIST)
			return false;
	}
	return output->named;
}

/* Closes what is open of it. */
static bool close_file(struct output *output)
{
	bool closed = true;
	if (output->stream != NULL)
		closed = fclose(output->stream) == 0;
	else if (output->fd >= 0)
		closed = close(output->fd) == 0;
	output->stream = NULL;
	output->fd = -1;
	free(output->collected);
	output->collected = NULL;
	return closed;
}

/* Nothing is to be done for what output_finish closed. */
static bool complete(struct output *output)
{
	if (output->fd >= 0 && !output->named && !give_name(output))
		return false;
	return close_file(output);
}

static bool appear(struct output *output)
{
	if (output->direct)
		return write_direct(output);
	if (rename(output->temporary, output->target) != 0)
		return false;
	output->named = false;
	return true;
}

static bool cannot_write(struct diag *diag, const struct output *output)
{
	return diag_error(diag, output->path, "cannot be written: %s", strerror(errno));
}

/* Two outputs in one file would leave the last one only. */
static bool are_apart(struct diag *diag, struct output **outputs, size_t count)
{
	size_t found = 0;
	bool good = true;
	if (count < 2)
		return true;
	struct place *places = calloc(count, sizeof(*places));
	if (places == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < count; i++) {
		const struct output *output = outputs[i];
		places[found].index = i;
		found += output != NULL && !output->direct &&
			 place_find(output->target, output->folder,
				 found == 0 ? NULL : &places[found - 1], &places[found]);
	}
	qsort(places, found, sizeof(*places), place_compare);
	for (size_t i = 1; i < found && good; i++)
		if (place_is_one(&places[i - 1], &places[i]))
			good = diag_error(diag, outputs[places[i].index]->path,
				"is the same file as %s: give each output a file of its own",
				outputs[places[i - 1].index]->path);
	free(places);
	return good;
}

bool output_finish(struct diag *diag, struct output *output)
{
	return (flush(output) && complete(output)) || cannot_write(diag, output);
}

bool output_commit_all(struct diag *diag, struct output **outputs, size_t count)
{
	static bool (*const steps[])(struct output *) = {flush, complete, appear};
	bool good = are_apart(diag, outputs, count);
	for (size_t step = 0; step < sizeof(steps) / sizeof(steps[0]); step++)
		for (size_t i = 0; i < count && good; i++)
			if (outputs[i] != NULL && !steps[step](outputs[i]))
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
	(void)close_file(output);
	if (output->named)
		unlink(output->temporary);
	free(output->buffer);
	free(output->folder);
	free(output->temporary);
	free(output->target);
	free(output->path);
	free(output);
}
