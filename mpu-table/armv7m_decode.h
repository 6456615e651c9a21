/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Decoding protection rows of the Armv7-M MPU: what the hardware does with a
 * pair of MPU_RBAR and MPU_RASR.
 *
 * Source: Armv7-M Architecture Reference Manual (DDI 0403), B3.5.  Written
 * from the manual's field tables, not from the encoder.
 */
#ifndef BERTH_ARMV7M_DECODE_H
#define BERTH_ARMV7M_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/layout.h"

enum armv7m_memory {
	ARMV7M_STRONGLY_ORDERED,
	ARMV7M_DEVICE,
	ARMV7M_NORMAL_UNCACHED,
	ARMV7M_NORMAL_CACHED,
	ARMV7M_MEMORY_RESERVED /* a reserved encoding */
};

struct armv7m_view {
	bool enabled;
	bool slot_valid; /* RBAR.VALID: the row names its slot */
	unsigned slot;
	uint64_t base;
	uint64_t size;		/* bytes, before subregions */
	uint8_t subregions_off; /* SRD */
	unsigned access;	/* unprivileged rights, enum layout_access */
	unsigned privileged;	/* privileged rights */
	enum armv7m_memory memory;
	bool shareable;
	struct layout_range covers[8]; /* what it opens, ascending, neighbours joined */
	size_t cover_count;
};

/*
 * Decodes the pair into *VIEW.  False when the pair is illegal or
 * unpredictable on the hardware; *WHY then names the field and the rule.
 */
bool armv7m_decode(uint32_t rbar, uint32_t rasr, struct armv7m_view *view, const char **why);

#endif
