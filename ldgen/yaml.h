/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Reading a YAML file into a struct, by a table of its keys.
 *
 * Of YAML this takes mappings, sequences and scalars.  Anchors, aliases, tags,
 * directives and a second document are refused, as is every key that the
 * table does not know or that stands twice: what a manifest says has an
 * effect or is an error.  Every message has line and column, both from 1.
 *
 * The parsing is libyaml's: its token stream for what is refused, its document
 * API for the nodes with their positions.
 */
#ifndef BERTH_LDGEN_YAML_H
#define BERTH_LDGEN_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

#include "lib/diag.h"

/* Where something stands in the file; line 0 when it does not. */
struct position {
	size_t line;
	size_t column;
};

/* First member of every struct whose key in the file is its name. */
struct named {
	char *name; /* owned */
	struct position at;
};

/* A word and where it stands. */
struct word {
	char *text; /* owned; NULL when it was not given */
	struct position at;
};

/* A number and where it stands. */
struct number {
	uint64_t value;
	struct position at; /* line 0 when it was not given */
};

/* Yes or no, and where it stands. */
struct flag {
	bool value;
	struct position at; /* line 0 when it was not given */
};

/* One word or a list of them. */
struct words {
	struct word *list; /* owned */
	size_t count;
	struct position at; /* line 0 when it was not given */
};

struct yaml_reader {
	struct diag *diag;
	const char *path;
	yaml_document_t *document;
};

/* Reads NODE into MEMBER; reports, and returns false, when it is not of the right form. */
typedef bool yaml_read(struct yaml_reader *reader, yaml_node_t *node, void *member);

/* One key of a mapping. */
struct yaml_key {
	const char *name;
	bool required;
	size_t offset; /* of the member in the struct */
	yaml_read *read;
};

/* The keys of a mapping. */
struct yaml_keys {
	const char *what; /* for messages: "a bank" */
	const struct yaml_key *keys;
	size_t count;
};

/* Reads the file at PATH by KEYS into STRUCTURE.  What was read of it, also by
 * a reading that failed, is the caller's to free. */
bool yaml_read_file(
	struct diag *diag, const char *path, const struct yaml_keys *keys, void *structure);

/* Reads the mapping NODE by KEYS into STRUCTURE; reports every wrong key. */
bool yaml_mapping(struct yaml_reader *reader, yaml_node_t *node, const struct yaml_keys *keys,
	void *structure);

/*
 * Reads the mapping NODE whose keys are names, each of an element of SIZE bytes
 * (which starts with a struct named) that READ reads, into the pointer to
 * elements at ARRAY, in the order of the file, and their number into *COUNT.
 */
bool yaml_named(struct yaml_reader *reader, yaml_node_t *node, size_t size, yaml_read *read,
	void *array, size_t *count);

/* yaml_read functions, for the members that their comments name. */
yaml_read yaml_word;   /* struct word: a scalar that is not empty */
yaml_read yaml_number; /* struct number: decimal or 0x hexadecimal */
yaml_read yaml_size;   /* struct number: the same, or decimal with K, M or G behind */
yaml_read yaml_flag;   /* struct flag: true or false */
yaml_read yaml_words;  /* struct words: a word, or a list of words */

/* Frees what yaml_words read. */
void words_free(struct words *words);

/*
 * Reads the list NODE, each of whose elements is of SIZE bytes and read by READ,
 * into the pointer to elements at ARRAY, and their number into *COUNT.
 */
bool yaml_list(struct yaml_reader *reader, yaml_node_t *node, size_t size, yaml_read *read,
	void *array, size_t *count);

/* The scalar NODE as a new string in *TEXT. */
bool yaml_text(struct yaml_reader *reader, yaml_node_t *node, char **text);

/* Reads TEXT as yaml_number does or, with SUFFIX, as yaml_size; false when it is no number up to
 * 4G. */
bool yaml_parse_size(const char *text, bool suffix, uint64_t *value);

/* Where NODE begins, and what libyaml's MARK stands for: both count from 1. */
struct position yaml_position(const yaml_node_t *node);
struct position yaml_position_of(yaml_mark_t mark);

/* Reports at AT in the reader's file; returns false. */
bool yaml_refuse(struct yaml_reader *reader, struct position at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
