/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Weakened: slots that a component has no row for keep those of who ran before it. */
#include "rows.h"

uint32_t weaken_rows(weak_row *rows, uint32_t count, const struct berth_context *context)
{
	static weak_row earlier[MOST_ROWS];
	static uint32_t most;
	(void)context;
	for (uint32_t i = 0; i < count; i++)
		earlier[i] = rows[i];
	for (uint32_t i = count; i < most; i++)
		rows[i] = earlier[i];
	most = count > most ? count : most;
	return most;
}
