/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Messages to the person at the terminal.
 *
 * One shape for all tools:
 *
 *     TOOL: FILE: what is wrong [section .text, symbol poll-task]: what to do
 *
 * The names in a message come from untrusted files.  Every control character
 * and every byte that is not valid UTF-8 is written as \xNN, so that an import
 * name cannot move the cursor or forge a second line.
 */
#ifndef BERTH_DIAG_H
#define BERTH_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Exit status of every tool. */
enum { STATUS_DONE = 0, STATUS_REFUSED = 1, STATUS_USAGE = 2 };

enum diag_level { DIAG_ERROR, DIAG_NOTE };

/*
 * Sees every message with a FILE but no position, before it is written.  It
 * gets the format itself, so that it can tell our words from names out of
 * untrusted files.  Returns true when the message is not to be written; an
 * error counts all the same.
 */
typedef bool diag_sink(void *context, enum diag_level level, const char *file, const char *format,
	va_list arguments);

/* Where messages go and how many there were. */
struct diag {
	const char *tool;   /* borrowed; first word of every message */
	FILE *stream;	    /* borrowed; stderr in the tools, a memory stream in tests */
	size_t errors;	    /* messages so far that make the run fail */
	diag_sink *sink;    /* NULL: every message is written */
	void *sink_context; /* borrowed; handed to the sink */
};

#define DIAG_INIT(name)                                                                            \
	(struct diag)                                                                              \
	{                                                                                          \
		.tool = (name), .stream = stderr                                                   \
	}

/*
 * Writes "TOOL: FILE: message\n" and counts an error.  FILE may be NULL when
 * the fault is not in a file.  Always returns false, so that a caller can say
 * `return diag_error(...)`.
 */
bool diag_error(struct diag *diag, const char *file, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with the arguments as a list. */
bool diag_error_list(struct diag *diag, const char *file, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

/* As diag_error, with the position "FILE:LINE:COLUMN:"; both count from 1. */
bool diag_error_at(struct diag *diag, const char *file, size_t line, size_t column,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Writes "TOOL: FILE: note: message\n"; counts nothing. */
void diag_note(struct diag *diag, const char *file, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Messages that nobody is to see; errors are counted. */
struct diag diag_quiet(void);

/* Reports that memory ran out, counts an error, returns false. */
bool diag_no_memory(struct diag *diag);

/*
 * Writes the LENGTH bytes at TEXT to STREAM with control characters and
 * malformed UTF-8 as \xNN and the backslash doubled.
 */
void diag_escape(FILE *stream, const char *text, size_t length);

/* The same into a new string, which the caller frees; NULL when memory ran out. */
char *diag_escaped(const char *text, size_t length);

#endif
