#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# One memory, parts of which belong to several components.

bats_require_minimum_version 1.5.0
load manifest

setup() {
	ldgen=$BERTH_BIN/ldgen
	cd "$BATS_TEST_TMPDIR" || return 1
	# Fused with --memory shared --pack-rebase: baro has bytes 0 to 5199, imu 5200 to 14511.
	cp "$BERTH_ROOT"/tests/fixtures/shared/shared.{o,wasm} .
}

# A manifest of the fused pair with the given keys.
fused() { # keys of baro, keys of imu
	cat >layout.yaml <<-EOF
		berth: 1
		target: {cpu: cortex-m3, mpu_regions: 8}
		banks:
		  flash: {origin: 0x0, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 512K, access: rw, reserve: 16K}
		components:
		  baro: {object: shared.o, core: shared.wasm, fused: 0, stack: 2K, $1}
		  imu: {object: shared.o, core: shared.wasm, fused: 2, stack: 2K, $2}
	EOF
}

# A plan of two components in one memory of SIZE bytes.
planned() { # size, keys of one, keys of two
	cat >layout.yaml <<-EOF
		berth: 1
		target: {cpu: cortex-m3, mpu_regions: 8}
		banks:
		  flash: {origin: 0x0, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 512K, access: rw, reserve: 16K}
		components:
		  one: {memories: {0: {size: $1}}, stack: 1K, $2}
		  two: {memories: {0: {size: $1}}, stack: 1K, $3}
	EOF
}

refused() { # position, words...
	run "$ldgen" layout.yaml --json layout.json
	told "layout.yaml:$1" "${@:2}"
	[ ! -e layout.json ]
}

@test "components that share a memory are refused until each has its part" {
	fused 'memories: {0: {bank: ram}}' 'grants: []'
	refused 7:34: "both uses memory 0" "--memory multi" "by 'carve:'"
	fused 'carve: {offset: 0, size: 5200}' 'grants: []'
	refused 7:34: "both uses memory 0"
}

@test "the fuser's attestation says the parts, and what does not lie in them is found" {
	# The compiler reads the function table of both at byte 0, where only baro may.
	fused 'carve: {}' 'carve: {memory: 0}'
	refused 8: "the component's function table at byte 0 of memory 0" "carve of component imu, 5200 to 14511"
	cp "$BERTH_ROOT/tests/fixtures/sensors/fused.wasm" shared.wasm
	cp "$BERTH_ROOT/tests/fixtures/sensors/fused.o" shared.o
	fused 'carve: {}' 'carve: {}'
	refused 7: "does not say where the component was placed" "write the carve's offset and size by hand"
}

@test "parts by hand are held against the module's data and stack" {
	fused 'carve: {offset: 0, size: 1024}' 'carve: {offset: 5200, size: 9312}'
	refused 7: "shared.wasm has initial data of nobody's carve at byte 1024 of memory 0"
	fused 'carve: {offset: 0, size: 4096}' 'carve: {offset: 5200, size: 9312}'
	refused 7: "what may be the top of its stack"
	fused 'carve: {offset: 0, size: 5200}, arena: {size: 4200}' 'carve: {offset: 5200, size: 9312}'
	refused 7: "initial data in the component's arena at byte 1024"
	fused 'carve: {offset: 0, size: 5200}' 'carve: {memory: 1, offset: 5200, size: 9312}'
	refused 8:83: "uses memory 0: write that number"
	fused 'carve: {offset: 0, size: 5200}' 'carve: {offset: 5200, size: 64K}'
	refused 8: "the carve ends behind the 65536 bytes of its memory"
}

@test "a carve has offset and size, or neither and a module" {
	fused 'carve: {offset: 0}' 'carve: {}'
	refused 7:75: "has one of offset and size"
	planned 16K 'carve: {}' 'carve: {offset: 8K, size: 8K}'
	refused 7:55: "no module whose attestation says the carve"
}

@test "a plan of two parts of one memory is placed, and each opens its own" {
	command -v jq >/dev/null || skip "jq is not here"
	planned 16K 'carve: {offset: 0, size: 4K}' 'carve: {offset: 4K, size: 12K}'
	"$ldgen" layout.yaml --json layout.json --html map.html --svg map.svg --header regions.h
	[ "$(jq '[.regions[] | select(.kind == "memory")] | length' layout.json)" -eq 1 ]
	[ "$(jq -c '[.regions[] | select(.kind == "carve") | [.name, .size]]' layout.json)" = \
		'[["one.carve0",4096],["two.carve0",12288]]' ]
	# Neither opens a byte of the other's.
	[ "$(jq '. as $all | [.contexts[] | . as $context | $all.regions[]
		| select(.kind == "carve" and .component != $context.name) as $other
		| $context.rows[].covers[] | .base + .size <= $other.base or .base >= $other.base + $other.size]
		| length > 4 and all' layout.json)" = true ]
	grep -q '>one.carve0</text>' map.svg
	grep -q '>two.carve0</text>' map.html
}

@test "a memory that is shared is described once, and its parts are apart and in it" {
	planned 16K 'carve: {offset: 0, size: 4K}' 'carve: {offset: 4K, size: 12K}'
	sed -i '8s/size: 16K/size: 16K, bank: ram/' layout.yaml
	refused 8:20: "the memory is that of component one, too" "take bank, rows, at, cache and trim out here"
	planned 16K 'carve: {offset: 0, size: 4K}' 'carve: {offset: 4K, size: 12K}'
	sed -i '7,8s/size: 16K/size: 16K, bank: ram/' layout.yaml
	run -0 "$ldgen" layout.yaml
	planned 16K 'carve: {offset: 0, size: 4K}' 'carve: {offset: 4K, size: 12K}'
	sed -i '8s/size: 16K/size: 32K/' layout.yaml
	refused 8:20: "has 16384 bytes there: write one size"
	planned 16K 'carve: {offset: 0, size: 4K}' 'carve: {offset: 2K, size: 12K}'
	refused 8: "overlaps the carve of one"
	planned 16K 'carve: {offset: 0, size: 4K}' 'carve: {offset: 8K, size: 12K}'
	refused 8:74: "the carve ends behind the 16384 bytes of its memory"
	# An arena lies at the end of its component's part.
	planned 16K 'carve: {offset: 0, size: 4K}, arena: {size: 8K}' 'carve: {offset: 4K, size: 12K}'
	refused 7:92: "is more than the 4096 bytes"
}
