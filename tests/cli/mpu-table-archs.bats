#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# mpu-table on linked images of every architecture: what is checked on Armv7-M
# is checked everywhere.

bats_require_minimum_version 1.5.0

load firmware

setup() {
	mpu="$BERTH_BIN/mpu-table"
	fixtures="$BERTH_ROOT/tests/fixtures/mpu-table"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# Links firmware.elf with the table of FIXTURE, for its machine.
firmware_of() { # fixture
	firmware_sources
	cp "$fixtures/$1.json" layout.json
	"$BERTH_BIN/elfbind" inject --table --layout layout.json -o regions.o
	case $1 in
	riscv*)
		need riscv64-unknown-elf-as
		sed -i -e '/\.syntax\|\.thumb/d' -e 's/main + 1/main/' -e 's/bl native/call native/' \
			-e 's/bx lr/ret/' -e 's/b \.$/j ./' program.s
		riscv64-unknown-elf-as -march=rv32imac -mabi=ilp32 program.s -o program.o
		riscv64-unknown-elf-ld -melf32lriscv -T firmware.ld program.o regions.o -o firmware.elf
		;;
	*) firmware_link ;;
	esac
}

# Flips a bit of the table in firmware.elf and makes its checksum anew.
change() { # offset in the table, xor
	flip firmware.elf .berth.regions "$1" "$2"
	local readelf=arm-none-eabi-readelf start size crc
	read -r start size < <($readelf -SW firmware.elf | sed -nE \
		's/^ *\[ *[0-9]+\] \.berth\.regions +[A-Z_]+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) .*/\1 \2/p')
	dd if=firmware.elf of=table bs=1 skip=$((16#$start)) count=$((16#$size)) status=none
	printf '\0\0\0\0' | dd of=table bs=1 seek=16 conv=notrunc status=none
	# gzip's trailer is the CRC, little-endian, and the length.
	gzip -c <table | tail -c 8 | head -c 4 |
		dd of=firmware.elf bs=1 seek=$((16#$start + 16)) conv=notrunc status=none
}

table_size() {
	echo $((16#$(arm-none-eabi-readelf -SW firmware.elf |
		sed -nE 's/^ *\[ *[0-9]+\] \.berth\.regions +[A-Z_]+ +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) .*/\1/p')))
}

@test "check: an image of every architecture agrees with its table and layout" {
	for arch in armv6-m armv7-r armv8-m armv8.1-m riscv riscv-coarse riscv-napot riscv-mml; do
		firmware_of $arch
		run --separate-stderr -0 "$mpu" check --layout layout.json firmware.elf
		[[ $output == "firmware.elf: 2 contexts, "*": the table, the ELF and the layout agree" ]]
		[ -z "$stderr" ]
	done
}

@test "check: a changed bit is named by the architecture's register" {
	while read -r arch register; do
		firmware_of "$arch"
		flip firmware.elf .berth.regions $(($(table_size) - 1)) 0x10
		run --separate-stderr -1 "$mpu" check firmware.elf
		[[ $stderr == *"R02: the checksum says that one bit has changed, bit 28,"*"[context gps, row "*", region uart: $register]"* ]]
	done <<-'END'
		armv6-m rasr
		armv7-r dracr
		armv8-m rlar
		riscv pmpcfg
	END
}

@test "check: rows that open more are found without the checksum" {
	need gzip
	# The limit of gps's row for the uart, one granule more.
	firmware_of armv8-m
	change $(($(table_size) - 4)) 0x20
	run --separate-stderr -1 "$mpu" check firmware.elf
	[[ $stderr != *R02* ]]
	[[ $stderr == *"R05: opens 4064 bytes of the 4096 reserved [context gps, row 3, region uart]"* ]]
	# PMP: one more 1 in the address doubles the range.
	firmware_of riscv
	change $(($(table_size) - 7)) 0x02
	run --separate-stderr -1 "$mpu" check firmware.elf
	[[ $stderr != *R02* ]]
	[[ $stderr == *"R05: opens 0x40004000 to 0x40005fff, which is not in 0x40004000 to 0x40004fff [context gps, row 3, region uart]"* ]]
	# A locked entry.
	firmware_of riscv
	change $(($(table_size) - 4)) 0x80
	run --separate-stderr -1 "$mpu" check firmware.elf
	[[ $stderr == *"R08: the attribute bits of pmpcfg are 0x00000083, a row for this region has 0x00000003"* ]]
}

@test "emit: rows of an image that open more than their region are refused" {
	need gzip
	firmware_of riscv
	change $(($(table_size) - 7)) 0x02
	run --separate-stderr -1 "$mpu" emit firmware.elf
	[[ $stderr == *"firmware.elf: opens more than its region [context gps, row "*"mend what mpu-table check finds first"* ]]
	[ -z "$output" ]
}

@test "diff and show take images of every architecture" {
	firmware_of riscv
	cp firmware.elf riscv.elf
	firmware_of armv8-m
	run -0 "$mpu" diff riscv.elf firmware.elf
	[ "$output" = "nothing was opened, nothing was closed" ]
	run -0 "$mpu" show riscv.elf
	[[ ${lines[0]} == "riscv.elf: riscv, 16 slots; "*" holds" ]]
}
