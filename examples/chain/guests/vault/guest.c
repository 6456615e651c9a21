/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The vault: fused into the same module, and called by none of its components. */
#include "vault_guest.h"

static volatile uint32_t value = 0x5ec2e7;

void exports_berth_chain_vault_keep(uint32_t given)
{
	value = given;
}

uint32_t exports_berth_chain_vault_kept(void)
{
	return value;
}
