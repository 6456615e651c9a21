#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Code regions: each component's code apart, from the manifest to the linked image.

bats_require_minimum_version 1.5.0
load manifest

linkers="arm-none-eabi-ld ld.lld"

setup() {
	ldgen=$BERTH_BIN/ldgen
	command -v jq >/dev/null || skip "jq is not here"
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BERTH_ROOT"/tests/fixtures/sensors/{fused,gps}.{o,wasm} .
	manifest
}

# The sensors' manifest with code apart, changed by sed.
manifest() { # sed expressions...
	plain_manifest | sed -e 's/access: rx}/access: rx, reserve: 64K}/' \
		-e 's/^components:/code: {common: 2K}\n&/' >layout.yaml
	for change in "$@"; do
		cp layout.yaml before.yaml
		sed -i "$change" layout.yaml
		run ! cmp -s layout.yaml before.yaml
	done
}

# The manifest with CHANGE is refused at the line with TEXT, with these words.
refuses() { # change, text of the line, words...
	manifest "$1"
	run "$ldgen" layout.yaml --json refused.json
	local line
	line=$(grep -nF -- "$2" layout.yaml | head -1 | cut -d: -f1)
	told "layout.yaml:$line:" "${@:3}"
	[ ! -e refused.json ]
}

code_regions() {
	jq -c '[.regions[] | select(.kind == "code") | [.name, .component, .bank, .access, .section]]' layout.json
}

# What each context opens with x, by name.
executed() {
	jq -c '[.contexts[] | [.rows[] | select(.execute) | .region] | unique]' layout.json
}

@test "each object has its code in a region, beside a common one, and none is the whole bank" {
	"$ldgen" layout.yaml --json layout.json
	[ "$(code_regions)" = '[["flash.common",null,"flash","rx",".berth.code.common"],["baro.code","baro","flash","rx",".berth.code.baro"],["gps.code","gps","flash","rx",".berth.code.gps"]]' ]
	# Fused components share their object's code; a context executes nothing else.
	[ "$(executed)" = '[["baro.code","flash.common"],["baro.code","flash.common"],["flash.common","gps.code"]]' ]
	# Nothing is placed in the reserve, and no two regions meet.
	[ "$(jq '[.regions[] | select(.bank == "flash") | .base] | min >= 65536' layout.json)" = true ]
	jq -e '[.regions[] | select(.bank == "flash") | [.base, .base + .reserved]] | sort
		| [.[:-1], .[1:]] | transpose | all(.[0][1] <= .[1][0])' layout.json
	# A row opens all of its region and nothing beside it, and no other row reaches into flash.
	jq -e '. as $all | [.contexts[].rows[] | select(.covers[0].base < 536870912)] | all(.region as $name
		| first($all.regions[] | select(.name == $name)) as $place | $place.kind == "code"
		and ([.covers[].size] | add) == $place.reserved)' layout.json
	# Without the key there is one region for the bank, as ever.
	sed '/^code:/d; s/, reserve: 64K//' layout.yaml >plain.yaml
	"$ldgen" plain.yaml --json layout.json
	[ "$(code_regions)" = '[["flash",null,"flash","rx",null]]' ]
}

