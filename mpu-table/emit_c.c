/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Rows as C source.  Names of contexts are C identifiers; others go into comments, cleaned. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "mpu-table/emit.h"

uint32_t emit_pmpcfg(const struct rowset_context *context, size_t index)
{
	uint32_t word = 0;
	for (size_t i = 0; i < EMIT_ENTRIES; i++) {
		size_t entry = index * EMIT_ENTRIES + i;
		if (entry < context->count)
			word |= (context->rows[entry].words[1] & 0xff) << 8 * i;
	}
	return word;
}

/* What a comment can hold of TEXT. */
static void put_plain(const char *text, FILE *stream)
{
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;
		bool plain = isascii(byte) && (isalnum(byte) || strchr("_.-", byte) != NULL);
		fputc(plain ? byte : '?', stream);
	}
}

/* The comment behind row INDEX: its slot, what it is for and what it opens. */
static void put_comment(
	const struct rowset *set, const struct rowset_context *context, size_t index, FILE *stream)
{
	struct row_view view;
	const char *why;
	bool legal = set->architecture->decode(&set->target, context->rows, index, &view, &why);
	fprintf(stream, " /* %zu ", index);
	put_plain(context->names[index], stream);
	if (!legal || view.cover_count == 0) {
		fputs(": base of the next */\n", stream);
		return;
	}
	for (size_t i = 0; i < view.cover_count; i++)
		fprintf(stream, "%s 0x%08" PRIx64 " to 0x%08" PRIx64, i == 0 ? ":" : ",",
			view.covers[i].base, view.covers[i].base + view.covers[i].size - 1);
	fprintf(stream, " %s */\n", row_rights(view.access));
}

static void put_register_name(const char *name, FILE *stream)
{
	for (; *name != '\0'; name++)
		fputc(toupper((unsigned char)*name), stream);
}

/* How CMSIS loads a context; it has nothing for Armv7-R. */
static void put_use(const struct arch *arch, FILE *stream)
{
	const char *first = arch->names_slot ? "" : "0, ";
	if (arch->id == ARCH_ARMV7R)
		return;
	fprintf(stream,
		"/*\n"
		" * With CMSIS: -DMPU_ROW=ARM_MPU_Region_t, and -DMPU_ROW_HEADER='\"part.h\"' for "
		"the\n"
		" * header that has it.  ARM_MPU_Load(%sNAME_rows, NAME_row_count) loads a "
		"context;\n"
		" * clear the slots that another may have left behind it.\n"
		" */\n",
		first);
}

/* The type of a row, which whoever has CMSIS can replace by its own. */
static void put_type(const struct arch *arch, FILE *stream)
{
	put_use(arch, stream);
	fputs("#ifdef MPU_ROW_HEADER\n"
	      "#include MPU_ROW_HEADER\n"
	      "#endif\n"
	      "#ifndef MPU_ROW\n"
	      "struct mpu_row {\n",
		stream);
	for (uint32_t i = 0; i < arch->words; i++) {
		fputs("\tuint32_t ", stream);
		put_register_name(arch->registers[i], stream);
		fputs(";\n", stream);
	}
	fputs("};\n"
	      "#define MPU_ROW struct mpu_row\n"
	      "#endif\n",
		stream);
}

static void put_rows(const struct rowset *set, const struct rowset_context *context, FILE *stream)
{
	const struct arch *arch = set->architecture->arch;
	fprintf(stream,
		"\nextern const MPU_ROW %1$s_rows[%2$zu];\n"
		"extern const uint32_t %1$s_row_count;\n"
		"const uint32_t %1$s_row_count = %2$zu;\n"
		"const MPU_ROW %1$s_rows[%2$zu] = {\n",
		context->name, context->count);
	for (size_t i = 0; i < context->count; i++) {
		fputs("\t{", stream);
		for (uint32_t j = 0; j < arch->words; j++)
			fprintf(stream, "%s0x%08" PRIx32 "u", j == 0 ? "" : ", ",
				context->rows[i].words[j]);
		fputs("},", stream);
		put_comment(set, context, i, stream);
	}
	fputs("};\n", stream);
}

static void put_pmp(const struct rowset *set, const struct rowset_context *context, FILE *stream)
{
	size_t registers = (context->count + EMIT_ENTRIES - 1) / EMIT_ENTRIES;
	fprintf(stream,
		"\nextern const uint32_t %1$s_pmp_count, %1$s_pmpaddr[%2$zu], "
		"%1$s_pmpcfg[%3$zu];\n"
		"const uint32_t %1$s_pmp_count = %2$zu;\n"
		"const uint32_t %1$s_pmpaddr[%2$zu] = {\n",
		context->name, context->count, registers);
	for (size_t i = 0; i < context->count; i++) {
		fprintf(stream, "\t0x%08" PRIx32 "u,", context->rows[i].words[0]);
		put_comment(set, context, i, stream);
	}
	fprintf(stream, "};\nconst uint32_t %s_pmpcfg[%zu] = {", context->name, registers);
	for (size_t i = 0; i < registers; i++)
		fprintf(stream, "%s0x%08" PRIx32 "u", i == 0 ? "" : ", ", emit_pmpcfg(context, i));
	fputs("}; /* RV32: four entries in each */\n", stream);
}

void emit_c(const struct rowset *set, FILE *stream)
{
	const struct arch *arch = set->architecture->arch;
	fprintf(stream,
		"/* Made by mpu-table emit: make it anew, do not change it. */\n"
		"/* Protection rows for %s. */\n"
		"#include <stdint.h>\n",
		arch->name);
	if (arch->id != ARCH_RISCV) {
		fputc('\n', stream);
		put_type(arch, stream);
	}
	if (arch->id == ARCH_ARMV8M || arch->id == ARCH_ARMV81M)
		fprintf(stream,
			"\n/* MPU_MAIR0 and MPU_MAIR1, which the rows refer to. */\n"
			"extern const uint32_t mpu_mair[2];\n"
			"const uint32_t mpu_mair[2] = {0x%08" PRIx32 "u, 0x%08" PRIx32 "u};\n",
			set->target.mair[0], set->target.mair[1]);
	for (size_t i = 0; i < set->count; i++) {
		if (set->contexts[i].count == 0)
			continue; /* C has no empty arrays; cmd_emit refuses them */
		if (arch->id == ARCH_RISCV)
			put_pmp(set, &set->contexts[i], stream);
		else
			put_rows(set, &set->contexts[i], stream);
	}
}
