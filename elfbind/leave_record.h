/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What a binding found out, as the record that stays in the object (lib/bind_record.h). */
#ifndef BERTH_LEAVE_RECORD_H
#define BERTH_LEAVE_RECORD_H

#include "elfbind/bind.h"
#include "elfbind/component_names.h"

/* Puts the record into the plan of BINDING, whose names are final. */
bool leave_record(struct diag *diag, struct binding *binding, const struct component_names *names);

#endif
