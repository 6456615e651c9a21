/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The version that --version prints and the region table's tools agree on. */
#ifndef BERTH_VERSION_H
#define BERTH_VERSION_H

#define BERTH_VERSION "0.1.0"

#endif
