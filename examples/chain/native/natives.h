/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The gates of the chain example, by their numbers; the table of them is in main.c. */
#ifndef NATIVES_H
#define NATIVES_H

#define GATE_ASK_TEXT 0	 /* import ask-text: func() -> u32 */
#define GATE_ASK_VAULT 1 /* import ask-vault: func() -> u32 */
#define GATE_COUNT 2

#endif
