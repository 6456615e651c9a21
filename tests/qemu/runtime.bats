#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The runtime alone, on every machine: a region table, initial data and components
# written by hand.

load qemu

# Where the runtime's own code lies differs from build to build.
plain() {
	sed -E 's/pc 0x(0000|1000|8000)[0-9a-f]*$/pc CODE/' <<<"$output"
}

# The firmware KIND ("", -open, -fatal) of MACHINE, which may run another machine's.
firmware() { # machine, kind
	case $1 in
	mps2-an386 | mps2-an500) echo "$BERTH_BUILD/qemu/runtime-mps2-an385$2.elf" ;;
	*) echo "$BERTH_BUILD/qemu/runtime-$1$2.elf" ;;
	esac
}

start() { # machine, kind
	if [ "$1" = virt ] && [ ! -e "$(firmware "$@")" ]; then
		command -v riscv64-unknown-elf-gcc >/dev/null || skip "riscv64-unknown-elf-gcc is not here"
	fi
	boot "$(firmware "$@")" "$1"
}

# The log of each machine, compared line by line; machines with the same log share a file.
every_case() { # machine
	start "$1"
	[ "$status" -eq 0 ]
	local log=$BERTH_ROOT/tests/qemu/runtime/expected-$1.log
	[ -e "$log" ] || log=$BERTH_ROOT/tests/qemu/runtime/expected.log
	diff "$log" <(plain)
}

@test "every case ends as it should, and the firmware goes on (Cortex-M3, mps2-an385)" {
	every_case mps2-an385
}

@test "every case ends as it should, and the firmware goes on (Cortex-M4, mps2-an386)" {
	every_case mps2-an386
}

@test "every case ends as it should, and the firmware goes on (Cortex-M7, mps2-an500)" {
	every_case mps2-an500
}

@test "every case ends as it should, and the firmware goes on (Cortex-M33, mps2-an505)" {
	every_case mps2-an505
}

@test "every case ends as it should, and the firmware goes on (Cortex-M55, mps3-an547)" {
	every_case mps3-an547
}

@test "every case ends as it should, and the firmware goes on (RV32, virt)" {
	every_case virt
}

@test "a hart without supervisor mode, and one with Smepmp, do the same (RV32)" {
	start virt
	log=$output
	boot "$(firmware virt)" virt rv32,x-epmp=true
	[ "$output" = "$log" ]
	boot "$(firmware virt)" virt rv32,h=false,s=false
	diff <(grep -v "^boot with delegated traps" <<<"$log") <(cat <<<"$output")
}

@test "a hart without PMP is refused at boot (RV32)" {
	start virt
	boot "$(firmware virt)" virt rv32,pmp=false
	[ "$status" -eq 1 ]
	has "boot: error: hardware"
}

beside_own_rows() { # machine, attempts
	start "$1"
	attempts=$(grep -cE '^(read|write) ' <<<"$output")
	stopped=$(grep -cE '^(read|write) .*: faulted: (data access refused|bus error), context [01], at 0x' <<<"$output")
	[ "$attempts" -eq "$2" ]
	[ "$stopped" -eq "$attempts" ]
	has "native data: 0x6e617476"
	has "memory of alpha: 0x616c7068"
	has "memory of beta: 0x62657461"
}

@test "every read and write beside the own rows is stopped, and nothing has changed" {
	beside_own_rows mps2-an385 25
	beside_own_rows mps2-an505 25
	beside_own_rows mps3-an547 25
}

@test "every read and write beside the own entries is stopped, and nothing has changed (RV32)" {
	beside_own_rows virt 25
}

@test "a component that moves its stack pointer cannot make the handlers use it" {
	for machine in mps2-an385 mps2-an505 mps3-an547; do
		start "$machine"
		[ "$(grep -cE '^(stack|interrupted, stack) .*: faulted: stack left, context 0' <<<"$output")" -eq 16 ]
	done
}

@test "a component's stack pointer is nobody's (RV32)" {
	start virt
	[ "$(grep -cE '^stack (in native data|nowhere), (return|gate): done' <<<"$output")" -eq 4 ]
	[ "$(grep -cE '^stack (in native data|nowhere), push: faulted: stack left, context 0, at' <<<"$output")" -eq 2 ]
	has "interrupted, stack in native data: done 0x00000001"
}

