#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Strings, lists and records through the arena of a real guest.  expected.log is what
# wasmtime's canonical ABI gives for the same questions (scripts/upstream makes it).

load qemu

@test "free list: the answers are wasmtime's, and everything is given back" {
	boot "$BERTH_BUILD/qemu/ledger/free-list/firmware.elf"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 240 ]
	diff "$BERTH_ROOT/tests/fixtures/ledger/expected.log" <(echo "$output")
}

@test "bump, emptied after each call: the answers are wasmtime's" {
	boot "$BERTH_BUILD/qemu/ledger/bump/firmware.elf"
	[ "$status" -eq 0 ]
	diff "$BERTH_ROOT/tests/fixtures/ledger/expected.log" <(echo "$output")
}

@test "bump, with reset: call and no code for it: the answers are wasmtime's" {
	boot "$BERTH_BUILD/qemu/ledger/call/firmware.elf"
	[ "$status" -eq 0 ]
	diff "$BERTH_ROOT/tests/fixtures/ledger/expected.log" <(echo "$output")
}

@test "what ends calls is linked where a table has an arena for one call, and missed at boot where it is not" {
	command -v arm-none-eabi-nm >/dev/null || skip "arm-none-eabi-nm is not here"
	arm-none-eabi-nm "$BERTH_BUILD/qemu/ledger/call/firmware.elf" | grep -q " T berth_arena_call_ended"
	for policy in bump free-list; do
		run arm-none-eabi-nm "$BERTH_BUILD/qemu/ledger/$policy/firmware.elf"
		[[ $output != *berth_arena_call_ended* ]]
	done
	boot "$BERTH_BUILD/qemu/ledger/endless.elf"
	[ "$status" -eq 1 ]
	has "FAIL: the boot"
}

@test "the table says which policy the arena has, and agrees with the image" {
	for policy in free-list bump call; do
		run "$BERTH_BIN/mpu-table" check "$BERTH_BUILD/qemu/ledger/$policy/firmware.elf"
		[ "$status" -eq 0 ]
		run "$BERTH_BIN/mpu-table" show "$BERTH_BUILD/qemu/ledger/$policy/firmware.elf"
		[[ "$output" == *"$policy"* ]]
	done
	[[ "$output" == *"; arena 2048 bytes at offset "*", reset: call"* ]]
	run "$BERTH_BIN/mpu-table" show --json "$BERTH_BUILD/qemu/ledger/call/firmware.elf"
	[[ "$output" == *'"reset": "call"'* ]]
}

@test "the free list is linked where a table has one, and missed at boot where it is not" {
	command -v arm-none-eabi-nm >/dev/null || skip "arm-none-eabi-nm is not here"
	arm-none-eabi-nm "$BERTH_BUILD/qemu/ledger/free-list/firmware.elf" | grep -q " T berth_list_allocate"
	run arm-none-eabi-nm "$BERTH_BUILD/qemu/ledger/bump/firmware.elf"
	! grep -q " T berth_list_" <<<"$output"
	boot "$BERTH_BUILD/qemu/ledger/unlisted.elf"
	[ "$status" -eq 1 ]
	has "FAIL: the boot"
}

@test "a debugger reads what the arena holds and held at most" {
	command -v gdb-multiarch >/dev/null || skip "gdb-multiarch is not here"
	command -v qemu-system-arm >/dev/null || skip "qemu-system-arm is not here"
	firmware=$BERTH_BUILD/qemu/ledger/free-list/firmware.elf
	run timeout 60 gdb-multiarch -batch -nx -ex 'set architecture armv7' -ex "target remote | exec \
		qemu-system-arm -M mps2-an385 -nographic -monitor none -serial null -semihosting-config \
		enable=on,target=native -S -gdb stdio -kernel $firmware" -ex 'break board_exit' -ex continue \
		-ex 'print *(struct berth_arena_state *)((struct berth_arena *)&berth_arena_ledger)->state' \
		-ex kill "$firmware" </dev/null
	[[ "$output" == *"blocks = 0}, {left = 0, used = 0}, high_water = "[1-9]* ]]
}
