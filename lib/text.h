/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* Text that is put together. */
#ifndef BERTH_TEXT_H
#define BERTH_TEXT_H

/* A new string as printf would write it; NULL, unreported, when memory ran out. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
