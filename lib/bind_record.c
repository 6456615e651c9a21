/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/bind_record.h"

#include <stdlib.h>
#include <string.h>

#include "lib/crc32.h"

/* Words of the header and of each entry. */
enum { HEADER_WORDS = 8, COMPONENT_WORDS = 3, EXPORT_WORDS = 4, IMPORT_WORDS = 5 };

uint32_t bind_record_core_crc(const struct wasm_module *module)
{
	return crc32_more(CRC32_START, module->file.bytes, module->file.size);
}

void bind_record_set_core(struct bind_record *record, const struct wasm_module *module)
{
	record->core_size = (uint32_t)module->file.size;
	record->core_crc = bind_record_core_crc(module);
}

bool bind_record_is_of(const struct bind_record *record, const struct wasm_module *module)
{
	struct bind_record wanted;
	bind_record_set_core(&wanted, module);
	return record->core_size == wanted.core_size && record->core_crc == wanted.core_crc;
}

void bind_record_free(struct bind_record *record)
{
	free(record->components);
	free(record->exports);
	free(record->imports);
	*record = (struct bind_record){0};
}

/* --- writing -------------------------------------------------------------------------- */

struct writer {
	uint8_t data;	/* byte order */
	uint8_t *bytes; /* large enough for all */
	size_t word;	/* where the next word goes */
	size_t string;	/* where the next string goes */
};

static uint64_t string_bytes(const char *text)
{
	return strlen(text) + 1;
}

/* Bytes before the strings. */
static uint64_t table_bytes(uint64_t components, uint64_t exports, uint64_t imports)
{
	return 4 * (HEADER_WORDS + COMPONENT_WORDS * components + EXPORT_WORDS * exports +
			   IMPORT_WORDS * imports);
}

static uint64_t record_bytes(const struct bind_record *record)
{
	uint64_t bytes =
		table_bytes(record->component_count, record->export_count, record->import_count);
	for (size_t i = 0; i < record->component_count; i++)
		bytes += string_bytes(record->components[i].name);
	for (size_t i = 0; i < record->export_count; i++)
		bytes += string_bytes(record->exports[i].symbol) +
			 string_bytes(record->exports[i].name);
	for (size_t i = 0; i < record->import_count; i++)
		bytes += string_bytes(record->imports[i].module) +
			 string_bytes(record->imports[i].field) +
			 string_bytes(record->imports[i].native);
	return (bytes + 4) & ~(uint64_t)3;
}

static void put_word(struct writer *writer, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		writer->bytes[writer->word + i] =
			(uint8_t)(value >> (writer->data == ELFDATA2MSB ? 24 - 8 * i : 8 * i));
	writer->word += 4;
}

static void put_string(struct writer *writer, const char *text)
{
	size_t size = strlen(text) + 1;
	put_word(writer, (uint32_t)writer->string);
	memcpy(writer->bytes + writer->string, text, size);
	writer->string += size;
}

static void put_header(struct writer *writer, const struct bind_record *record, size_t size)
{
	const uint32_t words[HEADER_WORDS] = {BIND_RECORD_MAGIC, (uint32_t)size,
		BIND_RECORD_VERSION, record->core_size, record->core_crc, record->component_count,
		record->export_count, record->import_count};
	for (size_t i = 0; i < HEADER_WORDS; i++)
		put_word(writer, words[i]);
}

static void put_entries(struct writer *writer, const struct bind_record *record)
{
	for (size_t i = 0; i < record->component_count; i++) {
		put_string(writer, record->components[i].name);
		put_word(writer, record->components[i].number);
		put_word(writer, record->components[i].arena);
	}
	for (size_t i = 0; i < record->export_count; i++) {
		put_string(writer, record->exports[i].symbol);
		put_string(writer, record->exports[i].name);
		put_word(writer, record->exports[i].component);
		put_word(writer, record->exports[i].function);
	}
	for (size_t i = 0; i < record->import_count; i++) {
		put_string(writer, record->imports[i].module);
		put_string(writer, record->imports[i].field);
		put_word(writer, record->imports[i].component);
		put_string(writer, record->imports[i].native);
		put_word(writer, record->imports[i].function);
	}
}

