/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reads layout.json by the table of its fields.  Reading is strict: unknown and
 * repeated keys, missing ones, numbers that are no integers and names of
 * nothing are refused.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arch.h"
#include "lib/file.h"
#include "lib/layout.h"
#include "lib/layout_fields.h"

enum { MOST_ELEMENTS = 4096 };

struct reader {
	struct diag *diag;
	const char *path;
	struct layout *layout;
	char where[128]; /* regions[3].base */
};

__attribute__((format(printf, 2, 3))) static size_t descend(
	struct reader *reader, const char *format, ...)
{
	size_t length = strlen(reader->where);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reader->where + length, sizeof(reader->where) - length, format, arguments);
	va_end(arguments);
	return length;
}

static bool wrong(const struct reader *reader, const char *what)
{
	return diag_error(reader->diag, reader->path, "%s %s: make the layout anew with ldgen",
		reader->where[0] == '\0' ? "the file" : reader->where, what);
}

static bool read_integer(
	const struct reader *reader, const json_t *json, uint64_t most, uint64_t *value)
{
	char text[64];
	if (json_is_integer(json) && json_integer_value(json) >= 0 &&
		(uint64_t)json_integer_value(json) <= most) {
		*value = (uint64_t)json_integer_value(json);
		return true;
	}
	snprintf(text, sizeof(text), "is not an integer from 0 to %llu", (unsigned long long)most);
	return wrong(reader, text);
}

static bool read_text(const struct reader *reader, const json_t *json, char **text)
{
	if (!json_is_string(json))
		return wrong(reader, "is not a string");
	*text = strdup(json_string_value(json));
	return *text != NULL || diag_no_memory(reader->diag);
}

/* Which of the COUNT names NAMES the text is; COUNT when it is none of them. */
static size_t find_word(const json_t *json, const char *const *names, size_t count)
{
	const char *text = json_is_string(json) ? json_string_value(json) : "";
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	return count;
}

static bool read_kind(const struct reader *reader, const json_t *json, enum layout_kind *kind)
{
	const size_t count = LAYOUT_KIND_NAMES;
	size_t found = find_word(json, layout_kind_names, count);
	if (found == count)
		return wrong(reader,
			"is not one of memory, data, code, peripheral, shared, carve, joint");
	*kind = (enum layout_kind)found;
	return true;
}

static bool read_policy(const struct reader *reader, const json_t *json, enum layout_policy *policy)
{
	const size_t count = LAYOUT_POLICY_NAMES;
	size_t found = find_word(json, layout_policy_names, count);
	if (found == count)
		return wrong(reader, "is neither bump nor free-list");
	*policy = (enum layout_policy)found;
	return true;
}

static bool read_reset(const struct reader *reader, const json_t *json, enum layout_reset *reset)
{
	const size_t count = LAYOUT_RESET_NAMES;
	size_t found = find_word(json, layout_reset_names, count);
	if (found == count)
		return wrong(reader, "is neither never nor call");
	*reset = (enum layout_reset)found;
	return true;
}

static bool read_access(
	const struct reader *reader, const json_t *json, enum field_type type, unsigned *access)
{
	const char *at = json_is_string(json) ? json_string_value(json) : "";
	unsigned bits = 0;
	if (*at == 'r') {
		bits |= LAYOUT_READ;
		at++;
	}
	if (*at == 'w') {
		bits |= LAYOUT_WRITE;
		at++;
	}
	if (*at == 'x' && type == FIELD_ACCESS) {
		bits |= LAYOUT_EXECUTE;
		at++;
	}
	if (*at != '\0' || bits == 0)
		return wrong(reader, type == FIELD_ACCESS
					     ? "is not made of r, w and x, in this order"
					     : "is not made of r and w, in this order");
	*access |= bits;
	return true;
}

static bool read_reference(
	const struct reader *reader, const json_t *json, enum field_type type, size_t *index)
{
	if (!json_is_string(json))
		return wrong(reader, "is not a string");
	const char *name = json_string_value(json);
	*index = type == FIELD_COMPONENT ? layout_find_component(reader->layout, name)
		 : type == FIELD_REGION	 ? layout_find_region(reader->layout, name)
					 : layout_find_bank(reader->layout, name);
	return *index != LAYOUT_NONE || wrong(reader, "names what is not in the layout");
}

static bool read_pair(const struct reader *reader, const json_t *json, uint32_t *words)
{
	if (!json_is_array(json) || json_array_size(json) != 2)
		return wrong(reader, "is not an array of two words");
	for (size_t i = 0; i < 2; i++) {
		uint64_t word = 0;
		if (!read_integer(reader, json_array_get(json, i), UINT32_MAX, &word))
			return false;
		words[i] = (uint32_t)word;
	}
	return true;
}

