/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* layout.json: what is written can be read, and only what is consistent is read. */
#include "tests/unit/unit.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/layout.h"

#define FIXTURE "tests/fixtures/layout/three.json"

static const char *fixture_path(void)
{
	static char path[PATH_MAX];
	const char *root = getenv("BERTH_ROOT");
	snprintf(path, sizeof(path), "%s/%s", root == NULL ? "." : root, FIXTURE);
	return path;
}

/* The fixture's text, NUL-terminated; freed by the caller. */
static char *fixture(void)
{
	struct diag diag = DIAG_INIT("test");
	struct blob blob;
	ck_assert(file_read(&diag, fixture_path(), &blob));
	char *text = strndup((const char *)blob.bytes, blob.size);
	blob_free(&blob);
	return text;
}

/* Reads TEXT as a layout. */
static struct layout *read_text(struct diag *diag, const char *text, size_t size)
{
	char path[] = "/tmp/berth-layout-XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
	close(fd);
	struct layout *layout = layout_read(diag, path);
	unlink(path);
	return layout;
}

START_TEST(what_is_written_is_what_was_read)
{
	struct diag diag = DIAG_INIT("test");
	char *text = fixture();
	struct layout *layout = layout_read(&diag, fixture_path());
	char *written = NULL;
	size_t size = 0;
	ck_assert_ptr_nonnull(layout);
	FILE *stream = open_memstream(&written, &size);
	ck_assert(layout_write(&diag, layout, stream));
	fclose(stream);
	ck_assert_str_eq(written, text);
	layout_free(layout);
	free(written);
	free(text);
}
END_TEST

START_TEST(names_are_found)
{
	struct diag diag = DIAG_INIT("test");
	struct layout *layout = layout_read(&diag, fixture_path());
	ck_assert_ptr_nonnull(layout);
	ck_assert_uint_ge(layout->component_count, 1);
	for (size_t i = 0; i < layout->component_count; i++)
		ck_assert_uint_eq(layout_find_component(layout, layout->components[i].name), i);
	for (size_t i = 0; i < layout->region_count; i++)
		ck_assert_uint_eq(layout_find_region(layout, layout->regions[i].name), i);
	ck_assert_uint_eq(layout_find_component(layout, "nobody"), LAYOUT_NONE);
	ck_assert_uint_eq(layout_find_bank(layout, "nowhere"), LAYOUT_NONE);
	layout_free(layout);
}
END_TEST

START_TEST(names_are_c_identifiers)
{
	ck_assert(layout_is_name("imu"));
	ck_assert(layout_is_name("_a1"));
	ck_assert(!layout_is_name(""));
	ck_assert(!layout_is_name("1a"));
	ck_assert(!layout_is_name("a-b"));
	ck_assert(!layout_is_name("a b"));
	ck_assert(!layout_is_name("\xc3\xa4"));
	ck_assert(!layout_is_name("a\n"));
}
END_TEST

START_TEST(every_truncation_is_refused)
{
	char *text = fixture();
	size_t size = strlen(text);
	/* The last byte is the line's end; without it the text is whole. */
	for (size_t length = 0; length + 2 < size; length += 7) {
		struct caught caught;
		caught_start(&caught);
		struct layout *layout = read_text(&caught.diag, text, length);
		if (layout != NULL)
			ck_abort_msg("read the first %zu bytes", length);
		caught_end(&caught);
	}
	free(text);
}
END_TEST

/* A change of the fixture's text that must be refused, and a word of the reason. */
static const struct {
	const char *from;
	const char *to;
	const char *why;
} changes[] = {
	{"\"berth_layout\": 1", "\"berth_layout\": 2", "berth_layout is not 1"},
	{"\"arch\": \"armv7-m\"", "\"arch\": \"z80\"", "z80"},
	{"\"arch\": \"armv7-m\",", "", "arch"},
	{"\"granule\": 32", "\"granule\": 32.5", "granule"},
	{"\"granule\": 32", "\"granule\": -32", "granule"},
	{"\"granule\": 32", "\"granule\": 32, \"more\": 1", "more"},
	{"\"granule\": 32", "\"granule\": 32, \"granule\": 32", "granule"},
	{"\"mpu_regions\": 8", "\"mpu_regions\": \"8\"", "mpu_regions"},
	{"\"bank\": \"ram\"", "\"bank\": \"rom\"", ".bank names what is not"},
	{"\"kind\": \"memory\"", "\"kind\": \"cheese\"", ".kind is not one of"},
	{"\"access\": \"rw\"", "\"access\": \"rwz\"", ".access is not made of"},
	{"\"reserved\": 65536,", "\"reserved\": 65536, \"declared\": 65536,",
		"no less than is declared"},
	{"\"slot\": 1", "\"slot\": 1e9", "slot"},
};

START_TEST(an_inconsistent_layout_is_refused)
{
	char *text = fixture();
	char *at = strstr(text, changes[_i].from);
	char *changed = NULL;
	ck_assert_msg(at != NULL, "the fixture has no %s", changes[_i].from);
	ck_assert_int_ge(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, changes[_i].to,
				 at + strlen(changes[_i].from)),
		0);
	struct caught caught;
	caught_start(&caught);
	struct layout *layout = read_text(&caught.diag, changed, strlen(changed));
	ck_assert_msg(layout == NULL, "accepted %s", changes[_i].to);
	ck_assert_msg(strstr(caught_text(&caught), changes[_i].why) != NULL, "said %s",
		caught_text(&caught));
	caught_end(&caught);
	free(changed);
	free(text);
}
END_TEST

/* Every number of the text, one after the other, made one larger or huge. */
START_TEST(changed_numbers_are_refused_or_read_without_harm)
{
	char *text = fixture();
	size_t refused = 0;
	size_t total = 0;
	for (char *at = text; *at != '\0'; at++) {
		if (strncmp(at, "\": ", 3) != 0 || at[3] < '0' || at[3] > '9')
			continue;
		char *end = NULL;
		unsigned long long value = strtoull(at + 3, &end, 10);
		for (int round = 0; round < 2; round++) {
			char *changed = NULL;
			unsigned long long other = round == 0 ? value + 1 : 18446744073709551615u;
			struct caught caught;
			caught_start(&caught);
			ck_assert(asprintf(&changed, "%.*s%llu%s", (int)(at + 3 - text), text,
					  other, end) >= 0);
			struct layout *layout = read_text(&caught.diag, changed, strlen(changed));
			refused += layout == NULL;
			total++;
			layout_free(layout);
			free(changed);
			caught_end(&caught);
		}
	}
	/* Registers, which mpu-table proves, and a few free numbers may be anything. */
	ck_assert_uint_gt(refused * 4, total * 3);
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("layout");
	TCase *tests = tcase_create("layout");
	tcase_add_test(tests, what_is_written_is_what_was_read);
	tcase_add_test(tests, names_are_found);
	tcase_add_test(tests, names_are_c_identifiers);
	tcase_add_test(tests, every_truncation_is_refused);
	tcase_add_loop_test(tests, an_inconsistent_layout_is_refused, 0,
		(int)(sizeof(changes) / sizeof(changes[0])));
	tcase_add_test(tests, changed_numbers_are_refused_or_read_without_harm);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
