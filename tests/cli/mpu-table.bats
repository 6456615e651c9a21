#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# mpu-table, as a user calls it.

bats_require_minimum_version 1.5.0
load firmware

setup() {
	mpu=$BERTH_BIN/mpu-table
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "help and version go to standard output with status 0" {
	for words in "--help" "check --help" "show --help" "-h"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -0 "$mpu" $words
		[[ $output == usage:* ]]
		[ -z "$stderr" ]
	done
	run -0 "$mpu" --version
	[[ $output == "mpu-table (berth) "* ]]
}

@test "wrong usage is status 2 and points to the help" {
	run -2 "$mpu"
	for words in "frobnicate" "check" "check a b" "check --layout" "check --frob a" "show" \
		"show --layout a b" "show --frob"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$mpu" $words
		[[ $stderr == *"--help" ]]
		[ -z "$output" ]
	done
}

@test "check: a firmware that agrees, with and without its layout" {
	firmware
	run --separate-stderr -0 "$mpu" check firmware.elf
	[ "$output" = "firmware.elf: 2 contexts, 8 rows, 6 regions: the table and the ELF agree" ]
	[ -z "$stderr" ]
	run --separate-stderr -0 "$mpu" check --layout layout.json firmware.elf
	[ "$output" = "firmware.elf: 2 contexts, 8 rows, 6 regions: the table, the ELF and the layout agree" ]
}

@test "check: one changed bit of a row is named by context, row, region and field" {
	firmware
	# The last row is gps's for the uart: rbar in the last but one word, rasr in the last.
	bytes=$((16#$(arm-none-eabi-readelf -SW firmware.elf |
		awk '{for (i = 1; i < NF; i++) if ($i == ".berth.regions") print $(i + 4)}')))
	flip firmware.elf .berth.regions $((bytes - 1)) 0x10
	run --separate-stderr -1 "$mpu" check firmware.elf
	[[ $stderr == *"R02: the checksum says that one bit has changed, bit 28,"* ]]
	[[ $stderr == *"[context gps, row 3, region uart: rasr]"* ]]
	[[ $stderr == *"R06: gives unprivileged code rwx, the region is rw- [context gps, row 3, region uart]"* ]]
	[[ ${lines[-1]} == "firmware.elf: 2 contexts, 8 rows, 6 regions: 3 findings, the table and the ELF do not agree" ]]
}

@test "check: one changed bit outside of the rows is named by field" {
	firmware
	# Region 0 starts at byte 80; its base is the fifth word.
	flip firmware.elf .berth.regions $((80 + 16 + 1)) 0x02
	run -1 "$mpu" check firmware.elf
	[[ $output == *"bit 9, from 0x00000000 to 0x00000200 [region flash: base]"* ]]
	# A table that cannot be read any more.
	flip firmware.elf .berth.regions $((80 + 16 + 1)) 0x02
	flip firmware.elf .berth.regions 0x1c 0x01
	run -1 "$mpu" check firmware.elf
	[[ $output == *"R01: header: "* ]]
	[[ $output == *"bit 0 of word 7 [header: region_count]"* ]]
	[[ ${lines[-1]} == "firmware.elf: the table cannot be read" ]]
}

@test "check: what the linker put behind a memory is named" {
	firmware_sources
	sed -i 's/KEEP(\*(.berth.mem.imu.0)) }/& .spill 0x2000d180 (NOLOAD) : { *(.spill) }/' firmware.ld
	cat >>program.s <<-'EOS'
		.section .spill,"aw",%nobits
		.global secret
		.type secret,%object
		secret: .space 16
		.size secret,16
	EOS
	firmware_link
	run -1 "$mpu" check firmware.elf
	[[ $output == *"R13: opens bytes of section .spill, 0x2000d180 to 0x2000d18f, among them symbol secret [context imu, row 2, region imu.mem0]"* ]]
}