@test "every architecture has rows for each component's code" {
	for target in 'arch: armv6-m' 'cpu: cortex-m3' 'cpu: cortex-m33' 'cpu: cortex-m55' 'cpu: cortex-r5' \
		'arch: riscv' 'arch: riscv, granularity: 3' 'arch: riscv, napot_only: true' 'arch: riscv, mml: true'; do
		cat >planned.yaml <<-EOF
			berth: 1
			target: {$target}
			banks:
			  flash: {origin: 0x20000000, length: 1M, access: rx, reserve: 20K}
			  ram: {origin: 0x80000000, length: 256K, access: rw, reserve: 8K}
			code: {common: 3000}
			components:
			  one: {code: 2748, memories: {0: {size: 20000}}, stack: 1K}
			  two: {code: 12304, memories: {0: {size: 9000}}, stack: 1K}
		EOF
		for strategy in packed pow2; do
			{ cat planned.yaml && echo "strategy: $strategy"; } >layout.yaml
			"$ldgen" layout.yaml --json layout.json --header regions.h --svg map.svg --html map.html --report report
			[ "$(executed)" = '[["flash.common","one.code"],["flash.common","two.code"]]' ]
			grep -q '^flash: of ' report
			# The table takes the rows, which its own decoder reads.
			"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
			# One row, or TOR's two, unless the manifest allows more.
			jq -e '[.contexts[].rows | map(select(.execute)) | length <= 4] | all' layout.json
			entries=$(jq '[.contexts[1].rows[] | select(.region == "two.code")] | length' layout.json)
			case "$target $strategy" in
			'arch: riscv packed') [ "$entries" -eq 2 ] ;;
			'arch: riscv, napot_only: true '*) [ "$entries" -eq 1 ] ;;
			*riscv*) ;;
			*) [ "$entries" -eq 1 ] ;;
			esac
		done
	done
	grep -q 'BERTH_CODE_ONE_BASE' regions.h
	grep -q 'BERTH_CODE_COMMON_SIZE 0x00000bb8' regions.h
}

@test "with more rows code takes fewer bytes" {
	"$ldgen" layout.yaml --json one.json
	manifest 's/common: 2K/&, rows: 3/' '/^strategy/d'
	"$ldgen" layout.yaml --json three.json
	used() { jq '.banks[] | select(.name == "flash").used' "$1"; }
	[ "$(used three.json)" -lt "$(used one.json)" ]
	jq -e '[.contexts[].rows | map(select(.region == "baro.code")) | length] | max > 1 and max <= 3' three.json
}

@test "the size is what the object has and inject adds, or what the manifest says where that is more" {
	size() { jq ".regions[] | select(.name == \"$1.code\").size" layout.json; }
	"$ldgen" layout.yaml --json layout.json
	own=$((0x$(arm-none-eabi-readelf -SW gps.o | sed -nE 's/.* \.text +PROGBITS +\S+ \S+ (\S+) .*/\1/p')))
	# Five exports in one section, which the linker may have to align; an arena's code and constants.
	veneer=$(sed -nE 's/.*UNIT_CODE_VENEER = ([0-9]+).*/\1/p' "$BERTH_ROOT/lib/unit_code.h")
	[ "$(size gps)" -eq $(((own + 5 * 8 + 4 + veneer + 24 + 7) / 8 * 8)) ]
	grep -q "^$veneer bytes for its code" "$BERTH_ROOT/man/berth-layout.5"
	manifest 's/    core: gps.wasm/&\n    code: 6K/' 's/    fused: 2/&\n    code: 20000/' 's/    fused: 0/&\n    code: 16/'
	"$ldgen" layout.yaml --json layout.json
	[ "$(size gps)" -eq 6144 ]
	# The largest of a unit's components counts.
	[ "$(size baro)" -eq 20000 ]
}

@test "sections that want more alignment count with what lies between" {
	command -v arm-none-eabi-as >/dev/null || skip "arm-none-eabi-as is not here"
	size() { jq '.regions[] | select(.name == "gps.code").size' layout.json; }
	"$ldgen" layout.yaml --json layout.json
	before=$(size)
	arm-none-eabi-as -mcpu=cortex-m3 - -o wide.o <<<'.section .text.wide, "ax"; .p2align 6; nop'
	mv gps.o narrow.o
	arm-none-eabi-ld -r narrow.o wide.o -o gps.o
	"$ldgen" layout.yaml --json layout.json
	[ "$(size)" -ge $((before + 64)) ]
}

