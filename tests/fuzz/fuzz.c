/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FILES = 2, LENGTH_BYTES = 4 };

/* A fuzzer that cannot work shall not look as if it had found nothing. */
static void must(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	abort();
}

FILE *fuzz_nowhere(void)
{
	static FILE *stream;
	if (stream == NULL)
		stream = fopen("/dev/null", "w");
	must(stream != NULL, "/dev/null");
	return stream;
}

struct diag fuzz_diag(void)
{
	return (struct diag){.tool = "fuzz", .stream = fuzz_nowhere()};
}

struct blob fuzz_blob(const uint8_t *data, size_t size)
{
	struct blob blob = {.bytes = malloc(size), .size = size};
	must(blob.bytes != NULL || size == 0, "malloc");
	if (size > 0)
		memcpy(blob.bytes, data, size);
	return blob;
}

const char *fuzz_file(unsigned number, const uint8_t *data, size_t size)
{
	static int files[FILES] = {-1, -1};
	static char names[FILES][32];
	if (files[number] < 0) {
		files[number] = memfd_create("input", 0);
		snprintf(names[number], sizeof(names[number]), "/dev/fd/%d", files[number]);
	}
	must(ftruncate(files[number], 0) == 0, "a file in memory");
	must(pwrite(files[number], data, size, 0) == (ssize_t)size, "a file in memory");
	return names[number];
}

void fuzz_split(const uint8_t *data, size_t size, struct blob *first, struct blob *second)
{
	size_t length = 0;
	for (size_t i = 0; i < LENGTH_BYTES && i < size; i++)
		length |= (size_t)data[i] << (8 * i);
	size_t start = size < LENGTH_BYTES ? size : LENGTH_BYTES;
	if (length > size - start)
		length = size - start;
	*first = fuzz_blob(data + start, length);
	*second = fuzz_blob(data + start + length, size - start - length);
}

void fuzz_promise_at(bool holds, const char *text, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: a promise does not hold: %s\n", file, line, text);
	abort();
}
