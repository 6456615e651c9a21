#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# Real static libraries of several machines: an edit that changes nothing
# changes nothing, and one new name changes nothing but that name.

# Sets $library for a machine, or skips.
find_library() { # machine
	case $1 in
	arm) library=$(arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -print-file-name=libc.a 2>/dev/null) ;;
	arm-libgcc) library=$(arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -print-libgcc-file-name 2>/dev/null) ;;
	riscv) library=/usr/lib/gcc-cross/riscv64-linux-gnu/12/libgcc.a ;;
	x86-64) library=$(gcc -print-file-name=libc.a 2>/dev/null) ;;
	aarch64) library=/usr/aarch64-linux-gnu/lib/libc.a ;;
	s390x) library=/usr/s390x-linux-gnu/lib/libc.a ;;
	esac
	[ -e "$library" ] || skip "no library for $1 is here"
}

# Every member comes out as it went in; there must be many.
assert_identity() { # machine
	find_library "$1"
	run "$BERTH_BIN/../tests/identity/identity" "$library"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ ": "([0-9]+)" objects" ]]
	[ "${BASH_REMATCH[1]}" -gt 50 ]
}

# In the member that defines SYMBOL, SYMBOL alone gets a new name.  What else differs goes to
# the file differences.
rename_one() { # machine symbol name
	find_library "$1"
	cd "$BATS_TEST_TMPDIR"
	member=$(readelf -sW "$library" 2>/dev/null | awk -v symbol="$2" '
		/^File:/ { file = $0; sub(/.*\(/, "", file); sub(/\)$/, "", file) }
		$8 == symbol && $5 != "LOCAL" && $7 != "UND" { print file; exit }')
	[ -n "$member" ]
	ar p "$library" "$member" >before.o
	echo "$2 $3" >one.map
	"$BERTH_BIN/elfbind" bind before.o -o after.o --map one.map
	readelf -aW before.o >before.txt 2>&1
	readelf -aW after.o >after.txt 2>&1
	grep -q "$3" after.txt
	! grep -qw "$2" after.txt
	sed -i "s/$3/$2/g; s/^File: .*//; s/after\.o/before.o/g" after.txt
	sed -i "s/^File: .*//" before.txt
	diff before.txt after.txt >differences || true
	cat differences
}

assert_only_the_name() { # machine symbol
	rename_one "$1" "$2" an_altogether_new_name
	# One line differs: the table of names has another place and size.
	[ "$(grep -c '^[<>]' differences)" -eq 2 ]
	[ "$(grep -c '^[<>] *\[ *[0-9]*\] \.strtab  *STRTAB' differences)" -eq 2 ]
}

# A name of the same length takes the place of the old one.
assert_in_place() { # machine symbol name
	rename_one "$@"
	[ ! -s differences ]
	[ "$(cmp -l before.o after.o | wc -l)" -eq 4 ]
}

@test "identity: every fixture" {
	run "$BERTH_BIN/../tests/identity/identity" "$BERTH_ROOT"/tests/fixtures/*/*.o
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "identity: every member of a C library for ARM" { assert_identity arm; }
@test "identity: every member of libgcc for ARM" { assert_identity arm-libgcc; }
@test "identity: every member of libgcc for RISC-V" { assert_identity riscv; }
@test "identity: every member of a C library for x86-64" { assert_identity x86-64; }
@test "identity: every member of a C library for AArch64" { assert_identity aarch64; }
@test "identity: every member of a C library for S/390, big-endian" { assert_identity s390x; }

@test "one new name: ARM" { assert_only_the_name arm qsort; }
@test "one new name: ARM, a function that is called within" { assert_only_the_name arm-libgcc __aeabi_uldivmod; }
@test "one new name: RISC-V" { assert_only_the_name riscv __multf3; }
@test "one new name: x86-64" { assert_only_the_name x86-64 qsort; }
@test "one new name: AArch64" { assert_only_the_name aarch64 qsort; }
@test "one new name: S/390" { assert_only_the_name s390x qsort; }

@test "one new name in the place of the old one: ARM" { assert_in_place arm qsort qSORT; }
@test "one new name in the place of the old one: x86-64" { assert_in_place x86-64 qsort qSORT; }
@test "one new name in the place of the old one: S/390, big-endian" { assert_in_place s390x qsort qSORT; }