bool bind_record_write(
	struct diag *diag, const struct bind_record *record, uint8_t data, struct blob *bytes)
{
	uint64_t size = record_bytes(record);
	*bytes = (struct blob){0};
	if (size > UINT32_MAX)
		return diag_error(diag, NULL,
			"the names of all exports and imports take more than 4 GiB: give an object "
			"with fewer");
	bytes->bytes = calloc(1, (size_t)size);
	if (bytes->bytes == NULL)
		return diag_no_memory(diag);
	bytes->size = (size_t)size;
	struct writer writer = {.data = data, .bytes = bytes->bytes};
	writer.string = (size_t)table_bytes(
		record->component_count, record->export_count, record->import_count);
	put_header(&writer, record, bytes->size);
	put_entries(&writer, record);
	return true;
}

/* --- reading -------------------------------------------------------------------------- */

struct reader {
	const struct object *object; /* for the byte order */
	const uint8_t *bytes;
	uint64_t size;	  /* of the record */
	uint64_t word;	  /* where the next word is */
	uint64_t strings; /* where the strings start */
	uint32_t components;
	bool bad;
};

static uint32_t take_word(struct reader *reader)
{
	uint32_t value = object_word(reader->object, reader->bytes + reader->word);
	reader->word += 4;
	return value;
}

/* The record's last byte is a NUL, so that every string ends in it. */
static const char *take_string(struct reader *reader)
{
	uint32_t offset = take_word(reader);
	if (offset >= reader->strings && offset < reader->size)
		return (const char *)reader->bytes + offset;
	reader->bad = true;
	return "";
}

static uint32_t take_component(struct reader *reader)
{
	uint32_t component = take_word(reader);
	reader->bad |= component >= reader->components && component != BIND_RECORD_NONE;
	return component;
}

/* Everything about the record but its entries, which must have room in it. */
static bool take_header(struct reader *reader, uint64_t left, struct bind_record *record)
{
	if (left < (uint64_t)4 * HEADER_WORDS || take_word(reader) != BIND_RECORD_MAGIC)
		return false;
	reader->size = take_word(reader);
	if (take_word(reader) != BIND_RECORD_VERSION || reader->size > left ||
		reader->size % 4 != 0 || reader->size <= (uint64_t)4 * HEADER_WORDS ||
		reader->bytes[reader->size - 1] != '\0')
		return false;
	record->core_size = take_word(reader);
	record->core_crc = take_word(reader);
	reader->components = record->component_count = take_word(reader);
	record->export_count = take_word(reader);
	record->import_count = take_word(reader);
	reader->strings =
		table_bytes(record->component_count, record->export_count, record->import_count);
	return reader->strings < reader->size;
}

static void take_entries(struct reader *reader, struct bind_record *record)
{
	for (size_t i = 0; i < record->component_count; i++) {
		struct bind_record_component *of = &record->components[i];
		of->name = take_string(reader);
		of->number = take_word(reader);
		of->arena = take_word(reader) != 0;
	}
	for (size_t i = 0; i < record->export_count; i++) {
		struct bind_record_export *of = &record->exports[i];
		of->symbol = take_string(reader);
		of->name = take_string(reader);
		of->component = take_component(reader);
		of->function = take_word(reader);
	}
	for (size_t i = 0; i < record->import_count; i++) {
		struct bind_record_import *of = &record->imports[i];
		of->module = take_string(reader);
		of->field = take_string(reader);
		of->component = take_component(reader);
		of->native = take_string(reader);
		of->function = take_word(reader);
	}
}

