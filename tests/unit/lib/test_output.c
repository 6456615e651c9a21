/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Files are read as a whole and appear as a whole, or not at all. */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/output.h"

static char folder[PATH_MAX];

static const char *in_folder(const char *name)
{
	static char path[PATH_MAX + 300];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void setup(void)
{
	snprintf(folder, sizeof(folder), "/tmp/berth-output-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Files in the folder; removes them. */
static size_t clear(void)
{
	size_t count = 0;
	DIR *open = opendir(folder);
	for (struct dirent *entry; (entry = readdir(open)) != NULL;) {
		if (entry->d_name[0] == '.' && strchr(".", entry->d_name[1]) != NULL)
			continue;
		count++;
		unlink(in_folder(entry->d_name));
	}
	closedir(open);
	return count;
}

static void teardown(void)
{
	clear();
	rmdir(folder);
}

static void put(const char *name, const char *text)
{
	FILE *stream = fopen(in_folder(name), "w");
	fputs(text, stream);
	fclose(stream);
}

static void expect(const char *name, const char *text)
{
	struct caught caught;
	struct blob blob;
	caught_start(&caught);
	ck_assert_msg(file_read(&caught.diag, in_folder(name), &blob), "%s", caught_text(&caught));
	ck_assert_uint_eq(blob.size, strlen(text));
	ck_assert_mem_eq(blob.bytes, text, blob.size);
	blob_free(&blob);
	caught_end(&caught);
}

START_TEST(committed_file_replaces_the_old_and_keeps_its_mode)
{
	struct diag diag = DIAG_INIT("test");
	put("a", "old");
	chmod(in_folder("a"), 0640);
	struct output *output = output_open(&diag, in_folder("a"));
	fputs("new", output_stream(output));
	expect("a", "old");
	ck_assert(output_commit(&diag, output));
	expect("a", "new");
	struct stat status;
	stat(in_folder("a"), &status);
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
	ck_assert_uint_eq(clear(), 1);
}
END_TEST

START_TEST(abandoned_file_leaves_no_trace)
{
	struct diag diag = DIAG_INIT("test");
	put("a", "old");
	struct output *output = output_open(&diag, in_folder("a"));
	fputs("new", output_stream(output));
	output_abandon(output);
	expect("a", "old");
	ck_assert_uint_eq(clear(), 1);
}
END_TEST

START_TEST(symbolic_link_is_followed)
{
	struct diag diag = DIAG_INIT("test");
	char link[PATH_MAX + 300];
	snprintf(link, sizeof(link), "%s", in_folder("link"));
	put("a", "old");
	ck_assert_int_eq(symlink("a", link), 0);
	struct output *output = output_open(&diag, link);
	fputs("new", output_stream(output));
	ck_assert(output_commit(&diag, output));
	expect("a", "new");
	struct stat status;
	lstat(link, &status);
	ck_assert(S_ISLNK(status.st_mode));
}
END_TEST

START_TEST(dangling_link_gets_its_target)
{
	struct diag diag = DIAG_INIT("test");
	ck_assert_int_eq(symlink("later", in_folder("link")), 0);
	struct output *output = output_open(&diag, in_folder("link"));
	fputs("new", output_stream(output));
	ck_assert(output_commit(&diag, output));
	expect("later", "new");
}
END_TEST

START_TEST(missing_folder_is_refused)
{
	struct caught caught;
	caught_start(&caught);
	ck_assert_ptr_null(output_open(&caught.diag, in_folder("no/such/a")));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "cannot be written"));
	caught_end(&caught);
}
END_TEST

START_TEST(folder_as_target_is_refused)
{
	struct caught caught;
	caught_start(&caught);
	ck_assert_ptr_null(output_open(&caught.diag, folder));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "is a folder"));
	caught_end(&caught);
}
END_TEST

START_TEST(bytes_and_stream_keep_their_order)
{
	struct diag diag = DIAG_INIT("test");
	struct output *output = output_open(&diag, in_folder("a"));
	output_put(output, "one ", 4);
	output_put(output, "two ", 4);
	fputs("three ", output_stream(output));
	output_put(output, "four", 4);
	ck_assert(output_commit(&diag, output));
	expect("a", "one two three four");
}
END_TEST

