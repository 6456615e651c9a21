/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* What the panel's imports ask-text and ask-vault are bound to. */
#include "natives.h"

#include "berth/berth.h"

BERTH_GATE(ask_text, GATE_ASK_TEXT);
BERTH_GATE(ask_vault, GATE_ASK_VAULT);
