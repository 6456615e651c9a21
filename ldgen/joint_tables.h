/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Where the function tables of components lie that call each other's code directly. */
#ifndef BERTH_LDGEN_JOINT_TABLES_H
#define BERTH_LDGEN_JOINT_TABLES_H

#include "ldgen/needs.h"

/*
 * Gives every joined component of NEEDS the tables of all code that its exports
 * run; USES, by component, says what that code uses.  False after a report: the
 * tables do not fit below the data of memory 0.
 */
bool joint_tables(const struct needs *needs, const struct meld_use *uses);

#endif
