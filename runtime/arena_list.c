/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * The arena's free list: segregated fits with two levels of bitmaps, after
 * Masmano et al., "TLSF: a new dynamic memory allocator for real-time systems"
 * (ECRTS 2004).  No step depends on how many blocks there are.
 *
 *     arena                                                              end
 *     | lists | block | block | free block ............ | block | ... | 0 |
 *
 *     block:       header | payload, from an address that 8 divides
 *     free block:  header | next | previous | ...... | its size
 *     header:      size of the whole block, a multiple of 8 | FREE | BEFORE_FREE
 *
 * Places ("at") count from the start of the arena; next and previous are places
 * of headers, 0 for none.  A free list holds blocks of one class: rows by
 * powers of two, four columns each.
 *
 * All of it is the component's to overwrite, and native code runs this
 * privileged.  So no number is believed: a place is used only when it is one
 * where a block could be, a size only when it ends in the arena.  Then
 * whatever was written there, nothing beside the arena is touched, and
 * the number of steps is the same.
 */
#include <stddef.h>

#include "runtime/arena_policy.h"
#include "runtime/common.h"

#define COMMON BERTH_COMMON(list)

enum {
	FREE = 1,	 /* the block */
	BEFORE_FREE = 2, /* the one before, whose size lies in front of the header */
	FLAGS = 7,
	HEADER = 4,
	LEAST = 16, /* bytes of a block: header, next, previous, size */
	COLUMNS = 4,
	MOST_ROWS = 28,
	FORMATTED = 0x7453694c, /* in the state, once the lists are in the arena */
};

/* At the start of the arena.  A head means something only where its bit is set. */
struct lists {
	uint32_t rows;		    /* bit R: a column of row R has blocks */
	uint8_t columns[MOST_ROWS]; /* bit C of entry R: the list has blocks */
	uint32_t heads[];	    /* of row R, column C: entry COLUMNS R + C */
};

/* An arena with what its constants say; 0 as `end` when no block would fit. */
struct view {
	uint32_t base; /* address of the arena */
	struct berth_arena_state *state;
	struct lists *lists;
	uint32_t rows;
	uint32_t first; /* place of the first header */
	uint32_t end;	/* place of the last, which is no block's: size 0 */
};

/* --- places ------------------------------------------------------------------------- */

static COMMON uint32_t address_of(const struct view *view, uint32_t at)
{
	return view->base + at;
}

/* The word at AT, which is first or behind, and at most end: multiples of 4 all of them. */
static COMMON uint32_t *word(const struct view *view, uint32_t at)
{
	return berth_bytes(address_of(view, at), sizeof(uint32_t));
}

static COMMON bool is_place(const struct view *view, uint32_t at)
{
	return at >= view->first && at < view->end && (at - view->first) % 8 == 0;
}

/* Bytes of the block at place AT; 0 when its header cannot be true. */
static COMMON uint32_t size_at(const struct view *view, uint32_t at)
{
	uint32_t size = *word(view, at) & ~(uint32_t)FLAGS;
	return size >= LEAST && size <= view->end - at ? size : 0;
}

static COMMON bool is_free_block(const struct view *view, uint32_t at)
{
	return is_place(view, at) && (*word(view, at) & FREE) != 0 && size_at(view, at) != 0;
}

/* --- classes ------------------------------------------------------------------------ */

/* Place of the highest bit of VALUE, which is not 0, without an instruction for it. */
static COMMON uint32_t highest_bit(uint32_t value)
{
#ifdef __ARM_FEATURE_CLZ
	return 31u - (uint32_t)__builtin_clz(value);
#else
	uint32_t bit = 0;
	for (uint32_t step = 16; step != 0; step /= 2) {
		if (value >> step != 0) {
			value >>= step;
			bit += step;
		}
	}
	return bit;
#endif
}

static COMMON uint32_t lowest_bit(uint32_t value)
{
	return highest_bit(value & (0u - value));
}

/* COLUMNS R + C of a block of SIZE bytes, at least LEAST. */
static COMMON uint32_t class_of(uint32_t size)
{
	if (size < 32)
		return size / 8;
	uint32_t bit = highest_bit(size);
	return (bit - 4) * COLUMNS + (size >> (bit - 2) & 3);
}

