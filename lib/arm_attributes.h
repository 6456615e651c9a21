/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * What the build attributes of an ARM object say of its core ("Addenda to the
 * ABI for the Arm Architecture", 3: build attributes).
 *
 *     .ARM.attributes:  'A', then per vendor: u32 size, name, NUL, and
 *                       u8 1 (Tag_File), u32 size, attribute...
 *     attribute:        ULEB128 tag, then ULEB128 value or text with a NUL
 */
#ifndef BERTH_ARM_ATTRIBUTES_H
#define BERTH_ARM_ATTRIBUTES_H

#include <stdbool.h>

#include "lib/object.h"

/* Whether OBJECT says that it is for a core of the M profile, which has no Arm state. */
bool arm_is_microcontroller(const struct object *object);

#endif
