/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The contents of a core module's sections (Core Specification, 5.5). */
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/wasm_reader.h"
#include "lib/wasm_sections.h"

/* Smallest number of bytes that an item of each vector can take. */
enum {
	SMALLEST_TYPE = 3,
	SMALLEST_IMPORT = 4,
	SMALLEST_TABLE = 3,
	SMALLEST_MEMORY = 2,
	SMALLEST_GLOBAL = 4,
	SMALLEST_EXPORT = 3,
	SMALLEST_ELEMENTS = 2,
	SMALLEST_DATA = 2,
	SMALLEST_TAG = 2,
};

/* Flags of limits (5.3.8, with the threads, memory64 and custom-page-sizes proposals). */
enum { LIMIT_MAXIMUM = 1, LIMIT_SHARED = 2, LIMIT_64_BIT = 4, LIMIT_PAGE_SIZE = 8 };

enum { PAGE_SIZE = 65536, PAGE_LOG2 = 16 };

/* How many bytes of memory 32 bits address. */
#define ADDRESS_SPACE ((uint64_t)1 << 32)

/* --- types ----------------------------------------------------------------- */

static bool read_types(struct wasm_reader *reader, uint8_t **types, size_t *count)
{
	uint32_t number;
	if (!wasm_count(reader, 1, &number))
		return false;
	*types = malloc(number == 0 ? 1 : number);
	if (*types == NULL)
		return diag_no_memory(reader->diag);
	for (*count = 0; *count < number; (*count)++)
		if (!wasm_value_type(reader, &(*types)[*count]))
			return false;
	return true;
}

static bool read_signature(struct wasm_reader *reader, struct wasm_module *module)
{
	uint8_t form;
	if (!wasm_byte(reader, &form))
		return false;
	if (form >= 0x4e && form <= 0x5f)
		return wasm_unsupported(
			reader, reader->at - 1, "a type of form 0x%02x (garbage collection)", form);
	if (form != 0x60)
		return wasm_damaged(
			reader, reader->at - 1, "there is no type of form 0x%02x", form);
	struct wasm_signature *grown = wasm_grown(
		reader, module->signatures, module->signature_count, sizeof(*module->signatures));
	if (grown == NULL)
		return false;
	module->signatures = grown;
	struct wasm_signature *signature = &grown[module->signature_count++];
	*signature = (struct wasm_signature){0};
	return read_types(reader, &signature->params, &signature->param_count) &&
	       read_types(reader, &signature->results, &signature->result_count);
}

static bool read_signature_index(
	struct wasm_reader *reader, const struct wasm_module *module, uint32_t *index)
{
	return wasm_index(reader, module->signature_count, "type", index);
}

struct limits {
	uint8_t flags;
	uint32_t minimum;
	uint32_t maximum; /* where flags say so */
};

static bool read_limits(struct wasm_reader *reader, uint8_t allowed, struct limits *limits)
{
	size_t start = reader->at;
	if (!wasm_byte(reader, &limits->flags))
		return false;
	if ((limits->flags & LIMIT_64_BIT) != 0 && limits->flags <= 0x0f)
		return wasm_unsupported(reader, start, "64-bit addresses");
	if ((limits->flags & ~allowed) != 0)
		return wasm_damaged(
			reader, start, "limits have the unknown flags 0x%02x", limits->flags);
	if (!wasm_u32(reader, &limits->minimum))
		return false;
	if ((limits->flags & LIMIT_MAXIMUM) == 0)
		return (limits->flags & LIMIT_SHARED) == 0 ||
		       wasm_damaged(reader, start, "a shared memory has no maximum");
	if (!wasm_u32(reader, &limits->maximum))
		return false;
	return limits->minimum <= limits->maximum ||
	       wasm_damaged(reader, start, "the minimum %u is above the maximum %u",
		       limits->minimum, limits->maximum);
}