/* The lowest class of which every block has SIZE bytes. */
static COMMON uint32_t class_above(uint32_t size)
{
	return class_of(size < 32 ? size : size + (1u << (highest_bit(size) - 2)) - 1);
}

/* The lowest class from CLASS up that has blocks; UINT32_MAX for none. */
static COMMON uint32_t find_class(const struct view *view, uint32_t class)
{
	uint32_t row = class / COLUMNS;
	uint32_t columns =
		row < view->rows ? view->lists->columns[row] & (0xfu << class % COLUMNS) & 0xfu : 0;
	if (columns == 0) {
		uint32_t rows = row + 1 < view->rows ? view->lists->rows >> (row + 1) : 0;
		if (rows == 0)
			return UINT32_MAX;
		row += 1 + lowest_bit(rows);
		columns = row < view->rows ? view->lists->columns[row] & 0xfu : 0;
	}
	return columns == 0 ? UINT32_MAX : row * COLUMNS + lowest_bit(columns);
}

static COMMON bool has_blocks(const struct view *view, uint32_t class)
{
	return (view->lists->columns[class / COLUMNS] >> class % COLUMNS & 1) != 0;
}

/* --- lists ---------------------------------------------------------------------------- */

/* Makes the SIZE bytes at AT a free block; the one before is in use. */
static COMMON void insert(const struct view *view, uint32_t at, uint32_t size)
{
	uint32_t class = class_of(size);
	uint32_t next = has_blocks(view, class) ? view->lists->heads[class] : 0;
	if (!is_place(view, next))
		next = 0;
	*word(view, at) = size | FREE;
	*word(view, at + 4) = next;
	*word(view, at + 8) = 0;
	*word(view, at + size - 4) = size;
	*word(view, at + size) |= BEFORE_FREE;
	if (next != 0)
		*word(view, next + 8) = at;
	view->lists->heads[class] = at;
	view->lists->columns[class / COLUMNS] |= (uint8_t)(1u << class % COLUMNS);
	view->lists->rows |= 1u << class / COLUMNS;
}

static COMMON void set_head(const struct view *view, uint32_t class, uint32_t next)
{
	view->lists->heads[class] = next;
	if (next != 0)
		return;
	uint32_t row = class / COLUMNS;
	view->lists->columns[row] &= (uint8_t) ~(1u << class % COLUMNS);
	if (view->lists->columns[row] == 0)
		view->lists->rows &= ~(1u << row);
}

/* Takes the free block of SIZE bytes at AT out of its list; false when that list is damaged. */
static COMMON bool take(const struct view *view, uint32_t at, uint32_t size)
{
	uint32_t next = *word(view, at + 4);
	uint32_t previous = *word(view, at + 8);
	if ((next != 0 && !is_free_block(view, next)) ||
		(previous != 0 && !is_free_block(view, previous)))
		return false;
	if (next != 0)
		*word(view, next + 8) = previous;
	if (previous != 0)
		*word(view, previous + 4) = next;
	else
		set_head(view, class_of(size), next);
	return true;
}

/* --- the arena --------------------------------------------------------------------------- */

static COMMON void format(const struct view *view)
{
	view->lists->rows = 0;
	for (uint32_t i = 0; i < MOST_ROWS; i++)
		view->lists->columns[i] = 0;
	*word(view, view->end) = 0;
	insert(view, view->first, view->end - view->first);
	view->state->used = 0;
	view->state->blocks = 0;
	view->state->reserved = FORMATTED;
}

/* Where things are, from the constants alone; false when the arena is too small for any. */
static COMMON bool look(struct view *view, const struct berth_arena *arena)
{
	view->base = arena->memory_base + arena->offset;
	uint32_t start = (0u - view->base) & 7u;
	view->state = berth_arena_state(arena);
	view->rows = class_of(arena->size | LEAST) / COLUMNS + 1;
	uint32_t lists = (uint32_t)sizeof(struct lists) + view->rows * COLUMNS * 4;
	view->first = start + ((lists + 7u) & ~7u) + HEADER;
	if (arena->size < view->first + LEAST + HEADER)
		return false;
	/* As far from the first header as a multiple of 8 goes, and its own four bytes. */
	view->end = view->first + ((arena->size - HEADER - view->first) & ~7u);
	view->lists = berth_bytes(address_of(view, start), lists);
	return true;
}

