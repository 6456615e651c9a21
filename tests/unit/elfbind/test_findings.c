/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Messages as findings: where their parts end, whatever the names in them look like. */
#include <inttypes.h>
#include <string.h>

#include "elfbind/audit_rules.h"
#include "elfbind/findings.h"
#include "elfbind/tally.h"
#include "tests/unit/unit.h"

static struct caught caught;
static struct findings findings;

static void setup(void)
{
	caught_start(&caught);
	findings = (struct findings){0};
	ck_assert(findings_start(&findings, &caught.diag));
}

static void teardown(void)
{
	findings_end(&findings);
	caught_end(&caught);
}

static const struct finding *last(void)
{
	ck_assert_uint_gt(findings.count, 0);
	return &findings.list[findings.count - 1];
}

START_TEST(a_finding_has_identifier_message_place_and_remedy)
{
	diag_error(&caught.diag, "a.elf",
		"R13: opens bytes of section %s, 0x%08llx to 0x%08llx [context %s, row %u, region "
		"%s]: link again",
		".spill", 0x20000000ULL, 0x2000000fULL, "imu", 2u, "imu.mem0");
	const struct finding *finding = last();
	ck_assert_str_eq(finding->id, "R13");
	ck_assert_str_eq(finding->file, "a.elf");
	ck_assert_str_eq(
		finding->message, "opens bytes of section .spill, 0x20000000 to 0x2000000f");
	ck_assert_str_eq(finding->place, "context imu, row 2, region imu.mem0");
	ck_assert_str_eq(finding->remedy, "link again");
	ck_assert_uint_eq(finding->part_count, 3);
	ck_assert_str_eq(finding->parts[1].kind, "row");
	ck_assert_str_eq(finding->parts[1].name, "2");
	ck_assert_str_eq(finding->parts[2].kind, "region");
	ck_assert_str_eq(finding->parts[2].name, "imu.mem0");
	ck_assert_str_eq(finding->key, "opens bytes of section {.spill}, 0x* to 0x* [context "
				       "{imu}, row *, region {imu.mem0}]");
}
END_TEST

START_TEST(a_finding_is_still_written_as_a_message_and_counted)
{
	diag_error(&caught.diag, "a.elf", "A001: is not resolved [symbol %s]: link it", "x");
	ck_assert_str_eq(
		caught_text(&caught), "test: a.elf: A001: is not resolved [symbol x]: link it\n");
	ck_assert_uint_eq(caught.diag.errors, 1);
	findings.quiet = true;
	diag_error(&caught.diag, "a.elf", "A001: is not resolved [symbol %s]: link it", "y");
	ck_assert_ptr_null(strstr(caught_text(&caught), "symbol y"));
	ck_assert_uint_eq(caught.diag.errors, 2);
	ck_assert_uint_eq(findings.count, 2);
}
END_TEST

START_TEST(what_is_no_finding_is_left_to_the_diag)
{
	findings.quiet = true;
	diag_error(&caught.diag, "A001: x", "cannot be read: name another");
	diag_error(&caught.diag, "a", "%s: cannot be read", "A001");
	diag_error(&caught.diag, NULL, "A001: without a file: look");
	diag_no_memory(&caught.diag);
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_str_eq(findings.list[0].message, "cannot be read");
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "name another"));
	ck_assert_ptr_nonnull(strstr(caught_text(&caught), "without a file"));
}
END_TEST

START_TEST(names_move_no_border)
{
	static const char *const names[] = {"]: x", " [section y", "a, b", "x]: y [z]: w", "'",
		"A002: b", "%s%n", "", "{}", "\\x7d", "\x01\n"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		diag_error(&caught.diag, "f",
			"A003: calls %s [symbol %s, function %" PRIu32 "]: mend", names[i],
			names[i], 7u);
		const struct finding *finding = last();
		ck_assert_str_eq(finding->id, "A003");
		ck_assert_str_eq(finding->remedy, "mend");
		ck_assert_uint_eq(finding->part_count, 2);
		ck_assert_str_eq(finding->parts[0].name, names[i]);
		ck_assert_str_eq(finding->parts[1].name, "7");
		ck_assert_str_eq(finding->message + strlen("calls "), names[i]);
	}
}
END_TEST