@test "check: a memory at another place, and one in no region, are named" {
	firmware_sources
	sed -i 's/0x20010000/0x20018000/' firmware.ld
	printf '\tpart .berth.mem.baro.0 baro_mem_0 32\n' >>program.s
	sed -i 's/.berth.names 0/.berth.mem.baro.0 0x20040000 (NOLOAD) : { KEEP(*(.berth.mem.baro.0)) } &/' firmware.ld
	firmware_link
	run -1 "$mpu" check firmware.elf
	[[ $output == *"R10: is 65536 bytes at 0x20010000, its section is 65536 bytes at 0x20018000 [region gps.mem0, section .berth.mem.gps.0]"* ]]
	[[ $output == *"R10: 32 bytes at 0x20040000 are in no region of the table [section .berth.mem.baro.0]"* ]]
	[[ $output == *"R15: is 65536 bytes at 0x20018000, the table says"*"[symbol gps_mem_0]"* ]]
}

@test "check: a table in a writable segment is named" {
	firmware_sources
	sed -i '1i PHDRS { all PT_LOAD FLAGS(7); ram PT_LOAD; }' firmware.ld
	sed -i 's/\(.vectors 0 : {.*}\)/\1 :all/; s/\(AT(0x8000) {.*}\)/\1 :ram/' firmware.ld
	firmware_link
	run -1 "$mpu" check firmware.elf
	[[ $output == *"R16: its segment is writable, it must be read-only [section .berth.regions]"* ]]
}

@test "check: another layout than the firmware's is told by field" {
	firmware
	sed 's/20864/20860/' layout.json >other.json
	run -1 "$mpu" check --layout other.json firmware.elf
	[[ $output == *"R17: is 0x00005180, the layout makes it 0x0000517c [region imu.mem0: size]"* ]]
}

@test "check: a stripped image says what it does not see" {
	firmware
	arm-none-eabi-strip firmware.elf
	run -0 "$mpu" check firmware.elf
	[[ $output == *"but its symbols are not visible here" ]]
}

@test "check: objects, other files and images without a table are refused with status 1" {
	firmware
	run -1 --separate-stderr "$mpu" check regions.o
	[[ $stderr == *"is not linked: check the firmware"* ]]
	run -1 --separate-stderr "$mpu" check layout.json
	[ -n "$stderr" ]
	[ -z "$output" ]
	run -1 "$mpu" check missing.elf
	arm-none-eabi-ld -Ttext=0 program.o -o plain.elf
	run -1 "$mpu" check plain.elf
	[[ $output == *"R01: has no region table [section .berth.regions]"* ]]
	head -c 600 firmware.elf >cut.elf
	run -1 "$mpu" check cut.elf
	run -1 "$mpu" check --layout firmware.elf firmware.elf
}

