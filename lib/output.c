/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct output {
	char *path;	 /* as given; for messages */
	char *target;	 /* behind symbolic links */
	bool direct;	 /* written at commit, not replaced */
	int descriptor;	 /* that a direct target means, or -1 */
	char *folder;	 /* of the target; NULL when it is direct */
	char *temporary; /* name of the new file beside the target, while NAMED */
	bool named;
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

/* A file that a crash leaves nothing of, where the file system has such; or one with a name. */
static int open_unseen(struct output *output)
{
	int fd = open(output->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0 && access("/proc/self/fd", X_OK) == 0)
		return fd;
	if (fd >= 0)
		close(fd); /* it could not be given its name */
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

static bool open_temporary(struct output *output)
{
	char *copy = strdup(output->target);
	output->folder = copy == NULL ? NULL : strdup(dirname(copy));
	free(copy);
	int fd = output->folder == NULL ? -1 : move_above_streams(open_unseen(output));
	if (fd < 0)
		return false;
	take_over(fd, output->target);
	output->stream = fdopen(fd, "w");
	if (output->stream == NULL)
		close(fd);
	else
		(void)setvbuf(output->stream, output->collected, _IOFBF, sizeof(output->collected));
	return output->stream != NULL;
}

/* The open descriptor that PATH names, or -1. */
static int descriptor_of(const char *path)
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

/* Whether A and B are one regular file, or one that is not there yet. */
static bool is_one_file(const char *a, const char *b)
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

struct output *output_open(struct diag *diag, const char *path)
{
	struct output *output = calloc(1, sizeof(*output));
	if (output == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	struct stat status;
	bool special = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
	bool folder = special && S_ISDIR(status.st_mode);
	output->descriptor = descriptor_of(path);
	bool direct = output->direct = special || output->descriptor >= 0;
	output->path = strdup(path);
	output->target = direct ? strdup(path) : resolve_target(path);
	(void)signal(SIGXFSZ, SIG_IGN); /* the write then fails with EFBIG */
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
	struct stat status;
	if (input == NULL || stat(path, &status) != 0 || !is_one_file(path, input))
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
	int fd = output->descriptor >= 0 ? fcntl(output->descriptor, F_DUPFD_CLOEXEC, 0)
					 : open(output->target, O_WRONLY | O_CLOEXEC);
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

/* Writes everything down, on disk for a file that is renamed later. */
static bool flush(struct output *output)
{
	return output->stream == NULL ||
	       (fflush(output->stream) == 0 && !ferror(output->stream) &&
		       (output->direct || fsync(fileno(output->stream)) == 0));
}

enum { NAME_TRIES = 1000 };

/* Gives the file its name beside the target, one that nobody has. */
static bool give_name(struct output *output)
{
	static atomic_uint next; /* so that many outputs do not try each other's names */
	char from[64];
	snprintf(from, sizeof(from), "/proc/self/fd/%d", fileno(output->stream));
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

static bool close_stream(struct output *output)
{
	if (output->stream == NULL) /* by output_finish */
		return true;
	if (!output->direct && !output->named && !give_name(output))
		return false;
	bool closed = fclose(output->stream) == 0;
	output->stream = NULL;
	return closed;
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

/* What tells whether two outputs are one file: the file, or its folder and its name there. */
struct place {
	dev_t device;
	ino_t file;
	const char *name; /* in the folder FILE; "" where the file itself is there */
	const struct output *output;
	size_t index; /* as given; the first of two is named in the message */
};

static int compare_places(const void *left, const void *right)
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

static bool is_one_place(const struct place *a, const struct place *b)
{
	return a->device == b->device && a->file == b->file && strcmp(a->name, b->name) == 0;
}

/* False where OUTPUT replaces no file. */
static bool find_place(const struct output *output, struct place *place)
{
	struct stat status;
	if (output == NULL || output->direct)
		return false;
	const char *slash = strrchr(output->target, '/');
	bool is_there = stat(output->target, &status) == 0;
	if (!is_there && stat(output->folder, &status) != 0)
		return false;
	place->device = status.st_dev;
	place->file = status.st_ino;
	place->name = is_there ? "" : slash == NULL ? output->target : slash + 1;
	place->output = output;
	return true;
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
		places[found].index = i;
		found += find_place(outputs[i], &places[found]);
	}
	qsort(places, found, sizeof(*places), compare_places);
	for (size_t i = 1; i < found && good; i++)
		if (is_one_place(&places[i - 1], &places[i]))
			good = diag_error(diag, places[i].output->path,
				"is the same file as %s: give each output a file of its own",
				places[i - 1].output->path);
	free(places);
	return good;
}

bool output_finish(struct diag *diag, struct output *output)
{
	return (flush(output) && close_stream(output)) || cannot_write(diag, output);
}

bool output_commit_all(struct diag *diag, struct output **outputs, size_t count)
{
	static bool (*const steps[])(struct output *) = {flush, close_stream, appear};
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
	if (output->stream != NULL)
		fclose(output->stream);
	if (output->named)
		unlink(output->temporary);
	free(output->buffer);
	free(output->folder);
	free(output->temporary);
	free(output->target);
	free(output->path);
	free(output);
}
