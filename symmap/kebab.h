/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The kebab-case rule that WIT names follow: that of the Rust crate heck.
 * Words end at characters that are neither letter nor digit and at changes of
 * case (fooBar: foo-bar, XMLHttp: xml-http); a digit stays with its word.
 */
#ifndef BERTH_KEBAB_H
#define BERTH_KEBAB_H

/* The kebab-case of NAME (UTF-8) in a new string; NULL when memory ran out. */
char *kebab_case(const char *name);

#endif