/* Reads the record at READER; counts are bounded by its bytes.  NULL arrays: memory ran out. */
static bool take_record(struct reader *reader, uint64_t left, struct bind_record *record)
{
	if (!take_header(reader, left, record)) {
		reader->bad = true;
		*record = (struct bind_record){0};
		return true;
	}
	/* One more of each, so that none is not taken for missing memory. */
	record->components = calloc(record->component_count + 1, sizeof(*record->components));
	record->exports = calloc(record->export_count + 1, sizeof(*record->exports));
	record->imports = calloc(record->import_count + 1, sizeof(*record->imports));
	if (record->components == NULL || record->exports == NULL || record->imports == NULL)
		return false;
	take_entries(reader, record);
	return true;
}

static bool add_record(struct bind_records *records, const struct bind_record *record)
{
	struct bind_record *list = records->list;
	/* Room for a power of two, so that a long section is not copied for each record. */
	if ((records->count & (records->count - 1)) == 0)
		list = reallocarray(list, 2 * records->count + 1, sizeof(*list));
	if (list == NULL)
		return false;
	records->list = list;
	records->list[records->count++] = *record;
	return true;
}

static bool read_section(const struct object *object, const struct object_section *section,
	struct bind_records *records)
{
	bool good = true;
	for (uint64_t at = 0; at < section->size && good && !records->damaged;) {
		struct bind_record record = {0};
		struct reader reader = {.object = object, .bytes = section->bytes + at};
		good = take_record(&reader, section->size - at, &record) &&
		       add_record(records, &record);
		if (!good)
			bind_record_free(&record);
		records->damaged = reader.bad;
		at += reader.size;
	}
	return good;
}

bool bind_records_read(struct diag *diag, const struct object *object, struct bind_records *records)
{
	const struct object_section *section = object_section(object, BIND_RECORD_SECTION);
	*records = (struct bind_records){0};
	if (section == NULL)
		return true;
	records->damaged = section->bytes == NULL;
	if (!records->damaged && !read_section(object, section, records))
		return diag_no_memory(diag);
	for (size_t i = 0; records->damaged && i < records->count; i++)
		bind_record_free(&records->list[i]);
	records->count = records->damaged ? 0 : records->count;
	return true;
}

bool bind_record_has(const struct bind_record *record, const char *name)
{
	for (uint32_t i = 0; i < record->component_count; i++)
		if (strcmp(record->components[i].name, name) == 0)
			return true;
	return false;
}

const struct bind_record *bind_records_find(
	const struct bind_records *records, const struct wasm_module *module)
{
	struct bind_record wanted;
	bind_record_set_core(&wanted, module);
	for (size_t i = 0; i < records->count; i++)
		if (records->list[i].core_size == wanted.core_size &&
			records->list[i].core_crc == wanted.core_crc)
			return &records->list[i];
	return NULL;
}

/* By the module that they are of. */
static int compare_cores(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;
	if (left[0] != right[0])
		return left[0] < right[0] ? -1 : 1;
	return (left[1] > right[1]) - (left[1] < right[1]);
}

size_t bind_records_cores(const struct bind_records *records)
{
	uint32_t(*cores)[2] = calloc(records->count + 1, sizeof(*cores));
	size_t count = 0;
	/* Without memory each counts for itself: more than can be given, never fewer. */
	if (cores == NULL)
		return records->count;
	for (size_t i = 0; i < records->count; i++) {
		cores[i][0] = records->list[i].core_size;
		cores[i][1] = records->list[i].core_crc;
	}
	qsort(cores, records->count, sizeof(*cores), compare_cores);
	for (size_t i = 0; i < records->count; i++)
		count += i == 0 || compare_cores(cores[i], cores[i - 1]) != 0;
	free(cores);
	return count;
}

void bind_records_free(struct bind_records *records)
{
	for (size_t i = 0; i < records->count; i++)
		bind_record_free(&records->list[i]);
	free(records->list);
	*records = (struct bind_records){0};
}
