/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The options of `encode` and `decode` that say which part it is. */
#ifndef BERTH_TARGET_OPTIONS_H
#define BERTH_TARGET_OPTIONS_H

#include <getopt.h>

#include "mpu-table/row.h"

enum target_option {
	TARGET_MAIR0 = 1000,
	TARGET_MAIR1,
	TARGET_GRANULARITY,
	TARGET_NAPOT_ONLY,
	TARGET_MML,
	TARGET_PXN,
};

/* For a getopt_long table. */
#define TARGET_OPTIONS                                                                             \
	{"mair0", required_argument, NULL, TARGET_MAIR0},                                          \
		{"mair1", required_argument, NULL, TARGET_MAIR1},                                  \
		{"granularity", required_argument, NULL, TARGET_GRANULARITY},                      \
		{"napot-only", no_argument, NULL, TARGET_NAPOT_ONLY},                              \
	{                                                                                          \
		"mml", no_argument, NULL, TARGET_MML                                               \
	}

/* Takes one of these options, with its argument TEXT or NULL; false when TEXT is none for it. */
bool target_option_take(int option, const char *text, struct row_target *target);

#endif