static bool add_table(struct wasm_reader *reader, struct wasm_module *module, bool imported)
{
	uint8_t type;
	struct limits limits;
	if (!wasm_reference_type(reader, &type) || !read_limits(reader, LIMIT_MAXIMUM, &limits))
		return false;
	struct wasm_table *grown =
		wasm_grown(reader, module->tables, module->table_count, sizeof(*module->tables));
	if (grown == NULL)
		return false;
	module->tables = grown;
	module->tables[module->table_count++] =
		(struct wasm_table){imported, limits.minimum, WASM_ELEMENT_NULL};
	return true;
}

/* The page size, as its logarithm; the proposal allows 1 and 65536 bytes. */
static bool read_page_size(struct wasm_reader *reader, uint8_t flags, uint32_t *size)
{
	size_t start = reader->at;
	uint32_t log2 = PAGE_LOG2;
	if ((flags & LIMIT_PAGE_SIZE) != 0 && !wasm_u32(reader, &log2))
		return false;
	*size = log2 == 0 ? 1 : PAGE_SIZE;
	return log2 == 0 || log2 == PAGE_LOG2 ||
	       wasm_damaged(reader, start, "a page size of 2^%u bytes is not allowed", log2);
}

static bool add_memory(struct wasm_reader *reader, struct wasm_module *module, bool imported)
{
	size_t start = reader->at;
	struct limits limits;
	struct wasm_memory memory = {.imported = imported, .maximum = UINT64_MAX};
	if (!read_limits(reader, LIMIT_MAXIMUM | LIMIT_SHARED | LIMIT_PAGE_SIZE, &limits) ||
		!read_page_size(reader, limits.flags, &memory.page_size))
		return false;
	memory.minimum = limits.minimum;
	memory.size = memory.minimum * memory.page_size;
	if ((limits.flags & LIMIT_MAXIMUM) != 0)
		memory.maximum = limits.maximum;
	if (memory.size > ADDRESS_SPACE ||
		(memory.maximum != UINT64_MAX && memory.maximum * memory.page_size > ADDRESS_SPACE))
		return wasm_damaged(reader, start, "a memory is larger than 4 GiB");
	struct wasm_memory *grown = wasm_grown(
		reader, module->memories, module->memory_count, sizeof(*module->memories));
	if (grown == NULL)
		return false;
	module->memories = grown;
	module->memories[module->memory_count++] = memory;
	return true;
}

static bool add_global(struct wasm_reader *reader, struct wasm_module *module, bool imported)
{
	struct wasm_global global = {.imported = imported};
	uint8_t mutable;
	if (!wasm_value_type(reader, &global.type) || !wasm_byte(reader, &mutable))
		return false;
	if (mutable > 1)
		return wasm_damaged(
			reader, reader->at - 1, "a global has the mutability %u", mutable);
	global.mutable = mutable == 1;
	struct wasm_global *grown =
		wasm_grown(reader, module->globals, module->global_count, sizeof(*module->globals));
	if (grown == NULL)
		return false;
	module->globals = grown;
	module->globals[module->global_count++] = global;
	return true;
}

static bool add_function(
	struct wasm_reader *reader, struct wasm_module *module, struct wasm_function function)
{
	if (!read_signature_index(reader, module, &function.signature))
		return false;
	struct wasm_function *grown = wasm_grown(
		reader, module->functions, module->function_count, sizeof(*module->functions));
	if (grown == NULL)
		return false;
	module->functions = grown;
	module->functions[module->function_count++] = function;
	return true;
}

static bool add_tag(struct wasm_reader *reader, struct wasm_module *module)
{
	uint8_t attribute;
	uint32_t signature;
	if (!wasm_byte(reader, &attribute))
		return false;
	if (attribute != 0)
		return wasm_damaged(
			reader, reader->at - 1, "a tag has the attribute %u", attribute);
	module->tag_count++;
	return read_signature_index(reader, module, &signature);
}

/* --- imports --------------------------------------------------------------- */

