#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind audit: contexts that open more, or less, than the code that is reachable needs.

bats_require_minimum_version 1.5.0
load firmware

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# A firmware whose components imu and gps are of modules with this code.
modules() { # imu's, gps'
	need wat2wasm
	firmware
	mkdir -p cores
	wat2wasm --enable-all - -o cores/imu.wasm <<<"(module (memory 1) $1)"
	wat2wasm --enable-all - -o cores/gps.wasm <<<"(module (memory 1) $2)"
	jq '.components |= map(.core = "../made/" + .name + ".wasm" | .fused = 0)' layout.json >named.json
	mv named.json layout.json
	"$BERTH_BIN/elfbind" inject --table --layout layout.json -o regions.o
	firmware_link
}

audit() { # status
	run --separate-stderr "-$1" "$BERTH_BIN/elfbind" audit --layout layout.json \
		--core cores/imu.wasm --core cores/gps.wasm firmware.elf
}

both='(func (export "both") (i32.store (i32.const 0) (i32.load (i32.const 4))))'

@test "what is read and written may be open for both" {
	modules "$both" "$both"
	audit 0
	grep -Eq '^  grants beyond need +none +2 contexts' <<<"$output"
}

@test "a memory that nothing touches is told, also where it is touched beside the exports" {
	modules "$both" '(func (drop (i32.load (i32.const 0))))'
	audit 1
	[[ $stderr == "elfbind: firmware.elf: A016: opens a memory that no code of its component's exports touches [context gps, region gps.mem0]: "* ]]
	grep -Eq '^  grants beyond need +present' <<<"$output"
}

@test "a memory that is only read is told when it is open for writing" {
	modules '(func (export "f") (drop (i32.load (i32.const 0))))' "$both"
	audit 1
	[[ $stderr == "elfbind: firmware.elf: A017: opens a memory for writing that is only read [context imu, region imu.mem0]: "* ]]
}

@test "nothing is said where a native may write through a pointer" {
	native='(import "host" "f" (func $f (param i32)))'
	modules "(func (export \"f\"))" "$both"
	wat2wasm - -o cores/imu.wasm <<<"(module $native (memory 1) (func (export \"f\") (call \$f (i32.const 8))))"
	audit 0
	grep -Eq '^  grants beyond need +none' <<<"$output"
}

@test "a memory that is touched and not open is told" {
	modules "(memory 1) (func (export \"f\") (memory.copy 0 1 (i32.const 0) (i32.const 0) (i32.const 1)) (drop (i32.load (i32.const 0))))" "$both"
	audit 1
	[[ $stderr == "elfbind: firmware.elf: A018: does not open a memory that code of its component's exports touches, which faults [context imu, memory 1]: "* ]]
}

# AP 2 instead of 3 in RASR: unprivileged code reads.
read_only() {
	jq '(.regions[] | select(.name == "gps.mem0") | .access) = "r" |
		(.contexts[] | select(.name == "gps") | .rows[] | select(.region == "gps.mem0")) |=
			(.access = "r" | .registers.rasr -= 16777216)' layout.json >read.json
	mv read.json layout.json
	"$BERTH_BIN/elfbind" inject --table --layout layout.json -o regions.o
	firmware_link
}

@test "its own memory, which nothing touches, is open for reading: less is not possible" {
	modules "$both" '(func (drop (i32.load (i32.const 0))))'
	read_only
	audit 0
	grep -Eq '^  grants beyond need +none +2 contexts' <<<"$output"
}

@test "a memory that is open for reading only and written is told" {
	modules "$both" "$both"
	read_only
	audit 1
	[[ $stderr == *"elfbind: firmware.elf: A018: opens a memory for reading that code of its component's exports writes, which faults [context gps, region gps.mem0]: "* ]]
}

@test "without layout or modules it is not visible" {
	modules "$both" "$both"
	run -0 "$BERTH_BIN/elfbind" audit firmware.elf --core cores/gps.wasm
	grep -Eq '^  grants beyond need +not visible here  no layout given' <<<"$output"
	run -0 "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json --core cores/gps.wasm
	grep -Eq "^  grants beyond need +not visible here  not every component" <<<"$output"
	mkdir twice
	cp cores/gps.wasm twice
	run -0 "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json --core cores/gps.wasm --core twice/gps.wasm \
		--core cores/imu.wasm
	grep -Eq "^  grants beyond need +not visible here  not every component" <<<"$output"
	cp cores/gps.wasm other.wasm
	run -0 "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json --core other.wasm --core cores/imu.wasm
	grep -Eq "^  grants beyond need +not visible here  not every component" <<<"$output"
}
