#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The sensors example without the key code, and with code that the script has misplaced.

bats_require_minimum_version 1.5.0

load qemu
load ../cli/manifest

setup() {
	sensors=$BERTH_BUILD/examples/sensors
	natives=$BERTH_BUILD/armv7m/examples/sensors/native
	fixtures=$BERTH_ROOT/tests/fixtures/sensors
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	[ -e "$sensors/firmware.elf" ] || skip "the firmware is not built: make firmware"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# What is linked, for the manifest in layout.yaml.
make_parts() {
	"$BERTH_BIN/ldgen" -C "$fixtures" layout.yaml -o layout.ld --json layout.json --header regions.h
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
	for name in fused gps; do
		"$BERTH_BIN/elfbind" inject "$sensors/$name.bound.o" -o "$name.berth.o" \
			--layout layout.json --core "$fixtures/$name.wasm"
	done
	arm-none-eabi-gcc -I"$BERTH_ROOT" -I"$BERTH_ROOT/runtime/include" -I. -I"$sensors" \
		-mcpu=cortex-m3 -mthumb -std=c11 -ffreestanding -Os -ffunction-sections \
		-c "$BERTH_ROOT/examples/sensors/native/main.c" -o main.o
}

link() { # linker
	"$1" -T layout.ld -o firmware.elf "$natives"/{board,board_mps,natives}.o main.o \
		{fused.berth,gps.berth,regions}.o "$BERTH_BUILD/runtime/libberth-armv7m.a"
}

@test "without the key code every component reads all of the flash, and the demo says so" {
	plain_manifest >layout.yaml
	make_parts
	for linker in arm-none-eabi-ld ld.lld; do
		command -v "$linker" >/dev/null || continue
		link "$linker"
		run -0 "$BERTH_BIN/mpu-table" check firmware.elf --layout layout.json
		run "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json \
			--core "$fixtures/fused.wasm" --core "$fixtures/gps.wasm"
		[[ "$output" == *"0 findings"* ]]
		[[ "$output" =~ calls\ into\ closed\ code\ +none\ +every\ component\ may\ execute\ all\ code ]]
		boot firmware.elf
		[ "$status" -eq 1 ]
		[ "$(grep -cE '^  (baro|imu|gps) reads (the region table|native code): NOT STOPPED$' <<<"$output")" -eq 6 ]
		[ "${lines[-1]}" = "verdict: FAIL: 6 of 6 answers, 84 of 90 attacks stopped, 0 changed anything" ]
	done
}

@test "a script that leaves code where all components see it is found out" {
	cp "$BERTH_ROOT/examples/sensors/layout.yaml" .
	make_parts
	sed -i 's/\*(\.text\.berth\.unit\.gps .*/*(.text.berth.unit.nobody)/' layout.ld
	link arm-none-eabi-ld
	run -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ "$output" == *"R18: calls "*", which no row of context gps opens for execution [symbol berth_entry_"* ]]
}

@test "a native constant that the script puts beside a component's code is nobody else's" {
	cp "$BERTH_ROOT/examples/sensors/layout.yaml" .
	make_parts
	# The row of gps opens more than its section has; what lies there would be open, too.
	end=$(sed -nE 's/.*\.berth\.code\.gps (0x[0-9a-f]+) :.*/\1/p' layout.ld)
	size=$(jq '.regions[] | select(.name == "gps.code").size' layout.json)
	printf -v place '0x%08x' $(((end + size + 15) / 16 * 16))
	sed -i "s/^\t\.vectors :/\t.keys $place : { KEEP(*(.text.berth.reset)) LONG(1) } >bank_flash\n\n&/" layout.ld
	link arm-none-eabi-ld
	run -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ "$output" == *"R13: opens bytes of section .keys, $place to "*"[context gps, row 1, region gps.code]"* ]]
}

# GNU ld marks the start of each component's code as data, for the compiler has marked nothing.
@test "the audit finds the same calls out of components' code, whoever has linked it" {
	for firmware in firmware firmware-lld; do
		run -0 "$BERTH_BIN/elfbind" audit "$sensors/$firmware.elf" --layout "$sensors/layout.json" \
			--core "$fixtures/fused.wasm" --core "$fixtures/gps.wasm"
		grep -o "[0-9]* calls out of components' code" <<<"$output" >>counts
	done
	[ "$(wc -l <counts)" -eq 2 ]
	[ "$(sort -u counts)" = "9 calls out of components' code" ]
}

@test "the decision has the sizes of the examples" {
	for board in sensors mps2-an505 virt; do
		layout=$BERTH_BUILD/examples/$board/layout.json
		[ -e "$layout" ] || continue
		jq -r '.regions[] | select(.kind == "code")
			| if .size == .reserved then "\(.size)" else "\(.size) of \(.reserved)" end' "$layout"
	done | sed -E 's/([0-9])([0-9]{3})\>/\1,\2/g' | sort -u >sizes
	[ "$(wc -l <sizes)" -ge 4 ]
	while read -r size; do
		grep -qE "[|:,] (and )?$size( \||,)" "$BERTH_ROOT/docs/decisions/0011-code-regions.md" || {
			echo "the decision does not have $size"
			return 1
		}
	done <sizes
}

@test "the runtime of another architecture does not link" {
	cp "$BERTH_ROOT/examples/sensors/layout.yaml" .
	make_parts
	for linker in arm-none-eabi-ld ld.lld; do
		link "$linker"
		run "$linker" -T layout.ld -o other.elf "$natives"/{board,board_mps,natives}.o main.o \
			{fused.berth,gps.berth,regions}.o "$BERTH_BUILD/runtime/libberth-armv8m.a"
		[ "$status" -ne 0 ]
		[[ $output == *"the runtime is that of another architecture: link libberth-armv7m.a"* ]]
	done
}
