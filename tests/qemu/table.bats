#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The audit and the region table of the example's real firmware.

bats_require_minimum_version 1.5.0
load ../cli/manifest

setup() {
	sensors=$BERTH_BUILD/examples/sensors
	inputs=$BERTH_ROOT/tests/fixtures/sensors
	[ -e "$sensors/firmware.elf" ] || skip "the firmware is not built: make firmware"
	cd "$BATS_TEST_TMPDIR" || return 1
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

# Links the firmware again with one native missing, and the linker told to go on.
link_without() { # linker, native
	arm-none-eabi-objcopy --localize-symbol="$2" \
		"$BERTH_BUILD/armv7m/examples/sensors/native/natives.o" natives.o
	"$1" -T "$sensors/layout.ld" --unresolved-symbols=ignore-all -o unbound.elf \
		"$BERTH_BUILD"/armv7m/examples/sensors/native/{board,board_mps,main}.o natives.o \
		"$sensors"/{fused.berth,gps.berth,regions}.o \
		"$BERTH_BUILD"/runtime/libberth-armv7m.a
}

@test "both firmwares agree with their table and their layout, and have nothing to find" {
	for firmware in firmware.elf firmware-lld.elf; do
		[ -e "$sensors/$firmware" ] || continue
		run -0 "$BERTH_BIN/mpu-table" check --layout "$sensors/layout.json" "$sensors/$firmware"
		[[ $output == *": the table, the ELF and the layout agree" ]]
		run -0 "$BERTH_BIN/elfbind" audit --layout "$sensors/layout.json" \
			--core "$inputs/fused.wasm" --component 0=baro --component 2=imu \
			--core "$inputs/gps.wasm" --component gps \
			--seam "$BERTH_ROOT/examples/sensors/natives.seam" "$sensors/$firmware"
		run ! grep -q "not visible here " <<<"$output"
	done
}

@test "a vector table without the runtime's handlers is told" {
	need arm-none-eabi-objcopy
	run -0 "$BERTH_BIN/elfbind" audit "$sensors/firmware.elf"
	[[ $output != *A020* ]]
	arm-none-eabi-objcopy -O binary -j .vectors "$sensors/firmware.elf" vectors.bin
	# What a start-up file has there: SVCall (11) as NMI (2), HardFault (3) empty.
	dd if=vectors.bin of=changed.bin bs=4 skip=2 count=1 status=none
	cp vectors.bin new.bin
	dd if=changed.bin of=new.bin bs=4 seek=11 conv=notrunc status=none
	dd if=/dev/zero of=new.bin bs=4 seek=3 count=1 conv=notrunc status=none
	arm-none-eabi-objcopy --update-section .vectors=new.bin "$sensors/firmware.elf" changed.elf
	run -0 "$BERTH_BIN/elfbind" audit changed.elf
	[[ $output == *"note: A020: entry 3 of the vector table, HardFault, is 0x00000000 and not berth_fault_handler"*"[section .vectors]: put it there"* ]]
	[[ $output == *"A020: entry 11 of the vector table, SVCall, is 0x"*" and not berth_svcall_handler"* ]]
	[ "$(grep -c A020 <<<"$output")" -eq 2 ]
}

@test "every single bit of the firmware's table is found and named when it changes" {
	need cc
	cc -std=c11 -O1 -D_GNU_SOURCE -I"$BERTH_ROOT" -I"$BERTH_ROOT/runtime/include" \
		"$BERTH_ROOT/tests/qemu/table_bits.c" "$BERTH_BUILD/lib/libmpu-table.a" \
		"$BERTH_BUILD/lib/liblib.a" -lelf -ljansson -o table_bits
	run -0 ./table_bits "$sensors/firmware.elf"
	[[ $output =~ ^([0-9]+)\ bits\ changed,\ ([0-9]+)\ found$ ]]
	[ "${BASH_REMATCH[1]}" -ge 4000 ]
}

# Writes WORD over word INDEX of an entry point in the image entries.elf.
set_entry() { # export, index, word as \x..
	local address section offset size at=
	address=$((0x$(arm-none-eabi-nm entries.elf | sed -n "s/ [A-Z] berth_entry_$1$//p")))
	while read -r section offset size; do
		((address < 0x$section || address >= 0x$section + 0x$size)) ||
			at=$((address - 0x$section + 0x$offset + 4 * $2))
	done < <(arm-none-eabi-readelf -SW entries.elf |
		sed -nE 's/^.* \.berth\.code\.[a-z]+ +PROGBITS +([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+) .*/\1 \2 \3/p')
	# shellcheck disable=SC2059 # the format is the word
	printf "$3" | dd of=entries.elf bs=1 seek="$at" conv=notrunc status=none
}

@test "an entry point that pairs an export with another context or function is named" {
	need arm-none-eabi-nm
	cp "$sensors/firmware.elf" entries.elf
	set_entry berth_sensors_imu_describe 0 '\x00\x00\x00\x00'
	run -1 "$BERTH_BIN/mpu-table" check entries.elf
	[[ $output == *"R18: enters context 0, baro, with an export of component imu [symbol berth_entry_berth_sensors_imu_describe]"* ]]
	[[ ${lines[-1]} == *": 1 finding, the table and the ELF do not agree" ]]
	run -1 "$BERTH_BIN/elfbind" audit entries.elf
	[[ $output == *"R18: enters context 0, baro, with"* ]]
	cp "$sensors/firmware.elf" entries.elf
	set_entry berth_sensors_imu_describe 0 '\x07\x00\x00\x00'
	run -1 "$BERTH_BIN/mpu-table" check entries.elf
	[[ $output == *"R18: enters context 7, ?, with an export of component imu"* ]]
	cp "$sensors/firmware.elf" entries.elf
	set_entry berth_sensors_gps_peek 1 '\x41\x00\x00\x00'
	run -1 "$BERTH_BIN/mpu-table" check entries.elf
	[[ $output == *"R18: calls 0x00000041, and its export berth_sensors_gps_peek is at 0x"*"[symbol berth_entry_berth_sensors_gps_peek]"* ]]
	# A component that has no name in the record: what the context executes tells it.
	arm-none-eabi-objcopy --dump-section .berth.bind=record "$sensors/firmware.elf" entries.elf
	LC_ALL=C sed 's/gps\x00/\x00ps\x00/' record >unnamed
	run ! cmp -s record unnamed
	arm-none-eabi-objcopy --update-section .berth.bind=unnamed "$sensors/firmware.elf" entries.elf
	set_entry berth_sensors_gps_peek 0 '\x00\x00\x00\x00'
	run -1 "$BERTH_BIN/mpu-table" check entries.elf
	[[ $output == *"R18: calls 0x"*", which no row of context baro opens for execution [symbol berth_entry_berth_sensors_gps_peek]"* ]]
	set_entry berth_sensors_gps_peek 0 '\x09\x00\x00\x00'
	run -1 "$BERTH_BIN/mpu-table" check entries.elf
	[[ $output == *"R18: enters context 9, which is not there [symbol berth_entry_berth_sensors_gps_peek]"* ]]
	arm-none-eabi-objcopy --set-section-flags .berth.code.gps=alloc,load,data,contents \
		"$sensors/firmware.elf" entries.elf
	run -1 "$BERTH_BIN/mpu-table" check entries.elf
	[[ $output == *"R18: is not in a section that can only be read [symbol berth_entry_berth_sensors_gps_peek]"* ]]
	head -c 40 /dev/zero >zeros
	arm-none-eabi-objcopy --update-section .berth.bind=zeros "$sensors/firmware.elf" entries.elf
	run -1 "$BERTH_BIN/mpu-table" check entries.elf
	[[ $output == *"R18: is damaged, so that entry points cannot be checked [section .berth.bind]"* ]]
}

@test "a native left out with GNU ld is named by the import that called it" {
	link_without arm-none-eabi-ld read_pressure
	run -1 "$BERTH_BIN/elfbind" audit --core "$inputs/gps.wasm" --core "$inputs/fused.wasm" unbound.elf
	[[ $output == *"A003: the call of import 'read-pressure' '' at 0x"*" goes nowhere [symbol func_33]"* ]]
	[ "$(grep -c '^elfbind:' <<<"$output")" -eq 1 ]
	# Without the module it is found all the same.
	run -1 "$BERTH_BIN/elfbind" audit unbound.elf
	[[ $output == *"goes nowhere, to 0x00000000 [symbol func_33]"* ]]
}

@test "a native left out with lld is named by symbol and import" {
	need ld.lld
	link_without ld.lld read_pressure
	run -1 "$BERTH_BIN/elfbind" audit --core "$inputs/gps.wasm" --core "$inputs/fused.wasm" unbound.elf
	[[ $output == *"A001: is not resolved [symbol read_pressure]"* ]]
	[[ $output == *"A003: the call of import 'read-pressure' '' at 0x"* ]]
}

@test "a native that two components share is named for each of its calls" {
	link_without arm-none-eabi-ld tick_now
	run -1 "$BERTH_BIN/elfbind" audit --core "$inputs/gps.wasm" --core "$inputs/fused.wasm" unbound.elf
	[[ $output == *"A003: the call of import 'tick-now' '' at 0x"* ]]
	[[ $output == *"A003: the call of import 'tick-now' '\$"* ]]
}

@test "the firmware linked from objects that were never bound is full of findings" {
	need arm-none-eabi-ld
	arm-none-eabi-ld -T "$sensors/layout.ld" --unresolved-symbols=ignore-all --no-check-sections \
		--noinhibit-exec -o raw.elf \
		"$BERTH_BUILD"/armv7m/examples/sensors/native/{board,board_mps,main,natives}.o \
		"$inputs/gps.o" "$sensors/regions.o" "$BERTH_BUILD"/runtime/libberth-armv7m.a 2>/dev/null || true
	[ -e raw.elf ] || skip "the linker made no image"
	run -1 "$BERTH_BIN/elfbind" audit --layout "$sensors/layout.json" raw.elf
	[[ $output == *"A003: "* ]]
	[[ $output == *"A004: "* ]]
	[[ $output == *"A008: "*".berth.mem.gps.0"* ]]
}

@test "a core module that is not the image's is found, and one that is missing hides its growth" {
	run -1 "$BERTH_BIN/elfbind" audit --core "$inputs/fused.wasm" \
		--core "$inputs/baro.core.wasm" "$sensors/firmware.elf"
	[[ $output == *"baro.core.wasm: A009: is none of the core modules"* ]]
	run -0 "$BERTH_BIN/elfbind" audit --core "$inputs/fused.wasm" "$sensors/firmware.elf"
	grep -q "memory.grow  *not visible here" <<<"$output"
	run -0 "$BERTH_BIN/elfbind" audit --core "$inputs/fused.wasm" --core "$inputs/fused.wasm" \
		"$sensors/firmware.elf"
	grep -q "memory.grow  *not visible here" <<<"$output"
}

@test "a firmware with a guest that grows its memory runs, and the audit names the export" {
	need arm-none-eabi-ld
	natives=$BERTH_BUILD/armv7m/examples/sensors/native
	"$BERTH_BIN/elfbind" bind "$inputs/grows.o" -o grows.bound.o --core "$inputs/grows.wasm" \
		--import-map "$inputs/grows.imports.json" --against "$natives/natives.o" \
		--component gps --arena gps
	# The same layout, but for the module that gps is made from.
	sed 's/gps\.o/grows.o/; s/gps\.wasm/grows.wasm/' "$BERTH_ROOT/examples/sensors/layout.yaml" >layout.yaml
	"$BERTH_BIN/ldgen" -C "$inputs" layout.yaml --json layout.json
	"$BERTH_BIN/elfbind" inject grows.bound.o -o grows.berth.o --layout layout.json \
		--core "$inputs/grows.wasm" --component gps
	arm-none-eabi-ld -T "$sensors/layout.ld" -o grows.elf "$natives"/{board,board_mps,main,natives}.o \
		"$sensors/fused.berth.o" grows.berth.o "$sensors/regions.o" \
		"$BERTH_BUILD"/runtime/libberth-armv7m.a
	run -1 "$BERTH_BIN/elfbind" audit --layout layout.json \
		--core "$inputs/fused.wasm" --core "$inputs/grows.wasm" grows.elf
	[[ $output == *"grows.wasm: A005: memory.grow at offset "*"reached from export "* ]]
	[ "$(grep -c ': [AR][0-9]*: ' <<<"$output")" -eq 1 ]
}

# The example's model with imu before baro, and all code in one place: what is of baro and what
# is of imu change places.
other_order() {
	plain_manifest | awk '/^  (baro|imu|gps):/ { part = $1 } /^strategy/ { part = "" }
		part == "baro:" { held = held $0 "\n"; next }
		part == "gps:" && held != "" { printf "%s", held; held = "" }
		{ print }' >layout.yaml
	"$BERTH_BIN/ldgen" -C "$inputs" layout.yaml -o layout.ld --json layout.json
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
	objects=("$BERTH_BUILD"/armv7m/examples/sensors/native/{board,main,board_mps,natives}.o
		"$sensors"/{fused.berth,gps.berth}.o regions.o "$BERTH_BUILD/runtime/libberth-armv7m.a")
	held=$(arm-none-eabi-nm "${objects[1]}" | sed -n 's/^ *U \(berth_layout_.*\)/\1/p')
}

@test "a program that was compiled with the regions.h of another layout is not linked" {
	other_order
	[ -n "$held" ]
	for linker in arm-none-eabi-ld ld.lld; do
		command -v "$linker" >/dev/null || continue
		run ! "$linker" --gc-sections -T layout.ld -o stale.elf "${objects[@]}"
		[[ $output == *"regions.h:"*"$held"* || $output == *"$held"*"regions.h:"* ]]
	done
}

@test "an object that was injected with another layout is not linked, though every size agrees" {
	other_order
	for linker in arm-none-eabi-ld ld.lld; do
		command -v "$linker" >/dev/null || continue
		run ! "$linker" -T layout.ld --defsym="$held=0" -o stale.elf "${objects[@]}"
		for component in baro imu; do
			[[ $output == *"component $component: its object was injected with another layout.json"* ]]
		done
		[[ $output != *"component gps"* ]]
	done
}

@test "such an object linked by another script is found from the image alone" {
	need arm-none-eabi-ld
	other_order
	grep -v '^ASSERT' layout.ld >lax.ld
	arm-none-eabi-ld -T lax.ld --defsym="$held=0" -o stale.elf "${objects[@]}"
	run -1 "$BERTH_BIN/mpu-table" check stale.elf
	[[ $output == *"R15: "*"the component's initial data is for another layout [symbol baro_layout]"* ]]
	[[ $output == *"[symbol imu_layout]: run elfbind inject again for component imu"* ]]
	# Their arenas are where they were: memories and states have other places now.
	[[ $output == *"[arena of baro: memory_base, symbol berth_arena_baro]"* ]]
	[ "$(grep -c ': R15: ' <<<"$output")" -eq 6 ]
	# Every entry point of the two, too, and nothing of gps.
	[[ $output == *"R18: enters context "*" with an export of component baro "* ]]
	[[ $output != *"gps"* ]]
}

@test "sections that a linker adds to native data do not take the main stack" {
	need arm-none-eabi-ld
	echo '.section .noinit,"aw",%nobits; .space 0x3e00' | arm-none-eabi-as -o noinit.o
	run ! arm-none-eabi-ld -T "$sensors/layout.ld" -o full.elf noinit.o \
		"$BERTH_BUILD"/armv7m/examples/sensors/native/{board,board_mps,main,natives}.o \
		"$sensors"/{fused.berth,gps.berth,regions}.o "$BERTH_BUILD/runtime/libberth-armv7m.a"
	[[ $output == *"region \`native_ram' overflowed"* ]]
}

@test "an image with the bytes of its code turned round is refused" {
	need arm-none-eabi-ld
	natives=$BERTH_BUILD/armv7m/examples/sensors/native
	arm-none-eabi-ld --be8 -T "$sensors/layout.ld" -o be8.elf "$natives"/{board,board_mps,main,natives}.o \
		"$sensors"/{fused.berth,gps.berth,regions}.o \
		"$BERTH_BUILD"/runtime/libberth-armv7m.a || true
	[ -e be8.elf ] || skip "the linker made no image"
	run -1 "$BERTH_BIN/mpu-table" check be8.elf
	[[ $output == *"is linked with --be8"* ]]
	run -1 "$BERTH_BIN/elfbind" audit be8.elf
	[[ $output == *"is linked with --be8"* ]]
}
