/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The part of binding that gives each use of an import its own symbol. */
#ifndef BERTH_BIND_IMPORTS_H
#define BERTH_BIND_IMPORTS_H

#include "elfbind/bind.h"

/*
 * Plans a symbol for every native that the object uses, and moves the uses to
 * them.  Needs split and resolutions.  Refused: an import whose address is
 * taken through a symbol that stands for several natives.
 */
bool bind_imports(struct diag *diag, struct binding *binding);

#endif
