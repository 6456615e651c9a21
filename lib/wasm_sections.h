/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What is read of sections in files of its own.  Shared by the files that read
 * modules.  Every function returns false after a report.
 */
#ifndef BERTH_WASM_SECTIONS_H
#define BERTH_WASM_SECTIONS_H

#include "lib/wasm_reader.h"

/* What an element with the value CONSTANT, which is no number, holds. */
uint32_t wasm_element_of(const struct wasm_constant *constant);

/* Adds one element segment to MODULE. */
bool wasm_read_elements(struct wasm_reader *reader, struct wasm_module *module);

/* Adds one data segment to MODULE. */
bool wasm_read_data(struct wasm_reader *reader, struct wasm_module *module);

/* Reads how many data segments there will be. */
bool wasm_read_data_count(struct wasm_reader *reader, struct wasm_module *module);

/* Finds the bodies of all functions that MODULE defines. */
bool wasm_read_code(struct wasm_reader *reader, struct wasm_module *module);

#endif
