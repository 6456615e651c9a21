/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Who runs what is no code, or what lies in native memory, may end up anywhere: that ends, too. */
#include "astray.h"

#include <stdint.h>

#include "board.h"

#ifdef __arm__
#define SYST_CSR (*(volatile uint32_t *)0xe000e010) /* DDI 0403 B3.3 */
#define SYST_RVR (*(volatile uint32_t *)0xe000e014)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018)

enum { MOST_TICKS = 8 };

static volatile uint32_t ticks;
void board_systick(void);

void board_systick(void)
{
	if (++ticks < MOST_TICKS)
		return;
	print("\nastray\n");
	board_exit(1);
}

void watch(bool on)
{
	ticks = 0;
	SYST_RVR = 0xffffff;
	SYST_CVR = 0;
	SYST_CSR = on ? 7 : 0;
}

bool is_first_start(void)
{
	return true;
}
#else
void watch(bool on)
{
	(void)on;
}

/* After a reset mcause is 0 (ISA Manual, Volume II, 3.4); who ends up where the program
 * begins has come there by a trap, and would begin all of it once more. */
bool is_first_start(void)
{
	uint32_t cause;
	__asm__ volatile("csrr %0, mcause" : "=r"(cause));
	return cause == 0;
}
#endif
