/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * layout.json: the layout as text.
 *
 *     berth_layout  1
 *     target        arch, mpu_regions, granule, machine, endian,
 *                   mair (armv8-m), granularity, napot_only, mml (riscv)
 *     banks[]       name, origin, length, access, reserve, used, free[]: base, size
 *     components[]  name, object, core, core_checksum, fused, memory, data,
 *                   arena: memory, offset, size, state, policy
 *                   stack, globals, window: base, size     table: base, count
 *                   entry: memory_base, memory_size
 *     regions[]     name, kind, component, index, bank, base, size, reserved, declared,
 *                   access, cache, section
 *     contexts[]    name, component, rows[]: slot, region, access, execute,
 *                   covers[]: base, size
 *                   registers: as the architecture calls them, on riscv also mode
 *     cost          need, used, lower_bound, optimal
 *
 * One table of fields serves reading and writing, so that neither knows a key
 * that the other does not.  What refers to a component, region or bank is its
 * name.  Reading is strict: unknown and repeated keys, missing ones, numbers
 * that are no integers and names of nothing are refused.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/crc32.h"
#include "lib/file.h"
#include "lib/layout.h"

enum { MOST_ELEMENTS = 4096, LINE_WIDTH = 100 };

enum field_type {
	FIELD_VERSION,	 /* LAYOUT_VERSION; stored nowhere */
	FIELD_NAME,	 /* char *; read before all else, so that references find it */
	FIELD_TEXT,	 /* char * */
	FIELD_U32,	 /* uint32_t or unsigned */
	FIELD_U64,	 /* uint64_t, at most LAYOUT_ADDRESSES */
	FIELD_DECLARED,	 /* uint64_t; 0 and no key where there is none */
	FIELD_INDEX,	 /* int64_t; -1 and no key where there is none */
	FIELD_KIND,	 /* enum layout_kind */
	FIELD_ACCESS,	 /* unsigned; "rwx" */
	FIELD_RIGHTS,	 /* unsigned; "rw": as above without the x */
	FIELD_POLICY,	 /* enum layout_policy */
	FIELD_CACHE,	 /* enum row_cache; no key where nothing is said */
	FIELD_BOOLEAN,	 /* bool */
	FIELD_PAIR,	 /* uint32_t[2], as an array */
	FIELD_REGISTERS, /* struct layout_row's words, an object by the architecture's names */
	FIELD_EXECUTE,	 /* unsigned; the bit LAYOUT_EXECUTE of it, as a boolean */
	FIELD_COMPONENT, /* size_t; LAYOUT_NONE and no key where there is none */
	FIELD_REGION,
	FIELD_BANK,
	FIELD_OBJECT, /* fields of the same struct, in an object of their own */
	FIELD_ARENA,  /* struct layout_arena; no key where it is not present */
	FIELD_ARRAY,  /* pointer to structs and size_t count */
};

struct shape;

struct field {
	const char *key;
	enum field_type type;
	bool optional;
	size_t offset;
	size_t count_offset;	   /* of an array */
	const struct shape *shape; /* of objects and of an array's elements */
};

struct shape {
	size_t size; /* bytes of the struct */
	const struct field *fields;
	size_t field_count;
};

