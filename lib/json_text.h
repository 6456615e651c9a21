/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Text from untrusted files as JSON strings. */
#ifndef BERTH_JSON_TEXT_H
#define BERTH_JSON_TEXT_H

#include <jansson.h>
#include <stdbool.h>

/*
 * TEXT as a JSON string, which must be UTF-8: what is not is escaped as
 * diag_escape does.  A new reference; NULL when memory ran out.
 */
json_t *json_text(const char *text);

/* Appends VALUE, which it takes over; false when memory ran out, also for a VALUE of NULL. */
bool json_append(json_t *array, json_t *value);

/* VALUE when GOOD, else NULL, with VALUE released. */
json_t *json_whole(json_t *value, bool good);

#endif