@test "the manifest's code must fit together" {
	refuses 's/, reserve: 64K//' flash: "bank flash has no reserve" "give the bank 'reserve: SIZE'"
	refuses 's/common: 2K/bank: flash/' code: "'common' is missing"
	refuses 's/common: 2K/common: 0/' code: "is empty"
	refuses 's/common: 2K/&, bank: ram/' code: "'ram' is no bank with access rx"
	refuses 's/common: 2K/&, rows: 0/' code: "0 rows for one region of code" "1 to 8"
	refuses 's/common: 2K/&, rows: 9/' code: "9 rows for one region of code"
	refuses 's/common: 2K/&, native: x/' code: "unknown key 'native'"
	refuses '/^code:/d; s/, reserve: 64K//; s/    fused: 2/&\n    code: 6K/' 'code: 6K' "only where the manifest has the key"
	refuses 's/    fused: 2/&\n    code: 0/' 'code: 0' "is empty"
	refuses 's/  gps:/  common:/' '  common:' "names the code that all components run"
	refuses 's/    object: gps.o//; s/    core: gps.wasm/    memories: {0: {size: 64K}}/' '  gps:' \
		"no object whose code could be measured" "code: SIZE"
	refuses 's/^  ram:/  more: {origin: 0x1000000, length: 64K, access: rx}\n&/' code: \
		"more than one bank with access rx"
	refuses 's/reserve: 64K/reserve: 510K/; /^strategy/d' '  baro:' "bank flash has no room for baro.code" "reserve smaller"
	refuses 's/common: 2K/common: 512K/' code: "bank flash has no room for flash.common" common:
	refuses 's/mpu_regions: 8/mpu_regions: 3/' '  baro:' "context baro needs 4 rows" "flash.common, baro.code"
}

@test "patterns of natives are of code, and no component's" {
	for pattern in .data.x '.text.a)' '.text.a .data' '(.text)' 'a b(.text)' 'a.o(.text' 'a.o(.data)' 'a.o(.text))' 'a.o(.text) b' 'a/*b.o(.text)' \
		'KEEP(.text.a)' 'SORT_BY_NAME(.text)'; do
		refuses "s#common: 2K#&, natives: ['$pattern']#" code: "is no pattern of input sections of code"
	done
	for pattern in '.text.*' '.text*' '.text.*_step' '.text.?erth.*' .text.berth.unit.gps.str1 '.rodata.b*.gps' '*(.text*)'; do
		refuses "s/common: 2K/&, natives: [.text.step, '$pattern']/" code: "takes the code of components, too"
	done
	for pattern in .text .text.step '.text.st?p*' '.text.?tep' '.rodata.berth.key' 'lib/x-1.a:(.text)' '*:a.o(.rodata)'; do
		manifest "s#common: 2K#&, natives: ['$pattern']#"
		"$ldgen" layout.yaml -o layout.ld
	done
}

@test "code may lie in another bank than the program, which then has all of its own" {
	manifest 's/, reserve: 64K//' 's/^  ram:/  more: {origin: 0x1000000, length: 64K, access: rx}\n&/' \
		's/common: 2K/bank: more, &/'
	"$ldgen" layout.yaml --json layout.json -o layout.ld --html map.html
	[ "$(jq -r '[.regions[] | select(.kind == "code").bank] | unique | .[]' layout.json)" = more ]
	[ "$(jq '.banks[] | select(.name == "flash") | .reserve == .length' layout.json)" = true ]
	grep -q 'native_flash : ORIGIN = 0x00000000, LENGTH = 0x80000$' layout.ld
	run ! grep -q 'bank_flash' layout.ld
}

# What JQ makes of the layout is refused with WORDS.
refuses_layout() { # jq, words
	jq "$1" layout.json >bad.json
	run -1 "$BERTH_BIN/elfbind" inject --table -o bad.o --layout bad.json
	[[ "$output" == *"$2"* ]] || {
		echo "no '$2' in: $output"
		return 1
	}
	[ ! -e bad.o ]
}

