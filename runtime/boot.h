/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the files of the runtime share about the booted firmware. */
#ifndef BERTH_RUNTIME_BOOT_H
#define BERTH_RUNTIME_BOOT_H

#include "berth/regions.h"

/* The checked region table; NULL until berth_boot has succeeded. */
extern const struct berth_regions_header *berth_booted;

#endif
