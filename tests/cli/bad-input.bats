#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# What people get wrong, and what is made to do harm: exit 1 with the place in the file and what
# to change, and no output.

bats_require_minimum_version 1.5.0
load manifest

setup() {
	ldgen=$BERTH_BIN/ldgen
	cd "$BATS_TEST_TMPDIR" || return 1
}

# A plan for an Armv7-M part, with changes by sed.
plan() { # sed expressions...
	cat >plan.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m7, mpu_regions: 16}
		banks:
		  flash: {origin: 0x08000000, length: 1M, access: rx}
		  ram: {origin: 0x10000000, length: 128K, access: rw, reserve: 2K}
		peripherals:
		  uart0: {origin: 0x40004000, length: 0x1000}
		components:
		  sensor: {memories: {0: {size: 4K}}, stack: 1K, grants: [uart0]}
		  motor: {memories: {0: {size: 8K}}, stack: 1K}
	EOF
	for change in "$@"; do
		cp plan.yaml before.yaml
		sed -i "$change" plan.yaml
		run ! cmp -s plan.yaml before.yaml
	done
}

# plan.yaml is refused at POSITION ("LINE:COLUMN") with these words, and leaves nothing.
refused() { # position, words...
	run "$ldgen" plan.yaml -o layout.ld --json layout.json --header regions.h --html map.html
	told "plan.yaml:$1: " "${@:2}"
	for file in layout.ld layout.json regions.h map.html; do
		[ ! -e "$file" ]
	done
}

@test "size zero, of everything that has a size" {
	plan 's/size: 8K/size: 0/'
	refused 10:32 "has no size: give the bytes"
	plan '10s/stack: 1K/stack: 0/'
	refused 10:45 "a stack has a multiple of 8 bytes, at least 64"
	plan 's/length: 128K/length: 0/'
	refused 5:37 "is empty: give a length"
	plan 's/length: 0x1000/length: 0x0/'
	refused 7:39 "is empty: give a length"
	plan 's/grants: \[uart0\]/arena: {size: 0}/'
	refused 9:64 "an arena has a multiple of 8 bytes"
}

@test "addresses and sizes that leave 32 bits" {
	plan 's/origin: 0x10000000/origin: 0xfffff000/'
	refused 5:37 "reaches beyond address 0xffffffff: shorten it"
	plan 's/origin: 0x10000000/origin: 0x100000000/'
	refused 5:38 "reaches beyond address 0xffffffff"
	plan 's/origin: 0x10000000/origin: 0x10000000000000000/'
	refused 5:17 "is not a size up to 4294967296"
	plan 's/size: 8K/size: 4G/'
	refused 10:22 "motor.mem0"
	plan 's/size: 8K/size: 5G/'
	refused 10:32 "is not a size up to 4294967296"
	plan '10s/stack: 1K/stack: 4G/'
	run -1 "$ldgen" plan.yaml --json layout.json
	[[ "$output" == *"plan.yaml:10:"*"motor.data"* ]]
}

@test "an origin beside the granule, with the two that would do" {
	plan 's/origin: 0x10000000/origin: 0x10000650/'
	refused 5:17 "multiples of 32, the granule of armv7-m: write 0x10000640 or 0x10000660"
	plan 's/length: 128K/length: 0x1fff0/'
	refused 5:37 "write 0x1ffe0 or 0x20000"
	plan 's/origin: 0x40004000/origin: 0x40004010/'
	refused 7:19 "write 0x40004000 or 0x40004020"
	plan 's/reserve: 2K/reserve: 1000/'
	refused 5:64 "is not a multiple of 32"
}

@test "768 bytes where a window of 2 KiB has fewer left" {
	plan 's/length: 128K/length: 2K/' 's/reserve: 2K/reserve: 1K/' '10d' 's/size: 4K/size: 768/' 's/stack: 1K/stack: 512/'
	refused '9:[0-9]*' "ram" "lack"
	# With a stack that is small enough they do fit.
	plan 's/length: 128K/length: 2K/' 's/reserve: 2K/reserve: 1K/' '10d' 's/size: 4K/size: 768/' 's/stack: 1K/stack: 256/'
	run -0 "$ldgen" plan.yaml --json layout.json
}

@test "one byte over a power of two, where a power of two is all that is left" {
	plan 's/length: 128K/length: 34K/' '9d' 's/size: 8K/size: 16385/' '$a strategy: pow2'
	refused '9:[0-9]*' "motor.mem0" "ram" "lack"
	plan 's/length: 128K/length: 34K/' '9d' 's/size: 8K/size: 16384/' '$a strategy: pow2'
	run -0 "$ldgen" plan.yaml --json layout.json
	rm layout.json
	# What a row with subregions can do is enough again.
	plan 's/length: 128K/length: 34K/' '9d' 's/size: 8K/size: 16385/'
	run -0 "$ldgen" plan.yaml --json layout.json
}