@test "a layout whose code contradicts itself is refused" {
	"$ldgen" layout.yaml --json layout.json
	region='(.regions[] | select(.name == "gps.code"))'
	refuses_layout "$region.section = \".berth.code.imu\"" "its section must be '.berth.code.gps'"
	refuses_layout "del($region.section)" "component, index or bank does not go with its kind"
	refuses_layout "$region.component = \"baro\"" "must be called baro.code"
	refuses_layout "$region.index = 0" "component, index or bank does not go with its kind"
	refuses_layout "del($region.component)" "must be called flash.common"
	refuses_layout "$region.base = 65536" "overlaps region baro.code"
	refuses_layout "$region.base = 32768" "is not in its bank's room"
	refuses_layout "$region.access = \"rwx\"" "has rights that its bank has not"
	refuses_layout "del($region.bank)" "component, index or bank does not go with its kind"
	refuses_layout '(.regions[] | select(.name == "flash.common")).section = ".berth.code.baro"' \
		"its section must be '.berth.code.common'"
	refuses_layout "$region as \$code | (.banks[] | select(.name == \"flash\")).free = [\$code | {base, size}]" \
		"free range 0 overlaps region gps.code"
	refuses_layout '(.banks[], .regions[] | select(.name == "ram" or .name == "gps.mem0")).access = "rwx"' \
		"is no code but executable [region gps.mem0]"
	refuses_layout '.regions += [{"name": "flash", "kind": "code", "bank": "flash", "base": 0, "size": 32,
		"reserved": 32, "access": "rx"}]' "is the code of a bank beside that of components"
	refuses_layout '(.components[] | select(.name == "imu")).object = "imu.o"' "there is no code of its object"
	refuses_layout '(.. | select(. == "baro.code")?) = "imu.code"
		| (.regions[] | select(.name == "imu.code")) |= (.component = "imu" | .section = ".berth.code.imu")' \
		"belongs to a component that is not the first of its object"
	refuses_layout '.contexts[0].rows[1] as $row | (.contexts[2].rows[1]) |= ($row | .slot = 1)' \
		"row 1 opens a region of component baro"
	refuses_layout 'del(.contexts[].rows[0]) | .contexts[].rows[].slot -= 1
		| del(.regions[] | select(.name == "flash.common"))' "there is no common code"
	sed '/^code:/d; s/, reserve: 64K//' layout.yaml >plain.yaml
	"$ldgen" plain.yaml --json layout.json
	refuses_layout '(.regions[], .contexts[].rows[] | select(.name == "flash" or .region == "flash"))
		|= if .name then .name = "flesh" else .region = "flesh" end' \
		"component, index or bank does not go with its kind [region flesh]"
}

# --- linked --------------------------------------------------------------------------------

# program.o: native code and constants, stubs, what the runtime has in common sections, and the
# sections that inject makes; with the lines of standard input.
program() {
	for tool in arm-none-eabi-as arm-none-eabi-ld ld.lld; do
		command -v "$tool" >/dev/null || skip "$tool is not here"
	done
	"$ldgen" layout.yaml -o layout.ld --json layout.json
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
	{
		cat <<-'EOF'
			.syntax unified
			.thumb
			.macro code section size
			.section \section, "ax", %progbits
			.space \size, 0x5a
			.endm
			.macro constant section size
			.section \section, "a", %progbits
			.space \size, 0xa5
			.endm
			.section .vectors, "a"; .word 0x20004000, start + 1
			.text; .global start; .thumb_func; start: bl step; b start
			.section .text.step, "ax"; .thumb_func; step: bx lr
			.section .berth.init, "a"; .word 1, 2, 3
			constant .rodata.secret 64
			code .text.berth.common 2
			code .text.berth.common.return 4
			code .text.berth.gate.tick_now 4
			constant .rodata.berth.common.list 12
			code .text.berth.unit.baro 12000
			code .text.berth.unit.baro.imu 20
			constant .rodata.berth.unit.baro.baro 40
			code .text.berth.unit.gps 2600
			constant .rodata.berth.unit.gps 7
			constant .rodata.berth.unit.gps.str1 33
		EOF
		injected_symbols
		cat
	} >program.s
	arm-none-eabi-as -mcpu=cortex-m3 program.s -o program.o
}

link() { # linker
	"$1" -T layout.ld program.o regions.o -o firmware.elf
}

