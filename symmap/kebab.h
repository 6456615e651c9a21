/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The kebab-case rule that WIT names follow: that of the Rust crate heck.
 *
 *   - Words end at characters that are neither letter nor digit, of which any
 *     number counts as one: poll__task: poll-task, _start: start.
 *   - A word ends before an upper-case letter that follows a lower-case one,
 *     digits between the two or not: fooBar: foo-bar, foo1Bar: foo1-bar.
 *   - A run of upper-case letters is one word, up to the last that a lower-case
 *     one follows: XMLHttp: xml-http.
 *   - Digits and caseless letters stay with their word.
 *
 * Letters are known for ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic,
 * and in these blocks the result is heck's.  A character of any other block,
 * and a byte that is not UTF-8, is taken for a caseless letter.  No WIT name
 * holds one, so that such a name serves no import by its kebab-case; and the
 * result depends on no locale.
 */
#ifndef BERTH_KEBAB_H
#define BERTH_KEBAB_H

/* The kebab-case of NAME (UTF-8) in a new string; NULL when memory ran out. */
char *kebab_case(const char *name);

#endif
