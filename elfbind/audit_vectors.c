/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The vector table of a firmware for an M-profile core: without the runtime's
 * handlers in it, no component's call ever comes back.  No linker minds, and
 * start-up files of vendors fill the entries with endless loops.
 *
 * The entries are those of DDI 0403, B1.5.2: words, each the address of a
 * handler with bit 0 set for Thumb.
 */
#include <inttypes.h>

#include "elfbind/audit.h"

static const struct {
	uint32_t entry;
	const char *exception;
	const char *handler;
} wanted[] = {
	{3, "HardFault", "berth_fault_handler"},
	{4, "MemManage", "berth_fault_handler"},
	{5, "BusFault", "berth_fault_handler"},
	{6, "UsageFault", "berth_fault_handler"},
	{11, "SVCall", "berth_svcall_handler"},
};

/* The table of ldgen's script, or of the usual start-up files. */
static const struct object_section *vectors_of(const struct object *image)
{
	const struct object_section *section = object_section(image, ".vectors");
	return section != NULL ? section : object_section(image, ".isr_vector");
}

void audit_vectors(struct audit *audit)
{
	const struct object *image = audit->input->image;
	const struct object_section *section = vectors_of(image);
	if (image->machine != EM_ARM || image->type == ET_REL || section == NULL ||
		section->bytes == NULL || object_global(image, "berth_boot") == NULL)
		return;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const struct object_symbol *handler = object_global(image, wanted[i].handler);
		uint64_t at = 4 * (uint64_t)wanted[i].entry;
		if (at + 4 > section->size)
			break;
		uint32_t word = object_word(image, section->bytes + at);
		if (handler != NULL && (word | 1u) == ((uint32_t)handler->value | 1u))
			continue;
		diag_note(audit->diag, image->path,
			"A020: entry %" PRIu32 " of the vector table, %s, is 0x%08" PRIx32
			" and not %s, so that components cannot be left [section %s]: put it "
			"there, or branch to it from what is there",
			wanted[i].entry, wanted[i].exception, word, wanted[i].handler,
			section->name);
	}
}
