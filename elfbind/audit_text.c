/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include <string.h>

#include "elfbind/audit_output.h"

void audit_write_text(FILE *stream, const struct audit_report *report)
{
	diag_escape(stream, report->path, strlen(report->path));
	fprintf(stream, ": %zu finding%s", report->fresh, report->fresh == 1 ? "" : "s");
	if (report->accepted > 0)
		fprintf(stream, ", %zu accepted", report->accepted);
	fputc('\n', stream);
	for (size_t i = 0; i < AUDIT_SUBJECTS; i++)
		fprintf(stream, "  %-32s %-17s %s\n", audit_subject_name((enum audit_subject)i),
			audit_verdict_name(report->subjects[i].verdict), report->subjects[i].text);
}

void audit_write_text_end(FILE *stream)
{
	fputs("  never visible here: calls through pointers, memory that only linker symbols "
	      "delimit,\n"
	      "  and weak calls that GNU ld has replaced by nothing\n",
		stream);
}
