/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * func_N, the name that the compiler gives to wasm function N where it is not
 * exported.  N counts the imported functions first.
 */
#ifndef BERTH_FUNCTION_NAME_H
#define BERTH_FUNCTION_NAME_H

#include <stdbool.h>
#include <stdint.h>

/* N of a NAME that is func_N, in the one way to write N; false for other names. */
bool function_name_number(const char *name, uint32_t *number);

#endif