@test "show: a table to read" {
	firmware
	run -0 "$mpu" show firmware.elf
	[[ ${lines[0]} == "firmware.elf: armv7-m, 8 slots; table of 552 bytes at 0x000000"*" holds" ]]
	[[ $output == *"
imu: 4 of 8 slots; 23040 bytes of RAM, 152 of them slack
  enters with memory 0x20008000, 20864 bytes; globals 0x20004c10
  stack 0x20004800, 1024 bytes; arena 4096 bytes at offset 4096
  slot  region    first       last        bytes  slack  rights  memory type            rbar        rasr
     0  flash     0x00000000  0x0000ffff  65536      0  r-x     Normal, write-through  0x00000010  0x0602001f
     1  imu.mem0  0x20008000  0x2000cfff  20480         rw-     Normal, write-back     0x20008011  0x130be01d
     2  imu.mem0  0x2000d000  0x2000d1ff    512    128  rw-     Normal, write-back     0x2000d012  0x130b0011
     3  imu.data  0x20004800  0x20004fff   2048     24  rw-     Normal, write-back     0x20004813  0x130b0015
"* ]]
	[[ $output == *"
  region    kind        first       bytes  slack  rights  who may touch it
  flash     code        0x00000000  65536      0  r-x     imu, gps
  imu.mem0  memory      0x20008000  20992    128  rw-     imu
"* ]]
}

@test "show: carves, shared RAM and the rows of every architecture" {
	local fixtures=$BERTH_ROOT/tests/fixtures/mpu-table
	run -0 "$mpu" show "$fixtures/shared.json"
	[[ $output == *"  may touch of it 0x20018000, 32768 bytes"* ]]
	[[ $output == *"  unit.mem0   memory  0x20010000  65536      0  rw-     nobody as a whole"* ]]
	[[ $output == *"  mailbox     shared  0x20006000   1024     24  rw-     imu, gps"* ]]
	run -0 "$mpu" show "$fixtures/riscv.json"
	[[ $output == *"  slot  region    first       last        bytes  slack  rights  mode                       pmpaddr     pmpcfg
"* ]]
	[[ $output == *"     1  imu.mem0  -           -               0         ---     off: the base of the next  0x08002000  0x00000000
     2  imu.mem0  0x20008000  0x2000d1ff  20992    128  rw-     TOR                        0x08003480  0x0000000b"* ]]
	for arch in armv6-m armv7-r armv8-m armv8.1-m riscv-coarse riscv-napot riscv-mml; do
		run -0 "$mpu" show "$fixtures/$arch.json"
		[[ ${lines[0]} == *".json: ${arch%-[cnm][oam][apl]*}, "*" slots; "*" holds" ]]
		[[ $output != *"opens nothing"* ]]
		[ -z "$(awk '/ $/' <<<"$output")" ]
	done
}

@test "show: what does not fit a terminal is left out by whole columns, and said" {
	local file=$BERTH_ROOT/tests/fixtures/mpu-table/armv7-r.json
	run -0 "$mpu" show --width 0 "$file"
	[[ $output == *dracr* ]]
	for width in 100 80 66; do
		run -0 "$mpu" show --width $width "$file"
		[ "$(awk '{print length}' <<<"${output#*$'\n'}" | sort -n | tail -1)" -le $width ]
		[[ $output == *"0x20004800"*" rw-"* ]]
		[[ $output != *dracr* ]]
		[[ ${lines[-1]} == "some columns are left out to fit $width; --width 0 shows all" ]]
	done
	# No column can go any more: nothing is cut.
	run -0 "$mpu" show --width 1 "$file"
	[[ $output == *"     0  flash     0x00000000  0x0000ffff  65536  r-x"* ]]
	for width in x -1 65536; do
		run -2 "$mpu" show --width "$width" "$file"
	done
	[ -n "$(command -v script)" ] || skip "script is not here"
	script -qec true /dev/null </dev/null >log 2>&1 || skip "no pseudo-terminals here"
	script -qec "stty cols 80; '$mpu' show '$file'" /dev/null </dev/null >log
	grep -q 'left out to fit 80' log
}

@test "show: the same from a layout, and as JSON" {
	firmware
	"$mpu" show firmware.elf | sed '1d' >elf.txt
	"$mpu" show --layout layout.json | sed '1d' >layout.txt
	diff elf.txt layout.txt
	run -0 "$mpu" show --json firmware.elf
	[[ $output == *'"berth_regions": 2'* ]]
	[[ $output == *'"rasr": 319094807'* ]]
	[[ $output == *'"memory": "Device, shared"'* ]]
}

@test "show: a damaged table is shown and said to be damaged" {
	firmware
	flip firmware.elf .berth.regions 0x51 0x02
	run -1 "$mpu" show firmware.elf
	[[ $output == *" DIFFERS"* ]]
	[[ $output == *"R02: the checksum differs"* ]]
}

@test "a full disk behind standard output changes the status" {
	[ -e /dev/full ] || skip "/dev/full is not here"
	firmware
	run -1 bash -c '"$0" show firmware.elf >/dev/full' "$mpu"
}
