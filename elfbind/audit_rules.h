/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What each identifier of a finding means, for formats that carry it along. */
#ifndef BERTH_AUDIT_RULES_H
#define BERTH_AUDIT_RULES_H

#include <stdbool.h>
#include <stddef.h>

struct audit_rule {
	const char *id;
	const char *title; /* a sentence */
	const char *help;  /* why it matters and what to do */
	bool lesser;	   /* a note, which does not make the audit fail */
};

extern const struct audit_rule audit_rules[];
extern const size_t audit_rule_count;

/* The position of ID in audit_rules, or audit_rule_count. */
size_t audit_rule_index(const char *id);

#endif
