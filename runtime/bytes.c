/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Copying and zeroing.  Words where both ends are aligned: the memories are
 * tens of kilobytes.
 */
#include "runtime/bytes.h"

#include "runtime/common.h"

typedef uint32_t __attribute__((may_alias)) word;

/* As many as a load and a store of several take at once. */
struct __attribute__((may_alias)) words {
	uint32_t word[4];
};

static BERTH_COMMON(bytes) inline void copy_words(struct words *to, const struct words *from)
{
#ifdef __riscv
	/* For a struct of this size gcc calls memcpy there, and memcpy comes here. */
	to->word[0] = from->word[0];
	to->word[1] = from->word[1];
	to->word[2] = from->word[2];
	to->word[3] = from->word[3];
#else
	*to = *from;
#endif
}

static BERTH_COMMON(bytes) _Bool is_aligned(const void *at)
{
	return ((uintptr_t)at & (sizeof(word) - 1)) == 0;
}

BERTH_COMMON(bytes) void berth_copy(void *to, const void *from, uint32_t size)
{
	uint8_t *out = to;
	const uint8_t *in = from;
	if (is_aligned(out) && is_aligned(in)) {
		/* What is written lies below what is still to be read. */
		for (; size >= sizeof(struct words); size -= (uint32_t)sizeof(struct words)) {
			copy_words((void *)out, (const void *)in);
			out += sizeof(struct words);
			in += sizeof(struct words);
		}
		for (; size >= sizeof(word); size -= (uint32_t)sizeof(word)) {
			*(word *)(void *)out = *(const word *)(const void *)in;
			out += sizeof(word);
			in += sizeof(word);
		}
	}
	while (size-- > 0)
		*out++ = *in++;
}

void berth_zero(void *to, uint32_t size)
{
	uint8_t *out = to;
	if (is_aligned(out)) {
		for (; size >= sizeof(struct words); size -= (uint32_t)sizeof(struct words)) {
			word *at = (word *)(void *)out;
			at[0] = 0;
			at[1] = 0;
			at[2] = 0;
			at[3] = 0;
			out += sizeof(struct words);
		}
	}
	while (size-- > 0)
		*out++ = 0;
}