@test "17 rows asked of 16" {
	plan 's/mpu_regions: 16/mpu_regions: 17/'
	refused 2:39 "17 MPU regions: cortex-m7 has 1 to 16"
	plan 's/size: 8K/size: 8K, rows: 17/'
	refused 10:42 "17 rows for one region: the target has 16" "write 1 to 16"
	# Code, memory, data, and a row for each of 14 peripherals.
	many=$(for i in $(seq 14); do printf '  p%d: {origin: 0x%x, length: 0x1000}\\n' "$i" $((0x50000000 + i * 0x2000)); done)
	grants=$(seq -s ', ' -f 'p%g' 14)
	plan "s/^components:/${many}&/" "s/grants: \[uart0\]/grants: [$grants]/"
	refused '23:[0-9]*' "needs 17 rows, the target has 16" "p14"
}

@test "grants that overlap, or come twice" {
	plan 's/^components:/  uart1: {origin: 0x40004800, length: 0x1000}\n&/'
	refused 8:19 "overlaps peripheral uart0 (line 7): move one of them"
	plan 's/origin: 0x40004000/origin: 0x1001f000/'
	refused 7:19 "overlaps bank ram (line 5): move one of them"
	plan 's/grants: \[uart0\]/grants: [uart0, uart0]/'
	refused 9:66 "'uart0' is named twice: give it once"
}

@test "names that come twice, and cycles" {
	plan 's/^  motor:/  sensor:/'
	refused 10:3 "repeated key 'sensor': the first is in line 9; give it once"
	plan 's/^  motor:/  Sensor:/'
	refused 10:3 "would be one macro in regions.h"
	plan 's/^  motor:/  ram:/'
	refused 10:3 "would be one macro in regions.h"
	plan 's/memories: {0: {size: 8K}}/memories: {0: {size: 8K}, 0x0: {size: 8K}}/'
	refused 10:37 "memory 0 is there twice"
	plan 's/memories: {0: {size: 8K}}/memories: \&all {0: *all}/'
	refused 10:21 "an anchor is not taken here"
	plan 's/grants: \[uart0\]/grants: [*grants]/'
	run -1 "$ldgen" plan.yaml --json layout.json
	[[ "$output" == *"plan.yaml:9:59: "* ]]
}

@test "names that would break out of the linker script, of C, of a page or of the terminal" {
	for name in '"ram; ENTRY(x)"' '"x) }"' '"*/ int x; /*"' '"a\\nb"' '"<script>"' '"a&b"' '"a.b"' \
		"\"\$(touch x)\"" '"\\e]0;x\\a"' '"a\\0b"' '"größe"' "$(printf 'a%.0s' {1..65})" '7up' 'a-b'; do
		plan "s|^  motor:|  $name:|"
		run "$ldgen" plan.yaml -o layout.ld --json layout.json --header regions.h --html map.html
		[ "$status" -eq 1 ]
		grep -Eq '^ldgen: plan.yaml:10:3: .*(is not a C identifier|has a NUL character)' <<<"$output"
		run ! grep -qP '[\x00-\x08\x0b-\x1f\x7f]' <<<"$output"
		[ ! -e x ] && [ ! -e layout.json ]
		for kind in ram uart0; do
			plan "s|^  $kind:|  $name:|"
			run -1 "$ldgen" plan.yaml --json layout.json
		done
	done
}

@test "a file that goes on and on, or is none" {
	plan
	{
		cat plan.yaml
		head -c 2000000 /dev/zero | tr '\0' '#'
	} >long.yaml
	run -1 "$ldgen" long.yaml
	[[ "$output" == *"more than a manifest's 1048576"* ]]
	{
		sed '/^components:/q' plan.yaml
		seq -f '  c%g: {memories: {0: {size: 32}}, stack: 64}' 1025
	} >many.yaml
	run -1 "$ldgen" many.yaml
	[[ "$output" == *"many.yaml:9:3: has 1025 entries: give 1 to 1024 of them"* ]]
	printf 'berth: 1\ntarget: %s\n' "$(printf '[%.0s' {1..20000})" >deep.yaml
	run -1 "$ldgen" deep.yaml
	[[ "$output" == *"deep.yaml:3:1: is not YAML"* ]]
	mkdir folder
	run -1 "$ldgen" folder
	run -1 "$ldgen" nowhere.yaml
}
