/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the names in the symbol table say: imports left unbound, allocators that grow. */
#include <ctype.h>
#include <string.h>

#include "elfbind/audit.h"

/* --- names ------------------------------------------------------------------------------ */

/* Whether TEXT is "$" and digits. */
static bool is_fuser_suffix(const char *text)
{
	return text[0] == '$' && text[1] != '\0' &&
	       text[1 + strspn(text + 1, "0123456789")] == '\0';
}

/* Words of letters and digits joined by single hyphens, at least two, the first not a digit. */
static bool is_kebab(const char *name)
{
	size_t words = 0;
	if (isdigit((unsigned char)name[0]))
		return false;
	for (;;) {
		size_t length = 0;
		while (isascii((unsigned char)name[length]) && isalnum((unsigned char)name[length]))
			length++;
		if (length == 0)
			return false;
		words++;
		if (name[length] != '-')
			return words > 1 &&
			       (name[length] == '\0' || is_fuser_suffix(name + length));
		name += length + 1;
	}
}

/* An interface's function: a package and a path, ns:pkg/iface, or a function behind '#'. */
static bool is_interface_name(const char *name)
{
	const char *colon = strchr(name, ':');
	return colon != NULL && colon != name &&
	       (strchr(colon, '/') != NULL || strchr(colon, '#') != NULL);
}

bool audit_is_wasm_name(const char *name)
{
	return name[0] == '\0' || is_fuser_suffix(name) || is_kebab(name) ||
	       is_interface_name(name);
}

/* --- allocators --------------------------------------------------------------------------- */

/* The functions by which runtimes of WebAssembly compilers grow a memory. */
static const char *const growing[] = {
	"wasm_rt_grow_memory",		 /* wasm2c */
	"wasm_rt_grow_memory_default32", /* wasm2c */
	"wasm_rt_grow_memory_default64", /* wasm2c */
	"wasmMemoryGrow",		 /* w2c2 */
	"aot_enlarge_memory",		 /* WAMR */
	"wasm_enlarge_memory",		 /* WAMR */
	"memory_grow",			 /* wasker */
	"instruction_memory_grow",	 /* aWsm */
	"expand_memory",		 /* aWsm */
	"wasmtime_builtin_memory_grow",	 /* wasmtime */
};

const char *const audit_allocators[] = {"dlmalloc", "emmalloc", "wee_alloc", "talc", "sbrk",
	"__rdl_alloc", /* what __rust_alloc is where a Rust program has the system's allocator */
	NULL};

bool audit_is_allocator(const char *name, size_t allocator)
{
	const char *word = audit_allocators[allocator];
	/* sbrk is a word of other names too; talc is one only as a path of Rust, old and new. */
	if (strcmp(word, "sbrk") == 0)
		return strcmp(name, word) == 0;
	if (strcmp(word, "talc") == 0)
		return strncmp(name, "talc::", 6) == 0 || strstr(name, "<talc::") != NULL ||
		       (strncmp(name, "_", 1) == 0 && strstr(name, "4talc") != NULL);
	return strstr(name, word) != NULL;
}

static bool is_growing(const char *name)
{
	for (size_t i = 0; i < sizeof(growing) / sizeof(growing[0]); i++)
		if (strcmp(name, growing[i]) == 0)
			return true;
	for (size_t i = 0; audit_allocators[i] != NULL; i++)
		if (audit_is_allocator(name, i))
			return true;
	return false;
}

/* --- symbols ------------------------------------------------------------------------------- */

static bool is_mapping_symbol(const struct object_symbol *symbol)
{
	const char *name = symbol->name;
	return name[0] == '$' && name[1] != '\0' && strchr("atdx", name[1]) != NULL &&
	       (name[2] == '\0' || name[2] == '.');
}

static void audit_undefined(struct audit *audit, const struct object_symbol *symbol)
{
	const struct object *image = audit->input->image;
	bool wasm = audit_is_wasm_name(symbol->name);
	/* What an object leaves to the linker is no fault, but what no linker can give is. */
	if (image->type == ET_REL && !wasm)
		return;
	bool weak = symbol->binding == STB_WEAK;
	audit_found(audit, weak ? AUDIT_WEAK : AUDIT_SYMBOLS);
	if (wasm)
		diag_error(audit->diag, image->path,
			"%s: a WebAssembly import is left unbound [symbol '%s']: bind the object "
			"with elfbind bind before it is linked",
			weak ? "A002" : "A001", symbol->name);
	else if (weak)
		diag_error(audit->diag, image->path,
			"A002: is weak and defined nowhere, its address is 0 [symbol %s]: link its "
			"definition, or the object without the reference",
			symbol->name);
	else
		diag_error(audit->diag, image->path,
			"A001: is not resolved [symbol %s]: link its definition, and do not let "
			"the linker ignore what is missing",
			symbol->name);
}

static void audit_defined(struct audit *audit, const struct object_symbol *symbol)
{
	if (symbol->type != STT_FUNC || !audit_is_wasm_name(symbol->name))
		return;
	audit_found(audit, AUDIT_NAMES);
	diag_error(audit->diag, audit->input->image->path,
		"A004: a function still has the name that WebAssembly gave it [symbol '%s']: bind "
		"the object with elfbind bind",
		symbol->name);
}

static void audit_symbol(struct audit *audit, const struct object_symbol *symbol)
{
	if (is_mapping_symbol(symbol) || symbol->type == STT_SECTION || symbol->type == STT_FILE)
		return;
	if (symbol->section == SHN_UNDEF)
		audit_undefined(audit, symbol);
	else
		audit_defined(audit, symbol);
	if (!is_growing(symbol->name))
		return;
	audit_found(audit, AUDIT_ALLOCATORS);
	diag_error(audit->diag, audit->input->image->path,
		"A006: grows a memory, which has a fixed size here [symbol %s]: allocate with "
		"cabi-arena-realloc instead",
		symbol->name);
}

void audit_symbols(struct audit *audit)
{
	static const enum audit_subject subjects[] = {
		AUDIT_SYMBOLS, AUDIT_WEAK, AUDIT_NAMES, AUDIT_ALLOCATORS};
	const struct object *image = audit->input->image;
	const size_t count = sizeof(subjects) / sizeof(subjects[0]);
	if (image->symbol_table == 0) {
		for (size_t i = 0; i < count; i++)
			audit_blind(audit, subjects[i], "the file has no symbol table");
		diag_error(audit->diag, image->path,
			"A007: has no symbol table, so that nothing can be said of its names "
			"[section .symtab]: audit the image before it is stripped");
		return;
	}
	for (size_t i = 0; i < count; i++)
		audit_looked(audit, subjects[i], "%zu symbols", image->symbol_count);
	/* The first symbol is the one that the format reserves. */
	for (size_t i = 1; i < image->symbol_count; i++)
		audit_symbol(audit, &image->symbols[i]);
}
