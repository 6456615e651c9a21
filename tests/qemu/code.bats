#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The sensors example with its code apart, on each architecture and by both linkers.

bats_require_minimum_version 1.5.0

load qemu

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	fixtures=$BERTH_ROOT/tests/fixtures/sensors
}

# What is needed of BOARD, and its layout with code apart.
apart() { # board
	board=$1
	built=$BERTH_BUILD/examples/$board objects=$BERTH_BUILD/examples/$board manifest=$board
	names="fused gps" start=board_mps
	gcc=arm-none-eabi-gcc linkers="arm-none-eabi-ld ld.lld"
	case $board in
	mps2-an385)
		flags="-mcpu=cortex-m3 -mthumb" library=armv7m manifest=layout
		built=$BERTH_BUILD/examples/sensors objects=$BERTH_BUILD/armv7m/examples/sensors/native
		;;
	mps2-an505) flags="-mcpu=cortex-m33 -mthumb -DMACHINE_AN505" library=armv8m ;;
	virt)
		flags="-march=rv32imac_zicsr -mabi=ilp32 -mcmodel=medany -mno-relax -DMACHINE_VIRT -DBARO_AND_IMU_APART"
		gcc=riscv64-unknown-elf-gcc library=rv32 names="baro level gps" start=board_virt
		linkers="riscv64-unknown-elf-ld ld.lld"
		;;
	esac
	command -v "$gcc" >/dev/null || skip "$gcc is not here"
	sed -e 's/access: rx}/access: rx, reserve: 64K}/' -e 's/^components:/code: {common: 2K}\n&/' \
		"$BERTH_ROOT/examples/sensors/$manifest.yaml" >layout.yaml
	"$BERTH_BIN/ldgen" -C "$fixtures" layout.yaml -o layout.ld --json layout.json --header regions.h
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
	for name in $names; do
		cp "$built/$name.h" .
		"$BERTH_BIN/elfbind" inject "$built/$name.bound.o" -o "$name.berth.o" --layout layout.json \
			--core "$fixtures/$name.wasm" --import-map "$fixtures/$name.imports.json"
	done
	# shellcheck disable=SC2086 # words
	"$gcc" -I"$BERTH_ROOT" -I"$BERTH_ROOT/runtime/include" -I. $flags -std=c11 -ffreestanding -Os \
		-ffunction-sections -c "$BERTH_ROOT/examples/sensors/native/main.c" -o main.o
}

link() { # linker
	local emulation=
	[ "$1" != riscv64-unknown-elf-ld ] || emulation="-m elf32lriscv"
	# shellcheck disable=SC2086,SC2046 # words
	"$1" $emulation -T layout.ld -o "$1.elf" "$objects/board.o" "$objects/$start.o" "$objects/natives.o" \
		main.o $(printf '%s.berth.o ' $names) regions.o "$BERTH_BUILD/runtime/libberth-$library.a"
}

# The firmware passes, and the tables and calls of the image are in order.
works() { # linker
	link "$1"
	boot "$1.elf" "$board"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "verdict: PASS: 6 of 6 answers, 84 of 84 attacks stopped, 0 changed anything" ]
	run -0 "$BERTH_BIN/mpu-table" check "$1.elf" --layout layout.json
	# shellcheck disable=SC2046 # words
	run "$BERTH_BIN/elfbind" audit "$1.elf" --layout layout.json \
		$(for name in $names; do echo --core "$fixtures/$name.wasm"; done)
	[[ "$output" == *"0 findings"* ]] || { echo "$output"; return 1; }
}

@test "Cortex-M3: components answer and are stopped when each sees its own code" {
	apart mps2-an385
	for linker in $linkers; do works "$linker"; done
}

@test "Cortex-M33: the same" {
	apart mps2-an505
	for linker in $linkers; do works "$linker"; done
}

@test "RV32: the same" {
	apart virt
	for linker in $linkers; do works "$linker"; done
}

@test "a script that leaves code where all components see it is found out" {
	apart mps2-an385
	sed -i 's/\*(\.text\.berth\.unit\.gps .*/*(.text.berth.unit.nobody)/' layout.ld
	link arm-none-eabi-ld
	run -1 "$BERTH_BIN/mpu-table" check arm-none-eabi-ld.elf
	[[ "$output" == *"R18: calls "*", which no row of context gps opens for execution [symbol berth_entry_"* ]]
}

@test "a native constant that the script puts beside a component's code is nobody else's" {
	apart mps2-an385
	# The row of gps opens more than its section has; what lies there would be open, too.
	end=$(sed -nE 's/.*\.berth\.code\.gps (0x[0-9a-f]+) :.*/\1/p' layout.ld)
	size=$(jq '.regions[] | select(.name == "gps.code").size' layout.json)
	printf -v place '0x%08x' $(((end + size + 15) / 16 * 16))
	sed -i "s/^\t\.vectors :/\t.keys $place : { KEEP(*(.text.berth.reset)) LONG(1) } >bank_flash\n\n&/" layout.ld
	link arm-none-eabi-ld
	run -1 "$BERTH_BIN/mpu-table" check arm-none-eabi-ld.elf
	[[ "$output" == *"R13: opens bytes of section .keys, $place to "*"[context gps, row 1, region gps.code]"* ]]
}
