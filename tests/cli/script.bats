#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The linker script and its fragment, with GNU ld and ld.lld.

bats_require_minimum_version 1.5.0
load manifest

linkers="arm-none-eabi-ld ld.lld"

setup() {
	ldgen=$BERTH_BIN/ldgen
	for tool in jq arm-none-eabi-as arm-none-eabi-ld ld.lld; do
		command -v "$tool" >/dev/null || skip "$tool is not here"
	done
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BERTH_ROOT"/tests/fixtures/sensors/{fused,gps}.{o,wasm} .
	plain_manifest >layout.yaml
}

generate() { # options...
	"$ldgen" layout.yaml -o layout.ld --json layout.json "$@"
	"$BERTH_BIN/elfbind" inject --table -o regions.o --layout layout.json
}

# program.o: what the native side and elfbind inject bring, and the lines of standard input.
program() {
	{
		echo '.syntax unified'
		echo '.section .vectors, "a"; .word 0x20004000, start + 1'
		echo '.text; .thumb; .global start; .thumb_func; start: b start'
		echo '.section .berth.init, "a"; .word 1, 2, 3'
		injected_symbols
		cat
	} >program.s
	arm-none-eabi-as -mcpu=cortex-m3 program.s -o program.o
}

# "NAME ADDRESS SIZE" of the sections of firmware.elf.
sections() {
	arm-none-eabi-readelf -SW firmware.elf | sed 's/^ *\[ *[0-9]*\] *//' |
		while read -r name type address _ size _; do
			case $type in PROGBITS | NOBITS | INIT_ARRAY) echo "$name $((0x$address)) $((0x$size))" ;; esac
		done
}

# Every region's section lies where layout.json says.
regions_in_place() {
	jq -r '.regions[] | select(.section != null) | "\(.section) \(.base) \(.size)"' layout.json |
		sort >wanted
	[ "$(wc -l <wanted)" -eq 6 ]
	sections | grep -E '^\.berth\.(mem|data)\.' | sort >found
	diff wanted found
}

@test "what keeps its value over a reset lies in the native reserve, constructors in flash" {
	generate
	program <<-'EOF'
		.section .noinit, "aw", %nobits; .space 100
		.section .noinit.more, "aw", %nobits; .space 12
		.section .bss, "aw", %nobits; .space 40
		.section .init_array.00200, "aw", %init_array; .word start
		.section .init_array, "aw", %init_array; .word start
	EOF
	for linker in $linkers; do
		"$linker" -T layout.ld program.o regions.o -o firmware.elf
		regions_in_place
		sections >all
		read -r _ at size < <(grep '^\.noinit ' all)
		[ "$size" -eq 112 ]
		[ "$at" -ge $((0x20000000)) ] && [ $((at + size)) -le $((0x20000000 + 16384)) ]
		read -r _ at size < <(grep '^\.init_array ' all)
		[ "$at" -lt $((0x80000)) ] && [ "$size" -eq 8 ]
		[ "$(grep -cE '^\.(noinit|init_array)' all)" -eq 2 ]
	done
}

@test "too much that keeps its value over a reset takes no stack away" {
	generate
	program <<<'.section .noinit, "aw", %nobits; .space 15500'
	for linker in $linkers; do
		run "$linker" -T layout.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"raise the reserve of bank ram"* ]]
	done
}

@test "a program that overflows its bank is refused with what to do" {
	sed -i 's/length: 512K, access: rx/length: 4K, access: rx/' layout.yaml
	generate
	program <<<'.section .data; .space 3000'
	for linker in $linkers; do
		run "$linker" -T layout.ld program.o regions.o -o firmware.elf
		[ "$status" -eq 0 ] # 3 KiB of data do fit
	done
	program <<<'.section .data; .space 4000; .section .rodata; .space 300'
	for linker in $linkers; do
		run "$linker" -T layout.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"the program does not fit bank flash"*"--gc-sections"* ]]
	done
}

