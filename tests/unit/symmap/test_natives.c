/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Native definitions: which symbols count, and where they come from. */
#include "symmap/natives.h"

#include <string.h>
#include <unistd.h>

#include "tests/unit/symmap/object_maker.h"
#include "tests/unit/unit.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct caught caught;
static struct natives *natives;
static char path[32];

static void start(void)
{
	strcpy(path, "/tmp/berth-natives-XXXXXX");
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	caught_start(&caught);
	natives = natives_new(&caught.diag);
	ck_assert_ptr_nonnull(natives);
}

static void end(void)
{
	natives_free(natives);
	caught_end(&caught);
	remove(path);
}

/* Adds the file with the bytes, which are freed. */
static bool add_bytes(struct blob *bytes)
{
	write_blob(path, bytes);
	blob_free(bytes);
	return natives_add_file(natives, path);
}

static bool add_object(Elf32_Half machine, const struct made_symbol *symbols, size_t count)
{
	struct blob object = make_object(machine, symbols, count);
	return add_bytes(&object);
}

static struct blob start_archive(const char *magic)
{
	struct blob archive = {.bytes = malloc(8), .size = 8};
	ck_assert_ptr_nonnull(archive.bytes);
	memcpy(archive.bytes, magic, 8);
	return archive;
}

static void assert_refused(const char *message)
{
	ck_assert_uint_eq(caught.diag.errors, 1);
	ck_assert_msg(strstr(caught_text(&caught), message) != NULL, "'%s' is not in: %s", message,
		caught_text(&caught));
}

START_TEST(only_visible_definitions_of_code_count)
{
	static const struct made_symbol symbols[] = {
		{"local", STB_LOCAL, STT_FUNC, STV_DEFAULT, 1},
		MADE_FUNCTION("plain"),
		{"weak", STB_WEAK, STT_FUNC, STV_DEFAULT, 1},
		{"label", STB_GLOBAL, STT_NOTYPE, STV_DEFAULT, 1},
		{"absolute", STB_GLOBAL, STT_NOTYPE, STV_DEFAULT, SHN_ABS},
		{"protected", STB_GLOBAL, STT_FUNC, STV_PROTECTED, 1},
		{"", STB_GLOBAL, STT_FUNC, STV_DEFAULT, 1},
		{"undefined", STB_GLOBAL, STT_NOTYPE, STV_DEFAULT, SHN_UNDEF},
		{"weak_undefined", STB_WEAK, STT_FUNC, STV_DEFAULT, SHN_UNDEF},
		{"hidden", STB_GLOBAL, STT_FUNC, STV_HIDDEN, 1},
		{"internal", STB_GLOBAL, STT_FUNC, STV_INTERNAL, 1},
		{"data", STB_GLOBAL, STT_OBJECT, STV_DEFAULT, 1},
		{"common", STB_GLOBAL, STT_OBJECT, STV_DEFAULT, SHN_COMMON},
	};
	enum { FIRST_GOOD = 1, LAST_GOOD = 5 };
	ck_assert_msg(add_object(EM_ARM, symbols, COUNT(symbols)), "%s", caught_text(&caught));
	ck_assert_uint_eq(natives_count(natives), LAST_GOOD);
	for (size_t i = 0; i < COUNT(symbols); i++) {
		const struct native *native = natives_find(natives, symbols[i].name);
		bool good = i >= FIRST_GOOD && i <= LAST_GOOD;
		ck_assert_msg((native != NULL) == good, "%s", symbols[i].name);
		if (native != NULL) {
			ck_assert_str_eq(native->source, path);
			ck_assert(native->weak == (symbols[i].binding == STB_WEAK));
		}
	}
}
END_TEST

START_TEST(kebab_finds_every_spelling)
{
	static const struct made_symbol symbols[] = {MADE_FUNCTION("poll_task"),
		MADE_FUNCTION("PollTask"), MADE_FUNCTION("poll-task"), MADE_FUNCTION("poll")};
	const struct native *const *list;
	ck_assert(add_object(EM_ARM, symbols, COUNT(symbols)));
	ck_assert_uint_eq(natives_find_kebab(natives, "poll-task", &list), 3);
	ck_assert_str_eq(list[0]->name, "poll_task");
	ck_assert_str_eq(list[1]->name, "PollTask");
	ck_assert_str_eq(list[2]->name, "poll-task");
	ck_assert_uint_eq(natives_find_all(natives, "poll-task", &list), 1);
	ck_assert_uint_eq(natives_find_kebab(natives, "poll-tas", &list), 0);
}
END_TEST

