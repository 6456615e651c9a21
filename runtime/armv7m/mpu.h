/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The memory protection unit (PMSAv7; DDI 0403 B3.5). */
#ifndef BERTH_ARMV7M_MPU_H
#define BERTH_ARMV7M_MPU_H

#include <stdint.h>

#include "berth/regions.h"

/* The slots the MPU has; 0 without an MPU (MPU_TYPE.DREGION, B3.5.5). */
uint32_t berth_mpu_slots(void);

/*
 * Loads COUNT rows, each into the slot that its RBAR names, disables all other
 * slots and leaves the MPU on, with the default memory map for privileged
 * code (MPU_CTRL.PRIVDEFENA, B3.5.6).  Without rows unprivileged code can touch
 * nothing.  Privileged only.
 */
void berth_mpu_load(const struct berth_row *rows, uint32_t count);

#endif
