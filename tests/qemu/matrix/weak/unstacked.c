/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Weakened, on Cortex-M: a request is served wherever the stack pointer of who
 * asks is, for its stack is said to be everywhere.  (On RISC-V a trap stores
 * nothing there, and nobody reads there.)
 */
#include "runtime/call.h"
#include "runtime/cortexm/handlers.h"
#include "weak.h"

enum berth_next svcall_original(struct berth_saved *saved, uint32_t psp) ORIGINAL(berth_on_svcall);
enum berth_next svcall_anywhere(struct berth_saved *saved, uint32_t psp)
	IN_PLACE_OF(berth_on_svcall);

enum berth_next svcall_anywhere(struct berth_saved *saved, uint32_t psp)
{
	struct berth_activation *caller = berth_running.current;
	const struct berth_context *context = caller->context;
	struct berth_context anywhere = *context;
	anywhere.stack_base = 0;
	anywhere.stack_size = UINT32_MAX;
	caller->context = &anywhere;
	enum berth_next next = svcall_original(saved, psp);
	caller->context = context;
	return next;
}