keeps_the_contract() { # machine
	start "$1" -arena
	[ "$status" -eq 0 ]
	has "10000 traces"
}

@test "10,000 traces of requests keep the arena's contract" {
	keeps_the_contract mps2-an385
	keeps_the_contract mps2-an505
}

@test "10,000 traces of requests keep the arena's contract (RV32)" {
	keeps_the_contract virt
}

the_veneer_agrees() { # machine
	start "$1" -veneer
	echo "$output"
	[ "$status" -eq 0 ]
	has "10000 traces"
}

@test "10,000 traces of requests get of the veneer what the allocator in C gives, by the short way where they can" {
	the_veneer_agrees mps2-an385
	the_veneer_agrees mps2-an505
}

@test "10,000 traces of requests get of the veneer what the allocator in C gives (RV32)" {
	the_veneer_agrees virt
}

attacks_succeed() { # machine
	start "$1" -open
	has "read alpha, memory of beta: done 0x62657461"
	grep -q '^write alpha, memory of beta: done' <<<"$output"
	grep -q '^write alpha, region table: done' <<<"$output"
	has "the attacks ran"
}

@test "with protection left off the same attacks succeed" {
	attacks_succeed mps2-an385
	attacks_succeed mps2-an505
	attacks_succeed mps3-an547
}

@test "with one entry that opens everything the same attacks succeed (RV32)" {
	attacks_succeed virt
}

@test "a fault of native code is fatal and not blamed on a component" {
	start mps2-an385 -fatal
	[ "$status" -eq 1 ]
	has "all cases ran"
	has "fatal: bus error, at 0xa0000000"
	start mps2-an505 -fatal
	[ "$status" -eq 1 ]
	has "fatal: bus error, at 0x60000000"
	start mps3-an547 -fatal
	[ "$status" -eq 1 ]
	has "fatal: bus error, at 0x1ff00000"
}

@test "a fault of native code is fatal and not blamed on a component (RV32)" {
	start virt -fatal
	[ "$status" -eq 1 ]
	has "all cases ran"
	grep -q '^fatal: data access refused, at 0x18000000, pc 0x8000' <<<"$output"
}

# A firmware with one bit of its table changed.
refuses_bits() { # machine, objcopy
	command -v "$2" >/dev/null || skip "$2 is not here"
	firmware=$BATS_TEST_TMPDIR/firmware.elf
	bits=$BATS_TEST_TMPDIR/table
	cp "$(firmware "$1")" "$firmware"
	for offset in 0 40 100 300; do
		"$2" -O binary -j .berth.regions "$(firmware "$1")" "$bits"
		byte=$(od -An -tu1 -j "$offset" -N 1 "$bits")
		printf "$(printf '\\x%02x' $((byte ^ 1)))" |
			dd of="$bits" bs=1 seek="$offset" conv=notrunc status=none
		"$2" --update-section .berth.regions="$bits" "$firmware"
		boot "$firmware" "$1"
		[ "$status" -eq 1 ]
		has "boot: error: table"
	done
}

@test "a table with one bit changed is refused at boot" {
	refuses_bits mps2-an385 arm-none-eabi-objcopy
	refuses_bits mps2-an505 arm-none-eabi-objcopy
}

@test "a table with one bit changed is refused at boot (RV32)" {
	refuses_bits virt riscv64-unknown-elf-objcopy
}

# What the library needs that it does not have.
needs() { # library, nm
	command -v "$2" >/dev/null || skip "$2 is not here"
	archive=$BERTH_BUILD/runtime/libberth-$1.a
	[ -e "$archive" ]
	"$2" -u "$archive" | awk '$1 == "U" { print $2 }' | sort -u >"$BATS_TEST_TMPDIR/needed"
	"$2" --defined-only "$archive" | awk 'NF == 3 { print $3 }' | sort -u >"$BATS_TEST_TMPDIR/defined"
	run comm -23 "$BATS_TEST_TMPDIR/needed" "$BATS_TEST_TMPDIR/defined"
	[ "$output" = "__berth_init_end
__berth_init_start
berth_gate_count
berth_gates
berth_regions" ]
}

@test "the library needs nothing but the firmware's own names" {
	needs armv7m arm-none-eabi-nm
	needs armv8m arm-none-eabi-nm
}

@test "the library needs nothing but the firmware's own names (RV32)" {
	needs rv32 riscv64-unknown-elf-nm
}
