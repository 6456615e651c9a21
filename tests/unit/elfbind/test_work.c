/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What elfbind/work.h promises. */
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elfbind/work.h"
#include "tests/unit/unit.h"

enum { JOBS = 500 };

static void count_up(void *context, size_t index)
{
	size_t *counts = context;
	counts[index]++;
}

START_TEST(every_job_is_done_once)
{
	static const size_t workers[] = {0, 1, 2, 7, (size_t)JOBS * 2};
	for (size_t i = 0; i < sizeof(workers) / sizeof(workers[0]); i++) {
		size_t counts[JOBS + 1] = {0};
		struct progress silent = {0};
		work_run(JOBS, workers[i], count_up, counts, &silent);
		for (size_t k = 0; k < JOBS; k++)
			ck_assert_uint_eq(counts[k], 1);
		ck_assert_uint_eq(counts[JOBS], 0);
	}
	work_run(0, 3, count_up, NULL, &(struct progress){0});
	ck_assert_uint_ge(work_cores(), 1);
}
END_TEST

/* A job that ends when something was told. */
static sem_t told;

static void wait_for_line(void *context, size_t index)
{
	(void)context;
	(void)index;
	sem_wait(&told);
	sem_post(&told);
}

static ssize_t catch_line(void *cookie, const char *text, size_t size)
{
	char *line = cookie;
	if (size < 64 && line[0] == '\0') {
		memcpy(line, text, size);
		sem_post(&told);
	}
	return (ssize_t)size;
}

START_TEST(who_waits_is_told_how_far_it_is)
{
	char line[65] = "";
	ck_assert_int_eq(sem_init(&told, 0, 0), 0);
	FILE *stream = fopencookie(line, "w", (cookie_io_functions_t){.write = catch_line});
	ck_assert_ptr_nonnull(stream);
	struct progress progress = {.stream = stream, .tool = "test"};
	work_run(3, 2, wait_for_line, NULL, &progress);
	fclose(stream);
	ck_assert_str_eq(line, "\rtest: 0 of 3 done");
	sem_destroy(&told);
}
END_TEST

START_TEST(what_is_no_terminal_is_told_nothing)
{
	FILE *file = tmpfile();
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_null(progress_on(file, "test").stream);
	fclose(file);
}
END_TEST

START_TEST(a_terminal_is_told_after_a_second)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(terminal, 0);
	FILE *stream = fdopen(terminal, "w");
	ck_assert_ptr_nonnull(stream);
	struct progress progress = progress_on(stream, "test");
	ck_assert_ptr_eq(progress.stream, stream);
	ck_assert_str_eq(progress.tool, "test");
	ck_assert_uint_eq(progress.patience, 1000);
	fclose(stream);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("work");
	TCase *tcase = tcase_create("jobs");
	tcase_add_test(tcase, every_job_is_done_once);
	tcase_add_test(tcase, who_waits_is_told_how_far_it_is);
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	if (terminal >= 0)
		tcase_add_test(tcase, a_terminal_is_told_after_a_second);
	else
		puts("ok - a_terminal_is_told_after_a_second # skip no pseudo-terminals here");
	tcase_add_test(tcase, what_is_no_terminal_is_told_nothing);
	suite_add_tcase(suite, tcase);
	if (terminal >= 0)
		close(terminal);
	return unit_run(suite);
}