/* Number of things of KIND that the module has so far: the index of the next one. */
static size_t count_of(const struct wasm_module *module, enum wasm_kind kind)
{
	switch (kind) {
	case WASM_FUNCTION:
		return module->function_count;
	case WASM_TABLE:
		return module->table_count;
	case WASM_MEMORY:
		return module->memory_count;
	case WASM_GLOBAL:
		return module->global_count;
	default:
		return module->tag_count;
	}
}

static bool read_kind(struct wasm_reader *reader, enum wasm_kind *kind)
{
	uint8_t byte;
	if (!wasm_byte(reader, &byte))
		return false;
	*kind = (enum wasm_kind)byte;
	return byte <= WASM_TAG || wasm_damaged(reader, reader->at - 1,
					   "there is no import or export of kind %u", byte);
}

static bool read_import_type(
	struct wasm_reader *reader, struct wasm_module *module, struct wasm_import *import)
{
	struct wasm_function function = {
		.imported = true, .import = (uint32_t)(import - module->imports)};
	switch (import->kind) {
	case WASM_FUNCTION:
		if (!add_function(reader, module, function))
			return false;
		import->signature = module->functions[module->function_count - 1].signature;
		module->imported_function_count++;
		return true;
	case WASM_TABLE:
		return add_table(reader, module, true);
	case WASM_MEMORY:
		return add_memory(reader, module, true);
	case WASM_GLOBAL:
		return add_global(reader, module, true);
	default:
		return add_tag(reader, module);
	}
}

static bool read_import(struct wasm_reader *reader, struct wasm_module *module)
{
	struct wasm_import *grown =
		wasm_grown(reader, module->imports, module->import_count, sizeof(*module->imports));
	if (grown == NULL)
		return false;
	module->imports = grown;
	struct wasm_import *import = &grown[module->import_count++];
	*import = (struct wasm_import){0};
	if (!wasm_name(reader, &import->module) || !wasm_name(reader, &import->field) ||
		!read_kind(reader, &import->kind))
		return false;
	import->index = (uint32_t)count_of(module, import->kind);
	return read_import_type(reader, module, import);
}

/* --- definitions ------------------------------------------------------------ */

static bool read_function(struct wasm_reader *reader, struct wasm_module *module)
{
	return add_function(reader, module, (struct wasm_function){0});
}

/* Keeps the function that an initial value refers to: who has the value can call it. */
static bool add_reference(
	struct wasm_reader *reader, struct wasm_module *module, const struct wasm_constant *initial)
{
	if (initial->kind != WASM_CONSTANT_FUNCTION)
		return true;
	uint32_t *grown = wasm_grown(
		reader, module->references, module->reference_count, sizeof(*module->references));
	if (grown == NULL)
		return false;
	module->references = grown;
	module->references[module->reference_count++] = initial->function;
	return true;
}

/* Reads the initial value of a table's elements. */
static bool read_reference(
	struct wasm_reader *reader, struct wasm_module *module, uint32_t *function)
{
	size_t start = reader->at;
	struct wasm_constant constant;
	if (!wasm_constant(reader, module, &constant))
		return false;
	if (constant.kind == WASM_CONSTANT_NUMBER)
		return wasm_damaged(reader, start, "the initial value of a table is a number");
	*function = wasm_element_of(&constant);
	return add_reference(reader, module, &constant);
}

/* A table may have an initialiser: 0x40 0x00 type expression. */
static bool read_table(struct wasm_reader *reader, struct wasm_module *module)
{
	uint32_t initial = WASM_ELEMENT_NULL;
	uint8_t zero;
	if (reader->at >= reader->end || reader->bytes[reader->at] != 0x40)
		return add_table(reader, module, false);
	reader->at++;
	if (!wasm_byte(reader, &zero))
		return false;
	if (zero != 0)
		return wasm_damaged(
			reader, reader->at - 1, "a table has the form 0x40 0x%02x", zero);
	if (!add_table(reader, module, false) || !read_reference(reader, module, &initial))
		return false;
	module->tables[module->table_count - 1].initial = initial;
	return true;
}

