/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The panel: asks two other components, whose code it calls directly. */
#include "guest.h"
#include "panel_guest.h"

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(
	void *old, size_t old_size, size_t align, size_t new_size)
{
	return (void *)(uintptr_t)panel_guest_cabi_arena_realloc(
		(uint32_t)(uintptr_t)old, old_size, align, new_size);
}

/* Called by index, for the panel has a function table, too. */
static void send_raw(uint32_t raw)
{
	berth_chain_text_number((int32_t)raw);
}

static void send_scaled(uint32_t raw)
{
	berth_chain_text_number(berth_chain_scale_convert(raw));
}

static void (*const volatile senders[])(uint32_t raw) = {send_raw, send_scaled};

/* Readings above the scale's are shown as they are. */
void exports_berth_chain_panel_show(
	panel_guest_string_t *name, uint32_t raw, panel_guest_string_t *ret)
{
	senders[raw < 8](raw);
	berth_chain_text_label(name, ret);
}

uint32_t exports_berth_chain_panel_ask(uint32_t whom)
{
	return whom == 0 ? panel_guest_ask_text() : panel_guest_ask_vault();
}

uint32_t exports_berth_chain_panel_peek(uint32_t at)
{
	return *(volatile uint32_t *)(uintptr_t)at;
}

void exports_berth_chain_panel_poke(uint32_t at, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)at = value;
}