START_TEST(strong_takes_the_place_of_weak)
{
	const struct native *const *list;
	ck_assert(natives_add_definition(natives, "tick", "a.o", true));
	ck_assert(natives_add_definition(natives, "tick", "b.o", true));
	ck_assert_str_eq(natives_find(natives, "tick")->source, "a.o");
	ck_assert(natives_add(natives, "tick", "c.o"));
	ck_assert(natives_add_definition(natives, "tick", "d.o", true));
	ck_assert_uint_eq(natives_find_all(natives, "tick", &list), 1);
	ck_assert_uint_eq(natives_find_kebab(natives, "tick", &list), 1);
	ck_assert_str_eq(list[0]->source, "c.o");
	ck_assert(!list[0]->weak);
}
END_TEST

START_TEST(two_strong_definitions_both_stay)
{
	const struct native *const *list;
	ck_assert(natives_add(natives, "tick", "a.o"));
	ck_assert(natives_add(natives, "tick", "b.o"));
	ck_assert(natives_add(natives, "tick", "a.o"));
	ck_assert_uint_eq(natives_find_all(natives, "tick", &list), 2);
	ck_assert_str_eq(list[1]->source, "b.o");
}
END_TEST

START_TEST(members_of_an_archive_are_named)
{
	static const struct made_symbol symbols[] = {MADE_FUNCTION("tick_now")};
	static const struct made_symbol others[] = {MADE_FUNCTION("read_rate")};
	static const char names[] = "a_name_longer_than_sixteen.o/\n";
	char expected[80];
	struct blob archive = start_archive("!<arch>\n");
	struct blob member = make_object(EM_ARM, symbols, 1);
	struct blob other = make_object(EM_ARM, others, 1);
	struct blob table = {.bytes = (uint8_t *)names, .size = sizeof(names) - 1};
	struct blob odd = {.bytes = (uint8_t *)"\0\0\0\0x", .size = 5};
	add_member(&archive, "/", &odd); /* a symbol table */
	add_member(&archive, "//", &table);
	add_member(&archive, "uart.o/", &member);
	add_member(&archive, "/0", &other);
	ck_assert_msg(add_bytes(&archive), "%s", caught_text(&caught));
	snprintf(expected, sizeof(expected), "%s(uart.o)", path);
	ck_assert_str_eq(natives_find(natives, "tick_now")->source, expected);
	snprintf(expected, sizeof(expected), "%s(a_name_longer_than_sixteen.o)", path);
	ck_assert_str_eq(natives_find(natives, "read_rate")->source, expected);
	blob_free(&member);
	blob_free(&other);
}
END_TEST

START_TEST(bsd_names_are_cut_from_the_member)
{
	static const struct made_symbol symbols[] = {MADE_FUNCTION("tick_now")};
	char expected[80];
	struct blob archive = start_archive("!<arch>\n");
	struct blob member = make_object(EM_ARM, symbols, 1);
	member.bytes = realloc(member.bytes, member.size + 8);
	ck_assert_ptr_nonnull(member.bytes);
	memmove(member.bytes + 8, member.bytes, member.size);
	memcpy(member.bytes, "spi.o\0\0\0", 8);
	member.size += 8;
	add_member(&archive, "#1/8", &member);
	ck_assert_msg(add_bytes(&archive), "%s", caught_text(&caught));
	snprintf(expected, sizeof(expected), "%s(spi.o)", path);
	ck_assert_str_eq(natives_find(natives, "tick_now")->source, expected);
	blob_free(&member);
}
END_TEST

START_TEST(files_of_two_machines_are_refused)
{
	static const struct made_symbol symbols[] = {MADE_FUNCTION("tick_now")};
	ck_assert(add_object(EM_ARM, symbols, 1));
	ck_assert(!add_object(EM_RISCV, symbols, 1));
	assert_refused("is for 32-bit little-endian RISC-V, but ");
}
END_TEST

START_TEST(bytecode_only_is_refused)
{
	static const struct made_symbol symbols[] = {
		{"__gnu_lto_slim", STB_GLOBAL, STT_OBJECT, STV_DEFAULT, SHN_COMMON}};
	ck_assert(!add_object(EM_ARM, symbols, 1));
	assert_refused("compile it without -flto");
}
END_TEST

START_TEST(stripped_file_is_refused)
{
	struct blob object = make_object(EM_ARM, NULL, 0);
	Elf32_Ehdr header;
	memcpy(&header, object.bytes, sizeof(header));
	/* The symbol table becomes a section of notes. */
	uint32_t note = SHT_NOTE;
	memcpy(object.bytes + header.e_shoff + MADE_SYMBOLS * sizeof(Elf32_Shdr) + 4, &note, 4);
	ck_assert(!add_bytes(&object));
	assert_refused("has no symbol table");
}
END_TEST

