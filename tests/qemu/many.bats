#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# 64 components, each an object of its own from the compiler, behind eight regions.

load qemu

many=$BERTH_BUILD/qemu/many

@test "each of 64 components keeps its own, touches nothing else and calls the next" {
	for machine in mps2-an385 mps2-an386; do
		boot "$many/firmware.elf" "$machine"
		[ "$status" -eq 0 ]
		has "64 components, 0 wrong"
	done
}

@test "the table has 64 contexts, none with more rows than the hardware has" {
	run "$BERTH_BIN/mpu-table" check "$many/firmware.elf"
	[ "$status" -eq 0 ]
	[[ "$output" == *"64 contexts, 192 rows"* ]]
}
