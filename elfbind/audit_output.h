/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What an audit found, as text, as JSON and as SARIF.
 *
 * The JSON is
 *
 *     { "berth_audit": 1,
 *       "files": [ { "file": "firmware.elf", "findings": 1, "accepted": 0,
 *                    "subjects": [ { "subject": "memory.grow", "verdict": "none",
 *                                    "text": "26 functions of 1 core modules" } ] } ],
 *       "findings": [ { "id": "A001", "level": "error", "file": "firmware.elf",
 *                       "message": "is not resolved", "place": "symbol x",
 *                       "parts": [ { "kind": "symbol", "name": "x" } ],
 *                       "remedy": "link its definition", "key": "is not … [symbol {x}]",
 *                       "state": "new" } ],
 *       "stale": [ { "id": "A001", "file": "firmware.elf", "key": "…", "count": 1 } ],
 *       "never_visible": "calls through pointers…" }
 *
 * level is error or note, kind null where the message does not say, state new
 * or accepted (notes: new); stale is what the baseline accepts and nothing was
 * found for.  SARIF is that of OASIS, version 2.1.0.
 */
#ifndef BERTH_AUDIT_OUTPUT_H
#define BERTH_AUDIT_OUTPUT_H

#include <stdio.h>

#include "elfbind/audit.h"
#include "elfbind/findings.h"

struct audit_output {
	const struct findings *findings;
	const struct audit_report *reports; /* one a file */
	size_t report_count;
	bool complete; /* every file could be read and looked at */
};

/* Writes the summary of one file: the findings have been told as messages. */
void audit_write_text(FILE *stream, const struct audit_report *report);

/* Writes, behind the last, what no audit sees. */
void audit_write_text_end(FILE *stream);

/* Writes everything as one JSON object.  False when memory ran out. */
bool audit_write_json(FILE *stream, const struct audit_output *output);

/* The same as a SARIF log of one run. */
bool audit_write_sarif(FILE *stream, const struct audit_output *output);

#endif
