/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What no program that keeps elfbind's promises can do without, and nothing
 * else: each input is read into memory as a whole, written to a file without a
 * name, put on the disk, and given its name.
 *
 *     floor IN OUT
 *     floor -d FOLDER IN...
 *
 * `make bench` shows how near elfbind comes to that.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/pages.h"

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* The bytes of IN, and how many to *SIZE. */
static char *read_all(const char *in, size_t *size)
{
	struct stat status;
	int fd = open(in, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0)
		fail(in);
	*size = (size_t)status.st_size;
	char *bytes = pages_alloc(*size + 1);
	if (bytes == NULL)
		fail("floor");
	pages_take(bytes, *size);
	size_t done = 0;
	while (done < *size) {
		ssize_t got = pread(fd, bytes + done, *size - done, (off_t)done);
		if (got <= 0)
			fail(in);
		done += (size_t)got;
	}
	close(fd);
	return bytes;
}

static void copy(const char *in, const char *folder, const char *out)
{
	size_t size;
	char *bytes = read_all(in, &size);
	int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (fd < 0)
		fail(folder);
	for (size_t done = 0; done < size;) {
		ssize_t wrote = write(fd, bytes + done, size - done);
		if (wrote <= 0)
			fail(out);
		done += (size_t)wrote;
	}
	char open_file[64];
	char temporary[4096];
	snprintf(open_file, sizeof(open_file), "/proc/self/fd/%d", fd);
	snprintf(temporary, sizeof(temporary), "%s/.floor", folder);
	if (fsync(fd) != 0 ||
		linkat(AT_FDCWD, open_file, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) != 0 ||
		close(fd) != 0 || rename(temporary, out) != 0)
		fail(out);
	free(bytes);
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "-d") == 0) {
		for (int i = 3; i < argc; i++) {
			char out[4096];
			const char *slash = strrchr(argv[i], '/');
			snprintf(out, sizeof(out), "%s/%s", argv[2],
				slash == NULL ? argv[i] : slash + 1);
			copy(argv[i], argv[2], out);
		}
		return 0;
	}
	if (argc != 3) {
		fputs("usage: floor IN OUT, or floor -d FOLDER IN...\n", stderr);
		return 2;
	}
	copy(argv[1], ".", argv[2]);
	return 0;
}
