#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The sensors example as a whole: real objects of three components, linked and run.

load qemu

ANSWERS='  baro, asked "how is it?": 101325 Pa, lowest 101325, tick 1000
  imu, asked "how is it?": roll 1.25 pitch -2.50 yaw 0.07 deg/s, tick 1001
  gps, asked "how is it?": lat 47.5321 lon -122.4194, question 101, tick 1002
  baro, asked "and now?": 101324 Pa, lowest 101324, tick 1003
  imu, asked "and now?": roll 1.25 pitch -2.50 yaw 0.07 deg/s, tick 1004
  gps, asked "and now?": lat 47.5321 lon -122.4194, question 101, tick 1005'

VERDICT="verdict: PASS: 6 of 6 answers, 98 of 98 attacks stopped, 0 changed anything"

# The verdict is not believed: its parts are counted again in the log.
good_log() {
	[ "$status" -eq 0 ]
	[ "$(grep -F ', asked "' <<<"$output")" = "$ANSWERS" ]
	[ "$(grep -cE '^  (baro|imu|gps) (reads|writes) ' <<<"$output")" -eq 98 ]
	[ "$(grep -cE '^  (baro|imu|gps) (reads|writes) .*: (data access refused|bus error) at 0x[0-9a-f]{8}, pc 0x[0-9a-f]{8}$' <<<"$output")" -eq 98 ]
	[ "${lines[-1]}" = "$VERDICT" ]
}

@test "linked by GNU ld: three components answer, attack and answer again" {
	boot "$BERTH_BUILD/examples/sensors/firmware.elf"
	good_log
}

@test "linked by ld.lld: the same" {
	boot "$BERTH_BUILD/examples/sensors/firmware-lld.elf"
	good_log
}

@test "every pair of components is tried, reading and writing" {
	boot "$BERTH_BUILD/examples/sensors/firmware.elf"
	for attacker in baro imu gps; do
		for victim in baro imu gps; do
			[ "$attacker" != "$victim" ] || continue
			for verb in reads writes; do
				grep -q "^  $attacker $verb $victim's memory, first word: data access refused" <<<"$output"
				grep -q "^  $attacker $verb $victim's globals: data access refused" <<<"$output"
			done
			# baro and imu are one object, and share its code.
			case $attacker$victim in *gps*)
				grep -q "^  $attacker reads $victim's code: data access refused" <<<"$output"
				;;
			esac
		done
	done
}

@test "with the MPU left off the firmware notices that nothing is stopped" {
	boot "$BERTH_BUILD/examples/sensors/firmware-open.elf"
	[ "$status" -eq 1 ]
	has "  imu reads gps's memory, first word: NOT STOPPED"
	grep -q "^  baro writes imu's memory, first word: NOT STOPPED, CHANGED SOMETHING" <<<"$output"
	[[ "${lines[-1]}" == "verdict: FAIL: "* ]]
}

@test "a table with one bit of a row changed is refused at boot" {
	command -v arm-none-eabi-objcopy >/dev/null || skip "arm-none-eabi-objcopy is not here"
	image=$BERTH_BUILD/examples/sensors/firmware.elf
	table=$BATS_TEST_TMPDIR/table
	arm-none-eabi-objcopy -O binary -j .berth.regions "$image" "$table"
	last=$(($(stat -c %s "$table") - 4)) # MPU_RASR of the last row
	byte=$(od -An -tu1 -j "$last" -N 1 "$table")
	printf "$(printf '\\x%02x' $((byte ^ 2)))" | dd of="$table" bs=1 seek="$last" conv=notrunc status=none
	arm-none-eabi-objcopy --update-section .berth.regions="$table" "$image" "$BATS_TEST_TMPDIR/f.elf"
	boot "$BATS_TEST_TMPDIR/f.elf"
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "the region table is refused: status 2" ]
}
