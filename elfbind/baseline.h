/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Findings that are known and accepted.
 *
 *     { "berth_baseline": 1,
 *       "accepted": [ { "id": "A004", "file": "firmware.elf",
 *                       "key": "a function still has … [symbol '{run-all}']", "count": 1 } ] }
 *
 * A finding is known by its identifier, its file without folders and its key
 * (elfbind/findings.h), which holds no address, size or index, so that it is
 * the same after another link.  Of findings that are alike in all three, count
 * are accepted; one more is new.
 */
#ifndef BERTH_BASELINE_H
#define BERTH_BASELINE_H

#include <jansson.h>
#include <stdbool.h>

#include "elfbind/findings.h"
#include "elfbind/tally.h"
#include "lib/diag.h"

/* Adds what the file at PATH accepts to ACCEPTED.  False after a report. */
bool baseline_read(struct diag *diag, const char *path, struct tally *accepted);

/*
 * Writes all findings, those already accepted among them, to PATH; lesser ones
 * need no acceptance.  False after a report; the file is then as it was.
 */
bool baseline_write(struct diag *diag, const char *path, const struct findings *findings);

/* ENTRY as above, its count being what is not used; a new reference, NULL when memory ran out. */
json_t *baseline_json(const struct tally_entry *entry);

/* Tells each entry of which more is accepted than was found, as a note. */
void baseline_tell_stale(struct diag *diag, const char *path, const struct tally *accepted);

#endif