@test "what one object alone breaks fails the link, and the assertion says which" {
	fails() { # words of the message
		arm-none-eabi-as -mcpu=cortex-m3 program.s -o program.o
		for linker in $linkers; do
			run "$linker" -T layout.ld program.o regions.o -o firmware.elf
			[ "$status" -ne 0 ]
			[[ "$output" == *"$1"* ]]
		done
	}
	sed -i 's/origin: 0x00000000/origin: 0x00001000/' layout.yaml
	generate
	program <<<''
	cp program.s whole.s
	# An object that inject has not seen, and one that it saw with another layout.
	grep -v 'gps_layout' whole.s >program.s
	fails "component gps: its object was injected with another layout.json, or not at all"
	sed -E 's/(gps_layout = 0x)./\1f/' whole.s >program.s
	run ! cmp -s whole.s program.s
	fails "component gps: its object was injected with another layout.json, or not at all"
	# A memory that wants more alignment than its region has, and one that is larger.
	sed 's/gps_mem_0: .space [0-9]*/.balign 0x100000; &/' whole.s >program.s
	fails ".berth.mem.gps.0: the section has another size than in layout.json: an input section wants more alignment"
	sed -E 's/gps_mem_0: .space [0-9]*/& + 4/' whole.s >program.s
	fails ".berth.mem.gps.0: the section has another size"
	# A vector table that does not lie where the bank begins, and none.
	sed 's/\.section \.vectors, "a";/& .balign 0x2000;/' whole.s >program.s
	fails "the vector table is not at the start of bank flash"
	sed 's/\.section \.vectors, "a"/.section .rodata, "a"/' whole.s >program.s
	fails "no vector table"
}

@test "a shared region has its size, whatever native code defines there, and not more" {
	sed -i 's/^components:/shared: {mailbox: {size: 64, bank: ram}}\n&/' layout.yaml
	generate
	base=$(jq '.regions[] | select(.name == "mailbox").base' layout.json)
	for bytes in 0 8 64 68; do
		if [ "$bytes" -eq 0 ]; then
			program <<<''
		else
			program <<<".section .berth.shared.mailbox, \"aw\", %nobits; .space $bytes"
		fi
		for linker in $linkers; do
			run "$linker" -T layout.ld program.o regions.o -o firmware.elf
			if [ "$bytes" -gt 64 ]; then
				[ "$status" -ne 0 ]
				[[ $output == *".berth.shared.mailbox: the section has another size than in layout.json: native code defines more there: raise its size under 'shared:'"* ]]
			else
				[ "$status" -eq 0 ]
				sections | grep -Fx ".berth.shared.mailbox $base 64"
			fi
		done
	done
}

by_hand() { # file, what defines the end of native data
	cat >"$1" <<-EOF
		MEMORY {
			FLASH (rx) : ORIGIN = 0x00000000, LENGTH = 512K
			RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 512K
		}
		REGION_ALIAS("bank_flash", FLASH)
		REGION_ALIAS("bank_ram", RAM)
		ENTRY(start)
		SECTIONS {
			.isr : { KEEP(*(.vectors)) } >FLASH
			.text : { *(.text .text.*) *(.rodata .rodata.*) } >FLASH
			.data : { *(.data .data.*) } >RAM AT>FLASH
			.bss (NOLOAD) : { *(.bss .bss.* COMMON) } >RAM
			$2
			INCLUDE layout.ld
			.after (NOLOAD) : { *(.after) } >RAM
		}
	EOF
}

@test "the fragment places the same regions and table in a script by hand" {
	generate
	program <<<''
	ld.lld -T layout.ld program.o regions.o -o firmware.elf
	arm-none-eabi-objcopy -O binary -j .berth.regions firmware.elf whole.bin
	generate --fragment
	run ! grep -qE '^(MEMORY|SECTIONS|ENTRY)' layout.ld
	by_hand hand.ld '__berth_native_end = .;'
	program <<-'EOF'
		.data; .word 1; .bss; .space 64
		.section .after, "aw", %nobits; .space 4
	EOF
	for linker in $linkers; do
		"$linker" -T hand.ld program.o regions.o -o firmware.elf
		regions_in_place
		run -0 "$BERTH_BIN/mpu-table" check firmware.elf --layout layout.json
		arm-none-eabi-objcopy -O binary -j .berth.regions firmware.elf part.bin
		cmp whole.bin part.bin
		# What the script places behind the fragment does not lie on a region.
		read -r _ at _ < <(sections | grep '^\.after ')
		[ "$at" -ge "$(jq '[.regions[] | select(.bank == "ram") | .base + .size] | max' layout.json)" ]
	done
}

@test "the fragment fails the link where the script by hand breaks what it relies on" {
	generate --fragment
	program <<<'.bss; .space 64'
	for linker in $linkers; do
		by_hand hand.ld ''
		run "$linker" -T hand.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"__berth_native_end does not say where it ends"* ]]
		by_hand hand.ld '__berth_native_end = . + 0x4000;'
		run "$linker" -T hand.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"native data ends beyond the reserve of bank ram"* ]]
		by_hand hand.ld '__berth_native_end = .;'
		run "$linker" -T hand.ld program.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"no region table"* ]]
		sed -i 's/REGION_ALIAS("bank_flash", FLASH)/REGION_ALIAS("bank_flash", OTHER)/
			s/^FLASH .*/&\n\tOTHER (rx) : ORIGIN = 0x10000000, LENGTH = 4K/' hand.ld
		run "$linker" -T hand.ld program.o regions.o -o firmware.elf
		[ "$status" -ne 0 ]
		[[ "$output" == *"is outside of bank flash"* ]]
	done
}

