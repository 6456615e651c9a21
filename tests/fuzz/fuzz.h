/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the fuzz targets share.
 *
 * A target is one file, fuzz_NAME.c, with the function that libFuzzer calls for
 * every input.  It gives the input to a reader and then uses everything that
 * the reader handed out, so that a number that was not checked is met.  It may
 * also hold a promise, with fuzz_promise: what was written is read again.
 *
 * Inputs of two parts are split by their first four bytes:
 *
 *     | size of part 1, little-endian | part 1 | part 2 |
 */
#ifndef BERTH_FUZZ_H
#define BERTH_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/diag.h"
#include "lib/file.h"

/* libFuzzer's and AFL++'s entry; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Messages are made in full, escaped and thrown away. */
struct diag fuzz_diag(void);

/* A stream that throws away what is written to it; it stays open. */
FILE *fuzz_nowhere(void);

/* A copy that ends where the input ends, so that one byte too many is seen. */
struct blob fuzz_blob(const uint8_t *data, size_t size);

/* The name of a file in memory that holds the input; NUMBER is 0 or 1. */
const char *fuzz_file(unsigned number, const uint8_t *data, size_t size);

/* Splits the input; the second part is empty when the size says more than there is. */
void fuzz_split(const uint8_t *data, size_t size, struct blob *first, struct blob *second);

/* Ends the program, as a finding, when a promise of the reader does not hold. */
#define fuzz_promise(holds) fuzz_promise_at((holds), #holds, __FILE__, __LINE__)
void fuzz_promise_at(bool holds, const char *text, const char *file, int line);

#endif