START_TEST(different_names_have_different_keys)
{
	static const char *const pairs[][2] = {{"a", "b"}, {"} to {", "x"}, {"", "} to {"},
		{"\\x7d", "x"}, {"}", "x"}, {"a", "} {b"}, {"a} to {b", ""}, {"1", "2"}};
	enum { COUNT = sizeof(pairs) / sizeof(pairs[0]) };
	for (size_t i = 0; i < COUNT; i++)
		diag_error(&caught.diag, "f", "A003: %s to %s: mend", pairs[i][0], pairs[i][1]);
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(findings.list[i].key, findings.list[j].key);
}
END_TEST

START_TEST(numbers_and_explanations_are_not_in_the_key)
{
	diag_error(&caught.diag, "f", "A003: at 0x%" PRIx64 " via %-s [symbol %s]: mend",
		UINT64_C(4096), "one", "x");
	diag_error(&caught.diag, "f", "A003: at 0x%" PRIx64 " via %-s [symbol %s]: mend",
		UINT64_C(8192), "two", "x");
	ck_assert_str_eq(findings.list[0].key, findings.list[1].key);
	ck_assert_str_eq(findings.list[1].message, "at 0x2000 via two");
	ck_assert_uint_eq(findings.list[0].occurrence, 1);
	ck_assert_uint_eq(findings.list[1].occurrence, 2);
}
END_TEST

START_TEST(a_note_with_an_identifier_is_a_lesser_finding)
{
	diag_note(&caught.diag, "f", "A001: only said [symbol %s]: look", "x");
	ck_assert_int_eq(last()->level, DIAG_NOTE);
	ck_assert_uint_eq(findings.errors, 0);
	ck_assert_uint_eq(findings.fresh, 0);
	ck_assert_uint_eq(caught.diag.errors, 0);
	ck_assert_str_eq(caught_text(&caught), "test: f: note: A001: only said [symbol x]: look\n");
}
END_TEST

START_TEST(an_acceptance_holds_for_one_finding_in_any_folder)
{
	struct tally accepted = {0};
	tally_find(&accepted, "A001", "old/f", "is left [symbol {x}]", true)->count = 1;
	findings.accepted = &accepted;
	for (int i = 0; i < 2; i++)
		diag_error(&caught.diag, "new/f", "A001: is left [symbol %s]: bind", "x");
	ck_assert(findings.list[0].accepted);
	ck_assert(!findings.list[1].accepted);
	ck_assert_uint_eq(findings.errors, 2);
	ck_assert_uint_eq(findings.fresh, 1);
	diag_error(&caught.diag, "new/g", "A001: is left [symbol %s]: bind", "x");
	ck_assert_uint_eq(findings.fresh, 2);
	tally_clear(&accepted);
}
END_TEST

START_TEST(folders_are_cut_in_front_of_a_file_but_not_in_a_member)
{
	ck_assert_str_eq(tally_file("a/b/c.elf"), "c.elf");
	ck_assert_str_eq(tally_file("c.elf"), "c.elf");
	ck_assert_str_eq(tally_file("a/lib.a(x/y.o)"), "lib.a(x/y.o)");
	ck_assert_str_eq(tally_file(""), "");
}
END_TEST

START_TEST(rules_are_found_by_their_identifier)
{
	for (size_t i = 0; i < audit_rule_count; i++)
		ck_assert_uint_eq(audit_rule_index(audit_rules[i].id), i);
	ck_assert_uint_eq(audit_rule_index("A000"), audit_rule_count);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("findings");
	TCase *cases = tcase_create("findings");
	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, a_finding_has_identifier_message_place_and_remedy);
	tcase_add_test(cases, a_finding_is_still_written_as_a_message_and_counted);
	tcase_add_test(cases, what_is_no_finding_is_left_to_the_diag);
	tcase_add_test(cases, names_move_no_border);
	tcase_add_test(cases, different_names_have_different_keys);
	tcase_add_test(cases, numbers_and_explanations_are_not_in_the_key);
	tcase_add_test(cases, a_note_with_an_identifier_is_a_lesser_finding);
	tcase_add_test(cases, an_acceptance_holds_for_one_finding_in_any_folder);
	tcase_add_test(cases, folders_are_cut_in_front_of_a_file_but_not_in_a_member);
	tcase_add_test(cases, rules_are_found_by_their_identifier);
	suite_add_tcase(suite, cases);
	return unit_run(suite);
}