#define FIELDS(name, structure, ...)                                                               \
	static const struct field name##_fields[] = {__VA_ARGS__};                                 \
	static const struct shape name = {sizeof(structure), name##_fields,                        \
		sizeof(name##_fields) / sizeof(name##_fields[0])}
#define FIELD(key, type, structure, member)                                                        \
	{                                                                                          \
		key, type, false, offsetof(structure, member), 0, NULL                             \
	}
#define OPTIONAL(key, type, structure, member)                                                     \
	{                                                                                          \
		key, type, true, offsetof(structure, member), 0, NULL                              \
	}
#define PART(key, shape)                                                                           \
	{                                                                                          \
		key, FIELD_OBJECT, false, 0, 0, &(shape)                                           \
	}
#define ARRAY(key, structure, member, count, shape)                                                \
	{                                                                                          \
		key, FIELD_ARRAY, false, offsetof(structure, member), offsetof(structure, count),  \
			&(shape)                                                                   \
	}

FIELDS(range_shape, struct layout_range, FIELD("base", FIELD_U64, struct layout_range, base),
	FIELD("size", FIELD_U64, struct layout_range, size));

FIELDS(target_shape, struct layout, FIELD("arch", FIELD_TEXT, struct layout, arch),
	FIELD("mpu_regions", FIELD_U32, struct layout, mpu_regions),
	FIELD("granule", FIELD_U64, struct layout, granule),
	FIELD("machine", FIELD_TEXT, struct layout, machine),
	FIELD("endian", FIELD_TEXT, struct layout, endian),
	OPTIONAL("mair", FIELD_PAIR, struct layout, target.mair),
	OPTIONAL("granularity", FIELD_U32, struct layout, target.granularity),
	OPTIONAL("napot_only", FIELD_BOOLEAN, struct layout, target.napot_only),
	OPTIONAL("mml", FIELD_BOOLEAN, struct layout, target.mml));

FIELDS(bank_shape, struct layout_bank, FIELD("name", FIELD_NAME, struct layout_bank, name),
	FIELD("origin", FIELD_U64, struct layout_bank, origin),
	FIELD("length", FIELD_U64, struct layout_bank, length),
	FIELD("access", FIELD_ACCESS, struct layout_bank, access),
	FIELD("reserve", FIELD_U64, struct layout_bank, reserve),
	FIELD("used", FIELD_U64, struct layout_bank, used),
	ARRAY("free", struct layout_bank, free, free_count, range_shape));

FIELDS(region_shape, struct layout_region, FIELD("name", FIELD_NAME, struct layout_region, name),
	FIELD("kind", FIELD_KIND, struct layout_region, kind),
	OPTIONAL("component", FIELD_COMPONENT, struct layout_region, component),
	OPTIONAL("index", FIELD_INDEX, struct layout_region, index),
	OPTIONAL("bank", FIELD_BANK, struct layout_region, bank),
	FIELD("base", FIELD_U64, struct layout_region, base),
	FIELD("size", FIELD_U64, struct layout_region, size),
	FIELD("reserved", FIELD_U64, struct layout_region, reserved),
	OPTIONAL("declared", FIELD_DECLARED, struct layout_region, declared),
	FIELD("access", FIELD_ACCESS, struct layout_region, access),
	OPTIONAL("cache", FIELD_CACHE, struct layout_region, cache),
	OPTIONAL("section", FIELD_TEXT, struct layout_region, section));

FIELDS(arena_shape, struct layout_arena, FIELD("memory", FIELD_U32, struct layout_arena, memory),
	FIELD("offset", FIELD_U64, struct layout_arena, offset),
	FIELD("size", FIELD_U64, struct layout_arena, size),
	FIELD("state", FIELD_U64, struct layout_arena, state),
	OPTIONAL("policy", FIELD_POLICY, struct layout_arena, policy));

FIELDS(stack_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, stack_base),
	FIELD("size", FIELD_U64, struct layout_component, stack_size));

FIELDS(globals_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, globals),
	FIELD("size", FIELD_U64, struct layout_component, globals_size));

FIELDS(table_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, table),
	FIELD("count", FIELD_U64, struct layout_component, table_count));

FIELDS(entry_shape, struct layout_component,
	FIELD("memory_base", FIELD_U64, struct layout_component, memory_base),
	FIELD("memory_size", FIELD_U64, struct layout_component, memory_size));

FIELDS(window_shape, struct layout_component,
	FIELD("base", FIELD_U64, struct layout_component, window_base),
	FIELD("size", FIELD_U64, struct layout_component, window_size));

FIELDS(component_shape, struct layout_component,
	FIELD("name", FIELD_NAME, struct layout_component, name),
	OPTIONAL("object", FIELD_TEXT, struct layout_component, object),
	OPTIONAL("core", FIELD_TEXT, struct layout_component, core),
	OPTIONAL("core_checksum", FIELD_DECLARED, struct layout_component, core_checksum),
	FIELD("fused", FIELD_U32, struct layout_component, fused),
	FIELD("memory", FIELD_REGION, struct layout_component, memory),
	FIELD("data", FIELD_REGION, struct layout_component, data),
	{"arena", FIELD_ARENA, true, offsetof(struct layout_component, arena), 0, &arena_shape},
	PART("stack", stack_shape), PART("globals", globals_shape), PART("table", table_shape),
	PART("entry", entry_shape), PART("window", window_shape));