/*
 * Reads one register of a row after the other, by the names that the target's
 * architecture has for them: target stands before the contexts in layout_shape->
 */
static bool read_registers(struct reader *reader, const json_t *json, uint32_t *words)
{
	const struct arch *arch = arch_find(reader->layout->arch);
	char text[96];
	snprintf(text, sizeof(text), "are those of %.32s, an unknown architecture",
		reader->layout->arch);
	if (arch == NULL)
		return wrong(reader, text);
	for (size_t i = 0; i < arch->words; i++) {
		size_t back = descend(reader, ".%s", arch->registers[i]);
		uint64_t word = 0;
		if (!read_integer(
			    reader, json_object_get(json, arch->registers[i]), UINT32_MAX, &word))
			return false;
		words[i] = (uint32_t)word;
		reader->where[back] = '\0';
	}
	const char *mode = arch_row_mode(arch, words[1]);
	const char *said = json_string_value(json_object_get(json, "mode"));
	if (mode != NULL && (said == NULL || strcmp(said, mode) != 0))
		return wrong(reader, "has another mode than its pmpcfg says");
	return json_object_size(json) == arch->words + (mode != NULL) ||
	       wrong(reader, "has a register that the architecture has not");
}

static bool read_object(
	struct reader *reader, const json_t *json, const struct shape *shape, void *structure);

/* Makes room for the elements of JSON at the pointer ARRAY, unless there is already. */
static bool make_elements(
	const struct reader *reader, const json_t *json, size_t size, void *array, size_t *count)
{
	if (!json_is_array(json))
		return wrong(reader, "is not an array");
	if (json_array_size(json) > MOST_ELEMENTS)
		return wrong(reader, "has more than 4096 elements");
	if (layout_pointer_at(array) != NULL || json_array_size(json) == 0)
		return true;
	void *elements = calloc(json_array_size(json), size);
	if (elements == NULL)
		return diag_no_memory(reader->diag);
	memcpy(array, &elements, sizeof(elements));
	*count = json_array_size(json);
	return true;
}

static bool read_array(struct reader *reader, const json_t *json, const struct field *field,
	void *array, size_t *count)
{
	size_t size = field->shape->size;
	if (!make_elements(reader, json, size, array, count))
		return false;
	for (size_t i = 0; i < *count; i++) {
		size_t back = descend(reader, "[%zu]", i);
		if (!read_object(reader, json_array_get(json, i), field->shape,
			    (char *)layout_pointer_at(array) + i * size))
			return false;
		reader->where[back] = '\0';
	}
	return true;
}

static bool read_number(
	const struct reader *reader, const json_t *json, enum field_type type, void *member)
{
	uint64_t value = 0;
	uint64_t most = type == FIELD_U32 ? UINT32_MAX : LAYOUT_ADDRESSES;
	if (type == FIELD_VERSION)
		return (json_is_integer(json) && json_integer_value(json) == LAYOUT_VERSION) ||
		       wrong(reader, "is not 1, the version that this tool reads");
	if (type == FIELD_INDEX)
		most = UINT32_MAX - 1;
	if (!read_integer(reader, json, most, &value))
		return false;
	if (type == FIELD_U32)
		*(uint32_t *)member = (uint32_t)value;
	else if (type == FIELD_INDEX)
		*(int64_t *)member = (int64_t)value;
	else
		*(uint64_t *)member = value;
	return true;
}

static bool read_execute(const struct reader *reader, const json_t *json, unsigned *access)
{
	if (!json_is_boolean(json))
		return wrong(reader, "is not true or false");
	*access |= json_is_true(json) ? LAYOUT_EXECUTE : 0;
	return true;
}

static bool read_field(
	struct reader *reader, const json_t *json, const struct field *field, void *structure)
{
	void *member = (char *)structure + field->offset;
	switch (field->type) {
	case FIELD_NAME:
		return true; /* read_names has read it */
	case FIELD_TEXT:
		return read_text(reader, json, member);
	case FIELD_KIND:
		return read_kind(reader, json, member);
	case FIELD_POLICY:
		return read_policy(reader, json, member);
	case FIELD_RESET:
		return read_reset(reader, json, member);
	case FIELD_CACHE:
		*(enum row_cache *)member =
			row_cache_find(json_is_string(json) ? json_string_value(json) : "");
		return *(enum row_cache *)member != ROW_CACHES ||
		       wrong(reader, "is not one of none, write-through, write-back");
	case FIELD_PAIR:
		return read_pair(reader, json, member);
	case FIELD_REGISTERS:
		return read_registers(reader, json, member);
	case FIELD_ACCESS:
	case FIELD_RIGHTS:
		return read_access(reader, json, field->type, member);
	case FIELD_BOOLEAN:
		*(bool *)member = json_is_true(json);
		return json_is_boolean(json) || wrong(reader, "is not true or false");
	case FIELD_EXECUTE:
		return read_execute(reader, json, member);
	case FIELD_COMPONENT:
	case FIELD_REGION:
	case FIELD_BANK:
		return read_reference(reader, json, field->type, member);
	case FIELD_ARENA:
		((struct layout_arena *)member)->present = true;
		return read_object(reader, json, field->shape, member);
	case FIELD_OBJECT:
		return read_object(reader, json, field->shape, member);
	case FIELD_ARRAY:
		return read_array(reader, json, field, member,
			(size_t *)((char *)structure + field->count_offset));
	default:
		return read_number(reader, json, field->type, member);
	}
}

