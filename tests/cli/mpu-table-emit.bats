#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# mpu-table emit: rows for firmware that loads them itself.

bats_require_minimum_version 1.5.0

load firmware

setup() {
	mpu="$BERTH_BIN/mpu-table"
	fixtures="$BERTH_ROOT/tests/fixtures/mpu-table"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# The words of all contexts' rows of a layout, one a line.
words_of() { # layout
	jq -r '.contexts[].rows[].registers | to_entries[] | select(.key != "mode") | .value' "$1"
}

@test "emit: help and wrong usage" {
	run --separate-stderr -0 "$mpu" emit --help
	[[ $output == "usage: mpu-table emit"* ]]
	for words in "" "a b" "--format x $fixtures/riscv.json" "--arch armv7-m" "--arch z80" \
		"--arch armv7-m --context a $fixtures/riscv.json" "--context a --slots 0" "--slots 65" \
		"--arch armv7-m --range 0,32,r" "--arch armv7-m --context a --range 0,32" \
		"--arch armv7-m --context a --range 0,32,r,cheese" "--arch armv7-m --context 1a" \
		"--arch armv7-m --context a --range 0,32,r,memory,usual" \
		"--arch armv7-m --context a --range 0,32,r,memory,none,x" \
		"--arch armv7-m --context a --context a" "--arch armv6-m --slots 9 --context a" \
		"--mml $fixtures/riscv.json" "--format object $fixtures/riscv.json" "--nothing x" "--range"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$mpu" emit $words
		[ -n "$stderr" ] && [ -z "$output" ] || { echo "$words"; return 1; }
	done
}

@test "emit: C of every architecture compiles and holds the layout's words" {
	need jq
	need cc
	for arch in armv6-m armv7-r armv8-m armv8.1-m layout shared; do
		"$mpu" emit "$fixtures/$arch.json" -o rows.c
		printf '%s\n' '#include <stdio.h>' '#include "rows.c"' 'static void print(const void *rows, uint32_t count) {' \
			'const uint32_t *words = rows;' \
			'for (unsigned i = 0; i < count * sizeof(MPU_ROW) / 4; i++) printf("%u\n", words[i]); }' \
			'int main(void) { print(imu_rows, imu_row_count); print(gps_rows, gps_row_count); }' >main.c
		cc -std=c11 -Wall -Wextra -Werror -Wconversion -pedantic main.c -o main
		diff <(./main) <(words_of "$fixtures/$arch.json")
	done
}

@test "emit: C takes CMSIS's type for its own" {
	need cc
	# Whoever has CMSIS has this in a header of it.
	echo '#include <stdint.h>
typedef struct { uint32_t RBAR; uint32_t RASR; } ARM_MPU_Region_t;' >part.h
	"$mpu" emit "$fixtures/layout.json" -o rows.c
	echo '#include "rows.c"
extern const ARM_MPU_Region_t imu_rows[4];' >main.c
	cc -std=c11 -Wall -Wextra -Werror -DMPU_ROW=ARM_MPU_Region_t -DMPU_ROW_HEADER='"part.h"' -c main.c
	run -0 "$mpu" emit "$fixtures/armv8-m.json"
	[[ $output == *"ARM_MPU_Load(0, NAME_rows, NAME_row_count)"* ]]
	[[ $output == *"const uint32_t mpu_mair[2] = {0x4404aaffu, 0x00000000u};"* ]]
}

@test "emit: RISC-V gets the registers as they are written" {
	run -0 "$mpu" emit "$fixtures/riscv.json"
	[[ $output == *"const uint32_t imu_pmpaddr[4] = {
	0x00001fffu, /* 0 flash: 0x00000000 to 0x0000ffff r-x */
	0x08002000u, /* 1 imu.mem0: base of the next */
	0x08003480u, /* 2 imu.mem0: 0x20008000 to 0x2000d1ff rw- */
	0x080012ffu, /* 3 imu.data: 0x20004800 to 0x20004fff rw- */
};
const uint32_t imu_pmpcfg[1] = {0x1b0b001du}; /* RV32: four entries in each */"* ]]
	# Five entries: two registers, of which the second has one.
	run -0 "$mpu" emit "$fixtures/riscv-napot.json"
	[[ $output == *"imu_pmpcfg[2] = {0x1b1b1b1du, 0x0000001bu};"* ]]
}

@test "emit: an object has the same bytes as the C" {
	need arm-none-eabi-gcc
	for arch in armv6-m armv7-r armv8-m shared; do
		"$mpu" emit "$fixtures/$arch.json" -o rows.c
		"$mpu" emit --format object "$fixtures/$arch.json" -o rows.o
		arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -std=c11 -O2 -c rows.c -o compiled.o
		for object in rows.o compiled.o; do
			arm-none-eabi-nm -S --defined-only "$object" | awk '{print $2, $4}' | sort >"$object.names"
			# Each array by its symbol's size, from where the linker has put it.
			arm-none-eabi-ld -Ttext=0 --entry=0 --unresolved-symbols=ignore-all "$object" -o "$object.elf"
			for name in imu_rows imu_row_count gps_rows gps_row_count; do
				read -r at size < <(arm-none-eabi-nm -S "$object.elf" | awk -v n=$name '$4 == n {print $1, $2}')
				arm-none-eabi-objcopy -O binary "$object.elf" image
				start=$(arm-none-eabi-nm "$object.elf" | awk '{print $1}' | sort | head -1)
				tail -c +$((16#$at - 16#$start + 1)) image | head -c $((16#$size)) >"$object.$name"
			done
		done
		diff rows.o.names compiled.o.names
		for name in imu_rows imu_row_count gps_rows gps_row_count; do
			cmp "rows.o.$name" "compiled.o.$name"
		done
	done
	arm-none-eabi-readelf -h rows.o | grep -q 'Machine: *ARM'
}

@test "emit: an object for RISC-V links with code of its kind" {
	need riscv64-unknown-elf-as
	"$mpu" emit --format object "$fixtures/riscv.json" -o rows.o
	echo '.global _start
_start: la a0, imu_pmpaddr
la a1, gps_pmpcfg' >start.s
	riscv64-unknown-elf-as -march=rv32imac -mabi=ilp32 start.s -o start.o
	riscv64-unknown-elf-ld -melf32lriscv start.o rows.o -o firmware.elf
	riscv64-unknown-elf-nm -S firmware.elf | grep -q ' 00000010 . imu_pmpaddr'
}

@test "emit: JSON, from a layout and from the image it was made into" {
	need jq
	firmware
	"$mpu" emit --format json layout.json >layout.rows
	"$mpu" emit --format json firmware.elf >elf.rows
	cmp layout.rows elf.rows
	[ "$(jq -c '.contexts[1].rows[3] | [.slot, .region, .access, .registers.rbar]' elf.rows)" = \
		'[3,"uart","rw-",1073758227]' ]
	[ "$("$mpu" emit --format json "$fixtures/riscv.json" | jq -c '.contexts[0].pmpcfg')" = '[453705757]' ]
	[ "$("$mpu" emit --format json "$fixtures/armv8-m.json" | jq -c '.mair')" = '[1141156607,0]' ]
}

@test "emit: ranges without a layout" {
	run -0 "$mpu" emit --arch armv7-m --slots 8 --context sensor --range 0x20008000,20K,rw \
		--range 0,512K,rx,code --context gps --range 0x20004000,1K,rw,shared,none
	[[ $output == *"const MPU_ROW sensor_rows[2] = {
	{0x20008010u, 0x130be01du}, /* 0 memory: 0x20008000 to 0x2000cfff rw- */
	{0x00000011u, 0x06020025u}, /* 1 code: 0x00000000 to 0x0007ffff r-x */
};"* ]]
	[[ $output == *"{0x20004010u, 0x130c0013u}, /* 0 shared: 0x20004000 to 0x200043ff rw- */"* ]]
	run -0 "$mpu" emit --arch riscv --granularity 3 --mml --context a --range 0x80000000,96,rw
	[[ $output == *"a_pmpcfg[1] = {0x00000e00u}"* ]]
}

@test "emit: what cannot be opened is refused, says what to change and leaves no file" {
	local a="--arch armv7-m --context a"
	for case in \
		"$a --range 0,0,r|no bytes, or bytes beyond 0xffffffff" \
		"$a --range 0xffffffe0,64,r|no bytes, or bytes beyond 0xffffffff" \
		"$a --range 0x10000650,768,rw|opens multiples of 32 bytes only [range memory]: set aside 0x10000640 to 0x1000095f" \
		"$a --range 0,32,rx|gives r-x to such a range" \
		"$a --range 0,32,rw,peripheral,none|gives rw- to such a range" \
		"--arch riscv --context a --range 0,32,r,memory,none|PMP says nothing about caches" \
		"--arch armv7-m --slots 2 --context a --range 0x20,20K,rw|takes 5 rows, 2 are left [context a" \
		"--arch armv8-m --slots 1 --context a --range 0,32,r --range 64,32,r|takes 1 rows, 0 are left" \
		"$a --range 0,64,r --range 32,32,r|opens 0x00000020, which memory opens too" \
		"$a --range 0,32,r --context b|opens nothing [context b]"; do
		# shellcheck disable=SC2086 # words
		run -1 --separate-stderr "$mpu" emit -o out.c ${case%|*}
		[[ $stderr == *"${case#*|}"* ]] || { echo "$case: $stderr"; return 1; }
		[ ! -e out.c ]
	done
	# shellcheck disable=SC2046 # words
	run -1 --separate-stderr "$mpu" emit --arch armv6-m --context a \
		$(for i in 0 1 2 3 4 5 6 7 8; do echo "--range $((i * 1024)),512,r"; done)
	[[ $stderr == *"takes 1 rows, 0 are left"* ]]
	run -2 --separate-stderr "$mpu" emit --arch armv7-m --context a --range 0x20,20K,rw --slots 4
	[[ $stderr == *"takes 5 rows, the part has 4 slots"* ]]
}

@test "emit: a damaged table, and names that C cannot have, are refused" {
	firmware
	cp firmware.elf good.elf
	flip firmware.elf .berth.regions 544 0x01
	run -1 --separate-stderr "$mpu" emit firmware.elf
	[[ $stderr == *"R02: the checksum differs"* ]]
	[ -z "$output" ]
	# Names are not under the checksum: imu becomes im-, and flash */ash.
	cp good.elf firmware.elf
	arm-none-eabi-objcopy --dump-section .berth.names=names good.elf
	at=$(tr '\0' '\n' <names | grep -bx imu)
	flip firmware.elf .berth.names $((${at%:*} + 2)) 0x58
	run -1 --separate-stderr "$mpu" emit firmware.elf
	[[ $stderr == *"'im-' cannot be a name in C"* ]]
	cp good.elf firmware.elf
	flip firmware.elf .berth.names 0 0x4c
	flip firmware.elf .berth.names 1 0x43
	run -0 "$mpu" emit firmware.elf
	[[ $output == *"/* 0 ??ash: 0x00000000"* ]]
	run -1 "$mpu" emit missing.elf
	run -1 "$mpu" emit "$BERTH_ROOT/README.md"
}

@test "emit: an input is never the output, and a full disk changes the status" {
	cp "$fixtures/riscv.json" layout.json
	run -1 --separate-stderr "$mpu" emit layout.json -o layout.json
	cmp layout.json "$fixtures/riscv.json"
	[ -e /dev/full ] || skip "/dev/full is not here"
	run -1 bash -c '"$0" emit layout.json >/dev/full' "$mpu"
	run -1 "$mpu" emit layout.json -o /dev/full
}

@test "emit: registers that open other bytes than their layout says are refused, by inject too" {
	need jq
	while read -r arch change; do
		jq ".contexts[1].rows[1].registers$change" "$fixtures/$arch.json" >lie.json
		run -1 --separate-stderr "$mpu" emit lie.json
		[[ $stderr != *null* ]]
		[[ $stderr == *"layout: row 1: "*"[context gps, region "*"make the layout anew with ldgen"* ]]
		[ -z "$output" ]
		run -1 --separate-stderr "$BERTH_BIN/elfbind" inject --table --layout lie.json -o regions.o
		[[ $stderr == *"layout: row 1: "* ]]
		[ ! -e regions.o ]
	done <<-'END'
		armv6-m .rasr+=2
		armv7-r .drsr+=2
		armv8-m .rlar+=32
		armv8-m .rbar-=32
		armv8-m .rlar-=1
		armv8.1-m .rbar-=1
		riscv .pmpaddr+=8
		riscv .pmpcfg-=1
		riscv-napot .pmpaddr-=1
		layout .rasr+=2
		layout .rasr-=1
	END
}
