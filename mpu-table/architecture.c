/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The architectures by name: each encoder and decoder behind the same two functions. */
#include "mpu-table/architecture.h"

#include "mpu-table/armv6m_decode.h"
#include "mpu-table/armv6m_encode.h"
#include "mpu-table/armv7m_decode.h"
#include "mpu-table/armv7m_encode.h"
#include "mpu-table/armv7r_decode.h"
#include "mpu-table/armv7r_encode.h"
#include "mpu-table/armv8m_decode.h"
#include "mpu-table/armv8m_encode.h"
#include "mpu-table/riscv_decode.h"
#include "mpu-table/riscv_encode.h"

static size_t encode_armv7m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
	return armv7m_encode(request, rows);
}

static bool decode_armv7m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	(void)target;
	return armv7m_decode(rows[index].words[0], rows[index].words[1], view, why);
}

static size_t encode_armv6m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
	return armv6m_encode(request, rows);
}

static bool decode_armv6m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	(void)target;
	return armv6m_decode(rows[index].words[0], rows[index].words[1], view, why);
}

static size_t encode_armv7r(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
	return armv7r_encode(request, rows);
}

static bool decode_armv7r(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	(void)target;
	return armv7r_decode(&rows[index], view, why);
}

static size_t encode_armv8m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	(void)target;
	return armv8m_encode(request, false, rows);
}

static size_t encode_armv81m(
	const struct row_target *target, const struct row_request *request, struct row *rows)
{
	return armv8m_encode(request, target->pxn, rows);
}

static bool decode_armv8m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	return armv8m_decode(&rows[index], target->mair, false, view, why);
}

static bool decode_armv81m(const struct row_target *target, const struct row *rows, size_t index,
	struct row_view *view, const char **why)
{
	return armv8m_decode(&rows[index], target->mair, true, view, why);
}

/* --- all ----------------------------------------------------------------------------------- */

/* By enum arch_id. */
static const struct architecture architectures[ARCH_COUNT] = {
	{&arch_list[ARCH_ARMV6M], OVERLAP_HIGHEST_DECIDES, encode_armv6m, decode_armv6m},
	{&arch_list[ARCH_ARMV7M], OVERLAP_HIGHEST_DECIDES, encode_armv7m, decode_armv7m},
	{&arch_list[ARCH_ARMV7R], OVERLAP_HIGHEST_DECIDES, encode_armv7r, decode_armv7r},
	{&arch_list[ARCH_ARMV8M], OVERLAP_FAULTS, encode_armv8m, decode_armv8m},
	{&arch_list[ARCH_ARMV81M], OVERLAP_FAULTS, encode_armv81m, decode_armv81m},
	{&arch_list[ARCH_RISCV], OVERLAP_LOWEST_DECIDES, riscv_encode, riscv_decode},
};

const struct architecture *architecture_at(size_t index)
{
	return index < ARCH_COUNT ? &architectures[index] : NULL;
}

const struct architecture *architecture_of(const struct arch *arch)
{
	return &architectures[arch->id];
}

const struct architecture *architecture_find(const char *name)
{
	const struct arch *arch = arch_find(name);
	return arch == NULL ? NULL : architecture_of(arch);
}

struct row_target architecture_plain_target(void)
{
	return (struct row_target){.mair = {ARMV8M_MAIR0, ARMV8M_MAIR1}};
}
