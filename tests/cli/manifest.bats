#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# What a manifest may say, and what is refused: position, what, remedy.

bats_require_minimum_version 1.5.0
load manifest

setup() {
	ldgen=$BERTH_BIN/ldgen
	cd "$BATS_TEST_TMPDIR" || return 1
}

# A manifest of every key but those that need a real object, with changes by sed.
whole() { # sed expressions...
	cat >whole.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m7, mpu_regions: 16}
		banks:
		  flash: {origin: 0x08000000, length: 1M, access: rx}
		  ram: {origin: 0x20000000, length: 128K, access: rw, reserve: 8K}
		  slow:
		    origin: 0x24000000
		    length: 512K
		    access: rw
		peripherals:
		  uart0: {origin: 0x40004000, length: 0x1000}
		components:
		  sensor:
		    memories:
		      0:
		        size: 20000
		        bank: ram
		    arena: {size: 4K}
		    stack: 1K
		    data: {bank: ram}
		    grants: [uart0]
		  motor:
		    memories: {3: {size: 9000, bank: slow}}
		    stack: 1K
		    data: {bank: ram}
	EOF
	for change in "$@"; do
		cp whole.yaml before.yaml
		sed -i "$change" whole.yaml
		run ! cmp -s whole.yaml before.yaml
	done
}

