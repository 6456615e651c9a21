/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What object_read_part leaves in the file, and that nobody can tell from the results. */
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/object.h"
#include "lib/object_edit.h"
#include "lib/object_fields.h"
#include "lib/output.h"
#include "tests/unit/unit.h"

enum { LARGE = 100000, RENAMED = 2 };

static char folder[] = "/tmp/berth-part-XXXXXX";
static char path[64];
static char out[64];

static void write_bytes(const char *to, const struct blob *file)
{
	FILE *stream = fopen(to, "w");
	ck_assert_ptr_nonnull(stream);
	ck_assert_uint_eq(fwrite(file->bytes, 1, file->size, stream), file->size);
	ck_assert_int_eq(fclose(stream), 0);
}

static void add_contents(struct object_edit *edit, const char *name, uint64_t flags, uint64_t size)
{
	uint32_t index;
	uint8_t *bytes = malloc(size);
	ck_assert_ptr_nonnull(bytes);
	for (uint64_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(i * 31 + (uint8_t)name[1]);
	struct object_section section = {.name = name,
		.type = SHT_PROGBITS,
		.flags = flags,
		.size = size,
		.align = 8,
		.bytes = bytes};
	ck_assert(object_edit_add_section(edit, &section, &index));
	free(bytes);
}

/* An object with large and small contents of all kinds, of a class and byte order. */
static struct blob make_object(uint8_t class, uint8_t data)
{
	struct diag diag = DIAG_INIT("test");
	struct blob file;
	struct object_edit *edit = object_edit_new(&diag, class, data, EM_PPC, 0);
	ck_assert_ptr_nonnull(edit);
	add_contents(edit, ".data", SHF_ALLOC | SHF_WRITE, LARGE);
	add_contents(edit, ".rodata", SHF_ALLOC, 40);
	add_contents(edit, ".debug_info", 0, LARGE + 3);
	add_contents(edit, ".comment.large", 0, LARGE + 5);
	for (uint32_t i = 0; i < 3; i++) {
		static const char *const names[] = {"first", "second", "third"};
		struct object_symbol symbol = {
			.name = names[i], .binding = STB_GLOBAL, .section = 4, .value = i};
		uint32_t index;
		ck_assert(object_edit_add_symbol(edit, &symbol, &index));
	}
	ck_assert(object_edit_write(edit, &file));
	object_edit_free(edit);
	return file;
}

static void setup(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/in.o", folder);
	snprintf(out, sizeof(out), "%s/out.o", folder);
}

static void teardown(void)
{
	unlink(path);
	unlink(out);
	rmdir(folder);
}

static const uint8_t classes[] = {ELFCLASS32, ELFCLASS64};
static const uint8_t orders[] = {ELFDATA2LSB, ELFDATA2MSB};
static const enum object_part parts[] = {
	OBJECT_WHOLE, OBJECT_WITHOUT_DEBUG, OBJECT_TABLES, OBJECT_NAMES};
enum { FORMS = 4, PARTS = 4 };

static struct object *read_part(struct diag *diag, enum object_part part)
{
	struct object *object = object_read_part(diag, path, part);
	ck_assert_ptr_nonnull(object);
	return object;
}

/* --- what is read --------------------------------------------------------------------- */

static bool was_read(const struct object *object, const char *name)
{
	const struct object_section *section = object_section(object, name);
	ck_assert_ptr_nonnull(section);
	ck_assert_uint_ne(object_size_in_file(section), 0);
	if (section->bytes == NULL)
		return false;
	ck_assert_uint_eq(section->bytes[3], (uint8_t)(3 * 31 + name[1]));
	ck_assert_uint_eq(section->bytes[section->size - 1],
		(uint8_t)((section->size - 1) * 31 + (uint8_t)name[1]));
	return true;
}

START_TEST(only_large_contents_that_nobody_looks_at_are_left)
{
	static const bool expected[PARTS][4] = {{true, true, true, true}, {true, true, false, true},
		{false, true, false, false}, {false, true, false, false}};
	struct diag diag = DIAG_INIT("test");
	struct blob file = make_object(classes[_i / 2 % 2], orders[_i % 2]);
	write_bytes(path, &file);
	struct object *object = read_part(&diag, parts[_i / FORMS]);
	const bool *read = expected[_i / FORMS];
	ck_assert(was_read(object, ".data") == read[0]);
	ck_assert(was_read(object, ".rodata") == read[1]);
	ck_assert(was_read(object, ".debug_info") == read[2]);
	ck_assert(was_read(object, ".comment.large") == read[3]);
	ck_assert_uint_eq(object->symbol_count, 4);
	for (uint32_t i = 1; i < 4; i++)
		ck_assert_uint_eq(object_symbol(object, i).value, i - 1);
	ck_assert_str_eq(object_symbol(object, 3).name, "third");
	ck_assert((object->symbols == NULL) == (parts[_i / FORMS] == OBJECT_NAMES));
	object_free(object);
	blob_free(&file);
}
END_TEST

/* --- what is written ------------------------------------------------------------------- */

static void assert_file_is(const char *name, const struct blob *expected)
{
	struct diag diag = DIAG_INIT("test");
	struct blob got;
	ck_assert(file_read(&diag, name, &got));
	ck_assert_uint_eq(got.size, expected->size);
	ck_assert_mem_eq(got.bytes, expected->bytes, got.size);
	blob_free(&got);
}

static struct blob rename_in_memory(const struct blob *file)
{
	struct diag diag = DIAG_INIT("test");
	struct blob copy = {.bytes = malloc(file->size), .size = file->size};
	struct blob made;
	ck_assert_ptr_nonnull(copy.bytes);
	memcpy(copy.bytes, file->bytes, file->size);
	struct object *object = object_parse(&diag, path, &copy);
	struct object_edit *edit = object_edit_start(&diag, object);
	ck_assert(object_edit_rename_symbol(edit, RENAMED, "a_new_name"));
	ck_assert(object_edit_write(edit, &made));
	object_edit_free(edit);
	object_free(object);
	return made;
}

START_TEST(what_was_left_reaches_the_output_all_the_same)
{
	struct diag diag = DIAG_INIT("test");
	struct blob file = make_object(classes[_i / 2 % 2], orders[_i % 2]);
	struct blob expected = rename_in_memory(&file);
	write_bytes(path, &file);
	struct object *object = read_part(&diag, parts[_i / FORMS]);
	struct object_edit *edit = object_edit_start(&diag, object);
	ck_assert_ptr_nonnull(edit);
	ck_assert(object_edit_rename_symbol(edit, RENAMED, "a_new_name"));
	struct output *output = output_open(&diag, out);
	ck_assert_ptr_nonnull(output);
	ck_assert(object_edit_save(edit, output));
	ck_assert(output_commit(&diag, output));
	assert_file_is(out, &expected);
	object_edit_free(edit);
	object_free(object);
	blob_free(&expected);
	blob_free(&file);
}
END_TEST

START_TEST(an_object_may_be_saved_over_itself)
{
	struct diag diag = DIAG_INIT("test");
	struct blob file = make_object(ELFCLASS32, ELFDATA2LSB);
	write_bytes(path, &file);
	struct object *object = read_part(&diag, OBJECT_NAMES);
	struct object_edit *edit = object_edit_start(&diag, object);
	struct output *output = output_open(&diag, path);
	ck_assert(object_edit_save(edit, output));
	ck_assert(output_commit(&diag, output));
	assert_file_is(path, &file);
	object_edit_free(edit);
	object_free(object);
	blob_free(&file);
}
END_TEST

/* --- what is refused -------------------------------------------------------------------- */

/* What another program may do between the reading and the writing. */
static void append_to_input(void)
{
	FILE *stream = fopen(path, "a");
	ck_assert_ptr_nonnull(stream);
	fputc('x', stream);
	ck_assert_int_eq(fclose(stream), 0);
}

static void truncate_input(void)
{
	ck_assert_int_eq(truncate(path, 1000), 0);
}

/* As a write that leaves the size as it is. */
static void change_time(void)
{
	struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void (*const changes[])(void) = {append_to_input, truncate_input, change_time};

START_TEST(an_input_that_changes_in_the_meantime_is_refused)
{
	struct caught caught;
	caught_start(&caught);
	struct blob file = make_object(ELFCLASS32, ELFDATA2LSB);
	write_bytes(path, &file);
	struct object *object = read_part(&caught.diag, OBJECT_NAMES);
	struct object_edit *edit = object_edit_start(&caught.diag, object);
	struct output *output = output_open(&caught.diag, out);
	changes[_i]();
	ck_assert(!object_edit_save(edit, output));
	ck_assert_ptr_nonnull(
		strstr(caught_text(&caught), "was changed while it was read: run this again"));
	output_abandon(output);
	ck_assert_int_ne(access(out, F_OK), 0);
	object_edit_free(edit);
	object_free(object);
	blob_free(&file);
	caught_end(&caught);
}
END_TEST

/* --- hostile headers ----------------------------------------------------------------------- */

static void assert_same(const struct object *whole, const struct object *part)
{
	ck_assert_uint_eq(whole->section_count, part->section_count);
	ck_assert_uint_eq(whole->symbol_count, part->symbol_count);
	for (size_t i = 1; i < whole->section_count; i++) {
		const struct object_section *a = &whole->sections[i];
		const struct object_section *b = &part->sections[i];
		ck_assert_str_eq(a->name, b->name);
		ck_assert_uint_eq(a->type, b->type);
		ck_assert_uint_eq(a->size, b->size);
		if (b->bytes != NULL)
			ck_assert_mem_eq(a->bytes, b->bytes, a->size);
	}
	for (size_t i = 0; i < whole->symbol_count; i++) {
		struct object_symbol a = object_symbol(whole, i);
		struct object_symbol b = object_symbol(part, i);
		ck_assert_str_eq(a.name, b.name);
		ck_assert_uint_eq(a.section, b.section);
		ck_assert_uint_eq(a.value, b.value);
	}
}

/* The same numbers every time. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

START_TEST(whatever_the_headers_say_a_part_is_read_as_the_whole_is)
{
	uint32_t state = (uint32_t)_i + 1;
	struct caught caught;
	caught_start(&caught);
	uint8_t class = classes[_i / 2 % 2];
	struct blob file = make_object(class, orders[_i % 2]);
	const struct object_form form = {class == ELFCLASS64, orders[_i % 2] == ELFDATA2MSB};
	size_t headers = FIELD_GET(form, file.bytes, Ehdr, e_shoff);
	for (int round = 0; round < 150; round++) {
		struct blob bad = {.bytes = malloc(file.size), .size = file.size};
		ck_assert_ptr_nonnull(bad.bytes);
		memcpy(bad.bytes, file.bytes, file.size);
		size_t at = headers + next_random(&state) % (file.size - headers);
		if (next_random(&state) % 8 == 0)
			at = EI_NIDENT + next_random(&state) % (FIELD_SIZE(form, Ehdr) - EI_NIDENT);
		/* Often the byte of another field, so that numbers are near to right ones. */
		bad.bytes[at] =
			next_random(&state) % 2 == 0
				? (uint8_t)next_random(&state)
				: bad.bytes[headers + next_random(&state) % (file.size - headers)];
		write_bytes(path, &bad);
		struct object *whole = object_parse(&caught.diag, path, &bad);
		enum object_part part = parts[1 + next_random(&state) % 3];
		struct object *object = object_read_part(&caught.diag, path, part);
		/* Of the relocations, which are not read, a fault is not seen. */
		ck_assert(whole == NULL || object != NULL);
		ck_assert(object == NULL || whole != NULL || part == OBJECT_NAMES);
		if (whole != NULL)
			assert_same(whole, object);
		object_free(object);
		object_free(whole);
	}
	blob_free(&file);
	caught_end(&caught);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("object_part");
	TCase *test = tcase_create("parts");
	tcase_add_checked_fixture(test, setup, teardown);
	tcase_add_loop_test(
		test, only_large_contents_that_nobody_looks_at_are_left, 0, FORMS * PARTS);
	tcase_add_loop_test(test, what_was_left_reaches_the_output_all_the_same, 0, FORMS * PARTS);
	tcase_add_test(test, an_object_may_be_saved_over_itself);
	tcase_add_loop_test(test, an_input_that_changes_in_the_meantime_is_refused, 0,
		sizeof(changes) / sizeof(changes[0]));
	tcase_add_loop_test(
		test, whatever_the_headers_say_a_part_is_read_as_the_whole_is, 0, FORMS);
	suite_add_tcase(suite, test);
	return unit_run(suite);
}
