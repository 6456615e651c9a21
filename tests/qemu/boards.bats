#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The sensors example on every board: the compiler's objects through all of the tools,
# linked by both linkers, attacking each other.

bats_require_minimum_version 1.5.0

load qemu

# The folder of a board's firmware; machines that run the one of mps2-an385 share it.
folder() { # board
	case $1 in
	mps2-an385 | mps2-an386 | mps2-an500) echo "$BERTH_BUILD/examples/sensors" ;;
	*) echo "$BERTH_BUILD/examples/$1" ;;
	esac
}

built() { # board
	[ "$1" != virt ] || [ -e "$(folder virt)" ] || skip "riscv64-unknown-elf-gcc is not here"
}

passes() { # board, attacks
	built "$1"
	for firmware in firmware.elf firmware-lld.elf; do
		boot "$(folder "$1")/$firmware" "$1"
		[ "$status" -eq 0 ]
		has "verdict: PASS: 6 of 6 answers, $2 of $2 attacks stopped, 0 changed anything"
		has '  gps, asked "how is it?": lat 47.5321 lon -122.4194, question 101, tick 1002'
	done
}

@test "three components answer, and each is stopped at all that is not its own (Cortex-M4, mps2-an386)" {
	passes mps2-an386 98
}

@test "three components answer, and each is stopped at all that is not its own (Cortex-M7, mps2-an500)" {
	passes mps2-an500 98
}

@test "three components answer, and each is stopped at all that is not its own (Cortex-M33, mps2-an505)" {
	passes mps2-an505 98
}

@test "three components answer, and each is stopped at all that is not its own (Cortex-M55, mps3-an547)" {
	passes mps3-an547 98
}

@test "three components answer, and each is stopped at all that is not its own (RV32, virt)" {
	passes virt 102
}

notices() { # board
	built "$1"
	boot "$(folder "$1")/firmware-open.elf" "$1"
	[ "$status" -eq 1 ]
	has "  imu reads gps's memory, first word: NOT STOPPED"
	grep -q "^  baro writes imu's memory, first word: NOT STOPPED, CHANGED SOMETHING" <<<"$output"
	[[ "${lines[-1]}" == "verdict: FAIL: "* ]]
}

@test "with protection left off the firmware notices that nothing is stopped" {
	notices mps2-an505
	notices mps3-an547
}

@test "with protection left off the firmware notices that nothing is stopped (RV32)" {
	notices virt
}

agrees() { # board, options of audit...
	built "$1"
	local board=$1
	shift
	for firmware in firmware.elf firmware-lld.elf; do
		run -0 "$BERTH_BIN/mpu-table" check "$(folder "$board")/$firmware"
		[[ "$output" == *"the table and the ELF agree"* ]]
		run -0 "$BERTH_BIN/elfbind" audit "$(folder "$board")/$firmware" \
			--layout "$(folder "$board")/layout.json" "$@"
		[[ "$output" == *": 0 findings"* ]]
	done
}

@test "the images say the same: mpu-table check and elfbind audit find nothing" {
	in=$BERTH_ROOT/tests/fixtures/sensors
	for board in mps2-an385 mps2-an505 mps3-an547; do
		agrees "$board" --core "$in/fused.wasm" --component 0=baro --component 2=imu \
			--core "$in/gps.wasm" --component gps \
			--seam "$BERTH_ROOT/examples/sensors/natives.seam"
	done
}

@test "the images say the same: mpu-table check and elfbind audit find nothing (RV32)" {
	in=$BERTH_ROOT/tests/fixtures/sensors
	agrees virt --core "$in/baro.wasm" --core "$in/level.wasm" --core "$in/gps.wasm"
	[[ "$output" =~ calls\ that\ go\ nowhere\ +not\ visible\ here ]]
}

@test "an object for another machine than the manifest's is refused by ldgen" {
	sed 's/gps.rv32.o/gps.o/' "$BERTH_ROOT/examples/sensors/virt.yaml" >"$BATS_TEST_TMPDIR/layout.yaml"
	run "$BERTH_BIN/ldgen" -C "$BERTH_ROOT/tests/fixtures/sensors" "$BATS_TEST_TMPDIR/layout.yaml" \
		-o "$BATS_TEST_TMPDIR/layout.ld"
	[ "$status" -eq 1 ]
	[[ "$output" == *"is for ARM, not for the target's little-endian 32-bit RISC-V"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/layout.ld" ]
}

@test "a board that the demo does not know is refused with those that it knows" {
	cd "$BERTH_ROOT"
	for board in mps2-an386 layout; do
		run -2 scripts/demo "$BERTH_BUILD" "$board"
		[ "$output" = "scripts/demo: $board is no board of the demo: give one of mps2-an385 mps2-an505 mps3-an547 virt" ]
	done
}