/* Appends the header of a member that is a file beside the thin archive. */
static void add_header(struct blob *archive, const char *name, size_t size)
{
	struct blob nothing = {.bytes = (uint8_t *)"", .size = 0};
	add_member(archive, name, &nothing);
	char field[11];
	snprintf(field, sizeof(field), "%-10zu", size);
	memcpy(archive->bytes + archive->size - 12, field, 10);
}

static bool said(const char *expected)
{
	return strstr(caught_text(&caught), expected) != NULL;
}

START_TEST(thin_archive_of_a_missing_member_is_refused)
{
	struct blob archive = start_archive("!<thin>\n");
	add_header(&archive, "no-such.o/", 800);
	write_blob(path, &archive);
	blob_free(&archive);
	ck_assert(!natives_add_file(natives, path));
	ck_assert_msg(said("no-such.o is not there"), "%s", caught_text(&caught));
}
END_TEST

START_TEST(thin_archive_that_names_no_file_is_refused)
{
	static const char table[] = "/dev/zero/\n/dev/\n";
	struct blob names = {.bytes = (uint8_t *)table, .size = sizeof(table) - 1};
	for (int i = 0; i < 2; i++) {
		struct blob archive = start_archive("!<thin>\n");
		add_member(&archive, "//", &names);
		add_header(&archive, i == 0 ? "/0" : "/11", 800);
		write_blob(path, &archive);
		blob_free(&archive);
		ck_assert(!natives_add_file(natives, path));
		ck_assert_msg(said("is no file"), "%s", caught_text(&caught));
	}
}
END_TEST

/* The member's own name is that of the table of names. */
START_TEST(thin_archive_with_a_member_called_as_a_table_is_refused)
{
	static const char table[] = "///\n";
	struct blob names = {.bytes = (uint8_t *)table, .size = sizeof(table) - 1};
	struct blob archive = start_archive("!<thin>\n");
	add_member(&archive, "//", &names);
	add_header(&archive, "/0", 4000000);
	add_header(&archive, "/3999999", 800);
	write_blob(path, &archive);
	blob_free(&archive);
	ck_assert(!natives_add_file(natives, path));
	ck_assert_msg(said("is no file"), "%s", caught_text(&caught));
}
END_TEST

START_TEST(default_version_serves_a_plain_name_and_another_only_its_own)
{
	static const struct made_symbol symbols[] = {MADE_FUNCTION("tick_now@VERS_1"),
		MADE_FUNCTION("tick_now@@VERS_2"), MADE_FUNCTION("old@VERS_1"),
		MADE_FUNCTION("@odd"), MADE_FUNCTION("end@@")};
	const struct native *const *list;
	struct blob object = make_object(EM_ARM, symbols, COUNT(symbols));
	write_blob(path, &object);
	blob_free(&object);
	ck_assert(natives_add_file(natives, path));
	ck_assert_uint_eq(natives_count(natives), 5);
	ck_assert_uint_eq(natives_find_all(natives, "tick_now", &list), 1);
	ck_assert_uint_eq(natives_find_kebab(natives, "tick-now", &list), 1);
	ck_assert_str_eq(list[0]->name, "tick_now");
	ck_assert_ptr_null(natives_find(natives, "tick_now@@VERS_2"));
	ck_assert_ptr_nonnull(natives_find(natives, "tick_now@VERS_1"));
	ck_assert_uint_eq(natives_find_kebab(natives, "tick-now-vers-1", &list), 0);
	ck_assert_ptr_null(natives_find(natives, "old"));
	ck_assert_ptr_nonnull(natives_find(natives, "@odd"));
	ck_assert_ptr_nonnull(natives_find(natives, "end"));
}
END_TEST

START_TEST(every_definition_of_an_archive_of_5000_members_is_found)
{
	enum { MANY = 5000 };
	FILE *file = fopen(path, "wb");
	ck_assert_ptr_nonnull(file);
	fputs("!<arch>\n", file);
	char name[32];
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "call_%d", i);
		struct made_symbol symbols[] = {MADE_FUNCTION(name), MADE_FUNCTION("shared")};
		symbols[1].binding = STB_WEAK;
		struct blob object = make_object(EM_ARM, symbols, 2);
		struct blob archive = {0};
		snprintf(name, sizeof(name), "m%d.o/", i);
		add_member(&archive, name, &object);
		fwrite(archive.bytes, 1, archive.size, file);
		blob_free(&archive);
		blob_free(&object);
	}
	ck_assert_int_eq(fclose(file), 0);
	ck_assert(natives_add_file(natives, path));
	ck_assert_uint_eq(natives_count(natives), MANY + 1);
	for (int i = 0; i < MANY; i++) {
		const struct native *const *list;
		char member[32];
		snprintf(name, sizeof(name), "call-%d", i);
		snprintf(member, sizeof(member), "(m%d.o)", i);
		ck_assert_uint_eq(natives_find_kebab(natives, name, &list), 1);
		ck_assert_ptr_nonnull(strstr(list[0]->source, member));
	}
}
END_TEST

