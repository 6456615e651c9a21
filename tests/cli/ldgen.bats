#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# ldgen, as a user calls it.

bats_require_minimum_version 1.5.0
load manifest

setup() {
	ldgen=$BERTH_BIN/ldgen
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR" || return 1
	plain_manifest >layout.yaml
	cp "$sensors"/fused.o "$sensors"/fused.wasm "$sensors"/gps.o "$sensors"/gps.wasm .
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

generate() { # manifest, options...
	manifest=${1:-layout.yaml}
	shift || true
	"$ldgen" "$manifest" -o layout.ld --json layout.json --header regions.h --svg layout.svg \
		-MD -MF layout.d "$@"
}

# The last run was refused at POSITION ("LINE:COLUMN") with these words, and left nothing.
refused() { # position, words...
	[ "$status" -eq 1 ]
	grep -q "^ldgen: [^:]*$1" <<<"$output"
	shift
	for words in "$@"; do
		[[ "$output" == *"$words"* ]]
	done
	nothing_written
}

nothing_written() {
	for file in layout.ld layout.json regions.h layout.svg layout.d; do
		[ ! -e "$file" ]
	done
	[ -z "$(find . -name '.berth-*')" ]
}

# A manifest with one component and the given changes by sed.
one() { # sed expressions...
	cat >one.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m3, mpu_regions: 8}
		banks:
		  flash: {origin: 0x0, length: 256K, access: rx}
		  ram: {origin: 0x20000000, length: 256K, access: rw, reserve: 8K}
		peripherals:
		  uart0: {origin: 0x40004000, length: 0x1000}
		components:
		  gps:
		    object: gps.o
		    core: gps.wasm
		    arena: {memory: 0, size: 4K}
		    stack: 2K
		    grants: [uart0]
	EOF
	for change in "$@"; do
		cp one.yaml before.yaml
		sed -i "$change" one.yaml
		run ! cmp -s one.yaml before.yaml
	done
}

@test "the example's manifest gives all five files" {
	generate
	for file in layout.ld layout.json regions.h layout.svg layout.d; do
		[ -s "$file" ]
	done
}

