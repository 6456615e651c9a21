/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Writes layout.json by the table of its fields, and makes the checksum of what it would write. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arch.h"
#include "lib/crc32.h"
#include "lib/layout.h"
#include "lib/layout_fields.h"

enum { LINE_WIDTH = 100 };

static json_t *object_json(
	const struct layout *layout, const struct shape *shape, const void *structure);

static json_t *access_json(unsigned access)
{
	char text[4] = "";
	size_t length = 0;
	if ((access & LAYOUT_READ) != 0)
		text[length++] = 'r';
	if ((access & LAYOUT_WRITE) != 0)
		text[length++] = 'w';
	if ((access & LAYOUT_EXECUTE) != 0)
		text[length++] = 'x';
	text[length] = '\0';
	return json_string(text);
}

static json_t *pair_json(const uint32_t *words)
{
	return json_pack("[I, I]", (json_int_t)words[0], (json_int_t)words[1]);
}

static json_t *registers_json(const struct layout *layout, const uint32_t *words)
{
	const struct arch *arch = arch_find(layout->arch);
	json_t *json = json_object();
	bool good = arch != NULL && json != NULL;
	for (size_t i = 0; good && i < arch->words; i++)
		good = json_object_set_new(json, arch->registers[i], json_integer(words[i])) == 0;
	const char *mode = good ? arch_row_mode(arch, words[1]) : NULL;
	if (mode != NULL)
		good = json_object_set_new(json, "mode", json_string(mode)) == 0;
	if (good)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *reference_json(const struct layout *layout, enum field_type type, size_t index)
{
	if (type == FIELD_COMPONENT)
		return json_string(layout->components[index].name);
	if (type == FIELD_REGION)
		return json_string(layout->regions[index].name);
	return json_string(layout->banks[index].name);
}

static json_t *array_json(
	const struct layout *layout, const struct shape *shape, const void *array, size_t count)
{
	json_t *json = json_array();
	for (size_t i = 0; json != NULL && i < count; i++) {
		json_t *element = object_json(
			layout, shape, (const char *)layout_pointer_at(array) + i * shape->size);
		if (json_array_append_new(json, element) != 0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

/* Whether an optional member has nothing to say. */
static bool is_left_out(const struct field *field, const void *member)
{
	if (!field->optional)
		return false;
	if (field->type == FIELD_TEXT)
		return *(char *const *)member == NULL;
	if (field->type == FIELD_INDEX)
		return *(const int64_t *)member < 0;
	if (field->type == FIELD_DECLARED)
		return *(const uint64_t *)member == 0;
	if (field->type == FIELD_ARENA)
		return !((const struct layout_arena *)member)->present;
	if (field->type == FIELD_POLICY)
		return *(const enum layout_policy *)member == LAYOUT_BUMP;
	if (field->type == FIELD_RESET)
		return *(const enum layout_reset *)member == LAYOUT_RESET_NEVER;
	if (field->type == FIELD_CACHE)
		return *(const enum row_cache *)member == ROW_CACHE_USUAL;
	if (field->type == FIELD_U32)
		return *(const uint32_t *)member == 0;
	if (field->type == FIELD_BOOLEAN)
		return !*(const bool *)member;
	if (field->type == FIELD_PAIR)
		return ((const uint32_t *)member)[0] == 0 && ((const uint32_t *)member)[1] == 0;
	return *(const size_t *)member == LAYOUT_NONE;
}

static json_t *field_json(
	const struct layout *layout, const struct field *field, const void *structure)
{
	const void *member = (const char *)structure + field->offset;
	switch (field->type) {
	case FIELD_VERSION:
		return json_integer(LAYOUT_VERSION);
	case FIELD_NAME:
	case FIELD_TEXT:
		return json_string(*(char *const *)member);
	case FIELD_U32:
		return json_integer(*(const uint32_t *)member);
	case FIELD_U64:
	case FIELD_DECLARED:
		return json_integer((json_int_t) * (const uint64_t *)member);
	case FIELD_INDEX:
		return json_integer(*(const int64_t *)member);
	case FIELD_KIND:
		return json_string(layout_kind_names[*(const enum layout_kind *)member]);
	case FIELD_POLICY:
		return json_string(layout_policy_names[*(const enum layout_policy *)member]);
	case FIELD_RESET:
		return json_string(layout_reset_names[*(const enum layout_reset *)member]);
	case FIELD_CACHE:
		return json_string(row_cache_name(*(const enum row_cache *)member));
	case FIELD_PAIR:
		return pair_json(member);
	case FIELD_REGISTERS:
		return registers_json(layout, member);
	case FIELD_ACCESS:
		return access_json(*(const unsigned *)member);
	case FIELD_RIGHTS:
		return access_json(*(const unsigned *)member & ~(unsigned)LAYOUT_EXECUTE);
	case FIELD_BOOLEAN:
		return json_boolean(*(const bool *)member);
	case FIELD_EXECUTE:
		return json_boolean((*(const unsigned *)member & LAYOUT_EXECUTE) != 0);
	case FIELD_ARRAY:
		return array_json(layout, field->shape, member,
			*(const size_t *)((const char *)structure + field->count_offset));
	case FIELD_OBJECT:
	case FIELD_ARENA:
		return object_json(layout, field->shape, member);
	default:
		return reference_json(layout, field->type, *(const size_t *)member);
	}
}

static json_t *object_json(
	const struct layout *layout, const struct shape *shape, const void *structure)
{
	json_t *json = json_object();
	for (size_t i = 0; json != NULL && i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		if (is_left_out(field, (const char *)structure + field->offset))
			continue;
		if (json_object_set_new(json, field->key, field_json(layout, field, structure)) !=
			0) {
			json_decref(json);
			return NULL;
		}
	}
	return json;
}

static bool print(const json_t *json, FILE *stream, size_t depth, size_t before);

static bool print_inside(const json_t *json, FILE *stream, size_t depth)
{
	const char *key = NULL;
	json_t *value = NULL;
	size_t index = 0;
	bool good = true;
	int indent = (int)(2 * (depth + 1));
	json_array_foreach(json, index, value)
	{
		fprintf(stream, "%s\n%*s", index == 0 ? "" : ",", indent, "");
		good = print(value, stream, depth + 1, 0) && good;
	}
	json_object_foreach((json_t *)(uintptr_t)json, key, value)
	{
		/* Keys are this file's own: nothing in them wants escaping. */
		fprintf(stream, "%s\n%*s\"%s\": ", index++ == 0 ? "" : ",", indent, "", key);
		good = print(value, stream, depth + 1, strlen(key) + 4) && good;
	}
	return good;
}

/* Prints JSON on one line where it fits behind BEFORE columns, else opened, two blanks a level. */
static bool print(const json_t *json, FILE *stream, size_t depth, size_t before)
{
	char *line = json_dumps(json, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	if (line == NULL)
		return false;
	bool good = true;
	size_t width = 2 * depth + before + strlen(line) + 1;
	bool is_open = width > LINE_WIDTH && (json_is_array(json) || json_is_object(json));
	if (!is_open) {
		fputs(line, stream);
	} else {
		fputc(json_is_array(json) ? '[' : '{', stream);
		good = print_inside(json, stream, depth);
		fprintf(stream, "\n%*s%c", (int)(2 * depth), "", json_is_array(json) ? ']' : '}');
	}
	free(line);
	return good;
}

bool layout_write(struct diag *diag, const struct layout *layout, FILE *stream)
{
	json_t *json = object_json(layout, layout_shape, layout);
	bool good = json != NULL && print(json, stream, 0, 0);
	fputc('\n', stream);
	json_decref(json);
	return good || diag_no_memory(diag);
}

bool layout_fingerprint(struct diag *diag, const struct layout *layout, uint32_t *fingerprint)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	if (stream == NULL)
		return diag_no_memory(diag);
	bool good = layout_write(diag, layout, stream);
	if (fclose(stream) != 0 && good)
		good = diag_no_memory(diag);
	if (good)
		*fingerprint = crc32_more(CRC32_START, (const uint8_t *)text, size);
	free(text);
	return good;
}
