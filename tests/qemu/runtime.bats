#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The runtime alone: a region table, initial data and components written by hand.

load qemu

# Where the runtime's own code lies differs from build to build.
plain() {
	sed 's/pc 0x0000[0-9a-f]*$/pc CODE/' <<<"$output"
}

# The same firmware on every machine that has what it needs.
every_case() { # machine
	boot "$BERTH_BUILD/qemu/runtime.elf" "$1"
	[ "$status" -eq 0 ]
	diff "$BERTH_ROOT/tests/qemu/runtime/expected.log" <(plain)
}

@test "every case ends as it should, and the firmware goes on (Cortex-M3, mps2-an385)" {
	every_case mps2-an385
}

@test "every case ends as it should, and the firmware goes on (Cortex-M4, mps2-an386)" {
	every_case mps2-an386
}

@test "every case ends as it should, and the firmware goes on (Cortex-M7, mps2-an500)" {
	every_case mps2-an500
}

@test "every read and write beside the own rows is stopped, and nothing has changed" {
	boot "$BERTH_BUILD/qemu/runtime.elf"
	attempts=$(grep -cE '^(read|write) ' <<<"$output")
	stopped=$(grep -cE '^(read|write) .*: faulted: (data access refused|bus error), context [01], at 0x' <<<"$output")
	[ "$attempts" -eq 25 ]
	[ "$stopped" -eq "$attempts" ]
	has "native data: 0x6e617476"
	has "memory of alpha: 0x616c7068"
	has "memory of beta: 0x62657461"
}

@test "a component that moves its stack pointer cannot make the handlers use it" {
	boot "$BERTH_BUILD/qemu/runtime.elf"
	[ "$(grep -cE '^(stack|interrupted, stack) .*: faulted: stack left, context 0' <<<"$output")" -eq 16 ]
}

@test "with the MPU left off the same attacks succeed" {
	boot "$BERTH_BUILD/qemu/runtime-open.elf"
	has "read alpha, memory of beta: done 0x62657461"
	grep -q '^write alpha, memory of beta: done' <<<"$output"
	grep -q '^write alpha, region table: done' <<<"$output"
}

@test "a fault of native code is fatal and not blamed on a component" {
	boot "$BERTH_BUILD/qemu/runtime-fatal.elf"
	[ "$status" -eq 1 ]
	has "all cases ran"
	has "fatal: bus error, at 0xa0000000"
}

@test "a table with one bit changed is refused at boot" {
	command -v arm-none-eabi-objcopy >/dev/null || skip "arm-none-eabi-objcopy is not here"
	firmware=$BATS_TEST_TMPDIR/firmware.elf
	bits=$BATS_TEST_TMPDIR/table
	cp "$BERTH_BUILD/qemu/runtime.elf" "$firmware"
	for offset in 0 40 100 300; do
		arm-none-eabi-objcopy -O binary -j .berth.regions "$BERTH_BUILD/qemu/runtime.elf" "$bits"
		byte=$(od -An -tu1 -j "$offset" -N 1 "$bits")
		printf "$(printf '\\x%02x' $((byte ^ 1)))" |
			dd of="$bits" bs=1 seek="$offset" conv=notrunc status=none
		arm-none-eabi-objcopy --update-section .berth.regions="$bits" "$firmware"
		boot "$firmware"
		[ "$status" -eq 1 ]
		has "boot: error: table"
	done
}

@test "the library needs nothing but the firmware's own names" {
	command -v arm-none-eabi-nm >/dev/null || skip "arm-none-eabi-nm is not here"
	archive=$BERTH_BUILD/runtime/libberth-armv7m.a
	[ -e "$archive" ]
	arm-none-eabi-nm -u "$archive" | awk '$1 == "U" { print $2 }' | sort -u >"$BATS_TEST_TMPDIR/needed"
	arm-none-eabi-nm --defined-only "$archive" | awk 'NF == 3 { print $3 }' | sort -u >"$BATS_TEST_TMPDIR/defined"
	run comm -23 "$BATS_TEST_TMPDIR/needed" "$BATS_TEST_TMPDIR/defined"
	[ "$output" = "__berth_init_end
__berth_init_start
berth_gate_count
berth_gates
berth_regions" ]
}
