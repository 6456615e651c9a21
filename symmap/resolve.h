/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Which native serves each import, and why.
 *
 * The first that hits decides:
 *   1. the map given by hand, by pair or by the import's name or kebab name;
 *   2. a native definition of exactly the import's name;
 *   3. a native definition whose kebab-case is the import's kebab name.
 * A component's own arena is a definition like others: it is named
 * __cabi_arena_realloc, counts only for the imports of that component, and is
 * bound under the component's own name for it (component_symbol).
 * No hit and two hits are errors; two hits list the candidates.
 *
 * The import's name is its field; for an import of a whole world, whose field
 * is empty or only "$N", its module.  The fuser also puts "$N" behind a field
 * when the module imports the same field without it: that "$N" is not part of
 * the name.
 *
 * Two imports that are the same function (one name, one module, one signature)
 * may share a native; two that are not may do so only by the map, and never
 * with different signatures.
 *
 * Where the native has DWARF that tells what it takes and returns, that must be
 * what the import takes and returns.
 */
#ifndef BERTH_RESOLVE_H
#define BERTH_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/diag.h"
#include "lib/meld.h"
#include "lib/wasm.h"
#include "symmap/map.h"
#include "symmap/natives.h"

/* A component of the module and the name it has in the firmware. */
struct component_name {
	uint32_t number;  /* meld's; 0 for a module that is one component */
	const char *name; /* borrowed; a C identifier */
	bool arena;	  /* elfbind inject will define its arena */
};

/*
 * The name that symbol NAME of component COMPONENT has in a firmware of many
 * components: COMPONENT, an underscore, NAME, in a new string; NULL when
 * memory ran out.
 */
char *component_symbol(const char *component, const char *name);

enum resolve_reason {
	RESOLVE_BY_MAP,
	RESOLVE_BY_NAME,
	RESOLVE_BY_KEBAB,
	RESOLVE_BY_ARENA,
	RESOLVE_BY_RULE, /* no native is known; this is what one may be called */
};

struct resolution {
	uint32_t import;    /* index in the module's imports and its function index */
	uint32_t component; /* meld's number, MELD_UNKNOWN when unsaid */
	char *kebab;	    /* the import's kebab name */
	char *native;	    /* the symbol that its calls shall name */
	enum resolve_reason reason;
	char *source; /* where it is defined: file, archive(member), map:line; and if it is weak */
	const struct native *definition; /* borrowed; NULL for an arena, and where it is believed */
	bool checked; /* its DWARF says the parameters and the result that the import has */
};

struct resolve_input {
	const struct wasm_module *module;
	const struct meld_owners *owners;
	const struct symbol_map *map;  /* NULL without one */
	const struct natives *natives; /* NULL: the natives of the map are believed */
	const struct component_name *components;
	size_t component_count;
	bool untyped; /* the signatures in the module are not those of the imports */
	bool by_rule; /* without natives, call them what the rule would find, and do not fail */
};

/*
 * Resolves every function import of the module, in order, into *RESULT, which
 * the caller frees with resolution_free.  Reports every import that fails, not
 * only the first.
 */
bool resolve_imports(struct diag *diag, const struct resolve_input *input,
	struct resolution **result, size_t *count);

void resolution_free(struct resolution *resolutions, size_t count);

/* The import's kebab name: kebab-case of the module when the field is empty or only "$N",
 * else of the field; in a new string, NULL when memory ran out. */
char *import_kebab(const struct wasm_import *import);

/* One sentence for people: "native of that kebab-case", … */
const char *resolve_reason_text(enum resolve_reason reason);

/*
 * The C identifier of an export by rule: every run of characters that are not
 * letters or digits becomes one underscore, the version is dropped
 * (ns:pkg/iface@1.0.0#get-all: ns_pkg_iface_get_all; a leading cabi_post_ stays);
 * a word that C or C++ reserves gets an underscore behind it (double: double_);
 * in a new string.
 */
char *export_identifier(const char *name);

#endif