# The manifest with CHANGE is refused at POSITION ("LINE:COLUMN:") with these words.
refuses() { # change, position, words...
	whole "$1"
	run "$ldgen" whole.yaml --json layout.json
	told "whole.yaml:$2" "${@:3}"
	[ ! -e layout.json ]
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

@test "a component without object and core is planned by its sizes" {
	need jq
	whole
	"$ldgen" whole.yaml --json layout.json --header regions.h --svg map.svg
	[ "$(jq -c '[.regions[] | select(.kind == "memory") | [.name, .size, .bank]]' layout.json)" = \
		'[["sensor.mem0",20000,"ram"],["motor.mem3",9000,"slow"]]' ]
	run -0 "$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
}

@test "a linker script for what is only planned is refused" {
	whole
	run -1 "$ldgen" whole.yaml -o layout.ld
	[[ "$output" == *"whole.yaml:13:3: component sensor is only planned"* ]]
	[[ "$output" == *"whole.yaml:22:3: component motor is only planned"* ]]
	[ ! -e layout.ld ]
}

@test "a plan without the size of its one memory, or half of its files, is refused" {
	refuses '/size: 20000/d' 15:7: "memory 0 has no size"
	refuses 's/size: 20000/size: 0/' 16:15: "memory 0 has no size"
	refuses 's/size: 20000/trim: 20000/' 16:15: "no module whose memory could be trimmed"
	refuses 's/    stack: 1K/    fused: 1\n&/' 19:12: "has no core module"
	refuses '14,17d' 13:3: "neither object and core nor the size"
	refuses 's/    memories: {3/    object: motor.o\n&/' 22:3: "has no core"
	refuses 's/    memories: {3/    core: motor.wasm\n&/' 22:3: "has no object"
}

@test "every cpu has its architecture, and the target's keys go with it" {
	refuses 's/cortex-m7/cortex-m99/' 2:15: "is not a known cpu" "cortex-m0plus" "cortex-r8"
	refuses 's/cpu: cortex-m7/arch: armv9-m/' 2:16: "is not a known architecture" "armv8.1-m" riscv
	refuses 's/cpu: cortex-m7/cpu: cortex-m7, arch: armv6-m/' 2:32: "cortex-m7 is armv7-m, not armv6-m"
	refuses 's/cpu: cortex-m7, //' 2:9: "names neither cpu nor arch"
	refuses 's/mpu_regions: 16/mpu_regions: 17/' 2:39: "17 MPU regions" "1 to 16"
	refuses 's/mpu_regions: 16/mpu_regions: 0/' 2:39: "0 MPU regions"
	refuses 's/cortex-m7/cortex-m4/' 2:39: "cortex-m4 has 1 to 8"
	refuses 's/mpu_regions: 16/napot_only: true/' 2:38: "napot_only is a property of a riscv PMP"
	refuses 's/mpu_regions: 16/mml: false/' 2:31: "mml is a property of a riscv PMP"
	refuses 's/mpu_regions: 16/granularity: 2/' 2:39: "granularity is a property of a riscv PMP"
	refuses 's/cpu: cortex-m7/arch: riscv, mml: maybe/' 2:28: "'maybe' is neither true nor false"
	refuses 's/cpu: cortex-m7/arch: riscv, granularity: 29/' 2:36: "is not G of a PMP"
}

@test "a hole lies in its bank, behind the reserve, and overlaps no other" {
	hole='s/access: rw, reserve: 8K/&, holes: [{origin: ORIGIN, length: LENGTH}]/'
	holes() { sed "s/ORIGIN/$1/; s/LENGTH/$2/" <<<"$hole"; }
	refuses "$(holes 0x20020000 32)" 5:85: "is not within bank ram, 0x20000000 to 0x2001ffff"
	refuses "$(holes 0x2001fff0 32)" 5:85: "is not within bank ram"
	refuses "$(holes 0x1fffffff 32)" 5:85: "is not within bank ram"
	refuses "$(holes 0xfffffff0 4G)" 5:85: "is not within bank ram"
	refuses "$(holes 0x20001ff0 32)" 5:85: "overlaps the reserve of bank ram"
	refuses "$(holes 0x20004000 0)" 5:105: "is empty"
	refuses 's/access: rw, reserve: 8K/&, holes: [{origin: 0x20004000, length: 64}, {origin: 0x20004020, length: 4}]/' \
		5:119: "overlaps the hole in line 5"
	refuses 's/access: rx/&, holes: [{origin: 0x08000000, length: 4}]/' 4:63: "make two banks"
	refuses 's/access: rw, reserve: 8K/&, holes: 3/' 5:75: "is not a list"
	refuses 's/access: rw, reserve: 8K/&, holes: [{origin: 0x20004000}]/' 5:76: "'length' is missing"
}

@test "caching is one of three words" {
	refuses 's/access: rw, reserve: 8K/&, cache: off/' 5:75: "is no way of caching" "write-through"
	refuses 's/size: 9000/&, cache: maybe/' 23:39: "is no way of caching"
	refuses 's/^  slow:/  rom: {origin: 0x30000000, length: 4K, access: r, cache: none}\n&/' 6:59: "no component opens a bank with access r"
}

@test "a region takes at least one row, and no more than the target has" {
	refuses 's/size: 9000/&, rows: 0/' 23:38: "0 rows for one region" "1 to 16"
	refuses 's/size: 9000/&, rows: 17/' 23:38: "17 rows for one region" "1 to 16"
}

@test "banks in order of preference exist, can be written, and come once" {
	refuses 's/bank: slow/bank: [slow, tcm]/' 23:45: "'tcm' is not a bank"
	refuses 's/bank: slow/bank: [slow, flash]/' 23:45: "bank flash cannot be written"
	refuses 's/bank: slow/bank: [slow, slow]/' 23:45: "bank slow is named twice"
	refuses 's/bank: slow/bank: []/' 23:38: "names no bank"
	refuses 's/bank: slow/bank: [[slow]]/' 23:39: "is a collection"
	refuses 's/, bank: slow//' 23:16: "more than one bank with access rw"
	refuses '20d' 13:3: "more than one bank with access rw"
}

@test "a fixed address lies in a bank, not in its reserve or a hole, at a granule" {
	refuses 's/bank: slow/at: 0x30000000/' 23:36: "lies in no bank with access rw"
	refuses 's/bank: slow/at: 0x08000000/' 23:36: "lies in no bank with access rw"
	refuses 's/bank: slow/&, at: 0x20004000/' 23:48: "lies in bank ram: name that bank alone"
	refuses 's/bank: slow/bank: [slow, ram], at: 0x20004000/' 23:55: "lies in bank ram: name that bank alone"
	refuses 's/bank: slow/at: 0x20000650/' 23:36: "is not a multiple of 32"
	refuses 's/bank: slow/at: 0x20001000/' 23:36: "lies in the reserve of bank ram, which ends at 0x20002000"
	whole 's/bank: slow/at: 0x20004000/' 's/reserve: 8K/&, holes: [{origin: 0x20004000, length: 64}]/'
	run -1 "$ldgen" whole.yaml
	[[ "$output" == *"whole.yaml:23:36: lies in the hole of bank ram in line 5"* ]]
}

@test "a shared region has a size and a name of its own" {
	shared() { echo "s/^components:/shared:\\n  $1\\n&/"; }
	refuses "$(shared 'mailbox: {size: 0, bank: ram}')" 13:19: "is empty"
	refuses "$(shared 'mailbox: {bank: ram}')" 13:12: "'size' is missing"
	refuses "$(shared 'mailbox: {size: 1K}')" 13:3: "more than one bank"
	refuses "$(shared 'UART0: {size: 1K, bank: ram}')" 13:3: "would be one macro"
	refuses "$(shared 'a.b: {size: 1K, bank: ram}')" 13:3: "is not a C identifier"
	refuses "$(shared 'mailbox: {size: 1K, bank: ram, length: 4}')" 13:34: "unknown key 'length'"
}

@test "a grant names a peripheral or a shared region, once" {
	refuses 's/grants: \[uart0\]/grants: [uart1]/' 21:14: "neither a peripheral nor a shared region"
	refuses 's/grants: \[uart0\]/grants: [sensor.mem0]/' 21:14: "neither a peripheral nor a shared region"
	refuses 's/grants: \[uart0\]/grants: [uart0, uart0]/' 21:21: "'uart0' is named twice"
	refuses 's/grants: \[uart0\]/grants: uart0/' 21:13: "is not a list"
	refuses 's/grants: \[uart0\]/grants: auto/' 21:13: "no core module that its grants could be derived from"
	refuses 's/grants: \[uart0\]/grants: {uart0: rw}/' 21:13: "is not a list"
}

@test "a policy, a guard and a carve mean something" {
	refuses 's/arena: {size: 4K}/arena: {size: 4K, policy: buddy}/' 18:31: "write bump or free-list"
	refuses 's/arena: {size: 4K}/arena: {size: 4K, reset: often}/' 18:30: "write call or never"
	refuses 's/arena: {size: 4K}/arena: {size: 4K, policy: free-list, reset: call}/' 18:49: \
		"a free list is for what outlives calls"
	refuses 's/arena: {size: 4K}/arena: {size: 0}/' 18:19: "an arena has a multiple of 8 bytes"
	refuses 's/arena: {size: 4K}/arena: {size: 24K}/' 18:19: "is more than the 20000 bytes"
	refuses '19s/1K/{size: 1K, guard: 0}/' 19:30: "guards nothing"
	refuses '19s/1K/{guard: 32}/' 19:12: "'size' is missing"
	refuses '19s/1K/{size: 60}/' 19:19: "a stack has a multiple of 8 bytes"
	refuses '19s/1K/[1K]/' 19:12: "is not a mapping"
	refuses 's/    arena: .*/&\n    carve: {offset: 0, size: 0}/' 19:30: "is empty"
	refuses 's/    arena: .*/&\n    carve: {offset: 4G, size: 4G}/' 19:31: "ends beyond the largest memory"
	refuses 's/    arena: .*/&\n    carve: {offset: 4K}/' 19:12: "has one of offset and size"
}

@test "a context is named for its component and opens what the component has" {
	context() { echo "\$a contexts:\\n  $1"; }
	refuses "$(context 'pump: [motor.mem3]')" 27:3: "there is no component pump"
	refuses "$(context 'motor: [uart0]')" 27:3: "lacks the memory of its component"
	refuses "$(context 'sensor: [sensor.mem0]')" 21:14: "uart0 is granted, but context sensor (line 27) does not list it"
	refuses "$(context 'motor: [motor.mem3, motor.mem3]')" 27:23: "'motor.mem3' is named twice"
	refuses "$(context 'motor: [motor.mem3, uart9]')" 27:23: "is no region of this manifest"
	refuses "$(context 'motor: [motor.mem3, sensor.heap]')" 27:23: "is no region of this manifest"
	refuses "$(context 'motor: [motor.mem3, sensor.mem-1]')" 27:23: "is no region of this manifest"
	refuses "$(context 'motor: [motor.mem3, pump.data]')" 27:23: "is no region of this manifest"
	refuses "$(context 'motor: [motor.mem3, sensor.mem0]')" 27:23: "sensor.mem0 is component sensor's alone" "under 'shared:'"
	refuses "$(context 'motor: [motor.mem3, sensor.data]')" 27:23: "sensor.data is component sensor's alone"
	refuses "$(context 'motor: motor.mem3')" 27:10: "is not a list"
}

@test "an explicit context opens what it lists, in that order, and the code and its data" {
	need jq
	whole '$a contexts:\n  sensor: [uart0, sensor.mem0]'
	"$ldgen" whole.yaml --json layout.json
	[ "$(jq -c '[.contexts[] | [.rows[].region] | unique_by(.)]' layout.json)" = \
		'[["flash","sensor.data","sensor.mem0","uart0"],["flash","motor.data","motor.mem3"]]' ]
	[ "$(jq '.contexts[0] | [.rows[].region] | index("uart0") < index("sensor.mem0")' layout.json)" = true ]
	# Without the explicit one it is the same but for the order; a region listed without a grant is opened, too.
	whole 's/grants: \[uart0\]/grants: []/' '$a contexts:\n  sensor: [sensor.mem0, uart0]'
	"$ldgen" whole.yaml --json listed.json
	[ "$(jq '.contexts[0] | [.rows[].region] | index("uart0") > index("sensor.mem0")' listed.json)" = true ]
}

@test "how memory is cached, and how an arena gives it out, is in the layout" {
	need jq
	whole 's/access: rw, reserve: 8K/&, cache: write-through/' 's/size: 9000/&, cache: none/' \
		's/arena: {size: 4K}/arena: {size: 4K, policy: free-list}/' 's/access: rx/&, cache: write-back/'
	"$ldgen" whole.yaml --json layout.json
	[ "$(jq -c '[.regions[] | [.name, .cache]]' layout.json)" = \
		'[["flash","write-back"],["uart0",null],["sensor.mem0","write-through"],["sensor.data","write-through"],["motor.mem3","none"],["motor.data","write-through"]]' ]
	[ "$(jq -c '[.components[].arena | [.policy, .reset]]' layout.json)" = '[["free-list",null],[null,null]]' ]
	for reset in call never; do
		whole "s/arena: {size: 4K}/arena: {size: 4K, policy: bump, reset: $reset}/"
		"$ldgen" whole.yaml --json "$reset.json"
	done
	[ "$(jq -c '.components[0].arena | [.policy, .reset]' call.json)" = '[null,"call"]' ]
	[ "$(jq -c '.components[0].arena | [.policy, .reset]' never.json)" = '[null,null]' ]
	rm call.json never.json
	# Each choice makes rows of its own.
	for cache in none write-through write-back; do
		whole "s/size: 9000/&, cache: $cache/"
		"$ldgen" whole.yaml --json "$cache.json"
		jq -c '[.contexts[1].rows[] | select(.region == "motor.mem3") | .registers.rasr]' "$cache.json"
	done >rows
	[ "$(sort -u rows | wc -l)" -eq 3 ]
	rm layout.json
	refuses 's/cpu: cortex-m7/arch: riscv/; s/size: 9000/&, cache: none/' 23:39: "cannot be cached 'none' on riscv" "take the key out"
}