static bool read_memory(struct wasm_reader *reader, struct wasm_module *module)
{
	return add_memory(reader, module, false);
}

static bool read_global(struct wasm_reader *reader, struct wasm_module *module)
{
	size_t start = reader->at;
	struct wasm_constant initial;
	if (!add_global(reader, module, false))
		return false;
	/* Not yet visible to its own initialiser. */
	struct wasm_global *global = &module->globals[--module->global_count];
	bool read = wasm_constant(reader, module, &initial);
	module->global_count++;
	if (!read || !add_reference(reader, module, &initial))
		return false;
	global->constant = initial.kind == WASM_CONSTANT_NUMBER;
	global->initial = global->constant ? initial.bits : 0;
	return !global->constant || initial.type == global->type ||
	       wasm_damaged(reader, start, "a global and its initial value differ in type");
}

static bool read_export(struct wasm_reader *reader, struct wasm_module *module)
{
	struct wasm_export *grown =
		wasm_grown(reader, module->exports, module->export_count, sizeof(*module->exports));
	if (grown == NULL)
		return false;
	module->exports = grown;
	struct wasm_export *export = &grown[module->export_count++];
	*export = (struct wasm_export){0};
	return wasm_name(reader, &export->name) && read_kind(reader, &export->kind) &&
	       wasm_index(reader, count_of(module, export->kind), "export target", &export->index);
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Two exports of one name could not be told apart as symbols. */
static bool check_exports(struct wasm_reader *reader, const struct wasm_module *module)
{
	bool good = true;
	size_t count = module->export_count;
	const char **names = calloc(count + 1, sizeof(*names));
	if (names == NULL)
		return diag_no_memory(reader->diag);
	for (size_t i = 0; i < count; i++)
		names[i] = module->exports[i].name;
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 1; i < count && good; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			good = wasm_damaged(
				reader, reader->at, "the export \"%s\" is there twice", names[i]);
	free(names);
	return good;
}

static bool read_start(struct wasm_reader *reader, struct wasm_module *module)
{
	module->has_start = true;
	return wasm_index(reader, module->function_count, "function", &module->start);
}

static bool read_tag(struct wasm_reader *reader, struct wasm_module *module)
{
	return add_tag(reader, module);
}

/* --- all of them ---------------------------------------------------------------- */

typedef bool read_item(struct wasm_reader *reader, struct wasm_module *module);

static bool read_vector(
	struct wasm_reader *reader, struct wasm_module *module, size_t smallest, read_item *read)
{
	uint32_t count;
	if (!wasm_count(reader, smallest, &count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!read(reader, module))
			return false;
	return true;
}

/* By section number; a smallest item of 0 bytes marks a section that is no vector. */
static const struct {
	size_t smallest;
	read_item *read;
} sections[] = {
	{0, NULL},
	{SMALLEST_TYPE, read_signature},
	{SMALLEST_IMPORT, read_import},
	{1, read_function},
	{SMALLEST_TABLE, read_table},
	{SMALLEST_MEMORY, read_memory},
	{SMALLEST_GLOBAL, read_global},
	{SMALLEST_EXPORT, read_export},
	{0, read_start},
	{SMALLEST_ELEMENTS, wasm_read_elements},
	{0, wasm_read_code},
	{SMALLEST_DATA, wasm_read_data},
	{0, wasm_read_data_count},
	{SMALLEST_TAG, read_tag},
};

bool wasm_section(struct wasm_reader *reader, struct wasm_module *module, uint8_t id)
{
	enum { EXPORT_SECTION = 7 };
	if (sections[id].smallest == 0)
		return sections[id].read(reader, module);
	if (!read_vector(reader, module, sections[id].smallest, sections[id].read))
		return false;
	return id != EXPORT_SECTION || check_exports(reader, module);
}
