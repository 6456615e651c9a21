/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What is loaded elsewhere than where it runs, as the initial values of data that
 * lie in flash: a row must not open these either.  No section says where they lie,
 * only the segments do (p_paddr; gABI, "Program Header").
 */
#include "lib/checked.h"
#include "mpu-table/check.h"

#define ROW "[context %s, row %u, region %s]"

void check_opened_loads(
	struct checker *checker, const struct row_place *place, const struct layout_range *range)
{
	size_t count = 0;
	if (elf_getphdrnum(checker->image->elf, &count) != 0)
		return;
	for (size_t i = 0; i < count && i <= INT32_MAX; i++) {
		GElf_Phdr segment;
		if (gelf_getphdr(checker->image->elf, (int)i, &segment) == NULL ||
			segment.p_type != PT_LOAD || segment.p_paddr == segment.p_vaddr ||
			segment.p_paddr > UINT64_MAX - segment.p_filesz ||
			!checked_overlap(
				segment.p_paddr, segment.p_filesz, range->base, range->size))
			continue;
		check_finding(checker, "R13",
			"opens bytes of what is loaded at 0x%08llx to 0x%08llx for 0x%08llx " ROW
			": load initial data (LMA) where no row opens it, in the reserve of the "
			"bank",
			(unsigned long long)segment.p_paddr,
			(unsigned long long)(segment.p_paddr + segment.p_filesz - 1),
			(unsigned long long)segment.p_vaddr, place->context_name, place->slot,
			place->region_name);
	}
}
