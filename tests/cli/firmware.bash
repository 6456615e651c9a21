# SPDX-License-Identifier: Apache-2.0 OR MIT
# A small firmware that agrees with tests/fixtures/mpu-table/layout.json: two
# components without code, a native main, the region table. load it with bats.

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

# Writes program.s and firmware.ld, which a test may change, and regions.o.
firmware_sources() {
	need arm-none-eabi-as
	cp "$BERTH_ROOT/tests/fixtures/mpu-table/layout.json" .
	"$BERTH_BIN/elfbind" inject --table --layout layout.json -o regions.o
	cat >program.s <<-'EOS'
		.syntax unified
		.thumb
		.section .vectors,"a"
		.word 0x20004000, main + 1
		.text
		.global main
		.type main,%function
		main:
		bl native
		b .
		.size main,.-main
		.type native,%function
		native:
		bx lr
		.size native,.-native
		.data
		.type native_state,%object
		native_state: .space 64
		.size native_state,64
		.macro part section symbol size
		.section \section,"aw",%nobits
		.global \symbol
		.type \symbol,%object
		\symbol: .space \size
		.size \symbol,\size
		.endm
		part .berth.mem.imu.0 imu_mem_0 0x5180
		part .berth.data.imu imu_data 2024
		part .berth.mem.gps.0 gps_mem_0 0x10000
		part .berth.data.gps gps_data 2048
		.macro mark symbol value
		.global \symbol
		.set \symbol, \value
		.endm
		mark imu_layout 0xcbc4d406
		mark gps_layout 0x12622989
	EOS
	cat >firmware.ld <<-'EOS'
		ENTRY(main)
		SECTIONS {
			.vectors 0 : { KEEP(*(.vectors)) }
			.text : ALIGN(4) { *(.text) }
			.berth.regions : ALIGN(8) { KEEP(*(.berth.regions)) }
			.data 0x20000000 : AT(0x8000) { *(.data) }
			.berth.data.imu 0x20004800 (NOLOAD) : { KEEP(*(.berth.data.imu)) }
			.berth.data.gps 0x20005000 (NOLOAD) : { KEEP(*(.berth.data.gps)) }
			.berth.mem.imu.0 0x20008000 (NOLOAD) : { KEEP(*(.berth.mem.imu.0)) }
			.berth.mem.gps.0 0x20010000 (NOLOAD) : { KEEP(*(.berth.mem.gps.0)) }
			.berth.names 0 : { KEEP(*(.berth.names)) }
		}
	EOS
}

# Links what firmware_sources wrote into firmware.elf.
firmware_link() { # linker options...
	arm-none-eabi-as -mcpu=cortex-m3 program.s -o program.o
	arm-none-eabi-ld -T firmware.ld "$@" program.o regions.o -o firmware.elf
}

firmware() {
	firmware_sources
	firmware_link
}

# Changes one byte of a section in a file: FILE SECTION OFFSET XOR.
flip() {
	local start byte
	start=$((0x$(arm-none-eabi-readelf -SW "$1" |
		sed -nE "s/^ *\[ *[0-9]+\] $2 +[A-Z_]+ +[0-9a-f]+ ([0-9a-f]+) .*/\1/p")))
	byte=$(od -An -tu1 -j $((start + $3)) -N1 "$1")
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\x$(printf %02x $((byte ^ $4)))" |
		dd of="$1" bs=1 seek=$((start + $3)) conv=notrunc status=none
}
