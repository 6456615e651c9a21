/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "symmap/header.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/crc32.h"

/* One prototype, or the reason why there is none. */
struct declaration {
	char *symbol; /* owned */
	const struct wasm_signature *signature;
	const struct wasm_export *export;     /* NULL for an import */
	const struct resolution *resolution;  /* NULL for an export */
	const struct declaration *also_above; /* an import with the same native that came before */
};

/* --- text ------------------------------------------------------------------------------- */

static bool is_printable(unsigned char c)
{
	return c >= ' ' && c <= '~';
}

/*
 * Inside a comment: printable ASCII, no other comment's start or end, no
 * trigraph and no backslash that joins lines.
 */
static void put_comment(FILE *stream, const char *text)
{
	char before = '\0';
	for (; *text != '\0'; before = *text++) {
		bool ends = (before == '*' && *text == '/') || (before == '/' && *text == '*') ||
			    (before == '?' && *text == '?');
		if (!is_printable((unsigned char)*text) || *text == '\\' || ends)
			fprintf(stream, "\\x%02x", (unsigned char)*text);
		else
			fputc(*text, stream);
	}
}

static bool is_identifier(const char *text)
{
	static const char later[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	return *text != '\0' && (*text < '0' || *text > '9') && text[strspn(text, later)] == '\0';
}

/* Identifiers that C gives a meaning of its own, or this header's include. */
static bool is_taken(const char *name)
{
	static const char *const words[] = {"auto", "break", "case", "char", "const", "continue",
		"default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if",
		"inline", "int", "long", "register", "restrict", "return", "short", "signed",
		"sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void",
		"volatile", "while", "asm", "typeof", "NULL", "__FILE__", "__LINE__", "__DATE__",
		"__TIME__", "_Pragma", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "uintptr_t",
		"int8_t", "int16_t", "int32_t", "int64_t", "intptr_t"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	return name[0] == '_' && name[1] >= 'A' && name[1] <= 'Z';
}

static const char *type_name(uint8_t type)
{
	switch (type) {
	case WASM_I32:
		return "uint32_t";
	case WASM_I64:
		return "uint64_t";
	case WASM_F32:
		return "float";
	case WASM_F64:
		return "double";
	default:
		return NULL;
	}
}

/* Why C cannot declare it; NULL when it can. */
static const char *obstacle(const struct declaration *of)
{
	const struct wasm_signature *signature = of->signature;
	if (signature->result_count > 1)
		return "it returns several values";
	for (size_t i = 0; i < signature->param_count; i++)
		if (type_name(signature->params[i]) == NULL)
			return "it takes a vector or a reference";
	if (signature->result_count == 1 && type_name(signature->results[0]) == NULL)
		return "it returns a vector or a reference";
	if (!is_identifier(of->symbol))
		return "its symbol is no C identifier";
	if (is_taken(of->symbol))
		return "its symbol is a word of C";
	return strcmp(of->symbol, "main") == 0 ? "C has its own main" : NULL;
}

static void put_prototype(FILE *stream, const struct declaration *of)
{
	const struct wasm_signature *signature = of->signature;
	fprintf(stream, "%s %s(",
		signature->result_count == 0 ? "void" : type_name(signature->results[0]),
		of->symbol);
	for (size_t i = 0; i < signature->param_count; i++)
		fprintf(stream, "%s%s", i == 0 ? "" : ", ", type_name(signature->params[i]));
	fputs(signature->param_count == 0 ? "void);\n" : ");\n", stream);
}

/* Ends the comment over OF, and declares it. */
static void put_declaration(FILE *stream, const struct declaration *of)
{
	const char *why = obstacle(of);
	if (why != NULL) {
		fputs("\n * not declared as ", stream);
		put_comment(stream, of->symbol);
		fprintf(stream, ": %s", why);
	}
	fputs(" */\n", stream);
	if (why == NULL && of->also_above == NULL)
		put_prototype(stream, of);
}

static void put_line(FILE *stream, const char *what, const char *name)
{
	if (name == NULL)
		return;
	fprintf(stream, "\n * %s ", what);
	put_comment(stream, name);
}

/* Whether elfbind inject makes an entry point: for code of a component that is known. */
static bool is_entered(const struct header_input *input, const struct declaration *of)
{
	const struct meld_owners *owners = input->names->owners;
	uint32_t function = of->export->index;
	return is_identifier(of->symbol) && function >= input->module->imported_function_count &&
	       function < owners->count && owners->of_function[function] != MELD_UNKNOWN;
}

static void put_export(FILE *stream, const struct header_input *input, const struct declaration *of)
{
	const struct meld_signature *wit = meld_manifest_find(input->manifest, of->export->name);
	fputs("\n/* export ", stream);
	put_comment(stream, of->export->name);
	put_line(stream, "of component", export_names_owner(input->names, of->export->index));
	if (wit != NULL) {
		put_line(stream, "WIT:", wit->wit);
		put_line(stream, "memory:", wit->memory);
		put_line(stream, "realloc:", wit->realloc);
		put_line(stream, "afterwards call:", wit->post_return);
	}
	put_declaration(stream, of);
	/* Whatever C can say of the function, it is entered by two words. */
	if (is_entered(input, of))
		fprintf(stream, "extern const struct berth_entry berth_entry_%s;\n", of->symbol);
}

static void put_import(FILE *stream, const struct header_input *input, const struct declaration *of)
{
	uint32_t index = of->resolution->import;
	const struct wasm_module *module = input->module;
	const struct wasm_import *import = &module->imports[module->functions[index].import];
	fprintf(stream, "\n/* import %" PRIu32 " \"", index);
	put_comment(stream, import->module);
	fputs("\" \"", stream);
	put_comment(stream, import->field);
	fputc('"', stream);
	put_line(stream, "of component", export_names_owner(input->names, index));
	if (of->also_above != NULL)
		fprintf(stream, "\n * served by %s, which is declared above", of->symbol);
	put_declaration(stream, of);
}

/* --- the plan --------------------------------------------------------------------------- */

static const struct wasm_signature *signature_of(
	const struct wasm_module *module, uint32_t function)
{
	return &module->signatures[module->functions[function].signature];
}

static bool add_exports(struct diag *diag, const struct header_input *input,
	struct declaration *list, size_t *count)
{
	for (size_t i = 0; i < input->module->export_count; i++) {
		const struct wasm_export *export = &input->module->exports[i];
		if (export->kind != WASM_FUNCTION)
			continue;
		list[*count] =
			(struct declaration){.symbol = export_names_symbol(input->names, export),
				.signature = signature_of(input->module, export->index),
				.export = export};
		if (list[(*count)++].symbol == NULL)
			return diag_no_memory(diag);
	}
	return true;
}

static bool add_imports(struct diag *diag, const struct header_input *input,
	struct declaration *list, size_t *count)
{
	for (size_t i = 0; i < input->count; i++) {
		const struct resolution *resolution = &input->resolutions[i];
		list[*count] = (struct declaration){.symbol = strdup(resolution->native),
			.signature = signature_of(input->module, resolution->import),
			.resolution = resolution};
		if (list[(*count)++].symbol == NULL)
			return diag_no_memory(diag);
	}
	return true;
}

/* By symbol, of one symbol in the order of the header. */
static int compare_declarations(const void *left, const void *right)
{
	const struct declaration *a = *(const struct declaration *const *)left;
	const struct declaration *b = *(const struct declaration *const *)right;
	int order = strcmp(a->symbol, b->symbol);
	return order != 0 ? order : (a > b) - (a < b);
}

static const char *name_of(const struct header_input *input, const struct declaration *of)
{
	if (of->export != NULL)
		return of->export->name;
	return input->resolutions[of->resolution->import].kebab;
}

/* The resolver has seen to it that imports of one native fit each other. */
static bool check_symbols(
	struct diag *diag, const struct header_input *input, struct declaration *list, size_t count)
{
	struct declaration **sorted = calloc(count + 1, sizeof(struct declaration *));
	bool good = true;
	if (sorted == NULL)
		return diag_no_memory(diag);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &list[i];
	qsort(sorted, count, sizeof(struct declaration *), compare_declarations);
	for (size_t i = 1; i < count; i++) {
		struct declaration *a = sorted[i - 1];
		struct declaration *b = sorted[i];
		if (strcmp(a->symbol, b->symbol) != 0)
			continue;
		if (a->export == NULL && b->export == NULL)
			b->also_above = a;
		else
			good = diag_error(diag, input->module->path,
				"%s %s and %s %s would both be the symbol %s: name a native in "
				"--map, or an export in --export-map",
				a->export != NULL ? "export" : "import", name_of(input, a),
				b->export != NULL ? "export" : "import", name_of(input, b),
				a->symbol);
	}
	free(sorted);
	return good;
}

/* --- the header --------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

/* The guard holds a checksum of the module, for many are called core.wasm. */
static bool put_start(struct diag *diag, FILE *stream, const struct wasm_module *module)
{
	char *name = export_identifier(base_name(module->path));
	if (name == NULL)
		return diag_no_memory(diag);
	uint32_t crc = crc32_more(CRC32_START, module->file.bytes, module->file.size);
	fputs("/*\n * What the components of ", stream);
	put_comment(stream, base_name(module->path));
	fputs(" export and import, by their symbols in the\n"
	      " * firmware.  Made by symmap header: do not edit.\n"
	      " *\n"
	      " * Exports run in their component: call them through the runtime, by their entry\n"
	      " * points (berth_entry_NAME, from elfbind inject), which know the component.  An\n"
	      " * i32 is uint32_t, whatever its sign in WIT; an address is an offset in the\n"
	      " * component's memory.\n"
	      " */\n",
		stream);
	fprintf(stream, "#ifndef SYMMAP_%s_%08" PRIx32 "\n#define SYMMAP_%s_%08" PRIx32 "\n", name,
		crc, name, crc);
	fputs("\n#include <stdint.h>\n\nstruct berth_entry; /* berth/berth.h */\n"
	      "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n",
		stream);
	free(name);
	return true;
}

bool header_write(struct diag *diag, FILE *stream, const struct header_input *input)
{
	size_t count = 0;
	struct declaration *list =
		calloc(input->module->export_count + input->count + 1, sizeof(*list));
	bool good = list != NULL || diag_no_memory(diag);
	good = good && add_exports(diag, input, list, &count);
	good = good && add_imports(diag, input, list, &count);
	good = good && check_symbols(diag, input, list, count);
	good = good && put_start(diag, stream, input->module);
	for (size_t i = 0; good && i < count; i++) {
		if (list[i].export != NULL)
			put_export(stream, input, &list[i]);
		else
			put_import(stream, input, &list[i]);
	}
	if (good)
		fputs("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n", stream);
	for (size_t i = 0; i < count; i++)
		free(list[i].symbol);
	free(list);
	return good;
}