@test "the same manifest gives the same bytes, wherever it lies" {
	generate
	mkdir -p elsewhere/deep
	cp layout.yaml ./*.o ./*.wasm elsewhere/deep
	(cd elsewhere/deep && "$ldgen" layout.yaml -o layout.ld --json layout.json \
		--header regions.h --svg layout.svg)
	for file in layout.ld layout.json regions.h layout.svg; do
		cmp "$file" "elsewhere/deep/$file"
	done
}

@test "objects are looked up beside the manifest, or in -C FOLDER" {
	mkdir there
	cp layout.yaml there
	cd there
	run "$ldgen" layout.yaml -o layout.ld
	refused "" "fused.o: cannot be opened"
	run -0 "$ldgen" -C .. layout.yaml -o layout.ld
	cd ..
	mv there/layout.yaml . && mkdir -p out
	run -0 "$ldgen" "$PWD/layout.yaml" -o out/layout.ld
}

@test "layout.json has the regions, contexts and registers that the manifest asks for" {
	need jq
	generate
	[ "$(jq -r '.berth_layout' layout.json)" = 1 ]
	[ "$(jq -r '[.regions[] | select(.kind == "memory") | .name] | join(" ")' layout.json)" = \
		"baro.mem1 imu.mem0 gps.mem0" ]
	[ "$(jq '[.regions[] | select(.kind == "memory") | .size] | unique == [65536]' layout.json)" = true ]
	# Powers of two at multiples of themselves.
	[ "$(jq '[.regions[] | select(.kind == "memory" or .kind == "data")
		| .base % .reserved == 0 and .size <= .reserved] | all' layout.json)" = true ]
	[ "$(jq '[.contexts[] | .rows | length] == [3, 3, 3]' layout.json)" = true ]
	# What a context's rows cover is what its regions set aside.
	[ "$(jq '. as $all | [.contexts[].rows[] | . as $row
		| ($all.regions[] | select(.name == $row.region) | .reserved)
		  == ([$row.covers[].size] | add)] | all' layout.json)" = true ]
	# The arena lies at the end of its memory.
	[ "$(jq '[.components[] | .arena.offset + .arena.size == 65536] | all' layout.json)" = true ]
}

@test "packed uses subregions, no more than pow2, and says that it is optimal" {
	need jq
	sed 's/^strategy: pow2/strategy: packed/' layout.yaml >packed.yaml
	"$ldgen" layout.yaml --json pow2.json
	"$ldgen" packed.yaml --json packed.json
	[ "$(jq -s '.[1].cost.used < .[0].cost.used' pow2.json packed.json)" = true ]
	# 202676 bytes in use, each region rounded up to a multiple of 32.
	[ "$(jq '.cost | [.used, .lower_bound, .optimal] == [202752, 202752, true]' packed.json)" = true ]
	# No order of one row each needs less than this from 0x20004000 on.
	sed 's/^    stack: .*/&\n    data: {rows: 1}/; s/^    arena: {memory: \([01]\), .*/&\n    memories: {\1: {rows: 1}}/' \
		packed.yaml >one.yaml
	"$ldgen" one.yaml --json one.json
	[ "$(jq '.cost | [.used, .lower_bound, .optimal] == [212992, 212992, true]' one.json)" = true ]
	sed '/^strategy/d' layout.yaml >default.yaml
	"$ldgen" default.yaml --json default.json
	cmp packed.json default.json
}

@test "every number in layout.json is an integer, and no path of the machine is in any file" {
	need jq
	generate
	[ "$(jq '[.. | numbers | . == floor] | all' layout.json)" = true ]
	run ! grep -l "$PWD" layout.ld layout.json regions.h layout.svg
}

@test "both linkers put every section where layout.json says" {
	need jq
	need arm-none-eabi-ld
	need ld.lld
	need arm-none-eabi-as
	generate
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
	{
		echo '.syntax unified'
		echo '.section .vectors, "a"; .word 0x20004000, start + 1'
		echo '.text; .thumb; .global start; .thumb_func; start: b start'
		# Sections and symbols as elfbind inject makes them.
		jq -r '.regions[] | select(.section != null)
			| (.component + (if .kind == "data" then "_data" else "_mem_\(.index)" end)) as $name
			| ".section \(.section), \"aw\", %nobits; .global \($name); .type \($name), %object
			   .size \($name), \(.size); \($name): .space \(.size)"' layout.json
		sed -nE 's/^ASSERT\(DEFINED\((\w+_layout)\).* == (0x[0-9a-f]+) :.*/.global \1; \1 = \2/p' layout.ld
	} >program.s
	[ "$(grep -c _layout program.s)" -eq 3 ]
	arm-none-eabi-as -mcpu=cortex-m3 program.s -o program.o
	jq -r '.regions[] | select(.section != null) | "\(.section) \(.base) \(.size)"' layout.json |
		sort >wanted
	[ "$(wc -l <wanted)" -eq 6 ]
	for linker in arm-none-eabi-ld ld.lld; do
		"$linker" -T layout.ld program.o regions.o -o firmware.elf
		arm-none-eabi-readelf -SW firmware.elf | sed 's/^ *\[ *[0-9]*\] *//' |
			while read -r name type address offset size rest; do
				case $name in .berth.mem.* | .berth.data.*)
					[ "$type" = NOBITS ]
					echo "$name $((0x$address)) $((0x$size))"
					;;
				esac
			done | sort >found
		diff wanted found
		run -0 "$BERTH_BIN/mpu-table" check firmware.elf --layout layout.json
		arm-none-eabi-objcopy -O binary -j .berth.regions firmware.elf "$linker.bin"
	done
	cmp arm-none-eabi-ld.bin ld.lld.bin
}

@test "a link that breaks an assumption of the layout fails" {
	need arm-none-eabi-ld
	need ld.lld
	need arm-none-eabi-as
	generate
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
	for linker in arm-none-eabi-ld ld.lld; do
		# No memory at all: its section has another size.
		echo '.section .vectors, "a"; .word 1' | arm-none-eabi-as -o program.o
		run "$linker" -T layout.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"run ldgen and elfbind inject again"* ]]
		# No vectors, no table.
		echo '.text; nop' | arm-none-eabi-as -o program.o
		run "$linker" -T layout.ld program.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"no vector table"* || "$output" == *"no region table"* ]]
	done
}