START_TEST(module_instead_of_a_native_is_refused)
{
	ck_assert(!natives_add_file(natives, "tests/fixtures/sensors/gps.wasm"));
	assert_refused("is a WebAssembly module");
}
END_TEST

/* Headers of the only member, and what is wrong with them. */
static const struct {
	const char *header;
	const char *message;
} bad_archives[] = {
	{"uart.o/         0           0     0     644     9         `\n",
		"a member that is cut off"},
	{"uart.o/         0           0     0     644     4         `x", "no header of a member"},
	{"uart.o/         0           0     0     644     -4        `\n", "no header of a member"},
	{"uart.o/         0           0     0     644     4 4       `\n", "no header of a member"},
	{"uart.o/         0           0     0     644               `\n", "no header of a member"},
	{"/5              0           0     0     644     4         `\n",
		"not in the table of names"},
	{"#1/5            0           0     0     644     4         `\n", "longer than its member"},
	{"uart.o/         0           0     0     644     4         `\n",
		"(uart.o): is not an ELF"},
	{"uart.o/         0           0     0     644     4", "a header that is cut off"},
};

START_TEST(damaged_archives_are_refused)
{
	struct blob archive = start_archive("!<arch>\n");
	size_t length = strlen(bad_archives[_i].header);
	archive.bytes = realloc(archive.bytes, 8 + length + 4);
	ck_assert_ptr_nonnull(archive.bytes);
	memcpy(archive.bytes + 8, bad_archives[_i].header, length);
	memcpy(archive.bytes + 8 + length, "abcd", 4);
	archive.size = 8 + length + (length == 60 ? 4 : 0);
	ck_assert(!add_bytes(&archive));
	assert_refused(bad_archives[_i].message);
}
END_TEST

START_TEST(every_truncation_of_an_archive_is_refused)
{
	static const struct made_symbol symbols[] = {MADE_FUNCTION("tick_now")};
	struct blob archive = start_archive("!<arch>\n");
	struct blob member = make_object(EM_ARM, symbols, 1);
	add_member(&archive, "uart.o/", &member);
	blob_free(&member);
	size_t whole = archive.size;
	for (archive.size = 9; archive.size < whole; archive.size++) {
		write_blob(path, &archive);
		ck_assert_msg(!natives_add_file(natives, path), "accepted the first %zu bytes",
			archive.size);
	}
	write_blob(path, &archive);
	ck_assert(natives_add_file(natives, path));
	blob_free(&archive);
}
END_TEST

START_TEST(thousands_of_definitions_are_found)
{
	enum { MANY = 20000 };
	char name[32];
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "native_%d_call", i);
		ck_assert(natives_add(natives, name, "many.o"));
	}
	for (int i = 0; i < MANY; i++) {
		const struct native *const *list;
		snprintf(name, sizeof(name), "native-%d-call", i);
		ck_assert_uint_eq(natives_find_kebab(natives, name, &list), 1);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("natives");
	TCase *tests = tcase_create("definitions");
	tcase_add_checked_fixture(tests, start, end);
	tcase_add_test(tests, only_visible_definitions_of_code_count);
	tcase_add_test(tests, kebab_finds_every_spelling);
	tcase_add_test(tests, strong_takes_the_place_of_weak);
	tcase_add_test(tests, two_strong_definitions_both_stay);
	tcase_add_test(tests, members_of_an_archive_are_named);
	tcase_add_test(tests, bsd_names_are_cut_from_the_member);
	tcase_add_test(tests, files_of_two_machines_are_refused);
	tcase_add_test(tests, bytecode_only_is_refused);
	tcase_add_test(tests, stripped_file_is_refused);
	tcase_add_test(tests, thin_archive_of_a_missing_member_is_refused);
	tcase_add_test(tests, thin_archive_that_names_no_file_is_refused);
	tcase_add_test(tests, thin_archive_with_a_member_called_as_a_table_is_refused);
	tcase_add_test(tests, default_version_serves_a_plain_name_and_another_only_its_own);
	tcase_add_test(tests, every_definition_of_an_archive_of_5000_members_is_found);
	tcase_add_test(tests, module_instead_of_a_native_is_refused);
	tcase_add_loop_test(tests, damaged_archives_are_refused, 0, (int)COUNT(bad_archives));
	tcase_add_test(tests, every_truncation_of_an_archive_is_refused);
	tcase_add_test(tests, thousands_of_definitions_are_found);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
