#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# mpu-table diff: who may touch what in one build and not in another.

bats_require_minimum_version 1.5.0

load firmware

setup() {
	mpu="$BERTH_BIN/mpu-table"
	fixtures="$BERTH_ROOT/tests/fixtures/mpu-table"
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "diff: help and wrong usage" {
	run --separate-stderr -0 "$mpu" diff --help
	[[ $output == "usage: mpu-table diff"* ]]
	for words in "" "a" "a b c" "--nothing a b"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$mpu" diff $words
		[[ $stderr == *"--help"* ]]
	done
}

@test "diff: the same rights are no difference, whatever the rows look like" {
	run -0 "$mpu" diff "$fixtures/riscv.json" "$fixtures/riscv.json"
	[ "$output" = "nothing was opened, nothing was closed" ]
	# Two rows here, one there, three on the third.
	run -0 "$mpu" diff "$fixtures/layout.json" "$fixtures/armv8-m.json"
	[ "$output" = "nothing was opened, nothing was closed" ]
	run -0 "$mpu" diff "$fixtures/armv8-m.json" "$fixtures/riscv-napot.json"
	firmware
	run -0 "$mpu" diff firmware.elf layout.json
	run -0 "$mpu" diff layout.json firmware.elf
}

@test "diff: what was opened and what was closed, by context and region" {
	run -1 "$mpu" diff "$fixtures/layout.json" "$fixtures/shared.json"
	[ "$output" = "+ imu  0x20006000  0x200063ff        1024  mailbox     rw-, was ---
- imu  0x20008000  0x2000d1ff       20992  imu.mem0    ---, was rw-
+ imu  0x20010000  0x20017fff       32768  imu.carve0  rw-, was ---
+ gps  0x20006000  0x200063ff        1024  mailbox     rw-, was ---
- gps  0x20010000  0x20017fff       32768  gps.mem0    ---, was rw-
- gps  0x40004000  0x40004fff        4096  uart        ---, was rw-
opened: 34816 bytes, closed: 57856 bytes" ]
}

# The layout without the last row of a context, and the regions and cost as they were.
without_last_row() { # layout, context
	jq --arg name "$2" '(.contexts[] | select(.name == $name) | .rows) |= .[:-1]' "$1"
}

@test "diff: a grant that is new is status 1, one that is gone is not" {
	need jq
	without_last_row "$fixtures/layout.json" gps >fewer.json
	run -1 "$mpu" diff fewer.json "$fixtures/layout.json"
	[ "$output" = "+ gps  0x40004000  0x40004fff        4096  uart  rw-, was ---
opened: 4096 bytes, nothing was closed" ]
	run -0 "$mpu" diff "$fixtures/layout.json" fewer.json
	[ "$output" = "- gps  0x40004000  0x40004fff        4096  uart  ---, was rw-
nothing was opened, closed: 4096 bytes" ]
}

@test "diff: rights that change in part of a region" {
	firmware
	cp firmware.elf before.elf
	# gps's row for the uart: the checksum is not asked when it is made anew from a layout.
	need jq
	jq '(.regions[] | select(.name == "uart") | .access) = "r"
		| (.contexts[1].rows[3].access) = "r"
		| (.contexts[1].rows[3].registers.rasr) -= 16777216' layout.json >readonly.json
	run -1 "$mpu" diff readonly.json before.elf
	[[ ${lines[0]} == "+ gps  0x40004000  0x40004fff        4096  uart  rw-, was r--" ]]
	run -0 "$mpu" diff before.elf readonly.json
	[[ ${lines[0]} == "- gps  0x40004000  0x40004fff        4096  uart  r--, was rw-" ]]
}

@test "diff: a context that is new opens all that it may touch" {
	need jq
	# The same layout with gps called nav.
	sed 's/gps/nav/g' "$fixtures/layout.json" >renamed.json
	run -1 "$mpu" diff "$fixtures/layout.json" renamed.json
	[[ $output == *"+ nav  0x00000000  0x0000ffff       65536  flash     r-x, was ---"* ]]
	[[ $output == *"- gps  0x20010000  0x2001ffff       65536  gps.mem0  ---, was rw-"* ]]
	[[ ${lines[-1]} == "opened: 137216 bytes, closed: 137216 bytes" ]]
}

@test "diff: JSON" {
	need jq
	run -1 --separate-stderr "$mpu" diff --json "$fixtures/layout.json" "$fixtures/shared.json"
	[ "$(jq -c '[.opened_bytes, .closed_bytes, (.changes | length), .changes[0].context,
		.changes[0].base, .changes[0].size, .changes[0].region, .changes[0].before,
		.changes[0].now, .changes[0].opened]' <<<"$output")" = \
		'[34816,57856,6,"imu",536895488,1024,"mailbox","---","rw-",true]' ]
	run -0 "$mpu" diff --json "$fixtures/riscv.json" "$fixtures/riscv.json"
}

@test "diff: what cannot be read or trusted is refused" {
	firmware
	flip firmware.elf .berth.regions 544 0x01
	run -1 --separate-stderr "$mpu" diff layout.json firmware.elf
	[[ $stderr == *"firmware.elf: R02: the checksum differs"* ]]
	[ -z "$output" ]
	run -1 --separate-stderr "$mpu" diff missing.json layout.json
	run -1 --separate-stderr "$mpu" diff layout.json "$BERTH_ROOT/README.md"
	# A row that is illegal: AP 0b100 with the rights of the layout as they were.
	need jq
	jq '(.contexts[1].rows[3].registers.rasr) += 16777216' layout.json >illegal.json
	run -1 --separate-stderr "$mpu" diff layout.json illegal.json
	[[ $stderr == *"layout: row 3: RASR.AP is 0b100"*"[context gps, region "* ]]
	[ -z "$output" ]
}