/* A file size limit fails writes as a full disk does. */
START_TEST(late_write_error_fails_the_commit_and_keeps_the_old)
{
	struct caught caught;
	struct rlimit limit = {4096, RLIM_INFINITY};
	static const char many[8192];
	caught_start(&caught);
	put("a", "old");
	put("b", "old too");
	signal(SIGXFSZ, SIG_IGN);
	struct output *pair[2] = {output_open(&caught.diag, in_folder("b")), NULL};
	pair[1] = output_open(&caught.diag, in_folder("a"));
	fputs("new", output_stream(pair[0]));
	setrlimit(RLIMIT_FSIZE, &limit);
	/* Some fit; what is written behind them must not make good what did not. */
	for (int i = 0; i < 100000; i++)
		if (_i == 0)
			fputc('x', output_stream(pair[1]));
		else if (i % 1000 == 0)
			output_put(pair[1], many, i == 5000 ? sizeof(many) : 1);
	ck_assert(!output_commit_all(&caught.diag, pair, 2));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "/a: cannot be written"));
	expect("a", "old");
	expect("b", "old too");
	ck_assert_uint_eq(clear(), 2);
	caught_end(&caught);
}
END_TEST

/* What goes from file to file without a way through the process, and what goes through it. */
START_TEST(copied_bytes_are_whole_or_refused)
{
	enum { SIZE = 300000 };
	struct caught caught;
	struct source source;
	struct rlimit limit = {100000, RLIM_INFINITY};
	static char text[SIZE + 1];
	memset(text, 'x', SIZE);
	text[SIZE / 2] = 'y';
	caught_start(&caught);
	put("source", text);
	put("a", "old");
	ck_assert(source_open(in_folder("source"), &source));
	struct output *output = output_open(&caught.diag, in_folder("a"));
	if (_i == 1) {
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
	}
	output_put(output, "ahead ", 6);
	ck_assert(output_copy(output, &caught.diag, "source", &source, 1, SIZE - 1));
	output_put(output, " behind", 7);
	ck_assert_int_eq(output_commit(&caught.diag, output), _i == 0);
	source_close(&source);
	if (_i == 0) {
		static char expected[SIZE + 20];
		snprintf(expected, sizeof(expected), "ahead %s behind", text + 1);
		expect("a", expected);
	} else {
		ck_assert_ptr_nonnull(strstr(caught_text(&caught), "File too large"));
		expect("a", "old");
	}
	ck_assert_uint_eq(clear(), 2);
	caught_end(&caught);
}
END_TEST

START_TEST(reading_what_is_not_there_is_refused)
{
	struct caught caught;
	struct blob blob;
	caught_start(&caught);
	ck_assert(!file_read(&caught.diag, in_folder("none"), &blob));
	ck_assert(!file_read(&caught.diag, folder, &blob));
	ck_assert_ptr_null(blob.bytes);
	ck_assert_uint_eq(caught.diag.errors, 2);
	caught_end(&caught);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("output");
	TCase *tests = tcase_create("files");
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, committed_file_replaces_the_old_and_keeps_its_mode);
	tcase_add_test(tests, abandoned_file_leaves_no_trace);
	tcase_add_test(tests, symbolic_link_is_followed);
	tcase_add_test(tests, dangling_link_gets_its_target);
	tcase_add_test(tests, missing_folder_is_refused);
	tcase_add_test(tests, folder_as_target_is_refused);
	tcase_add_loop_test(tests, late_write_error_fails_the_commit_and_keeps_the_old, 0, 2);
	tcase_add_loop_test(tests, copied_bytes_are_whole_or_refused, 0, 2);
	tcase_add_test(tests, bytes_and_stream_keep_their_order);
	tcase_add_test(tests, reading_what_is_not_there_is_refused);
	suite_add_tcase(suite, tests);
	return unit_run(suite);
}