@test "the header is C, with the contexts in order" {
	need cc
	generate
	cat >use.c <<-'EOF'
		#include "regions.h"
		_Static_assert(BERTH_CONTEXT_BARO == 0 && BERTH_CONTEXT_IMU == 1, "order");
		_Static_assert(BERTH_CONTEXT_GPS == 2 && BERTH_CONTEXTS == 3, "order");
	EOF
	cc -std=c11 -Wall -Wextra -Werror -fsyntax-only use.c
}

@test "the picture is well-formed and names every region" {
	need xmllint
	generate
	xmllint --noout layout.svg
	for name in flash ram baro.mem1 baro.data imu.mem0 imu.data gps.mem0 gps.data reserve; do
		grep -q ">$name" layout.svg
	done
}

@test "the depfile names what was read, and make takes it" {
	mkdir 'a b'
	cp ./*.o ./*.wasm 'a b'
	"$ldgen" -C 'a b' layout.yaml -o layout.ld -MD
	grep -q 'a\\ b/fused.wasm' layout.d
	printf 'include layout.d\nlayout.ld: ; @echo made\n' >rules.mk
	touch -d '2001-01-01' layout.ld
	[ "$(make -s -f rules.mk layout.ld)" = made ]
	touch -d '2001-01-01' layout.yaml 'a b'/*
	touch layout.ld
	[ -z "$(make -s -f rules.mk layout.ld | grep made)" ]
}

@test "an existing output is kept when a manifest is refused" {
	generate
	cp layout.json kept.json
	sed -i 's/^strategy: pow2/strategy: best/' layout.yaml
	run -1 generate layout.yaml
	cmp layout.json kept.json
}

# --- the manifest's own faults: position, what, remedy ---------------------------------

@test "unknown and repeated keys are refused with line and column" {
	one 's/stack: 2K/stak: 2K/'
	run generate one.yaml
	refused ":13:5:" "unknown key 'stak'" "object, core"
	one 's/^berth: 1/berth: 1\nberth: 1/'
	run generate one.yaml
	refused ":2:1:" "repeated key 'berth'"
	one 's/    stack: 2K/    stack: 2K\n  gps: {object: gps.o, core: gps.wasm, stack: 2K}/'
	run generate one.yaml
	[ "$status" -eq 1 ]
	one 's/mpu_regions: 8/mpu_regions: 8, endian: big/'
	run generate one.yaml
	refused ":2:42:" "unknown key 'endian'"
}

@test "a missing key is refused" {
	one '/stack: 2K/d'
	run generate one.yaml
	refused ":10:5:" "the key 'stack' is missing"
	one '/^berth/d'
	run generate one.yaml
	refused ":1:1:" "the key 'berth' is missing"
}

@test "anchors, aliases, tags and a second document are refused" {
	one 's/object: gps.o/object: \&o gps.o/' 's/core: gps.wasm/core: *o/'
	run generate one.yaml
	refused ":10:13:" "an anchor is not taken"
	one 's/object: gps.o/object: !!str gps.o/'
	run generate one.yaml
	refused ":10:13:" "a tag is not taken"
	one '$a ---\nberth: 1'
	run generate one.yaml
	refused ":1[56]:" "a second document"
}

@test "what is not YAML is refused where it breaks" {
	printf 'berth: 1\n  target: [\n' >bad.yaml
	run generate bad.yaml
	refused ":2:" "is not YAML"
	printf '\377\376\377' >bad.yaml
	run generate bad.yaml
	[ "$status" -eq 1 ]
	: >bad.yaml
	run generate bad.yaml
	refused ":1:1:" "is empty"
}

@test "bad numbers are refused" {
	for bad in -1 1.5 12Q 0x 4294967297 99999999999999999999999 '""' 1e3 0b1; do
		one "s/stack: 2K/stack: $bad/"
		run generate one.yaml
		refused ":13:12:" ""
	done
}

@test "ranges that wrap, overlap or are misaligned are refused" {
	one 's/origin: 0x20000000/origin: 0xffffff00/'
	run generate one.yaml
	refused ":5:" "reaches beyond address 0xffffffff"
	one 's/origin: 0x20000000/origin: 0x20000650/'
	run generate one.yaml
	refused ":5:17:" "multiples of 32"
	one 's/origin: 0x20000000/origin: 0x20000/'
	run generate one.yaml
	refused ":5:17:" "overlaps bank flash (line 4)"
	one 's/origin: 0x40004000/origin: 0x20004000/'
	run generate one.yaml
	refused ":7:" "overlaps bank ram"
	one 's/length: 256K, access: rw/length: 0, access: rw/'
	run generate one.yaml
	refused ":5:" "is empty"
	one 's/reserve: 8K/reserve: 512K/'
	run generate one.yaml
	refused ":5:" ""
}

@test "names that are no identifiers, or clash in the header, are refused" {
	for name in '"a b"' '"x;}"' '"*/"' 'a-b' '"\\e[2J"' '1st' '"${x}"' '"a.b"'; do
		one "s|^  gps:|  $name:|"
		run generate one.yaml
		refused ":9:3:" "is not a C identifier"
		run ! grep -q $'\033' <<<"$output"
	done
	one 's/^  gps:/  RAM:/'
	run generate one.yaml
	refused ":9:3:" "would be one macro"
}

@test "an unknown cpu, strategy, bank, grant or access is refused" {
	one 's/cortex-m3/cortex-m99/'
	run generate one.yaml
	refused ":2:15:" "cortex-m99" "cortex-m3"
	one '$a strategy: best'
	run generate one.yaml
	refused ":15:11:" "is not a known strategy"
	one 's/    stack: 2K/    memories: {0: {bank: tcm}}\n    stack: 2K/'
	run generate one.yaml
	refused ":13:26:" "tcm"
	one 's/grants: \[uart0\]/grants: [uart9]/'
	run generate one.yaml
	refused ":14:14:" "uart9"
	one 's/access: rw/access: wx/'
	run generate one.yaml
	refused ":5:" "wx"
	one 's/berth: 1/berth: 2/'
	run generate one.yaml
	refused ":1:8:" "version 2"
}

# --- what only the objects can tell -------------------------------------------------------

@test "a memory larger than its bank is refused, with the bytes that lack" {
	one 's/length: 256K, access: rw/length: 64K, access: rw/'
	run generate one.yaml
	refused ":9:3:" "bank ram has no room for gps.mem0" "bytes lack"
}

@test "more rows than the target has are refused, and listed" {
	one 's/mpu_regions: 8/mpu_regions: 3/'
	run generate one.yaml
	refused ":9:3:" "needs 4 rows, the target has 3" "gps.mem0" "uart0"
}

@test "a peripheral that rows cannot open exactly is refused" {
	one 's/origin: 0x40004000, length: 0x1000/origin: 0x40004020, length: 0x12320/'
	run generate one.yaml
	refused ":[0-9]*:" "uart0"
}

@test "a peripheral that no component can ever reach is refused" {
	for origin in 0xe000e000 0xe0000000 0xe00fe000 0xdffff000; do
		one "s/origin: 0x40004000, length: 0x1000/origin: $origin, length: 0x2000/"
		run generate one.yaml
		refused ":7:19:" "private peripheral bus"
	done
}

@test "a wrong size, index or arena of a memory is refused" {
	one 's/    stack: 2K/    memories: {0: {size: 32K}}\n    stack: 2K/'
	run generate one.yaml
	refused ":13:26:" "has 65536 bytes" "'trim: 32768'"
	one 's/    stack: 2K/    memories: {0: {size: 128K}}\n    stack: 2K/'
	run generate one.yaml
	refused ":13:26:" "has 65536 bytes" "link the guest with a larger initial memory"
	one 's/    stack: 2K/    memories: {1: {bank: ram}}\n    stack: 2K/'
	run generate one.yaml
	refused ":13:16:" "uses memory 0"
	one 's/memory: 0, size: 4K/memory: 1, size: 4K/'
	run generate one.yaml
	refused ":12:21:" "uses memory 0"
	one 's/memory: 0, size: 4K/memory: 0, size: 128K/'
	run generate one.yaml
	refused ":12:30:" "is more than the 65536 bytes"
	one 's/memory: 0, size: 4K/memory: 0, size: 62K/'
	run generate one.yaml
	refused ":12:30:" "the arena starts"
}

@test "a trimmed memory takes less room, and its arena lies at its new end" {
	need jq
	one 's/    stack: 2K/    memories: {0: {trim: 20K}}\n    stack: 2K/'
	generate one.yaml
	[ "$(jq '.regions[] | select(.name == "gps.mem0") | [.size, .reserved, .declared]
		== [20480, 20480, 65536]' layout.json)" = true ]
	[ "$(jq '.components[0] | .arena.offset + .arena.size == 20480
		and .entry.memory_size == 20480' layout.json)" = true ]
	grep -q 'SIZEOF(.berth.mem.gps.0) == 0x5000' layout.ld
}

@test "behind a trimmed memory lies nothing else of its component, or a note says what" {
	need jq
	one 's/    stack: 2K/    memories: {0: {trim: 20K}}\n    stack: 2K/'
	run generate one.yaml
	[ "$status" -eq 0 ]
	[ "$output" = "ldgen: one.yaml: note: beyond the 20480 bytes that gps.mem0 is trimmed to, an access of gps meets gps.data, which it may touch: place one of them elsewhere, with 'bank:' or 'at:'" ]
	sed 's/    stack: 2K/    data: {at: 0x20002000}\n&/; s/{trim: 20K}/{trim: 20K, at: 0x20004000}/' one.yaml >apart.yaml
	run generate apart.yaml
	[ "$status $output" = "0 " ]
	# With base and limit the other order costs nothing.
	sed 's/cortex-m3/cortex-m33/' one.yaml >limit.yaml
	run generate limit.yaml
	[ "$status $output" = "0 " ]
	[ "$(jq '(.regions[] | select(.name == "gps.data") | .base)
		< (.regions[] | select(.name == "gps.mem0") | .base)' layout.json)" = true ]
}

@test "a memory is not trimmed into its data, its stack or its arena, nor made larger" {
	# Data and stack of this guest end above 5 KiB.
	one 's/    stack: 2K/    memories: {0: {trim: 9K}}\n    stack: 2K/'
	run generate one.yaml
	refused ":12:30:" "may have its stack" "the arena starts"
	one 's/    stack: 2K/    memories: {0: {trim: 4K}}\n    stack: 2K/' '/arena:/d'
	run generate one.yaml
	refused ":12:16:" "may have its stack" "trim it less"
	one 's/    stack: 2K/    memories: {0: {trim: 1040}}\n    stack: 2K/' '/arena:/d'
	run generate one.yaml
	refused ":12:16:" "has initial data end" "trim it less"
	one 's/    stack: 2K/    memories: {0: {trim: 64K}}\n    stack: 2K/'
	run generate one.yaml
	refused ":13:26:" "does not trim"
	one 's/    stack: 2K/    memories: {0: {trim: 0}}\n    stack: 2K/'
	run generate one.yaml
	refused ":13:26:" "does not trim"
}

@test "a fused component must be named, exist, and be claimed once" {
	sed '/fused: 0/d' layout.yaml >bad.yaml
	run generate bad.yaml
	refused ":12:3:" "is fused from components 0, 2"
	sed 's/fused: 2/fused: 1/' layout.yaml >bad.yaml
	run generate bad.yaml
	refused ":2[0-9]:12:" "has no component 1"
	sed 's/fused: 2/fused: 0/; s/memory: 0, size/memory: 1, size/' layout.yaml >bad.yaml
	run generate bad.yaml
	refused ":" "are the same component 0"
}

@test "truncated, foreign, missing and mismatched inputs are refused" {
	one
	head -c 900 gps.o >cut && mv cut gps.o
	run generate one.yaml
	refused "" "gps.o"
	cp "$sensors/gps.o" .
	printf '\363\000' | dd of=gps.o bs=1 seek=18 conv=notrunc status=none # EM_RISCV
	run generate one.yaml
	refused ":10:13:" "RISC-V"
	cp gps.wasm gps.o
	run generate one.yaml
	refused "" "gps.o"
	rm gps.o
	run generate one.yaml
	refused "" "gps.o: cannot be opened"
	cp "$sensors/gps.o" .
	head -c 100 "$sensors/gps.wasm" >gps.wasm
	run generate one.yaml
	refused "" "gps.wasm"
	sed 's/object: fused.o/object: gps.o/' layout.yaml >bad.yaml
	cp "$sensors/gps.wasm" .
	run generate bad.yaml
	refused ":" "gps.o"
}

@test "an output that cannot be written leaves none of the others" {
	run "$ldgen" layout.yaml -o layout.ld --json no/such/folder/layout.json
	[ "$status" -eq 1 ]
	nothing_written
}

@test "without an output the manifest is checked, and that is said" {
	run -0 "$ldgen" layout.yaml
	[[ "$output" == *"layout.yaml: note: the manifest can be laid out; nothing was asked to be written"* ]]
}

@test "wrong usage exits with 2" {
	run -2 "$ldgen"
	run -2 "$ldgen" --frob layout.yaml
	run -2 "$ldgen" layout.yaml other.yaml
	run -2 "$ldgen" layout.yaml -MF layout.d
	run -2 "$ldgen" layout.yaml -o same --json same
	run -0 "$ldgen" -h
	run -0 "$ldgen" --help
	[[ "$output" == usage:* ]]
	run -0 "$ldgen" --version
	[[ "$output" == "ldgen (berth) "* ]]
}

# A component whose module has this code, with the grants given.
derived() { # code, grants
	command -v wat2wasm >/dev/null || skip "wat2wasm is not here"
	command -v arm-none-eabi-as >/dev/null || skip "arm-none-eabi-as is not here"
	one 's/gps.o/one.o/' 's/gps.wasm/one.wasm/' "s/grants: .*/grants: $2/" '/arena/d'
	wat2wasm - -o one.wasm <<<"(module (memory 1) $1)"
	arm-none-eabi-as -mcpu=cortex-m3 -o one.o - </dev/null
	"$ldgen" one.yaml --json layout.json
	jq -r '.regions[] | select(.name == "gps.mem0").access' layout.json
	jq -r '.contexts[0].rows[] | .region + " " + .access' layout.json
}

@test "grants: auto opens a memory for reading only where nothing writes it" {
	command -v jq >/dev/null || skip "jq is not here"
	reads='(func (export "f") (drop (i32.load (i32.const 0)))) (func $g (i32.store (i32.const 0) (i32.const 0)))'
	run -0 derived "$reads" auto
	[ "${lines[0]}" = r ]
	grep -qx "gps.mem0 r" <<<"$output"
	run ! grep -q uart0 <<<"$output"
	run -0 derived "$reads" '[uart0, auto]'
	grep -qx "gps.mem0 r" <<<"$output"
	grep -qx "uart0 rw" <<<"$output"
	run -0 derived "$reads" '[uart0]'
	grep -qx "gps.mem0 rw" <<<"$output"
	run -0 derived "$reads (export \"g\" (func \$g))" auto
	grep -qx "gps.mem0 rw" <<<"$output"
}

@test "auto is refused where there is no code, and where a region has that name" {
	one 's/grants: .*/grants: auto/' '/object/d' 's/core: .*/memories: {0: {size: 4K}}/' '/arena/d'
	run generate one.yaml
	refused ":12:13:" "no core module that its grants could be derived from"
	one 's/uart0/auto/'
	run generate one.yaml
	refused ":14:14:" "give the region another name"
}

@test "an object and a core module that it was not made from are refused" {
	sed -i '0,/core: fused.wasm/s//core: gps.wasm/' layout.yaml
	run generate
	refused ":14:11:" "gps.wasm is not the core module that fused.o was made from, which has other imports"
	plain_manifest >layout.yaml
	# Bound already, the object itself says it; without its import table, its functions do.
	"$BERTH_BIN/elfbind" bind gps.o -o bound.o --core gps.wasm --component gps --arena gps \
		--map <(printf 'tick-now t\nread-fix f\n') 2>errors
	cp "$sensors/baro.core.wasm" gps.wasm
	mv bound.o gps.o
	run generate
	refused ":26:11:" "gps.wasm is not the core module that gps.o was made from, which was bound with another one"
	command -v arm-none-eabi-objcopy >/dev/null || skip "arm-none-eabi-objcopy is not here"
	arm-none-eabi-objcopy --remove-section .meld_import_table "$sensors/gps.o" gps.o
	run generate
	refused ":26:11:" "gps.o was made from, which defines none of its exports"
	command -v wat2wasm >/dev/null || skip "wat2wasm is not here"
	wat2wasm - -o gps.wasm <<<'(module (memory 1) (func (export "run")))'
	printf '.thumb\n.globl run\n.type func_0,%%function\n.type run,%%function\nfunc_0:\nrun: bx lr\n.type func_5,%%function\nfunc_5: bx lr\n' |
		arm-none-eabi-as -mcpu=cortex-m3 -o gps.o
	run generate
	refused ":26:11:" "gps.o was made from, which has functions that it does not have"
}