/* An arena whose numbers are not impossible on their face, formatted. */
static COMMON bool enter(struct view *view, const struct berth_arena *arena)
{
	if (!look(view, arena))
		return false;
	const struct berth_arena_state *state = view->state;
	if (state->high_water > arena->size || state->used > arena->size)
		return false;
	if (state->reserved == 0 && state->used == 0)
		format(view);
	return state->reserved == FORMATTED;
}

static COMMON void count(const struct view *view, uint32_t more, uint32_t less, uint32_t blocks)
{
	struct berth_arena_state *state = view->state;
	state->used = state->used + more - less;
	state->blocks += blocks;
	if (state->used > state->high_water)
		state->high_water = state->used;
}

/* Bytes of a block whose payload has LENGTH; 0 when no arena is that large. */
static COMMON uint32_t block_size(const struct view *view, uint32_t length)
{
	if (length > view->end - view->first - HEADER)
		return 0;
	uint32_t size = (length + HEADER + 7u) & ~7u;
	return size < LEAST ? LEAST : size;
}

/*
 * Makes the first SIZE of WHOLE bytes at AT a block in use, with the FLAGS of
 * what lies before; the rest becomes free where a block fits in it.  Returns
 * its size.
 */
static COMMON uint32_t settle(
	const struct view *view, uint32_t at, uint32_t whole, uint32_t size, uint32_t before)
{
	if (whole - size < LEAST) {
		size = whole;
		*word(view, at + size) &= ~(uint32_t)BEFORE_FREE;
	} else {
		insert(view, at + size, whole - size);
	}
	*word(view, at) = size | before;
	return size;
}

/*
 * The first block of the list of CLASS, out of it, when it has SIZE bytes;
 * *WHOLE is what it has.  0 when it has fewer, or something is damaged.
 */
static COMMON uint32_t take_first(
	const struct view *view, uint32_t class, uint32_t size, uint32_t *whole)
{
	uint32_t at = view->lists->heads[class];
	if (!is_place(view, at) || (*word(view, at) & FREE) == 0)
		return 0;
	*whole = size_at(view, at);
	if (*whole < size)
		return 0;
	uint32_t next = *word(view, at + 4);
	if (next != 0) {
		if (!is_free_block(view, next))
			return 0;
		*word(view, next + 8) = 0;
	}
	set_head(view, class, next);
	return at;
}

/* A free block of SIZE bytes or more, *WHOLE, out of its list; 0 when there is none. */
static COMMON uint32_t find(const struct view *view, uint32_t size, uint32_t *whole)
{
	uint32_t class = find_class(view, class_above(size));
	if (class != UINT32_MAX)
		return take_first(view, class, size, whole);
	/* The first of the class below may be large enough all the same. */
	class = class_of(size);
	if (class / COLUMNS >= view->rows || !has_blocks(view, class))
		return 0;
	return take_first(view, class, size, whole);
}

/* What must stay free in front of a payload at AT + HEADER, so that ALIGN divides its address. */
static COMMON uint32_t gap_before(const struct view *view, uint32_t at, uint32_t align)
{
	uint32_t gap = (0u - address_of(view, at + HEADER)) & (align - 1);
	return gap != 0 && gap < LEAST ? gap + align : gap;
}

