#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind inject: objects for RISC-V, in which the compiler has put globals and data segments.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	cp "$BERTH_ROOT"/tests/fixtures/sensors/* .
	cp "$BERTH_ROOT"/tests/fixtures/layout/*.json .
	ln -s riscv.json layout.json
	printf '"%s" "%s" -> %s\n' tick-now '' tick_now read-fix '' read_fix >gps.map
	"$BERTH_BIN/elfbind" bind gps.rv32.o -o gps.bound.o --core gps.wasm --map gps.map \
		--import-map gps.imports.json --component gps --arena gps
}

setup() {
	elfbind=$BERTH_BIN/elfbind
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

inject() { # object, options...
	object=$1
	shift
	"$elfbind" inject "$object" -o out.o --layout layout.json --core gps.wasm --component gps "$@"
}

refused() { # words...
	[ "$status" -eq 1 ]
	for words in "$@"; do
		[[ "$output" == *"$words"* ]]
	done
	[ ! -e out.o ]
}

section() { # name: type, offset, size
	readelf -SW "${2-out.o}" | sed 's/^ *\[ *[0-9]*\] *//' |
		awk -v name="$1" '$1 == name { print $2, $4, $5 }'
}

# The bound object with the byte at OFFSET of SECTION changed.
spoilt() { # section, offset
	cp --remove-destination gps.bound.o spoilt.o
	local start
	start=$(section "$1" gps.bound.o | cut -d' ' -f2)
	printf '\xee' | dd of=spoilt.o bs=1 seek=$((0x$start + $2)) conv=notrunc status=none
	run inject spoilt.o
}

@test "RISC-V: the globals move into the data region, where the layout has them" {
	need readelf
	inject gps.bound.o
	read -r data globals < <(jq -r '.components[] | select(.name == "gps") |
		"\(.stack.base) \(.globals.base)"' layout.json)
	number=$(readelf -SW out.o | sed -n 's/^ *\[ *\([0-9]*\)\] \.berth\.data\.gps .*/\1/p')
	run readelf -sW out.o
	[[ "$output" =~ ([0-9a-f]{8})\ +4\ OBJECT\ +GLOBAL\ DEFAULT\ +$number\ gps___synth_globals ]]
	[ $((0x${BASH_REMATCH[1]})) -eq $((globals - data)) ]
}

@test "RISC-V: what the compiler put into the object is dropped and stands in the records" {
	need readelf
	[[ "$(section .data gps.bound.o)" == "PROGBITS "*" 000004" ]]
	[[ "$(section .wasm_data gps.bound.o)" == "PROGBITS "*" 000044" ]]
	inject gps.bound.o
	[[ "$(section .data)" == "NOBITS "*" 000000" ]]
	[[ "$(section .wasm_data)" == "NOBITS "*" 000000" ]]
	run readelf -p .berth.init out.o
	[[ "$output" == *" lat"* ]]
}

@test "RISC-V: the arena's veneer passes the arena as the fifth argument" {
	need readelf
	inject gps.bound.o
	run readelf -rW out.o
	[[ "$output" =~ R_RISCV_HI20\ +[0-9a-f]+\ +berth_arena_gps\ \+\ 0 ]]
	[[ "$output" =~ R_RISCV_LO12_I\ +[0-9a-f]+\ +berth_arena_gps\ \+\ 0 ]]
	[[ "$output" =~ R_RISCV_CALL_PLT\ +[0-9a-f]+\ +berth_arena_realloc\ \+\ 0 ]]
}

@test "RISC-V: data that differs from the module's is refused" {
	spoilt .data 2
	refused "[section .data]" "does not hold the globals of gps.wasm"
	spoilt .wasm_data 12
	refused "[section .wasm_data]" "does not hold the data segments of gps.wasm"
}

@test "RISC-V: a record that leaves the section or the memory is refused" {
	spoilt .wasm_data 3 # the offset of the first
	refused "does not hold the data segments of gps.wasm"
	spoilt .wasm_data 7 # its length
	refused "does not hold the data segments of gps.wasm"
}

@test "RISC-V: a section of the globals that holds something else is refused" {
	need riscv64-unknown-elf-objcopy
	riscv64-unknown-elf-objcopy --add-symbol other=.data:0,global,object gps.bound.o more.o
	run inject more.o
	refused "[section .data] holds more than [symbol gps___synth_globals]"
}

@test "RISC-V: globals that several components share are refused" {
	run inject gps.bound.o --component imu
	[ "$status" -eq 1 ]
	need riscv64-unknown-elf-objcopy
	riscv64-unknown-elf-objcopy --redefine-sym gps___synth_globals=gps_imu___synth_globals \
		gps.bound.o shared.o
	run inject shared.o
	refused "one [symbol gps_imu___synth_globals] for all components" "an object of its own"
}

@test "RISC-V: an object for another architecture than the layout's is refused" {
	ln -sf three.json layout.json
	run inject gps.bound.o
	refused "gps.bound.o: is for RISC-V, and the layout for armv7-m"
}

@test "RISC-V: the region table's object is for the layout's machine, and links beside the others" {
	need readelf
	"$elfbind" inject --table -o regions.o --layout layout.json
	readelf -h regions.o | grep -E 'Class: +ELF32'
	readelf -h regions.o | grep -E 'Machine: +RISC-V'
	inject gps.bound.o
	for linker in "riscv64-unknown-elf-ld -m elf32lriscv" ld.lld; do
		need "${linker%% *}"
		$linker -r -o joined.o out.o regions.o
	done
}

@test "64-bit RISC-V and big-endian objects are refused: there is no arena veneer for them" {
	need clang
	echo 'int x;' >empty.c
	clang --target=riscv64-unknown-elf -c empty.c -o empty.o
	run inject empty.o
	refused "is for RISC-V" "there is no arena veneer"
	clang --target=armebv7m-none-eabi -c empty.c -o empty.o
	run inject empty.o
	refused "is for ARM" "there is no arena veneer"
}
