/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Findings as a list, out of the messages that report them.
 *
 * Every check reports a finding with diag_error, in the one shape of all
 * messages, with its identifier in front:
 *
 *     R13: opens bytes of section .spill, 0x2000d180 to 0x2000d18f [context imu, row 2]: link…
 *     id   message                                                  place                remedy
 *
 * A lesser statement, which does not make the audit fail, comes as a note.  The
 * list is the sink of the diag (lib/diag.h) and takes the message apart by its
 * format, so that a bracket in a symbol's name moves no border.
 */
#ifndef BERTH_FINDINGS_H
#define BERTH_FINDINGS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/diag.h"

/* One step of a place: "symbol" "main", "row" "2". */
struct finding_part {
	char *kind; /* NULL when the message does not say */
	char *name;
};

struct finding {
	enum diag_level level;
	char id[8];
	char *file;	     /* as given; "lib.a(uart.o)" for a member */
	const char *archive; /* borrowed: the file that the member is in; NULL for a plain file */
	char *message;
	char *place; /* as in the message, without brackets; "" when there is none */
	struct finding_part *parts;
	size_t part_count;
	char *remedy;
	/*
	 * What makes this finding the same one after another link: the message
	 * and place with every number as *, and every name in braces and
	 * escaped.  A name written with %-s is not in it: it only explains.
	 */
	char *key;
	size_t occurrence; /* among those of one identifier, file and key; counts from 1 */
	bool accepted;	   /* by the baseline */
};

/*
 * Takes a message apart.  False when it is none of a finding, or memory ran
 * out.  FINDING's id, message, place, parts, remedy and key are set, for
 * finding_free.
 */
bool finding_parse(struct finding *finding, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* Frees what the finding holds. */
void finding_free(struct finding *finding);

struct tally;

struct findings {
	bool quiet;		/* findings are not written as messages */
	const char *archive;	/* borrowed: of the findings that come next; may be NULL */
	struct tally *accepted; /* borrowed: how many of each are accepted; NULL: none */
	struct diag *diag;
	struct finding *list;
	size_t count;
	size_t capacity;
	size_t errors;	    /* findings that are no notes */
	size_t fresh;	    /* those of them that are not accepted */
	struct tally *seen; /* how many of each there were */
};

/* Makes FINDINGS the sink of DIAG; both must stay where they are.  False after a report. */
bool findings_start(struct findings *findings, struct diag *diag);

/* Takes the sink away and frees the list. */
void findings_end(struct findings *findings);

#endif
