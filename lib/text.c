/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "lib/text.h"

#include <stdarg.h>
#include <stdio.h>

char *text_format(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return text;
}
