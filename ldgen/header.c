/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "ldgen/header.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* What layout_is_name lets pass. */
enum { NAME_MOST = 64 };

/* Writes "#define BERTH_PREFIX_NAME_SUFFIX value", NAME in capitals. */
static void define(
	FILE *stream, const char *prefix, const char *name, const char *suffix, uint64_t value)
{
	fprintf(stream, "#define BERTH_%s_", prefix);
	for (const char *at = name; *at != '\0'; at++)
		fputc(toupper((unsigned char)*at), stream);
	fprintf(stream, "%s 0x%08" PRIx64 "\n", suffix, value);
}

static void write_contexts(const struct layout *layout, FILE *stream)
{
	fprintf(stream,
		"/* Contexts: what berth_call and its like take. */\n"
		"#define BERTH_CONTEXTS %zu\n",
		layout->context_count);
	for (size_t i = 0; i < layout->context_count; i++) {
		fprintf(stream, "#define BERTH_CONTEXT_");
		for (const char *at = layout->contexts[i].name; *at != '\0'; at++)
			fputc(toupper((unsigned char)*at), stream);
		fprintf(stream, " %zu\n", i);
	}
}

/* NAME up to its first dot, which is all of it where regions are not parts of components. */
static void define_part(
	FILE *stream, const char *prefix, const char *name, const char *suffix, uint64_t value)
{
	char part[NAME_MOST + 1];
	snprintf(part, sizeof(part), "%.*s", (int)strcspn(name, "."), name);
	define(stream, prefix, part, suffix, value);
}

static void write_region(const struct layout *layout, size_t index, FILE *stream)
{
	static const char *const prefixes[] = {[LAYOUT_MEMORY] = "MEMORY",
		[LAYOUT_DATA] = "DATA",
		[LAYOUT_CODE] = "CODE",
		[LAYOUT_PERIPHERAL] = "PERIPHERAL",
		[LAYOUT_SHARED] = "SHARED",
		[LAYOUT_CARVE] = "CARVE",
		[LAYOUT_JOINT] = "JOINT"};
	const struct layout_region *region = &layout->regions[index];
	/* Whose bank would be taken for it. */
	const char *name = index == layout_common_code(layout) ? "common" : region->name;
	char base[40] = "_BASE";
	char size[40] = "_SIZE";
	if (region->index >= 0) {
		snprintf(base, sizeof(base), "_%" PRId64 "_BASE", region->index);
		snprintf(size, sizeof(size), "_%" PRId64 "_SIZE", region->index);
	}
	define_part(stream, prefixes[region->kind], name, base, region->base);
	define_part(stream, prefixes[region->kind], name, size, region->size);
}

/* Four bytes of flash in each file that includes the header, and no stale one is linked. */
static void write_hold(uint32_t fingerprint, FILE *stream)
{
	fprintf(stream,
		"\n/*\n"
		" * If the linker does not find this symbol, the file was compiled with the\n"
		" * regions.h of another layout: compile it again, with the header that ldgen\n"
		" * wrote together with the layout.json of the region table.\n"
		" */\n"
		"#if !defined(__ASSEMBLER__) && !defined(BERTH_LAYOUT_UNCHECKED)\n"
		"extern const unsigned char berth_layout_%1$08" PRIx32 "[];\n"
		"static const unsigned char *const berth_layout_compiled\n"
		"\t__attribute__((used, section(\".rodata.berth.layout\"))) = "
		"berth_layout_%1$08" PRIx32 ";\n"
		"#endif\n",
		fingerprint);
}

bool header_write(struct diag *diag, const struct layout *layout, FILE *stream)
{
	uint32_t fingerprint;
	if (!layout_fingerprint(diag, layout, &fingerprint))
		return false;
	fprintf(stream, "/* Made by ldgen: change the manifest, not this file. */\n"
			"#ifndef BERTH_FIRMWARE_REGIONS_H\n"
			"#define BERTH_FIRMWARE_REGIONS_H\n\n");
	write_contexts(layout, stream);
	fprintf(stream, "\n/* Banks. */\n");
	for (size_t i = 0; i < layout->bank_count; i++) {
		const struct layout_bank *bank = &layout->banks[i];
		define(stream, "BANK", bank->name, "_ORIGIN", bank->origin);
		define(stream, "BANK", bank->name, "_LENGTH", bank->length);
		define(stream, "BANK", bank->name, "_RESERVE", bank->reserve);
	}
	fprintf(stream, "\n/* Regions: where they lie and the bytes in use. */\n");
	for (size_t i = 0; i < layout->region_count; i++)
		write_region(layout, i, stream);
	write_hold(fingerprint, stream);
	fprintf(stream, "\n#endif\n");
	return true;
}
