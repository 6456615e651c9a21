#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The sensors, each of which sees its own code only: what is missing in the common code is
# found in the image, and is what the hardware stops.

bats_require_minimum_version 1.5.0
load qemu

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# What a firmware for the board is linked from: SENSORS, NATIVE and LIBRARY are folders and file.
take() { # board
	board=$1
	sensors=$BERTH_BUILD/examples/$board native=$BERTH_BUILD/examples/$board
	case $board in
	mps2-an385)
		sensors=$BERTH_BUILD/examples/sensors
		native=$BERTH_BUILD/armv7m/examples/sensors/native
		manifest=layout.yaml arch=armv7m port=board_mps cross=arm-none-eabi-
		link="arm-none-eabi-ld" compile="-mcpu=cortex-m3 -mthumb"
		main=$native/main.o objects="fused gps"
		;;
	virt)
		command -v riscv64-unknown-elf-gcc >/dev/null || skip "riscv64-unknown-elf-gcc is not here"
		manifest=virt.yaml arch=rv32 port=board_virt cross=riscv64-unknown-elf-
		link="riscv64-unknown-elf-ld -m elf32lriscv" compile="-march=rv32imac_zicsr -mabi=ilp32"
		main=$native/main.o objects="baro level gps"
		;;
	esac
	[ -e "$sensors/firmware.elf" ] || skip "the firmware is not built: make firmware"
	cp "$native"/{board,$port,natives}.o "$main" .
	cp "$BERTH_BUILD/runtime/libberth-$arch.a" library.a
	for object in $objects; do
		cp "$sensors/$object.berth.o" .
	done
	cp "$sensors/regions.o" "$sensors/layout.ld" "$sensors/layout.json" .
}

link_all() {
	$link -T layout.ld -o firmware.elf ./*.o library.a
}

audit() {
	run "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json
}

@test "a firmware whose common code lacks the return is found, and no call comes back" {
	for board in mps2-an385 virt; do
		rm -f ./*
		take "$board"
		link_all
		audit
		[ "$status" -eq 0 ]
		"${cross}ar" x library.a enter.o
		"${cross}objcopy" --rename-section .text.berth.common.return=.text.elsewhere enter.o
		link_all
		audit
		[ "$status" -eq 1 ]
		for context in baro imu gps; do
			[[ "$output" == *"A021: no row opens for execution what every call of a component runs through, at 0x"*"[context $context, symbol berth_return]"* ]]
		done
		[ "$(grep -c ' [AR][0-9]*: ' <<<"$output")" -eq 3 ]
		boot firmware.elf "$board"
		[ "$status" -eq 1 ]
		[[ "$output" == *"baro: the call failed: execution refused"* ]]
	done
}

@test "with what is unused taken out components still have all that they run" {
	for board in mps2-an385 virt; do
		rm -f ./*
		take "$board"
		for linker in "$link" ld.lld; do
			command -v "${linker%% *}" >/dev/null || continue
			link="$linker --gc-sections"
			link_all
			audit
			[ "$status" -eq 0 ]
			boot firmware.elf "$board"
			[ "$status" -eq 0 ]
		done
	done
}

@test "on Arm the end of entering must be common, too" {
	take mps2-an385
	arm-none-eabi-ar x library.a enter.o
	arm-none-eabi-objcopy --rename-section .text.berth.common.enter=.text.elsewhere enter.o
	link_all
	audit
	[ "$status" -eq 1 ]
	[ "$(grep -c 'A021: .*symbol berth_port_enter\]' <<<"$output")" -eq 3 ]
	boot firmware.elf
	[[ "$output" == *"baro: the call failed: execution refused"* ]]
}

@test "a native that components call without a gate is found, until natives: names its section" {
	for board in mps2-an385 virt; do
		rm -f ./*
		take "$board"
		echo 'unsigned tick_now(void); unsigned tick_now(void) { return 7; }' >plain.c
		# shellcheck disable=SC2086 # words
		"${cross}gcc" $compile -Os -ffunction-sections -c plain.c -o plain.o
		"${cross}objcopy" --weaken-symbol tick_now natives.o
		link_all
		audit
		[ "$status" -eq 1 ]
		for context in baro imu gps; do
			[[ "$output" == *"A021: the call at 0x"*" goes to tick_now at 0x"*", which no row of its context opens for execution, so that it faults [context "* ]]
		done
		boot firmware.elf "$board"
		[ "$status" -eq 1 ]
		[[ "$output" == *"baro: the call failed: execution refused"* ]]
		sed 's/common: 1K/&, natives: [.text.tick_now]/' "$BERTH_ROOT/examples/sensors/$manifest" >with.yaml
		"$BERTH_BIN/ldgen" -C "$BERTH_ROOT/tests/fixtures/sensors" with.yaml -o layout.ld --json with.json
		cmp with.json layout.json
		link_all
		audit
		[ "$status" -eq 0 ]
		boot firmware.elf "$board"
		[ "$status" -eq 0 ]
		has '  baro, asked "and now?": 101324 Pa, lowest 101324, tick 7'
	done
}
