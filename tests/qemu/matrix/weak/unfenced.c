/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Weakened: the rows are loaded, and then nothing looks at them. */
#include "weak.h"

#ifdef __riscv
#include "runtime/riscv/csr.h"
#else
#include "runtime/cortexm/registers.h"
#endif

void protect_original(const void *rows, uint32_t count, uint32_t stack)
	ORIGINAL(berth_port_protect);
void protect_nothing(const void *rows, uint32_t count, uint32_t stack)
	IN_PLACE_OF(berth_port_protect);

#ifdef __riscv
/* A PMP has no switch, and without an entry nothing is open: entry 0, which is asked first, opens
 * everything (Volume II, 3.7.1; 0x1f: NAPOT, X, W, R). */
static void open_all(void)
{
	CSR_WRITE(pmpaddr0, UINT32_MAX);
	CSR_WRITE(pmpcfg0, (CSR_READ(pmpcfg0) & ~0xffu) | 0x1fu);
}
#else
static void open_all(void)
{
	MPU_CTRL = 0;
	barrier();
}
#endif

void protect_nothing(const void *rows, uint32_t count, uint32_t stack)
{
	protect_original(rows, count, stack);
	open_all();
}