# "NAME ADDRESS SIZE" of the sections of firmware.elf that have contents.
sections() {
	arm-none-eabi-readelf -SW firmware.elf | sed 's/^ *\[ *[0-9]*\] *//' |
		while read -r name type address _ size _; do
			[ "$type" != PROGBITS ] || echo "$name $((0x$address)) $((0x$size))"
		done
}

bytes_of() { # section
	arm-none-eabi-objcopy -O binary --only-section="$1" firmware.elf /dev/stdout | od -An -v -tx1 -w1 | tr -d ' '
}

@test "both linkers put each unit's code and the common code at their addresses, and the rest in the reserve" {
	manifest "s/common: 2K/&, natives: ['.text.step']/"
	program </dev/null
	jq -r '.regions[] | select(.kind == "code") | "\(.section) \(.base) \(.size)"' layout.json | sort >wanted
	for linker in $linkers; do
		link "$linker"
		sections >all
		diff wanted <(grep '^\.berth\.code\.' all | sort)
		for name in .vectors .text .rodata .berth.regions .berth.init; do
			read -r _ at size < <(grep "^$name " all)
			[ $((at + size)) -le 65536 ]
		done
		[ "$(bytes_of .berth.code.baro | grep -c 5a)" -eq 12020 ]
		[ "$(bytes_of .berth.code.baro | grep -c a5)" -eq 40 ]
		[ "$(bytes_of .berth.code.gps | grep -c 5a)" -eq 2600 ]
		[ "$(bytes_of .berth.code.gps | grep -c a5)" -eq 40 ]
		[ "$(bytes_of .berth.code.common | grep -c 5a)" -eq 10 ]
		[ "$(bytes_of .berth.code.common | grep -c a5)" -eq 12 ]
		# What is left over traps, and the native constant is the native program's.
		[ "$(bytes_of .berth.code.gps | tail -8 | sort -u)" = de ]
		[ "$(bytes_of .rodata | grep -c a5)" -eq 64 ]
		# The named native is common, the others are not.
		step=$(arm-none-eabi-nm firmware.elf | sed -n 's/ t step$//p')
		read -r _ at size < <(grep '^\.berth\.code\.common ' all)
		[ $((0x$step)) -ge "$at" ] && [ $((0x$step)) -lt $((at + size)) ]
	done
}

@test "what the compiler's helpers are can be common, by the names of their files" {
	program <<<'.text; .global divide; .thumb_func; divide: bx lr'
	cat >helper.s <<-'EOF'
		.syntax unified; .thumb
		.text; .global __aeabi_help; .thumb_func; __aeabi_help: bx lr
	EOF
	arm-none-eabi-as -mcpu=cortex-m3 helper.s -o _help.o
	arm-none-eabi-ar rc libhelp.a _help.o
	at() { arm-none-eabi-nm firmware.elf | sed -n "s/ [tT] $1$//p"; }
	for file in '*libhelp.a:_help.o' '*libhelp.a:*' '*_help.o'; do
		manifest "s/common: 2K/&, natives: ['$file(.text)']/"
		"$ldgen" layout.yaml -o layout.ld
		common=$(sed -nE 's/^\t\.berth\.code\.common 0x([0-9a-f]+) :.*/\1/p' layout.ld)
		for linker in $linkers; do
			"$linker" -T layout.ld -u __aeabi_help program.o regions.o libhelp.a -o firmware.elf
			[ $((0x$(at __aeabi_help))) -ge $((0x$common)) ]
			[ $((0x$(at divide))) -lt 65536 ]
		done
	done
}

@test "too much code fails the link with the key to raise, common code too" {
	program <<<'code .text.berth.unit.gps.more 400'
	for linker in $linkers; do
		run link "$linker"
		[ "$status" -ne 0 ]
		[[ "$output" == *".berth.code.gps: more than "*" bytes of code: write a larger 'code:' for component gps in the manifest"* ]]
	done
	program <<<'code .text.berth.gate.more 2040'
	for linker in $linkers; do
		run link "$linker"
		[ "$status" -ne 0 ]
		[[ "$output" == *".berth.code.common: more than 2048 bytes of common code: raise 'common:' under 'code:'"* ]]
	done
}

