/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the outputs depend on, for make. */
#ifndef BERTH_LDGEN_DEPFILE_H
#define BERTH_LDGEN_DEPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/diag.h"

/*
 * Writes the rule "TARGETS: MANIFEST INPUTS" to STREAM, with what is special to
 * make escaped; targets that are NULL are passed over.  False after a report
 * when a path cannot be written in a makefile: one with a line break.
 */
bool depfile_write(struct diag *diag, const char *const *targets, size_t target_count,
	const char *manifest, char *const *inputs, size_t input_count, FILE *stream);

#endif