FIELDS(row_shape, struct layout_row, FIELD("slot", FIELD_U32, struct layout_row, slot),
	FIELD("region", FIELD_REGION, struct layout_row, region),
	FIELD("access", FIELD_RIGHTS, struct layout_row, access),
	FIELD("execute", FIELD_EXECUTE, struct layout_row, access),
	ARRAY("covers", struct layout_row, covers, cover_count, range_shape),
	FIELD("registers", FIELD_REGISTERS, struct layout_row, words));

FIELDS(context_shape, struct layout_context, FIELD("name", FIELD_NAME, struct layout_context, name),
	FIELD("component", FIELD_COMPONENT, struct layout_context, component),
	ARRAY("rows", struct layout_context, rows, row_count, row_shape));

FIELDS(cost_shape, struct layout, FIELD("need", FIELD_U64, struct layout, need),
	FIELD("used", FIELD_U64, struct layout, used),
	FIELD("lower_bound", FIELD_U64, struct layout, lower_bound),
	FIELD("optimal", FIELD_BOOLEAN, struct layout, optimal));

FIELDS(layout_shape, struct layout, {"berth_layout", FIELD_VERSION, false, 0, 0, NULL},
	PART("target", target_shape), ARRAY("banks", struct layout, banks, bank_count, bank_shape),
	ARRAY("components", struct layout, components, component_count, component_shape),
	ARRAY("regions", struct layout, regions, region_count, region_shape),
	ARRAY("contexts", struct layout, contexts, context_count, context_shape),
	PART("cost", cost_shape));

static const char *const kind_names[] = {
	[LAYOUT_MEMORY] = "memory",
	[LAYOUT_DATA] = "data",
	[LAYOUT_CODE] = "code",
	[LAYOUT_PERIPHERAL] = "peripheral",
	[LAYOUT_SHARED] = "shared",
	[LAYOUT_CARVE] = "carve",
};

static const char *const policy_names[] = {
	[LAYOUT_BUMP] = "bump",
	[LAYOUT_FREE_LIST] = "free-list",
};

/* --- reading ------------------------------------------------------------------- */

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
	const size_t count = sizeof(kind_names) / sizeof(kind_names[0]);
	size_t found = find_word(json, kind_names, count);
	if (found == count)
		return wrong(reader, "is not one of memory, data, code, peripheral, shared, carve");
	*kind = (enum layout_kind)found;
	return true;
}

static bool read_policy(const struct reader *reader, const json_t *json, enum layout_policy *policy)
{
	const size_t count = sizeof(policy_names) / sizeof(policy_names[0]);
	size_t found = find_word(json, policy_names, count);
	if (found == count)
		return wrong(reader, "is neither bump nor free-list");
	*policy = (enum layout_policy)found;
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
 * architecture has for them: target stands before the contexts in layout_shape.
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

/* The pointer at MEMBER, whatever it points to. */
static void *pointer_at(const void *member)
{
	void *pointer = NULL;
	memcpy(&pointer, member, sizeof(pointer));
	return pointer;
}

/* Makes room for the elements of JSON at the pointer ARRAY, unless there is already. */
static bool make_elements(
	const struct reader *reader, const json_t *json, size_t size, void *array, size_t *count)
{
	if (!json_is_array(json))
		return wrong(reader, "is not an array");
	if (json_array_size(json) > MOST_ELEMENTS)
		return wrong(reader, "has more than 4096 elements");
	if (pointer_at(array) != NULL || json_array_size(json) == 0)
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
			    (char *)pointer_at(array) + i * size))
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
		char *element = (char *)pointer_at(array) + i * field->shape->size;
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
	for (size_t i = 0; i < layout_shape.field_count; i++) {
		const struct field *field = &layout_shape.fields[i];
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
		    read_object(&reader, root, &layout_shape, layout) &&
		    layout_check(diag, path, layout);
	json_decref(root);
	if (good)
		return layout;
	layout_free(layout);
	return NULL;
}

/* --- writing ------------------------------------------------------------------- */

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
			layout, shape, (const char *)pointer_at(array) + i * shape->size);
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
		return json_string(kind_names[*(const enum layout_kind *)member]);
	case FIELD_POLICY:
		return json_string(policy_names[*(const enum layout_policy *)member]);
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
	json_t *json = object_json(layout, &layout_shape, layout);
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