@test "a program that does not fit the reserve fails the link" {
	program <<<'code .text.large 65000'
	for linker in $linkers; do
		run link "$linker"
		[ "$status" -ne 0 ]
	done
	program <<<'.data; .space 1024; constant .rodata.large 64600'
	for linker in $linkers; do
		run link "$linker"
		[ "$status" -ne 0 ]
	done
	[[ "$output" == *"raise the reserve of bank flash"* ]]
}

@test "a call of native code through what the linker puts in between is found" {
	manifest 's/, reserve: 64K//' 's/^  ram:/  more: {origin: 0x10000000, length: 64K, access: rx}\n&/' \
		's/common: 2K/bank: more, &/'
	program <<-'EOF'
		.type step, %function
		.size step, 2
		.section .text.berth.unit.gps.far, "ax"
		.type far, %function
		.thumb_func
		far: bl step
		bx lr
		.size far, . - far
	EOF
	for linker in $linkers; do
		link "$linker"
		run "$BERTH_BIN/elfbind" audit firmware.elf --layout layout.json
		[[ "$output" == *"A021: the call at 0x100"*" goes to step at 0x00000"*", which no row of its context opens"*"[context gps, symbol __"* ]]
	done
}

# A script by hand with the fragment behind .vectors; its END follows the native data.
script_with_fragment() { # end
	sed -nE 's/^ \*  +(REGION_ALIAS.*), \.\.\.\)$/\1/p' layout.ld >aliases
	[ "$(tr -d '\n' <aliases)" = 'REGION_ALIAS("native_flash"REGION_ALIAS("bank_flash"REGION_ALIAS("bank_ram"' ]
	cat >by-hand.ld <<-EOF
		MEMORY {
			ROM : ORIGIN = 0, LENGTH = 64K
			CODE : ORIGIN = 64K, LENGTH = 448K
			RAM : ORIGIN = 0x20000000, LENGTH = 16K
			FENCED : ORIGIN = 0x20004000, LENGTH = 496K
		}
		REGION_ALIAS("native_flash", ROM)
		REGION_ALIAS("bank_flash", CODE)
		REGION_ALIAS("bank_ram", FENCED)
		ENTRY(start)
		SECTIONS {
			.vectors : { KEEP(*(.vectors)) } >ROM
			INCLUDE layout.ld
			.text : { *(.text .text.*) } >ROM
			.rodata : { *(.rodata .rodata.*) } >ROM
			.data : { *(.data .data.*) } >RAM AT>ROM
			.bss (NOLOAD) : { *(.bss .bss.* COMMON) } >RAM
			$1
		}
	EOF
}

@test "a fragment before the .text of a script by hand places the same code" {
	program </dev/null
	link arm-none-eabi-ld
	sections | grep '^\.berth\.code\.' | sort >wanted
	"$ldgen" layout.yaml -o layout.ld --fragment
	script_with_fragment '__berth_native_end = .;'
	for linker in $linkers; do
		"$linker" -T by-hand.ld program.o regions.o -o firmware.elf
		diff wanted <(sections | grep '^\.berth\.code\.' | sort)
		[ "$(bytes_of .berth.code.gps | grep -c 5a)" -eq 2600 ]
		[ "$(bytes_of .rodata | grep -c a5)" -eq 64 ]
		[ "$(sections | sed -n 's/^\.vectors \([0-9]*\) .*/\1/p')" -eq 0 ]
	done
}

@test "such a fragment fails the link where native data has no end or ends too high" {
	program <<<'.bss; .space 12000; code .text.berth.unit.gps.more 400'
	"$ldgen" layout.yaml -o layout.ld --fragment
	script_with_fragment ''
	for linker in $linkers; do
		run "$linker" -T by-hand.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *__berth_native_end* ]]
	done
	script_with_fragment '__berth_native_end = . + 5000;'
	for linker in $linkers; do
		run "$linker" -T by-hand.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"native data ends beyond the reserve of bank ram: raise the reserve"* ]]
		[[ "$output" == *"write a larger 'code:' for component gps"* ]]
	done
}
