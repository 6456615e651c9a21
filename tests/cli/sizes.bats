#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Sizes that are no multiples of a page: a module with a custom page size, from module to image.

bats_require_minimum_version 1.5.0

setup() {
	ldgen=$BERTH_BIN/ldgen
	elfbind=$BERTH_BIN/elfbind
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BERTH_ROOT"/tests/fixtures/pages/pages.{o,wasm} .
	cat >layout.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m3}
		banks:
		  flash: {origin: 0x0, length: 256K, access: rx}
		  ram: {origin: 0x20000000, length: 16K, access: rw, reserve: 4K}
		components:
		  pages:
		    object: pages.o
		    core: pages.wasm
		    memories: {0: {bank: ram}}
		    stack: 512
	EOF
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

@test "a memory of 5000 bytes takes 5000, and what a row rounds them up to" {
	need jq
	"$ldgen" layout.yaml --json layout.json
	[ "$(jq '.regions[] | select(.kind == "memory") | .size == 5000 and .reserved <= 6144' layout.json)" = true ]
	sed -i 's/bank: ram}/bank: ram, size: 5000}/' layout.yaml
	"$ldgen" layout.yaml --json same.json
	cmp layout.json same.json
}

@test "its size is confirmed to the byte, and its last bytes are data" {
	for wrong in 4999 5001 8K 64K; do
		sed "s/bank: ram}/bank: ram, size: $wrong}/" layout.yaml >wrong.yaml
		run -1 "$ldgen" wrong.yaml --json layout.json
		[[ "$output" == *"wrong.yaml:10:"*"has 5000 bytes"* ]]
	done
	sed 's/bank: ram}/bank: ram, trim: 4999}/' layout.yaml >wrong.yaml
	run -1 "$ldgen" wrong.yaml --json layout.json
	[[ "$output" == *"initial data end at byte 5000"*"trim it less"* ]]
	sed 's/^    stack: 512/&\n    arena: {size: 8}/' layout.yaml >wrong.yaml
	run -1 "$ldgen" wrong.yaml --json layout.json
	[[ "$output" == *"initial data end at byte 5000"*"make the arena smaller, or link the guest with a larger memory"* ]]
	sed 's/bank: ram}/bank: ram, trim: 4999}/; s/^    stack: 512/&\n    arena: {size: 8}/' layout.yaml >wrong.yaml
	run -1 "$ldgen" wrong.yaml --json layout.json
	[[ "$output" == *"initial data end at byte 5000"*"make the arena smaller, or trim the memory less"* ]]
	[ ! -e layout.json ]
}

@test "the image has a section of 5000 bytes, and the check agrees" {
	need arm-none-eabi-ld
	need ld.lld
	need arm-none-eabi-as
	"$ldgen" layout.yaml -o layout.ld --json layout.json
	"$elfbind" bind pages.o -o pages.bound.o --core pages.wasm --component pages
	"$elfbind" inject pages.bound.o -o pages.berth.o --core pages.wasm --layout layout.json --component pages
	"$elfbind" inject --table -o regions.o --layout layout.json
	printf '%s\n' '.syntax unified' '.section .vectors, "a"; .word 0x20001000, start + 1' \
		'.text; .thumb; .global start; .thumb_func; start: b start' |
		arm-none-eabi-as -mcpu=cortex-m3 -o native.o
	for linker in arm-none-eabi-ld ld.lld; do
		"$linker" -T layout.ld native.o pages.berth.o regions.o -o firmware.elf
		arm-none-eabi-readelf -SW firmware.elf | grep -Eq '\.berth\.mem\.pages\.0 +NOBITS +[0-9a-f]+ [0-9a-f]+ 001388 '
		run -0 "$BERTH_BIN/mpu-table" check firmware.elf --layout layout.json
	done
}