COMMON uint32_t berth_list_allocate(
	const struct berth_arena *arena, uint32_t align, uint32_t length)
{
	struct view view;
	if (!enter(&view, arena))
		return BERTH_ARENA_FAILED;
	uint32_t size = block_size(&view, length);
	uint32_t more = align > 8 ? align + 8 : 0;
	if (size == 0 || size + more < size)
		return BERTH_ARENA_FAILED;
	uint32_t whole;
	uint32_t at = find(&view, size + more, &whole);
	if (at == 0)
		return BERTH_ARENA_FAILED;
	uint32_t gap = align > 8 ? gap_before(&view, at, align) : 0;
	if (gap != 0)
		insert(&view, at, gap);
	uint32_t before = gap != 0 ? BEFORE_FREE : 0;
	size = settle(&view, at + gap, whole - gap, size, before);
	count(&view, size, 0, 1);
	return arena->offset + at + gap + HEADER;
}

/* AT, when a block in use is there; else 0. */
static COMMON uint32_t used_block(const struct view *view, uint32_t at)
{
	if (!is_place(view, at) || (*word(view, at) & FREE) != 0)
		return 0;
	return size_at(view, at) != 0 ? at : 0;
}

/* Adds the free block behind the SIZE bytes at AT, if there is one; 0 when it is damaged. */
static COMMON uint32_t join_next(const struct view *view, uint32_t at, uint32_t size)
{
	uint32_t next = at + size;
	if (next == view->end || (*word(view, next) & FREE) == 0)
		return size;
	uint32_t more = size_at(view, next);
	return more != 0 && take(view, next, more) ? size + more : 0;
}

/* Moves *AT to the free block before it, if there is one; false when that one is damaged. */
static COMMON bool join_previous(const struct view *view, uint32_t *at, uint32_t *size)
{
	if ((*word(view, *at) & BEFORE_FREE) == 0 || *at == view->first)
		return true;
	uint32_t before = *word(view, *at - 4);
	if (!is_free_block(view, *at - before) || size_at(view, *at - before) != before ||
		!take(view, *at - before, before))
		return false;
	*at -= before;
	*size += before;
	return true;
}

static COMMON bool release(const struct view *view, uint32_t at)
{
	uint32_t less = size_at(view, at);
	uint32_t size = join_next(view, at, less);
	if (size == 0 || !join_previous(view, &at, &size))
		return false;
	insert(view, at, size);
	count(view, 0, less < view->state->used ? less : view->state->used, 0u - 1u);
	return true;
}

COMMON bool berth_list_free(const struct berth_arena *arena, uint32_t old)
{
	struct view view;
	if (!enter(&view, arena))
		return false;
	uint32_t at = used_block(&view, old - arena->offset - HEADER);
	return at != 0 && release(&view, at);
}

/*
 * How large the block of HAD bytes at AT can be when it shall have SIZE: with
 * the free block behind it, which is taken out of its list, where that is of
 * use.  0 when it must move; *VALID is false when something is damaged.
 */
static COMMON uint32_t reach(
	const struct view *view, uint32_t at, uint32_t had, uint32_t size, bool *valid)
{
	uint32_t next = at + had;
	if (size > had && !(is_free_block(view, next) && size - had <= size_at(view, next)))
		return 0;
	if (size <= had && had - size < LEAST)
		return had;
	uint32_t whole = join_next(view, at, had);
	*valid = whole != 0;
	return whole;
}

COMMON bool berth_list_resize(const struct berth_arena *arena, uint32_t old, uint32_t old_length,
	uint32_t align, uint32_t length, bool *valid)
{
	struct view view;
	uint32_t at = 0;
	if (enter(&view, arena))
		at = used_block(&view, old - arena->offset - HEADER);
	*valid = at != 0 && old_length <= size_at(&view, at) - HEADER;
	if (!*valid)
		return false;
	if (length == 0) {
		*valid = release(&view, at);
		return *valid;
	}
	uint32_t size = block_size(&view, length);
	uint32_t had = size_at(&view, at);
	if (size == 0 || (address_of(&view, at + HEADER) & (align - 1)) != 0)
		return false;
	uint32_t whole = reach(&view, at, had, size, valid);
	if (whole == 0)
		return false;
	size = settle(&view, at, whole, size, *word(&view, at) & BEFORE_FREE);
	count(&view, size, had, 0);
	return true;
}

BERTH_COMMON_DATA(list)
const struct berth_list_policy berth_list_policy = {
	berth_list_allocate, berth_list_resize, berth_list_free};
