/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What every unit test program does the same: run one suite, catch messages. */
#ifndef BERTH_UNIT_H
#define BERTH_UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/diag.h"

/* Runs SUITE and gives main's result.  CK_FORK and the log are Check's own settings. */
static inline int unit_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A diag whose messages can be read back. */
struct caught {
	struct diag diag;
	char *text; /* valid after caught_text */
	size_t size;
};

static inline void caught_start(struct caught *caught)
{
	*caught = (struct caught){.diag = {.tool = "test"}};
	caught->diag.stream = open_memstream(&caught->text, &caught->size);
	ck_assert_ptr_nonnull(caught->diag.stream);
}

/* What was reported so far. */
static inline const char *caught_text(struct caught *caught)
{
	fflush(caught->diag.stream);
	return caught->text;
}

static inline void caught_end(struct caught *caught)
{
	fclose(caught->diag.stream);
	free(caught->text);
}

#endif
