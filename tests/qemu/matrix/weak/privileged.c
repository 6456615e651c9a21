/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Weakened, on Cortex-M: components run privileged.  Entering begins at an
 * instruction that asks for privilege, and whose handler goes on at the export.
 */
#include "runtime/cortexm/handlers.h"
#include "runtime/cortexm/registers.h"
#include "weak.h"

void enter_original(const uint32_t *arguments, uint32_t stack, berth_export *function,
	const struct berth_context *context) ORIGINAL(berth_port_enter);
void enter_privileged(const uint32_t *arguments, uint32_t stack, berth_export *function,
	const struct berth_context *context) IN_PLACE_OF(berth_port_enter);
enum berth_next svcall_original(struct berth_saved *saved, uint32_t psp) ORIGINAL(berth_on_svcall);
enum berth_next svcall_raises(struct berth_saved *saved, uint32_t psp) IN_PLACE_OF(berth_on_svcall);

extern berth_export weak_raise;
__asm__(".pushsection .text.berth.common.weak_raise, \"ax\", %progbits\n"
	"	.balign 4\n"
	"	.thumb\n"
	"	.global weak_raise\n"
	"	.type weak_raise, %function\n"
	"	.thumb_func\n"
	"weak_raise:\n"
	"	svc #254\n"
	"	.size weak_raise, . - weak_raise\n"
	"	.popsection\n");

static uint32_t wanted; /* the export, with the bit for Thumb */

void enter_privileged(const uint32_t *arguments, uint32_t stack, berth_export *function,
	const struct berth_context *context)
{
	wanted = (uint32_t)(uintptr_t)function;
	enter_original(arguments, stack, weak_raise, context);
}

enum berth_next svcall_raises(struct berth_saved *saved, uint32_t psp)
{
	struct frame *frame = (void *)(uintptr_t)psp;
	if (frame->pc - 2 != ((uint32_t)(uintptr_t)weak_raise & ~1u))
		return svcall_original(saved, psp);
	frame->r12 = wanted;
	frame->pc = wanted & ~1u;
	/* CONTROL.nPRIV is for thread mode, to which the handler returns (DDI 0403 B1.4.4). */
	__asm__ volatile("msr control, %0" ::"r"(READ_SPECIAL(control) & ~CONTROL_NPRIV));
	return BERTH_NEXT_RESUME;
}
