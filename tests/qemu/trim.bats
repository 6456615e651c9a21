#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Three modules that declare 64 KiB each, on 64 KiB of RAM: what is trimmed away is not there.

bats_require_minimum_version 1.5.0
load qemu

setup() {
	sensors=$BERTH_BUILD/examples/sensors
	natives=$BERTH_BUILD/armv7m/examples/sensors/native
	inputs=$BERTH_ROOT/tests/fixtures/sensors
	[ -e "$sensors/firmware.elf" ] || skip "the firmware is not built: make firmware"
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# The example with every memory trimmed to 10 KiB, from the same bound objects.
trimmed_firmware() { # linker, more for sed
	sed -E -e 's/(length: 512K, access: rw)/length: 64K, access: rw/; s/reserve: 16K/reserve: 8K/' \
		-e 's/^( *)arena: \{memory: (.), size: 4K\}/&\n\1memories: {\2: {trim: 10K}}/' \
		-e "${2:-}" "$BERTH_ROOT/examples/sensors/layout.yaml" >layout.yaml
	[ "$(grep -c 'trim: 10K' layout.yaml)" -eq 3 ]
	"$BERTH_BIN/ldgen" -C "$inputs" layout.yaml -o layout.ld --json layout.json --header regions.h
	"$BERTH_BIN/elfbind" inject "$sensors/fused.bound.o" -o fused.berth.o --layout layout.json \
		--core "$inputs/fused.wasm" --import-map "$inputs/fused.imports.json" \
		--component baro --component imu
	"$BERTH_BIN/elfbind" inject "$sensors/gps.bound.o" -o gps.berth.o --layout layout.json \
		--core "$inputs/gps.wasm" --component gps
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
	# The native side is compiled against this layout's header: another's would not link.
	arm-none-eabi-gcc -I"$BERTH_ROOT" -I"$BERTH_ROOT/runtime/include" \
		-I"$BERTH_ROOT/examples/sensors/native" -I. -I"$sensors" -mcpu=cortex-m3 -mthumb \
		-std=c11 -ffreestanding -fno-tree-loop-distribute-patterns -Os \
		-c "$BERTH_ROOT/examples/sensors/native/main.c" -o main.o
	"$1" -T layout.ld -o firmware.elf "$natives"/{board,board_mps,natives}.o main.o fused.berth.o gps.berth.o \
		regions.o "$BERTH_BUILD"/runtime/libberth-armv7m.a
}

@test "trimmed to what is used, the firmware runs in 64 KiB, and beyond the fence it faults" {
	for linker in arm-none-eabi-ld ld.lld; do
		trimmed_firmware "$linker"
		boot firmware.elf
		[ "$status" -eq 0 ]
		[[ "${lines[-1]}" == "verdict: PASS: 6 of 6 answers, 98 of 98 attacks stopped, 0 changed anything" ]]
		for component in baro imu gps; do
			[[ "$output" == *"$component reads behind its own memory: data access refused at 0x"* ]]
			[[ "$output" == *"$component writes behind its own memory: data access refused at 0x"* ]]
		done
	done
}

@test "the audit lists trimmed memories, and the check agrees with them" {
	trimmed_firmware arm-none-eabi-ld
	run -0 "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json \
		--core "$inputs/fused.wasm" --core "$inputs/gps.wasm"
	[[ "$output" == *"9 sections of the layout, 3 memories trimmed"* ]]
	[ "$(grep -c 'A015: has 10240 of the 65536 bytes .* an access beyond faults$' <<<"$output")" -eq 3 ]
	run -0 "$BERTH_BIN/mpu-table" check firmware.elf --layout layout.json
	# What the compiler's symbols say of the size follows.
	arm-none-eabi-readelf -sW firmware.elf >symbols
	grep -Eq ' 00002800 .* baro___synth_mem_size_1$' symbols
	grep -Eq ' 10240 OBJECT .* baro___synth_mem_base_1$' symbols
}

@test "what lies where a memory was trimmed is named when its component may touch it" {
	trimmed_firmware arm-none-eabi-ld 's/length: 64K/length: 80K/; s/^( *)object: gps.o/&\n\1data: {at: 0x20013000}/'
	run -0 "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json \
		--core "$inputs/fused.wasm" --core "$inputs/gps.wasm"
	[[ "$output" == *"A015: has 10240 of the 65536 bytes that its module declares [region gps.mem0]: an access of gps beyond meets gps.data, which it may touch: place one of them elsewhere, with 'bank:' or 'at:'"* ]]
	[ "$(grep -c 'A015: .* an access beyond faults$' <<<"$output")" -eq 2 ]
}