/* Gives a member without a key the value that says so. */
static void leave_out(const struct field *field, void *structure)
{
	void *member = (char *)structure + field->offset;
	if (field->type == FIELD_COMPONENT || field->type == FIELD_BANK)
		*(size_t *)member = LAYOUT_NONE;
	else if (field->type == FIELD_INDEX)
		*(int64_t *)member = -1;
}

static bool refuse_unknown_keys(
	struct reader *reader, const json_t *json, const struct shape *shape)
{
	const char *key = NULL;
	json_t *value = NULL;
	json_object_foreach((json_t *)(uintptr_t)json, key, value)
	{
		size_t i = 0;
		while (i < shape->field_count && strcmp(shape->fields[i].key, key) != 0)
			i++;
		if (i == shape->field_count) {
			descend(reader, "%s%s", reader->where[0] == '\0' ? "" : ".", key);
			return wrong(reader, "is an unknown key");
		}
	}
	return true;
}

static bool read_object(
	struct reader *reader, const json_t *json, const struct shape *shape, void *structure)
{
	if (!json_is_object(json))
		return wrong(reader, "is not an object");
	if (!refuse_unknown_keys(reader, json, shape))
		return false;
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct field *field = &shape->fields[i];
		const json_t *value = json_object_get(json, field->key);
		size_t back =
			descend(reader, "%s%s", reader->where[0] == '\0' ? "" : ".", field->key);
		if (value == NULL && !field->optional)
			return wrong(reader, "is missing");
		if (value == NULL)
			leave_out(field, structure);
		else if (!read_field(reader, value, field, structure))
			return false;
		reader->where[back] = '\0';
	}
	return true;
}

/* Reads the names of all elements of one of the layout's arrays. */
static bool read_names_of(struct reader *reader, const json_t *json, const struct field *field)
{
	void *array = (char *)reader->layout + field->offset;
	size_t *count = (size_t *)((char *)reader->layout + field->count_offset);
	if (!make_elements(reader, json, field->shape->size, array, count))
		return false;
	for (size_t i = 0; i < *count; i++) {
		const struct field *name = &field->shape->fields[0];
		size_t back = descend(reader, "[%zu].name", i);
		char *element = (char *)layout_pointer_at(array) + i * field->shape->size;
		if (!read_text(reader, json_object_get(json_array_get(json, i), "name"),
			    (char **)(element + name->offset)))
			return false;
		reader->where[back] = '\0';
	}
	return true;
}

/* Reads all names, so that a reference may stand before what it names. */
static bool read_names(struct reader *reader, const json_t *root)
{
	if (!json_is_object(root))
		return wrong(reader, "is not a JSON object");
	for (size_t i = 0; i < layout_shape->field_count; i++) {
		const struct field *field = &layout_shape->fields[i];
		if (field->type != FIELD_ARRAY)
			continue;
		size_t back = descend(reader, "%s", field->key);
		if (!read_names_of(reader, json_object_get(root, field->key), field))
			return false;
		reader->where[back] = '\0';
	}
	return true;
}

static json_t *load(struct diag *diag, const char *path)
{
	struct blob file;
	if (!file_read(diag, path, &file))
		return NULL;
	json_error_t error;
	json_t *root =
		json_loadb((const char *)file.bytes, file.size, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		diag_error_at(diag, path, error.line > 0 ? (size_t)error.line : 1,
			error.column > 0 ? (size_t)error.column : 1,
			"is not JSON: %s: give the layout.json that ldgen made", error.text);
	blob_free(&file);
	return root;
}

struct layout *layout_read(struct diag *diag, const char *path)
{
	struct layout *layout = calloc(1, sizeof(*layout));
	if (layout == NULL) {
		diag_no_memory(diag);
		return NULL;
	}
	json_t *root = load(diag, path);
	struct reader reader = {.diag = diag, .path = path, .layout = layout};
	bool good = root != NULL && read_names(&reader, root) &&
		    read_object(&reader, root, layout_shape, layout) &&
		    layout_check(diag, path, layout);
	json_decref(root);
	if (good)
		return layout;
	layout_free(layout);
	return NULL;
}