@test "files that would not change are left alone where that is asked for" {
	all="-o layout.ld --json layout.json --header regions.h --svg map.svg --html map.html -MD"
	# shellcheck disable=SC2086 # words
	"$ldgen" layout.yaml $all
	touch -d '2001-01-01' layout.ld layout.json regions.h map.svg map.html layout.d
	# shellcheck disable=SC2086 # words
	"$ldgen" layout.yaml $all --keep-same
	for file in layout.ld layout.json regions.h map.svg map.html; do
		[ "$(date -r "$file" +%Y)" = 2001 ]
	done
	# What says that ldgen has run is new.
	[ "$(date -r layout.d +%Y)" != 2001 ]
	# Another comment changes nothing; another name of a component does.
	echo '# a comment' >>layout.yaml
	# shellcheck disable=SC2086 # words
	"$ldgen" layout.yaml $all --keep-same
	[ "$(date -r layout.ld +%Y)" = 2001 ]
	sed -i 's/^  gps:/  fix:/' layout.yaml
	# shellcheck disable=SC2086 # words
	"$ldgen" layout.yaml $all --keep-same
	for file in layout.ld layout.json regions.h map.svg map.html; do
		[ "$(date -r "$file" +%Y)" != 2001 ]
	done
	touch -d '2001-01-01' layout.ld
	# shellcheck disable=SC2086 # words
	"$ldgen" layout.yaml $all
	[ "$(date -r layout.ld +%Y)" != 2001 ]
}

@test "a fragment wants a file to be written to" {
	run -2 "$ldgen" layout.yaml --fragment --json layout.json
	[[ "$output" == *"--fragment goes with -o FILE"* ]]
}

# The script of a plan for another machine, with sections and symbols as elfbind inject makes them.
riscv_program() {
	{
		echo '.section .vectors, "ax"; start: j start'
		echo '.section .sdata, "aw"; .word 1; .section .sbss, "aw", @nobits; .space 8'
		echo '.section .srodata, "a"; .word 2; .data; .word 3; .bss; .space 4'
		echo '.section .berth.init, "a"; .word 1, 2, 3'
		jq -r '.regions[] | select(.section != null and .kind != "shared")
			| (.component + (if .kind == "data" then "_data" else "_mem_\(.index)" end)) as $name
			| ".section \(.section), \"aw\", @nobits; .global \($name); .type \($name), @object
			   .size \($name), \(.size); \($name): .space \(.size)"' layout.json
		sed -nE 's/^ASSERT\(DEFINED\((\w+_layout)\).* == (0x[0-9a-f]+) :.*/.global \1; \1 = \2/p' layout.ld
	} >program.s
	riscv64-unknown-elf-as -march=rv32im -mabi=ilp32 program.s -o program.o
}

@test "for RISC-V, too, both linkers put every section where layout.json says, and small data together" {
	for tool in riscv64-unknown-elf-as riscv64-unknown-elf-ld; do
		command -v "$tool" >/dev/null || skip "$tool is not here"
	done
	cp "$BERTH_ROOT/tests/fixtures/sensors/gps.rv32.o" .
	sed -e '/^  odd:/,$d' "$BERTH_ROOT/examples/boards/riscv32-virt.yaml" >layout.yaml
	generate
	riscv_program
	for linker in "riscv64-unknown-elf-ld -m elf32lriscv" ld.lld; do
		# shellcheck disable=SC2086 # words
		$linker -T layout.ld program.o regions.o -o firmware.elf
		jq -r '.regions[] | select(.section != null) | "\(.section) \(.base) \(.size)"' layout.json | sort >wanted
		[ "$(wc -l <wanted)" -eq 2 ]
		sections | grep -E '^\.berth\.(mem|data)\.' | sort >found
		diff wanted found
		# Nothing is placed by a linker alone, and gp reaches small data from its middle.
		run ! grep -E '^\.s(data|bss|rodata)' <(sections)
		read -r _ at size < <(sections | grep '^\.data ')
		gp=$((0x$(riscv64-unknown-elf-nm firmware.elf | sed -n 's/ . __global_pointer\$$//p')))
		[ $((gp - 0x800)) -ge "$at" ] && [ $((gp - 0x800)) -lt $((at + size)) ]
		run -0 "$BERTH_BIN/mpu-table" check firmware.elf --layout layout.json
		riscv64-unknown-elf-objcopy -O binary -j .berth.regions firmware.elf "${linker%% *}.bin"
	done
	cmp riscv64-unknown-elf-ld.bin ld.lld.bin
}
