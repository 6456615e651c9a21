/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The file as a whole: what YAML has that no manifest may have, and its one document. */
#include "ldgen/yaml.h"

#include "lib/file.h"

enum { LARGEST_FILE = 1024 * 1024 };

/* Line and column, in bytes, of OFFSET in FILE. */
static struct position position_at(const struct blob *file, size_t offset)
{
	struct position at = {.line = 1, .column = 1};
	for (size_t i = 0; i < offset && i < file->size; i++) {
		at.column++;
		if (file->bytes[i] == '\n')
			at = (struct position){.line = at.line + 1, .column = 1};
	}
	return at;
}

static bool refuse_syntax(
	struct yaml_reader *reader, const yaml_parser_t *parser, const struct blob *file)
{
	struct position at = yaml_position_of(parser->problem_mark);
	if (parser->error == YAML_MEMORY_ERROR)
		return diag_no_memory(reader->diag);
	if (parser->error == YAML_READER_ERROR)
		at = position_at(file, parser->problem_offset);
	return yaml_refuse(reader, at, "is not YAML: %s: mend it here",
		parser->problem == NULL ? "it cannot be read" : parser->problem);
}

/* What YAML has beyond mappings, sequences and scalars, or NULL. */
static const char *unwanted(yaml_token_type_t type)
{
	switch (type) {
	case YAML_ALIAS_TOKEN:
		return "an alias";
	case YAML_ANCHOR_TOKEN:
		return "an anchor";
	case YAML_TAG_TOKEN:
		return "a tag";
	case YAML_VERSION_DIRECTIVE_TOKEN:
	case YAML_TAG_DIRECTIVE_TOKEN:
		return "a directive";
	default:
		return NULL;
	}
}

/* Goes through the tokens, where an alias is still to be seen: the document has none left. */
static bool refuse_unwanted(struct yaml_reader *reader, const struct blob *file)
{
	yaml_parser_t parser;
	if (!yaml_parser_initialize(&parser))
		return diag_no_memory(reader->diag);
	yaml_parser_set_input_string(&parser, file->bytes, file->size);
	bool good = true;
	bool is_end = false;
	while (good && !is_end) {
		yaml_token_t token;
		if (!yaml_parser_scan(&parser, &token)) {
			good = refuse_syntax(reader, &parser, file);
			break;
		}
		const char *what = unwanted(token.type);
		if (what != NULL)
			good = yaml_refuse(reader, yaml_position_of(token.start_mark),
				"%s is not taken here: write the value itself", what);
		is_end = token.type == YAML_STREAM_END_TOKEN;
		yaml_token_delete(&token);
	}
	yaml_parser_delete(&parser);
	return good;
}

/* Refuses what comes behind the first document. */
static bool refuse_second(
	struct yaml_reader *reader, yaml_parser_t *parser, const struct blob *file)
{
	yaml_document_t second;
	if (!yaml_parser_load(parser, &second))
		return refuse_syntax(reader, parser, file);
	bool good = true;
	if (yaml_document_get_root_node(&second) != NULL)
		good = yaml_refuse(reader, yaml_position_of(second.start_mark),
			"a second document: give one manifest a file");
	yaml_document_delete(&second);
	return good;
}

static bool read_document(struct yaml_reader *reader, yaml_parser_t *parser,
	const struct blob *file, const struct yaml_keys *keys, void *structure)
{
	yaml_document_t document;
	if (!yaml_parser_load(parser, &document))
		return refuse_syntax(reader, parser, file);
	reader->document = &document;
	yaml_node_t *root = yaml_document_get_root_node(&document);
	struct position start = {.line = 1, .column = 1};
	bool good = root != NULL ? yaml_mapping(reader, root, keys, structure)
				 : yaml_refuse(reader, start, "is empty: write a manifest");
	good = (root == NULL || refuse_second(reader, parser, file)) && good;
	yaml_document_delete(&document);
	reader->document = NULL;
	return good;
}

bool yaml_read_file(
	struct diag *diag, const char *path, const struct yaml_keys *keys, void *structure)
{
	struct yaml_reader reader = {.diag = diag, .path = path};
	struct blob file;
	yaml_parser_t parser;
	if (!file_read(diag, path, &file))
		return false;
	bool good = file.size <= LARGEST_FILE;
	if (!good)
		diag_error(diag, path, "has %zu bytes, more than a manifest's %d: give a manifest",
			file.size, LARGEST_FILE);
	good = good && refuse_unwanted(&reader, &file);
	if (good && !yaml_parser_initialize(&parser)) {
		good = diag_no_memory(diag);
	} else if (good) {
		yaml_parser_set_input_string(&parser, file.bytes, file.size);
		good = read_document(&reader, &parser, &file, keys, structure);
		yaml_parser_delete(&parser);
	}
	blob_free(&file);
	return good;
}
