/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * table_bits FIRMWARE.elf: changes every single bit of the region table of a
 * real firmware, one after the other, and demands that it is found and named,
 * once with the checksum as it was and for rows once more with the checksum
 * made anew.  Prints how many bits it tried.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/crc32.h"
#include "mpu-table/table.h"

/* The firmware's bytes, and where its table lies in them. */
struct firmware {
	struct blob file;
	size_t offset;
	size_t size;
	struct table *table; /* as it should be */
};

static void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

static void fail(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	exit(EXIT_FAILURE);
}

/* Reads and checks the firmware as it is now; the messages, which the caller frees. */
static char *check(const struct firmware *firmware, bool *good)
{
	char *text = NULL;
	size_t size = 0;
	struct diag diag = {.tool = "check", .stream = open_memstream(&text, &size)};
	struct blob copy = {malloc(firmware->file.size), firmware->file.size};
	if (diag.stream == NULL || copy.bytes == NULL)
		fail("out of memory\n");
	memcpy(copy.bytes, firmware->file.bytes, copy.size);
	struct object *image = object_parse(&diag, "firmware.elf", &copy);
	struct table *table = image == NULL ? NULL : table_read(&diag, image);
	*good = table != NULL && table_check(&diag, image, table);
	table_free(table);
	object_free(image);
	fclose(diag.stream);
	return text;
}

static struct firmware load(const char *path)
{
	struct firmware firmware = {0};
	struct diag diag = DIAG_INIT("table_bits");
	struct object *image = object_read(&diag, path);
	const struct object_section *section =
		image == NULL ? NULL : object_section(image, TABLE_SECTION);
	if (section == NULL || (firmware.table = table_read(&diag, image)) == NULL)
		fail("%s: no table\n", path);
	firmware.offset = section->offset;
	firmware.size = section->size;
	object_free(image);
	if (!file_read(&diag, path, &firmware.file))
		exit(EXIT_FAILURE);
	return firmware;
}

static void flip(const struct firmware *firmware, size_t bit)
{
	firmware->file.bytes[firmware->offset + bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void seal(const struct firmware *firmware)
{
	uint8_t *bytes = firmware->file.bytes + firmware->offset;
	memset(bytes + 16, 0, 4);
	uint32_t crc = crc32_more(CRC32_START, bytes, firmware->size);
	for (unsigned i = 0; i < 4; i++)
		bytes[16 + i] = (uint8_t)(crc >> 8 * i);
}

static void expect(char *text, bool good, size_t bit, const char *words)
{
	if (good || strstr(text, words) == NULL)
		fail("bit %zu: no '%s' in:\n%s", bit, words, text);
	free(text);
}

static void try_bit(const struct firmware *firmware, size_t bit)
{
	bool good;
	char words[64];
	char *where = table_describe(firmware->table, (uint32_t)(bit / 32));
	flip(firmware, bit);
	char *text = check(firmware, &good);
	snprintf(words, sizeof(words), "one bit has changed, bit %zu", bit % 32);
	if (where == NULL || strstr(text, where) == NULL)
		fail("bit %zu: no '%s' in:\n%s", bit, where, text);
	expect(text, good, bit, words);
	if (bit / 8 >= firmware->table->header.rows) {
		seal(firmware);
		text = check(firmware, &good);
		/* "context imu, " of "context imu, row 1, region imu.mem0: rasr" */
		where[strcspn(where, ",")] = '\0';
		expect(text, good, bit, where);
	}
	flip(firmware, bit);
	seal(firmware);
	free(where);
}

int main(int argc, char **argv)
{
	bool good;
	if (argc != 2)
		fail("usage: table_bits FIRMWARE.elf\n");
	struct firmware firmware = load(argv[1]);
	char *text = check(&firmware, &good);
	if (!good)
		fail("not as it should be before any change:\n%s", text);
	free(text);
	for (size_t bit = 0; bit < firmware.size * 8; bit++)
		try_bit(&firmware, bit);
	printf("%zu bits changed, %zu found\n", firmware.size * 8, firmware.size * 8);
	table_free(firmware.table);
	blob_free(&firmware.file);
	return EXIT_SUCCESS;
}
